"""A session without a database: what it would save is kept in a list."""

from __future__ import annotations

from tests.model.builders import CODEBOOK, document

from annotator.model.document import Annotation, Document, Record
from annotator.model.edit import Edit, Kind
from annotator.session.saver import Unsaved
from annotator.session.session import Session

TEXT = (
    "Aziz said that ISIS took Palmyra. The army left on Sunday, he said.\n"
    "In May the army said that Homs fell."
)


class Seat:
    """A session on a document by hand, and all that it told."""

    def __init__(self, *records: Record, text: str = TEXT) -> None:
        self.saved: list[Unsaved] = []
        self.told: list[str] = []
        self.edits: list[Edit] = []
        self.session = Session(CODEBOOK, self.saved.append)
        self.session.told.connect(self.told.append)
        self.session.changed.connect(self.edits.append)
        self.first = document(text, *records)
        self.session.add_entities(self.first.entities)
        self.session.open(self.first)

    @property
    def document(self) -> Document:
        assert self.session.document is not None
        return self.session.document

    @property
    def log(self) -> list[tuple[Kind, Edit]]:
        return [(u.kind, u.edit) for u in self.saved]

    def current(self) -> Annotation:
        assert self.session.current is not None
        return self.session.current

    def tag(self, label: str, words: str, nth: int = 0) -> Annotation:
        start = -1
        for _ in range(nth + 1):
            start = self.document.text.value.index(words, start + 1)
        assert self.session.tag(label, [(start, start + len(words))])
        return self.current()


def steps(session: Session) -> tuple[list[str], int]:
    """The texts of the undo stack and where it stands."""
    stack = session.undo_stack
    return [stack.text(n) for n in range(stack.count())], stack.index()
