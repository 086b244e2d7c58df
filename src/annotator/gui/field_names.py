"""The names of the project's entities, ready to be searched, and who is mentioned how often."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from annotator.gui.field_search import Hit, NameIndex
from annotator.model.codebook import ChoiceField, Codebook, CodeField, EntityField
from annotator.model.document import Annotation, Document, Entity

_SOME = 200


class EntityNames:
    """Follows the entities of whatever document it is asked about; one per form."""

    def __init__(self) -> None:
        self._entities: Mapping[str, Entity] = {}
        self._by_type: dict[str, NameIndex] = {}
        self._annotations: Mapping[str, Annotation] | None = None
        self._mentions: Counter[str] = Counter()

    def _follow(self, entities: Mapping[str, Entity]) -> None:
        if entities is self._entities:
            return
        known = self._entities
        for key in known.keys() - entities.keys():
            self._by_type[known[key].type].drop(key)
        for key, entity in entities.items():
            if known.get(key) is not entity:
                self._by_type.setdefault(entity.type, NameIndex()).put(key, entity.names)
        self._entities = entities

    def mentions(self, document: Document, codebook: Codebook) -> Counter[str]:
        """Entity id → how many annotations of this document point at it."""
        if document.annotations is not self._annotations:
            fields = {
                label.name: field.name
                for label in codebook.labels
                for field in label.fields
                if isinstance(field, EntityField)
            }
            held = (
                a.fields.get(fields[a.label])
                for a in document.annotations.values()
                if a.label in fields
            )
            self._mentions = Counter(str(key) for key in held if key is not None)
            self._annotations = document.annotations
        return self._mentions

    def search(
        self, document: Document, codebook: Codebook, entity_type: str, typed: str
    ) -> list[Hit]:
        """The entities of a type with a name like `typed`; those mentioned here come first."""
        self._follow(document.entities)
        index = self._by_type.get(entity_type)
        if index is None:
            return []
        count = self.mentions(document, codebook)
        hits = index.search(typed, _SOME)
        return sorted(hits, key=lambda hit: (hit.tier, -count[hit.key]))

    def exact(
        self, document: Document, codebook: Codebook, entity_type: str, words: str
    ) -> list[str]:
        """The ids of the entities that have exactly these words as a name."""
        hits = self.search(document, codebook, entity_type, words)
        return [hit.key for hit in hits if hit.tier == 0]


def detail(entity: Entity, codebook: Codebook, mentions: int) -> str:
    """Aliases · type · country · "3 here": what tells one name from another."""
    kind = codebook.entity_type(entity.type)
    parts = [", ".join(entity.names[1:4])]
    choice = code = ""
    for field in kind.fields if kind is not None else ():
        held = entity.fields.get(field.name)
        if isinstance(field, ChoiceField) and held and not choice:
            titles = {o.value: o.title for o in field.options}
            choice = titles.get(str(held), str(held)).partition(" — ")[0]
        elif isinstance(field, CodeField) and held and not code:
            code = str(held)
    parts += [choice, code, f"{mentions} here" if mentions else ""]
    return " · ".join(filter(None, parts))
