"""CAS JSON 0.4: what it carries, and files of others."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from tests.formats.carrying import hand_out, read_back
from tests.formats.layered import CAS, CAS_JSON
from tests.formats.projects import full

from annotator.formats import for_path
from annotator.formats.uima_json import JSON
from annotator.model.corpus import Entry, Item, Work
from annotator.model.errors import InputError


def saved(tmp_path: Path, data: object) -> Path:
    path = tmp_path / "a.json"
    path.write_bytes(data if isinstance(data, bytes) else json.dumps(data).encode())
    return path


def one(items: list[Item]) -> tuple[Entry, Work]:
    found = next(item for item in items if isinstance(item, Entry))
    return found, found.works[0]


def test_the_same_bytes_twice(tmp_path: Path) -> None:
    for name in "ab":
        hand_out(JSON, full(), tmp_path / name)
    files = sorted(p.name for p in (tmp_path / "a").iterdir())
    assert files == ["00001-taken.json", "00002-taken.json", "project.annotator.jsonl"]
    for file in files:
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes()
    assert for_path(tmp_path / "a") is JSON
    assert for_path(tmp_path / "a" / files[0]) is JSON


def test_a_file_of_another_program(tmp_path: Path) -> None:
    found, held = one(read_back(JSON, saved(tmp_path, CAS_JSON)))
    said = {(a.label, a.quote(found.text)): dict(a.fields) for a in held.annotations}
    assert said == {
        ("NamedEntity", "Bob"): {"value": "PER"},
        ("NamedEntity", "Ann"): {"value": "NaN"},
        ("Frame", "saw"): {},
    }
    assert [(k.type, dict(k.fields)) for k in held.links] == [("roles", {"role": "seer"})]


def test_structures_in_an_object_by_id(tmp_path: Path) -> None:
    data: dict[str, Any] = copy.deepcopy(CAS)
    data["%FEATURE_STRUCTURES"] = {str(r.pop("%ID")): r for r in data["%FEATURE_STRUCTURES"]}
    del data["%VIEWS"]
    assert len(one(read_back(JSON, saved(tmp_path, data)))[1].annotations) == 3
    data["%FEATURE_STRUCTURES"]["x"] = {"%TYPE": "a"}
    with pytest.raises(InputError, match="whole number"):
        read_back(JSON, saved(tmp_path, data))


def test_odd_values(tmp_path: Path) -> None:
    data: dict[str, Any] = copy.deepcopy(CAS)
    rows = data["%FEATURE_STRUCTURES"]
    rows[1] |= {"value": "\ud83d\ude00 \ud800 \0", "many": {"a": 1}, "list": [1, "a\0", None]}
    rows[2] |= {"@array": 7, "@none": 8, "@self": 9}
    rows.append({"%ID": 7, "%TYPE": "uima.cas.StringArray", "%ELEMENTS": ["p", None]})
    rows.append({"%ID": 8, "%TYPE": "uima.cas.ByteArray", "%ELEMENTS": "VGhp"})
    rows.append({"%ID": 9, "%TYPE": "uima.cas.FSArray", "%ELEMENTS": [9, "x"]})
    data["%VIEWS"] = {"other": {"%MEMBERS": [1]}}
    del data["%TYPES"]["webanno.custom.RoleLink"]["role"]
    data["%TYPES"]["webanno.custom.RoleLink"]["role"] = "x"
    _, held = one(read_back(JSON, saved(tmp_path, data)))
    fields = [dict(a.fields) for a in held.annotations if a.label == "NamedEntity"]
    assert fields[0] == {"value": "😀  "}
    assert fields[1] == {"value": "NaN", "array": ("p",), "none": "VGhp"}


def changed(path: list[Any], value: object) -> dict[str, Any]:
    data: dict[str, Any] = copy.deepcopy(CAS)
    here: Any = data
    for step in path[:-1]:
        here = here[step]
    here[path[-1]] = value
    return data


ROWS = "%FEATURE_STRUCTURES"
FAULTS: list[tuple[object, str]] = [
    (b"", "empty"),
    (b"{", "not JSON"),
    (b'{"a": NaN}', "not JSON"),
    (b'{"a": ' + b"9" * 5000 + b"}", "not JSON"),
    (b"[" * 100_000, "nested"),
    (b"\xff{}", "UTF-8"),
    ([], "no feature structures"),
    ({ROWS: 1}, "no feature structures"),
    (changed([ROWS], [1]), "an object"),
    (changed(["%TYPES"], [1]), "an object"),
    (changed(["%VIEWS", "_InitialView"], 1), "an object"),
    (changed([ROWS, 1, "%ID"], "2"), "whole number"),
    (changed([ROWS, 1, "%ID"], True), "whole number"),
    (changed([ROWS, 1, "%TYPE"], None), "%TYPE"),
    (changed([ROWS, 3, "@target"], "2"), "no reference"),
    (changed([ROWS, 3, "@target"], 99), "not there"),
    (changed([ROWS, 1, "begin"], 1.5), "whole numbers"),
    (changed([ROWS, 1, "begin"], 10**30), "outside"),
    (changed([ROWS, 1, "begin"], 9), "ends before"),
    (changed([ROWS, 0, "sofaString"], None), "no text"),
    (changed([ROWS, 0, "sofaString"], "\ud800 "), "empty"),
]


@pytest.mark.parametrize(("data", "words"), FAULTS, ids=lambda v: str(v)[:24])
def test_faults(tmp_path: Path, data: object, words: str) -> None:
    with pytest.raises(InputError) as caught:
        read_back(JSON, saved(tmp_path, data))
    assert words in str(caught.value)
    assert caught.value.source == "a.json"
