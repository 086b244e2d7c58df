"""What goes out of a project is what was chosen."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tests.formats.projects import (
    ACTOR,
    OTHER,
    OWNER,
    entry,
    full,
    project,
    span,
    uid,
    work,
)

from annotator.formats.export.choose import UNREAD, Choice, chosen, read_kind
from annotator.formats.fit import Losses
from annotator.model.corpus import Annotator, Entry, Item
from annotator.model.document import Annotation, Link
from annotator.model.errors import InputError

CLAIM = Annotation(
    id=uid(40), label="Claim", fragments=((0, 43),), fields={"event": "COERCE", "note": "x"}
)
SOURCE = span(41, "Actor", 31, 38, entity=ACTOR.id, uncertain=True)
LINK = Link(id=uid(50), type="source", from_id=uid(40), to_id=uid(41))


def one() -> list[Item]:
    return project(entry(work(CLAIM, SOURCE, links=(LINK,)), source="BBC", date="2016-12-15"))


def picked(items: list[Item], **choice: Any) -> tuple[list[Entry], Losses]:
    losses = Losses()
    found = list(chosen(items, Choice(**choice), losses))
    return [item for item in found if isinstance(item, Entry)], losses


def test_everything_by_default() -> None:
    assert list(chosen(full(), Choice(), Losses())) == full()
    assert Choice().said() == {}


def test_labels_take_their_links_along() -> None:
    ((found,), losses) = picked(one(), labels=("Actor", "Claim"))
    assert found.works[0].links == (LINK,)
    ((found,), losses) = picked(one(), labels=("Actor",))
    assert [a.id for a in found.works[0].annotations] == [uid(41)]
    assert not found.works[0].links and not losses.counts
    assert Choice(labels=("Actor",)).said() == {"labels": ("Actor",)}


def test_a_field_that_points_at_what_is_left_out_is_told_of() -> None:
    year = span(41, "Date", 18, 22, value="2016")
    anchored = span(40, "Date", 18, 29, anchor=uid(41), begin="t0", note="x")
    region = span(42, "Region", 17, 25, kind="advert")  # the year lies in it
    items = project(entry(work(region, anchored, year)))
    ((found,), losses) = picked(items, excluded=False)
    (left,) = found.works[0].annotations
    assert left.fields == {"begin": "t0", "note": "x"}
    assert losses.counts == {"links to what is left out": 1}
    assert not losses.whole


def test_fields_by_name_and_by_label() -> None:
    ((found,), _) = picked(one(), fields=("Claim.event", "entity"))
    assert [a.fields for a in found.works[0].annotations] == [
        {"event": "COERCE"}, {"entity": ACTOR.id},
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("choice", "message"),
    [
        ({"labels": ("Plaice",)}, "no label Plaice. Choose among Actor"),
        ({"fields": ("Claim.evnt",)}, "no field Claim.evnt"),
        ({"annotator": "eve"}, "no annotator eve"),
        ({"sources": ("BBC", "CNN")}, "No article has the source"),
    ],
)
def test_what_there_is_not(choice: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        picked(one(), **choice)
    with pytest.raises(InputError, match=message):  # without articles, too
        picked(one()[:5], **choice)


@pytest.mark.parametrize("day", ["2016-13-01", "yesterday"])
def test_a_day_that_is_none(day: str) -> None:
    with pytest.raises(InputError):
        Choice(since=day)


def test_one_persons_work() -> None:
    theirs = replace(work(SOURCE, owner=OTHER), state="submitted")
    items = project(entry(work(CLAIM), theirs))
    out = list(chosen(items, Choice(annotator="bob"), Losses()))
    assert [item for item in out if isinstance(item, Annotator)] == [OTHER]
    ((found,), _) = picked(items, annotator="bob")
    assert found.works == (theirs,)
    ((found,), _) = picked(items, annotator=OWNER.login)
    assert found.works == (work(CLAIM),)


def test_states_leave_other_articles_out() -> None:
    done = entry(replace(work(CLAIM), state="accepted"))
    open_one = entry(work(CLAIM), number=21)
    (found, losses) = picked(project(done, open_one), states=("accepted", "submitted"))
    assert found == [done] and not losses.counts


@pytest.mark.parametrize(
    ("choice", "there"),
    [
        ({"sources": ("BBC",)}, True),
        ({"since": "2016-12-15"}, True),
        ({"since": "2016-12-16"}, False),
        ({"until": "2016-12-15"}, True),
        ({"until": "2016-12-14"}, False),
        ({"text": "PALMYRA"}, True),
        ({"text": "taken"}, True),
        ({"text": "Homs"}, False),
    ],
)
def test_articles_by_their_facts(choice: dict[str, Any], there: bool) -> None:
    assert bool(picked(one(), **choice)[0]) == there


def test_sources_leave_other_articles_out() -> None:
    items = [*one(), entry(work(SOURCE), source="CNN", number=21)]
    assert [e.article.source for e in picked(items, sources=("CNN",))[0]] == ["CNN"]


def test_an_article_without_a_date_is_in_no_span_of_days() -> None:
    items = project(entry(work(CLAIM)))
    assert not picked(items, since="2000-01-01")[0] and not picked(items, until="2030-01-01")[0]


def test_unread_articles_are_left_out_and_told_of() -> None:
    negative = entry(replace(work(), state="submitted"), number=21)
    begun = entry(work(), number=22)
    new = entry(replace(work(), state="new"), number=23)
    nobody = entry(number=24)
    items = project(entry(work(CLAIM)), negative, begun, new, nobody)
    found, losses = picked(items, unread=False)
    assert [e.article.id for e in found] == [uid(20), uid(21), uid(22)]
    assert losses.counts == {UNREAD: 2}
    assert [loss.article_id for loss in losses.places[UNREAD]] == [uid(23), uid(24)]
    assert len(picked(items)[0]) == 5
    assert [read_kind(e) for e in (items[5], negative, begun) if isinstance(e, Entry)] == [
        "annotated", "negative", "begun",
    ]  # fmt: skip
    assert read_kind(new) == read_kind(nobody) == "unread"


def test_page_furniture_can_stay_behind() -> None:
    advert = span(60, "Region", 45, 57, kind="advert")  # excluded by its rule
    body = span(61, "Region", 0, 44, kind="body")
    inside, across = span(62, "Actor", 45, 49), span(63, "Actor", 40, 49)
    items = project(entry(work(CLAIM, advert, body, inside, across)))
    ((found,), losses) = picked(items, excluded=False)
    assert [a.id for a in found.works[0].annotations] == [uid(61), uid(40), uid(63)]
    assert not losses.counts


def test_computed_values_can_come_along() -> None:
    ((found,), _) = picked(one(), computed=True)
    claim, actor = found.works[0].annotations
    assert claim.fields["attribution"] == "explicit" and actor.fields["level"] == "NAM"
    assert claim.fields["event"] == "COERCE"
    ((found,), _) = picked(one(), computed=True, fields=("level",))
    assert [a.fields for a in found.works[0].annotations] == [{}, {"level": "NAM"}]
