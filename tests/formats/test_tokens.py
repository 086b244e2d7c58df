"""Spans as tokens and tags."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.formats.projects import span
from tests.model.builders import texts

from annotator.formats.format import Loss, Scheme
from annotator.formats.tokens import Tokens, tokenised, told
from annotator.model.document import Annotation

TEXT = "New York Paris. Rome fell."


def tags(scheme: Scheme, *annotations: Annotation) -> str:
    found, count = Tokens(TEXT).tags(annotations, scheme, str.lower, lambda *_: pytest.fail())
    assert count == len(annotations)
    return " ".join(found)


@pytest.mark.parametrize(
    ("scheme", "wanted"),
    [
        ("BIO", "B-place I-place B-place O B-place O O"),
        ("IOB1", "I-place I-place B-place O I-place O O"),
        ("BILOU", "B-place L-place U-place O U-place O O"),
    ],
)
def test_schemes(scheme: Scheme, wanted: str) -> None:
    spans = (span(42, "Place", 16, 20), span(40, "Place", 0, 8), span(41, "Place", 9, 14))
    assert tags(scheme, *spans) == wanted


def test_in_iob1_only_a_neighbour_of_the_same_label_begins() -> None:
    assert tags("IOB1", span(40, "Place", 0, 8), span(41, "Actor", 9, 14)).startswith(
        "I-place I-place I-actor"
    )
    end = (span(40, "Place", 9, 15), span(41, "Place", 16, 20))  # the sentence ends between them
    assert tags("IOB1", *end) == "O O I-place I-place I-place O O"


def test_three_tokens_in_bilou() -> None:
    assert tags("BILOU", span(40, "Place", 0, 14)).startswith("B-place I-place L-place")


def test_misfits_are_told() -> None:
    lost: list[Loss] = []
    spans = (span(40, "Place", 0, 5), span(41, "Place", 0, 8), span(42, "Actor", 4, 14))
    found, count = Tokens(TEXT).tags(spans, "BIO", str, told(lost.append, "a1"))
    assert found[:3] == ["B-Place", "I-Place", "O"] and count == 1
    assert [(k.reason, k.article_id, k.record_id[-2:], k.whole) for k in lost] == [
        ("not on token edges", "a1", "28", True), ("on a token of another one", "a1", "2a", True),
    ]  # fmt: skip


@given(texts(), st.data())
def test_a_fitting_span_covers_its_words(text: str, data: st.DataObject) -> None:
    tokens = tokenised(text)
    assert tokens is tokenised(text)
    flat = tokens.flat
    assert [n for n, row in enumerate(tokens.rows) for _ in row] == tokens.sentence_of
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    covered = tokens.covered(start, end)
    assert [i for i, (a, b) in enumerate(flat) if a < end and b > start] == list(covered)
    if not tokens.misfit(start, end, across=True):
        words = "".join(text[flat[i][0] : flat[i][1]] for i in covered)
        assert words == "".join(text[start:end].split())
    elif covered and not tokens.misfit(flat[covered[0]][0], flat[covered[-1]][1], across=True):
        assert tokens.misfit(start, end, across=True) == "not on token edges"
