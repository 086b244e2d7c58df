"""Saving that fails: the status bar says so, nothing is lost, nobody leaves unasked."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMessageBox
from tests.gui.program_fixture import (
    Program,
    Start,
    answer_file,
    answering,
    click,
    press,
    start,
    templates,
)

from annotator.model.errors import StoreUnavailable
from annotator.session import saver
from annotator.store.database import Database

__all__ = ["start", "templates"]


@pytest.fixture(autouse=True)
def _when_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """It tries again when it is told to: on a slow machine it would between two looks, too."""
    monkeypatch.setattr(saver, "_RETRY_MS", 3_600_000)


@pytest.fixture
def failing(start: Start) -> Program:
    """Two edits that the database did not take: it is read-only for now."""
    program = start(template="many").opened()
    program.query_only(True)
    program.tag("regrouped", "D")
    program.until(lambda: program.work.saver.state == "failed")
    program.tag("reign", "A")
    return program


def count(database: Path) -> int:
    """How many annotations are in the database."""
    with Database(database, write=False) as held:
        return int(
            held.read(lambda db: db.exec_driver_sql("select count(*) from annotation").scalar_one())
        )


def test_saved_is_said(start: Start) -> None:
    program = start().opened()
    status = program.window.status
    assert status.saved.text() == "● Saved" and not status.retry.isVisible()
    states: list[str] = []
    program.work.saver.state_changed.connect(lambda state, _: states.append(state))
    program.tag("regrouped", "D")
    assert status.saved.text() == "○ Saving…"
    program.saved()
    assert states == ["saving", "saved"] and status.saved.text() == "● Saved"
    assert count(program.database) == 155


def test_failure_is_told_and_retried(failing: Program) -> None:
    status = failing.window.status
    assert status.saved.text() == "▲ Not saved" and status.retry.isVisible()
    assert "read-only" in status.told.text() and "Nothing is lost" in status.told.text()
    assert "read-only" in status.saved.toolTip()
    QTest.mouseClick(status.retry, Qt.MouseButton.LeftButton)  # still read-only
    failing.settled()
    assert failing.work.saver.state == "failed" and failing.work.saver.waiting == 2
    failing.query_only(False)
    QTest.mouseClick(status.retry, Qt.MouseButton.LeftButton)
    failing.saved()
    assert status.saved.text() == "● Saved" and not status.retry.isVisible()
    assert not status.told.text()
    assert count(failing.database) == 156


def test_a_long_sentence_never_widens_the_window(start: Start) -> None:
    program = start().opened()
    window, told = program.window, program.window.status.told
    window.status.show_saved("failed", "Why.")
    program.settled()
    narrow = window.minimumSizeHint().width()
    window.status.show_saved("failed", f"/{'a/very/deep/folder' * 20} could not be written.")
    program.settled()
    assert window.minimumSizeHint().width() == narrow
    assert told.shown().endswith("…") and told.text() == told.toolTip()
    assert not window.grab().isNull()
    window.status.tell("No faults here.")
    assert told.shown() == told.text() == told.toolTip() == "No faults here."


def test_it_tries_again_by_itself(failing: Program) -> None:
    failing.query_only(False)
    failing.work.saver._timer.setInterval(10)
    failing.work.saver._timer.start()
    failing.saved()
    assert count(failing.database) == 156


def test_undo_of_what_is_not_saved(failing: Program) -> None:
    failing.do("undo")
    failing.do("undo")
    failing.query_only(False)
    failing.work.saver.retry()
    failing.saved()
    assert count(failing.database) == 154
    failing.close()


def test_closing_asks_and_stays(failing: Program) -> None:
    with answering(QMessageBox, lambda box: click(box, "Cancel")) as asked:
        failing.window.close()
    assert failing.window.isVisible()
    assert asked.text.startswith("2 changes could not be saved") and "read-only" in asked.text
    failing.activate()
    with answering(QMessageBox, lambda box: press(box, "Escape")):
        press(failing.window, "Ctrl+Q")
    assert failing.window.isVisible()
    failing.query_only(False)
    failing.window.close()  # it saves and asks nothing
    assert not failing.window.isVisible()
    assert count(failing.database) == 156


def test_closing_lets_go_when_told_to(failing: Program) -> None:
    with answering(QMessageBox, lambda box: click(box, "Discard")):
        failing.window.close()
    assert not failing.window.isVisible()
    assert count(failing.database) == 154


def test_closing_waits_for_what_is_on_its_way(start: Start) -> None:
    program = start().opened()
    program.tag("regrouped", "D")
    assert program.work.saver.state == "saving"
    program.window.close()
    assert count(program.database) == 155


def test_another_project_waits_for_the_answer(start: Start) -> None:
    program = start(template="many").opened()
    place, desk, own = program.window.place, program.window.desk, program.work.saver
    assert desk is not None
    save = own._save

    def refuse(_: object) -> None:
        raise StoreUnavailable("The disk is full.")

    own._save = refuse
    program.tag("regrouped", "D")
    program.until(lambda: own.state == "failed")
    desk.open_project("Texts")
    program.settled()
    assert program.window.place is place, "its edit is nowhere else"
    assert program.window.status.told.text().startswith("First save what is here: The disk")
    own._save = save
    QTest.mouseClick(program.window.status.retry, Qt.MouseButton.LeftButton)
    desk.open_project("Texts")
    program.until(lambda: program.window.place is not place)
    assert count(program.database) == 155


def test_another_project_of_a_database_that_fails(failing: Program) -> None:
    place, desk = failing.window.place, failing.window.desk
    assert desk is not None
    desk.open_project("Texts")
    failing.settled()
    assert failing.window.place is place and failing.work.saver.waiting == 2
    assert "read-only" in failing.window.status.told.text()
    failing.query_only(False)
    failing.work.saver.retry()
    failing.open_project("Texts")
    assert count(failing.database) == 156


def test_another_database_waits_for_the_answer(failing: Program, tmp_path: Path) -> None:
    place = failing.window.place
    with answer_file(tmp_path / "other.db"):
        failing.do("database")
    failing.until(lambda: failing.window.status.told.text().startswith("First save what is here"))
    failing.settled()
    assert failing.window.place is place and failing.work.saver.waiting == 2
    failing.query_only(False)
    failing.work.saver.retry()
    failing.saved()
    with answer_file(tmp_path / "other.db"):
        failing.do("database")
    failing.until(lambda: failing.window.place is not place)
    assert count(failing.database) == 156


def test_another_article_waits_while_saving_fails(start: Start) -> None:
    program = start(template="many", project="Texts").opened()
    first = program.document.article.id
    program.query_only(True)
    (word,) = program.document.text.value.split()[:1]
    tagged = program.tag(word, "A")
    program.until(lambda: program.work.saver.state == "failed")
    program.do("next_article")
    program.settled()
    assert program.document.article.id == first, "what is not saved stays in the window"
    assert "First save what is here" in program.window.status.told.text()
    program.query_only(False)
    program.work.saver.retry()
    program.saved()
    program.do("next_article")
    program.until(lambda: program.document.article.id != first)
    program.do("previous_article")
    program.until(lambda: program.document.article.id == first)
    assert set(program.document.annotations) == {tagged}


def test_the_open_article_is_not_read_again(start: Start) -> None:
    program = start().opened()
    program.tag("regrouped", "D")
    program.work.open_article(program.document.article.id, 10)  # a search found a place in it
    program.tag("reign", "A")
    program.settled()
    assert len(program.document.annotations) == 156
    program.saved()
    assert count(program.database) == 156
