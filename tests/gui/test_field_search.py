"""Searching names: order, folding, and that letters alone find."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.gui.field_search import NameIndex, fold

NAMES = {
    "a": ("Syria", "Syrian Arab Republic"),
    "b": ("Assyrian Church",),
    "c": ("New Syria Party",),
    "d": ("Žižkov – Praha", "جيش"),
    "e": ("Southern Rhodesia",),
    "f": ("syria",),
}


def found(index: NameIndex, typed: str) -> list[tuple[str, int]]:
    return [(hit.key, hit.tier) for hit in index.search(typed)]


def test_exact_then_start_then_word_then_inside_then_letters() -> None:
    index = NameIndex(NAMES.items())
    assert found(index, "Syria") == [("a", 0), ("f", 0), ("c", 2), ("b", 3)]
    assert found(index, "syrian") == [("a", 1), ("b", 3)]
    assert found(index, "srhod") == [("e", 4)]
    assert found(index, "zizkov p") == [("d", 1)]
    assert found(index, "جيش") == [("d", 0)]
    assert found(index, "  ") == [] and found(index, "qqq") == []


def test_names_come_change_and_go() -> None:
    index = NameIndex(NAMES.items())
    index.drop("a")
    index.drop("nobody")
    index.put("f", ("Assyria",))
    assert found(index, "syria") == [("c", 2), ("f", 3), ("b", 3)]
    index.put("g", ("",))
    assert len(index) == 6 and found(index, "assyria") == [("f", 0), ("b", 1)]


def test_no_more_than_asked_for() -> None:
    index = NameIndex((str(n), (f"name {n}",)) for n in range(500))
    assert len(index.search("name", 20)) == 20
    assert index.search("name 7", 5)[0].key == "7"


@pytest.mark.parametrize(
    ("text", "folded"),
    [("Al-Ḥasaka  (city)", "al hasaka city"), ("STRASSE", "strasse"), ("ﬁne", "fine"), ("—", "")],
)
def test_fold(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.dictionaries(st.text(max_size=6), st.lists(st.text(max_size=12), max_size=3), max_size=8))
def test_every_name_is_found_by_itself(names: dict[str, list[str]]) -> None:
    index = NameIndex(names.items())
    for key, each in names.items():
        for name in each:
            if fold(name):
                assert (key, 0) in found(index, name)


@given(st.text(max_size=30), st.text(max_size=8))
def test_any_typing_is_a_search(name: str, typed: str) -> None:
    NameIndex([("k", (name,))]).search(typed)
