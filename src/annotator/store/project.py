"""Projects: a codebook, articles, and everybody's work on them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, Function, Table, func, insert, select, update

from annotator.model.errors import InputError, NotFound
from annotator.model.ident import new_id
from annotator.store import codebook
from annotator.store.columns import now
from annotator.store.tables import article, document, project


@dataclass(frozen=True, slots=True)
class Project:
    """A project's head."""

    id: str
    name: str
    created_at: str


@dataclass(frozen=True, slots=True)
class ProjectRow:
    """A project in a list, with how much it holds."""

    id: str
    name: str
    articles: int
    documents: int
    annotations: int


def create(db: Connection, name: str, codebook_body: str) -> Project:
    """A new project with the first version of its codebook.

    Raises InputError for a blank name or one that is taken.
    """
    made = Project(new_id(), _free(db, name), now())
    db.execute(insert(project).values(id=made.id, name=made.name, created_at=made.created_at))
    codebook.save(db, made.id, codebook_body)
    return made


def rename(db: Connection, project_id: str, name: str) -> None:
    """Another name. Raises InputError for a blank one or one that is taken."""
    db.execute(update(project).where(project.c.id == project_id).values(name=_free(db, name)))


def _free(db: Connection, name: str) -> str:
    name = name.strip()
    if not name:
        raise InputError("A project needs a name.")
    if name in db.scalars(select(project.c.name)):
        raise InputError(f"There is a project {name} already. Choose another name.")
    return name


def by_name(db: Connection, name: str) -> Project:
    """The project of that name; NotFound says which there are."""
    row = db.execute(select(project).where(project.c.name == name)).one_or_none()
    if row is None:
        known = ", ".join(db.scalars(select(project.c.name).order_by(project.c.name)))
        there_are = f"There are: {known}." if known else "There is none yet: make one first."
        raise NotFound(f"There is no project {name}. {there_are}")
    return Project(row.id, row.name, row.created_at)


def listing(db: Connection) -> list[ProjectRow]:
    """All projects by name."""
    articles = _per_project(db, func.count(), article)
    documents = _per_project(db, func.count(), document)
    annotations = _per_project(db, func.sum(document.c.annotation_count), document)
    return [
        ProjectRow(
            row.id,
            row.name,
            articles.get(row.id, 0),
            documents.get(row.id, 0),
            annotations.get(row.id, 0),
        )
        for row in db.execute(select(project.c.id, project.c.name).order_by(project.c.name))
    ]


def _per_project(db: Connection, figure: Function[int], table: Table) -> dict[str, int]:
    rows = db.execute(
        select(table.c.project_id, figure).select_from(table).group_by(table.c.project_id)
    )
    return {row[0]: row[1] for row in rows}
