from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from lxml import etree
from tests.formats.carrying import hand_out, proven, read_back
from tests.formats.projects import entry, full, project, projects, read, span, work

from annotator import resources
from annotator.formats import for_path
from annotator.formats.bioc import BIOC
from annotator.model.corpus import Annotator, Entry, Heading, Item
from annotator.model.errors import InputError, MisplacedSpan

DTD = etree.DTD(
    io.StringIO("""
<!ELEMENT collection ( source, date, key, infon*, document+ ) >
<!ELEMENT source (#PCDATA)> <!ELEMENT date (#PCDATA)> <!ELEMENT key (#PCDATA)>
<!ELEMENT infon (#PCDATA)> <!ATTLIST infon key CDATA #REQUIRED >
<!ELEMENT document ( id, infon*, passage+, relation* ) >
<!ELEMENT id (#PCDATA)>
<!ELEMENT passage ( infon*, offset, ( ( text?, annotation* ) | sentence* ), relation* ) >
<!ELEMENT offset (#PCDATA)> <!ELEMENT text (#PCDATA)>
<!ELEMENT sentence ( infon*, offset, text?, annotation*, relation* ) >
<!ELEMENT annotation ( infon*, location*, text ) > <!ATTLIST annotation id CDATA #IMPLIED >
<!ELEMENT location EMPTY>
<!ATTLIST location offset CDATA #REQUIRED length CDATA #REQUIRED >
<!ELEMENT relation ( infon*, node* ) > <!ATTLIST relation id CDATA #IMPLIED >
<!ELEMENT node EMPTY> <!ATTLIST node refid CDATA #REQUIRED role CDATA "" >
""")
)
"""BioC.dtd's content model (Comeau et al. 2013), declared again."""


def check(path: Path) -> None:
    """The DTD, and what its comment asks: keys and ids once, the annotated words as text."""
    tree = etree.parse(str(path))
    assert b'<!DOCTYPE collection SYSTEM "BioC.dtd">' in path.read_bytes()[:200]
    root = tree.getroot()
    if root.find("document") is not None:
        assert DTD.validate(root), DTD.error_log
    for element in root.iter():
        keys = [infon.get("key") for infon in element.findall("infon")]
        assert len(keys) == len(set(keys))
    for document in root.iter("document"):
        text = document.findtext("passage/text") or ""
        ids = [a.get("id") for a in document.iter("annotation")]
        assert len(ids) == len(set(ids))
        for annotation in document.iter("annotation"):
            locations = annotation.iter("location")
            places = [(int(x.get("offset") or ""), int(x.get("length") or "")) for x in locations]
            words = " ".join(text[a : a + n] for a, n in places)
            assert (annotation.findtext("text") or "") == words
        assert {n.get("refid") for n in document.iter("node")} <= set(ids)


def entries(items: list[Item]) -> list[Entry]:
    return [item for item in items if isinstance(item, Entry)]


def saved(tmp_path: Path, documents: str) -> Path:
    path = tmp_path / "in.xml"
    body = f"<collection><source>s</source><date>d</date><key>k</key>{documents}</collection>"
    path.write_text(body, "utf-8")
    return path


def one(tmp_path: Path, document: str, **options: Any) -> Entry:
    path = saved(tmp_path, f"<document><id>D1</id>{document}</document>")
    (found,) = entries(read_back(BIOC, path, **options))
    return found


def told(found: Entry) -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (a.label, a.quote(found.text), dict(a.fields)) for w in found.works for a in w.annotations
    ]


def linked(found: Entry) -> list[tuple[str, str, str, dict[str, Any]]]:
    quotes = {a.id: a.quote(found.text) for w in found.works for a in w.annotations}
    return [
        (k.type, quotes[k.from_id], quotes[k.to_id], dict(k.fields))
        for w in found.works
        for k in w.links
    ]


@settings(
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    deadline=None,
)
@given(items=projects())
def test_any_project_comes_back(tmp_path: Path, items: list[Item]) -> None:
    target = tmp_path / "out.xml"
    assert proven(BIOC, items, target).differences == ()
    check(target)


def test_the_sample_comes_back(tmp_path: Path) -> None:
    items = read(resources.path("sample/palmyra.jsonl"))
    assert proven(BIOC, items, tmp_path / "out.bioc.xml").differences == ()
    check(tmp_path / "out.bioc.xml")
    assert for_path(tmp_path / "out.bioc.xml") is BIOC


def test_facts_states_and_annotators_come_back(tmp_path: Path) -> None:
    items = full()
    meant = items[5]
    assert isinstance(meant, Entry)
    hand_out(BIOC, items, tmp_path / "out.xml")
    back = read_back(BIOC, tmp_path / "out.xml")
    logins = {item.id: item.login for item in back if isinstance(item, Annotator)}
    first, second = entries(back)
    for name in ("title", "source", "url", "language", "date", "date_source", "metadata"):
        assert getattr(first.article, name) == getattr(meant.article, name)
    assert [(logins[w.owner_id], w.state) for w in first.works] == [
        ("ada", "in_progress"), ("bob", "in_progress"),
    ]  # fmt: skip
    assert second.works == ()
    assert isinstance(back[0], Heading) and isinstance(items[0], Heading)
    assert back[0].codebook == items[0].codebook


def test_the_same_bytes_twice(tmp_path: Path) -> None:
    for name in ("one", "two"):
        hand_out(BIOC, full(), tmp_path / name)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_what_xml_can_not_hold(tmp_path: Path) -> None:
    spans = (
        span(40, "Cue", 0, 3, note="a\x01\r\uffff_x0041_"),
        span(41, "Cue", 3, 6, note="_X0041_ _x41_"),
    )
    items = project(entry(work(*spans), text="a\x0bb\x1f😀\ufffd", metadata={"k\x02": "v"}))
    assert proven(BIOC, items, tmp_path / "out.xml").differences == ()
    check(tmp_path / "out.xml")
    body = (tmp_path / "out.xml").read_text("utf-8")
    assert "a_x0001__x000D__xFFFF__x005F_x0041_<" in body
    assert '<infon key="replaced">1:000B 3:001F</infon>' in body
    assert "<text>a\ufffdb\ufffd😀\ufffd</text>" in body
    (found,) = entries(read_back(BIOC, tmp_path / "out.xml"))
    assert found.article.metadata == {"k\x02": "v"}
    (tmp_path / "out.xml").write_text(body.replace("3:001F", "999:001F"), "utf-8")
    (found,) = entries(read_back(BIOC, tmp_path / "out.xml"))
    assert found.text.value == "a\x0bb\ufffd😀\ufffd"


def test_articles_alone(tmp_path: Path) -> None:
    hand_out(BIOC, [entry()], tmp_path / "out.xml")
    check(tmp_path / "out.xml")
    (found,) = entries(read_back(BIOC, tmp_path / "out.xml"))
    assert found.text == entry().text


def test_a_project_without_articles(tmp_path: Path) -> None:
    assert proven(BIOC, project(), tmp_path / "out.xml").differences == ()


# ---- as others write it --------------------------------------------------------------------------


def annotation(
    name: str, offset: int, text: str, kind: str = "Gene", length: int | None = None, more: str = ""
) -> str:
    where = f'<location offset="{offset}" length="{len(text) if length is None else length}"/>'
    named = f' id="{name}"' if name else ""
    typed = f'<infon key="type">{kind}</infon>' if kind else ""
    return f"<annotation{named}>{typed}{more}{where}<text>{text}</text></annotation>"


def test_an_abstract_as_pubtator_has_it(tmp_path: Path) -> None:
    found = one(
        tmp_path,
        '<infon key="journal"> Nature </infon><infon key="year">1999</infon>'
        '<infon key="date">1999</infon>'
        '<passage><infon key="type">title</infon><offset>0</offset><text>IRF-4 in CML</text>'
        + annotation("1", 0, "IRF-4", more='<infon key="identifier">3662</infon>')
        + '</passage><passage><infon key="type">abstract</infon><offset>13</offset>'
        "<text>It binds IFN-α twice.</text>"
        + annotation("1", 22, "IFN-α", more='<infon key="x">1</infon><infon key="x">2</infon>')
        + annotation("", 13, "It", kind="")
        + annotation("2", 28, "twice")
        + '<relation id="R0"><infon key="type">self</infon><node refid="1" role="to"/>'
        '<node refid="2" role="from"/></relation></passage>'
        '<relation id="R1"><infon key="score">1</infon>'
        '<node refid="1" role="Gene1"/><node refid="2"/><node refid="R0" role=""/></relation>',
    )
    assert found.text.value == "IRF-4 in CML\nIt binds IFN-α twice."
    assert told(found) == [
        ("Gene", "IRF-4", {"identifier": "3662"}),
        ("annotation", "It", {}),
        ("Gene", "IFN-α", {"x": ("1", "2")}),
        ("Gene", "twice", {}),
    ]
    assert linked(found) == [
        ("self", "twice", "IFN-α", {}),
        ("relation", "IRF-4", "twice", {"score": "1", "from_role": "Gene1"}),
    ]
    assert (found.article.title, found.article.source) == ("IRF-4 in CML", "Nature")
    assert found.article.metadata == {"year": "1999", "id": "D1", "date": "1999"}


@pytest.mark.parametrize(
    ("offset", "first", "second"),
    [(0, 8, 10), (0, 9, 11), (0, 12, 14), (100, 8, 10), (100, 108, 110)],
)
def test_offsets_are_what_the_words_tell(
    tmp_path: Path, offset: int, first: int, second: int
) -> None:
    """Code points, UTF-16 units, bytes; from the start of the passage, of the document."""
    found = one(
        tmp_path,
        f"<passage><offset>{offset}</offset><text>In é 😀 A, B.</text>"
        + annotation("1", first - 1, "A")
        + annotation("2", second, "B")
        + "</passage>",
    )
    assert [quote for _, quote, _ in told(found)] == ["A", "B"]


def test_sentences(tmp_path: Path) -> None:
    sentences = (
        "<sentence><offset>10</offset><text>One é.</text>" + annotation("1", 10, "One")
        + "</sentence><sentence><offset>17</offset><text>Two.</text>" + annotation("1", 17, "Two")
        + "</sentence><sentence><offset>90</offset><text>Three.</text>"
        + '<relation id="r"><infon key="type">x</infon><node refid="1" role="a"/></relation>'
        + "</sentence>"
    )  # fmt: skip
    with pytest.raises(InputError, match="at D1, 1: The id is there already"):
        one(tmp_path, f"<passage><offset>10</offset>{sentences}</passage>")
    notes: list[str] = []
    sentences = sentences.replace('id="1"', 'id="2"', 1)
    found = one(
        tmp_path,
        f"<passage><offset>10</offset>{sentences}</passage>"
        "<passage><offset>10</offset><text>Four</text></passage>",
        note=notes.append,
    )
    assert found.text.value == "One é. Two. Three.\nFour"
    assert notes == ["A relation of less than two annotations is left out (D1 r)."]


def test_a_passage_with_a_text_and_sentences(tmp_path: Path) -> None:
    sentence = f"<sentence><offset>5</offset><text>Two</text>{annotation('1', 5, 'Two')}</sentence>"
    found = one(tmp_path, f"<passage><offset>0</offset><text>One. Two</text>{sentence}</passage>")
    assert told(found) == [("Gene", "Two", {})]


def test_a_text_that_is_not_the_words(tmp_path: Path) -> None:
    passage = "<passage><offset>0</offset><text>One Two</text>"
    assert told(one(tmp_path, f"{passage}{annotation('1', 4, 'MESH:1', length=3)}</passage>")) == [
        ("Gene", "Two", {})
    ]


def test_fragments_and_relations_of_three(tmp_path: Path) -> None:
    fragments = (
        '<annotation id="a"><infon key="type">X</infon><location offset="4" length="3"/>'
        '<location offset="0" length="3"/><text>One Two</text></annotation>'
    )
    found = one(
        tmp_path,
        f"<passage><offset>0</offset><text>One Two Three</text>{fragments}"
        + annotation("b", 8, "Three", "Y")
        + annotation("c", 0, "", "Z")
        + '<relation><infon key="type">t</infon><infon key="annotator">eva</infon>'
        '<node refid="a" role="from"/><node refid="b" role="to"/><node refid="c" role="of"/>'
        "</relation></passage>",
    )
    assert [quote for _, quote, _ in told(found)] == ["One … Two", "", "Three"]
    assert linked(found) == [
        ("t", "One … Two", "Three", {}),
        ("t", "One … Two", "", {"from_role": "from", "to_role": "of"}),
    ]


P = "<passage><offset>0</offset><text>One Two</text>"
BROKEN = [
    ("<passage><text>One</text></passage>", "whole number as the offset of a passage"),
    ("<passage><offset>x</offset><text>One</text></passage>", "whole number as the offset"),
    ("<passage><offset>0</offset><text> </text></passage>", "There is no text"),
    ("", "There is no text"),
    (f"{P}{annotation('1', 40, 'One')}</passage>", "at D1, 1: It lies outside its passage"),
    (f"{P}<annotation id='1'><text>One</text></annotation></passage>", "needs a location"),
    (f"{P}<annotation id='1'><location offset='x' length='1'/><text/></annotation></passage>",
     "whole number as an offset"),
    (f"{P}<annotation id='1'><location offset='1'/><text/></annotation></passage>",
     "whole number as a length"),
    (f"{P}<relation id='r'><node refid='9'/></relation></passage>", "at D1, r: A relation leads"),
    ("<passage><offset>0</offset><sentence><offset>0</offset><text>One</text></sentence>"
     f"{annotation('1', 0, 'One')}</passage>", "needs the passage's text"),
]  # fmt: skip


@pytest.mark.parametrize(("document", "message"), BROKEN)
def test_a_fault(tmp_path: Path, document: str, message: str) -> None:
    with pytest.raises(InputError, match=message) as caught:
        one(tmp_path, document)
    assert (caught.value.source, caught.value.line) == ("in.xml", 1)


def test_a_misplaced_span(tmp_path: Path) -> None:
    document = P + annotation("1", 0, "One") + annotation("2", 3, "Two") + "</passage>"
    with pytest.raises(MisplacedSpan, match="stands at 4–7"):
        one(tmp_path, document)
    assert told(one(tmp_path, document, repair=True))[1][1] == "Two"


def test_a_document_at_fault_is_told_and_reading_goes_on(tmp_path: Path) -> None:
    good = f"<document><id>D1</id>{P}</passage></document>"
    path = saved(tmp_path, f"{good}<document><id>D2</id></document>{good}")
    faults: list[InputError] = []
    assert len(entries(read_back(BIOC, path, fault=faults.append))) == 2
    assert [fault.place for fault in faults] == ["D2"]
    path.write_text(path.read_text("utf-8").replace("</collection>", "</x>"), "utf-8")
    assert len(entries(read_back(BIOC, path, fault=faults.append))) == 2
    assert "not well-formed" in str(faults[-1])


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{}", b"<a/>", b"<collection><source>", b"<collection><source/></collection",
        b'<!DOCTYPE collection [<!ENTITY a "b">]><collection><source/>'
        b"<document><id>&a;</id></document></collection>",
    ],
)  # fmt: skip
def test_no_bioc(tmp_path: Path, body: bytes) -> None:
    (tmp_path / "in.xml").write_bytes(body)
    with pytest.raises(InputError, match=r"in\.xml"):
        read_back(BIOC, tmp_path / "in.xml")


def test_a_head_that_is_none(tmp_path: Path) -> None:
    path = saved(tmp_path, '<infon key="annotator/1">{}</infon><document><id>1</id></document>')
    with pytest.raises(InputError, match=r"in\.xml: The first line must be the project"):
        read_back(BIOC, path)
