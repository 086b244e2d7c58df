"""The links of an annotation: their targets as chips, one row for each type."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QVBoxLayout, QWidget

from annotator.gui.field_base import Surroundings
from annotator.gui.field_chips import Chip, Flow
from annotator.gui.form_button import Arrow, QuietButton
from annotator.gui.form_records import LinkRecord
from annotator.gui.form_row import Row
from annotator.gui.form_rows import RowSet
from annotator.gui.summary import option_title, words
from annotator.model import edit as edits
from annotator.model.codebook import ChoiceField, LinkType, Role, StringField
from annotator.model.document import Annotation, Document, Link

_NARROW = 70
_CHOOSING = "choosing …  Esc cancels"


class LinkRow(Row):
    """Chips of the targets and a button that starts choosing another in the text."""

    def __init__(self, kind: LinkType, around: Surroundings, role: Role) -> None:
        super().__init__(kind.name, kind.title, kind.guideline)
        self.kind, self._around, self._role = kind, around, role
        self._annotation_id, self._links = "", tuple[Link, ...]()
        self._state: object = None
        self._chips: list[Chip] = []
        self._arrows: list[Arrow] = []
        self._open_link = ""
        self._fields: LinkFields | None = None
        self.flow = Flow()
        key = f"⇧{kind.key.upper()}" if kind.key else ""
        self._offer = f"+ {key}".rstrip()
        self.add = QuietButton(around.look, self._offer, f"Add {kind.title}, {around.owner}")
        if kind.key:
            self.add.setAccessibleDescription(f"In the text: Shift+{kind.key.upper()}")
        self.add.setParent(self.flow)
        self.add.clicked.connect(self._pick)
        self.flow.put([self.add])
        self.body.addWidget(self.flow)
        around.session.picking_changed.connect(self._show_picking)

    def target(self) -> QWidget:
        """The button that adds."""
        return self.add

    def is_empty(self) -> bool:
        """True without a link."""
        return not self._links

    @property
    def chips(self) -> list[Chip]:
        """The chips that are shown."""
        return self._chips[: len(self._links)]

    # -- showing ---------------------------------------------------------------------------

    def refresh(self, document: Document, annotation: Annotation, problem: str) -> None:
        """Show the links as they are; nothing is touched where they are as before."""
        links = tuple(self._mine(document, annotation))
        targets = tuple(self._target(document, k, annotation.id) for k in links)
        state = (annotation.id, links, targets)
        if state != self._state:
            if annotation.id != self._annotation_id:
                self._open_link = ""
            self._state, self._annotation_id, self._links = state, annotation.id, links
            self._show_chips(document)
        if self._fields is not None:
            self._show_fields()
        self.show_fault(problem)

    def _mine(self, document: Document, annotation: Annotation) -> list[Link]:
        return [
            k
            for k in document.links_of(annotation.id)
            if k.type == self.kind.name and (self.kind.symmetric or k.from_id == annotation.id)
        ]

    def _target(self, document: Document, link: Link, mine: str) -> tuple[str, str, str]:
        """(id, words, colour) of the other end."""
        key = link.to_id if link.from_id == mine else link.from_id
        target = document.annotations.get(key)
        if target is None:
            return key, "gone", ""
        codebook = self._around.session.codebook
        label = codebook.label(target.label)
        color = label.color if label is not None else ""
        return key, words(document, codebook, target), color

    def _show_chips(self, document: Document) -> None:
        while len(self._chips) < len(self._links):
            self._make_chip(len(self._chips))
        pieces: list[QWidget] = []
        for at, link in enumerate(self._links):
            _key, text, color = self._target(document, link, self._annotation_id)
            spoken = f"{self.title}: {text}, {self._around.owner}. Delete removes it."
            self._chips[at].show_words(text, color, spoken, self._said_of(link))
            pieces.append(self._chips[at])
            if self.kind.fields:
                self._arrows[at].setAccessibleName(f"Details of {self.title}: {text}")
                self._arrows[at].setChecked(link.id == self._open_link)
                pieces.append(self._arrows[at])
        self.flow.put([*pieces, self.add])

    def _make_chip(self, at: int) -> None:
        chip = Chip(self._around.look)
        chip.setParent(self.flow)
        chip.pressed_on.connect(lambda: self._go(at))
        chip.removed.connect(lambda: self._remove(at))
        self._chips.append(chip)
        if self.kind.fields:
            arrow = Arrow(self._around.look, f"Details of {self.title}")
            arrow.setParent(self.flow)
            arrow.clicked.connect(lambda: self._turn(at))
            self._arrows.append(arrow)

    def _said_of(self, link: Link) -> str:
        """What the link itself says, beyond its defaults."""
        said: list[str] = []
        for field in self.kind.fields:
            held = link.fields.get(field.name)
            if held is None or held == field.default:
                continue
            if isinstance(field, ChoiceField):
                said.append(option_title(field, held))
            elif isinstance(field, StringField):
                said.append(str(held))
        return " · ".join(said)

    # -- what a link says ------------------------------------------------------------------

    def _turn(self, at: int) -> None:
        link = self._links[at]
        self._open_link = "" if self._open_link == link.id else link.id
        for arrow, each in zip(self._arrows, self._links, strict=False):
            arrow.setChecked(each.id == self._open_link)
        if self._fields is None:
            self._fields = LinkFields(self.kind, self._around, self._role)
            self.body.addWidget(self._fields)
        self._show_fields()

    def _show_fields(self) -> None:
        assert self._fields is not None
        shown = any(link.id == self._open_link for link in self._links)
        record = LinkRecord(self._around.session, self._open_link) if shown else None
        if record != self._fields.rows.record:
            self._fields.rows.flush()
            self._fields.rows.bind(record)
        self._fields.setVisible(shown)
        self._fields.rows.refresh()

    def take_pending(self) -> list[Callable[[], object]]:
        """What is typed in a link's fields and not told yet."""
        return self._fields.rows.take_pending() if self._fields is not None else []

    def flush(self) -> None:
        """Tell at once what is typed."""
        if self._fields is not None:
            self._fields.rows.flush()

    # -- doing -----------------------------------------------------------------------------

    def _pick(self) -> None:
        self.add.setFocus()
        self._around.session.pick(self.kind.name)

    def _go(self, at: int) -> None:
        document = self._around.session.document
        if document is not None:
            key, _words, _color = self._target(document, self._links[at], self._annotation_id)
            self._around.session.select(key)

    def _remove(self, at: int) -> None:
        session, link = self._around.session, self._links[at]
        last = at >= len(self._links) - 1
        (self.add if last else self._chips[at]).setFocus()
        session.make(lambda d: edits.unlink(d, session.codebook, link))

    def _show_picking(self) -> None:
        pick = self._around.session.picking
        lit = pick is not None and isinstance(pick.kind, LinkType) and pick.kind.name == self.name
        if lit != self.add.lit:
            self.add.lit = lit
            self.add.show_text(_CHOOSING if lit else self._offer, self.add.accessibleName())
            self.add.update()
            self.flow.arrange()


class LinkFields(QWidget):
    """The fields of one link, below its chip."""

    def __init__(self, kind: LinkType, around: Surroundings, role: Role) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 2, 0, 4)
        column.setSpacing(4)
        where = Surroundings(around.session, around.look, around.names, kind.title, around.color)
        self.rows = RowSet(where, role, column=_NARROW)
        for row in self.rows.add(kind.fields):
            column.addWidget(row)
