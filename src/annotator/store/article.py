"""Articles: their facts, their frozen texts, and the list of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, replace

from sqlalchemy import Connection, RowMapping, and_, insert, select

from annotator.model.document import Article, State
from annotator.model.errors import InputError, NotFound
from annotator.model.text import Text
from annotator.store import search
from annotator.store.columns import now
from annotator.store.record import facts
from annotator.store.tables import article, article_text, document


@dataclass(frozen=True, slots=True)
class ArticleRow:
    """An article in a list, with how far one person is with it.

    `document_id` is None and `state` "new" while they have not touched it.
    """

    id: str
    title: str
    source: str
    date: str
    state: State
    annotations: int
    document_id: str | None


def add(db: Connection, project_id: str, new: Article, text: Text) -> Article:
    """Store an article with its text and index it; the article as it is held from now on.

    Raises InputError where the project has that text or that id.
    """
    present = duplicate_of(db, project_id, text.sha256)
    if present is not None:
        title = get(db, project_id, present).title
        raise InputError(f"This text is in the project already, as “{title}”. It was not added.")
    if _row(db, project_id, new.id) is not None:
        raise InputError(f"An article with the id {new.id} is in the project already.")
    held = replace(new, text_sha256=text.sha256, version=1)
    db.execute(
        insert(article).values(
            project_id=project_id, length=len(text), added_at=now(), **facts(held)
        )
    )
    db.execute(
        insert(article_text).values(project_id=project_id, article_id=held.id, body=text.value)
    )
    search.add(db, project_id, held.id, held.title, text.value)
    return held


def duplicate_of(db: Connection, project_id: str, sha256: str) -> str | None:
    """The id of the article with that text."""
    return db.scalar(
        select(article.c.id).where(
            article.c.project_id == project_id, article.c.text_sha256 == sha256
        )
    )


def titles_by_text(db: Connection, project_id: str, hashes: Iterable[str]) -> dict[str, str]:
    """Hash → title, of those texts that the project has."""
    found: dict[str, str] = {}
    for sha256 in hashes:
        key = (article.c.project_id == project_id) & (article.c.text_sha256 == sha256)
        title = db.scalar(select(article.c.title).where(key))
        if title is not None:
            found[sha256] = title
    return found


def newest_texts(db: Connection, project_id: str, most: int) -> Iterator[tuple[str, str, Text]]:
    """Id, title and text of the articles that were added last, the newest first."""
    rows = db.execute(
        select(article.c.id, article.c.title, article_text.c.body)
        .join(
            article_text,
            and_(
                article_text.c.project_id == article.c.project_id,
                article_text.c.article_id == article.c.id,
            ),
        )
        .where(article.c.project_id == project_id)
        .order_by(article.c.id.desc())
        .limit(most)
    )
    for key, title, body in rows:
        yield key, title, Text(body)


def listing(db: Connection, project_id: str, owner_id: str) -> list[ArticleRow]:
    """All articles by id (in the order they were added), with the owner's work on them."""
    own = and_(
        document.c.project_id == article.c.project_id,
        document.c.article_id == article.c.id,
        document.c.owner_id == owner_id,
    )
    rows = db.execute(
        select(
            article.c.id,
            article.c.title,
            article.c.source,
            article.c.date,
            document.c.state,
            document.c.annotation_count,
            document.c.id,
        )
        .select_from(article.outerjoin(document, own))
        .where(article.c.project_id == project_id)
        .order_by(article.c.id)
    )
    return [
        ArticleRow(key, title, source, date, state or "new", count or 0, document_id)
        for key, title, source, date, state, count, document_id in rows
    ]


def get(db: Connection, project_id: str, article_id: str) -> Article:
    """The facts of an article. Raises NotFound."""
    row = _row(db, project_id, article_id)
    if row is None:
        raise NotFound("That article is gone. Choose another one.")
    return Article(**{field.name: row[field.name] for field in fields(Article)})


def text(db: Connection, project_id: str, article_id: str) -> Text:
    """The frozen text of an article. Raises NotFound."""
    body = db.scalar(
        select(article_text.c.body).where(
            article_text.c.project_id == project_id, article_text.c.article_id == article_id
        )
    )
    if body is None:
        raise NotFound("That article is gone. Choose another one.")
    return Text(body)


def _row(db: Connection, project_id: str, article_id: str) -> RowMapping | None:
    return (
        db.execute(
            select(article).where(article.c.project_id == project_id, article.c.id == article_id)
        )
        .mappings()
        .one_or_none()
    )
