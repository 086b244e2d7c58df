"""The Tab key goes through the form as the eye does: down, and along each line."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QWidget

_LINE = 30
_SAME = 6


def stops(page: QWidget) -> list[QWidget]:
    """What Tab stops at in a page, in reading order."""
    tab = Qt.FocusPolicy.TabFocus
    found: list[tuple[int, int, QWidget]] = []
    for widget in page.findChildren(QWidget):
        if not (widget.focusPolicy() & tab) or widget.focusProxy() is not None:
            continue
        if widget.isEnabled() and widget.isVisibleTo(page) and not widget.isWindow():
            at = widget.mapTo(page, QPoint(0, 0))
            middle = at.y() + min(widget.height(), _LINE) // 2
            x = at.x() if page.isLeftToRight() else -at.x()
            found.append((middle, x, widget))
    found.sort(key=lambda f: f[0])
    lines: list[list[tuple[int, QWidget]]] = []
    last = -_LINE
    for middle, x, widget in found:
        if middle - last > _SAME:
            lines.append([])
            last = middle
        lines[-1].append((x, widget))
    return [widget for line in lines for _, widget in sorted(line, key=lambda f: f[0])]


def neighbour(
    form: QWidget, page: QWidget, focus: QWidget | None, *, forward: bool
) -> QWidget | None:
    """The next stop (or the one before) in the page, else the nearest outside the form."""
    order = stops(page)
    if focus in order:
        at = order.index(focus) + (1 if forward else -1)
    else:
        at = 0 if forward else len(order) - 1
    if 0 <= at < len(order):
        return order[at]
    return _outside(form, forward=forward)


def _outside(form: QWidget, *, forward: bool) -> QWidget | None:
    widget: QWidget | None = form
    while True:
        assert widget is not None
        widget = widget.nextInFocusChain() if forward else widget.previousInFocusChain()
        if widget is None or widget is form:
            return None
        reachable = widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.focusProxy() is None
        if reachable and widget.isEnabled() and widget.isVisible():
            if not form.isAncestorOf(widget) and widget.window() is form.window():
                return widget
