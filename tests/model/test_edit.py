"""Edits: each can be taken back, put together, and refuses what changed in the meantime."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.model.builders import CODEBOOK, an_id, document, documents, edited, edits_of, mark

from annotator.model import edit as edits
from annotator.model.check import problems
from annotator.model.codebook import Codebook, Label, LinkType, Value
from annotator.model.document import Annotation, Document, Entity, Link
from annotator.model.edit import Change, Edit
from annotator.model.errors import EditError, StaleEdit
from annotator.model.ident import is_id

TEXT = "The army said ISIS took Palmyra in May 2015.\nISIS left it in March."


def made(d: Document, edit: Edit) -> Document:
    return edit.stamped(d).apply(d)


def linked(kind: str, start: Annotation, end: Annotation, number: int = 1) -> Link:
    return Link(id=an_id(5, number), type=kind, from_id=start.id, to_id=end.id, version=1)


# -- any edit --------------------------------------------------------------------------------


@given(documents(), st.data())
def test_an_edit_and_its_inverse_leave_the_document_as_it_was(
    first: Document, data: st.DataObject
) -> None:
    edit = data.draw(edits_of(first)).stamped(first)
    after = edit.apply(first)
    back = made(after, edit.inverse())
    assert back == first
    assert made(back, edit) == after
    assert edit.inverse().inverse() == edit


@given(documents(), st.data())
def test_each_change_counts_the_version_up_from_the_one_held(
    first: Document, data: st.DataObject
) -> None:
    edit = data.draw(edits_of(first)).stamped(first)
    for change in edit.changes:
        held = first.record(change.record)
        assert change.before is held
        if change.after is not None:
            assert change.after.version == (held.version if held else 0) + 1
    after = edit.apply(first)
    undone = edit.inverse().stamped(after)
    for change in undone.changes:
        if change.before is not None and change.after is not None:
            assert change.after.version == change.before.version + 1
        elif change.after is not None:  # back again: later than what was deleted
            gone = first.record(change.after)
            assert gone is not None
            assert change.after.version == gone.version + 1


@given(documents(), st.data())
def test_edits_put_together_do_what_they_do_one_after_the_other(
    first: Document, data: st.DataObject
) -> None:
    steps = data.draw(edited(first, most=5))
    whole = Edit(name="", changes=())
    for edit, _ in steps:
        whole = whole.then(edit)
    last = steps[-1][1] if steps else first
    assert made(first, whole) == last
    assert made(last, whole.inverse()) == first
    records = [(type(c.record), c.record.id) for c in whole.changes]
    assert len(set(records)) == len(records)
    assert all(c.before != c.after for c in whole.changes)
    if steps:
        assert (whole.name, whole.merge) == (steps[-1][0].name, steps[-1][0].merge)


@given(documents(), st.data())
def test_an_edit_of_what_was_changed_is_stale(first: Document, data: st.DataObject) -> None:
    one, two = data.draw(edits_of(first)), data.draw(edits_of(first))
    shared = {(type(c.record), c.record.id) for c in one.changes if c.before != c.after}
    after = made(first, one)
    if any((type(c.record), c.record.id) in shared for c in two.changes):
        with pytest.raises(StaleEdit, match="changed in the meantime"):
            two.stamped(after)
    else:
        two.stamped(after)


@given(documents(), st.data())
def test_no_edit_leaves_a_reference_to_nothing(first: Document, data: st.DataObject) -> None:
    for edit, now in data.draw(edited(first)):
        assert edit.name
        for link in now.links.values():
            start, end = now.annotations[link.from_id], now.annotations[link.to_id]
            kind = CODEBOOK.link_type(link.type)
            assert kind is not None
            assert edits.allowed(kind, start.label, end.label)
        told = {p.message for found in problems(now, CODEBOOK).values() for p in found}
        assert not told & {"What it points at is gone.", "The entity is gone."}
        for annotation in now.annotations.values():
            assert None not in annotation.fields.values()
            assert annotation.fragments == edits.joined(annotation.fragments)


def test_a_change_of_nothing_is_a_bug() -> None:
    with pytest.raises(AssertionError):
        _ = Change(None, None).record


def test_an_edit_that_brings_back_what_is_there_is_stale() -> None:
    d = document(TEXT)
    edit = edits.tag(d, CODEBOOK, "Actor", [(14, 18)])
    assert made(d, edit).annotations
    with pytest.raises(StaleEdit, match="Can't tag Actor ‘ISIS’"):
        edit.stamped(made(d, edit))


# -- tag, resize -----------------------------------------------------------------------------


def test_a_tag_has_the_words_in_its_name_and_the_starting_fields() -> None:
    d = document(TEXT)
    edit = edits.tag(d, CODEBOOK, "Claim", [(19, 31), (14, 18)], {("Claim", "event"): "AID"})
    assert edit.name == "tag Claim ‘ISIS … took Palmyra’"
    new = edit.changes[0].after
    assert isinstance(new, Annotation)
    assert is_id(new.id)
    assert (new.fragments, new.version) == (((14, 18), (19, 31)), 0)
    assert new.fields == {"event": "AID", "uncertain": False}  # said: no is an answer
    assert edits.starting_fields(CODEBOOK, "Place", {}) == {"use": "literal", "uncertain": False}


def test_pieces_that_overlap_or_touch_are_one() -> None:
    assert edits.joined([(5, 9), (0, 3), (3, 4), (8, 12), (6, 7)]) == ((0, 4), (5, 12))
    assert edits.joined([]) == ()


@pytest.mark.parametrize(
    ("label", "fragments", "said"),
    [
        ("Verb", [(0, 3)], "The codebook has no label Verb."),
        ("Actor", [], "Select some text first."),
        ("Actor", [(2, 2)], "Select some text first."),
        ("Actor", [(-1, 2)], "The selection ends outside the text."),
        ("Actor", [(2, 999)], "The selection ends outside the text."),
    ],
)
def test_what_can_not_be_tagged(label: str, fragments: list[tuple[int, int]], said: str) -> None:
    d = document(TEXT, mark(TEXT, "army"))
    with pytest.raises(EditError, match=said):
        edits.tag(d, CODEBOOK, label, fragments)
    if label == "Actor":
        with pytest.raises(EditError, match=said):
            edits.resize(d, mark(TEXT, "army"), fragments)


def test_a_tag_is_linked_to_the_only_entity_of_that_name() -> None:
    isis = Entity(
        id="e1", type="actor", fields={"name": "Islamic State", "aliases": ("isis", "IS")}
    )
    other = Entity(id="e2", type="place", fields={"name": "ISIS"})
    d = document(TEXT, isis, other)

    def entity(in_document: Document) -> object:
        changes = edits.tag(in_document, CODEBOOK, "Actor", [(14, 18)]).changes
        return changes[0].record.fields.get("entity")  # type: ignore[union-attr]

    assert entity(d) == "e1"
    twice = made(d, Edit(name="x", changes=(Change(None, replace(isis, id="e3")),)))
    assert entity(twice) is None
    assert edits.named_entity(d, "actor", " ") is None


def test_resize() -> None:
    actor = mark(TEXT, "army")
    edit = edits.resize(document(TEXT, actor), actor, [(0, 8)])
    assert edit.name == "resize Actor ‘The army’"
    assert edit.changes == (Change(actor, replace(actor, fragments=((0, 8),))),)


# -- retag -----------------------------------------------------------------------------------


def retagged(d: Document, annotation: Annotation, label: str) -> Annotation:
    return made(d, edits.retag(d, CODEBOOK, annotation, label)).annotations[annotation.id]


def test_retag_keeps_what_the_new_label_can_hold() -> None:
    entity = Entity(id="e1", type="actor", fields={"name": "ISIS"})
    given_fields: dict[str, Value] = {
        "entity": "e1",
        "level": "NAM",
        "note": "so",
        "uncertain": True,
        "event": "AID",
    }
    actor = mark(TEXT, "ISIS", "Actor", 0, **given_fields)
    d = document(TEXT, entity, actor)
    place = retagged(d, actor, "Place")
    # the entity is of another type, and only a claim has an event
    assert place.fields == {"use": "literal", "level": "NAM", "note": "so", "uncertain": True}
    assert (place.label, place.fragments, place.id) == ("Place", actor.fragments, actor.id)


def test_retag_to_the_same_label_keeps_all_it_knows() -> None:
    entity = Entity(id="e1", type="actor", fields={"name": "ISIS"})
    actor = mark(TEXT, "ISIS", "Actor", entity="e1", level="PRO", uncertain=False)
    assert retagged(document(TEXT, entity, actor), actor, "Actor") == actor
    assert "entity" not in retagged(document(TEXT, actor), actor, "Actor").fields


def test_retag_drops_a_value_that_is_not_an_option_of_the_new_label() -> None:
    actor = mark(TEXT, "ISIS", "Actor", level="PRO")
    assert "level" not in retagged(document(TEXT, actor), actor, "Place").fields


def test_retag_of_a_label_that_the_codebook_lost_keeps_what_fits() -> None:
    old = mark(TEXT, "May 2015", "When", type="DURATION", value="P3D", begin="t0", quant=3)
    assert retagged(document(TEXT, old), old, "Date").fields == {
        "type": "DURATION", "value": "P3D", "begin": "t0", "uncertain": False,
    }  # fmt: skip


def test_retag_keeps_a_span_that_the_new_label_may_point_at() -> None:
    claim = mark(TEXT, "ISIS took", "Claim", about="d")
    date = replace(mark(TEXT, "May 2015", "Date"), id="d")
    book = replace(
        CODEBOOK,
        labels=(*CODEBOOK.labels, replace(CODEBOOK.labels[3], name="Doubt", key="o")),
    )
    d = document(TEXT, claim, date)
    kept = made(d, edits.retag(d, book, claim, "Doubt"))
    assert kept.annotations[claim.id].fields["about"] == "d"
    alone = document(TEXT, claim)
    lost = made(alone, edits.retag(alone, book, claim, "Doubt"))
    assert "about" not in lost.annotations[claim.id].fields


def test_retag_takes_away_links_and_references_that_are_no_longer_allowed() -> None:
    claim, actor = mark(TEXT, "ISIS took Palmyra", "Claim"), mark(TEXT, "army")
    other = mark(TEXT, "ISIS left", "Claim", about=claim.id, note=claim.id)
    source, same = linked("source", claim, actor), linked("conflicts_with", other, claim, 2)
    unknown = linked("gone", actor, claim, 3)
    d = document(TEXT, claim, actor, other, source, same, unknown)
    edit = edits.retag(d, CODEBOOK, claim, "Date")
    assert edit.name == "change to Date ‘ISIS took Palmyra’"
    after = made(d, edit)
    assert not after.links
    assert after.annotations[other.id].fields == {"about": claim.id, "note": claim.id}  # a Date may
    region = made(d, edits.retag(d, CODEBOOK, claim, "Region"))
    assert region.annotations[other.id].fields == {"note": claim.id}  # a note is no reference
    kept = made(d, edits.retag(d, CODEBOOK, claim, "Claim"))
    assert set(kept.links) == {source.id, same.id}


def test_retag_goes_on_where_an_end_is_missing() -> None:
    claim, actor = mark(TEXT, "ISIS took Palmyra", "Claim"), mark(TEXT, "army")
    d = document(TEXT, claim, linked("source", claim, actor))
    assert not made(d, edits.retag(d, CODEBOOK, claim, "Actor")).links


def test_retag_to_an_unknown_label() -> None:
    actor = mark(TEXT, "army")
    with pytest.raises(EditError, match="no label Verb"):
        edits.retag(document(TEXT, actor), CODEBOOK, actor, "Verb")


# -- delete ----------------------------------------------------------------------------------


def test_delete_takes_links_and_references_along() -> None:
    claim, actor = mark(TEXT, "ISIS took Palmyra", "Claim"), mark(TEXT, "army")
    date = mark(TEXT, "May 2015", "Date", begin="t0")
    other = mark(TEXT, "ISIS left", "Claim", about=date.id, event="AID")
    third = mark(TEXT, "left it", "Claim", about=claim.id)
    fourth = mark(TEXT, "March", "Date", anchor="t0", begin=date.id)
    links = linked("source", claim, actor), linked("conflicts_with", other, claim, 2)
    d = document(TEXT, claim, actor, date, other, third, fourth, *links)
    edit = edits.delete(d, CODEBOOK, [claim, date, date])
    assert edit.name == "delete 2 annotations"
    after = made(d, edit)
    assert set(after.annotations) == {actor.id, other.id, third.id, fourth.id}
    assert after.annotations[fourth.id].fields == {"anchor": "t0"}
    assert after.annotations[other.id].fields == {"event": "AID"}
    assert after.annotations[third.id].fields == {}
    assert not after.links
    assert made(after, edit.inverse()) == d
    assert edits.delete(d, CODEBOOK, [actor]).name == "delete Actor ‘army’"
    with pytest.raises(EditError, match="no annotation here"):
        edits.delete(d, CODEBOOK, [])


# -- fields ----------------------------------------------------------------------------------


def test_fill_sets_and_empties_a_field() -> None:
    claim = mark(TEXT, "ISIS", "Claim", event="AID")
    edit = edits.fill(claim, "actor_type", "x")
    assert (edit.name, edit.merge) == ("change actor type", "")
    assert edit.changes[0].after == replace(claim, fields={"event": "AID", "actor_type": "x"})
    typing = edits.fill(claim, "event", "", typing=True)
    assert typing.merge == f"{claim.id}.event"
    assert typing.changes[0].after == replace(claim, fields={})


def test_keystrokes_that_end_where_they_began_change_nothing() -> None:
    claim = mark(TEXT, "ISIS", "Claim")
    one = edits.fill(claim, "summary", "a", typing=True)
    after = one.changes[0].after
    assert isinstance(after, Annotation)
    assert one.then(edits.fill(after, "summary", "", typing=True)).changes == ()


# -- links -----------------------------------------------------------------------------------


def test_a_new_link_starts_with_the_defaults_of_its_type() -> None:
    one, two = mark(TEXT, "ISIS took Palmyra", "Claim"), mark(TEXT, "ISIS left", "Claim")
    edit = edits.link(document(TEXT, one, two), CODEBOOK, "conflicts_with", one.id, two.id)
    new = edit.changes[0].after
    assert isinstance(new, Link)
    assert (new.from_id, new.to_id, new.fields) == (one.id, two.id, {"strength": "implied"})
    assert edit.name == "link conflicts with ‘ISIS left’"


@pytest.mark.parametrize(("kind", "kept"), [("cue", 0), ("pair", 1), ("source", 2)])
def test_a_link_takes_the_place_of_the_last_where_no_more_are_allowed(kind: str, kept: int) -> None:
    claim = mark(TEXT, "ISIS took Palmyra", "Claim")
    label = "Actor" if kind == "source" else "Cue"
    ends = [mark(TEXT, w, label) for w in ("The", "army", "said")]
    old = [linked(kind, claim, end, n) for n, end in enumerate(ends[: max(1, kept + (kept < 2))])]
    d = document(TEXT, claim, *ends, *old)
    after = made(d, edits.link(d, CODEBOOK, kind, claim.id, ends[2].id))
    assert [k in after.links for k in (link.id for link in old)] == [
        n < kept for n in range(len(old))
    ]
    assert [k.to_id for k in after.links_from(claim.id)][-1] == ends[2].id


def test_only_what_a_type_allows_is_linked() -> None:
    claim, other = mark(TEXT, "ISIS took Palmyra", "Claim"), mark(TEXT, "ISIS left", "Claim")
    actor, place = mark(TEXT, "army"), mark(TEXT, "Palmyra", "Place")
    there = linked("conflicts_with", claim, other)
    d = document(TEXT, claim, other, actor, place, there, linked("source", claim, actor, 2))
    for kind, start, end, said in (
        ("gone", claim.id, actor.id, "type or one of its ends is gone"),
        ("source", "nobody", actor.id, "type or one of its ends is gone"),
        ("source", claim.id, "nobody", "type or one of its ends is gone"),
        ("conflicts_with", claim.id, claim.id, "can't be linked to itself"),
        ("source", actor.id, claim.id, "Source can't go from Actor to Claim"),
        ("source", claim.id, actor.id, "there already"),
        ("conflicts_with", claim.id, other.id, "there already"),
        ("conflicts_with", other.id, claim.id, "there already"),
    ):
        with pytest.raises(EditError, match=said):
            edits.link(d, CODEBOOK, kind, start, end)
    assert made(d, edits.link(d, CODEBOOK, "beside", place.id, actor.id)).links  # symmetric
    assert made(d, edits.link(d, CODEBOOK, "agent", claim.id, actor.id)).links


def test_allowed() -> None:
    one = LinkType(name="x", from_labels=("A",), to_labels=("B",))
    both = replace(one, symmetric=True)
    ways = [("A", "B"), ("B", "A"), ("A", "A"), ("B", "B")]
    assert [edits.allowed(one, *way) for way in ways] == [True, False, False, False]
    assert [edits.allowed(both, *way) for way in ways] == [True, True, False, False]


def test_unlink_is_named_after_what_it_pointed_at() -> None:
    claim, actor = mark(TEXT, "ISIS took Palmyra", "Claim"), mark(TEXT, "army")
    link, lost = linked("source", claim, actor), linked("gone", claim, actor, 2)
    d = document(TEXT, claim, actor, link, lost)
    assert edits.unlink(d, CODEBOOK, link).name == "remove source ‘army’"
    assert edits.unlink(document(TEXT, claim, lost), CODEBOOK, lost).name == "remove gone"
    assert made(d, edits.unlink(d, CODEBOOK, link)).links == {lost.id: lost}


# -- entities, status, facts -----------------------------------------------------------------


def test_a_new_entity_is_linked_at_once() -> None:
    actor = mark(TEXT, "ISIS")
    d = document(TEXT, actor)
    edit = edits.new_entity(CODEBOOK, actor, "entity", "  Islamic State ")
    assert edit.name == "add actor ‘Islamic State’"
    after = made(d, edit)
    (entity,) = after.entities.values()
    assert entity.fields == {"name": "Islamic State", "sector": "GOV"}
    assert after.annotations[actor.id].fields["entity"] == entity.id
    assert made(after, edit.inverse()) == d


@pytest.mark.parametrize(
    ("label", "name", "said"),
    [
        ("Actor", " ", "needs a name"),
        ("Claim", "x", "Claim has no entities"),
        ("Verb", "x", "Verb has no entities"),
    ],
)
def test_an_entity_that_can_not_be(label: str, name: str, said: str) -> None:
    with pytest.raises(EditError, match=said):
        edits.new_entity(CODEBOOK, mark(TEXT, "ISIS", label), "entity", name)


def test_state_and_facts() -> None:
    d = document(TEXT)
    state = edits.set_state(d, "in_progress")
    assert state.name == "mark as in progress"
    assert made(d, state).status.state == "in_progress"
    facts = edits.set_facts(d, replace(d.article, title="Other"))
    assert made(d, facts).article.title == "Other"
    typed = edits.set_facts(d, replace(d.article, title="Ot"), typing="title")
    assert (facts.merge, typed.merge) == ("", f"{d.article.id}.title"), "each fact is its own step"
    for other in (replace(d.article, id="x"), replace(d.article, text_sha256="x")):
        with pytest.raises(EditError, match="text of an article"):
            edits.set_facts(d, other)


def test_shorten() -> None:
    assert edits.shorten("a \n b") == "a b"
    assert edits.shorten("x" * 32) == "x" * 32
    assert edits.shorten("x" * 33) == "x" * 31 + "…"
    assert edits.shorten("one two", 5) == "one…"


def test_labels_that_share_no_entity_type() -> None:
    book = Codebook(name="x", labels=(Label(name="Actor", entity_type="gone"),))
    with pytest.raises(EditError, match="no entities"):
        edits.new_entity(book, mark(TEXT, "ISIS"), "entity", "x")
