"""A row of a form: title, value, and below it what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from html import escape

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from annotator.gui import fields as field_widgets
from annotator.gui.field_base import FieldInput, Shown, Surroundings
from annotator.gui.form_button import QuietButton
from annotator.gui.form_records import Filled
from annotator.gui.form_style import COLUMN, GAP, HEIGHT, font
from annotator.model.check import fault_in_value
from annotator.model.codebook import Field, Option, Role, Value

_WAIT_MS = 200


def wrapped(title: str, width: int) -> str:
    """A title in as many lines as the column needs: each blank stays one character.

    A label that wraps by itself would make the height of every row depend on its width.
    """
    metrics, lines = QFontMetrics(font()), [""]
    for word in title.split(" "):
        longer = f"{lines[-1]} {word}" if lines[-1] else word
        if not lines[-1] or metrics.horizontalAdvance(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return "\n".join(lines)


class Row(QWidget):
    """A title in the fixed column, something beside it, and a fault that comes when needed."""

    def __init__(self, name: str, title: str, guideline: str, *, column: int = COLUMN) -> None:
        super().__init__()
        self.name, self.title, self.guideline = name, title, guideline
        self._fault: QLabel | None = None
        outer = QHBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(GAP)
        self._lines = wrapped(title, column)
        self.label = QLabel(title)
        self.label.setProperty("quiet", True)
        self.label.setFixedWidth(column)
        air = (HEIGHT - self.label.fontMetrics().height()) // 2
        self.label.setContentsMargins(0, air, 0, 0)
        self.body = QVBoxLayout()
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(2)
        left = QVBoxLayout()
        left.setContentsMargins(0, 0, 0, 0)
        left.addWidget(self.label)
        left.addStretch(1)
        outer.addLayout(left)
        outer.addLayout(self.body, 1)
        outer.setAlignment(self.body, Qt.AlignmentFlag.AlignTop)
        tip = f"<qt><b>{escape(title)}</b><br>{escape(guideline)}</qt>" if guideline else ""
        self.setToolTip(tip)

    def set_letter(self, at: int, *, shortcut: bool) -> None:
        """Underline a letter of the title; with `shortcut`, Alt with it works everywhere."""
        title, target = self._lines, self.target()
        if at < 0:
            self.label.setText(title.replace("&", "&&"))
        elif shortcut:
            self.label.setText(f"{title[:at]}&{title[at:]}")
            self.label.setBuddy(target)
        else:
            parts = (title[:at], title[at], title[at + 1 :])
            before, letter, after = (escape(part).replace("\n", "<br>") for part in parts)
            self.label.setText(f"<qt>{before}<u>{letter}</u>{after}</qt>")
            self.label.setBuddy(target)

    def target(self) -> QWidget:
        """What gets the keyboard."""
        raise NotImplementedError

    def focus(self) -> None:
        """Put the keyboard here, ready to type over what is there."""
        self.target().setFocus(Qt.FocusReason.ShortcutFocusReason)

    def is_empty(self) -> bool:
        """True where nothing is said."""
        return False

    def show_fault(self, message: str) -> None:
        """Say what is wrong, or nothing; the keyboard stays where it is."""
        if self._fault is None:
            if not message:
                return
            self._fault = QLabel()
            self._fault.setProperty("fault", True)
            self._fault.setFont(font(-1))
            self._fault.setWordWrap(True)
            self._fault.setContentsMargins(1, 0, 0, 3)
            self.body.addWidget(self._fault)
        if self._fault.text() != message:
            self._fault.setText(message)
        self._fault.setVisible(bool(message))

    @property
    def fault(self) -> str:
        """What it says is wrong."""
        return self._fault.text() if self._fault is not None else ""


class FieldRow(Row):
    """A field of a record. What is typed is told to the session within a moment, or at `flush`."""

    def __init__(
        self, field: Field, around: Surroundings, role: Role, *, column: int = COLUMN
    ) -> None:
        super().__init__(field.name, field.title, field.guideline, column=column)
        self.field = field
        self.record: Filled | None = None
        self._around = around
        self._line = QHBoxLayout()
        self._line.setContentsMargins(0, 0, 0, 0)
        self._line.setSpacing(2)
        self.input: FieldInput = field_widgets.make(field, around, role)
        if not self.toolTip():
            self.setToolTip(self.input.toolTip())
        self._line.addWidget(self.input, 1)
        self.body.addLayout(self._line)
        self._reset: QuietButton | None = None
        self._state: object = None
        self._effective: Mapping[str, Value] = {}
        self._pending: tuple[Value] | None = None
        self._drafts: dict[str, str] = {}
        self._wait = QTimer(self, singleShot=True, interval=_WAIT_MS)
        self._wait.timeout.connect(self._commit)
        self.input.given.connect(self._give)
        self.input.typed.connect(self._type)
        self.input.left.connect(self._commit)

    def target(self) -> QWidget:
        """The field."""
        return self.input

    def is_empty(self) -> bool:
        """True where no person and no rule answers."""
        return self._effective.get(self.name) is None

    # -- from the record -------------------------------------------------------------------

    def bind(self, record: Filled | None) -> None:
        """Show another record from now on; `refresh` follows."""
        if record != self.record:
            self.input.reset()
            self.record, self._state, self._pending = record, None, None
            self._wait.stop()

    def refresh(
        self, held: Mapping[str, Value], effective: Mapping[str, Value], problem: str
    ) -> None:
        """Show the record as it is; nothing is touched where nothing is other than before."""
        now = self.record.now() if self.record is not None else None
        if self.record is None or now is None:
            return
        self._effective = effective
        given = self.name in held
        computed = bool(self.field.computed)
        proposed = computed and not given and self.name in effective
        shown = Shown(effective.get(self.name), proposed, effective, now)
        state = (now.id, shown.value, proposed, self.input.aspect(shown))
        if state != self._state and self._pending is None:
            known = self._state is not None
            self._state = state
            self.input.present(shown)
            self._redraft(now.id, known=known)
        if computed:
            self._show_reset(given and not self.field.readonly)
        if self._pending is None:
            self.show_fault(self._draft_fault() or problem)

    def _redraft(self, record_id: str, *, known: bool) -> None:
        """Show again what could not be read when the record was last here."""
        if known:
            self._drafts.pop(record_id, None)
        elif draft := self._drafts.get(record_id):
            self.input.show_draft(draft)

    def _draft_fault(self) -> str:
        draft = self.input.draft()
        return f"“{draft}” is not a number." if draft else ""

    def _show_reset(self, shown: bool) -> None:
        if self._reset is None:
            if not shown:
                return
            self._reset = QuietButton(self._around.look, "↺", "Use the computed value")
            self._reset.setToolTip("Use the computed value")
            self._reset.setAccessibleDescription(self.title)
            self._reset.clicked.connect(self._use_computed)
            self._line.addWidget(self._reset)
        if self._reset.isVisibleTo(self) != shown:
            self._reset.setVisible(shown)

    def _use_computed(self) -> None:
        self.input.setFocus()
        self._give(None)

    # -- from the person -------------------------------------------------------------------

    def _give(self, value: Value) -> None:
        self._pending = None
        self._wait.stop()
        if self.record is not None:
            self.record.fill(self.name, value, typing=False)

    def _type(self, value: Value) -> None:
        if self.record is None:
            return
        if draft := self.input.draft():
            self._drafts[self.record.id] = draft
            self.show_fault(self._draft_fault())
            return
        self._drafts.pop(self.record.id, None)
        self._pending = (value,)
        if not self._wait.isActive():
            self._wait.start()
        beside = {**self._effective, self.name: value}
        self.show_fault(fault_in_value(self.field, value, beside) or "")

    def _commit(self) -> None:
        for write in self.take_pending():
            write()

    def take_pending(self) -> list[Callable[[], object]]:
        """What is typed and not told yet, as calls that tell it."""
        self._wait.stop()
        pending, record = self._pending, self.record
        self._pending = None
        if pending is None or record is None:
            return []
        value = pending[0]
        return [lambda: record.fill(self.name, value, typing=True)]

    def flush(self) -> None:
        """Tell at once what is typed."""
        self._commit()
        self.input.flush()


def row_of(widget: QWidget | None) -> Row | None:
    """The row that a widget stands in."""
    while widget is not None and not isinstance(widget, Row):
        widget = widget.parentWidget()
    return widget


def guideline_of(row: Row) -> str:
    """What F1 shows: the guideline, then those of the values."""
    field = row.field if isinstance(row, FieldRow) else None
    options: tuple[Option, ...] = getattr(field, "options", ())
    lines = [row.guideline] if row.guideline else []
    lines += [f"**{o.title}.** {o.guideline}" for o in options if o.guideline]
    if field is not None and field.source:
        lines.append(f"After {field.source}.")
    return "\n\n".join(lines) or "The codebook has no guideline for this field."
