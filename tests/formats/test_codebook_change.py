"""What a change of codebook takes from work: told, kept, or a reason to refuse a file."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from annotator.formats.codebook import decode, encode
from annotator.formats.codebook_change import Usage, kept, lacking, orphaned
from annotator.model.codebook import (
    BoolField,
    ChoiceField,
    Codebook,
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
    field_named,
)
from annotator.model.errors import CodebookError

AB = (Option("a"), Option("b"))
NAME = StringField(name="name", required=True)
OLD = Codebook(
    name="Old",
    common_fields=(TextField(name="note", label="Note"),),
    entity_types=(
        EntityType(name="thing", fields=(NAME, StringsField(name="aliases"))),
        EntityType(name="being", fields=(replace(NAME, visible_when={"sort": ("a",)}),
                                         StringField(name="sort"))),
    ),
    labels=(
        Label(
            name="Thing", key="t", entity_type="thing",
            fields=(
                EntityField(name="entity", required=True, remember=True),
                ChoiceField(name="use", options=AB, default="a"),
                ChoiceField(name="mode", depends_on="use", options_by={"a": AB, "b": AB[:1]}),
                IntegerField(name="size"),
            ),
        ),
        Label(
            name="Date", key="d",
            fields=(
                SpanField(name="anchor", targets=("Thing", "Date", "t0"), default="t0"),
                BoolField(name="sure", default=True, visible_when={"note": None}),
            ),
        ),
        Label(name="Other", key="h"),
    ),
    link_types=(
        LinkType(
            name="to", key="t", from_labels=("Thing",), to_labels=("Thing", "Date"),
            required=True, fields=(StringField(name="why"),),
        ),
        LinkType(name="with", key="w", from_labels=("Other",), to_labels=("Date",),
                 symmetric=True),
    ),
)  # fmt: skip
NOTHING = Usage(
    labels={}, link_types={}, entity_types={}, fields={}, link_fields={}, entity_fields={}
)
USED = Usage(
    labels={"Thing": 3, "Date": 1, "Other": 15},
    link_types={"to": 1, "with": 2},
    entity_types={"thing": 1, "being": 2},
    fields={
        ("Thing", "entity"): 2, ("Thing", "use"): 2, ("Thing", "mode"): 1, ("Thing", "size"): 1,
        ("Thing", "note"): 12, ("Date", "anchor"): 1, ("Date", "sure"): 1, ("Other", "note"): 1,
    },
    link_fields={("to", "why"): 1},
    entity_fields={
        ("thing", "name"): 1, ("thing", "aliases"): 1, ("being", "name"): 2, ("being", "sort"): 1,
    },
)  # fmt: skip


def book(new: Codebook) -> Codebook:
    """The codebook, which is one."""
    assert decode(encode(new)) == new
    return new


def label(codebook: Codebook, name: str, **facts: Any) -> Codebook:
    """The codebook with another form of one label."""
    labels = tuple(replace(k, **facts) if k.name == name else k for k in codebook.labels)
    return book(replace(codebook, labels=labels))


def field(codebook: Codebook, owner: str, name: str) -> Field:
    found = field_named(codebook.fields(owner), name)
    assert found is not None
    return found


def without(codebook: Codebook, owner: str, *names: str) -> Codebook:
    kind = codebook.label(owner)
    assert kind is not None
    return label(codebook, owner, fields=tuple(f for f in kind.fields if f.name not in names))


def given(codebook: Codebook, owner: str, changed: Field) -> Codebook:
    """The codebook with another form of one field of a label."""
    kind = codebook.label(owner)
    assert kind is not None
    fields = tuple(changed if f.name == changed.name else f for f in kind.fields)
    return label(codebook, owner, fields=fields)


def link(codebook: Codebook, name: str, **facts: Any) -> Codebook:
    kinds = tuple(replace(k, **facts) if k.name == name else k for k in codebook.link_types)
    return book(replace(codebook, link_types=kinds))


NEW = book(
    Codebook(
        name="New",
        entity_types=(EntityType(name="fresh", fields=(NAME,)),),
        labels=(Label(name="Fresh", key="t", entity_type="fresh"),),
        link_types=(LinkType(name="near", from_labels=("Fresh",), to_labels=("Fresh",)),),
    )
)
GONE = [
    "removes the label Thing, which 3 annotations use",
    "removes the label Date, which 1 annotation uses",
    "removes the label Other, which 15 annotations use",
    "removes the link type to, which 1 link uses",
    "removes the link type with, which 2 links use",
    "removes the entity type thing, which 1 entity uses",
    "removes the entity type being, which 2 entities use",
]
ONE_THING: dict[str, tuple[Codebook, list[str]]] = {
    "everything": (NEW, GONE),
    "a common field": (
        book(replace(label(OLD, "Date", fields=OLD.labels[1].fields[:1]), common_fields=())),
        [
            "removes the field note of Thing, which 12 annotations use",
            "removes the field sure of Date, which 1 annotation uses",
            "removes the field note of Other, which 1 annotation uses",
        ],
    ),
    "the kind of a common field": (
        book(replace(OLD, common_fields=(BoolField(name="note"),))),
        [
            "changes the kind of the field note of Thing, which 12 annotations use",
            "changes the kind of the field note of Other, which 1 annotation uses",
        ],
    ),
    "a common field to a label's own": (
        label(
            label(
                replace(OLD, common_fields=(), labels=OLD.labels[:1] + OLD.labels[2:],
                        link_types=()),
                "Thing", fields=(*OLD.labels[0].fields, StringField(name="note")),
            ),
            "Other", fields=(TextField(name="note"),),
        ),
        [
            "removes the label Date, which 1 annotation uses",
            "removes the link type to, which 1 link uses",
            "removes the link type with, which 2 links use",
        ],
    ),
    "fields": (
        without(OLD, "Thing", "mode", "size"),
        [
            "removes the field mode of Thing, which 1 annotation uses",
            "removes the field size of Thing, which 1 annotation uses",
        ],
    ),
    "kinds": (
        given(
            given(OLD, "Thing", StringField(name="size")),
            "Date", StringField(name="anchor"),
        ),
        ["changes the kind of the field size of Thing, which 1 annotation uses"],
    ),
    "a kind that takes more": (given(OLD, "Thing", NumberField(name="size")), []),
    "a reference where there was a text": (
        given(without(OLD, "Thing", "mode"), "Thing", SpanField(name="use", targets=("Date",))),
        [
            "changes the kind of the field use of Thing, which 2 annotations use",
            "removes the field mode of Thing, which 1 annotation uses",
        ],
    ),
    "targets": (
        given(OLD, "Date", SpanField(name="anchor", targets=("Other",))),
        [
            "removes the target Thing of the field anchor of Date, which 1 annotation uses",
            "removes the target Date of the field anchor of Date, which 1 annotation uses",
            "removes the target t0 of the field anchor of Date, which 1 annotation uses",
        ],
    ),
    "the entity type of a label": (
        label(OLD, "Thing", entity_type="being"),
        ["changes the entity type of Thing, which 2 annotations use"],
    ),
    "an entity field": (
        label(without(OLD, "Thing", "entity"), "Thing", entity_type=""),
        ["removes the field entity of Thing, which 2 annotations use"],
    ),
    "a field of an entity": (
        book(replace(OLD, entity_types=(EntityType(name="thing", fields=(NAME,)),
                                        *OLD.entity_types[1:]))),
        ["removes the field aliases of the entity type thing, which 1 entity uses"],
    ),
    "a field of a link": (
        link(OLD, "to", fields=()),
        ["removes the field why of the link type to, which 1 link uses"],
    ),
    "the ends of a link": (
        link(OLD, "to", to_labels=("Thing", "Other")),
        ["removes the link type to from Thing to Date, which 1 link uses"],
    ),
    "symmetry": (
        link(OLD, "with", symmetric=False),
        ["removes the link type with from Date to Other, which 2 links use"],
    ),
    "transitivity": (
        link(OLD, "to", transitive=True),
        ["changes the transitivity of the link type to, which 1 link uses"],
    ),
    "only additions": (
        book(replace(OLD, labels=(*OLD.labels, Label(name="Fresh")), link_types=(
            *OLD.link_types, LinkType(name="near", from_labels=("Fresh",), to_labels=("Thing",)),
        ))),
        [],
    ),
}  # fmt: skip
assert all(decode(encode(new)) == new for new, _ in ONE_THING.values())


@pytest.mark.parametrize("name", ONE_THING)
def test_what_a_change_takes_is_told_and_kept(name: str) -> None:
    new, sentences = ONE_THING[name]
    assert orphaned(new, OLD, USED) == sentences
    assert orphaned(new, OLD, NOTHING) == []
    result = book(kept(new, OLD, USED))
    assert orphaned(result, OLD, USED) == []
    if not sentences:
        assert result == new
    assert kept(new, OLD, NOTHING) == new


def test_what_is_kept_is_out_of_the_way() -> None:
    result = kept(NEW, OLD, USED)
    assert [k.name for k in result.labels] == ["Fresh", "Thing", "Date", "Other"]
    assert [k.key for k in result.labels] == ["t", "", "", ""]
    assert [(k.name, k.key, k.required) for k in result.link_types] == [
        ("near", "", False), ("to", "", False), ("with", "", False)
    ]  # fmt: skip
    assert [k.name for k in result.entity_types] == ["fresh", "thing", "being"]
    for name in ("Thing", "Date", "Other"):
        for kept_field in result.fields(name):
            assert kept_field.advanced and kept_field.readonly and not kept_field.required
            assert not kept_field.remember and not kept_field.visible_when
            assert kept_field.default in (None, False, ())
    mode = field(result, "Thing", "mode")
    assert isinstance(mode, ChoiceField) and (mode.depends_on, mode.options) == ("", AB)
    assert field_named(result.fields("Other"), "note") == replace(
        OLD.common_fields[0], advanced=True, readonly=True
    )


def test_labels_that_nothing_uses_go_and_so_do_the_ways_to_them() -> None:
    used = replace(USED, labels={"Thing": 3, "Date": 1}, link_types={"to": 1})
    result = kept(NEW, OLD, used)
    assert result.label("Other") is None and result.link_type("with") is None
    few = replace(used, labels={"Date": 1}, fields={("Date", "anchor"): 1}, link_types={})
    anchor = field(kept(NEW, OLD, few), "Date", "anchor")
    assert isinstance(anchor, SpanField) and anchor.targets == ("Date", "t0")
    assert kept(NEW, OLD, few).entity_type("thing") is not None
    bare = replace(few, labels={"Thing": 1}, fields={}, entity_types={}, entity_fields={})
    assert kept(NEW, OLD, bare).entity_type("thing") is not None, "the label names it"


def test_what_excludes_each_other() -> None:
    new = link(
        book(replace(without(OLD, "Thing", "size"), link_types=(
            LinkType(name="size", from_labels=("Thing",), to_labels=("Thing",)), *OLD.link_types
        ))),
        "to",
    )  # fmt: skip
    with pytest.raises(CodebookError, match=r"link_types\[0\]\.name: .* Choose another name\."):
        kept(new, OLD, USED)


def test_a_common_field_that_two_labels_have_had_in_two_kinds() -> None:
    old = label(
        label(book(replace(OLD, common_fields=(), labels=(
            OLD.labels[0], Label(name="Date"), OLD.labels[2]
        ))), "Date", fields=(TextField(name="note"),)),
        "Other", fields=(BoolField(name="note"),),
    )  # fmt: skip
    new = book(replace(old, common_fields=OLD.common_fields, labels=(
        old.labels[0], Label(name="Date"), Label(name="Other")
    )))  # fmt: skip
    used = replace(USED, fields={("Date", "note"): 1, ("Other", "note"): 1})
    with pytest.raises(CodebookError, match="can't be kept beside it"):
        kept(new, old, used)


def test_the_first_thing_that_a_project_lacks() -> None:
    assert lacking(OLD, OLD) == ""
    assert lacking(OLD, ONE_THING["only additions"][0]) == ""
    assert (
        lacking(OLD, NEW) == "The file's codebook has the label Thing, which the project's lacks."
    )
    for name, words in {
        "fields": "has the field mode of Thing, which the project's lacks.",
        "a field of a link": "has the field why of the link type to, which the project's lacks.",
        "a field of an entity": "has the field aliases of the entity type thing, which the ",
        "targets": "has the target Thing of the field anchor of Date, which the project's lacks.",
        "symmetry": "has the link type with from Date to Other, which the project's lacks.",
        "the entity type of a label": " and the project's differ in the entity type of Thing.",
        "the kind of a common field": " differ in the kind of the field note of Thing.",
    }.items():
        assert words in lacking(OLD, ONE_THING[name][0])
    ours = book(replace(OLD, link_types=OLD.link_types[:1]))
    assert "has the link type with, which" in lacking(OLD, ours)
    one = label(without(OLD, "Thing", "entity"), "Thing", entity_type="")
    two = book(replace(one, entity_types=OLD.entity_types[:1]))
    assert "has the entity type being, which" in lacking(one, two)
