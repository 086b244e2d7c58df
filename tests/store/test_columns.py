"""JSON columns on both dialects, and the log's records."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import Dialect
from sqlalchemy.dialects import registry
from tests.store.samples import annotation

from annotator.model.codebook import Value
from annotator.model.document import Article, Entity, Link, Record, Status
from annotator.model.edit import Change
from annotator.model.ident import new_id
from annotator.store.columns import Json, now
from annotator.store.logged import LoggedChange, logged, unlogged

LITE: Dialect = registry.load("sqlite")()
POSTGRES: Dialect = registry.load("postgresql")()

RECORDS: list[Record] = [
    annotation(certain=True, aliases=("a", "b"), ratio=0.5, number=2**80, note='"\n東京\U0001f600'),
    Link(id=new_id(), type="source", from_id=new_id(), to_id=new_id(), fields={"n": 1.0}),
    Entity(id=new_id(), type="Actor", fields={"name": "ISIS", "aliases": ("Daesh",)}, version=7),
    Article(id=new_id(), title="T", date_source="byline", metadata={"desk": "x"}, version=2),
    Status(id=new_id(), owner_id=new_id(), state="returned", version=3),
]


@pytest.mark.parametrize("dialect", [LITE, POSTGRES], ids=["lite", "pg"])
@pytest.mark.parametrize("record", RECORDS, ids=lambda record: type(record).__name__)
def test_the_log_holds_every_kind_of_record(dialect: Dialect, record: Record) -> None:
    kind: Json[list[LoggedChange]] = Json(list[LoggedChange])
    changes = [Change(None, record), Change(record, None), Change(record, record)]
    stored = kind.process_bind_param(logged(changes), dialect)
    loaded = kind.process_result_value(stored, dialect)
    assert loaded is not None
    again = unlogged(loaded)
    assert again == tuple(changes)
    assert [type(c.record) for c in again] == [type(record)] * 3
    assert [c.record.version for c in again] == [record.version] * 3
    assert isinstance(stored, str) == (dialect.name == "sqlite")


@pytest.mark.parametrize("dialect", [LITE, POSTGRES], ids=["lite", "pg"])
def test_nothing_is_null(dialect: Dialect) -> None:
    kind: Json[dict[str, Value]] = Json(dict[str, Value])
    assert kind.process_bind_param(None, dialect) is None
    assert kind.process_result_value(None, dialect) is None


def test_kinds_of_columns() -> None:
    kind: Json[dict[str, Value]] = Json(dict[str, Value])
    assert str(kind.compile(LITE)) == "TEXT"
    assert str(kind.compile(POSTGRES)) == "JSONB"


def test_values_keep_their_kind() -> None:
    kind: Json[dict[str, Value]] = Json(dict[str, Value])
    values: dict[str, Value] = {"a": True, "b": 1, "c": 1.0, "d": "1", "e": ("1",)}
    stored = kind.process_bind_param(values, LITE)
    loaded = kind.process_result_value(stored, LITE)
    assert loaded is not None
    assert [(type(v), v) for v in loaded.values()] == [(type(v), v) for v in values.values()]


def test_now() -> None:
    assert re.fullmatch(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", now())
