"""Importing a project or annotations: read through first, then taken as a whole."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QRadioButton,
    QVBoxLayout,
)

from annotator.formats import Format
from annotator.gui.dialogs.export_rows import line
from annotator.gui.dialogs.import_found import Found, many
from annotator.gui.dialogs.running import RunningDialog
from annotator.model.errors import AnnotatorError, Cancelled
from annotator.session import jobs, survey
from annotator.session.desk import Desk
from annotator.session.survey import Import, Survey
from annotator.session.worker import Progress

if TYPE_CHECKING:
    from annotator.gui.window import Window

_SIZE = QSize(820, 640)
_BECOMES = {
    "same": "Its codebook is the project's.",
    "becomes": "The project is empty and takes over the file's codebook.",
    "covered": "The project's codebook has all that the file's has.",
}


class ProjectDialog(RunningDialog):
    """A file or folder of annotations; what is in it, and how it is to be taken."""

    def __init__(self, desk: Desk, path: Path, format: Format, window: Window) -> None:
        super().__init__("Import annotations", "&Import", window)
        self._desk, self._path = desk, path
        self._found: Survey | None = None
        self._kinds = survey.carrying()
        self.format = QComboBox(self)
        self.format.setAccessibleName("Format")
        for kind in self._kinds:
            self.format.addItem(kind.name)
        self.format.setCurrentIndex(self._kinds.index(format))
        self.about = QLabel("", self)
        self.found = Found(self)
        self.mine = QCheckBox("The work in it is &mine", self)
        self.mine.setToolTip("The annotations are taken over under your name.")
        self.repair = QCheckBox("&Repair: move misplaced spans to their words", self)
        self.leave_out = QCheckBox("&Leave out the articles with faults", self)
        self.here = QRadioButton("", self)
        self.anew = QRadioButton("Into a &new project", self)
        self.name = line(self, "Name of the new project", "Name of the new project")
        self.codebook = QLabel("", self)
        self._lay_out()
        self._wire()
        self._settle()

    def _lay_out(self) -> None:
        assert self._desk.project is not None
        for label in (self.about, self.codebook):
            label.setProperty("quiet", True)
            label.setWordWrap(True)
        where = QLabel(str(self._path), self)
        where.setWordWrap(True)
        form = QFormLayout()
        form.setHorizontalSpacing(14)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        folder = self._path.is_dir()
        for title, widget in (("Folder" if folder else "File", where), ("&Format", self.format)):
            name = QLabel(title, self)
            name.setProperty("quiet", True)
            name.setBuddy(self.format if widget is self.format else None)  # type: ignore[arg-type]
            form.addRow(name, widget)
        form.setContentsMargins(0, 0, 0, 0)
        self.here.setText(f"Into &this project, {_plain(self._desk.project.project.name)}")
        self.here.setChecked(True)
        target = QHBoxLayout()
        target.addWidget(self.anew)
        target.addWidget(self.name, 1)
        ask = QVBoxLayout()
        ask.setSpacing(6)
        for choice in (self.mine, self.repair, self.leave_out, self.here):
            ask.addWidget(choice)
        ask.addLayout(target)
        ask.addWidget(self.codebook)
        self.body.addLayout(form)
        self.body.addWidget(self.about)
        self.body.addSpacing(6)
        self.body.addWidget(self.found, 1)
        self.body.addLayout(ask)
        self.resize(_SIZE.boundedTo(self.screen().availableSize() - QSize(40, 60)))

    def _wire(self) -> None:
        self.go.clicked.connect(self._go)
        self.format.activated.connect(lambda _: self._another_format())
        self.repair.toggled.connect(lambda _: self.read())
        self.leave_out.toggled.connect(lambda _: self._settle())
        self.anew.toggled.connect(lambda on: self._settle(focus=on))
        self.name.textChanged.connect(lambda _: self._settle())

    # -- reading ---------------------------------------------------------------------------

    @property
    def kind(self) -> Format:
        """The chosen format."""
        return self._kinds[self.format.currentIndex()]

    def _another_format(self) -> None:
        self.repair.setChecked(False)
        self.leave_out.setChecked(False)
        self.read()

    def _wanted(self) -> Import:
        assert self._desk.project is not None
        return Import(
            format=self.kind,
            path=self._path,
            repair=self.repair.isChecked(),
            leave_out=self.leave_out.isChecked(),
            mine=self._desk.project.annotator if self.mine.isChecked() else None,
            anew=self.name.text().strip() if self.anew.isChecked() else "",
        )

    def read(self) -> None:
        """Read all of it without taking anything."""
        if self._progress is not None:
            return
        desk, wanted = self._desk, self._wanted()
        path, project_id = desk.database, desk.project_id
        self._found = None
        self.found.clear()
        self.tell(f"Reading {self._path.name}…")

        def job(progress: Progress) -> Survey:
            return survey.survey(path.path, project_id, wanted, progress)

        self.run(desk.files, job, self._show, self._refuse)
        self._settle()

    def _show(self, found: Survey) -> None:
        first = not self.name.text()
        self._found = found
        self.found.show_survey(found)
        if first:
            self.name.setText(found.free_name)
            self.mine.setChecked(len(found.people) == 1)
        if found.verdict is not None and found.verdict.kind == "lacking":
            self.anew.setChecked(True)
        self._settle()
        if self.go.isEnabled():
            self.go.setFocus()
        elif found.misplaced and not self.repair.isChecked():
            self.repair.setFocus()
        elif self.leave_out.isVisible():
            self.leave_out.setFocus()

    def _refuse(self, fault: AnnotatorError) -> None:
        self._settle()
        self.tell_fault(fault)
        self.go.setEnabled(False)

    # -- what may be done ------------------------------------------------------------------

    def _settle(self, *, focus: bool = False) -> None:
        """What is offered, by what was found and how it was answered."""
        found, free = self._found, self._progress is None
        lacking = (
            found is not None and found.verdict is not None and found.verdict.kind == "lacking"
        )
        misplaced = found is not None and found.misplaced
        self.repair.setVisible(misplaced or self.repair.isChecked())
        self.leave_out.setVisible(found is not None and bool(found.faults.count))
        self.about.setText(self.kind.about)
        self.about.setVisible(bool(self.kind.about))
        for widget in (self.format, self.mine, self.repair, self.leave_out, self.anew):
            widget.setEnabled(free)
        self.here.setEnabled(free and not lacking)
        self.name.setEnabled(free and self.anew.isChecked())
        if focus and self.name.isEnabled():
            self.name.setFocus()
            self.name.selectAll()
        if found is not None:
            self._settle_found(found, lacking=lacking)
        else:
            self.go.setEnabled(False)
            self.codebook.setText("")

    def _settle_found(self, found: Survey, *, lacking: bool) -> None:
        verdict = found.verdict
        if self.anew.isChecked():
            why = f"{verdict.why} " if lacking and verdict is not None else ""
            told = "The new project takes its codebook." if verdict is not None else (
                "It has no codebook: the new project has the usual one."
            )  # fmt: skip
            self.codebook.setText(why + told)
        else:
            known = "It has no codebook: the project's is used."
            if verdict is not None:
                known = verdict.why if lacking else _BECOMES[verdict.kind]
            self.codebook.setText(known)
        fault = self._hindrance(found)
        self.go.setEnabled(not fault and self._progress is None)
        what = many(found.articles, "article") if found.articles else ""
        if not what and found.entities and not fault:
            what = many(found.entities, "entity")
        self.go.setText(f"&Import {what}".rstrip())
        self.tell(fault, fault=bool(fault))

    def _hindrance(self, found: Survey) -> str:
        """Why it can't be imported as it is answered; "": it can."""
        if found.fatal:
            return found.fatal
        if found.faults.count and not self.leave_out.isChecked():
            first = next(iter(found.faults.sentences))
            more = " Or repair them." if found.misplaced and not self.repair.isChecked() else ""
            if found.faults.count == 1:
                return f"{first} Leave that article out, or nothing is imported.{more}"
            return (
                f"{first} {found.faults.count - 1:,} more have faults. Leave them out, or nothing "
                f"is imported.{more}"
            )
        if not found.articles and not found.entities:
            return "There is nothing in it to import."
        if self.anew.isChecked() and not self.name.text().strip():
            return "Name the new project."
        return ""

    # -- importing -------------------------------------------------------------------------

    def _go(self) -> None:
        desk, wanted = self._desk, self._wanted()
        if self._progress is not None or self._found is None:
            return
        database, project_id = desk.database, desk.project_id
        assert desk.project is not None
        name = wanted.anew or desk.project.project.name

        def job(progress: Progress) -> jobs.Added:
            return survey.take(database, project_id, wanted, progress)

        def done(added: jobs.Added) -> None:
            desk.told.emit(
                f"{many(added.articles, 'article')} with {many(added.annotations, 'annotation')} "
                f"{'was' if added.articles == 1 else 'were'} imported."
            )
            desk.open_project(name)
            self.accept()

        self.run(desk.worker, job, done, self._not_taken)
        self._settle()
        self.tell("")

    def _not_taken(self, fault: AnnotatorError) -> None:
        self._settle()
        self.tell(str(fault), fault=not isinstance(fault, Cancelled))


def _plain(name: str) -> str:
    """A name in a button's text, where & would underline a letter."""
    return name.replace("&", "&&")
