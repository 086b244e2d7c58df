"""Small values to store, and a way to be somebody without rights."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection

from annotator.model.document import Annotation, Article, Document, Record
from annotator.model.edit import Change, Edit
from annotator.model.ident import new_id
from annotator.model.text import Text
from annotator.store import annotator, article, document, project

NOBODY = 65534
PALMYRA = "ISIS seized Palmyra on 20 May 2015, a monitor said.\nThe army withdrew."


def annotation(label: str = "Actor", start: int = 0, end: int = 4, **fields: object) -> Annotation:
    """A new annotation."""
    return Annotation(id=new_id(), label=label, fragments=((start, end),), fields=fields)  # type: ignore[arg-type]


def edit(name: str, *changes: tuple[Record | None, Record | None]) -> Edit:
    """An unstamped edit."""
    return Edit(name=name, changes=tuple(Change(*pair) for pair in changes))


def begun(db: Connection, text: str = PALMYRA, name: str = "News") -> tuple[str, Document]:
    """A project with one article, and its untouched document."""
    made = project.create(db, name, "{}")
    me = annotator.ensure(db, "me")
    facts = article.add(db, made.id, Article(id=new_id(), title="Palmyra falls"), Text(text))
    return made.id, document.open_document(db, made.id, facts.id, me.id)


def save(
    db: Connection,
    project_id: str,
    before: Document,
    made: Edit,
    kind: document.Kind = "do",
) -> Document:
    """Stamp the edit, store it, and give the document after it."""
    stamped = made.stamped(before)
    after = stamped.apply(before)
    document.save(db, project_id, after, stamped, kind, 1)
    return after


def reopened(db: Connection, project_id: str, held: Document) -> Document:
    """The same document as it is stored, with the project's entities."""
    stored = document.open_document(db, project_id, held.article.id, held.status.owner_id)
    return Document(
        article=stored.article,
        text=stored.text,
        status=stored.status,
        annotations=stored.annotations,
        links=stored.links,
        entities=document.entities(db, project_id),
    )


@contextmanager
def unprivileged(*owned: Path) -> Iterator[None]:
    """Be nobody for a while where the tests run as root, whom no permission stops.

    `owned` become nobody's first; all folders above them are opened for passing through.
    """
    if os.geteuid():
        yield
        return
    for path in owned:
        os.chown(path, NOBODY, NOBODY)
        for folder in path.parents:
            if not folder.stat().st_mode & 0o001:
                folder.chmod(folder.stat().st_mode | 0o011)
    os.setegid(NOBODY)
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(0)
