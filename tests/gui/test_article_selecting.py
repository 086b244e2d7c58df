"""Selecting in the article: caret, mouse, snapping, growing; always in code points."""

from __future__ import annotations

from itertools import pairwise

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot
from tests.gui.article_samples import (
    NEWS,
    click,
    double_click,
    drag,
    edge_at,
    move,
    place_of,
    point_at,
)
from tests.gui.conftest import Shown

from annotator.gui.article_view import ArticleView
from annotator.model.segment import Snap

KEY, MOD = Qt.Key, Qt.KeyboardModifier
ARABIC = "قال المتحدث باسم Islamic State إن المدينة سقطت"


def test_arrows_move_the_caret_and_take_its_word(view: ArticleView, show: Shown) -> None:
    show()
    for _ in range(3):
        QTest.keyClick(view, KEY.Key_Right)
    assert (view.caret, view.selected()) == (3, place_of(NEWS, "Unknown"))


def test_control_arrow_goes_on_by_words(view: ArticleView, show: Shown) -> None:
    show()
    QTest.keyClick(view, KEY.Key_Right, MOD.ControlModifier)
    assert view.selected() == place_of(NEWS, "Gazette")


@pytest.mark.parametrize(
    ("unit", "taken"),
    [
        ("character", (18, 20)),
        ("word", place_of(NEWS, "Amaq")),
        ("sentence", place_of(NEWS, "Amaq reported that the rebels took Homs on Sunday.")),
    ],
)
def test_shift_arrows_select_and_snap(
    view: ArticleView, show: Shown, unit: Snap, taken: tuple[int, int]
) -> None:
    show()
    view.snap = unit
    view.set_selection((18, 18))
    for _ in range(2):
        QTest.keyClick(view, KEY.Key_Right, MOD.ShiftModifier)
    assert view.selected() == taken


def test_the_last_character_can_be_selected(view: ArticleView, show: Shown) -> None:
    show()
    view.snap = "character"
    QTest.keyClick(view, KEY.Key_End, MOD.ControlModifier)
    QTest.keyClick(view, KEY.Key_Left, MOD.ShiftModifier)
    assert view.selected() == (len(NEWS) - 1, len(NEWS))
    QTest.keyClick(view, KEY.Key_Right)
    assert view.selected() == (len(NEWS), len(NEWS))


def test_dragging_selects_and_whole_words_are_taken(view: ArticleView, show: Shown) -> None:
    show()
    start, end = place_of(NEWS, "rebels took Homs")
    drag(view, point_at(view, start + 2), point_at(view, start + 7), point_at(view, end - 2))
    assert view.selected() == (start, end)


def test_dragging_backwards_is_the_same(view: ArticleView, show: Shown) -> None:
    show()
    start, end = place_of(NEWS, "rebels took Homs")
    drag(view, point_at(view, end - 2), point_at(view, start + 7), point_at(view, start + 2))
    assert view.selected() == (start, end)


def test_dragging_out_of_the_view_selects_to_the_end(view: ArticleView, show: Shown) -> None:
    show()
    start, _ = place_of(NEWS, "nobody")
    drag(view, point_at(view, start), QPoint(790, 590), QPoint(2_000, 3_000))
    assert view.selected() == (start, len(NEWS))


def test_a_selection_is_not_dragged_away(view: ArticleView, show: Shown, qtbot: QtBot) -> None:
    show()
    start, end = place_of(NEWS, "rebels took Homs")
    view.set_selection((start, end))
    last = place_of(NEWS, "Sunday")[0]
    drag(view, point_at(view, start + 3), point_at(view, end), point_at(view, last + 2))
    assert view.selected() == (start, last + len("Sunday"))
    assert not view.acceptDrops()


def test_double_click_selects_the_word_triple_the_sentence(view: ArticleView, show: Shown) -> None:
    show()
    port, at = view.viewport(), point_at(view, place_of(NEWS, "army")[0] + 1)
    QTest.mouseClick(port, Qt.MouseButton.LeftButton, pos=at)
    double_click(view, at)
    assert view.selected() == place_of(NEWS, "army")
    QTest.mouseClick(port, Qt.MouseButton.LeftButton, pos=at)
    assert view.selected() == place_of(NEWS, "The army said nothing.")
    QTest.mouseClick(port, Qt.MouseButton.LeftButton, pos=at)
    assert view.textCursor().hasSelection() is False


def test_dragging_after_a_double_click_goes_by_words(view: ArticleView, show: Shown) -> None:
    show()
    port, left = view.viewport(), Qt.MouseButton.LeftButton
    start, end = place_of(NEWS, "rebels")
    QTest.mouseDClick(port, left, pos=point_at(view, start + 2))
    for words, ahead in (("rebels took Homs", True), ("that the rebels", False)):
        low, high = place_of(NEWS, words)
        move(view, point_at(view, high - 2 if ahead else low + 2))
        assert view._selection.raw == (low, high)
        assert view.caret == (high if ahead else low)
    move(view, point_at(view, start + 1))
    assert view._selection.raw == (start, end)
    QTest.mouseRelease(port, left, pos=point_at(view, start + 1))
    move(view, point_at(view, 3))
    assert view._selection.raw == (start, end)


def test_dragging_after_a_triple_click_goes_by_sentences(view: ArticleView, show: Shown) -> None:
    show()
    at = point_at(view, place_of(NEWS, "army")[0] + 1)
    double_click(view, at)
    drag(view, at, point_at(view, place_of(NEWS, "rebels")[0]))
    assert view._selection.raw == place_of(NEWS, NEWS.split("\n")[2])


def test_a_double_click_takes_an_emoji_whole(view: ArticleView, show: Shown) -> None:
    show("so 👨‍👩‍👧 it is")
    for x in (5, 13):  # its left and its right half
        box = view.rectangles((3, 8))[0]
        double_click(view, QPoint(round(box.left()) + x, round(box.center().y())))
        assert view._selection.raw == (3, 8)
        view.set_selection((0, 0))


def test_emoji_before_a_word_do_not_shift_it(view: ArticleView, show: Shown) -> None:
    text = "😀👨‍👩‍👧🇫🇷 Homs fell 😀"
    show(text)
    start, end = place_of(text, "Homs")
    drag(view, edge_at(view, start, end=False), edge_at(view, end - 1, end=True))
    assert view.selected() == (start, end)
    click(view, start + 1)
    assert view.selected() == (start, end)


def test_a_caret_never_splits_what_is_read_as_one_character(view: ArticleView, show: Shown) -> None:
    show("😀👨‍👩‍👧e\u0301x")
    view.snap = "character"
    QTest.keyClick(view, KEY.Key_Right, MOD.ShiftModifier)
    assert view.selected() == (0, 1)
    QTest.keyClick(view, KEY.Key_Right, MOD.ShiftModifier)
    assert view.selected() == (0, 6)
    cursor = view.textCursor()
    cursor.setPosition(1)  # inside the surrogate pair of the first
    view.setTextCursor(cursor)
    assert view.caret == 0
    view.set_selection((2, 3))
    assert view.selected() == (1, 6)


def test_arabic_is_selected_by_its_own_words(view: ArticleView, show: Shown) -> None:
    show(ARABIC)
    for words in ("المتحدث", "State", "المدينة"):
        start, end = place_of(ARABIC, words)
        click(view, (start + end) // 2)
        assert view.selected() == (start, end)


def test_grow_and_shrink_walk_the_same_ladder(
    view: ArticleView, show: Shown, told: list[str]
) -> None:
    show()
    at = place_of(NEWS, "rebels")[0] + 2
    view.set_selection((at, at))
    steps = [view.selected()]
    for _ in range(4):
        view.grow()
        steps.append(view.selected())
    assert steps[1] == place_of(NEWS, "rebels")
    assert steps[4] == place_of(NEWS, NEWS.split("\n")[2])
    assert all(a[0] >= b[0] and a[1] <= b[1] for a, b in pairwise(steps))
    assert not told
    view.grow()
    assert view.selected() == steps[4] and told == ["That is the whole paragraph."]
    for step in steps[3:0:-1]:
        view.shrink()
        assert view.selected() == step
    view.shrink()
    assert view.textCursor().hasSelection() is False and view.caret == at
    assert len(told) == 1
    view.shrink()
    assert view.caret == at and told[1:] == ["There is nothing smaller."]


def test_moving_the_caret_forgets_what_was_grown(view: ArticleView, show: Shown) -> None:
    show()
    view.set_selection((20, 20))
    view.grow()
    view.grow()
    QTest.keyClick(view, KEY.Key_Right, MOD.ShiftModifier)
    view.shrink()
    assert view.textCursor().hasSelection() is False


def test_copy_gives_the_characters_of_the_article(view: ArticleView, show: Shown) -> None:
    text = "BBC\u00a0reported \u202aso\u202c"
    show(text)
    QTest.keyClick(view, KEY.Key_A, MOD.ControlModifier)
    QTest.keyClick(view, KEY.Key_C, MOD.ControlModifier)
    assert QGuiApplication.clipboard().text() == text
    assert not QGuiApplication.clipboard().mimeData().hasHtml()


def test_nothing_can_be_typed_pasted_or_dropped(view: ArticleView, show: Shown) -> None:
    show()
    for key in (KEY.Key_X, KEY.Key_Delete, KEY.Key_Backspace, KEY.Key_Return):
        QTest.keyClick(view, key)
    view.paste()
    assert view.document().characterCount() - 1 == len(NEWS)
    assert not view.canInsertFromMimeData(QGuiApplication.clipboard().mimeData())


def test_escape_lets_go_of_the_selection(view: ArticleView, show: Shown) -> None:
    show()
    view.set_selection((18, 30))
    QTest.keyClick(view, KEY.Key_Escape)
    assert view.textCursor().hasSelection() is False and view.caret == 30


def test_without_an_article_nothing_goes_wrong(view: ArticleView) -> None:
    for key in (KEY.Key_Right, KEY.Key_Escape, KEY.Key_Tab, KEY.Key_A):
        QTest.keyClick(view, key)
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(300, 200))
    double_click(view, QPoint(300, 200))
    view.grow()
    view.shrink()
    assert view.selected() == (0, 0) and view.rectangles((0, 5)) == []
