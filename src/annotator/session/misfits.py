"""What of the open document a chosen format can't carry: a hint while one works, no fault."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal
from shiboken6 import isValid

from annotator.formats import Format
from annotator.formats.fit import fitted
from annotator.formats.format import Loss
from annotator.model.codebook import Codebook
from annotator.model.corpus import Entry, Heading, Work
from annotator.model.document import Annotation, Document
from annotator.model.edit import Change, Edit
from annotator.model.errors import Cancelled
from annotator.session.session import Session
from annotator.session.worker import Worker

_WAIT_MS, _LONG_WAIT_MS = 300, 1_500
"""After the last edit; the longer one in a document of _MANY spans or more.

The check takes 6 ms at 2,000 spans and 0.1 s at 20,000, which is felt by who tags on meanwhile.
"""
_MANY = 5_000
_OPEN_MS = 150


class Misfits(QObject):
    """Annotation id → why the format that is aimed at can't carry it.

    One annotation's fit depends on its neighbours, so the whole document is fitted each time, on
    another thread; what was found before stands until then.
    """

    changed = Signal(object)
    """a set of annotation ids that fit, or don't, other than before"""

    def __init__(self, session: Session, worker: Worker, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._worker = session, worker
        self.format: Format | None = None
        self._found: dict[str, str] = {}
        self._running = False
        self._edits = 0
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._run)
        session.opened.connect(self._restart)
        session.changed.connect(self._follow)

    def aim(self, format: Format | None) -> None:
        """Another format to check for; None: nothing is checked."""
        if format is not self.format:
            self.format = format
            self._restart()

    def of(self, annotation_id: str) -> str:
        """Why it can't be carried, in a few words; "" where it can."""
        return self._found.get(annotation_id, "")

    def sentence(self, annotation_id: str) -> str:
        """The same as a sentence."""
        reason = self._found.get(annotation_id)
        return f"{self.format.name} can't carry it: {reason}." if reason and self.format else ""

    @property
    def done(self) -> bool:
        """True when what is found is what there is."""
        return not (self._timer.isActive() or self._running)

    def _restart(self) -> None:
        self._edits += 1
        gone, self._found = set(self._found), {}
        if gone:
            self.changed.emit(gone)
        if self.format is not None and self._session.document is not None:
            self._timer.start(_OPEN_MS)
        else:
            self._timer.stop()

    def _follow(self, edit: Edit) -> None:
        document = self._session.document
        if self.format is None or document is None or not any(map(_moves, edit.changes)):
            return
        self._edits += 1
        many = len(document.annotations) >= _MANY
        self._timer.start(_LONG_WAIT_MS if many else _WAIT_MS)

    def _run(self) -> None:
        document, format, edits = self._session.document, self.format, self._edits
        if self._running:  # with an older document: wait for it, nothing is gained by two
            self._timer.start(_OPEN_MS)
            return
        if document is None or format is None:
            return
        codebook = self._session.codebook
        self._running = True

        def then(found: dict[str, str]) -> None:
            if isValid(self):
                self._running = False
                if edits == self._edits:
                    self._show(found)

        def stale() -> bool:
            return edits != self._edits

        self._worker.run(
            lambda: misfits(document, codebook, format, stale), then, lambda _: then({})
        )

    def _show(self, found: dict[str, str]) -> None:
        before, self._found = self._found, found
        changed = {i for i in before.keys() | found.keys() if before.get(i) != found.get(i)}
        if changed:
            self.changed.emit(changed)


def _moves(change: Change) -> bool:
    """True where a change may make something fit or not: fields don't."""
    before, after = change.before, change.after
    if isinstance(before, Annotation) and isinstance(after, Annotation):
        return (before.fragments, before.label) != (after.fragments, after.label)
    return isinstance(before, Annotation) or isinstance(after, Annotation)


def _never() -> bool:
    return False


def misfits(
    document: Document, codebook: Codebook, format: Format, stale: Callable[[], bool] = _never
) -> dict[str, str]:
    """Annotation id → why `format` can't carry it, of one document.

    Raises Cancelled once it is `stale`: who tags on needs the interpreter.
    """
    status = document.status
    work = Work(
        id=status.id,
        owner_id=status.owner_id,
        state=status.state,
        annotations=tuple(document.annotations.values()),
    )
    entry = Entry(article=document.article, text=document.text, works=(work,))
    found: dict[str, str] = {}

    def lose(loss: Loss) -> None:
        if stale():
            raise Cancelled("There is a newer document.")
        if loss.whole:
            found.setdefault(loss.record_id, loss.reason)

    for _ in fitted((Heading(name="", codebook=codebook), entry), format, lose):
        pass
    return found
