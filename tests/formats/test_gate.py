from __future__ import annotations

from pathlib import Path

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
from tests.formats.projects import ACTOR, OTHER, entry, news, project, span, uid, work

from annotator.formats import ReadOptions, for_path
from annotator.formats.gate import GATE, UNHELD
from annotator.model.corpus import Annotator
from annotator.model.document import Entity, Link
from annotator.model.errors import InputError

# Laid out as gate.corpora.DocumentStaxUtils does.
DOCUMENT = """<?xml version='1.0' encoding='UTF-8'?>
<GateDocument version="3">
<!-- The document's features-->

<GateDocumentFeatures>
<Feature>
  <Name className="java.lang.String">gate.SourceURL</Name>
  <Value className="java.lang.String">http://example.org/1</Value>
</Feature>
<Feature>
  <Name className="java.lang.String">MimeType</Name>
  <Value className="java.lang.String">text/html</Value>
</Feature>
<Feature>
  <Name className="java.lang.String">desk</Name>
  <Value className="java.lang.String">foreign</Value>
</Feature>
</GateDocumentFeatures>
<!-- The document content area with serialized nodes -->

<TextWithNodes><Node id="0"/>😀 <Node id="3"/>ISIS<Node id="7"/> took<![CDATA[ <]]>&#xd;
<Node id="16"/>Palmyra<Node id="23"/>.</TextWithNodes>
<!-- The default annotation set -->

<AnnotationSet>
<Annotation Id="5" Type="Organization" StartNode="3" EndNode="7">
<Feature>
  <Name className="java.lang.String">rule</Name>
  <Value className="java.lang.String">Gaz&amp;1</Value>
</Feature>
<Feature>
  <Name className="java.lang.String">n</Name>
  <Value className="java.lang.Integer">12</Value>
</Feature>
<Feature>
  <Name className="java.lang.String">score</Name>
  <Value className="java.lang.Double">0.5</Value>
</Feature>
<Feature>
  <Name className="java.lang.String">sure</Name>
  <Value className="java.lang.Boolean">true</Value>
</Feature>
<Feature>
  <Name className="java.lang.String">matches</Name>
  <Value className="java.util.ArrayList" itemClassName="java.lang.Integer">5;6</Value>
</Feature>
<Feature>
  <Name className="java.lang.String">empty</Name>
  <Value className="java.lang.String"></Value>
</Feature>
<Feature><Name/><Value>lost</Value></Feature>
<Feature><Name>lost</Name></Feature>
</Annotation>
<Annotation Id="6" Type="Location" StartNode="16" EndNode="23">
</Annotation>
</AnnotationSet>
<!-- Named annotation set -->

<AnnotationSet Name="dave">
<Annotation Id="7" Type="Location" StartNode="16" EndNode="16">
</Annotation>
</AnnotationSet>
<AnnotationSet Name="Original markups">
<Annotation Id="0" Type="p" StartNode="0" EndNode="23">
</Annotation>
</AnnotationSet>
<RelationSet>
<Relation Id="8" Type="took" Members="5;6">
<UserData></UserData>
<Feature>
  <Name className="java.lang.String">when</Name>
  <Value className="java.lang.String">2016</Value>
</Feature>
</Relation>
</RelationSet>
</GateDocument>
"""


def saved(tmp_path: Path, body: str = DOCUMENT) -> Path:
    path = tmp_path / "x.xml"
    path.write_text(body, "utf-8", newline="")
    return path


def test_any_project(tmp_path: Path) -> None:
    carries_any_project(GATE, tmp_path, xml=True)


def test_the_sample(tmp_path: Path) -> None:
    carries_the_sample(GATE, tmp_path)


def test_same_bytes(tmp_path: Path) -> None:
    written_twice(GATE, tmp_path)


def test_a_document_of_gates_own(tmp_path: Path) -> None:
    notes: list[str] = []
    found = entries(GATE, saved(tmp_path), note=notes.append, annotator="eve")[0]
    assert found.text.value == "😀 ISIS took <\nPalmyra."
    assert spans(found) == [
        ("Organization", "ISIS", {"rule": "Gaz&1", "n": 12, "score": 0.5, "sure": True,
                                  "matches": ("5", "6")}),
        ("Location", "Palmyra", {}),
    ]  # fmt: skip
    assert spans(found, 1) == [("Location", "", {})]
    assert links(found) == [("took", "ISIS", "Palmyra")]
    assert found.works[0].links[0].fields == {"when": "2016"}
    assert (found.article.title, found.article.url) == ("x", "http://example.org/1")
    assert found.article.metadata == {"desk": "foreign"}
    assert len(notes) == 1 and "Original markups" in notes[0]
    items = read_back(GATE, saved(tmp_path), annotator="eve")
    assert [i.login for i in items if isinstance(i, Annotator)] == ["eve", "dave"]


def test_what_is_written(tmp_path: Path) -> None:
    annotations = (
        span(40, "Actor", 2, 6, entity=ACTOR.id, uncertain=True, note="a\r<b>"),
        span(41, "Date", 7, 11, anchor="t0"),
        span(42, "Date", 2, 11, anchor=uid(41)),
        span(43, "Quantity", 0, 1, value=1.5, low=7, high=1 << 40),
        span(44, "Quantity", 0, 1, value=1 << 70),
        span(45, "Claim", 2, 19, context=("a;b", "c")),
    )
    found = Link(id=uid(50), type="source", from_id=uid(45), to_id=uid(40))
    mine = work(*annotations, links=(found,))
    theirs = work(span(46, "Place", 12, 19), owner=OTHER)
    made = entry(mine, theirs, text="😀 ISIS took Palmyra.", metadata={"title": "x", "k": "v"})
    done, losses = hand_out(GATE, project(made, entry(number=21)), tmp_path / "out")
    assert (done.articles, done.annotations, done.links, losses.counts) == (2, 7, 1, {})
    names = sorted(p.name for p in (tmp_path / "out").iterdir())
    assert names == ["00001-taken.xml", "00002-taken.xml"]
    root = etree.fromstring((tmp_path / "out" / names[0]).read_bytes())
    text = root.find("TextWithNodes")
    assert text is not None
    at = 0
    for node in text:  # a node's number is its UTF-16 offset
        before = text.text if node is text[0] else node.getprevious().tail  # type: ignore[union-attr]
        at += len((before or "").encode("utf-16-le")) // 2
        assert node.get("id") == str(at)
    classes = {v.text: str(v.get("className")).rpartition(".")[2] for v in root.iter("Value")}
    assert classes["true"] == "Boolean" and classes["1.5"] == "Double"
    assert classes["7"] == "Integer" and classes[str(1 << 40)] == "Long"
    assert classes[str(1 << 70)] == "BigInteger" and classes['["a;b","c"]'] == "String"
    assert classes["t0"] == "String" and classes["a\r<b>"] == "String"
    assert [s.get("Name") for s in root.iter("AnnotationSet")] == [None, "ada", "bob"]
    ids = [a.get("Id") for a in root.iter("Annotation", "Relation")]
    assert len(ids) == len(set(ids)), "ids are those of the whole document"
    back = entries(GATE, tmp_path / "out", codebook=news())[0]
    assert back.article.metadata == {"title": "x", "k": "v"}
    entity = next(i for i in read_back(GATE, tmp_path / "out") if isinstance(i, Entity))
    assert (entity.type, entity.fields) == ("actor", ACTOR.fields)


def test_characters_that_xml_cannot_hold_are_told(tmp_path: Path) -> None:
    made = entry(work(span(40, "Actor", 2, 4, note="x\x02")), text="a\x01ISIS\x0b")
    _, losses = hand_out(GATE, project(made), tmp_path / "out")
    assert losses.counts == {UNHELD: 3}
    found = entries(GATE, tmp_path / "out", codebook=news())[0]
    assert (found.text.value, spans(found)) == ("a ISIS ", [("Actor", "IS", {"note": "x "})])


def test_a_folder_with_a_file_that_is_none(tmp_path: Path) -> None:
    saved(tmp_path)
    (tmp_path / "y.xml").write_text("<x/>")
    (tmp_path / "z.txt").write_text("not one")
    told: list[InputError] = []
    assert len(entries(GATE, tmp_path, fault=told.append)) == 1
    assert [(f.source, "GateDocument" in f.message) for f in told] == [("y.xml", True)]
    assert for_path(tmp_path) is GATE
    assert for_path(tmp_path / "x.xml") is GATE
    assert GATE.recognises is not None
    assert not GATE.recognises(tmp_path / "y.xml")
    (tmp_path / "empty").mkdir()
    assert not GATE.recognises(tmp_path / "empty")
    assert len(read_back(GATE, tmp_path / "empty")) == 1, "an export of nothing"
    (tmp_path / "empty" / "a.txt").touch()
    assert "no .xml files" in refused(GATE, tmp_path / "empty").message


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("</GateDocument>", "", "well-formed"),
        ("TextWithNodes>", "TextWithout>", "no text"),
        ('StartNode="3"', 'StartNode="4"', "StartNode 4 is not in the text"),
        ('EndNode="7"', "", "EndNode None is not"),
        ('StartNode="3"', 'StartNode="23"', "ends before"),
        ('Id="6"', 'Id="5"', "there already"),
        ('Members="5;6"', 'Members="5;7"', "leads to 7, which is not there"),
        ('Members="5;6"', 'Members="5;6;5"', "3 members"),
        ("<RelationSet>", '<RelationSet Name="eve">', "not in its set"),
        (">12<", ">twelve<", "no Integer"),
        (">0.5<", ">half<", "no Double"),
        (">0.5<", ">NaN<", "a number"),
        (">12<", f">{'1' * 5000}<", "no Integer"),
    ],
)
def test_faults(tmp_path: Path, old: str, new: str, said: str) -> None:
    body = DOCUMENT.replace(old, new)
    fault = refused(GATE, saved(tmp_path, body))
    assert fault.source == "x.xml" and said in fault.message


def test_entities_of_a_dtd_are_refused(tmp_path: Path) -> None:
    bomb = '<!DOCTYPE GateDocument [<!ENTITY a "b">]><GateDocument>&a;</GateDocument>'
    assert "entities" in refused(GATE, saved(tmp_path, bomb)).message


def test_an_entity_with_a_value_that_is_none(tmp_path: Path) -> None:
    feature = (
        "<Feature><Name>entities</Name>"
        '<Value>{"e1":{"type":"t","fields":{"name":"x","lat":NaN}}}</Value></Feature>'
    )
    body = DOCUMENT.replace("<GateDocumentFeatures>", f"<GateDocumentFeatures>{feature}", 1)
    fault = refused(GATE, saved(tmp_path, body.replace("Gaz&amp;1", "e1")))
    assert (fault.source, fault.place) == ("x.xml", "e1")
    assert "lat" in fault.message and "number" in fault.message


def test_a_document_without_features_and_broken_entities(tmp_path: Path) -> None:
    deep = "[" * 100_000
    body = (
        "<GateDocument><GateDocumentFeatures><Feature><Name>entities</Name>"
        f"<Value>{deep}</Value></Feature></GateDocumentFeatures>"
        "<TextWithNodes>x</TextWithNodes></GateDocument>"
    )
    assert entries(GATE, saved(tmp_path, body))[0].works == ()
    bare = "<GateDocument><TextWithNodes>x<Node/></TextWithNodes><AnnotationSet/></GateDocument>"
    assert entries(GATE, saved(tmp_path, bare))[0].works == ()
    assert GATE.read is not None
    assert len(list(GATE.read(saved(tmp_path, bare), ReadOptions()))) == 2
