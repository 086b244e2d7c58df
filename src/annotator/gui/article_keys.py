"""Which keys the article takes for itself."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

_FORTH = (Qt.Key.Key_Tab, Qt.Key.Key_Right, Qt.Key.Key_Down)
_BACK = (Qt.Key.Key_Backtab, Qt.Key.Key_Left, Qt.Key.Key_Up)
_WALK = {
    Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down,
    Qt.Key.Key_Home, Qt.Key.Key_End,
}  # fmt: skip
_PAGE = (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)
_SHIFT = Qt.KeyboardModifier.ShiftModifier
_CONTROL = Qt.KeyboardModifier.ControlModifier
_KEYPAD = Qt.KeyboardModifier.KeypadModifier


def is_walk(event: QKeyEvent) -> bool:
    """True for what moves the caret or stretches the selection."""
    if event.key() in _PAGE:  # with Ctrl the window goes to another article
        return not event.modifiers() & ~(_SHIFT | _KEYPAD)
    return event.key() in _WALK and not event.modifiers() & ~(_SHIFT | _CONTROL | _KEYPAD)


def pick_step(event: QKeyEvent) -> int | None:
    """While a target is chosen: 1 next, -1 previous, 0 take it; None: another key."""
    if event.modifiers() & ~(_SHIFT | _KEYPAD):
        return None
    if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
        return 0
    if event.key() in _FORTH:
        back = event.key() == Qt.Key.Key_Tab and bool(event.modifiers() & _SHIFT)
        return -1 if back else 1
    return -1 if event.key() in _BACK else None
