"""One of several: segments side by side where they fit, else a field that searches."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QButtonGroup, QCheckBox, QHBoxLayout, QRadioButton, QWidget

from annotator.gui.field_base import FieldInput, Shown, Surroundings, set_property
from annotator.gui.field_offers import Offer, SearchLine
from annotator.gui.field_search import NameIndex
from annotator.gui.form_style import HEIGHT, font
from annotator.model.codebook import BoolField, ChoiceField, CodeField, Option

ROOM = 246
"""Pixels that segments may take: the column of values at the form's usual width."""
_MOST = 5
_PADDING = (9, 5)


class BoolInput(FieldInput):
    """Yes or no. Delete takes back what was said."""

    def __init__(self, field: BoolField, around: Surroundings) -> None:
        super().__init__(field, around)
        self.box = _Box(self)
        self.hold(self.box)
        self.row.addStretch(1)
        self.box.clicked.connect(lambda: self.given.emit(self.box.isChecked()))
        self.box.cleared.connect(lambda: self.given.emit(None))

    def present(self, shown: Shown) -> None:
        """Ticked or not."""
        self.box.setChecked(shown.value is True)
        self.box.proposed = shown.proposed
        self.box.update()


class _Box(QCheckBox):
    cleared = Signal()

    def __init__(self, owner: BoolInput) -> None:
        super().__init__()
        self._look = owner.around.look
        self._color = owner.around.color
        self.proposed = False
        self.setFixedSize(HEIGHT, HEIGHT)

    def hitButton(self, pos: object) -> bool:
        """All of it."""
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Delete clears, Enter ticks like the space bar."""
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.cleared.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """A quiet box; a tick in the label's ink."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(0.5, (self.height() - 16) / 2 + 0.5, 15, 15)
        ink = self._look.ink(self._color)
        pen = QPen(self._look.color("accent" if self.hasFocus() else "faint"))
        if self.proposed:
            pen.setStyle(Qt.PenStyle.DashLine)
        painter.setPen(pen)
        filled = self.isChecked() and not self.proposed
        painter.setBrush(self._look.tint(self._color) if filled else self._look.color("raised"))
        painter.drawRoundedRect(box, 3.5, 3.5)
        if self.isChecked():
            painter.setPen(QPen(ink, 2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
            x, y = box.x(), box.y()
            corners = ((x + 4, y + 8), (x + 6.7, y + 11), (x + 11.5, y + 4.5))
            painter.drawPolyline([QPointF(*corner) for corner in corners])
        painter.end()


class Segment(QRadioButton):
    """One of a few values, side by side with the others."""

    def __init__(self, option: Option, at: int, owner: Segments) -> None:
        super().__init__(owner)
        self.option, self.at, self._owner = option, at, owner
        self.title = option.title
        self.setAccessibleName(f"{owner.input.spoken}: {option.title}")
        self.setToolTip(option.guideline)

    def hitButton(self, pos: object) -> bool:
        """All of it."""
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The row of segments knows the keys."""
        if not self._owner.press(event):
            event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Its part of the row."""
        painter = QPainter(self)
        self._owner.paint_segment(painter, self)
        painter.end()


class Segments(QWidget):
    """Two to five values as one row of buttons, one stop of the Tab key."""

    def __init__(self, owner: ChoiceInput, options: Sequence[Option], padding: int) -> None:
        super().__init__(owner)
        self.input, self._look, self._color = owner, owner.around.look, owner.around.color
        self._font, self._bold = font(-1), font(-1, bold=True)
        self.proposed = False
        self.group = QButtonGroup(self)
        self.group.setExclusive(False)  # none may be chosen
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self.buttons: list[Segment] = []
        for at, option in enumerate(options):
            button = Segment(option, at, self)
            button.setAutoExclusive(False)
            button.setFixedSize(QSize(_width(option) + 2 * padding, HEIGHT))
            button.clicked.connect(lambda _=False, b=button: self.choose(b.at))
            self.buttons.append(button)
            row.addWidget(button)
        self.setAccessibleName(owner.spoken)

    def show_value(self, value: object, *, proposed: bool) -> None:
        """Mark the segment of a value."""
        self.proposed = proposed
        stop = self.buttons[0]
        for button in self.buttons:
            held = button.option.value == value
            button.setChecked(held)
            stop = button if held else stop
        for button in self.buttons:
            focus = Qt.FocusPolicy.StrongFocus if button is stop else Qt.FocusPolicy.ClickFocus
            button.setFocusPolicy(focus)
        if not stop.hasFocus() and any(b.hasFocus() for b in self.buttons):
            stop.setFocus()
        self.input.setFocusProxy(stop)
        self.update()

    def choose(self, at: int) -> None:
        """Give the value of a segment."""
        button = self.buttons[at]
        self.input.given.emit(button.option.value)
        button.setChecked(True)
        button.setFocus()

    def press(self, event: QKeyEvent) -> bool:
        """Arrows move, digits and letters choose, Delete clears; False for other keys."""
        key, text = event.key(), event.text().casefold()
        at = next((b.at for b in self.buttons if b.hasFocus()), 0)
        last = len(self.buttons) - 1
        if event.modifiers() & ~(
            Qt.KeyboardModifier.KeypadModifier | Qt.KeyboardModifier.ShiftModifier
        ):
            return False
        match key:
            case Qt.Key.Key_Left | Qt.Key.Key_Right:
                back = (key == Qt.Key.Key_Left) == self.isLeftToRight()
                self.choose(max(0, at - 1) if back else min(last, at + 1))
            case Qt.Key.Key_Space:
                self.choose(at)
            case Qt.Key.Key_Delete | Qt.Key.Key_Backspace:
                if not self.input.required:
                    self.input.given.emit(None)
            case _:
                return self._type(text, at)
        return True

    def _type(self, text: str, at: int) -> bool:
        count = len(self.buttons)
        if text.isdigit() and 1 <= int(text) <= count:
            self.choose(int(text) - 1)
            return True
        if not text or not text.isprintable():
            return False
        for step in range(1, count + 1):
            option = self.buttons[(at + step) % count].option
            starts = (option.title.casefold(), option.value.casefold())
            if any(s.startswith(text) for s in starts):
                self.choose((at + step) % count)
                return True
        return False

    def paint_segment(self, painter: QPainter, button: Segment) -> None:
        """A segment: the chosen one tinted and bold, a proposed one in a dashed outline."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        look, held = self._look, button.isChecked()
        box = QRectF(button.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        self._paint_ground(painter, button, box)
        given = held and not self.proposed
        if held or button.hasFocus():
            pen = QPen(look.ink(self._color) if given else look.color("faint"))
            pen.setStyle(Qt.PenStyle.SolidLine if given else Qt.PenStyle.DashLine)
            if button.hasFocus():
                pen = QPen(look.color("accent"), 1.6, pen.style())
            painter.setPen(pen)
            painter.setBrush(look.tint(self._color) if given else look.color("window"))
            painter.drawRoundedRect(box, 4, 4)
        painter.setFont(self._bold if given else self._font)
        hovered = button.underMouse()
        painter.setPen(
            look.ink(self._color) if given else look.color("ink" if hovered or held else "muted")
        )
        painter.drawText(button.rect(), Qt.AlignmentFlag.AlignCenter, button.title)

    def _paint_ground(self, painter: QPainter, button: Segment, box: QRectF) -> None:
        """The part of the outline around all segments that lies in this one."""
        painter.save()
        painter.setClipRect(button.rect())
        painter.setPen(self._look.color("rule"))
        painter.setBrush(self._look.color("raised"))
        left = button is self.buttons[0]
        right = button is self.buttons[-1]
        painter.drawRoundedRect(box.adjusted(0 if left else -9, 0, 0 if right else 9, 0), 4, 4)
        painter.restore()


def _width(option: Option) -> int:
    return QFontMetrics(font(-1, bold=True)).horizontalAdvance(option.title)


def padding_for(options: Sequence[Option]) -> int | None:
    """How much air segments for these options can have; None: they don't fit."""
    if not 2 <= len(options) <= _MOST:
        return None
    used = sum(map(_width, options))
    return next((p for p in _PADDING if used + 2 * p * len(options) <= ROOM), None)


class ChoiceInput(FieldInput):
    """A few fixed values as segments."""

    def __init__(self, field: ChoiceField, around: Surroundings, padding: int) -> None:
        super().__init__(field, around)
        self.segments = Segments(self, field.options, padding)
        self.row.addWidget(self.segments)
        self.row.addStretch(1)

    def present(self, shown: Shown) -> None:
        """Mark the value."""
        self.segments.show_value(shown.value, proposed=shown.proposed)


class SearchChoice(FieldInput):
    """Many values, or values that depend on another field: type to search."""

    def __init__(self, field: ChoiceField | CodeField, around: Surroundings) -> None:
        super().__init__(field, around)
        self._field = field
        self._options: tuple[Option, ...] = ()
        self._index = NameIndex()
        self.line = SearchLine(self._find, around.look)
        self.hold(self.line)
        self.line.chosen.connect(lambda offer: self.given.emit(offer.value))
        self.line.cleared.connect(self._clear)
        self._open(self._open_options({}))

    def _open_options(self, fields: object) -> tuple[Option, ...]:
        if isinstance(self._field, CodeField):
            return self._field.extra + self._field.options
        assert isinstance(fields, dict)
        return self._field.options_for(fields)

    def _open(self, options: tuple[Option, ...]) -> None:
        if options != self._options:
            self._options = options
            self._index = NameIndex((o.value, (o.title, o.value)) for o in options)

    def _find(self, typed: str) -> list[Offer]:
        if not typed.strip():
            return [_offer(o) for o in self._options]
        by_value = {o.value: o for o in self._options}
        return [_offer(by_value[hit.key], likely=hit.tier < 4) for hit in self._index.search(typed)]

    def _clear(self) -> None:
        if not self.required:
            self.given.emit(None)

    def reset(self) -> None:
        """Stop searching."""
        self.line.stop_search()

    def aspect(self, shown: Shown) -> object:
        """The options that are open."""
        if isinstance(self._field, ChoiceField) and self._field.depends_on:
            return shown.fields.get(self._field.depends_on)
        return None

    def present(self, shown: Shown) -> None:
        """Show the value's title; one that is no longer open stays, for its fault to be seen."""
        self._open(self._open_options(dict(shown.fields)))
        title = next((o.title for o in self._options if o.value == shown.value), None)
        if isinstance(self._field, CodeField) and title is not None:
            title = f"{title} — {shown.value}"
        self.line.display(title or str(shown.value or ""))
        set_property(self.line, "proposed", shown.proposed)


def _offer(option: Option, *, likely: bool = True) -> Offer:
    known = option.value.casefold() in option.title.casefold().replace(" ", "_")
    return Offer(option.value, option.title, "" if known else option.value, likely=likely)
