"""GLiNER: what its training script asks of the data."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from tests.formats.carrying import hand_out
from tests.formats.projects import entry, full, project, projects, span, work

from annotator.formats.fit import Losses
from annotator.formats.format import WriteOptions, Written
from annotator.formats.gliner import GLINER, MAX_TOKENS
from annotator.model.corpus import Item


def out(tmp_path: Path, items: list[Item]) -> tuple[list[dict[str, Any]], Written, Losses]:
    done, losses = hand_out(GLINER, items, tmp_path / "x.json")
    found: list[dict[str, Any]] = json.loads((tmp_path / "x.json").read_text("utf-8"))
    for example in found:
        assert set(example) == {"tokenized_text", "ner"}
        words = example["tokenized_text"]
        assert words
        assert all(isinstance(word, str) and word.strip() for word in words)
        for start, end, label in example["ner"]:
            assert 0 <= start <= end < len(words)
            assert isinstance(label, str)
    assert sum(len(e["ner"]) for e in found) == done.annotations
    return found, done, losses


def test_token_numbers_are_inclusive_and_spans_may_overlap(tmp_path: Path) -> None:
    text = "ISIS took Los Angeles. It left 😀 today."
    spans = (span(40, "Claim", 0, 22), span(41, "Place", 10, 21), span(42, "Cue", 31, 32))
    found, _, losses = out(tmp_path, project(entry(work(*spans), text=text)))
    assert found == [
        {
            "tokenized_text": [
                "ISIS", "took", "Los", "Angeles", ".", "It", "left", "😀", "today", ".",
            ],
            "ner": [[0, 4, "Claim"], [2, 3, "Place"], [7, 7, "Cue"]],
        }
    ]  # fmt: skip
    assert set(losses.counts) == {"facts of the article"}


def test_a_long_article_is_several_examples(tmp_path: Path) -> None:
    sentence = "One two three four. "
    text = sentence * 100
    length = len(sentence)
    per_run = MAX_TOKENS // 5
    spans = (
        span(40, "Cue", length * per_run, length * per_run + 3),
        span(41, "Claim", length * (per_run - 1), length * (per_run + 1) - 1),
        span(42, "Claim", 0, length * 2 - 1),
        span(43, "Cue", 1, 3),
    )
    found, done, losses = out(tmp_path, project(entry(work(*spans), text=text)))
    assert [len(e["tokenized_text"]) for e in found] == [per_run * 5, (100 - per_run) * 5]
    assert found[1]["ner"] == [[0, 0, "Cue"]]
    assert found[0]["ner"] == [[0, 9, "Claim"]]
    assert done.annotations == 2
    assert losses.counts["across examples"] == 1
    assert losses.counts["not on token edges"] == 1


def test_a_longer_sentence_is_not_torn(tmp_path: Path) -> None:
    text = "One two. " + "Word " * (MAX_TOKENS + 10) + "end. Last one."
    found, _, _ = out(tmp_path, project(entry(work(), text=text)))
    assert [len(e["tokenized_text"]) for e in found] == [3, MAX_TOKENS + 12, 3]


def test_what_was_not_fitted_is_told_of_all_the_same(tmp_path: Path) -> None:
    losses = Losses()
    assert GLINER.write is not None
    items = project(entry(work(span(40, "Cue", 1, 3)), text="ISIS won."))
    done = GLINER.write(items, tmp_path / "x.json", WriteOptions(lose=losses))
    assert done.annotations == 0
    assert losses.counts == {"not on token edges": 1}


def test_nothing_and_the_same_bytes(tmp_path: Path) -> None:
    assert out(tmp_path, project())[0] == []
    out(tmp_path, full())
    before = (tmp_path / "x.json").read_bytes()
    out(tmp_path, full())
    assert (tmp_path / "x.json").read_bytes() == before


def test_any_project(tmp_path: Path) -> None:
    @settings(
        max_examples=40,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
        deadline=None,
    )
    @given(projects())
    def check(items: list[Item]) -> None:
        out(tmp_path, items)

    check()
