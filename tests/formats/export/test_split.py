"""Stories stay together, shares are kept, the past comes first, and the report proves it."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.formats.projects import entry, project, span, uid, work

from annotator.formats.export.split import BY, Dealt, Split, deal
from annotator.formats.export.stories import Stories, shingles
from annotator.model.corpus import Entry, Item
from annotator.model.errors import InputError
from annotator.model.text import Text

WORDS = [f"word{n}" for n in range(3000)]


def story(seed: int, sentences: int = 12) -> str:
    rng = random.Random(seed)
    rows = (" ".join(rng.choices(WORDS, k=14)).capitalize() + "." for _ in range(sentences))
    return " ".join(rows)


def article(number: int, text: str, *labels: str, **facts: Any) -> Entry:
    spans = [span(10_000 + number * 50 + n, k, n, n + 1) for n, k in enumerate(labels)]
    made = replace(work(*spans), id=uid(90_000 + number))
    return entry(made, text=text, number=1000 + number, **facts)


def corpus(count: int = 60) -> list[Item]:
    """Each third text is a copy of the one before in other words at its ends."""
    made = []
    for n in range(count):
        text = story(n - (n % 3 == 2))
        if n % 3 == 2:
            text = f"By our own reporter, from the agencies. {text} More follows soon."
        labels = ["Actor", "Place"] + ["Date"] * (n % 4 == 0) + ["Cue"] * (n % 15 == 0)
        day = f"2016-{n % 12 + 1:02}-15"
        made.append(article(n, text, *labels, source=f"S{n % 5}", date=day))
    return project(*made)


def parts(dealt: Dealt) -> Counter[str]:
    return Counter(dealt.part_of.values())


# --- stories ------------------------------------------------------------------------------------


def test_copies_are_found() -> None:
    stories = Stories()
    first = story(1)
    assert stories.add("a", Text(first)) == []
    assert stories.add("b", Text(story(2))) == []
    assert stories.add("c", Text(first + " And one sentence more.")) == ["a"]
    assert stories.add("d", Text(first.upper())) == ["a", "c"]
    assert stories.groups() == {"a": "a", "b": "b", "c": "a", "d": "a"}


def test_a_cut_copy_within_another_text_is_the_same_story() -> None:
    stories = Stories()
    wire, other = story(1, 4), story(2, 40)
    stories.add("wire", Text(wire))
    assert stories.add("long", Text(f"{other} {wire}")) == []  # hardly alike as a whole
    stories.add("apart", Text(story(3)))
    assert stories.groups() == {"wire": "wire", "long": "wire", "apart": "apart"}


def test_one_sentence_in_common_is_not_enough() -> None:
    stories = Stories()
    shared = story(9, 1)
    stories.add("a", Text(f"{story(1, 2)} {shared}"))
    stories.add("b", Text(f"{story(2, 2)} {shared}"))
    assert stories.groups() == {"a": "a", "b": "b"}


def test_a_houses_furniture_is_no_story() -> None:
    stories = Stories()
    tail = "All rights reserved, and nothing of this may be printed again. " * 2
    for n in range(60):
        stories.add(str(n), Text(f"{story(n, 3)} {tail}"))
    assert len(set(stories.groups().values())) == 60


def test_short_texts() -> None:
    assert shingles("One two.") == {"one two"} and len(shingles("a b c d e f")) == 2
    stories = Stories()
    stories.add("a", Text("Nothing new."))
    assert stories.add("b", Text("nothing NEW")) == ["a"]


def test_scripts_without_blanks_and_composed_letters() -> None:
    rng = random.Random(5)
    rows = ["".join(chr(rng.randrange(0x4E00, 0x9FA0)) for _ in range(20)) for _ in range(12)]
    stories = Stories()
    stories.add("a", Text("。".join(rows)))
    assert stories.add("b", Text("，".join(row[:18] for row in rows))) == ["a"]
    assert shingles("大統領は今日") == {"大 統 領 は 今", "統 領 は 今 日"}
    assert shingles("Ale\u0301x") == shingles("Al\u00e9x")


# --- dealing ------------------------------------------------------------------------------------


@pytest.mark.parametrize("by", BY)
def test_shares_are_kept_and_nothing_is_lost(by: Any) -> None:
    items = corpus()
    dealt = deal(items, Split(by=by, seed=3))
    assert set(dealt.part_of) == {i.article.id for i in items if isinstance(i, Entry)}
    found = parts(dealt)
    assert set(found) == {"train", "dev", "test"}
    if by in ("article", "story"):
        assert abs(found["train"] - 48) <= 3 and abs(found["dev"] - 6) <= 3
    assert deal(items, Split(by=by, seed=3)) == dealt


@pytest.mark.parametrize("seed", range(3))
def test_one_article_of_a_thousand_mentions_does_not_fill_a_part(seed: int) -> None:
    made = [article(n, story(n), "Actor") for n in range(99)]
    made.append(article(99, story(99) * 3, *["Actor"] * 49))
    dealt = deal(project(*made), Split(by="article", seed=seed))
    assert parts(dealt) == {"train": 80, "dev": 10, "test": 10}


def test_a_wire_story_in_many_papers_stays_together() -> None:
    wire = [story(7, 1) for _ in range(1)] + [story(8, 3)]
    made = [article(n, f"{story(100 + n, 8)} {' '.join(wire)}") for n in range(60)]
    made += [article(n, story(1000 + n)) for n in range(100, 200)]
    dealt = deal(project(*made), Split(by="story"))
    assert len({dealt.part_of[e.article.id] for e in made[:60]}) == 1
    assert (dealt.leaks, dealt.sentences) == (0, 0)
    torn = deal(project(*made), Split(by="article"))
    assert torn.leaks == 1 and torn.sentences == 4


def test_stories_are_not_torn_apart_and_articles_may_be() -> None:
    items = corpus()
    whole = deal(items, Split(by="story"))
    assert (whole.leaks, whole.groups) == (0, 40)
    assert whole.highest < 0.5
    torn = deal(items, Split(by="article", seed=1))
    assert torn.leaks > 0 and torn.highest >= 0.5 and torn.pair is not None
    a, b = torn.pair
    assert torn.part_of[a] != torn.part_of[b]


def test_another_seed_deals_another_way() -> None:
    items = corpus()
    assert deal(items, Split(seed=1)).part_of != deal(items, Split(seed=2)).part_of


def test_the_past_comes_first() -> None:
    items = corpus()
    dealt = deal(items, Split(by="date"))
    days: dict[str, set[str]] = {}
    for item in items:
        if isinstance(item, Entry):
            days.setdefault(dealt.part_of[item.article.id], set()).add(item.article.date)
    assert max(days["train"]) < min(days["dev"]) and max(days["dev"]) < min(days["test"])
    assert dealt.undated == 0
    undated = project(article(0, story(0)), article(1, story(1), date="2001-01-01"))
    dealt = deal(undated, Split(shares=(50, 50), by="date"))
    assert dealt.part_of == {uid(1000): "train", uid(1001): "test"} and dealt.undated == 1


def test_a_day_that_is_nearly_all() -> None:
    made = [article(n, story(n), date="2016-05-01") for n in range(9)]
    made += [article(n, story(n), date=f"2016-06-{n:02}") for n in (10, 11)]
    dealt = deal(project(*made), Split(by="date"))
    assert parts(dealt) == {"train": 9, "dev": 1, "test": 1}


def test_sources_stay_together() -> None:
    items = corpus()
    dealt = deal(items, Split(by="source", shares=(60, 40)))
    sources: dict[str, set[str]] = {"train": set(), "test": set()}
    for item in items:
        if isinstance(item, Entry):
            sources[dealt.part_of[item.article.id]].add(item.article.source)
    assert not sources["train"] & sources["test"]
    assert dealt.leaks > 0  # and the report says what that costs


def test_labels_are_spread() -> None:
    items = corpus()
    dealt = deal(items, Split(shares=(50, 50), by="article"))
    rare = [i for i in items if isinstance(i, Entry) and any(
        a.label == "Cue" for a in i.works[0].annotations)]  # fmt: skip
    assert len(rare) == 4
    assert Counter(dealt.part_of[i.article.id] for i in rare) == {"train": 2, "test": 2}


def test_folds() -> None:
    dealt = deal(corpus(), Split(folds=10, by="article"))
    assert sorted(parts(dealt)) == [f"fold{n:02}" for n in range(1, 11)]
    assert max(parts(dealt).values()) - min(parts(dealt).values()) <= 2


@pytest.mark.parametrize(
    "options",
    [
        {"shares": (100,)}, {"shares": (1, 2, 3, 4)}, {"shares": (80, -10, 30)},
        {"shares": (80, float("nan"))}, {"folds": 1}, {"folds": 1000},
    ],
)  # fmt: skip
def test_what_is_no_split(options: dict[str, Any]) -> None:
    with pytest.raises(InputError):
        Split(**options)


@pytest.mark.parametrize(
    ("by", "what"), [("article", "articles"), ("story", "stories"), ("date", "days")]
)
def test_fewer_than_parts(by: Any, what: str) -> None:
    items = project(article(0, story(0), date="2001-01-01"))
    with pytest.raises(InputError, match=f"There are 1 {what} for 3 parts"):
        deal(items, Split(by=by))


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_no_part_stays_empty(data: st.DataObject) -> None:
    count = data.draw(st.integers(3, 9))
    labels = st.lists(st.sampled_from(["Actor", "Place", "Cue"]), max_size=3)
    days = st.sampled_from(["", "2001-01-01", "2002-02-02", "2003-03-03"])
    made = [article(n, story(n), *data.draw(labels), date=data.draw(days)) for n in range(count)]
    by = data.draw(st.sampled_from(BY))
    shares = data.draw(st.sampled_from([(80, 10, 10), (1, 1, 98), (98, 1, 1)]))
    split = Split(shares=shares, by=by, seed=data.draw(st.integers(0, 9)))
    try:
        dealt = deal(project(*made), split)
    except InputError:
        assert by == "date" and len({e.article.date for e in made}) < 3
        return
    assert set(parts(dealt)) == {"train", "dev", "test"}
    if by == "date":
        order = ["train", "dev", "test"]
        for a, b in combinations(made, 2):
            if a.article.date < b.article.date:
                first, second = dealt.part_of[a.article.id], dealt.part_of[b.article.id]
                assert order.index(first) <= order.index(second)
