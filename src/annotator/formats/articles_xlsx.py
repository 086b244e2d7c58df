"""XLSX (ECMA-376) of articles: a row of the first sheet is an article."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from datetime import datetime, time
from typing import Any, BinaryIO

from annotator.formats import grid
from annotator.formats.archive import Archive, within
from annotator.formats.columns import Record, tabular
from annotator.formats.format import ReadOptions
from annotator.formats.markup import parsed
from annotator.model.errors import InputError

MAX_WORDS = 256 << 20
"""bytes, unpacked, of the shared strings, which openpyxl holds"""
MAX_PART = 16 << 20
"""bytes, unpacked, of any other part that is read as a whole"""
MAX_SHEET = 1 << 30
"""bytes, unpacked, of a sheet, which is read bit by bit"""
_BY_KIND = {"worksheet+xml": MAX_SHEET, "sharedStrings+xml": MAX_WORDS}
_TYPES = "[Content_Types].xml"
MAX_BLANK = 10_000
"""More blank rows end the table."""


def records(file: BinaryIO, name: str, options: ReadOptions) -> Iterator[Record]:
    """The rows; a formula is what it came to when the file was saved.

    Raises InputError where the file is no workbook, or too large.
    """
    _check(file, name)
    file.seek(0)
    yield from grid.records(_rows(file, name, options), name)


def _check(file: BinaryIO, name: str) -> None:
    if file.read(4) == b"\xd0\xcf\x11\xe0":
        message = "It is locked with a password, or an old .xls. Save it as XLSX without one."
        raise InputError(message, source=name)
    with within(file, name) as archive:
        limits = _limits(archive, name)
        for part in archive.names():
            limit = limits.get(part, MAX_PART)
            if archive.size(part) > limit and part.endswith((".xml", ".rels")):
                message = f"{part} in it is larger than {limit >> 20} MB. Save it as CSV."
                raise InputError(message, source=name)


def _limits(archive: Archive, name: str) -> dict[str, int]:
    """How large a part may be, by its types: openpyxl finds it by them, not by its name."""
    limits: dict[str, int] = {}
    if _TYPES in archive:
        for element in parsed(archive.read(_TYPES), name):
            part = element.get("PartName", "").lstrip("/")
            kind = element.get("ContentType", "").rpartition(".")[2]
            limits[part] = min(limits.get(part, MAX_SHEET), _BY_KIND.get(kind, MAX_PART))
    return limits


def _rows(file: BinaryIO, name: str, options: ReadOptions) -> Iterator[grid.Row]:
    # 0.2 s to import: only where a workbook is read.
    from openpyxl import load_workbook

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and validation, which are not read
            book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
        sheets = book.worksheets
        if len(sheets) > 1:
            options.note(f"Only the first sheet ({sheets[0].title}) is read.")
        if sheets:
            yield from _cells(sheets[0])
    except Exception as error:  # noqa: BLE001  openpyxl raises what it stumbles on
        message = f"This is not an XLSX workbook, or it is damaged ({type(error).__name__})."
        raise InputError(f"{message} Save it again, or as CSV.", source=name) from None


def _cells(sheet: Any) -> Iterator[grid.Row]:
    """The rows, as wide as they are: the sheet's own word for its size may be a million.

    A row may say that it is the billionth: openpyxl makes up all those before it.
    """
    sheet.reset_dimensions()
    rows = sheet.iter_rows(max_col=grid.MAX_COLUMNS + 1, values_only=True)
    number = blank = 0
    while blank <= MAX_BLANK:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            row = next(rows, None)
        if row is None:
            return
        number += 1
        blank += 1
        if row.count(None) < len(row):
            blank = 0
            cells = [_told(value) for value in row]
            while cells and not cells[-1]:
                cells.pop()
            yield grid.Row(number, cells)


def _told(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return (value.date() if value.time() == time() else value).isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


XLSX = tabular(
    id="articles-xlsx",
    name="Excel table of articles",
    patterns=("*.xlsx", "*.xlsm"),
    records=records,
    about="A row of the first sheet is an article; columns as in CSV.",
)
