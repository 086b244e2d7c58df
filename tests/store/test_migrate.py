"""The schema, and the way up to it."""

from __future__ import annotations

import importlib.util
import io
import re
import sqlite3
from pathlib import Path
from types import ModuleType

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Table
from sqlalchemy.dialects import registry
from sqlalchemy.schema import CreateTable
from tests.store.samples import annotation, begun, edit, reopened, save

from annotator.model.document import Document
from annotator.model.errors import DamagedDatabase, NewerDatabase, StoreUnavailable
from annotator.store import article, document
from annotator.store.database import Database
from annotator.store.migrate import SCHEMA, Schema, driver
from annotator.store.tables import metadata

MIGRATIONS = SCHEMA.versions.parent

SECOND = """
import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    # Rebuilds a parent table: with foreign keys on, SQLite would not take it.
    with op.batch_alter_table("document") as table:
        table.add_column(sa.Column("minutes", sa.Integer(), nullable=False, server_default="3"))
        table.alter_column("state", new_column_name="progress")
"""

BREAKS = """
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.execute("DELETE FROM document")
"""


def planted(folder: Path, body: str) -> Schema:
    """A schema with one more revision than this program has."""
    versions = folder / "100% versions"
    versions.mkdir()
    for file in SCHEMA.versions.glob("*.py"):
        (versions / file.name).write_text(file.read_text())
    (versions / "r0002_second.py").write_text(body)
    return Schema("0002", versions)


@pytest.fixture
def filled(path: Path) -> tuple[str, Document]:
    """A closed database of the first revision, with work in it."""
    with Database(path, schema=Schema("0001")) as db:
        project_id, held = db.transact(begun)
        made = edit("tag", (None, annotation()), (None, annotation("Place", 12, 19)))
        held = db.transact(save, project_id, held, made)
    return project_id, held


def test_the_head_is_the_newest_revision() -> None:
    script = ScriptDirectory(str(MIGRATIONS), version_locations=[str(SCHEMA.versions)])
    assert script.get_heads() == [SCHEMA.head]


def test_the_migrations_make_the_tables(db: Database) -> None:
    def differences(connection: Connection) -> list[object]:
        def own(_: object, name: str | None, kind: str, *__: object) -> bool:
            return not (kind == "table" and name and name.startswith("search"))

        options = {"include_object": own, "compare_type": True, "target_metadata": metadata}
        context = MigrationContext.configure(connection, opts=options)
        return list(compare_metadata(context, metadata))

    assert db.read(differences) == []


def statements(connection: Connection) -> dict[str, str]:
    rows = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'table'")
    return {row.name: " ".join(row.sql.split()) for row in rows}


@pytest.mark.parametrize("table", metadata.sorted_tables, ids=lambda table: table.name)
def test_names_and_keys_are_those_of_the_tables(db: Database, table: Table) -> None:
    stored = db.read(statements)[table.name]
    for constraint in re.findall(r"CONSTRAINT (\w+)", str(CreateTable(table))):
        assert f"CONSTRAINT {constraint} " in stored
    assert ("WITHOUT ROWID" in stored) == (table.name in ("annotation", "link"))


def test_every_key_begins_with_the_project() -> None:
    for table in metadata.sorted_tables:
        if table.name in ("project", "annotator"):
            continue
        assert next(iter(table.primary_key)).name == "project_id"
        for key in table.foreign_key_constraints:
            assert key.ondelete is None
            if key.referred_table.name != "annotator":
                assert key.column_keys[0] == "project_id"


def first_revision() -> ModuleType:
    (file,) = SCHEMA.versions.glob("r0001_*.py")
    spec = importlib.util.spec_from_file_location("r0001", file)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_postgresql_gets_the_same_tables() -> None:
    out = io.StringIO()
    options = {"as_sql": True, "output_buffer": out, "target_metadata": metadata}
    context = MigrationContext.configure(dialect_name="postgresql", opts=options)
    with Operations.context(context):
        first_revision().upgrade()
    made = " ".join(out.getvalue().split())
    assert "fts5" not in made
    for table in metadata.sorted_tables:
        wanted = str(CreateTable(table).compile(dialect=registry.load("postgresql")()))
        for part in wanted.strip().splitlines():
            assert " ".join(part.split()).rstrip(",") in made


def test_up_from_the_first_revision_with_data(
    path: Path, filled: tuple[str, Document], tmp_path: Path
) -> None:
    project_id, held = filled
    newer = planted(tmp_path, SECOND)
    with Database(path, schema=newer) as db:
        rows = db.read(lambda c: c.exec_driver_sql("SELECT minutes, progress FROM document").all())
        assert [tuple(row) for row in rows] == [(3, "new")]
        counted = db.read(lambda c: c.exec_driver_sql("SELECT count(*) FROM annotation").scalar())
        assert counted == 2
        assert db.read(article.text, project_id, held.article.id) == held.text
        assert db.read(foreign_keys) == 1
    with pytest.raises(NewerDatabase):
        Database(path)
    before = path.with_name(f"{path.name}.before-0002.bak")
    with Database(before) as db:
        assert db.read(reopened, project_id, held) == held
    with Database(path, schema=newer) as db:
        assert db.read(foreign_keys) == 1
    assert len(list(path.parent.glob("*.bak"))) == 1


def foreign_keys(connection: Connection) -> int:
    return int(driver(connection).execute("PRAGMA foreign_keys").fetchone()[0])


def test_a_migration_that_breaks_changes_nothing(
    path: Path, filled: tuple[str, Document], tmp_path: Path
) -> None:
    project_id, held = filled
    newer = planted(tmp_path, BREAKS)
    for _ in range(2):
        with pytest.raises(DamagedDatabase, match=r"3 rows would point at nothing"):
            Database(path, schema=newer)
    kept = {f.name.removeprefix(path.name) for f in path.parent.glob("*.bak")}
    assert kept == {".before-0002.bak", ".before-0002-2.bak"}
    with Database(path) as db:
        assert db.read(reopened, project_id, held) == held
        assert len(db.read(document.history, project_id, held.id)) == 1
        assert db.check() == []


def test_a_reader_does_not_migrate(
    path: Path, filled: tuple[str, Document], tmp_path: Path
) -> None:
    with pytest.raises(StoreUnavailable, match="older Annotator"):
        Database(path, write=False, schema=planted(tmp_path, SECOND))
    raw = sqlite3.connect(path)
    assert raw.execute("SELECT version_num FROM alembic_version").fetchone() == ("0001",)
    raw.close()
