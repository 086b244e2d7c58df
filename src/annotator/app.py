"""The composition root of the window: settings, window, then (after the first paint) the desk."""

from __future__ import annotations

import faulthandler
import os
import sys
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox

from annotator import settings as preferences
from annotator.gui import theme
from annotator.gui.window import Window
from annotator.model.errors import AnnotatorError
from annotator.session.worker import Worker

if TYPE_CHECKING:
    from annotator.session.desk import Desk


_UNSEEN_MS = 1_000  # a window that starts minimised or covered is not painted


class FirstPaint(QObject):
    """Tells once when a widget was painted for the first time."""

    done = Signal()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Wait for the paint event."""
        if event.type() == QEvent.Type.Paint:
            watched.removeEventFilter(self)
            self.done.emit()
        return False


class App(QObject):
    """Holds the parts together for as long as the program runs."""

    def __init__(self, database: Path, person: str) -> None:
        super().__init__()
        file = preferences.settings_path()
        self._settings = preferences.load(file)
        self._database, self._person = database, person
        self._worker = Worker(self)
        self.window = Window(self._settings, file, preferences.state_path())
        self.desk: Desk | None = None
        theme.apply(_app(), self.window.theme)
        self._paint = FirstPaint(self)
        self._loading = False
        self._paint.done.connect(self._load, Qt.ConnectionType.QueuedConnection)
        QTimer.singleShot(_UNSEEN_MS, self._load)
        self.window.welcome.installEventFilter(self._paint)
        self.window.welcome.retry_wanted.connect(self._again)
        self.window.welcome.other_wanted.connect(self._ask_database)
        self.window.welcome.backup_wanted.connect(self._restore)
        self.window.database_wanted.connect(self._ask_database)
        _app().styleHints().colorSchemeChanged.connect(self.window.apply_settings)

    def _again(self) -> None:
        if self.desk is None:
            self._load()
        else:
            self.open()

    def _load(self) -> None:
        """Import the heavy half on the worker while the window stands; once."""
        if self._loading:
            return
        self._loading = True
        self._worker.run(_import_desk, self._loaded, self._not_loaded)

    def _not_loaded(self, fault: AnnotatorError) -> None:
        self._loading = False
        self.window.welcome.show_fault(f"{fault} Install the program again.")

    def close(self) -> None:
        """End what is under way, though the window was closed before the desk was there."""
        self._worker.close()

    def _loaded(self, _: None) -> None:
        from annotator.session.desk import Desk  # behind the first paint: SQLAlchemy, formats

        self.desk = Desk(self._worker, self)
        self.window.desk = self.desk
        self.desk.opened.connect(self._opened)
        self.desk.failed.connect(self._failed)
        self.desk.told.connect(self.window.status.tell)
        self.open()

    def open(self) -> None:
        """Open the database and the project of last time."""
        assert self.desk is not None
        self.window.welcome.show_opening()
        self.desk.open(self._database, self.window.settings.project, self._person)

    def _opened(self) -> None:
        from annotator.gui.workplace import Workplace  # it stands on the desk

        assert self.desk is not None and self.desk.project is not None
        window = self.window
        if window.place is not None:
            window.place.deleteLater()
        window.place = Workplace(window, self.desk)
        window.show_codebook()
        window.apply_settings()
        window.set_setting("project", self.desk.project.project.name)
        window.place.start(window.settings.article)
        if window.settings.guide and self.desk.project.project.name == _sample():
            window.show_guide()

    def _failed(self, sentence: str, damaged: bool) -> None:
        if self.window.place is not None:
            assert self.desk is not None
            self._database = self.desk.database.path  # that one is open still
            QMessageBox.warning(self.window, "Database", sentence)
        else:
            self.window.welcome.show_fault(sentence, damaged=damaged)

    def _restore(self) -> None:
        assert self.desk is not None
        self.window.welcome.show_opening()
        self.desk.restore(self._database, self.window.settings.project, self._person)

    def _ask_database(self) -> None:
        if self.window.place is not None:
            self.window.place.form.flush()
        name, _ = QFileDialog.getSaveFileName(
            self.window, "Open or create a database", str(self._database.parent),
            "Database (*.db);;All files (*)", options=QFileDialog.Option.DontConfirmOverwrite,
        )  # fmt: skip
        if name and self.desk is not None:
            self._database = Path(name)
            self.open()


def _import_desk() -> None:
    import annotator.gui.workplace  # noqa: F401  the heavy half, while the window stands


def _sample() -> str:
    from annotator.session.jobs import SAMPLE  # behind the first paint

    return SAMPLE


def _app() -> QApplication:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    return app


def excepthook(
    kind: type[BaseException], fault: BaseException, trace: TracebackType | None
) -> None:
    """A fault nobody foresaw: written down, told in one sentence, and the program goes on."""
    if issubclass(kind, KeyboardInterrupt):
        QApplication.quit()
        return
    log = preferences.write_down(fault.with_traceback(trace))
    for window in QApplication.topLevelWidgets():
        if isinstance(window, Window):
            window.status.tell(f"Something went wrong ({kind.__name__}). It is noted in {log}.")


def run(database: Path, person: str = "") -> int:
    """Show the window until it is closed; the exit code."""
    if sys.stderr is not None:
        faulthandler.enable()
    app = QApplication.instance() or QApplication(sys.argv[:1])
    app.setApplicationName("annotator")
    app.setDesktopFileName("annotator") if isinstance(app, QApplication) else None
    # What runs behind (rehearsals, exports, marks) gives the interpreter back in 0.5 ms, not in 5:
    # a tag at 20,000 spans took 83 ms beside such work, and takes 47.
    sys.setswitchinterval(0.0005)
    before, sys.excepthook = sys.excepthook, excepthook
    held = App(database, person)
    held.window.show()
    seconds = os.environ.get("ANNOTATOR_QUIT_AFTER")  # for measuring the start
    if seconds:
        QTimer.singleShot(int(float(seconds) * 1000), held.window.close)
    code = int(app.exec())
    held.close()
    # the widgets before the models and the session that they show
    held.window.place = None
    held.window.deleteLater()
    app.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    sys.excepthook = before
    return code
