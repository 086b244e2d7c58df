"""One widget per kind of field: `make` is the only place that knows which."""

from __future__ import annotations

from typing import assert_never

from annotator.gui.entity_field import EntityInput
from annotator.gui.field_base import FieldInput, Surroundings
from annotator.gui.field_chips import ChoicesInput, StringsInput
from annotator.gui.field_choice import BoolInput, ChoiceInput, SearchChoice, padding_for
from annotator.gui.field_plain import PlainValue
from annotator.gui.field_span import SpanInput
from annotator.gui.field_text import NumberInput, StringInput, TextInput, TimexInput
from annotator.model.codebook import (
    BoolField,
    ChoiceField,
    ChoicesField,
    CodeField,
    DateField,
    EntityField,
    Field,
    IntegerField,
    NumberField,
    Role,
    SpanField,
    StringField,
    StringsField,
    TextField,
    TimexField,
)


def make(field: Field, around: Surroundings, role: Role) -> FieldInput:
    """The widget that fills `field`; plain text where nobody, or not this role, may."""
    if field.readonly:
        return PlainValue(field, around)
    if field.role == "supervisor" and role != "supervisor":
        return PlainValue(field, around, why="Only a supervisor can change this.")
    match field:
        case BoolField():
            return BoolInput(field, around)
        case TextField():
            return TextInput(field, around)
        case StringField():
            return StringInput(field, around)
        case NumberField() | IntegerField():
            return NumberInput(field, around)
        case ChoiceField():
            return _choice(field, around)
        case ChoicesField():
            return ChoicesInput(field, around)
        case CodeField():
            return SearchChoice(field, around)
        case StringsField():
            return StringsInput(field, around)
        case EntityField():
            return EntityInput(field, around)
        case SpanField():
            return SpanInput(field, around)
        case TimexField() | DateField():
            return TimexInput(field, around)
        case _:
            assert_never(field)


def _choice(field: ChoiceField, around: Surroundings) -> FieldInput:
    padding = None if field.depends_on else padding_for(field.options)
    if padding is None:
        return SearchChoice(field, around)
    return ChoiceInput(field, around, padding)
