"""W3C Web Annotation, checked against the rules of its data model."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from tests.formats.carrying import hand_out, proven, read_back
from tests.formats.projects import TEXT, entry, full, news, project, projects, span, work

from annotator import resources
from annotator.formats import for_path
from annotator.formats.own import OWN
from annotator.formats.web_annotation import WEB_ANNOTATION
from annotator.model.corpus import Annotator, Entry, Heading, Item
from annotator.model.document import Entity
from annotator.model.errors import InputError, MisplacedSpan

# The MUSTs of https://www.w3.org/TR/annotation-model/ for what is used here, by section.
_IRI = {"type": "string", "pattern": "^[a-z][a-z0-9+.-]*:[^ ]+$"}
_PURPOSES = {
    "enum": [
        "assessing", "bookmarking", "classifying", "commenting", "describing", "editing",
        "highlighting", "identifying", "linking", "moderating", "questioning", "replying",
        "tagging",
    ]
}  # fmt: skip  # §3.3.5
RULES: dict[str, Any] = {
    "$defs": {
        "textual": {  # §3.2.4: exactly one value, zero or one format
            "type": "object",
            "required": ["type", "value"],
            "properties": {
                "type": {"const": "TextualBody"}, "value": {"type": "string"},
                "format": {"type": "string"}, "purpose": _PURPOSES,
            },
        },
        "position": {  # §4.2.5: exactly one start and end, non-negative, end exclusive
            "type": "object",
            "required": ["type", "start", "end"],
            "properties": {
                "type": {"const": "TextPositionSelector"},
                "start": {"type": "integer", "minimum": 0},
                "end": {"type": "integer", "minimum": 0},
            },
        },
        "quote": {  # §4.2.4: exactly one exact; not more than one prefix and suffix
            "type": "object",
            "required": ["type", "exact"],
            "properties": {
                "type": {"const": "TextQuoteSelector"}, "exact": {"type": "string", "minLength": 1},
                "prefix": {"type": "string"}, "suffix": {"type": "string"},
            },
        },
        "specific": {  # §4: exactly one source; §4.2: zero or more selectors
            "type": "object",
            "required": ["type", "source"],
            "properties": {
                "type": {"const": "SpecificResource"}, "source": _IRI, "purpose": _PURPOSES,
                "selector": {
                    "type": "array",
                    "items": {"oneOf": [{"$ref": "#/$defs/position"}, {"$ref": "#/$defs/quote"}]},
                },
            },
        },
        "external": {  # §3.2.2: exactly one IRI
            "type": "object",
            "required": ["id"],
            "properties": {"id": _IRI, "type": {"const": "Text"}, "language": {"type": "string"}},
            "not": {"required": ["selector"]},
        },
        "target": {
            "oneOf": [_IRI, {"$ref": "#/$defs/specific"}, {"$ref": "#/$defs/external"}]
        },
        "body": {"oneOf": [{"$ref": "#/$defs/textual"}, {"$ref": "#/$defs/specific"}]},
        "annotation": {  # §3.1: one id, the type, one or more targets
            "type": "object",
            "required": ["id", "type", "target"],
            "properties": {
                "id": _IRI, "type": {"const": "Annotation"}, "motivation": _PURPOSES,
                "creator": {  # §3.3.2
                    "type": "object", "required": ["type"],
                    "properties": {"type": {"const": "Person"}, "nickname": {"type": "string"}},
                },
                "body": {
                    "oneOf": [
                        {"type": "array", "items": {"$ref": "#/$defs/body"}, "minItems": 1},
                        {"$ref": "#/$defs/body"},
                    ]
                },
                "target": {
                    "oneOf": [
                        {"type": "array", "items": {"$ref": "#/$defs/target"}, "minItems": 1},
                        {"$ref": "#/$defs/target"},
                    ]
                },
            },
        },
    },
    "type": "object",  # §5.1, §5.2
    "required": ["@context", "id", "type", "first", "total"],
    "properties": {
        "@context": {"const": "http://www.w3.org/ns/anno.jsonld"},
        "id": _IRI,
        "type": {"const": "AnnotationCollection"},
        "label": {"type": "string"},
        "total": {"type": "integer", "minimum": 0},
        "first": {
            "type": "object",
            "required": ["id", "type", "partOf", "items"],
            "properties": {
                "id": _IRI, "type": {"const": "AnnotationPage"}, "partOf": _IRI,
                "startIndex": {"const": 0},
                "items": {"type": "array", "items": {"$ref": "#/$defs/annotation"}},
            },
        },
    },
}  # fmt: skip
VALID = Draft202012Validator(RULES)


def out(tmp_path: Path, items: list[Item]) -> dict[str, Any]:
    hand_out(WEB_ANNOTATION, items, tmp_path / "x.jsonld")
    found: dict[str, Any] = json.loads((tmp_path / "x.jsonld").read_bytes())
    return found


def checked(tmp_path: Path, items: list[Item]) -> list[dict[str, Any]]:
    """What is written keeps the rules, and each selector selects what it quotes."""
    found = out(tmp_path, items)
    VALID.validate(found)
    annotations: list[dict[str, Any]] = found["first"]["items"]
    assert found["total"] == len(annotations)
    ids = [a["id"] for a in annotations]
    assert len(set(ids)) == len(ids)
    texts = {
        a["target"]["id"]: a["body"]["value"]
        for a in annotations
        if isinstance(a["target"], dict) and "id" in a["target"]
    }
    for annotation in annotations:
        targets = annotation["target"]
        for target in targets if isinstance(targets, list) else [targets]:
            if isinstance(target, dict) and "selector" in target:
                check_selectors(target["selector"], texts[target["source"]])
    return annotations


def check_selectors(selectors: list[dict[str, Any]], text: str) -> None:
    position = selectors[0]
    start, end = position["start"], position["end"]
    for quote in selectors[1:]:
        assert text[start:end] == quote["exact"]
        assert text[:start].endswith(quote["prefix"])
        assert text[end:].startswith(quote["suffix"])


def article(text: str = TEXT, iri: str = "urn:x:1", more: Any = None) -> dict[str, Any]:
    body = {"type": "TextualBody", "value": text, "purpose": "describing"}
    return {
        "type": "Annotation", "motivation": "describing", "body": body,
        "target": {"id": iri, **(more or {})},
    }  # fmt: skip


def on(*selectors: Any, source: Any = "urn:x:1", **more: Any) -> dict[str, Any]:
    return {"type": "Annotation", "target": {"source": source, "selector": [*selectors]}, **more}


def at(start: Any, end: Any) -> dict[str, Any]:
    return {"type": "TextPositionSelector", "start": start, "end": end}


def words(exact: str, **around: str) -> dict[str, Any]:
    return {"type": "TextQuoteSelector", "exact": exact, **around}


def read(tmp_path: Path, given: object, **options: Any) -> list[Item]:
    path = tmp_path / "x.jsonld"
    path.write_bytes(given if isinstance(given, bytes) else json.dumps(given).encode())
    return read_back(WEB_ANNOTATION, path, **options)


def entries(items: list[Item]) -> list[Entry]:
    return [item for item in items if isinstance(item, Entry)]


# ---- there and back ------------------------------------------------------------------------------


def test_any_project_comes_back_and_keeps_the_rules(tmp_path: Path) -> None:
    @settings(
        max_examples=40,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
        deadline=None,
    )
    @given(projects())
    def check(items: list[Item]) -> None:
        if any(isinstance(item, Entry) for item in items):
            assert proven(WEB_ANNOTATION, items, tmp_path / "x.jsonld").differences == ()
        checked(tmp_path, items)

    check()


def test_the_sample_comes_back(tmp_path: Path) -> None:
    sample = read_back(OWN, resources.path("sample/palmyra.jsonl"))
    proof = proven(WEB_ANNOTATION, sample, tmp_path / "x.jsonld")
    assert (proof.differences, proof.articles) == ((), 1)
    assert proof.annotations > 100
    checked(tmp_path, sample)


def test_facts_come_back(tmp_path: Path) -> None:
    items = full()
    hand_out(WEB_ANNOTATION, items, tmp_path / "x.jsonld")
    first = entries(read_back(WEB_ANNOTATION, tmp_path / "x.jsonld"))[0].article
    assert (first.title, first.source, first.url) == ("Taken", "Wire", "https://example.org/1")
    assert (first.language, first.date, first.date_source) == ("en", "2016-12-15", "given")
    assert first.metadata == {"b": "2", "a": "1"}


def test_the_same_project_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a.jsonld", "b.jsonld"):
        hand_out(WEB_ANNOTATION, full(), tmp_path / name)
    assert (tmp_path / "a.jsonld").read_bytes() == (tmp_path / "b.jsonld").read_bytes()
    assert for_path(tmp_path / "a.jsonld") is WEB_ANNOTATION


def test_what_is_written(tmp_path: Path) -> None:
    annotations = checked(tmp_path, full())
    by_motivation: dict[str, list[dict[str, Any]]] = {}
    for annotation in annotations:
        by_motivation.setdefault(annotation["motivation"], []).append(annotation)
    assert {k: len(v) for k, v in by_motivation.items()} == {
        "describing": 4, "classifying": 8, "linking": 2,
    }  # fmt: skip
    place = next(a for a in by_motivation["classifying"] if a["body"][0]["value"] == "Place")
    assert place["creator"] == {"type": "Person", "nickname": "ada"}
    assert place["body"][1]["purpose"] == "identifying"
    assert place["target"]["selector"] == [
        {"type": "TextPositionSelector", "start": 10, "end": 17},
        {"type": "TextQuoteSelector", "exact": "Palmyra", "prefix": "ISIS took ",
         "suffix": " last Sunday, the BBC said. ISIS"},
    ]  # fmt: skip
    link = by_motivation["linking"][0]
    ids = {a["id"] for a in by_motivation["classifying"]}
    assert {link["target"], link["body"][0]["source"]} <= ids


def test_a_document_without_spans_is_told_of(tmp_path: Path) -> None:
    _, losses = hand_out(WEB_ANNOTATION, full(), tmp_path / "x.jsonld")
    assert losses.counts == {"documents without spans": 1}


def test_a_project_without_articles(tmp_path: Path) -> None:
    assert len(checked(tmp_path, project())) == 2


# ---- as others write it --------------------------------------------------------------------------


def test_an_array_of_annotations(tmp_path: Path) -> None:
    """As Recogito and Annotorious save them, with the text before."""
    tag = {"type": "TextualBody", "purpose": "tagging", "value": "Town"}
    comments = [
        {"type": "TextualBody", "purpose": "commenting", "value": v} for v in ("sure", "old")
    ]
    wikidata = "http://www.wikidata.org/entity/Q5747"
    given = [
        article(),
        on(
            words("Palmyra"), at(10, 17), id="#1",
            body=[tag, *comments, {"type": "SpecificResource", "source": {"id": wikidata}}],
            creator=[{"id": "urn:eve", "name": "Eve"}],
        ),
        on(words("ISIS", suffix=" left"), motivation=["highlighting"], creator="urn:bob"),
        on(at(0, 4), id="#3", bodyValue="who?", creator={"id": "urn:eve", "name": "Eve"}),
        {"id": "#4", "type": ["Annotation"], "motivation": "linking", "body": "#1", "target": "#3",
         "creator": {"name": "Eve"}},
        {"type": "Annotation", "motivation": "commenting", "target": "urn:x:1"},
    ]  # fmt: skip
    notes: list[str] = []
    items = read(tmp_path, given, note=notes.append)
    heading = items[0]
    assert isinstance(heading, Heading)
    assert [k.name for k in heading.codebook.labels] == ["Town", "annotation", "highlighting"]
    assert [i.login for i in items if isinstance(i, Annotator)] == ["Eve", "urn:bob"]
    assert [i.name for i in items if isinstance(i, Entity)] == [wikidata]
    eve, bob = entries(items)[0].works
    assert eve.annotations[1].fields["commenting"] == ("sure", "old")
    assert eve.annotations[0].fields == {"comment": "who?"}
    assert [(k.type, k.from_id, k.to_id) for k in eve.links] == [
        ("linking", eve.annotations[0].id, eve.annotations[1].id)
    ]
    assert bob.annotations[0].fragments == ((45, 49),)
    assert notes == ["Line 1: an annotation on no part of a text is passed over."]


def test_lines_and_pages(tmp_path: Path) -> None:
    rows = [article(), on(at(0, 4))]
    body = "\n".join(map(json.dumps, rows))
    page = {"type": "AnnotationPage", "items": rows, "next": {"id": "x"}}
    for whole in (body.encode(), page, {"type": "AnnotationCollection", "first": page}):
        found = entries(read(tmp_path, whole))
        assert [len(w.annotations) for e in found for w in e.works] == [1]


def test_one_annotation_alone(tmp_path: Path) -> None:
    assert entries(read(tmp_path, article("a\r\nb")))[0].text.value == "a\nb"
    given = [{**article(), "target": "urn:x:1"}, on(at(0, 4))]
    assert len(entries(read(tmp_path, given))[0].works) == 1


def test_whoever_is_not_named(tmp_path: Path) -> None:
    items = read(tmp_path, [article(), on(at(0, 4))], annotator="eve")
    assert [i.login for i in items if isinstance(i, Annotator)] == ["eve"]


def test_a_shifted_span_is_found_by_its_words(tmp_path: Path) -> None:
    given = [article(), on(at(12, 19), words("Palmyra"))]
    with pytest.raises(MisplacedSpan) as caught:
        read(tmp_path, given)
    assert (caught.value.source, caught.value.line) == ("x.jsonld", 1)
    found = entries(read(tmp_path, given, repair=True))[0]
    assert found.works[0].annotations[0].fragments == ((10, 17),)


# ---- faults --------------------------------------------------------------------------------------

FAULTS: list[tuple[list[Any], str]] = [
    ([{"type": "Note", "target": "x"}], "type must be Annotation"),
    ([7], "not a Web Annotation"),
    ([{"type": "Annotation"}], "needs a target"),
    ([on(at(0, 4))], "text that it is on is not in the file"),
    ([article(" ")], "empty"),
    ([article(more={"dcterms:date": "soon"})], "date"),
    ([article(), on(at(0, 4), source="urn:x:2")], "not on the article"),
    ([article(), on(at(0, 4), source=7)], "must be an IRI"),
    ([article(), {**on(), "target": [{"selector": at(0, 1)}, "urn:x:1"]}], "not on the article"),
    ([article(), on("x")], "selector is an object"),
    ([article(), on(at("0", 4))], "whole numbers"),
    ([article(), on(at(True, 4))], "whole numbers"),
    ([article(), on({"type": "CssSelector"})], "neither position nor quote"),
    ([article(), on(words("ISIS"))], "more than once"),
    ([article(), on(words("Homs"))], "not in the text"),
    ([article(), on(words(""))], "more than once"),
    ([article(), on({"type": "TextQuoteSelector", "exact": 7})], "must be a text"),
    ([article(), on(at(0, 99_999))], "outside"),
    ([article(), on(at(4, 0))], "before it starts"),
    ([article(), on(at(0, 4), id="#1"), on(at(0, 4), id="#1")], "there already"),
    ([article(), on(at(0, 4), body=[7])], "body is an object"),
    ([article(), {"type": "Annotation", "motivation": "linking", "body": "#1", "target": "#2"}],
     "which is not on its article"),
]  # fmt: skip


@pytest.mark.parametrize(("given", "message"), FAULTS, ids=[m for _, m in FAULTS])
def test_faults(tmp_path: Path, given: list[Any], message: str) -> None:
    with pytest.raises(InputError, match=message) as caught:
        read(tmp_path, given)
    assert caught.value.source == "x.jsonld"
    assert caught.value.line == 1


def test_after_a_fault_reading_goes_on(tmp_path: Path) -> None:
    faults: list[InputError] = []
    rows = [
        article(), on(at("x", 4)), on(at(0, 4)), article(iri="urn:x:2"),
        on(at(0, 4), source="urn:x:2"),
    ]  # fmt: skip
    body = "\n".join(map(json.dumps, rows)).encode()
    assert len(entries(read(tmp_path, body, fault=faults.append))) == 1
    assert [f.line for f in faults] == [2]


def test_a_reference_that_leads_nowhere(tmp_path: Path) -> None:
    body = [
        {"type": "TextualBody", "value": "Date", "purpose": "classifying"},
        {"type": "SpecificResource", "source": "urn:x:9", "schema:name": "anchor"},
    ]
    with pytest.raises(InputError, match="points at nothing"):
        read(tmp_path, [article(), on(at(0, 4), body=body)], codebook=news())


def test_a_page_of_notes_without_a_text(tmp_path: Path) -> None:
    given = [{"type": "Annotation", "target": "urn:x:1", "bodyValue": "nice"}]
    assert entries(read(tmp_path, given)) == []


def test_metadata_that_is_no_pair_is_passed_over(tmp_path: Path) -> None:
    found = entries(read(tmp_path, article(more={"schema:additionalProperty": ["x"]})))[0]
    assert found.article.metadata == {}


def test_an_entity_that_is_described_and_one_that_is_not(tmp_path: Path) -> None:
    items = project(entry(work(span(40, "Actor", 0, 4, entity="unknown"))))
    hand_out(WEB_ANNOTATION, items, tmp_path / "x.jsonld")
    found = read_back(WEB_ANNOTATION, tmp_path / "x.jsonld", codebook=news())
    assert [i.name for i in found if isinstance(i, Entity)] == ["urn:uuid:unknown"]


# ---- large files ---------------------------------------------------------------------------------


def test_an_empty_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="empty"):
        read(tmp_path, b"[]")
