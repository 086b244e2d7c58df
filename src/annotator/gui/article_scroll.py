"""Scrolling to what is wanted in sight: softly, with lines of context."""

from __future__ import annotations

from PySide6.QtCore import QEasingCurve, QPropertyAnimation
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QStyle, QTextEdit

_MS = 140


class Scroll:
    """Moves the vertical scroll bar of `edit`."""

    def __init__(self, edit: QTextEdit) -> None:
        self._edit = edit
        self._motion = QPropertyAnimation(edit.verticalScrollBar(), b"value", edit)
        self._motion.setEasingCurve(QEasingCurve.Type.OutCubic)

    def stop(self) -> None:
        """Stay where it is."""
        self._motion.stop()

    def nudge(self, y: float) -> None:
        """A little towards a height above or below the viewport."""
        beyond = min(0.0, y) + max(0.0, y - self._edit.viewport().height())
        bar = self._edit.verticalScrollBar()
        bar.setValue(bar.value() + round(max(-40.0, min(40.0, beyond))))

    def to_top(self, position: int) -> None:
        """The row of a UTF-16 offset becomes the first; at once."""
        if position > 0:
            self.stop()
            bar = self._edit.verticalScrollBar()
            bar.setValue(bar.value() + self._top_of(position))

    def _top_of(self, position: int) -> int:
        cursor = QTextCursor(self._edit.document())
        cursor.setPosition(position)
        return self._edit.cursorRect(cursor).top()

    def show(self, start: int, end: int, context: float, came_from: int) -> None:
        """Bring UTF-16 offsets `start`–`end` in sight with `context` pixels around.

        `came_from` is the scroll value to move from: putting the caret has scrolled already.
        """
        self.stop()
        bar = self._edit.verticalScrollBar()
        low, high = self._top_of(start) + bar.value(), self._top_of(end) + bar.value()
        height, value = self._edit.viewport().height(), came_from
        if low - context < value or high + 2 * context > value + height:
            if high < value or low > value + height:
                value = int(low - height / 3)  # from afar: where the eye rests
            elif low - context < value or high - low + 3 * context > height:
                value = int(low - context)
            else:
                value = int(high + 2 * context - height)
        self._go(came_from, max(0, min(value, bar.maximum())))

    def _go(self, start: int, end: int) -> None:
        bar, style = self._edit.verticalScrollBar(), self._edit.style()
        hint = QStyle.StyleHint.SH_Widget_Animation_Duration
        far = abs(end - start) > 2 * self._edit.viewport().height()
        if start == end or far or not self._edit.isVisible() or style.styleHint(hint) <= 0:
            bar.setValue(end)
            return
        bar.setValue(start)
        self._motion.setDuration(_MS)
        self._motion.setStartValue(start)
        self._motion.setEndValue(end)
        self._motion.start()
