"""Hugging Face datasets, loaded by `datasets` itself too."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.formats.carrying import hand_out, proven, read_back
from tests.formats.projects import (
    OTHER,
    TEXT,
    entry,
    full,
    news,
    project,
    projects,
    span,
    uid,
    work,
)  # fmt: skip

from annotator import resources
from annotator.formats import Format, for_path, hf_data
from annotator.formats import codebook as codebooks
from annotator.formats.hf import HF_LINES, HF_PARQUET, HF_TOKENS
from annotator.formats.own import OWN
from annotator.model.corpus import Annotator, Entry, Heading, Item
from annotator.model.document import Entity
from annotator.model.errors import AnnotatorError, InputError

BOTH = pytest.mark.parametrize("kind", [HF_PARQUET, HF_LINES], ids=lambda kind: kind.id)
LOAD = """
import json, sys
import datasets
datasets.disable_progress_bars()
found = datasets.load_dataset(sys.argv[1])
print(json.dumps({
    "features": {k: str(v.features) for k, v in found.items()},
    "rows": {k: list(v) for k, v in found.items()},
}))
"""


def loaded(folder: Path, tmp_path: Path) -> dict[str, Any]:
    """What the real library makes of a folder, off line and without a cache of before."""
    environment = {
        **os.environ, "HF_HUB_OFFLINE": "1", "HF_HOME": str(tmp_path / "cache"),
        "HF_DATASETS_CACHE": str(tmp_path / "cache" / "datasets"), "PYTHONPATH": "",
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", LOAD, str(folder)],
        capture_output=True, text=True, env=environment, timeout=100, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def rows(folder: Path, split: str = "train") -> list[dict[str, Any]]:
    file = folder / "data" / f"{split}-00000-of-00001.jsonl"
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()]


def saved(folder: Path, *given: dict[str, Any] | bytes) -> Path:
    """A dataset written by somebody else."""
    (folder / "data").mkdir(parents=True)
    body = b"".join(
        (row if isinstance(row, bytes) else json.dumps(row).encode()) + b"\n" for row in given
    )
    (folder / "data" / "train-00000-of-00001.jsonl").write_bytes(body)
    return folder


def foreign(*spans: dict[str, Any], **row: Any) -> dict[str, Any]:
    return {"text": TEXT, "spans": list(spans), **row}


def one(label: str, start: int, end: int, **more: Any) -> dict[str, Any]:
    return {"label": label, "start": start, "end": end, **more}


# ---- there and back ------------------------------------------------------------------------------


@BOTH
def test_any_project_comes_back(kind: Format, tmp_path: Path) -> None:
    numbers = iter(range(10_000))

    @settings(
        max_examples=40,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
        deadline=None,
    )
    @given(projects())
    def check(items: list[Item]) -> None:
        assert proven(kind, items, tmp_path / str(next(numbers))).differences == ()

    check()


@BOTH
def test_the_sample_comes_back(kind: Format, tmp_path: Path) -> None:
    sample = read_back(OWN, resources.path("sample/palmyra.jsonl"))
    proof = proven(kind, sample, tmp_path / "palmyra")
    assert (proof.differences, proof.articles) == ((), 1)
    assert proof.annotations > 100


@BOTH
def test_facts_states_owners_names_and_the_codebook_come_back(kind: Format, tmp_path: Path) -> None:
    items = full()
    hand_out(kind, items, tmp_path / "x")
    found = read_back(kind, tmp_path / "x")
    heading, first = found[0], next(i for i in found if isinstance(i, Entry))
    assert isinstance(heading, Heading)
    assert (heading.name, heading.codebook) == ("Test", news())
    theirs = items[5]
    assert isinstance(theirs, Entry)
    again = replace(first.article, id=theirs.article.id)
    assert again == theirs.article
    assert [w.state for w in first.works] == ["in_progress", "in_progress"]
    assert [i.login for i in found if isinstance(i, Annotator)] == ["ada", "bob"]


@BOTH
def test_articles_come_back_in_their_order_from_all_splits(kind: Format, tmp_path: Path) -> None:
    entries = [entry(work(span(40, "Cue", 0, n)), number=20 + n, text=TEXT) for n in range(1, 6)]
    items = project(*entries)
    part_of = {e.article.id: ["test", "fold-1"][n % 2] for n, e in enumerate(entries)}
    done, _ = hand_out(kind, items, tmp_path / "x", part_of=part_of)
    assert (done.articles, done.documents, done.annotations) == (5, 5, 5)
    names = [p.name.partition(".")[0] for p in sorted((tmp_path / "x" / "data").iterdir())]
    assert names == ["fold_1-00000-of-00001", "test-00000-of-00001"]
    found = [i for i in read_back(kind, tmp_path / "x") if isinstance(i, Entry)]
    assert [e.works[0].annotations[0].end for e in found] == [1, 2, 3, 4, 5]


@BOTH
def test_rows_fill_files_and_are_written_in_batches(
    kind: Format, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hf_data, "SHARD", 2)
    monkeypatch.setattr(hf_data, "BATCH", 2)
    entries = [entry(work(span(40, "Cue", 0, n)), number=20 + n, text=TEXT) for n in range(1, 6)]
    assert proven(kind, project(*entries), tmp_path / "x").differences == ()
    names = [p.name.partition(".")[0] for p in sorted((tmp_path / "x" / "data").iterdir())]
    assert names == [f"train-0000{n}-of-00003" for n in range(3)]


@BOTH
def test_the_same_project_gives_the_same_bytes(kind: Format, tmp_path: Path) -> None:
    for name in ("a", "b"):
        hand_out(kind, full(), tmp_path / name)
    files = sorted(p.relative_to(tmp_path / "a") for p in (tmp_path / "a").rglob("*"))
    assert files[0].name == "README.md"
    for file in files:
        if (tmp_path / "a" / file).is_file():
            assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes()


@BOTH
def test_after_a_fault_nothing_is_there(kind: Format, tmp_path: Path) -> None:
    def items() -> Any:
        yield from full()
        raise InputError("It broke.")

    assert kind.write is not None
    with pytest.raises(InputError, match="It broke"):
        hand_out(kind, items(), tmp_path / "x")
    assert list(tmp_path.iterdir()) == []


@BOTH
def test_it_is_recognised(kind: Format, tmp_path: Path) -> None:
    hand_out(kind, full(), tmp_path / "x")
    assert for_path(tmp_path / "x") is kind
    hand_out(kind, project(), tmp_path / "empty")
    assert for_path(tmp_path / "empty") is kind
    hand_out(HF_TOKENS, full(), tmp_path / "tokens")
    (tmp_path / "other").mkdir()
    with pytest.raises(InputError, match="No format reads"):
        for_path(tmp_path / "other")
    with pytest.raises(InputError, match="No format reads"):
        for_path(tmp_path / "tokens")


def test_without_the_library_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(InputError, match=r"pip install 'pyarrow[<>=]"):
        hand_out(HF_PARQUET, full(), tmp_path / "x")
    assert list(tmp_path.iterdir()) == []


# ---- the real library ----------------------------------------------------------------------------


@pytest.mark.slow
@BOTH
def test_datasets_loads_the_folder(kind: Format, tmp_path: Path) -> None:
    items = full()
    part_of = {uid(20): "train", uid(21): "test"}
    hand_out(kind, items, tmp_path / "x", part_of=part_of, licence="CC-BY-4.0")
    found = loaded(tmp_path / "x", tmp_path)
    assert list(found["rows"]) == ["train", "test"]
    assert "'start': Value('int32')" in found["features"]["train"]
    first, second = found["rows"]["train"]
    assert (first["annotator"], second["annotator"], second["spans"]) == ("ada", "bob", [])
    spans = {s["label"]: s for s in first["spans"]}
    assert spans["Claim"]["fragments"] == [[0, 9], [18, 29]]
    assert {"name": "context", "value": '["military","territory"]'} in spans["Claim"]["fields"]
    assert spans["Place"]["text"] == TEXT[10:17]
    names = {e["id"]: e["name"] for e in first["entities"]}
    assert names[spans["Place"]["entity"]] == "Palmyra"
    ends = {(k["type"], first["spans"][k["to"]]["label"]) for k in first["links"]}
    assert ends == {("source", "Actor"), ("cue", "Cue")}
    assert first["metadata"] == [{"name": "b", "value": "2"}, {"name": "a", "value": "1"}]


@pytest.mark.slow
def test_datasets_loads_tokens_with_class_labels(tmp_path: Path) -> None:
    text = "ISIS took Los Angeles. It left 😀."
    items = project(entry(work(span(40, "Actor", 0, 4), span(41, "Place", 10, 21)), text=text))
    done, _ = hand_out(HF_TOKENS, items, tmp_path / "x")
    assert (done.articles, done.annotations) == (1, 2)
    found = loaded(tmp_path / "x", tmp_path)
    names = found["features"]["train"]
    assert "ClassLabel(names=['O', 'B-Actor', 'I-Actor', 'B-Place', 'I-Place'" in names
    first, second = found["rows"]["train"]
    assert first["tokens"] == ["ISIS", "took", "Los", "Angeles", "."]
    assert first["ner_tags"] == [1, 0, 3, 4, 0]
    assert second["ner_tags"] == [0, 0, 0, 0]


# ---- what is written -----------------------------------------------------------------------------


def card(tmp_path: Path, items: list[Item], **options: Any) -> str:
    hand_out(HF_LINES, items, tmp_path / "x", **options)
    return (tmp_path / "x" / "README.md").read_text("utf-8")


def test_the_card(tmp_path: Path) -> None:
    text = card(tmp_path, full(), part_of={uid(20): "train", uid(21): "dev"}, licence="CC0-1.0")
    front, body = text.removeprefix("---\n").split("\n---\n")
    assert 'pretty_name: "Test"\nlicense: "cc0-1.0"\nlanguage:\n- en\n' in front
    assert "  - split: dev\n    path: data/dev-*.jsonl" in front
    data = tmp_path / "x" / "data"
    sizes = {n: (data / f"{n}-00000-of-00001.jsonl").stat().st_size for n in ("train", "dev")}
    for name, rows in (("train", 2), ("dev", 1)):
        told = f"  - name: {name}\n    num_bytes: {sizes[name]}\n    num_examples: {rows}\n"
        assert told in front
    assert "| label | train | dev |" in body
    assert "| Actor | 2 | 0 |" in body
    assert "Licence: CC0-1.0." in body


def test_names_in_the_card_stay_in_their_place(tmp_path: Path) -> None:
    items = project(entry(work(span(40, "Cue", 0, 4)), language="not a language"))
    heading = items[0]
    assert isinstance(heading, Heading)
    items[0] = replace(heading, name='x"\n---\nlicense: mit\n<script>')
    text = card(tmp_path, items)
    assert "\nlicense:" not in text
    assert "language:" not in text
    assert "<script>" not in text.split("\n---\n")[1]
    assert "Licence: not stated." in text
    assert read_back(HF_LINES, tmp_path / "x")[0].name == items[0].name  # type: ignore[union-attr]


def test_the_size_in_the_card(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("annotator.formats.hf_card._SIZES", ((1, "n<1"),))
    assert "- n>10M" in card(tmp_path, full())


@pytest.mark.parametrize(
    ("scheme", "expected"),
    [("BIO", [1, 3, 4]), ("IOB1", [2, 4, 4]), ("BILOU", [4, 5, 7])],
)
def test_the_schemes(tmp_path: Path, scheme: str, expected: list[int]) -> None:
    items = project(
        entry(work(span(40, "Actor", 0, 4), span(41, "Place", 5, 13)), text="ISIS New York Land")
    )
    done, _ = hand_out(HF_TOKENS, items, tmp_path / "x", scheme=scheme)
    assert rows(tmp_path / "x")[0]["ner_tags"] == [*expected, 0]
    assert done.annotations == 2


def test_neighbours_and_a_label_that_the_codebook_has_not(tmp_path: Path) -> None:
    annotations = (span(40, "Hate", 0, 8), span(41, "Hate", 9, 14), span(42, "Cue", 15, 20))
    items = project(entry(work(*annotations), text="New York Paris Berlin"))
    done, losses = hand_out(HF_TOKENS, items, tmp_path / "x", scheme="IOB1")
    first = len(news().labels) * 2 + 1
    assert rows(tmp_path / "x")[0]["ner_tags"] == [first + 1, first + 1, first, 0]
    assert done.annotations == 2
    assert losses.counts["not on token edges"] == 1


# ---- as others write it --------------------------------------------------------------------------


def test_a_dataset_of_somebody_else(tmp_path: Path) -> None:
    spans = [
        one("Person", 0, 4, entity="ISIS", text="ISIS", fields=[{"name": "role", "value": "a"}]),
        one("Town", 10, 17),
    ]
    links = [{"type": "in", "from": 0, "to": 1, "fields": [{"name": "how", "value": "x"}]}]
    folder = saved(
        tmp_path / "x", foreign(*spans, links=links, extra=1), foreign(one("Town", 0, 4))
    )
    items = read_back(HF_LINES, folder, annotator="eve", document_date="2016-12-15")
    heading, owner, entity, first, second = items
    assert isinstance(heading, Heading)
    assert [k.name for k in heading.codebook.labels] == ["Person", "Town"]
    assert isinstance(owner, Annotator)
    assert owner.login == "eve"
    assert isinstance(entity, Entity)
    assert (entity.name, entity.type) == ("ISIS", "person")
    assert isinstance(first, Entry)
    assert isinstance(second, Entry)
    assert first.article.date == "2016-12-15"
    assert first.works[0].annotations[0].fields == {"entity": entity.id, "role": "a"}
    assert first.works[0].links[0].fields == {"how": "x"}
    assert first.works[0].state == "in_progress"


def test_line_ends_of_elsewhere_and_one_file_alone(tmp_path: Path) -> None:
    row = {"text": "a\r\nISIS 😀 won", "spans": [one("Actor", 3, 7, text="ISIS")]}
    folder = saved(tmp_path / "x", row)
    items = read_back(HF_LINES, folder / "data" / "train-00000-of-00001.jsonl")
    found = items[-1]
    assert isinstance(found, Entry)
    assert found.works[0].annotations[0].fragments == ((2, 6),)


def test_the_codebook_of_the_project_that_takes_it(tmp_path: Path) -> None:
    hand_out(HF_LINES, full(), tmp_path / "x")
    (tmp_path / "x" / "codebook.json").unlink()
    (tmp_path / "x" / "README.md").write_text('pretty_name: "broken\\"\n---')
    heading = read_back(HF_LINES, tmp_path / "x", codebook=news())[0]
    assert isinstance(heading, Heading)
    assert (heading.name, heading.codebook) == ("x", news())


def test_a_span_of_a_field_that_is_out_of_reach(tmp_path: Path) -> None:
    fields = [{"name": "anchor", "value": "9"}]
    folder = saved(tmp_path / "x", foreign(one("Date", 0, 4, fields=fields)))
    with pytest.raises(InputError, match="points at nothing"):
        read_back(HF_LINES, folder, codebook=news())


FAULTS: list[tuple[Any, str]] = [
    ({"spans": []}, "missing"),
    ({"text": " ", "spans": []}, "empty"),
    (foreign(one("Cue", 0, 4, text="elsewhere")), "is not"),
    (foreign(one("Cue", 0, 999)), "outside"),
    (foreign(one("Cue", 10**30, 10**30 + 4, text="end.")), "not within"),
    (foreign({"label": "Cue", "start": "0", "end": 4}), "whole number"),
    (foreign(annotator="a", links=[{"type": "x", "from": 0, "to": 9}]), "not there"),
    (foreign(title="a\0b"), "NUL"),
    (b'{"text": "a", "spans": [], "title": "\xff"}', "UTF-8"),
    (b'{"text": "a", "spans": [], "title": "\\ud800"}', "JSON"),
    (b'{"text": "a", "spans": [], "x": ' + b"[" * 100_000, "nested"),
    (foreign(date="yesterday"), "date"),
    (foreign(one("Cue", 5, 4)), "before it starts"),
    (b'{"text": "a', "JSON"),
    (b'{"text": "a", "spans": NaN}', "JSON"),
]


@pytest.mark.parametrize(("row", "message"), FAULTS, ids=[message for _, message in FAULTS])
def test_faults_name_file_and_row(tmp_path: Path, row: Any, message: str) -> None:
    folder = saved(tmp_path / "x", foreign(), row)
    with pytest.raises(InputError, match=f"(?i){message}") as caught:
        read_back(HF_LINES, folder)
    assert (caught.value.source, caught.value.line) == ("train-00000-of-00001.jsonl", 2)


def test_after_a_fault_reading_goes_on(tmp_path: Path) -> None:
    faults: list[InputError] = []
    folder = saved(tmp_path / "x", {"spans": []}, foreign(one("Cue", 0, 999)), foreign())
    items = read_back(HF_LINES, folder, fault=faults.append)
    assert [f.line for f in faults] == [1, 2]
    assert len([i for i in items if isinstance(i, Entry)]) == 1


@pytest.mark.parametrize(
    ("change", "message"),
    [({"text": "b"}, "different texts"), ({}, "second")],
)
def test_rows_of_one_article_fit_together(
    tmp_path: Path, change: dict[str, Any], message: str
) -> None:
    row = {"text": "a", "spans": [], "article_id": "1", "annotator": "ada"}
    with pytest.raises(InputError, match=message):
        read_back(HF_LINES, saved(tmp_path / "x", row, {**row, **change}))


def test_no_dataset(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="not the folder of a dataset"):
        read_back(HF_LINES, tmp_path)


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    folder = saved(tmp_path / "x", foreign())
    file = folder / "data" / "train-00000-of-00001.jsonl"
    file.rename(tmp_path / "away.jsonl")
    file.symlink_to(tmp_path / "away.jsonl")
    with pytest.raises(InputError, match="not the folder of a dataset"):
        read_back(HF_LINES, folder)


def _broken(body: bytes) -> st.SearchStrategy[bytes]:
    def cut(at: int, length: int, new: bytes) -> bytes:
        return body[:at] + new + body[at + length :]

    return st.builds(cut, st.integers(0, len(body)), st.integers(0, 40), st.binary(max_size=6))


@pytest.mark.parametrize(
    ("kind", "file"),
    [
        (HF_LINES, "data/train-00000-of-00001.jsonl"),
        (HF_PARQUET, "data/train-00000-of-00001.parquet"),
        (HF_LINES, "codebook.json"),
        (HF_LINES, "README.md"),
    ],
    ids=lambda given: str(getattr(given, "id", given)),
)
def test_broken_files(kind: Format, file: str, tmp_path: Path) -> None:
    hand_out(kind, full(), tmp_path / "x")
    path = tmp_path / "x" / file
    body = path.read_bytes()

    @settings(
        max_examples=150,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
        deadline=None,
    )
    @given(_broken(body) | st.binary(max_size=200))
    def check(broken: bytes) -> None:
        path.write_bytes(broken)
        try:
            assert read_back(kind, tmp_path / "x")
        except AnnotatorError as fault:
            assert str(fault)

    check()


def test_the_fields_of_a_declared_codebook(tmp_path: Path) -> None:
    """The file's codebook is used where the project's can't say what is there."""
    hand_out(HF_LINES, full(), tmp_path / "x")
    small = codebooks.decode('{"codebook": 1, "name": "Small"}')
    heading = read_back(HF_LINES, tmp_path / "x", codebook=small)[0]
    assert isinstance(heading, Heading)
    assert heading.codebook == news()


def test_an_owner_that_is_not_told_of_keeps_the_id(tmp_path: Path) -> None:
    items: list[Item] = [Heading(name="x", codebook=news()), entry(work(owner=OTHER))]
    hand_out(HF_LINES, items, tmp_path / "x")
    assert rows(tmp_path / "x")[0]["annotator"] == OTHER.id
