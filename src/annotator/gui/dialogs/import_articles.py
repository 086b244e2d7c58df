"""Adding articles: read in the background, looked at one by one, then added in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QPushButton, QSplitter, QWidget

from annotator import formats
from annotator.formats import Column, Preview, ReadOptions
from annotator.formats.format import fault_in_day
from annotator.gui.dialogs.export_rows import line
from annotator.gui.dialogs.import_article import ArticlePane, guess
from annotator.gui.dialogs.import_columns import ColumnsDialog
from annotator.gui.dialogs.import_mappings import mappings, remembered
from annotator.gui.dialogs.import_table import CandidateView
from annotator.gui.dialogs.running import RunningDialog
from annotator.model.errors import AnnotatorError, Cancelled
from annotator.session import jobs, previews
from annotator.session.candidates import CandidateTable, Key, Likeness
from annotator.session.desk import Desk
from annotator.session.previews import Asked, Rows
from annotator.session.worker import Progress

if TYPE_CHECKING:
    from annotator.gui.window import Window

_SIZE = QSize(1340, 820)
_NOTHING = ("There is nothing to add here.", "Choose text, web pages, office files, tables, feeds.")


class AddDialog(RunningDialog):
    """What will be added and what will not, before anything is; the chosen article beside it."""

    _came: ClassVar[Signal] = Signal(object)
    """rows, from the thread that reads"""

    def __init__(self, desk: Desk, paths: list[Path], window: Window) -> None:
        super().__init__("Add articles", "&Add", window)
        self._desk, self._paths, self._window = desk, paths, window
        self._encodings: dict[Path, str] = {}
        self._told = ""
        self._ready = False
        self.table = CandidateTable(self)
        self.view = CandidateView(self.table, window.theme, self)
        self.article = ArticlePane(window.theme, self)
        self.date = line(self, "Publication date of all", "YYYY-MM-DD")
        self.furniture = QCheckBox("&Keep page furniture as excluded regions", self)
        self.columns_button = QPushButton("&Columns…", self)
        self.columns_button.setAutoDefault(False)
        self.options = QWidget(self)
        self._lay_out()
        self.go.setEnabled(False)
        self.go.clicked.connect(self._add)
        self._came.connect(self._show_rows)
        self.table.changed.connect(self._count)
        self.view.shown.connect(self._show_article)
        self.date.textChanged.connect(self._date_all)
        self.furniture.toggled.connect(lambda _: self.read())
        self.columns_button.clicked.connect(self._ask_columns)
        self.article.edited.connect(self._edit)
        self.article.encoding_wanted.connect(self._set_encoding)

    def _lay_out(self) -> None:
        title = QLabel("&Publication date of all", self)
        title.setBuddy(self.date)
        title.setProperty("quiet", True)
        self.date.setMaximumWidth(120)
        row = QHBoxLayout(self.options)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        for widget in (title, self.date, self.furniture):
            row.addWidget(widget)
        row.insertSpacing(2, 12)
        row.addStretch(1)
        row.addWidget(self.columns_button)
        both = QSplitter(Qt.Orientation.Horizontal, self)
        both.setChildrenCollapsible(False)
        both.setHandleWidth(16)
        both.addWidget(self.view)
        both.addWidget(self.article)
        both.setSizes([800, 500])
        both.setStretchFactor(0, 3)
        both.setStretchFactor(1, 2)
        self.body.addWidget(self.options)
        self.body.addWidget(both, 1)
        room = self._window.size().boundedTo(self.screen().availableSize())
        self.resize(_SIZE.boundedTo(room - QSize(40, 60)))
        self.columns_button.hide()

    # -- reading ---------------------------------------------------------------------------

    def read(self) -> None:
        """Fill the table from the files."""
        self.table.clear()
        self._read(self._paths, self._came.emit, lambda _: self.compare())

    def read_again(self, paths: Iterable[Path]) -> None:
        """Some files in another way; what was said of their articles stays."""
        chosen, found = list(paths), list[tuple[Key, Preview]]()
        key = self._current_key()

        def then(_: int) -> None:
            self.table.replace_files(chosen, found)
            self._select(key)
            self.compare()

        self._read(chosen, found.extend, then)

    def _read(
        self, paths: list[Path], give: Callable[[Rows], None], then: Callable[[int], None]
    ) -> None:
        if self._progress is not None:
            return
        asked = self._asked()
        self._told = ""
        self._busy(True)

        def job(progress: Progress) -> int:
            return previews.read(paths, asked, give, progress)

        self.run(self._desk.files, job, then, self._refuse)

    def _asked(self) -> Asked:
        desk = self._desk
        assert desk.session is not None and desk.project is not None
        options = ReadOptions(
            furniture=self.furniture.isChecked(),
            codebook=desk.session.codebook,
            annotator=desk.project.annotator.login,
        )
        return Asked(options, dict(self._encodings), mappings(self._window.settings.columns))

    def show_pasted(self, preview: Preview) -> None:
        """A text that is in no file."""
        self.options.hide()
        self.article.encoding.setEnabled(False)
        self._show_rows([((preview.path, 0), preview)])
        self.compare()

    def compare(self) -> None:
        """Find out which texts are there already, word for word or nearly."""
        desk = self._desk
        path, project_id = desk.database.path, desk.project_id
        new = [
            (row.key, found.article.title, found.text)
            for row in self.table.rows
            if (found := row.preview.entry) is not None
        ]
        self._busy(True)

        def job(progress: Progress) -> dict[Key, Likeness]:
            return previews.compare(path, project_id, new, progress) if new else {}

        self.run(desk.files, job, self._compared, self._not_compared)

    def _not_compared(self, fault: AnnotatorError) -> None:
        """Rows may be added all the same: a text that is there is left out then."""
        why = "" if isinstance(fault, Cancelled) else f" {fault}"
        self._told = f"Not compared with the project's texts.{why}"
        self._compared({})

    def _compared(self, found: dict[Key, Likeness]) -> None:
        self._ready = True
        self._busy(False)
        self.table.liken(found)
        held = len(self._desk.articles.all)
        if held > previews.COMPARED:
            self._told = (
                f"Nearly the same: looked for among the newest {previews.COMPARED:,} texts."
            )
        self._count()
        focus = self.focusWidget()
        if focus is None or focus is self.stop or not focus.isEnabled():
            self.view.setFocus()

    def _refuse(self, fault: AnnotatorError) -> None:
        self._busy(False)
        if not isinstance(fault, Cancelled) and self.table.rowCount():
            self._told = str(fault)  # what was read before is worth a look
            self.compare()
            return
        self.tell_fault(fault)
        self.go.setEnabled(False)

    def _busy(self, on: bool) -> None:
        self._ready = self._ready and not on
        inside = self.options.isAncestorOf(self.focusWidget()) if self.focusWidget() else False
        self.options.setEnabled(not on)
        self.article.encoding.setEnabled(not on and not self.options.isHidden())
        self.view.hint = ("", "") if on else _NOTHING
        self.view.viewport().update()
        if inside:
            self.view.setFocus()

    # -- showing ---------------------------------------------------------------------------

    def _show_rows(self, rows: Rows) -> None:
        self.table.add(rows)
        if self.table.rowCount() and not self.view.currentIndex().isValid():
            self.view.selectRow(0)
        tables = any(_is_table(row.key[0]) for row in self.table.rows)
        self.columns_button.setVisible(tables)

    def _current_key(self) -> Key | None:
        row = self.view.currentIndex().row()
        return self.table.rows[row].key if 0 <= row < self.table.rowCount() else None

    def _select(self, key: Key | None) -> None:
        row = self.table.row_of(key) if key is not None else 0
        if self.table.rowCount():
            self.view.selectRow(max(row, 0))

    def _show_article(self, row: int) -> None:
        if not 0 <= row < self.table.rowCount():
            self.article.show_article(None, None, "")
            self.article.show_fate("")
            return
        candidate = self.table.rows[row]
        given = self._encodings.get(candidate.key[0], "")
        self.article.show_article(self.table.entry(row), candidate.preview, given)
        self._show_fate()

    def _show_fate(self) -> None:
        row = self.view.currentIndex().row()
        candidate = self.table.rows[row] if 0 <= row < self.table.rowCount() else None
        readable = candidate is not None and candidate.preview.entry is not None
        told = candidate.verdict if candidate is not None and readable else ""
        self.article.show_fate(told if told not in ("Will be added.", "Left out.") else "")

    def _count(self) -> None:
        if not self._ready:
            return
        self._show_fate()
        count = self.table.count()
        left = self.table.rowCount() - count
        self.go.setText(f"&Add {count:,} article{'s' * (count != 1)}" if count else "&Add")
        self.go.setEnabled(bool(count) and self._date_fault() is None)
        said = [f"{left:,} will not be added."] if left and count else []
        if not count and not self.table.rowCount():
            said = []  # the table says it
        elif not count:
            said = ["There is nothing to add."]
        if fault := self._date_fault():
            self.tell(fault, fault=True)
        else:
            self.tell(" ".join([*said, self._told]).strip())

    # -- answers ---------------------------------------------------------------------------

    def _date_fault(self) -> str | None:
        given = self.date.text().strip()
        return fault_in_day(given) if given else None

    def _date_all(self) -> None:
        given = self.date.text().strip()
        if self._date_fault() is None:
            self.table.set_date(given)
            self._show_article(self.view.currentIndex().row())
        self._count()

    def _edit(self, name: str, value: str) -> None:
        row = self.view.currentIndex().row()
        if 0 <= row < self.table.rowCount():
            self.table.edit(row, name, value)
            self.article.show_known(self.table.entry(row))

    def _set_encoding(self, name: str) -> None:
        key = self._current_key()
        if key is None or self._progress is not None:
            return
        chosen = {key[0]}
        given = self._encodings.get(key[0], "")
        guessed = guess(self.table.rows[self.table.row_of(key)].preview)
        for row in self.table.rows:
            path = row.key[0]
            same = (
                self._encodings.get(path, "") == given if given else guess(row.preview) == guessed
            )
            if same and (given or guessed):  # one wrong guess is seldom alone
                chosen.add(path)
        for path in chosen:
            self._encodings[path] = name
        self.read_again(_files(self.table, chosen))

    def _ask_columns(self) -> None:
        key = self._current_key()
        paths = [row.key[0] for row in self.table.rows if _is_table(row.key[0])]
        path = key[0] if key is not None and _is_table(key[0]) else paths[0]
        asked = self._asked()

        def job(progress: Progress) -> list[Column]:
            progress(0, 0, f"Reading {path.name}")
            return previews.columns_of(path, asked.options_for(path))

        def show(columns: list[Column]) -> None:
            self._busy(False)
            self._ready = True
            self._count()
            if not columns:
                self.tell(f"{path.name} is no table.", fault=True)
                return
            dialog = ColumnsDialog(path.name, columns, self)
            dialog.chosen.connect(self._set_columns)
            dialog.open()

        self._busy(True)
        self.run(self._desk.files, job, show, self._refuse_columns)

    def _refuse_columns(self, fault: AnnotatorError) -> None:
        self._busy(False)
        self._ready = True
        self._count()
        self.tell_fault(fault)

    def _set_columns(self, mapping: dict[str, str]) -> None:
        held = remembered(self._window.settings.columns, mapping, mapping)
        self._window.set_setting("columns", held)
        paths = {row.key[0] for row in self.table.rows if _is_table(row.key[0])}
        self.read_again(_files(self.table, paths))

    # -- adding ----------------------------------------------------------------------------

    def _add(self) -> None:
        desk = self._desk
        if self._progress is not None or desk.project is None:
            return
        database, project_id, mine = desk.database, desk.project_id, desk.project.annotator
        entries = list(self.table.wanted())
        self._busy(True)

        def job(progress: Progress) -> jobs.Added:
            return database.transact(
                jobs.add_entries, project_id, entries, progress, total=len(entries), mine=mine
            )

        self.run(desk.worker, job, self._added, self._not_added)

    def _not_added(self, fault: AnnotatorError) -> None:
        self._busy(False)
        self._ready = True
        self._count()
        self.tell_fault(fault)

    def _added(self, added: jobs.Added) -> None:
        count, left = added.articles, len(added.left_out)
        told = "1 article was added." if count == 1 else f"{count:,} articles were added."
        if left:
            told += f" {left:,} {'is' if left == 1 else 'are'} in the project already."
        window, first = self._window, added.first
        self._desk.refresh()
        self.accept()
        if first:
            window.work.open_article(first)
        # what opening says comes after it
        QTimer.singleShot(0, window.status, lambda: window.status.tell(told))


def _is_table(path: Path) -> bool:
    """True where a file's name is one of tables that columns are mapped of."""
    return any(kind.columns is not None and kind.named(path.name) for kind in formats.FORMATS)


def _files(table: CandidateTable, wanted: set[Path]) -> list[Path]:
    """The files of rows that are wanted, in the table's order."""
    return [path for path in dict.fromkeys(row.key[0] for row in table.rows) if path in wanted]
