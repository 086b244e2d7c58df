"""Rows of cells below a header, as records."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from annotator.formats.columns import Record
from annotator.model.errors import InputError

MAX_COLUMNS = 256


class Row(NamedTuple):
    """A row, with the line or row that it starts on."""

    number: int
    cells: Sequence[str]


def records(rows: Iterable[Row], name: str) -> Iterator[Record]:
    """Each row below the first, its cells named by the first; blank rows are passed over.

    Raises InputError where the table is empty or far too wide.
    """
    filled = (row for row in rows if any(cell.strip() for cell in row.cells))
    head: list[str] = []
    for number, cells in filled:
        if len(cells) > MAX_COLUMNS:
            message = f"There are more than {MAX_COLUMNS} columns. Is this a table of articles?"
            raise InputError(message, source=name, line=number)
        if not head:
            head = _names(cells)
            continue
        extra = [f"column {n}" for n in range(len(head) + 1, len(cells) + 1)]
        padded = [*cells, *[""] * (len(head) - len(cells))]
        yield Record(number, dict(zip([*head, *extra], padded, strict=True)))
    if not head:
        raise InputError("The table is empty.", source=name)


def _names(cells: Sequence[str]) -> list[str]:
    """The columns' names, each another one."""
    names: list[str] = []
    seen: dict[str, int] = {}
    for n, cell in enumerate(cells, 1):
        told = " ".join(cell.split()) or f"column {n}"
        seen[told] = seen.get(told, 0) + 1
        names.append(told if seen[told] == 1 else f"{told} ({seen[told]})")
    return names
