"""Files of lines: read one at a time, with their numbers and a limit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from annotator.model.errors import InputError

MAX_LINE = 256 << 20
"""Bytes; a longer line is refused rather than held in memory several times over."""


def lines(file: BinaryIO, source: str, limit: int = MAX_LINE) -> Iterator[tuple[int, bytes]]:
    """The lines that are not blank, trimmed, with their numbers from 1; a BOM is passed over.

    Raises InputError where one is longer than `limit` bytes.
    """
    number = 0
    while line := file.readline(limit + 1):
        number += 1
        if len(line) > limit:
            message = f"The line is longer than {limit >> 20} MB. Split it into articles."
            raise InputError(message, source=source, line=number)
        if number == 1:
            line = line.removeprefix(b"\xef\xbb\xbf")
        if line := line.strip(b" \t\r\n"):
            yield number, line
