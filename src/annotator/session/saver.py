"""Edits on their way to the database, in order; nothing is dropped while it can't take them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QObject, QTimer, Signal

from annotator.model.document import Document
from annotator.model.edit import Edit, Kind
from annotator.model.errors import AnnotatorError
from annotator.session.worker import Worker

SaveState = Literal["saved", "saving", "failed"]
_RETRY_MS = 5_000


@dataclass(frozen=True, slots=True)
class Unsaved:
    """An edit, how it came about, and the document after it."""

    document: Document
    edit: Edit
    kind: Kind


class Saver(QObject):
    """Hands edits to `save` on the worker, all that wait in one transaction."""

    state_changed = Signal(str, str)
    """SaveState, and the reason where it failed"""

    def __init__(
        self, worker: Worker, save: Callable[[list[Unsaved]], None], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._worker, self._save = worker, save
        self._waiting: deque[Unsaved] = deque()
        self._under_way = 0
        self.state: SaveState = "saved"
        self.reason = ""
        self._timer = QTimer(self, singleShot=True, interval=_RETRY_MS)
        self._timer.timeout.connect(self.retry)

    @property
    def waiting(self) -> int:
        """How many edits are not in the database yet."""
        return len(self._waiting)

    def put(self, unsaved: Unsaved) -> None:
        """Queue an edit and start saving."""
        self._waiting.append(unsaved)
        if self.state != "failed":
            self._start()

    def leave(self) -> None:
        """Go, once what is on its way is saved; what could not be saved is given up."""
        self._timer.stop()
        if self._waiting and self.state != "failed":
            self.state_changed.connect(self._gone)
        else:
            self.deleteLater()

    def _gone(self, state: str, _reason: str) -> None:
        if state == "saved":
            self.deleteLater()

    def retry(self) -> None:
        """Try again what failed."""
        self._timer.stop()
        self._start()

    def _start(self) -> None:
        if self._under_way or not self._waiting:
            return
        batch = list(self._waiting)
        self._under_way = len(batch)
        self._tell("saving")
        self._worker.run(lambda: self._save(batch), self._saved, self._failed)

    def _saved(self, _: None) -> None:
        for _index in range(self._under_way):
            self._waiting.popleft()
        self._under_way = 0
        if self._waiting:
            self._start()
        else:
            self._tell("saved")

    def _failed(self, fault: AnnotatorError) -> None:
        self._under_way = 0
        self._timer.start()
        self._tell("failed", str(fault))

    def _tell(self, state: SaveState, reason: str = "") -> None:
        if (state, reason) != (self.state, self.reason):
            self.state, self.reason = state, reason
            self.state_changed.emit(state, reason)
