"""Every version of a project's codebook, as the JSON it came in; the newest is in force."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass

from sqlalchemy import Column, Connection, insert, select

from annotator.model.errors import NotFound
from annotator.store.columns import now
from annotator.store.tables import annotation, codebook, entity, link


@dataclass(frozen=True, slots=True)
class StoredCodebook:
    """A version (from 1) and its JSON, unread."""

    version: int
    body: str


@dataclass(frozen=True, slots=True)
class Usage:
    """How many annotations, links and entities use each name.

    Fields by (label, name), (link type, name) and (entity type, name).
    """

    labels: dict[str, int]
    link_types: dict[str, int]
    entity_types: dict[str, int]
    fields: dict[tuple[str, str], int]
    link_fields: dict[tuple[str, str], int]
    entity_fields: dict[tuple[str, str], int]


def current(db: Connection, project_id: str) -> StoredCodebook:
    """The version in force. Raises NotFound for an unknown project."""
    row = db.execute(
        select(codebook.c.version, codebook.c.body)
        .where(codebook.c.project_id == project_id)
        .order_by(codebook.c.version.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        raise NotFound("That project is gone. Open another one.")
    return StoredCodebook(row.version, row.body)


def save(db: Connection, project_id: str, body: str) -> int:
    """The version that `body` now is: a new one unless it is the one in force."""
    sha256 = hashlib.sha256(body.encode()).hexdigest()
    row = db.execute(
        select(codebook.c.version, codebook.c.sha256)
        .where(codebook.c.project_id == project_id)
        .order_by(codebook.c.version.desc())
        .limit(1)
    ).one_or_none()
    if row is not None and row.sha256 == sha256:
        return int(row.version)
    version = 1 if row is None else row.version + 1
    db.execute(
        insert(codebook).values(
            project_id=project_id, version=version, body=body, sha256=sha256, created_at=now()
        )
    )
    return version


def usage(db: Connection, project_id: str) -> Usage:
    """What a change of the codebook would leave without its definition."""
    labels, fields = _counted(db, project_id, annotation.c.label)
    link_types, link_fields = _counted(db, project_id, link.c.type)
    entity_types, entity_fields = _counted(db, project_id, entity.c.type)
    return Usage(labels, link_types, entity_types, fields, link_fields, entity_fields)


def _counted(
    db: Connection, project_id: str, column: Column[str]
) -> tuple[Counter[str], Counter[tuple[str, str]]]:
    """The rows of the column's table by its value, and by its value and each of their fields."""
    c = column.table.c
    kinds: Counter[str] = Counter()
    fields: Counter[tuple[str, str]] = Counter()
    rows = db.execute(select(column, c.fields).where(c.project_id == project_id))
    for kind, held in rows.yield_per(1000):
        kinds[kind] += 1
        fields.update((kind, name) for name in held)
    return kinds, fields
