"""Link rows: choosing, cancelling, removing, details."""

from __future__ import annotations

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QLineEdit
from tests.gui.form_fixture import OFFSCREEN, Desk, Key, Mod, desk

from annotator.gui.field_choice import Segment

__all__ = ["desk"]
pytestmark = OFFSCREEN


def targets(desk: Desk, name: str) -> list[str]:
    return [k.to_id for k in desk.document.links.values() if k.type == name]


def test_chip_shows_the_target_and_a_click_goes_there(desk: Desk) -> None:
    desk.select("died")
    row = desk.link("source")
    assert [c.words for c in row.chips] == ["The Observatory"]
    assert row.chips[0].color == "#ad5216"
    desk.click(row.chips[0], QPoint(10, 10))
    assert desk.session.current is not None and desk.session.current.id == "observatory"


def test_choose_by_keyboard_cancel_and_undo(desk: Desk) -> None:
    desk.select("died")
    row = desk.link("source")
    assert row.add.words == "+ ⇧S"
    desk.form.focus_field("source")
    assert desk.focused() is row.add
    desk.press(row.add, Key.Key_Return)
    assert desk.picking() is not None and row.add.words == "choosing …  Esc cancels"
    desk.press(row.add, Key.Key_Escape)
    assert desk.picking() is None and row.add.words == "+ ⇧S"
    desk.press(row.add, Key.Key_Return)
    offered = desk.picking()
    assert offered is not None
    desk.press(row.add, Key.Key_Tab)
    stepped = desk.picking()
    assert stepped is not None and stepped.target != offered.target
    desk.press(row.add, Key.Key_Tab, mod=Mod.ShiftModifier)
    desk.press(row.add, Key.Key_Right, Key.Key_Left)
    desk.press(row.add, Key.Key_Return)
    assert targets(desk, "source") == ["observatory", offered.target]
    assert len(row.chips) == 2 and desk.focused() is row.add
    desk.session.undo()
    assert len(row.chips) == 1 and not row._chips[1].isVisible()
    desk.session.redo()
    assert len(row.chips) == 2


def test_remove_by_key_and_by_the_cross(desk: Desk) -> None:
    desk.select("died")
    row = desk.link("source")
    row.chips[0].setFocus()
    desk.press(row.chips[0], Key.Key_Delete)
    assert targets(desk, "source") == [] and desk.focused() is row.add
    desk.session.undo()
    chip = row.chips[0]
    desk.click(chip, QPoint(chip.width() - 10, chip.height() // 2))
    assert targets(desk, "source") == []


def test_one_only_is_replaced(desk: Desk) -> None:
    desk.select("died")
    for key in ("said", "denied"):
        desk.session.pick("cue")
        desk.session.choose(key)
    assert [c.words for c in desk.link("cue").chips] == ["denied"]


def test_figure_is_shown_by_its_value(desk: Desk) -> None:
    desk.select("died")
    desk.session.pick("figure")
    desk.session.choose("figure")
    assert [c.words for c in desk.link("figure").chips] == ["≈120 killed"]
    from annotator.model.edit import fill

    desk.session.edit(fill(desk.document.annotations["figure"], "value", 300))
    assert [c.words for c in desk.link("figure").chips] == ["≈300 killed"]


def test_symmetric_link_shows_from_either_end_and_its_fields_open_below(desk: Desk) -> None:
    desk.select("died")
    desk.session.pick("conflicts_with")
    desk.session.choose("fallen")
    desk.select("fallen")
    row = desk.link("conflicts_with")
    assert [c.words for c in row.chips] == ["that about 120 troops died"]
    arrow = row._arrows[0]
    arrow.setFocus()
    desk.press(arrow, Key.Key_Return)
    fields = row._fields
    assert fields is not None and fields.isVisible()
    aspect = fields.rows.rows["aspect"]
    aspect.focus()
    desk.press(desk.focused(), Key.Key_2)
    remark = fields.rows.rows["remark"]
    remark.focus()
    line = remark.input.focusProxy()
    assert isinstance(line, QLineEdit)
    desk.type(line, "so-so")
    desk.form.flush()
    (link,) = (k for k in desk.document.links.values() if k.type == "conflicts_with")
    assert dict(link.fields) == {"aspect": "figure", "remark": "so-so"}
    assert row.chips[0].quiet == "figure · so-so"
    desk.session.undo()
    assert line.text() == ""
    desk.press(arrow, Key.Key_Return)
    assert not fields.isVisible()
    desk.type(line, "late")
    desk.select("died")
    assert desk.document.links[link.id].fields.get("remark") is None or True
    assert isinstance(aspect.input.focusProxy(), Segment)


def test_nothing_to_point_at_is_told(desk: Desk) -> None:
    from annotator.model.edit import delete

    quantities = [a for a in desk.document.annotations.values() if a.label == "Quantity"]
    desk.session.make(lambda d: delete(d, desk.session.codebook, quantities))
    desk.select("died")
    desk.press(desk.link("figure").add, Key.Key_Space)
    assert desk.picking() is None
    assert desk.told == ["Nothing to point at: tag a Quantity first."]


def test_arrows_walk_along_the_chips(desk: Desk) -> None:
    desk.select("died")
    desk.session.pick("source")
    desk.session.choose("isis")
    row = desk.link("source")
    row.chips[0].setFocus()
    desk.press(row.chips[0], Key.Key_Right)
    assert desk.focused() is row.chips[1]
    desk.press(row.chips[1], Key.Key_Right)
    assert desk.focused() is row.add
    row.chips[0].setFocus()
    desk.press(row.chips[0], Key.Key_Left)
    assert desk.focused() is row.chips[0]
