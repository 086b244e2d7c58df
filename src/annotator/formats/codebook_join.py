"""Two codebooks as one: what a file declares, and what its annotations say besides."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TypeVar

from annotator.formats.codebook_rules import faults
from annotator.formats.own_work import value_types
from annotator.model.codebook import (
    Codebook,
    EntityType,
    Field,
    Label,
    LinkType,
    SpanField,
    field_named,
)
from annotator.model.errors import CodebookError

_Kind = TypeVar("_Kind", Label, LinkType, EntityType)


def joined(base: Codebook, seen: Codebook) -> Codebook:
    """`base` with all that only `seen` can say; a field of two kinds is the one that was seen.

    Raises CodebookError where a name means two things.
    """
    keys = {label.key for label in base.labels}
    labels = tuple(
        _label(label, base.label(label.name), base, keys) for label in _union(base.labels, seen)
    )
    links = {kind.name: kind for kind in base.link_types}
    for kind in seen.link_types:
        links[kind.name] = _link_type(links.get(kind.name), kind)
    types = {kind.name: kind for kind in base.entity_types}
    for entity_type in seen.entity_types:
        was = types.get(entity_type.name, entity_type)
        types[was.name] = replace(was, fields=_fields(was.fields, entity_type.fields))
    result = replace(
        base,
        labels=labels,
        link_types=tuple(links.values()),
        entity_types=tuple(types.values()),
    )
    for place, message in faults(result):
        raise CodebookError(message, place=place)
    return result


def _union(base: tuple[Label, ...], seen: Codebook) -> Iterator[Label]:
    """Base's labels with the fields that were seen, then the others."""
    names = {label.name for label in base}
    for label in base:
        other = seen.label(label.name)
        yield label if other is None else _with_fields(label, other)
    yield from (label for label in seen.labels if label.name not in names)


def _with_fields(label: Label, seen: Label) -> Label:
    return replace(
        label,
        fields=_fields(label.fields, seen.fields),
        entity_type=label.entity_type or seen.entity_type,
    )


def _label(label: Label, was: Label | None, base: Codebook, keys: set[str]) -> Label:
    """The label without the key of another one and without what is a common field."""
    common = {field.name: field for field in base.common_fields}
    fields = tuple(field for field in label.fields if not _covered(field, common))
    key = label.key if was is not None or label.key not in keys else ""
    return replace(label, key=key, fields=fields)


def _covered(field: Field, common: Mapping[str, Field]) -> bool:
    """True where a common field of that name takes its values."""
    return field.name in common and value_types(field) <= value_types(common[field.name])


def _link_type(was: LinkType | None, seen: LinkType) -> LinkType:
    if was is None:
        return seen
    return replace(
        was,
        from_labels=tuple(dict.fromkeys(was.from_labels + seen.from_labels)),
        to_labels=tuple(dict.fromkeys(was.to_labels + seen.to_labels)),
        fields=_fields(was.fields, seen.fields),
    )


def _fields(base: tuple[Field, ...], seen: tuple[Field, ...]) -> tuple[Field, ...]:
    names = {field.name for field in base}
    kept = tuple(_field(field, field_named(seen, field.name)) for field in base)
    return kept + tuple(field for field in seen if field.name not in names)


def _field(was: Field, seen: Field | None) -> Field:
    if seen is None or (type(seen) is type(was) and not isinstance(was, SpanField)):
        return was
    if isinstance(was, SpanField) and isinstance(seen, SpanField):
        return replace(was, targets=tuple(dict.fromkeys(was.targets + seen.targets)))
    return seen
