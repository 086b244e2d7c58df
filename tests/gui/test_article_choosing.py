"""Choosing by clicks and by keys; walking; scrolling to what is chosen."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot
from tests.gui.article_samples import (
    NEWS,
    click,
    drag,
    edge_at,
    place_of,
    point_at,
    span,
)
from tests.gui.conftest import Shown

from annotator.gui.article_view import ArticleView
from annotator.session.session import Session

KEY, MOD = Qt.Key, Qt.KeyboardModifier


def test_a_click_chooses_the_innermost_and_again_the_next_one_out(
    view: ArticleView, show: Shown, session: Session
) -> None:
    inner, outer = span("Place", place_of(NEWS, "Homs")), span("Claim", place_of(NEWS, "took Homs"))
    body = span("Region", (place_of(NEWS, "Amaq")[0], len(NEWS)), kind="body")
    show(NEWS, inner, outer, body)
    at = inner.start + 1
    click(view, at)
    chosen = [session.current]
    for _ in range(2):
        QTest.qWait(5)
        drag(view, point_at(view, at), point_at(view, at))
        chosen.append(session.current)
    assert [a.id for a in chosen if a] == [inner.id, outer.id, inner.id]
    assert view.caret in (at, at + 1)


def test_a_click_on_bare_text_lets_go(view: ArticleView, show: Shown, session: Session) -> None:
    place = span("Place", place_of(NEWS, "Homs"))
    body = span("Region", (place_of(NEWS, "Amaq")[0], len(NEWS)), kind="body")
    show(NEWS, place, body)
    session.select(place.id)
    at = place_of(NEWS, "army")[0]
    click(view, at + 1)
    assert session.current is None and view.caret in (at + 1, at + 2)
    session.select(place.id)
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(700, 560))
    assert session.current is None


def test_a_line_a_label_and_a_bar_can_be_clicked(
    view: ArticleView, show: Shown, session: Session
) -> None:
    inner, outer = span("Place", place_of(NEWS, "Homs")), span("Claim", place_of(NEWS, "took Homs"))
    body = span("Region", (place_of(NEWS, "Amaq")[0], len(NEWS)), kind="body")
    show(NEWS, inner, outer, body)
    box = view.rectangles(inner.fragments[0])[0]
    port, left = view.viewport(), Qt.MouseButton.LeftButton
    QTest.mouseClick(port, left, pos=QPoint(round(box.center().x()), round(box.bottom()) + 5))
    assert session.current is not None and session.current.id == outer.id
    session.select(None)
    start = view.rectangles(outer.fragments[0])[0]
    QTest.mouseClick(port, left, pos=QPoint(round(start.left()) + 8, round(start.top()) - 4))
    assert session.current is not None and session.current.id == outer.id
    assert outer.covers(view.caret)  # else Del would not mean it
    bar = view._page.gutter - 13
    QTest.mouseClick(port, left, pos=QPoint(bar, round(box.center().y())))
    assert session.current is not None and session.current.id == body.id


def test_a_point_can_be_clicked(view: ArticleView, show: Shown, session: Session) -> None:
    at = place_of(NEWS, "rebels")[0]
    point = span("Place", (at, at))
    show(NEWS, point)
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=edge_at(view, at, end=False))
    assert session.current == point


def test_cycle_goes_outwards_to_bars_and_round(
    view: ArticleView, show: Shown, session: Session
) -> None:
    inner, outer = span("Place", place_of(NEWS, "Homs")), span("Claim", place_of(NEWS, "took Homs"))
    body = span("Region", (place_of(NEWS, "Amaq")[0], len(NEWS)), kind="body")
    show(NEWS, inner, outer, body)
    view.set_selection((inner.start + 1, inner.start + 1))
    found = []
    for _ in range(4):
        view.cycle()
        found.append(session.current)
    assert found == [inner, outer, body, inner] and view.caret == inner.start + 1
    view.set_selection((0, 0))
    view.cycle()
    assert session.current == inner  # nothing is here: it stays


def test_next_and_previous_go_by_place_and_round(
    view: ArticleView, show: Shown, session: Session, told: list[str]
) -> None:
    found = [
        span("Actor", place_of(NEWS, "Amaq")),
        span("Claim", place_of(NEWS, "the rebels took Homs")),
        span("Actor", place_of(NEWS, "the rebels")),
        span("Place", place_of(NEWS, "Homs")),
    ]
    show(NEWS, *reversed(found))
    walked = []
    for _ in range(5):
        view.next_annotation()
        walked.append(session.current)
    assert walked == [*found, found[0]] and told == ["Back at the start."]
    assert view.caret == found[0].start
    view.previous_annotation()
    assert session.current == found[3] and told[1:] == ["Back at the end."]
    view.set_selection(place_of(NEWS, "took"))
    view.previous_annotation()
    assert session.current == found[2]


def test_walking_over_nothing_is_told(view: ArticleView, show: Shown, told: list[str]) -> None:
    show()
    view.next_annotation()
    assert told == ["Nothing is tagged yet."]


def test_a_far_one_is_walked_to_and_scrolled_to(
    view: ArticleView, show: Shown, session: Session, qtbot: QtBot
) -> None:
    text = "\n\n".join(NEWS for _ in range(60))
    end = len(text)
    last = span("Claim", (end - 12, end - 1))
    show(text, span("Place", (0, 7)), last)
    session.select(last.id)
    qtbot.waitUntil(lambda: bool(view.rectangles(last.fragments[0])))
    qtbot.waitUntil(lambda: _in_view(view, last.fragments[0]))
    assert view.caret == last.start
    view.next_annotation()
    qtbot.waitUntil(lambda: _in_view(view, (0, 7)))


def _in_view(view: ArticleView, extent: tuple[int, int]) -> bool:
    boxes = view.rectangles(extent)
    return bool(boxes) and boxes[0].top() >= 0 and boxes[0].bottom() <= view.viewport().height()


def test_scrolling_is_soft_and_leaves_context(
    view: ArticleView, show: Shown, session: Session, qtbot: QtBot
) -> None:
    text = "\n\n".join(NEWS for _ in range(20))
    show(text)
    bottom = view.position_at(QPointF(200, view.viewport().height() + 60))
    view.tag_anew("Actor")  # at the start; current
    found = span("Place", (bottom, bottom + 4))
    assert session.document is not None
    show(text, found)
    session.select(found.id)
    first = view.verticalScrollBar().value()
    qtbot.waitUntil(lambda: view.verticalScrollBar().value() > first)
    qtbot.waitUntil(lambda: _in_view(view, found.fragments[0]))
    qtbot.waitUntil(lambda: view._scroll._motion.state() == view._scroll._motion.State.Stopped)
    assert view.viewport().height() - view.rectangles(found.fragments[0])[0].bottom() > 30


def test_a_click_never_scrolls(view: ArticleView, show: Shown, session: Session) -> None:
    text = "\n".join(NEWS for _ in range(20))
    show(text, span("Claim", (0, len(text))))
    view.verticalScrollBar().setValue(300)
    at = view.position_at(QPointF(300, 200))
    click(view, at)
    QTest.qWait(200)
    assert session.current is not None and view.verticalScrollBar().value() == 300


def test_another_field_leaves_the_caret_where_it_is(
    view: ArticleView, show: Shown, session: Session
) -> None:
    from annotator.model import edit

    region = span("Region", (0, 7), kind="body")
    show(NEWS, region)
    session.select(region.id)
    view.set_selection((30, 30))
    session.edit(edit.fill(region, "kind", "masthead"))
    assert view.caret == 30


def test_escape_deselects_at_last(view: ArticleView, show: Shown, session: Session) -> None:
    place = span("Place", place_of(NEWS, "Homs"))
    show(NEWS, place)
    session.select(place.id)
    view.set_selection((0, 7))
    QTest.keyClick(view, KEY.Key_Escape)
    assert session.current == place
    QTest.keyClick(view, KEY.Key_Escape)
    assert session.current is None
