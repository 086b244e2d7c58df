"""The published schema, checked by somebody else's validator."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from tests.formats.projects import lines, projects, read, saved, written

from annotator import resources
from annotator.model.corpus import Item
from annotator.model.errors import InputError

SCHEMA = json.loads(resources.path("schemas/annotator-jsonl-1.schema.json").read_text("utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA)


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)


def test_the_sample_is_valid() -> None:
    rows = resources.path("sample/palmyra.jsonl").read_text("utf-8").splitlines()
    assert len(rows) == 1 + 1 + 36 + 1
    for row in rows:
        VALIDATOR.validate(json.loads(row))


@settings(
    max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(items=projects())
def test_whatever_is_written_is_valid(tmp_path: Path, items: list[Item]) -> None:
    for row in written(tmp_path, items).read_bytes().splitlines():
        VALIDATOR.validate(json.loads(row))


ARTICLE = 5
BROKEN = [
    (0, [], {"type": "projekt"}),
    (0, [], {"version": 2}),
    (0, [], {"name": " "}),
    (0, [], {"extra": 1}),
    (0, [], {"codebook": []}),
    (1, [], {"login": ""}),
    (1, [], {"id": "7"}),
    (1, [], {"type": None}),
    (3, [], {"entity_type": 1}),
    (3, [], {"fields": {"name": None}}),
    (3, [], {"fields": {"aliases": [1]}}),
    (3, [], {"fields": {"name": {}}}),
    (ARTICLE, [], {"text": " "}),
    (ARTICLE, [], {"date": "yesterday"}),
    (ARTICLE, [], {"date_source": "said"}),
    (ARTICLE, [], {"metadata": {"a": 1}}),
    (ARTICLE, [], {"text_sha256": "abc"}),
    (ARTICLE, ["documents", 0], {"owner_id": ""}),
    (ARTICLE, ["documents", 0], {"state": "done"}),
    (ARTICLE, ["documents", 0], {"version": 1}),
    (ARTICLE, ["documents", 0, "annotations", 0], {"start": -1}),
    (ARTICLE, ["documents", 0, "annotations", 0], {"end": "4"}),
    (ARTICLE, ["documents", 0, "annotations", 0], {"label": None}),
    (ARTICLE, ["documents", 0, "annotations", 0], {"fragments": []}),
    (ARTICLE, ["documents", 0, "annotations", 0], {"fragments": [[0, 1, 2]]}),
    (ARTICLE, ["documents", 0, "annotations", 0], {"text": None}),
    (ARTICLE, ["documents", 0, "links", 0], {"to": "x"}),
    (ARTICLE, ["documents", 0, "links", 0], {"extra": 1}),
]  # fmt: skip


@pytest.mark.parametrize(("row", "path", "values"), BROKEN)
def test_what_the_schema_refuses_the_reader_refuses(
    tmp_path: Path, row: int, path: list[Any], values: dict[str, Any]
) -> None:
    data = lines(tmp_path)
    here: Any = data[row]
    for step in path:
        here = here[step]
    here.update(values)
    assert not VALIDATOR.is_valid(data[row])
    with pytest.raises(InputError) as caught:
        read(saved(tmp_path, data))
    assert caught.value.line == row + 1
