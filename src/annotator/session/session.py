"""The open document: what is current, the one way to change it, undo without limit."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import cast

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from annotator.model import edit as edits
from annotator.model.codebook import Codebook, SpanField, Value, field_named
from annotator.model.document import Annotation, Document, Entity, Link
from annotator.model.edit import Change, Edit, Kind
from annotator.model.errors import EditError
from annotator.model.index import SpanIndex
from annotator.model.segment import Extent
from annotator.session.pick import Pick, pick_link, pick_span
from annotator.session.saver import Unsaved


def _is_closed(document: Document, edit: Edit) -> bool:
    """True where an edit would change work that was handed in."""
    if document.status.state not in ("submitted", "accepted"):
        return False
    return any(isinstance(c.record, (Annotation, Link)) for c in edit.changes)


def _begun(document: Document, edit: Edit) -> Edit:
    """`edit`; the first work on a new document makes it one in progress."""
    status, records = document.status, [change.record for change in edit.changes]
    if status.state != "new" or not any(isinstance(r, (Annotation, Link)) for r in records):
        return edit
    begun = Change(status, replace(status, state="in_progress"))
    return replace(edit, changes=(*edit.changes, begun))


class _EditCommand(QUndoCommand):
    """The only undo command there is."""

    def __init__(self, session: Session, edit: Edit) -> None:
        super().__init__(edit.name)
        self._session, self.edit = session, edit
        self._kind: Kind = "do"

    def redo(self) -> None:
        """Perform the edit."""
        self._session._perform(self.edit, self._kind)
        self._kind = "redo"

    def undo(self) -> None:
        """Take the edit back."""
        self._session._perform(self.edit.inverse(), "undo")

    def id(self) -> int:
        """Qt merges only commands with the same id."""
        return 1 if self.edit.merge else -1

    def mergeWith(self, other: QUndoCommand) -> bool:
        """Keystrokes in one field are one step."""
        assert isinstance(other, _EditCommand)
        if other.edit.merge != self.edit.merge:
            return False
        self.edit = self.edit.then(other.edit)
        self.setText(self.edit.name)
        self.setObsolete(not self.edit.changes)  # typed and taken back by hand
        return True


class Session(QObject):
    """One open document at a time; widgets listen to its signals and redraw what changed."""

    opened = Signal()
    """another document, or none, is open"""
    changed = Signal(object)
    """an Edit was done, undone or redone; `document` is the one after it"""
    current_changed = Signal()
    """another annotation, or none, is current; or the same in another shape"""
    picking_changed = Signal()
    """a target is being chosen, or no more"""
    told = Signal(str)
    """a sentence for the status bar"""

    def __init__(
        self, codebook: Codebook, save: Callable[[Unsaved], None], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.codebook = codebook
        self._save = save
        self.document: Document | None = None
        self.index = SpanIndex()
        self.undo_stack = QUndoStack(self)
        self.picking: Pick | None = None
        self.remembered: dict[tuple[str, str], Value] = {}
        self._current_id: str | None = None
        self._replaying = False
        self._stepping_over = False
        self._entities: Mapping[str, Entity] = {}

    # -- opening ---------------------------------------------------------------------------

    def open(self, document: Document | None, history: Sequence[tuple[Kind, Edit]] = ()) -> None:
        """Show another document (or none); its log becomes the undo stack."""
        self.document = replace(document, entities=self._entities) if document else None
        self.index = SpanIndex(document.annotations.values() if document else ())
        self._current_id, self.picking = None, None
        self.undo_stack.clear()
        self._replay(history)
        self.opened.emit()
        self.current_changed.emit()
        self.picking_changed.emit()

    def add_entities(self, entities: Mapping[str, Entity]) -> None:
        """The project's entities as they are in the database; newer ones here are kept."""
        mine = self._entities
        newer = {k: e for k, e in mine.items() if k in entities and e.version > entities[k].version}
        self._entities = {**mine, **entities, **newer}
        if self.document is not None:
            self.document = replace(self.document, entities=self._entities)

    def _replay(self, history: Sequence[tuple[Kind, Edit]]) -> None:
        self._replaying = True
        for kind, edit in history:
            if kind == "undo":
                self.undo_stack.undo()
            elif kind == "redo":
                self.undo_stack.redo()
            else:
                self.undo_stack.push(_EditCommand(self, edit))
        self._replaying = False

    # -- changing --------------------------------------------------------------------------

    def edit(self, edit: Edit, *, select: str | None = None) -> bool:
        """Perform an edit and remember it for undo; `select` becomes current.

        False, and a sentence told, where it can't be performed.
        """
        if self.document is None or not edit.changes:
            return False
        if _is_closed(self.document, edit):
            self.told.emit("This article is submitted: take it back first (Go ▸ Take back).")
            return False
        edit = _begun(self.document, edit)
        try:
            edit.stamped(self.document)  # refused here; performing stamps it
        except EditError as fault:
            self.told.emit(str(fault))
            return False
        self._remember(edit)
        self.undo_stack.push(_EditCommand(self, edit))
        if select is not None:
            self.select(select)
        return True

    def make(self, build: Callable[[Document], Edit], *, select: str | None = None) -> bool:
        """Build an edit for the open document and perform it; a fault is told."""
        if self.document is None:
            return False
        try:
            edit = build(self.document)
        except EditError as fault:
            self.told.emit(str(fault))
            return False
        return self.edit(edit, select=select)

    def undo(self) -> None:
        """Take the last step back, or tell why not."""
        self._step(self.undo_stack.index() - 1, self.undo_stack.undo, inverse=True)

    def redo(self) -> None:
        """Do the last undone step again, or tell why not."""
        self._step(self.undo_stack.index(), self.undo_stack.redo, inverse=False)

    def _step(self, at: int, go: Callable[[], None], *, inverse: bool) -> None:
        command = self.undo_stack.command(at) if 0 <= at < self.undo_stack.count() else None
        if self.document is None or not isinstance(command, _EditCommand):
            return
        edit = command.edit.inverse() if inverse else command.edit
        try:
            edit.stamped(self.document)
        except EditError:
            # logged as a step that changes nothing, so that a replay steps over it too
            word = "undo" if inverse else "redo"
            self.told.emit(f"Can't {word} “{edit.name}”: it was changed elsewhere since.")
            self._stepping_over = True
            go()
            self._stepping_over = False
            return
        self.cancel_pick()
        go()
        kept = [c.after for c in edit.changes if isinstance(c.after, Annotation)]
        if kept:
            self.select(kept[0].id)
        elif edit.changes and all(isinstance(c.record, Entity) for c in edit.changes):
            self._show_entity(edit, "Undone" if inverse else "Done again")

    def _show_entity(self, edit: Edit, word: str) -> None:
        """Show a mention of the record that a step changed: it has no place of its own."""
        assert self.document is not None
        record = edit.changes[0].record
        assert isinstance(record, Entity)
        mentions = [a for a in self.document.annotations.values() if record.id in a.fields.values()]
        if mentions and self.current not in mentions:
            self.select(min(mentions, key=self.document.position).id)
        self.told.emit(f"{word}: {edit.name} of ‘{record.name}’.")

    def _perform(self, edit: Edit, kind: Kind) -> None:
        if self._replaying:
            return
        assert self.document is not None
        if self._stepping_over:
            edit = replace(edit, changes=())
        stamped = edit.stamped(self.document)
        self.document = stamped.apply(self.document)
        self._entities = self.document.entities
        for change in stamped.changes:
            if isinstance(change.before, Annotation):
                self.index.drop(change.before)
            if isinstance(change.after, Annotation):
                self.index.put(change.after)
        head = replace(self.document, annotations={}, links={}, entities={})  # all that is saved
        self._save(Unsaved(head, stamped, kind))
        self.changed.emit(stamped)
        touched = {c.record.id for c in stamped.changes}
        if self._current_id in touched:
            self._current_id = self._current_id if self.current else None
            self.current_changed.emit()

    def _remember(self, edit: Edit) -> None:
        for change in edit.changes:
            before, after = change.before, change.after
            if isinstance(before, Annotation) and isinstance(after, Annotation):
                for field in self.codebook.fields(after.label):
                    value = after.fields.get(field.name)
                    if field.remember and value != before.fields.get(field.name):
                        self.remembered[after.label, field.name] = value

    def tag(self, label: str, fragments: Iterable[Extent]) -> bool:
        """Tag fragments and make the new annotation current."""
        extents = tuple(fragments)

        def build(document: Document) -> Edit:
            return edits.tag(document, self.codebook, label, extents, self.remembered)

        return self.make(build) and self._select_new()

    def _select_new(self) -> bool:
        command = self.undo_stack.command(self.undo_stack.index() - 1)
        assert isinstance(command, _EditCommand)
        self.select(command.edit.changes[0].record.id)
        return True

    # -- what is current -------------------------------------------------------------------

    @property
    def current(self) -> Annotation | None:
        """The annotation whose form is shown."""
        if self.document is None or self._current_id is None:
            return None
        return self.document.annotations.get(self._current_id)

    def select(self, annotation_id: str | None) -> None:
        """Make an annotation current; None: none. An unknown id is none."""
        if self.document is None or annotation_id not in self.document.annotations:
            annotation_id = None
        if annotation_id != self._current_id:
            self._current_id = annotation_id
            self.cancel_pick()
            self.current_changed.emit()

    # -- choosing a target -----------------------------------------------------------------

    def pick(self, name: str) -> bool:
        """Start choosing the target of the current annotation's link type or span field `name`.

        False, and a sentence told, where nothing is valid.
        """
        current, document = self.current, self.document
        if current is None or document is None:
            self.told.emit("Choose an annotation first.")
            return False
        kind = self.codebook.link_type(name)
        field = field_named(self.codebook.fields(current.label), name)
        if kind is not None and kind.touches(current.label):
            pick = pick_link(document, self.codebook, current, kind)
        elif isinstance(field, SpanField):
            pick = pick_span(document, self.codebook, current, field)
        else:
            return False
        if not pick.targets:
            labels = kind.to_labels if kind is not None else cast(SpanField, field).targets
            self.told.emit(f"Nothing to point at: tag a {' or '.join(labels)} first.")
            return False
        self.picking = pick
        self.picking_changed.emit()
        return True

    def step_pick(self, by: int) -> None:
        """Offer the next (1) or previous (-1) target."""
        if self.picking is not None:
            self.picking = self.picking.moved(by)
            self.picking_changed.emit()

    def choose(self, annotation_id: str | None = None) -> bool:
        """Take a target, by default the one offered. False where it is not a valid one."""
        pick, current = self.picking, self.current
        chosen = annotation_id or (pick.target if pick else None)
        if pick is None or current is None or chosen not in pick.targets:
            return False
        self.cancel_pick()
        name = pick.kind.name
        if isinstance(pick.kind, SpanField):
            target = str(chosen)
            return self.make(lambda d: edits.point(d, self.codebook, current, name, target))
        return self.make(lambda d: edits.link(d, self.codebook, name, current.id, str(chosen)))

    def cancel_pick(self) -> None:
        """Choose nothing."""
        if self.picking is not None:
            self.picking = None
            self.picking_changed.emit()
