"""ODT (OpenDocument 1.3): the body in its order with its tables; nothing is followed out of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from lxml import etree

from annotator.formats.archive import within
from annotator.formats.article import Facts, articles, made
from annotator.formats.format import ReadOptions
from annotator.formats.markup import parsed
from annotator.formats.prose import Prose, first_text, local, value
from annotator.model.corpus import Entry
from annotator.model.errors import InputError

_PASSED_OVER = frozenset(
    "annotation annotation-end tracked-changes sequence-decls variable-decls user-field-decls "
    "forms ruby-text title desc".split()
)
_LEFT_OUT = {"note": "footnote", "table-of-content": "table of contents"}
_MOST_SPACES = 100
_ROWS = "{*}table-row"


def parse(file: BinaryIO, name: str, options: ReadOptions) -> Iterator[Entry]:
    """One article. Raises InputError where the file is no ODT, is locked or holds no text."""
    with within(file, name) as archive:
        if "content.xml" not in archive:
            raise InputError("This is not an ODT document. Save it as ODT.", source=name)
        manifest = "META-INF/manifest.xml"
        if manifest in archive and b"encryption-data" in archive.read(manifest):
            message = "It is locked with a password. Save it without one."
            raise InputError(message, source=name)
        root = parsed(archive.read("content.xml"), name)
        meta = parsed(archive.read("meta.xml"), name) if "meta.xml" in archive else None
    prose = Prose()
    for body in root.iterfind("{*}body/{*}text"):
        _blocks(body, prose)
    yield made(prose.text(options), name, options, Facts() if meta is None else _facts(meta))


def _facts(meta: etree._Element) -> Facts:
    return Facts(
        title=first_text(meta, "title"),
        language=first_text(meta, "language"),
        date=first_text(meta, "creation-date"),
        metadata={"author": first_text(meta, "initial-creator") or first_text(meta, "creator")},
    )


def _blocks(parent: etree._Element, prose: Prose) -> None:
    for element in parent:
        kind = local(element)
        if kind in ("p", "h"):
            frames: list[etree._Element] = []
            prose.paragraph("".join(_inline(element, prose, frames)))
            for frame in frames:
                _blocks(frame, prose)
        elif kind == "table":
            prose.table(
                (prose.cell(cell, _blocks) for cell in row.iterchildren("{*}table-cell"))
                for row in element.iter(_ROWS)
            )
        elif kind in _LEFT_OUT:
            prose.left_out[_LEFT_OUT[kind]] += 1
        elif kind not in _PASSED_OVER:
            _blocks(element, prose)


def _inline(parent: etree._Element, prose: Prose, frames: list[etree._Element]) -> Iterator[str]:
    """A paragraph's text: white space is one blank there (OpenDocument 1.3 §6.1.2)."""
    yield _blank(parent.text)
    for element in parent:
        kind = local(element)
        if kind == "s":
            count = value(element, "c")
            yield " " * min(int(count) if count.isascii() and count.isdigit() else 1, _MOST_SPACES)
        elif kind in ("tab", "line-break"):
            yield "\t" if kind == "tab" else "\n"
        elif kind == "frame":
            frames.append(element)
        elif kind in _LEFT_OUT:
            prose.left_out[_LEFT_OUT[kind]] += 1
        elif kind and kind not in _PASSED_OVER:
            yield from _inline(element, prose, frames)
        yield _blank(element.tail)


def _blank(text: str | None) -> str:
    return re.sub(r"[ \t\r\n]+", " ", text or "")


ODT = articles(
    id="odt",
    name="OpenDocument text",
    patterns=("*.odt",),
    parse=parse,
    about="The body with its tables (a row a line, cells apart by a tab), insertions accepted; "
    "comments, footnotes and the table of contents are left out.",
)
