"""The list of annotations: order, filter, faults, and the way between list, text and form."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication, QTableView
from tests.gui.program_fixture import Program, Start, press, start, templates, write

from annotator.gui.form_page import Page
from annotator.gui.form_row import row_of
from annotator.model.document import Annotation, place
from annotator.session.lists import RECORD
from annotator.session.misfits import misfits as found_misfits

__all__ = ["start", "templates"]


@pytest.fixture
def program(start: Start) -> Program:
    opened = start().opened()
    opened.until(lambda: opened.work.faults.done)
    return opened


def table(program: Program) -> QTableView:
    return program.work.annotations.table


def rows(program: Program) -> list[Annotation]:
    model = table(program).model()
    return [model.index(r, 0).data(RECORD) for r in range(model.rowCount())]


def cell(program: Program, annotation_id: str, column: int) -> str:
    model = table(program).model()
    row = [a.id for a in rows(program)].index(annotation_id)
    return str(model.index(row, column).data())


def test_by_place(program: Program) -> None:
    held = rows(program)
    assert len(held) == 154 and held == sorted(held, key=place)
    assert program.work.annotations.heading.text() == "154 annotations · by place ▾"


def test_by_label(program: Program) -> None:
    QTest.mouseClick(program.work.annotations.heading, Qt.MouseButton.LeftButton)
    order = [label.name for label in program.work.session.codebook.labels]
    held = rows(program)
    assert held == sorted(held, key=lambda a: (order.index(a.label), place(a)))
    assert program.work.annotations.heading.text() == "154 annotations · by label ▾"
    assert program.window.settings.order == "label"
    QTest.mouseClick(program.work.annotations.heading, Qt.MouseButton.LeftButton)
    assert rows(program) == sorted(held, key=place)


@pytest.mark.parametrize("order", ["place", "label"])
def test_edits_keep_it_in_order(program: Program, order: str) -> None:
    program.do(f"order_{order}")
    model = table(program).model()
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    first = program.tag("regrouped", "D")
    press(program.work.view, "P")  # another label is another row by label
    program.tag("reign", "A")
    press(program.work.view, "Alt+Right", "Delete")
    after = rows(program)
    assert cell(program, first, 0) == "Place" and cell(program, first, 1) == "regrouped"
    program.do("order_place")
    program.do(f"order_{order}")
    assert rows(program) == after, "what edits did is what a fresh list shows"
    for _ in range(5):
        program.do("undo")
    assert len(rows(program)) == 154
    assert tester.model() is model
    program.saved()


def test_filter(program: Program) -> None:
    program.activate()
    press(program.window, "Ctrl+Shift+F")
    field = program.work.annotations.filter
    assert field.hasFocus()
    QTest.keyClicks(field, "PLACE palm")
    held = rows(program)
    assert held and all(a.label == "Place" for a in held)
    assert program.work.annotations.heading.text().startswith(f"{len(held)} annotations")
    field.setText("no such words")
    assert not rows(program) and program.work.annotations.empty.isVisible()
    assert program.work.annotations.empty.text() == "No annotation matches the filter."
    field.clear()
    assert len(rows(program)) == 154 and not program.work.annotations.empty.isVisible()


def test_filter_follows_edits(program: Program) -> None:
    program.work.annotations.filter.setText("date regrouped")
    assert not rows(program)
    tagged = program.tag("regrouped", "D")
    assert [a.id for a in rows(program)] == [tagged]
    program.tag("reign", "A")
    assert [a.id for a in rows(program)] == [tagged]
    program.do("undo")
    program.do("undo")
    assert not rows(program)
    program.saved()


def test_faults_come_and_go(program: Program) -> None:
    field = program.work.annotations.filter
    field.setText("!")
    before = [a.id for a in rows(program)]
    assert set(before) == set(program.work.faults.ids())
    nobody = program.tag("regrouped", "A")  # an actor without its entity
    assert nobody in [a.id for a in rows(program)]
    assert cell(program, nobody, 3) == "!"
    row = [a.id for a in rows(program)].index(nobody)
    tip = table(program).model().index(row, 0).data(Qt.ItemDataRole.ToolTipRole)
    assert tip == "\n".join(p.message for p in program.work.faults.of(nobody)) != ""
    assert "fault" in program.window.status.faults.text()
    program.do("undo")
    assert [a.id for a in rows(program)] == before
    program.saved()


def test_faults_found_after_the_filter_was_set(program: Program) -> None:
    nobodys = [program.tag(word, "P") for word in ("regrouped", "reign")]
    program.saved()
    program.work.annotations.filter.setText("!")
    faulty = set(program.work.faults.ids())
    assert faulty >= set(nobodys)
    program.work.session.open(program.document)  # faults are looked for from the start
    assert not program.work.faults.done and not rows(program)
    program.until(lambda: program.work.faults.done)
    assert {a.id for a in rows(program)} == set(program.work.faults.ids()) == faulty
    assert rows(program) == sorted(rows(program), key=place)


def test_the_list_follows_the_text(program: Program) -> None:
    program.activate()
    program.work.view.setFocus()
    press(program.work.view, "Tab", "Tab", "Tab")
    current = program.work.session.current
    assert current is not None
    assert table(program).currentIndex().data(RECORD).id == current.id
    program.work.session.select(None)
    assert not table(program).selectionModel().hasSelection()


def test_the_text_follows_the_list(program: Program) -> None:
    program.activate()
    chosen = rows(program)[60]
    index = table(program).model().index(60, 1)
    table(program).scrollTo(index)
    at = table(program).visualRect(index).center()
    QTest.mouseClick(table(program).viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert program.work.session.current == chosen
    visible = program.work.view.cursorRect()
    assert program.work.view.viewport().rect().intersects(visible)
    table(program).setFocus()
    press(table(program), "Down")
    assert program.work.session.current == rows(program)[61]
    press(table(program), "Return")
    assert program.work.view.hasFocus()


def test_next_fault(program: Program) -> None:
    press(program.window, "F8")
    for word in ("regrouped", "reign"):
        program.tag(word, "P")
    faulty = [a for a in rows(program) if program.work.faults.of(a.id)]
    program.work.session.select(None)
    seen = []
    for _ in faulty:
        press(program.window, "F8")
        seen.append(program.work.session.current)
    assert seen == faulty
    press(program.window, "F8")
    assert program.work.session.current == faulty[0], "and round again"
    program.work.session.select(None)
    QTest.mouseClick(program.window.status.faults, Qt.MouseButton.LeftButton)
    assert program.work.session.current == faulty[0]
    program.saved()


def test_next_fault_from_the_form_goes_to_its_field(program: Program) -> None:
    program.activate()
    event = next(a for a in rows(program) if program.work.faults.of(a.id))
    (fault,) = program.work.faults.of(event.id)
    assert fault.field == "agent"
    program.work.session.select(rows(program)[0].id)
    program.work.form.focus_first()
    press(program.window, "F8")
    assert program.work.session.current == event
    row = row_of(QApplication.focusWidget())
    assert row is not None and row.name == "agent"
    program.work.view.setFocus()
    press(program.window, "F8")
    assert program.work.view.hasFocus(), "in the text it stays in the text"


def test_nothing_tagged(start: Start) -> None:
    program = start(template="many", project="Texts").opened()
    assert program.work.annotations.empty.isVisible()
    assert program.work.annotations.empty.text() == "Nothing is tagged yet."
    assert program.work.annotations.heading.text().startswith("0 annotations")
    program.tag("Homs", "P")
    assert program.work.annotations.heading.text().startswith("1 annotation ·")
    assert not program.work.annotations.empty.isVisible()
    write(program.work.annotations.filter, "zzz")
    assert program.work.annotations.empty.text() == "No annotation matches the filter."
    program.saved()


def test_a_label_the_codebook_has_not(program: Program) -> None:
    model = table(program).model()
    assert model.data(QModelIndex()) is None
    assert model.headerData(0, Qt.Orientation.Horizontal) == "Label"
    assert model.headerData(0, Qt.Orientation.Vertical) is None


def test_what_a_format_can_not_carry_is_marked(program: Program) -> None:
    misfits, header = program.work.misfits, program.work.form
    assert table(program).isColumnHidden(4) and misfits.done
    faults = program.work.faults.count
    program.window.set_setting("target", "conll2003")
    program.until(lambda: misfits.done and misfits.format is not None)
    assert not table(program).isColumnHidden(4)
    broken = next(a for a in rows(program) if len(a.fragments) > 1)
    assert cell(program, broken.id, 4) == "◇"
    sentence = "CoNLL-2003 can't carry it: in fragments."
    model = table(program).model()
    index = model.index(rows(program).index(broken), 4)
    assert sentence in index.data(Qt.ItemDataRole.ToolTipRole)
    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == sentence
    program.work.session.select(broken.id)
    page = header._page
    assert isinstance(page, Page)
    assert page.header.hint.text() == sentence and page.header.hint.isVisible()
    assert program.work.faults.count == faults, "a hint is no fault"
    inside = program.tag("regrouped", "D")
    program.until(lambda: misfits.done)
    assert misfits.format is not None
    fresh = found_misfits(program.document, program.work.session.codebook, misfits.format)
    assert {a.id: misfits.of(a.id) for a in rows(program) if misfits.of(a.id)} == fresh
    assert bool(cell(program, inside, 4)) is (inside in fresh)
    fitting = next(a for a in rows(program) if not misfits.of(a.id))
    assert cell(program, fitting.id, 4) == ""
    program.work.session.select(fitting.id)
    assert isinstance(header._page, Page) and not header._page.header.hint.isVisible()
    program.window.set_setting("target", "")
    assert table(program).isColumnHidden(4) and not misfits.of(broken.id)
    program.saved()
