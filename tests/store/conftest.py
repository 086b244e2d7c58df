"""A database of its own for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from annotator.store.database import Database


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the database will be; a name that an address would have to quote."""
    return tmp_path / "my 100%20news?#.db"


@pytest.fixture
def db(path: Path) -> Iterator[Database]:
    """An open, fresh database."""
    with Database(path) as database:
        yield database
