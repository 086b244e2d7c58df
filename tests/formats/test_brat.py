from __future__ import annotations

import re
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.formats.carrying import hand_out, proven, read_back
from tests.formats.projects import entry, full, news, project, projects, read, span, uid, work

from annotator import resources
from annotator.formats import for_path, own
from annotator.formats.brat import BRAT
from annotator.model.codebook import Codebook, Label, LinkType, StringField
from annotator.model.corpus import Entry, Heading, Item
from annotator.model.document import Annotation, Entity, Link
from annotator.model.errors import AnnotatorError, InputError, MisplacedSpan

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data" / "brat-news"

# ---- the published rules (brat.nlplab.org/standoff.html and its reader), written again -----------

NAME = "[A-Za-z0-9_-]+"
LINES = {
    "T": rf"T\d+\t({NAME}) \d+ \d+(?:;\d+ \d+)*\t.*",
    "R": rf"R\d+\t({NAME}) Arg1:[TE]\d+ Arg2:[TE]\d+",
    "A": rf"A\d+\t({NAME}) [TER]\d+(?: \S+)?",
    "N": r"N\d+\t(Reference) T\d+ [^\s:]+:\S+\t.*",
    "#": rf"#\d+\t({NAME}) [TER]\d+\t.+",
    "*": rf"\*\t({NAME})(?: T\d+){{2,}}",
}


def check_file(text: str, ann: str, declared: dict[str, list[str]]) -> None:
    """What brat's own reader asks of a file, and that its types are declared."""
    assert ann.splitlines() == ann.split("\n")[:-1]  # brat reads lines as Python's codecs do
    ids = [line.split("\t")[0] for line in ann.splitlines() if line[0] != "*"]
    assert len(ids) == len(set(ids))
    for line in ann.splitlines():
        match = re.fullmatch(LINES[line[0]], line)
        assert match, line
        named, data = match[1], line.split("\t")[1]
        for target in re.findall(r"(?<=[ :])[TERAN]\d+(?= |$)", data):
            assert target in ids or line[0] == "A" and data.endswith(f" {target}"), line
        section = {"T": "entities", "R": "relations", "*": "relations", "A": "attributes"}
        if line[0] in section:
            assert named in declared[section[line[0]]], line
        if line[0] == "T":
            check_span(text, data, line.split("\t", 2)[2])


def check_span(text: str, data: str, quote: str) -> None:
    extents = [tuple(map(int, part.split())) for part in data.split(" ", 1)[1].split(";")]
    assert all(0 <= a <= b <= len(text) for a, b in extents)
    for n, (a, b) in enumerate(extents):
        assert not any(b >= c and a < d for c, d in extents[:n]), data
    assert quote == " ".join(text[a:b] for a, b in extents)


def declared(folder: Path) -> dict[str, list[str]]:
    """The types of annotation.conf by section; each line as brat's configuration page has it."""
    found: dict[str, list[str]] = {}
    section = ""
    for line in (folder / "annotation.conf").read_text("utf-8").splitlines():
        if line.startswith("["):
            section = line.strip("[]")
            found[section] = []
            continue
        name, _, rest = line.partition("\t")
        assert re.fullmatch(f"{NAME}|<OVERLAP>", name)
        arguments = [a.strip() for a in rest.split(",") if a]
        assert all(re.fullmatch(r"\S+?:\S+", a) for a in arguments)
        assert set(re.findall("<.*?>", line)) <= {
            "<OVERLAP>", "<ENTITY>", "<OVL-TYPE>", "<ANY>", "<REL-TYPE>",
        }  # fmt: skip
        keys = [a.split(":")[0] for a in arguments]
        assert len(keys) == len(set(keys))
        if section == "relations":
            assert keys[:2] == ["Arg1", "Arg2"]
        found[section].append(name)
    assert list(found) == ["entities", "relations", "events", "attributes"]
    return found


def check_folder(folder: Path) -> None:
    types = declared(folder)
    for path in folder.glob("*.ann"):
        text = path.with_suffix(".txt").read_bytes().decode()
        check_file(text, path.read_bytes().decode(), types)
    keys = [k.split("\t") for k in (folder / "kb_shortcuts.conf").read_text("utf-8").splitlines()]
    assert len({key for key, _ in keys}) == len(keys)
    assert {name for _, name in keys} <= {*types["entities"], *types["relations"]}


def pair(folder: Path, text: str, ann: str | None, name: str = "a") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.txt").write_bytes(text.encode())
    if ann is not None:
        (folder / f"{name}.ann").write_bytes(ann.encode())
    return folder


def entries(items: list[Item]) -> list[Entry]:
    return [item for item in items if isinstance(item, Entry)]


def one(tmp_path: Path, text: str, ann: str, **options: Any) -> Entry:
    (found,) = entries(read_back(BRAT, pair(tmp_path / "in", text, ann), **options))
    return found


def told(found: Entry) -> list[tuple[str, str, dict[str, Any]]]:
    (work,) = found.works
    return [(a.label, a.quote(found.text), dict(a.fields)) for a in work.annotations]


def linked(found: Entry) -> list[tuple[str, str, str]]:
    (work,) = found.works
    quotes = {a.id: a.quote(found.text) for a in work.annotations}
    return [(k.type, quotes[k.from_id], quotes[k.to_id]) for k in work.links]


# ---- there and back ------------------------------------------------------------------------------


@settings(
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    deadline=None,
)
@given(items=projects())
def test_any_project_comes_back(tmp_path: Path, items: list[Item]) -> None:
    target = tmp_path / "out"
    shutil.rmtree(target, ignore_errors=True)
    assert proven(BRAT, items, target).differences == ()
    check_folder(target)


def test_the_sample_comes_back(tmp_path: Path) -> None:
    items = read(resources.path("sample/palmyra.jsonl"))
    assert proven(BRAT, items, tmp_path / "out").differences == ()
    check_folder(tmp_path / "out")


def test_the_files(tmp_path: Path) -> None:
    items = full()
    found = items[5]
    assert isinstance(found, Entry)
    more = span(48, "Actor", 45, 49, entity=uid(10), note=" on\ntwo lines")
    noted = replace(found.works[0], annotations=(*found.works[0].annotations, more))
    items[5] = replace(found, works=(noted,))
    target = tmp_path / "out"
    hand_out(BRAT, items, target)
    assert sorted(p.name for p in target.iterdir()) == [
        "00001-article.ann", "00001-article.txt", "00002-article.txt",
        "annotation.conf", "kb_shortcuts.conf", "project.annotator.jsonl", "visual.conf",
    ]  # fmt: skip
    assert (target / "00001-article.ann").read_text("utf-8") == (
        "T1\tClaim 0 9;18 29\tISIS took last Sunday\n"
        "A1\tevent T1 COERCE\n"
        "A2\tmode T1 seize\n"
        '#1\tAnnotatorFields T1\t{"context":["military","territory"]}\n'
        "T2\tActor 0 4\tISIS\n"
        f"N1\tReference T2 Annotator:{uid(10)}\tISIS\n"
        "A3\tuncertain T2\n"
        "T3\tQuantity 0 0\t\n"
        '#2\tAnnotatorFields T3\t{"value":1.5,"low":1,"high":2}\n'
        "T4\tPlace 10 17\tPalmyra\n"
        f"N2\tReference T4 Annotator:{uid(11)}\tPalmyra\n"
        "A4\tuse T4 literal\n"
        "T5\tDate 18 29\tlast Sunday\n"
        "A5\ttype T5 DATE\n"
        '#3\tAnnotatorFields T5\t{"value":"2016-12-11","anchor":"t0"}\n'
        "T6\tDate 18 22\tlast\n"
        "R1\tend Arg1:T6 Arg2:T5\n"
        "A6\ttype T6 DURATION\n"
        '#4\tAnnotatorFields T6\t{"value":"P1D"}\n'
        "T7\tActor 31 38\tthe BBC\n"
        f"N3\tReference T7 Annotator:{uid(10)}\tISIS\n"
        "T8\tCue 39 43\tsaid\n"
        "T9\tActor 45 49\tISIS\n"
        f"N4\tReference T9 Annotator:{uid(10)}\tISIS\n"
        '#5\tAnnotatorFields T9\t{"note":" on\\ntwo lines"}\n'
        "R2\tsource Arg1:T1 Arg2:T7\n"
        "R3\tcue Arg1:T1 Arg2:T8\n"
        "*\tEquiv T2 T7 T9\n"
    )


def test_the_same_bytes_twice(tmp_path: Path) -> None:
    for name in ("one", "two"):
        hand_out(BRAT, full(), tmp_path / name)
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes()


def test_spans_over_line_ends(tmp_path: Path) -> None:
    spans = [
        span(40, "Cue", 0, 5),  # over a line end
        span(41, "Cue", 2, 3),  # nothing but one
        Annotation(id=uid(42), label="Cue", fragments=((0, 2), (3, 5))),  # looks as the first
        span(43, "Cue", 5, 7),  # a line end for Python alone
        span(44, "Actor", 7, 9),
    ]
    items = project(entry(work(*spans), text="ab\ncd\x0b\x1cef"))
    assert proven(BRAT, items, tmp_path / "out").differences == ()
    ann = (tmp_path / "out" / "00001-article.ann").read_text("utf-8")
    assert (
        "T1\tCue 0 2;3 5\tab cd\nT2\tCue 0 2;3 5\tab cd\n#1\tAnnotatorFragments T2\t0 2;3 5\n"
        in ann
    )
    check_folder(tmp_path / "out")


def test_names_that_brat_does_not_take(tmp_path: Path) -> None:
    labels = tuple(
        Label(name=n, fields=(StringField(name="a b"),))
        for n in ("Hate speech", "Hate-speech", "Hate_speech", "演员", "地点")
    )
    kinds = (LinkType(name="is | in", from_labels=("演员",), to_labels=("地点",)),)
    book = Codebook(name="Any", labels=labels, link_types=kinds)
    spans = [span(40 + n, k.name, n, n + 1) for n, k in enumerate(labels)]
    link = Link(id=uid(50), type="is | in", from_id=uid(43), to_id=uid(44))
    items = [Heading(name="Any", codebook=book), *project(entry(work(*spans, links=(link,))))[1:3]]
    items.append(entry(work(*spans, links=(link,))))
    assert proven(BRAT, items, tmp_path / "out").differences == ()
    check_folder(tmp_path / "out")
    (tmp_path / "out" / "project.annotator.jsonl").unlink()
    (found,) = entries(read_back(BRAT, tmp_path / "out", codebook=book))
    assert [label for label, _, _ in told(found)] == [label.name for label in labels]
    assert linked(found) == [("is | in", "S", " ")]


def test_a_project_without_articles(tmp_path: Path) -> None:
    assert proven(BRAT, project(), tmp_path / "out").differences == ()


def test_an_existing_folder_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("before")
    with pytest.raises(Exception, match="holds other files"):
        hand_out(BRAT, full(), tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["x"]


# ---- as others write it --------------------------------------------------------------------------


@pytest.mark.skipif(not SHARED.is_dir(), reason="brat's news tutorial is not in ../shared")
def test_the_news_tutorial(tmp_path: Path) -> None:
    items = read_back(BRAT, SHARED)
    (heading, *_) = items
    assert isinstance(heading, Heading)
    book = heading.codebook
    person, merge = book.label("Person"), book.label("Merge-org")
    assert person is not None and merge is not None
    assert (person.color, person.key, person.entity_type) == ("#ff821c", "p", "person")
    assert {f.name: f.kind for f in merge.fields} == {"Negation": "bool", "Confidence": "choice"}
    assert book.label("Life") is None
    entities = [item for item in items if isinstance(item, Entity)]
    assert [dict(e.fields) for e in entities] == [
        {"name": "Carlos Salinas de Gortari", "Wikipedia": "64488"},
        {"name": "Joanne Rowling"},
        {"name": "Terry Pratchett"},
    ]
    found = {item.article.metadata["file"]: item for item in entries(items)}
    assert len(found) == 13
    assert linked(found["080-event-annotation.txt"])[1:3] == [
        ("Org-Arg", "merged", "YouTube"), ("Org-Arg", "merged", "Google"),
    ]  # fmt: skip
    assert ("Event-Arg", "told", "posted") in linked(found["090-event_structures.txt"])
    assert told(found["110-note_annotation.txt"])[0][2] == {
        "note": "Should fictional places be annotated?"
    }
    assert proven(BRAT, items, tmp_path / "out").differences == ()


TEXT = "Sony and Ericsson\nmerged 😀 in Sweden."


def test_each_kind_of_line(tmp_path: Path) -> None:
    found = one(
        tmp_path,
        TEXT,
        "T1\tOrg 0 4\tSony\n"
        "T2\tOrg 9 17\tEricsson and more words\n"
        "\n"
        "T3\tMerge 18 24\tmerged\r\n"
        "T4\tPlace 30 36\tSweden\n"
        "T5\tOrg 0 4;9 17\tSony Ericsson\n"
        "T6\tOrg 9 17;18 24\tEricsson merged\n"
        "T7\tMerge 25 26\n"
        "E1\tMerge:T3 Theme:T1 Theme2:T2 Arg1:T4\n"
        "E2\tMerge:T3 Cause:E1\n"
        "E3\tMerge:T7\n"
        "R1\tlies_in Arg2:T4 Arg1:T1\t\n"
        "A1\tNegated E1\n"
        "A2\tLevel T1 very high\n"
        "A3\tLevel T1 low\n"
        "M1\tSpeculation E2\n"
        "#1\tAnnotatorNotes T1\tone\n"
        "#2\tAnnotatorNotes T1\ttwo\n"
        "#3\tAnnotatorNotes R1\tperhaps\n"
        "#4\tTodo T2\tlook it up\n"
        "#5\tAnnotatorFields T4\tno JSON\n"
        "#6\tAnnotatorFragments E3\t25 26;30 36\n"
        "#7\tAnnotatorNotes T2\t\n",
    )
    assert told(found) == [
        ("Org", "Sony … Ericsson", {}),
        ("Org", "Sony", {"Level": ("very high", "low"), "note": "one\ntwo"}),
        ("Org", "Ericsson\nmerged", {}),
        ("Org", "Ericsson", {"Todo": "look it up"}),
        ("Merge", "merged", {"Negated": True}),
        ("Merge", "merged", {"Speculation": True}),
        ("Merge", "😀 … Sweden", {}),
        ("Place", "Sweden", {"AnnotatorFields": "no JSON"}),
    ]
    assert linked(found) == [
        ("Theme", "merged", "Sony"),
        ("Theme", "merged", "Ericsson"),
        ("Arg1", "merged", "Sweden"),
        ("Cause", "merged", "merged"),
        ("lies_in", "Sony", "Sweden"),
    ]
    assert found.works[0].links[4].fields == {"note": "perhaps"}


def test_equivalences_and_references(tmp_path: Path) -> None:
    folder = pair(
        tmp_path / "in",
        "Sony, Sony Corp, it, Ericsson, he",
        "T1\tOrg 0 4\tSony\nT2\tOrg 6 15\tSony Corp\nT3\tOrg 17 19\tit\n"
        "T4\tOrg 21 29\tEricsson\nT5\tPerson 31 33\the\n"
        "*\tEquiv T1 T2 T5\n*\tEquiv T3 T4\n"
        "N1\tReference T4 Wikidata:Q1\tLM Ericsson\n"
        "N2\tReference T4 GeoNames:5\t\n"
        "N3\tReference Annotation:T5 Referent:X:1\n",
    )
    items = read_back(BRAT, folder)
    entities = {item.id: item for item in items if isinstance(item, Entity)}
    (found,) = entries(items)
    assert [dict(entities[str(f["entity"])].fields) for _, _, f in told(found)] == [
        {"name": "Sony Corp"},
        {"name": "Sony Corp"},
        {"name": "LM Ericsson", "Wikidata": "Q1", "GeoNames": "5"},
        {"name": "LM Ericsson", "Wikidata": "Q1", "GeoNames": "5"},
        {"name": "he", "X": "1"},
    ]


def test_a_database_has_the_field_of_its_name(tmp_path: Path) -> None:
    ann = "T1\tPlace 0 4\tSony\nN1\tReference T1 GeoNames:17\tSonyville\n"
    items = read_back(BRAT, pair(tmp_path / "in", TEXT, ann), codebook=news())
    assert isinstance(items[0], Heading) and items[0].codebook is news()
    (place,) = [item for item in items if isinstance(item, Entity)]
    assert place.fields == {"name": "Sonyville", "geonames_id": 17}


def test_a_name_of_nothing_that_can_be_stored(tmp_path: Path) -> None:
    ann = "T1\tPlace 0 4\tSony\nN1\tReference T1 X:17\t\0\n"
    items = read_back(BRAT, pair(tmp_path / "in", TEXT, ann))
    assert [dict(e.fields) for e in items if isinstance(e, Entity)] == [{"X": "17"}]


def test_a_value_that_the_project_can_not_say(tmp_path: Path) -> None:
    ann = 'T1\tQuantity 0 4\tSony\n#1\tAnnotatorFields T1\t{"value":"many"}\n'
    assert told(one(tmp_path, TEXT, ann, codebook=news()))[0][2] == {"value": "many"}


@pytest.mark.parametrize(
    ("text", "ann"),
    [
        ("one\r\ntwo 😀\r\nthree", "T1\tA 12 17\tthree\n"),  # raw characters, as brat
        ("one\r\ntwo 😀\r\nthree", "T1\tA 10 15\tthree\nT2\tA 0 3\tone\n"),  # line ends as one
        ("\ufeffthree", "T1\tA 1 6\tthree\n"),
        ("one\n\nthree", "\ufeffT1\tA 5 10\tthree\n"),
    ],
)
def test_offsets_count_what_is_there(tmp_path: Path, text: str, ann: str) -> None:
    assert told(one(tmp_path, text, ann))[-1] == ("A", "three", {})


def test_a_text_in_another_encoding(tmp_path: Path) -> None:
    folder = pair(tmp_path / "in", "x", "T1\tA 0 4\tÉlan\n")
    (folder / "a.txt").write_bytes("Élan à la carte, déjà vu, garçon.".encode("cp1252"))
    notes: list[str] = []
    (found,) = entries(read_back(BRAT, folder, note=notes.append))
    assert told(found) == [("A", "Élan", {})]
    assert notes == ["a.txt: read as cp1252, which is a guess."]
    (found,) = entries(read_back(BRAT, folder, encoding="latin-1"))
    assert told(found) == [("A", "Élan", {})]


def test_folders_in_folders_and_texts_that_nobody_annotated(tmp_path: Path) -> None:
    root = pair(tmp_path / "in", "First text", "")
    pair(root / "sub", "Second text", "T1\tA 0 6\tSecond\n", "b")
    pair(root / "sub" / "deep", "Third text", None, "c")
    pair(root / "z", "Sony merged", None, "d")
    (root / "z" / "d.a1").write_text("T1\tOrg 0 4\tSony\n")
    (root / "z" / "d.a2").write_text("T2\tMerge 5 11\tmerged\nE1\tMerge:T2 Theme:T1\n")
    found = entries(read_back(BRAT, root))
    assert [e.article.metadata["file"] for e in found] == [
        "a.txt", "sub/b.txt", "sub/deep/c.txt", "z/d.txt",
    ]  # fmt: skip
    assert [len(e.works) for e in found] == [1, 1, 0, 1]
    assert linked(found[3]) == [("Theme", "merged", "Sony")]
    assert for_path(root) is BRAT


@pytest.mark.parametrize("name", ["a.ann", "a.txt"])
def test_one_pair(tmp_path: Path, name: str) -> None:
    root = pair(tmp_path / "in", TEXT, "T1\tOrg 0 4\tSony\n")
    pair(root, "another", "", "b")
    (found,) = entries(read_back(BRAT, root / name, document_date="2020-02-03", annotator="eva"))
    assert told(found) == [("Org", "Sony", {})]
    assert (found.article.date, found.article.title) == ("2020-02-03", "Sony and Ericsson")
    assert for_path(root / "a.ann") is BRAT


# ---- faults --------------------------------------------------------------------------------------

BROKEN = [
    ("nonsense", "no annotation of brat's"),
    ("T1 Org 0 4\tSony", "no annotation of brat's"),
    ("Q1\tOrg 0 4\tSony", "no kind of annotation Q"),
    ("T1\tOrg 0 4\tSony\nT1\tOrg 0 4\tSony", "line 2: The id T1 is there"),
    ("T1\tOrg zero 4\tSony", "Expected offsets"),
    ("T1\tOrg 0 4;\tSony", "Expected offsets"),
    ("T1\tOrg 0 " + "9" * 5000 + "\tSony", "Expected offsets"),
    ("T1\tOrg 0 4000\t", "T1: Its offset 4000"),
    ("T1\tOrg 4 0\t", "ends before"),
    ("T1\tOrg 0 4;2 6\tSony ny a", "fragments overlap"),
    ("T1\tOrg 0 4;9 17\tSony Nokia", "not what it quotes"),
    ("E1\tMerge T1", "Expected an event"),
    ("E1\t", "Expected an event"),
    ("E1\tMerge:T1", "E1: Its trigger T1 is not there"),
    ("T1\tOrg 0 4\tSony\nE1\tMerge:T1", "E1: Its trigger T1 is a Org"),
    ("T1\tOrg 0 4\tSony\nE1\tOrg:T1 Theme:T9", "E1: It names T9"),
    ("R1\tlies Arg1:T1", "Expected a relation"),
    ("R1\t", "Expected a relation"),
    ("R1\tlies Arg1:T1 Arg1:T2", "Expected a relation"),
    ("R1\tlies Arg1:T1 Arg2:T2", "R1: It names T1"),
    ("T1\tOrg 0 4\tSony\nR1\tlies Arg1:T1 Arg2:T1", "linked to itself"),
    ("*\tEquiv", "Expected an equivalence"),
    ("*\t", "Expected an equivalence"),
    ("*\tEquiv T1 T2", r"\*: It names T1"),
    ("A1\tNegated", "Expected an attribute"),
    ("A1\tNegated T1", "A1: It names T1"),
    ("N1\tReference T1 Wikidata", "Expected a normalization"),
    ("N1\tReference T1 Wikidata:Q1\tx", "N1: It names T1"),
    ("#1\tAnnotatorNotes\tx", "Expected a note"),
    ("#1\tAnnotatorNotes T1\tx", "#1: It names T1"),
    ("#1\tAnnotatorFragments T1\t0 1", "#1: It names T1"),
]


@pytest.mark.parametrize(("ann", "message"), BROKEN)
def test_a_fault_in_a_line(tmp_path: Path, ann: str, message: str) -> None:
    with pytest.raises(InputError, match=message) as caught:
        one(tmp_path, TEXT, ann)
    assert caught.value.source == "a.ann"


def test_a_line_that_is_not_utf8(tmp_path: Path) -> None:
    folder = pair(tmp_path / "in", TEXT, None)
    (folder / "a.ann").write_bytes(b"T1\tOrg 0 4\tSony\nT2\tOrg 0 4\t\xff\n")
    with pytest.raises(InputError, match=r"a\.ann, line 2: The line is not UTF-8"):
        read_back(BRAT, folder)


def test_a_misplaced_span(tmp_path: Path) -> None:
    with pytest.raises(MisplacedSpan, match=r"a\.ann, at T1: .* stands at 9–17"):
        one(tmp_path, TEXT, "T1\tOrg 8 16\tEricsson\n")
    assert told(one(tmp_path, TEXT, "T1\tOrg 8 16\tEricsson\n", repair=True))[0][1] == "Ericsson"


def test_an_article_at_fault_is_told_and_reading_goes_on(tmp_path: Path) -> None:
    root = pair(tmp_path / "in", TEXT, "T1\tOrg 0 4\tSony\n")
    pair(root, TEXT, "nonsense", "b")
    pair(root, " \n", None, "c")
    pair(root, "Last", "", "d")
    faults: list[InputError] = []
    found = entries(read_back(BRAT, root, fault=faults.append))
    assert [e.article.title for e in found] == ["Sony and Ericsson", "Last"]
    assert [(f.source, f.line) for f in faults] == [("b.ann", 1), ("c.txt", None)]


@settings(
    max_examples=150,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    deadline=None,
)
@given(st.data())
def test_broken_files_are_annotator_errors(tmp_path: Path, data: st.DataObject) -> None:
    folder = tmp_path / "in"
    shutil.rmtree(folder, ignore_errors=True)
    hand_out(BRAT, full(), folder)
    if data.draw(st.booleans()):
        (folder / "project.annotator.jsonl").unlink()
    path = data.draw(st.sampled_from(sorted(folder.iterdir())))
    body = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        at, length = data.draw(st.integers(0, len(body))), data.draw(st.integers(0, 30))
        pieces = st.sampled_from([b"\0", b"\t", b"T1", b";", b" 5 9", b"*", b"<", b"\xff", b"{"])
        body[at : at + length] = data.draw(st.binary(max_size=5) | pieces)
    path.write_bytes(bytes(body))
    try:
        read_back(BRAT, folder, repair=data.draw(st.booleans()))
    except AnnotatorError as fault:
        assert re.match(r"(0|project|annotation|visual|kb|in)", str(fault)), fault


def test_nothing_to_read(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no \.txt files"):
        read_back(BRAT, tmp_path)
    (tmp_path / "a.ann").touch()
    with pytest.raises(InputError, match=r"a\.txt is not beside it"):
        read_back(BRAT, tmp_path / "a.ann")


def test_a_head_that_is_none(tmp_path: Path) -> None:
    folder = pair(tmp_path / "in", TEXT, "")
    with (folder / "project.annotator.jsonl").open("wb") as file:
        file.writelines(map(own.line, project(entry())))
    with pytest.raises(InputError, match=r"project\.annotator\.jsonl: There are articles"):
        read_back(BRAT, folder)
    (folder / "project.annotator.jsonl").write_text("{}")
    with pytest.raises(InputError, match=r"project\.annotator\.jsonl, line 1"):
        read_back(BRAT, folder)
