"""Whole projects in and out, entry by entry, in flat memory.

Both loops speak to the driver's cursor. For 10,000 articles with 250,000 annotations SQLAlchemy's
executemany takes 1.1 s of CPU more (1.9 s, not 0.7 s), its 30,000 small queries 2.6 s more.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any, assert_never

import msgspec
from sqlalchemy import Connection, Table, insert, select
from sqlalchemy.dialects import sqlite

from annotator.model.codebook import Codebook, Value
from annotator.model.corpus import Annotator, Entry, Heading, Item, Work
from annotator.model.document import Annotation, Article, Entity, Link, State
from annotator.model.edit import shorten
from annotator.model.errors import InputError
from annotator.model.ident import new_id
from annotator.model.segment import Extent
from annotator.model.text import Text
from annotator.store import annotator as people
from annotator.store import search, tables
from annotator.store.columns import now
from annotator.store.document import entities
from annotator.store.migrate import driver
from annotator.store.record import facts

_encode = msgspec.json.Encoder().encode
_fields = msgspec.json.Decoder(dict[str, Value]).decode
_fragments = msgspec.json.Decoder(tuple[Extent, ...]).decode
_metadata = msgspec.json.Decoder(dict[str, str]).decode


def _json(value: object) -> str:
    return _encode(value).decode()


def _insertion(table: Table) -> str:
    """The INSERT of all columns in the table's order, parameters as the driver wants them."""
    return str(insert(table).compile(dialect=sqlite.dialect()))


_ARTICLE = _insertion(tables.article)
_TEXT = _insertion(tables.article_text)
_DOCUMENT = _insertion(tables.document)
_ANNOTATION = _insertion(tables.annotation)
_LINK = _insertion(tables.link)
_ENTITY = _insertion(tables.entity)
_EDIT = _insertion(tables.edit)


_HELD_ENTITY = "SELECT type, fields FROM entity WHERE project_id = ? AND id = ?"
_HELD_ARTICLE = "SELECT id FROM article WHERE project_id = ? AND text_sha256 = ?"
_HELD_OWNERS = """
    SELECT owner_id, login FROM document JOIN annotator ON annotator.id = owner_id
    WHERE project_id = ? AND article_id = ?"""


@dataclass(slots=True)
class Counts:
    """How much was written."""

    articles: int = 0
    documents: int = 0
    annotations: int = 0
    links: int = 0
    entities: int = 0
    left_out: list[tuple[str, str]] = field(default_factory=list)
    """Title of an article and why it is not written."""


class CorpusWriter:
    """Writes a stream of items into a project, inside the caller's transaction.

    A person is known again by their login, whatever their id was elsewhere. The Heading is the
    caller's: it makes the project. A document's log begins with an empty edit of kind "import".
    Where the project has an article's text already, others' work on it joins that article, and an
    entity that it has alike is the same one: so colleagues' copies of a project come together.
    Where the stream itself has a text twice, as training data has, a person's first work stays.
    """

    def __init__(self, db: Connection, project_id: str, codebook_version: int) -> None:
        self._db, self._project_id, self._codebook_version = db, project_id, codebook_version
        self._cursor = driver(db).cursor()
        self._people: dict[str, str] = {}
        self._written: set[str] = set()
        self._now = now()
        self._counts = Counts()

    def put(self, item: Item) -> None:
        """Write one item.

        Raises InputError where the project has its id already, an article's text and nobody
        else's work on it, or this person's work on it, and for the work of somebody who was not in
        the stream before it.
        """
        match item:
            case Heading():
                pass
            case Annotator():
                self._annotator(item)
            case Entity():
                self._entity(item)
            case Entry():
                self._entry(item)
            case _:
                assert_never(item)

    def finish(self) -> Counts:
        """What was written."""
        self._cursor.close()
        return self._counts

    def _annotator(self, item: Annotator) -> None:
        held = people.admit(self._db, item)
        people.join(self._db, self._project_id, held.id)
        self._people[item.id] = held.id

    def _entity(self, item: Entity) -> None:
        row = (self._project_id, item.id, item.type, item.name, _json(item.fields), 1)
        try:
            self._cursor.execute(_ENTITY, row)
        except sqlite3.IntegrityError as error:
            held = self._cursor.execute(_HELD_ENTITY, row[:2]).fetchone()
            if held == (item.type, _json(item.fields)):
                return  # a colleague's copy of it
            message = f"The entity “{item.name}” ({item.id}) is in the project already"
            raise InputError(f"{message}, and differs there.") from error
        self._counts.entities += 1

    def _entry(self, entry: Entry) -> None:
        article, body = entry.article, entry.text.value
        values = facts(article) | {
            "project_id": self._project_id,
            "metadata": _json(article.metadata),
            "text_sha256": entry.text.sha256,
            "length": len(body),
            "version": 1,
            "added_at": self._now,
        }
        execute = self._cursor.execute
        article_id, works = article.id, entry.works
        try:
            execute(_ARTICLE, [values[column.name] for column in tables.article.c])
        except sqlite3.IntegrityError as error:
            article_id, works = self._same_text(entry, error)
        else:
            execute(_TEXT, (self._project_id, article.id, body))
            execute(search.INSERT_ROW, (self._project_id, article.id))
            row = self._cursor.lastrowid
            execute(search.INSERT, (row, *search.folded(self._project_id, article.title, body)))
            self._written.add(article.id)
            self._counts.articles += 1
        for work in works:
            try:
                self._work(article_id, work)
            except sqlite3.IntegrityError as error:
                raise InputError(
                    f"The work {work.id} on the article “{article.title}” holds an id twice, or "
                    "is in the project already."
                ) from error

    def _same_text(
        self, entry: Entry, error: sqlite3.IntegrityError
    ) -> tuple[str, tuple[Work, ...]]:
        """The id of the project's article with this text, and the works that join it."""
        article = entry.article
        key = (self._project_id, entry.text.sha256)
        held = self._cursor.execute(_HELD_ARTICLE, key).fetchone()
        again = held is not None and str(held[0]) in self._written
        if held is None or not (entry.works or again):
            what = "text" if held is not None else f"id ({article.id})"
            message = f"The {what} of the article “{article.title}” is in the project already."
            raise InputError(message) from error
        article_id = str(held[0])
        found = self._cursor.execute(_HELD_OWNERS, (self._project_id, article_id)).fetchall()
        logins = dict(found)
        twice = [w for w in entry.works if self._people.get(w.owner_id) in logins]
        if twice and not again:
            login = logins[self._people[twice[0].owner_id]]
            raise InputError(
                f"Work of {login} on the article “{article.title}” is in the project already. "
                "Import it as somebody else's, or into another project."
            ) from error
        if twice or not entry.works:
            lost = sum(len(work.annotations) for work in twice)
            why = "The same text came before it"
            why += f"; {lost} annotations on it are left out." if lost else "."
            name = article.title or shorten(entry.text.value)
            self._counts.left_out.append((name, why))
        return article_id, tuple(work for work in entry.works if work not in twice)

    def _work(self, article_id: str, work: Work) -> None:
        owner_id = self._people.get(work.owner_id)
        if owner_id is None:
            raise InputError(f"Nobody with the id {work.owner_id} (owner of {work.id}) is named.")
        project_id, moment = self._project_id, self._now
        total, version = len(work.annotations), self._codebook_version
        self._cursor.execute(
            _DOCUMENT,
            (project_id, work.id, article_id, owner_id, work.state, total, 1, moment, moment),
        )
        self._cursor.executemany(
            _ANNOTATION,
            [
                (
                    project_id, owner_id, work.id, a.id, a.label,
                    a.fragments[0][0], a.fragments[-1][1],
                    _json(a.fragments) if len(a.fragments) > 1 else None,
                    _json(a.fields), 1, version,
                )
                for a in work.annotations
            ],
        )  # fmt: skip
        self._cursor.executemany(
            _LINK,
            [
                (
                    project_id, owner_id, work.id, k.id, k.type, k.from_id, k.to_id,
                    _json(k.fields), 1,
                )
                for k in work.links
            ],
        )  # fmt: skip
        self._cursor.execute(
            _EDIT,
            (project_id, work.id, 1, new_id(), owner_id, moment, "import", "import", "", "[]"),
        )
        self._counts.documents += 1
        self._counts.annotations += total
        self._counts.links += len(work.links)


_ENTRIES = """
    SELECT article.id, title, source, url, language, date, date_source, metadata, text_sha256,
           version, body
    FROM article JOIN article_text
      ON article_text.project_id = article.project_id AND article_id = article.id
    WHERE article.project_id = ? ORDER BY article.id"""
_WORKS = """
    SELECT id, owner_id, state FROM document WHERE project_id = ? AND article_id = ?"""
_ANNOTATIONS = """
    SELECT id, label, start, "end", fragments, fields, version FROM annotation
    WHERE project_id = ? AND author_id = ? AND document_id = ?
    ORDER BY start, "end" DESC, id"""
_LINKS = """
    SELECT id, type, from_id, to_id, fields, version FROM link
    WHERE project_id = ? AND author_id = ? AND document_id = ? ORDER BY id"""


def corpus(
    db: Connection,
    project_id: str,
    codebook: Codebook,
    *,
    article_ids: Collection[str] | None = None,
) -> Iterator[Item]:
    """A project in the order of `model.corpus`; to be used up inside the transaction.

    With `article_ids` only these articles come, with everybody and every entity all the same.
    """
    name = db.scalar(select(tables.project.c.name).where(tables.project.c.id == project_id))
    yield Heading(name=str(name), codebook=codebook)
    yield from people.members(db, project_id)
    held = entities(db, project_id)
    yield from (held[key] for key in sorted(held))
    wanted = None if article_ids is None else frozenset(article_ids)
    connection = driver(db)
    for row in connection.execute(_ENTRIES, (project_id,)):
        if wanted is not None and row[0] not in wanted:
            continue
        works = sorted(connection.execute(_WORKS, (project_id, row[0])))
        yield Entry(
            article=_article(row),
            text=Text(row[10]),
            works=tuple(_work(connection, project_id, *work) for work in works),
        )


def _article(row: tuple[Any, ...]) -> Article:
    key, title, source, url, language, date, date_source, metadata, sha256, version, _ = row
    return Article(
        id=key,
        title=title,
        source=source,
        url=url,
        language=language,
        date=date,
        date_source=date_source,
        metadata=_metadata(metadata),
        text_sha256=sha256,
        version=version,
    )


def _work(
    connection: sqlite3.Connection, project_id: str, key: str, owner_id: str, state: State
) -> Work:
    own = (project_id, owner_id, key)
    annotations = tuple(
        Annotation(
            id=annotation_id,
            label=label,
            fragments=_fragments(fragments) if fragments else ((start, end),),
            fields=_fields(fields),
            version=version,
        )
        for annotation_id, label, start, end, fragments, fields, version in connection.execute(
            _ANNOTATIONS, own
        )
    )
    links = tuple(
        Link(
            id=link_id,
            type=kind,
            from_id=from_id,
            to_id=to_id,
            fields=_fields(fields),
            version=version,
        )
        for link_id, kind, from_id, to_id, fields, version in connection.execute(_LINKS, own)
    )
    return Work(id=key, owner_id=owner_id, state=state, annotations=annotations, links=links)
