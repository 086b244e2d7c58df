"""The tables, columns named as the model's fields.

`project_id` leads every key and every foreign key (one project can be moved or partitioned off).
Work carries its author in the key: ids made offline by two people can't collide. Nothing cascades.
The full-text index is not here: it is the dialect's own (`search.py`).
"""

from __future__ import annotations

from sqlalchemy import (
    Column,
    ForeignKeyConstraint,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy import ForeignKey as References

from annotator.model.codebook import Value
from annotator.model.segment import Extent
from annotator.store.columns import Id, Json, Moment
from annotator.store.logged import LoggedChange

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

project = Table(
    "project",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("created_at", Moment, nullable=False),
)

annotator = Table(
    "annotator",
    metadata,
    Column("id", Id, primary_key=True),
    Column("login", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
)

member = Table(
    "member",
    metadata,
    Column("project_id", Id, References(project.c.id), nullable=False),
    Column("annotator_id", Id, References(annotator.c.id), nullable=False),
    Column("role", String(16), nullable=False),
    PrimaryKeyConstraint("project_id", "annotator_id"),
)

codebook = Table(
    "codebook",
    metadata,
    Column("project_id", Id, References(project.c.id), nullable=False),
    Column("version", Integer, nullable=False),
    Column("body", Text, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("created_at", Moment, nullable=False),
    PrimaryKeyConstraint("project_id", "version"),
)

article = Table(
    "article",
    metadata,
    Column("project_id", Id, References(project.c.id), nullable=False),
    Column("id", Id, nullable=False),
    Column("title", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("date", String(10), nullable=False),
    Column("date_source", String(8), nullable=False),
    Column("metadata", Json(dict[str, str]), nullable=False),
    Column("text_sha256", String(64), nullable=False),
    Column("length", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Column("added_at", Moment, nullable=False),
    PrimaryKeyConstraint("project_id", "id"),
    UniqueConstraint("project_id", "text_sha256"),
)

article_text = Table(
    "article_text",
    metadata,
    Column("project_id", Id, nullable=False),
    Column("article_id", Id, nullable=False),
    Column("body", Text, nullable=False),
    PrimaryKeyConstraint("project_id", "article_id"),
    ForeignKeyConstraint(["project_id", "article_id"], [article.c.project_id, article.c.id]),
)

document = Table(
    "document",
    metadata,
    Column("project_id", Id, nullable=False),
    Column("id", Id, nullable=False),
    Column("article_id", Id, nullable=False),
    Column("owner_id", Id, nullable=False),
    Column("state", String(16), nullable=False),
    # Kept by `document.save` and `CorpusWriter`, so that the list of articles need not count.
    Column("annotation_count", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    PrimaryKeyConstraint("project_id", "id"),
    UniqueConstraint("project_id", "article_id", "owner_id"),
    UniqueConstraint("project_id", "owner_id", "id"),
    ForeignKeyConstraint(["project_id", "article_id"], [article.c.project_id, article.c.id]),
    ForeignKeyConstraint(["project_id", "owner_id"], [member.c.project_id, member.c.annotator_id]),
)

_OWNED = ["project_id", "author_id", "document_id"]
_OWNER = [document.c.project_id, document.c.owner_id, document.c.id]

annotation = Table(
    "annotation",
    metadata,
    Column("project_id", Id, nullable=False),
    Column("author_id", Id, nullable=False),
    Column("document_id", Id, nullable=False),
    Column("id", Id, nullable=False),
    Column("label", Text, nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("fragments", Json(tuple[Extent, ...])),  # only where there is more than one
    Column("fields", Json(dict[str, Value]), nullable=False),
    Column("version", Integer, nullable=False),
    Column("codebook_version", Integer, nullable=False),
    PrimaryKeyConstraint(*_OWNED, "id"),
    ForeignKeyConstraint(_OWNED, _OWNER),
    sqlite_with_rowid=False,
)

# The ends are no foreign keys: a link may end in another document.
link = Table(
    "link",
    metadata,
    Column("project_id", Id, nullable=False),
    Column("author_id", Id, nullable=False),
    Column("document_id", Id, nullable=False),
    Column("id", Id, nullable=False),
    Column("type", Text, nullable=False),
    Column("from_id", Id, nullable=False),
    Column("to_id", Id, nullable=False),
    Column("fields", Json(dict[str, Value]), nullable=False),
    Column("version", Integer, nullable=False),
    PrimaryKeyConstraint(*_OWNED, "id"),
    ForeignKeyConstraint(_OWNED, _OWNER),
    sqlite_with_rowid=False,
)

entity = Table(
    "entity",
    metadata,
    Column("project_id", Id, References(project.c.id), nullable=False),
    Column("id", Id, nullable=False),
    Column("type", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("fields", Json(dict[str, Value]), nullable=False),
    Column("version", Integer, nullable=False),
    PrimaryKeyConstraint("project_id", "id"),
)

edit = Table(
    "edit",
    metadata,
    Column("project_id", Id, nullable=False),
    Column("document_id", Id, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("id", Id, nullable=False),
    Column("author_id", Id, nullable=False),
    Column("at", Moment, nullable=False),
    Column("kind", String(8), nullable=False),
    Column("name", Text, nullable=False),
    Column("merge", Text, nullable=False),
    Column("changes", Json(list[LoggedChange]), nullable=False),
    PrimaryKeyConstraint("project_id", "document_id", "seq"),
    ForeignKeyConstraint(["project_id", "document_id"], [document.c.project_id, document.c.id]),
    ForeignKeyConstraint(["project_id", "author_id"], [member.c.project_id, member.c.annotator_id]),
)
