"""What `annotator check` finds: each fault is planted, none is invented."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Connection
from tests.store.samples import annotation, begun, edit, save
from tests.store.test_backup import spoil_an_index

from annotator.model.document import Article, Document, Entity, Link
from annotator.model.ident import new_id
from annotator.model.text import Text
from annotator.store import article, document
from annotator.store.database import Database
from annotator.store.migrate import driver


@pytest.fixture
def held(db: Database) -> Document:
    """A document with two annotations, one in two fragments, a link, an entity, and two edits."""
    project_id, held = db.transact(begun)
    entity = Entity(id=new_id(), type="Org", fields={"name": "ISIS"})
    first = annotation(entity=entity.id, note="an-id-of-36-characters-that-is-none-")
    second = replace(annotation("Place", at=first.id), fragments=((5, 8), (10, 19)))
    made = edit("tag", (None, entity), (None, first), (None, second))
    held = db.transact(save, project_id, held, made)
    link = Link(id=new_id(), type="at", from_id=first.id, to_id=second.id)
    return db.transact(save, project_id, held, edit("link", (None, link)))


def test_all_is_well(db: Database, held: Document) -> None:
    assert held.links and db.check() == []


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        ("UPDATE annotation SET \"end\" = 9999 WHERE label = 'Actor'", "lies outside the text"),
        ("UPDATE annotation SET start = -1 WHERE label = 'Actor'", "lies outside the text"),
        ("UPDATE annotation SET start = 5 WHERE label = 'Actor'", "lies outside the text"),
        ("UPDATE annotation SET fragments = '[[10,19],[5,8]]' WHERE label = 'Place'", "order"),
        ("UPDATE annotation SET fragments = '[[5,8],[9,12]]' WHERE label = 'Place'", "order"),
        ("UPDATE link SET from_id = 'nobody'", "has an end that is not there"),
        ("UPDATE link SET to_id = 'nobody'", "has an end that is not there"),
        ("DELETE FROM entity", "of document {id} holds in entity what is not there"),
        (
            "UPDATE annotation SET id = '0' || substr(id, 2, 34) || 'x' WHERE label = 'Actor'",
            "of document {id} holds in at what is not there",
        ),
        ("UPDATE edit SET seq = 3 WHERE seq = 2", "The log of document {id} has a gap"),
        ("UPDATE edit SET seq = seq + 10", "The log of document {id} has a gap"),
        ("UPDATE document SET annotation_count = 3", "number of annotations of document {id}"),
        ("UPDATE article_text SET body = 'x' || substr(body, 2)", "is not the one"),
        ("UPDATE article SET length = 3", "is not the one"),
        ("DELETE FROM article_text", "has no text"),
        ("DELETE FROM search_row", "missing from the search index"),
        ("UPDATE edit SET author_id = 'nobody'", "of table edit points at nothing in member"),
    ],
)
def test_a_planted_fault(db: Database, held: Document, statement: str, sentence: str) -> None:
    def plant(connection: Connection) -> None:
        own = driver(connection)
        own.execute("COMMIT")
        own.execute("PRAGMA foreign_keys=OFF")
        own.execute("PRAGMA ignore_check_constraints=ON")
        own.execute(statement)
        own.execute("BEGIN")

    db.transact(plant)
    found = db.check()
    assert any(sentence.format(id=held.id) in one for one in found), found


def test_a_link_into_another_document_is_none(db: Database, held: Document) -> None:
    def elsewhere(connection: Connection) -> str:
        project_id = connection.exec_driver_sql("SELECT id FROM project").scalar_one()
        end = connection.exec_driver_sql("SELECT id FROM annotation LIMIT 1").scalar_one()
        other = article.add(connection, project_id, Article(id=new_id()), Text("Other."))
        empty = document.open_document(connection, project_id, other.id, held.status.owner_id)
        start = annotation()
        link = Link(id=new_id(), type="same", from_id=start.id, to_id=end)
        save(connection, project_id, empty, edit("link", (None, start), (None, link)))
        return str(project_id)

    db.transact(elsewhere)
    assert db.check() == []


def test_a_damaged_file(db: Database, held: Document, path: Path) -> None:
    db.close()
    spoil_an_index(path)
    with Database(path) as broken:
        found = broken.check()
    assert found and all(one.startswith("The file is damaged: ") for one in found)
