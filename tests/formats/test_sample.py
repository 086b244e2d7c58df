"""The sample project against the gold it was made from."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from tests.formats.projects import news, written

from annotator import resources
from annotator.formats import ReadOptions
from annotator.formats.own import OWN
from annotator.model import check, compute
from annotator.model.codebook import DOCUMENT_DATE, Codebook
from annotator.model.corpus import Annotator, Entry, Heading, Item
from annotator.model.document import Document, Entity, Status

GOLD = Path("/work/shared/sample/palmyra.gold.json")
LABELS = {
    "Actor": 54, "Place": 39, "Date": 8, "Claim": 27, "Cue": 15, "Quantity": 6, "Region": 5,
}  # fmt: skip
LINKS = {
    "addressee": 1, "affiliated_with": 10, "agent": 21, "agrees_with": 5, "conflicts_with": 3,
    "counts": 3, "cue": 16, "figure": 6, "location": 20, "part_of": 5, "recipient": 6,
    "relative_to": 2, "source": 14, "time": 9,
}  # fmt: skip
EXTENTS = "fd54f113aaca477779e7cbc33a156253864440f564e3c574120fff79041dc634"
VALUES = "bb4f2c364482ef2cacdd5ff53fbff7e711124946586e9f3d2ea4b754efe99cbc"


@cache
def items() -> list[Item]:
    assert OWN.read is not None
    return list(OWN.read(resources.path("sample/palmyra.jsonl"), ReadOptions()))


@cache
def document() -> Document:
    entry = items()[-1]
    assert isinstance(entry, Entry)
    (work,) = entry.works
    return Document(
        article=entry.article,
        text=entry.text,
        status=Status(id=work.id, owner_id=work.owner_id, state=work.state),
        annotations={a.id: a for a in work.annotations},
        links={k.id: k for k in work.links},
        entities={e.id: e for e in items() if isinstance(e, Entity)},
    )


def codebook() -> Codebook:
    heading = items()[0]
    assert isinstance(heading, Heading)
    return heading.codebook


def _digest(rows: list[object]) -> str:
    text = json.dumps(sorted(json.dumps(row, ensure_ascii=False, sort_keys=True) for row in rows))
    return hashlib.sha256(text.encode()).hexdigest()


def test_it_has_the_default_codebook() -> None:
    assert codebook() == news()


def test_the_article() -> None:
    article = document().article
    assert article.title == "Ancient Syrian city of Palmyra falls back into the hands of ISIS"
    assert (article.date, article.date_source, article.language) == ("2016-12-15", "given", "en")
    sha = "ac73f15f35fd2d28689e8d6bd627c014bda330d26778e2d76216433412dc486f"
    assert article.text_sha256 == document().text.sha256 == sha
    assert document().status.state == "in_progress"
    assert [a.login for a in items() if isinstance(a, Annotator)] == ["sample"]


def test_counts() -> None:
    found = document()
    assert Counter(a.label for a in found.annotations.values()) == LABELS
    assert Counter(k.type for k in found.links.values()) == LINKS
    assert Counter(e.type for e in found.entities.values()) == {"actor": 25, "place": 11}
    assert (len(found.annotations), len(found.links), len(found.entities)) == (154, 121, 36)
    assert sum(len(a.fragments) > 1 for a in found.annotations.values()) == 3


def test_extents_and_effective_values_are_those_that_were_checked() -> None:
    """The digests were taken when every span had been compared with the gold."""
    found = document()
    marks = [*found.annotations.values()]
    assert _digest([[a.label, a.fragments] for a in marks]) == EXTENTS
    assert _digest([_values(a.id) for a in marks]) == VALUES


def _values(annotation_id: str) -> dict[str, object]:
    """Effective values with entities and spans by their words."""
    found = document()
    values: dict[str, object] = {}
    annotation = found.annotations[annotation_id]
    for name, value in compute.effective(found, codebook(), annotation).items():
        if str(value) in found.entities:
            values[name] = found.entities[str(value)].name
        elif str(value) in found.annotations:
            values[name] = found.annotations[str(value)].fragments
        else:
            values[name] = value
    return values


def test_what_a_rule_gives_is_not_stored() -> None:
    """Left are the days of "now" inside a quotation, which no rule can know."""
    found = document()
    stored = [
        (found.text[a.start : a.end], field.name)
        for a in found.annotations.values()
        for field in codebook().fields(a.label)
        if field.computed and field.name in a.fields
    ]
    assert stored == [("now", "earliest"), ("now", "latest"), ("now", "edtf")]


def test_the_only_fault_is_the_golds_own() -> None:
    """C25, "it was liberated in March this year", has an event and nobody who did it."""
    faults = check.problems(document(), codebook())
    assert len(faults) == 1
    ((annotation_id, (fault,)),) = faults.items()
    assert fault.field == "agent"
    assert document().annotations[annotation_id].start == 2401
    for entity in document().entities.values():
        assert check.problems_of_entity(entity, codebook()) == ()


def test_it_is_written_as_it_is(tmp_path: Path) -> None:
    body = resources.path("sample/palmyra.jsonl").read_bytes()
    assert written(tmp_path, items()).read_bytes() == body


# --- span by span against the gold --------------------------------------------------------------


@pytest.fixture(scope="module")
def gold() -> dict[str, Any]:
    if not GOLD.is_file():
        pytest.skip("the gold is not on this machine; the digests above stand in")
    found: dict[str, Any] = json.loads(GOLD.read_text("utf-8"))
    return found


def _matches(gold: dict[str, Any]) -> dict[str, str]:
    """Gold id → sample id, by label, extent and entity's name: unique in the gold."""
    names = {e["id"]: e["name"] for e in gold["entities"]}
    mine = {
        (a.label, a.fragments, str(_values(a.id).get("entity", ""))): a.id
        for a in document().annotations.values()
    }
    found = {}
    for a in gold["annotations"]:
        extents = a.get("fragments") or [[a["start"], a["end"]]]
        name = names.get(a["attributes"].get("entity"), "")
        found[a["id"]] = mine[a["label"], tuple(map(tuple, extents)), name]
    assert len(set(found.values())) == 154
    return found


def test_every_span(gold: dict[str, Any]) -> None:
    found, match = document(), _matches(gold)
    entities = {e["id"]: e["name"] for e in gold["entities"]}
    for given in gold["annotations"]:
        mine = found.annotations[match[given["id"]]]
        assert found.text[mine.start : mine.end] == given["text"]
        effective = compute.effective(found, codebook(), mine)
        for name, value in given["attributes"].items():
            if value in (None, []):
                assert name not in effective, (given["id"], name)
            elif name == "entity":
                assert found.entities[str(effective[name])].name == entities[value]
            elif name in ("anchor", "begin", "end") and value != DOCUMENT_DATE:
                assert effective[name] == match[value]
            else:
                want = tuple(value) if isinstance(value, list) else value
                assert effective[name] == want, (given["id"], name)
        said = {k for k, v in given["attributes"].items() if v not in (None, [])}
        assert set(effective) <= said | {"exclude"}


def test_every_entity(gold: dict[str, Any]) -> None:
    mine = {e.name: e for e in document().entities.values()}
    assert len(mine) == len(gold["entities"]) == 36
    for given in gold["entities"]:
        entity = mine[given["name"]]
        assert entity.type == given["kind"]
        facts = {k: v for k, v in given.items() if k not in ("id", "kind") and v is not None}
        want = {k: tuple(v) if isinstance(v, list) else v for k, v in facts.items()}
        assert entity.fields == want


def test_every_link(gold: dict[str, Any]) -> None:
    match = _matches(gold)
    want = [
        (r["type"], match[r["from"]], match[r["to"]], r.get("attributes", {}))
        for r in gold["relations"]
    ]
    have = [(k.type, k.from_id, k.to_id, k.fields) for k in document().links.values()]
    assert len(have) == 121
    assert sorted(have, key=str) == sorted(want, key=str)
