"""Dragging and moving the ends of an annotation; its fragments."""

from __future__ import annotations

from itertools import pairwise, product

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from tests.gui.article_samples import (
    NEWS,
    drag,
    edge_at,
    extents,
    move,
    place_of,
    point_at,
    span,
    words_of,
)
from tests.gui.conftest import Shown

from annotator.gui.article_drag import Side, dragged
from annotator.gui.article_view import ArticleView
from annotator.model.segment import Snap
from annotator.session.saver import Unsaved
from annotator.session.session import Session

KEY = Qt.Key
SIDES: tuple[Side, ...] = ("start", "end")


def test_dragging_an_end_is_one_edit_of_whole_words(
    view: ArticleView, show: Shown, session: Session, saved: list[Unsaved]
) -> None:
    claim = span("Claim", place_of(NEWS, "rebels took"))
    show(NEWS, claim)
    session.select(claim.id)
    sunday = place_of(NEWS, "Sunday")
    stops = [point_at(view, n) for n in (claim.end + 2, claim.end + 6, sunday[0] + 2)]
    drag(view, edge_at(view, claim.end - 1, end=True), *stops)
    assert words_of(session) == {"Claim": ["rebels took Homs on Sunday"]}
    assert len(saved) == 1 and session.current is not None and session.current.id == claim.id
    session.undo()
    assert words_of(session) == {"Claim": ["rebels took"]}


@pytest.mark.parametrize(
    ("side", "to", "left"), [("end", "Amaq", "rebels"), ("start", "Sunday", "Homs")]
)
def test_dragging_past_the_other_end_leaves_one_word(
    view: ArticleView, show: Shown, session: Session, side: str, to: str, left: str
) -> None:
    claim = span("Claim", place_of(NEWS, "rebels took Homs"))
    show(NEWS, claim)
    session.select(claim.id)
    grip = edge_at(view, claim.end - 1 if side == "end" else claim.start, end=side == "end")
    drag(view, grip, point_at(view, place_of(NEWS, to)[0]))
    assert words_of(session) == {"Claim": [left]}


def test_escape_gives_a_drag_up(
    view: ArticleView, show: Shown, session: Session, saved: list[Unsaved]
) -> None:
    claim = span("Claim", place_of(NEWS, "rebels took"))
    show(NEWS, claim)
    session.select(claim.id)
    target = point_at(view, place_of(NEWS, "Sunday")[0])
    drag(view, edge_at(view, claim.end - 1, end=True), target, drop=False)
    assert view._scene.shown.resized == ((claim.start, place_of(NEWS, "Sunday")[1]),)
    view.viewport().grab()
    QTest.keyClick(view, KEY.Key_Escape)
    QTest.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton, pos=target)
    assert not saved and session.current == claim and view._scene.shown.resized is None


def test_dragging_out_of_the_view_takes_all_that_follows(
    view: ArticleView, show: Shown, session: Session
) -> None:
    claim = span("Claim", place_of(NEWS, "rebels took"))
    show(NEWS, claim)
    session.select(claim.id)
    drag(view, edge_at(view, claim.end - 1, end=True), QPoint(900, 2_000))
    assert extents(session, "Claim") == [((claim.start, len(NEWS)),)]


def test_a_press_on_a_handle_without_a_move_changes_nothing(
    view: ArticleView, show: Shown, session: Session, saved: list[Unsaved]
) -> None:
    claim = span("Claim", place_of(NEWS, "rebels took"))
    show(NEWS, claim)
    session.select(claim.id)
    QTest.mouseClick(
        view.viewport(), Qt.MouseButton.LeftButton, pos=edge_at(view, claim.start, end=False)
    )
    assert not saved and session.current == claim


def test_what_is_undone_under_the_hand_is_left_alone(
    view: ArticleView, show: Shown, session: Session
) -> None:
    show()
    view.set_selection(place_of(NEWS, "rebels took"))
    view.tag("Claim")
    assert session.current is not None
    grip = edge_at(view, session.current.end - 1, end=True)
    target = point_at(view, place_of(NEWS, "Sunday")[0])
    drag(view, grip, target, drop=False)
    session.undo()
    QTest.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton, pos=target)
    assert words_of(session) == {}


def test_the_mouse_shows_where_it_can_drag(
    view: ArticleView, show: Shown, session: Session
) -> None:
    claim = span("Claim", place_of(NEWS, "rebels took"))
    show(NEWS, claim)
    session.select(claim.id)
    move(view, edge_at(view, claim.start, end=False))
    assert view.viewport().cursor().shape() == Qt.CursorShape.SizeHorCursor
    move(view, point_at(view, claim.start + 3))
    assert view.viewport().cursor().shape() == Qt.CursorShape.IBeamCursor


def test_ends_move_by_words_and_by_characters(
    view: ArticleView, show: Shown, session: Session, told: list[str]
) -> None:
    claim = span("Claim", place_of(NEWS, "rebels took"))
    show(NEWS, claim)
    session.select(claim.id)
    view.move_end(1)
    view.move_start(-1)
    assert words_of(session) == {"Claim": ["the rebels took Homs"]}
    for _ in range(3):
        view.move_end(-1)
    assert words_of(session) == {"Claim": ["the"]} and not told
    view.move_end(-1)
    view.move_start(1)
    assert told == ["It can't be shorter on this side."] * 2
    view.snap = "character"
    view.move_end(1)
    view.move_end(-1)
    view.move_end(-1)
    view.move_start(-1)
    assert words_of(session) == {"Claim": ["t th"]}


def test_ends_move_by_sentences(view: ArticleView, show: Shown, session: Session) -> None:
    claim = span("Claim", place_of(NEWS, "rebels took"))
    show(NEWS, claim)
    session.select(claim.id)
    view.snap = "sentence"
    view.move_end(1)
    view.move_end(1)
    view.move_start(-1)
    whole = "Amaq reported that the rebels took Homs on Sunday. The army said nothing."
    assert words_of(session) == {"Claim": [whole]}
    view.move_start(1)
    assert words_of(session) == {"Claim": ["The army said nothing."]}


def test_ends_stop_at_the_text_and_at_the_paragraph(
    view: ArticleView, show: Shown, session: Session, told: list[str]
) -> None:
    actor = span("Actor", place_of(NEWS, "Gazette"))
    last = span("Claim", place_of(NEWS, "surprised"))
    show(NEWS, actor, last)
    view.move_end(1)
    session.select(actor.id)
    view.move_end(1)
    session.select(last.id)
    view.move_end(1)
    assert told == [
        "Choose an annotation first.",
        "Actor: it ends with its paragraph.",
        "It can't be longer on this side.",
    ]


def test_a_fragment_is_added_and_taken_out(
    view: ArticleView, show: Shown, session: Session, told: list[str]
) -> None:
    claim = span("Claim", place_of(NEWS, "rebels took"))
    show(NEWS, claim)
    view.add_fragment()
    session.select(claim.id)
    view.set_selection(place_of(NEWS, "Sunday"))
    view.add_fragment()
    assert words_of(session) == {"Claim": ["rebels took … Sunday"]}
    assert not view.textCursor().hasSelection()
    view.remove_fragment()
    assert words_of(session) == {"Claim": ["rebels took"]}
    view.remove_fragment()
    view.set_selection((claim.start, claim.start))
    view.remove_fragment()
    assert told == [
        "Choose an annotation first, then select what belongs to it.",
        "Put the caret into the piece that is to go.",
        "It has no other piece: delete it instead.",
    ]


def test_some_labels_have_one_piece_only(
    view: ArticleView, show: Shown, session: Session, told: list[str]
) -> None:
    place = span("Place", place_of(NEWS, "Homs"))
    show(NEWS, place)
    session.select(place.id)
    view.set_selection(place_of(NEWS, "army"))
    view.add_fragment()
    assert words_of(session) == {"Place": ["Homs"]}
    assert told == ["Place: it has only one piece. Resize it instead."]
    view.set_selection((place.end, place_of(NEWS, "on Sunday")[1]))
    view.add_fragment()  # what touches it only makes it longer
    assert words_of(session)["Place"] in (["Homs on Sunday"], ["Homs"])


def test_dragging_scrolls_on_and_touches_one_fragment_only(
    view: ArticleView, show: Shown, session: Session
) -> None:
    text = "\n\n".join(NEWS for _ in range(20))
    claim = span("Claim", place_of(text, "Amaq"), place_of(text, "rebels took"))
    show(text, claim)
    session.select(claim.id)
    drag(view, edge_at(view, claim.end - 1, end=True), *[QPoint(300, 900)] * 8)
    assert view.verticalScrollBar().value() > 100
    [(first, second)] = extents(session, "Claim")
    assert first == claim.fragments[0] and second[0] == claim.fragments[1][0]
    assert second[1] > view.position_at(QPointF(300, 500))


def test_the_ends_of_inner_fragments_can_be_dragged(
    view: ArticleView, show: Shown, session: Session
) -> None:
    first, second = place_of(NEWS, "Amaq"), place_of(NEWS, "took Homs")
    claim = span("Claim", first, second)
    show(NEWS, claim)
    session.select(claim.id)
    that = place_of(NEWS, "that")
    drag(view, edge_at(view, first[1] - 1, end=True), point_at(view, that[0] + 2))
    assert extents(session, "Claim") == [((first[0], that[1]), second)]
    drag(view, edge_at(view, second[0], end=False), point_at(view, second[1] + 6))
    assert words_of(session) == {"Claim": ["Amaq reported that … Homs"]}
    drag(view, edge_at(view, that[1] - 1, end=True), point_at(view, 3))
    assert words_of(session) == {"Claim": ["Amaq … Homs"]}  # one word is left


def test_a_fragment_that_is_dragged_over_the_gap_joins_the_next(
    view: ArticleView, show: Shown, session: Session
) -> None:
    claim = span("Claim", place_of(NEWS, "rebels"), place_of(NEWS, "Homs"))
    show(NEWS, claim)
    session.select(claim.id)
    target = point_at(view, claim.end - 1)
    drag(view, edge_at(view, claim.fragments[0][1] - 1, end=True), target)
    assert words_of(session) == {"Claim": ["rebels took Homs"]}
    session.undo()
    assert words_of(session) == {"Claim": ["rebels … Homs"]}


@pytest.mark.parametrize("unit", ["character", "word", "sentence"])
def test_no_drag_empties_or_crosses(unit: Snap) -> None:
    fragments = tuple(place_of(NEWS, words) for words in ("Amaq", "the rebels", "took Homs"))
    for to, side, at in product(range(len(NEWS) + 1), SIDES, range(len(fragments))):
        moved = dragged(NEWS, fragments, at, side, to, unit)
        assert all(a < b and NEWS[a:b].strip() for a, b in moved)
        assert all(a[1] <= b[0] for a, b in pairwise(moved))
        end = 0 if side == "start" else 1
        kept = [(n, e) for n in range(3) for e in (0, 1) if (n, e) != (at, end)]
        assert all(moved[n][e] == fragments[n][e] for n, e in kept)
