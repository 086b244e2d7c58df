"""Tagging and changing labels, by keys and by mouse; which keys the text takes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtTest import QTest
from tests.gui.article_samples import (
    NEWS,
    click,
    extents,
    place_of,
    span,
    words_of,
)
from tests.gui.conftest import Shown

from annotator.gui.article_view import ArticleView
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
