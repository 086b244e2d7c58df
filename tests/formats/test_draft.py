"""A foreign file's keys and offsets become records, under a codebook made of what it says."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.formats.projects import OWNER, news
from tests.model.builders import texts

from annotator.formats.codebook import decode, encode
from annotator.formats.draft import Draft
from annotator.formats.format import ReadOptions
from annotator.formats.schema import Schema, clean
from annotator.model.codebook import (
    DOCUMENT_DATE,
    BoolField,
    ChoiceField,
    Codebook,
    EntityField,
    IntegerField,
    Label,
    LinkType,
    NumberField,
    SpanField,
    StringField,
    StringsField,
    TextField,
)
from annotator.model.document import Article
from annotator.model.errors import InputError, MisplacedSpan
from annotator.model.ident import is_id, numbered_ids
from annotator.model.text import Origin, Unit

TEXT = "😀 ISIS took Palmyra. ISIS left."


def seen(known: Codebook | None = None, declared: Codebook | None = None) -> Schema:
    schema = Schema("File", known, declared)
    schema.label("Person", "#FF0000")
    schema.value("Person", "age", 3)
    schema.value("Person", "mood", "good")
    schema.reference("Person", "of", "Verb")
    schema.label("Verb")
    schema.link("does", "Person", "Verb")
    schema.link_value("does", "sure", True)
    return schema


def draft(text: str = TEXT, unit: Unit = "code point", **options: Any) -> Draft:
    return Draft(Origin(text, unit), seen(), ReadOptions(**options))


# --- the codebook -------------------------------------------------------------------------------


def test_what_is_seen_makes_a_codebook_that_keeps_its_own_rules() -> None:
    codebook = seen().codebook
    assert decode(encode(codebook)) == codebook
    assert [(k.name, k.key, k.color) for k in codebook.labels] == [
        ("Person", "p", "#ff0000"), ("Verb", "v", "#d55e00"),
    ]  # fmt: skip
    assert codebook.labels[0].fields == (
        IntegerField(name="age"), StringField(name="mood"), SpanField(name="of", targets=("Verb",)),
    )  # fmt: skip
    (kind,) = codebook.link_types
    assert (kind.from_labels, kind.to_labels) == (("Person",), ("Verb",))
    assert kind.fields == (BoolField(name="sure"),)


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ([True, False], BoolField),
        ([1, 2], IntegerField),
        ([1, 2.5], NumberField),
        ([["a"], ("b",)], StringsField),
        (["a", "b\nc"], TextField),
        (['["a","b"]', '["c"]'], StringsField),
        (['["a","b"]', '["c'], StringField),
        (["a", 1], StringField),
        ([True, 1], StringField),
        ([{"a": 1}], StringField),
    ],
)
def test_the_kind_of_a_field_is_that_of_its_values(values: list[object], kind: type) -> None:
    schema = Schema("x")
    for value in values:
        schema.value("L", "f", value)
    (field,) = schema.codebook.labels[0].fields
    assert type(field) is kind


def test_options_make_a_choice() -> None:
    schema = Schema("x")
    schema.options("L", "f", ["a", "b"])
    (field,) = schema.codebook.labels[0].fields
    assert isinstance(field, ChoiceField) and [o.value for o in field.options] == ["a", "b"]


@given(st.text(), st.text(), st.text())
def test_any_name_will_do(a: str, b: str, c: str) -> None:
    schema = Schema(a)
    schema.value(a, b, 1)
    schema.link(c, a, b, symmetric=True)
    schema.entity(a)
    assert decode(encode(schema.codebook)) == schema.codebook
    assert clean(clean(a)) == clean(a)


def test_twelve_labels_with_one_letter_run_out_of_keys() -> None:
    schema = Schema("x")
    for n in range(12):
        schema.label("a" * (n + 1))
    keys = [label.key for label in schema.codebook.labels]
    assert keys == ["a", *"1234567890", ""]


def test_a_link_that_a_field_has_the_name_of() -> None:
    schema = seen()
    schema.link("age", "Person", "Person", symmetric=True)
    assert schema.link_name("age") == "age link" and schema.link_name("does") == "does"
    assert decode(encode(schema.codebook)).link_type("age link") is not None
    schema.link_value("unused", "x", 1)  # a link that joins nothing is none
    assert schema.codebook.link_type("unused") is None


def test_the_projects_codebook_is_taken_where_it_can_say_it_all() -> None:
    schema = Schema("File", news())
    schema.value("Quantity", "value", "12.5")  # text that the number field takes
    schema.value("Claim", "event", "COERCE")
    schema.value("Claim", "mode", "seize")
    schema.value("Actor", "uncertain", "true")
    schema.reference("Date", "anchor", DOCUMENT_DATE)
    schema.link("source", "Claim", "Actor")
    schema.link_value("conflicts_with", "strength", "implied")
    assert schema.entity("Actor") == "actor"
    schema.entity_value("actor", "wikidata", "Q1")
    schema.entity_value("actor", "name", "ISIS")
    assert schema.codebook is news()
    assert schema.entity_field("Actor") == "entity" and schema.entity_field("Cue") == ""


def test_another_value_than_the_field_takes_makes_another_codebook() -> None:
    schema = Schema("File", news())
    schema.value("Quantity", "value", "12.5")
    schema.value("Quantity", "value", "a dozen")
    schema.value("Claim", "mode", "seize")
    made = schema.codebook
    assert made.fields("Quantity") == (StringField(name="value"),)
    mode = made.fields("Claim")[0]
    assert isinstance(mode, ChoiceField) and not mode.depends_on and mode.options
    assert decode(encode(made)) == made


def test_the_files_own_codebook_comes_before_a_made_one() -> None:
    own = Codebook(
        name="Own",
        labels=(
            Label(
                name="Person",
                fields=(
                    NumberField(name="age"), StringField(name="mood"),
                    SpanField(name="of", targets=("Verb",)),
                ),
            ),
            Label(name="Verb"),
        ),
        link_types=(
            LinkType(
                name="does", from_labels=("Person",), to_labels=("Verb",),
                fields=(BoolField(name="sure"),),
            ),
        ),
    )  # fmt: skip
    assert seen(news(), own).codebook is own
    assert seen(own, news()).codebook is own
    assert seen(news()).codebook not in (own, news())


def test_an_entity_type_of_its_own() -> None:
    schema = Schema("x")
    assert schema.entity("Person", "people") == "people"
    assert schema.entity("Firm") == "firm"
    assert schema.entity("Person", "others") == "people"
    schema.entity_value("people", "born", 1970)
    assert schema.entity_field("Person") == "entity"
    assert schema.codebook.fields("Firm") == (EntityField(name="entity"),)
    people = schema.codebook.entity_type("people")
    assert people is not None and [f.name for f in people.fields] == ["name", "born"]
    assert decode(encode(schema.codebook)) == schema.codebook


# --- records ------------------------------------------------------------------------------------


def test_spans_links_and_references() -> None:
    made = draft()
    made.span("t1", "Person", [(2, 6)], {"age": "3", "mood": "", "of": "t2"}, quote="ISIS")
    made.span("t2", "Verb", [(12, 19), (7, 11)])
    made.link("does", "t1", "t2", {"sure": "yes"})
    assert "t1" in made and "t3" not in made
    work = made.work(OWNER, "submitted")
    first, second = work.annotations
    assert first.fields == {"age": 3, "of": second.id}
    assert second.fragments == ((7, 11), (12, 19))
    assert [(k.from_id, k.to_id, k.fields) for k in work.links] == [
        (first.id, second.id, {"sure": True})
    ]
    assert (work.owner_id, work.state) == (OWNER.id, "submitted")
    entry = made.entry(Article(id="", title="T", date="2001-01-01", date_source="byline"), work)
    assert is_id(entry.article.id) and entry.article.text_sha256 == entry.text.sha256
    assert entry.article.date == "2001-01-01"


def test_a_given_date_wins() -> None:
    made = draft(document_date="2016-12-15")
    article = made.entry(Article(id="x", date="2001-01-01", date_source="byline")).article
    assert (article.id, article.date, article.date_source) == ("x", "2016-12-15", "given")


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda d: d.span("t1", "Verb", [(0, 1)]), "there already"),
        (lambda d: d.span("t3", "Noun", [(0, 1)]), "no label Noun"),
        (lambda d: d.span("t3", "Verb", []), "covers nothing"),
        (lambda d: d.span("t3", "Verb", [(5, 4)]), "ends before it starts"),
        (lambda d: d.span("t3", "Verb", [(0, 99)]), "outside the text"),
        (lambda d: d.span("t3", "Verb", [(-1, 4)]), "outside the text"),
        (lambda d: d.span("t3", "Verb", [(0, 5), (4, 6)]), "fragments overlap"),
        (lambda d: d.span("t3", "Person", [(0, 1)], {"size": 1}), "no field size"),
        (lambda d: d.span("t3", "Person", [(0, 1)], {"age": "old"}), "age: Expected"),
        (lambda d: d.span("t3", "Verb", [(0, 1)], quote="fled"), "not within 200"),
        (lambda d: d.link("does", "t1", "t9"), "not there"),
        (lambda d: d.link("does", "t2", "t1"), "can't go from Verb to Person"),
        (lambda d: d.link("is", "t1", "t2"), "can't go"),
    ],
)
def test_faults_say_which_key(call: Any, message: str) -> None:
    made = draft()
    made.span("t1", "Person", [(2, 6)])
    made.span("t2", "Verb", [(7, 11)])
    with pytest.raises(InputError, match=message):
        call(made)


def test_a_link_to_itself() -> None:
    schema = Schema("x")
    schema.link("with", "A", "A")
    made = Draft(Origin(TEXT), schema, ReadOptions())
    made.span("a", "A", [(0, 1)])
    with pytest.raises(InputError, match="itself"):
        made.link("with", "a", "a")


def test_a_field_that_points_at_nothing() -> None:
    for target in ("t9", "t1"):  # nobody, and one of another label
        made = draft()
        made.span("t1", "Person", [(2, 6)], {"of": target})
        with pytest.raises(InputError, match="nothing that fits"):
            made.work(OWNER)


def test_circles_are_refused() -> None:
    schema = Schema("x", news())
    schema.reference("Date", "anchor", "Date")
    schema.link("part_of", "Place", "Place")
    made = Draft(Origin(TEXT), schema, ReadOptions())
    made.span("a", "Date", [(0, 1)], {"anchor": "b"})
    made.span("b", "Date", [(0, 1)], {"anchor": "t0"})
    made.work(OWNER)
    made.span("c", "Date", [(0, 1)], {"anchor": "d"})
    made.span("d", "Date", [(0, 1)], {"anchor": "c"})
    with pytest.raises(InputError, match="through their fields"):
        made.work(OWNER)
    links = Draft(Origin(TEXT), schema, ReadOptions())
    links.span("a", "Place", [(0, 1)])
    links.span("b", "Place", [(1, 2)])
    links.link("part_of", "a", "b")
    links.work(OWNER)
    links.link("part_of", "b", "a")
    with pytest.raises(InputError, match="part_of links"):
        links.work(OWNER)


# --- offsets ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("unit", "extent"), [("code point", (2, 6)), ("UTF-16 unit", (3, 7)), ("byte", (5, 9))]
)
def test_each_unit(unit: Unit, extent: tuple[int, int]) -> None:
    made = draft(unit=unit)
    made.span("t1", "Person", [extent], quote="ISIS")
    assert made.work(OWNER).annotations[0].fragments == ((2, 6),)


def test_offsets_in_another_unit_are_seen_and_repaired() -> None:
    with pytest.raises(MisplacedSpan, match="if the offsets count another unit"):
        draft().span("t1", "Person", [(3, 7)], quote="ISIS")
    notes: list[str] = []
    made = draft(repair=True, note=notes.append)
    made.span("t1", "Person", [(3, 7)], quote="ISIS")
    assert made.work(OWNER).annotations[0].fragments == ((2, 6),)
    assert notes == ["Moved Person ‘ISIS’ from 3–7 to 2–6."]


def test_a_folded_quote_in_another_unit_keeps_its_end() -> None:
    made = Draft(Origin("😀 White\n House."), seen(), ReadOptions(repair=True))
    made.span("t1", "Person", [(3, 15)], quote="White House")
    assert made.work(OWNER).annotations[0].fragments == ((2, 14),)


def test_offsets_inside_a_character() -> None:
    made = draft(unit="UTF-16 unit")
    with pytest.raises(InputError, match="inside a character"):
        made.span("t1", "Person", [(1, 3)])
    with pytest.raises(MisplacedSpan, match="stands at 0–1"):
        made.span("t1", "Person", [(1, 3)], quote="😀")


def test_words_nearby_are_found() -> None:
    made = draft(repair=True)
    made.span("t1", "Person", [(14, 21)], quote="Palmyra")
    assert made.work(OWNER).annotations[0].fragments == ((12, 19),)
    with pytest.raises(MisplacedSpan, match="stands at 12–19"):
        draft().span("t1", "Person", [(14, 21)], quote="Palmyra")
    with pytest.raises(InputError, match="more than once near it"):
        draft(repair=True).span("t1", "Person", [(10, 14)], quote="ISIS")
    with pytest.raises(InputError, match="is not ‘’"):
        draft(repair=True).span("t1", "Person", [(10, 14)], quote="")


def test_blanks_in_a_quote_may_be_folded() -> None:
    made = Draft(Origin("a\nb"), seen(), ReadOptions())
    made.span("t1", "Verb", [(0, 3)], quote="a b")
    made.span("t2", "Verb", [(0, 1), (2, 3)], quote="a b")  # the quote of fragments is not compared
    assert len(made.work(OWNER).annotations) == 2


@given(st.data())
def test_what_is_found_in_the_raw_text_is_found_in_the_frozen_one(data: st.DataObject) -> None:
    pieces = data.draw(
        st.lists(st.sampled_from(["a", "\r\n", "\r", "\n", "😀", "\0", "é", "\u2028"]))
    )
    raw = "\ufeff" * data.draw(st.integers(0, 2)) + "".join(pieces)
    at = data.draw(st.integers(0, len(raw)))
    for unit, offset in (
        ("code point", at),
        ("UTF-16 unit", len(raw[:at].encode("utf-16-le")) // 2),
        ("byte", len(raw[:at].encode())),
    ):
        origin = Origin(raw, unit)  # type: ignore[arg-type]
        found = origin.at(offset)
        if not (0 < at < len(raw) and raw[at - 1 : at + 1] == "\r\n"):
            before = Origin(raw[:at]).text.value
            if origin.text.value[: len(before)] == before:
                assert found == len(before)
        for wrong in (-1, len(raw.encode()) + 1):
            with pytest.raises(ValueError, match="outside"):
                origin.at(wrong)


@given(texts())
def test_a_normal_text_keeps_its_offsets(text: str) -> None:
    origin = Origin(text)
    assert origin.text.value == text
    assert [origin.at(n) for n in range(len(text) + 1)] == list(range(len(text) + 1))


def test_numbered_ids_are_the_same_twice_and_in_order() -> None:
    one, other = numbered_ids(b"x"), numbered_ids(b"x")
    first = [one() for _ in range(5)]
    assert first == [other() for _ in range(5)] == sorted(first)
    assert all(map(is_id, first)) and len(set(first)) == 5
    assert numbered_ids(b"y")() != first[0]
