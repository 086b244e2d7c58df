"""Parts of a form that fold: what is under "More", and the record of the entity."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from annotator.gui.field_base import Surroundings
from annotator.gui.form_button import Fold
from annotator.gui.form_records import EntityRecord
from annotator.gui.form_rows import RowSet
from annotator.gui.form_style import COLUMN, INDENT, Look
from annotator.model.check import problems_of_entity
from annotator.model.codebook import EntityType, Role
from annotator.model.document import Entity

SPACING = 4


class Section(QWidget):
    """A fold and what it opens; `build` fills it when it is opened for the first time."""

    turned = Signal(bool)

    def __init__(self, look: Look, title: str, rest: str, spoken: str, *, indent: int = 0) -> None:
        super().__init__()
        self._look = look
        self._built = False
        self.fold = Fold(look, title, rest, spoken)
        self.fold.clicked.connect(self._turn)
        self.inside = Ruled(look) if indent else QWidget()
        self.column = QVBoxLayout(self.inside)
        self.column.setContentsMargins(indent, 0, 0, 4 if indent else 0)
        self.column.setSpacing(SPACING)
        self.inside.hide()
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(SPACING)
        outer.addWidget(self.fold)
        outer.addWidget(self.inside)

    @property
    def is_open(self) -> bool:
        """True while its rows are shown."""
        return self.fold.isChecked()

    def set_open(self, open_: bool) -> None:
        """Open or close it."""
        if open_ and not self._built:
            self._built = True
            self.build()
        self.fold.setChecked(open_)
        if self.inside.isHidden() == open_:
            self.inside.setVisible(open_)

    def _turn(self) -> None:
        self.set_open(self.fold.isChecked())
        self.turned.emit(self.fold.isChecked())

    def build(self) -> None:
        """Put the rows into `column`."""


class Ruled(QWidget):
    """A thin rule down its left side: what is in it belongs to what is above."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look

    def paintEvent(self, event: QPaintEvent) -> None:
        """The rule."""
        painter = QPainter(self)
        x = 5.0 if self.isLeftToRight() else self.width() - 6.0
        painter.fillRect(QRectF(x, 0, 1, self.height() - 4), self._look.color("rule"))
        painter.end()


def rule() -> QFrame:
    """A line across."""
    line = QFrame()
    line.setProperty("rule", True)
    line.setFixedHeight(1)
    return line


class EntitySection(Section):
    """The record of the entity that the current mention points at."""

    def __init__(self, kind: EntityType, around: Surroundings, role: Role) -> None:
        title = f"{kind.title} record"
        super().__init__(around.look, title, "", title, indent=INDENT)
        self.kind = kind
        self._around = Surroundings(
            around.session, around.look, around.names, kind.title, around.color
        )
        self.rows = RowSet(self._around, role, column=COLUMN - INDENT)

    def build(self) -> None:
        """All fields, the advanced ones last."""
        for row in self.rows.add(sorted(self.kind.fields, key=lambda f: f.advanced)):
            self.column.addWidget(row)
        self.rows.refresh()

    def show_entity(self, entity: Entity | None, mentions: int) -> None:
        """Another entity, or none: then there is nothing to open."""
        record = EntityRecord(self._around.session, entity.id) if entity is not None else None
        if record != self.rows.record:
            self.rows.bind(record)
        if self.isHidden() != (entity is None):
            self.setVisible(entity is not None)
        if entity is None:
            return
        here = f"used by {mentions} mention{'s' * (mentions != 1)} here"
        faulty = bool(problems_of_entity(entity, self._around.session.codebook))
        self.fold.setToolTip("A change here changes all of them." if mentions > 1 else "")
        rest = f"{here}{' · has a fault' if faulty else ''}"
        if self.fold.rest != rest:
            self.fold.rest = rest
            self.fold.update()
        if self.is_open:
            self.rows.refresh()

    def take_pending(self) -> list[Callable[[], object]]:
        """What is typed and not told yet."""
        return self.rows.take_pending()
