"""The article as a widget: accessible, its menu, its colours against the codebook shipped."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QAccessible, QContextMenuEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot
from tests.gui.article_samples import NEWS, document_of, place_of, point_at, span, words_of
from tests.gui.conftest import Shown

from annotator import resources
from annotator.formats.codebook import decode
from annotator.gui.article_view import ArticleView
from annotator.gui.theme import DARK, LIGHT, Theme, contrast
from annotator.model.codebook import Label
from annotator.model.document import Annotation
from annotator.model.ident import new_id
from annotator.session.session import Session


def test_a_screen_reader_gets_the_text_and_the_caret(view: ArticleView, show: Shown) -> None:
    document = show("BBC said 😀 so")
    face = QAccessible.queryAccessibleInterface(view)
    assert face.text(QAccessible.Text.Name) == "Article text"
    text = face.textInterface()
    assert text.characterCount() == document.text.length16
    view.set_selection((10, 10))
    assert text.cursorPosition() == document.text.to16(10)


def test_what_becomes_current_is_announced(
    view: ArticleView, show: Shown, session: Session
) -> None:
    place = span("Place", place_of(NEWS, "Homs"))
    show(NEWS, place)
    QAccessible.setActive(True)
    try:
        session.select(place.id)
    finally:
        QAccessible.setActive(False)
    assert session.current == place


def _ask_for_menu(view: ArticleView, at: QPoint, reason: QContextMenuEvent.Reason) -> None:
    port = view.viewport()
    event = QContextMenuEvent(reason, at, port.mapToGlobal(at))
    QApplication.sendEvent(port, event)


def _menu(qtbot: QtBot) -> QMenu:
    qtbot.waitUntil(lambda: isinstance(QApplication.activePopupWidget(), QMenu))
    popup = QApplication.activePopupWidget()
    assert isinstance(popup, QMenu)
    return popup


@pytest.mark.qt_log_ignore("does not support grabbing", extend=True)
def test_the_right_button_chooses_what_is_under_it(
    view: ArticleView, show: Shown, session: Session, qtbot: QtBot
) -> None:
    place = span("Place", place_of(NEWS, "Homs"))
    show(NEWS, place)
    at = point_at(view, place.start + 1)
    QTest.mouseClick(view.viewport(), Qt.MouseButton.RightButton, pos=at)
    _ask_for_menu(view, at, QContextMenuEvent.Reason.Mouse)
    menu = _menu(qtbot)
    assert session.current == place
    assert [a.text() for a in menu.actions() if a.text()] == [
        "Tag ‘Homs’ as", "Change Place to", "Delete Place", "Copy",
    ]  # fmt: skip
    menu.close()


@pytest.mark.qt_log_ignore("does not support grabbing", extend=True)
def test_the_menu_key_keeps_the_selection(
    view: ArticleView, show: Shown, session: Session, qtbot: QtBot
) -> None:
    show()
    view.set_selection(place_of(NEWS, "the rebels"))
    _ask_for_menu(view, QPoint(5, 5), QContextMenuEvent.Reason.Keyboard)
    menu = _menu(qtbot)
    tagging = menu.actions()[0].menu()
    assert isinstance(tagging, QMenu)
    tagging.actions()[0].trigger()
    menu.close()
    assert words_of(session) == {"Actor": ["the rebels"]}


def test_there_is_no_menu_without_an_article(view: ArticleView) -> None:
    _ask_for_menu(view, QPoint(5, 5), QContextMenuEvent.Reason.Mouse)
    assert QApplication.activePopupWidget() is None


def test_the_wheel_scrolls_over_the_outer_margins(view: ArticleView, show: Shown) -> None:
    show("\n".join([NEWS] * 20))
    view.resize(1600, 500)
    assert view.viewport().geometry().left() > 100
    at = QPointF(20, 200)
    event = QWheelEvent(
        at, view.mapToGlobal(at), QPoint(), QPoint(0, -120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(view, event)
    assert view.verticalScrollBar().value() > 0


def test_another_codebook_repaints_with_its_colours(
    view: ArticleView, show: Shown, session: Session
) -> None:
    place = span("Place", place_of(NEWS, "Homs"))
    show(NEWS, place)
    view.clearFocus()
    box = view.rectangles(place.fragments[0])[0].toRect()
    before = view.viewport().grab(box).toImage()
    labels = [
        replace(k, color="#7e22ce") if k.name == "Place" else k for k in session.codebook.labels
    ]
    session.codebook = replace(session.codebook, labels=tuple(labels))
    view.refresh()
    assert view.viewport().grab(box).toImage() != before


def test_a_bulk_edit_and_its_undo_are_painted(
    view: ArticleView, show: Shown, session: Session
) -> None:
    from annotator.model.edit import Change, Edit

    show("word " * 400)
    empty = view.viewport().grab().toImage()
    made = [
        Change(None, Annotation(id=new_id(), label="Place", fragments=((n * 5, n * 5 + 4),)))
        for n in range(400)
    ]
    session.edit(Edit(name="tag all", changes=tuple(made)))
    view.clearFocus()
    assert view.viewport().grab().toImage() != empty
    assert len(view._scene.in_sight()[0].patch.marks) > 100
    session.undo()
    assert view._scene.in_sight()[0].patch.marks == []


def test_opening_another_article_starts_at_its_top(
    view: ArticleView, show: Shown, session: Session
) -> None:
    place = span("Place", place_of(NEWS, "Homs"))
    show("\n\n".join([NEWS] * 30), place)
    session.select(place.id)
    view.verticalScrollBar().setValue(1_500)
    view.set_selection((200, 220))
    session.open(document_of("short"))
    assert (view.verticalScrollBar().value(), view.caret) == (0, 0)
    assert session.current is None and view.selected() == (0, 5)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda t: str(t.name))
def test_the_shipped_colours_can_be_read_on_the_page(theme: Theme) -> None:
    codebook = decode(resources.path("codebooks/news.json").read_bytes())
    page, ink = theme.color("page"), theme.color("ink")
    for label in (*codebook.labels, Label(name="unknown")):
        assert contrast(theme.label_ink(label.color), page) >= 4.5
        assert contrast(theme.label_line(label.color), page) >= 3.0
        for strength in (1.0, 1.4, 1.9):
            assert contrast(ink, theme.label_tint(label.color, strength)) >= 4.5


def test_ctrl_and_the_wheel_ask_for_another_size(
    view: ArticleView, show: Shown, qtbot: QtBot
) -> None:
    show("\n".join([NEWS] * 20))
    heard: list[int] = []
    view.zoom_wanted.connect(heard.append)

    def wheel(by: int, modifier: Qt.KeyboardModifier) -> None:
        event = QWheelEvent(
            QPointF(200, 200), view.viewport().mapToGlobal(QPointF(200, 200)), QPoint(),
            QPoint(0, by), Qt.MouseButton.NoButton, modifier, Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(view.viewport(), event)

    wheel(120, Qt.KeyboardModifier.ControlModifier)
    wheel(-120, Qt.KeyboardModifier.ControlModifier)
    assert heard == [10, -10] and view.verticalScrollBar().value() == 0
    wheel(-120, Qt.KeyboardModifier.NoModifier)
    assert heard == [10, -10] and view.verticalScrollBar().value() > 0


@pytest.mark.parametrize("width", [340, 800])
def test_the_names_of_bars_stand_beside_the_text_or_over_it(
    view: ArticleView, show: Shown, session: Session, width: int
) -> None:
    view.resize(width, 600)
    masthead = span("Region", (0, len("Unknown Gazette")), kind="masthead")
    body = span("Region", (place_of(NEWS, "Amaq")[0], len(NEWS)), kind="body")
    show(NEWS, masthead, body)
    view.clearFocus()
    scene = view._scene
    over = scene._laid(scene._names(scene.in_sight()))
    box = view.rectangles((0, 7))[0]
    if width == 800:
        assert over == []
        beside = QRect(2, round(box.top()), view._page.gutter - 20, round(box.height()))
        assert _has_ink(view, beside)
        return
    assert [chip.text for chip, _ in over] == ["masthead", "body"]
    assert all(_has_ink(view, at.toRect()) and at.bottom() <= box.top() for _, at in over[:1])
    assert over[1][1].bottom() <= view.rectangles(place_of(NEWS, "Amaq"))[0].top()
    left = Qt.MouseButton.LeftButton
    QTest.mouseClick(view.viewport(), left, pos=over[1][1].center().toPoint())
    assert session.current == body and body.covers(view.caret)


def _has_ink(view: ArticleView, area: QRect) -> bool:
    image = view.viewport().grab(area).toImage()
    return any(
        image.pixelColor(x, y).lightness() < 180
        for x in range(image.width())
        for y in range(image.height())
    )
