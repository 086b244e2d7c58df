"""Adding articles and importing projects: a preview first, then all or nothing."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QCheckBox,
    QFileDialog,
    QHeaderView,
    QLineEdit,
    QTableWidget,
    QTableWidgetItem,
)

from annotator import formats
from annotator.formats import Format, Preview, ReadOptions
from annotator.gui.dialogs.running import RunningDialog
from annotator.model.check import fault_in_value
from annotator.model.codebook import DateField
from annotator.model.corpus import Annotator, Entry
from annotator.model.errors import AnnotatorError, InputError, MisplacedSpan
from annotator.session import jobs
from annotator.session.desk import Desk
from annotator.session.worker import Progress

if TYPE_CHECKING:
    from annotator.gui.window import Window

_CLIPBOARD = Path("Clipboard")


class AddDialog(RunningDialog):
    """What will be added and what will not, before anything is."""

    def __init__(self, desk: Desk, paths: list[Path], window: Window) -> None:
        super().__init__("Add articles", "Add", window)
        self.resize(760, 460)
        self._desk, self._paths = desk, paths
        self._good: list[Entry] = []
        self.table = QTableWidget(0, 4, self)
        self.table.setAccessibleName("Files and what comes of them")
        self.table.setHorizontalHeaderLabels(["File", "Title", "Characters", ""])
        self.table.verticalHeader().hide()
        self.table.setShowGrid(False)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setTabKeyNavigation(False)
        header = self.table.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        for column, width in ((0, 170), (2, 90), (3, 250)):
            self.table.setColumnWidth(column, width)
        self.date = QLineEdit(self)
        self.date.setPlaceholderText("Publication date of all, YYYY-MM-DD (optional)")
        self.date.setAccessibleName("Publication date of all")
        self.body.addWidget(self.table)
        self.body.addWidget(self.date)
        self.go.setEnabled(False)
        self.go.clicked.connect(self._add)
        self.date.editingFinished.connect(self._read)
        self._read_with: str | None = None

    def read(self) -> None:
        """Fill the preview from the files."""
        self._read()

    def _read(self) -> None:
        given = self.date.text().strip()
        fault = fault_in_value(DateField(name="date"), given) if given else None
        if fault:
            self._read_with = None
            self.go.setEnabled(False)
            self.tell(fault, fault=True)
            return
        if given == self._read_with:
            return
        self._read_with = given
        options = ReadOptions(document_date=given)

        def job(progress: Progress) -> list[Preview]:
            files = list(formats.article_files(self._paths))
            rows: list[Preview] = []
            for number, path in enumerate(files):
                progress(number, len(files), f"Reading {path.name}")
                rows.extend(formats.preview(path, options))
            return rows

        self.run(self._desk.files, job, self.compare, self._refuse)

    def compare(self, rows: list[Preview]) -> None:
        """Show what was read once the database has said which texts it has."""
        desk = self._desk
        hashes = [row.entry.text.sha256 for row in rows if row.entry]

        def job(_: Progress) -> set[str]:
            return desk.database.read(jobs.known_texts, desk.project_id, hashes)

        self.run(desk.worker, job, lambda known: self.show_rows(rows, known))

    def _refuse(self, fault: AnnotatorError) -> None:
        self._read_with = None
        self.tell_fault(fault)
        self.go.setEnabled(False)

    def show_rows(self, rows: list[Preview], known: set[str]) -> None:
        """Show what was read; `known` are hashes of texts that the project has."""
        self._good = []
        seen = set(known)
        self.table.setRowCount(0)
        for row in rows:
            entry = row.entry
            if entry is None:
                self._put(row.path.name, "", "", row.fault or " ".join(row.notes), good=False)
                continue
            double = entry.text.sha256 in seen
            seen.add(entry.text.sha256)
            if not double:
                self._good.append(entry)
            what = "Already in the project." if double else " ".join(row.notes) or "Will be added."
            size = f"{len(entry.text):,}".replace(",", " ")
            self._put(row.path.name, entry.article.title, size, what, good=not double)
        count, left = len(self._good), self.table.rowCount() - len(self._good)
        self.go.setText(f"Add {count} article{'s' * (count != 1)}" if count else "Add")
        self.go.setEnabled(bool(count))
        if count:
            self.go.setFocus()
        none = "There is nothing to add here: choose text or HTML files."
        self.tell(f"{left} will not be added." if left and count else "" if count else none)

    def _put(self, name: str, title: str, size: str, what: str, *, good: bool) -> None:
        row = self.table.rowCount()
        self.table.insertRow(row)
        for column, text in enumerate((name, title, size, what)):
            item = QTableWidgetItem(text)
            item.setToolTip(text)
            if not good:
                item.setForeground(self.palette().placeholderText())
            if column == 2:
                item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            self.table.setItem(row, column, item)

    def _add(self) -> None:
        database, project_id, entries = self._desk.database, self._desk.project_id, self._good

        def job(progress: Progress) -> jobs.Added:
            return database.transact(jobs.add_entries, project_id, entries, progress)

        def done(added: jobs.Added) -> None:
            self._desk.refresh()
            self._desk.told.emit(f"{added.articles} articles were added.")
            self.accept()

        self.run(self._desk.worker, job, done)


class ProjectDialog(RunningDialog):
    """A project file: read through and checked first, then taken as a whole."""

    def __init__(self, desk: Desk, path: Path, format: Format, window: Window) -> None:
        super().__init__("Import a project", "Import", window)
        self.resize(560, 220)
        self._desk, self._path, self._format = desk, path, format
        self._repair = False
        self.mine = QCheckBox("The work in it is mine", self)
        self.mine.setToolTip("The annotations are taken over under your name.")
        self.body.addWidget(self.mine)
        self.go.clicked.connect(self._go)

    def read(self) -> None:
        """Read the whole file without taking it."""
        self.tell(f"Reading {self._path.name}…")

        def job(progress: Progress) -> tuple[int, int, list[Annotator]]:
            assert self._format.read is not None
            articles = annotations = 0
            people: list[Annotator] = []
            for number, item in enumerate(
                self._format.read(self._path, ReadOptions(repair=self._repair))
            ):
                if not number % 50:
                    progress(number, 0, f"Reading {self._path.name}: {articles} articles")
                if isinstance(item, Entry):
                    articles += 1
                    annotations += sum(len(w.annotations) for w in item.works)
                elif isinstance(item, Annotator):
                    people.append(item)
            return articles, annotations, people

        self.run(self._desk.files, job, self._show, self._refuse)

    def _show(self, found: tuple[int, int, list[Annotator]]) -> None:
        articles, annotations, people = found
        names = ", ".join(p.name or p.login for p in people) or "nobody"
        repaired = " Misplaced spans will be moved to their words." if self._repair else ""
        self.tell(f"{articles} articles with {annotations} annotations by {names}.{repaired}")
        self.mine.setChecked(len(people) == 1)

    def _refuse(self, fault: AnnotatorError) -> None:
        self.tell_fault(fault)
        if isinstance(fault, MisplacedSpan) and not self._repair:
            self._repair = True
            self.go.setText("Repair and import")
        else:
            self.go.setEnabled(False)

    def _go(self) -> None:
        if self.go.text() == "Repair and import":
            self.go.setText("Import")
            self.read()
            return
        desk, mine = self._desk, self.mine.isChecked()
        assert desk.project is not None
        person = desk.project.annotator if mine else None
        database, project_id = desk.database, desk.project_id
        options = ReadOptions(repair=self._repair)

        def job(progress: Progress) -> jobs.Added:
            return database.transact(
                lambda db: jobs.import_corpus(
                    db, project_id, self._format, self._path, options, mine=person, tell=progress
                )
            )

        def done(added: jobs.Added) -> None:
            desk.told.emit(
                f"{added.articles} articles with {added.annotations} annotations were imported."
            )
            assert desk.project is not None
            desk.open_project(desk.project.project.name)
            self.accept()

        self.run(desk.worker, job, done)


class Imports:
    """The gestures that bring something in."""

    def __init__(self, window: Window, desk: Desk) -> None:
        self._window, self._desk = window, desk

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

    def show(self, paths: list[Path]) -> None:
        """Preview files and folders; a project file goes its own way."""
        if len(paths) == 1 and paths[0].is_file():
            try:
                found = formats.for_path(paths[0])
            except InputError:  # the preview says why
                pass
            else:
                if not found.articles:
                    self._show_project(paths[0], found)
                    return
        self._remember(paths[0])
        dialog = AddDialog(self._desk, paths, self._window)
        dialog.open()
        dialog.read()

    def paste(self) -> None:
        """The clipboard's text as an article."""
        text = QApplication.clipboard().text()
        dialog = AddDialog(self._desk, [], self._window)
        dialog.date.hide()
        dialog.open()
        try:
            dialog.compare([Preview(path=_CLIPBOARD, entry=jobs.entry_of_text(text))])
        except InputError as fault:
            dialog.show_rows([Preview(path=_CLIPBOARD, fault=str(fault))], set())

    def ask_project(self) -> None:
        """Choose a project file."""
        rows = [f for f in formats.FORMATS if f.read is not None and not f.articles]
        filters = ";;".join(f"{f.name} ({' '.join(f.patterns)})" for f in rows)
        name, chosen = QFileDialog.getOpenFileName(
            self._window, "Import a project", self._folder(), filters
        )
        if name:
            format = next(f for f in rows if chosen.startswith(f.name))
            self._show_project(Path(name), format)

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
