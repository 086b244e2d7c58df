"""Typed fields: text, string, number, date, TIMEX value."""

from __future__ import annotations

import re

from PySide6.QtCore import QEvent, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QPlainTextEdit

from annotator.gui.field_base import (
    FieldInput,
    Line,
    Shown,
    Surroundings,
    is_mnemonic,
    is_undo,
    set_property,
)
from annotator.gui.field_reading import readings
from annotator.gui.form_style import font
from annotator.model.codebook import (
    DateField,
    IntegerField,
    NumberField,
    StringField,
    TextField,
    TimexField,
    Value,
)

_LINES = (2, 6)


class StringInput(FieldInput):
    """One line of text."""

    def __init__(
        self, field: StringField | NumberField | IntegerField | DateField | TimexField,
        around: Surroundings,
    ) -> None:  # fmt: skip
        super().__init__(field, around)
        self.line = self.make_line()
        self.hold(self.line)
        self.line.textEdited.connect(lambda _: self.typed.emit(self.value()))
        self.line.left.connect(self.left)

    def make_line(self) -> Line:
        """The line edit."""
        return Line()

    def value(self) -> Value:
        """What is typed, as a value."""
        return self.line.text().strip() or None

    def written(self, value: Value) -> str:
        """A value as it is typed."""
        return "" if value is None else str(value)

    def present(self, shown: Shown) -> None:
        """Show a value; one that a rule computed stands as the placeholder."""
        held = None if shown.proposed else shown.value
        if self.value() != held or self.draft():
            self.line.setText(self.written(held))
            self.line.setCursorPosition(len(self.line.text()) if self.line.hasFocus() else 0)
        self.line.setPlaceholderText(self.written(shown.value) if shown.proposed else "")
        set_property(self.line, "proposed", shown.proposed)


_WHOLE = re.compile(r"[+-]?\d+")
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?")


def parsed(text: str, *, whole: bool) -> int | float | None:
    """The number in `text`, whatever the locale; None for text that is none."""
    plain = text.strip().replace("−", "-").replace("\u00a0", "").replace("\u202f", "")
    if _WHOLE.fullmatch(plain):
        return int(plain)
    if not whole and _NUMBER.fullmatch(plain):
        return float(plain)
    return None


class NumberLine(Line):
    """A line edit whose arrows count."""

    stepped = Signal(int)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and down count."""
        step = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}.get(Qt.Key(event.key()))
        if step and event.modifiers() in (
            Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier,
        ):  # fmt: skip
            self.stepped.emit(step)
            return
        super().keyPressEvent(event)


class NumberInput(StringInput):
    """A number: empty is empty, not nought."""

    def __init__(self, field: NumberField | IntegerField, around: Surroundings) -> None:
        self._whole = isinstance(field, IntegerField)
        self._min, self._max = field.min, field.max
        super().__init__(field, around)

    def make_line(self) -> Line:
        """A line whose arrows count."""
        line = NumberLine()
        line.stepped.connect(self._step)
        line.setInputMethodHints(Qt.InputMethodHint.ImhFormattedNumbersOnly)
        return line

    def value(self) -> int | float | None:
        """The number that is typed."""
        return parsed(self.line.text(), whole=self._whole)

    def draft(self) -> str:
        """What is typed and no number: no field can hold it."""
        text = self.line.text().strip()
        return text if text and self.value() is None else ""

    def show_draft(self, text: str) -> None:
        """Show again what was typed."""
        self.line.setText(text)

    def written(self, value: Value) -> str:
        """Without a superfluous point."""
        if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
            return str(int(value))
        return super().written(value)

    def _step(self, by: int) -> None:
        if self.draft():
            return
        held = self.value()
        new = (held or 0) + by
        if held is None and self._min is not None:
            new = max(new, self._min)
        if (self._min is not None and new < self._min) or (
            self._max is not None and new > self._max
        ):
            return
        self.line.setText(self.written(new))
        self.typed.emit(self.value())


class ReadLine(Line):
    """A line edit that says, after what is typed, how it is read."""

    def __init__(self, around: Surroundings) -> None:
        super().__init__()
        self._around = around

    def reading(self) -> str:
        """The longest reading that fits beside the text."""
        text = self.text().strip() or self.placeholderText()
        room = self._room(text).width()
        metrics = QFontMetrics(font(-1))
        fitting = (r for r in readings(text) if metrics.horizontalAdvance(f"= {r}") <= room)
        return next(fitting, "")

    def _room(self, text: str) -> QRect:
        left = 8 + self.fontMetrics().horizontalAdvance(text) + 14
        return self.rect().adjusted(left, 0, -6, 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The field, then the reading."""
        super().paintEvent(event)
        if not (reading := self.reading()):
            return
        painter = QPainter(self)
        painter.setFont(font(-1))
        painter.setPen(self._around.look.color("muted"))
        room = self._room(self.text().strip() or self.placeholderText())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, f"= {reading}")
        painter.end()


class TimexInput(StringInput):
    """A TIMEX3 value or a date, with its reading."""

    def make_line(self) -> Line:
        """A line that reads."""
        return ReadLine(self.around)

    def aspect(self, shown: Shown) -> object:
        """The TIMEX3 type decides what is valid."""
        return shown.fields.get("type")

    def present(self, shown: Shown) -> None:
        """Show a value and say it."""
        super().present(shown)
        reading = next(iter(readings(self.line.text().strip())), "")
        self.line.setAccessibleDescription(f"= {reading}" if reading else "")


class TextEdit(QPlainTextEdit):
    """A few lines that grow with the text; Tab leaves."""

    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setTabChangesFocus(True)
        self.setUndoRedoEnabled(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.textChanged.connect(self.grow)
        self.grow()

    def grow(self) -> None:
        """As high as its lines, from two to six."""
        lines = max(_LINES[0], min(_LINES[1], round(self.document().size().height())))
        self.setFixedHeight(lines * self.fontMetrics().lineSpacing() + 14)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width wraps other lines."""
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self.grow()

    def sizeHint(self) -> QSize:
        """Not the 256 pixels that Qt thinks of."""
        return QSize(60, self.height())

    def written(self) -> str:
        """The text as typed; toPlainText() would make blanks of no-break spaces."""
        raw = self.document().toRawText()
        return raw.replace("\u2029", "\n").replace("\u2028", "\n")

    def event(self, event: QEvent) -> bool:
        """Leave undo and redo to the window."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            if is_undo(event) or is_mnemonic(event):
                event.ignore()
                return False
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Type; what is not typing goes up."""
        control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        escape = event.key() == Qt.Key.Key_Escape
        if is_undo(event) or is_mnemonic(event) or escape or (control and enter):
            event.ignore()
            return
        super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Tell that the keyboard left."""
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.left.emit()


class TextInput(FieldInput):
    """Several lines of text."""

    def __init__(self, field: TextField, around: Surroundings) -> None:
        super().__init__(field, around)
        self.edit = TextEdit()
        self.hold(self.edit)
        self._showing = False
        self.edit.textChanged.connect(self._tell)
        self.edit.left.connect(self.left)

    def value(self) -> Value:
        """What is typed."""
        return self.edit.written().strip() or None

    def _tell(self) -> None:
        if not self._showing:
            self.typed.emit(self.value())

    def present(self, shown: Shown) -> None:
        """Show a text."""
        held = None if shown.proposed else shown.value
        if self.value() != held:
            self._showing = True
            self.edit.setPlainText("" if held is None else str(held))
            self._showing = False
        self.edit.setPlaceholderText(str(shown.value) if shown.proposed else "")
