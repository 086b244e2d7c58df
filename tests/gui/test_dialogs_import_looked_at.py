"""What a person changes before articles are added: facts, doubles, encodings, columns."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from tests.gui.program_fixture import TEXTS, Program, Start, press, start, templates, write

from annotator.formats import Preview
from annotator.gui.dialogs.import_articles import AddDialog
from annotator.gui.dialogs.import_columns import ColumnsDialog
from annotator.gui.dialogs.import_mappings import mappings, remembered
from annotator.session.candidates import FATE, SIZE, TITLE, CandidateTable, Likeness
from annotator.session.intake import entry_of_text

__all__ = ["start", "templates"]
WIRE = " ".join(f"Sentence {n} tells what happened in the city on day {n}." for n in range(40))
PAGE = (
    "<html lang='en'><head><title>Harvest</title></head><body><nav><ul>"
    "<li><a href='/'>Start page of the paper</a></li></ul></nav><article><h1>Harvest</h1>"
    + "".join(f"<p>The harvest of field {n} was good, said farmer {n} today.</p>" for n in range(9))
    + "</article><footer><p>Imprint and terms of use of this site</p></footer></body></html>"
)


@pytest.fixture
def program(start: Start) -> Program:
    return start(template="many", project="Texts").opened()


def shown(program: Program, *paths: Path) -> AddDialog:
    program.work.imports.show(list(paths))
    return ready(program, program.dialog(AddDialog))


def ready(program: Program, dialog: AddDialog) -> AddDialog:
    program.until(lambda: dialog._ready and dialog._progress is None)
    return dialog


def choose(dialog: AddDialog, name: str) -> int:
    """Make the row of a file current."""
    row = next(n for n, c in enumerate(dialog.table.rows) if c.key[0].name == name)
    dialog.view.selectRow(row)
    return row


def add(program: Program, dialog: AddDialog) -> None:
    before = len(program.work.desk.articles.all)
    QTest.mouseClick(dialog.go, Qt.MouseButton.LeftButton)
    program.until(lambda: len(program.work.desk.articles.all) > before)
    program.until(lambda: not program.shown(AddDialog))


# ---- doubles -------------------------------------------------------------------------------------


def test_nearly_the_same_is_left_to_the_person(program: Program, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(f"First\n\n{WIRE}")
    (tmp_path / "b.txt").write_text(f"Second\n\n{WIRE} And one more.")
    dialog = shown(program, tmp_path / "a.txt", tmp_path / "b.txt")
    row = choose(dialog, "b.txt")
    assert dialog.table.rows[row].fate == "Left out: nearly the same as ‘First’."
    assert dialog.go.text() == "&Add 1 article"
    press(dialog.view, "Space")
    assert dialog.table.rows[row].fate == "Will be added, though nearly the same as ‘First’."
    assert dialog.go.text() == "&Add 2 articles"
    press(dialog.view, "Ctrl+A", "Space")
    assert dialog.go.text() == "&Add" and not dialog.go.isEnabled()
    press(dialog.view, "Space")
    add(program, dialog)
    assert {"First", "Second"} <= {a.title for a in program.work.desk.articles.all}


def test_nearly_the_same_as_one_of_the_project(program: Program, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(f"First\n\n{WIRE}")
    add(program, shown(program, tmp_path / "a.txt"))
    (tmp_path / "b.txt").write_text(f"Update\n\n{WIRE}")
    dialog = shown(program, tmp_path / "b.txt")
    assert dialog.table.rows[0].fate == "Left out: nearly the same as ‘First’."
    dialog.reject()


def test_a_tick_is_set_by_the_mouse(program: Program, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Words of a text.")
    dialog = shown(program, tmp_path / "a.txt")
    at = dialog.view.visualRect(dialog.table.index(0, TITLE))
    spot = at.topLeft()
    spot.setX(at.left() + 16)
    spot.setY(at.center().y())
    QTest.mouseClick(
        dialog.view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, spot
    )
    assert not dialog.table.rows[0].wanted and not dialog.go.isEnabled()


# ---- facts ---------------------------------------------------------------------------------------


def test_facts_are_changed_and_the_first_article_opens(program: Program, tmp_path: Path) -> None:
    (tmp_path / "emoji.txt").write_text("Fans 🎉 celebrate\n\nThe 🏆 was theirs.", "utf-8")
    (tmp_path / "z.txt").write_text("Another text altogether.")
    dialog = shown(program, tmp_path / "emoji.txt", tmp_path / "z.txt")
    write(dialog.article.facts["title"], "A better title")
    write(dialog.article.facts["source"], "The Post")
    write(dialog.article.date, "2016-13")
    assert dialog.article.told.text() and dialog.table.rows[0].edits.get("date") is None
    write(dialog.article.date, "2016-12-14")
    assert not dialog.article.told.text()
    assert dialog.table.index(0, TITLE).data() == "A better title"
    add(program, dialog)
    program.opened("A better title")
    article = program.document.article
    assert (article.source, article.date, article.date_source) == (
        "The Post",
        "2016-12-14",
        "given",
    )
    assert program.document.text.value.startswith("Fans 🎉")
    assert program.work.view.hasFocus()


def test_a_title_can_not_be_taken_away(program: Program, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Words of a text.")
    dialog = shown(program, tmp_path / "a.txt")
    field = dialog.article.facts["title"]
    field.setFocus()
    field.selectAll()
    press(field, "Delete")
    assert dialog.table.index(0, TITLE).data() == "Words of a text."


def test_what_is_cut_is_shown_and_may_be_kept(program: Program, tmp_path: Path) -> None:
    (tmp_path / "p.html").write_text(PAGE)
    dialog = shown(program, tmp_path / "p.html")
    assert "characters are left out: ‘Start page" in dialog.article.cut_note.text()
    assert not dialog.article.cut.isVisible()
    dialog.article.cut_button.click()
    assert dialog.article.cut.isVisible() and "Imprint" in dialog.article.cut.toPlainText()
    write(dialog.article.facts["source"], "Paper")
    dialog.furniture.click()
    ready(program, dialog)
    assert dialog.article.text.regions == ["furniture", "furniture"]
    assert dialog.article.facts["source"].text() == "Paper", "what was said outlives a reread"
    assert not dialog.article.cut_note.isVisible()
    add(program, dialog)
    program.opened("Harvest")
    assert len(program.document.annotations) == 2
    assert program.document.status.owner_id == program.work.desk.project.annotator.id  # type: ignore[union-attr]


# ---- encodings and columns -----------------------------------------------------------------------


def test_another_encoding(program: Program, tmp_path: Path) -> None:
    words = "Боевики снова заняли древний город Пальмира. "
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_bytes((name[0] + words * 9).encode("mac_cyrillic"))
    (tmp_path / "c.txt").write_text("Ein Text über Österreich.", "utf-8")
    dialog = shown(program, tmp_path / "a.txt", tmp_path / "b.txt", tmp_path / "c.txt")
    choose(dialog, "b.txt")
    assert "a guess" in dialog.article.encoding.itemText(0)
    at = dialog.article.encoding.findData("cp1251")
    dialog.article.encoding.setCurrentIndex(at)
    dialog.article.encoding.activated.emit(at)
    ready(program, dialog)
    assert dialog._current_key() == (tmp_path / "b.txt", 0)
    given = {path.name for path, name in dialog._encodings.items() if name == "cp1251"}
    assert "c.txt" not in given and "b.txt" in given
    assert dialog.table.index(2, TITLE).data() == "Ein Text über Österreich."
    dialog.reject()


def test_columns_are_mapped_and_remembered(program: Program, tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    table.write_text("Wortlaut,Kopf\nDer Rat tagte am Dienstag.,Rat tagt\n", "utf-8")
    dialog = shown(program, table)
    assert "No column is called text" in dialog.table.rows[0].fate and not dialog.go.isEnabled()
    dialog.columns_button.click()
    asked = program.dialog(ColumnsDialog)
    assert asked.note.text() == "Say which column holds the text."
    for name, meaning in (("Wortlaut", "text"), ("Kopf", "title")):
        asked.meanings[name].setCurrentIndex(asked.meanings[name].findData(meaning))
    assert not asked.note.text()
    asked.accept()
    program.until(lambda: dialog.table.rows[0].preview.entry is not None)
    ready(program, dialog)
    assert dialog.table.index(0, TITLE).data() == "Rat tagt"
    dialog.reject()
    program.until(lambda: not program.shown(AddDialog))
    other = tmp_path / "other.csv"
    other.write_text("Kopf,Wortlaut\nZweiter,Noch ein Text.\n", "utf-8")
    assert shown(program, other).table.index(0, TITLE).data() == "Zweiter"


def test_the_setting_of_columns() -> None:
    held = remembered("", ["b", "a"], {"a": "text", "b": ""})
    assert mappings(held) == {'["a", "b"]': {"a": "text", "b": ""}}
    for broken in ("", "[", "[1]", '{"a": 3}', "null"):
        assert mappings(broken) == {}
    for number in range(300):
        held = remembered(held, [str(number)], {str(number): "text"})
    assert len(mappings(held)) == 100 and '["299"]' in mappings(held)


# ---- played wrong --------------------------------------------------------------------------------


def test_hostile_files_are_rows_among_the_others(program: Program, tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(b"PK\x03\x04 and then nothing of the kind")
    (tmp_path / "b.pdf").write_bytes(b"%PDF-1.7\nnothing")
    (tmp_path / "c.txt").write_text("افتتح السوق\n\nافتتح السوق القديم أبوابه للزوار.", "utf-8")
    dialog = shown(program, tmp_path / "a.zip", tmp_path / "b.pdf", tmp_path / "c.txt")
    assert [row.wanted for row in dialog.table.rows] == [False, False, True]
    choose(dialog, "a.zip")
    assert not dialog.article.facts["title"].isEnabled()
    assert "a.zip" in dialog.article.text._hint
    add(program, dialog)


def test_a_file_that_vanishes(program: Program, tmp_path: Path) -> None:
    for name in ("a.txt", "b.html"):
        (tmp_path / name).write_text(PAGE if name.endswith("html") else "Words.")
    dialog = shown(program, tmp_path / "a.txt", tmp_path / "b.html")
    (tmp_path / "a.txt").unlink()
    dialog.furniture.click()
    ready(program, dialog)
    assert "no such file" in dialog.table.rows[0].fate and dialog.table.rows[1].wanted


def test_twice_and_too_fast(program: Program, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Words of a text.")
    for _ in range(3):
        program.work.imports.show([tmp_path / "a.txt"])
    dialog = ready(program, program.dialog(AddDialog))
    for _ in range(4):
        dialog.go.click()
    program.until(lambda: not program.shown(AddDialog))
    assert len(program.work.desk.articles.all) == len(TEXTS) + 1


def test_enter_adds(program: Program, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Words of a text.")
    dialog = shown(program, tmp_path / "a.txt")
    program.until(dialog.view.hasFocus)
    press(dialog.view, "Return")
    program.opened("Words of a text.")


def test_cancel_of_the_comparison_leaves_the_rows(
    program: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from annotator.session import previews

    inside, go_on = threading.Event(), threading.Event()
    compare = previews.compare

    def held_up(*args: object) -> object:
        inside.set()
        assert go_on.wait(60)
        return compare(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(previews, "compare", held_up)
    (tmp_path / "a.txt").write_text("Words of a text.")
    program.work.imports.show([tmp_path / "a.txt"])
    dialog = program.dialog(AddDialog)
    program.until(inside.is_set)
    dialog.reject()
    go_on.set()
    ready(program, dialog)
    assert dialog.isVisible() and dialog.note.text() == "Not compared with the project's texts."
    add(program, dialog)


def test_many_rows_stay_fluid(qapp: QApplication) -> None:
    """20,000 rows come in bits, are compared and ticked in no time that a person feels."""
    table = CandidateTable()
    entry = entry_of_text("Title\n\nWords.")
    rows = [
        ((Path(f"{n}.txt"), 0), Preview(path=Path(f"{n}.txt"), entry=entry)) for n in range(20_000)
    ]
    since = time.process_time()
    for at in range(0, len(rows), 500):
        table.add(rows[at : at + 500])
    table.liken({key: Likeness(near="Other") for key, _ in rows})
    assert table.count() == 0
    table.take(range(len(rows)), True)
    assert table.count() == len(rows)
    assert time.process_time() - since < 3
    assert table.index(7, SIZE).data() == "13" and "Other" in table.index(7, FATE).data()
