"""What may come in, as a Qt model: one row an article that was read, or why it can't be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from annotator.formats import Preview
from annotator.model.corpus import Entry

Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
Role = Qt.ItemDataRole
COLUMNS = ("Title", "Characters", "Date", "Source", "What comes of it")
TITLE, SIZE, DATE, SOURCE, FATE = range(5)
FACTS = ("title", "source", "url", "language", "date")
Key = tuple[Path, int]
"""the file, and which of its articles"""


@dataclass(frozen=True, slots=True)
class Likeness:
    """What a new text is like: titles of earlier ones, "" for none.

    `there`: the project has exactly this text. `above`: an earlier row has. `near` has nearly the
    same words.
    """

    there: str = ""
    above: str = ""
    near: str = ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One row. `edits` are the facts that a person gave; `taken` None: as the program proposes."""

    key: Key
    preview: Preview
    likeness: Likeness | None = None
    edits: Mapping[str, str] = field(default_factory=dict)
    taken: bool | None = None

    @property
    def entry(self) -> Entry | None:
        """The article as it would be added, but for what the person says of all."""
        found = self.preview.entry
        if found is None or not self.edits:
            return found
        article = replace(found.article, **self.edits)  # type: ignore[arg-type]
        if "date" in self.edits:
            article = replace(article, date_source="given" if article.date else "")
        return replace(found, article=article)

    @property
    def may(self) -> bool:
        """True where it can be added."""
        there = self.likeness is not None and bool(self.likeness.there)
        return self.preview.entry is not None and not there

    @property
    def wanted(self) -> bool:
        """True where it will be added."""
        if not self.may or self.taken is not None:
            return self.may and bool(self.taken)
        like = self.likeness
        return like is None or not (like.above or like.near)

    @property
    def fate(self) -> str:
        """What will come of it, in a sentence."""
        return " ".join((self.verdict, *self.preview.notes)) if self.wanted else self.verdict

    @property
    def verdict(self) -> str:
        """What will come of it, without what the reader has to say."""
        if self.preview.entry is None:
            told = self.preview.fault or " ".join(self.preview.notes)
            return told.removeprefix(f"{self.key[0].name}, ").removeprefix(f"{self.key[0].name}: ")
        like = self.likeness or Likeness()
        if like.there:
            return f"Already in the project, as ‘{like.there}’."
        double = f"the same text as ‘{like.above}’ above" if like.above else ""
        if like.near and not double:
            double = f"nearly the same as ‘{like.near}’"
        if self.wanted:
            return f"Will be added, though {double}." if double else "Will be added."
        return f"Left out: {double}." if double else "Left out."


class CandidateTable(QAbstractTableModel):
    """The candidates in the order they were read; what the person said of one outlives a reread."""

    changed = Signal()
    """other rows will be added than before"""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[Candidate] = []
        self._said: dict[Key, tuple[Mapping[str, str], bool | None]] = {}
        self._date = ""

    # -- filling ---------------------------------------------------------------------------

    def clear(self) -> None:
        """No rows."""
        self.beginResetModel()
        self._rows = []
        self.endResetModel()
        self.changed.emit()

    def add(self, previews: Iterable[tuple[Key, Preview]]) -> None:
        """More rows at the end."""
        new = [self._made(key, preview) for key, preview in previews]
        if new:
            at = len(self._rows)
            self.beginInsertRows(_ROOT, at, at + len(new) - 1)
            self._rows += new
            self.endInsertRows()
            self.changed.emit()

    def replace_files(self, paths: Iterable[Path], new: Sequence[tuple[Key, Preview]]) -> None:
        """Other rows for some files, which were read again; they stand where the old ones did."""
        wanted = set(paths)
        made: dict[Path, list[Candidate]] = {path: [] for path in wanted}
        for key, preview in new:
            made[key[0]].append(self._made(key, preview))
        rows: list[Candidate] = []
        for row in self._rows:
            path = row.key[0]
            rows += [row] if path not in wanted else made.pop(path, [])
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()
        self.changed.emit()

    def _made(self, key: Key, preview: Preview) -> Candidate:
        edits, taken = self._said.get(key, ({}, None))
        return Candidate(key, preview, edits=edits, taken=taken)

    def liken(self, likenesses: Mapping[Key, Likeness]) -> None:
        """What rows are like, once it is known."""
        self._rows = [
            replace(row, likeness=likenesses[row.key]) if row.key in likenesses else row
            for row in self._rows
        ]
        self._repaint(0, len(self._rows) - 1)

    def set_date(self, date: str) -> None:
        """The publication date of all that have none of their own by hand; "": as it was read."""
        self._date = date
        self._repaint(0, len(self._rows) - 1)

    def _repaint(self, first: int, last: int) -> None:
        if last >= first:
            self.dataChanged.emit(self.index(first, 0), self.index(last, len(COLUMNS) - 1))
        self.changed.emit()

    # -- asking ----------------------------------------------------------------------------

    @property
    def rows(self) -> Sequence[Candidate]:
        """All rows."""
        return self._rows

    def entry(self, row: int) -> Entry | None:
        """The article of a row as it would be added; None: it can't be read."""
        entry = self._rows[row].entry
        if entry is None or not self._date or "date" in self._rows[row].edits:
            return entry
        return replace(entry, article=replace(entry.article, date=self._date, date_source="given"))

    def wanted(self) -> Iterator[Entry]:
        """The articles to be added."""
        for number, row in enumerate(self._rows):
            entry = self.entry(number) if row.wanted else None
            if entry is not None:
                yield entry

    def count(self) -> int:
        """How many will be added."""
        return sum(row.wanted for row in self._rows)

    def row_of(self, key: Key) -> int:
        """The row of a candidate; -1 where it is gone."""
        return next((n for n, row in enumerate(self._rows) if row.key == key), -1)

    # -- saying ----------------------------------------------------------------------------

    def edit(self, row: int, name: str, value: str) -> None:
        """Another value for a fact of an article, as a person gives it."""
        old = self._rows[row]
        found = self.preview_value(row, name)
        edits = {**old.edits, name: value}
        if value == found and not (name == "date" and self._date):
            edits.pop(name)
        self._put(row, replace(old, edits=edits))

    def preview_value(self, row: int, name: str) -> str:
        """A fact as it was read."""
        entry = self._rows[row].preview.entry
        return str(getattr(entry.article, name)) if entry is not None else ""

    def take(self, rows: Iterable[int], on: bool | None = None) -> None:
        """Take rows in or leave them out; None: all in, or where all are in, all out."""
        chosen = [n for n in rows if self._rows[n].may]
        if on is None:
            on = not all(self._rows[n].wanted for n in chosen)
        for number in chosen:
            self._rows[number] = replace(self._rows[number], taken=on)
            self._said[self._rows[number].key] = (self._rows[number].edits, on)
        if chosen:
            self._repaint(min(chosen), max(chosen))

    def _put(self, row: int, candidate: Candidate) -> None:
        self._rows[row] = candidate
        self._said[candidate.key] = (candidate.edits, candidate.taken)
        self._repaint(row, row)

    # -- Qt --------------------------------------------------------------------------------

    def rowCount(self, parent: Index = _ROOT) -> int:
        """Rows."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = _ROOT) -> int:
        """Columns."""
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(self, section: int, way: Qt.Orientation, role: int = Role.DisplayRole) -> Any:
        """Their titles."""
        if way == Qt.Orientation.Horizontal and role == Role.DisplayRole:
            return COLUMNS[section]
        if role == Role.TextAlignmentRole:
            return _aligned(section)
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """The first cell bears the tick."""
        kept = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        if index.isValid() and index.column() == TITLE and self._rows[index.row()].may:
            kept |= Qt.ItemFlag.ItemIsUserCheckable
        return kept

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        """What a cell shows."""
        if not index.isValid():
            return None
        row, column = self._rows[index.row()], index.column()
        if role == Role.CheckStateRole and column == TITLE and row.may:
            return Qt.CheckState.Checked if row.wanted else Qt.CheckState.Unchecked
        if role == Role.TextAlignmentRole:
            return _aligned(column)
        if role == Role.ToolTipRole:
            return f"{row.key[0]}\n{row.fate}" if column != TITLE else str(row.key[0])
        if role == Role.AccessibleTextRole and column == TITLE:
            return f"{self._cell(index.row(), TITLE)}, {row.fate}"
        if role == Role.DisplayRole:
            return self._cell(index.row(), column)
        return None

    def _cell(self, number: int, column: int) -> str:
        row, entry = self._rows[number], self.entry(number)
        if column == FATE:
            return row.fate
        if entry is None:
            return row.key[0].name if column == TITLE else ""
        article = entry.article
        if column == SIZE:
            return f"{len(entry.text):,}".replace(",", " ")
        return {TITLE: article.title, DATE: article.date, SOURCE: article.source}[column]

    def setData(self, index: Index, value: Any, role: int = Role.EditRole) -> bool:
        """A tick set or taken away."""
        if role != Role.CheckStateRole or not index.isValid() or not self._rows[index.row()].may:
            return False
        self.take([index.row()], Qt.CheckState(value) == Qt.CheckState.Checked)
        return True


def _aligned(column: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if column == SIZE else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter
