"""What the window and the commands ask of store and formats together: plain functions, no Qt.

Each takes the Database first and is one transaction. Imported after the first paint: SQLAlchemy
costs 0.2 s.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from annotator import resources
from annotator.formats import Format, ReadOptions, codebook_change, own
from annotator.formats import codebook as codebook_format
from annotator.formats.export import run as exporting
from annotator.formats.export.run import Exported, Plan, Rehearsal
from annotator.formats.files import replacing, whole
from annotator.model.codebook import Codebook
from annotator.model.corpus import Annotator, Item
from annotator.model.document import Document, Entity
from annotator.model.edit import Edit, Kind
from annotator.model.errors import AnnotatorError, InputError
from annotator.session.intake import Added as Added
from annotator.session.intake import Tell as Tell
from annotator.session.intake import add_entries as add_entries
from annotator.session.intake import as_mine, put
from annotator.session.intake import entry_of_text as entry_of_text
from annotator.session.intake import import_corpus as import_corpus
from annotator.session.intake import known_texts as known_texts
from annotator.session.intake import login as login
from annotator.session.intake import me as me
from annotator.store import article as articles
from annotator.store import bulk
from annotator.store import codebook as codebooks
from annotator.store import document as documents
from annotator.store import project as projects
from annotator.store import search as searches
from annotator.store.database import Connection, Database

SAMPLE = "Palmyra sample"
MAX_CODEBOOK = 16 << 20
"""bytes"""
MAX_ORPHANS = 8
"""How many of the things that a codebook takes away are named."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A project as it was opened."""

    project: projects.Project
    codebook: Codebook
    codebook_version: int
    annotator: Annotator
    entities: dict[str, Entity]
    articles: list[articles.ArticleRow]


def default_codebook() -> str:
    """The codebook of a new project, as it is stored."""
    return resources.path("codebooks/news.json").read_text("utf-8")


def open_project(database: Database, name: str, person: str) -> Opened:
    """The named project, else the first; a new database gets the sample project."""
    if not database.read(projects.listing):
        database.transact(add_sample, person)
    return database.transact(_open_project, name, person)


def _open_project(db: Connection, name: str, person: str) -> Opened:
    rows = projects.listing(db)
    known = {row.name for row in rows}
    project = projects.by_name(db, name if name in known else rows[0].name)
    annotator = me(db, person)
    stored = codebooks.current(db, project.id)
    return Opened(
        project,
        codebook_format.decode(stored.body),
        stored.version,
        annotator,
        documents.entities(db, project.id),
        articles.listing(db, project.id, annotator.id),
    )


def create_project(
    db: Connection, name: str, codebook_body: str = "", source: str = ""
) -> projects.Project:
    """A new project with a codebook (of the file `source`), the default one where none is given.

    Raises InputError where the name is blank or taken, and CodebookError.
    """
    if not name.strip():
        raise InputError("A project needs a name.")
    body = codebook_format.encode(
        codebook_format.decode(codebook_body or default_codebook(), source)
    )
    return projects.create(db, name.strip(), body)


def import_anew(
    db: Connection,
    name: str,
    format: Format,
    path: Path,
    options: ReadOptions,
    *,
    mine: Annotator | None = None,
    tell: Tell | None = None,
) -> Added:
    """A new project with what a file holds; its codebook where it has one.

    Raises InputError as create_project and import_corpus.
    """
    project = create_project(db, name)
    return import_corpus(db, project.id, format, path, options, mine=mine, tell=tell)


def add_sample(db: Connection, person: str) -> None:
    """The sample project with its article annotated, as this person's own work."""
    project = create_project(db, SAMPLE)
    path = resources.path("sample/palmyra.jsonl")
    put(db, project.id, as_mine(own.read(path, ReadOptions()), me(db, person)), 1)


@dataclass(frozen=True, slots=True)
class Listing:
    """What the window shows of a project besides the open document."""

    articles: list[articles.ArticleRow]
    entities: dict[str, Entity]


def listing(db: Connection, project_id: str, owner_id: str) -> Listing:
    """The articles with one person's work on them, and the project's entities."""
    return Listing(articles.listing(db, project_id, owner_id), documents.entities(db, project_id))


@dataclass(frozen=True, slots=True)
class OpenedDocument:
    """A document and its log as pairs of kind and edit."""

    document: Document
    history: list[tuple[Kind, Edit]]


def open_document(
    db: Connection, project_id: str, article_id: str, owner_id: str
) -> OpenedDocument:
    """The owner's document on an article, with its log."""
    document = documents.open_document(db, project_id, article_id, owner_id)
    log = documents.history(db, project_id, document.id)
    return OpenedDocument(document, [(e.kind, e.edit) for e in log if e.kind != "import"])


def save(
    db: Connection,
    project_id: str,
    codebook_version: int,
    batch: Sequence[tuple[Document, Edit, Kind]],
) -> None:
    """Save edits in order: (document after, stamped edit, kind)."""
    for document, edit, kind in batch:
        documents.save(db, project_id, document, edit, kind, codebook_version)


def export(
    db: Connection,
    project: projects.Project,
    format: Format,
    target: Path,
    plan: Plan,
    tell: Tell | None = None,
) -> Exported:
    """Write a project in a format, with its manifest."""
    _check_written(format)
    _spare_database(db, target)
    return exporting.export(_source(db, project), format, target, plan, tell or _quiet)


def rehearse(
    db: Connection,
    project: projects.Project,
    format: Format,
    plan: Plan,
    tell: Tell | None = None,
    article_ids: Collection[str] | None = None,
) -> Rehearsal:
    """What an export of the project, or of some of its articles, would lose; nothing is kept."""
    _check_written(format)
    return exporting.rehearse(_source(db, project, article_ids), format, plan, tell or _quiet)


def _source(
    db: Connection, project: projects.Project, article_ids: Collection[str] | None = None
) -> Callable[[], Iterator[Item]]:
    codebook = codebook_format.decode(codebooks.current(db, project.id).body)
    return lambda: bulk.corpus(db, project.id, codebook, article_ids=article_ids)


def _check_written(format: Format) -> None:
    if format.write is None:
        raise InputError(f"{format.name} can only be read.")


def _quiet(done: int, total: int, what: str) -> None:
    """Nobody watches."""


def _spare_database(db: Connection, target: Path) -> None:
    """Raises InputError where a file written to `target` would take the database's place."""
    held = str(db.engine.url.database)
    if os.path.realpath(target) in {held + end for end in ("", "-wal", "-shm", ".lock")}:
        raise InputError(f"{target} is the database itself. Choose another file.")


def load_codebook(
    db: Connection, project_id: str, body: str, source: str, *, force: bool = False
) -> tuple[Codebook, int]:
    """Give the project another codebook; with `force` it keeps what annotations use.

    Raises CodebookError, and OrphanedWork where annotations would lose a label or a field and
    `force` is not given.
    """
    codebook = codebook_format.decode(body, source)
    held = codebook_format.decode(codebooks.current(db, project_id).body)
    used = _usage(db, project_id)
    orphans = codebook_change.orphaned(codebook, held, used)
    if orphans and not force:
        more = len(orphans) - MAX_ORPHANS
        rest = f"; and {more} more" if more > 0 else ""
        raise OrphanedWork(f"The codebook {'; it '.join(orphans[:MAX_ORPHANS])}{rest}.")
    if orphans:
        codebook = codebook_change.kept(codebook, held, used)
    return codebook, codebooks.save(db, project_id, codebook_format.encode(codebook))


def _usage(db: Connection, project_id: str) -> codebook_change.Usage:
    used = codebooks.usage(db, project_id)
    return codebook_change.Usage(
        labels=used.labels,
        link_types=used.link_types,
        entity_types=used.entity_types,
        fields=used.fields,
        link_fields=used.link_fields,
        entity_fields=used.entity_fields,
    )


def read_codebook(db: Connection, project_id: str, path: Path, *, force: bool = False) -> None:
    """Give the project the codebook of a file; see load_codebook. Raises InputError."""
    load_codebook(db, project_id, codebook_text(path), path.name, force=force)


def codebook_text(path: Path) -> str:
    """What stands in a codebook file. Raises InputError."""
    body = whole(path, MAX_CODEBOOK)
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        message = "This is not a codebook: it is not UTF-8. Save it as UTF-8."
        raise InputError(message, source=path.name) from None


def write_codebook(db: Connection, project_id: str, path: Path) -> None:
    """Write the project's codebook to a file."""
    _spare_database(db, path)
    with replacing(path) as file:
        file.write(codebooks.current(db, project_id).body.encode())


class OrphanedWork(AnnotatorError):
    """A codebook takes away what annotations use; a person must say whether it is meant."""


def search(db: Connection, project_id: str, words: str, limit: int = 100) -> searches.Found:
    """Articles that have the words."""
    return searches.search(db, project_id, words, limit)
