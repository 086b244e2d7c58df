"""WebAnno TSV against its published rules and the suite of INCEpTION."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from tests.formats.carrying import hand_out, proven, read_back
from tests.formats.layered import WEBANNO
from tests.formats.projects import OWNER, entry, full, project, span, uid, work

from annotator.formats import WriteOptions, for_path
from annotator.formats.webanno_tsv import TSV, escaped
from annotator.model.codebook import Codebook, Label, LinkType, StringField
from annotator.model.corpus import Entry, Heading, Item, Work
from annotator.model.document import Annotation, Entity, Link
from annotator.model.errors import InputError, MisplacedSpan

SUITE = Path(__file__).parents[2].parent / "shared/data/webanno-tsv3"
SUITE = SUITE if SUITE.is_dir() else Path("/work/shared/data/webanno-tsv3")
CASES = sorted(SUITE.glob("*/reference.tsv"))


def saved(tmp_path: Path, body: str | bytes, name: str = "a.tsv") -> Path:
    path = tmp_path / name
    path.write_bytes(body.encode() if isinstance(body, str) else body)
    return path


def one(items: list[Item]) -> tuple[Entry, Work]:
    found = next(item for item in items if isinstance(item, Entry))
    return found, found.works[0]


def refused(tmp_path: Path, body: str | bytes) -> InputError:
    with pytest.raises(InputError) as caught:
        read_back(TSV, saved(tmp_path, body))
    assert caught.value.source == "a.tsv"
    return caught.value


# --- what it carries --------------------------------------------------------------------------


def test_the_same_bytes_twice(tmp_path: Path) -> None:
    for name in "ab":
        hand_out(TSV, full(), tmp_path / name)
    files = sorted(p.name for p in (tmp_path / "a").iterdir())
    assert files == [
        "00001-isis-took-palmyra-last-sunday-the-bbc-sa.tsv", "00002-e.tsv", "TypeSystem.xml",
        "project.annotator.jsonl",
    ]  # fmt: skip
    for file in files:
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes()
    assert for_path(tmp_path / "a") is TSV
    assert for_path(tmp_path / "a" / "00002-e.tsv") is TSV


def test_without_the_codebook_of_the_project_the_file_s_own_is_taken(tmp_path: Path) -> None:
    hand_out(TSV, full(), tmp_path / "out")
    heading, owner, *rest = read_back(TSV, tmp_path / "out", annotator="eva")
    assert heading == full()[0]
    assert getattr(owner, "login", "") == "eva"
    entities = [item for item in rest if isinstance(item, Entity)]
    assert [dict(e.fields) for e in entities] == [
        dict(item.fields) for item in full() if isinstance(item, Entity)
    ]


def test_without_the_project_beside_it_mentions_share_an_entity(tmp_path: Path) -> None:
    hand_out(TSV, full(), tmp_path / "out")
    (tmp_path / "out" / "project.annotator.jsonl").unlink()
    codebook = next(item.codebook for item in full() if isinstance(item, Heading))
    items = read_back(TSV, tmp_path / "out", codebook=codebook)
    entities = {item.id: item for item in items if isinstance(item, Entity)}
    assert sorted((e.type, e.name) for e in entities.values()) == [
        ("actor", "ISIS"), ("place", "Palmyra"),
    ]  # fmt: skip
    held = [a.fields["entity"] for a in one(items)[1].annotations if a.label == "Actor"]
    assert len(held) == 2
    assert len(set(held)) == 1


def test_blanks_that_a_span_starts_with_become_tokens(tmp_path: Path) -> None:
    text = "\n\n Ah.  So \n\t\nEnd "
    spans = (
        span(40, "Actor", 0, 2),
        span(41, "Actor", 7, 9),
        span(42, "Cue", 1, 1),
        span(43, "Cue", len(text), len(text)),
        span(44, "Place", 6, len(text)),
    )
    items = project(entry(work(*spans), text=text))
    assert proven(TSV, items, tmp_path / "out").differences == ()
    body = next((tmp_path / "out").glob("00001*")).read_text("utf-8")
    assert "\n1-1\t0-1\t\\n\t" in body


def test_leading_blanks(tmp_path: Path) -> None:
    for number, text in enumerate(("  Ah.", "\n\tAh.", "😀\n\n\n😀 b.  c\n")):
        items = project(entry(work(), text=text))
        assert proven(TSV, items, tmp_path / str(number)).differences == ()


def chained() -> list[Item]:
    codebook = Codebook(
        name="C",
        labels=(
            Label(name="CorefLink", fields=(StringField(name="referenceType"),)),
            Label(name="Other", fragments=False),
        ),
        link_types=(LinkType(name="next", from_labels=("CorefLink",), to_labels=("CorefLink",)),),
    )
    spans = [span(40 + n, "CorefLink", 3 * n, 3 * n + 2) for n in range(4)]
    spans[1] = replace(spans[1], fields={"referenceType": "pr"})
    spans.append(span(44, "CorefLink", 0, 5))
    pairs = [(0, 1), (1, 2), (2, 0), (0, 3), (3, 1)]
    links = tuple(
        Link(id=uid(50 + n), type="next", from_id=uid(40 + a), to_id=uid(40 + b))
        for n, (a, b) in enumerate(pairs)
    )
    held = entry(work(*spans, links=links), text="aa bb cc dd ee")
    return [Heading(name="C", codebook=codebook), OWNER, held]


def test_chains(tmp_path: Path) -> None:
    _, losses = hand_out(TSV, chained(), tmp_path / "out")
    assert losses.counts["branches of a chain"] == 3
    assert losses.whole == {uid(52), uid(53), uid(54)}
    body = next((tmp_path / "out").glob("00001*")).read_text("utf-8")
    assert "#T_CH=webanno.custom.CorefLink|referenceRelation|referenceType\n" in body
    assert "\n1-1\t0-2\taa\t*->1-1|*->2-1\t*[1]|*[2]\t\n" in body
    assert "\n1-2\t3-5\tbb\t*->1-1|*->2-2\t*[1]|pr[2]\t\n" in body
    assert proven(TSV, chained(), tmp_path / "again").differences == ()


def test_what_the_layers_have_no_place_for_is_told(tmp_path: Path) -> None:
    heading, owner, held = chained()
    assert isinstance(held, Entry)
    odd = (
        Annotation(id=uid(60), label="CorefLink", fragments=((0, 1), (2, 3))),
        Annotation(id=uid(61), label="Gone", fragments=((0, 1),)),
        Annotation(id=uid(62), label="Other", fragments=((0, 2),), fields={"lost": "x"}),
    )
    rows = ((70, "next", 62, 62), (71, "no", 62, 62), (72, "next", 60, 62))
    links = tuple(
        Link(id=uid(n), type=kind, from_id=uid(a), to_id=uid(b)) for n, kind, a, b in rows
    )
    items: list[Item] = [heading, owner, replace(held, works=(work(*odd, links=links),))]
    done, losses = hand_out(TSV, items, tmp_path / "out")
    assert (done.annotations, done.links) == (1, 0)
    assert losses.counts["in fragments"] == 1
    assert losses.counts["not in the codebook"] == 3
    assert losses.counts["fields"] == 1
    assert losses.counts["links to what is left out"] == 1


# --- files of others --------------------------------------------------------------------------


def test_a_file_of_version_3_2(tmp_path: Path) -> None:
    found, held = one(read_back(TSV, saved(tmp_path, WEBANNO.replace(b"\n", b"\r\n"))))
    text = found.text.value
    assert text == "😀 Bob Lee saw Ann.\nHe left."
    said = {(a.label, a.quote(found.text)): dict(a.fields) for a in held.annotations}
    assert said == {
        ("NamedEntity", "Bob Lee"): {"value": "PER"},
        ("NamedEntity", "Lee"): {"value": "a|b_->[\\"},
        ("NamedEntity", "Ann"): {"value": "PER", "identifier": "Q;1"},
        ("Frame", "saw"): {},
        ("CorefLink", "Bob Lee"): {"referenceType": "nam"},
        ("CorefLink", "He"): {"referenceType": "pr", "referenceRelation": "ana"},
    }
    quotes = {a.id: a.quote(found.text) for a in held.annotations}
    links = [(k.type, quotes[k.from_id], quotes[k.to_id], dict(k.fields)) for k in held.links]
    assert sorted(links, key=repr) == [
        ("Kin", "Bob Lee", "Ann", {"kind": "friend"}),
        ("next", "Bob Lee", "He", {}),
        ("roles", "saw", "Ann", {"role": "seen"}),
        ("roles", "saw", "Bob Lee", {"role": "seer"}),
    ]
    assert found.article.title == "a"


def test_offsets_in_code_points_are_told_and_mended(tmp_path: Path) -> None:
    body = "\n".join(
        re.sub(r"\t(\d+)-(\d+)\t", lambda m: f"\t{int(m[1]) - 1}-{int(m[2]) - 1}\t", line)
        for line in WEBANNO.decode().split("\n")
    ).replace("1-1\t-1-1\t", "1-1\t0-1\t")
    path = saved(tmp_path, body)
    with pytest.raises(MisplacedSpan):
        read_back(TSV, path)
    notes: list[str] = []
    found, held = one(read_back(TSV, path, repair=True, note=notes.append))
    assert notes == ["a.tsv: read its offsets as code points."]
    assert {a.quote(found.text) for a in held.annotations} == {"Bob Lee", "Lee", "Ann", "saw", "He"}


HEAD = "#FORMAT=WebAnno TSV 3.3\n#T_SP=a.B|c\n#T_RL=a.R|BT_a.B\n#T_CH=a.L|referenceRelation|x\n\n\n"


def sheet(cells: str, text: str = "#Text=Ab cd\n") -> str:
    return f"{HEAD}{text}1-1\t0-2\tAb\t{cells}\t\n"


FAULTS = [
    ("Hello", 1, "first line"),
    ("#FORMAT=WebAnno TSV 2.0\n", 1, "first line"),
    ("#FORMAT=WebAnno TSV 3.3\n#T_XX=a\n", 2, "#T_SP"),
    ("#FORMAT=WebAnno TSV 3.3\n\n\n", None, "empty"),
    (b"#FORMAT=WebAnno TSV 3.3\n\xff", None, "UTF-8"),
    (sheet("_"), 8, "Expected 7 cells, found 5"),
    (sheet("_\t_\t_\t_").replace("0-2", "0+2"), 8, "offsets"),
    (sheet("_\t_\t_\t_").replace("1-1", "x"), 8, "number"),
    (sheet("_\t_\t_\t_").replace("0-2", "2-0"), 8, "Check the offsets"),
    (sheet("_\t_\t_\t_").replace("0-2", "9999999-9999999"), 8, "too far"),
    (sheet("_\t_\t_\t_", text=""), 7, "before the text"),
    (sheet("_\t_\t_\t_") + "1-1\t0-2\tAb\t_\t_\t_\t_\t\n", 9, "already"),
    (sheet("_\t_\t_\t_") + "#Text=Ab\n2-1\t1-3\tAb\t_\t_\t_\t_\t\n", 10, "before the end"),
    (sheet("_\t1-9\t_\t_"), 8, "no token"),
    (sheet("_\t1-1[5_0]\t_\t_"), 8, "nowhere"),
    (sheet("_\t1-1\t_\t_"), 8, "no annotation"),
    (sheet("_\t_\t_\t*[1]"), 8, "no link"),
    (sheet("_\t_\t*\t_"), 8, "ends in ->"),
    (sheet("*\t1-1\t_\t_"), None, "itself"),
]


@pytest.mark.parametrize(("body", "line", "words"), FAULTS, ids=lambda v: str(v)[:20])
def test_faults(tmp_path: Path, body: str | bytes, line: int | None, words: str) -> None:
    fault = refused(tmp_path, body)
    assert words in str(fault)
    assert fault.line == line


def test_a_faulty_article_leaves_the_rest(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    saved(tmp_path / "in", WEBANNO, "a.tsv")
    saved(tmp_path / "in", "Hello", "b.tsv")
    saved(tmp_path / "in", sheet("*\t1-1\t_\t_"), "c.tsv")
    saved(tmp_path / "in", WEBANNO, "d.TSV")
    (tmp_path / "in" / "e.tsv").symlink_to(tmp_path / "in" / "a.tsv")
    faults: list[InputError] = []
    items = read_back(TSV, tmp_path / "in", fault=faults.append)
    assert [i.article.title for i in items if isinstance(i, Entry)] == ["a", "d"]
    assert [fault.source for fault in faults] == ["b.tsv", "c.tsv"]


def test_odd_cells(tmp_path: Path) -> None:
    body = (
        "#FORMAT=WebAnno TSV 3.3\n"
        "#T_SP=a.B|c|ROLE_a.B:s_a.BL|uima.tcas.Annotation|ROLE_a.B:u_a.BU\n\n\n"
        "#Text=Ab\\\\cd\n"
        "1-1\t0-2\tAb\tx\\\t_\t1-2\t*\t\n"
        "1-2\t2-5\t\\\\cd\ty\tr\t*\t_\t\n"
    )
    found, held = one(read_back(TSV, saved(tmp_path, body)))
    assert found.text.value == "Ab\\cd"
    assert [dict(a.fields) for a in held.annotations] == [{"c": "x\\"}, {"c": "y"}]
    assert [(k.type, dict(k.fields)) for k in held.links] == [("s", {})]


def test_values_are_escaped_as_the_rules_say() -> None:
    assert escaped("\\[]|_->;\t\n*-") == r"\\\[\]\|\_\->\;\t\n\*-"


# --- the suite of INCEpTION -------------------------------------------------------------------

DIFFERENT = {
    "sampleSlotAnnotation1": "a slot that may point at any layer points at the one that it does, "
    "and then its targets need no numbers",
    "testSentenceId": "the model has no ids of sentences",
    "testSentenceWithLineBreak": "sentences are the program's own, and a newline ends one",
    "testSingleTokenRelationWithMultipleFeatureValues": "tokens that a relation points at become "
    "spans, for the model has no tokens",
    "testSubTokenRelation": "sub-tokens are numbered by the marks' places, not the ends of "
    "relations first",
}


def normal(body: str) -> tuple[list[tuple[str, str, tuple[str, ...]]], str]:
    """A file as its header lets it be: packages dropped, and columns that say nothing.

    A layer none of whose columns says anything keeps one without a feature.
    """
    lines = body.replace("\r\n", "\n").split("\n")
    layers = [line for line in lines if line.startswith("#T_")]
    rest = lines[1 + len(layers) :]
    rows = [line.split("\t") for line in rest if line and not line.startswith("#")]
    head, keep, at = [], [], 3
    for layer in layers:
        prefix, _, declared = layer.partition("=")
        type, *names = declared.split("|")
        names = [name for name in names if name] or [""]
        says = [_says(rows, at + n) for n in range(len(names))]
        kept = _kept(prefix, names, says)
        head.append((prefix, _short(type), tuple(name for name, _ in kept)))
        keep += [at + n for _, n in kept]
        at += len(names)
    body_rows = [
        "\t".join([*cells[:3], *(cells[n] for n in keep)]) if not line.startswith("#") else line
        for line in rest
        for cells in [line.split("\t")]
        if line
    ]
    return head, "\n".join(body_rows)


def _short(type: str) -> str:
    return type if type == "uima.tcas.Annotation" else type.rpartition(".")[2]


def _says(rows: list[list[str]], column: int) -> bool:
    return any(not re.fullmatch(r"(?:[_*](?:\[\d+\])?\|?)+", row[column]) for row in rows)


def _kept(prefix: str, names: list[str], says: list[bool]) -> list[tuple[str, int]]:
    if prefix == "#T_CH":
        return [(name, n) for n, name in enumerate(names)]
    found = []
    for n, name in enumerate(names):
        slot = name.startswith("ROLE_")
        if slot and (says[n] or says[n + 1]):
            feature = name.partition(":")[2].partition("_")[0]
            found += [(f"role {feature}", n), (_short(names[n + 1]), n + 1)]
        elif name.startswith("BT_"):
            found.append((f"BT {_short(name[3:])}", n))
        elif says[n] and not (slot or (n and names[n - 1].startswith("ROLE_"))):
            found.append((name, n))
    return found or [("", len(names) - 1)]


@pytest.mark.skipif(not CASES, reason="the suite is not on this machine (see shared/research)")
@pytest.mark.parametrize("path", CASES, ids=lambda p: p.parent.name)
def test_the_suite(path: Path, tmp_path: Path) -> None:
    items = read_back(TSV, path)
    _, losses = hand_out(TSV, items, tmp_path / "out")
    assert losses.whole == set()
    written = next((tmp_path / "out").glob("*.tsv")).read_text("utf-8")
    same = normal(written) == normal(path.read_text("utf-8"))
    assert same == (path.parent.name not in DIFFERENT)
    assert proven(TSV, items, tmp_path / "again").differences == ()


@pytest.mark.skipif(not CASES, reason="the suite is not on this machine (see shared/research)")
def test_the_suite_is_whole() -> None:
    assert len(CASES) == 38
    assert DIFFERENT.keys() <= {path.parent.name for path in CASES}


def test_a_target_that_is_there_is_left_alone(tmp_path: Path) -> None:
    target = tmp_path / "out"
    target.mkdir()
    (target / "mine").write_text("x")
    assert TSV.write is not None
    with pytest.raises(Exception, match="holds other files"):
        TSV.write(full(), target, WriteOptions())
    assert [p.name for p in target.iterdir()] == ["mine"]
