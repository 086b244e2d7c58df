"""Copies of an open database: whole, checked, and never in the way of what was there before."""

from __future__ import annotations

import os
import shutil
import sqlite3
from datetime import datetime
from itertools import chain, count
from pathlib import Path

from annotator.model.errors import NotFound, StoreUnavailable
from annotator.store.fault import damaged, newest_backup

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

    Raises NotFound without a backup, StoreUnavailable where the file system refuses.
    """
    backup = newest_backup(path)
    if backup is None:
        raise NotFound(f"There is no backup of {path}. Open another database.")
    draft = path.with_name(f"{path.name}.{os.getpid()}.part")
    now = f"{datetime.now().astimezone():%Y-%m-%d-%H%M%S}"
    kept = path.with_name(f"{path.name}.damaged-{now}")
    try:
        shutil.copyfile(backup, draft)
        for suffix in ("", "-wal", "-shm"):
            part = path.with_name(path.name + suffix)
            if part.exists():
                part.rename(kept.with_name(kept.name + suffix))
        draft.replace(path)
    except OSError as error:
        raise StoreUnavailable(f"The backup can't be put in place: {error}.") from error
    finally:
        draft.unlink(missing_ok=True)
    return kept


def _of(path: Path, file: Path) -> bool:
    return file.name.startswith(f"{path.name}.")
