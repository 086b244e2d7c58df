"""A line edit that searches as somebody types, with the list of what it offers below it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFont,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import (
    QCompleter,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from annotator.gui.field_base import Line
from annotator.gui.form_style import Look, font, popup_sheet

Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
_OFFER = Qt.ItemDataRole.UserRole
_ROWS = 9
_WIDEST = 420


@dataclass(frozen=True, slots=True)
class Offer:
    """A row of the list. `new` makes a record instead of choosing one."""

    value: str
    title: str
    detail: str = ""
    new: bool = False
    likely: bool = True
    """False: found by its letters only; Enter does not take it unasked."""


class OfferModel(QAbstractListModel):
    """The offers of the moment."""

    def __init__(self) -> None:
        super().__init__()
        self.offers: Sequence[Offer] = ()

    def show(self, offers: Sequence[Offer]) -> None:
        """Other rows."""
        self.beginResetModel()
        self.offers = offers
        self.endResetModel()

    def rowCount(self, parent: Index = _ROOT) -> int:
        """Rows."""
        return 0 if parent.isValid() else len(self.offers)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """What is read, and read out."""
        if not index.isValid():
            return None
        offer = self.offers[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return offer.title
        if role == _OFFER:
            return offer
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{offer.title}, {offer.detail}" if offer.detail else offer.title
        return None


class OfferDelegate(QStyledItemDelegate):
    """Title in ink, the quiet rest after it."""

    def __init__(self, look: Look, *, bold: bool, parent: QListView) -> None:
        super().__init__(parent)
        self._look, self._bold = look, bold

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """One airy line."""
        return QSize(60, QFontMetrics(option.font).height() + 8)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """One offer."""
        offer: Offer = index.data(_OFFER)
        look = self._look
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.color("current"))
            painter.drawRoundedRect(option.rect, 3, 3)
        box = option.rect.adjusted(7, 0, -7, 0)
        face = font(bold=self._bold and not offer.new)
        used = _draw(painter, box, offer.title, face, look.color("accent" if offer.new else "ink"))
        rest = box.adjusted(used + 10, 0, 0, 0)
        if offer.detail and rest.width() > 24:
            _draw(painter, rest, offer.detail, font(-1), look.color("muted"))
        painter.restore()


def _draw(painter: QPainter, box: QRect, text: str, face: QFont, color: QColor) -> int:
    painter.setFont(face)
    painter.setPen(color)
    metrics = painter.fontMetrics()
    shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, box.width())
    painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)
    return metrics.horizontalAdvance(shown)


class SearchLine(Line):
    """Shows what is chosen; typing searches; Enter takes the marked row; Delete clears.

    `find` gives the offers for what is typed, "" for all.
    """

    chosen = Signal(object)
    """an Offer"""
    cleared = Signal()

    def __init__(
        self, find: Callable[[str], Sequence[Offer]], look: Look, *, bold: bool = False
    ) -> None:
        super().__init__()
        self._find, self._look = find, look
        self.searching = False
        self._shown = ""
        self.model = OfferModel()
        self.popup = QListView()
        self.popup.setUniformItemSizes(True)
        self.popup.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.popup.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._completer = QCompleter(self.model, self)
        self._completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self._completer.setPopup(self.popup)
        self.popup.setItemDelegate(OfferDelegate(look, bold=bold, parent=self.popup))
        self._completer.setMaxVisibleItems(_ROWS)
        self._completer.setWidget(self)
        by_index = self._completer.activated[QModelIndex]  # type: ignore[index]
        by_index.connect(self._take)
        self.textEdited.connect(self._search)
        self.left.connect(self._leave)
        self.setTextMargins(0, 0, 16, 0)

    def display(self, text: str) -> None:
        """Show what is chosen; a search goes on undisturbed."""
        self._shown = text
        if not self.searching and self.text() != text:
            self.setText(text)
            self.setCursorPosition(0)
            if self.hasFocus():
                self.selectAll()

    # -- the list --------------------------------------------------------------------------

    def open_list(self) -> None:
        """Offer what fits what is typed, or everything."""
        typed = self.text() if self.searching else ""
        offers = self._find(typed)
        self.model.show(offers)
        if not offers:
            self.popup.hide()
            return
        self.popup.setStyleSheet(popup_sheet(self._look.theme))
        box = self.rect()
        width = max(box.width(), min(_WIDEST, self._widest(offers)))
        box.setWidth(width)
        self._completer.complete(box)
        likely = (i for i, o in enumerate(offers) if o.likely)  # a new one is, too
        marked = next((i for i, o in enumerate(offers) if o.title == self._shown), None)
        row = next(likely, 0) if typed or marked is None else marked
        self._mark(row)

    def _mark(self, row: int) -> None:
        """Mark a row (the list shows the completer's own model, row for row the same)."""
        self.popup.setCurrentIndex(self.popup.model().index(row, 0))

    def _widest(self, offers: Sequence[Offer]) -> int:
        metrics = QFontMetrics(font(bold=True))
        longest = max(len(o.title) + len(o.detail) for o in offers[:60])
        return int(metrics.averageCharWidth() * longest) + 40

    def _search(self) -> None:
        self.searching = True
        self.open_list()

    def _take(self, index: QModelIndex) -> None:
        if 0 <= index.row() < len(self.model.offers):
            self.take(self.model.offers[index.row()])

    def take(self, offer: Offer) -> None:
        """Choose an offer."""
        self.popup.hide()
        self.searching = False
        self.chosen.emit(offer)
        self.setText(self._shown)
        self.selectAll()

    def clear_choice(self) -> None:
        """Choose nothing."""
        self.popup.hide()
        self.searching = False
        self.cleared.emit()
        self.setText(self._shown)

    def _leave(self) -> None:
        """What is typed in full is meant; anything else was only a search."""
        if not self.searching:
            return
        typed = self.text().strip().casefold()
        self.popup.hide()
        self.searching = False
        for offer in self._find(self.text()) if typed else ():
            if not offer.new and typed in (offer.title.casefold(), offer.value.casefold()):
                self.take(offer)
                return
        self.setText(self._shown)

    # -- keys and mouse --------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk the list, take, clear; the rest is typing."""
        key, plain = event.key(), event.modifiers() == Qt.KeyboardModifier.NoModifier
        if self.popup.isVisible():
            if self._walk(event):
                return
        elif key in (Qt.Key.Key_Down, Qt.Key.Key_F4) or (
            key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and plain
        ):
            self.enter() if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) else self.open_list()
            return
        elif key == Qt.Key.Key_Escape and self.searching:
            self.stop_search()
            self.selectAll()
            return
        if self._clears(event):
            self.clear_choice()
            return
        super().keyPressEvent(event)

    def enter(self) -> None:
        """Enter without a list: what nothing fits is dropped, and all that can be is offered."""
        if self.searching and not self._find(self.text()):
            self.stop_search()
            self.selectAll()
        self.open_list()

    def _walk(self, event: QKeyEvent) -> bool:
        """A key for the open list."""
        rows, at = len(self.model.offers), self.popup.currentIndex().row()
        match event.key():
            case Qt.Key.Key_Down | Qt.Key.Key_Up:
                by = 1 if event.key() == Qt.Key.Key_Down else -1
                row = (at + by) % rows if at >= 0 else 0
                self._mark(row)
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                    self.popup.hide()
                    return False
                self._take(self.popup.model().index(max(at, 0), 0))
            case Qt.Key.Key_Escape:
                self.stop_search()
                self.selectAll()
            case _:
                return False
        return True

    def stop_search(self) -> None:
        """Show again what is chosen."""
        self.popup.hide()
        self.searching = False
        if self.text() != self._shown:
            self.setText(self._shown)

    def _clears(self, event: QKeyEvent) -> bool:
        if event.key() not in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) or not self._shown:
            return False
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            return not self.searching
        whole = self.selectedText() == self.text()
        return not self.searching and (whole or event.key() == Qt.Key.Key_Delete)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """The arrow at the right opens the list."""
        super().mousePressEvent(event)
        if event.position().x() > self.width() - 20 or not self.searching:
            QTimer.singleShot(0, self.open_list)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Ready to type over what is there."""
        super().focusInEvent(event)
        if event.reason() == Qt.FocusReason.MouseFocusReason:
            QTimer.singleShot(0, self._select_all)  # the click puts the cursor first
        elif event.reason() != Qt.FocusReason.PopupFocusReason:
            self._select_all()

    def _select_all(self) -> None:
        if self.hasFocus() and not self.searching:
            self.selectAll()

    def event(self, event: QEvent) -> bool:
        """Escape closes the list before anybody else hears of it; Tab takes the marked row."""
        if isinstance(event, QKeyEvent):
            override = event.type() == QEvent.Type.ShortcutOverride
            listed = self.popup.isVisible()
            if override and event.key() == Qt.Key.Key_Escape and (self.searching or listed):
                event.accept()
                return True
            tab = event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Tab
            if tab and listed and self.searching and self.text().strip():
                self._take(self.popup.currentIndex())
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The field, and a small arrow that says that there is a list."""
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = painter.pen()
        pen.setColor(self._look.color("faint"))
        pen.setWidthF(1.4)
        painter.setPen(pen)
        x, y = self.width() - 15, self.height() // 2 - 1
        painter.drawLine(x, y, x + 4, y + 4)
        painter.drawLine(x + 4, y + 4, x + 8, y)
        painter.end()
