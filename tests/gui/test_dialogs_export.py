"""Writing a project from the window: targets, replacing, cancel, what is left out."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QMessageBox, QPushButton
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

from annotator.formats import FORMATS
from annotator.gui.dialogs.exports import ExportDialog

__all__ = ["start", "templates"]


@pytest.fixture
def program(start: Start) -> Program:
    return start().opened()


def dialog(program: Program, target: Path | None = None, kind: str = "") -> ExportDialog:
    """The dialog, with a format and a file named."""
    program.activate()
    press(program.window, "Ctrl+E")
    shown = program.dialog(ExportDialog)
    if kind:
        shown.format.setCurrentText(next(f.name for f in FORMATS if f.id == kind))
    if target is not None:
        shown.path.setText(str(target))
    return shown


def go(shown: ExportDialog) -> None:
    QTest.mouseClick(shown.go, Qt.MouseButton.LeftButton)


def done(program: Program, shown: ExportDialog) -> str:
    program.until(lambda: shown.note.text() and not shown.bar.isVisible())
    return shown.note.text()


def test_every_format_that_is_written_is_offered(program: Program, home: Path) -> None:
    shown = dialog(program)
    written = [f for f in FORMATS if f.write is not None]
    assert [shown.format.itemText(i) for i in range(shown.format.count())] == [
        f.name for f in written
    ]
    for number, kind in enumerate(written):
        shown.format.setCurrentIndex(number)
        assert shown.path.text() == str(home / f"Palmyra sample{kind.suffix}")


def test_export(program: Program, tmp_path: Path) -> None:
    program.tag("regrouped", "D")  # what was just done is in it
    target = tmp_path / "out.jsonl"
    shown = dialog(program, target, "annotator-jsonl")
    go(shown)
    assert done(program, shown) == (
        f"1 articles with 155 annotations are in {target}.\nRead back: the same."
    )
    assert not shown.go.isVisible() and shown.stop.text() == "Close"
    assert "regrouped" in target.read_text("utf-8")
    assert program.window.settings.folder == str(tmp_path)
    QTest.mouseClick(shown.stop, Qt.MouseButton.LeftButton)
    program.until(lambda: not program.shown(ExportDialog))


def test_what_is_left_out_is_counted(program: Program, tmp_path: Path) -> None:
    shown = dialog(program, tmp_path / "out.conll", "conll2003")
    go(shown)
    said = done(program, shown)
    assert "Left out: " in said and "× links." in said


@pytest.mark.parametrize("name", ["no/such/folder/out.jsonl", ".", "plain/out.jsonl"])
def test_a_target_that_cannot_be_written(program: Program, tmp_path: Path, name: str) -> None:
    (tmp_path / "plain").write_text("a file")
    before = sorted(tmp_path.iterdir())
    shown = dialog(program, tmp_path / name, "annotator-jsonl")
    go(shown)
    assert str(tmp_path) in done(program, shown) and shown.note.property("fault")
    assert shown.go.isVisible() and shown.go.isEnabled()
    assert sorted(tmp_path.iterdir()) == before
    shown.path.setText(str(tmp_path / "good.jsonl"))
    go(shown)
    program.until(lambda: (tmp_path / "good.jsonl").exists())
    done(program, shown)


@pytest.mark.parametrize("text", ["", "  "])
def test_no_target(program: Program, text: str) -> None:
    shown = dialog(program)
    shown.path.setText(text)
    go(shown)
    assert shown.note.text() == "Name the file to write."


def test_a_file_that_is_there_is_not_replaced_unasked(program: Program, tmp_path: Path) -> None:
    target = tmp_path / "mine.jsonl"
    target.write_text("my own")
    shown = dialog(program, target, "annotator-jsonl")
    go(shown)
    assert shown.note.text() == "mine.jsonl is there already. Replace it?"
    assert shown.go.text() == "Replace" and target.read_text() == "my own"
    shown.path.setText(str(tmp_path / "other.jsonl"))
    assert shown.go.text() == "Export" and not shown.note.text()
    shown.path.setText(str(target))
    go(shown)
    go(shown)
    done(program, shown)
    assert target.read_text("utf-8").startswith('{"type":"project"')


def test_a_file_chosen_in_the_file_dialog(program: Program, tmp_path: Path) -> None:
    target = tmp_path / "mine.jsonl"
    target.write_text("my own")
    shown = dialog(program, None, "annotator-jsonl")
    browse = next(b for b in shown.findChildren(QPushButton) if b.text() == "Browse…")

    def yes(box: QFileDialog) -> None:
        with answering(QMessageBox, lambda asked: click(asked, "Yes")):
            choose(target, box)

    with answering(QFileDialog, yes):
        QTest.mouseClick(browse, Qt.MouseButton.LeftButton)
    assert shown.path.text() == str(target)
    go(shown)  # the file dialog has asked
    assert "154 annotations" in done(program, shown)
    with answer_file(tmp_path / "new.jsonl"):
        QTest.mouseClick(browse, Qt.MouseButton.LeftButton)
    assert shown.path.text() == str(tmp_path / "new.jsonl")


def test_the_database_is_never_the_target(program: Program) -> None:
    shown = dialog(program, program.database, "annotator-jsonl")
    go(shown)
    go(shown)
    assert "is the database itself" in done(program, shown)
    shown.close()
    program.tag("regrouped", "D")
    program.saved()


def test_cancel_leaves_nothing(program: Program, tmp_path: Path) -> None:
    target = tmp_path / "out.jsonl"
    target.write_text("before")
    shown = dialog(program, target, "annotator-jsonl")
    free = threading.Event()
    program.work.desk.files.run(lambda: free.wait(60))  # so that Cancel comes in time
    go(shown)
    go(shown)
    assert shown.bar.isVisible()
    press(shown, "Escape")
    free.set()
    assert done(program, shown) and shown.isVisible()
    program.until(lambda: "Nothing was changed" in shown.note.text())
    assert target.read_text() == "before"
    assert not [p for p in tmp_path.iterdir() if p.suffix == ".part"]
    press(shown, "Escape")
    program.until(lambda: not program.shown(ExportDialog))
