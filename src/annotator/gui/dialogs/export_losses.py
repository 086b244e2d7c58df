"""What an export would lose, as a tree: reason × count, below it the first places."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QFont, QKeyEvent, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QTreeView,
    QWidget,
)

from annotator.gui.dialogs.export_rows import Airy
from annotator.session.exports import Rehearsed, Spot

_SPOT = Qt.ItemDataRole.UserRole
_FEW = 24
"""Places that are shown unfolded."""


class LossTree(QTreeView):
    """Enter or a double click on a place tells that somebody wants to see it."""

    wanted = Signal(object)
    """a Spot"""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._rows = QStandardItemModel(0, 3, self)
        self._rows.setHorizontalHeaderLabels(["Article", "Label", "Words"])
        self.setModel(self._rows)
        self.setItemDelegate(Airy(self))
        self.setAccessibleName("What would be lost")
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setUniformRowHeights(True)
        self.setAllColumnsShowFocus(True)
        self.setExpandsOnDoubleClick(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setIndentation(18)
        self.setToolTip("Enter or a double click goes to the place.")
        header = self.header()
        header.hide()
        header.setStretchLastSection(True)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.doubleClicked.connect(self._go)

    def show_losses(self, found: Rehearsed) -> None:
        """Other losses; what was unfolded stays so, and the current row stays near."""
        fresh = not self._rows.rowCount()
        opened, current = self._opened(), self._current()
        self._rows.removeRows(0, self._rows.rowCount())
        counts = found.rehearsal.losses.counts
        for reason, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])):
            self._add(reason, count, found.spots.get(reason, ()), found)
        few = fresh and sum(map(len, found.spots.values())) <= _FEW
        for number in range(self._rows.rowCount()):
            index = self._rows.index(number, 0)
            self.setFirstColumnSpanned(number, QModelIndex(), True)
            self.setExpanded(index, few or index.data(_SPOT) in opened)
        self._restore(*current)

    def _add(self, reason: str, count: int, spots: Iterable[Spot], found: Rehearsed) -> None:
        head = QStandardItem(f"{count:,} × {reason}")
        head.setData(reason, _SPOT)
        bold = QFont(self.font())
        bold.setBold(True)
        head.setFont(bold)
        shown = 0
        for shown, spot in enumerate(spots, 1):  # noqa: B007  it is counted
            cells = [QStandardItem(t) for t in (spot.title, spot.label, spot.words)]
            for cell in cells:
                cell.setData(spot, _SPOT)
                cell.setToolTip(cell.text())
            head.appendRow(cells)
        rest = len(found.rehearsal.losses.places.get(reason, ())) - shown
        if rest > 0:
            more = QStandardItem(f"and {rest:,} places more")
            more.setForeground(self.palette().placeholderText())
            more.setFlags(Qt.ItemFlag.ItemIsEnabled)
            head.appendRow(more)
        self._rows.appendRow(head)

    def _opened(self) -> set[str]:
        heads = (self._rows.index(n, 0) for n in range(self._rows.rowCount()))
        return {str(h.data(_SPOT)) for h in heads if self.isExpanded(h)}

    def _current(self) -> tuple[str, int]:
        """Reason and number of the current place; -1: the reason itself."""
        index = self.currentIndex()
        head = index.parent() if index.parent().isValid() else index
        return str(head.data(_SPOT)), index.row() if index.parent().isValid() else -1

    def _restore(self, reason: str, place: int) -> None:
        for number in range(self._rows.rowCount()):
            head = self._rows.index(number, 0)
            if head.data(_SPOT) == reason:
                last = self._rows.rowCount(head) - 1
                at = self._rows.index(min(place, last), 0, head) if place >= 0 <= last else head
                self.setCurrentIndex(at)
                return
        if self._rows.rowCount():
            self.setCurrentIndex(self._rows.index(0, 0))

    def resizeEvent(self, event: object) -> None:
        """Title and words share the room; a label is short."""
        super().resizeEvent(event)  # type: ignore[arg-type]
        width = self.viewport().width()
        self.setColumnWidth(0, round(width * 0.4))
        self.setColumnWidth(1, min(110, round(width * 0.2)))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter goes to the place, and no further: it would press the dialog's own button."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._go(self.currentIndex())
            event.accept()
        else:
            super().keyPressEvent(event)

    def _go(self, index: QModelIndex) -> None:
        spot = index.data(_SPOT) if index.isValid() else None
        if isinstance(spot, Spot):
            self.wanted.emit(spot)
        elif isinstance(self.sender(), QTreeView) or not index.isValid():
            return  # a double click unfolds by itself
        else:
            self.setExpanded(index, not self.isExpanded(index))
