"""What an annotation says in a few words."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.gui.form_fixture import CODEBOOK, sample

from annotator.gui.field_plain import said
from annotator.gui.summary import summary, words
from annotator.model.codebook import (
    BoolField,
    ChoiceField,
    ChoicesField,
    CodeField,
    EntityField,
    Field,
    Label,
    NumberField,
    Option,
    SpanField,
    StringField,
    Value,
)
from annotator.model.document import Annotation, Document, Link

DOCUMENT = sample()


def told(key: str, in_: Document | None = None, /, **fields: Value) -> str:
    document = in_ or DOCUMENT
    annotation = document.annotations[key]
    return summary(document, CODEBOOK, replace(annotation, fields={**annotation.fields, **fields}))


def linked(key: str, entity: str) -> Document:
    mention = DOCUMENT.annotations[key]
    changed = replace(mention, fields={"entity": entity})
    return DOCUMENT.changed([(mention, changed)])


def test_mentions_say_their_entity_and_dates_their_value() -> None:
    assert told("isis") == "Islamic State"
    assert told("observatory") == ""
    assert told("isis", entity="gone") == ""
    assert told("later") == "2016-12" and told("sunday") == ""
    assert told("said") == ""


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, "≈120 killed"),
        ({"approximator": "exact"}, "120 killed"),
        ({"approximator": "more_than", "value": 12_000}, ">12,000 killed"),
        ({"approximator": "between", "low": 5, "high": 7}, "5–7 killed"),
        ({"approximator": "between"}, "120 killed"),
        ({"kind": "other"}, "≈120"),
        ({"value": 2.5, "kind": None}, "≈2.5"),
        ({"value": None, "low": 3}, "≈3 killed"),
        ({"value": None}, ""),
        ({"value": None, "low": True}, ""),
    ],
)
def test_quantities(fields: dict[str, Value], expected: str) -> None:
    assert told("figure", **fields) == expected


def test_unit_is_said_where_it_is_not_count() -> None:
    label = Label(name="Q", fields=(NumberField(name="value"), StringField(name="unit")))
    codebook = replace(CODEBOOK, labels=(label,))
    q = Annotation(id="q", label="Q", fragments=((0, 4),), fields={"value": 64, "unit": "km"})
    assert summary(DOCUMENT, codebook, q) == "64 km"


def test_claims_say_source_and_event() -> None:
    assert told("died") == "The Observatory"
    assert told("died", event="ASSAULT") == "The Observatory · ASSAULT"
    assert told("fallen", event="AID") == "AID" and told("fallen") == ""
    assert told("died", linked("observatory", "e-sohr")) == "Syrian Observatory"
    assert told("died", linked("observatory", "e-isis")) == "ISIS", "an acronym among its names"
    link = Link(id="k2", type="source", from_id="died", to_id="ministry")
    assert told("died", DOCUMENT.changed([(None, link)])) == "The Observatory, The ministry"
    gone = Link(id="k2", type="source", from_id="died", to_id="nobody")
    assert told("died", DOCUMENT.changed([(None, gone)])) == "The Observatory"


def test_labels_without_links_say_their_first_choice_even_a_default() -> None:
    kind = ChoiceField(name="kind", default="x", options=(Option("body", "Body — the text"),))
    codebook = replace(CODEBOOK, labels=(Label(name="Region", fields=(kind,)),))
    region = Annotation(id="r", label="Region", fragments=((0, 4),), fields={"kind": "body"})
    assert summary(DOCUMENT, codebook, region) == "Body"
    assert summary(DOCUMENT, codebook, replace(region, fields={})) == ""


def test_chips_show_words_but_figures_their_summary() -> None:
    assert words(DOCUMENT, CODEBOOK, DOCUMENT.annotations["figure"]) == "≈120 killed"
    bare = replace(DOCUMENT.annotations["figure"], fields={})
    assert words(DOCUMENT, CODEBOOK, bare) == "about 120"
    assert words(DOCUMENT, CODEBOOK, DOCUMENT.annotations["isis"]) == "ISIS"


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        (StringField(name="s"), None, ""),
        (StringField(name="s"), "x", "x"),
        (BoolField(name="b"), True, "yes"),
        (BoolField(name="b"), False, "no"),
        (NumberField(name="n"), 2.5, "2.5"),
        (NumberField(name="n"), 7, "7"),
        (ChoicesField(name="c", options=(Option("a", "Ay"),)), ("a", "b"), "Ay, b"),
        (CodeField(name="c", codelist="x", options=(Option("SYR", "Syria"),)), "SYR", "Syria"),
        (EntityField(name="e"), "e-isis", "Islamic State"),
        (EntityField(name="e"), "gone", "gone"),
        (SpanField(name="s", targets=("t0",)), "t0", "document date"),
        (SpanField(name="s", targets=("Date",)), "later", "Later"),
        (SpanField(name="s", targets=("Date",)), "nothing", "nothing"),
    ],
)
def test_plain_values(field: Field, value: Value, expected: str) -> None:
    assert said(field, value, DOCUMENT) == expected
