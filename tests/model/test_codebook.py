from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given
from tests.model.builders import CODEBOOK, codebooks, options

from annotator.model.codebook import (
    FIELD_KINDS,
    ChoiceField,
    Codebook,
    EntityType,
    Field,
    Label,
    LinkType,
    Option,
    StringField,
    Value,
    field_named,
    visible,
)


def test_each_kind_of_field_is_a_row() -> None:
    assert set(FIELD_KINDS.values()) == set(get_args(Field))
    assert [kind.kind for kind in FIELD_KINDS.values()] == list(FIELD_KINDS)


@given(codebooks())
def test_all_is_found_by_its_name(codebook: Codebook) -> None:
    for label in codebook.labels:
        assert codebook.label(label.name) is label
        assert codebook.fields(label.name) == label.fields + codebook.common_fields
        shown = [k for k in codebook.link_types if label.name in k.from_labels]
        assert [k for k in codebook.links_of(label.name) if not k.symmetric] == [
            k for k in shown if not k.symmetric
        ]
        for field in label.fields:
            assert field_named(label.fields, field.name) is field
    for kind in codebook.entity_types:
        assert codebook.entity_type(kind.name) is kind
    for link in codebook.link_types:
        assert codebook.link_type(link.name) is link


def test_what_is_not_there_is_none() -> None:
    assert CODEBOOK.label("Verb") is None
    assert CODEBOOK.fields("Verb") == ()
    assert CODEBOOK.entity_type("verb") is None
    assert CODEBOOK.link_type("verb") is None
    assert field_named((), "name") is None


def test_a_symmetric_link_is_shown_at_both_ends() -> None:
    assert [k.name for k in CODEBOOK.links_of("Place")] == ["part_of", "beside"]
    assert [k.name for k in CODEBOOK.links_of("Actor")] == ["beside"]


@pytest.mark.parametrize(
    ("named", "title"),
    [
        (Option("more_than"), "more than"),
        (Option("x", "Ex"), "Ex"),
        (StringField(name="actor_type"), "Actor type"),
        (StringField(name="x", label="Ex"), "Ex"),
        (EntityType(name="actor"), "Actor"),
        (EntityType(name="x", label="Ex"), "Ex"),
        (LinkType(name="part_of", from_labels=(), to_labels=()), "Part of"),
        (LinkType(name="x", label="Ex", from_labels=(), to_labels=()), "Ex"),
    ],
)
def test_titles(named: Option | StringField | EntityType | LinkType, title: str) -> None:
    assert named.title == title


def test_the_options_of_a_dependent_choice() -> None:
    field = ChoiceField(name="mode", depends_on="event", options_by={"AID": options("food")})
    assert field.options_for({"event": "AID"}) == options("food")
    assert field.options_for({"event": "ASSAULT"}) == ()
    assert field.options_for({}) == ()
    assert ChoiceField(name="x", options=options("a")).options_for({}) == options("a")


@pytest.mark.parametrize(
    ("held", "shown"),
    [
        ({}, False),
        ({"type": "SET"}, True),
        ({"type": "DATE"}, False),
        ({"type": "SET", "value": "P1D"}, False),
    ],
)
def test_a_field_is_visible_while_the_others_say_so(held: dict[str, Value], shown: bool) -> None:
    field = StringField(name="quant", visible_when={"type": ("SET", "TIME"), "value": None})
    assert visible(field, held) is shown


def test_the_label_of_a_codebook_that_has_none() -> None:
    assert list(Codebook(name="empty").links_of("Actor")) == []
    assert Label(name="x").fields == ()
