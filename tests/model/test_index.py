"""The index answers as a search through all annotations would."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.model.builders import an_id

from annotator.model.document import Annotation, place
from annotator.model.edit import joined
from annotator.model.index import SpanIndex


def _marks(most: int) -> st.SearchStrategy[list[Annotation]]:
    at = st.one_of(st.integers(0, 40), st.integers(0, 20_000))
    extent = st.tuples(at, at).map(lambda e: (min(e), max(e)))  # zero width too
    fragments = st.lists(extent, min_size=1, max_size=3).map(joined)

    def numbered(places: list[tuple[tuple[int, int], ...]]) -> list[Annotation]:
        ids = (an_id(4, n) for n in range(len(places)))
        return [
            Annotation(id=i, label="Actor", fragments=f) for i, f in zip(ids, places, strict=True)
        ]

    return st.lists(fragments, max_size=most).map(numbered)


@given(_marks(12), st.data())
def test_the_index_finds_what_a_search_through_all_finds(
    marks: list[Annotation], data: st.DataObject
) -> None:
    index = SpanIndex(marks)
    dropped = data.draw(st.lists(st.sampled_from(marks), unique_by=lambda a: a.id)) if marks else []
    for annotation in dropped:
        index.drop(annotation)
    left = [a for a in marks if a not in dropped]
    for annotation in left[:2]:  # a resize
        index.drop(annotation)
        index.put(annotation)
    ends = [e for a in marks for e in (a.start, a.end, a.end + 1)] or [0]
    for start in ends[:8]:
        end = start + data.draw(st.integers(0, 12_000))
        touching = [a for a in left if a.start <= end and a.end >= start]
        assert index.touching(start, end) == sorted(touching, key=place)
        at = [a for a in left if any(x <= start <= y for x, y in a.fragments)]
        assert index.at(start) == sorted(at, key=lambda a: (a.end - a.start, a.id))


@pytest.mark.parametrize("length", [4, 100_000])
def test_what_is_not_there_is_dropped_without_a_fault(length: int) -> None:
    index = SpanIndex()
    index.drop(Annotation(id="x", label="Actor", fragments=((0, length),)))
    assert index.touching(0, length) == []
