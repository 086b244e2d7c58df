"""Prodigy's JSONL: tokens, spans, relations, answers, several annotators."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from tests.formats.carrying import hand_out, proven, read_back
from tests.formats.projects import (
    ACTOR,
    OTHER,
    entry,
    full,
    news,
    project,
    projects,
    read,
    span,
    uid,
    work,
)

from annotator import resources
from annotator.formats import for_path
from annotator.formats.own import OWN
from annotator.formats.prodigy import PRODIGY
from annotator.model.corpus import Annotator, Entry, Item
from annotator.model.document import Entity, Link
from annotator.model.errors import InputError, MisplacedSpan

# After the examples in prodi.gy/docs/api-interfaces: spans_manual, then relations.
MANUAL: dict[str, Any] = {
    "text": "First look at the new MacBook Pro",
    "spans": [
        {"start": 22, "end": 33, "label": "PRODUCT", "token_start": 5, "token_end": 6},
        {"token_start": 0, "token_end": 0, "label": "ORDER"},
    ],
    "tokens": [
        {"text": "First", "start": 0, "end": 5, "id": 0},
        {"text": "look", "start": 6, "end": 10, "id": 1},
        {"text": "at", "start": 11, "end": 13, "id": 2},
        {"text": "the", "start": 14, "end": 17, "id": 3},
        {"text": "new", "start": 18, "end": 21, "id": 4},
        {"text": "MacBook", "start": 22, "end": 29, "id": 5},
        {"text": "Pro", "start": 30, "end": 33, "id": 6},
    ],
    "meta": {"source": "Wire", "score": 0.5, "date": "tomorrow", "none": None},
    "answer": "accept",
    "_input_hash": 1,
    "_task_hash": 2,
    "_session_id": "news-ann",
    "_annotator_id": "news-ann",
}
RELATIONS: dict[str, Any] = {
    "text": "My mother’s name is Sasha",
    "tokens": [
        {"text": "My", "start": 0, "end": 2, "id": 0},
        {"text": "mother’s", "start": 3, "end": 11, "id": 1},
        {"text": "name", "start": 12, "end": 16, "id": 2},
        {"text": "is", "start": 17, "end": 19, "id": 3},
        {"text": "Sasha", "start": 20, "end": 25, "id": 4},
    ],
    "spans": [{"start": 20, "end": 25, "token_start": 4, "token_end": 4, "label": "PERSON"}],
    "relations": [
        {
            "head": 0,
            "child": 4,
            "label": "POSS",
            "color": "#c5bdf4",
            "head_span": {"start": 0, "end": 2, "token_start": 0, "token_end": 0, "label": None},
            "child_span": {
                "start": 20, "end": 25, "token_start": 4, "token_end": 4, "label": "PERSON",
            },
        },
        {"head": 1, "child": 4, "label": "SUBJ"},
    ],
}  # fmt: skip


def saved(tmp_path: Path, *rows: object, name: str = "a.jsonl") -> Path:
    path = tmp_path / name
    made = (row if isinstance(row, str) else json.dumps(row) for row in rows)
    path.write_text("".join(f"{row}\n" for row in made), "utf-8", newline="")
    return path


def entries(path: Path, **options: Any) -> list[Entry]:
    return [item for item in read_back(PRODIGY, path, **options) if isinstance(item, Entry)]


def spans(found: Entry, number: int = 0) -> list[str]:
    return [f"{a.label}: {a.quote(found.text)}" for a in found.works[number].annotations]


def written(tmp_path: Path, items: list[Item]) -> list[dict[str, Any]]:
    target = tmp_path / "out.jsonl"
    hand_out(PRODIGY, items, target)
    return [json.loads(line) for line in target.read_text("utf-8").splitlines()]


def test_the_keys(tmp_path: Path) -> None:
    link = Link(id=uid(50), type="source", from_id=uid(41), to_id=uid(40), fields={})
    same = Link(
        id=uid(51), type="agrees_with", from_id=uid(41), to_id=uid(42), fields={"note": "x"}
    )
    items = project(
        entry(
            work(
                span(40, "Actor", 0, 4, entity=ACTOR.id, uncertain=True),
                span(41, "Claim", 5, 13),
                span(42, "Claim", 0, 13),
                span(43, "Claim", 0, 2),
                links=(link, same),
            ),
            text="ISIS took it \n😀",
        )
    )
    (row,) = written(tmp_path, items)
    assert row["text"] == "ISIS took it \n😀"
    assert row["meta"] == {"title": "Taken"}
    assert [(t["text"], t["start"], t["end"], t["ws"]) for t in row["tokens"]] == [
        ("ISIS", 0, 4, True), ("took", 5, 9, True), ("it", 10, 12, True),
        ("\n", 13, 14, False), ("😀", 14, 15, False),
    ]  # fmt: skip
    assert "".join(t["text"] + " " * t["ws"] for t in row["tokens"]) == row["text"]
    first = {
        "start": 0, "end": 4, "token_start": 0, "token_end": 0, "label": "Actor", "id": uid(40),
    }  # fmt: skip
    assert row["spans"][1] == {**first, "fields": {"uncertain": True}, "kb_id": ACTOR.id}
    assert [s["label"] for s in row["spans"]] == ["Claim", "Actor", "Claim"]
    assert row["entities"] == {
        ACTOR.id: {"type": "actor", "fields": {"name": "ISIS", "aliases": ["IS", "Daesh"]}}
    }
    assert row["relations"][0]["head_span"]["id"] == uid(41)
    assert row["relations"][0]["child_span"] == first
    assert (row["relations"][0]["head"], row["relations"][0]["child"]) == (2, 0)
    assert row["relations"][1]["fields"] == {"note": "x"}
    assert (row["answer"], row["state"], row["_annotator_id"]) == ("accept", "in_progress", "ada")
    assert row["_view_id"] == "relations"
    _, losses = hand_out(PRODIGY, items, tmp_path / "again.jsonl")
    assert losses.counts == {"not on token edges": 1, "blanks at the ends": 2}
    assert losses.whole == {uid(43)}


def test_states_and_several_annotators(tmp_path: Path) -> None:
    first = entry(
        replace(work(span(40, "Actor", 0, 4)), state="accepted"),
        replace(work(owner=OTHER), state="returned"),
    )
    items = project(first, entry(replace(work(), state="new"), number=21), entry(number=22))
    rows = written(tmp_path, items)
    assert [row.get("answer") for row in rows] == ["accept", "reject", "ignore", None]
    assert [row.get("_annotator_id") for row in rows] == ["ada", "bob", "ada", None]
    assert rows[0]["_input_hash"] == rows[1]["_input_hash"] != rows[2]["_input_hash"]
    assert proven(PRODIGY, items, tmp_path / "x.jsonl").differences == ()
    back = entries(tmp_path / "x.jsonl")
    assert [[w.state for w in e.works] for e in back] == [["accepted", "returned"], ["new"], []]


@settings(
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    deadline=None,
)
@given(items=projects())
def test_any_project_comes_back(tmp_path: Path, items: list[Item]) -> None:
    target = tmp_path / "any.jsonl"
    assert proven(PRODIGY, items, target).differences == ()
    body = target.read_bytes()
    hand_out(PRODIGY, items, target)
    assert target.read_bytes() == body
    back = [e.article for e in entries(target)]
    meant = [e.article for e in items if isinstance(e, Entry)]
    assert [(a.title, a.metadata) for a in back] == [(a.title, a.metadata) for a in meant]


def test_the_sample_and_every_record_come_back(tmp_path: Path) -> None:
    sample = read(resources.path("sample/palmyra.jsonl"))
    proof = proven(PRODIGY, sample, tmp_path / "x.jsonl")
    assert (proof.annotations > 100, proof.differences) == (True, ())
    assert proven(PRODIGY, full(), tmp_path / "y.jsonl").differences == ()
    assert for_path(tmp_path / "x.jsonl") is PRODIGY
    assert OWN.write is not None
    assert PRODIGY.recognises is not None
    hand_out(OWN, full(), tmp_path / "own.jsonl")
    assert not PRODIGY.recognises(tmp_path / "own.jsonl")
    task = '{"text": "Uber blew", "spans": [{"start": 0, "end": 4, "label": "ORG"}]'
    for row, known in ((f"{task}}}\n", True), (f'{task}, "article_id": "1"}}\n', False)):
        (tmp_path / "task.jsonl").write_text(row)
        assert PRODIGY.recognises(tmp_path / "task.jsonl") is known


def test_metadata_with_the_name_of_a_fact(tmp_path: Path) -> None:
    items = project(entry(metadata={"title": "x", "metadata.a": "y", "b": "z"}))
    (back,) = (e for e in _written_back(tmp_path, items) if isinstance(e, Entry))
    assert back.article.metadata == {"title": "x", "metadata.a": "y", "b": "z"}
    assert back.article.title == "Taken"


def _written_back(tmp_path: Path, items: list[Item]) -> list[Item]:
    written(tmp_path, items)
    return read_back(PRODIGY, tmp_path / "out.jsonl")


def test_a_published_example(tmp_path: Path) -> None:
    items = read_back(PRODIGY, saved(tmp_path, MANUAL))
    people = [item.login for item in items if isinstance(item, Annotator)]
    assert people == ["news-ann"]
    (found,) = (item for item in items if isinstance(item, Entry))
    assert spans(found) == ["ORDER: First", "PRODUCT: MacBook Pro"]
    assert found.works[0].state == "submitted"
    assert (found.article.source, found.article.date) == ("Wire", "")
    assert found.article.metadata == {"score": "0.5", "date": "tomorrow"}


def test_published_relations(tmp_path: Path) -> None:
    (found,) = entries(saved(tmp_path, RELATIONS))
    assert spans(found) == ["Token: My", "Token: mother’s", "PERSON: Sasha"]
    places = {a.id: a.quote(found.text) for a in found.works[0].annotations}
    assert [(k.type, places[k.from_id], places[k.to_id]) for k in found.works[0].links] == [
        ("POSS", "My", "Sasha"), ("SUBJ", "mother’s", "Sasha"),
    ]  # fmt: skip
    assert found.works[0].state == "in_progress"


def test_answers_and_lines_of_one_text_in_any_order(tmp_path: Path) -> None:
    def row(text: str, who: str, answer: str | None = "accept", **more: Any) -> dict[str, Any]:
        spans = [{"start": 0, "end": 1, "label": "A"}]
        return {"text": text, "_annotator_id": who, "answer": answer, "spans": spans, **more}

    path = saved(
        tmp_path,
        row("a b", "ann", "reject"),
        "",
        row("c d", "bob", "ignore"),
        row("a b", "bob", None),
        row("a b", "ann"),
        {"text": "e f"},
        {"text": "g h", "_annotator_id": 7, "_session_id": "s", "answer": "maybe", "state": 7},
    )
    found = entries(path)
    assert [e.text.value for e in found] == ["a b", "a b", "c d", "e f", "g h"]
    states = [[w.state for w in e.works] for e in found]
    assert states == [["returned", "in_progress"], ["submitted"], ["new"], [], ["in_progress"]]


def test_entities_and_words_of_others(tmp_path: Path) -> None:
    row = {
        "text": "EU and EU",
        "spans": [
            {"start": 0, "end": 2, "label": "ORG", "kb_id": "Q458", "id": "pattern"},
            {"start": 7, "end": 9, "label": "ORG", "kb_id": "Q458", "id": "pattern"},
            {"start": 3, "end": 6, "kb_id": "Q1", "text": "and"},
        ],
        "entities": {"Q458": {"type": "org", "fields": {"name": "Union", "x": None}}, "Q1": 3},
    }
    items = read_back(PRODIGY, saved(tmp_path, row))
    held = {item.id: item for item in items if isinstance(item, Entity)}
    assert [(e.type, dict(e.fields)) for e in held.values()] == [
        ("org", {"name": "Union"}), ("span", {"name": "and"}),
    ]  # fmt: skip
    (found,) = (item for item in items if isinstance(item, Entry))
    assert [held[str(a.fields["entity"])].name for a in found.works[0].annotations] == [
        "Union", "and", "Union",
    ]  # fmt: skip


def test_characters_that_no_database_takes(tmp_path: Path) -> None:
    row = {
        "text": "a\0b\ud800 c\r\nd",
        "meta": {"title": "x\0", "k\ud800": ["y\0"]},
        "spans": [{"start": 5, "end": 6, "label": "L\0\ud800", "fields": {"f": "z\0", "g": "\0"}}],
        "_annotator_id": "ann\ud800",
    }
    items = read_back(PRODIGY, saved(tmp_path, row))
    (found,) = (item for item in items if isinstance(item, Entry))
    assert found.text.value == "ab c\nd"
    assert spans(found) == ["L: c"]
    assert found.works[0].annotations[0].fields == {"f": "z"}
    assert found.article.title == "x"
    assert not any("\0" in text or "\ud800" in text for text in map(repr, items))


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"spans": [{"start": 0, "end": 99}]}, "outside the text"),
        ({"spans": [{"start": "0", "end": 5}]}, "Expected the offsets"),
        ({"spans": [{"start": True, "end": 5}]}, "Expected the offsets"),
        ({"spans": [{"token_start": 5, "token_end": 9}]}, "Expected the offsets"),
        ({"spans": [{"token_start": 0, "token_end": 0}], "tokens": [{}]}, "Expected the offsets"),
        ({"spans": {}, "tokens": 7}, "at tokens: Expected a list"),
        ({"spans": [7]}, "at spans: Expected a list"),
        ({"spans": [{"start": 0, "end": 5, "fields": 7}]}, "at fields: Expected an object"),
        ({"spans": [{"start": 0, "end": 5, "points": {"a": "b"}}]}, "has no field a"),
        ({"relations": [{"head": 77, "child": 0}]}, "relations[0].head: Expected the offsets"),
        ({"relations": [{"head": 0, "child": 0}]}, "can't be linked to itself"),
        ({"text": " \n"}, "The text is empty"),
        ({"text": None}, "with a text"),
    ],
)
def test_faults(tmp_path: Path, change: dict[str, Any], expected: str) -> None:
    path = saved(tmp_path, MANUAL, {**MANUAL, "_input_hash": 9, **change}, "[1]", "{", "[" * 9999)
    with pytest.raises(InputError) as caught:
        read_back(PRODIGY, path)
    assert (caught.value.source, caught.value.line) == ("a.jsonl", 2)
    assert expected in str(caught.value)
    faults: list[InputError] = []
    assert len(entries(path, fault=faults.append)) == 1
    assert [fault.line for fault in faults] == [2, 3, 4, 5]


def test_words_that_stand_elsewhere(tmp_path: Path) -> None:
    row = {"text": "😀 EU won", "spans": [{"start": 3, "end": 5, "label": "ORG", "text": "EU"}]}
    path = saved(tmp_path, row)
    with pytest.raises(MisplacedSpan):
        read_back(PRODIGY, path)
    (found,) = entries(path, repair=True)
    assert spans(found) == ["ORG: EU"]


def test_a_relation_to_a_label_that_the_project_has(tmp_path: Path) -> None:
    row = {
        **RELATIONS,
        "relations": [
            {"head": 0, "child": 4, "label": "x", "head_span": {"start": 0, "end": 2, "label": "Y"}}
        ],
    }
    (found,) = entries(saved(tmp_path, row), codebook=news())
    assert spans(found) == ["Y: My", "PERSON: Sasha"]
