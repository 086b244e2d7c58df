"""DOCX (ECMA-376, Transitional and Strict): the body in its order with its tables.

The package is read as a ZIP with safe XML: no relationship is followed out of it, no field or
macro runs. Insertions are taken as accepted, deletions as made.
"""

from __future__ import annotations

from collections.abc import Iterator
from posixpath import normpath
from typing import BinaryIO

from lxml import etree

from annotator.formats.archive import Archive, within
from annotator.formats.article import Facts, articles, made
from annotator.formats.format import ReadOptions
from annotator.formats.markup import parsed
from annotator.formats.prose import Prose, first_text, local, value
from annotator.model.corpus import Entry
from annotator.model.errors import InputError

_OLE = b"\xd0\xcf\x11\xe0"
_PASSED_OVER = frozenset("del moveFrom Fallback pPr rPr sdtPr sdtEndPr tblPr tcPr trPr rt".split())
_SIGNS = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "\u2011"}
_NOTES = {"footnoteReference": "footnote", "endnoteReference": "endnote"}


def parse(file: BinaryIO, name: str, options: ReadOptions) -> Iterator[Entry]:
    """One article. Raises InputError where the file is no DOCX, is locked or holds no text."""
    if file.read(4) == _OLE:
        message = "It is locked with a password, or an old .doc. Save it as DOCX without one."
        raise InputError(message, source=name)
    with within(file, name) as archive:
        parts = _parts(archive, name)
        if "officeDocument" not in parts:
            message = "This is not a Word document. Save it as DOCX."
            raise InputError(message, source=name)
        body = parsed(archive.read(parts["officeDocument"]), name)
        prose = Prose()
        for element in body.iterchildren("{*}body"):
            _blocks(element, prose)
        core = parts.get("core-properties", "")
        facts = _facts(parsed(archive.read(core), name)) if core in archive else Facts()
    yield made(prose.text(options), name, options, facts)


def _parts(archive: Archive, name: str) -> dict[str, str]:
    """What the package's relationships lead to: the last word of their type → member."""
    if "_rels/.rels" not in archive:
        return {}
    return {
        value(r, "Type").rpartition("/")[2]: normpath(value(r, "Target").lstrip("/"))
        for r in parsed(archive.read("_rels/.rels"), name)
        if value(r, "TargetMode") != "External"
    }


def _facts(core: etree._Element) -> Facts:
    return Facts(
        title=first_text(core, "title"),
        language=first_text(core, "language"),
        date=first_text(core, "created"),
        metadata={"author": first_text(core, "creator")},
    )


def _blocks(parent: etree._Element, prose: Prose) -> None:
    """The paragraphs and tables in an element, also those in its content controls."""
    for element in parent:
        kind = local(element)
        if kind == "p":
            _paragraph(element, prose)
        elif kind == "tbl":
            _table(element, prose)
        elif kind not in _PASSED_OVER:
            _blocks(element, prose)


def _paragraph(element: etree._Element, prose: Prose) -> None:
    boxes: list[etree._Element] = []
    prose.paragraph("".join(_runs(element, prose, boxes)))
    for box in boxes:
        _blocks(box, prose)


def _table(element: etree._Element, prose: Prose) -> None:
    rows = [list(row.iterchildren("{*}tc")) for row in element.iter("{*}tr")]
    if all(len(cells) < 2 for cells in rows):  # a frame around text, no table
        for cells in rows:
            for cell in cells:
                _blocks(cell, prose)
        return
    prose.table((prose.cell(cell, _blocks) for cell in cells) for cells in rows)


def _runs(parent: etree._Element, prose: Prose, boxes: list[etree._Element]) -> Iterator[str]:
    for element in parent:
        kind = local(element)
        if kind == "t":
            yield element.text or ""
        elif kind in _SIGNS:
            yield _SIGNS[kind]
        elif kind in _NOTES:
            prose.left_out[_NOTES[kind]] += 1
        elif kind == "txbxContent":
            boxes.append(element)
        elif kind not in _PASSED_OVER and element.find("{*}rPr/{*}vanish") is None:
            yield from _runs(element, prose, boxes)


DOCX = articles(
    id="docx",
    name="Word document",
    patterns=("*.docx", "*.docm"),
    parse=parse,
    about="The body with its tables (a row a line, cells apart by a tab), insertions accepted; "
    "headers, comments and footnotes are left out.",
)
