"""Copies of an open database: whole, checked, and never in the way of what was there before."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import ExitStack, closing
from datetime import datetime
from itertools import chain, count
from pathlib import Path

from annotator.model.errors import DamagedDatabase, NotFound, StoreUnavailable
from annotator.store.fault import damaged, newest_backup
from annotator.store.lock import take
from annotator.store.migrate import APPLICATION_ID

KEPT = 7


def copy(source: sqlite3.Connection, path: Path, target: Path) -> None:
    """The database at `path`, open as `source`, as one file at `target`, checked.

    Raises StoreUnavailable where `target` is the database, DamagedDatabase where the copy is not
    sound; then what was at `target` stays.
    """
    own = {f"{path.resolve()}{suffix}" for suffix in ("", "-wal", "-shm", ".lock")}
    if str(target.resolve()) in own or (target.exists() and target.samefile(path)):
        raise StoreUnavailable(f"{target} is the database itself. Choose another file.")
    if target.is_dir():
        raise StoreUnavailable(f"{target} is a folder. Name a file in it.")
    draft = target.with_name(f"{target.name}.{os.getpid()}.part")
    try:
        connection = sqlite3.connect(draft)
        try:
            # All pages in one step: stepping beside a writer begins again at each commit.
            source.backup(connection, pages=-1)
            connection.execute("PRAGMA journal_mode=DELETE")
            answer = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
        finally:
            connection.close()
        if answer != "ok":
            raise damaged(path)
        with draft.open("rb+") as file:
            os.fsync(file.fileno())
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)


def before_migration(source: sqlite3.Connection, path: Path, revision: str) -> Path:
    """A copy beside the database before it is brought to `revision`; overwrites none."""
    marks = (f"before-{revision}{suffix}" for suffix in chain([""], map("-{}".format, count(2))))
    targets = (path.with_name(f"{path.name}.{mark}.bak") for mark in marks)
    target = next(target for target in targets if not target.exists())
    copy(source, path, target)
    return target


def daily(source: sqlite3.Connection, path: Path, folder: Path) -> Path | None:
    """A copy named by the day in `folder`, where the newest seven stay; None if it was there."""
    target = folder / f"{path.name}.{datetime.now().astimezone():%Y-%m-%d}.bak"
    if target.exists():
        return None
    folder.mkdir(parents=True, exist_ok=True)
    copy(source, path, target)
    day = "[0-9]" * 4 + "-" + "[0-9]" * 2 + "-" + "[0-9]" * 2
    days = sorted(f for f in folder.iterdir() if f.match(f"*.{day}.bak") and _of(path, f))
    for old in days[:-KEPT]:
        old.unlink()
    return target


def restore(path: Path) -> Path:
    """Put the newest backup in the place of a damaged database; where that is kept now.

    At each moment `path` is the old database or the whole new one. Raises NotFound without a
    backup, DamagedDatabase where that is broken, too, and StoreUnavailable where another program
    has the database open or the file system refuses; then all stays as it was.
    """
    path = Path(os.path.realpath(path))
    backup = newest_backup(path)
    if backup is None:
        raise NotFound(f"There is no backup of {path}. Open another database.")
    draft = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        lock = take(path)
        try:
            _sound_copy(backup, draft)
            return _replaced(path, draft)
        finally:
            draft.unlink(missing_ok=True)
            lock.release()
    except OSError as error:
        raise StoreUnavailable(f"The backup can't be put in place: {error}.") from error


def _sound_copy(backup: Path, draft: Path) -> None:
    """A copy of the backup, checked and on the disk."""
    shutil.copyfile(backup, draft)
    try:
        with closing(sqlite3.connect(f"{draft.as_uri()}?immutable=1", uri=True)) as connection:
            answers = [
                connection.execute(f"PRAGMA {asked}").fetchone()[0]
                for asked in ("integrity_check(1)", "application_id")
            ]
    except sqlite3.DatabaseError:
        answers = []
    if answers != ["ok", APPLICATION_ID]:
        raise DamagedDatabase(
            f"The newest backup, {backup}, is damaged, too. Move it away to take an older one."
        )
    with draft.open("rb+") as file:
        os.fsync(file.fileno())


def _replaced(path: Path, draft: Path) -> Path:
    """Put the draft in the place of the database; where that is kept."""
    now = f"{datetime.now().astimezone():%Y-%m-%d-%H%M%S}"
    names = (
        f"{path.name}.damaged-{now}{more}" for more in chain([""], map("-{}".format, count(2)))
    )
    kept = next(k for k in map(path.with_name, names) if not k.exists())
    with ExitStack() as undo:
        if path.exists():
            undo.callback(kept.unlink, missing_ok=True)
            _linked(path, kept)
        for suffix in ("-wal", "-shm"):  # they are the damaged file's: not to be read into another
            part, beside = (file.with_name(file.name + suffix) for file in (path, kept))
            if part.exists():
                part.replace(beside)
                undo.callback(beside.replace, part)
        draft.replace(path)
        undo.pop_all()
    return kept


def _linked(path: Path, kept: Path) -> None:
    """The file under a second name; a copy where the file system has one name per file."""
    try:
        kept.hardlink_to(path)
    except OSError:
        shutil.copy2(path, kept)
        with kept.open("rb+") as file:
            os.fsync(file.fileno())


def _of(path: Path, file: Path) -> bool:
    return file.name.startswith(f"{path.name}.")
