"""A damaged database gives way to its newest backup and is kept."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from annotator.model.errors import DamagedDatabase, NotFound, StoreUnavailable
from annotator.store import annotator, backup, lock
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
    assert {p.name for p in path.parent.iterdir()} == {
        path.name,
        f"{path.name}.lock",
        f"{path.name}.2026-01-01.bak",
    }


@pytest.fixture
def broken(path: Path) -> bytes:
    """A damaged database with a log and a sound backup; what is in it."""
    with Database(path) as database:
        database.transact(annotator.ensure, "me")
        database.backup_daily(path.parent / "backups")
    content = path.read_bytes()[:100] + b"\xff" * 20_000
    path.write_bytes(content)
    path.with_name(f"{path.name}-wal").write_bytes(b"log")
    return content


def logins(db: Connection) -> list[str]:
    return list(db.scalars(text("SELECT login FROM annotator")))


def untouched(path: Path, content: bytes) -> None:
    assert path.read_bytes() == content
    names = {p.name for p in path.parent.iterdir()}
    assert names == {path.name, f"{path.name}-wal", f"{path.name}.lock", "backups"}


def test_not_while_another_program_has_it(path: Path, broken: bytes) -> None:
    held = lock.take(path)
    with pytest.raises(StoreUnavailable, match="is open in another Annotator"):
        backup.restore(path)
    untouched(path, broken)
    held.release()
    backup.restore(path)
    assert not lock.held(path)


@pytest.mark.parametrize("content", [b"", b"no database", None])
def test_a_backup_that_is_damaged_too(path: Path, broken: bytes, content: bytes | None) -> None:
    (bad,) = (path.parent / "backups").iterdir()
    if content is None:
        spoil_a_login(bad)
    else:
        bad.write_bytes(content)
    with pytest.raises(DamagedDatabase, match=r"newest backup, .* is damaged, too\. Move it away"):
        backup.restore(path)
    untouched(path, broken)


def spoil_a_login(file: Path) -> None:
    """Change it in the table, not in the index over it."""
    content = file.read_bytes()
    at = content.rindex(b"me", 0, content.rindex(b"me"))
    file.write_bytes(content[:at] + b"ma" + content[at + 2 :])


def test_a_place_that_can_not_be_taken(
    path: Path, broken: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace = Path.replace

    def refuse(self: Path, target: Path) -> Path:
        """As Windows does while another program reads the file."""
        if self.suffix == ".part":
            assert path.read_bytes() == broken, "there is a database at each moment"
            raise PermissionError("in use")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(StoreUnavailable, match="can't be put in place: in use"):
        backup.restore(path)
    untouched(path, broken)


def test_a_file_system_with_one_name_per_file(
    path: Path, broken: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError("no links here")

    monkeypatch.setattr(os, "link", refuse)
    kept = backup.restore(path)
    assert kept.read_bytes() == broken
    with Database(path) as database:
        assert database.read(logins) == ["me"]


def test_twice_in_a_second(path: Path, broken: bytes) -> None:
    kept = [backup.restore(path)]
    path.write_bytes(b"again")
    kept.append(backup.restore(path))
    assert [k.read_bytes() for k in kept] == [broken, b"again"]


def test_a_database_that_is_gone(path: Path, broken: bytes) -> None:
    path.unlink()
    kept = backup.restore(path)
    assert not kept.exists()
    with Database(path) as database:
        assert database.read(logins) == ["me"]


def test_by_another_name(path: Path, broken: bytes) -> None:
    link = path.with_name("link.db")
    link.symlink_to(path)
    assert backup.restore(link).read_bytes() == broken
    assert link.is_symlink()
    with Database(link) as database:
        assert database.read(logins) == ["me"]
