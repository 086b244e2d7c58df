"""Projects, codebooks, people and articles."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection
from tests.store.samples import annotation, begun, edit, save

from annotator.model.corpus import Annotator
from annotator.model.document import Article, Entity, Link
from annotator.model.errors import InputError, NotFound
from annotator.model.ident import new_id
from annotator.model.text import Text
from annotator.store import annotator, article, codebook, project
from annotator.store.database import Database


def test_no_project_yet(db: Database) -> None:
    assert db.read(project.listing) == []
    with pytest.raises(NotFound, match=r"no project News\. There is none yet"):
        db.read(project.by_name, "News")


def test_projects_by_name(db: Database) -> None:
    made = [db.transact(project.create, name, "{}") for name in (" b ", "a")]
    assert [p.name for p in made] == ["b", "a"]
    assert [(r.id, r.name) for r in db.read(project.listing)] == [
        (made[1].id, "a"),
        (made[0].id, "b"),
    ]
    assert db.read(project.by_name, "a") == made[1]
    with pytest.raises(NotFound, match=r"no project c\. There are: a, b\."):
        db.read(project.by_name, "c")


def test_names_of_projects(db: Database) -> None:
    made = db.transact(project.create, "a", "{}")
    db.transact(project.create, "b", "{}")
    for name in ("", "  "):
        with pytest.raises(InputError, match="needs a name"):
            db.transact(project.create, name, "{}")
    with pytest.raises(InputError, match="project b already"):
        db.transact(project.rename, made.id, "b")
    db.transact(project.rename, made.id, " c ")
    assert db.read(project.by_name, "c").id == made.id


def test_what_a_project_holds(db: Database) -> None:
    project_id, held = db.transact(begun)
    db.transact(project.create, "Empty", "{}")
    db.transact(save, project_id, held, edit("tag", (None, annotation()), (None, annotation())))
    db.transact(article.add, project_id, Article(id=new_id()), Text("Second."))
    assert [(r.name, r.articles, r.documents, r.annotations) for r in db.read(project.listing)] == [
        ("Empty", 0, 0, 0),
        ("News", 2, 1, 2),
    ]


def test_versions_of_the_codebook(db: Database) -> None:
    made = db.transact(project.create, "a", '{"name": "one"}')
    assert db.read(codebook.current, made.id) == codebook.StoredCodebook(1, '{"name": "one"}')
    assert db.transact(codebook.save, made.id, '{"name": "one"}') == 1
    assert db.transact(codebook.save, made.id, '{"name": "two"}') == 2
    assert db.transact(codebook.save, made.id, '{"name": "one"}') == 3
    assert db.read(codebook.current, made.id) == codebook.StoredCodebook(3, '{"name": "one"}')
    with pytest.raises(NotFound, match="project is gone"):
        db.read(codebook.current, new_id())


def test_what_uses_the_codebook(db: Database) -> None:
    project_id, held = db.transact(begun)
    db.transact(begun, name="Other")
    assert db.read(codebook.usage, project_id) == codebook.Usage({}, {}, {}, {}, {}, {})
    one, two = annotation(note="x", certain=False), annotation(note="y")
    three = annotation("Place", note="z")
    link = Link(id=new_id(), type="at", from_id=one.id, to_id=three.id, fields={"since": "2015"})
    entity = Entity(id=new_id(), type="Org", fields={"name": "ISIS", "aliases": ("IS",)})
    new = [(None, record) for record in (one, two, three, link, entity)]
    db.transact(save, project_id, held, edit("tag", *new))
    assert db.read(codebook.usage, project_id) == codebook.Usage(
        labels={"Actor": 2, "Place": 1},
        link_types={"at": 1},
        entity_types={"Org": 1},
        fields={("Actor", "note"): 2, ("Actor", "certain"): 1, ("Place", "note"): 1},
        link_fields={("at", "since"): 1},
        entity_fields={("Org", "name"): 1, ("Org", "aliases"): 1},
    )


def test_people(db: Database) -> None:
    ann = db.transact(annotator.ensure, "ann", name="Ann")
    assert db.transact(annotator.ensure, "ann", "Other") == ann
    db.transact(annotator.rename, ann.id, "Anna")
    bea = db.transact(annotator.ensure, "bea")
    renamed = Annotator(id=ann.id, login="ann", name="Anna")
    assert db.read(annotator.by_ids, [ann.id, bea.id, new_id()]) == {ann.id: renamed, bea.id: bea}


def test_people_from_elsewhere(db: Database) -> None:
    ann = db.transact(annotator.ensure, "ann")
    bea = Annotator(id=new_id(), login="bea", name="Bea")
    assert db.transact(annotator.admit, Annotator(id=new_id(), login="ann")) == ann
    assert db.transact(annotator.admit, bea) == bea
    assert db.transact(annotator.admit, Annotator(id=bea.id, login="beatrix")) == bea
    # The login decides where one has somebody's id and another's login.
    assert db.transact(annotator.admit, Annotator(id=bea.id, login="ann")) == ann


def test_an_article_is_stored_once(db: Database) -> None:
    project_id, held = db.transact(begun)
    assert held.article.version == 1
    assert held.article.text_sha256 == held.text.sha256
    same_text = Article(id=new_id(), title="Again")
    with pytest.raises(InputError, match=r"already, as “Palmyra falls”\. It was not added"):
        db.transact(article.add, project_id, same_text, held.text)
    with pytest.raises(InputError, match=f"id {held.article.id} is in the project"):
        db.transact(article.add, project_id, held.article, Text("Another text."))
    other = db.transact(project.create, "Other", "{}")
    assert db.transact(article.add, other.id, held.article, held.text) == held.article
    assert db.read(article.duplicate_of, other.id, held.text.sha256) == held.article.id
    assert db.read(article.duplicate_of, other.id, "0" * 64) is None


def test_facts_and_text_come_back(db: Database) -> None:
    project_id, _ = db.transact(begun)
    facts = Article(
        id=new_id(),
        title="سقوط تدمر",
        source="AP",
        url="https://example.org/?a=1",
        language="ar",
        date="2015-05-20",
        date_source="guessed",
        metadata={"desk": "world", "": "\u0000"},
    )
    text = Text("مدينة تدمر \U0001f3db الأثرية\n\n")
    held = db.transact(article.add, project_id, facts, text)
    assert db.read(article.get, project_id, facts.id) == held
    assert db.read(article.text, project_id, facts.id) == text
    (_, row) = db.read(article.listing, project_id, new_id())
    assert (row.title, row.source, row.date) == (facts.title, "AP", "2015-05-20")
    for function in (article.get, article.text):
        with pytest.raises(NotFound, match="article is gone"):
            db.read(function, project_id, new_id())


def test_an_empty_text(db: Database) -> None:
    def job(connection: Connection) -> int:
        project_id, _ = begun(connection, "")
        return len(article.listing(connection, project_id, new_id()))

    assert db.transact(job) == 1
    assert db.check() == []
