"""Pages of WebAnno and UIMA files → model: told to a Schema first, then made into entries."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from typing import get_args

from annotator.formats.before import Before
from annotator.formats.draft import Draft
from annotator.formats.format import ReadOptions, fault_in_day
from annotator.formats.layers import ANY, FRAGMENTS, NEXT, Feature, Layer, Layers, Relation, Slot
from annotator.formats.page import Arc, Mark, Page, fields_of
from annotator.formats.schema import Schema
from annotator.formats.values import held, storable
from annotator.model.codebook import DOCUMENT_DATE, Codebook, EntityField, SpanField, field_named
from annotator.model.corpus import Annotator, Entry
from annotator.model.document import Article, DateSource, Entity, State, said
from annotator.model.errors import InputError
from annotator.model.text import Origin


class PageReader:
    """`see` each page, then ask for `head`, then for the `entry` of each page.

    `before` is what the export itself brought: the codebook whose layers these are, and the
    entities that its mentions point at. Faults have neither file nor line.
    """

    def __init__(self, name: str, options: ReadOptions, before: Before) -> None:
        self._options = options
        declared = before.codebook if before.items else None
        self._schema = Schema(name, options.codebook, declared)
        known = declared or options.codebook
        self._layers = Layers(known, arrays=True) if known is not None else None
        self._labels: dict[str, str] = {}
        self._given = [*before.entities.values()]
        self._entities: dict[tuple[str, str], Entity] = {}
        self._mentioned: dict[tuple[str, str, str], None] = {}
        self._logins: dict[str, Annotator] = {}
        for entity in self._given:
            for name, value in entity.fields.items():
                self._schema.entity_value(entity.type, name, value)

    @property
    def codebook(self) -> Codebook:
        """The codebook that says all that was seen."""
        return self._schema.codebook

    # -- first pass --------------------------------------------------------------------------------

    def declare(self, type: str, features: Mapping[str, str]) -> None:
        """A layer that a header names: feature → "" or, of a slot, the target's layer."""
        label = self.label(type)
        self._schema.label(label)
        if self._known(type) is not None:
            return
        for name, target in features.items():
            if not target:
                self._schema.value(label, name, "")
            elif target != ANY:
                self._schema.link(name, label, self.label(target))

    def see(self, page: Page) -> None:
        """Take note of all that a page says."""
        for type, features in page.layers.items():
            self.declare(type, features)
        owners = _owners(page)
        for mark in page.marks:
            if mark not in owners:
                self._see_mark(mark, owners)
        for arc in page.arcs:
            link, fields = self._arc(arc)
            ends = (owners.get(arc.source, arc.source), owners.get(arc.target, arc.target))
            source, target = (self.label(end.type) for end in ends)
            self._schema.link(link, source, target, symmetric=self._symmetric(link))
            for name, value in fields.items():
                self._schema.link_value(link, name, value)
        login = page.facts.get("annotator") or self._options.annotator
        self._logins.setdefault(login, Annotator(id="", login=login))

    def _see_mark(self, mark: Mark, owners: Mapping[Mark, Mark]) -> None:
        label, schema = self.label(mark.type), self._schema
        schema.label(label)
        for name, value in self._fields(mark).items():
            schema.value(label, name, value)
        if mention := self._mention(mark):
            self._mentioned[schema.entity(label), *mention] = None
        for name, slot, entries in self._slots(mark):
            for role, target in entries:
                to = self.label(owners.get(target, target).type)
                if slot is not None and slot.field is not None:
                    schema.reference(label, slot.field.name, to)
                else:
                    schema.link(name, label, to, symmetric=self._symmetric(name))
                    for key, value in fields_of(role).items():
                        schema.link_value(name, key, value)
        for name in self._dated(mark):
            schema.reference(label, name, DOCUMENT_DATE)

    # -- second pass -------------------------------------------------------------------------------

    def head(self) -> Iterator[Annotator | Entity]:
        """The annotators and the entities."""
        for login in self._logins:
            self._logins[login] = Annotator(id=self._options.new_id(), login=login)
            yield self._logins[login]
        for entity in self._given:
            yield self._entity(entity.type, entity.id, entity.fields)
        for kind, key, name in self._mentioned:
            if (kind, key or name) not in self._entities:
                yield self._entity(kind, key or name, {"name": name or key})

    def _entity(self, kind: str, key: str, fields: Mapping[str, object]) -> Entity:
        found = self.codebook.entity_type(kind)
        kinds = found.fields if found is not None else ()
        values = {
            name: held(field, value)
            for name, value in fields.items()
            if (field := field_named(kinds, name)) is not None
        }
        entity = Entity(id=self._options.new_id(), type=kind, fields=said(values))
        self._entities[kind, key] = entity
        return entity

    def entry(self, page: Page, source: str) -> Entry:
        """The article of a page. Raises InputError without a file."""
        origin = Origin(page.text, "UTF-16 unit")
        if not origin.text.value.strip():
            raise InputError("The text is empty.")
        draft = Draft(origin, self._schema, self._options)
        owners = _owners(page)
        keys = {mark: str(n) for n, mark in enumerate(page.marks, 1)}
        keys |= {part: keys[owner] for part, owner in owners.items()}
        for mark in page.marks:
            if mark not in owners:
                self._span(draft, mark, keys)
        for mark in page.marks:
            for name, slot, entries in self._slots(mark):
                if slot is None or slot.field is None:
                    for role, target in entries:
                        draft.link(name, keys[mark], keys[target], fields_of(role))
        for arc in page.arcs:
            link, fields = self._arc(arc)
            draft.link(link, keys[arc.source], keys[arc.target], fields)
        article = article_of(page.facts, source)
        if "ours" in page.facts and "annotator" not in page.facts:
            return draft.entry(article)
        login = page.facts.get("annotator") or self._options.annotator
        return draft.entry(article, draft.work(self._logins[login], _state(page.facts)))

    def _span(self, draft: Draft, mark: Mark, keys: Mapping[Mark, str]) -> None:
        label = self.label(mark.type)
        fields = self._fields(mark)
        if mention := self._mention(mark):
            key = mention[0] or mention[1]
            entity = self._entities[self._schema.entity(label), key]
            fields[self._schema.entity_field(label)] = entity.id
        for _, slot, entries in self._slots(mark):
            if slot is not None and slot.field is not None and entries:
                fields[slot.field.name] = keys[entries[-1][1]]
        fields |= dict.fromkeys(self._dated(mark), DOCUMENT_DATE)
        parts = [(part.begin, part.end) for part in _parts(mark)]
        draft.span(keys[mark], label, [(mark.begin, mark.end), *parts], fields)

    # -- what the features mean --------------------------------------------------------------------

    def label(self, type: str) -> str:
        """The label of a layer: that of the codebook, else its short name, if it is its own."""
        known = self._known(type)
        if isinstance(known, Layer):
            return known.label.name
        if type not in self._labels:
            short = type.rpartition(".")[2] or type
            taken = short in self._labels.values() or (
                self._layers is not None and short in self._layers.spans
            )
            self._labels[type] = type if taken else short
        return self._labels[type]

    def _symmetric(self, link: str) -> bool:
        kind = self._layers.codebook.link_type(link) if self._layers is not None else None
        return kind is not None and kind.symmetric

    def _known(self, type: str) -> Layer | Relation | None:
        return self._layers.by_type.get(type) if self._layers is not None else None

    def _features(self, mark: Mark) -> Mapping[str, Feature]:
        known = self._known(mark.type)
        return known.features if isinstance(known, Layer) else {}

    def _fields(self, mark: Mark) -> dict[str, object]:
        """Field → value, but for references."""
        features = self._features(mark)
        fields: dict[str, object] = {}
        for name, value in mark.values.items():
            feature = features.get(name)
            if feature is None:
                fields[name] = _finite(value)
            elif not isinstance(feature.field, EntityField | SpanField):
                fields[feature.field.name] = _finite(value)
        return fields

    def _mention(self, mark: Mark) -> tuple[str, str] | None:
        """The key and the name of the entity that a mark mentions."""
        key = name = ""
        for feature in self._features(mark).values():
            if isinstance(feature.field, EntityField):
                value = str(mark.values.get(feature.name) or "")
                key, name = (key, value) if feature.part == "name" else (value, name)
        return (key, name) if key or name else None

    def _dated(self, mark: Mark) -> list[str]:
        """The fields that point at the document's date."""
        features = self._features(mark)
        return [
            features[name].field.name
            for name, value in mark.values.items()
            if name in features and features[name].part == "date" and value in (True, "true")
        ]

    def _slots(self, mark: Mark) -> Iterator[tuple[str, Slot | None, list[tuple[str, Mark]]]]:
        """The link type or feature, the slot where it is known, and what is in it."""
        known = self._known(mark.type)
        for name, entries in mark.slots.items():
            slot = known.slots.get(name) if isinstance(known, Layer) else None
            if name == FRAGMENTS and _parts(mark):
                continue
            if name == NEXT and isinstance(known, Layer) and known.chain is not None:
                yield known.chain.name, None, entries
            elif slot is not None and slot.link is not None:
                yield slot.link.name, slot, entries
            else:
                yield name, slot, entries

    def _arc(self, arc: Arc) -> tuple[str, dict[str, object]]:
        """The link type of a relation and its fields."""
        relation = self._known(arc.type)
        if not isinstance(relation, Relation):
            return self.label(arc.type), {n: _finite(v) for n, v in arc.values.items()}
        features = relation.features
        return relation.link.name, {
            features[name].field.name if name in features else name: _finite(value)
            for name, value in arc.values.items()
        }


def _parts(mark: Mark) -> list[Mark]:
    """The further fragments of a mark: bare ones of its own layer."""
    found = [target for _, target in mark.slots.get(FRAGMENTS, ())]
    bare = all(
        p is not mark and p.type == mark.type and not p.values and not p.slots for p in found
    )
    return found if bare else []


def _owners(page: Page) -> dict[Mark, Mark]:
    """Further fragment → the mark that it belongs to."""
    return {part: mark for mark in page.marks for part in _parts(mark)}


def _finite(value: object) -> object:
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value


def _state(facts: Mapping[str, str]) -> State:
    states: tuple[State, ...] = get_args(State)
    return next((state for state in states if state == facts.get("state")), "in_progress")


def article_of(facts: Mapping[str, str], source: str) -> Article:
    """The article's facts; `source` is its title where it has none and another program wrote it."""
    day = facts.get("date", "")
    day = "" if fault_in_day(day) else day
    sources: tuple[DateSource, ...] = get_args(DateSource)
    known: DateSource = next((s for s in sources if s == facts.get("date_source")), "")
    return Article(
        id="",
        title=facts.get("title", "") or ("" if "ours" in facts else source),
        source=facts.get("source", ""),
        url=facts.get("url", ""),
        language=facts.get("language", ""),
        date=day,
        date_source=known if day else "",
        metadata=_metadata(facts.get("metadata", "")),
    )


def _metadata(text: str) -> dict[str, str]:
    try:
        found = json.loads(text or "{}")
    except (ValueError, RecursionError):
        return {"metadata": text}
    if not isinstance(found, dict):
        return {"metadata": text}
    return {storable(name): storable(str(value)) for name, value in found.items()}
