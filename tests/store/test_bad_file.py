"""Files that can't be opened or written: a sentence each, and the file as it was."""

from __future__ import annotations

import os
import resource
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath, PureWindowsPath

import pytest
from sqlalchemy import Connection, text
from tests.store.samples import begun, unprivileged

from annotator.model.errors import (
    DamagedDatabase,
    NewerDatabase,
    NotADatabase,
    StoreError,
    StoreUnavailable,
)
from annotator.store import annotator, database, fault, place, project
from annotator.store.database import Database
from annotator.store.migrate import SCHEMA, driver


@pytest.fixture
def filled(path: Path) -> Path:
    """A closed database with something in it."""
    with Database(path) as db:
        db.transact(begun)
    return path


def refused(path: Path, kind: type[StoreError], words: str, *, write: bool = True) -> None:
    """Opening `path` says so and touches nothing, not even a neighbour."""
    before = path.read_bytes()
    around = sorted(path.parent.iterdir())
    with pytest.raises(kind, match=words) as caught:
        Database(path, write=write)
    assert str(path) in str(caught.value)
    assert path.read_bytes() == before
    assert [f for f in sorted(path.parent.iterdir()) if f.suffix != ".lock"] == [
        f for f in around if f.suffix != ".lock"
    ]


@pytest.mark.parametrize("content", [b"x", b"Dear diary,\n" * 400, b"\0" * 5000])
@pytest.mark.parametrize("write", [True, False])
def test_another_file(path: Path, content: bytes, write: bool) -> None:
    path.write_bytes(content)
    refused(path, NotADatabase, "is not a database of Annotator", write=write)
    assert not Path(f"{path}.lock").exists()


def sqlite_file(path: Path, *statements: str) -> None:
    raw = sqlite3.connect(path, isolation_level=None)
    for statement in statements:
        raw.execute(statement)
    raw.close()


@pytest.mark.parametrize(
    "statements",
    [
        ("CREATE TABLE note (body TEXT)",),
        ("PRAGMA journal_mode=WAL", "CREATE TABLE note (body TEXT)"),
        ("PRAGMA application_id=7", "CREATE TABLE note (body TEXT)"),
        ("PRAGMA application_id=7", "VACUUM"),
    ],
)
def test_the_database_of_another_program(path: Path, statements: tuple[str, ...]) -> None:
    sqlite_file(path, *statements)
    refused(path, NotADatabase, "is not a database of Annotator")


def test_a_newer_database(filled: Path) -> None:
    sqlite_file(filled, "UPDATE alembic_version SET version_num = '0002'")
    refused(filled, NewerDatabase, "newer Annotator")
    refused(filled, NewerDatabase, "newer Annotator", write=False)


def test_an_older_database_is_not_changed_by_a_reader(filled: Path) -> None:
    sqlite_file(filled, "UPDATE alembic_version SET version_num = '0000'")
    refused(filled, StoreUnavailable, "older Annotator", write=False)


@pytest.mark.parametrize("length", [50, 600, 4096, 9000])
def test_a_truncated_database(filled: Path, length: int) -> None:
    os.truncate(filled, length)
    if length == 50:  # nothing left that says whose it was
        refused(filled, NotADatabase, "is not a database of Annotator")
    else:
        refused(filled, DamagedDatabase, "is damaged")


def test_the_truncated_database_of_another_program(path: Path) -> None:
    sqlite_file(path, "CREATE TABLE note (body TEXT)")
    os.truncate(path, 4096)
    refused(path, NotADatabase, "is not a database of Annotator")


def test_a_damaged_page_is_told_when_it_is_met(filled: Path) -> None:
    size = filled.stat().st_size
    with filled.open("rb+") as file:
        file.seek(8192)
        file.write(b"\xa5" * (size - 8192))
    broken = filled.read_bytes()
    message = r"is damaged\. It is kept as it is"
    with pytest.raises(DamagedDatabase, match=message), Database(filled) as db:
        db.read(project.listing)
    assert filled.read_bytes() == broken


def test_damage_names_the_newest_backup(filled: Path) -> None:
    with Database(filled) as db:
        older = db.backup_daily(filled.parent / "backups")
        newest = filled.with_name(f"{filled.name}.before-0002.bak")
        db.backup(newest)
    assert older is not None
    os.utime(older, (1, 1))
    filled.with_name("else.bak").touch()
    os.truncate(filled, 4096)
    refused(filled, DamagedDatabase, "before-0002.bak: open a copy")
    newest.unlink()
    assert fault.newest_backup(filled) == older
    older.unlink()
    assert fault.newest_backup(filled) is None


def test_a_folder_and_a_pipe(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable, match="is not a file"):
        Database(tmp_path)
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(StoreUnavailable, match="is not a file"):
        Database(tmp_path / "pipe")


def test_a_file_where_a_folder_should_be(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreUnavailable, match="file could not be used"):
        Database(tmp_path / "file" / "news.db")


MOUNTS = """\
/dev/vda / ext4 rw,relatime 0 0
server:/home /home nfs4 rw 0 0
/dev/vdb /home/me/local ext4 rw 0 0
//server/x /mnt/my\\040share cifs rw 0 0
sshfs /srv fuse.sshfs rw 0 0
"""


@pytest.mark.parametrize(
    ("path", "network"),
    [
        (PurePosixPath("/tmp/news.db"), False),
        (PurePosixPath("/home/me/news.db"), True),
        (PurePosixPath("/homeland/news.db"), False),
        (PurePosixPath("/home/me/local/news.db"), False),
        (PurePosixPath("/mnt/my share/a/news.db"), True),
        (PurePosixPath("/srv/news.db"), True),
        (PureWindowsPath(r"\\server\share\news.db"), True),
        (PureWindowsPath(r"C:\news.db"), False),
    ],
)
def test_network_drives(path: PurePosixPath | PureWindowsPath, network: bool) -> None:
    assert place.network_drive(path, MOUNTS) is network


def test_a_network_drive_is_refused(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mounts = path.parent / "mounts"
    mounts.write_text(f"server:/x {path.parent} nfs4 rw 0 0\n".replace(" my", "\\040my"))
    monkeypatch.setattr(place, "MOUNTS", mounts)
    with pytest.raises(StoreUnavailable, match="on a network drive"):
        Database(path)
    monkeypatch.setattr(place, "MOUNTS", path.parent / "none")  # as on Windows
    Database(path).close()


def test_a_read_only_file(filled: Path) -> None:
    filled.chmod(0o444)
    with unprivileged(filled.parent, filled, Path(f"{filled}.lock")):
        with pytest.raises(StoreUnavailable, match="is read-only"):
            Database(filled)
        with Database(filled, write=False) as db:
            assert len(db.read(project.listing)) == 1
            db.backup(filled.with_name("copy.db"))


def test_an_unreadable_file(filled: Path) -> None:
    filled.chmod(0)
    mine = unprivileged(filled.parent, filled)
    with mine, pytest.raises(StoreUnavailable, match="no permission"):
        Database(filled)


@pytest.fixture
def locked_folder(filled: Path) -> Iterator[Path]:
    """The filled database in a folder that can't be written."""
    Path(f"{filled}.lock").unlink()
    filled.parent.chmod(0o555)
    yield filled.parent
    filled.parent.chmod(0o755)


def test_an_unwritable_folder(locked_folder: Path, filled: Path) -> None:
    with unprivileged(locked_folder, filled):
        with pytest.raises(StoreUnavailable, match="no permission to use"):
            Database(filled)
        with Database(filled, write=False) as db:
            assert len(db.read(project.listing)) == 1
            assert db.check() == []
        with pytest.raises(StoreUnavailable, match="no permission"):
            Database(locked_folder / "other.db")
        with pytest.raises(StoreUnavailable, match="no permission"):
            Database(locked_folder / "a" / "other.db")


def test_commits_that_wait_in_an_unwritable_folder_are_not_passed_over(
    filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = filled.parent / "killed" / "news.db"
    copy.parent.mkdir()
    with Database(filled) as db:
        db.transact(annotator.ensure, "late")
        copy.write_bytes(filled.read_bytes())
        log = copy.with_name("news.db-wal")
        log.write_bytes(Path(f"{filled}-wal").read_bytes())
    copy.parent.chmod(0o555)
    try:
        with unprivileged(copy.parent, copy, log), pytest.raises(StoreUnavailable):
            Database(copy, write=False)
        # Just as well where they came after the first look.
        monkeypatch.setattr(database, "look_beside", lambda *_: SCHEMA.head)
        with unprivileged(copy.parent, copy, log), pytest.raises(StoreUnavailable):
            Database(copy, write=False)
    finally:
        copy.parent.chmod(0o755)
    with Database(copy, write=False) as db:
        assert db.read(logins) == ["late", "me"]


def logins(db: Connection) -> list[str]:
    return list(db.scalars(text("SELECT login FROM annotator ORDER BY login")))


def many(db: Connection, first: int, number: int) -> None:
    for i in range(first, first + number):
        annotator.ensure(db, f"login{i}", name="x" * 500)


def test_a_full_file(path: Path) -> None:
    with Database(path) as db:
        db.transact(many, 0, 50)

        def limit(connection: Connection, pages: int) -> None:
            driver(connection).execute(f"PRAGMA max_page_count={pages}")

        db.read(limit, 1)  # SQLite takes as many as there are
        with pytest.raises(StoreUnavailable, match="The disk is full"):
            db.transact(many, 50, 1000)
        assert len(db.read(logins)) == 50
        db.read(limit, 1_000_000)
        db.transact(many, 50, 1000)
        assert len(db.read(logins)) == 1050
        assert db.check() == []


def until_full(write: Callable[[int], object]) -> int:
    """How often `write` worked before it was told that it can't."""
    for done in range(100_000):
        try:
            write(done)
        except StoreUnavailable:
            return done
    raise AssertionError("never full")


def test_a_limit_on_the_size_of_files(path: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    with Database(path) as db:
        resource.setrlimit(resource.RLIMIT_FSIZE, (2_000_000, hard))
        try:
            done = until_full(lambda i: db.transact(many, i * 10, 10))
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        assert done > 5
        assert len(db.read(logins)) == done * 10
        db.transact(many, done * 10, 10)
        assert db.check() == []


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk with room for 2 MB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if os.geteuid():
        pytest.skip("only root can mount a small disk; the limits above test the same")
    mount = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(folder)]
    if subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("no right to mount a small disk; the limits above test the same")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk(small_disk: Path) -> None:
    ballast = small_disk / "ballast"
    ballast.write_bytes(b"x" * 1_000_000)
    path = small_disk / "news.db"
    with Database(path) as db:
        done = until_full(lambda i: db.transact(many, i * 10, 10))
        assert done > 5
        assert len(db.read(logins)) == done * 10
        with pytest.raises(StoreUnavailable, match="full"):
            db.backup(small_disk / "copy.db")
        ballast.unlink()
        db.transact(many, done * 10, 10)
        assert len(db.read(logins)) == done * 10 + 10
        assert db.check() == []
    assert sorted(f.name for f in small_disk.iterdir()) == ["news.db", "news.db.lock"]


def test_no_room_to_begin_with(small_disk: Path) -> None:
    (small_disk / "ballast").write_bytes(b"x" * 2_090_000)
    with pytest.raises(StoreUnavailable):
        Database(small_disk / "news.db")
    (small_disk / "ballast").unlink()
    Database(small_disk / "news.db").close()


def test_a_file_in_use_by_another_program(filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "_BUSY_SECONDS", 0.05)
    other = sqlite3.connect(filled, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreUnavailable, match="in use by another program"):
        Database(filled)
    other.close()
    Database(filled).close()


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (sqlite3.SQLITE_IOERR_WRITE, StoreUnavailable),
        (sqlite3.SQLITE_CANTOPEN_ISDIR, StoreUnavailable),
        (sqlite3.SQLITE_READONLY_DBMOVED, StoreUnavailable),
        (sqlite3.SQLITE_CORRUPT_INDEX, DamagedDatabase),
        (sqlite3.SQLITE_NOTADB, DamagedDatabase),
        (sqlite3.SQLITE_MISUSE, StoreError),
    ],
)
def test_what_else_sqlite_says(tmp_path: Path, code: int, kind: type[StoreError]) -> None:
    error = sqlite3.OperationalError("it said so")
    error.sqlite_errorcode = code
    with pytest.raises(StoreError) as caught, fault.faults(tmp_path / "news.db"):
        raise error
    assert type(caught.value) is kind
    assert "news.db" in str(caught.value)


def test_a_fault_that_is_no_verdict_on_the_file(
    filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Out of file handles while looking: worth another try, not "not a database"."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    lowest = os.dup(0)
    os.close(lowest)
    look = filled.open("rb")
    look.close()
    resource.setrlimit(resource.RLIMIT_NOFILE, (lowest, hard))
    try:
        with pytest.raises(StoreUnavailable):
            Database(filled)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
