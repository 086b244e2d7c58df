"""CSV and TSV (RFC 4180) of articles: a row an article, told apart by the header's names."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from contextlib import suppress
from itertools import chain, islice
from typing import BinaryIO, TextIO

from annotator.formats import grid
from annotator.formats.columns import Record, tabular
from annotator.formats.encoding import streamed
from annotator.formats.format import ReadOptions
from annotator.model.errors import InputError

MAX_LINE = 16 << 20
"""characters, of a line and of a cell"""
_DELIMITERS = (",", ";", "\t", "|")
_SNIFFED = 40
"""lines"""


def records(file: BinaryIO, name: str, options: ReadOptions) -> Iterator[Record]:
    """The rows; a formula is the text that stands there.

    Raises InputError where the file is no table, or its lines are too long.
    """
    stream = streamed(file, name, options)
    try:
        yield from grid.records(_rows(stream, name), name)
    finally:
        with suppress(ValueError):  # closed already
            stream.detach()  # the file is its opener's to close


def _rows(stream: TextIO, name: str) -> Iterator[grid.Row]:
    csv.field_size_limit(MAX_LINE)
    lines = _lines(stream, name)
    sample = list(islice(lines, _SNIFFED))
    before = 0
    delimiter = _sniffed(sample)
    if declared := re.match(r'"?sep=(.)"?\r?\n', sample[0]) if sample else None:  # Excel's own
        delimiter, before = declared[1], 1
    reader = csv.reader(chain(sample[before:], lines), delimiter=delimiter)
    at = before + 1
    try:
        for cells in reader:
            yield grid.Row(at, cells)
            at = before + reader.line_num + 1
    except csv.Error as error:
        message = f"This is not a table: {error}. Is a quotation mark not closed?"
        raise InputError(message, source=name, line=at) from None


def _lines(stream: TextIO, name: str) -> Iterator[str]:
    number = 0
    while True:
        number += 1
        try:
            line = stream.readline(MAX_LINE + 1)
        except UnicodeError:
            message = "From about here on it is in another encoding. Choose it, or save as UTF-8."
            raise InputError(message, source=name, line=number) from None
        if not line:
            return
        if len(line) > MAX_LINE:
            message = f"The line is longer than {MAX_LINE >> 20} million characters."
            raise InputError(message, source=name, line=number)
        yield line


def _sniffed(sample: list[str]) -> str:
    """The delimiter by which most rows are as wide as the header, then the one that makes most."""

    def fit(delimiter: str) -> tuple[int, int]:
        try:
            widths = [len(row) for row in csv.reader(sample, delimiter=delimiter) if row]
        except csv.Error:
            return (0, 0)
        width = widths[0] if widths else 0
        return (widths.count(width) if width > 1 else 0, width)

    return max(_DELIMITERS, key=fit)


CSV = tabular(
    id="articles-csv",
    name="CSV or TSV of articles",
    patterns=("*.csv", "*.tsv", "*.tab"),
    records=records,
    about="A row is an article; columns are told by their names (text, title, url, source, date, "
    "language) or mapped, the others are metadata.",
)
