"""The one way to change anything: an Edit, a name and the records before and after.

Builders below make the edits of gestures; none of them changes a document.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from annotator.model.check import fault_in_value
from annotator.model.codebook import (
    DOCUMENT_DATE,
    Codebook,
    EntityField,
    Field,
    Label,
    LinkType,
    SpanField,
    Value,
    field_named,
)
from annotator.model.document import (
    Annotation,
    Article,
    Document,
    Entity,
    Fields,
    Link,
    Record,
    State,
    said,
)
from annotator.model.errors import EditError, StaleEdit
from annotator.model.ident import new_id
from annotator.model.reach import linked, pointed
from annotator.model.segment import Extent

Kind = Literal["do", "undo", "redo"]
"""How an edit came about."""

Remembered = Mapping[tuple[str, str], Value]
"""(label, field) → the value last given, for fields that `remember`."""


@dataclass(frozen=True, slots=True)
class Change:
    """One record before and after; None before: it is new; None after: it is gone."""

    before: Record | None
    after: Record | None

    @property
    def record(self) -> Record:
        """The record after, or before where it is gone."""
        record = self.after if self.after is not None else self.before
        assert record is not None, "a change of nothing"
        return record


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """A named, invertible step. `name` completes the menu's "Undo …".

    Edits in a row with the same non-empty `merge` key are one step to undo.
    """

    name: str
    changes: tuple[Change, ...]
    merge: str = ""

    def inverse(self) -> Edit:
        """The edit that takes this one back."""
        changes = tuple(Change(c.after, c.before) for c in reversed(self.changes))
        return replace(self, changes=changes)

    def stamped(self, document: Document) -> Edit:
        """This edit with the versions that `document` holds, each `after` one higher.

        Raises StaleEdit where a record is not as `before` says.
        """
        stamped: list[Change] = []
        for change in self.changes:
            now = document.record(change.record)
            if now != change.before:
                raise StaleEdit(f"Can't {self.name}: it was changed in the meantime.")
            after = change.after
            if after is not None:
                base = now.version if now is not None else after.version
                after = replace(after, version=base + 1)
            stamped.append(Change(now, after))
        return replace(self, changes=tuple(stamped))

    def apply(self, document: Document) -> Document:
        """The document after this edit; no check: stamp it first."""
        return document.changed((c.before, c.after) for c in self.changes)

    def then(self, later: Edit) -> Edit:
        """Both as one step under the later name; each record changes once."""
        first: dict[tuple[type, str], Change] = {}
        for change in (*self.changes, *later.changes):
            key = (type(change.record), change.record.id)
            before = first[key].before if key in first else change.before
            first[key] = Change(before, change.after)
        changes = tuple(c for c in first.values() if c.before != c.after)
        return Edit(name=later.name, changes=changes, merge=later.merge)


def shorten(text: str, length: int = 32) -> str:
    """`text` on one line, cut to `length` characters with an ellipsis."""
    line = " ".join(text.split())
    return line if len(line) <= length else line[: length - 1].rstrip() + "…"


def _named(document: Document, annotation: Annotation) -> str:
    return f"{annotation.label} ‘{shorten(annotation.quote(document.text))}’"


def joined(fragments: Iterable[Extent]) -> tuple[Extent, ...]:
    """Fragments in reading order, those that overlap or touch made one."""
    result: list[Extent] = []
    for start, end in sorted(fragments):
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        else:
            result.append((start, end))
    return tuple(result)


def _placed(document: Document, fragments: Iterable[Extent]) -> tuple[Extent, ...]:
    extents = joined(fragments)
    if not extents or any(a >= b for a, b in extents):
        raise EditError("Select some text first.")
    if extents[0][0] < 0 or extents[-1][1] > len(document.text):
        raise EditError("The selection ends outside the text.")
    return extents


def starting_fields(codebook: Codebook, label: str, remembered: Remembered) -> Fields:
    """The fields of a new annotation: remembered values, else defaults that no rule computes."""
    fields: dict[str, Value] = {}
    for field in codebook.fields(label):
        if field.remember and (label, field.name) in remembered:
            fields[field.name] = remembered[label, field.name]
        elif not field.computed:
            fields[field.name] = field.default
    return said(fields)


def tag(
    document: Document,
    codebook: Codebook,
    label: str,
    fragments: Iterable[Extent],
    remembered: Remembered | None = None,
) -> Edit:
    """A new annotation; an entity that has exactly these words as a name is linked.

    Raises EditError for an unknown label, an empty or outlying extent.
    """
    kind = codebook.label(label)
    if kind is None:
        raise EditError(f"The codebook has no label {label}.")
    extents = _placed(document, fragments)
    fields = dict(starting_fields(codebook, label, remembered or {}))
    annotation = Annotation(id=new_id(), label=label, fragments=extents, fields=fields)
    for field in codebook.fields(label):
        if isinstance(field, EntityField):
            entity = named_entity(document, kind.entity_type, annotation.quote(document.text))
            if entity is not None:
                fields[field.name] = entity.id
    return Edit(name=f"tag {_named(document, annotation)}", changes=(Change(None, annotation),))


def named_entity(document: Document, entity_type: str, words: str) -> Entity | None:
    """The only entity of that type with exactly these words among its names, case aside."""
    found = document.entities_named(entity_type, words) if words.strip() else []
    return found[0] if len(found) == 1 else None


def retag(
    document: Document,
    codebook: Codebook,
    annotation: Annotation,
    label: str,
    remembered: Remembered | None = None,
) -> Edit:
    """The same span under another label: what the new label can't hold goes with the edit."""
    kind = codebook.label(label)
    if kind is None:
        raise EditError(f"The codebook has no label {label}.")
    fields: dict[str, Value] = dict(starting_fields(codebook, label, remembered or {}))
    for field in codebook.fields(label):
        held = annotation.fields.get(field.name)
        before = field_named(codebook.fields(annotation.label), field.name)
        same_kind = before is None or before.kind == field.kind
        if held is not None and same_kind and _holds(document, kind, field, annotation):
            fields[field.name] = held
    after = replace(annotation, label=label, fields=fields)
    changes = [Change(annotation, after)]
    for link in document.links_of(annotation.id):
        link_type = codebook.link_type(link.type)
        ends = {link.from_id: annotation.label, link.to_id: annotation.label}
        ends |= {a.id: a.label for a in _ends(document, link) if a.id != annotation.id}
        ends[annotation.id] = label
        if link_type is None or not allowed(link_type, ends[link.from_id], ends[link.to_id]):
            changes.append(Change(link, None))
    changes += _span_fields_cleared(document, codebook, (annotation.id,), label)
    return Edit(name=f"change to {_named(document, after)}", changes=tuple(changes))


def _holds(document: Document, label: Label, field: Field, given: Annotation) -> bool:
    """True where a field of `label` can hold the value that was given under another label."""
    value = given.fields[field.name]
    match field:
        case EntityField():
            entity = document.entities.get(str(value))
            return entity is not None and entity.type == label.entity_type
        case SpanField() if value != DOCUMENT_DATE:
            target = document.annotations.get(str(value))
            return target is not None and target.label in field.targets
        case _:
            return fault_in_value(field, value, given.fields) is None


def _ends(document: Document, link: Link) -> list[Annotation]:
    ends = (document.annotations.get(link.from_id), document.annotations.get(link.to_id))
    return [a for a in ends if a is not None]


def allowed(kind: LinkType, from_label: str, to_label: str) -> bool:
    """True where a link of this type may go from one label to the other."""
    if from_label in kind.from_labels and to_label in kind.to_labels:
        return True
    return kind.symmetric and to_label in kind.from_labels and from_label in kind.to_labels


def _span_fields_cleared(
    document: Document, codebook: Codebook, ids: Collection[str], label: str | None
) -> list[Change]:
    """Changes that empty the span fields of others that may no longer hold one of `ids`."""
    changes: list[Change] = []
    wanted = frozenset(ids)
    for other in document.annotations.values():
        if other.id in wanted or wanted.isdisjoint(other.fields.values()):
            continue
        kept = dict(other.fields)
        for field in codebook.fields(other.label):
            if not isinstance(field, SpanField) or label in field.targets:
                continue
            if kept.get(field.name) in wanted:
                del kept[field.name]
        if kept != other.fields:
            changes.append(Change(other, replace(other, fields=kept)))
    return changes


def resize(document: Document, annotation: Annotation, fragments: Iterable[Extent]) -> Edit:
    """Other fragments for the same annotation (moved ends, one more, one less)."""
    after = replace(annotation, fragments=_placed(document, fragments))
    return Edit(name=f"resize {_named(document, after)}", changes=(Change(annotation, after),))


def delete(document: Document, codebook: Codebook, annotations: Iterable[Annotation]) -> Edit:
    """Annotations gone, with their links and the span fields that hold them."""
    gone = {a.id: a for a in annotations}
    if not gone:
        raise EditError("There is no annotation here to delete.")
    links = {k.id: k for a in gone for k in document.links_of(a)}
    changes = [Change(link, None) for link in links.values()]
    changes += _span_fields_cleared(document, codebook, gone, None)
    changes += [Change(a, None) for a in gone.values()]
    one = next(iter(gone.values()))
    what = _named(document, one) if len(gone) == 1 else f"{len(gone)} annotations"
    return Edit(name=f"delete {what}", changes=tuple(changes))


def fill(
    record: Annotation | Entity | Link, name: str, value: Value, *, typing: bool = False
) -> Edit:
    """Another value for a field; None, "" and () empty it. With `typing`, keystrokes merge."""
    fields = said({**record.fields, name: value})
    after = replace(record, fields=fields)
    return Edit(
        name=f"change {name.replace('_', ' ')}",
        changes=(Change(record, after),),
        merge=f"{record.id}.{name}" if typing else "",
    )


def link(document: Document, codebook: Codebook, kind_name: str, from_id: str, to_id: str) -> Edit:
    """A new link; where the type allows one only, it takes the place of the present one.

    Raises EditError where the ends are not allowed, the same, linked so already, or where a
    transitive type would make a cycle.
    """
    kind = codebook.link_type(kind_name)
    start, end = document.annotations.get(from_id), document.annotations.get(to_id)
    if kind is None or start is None or end is None:
        raise EditError("That link's type or one of its ends is gone.")
    if from_id == to_id:
        raise EditError("An annotation can't be linked to itself.")
    if not allowed(kind, start.label, end.label):
        raise EditError(f"{kind.title} can't go from {start.label} to {end.label}.")
    same = [k for k in document.links_of(from_id) if k.type == kind_name]
    ends = {(from_id, to_id)} | ({(to_id, from_id)} if kind.symmetric else set())
    if any((k.from_id, k.to_id) in ends for k in same):
        raise EditError("That link is there already.")
    if kind.transitive and linked(document, kind_name, to_id, from_id):
        raise EditError(f"{kind.title} would lead back to where it starts.")
    fields = said({f.name: f.default for f in kind.fields})
    new = Link(id=new_id(), type=kind_name, from_id=from_id, to_id=to_id, fields=fields)
    outgoing = [k for k in same if k.from_id == from_id]
    changes = [Change(None, new)]
    if kind.max is not None and len(outgoing) >= kind.max:
        changes = [Change(k, None) for k in outgoing[kind.max - 1 :]] + changes
    target = shorten(end.quote(document.text))
    return Edit(name=f"link {kind.title.lower()} ‘{target}’", changes=tuple(changes))


def point(document: Document, codebook: Codebook, mention: Annotation, name: str, to: str) -> Edit:
    """Fill a span field: `to` is an annotation's id or DOCUMENT_DATE.

    Raises EditError where span fields would lead back to the annotation.
    """
    if pointed(document, codebook, to, mention.id):
        raise EditError("That would lead back to where it starts.")
    return fill(mention, name, to)


def unlink(document: Document, codebook: Codebook, gone: Link) -> Edit:
    """A link gone."""
    kind = codebook.link_type(gone.type)
    end = document.annotations.get(gone.to_id)
    target = f" ‘{shorten(end.quote(document.text))}’" if end is not None else ""
    title = kind.title.lower() if kind is not None else gone.type
    return Edit(name=f"remove {title}{target}", changes=(Change(gone, None),))


def new_entity(codebook: Codebook, annotation: Annotation, field: str, name: str) -> Edit:
    """A new entity of the type that the annotation's label names, and the annotation linked.

    Raises EditError where the label has no entity type or the name is blank.
    """
    label = codebook.label(annotation.label)
    kind = codebook.entity_type(label.entity_type) if label is not None else None
    if kind is None:
        raise EditError(f"{annotation.label} has no entities.")
    if not name.strip():
        raise EditError("An entity needs a name.")
    fields = {f.name: f.default for f in kind.fields if not f.computed}
    entity = Entity(id=new_id(), type=kind.name, fields=said({**fields, "name": name.strip()}))
    linked = fill(annotation, field, entity.id)
    return Edit(
        name=f"add {kind.title.lower()} ‘{shorten(name)}’",
        changes=(Change(None, entity), *linked.changes),
    )


def set_state(document: Document, state: State) -> Edit:
    """The document in another state."""
    after = replace(document.status, state=state)
    return Edit(
        name=f"mark as {state.replace('_', ' ')}", changes=(Change(document.status, after),)
    )


def set_facts(document: Document, facts: Article, *, typing: str = "") -> Edit:
    """Other facts for the article; its id and text stay. Keystrokes in the fact `typing` merge."""
    if (facts.id, facts.text_sha256) != (document.article.id, document.article.text_sha256):
        raise EditError("The text of an article can't be changed.")
    return Edit(
        name="change article facts",
        changes=(Change(document.article, facts),),
        merge=f"{facts.id}.{typing}" if typing else "",
    )
