"""Settings as a form, and what is done to several annotations at once."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox, QLineEdit, QSpinBox
from tests.gui.program_fixture import Start, press, start, templates

from annotator.formats import by_id
from annotator.gui import theme
from annotator.gui.dialogs.export_format import in_order
from annotator.gui.dialogs.preferences import Preferences
from annotator.model import edit as edits
from annotator.store.database import Database

__all__ = ["start", "templates"]  # fixtures


def test_each_setting_is_seen_at_once(start: Start) -> None:
    program = start().opened()
    press(program.window, "Ctrl+Comma")
    dialog = program.dialog(Preferences)
    appearance, zoom, name = (dialog.widgets[n] for n in ("theme", "zoom", "name"))
    assert isinstance(appearance, QComboBox) and isinstance(zoom, QSpinBox)
    appearance.setCurrentText("Dark")
    assert program.window.theme is theme.DARK
    zoom.setValue(150)
    assert program.work.view.zoom == 150
    assert isinstance(name, QLineEdit)
    QTest.keyClicks(name, "Alice")
    press(name, "Return")
    guide = dialog.widgets["guide"]
    assert isinstance(guide, QCheckBox)
    guide.setChecked(False)
    dialog.close()
    program.close()
    with Database(program.database, write=False) as database:
        people = database.read(lambda db: db.exec_driver_sql("select name from annotator").all())
    assert ("Alice",) in [tuple(row) for row in people]
    again = start().opened()
    assert again.window.settings.zoom == 150 and not again.window.settings.guide
    assert len(again.document.annotations) == 154, "another name, the same person's work"


def test_the_format_to_aim_at(start: Start) -> None:
    program = start().opened()
    press(program.window, "Ctrl+Comma")
    dialog = program.dialog(Preferences)
    target = dialog.widgets["target"]
    assert isinstance(target, QComboBox)
    assert [target.itemText(n) for n in range(target.count())] == [
        "Nothing", *(f.name for f in in_order())
    ]  # fmt: skip
    assert target.currentText() == "Nothing" and not program.work.misfits.format
    target.setCurrentText("CoNLL-2003")
    assert program.window.settings.target == "conll2003"
    assert program.work.misfits.format is by_id("conll2003")
    dialog.close()
    program.window.set_setting("target", "gone since")
    assert not program.work.misfits.format
    program.until(lambda: not program.shown(Preferences))
    program.activate()
    press(program.window, "Ctrl+Comma")
    again = program.dialog(Preferences).widgets["target"]
    assert isinstance(again, QComboBox) and again.currentText() == "Nothing"


def test_several_rows_are_deleted_as_one_step(start: Start) -> None:
    program = start().opened()
    table = program.work.annotations.table
    table.setFocus()
    table.selectRow(2)
    for _ in range(3):
        QTest.keyClick(table, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert len(table.selectionModel().selectedRows()) == 4
    press(table, "Delete")
    assert len(program.document.annotations) == 150
    assert program.work.session.undo_stack.undoText() == "delete 4 annotations"
    program.work.undo()
    assert len(program.document.annotations) == 154


def test_a_resized_annotation_stays_current(start: Start) -> None:
    program = start().opened()
    press(program.work.view, "Tab", "Tab", "Tab", "Tab")
    current = program.work.session.current
    assert current is not None
    press(program.work.view, "Alt+Right", "Alt+Right")
    assert program.work.session.current is not None
    assert program.work.session.current.id == current.id
    assert program.work.session.current.end > current.end


def test_a_fault_of_an_entity_is_met_at_its_mentions(start: Start) -> None:
    program = start().opened()
    session, faults = program.work.session, program.work.faults
    program.until(lambda: faults.done)
    before = faults.count
    palmyra = next(e for e in program.document.entities.values() if e.name == "Palmyra")
    session.edit(edits.fill(palmyra, "wikidata", "bad"))
    program.until(lambda: faults.done)
    mentions = [
        a for a in program.document.annotations.values() if a.fields.get("entity") == palmyra.id
    ]
    assert faults.count == before + len(mentions) > before
    assert "record" in faults.of(mentions[0].id)[0].message


def test_submitted_work_is_taken_back_first(start: Start) -> None:
    program = start().opened()
    program.until(lambda: program.work.faults.done)
    press(program.window, "Ctrl+Return")
    assert program.document.status.state == "submitted"
    assert "fault" in program.window.status.told.text()
    program.caret_on("regrouped")
    press(program.work.view, "D")
    assert "take it back" in program.window.status.told.text()
    assert len(program.document.annotations) == 154
    program.do("reopen")
    program.tag("regrouped", "D")
    assert len(program.document.annotations) == 155


def test_each_fact_of_an_article_is_a_step_of_its_own(start: Start) -> None:
    program = start().opened()
    article = program.document.article
    session = program.work.session
    facts = {"title": "Other", "source": "Wire", "language": "fr"}
    for name, value in facts.items():
        program.work.form.focus_field(name)
        line = QApplication.focusWidget()
        assert isinstance(line, QLineEdit)
        line.selectAll()
        QTest.keyClicks(line, value)
        program.work.form.flush()
    assert session.undo_stack.count() == 3
    program.work.undo()
    assert program.document.article.language == article.language
    assert program.document.article.source == "Wire"
