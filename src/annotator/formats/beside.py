"""What formats of spans, labels and little more have no place for, as JSON beside what they know.

Of an annotation `fields`, and `points`: the fields that point at another span, by its key. Of an
article the entities that it names, by their id: {"type": "actor", "fields": {"name": "ISIS"}}.
"""

from __future__ import annotations

from collections.abc import Iterable

from annotator.formats.before import Before
from annotator.formats.foreign import Given
from annotator.model.codebook import EntityField, SpanField
from annotator.model.corpus import Work
from annotator.model.document import Annotation, Entity


def beside(annotation: Annotation, before: Before) -> dict[str, object]:
    """`fields` and `points` of an annotation, where it has such."""
    if not annotation.fields:
        return {}
    kinds = before.kinds(annotation.label)
    fields: dict[str, object] = {}
    points: dict[str, object] = {}
    for name, value in annotation.fields.items():
        if isinstance(kinds.get(name), SpanField):
            points[name] = value
        elif not isinstance(kinds.get(name), EntityField):
            fields[name] = value
    both = {"fields": fields, "points": points}
    return {name: held for name, held in both.items() if held}


def entity_told(entity: Entity) -> dict[str, object]:
    """An entity as JSON."""
    return {"type": entity.type, "fields": dict(entity.fields)}


def named(works: Iterable[Work], before: Before) -> dict[str, object]:
    """The entities that annotations name, as JSON, by their id."""
    found = (before.entity(a) for work in works for a in work.annotations)
    return {entity.id: entity_told(entity) for entity in found if entity is not None}


def entities_of(given: object) -> dict[str, Given]:
    """The entities of an article's JSON; whatever is none of ours is passed over."""
    found: dict[str, Given] = {}
    for key, row in given.items() if isinstance(given, dict) else ():
        if isinstance(row, dict) and isinstance(row.get("fields"), dict):
            found[str(key)] = str(row.get("type") or ""), row["fields"]
    return found
