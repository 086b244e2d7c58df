"""Writing a project from the window: targets, replacing, cancel, what is told at the end."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QMessageBox
from tests.gui.export_fixture import dialog, done, go, plain, rehearsed
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
from annotator.gui.dialogs.export_format import in_order
from annotator.gui.dialogs.exports import ExportDialog

__all__ = ["start", "templates"]


@pytest.fixture
def program(start: Start) -> Program:
    return start().opened()


def test_every_format_that_is_written_is_offered(program: Program, home: Path) -> None:
    shown = dialog(program)
    written = [f for f in FORMATS if f.write is not None]
    assert sorted(o.key for o in shown.form.kind.offers) == sorted(f.id for f in written)
    assert [f.id for f in in_order()] == [o.key for o in shown.form.kind.offers]
    for kind in written:
        shown.form.kind.choose([kind.id])
        assert shown.form.target.line.text() == str(home / f"Palmyra sample{kind.suffix}")
        assert shown.form.about.text() == kind.about


def test_export(program: Program, tmp_path: Path) -> None:
    program.tag("regrouped", "D")  # what was just done is in it
    target = tmp_path / "out.jsonl"
    shown = dialog(program, target, "annotator-jsonl")
    go(shown)
    told = done(program, shown).splitlines()
    assert told[:2] == ["1 article, 155 annotations, 121 links are in", str(target)]
    assert "Read back: the same." in told and "Nothing was left out." in told
    assert told[-1] == f"{target}.manifest.json"
    assert json.loads(Path(told[-1]).read_text("utf-8"))["format"] == "annotator-jsonl"
    assert "regrouped" in target.read_text("utf-8")
    assert program.window.settings.folder == str(tmp_path)
    assert program.window.settings.format == "annotator-jsonl"
    assert plain(shown.stop.text()) == "Close"
    QTest.mouseClick(shown.stop, Qt.MouseButton.LeftButton)
    program.until(lambda: not program.shown(ExportDialog))


def test_show_in_folder(program: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[QUrl] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", opened.append)
    shown = dialog(program, tmp_path / "out.jsonl", "annotator-jsonl")
    assert not shown.folder_button.isVisible()
    go(shown)
    done(program, shown)
    assert shown.folder_button.hasFocus()
    press(shown, "Alt+F")
    program.until(lambda: opened)  # a button takes a moment to be pressed by its letter
    assert [Path(url.toLocalFile()) for url in opened] == [tmp_path]


def test_what_is_left_out_is_counted(program: Program, tmp_path: Path) -> None:
    shown = dialog(program, tmp_path / "out.conll", "conll2003")
    go(shown)
    told = done(program, shown)
    assert "Left out: 121 × links." in told
    kind = shown.form.format
    assert ("It is not read back" in told) is (kind.read is None)


@pytest.mark.parametrize("name", ["no/such/folder/out.jsonl", ".", "plain/out.jsonl"])
def test_a_target_that_cannot_be_written(program: Program, tmp_path: Path, name: str) -> None:
    (tmp_path / "plain").write_text("a file")
    before = sorted(tmp_path.iterdir())
    shown = dialog(program, tmp_path / name, "annotator-jsonl")
    go(shown)
    if plain(shown.go.text()) == "Replace":
        go(shown)
    assert str(tmp_path) in done(program, shown) and shown.note.property("fault")
    assert shown.go.isVisible() and shown.go.isEnabled()
    assert sorted(tmp_path.iterdir()) == before
    shown.form.target.line.setText(str(tmp_path / "good.jsonl"))
    go(shown)
    program.until(lambda: (tmp_path / "good.jsonl").exists())
    done(program, shown)


@pytest.mark.parametrize("text", ["", "  "])
def test_no_target(program: Program, text: str) -> None:
    shown = dialog(program)
    target = shown.form.target
    target.line.setText(text)
    go(shown)
    assert target.told.text() == "Name the file to write." and target.told.isVisible()
    assert target.line.hasFocus() and target.line.accessibleDescription() == target.told.text()
    target.line.setText("/x.jsonl")
    assert not target.told.isVisible()


def test_a_file_that_is_there_is_not_replaced_unasked(program: Program, tmp_path: Path) -> None:
    target = tmp_path / "mine.jsonl"
    target.write_text("my own")
    shown = dialog(program, target, "annotator-jsonl")
    go(shown)
    assert shown.note.text() == "mine.jsonl is there already. Replace it?"
    assert plain(shown.go.text()) == "Replace" and target.read_text() == "my own"
    line = shown.form.target.line
    line.setText(str(tmp_path / "other.jsonl"))
    assert plain(shown.go.text()) == "Export" and not shown.note.text()
    line.setText(str(target))
    go(shown)
    go(shown)
    done(program, shown)
    assert target.read_text("utf-8").startswith('{"type":"project"')


def test_a_folder_of_somebody_else_is_spared(program: Program, tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "novel.txt").write_text("my own")
    shown = dialog(program, None, "annotator-jsonl")
    shown.form.split.kind.choose(["Folds"])
    shown.form.target.line.setText(str(folder))
    go(shown)
    assert shown.note.text() == "mine is there already. Replace it?"
    go(shown)
    assert "holds other files" in done(program, shown)
    assert [p.name for p in folder.iterdir()] == ["novel.txt"]


def test_a_file_chosen_in_the_file_dialog(program: Program, tmp_path: Path) -> None:
    target = tmp_path / "mine.jsonl"
    target.write_text("my own")
    shown = dialog(program, None, "annotator-jsonl")
    browse = shown.form.target.browse

    def yes(box: QFileDialog) -> None:
        with answering(QMessageBox, lambda asked: click(asked, "Yes")):
            choose(target, box)

    with answering(QFileDialog, yes):
        QTest.mouseClick(browse, Qt.MouseButton.LeftButton)
    assert shown.form.target.line.text() == str(target)
    go(shown)  # the file dialog has asked
    assert "154 annotations" in done(program, shown)
    with answer_file(tmp_path / "new.jsonl"):
        QTest.mouseClick(browse, Qt.MouseButton.LeftButton)
    assert shown.form.target.line.text() == str(tmp_path / "new.jsonl")


def test_a_folder_chosen_in_the_file_dialog(
    program: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "a.txt").write_text("a")
    (tmp_path / "empty").mkdir()
    shown = dialog(program, None, "annotator-jsonl")
    shown.form.split.kind.choose(["Shares"])
    for chosen, path in (("empty", "empty"), ("full", "full/Palmyra sample"), ("", None)):
        answer = str(tmp_path / chosen) if chosen else ""
        monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_, a=answer: a)
        shown.form.target.line.setText(str(tmp_path / "Palmyra sample"))
        QTest.mouseClick(shown.form.target.browse, Qt.MouseButton.LeftButton)
        assert shown.form.target.path == tmp_path / (path or "Palmyra sample")


def test_the_database_is_never_the_target(program: Program) -> None:
    shown = dialog(program, program.database, "annotator-jsonl")
    go(shown)
    go(shown)
    assert "is the database itself" in done(program, shown)
    shown.close()
    program.tag("regrouped", "D")
    program.saved()


@pytest.mark.parametrize("presses", [1, 2, 3])
def test_cancel_leaves_nothing(program: Program, tmp_path: Path, presses: int) -> None:
    target = tmp_path / "out.jsonl"
    target.write_text("before")
    shown = dialog(program, target, "annotator-jsonl")
    free = threading.Event()
    program.work.desk.files.run(lambda: free.wait(60))  # so that Cancel comes in time
    go(shown)
    go(shown)
    assert shown.bar.isVisible() and plain(shown.stop.text()) == "Cancel"
    for _ in range(presses):
        press(shown, "Escape")
    assert shown.isVisible() and shown.note.text() == "Stopping…"
    free.set()
    program.until(lambda: "Nothing was changed" in shown.note.text())
    assert target.read_text() == "before"
    assert not [p for p in tmp_path.iterdir() if p.suffix == ".part"]
    press(shown, "Escape")
    program.until(lambda: not program.shown(ExportDialog))


def test_too_fast(program: Program, tmp_path: Path) -> None:
    """Pressed before anything is rehearsed, and again while it is written."""
    target = tmp_path / "out.jsonl"
    shown = dialog(program, target, "annotator-jsonl")
    for _ in range(4):
        go(shown)
    assert "Read back: the same." in done(program, shown)
    assert "Replace" not in shown.go.text()


def test_the_answers_stay(program: Program) -> None:
    shown = dialog(program, None, "conll2003")
    shown.form.choice.words.setText("Palmyra")
    shown.form.choice.labels.choose(["Actor"])
    press(shown, "Escape")
    program.until(lambda: not program.shown(ExportDialog))
    again = dialog(program)
    assert again is shown and again.form.format.id == "conll2003"
    assert again.form.choice.labels.chosen == ("Actor",)
    assert again.form.choice.words.text() == "Palmyra"


def test_the_format_and_folder_of_last_time(start: Start, tmp_path: Path) -> None:
    program = start().opened()
    go(shown := dialog(program, tmp_path / "out.conll", "conll2003"))
    done(program, shown)
    program.close()
    again = dialog(start().opened())
    assert again.form.format.id == "conll2003"
    assert again.form.target.path == tmp_path / "Palmyra sample.conll"


def test_a_name_that_was_typed_stays(program: Program, tmp_path: Path) -> None:
    shown = dialog(program, None, "annotator-jsonl")
    shown.form.target.line.setText(str(tmp_path / "mine.annotator.jsonl"))
    shown.form.kind.choose(["conll2003"])
    assert shown.form.target.path == tmp_path / "mine.conll"
    shown.form.split.kind.choose(["Shares"])
    assert shown.form.target.path == tmp_path / "mine" and shown.form.target.is_folder
    assert shown.form.target.line.accessibleName() == "Folder"
    shown.form.split.kind.choose(["No split"])
    assert shown.form.target.path == tmp_path / "mine.conll"


def test_another_project_takes_its_place(start: Start, tmp_path: Path) -> None:
    program = start(template="many").opened()
    shown = dialog(program, tmp_path / "out.jsonl", "annotator-jsonl")
    free = threading.Event()
    program.work.desk.files.run(lambda: free.wait(60))
    go(shown)
    program.open_project("Texts")
    free.set()
    assert not program.shown(ExportDialog)
    program.until(lambda: "out.jsonl" in program.window.status.told.text())
    program.opened()
    other = dialog(program)
    assert other is not shown and "Texts" in other.form.target.line.text()
    assert rehearsed(program, other) == "4 articles, 0 annotations would go out."


def test_the_window_closes_while_it_rehearses(program: Program) -> None:
    dialog(program, None, "conll2003")
    program.window.close()
    assert not program.shown(ExportDialog)
