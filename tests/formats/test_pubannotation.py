from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from tests.formats.carrying import hand_out, proven, read_back
from tests.formats.projects import OTHER, entry, full, project, projects, read, span, uid, work

from annotator import resources
from annotator.formats import for_path
from annotator.formats.pubannotation import PUBANNOTATION
from annotator.model.corpus import Annotator, Entry, Heading, Item
from annotator.model.errors import InputError

TEXT = "IRF-4 expression in CML may be induced by IFN-α therapy 😀"


def check(document: dict[str, Any]) -> None:
    """The rules of PubAnnotation's own intake (its annotation format page and what it checks)."""
    length = len(document["text"])
    for said in document.get("tracks", [document]):
        ids = [d["id"] for d in said.get("denotations", [])]
        for d in said.get("denotations", []):
            assert d["obj"]
            spans = d["span"] if isinstance(d["span"], list) else [d["span"]]
            assert all(0 <= s["begin"] < s["end"] <= length for s in spans) and spans
        for r in said.get("relations", []):
            assert r["pred"] and r["subj"] in ids and r["obj"] in ids
        ids += [r["id"] for r in said.get("relations", [])]
        for a in said.get("attributes", []):
            assert a["subj"] in ids and a["pred"]
            assert a["obj"] is not False and a["obj"] not in (None, "")  # 0 is something
        ids += [a["id"] for a in said.get("attributes", [])]
        assert len(ids) == len(set(ids))


def files(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(p.read_bytes()) for p in sorted(folder.glob("*.json"))]


def entries(items: list[Item]) -> list[Entry]:
    return [item for item in items if isinstance(item, Entry)]


def one(tmp_path: Path, document: Any, **options: Any) -> Entry:
    path = tmp_path / "in.json"
    path.write_text(document if isinstance(document, str) else json.dumps(document), "utf-8")
    (found,) = entries(read_back(PUBANNOTATION, path, **options))
    return found


def told(found: Entry) -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (a.label, a.quote(found.text), dict(a.fields)) for w in found.works for a in w.annotations
    ]


@settings(
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    deadline=None,
)
@given(items=projects())
def test_any_project_comes_back(tmp_path: Path, items: list[Item]) -> None:
    target = tmp_path / "out"
    shutil.rmtree(target, ignore_errors=True)
    assert proven(PUBANNOTATION, items, target).differences == ()
    for document in files(target):
        check(document)


def test_the_sample_comes_back(tmp_path: Path) -> None:
    items = read(resources.path("sample/palmyra.jsonl"))
    assert proven(PUBANNOTATION, items, tmp_path / "out").differences == ()
    (document,) = files(tmp_path / "out")
    check(document)
    assert for_path(tmp_path / "out") is PUBANNOTATION


def test_facts_states_and_annotators_come_back(tmp_path: Path) -> None:
    items = full()
    hand_out(PUBANNOTATION, items, tmp_path / "out")
    back = read_back(PUBANNOTATION, tmp_path / "out")
    logins = {item.id: item.login for item in back if isinstance(item, Annotator)}
    first, second = entries(back)
    meant = items[5]
    assert isinstance(meant, Entry)
    for name in ("title", "source", "url", "language", "date", "date_source", "metadata"):
        assert getattr(first.article, name) == getattr(meant.article, name)
    assert [(logins[w.owner_id], w.state) for w in first.works] == [
        ("ada", "in_progress"), ("bob", "in_progress"),
    ]  # fmt: skip
    assert second.works == ()
    assert isinstance(back[0], Heading) and isinstance(items[0], Heading)
    assert back[0].codebook == items[0].codebook


def test_the_same_bytes_twice(tmp_path: Path) -> None:
    for name in ("one", "two"):
        hand_out(PUBANNOTATION, full(), tmp_path / name)
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes()


def test_a_file(tmp_path: Path) -> None:
    spans = (
        span(40, "Actor", 0, 5, uncertain=False, note="x"),
        span(41, "Claim", 6, 16, context=("a", "b")),
        span(42, "Claim", 6, 16, context=("[", "")),
    )
    hand_out(PUBANNOTATION, project(entry(work(*spans, owner=OTHER), text=TEXT)), tmp_path / "out")
    (document,) = files(tmp_path / "out")
    assert [p.name for p in sorted((tmp_path / "out").iterdir())] == [
        "00001-taken.json", "project.annotator.jsonl",
    ]  # fmt: skip
    assert document["project"] == "bob"
    assert document["denotations"][0] == {
        "id": "T1", "span": {"begin": 0, "end": 5}, "obj": "Actor",
    }  # fmt: skip
    assert [(a["subj"], a["pred"], a["obj"]) for a in document["attributes"]] == [
        ("T1", "uncertain", "false"), ("T1", "note", "x"),
        ("T2", "context", "a"), ("T2", "context", "b"), ("T3", "context", '["[",""]'),
    ]  # fmt: skip


# ---- as others write it --------------------------------------------------------------------------

DENOTATIONS = [
    {"id": "T1", "span": {"begin": 0, "end": 5}, "obj": "Protein"},
    {"id": "T2", "span": {"begin": 42, "end": 47}, "obj": "Protein"},
]


def test_the_published_example(tmp_path: Path) -> None:
    found = one(
        tmp_path,
        {
            "text": TEXT,
            "sourcedb": "PubMed",
            "sourceid": 10022882,
            "target": "http://pubannotation.org/docs/1",
            "denotations": DENOTATIONS,
            "relations": [{"id": "R1", "subj": "T1", "pred": "interactWith", "obj": "T2"}],
            "attributes": [
                {"subj": "T1", "pred": "type", "obj": "Gene"},
                {"subj": "T2", "pred": "score", "obj": 3},
                {"subj": "T1", "pred": "known"},
                {"subj": "R1", "pred": "sure", "obj": True},
            ],
            "modifications": [{"id": "M1", "pred": "Negation", "obj": "T2"}],
        },
    )
    assert told(found) == [
        ("Protein", "IRF-4", {"type": "Gene", "known": True}),
        ("Protein", "IFN-α", {"score": 3, "Negation": True}),
    ]
    (link,) = found.works[0].links
    assert (link.type, link.fields) == ("interactWith", {"sure": True})
    assert found.article.url == "http://pubannotation.org/docs/1"
    assert found.article.title == TEXT
    assert found.article.metadata == {"sourcedb": "PubMed", "sourceid": "10022882"}


def test_discontinuous_spans_as_bags_and_as_chains(tmp_path: Path) -> None:
    spans = [{"begin": 20, "end": 23}, {"begin": 0, "end": 5}]
    found = one(
        tmp_path,
        {
            "text": TEXT,
            "denotations": [
                {"span": spans, "obj": "Bag"},
                {"id": "D-0", "span": spans[1], "obj": "_FRAGMENT"},
                {"id": "D-1", "span": spans[0], "obj": "Chain"},
                {"begin": 56, "end": 57, "obj": 7},
            ],
            "relations": [{"id": "C", "pred": "_lexicallyChainedTo", "subj": "D-1", "obj": "D-0"}],
            "blocks": [{"id": "B1", "span": {"begin": 0, "end": 57}, "obj": "Sentence"}],
        },
    )
    assert [(label, quote) for label, quote, _ in told(found)] == [
        ("Sentence", TEXT), ("Bag", "IRF-4 … CML"), ("Chain", "IRF-4 … CML"), ("7", "😀"),
    ]  # fmt: skip


def test_tracks_and_an_array(tmp_path: Path) -> None:
    path = tmp_path / "in.json"
    documents = [
        {"text": "one", "tracks": [{"project": "a", "denotations": []}, {"project": "b"}]},
        {"text": "two", "project": "a", "denotations": []},
        {"text": "three\r\nlines", "denotations": [{"span": {"begin": 7, "end": 12}, "obj": "X"}]},
        {"text": "nobody"},
    ]
    path.write_text("\ufeff" + json.dumps(documents), "utf-8")
    assert for_path(path) is PUBANNOTATION
    items = read_back(PUBANNOTATION, path, annotator="eva")
    logins = {item.id: item.login for item in items if isinstance(item, Annotator)}
    assert [[logins[w.owner_id] for w in e.works] for e in entries(items)] == [
        ["a", "b"], ["a"], ["eva"], [],
    ]  # fmt: skip
    assert told(entries(items)[2]) == [("X", "lines", {})]


def test_a_date_that_is_none_is_left_out(tmp_path: Path) -> None:
    article = {"title": "T", "date": "soon", "date_source": "given"}
    found = one(tmp_path, {"text": "x", "article": article})
    assert (found.article.title, found.article.date, found.article.date_source) == ("T", "", "")


# ---- faults --------------------------------------------------------------------------------------

D = {"id": "T1", "span": {"begin": 0, "end": 5}, "obj": "Protein"}
BROKEN: list[tuple[Any, str]] = [
    ("{", "This is not PubAnnotation JSON"),
    ("[{]", "This is not PubAnnotation JSON"),
    ("[" * 100_000, "nested too deeply"),
    ('{"text": "a", "x": ' + "[" * 100_000, "nested too deeply"),
    ('{"text": "a", "denotations": {}}', "at denotations: Expected a list"),
    ('[{"text": 1}]', r"in.json, at \[0\]\.text: Expected a text"),
    ({"text": " "}, "There is no text"),
    ({"text": "a", "tracks": [{"project": "a"}, {"project": "a"}]}, "second track of a"),
    ({"text": TEXT, "denotations": [D, D]}, "at T1: The id is there already"),
    ({"text": TEXT, "denotations": [{**D, "obj": " "}]}, "needs an obj"),
    ({"text": TEXT, "denotations": [{"id": 1, "obj": "X"}]}, "needs a span"),
    ({"text": TEXT, "denotations": [{**D, "span": []}]}, "covers nothing"),
    ({"text": TEXT, "denotations": [{**D, "span": {"begin": 0, "end": 500}}]}, "offset 500"),
    ({"text": TEXT, "denotations": [{**D, "span": {"begin": -1, "end": 5}}]}, "offset -1"),
    ({"text": TEXT, "denotations": [D], "relations": [{"pred": " "}]}, "needs a pred"),
    (
        {"text": TEXT, "denotations": [D], "relations": [{"pred": "p", "subj": "T1", "obj": "T9"}]},
        "leads to T9",
    ),
    (
        {
            "text": TEXT, "denotations": [D],
            "relations": [{"pred": "_lexicallyChainedTo", "subj": "T1", "obj": "T9"}],
        },
        "chained to T9",
    ),
    ({"text": TEXT, "denotations": [D], "attributes": [{"subj": "T9", "pred": "p"}]}, "of T9"),
    ({"text": TEXT, "denotations": [D], "attributes": [{"subj": "T1"}]}, "needs a pred"),
]  # fmt: skip


@pytest.mark.parametrize(("document", "message"), BROKEN)
def test_a_fault(tmp_path: Path, document: Any, message: str) -> None:
    with pytest.raises(InputError, match=message) as caught:
        one(tmp_path, document)
    assert str(caught.value.source).startswith("in.json")


def test_a_chain_that_goes_in_a_circle(tmp_path: Path) -> None:
    chain = [{"pred": "_lexicallyChainedTo", "subj": "T1", "obj": "T1"}]
    assert told(one(tmp_path, {"text": TEXT, "denotations": [D], "relations": chain})) == [
        ("Protein", "IRF-4", {})
    ]


def test_a_file_at_fault_is_told_and_reading_goes_on(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("{")
    (tmp_path / "b.json").write_text("")
    (tmp_path / "c.json").write_text('[{"text": "one"}, {"text": ""}, {"text": "two"}]')
    faults: list[InputError] = []
    found = entries(read_back(PUBANNOTATION, tmp_path, fault=faults.append))
    assert [e.text.value for e in found] == ["one", "two"]
    assert [(f.source, f.place) for f in faults] == [
        ("a.json", ""), ("b.json", ""), ("c.json", "[1]"),
    ]  # fmt: skip


def test_an_entity_that_is_not_there(tmp_path: Path) -> None:
    hand_out(PUBANNOTATION, full(), tmp_path / "out")
    head = tmp_path / "out" / "project.annotator.jsonl"
    lines = head.read_bytes().splitlines(keepends=True)
    head.write_bytes(b"".join(line for line in lines if b'"name":"Palmyra"' not in line))
    with pytest.raises(InputError, match=r"00001-taken\.json.*points at an entity that is not"):
        read_back(PUBANNOTATION, tmp_path / "out")


def test_a_span_field_that_points_at_nothing(tmp_path: Path) -> None:
    dates = (span(40, "Date", 0, 5), span(41, "Date", 6, 9, anchor=uid(40)))
    hand_out(PUBANNOTATION, project(entry(work(*dates), text=TEXT)), tmp_path / "out")
    path = tmp_path / "out" / "00001-taken.json"
    path.write_bytes(path.read_bytes().replace(b'"obj":"T1"', b'"obj":"T7"'))
    with pytest.raises(InputError, match="at T2: Its anchor points at nothing"):
        read_back(PUBANNOTATION, tmp_path / "out")


def test_nothing_to_read(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no \.json files"):
        read_back(PUBANNOTATION, tmp_path)
    assert proven(PUBANNOTATION, project(), tmp_path / "out").differences == ()
