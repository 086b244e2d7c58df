from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from tests.formats.carrying import hand_out, proven, read_back
from tests.formats.foreign import (
    DATA,
    carries_any_project,
    carries_the_sample,
    codebook_of,
    entries,
    links,
    refused,
    spans,
    written_twice,
)
from tests.formats.projects import ACTOR, OTHER, OWNER, entry, full, span, uid, work

from annotator.formats import for_path
from annotator.formats.doccano import DOCCANO
from annotator.model.codebook import Codebook, Label
from annotator.model.corpus import Entry, Heading, Item
from annotator.model.document import Link
from annotator.model.errors import InputError

SPAN = {"label": "A", "start_offset": 0, "end_offset": 4}


def saved(tmp_path: Path, *rows: object) -> Path:
    path = tmp_path / "x.jsonl"
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    return path


def test_any_project(tmp_path: Path) -> None:
    carries_any_project(DOCCANO, tmp_path)


def test_the_sample(tmp_path: Path) -> None:
    carries_the_sample(DOCCANO, tmp_path)


def test_same_bytes(tmp_path: Path) -> None:
    written_twice(DOCCANO, tmp_path)


def some(*, linked: bool) -> list[Item]:
    text = "😀 ISIS took Palmyra. مرحبا"
    annotations = span(40, "Actor", 2, 6, entity=ACTOR.id), span(41, "Claim", 2, 19)
    found = Link(id=uid(50), type="source", from_id=uid(41), to_id=uid(40))
    book = codebook_of(full()).codebook
    if not linked:
        labels = tuple(replace(label, key="X") for label in book.labels[:4])
        book = replace(book, link_types=(), labels=labels)
    made = entry(work(*annotations, links=(found,) if linked else ()), text=text, date="2016-12-15")
    unread = entry(text="Nothing.", number=21)
    return [Heading(name="x", codebook=book), OWNER, OTHER, ACTOR, made, unread]


def test_relations_count_utf16_units(tmp_path: Path) -> None:
    target = tmp_path / "x.jsonl"
    done, losses = hand_out(DOCCANO, some(linked=True), target)
    rows = [json.loads(line) for line in target.read_text("utf-8").splitlines()]
    assert rows[0]["entities"] == [
        {"id": 0, "label": "Claim", "start_offset": 3, "end_offset": 20},
        {"id": 1, "label": "Actor", "start_offset": 3, "end_offset": 7},
    ]
    assert rows[0]["relations"] == [{"id": 0, "from_id": 0, "to_id": 1, "type": "source"}]
    assert rows[0].keys() == rows[1].keys(), "doccano makes NaN of a key that is missing"
    assert (rows[0]["date"], rows[1]["date"]) == ("2016-12-15", "")
    assert (done.articles, done.documents, done.annotations, done.links) == (2, 1, 2, 1)
    assert losses.counts == {"entities": 1}


def test_without_link_types_it_is_plain_sequence_labelling(tmp_path: Path) -> None:
    target = tmp_path / "x.jsonl"
    assert proven(DOCCANO, some(linked=False), target).differences == ()
    rows = [json.loads(line) for line in target.read_text("utf-8").splitlines()]
    assert rows[0]["label"] == [[3, 20, "Claim"], [3, 7, "Actor"]]
    assert "relations" not in rows[0]


def test_label_types_stand_beside_it(tmp_path: Path) -> None:
    hand_out(DOCCANO, full(), tmp_path / "x.jsonl")
    labels = json.loads((tmp_path / "x.jsonl.labels.json").read_bytes())
    assert labels[0]["text"] == "Actor" and labels[0]["suffixKey"] == "a"
    relations = json.loads((tmp_path / "x.jsonl.relations.json").read_bytes())
    keys = [row["suffixKey"] for row in relations if "suffixKey" in row]
    assert relations[0]["text"] == "source" and len(keys) == len(set(keys))
    hand_out(DOCCANO, some(linked=False), tmp_path / "y.jsonl")
    labels = json.loads((tmp_path / "y.jsonl.labels.json").read_bytes())
    assert not any("suffixKey" in row for row in labels), "X is no key of doccano's"


@pytest.mark.parametrize(
    "row",
    [
        {"text": "ISIS left", "label": [[0, 4, "ORG"]]},
        {"text": "ISIS left", "labels": [[0, 4, "ORG"]]},
        {"data": "ISIS left", "label": [[0, 4, "ORG", "more"]], "id": 7, "Comments": []},
        {"text": "ISIS left", "annotations": [dict(SPAN, label="ORG")]},
        {"text": "ISIS left", "entities": [{"id": 3, "label": "ORG", "start_offset": 0,
                                            "end_offset": 4}], "relations": None},
    ],
)  # fmt: skip
def test_old_and_new_keys(tmp_path: Path, row: object) -> None:
    assert spans(entries(DOCCANO, saved(tmp_path, row))[0]) == [("ORG", "ISIS", {})]


def test_a_label_may_be_a_number(tmp_path: Path) -> None:
    row = {"text": "ISIS", "annotations": [{"label": 2, "start_offset": 0, "end_offset": 4}]}
    assert spans(entries(DOCCANO, saved(tmp_path, row))[0]) == [("2", "ISIS", {})]


def test_facts_and_metadata(tmp_path: Path) -> None:
    row = {"text": "x\r\ny", "title": "T", "date": "2016-12-15", "wiki": 1, "label": ["sport"],
           "meta": {"k": [1]}}  # fmt: skip
    other = {"text": "x", "date": "Friday", "meta": "m"}
    found = entries(DOCCANO, saved(tmp_path, row, other))
    article = found[0].article
    assert (article.title, article.date, article.date_source) == ("T", "2016-12-15", "given")
    assert article.metadata == {"wiki": "1", "label": '["sport"]', "k": "[1]"}
    assert (found[0].text.value, found[0].works) == ("x\ny", ())
    assert found[1].article.metadata == {"date": "Friday", "meta": "m"}
    dated = entries(DOCCANO, saved(tmp_path, row), document_date="2020-01-02")[0].article
    assert dated.date == "2020-01-02"


def test_offsets_move_with_line_ends_and_emoji(tmp_path: Path) -> None:
    found = entries(DOCCANO, saved(tmp_path, {"text": "😀\r\nISIS", "label": [[4, 8, "ORG"]]}))
    assert spans(found[0]) == [("ORG", "ISIS", {})]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ([], "must be an object"),
        ({"label": []}, "no text"),
        ({"text": " "}, "text is empty"),
        ({"text": "x", "label": [[0, 2, "A"]]}, "outside the text"),
        ({"text": "😀", "label": [[1, 2, "A"]]}, "inside a character"),
        ({"text": "x", "label": [[0, "1", "A"]]}, "A span is"),
        ({"text": "x", "label": [[1, 0, "A"]]}, "ends before"),
        ({"text": "x", "relations": {}}, "must be a list"),
        ({"text": "x", "relations": [{"from_id": 1}]}, "A relation has"),
        ({"text": "x", "relations": [{"from_id": 1, "to_id": 2, "type": "t"}],
          "label": [[0, 1, "A"]]}, "not there"),
        ({"text": "ISIS", "entities": [dict(SPAN, id=1)] * 2}, "there already"),
    ],
)  # fmt: skip
def test_faults_name_the_line(tmp_path: Path, row: object, said: str) -> None:
    good = {"text": "fine", "label": [[0, 4, "A"]]}
    fault = refused(DOCCANO, saved(tmp_path, good, row))
    assert said in fault.message
    assert (fault.source, fault.line) == ("x.jsonl", 2)
    told: list[InputError] = []
    found = entries(DOCCANO, saved(tmp_path, good, row, good), fault=told.append)
    assert len(found) == 2 and len(told) == 1


@pytest.mark.parametrize("line", [b"{", b"\xff", b"[" * 5000, b'{"text": NaN}'])
def test_what_is_no_json(tmp_path: Path, line: bytes) -> None:
    path = tmp_path / "x.jsonl"
    path.write_bytes(b"\xef\xbb\xbf\n" + line)
    fault = refused(DOCCANO, path)
    assert "not JSON" in fault.message and fault.line == 2


def test_it_is_told_from_others(tmp_path: Path) -> None:
    rows: list[object] = [{"text": "x", "label": [[0, 1, "A"]]}, {"text": "x", "label": []},
            {"data": "x", "entities": [{"id": 1, "start_offset": 0}]}]  # fmt: skip
    for row in rows:
        assert for_path(saved(tmp_path, row)) is DOCCANO
    others: list[object] = [{"text": "x", "spans": []}, {"text": "x", "label": "a"}, {"label": []}]
    for other in others:
        assert DOCCANO.recognises is not None
        assert not DOCCANO.recognises(saved(tmp_path, other))


def test_an_unused_codebook_has_no_files_missing(tmp_path: Path) -> None:
    book = Codebook(name="x", labels=(Label(name="A"),))
    hand_out(DOCCANO, [Heading(name="x", codebook=book)], tmp_path / "x.jsonl")
    assert json.loads((tmp_path / "x.jsonl.relations.json").read_bytes()) == []
    assert len(read_back(DOCCANO, tmp_path / "x.jsonl")) == 1


@pytest.mark.skipif(not (DATA / "doccano").is_dir(), reason="the shared samples are not here")
def test_doccanos_own_samples() -> None:
    told: list[InputError] = []
    folder = DATA / "doccano"
    found = entries(DOCCANO, folder / "sequence_labeling/example.jsonl", fault=told.append)
    assert [spans(e) for e in found if e.works] == [[("LOC", "e", {})]]
    assert found[0].article.metadata == {"wikiPageID": "1"}
    assert [fault.line for fault in told] == [3]
    found = entries(DOCCANO, folder / "sequence_labeling/example_overlapping.jsonl")
    assert [label for label, _, _ in spans(found[0])] == ["LOC", "LOC"]
    found = entries(DOCCANO, folder / "relation_extraction/example.jsonl")
    assert ("foundedBy", "Google", "Sergey Brin") in links(found[0])


def test_offsets_that_count_characters_are_seen_and_read_so_with_repair(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    row = {"text": "😀 ISIS took Palmyra", "label": [[2, 6, "Actor"], [12, 19, "Place"]]}
    path.write_text(json.dumps(row) + "\n")
    notes: list[str] = []
    found = read_back(DOCCANO, path, note=notes.append)
    assert words(found) == [" ISI", " Palmyr"]
    assert notes and "Import it with repair" in notes[0]
    notes.clear()
    assert words(read_back(DOCCANO, path, note=notes.append, repair=True)) == ["ISIS", "Palmyra"]
    assert "counting characters" in notes[0]
    row["label"] = [[3, 7, "Actor"], [99, 100, "Place"], [1, 2, "Place"]]  # as doccano counts
    path.write_text(json.dumps(row) + "\n")
    with pytest.raises(InputError, match="outside the text"):
        read_back(DOCCANO, path, note=pytest.fail)


def words(items: list[Item]) -> list[str]:
    (found,) = (item for item in items if isinstance(item, Entry))
    return [a.quote(found.text) for work in found.works for a in work.annotations]
