"""The gestures that bring something in: each leads to a preview first."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication, QFileDialog

from annotator import formats
from annotator.formats import Format, Preview
from annotator.gui.dialogs.import_articles import AddDialog
from annotator.gui.dialogs.import_project import ProjectDialog
from annotator.model.errors import AnnotatorError, InputError
from annotator.session import jobs, survey
from annotator.session.desk import Desk

if TYPE_CHECKING:
    from annotator.gui.window import Window

_CLIPBOARD = Path("Clipboard")


class Imports:
    """One dialog at a time: what is asked for meanwhile is not heard."""

    def __init__(self, window: Window, desk: Desk) -> None:
        self._window, self._desk = window, desk
        self._looking = False

    def ask_files(self) -> None:
        """Choose files to add as articles."""
        patterns = sorted({p for f in formats.FORMATS if f.articles for p in f.patterns})
        names, _ = QFileDialog.getOpenFileNames(
            self._window,
            "Add articles",
            self._folder(),
            f"Articles ({' '.join(patterns)});;All files (*)",
        )
        if names:
            self.show([Path(n) for n in names])

    def ask_folder(self) -> None:
        """Choose a folder to add with all below it."""
        name = QFileDialog.getExistingDirectory(self._window, "Add a folder", self._folder())
        if name:
            self.show([Path(name)])

    def ask_project(self) -> None:
        """Choose a file of annotations."""
        rows = survey.carrying()
        known = " ".join(dict.fromkeys(p for f in rows for p in f.patterns))
        filters = [f"All with annotations ({known})"]
        filters += [f"{f.name} ({' '.join(f.patterns)})" for f in rows]
        name, chosen = QFileDialog.getOpenFileName(
            self._window, "Import annotations", self._folder(), ";;".join(filters)
        )
        if name:
            at = filters.index(chosen) - 1 if chosen in filters else -1
            self.show_project(Path(name), rows[at] if at >= 0 else None)

    def ask_project_folder(self) -> None:
        """Choose a folder of annotations, such as brat's."""
        title = "Import a folder of annotations"
        name = QFileDialog.getExistingDirectory(self._window, title, self._folder())
        if name:
            self.show_project(Path(name), None)

    def show(self, paths: list[Path]) -> None:
        """Preview files and folders; what holds annotations goes its own way."""
        if self._taken():
            return
        if len(paths) != 1:
            self._show_articles(paths)
            return
        path = paths[0]

        def then(found: Format | None) -> None:
            self._looking = False
            if found is None:
                self._show_articles(paths)
            else:
                self._show_project(path, found)

        self._look(path, then)

    def show_project(self, path: Path, format: Format | None) -> None:
        """Preview annotations; of a format that is told, or found out."""
        if self._taken():
            return
        if format is not None:
            self._show_project(path, format)
            return

        def then(found: Format | None) -> None:
            self._looking = False
            kinds = survey.carrying()
            here = [k for k in kinds if k.layout != "file"] if path.is_dir() else kinds
            # the person chooses: the first one says what is wrong
            self._show_project(path, found or here[0])

        self._look(path, then)

    def paste(self) -> None:
        """The clipboard's text as an article."""
        if self._taken():
            return
        text = QApplication.clipboard().text()
        dialog = AddDialog(self._desk, [], self._window)
        dialog.open()
        try:
            preview = Preview(path=_CLIPBOARD, entry=jobs.entry_of_text(text))
        except InputError as fault:
            preview = Preview(path=_CLIPBOARD, fault=str(fault))
        dialog.show_pasted(preview)

    # -- dialogs ---------------------------------------------------------------------------

    def _taken(self) -> bool:
        return self._looking or QApplication.activeModalWidget() is not None

    def _look(self, path: Path, then: Callable[[Format | None], None]) -> None:
        """Find the format out; the file is looked into beside the window."""
        self._looking = True
        self._desk.files.run(lambda: survey.kind_of(path), then, self._cant_look)

    def _cant_look(self, fault: AnnotatorError) -> None:
        self._looking = False
        self._window.status.tell(str(fault))

    def _show_articles(self, paths: list[Path]) -> None:
        self._remember(paths[0])
        dialog = AddDialog(self._desk, paths, self._window)
        dialog.open()
        dialog.read()

    def _show_project(self, path: Path, format: Format) -> None:
        self._remember(path)
        dialog = ProjectDialog(self._desk, path, format, self._window)
        dialog.open()
        dialog.read()

    def _folder(self) -> str:
        return self._window.settings.folder

    def _remember(self, path: Path) -> None:
        folder = path if path.is_dir() else path.parent
        self._window.set_setting("folder", str(folder))
