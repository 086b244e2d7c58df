"""Edits on their way to the database, in order; nothing is dropped while it can't take them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QObject, QTimer, Signal

from annotator.model.document import Document
from annotator.model.edit import Edit, Kind
from annotator.model.errors import AnnotatorError, EditError
from annotator.session.worker import Worker

SaveState = Literal["saved", "saving", "failed"]
_RETRY_MS = 5_000


@dataclass(frozen=True, slots=True)
class Unsaved:
    """An edit, how it came about, and the document after it.

    Of the document the article's and the status' records count; an edit waits without the rest.
    """

    document: Document
    edit: Edit
    kind: Kind


class Saver(QObject):
    """Hands edits to `save` on the worker, all that wait in one transaction."""

    state_changed = Signal(str, str)
    """SaveState, and the reason where it failed"""
    refused = Signal(object, str)
    """an Unsaved that the database will never take, and why"""

    def __init__(
        self, worker: Worker, save: Callable[[list[Unsaved]], None], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._worker, self._save = worker, save
        self._waiting: deque[Unsaved] = deque()
        self._under_way = 0
        self.state: SaveState = "saved"
        self.reason = ""
        self._after: list[tuple[Callable[[], None], Callable[[str], None]]] = []
        self._one_by_one = False
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

    def when_saved(self, call: Callable[[], None], refuse: Callable[[str], None]) -> None:
        """Call `call` once nothing waits, or `refuse` with the reason where saving fails."""
        if not self._waiting:
            call()
        elif self.state == "failed":
            refuse(self.reason)
        else:
            self._after.append((call, refuse))

    def retry(self) -> None:
        """Try again what failed."""
        self._timer.stop()
        self._start()

    def _start(self) -> None:
        if self._under_way or not self._waiting:
            return
        batch = [self._waiting[0]] if self._one_by_one else list(self._waiting)
        self._under_way = len(batch)
        self._tell("saving")
        self._worker.run(lambda: self._save(batch), self._saved, self._failed)

    def _saved(self, _: None) -> None:
        for _index in range(self._under_way):
            self._waiting.popleft()
        self._go_on()

    def _go_on(self) -> None:
        self._under_way = 0
        if self._waiting:
            self._start()
            return
        self._one_by_one = False
        self._tell("saved")
        after, self._after = self._after, []
        for call, _refuse in after:
            call()

    def _failed(self, fault: AnnotatorError) -> None:
        if isinstance(fault, EditError):  # trying again would not help
            self._set_aside(fault)
            return
        self._under_way = 0
        self._timer.start()
        self._tell("failed", str(fault))
        after, self._after = self._after, []
        for _call, refuse in after:
            refuse(str(fault))

    def _set_aside(self, fault: EditError) -> None:
        """Find the edit that the database refuses and go on without it."""
        if self._under_way > 1:
            self._one_by_one = True
        else:
            self.refused.emit(self._waiting.popleft(), str(fault))
        self._go_on()

    def _tell(self, state: SaveState, reason: str = "") -> None:
        if (state, reason) != (self.state, self.reason):
            self.state, self.reason = state, reason
            self.state_changed.emit(state, reason)
