"""Choosing a target: only what can be linked is offered, the likeliest first."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from tests.model.builders import CODEBOOK, an_id, document, documents, mark
from tests.session.desks import TEXT, Seat

from annotator.model import edit as edits
from annotator.model.codebook import Codebook, SpanField
from annotator.model.document import Document, Link
from annotator.model.errors import EditError
from annotator.session.pick import Pick, pick_link, pick_span

BOOK = replace(
    CODEBOOK,
    link_types=tuple(
        replace(k, transitive=True, max=None) if k.name == "part_of" else k
        for k in CODEBOOK.link_types
    ),
)


@pytest.mark.parametrize("book", [CODEBOOK, BOOK])
@given(d=documents())
def test_what_is_offered_is_what_can_be_linked(book: Codebook, d: Document) -> None:
    for origin in d.annotations.values():
        for kind in book.links_of(origin.label):
            possible = set()
            for other in d.annotations:
                try:
                    edits.link(d, book, kind.name, origin.id, other)
                except EditError:
                    continue
                possible.add(other)
            assert set(pick_link(d, book, origin, kind).targets) == possible


@given(documents())
def test_what_is_offered_is_what_a_field_can_hold(d: Document) -> None:
    for origin in d.annotations.values():
        for field in CODEBOOK.fields(origin.label):
            if not isinstance(field, SpanField):
                continue
            possible = set()
            for other in d.annotations.values():
                try:
                    edits.point(d, CODEBOOK, origin, field.name, other.id)
                except EditError:
                    continue
                if other.label in field.targets:
                    possible.add(other.id)
            assert set(pick_span(d, CODEBOOK, origin, field).targets) == possible


@pytest.mark.parametrize(
    ("origin", "words", "likeliest"),
    [
        ("took", ("Aziz", "ISIS", "Palmyra", "army"), "ISIS"),  # the nearest before
        ("took", ("Palmyra", "army", "Homs"), "Palmyra"),  # in the sentence, after
        ("took", ("army", "Homs"), "army"),  # the nearest of all
        ("Homs", ("Aziz", "army"), "army"),
        ("Aziz said", ("Aziz", "Palmyra"), "Aziz"),
    ],
)
def test_the_likeliest_is_offered_first(
    origin: str, words: tuple[str, ...], likeliest: str
) -> None:
    claim = mark(TEXT, origin, "Claim")
    actors = [mark(TEXT, word) for word in words]
    d = document(TEXT, claim, *actors)
    kind = CODEBOOK.link_types[0]
    pick = pick_link(d, CODEBOOK, claim, kind)
    target = d.annotations[pick.target or ""]
    assert target.quote(d.text) == likeliest
    assert [d.annotations[i] for i in pick.targets] == sorted(actors, key=lambda a: a.start)


def test_a_step_goes_around_the_ends() -> None:
    pick = Pick("o", CODEBOOK.link_types[0], ("a", "b", "c"), 1)
    assert [pick.moved(by).target for by in (1, -1, 2, 0)] == ["c", "a", "a", "b"]
    none = Pick("o", CODEBOOK.link_types[0], ())
    assert (none.target, none.moved(1)) == (None, none)


# -- in a session ----------------------------------------------------------------------------


def test_picking_a_links_target() -> None:
    seat = Seat()
    aziz, isis = seat.tag("Actor", "Aziz"), seat.tag("Actor", "ISIS")
    claim = seat.tag("Claim", "took Palmyra")
    heard: list[Pick | None] = []
    session = seat.session
    session.picking_changed.connect(lambda: heard.append(session.picking))
    assert session.pick("source")
    session.step_pick(-1)
    assert session.choose()
    assert [p and p.target for p in heard] == [isis.id, aziz.id, None]
    (link,) = seat.document.links_from(claim.id)
    assert (link.type, link.to_id) == ("source", aziz.id)
    assert session.current == claim
    session.pick("source")
    assert session.choose(isis.id)
    assert not session.choose(isis.id)


def test_picking_a_fields_target() -> None:
    seat = Seat()
    may = seat.tag("Date", "May")
    sunday = seat.tag("Date", "Sunday")
    assert seat.session.pick("begin")
    assert seat.session.choose()
    assert seat.current().fields["begin"] == may.id
    seat.session.select(may.id)
    assert not seat.session.pick("begin")  # it would lead back
    assert seat.told == ["Nothing to point at: tag a Date or t0 first."]
    assert sunday.id in seat.document.annotations


def test_what_can_not_be_picked() -> None:
    seat = Seat()
    session = seat.session
    assert not session.pick("source")
    assert seat.told.pop() == "Choose an annotation first."
    actor = seat.tag("Actor", "Aziz")
    assert not session.pick("source")  # an actor has none
    assert not session.pick("no such thing")
    assert seat.told == []
    seat.tag("Claim", "took")
    assert not session.pick("cue")
    assert seat.told.pop() == "Nothing to point at: tag a Cue first."
    assert session.pick("source")
    assert not session.choose("nobody")
    session.select(actor.id)
    assert not session.choose(actor.id)
    session.step_pick(1)
    session.cancel_pick()


def test_undo_and_another_document_end_the_choice() -> None:
    seat = Seat()
    seat.tag("Actor", "Aziz")
    seat.tag("Claim", "took")
    assert seat.session.pick("source")
    seat.session.undo()
    assert seat.session.picking is None
    seat.session.redo()
    assert seat.session.pick("source")
    seat.session.open(seat.first)
    assert seat.session.picking is None


def test_a_target_that_is_gone_meanwhile_is_told() -> None:
    seat = Seat()
    actor, claim = seat.tag("Actor", "Aziz"), seat.tag("Claim", "took")
    seat.session.pick("source")
    seat.session.edit(edits.delete(seat.document, CODEBOOK, [actor]))
    assert not seat.session.choose(actor.id)
    assert seat.told == ["That link's type or one of its ends is gone."]
    assert Link(id=an_id(5, 0), type="source", from_id=claim.id, to_id="x") not in (
        seat.document.links.values()
    )
