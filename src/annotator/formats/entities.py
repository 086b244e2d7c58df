"""Entities in files that have no place for them of their own: each article brings those it names.

As JSON, by their id: `{"type": "actor", "fields": {"name": "ISIS"}}`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from annotator.formats.passes import EntityRow
from annotator.model.codebook import Codebook, EntityField
from annotator.model.corpus import Entry
from annotator.model.document import Annotation, Entity


def entity_field(codebook: Codebook, label: str) -> str:
    """The name of the field that holds a label's entity; "" where there is none."""
    return next((f.name for f in codebook.fields(label) if isinstance(f, EntityField)), "")


def named(entry: Entry, codebook: Codebook, entities: Mapping[str, Entity]) -> dict[str, object]:
    """The entities that an article's annotations name, as JSON, by their id."""
    found: dict[str, object] = {}
    for annotation in _annotations(entry):
        held = annotation.fields.get(entity_field(codebook, annotation.label))
        entity = entities.get(held) if isinstance(held, str) else None
        if entity is not None:
            found[entity.id] = {"type": entity.type, "fields": dict(entity.fields)}
    return found


def _annotations(entry: Entry) -> Iterable[Annotation]:
    return (a for work in entry.works for a in work.annotations)


def rows(given: object) -> dict[str, EntityRow]:
    """The entities of an article's JSON; whatever is none of ours is passed over."""
    return dict(_rows(given))


def _rows(given: object) -> Iterator[tuple[str, EntityRow]]:
    if isinstance(given, dict):
        for key, row in given.items():
            match row:
                case {"type": str(type), "fields": dict(fields)}:
                    yield str(key), EntityRow(type, fields)
