"""BioC XML: a collection of documents of passages, annotations beside their text.

The format is that of BioC.dtd (Comeau et al. 2013, https://bioc.sourceforge.net). Its comment asks
for offsets in bytes, its tools (PubTator, the bioc library) count characters: characters are
written; on reading the quoted words tell. What XML can't hold is escaped as in Office Open XML
(ECMA-376, ST_Xstring: _x000B_); in the text, where offsets count, U+FFFD stands for it, and an
infon lists it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lxml import etree

from annotator.formats import head, own
from annotator.formats.before import Before
from annotator.formats.bioc_document import (
    FIELD,
    META,
    REPLACED,
    RESERVED,
    STATE,
    Document,
    infons_of,
)
from annotator.formats.files import reading, replacing
from annotator.formats.foreign import Foreign, Found
from annotator.formats.format import Format, ReadOptions, WriteOptions, Written
from annotator.formats.markup import elements
from annotator.formats.values import NOT_XML, as_text
from annotator.model.codebook import SpanField, Value
from annotator.model.corpus import Entry, Item, Work
from annotator.model.errors import InputError

KEY = "annotator.key"
"""What `key` names in our files: the infons are explained in the program's own help."""

_HEAD = "annotator/"
_FACTS = ("title", "source", "url", "language", "date", "date_source")
_ESCAPE = re.compile("_x[0-9A-Fa-f]{4}_|[\x00-\x08\x0b-\x1f\ufffe\uffff]")


# ---- in ------------------------------------------------------------------------------------------


def recognises(path: Path) -> bool:
    """True for a file that starts as a collection with a source."""
    with reading(path) as file:
        start = file.read(64 << 10)
    return b"<collection" in start and b"<source" in start


def read(path: Path, options: ReadOptions) -> Iterator[Item]:
    """The project of a collection. Raises InputError where the file can't be read."""
    if not recognises(path):
        message = "This is not BioC XML: it does not start as a collection with its source."
        raise InputError(message, source=path.name)
    known = head.parsed(_head(path), path.name)
    ours = bool(known.items)
    foreign = Foreign(path.stem, path.name, options, known)
    yield from foreign.items(lambda options: _finds(path, options, ours=ours))


def _head(path: Path) -> list[bytes]:
    """The lines of our own head, which are infons of the collection."""
    try:
        with reading(path) as file:
            document = next(elements(file, "document", path.name), None)
            collection = document.getparent() if document is not None else None
            if collection is None:
                return []
            infons = infons_of(collection, ours=True)
    except InputError:
        return []  # told when the articles are read
    return [str(v).encode() for key, v in infons.items() if key.startswith(_HEAD)]


def _finds(path: Path, options: ReadOptions, *, ours: bool) -> Iterator[Found | InputError]:
    try:
        with reading(path) as file:
            for document in elements(file, "document", path.name):
                yield _found(document, path.name, options, ours=ours)
    except InputError as fault:  # the file itself breaks off
        yield fault


def _found(
    document: etree._Element, source: str, options: ReadOptions, *, ours: bool
) -> Found | InputError:
    """An article, or its fault with its id."""
    name = (document.findtext("id") or "").strip()
    try:
        return Document(document, name, ours, options).found(source)
    except InputError as fault:
        place = ", ".join(part for part in (name[:60], fault.place) if part)
        line: Any = document.sourceline  # the stubs are wrong about it
        return type(fault)(fault.message, source=source, line=line, place=place)


# ---- out -----------------------------------------------------------------------------------------


def write(items: Iterable[Item], target: Path, options: WriteOptions) -> Written:
    """A collection with a document for each article; the project's head is its infons."""
    before = Before()
    with (
        replacing(target) as out,
        etree.xmlfile(out, encoding="utf-8") as xml,
        _collection(xml),
    ):
        for entry in before.entries(items):
            if before.written.articles == 1:
                _begin(xml, before)
            xml.write(_document(entry, before))
        if not before.written.articles:
            _begin(xml, before)
    return before.written


@contextmanager
def _collection(xml: Any) -> Iterator[None]:  # the stubs know no xmlfile
    xml.write_declaration(doctype='<!DOCTYPE collection SYSTEM "BioC.dtd">')
    with xml.element("collection"):
        yield


def _begin(xml: Any, before: Before) -> None:
    """What the collection starts with; a date of the export would make its bytes differ."""
    for tag, text in (("source", before.name), ("date", ""), ("key", KEY)):
        xml.write(_element(tag, text))
    for number, item in enumerate(before.items, 1):
        xml.write(_infon(f"{_HEAD}{number}", own.line(item).decode().rstrip("\n")))


def _element(tag: str, text: str = "", **attributes: str) -> etree._Element:
    element = etree.Element(tag, attributes)
    if text:
        element.text = _ESCAPE.sub(lambda m: _escaped(m[0]), text)
    return element


def _escaped(found: str) -> str:
    """A character, or the first one of what looks as an escape, as _xHHHH_."""
    return f"_x{ord(found[0]):04X}_{found[1:]}"


def _infon(key: str, value: Value) -> etree._Element:
    text = _ESCAPE.sub(lambda m: _escaped(m[0]), key)
    return _element("infon", as_text(value), key=text)


def _document(entry: Entry, before: Before) -> etree._Element:
    article = entry.article
    document = _element("document")
    document.append(_element("id", article.id))
    facts = {name: getattr(article, name) for name in _FACTS}
    facts |= {f"{META}{key}": value for key, value in article.metadata.items()}
    facts |= {f"{STATE}{before.login(work)}": work.state for work in entry.works}
    document.extend(_infon(key, value) for key, value in facts.items() if value)
    passage = etree.SubElement(document, "passage")
    lost = [(m.start(), ord(m[0])) for m in NOT_XML.finditer(entry.text.value)]
    if lost:
        passage.append(_infon(REPLACED, " ".join(f"{at}:{code:04X}" for at, code in lost)))
    passage.append(_element("offset", "0"))
    text = etree.SubElement(passage, "text")
    text.text = NOT_XML.sub("\ufffd", entry.text.value)
    numbers = [0, 0]
    relations: list[etree._Element] = []
    for work in entry.works:
        made = _Made(text.text, before, numbers)
        passage.extend(made.annotations(work))
        relations += made.relations(work)
    passage.extend(relations)
    return document


@dataclass(slots=True)
class _Made:
    """The elements of one work; `numbers` are those of the document's last two ids."""

    text: str
    before: Before
    numbers: list[int]
    _keys: dict[str, str] = field(default_factory=dict)

    def annotations(self, work: Work) -> Iterator[etree._Element]:
        """Each with its type, annotator and fields, where it stands, and its words."""
        for annotation in work.annotations:
            self.numbers[0] += 1
            self._keys[annotation.id] = f"T{self.numbers[0]}"
        for annotation in work.annotations:
            element = etree.Element("annotation", id=self._keys[annotation.id])
            element.append(_infon("type", annotation.label))
            element.append(_infon("annotator", self.before.login(work)))
            kinds = self.before.kinds(annotation.label)
            for name, value in annotation.fields.items():
                points = isinstance(kinds.get(name), SpanField)
                said = self._keys.get(str(value), value) if points else value
                element.append(_infon(_key(name), said))
            for start, end in annotation.fragments:
                element.append(_element("location", offset=str(start), length=str(end - start)))
            words = " ".join(self.text[a:b] for a, b in annotation.fragments)
            etree.SubElement(element, "text").text = words
            yield element

    def relations(self, work: Work) -> Iterator[etree._Element]:
        """The links, from and to."""
        for link in work.links:
            self.numbers[1] += 1
            element = etree.Element("relation", id=f"R{self.numbers[1]}")
            element.append(_infon("type", link.type))
            element.append(_infon("annotator", self.before.login(work)))
            element.extend(_infon(_key(name), value) for name, value in link.fields.items())
            for role, end in (("from", link.from_id), ("to", link.to_id)):
                element.append(_element("node", refid=self._keys[end], role=role))
            yield element


def _key(name: str) -> str:
    return f"{FIELD}{name}" if name in RESERVED or name.startswith(FIELD) else name


BIOC = Format(
    id="bioc",
    name="BioC XML",
    patterns=("*.bioc.xml", "*.xml"),
    carries=frozenset(
        (
            "text", "nesting", "overlap", "fragments", "zero_width", "links", "link_fields",
            "fields", "entities", "several_annotators", "states", "facts", "codebook",
        )
    ),
    offset_unit="code point",
    about="An article is a document with one passage; labels, annotators and fields are infons, "
    "codebook and entities infons of the collection; offsets count characters.",
    recognises=recognises,
    read=read,
    write=write,
)  # fmt: skip
