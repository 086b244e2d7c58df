"""A button with a searchable list below it: one of many, or several of them ticked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QSizePolicy,
    QStyle,
    QStyleOptionButton,
    QVBoxLayout,
    QWidget,
)

from annotator.gui.dialogs.export_rows import Airy

_KEY = Qt.ItemDataRole.UserRole
_WORDS = Qt.ItemDataRole.UserRole + 1
_MOVES = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)
_TAKES = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_ROWS = 14
_FEW = 9
"""With so many rows there is nothing to search."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A row: what it stands for, its title, more words by which it is found, its group."""

    key: str
    title: str
    words: str = ""
    group: str = ""


class PickList(QFrame):
    """The list: arrows move, Enter takes, Esc leaves; where it is long, letters search it."""

    taken = Signal(str)
    """the key of a row that was taken, ticked or unticked"""

    def __init__(self, name: str, parent: QWidget, *, several: bool) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self._several = several
        self.setObjectName("picks")
        self.line = QLineEdit(self)
        self.line.setPlaceholderText("Type to search")
        self.line.setAccessibleName(f"Search {name.lower()}")
        self.line.setClearButtonEnabled(True)
        self.list = QListWidget(self)
        self.list.setAccessibleName(name)
        self.list.setUniformItemSizes(True)
        self.list.setItemDelegate(Airy(self.list))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(6)
        column.addWidget(self.line)
        column.addWidget(self.list, 1)
        if several:
            hint = QLabel("Space ticks. Nothing ticked: all.", self)
            hint.setProperty("quiet", True)
            column.addWidget(hint)
        for part in (self.line, self.list):
            part.installEventFilter(self)
        self.line.textChanged.connect(self._search)
        self.list.itemClicked.connect(self._take)

    def show_offers(self, offers: Sequence[Offer], chosen: Sequence[str]) -> None:
        """Other rows; the chosen ones are ticked, or the first of them is current."""
        self.list.clear()
        group = ""
        for offer in offers:
            if offer.group != group:
                group = offer.group
                self._head(group)
            item = QListWidgetItem(offer.title, self.list)
            item.setData(_KEY, offer.key)
            item.setData(_WORDS, f"{offer.title} {offer.words}".casefold())
            item.setToolTip(offer.title)
            if self._several:
                ticked = offer.key in chosen
                item.setCheckState(Qt.CheckState.Checked if ticked else Qt.CheckState.Unchecked)
            if chosen and offer.key == chosen[0]:
                self.list.setCurrentItem(item)
        self.line.clear()
        self.line.setVisible(len(offers) > _FEW)
        if self.list.currentItem() is None:
            self._first()

    def _head(self, title: str) -> None:
        head = QListWidgetItem(title, self.list)
        head.setFlags(Qt.ItemFlag.NoItemFlags)
        head.setForeground(self.palette().color(QPalette.ColorRole.PlaceholderText))

    def come(self, below: QWidget) -> None:
        """Open below a widget, on its screen."""
        rows = min(_ROWS, max(1, self.list.count()))
        self.list.setFixedHeight(rows * max(self.list.sizeHintForRow(0), 20) + 4)
        wanted = max(below.width(), min(360, self.list.sizeHintForColumn(0) + 60))
        self.resize(QSize(max(wanted, self.minimumSizeHint().width()), self.sizeHint().height()))
        corner = below.mapToGlobal(QPoint(0, below.height() + 2))
        room: QRect = below.screen().availableGeometry()
        x = max(room.left(), min(corner.x(), room.right() - self.width()))
        y = max(room.top(), min(corner.y(), room.bottom() - self.sizeHint().height()))
        self.move(x, y)
        self.show()
        (self.list if self.line.isHidden() else self.line).setFocus()
        self.list.scrollToItem(self.list.currentItem())

    def _rows(self) -> list[QListWidgetItem]:
        return [self.list.item(i) for i in range(self.list.count())]

    def _search(self, text: str) -> None:
        words = text.casefold().split()
        for item in self._rows():
            held = item.data(_WORDS)
            item.setHidden(bool(words) and (held is None or not all(w in held for w in words)))
        current = self.list.currentItem()
        if current is None or current.isHidden():
            self._first()

    def _first(self) -> None:
        usable = (i for i in self._rows() if not i.isHidden() and i.data(_KEY) is not None)
        self.list.setCurrentItem(next(usable, None))  # type: ignore[arg-type]

    def _take(self, item: QListWidgetItem | None) -> None:
        if item is None or item.isHidden() or item.data(_KEY) is None:
            return
        self.list.setCurrentItem(item)
        key = str(item.data(_KEY))
        if self._several:
            done, undone = Qt.CheckState.Checked, Qt.CheckState.Unchecked
            item.setCheckState(undone if item.checkState() == done else done)
        else:
            self.hide()
        self.taken.emit(key)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keys that mean the same in the search line and in the list."""
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress:
            return False
        blank = event.key() == Qt.Key.Key_Space and not self.line.text()
        if event.key() in _MOVES and watched is self.line:
            QApplication.sendEvent(self.list, event)
            return True
        if event.key() in _TAKES or blank:
            self._take(self.list.currentItem())
            self.line.selectAll()
            return True
        return False

    def hideEvent(self, event: QHideEvent) -> None:
        """Back to the button."""
        super().hideEvent(event)
        parent = self.parentWidget()
        if parent is not None and parent.isVisible():
            parent.setFocus()


class PickButton(QPushButton):
    """“Labels: all ▾”: its text says what is chosen; Space, Enter, ↓ or its letter open the list.

    `title` has the letter's &; without one, `name` is told to a screen reader only. With
    `several`, nothing chosen means all; else there is always one, and ↑ and ↓ step through them.
    """

    picked = Signal()
    """something else is chosen"""

    def __init__(self, title: str, parent: QWidget, *, several: bool, name: str = "") -> None:
        super().__init__(parent)
        self._title, self._several = title, several
        self._name = name or title.replace("&", "")
        self._offers: tuple[Offer, ...] = ()
        self._chosen: tuple[str, ...] = ()
        self.list = PickList(self._name, self, several=several)
        self.list.taken.connect(self._take)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(120)
        self.setAutoDefault(False)
        self.clicked.connect(self.open)
        self._show()

    @property
    def offers(self) -> tuple[Offer, ...]:
        """What there is to choose."""
        return self._offers

    @property
    def chosen(self) -> tuple[str, ...]:
        """The keys chosen, in the order of the offers."""
        return self._chosen

    def offer(self, offers: Sequence[Offer]) -> None:
        """Other rows; what is chosen and there still stays so."""
        self._offers = tuple(offers)
        self.choose(self._chosen)

    def choose(self, keys: Sequence[str]) -> None:
        """Choose; unknown keys are left out."""
        chosen = tuple(o.key for o in self._offers if o.key in keys)
        if not self._several:
            chosen = chosen[:1] or tuple(o.key for o in self._offers[:1])
        changed, self._chosen = chosen != self._chosen, chosen
        self._show()
        if changed:
            self.picked.emit()

    def _show(self) -> None:
        titles = [o.title for o in self._offers if o.key in self._chosen]
        said = ", ".join(titles) or "all"
        if self._several and len(titles) > 2:
            said = f"{len(titles)} of {len(self._offers)}"
        plain = said.replace("&", "&&")
        self.setText(f"{self._title}: {plain}" if self._title else plain)
        self.setAccessibleName(f"{self._name}: {said}")
        self.setToolTip(", ".join(titles) if len(titles) > 1 else "")
        self.update()

    def _take(self, key: str) -> None:
        if not self._several:
            self.choose([key])
        elif key in self._chosen:
            self.choose([k for k in self._chosen if k != key])
        else:
            self.choose([*self._chosen, key])

    def open(self) -> None:
        """Show the list."""
        self.list.show_offers(self._offers, self._chosen)
        self.list.come(self)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows: the next one of a single choice, else the list."""
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
        alone = not event.modifiers() & Qt.KeyboardModifier.AltModifier
        if event.key() in _TAKES or (step == 1 and not (alone and not self._several)):
            self.open()
        elif step is not None and alone and not self._several:
            keys = [o.key for o in self._offers]
            at = keys.index(self._chosen[0]) + step if self._chosen else 0
            self.choose([keys[max(0, min(at, len(keys) - 1))]])
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The text at the left, cut where it is too long, and a small arrow at the right."""
        painter = QPainter(self)
        option = QStyleOptionButton()
        self.initStyleOption(option)
        option.text = ""
        self.style().drawControl(QStyle.ControlElement.CE_PushButton, option, painter, self)
        inner = self.rect().adjusted(10, 0, -24, 0)
        role = QPalette.ColorRole.ButtonText
        shown = self.fontMetrics().elidedText(
            self.text(), Qt.TextElideMode.ElideRight, inner.width(), Qt.TextFlag.TextShowMnemonic
        )
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        self.style().drawItemText(
            painter, inner, flags | Qt.TextFlag.TextShowMnemonic, self.palette(),
            self.isEnabled(), shown, role,
        )  # fmt: skip
        arrow = self.rect().adjusted(self.width() - 22, 0, -8, 0)
        painter.setPen(self.palette().color(QPalette.ColorRole.Dark))
        painter.drawText(arrow, Qt.AlignmentFlag.AlignCenter, "▾")
        painter.end()
