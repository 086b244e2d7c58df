"""Codebooks that meet work: loaded, kept, taken in with a project file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from annotator import resources
from annotator.formats import ReadOptions
from annotator.formats.codebook import decode, encode
from annotator.formats.export.run import Plan
from annotator.formats.html import HTML
from annotator.formats.own import OWN
from annotator.model.codebook import BoolField, Codebook, Label, LinkType, SpanField
from annotator.model.corpus import Annotator, Entry
from annotator.model.errors import InputError
from annotator.session import jobs
from annotator.store import bulk
from annotator.store import codebook as codebooks
from annotator.store import project as projects
from annotator.store.database import Connection, Database

SAMPLE = resources.path("sample/palmyra.jsonl")
NEWS = decode(jobs.default_codebook())
TINY = Codebook(name="Tiny", labels=(Label(name="Fresh", key="s"),))


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    held = Database(tmp_path / "work.db")
    yield held
    held.close()


def new(database: Database, name: str, codebook: Codebook = NEWS) -> str:
    """The id of a new project."""
    return database.transact(jobs.create_project, name, encode(codebook)).id


def take(database: Database, project_id: str, path: Path = SAMPLE) -> jobs.Added:
    return database.transact(jobs.import_corpus, project_id, OWN, path, ReadOptions())


def out(database: Database, name: str, target: Path) -> Path:
    def job(db: Connection) -> object:
        return jobs.export(db, projects.by_name(db, name), OWN, target, Plan())

    database.read(job)
    return target


def load(
    database: Database, project_id: str, codebook: Codebook, *, force: bool = False
) -> Codebook:
    body = encode(codebook)
    return database.transact(jobs.load_codebook, project_id, body, "c.json", force=force)[0]


def held(database: Database, project_id: str) -> Codebook:
    return decode(database.read(codebooks.current, project_id).body)


def narrowed() -> Codebook:
    """The default codebook without the fields, targets, ends and kinds that the sample uses."""
    labels = tuple(
        replace(
            k,
            entity_type="",
            fields=tuple(
                replace(f, targets=f.targets[:1], visible_when={})
                for f in k.fields
                if isinstance(f, SpanField)
            ),
        )
        for k in NEWS.labels
        if k.name != "Cue"
    )
    names = [k.name for k in labels]
    return Codebook(
        name="Narrow",
        labels=labels,
        common_fields=tuple(BoolField(name=f.name) for f in NEWS.common_fields),
        link_types=tuple(
            LinkType(name=k.name, from_labels=(names[0],), to_labels=(names[0],), transitive=True)
            for k in NEWS.link_types[::2]
        ),
    )


@pytest.mark.parametrize("codebook", [TINY, narrowed()], ids=["tiny", "narrowed"])
def test_what_was_loaded_by_force_goes_out_and_comes_in_again(
    database: Database, tmp_path: Path, codebook: Codebook
) -> None:
    project_id = new(database, "P")
    take(database, project_id)
    with pytest.raises(jobs.OrphanedWork, match=r"^The codebook \w+ .* more\.$") as caught:
        load(database, project_id, codebook)
    assert str(caught.value).count("; ") == jobs.MAX_ORPHANS
    assert held(database, project_id) == NEWS
    loaded = load(database, project_id, codebook, force=True)
    assert held(database, project_id) == loaded
    assert {k.name for k in codebook.labels} < {k.name for k in loaded.labels}
    first = out(database, "P", tmp_path / "1.jsonl")
    other = Database(tmp_path / "other.db")
    take(other, new(other, "P", TINY), first)
    second = out(other, "P", tmp_path / "2.jsonl")
    other.close()
    assert first.read_bytes() == second.read_bytes()
    assert load(database, project_id, codebook, force=True) == loaded, "twice is once"


def test_a_field_that_is_in_use(database: Database) -> None:
    project_id = new(database, "P")
    take(database, project_id)
    fewer = tuple(
        replace(k, fields=tuple(f for f in k.fields if f.name != "medium"))
        if k.name == "Claim"
        else k
        for k in NEWS.labels
    )
    assert fewer != NEWS.labels
    with pytest.raises(jobs.OrphanedWork) as caught:
        load(database, project_id, replace(NEWS, labels=fewer))
    assert str(caught.value) == (
        "The codebook removes the field medium of Claim, which 9 annotations use."
    )


def test_a_codebook_that_takes_nothing_needs_no_word(database: Database) -> None:
    project_id = new(database, "P")
    take(database, project_id)
    more = replace(NEWS, labels=(*NEWS.labels, Label(name="Fresh")))
    assert load(database, project_id, more) == more


def test_a_new_project_takes_the_codebook_of_the_file(database: Database) -> None:
    project_id = new(database, "P", TINY)
    assert take(database, project_id).annotations == 154
    assert held(database, project_id) == NEWS


def one_article(tmp_path: Path, codebook: Codebook) -> Path:
    """A project file with another article, under this codebook."""
    database = Database(tmp_path / "one.db")
    project_id = new(database, "One", codebook)
    entry = jobs.entry_of_text("Another text altogether.")
    database.transact(jobs.add_entries, project_id, [entry])
    path = out(database, "One", tmp_path / "one.jsonl")
    database.close()
    return path


def test_a_project_with_work_keeps_its_codebook(database: Database, tmp_path: Path) -> None:
    project_id = new(database, "P")
    take(database, project_id)
    mine = replace(NEWS, name="Mine", labels=(*NEWS.labels, Label(name="Fresh")))
    load(database, project_id, mine)
    assert take(database, project_id, one_article(tmp_path, NEWS)).articles == 1
    assert held(database, project_id) == mine


def test_a_file_that_says_more_than_the_project_can(database: Database, tmp_path: Path) -> None:
    project_id = new(database, "P")
    take(database, project_id)
    theirs = replace(NEWS, labels=(*NEWS.labels, Label(name="Fresh")))
    path = one_article(tmp_path, theirs)
    with pytest.raises(InputError) as caught:
        take(database, project_id, path)
    assert str(caught.value) == (
        "The file's codebook has the label Fresh, which the project's lacks. "
        "Import it into a new project instead."
    )
    assert held(database, project_id) == NEWS
    assert [row.articles for row in database.read(projects.listing)] == [1]


def test_entities_alone_are_work(database: Database, tmp_path: Path) -> None:
    lines = SAMPLE.read_bytes().splitlines(keepends=True)
    assert b'"article"' not in b"".join(lines[:-1]).replace(b'"type":"article"', b'"article"')
    path = tmp_path / "entities.jsonl"
    path.write_bytes(b"".join(lines[:-1]))
    project_id = new(database, "P")
    assert take(database, project_id, path).articles == 0
    with pytest.raises(InputError, match="the label Fresh"):
        take(database, project_id, one_article(tmp_path, TINY))
    assert held(database, project_id) == NEWS


@pytest.mark.parametrize("person", ["jo", ""])
def test_regions_of_an_article_become_a_persons_work(
    database: Database, tmp_path: Path, person: str
) -> None:
    page = tmp_path / "a.html"
    page.write_text("<nav>Home</nav><article>" + "<p>A paragraph, long enough here.</p>" * 20)
    assert HTML.read is not None
    items = HTML.read(page, ReadOptions(furniture=True, codebook=NEWS, annotator="somebody"))
    entries = [item for item in items if isinstance(item, Entry)]
    project_id = new(database, "P")

    def job(db: Connection) -> jobs.Added:
        return jobs.add_entries(
            db, project_id, entries, mine=jobs.me(db, person) if person else None
        )

    added = database.transact(job)
    assert (added.articles, added.documents, added.annotations) == (1, 1, 1)
    assert len(database.transact(job).left_out) == 1
    logins = database.read(
        lambda db: [
            item.login for item in bulk.corpus(db, project_id, NEWS) if isinstance(item, Annotator)
        ]
    )
    assert logins == [person or jobs.login()]
