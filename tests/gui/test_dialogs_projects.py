"""Projects, the codebook to a file and back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialogButtonBox, QMessageBox
from tests.gui.program_fixture import (
    Program,
    Start,
    answer_file,
    answering,
    click,
    press,
    start,
    templates,
    write,
)

from annotator.gui.dialogs.projects import ProjectsDialog
from annotator.gui.toolbar import LabelButton
from annotator.session import jobs

__all__ = ["start", "templates"]


@pytest.fixture
def program(start: Start) -> Program:
    return start(template="many").opened()


def projects(program: Program) -> ProjectsDialog:
    program.activate()
    press(program.window, "Ctrl+P")
    dialog = program.dialog(ProjectsDialog)
    program.until(lambda: dialog.list.count())
    return dialog


def names(dialog: ProjectsDialog) -> list[str]:
    return [dialog.list.item(i).text() for i in range(dialog.list.count())]


def push(dialog: ProjectsDialog, which: QDialogButtonBox.StandardButton) -> None:
    box = dialog.findChild(QDialogButtonBox)
    assert box is not None
    QTest.mouseClick(box.button(which), Qt.MouseButton.LeftButton)


def project(program: Program) -> str:
    opened = program.work.desk.project
    assert opened is not None
    return opened.project.name


# ---- projects ------------------------------------------------------------------------------------


def test_open_another(program: Program, start: Start) -> None:
    dialog = projects(program)
    assert names(dialog) == [
        "Palmyra sample — articles: 1, annotations: 154",
        "Texts — articles: 4, annotations: 0",
    ]
    assert dialog.list.currentRow() == 0
    place = program.window.place
    dialog.list.setCurrentRow(1)
    push(dialog, QDialogButtonBox.StandardButton.Open)
    program.until(lambda: program.window.place is not place)
    assert project(program) == "Texts"
    program.opened().close()
    assert project(start().opened()) == "Texts", "the one of last time"


def test_enter_and_double_click_open(program: Program) -> None:
    dialog = projects(program)
    dialog.list.setFocus()
    press(dialog.list, "Down", "Return")
    program.until(lambda: project(program) == "Texts")
    dialog = projects(program)
    at = dialog.list.visualItemRect(dialog.list.item(0)).center()
    QTest.mouseClick(dialog.list.viewport(), Qt.MouseButton.LeftButton, pos=at)
    QTest.mouseDClick(dialog.list.viewport(), Qt.MouseButton.LeftButton, pos=at)
    program.until(lambda: project(program) == "Palmyra sample")


@pytest.mark.parametrize("by", ["Return", "Create", "Open"])
def test_create(program: Program, by: str) -> None:
    dialog = projects(program)
    write(dialog.name, " New one ")
    if by == "Return":
        press(dialog.name, "Return")
    elif by == "Create":
        QTest.mouseClick(dialog.create_button, Qt.MouseButton.LeftButton)
    else:
        push(dialog, QDialogButtonBox.StandardButton.Open)
    program.until(lambda: project(program) == "New one")
    program.until(lambda: not program.shown(ProjectsDialog))
    program.settled()
    assert not program.work.desk.articles.all and program.work.session.document is None
    assert len(names(projects(program))) == 3, "made once"
    assert program.window.windowTitle() == "New one — Annotator"


@pytest.mark.parametrize(("name", "words"), [("  ", "needs a name"), ("Texts", "already")])
def test_a_name_that_cannot_be_taken(program: Program, name: str, words: str) -> None:
    dialog = projects(program)
    write(dialog.name, name)
    press(dialog.name, "Return")
    program.until(lambda: words in dialog.note.text())
    assert dialog.isVisible() and project(program) == "Palmyra sample"
    press(dialog, "Escape")
    assert project(program) == "Palmyra sample"


def test_closed_before_the_database_answers(program: Program) -> None:
    program.do("project")
    dialog = program.dialog(ProjectsDialog)
    write(dialog.name, "Late")
    QTest.mouseClick(dialog.create_button, Qt.MouseButton.LeftButton)
    dialog.reject()
    program.until(lambda: project(program) == "Late")
    program.do("project")
    program.dialog(ProjectsDialog).reject()
    program.settled()


# ---- the codebook --------------------------------------------------------------------------------


@pytest.fixture
def file(program: Program, tmp_path: Path) -> Path:
    """The project's codebook, saved from the window."""
    path = tmp_path / "codebook.json"
    with answer_file(path):
        program.do("codebook_save")
    program.until(lambda: "Edit it, then load it again" in program.window.status.told.text())
    return path


def edited(path: Path, **changes: Any) -> dict[str, Any]:
    held: dict[str, Any] = json.loads(path.read_text("utf-8"))
    held |= changes
    path.write_text(json.dumps(held), "utf-8")
    return held


def labels(program: Program) -> list[str]:
    return [label.name for label in program.work.session.codebook.labels]


def load(program: Program, path: Path) -> None:
    with answer_file(path):
        program.do("codebook_load")


def test_a_label_more(program: Program, file: Path) -> None:
    held = json.loads(file.read_text("utf-8"))
    weapon = {**held["labels"][1], "name": "Weapon", "key": "w", "entity_type": ""}
    weapon["fields"] = []
    weapon.pop("entity_type")
    edited(file, labels=[*held["labels"], weapon])
    place = program.window.place
    load(program, file)
    program.until(lambda: program.window.place is not place)
    program.opened()
    assert labels(program)[-1] == "Weapon" and "tag_Weapon" in program.window.rows
    program.tag("regrouped", "W")
    current = program.work.session.current
    assert current is not None and current.label == "Weapon"
    assert len(program.document.annotations) == 155
    assert "Weapon" in [b.text() for b in program.window.bar.findChildren(LabelButton)]
    program.saved()


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("{", "codebook.json"),
        ('{"codebook": 1, "name": "x", "labels": [{"name": 5}]}', "labels[0]"),
        ('{"codebook": 99, "name": "x"}', "newer"),
        ("", "empty"),
    ],
)
def test_a_faulty_codebook(program: Program, file: Path, body: str, words: str) -> None:
    file.write_text(body)
    place, before = program.window.place, labels(program)
    load(program, file)
    with answering(QMessageBox, lambda box: click(box, "OK")) as said:
        program.until(lambda: said.text)
    assert words in said.text and "Errno" not in said.text
    assert program.window.place is place and labels(program) == before


def without_cues(path: Path) -> None:
    held = json.loads(path.read_text("utf-8"))
    kept = [label for label in held["labels"] if label["name"] != "Cue"]
    links = [
        link
        for link in held["link_types"]
        if "Cue" not in (*link["from_labels"], *link["to_labels"])
    ]
    edited(path, labels=kept, link_types=links)


@pytest.mark.parametrize("answer", ["Yes", "No"])
def test_a_codebook_that_orphans_annotations_asks(
    program: Program, file: Path, answer: str
) -> None:
    without_cues(file)
    place = program.window.place
    cues = [a for a in program.document.annotations.values() if a.label == "Cue"]
    load(program, file)
    with answering(QMessageBox, lambda box: click(box, answer)) as said:
        program.until(lambda: said.text)
    assert str(len(cues)) in said.text and "Cue" in said.text
    if answer == "No":
        program.settled()
        assert program.window.place is place and "Cue" in labels(program)
        return
    program.until(lambda: program.window.place is not place)
    program.opened()
    kept = [a for a in program.document.annotations.values() if a.label == "Cue"]
    assert len(kept) == len(cues), "nothing is thrown away"
    program.close()


def test_a_codebook_file_that_cannot_be_written(program: Program, tmp_path: Path) -> None:
    (tmp_path / "plain").write_text("a file")
    told: list[str] = []
    program.work.desk.told.connect(told.append)
    program.work.desk.ask(
        jobs.write_codebook,
        program.work.desk.project_id,
        tmp_path / "plain" / "c.json",
        then=lambda _: told.append("written"),
    )
    program.until(lambda: told)
    assert "can't be written" in told[0]
