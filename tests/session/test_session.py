"""Undo, its names and its merging; and that the log gives the same stack again."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from tests.model.builders import CODEBOOK, documents, edits_of, mark
from tests.session.desks import TEXT, Seat, steps

from annotator.model import edit as edits
from annotator.model.document import Document, Entity
from annotator.model.edit import Change, Edit
from annotator.model.index import SpanIndex
from annotator.session.saver import Unsaved
from annotator.session.session import Session

ISIS = Entity(id="isis", type="actor", fields={"name": "ISIS"}, version=1)


# -- undo ------------------------------------------------------------------------------------


def test_steps_are_named_after_what_they_did() -> None:
    seat = Seat(ISIS)
    actor = seat.tag("Actor", "ISIS")
    claim = seat.tag("Claim", "ISIS took Palmyra")
    session = seat.session
    session.make(lambda d: edits.link(d, CODEBOOK, "source", claim.id, actor.id))
    session.make(lambda d: edits.delete(d, CODEBOOK, [actor, claim]))
    assert steps(session) == (
        ["tag Actor ‘ISIS’", "tag Claim ‘ISIS took Palmyra’", "link source ‘ISIS’",
         "delete 2 annotations"], 4,
    )  # fmt: skip
    assert session.undo_stack.undoText() == "delete 2 annotations"
    assert not seat.document.annotations
    session.undo()
    assert set(seat.document.annotations) == {actor.id, claim.id}
    assert len(seat.document.links) == 1
    assert session.undo_stack.redoText() == "delete 2 annotations"
    session.redo()
    assert not seat.document.annotations
    assert [kind for kind, _ in seat.log] == ["do", "do", "do", "do", "undo", "redo"]
    assert actor.fields["entity"] == "isis"


def test_a_step_that_changed_only_a_record_is_shown_at_a_mention() -> None:
    seat = Seat(ISIS)
    session = seat.session
    later, first = seat.tag("Actor", "Palmyra"), seat.tag("Actor", "ISIS")
    for mention in (later, first):
        session.edit(edits.fill(seat.document.annotations[mention.id], "entity", "isis"))
    session.edit(edits.fill(seat.document.entities["isis"], "name", "Daesh"))
    session.select(None)
    session.undo()
    assert session.current is not None and session.current.id == first.id
    assert seat.told == ["Undone: change name of ‘ISIS’."]
    session.select(later.id)
    session.redo()
    assert session.current.id == later.id, "a mention is current already"
    assert seat.told[-1] == "Done again: change name of ‘Daesh’."


def test_a_step_that_changed_a_record_not_mentioned_here_is_told() -> None:
    seat = Seat(ISIS)
    seat.session.edit(edits.fill(seat.document.entities["isis"], "name", "Daesh"))
    seat.session.undo()
    assert seat.session.current is None and seat.told == ["Undone: change name of ‘ISIS’."]


def test_typing_in_a_field_is_one_step() -> None:
    seat = Seat()
    claim = seat.tag("Claim", "ISIS took Palmyra")
    for text in ("I", "IS", "ISI"):
        seat.session.edit(edits.fill(seat.current(), "summary", text, typing=True))
    assert steps(seat.session) == (["tag Claim ‘ISIS took Palmyra’", "change summary"], 2)
    assert seat.current().fields["summary"] == "ISI"
    assert seat.document.annotations[claim.id].version == 4
    assert len(seat.saved) == 4  # each keystroke is on its way to the disk
    seat.session.undo()
    assert "summary" not in seat.current().fields
    seat.session.redo()
    assert seat.current().fields["summary"] == "ISI"


def test_other_steps_are_never_merged() -> None:
    seat = Seat()
    seat.tag("Claim", "ISIS took Palmyra")
    for name, value, typing in (
        ("summary", "a", True), ("note", "b", True), ("note", "c", False), ("note", "d", False),
        ("summary", "e", True),
    ):  # fmt: skip
        seat.session.edit(edits.fill(seat.current(), name, value, typing=typing))
    assert seat.session.undo_stack.count() == 6


def test_typing_that_ends_where_it_began_is_no_step() -> None:
    seat = Seat()
    seat.tag("Claim", "ISIS took Palmyra")
    for text in ("I", "IS", "I", ""):
        seat.session.edit(edits.fill(seat.current(), "summary", text, typing=True))
    assert steps(seat.session) == (["tag Claim ‘ISIS took Palmyra’"], 1)
    seat.session.edit(edits.fill(seat.current(), "summary", "x", typing=True))
    assert seat.session.undo_stack.count() == 2
    again = Session(CODEBOOK, seat.saved.append)
    again.open(seat.document, seat.log)
    assert steps(again) == steps(seat.session)


def test_a_new_step_forgets_what_was_undone() -> None:
    seat = Seat()
    seat.tag("Claim", "ISIS took Palmyra")
    seat.tag("Actor", "ISIS")
    seat.session.undo()
    seat.tag("Place", "Palmyra")
    assert steps(seat.session)[0] == ["tag Claim ‘ISIS took Palmyra’", "tag Place ‘Palmyra’"]
    seat.session.redo()
    assert seat.session.undo_stack.index() == 2


def test_nothing_to_undo_is_no_fault() -> None:
    seat = Seat()
    seat.session.undo()
    seat.session.redo()
    empty = Session(CODEBOOK, seat.saved.append)
    empty.undo()
    empty.select("x")
    assert empty.current is None
    assert not empty.tag("Actor", [(0, 4)])
    assert not empty.edit(Edit(name="x", changes=()))
    assert not empty.pick("source")
    empty.add_entities({"isis": ISIS})
    empty.open(None)
    assert empty.document is None
    assert (seat.saved, seat.told) == ([], [])


def test_a_step_that_was_overtaken_is_told_and_stepped_over() -> None:
    seat = Seat()
    claim = seat.tag("Claim", "ISIS took Palmyra")
    seat.tag("Actor", "ISIS")
    actor = seat.current()
    session = seat.session
    elsewhere = Edit(name="x", changes=(Change(actor, None),))
    session.document = elsewhere.apply(seat.document)
    session.undo()
    assert seat.told == ["Can't undo “tag Actor ‘ISIS’”: it was changed elsewhere since."]
    assert set(seat.document.annotations) == {claim.id}
    assert (seat.log[-1][0], seat.log[-1][1].changes) == ("undo", ())
    assert session.undo_stack.index() == 1  # the step before can be undone
    again = Session(CODEBOOK, seat.saved.append)
    again.open(seat.document, seat.log)
    assert steps(again) == steps(session)
    session.document = Edit(name="x", changes=(Change(None, actor),)).apply(seat.document)
    session.redo()
    assert seat.told[1].startswith("Can't redo")
    session.undo()
    session.undo()
    assert not seat.document.annotations


def test_undo_shows_what_came_back() -> None:
    seat = Seat()
    actor = seat.tag("Actor", "ISIS")
    seat.session.select(None)
    seat.session.make(lambda d: edits.resize(d, actor, [(0, 4)]))
    seat.session.undo()
    assert seat.current() == actor
    seat.session.undo()
    assert seat.session.current is None


# -- what can't be done ----------------------------------------------------------------------


def test_a_fault_is_told_and_nothing_changes() -> None:
    seat = Seat()
    assert not seat.session.tag("Verb", [(0, 4)])
    assert not seat.session.tag("Actor", [(4, 4)])
    stale = edits.fill(mark(TEXT, "ISIS"), "note", "x")
    assert not seat.session.edit(stale)
    assert seat.told == [
        "The codebook has no label Verb.", "Select some text first.",
        "Can't change note: it was changed in the meantime.",
    ]  # fmt: skip
    assert seat.document == seat.first
    assert seat.saved == []


# -- what follows an edit --------------------------------------------------------------------


def test_the_value_last_given_is_remembered() -> None:
    seat = Seat()
    seat.tag("Claim", "ISIS took Palmyra")
    seat.session.edit(edits.fill(seat.current(), "event", "AID"))
    assert seat.tag("Claim", "The army left").fields["event"] == "AID"
    seat.session.edit(edits.fill(seat.current(), "event", None))
    assert "event" not in seat.tag("Claim", "Homs fell").fields


def test_select_and_current() -> None:
    seat = Seat()
    one, two = seat.tag("Actor", "ISIS"), seat.tag("Place", "Palmyra")
    heard: list[object] = []
    seat.session.current_changed.connect(lambda: heard.append(seat.session.current))
    seat.session.select(one.id)
    seat.session.select(one.id)
    seat.session.select("nobody")
    assert heard == [one, None]
    resized = edits.resize(seat.document, two, [(0, 4)])
    seat.session.edit(resized, select=two.id)
    assert seat.current().fragments == ((0, 4),)
    seat.session.make(lambda d: edits.delete(d, CODEBOOK, [seat.current()]))
    assert seat.session.current is None


def test_entities_that_are_newer_here_stay() -> None:
    seat = Seat(ISIS)
    seat.session.edit(edits.fill(ISIS, "name", "Daesh"))
    other = Entity(id="other", type="actor", fields={"name": "The army"}, version=3)
    seat.session.add_entities({"isis": ISIS, "other": other})
    assert {e.name for e in seat.document.entities.values()} == {"Daesh", "The army"}
    seat.session.open(replace(seat.first, entities={}))
    assert seat.document.entities["isis"].name == "Daesh"
    later = replace(ISIS, fields={"name": "IS"}, version=9)
    seat.session.add_entities({"isis": later})
    assert seat.document.entities["isis"] == later


# -- any sequence ----------------------------------------------------------------------------


def _play(session: Session, data: st.DataObject, most: int = 14) -> list[Document]:
    seen = []
    for _ in range(data.draw(st.integers(0, most))):
        now = session.document
        assert now is not None
        match data.draw(st.sampled_from(["edit", "edit", "type", "undo", "redo"])):
            case "edit":
                session.edit(data.draw(edits_of(now)))
            case "type" if now.annotations:
                annotation = data.draw(st.sampled_from(list(now.annotations.values())))
                text = data.draw(st.sampled_from(["", "a", "ab"]))
                session.edit(edits.fill(annotation, "note", text, typing=True))
            case "redo":
                session.redo()
            case _:
                session.undo()
        seen.append(now)
    return seen


@given(documents(most=4), st.data())
def test_the_log_gives_the_same_stack_and_all_can_be_undone(
    first: Document, data: st.DataObject
) -> None:
    saved: list[Unsaved] = []
    session = Session(CODEBOOK, saved.append)
    session.add_entities(first.entities)
    session.open(first)
    _play(session, data)
    last = session.document
    assert last is not None
    again = Session(CODEBOOK, saved.append)
    again.add_entities(last.entities)
    again.open(last, [(u.kind, u.edit) for u in saved])
    assert steps(again) == steps(session)
    assert again.document == last
    for each in (session, again):
        index = each.undo_stack.index()
        while each.undo_stack.canUndo():
            each.undo()
        assert each.document == first
        while each.undo_stack.index() < index:
            each.redo()
        assert each.document == last


@given(documents(most=4), st.data())
def test_what_is_saved_leads_from_the_first_document_to_the_last(
    first: Document, data: st.DataObject
) -> None:
    saved: list[Unsaved] = []
    session = Session(CODEBOOK, saved.append)
    session.add_entities(first.entities)
    session.open(first)
    _play(session, data)
    now = first
    for unsaved in saved:
        assert unsaved.edit == unsaved.edit.stamped(now)
        for change in unsaved.edit.changes:
            held = now.record(change.record)
            assert (held and held.version) == (change.before and change.before.version)
        now = unsaved.edit.apply(now)
        assert (now.article, now.status) == (unsaved.document.article, unsaved.document.status)
    assert now == session.document


@given(documents(most=4), st.data())
def test_the_index_follows(first: Document, data: st.DataObject) -> None:
    session = Session(CODEBOOK, lambda _: None)
    session.add_entities(first.entities)
    session.open(first)
    _play(session, data)
    assert session.document is not None
    fresh = SpanIndex(session.document.annotations.values())
    end = len(first.text)
    assert session.index.touching(0, end) == fresh.touching(0, end)


# -- work that was handed in, and steps that others overtook ------------------------------------


def test_what_was_submitted_is_taken_back_before_it_is_changed() -> None:
    seat = Seat()
    actor = seat.tag("Actor", "Aziz")
    seat.session.make(lambda d: edits.set_state(d, "submitted"))
    assert not seat.session.tag("Place", [(20, 27)])
    assert not seat.session.edit(edits.fill(actor, "note", "x"))
    assert "take it back first" in seat.told[-1]
    seat.session.make(lambda d: edits.set_state(d, "in_progress"))
    assert seat.session.tag("Place", [(20, 27)])


def test_a_step_that_another_article_overtook_is_stepped_over() -> None:
    seat = Seat(ISIS)
    actor = seat.tag("Actor", "Aziz")
    seat.session.make(lambda d: edits.fill(d.entities["isis"], "name", "Islamic State"))
    newer = replace(seat.document.entities["isis"], fields={"name": "Daesh"}, version=9)
    seat.session.add_entities({"isis": newer})  # changed while another article was open
    seat.session.undo()
    assert "changed elsewhere" in seat.told[-1]
    assert seat.document.entities["isis"] == newer and seat.saved[-1].edit.changes == ()
    seat.session.undo()
    assert actor.id not in seat.document.annotations, "the steps before are within reach"
    again = Seat(ISIS)
    again.session.open(again.first, seat.log)
    assert steps(again.session) == steps(seat.session), "and a replay stands at the same place"
