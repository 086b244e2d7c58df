"""Rows that fill one record together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from annotator.gui.field_base import Surroundings
from annotator.gui.form_records import Filled
from annotator.gui.form_row import FieldRow
from annotator.gui.form_style import COLUMN
from annotator.model.check import Problem
from annotator.model.codebook import Field, Role, visible


class RowSet:
    """The field rows of one record, wherever they stand."""

    def __init__(self, around: Surroundings, role: Role, *, column: int = COLUMN) -> None:
        self._around, self._role, self._column = around, role, column
        self.rows: dict[str, FieldRow] = {}
        self.record: Filled | None = None

    def add(self, fields: Iterable[Field]) -> Iterator[FieldRow]:
        """Rows for fields, bound to the record that is shown."""
        for field in fields:
            row = FieldRow(field, self._around, self._role, column=self._column)
            self.rows[field.name] = row
            row.bind(self.record)
            yield row

    def bind(self, record: Filled | None) -> None:
        """Fill another record from now on; `refresh` follows."""
        self.record = record
        for row in self.rows.values():
            row.bind(record)

    def refresh(self) -> None:
        """Show the record as it is now; a hidden field comes out where it is wrong."""
        if self.record is None or not self.rows:
            return
        held, effective = self.record.held(), self.record.effective()
        faults = first_faults(self.record.problems())
        for name, row in self.rows.items():
            fault = faults.get(name, "")
            shown = bool(fault) or visible(row.field, effective)
            if row.isHidden() == shown:
                row.setVisible(shown)
            if shown:
                row.refresh(held, effective, fault)

    def take_pending(self) -> list[Callable[[], object]]:
        """What is typed and not told yet."""
        return [write for row in self.rows.values() for write in row.take_pending()]

    def flush(self) -> None:
        """Tell at once what is typed."""
        for row in self.rows.values():
            row.flush()


def first_faults(problems: Iterable[Problem]) -> dict[str, str]:
    """Field or link name → the first sentence about it."""
    faults: dict[str, str] = {}
    for problem in problems:
        faults.setdefault(problem.field, problem.message)
    return faults
