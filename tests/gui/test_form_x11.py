"""The lists below fields with real keys: on a server a popup takes them, not the field."""

from __future__ import annotations

import subprocess

import pytest
from PySide6.QtWidgets import QApplication
from tests.gui.form_fixture import Desk, desk, letter_of

from annotator.gui.entity_field import EntityLine
from annotator.gui.field_offers import SearchLine

__all__ = ["desk"]
pytestmark = pytest.mark.x11


def press(*keys: str) -> None:
    subprocess.run(["xdotool", "key", "--clearmodifiers", "--delay", "30", *keys], check=True)


def test_search_walk_take_and_cancel(desk: Desk) -> None:
    desk.qtbot.waitUntil(desk.window.isActiveWindow)
    desk.select("observatory")
    line = desk.input("entity", EntityLine)
    press("s", "y", "r")
    desk.qtbot.waitUntil(lambda: line.text() == "syr" and line.popup.isVisible())
    press("Down", "Up", "Return")
    desk.qtbot.waitUntil(lambda: desk.held("entity") == "e-sohr")
    assert line.text() == "Syrian Observatory" and not line.popup.isVisible()
    press("d", "a", "e")
    desk.qtbot.waitUntil(lambda: line.popup.isVisible())
    press("Escape")
    desk.qtbot.waitUntil(lambda: not line.popup.isVisible())
    assert line.hasFocus() and desk.held("entity") == "e-sohr"
    press("Delete")
    desk.qtbot.waitUntil(lambda: desk.held("entity") is None)


def test_tab_takes_the_marked_row_and_goes_on(desk: Desk) -> None:
    desk.qtbot.waitUntil(desk.window.isActiveWindow)
    desk.select("died")
    line = desk.input("event", SearchLine)
    press("p", "r", "o")
    desk.qtbot.waitUntil(lambda: line.popup.isVisible())
    press("Tab")
    desk.qtbot.waitUntil(lambda: desk.held("event") == "PROTEST")
    # While the list goes, the window and with it every field is without the keyboard for a moment.
    desk.qtbot.waitUntil(lambda: QApplication.focusWidget() not in (None, line))
    assert desk.form.isAncestorOf(desk.focused())
    desk.form.focus_field("event")
    press("Down")
    desk.qtbot.waitUntil(lambda: line.popup.isVisible())
    press("ctrl+Return")
    desk.qtbot.waitUntil(lambda: not line.popup.isVisible())


def test_alt_letter_goes_to_the_row_and_types_nothing(desk: Desk) -> None:
    desk.qtbot.waitUntil(desk.window.isActiveWindow)
    desk.select("died")
    letter = letter_of(desk, "note")
    desk.form.focus_field("code")
    press(f"alt+{letter}")
    target = desk.row("note").input.focusProxy()
    desk.qtbot.waitUntil(lambda: QApplication.focusWidget() is target)
    assert desk.held("code") is None and desk.held("note") is None
