"""Faults kept up to date are those that a check of the whole document finds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytestqt.qtbot import QtBot
from tests.model.builders import CODEBOOK, documents, edits_of
from tests.session.desks import Seat

from annotator.model import edit as edits
from annotator.model.check import problems
from annotator.model.document import Document
from annotator.session.faults import Faults
from annotator.session.session import Session


def finish(faults: Faults) -> None:
    """What the event loop would do bit by bit."""
    while not faults.done:
        faults._check_some()


def found(faults: Faults) -> dict[str, object]:
    return {i: faults.of(i) for i in faults.ids()}


@pytest.mark.usefixtures("qapp")
@given(documents(min_pieces=3), st.data())
def test_after_any_edits_the_faults_are_those_of_a_full_check(
    first: Document, data: st.DataObject
) -> None:
    session = Session(CODEBOOK, lambda _: None)
    session.add_entities(first.entities)
    faults = Faults(session)
    session.open(first)
    if data.draw(st.booleans()):
        finish(faults)
    for _ in range(data.draw(st.integers(1, 8))):
        now = session.document
        assert now is not None
        step = data.draw(st.sampled_from(["edit", "edit", "edit", "undo", "redo"]))
        match step:
            case "edit":
                session.edit(data.draw(edits_of(now)))
            case "undo":
                session.undo()
            case _:
                session.redo()
        finish(faults)
        assert session.document is not None
        assert found(faults) == problems(session.document, CODEBOOK)
        assert faults.count == len(faults.ids())


def test_who_hears_of_a_change(qtbot: QtBot) -> None:
    seat = Seat()
    faults = Faults(seat.session)
    heard: list[set[str]] = []
    faults.changed.connect(heard.append)
    actor = seat.tag("Actor", "ISIS")
    assert heard == [{actor.id}]
    assert [p.message for p in faults.of(actor.id)] == ["Entity is missing."]
    far = seat.tag("Place", "Homs")
    assert heard[-1] == {far.id}
    seat.session.edit(edits.new_entity(CODEBOOK, actor, "entity", "ISIS"))
    qtbot.waitUntil(lambda: faults.done)
    assert faults.of(actor.id) == ()
    assert faults.ids() == [far.id]
    seat.session.open(None)
    assert heard[-1] == {far.id}
    assert (faults.count, faults.done) == (0, True)


def test_a_long_document_is_checked_bit_by_bit(qtbot: QtBot) -> None:
    seat = Seat(text="word " * 3000)
    faults = Faults(seat.session)
    d = seat.document
    tags = [edits.tag(d, CODEBOOK, "Actor", [(5 * n, 5 * n + 4)]) for n in range(3000)]
    whole = edits.Edit(name="tag all", changes=tuple(t.changes[0] for t in tags))
    heard: list[set[str]] = []
    faults.changed.connect(heard.append)
    seat.session.edit(whole)
    assert not faults.done
    assert heard == []
    qtbot.waitUntil(lambda: faults.done)
    assert len(heard) > 1  # not in one go
    assert set().union(*heard) == set(seat.document.annotations)
    assert faults.count == 3000
    seat.session.undo()
    qtbot.waitUntil(lambda: faults.done)
    assert faults.count == 0
