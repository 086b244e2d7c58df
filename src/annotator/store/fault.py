"""What SQLite and the file system say, in sentences: the one place that translates."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy.exc import StatementError

from annotator.model.errors import (
    AnnotatorError,
    DamagedDatabase,
    InputError,
    StoreError,
    StoreUnavailable,
)

_UNAVAILABLE = {
    sqlite3.SQLITE_FULL: "The disk is full: {path} could not be written. Make room and try again.",
    sqlite3.SQLITE_READONLY: "{path} is read-only. Make it writable, or choose another database.",
    sqlite3.SQLITE_BUSY: "{path} is in use by another program. Close it there and try again.",
    sqlite3.SQLITE_LOCKED: "{path} is in use by another program. Close it there and try again.",
    sqlite3.SQLITE_IOERR: "{path} could not be read or written. Look at the drive and try again.",
    sqlite3.SQLITE_CANTOPEN: "{path} could not be opened. Look at its folder and try again.",
    sqlite3.SQLITE_PERM: "You have no permission to open {path}. Ask its owner for it.",
    sqlite3.SQLITE_AUTH: "You have no permission to open {path}. Ask its owner for it.",
    sqlite3.SQLITE_NOMEM: "There is too little memory for {path}. Close other programs, try again.",
}


@contextmanager
def faults(path: Path) -> Iterator[None]:
    """Faults of SQLite and the file system while `path` is worked on, as AnnotatorErrors."""
    try:
        yield
    except StatementError as error:
        told = _told(error.orig, path)
        if told is None:
            raise
        raise told from error
    except (sqlite3.Error, UnicodeEncodeError, OSError) as error:
        told = _told(error, path)
        assert told is not None
        raise told from error


def _told(error: BaseException | None, path: Path) -> AnnotatorError | None:
    """The fault that an error is; None for one that is not told here."""
    match error:
        case sqlite3.Error():
            return sentence(error, path)
        case UnicodeEncodeError():
            return InputError("A lone surrogate can't be stored. Take the character out.")
        case PermissionError():
            name = error.filename or path
            return StoreUnavailable(
                f"You have no permission to use {name}. Choose another place, or ask its owner."
            )
        case OSError():
            name = error.filename or path
            return StoreUnavailable(
                f"{name} could not be used: {error.strerror or error}. Choose another place."
            )
        case _:
            return None


def sentence(error: sqlite3.Error, path: Path) -> StoreError:
    """The fault that an error of SQLite is."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return damaged(path)
    if code in _UNAVAILABLE:
        return StoreUnavailable(_UNAVAILABLE[code].format(path=path))
    return StoreError(f"{path} did not take it: {error}. Please report this.")


def damaged(path: Path) -> DamagedDatabase:
    """The fault of a broken file, with the newest backup where one stands beside it."""
    backup = newest_backup(path)
    said = f"{path} is damaged. It is kept as it is"
    if backup is None:
        return DamagedDatabase(f"{said}; no backup was found beside it.")
    return DamagedDatabase(
        f"{said}; the newest backup is {backup}: open a copy of that.", backup=True
    )


def newest_backup(path: Path) -> Path | None:
    """The newest of `<name>.….bak` beside the database or in `backups/` beside it."""
    found: list[tuple[int, Path]] = []
    for folder in (path.parent, path.parent / "backups"):
        with suppress(OSError):  # no such folder, or one that can't be read
            found += [
                (file.stat().st_mtime_ns, file)
                for file in folder.iterdir()
                if file.name.startswith(f"{path.name}.") and file.suffix == ".bak"
            ]
    return max(found)[1] if found else None
