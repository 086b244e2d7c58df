"""What comes into a project: articles and whole projects, each in the caller's transaction.

Plain functions, no Qt. Imported after the first paint: SQLAlchemy costs 0.2 s.
"""

from __future__ import annotations

import getpass
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from annotator.formats import Format, ReadOptions, codebook_change, plain
from annotator.formats import codebook as codebook_format
from annotator.model.codebook import Codebook
from annotator.model.corpus import Annotator, Entry, Heading, Item
from annotator.model.errors import InputError
from annotator.store import annotator as annotators
from annotator.store import article as articles
from annotator.store import bulk
from annotator.store import codebook as codebooks
from annotator.store import document as documents
from annotator.store import project as projects
from annotator.store.database import Connection

Tell = Callable[[int, int, str], None]
"""done, total (0: unknown), what; raises Cancelled to stop"""
_THERE = "The same text is in the project already."


@dataclass(frozen=True, slots=True)
class Added:
    """What an import put in, and why the rest stayed out: (name, sentence).

    `first` is the id of the first article that was put in.
    """

    articles: int = 0
    documents: int = 0
    annotations: int = 0
    left_out: tuple[tuple[str, str], ...] = ()
    first: str = ""


def login() -> str:
    """The operating system's name for this person."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "annotator"


def me(db: Connection, name: str = "") -> Annotator:
    """The local annotator: `name` as given with --as, else the login."""
    return annotators.ensure(db, name or login())


def entry_of_text(raw: str) -> Entry:
    """An article of pasted text, titled by its first line. Raises InputError where it is blank."""
    return plain.entry(raw, "Clipboard", ReadOptions())


def codebook_of(db: Connection, project_id: str) -> Codebook:
    """The project's codebook as it is now."""
    return codebook_format.decode(codebooks.current(db, project_id).body)


# ---- articles ------------------------------------------------------------------------------------


def known_texts(db: Connection, project_id: str, hashes: Iterable[str]) -> set[str]:
    """Those of the text hashes that the project has."""
    return {h for h in hashes if articles.duplicate_of(db, project_id, h) is not None}


def add_entries(
    db: Connection,
    project_id: str,
    entries: Iterable[Entry],
    tell: Tell | None = None,
    *,
    total: int = 0,
    mine: Annotator | None = None,
    person: str = "",
) -> Added:
    """Add plain articles; a text that is there already is left out and named.

    Regions that a reader marked on them become the work of `mine`, else of `person` as given with
    --as, else of the login; they are made only where there are any.
    """
    left_out: list[tuple[str, str]] = []
    first = ""
    writer = bulk.CorpusWriter(db, project_id, codebooks.current(db, project_id).version)
    owner: Annotator | None = None
    for number, entry in enumerate(entries):
        if tell is not None:
            tell(number, total, entry.article.title)
        if articles.duplicate_of(db, project_id, entry.text.sha256) is not None:
            left_out.append((entry.article.title, _THERE))
            continue
        if entry.works and owner is None:
            owner = mine or me(db, person)
            writer.put(owner)
        writer.put(next(as_mine([entry], owner)) if owner is not None else entry)
        first = first or entry.article.id
    counts = writer.finish()
    return Added(counts.articles, counts.documents, counts.annotations, tuple(left_out), first)


# ---- whole projects ------------------------------------------------------------------------------


def import_corpus(
    db: Connection,
    project_id: str,
    format: Format,
    path: Path,
    options: ReadOptions,
    *,
    mine: Annotator | None = None,
    tell: Tell | None = None,
) -> Added:
    """Take a whole project from a file, all or nothing; `mine` makes all work that person's.

    The file's codebook becomes the project's where the project holds nothing yet; else the
    project keeps its own, which must know all that the file's knows. Raises InputError.
    """
    assert format.read is not None
    stored = codebooks.current(db, project_id)
    options = replace(
        options,
        codebook=codebook_format.decode(stored.body),
        annotator=mine.login if mine is not None else login(),
    )
    items = iter(format.read(path, options))
    heading = next(items, None)
    version = stored.version
    if isinstance(heading, Heading):
        version = _adopt_codebook(db, project_id, heading.codebook)
    elif heading is not None:
        items = _chained(heading, items)
    return put(db, project_id, as_mine(items, mine) if mine else items, version, tell)


def put(
    db: Connection, project_id: str, items: Iterable[Item], version: int, tell: Tell | None = None
) -> Added:
    """Write items into a project whose codebook is of that version."""
    writer = bulk.CorpusWriter(db, project_id, version)
    first = ""
    for number, item in enumerate(items):
        if not isinstance(item, Heading):
            writer.put(item)
        if isinstance(item, Entry):
            first = first or item.article.id
        if tell is not None and not number % 50:
            tell(number, 0, item.article.title if isinstance(item, Entry) else "")
    counts = writer.finish()
    return Added(
        counts.articles, counts.documents, counts.annotations, tuple(counts.left_out), first
    )


def as_mine(items: Iterable[Item], mine: Annotator) -> Iterator[Item]:
    """The items with all work made that person's."""
    for item in items:
        if isinstance(item, Entry):
            works = tuple(replace(work, owner_id=mine.id) for work in item.works)
            item = replace(item, works=works)
        yield mine if isinstance(item, Annotator) else item


def _chained(first: Item, rest: Iterator[Item]) -> Iterator[Item]:
    yield first
    yield from rest


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of a file's codebook in a project.

    same: it is the project's. becomes: the project holds nothing yet and takes it over. covered:
    the project's knows all that it knows. lacking: it does not, `why` says what.
    """

    kind: str
    why: str = ""


def verdict(db: Connection, project_id: str, codebook: Codebook) -> Verdict:
    """What becomes of that codebook."""
    stored = codebooks.current(db, project_id)
    if stored.body == codebook_format.encode(codebook):
        return Verdict("same")
    if not _has_work(db, project_id):
        return Verdict("becomes")
    fault = codebook_change.lacking(codebook, codebook_format.decode(stored.body))
    return Verdict("lacking", fault) if fault else Verdict("covered")


def _adopt_codebook(db: Connection, project_id: str, codebook: Codebook) -> int:
    found = verdict(db, project_id, codebook)
    if found.kind == "lacking":
        raise InputError(f"{found.why} Import it into a new project instead.")
    if found.kind == "becomes":
        return codebooks.save(db, project_id, codebook_format.encode(codebook))
    return codebooks.current(db, project_id).version


def _has_work(db: Connection, project_id: str) -> bool:
    rows = (row for row in projects.listing(db) if row.id == project_id)
    return any(row.articles for row in rows) or bool(documents.entities(db, project_id))
