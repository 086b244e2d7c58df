"""Where an export goes: a file, or a folder for what is many files."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QFormLayout, QLabel, QPushButton, QWidget

from annotator.formats import Format
from annotator.gui.dialogs.export_rows import Told, line, row, side_by_side
from annotator.session import exports


class Target(QObject):
    """A row of the form. A name that was typed stays when the format and its ending change."""

    changed = Signal()
    """another path, or another answer to whether something may be replaced"""

    def __init__(self, project: str, folder: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._name = "".join(c if c.isalnum() or c in " -_" else "_" for c in project).strip()
        self._suffix, self.is_folder = "", False
        self._confirmed = ""
        self.line = line(parent, "File")
        self.line.setText(str(Path(folder or Path.home()) / (self._name or "Export")))
        self.browse = QPushButton("&Browse…", parent)
        self.browse.setAutoDefault(False)
        self.told = Told(self.line)
        self._title: QLabel | None = None
        self.line.textChanged.connect(self._renamed)
        self.browse.clicked.connect(self._browse)

    def add_to(self, form: QFormLayout) -> None:
        """The row."""
        fields = side_by_side(self.line, self.browse, stretch=(1, 0))
        box = row(form, "F&ile", fields, self.told, buddy=self.line)
        label = form.labelForField(box)
        assert isinstance(label, QLabel)
        self._title = label

    def suit(self, format: Format, *, split: bool) -> None:
        """Another ending, or a folder."""
        self.is_folder = split or format.layout != "file"
        path = self.path
        name = path.name.removesuffix(self._suffix) if self._suffix else path.name
        self._suffix = "" if self.is_folder else format.suffix
        self.line.setText(str(path.parent / ((name or self._name or "Export") + self._suffix)))
        title = "Folder" if self.is_folder else "File"
        self.line.setAccessibleName(title)
        if self._title is not None:
            self._title.setText("Fold&er" if self.is_folder else "F&ile")

    @property
    def path(self) -> Path:
        """Where to write."""
        named = Path(self.line.text().strip())
        try:
            return named.expanduser()
        except RuntimeError:  # ~somebody who is not there
            return named

    def fault(self) -> bool:
        """True, and told, where there is no name."""
        what = "folder" if self.is_folder else "file"
        return self.told.tell("" if self.line.text().strip() else f"Name the {what} to write.")

    def may_replace(self) -> bool:
        """True where nothing is there, or a person said that it may go."""
        return self._confirmed == self.line.text() or not exports.is_taken(self.path)

    def confirm(self) -> None:
        """The next answer is yes."""
        self._confirmed = self.line.text()

    def _renamed(self) -> None:
        self._confirmed = ""
        self.told.tell("")
        self.changed.emit()

    def _browse(self) -> None:
        box, path = self.browse.window(), self.path
        if self.is_folder:
            name = QFileDialog.getExistingDirectory(box, "Export into", str(path.parent))
            if name and not exports.is_export(Path(name)):
                name = str(Path(name) / path.name)  # beside what is there
            if name:
                self.line.setText(name)
            return
        name, _ = QFileDialog.getSaveFileName(box, "Export to", str(path))
        if name:  # the file dialog has asked already where the file is there
            self.line.setText(name)
            self.confirm()
