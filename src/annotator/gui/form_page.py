"""The form of one label: built once, then shown for every annotation that has the label."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from annotator.gui.field_base import Surroundings
from annotator.gui.form_header import Header, Ranks
from annotator.gui.form_mnemonic import letters
from annotator.gui.form_records import AnnotationRecord
from annotator.gui.form_row import FieldRow, Row
from annotator.gui.form_rows import RowSet, first_faults
from annotator.gui.form_section import SPACING, EntitySection, Section, rule
from annotator.gui.link_rows import LinkRow
from annotator.gui.summary import option_title
from annotator.model.codebook import ChoiceField, EntityField, Field, Label, LinkType, Role
from annotator.model.document import Annotation, Document
from annotator.session.faults import Faults

Part = Field | LinkType


class MoreSection(Section):
    """What is not needed at once."""

    def __init__(self, page: Page, parts: list[Part]) -> None:
        titles = ", ".join(part.title.lower() for part in parts)
        super().__init__(page.around.look, "More", f"({titles})", "More fields")
        self._page, self.parts = page, parts
        self.names = {part.name for part in parts}

    def build(self) -> None:
        """Its rows, which are rows of the page."""
        for row in self._page.make_rows(self.parts):
            self.column.addWidget(row)
        self._page.underline()
        self._page.refresh()


class Page(QWidget):
    """Header, links and fields, More; what a person folded open stays open for the label."""

    def __init__(
        self, label: Label, around: Surroundings, faults: Faults, ranks: Ranks, role: Role,
        reserved: frozenset[str],
    ) -> None:  # fmt: skip
        super().__init__()
        self.label, self.around, self._faults, self._ranks = label, around, faults, ranks
        self._role, self._reserved = role, reserved
        self.annotation_id = ""
        self.rows = RowSet(around, role)
        self.links: dict[str, LinkRow] = {}
        self.entity: EntitySection | None = None
        self.more: MoreSection | None = None
        self.header = Header(around.look, label.color)
        self.whole_fault = QLabel()
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(14, 12, 14, 16)
        self.column.setSpacing(SPACING)
        self._more_open = self._more_asked = False
        self._main, self._advanced = _parts(around, label, role)
        self._build()
        self.letters: dict[str, Callable[[], object]] = {}
        self.underline()

    # -- building --------------------------------------------------------------------------

    def _build(self) -> None:
        self.column.addWidget(self.header)
        self.whole_fault.setProperty("fault", True)
        self.whole_fault.setWordWrap(True)
        self.whole_fault.hide()
        self.column.addWidget(self.whole_fault)
        main, advanced = self._main, self._advanced
        for nth, (part, row) in enumerate(zip(main, self.make_rows(main), strict=True)):
            if nth and isinstance(part, LinkType) != isinstance(main[nth - 1], LinkType):
                self.column.addSpacing(6)
            self.column.addWidget(row)
            kind = self.around.session.codebook.entity_type(self.label.entity_type)
            if isinstance(part, EntityField) and kind is not None and self.entity is None:
                self.entity = EntitySection(kind, self.around, self._role)
                self.entity.turned.connect(lambda _: self.underline())
                self.column.addWidget(self.entity)
        if advanced:
            self.column.addSpacing(4)
            self.column.addWidget(rule())
            self.more = MoreSection(self, advanced)
            self.more.turned.connect(self._turn_more)
            self.column.addWidget(self.more)
        self.column.addStretch(1)

    def make_rows(self, parts: list[Part]) -> list[Row]:
        """Rows for fields and link types."""
        made: list[Row] = []
        for part in parts:
            if isinstance(part, LinkType):
                self.links[part.name] = LinkRow(part, self.around, self._role)
                made.append(self.links[part.name])
            else:
                made.extend(self.rows.add([part]))
        return made

    def underline(self) -> None:
        """Give each row that is there, and each fold, a letter of its own."""
        served: list[Row | Section] = []
        items: list[Row | Section] = [*self._in_order()]
        for item in items:
            served.append(item)
            if isinstance(item, FieldRow) and isinstance(item.field, EntityField) and self.entity:
                served.append(self.entity)
        if self.more is not None:
            served.insert(len(self._main) + bool(self.entity), self.more)
        if self.entity is not None and self.entity.is_open:
            served += self.entity.rows.rows.values()
        titles = [s.fold.title if isinstance(s, Section) else s.title for s in served]
        self.letters = {}
        for item, title, at in zip(served, titles, letters(titles, self._reserved), strict=True):
            letter = title[at].casefold() if at >= 0 else ""
            shortcut = bool(letter) and letter not in self._reserved
            if isinstance(item, Section):
                item.fold.set_letter(at, shortcut=shortcut)
            else:
                item.set_letter(at, shortcut=shortcut)
            if letter:
                self.letters[letter] = partial(_visit, item)

    def _in_order(self) -> list[Row]:
        every: dict[str, Row] = {**self.links, **self.rows.rows}
        return [every[part.name] for part in (*self._main, *self._advanced) if part.name in every]

    # -- showing ---------------------------------------------------------------------------

    def show_annotation(self, annotation: Annotation) -> None:
        """Another annotation with this label."""
        self.annotation_id = annotation.id
        record = AnnotationRecord(self.around.session, self._faults, annotation.id)
        self.rows.bind(record)
        self._more_asked = False
        self.refresh()

    def refresh(self) -> None:
        """Show the annotation as it is now; only rows that changed are touched."""
        document = self.around.session.document
        annotation = document.annotations.get(self.annotation_id) if document else None
        if document is None or annotation is None:
            return
        faults = first_faults(self._faults.of(annotation.id))
        self._refresh_more(faults)
        self._refresh_header(document, annotation)
        for name, row in self.links.items():
            row.refresh(document, annotation, faults.get(name, ""))
        self.rows.refresh()
        if self.entity is not None:
            self._refresh_entity(document, annotation)
        whole = faults.get("", "")
        if self.whole_fault.text() != whole:
            self.whole_fault.setText(whole)
        if self.whole_fault.isHidden() == bool(whole):
            self.whole_fault.setVisible(bool(whole))

    def _refresh_more(self, faults: dict[str, str]) -> None:
        """Open by itself where a fault is inside, until somebody closes it."""
        if self.more is None:
            return
        faulty = not self.more.names.isdisjoint(faults) and not self._more_asked
        wanted = self._more_open or faulty
        if wanted and not self.more.is_open:
            self.more.set_open(True)
        elif not wanted and self.more.is_open and not self._has_focus(self.more):
            self.more.set_open(False)

    def _has_focus(self, section: Section) -> bool:
        focus = self.window().focusWidget()
        return focus is not None and section.inside.isAncestorOf(focus)

    def _turn_more(self, opened: bool) -> None:
        self._more_open, self._more_asked = opened, True

    def _refresh_header(self, document: Document, annotation: Annotation) -> None:
        values = []
        for name in (f.name for f in self.label.fields):
            field = self.rows.rows.get(name)
            if field is None or not isinstance(field.field, ChoiceField):
                continue
            if field.field.computed and self.rows.record is not None:
                value = self.rows.record.effective().get(name)
                if value not in (None, "none"):
                    values.append(option_title(field.field, value).lower())
        nth, count = self._ranks.of(document, annotation)
        words = annotation.quote(document.text)
        self.header.show_annotation(annotation.label, [*values, f"{nth:,} of {count:,}"], words)

    def _refresh_entity(self, document: Document, annotation: Annotation) -> None:
        assert self.entity is not None
        fields = (f for f in self.label.fields if isinstance(f, EntityField))
        entity = document.entities.get(str(annotation.fields.get(next(fields).name)))
        count = 0
        if entity is not None:
            codebook = self.around.session.codebook
            count = self.around.names.mentions(document, codebook)[entity.id]
        self.entity.show_entity(entity, count)

    # -- going about -----------------------------------------------------------------------

    def row(self, name: str) -> Row | None:
        """The row of a field or link type; More opens where it is inside."""
        if self.more is not None and name in self.more.names and not self.more.is_open:
            self.more.set_open(True)
            self._more_asked = True
        return self.links.get(name) or self.rows.rows.get(name)

    def first(self) -> Row | None:
        """The first empty required row, else the first."""
        document = self.around.session.document
        shown = [row for row in self._in_order() if not row.isHidden()]
        required = (r for r in shown if r.is_empty() and document is not None and _required(r))
        return next(required, shown[0] if shown else None)

    def all_rows(self) -> list[Row]:
        """Every row that is built, those of the entity last."""
        rows = self._in_order()
        return rows + (list(self.entity.rows.rows.values()) if self.entity else [])

    def take_pending(self) -> list[Callable[[], object]]:
        """What is typed and not told yet."""
        pending = self.rows.take_pending()
        for row in self.links.values():
            pending += row.take_pending()
        return pending + (self.entity.take_pending() if self.entity else [])

    def flush(self) -> None:
        """Tell at once what is typed."""
        self.rows.flush()
        for row in self.links.values():
            row.flush()
        if self.entity is not None:
            self.entity.rows.flush()

    def restyle(self) -> None:
        """Another theme."""
        self.header.restyle()


def _parts(around: Surroundings, label: Label, role: Role) -> tuple[list[Part], list[Part]]:
    """What is shown at once and what under More, in order.

    Links come before fields, but for mentions: there the entity and its fields come first. What
    another role fills is not needed at once.
    """
    codebook = around.session.codebook
    links: list[Part] = list(codebook.links_of(label.name))
    fields: list[Part] = list(codebook.fields(label.name))
    both = fields + links if label.entity_type else links + fields

    def later(part: Part) -> bool:
        others = not isinstance(part, LinkType) and part.role == "supervisor" != role
        return part.advanced or others

    return [p for p in both if not later(p)], [p for p in both if later(p)]


def _required(row: Row) -> bool:
    return row.kind.required if isinstance(row, LinkRow) else (
        row.field.required if isinstance(row, FieldRow) else False
    )  # fmt: skip


def _visit(item: Row | Section) -> None:
    if item.isHidden():
        return
    if isinstance(item, Row):
        item.focus()
    else:
        item.fold.setFocus()
        item.fold.click()
