"""Whole projects in and out."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterable, Iterator
from dataclasses import replace

import pytest
from sqlalchemy import Connection
from tests.store.samples import annotation, edit, save

from annotator.model.codebook import Codebook
from annotator.model.corpus import Annotator, Entry, Heading, Item, Work
from annotator.model.document import Annotation, Article, Entity, Link, place
from annotator.model.edit import shorten
from annotator.model.errors import InputError
from annotator.model.ident import new_id
from annotator.model.text import Text
from annotator.store import annotator, bulk, document, project, search
from annotator.store.database import Database

CODEBOOK = Codebook(name="News")


def entry(number: int, *owners: Annotator) -> Entry:
    """An article with work of each owner: annotations by place, links by id."""
    text = Text(f"Article {number}: ISIS seized Palmyra. " * 5)
    works = []
    for owner in owners:
        held = [annotation("Actor", at, at + 5, note=f"n{at}", n=at) for at in (0, 0, 3, 40)]
        held.append(replace(annotation("Claim"), fragments=((0, 20), (30, 31), (31, 40))))
        held.append(replace(annotation("Nil"), fragments=((7, 7),)))
        links = [
            Link(id=new_id(), type="at", from_id=held[0].id, to_id=other.id, fields={"w": 0.5})
            for other in held[1:3]
        ]
        works.append(
            Work(
                id=new_id(),
                owner_id=owner.id,
                state="submitted",
                annotations=tuple(sorted(held, key=place)),
                links=tuple(sorted(links, key=lambda link: link.id)),
            )
        )
    facts = Article(
        id=new_id(),
        title=f"Title {number}",
        date="2015-05-20",
        date_source="byline",
        metadata={"desk": "world"},
        text_sha256=text.sha256,
    )
    return Entry(article=facts, text=text, works=tuple(sorted(works, key=lambda w: w.id)))


@pytest.fixture
def items() -> list[Item]:
    """A small project in canonical order."""
    ids = sorted(new_id() for _ in range(5))
    ann = Annotator(id=ids[0], login="ann", name="Ann")
    bea = Annotator(id=ids[1], login="bea")
    entities = [
        Entity(id=key, type="Actor", fields={"name": n, "aliases": ("x", n)})
        for key, n in zip(ids[2:], "abc", strict=True)
    ]
    entries = sorted([entry(0), entry(1, ann), entry(2, ann, bea)], key=lambda e: e.article.id)
    return [Heading(name="News", codebook=CODEBOOK), ann, bea, *entities, *entries]


def worked(items: list[Item]) -> Entry:
    """The entry with two works."""
    return next(item for item in items if isinstance(item, Entry) and len(item.works) == 2)


def taken(db: Connection, items: Iterable[Item], name: str = "News") -> tuple[str, bulk.Counts]:
    """A new project of these items."""
    made = project.create(db, name, "{}")
    writer = bulk.CorpusWriter(db, made.id, 1)
    for item in items:
        writer.put(item)
    return made.id, writer.finish()


def given(db: Connection, project_id: str, article_ids: list[str] | None = None) -> list[Item]:
    return list(bulk.corpus(db, project_id, CODEBOOK, article_ids=article_ids))


def test_in_and_out_again(db: Database, items: list[Item]) -> None:
    project_id, counts = db.transact(taken, items)
    assert counts == bulk.Counts(articles=3, documents=3, annotations=18, links=6, entities=3)
    assert db.read(given, project_id) == items
    assert db.check() == []
    (row,) = db.read(project.listing)
    assert (row.articles, row.documents, row.annotations) == (3, 3, 18)


def test_what_came_in_is_found_opened_and_edited(db: Database, items: list[Item]) -> None:
    project_id, _ = db.transact(taken, items)
    assert db.read(search.search, project_id, '"title 1"').total == 1
    last = worked(items)
    work = last.works[0]
    held = db.read(document.open_document, project_id, last.article.id, work.owner_id)
    assert list(held.annotations.values()) == sorted(work.annotations, key=lambda a: a.id)
    assert (held.id, held.status.state, held.text) == (work.id, "submitted", last.text)
    gone = work.annotations[0]
    db.transact(save, project_id, held, edit("delete", (gone, None)))
    log = db.read(document.history, project_id, held.id)
    assert [(e.seq, e.kind, len(e.edit.changes)) for e in log] == [(1, "import", 0), (2, "do", 1)]
    assert db.check() == []


def test_some_articles_only(db: Database, items: list[Item]) -> None:
    project_id, _ = db.transact(taken, items)
    entries = [item for item in items if isinstance(item, Entry)]
    some = db.read(given, project_id, [entries[0].article.id, entries[2].article.id])
    assert some == [item for item in items if item is not entries[1]]
    assert db.read(given, project_id, []) == [i for i in items if not isinstance(i, Entry)]


def test_projects_do_not_mix(db: Database, items: list[Item]) -> None:
    project_id, _ = db.transact(taken, items)
    other, _ = db.transact(taken, items, "Copy")
    out = db.read(given, other)
    assert out[0] == Heading(name="Copy", codebook=CODEBOOK)
    assert out[1:] == items[1:]
    assert db.read(given, project_id) == items


def test_an_empty_project(db: Database) -> None:
    project_id, counts = db.transact(taken, [])
    assert counts == bulk.Counts()
    assert db.read(given, project_id) == [Heading(name="News", codebook=CODEBOOK)]


def test_people_are_known_by_their_login(db: Database, items: list[Item]) -> None:
    ann = db.transact(annotator.ensure, "ann", "Anna")
    project_id, _ = db.transact(taken, items)
    out = db.read(given, project_id)
    assert ann in out and items[1] not in out and items[2] in out
    assert {w.owner_id for w in worked(out).works} >= {ann.id}


def refused(db: Database, items: list[Item], words: str) -> None:
    """Not taken, and nothing of it is left."""
    with pytest.raises(InputError, match=words):
        db.transact(taken, items)
    assert db.read(project.listing) == []
    assert db.check() == []


def test_what_is_there_already(db: Database, items: list[Item]) -> None:
    last = worked(items)
    facts, work = last.article, last.works[0]
    same_id = replace(last, text=Text("Other."), works=())
    refused(db, [*items, same_id], rf"id \({facts.id}\) of the article “Title 2” is in the project")
    entity = items[3]
    assert isinstance(entity, Entity)
    changed = replace(entity, fields={"name": "b"})
    refused(db, [*items, changed], f"entity “b” .{entity.id}. is in the project already, and diff")

    def other(**changes: object) -> Entry:
        article = Article(id=new_id(), title="Fresh")
        changed = replace(work, **{"id": new_id(), **changes})  # type: ignore[arg-type]
        return Entry(article=article, text=Text(f"Fresh {new_id()}"), works=(changed,))

    assert db.transact(taken, [*items, other()])[1].documents == 4
    db.transact(lambda c: c.exec_driver_sql("UPDATE project SET name = 'Kept'"))
    twice = "holds an id twice, or is in the project already"
    for bad in (
        other(id=work.id),
        other(annotations=work.annotations[:1] * 2),
        other(links=work.links[:1] * 2),
    ):
        with pytest.raises(InputError, match=f"on the article “Fresh” {twice}"):
            db.transact(taken, [*items, bad])
    assert [p.name for p in db.read(project.listing)] == ["Kept"]


def test_a_text_that_comes_twice_is_left_out_and_told(db: Database, items: list[Item]) -> None:
    before = worked(items)
    copy = replace(before.article, id=new_id(), title="")
    work = before.works[0]
    again = replace(before, article=copy, works=(replace(work, id=new_id()),))
    bare = replace(before, article=replace(copy, id=new_id(), title="Bare"), works=())
    project_id, counts = db.transact(taken, [*items, again, bare])
    lost = f"; {len(work.annotations)} annotations on it are left out."
    assert counts.left_out == [
        (shorten(before.text.value), f"The same text came before it{lost}"),
        ("Bare", "The same text came before it."),
    ]
    assert (counts.articles, counts.documents) == (3, 3)
    assert db.read(given, project_id) == items
    later = "text of the article “Bare” is in the project already"
    with pytest.raises(InputError, match=later):  # by another import it is no slip of the file
        db.transact(lambda c: bulk.CorpusWriter(c, project_id, 1).put(bare))
    assert db.check() == []


def test_others_work_joins_the_article_that_is_there(db: Database, items: list[Item]) -> None:
    project_id, _ = db.transact(taken, items)
    before = worked(db.read(given, project_id))
    other = Annotator(id=new_id(), login="zoe")
    copies = [item for item in items if isinstance(item, Entity)]
    fresh = replace(before.works[0], id=new_id(), owner_id=other.id, annotations=(), links=())
    again = replace(before, article=replace(before.article, id=new_id()), works=(fresh,))

    def put(c: Connection, *more: Item) -> bulk.Counts:
        writer = bulk.CorpusWriter(c, project_id, 1)
        for item in more:
            writer.put(item)
        return writer.finish()

    counts = db.transact(put, *copies, other, again)
    assert counts == bulk.Counts(documents=1)  # the entities are there, and alike
    (after,) = (e for e in db.read(given, project_id) if isinstance(e, Entry) and len(e.works) > 2)
    assert after.article == before.article
    assert {w.id for w in after.works} == {w.id for w in before.works} | {fresh.id}
    with pytest.raises(InputError, match=r"Work of zoe on the article .* is in the project"):
        db.transact(put, other, replace(again, works=(replace(fresh, id=new_id()),)))
    assert after in db.read(given, project_id)
    assert db.check() == []


def test_work_of_nobody(db: Database, items: list[Item]) -> None:
    refused(db, [i for i in items if i is not items[1]], "Nobody with the id .* is named")


def test_memory_stays_flat(db: Database) -> None:
    ann = Annotator(id=new_id(), login="ann")

    def stream(entries: int) -> Iterator[Item]:
        yield ann
        for number in range(entries):
            yield entry(number, ann)

    def peak(job: object) -> int:
        assert callable(job)
        tracemalloc.reset_peak()
        before, _ = tracemalloc.get_traced_memory()
        job()
        return tracemalloc.get_traced_memory()[1] - before

    tracemalloc.start()
    try:
        small = peak(lambda: db.transact(taken, stream(20), "a"))
        large = peak(lambda: db.transact(taken, stream(400), "b"))
        assert large < small + 200_000

        def drained(connection: Connection, name: str) -> int:
            made = project.by_name(connection, name)
            return sum(
                isinstance(a, Annotation)
                for i in bulk.corpus(connection, made.id, CODEBOOK)
                if isinstance(i, Entry)
                for w in i.works
                for a in w.annotations
            )

        small = peak(lambda: db.read(drained, "a"))
        large = peak(lambda: db.read(drained, "b"))
        assert large < small + 200_000
        assert db.read(drained, "b") == 2400
    finally:
        tracemalloc.stop()
