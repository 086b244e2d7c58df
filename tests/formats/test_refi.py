from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from lxml import etree
from tests.formats.carrying import hand_out, read_back
from tests.formats.foreign import (
    carries_any_project,
    carries_the_sample,
    entries,
    links,
    refused,
    sample,
    spans,
    written_twice,
)
from tests.formats.projects import (
    ACTOR,
    OTHER,
    OWNER,
    entry,
    full,
    news,
    project,
    projects,
    span,
    uid,
    work,
)
from tests.formats.refi_schema import schema

from annotator.formats import WriteOptions, Written, for_path
from annotator.formats.refi import REFI_QDA
from annotator.model.codebook import Codebook
from annotator.model.corpus import Annotator, Heading, Item
from annotator.model.document import Link
from annotator.model.errors import InputError

_NS = "{urn:QDA-XML:project:1.0}"


def qde(path: Path) -> etree._Element:
    with zipfile.ZipFile(path) as archive:
        return etree.fromstring(archive.read("project.qde"))


def valid(path: Path) -> None:
    schema("project").assertValid(qde(path))
    book = etree.fromstring(path.with_name(f"{path.name}.qdc").read_bytes())
    schema("codebook").assertValid(book)


def test_any_project(tmp_path: Path) -> None:
    carries_any_project(REFI_QDA, tmp_path)


def test_the_sample(tmp_path: Path) -> None:
    carries_the_sample(REFI_QDA, tmp_path)


def test_same_bytes(tmp_path: Path) -> None:
    written_twice(REFI_QDA, tmp_path)


def test_the_published_rules_hold(tmp_path: Path) -> None:
    for number, items in enumerate((full(), sample())):
        hand_out(REFI_QDA, items, tmp_path / f"{number}.qdpx")
        valid(tmp_path / f"{number}.qdpx")


@settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(projects())
def test_the_published_rules_hold_for_any_project(tmp_path: Path, items: list[Item]) -> None:
    hand_out(REFI_QDA, items, tmp_path / "x.qdpx")
    valid(tmp_path / "x.qdpx")


def test_the_rules_can_fail() -> None:
    body = '<Project xmlns="urn:QDA-XML:project:1.0" name="x"><Sources/></Project>'
    assert not schema("project").validate(etree.fromstring(body))


def test_what_is_written(tmp_path: Path) -> None:
    text = "😀 ISIS took Palmyra."
    annotations = (
        span(40, "Actor", 2, 6, uncertain=True, note='"a"\nb\x01'),
        span(41, "Date", 7, 11, anchor="t0", quant=" x"),
        span(42, "Date", 2, 11, anchor=uid(41)),
        span(43, "Claim", 2, 19, context=("a\x02", "b"), summary="plain: words", note="[x"),
    )
    one = Link(id=uid(50), type="source", from_id=uid(43), to_id=uid(40))
    mine = work(*annotations, links=(one,))
    theirs = work(span(46, "Place", 12, 19), owner=OTHER)
    made = entry(mine, theirs, text=text, date="2016-12-15", metadata={"k": "v", "date": "m"})
    seven = "0158ffa0-0000-7000-8000-000000000000"  # 2016-12-14, as a UUIDv7
    made = replace(made, article=replace(made.article, id=seven, title=""))
    done, losses = hand_out(REFI_QDA, project(made), tmp_path / "x.qdpx")
    assert (done.articles, done.documents, done.annotations, done.links) == (1, 2, 5, 1)
    assert losses.counts == {}
    root = qde(tmp_path / "x.qdpx")
    source = root.find(f"{_NS}Sources/{_NS}TextSource")
    assert source is not None
    assert source.get("plainTextPath") == f"internal://{seven}.txt"
    assert (source.get("name"), str(source.get("creationDateTime"))[:10]) == (text, "2016-12-14")
    with zipfile.ZipFile(tmp_path / "x.qdpx") as archive:
        assert archive.read(f"sources/{seven}.txt").decode() == text
        assert {info.date_time[0] for info in archive.infolist()} == {1980}
    first = next(source.iter(f"{_NS}PlainTextSelection"))
    assert (first.get("startPosition"), first.get("endPosition")) == ("2", "19")
    assert first.get("creatingUser") == OWNER.id
    assert [u.get("id") for u in root.iter(f"{_NS}User")] == ["ada", "bob"]
    assert [u.get("name") for u in root.iter(f"{_NS}User")] == ["Ada", "bob"]
    comments = [d.text for d in source.iter(f"{_NS}Description")]
    assert comments[0] == 'context: ["a\\u0002","b"]\nsummary: plain: words\nnote: "[x"'
    relations = [(k.get("name"), k.get("direction")) for k in root.iter(f"{_NS}Link")]
    assert sorted(relations) == [("anchor", "OneWay"), ("source", "OneWay")]
    back = entries(REFI_QDA, tmp_path / "x.qdpx", codebook=news())[0]
    assert (back.article.date, back.article.metadata["k"]) == ("2016-12-15", "v")
    assert back.works[0].annotations[0].fields["summary"] == "plain: words"


def test_symmetric_links_and_a_date_beyond_all(tmp_path: Path) -> None:
    claims = span(40, "Claim", 0, 4), span(41, "Claim", 5, 9)
    both = Link(id=uid(50), type="agrees_with", from_id=uid(40), to_id=uid(41))
    made = entry(work(*claims, links=(both,)))
    late = "ffffffff-ffff-7000-8000-000000000000"
    made = replace(made, article=replace(made.article, id=late))
    hand_out(REFI_QDA, project(made), tmp_path / "x.qdpx")
    valid(tmp_path / "x.qdpx")
    root = qde(tmp_path / "x.qdpx")
    assert [k.get("direction") for k in root.iter(f"{_NS}Link")] == ["Bidirectional"]
    assert str(next(root.iter(f"{_NS}TextSource")).get("creationDateTime"))[:4] == "9999"


def test_an_empty_project_and_codes_that_are_recognised_again(tmp_path: Path) -> None:
    guids = []
    for name in ("x", "y"):
        hand_out(REFI_QDA, [Heading(name=name, codebook=news())], tmp_path / f"{name}.qdpx")
        valid(tmp_path / f"{name}.qdpx")
        guids.append([c.get("guid") for c in qde(tmp_path / f"{name}.qdpx").iter(f"{_NS}Code")])
    assert guids[0] == guids[1]
    assert REFI_QDA.write is not None
    done = REFI_QDA.write([OWNER, ACTOR], tmp_path / "e.qdpx", WriteOptions())
    assert done == Written(), "entities are passed over"
    hand_out(REFI_QDA, [Heading(name="z", codebook=Codebook(name="z"))], tmp_path / "z.qdpx")
    schema("project").assertValid(qde(tmp_path / "z.qdpx"))
    assert len(read_back(REFI_QDA, tmp_path / "z.qdpx")) == 1


def test_the_codebook_alone(tmp_path: Path) -> None:
    hand_out(REFI_QDA, full(), tmp_path / "x.qdpx")
    path = tmp_path / "x.qdpx.qdc"
    assert for_path(path) is REFI_QDA
    items = read_back(REFI_QDA, path)
    assert len(items) == 1 and isinstance(items[0], Heading)
    held = [(label.name, label.color) for label in items[0].codebook.labels]
    assert held == [(label.name, label.color) for label in news().labels]


# ---- other tools' projects -------------------------------------------------------------------

A, B, C, D, E = (f"{n}0000000-0000-4000-8000-00000000000A" for n in "abcde")
PROJECT = f"""<?xml version="1.0" encoding="utf-8"?>
<!-- written after what MAXQDA, NVivo and QualCoder export -->
<Project name="p" origin="ORIGIN" xmlns="urn:QDA-XML:project:1.0">
<Users><User guid="{A}" name="Eve"/></Users>
<CodeBook><Codes>
<Code guid="{A}" name="Actors" isCodable="true" color="#FF0000">
  <Code guid="{B}" name="Other" isCodable="true"/></Code>
<Code guid="{C}" name="Places" isCodable="true"><Code guid="{C[:-1]}B" name="Other"/></Code>
</Codes></CodeBook>
<Variables><Variable guid="{A}" name="Desk" typeOfVariable="Text"/></Variables>
<Sources>
<PDFSource guid="{C}" name="a.pdf"><Representation guid="{B}" plainTextPath="internal://t.TXT"/>
</PDFSource>
<PDFSource guid="{C}" name="b.pdf"/>
<TextSource guid="{{{A.lower()}}}" name="One" plainTextPath="internal://T.txt">
 <PlainTextSelection guid="{A}" startPosition="2" endPosition="6" creatingUser="{A.lower()}">
  <Description>Who else?</Description>
  <Coding guid="{D}"><CodeRef targetGUID="{A}"/><NoteRef targetGUID="{C}"/></Coding>
  <Coding guid="{E}"><CodeRef targetGUID="{{{B}}}"/></Coding>
 </PlainTextSelection>
 <PlainTextSelection guid="{B}" startPosition="START" endPosition="END">
  <Coding guid="{A[:-1]}C" creatingUser="{A}"><CodeRef targetGUID="{C[:-1]}B"/></Coding>
 </PlainTextSelection>
 <PlainTextSelection guid="{C[:-1]}D" startPosition="0" endPosition="1">
  <Description>a memo</Description></PlainTextSelection>
 <VariableValue><VariableRef targetGUID="{A}"/><TextValue>foreign</TextValue></VariableValue>
 <VariableValue><VariableRef targetGUID="{B}"/><TextValue>lost</TextValue></VariableValue>
 <VariableValue><TextValue>lost</TextValue></VariableValue>
</TextSource>
</Sources>
<Notes><Note guid="{C}"><PlainTextContent>Ask Bob</PlainTextContent></Note>
<Note guid="{B}" plainTextPath="internal://n.txt"/></Notes>
<Links>
<Link guid="{A}" name="near" direction="Associative" originGUID="{A}" targetGUID="{{{B}}}"/>
<Link guid="{B}" originGUID="{A}" targetGUID="{C[:-1]}F"/>
</Links>
</Project>"""


def project_file(body: str = PROJECT, text: bytes = b"", **more: str) -> bytes:
    """A project whose text has a BOM and two bytes at a line's end; places count both of them."""
    body = body.replace("ORIGIN", more.get("origin", "MAXQDA 2022"))
    body = body.replace("START", more.get("start", "10")).replace("END", more.get("end", "17"))
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("Project.QDE", body)
        archive.writestr("Sources/t.txt", text or "\ufeff😀 ISIS \r\n:Palmyra".encode())
    return held.getvalue()


def packed(tmp_path: Path, body: str = PROJECT, text: bytes = b"", **more: str) -> Path:
    path = tmp_path / "p.qdpx"
    path.write_bytes(project_file(body, text, **more))
    return path


def test_a_project_of_another_tool(tmp_path: Path) -> None:
    notes: list[str] = []
    told: list[InputError] = []
    found = entries(REFI_QDA, packed(tmp_path), note=notes.append, fault=told.append)
    assert [e.article.title for e in found] == ["a.pdf", "One"]
    note = {"note": "Who else?\nAsk Bob"}
    assert spans(found[1]) == [
        ("Actors", "ISIS", note), ("Actors/Other", "ISIS", {"note": "Who else?"}),
        ("Places/Other", "Palmyra", {}),
    ]  # fmt: skip
    assert links(found[1]) == [("near", "ISIS", "Palmyra")]
    assert found[1].article.metadata == {"Desk": "foreign"}
    assert [fault.place for fault in told] == ["b.pdf"]
    assert [n.partition(": ")[2][:2] for n in notes] == ["1 ", "1 "]
    items = read_back(REFI_QDA, packed(tmp_path), fault=told.append)
    assert isinstance(items[0], Heading)
    assert [label.name for label in items[0].codebook.labels][2] == "Places"
    assert items[0].codebook.labels[0].color == "#ff0000"
    assert items[0].codebook.link_types[0].symmetric
    assert [i.login for i in items if isinstance(i, Annotator)] == ["Eve"]


def test_atlas_counts_a_line_end_as_one(tmp_path: Path) -> None:
    told: list[InputError] = []
    path = packed(tmp_path, origin="ATLAS.ti 23", start="9", end="16")
    assert spans(entries(REFI_QDA, path, fault=told.append)[1])[2][1] == "Palmyra"


def test_text_in_the_project_or_in_another_encoding(tmp_path: Path) -> None:
    told: list[InputError] = []
    path = packed(tmp_path, text="ÄÖ ISIS \r\nPalmyra \u201eÜber\u201c alles".encode("cp1252"))
    assert "Über" in entries(REFI_QDA, path, fault=told.append, encoding="cp1252")[0].text.value
    content = "<PlainTextContent>ab ISIS 7890Palmyra</PlainTextContent> <PlainTextSelection guid"
    body = PROJECT.replace("<PlainTextSelection guid", content, 1)
    found = entries(REFI_QDA, packed(tmp_path, body, start="12", end="19"), fault=told.append)
    assert found[1].text.value == "ab ISIS 7890Palmyra"


def test_our_own_comments_are_fields(tmp_path: Path) -> None:
    lines = '"a: b": x\nn: "1\\n2"\nc: ["x", "y"]\nnot a field\nbroken: "x\n"y\n\n"z"q: 1'
    body = PROJECT.replace("Who else?", lines)
    told: list[InputError] = []
    path = packed(tmp_path, body, origin="Annotator")
    _, _, fields = spans(entries(REFI_QDA, path, fault=told.append)[1])[1]
    assert fields == {
        "a: b": "x", "n": "1\n2", "c": ("x", "y"), "note": 'not a field\nbroken: "x\n"y\n"z"q: 1',
    }  # fmt: skip


def test_field_names_with_a_colon_come_back(tmp_path: Path) -> None:
    from annotator.model.codebook import Label, StringField

    book = Codebook(name="x", labels=(Label(name="A", fields=(StringField(name="a: b"),)),))
    made = entry(work(span(40, "A", 0, 4, **{"a: b": "c: d"})))
    items: list[Item] = [Heading(name="x", codebook=book), OWNER, made]
    hand_out(REFI_QDA, items, tmp_path / "x.qdpx")
    found = entries(REFI_QDA, tmp_path / "x.qdpx", codebook=book)
    assert spans(found[0]) == [("A", "ISIS", {"a: b": "c: d"})]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('startPosition="2"', 'startPosition="-2"', "no position"),
        ('startPosition="2"', "", "no position"),
        ('startPosition="2"', f'startPosition="{"9" * 16}"', "no position"),
        ('startPosition="2"', 'startPosition="99"', "outside"),
        (f'<CodeRef targetGUID="{A}"/>', "", "codebook lacks"),
        (f'<CodeRef targetGUID="{A}"/>', f'<CodeRef targetGUID="{A[:-1]}9"/>', "codebook lacks"),
        ("internal://T.txt", "internal://../T.txt", "not in the archive"),
        ("internal://T.txt", "absolute:///etc/passwd", "not in the archive"),
        (f'guid="{E}"><CodeRef', f'guid="{A}"><CodeRef', "there already"),
        ("</Project>", "", "well-formed"),
        ("urn:QDA-XML:project:1.0", "urn:other", "no REFI-QDA project"),
        ("<!-- written", '<!DOCTYPE Project [<!ENTITY a "b">]><!-- written', "entities"),
    ],
)
def test_faults(tmp_path: Path, old: str, new: str, said: str) -> None:
    pdf = PROJECT[PROJECT.index("<PDFSource") : PROJECT.index("<TextSource")]
    fault = refused(REFI_QDA, packed(tmp_path, PROJECT.replace(pdf, "").replace(old, new)))
    assert fault.source == "p.qdpx" and said in fault.message


def test_what_is_no_project(tmp_path: Path) -> None:
    path = tmp_path / "x.qdpx"
    path.write_bytes(b"PK\x03\x04 and no more")
    assert "not a ZIP" in refused(REFI_QDA, path).message
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.txt", "x")
    assert "no project.qde" in refused(REFI_QDA, path).message
    path.write_text("<x/>")
    assert "no REFI-QDA" in refused(REFI_QDA, path).message
    assert REFI_QDA.recognises is not None and not REFI_QDA.recognises(path)
