from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotator.formats.codebook import codelist, decode, encode
from annotator.model.codebook import (
    BoolField,
    ChoiceField,
    ChoicesField,
    Codebook,
    CodeField,
    DateField,
    EntityField,
    EntityType,
    Field,
    IntegerField,
    Label,
    LinkType,
    NumberField,
    Option,
    SpanField,
    StringField,
    StringsField,
    TextField,
    TimexField,
)
from annotator.model.errors import CodebookError, NotFound

AB = (Option("a", "A"), Option("b", guideline="the other"))
FIELDS: tuple[Field, ...] = (
    BoolField(name="bool", default=True),
    TextField(name="text", default="x", role="supervisor"),
    StringField(name="string", pattern="[a-z]+", max_length=3, default="abc"),
    NumberField(name="number", min=-1, max=2.5, default=0.5),
    IntegerField(name="integer", min=1, max=3, default=2),
    ChoiceField(name="choice", options=AB, default="b", remember=True),
    ChoiceField(name="mode", depends_on="choice", options_by={"b": AB, "a": AB[:1]}, default="a"),
    ChoicesField(name="choices", options=AB, default=("a",)),
    CodeField(
        name="code",
        codelist="iso3166-1-alpha3",
        extra=(Option("EUR"),),
        options=codelist("iso3166-1-alpha3"),
        default="SYR",
    ),
    StringsField(name="strings", pattern="x+", default=("x",)),
    EntityField(name="entity", required=True),
    SpanField(name="span", targets=("Thing", "t0"), default="t0"),
    TimexField(name="timex", default="2016-12"),
    DateField(name="date", default="2016-12-15", readonly=True),
    StringField(name="seen", visible_when={"choice": ("a",), "string": None, "bool": ("x",)}),
    ChoiceField(name="level", computed="level", options=AB, visible_when={"choices": ("a",)}),
)
BOOK = Codebook(
    name="Test",
    version="2.0.0",
    language="de",
    common_fields=(TextField(name="note", advanced=True, label="Note", guideline="Why."),),
    entity_types=(EntityType(name="thing", fields=(StringField(name="name", required=True),)),),
    labels=(
        Label(name="Thing", key="t", color="#AABBCC", entity_type="thing", fields=FIELDS),
        Label(name="Other", mark="line", line="wave", fragments=False),
    ),
    link_types=(
        LinkType(
            name="to",
            key="t",
            from_labels=("Thing",),
            to_labels=("Thing", "Other"),
            max=1,
            transitive=True,
            fields=(TextField(name="note"),),
        ),
        LinkType(
            name="with", key="w", from_labels=("Other",), to_labels=("Thing",), symmetric=True
        ),
    ),
)


def test_round_trip_of_every_kind() -> None:
    body = encode(BOOK)
    assert decode(body) == BOOK
    assert encode(decode(body)) == body
    assert decode(body.encode()) == decode(b"\xef\xbb\xbf" + body.encode()) == BOOK


def test_defaults_are_left_out_and_order_is_stable() -> None:
    data = json.loads(encode(BOOK))
    assert list(data) == [
        "codebook", "name", "version", "language", "common_fields", "entity_types", "labels",
        "link_types",
    ]  # fmt: skip
    assert data["labels"][1] == {
        "name": "Other", "mark": "line", "line": "wave", "fragments": False,
    }  # fmt: skip
    fields = {field["name"]: field for field in data["labels"][0]["fields"]}
    assert "options" not in fields["code"]
    assert fields["number"]["min"] == -1
    assert list(fields["mode"]["options_by"]) == ["a", "b"]
    assert encode(BOOK).endswith("}\n")


def test_equal_codebooks_give_equal_text() -> None:
    mode = ChoiceField(
        name="mode", depends_on="choice", options_by={"a": AB[:1], "b": AB}, default="a"
    )
    fields = tuple(mode if f.name == "mode" else f for f in FIELDS)
    other = replace(BOOK, labels=(replace(BOOK.labels[0], fields=fields), BOOK.labels[1]))
    assert other == BOOK
    assert encode(other) == encode(BOOK)


def test_letters_stay_letters() -> None:
    assert "Größe 城" in encode(Codebook(name="Größe 城"))


def _fault(change: Callable[[dict[str, Any]], object]) -> CodebookError:
    data = json.loads(encode(BOOK))
    change(data)
    with pytest.raises(CodebookError) as caught:
        decode(json.dumps(data), "book.json")
    assert caught.value.source == "book.json"
    return caught.value


def _field(name: str, /, **values: Any) -> Callable[[dict[str, Any]], object]:
    def change(data: dict[str, Any]) -> None:
        field = next(f for f in data["labels"][0]["fields"] if f["name"] == name)
        for key, value in values.items():
            if value is None:
                field.pop(key)
            else:
                field[key] = value

    return change


def _at(*path: Any, **values: Any) -> Callable[[dict[str, Any]], object]:
    def change(data: dict[str, Any]) -> None:
        here: Any = data
        for step in path:
            here = here[step]
        here.update(values)

    return change


F = "labels[0].fields"
PLACES = [
    (_at(name=" "), "name", "needs a name"),
    (_at(codebook=2, new=1), "codebook", "newer program"),
    (_at(codebook="1"), "codebook", "Expected a whole number, got a text"),
    (_at(extra=1), "", "no key extra"),
    (_at("labels", 0, colour="red"), "labels[0]", "no key colour"),
    (_at("labels", 0, color="red"), "labels[0].color", "#rrggbb"),
    (_at("labels", 0, line="thick"), "labels[0].line", "not allowed here: 'thick'"),
    (_at("labels", 0, fragments="yes"), "labels[0].fragments", "Expected true or false"),
    (_at("labels", 0, key="tt"), "labels[0].key", "one character"),
    (_at("labels", 0, key="T"), "labels[0].key", "no capital"),
    (_at("labels", 0, key=" "), "labels[0].key", "one character"),
    (_at("labels", 0, key="o"), "labels[0].key", "the program's own"),
    (_at("labels", 1, key="t"), "labels[1].key", "is that of Thing"),
    (_at("labels", 1, name="Thing"), "labels[1].name", "there already"),
    (_at("labels", 1, name=""), "labels[1].name", "printable"),
    (_at("labels", 1, name="Oth\ner"), "labels[1].name", "printable"),
    (_at("labels", 1, name=" Other"), "labels[1].name", "no blanks"),
    (_at("labels", 0, entity_type="ship"), "labels[0].entity_type", "no entity type ship"),
    (_at("labels", 0, entity_type=""), F + "[10]", "entity_type"),
    (
        _at("labels", 1, fields=[{"kind": "text", "name": "note"}]),
        "labels[1].fields[0].name",
        "common field",
    ),
    (_at("common_fields", 0, kind="entity"), "common_fields[0]", "entity_type"),
    (_at("common_fields", 0, kind="color"), "common_fields[0].kind", "not allowed here: 'color'"),
    (
        _at("common_fields", 0, computed="x"),
        "common_fields[0].computed",
        "no rule x; the rules are",
    ),
    (_at("entity_types", 0, fields=[]), "entity_types[0].fields", "called name"),
    (_at("entity_types", 0, "fields", 0, kind="text"), "entity_types[0].fields", "called name"),
    (
        _at("entity_types", 0, fields=[{"kind": "span", "name": "s", "targets": ["Thing"]}]),
        "entity_types[0].fields[0]",
        "Only a label",
    ),
    (
        _at("entity_types", 0, "fields", 0, computed="level"),
        "entity_types[0].fields[0].computed",
        "place_precision",
    ),
    (_at("link_types", 0, from_labels=["Gone"]), "link_types[0].from_labels[0]", "no label Gone"),
    (_at("link_types", 0, to_labels=[]), "link_types[0].to_labels", "at least one label"),
    (_at("link_types", 0, max=0), "link_types[0].max", "at least 1"),
    (_at("link_types", 0, key="tt"), "link_types[0].key", "one character"),
    (_at("link_types", 1, key="t"), "link_types[1].key", "On Thing, the key t is that of to"),
    (_at("link_types", 0, name="choice"), "link_types[0].name", "has a field of that name"),
    (
        _at("link_types", 0, fields=[{"kind": "entity", "name": "e"}]),
        "link_types[0].fields[0]",
        "Only a label",
    ),
    (
        _at("link_types", 0, "fields", 0, computed="level"),
        "link_types[0].fields[0].computed",
        "none here",
    ),
    (_field("bool", default="no"), F + "[0].default", "Expected true or false"),
    (_field("string", default="ABC"), F + "[2].default", "not of the form"),
    (_field("string", pattern="["), F + "[2].pattern", "regular expression"),
    (_field("string", max_length=0), F + "[2].max_length", "at least 1"),
    (_field("number", min=3), F + "[3].min", "more than the most"),
    (_field("number", default=9), F + "[3].default", "at most 2.5"),
    (_field("integer", min=9), F + "[4].min", "more than the most"),
    (_field("integer", default=1.5), F + "[4].default", "Expected a whole number"),
    (_field("choice", default="c"), F + "[5].default", "not one of the choices"),
    (_field("choice", options=[]), F + "[5].options", "needs options"),
    (_field("choice", options=[{"value": " "}]), F + "[5].options[0].value", "needs a value"),
    (
        _field("choice", options=[{"value": "a"}, {"value": "a"}]),
        F + "[5].options[1].value",
        "there already",
    ),
    (_field("mode", depends_on=None), F + "[6].depends_on", "needs depends_on"),
    (_field("mode", depends_on="choices"), F + "[6].depends_on", "no other choice"),
    (_field("mode", depends_on="mode"), F + "[6].depends_on", "no other choice"),
    (_field("mode", options=[{"value": "a"}]), F + "[6].options", "exclude"),
    (_field("mode", options_by={"z": [{"value": "a"}]}), F + "[6].options_by.z", "z is not one"),
    (_field("mode", options_by={"a": []}), F + "[6].options_by.a", "needs options"),
    (_field("mode", options_by={"a": 1}), F + "[6].options_by[...]", "Expected a list"),
    (_field("mode", default="z"), F + "[6].default", "not one of the choices"),
    (_field("choices", default=["z"]), F + "[7].default", "not one of the choices"),
    (_field("choices", options=[]), F + "[7].options", "needs options"),
    (_field("code", codelist="moons"), F + "[8].codelist", "no code list moons"),
    (_field("code", codelist="../codebooks/news"), F + "[8].codelist", "no code list"),
    (_field("code", default="XXX"), F + "[8].default", "not a code"),
    (_field("code", options=[]), F + "[8]", "no key options"),
    (_field("strings", default=["y"]), F + "[9].default", "not of the form"),
    (_field("strings", pattern="(?P<"), F + "[9].pattern", "regular expression"),
    (_field("entity", default="x"), F + "[10].default", "Expected null"),
    (_field("span", targets=[]), F + "[11].targets", "at least one label"),
    (_field("span", targets=["Gone"]), F + "[11].targets[0]", "no label Gone"),
    (_field("span", targets=["Thing"]), F + "[11].default", "only start as t0"),
    (_field("span", default="Thing"), F + "[11].default", "only start as t0"),
    (_field("span", targets=None), F + "[11]", "missing: targets"),
    (_field("timex", default="May"), F + "[12].default", "not a TIMEX3 value"),
    (_field("date", default="15.12.2016"), F + "[13].default", "YYYY-MM-DD"),
    (_field("seen", visible_when={"gone": None}), F + "[14].visible_when.gone", "no other field"),
    (_field("seen", visible_when={"seen": None}), F + "[14].visible_when.seen", "no other"),
    (_field("seen", visible_when={"choice": ["z"]}), F + "[14].visible_when.choice", "z is not"),
    (_field("seen", visible_when={"choices": ["z"]}), F + "[14].visible_when.choices", "z is not"),
    (_field("seen", visible_when={"code": ["ZZZ"]}), F + "[14].visible_when.code", "ZZZ is not"),
    (_field("seen", name="bool"), F + "[14].name", "there already"),
    (_field("level", computed="guess"), F + "[15].computed", "no rule guess"),
]


@pytest.mark.parametrize(("change", "place", "message"), PLACES)
def test_every_fault_names_its_place(
    change: Callable[[dict[str, Any]], object], place: str, message: str
) -> None:
    fault = _fault(change)
    assert fault.place == place
    assert message in fault.message
    assert str(fault).startswith(f"book.json, at {place}: " if place else "book.json: ")


@pytest.mark.parametrize(
    ("body", "line", "message"),
    [
        ("", 1, "This is not JSON: Expecting value in column 1."),
        ('{"codebook": 1,\n "name": "x",}', 2, "This is not JSON"),
        ('{"codebook": 1, "name": "x"', 1, "This is not JSON"),
        ('{"codebook": 1, "name": NaN}', None, "This is not JSON"),
        ('{"codebook": 1, "name": "\ud800"}', None, "This is not JSON"),
        (b'{"codebook": 1, "name": "\xff"}', None, "This is not JSON"),
        ('{"x": ' + "[" * 100_000, None, "This is not JSON"),
        ("[]", None, "Expected an object, got a list."),
        ("{}", None, "The key is missing: codebook."),
    ],
)
def test_what_is_no_codebook_at_all(body: str | bytes, line: int | None, message: str) -> None:
    with pytest.raises(CodebookError) as caught:
        decode(body)
    assert caught.value.line == line
    assert message in str(caught.value)


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_a_broken_codebook_is_a_codebook_error(data: st.DataObject) -> None:
    body = bytearray(encode(BOOK).encode())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(body) - 1))
        length = data.draw(st.integers(0, 20))
        body[at : at + length] = data.draw(st.binary(max_size=4))
    try:
        found = decode(bytes(body))
    except CodebookError:
        return
    assert decode(encode(found)) == found


def test_a_code_list() -> None:
    countries = codelist("iso3166-1-alpha3")
    assert len(countries) == 249
    assert Option("SYR", "Syria") in countries or Option("SYR", "Syrian Arab Republic") in countries
    assert [c.value for c in countries] == sorted(c.value for c in countries)
    with pytest.raises(NotFound):
        codelist("moons")


@pytest.mark.parametrize("pattern", ["(" * 5000 + ")" * 5000, "a{" + "9" * 5000 + "}", "[[a]"])
def test_a_pattern_that_python_cannot_take(pattern: str) -> None:
    field = {"kind": "string", "name": "s", "pattern": pattern}
    body = {"codebook": 1, "name": "x", "common_fields": [field]}
    with pytest.raises(CodebookError, match="regular expression"):
        decode(json.dumps(body))
