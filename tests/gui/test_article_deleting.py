"""Deleting; the card while the mouse rests; the context menu."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu, QToolTip
from pytestqt.qtbot import QtBot
from tests.gui.article_samples import (
    NEWS,
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
def delete_key(view: ArticleView) -> None:
    """As the window wires it."""
    action = QAction("Delete", view)
    action.setShortcut(QKeySequence("Del"))
    action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
    action.triggered.connect(view.delete_current)
    view.addAction(action)


def current(session: Session) -> Annotation | None:
    return session.current


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
    qtbot.waitUntil(lambda: "Army &lt;of&gt; Syria" in QToolTip.text())
    assert view._scene.shown.hovered is not None
    move(view, point_at(view, 3))
    qtbot.waitUntil(lambda: view._scene.shown.hovered is None)


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
