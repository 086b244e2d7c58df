"""Tables as CSV files in a folder, and as one XLSX workbook; no cell is ever a formula.

CSV as RFC 4180 with a BOM, for Excel to read it as UTF-8. Formulas are defused as OWASP says (CSV
Injection): every cell is quoted, and a text that starts with = + - @, a tab or a line end, or with
the mark itself, has a ' before it. So a program takes one ' away from the start of a text, and has
the value. Numbers are no texts and stay as they are. In XLSX texts are typed as text; characters
that XML has not are written as ECMA-376 says (Part 1 §22.9.2.19, _x000B_).
"""

from __future__ import annotations

import csv
import re
import zipfile
from collections.abc import Callable, Iterable
from contextlib import ExitStack, suppress
from datetime import datetime
from pathlib import Path
from shutil import copyfileobj
from typing import TYPE_CHECKING, Any, BinaryIO, Protocol

from annotator.formats.before import Before
from annotator.formats.files import filling, replacing
from annotator.formats.format import Feature, Format, Loss, WriteOptions, Written
from annotator.formats.tables import TABLES, Cell, Line, Tables
from annotator.model.corpus import Item

if TYPE_CHECKING:
    from openpyxl.worksheet._write_only import WriteOnlyWorksheet  # 0.2 s, only for its writer

MAX_CELL = 32_767
"""UTF-16 units of a cell, and below the rows of a sheet: Excel's limits."""
MAX_ROWS = 1_048_576
MAX_EXACT = 10**15
"""A spreadsheet keeps 15 digits of a number; a longer whole number is written as text."""
CUT_CELL, CUT_ROWS = "characters beyond what a cell holds", "rows beyond what a sheet holds"
_RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "'")
_NOT_IN_XML = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]|_(?=x[0-9a-fA-F]{4}_)")
_STAMP = datetime(2000, 1, 1)  # noqa: DTZ001  the file says no zone, and it is no moment


class _Place(Protocol):
    """Where the rows go."""

    def head(self, table: str, columns: list[str]) -> None: ...

    def add(self, line: Line) -> None: ...


def _fill(items: Iterable[Item], place: _Place) -> Written:
    before = Before()
    tables: Tables | None = None

    def begun() -> Tables:
        made = Tables(before)
        for table in TABLES:
            place.head(table, made.columns(table))
        return made

    for entry in before.entries(items):
        tables = tables or begun()
        for line in tables.lines(entry):
            place.add(line)
    for line in (tables or begun()).entities():
        place.add(line)
    return before.written


# ---- CSV -----------------------------------------------------------------------------------------


def defused(cell: Cell) -> str:
    """A cell's characters in CSV, that no spreadsheet takes for a formula."""
    if isinstance(cell, str):
        return f"'{cell}" if cell.startswith(_RISKY) else cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return "" if cell is None else str(cell)


class _CsvFolder:
    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self._folder, self._stack = folder, stack
        self._rows: dict[str, Callable[[list[str]], object]] = {}

    def head(self, table: str, columns: list[str]) -> None:
        path = self._folder / f"{table}.csv"
        file = self._stack.enter_context(path.open("w", encoding="utf-8-sig", newline=""))
        self._rows[table] = csv.writer(file, quoting=csv.QUOTE_ALL).writerow
        self._rows[table]([defused(name) for name in columns])

    def add(self, line: Line) -> None:
        self._rows[line.table]([defused(cell) for cell in line.cells])


def write_csv(items: Iterable[Item], target: Path, options: WriteOptions) -> Written:
    """A file for each table."""
    with filling(target, lambda _: False) as folder, ExitStack() as stack:
        return _fill(items, _CsvFolder(folder, stack))


# ---- XLSX ----------------------------------------------------------------------------------------


class _Workbook:
    def __init__(self, options: WriteOptions) -> None:
        from openpyxl import Workbook  # 0.2 s, only for this format
        from openpyxl.cell import WriteOnlyCell  # as above

        self._book = Workbook(write_only=True)
        self._new: Callable[[WriteOnlyWorksheet], Any] = WriteOnlyCell
        self._lose = options.lose
        self._sheets: dict[str, WriteOnlyWorksheet] = {}
        self._counts: dict[str, int] = {}

    def head(self, table: str, columns: list[str]) -> None:
        sheet: Any = self._book.create_sheet(table)
        sheet.freeze_panes = "A2"
        self._sheets[table] = sheet
        self._counts[table] = 1
        sheet.append([self._text(sheet, name) for name in columns])

    def add(self, line: Line) -> None:
        sheet = self._sheets[line.table]
        record_id = str(line.cells[0])
        if self._counts[line.table] == MAX_ROWS:
            whole = line.table in ("spans", "links")
            self._told(CUT_ROWS, line, record_id, whole=whole)
            return
        self._counts[line.table] += 1
        cells: list[object] = []
        for cell in line.cells:
            if isinstance(cell, int) and abs(cell) > MAX_EXACT:
                cell = str(cell)
            if isinstance(cell, str) and cell:
                kept = _within(cell)
                if len(kept) < len(cell):
                    self._told(CUT_CELL, line, record_id)
                cells.append(self._text(sheet, kept))
            else:
                cells.append(cell)
        sheet.append(cells)

    def _told(self, reason: str, line: Line, record_id: str, *, whole: bool = False) -> None:
        self._lose(
            Loss(reason=reason, article_id=line.article_id, record_id=record_id, whole=whole)
        )

    def _text(self, sheet: WriteOnlyWorksheet, text: str) -> object:
        """A cell of text, which stays text when a person edits it."""
        cell = self._new(sheet)
        cell._value = _NOT_IN_XML.sub(lambda m: f"_x{ord(m[0]):04X}_", text)
        cell.data_type = "s"  # its own guess takes "=1+1" for a formula
        if text.startswith(_RISKY):
            cell.quotePrefix = True
        return cell

    def abandon(self) -> None:
        """Let go of the sheets that were begun, and of their temporary files."""
        from openpyxl.utils.exceptions import WorkbookAlreadySaved  # loaded by now

        sheets: Iterable[Any] = self._sheets.values()
        for sheet in sheets:
            with suppress(OSError, WorkbookAlreadySaved):  # the disk is full; it was saved
                sheet.close()
                sheet._writer.cleanup()

    def save(self, out: BinaryIO) -> None:
        """Write the workbook, with no trace of when."""
        from openpyxl.writer.excel import ExcelWriter  # loaded by now

        self._book.properties.created = self._book.properties.modified = _STAMP
        self._book.properties.creator = "Annotator"
        with _Undated(out, "w", zipfile.ZIP_DEFLATED) as archive:
            ExcelWriter(self._book, archive).write_data()


class _Undated(zipfile.ZipFile):
    """An archive whose members all have the time that ZIP begins with."""

    def writestr(self, zinfo_or_arcname: Any, data: Any, *_: Any, **__: Any) -> None:
        """A member."""
        super().writestr(_member(zinfo_or_arcname), data)

    def write(self, filename: Any, arcname: Any = None, *_: Any, **__: Any) -> None:
        """A member, of a file."""
        with open(filename, "rb") as file, self.open(_member(arcname), "w", force_zip64=True) as to:
            copyfileobj(file, to)


def _member(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.compress_type = zipfile.ZIP_DEFLATED
    return info


def _within(text: str) -> str:
    """As much of a text as a cell holds; a character of two units is kept whole."""
    if len(text) * 2 <= MAX_CELL:
        return text
    return text.encode("utf-16-le", "surrogatepass")[: MAX_CELL * 2].decode("utf-16-le", "ignore")


def write_xlsx(items: Iterable[Item], target: Path, options: WriteOptions) -> Written:
    """A sheet for each table."""
    with replacing(target) as out:
        book = _Workbook(options)
        try:
            done = _fill(items, book)
            book.save(out)
        except BaseException:
            book.abandon()
            raise
    return done


_CARRIES: frozenset[Feature] = frozenset(
    (
        "nesting", "overlap", "fragments", "zero_width", "links", "link_fields", "fields",
        "entities", "several_annotators", "states", "facts", "ids",
    )
)  # fmt: skip

CSV_TABLES = Format(
    id="csv-tables",
    name="Tables (CSV)",
    patterns=("*.csv",),
    carries=_CARRIES,
    offset_unit="code point",
    layout="folder",
    about="Articles, documents, spans, claims, links and entities without the articles' text; a "
    "text that could be taken for a formula has a ' before it, which a program takes away.",
    write=write_csv,
)
XLSX_TABLES = Format(
    id="xlsx-tables",
    name="Tables (XLSX)",
    patterns=("*.xlsx",),
    carries=_CARRIES,
    offset_unit="code point",
    about="The same tables in one workbook; no cell is a formula; a cell holds 32,767 characters, "
    "a sheet 1,048,576 rows, and what is beyond is told of.",
    write=write_xlsx,
)
