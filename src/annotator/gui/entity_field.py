"""The entity that a mention points at: found by any of its names, or made on the spot."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent

from annotator.gui.field_base import FieldInput, Shown, Surroundings
from annotator.gui.field_names import detail
from annotator.gui.field_offers import Offer, SearchLine
from annotator.model import edit as edits
from annotator.model.codebook import EntityField, EntityType
from annotator.model.document import Annotation, Entity

_MOST = 50


class EntityLine(SearchLine):
    """Enter on the empty line takes what is proposed; Shift+Enter makes a new record."""

    proposed = Signal()
    new_wanted = Signal()

    def enter(self) -> None:
        """Take the proposal where nothing is chosen yet."""
        if self.text().strip():
            self.open_list()
        else:
            self.proposed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Shift+Enter; the rest is searching."""
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and event.modifiers() == Qt.KeyboardModifier.ShiftModifier:
            self.new_wanted.emit()
        else:
            super().keyPressEvent(event)


class EntityInput(FieldInput):
    """Type to search names and aliases; Enter links or makes; Delete unlinks."""

    def __init__(self, field: EntityField, around: Surroundings) -> None:
        super().__init__(field, around)
        self.names = around.names
        self._mention: Annotation | None = None
        self.line = EntityLine(self.offers, around.look, bold=True)
        self.hold(self.line)
        self.line.chosen.connect(self._choose)
        self.line.cleared.connect(lambda: self.given.emit(None))
        self.line.proposed.connect(self._propose)
        self.line.new_wanted.connect(lambda: self._make(self._typed() or self._words()))

    # -- what it knows ---------------------------------------------------------------------

    def _kind(self) -> EntityType | None:
        codebook = self.around.session.codebook
        label = codebook.label(self._mention.label) if self._mention is not None else None
        return codebook.entity_type(label.entity_type) if label is not None else None

    def _words(self) -> str:
        document = self.around.session.document
        if document is None or self._mention is None:
            return ""
        return " ".join(self._mention.quote(document.text).split())

    def _typed(self) -> str:
        return " ".join(self.line.text().split()) if self.line.searching else ""

    def aspect(self, shown: Shown) -> object:
        """The entity's name, the words of the mention."""
        document, mention = self.around.session.document, shown.record
        assert document is not None and isinstance(mention, Annotation)
        entity = document.entities.get(str(shown.value))
        return entity.name if entity is not None else "", mention.fragments, mention.label

    def present(self, shown: Shown) -> None:
        """The entity's name; else the mention's words as what is proposed."""
        document, mention = self.around.session.document, shown.record
        assert document is not None and isinstance(mention, Annotation)
        self._mention = mention
        entity = document.entities.get(str(shown.value)) if shown.value is not None else None
        name = entity.name if entity is not None else "gone" if shown.value is not None else ""
        self.line.display(name)
        self.line.setPlaceholderText(self._words())

    def reset(self) -> None:
        """Stop searching."""
        self.line.stop_search()

    # -- searching -------------------------------------------------------------------------

    def offers(self, typed: str) -> list[Offer]:
        """Entities for what is typed, a new one last; for nothing, the proposal first."""
        session, kind = self.around.session, self._kind()
        document = session.document
        if document is None or kind is None:
            return []
        wanted = typed.strip() or self._words()
        hits = self.names.search(document, session.codebook, kind.name, wanted)
        exact = any(hit.tier == 0 for hit in hits)
        new = [] if exact else [self._new_offer(kind, wanted)]
        if typed.strip():
            found = [self._offer(hit.key, likely=hit.tier < 4) for hit in hits[:_MOST]]
            return [*found, *new]
        keys = [hit.key for hit in hits if hit.tier < 4]
        count = self.names.mentions(document, session.codebook)
        here = [k for k, _ in count.most_common() if k not in keys and self._fits(k, kind)]
        found = [self._offer(key) for key in (*keys, *here)[:_MOST]]
        return [*new, *found]

    def _fits(self, key: str, kind: EntityType) -> bool:
        entity = self._entity(key)
        return entity is not None and entity.type == kind.name

    def _entity(self, key: str) -> Entity | None:
        document = self.around.session.document
        return document.entities.get(key) if document is not None else None

    def _offer(self, key: str, *, likely: bool = True) -> Offer:
        session, entity = self.around.session, self._entity(key)
        assert entity is not None and session.document is not None
        count = self.names.mentions(session.document, session.codebook)[key]
        return Offer(key, entity.name, detail(entity, session.codebook, count), likely=likely)

    def _new_offer(self, kind: EntityType, name: str) -> Offer:
        return Offer(name, f"New {kind.title.lower()} ‘{edits.shorten(name)}’", new=True)

    # -- deciding --------------------------------------------------------------------------

    def _choose(self, offer: Offer) -> None:
        if offer.new:
            self._make(offer.value)
        else:
            self.given.emit(offer.value)

    def _propose(self) -> None:
        """Link the only entity with these words as a name, or make one; several: ask."""
        session, kind = self.around.session, self._kind()
        if session.document is None or kind is None:
            return
        exact = self.names.exact(session.document, session.codebook, kind.name, self._words())
        if len(exact) > 1:
            self.line.open_list()
        elif exact:
            self.given.emit(exact[0])
        else:
            self._make(self._words())

    def _make(self, name: str) -> None:
        session = self.around.session
        document = session.document
        if document is None or self._mention is None:
            return
        mention = document.annotations.get(self._mention.id)
        self.line.stop_search()
        if mention is not None:
            session.make(lambda d: edits.new_entity(session.codebook, mention, self.name, name))
