"""Each kind of field: set, clear, wrong value, undo, redo."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QCheckBox, QLineEdit
from tests.gui.form_fixture import OFFSCREEN, Desk, Key, Mod, desk

from annotator.gui.field_chips import ChoicesInput, StringsInput
from annotator.gui.field_choice import ChoiceInput, Segment
from annotator.gui.field_offers import SearchLine
from annotator.gui.field_plain import PlainValue
from annotator.gui.field_span import SpanInput
from annotator.gui.field_text import TextEdit

__all__ = ["desk"]
pytestmark = OFFSCREEN


def test_bool_is_ticked_cleared_undone_and_redone(desk: Desk) -> None:
    desk.select("died")
    box = desk.input("doubtful", QCheckBox)
    desk.press(box, Key.Key_Space)
    assert desk.held("doubtful") is True
    desk.press(box, Key.Key_Return)
    assert desk.held("doubtful") is False
    desk.press(box, Key.Key_Delete)
    assert desk.held("doubtful") is None
    desk.session.undo()
    desk.session.undo()
    assert desk.held("doubtful") is True and box.isChecked()
    desk.session.redo()
    assert desk.held("doubtful") is False and not box.isChecked()
    desk.click(box)
    assert desk.held("doubtful") is True


def test_string_is_typed_in_one_undo_step_and_told_after_a_moment(desk: Desk) -> None:
    desk.select("died")
    line = desk.input("code", QLineEdit)
    steps = desk.session.undo_stack.count()
    desk.type(line, "A")
    assert desk.held("code") is None, "not told at once"
    assert desk.row("code")._wait.interval() <= 250
    desk.qtbot.waitUntil(lambda: desk.held("code") == "A")
    desk.type(line, "BÉ")
    desk.qtbot.waitUntil(lambda: desk.held("code") == "ABÉ")
    assert desk.session.undo_stack.count() == steps + 1
    assert "not of the form" in desk.row("code").fault, "wrong values are saved and told"
    desk.session.undo()
    assert (desk.held("code"), line.text(), desk.row("code").fault) == (None, "", "")
    desk.session.redo()
    assert (desk.held("code"), line.text()) == ("ABÉ", "ABÉ")
    line.selectAll()
    desk.press(line, Key.Key_Delete)
    desk.form.flush()
    assert desk.held("code") is None


def test_fault_stands_below_while_typing_and_the_keyboard_stays(desk: Desk) -> None:
    desk.select("died")
    line = desk.input("code", QLineEdit)
    desk.type(line, "abcde")
    assert desk.row("code").fault == "abcde is not of the form [A-Z]{2,4}."
    assert desk.focused() is line and line.cursorPosition() == 5
    line.selectAll()
    desk.type(line, "OK")
    assert desk.row("code").fault == ""
    desk.form.flush()
    assert desk.row("code").fault == ""


def test_echo_of_typing_moves_no_cursor(desk: Desk) -> None:
    desk.select("died")
    line = desk.input("code", QLineEdit)
    desk.type(line, "AD")
    desk.press(line, Key.Key_Left)
    desk.form.flush()
    assert line.cursorPosition() == 1
    desk.type(line, "BC ")
    desk.form.flush()
    assert (line.text(), line.cursorPosition(), desk.held("code")) == ("ABC D", 4, "ABC D")


def test_text_grows_and_tab_leaves(desk: Desk) -> None:
    desk.select("died")
    edit = desk.input("note", TextEdit)
    low = edit.height()
    for n in range(8):
        desk.type(edit, f"line {n}")
        desk.press(edit, Key.Key_Return)
    assert low < edit.height() <= 6 * edit.fontMetrics().lineSpacing() + 14
    desk.type(edit, "a\u00a0b — مرحبا")
    desk.press(edit, Key.Key_Tab)
    assert not edit.hasFocus()
    desk.form.flush()
    held = desk.held("note")
    assert isinstance(held, str) and held.endswith("a\u00a0b — مرحبا") and held.count("\n") == 8
    desk.session.undo()
    assert desk.held("note") is None and edit.written() == ""


def test_number_reads_any_point_keeps_empty_empty_and_counts(desk: Desk) -> None:
    desk.select("figure")
    line = desk.input("value", QLineEdit)
    assert line.text() == "120"
    desk.press(line, Key.Key_Up, Key.Key_Up, Key.Key_Down)
    desk.form.flush()
    assert desk.held("value") == 121
    line.selectAll()
    desk.type(line, "2.5")
    desk.form.flush()
    assert desk.held("value") == 2.5
    line.clear()
    desk.type(line, "7")
    desk.press(line, Key.Key_Backspace)
    desk.form.flush()
    assert desk.held("value") is None and line.text() == ""
    desk.type(line, "-3")
    desk.form.flush()
    assert desk.held("value") == -3 and desk.row("value").fault == "Must be at least 0."


def test_what_is_no_number_is_told_and_kept_but_not_saved(desk: Desk) -> None:
    desk.select("figure")
    line = desk.input("value", QLineEdit)
    desk.press(line, Key.Key_End)
    desk.type(line, "x")
    assert desk.row("value").fault == "“120x” is not a number."
    text = line.text()
    desk.form.flush()
    assert desk.held("value") == 120
    desk.select("died")
    desk.select("figure")
    assert line.text() == text and "not a number" in desk.row("value").fault
    desk.press(line, Key.Key_Up)
    assert line.text() == text, "arrows don't count from nonsense"
    line.selectAll()
    desk.type(line, "9")
    desk.form.flush()
    assert desk.held("value") == 9 and desk.row("value").fault == ""
    desk.type(line, "y")
    desk.session.undo()
    assert (desk.held("value"), line.text(), desk.row("value").fault) == (120, "120", "")


def test_integer_has_bounds_for_the_arrows_and_refuses_a_fraction(desk: Desk) -> None:
    desk.select("died")
    line = desk.input("rank", QLineEdit)
    desk.press(line, Key.Key_Up)
    desk.form.flush()
    assert desk.held("rank") == 1
    desk.press(line, *[Key.Key_Up] * 9)
    desk.form.flush()
    assert desk.held("rank") == 5
    line.selectAll()
    desk.type(line, "2.5")
    assert "not a number" in desk.row("rank").fault


def test_choices_are_chips_that_are_added_and_removed(desk: Desk) -> None:
    desk.select("died")
    line = desk.input("context", SearchLine)
    field = desk.field("context")
    assert isinstance(field, ChoicesInput)
    for typed in ("mil", "leg"):
        desk.type(line, typed)
        desk.press(line, Key.Key_Return)
    assert desk.held("context") == ("military", "legal") and line.text() == ""
    desk.press(line, Key.Key_Down)
    assert [o.value for o in line.model.offers] == ["economic"], "what is chosen is not offered"
    desk.press(line, Key.Key_Escape)
    desk.press(line, Key.Key_Backspace)
    assert desk.held("context") == ("military",)
    chip = field._chips[0]
    chip.setFocus()
    desk.press(chip, Key.Key_Delete)
    assert desk.held("context") is None and desk.focused() is line
    desk.session.undo()
    assert chip.isVisible() and chip.words == "military"


def test_strings_are_added_edited_removed_and_checked(desk: Desk) -> None:
    desk.select("died")
    line = desk.input("tags", QLineEdit)
    field = desk.field("tags")
    assert isinstance(field, StringsInput)
    for word in ("één", "two", "two"):
        desk.type(line, word)
        desk.press(line, Key.Key_Return)
    assert desk.held("tags") == ("één", "two")
    desk.type(line, "not one")
    desk.form.focus_field("code")
    assert desk.held("tags") == ("één", "two", "not one"), "leaving adds"
    assert "not one is not of the form" in desk.row("tags").fault
    desk.press(field._chips[2], Key.Key_Return)
    assert (line.text(), desk.held("tags")) == ("not one", ("één", "two"))
    line.setText("three")
    desk.form.flush()
    assert desk.held("tags") == ("één", "two", "three") and desk.row("tags").fault == ""
    cross = QPoint(field._chips[0].width() - 10, 11)
    desk.click(field._chips[0], cross)
    assert desk.held("tags") == ("two", "three")
    desk.press(line, Key.Key_Backspace)
    assert desk.held("tags") == ("two",)
    desk.session.undo()
    desk.session.undo()
    assert [c.words for c in field._chips[:3]] == ["één", "two", "three"]


def test_date_and_timex_are_read_out_and_checked(desk: Desk) -> None:
    desk.select("died")
    line = desk.input("day", QLineEdit)
    desk.type(line, "2016-13-40")
    assert "YYYY-MM-DD" in desk.row("day").fault
    line.selectAll()
    desk.type(line, "2016-12-11")
    desk.form.flush()
    assert desk.held("day") == "2016-12-11" and desk.row("day").fault == ""
    assert line.accessibleDescription() == "= Sunday 11 December 2016"
    desk.select("sunday")
    value = desk.input("value", QLineEdit)
    assert desk.row("value").fault == "Value is missing."
    desk.type(value, "P3D")
    desk.form.flush()
    assert "not a TIMEX3 value of type DATE" in desk.row("value").fault
    duration = desk.input("type", Segment)
    desk.press(duration, Key.Key_3)
    assert desk.held("type") == "DURATION" and desk.row("value").fault == ""
    desk.session.undo()
    assert "of type DATE" in desk.row("value").fault


def test_readonly_and_supervisor_fields_are_text(desk: Desk) -> None:
    desk.select("later")
    earliest = desk.field("earliest")
    assert isinstance(earliest, PlainValue)
    assert earliest.label.text() == "2016-12-01  = Thursday 1 December 2016"
    assert earliest.focusPolicy() == Qt.FocusPolicy.NoFocus
    desk.select("died")
    verdict = desk.field("verdict")
    assert isinstance(verdict, PlainValue) and "supervisor" in verdict.toolTip()
    desk.form.role = "supervisor"
    assert isinstance(desk.field("verdict"), ChoiceInput)
    desk.press(desk.input("verdict", Segment), Key.Key_2)
    assert desk.held("verdict") == "refuted"


def test_span_field_picks_cancels_takes_the_document_date_and_clears(desk: Desk) -> None:
    desk.select("sunday")
    field = desk.field("anchor")
    assert isinstance(field, SpanInput)
    desk.form.focus_field("anchor")
    assert desk.focused() is field.button
    desk.press(field.button, Key.Key_Return)
    assert desk.picking() is not None and "Esc cancels" in field.button.words
    desk.press(field.button, Key.Key_Escape)
    assert desk.picking() is None and field.button.words == "+ choose"
    desk.press(field.button, Key.Key_Return)
    desk.press(field.button, Key.Key_Return)
    assert desk.held("anchor") == "later" and field.chip.words == "Later"
    desk.press(field.chip, Key.Key_Delete)
    assert desk.held("anchor") is None and not field.chip.isVisible()
    desk.click(field.date)
    assert desk.held("anchor") == "t0" and field.chip.words == "document date 2016-12-15"
    assert not field.date.isVisible()
    desk.session.undo()
    desk.session.undo()
    assert desk.held("anchor") == "later"
    desk.press(field.chip, Key.Key_Return)
    assert desk.session.current is not None and desk.session.current.id == "later"


def test_undo_keys_of_a_field_are_the_session_s(desk: Desk) -> None:
    desk.select("died")
    line = desk.input("code", QLineEdit)
    desk.type(line, "AB")
    desk.press(line, Key.Key_Z, mod=Mod.ControlModifier)
    assert (desk.held("code"), line.text()) == (None, "")
    desk.press(line, Key.Key_Z, mod=Mod.ControlModifier | Mod.ShiftModifier)
    assert (desk.held("code"), line.text()) == ("AB", "AB")
