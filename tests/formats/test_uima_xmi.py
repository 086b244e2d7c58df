"""UIMA CAS XMI: what it carries, files of others, INCEpTION's rules for layers, dkpro-cassis."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from tests.formats.carrying import hand_out, proven, read_back
from tests.formats.layered import CAS_TYPES, CAS_XMI, types, xmi
from tests.formats.projects import entry, full, project, span, work

from annotator import resources
from annotator.formats import Format, for_path
from annotator.formats.own import OWN
from annotator.formats.uima import TypeSystem
from annotator.formats.uima_json import JSON
from annotator.formats.uima_xmi import XMI
from annotator.model.codebook import Codebook, IntegerField, Label
from annotator.model.corpus import Annotator, Entry, Heading, Item, Work
from annotator.model.errors import InputError

SHARED = Path(__file__).parents[2].parent / "shared/data"
SHARED = SHARED if SHARED.is_dir() else Path("/work/shared/data")
REAL = SHARED / "uima-xmi"
_SPEC = "{http://uima.apache.org/resourceSpecifier}"


def saved(tmp_path: Path, body: bytes, kinds: bytes = CAS_TYPES) -> Path:
    (tmp_path / "TypeSystem.xml").write_bytes(kinds)
    path = tmp_path / "a.xmi"
    path.write_bytes(body)
    return path


def one(items: list[Item]) -> tuple[Entry, Work]:
    found = next(item for item in items if isinstance(item, Entry))
    return found, found.works[0]


def refused(path: Path, **options: Any) -> InputError:
    with pytest.raises(InputError) as caught:
        read_back(XMI, path, **options)
    return caught.value


# --- what it carries --------------------------------------------------------------------------


def test_the_same_bytes_twice(tmp_path: Path) -> None:
    for name in "ab":
        hand_out(XMI, full(), tmp_path / name)
    files = sorted(p.name for p in (tmp_path / "a").iterdir())
    assert files == [
        "00001-taken.xmi", "00002-taken.xmi", "TypeSystem.xml", "project.annotator.jsonl",
    ]  # fmt: skip
    for file in files:
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes()
    assert for_path(tmp_path / "a") is XMI
    assert for_path(tmp_path / "a" / files[0]) is XMI


@pytest.mark.parametrize("kind", [XMI, JSON], ids=lambda kind: kind.id)
def test_facts_state_and_owner(tmp_path: Path, kind: Format) -> None:
    hand_out(kind, full(), tmp_path / "out")
    items = read_back(kind, tmp_path / "out")
    first, second = (item for item in items if isinstance(item, Entry))
    meant = next(item for item in full() if isinstance(item, Entry))
    same = replace(first.article, id=meant.article.id)
    assert same == meant.article
    assert [w.state for w in first.works] == ["in_progress"]
    assert second.works == ()
    assert [i.login for i in items if isinstance(i, Annotator)] == ["ada", "annotator"]


@pytest.mark.parametrize("kind", [XMI, JSON], ids=lambda kind: kind.id)
def test_a_date_that_is_given_wins(tmp_path: Path, kind: Format) -> None:
    hand_out(kind, full(), tmp_path / "out")
    found, _ = one(read_back(kind, tmp_path / "out", document_date="2020-02-02"))
    assert (found.article.date, found.article.date_source) == ("2020-02-02", "given")


def test_what_xml_can_t_hold(tmp_path: Path) -> None:
    text = "A\x01B 😀\x0c\x1b _x0001_ _x005F_ \ufffd"
    spans = (span(40, "Actor", 0, 3, note="\x02 _x0002_ \ufffe\t\r\n<&>\" ' \x85\u2028"),)
    items = project(entry(work(*spans), text=text, metadata={"\x03": "\x04"}))
    assert proven(XMI, items, tmp_path / "out").differences == ()
    found, _ = one(read_back(XMI, tmp_path / "out"))
    assert found.article.metadata == {"\x03": "\x04"}
    raw = next((tmp_path / "out").glob("*.xmi")).read_text("utf-8")
    assert 'sofaString="A\ufffdB' in raw
    assert 'controls="1:1 6:12 7:27"' in raw


def test_a_list_of_controls_that_others_touched(tmp_path: Path) -> None:
    items = project(entry(work(), text="A\x01B\x02"))
    hand_out(XMI, items, tmp_path / "out")
    path = next((tmp_path / "out").glob("*.xmi"))
    path.write_text(path.read_text("utf-8").replace('"1:1 3:2"', '"1:1 0:2 x 3: 3:65 99:2"'))
    assert one(read_back(XMI, tmp_path / "out"))[0].text.value == "A\x01B\ufffd"


def test_a_whole_number_that_java_refuses_is_told(tmp_path: Path) -> None:
    label = Label(name="N", fields=(IntegerField(name="n"),))
    heading = Heading(name="N", codebook=Codebook(name="N", labels=(label,)))
    _, owner, *_ = full()
    spans = (span(40, "N", 0, 1, n=1 << 31), span(41, "N", 1, 2, n=-(1 << 31)))
    items: list[Item] = [heading, owner, entry(work(*spans))]
    _, losses = hand_out(XMI, items, tmp_path / "out")
    assert losses.counts == {"whole numbers over 32 bits": 1}
    _, held = one(read_back(XMI, tmp_path / "out"))
    assert [dict(a.fields) for a in held.annotations] == [{}, {"n": -(1 << 31)}]


# --- INCEpTION and cassis ---------------------------------------------------------------------


def test_the_type_system_is_one_that_inception_makes_layers_of(tmp_path: Path) -> None:
    """The rules of its TypeSystemAnalysis, told of each of our layers."""
    hand_out(XMI, full(), tmp_path / "out")
    root = etree.parse(tmp_path / "out/TypeSystem.xml").getroot()
    rows: dict[Any, tuple[Any, dict[Any, Any]]] = {}
    for kind in root.iter(f"{_SPEC}typeDescription"):
        features = {
            f.findtext(f"{_SPEC}name"): (
                f.findtext(f"{_SPEC}rangeTypeName"), f.findtext(f"{_SPEC}elementType"),
            )
            for f in kind.iter(f"{_SPEC}featureDescription")
        }  # fmt: skip
        name = str(kind.findtext(f"{_SPEC}name"))
        rows[name] = (kind.findtext(f"{_SPEC}supertypeName"), features)
    plain = {f"uima.cas.{k}" for k in ("String", "Integer", "Float", "Boolean", "StringArray")}
    spans, relations = set(), set()
    for name, (parent, features) in rows.items():
        if parent != "uima.tcas.Annotation" or not name.startswith("webanno.custom."):
            continue
        odd = {f: kind for f, kind in features.items() if kind[0] not in plain}
        if odd.keys() == {"Governor", "Dependent"}:
            relations.add(name)
            assert odd["Governor"] == odd["Dependent"]
            assert rows[odd["Governor"][0]][0] == "uima.tcas.Annotation"
            continue
        spans.add(name)
        for range, element in odd.values():
            assert range == "uima.cas.FSArray"
            parent, link = rows[element]
            assert parent == "uima.cas.TOP"
            assert link.keys() == {"role", "target"}
            assert link["target"][0] == "uima.tcas.Annotation" or link["target"][0] in rows
    short = {name.removeprefix("webanno.custom.") for name in spans}
    assert short == {"Actor", "Place", "Date", "Claim", "Cue", "Quantity", "Region"}
    assert {n.removeprefix("webanno.custom.") for n in relations} == {
        "PartOf", "RelativeTo", "AgreesWith", "ConflictsWith",
    }  # fmt: skip


@pytest.mark.filterwarnings("ignore:Trying to add feature `type`")
@pytest.mark.parametrize("kind", [XMI, JSON], ids=lambda kind: kind.id)
def test_dkpro_cassis_loads_it(tmp_path: Path, kind: Format) -> None:
    cassis = pytest.importorskip("cassis", reason="the extra uima is not installed")
    text = "😀 Bob saw Ann. 😀"
    claim = span(42, "Claim", 0, 14, context=("a", "b"))
    items = project(entry(work(span(40, "Actor", 2, 5, uncertain=True), claim), text=text))
    hand_out(kind, items, tmp_path / "out")
    path = next((tmp_path / "out").glob("00001*"))
    with path.open("rb") as file:
        if kind is XMI:
            loaded = cassis.load_typesystem((tmp_path / "out/TypeSystem.xml").read_text("utf-8"))
            cas = cassis.load_cas_from_xmi(file, typesystem=loaded)
        else:
            cas = cassis.load_cas_from_json(file)
    assert cas.sofa_string == text
    (actor,) = cas.select("webanno.custom.Actor")
    assert (actor.get_covered_text(), actor.uncertain) == ("Bob", True)
    (found,) = cas.select("webanno.custom.Claim")
    assert found.get_covered_text() == "😀 Bob saw Ann."
    assert list(found.context.elements) == ["a", "b"]
    words = cas.select("de.tudarmstadt.ukp.dkpro.core.api.segmentation.type.Token")
    assert [w.get_covered_text() for w in words] == ["😀", "Bob", "saw", "Ann", ".", "😀"]
    (document,) = cas.select("de.tudarmstadt.ukp.dkpro.core.api.metadata.type.DocumentMetaData")
    assert (document.documentTitle, document.documentId) == ("Taken", "00001-taken")


@pytest.mark.filterwarnings("ignore:Trying to add feature `type`")
@pytest.mark.parametrize("kind", [XMI, JSON], ids=lambda kind: kind.id)
def test_dkpro_cassis_loads_the_sample_with_its_links(tmp_path: Path, kind: Format) -> None:
    cassis = pytest.importorskip("cassis", reason="the extra uima is not installed")
    items = read_back(OWN, resources.path("sample/palmyra.jsonl"))
    hand_out(kind, items, tmp_path / "out")
    with next((tmp_path / "out").glob("00001*")).open("rb") as file:
        if kind is XMI:
            loaded = cassis.load_typesystem((tmp_path / "out/TypeSystem.xml").read_text("utf-8"))
            cas = cassis.load_cas_from_xmi(file, typesystem=loaded)
        else:
            cas = cassis.load_cas_from_json(file)
    _, held = one(items)
    for link, layer in (("agrees_with", "AgreesWith"), ("part_of", "PartOf")):
        arcs = cas.select(f"webanno.custom.{layer}")
        assert len(arcs) == sum(k.type == link for k in held.links)
        assert all(arc.Governor is not None and arc.Dependent is not None for arc in arcs)
    count = 0
    for claim in cas.select("webanno.custom.Claim"):
        if claim.source:
            count += len(claim.source.elements)
            assert all(e.target.type.name == "webanno.custom.Actor" for e in claim.source.elements)
    assert count == sum(k.type == "source" for k in held.links)


@pytest.mark.parametrize("kind", [XMI, JSON], ids=lambda kind: kind.id)
def test_what_cassis_writes_is_read(tmp_path: Path, kind: Format) -> None:
    cassis = pytest.importorskip("cassis", reason="the extra uima is not installed")
    loaded = cassis.load_typesystem(CAS_TYPES.decode())
    cas = cassis.Cas(typesystem=loaded)
    cas.sofa_string = "😀 Bob saw Ann."
    cas.sofa_mime = "text/plain"
    named = loaded.get_type("de.tudarmstadt.ukp.dkpro.core.api.ner.type.NamedEntity")
    cas.add(bob := named(begin=2, end=5, value="PER 😀"))
    cas.add(ann := named(begin=10, end=13, value="PER"))
    link = loaded.get_type("webanno.custom.RoleLink")
    frame = loaded.get_type("webanno.custom.Frame")(begin=6, end=9, sure=False, n=7)
    array = loaded.get_type("uima.cas.FSArray")
    frame.roles = array(elements=[link(role="seer", target=bob), link(role=None, target=ann)])
    frame.tags = loaded.get_type("uima.cas.StringArray")(elements=["x", "y"])
    cas.add(frame)
    path = tmp_path / f"a{kind.patterns[0].lstrip('*')}"
    if kind is XMI:
        cas.to_xmi(path)
        loaded.to_xml(tmp_path / "TypeSystem.xml")
    else:
        cas.to_json(path)
    found, held = one(read_back(kind, path))
    said = {(a.label, a.quote(found.text)): dict(a.fields) for a in held.annotations}
    assert said == {
        ("NamedEntity", "Bob"): {"value": "PER 😀"},
        ("NamedEntity", "Ann"): {"value": "PER"},
        ("Frame", "saw"): {"sure": False, "n": 7, "tags": ("x", "y")},
    }
    assert sorted(str(k.fields.get("role", "")) for k in held.links) == ["", "seer"]


# --- files of others --------------------------------------------------------------------------


def test_a_file_of_another_program(tmp_path: Path) -> None:
    found, held = one(read_back(XMI, saved(tmp_path, CAS_XMI), annotator="eva"))
    assert found.text.value == "😀 Bob saw Ann.\nHe left."
    assert (found.article.title, found.article.language) == ("a", "en")
    said = [(a.label, a.quote(found.text), dict(a.fields)) for a in held.annotations]
    assert sorted(said, key=repr) == [
        ("CoreferenceLink", "Bob", {"referenceRelation": "ana"}),
        ("CoreferenceLink", "He", {"referenceType": "pr"}),
        ("Frame", "saw", {"tags": ("a", "b"), "score": 0.5, "sure": True, "n": 3}),
        ("NamedEntity", "Ann", {"value": "PER", "identifier": "Q1"}),
        ("NamedEntity", "Bob", {"value": "PER"}),
        ("Token", "Bob", {}),
        ("Token", "saw", {}),
    ]
    quotes = {a.id: a.quote(found.text) for a in held.annotations}
    links = [(k.type, quotes[k.from_id], quotes[k.to_id], dict(k.fields)) for k in held.links]
    assert sorted(links, key=repr) == [
        ("Dependency", "saw", "Bob", {"DependencyType": "nsubj"}),
        ("next", "Bob", "He", {}),
        ("roles", "saw", "Ann", {}),
        ("roles", "saw", "Bob", {"role": "seer"}),
    ]
    assert proven(XMI, read_back(XMI, tmp_path / "a.xmi"), tmp_path / "again").differences == ()


def test_lists_arrays_and_what_is_not_indexed(tmp_path: Path) -> None:
    kinds = types(
        ("Odd", "uima.tcas.Annotation", {
            "to": "uima.tcas.Annotation", "all": "uima.cas.FSArray uima.tcas.Annotation true",
            "row": "uima.cas.FSList", "far": "uima.cas.FSList uima.tcas.Annotation true",
            "words": "uima.cas.StringArray uima.cas.String true", "mine": "Kind",
            "counts": "uima.cas.IntegerArray", "short": "uima.cas.StringList",
            "bad": "uima.cas.Float", "ends": "uima.cas.FSList uima.cas.TOP true",
            "void": "uima.cas.Sofa",
        }),
        ("Kind", "uima.cas.String", {}),
        ("Doc", "uima.tcas.DocumentAnnotation", {}),
        ("Loop", "Loop", {}),
    )  # fmt: skip
    body = xmi(
        '<none:Doc xmi:id="2" sofa="1" begin="0" end="3" language="x-unspecified"/>'
        '<none:Odd xmi:id="3" sofa="1" begin="3" end="6" to="4" all="5" row="4" far="6" words="9"'
        ' ends="14" mine="k_x0001_" counts="1 2" short="s" bad="NaN" void="1" later="more"/>'
        '<none:Odd xmi:id="4" sofa="1" begin="7" end="10"/><!-- not in the view -->'
        '<cas:FSArray xmi:id="5" elements="4 0"/><cas:NonEmptyFSList xmi:id="6" head="4" tail="7"/>'
        '<cas:NonEmptyFSList xmi:id="7" head="4" tail="6"/><none:Loop xmi:id="10"/>'
        '<cas:StringArray xmi:id="9"><elements>w</elements><elements/></cas:StringArray>'
        '<none:Unknown xmi:id="8"/><cas:EmptyFSList xmi:id="13"/>'
        '<cas:NonEmptyFSList xmi:id="14" head="4" tail="13"/>'
        '<none:Unknown xmi:id="11"/><none:Odd xmi:id="12" sofa="1"/>'
        '<cas:View sofa="1" members="2 3"/>'
    )
    notes: list[str] = []
    found, held = one(read_back(XMI, saved(tmp_path, body, kinds), note=notes.append))
    assert notes == ["Unknown is not in the type system; left out."]
    first, second = held.annotations
    assert dict(first.fields) == {
        "words": ("w", ""), "mine": "k\x01", "counts": ("1", "2"), "short": ("s",), "bad": "nan",
        "later": "more",
    }  # fmt: skip
    assert second.quote(found.text) == "saw"
    assert sorted(k.type for k in held.links) == ["all", "ends", "far", "far", "row", "to"]


def test_a_second_view_where_the_first_has_no_text(tmp_path: Path) -> None:
    body = CAS_XMI.replace(b'sofaID="_InitialView"', b'sofaID="other"').replace(
        b"<cas:NULL", b'<cas:Sofa xmi:id="90" sofaID="_InitialView" sofaNum="2"/><cas:NULL'
    )
    assert one(read_back(XMI, saved(tmp_path, body)))[1].annotations


def test_an_attribute_wins_over_elements_of_its_name(tmp_path: Path) -> None:
    body = CAS_XMI.replace(b"<tags>a</tags>", b"<n>a</n>")
    _, held = one(read_back(XMI, saved(tmp_path, body)))
    frame = next(a for a in held.annotations if a.label == "Frame")
    assert (frame.fields["n"], frame.fields["tags"]) == (3, ("b",))


FAULTS = [
    (b"<a/>", "its root is another"),
    (b"<a", "not well-formed"),
    (b'<!DOCTYPE x [<!ENTITY e "x">]><x>&e;</x>', "entities"),
    (CAS_XMI.replace(b'sofaString="', b'x="'), "no text"),
    (CAS_XMI.replace(b'begin="3"', b'begin="x"'), "whole number"),
    (CAS_XMI.replace(b'begin="3"', b'begin="9999"'), "outside the text"),
    (CAS_XMI.replace(b'begin="3"', b'begin="1"'), "inside a character"),
    (CAS_XMI.replace(b'score="0.5"', b'score="much"'), "a number"),
    (CAS_XMI.replace(b'target="5"', b'target="77"'), "not there"),
    (CAS_XMI.replace(b'next="9"', b'next="8"'), "itself"),
    (CAS_XMI.replace(b'xmi:id="5"', b""), "whole number"),
    (CAS_XMI.replace(b'target="5"', b'target="99999999999999999999999"'), "not there"),
    (xmi('<tcas:Annotation xmi:id="2" sofa="1"/>').replace(b"Bob saw Ann.&#13;&#10;He left.", b"")
     .replace("😀 ".encode(), b" "), "empty"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "words"), FAULTS, ids=[words for _, words in FAULTS])
def test_faults(tmp_path: Path, body: bytes, words: str) -> None:
    fault = refused(saved(tmp_path, body))
    assert words in str(fault)
    assert fault.source == "a.xmi"


def test_the_type_system_must_be_beside_it(tmp_path: Path) -> None:
    path = saved(tmp_path, CAS_XMI, b"<other/>")
    assert "TypeSystem.xml" in str(refused(path))
    (tmp_path / "x.xml").symlink_to(tmp_path / "TypeSystem.xml")
    assert "TypeSystem.xml" in str(refused(path))
    nameless = CAS_TYPES.replace(b"<name>webanno.custom.Frame</name>", b"<name/>")
    fault = refused(saved(tmp_path, CAS_XMI, nameless))
    assert (fault.source, "no name" in str(fault)) == ("TypeSystem.xml", True)


def test_two_type_systems_are_one(tmp_path: Path) -> None:
    more = types(("webanno.custom.Frame", "uima.tcas.Annotation", {"later": "uima.cas.Integer"}))
    (tmp_path / "more.xml").write_bytes(more)
    body = CAS_XMI.replace(b'n="3"', b'n="3" later="4"')
    _, held = one(read_back(XMI, saved(tmp_path, body)))
    assert next(a for a in held.annotations if a.label == "Frame").fields["later"] == 4


def test_a_faulty_article_leaves_the_rest(tmp_path: Path) -> None:
    saved(tmp_path, CAS_XMI)
    (tmp_path / "b.xmi").write_bytes(b"<a/>")
    (tmp_path / "c.xmi").write_bytes(FAULTS[5][0])
    faults: list[InputError] = []
    items = read_back(XMI, tmp_path, fault=faults.append)
    assert [i.article.title for i in items if isinstance(i, Entry)] == ["a"]
    assert [fault.source for fault in faults] == ["b.xmi", "c.xmi"]


def test_folders(tmp_path: Path) -> None:
    assert not XMI.matches(tmp_path)
    saved(tmp_path, CAS_XMI)
    assert XMI.matches(tmp_path)
    assert not JSON.matches(tmp_path)
    assert not OWN.matches(tmp_path)
    (tmp_path / "in").mkdir()
    (tmp_path / "in/x.txt").write_text("x")
    assert "holds no .xmi" in str(refused(tmp_path / "in"))


def test_a_type_that_is_its_own_ancestor_ends() -> None:
    types = TypeSystem({})
    assert types.line("nowhere") == ("nowhere",)
    assert not types.is_a("nowhere", "uima.tcas.Annotation")


@pytest.mark.skipif(not REAL.is_dir(), reason="the files of dkpro-cassis are not on this machine")
@pytest.mark.parametrize("path", sorted(REAL.glob("*.xmi")), ids=lambda p: p.stem)
def test_files_of_cassis(path: Path, tmp_path: Path) -> None:
    beside = {
        "cas_has_fs_with_no_namespace": "typesystem_has_types_with_no_namespace",
        "cas_with_collections": "typesystem_with_collections",
        "cas_with_floating_point_special_values": "typesystem_with_floating_points",
        "cas_with_list_features": "typesystem_with_list_features",
        "cas_with_reserved_names": "typesystem_with_reserved_names",
    }.get(path.stem, "small_typesystem")
    kinds = (REAL / "typesystems" / f"{beside}.xml").read_bytes()
    try:
        items = read_back(XMI, saved(tmp_path, path.read_bytes(), kinds))
    except InputError as fault:
        assert "no text" in str(fault) or "empty" in str(fault)
        return
    assert proven(XMI, items, tmp_path / "again").differences == ()
    assert proven(JSON, items, tmp_path / "json").differences == ()


SUITE = sorted((SHARED / "webanno-tsv3").glob("*/reference.xmi"))


@pytest.mark.skipif(not SUITE, reason="the suite of INCEpTION is not on this machine")
@pytest.mark.parametrize("path", SUITE, ids=lambda p: p.parent.name)
def test_the_suite_of_inception(path: Path, tmp_path: Path) -> None:
    kinds = (REAL / "typesystems/webanno_types.xml").read_bytes()
    items = read_back(XMI, saved(tmp_path, path.read_bytes(), kinds))
    assert proven(XMI, items, tmp_path / "again").differences == ()
