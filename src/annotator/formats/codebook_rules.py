"""What a codebook must keep beyond its shape: names that meet, keys that don't."""

from __future__ import annotations

import math
import re
import warnings
from collections.abc import Iterable, Iterator, Mapping

from annotator.model.check import fault_in_value
from annotator.model.codebook import (
    DOCUMENT_DATE,
    RESERVED_KEYS,
    ChoiceField,
    ChoicesField,
    Codebook,
    CodeField,
    EntityField,
    Field,
    IntegerField,
    Label,
    LinkType,
    NumberField,
    Option,
    SpanField,
    StringField,
    StringsField,
    field_named,
)
from annotator.model.compute import ENTITY_RULES, RULES

Fault = tuple[str, str]
"""(place, sentence)."""


def faults(codebook: Codebook) -> Iterator[Fault]:
    """What is wrong with a codebook of the right shape, in its order."""
    if not codebook.name.strip():
        yield "name", "The codebook needs a name."
    labels = {label.name for label in codebook.labels}
    yield from _group("common_fields", codebook.common_fields, (), labels, RULES)
    yield from _no_entity_fields("common_fields", codebook.common_fields)
    yield from _names("entity_types", (kind.name for kind in codebook.entity_types))
    for n, entity_type in enumerate(codebook.entity_types):
        place = f"entity_types[{n}].fields"
        yield from _group(place, entity_type.fields, (), labels, ENTITY_RULES)
        yield from _no_references(place, entity_type.fields)
        if not isinstance(field_named(entity_type.fields, "name"), StringField):
            yield place, "An entity type needs a field of kind string called name."
    yield from _names("labels", (label.name for label in codebook.labels))
    for n, label in enumerate(codebook.labels):
        yield from _label(f"labels[{n}]", label, codebook, labels)
    yield from _same_keys("labels", codebook.labels)
    yield from _names("link_types", (kind.name for kind in codebook.link_types))
    for n, link_type in enumerate(codebook.link_types):
        yield from _link_type(f"link_types[{n}]", link_type, codebook, labels)
    yield from _link_keys(codebook)


def _names(place: str, names: Iterable[str]) -> Iterator[Fault]:
    seen: set[str] = set()
    for n, name in enumerate(names):
        if not name or name != name.strip() or not name.isprintable():
            yield f"{place}[{n}].name", "A name is printable and has no blanks at its ends."
        if name in seen:
            yield f"{place}[{n}].name", f"The name {name} is there already."
        seen.add(name)


def _key(place: str, key: str) -> Iterator[Fault]:
    if key and (len(key) != 1 or not key.isprintable() or key.isspace() or key != key.lower()):
        yield f"{place}.key", f"A key is one character, no capital; {key} is not."


def _same_keys(place: str, kinds: tuple[Label, ...]) -> Iterator[Fault]:
    seen: dict[str, str] = {}
    for n, kind in enumerate(kinds):
        if kind.key and kind.key in seen:
            yield f"{place}[{n}].key", f"The key {kind.key} is that of {seen[kind.key]}."
        seen[kind.key] = kind.name


def _link_keys(codebook: Codebook) -> Iterator[Fault]:
    """Keys of link types need to differ only where one label shows both."""
    for label in codebook.labels:
        seen: dict[str, str] = {}
        for n, kind in enumerate(codebook.link_types):
            if not kind.key or not kind.touches(label.name):
                continue
            if kind.key in seen:
                message = f"On {label.name}, the key {kind.key} is that of {seen[kind.key]}."
                yield f"link_types[{n}].key", message
            seen[kind.key] = kind.name


def _label(place: str, label: Label, codebook: Codebook, labels: set[str]) -> Iterator[Fault]:
    yield from _key(place, label.key)
    if label.key in RESERVED_KEYS:
        yield f"{place}.key", f"The key {label.key} is one of the program's own. Choose another."
    if not re.fullmatch("#[0-9a-fA-F]{6}", label.color):
        yield f"{place}.color", f"A colour is written #rrggbb; {label.color} is not."
    if label.entity_type and codebook.entity_type(label.entity_type) is None:
        yield f"{place}.entity_type", f"There is no entity type {label.entity_type}."
    if not label.entity_type:
        yield from _no_entity_fields(f"{place}.fields", label.fields)
    yield from _group(f"{place}.fields", label.fields, codebook.common_fields, labels, RULES)


def _link_type(place: str, kind: LinkType, codebook: Codebook, labels: set[str]) -> Iterator[Fault]:
    yield from _key(place, kind.key)
    for side, names in (("from_labels", kind.from_labels), ("to_labels", kind.to_labels)):
        yield from _known(f"{place}.{side}", names, labels)
        if not names:
            yield f"{place}.{side}", "A link type needs at least one label at each end."
    for label in kind.from_labels:
        if field_named(codebook.fields(label), kind.name) is not None:
            yield f"{place}.name", f"{label} has a field of that name."
    if kind.max is not None and kind.max < 1:
        yield f"{place}.max", "The most that is allowed is at least 1."
    yield from _group(f"{place}.fields", kind.fields, (), labels, {})
    yield from _no_references(f"{place}.fields", kind.fields)


def _known(place: str, names: Iterable[str], known: set[str]) -> Iterator[Fault]:
    for n, name in enumerate(names):
        if name not in known:
            yield f"{place}[{n}]", f"There is no label {name}."


def _no_entity_fields(place: str, fields: tuple[Field, ...]) -> Iterator[Fault]:
    for n, field in enumerate(fields):
        if isinstance(field, EntityField):
            yield f"{place}[{n}]", "Only a label with an entity_type can have an entity field."


def _no_references(place: str, fields: tuple[Field, ...]) -> Iterator[Fault]:
    for n, field in enumerate(fields):
        if isinstance(field, EntityField | SpanField):
            yield f"{place}[{n}]", f"Only a label can have a field of kind {field.kind}."


def _group(
    place: str,
    fields: tuple[Field, ...],
    common: tuple[Field, ...],
    labels: set[str],
    rules: Mapping[str, object],
) -> Iterator[Fault]:
    """Faults of the fields of one form; `common` are those that join them there."""
    yield from _names(place, (field.name for field in fields))
    for n, field in enumerate(fields):
        at = f"{place}[{n}]"
        if field_named(common, field.name) is not None:
            yield f"{at}.name", f"The name {field.name} is that of a common field."
        if field.computed and field.computed not in rules:
            known = ", ".join(sorted(rules)) or "none here"
            yield f"{at}.computed", f"There is no rule {field.computed}; the rules are {known}."
        yield from _visible_when(at, field, fields + common)
        yield from _own(at, field, fields + common, labels)
        if field.default not in (None, "", ()) and (fault := _default(field)):
            yield f"{at}.default", fault


def _default(field: Field) -> str | None:
    if isinstance(field, SpanField):
        known = field.default in field.targets and field.default == DOCUMENT_DATE
        return None if known else f"A span field can only start as {DOCUMENT_DATE}, if a target."
    return fault_in_value(field, field.default)


def _visible_when(at: str, field: Field, beside: tuple[Field, ...]) -> Iterator[Fault]:
    for name, values in field.visible_when.items():
        place = f"{at}.visible_when.{name}"
        other = field_named(beside, name)
        if other is None or name == field.name:
            yield place, f"There is no other field {name} beside it."
        elif isinstance(other, ChoiceField | ChoicesField | CodeField):
            for value in values or ():
                if fault := fault_in_value(other, (value,) if other.kind == "choices" else value):
                    yield place, fault


def _own(at: str, field: Field, beside: tuple[Field, ...], labels: set[str]) -> Iterator[Fault]:
    """Faults in what only some kinds have."""
    match field:
        case StringField() | StringsField():
            yield from _string(at, field)
        case NumberField() | IntegerField():
            ends = [end for end in (field.min, field.max) if end is not None]
            if not all(map(math.isfinite, ends)) or ends != sorted(ends):
                yield f"{at}.min", "The least is more than the most."
        case ChoiceField():
            yield from _choice(at, field, beside)
        case ChoicesField():
            yield from _options(f"{at}.options", field.options)
        case CodeField():
            if not field.options:
                yield f"{at}.codelist", f"There is no code list {field.codelist}."
            yield from _options(f"{at}.extra", field.extra, may_be_empty=True)
        case SpanField():
            yield from _known(f"{at}.targets", field.targets, labels | {DOCUMENT_DATE})
            if not field.targets:
                yield f"{at}.targets", "A span field needs at least one label to point at."
        case _:
            pass


def _string(at: str, field: StringField | StringsField) -> Iterator[Fault]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # an ambiguous pattern will mean something else one day
            re.compile(field.pattern)
    except (re.error, Warning, OverflowError, ValueError, RecursionError) as error:
        yield f"{at}.pattern", f"This is not a regular expression: {error}."
    if isinstance(field, StringField) and field.max_length is not None and field.max_length < 1:
        yield f"{at}.max_length", "The greatest length is at least 1."


def _choice(at: str, field: ChoiceField, beside: tuple[Field, ...]) -> Iterator[Fault]:
    other = field_named(beside, field.depends_on)
    if not field.depends_on:
        if field.options_by:
            yield f"{at}.depends_on", "options_by needs depends_on, the field that chooses."
        yield from _options(f"{at}.options", field.options)
    elif field.options:
        yield f"{at}.options", "options and depends_on exclude each other."
    elif not isinstance(other, ChoiceField) or other.name == field.name:
        yield f"{at}.depends_on", f"There is no other choice {field.depends_on} beside it."
    else:
        for value, options in field.options_by.items():
            if fault := fault_in_value(other, value):
                yield f"{at}.options_by.{value}", fault
            yield from _options(f"{at}.options_by.{value}", options)


def _options(
    place: str, options: tuple[Option, ...], *, may_be_empty: bool = False
) -> Iterator[Fault]:
    if not options and not may_be_empty:
        yield place, "A choice needs options."
    seen: set[str] = set()
    for n, option in enumerate(options):
        if not option.value.strip():
            yield f"{place}[{n}].value", "An option needs a value."
        if option.value in seen:
            yield f"{place}[{n}].value", f"The option {option.value} is there already."
        seen.add(option.value)
