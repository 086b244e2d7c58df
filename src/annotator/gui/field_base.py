"""What every widget for a field has in common."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from annotator.gui.field_names import EntityNames
from annotator.gui.form_style import HEIGHT, Look
from annotator.model.codebook import FieldBase, Value
from annotator.model.document import Record
from annotator.session.session import Session


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Where a field's widget stands. `owner` completes accessible names ("Certainty, Claim")."""

    session: Session
    look: Look
    names: EntityNames
    owner: str
    color: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """What a field's widget is to show.

    `value` is what a person gave, else what a rule computed (`proposed`); `fields` are the values
    beside it, `record` is the one that has the field.
    """

    value: Value
    proposed: bool
    fields: Mapping[str, Value]
    record: Record


class FieldInput(QWidget):
    """The right half of a row: shows a value and tells what a person makes of it."""

    given = Signal(object)
    """a value was chosen: a step of its own; None clears"""
    typed = Signal(object)
    """the value so far, while somebody types"""
    left = Signal()
    """the keyboard went elsewhere"""

    def __init__(self, field: FieldBase, around: Surroundings) -> None:
        super().__init__()
        self.name, self.required, self.around = field.name, field.required, around
        self.spoken = f"{field.title}, {around.owner}"
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(0, 0, 0, 0)
        self.row.setSpacing(4)

    def hold(self, inner: QWidget) -> None:
        """Make `inner` the widget that has the keyboard."""
        inner.setAccessibleName(self.spoken)
        self.setFocusProxy(inner)
        self.row.addWidget(inner)

    def aspect(self, shown: Shown) -> object:
        """What beside the value decides how it looks; it is presented anew where this differs."""
        return None

    def present(self, shown: Shown) -> None:
        """Show a value; what somebody is typing stays as it is where it means the same."""
        raise NotImplementedError

    def flush(self) -> None:
        """Give what stands in a line that only Enter would add."""

    def draft(self) -> str:
        """Typed text that is no value of the field ("12x" for a number); "" for none."""
        return ""

    def show_draft(self, text: str) -> None:
        """Show such a text again."""

    def reset(self) -> None:
        """Another record comes: forget a search that was begun."""


def is_undo(event: QKeyEvent) -> bool:
    """True for the keys of undo and redo: they belong to the window, not to a text field."""
    return event.matches(QKeySequence.StandardKey.Undo) or event.matches(
        QKeySequence.StandardKey.Redo
    )


def is_mnemonic(event: QKeyEvent) -> bool:
    """True for Alt with a letter, which goes to a row (Option types letters on a Mac)."""
    return event.modifiers() == Qt.KeyboardModifier.AltModifier and sys.platform != "darwin"


class Line(QLineEdit):
    """A line edit without an undo of its own: the session's takes back what is typed."""

    left = Signal()
    """the keyboard went elsewhere (not to its own popup)"""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(HEIGHT)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.DefaultContextMenu)

    def event(self, event: QEvent) -> bool:
        """Leave undo and redo to the window."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            if is_undo(event) or is_mnemonic(event):
                event.ignore()
                return False
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Type; what is not typing goes up."""
        if is_undo(event) or is_mnemonic(event):
            event.ignore()
            return
        super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Tell that the keyboard left."""
        super().focusOutEvent(event)
        if event.reason() not in (
            Qt.FocusReason.PopupFocusReason,
            Qt.FocusReason.ActiveWindowFocusReason,
        ):
            self.left.emit()


def set_property(widget: QWidget, name: str, value: bool) -> None:
    """A dynamic property that the style sheet reads."""
    if bool(widget.property(name)) != value:
        widget.setProperty(name, value)
        widget.style().unpolish(widget)
        widget.style().polish(widget)
