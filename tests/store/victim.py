"""A process that saves edits until it is killed; run by `test_kill.py`.

For each line on standard input it forks a child, which opens the database, goes on with the
document, and prints the id of each annotation once `transact` has returned.
"""

from __future__ import annotations

import os
import sys

from tests.store.samples import annotation, edit, save

from annotator.store import annotator, article, document, project
from annotator.store.database import Database


def annotate(path: str) -> None:
    """Tag, change and delete without end."""
    db = Database(path)
    made = db.read(project.by_name, "News")
    me = db.transact(annotator.ensure, "me")
    (row,) = db.read(article.listing, made.id, me.id)
    held = db.read(document.open_document, made.id, row.id, me.id)
    while True:
        new = annotation(note="x" * 300)
        held = db.transact(save, made.id, held, edit("tag", (None, new)))
        os.write(1, f"{new.id}\n".encode())


def main() -> None:
    """Fork a child per line."""
    for _ in sys.stdin:
        child = os.fork()
        if not child:
            annotate(sys.argv[1])
        os.write(1, f"{child}\n".encode())
        os.waitpid(child, 0)
        os.write(1, b"gone\n")


if __name__ == "__main__":
    main()
