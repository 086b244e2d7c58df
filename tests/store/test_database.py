"""Opening, locking, transactions."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from sqlalchemy import Connection, event, text

from annotator.model.errors import InputError, NotFound, StoreError, StoreUnavailable
from annotator.store import annotator, database, project
from annotator.store.database import Database
from annotator.store.migrate import APPLICATION_ID, driver


def logins(db: Connection) -> list[str]:
    return list(db.scalars(text("SELECT login FROM annotator ORDER BY login")))


def test_a_fresh_file_is_made_with_its_folders(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folders" / "news.db"
    with Database(str(path)) as db:
        assert db.read(logins) == []
    raw = sqlite3.connect(path)
    assert raw.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)
    assert raw.execute("PRAGMA user_version").fetchone() == (1,)
    assert raw.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    raw.close()


def test_a_file_of_0_bytes_is_fresh(path: Path) -> None:
    path.touch()
    with Database(path) as db:
        assert db.read(logins) == []


def test_a_database_without_tables_is_fresh(path: Path) -> None:
    raw = sqlite3.connect(path)
    raw.execute("PRAGMA journal_mode=WAL")
    raw.close()
    assert path.stat().st_size
    with Database(path) as db:
        assert db.read(logins) == []


def test_pragmas(db: Database) -> None:
    def values(connection: Connection) -> list[int]:
        names = ("foreign_keys", "synchronous", "trusted_schema")
        return [driver(connection).execute(f"PRAGMA {n}").fetchone()[0] for n in names]

    assert db.read(values) == [1, 2, 0]


def test_what_was_committed_is_there_again(path: Path) -> None:
    with Database(path) as db:
        db.transact(annotator.ensure, "ann", name="Ann")
    db.close()  # once more does no harm
    with Database(path) as db:
        assert db.read(logins) == ["ann"]
    assert sorted(f.name for f in path.parent.iterdir()) == [path.name, f"{path.name}.lock"]


def test_a_failed_job_leaves_nothing(db: Database) -> None:
    def job(connection: Connection) -> None:
        annotator.ensure(connection, "ann")
        project.create(connection, " ", "{}")

    with pytest.raises(InputError, match="needs a name"):
        db.transact(job)
    assert db.read(logins) == []


def test_an_interrupted_job_leaves_nothing(db: Database) -> None:
    def job(connection: Connection) -> None:
        annotator.ensure(connection, "ann")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        db.transact(job)
    assert db.read(logins) == []


@pytest.mark.parametrize("planted", ["statement", "begin"])
def test_ctrl_c_in_the_middle_of_sql(db: Database, path: Path, planted: str) -> None:
    """SQLAlchemy would close the connection, which every later use would stumble over."""
    wanted = "BEGIN IMMEDIATE" if planted == "begin" else "INSERT INTO annotator"
    engine = db.read(lambda connection: connection.engine)

    def stop(_: object, __: object, statement: str, *___: object) -> None:
        if statement.startswith(wanted):
            raise KeyboardInterrupt

    event.listen(engine, "after_cursor_execute", stop)
    with pytest.raises(KeyboardInterrupt):
        db.transact(annotator.ensure, "ann")
    event.remove(engine, "after_cursor_execute", stop)
    assert db.read(logins) == []
    db.transact(annotator.ensure, "bea")
    db.close()
    with Database(path) as again:
        assert again.read(logins) == ["bea"]


def test_ctrl_c_as_it_commits(db: Database) -> None:
    engine = db.read(lambda connection: connection.engine)

    @event.listens_for(engine, "commit", once=True)
    def stop(_: Connection) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        db.transact(annotator.ensure, "ann")
    db.transact(annotator.ensure, "bea")
    assert db.read(logins) == ["bea"]


def test_a_closed_database_says_so(path: Path) -> None:
    db = Database(path)
    db.close()
    with pytest.raises(StoreUnavailable, match="is closed"):
        db.read(logins)


def test_a_second_writer_is_refused(db: Database, path: Path) -> None:
    with pytest.raises(StoreUnavailable, match="is open in another Annotator"):
        Database(path)
    db.transact(annotator.ensure, "ann")


def test_a_second_writer_by_another_name_is_refused(db: Database, path: Path) -> None:
    path.with_name("link.db").symlink_to(path)
    with pytest.raises(StoreUnavailable, match="is open in another Annotator"):
        Database(path.with_name("link.db"))


def test_a_link_to_itself(path: Path) -> None:
    path.symlink_to(path)
    with pytest.raises(StoreUnavailable, match="could not be"):
        Database(path)


def test_of_many_that_make_the_file_at_once_one_wins(path: Path) -> None:
    start = threading.Barrier(4)
    outcomes: list[Database | StoreUnavailable] = []

    def attempt() -> None:
        start.wait()
        try:
            outcomes.append(Database(path))
        except StoreUnavailable as error:
            outcomes.append(error)

    threads = [threading.Thread(target=attempt) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (winner,) = [one for one in outcomes if isinstance(one, Database)]
    assert winner.check() == []
    winner.close()


def test_a_reader_beside_the_writer_sees_each_commit(db: Database, path: Path) -> None:
    db.transact(annotator.ensure, "ann")
    with Database(path, write=False) as reader:
        assert reader.read(logins) == ["ann"]
        db.transact(annotator.ensure, "bea")
        assert reader.read(logins) == ["ann", "bea"]
        with pytest.raises(StoreUnavailable, match="read-only"):
            reader.transact(annotator.ensure, "cem")
    assert db.read(logins) == ["ann", "bea"]


@pytest.mark.parametrize("empty", [True, False])
def test_there_is_nothing_to_read_in_no_file(path: Path, empty: bool) -> None:
    if empty:
        path.touch()
    with pytest.raises(NotFound, match="There is no database"):
        Database(path, write=False)
    assert not Path(f"{path}.lock").exists()


def test_a_read_must_not_see_half_a_write(db: Database, path: Path) -> None:
    with Database(path, write=False) as reader:

        def job(connection: Connection) -> list[str]:
            before = logins(connection)
            db.transact(annotator.ensure, "ann")
            return before + logins(connection)

        assert reader.read(job) == []
        assert reader.read(logins) == ["ann"]


def test_a_transaction_keeps_other_writers_out_from_its_start(db: Database, path: Path) -> None:
    other = sqlite3.connect(path, timeout=0, isolation_level=None)

    def job(connection: Connection) -> list[str]:
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
        return logins(connection)

    assert db.transact(job) == []
    other.execute("BEGIN IMMEDIATE")
    assert db.read(logins) == []
    other.close()


def test_a_wrong_statement_is_a_store_error(db: Database) -> None:
    with pytest.raises(StoreError, match="no such table: nowhere"):
        db.read(lambda connection: connection.execute(text("SELECT * FROM nowhere")))


def test_another_driver_is_not_translated(db: Database) -> None:
    def job(_: Connection) -> None:
        from sqlalchemy.exc import OperationalError

        raise OperationalError("SELECT 1", None, RuntimeError("no answer"))

    with pytest.raises(Exception, match="no answer") as caught:
        db.read(job)
    assert not isinstance(caught.value, StoreError)


def test_a_lone_surrogate_is_refused(db: Database) -> None:
    with pytest.raises(InputError, match="lone surrogate"):
        db.transact(annotator.ensure, "a\ud800")


def test_opening_a_present_database_needs_no_alembic(path: Path) -> None:
    Database(path).close()
    code = (
        "import sys; from annotator.store.database import Database;"
        "assert 'sqlalchemy' in sys.modules; Database(sys.argv[1]).close();"
        "print(sorted(m for m in sys.modules if m.split('.')[0] in ('alembic', 'PySide6')))"
    )
    done = subprocess.run([sys.executable, "-c", code, path], capture_output=True, text=True)
    assert (done.stdout.strip(), done.stderr) == ("[]", "")


def test_sqlite_version() -> None:
    assert database.sqlite_version == sqlite3.sqlite_version
