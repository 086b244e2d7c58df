"""The one thread that touches the database; answers come back on the thread that asked."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import TypeVar

from PySide6.QtCore import QObject, Qt, Signal

from annotator.model.errors import AnnotatorError, Cancelled
from annotator.settings import write_down

T = TypeVar("T")


class Progress(QObject):
    """How far long work is, and the wish to stop it."""

    moved = Signal(int, int, str)
    """done, total (0: unknown), what is being worked on"""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._stop = Event()

    def cancel(self) -> None:
        """Ask the work to stop; it changes nothing then."""
        self._stop.set()

    def __call__(self, done: int, total: int = 0, what: str = "") -> None:
        """Called by the work, on its thread. Raises Cancelled where a person asked to stop."""
        if self._stop.is_set():
            raise Cancelled("Stopped. Nothing was changed.")
        self.moved.emit(done, total, what)


class Worker(QObject):
    """Runs jobs one after the other on one thread of its own."""

    _answered = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="database")
        self._open = True
        self._answered.connect(self._answer, Qt.ConnectionType.QueuedConnection)

    def run(
        self,
        job: Callable[[], T],
        then: Callable[[T], None] | None = None,
        failed: Callable[[AnnotatorError], None] | None = None,
    ) -> None:
        """Run `job` on the thread; `then` or `failed` is called on this object's thread.

        After `close` nothing is run any more.
        """

        def work() -> None:
            try:
                value = job()
            except AnnotatorError as fault:
                error = fault
            except Exception as fault:  # noqa: BLE001  the person is told and the thread lives
                log = write_down(fault)
                name = type(fault).__name__
                error = AnnotatorError(f"Something went wrong ({name}). It is noted in {log}.")
            else:
                if then is not None:
                    self._answered.emit(lambda: then(value))
                return
            if failed is not None:
                self._answered.emit(lambda: failed(error))

        if self._open:
            self._pool.submit(work)

    def _answer(self, call: Callable[[], None]) -> None:
        if self._open:
            call()

    def close(self) -> None:
        """Finish the jobs that were asked for, then stop; later answers are dropped."""
        self._open = False
        self._pool.shutdown(wait=True)
