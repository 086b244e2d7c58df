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
from annotator.gui.form_button import QuietButton

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
    desk.qtbot.waitUntil(lambda: desk.held("code") == "A", timeout=250)
    desk.type(line, "BÉ")
    desk.qtbot.waitUntil(lambda: desk.held("code") == "ABÉ", timeout=250)
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


def test_segments_by_arrow_digit_letter_and_mouse(desk: Desk) -> None:
    desk.select("died")
    segment = desk.input("certainty", Segment)
    field = desk.field("certainty")
    assert isinstance(field, ChoiceInput) and segment.isChecked()
    desk.press(segment, Key.Key_Right)
    assert desk.held("certainty") == "probable"
    desk.press(desk.focused(), Key.Key_3)
    assert desk.held("certainty") == "possible"
    desk.press(desk.focused(), Key.Key_Right)
    assert desk.held("certainty") == "possible", "no way round the end"
    desk.press(desk.focused(), Key.Key_P)
    assert desk.held("certainty") == "probable"
    desk.press(desk.focused(), Key.Key_Backspace)
    assert desk.held("certainty") is None
    assert not any(b.isChecked() for b in field.segments.buttons)
    desk.press(desk.focused(), Key.Key_Z, Key.Key_9)
    assert desk.held("certainty") is None
    desk.click(field.segments.buttons[2])
    assert desk.held("certainty") == "possible"
    desk.session.undo()
    desk.session.undo()
    assert desk.held("certainty") == "probable" and field.segments.buttons[1].isChecked()


def test_required_segments_are_not_cleared(desk: Desk) -> None:
    desk.select("died")
    segment = desk.input("kind", Segment)
    desk.press(segment, Key.Key_Delete)
    assert desk.held("kind") == "one"


def is_proposed(field: ChoiceInput) -> bool:
    return field.segments.proposed


def test_computed_value_is_proposed_set_and_given_back(desk: Desk) -> None:
    desk.select("died")
    row, field = desk.row("attribution"), desk.field("attribution")
    assert isinstance(field, ChoiceInput)
    assert is_proposed(field) and field.segments.buttons[0].isChecked()
    assert not row.findChildren(QuietButton)
    desk.click(field.segments.buttons[3])
    assert desk.held("attribution") == "author" and not is_proposed(field)
    assert row._reset is not None and row._reset.isVisible()
    assert row._reset.accessibleName() == "Use the computed value"
    desk.press(row._reset, Key.Key_Return)
    assert desk.held("attribution") is None and is_proposed(field)
    assert field.segments.buttons[0].isChecked() and not row._reset.isVisible()
    desk.session.undo()
    assert desk.held("attribution") == "author" and row._reset.isVisible()
    desk.session.redo()
    assert is_proposed(field)


def test_computed_value_follows_what_it_is_computed_from(desk: Desk) -> None:
    desk.select("fallen")
    field = desk.field("attribution")
    assert isinstance(field, ChoiceInput) and field.segments.buttons[3].isChecked()
    desk.session.pick("source")
    desk.session.choose("ministry")
    assert field.segments.buttons[0].isChecked() and field.segments.proposed
    assert "explicit" in desk.page.header.summary.text()


def test_combo_searches_and_enter_takes(desk: Desk) -> None:
    desk.select("died")
    line = desk.input("event", SearchLine)
    desk.type(line, "ass")
    assert line.popup.isVisible() and [o.value for o in line.model.offers] == ["ASSAULT"]
    desk.press(line, Key.Key_Return)
    assert (desk.held("event"), line.text()) == ("ASSAULT", "ASSAULT")
    desk.type(line, "zz")
    desk.press(line, Key.Key_Escape)
    assert (line.text(), desk.held("event")) == ("ASSAULT", "ASSAULT") and line.hasFocus()
    desk.press(line, Key.Key_Down)
    assert line.popup.isVisible() and line.popup.currentIndex().row() == 2
    desk.press(line, Key.Key_Up, Key.Key_Return)
    assert desk.held("event") == "AID"
    line.selectAll()
    desk.press(line, Key.Key_Delete)
    assert (desk.held("event"), line.text()) == (None, "")
    desk.session.undo()
    assert line.text() == "AID"


def test_a_value_typed_in_full_is_taken_on_leaving_anything_else_is_not(desk: Desk) -> None:
    desk.select("died")
    line = desk.input("event", SearchLine)
    desk.type(line, "protest")
    line.popup.hide()
    desk.form.focus_field("code")
    assert desk.held("event") == "PROTEST"
    line = desk.input("event", SearchLine)
    line.selectAll()
    desk.type(line, "agr")
    line.popup.hide()
    desk.form.focus_field("code")
    assert (desk.held("event"), line.text()) == ("PROTEST", "PROTEST")


def test_dependent_choice_follows_and_keeps_what_is_no_longer_open(desk: Desk) -> None:
    desk.select("died")
    assert desk.row("mode").isHidden(), "visible_when"
    event = desk.input("event", SearchLine)
    desk.type(event, "ASSAULT")
    desk.press(event, Key.Key_Return)
    assert not desk.row("mode").isHidden()
    mode = desk.input("mode", SearchLine)
    desk.press(mode, Key.Key_Down)
    assert [o.value for o in mode.model.offers] == ["aerial", "beat"]
    desk.press(mode, Key.Key_Return)
    assert desk.held("mode") == "aerial"
    desk.session.edit(_filled(desk, "event", "PROTEST"))
    assert mode.text() == "aerial" and "not one of the choices" in desk.row("mode").fault
    desk.press(mode, Key.Key_Down)
    assert [o.value for o in mode.model.offers] == ["riot", "strike"]
    desk.press(mode, Key.Key_Escape)
    desk.session.edit(_filled(desk, "event", None))
    assert not desk.row("mode").isHidden(), "a hidden field that is wrong comes out"
    desk.session.undo()
    desk.session.undo()
    assert desk.row("mode").fault == ""


def _filled(desk: Desk, name: str, value: object):  # type: ignore[no-untyped-def]
    from annotator.model.edit import fill

    current = desk.session.current
    assert current is not None
    return fill(current, name, value)  # type: ignore[arg-type]


def test_code_is_found_by_name_and_by_code_prefixes_first(desk: Desk) -> None:
    desk.select("died")
    line = desk.input("country", SearchLine)
    desk.type(line, "s")
    assert [o.value for o in line.model.offers] == ["SYR", "MYS"]
    desk.press(line, Key.Key_Return)
    assert (desk.held("country"), line.text()) == ("SYR", "Syria — SYR")
    desk.type(line, "UNO")
    desk.press(line, Key.Key_Tab)
    assert desk.held("country") == "UNO" and not line.hasFocus()
    desk.session.edit(_filled(desk, "country", "XXX"))
    assert line.text() == "XXX" and "not a code" in desk.row("country").fault


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
