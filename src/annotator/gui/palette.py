"""The command palette: every action by a few letters of its name."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence, QPainter, QPalette
from PySide6.QtWidgets import (
    QDialog,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

_ACTION = Qt.ItemDataRole.UserRole
_KEYS = Qt.ItemDataRole.UserRole + 1


def score(words: str, name: str) -> int | None:
    """How well `name` answers what was typed: less is better; None: not at all.

    The start of the name first, then the start of a word, then inside, then letters in order.
    """
    typed, held = words.casefold().strip(), name.casefold()
    if held.startswith(typed):
        return 0
    at = held.find(typed)
    if at >= 0:
        return 1 if held[at - 1] == " " else 2
    letters = iter(held)
    return 3 if all(c in letters for c in typed.replace(" ", "")) else None


class _WithKeys(QStyledItemDelegate):
    """The name at the left, its keys quietly at the right."""

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        super().paint(painter, option, index)
        painter.save()
        painter.setPen(option.palette.color(QPalette.ColorRole.PlaceholderText))
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(option.rect.adjusted(0, 0, -10, 0), right, index.data(_KEYS) or "")
        painter.restore()

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        return QSize(100, option.fontMetrics.height() + 9)


class Palette(QDialog):
    """A line to type in over a list; Enter runs the action, Esc leaves."""

    picked = Signal(QAction)

    def __init__(self, actions: list[QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Find a command")
        self.setObjectName("palette")
        self.setFixedWidth(560)
        self._actions = actions
        self.line = QLineEdit(self)
        self.line.setPlaceholderText("Type a command…")
        self.line.setAccessibleName("Command")
        self.list = QListWidget(self)
        self.list.setAccessibleName("Commands")
        self.list.setItemDelegate(_WithKeys(self.list))
        self.list.setMinimumHeight(360)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.addWidget(self.line)
        column.addWidget(self.list)
        self.line.textChanged.connect(self._filter)
        self.line.returnPressed.connect(self._take)
        self.list.itemClicked.connect(lambda _: self._take())
        self.line.installEventFilter(self)
        self._filter("")
        self.line.setFocus()

    def _filter(self, words: str) -> None:
        self.list.clear()
        rows = []
        for number, action in enumerate(self._actions):
            name = action.text().replace("&", "")
            found = score(words, name)
            if found is not None:
                rows.append((found, not action.isEnabled(), number, name, action))
        for _found, disabled, _number, name, action in sorted(rows, key=lambda r: r[:3]):
            keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
            item = QListWidgetItem(name)
            item.setData(_ACTION, action)
            item.setData(_KEYS, keys)
            if disabled:
                item.setFlags(Qt.ItemFlag.NoItemFlags)
            self.list.addItem(item)
        self.list.setCurrentRow(0)

    def _take(self) -> None:
        item = self.list.currentItem()
        if item is not None and item.flags() & Qt.ItemFlag.ItemIsEnabled:
            action: QAction = item.data(_ACTION)
            self.accept()
            self.picked.emit(action)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Up and down move in the list while one types."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
            if step is not None and self.list.count():
                self.list.setCurrentRow((self.list.currentRow() + step) % self.list.count())
                return True
        return super().eventFilter(watched, event)
