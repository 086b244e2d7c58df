"""The window: first start, guide, palette, menus, settings and panels, what a restart keeps."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QTextTable
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDockWidget, QPushButton
from tests.gui.program_fixture import Program, Start, press, start, templates

from annotator.gui import theme
from annotator.gui.actions import ACTIONS
from annotator.gui.dialogs.reading import Reading
from annotator.gui.guide import STEPS
from annotator.gui.palette import Palette
from annotator.gui.panels import PANELS
from annotator.gui.toolbar import LabelButton
from annotator.model.codebook import RESERVED_KEYS

__all__ = ["start", "templates"]
pytestmark = pytest.mark.qt_log_ignore("does not support grabbing", extend=True)


def button(program: Program, text: str) -> QPushButton:
    """A visible button of the window by its text."""
    QApplication.processEvents()
    return next(
        b
        for b in program.window.findChildren(QPushButton)
        if b.isVisible() and b.text().replace("&", "").startswith(text)
    )


def push(program: Program, text: str) -> None:
    QTest.mouseClick(button(program, text), Qt.MouseButton.LeftButton)


def guided(program: Program) -> bool:
    return program.window.guide is not None


def settings(home: Path) -> dict[str, object]:
    return tomllib.loads((home / "config/annotator/settings.toml").read_text("utf-8"))


# ---- the first start and the guide ---------------------------------------------------------------


def test_first_start(start: Start, tmp_path: Path) -> None:
    program = start(template="")
    assert program.window.middle.currentWidget() is program.window.welcome
    program.opened()
    assert program.database.exists()
    assert len(program.document.annotations) == 154
    assert program.window.windowTitle().endswith("— Palmyra sample — Annotator")
    assert program.work.view.hasFocus()
    assert program.window.guide is not None and program.window.guide.isVisible()
    assert not program.work.session.undo_stack.canUndo()


def test_guide_to_its_end_is_remembered(start: Start, home: Path) -> None:
    program = start().opened()
    guide = program.window.guide
    assert guide is not None
    push(program, "Next")
    push(program, "Back")
    assert not button(program, "Back").isEnabled()
    for _ in STEPS[1:]:
        push(program, "Next")
    push(program, "Done")
    assert not guided(program) and not guide.isVisible()
    assert settings(home)["guide"] is False
    program.close()
    program = start().opened()
    assert not guided(program)
    program.do("guide")
    assert guided(program)
    push(program, "Close")
    assert not guided(program)


def test_guide_never_takes_the_keyboard(start: Start) -> None:
    program = start().opened()
    press(program.work.view, "Tab")
    assert program.work.session.current is not None
    push(program, "Next")
    assert program.work.view.hasFocus()


def test_guide_after_another_project_and_theme(start: Start) -> None:
    program = start(template="many").opened()
    program.open_project("Texts")
    assert not guided(program)
    program.do("guide")
    guide = program.window.guide
    assert guide is not None and guide.isVisible()
    program.window.set_setting("theme", "dark")
    assert theme.DARK.raised in guide.styleSheet()


# ---- the palette ---------------------------------------------------------------------------------


def palette(program: Program) -> Palette:
    press(program.window, "Ctrl+K")
    return program.dialog(Palette)


def names(shown: Palette) -> list[str]:
    return [shown.list.item(i).text() for i in range(shown.list.count())]


def test_palette_finds_every_command(start: Start) -> None:
    program = start().opened()
    shown = palette(program)
    assert len(names(shown)) == len(program.window.rows)
    QTest.keyClicks(shown.line, "larger te")
    assert names(shown)[0].startswith("Larger text")
    press(shown.line, "Return")
    assert program.window.settings.zoom == 110
    program.until(lambda: not program.shown(Palette))


def test_palette_goes_up_and_down_and_leaves(start: Start) -> None:
    program = start().opened()
    shown = palette(program)
    assert shown.list.currentRow() == 0
    press(shown.line, "Down", "Down", "Up")
    assert shown.list.currentRow() == 1
    press(shown.line, "Up", "Up")
    assert shown.list.currentRow() == shown.list.count() - 1
    QTest.keyClicks(shown.line, "no such command at all")
    assert not names(shown)
    press(shown.line, "Down", "Return")
    assert shown.isVisible()
    press(shown.line, "Escape")
    program.until(lambda: not program.shown(Palette))
    assert program.work.view.hasFocus()


def test_palette_does_not_run_what_is_disabled(start: Start) -> None:
    program = start().opened()
    shown = palette(program)
    QTest.keyClicks(shown.line, "redo")
    assert not program.window.rows["redo"][1].isEnabled()
    press(shown.line, "Return")
    assert shown.isVisible()


def test_palette_runs_what_belongs_to_the_text(start: Start) -> None:
    program = start().opened()
    program.caret_on("regrouped")
    program.work.articles.search.setFocus()
    shown = palette(program)
    QTest.keyClicks(shown.line, "tag as date")
    press(shown.line, "Return")
    current = program.work.session.current
    assert current is not None and current.label == "Date"
    assert current.quote(program.document.text) == "regrouped"


# ---- menus ---------------------------------------------------------------------------------------


def test_menus_name_what_undo_would_do(start: Start) -> None:
    program = start().opened()
    program.window.resize(1900, 800)  # room for the whole bar
    undo, redo = (program.window.rows[n][1] for n in ("undo", "redo"))
    assert not undo.isEnabled() and undo.text() == "&Undo"
    program.tag("regrouped", "D")
    assert undo.isEnabled() and undo.text() == "&Undo tag Date 'regrouped'"
    assert button(program, "↶ Undo tag Date").isVisible()
    press(program.work.view, "Ctrl+Z")
    assert not undo.isEnabled() and redo.text() == "&Redo tag Date 'regrouped'"
    press(program.work.view, "Ctrl+Shift+Z")
    push(program, "↶ Undo")
    assert len(program.document.annotations) == 154
    program.saved()


def test_undo_is_there_after_a_restart(start: Start) -> None:
    program = start().opened()
    tagged = [program.tag("regrouped", "D"), program.tag("reign", "A")]
    program.do("undo")
    program.saved()
    program.close()
    program = start().opened()
    assert program.window.rows["undo"][1].text() == "&Undo tag Date 'regrouped'"
    assert program.window.rows["redo"][1].text() == "&Redo tag Actor 'reign'"
    program.do("redo")
    assert set(tagged) <= set(program.document.annotations)
    program.do("undo")
    program.do("undo")
    assert len(program.document.annotations) == 154
    program.saved()


def test_the_keys_that_no_label_may_have() -> None:
    plain = {key.lower() for action in ACTIONS for key in action.keys if len(key) == 1}
    assert plain == RESERVED_KEYS


def test_every_action_is_in_a_menu_once(start: Start) -> None:
    program = start().opened()
    shown = [a for menu in program.window._menus.values() for a in menu.actions() if a.text()]
    assert len(shown) == len(program.window.rows) == len({a.objectName() for a in shown})
    keys = [k.toString() for _, a in program.window.rows.values() for k in a.shortcuts()]
    assert len(keys) == len(set(keys)), "two actions have one key"


def test_buttons_of_the_bar(start: Start) -> None:
    program = start().opened()
    program.window.resize(1900, 800)  # room for all of it
    program.caret_on("regrouped")
    labels = program.window.bar.findChildren(LabelButton)
    assert [b.text() for b in labels] == [k.name for k in program.work.session.codebook.labels]
    QTest.mouseClick(labels[1], Qt.MouseButton.LeftButton)
    current = program.work.session.current
    assert current is not None and current.label == labels[1].text()
    push(program, "Snap: word")
    assert program.window.settings.snap == program.work.view.snap == "sentence"
    QApplication.processEvents()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert len(program.window.bar.findChildren(LabelButton)) == len(labels), "none is left behind"
    push(program, "Ctrl+K")
    assert program.dialog(Palette)
    program.saved()


def test_texts_beside_the_work(start: Start) -> None:
    program = start().opened()
    press(program.work.view, "F1")
    assert "Choose an annotation" in program.window.status.told.text()
    press(program.work.view, "Tab", "F1")
    reading = program.dialog(Reading)
    assert reading.windowTitle() == program.work.session.current.label  # type: ignore[union-attr]
    press(reading, "Escape")
    program.activate()
    press(program.window, "Ctrl+Slash")
    reading = program.dialog(Reading)
    assert "Ctrl+K" in reading.text.toPlainText() and "Tag as Actor" in reading.text.toPlainText()
    tables = reading.text.document().rootFrame().childFrames()
    formats = [f.format().toTableFormat() for f in tables if isinstance(f, QTextTable)]
    assert len(formats) > 3 and {f.border() for f in formats} == {0}
    assert len({f.columnWidthConstraints()[0].rawValue() for f in formats}) == 1
    reading.close()
    program.do("about")
    assert str(program.database) in program.dialog(Reading).text.toPlainText()


# ---- settings and panels -------------------------------------------------------------------------


def test_settings_are_seen_and_kept(start: Start, home: Path) -> None:
    program = start().opened()
    press(program.window, "Ctrl+Plus", "Ctrl+Plus", "Ctrl+3")
    for name in ("theme_dark", "order_label"):
        program.do(name)
    assert program.window.status.zoom.text() == "120 %"
    assert program.window.rows["snap_sentence"][1].isChecked()
    assert not program.window.rows["snap_word"][1].isChecked()
    assert "by label" in program.work.annotations.heading.text()
    held = settings(home)
    assert (held["zoom"], held["theme"], held["snap"], held["order"]) == (
        120, "dark", "sentence", "label",
    )  # fmt: skip
    program.close()
    program = start().opened()
    assert program.window.theme is theme.DARK
    assert program.work.view.snap == "sentence"
    assert "by label" in program.work.annotations.heading.text()
    press(program.window, "Ctrl+0")
    assert "zoom" not in settings(home)


def test_zoom_stops_at_its_ends(start: Start) -> None:
    program = start().opened()
    for _ in range(30):
        program.do("zoom_in")
    assert program.window.settings.zoom == 300
    for _ in range(30):
        program.do("zoom_out")
    assert program.window.settings.zoom == 50


def test_settings_that_cannot_be_saved_are_told(start: Start, home: Path) -> None:
    program = start().opened()
    folder = home / "config" / "annotator"
    (folder / "settings.tmp").mkdir()  # in the way of the new file
    program.do("zoom_in")
    assert "can't be saved" in program.window.status.told.text()
    assert program.window.settings.zoom == 110, "it holds while the window is open"


def test_broken_settings_do_no_harm(start: Start, home: Path) -> None:
    folder = home / "config" / "annotator"
    folder.mkdir(parents=True)
    (folder / "settings.toml").write_text("zoom = = 5")
    program = start().opened()
    assert program.window.settings.zoom == 100
    assert (folder / "settings.broken.toml").read_text() == "zoom = = 5"


def test_panels_moved_and_kept(start: Start) -> None:
    program = start().opened()
    docks = program.window.docks.docks
    program.do("lock")
    assert all(d.titleBarWidget() is None for d in docks.values())
    program.window.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, docks["articles"])
    docks["annotations"].close()
    program.do("lock")
    program.close()
    program = start().opened()
    docks = program.window.docks.docks
    assert _area(program, docks["articles"]) == Qt.DockWidgetArea.RightDockWidgetArea
    assert docks["annotations"].isHidden() and not program.window.docks.titles_shown
    program.do("reset")
    for panel in PANELS:
        assert docks[panel.name].isVisible()
        assert _area(program, docks[panel.name]) == panel.area


def _area(program: Program, dock: QDockWidget) -> Qt.DockWidgetArea:
    return program.window.dockWidgetArea(dock)


def test_size_is_kept(start: Start) -> None:
    program = start().opened()
    program.window.resize(700, 640)
    QApplication.processEvents()
    size = program.window.size()
    program.close()
    assert start().opened().window.size() == size


def test_panes_by_f6(start: Start) -> None:
    program = start().opened()
    work = program.work
    guide = program.window.guide
    assert guide is not None
    for _ in range(3):
        press(program.window, "F6")
    focus = QApplication.focusWidget()
    assert focus is not None and guide.isAncestorOf(focus), "the guide is a pane while it is there"
    press(focus, "Escape")
    assert program.window.guide is None and work.view.hasFocus()
    seen = []
    for _ in range(4):
        press(program.window, "F6")
        focus = QApplication.focusWidget()
        assert focus is not None
        panes = (work.articles, work.view, work.form, work.annotations)
        seen += [i for i, p in enumerate(panes) if p is focus or p.isAncestorOf(focus)]
    assert seen == [2, 3, 0, 1]
    press(program.window, "Shift+F6")
    assert QApplication.focusWidget() is work.articles.list
    press(program.window, "F2")
    assert work.view.hasFocus()


# ---- another project in the same window ----------------------------------------------------------


def test_nothing_of_the_project_before_answers(start: Start) -> None:
    program = start(template="many").opened()
    before = program.work
    program.tag("regrouped", "P")  # nothing said of it: a fault
    program.until(lambda: before.faults.count)
    program.open_project("Texts")
    program.opened()
    assert program.work is not before
    QApplication.processEvents()
    program.work.go_to_article(1)
    QApplication.processEvents()
    program.settled()
    program.window.status.faults_wanted.emit()
    assert program.window.status.told.text() == "No faults here."
    program.window.status.retry_wanted.emit()
    assert program.window.windowTitle().count("Texts") == 1


def test_edits_made_while_another_project_opens_are_saved(start: Start) -> None:
    program = start(template="many").opened()
    desk = program.window.desk
    assert desk is not None
    before = program.work
    desk.open_project("Texts")
    tagged = program.tag("regrouped", "D")
    program.until(lambda: program.window.place is not before)
    program.open_project("Palmyra sample")
    program.opened()
    assert tagged in program.document.annotations
