"""Entities that a foreign file names where they are mentioned: gathered, then made."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from annotator.formats.schema import Schema, clean
from annotator.formats.values import held
from annotator.model.codebook import Value, field_named
from annotator.model.document import Entity


class Roster:
    """The entities of a file by its own keys.

    `see` tells of all of them, then `entities` makes them, then `pointing` finds them.
    """

    def __init__(self, schema: Schema) -> None:
        self._schema = schema
        self._seen: dict[str, tuple[str, Mapping[str, object]]] = {}
        self._ids: dict[str, str] = {}

    def see(
        self, label: str, key: str, fields: Mapping[str, object], entity_type: str = ""
    ) -> None:
        """A mention with this label points at an entity; what was said of it first holds."""
        kind = self._schema.entity(label, entity_type)
        if key not in self._seen:
            self._seen[key] = (kind, fields)
            for name, value in fields.items():
                self._schema.entity_value(kind, name, value)

    def entities(self, new_id: Callable[[], str]) -> Iterator[Entity]:
        """All of them, in the order in which they were seen."""
        for key, (kind, given) in self._seen.items():
            known = self._schema.codebook.entity_type(kind)
            fields: dict[str, Value] = {}
            for name, value in given.items():
                field = field_named(known.fields, clean(name)) if known is not None else None
                if field is not None and (said := held(field, value)) is not None:
                    fields[field.name] = said
            self._ids[key] = new_id()
            yield Entity(id=self._ids[key], type=kind, fields=fields)

    def pointing(self, label: str, key: str) -> dict[str, object]:
        """The field of a mention that points at an entity; none where there is no such."""
        name = self._schema.entity_field(label)
        return {name: self._ids[key]} if name and key in self._ids else {}
