"""Projects, their codebook, and backups."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QMessageBox,
    QPushButton,
    QVBoxLayout,
)
from shiboken6 import isValid

from annotator.model.errors import AnnotatorError
from annotator.session import jobs
from annotator.session.desk import Desk
from annotator.store import project as projects
from annotator.store.database import Database

if TYPE_CHECKING:
    from annotator.gui.window import Window


class ProjectsDialog(QDialog):
    """The projects of the database; a line to create another."""

    def __init__(self, desk: Desk, window: Window) -> None:
        super().__init__(window)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Projects")
        self.resize(480, 360)
        self._desk = desk
        self.list = QListWidget(self)
        self.list.setAccessibleName("Projects")
        self.name = QLineEdit(self)
        self.name.setPlaceholderText("Name of a new project")
        self.name.setAccessibleName("Name of a new project")
        self.create_button = QPushButton("Create", self)
        self.create_button.setAutoDefault(False)
        self.note = QLabel("", self)
        self.note.setWordWrap(True)
        self.note.setProperty("fault", True)
        row = QHBoxLayout()
        row.addWidget(self.name, 1)
        row.addWidget(self.create_button)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Open | QDialogButtonBox.StandardButton.Cancel, self
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 16, 18, 14)
        column.addWidget(self.list)
        column.addLayout(row)
        column.addWidget(self.note)
        column.addWidget(buttons)
        buttons.accepted.connect(self._open)
        buttons.rejected.connect(self.reject)
        self.list.itemActivated.connect(lambda _: self._open())
        self.create_button.clicked.connect(self._create)
        desk.ask(projects.listing, then=self._show)

    def _show(self, rows: list[projects.ProjectRow]) -> None:
        if not isValid(self):  # closed before the database answered
            return
        current = self._desk.project.project.name if self._desk.project else ""
        for row in rows:
            item = QListWidgetItem(
                f"{row.name} — articles: {row.articles}, annotations: {row.annotations}"
            )
            item.setData(Qt.ItemDataRole.UserRole, row.name)
            self.list.addItem(item)
            if row.name == current:
                self.list.setCurrentItem(item)

    def _open(self) -> None:
        item = self.list.currentItem()
        if self.name.text().strip() or self.name.hasFocus():
            self._create()
        elif item is not None:
            self._desk.open_project(item.data(Qt.ItemDataRole.UserRole))
            self.accept()

    def _create(self) -> None:
        def then(project: projects.Project) -> None:
            self._desk.open_project(project.name)
            if isValid(self):
                self.accept()

        def failed(fault: AnnotatorError) -> None:
            if isValid(self):
                self.note.setText(str(fault))

        self._desk.change(jobs.create_project, self.name.text(), then=then, failed=failed)


class Projects:
    """The gestures about whole projects."""

    def __init__(self, window: Window, desk: Desk) -> None:
        self._window, self._desk = window, desk

    def ask(self) -> None:
        """Open another project or create one."""
        self._window.work.form.flush()
        ProjectsDialog(self._desk, self._window).open()

    def save_codebook(self) -> None:
        """Write the codebook to a file to edit."""
        start = str(Path(self._window.settings.folder) / "codebook.json")
        name, _ = QFileDialog.getSaveFileName(
            self._window, "Save the codebook", start, "Codebook (*.json)"
        )
        if not name:
            return
        self._desk.ask(
            jobs.write_codebook, self._desk.project_id, Path(name),
            then=lambda _: self._tell(f"The codebook is in {name}. Edit it, then load it again."),
        )  # fmt: skip

    def load_codebook(self) -> None:
        """Give the project the codebook of a file."""
        name, _ = QFileDialog.getOpenFileName(
            self._window, "Load a codebook", self._window.settings.folder, "Codebook (*.json)"
        )
        if name:
            self._load(Path(name), force=False)

    def _load(self, path: Path, *, force: bool) -> None:
        def failed(fault: AnnotatorError) -> None:
            if not isinstance(fault, jobs.OrphanedWork):
                self._warn("Codebook", fault)
                return
            answer = QMessageBox.question(
                self._window,
                "Codebook",
                f"{fault}\n\nWhat annotations use is kept, to be read only. Load it all the same?",
            )
            if answer == QMessageBox.StandardButton.Yes:
                self._load(path, force=True)

        def then(_: object) -> None:
            assert self._desk.project is not None
            self._tell("The codebook is loaded.")
            self._desk.open_project(self._desk.project.project.name)

        self._desk.change(
            jobs.read_codebook, self._desk.project_id, path, then=then, failed=failed, force=force
        )

    def backup(self) -> None:
        """Copy the database to a file."""
        name, _ = QFileDialog.getSaveFileName(
            self._window, "Back up to", self._window.settings.folder, "Database (*.db)"
        )
        if name:
            path = self._desk.database.path

            def copy() -> None:
                with Database(path, write=False) as database:
                    database.backup(Path(name))

            self._desk.files.run(
                copy,
                lambda _: self._tell(f"The backup is in {name}."),
                lambda fault: self._warn("Backup", fault),
            )

    def _warn(self, title: str, fault: AnnotatorError) -> None:
        QMessageBox.warning(self._window, title, str(fault))

    def _tell(self, sentence: str) -> None:
        self._window.status.tell(sentence)
