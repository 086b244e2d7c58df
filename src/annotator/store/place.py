"""A look at the file before anything is opened for writing: what must be left untouched is."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path, PurePath

from annotator.model.errors import DamagedDatabase, NewerDatabase, NotADatabase, StoreUnavailable
from annotator.store.fault import damaged
from annotator.store.lock import held
from annotator.store.migrate import APPLICATION_ID

MOUNTS = Path("/proc/mounts")
_MAGIC = b"SQLite format 3\0"
_APPLICATION_ID = slice(68, 72)  # in the header: https://sqlite.org/fileformat.html §1.3
_PAUSES = (0.01, 0.02, 0.05, 0.1, 0.2)  # seconds
_NETWORK = frozenset(
    """
    9p afs afpfs beegfs ceph cifs coda davfs fuse.davfs2 fuse.glusterfs fuse.rclone fuse.s3fs
    fuse.sshfs gfs gfs2 glusterfs gpfs lustre ncpfs nfs nfs4 ocfs2 orangefs smb2 smb3 smbfs
    """.split()
)


def look_beside(path: Path, head: str) -> str:
    """`look` without the lock: a verdict counts only where nobody wrote in the meantime."""
    for pause in _PAUSES:
        try:
            return look(path, head)
        except (NotADatabase, DamagedDatabase, sqlite3.Error):
            if not busy(path):
                raise
            time.sleep(pause)
    return look(path, head)


def look(path: Path, head: str) -> str:
    """The stored revision of a database of this program; "" for an empty file or none.

    Whoever holds the lock can trust it; beside a writer there is `look_beside`. Raises
    NotADatabase, NewerDatabase, DamagedDatabase, and what `approach` raises.
    """
    header = approach(path)
    if not header:
        return ""
    try:
        application, tables, revision = _inside(path)
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
            raise
        ours = _application(header) == APPLICATION_ID
        raise (damaged(path) if ours else _foreign(path)) from error
    if application != APPLICATION_ID:
        if tables or application:
            raise _foreign(path)
        return ""  # begun, and ended before the first tables were there
    if revision > head:
        raise NewerDatabase(
            f"{path} was written by a newer Annotator (tables {revision}, known here {head}). "
            "It is left untouched; update this program to open it."
        )
    return revision


def approach(path: Path) -> bytes:
    """The header of the file, b"" for an empty one or none: enough to leave others' files alone.

    What it judges by never changes while a database is written. Raises NotADatabase, and
    StoreUnavailable for a folder, a device or a network drive.
    """
    if network_drive(path, MOUNTS.read_text() if MOUNTS.exists() else ""):
        raise StoreUnavailable(
            f"{path} is on a network drive, where a database can be damaged. Choose a local folder."
        )
    if path.exists() and not path.is_file():
        raise StoreUnavailable(f"{path} is not a file. Name a file in that folder instead.")
    if not path.exists() or not path.stat().st_size:
        return b""
    with path.open("rb") as file:
        header = file.read(100)
    # Until the log is in the file for the first time, no application is named.
    if not header.startswith(_MAGIC) or _application(header) not in (0, APPLICATION_ID):
        raise _foreign(path)
    return header


def _application(header: bytes) -> int:
    return int.from_bytes(header[_APPLICATION_ID], "big")


def _foreign(path: Path) -> NotADatabase:
    return NotADatabase(
        f"{path} is not a database of Annotator. It is left untouched; choose another file."
    )


def _inside(path: Path) -> tuple[int, int, str]:
    """Application id, number of tables, stored revision ("" for none)."""
    # Immutable leaves no file beside it, but sees neither a log nor that somebody writes.
    mode = "mode=ro" if _shared(path) else "immutable=1"
    connection = sqlite3.connect(f"{path.as_uri()}?{mode}", uri=True)
    try:
        application = connection.execute("PRAGMA application_id").fetchone()[0]
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
        revision = ""
        if application == APPLICATION_ID:
            revision = connection.execute("SELECT version_num FROM alembic_version").fetchone()[0]
        return application, len(tables), revision
    finally:
        connection.close()


def waiting(path: Path) -> bool:
    """True where commits may wait in a write-ahead log beside the file."""
    try:
        return path.with_name(f"{path.name}-wal").stat().st_size > 0
    except FileNotFoundError:  # there is none, or it has just gone
        return False


def busy(path: Path) -> bool:
    """True where somebody may have the file open for writing."""
    return _shared(path) or held(path)


def _shared(path: Path) -> bool:
    # The log's shared memory is there as long as anybody has the database open.
    return path.with_name(f"{path.name}-shm").exists() or waiting(path)


def network_drive(path: PurePath, mounts: str) -> bool:
    """True where `path` lies on a network drive by the lines of /proc/mounts, or is a UNC path.

    SQLite's write-ahead log needs shared memory, which no network drive has.
    """
    if path.drive.startswith("\\\\"):
        return True
    longest, kind = -1, ""
    for line in mounts.splitlines():
        _, point, filesystem, *_ = line.split(" ")
        point = point.encode().decode("unicode_escape")  # a space is written \040
        if path.is_relative_to(point) and len(point) >= longest:
            longest, kind = len(point), filesystem
    return kind in _NETWORK
