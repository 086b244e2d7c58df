"""What a file of annotations holds, read through before anything is taken. No Qt.

Imported after the first paint: SQLAlchemy costs 0.2 s.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from itertools import chain, count
from pathlib import Path

from annotator import formats
from annotator.formats import Format, ReadOptions
from annotator.formats import codebook as codebook_format
from annotator.model.codebook import Codebook
from annotator.model.corpus import Annotator, Entry, Heading
from annotator.model.document import Entity
from annotator.model.errors import AnnotatorError, Cancelled, InputError, MisplacedSpan
from annotator.session import intake, jobs
from annotator.session.intake import Tell, Verdict
from annotator.store import project as projects
from annotator.store.database import Database

_MOST = 500
"""notes and faults that are kept; all are counted"""


@dataclass(slots=True)
class Told:
    """Sentences, the first of them in full, each once."""

    count: int = 0
    sentences: dict[str, int] = field(default_factory=dict)

    def add(self, sentence: str) -> None:
        """One more."""
        self.count += 1
        if sentence in self.sentences or len(self.sentences) < _MOST:
            self.sentences[sentence] = self.sentences.get(sentence, 0) + 1


@dataclass(slots=True)
class Survey:
    """What was found. `fatal` is why reading ended; `misplaced`: a repair is at hand."""

    free_name: str = ""
    """the file's name of the project, or one that no project has yet"""
    heading: Heading | None = None
    articles: int = 0
    annotations: int = 0
    links: int = 0
    entities: int = 0
    labels: Counter[str] = field(default_factory=Counter)
    people: list[Annotator] = field(default_factory=list)
    notes: Told = field(default_factory=Told)
    faults: Told = field(default_factory=Told)
    misplaced: bool = False
    fatal: str = ""
    verdict: Verdict | None = None
    """None: the file has no codebook"""


@dataclass(frozen=True, slots=True)
class Import:
    """What is to be imported, and how a person answered."""

    format: Format
    path: Path
    repair: bool = False
    leave_out: bool = False
    """articles with faults are left out; else they stop the import"""
    mine: Annotator | None = None
    anew: str = ""
    """the name of a new project; "": into the open one"""

    @property
    def options(self) -> ReadOptions:
        """How it is read."""
        options = ReadOptions(repair=self.repair)
        return replace(options, fault=lambda _: None) if self.leave_out else options


def survey(database: Path, project_id: str, wanted: Import, tell: Tell) -> Survey:
    """Read all of it, beside the thread that writes the database. Raises Cancelled, StoreError."""
    found = Survey()
    with Database(database, write=False) as held:
        codebook = held.read(intake.codebook_of, project_id)
        if wanted.anew:
            codebook = codebook_format.decode(jobs.default_codebook())
        try:
            _read(found, wanted, _listening(found, wanted, codebook), tell)
        except Cancelled:
            raise
        except AnnotatorError as fault:
            found.misplaced = found.misplaced or isinstance(fault, MisplacedSpan)
            found.fatal = str(fault)
        name = found.heading.name if found.heading is not None else ""
        known = {row.name for row in held.read(projects.listing)}
        found.free_name = _free(name or wanted.path.stem, known)
        if found.heading is not None:
            theirs = found.heading.codebook
            found.verdict = held.read(lambda db: intake.verdict(db, project_id, theirs))
    return found


def _listening(found: Survey, wanted: Import, codebook: Codebook) -> ReadOptions:
    def fault(error: InputError) -> None:
        found.misplaced = found.misplaced or isinstance(error, MisplacedSpan)
        found.faults.add(str(error))

    login = wanted.mine.login if wanted.mine is not None else intake.login()
    return replace(
        wanted.options,
        codebook=codebook,
        annotator=login,
        note=found.notes.add,
        fault=fault,
    )


def _free(name: str, known: set[str]) -> str:
    numbered = (f"{name} {number}" for number in count(2))
    return next(n for n in chain([name], numbered) if n not in known)


def _read(found: Survey, wanted: Import, options: ReadOptions, tell: Tell) -> None:
    assert wanted.format.read is not None
    for number, item in enumerate(wanted.format.read(wanted.path, options)):
        if not number % 20:
            tell(0, 0, f"Reading {wanted.path.name}: {found.articles} articles")
        match item:
            case Heading():
                found.heading = item
            case Annotator():
                found.people.append(item)
            case Entity():
                found.entities += 1
            case Entry():
                found.articles += 1
                for work in item.works:
                    found.annotations += len(work.annotations)
                    found.links += len(work.links)
                    found.labels.update(note.label for note in work.annotations)


def take(database: Database, project_id: str, wanted: Import, tell: Tell) -> intake.Added:
    """Import it, all or nothing. Raises AnnotatorError."""
    format, path, options, mine = wanted.format, wanted.path, wanted.options, wanted.mine
    if wanted.anew:
        return database.transact(
            jobs.import_anew, wanted.anew, format, path, options, mine=mine, tell=tell
        )
    return database.transact(
        jobs.import_corpus, project_id, format, path, options, mine=mine, tell=tell
    )


def carrying() -> list[Format]:
    """The formats that bring annotations."""
    return [kind for kind in formats.FORMATS if kind.read is not None and not kind.articles]


def kind_of(path: Path) -> Format | None:
    """The format of annotations that a file or folder is of; None: it holds articles, or nothing.

    It looks into the file.
    """
    try:
        found = formats.for_path(path)
    except InputError:  # the preview says why
        return None
    return None if found.articles else found
