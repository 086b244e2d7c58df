"""What a file says of one article, by the file's own keys, before its codebook is known.

A reader turns each article into a Sheet twice: first to tell a Schema of it, then to draw it into
a Draft.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from annotator.formats.draft import Draft
from annotator.formats.format import ReadOptions
from annotator.formats.head import Head
from annotator.formats.schema import Schema, clean
from annotator.formats.values import held
from annotator.model.codebook import (
    DOCUMENT_DATE,
    Codebook,
    EntityField,
    Field,
    SpanField,
    Value,
    field_named,
)
from annotator.model.document import Entity
from annotator.model.errors import InputError
from annotator.model.segment import Extent

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


@dataclass(slots=True, kw_only=True)
class Mention:
    """A span. `quote` as in Draft.span; `entity` is its key among Entities, "" for none.

    A field that points at a span or an entity has its key.
    """

    key: str
    label: str
    extents: Sequence[Extent]
    quote: str | None = None
    fields: dict[str, object] = field(default_factory=dict)
    entity: str = ""


@dataclass(slots=True, kw_only=True)
class Tie:
    """A link; `place` is told in faults."""

    type: str
    from_key: str
    to_key: str
    fields: dict[str, object] = field(default_factory=dict)
    place: str = ""


@dataclass(slots=True)
class Sheet:
    """All mentions and ties of an article."""

    mentions: list[Mention] = field(default_factory=list)
    ties: list[Tie] = field(default_factory=list)

    def tell(self, schema: Schema, known: Codebook | None, entities: Entities) -> None:
        """Say all of it to the schema, but for what leads nowhere: drawing will tell of that."""
        labels = {mention.key: mention.label for mention in self.mentions}
        for mention in self.mentions:
            schema.label(mention.label)
            kinds = known.fields(clean(mention.label)) if known is not None else ()
            for name, value in mention.fields.items():
                kind = field_named(kinds, clean(name))
                if isinstance(kind, EntityField):
                    schema.entity(mention.label, entities.type_of(str(value)))
                elif isinstance(kind, SpanField):
                    target = labels.get(str(value), str(value))
                    if target in labels.values() or target == DOCUMENT_DATE:
                        schema.reference(mention.label, name, target)
                else:
                    schema.value(mention.label, name, storable(value))
            if mention.entity:
                schema.entity(mention.label, entities.type_of(mention.entity))
        for tie in self.ties:
            if tie.from_key in labels and tie.to_key in labels:
                schema.link(tie.type, labels[tie.from_key], labels[tie.to_key])
                for name, value in tie.fields.items():
                    schema.link_value(tie.type, name, storable(value))

    def draw(self, draft: Draft, schema: Schema, entities: Entities) -> None:
        """Give the draft all of it. Raises InputError as the draft does."""
        for mention in self.mentions:
            kinds = schema.codebook.fields(clean(mention.label))
            fields = {
                name: _drawn(field_named(kinds, clean(name)), value, entities, mention.key)
                for name, value in mention.fields.items()
            }
            if mention.entity:
                name = schema.entity_field(mention.label)
                fields[name] = entities.id_of(mention.entity, mention.key)
            draft.span(mention.key, mention.label, mention.extents, fields, quote=mention.quote)
        for tie in self.ties:
            fields = {name: storable(value) for name, value in tie.fields.items()}
            draft.link(tie.type, tie.from_key, tie.to_key, fields, place=tie.place)


def _drawn(kind: Field | None, value: object, entities: Entities, place: str) -> object:
    if isinstance(kind, EntityField):
        return entities.id_of(str(value), place)
    return storable(value)


def storable(value: object) -> object:
    """A value without what no database holds: NUL and lone surrogates."""
    if isinstance(value, str):
        return _UNSTORABLE.sub("", value)
    if isinstance(value, list | tuple):
        return [storable(part) for part in value]
    return value


class Entities:
    """The entities that articles speak of, by keys of the file's own.

    Those of a head come first and have its ids as keys; others are added as they are met, in the
    first of two readings.
    """

    def __init__(self, head: Head) -> None:
        self._types = {key: entity.type for key, entity in head.entities.items()}
        self._fields: dict[str, dict[str, object]] = {
            key: dict(entity.fields) for key, entity in head.entities.items()
        }
        self._ids: dict[str, str] = {}

    def add(self, key: str, entity_type: str, fields: Mapping[str, object]) -> None:
        """There is an entity, or more to say of it; what was said of it first stays."""
        self._types.setdefault(key, entity_type)
        held_already = self._fields.setdefault(key, {})
        for name, value in fields.items():
            held_already.setdefault(name, storable(value))

    def __contains__(self, key: str) -> bool:
        return key in self._types

    def type_of(self, key: str) -> str:
        """Its entity type, "" for a key that is not there."""
        return self._types.get(key, "")

    def id_of(self, key: str, place: str) -> str:
        """The id that it was given. Raises InputError where there is none of that key."""
        if key not in self._ids:
            raise InputError("It points at an entity that is not there.", place=place)
        return self._ids[key]

    def tell(self, schema: Schema) -> None:
        """Say to the schema what they hold."""
        for key, entity_type in self._types.items():
            schema.entity_value(entity_type, "name", "")
            for name, value in self._fields[key].items():
                schema.entity_value(entity_type, name, value)

    def made(self, codebook: Codebook, options: ReadOptions) -> Iterator[Entity]:
        """The records, with new ids. Raises InputError where a value is not of its field's kind."""
        for key, name in self._types.items():
            kind = codebook.entity_type(name)
            assert kind is not None  # the schema was told of it
            kinds = {f.name: f for f in kind.fields}
            fields: dict[str, Value] = {}
            for field_name, given in self._fields[key].items():
                found = kinds[clean(field_name)]
                if (value := held(found, given)) is not None:
                    fields[found.name] = value
            self._ids[key] = options.new_id()
            yield Entity(id=self._ids[key], type=name, fields=fields)


def unplaced(fault: InputError, source: str, line: int | None = None) -> InputError:
    """A fault of a draft with the file that it is in."""
    return type(fault)(fault.message, source=source, line=line, place=fault.place)
