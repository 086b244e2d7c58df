"""What is wrong with a document: shown beside the field and in the list, never in a box."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import assert_never

from annotator.model import compute, timex
from annotator.model.codebook import (
    DOCUMENT_DATE,
    BoolField,
    ChoiceField,
    ChoicesField,
    Codebook,
    CodeField,
    DateField,
    EntityField,
    Field,
    IntegerField,
    Label,
    NumberField,
    SpanField,
    StringField,
    StringsField,
    TextField,
    TimexField,
    Value,
    visible,
)
from annotator.model.document import Annotation, Document, Entity
from annotator.model.segment import quotation


@dataclass(frozen=True, slots=True)
class Problem:
    """A fault of one record: `field` is the name of the field or link type, "" for the whole."""

    record_id: str
    field: str
    message: str


@dataclass(frozen=True, slots=True)
class _Facts:
    """What a rule looks at: an annotation with its values, computed ones too."""

    document: Document
    codebook: Codebook
    annotation: Annotation
    values: Mapping[str, Value]

    def problem(self, field: str, message: str) -> Problem:
        return Problem(self.annotation.id, field, message)

    def lacks_link(self, *types: str) -> bool:
        """True where the label may start links of these types, and none is there."""
        found = (self.codebook.link_type(name) for name in types)
        if not any(kind and self.annotation.label in kind.from_labels for kind in found):
            return False
        return all(k.type not in types for k in self.document.links_from(self.annotation.id))


def fault_in_value(
    field: Field, value: Value, fields: Mapping[str, Value] | None = None
) -> str | None:
    """What is wrong with a value that is given for `field`, as a sentence; None: nothing.

    `fields` are the values beside it, for choices that depend on another and for TIMEX types.
    References (entity, span) are checked for form only.
    """
    if value is None:
        return None
    match field:
        case BoolField():
            return None if isinstance(value, bool) else "Must be yes or no."
        case StringField() | TextField() | EntityField() | SpanField():
            return _fault_in_string(field, value)
        case IntegerField() | NumberField():
            return _fault_in_number(field, value)
        case ChoiceField():
            return _fault_in_choice(field, value, fields)
        case ChoicesField():
            known = {o.value for o in field.options}
            return _fault_in_list(value, lambda v: v in known, "is not one of the choices")
        case CodeField():
            known = {o.value for o in field.extra} | {o.value for o in field.options}
            if not isinstance(value, str) or (field.options and value not in known):
                return f"{value} is not a code of the list."
            return None
        case StringsField():
            pattern = re.compile(field.pattern)
            return _fault_in_list(
                value,
                lambda v: not field.pattern or pattern.fullmatch(v) is not None,
                f"is not of the form {field.pattern}",
            )
        case TimexField():
            return _fault_in_timex(value, fields or {})
        case DateField():
            return _fault_in_date(value)
        case _:
            assert_never(field)


def _fault_in_string(
    field: StringField | TextField | EntityField | SpanField, value: Value
) -> str | None:
    if not isinstance(value, str):
        return "Must be text."
    if isinstance(field, StringField):
        if field.pattern and not re.fullmatch(field.pattern, value):
            return f"{value} is not of the form {field.pattern}."
        if field.max_length is not None and len(value) > field.max_length:
            return f"{len(value) - field.max_length} characters too long."
    return None


def _fault_in_number(field: IntegerField | NumberField, value: Value) -> str | None:
    whole = isinstance(field, IntegerField)
    if isinstance(value, bool) or not isinstance(value, int if whole else (int, float)):
        return "Must be a whole number." if whole else "Must be a number."
    assert isinstance(value, (int, float))
    if not math.isfinite(value):
        return "Must be a number."
    if field.min is not None and value < field.min:
        return f"Must be at least {_plain(field.min)}."
    if field.max is not None and value > field.max:
        return f"Must be at most {_plain(field.max)}."
    return None


def _plain(number: float) -> str:
    """Without the `.0` of a whole one."""
    return str(int(number)) if number == int(number) else str(number)


def _fault_in_choice(
    field: ChoiceField, value: Value, fields: Mapping[str, Value] | None
) -> str | None:
    if field.depends_on and fields is None:
        options: Iterable[str] = (o.value for group in field.options_by.values() for o in group)
    else:
        options = (o.value for o in field.options_for(fields or {}))
    if value in set(options):
        return None
    return f"{value} is not one of the choices."


def _fault_in_list(value: Value, good: object, wrong: str) -> str | None:
    if not isinstance(value, tuple) or not all(isinstance(v, str) for v in value):
        return "Must be a list of texts."
    assert callable(good)
    return next((f"{v} {wrong}." for v in value if not good(v)), None)


def _fault_in_timex(value: Value, fields: Mapping[str, Value]) -> str | None:
    kind = str(fields.get("type") or "DATE")
    if isinstance(value, str) and timex.valid(value, kind):
        return None
    return f"{value} is not a TIMEX3 value of type {kind}."


def _fault_in_date(value: Value) -> str | None:
    try:
        # fromisoformat alone takes 20161211 and 2016-W50-7 too
        if isinstance(value, str) and date.fromisoformat(value).isoformat() == value:
            return None
    except ValueError:
        pass
    return f"{value} is not a day in the form YYYY-MM-DD."


def _field_problems(
    record_id: str, fields: tuple[Field, ...], values: Mapping[str, Value]
) -> Iterator[Problem]:
    for field in fields:
        value = values.get(field.name)
        if value is None:
            if field.required and visible(field, values):
                yield Problem(record_id, field.name, f"{field.title} is missing.")
        elif fault := fault_in_value(field, value, values):
            yield Problem(record_id, field.name, fault)


def problems_of(
    document: Document, codebook: Codebook, annotation: Annotation
) -> tuple[Problem, ...]:
    """All that is wrong with one annotation, the fields in their order first."""
    label = codebook.label(annotation.label)
    if label is None:
        message = f"The codebook has no label {annotation.label}."
        return (Problem(annotation.id, "", message),)
    fields = codebook.fields(annotation.label)
    values = compute.effective(document, codebook, annotation)
    found = [*_field_problems(annotation.id, fields, values)]
    found += _reference_problems(document, codebook, annotation, fields)
    found += _link_problems(document, codebook, annotation)
    found += _extent_problems(document, label, annotation)
    facts = _Facts(document, codebook, annotation, values)
    for field in fields:
        if rule := _RULES.get(field.name):
            found += rule(facts)
    return tuple(found)


def _extent_problems(document: Document, label: Label, annotation: Annotation) -> Iterator[Problem]:
    pieces = [document.text[a:b] for a, b in annotation.fragments]
    if not "".join(pieces).strip():
        yield Problem(annotation.id, "", "It covers no words.")
    if len(pieces) > 1 and not label.fragments:
        yield Problem(annotation.id, "", f"{label.name} can't be of several pieces.")
    if not label.multi_paragraph and any("\n" in piece for piece in pieces):
        yield Problem(annotation.id, "", f"{label.name} can't run over several paragraphs.")


def _reference_problems(
    document: Document, codebook: Codebook, annotation: Annotation, fields: tuple[Field, ...]
) -> Iterator[Problem]:
    label = codebook.label(annotation.label)
    for field in fields:
        held = annotation.fields.get(field.name)
        if held is None:
            continue
        if isinstance(field, EntityField):
            entity = document.entities.get(str(held))
            if entity is None:
                yield Problem(annotation.id, field.name, "The entity is gone.")
            elif label is not None and entity.type != label.entity_type:
                yield Problem(annotation.id, field.name, f"{entity.name} is a {entity.type}.")
            else:  # the record's faults are met where it is mentioned
                for problem in problems_of_entity(entity, codebook):
                    yield Problem(annotation.id, field.name, f"Its record: {problem.message}")
        elif isinstance(field, SpanField) and held != DOCUMENT_DATE:
            target = document.annotations.get(str(held))
            if target is None or target.label not in field.targets:
                yield Problem(annotation.id, field.name, "What it points at is gone.")


def _link_problems(
    document: Document, codebook: Codebook, annotation: Annotation
) -> Iterator[Problem]:
    for kind in codebook.link_types:
        if not kind.required and kind.max is None:
            continue
        if annotation.label not in kind.from_labels:
            continue
        count = sum(k.type == kind.name for k in document.links_from(annotation.id))
        if kind.required and not count:
            yield Problem(annotation.id, kind.name, f"{kind.title} is missing.")
        if kind.max is not None and count > kind.max:
            yield Problem(annotation.id, kind.name, f"At most {kind.max} {kind.title.lower()}.")


def _attribution_problems(facts: _Facts) -> Iterator[Problem]:
    if facts.values.get("attribution") == "explicit" and facts.lacks_link("source"):
        yield facts.problem("source", "An explicit attribution needs a source.")


def _quote_problems(facts: _Facts) -> Iterator[Problem]:
    if facts.values.get("quote") == "direct" and not _in_quotes(facts.document, facts.annotation):
        yield facts.problem("quote", "A direct quote needs quotation marks.")


def _event_problems(facts: _Facts) -> Iterator[Problem]:
    if facts.values.get("event") and facts.lacks_link("agent", "recipient"):
        yield facts.problem("agent", "An event needs an agent or a recipient.")


def _in_quotes(document: Document, claim: Annotation) -> bool:
    held = document.text[max(0, claim.start - 1) : claim.end + 2]
    if not set('"“”«»„「」').isdisjoint(held):
        return True
    return quotation(document.text.value, claim.start, claim.end) is not None


def _order_problems(facts: _Facts) -> Iterator[Problem]:
    values = facts.values
    given = [values.get(n) for n in ("low", "value", "high")]
    numbers = [v for v in given if isinstance(v, (int, float))]
    exclusive = values.get("approximator") in ("more_than", "less_than")
    if numbers != sorted(numbers) and not exclusive:
        yield facts.problem("low", "Low, value and high are out of order.")


def _map_problems(facts: _Facts) -> Iterator[Problem]:
    entity = facts.document.entities.get(str(facts.values.get("entity")))
    kind = facts.codebook.entity_type(entity.type) if entity is not None else None
    if entity is None or kind is None or {f.name for f in kind.fields}.isdisjoint(_MAPPED):
        return
    if _MAPPED.isdisjoint(entity.fields):
        message = "The place needs a GeoNames id or the reason why it has none."
        yield facts.problem("entity", message)


_MAPPED = frozenset(("geonames_id", "unmappable"))
_RULES = {
    "attribution": _attribution_problems,
    "quote": _quote_problems,
    "event": _event_problems,
    "low": _order_problems,
    "entity": _map_problems,
}
"""What each rule is about, by the name of the field: a label may be called what it likes."""


def problems_of_entity(entity: Entity, codebook: Codebook) -> tuple[Problem, ...]:
    """All that is wrong with one entity."""
    kind = codebook.entity_type(entity.type)
    if kind is None:
        return (Problem(entity.id, "", f"The codebook has no entity type {entity.type}."),)
    values = compute.effective_of_entity(entity, kind.fields)
    return tuple(_field_problems(entity.id, kind.fields, values))


def problems(document: Document, codebook: Codebook) -> dict[str, tuple[Problem, ...]]:
    """Annotation id → what is wrong with it; only those with faults."""
    each = ((a.id, problems_of(document, codebook, a)) for a in document.annotations.values())
    return {annotation_id: found for annotation_id, found in each if found}
