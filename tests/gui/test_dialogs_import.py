"""Adding articles and importing projects: previews, doubles, faults, cancel, repair."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from tests.gui.program_fixture import (
    TEXTS,
    Program,
    Start,
    answer_file,
    press,
    start,
    templates,
    write,
)

from annotator import formats, resources
from annotator.formats.format import ReadOptions
from annotator.gui.dialogs.import_articles import AddDialog
from annotator.gui.dialogs.import_project import ProjectDialog
from annotator.store.database import Connection

__all__ = ["start", "templates"]
SAMPLE = resources.path("sample/palmyra.jsonl")


@pytest.fixture
def program(start: Start) -> Program:
    return start(template="many", project="Texts").opened()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two good texts, one that the project has, one that can't be read, one of another kind."""
    made = tmp_path / "folder"
    (made / "deep").mkdir(parents=True)
    (made / "a.txt").write_text("Alpha\n\nThe first text.", "utf-8")
    (made / "deep" / "b.html").write_text(
        "<html><body><h1>Beta</h1>" + "<p>A paragraph of the second text, long enough.</p>" * 6
    )
    (made / "double.txt").write_text(TEXTS[0], "utf-8")
    (made / "empty.txt").write_bytes(b"")
    (made / "picture.png").write_bytes(b"\x89PNG")
    return made


def rows(dialog: AddDialog) -> dict[str, str]:
    """File → what comes of it."""
    return {row.key[0].name: row.fate for row in dialog.table.rows}


def previewed(program: Program) -> AddDialog:
    dialog = program.dialog(AddDialog)
    program.until(
        lambda: dialog.table.rowCount() and not dialog.bar.isVisible() and settled(dialog)
    )
    return dialog


def settled(dialog: AddDialog) -> bool:
    """True where all is read and compared."""
    return dialog._ready and dialog._progress is None


def go(dialog: AddDialog | ProjectDialog) -> None:
    QTest.mouseClick(dialog.go, Qt.MouseButton.LeftButton)


def titles(program: Program) -> list[str]:
    return [a.title for a in program.work.desk.articles.all]


def gone(program: Program) -> bool:
    return not program.shown(AddDialog) and not program.shown(ProjectDialog)


# ---- articles ------------------------------------------------------------------------------------


def test_a_folder(program: Program, folder: Path) -> None:
    with answer_file(folder):
        program.do("add_folder")
    dialog = previewed(program)
    assert rows(dialog) == {
        "a.txt": "Will be added.",
        "b.html": "Will be added.",
        "double.txt": "Already in the project, as ‘Rebels leave Homs’.",
        "empty.txt": "The file is empty.",
    }
    assert dialog.go.text() == "&Add 2 articles" and dialog.note.text() == "2 will not be added."
    assert len(titles(program)) == 4, "nothing is added before one says so"
    go(dialog)
    program.until(lambda: len(titles(program)) == 6)
    program.until(lambda: gone(program))
    program.until(lambda: program.window.status.told.text() == "2 articles were added.")
    program.opened("Alpha")
    assert program.window.settings.folder == str(folder)


def test_files_with_a_date(program: Program, folder: Path) -> None:
    with answer_file(folder / "a.txt"):
        program.do("add_files")
    dialog = previewed(program)
    write(dialog.date, "2016-12-15")
    assert dialog.table.index(0, 2).data() == "2016-12-15" == dialog.article.date.text()
    assert dialog.article.known.text() == "as given"
    press(dialog.date, "Return")
    program.until(lambda: len(titles(program)) == 5)
    added = next(a for a in program.work.desk.articles.all if a.title == "Alpha")
    assert added.date == "2016-12-15"


@pytest.mark.parametrize("date", ["15.12.2016", "2016-02-30", "soon"])
def test_a_date_that_is_none(program: Program, folder: Path, date: str) -> None:
    program.work.imports.show([folder / "a.txt"])
    dialog = previewed(program)
    write(dialog.date, date)
    assert dialog.note.property("fault") and dialog.note.text()
    assert not dialog.go.isEnabled()
    go(dialog)
    program.settled()
    assert len(titles(program)) == 4 and dialog.isVisible()
    write(dialog.date, " ")
    assert dialog.go.isEnabled() and not dialog.note.property("fault")
    dialog.reject()


def test_the_same_text_twice_in_one_go(program: Program, tmp_path: Path) -> None:
    for name in ("x.txt", "y.txt"):
        (tmp_path / name).write_text("One text.")
    program.work.imports.show([tmp_path / "x.txt", tmp_path / "y.txt"])
    dialog = previewed(program)
    assert rows(dialog) == {
        "x.txt": "Will be added.",
        "y.txt": "Left out: the same text as ‘One text.’ above.",
    }
    assert dialog.go.text() == "&Add 1 article"
    go(dialog)
    program.until(lambda: len(titles(program)) == 5)


def test_nothing_to_add(program: Program, folder: Path) -> None:
    program.work.imports.show([folder / "double.txt", folder / "empty.txt", folder / "no.txt"])
    dialog = previewed(program)
    assert not dialog.go.isEnabled() and "nothing to add" in dialog.note.text()
    assert "no such file" in rows(dialog)["no.txt"]
    dialog.close()
    program.until(lambda: gone(program))
    (folder / "empty").mkdir()
    program.work.imports.show([folder / "empty"])
    dialog = program.dialog(AddDialog)
    program.until(lambda: "nothing to add" in dialog.view.hint[0])
    assert not dialog.go.isEnabled()


def test_a_guessed_encoding_is_told(program: Program, tmp_path: Path) -> None:
    path = tmp_path / "old.txt"
    path.write_bytes(("Der Bürgermeister grüßt die Gäste aus Österreich. " * 9).encode("cp1252"))
    program.work.imports.show([path])
    assert "guess" in rows(previewed(program))["old.txt"]


# ---- clipboard and drops -------------------------------------------------------------------------


def test_paste(program: Program) -> None:
    QApplication.clipboard().setText("A pasted title\r\n\r\nAnd its text.")
    program.activate()
    press(program.window, "Ctrl+Shift+V")
    dialog = previewed(program)
    assert rows(dialog) == {"Clipboard": "Will be added."} and not dialog.date.isVisible()
    press(dialog, "Return")
    program.until(lambda: "A pasted title" in titles(program))
    program.until(lambda: gone(program))
    program.do("paste")
    assert rows(previewed(program)) == {"Clipboard": "Already in the project, as ‘A pasted title’."}


@pytest.mark.parametrize("text", ["", " \n\t "])
def test_paste_of_nothing(program: Program, text: str) -> None:
    QApplication.clipboard().setText(text)
    program.do("paste")
    dialog = previewed(program)
    assert not dialog.go.isEnabled() and "no text" in rows(dialog)["Clipboard"].lower()


def drop(target: QWidget, data: QMimeData) -> bool:
    """Drag over a widget and drop there; True where it was taken."""
    at, copy, none = QPoint(30, 30), Qt.DropAction.CopyAction, Qt.KeyboardModifier.NoModifier
    left = Qt.MouseButton.LeftButton
    enter = QDragEnterEvent(at, copy, data, left, none)
    QApplication.sendEvent(target, enter)
    if not enter.isAccepted():
        return False
    event = QDropEvent(QPointF(at), copy, data, left, none)
    QApplication.sendEvent(target, event)
    return event.isAccepted()


def urls(*paths: Path | str) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(p)) if isinstance(p, Path) else QUrl(p) for p in paths])
    return data


def test_files_dropped(program: Program, folder: Path) -> None:
    assert drop(program.window, urls(folder / "a.txt", folder / "deep"))
    assert set(rows(previewed(program))) == {"a.txt", "b.html"}


def test_files_dropped_on_the_text(program: Program, folder: Path) -> None:
    assert drop(program.work.view.viewport(), urls(folder / "a.txt"))
    assert set(rows(previewed(program))) == {"a.txt"}


def test_a_project_dropped(program: Program) -> None:
    assert drop(program.window, urls(SAMPLE))
    assert program.dialog(ProjectDialog)


def test_what_is_no_file_is_not_taken(program: Program) -> None:
    assert not drop(program.window, urls("https://example.org/a.html"))
    text = QMimeData()
    text.setText("words")
    assert not drop(program.window, text)
    assert gone(program)


def test_a_drop_while_nothing_is_open(start: Start, tmp_path: Path, folder: Path) -> None:
    program = start(tmp_path)  # a folder is no database
    program.until(lambda: any("is not a file" in said for said in program.said()))
    assert not drop(program.window, urls(folder / "a.txt"))


# ---- progress and cancel -------------------------------------------------------------------------


def test_cancel_while_files_are_read(
    program: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    preview, go_on = formats.preview, threading.Event()

    def held_up(path: Path, options: ReadOptions) -> Iterator[formats.Preview]:
        if path.name == "010.html":  # so that Cancel comes in time
            assert go_on.wait(60)
        return preview(path, options)

    monkeypatch.setattr(formats, "preview", held_up)
    many = tmp_path / "many"
    many.mkdir()
    for number in range(400):
        (many / f"{number:03}.html").write_text(f"<p>{number} and words that say a lot.</p>" * 40)
    program.work.imports.show([many])
    dialog = program.dialog(AddDialog)
    program.until(lambda: dialog.note.text().startswith("Reading "))
    assert dialog.bar.isVisible() and dialog.bar.maximum() == 400 and not dialog.go.isEnabled()
    QTest.mouseClick(dialog.stop, Qt.MouseButton.LeftButton)
    assert dialog.isVisible() and dialog.note.text() == "Stopping…"
    go_on.set()
    program.until(lambda: "Nothing was changed" in dialog.note.text())
    assert not dialog.go.isEnabled() and dialog.stop.isEnabled()
    dialog.close()
    program.until(lambda: gone(program))


def test_cancel_while_articles_are_added(program: Program, tmp_path: Path) -> None:
    many = tmp_path / "many"
    many.mkdir()
    for number in range(300):
        (many / f"{number:03}.txt").write_text(f"Text {number}. " * 9)
    program.work.imports.show([many])
    dialog = previewed(program)
    desk = program.work.desk
    free = threading.Event()
    desk.worker.run(lambda: free.wait(60))  # so that Cancel comes in time
    go(dialog)
    dialog.close()  # the window's cross is Cancel
    free.set()
    assert dialog.isVisible()
    program.until(lambda: "Nothing was changed" in dialog.note.text())
    assert len(titles(program)) == 4
    go(dialog)  # it may be tried again
    program.until(lambda: len(titles(program)) == 304)


def test_reading_files_does_not_get_in_the_way_of_saving(program: Program, folder: Path) -> None:
    """The database is for one thread at a time: here it is busy while files are compared."""
    desk = program.work.desk
    inside, asked = threading.Event(), threading.Event()

    def long_save(db: Connection) -> None:
        inside.set()
        assert asked.wait(60)
        db.exec_driver_sql("select 1")

    desk.change(long_save)
    program.until(inside.is_set)
    program.work.imports.show([folder])
    desk.files.run(lambda: None, lambda _: asked.set())  # they are read and it is asked for them
    assert len(rows(previewed(program))) == 4
    assert not program.window.status.told.text()
