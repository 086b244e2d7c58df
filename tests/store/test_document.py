"""Documents: stored edit by edit, loaded whole, never over somebody else's change."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.store.samples import PALMYRA, annotation, begun, edit, reopened, save

from annotator.model.codebook import Value
from annotator.model.document import Annotation, Article, Document, Entity, Link, Record, State
from annotator.model.edit import Change, Edit, set_facts, set_state
from annotator.model.errors import EditError, InputError, NotFound, StaleEdit
from annotator.model.ident import new_id
from annotator.model.text import Text
from annotator.store import annotator, article, document, search
from annotator.store.database import Database

Pair = tuple[Record | None, Record | None]


@dataclass
class Desk:
    """A project, and a document in it as it stands in memory."""

    db: Database
    project_id: str
    held: Document

    def save(self, name: str, *changes: Pair, kind: document.Kind = "do") -> None:
        self.make(edit(name, *changes), kind)

    def make(self, made: Edit, kind: document.Kind = "do") -> None:
        self.held = self.db.transact(save, self.project_id, self.held, made, kind)

    def stored(self) -> Document:
        return self.db.read(reopened, self.project_id, self.held)

    def history(self) -> list[document.LoggedEdit]:
        return self.db.read(document.history, self.project_id, self.held.id)


@pytest.fixture
def desk(db: Database) -> Desk:
    return Desk(db, *db.transact(begun))


def versions(held: Document) -> list[int]:
    """The versions, which == leaves out."""
    return [r.version for r in (held.status, held.article, *records(held))]


def records(held: Document) -> list[Annotation | Link | Entity]:
    """All that can be made and removed, by id."""
    kept: list[Annotation | Link | Entity] = [*held.annotations.values(), *held.links.values()]
    return sorted([*kept, *held.entities.values()], key=lambda r: r.id)


def same(one: Document, other: Document) -> bool:
    return one == other and versions(one) == versions(other)


def test_an_untouched_document_is_not_stored(desk: Desk) -> None:
    again = desk.stored()
    assert (again.status.state, again.status.version) == ("new", 0)
    assert again.id != desk.held.id
    assert desk.db.read(article.listing, desk.project_id, desk.held.status.owner_id)[0] == (
        article.ArticleRow(desk.held.article.id, "Palmyra falls", "", "", "new", 0, None)
    )


def test_everything_comes_back(desk: Desk) -> None:
    first = annotation(entity="x", aliases=("a", "b"), ratio=0.1, certain=False, n=3)
    second = replace(annotation("Place"), fragments=((0, 2), (5, 5), (9, 12)))
    entity = Entity(id=new_id(), type="Actor", fields={"name": "ISIS", "aliases": ("Daesh",)})
    desk.save("tag", (None, first), (None, second), (None, entity))
    link = Link(id=new_id(), type="at", from_id=first.id, to_id=second.id, fields={"n": 1.0})
    desk.save("link", (None, link))
    desk.make(set_state(desk.held, "in_progress"))
    desk.make(set_facts(desk.held, replace(desk.held.article, source="AP", metadata={"a": "b"})))
    assert same(desk.stored(), desk.held)
    assert versions(desk.held) == [1, 2, 1, 1, 1, 1]
    assert desk.stored().annotations[second.id].fragments == second.fragments
    assert desk.db.check() == []


def test_the_list_of_articles_follows(desk: Desk) -> None:
    first, second = annotation(), annotation()
    desk.save("tag", (None, first), (None, second))
    desk.make(set_state(desk.held, "submitted"))
    desk.save("delete", (first, None))
    (row,) = desk.db.read(article.listing, desk.project_id, desk.held.status.owner_id)
    assert (row.state, row.annotations, row.document_id) == ("submitted", 1, desk.held.id)
    (others,) = desk.db.read(article.listing, desk.project_id, new_id())
    assert (others.state, others.annotations, others.document_id) == ("new", 0, None)


def test_the_log_tells_what_was_done(desk: Desk) -> None:
    one = annotation()
    made = Edit(name="tag Actor ‘ISIS’", changes=(Change(None, one),), merge="m")
    desk.make(made)
    desk.make(made.inverse(), "undo")
    desk.make(made, "redo")
    log = desk.history()
    assert [(e.seq, e.kind, e.edit.name, e.edit.merge) for e in log] == [
        (1, "do", made.name, "m"),
        (2, "undo", made.name, "m"),
        (3, "redo", made.name, "m"),
    ]
    assert [e.edit.changes for e in log] == [
        made.changes,
        made.inverse().changes,
        made.changes,
    ]
    assert {e.author_id for e in log} == {desk.held.status.owner_id}
    assert log[0].at <= log[1].at <= log[2].at
    assert same(desk.stored(), desk.held)


def test_the_text_is_never_in_the_log(desk: Desk) -> None:
    desk.make(set_facts(desk.held, replace(desk.held.article, title="Other")))
    changes = desk.db.read(
        lambda c: c.exec_driver_sql("SELECT name || changes FROM edit").scalar_one()
    )
    assert "Other" in changes and PALMYRA[5:20] not in changes


def test_a_new_title_is_found(desk: Desk) -> None:
    desk.make(set_facts(desk.held, replace(desk.held.article, title="Tadmur")))

    def found(word: str) -> int:
        return desk.db.read(search.search, desk.project_id, word).total

    assert (found("tadmur"), found("falls"), found("army")) == (1, 0, 1)
    desk.make(set_facts(desk.held, replace(desk.held.article, source="AP")))
    assert (found("tadmur"), found("falls"), found("army")) == (1, 0, 1)


def test_undoing_the_first_edit_leaves_an_empty_document(desk: Desk) -> None:
    one = annotation()
    desk.save("tag", (None, one))
    desk.save("tag", (one, None), kind="undo")
    assert same(desk.stored(), desk.held)
    assert desk.held.annotations == {}


def test_the_first_edit_may_change_the_state(desk: Desk) -> None:
    desk.make(set_state(desk.held, "in_progress"))
    assert desk.held.status.version == 1
    desk.make(set_state(desk.held, "submitted"))
    assert same(desk.stored(), desk.held)


def stale(desk: Desk, behind: Document, made: Edit) -> None:
    """The edit of somebody who is behind is refused, and nothing of it is left."""
    before, log = desk.stored(), desk.history()
    with pytest.raises(StaleEdit, match=f"Can't {made.name}: it was changed"):
        desk.db.transact(save, desk.project_id, behind, made)
    assert same(desk.stored(), before)
    assert desk.history() == log


def test_stale_edits(desk: Desk) -> None:
    one, entity = annotation(), Entity(id=new_id(), type="Actor", fields={"name": "ISIS"})
    link = Link(id=new_id(), type="at", from_id=one.id, to_id=one.id)
    start = desk.held
    desk.save("tag", (None, one), (None, entity), (None, link))
    behind = desk.held
    for record in (one, entity, link):
        now = desk.held.record(record)
        assert isinstance(now, Annotation | Entity | Link)
        desk.save("fill", (record, replace(now, fields={"name": "Daesh"})))
    desk.make(set_state(desk.held, "submitted"))
    desk.make(set_facts(desk.held, replace(desk.held.article, title="Other")))
    for record in (one, entity, link):
        now = behind.record(record)
        assert isinstance(now, Annotation | Entity | Link)
        fresh = annotation()
        changed = replace(now, fields={"name": "IS"})
        stale(desk, behind, edit("fill", (None, fresh), (now, changed)))
        stale(desk, behind, edit("delete", (None, fresh), (now, None)))
        stale(desk, start, edit("make again", (None, fresh), (None, now)))
    stale(desk, behind, set_state(behind, "accepted"))
    stale(desk, behind, set_facts(behind, replace(behind.article, title="X")))


def second(desk: Desk) -> Desk:
    """The same person's work on another article of the project."""
    facts = Article(id=new_id(), title="Second")
    desk.db.transact(article.add, desk.project_id, facts, Text("ISIS left Palmyra."))
    owner_id = desk.held.status.owner_id
    return Desk(
        desk.db,
        desk.project_id,
        desk.db.read(document.open_document, desk.project_id, facts.id, owner_id),
    )


def test_an_entity_in_use_elsewhere_stays(desk: Desk) -> None:
    entity = Entity(id=new_id(), type="Actor", fields={"name": "ISIS"})
    mine = annotation(entity=entity.id)
    created = edit("add actor ‘ISIS’", (None, entity), (None, mine))
    desk.make(created)
    other = second(desk)
    theirs = annotation(entity=entity.id, note="x")
    other.save("tag", (None, theirs))
    before, log = desk.stored(), desk.history()
    words = "^‘ISIS’ is used in another article, so it stays.$"
    with pytest.raises(EditError, match=words):
        desk.make(created.inverse(), "undo")
    assert same(desk.stored(), before) and desk.history() == log
    other.save("delete", (theirs, None))
    desk.make(created.inverse(), "undo")
    assert desk.stored().entities == {} and desk.db.check() == []


def test_an_entity_of_another_project_does_not_hold_this_one(desk: Desk) -> None:
    entity = Entity(id=new_id(), type="Actor", fields={"name": "ISIS"})
    desk.save("add", (None, entity))
    elsewhere = Desk(desk.db, *desk.db.transact(begun, name="Other"))
    elsewhere.save("tag", (None, annotation(entity=entity.id)))
    desk.save("remove", (entity, None))
    assert desk.stored().entities == {}


def test_a_lone_surrogate_in_a_field_is_refused(desk: Desk) -> None:
    with pytest.raises(InputError, match=r"^A lone surrogate can't be stored\. Take .* out\.$"):
        desk.save("tag", (None, annotation(note="a\ud800")))
    assert desk.history() == []


def test_one_of_many_stale(desk: Desk) -> None:
    held = [annotation() for _ in range(50)]
    desk.save("tag", *((None, a) for a in held))
    behind = desk.held
    desk.save("delete", (held[30], None))
    stale(desk, behind, edit("delete", *((a, None) for a in held)))


def test_the_same_article_begun_twice(desk: Desk) -> None:
    other = desk.stored()
    desk.save("tag", (None, annotation()))
    stale(desk, other, edit("tag", (None, annotation())))


def test_two_people_have_their_own_work(desk: Desk) -> None:
    desk.save("tag", (None, annotation()))
    ann = desk.db.transact(annotator.ensure, "ann")
    hers = Desk(
        desk.db,
        desk.project_id,
        desk.db.read(document.open_document, desk.project_id, desk.held.article.id, ann.id),
    )
    same_id = replace(next(iter(desk.held.annotations.values())), label="Place")
    hers.save("tag", (None, same_id))
    assert same(hers.stored(), hers.held)
    assert same(desk.stored(), desk.held)
    assert hers.held.annotations != desk.held.annotations
    assert desk.db.read(annotator.members, desk.project_id) == sorted(
        desk.db.read(annotator.by_ids, {ann.id, desk.held.status.owner_id}).values(),
        key=lambda a: a.id,
    )


def test_an_article_that_is_gone(desk: Desk) -> None:
    with pytest.raises(NotFound, match="article is gone"):
        desk.db.read(document.open_document, desk.project_id, new_id(), new_id())


def test_the_codebook_version_is_kept(desk: Desk) -> None:
    made = edit("tag", (None, annotation())).stamped(desk.held)
    after = made.apply(desk.held)
    desk.db.transact(document.save, desk.project_id, after, made, "do", 7)
    stored = desk.db.read(
        lambda c: c.exec_driver_sql("SELECT codebook_version FROM annotation").scalar_one()
    )
    assert stored == 7


# Whatever is edited, saving it piece by piece and loading it whole gives the same document.

words = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
values: st.SearchStrategy[Value] = st.one_of(
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    words,
    st.lists(words, max_size=3).map(tuple),
)
fields = st.dictionaries(words, values, max_size=4)
offsets = st.lists(st.integers(0, 60), min_size=2, max_size=6).filter(lambda o: len(o) % 2 == 0)
fragments = offsets.map(sorted).map(lambda o: tuple(zip(o[::2], o[1::2], strict=True)))
metadata = st.dictionaries(words, words, max_size=3)
states: st.SearchStrategy[State] = st.sampled_from(["new", "submitted", "returned", "accepted"])


@pytest.fixture(scope="module")
def shared() -> Iterator[Database]:
    """One database for all examples, each of which has its own project."""
    with TemporaryDirectory() as folder, Database(Path(folder) / "news.db") as db:
        yield db


def step(data: st.DataObject, held: Document) -> Edit:
    """Any edit of the document: several records made, changed and removed."""
    changes: list[Change] = []
    pool = records(held)
    few = st.lists(st.sampled_from(pool), unique_by=lambda r: r.id, max_size=3)
    for record in data.draw(few) if pool else []:
        if data.draw(st.booleans()):
            changes.append(Change(record, replace(record, fields=data.draw(fields))))
        else:
            changes.append(Change(record, None))
    for _ in range(data.draw(st.integers(0, 3))):
        made = {"id": new_id(), "fields": data.draw(fields)}
        new = data.draw(
            st.one_of(
                st.builds(Annotation, **{k: st.just(v) for k, v in made.items()}, label=words,
                          fragments=fragments),
                st.builds(Link, **{k: st.just(v) for k, v in made.items()}, type=words,
                          from_id=words, to_id=words),
                st.builds(Entity, **{k: st.just(v) for k, v in made.items()}, type=words),
            )
        )  # fmt: skip
        changes.append(Change(None, new))
    if data.draw(st.booleans()):
        changes.append(Change(held.status, replace(held.status, state=data.draw(states))))
    if data.draw(st.booleans()):
        facts: Article = replace(held.article, title=data.draw(words), metadata=data.draw(metadata))
        changes.append(Change(held.article, facts))
    order = data.draw(st.permutations(changes))
    return Edit(name=data.draw(words), changes=tuple(order), merge=data.draw(words))


@settings(max_examples=50)
@given(data=st.data())
def test_saved_piece_by_piece_loaded_whole(shared: Database, data: st.DataObject) -> None:
    project_id, untouched = shared.transact(begun, name=new_id())
    desk = Desk(shared, project_id, untouched)
    done: list[Edit] = []
    for _ in range(data.draw(st.integers(1, 5))):
        made = step(data, desk.held)
        done.append(made.stamped(desk.held))
        desk.make(made)
        assert same(desk.stored(), desk.held)
    log = desk.history()
    assert [e.edit for e in log] == done
    assert [[c.record.version for c in e.edit.changes] for e in log] == [
        [c.record.version for c in e.changes] for e in done
    ]
    for logged in reversed(log):
        desk.make(logged.edit.inverse(), "undo")
    assert same(desk.stored(), desk.held)
    assert desk.held == untouched
