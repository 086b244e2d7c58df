"""NITF 3 (IPTC News Industry Text Format): one article with its headline, byline and dateline."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from lxml import etree

from annotator.formats.article import MAX_BYTES, Facts, articles, made
from annotator.formats.files import held
from annotator.formats.format import ReadOptions
from annotator.formats.markup import parsed, root_name
from annotator.formats.prose import Prose, first_text, local, value, whole_text
from annotator.model.corpus import Entry
from annotator.model.errors import InputError

_LEAVES = frozenset(
    "hl1 hl2 byline distributor dateline p lede_copyright-data li dt dd fn credit datasource "
    "tagline bibliography pre note series media-caption media-producer media-metadata hr".split()
)
_LEFT_OUT = {
    "media": "picture or other medium", "nitf-table": "table marked up for print",
    "custom-table": "table marked up for print", "fn": "footnote",
}  # fmt: skip


def knows(head: bytes) -> bool:
    """True where the root is NITF's."""
    return root_name(head) == "nitf"


def parse(file: BinaryIO, name: str, options: ReadOptions) -> Iterator[Entry]:
    """One article. Raises InputError where the file is no NITF or holds no text."""
    root = parsed(held(file, name, MAX_BYTES), name)
    if local(root) != "nitf":
        raise InputError("This is not an NITF article.", source=name)
    yield made(text_of(root, options), name, options, facts_of(root))


def text_of(root: etree._Element, options: ReadOptions) -> str:
    """Headline, byline, dateline and body, a paragraph each; pictures with captions left out."""
    prose = Prose()
    for body in root.iterchildren("{*}body"):
        _blocks(body, prose)
    return prose.text(options)


def _blocks(parent: etree._Element, prose: Prose) -> None:
    for element in parent:
        kind = local(element)
        if kind in _LEFT_OUT:
            prose.left_out[_LEFT_OUT[kind]] += 1
        elif kind == "table":
            rows = element.iter("{*}tr")
            prose.table(
                (words(cell) for cell in row if local(cell) in ("td", "th")) for row in rows
            )
        elif kind in _LEAVES:
            prose.paragraph(words(element))
        elif kind:
            if element.text and element.text.strip():
                prose.paragraph(words(element))
            else:
                _blocks(element, prose)


def words(element: etree._Element) -> str:
    """An element's text on one line, without comments."""
    parts = [element.text or ""]
    for child in element:
        parts += [words(child) if local(child) else "", child.tail or ""]
    return " ".join("".join(parts).split()) if local(element) in _LEAVES else "".join(parts)


def facts_of(root: etree._Element) -> Facts:
    """The facts in an article's head, by NITF 3.6; its date is the day of issue or publication."""
    head = next(root.iterchildren("{*}head"), None)
    data = head if head is not None else etree.Element("head")
    subjects = [
        *(value(s, "tobject.subject.matter") for s in data.iter("{*}tobject.subject")),
        *(whole_text(c) for c in data.iter("{*}classifier")),
        *(value(k, "key") for k in data.iter("{*}keyword")),
    ]
    return Facts(
        title=first_text(root, "hl1") or first_text(root, "hedline") or first_text(data, "title"),
        source=_first(data, "pubdata", "name")
        or first_text(root, "distributor")
        or _first(data, "doc.copyright", "holder"),
        url=_first(data, "pubdata", "ex-ref"),
        language=_first(root, "body", "lang") or value(root, "lang"),
        date=_first(data, "pubdata", "date.publication")
        or _first(data, "date.issue", "norm")
        or _first(root, "story.date", "norm"),
        metadata={
            "author": first_text(root, "byline"),
            "dateline": first_text(root, "dateline"),
            "urgency": _first(data, "urgency", "ed-urg"),
            "subject": ", ".join(dict.fromkeys(s for s in subjects if s)),
            "id": _first(data, "doc-id", "id-string"),
        },
    )


def _first(root: etree._Element, name: str, attribute: str) -> str:
    found = (value(element, attribute) for element in root.iter("{*}" + name))
    return next((told for told in found if told), "")


NITF = articles(
    id="nitf",
    name="NITF article",
    patterns=("*.nitf", "*.xml"),
    parse=parse,
    knows=knows,
    about="Headline, byline, dateline and paragraphs are the text; urgency and subjects are "
    "metadata; pictures are left out with their captions.",
)
