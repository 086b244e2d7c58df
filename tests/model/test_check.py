"""Every fault is told, and what is right is not."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.model.builders import CODEBOOK, an_id, document, documents, field_values, mark, options

from annotator.model import check
from annotator.model.check import Problem, fault_in_value, problems, problems_of
from annotator.model.codebook import (
    BoolField,
    ChoiceField,
    ChoicesField,
    Codebook,
    CodeField,
    DateField,
    EntityField,
    Field,
    IntegerField,
    NumberField,
    SpanField,
    StringField,
    StringsField,
    TextField,
    TimexField,
    Value,
)
from annotator.model.document import Annotation, Document, Entity, Link, Record

A, B = options("a", "b")

VALUES: list[tuple[Field, Value, str | None]] = [
    (BoolField(name="x"), True, None),
    (BoolField(name="x"), 1, "Must be yes or no."),
    (TextField(name="x"), "two\nlines", None),
    (TextField(name="x"), 3, "Must be text."),
    (StringField(name="x"), "x", None),
    (StringField(name="x"), ("x",), "Must be text."),
    (StringField(name="x", pattern="Q[1-9]+"), "Q12", None),
    (StringField(name="x", pattern="Q[1-9]+"), "Q12a", "Q12a is not of the form Q[1-9]+."),
    (StringField(name="x", max_length=3), "abc", None),
    (StringField(name="x", max_length=3), "abcde", "2 characters too long."),
    (EntityField(name="x"), "an id", None),
    (EntityField(name="x"), 7, "Must be text."),
    (SpanField(name="x", targets=("Date",)), "an id", None),
    (SpanField(name="x", targets=("Date",)), True, "Must be text."),
    (IntegerField(name="x"), 3, None),
    (IntegerField(name="x"), 3.0, "Must be a whole number."),
    (IntegerField(name="x"), True, "Must be a whole number."),
    (IntegerField(name="x", min=1, max=9), 9, None),
    (IntegerField(name="x", min=1, max=9), 0, "Must be at least 1."),
    (IntegerField(name="x", max=1_000_000), 2_000_000, "Must be at most 1000000."),
    (NumberField(name="x"), 3, None),
    (NumberField(name="x"), 3.5, None),
    (NumberField(name="x"), "3", "Must be a number."),
    (NumberField(name="x"), False, "Must be a number."),
    (NumberField(name="x"), float("nan"), "Must be a number."),
    (NumberField(name="x"), float("inf"), "Must be a number."),
    (NumberField(name="x", min=-0.5), -0.6, "Must be at least -0.5."),
    (NumberField(name="x", max=90.0), 90.1, "Must be at most 90."),
    (ChoiceField(name="x", options=(A, B)), "a", None),
    (ChoiceField(name="x", options=(A, B)), "c", "c is not one of the choices."),
    (ChoicesField(name="x", options=(A, B)), ("a", "b"), None),
    (ChoicesField(name="x", options=(A, B)), ("a", "c"), "c is not one of the choices."),
    (ChoicesField(name="x", options=(A, B)), "a", "Must be a list of texts."),
    (CodeField(name="x", codelist="l", options=(A,), extra=(B,)), "a", None),
    (CodeField(name="x", codelist="l", options=(A,), extra=(B,)), "b", None),
    (CodeField(name="x", codelist="l", options=(A,)), "b", "b is not a code of the list."),
    (CodeField(name="x", codelist="l", extra=(A,)), "anything", None),
    (CodeField(name="x", codelist="l"), 3, "3 is not a code of the list."),
    (StringsField(name="x"), ("a", "b"), None),
    (StringsField(name="x"), cast(Value, (1,)), "Must be a list of texts."),
    (StringsField(name="x", pattern="[a-z]"), ("a", "bb"), "bb is not of the form [a-z]."),
    (TimexField(name="x"), "2016-04", None),
    (TimexField(name="x"), "P3D", "P3D is not a TIMEX3 value of type DATE."),
    (TimexField(name="x"), 2016, "2016 is not a TIMEX3 value of type DATE."),
    (DateField(name="x"), "2016-04-01", None),
    *[(DateField(name="x"), value, f"{value} is not a day in the form YYYY-MM-DD.")
      for value in ("2016-04", "20160401", "2016-W13-5", "2016-02-30", 2016)],
]  # fmt: skip


@pytest.mark.parametrize(("field", "value", "fault"), VALUES)
def test_the_fault_of_a_value(field: Field, value: Value, fault: str | None) -> None:
    assert fault_in_value(field, value) == fault
    assert fault_in_value(field, None) is None


@given(st.data())
def test_the_values_that_a_kind_takes_have_no_fault(data: st.DataObject) -> None:
    every = [f for label in CODEBOOK.labels for f in label.fields]
    simple = [f for f in every if not isinstance(f, EntityField | SpanField)]
    field = data.draw(st.sampled_from(simple))
    value = data.draw(field_values(field))
    beside = {"type": "DURATION"} if value == "P3D" else {"event": "ASSAULT"}
    odd = isinstance(field, StringsField) and field.pattern
    assert odd or fault_in_value(field, value, beside) is None


def test_a_dependent_choice_is_checked_against_the_value_beside_it() -> None:
    field = ChoiceField(name="mode", depends_on="event", options_by={"AID": (A,), "TALK": (B,)})
    assert fault_in_value(field, "a", {"event": "AID"}) is None
    assert fault_in_value(field, "a", {"event": "TALK"}) == "a is not one of the choices."
    assert fault_in_value(field, "a", {}) == "a is not one of the choices."
    assert fault_in_value(field, "a") is None
    assert fault_in_value(field, "c") == "c is not one of the choices."


def test_a_timex_value_is_checked_against_the_type_beside_it() -> None:
    field = TimexField(name="value")
    assert fault_in_value(field, "P3D", {"type": "DURATION"}) is None
    wrong = "2016 is not a TIMEX3 value of type DURATION."
    assert fault_in_value(field, "2016", {"type": "DURATION"}) == wrong


# -- annotations -----------------------------------------------------------------------------

TEXT = "He said “we left” and ISIS took Palmyra.\nThen 64 fell."
ISIS = Entity(id="isis", type="actor", fields={"name": "ISIS"})
TOWN = Entity(id="town", type="place", fields={"name": "Palmyra", "geonames_id": 163808})
VAGUE = Entity(id="vague", type="place", fields={"name": "there", "unmappable": "vague"})
BARE = Entity(id="bare", type="place", fields={"name": "Palmyra"})


def told(annotation: Annotation, *beside: Record) -> list[tuple[str, str]]:
    d = document(TEXT, annotation, *beside, ISIS, TOWN, VAGUE, BARE)
    return [(p.field, p.message) for p in problems_of(d, CODEBOOK, annotation)]


def link(kind: str, start: Annotation, end: Annotation, number: int = 1) -> Link:
    return Link(id=an_id(5, number), type=kind, from_id=start.id, to_id=end.id)


def test_what_is_missing_or_wrong_is_told_by_field() -> None:
    assert told(mark(TEXT, "ISIS", entity="isis")) == []
    assert told(mark(TEXT, "ISIS")) == [("entity", "Entity is missing.")]
    date = mark(TEXT, "Then", "Date", type="DATE")
    assert told(date) == [("value", "Value is missing.")]
    assert told(replace(date, fields={"type": "SET", "value": "now"})) == [
        ("value", "now is not a TIMEX3 value of type SET.")
    ]


def test_a_field_that_is_not_shown_is_not_missing() -> None:
    field = StringField(name="freq", required=True, visible_when={"type": ("SET",)})
    book = replace(
        CODEBOOK, labels=(replace(CODEBOOK.labels[4], fields=(field,)),), common_fields=()
    )
    cue = mark(TEXT, "said", "Cue", type="SET")
    d = document(TEXT, cue)
    assert [p.field for p in problems_of(d, book, cue)] == ["freq"]
    hidden = replace(cue, fields={"type": "DATE"})
    assert problems_of(document(TEXT, hidden), book, hidden) == ()


def test_references_to_nothing_or_the_wrong_thing() -> None:
    assert told(mark(TEXT, "ISIS", entity="gone")) == [("entity", "The entity is gone.")]
    assert told(mark(TEXT, "ISIS", entity="town")) == [("entity", "Palmyra is a place.")]
    nameless = replace(ISIS, id="odd", fields={"wikidata": "q2"})
    assert told(mark(TEXT, "ISIS", entity="odd"), nameless) == [
        ("entity", "Its record: Name is missing."),
        ("entity", "Its record: q2 is not of the form Q[1-9][0-9]*."),
    ]
    gone = [("about", "What it points at is gone.")]
    claim = mark(TEXT, "ISIS took", "Claim", about="gone")
    assert told(claim) == gone
    actor = replace(mark(TEXT, "He"), id="he", fields={"entity": "isis"})
    assert told(replace(claim, fields={"about": "he"}), actor) == gone
    date = replace(mark(TEXT, "Then", "Date"), id="then")
    assert told(replace(claim, fields={"about": "then"}), date) == []
    begins = mark(TEXT, "64", "Date", type="DURATION", value="P3D", begin="t0")
    assert told(begins) == []


def test_links_that_are_missing_or_too_many() -> None:
    quantity, actor = mark(TEXT, "64", "Quantity"), mark(TEXT, "He")
    assert told(quantity) == [("counts", "Counts is missing.")]
    assert told(quantity, actor, link("counts", quantity, actor)) == []
    claim, cues = (
        mark(TEXT, "ISIS took", "Claim"),
        (mark(TEXT, "said", "Cue"), mark(TEXT, "and", "Cue")),
    )
    two = [link("cue", claim, cue, n) for n, cue in enumerate(cues)]
    assert told(claim, *cues, two[0]) == []
    assert told(claim, *cues, *two) == [("cue", "At most 1 cue.")]


def test_extents() -> None:
    blank = replace(mark(TEXT, " ", "Region"), fragments=((2, 3), (7, 7)))
    assert told(blank) == [("", "It covers no words.")]
    pieces = replace(mark(TEXT, "said", "Cue"), fragments=((3, 7), (9, 11)))
    assert told(pieces) == [("", "Cue can't be of several pieces.")]
    lines = mark(TEXT, "Palmyra.\nThen", "Cue")
    assert told(lines) == [("", "Cue can't run over several paragraphs.")]
    assert told(replace(lines, label="Region")) == []


def test_an_unknown_label_is_all_that_is_told() -> None:
    verb = mark(TEXT, "took", "Verb", entity="gone")
    assert told(verb) == [("", "The codebook has no label Verb.")]


# -- rules of the labels ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "fields", "linked", "fault"),
    [
        ("ISIS took", {"attribution": "explicit"}, (), "An explicit attribution needs a source."),
        ("ISIS took", {"attribution": "explicit"}, ("source",), None),
        ("ISIS took", {"quote": "direct"}, (), "A direct quote needs quotation marks."),
        ("“we left”", {"quote": "direct"}, (), None),
        ("we left", {"quote": "direct"}, (), None),
        ("ISIS took", {"event": "AID"}, (), "An event needs an agent or a recipient."),
        ("ISIS took", {"event": "AID"}, ("agent",), None),
    ],
)
def test_claims(
    words: str, fields: Mapping[str, Value], linked: tuple[str, ...], fault: str | None
) -> None:
    claim, actor = mark(TEXT, words, "Claim", 0, **fields), mark(TEXT, "He", entity="isis")
    links = [link(kind, claim, actor, n) for n, kind in enumerate(linked)]
    found = [message for _, message in told(claim, actor, *links)]
    assert found == ([fault] if fault else [])


def test_a_sentence_within_a_long_quotation_is_quoted() -> None:
    text = "“They came. We saw them there. They left.”"
    claim = mark(text, "We saw them", "Claim", quote="direct")
    assert problems_of(document(text, claim), CODEBOOK, claim) == ()


@pytest.mark.parametrize(
    ("fields", "right"),
    [
        ({"value": 3.0, "low": 2.0, "high": 4.0}, True),
        ({"value": 3.0, "high": 3.0}, True),
        ({"value": 3.0, "low": 4.0}, False),
        ({"low": 5.0, "high": 4.0}, False),
        ({"value": 300.0, "low": 301.0, "approximator": "more_than"}, True),
        ({}, True),
    ],
)
def test_quantities(fields: Mapping[str, Value], right: bool) -> None:
    actor = mark(TEXT, "He")
    quantity = mark(TEXT, "64", "Quantity", 0, **fields)
    order = ("low", "Low, value and high are out of order.")
    assert told(quantity, actor, link("counts", quantity, actor)) == ([] if right else [order])


def test_places() -> None:
    fault = ("entity", "The place needs a GeoNames id or the reason why it has none.")
    for entity, found in (("town", []), ("vague", []), ("bare", [fault])):
        assert told(mark(TEXT, "Palmyra", "Place", entity=entity)) == found


def renamed(names: Mapping[str, str]) -> Codebook:
    """The codebook with labels of other names."""
    labels = tuple(replace(k, name=names.get(k.name, k.name)) for k in CODEBOOK.labels)
    links = tuple(
        replace(k, from_labels=tuple(names.get(n, n) for n in k.from_labels))
        for k in CODEBOOK.link_types
    )
    return replace(CODEBOOK, labels=labels, link_types=links)


def test_a_label_of_another_name_keeps_its_rules() -> None:
    book = renamed({"Claim": "Aussage", "Quantity": "Zahl", "Place": "Ort"})
    claim = mark(TEXT, "ISIS took", "Aussage", attribution="explicit", quote="direct", event="AID")
    place = mark(TEXT, "Palmyra", "Ort", entity="bare")
    amount, actor = mark(TEXT, "64", "Zahl", low=5.0, high=4.0), mark(TEXT, "He", entity="isis")
    d = document(TEXT, claim, place, amount, actor, link("counts", amount, actor), ISIS, BARE)
    found = {i: [p.field for p in of] for i, of in problems(d, book).items()}
    assert found == {
        claim.id: ["source", "quote", "agent"], place.id: ["entity"], amount.id: ["low"]
    }  # fmt: skip


def test_no_link_is_asked_for_that_the_codebook_does_not_have() -> None:
    book = replace(CODEBOOK, link_types=())
    claim = mark(TEXT, "ISIS took", "Claim", attribution="explicit", event="AID")
    assert problems_of(document(TEXT, claim), book, claim) == ()


def test_only_entities_that_can_be_mapped_need_a_place_on_the_map() -> None:
    types = tuple(replace(t, fields=t.fields[:1]) for t in CODEBOOK.entity_types)
    place = mark(TEXT, "Palmyra", "Place", entity="bare")
    book = replace(CODEBOOK, entity_types=types)
    assert problems_of(document(TEXT, place, BARE), book, place) == ()


# -- entities and documents ------------------------------------------------------------------


def test_entities() -> None:
    def of(entity: Entity) -> list[tuple[str, str]]:
        return [(p.field, p.message) for p in check.problems_of_entity(entity, CODEBOOK)]

    assert of(ISIS) == []
    assert of(replace(ISIS, fields={})) == [("name", "Name is missing.")]
    odd = replace(ISIS, fields={"name": "x", "wikidata": "q2"})
    assert of(odd) == [("wikidata", "q2 is not of the form Q[1-9][0-9]*.")]
    assert of(replace(ISIS, type="ship")) == [("", "The codebook has no entity type ship.")]
    assert of(replace(TOWN, fields={**TOWN.fields, "feature_code": "PPL"})) == []


@given(documents())
def test_the_problems_of_a_document_are_those_of_its_annotations(d: Document) -> None:
    found = problems(d, CODEBOOK)
    for i, annotation in d.annotations.items():
        assert found.get(i, ()) == problems_of(d, CODEBOOK, annotation)
        for problem in found.get(i, ()):
            assert isinstance(problem, Problem)
            assert problem.record_id == i
            assert re.fullmatch(r"\S.*\.", problem.message, re.DOTALL)
    assert () not in found.values()
