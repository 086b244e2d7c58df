"""What a format does not carry is taken out in one place, and told of with its place."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import given, settings
from tests.formats.projects import (
    ACTOR,
    OTHER,
    entry,
    full,
    news,
    project,
    projects,
    span,
    uid,
    work,
)

from annotator.formats import fit
from annotator.formats.fit import Losses, fitted
from annotator.formats.format import Feature, Format, Loss
from annotator.model.corpus import Entry, Heading, Item, Work
from annotator.model.document import Annotation, Entity, Link

EVERYTHING: frozenset[Feature] = frozenset(
    (
        "text", "nesting", "overlap", "fragments", "zero_width", "cross_sentence", "links",
        "link_fields", "fields", "entities", "several_annotators", "states", "facts", "ids",
        "codebook",
    )
)  # fmt: skip


def kind(*lacks: Feature, tokens: bool = False) -> Format:
    return Format(
        id="x",
        name="X",
        patterns=("*.x",),
        carries=EVERYTHING - set(lacks),
        offset_unit="token" if tokens else "code point",
    )


def cut(items: list[Item], format: Format) -> tuple[list[Item], Losses]:
    losses = Losses()
    return list(fitted(items, format, losses)), losses


def first(items: list[Item]) -> Entry:
    return next(item for item in items if isinstance(item, Entry))


def kept(items: list[Item]) -> list[str]:
    (found,) = first(items).works
    return [a.id[-2:] for a in found.annotations]


def one(*annotations: Annotation, links: tuple[Link, ...] = (), text: str = "") -> list[Item]:
    made = work(*annotations, links=links)
    return project(entry(made, text=text) if text else entry(made))


def test_what_carries_everything_is_not_touched() -> None:
    items = full()
    found, losses = cut(items, kind())
    assert found == items
    assert not losses.counts
    assert all(a is b for a, b in zip(found, items, strict=True) if not isinstance(a, Entry))


@pytest.mark.parametrize(
    ("lacks", "reason", "count"),
    [
        ("fragments", fit.FRAGMENTS, 1),
        ("zero_width", fit.ZERO_WIDTH, 1),
        ("links", fit.LINKS, 2),
        ("entities", fit.ENTITIES, 3),
        ("facts", fit.FACTS, 2),
        ("states", "", 0),
        ("codebook", "", 0),
    ],
)
def test_each_loss_has_its_reason(lacks: Feature, reason: str, count: int) -> None:
    _, losses = cut(full(), kind(lacks))
    assert losses.counts[reason] == count
    if lacks == "fragments":  # the claim takes its links with it
        assert losses.counts[fit.LOST_END] == 2
    assert set(losses.counts) <= {reason, fit.LOST_END}


def test_of_several_works_the_furthest_stays() -> None:
    mine = work(span(40, "Actor", 0, 4), span(41, "Actor", 5, 9))
    theirs = replace(work(span(42, "Place", 0, 4), owner=OTHER), state="submitted")
    found, losses = cut(project(entry(mine, theirs)), kind("several_annotators"))
    assert first(found).works == (theirs,)
    assert losses.counts == {fit.OTHERS: 2}
    assert losses.whole == {uid(40), uid(41)}
    more = replace(mine, state="submitted")
    assert first(cut(project(entry(more, theirs)), kind("several_annotators"))[0]).works == (more,)


def test_entities_go_with_their_references() -> None:
    found, losses = cut(full(), kind("entities"))
    assert not [item for item in found if isinstance(item, Entity)]
    actors = [a for w in first(found).works for a in w.annotations if a.label == "Actor"]
    assert [a.fields for a in actors] == [{"uncertain": True}, {}]
    assert {loss.record_id for loss in losses.places[fit.ENTITIES]} == {uid(40), uid(41), uid(44)}


def test_fields_are_lost_one_by_one_and_entities_stay() -> None:
    found, losses = cut(full(), kind("fields"))
    mine = first(found).works[0].annotations
    assert [a.fields for a in mine if a.label == "Actor"] == [{"entity": ACTOR.id}] * 2
    assert losses.counts == {fit.FIELDS: 1 + 1 + 3 + 3 + 3 + 3}
    assert not losses.whole


def test_fields_of_links() -> None:
    made = (
        span(40, "Claim", 0, 4), span(41, "Claim", 5, 9),
    )  # fmt: skip
    link = Link(
        id=uid(50), type="agrees_with", from_id=uid(40), to_id=uid(41), fields={"note": "x"}
    )
    bare = replace(link, id=uid(51), fields={})
    found, losses = cut(one(*made, links=(link, bare)), kind("link_fields"))
    assert [k.fields for k in first(found).works[0].links] == [{}, {}]
    assert losses.counts == {fit.LINK_FIELDS: 1}


def test_a_field_that_points_at_what_is_left_out() -> None:
    made = (
        Annotation(id=uid(40), label="Date", fragments=((0, 4), (5, 9)), fields={}),
        span(41, "Date", 10, 17, anchor=uid(40), begin="t0"),
    )
    found, losses = cut(one(*made), kind("fragments"))
    (left,) = first(found).works[0].annotations
    assert left.fields == {"begin": "t0"}
    assert losses.counts == {fit.FRAGMENTS: 1, fit.LOST_END: 1}


def test_flat_keeps_the_longest_then_the_earliest_then_the_first_label() -> None:
    made = (
        span(40, "Actor", 0, 3),
        span(41, "Place", 2, 7),
        span(42, "Place", 10, 13),
        span(43, "Actor", 8, 11),
        span(44, "Place", 14, 15),
        span(45, "Actor", 14, 15),
    )
    found, losses = cut(one(*made), kind("overlap", "nesting"))
    assert kept(found) == ["29", "2b", "2d"]
    assert losses.counts == {fit.NESTED: 3}


def test_nesting_keeps_what_lies_inside_and_drops_what_crosses() -> None:
    made = (
        span(40, "Claim", 0, 20),
        span(41, "Actor", 0, 4),
        span(42, "Place", 0, 4),  # the same place
        span(43, "Date", 2, 8),  # longer than those that it crosses
        span(44, "Cue", 18, 25),  # crosses the claim
        span(45, "Cue", 30, 35),
        span(46, "Cue", 20, 20),
    )
    found, losses = cut(one(*made, text="x" * 40), kind("overlap"))
    assert kept(found) == ["28", "2b", "2e", "2d"]
    assert losses.counts == {fit.CROSSING: 3}


@settings(max_examples=60, deadline=None)
@given(projects())
def test_nothing_crosses_where_it_is_not_carried(items: list[Item]) -> None:
    tree, _ = cut(items, kind("overlap"))
    flat, _ = cut(items, kind("overlap", "nesting"))
    for item in tree:
        for a, b in combinations(_extents(item), 2):
            apart = a[1] <= b[0] or b[1] <= a[0]
            inside = (a[0] <= b[0] and b[1] <= a[1]) or (b[0] <= a[0] and a[1] <= b[1])
            assert apart or inside
    for item in flat:
        spots = [i for a, b in _extents(item, works=1) for i in range(a, b)]
        assert len(spots) == len(set(spots))


def _extents(item: Item, works: int | None = None) -> list[tuple[int, int]]:
    found: tuple[Work, ...] = item.works[:1] if isinstance(item, Entry) else ()
    return [(a.start, a.end) for w in found for a in w.annotations]


@settings(max_examples=60, deadline=None)
@given(projects())
def test_what_is_left_and_what_is_lost_are_all_of_it(items: list[Item]) -> None:
    found, losses = cut(
        items, kind("overlap", "nesting", "fragments", "zero_width", "links", "fields")
    )
    before = {a.id for i in items if isinstance(i, Entry) for w in i.works for a in w.annotations}
    after = {a.id for i in found if isinstance(i, Entry) for w in i.works for a in w.annotations}
    links = {k.id for i in items if isinstance(i, Entry) for w in i.works for k in w.links}
    assert before == after | (losses.whole - links)
    assert not after & losses.whole
    assert links <= losses.whole


def test_on_tokens() -> None:
    text = "Syria's army won. It left \u00a0 here."
    made = (
        span(41, "Actor", 3, 3),
        span(42, "Place", 0, 3),  # Syr
        span(43, "Place", 2, 7),  # ria's
        span(44, "Claim", 8, 26),  # over two sentences, longer than the army in it
        span(45, "Actor", 8, 12),
        span(46, "Cue", 26, 28),  # blanks
        span(47, "Place", 0, 8),  # with a blank behind: taken
        Annotation(id=uid(48), label="Claim", fragments=((18, 20), (22, 25)), fields={}),  # ft
    )
    flat = kind("overlap", "nesting", "zero_width", "cross_sentence", tokens=True)
    found, losses = cut(one(*made, text=text), flat)
    assert kept(found) == ["2f", "2d"]
    assert losses.counts == {
        "across sentences": 1, "not on token edges": 3, "without a token": 1, "zero width": 1,
        "blanks at the ends": 1,
    }  # fmt: skip
    longer, _ = cut(one(*made, text=text), kind("overlap", "nesting", "zero_width", tokens=True))
    assert kept(longer) == ["2f", "2c"]


def test_blanks_at_the_ends_of_spans_on_tokens() -> None:
    made = (span(40, "Actor", 0, 3), span(41, "Place", 2, 5))
    found, losses = cut(one(*made, text="  a bcd"), kind(tokens=True))
    (held,) = first(found).works
    assert [a.fragments for a in held.annotations] == [((2, 3),)]
    assert losses.counts == {fit.BLANK_EDGES: 1, "not on token edges": 1}
    assert losses.whole == {uid(41)}


def test_labels_that_a_format_has_no_place_for_make_way_before_the_longest_stays() -> None:
    dates = replace(kind("overlap", "nesting"), takes=lambda label: label.name == "Date")
    made = (span(40, "Claim", 0, 29), span(41, "Date", 18, 29), span(42, "Verb", 0, 4))
    found, losses = cut(one(*made), dates)
    assert kept(found) == ["29"]
    assert losses.counts == {fit.OTHER_LABELS: 2}
    whole, _ = cut(one(*made), replace(kind(), takes=dates.takes))
    assert kept(whole) == ["29"]


def test_places_are_counted_all_and_kept_in_part() -> None:
    losses = Losses()
    for n in range(Losses.PLACES + 5):
        losses(Loss(reason="r", article_id="a", record_id=str(n), count=2))
    assert losses.counts == {"r": 2 * (Losses.PLACES + 5)}
    assert len(losses.places["r"]) == Losses.PLACES


def test_a_label_that_the_codebook_has_not() -> None:
    items = one(span(40, "Verb", 0, 4, tense="past"), span(41, "Actor", 0, 4))
    found, _ = cut(items, kind("overlap", "nesting"))
    assert kept(found) == ["29"]
    assert isinstance(items[0], Heading) and items[0].codebook == news()
