"""A process that writes and checkpoints without end; run by `test_beside.py`.

It opens the database again now and then, so that the log comes and goes, and says so once.
"""

from __future__ import annotations

import sys
from itertools import count

from sqlalchemy import Connection

from annotator.store import annotator
from annotator.store.database import Database
from annotator.store.migrate import driver


def checkpoint(db: Connection) -> None:
    own = driver(db)
    own.execute("COMMIT")
    own.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    own.execute("VACUUM")  # moves every table to other pages
    own.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    own.execute("BEGIN")


def churn(db: Connection, number: int) -> None:
    """Rows that make the tables and their indexes grow and shrink page by page."""
    for i in range(20):
        annotator.ensure(db, f"{i * 7919 % 1000:04}-{number}", name="x" * 2000)
    db.exec_driver_sql("DELETE FROM annotator WHERE login LIKE ?", (f"%-{number - 2}",))


def main() -> None:
    """Write until killed."""
    for number in count():
        with Database(sys.argv[1]) as db:
            for step in range(4):
                db.transact(churn, number * 4 + step)
                db.read(checkpoint)
            if not number:
                print("begun", flush=True)


if __name__ == "__main__":
    main()
