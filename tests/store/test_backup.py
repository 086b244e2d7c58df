"""Copies of an open database."""

from __future__ import annotations

import os
from datetime import datetime, tzinfo
from pathlib import Path

import pytest
from tests.store.samples import annotation, begun, edit, reopened, save

from annotator.model.errors import DamagedDatabase, StoreUnavailable
from annotator.store import annotator
from annotator.store.backup import KEPT
from annotator.store.database import Database


def test_a_backup_is_one_whole_file(db: Database, tmp_path: Path) -> None:
    project_id, untouched = db.transact(begun)
    held = db.transact(save, project_id, untouched, edit("tag", (None, annotation())))
    target = tmp_path / "copies" / "copy.db"
    target.parent.mkdir()
    target.write_text("what was there before")
    db.backup(str(target))
    assert [f.name for f in target.parent.iterdir()] == ["copy.db"]
    with Database(target) as copy:
        assert copy.read(reopened, project_id, held) == held
        assert copy.check() == []


def test_a_reader_makes_backups_too(db: Database, path: Path, tmp_path: Path) -> None:
    db.transact(annotator.ensure, "ann")
    with Database(path, write=False) as reader:
        reader.backup(tmp_path / "copy.db")
    with Database(tmp_path / "copy.db") as copy:
        assert copy.transact(annotator.ensure, "ann").login == "ann"


@pytest.mark.parametrize("suffix", ["", "-wal", "-shm", ".lock"])
def test_not_onto_itself(db: Database, path: Path, suffix: str) -> None:
    db.transact(annotator.ensure, "ann")
    with pytest.raises(StoreUnavailable, match="is the database itself"):
        db.backup(path.parent / "." / f"{path.name}{suffix}")
    assert db.check() == []


def test_not_onto_itself_by_another_name(db: Database, path: Path, tmp_path: Path) -> None:
    (tmp_path / "soft.db").symlink_to(path)
    os.link(path, tmp_path / "hard.db")
    for name in ("soft.db", "hard.db"):
        with pytest.raises(StoreUnavailable, match="is the database itself"):
            db.backup(tmp_path / name)


def test_not_into_thin_air(db: Database, tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable, match="is a folder"):
        db.backup(tmp_path)
    with pytest.raises(StoreUnavailable, match="could not be opened"):
        db.backup(tmp_path / "nowhere" / "copy.db")


def test_a_copy_that_is_not_sound_replaces_nothing(db: Database, path: Path) -> None:
    db.transact(begun)
    db.close()
    spoil_an_index(path)
    target = path.with_name("good.db")
    target.write_text("the last good one")
    with Database(path) as broken, pytest.raises(DamagedDatabase):
        broken.backup(target)
    assert target.read_text() == "the last good one"
    assert not list(path.parent.glob("*.part"))


def spoil_an_index(path: Path) -> None:
    """Change a stored login in the table, not in the index over it."""
    content = path.read_bytes()
    at = content.rindex(b"News")  # the project's name; its index holds it once more
    path.write_bytes(content[:at] + b"Olds" + content[at + 4 :])


class Noon(datetime):
    """A clock that midnight does not overtake between two backups."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Noon:
        return cls(2026, 3, 1, 12, tzinfo=tz)


def test_seven_days_stay(
    db: Database, path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("annotator.store.backup.datetime", Noon)
    folder = tmp_path / "backups"
    folder.mkdir()
    for day in range(1, 10):
        (folder / f"{path.name}.2020-01-0{day}.bak").touch()
    others = [f"{path.name}.before-0002.bak", "else.db.2020-01-01.bak"]
    for name in others:
        (folder / name).touch()
    made = db.backup_daily(folder)
    assert made is not None and made.name == f"{path.name}.2026-03-01.bak" and made.exists()
    assert db.backup_daily(folder) is None
    kept = sorted(f.name for f in folder.iterdir() if f.name not in others)
    assert kept == [f"{path.name}.2020-01-0{day}.bak" for day in range(4, 10)] + [made.name]
    assert len(kept) == KEPT
    assert all((folder / name).exists() for name in others)


def test_the_folder_is_made(db: Database, tmp_path: Path) -> None:
    assert db.backup_daily(tmp_path / "a" / "b") is not None
