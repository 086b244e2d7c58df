"""A document's lookups, and that an edit carries them over right."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.model.builders import CODEBOOK, an_id, document, documents, edited, edits_of, mark

from annotator.model.document import (
    Annotation,
    Article,
    Document,
    Entity,
    Link,
    Record,
    Status,
    said,
)
from annotator.model.text import Text

TEXT = "ISIS took Palmyra. ISIS left."


def fresh(d: Document) -> Document:
    """The same document with nothing carried over."""
    return Document(
        article=d.article, text=d.text, status=d.status,
        annotations=d.annotations, links=d.links, entities=d.entities,
    )  # fmt: skip


def caches(d: Document) -> tuple[object, ...]:
    return d._order, d._links_by_end, d._entities_by_name


@given(documents(), st.data())
def test_lookups_carried_through_edits_are_those_computed_anew(
    first: Document, data: st.DataObject
) -> None:
    caches(first)
    for edit, now in data.draw(edited(first)):
        assert caches(now) == caches(fresh(now))
        back = edit.inverse().apply(now)
        assert caches(back) == caches(fresh(back))


@given(documents(), st.data())
def test_what_was_never_looked_up_is_not_carried(first: Document, data: st.DataObject) -> None:
    edit = data.draw(edits_of(first))
    now = edit.stamped(first).apply(fresh(first))
    assert not {"_order", "_links_by_end", "_entities_by_name"} & set(vars(now))
    assert caches(now) == caches(fresh(now))


@given(documents(), st.integers(0, 60), st.integers(0, 60))
def test_lookups_by_place_are_those_of_a_search_through_all(
    d: Document, start: int, length: int
) -> None:
    by_place = sorted(d.annotations.values(), key=lambda a: (a.start, -a.end, a.id))
    assert d.in_order() == by_place
    assert [d.position(a) for a in by_place] == list(range(len(by_place)))
    inside = [a for a in by_place if start <= a.start <= start + length]
    assert d.starting_in(start, start + length) == inside


@given(documents())
def test_lookups_by_end_are_those_of_a_search_through_all(d: Document) -> None:
    links = sorted(d.links.values(), key=lambda k: k.id)
    for i in (*d.annotations, "nobody"):
        assert list(d.links_of(i)) == [k for k in links if i in (k.from_id, k.to_id)]
        assert list(d.links_from(i)) == [k for k in links if i == k.from_id]


@given(documents())
def test_lookups_by_name_are_those_of_a_search_through_all(d: Document) -> None:
    for kind in ("actor", "place"):
        for name in ("ISIS", "isis", " the  Army", "б", "nobody"):
            wanted = " ".join(name.split()).casefold()
            found = [
                e
                for _, e in sorted(d.entities.items())
                if e.type == kind and wanted in [n.casefold() for n in e.names]
            ]
            assert d.entities_named(kind, name) == found


def test_an_annotation_knows_its_place_and_words() -> None:
    annotation = Annotation(id="a", label="Claim", fragments=((0, 4), (10, 17)))
    assert (annotation.start, annotation.end) == (0, 17)
    assert annotation.quote(Text(TEXT)) == "ISIS … Palmyra"
    assert [at for at in range(20) if annotation.covers(at)] == [*range(5), *range(10, 18)]


def test_a_record_is_found_by_its_type_and_id() -> None:
    claim, actor = mark(TEXT, "ISIS took", "Claim"), mark(TEXT, "ISIS")
    link = Link(id=an_id(5, 1), type="source", from_id=claim.id, to_id=actor.id)
    d = document(TEXT, claim, actor, link)
    records: list[Record] = [claim, actor, link, d.article, d.status]
    for record in records:
        assert d.record(record) is record
        assert d.record(replace(record, id="other")) is None
    assert d.id == d.status.id
    assert d.record(Link(id=claim.id, type="x", from_id="", to_id="")) is None


def test_versions_do_not_count_as_a_difference() -> None:
    annotation = mark(TEXT, "ISIS")
    assert replace(annotation, version=7) == annotation


def test_an_article_or_a_status_stays() -> None:
    d = document(TEXT)
    other = replace(d.article, title="Other"), replace(d.status, state="submitted")
    changed = d.changed([(d.article, other[0]), (d.status, other[1])])
    assert (changed.article, changed.status) == other
    odd: list[tuple[Record | None, Record | None]] = [
        (None, Article(id="x")), (Status(id="x", owner_id=""), None), (d.article, d.status),
    ]  # fmt: skip
    for pair in odd:
        with pytest.raises(ValueError, match="can't come or go"):
            d.changed([pair])


def test_an_edit_of_nothing_keeps_the_maps() -> None:
    d = document(TEXT, mark(TEXT, "ISIS"))
    caches(d)
    same = d.changed([])
    assert same == d
    assert same.annotations is d.annotations
    assert same._order is d._order
    assert d.changed([(None, None)]) == d


def test_what_is_not_said_is_dropped() -> None:
    said_fields = said({"a": None, "b": "", "c": (), "d": 0, "e": False, "f": ("",)})
    assert said_fields == {"d": 0, "e": False, "f": ("",)}


def test_the_names_of_an_entity() -> None:
    kind = CODEBOOK.entity_types[0].name
    assert Entity(id="e", type=kind).names == ("",)
    entity = Entity(id="e", type=kind, fields={"name": "ISIS", "aliases": ("IS", "Daesh")})
    assert (entity.name, entity.names) == ("ISIS", ("ISIS", "IS", "Daesh"))


def test_an_entity_that_comes_and_goes_is_found_while_it_is_there() -> None:
    one = Entity(id="e", type="actor", fields={"name": "ISIS", "aliases": ("isis", "IS")})
    two = Entity(id="f", type="actor", fields={"name": "IS"})
    d = document(TEXT, one)
    assert d.entities_named("actor", "is") == [one]
    both = d.changed([(None, two)])
    assert both.entities_named("actor", "is") == [one, two]
    alone = both.changed([(one, None)])
    assert alone.entities_named("actor", "is") == [two]
    assert alone.entities_named("actor", "isis") == []
    assert caches(alone) == caches(fresh(alone))
    assert both.changed([(one, None), (two, None)])._entities_by_name == {}
