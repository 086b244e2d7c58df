"""Chips: small pieces with words on them, that flow over as many lines as they need."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QPushButton, QWidget

from annotator.gui.field_base import FieldInput, Line, Shown, Surroundings, set_property
from annotator.gui.field_offers import Offer, SearchLine
from annotator.gui.field_search import NameIndex
from annotator.gui.form_style import HEIGHT, Look, font
from annotator.model.codebook import ChoicesField, StringsField

_GAP = 4
_CHIP = 22


class Flow(QWidget):
    """Places its pieces one after the other, as many lines as needed, as high as they are."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pieces: list[QWidget] = []
        self.setFixedHeight(HEIGHT)

    def pieces(self) -> list[QWidget]:
        """What it places, in order."""
        return list(self._pieces)

    def put(self, pieces: list[QWidget]) -> None:
        """Other pieces; those that went are hidden, not deleted."""
        for gone in self._pieces:
            if gone not in pieces:
                gone.hide()
        self._pieces = pieces
        for piece in pieces:
            if piece.parentWidget() is not self:
                piece.setParent(self)
            piece.show()
        self.arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width, other lines."""
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self.arrange()

    def arrange(self) -> None:
        """Place the pieces; one that stretches takes the rest of its line."""
        x = y = 0
        width = max(self.width(), 60)
        for at, piece in enumerate(self._pieces):
            widest = max(width - self._tail(at), 60) if isinstance(piece, Chip) else width
            wanted = min(piece.sizeHint().width(), widest)
            if x and x + wanted > width:
                x, y = 0, y + _CHIP + _GAP
            stretches = piece.property("stretches")
            high = piece.height() if stretches else _CHIP
            taken = width - x if stretches else wanted
            left = x if self.isLeftToRight() else width - x - taken
            piece.setGeometry(left, y + (HEIGHT - high) // 2, taken, high)
            x += taken + _GAP
        self.setFixedHeight(y + HEIGHT)

    def _tail(self, at: int) -> int:
        """Room for the buttons between a chip and the next: they stay on its line."""
        tail = 0
        for piece in self._pieces[at + 1 :]:
            if isinstance(piece, Chip) or piece.property("stretches"):
                break
            tail += piece.sizeHint().width() + _GAP
        return tail

    def sizeHint(self) -> QSize:
        """Whatever there is."""
        return QSize(80, self.height())

    def minimumSizeHint(self) -> QSize:
        """Narrow enough for any panel."""
        return QSize(60, self.height())


class Chip(QPushButton):
    """Words on a tint, with a cross that removes them. Delete removes, too.

    `color` is a label's colour; "" is a neutral chip.
    """

    removed = Signal()
    pressed_on = Signal()
    """a click or Enter, not on the cross"""

    def __init__(self, look: Look, *, bold: bool = True) -> None:
        super().__init__()
        self._look, self.color, self._bold = look, "", bold
        self.words, self.quiet = "", ""
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFixedHeight(_CHIP)
        self.clicked.connect(self.pressed_on)

    def show_words(self, words: str, color: str, spoken: str, quiet: str = "") -> None:
        """Other words."""
        self.words, self.color, self.quiet = words, color, quiet
        self.setAccessibleName(spoken)
        self.setToolTip(words if len(words) > 24 else "")
        self.updateGeometry()
        self.update()

    def _face(self) -> QFontMetrics:
        return QFontMetrics(font(-1, bold=self._bold))

    def sizeHint(self) -> QSize:
        """Its words, the quiet ones, the cross."""
        width = self._face().horizontalAdvance(self.words) + 9 + 20 + 4
        if self.quiet:
            width += QFontMetrics(font(-2)).horizontalAdvance(self.quiet) + 6
        return QSize(width, _CHIP)

    def minimumSizeHint(self) -> QSize:
        """Down to an ellipsis."""
        return QSize(40, _CHIP)

    def _cross(self) -> QRectF:
        side = self.width() - 19 if self.isLeftToRight() else 3
        return QRectF(side, 3, 16, self.height() - 6)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """The cross removes."""
        if self._cross().contains(event.position()):
            self.setDown(False)
            self.removed.emit()
            return
        super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Delete removes, Enter is a click; arrows are not Qt's to move the focus."""
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.removed.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self.click()
        elif event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self._walk(1 if (event.key() == Qt.Key.Key_Right) == self.isLeftToRight() else -1)
        else:
            super().keyPressEvent(event)

    def _walk(self, by: int) -> None:
        flow = self.parentWidget()
        if isinstance(flow, Flow):
            stops = [p for p in flow.pieces() if p.focusPolicy() & Qt.FocusPolicy.TabFocus]
            at = stops.index(self) + by if self in stops else 0
            if 0 <= at < len(stops):
                stops[at].setFocus(Qt.FocusReason.TabFocusReason)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Tint, words, cross, and a ring for the keyboard."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        look = self._look
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        outline = look.color("accent") if self.hasFocus() else None
        if not self.color:
            outline = outline or look.color("rule")
        painter.setPen(QPen(outline) if outline is not None else Qt.PenStyle.NoPen)
        painter.setBrush(look.tint(self.color) if self.color else look.color("raised"))
        painter.drawRoundedRect(box, 4, 4)
        self._paint_words(painter, box)
        strong = self.underMouse() or self.hasFocus()
        ink = look.ink(self.color) if self.color else look.color("muted")
        ink.setAlphaF(0.9 if strong else 0.4)
        painter.setPen(QPen(ink, 1.2))
        middle, arm = self._cross().center(), 3.0
        for slope in (1, -1):
            painter.drawLine(
                middle + QPointF(-arm, -arm * slope), middle + QPointF(arm, arm * slope)
            )
        painter.end()

    def _paint_words(self, painter: QPainter, box: QRectF) -> None:
        look, align = self._look, Qt.AlignmentFlag.AlignVCenter
        inner = box.adjusted(9, 0, -20, 0) if self.isLeftToRight() else box.adjusted(20, 0, -9, 0)
        quiet = QFontMetrics(font(-2)).horizontalAdvance(self.quiet) + 6 if self.quiet else 0
        face = self._face()
        room = int(inner.width() + 0.5) - quiet + 1
        words = face.elidedText(self.words, Qt.TextElideMode.ElideRight, room)
        painter.setFont(font(-1, bold=self._bold))
        painter.setPen(look.ink(self.color) if self.color else look.color("ink"))
        painter.drawText(inner.adjusted(0, 0, 2, 0), align, words)
        if self.quiet:
            painter.setFont(font(-2))
            painter.setPen(look.color("muted"))
            left = face.horizontalAdvance(words) + 6
            painter.drawText(inner.adjusted(left, 0, 4, 0), align, self.quiet)


class ChipsInput(FieldInput):
    """A list of values as chips, and a line that adds to it."""

    def __init__(self, field: ChoicesField | StringsField, around: Surroundings) -> None:
        super().__init__(field, around)
        self._field, self._values = field, tuple[str, ...]()
        self.flow = Flow(self)
        self.row.addWidget(self.flow)
        self.line = self._make_line()
        self.line.setFixedHeight(HEIGHT)
        self.line.setProperty("stretches", True)
        self.line.setMinimumWidth(70)
        self.line.setAccessibleName(f"Add to {self.spoken}")
        self.setFocusProxy(self.line)
        self._chips: list[Chip] = []
        self.flow.put([self.line])

    def _make_line(self) -> Line:
        raise NotImplementedError

    def _title(self, value: str) -> str:
        return value

    def give(self, values: tuple[str, ...]) -> None:
        """Another list."""
        self.given.emit(values or None)

    def add(self, value: str) -> None:
        """One more; a value is in the list once."""
        if value and value not in self._values:
            self.give((*self._values, value))

    def remove_last(self) -> None:
        """One less, from the line."""
        if self._values:
            self.give(self._values[:-1])

    def remove(self, at: int) -> None:
        """One less; the keyboard goes to the next."""
        self.line.setFocus() if at >= len(self._values) - 1 else self._chips[at].setFocus()
        self.give(self._values[:at] + self._values[at + 1 :])

    def present(self, shown: Shown) -> None:
        """A chip for each value."""
        held = shown.value
        self._values = held if isinstance(held, tuple) else (str(held),) if held else ()
        while len(self._chips) < len(self._values):
            self._chips.append(self._make_chip(len(self._chips)))
        chips = self._chips[: len(self._values)]
        for chip, value in zip(chips, self._values, strict=True):
            title = self._title(value)
            chip.show_words(title, "", f"{title}, {self.spoken}. Delete removes it.")
        set_property(self.line, "bare", bool(chips))
        self.flow.put([*chips, self.line])

    def _make_chip(self, at: int) -> Chip:
        chip = Chip(self.around.look, bold=False)
        chip.setParent(self.flow)
        chip.removed.connect(lambda: self.remove(at))
        chip.pressed_on.connect(lambda: self._edit(at))
        return chip

    def _edit(self, at: int) -> None:
        """A click on a chip."""

    def reset(self) -> None:
        """Nothing half typed stays."""
        self.line.clear()
        if isinstance(self.line, SearchLine):
            self.line.stop_search()


class _AddLine(Line):
    """Enter adds; Backspace at the start removes the last."""

    added = Signal()
    back = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Add or take back."""
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.added.emit()
        elif event.key() == Qt.Key.Key_Backspace and not self.text():
            self.back.emit()
        else:
            super().keyPressEvent(event)


class StringsInput(ChipsInput):
    """Any strings: Enter adds, a click on a chip edits it."""

    def _make_line(self) -> Line:
        line = _AddLine()
        line.added.connect(self._add_typed)
        line.left.connect(self._add_typed)
        line.back.connect(self.remove_last)
        line.setPlaceholderText("Type, Enter adds")
        return line

    def _add_typed(self) -> None:
        words = " ".join(self.line.text().split())
        self.line.clear()
        self.add(words)

    def flush(self) -> None:
        """What stands in the line is meant."""
        if self.line.text().strip():
            self._add_typed()

    def _edit(self, at: int) -> None:
        value = self._values[at]
        self._add_typed()
        self.give(tuple(v for v in self._values if v != value))
        self.line.setText(value)
        self.line.setFocus()


class _SearchAdd(SearchLine):
    """Backspace in the empty line removes the last."""

    back = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take back."""
        if event.key() == Qt.Key.Key_Backspace and not self.text():
            self.back.emit()
        else:
            super().keyPressEvent(event)


class ChoicesInput(ChipsInput):
    """Several of the options: typing searches those that are left."""

    def __init__(self, field: ChoicesField, around: Surroundings) -> None:
        self._options = {o.value: o for o in field.options}
        self._index = NameIndex((o.value, (o.title, o.value)) for o in field.options)
        super().__init__(field, around)

    def _make_line(self) -> Line:
        line = _SearchAdd(self._find, self.around.look)
        line.chosen.connect(lambda offer: self.add(offer.value))
        line.back.connect(self.remove_last)
        line.setPlaceholderText("Type to add")
        return line

    def _find(self, typed: str) -> list[Offer]:
        values = (
            [h.key for h in self._index.search(typed)] if typed.strip() else list(self._options)
        )
        return [Offer(v, self._options[v].title) for v in values if v not in self._values]

    def _title(self, value: str) -> str:
        option = self._options.get(value)
        return option.title if option is not None else value
