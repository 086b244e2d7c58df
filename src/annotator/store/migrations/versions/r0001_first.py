"""The first tables and the full-text index."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None

Id = sa.String(36).with_variant(postgresql.UUID(as_uuid=False), "postgresql")
Json = sa.Text().with_variant(postgresql.JSONB(), "postgresql")
Moment = sa.String(24)

OWNED = ["project_id", "author_id", "document_id"]
OWNER = ["document.project_id", "document.owner_id", "document.id"]


def _required(name: str, kind: sa.types.TypeEngine[Any]) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=False)


def _ids(*names: str) -> list[sa.Column[Any]]:
    return [_required(name, Id) for name in names]


def _texts(*names: str) -> list[sa.Column[Any]]:
    return [_required(name, sa.Text()) for name in names]


def _numbers(*names: str) -> list[sa.Column[Any]]:
    return [_required(name, sa.Integer()) for name in names]


def _moments(*names: str) -> list[sa.Column[Any]]:
    return [_required(name, Moment) for name in names]


def _key(*names: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*names)


def upgrade() -> None:
    """Make them."""
    _people()
    _articles()
    _work()
    if op.get_context().dialect.name == "sqlite":
        _search()


def _people() -> None:
    op.create_table(
        "project", *_ids("id"), *_texts("name"), *_moments("created_at"),
        _key("id"), sa.UniqueConstraint("name"),
    )  # fmt: skip
    op.create_table(
        "annotator", *_ids("id"), *_texts("login", "name"), _key("id"), sa.UniqueConstraint("login")
    )
    op.create_table(
        "member", *_ids("project_id", "annotator_id"), _required("role", sa.String(16)),
        _key("project_id", "annotator_id"),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"]),
        sa.ForeignKeyConstraint(["annotator_id"], ["annotator.id"]),
    )  # fmt: skip
    op.create_table(
        "codebook", *_ids("project_id"), *_numbers("version"), *_texts("body"),
        _required("sha256", sa.String(64)), *_moments("created_at"),
        _key("project_id", "version"),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"]),
    )  # fmt: skip


def _articles() -> None:
    op.create_table(
        "article", *_ids("project_id", "id"), *_texts("title", "source", "url", "language"),
        _required("date", sa.String(10)), _required("date_source", sa.String(8)),
        _required("metadata", Json), _required("text_sha256", sa.String(64)),
        *_numbers("length", "version"), *_moments("added_at"),
        _key("project_id", "id"),
        sa.UniqueConstraint("project_id", "text_sha256"),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"]),
    )  # fmt: skip
    op.create_table(
        "article_text", *_ids("project_id", "article_id"), *_texts("body"),
        _key("project_id", "article_id"),
        sa.ForeignKeyConstraint(["project_id", "article_id"], ["article.project_id", "article.id"]),
    )  # fmt: skip
    op.create_table(
        "document", *_ids("project_id", "id", "article_id", "owner_id"),
        _required("state", sa.String(16)), *_numbers("annotation_count", "version"),
        *_moments("created_at", "updated_at"),
        _key("project_id", "id"),
        sa.UniqueConstraint("project_id", "article_id", "owner_id"),
        sa.UniqueConstraint("project_id", "owner_id", "id"),
        sa.ForeignKeyConstraint(["project_id", "article_id"], ["article.project_id", "article.id"]),
        sa.ForeignKeyConstraint(
            ["project_id", "owner_id"], ["member.project_id", "member.annotator_id"]
        ),
    )  # fmt: skip


def _work() -> None:
    op.create_table(
        "annotation", *_ids(*OWNED, "id"), *_texts("label"), *_numbers("start", "end"),
        sa.Column("fragments", Json), _required("fields", Json),
        *_numbers("version", "codebook_version"),
        _key(*OWNED, "id"), sa.ForeignKeyConstraint(OWNED, OWNER),
        sqlite_with_rowid=False,
    )  # fmt: skip
    op.create_table(
        "link", *_ids(*OWNED, "id"), *_texts("type"), *_ids("from_id", "to_id"),
        _required("fields", Json), *_numbers("version"),
        _key(*OWNED, "id"), sa.ForeignKeyConstraint(OWNED, OWNER),
        sqlite_with_rowid=False,
    )  # fmt: skip
    op.create_table(
        "entity", *_ids("project_id", "id"), *_texts("type", "name"),
        _required("fields", Json), *_numbers("version"),
        _key("project_id", "id"), sa.ForeignKeyConstraint(["project_id"], ["project.id"]),
    )  # fmt: skip
    op.create_table(
        "edit", *_ids("project_id", "document_id"), *_numbers("seq"), *_ids("id", "author_id"),
        *_moments("at"), _required("kind", sa.String(8)), *_texts("name", "merge"),
        _required("changes", Json),
        _key("project_id", "document_id", "seq"),
        sa.ForeignKeyConstraint(
            ["project_id", "document_id"], ["document.project_id", "document.id"]
        ),
        sa.ForeignKeyConstraint(
            ["project_id", "author_id"], ["member.project_id", "member.annotator_id"]
        ),
    )  # fmt: skip


def _search() -> None:
    # The index holds folded words only (`store/fold.py`); "ascii" takes every other character
    # as part of a word, whatever Unicode version SQLite was built with.
    op.execute(
        "CREATE TABLE search_row (id INTEGER PRIMARY KEY, project_id VARCHAR(36) NOT NULL,"
        " article_id VARCHAR(36) NOT NULL, UNIQUE (project_id, article_id),"
        " FOREIGN KEY (project_id, article_id) REFERENCES article (project_id, id))"
    )
    op.execute(
        "CREATE VIRTUAL TABLE search USING fts5(project, title, body, content='', tokenize='ascii')"
    )
    op.execute("INSERT INTO search (search, rank) VALUES ('hashsize', 16777216)")
