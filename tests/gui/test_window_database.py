"""Databases that can't be opened: at the start, and while another one is open."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QLabel, QMessageBox, QPushButton
from tests.gui.program_fixture import (
    Program,
    Start,
    answer_file,
    answering,
    choose,
    click,
    press,
    start,
    templates,
)

from annotator.store.database import Database

__all__ = ["start", "templates"]


def words(program: Program) -> str:
    """What the welcome page says."""
    page = program.window.welcome
    return " ".join(label.text() for label in page.findChildren(QLabel) if label.isVisible())


def refused(program: Program) -> str:
    """Wait for the sentence that says why no database is open."""
    program.until(lambda: any(b.isVisible() for b in buttons(program)))
    assert program.window.place is None
    return words(program)


def buttons(program: Program) -> list[QPushButton]:
    return program.window.welcome.findChildren(QPushButton)


def push(program: Program, text: str) -> None:
    button = next(b for b in buttons(program) if b.text().startswith(text) and b.isVisible())
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def _text(path: Path) -> None:
    path.write_text("Dear diary")


def _newer(path: Path) -> None:
    import sqlite3

    Database(path).close()
    raw = sqlite3.connect(path, isolation_level=None)
    raw.execute("UPDATE alembic_version SET version_num = '9999'")
    raw.close()


BAD: dict[str, tuple[Callable[[Path], object], str]] = {
    "a folder": (Path.mkdir, "is not a file"),
    "a text": (_text, "is not a database of Annotator"),
    "a newer one": (_newer, "newer Annotator"),
    "a pipe": (os.mkfifo, "is not a file"),
}


@pytest.mark.parametrize("what", BAD)
def test_a_sentence_at_the_start(start: Start, tmp_path: Path, what: str) -> None:
    make, sentence = BAD[what]
    path = tmp_path / "bad.db"
    make(path)
    program = start(path)
    said = refused(program)
    assert str(path) in said and sentence in said
    push(program, "Try again")
    program.settled()
    assert sentence in refused(program)


def test_try_again(start: Start, tmp_path: Path) -> None:
    path = tmp_path / "bad.db"
    path.mkdir()
    program = start(path)
    refused(program)
    path.rmdir()
    push(program, "Try again")
    program.opened()
    assert path.is_file()


def test_another_database(start: Start, tmp_path: Path) -> None:
    path = tmp_path / "bad.db"
    path.mkdir()
    program = start(path)
    refused(program)
    with answer_file(tmp_path / "good.db"):
        push(program, "Open another database")
    program.opened()
    assert (tmp_path / "good.db").is_file() and path.is_dir()
    assert program.tag("regrouped", "D")
    program.saved()


def test_a_second_window_on_the_same_file(start: Start) -> None:
    first = start().opened()
    second = start()
    said = refused(second)
    assert str(first.database) in said and "open in another Annotator" in said
    assert first.tag("regrouped", "D")
    first.saved()
    first.close()
    push(second, "Try again")
    second.opened()
    assert len(second.document.annotations) == 155


def test_a_damaged_database_offers_the_backup(start: Start) -> None:
    program = start().opened()
    program.settled()  # the daily backup is made
    program.close()
    with program.database.open("r+b") as file:
        file.seek(8192)
        file.write(os.urandom(200_000))
    program = start()
    said = refused(program)
    assert "is damaged" in said
    push(program, "Use the last backup")
    program.opened()
    assert len(program.document.annotations) == 154
    assert len(list(program.database.parent.glob("*damaged*"))) == 1


def test_nothing_that_needs_a_project_runs_without_one(start: Start, tmp_path: Path) -> None:
    path = tmp_path / "bad.db"
    path.mkdir()
    program = start(path)
    refused(program)
    window = program.window
    for name, (_row, action) in window.rows.items():
        if name not in ("quit", "database", "commands"):
            action.trigger()  # an exception in a slot fails the test
    for key in ("Ctrl+P", "Ctrl+O", "F6", "F2", "F8", "Ctrl+Z", "Ctrl+E", "Ctrl+F"):
        press(window, key)
    for name in ("undo", "export", "project", "next_article", "tag_Actor"):
        assert name not in window.rows or not window.rows[name][1].isEnabled()


def test_panels_keep_their_places_where_nothing_could_be_opened(
    start: Start, tmp_path: Path
) -> None:
    program = start().opened()
    form = program.window.docks.docks["form"]
    program.window.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, form)
    program.close()
    program = start(tmp_path)
    refused(program)
    program.close()
    program = start().opened()
    form = program.window.docks.docks["form"]
    assert program.window.dockWidgetArea(form) == Qt.DockWidgetArea.LeftDockWidgetArea


# ---- while one is open ---------------------------------------------------------------------------


def test_open_another_database(start: Start, tmp_path: Path) -> None:
    program = start().opened()
    program.tag("regrouped", "D")
    other, place = tmp_path / "other.db", program.window.place
    with answer_file(other):
        program.do("database")
    program.until(lambda: program.window.place is not place)
    program.opened()
    assert program.work.desk.database.path == other
    assert len(program.document.annotations) == 154
    program.settled()
    with Database(program.database):  # the first one is free again, and has the edit
        pass
    program.tag("regrouped", "D")
    program.saved()
    with answer_file(program.database):
        program.do("database")
    program.until(lambda: program.work.desk.database.path == program.database)
    program.opened()
    assert len(program.document.annotations) == 155


def test_one_that_cannot_be_opened_leaves_the_open_one(start: Start, tmp_path: Path) -> None:
    program = start().opened()
    bad = tmp_path / "bad.db"
    _text(bad)
    with answer_file(bad):
        program.do("database")
    with answering(QMessageBox, lambda box: click(box, "OK")) as said:
        program.until(lambda: said.text)
    assert "is not a database of Annotator" in said.text
    program.tag("regrouped", "D")
    program.saved()
    assert program.work.desk.database.path == program.database
    assert bad.read_text() == "Dear diary"


def test_the_same_one_again(start: Start) -> None:
    program = start().opened()
    place = program.window.place
    with answer_file(program.database):
        program.do("database")
    program.until(lambda: program.window.place is not place)
    program.opened()
    program.tag("regrouped", "D")
    program.saved()


def test_no_file_chosen(start: Start) -> None:
    program = start().opened()
    place = program.window.place
    with answering(QFileDialog, lambda dialog: press(dialog, "Escape")):
        program.do("database")
    program.settled()
    assert program.window.place is place


def test_a_copy_of_a_database(start: Start, tmp_path: Path) -> None:
    program = start().opened()
    target = tmp_path / "copy.db"
    with answer_file(target):
        program.do("backup")
    program.until(lambda: "The backup is in" in program.window.status.told.text())
    with Database(target, write=False) as held:
        assert not held.check()


def test_a_copy_over_the_database_itself(start: Start) -> None:
    program = start().opened()
    program.settled()
    before = program.database.read_bytes()
    with answering(QFileDialog, lambda dialog: _over(dialog, program.database)):
        program.do("backup")
    with answering(QMessageBox, lambda box: click(box, "OK")) as said:
        program.until(lambda: said.text)
    assert "is the database itself" in said.text
    assert program.database.read_bytes() == before


def _over(dialog: QFileDialog, path: Path) -> None:
    """Choose a file that is there, and say yes to replacing it."""
    with answering(QMessageBox, lambda box: click(box, "Yes")):
        choose(path, dialog)
