"""The people whose work a database holds."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, Row, insert, select, update

from annotator.model.corpus import Annotator
from annotator.model.ident import new_id
from annotator.store.tables import annotator, member


def ensure(db: Connection, login: str, name: str = "") -> Annotator:
    """The person with that login, made if need be; `name` is for a new one."""
    row = db.execute(select(annotator).where(annotator.c.login == login)).one_or_none()
    if row is not None:
        return _annotator(row)
    made = Annotator(id=new_id(), login=login, name=name)
    db.execute(insert(annotator).values(id=made.id, login=made.login, name=made.name))
    return made


def admit(db: Connection, person: Annotator) -> Annotator:
    """Somebody from elsewhere: known by their login or id here, or else new under that id."""
    known = (annotator.c.login == person.login) | (annotator.c.id == person.id)
    row = db.execute(
        select(annotator).where(known).order_by(annotator.c.login != person.login)
    ).first()
    if row is not None:
        return _annotator(row)
    db.execute(insert(annotator).values(id=person.id, login=person.login, name=person.name))
    return person


def rename(db: Connection, annotator_id: str, name: str) -> None:
    """Another name to show; the login stays."""
    db.execute(update(annotator).where(annotator.c.id == annotator_id).values(name=name))


def by_ids(db: Connection, ids: Collection[str]) -> dict[str, Annotator]:
    """The people with those ids; unknown ids are left out."""
    rows = db.execute(select(annotator).where(annotator.c.id.in_(ids)))
    return {row.id: _annotator(row) for row in rows}


def join(db: Connection, project_id: str, annotator_id: str) -> None:
    """Make them a member of the project, if they are none."""
    key = (member.c.project_id == project_id) & (member.c.annotator_id == annotator_id)
    if db.execute(select(member.c.role).where(key)).first() is None:
        row = {"project_id": project_id, "annotator_id": annotator_id, "role": "annotator"}
        db.execute(insert(member), row)


def members(db: Connection, project_id: str) -> list[Annotator]:
    """The members of a project by id."""
    rows = db.execute(
        select(annotator)
        .join(member, member.c.annotator_id == annotator.c.id)
        .where(member.c.project_id == project_id)
        .order_by(annotator.c.id)
    )
    return [_annotator(row) for row in rows]


def _annotator(row: Row[tuple[str, str, str]]) -> Annotator:
    return Annotator(id=row.id, login=row.login, name=row.name)
