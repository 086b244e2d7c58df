"""Choices, one of several: set, clear, wrong value, undo, redo."""

from __future__ import annotations

from tests.gui.form_fixture import EVENTS, OFFSCREEN, Desk, Key, desk

from annotator.gui.field_choice import ChoiceInput, Segment
from annotator.gui.field_offers import SearchLine
from annotator.gui.form_button import QuietButton

__all__ = ["desk"]
pytestmark = OFFSCREEN


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


def test_enter_on_letters_that_fit_nothing_drops_them_and_offers_all(desk: Desk) -> None:
    desk.select("died")
    line = desk.input("event", SearchLine)
    desk.type(line, "ASSAULT")
    desk.press(line, Key.Key_Return)
    desk.type(line, "zzq")
    assert not line.popup.isVisible()
    desk.press(line, Key.Key_Return)
    assert (line.text(), line.selectedText(), desk.held("event")) == ("ASSAULT",) * 3
    assert line.popup.isVisible() and len(line.model.offers) == len(EVENTS)
    desk.press(line, Key.Key_Return)
    assert desk.held("event") == "ASSAULT", "the one that is chosen is marked"


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
