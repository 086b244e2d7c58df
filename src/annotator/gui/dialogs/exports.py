"""Writing the project in a format."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
)

from annotator import formats
from annotator.formats.export.run import Exported, Plan
from annotator.gui.dialogs.running import RunningDialog
from annotator.session import jobs
from annotator.session.desk import Desk
from annotator.session.worker import Progress
from annotator.store.database import Database

if TYPE_CHECKING:
    from annotator.gui.window import Window


class ExportDialog(RunningDialog):
    """Format and file; what could not be carried is told when it is done."""

    def __init__(self, desk: Desk, window: Window) -> None:
        super().__init__("Export", "Export", window)
        self.resize(600, 230)
        self._desk, self._window = desk, window
        self._rows = [f for f in formats.FORMATS if f.write is not None]
        self.format = QComboBox(self)
        self.format.addItems([f.name for f in self._rows])
        self.format.setAccessibleName("Format")
        self.path = QLineEdit(self)
        self.path.setAccessibleName("File")
        browse = QPushButton("Browse…", self)
        row = QHBoxLayout()
        row.addWidget(self.path, 1)
        row.addWidget(browse)
        form = QFormLayout()
        form.addRow("&Format", self.format)
        name = QLabel("F&ile", self)
        name.setBuddy(self.path)
        form.addRow(name, row)
        self.body.addLayout(form)
        browse.clicked.connect(self._browse)
        self.format.currentIndexChanged.connect(self._propose)
        self.go.clicked.connect(self._go)
        self._confirmed = ""
        self.path.textChanged.connect(self._renamed)
        self._propose()

    def _propose(self) -> None:
        folder = Path(self._window.settings.folder or Path.home())
        suffix = self._rows[self.format.currentIndex()].suffix
        assert self._desk.project is not None
        name = "".join(
            c if c.isalnum() or c in " -_" else "_" for c in self._desk.project.project.name
        )
        self.path.setText(str(folder / f"{name}{suffix}"))

    def _browse(self) -> None:
        name, _ = QFileDialog.getSaveFileName(self, "Export to", self.path.text())
        if name:  # the file dialog has asked already where the file is there
            self.path.setText(name)
            self._confirmed = name

    def _renamed(self) -> None:
        self.go.setText("Export")
        self.tell("")

    def _may_replace(self, target: Path) -> bool:
        """False, and the question told, where a file is there; the next press is the answer."""
        if not target.is_file() or self._confirmed == self.path.text():
            return True
        self._confirmed = self.path.text()
        self.tell(f"{target.name} is there already. Replace it?", fault=True)
        self.go.setText("Replace")
        return False

    def _go(self) -> None:
        desk, format, target = (
            self._desk,
            self._rows[self.format.currentIndex()],
            Path(self.path.text().strip()).expanduser(),
        )
        if not target.name:
            self.tell("Name the file to write.", fault=True)
            return
        if not self._may_replace(target):
            return
        assert desk.project is not None
        project, path = desk.project.project, desk.database.path

        def job(progress: Progress) -> Exported:
            # beside the worker, so that saving never waits for it
            with Database(path, write=False) as database:
                return database.read(
                    lambda db: jobs.export(db, project, format, target, Plan(), progress)
                )

        def done(exported: Exported) -> None:
            self._window.set_setting("folder", str(target.parent))
            self.finished_with(written_sentence(exported))

        self.tell("")
        self.run(desk.files, job, done)


def written_sentence(exported: Exported) -> str:
    """What went into the file and what did not."""
    written = exported.written
    lines = [
        f"{written.articles} articles with {written.annotations} annotations are in "
        f"{exported.target}."
    ]
    lines += [f"Left out: {n} × {reason}." for reason, n in sorted(exported.losses.counts.items())]
    if exported.proof is not None:
        lines += exported.proof.differences or ["Read back: the same."]
    return "\n".join(lines)


class Exports:
    """The gesture that hands the work out."""

    def __init__(self, window: Window, desk: Desk) -> None:
        self._window, self._desk = window, desk

    def ask(self) -> None:
        """Ask for format and file."""
        self._window.work.form.flush()
        ExportDialog(self._desk, self._window).open()
