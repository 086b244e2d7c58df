"""Field values go through text and come back; what is none is refused with the field's name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.model.builders import CODEBOOK, field_values

from annotator.formats.values import as_text, held, storable
from annotator.model.codebook import (
    BoolField,
    Field,
    IntegerField,
    NumberField,
    StringField,
    StringsField,
    Value,
)
from annotator.model.errors import InputError

FIELDS = [f for label in CODEBOOK.labels for f in CODEBOOK.fields(label.name)]


@st.composite
def valued(draw: st.DrawFn) -> tuple[Field, Value]:
    field = draw(st.sampled_from(FIELDS))
    return field, draw(field_values(field))


@given(valued())
def test_text_and_back(pair: tuple[Field, Value]) -> None:
    field, value = pair
    assert held(field, as_text(value)) == value
    assert held(field, value) == value


STORED = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))


@given(st.lists(STORED, min_size=1).map(tuple))
def test_any_list_of_strings(value: tuple[str, ...]) -> None:
    assert held(StringsField(name="s"), as_text(value)) == tuple(map(storable, value))


def test_what_no_database_takes_is_left_out() -> None:
    assert held(StringField(name="s"), "a\0b\ud800") == "ab"
    assert held(StringField(name="s"), "\0") is None
    assert held(StringsField(name="s"), ["a\0", "b"]) == ("a", "b")


@pytest.mark.parametrize("nothing", [None, "", []])
def test_nothing(nothing: object) -> None:
    assert all(held(field, nothing) is None for field in FIELDS)
    assert as_text(None) == ""


@pytest.mark.parametrize(
    ("field", "given", "value"),
    [
        (BoolField(name="b"), " Yes ", True),
        (BoolField(name="b"), 0, False),
        (NumberField(name="n"), "1e3", 1000.0),
        (NumberField(name="n"), "-7", -7),
        (IntegerField(name="i"), 3.0, 3),
        (StringField(name="s"), 1.5, "1.5"),
        (StringField(name="s"), True, "true"),
        (StringField(name="s"), ["a", 1], '["a","1"]'),
        (StringField(name="s"), {"b": 1, "a": "é"}, '["{\\"a\\": \\"é\\", \\"b\\": 1}"]'),
        (StringsField(name="l"), "one", ("one",)),
        (StringsField(name="l"), "[one", ("[one",)),
        (StringsField(name="l"), "[1]", ("[1]",)),
        (StringsField(name="l"), {"a": 1}, ('{"a": 1}',)),
        (StringsField(name="l"), "[" * 100_000, ("[" * 100_000,)),
    ],
)
def test_what_others_write(field: Field, given: object, value: Value) -> None:
    found = held(field, given)
    assert found == value and type(found) is type(value)


@pytest.mark.parametrize(
    ("field", "given", "wanted"),
    [
        (BoolField(name="b"), "perhaps", "true or false"),
        (NumberField(name="n"), "many", "a number"),
        (NumberField(name="n"), True, "a number"),
        (NumberField(name="n"), "nan", "a number"),
        (NumberField(name="n"), float("inf"), "a number"),
        (NumberField(name="n"), "1e999", "a number"),
        (IntegerField(name="i"), 1.5, "a whole number"),
        (IntegerField(name="i"), [], ""),
    ],
)
def test_what_is_none(field: Field, given: object, wanted: str) -> None:
    if not wanted:
        assert held(field, given) is None
        return
    with pytest.raises(InputError, match=f"Expected {wanted}") as caught:
        held(field, given)
    assert caught.value.place == field.name
