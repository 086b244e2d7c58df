"""Annotations in formats that know spans with a label and little more.

What they have no key for stands beside: `fields`, `points` (fields that point at another span, by
its key) and the entity's key. Written with `Beside`, read with `Span`, `Relation` and `Content`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from annotator.formats.draft import Draft
from annotator.formats.roster import Roster
from annotator.formats.schema import Schema
from annotator.model.codebook import DOCUMENT_DATE, Codebook, EntityField, SpanField
from annotator.model.corpus import Entry, Heading, Item
from annotator.model.document import Annotation, Entity
from annotator.model.edit import shorten


@dataclass(slots=True)
class Beside:
    """What came before the entries, for a writer to look into."""

    codebook: Codebook = field(default_factory=lambda: Codebook(name=""))
    entities: dict[str, Entity] = field(default_factory=dict)

    def taken(self, item: Item) -> Entry | None:
        """An entry as it is; anything else is remembered."""
        match item:
            case Entry():
                return item
            case Heading():
                self.codebook = item.codebook
            case Entity():
                self.entities[item.id] = item
            case _:
                pass
        return None

    def entity(self, annotation: Annotation) -> Entity | None:
        """What a mention points at."""
        for kind in self.codebook.fields(annotation.label):
            if isinstance(kind, EntityField):
                return self.entities.get(str(annotation.fields.get(kind.name)))
        return None

    def of(self, annotation: Annotation) -> dict[str, object]:
        """`fields` and `points` of an annotation, where it has such."""
        if not annotation.fields:
            return {}
        kinds = {kind.name: kind for kind in self.codebook.fields(annotation.label)}
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


@dataclass(slots=True, kw_only=True)
class Span:
    """A span as a file has it; offsets are the file's, `kb_id` is "" for none."""

    key: str
    label: str
    start: int
    end: int
    quote: str | None = None
    fields: Mapping[str, object] = field(default_factory=dict)
    points: Mapping[str, str] = field(default_factory=dict)
    kb_id: str = ""


@dataclass(slots=True, kw_only=True)
class Relation:
    """A link between two spans by their keys."""

    type: str
    head: str
    child: str
    fields: Mapping[str, object] = field(default_factory=dict)


@dataclass(slots=True)
class Content:
    """What a file says of one text; `entities`: key → type, fields."""

    text: str
    spans: list[Span] = field(default_factory=list)
    relations: list[Relation] = field(default_factory=list)
    entities: dict[str, tuple[str, Mapping[str, object]]] = field(default_factory=dict)

    def tell(self, schema: Schema, roster: Roster) -> None:
        """The first pass."""
        labels = {span.key: span.label for span in self.spans}
        for span in self.spans:
            schema.label(span.label)
            for name, value in span.fields.items():
                schema.value(span.label, name, value)
            for name, key in span.points.items():
                target = DOCUMENT_DATE if key == DOCUMENT_DATE else labels.get(key, "")
                if target:
                    schema.reference(span.label, name, target)
            if span.kb_id:
                words = shorten(self.text[span.start : span.end])
                kind, fields = self.entities.get(span.kb_id, ("", {"name": words}))
                roster.see(span.label, span.kb_id, fields, kind)
        for link in self.relations:
            ends = labels.get(link.head), labels.get(link.child)
            if ends[0] is not None and ends[1] is not None:
                schema.link(link.type, ends[0], ends[1])
                for name, value in link.fields.items():
                    schema.link_value(link.type, name, value)

    def fill(self, draft: Draft, roster: Roster) -> None:
        """The second pass. Raises InputError as `Draft` does."""
        for span in self.spans:
            fields = {**span.fields, **span.points, **roster.pointing(span.label, span.kb_id)}
            extents = [(span.start, span.end)]
            draft.span(span.key, span.label, extents, fields, quote=span.quote)
        for link in self.relations:
            draft.link(link.type, link.head, link.child, link.fields)
