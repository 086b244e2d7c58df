"""What a change of codebook takes from work that is there: counted, kept, or a reason to refuse.

It follows what the own format refuses to read, so that what was kept or let in can go out and
come in again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

from annotator.formats.codebook_rules import faults
from annotator.formats.own_work import value_types
from annotator.model.codebook import (
    DOCUMENT_DATE,
    BoolField,
    ChoiceField,
    ChoicesField,
    Codebook,
    EntityField,
    EntityType,
    Field,
    Label,
    LinkType,
    SpanField,
    StringsField,
    field_named,
)
from annotator.model.edit import allowed
from annotator.model.errors import CodebookError

Counts = Mapping[tuple[str, str], int]
"""(label, entity type or link type; field) → how many records hold a value in it"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """How many annotations, links and entities use each name; what is not named is not used."""

    labels: Mapping[str, int]
    link_types: Mapping[str, int]
    entity_types: Mapping[str, int]
    fields: Counts
    link_fields: Counts
    entity_fields: Counts


@dataclass(frozen=True, slots=True)
class _Difference:
    """What `new` lacks of `old` (`changed`: has in another way), and how many `noun` use it."""

    what: str
    count: int
    noun: str
    changed: bool = False


def orphaned(new: Codebook, old: Codebook, used: Usage) -> list[str]:
    """What would lose its meaning when `new` follows `old`.

    Sentences without their subject: "removes the label Cue, which 15 annotations use".
    """
    return [
        f"{'changes' if d.changed else 'removes'} {d.what}, which {_counted(d.count, d.noun)}"
        for d in _differences(new, old, used)
    ]


def lacking(theirs: Codebook, ours: Codebook) -> str:
    """The first thing that can be said under `theirs`, a file's, and not under `ours`; "": none."""
    whole = Usage(
        labels={kind.name: 1 for kind in theirs.labels},
        link_types={kind.name: 1 for kind in theirs.link_types},
        entity_types={kind.name: 1 for kind in theirs.entity_types},
        fields={(k.name, f.name): 1 for k in theirs.labels for f in theirs.fields(k.name)},
        link_fields={(k.name, f.name): 1 for k in theirs.link_types for f in k.fields},
        entity_fields={(k.name, f.name): 1 for k in theirs.entity_types for f in k.fields},
    )
    found = next(_differences(ours, theirs, whole), None)
    if found is None:
        return ""
    if found.changed:
        return f"The file's codebook and the project's differ in {found.what}."
    return f"The file's codebook has {found.what}, which the project's lacks."


def kept(new: Codebook, old: Codebook, used: Usage) -> Codebook:
    """`new` with all that it takes from work that is there.

    Labels and link types are kept without a key to make more, fields to be read only. Raises
    CodebookError where what is kept and what is new exclude each other.
    """
    result = _merged(new, old, used)
    for place, message in faults(result):
        message = f"What is in use can't be kept beside it: {message} Choose another name."
        raise CodebookError(message, place=place)
    if left := orphaned(result, old, used):
        raise CodebookError(f"It {left[0]}, and that can't be kept beside it.")
    return result


def _counted(count: int, noun: str) -> str:
    if count == 1:
        return f"1 {noun} uses"
    return f"{count} {noun[:-1]}ies use" if noun.endswith("y") else f"{count} {noun}s use"


# ---- what differs --------------------------------------------------------------------------------


def _differences(new: Codebook, old: Codebook, used: Usage) -> Iterator[_Difference]:
    """What is used and lost, in the order of `old`."""
    found = chain(
        chain.from_iterable(_of_label(new, old, label, used) for label in old.labels),
        chain.from_iterable(_of_link_type(new, old, kind, used) for kind in old.link_types),
        chain.from_iterable(_of_entity_type(new, kind, used) for kind in old.entity_types),
    )
    return (difference for difference in found if difference.count)


def _of_label(new: Codebook, old: Codebook, was: Label, used: Usage) -> Iterator[_Difference]:
    now = new.label(was.name)
    if now is None:
        yield _Difference(f"the label {was.name}", used.labels.get(was.name, 0), "annotation")
        return
    for field in old.fields(was.name):
        count = used.fields.get((was.name, field.name), 0)
        there = field_named(new.fields(was.name), field.name)
        what = f"the field {field.name} of {was.name}"
        yield from _of_field(there, field, _Difference(what, count, "annotation"), used)
        points = isinstance(field, EntityField) and isinstance(there, EntityField)
        if points and now.entity_type != was.entity_type:
            what = f"the entity type of {was.name}"
            yield _Difference(what, count, "annotation", changed=True)


def _of_link_type(
    new: Codebook, old: Codebook, was: LinkType, used: Usage
) -> Iterator[_Difference]:
    count = used.link_types.get(was.name, 0)
    what = f"the link type {was.name}"
    now = new.link_type(was.name)
    if now is None:
        yield _Difference(what, count, "link")
        return
    for a, b in _lost_ways(now, was, used):
        yield _Difference(f"{what} from {a} to {b}", count, "link")
    if now.transitive and not was.transitive:
        yield _Difference(f"the transitivity of {what}", count, "link", changed=True)
    for field in was.fields:
        count = used.link_fields.get((was.name, field.name), 0)
        there = field_named(now.fields, field.name)
        difference = _Difference(f"the field {field.name} of {what}", count, "link")
        yield from _of_field(there, field, difference, used)


def _of_entity_type(new: Codebook, was: EntityType, used: Usage) -> Iterator[_Difference]:
    what = f"the entity type {was.name}"
    now = new.entity_type(was.name)
    if now is None:
        yield _Difference(what, used.entity_types.get(was.name, 0), "entity")
        return
    for field in was.fields:
        count = used.entity_fields.get((was.name, field.name), 0)
        there = field_named(now.fields, field.name)
        difference = _Difference(f"the field {field.name} of {what}", count, "entity")
        yield from _of_field(there, field, difference, used)


def _of_field(
    now: Field | None, was: Field, whole: _Difference, used: Usage
) -> Iterator[_Difference]:
    """What of a field is lost; `whole`: all of it."""
    if now is None:
        yield whole
    elif not _takes(now, was):
        yield replace(whole, what=f"the kind of {whole.what}", changed=True)
    else:
        for target in _lost_targets(now, was, used):
            yield replace(whole, what=f"the target {target} of {whole.what}")


def _takes(now: Field, was: Field) -> bool:
    """True where a field reads all values that were given for another, be they valid or not."""
    if type(now) is type(was):
        return True
    return not isinstance(now, EntityField | SpanField) and value_types(was) <= value_types(now)


def _lost_targets(now: Field, was: Field, used: Usage) -> tuple[str, ...]:
    if not isinstance(now, SpanField) or not isinstance(was, SpanField):
        return ()
    return tuple(
        t
        for t in was.targets
        if t not in now.targets and (t == DOCUMENT_DATE or used.labels.get(t))
    )


def _lost_ways(now: LinkType, was: LinkType, used: Usage) -> list[tuple[str, str]]:
    ends = [
        name for name in dict.fromkeys(was.from_labels + was.to_labels) if used.labels.get(name)
    ]
    return [
        (a, b) for a in ends for b in ends if allowed(was, a, b) and not allowed(now, a, b)
    ]  # fmt: skip


# ---- what is kept --------------------------------------------------------------------------------


def _merged(new: Codebook, old: Codebook, used: Usage) -> Codebook:
    lost = [k for k in old.labels if used.labels.get(k.name) and not new.label(k.name)]
    live = {k.name for k in (*new.labels, *lost)} | {DOCUMENT_DATE}
    bare = tuple(replace(k, key="", fields=()) for k in lost)
    needed = {k.name: _in_use(old.fields(k.name), k.name, used.fields) for k in old.labels}
    in_common = {f.name: f for fields in needed.values() for f in fields.values()}
    common = tuple(_mended(f, in_common.get(f.name), live, used) for f in new.common_fields)
    labels = tuple(
        _label(k, old.label(k.name), needed.get(k.name, {}), common, live, used)
        for k in new.labels + bare
    )
    gone = tuple(
        replace(
            k, key="", required=False, fields=(),
            from_labels=tuple(n for n in k.from_labels if n in live),
            to_labels=tuple(n for n in k.to_labels if n in live),
        )
        for k in old.link_types
        if used.link_types.get(k.name) and not new.link_type(k.name)
    )  # fmt: skip
    return replace(
        new,
        common_fields=common,
        labels=labels,
        link_types=tuple(
            _link_type(k, old.link_type(k.name), live, used) for k in new.link_types + gone
        ),
        entity_types=_entity_types(new, old, {k.entity_type for k in labels}, live, used),
    )


def _label(
    now: Label,
    was: Label | None,
    needed: Mapping[str, Field],
    common: tuple[Field, ...],
    live: set[str],
    used: Usage,
) -> Label:
    fields = _fields(now.fields, common, needed, live, used)
    entity_type = now.entity_type
    for field in fields:
        if was is not None and isinstance(field, EntityField) and field.name in needed:
            entity_type = was.entity_type
    return replace(now, fields=fields, entity_type=entity_type)


def _link_type(now: LinkType, was: LinkType | None, live: set[str], used: Usage) -> LinkType:
    if was is None or not used.link_types.get(was.name):
        return now
    ways = _lost_ways(now, was, used)
    needed = _in_use(was.fields, was.name, used.link_fields)
    return replace(
        now,
        from_labels=tuple(dict.fromkeys((*now.from_labels, *(a for a, _ in ways)))),
        to_labels=tuple(dict.fromkeys((*now.to_labels, *(b for _, b in ways)))),
        transitive=now.transitive and was.transitive,
        fields=_fields(now.fields, (), needed, live, used),
    )


def _entity_types(
    new: Codebook, old: Codebook, wanted: set[str], live: set[str], used: Usage
) -> tuple[EntityType, ...]:
    lost = tuple(
        replace(k, fields=tuple(_alone(f) for f in k.fields if f.name == "name"))
        for k in old.entity_types
        if new.entity_type(k.name) is None and (k.name in wanted or used.entity_types.get(k.name))
    )
    result = []
    for now in new.entity_types + lost:
        was = old.entity_type(now.name)
        needed = _in_use(was.fields, was.name, used.entity_fields) if was is not None else {}
        result.append(replace(now, fields=_fields(now.fields, (), needed, live, used)))
    return tuple(result)


def _in_use(fields: tuple[Field, ...], owner: str, counts: Counts) -> Mapping[str, Field]:
    return {f.name: f for f in fields if counts.get((owner, f.name))}


def _fields(
    own: tuple[Field, ...],
    common: tuple[Field, ...],
    needed: Mapping[str, Field],
    live: set[str],
    used: Usage,
) -> tuple[Field, ...]:
    names = {f.name for f in own + common}
    retired = (_retired(f, live) for f in needed.values() if f.name not in names)
    return (*(_mended(f, needed.get(f.name), live, used) for f in own), *retired)


def _mended(now: Field, was: Field | None, live: set[str], used: Usage) -> Field:
    """A field that reads the values of the one before it."""
    if was is None:
        return now
    if not _takes(now, was):
        return _retired(was, live)
    if isinstance(now, SpanField) and (lost := _lost_targets(now, was, used)):
        return replace(now, targets=now.targets + lost)
    return now


def _alone(field: Field) -> Field:
    """The field, shown whatever becomes of those beside it."""
    return replace(field, computed="", visible_when={})


def _retired(field: Field, live: set[str]) -> Field:
    """A field that is there for the values it has alone."""
    if isinstance(field, SpanField):
        field = replace(field, targets=tuple(t for t in field.targets if t in live))
    if isinstance(field, ChoiceField) and field.depends_on:
        options = {o.value: o for group in field.options_by.values() for o in group}
        field = replace(field, depends_on="", options_by={}, options=tuple(options.values()))
    many = isinstance(field, ChoicesField | StringsField)
    default: Any = False if isinstance(field, BoolField) else () if many else None
    field = replace(field, advanced=True, readonly=True, required=False, remember=False)
    return replace(_alone(field), default=default)
