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


@pytest.fixture
def delete_key(view: ArticleView) -> None:
    """As the window wires it."""
    action = QAction("Delete", view)
    action.setShortcut(QKeySequence("Del"))
    action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
    action.triggered.connect(view.delete_current)
    view.addAction(action)


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


@pytest.mark.parametrize("by_mouse", [True, False], ids=["mouse", "keyboard"])
@pytest.mark.parametrize(
    ("at", "left"),
    [
        ("Homs", {"Claim": ["rebels took Homs"], "Actor": ["Homs"], "Cue": ["reported"]}),
        (
            "reported",
            {"Claim": ["rebels took Homs"], "Place": ["Homs"], "Actor": ["reported"]},
        ),
        (
            "took",
            {
                "Claim": ["rebels took Homs"],
                "Place": ["Homs"],
                "Cue": ["reported"],
                "Actor": ["took"],
            },
        ),
        (
            "Unknown",
            {
                "Claim": ["rebels took Homs"],
                "Place": ["Homs"],
                "Cue": ["reported"],
                "Actor": ["Unknown"],
            },
        ),
    ],
)
def test_a_label_key_changes_what_the_caret_is_on_or_tags_inside_it(
    view: ArticleView, show: Shown, session: Session, keys: None,
    at: str, left: dict[str, list[str]], by_mouse: bool,
) -> None:  # fmt: skip
    spans = [
        span("Claim", place_of(NEWS, "rebels took Homs")),
        span("Place", place_of(NEWS, "Homs")),
        span("Cue", place_of(NEWS, "reported")),
    ]
    region = span("Region", place_of(NEWS, "Unknown Gazette"), kind="masthead")
    show(NEWS, *spans, region)
    there = place_of(NEWS, at)[0] + 1
    if by_mouse:
        click(view, there)
    else:
        for _ in range(there):
            QTest.keyClick(view, KEY.Key_Right)
        assert session.current is None
    QTest.keyClick(view, KEY.Key_A)
    assert words_of(session) == {**left, "Region": ["Unknown Gazette"]}
    assert session.current is not None and session.current.label == "Actor"


def test_a_region_of_one_word_is_not_relabelled_by_accident(
    view: ArticleView, show: Shown, session: Session, keys: None
) -> None:
    region = span("Region", (0, 3), kind="masthead")
    show("BBC\nnews", region)
    QTest.keyClick(view, KEY.Key_Right)
    QTest.keyClick(view, KEY.Key_A)
    assert words_of(session) == {"Actor": ["BBC"], "Region": ["BBC"]}


def test_a_character_beside_a_tagged_one_is_tagged(
    view: ArticleView, show: Shown, session: Session, keys: None
) -> None:
    show("中国人", span("Place", (0, 1)))
    QTest.keyClick(view, KEY.Key_Right)
    QTest.keyClick(view, KEY.Key_A)
    assert words_of(session) == {"Place": ["中"], "Actor": ["国"]}


def test_what_has_the_label_already_becomes_current(
    view: ArticleView, show: Shown, session: Session, keys: None, told: list[str]
) -> None:
    place = span("Place", place_of(NEWS, "Homs"))
    show(NEWS, place)
    view.set_selection((place.start + 1, place.start + 1))
    QTest.keyClick(view, KEY.Key_P)
    assert told == ["It is tagged Place already."] and session.current == place
    assert view.caret == place.start + 1


def test_the_outline_shows_what_a_key_would_tag(
    view: ArticleView, show: Shown, session: Session
) -> None:
    claim = span("Claim", place_of(NEWS, "rebels took Homs"))
    place = span("Place", place_of(NEWS, "Homs"))
    show(NEWS, claim, place)
    click(view, place_of(NEWS, "took")[0] + 1)
    assert session.current == claim
    assert view._scene.shown.preview == place_of(NEWS, "took")
    view.set_selection((place.start + 1, place.start + 1))
    assert view._scene.shown.preview is None


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
    view.snap = "character"
    QTest.keyClick(view, KEY.Key_A)
    assert words_of(session) == {}
    assert told == [
        "Put the caret on a word, or select some text, first.",
        "Select some text first.",
    ]


def test_a_symbol_or_an_emoji_needs_no_selection(
    view: ArticleView, show: Shown, session: Session, keys: None
) -> None:
    show("Up 5 % → 👨‍👩‍👧 !\n🇫🇷")
    for _ in range(5):
        QTest.keyClick(view, KEY.Key_Right)
    QTest.keyClick(view, KEY.Key_D)
    assert words_of(session) == {"Date": ["%"]}
    view.set_selection((7, 7))
    QTest.keyClick(view, KEY.Key_D)
    family = view.rectangles((9, 14))[0].center().toPoint()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=family)
    QTest.keyClick(view, KEY.Key_D)
    QTest.keyClick(view, KEY.Key_End, MOD.ControlModifier)  # behind the flag: nothing follows
    QTest.keyClick(view, KEY.Key_D)
    assert words_of(session) == {"Date": ["%", "→", "👨‍👩‍👧", "🇫🇷"]}


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


# -- deleting ------------------------------------------------------------------------------


def test_delete_takes_the_current_else_the_innermost_at_the_caret(
    view: ArticleView, show: Shown, session: Session, told: list[str], delete_key: None
) -> None:
    inner, outer = span("Place", place_of(NEWS, "Homs")), span("Claim", place_of(NEWS, "took Homs"))
    body = span("Region", (place_of(NEWS, "Amaq")[0], len(NEWS)), kind="body")
    show(NEWS, inner, outer, body)
    session.select(outer.id)
    view.set_selection((inner.start + 1, inner.start + 1))
    QTest.keyClick(view, KEY.Key_Delete)
    assert words_of(session).keys() == {"Place", "Region"}
    assert current(session) is None
    QTest.keyClick(view, KEY.Key_Delete)
    QTest.keyClick(view, KEY.Key_Delete)
    assert words_of(session).keys() == {"Region"}  # never by accident: it is only in the margin
    assert told == ["There is no annotation at the caret."]
    session.undo()
    assert current(session) == inner and view.caret == inner.start


def test_delete_never_takes_what_is_off_the_caret(
    view: ArticleView, show: Shown, session: Session, told: list[str], delete_key: None
) -> None:
    place, claim = span("Place", place_of(NEWS, "Homs")), span("Claim", place_of(NEWS, "The army"))
    show(NEWS, place, claim)
    session.select(place.id)
    QTest.keyClick(view, KEY.Key_Home, MOD.ControlModifier)
    QTest.keyClick(view, KEY.Key_Delete)
    assert told == ["There is no annotation at the caret."]
    assert session.current == place
    view.set_selection((claim.end, claim.end))  # at its edge
    QTest.keyClick(view, KEY.Key_Delete)
    assert words_of(session) == {"Place": ["Homs"]} and session.current == place


def test_delete_takes_a_claim_where_nothing_is_inside(
    view: ArticleView, show: Shown, session: Session, delete_key: None
) -> None:
    cue, claim = span("Cue", place_of(NEWS, "took")), span("Claim", place_of(NEWS, "took Homs"))
    show(NEWS, cue, claim)
    at = place_of(NEWS, "Homs")[0] + 1
    view.set_selection((at, at))
    QTest.keyClick(view, KEY.Key_Delete)
    assert words_of(session) == {"Cue": ["took"]}


def test_a_bar_that_was_clicked_can_be_deleted(
    view: ArticleView, show: Shown, session: Session, delete_key: None
) -> None:
    body = span("Region", (place_of(NEWS, "Amaq")[0], len(NEWS)), kind="body")
    show(NEWS, body)
    row = view.rectangles(place_of(NEWS, "Amaq"))[0].center().y()
    at = QPoint(view._page.gutter - 13, round(row))
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=at)
    QTest.keyClick(view, KEY.Key_Delete)
    assert words_of(session) == {}


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


def test_the_menu_changes_and_deletes_the_current_one_whatever_is_selected(
    view: ArticleView, show: Shown, session: Session
) -> None:
    place, actor = span("Place", place_of(NEWS, "Homs")), span("Actor", place_of(NEWS, "The army"))
    show(NEWS, place, actor)
    session.select(actor.id)
    view.set_selection(place_of(NEWS, "Sunday"))
    menu = view.context_menu()
    changing = menu.actions()[1].menu()
    assert isinstance(changing, QMenu) and changing.title() == "Change Actor to"
    next(a for a in changing.actions() if a.text().startswith("Claim")).trigger()
    assert words_of(session) == {"Place": ["Homs"], "Claim": ["The army"]}
    assert view.selected() == place_of(NEWS, "Sunday")
    next(a for a in menu.actions() if a.text().startswith("Delete")).trigger()
    assert words_of(session) == {"Place": ["Homs"]}
    view.change("Date")
    view.delete_chosen()
    assert words_of(session) == {"Place": ["Homs"]}  # none is current
    menu.deleteLater()


def test_control_page_keys_are_the_windows(view: ArticleView, show: Shown) -> None:
    heard: list[str] = []
    for name in ("Ctrl+PgDown", "Ctrl+PgUp", "PgDown", "Shift+PgUp"):
        action = QAction(name, view.window())
        action.setShortcut(QKeySequence(name))
        action.triggered.connect(lambda _=False, n=name: heard.append(n))
        view.addAction(action)
    show("\n\n".join([NEWS] * 20))
    QTest.keyClick(view, KEY.Key_PageDown, MOD.ControlModifier)
    QTest.keyClick(view, KEY.Key_PageUp, MOD.ControlModifier)
    assert heard == ["Ctrl+PgDown", "Ctrl+PgUp"] and view.caret == 0
    QTest.keyClick(view, KEY.Key_PageDown)
    assert view.caret > 0
    QTest.keyClick(view, KEY.Key_PageUp, MOD.ShiftModifier)
    assert view.textCursor().hasSelection() and len(heard) == 2


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
