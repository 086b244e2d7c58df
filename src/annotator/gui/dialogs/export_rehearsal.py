"""The right of the export dialog: what would go out and be lost, found out behind the scenes."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QFontDatabase, QTextOption
from PySide6.QtWidgets import (
    QLabel,
    QPlainTextEdit,
    QStackedWidget,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from annotator.formats import Format
from annotator.formats.export.run import Plan
from annotator.formats.format import Written
from annotator.gui.dialogs.export_losses import LossTree
from annotator.model.errors import AnnotatorError, Cancelled
from annotator.session import exports
from annotator.session.desk import Desk
from annotator.session.exports import Rehearsed
from annotator.session.worker import Progress
from annotator.store.database import Database

_WAIT_MS = 400
_WIDE = 300
"""Characters of a line that is no row of a table."""


class Rehearsing(QObject):
    """Rehearses the last plan that was asked for, a moment after; the one before is stopped."""

    moved = Signal(str)
    """what is being looked at"""
    done = Signal(object)
    """a Rehearsed"""
    failed = Signal(str)

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._asked: tuple[Format, Plan] | None = None
        self._progress: Progress | None = None
        self._timer = QTimer(self, singleShot=True, interval=_WAIT_MS)
        self._timer.timeout.connect(self._save_first)

    @property
    def resting(self) -> bool:
        """True where nothing is under way."""
        return self._progress is None and not self._timer.isActive()

    def ask(self, format: Format, plan: Plan) -> None:
        """Rehearse this in a moment."""
        self.stop()
        self._asked = format, plan
        self._timer.start()

    def stop(self) -> None:
        """Nothing more, and nothing of what is under way."""
        self._timer.stop()
        if self._progress is not None:
            self._progress.cancel()
            self._progress = None

    def _save_first(self) -> None:
        saver = self._desk.saver
        if saver is not None:
            saver.when_saved(self._run, self._refuse)

    def _refuse(self, reason: str) -> None:
        if isValid(self):
            self.failed.emit(reason)

    def _run(self) -> None:
        if not isValid(self) or self._asked is None or self._progress is not None:
            return
        desk, (format, plan) = self._desk, self._asked
        assert desk.project is not None
        project, path = desk.project.project, desk.database.path
        progress = Progress(desk.files)  # it outlives this object: the job may speak to it still
        progress.moved.connect(self._moved)
        self._progress = progress

        def job() -> Rehearsed:
            progress(0, 0, "")
            # beside the worker, so that saving never waits for it
            with Database(path, write=False) as database:
                return database.read(
                    lambda db: exports.rehearse(db, project, format, plan, progress)
                )

        def over() -> bool:
            mine = isValid(self) and self._progress is progress
            progress.deleteLater()
            if mine:
                self._progress = None
            return mine

        def then(found: Rehearsed) -> None:
            if over():
                self.done.emit(found)

        def fault(error: AnnotatorError) -> None:
            if over() and not isinstance(error, Cancelled):
                self.failed.emit(str(error))

        desk.files.run(job, then, fault)

    def _moved(self, done: int, _total: int, what: str) -> None:
        if self.sender() is self._progress and what:
            self.moved.emit(f"{what.partition(' ')[0]}… {done:,}" if done else "Rehearsing…")


class Outcome(QWidget):
    """One line of what would go out, below it what would be lost and how the file begins."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.summary = QLabel("", self)
        self.summary.setWordWrap(True)
        self.summary.setAccessibleName("What would go out")
        self.summary.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.tree = LossTree(self)
        self.nothing = QLabel("", self)
        self.nothing.setProperty("quiet", True)
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.nothing.setWordWrap(True)
        self.losses = QStackedWidget(self)
        self.losses.addWidget(self.tree)
        self.losses.addWidget(self.nothing)
        self.head = _reader(self, "How the file begins", fixed=True)
        self.told = _reader(self, "What was exported", fixed=False)
        self.told.hide()
        self.tabs = QTabWidget(self)
        self.tabs.setDocumentMode(True)
        self.tabs.setAccessibleName("Rehearsal")
        self.tabs.addTab(self.losses, "What would be lost")
        self.tabs.addTab(self.head, "How it begins")
        for number, key in enumerate(("Alt+1", "Alt+2")):
            self.tabs.setTabToolTip(number, key)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.summary)
        column.addWidget(self.tabs, 1)
        self.show_waiting("")

    def show_tab(self, number: int) -> None:
        """To a tab, with the keyboard in it."""
        if number < self.tabs.count():
            self.tabs.setCurrentIndex(number)
            page = self.tabs.currentWidget()
            (self.tree if page is self.losses and self.tree.isVisible() else page).setFocus()

    def show_waiting(self, what: str) -> None:
        """It is being found out; what was there before stays to be read."""
        self._end_told()
        self.summary.setProperty("fault", False)
        self._say(what or "Rehearsing…")

    def show_fault(self, sentence: str) -> None:
        """Why there is nothing to show."""
        self._say("", sentence)
        self.nothing.setText("")
        self.losses.setCurrentWidget(self.nothing)
        self.head.clear()

    def show_found(self, found: Rehearsed) -> None:
        """What a rehearsal found."""
        rehearsal = found.rehearsal
        lines = [f"{amount(rehearsal.written)} would go out."]
        if found.dealt is not None:
            lines.append(exports.shares(found.dealt))
        self._say("\n".join(lines))
        self.tree.show_losses(found)
        self.nothing.setText("Nothing is lost.")
        self.losses.setCurrentWidget(self.tree if rehearsal.losses.counts else self.nothing)
        self.head.setPlainText(rehearsal.head)
        # a table keeps its columns, and a record that is one long line is readable
        wide = max(map(len, rehearsal.head.splitlines()), default=0) > _WIDE
        modes = QPlainTextEdit.LineWrapMode
        self.head.setLineWrapMode(modes.WidgetWidth if wide else modes.NoWrap)
        self.head.setPlaceholderText("The file is no text.")

    def show_told(self, sentence: str) -> None:
        """What was exported, as a third page."""
        self.told.setPlainText(sentence)
        if self.tabs.indexOf(self.told) < 0:
            self.tabs.addTab(self.told, "What was exported")
            self.tabs.setTabToolTip(2, "Alt+3")
        self.tabs.setCurrentWidget(self.told)

    def _end_told(self) -> None:
        at = self.tabs.indexOf(self.told)
        if at >= 0:
            self.tabs.removeTab(at)

    def _say(self, what: str, fault: str = "") -> None:
        self.summary.setText("\n".join(filter(None, (what, fault))))
        self.summary.setProperty("fault", bool(fault))
        self.summary.style().polish(self.summary)


def _reader(parent: QWidget, name: str, *, fixed: bool) -> QPlainTextEdit:
    made = QPlainTextEdit(parent)
    made.setReadOnly(True)
    made.setAccessibleName(name)
    made.setTabChangesFocus(True)
    if fixed:
        made.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        made.setWordWrapMode(QTextOption.WrapMode.WrapAnywhere)
    return made


def many(count: int, what: str) -> str:
    """“1 article”, “2,000 articles”."""
    return f"{count:,} {what}{'s' * (count != 1)}"


def amount(written: Written) -> str:
    """“12 articles, 154 annotations, 121 links”."""
    counted = [(written.articles, "article"), (written.annotations, "annotation")]
    counted += [(written.links, "link")] if written.links else []
    return ", ".join(many(count, what) for count, what in counted)
