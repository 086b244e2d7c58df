"""A text to read, select in and copy from; nothing can be put into it."""

from __future__ import annotations

from PySide6.QtCore import QMimeData, QPointF, Qt
from PySide6.QtGui import QClipboard, QGuiApplication, QKeyEvent, QKeySequence, QMouseEvent
from PySide6.QtWidgets import QTextEdit, QWidget

from annotator.gui.article_selection import Selection, code_point
from annotator.model.segment import Extent


class Reader(QTextEdit):
    """Read-only, with a caret; all offsets are code points of the text that it was given."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setReadOnly(True)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByKeyboard
            | Qt.TextInteractionFlag.TextSelectableByMouse
        )
        self.setAcceptDrops(False)
        self.setTabChangesFocus(True)
        self.setCursorWidth(2)
        self._selection = Selection(self)

    def selected(self) -> Extent:
        """What a key would tag: the selection, or the unit at the caret, widened by `snap`."""
        return self._selection.taken()

    def set_selection(self, extent: Extent) -> None:
        """Select an extent; an empty one puts the caret."""
        self._selection.set(*extent)

    @property
    def caret(self) -> int:
        """Where the caret stands, in code points."""
        return self._selection.caret

    def position_at(self, point: QPointF) -> int:
        """The code point offset nearest to a point of the viewport."""
        return code_point(self._selection.text, self.cursorForPosition(point.toPoint()).position())

    def copy(self, mode: QClipboard.Mode = QClipboard.Mode.Clipboard) -> None:
        """Copy the article's own characters; the widget's have lost no-break spaces.

        Qt makes the clipboard's data: a QMimeData made in Python (as an overridden
        createMimeDataFromSelection would) outlives the interpreter, and crashes at the exit.
        """
        start, end = self._selection.raw
        if start < end:
            QGuiApplication.clipboard().setText(self._selection.text[start:end], mode)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy as above; the rest is Qt's."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """On X11 the selection is there for the middle button: in the article's characters."""
        super().mouseReleaseEvent(event)
        if QGuiApplication.clipboard().supportsSelection():
            self.copy(QClipboard.Mode.Selection)

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        """Nothing is put into an article."""
        return False
