"""Keys in the form: leaving, help, letters, Tab; a name and a role for every stop."""

from __future__ import annotations

from itertools import pairwise

import pytest
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from tests.gui.form_fixture import (
    OFFSCREEN,
    Desk,
    Key,
    Mod,
    desk,
    letter_of,
)

from annotator.gui import theme as themes
from annotator.gui.field_choice import Segment
from annotator.gui.form_order import stops
from annotator.gui.form_row import FieldRow, row_of
from annotator.model import edit as edits

__all__ = ["desk"]
pytestmark = OFFSCREEN


# -- keys ----------------------------------------------------------------------------------


def test_escape_tells_what_is_typed_and_leaves(desk: Desk) -> None:
    desk.select("died")
    for name in ("code", "note"):
        current = desk.session.current
        assert current is not None
        desk.session.edit(edits.fill(current, name, None))
        desk.form.focus_field(name)
        widget = desk.focused()
        desk.type(widget, "Z")
        with desk.qtbot.waitSignal(desk.form.done):
            desk.press(widget, Key.Key_Escape)
        assert desk.held(name) == "Z"


def test_f1_tells_the_guideline_of_the_field(desk: Desk) -> None:
    desk.select("died")
    segment = desk.input("certainty", Segment)
    with desk.qtbot.waitSignal(desk.form.guideline_wanted) as caught:
        desk.press(segment, Key.Key_F1)
    assert caught.args == [
        "Certainty",
        "How sure the source is.\n\n**certain.** No doubt.\n\nAfter FactBank.",
    ]
    assert "How sure the source is." in desk.row("certainty").toolTip()


def test_letters_are_unique_avoid_the_menus_and_lead_to_rows(desk: Desk) -> None:
    desk.select("died")
    letters = desk.page.letters
    assert letters
    line = desk.input("code", QLineEdit)
    hidden = letter_of(desk, "mode")
    for letter in letters.keys() - {hidden}:
        desk.press(desk.focused(), Key(ord(letter.upper())), mod=Mod.AltModifier)
        focus = desk.focused()
        assert desk.form.isAncestorOf(focus) and focus.isVisible(), letter
    assert line.text() == "", "Alt+letter types nothing"
    desk.select("isis")
    texts = [r.label.text() for r in desk.page.all_rows()]
    assert texts[0] == "&Actor"


def test_focus_first_goes_to_what_is_missing(desk: Desk) -> None:
    desk.select("sunday")
    desk.form.focus_first()
    row = row_of(desk.focused())
    assert isinstance(row, FieldRow) and row.name == "value"
    desk.select("died")
    desk.form.focus_first()
    assert desk.focused() is desk.link("source").add
    desk.form.focus_field("rank")
    assert desk.page.more is not None and desk.page.more.is_open
    desk.form.focus_field("no such field")


@pytest.mark.parametrize("key", ["died", "isis", "sunday", "figure", "said"])
def test_tab_goes_as_the_eye_does(desk: Desk, key: str) -> None:
    desk.select(key)
    for section in (desk.page.more, desk.page.entity):
        if section is not None:
            section.set_open(True)
    QApplication.processEvents()
    order = stops(desk.page)
    tops = [w.mapTo(desk.page, w.rect().center()).y() for w in order]
    assert all(b >= a - 22 for a, b in pairwise(tops))
    order[0].setFocus()
    walked = [desk.focused()]
    for _ in order[1:]:
        desk.press(desk.focused(), Key.Key_Tab)
        walked.append(desk.focused())
    assert walked == order
    for expected in reversed(order[:-1]):
        desk.press(desk.focused(), Key.Key_Tab, mod=Mod.ShiftModifier)
        assert desk.focused() is expected


def test_tab_leaves_the_form_at_its_end(desk: Desk, qtbot: object) -> None:
    outside = QLineEdit(desk.window)
    outside.show()
    desk.select("said")
    stops(desk.page)[-1].setFocus()
    desk.press(desk.focused(), Key.Key_Tab)
    assert desk.focused() is outside


# -- for everybody -------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["", "died", "isis", "sunday", "figure", "said"])
def test_every_stop_has_a_name_and_a_role(desk: Desk, key: str) -> None:
    desk.session.select(key or None)
    page = desk.form._page
    for section in (getattr(page, "more", None), getattr(page, "entity", None)):
        if section is not None:
            section.set_open(True)
    QApplication.processEvents()
    reached = [w for w in desk.form.findChildren(QWidget) if w.focusPolicy() and w.isVisible()]
    assert reached
    for widget in reached:
        interface = QAccessible.queryAccessibleInterface(widget)
        assert interface is not None
        name = interface.text(QAccessible.Text.Name)
        assert name.strip(), widget
        assert interface.role() not in (QAccessible.Role.NoRole, QAccessible.Role.Client), widget
    names = [w.accessibleName() for w in stops(page)]
    assert len(set(names)) == len(names), "no two stops sound the same"


def test_titles_read_on_their_ground_in_both_themes(desk: Desk) -> None:
    for theme in (themes.LIGHT, themes.DARK):
        for name in ("muted", "ink", "danger"):
            assert themes.contrast(theme.color(name), theme.color("window")) >= 4.5, name


def test_theme_changes_what_is_there(desk: Desk) -> None:
    desk.select("died")
    before = desk.page.header.label.styleSheet()
    picture = desk.form.grab().toImage()
    desk.form.set_theme(themes.DARK)
    assert desk.page.header.label.styleSheet() != before
    assert desk.form.grab().toImage() != picture
    desk.select("isis")
