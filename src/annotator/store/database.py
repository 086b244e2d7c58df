"""A database file: opened with care, one writer at a time, every fault a sentence."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from filelock import FileLock
from sqlalchemy import URL, Connection, ExceptionContext, create_engine, event
from sqlalchemy.pool import NullPool

from annotator.model.errors import NotFound, StoreUnavailable
from annotator.store import backup, check, search
from annotator.store.fault import faults
from annotator.store.lock import take
from annotator.store.migrate import SCHEMA, Schema, driver, upgrade
from annotator.store.place import approach, busy, look, look_beside

T = TypeVar("T")
P = ParamSpec("P")

__all__ = ["Connection", "Database", "sqlite_version"]

sqlite_version = sqlite3.sqlite_version
"""Shown in About: 3.7.0 to 3.51.2 can damage a log that two connections write; here one does."""

_BUSY_SECONDS = 5.0
_PRAGMAS = (
    "PRAGMA trusted_schema=OFF",
    "PRAGMA foreign_keys=ON",
    "PRAGMA cache_size=-32768",  # KiB
    "PRAGMA page_size=8192",  # of a new file: three usual articles fit, of 4096 bytes not one
)
# A locked file says so at the first, a read-only one at the second, and neither at an edit.
_PROBE = ("BEGIN IMMEDIATE", "PRAGMA user_version=0", "ROLLBACK")
_TABLES = "SELECT count(*) FROM sqlite_master"
_WRITER_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",  # NORMAL may lose the last commits when the power fails
)


class Database:
    """An open database file; for one thread at a time.

    With `write`, the file is made if need be, brought to `schema` and locked against a second
    writer; without, it is read beside one. Raises the StoreErrors, and NotFound where there is
    nothing to read.
    """

    def __init__(self, path: Path | str, *, write: bool = True, schema: Schema = SCHEMA) -> None:
        # By its real name: one file has one lock, whatever link it was reached by.
        self.path = Path(os.path.realpath(path))
        self.write = write
        self._lock: FileLock | None = None
        self._connection: Connection | None = None
        self._begin = "BEGIN"
        with faults(self.path):
            try:
                if write:
                    self._open_writer(schema)
                else:
                    self._open_reader(look_beside(self.path, schema.head), schema)
            except BaseException:
                self._release()
                raise

    def _open_writer(self, schema: Schema) -> None:
        approach(self.path)  # no lock beside what is another program's
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = take(self.path)
        look(self.path, schema.head)
        own = _driver(self.path.as_uri(), *_PROBE, *_WRITER_PRAGMAS)
        self._connection = self._connected(own)
        stored = _stored(own)
        if stored != schema.head:
            if stored:
                backup.before_migration(own, self.path, schema.head)
            upgrade(self._connection, schema)
        self.transact(search.renew)

    def _open_reader(self, stored: str, schema: Schema) -> None:
        if not stored:
            raise NotFound(f"There is no database at {self.path} yet.")
        if stored != schema.head:
            raise StoreUnavailable(
                f"{self.path} was written by an older Annotator. Open it once for writing first."
            )
        try:
            own = _driver(f"{self.path.as_uri()}?mode=ro", _TABLES)
        except sqlite3.OperationalError:
            # A folder that can't be written has no room for the shared memory of the log.
            if busy(self.path):
                raise
            own = _driver(f"{self.path.as_uri()}?immutable=1", _TABLES)
        self._connection = self._connected(own)

    def _connected(self, own: sqlite3.Connection) -> Connection:
        url = URL.create("sqlite", database=str(self.path))
        engine = create_engine(url, creator=lambda: own, poolclass=NullPool)

        @event.listens_for(engine, "begin")
        def begin(connection: Connection) -> None:
            connection.exec_driver_sql(self._begin)

        @event.listens_for(engine, "handle_error")
        def keep(context: ExceptionContext) -> None:
            # SQLAlchemy would close the connection on Ctrl+C, and this one can't be made again.
            context.is_disconnect = False

        return engine.connect()

    def _live(self) -> Connection:
        if self._connection is None:
            raise StoreUnavailable(f"{self.path} is closed. Open it again.")
        return self._connection

    def transact(
        self, job: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """`job(connection, …)` in one transaction: committed when it returns, else undone.

        When this returns, the changes survive the end of the process and of the power.
        """
        return self._run("BEGIN IMMEDIATE", job, *args, **kwargs)

    def read(
        self, job: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """`job(connection, …)` on one unchanging state; it must not write."""
        return self._run("BEGIN", job, *args, **kwargs)

    def _run(
        self,
        begin: str,
        job: Callable[Concatenate[Connection, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        connection = self._live()
        self._begin = begin
        own = driver(connection)
        with faults(self.path):
            try:
                with connection.begin():
                    return job(connection, *args, **kwargs)
            finally:
                if own.in_transaction:  # interrupted while it began or ended
                    own.rollback()

    def backup(self, target: Path | str) -> None:
        """A whole, checked copy as one file, in place of `target` only when it is good.

        Raises StoreUnavailable where `target` is the database itself or can't be written.
        """
        with faults(Path(target)):
            backup.copy(driver(self._live()), self.path, Path(target))

    def backup_daily(self, folder: Path) -> Path | None:
        """Today's copy in `folder`, which keeps the newest seven; None where it is there."""
        with faults(folder):
            return backup.daily(driver(self._live()), self.path, folder)

    def check(self) -> list[str]:
        """What is wrong inside, a sentence each; empty when all is well. Reads everything."""
        return self.read(check.problems)

    def close(self) -> None:
        """Bring the log into the file and let it go; harmless when done twice."""
        with faults(self.path):
            try:
                if self.write and self._connection is not None:
                    driver(self._connection).execute("PRAGMA wal_checkpoint(TRUNCATE)")
            finally:
                self._release()

    def _release(self) -> None:
        connection, self._connection = self._connection, None
        lock, self._lock = self._lock, None
        if connection is not None:
            connection.close()
            connection.engine.dispose()
        if lock is not None:
            lock.release()

    def __enter__(self) -> Database:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _driver(address: str, *statements: str) -> sqlite3.Connection:
    """A connection of the driver after these statements."""
    own = sqlite3.connect(
        address,
        uri=True,
        timeout=_BUSY_SECONDS,
        isolation_level=None,  # the "begin" event begins
        check_same_thread=False,  # opened by one thread, used by the worker
    )
    try:
        for statement in (*_PRAGMAS, *statements):
            own.execute(statement).fetchall()
    except BaseException:
        own.close()
        raise
    return own


def _stored(own: sqlite3.Connection) -> str:
    """The stored revision; "" where the file has no tables yet."""
    if not own.execute(_TABLES).fetchone()[0]:
        return ""
    return str(own.execute("SELECT version_num FROM alembic_version").fetchone()[0])
