"""The entity field and the entity's own record."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtWidgets import QLineEdit
from tests.gui.form_fixture import (
    CODEBOOK,
    OFFSCREEN,
    Desk,
    Key,
    Mod,
    desk,
    sample,
    with_annotations,
)

from annotator.gui.entity_field import EntityLine
from annotator.gui.field_names import EntityNames
from annotator.gui.form_row import FieldRow
from annotator.model.document import Entity

__all__ = ["desk"]
pytestmark = OFFSCREEN


def entity_line(desk: Desk, key: str) -> EntityLine:
    desk.select(key)
    return desk.input("entity", EntityLine)


def shown(line: EntityLine) -> list[tuple[str, str]]:
    return [(o.title, o.detail) for o in line.model.offers]


def test_search_finds_names_and_aliases_of_the_right_type(desk: Desk) -> None:
    line = entity_line(desk, "observatory")
    assert line.text() == "" and line.placeholderText() == "The Observatory"
    desk.type(line, "dae")
    assert shown(line) == [
        ("Islamic State", "ISIS, Daesh · GRP · 1 here"),
        ("New actor ‘dae’", ""),
    ]
    desk.press(line, Key.Key_Return)
    assert desk.held("entity") == "e-isis" and line.text() == "Islamic State"
    desk.session.undo()
    assert desk.held("entity") is None and line.text() == ""
    desk.session.redo()
    assert line.text() == "Islamic State"


def test_enter_on_the_empty_field_takes_the_entity_of_that_name(desk: Desk) -> None:
    line = entity_line(desk, "ministry")
    desk.press(line, Key.Key_Return)
    assert desk.held("entity") == "e-min" and line.text() == "The ministry"


def test_enter_on_the_empty_field_makes_a_new_entity_where_none_has_the_name(desk: Desk) -> None:
    line = entity_line(desk, "observatory")
    count = len(desk.document.entities)
    desk.press(line, Key.Key_Return)
    made = desk.document.entities[str(desk.held("entity"))]
    assert (made.name, made.type, line.text()) == ("The Observatory", "actor", "The Observatory")
    assert len(desk.document.entities) == count + 1
    desk.session.undo()
    assert len(desk.document.entities) == count and line.text() == ""


def test_two_of_that_name_are_offered_and_neither_is_taken(desk: Desk) -> None:
    twin = Entity(id="e-min2", type="actor", fields={"name": "The Ministry"})
    desk.session.add_entities({twin.id: twin})
    line = entity_line(desk, "ministry")
    desk.press(line, Key.Key_Return)
    assert desk.held("entity") is None and line.popup.isVisible()
    assert {t for t, _ in shown(line)[:2]} == {"The ministry", "The Ministry"}


def test_new_row_comes_last_and_shift_enter_is_quicker(desk: Desk) -> None:
    line = entity_line(desk, "observatory")
    desk.type(line, "Syrian Obs")
    assert [t for t, _ in shown(line)] == ["Syrian Observatory", "New actor ‘Syrian Obs’"]
    desk.press(line, Key.Key_Up, Key.Key_Return)
    assert desk.document.entities[str(desk.held("entity"))].name == "Syrian Obs"
    desk.session.undo()
    desk.type(line, "Syrian")
    desk.press(line, Key.Key_Return, mod=Mod.ShiftModifier)
    assert desk.document.entities[str(desk.held("entity"))].name == "Syrian"


def test_what_is_found_by_its_letters_only_is_not_taken_unasked(desk: Desk) -> None:
    line = entity_line(desk, "observatory")
    desk.type(line, "Islst")
    assert [t for t, _ in shown(line)] == ["Islamic State", "New actor ‘Islst’"]
    assert line.popup.currentIndex().row() == 1
    desk.press(line, Key.Key_Escape)
    assert desk.held("entity") is None and line.text() == "" and line.hasFocus()


def test_letters_with_and_without_marks_are_the_same(desk: Desk) -> None:
    e = Entity(id="e-v", type="actor", fields={"name": "Václav Žižka"})
    desk.session.add_entities({e.id: e})
    line = entity_line(desk, "observatory")
    desk.type(line, "zizka")
    assert shown(line)[0][0] == "Václav Žižka"
    line.selectAll()
    desk.type(line, "vác")
    assert shown(line)[0][0] == "Václav Žižka"


def test_delete_unlinks_and_leaving_midway_changes_nothing(desk: Desk) -> None:
    line = entity_line(desk, "isis")
    assert line.text() == "Islamic State"
    desk.type(line, "x")
    desk.press(line, Key.Key_Escape)
    line.end(False)
    desk.type(line, "y")
    desk.select("observatory")
    assert desk.held("entity", "isis") == "e-isis"
    line = entity_line(desk, "isis")
    line.selectAll()
    desk.press(line, Key.Key_Delete)
    assert desk.held("entity") is None
    assert desk.row("entity").fault == "Actor is missing."
    desk.session.undo()
    line.deselect()
    desk.press(line, Key.Key_Backspace, mod=Mod.ControlModifier)
    assert desk.held("entity") is None


def test_record_is_filled_below_and_every_mention_sees_it(desk: Desk) -> None:
    desk.select("isis")
    section = desk.page.entity
    assert section is not None and section.isVisible() and not section.is_open
    assert section.fold.rest == "used by 1 mention here"
    section.fold.setFocus()
    desk.press(section.fold, Key.Key_Return)
    name = section.rows.rows["name"]
    assert isinstance(name, FieldRow)
    line = name.input.focusProxy()
    assert isinstance(line, QLineEdit) and line.text() == "Islamic State"
    name.focus()
    line.selectAll()
    desk.type(line, "Daesh")
    desk.form.flush()
    assert desk.document.entities["e-isis"].name == "Daesh"
    assert desk.page.findChildren(EntityLine)[0].text() == "Daesh"
    line.selectAll()
    desk.press(line, Key.Key_Delete)
    desk.form.flush()
    assert name.fault == "Name is missing." and "has a fault" in section.fold.rest
    desk.session.undo()
    assert line.text() == "Islamic State" and name.fault == "", "one step"


def test_no_record_without_an_entity_and_another_for_another(desk: Desk) -> None:
    desk.select("observatory")
    section = desk.page.entity
    assert section is not None and not section.isVisible()
    desk.select("isis")
    section.set_open(True)
    line = section.rows.rows["name"].input.focusProxy()
    assert isinstance(line, QLineEdit)
    section.rows.rows["name"].focus()
    desk.press(line, Key.Key_End)
    desk.type(line, "!")
    entity = desk.input("entity", EntityLine)
    desk.type(entity, "syrian o")
    desk.press(entity, Key.Key_Return)
    assert line.text() == "Syrian Observatory"
    assert desk.document.entities["e-isis"].name.endswith("!"), "what was typed is told first"


def test_typing_in_the_record_survives_the_deletion_of_the_mention(desk: Desk) -> None:
    from annotator.model.edit import delete

    desk.select("isis")
    section = desk.page.entity
    assert section is not None
    section.set_open(True)
    row = section.rows.rows["name"]
    row.focus()
    desk.press(desk.focused(), Key.Key_End)
    desk.type(desk.focused(), "+")
    current = desk.session.current
    assert current is not None
    desk.session.make(lambda d: delete(d, CODEBOOK, [current]))
    desk.qtbot.waitUntil(lambda: desk.document.entities["e-isis"].name.endswith("+"))
    assert desk.session.undo_stack.undoText() == "change name"


def test_among_ten_thousand_those_mentioned_here_come_first() -> None:
    towns = "Aleppo Basra Cairo Damascus Erbil Fallujah Gaza Homs Idlib Jazal".split()
    entities = {
        str(n): Entity(
            id=str(n),
            type="actor",
            fields={"name": f"{towns[n % 10]} council {n}", "aliases": (f"AC{n}",)},
        )
        for n in range(10_000)
    }
    isis = replace(sample().annotations["isis"], fields={"entity": "9997"})
    document = replace(with_annotations(sample(), isis), entities=entities)
    names = EntityNames()

    def first(typed: str) -> str:
        return names.search(document, CODEBOOK, "actor", typed)[0].key

    assert first("homs council 7") == "7" and first("homs council 999") == "9997"
    assert first("ac4711") == "4711" and first("hc77") == "77"
    assert names.search(document, CODEBOOK, "place", "homs") == []
    changed = replace(entities["7"], fields={"name": "Renamed"})
    document = replace(document, entities={**entities, "7": changed})
    assert first("renamed") == "7"
    document = replace(document, entities=entities)
    assert first("homs council 7") == "7"
