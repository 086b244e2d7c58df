"""The whole program on a database of the test's own, shown off screen and worked by real events."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import pytest
from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QLabel,
    QLineEdit,
    QMessageBox,
    QWidget,
)
from pytestqt.exceptions import TimeoutError
from pytestqt.qtbot import QtBot

from annotator.app import App
from annotator.gui import status
from annotator.gui.window import Window
from annotator.gui.workplace import Workplace
from annotator.model.document import Document
from annotator.session import jobs
from annotator.store.database import Connection, Database

D = TypeVar("D", bound=QWidget)
_PATIENCE_S = 20.0
TEXTS = (
    "Rebels leave Homs\n\nA convoy of buses left the old city of Homs on Tuesday.",
    "Talks in Geneva\n\nThe envoy met both delegations in Geneva; no date was set.",
    "القوات تدخل تدمر\n\nدخلت القوات مدينة تدمر صباح اليوم.",
    "Oil prices rise\n\nCrude rose after the convoy was attacked near the border.",
)


class Program:
    """One run of the program; `start` again on the same database is a restart."""

    def __init__(self, qtbot: QtBot, database: Path, person: str = "") -> None:
        self._qtbot, self.database = qtbot, database
        self.app = App(database, person)
        self.window.show()

    @property
    def window(self) -> Window:
        return self.app.window

    @property
    def work(self) -> Workplace:
        return self.window.work

    @property
    def document(self) -> Document:
        document = self.work.session.document
        assert document is not None
        return document

    def until(self, true: Callable[[], object]) -> None:
        """Wait for what comes by itself."""
        self._qtbot.waitUntil(lambda: bool(true()))

    def opened(self, title: str = "") -> Program:
        """Wait for an article (of that title)."""

        def there() -> bool:
            place = self.window.place
            document = place.session.document if place else None
            return document is not None and (not title or document.article.title == title)

        try:
            self.until(there)
        except TimeoutError as fault:
            raise AssertionError(f"nothing opened: {self.said()}") from fault
        self.activate()
        return self

    def said(self) -> list[str]:
        """What the welcome page and the status bar say now."""
        window = self.window
        labels = [*window.welcome.findChildren(QLabel), window.status.told, window.status.saved]
        return [label.text() for label in labels]

    def saved(self) -> None:
        """Wait until nothing is on its way to the database."""
        saver = self.work.saver
        self.until(lambda: saver.state == "saved" and not saver.waiting)

    def settled(self) -> None:
        """Wait until the worker has answered all that it was asked so far."""
        done: list[bool] = []
        assert self.window.desk is not None
        self.window.desk.files.run(lambda: True, done.append)
        self.until(lambda: done)
        self.window.desk.worker.run(lambda: True, done.append)
        self.until(lambda: len(done) == 2)

    def do(self, name: str) -> None:
        """Trigger an action by its name."""
        self.window.rows[name][1].trigger()

    def caret_on(self, word: str) -> None:
        """Put the caret into the first place where a word stands."""
        at = self.document.text.value.index(word) + 1
        self.activate()
        self.work.view.setFocus()
        self.work.view.set_selection((at, at))

    def activate(self) -> None:
        """Off screen no window gets the keyboard back by itself when a dialog has gone."""
        self.window.activateWindow()
        self.until(self.window.isActiveWindow)

    def tag(self, word: str, key: str = "A") -> str:
        """Select a word and tag it by its label's key; the annotation's id."""
        self.caret_on(word)
        at = self.document.text.value.index(word)
        self.work.view.set_selection((at, at + len(word)))
        press(self.work.view, key)
        current = self.work.session.current
        assert current is not None
        return current.id

    def dialog(self, kind: type[D]) -> D:
        """The dialog of that kind that is open, or is about to, with the keyboard."""
        self.until(lambda: self.shown(kind))
        (dialog,) = self.shown(kind)
        if dialog.windowType() != Qt.WindowType.Popup:
            dialog.activateWindow()
            self.until(dialog.isActiveWindow)
        return dialog

    def shown(self, kind: type[D]) -> list[D]:
        return [w for w in QApplication.topLevelWidgets() if isinstance(w, kind) and w.isVisible()]

    def open_project(self, name: str) -> None:
        """Another project, once it is there."""
        place, desk = self.window.place, self.window.desk
        assert desk is not None
        desk.open_project(name)
        self.until(lambda: self.window.place is not place)

    def query_only(self, on: bool) -> None:
        """Make the database refuse to write, as a read-only one does; or no more."""
        desk = self.window.desk
        assert desk is not None
        database = desk.database

        def job() -> None:
            database.read(lambda db: db.exec_driver_sql(f"PRAGMA query_only={int(on)}"))

        desk.worker.run(job)
        self.settled()

    def close(self) -> None:
        """Close it as a person does; what is unsaved is let go."""
        if self.window.isVisible():
            with answering(QMessageBox, lambda box: click(box, "Discard"), optional=True):
                self.window.close()
        self.app.close()
        self.window.place = None
        self.window.deleteLater()
        self.app.deleteLater()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


Start = Callable[..., Program]


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory, session_home: None) -> Path:
    """A folder with a database of the sample, and one that has a project of several texts, too."""
    folder = tmp_path_factory.mktemp("templates")
    with Database(folder / "sample.db") as held:
        jobs.open_project(held, "", "")
    shutil.copy(folder / "sample.db", folder / "many.db")
    with Database(folder / "many.db") as held:

        def fill(db: Connection) -> None:
            project = jobs.create_project(db, "Texts")
            for text in TEXTS:
                jobs.add_entries(db, project.id, [jobs.entry_of_text(text)])
                time.sleep(0.002)  # ids made in one millisecond have no order

        held.transact(fill)
    return folder


@pytest.fixture
def start(
    qtbot: QtBot,
    qapp: QApplication,
    tmp_path: Path,
    templates: Path,
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Start]:
    """Start the program, by default on a database with the sample; all runs end with the test."""
    monkeypatch.setattr(status, "_TOLD_MS", 3_600_000)  # what is told stays until it is looked at
    running: list[Program] = []
    held = tmp_path / "work.db"

    def started(
        database: Path = held, *, template: str = "sample", project: str = "", person: str = ""
    ) -> Program:
        if template and not database.exists():
            shutil.copy(templates / f"{template}.db", database)
        program = Program(qtbot, database, person)
        running.append(program)
        if project:
            program.opened().open_project(project)
        return program

    boxes: list[str] = []
    with _guard(boxes):
        yield started
    for program in running:
        if _alive(program):
            program.close()
    qapp.setStyleSheet("")
    qapp.setStyle("Fusion")
    qapp.setPalette(qapp.style().standardPalette())
    assert not boxes, "a box came that nobody answered"


@contextmanager
def _guard(boxes: list[str]) -> Iterator[None]:
    """Close a box that nobody answers: a test fails then and does not hang."""
    since: dict[QWidget, float] = {}

    def look() -> None:
        box = QApplication.activeModalWidget()
        if isinstance(box, QMessageBox):
            if time.monotonic() - since.setdefault(box, time.monotonic()) > _PATIENCE_S:
                boxes.append(box.text())
                box.reject()
        else:
            since.clear()

    timer = QTimer()
    timer.timeout.connect(look)
    timer.start(200)
    yield
    timer.stop()


def _alive(program: Program) -> bool:
    try:
        program.window.isVisible()
    except RuntimeError:
        return False
    return True


def press(widget: QWidget, *keys: str) -> None:
    """Press keys one after the other: "A", "Shift+S", "Tab"."""
    for key in keys:
        *modifiers, name = key.split("+")
        held = Qt.KeyboardModifier.NoModifier
        for modifier in modifiers:
            held |= {"Shift": Qt.KeyboardModifier.ShiftModifier,
                     "Ctrl": Qt.KeyboardModifier.ControlModifier,
                     "Alt": Qt.KeyboardModifier.AltModifier}[modifier]  # fmt: skip
        QTest.keyClick(widget, Qt.Key[f"Key_{name}"], held)


def write(field: QLineEdit, text: str) -> None:
    """Type over what stands in a field."""
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, text)


def click(box: QMessageBox, text: str) -> None:
    """Press the button of a box by its text."""
    button = next(b for b in box.buttons() if b.text().replace("&", "") == text)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def choose(path: Path, dialog: QFileDialog) -> None:
    """Name a file (or a folder) in a file dialog and take it."""
    field = dialog.findChild(QLineEdit, "fileNameEdit")
    assert field is not None
    field.setText(str(path))
    box = dialog.findChild(QDialogButtonBox)
    assert box is not None
    QTest.mouseClick(box.buttons()[0], Qt.MouseButton.LeftButton)


def answer_file(path: Path) -> answering:
    """Answer the file dialog that comes with a path."""
    return answering(QFileDialog, partial(choose, path))


class answering:  # noqa: N801  it reads as a word: `with answering(QMessageBox, …)`
    """While it lasts, a modal dialog of `kind` that opens is handed to `answer`, once.

    At its end one that is still to come is waited for. A dialog that stays open is left after a
    while, so that a test fails and does not hang.
    """

    def __init__(
        self, kind: type[QDialog], answer: Callable[[Any], object], *, optional: bool = False
    ) -> None:
        self._kind, self._answer, self._optional = kind, answer, optional
        self._fault: BaseException | None = None
        self.text = ""
        self._answered = False

    def __enter__(self) -> answering:
        self._until = time.monotonic() + _PATIENCE_S
        self._timer = QTimer()
        self._timer.timeout.connect(self._look)
        self._timer.start(5)
        return self

    def _look(self) -> None:
        dialog = QApplication.activeModalWidget()
        if isinstance(dialog, self._kind) and not self._answered:
            self._answered = True
            self.text = dialog.text() if isinstance(dialog, QMessageBox) else ""
            try:
                self._answer(dialog)
            except BaseException as fault:  # noqa: BLE001  raised when the test goes on
                self._fault = fault
                dialog.close()
        elif isinstance(dialog, QDialog) and time.monotonic() > self._until:
            dialog.reject()

    def __exit__(self, fault: object, *_: object) -> None:
        until = time.monotonic() + _PATIENCE_S
        while not (self._answered or self._optional or fault) and time.monotonic() < until:
            QTest.qWait(10)
        self._timer.stop()
        if self._fault is not None:
            raise self._fault
        assert self._answered or self._optional, f"no {self._kind.__name__} came"
