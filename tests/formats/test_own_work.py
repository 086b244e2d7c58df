from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.formats.projects import (
    TEXT,
    annotation,
    article,
    entry,
    first_work,
    full,
    lines,
    project,
    read,
    refused,
    saved,
    span,
    uid,
    work,
    written,
)

from annotator.formats.own_work import cycle
from annotator.model.errors import InputError, MisplacedSpan

# --- documents ----------------------------------------------------------------------------------


def change(data: list[dict[str, Any]], number: int, **values: Any) -> None:
    annotation(data, number).update(values)


@pytest.mark.parametrize(
    ("number", "values", "match", "at"),
    [
        (43, {"label": "Verb"}, "no label Verb", "label"),
        (43, {"start": -1}, "not ‘said’", "start"),
        (43, {"start": 43, "end": 39}, "stands at 39–43", "start"),
        (43, {"text": None}, "Expected a text, got null", "text"),
        (43, {"text": ""}, "is not ‘’", "start"),
        (43, {"text": "shouted"}, "not within 200", "start"),
        (40, {"start": 22, "end": 26, "text": "ISIS"}, "more than once near it", "start"),
        (40, {"start": 10**30, "end": 10**31, "text": "Nobody"}, "not within 200", "start"),
        (40, {"start": -1, "end": 10**9, "text": "Nobody"}, "not within 200", "start"),
        (43, {"fragments": []}, "Fragments run", "fragments"),
        (43, {"fragments": [[39, 42], [41, 43]]}, "Fragments run", "fragments"),
        (43, {"fragments": [[39, 42]]}, "Fragments run", "fragments"),
        (43, {"fragments": [[39, 43, 50]]}, "Expected", "fragments"),
        (43, {"fields": {"use": "literal"}}, "Cue has no field use", "fields.use"),
        (43, {"fields": {"uncertain": "no"}}, "Expected true or false", "fields.uncertain"),
        (43, {"id": uid(40)}, "already", "id"),
        (43, {"id": "x" * 80}, "not a UUID", "id"),
        (40, {"fields": {"entity": uid(99)}}, "no entity", "fields.entity"),
        (40, {"fields": {"entity": uid(11)}}, "type actor, not place", "fields.entity"),
        (42, {"fields": {"anchor": uid(99)}}, "annotation of Date or t0", "fields.anchor"),
        (42, {"fields": {"anchor": uid(40)}}, "annotation of Date or t0", "fields.anchor"),
        (42, {"fields": {"end": uid(47)}}, "depends on itself", ""),
        (42, {"fields": {"begin": uid(42)}}, "depends on itself", ""),
    ],
)
def test_bad_annotations(
    tmp_path: Path, number: int, values: dict[str, Any], match: str, at: str
) -> None:
    data = lines(tmp_path)
    change(data, number, **values)
    with pytest.raises(InputError) as caught:
        read(saved(tmp_path, data))
    fault = caught.value
    assert fault.line == 6
    assert match in fault.message
    assert fault.place.startswith("documents[0].annotations")
    assert at in fault.place


@pytest.mark.parametrize(
    ("values", "match", "at"),
    [
        ({"type": "said_by"}, "no link type said_by", "links[0].type"),
        ({"to": uid(99)}, "no annotation", "links[0].to"),
        ({"from": uid(99)}, "no annotation", "links[0].from"),
        ({"to": uid(46)}, "linked to itself", "links[0].to"),
        ({"to": uid(43)}, "source can't go from Claim to Cue", "links[0].to"),
        ({"id": uid(51)}, "already", "links[1].id"),
        ({"fields": {"note": "x"}}, "source has no field note", "links[0].fields.note"),
    ],
)
def test_bad_links(tmp_path: Path, values: dict[str, Any], match: str, at: str) -> None:
    data = lines(tmp_path)
    first_work(data)["links"][0].update(values)
    fault = refused(tmp_path, data)
    assert match in fault.message
    assert fault.place == f"documents[0].{at}"


def test_part_of_leads_nowhere_back(tmp_path: Path) -> None:
    data = lines(tmp_path)
    places = [{"id": uid(n), "label": "Place", "start": n, "end": n + 1} for n in (60, 61, 62)]
    for row in places:
        row.update(start=0, end=1)
    first_work(data)["annotations"] += places
    ends = [(60, 61), (61, 62), (60, 62), (62, 60)]
    links = [{"type": "part_of", "from": uid(a), "to": uid(b)} for a, b in ends]
    first_work(data)["links"] = links[:3]
    assert read(saved(tmp_path, data))
    first_work(data)["links"] = links
    assert "leads back to itself through part_of" in str(refused(tmp_path, data))


@pytest.mark.parametrize(
    ("values", "match", "at"),
    [
        ({"owner_id": uid(99)}, "no annotator", "owner_id"),
        ({"owner_id": uid(1)}, "this is the second", "owner_id"),
        ({"id": uid(30)}, "already", "id"),
        ({"state": "done"}, "not allowed", "state"),
    ],
)
def test_bad_documents(tmp_path: Path, values: dict[str, Any], match: str, at: str) -> None:
    data = lines(tmp_path)
    article(data)["documents"][1].update(values)
    fault = refused(tmp_path, data)
    assert match in fault.message
    assert fault.place == f"documents[1].{at}"


# --- repair -------------------------------------------------------------------------------------


def test_a_misplaced_span_is_refused_with_its_place(tmp_path: Path) -> None:
    data = lines(tmp_path)
    change(data, 41, start=12, end=19)
    with pytest.raises(MisplacedSpan, match="stands at 10–17") as caught:
        read(saved(tmp_path, data))
    assert caught.value.line == 6


def test_a_misplaced_span_is_repaired_with_its_fragments(tmp_path: Path) -> None:
    data = lines(tmp_path)
    change(data, 41, start=12, end=19)
    change(data, 46, start=5, end=34, fragments=[[5, 14], [23, 34]])
    notes: list[str] = []
    assert read(saved(tmp_path, data), repair=True, note=notes.append) == full()
    assert len(notes) == 2
    assert notes[1] == "Moved Place ‘Palmyra’ from 12–19 to 10–17."


def test_the_nearest_place_is_taken_where_the_others_are_far(tmp_path: Path) -> None:
    data = lines(tmp_path)
    change(data, 40, start=2, end=6, text="ISIS")  # it stands at 0, and again at 45
    assert read(saved(tmp_path, data), repair=True) == full()


def test_a_span_outside_the_text_without_words(tmp_path: Path) -> None:
    data = lines(tmp_path)
    change(data, 43, start=30, end=300)
    del annotation(data, 43)["text"]
    assert "30–300 lies outside the text, which has 65" in str(refused(tmp_path, data, repair=True))


def test_repair_looks_no_further_than_200(tmp_path: Path) -> None:
    text = "x" * 500 + "ISIS"
    items = project(entry(work(span(40, "Actor", 500, 504)), text=text))
    data = [json.loads(row) for row in written(tmp_path, items).read_text("utf-8").splitlines()]
    change(data, 40, start=300, end=304)
    assert read(saved(tmp_path, data), repair=True) == items
    change(data, 40, start=299, end=303)
    assert "not within 200" in str(refused(tmp_path, data, repair=True))


def test_repair_reaches_a_span_outside_the_text(tmp_path: Path) -> None:
    data = lines(tmp_path)
    change(data, 41, start=len(TEXT) + 50, end=len(TEXT) + 57)
    assert read(saved(tmp_path, data), repair=True) == full()


@given(st.dictionaries(st.sampled_from("abcde"), st.lists(st.sampled_from("abcdef"))))
def test_cycle_agrees_with_search(edges: dict[str, list[str]]) -> None:
    def reaches(start: str) -> set[str]:
        found: set[str] = set()
        todo = [*edges.get(start, ())]
        while todo:
            here = todo.pop()
            if here not in found:
                found.add(here)
                todo += edges.get(here, ())
        return found

    looped = {node for node in edges if node in reaches(node)}
    assert cycle(edges) in (looped or {""})
