"""Records of the model as rows of their tables: which table, which key, which columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, assert_never

from sqlalchemy import ColumnElement, Table, bindparam, delete, insert, update

from annotator.model.document import Annotation, Article, Entity, Link, Record, Status
from annotator.store.tables import annotation, article, document, entity, link

TABLES: Mapping[type[Record], Table] = {
    Annotation: annotation,
    Link: link,
    Entity: entity,
    Article: article,
    Status: document,
}
_FACTS = tuple(field.name for field in fields(Article))


def facts(value: Article) -> dict[str, Any]:
    """The columns of an article's facts; by these names `Article` is made again."""
    return {name: getattr(value, name) for name in _FACTS}


def columns(record: Record, codebook_version: int) -> dict[str, Any]:
    """The columns that a change of the record writes, its version among them."""
    match record:
        case Annotation():
            return {
                "label": record.label,
                "start": record.start,
                "end": record.end,
                "fragments": record.fragments if len(record.fragments) > 1 else None,
                "fields": record.fields,
                "version": record.version,
                "codebook_version": codebook_version,
            }
        case Link():
            return {
                "type": record.type,
                "from_id": record.from_id,
                "to_id": record.to_id,
                "fields": record.fields,
                "version": record.version,
            }
        case Entity():
            return {
                "type": record.type,
                "name": record.name,
                "fields": record.fields,
                "version": record.version,
            }
        case Article():
            written = facts(record)
            del written["id"], written["text_sha256"]
            return written
        case Status():
            return {"state": record.state, "version": record.version}
        case _:
            assert_never(record)


def keys(kind: type[Record]) -> tuple[str, ...]:
    """The columns of the key: work on a document carries its author and document."""
    owned = kind in (Annotation, Link)
    return ("project_id", "author_id", "document_id", "id") if owned else ("project_id", "id")


def _held(kind: type[Record]) -> list[ColumnElement[bool]]:
    table = TABLES[kind]
    own = [table.c[name] == bindparam(f"its_{name}") for name in keys(kind)]
    return [*own, table.c.version == bindparam("held")]


ADDING = {kind: insert(table) for kind, table in TABLES.items()}
"""Adds a row of all its columns."""

CHANGING = {kind: update(table).where(*_held(kind)) for kind, table in TABLES.items()}
"""Writes the `columns` of the row with the key `its_…` that is at the version `held`."""

REMOVING = {kind: delete(table).where(*_held(kind)) for kind, table in TABLES.items()}
"""Removes the row with the key `its_…` that is at the version `held`."""
