"""Importing projects and annotations: what is found first, faults, repair, another project."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from tests.gui.program_fixture import (
    Program,
    Start,
    answer_file,
    press,
    start,
    templates,
    write,
)

from annotator import resources
from annotator.formats import own
from annotator.formats.brat import BRAT
from annotator.formats.format import ReadOptions, WriteOptions
from annotator.gui.dialogs.import_articles import AddDialog
from annotator.gui.dialogs.import_project import ProjectDialog
from annotator.model.corpus import Annotator, Entry
from annotator.model.ident import new_id
from annotator.store.database import Database

__all__ = ["start", "templates"]
SAMPLE = resources.path("sample/palmyra.jsonl")


@pytest.fixture
def program(start: Start) -> Program:
    return start(template="many", project="Texts").opened()


def go(dialog: ProjectDialog) -> None:
    QTest.mouseClick(dialog.go, Qt.MouseButton.LeftButton)


def titles(program: Program) -> list[str]:
    return [a.title for a in program.work.desk.articles.all]


def gone(program: Program) -> bool:
    return not program.shown(AddDialog) and not program.shown(ProjectDialog)


@pytest.fixture
def fresh(program: Program) -> Program:
    """A project without articles."""
    place = program.window.place
    program.work.desk.create_project("Fresh", lambda fault: pytest.fail(str(fault)))
    program.until(lambda: program.window.place is not place)
    program.settled()
    return program


def read(program: Program) -> ProjectDialog:
    dialog = program.dialog(ProjectDialog)
    program.until(lambda: dialog._found is not None and dialog._progress is None)
    return dialog


def test_a_whole_project(fresh: Program) -> None:
    with answer_file(SAMPLE):
        fresh.do("import")
    dialog = read(fresh)
    assert dialog.found.amounts.text().startswith("1 article · 154 annotations · 121 links")
    assert dialog.found.labels.topLevelItem(0).text(0) == "Actor"  # type: ignore[union-attr]
    assert dialog.codebook.text() == "Its codebook is the project's."
    assert dialog.mine.isChecked()
    go(dialog)
    fresh.opened()
    assert len(fresh.document.annotations) == 154
    assert fresh.document.status.owner_id == fresh.work.desk.project.annotator.id  # type: ignore[union-attr]
    assert "1 article with 154 annotations was imported" in fresh.window.status.told.text()
    fresh.until(lambda: gone(fresh))


def test_the_work_of_others(fresh: Program) -> None:
    fresh.work.imports.show([SAMPLE])
    dialog = read(fresh)
    dialog.mine.setChecked(False)
    go(dialog)
    fresh.opened()
    assert len(fresh.document.annotations) == 0, "it is somebody else's; mine is still to do"
    with Database(fresh.database, write=False) as held:
        owners = held.read(lambda db: db.exec_driver_sql("select owner_id from document").all())
    assert len(set(owners)) == 2


def test_a_project_that_is_there(program: Program) -> None:
    program.open_project("Palmyra sample")
    program.opened()
    program.work.imports.show([SAMPLE])
    dialog = read(program)
    go(dialog)
    program.until(lambda: "already" in dialog.note.text())
    assert dialog.note.property("fault") and dialog.isVisible()
    assert len(titles(program)) == 1


@pytest.fixture
def moved(tmp_path: Path) -> Path:
    """The sample with one span two characters from its words."""
    path = tmp_path / "moved.jsonl"
    text = SAMPLE.read_text("utf-8")
    assert '"start":71,"end":75,' in text
    path.write_text(text.replace('"start":71,"end":75,', '"start":69,"end":73,', 1), "utf-8")
    return path


def test_repair(fresh: Program, moved: Path) -> None:
    fresh.work.imports.show([moved])
    dialog = read(fresh)
    assert "line 39" in dialog.note.text() and dialog.note.property("fault")
    assert not dialog.go.isEnabled() and dialog.repair.isVisible()
    dialog.repair.click()
    fresh.until(lambda: dialog.go.isEnabled())
    assert "Moved" in dialog.found.told.toPlainText() and not dialog.note.text()
    go(dialog)
    fresh.opened()
    spans = [a.fragments for a in fresh.document.annotations.values()]
    assert ((71, 75),) in spans and ((69, 73),) not in spans


def test_a_fault_without_repair(fresh: Program, tmp_path: Path) -> None:
    path = tmp_path / "cut.jsonl"
    path.write_bytes(SAMPLE.read_bytes()[:-900])
    fresh.work.imports.show([path])
    dialog = read(fresh)
    assert "cut.jsonl, line 39" in dialog.note.text() and not dialog.go.isEnabled()
    QTest.mouseClick(dialog.stop, Qt.MouseButton.LeftButton)
    fresh.until(lambda: gone(fresh))


def test_two_annotators_can_not_be_one(fresh: Program, tmp_path: Path) -> None:
    path = tmp_path / "two.jsonl"

    def items() -> Iterator[object]:
        for item in own.read(SAMPLE, ReadOptions()):
            yield item
            if isinstance(item, Annotator):
                other = Annotator(id=new_id(), login="other", name="Other")
                yield other
            if isinstance(item, Entry):
                assert item.works

    two = list(items())
    last = two.pop()
    assert isinstance(last, Entry)
    other = next(i for i in two if isinstance(i, Annotator) and i.login == "other")
    second = replace(last.works[0], id=new_id(), owner_id=other.id, annotations=(), links=())
    two.append(replace(last, works=(*last.works, second)))
    own.write(two, path, WriteOptions())  # type: ignore[arg-type]
    fresh.work.imports.show([path])
    dialog = read(fresh)
    assert not dialog.mine.isChecked()
    dialog.mine.setChecked(True)
    go(dialog)
    fresh.until(lambda: dialog.note.property("fault"))
    assert "Something went wrong" not in dialog.note.text()
    dialog.mine.setChecked(False)
    go(dialog)
    fresh.until(lambda: len(titles(fresh)) == 1)


def test_a_file_that_changed_since_it_was_read(fresh: Program, tmp_path: Path) -> None:
    path = tmp_path / "p.jsonl"
    path.write_bytes(SAMPLE.read_bytes())
    fresh.work.imports.show([path])
    dialog = read(fresh)
    path.write_bytes(SAMPLE.read_bytes()[:-900])
    go(dialog)
    fresh.until(lambda: "cut off" in dialog.note.text())
    assert not titles(fresh)
    path.unlink()
    go(dialog)
    fresh.until(lambda: "no such file" in dialog.note.text())


# ---- folders, other projects, faults -------------------------------------------------------------


@pytest.fixture
def brat(tmp_path: Path) -> Path:
    folder = tmp_path / "brat"
    assert BRAT.write is not None
    BRAT.write(own.read(SAMPLE, ReadOptions()), folder, WriteOptions())
    return folder


def test_a_folder_of_a_format(fresh: Program, brat: Path) -> None:
    with answer_file(brat):
        fresh.do("import_folder")
    dialog = read(fresh)
    assert dialog.kind.id == "brat" and "AnnotatorFields" in dialog.about.text()
    assert "154 annotations" in dialog.found.amounts.text()
    go(dialog)
    fresh.opened()
    assert len(fresh.document.annotations) == 154


def test_a_folder_dropped_is_recognised(fresh: Program, brat: Path, tmp_path: Path) -> None:
    fresh.work.imports.show([brat])
    read(fresh).reject()
    fresh.until(lambda: gone(fresh))
    texts = tmp_path / "texts"
    texts.mkdir()
    (texts / "a.txt").write_text("Words.")
    fresh.work.imports.show([texts])
    assert fresh.dialog(AddDialog)


def test_into_a_new_project(program: Program) -> None:
    program.work.imports.show([SAMPLE])
    dialog = read(program)
    dialog.anew.click()
    assert dialog.name.text() == "Palmyra sample 2" and dialog.name.hasFocus()
    write(dialog.name, " ")
    assert not dialog.go.isEnabled() and dialog.note.text() == "Name the new project."
    write(dialog.name, "Texts")
    place = program.window.place
    go(dialog)
    program.until(lambda: "There is a project Texts already" in dialog.note.text())
    write(dialog.name, "Other")
    go(dialog)
    program.until(lambda: program.window.place is not place)
    program.opened("Ancient Syrian city of Palmyra falls back into the hands of ISIS")
    assert program.work.desk.project.project.name == "Other"  # type: ignore[union-attr]


def test_another_codebook_needs_a_new_project(program: Program, tmp_path: Path) -> None:
    path = tmp_path / "d.doccano.jsonl"
    path.write_text('{"text": "Rome fell.", "label": [[0, 4, "Town"]]}\n', "utf-8")
    program.work.imports.show([path])
    dialog = read(program)
    assert dialog.kind.id == "doccano" and dialog.anew.isChecked() and not dialog.here.isEnabled()
    assert "Town" in dialog.codebook.text()
    place = program.window.place
    go(dialog)
    program.until(lambda: program.window.place is not place)
    program.opened()
    assert [a.label for a in program.document.annotations.values()] == ["Town"]


def test_articles_with_faults_are_left_out_when_one_says_so(fresh: Program, tmp_path: Path) -> None:
    path = tmp_path / "d.doccano.jsonl"
    good = '{"text": "%s fell.", "label": [[0, 4, "Town"]]}\n'
    path.write_text(
        good % "Rome" + '{"text": "Oslo", "label": [[0, 99, "Town"]]}\n' + good % "Bonn"
    )
    fresh.work.imports.show([path])
    dialog = read(fresh)
    assert not dialog.go.isEnabled() and "d.doccano.jsonl" in dialog.note.text()
    assert dialog.found.told.toPlainText().startswith("Faults (1)")
    dialog.leave_out.click()
    assert dialog.go.isEnabled() and dialog.go.text() == "&Import 2 articles"
    go(dialog)
    fresh.until(lambda: len(titles(fresh)) == 2)


def test_another_format_is_read_anew(fresh: Program, brat: Path) -> None:
    fresh.work.imports.show([brat])
    dialog = read(fresh)
    at = dialog.format.findText("UIMA CAS XMI")
    dialog.format.setCurrentIndex(at)
    dialog.format.activated.emit(at)
    fresh.until(lambda: dialog.go.text() == "&Import 36 entities")
    assert dialog.found.amounts.text().startswith("0 articles")
    dialog.format.setCurrentIndex(dialog.format.findText("brat standoff"))
    dialog.format.activated.emit(dialog.format.currentIndex())
    fresh.until(lambda: dialog.go.text() == "&Import 1 article")
    press(dialog, "Escape")
    fresh.until(lambda: gone(fresh))
