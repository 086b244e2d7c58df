"""A damaged database gives way to its newest backup and is kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from annotator.model.errors import DamagedDatabase, NotFound, StoreUnavailable
from annotator.store import annotator, backup
from annotator.store.database import Database


@pytest.mark.parametrize("log", [b"log", None])
def test_the_newest_backup_takes_its_place(path: Path, log: bytes | None) -> None:
    with Database(path) as database:
        database.transact(annotator.ensure, "me")
        assert database.backup_daily(path.parent / "backups") is not None
    broken = path.read_bytes()[:100] + b"\xff" * 20_000  # its header says whose it is
    path.write_bytes(broken)
    with pytest.raises(DamagedDatabase, match="newest backup is"):
        Database(path)
    beside = path.with_name(f"{path.name}-wal")
    beside.unlink(missing_ok=True)
    if log is not None:
        beside.write_bytes(log)
    kept = backup.restore(path)
    assert kept.read_bytes() == broken, "the damaged file is kept byte for byte"
    moved = kept.with_name(f"{kept.name}-wal")
    assert (moved.read_bytes() if moved.exists() else None) == log
    with Database(path) as database:
        assert database.check() == []
        assert database.transact(annotator.ensure, "me").login == "me"


def test_without_a_backup_nothing_moves(path: Path) -> None:
    path.write_bytes(b"broken")
    with pytest.raises(NotFound, match="no backup"):
        backup.restore(path)
    assert path.read_bytes() == b"broken"
    assert [p.name for p in path.parent.iterdir()] == [path.name]


def test_a_backup_that_cannot_be_read_leaves_all_in_place(path: Path) -> None:
    path.write_bytes(b"broken")
    path.with_name(f"{path.name}.2026-01-01.bak").mkdir()
    with pytest.raises(StoreUnavailable, match="can't be put in place"):
        backup.restore(path)
    assert path.read_bytes() == b"broken"
