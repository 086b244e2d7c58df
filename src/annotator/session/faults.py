"""What is wrong with the open document, kept up to date without making anybody wait."""

from __future__ import annotations

from time import perf_counter

from PySide6.QtCore import QObject, QTimer, Signal

from annotator.model.check import Problem, problems_of
from annotator.model.document import Annotation, Article, Entity, Link
from annotator.model.edit import Edit
from annotator.session.session import Session

_SLICE_S = 0.006  # less than a frame


class Faults(QObject):
    """Annotation id → its problems; a long document is checked a little at a time."""

    changed = Signal(object)
    """a set of annotation ids whose problems may be others now"""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self._found: dict[str, tuple[Problem, ...]] = {}
        self._due: dict[str, None] = {}
        self._timer = QTimer(self, singleShot=True, interval=0)
        self._timer.timeout.connect(self._check_some)
        session.opened.connect(self._restart)
        session.changed.connect(self._follow)

    def of(self, annotation_id: str) -> tuple[Problem, ...]:
        """The problems of one annotation."""
        return self._found.get(annotation_id, ())

    @property
    def count(self) -> int:
        """How many annotations have problems, of those checked so far."""
        return len(self._found)

    @property
    def done(self) -> bool:
        """True when all annotations are checked."""
        return not self._due

    def ids(self) -> list[str]:
        """The annotations with problems."""
        return list(self._found)

    def _restart(self) -> None:
        document = self._session.document
        gone = set(self._found)
        self._found.clear()
        self._due = dict.fromkeys(document.annotations if document else ())
        self.changed.emit(gone)
        self._timer.start()

    def _follow(self, edit: Edit) -> None:
        touched = self._touched(edit)
        self._due.update(dict.fromkeys(touched))
        if len(touched) <= 50:
            self._check(list(touched))
        else:
            self._timer.start()

    def _touched(self, edit: Edit) -> set[str]:
        document, index = self._session.document, self._session.index
        assert document is not None
        touched: set[str] = set()
        for change in edit.changes:
            for record in (change.before, change.after):
                match record:
                    case Annotation():
                        touched |= {record.id}
                        touched |= {a.id for a in index.touching(record.start, record.end)}
                        for link in document.links_of(record.id):
                            touched |= {link.from_id, link.to_id}
                    case Link():
                        touched |= {record.from_id, record.to_id}
                    case Entity() | Article():
                        # rare, and any mention may be concerned
                        touched |= set(document.annotations)
        return touched

    def _check_some(self) -> None:
        until = perf_counter() + _SLICE_S
        checked: list[str] = []
        while self._due and perf_counter() < until:
            checked.append(next(iter(self._due)))
            self._check_one(checked[-1])
        if checked:
            self.changed.emit(set(checked))
        if self._due:
            self._timer.start()

    def _check(self, ids: list[str]) -> None:
        for annotation_id in ids:
            self._check_one(annotation_id)
        self.changed.emit(set(ids))

    def _check_one(self, annotation_id: str) -> None:
        document = self._session.document
        self._due.pop(annotation_id, None)
        annotation = document.annotations.get(annotation_id) if document else None
        if document is None or annotation is None:
            self._found.pop(annotation_id, None)
            return
        found = problems_of(document, self._session.codebook, annotation)
        if found:
            self._found[annotation_id] = found
        else:
            self._found.pop(annotation_id, None)
