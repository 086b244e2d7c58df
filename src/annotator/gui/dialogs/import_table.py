"""The table of what may come in: Space takes rows in or leaves them out."""

from __future__ import annotations

from PySide6.QtCore import QItemSelection, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from annotator.gui.theme import Theme
from annotator.session.candidates import DATE, FATE, SIZE, SOURCE, TITLE, CandidateTable

_WIDTHS = {SIZE: 96, DATE: 100, SOURCE: 120}
_NARROW = {SOURCE: 660, DATE: 520}
"""in a narrower table the column is not there: the article beside it has the same"""
_ROW = 30


class _Cell(QStyledItemDelegate):
    """What will not be added is pale; a fault is red, a double is in the accent."""

    def __init__(self, model: CandidateTable, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._model, self._theme = model, theme

    def initStyleOption(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """The ink of a cell."""
        super().initStyleOption(option, index)
        row = self._model.rows[index.row()]
        ink = "ink" if row.wanted else "faint"
        if index.column() == FATE:
            like = row.likeness
            if row.preview.entry is None and row.preview.fault:
                ink = "danger"
            elif row.may and like is not None and (like.near or like.above):
                ink = "accent"
            elif row.wanted:
                ink = "muted"
        color = self._theme.color(ink)
        option.palette.setColor(option.palette.ColorRole.Text, color)
        option.palette.setColor(
            option.palette.ColorRole.HighlightedText,
            color,
        )


class CandidateView(QTableView):
    """Rows of `model`; the one under the cursor is `shown`."""

    shown = Signal(int)
    """the current row; -1: none"""

    def __init__(self, model: CandidateTable, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._table, self._theme = model, theme
        self.hint: tuple[str, str] = ("", "")
        """what stands there while there are no rows: a line, and what to do"""
        self.setModel(model)
        self.setObjectName("candidates")
        self.setItemDelegate(_Cell(model, theme, self))
        self.setAccessibleName("Articles and what comes of them")
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(_ROW)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setStretchLastSection(True)
        header.setMinimumSectionSize(60)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Title and what comes of it share what the short columns leave."""
        super().resizeEvent(event)
        room = whole = self.viewport().width()
        for column, width in _WIDTHS.items():
            shown = whole >= _NARROW.get(column, 0)
            self.setColumnHidden(column, not shown)
            if shown:
                self.setColumnWidth(column, width)
                room -= width
        self.setColumnWidth(TITLE, max(120, round(room * 0.45)))

    def selectionChanged(self, now: QItemSelection, before: QItemSelection) -> None:
        """Another row is chosen."""
        super().selectionChanged(now, before)
        index = self.currentIndex()
        self.shown.emit(index.row() if index.isValid() else -1)

    def chosen(self) -> list[int]:
        """The selected rows."""
        return sorted(index.row() for index in self.selectionModel().selectedRows())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space takes the selected rows in or leaves them out."""
        if event.key() == Qt.Key.Key_Space and not event.modifiers():
            self._table.take(self.chosen())
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Without rows the hint."""
        super().paintEvent(event)
        if self._table.rowCount() or not self.hint[0]:
            return
        painter = QPainter(self.viewport())
        area = self.viewport().rect().adjusted(24, 0, -24, 0)
        centre = Qt.AlignmentFlag.AlignHCenter | Qt.TextFlag.TextWordWrap
        for text, ink, top in ((self.hint[0], "ink", -24), (self.hint[1], "muted", 2)):
            painter.setPen(self._theme.color(ink))
            painter.drawText(area.translated(0, area.height() // 2 + top), centre, text)
        painter.end()
