"""Documents: opened whole, saved edit by edit, each edit also appended to the log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Literal

from sqlalchemy import Connection, Delete, Insert, Text, Update, cast, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from annotator.model.document import Annotation, Article, Document, Entity, Link, Record, Status
from annotator.model.edit import Change, Edit
from annotator.model.errors import EditError, StaleEdit
from annotator.model.ident import new_id
from annotator.store import annotator as people
from annotator.store import article as articles
from annotator.store import search
from annotator.store.columns import now
from annotator.store.logged import logged, unlogged
from annotator.store.record import ADDING, CHANGING, REMOVING, columns, keys
from annotator.store.tables import annotation, document, edit, entity, link

Kind = Literal["do", "undo", "redo", "import"]


@dataclass(frozen=True, slots=True)
class LoggedEdit:
    """An edit as it was made; `seq` counts from 1, `at` is ISO 8601 in UTC."""

    seq: int
    at: str
    author_id: str
    kind: Kind
    edit: Edit


def open_document(db: Connection, project_id: str, article_id: str, owner_id: str) -> Document:
    """One person's work on an article, without the project's entities.

    While they have not touched it the status is new, with a fresh id and version 0; the first
    save stores it. Raises NotFound for an unknown article.
    """
    facts = articles.get(db, project_id, article_id)
    text = articles.text(db, project_id, article_id)
    row = db.execute(
        select(document.c.id, document.c.state, document.c.version).where(
            document.c.project_id == project_id,
            document.c.article_id == article_id,
            document.c.owner_id == owner_id,
        )
    ).one_or_none()
    if row is None:
        return Document(article=facts, text=text, status=Status(id=new_id(), owner_id=owner_id))
    status = Status(id=row.id, owner_id=owner_id, state=row.state, version=row.version)
    key = (project_id, owner_id, row.id)
    return Document(
        article=facts,
        text=text,
        status=status,
        annotations=_annotations(db, *key),
        links=_links(db, *key),
    )


def _annotations(
    db: Connection, project_id: str, owner_id: str, document_id: str
) -> dict[str, Annotation]:
    c = annotation.c
    rows = db.execute(
        select(c.id, c.label, c.start, c.end, c.fragments, c.fields, c.version).where(
            c.project_id == project_id, c.author_id == owner_id, c.document_id == document_id
        )
    )
    return {
        key: Annotation(
            id=key,
            label=label,
            fragments=fragments or ((start, end),),
            fields=fields,
            version=version,
        )
        for key, label, start, end, fragments, fields, version in rows
    }


def _links(db: Connection, project_id: str, owner_id: str, document_id: str) -> dict[str, Link]:
    c = link.c
    rows = db.execute(
        select(c.id, c.type, c.from_id, c.to_id, c.fields, c.version).where(
            c.project_id == project_id, c.author_id == owner_id, c.document_id == document_id
        )
    )
    return {
        key: Link(id=key, type=kind, from_id=start, to_id=end, fields=fields, version=version)
        for key, kind, start, end, fields, version in rows
    }


def entities(db: Connection, project_id: str) -> dict[str, Entity]:
    """All entities of the project by id."""
    c = entity.c
    rows = db.execute(select(c.id, c.type, c.fields, c.version).where(c.project_id == project_id))
    return {
        key: Entity(id=key, type=kind, fields=fields, version=version)
        for key, kind, fields, version in rows
    }


def save(
    db: Connection, project_id: str, after: Document, made: Edit, kind: Kind, codebook_version: int
) -> None:
    """Store a stamped edit, of which `after` is the outcome, and append it to the log.

    Raises StaleEdit where a record is not at the version that the edit started from, and
    EditError where it removes an entity that another document holds; the transaction must then
    be undone.
    """
    key = {"project_id": project_id, "author_id": after.status.owner_id, "document_id": after.id}
    moment = now()
    try:
        _head(db, project_id, after, made, moment)
        _write(db, key, made, codebook_version)
        _keep_used(db, project_id, after.id, made)
        _retitle(db, project_id, made)
        _touch(db, key, made, moment)
        _log(db, key, made, kind, moment)
    except IntegrityError as error:
        # An id is there already, or another document of theirs on the same article.
        raise stale(made) from error


def stale(made: Edit) -> StaleEdit:
    """The fault of an edit that came too late."""
    return StaleEdit(f"Can't {made.name}: it was changed in the meantime. Open the article again.")


def _head(db: Connection, project_id: str, after: Document, made: Edit, moment: str) -> None:
    """Store the document itself before its first edit, as it was before that."""
    own = (document.c.project_id == project_id, document.c.id == after.id)
    if db.execute(select(document.c.id).where(*own)).first() is not None:
        return
    changed = (c.before for c in made.changes if isinstance(c.before, Status))
    before = next(changed, after.status)
    people.join(db, project_id, before.owner_id)
    db.execute(
        insert(document).values(
            project_id=project_id,
            id=before.id,
            article_id=after.article.id,
            owner_id=before.owner_id,
            state=before.state,
            annotation_count=0,
            version=before.version,
            created_at=moment,
            updated_at=moment,
        )
    )


def _write(db: Connection, key: Mapping[str, str], made: Edit, codebook_version: int) -> None:
    """Put the records of the edit in place; changes in a row that are alike go as one batch."""
    for (kind, statement), run in groupby(made.changes, _step):
        names = keys(kind)
        rows: list[dict[str, Any]] = []
        for change in run:
            own = {name: key.get(name, change.record.id) for name in names}
            row = columns(change.after, codebook_version) if change.after is not None else {}
            if change.before is None:
                rows.append(own | row)
            else:
                held = {f"its_{name}": value for name, value in own.items()}
                rows.append(held | row | {"held": change.before.version})
        written = db.execute(statement, rows).rowcount
        if written != len(rows) and statement is not ADDING[kind]:
            raise stale(made)


def _step(change: Change) -> tuple[type[Record], Insert | Update | Delete]:
    """The kind of record, and the statement that its change takes."""
    kind = type(change.record)
    if change.before is None:
        return kind, ADDING[kind]
    return kind, REMOVING[kind] if change.after is None else CHANGING[kind]


def _keep_used(db: Connection, project_id: str, document_id: str, made: Edit) -> None:
    """Raise EditError where an entity goes that an annotation of another document holds."""
    c = annotation.c
    for change in made.changes:
        match change:
            case Change(Entity() as gone, None):
                others = (c.project_id == project_id) & (c.document_id != document_id)
                holds = cast(c.fields, Text).contains(f'"{gone.id}"', autoescape=True)
                if db.execute(select(c.id).where(others, holds).limit(1)).first() is not None:
                    raise EditError(f"‘{gone.name}’ is used in another article, so it stays.")


def _retitle(db: Connection, project_id: str, made: Edit) -> None:
    """A new title is found by search."""
    for change in made.changes:
        match change:
            case Change(Article() as before, Article() as after) if before.title != after.title:
                search.retitle(db, project_id, after.id, before.title, after.title)


def _touch(db: Connection, key: Mapping[str, str], made: Edit, moment: str) -> None:
    """Keep the document's number of annotations and the time of its last change."""
    more = sum(
        (change.before is None) - (change.after is None)
        for change in made.changes
        if isinstance(change.record, Annotation)
    )
    db.execute(
        update(document)
        .where(document.c.project_id == key["project_id"], document.c.id == key["document_id"])
        .values(annotation_count=document.c.annotation_count + more, updated_at=moment)
    )


def _log(db: Connection, key: Mapping[str, str], made: Edit, kind: Kind, moment: str) -> None:
    last = db.scalar(
        select(func.max(edit.c.seq)).where(
            edit.c.project_id == key["project_id"], edit.c.document_id == key["document_id"]
        )
    )
    db.execute(
        insert(edit).values(
            **key,
            seq=(last or 0) + 1,
            id=new_id(),
            at=moment,
            kind=kind,
            name=made.name,
            merge=made.merge,
            changes=logged(made.changes),
        )
    )


def history(db: Connection, project_id: str, document_id: str) -> list[LoggedEdit]:
    """The log of a document, oldest first."""
    rows = db.execute(
        select(edit)
        .where(edit.c.project_id == project_id, edit.c.document_id == document_id)
        .order_by(edit.c.seq)
    )
    return [
        LoggedEdit(
            row.seq,
            row.at,
            row.author_id,
            row.kind,
            Edit(name=row.name, changes=unlogged(row.changes), merge=row.merge),
        )
        for row in rows
    ]
