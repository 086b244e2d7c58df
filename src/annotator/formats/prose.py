"""The running text of a document, paragraph by paragraph, and what of it was left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from lxml import etree

from annotator.formats.format import ReadOptions


@dataclass(slots=True)
class Prose:
    """Paragraphs, with a blank line between them; the rows of a table stand together."""

    parts: list[str] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    """What, in the singular → how often."""

    def paragraph(self, text: str) -> None:
        """A paragraph; a blank one is none."""
        self.verbatim("\n".join(line.strip(" \t") for line in text.split("\n")).strip())

    def verbatim(self, text: str) -> None:
        """A paragraph whose lines keep their indentation, such as code."""
        if text.strip():
            self.parts += ["\n\n", text.strip("\n")]

    def table(self, rows: Iterable[Iterable[str]]) -> None:
        """A table: a row a line, a tab between its cells."""
        lines = ("\t".join(" ".join(cell.split()) for cell in row).strip() for row in rows)
        self.paragraph("\n".join(line for line in lines if line))

    def cell(self, element: etree._Element, blocks: Callable[[etree._Element, Prose], None]) -> str:
        """The text of a table's cell; `blocks` puts an element's paragraphs into a prose."""
        own = Prose(left_out=self.left_out)
        blocks(element, own)
        return " ".join(own.parts)

    def text(self, options: ReadOptions) -> str:
        """All of it; what was left out is told."""
        for what, count in sorted(self.left_out.items()):
            options.note(f"{count} {what}{'s' * (count != 1)} left out.")
        return "".join(self.parts[1:])


def local(element: etree._Element) -> str:
    """An element's name without its namespace; "" for a comment."""
    tag: object = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def value(element: etree._Element, name: str) -> str:
    """An attribute by its name without a namespace; "" where it is not there."""
    found = (v for k, v in element.items() if str(k).rpartition("}")[2] == name)
    return str(next(found, ""))


def first_text(root: etree._Element, name: str) -> str:
    """The text in the first element of that name that has some."""
    for element in root.iter("{*}" + name):
        if text := whole_text(element):
            return text
    return ""


def whole_text(element: etree._Element) -> str:
    """All the text in an element, on one line."""
    return " ".join("".join(map(str, element.itertext())).split())
