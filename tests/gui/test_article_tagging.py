"""Tagging, changing, deleting, resizing and walking, by keys and by mouse."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu, QToolTip
from pytestqt.qtbot import QtBot
from tests.gui.article_samples import (
    NEWS,
    click,
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

from annotator.gui.article_view import ArticleView
from annotator.model.document import Annotation, Entity
from annotator.model.ident import new_id
from annotator.session.session import Session

KEY, MOD = Qt.Key, Qt.KeyboardModifier


@pytest.fixture
def keys(view: ArticleView, session: Session) -> Iterator[None]:
    """The label keys as the window wires them."""
    for label in session.codebook.labels:
        action = QAction(label.name, view)
        action.setShortcut(QKeySequence(label.key.upper()))
        action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        action.triggered.connect(lambda _=False, name=label.name: view.tag(name))
        view.addAction(action)
    yield


def current(session: Session) -> Annotation | None:
    return session.current


# -- tagging -------------------------------------------------------------------------------


def test_one_key_tags_the_word_at_the_caret(
    view: ArticleView, show: Shown, session: Session, keys: None
) -> None:
    show()
    click(view, place_of(NEWS, "Homs")[0] + 1)
    QTest.keyClick(view, KEY.Key_P)
    assert words_of(session) == {"Place": ["Homs"]}
    current = session.current
    assert current is not None and current.label == "Place"
    assert view.caret == current.end and not view.textCursor().hasSelection()


def test_the_same_key_on_an_existing_one_changes_its_label(
    view: ArticleView, show: Shown, session: Session, keys: None, told: list[str]
) -> None:
    show()
    click(view, place_of(NEWS, "Homs")[0] + 1)
    QTest.keyClick(view, KEY.Key_P)
    QTest.keyClick(view, KEY.Key_A)
    assert words_of(session) == {"Actor": ["Homs"]}
    QTest.keyClick(view, KEY.Key_A)  # a double press
    assert words_of(session) == {"Actor": ["Homs"]} and told == ["It is tagged Actor already."]


def test_a_selection_is_tagged_although_another_is_current(
    view: ArticleView, show: Shown, session: Session, keys: None
) -> None:
    place = span("Place", place_of(NEWS, "Homs"))
    show(NEWS, place)
    session.select(place.id)
    view.set_selection(place_of(NEWS, "the rebels took Homs"))
    QTest.keyClick(view, KEY.Key_C)
    assert words_of(session) == {"Claim": ["the rebels took Homs"], "Place": ["Homs"]}


def test_walking_on_from_a_tag_tags_the_next_word(
    view: ArticleView, show: Shown, session: Session, keys: None
) -> None:
    show()
    view.set_selection(place_of(NEWS, "Amaq"))
    QTest.keyClick(view, KEY.Key_A)
    QTest.keyClick(view, KEY.Key_Right, MOD.ControlModifier)
    QTest.keyClick(view, KEY.Key_U)
    assert words_of(session) == {"Actor": ["Amaq"], "Cue": ["reported"]}


def test_nothing_to_tag_is_told(
    view: ArticleView, show: Shown, session: Session, keys: None, told: list[str]
) -> None:
    show("one\n\ntwo")
    view.set_selection((4, 4))
    QTest.keyClick(view, KEY.Key_A)
    assert words_of(session) == {} and told == ["Select some text first."]


def test_without_an_article_keys_do_nothing(view: ArticleView, session: Session) -> None:
    view.tag("Actor")
    view.delete_current()
    view.move_end(1)
    view.add_fragment()
    view.remove_fragment()
    view.next_annotation()
    view.previous_annotation()
    view.cycle()
    assert session.document is None


def test_an_emoji_is_tagged_whole(view: ArticleView, show: Shown, session: Session) -> None:
    show("Look: 👨‍👩‍👧!")
    view.snap = "character"
    view.set_selection((6, 7))
    view.tag("Actor")
    assert extents(session, "Actor") == [((6, 11),)]


# -- choosing ------------------------------------------------------------------------------


def test_a_click_chooses_the_innermost_and_again_the_next_one_out(
    view: ArticleView, show: Shown, session: Session, qtbot: QtBot
) -> None:
    inner, outer = span("Place", place_of(NEWS, "Homs")), span("Claim", place_of(NEWS, "took Homs"))
    body = span("Region", (place_of(NEWS, "Amaq")[0], len(NEWS)), kind="body")
    show(NEWS, inner, outer, body)
    at = inner.start + 1
    with qtbot.waitSignal(view.clicked_annotation) as heard:
        click(view, at)
    assert heard.args == [inner.id]
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


# -- deleting ------------------------------------------------------------------------------


def test_delete_takes_the_current_else_the_innermost_at_the_caret(
    view: ArticleView, show: Shown, session: Session, told: list[str]
) -> None:
    inner, outer = span("Place", place_of(NEWS, "Homs")), span("Claim", place_of(NEWS, "took Homs"))
    body = span("Region", (place_of(NEWS, "Amaq")[0], len(NEWS)), kind="body")
    show(NEWS, inner, outer, body)
    session.select(outer.id)
    view.set_selection((inner.start + 1, inner.start + 1))
    view.delete_current()
    assert words_of(session).keys() == {"Place", "Region"}
    assert current(session) is None
    view.delete_current()
    view.delete_current()
    assert words_of(session).keys() == {"Region"}  # never by accident: it is only in the margin
    assert told == ["There is no annotation here to delete."]
    session.undo()
    assert current(session) == inner and view.caret == inner.start


# -- hovering, menu, announcements -----------------------------------------------------------


def test_resting_on_a_span_tells_about_it(
    view: ArticleView, show: Shown, session: Session, qtbot: QtBot
) -> None:
    army = Entity(id=new_id(), type="actor", fields={"name": "Army <of> Syria"})
    extent = place_of(NEWS, "army")
    show(NEWS, span("Actor", extent, entity=army.id), entities=(army,))
    move(view, point_at(view, extent[0] + 1))
    qtbot.waitUntil(lambda: "Army &lt;of&gt; Syria" in QToolTip.text(), timeout=2_000)
    assert view._scene.shown.hovered is not None
    move(view, point_at(view, 3))
    qtbot.waitUntil(lambda: view._scene.shown.hovered is None, timeout=2_000)


def test_the_menu_offers_labels_and_does_what_it_says(
    view: ArticleView, show: Shown, session: Session
) -> None:
    place = span("Place", place_of(NEWS, "Homs"))
    show(NEWS, place)
    session.select(place.id)
    menu = view.context_menu()
    tagging, changing = (a.menu() for a in menu.actions()[:2])
    assert isinstance(tagging, QMenu) and isinstance(changing, QMenu)
    assert [a.text().split("\t")[0] for a in tagging.actions()] == [
        label.name for label in session.codebook.labels
    ]
    changing.actions()[0].trigger()
    assert words_of(session) == {"Actor": ["Homs"]}
    tagging.actions()[3].trigger()
    assert words_of(session) == {"Claim": ["Homs"], "Actor": ["Homs"]}
    next(a for a in menu.actions() if a.text().startswith("Delete")).trigger()
    assert words_of(session) == {"Actor": ["Homs"]}
    menu.deleteLater()


def test_letters_reach_shortcuts_and_arrows_the_text(
    view: ArticleView, show: Shown, session: Session, keys: None
) -> None:
    heard: list[str] = []
    for name in ("Space", "Tab", "Ctrl+Z", "Del", "Alt+Right"):
        action = QAction(name, view)
        action.setShortcut(QKeySequence(name))
        action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        action.triggered.connect(lambda _=False, n=name: heard.append(n))
        view.addAction(action)
    show()
    QTest.keyClick(view, KEY.Key_Space)
    QTest.keyClick(view, KEY.Key_Tab)
    QTest.keyClick(view, KEY.Key_Z, MOD.ControlModifier)
    QTest.keyClick(view, KEY.Key_Delete)
    QTest.keyClick(view, KEY.Key_Right, MOD.AltModifier)
    assert heard == ["Space", "Tab", "Ctrl+Z", "Del", "Alt+Right"] and view.caret == 0


def test_escape_deselects_at_last(view: ArticleView, show: Shown, session: Session) -> None:
    place = span("Place", place_of(NEWS, "Homs"))
    show(NEWS, place)
    session.select(place.id)
    view.set_selection((0, 7))
    QTest.keyClick(view, KEY.Key_Escape)
    assert session.current == place
    QTest.keyClick(view, KEY.Key_Escape)
    assert session.current is None
