"""What the window asks about an export, without the window."""

from __future__ import annotations

from pathlib import Path

import pytest

from annotator import formats, resources
from annotator.formats import ReadOptions
from annotator.formats.export.choose import Choice
from annotator.formats.export.run import Plan
from annotator.formats.export.split import Dealt, Split
from annotator.model.errors import Cancelled
from annotator.session import exports, jobs
from annotator.store import project as projects
from annotator.store.database import Connection, Database

CONLL, OWN = formats.by_id("conll2003"), formats.by_id("annotator-jsonl")


def quiet(*_: object) -> None:
    """Nobody watches."""


@pytest.fixture
def database(tmp_path: Path) -> Database:
    made = Database(tmp_path / "a.db")

    def fill(db: Connection) -> None:
        project = jobs.create_project(db, "P")
        for path in ("sample/palmyra.jsonl",):
            jobs.import_corpus(db, project.id, OWN, resources.path(path), ReadOptions())
        jobs.add_entries(db, project.id, [jobs.entry_of_text("Another text, unread.")])

    made.transact(fill)
    return made


def project(db: Connection) -> projects.Project:
    return projects.by_name(db, "P")


def test_every_loss_has_its_place(database: Database) -> None:
    plan = Plan(choice=Choice(unread=False))
    found = database.read(lambda db: exports.rehearse(db, project(db), CONLL, plan, quiet))
    losses = found.rehearsal.losses
    assert set(found.spots) == set(losses.counts)
    for reason, spots in found.spots.items():
        assert len(spots) == min(exports.PLACES, len(losses.places[reason]))
        for spot, loss in zip(spots, losses.places[reason], strict=False):
            assert spot.article_id == loss.article_id and spot.title
            assert bool(spot.annotation_id) is bool(loss.record_id)
            assert spot.annotation_id in ("", loss.record_id) or " → " in spot.words
    unread = found.spots["articles that nobody has read"]
    assert [s.title for s in unread] == ["Another text, unread."]


def test_how_a_split_would_deal(database: Database) -> None:
    plan = Plan(split=Split(shares=(1, 1)))
    found = database.read(lambda db: exports.rehearse(db, project(db), OWN, plan, quiet))
    assert found.dealt is not None and not found.split_fault
    assert exports.shares(found.dealt) == "train 1 · test 1 articles. No story is in two parts."
    plan = Plan(split=Split(folds=3))
    found = database.read(lambda db: exports.rehearse(db, project(db), OWN, plan, quiet))
    assert found.dealt is None and "for 3 parts" in found.split_fault


@pytest.mark.parametrize(
    ("leaks", "said"), [(1, "1 story is in two parts."), (2, "2 stories are in two parts.")]
)
def test_leaks_are_told(leaks: int, said: str) -> None:
    parts = {"a": "test", "b": "dev", "c": "train", "d": "fold1"}
    dealt = Dealt(part_of=parts, groups=4, leaks=leaks, sentences=0, highest=0.9, pair=None)
    assert exports.shares(dealt) == f"train 1 · dev 1 · test 1 · fold1 1 articles. {said}"


@pytest.mark.parametrize("split", [None, Split(shares=(1, 1))])
def test_where_the_manifest_is(database: Database, tmp_path: Path, split: Split | None) -> None:
    target = tmp_path / "out"
    assert not exports.is_taken(target)
    done = database.read(
        lambda db: exports.export(db, project(db), OWN, target, Plan(split=split), quiet)
    )
    assert done.manifest.is_file() and done.manifest.name.endswith("manifest.json")
    assert done.manifest.parent == (target if split else tmp_path)
    assert exports.is_taken(target) and (not split or exports.is_export(target))
    (tmp_path / "empty").mkdir()
    assert not exports.is_taken(tmp_path / "empty") and exports.is_export(tmp_path / "empty")


def test_it_is_cancelled(database: Database) -> None:
    def stop(*_: object) -> None:
        raise Cancelled("Stopped.")

    with pytest.raises(Cancelled):
        database.read(lambda db: exports.rehearse(db, project(db), CONLL, Plan(), stop))


def test_people(database: Database) -> None:
    logins = [p.login for p in database.read(lambda db: exports.people(db, project(db).id))]
    assert len(logins) == 1
