from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from tests.formats.carrying import hand_out, read_back
from tests.formats.foreign import (
    carries_any_project,
    carries_the_sample,
    entries,
    links,
    refused,
    spans,
    written_twice,
)
from tests.formats.projects import ACTOR, entry, full, news, project, span, uid, work

from annotator.formats import for_path
from annotator.formats.label_studio import LABEL_STUDIO
from annotator.model.codebook import BoolField, ChoiceField, IntegerField
from annotator.model.corpus import Annotator, Heading
from annotator.model.document import Entity, Link
from annotator.model.errors import InputError, MisplacedSpan

TEXT = "😀 ISIS took Palmyra."


def region(key: str, label: str, start: int, end: int, **more: Any) -> dict[str, Any]:
    value = {"start": start, "end": end, "labels": [label], **more.pop("value", {})}
    return {"id": key, "from_name": "label", "to_name": "text", "type": "labels",
            "value": value, **more}  # fmt: skip


def control(key: str | None, name: str, type: str, **value: Any) -> dict[str, Any]:
    return {"id": key, "from_name": name, "to_name": "text", "type": type, "value": value}


def task(*result: object, **more: Any) -> dict[str, Any]:
    return {"id": 1, "data": {"text": TEXT}, "annotations": [{"result": [*result]}], **more}


def saved(tmp_path: Path, data: object) -> Path:
    path = tmp_path / "x.json"
    path.write_text(json.dumps(data, ensure_ascii=False), "utf-8")
    return path


def test_any_project(tmp_path: Path) -> None:
    carries_any_project(LABEL_STUDIO, tmp_path)


def test_the_sample(tmp_path: Path) -> None:
    carries_the_sample(LABEL_STUDIO, tmp_path)


def test_same_bytes(tmp_path: Path) -> None:
    written_twice(LABEL_STUDIO, tmp_path)


def test_a_task(tmp_path: Path) -> None:
    annotations = (
        span(40, "Actor", 2, 6, entity=ACTOR.id, uncertain=True),
        span(41, "Place", 12, 19, use="literal"),
        span(42, "Quantity", 0, 1, value=1.5),
        span(43, "Claim", 2, 19, context=("a", "b"), evidence=("u", "v")),
        span(44, "Date", 7, 11, anchor="t0"),
        span(45, "Date", 2, 11, anchor=uid(44)),
        span(46, "Actor", 0, 1, entity=uid(99)),
        span(47, "Actor", 0, 1, gone="x"),
    )
    found = Link(id=uid(50), type="source", from_id=uid(43), to_id=uid(40))
    again = Link(id=uid(51), type="agrees_with", from_id=uid(43), to_id=uid(43))
    made = entry(work(*annotations, links=(found, again)), text=TEXT, metadata={"k": "v"})
    hand_out(LABEL_STUDIO, project(made, entry(number=21)), tmp_path / "x.json")
    first, second = json.loads((tmp_path / "x.json").read_bytes())
    assert (first["data"]["text"], first["data"]["title"]) == (TEXT, "Taken")
    assert first["meta"]["metadata"] == {"k": "v"}
    assert first["meta"]["entities"][ACTOR.id]["fields"]["name"] == "ISIS"
    annotation = first["annotations"][0]
    assert "completed_by" not in annotation, "the server knows no such user"
    assert (annotation["created_username"], annotation["ground_truth"]) == ("ada", False)
    result = annotation["result"]
    by_name = {row["from_name"]: row for row in result if "from_name" in row}
    assert result[0]["value"] == {"start": 0, "end": 1, "text": "😀", "labels": ["Quantity"]}
    place = {"start": 2, "end": 6, "text": "ISIS"}
    uncertain = by_name["Actor.uncertain"]
    assert (uncertain["type"], uncertain["value"]) == ("choices", {**place, "choices": ["true"]})
    assert by_name["Claim.context"]["value"]["choices"] == ["a", "b"]
    assert by_name["Claim.evidence"]["value"]["text"] == ["u", "v"]
    assert by_name["Quantity.value"]["value"]["number"] == 1.5
    assert by_name["Date.anchor"]["value"]["text"] == ["t0"]
    entities = [row["value"]["text"] for row in result if row.get("from_name") == "Actor.entity"]
    assert sorted(entities) == [[""], ["ISIS"]]
    relations = [row for row in result if row["type"] == "relation"]
    assert [(r["labels"], r["direction"]) for r in relations] == [
        (["anchor"], "right"), (["source"], "right"), (["agrees_with"], "bi"),
    ]  # fmt: skip
    assert second["annotations"] == []


def test_the_configuration(tmp_path: Path) -> None:
    hand_out(LABEL_STUDIO, full(), tmp_path / "x.json")
    root = etree.fromstring((tmp_path / "x.json.config.xml").read_bytes())
    labels = {str(e.get("value")): e for e in root.iter("Label")}
    assert list(labels) == [label.name for label in news().labels]
    assert (labels["Actor"].get("hotkey"), str(labels["Actor"].get("hint"))[:3]) == ("a", "A m")
    names = [e.get("name") for e in root.iter() if e.get("name")]
    assert len(names) == len(set(names)), "a control's name is its own"
    relations = [e.get("value") for e in root.iter("Relation")]
    assert {"source", "anchor"} <= {*relations}
    controls = {e.get("name"): e for e in root.iter("Choices", "Number", "TextArea")}
    assert all(e.get("perRegion") == "true" for e in controls.values())
    assert controls["Claim.context"].get("choice") == "multiple"
    assert controls["Claim.mode"].get("choice") == "single"
    assert controls["Quantity.value"].tag == "Number"
    assert controls["Actor.entity"].tag == "TextArea"
    assert [c.get("value") for c in controls["Actor.uncertain"]] == ["true", "false"]


def test_a_label_without_fields_and_a_code_list(tmp_path: Path) -> None:
    from annotator.formats.label_studio_config import config
    from annotator.model.codebook import Codebook, CodeField, Label, Option

    code = CodeField(name="c", codelist="x", extra=(Option("XK"),))
    book = Codebook(name="x", labels=(Label(name="A"), Label(name="B", fields=(code,))))
    root = etree.fromstring(config(book))
    assert [e.get("value") for e in root.iter("Choice")] == ["XK"]
    assert [e.get("whenLabelValue") for e in root.iter("View")] == [None, "B"]


def test_a_result_of_its_own(tmp_path: Path) -> None:
    result = [
        region("a", "ORG", 2, 6, value={"text": "ISIS"}, meta={"text": ["sure?"]}),
        region("b", "LOC", 12, 19),
        control("a", "kind", "choices", choices=["armed"]),
        control("a", "tags", "choices", choices=["x", "y"]),
        control("a", "path", "taxonomy", taxonomy=[["A", "B"]]),
        control("a", "ORG.size", "number", number=3),
        control("a", "seen", "textarea", text=["1"]),
        control("b", "comment", "textarea", text="old"),
        control("a", "unknown", "video", frames=[]),
        {"id": "a", "type": "choices", "value": {"choices": ["no name"]}},
        {"from_id": "a", "to_id": "b", "type": "relation", "direction": "left", "labels": ["in"]},
        {"from_id": "a", "to_id": "b", "type": "relation", "direction": "bi"},
        {"from_id": "a", "to_id": "b", "type": "relation", "labels": "near"},
        control("c", "mood", "choices", choices=["good"]),
    ]
    found = entries(LABEL_STUDIO, saved(tmp_path, [task(*result, meta={"lang": "en"})]))[0]
    assert spans(found) == [
        ("ORG", "ISIS", {"note": "sure?", "kind": "armed", "tags": ("x", "y"), "path": "A > B",
                         "size": 3, "seen": "1"}),
        ("LOC", "Palmyra", {"comment": "old"}),
    ]  # fmt: skip
    assert links(found) == [
        ("in", "Palmyra", "ISIS"), ("relation", "ISIS", "Palmyra"), ("near", "ISIS", "Palmyra"),
    ]  # fmt: skip
    assert found.article.metadata == {"lang": "en", "mood": "good"}


def test_several_labels_on_a_region_are_several_annotations(tmp_path: Path) -> None:
    both = region("a", "", 2, 6, value={"labels": ["ORG", "GPE"]})
    row = control("a", "sure", "choices", choices=["yes"])
    found = entries(LABEL_STUDIO, saved(tmp_path, [task(both, row)]))[0]
    assert spans(found) == [("ORG", "ISIS", {"sure": "yes"}), ("GPE", "ISIS", {"sure": "yes"})]


def logins(path: Path) -> list[str]:
    return [i.login for i in read_back(LABEL_STUDIO, path) if isinstance(i, Annotator)]


@pytest.mark.parametrize(
    ("said", "login"),
    [
        ({"completed_by": 7}, "7"),
        ({"completed_by": {"id": 7, "email": "a@b.org"}}, "a@b.org"),
        ({"completed_by": {"id": 7}}, "7"),
        ({"completed_by": 7, "created_username": "Ada L a@b.org, 7"}, "a@b.org"),
        ({"created_username": " a@b.org, 7"}, "a@b.org"),
        ({"created_username": "ada"}, "ada"),
        ({"completed_by": [1]}, "annotator"),
        ({}, "annotator"),
    ],
)
def test_whose_work_it_is(tmp_path: Path, said: dict[str, Any], login: str) -> None:
    given = {"data": {"text": TEXT}, "annotations": [{"result": [], **said}]}
    assert logins(saved(tmp_path, [given])) == [login]


def test_annotations_predictions_and_what_was_cancelled(tmp_path: Path) -> None:
    mine = {"result": [region("a", "ORG", 2, 6)], "completed_by": 1}
    given = {
        "data": {"id": "short", "body": TEXT},
        "completions": [mine, mine, {"result": [], "was_cancelled": True}],
        "predictions": [{"result": None, "model_version": "ner-1"}, {"result": []}],
    }
    path = saved(tmp_path, given)
    assert logins(path) == ["1", "1 2", "ner-1", "prediction"]
    found = entries(LABEL_STUDIO, path)[0]
    assert (found.text.value, found.article.metadata) == (TEXT, {"id": "short"})
    twice = {"data": {"text": TEXT}, "annotations": [{"result": []}, {"result": []}]}
    assert logins(saved(tmp_path, [twice])) == ["annotator", "annotator 2"]


def test_json_min(tmp_path: Path) -> None:
    row = {
        "id": 1, "text": TEXT, "url": "http://x", "annotator": 3, "annotation_id": 9,
        "sentiment": "neutral", "lead_time": 1.5,
        "label": [{"start": 2, "end": 6, "text": "ISIS", "labels": ["ORG"]}],
    }  # fmt: skip
    path = saved(tmp_path, [row, {"text": "unread"}])
    found = entries(LABEL_STUDIO, path)
    assert spans(found[0]) == [("ORG", "ISIS", {})]
    assert (found[0].article.url, found[0].article.metadata) == (
        "http://x", {"sentiment": "neutral"},
    )  # fmt: skip
    assert (logins(path), found[1].works) == (["3"], ())


def test_offsets_of_before_2021_are_told_by_the_words(tmp_path: Path) -> None:
    path = saved(tmp_path, [task(region("a", "ORG", 3, 7, value={"text": "ISIS"}))])
    fault = refused(LABEL_STUDIO, path)
    assert isinstance(fault, MisplacedSpan) and "another unit" in fault.message
    assert spans(entries(LABEL_STUDIO, path, repair=True)[0]) == [("ORG", "ISIS", {})]


def test_a_configuration_beside_it_is_read(tmp_path: Path) -> None:
    path = saved(tmp_path, [task(region("a", "ORG", 2, 6))])
    beside = path.with_name("x.json.config.xml")
    beside.write_text(
        "<View><Labels><Label value='LOC' background='#00FF00'/><Label value='x' alias='ORG'/>"
        "</Labels><Choices name='ORG.kind'><Choice value='a'/><Choice value='b' alias='c'/>"
        "</Choices><Choices name='ORG.many' choice='multiple'><Choice value='a'/></Choices>"
        "<Choices name='mood'><Choice value='good'/></Choices></View>"
    )
    heading = read_back(LABEL_STUDIO, path)[0]
    assert isinstance(heading, Heading)
    labels = heading.codebook.labels
    assert (labels[0].name, labels[0].color) == ("LOC", "#00ff00")
    kind = labels[1].fields[0]
    assert isinstance(kind, ChoiceField) and [o.value for o in kind.options] == ["a", "c"]
    assert len(labels[1].fields) == 1
    beside.write_text("<View>")
    assert refused(LABEL_STUDIO, path).source == "x.json.config.xml"


def test_the_projects_field_kinds_are_used(tmp_path: Path) -> None:
    rows = [
        region("a", "Actor", 2, 6, meta={"entity": "e1"}),
        control("a", "Actor.entity", "textarea", text=["ISIS"]),
        control("a", "Actor.uncertain", "choices", choices=["true"]),
        region("c", "Claim", 2, 19),
        control("c", "Claim.context", "choices", choices=["military"]),
    ]
    meta = {"entities": {"e1": {"type": "actor", "fields": {"name": "ISIS"}}, "bad": 1}}
    path = saved(tmp_path, [task(*rows, meta=meta)])
    items = read_back(LABEL_STUDIO, path, codebook=news())
    entity = next(item for item in items if isinstance(item, Entity))
    found = entries(LABEL_STUDIO, path, codebook=news())[0]
    assert isinstance(items[0], Heading) and items[0].codebook is news()
    assert (entity.type, entity.name) == ("actor", "ISIS")
    assert spans(found)[0][2] == {"context": ("military",)}
    assert spans(found)[1][2]["uncertain"] is True
    heading = read_back(LABEL_STUDIO, path)[0]
    assert isinstance(heading, Heading), "without the project's codebook it makes its own"
    assert heading.codebook.labels[0].entity_type == "actor"
    assert not any(isinstance(f, BoolField) for f in heading.codebook.labels[0].fields)


def test_an_entity_with_a_value_of_another_kind(tmp_path: Path) -> None:
    rows = [region(k, "A", 2, 6, meta={"entity": e}) for k, e in (("a", "1"), ("b", "2"))]
    made = [{"type": "t", "fields": {"name": n, "n": v}} for n, v in (("x", 1), ("y", float(2)))]
    path = saved(tmp_path, [task(*rows, meta={"entities": {"1": made[0], "2": made[1]}})])
    entities = [i for i in read_back(LABEL_STUDIO, path) if isinstance(i, Entity)]
    assert [e.fields["n"] for e in entities] == [1, 2]
    heading = read_back(LABEL_STUDIO, path)[0]
    assert isinstance(heading, Heading)
    assert not isinstance(heading.codebook.entity_types[0].fields[1], IntegerField)
    nested = {"type": "t", "fields": {"name": ["a"]}}
    path = saved(tmp_path, [task(rows[0], meta={"entities": {"1": nested}})])
    assert next(i for i in read_back(LABEL_STUDIO, path) if isinstance(i, Entity)).name == '["a"]'


BROKEN: list[tuple[Callable[[], object], str, str]] = [
    (lambda: {"data": {"n": 1}}, "no text", "[0], data"),
    (lambda: {"result": []}, "without its task", "[0]"),
    (lambda: {"n": 1}, "no text", "[0], data"),
    (lambda: {"data": {"text": TEXT}, "annotations": 3}, "must be a list", "[0], annotations"),
    (lambda: {"data": {"text": TEXT}, "annotations": [3]}, "not by reference", "annotations[0]"),
    (lambda: {"data": {"text": TEXT}, "predictions": ["x"]}, "object", "predictions[0]"),
    (lambda: task(3), "object", "annotations[0].result[0]"),
    (lambda: task(region("a", "A", 0, 99)), "outside", "a"),
    (lambda: task({"id": "a", "value": {"labels": ["A"]}}), "start and end", "result[0]"),
    (lambda: task(region("a", "A", 0, 1, value={"globalOffsets": {"start": 0, "end": 1}})),
     "HTML", "result[0]"),
    (lambda: task({"type": "relation"}), "from_id", "result[0]"),
    (lambda: task({"type": "relation", "from_id": "a", "to_id": "b"}), "not there", "[0]"),
    (lambda: task(region("a", "A", 0, 1), control("a", "f", "choices", choices={})), "not read",
     "result[1]"),
    (lambda: task(region("a", "A", 0, 1), {"type": "relation", "from_id": "a", "to_id": "a"}),
     "to itself", "[0]"),
]  # fmt: skip


@pytest.mark.parametrize(("broken", "said", "place"), BROKEN)
def test_faults_name_the_place(
    tmp_path: Path, broken: Callable[[], object], said: str, place: str
) -> None:
    path = saved(tmp_path, [broken(), task()])
    fault = refused(LABEL_STUDIO, path)
    assert said in fault.message and place in fault.place
    told: list[InputError] = []
    assert len(entries(LABEL_STUDIO, path, fault=told.append)) == 1
    assert len(told) == 1


def test_lone_surrogates_and_nul_are_left_out(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    row = control("a", "f", "textarea", text=["x\0y\ud800", "z"])
    path.write_text(json.dumps([task(region("a", "A\ud800", 2, 6), row)]), "utf-8")
    assert spans(entries(LABEL_STUDIO, path)[0]) == [("A", "ISIS", {"f": ("xy", "z")})]


def test_it_is_told_from_others(tmp_path: Path) -> None:
    recognises = LABEL_STUDIO.recognises
    assert recognises is not None
    label = [{"start": 0, "end": 1, "labels": ["A"]}]
    for data in ([task()], {**task(), "predictions": []}, [{"text": "x", "label": label}]):
        assert for_path(saved(tmp_path, data)) is LABEL_STUDIO
    others: list[object] = [[], {"annotations": []}, "x", [{"labels": ["a"]}]]
    for other in others:
        assert not recognises(saved(tmp_path, other))


def test_what_is_no_task(tmp_path: Path) -> None:
    fault = refused(LABEL_STUDIO, saved(tmp_path, [task(), 1]))
    assert (fault.message, fault.place) == ("An object is expected here.", "[1]")
