"""Tables as CSV and XLSX: what they hold, and that nothing in them is a formula."""

from __future__ import annotations

import csv
import gc
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from tests.formats.carrying import hand_out, read_back
from tests.formats.projects import (
    ACTOR,
    OWNER,
    PLACE,
    entry,
    full,
    news,
    project,
    projects,
    span,
    uid,
    work,
)  # fmt: skip

from annotator import resources
from annotator.formats import codebook as codebooks
from annotator.formats import table_files
from annotator.formats.own import OWN
from annotator.formats.table_files import CSV_TABLES, XLSX_TABLES, defused
from annotator.formats.tables import TABLES
from annotator.model.corpus import Heading, Item
from annotator.model.document import Annotation, Link
from annotator.model.errors import InputError, StoreUnavailable

BOTH = pytest.mark.parametrize("kind", [CSV_TABLES, XLSX_TABLES], ids=lambda kind: kind.id)
Table = list[dict[str, str]]
RISKY = "=+-@\t\r\n＝＋－＠"


def value(cell: str) -> str:
    """A text as a program that knows the rule reads it."""
    return cell.removeprefix("'")


def tables(tmp_path: Path, items: list[Item]) -> dict[str, Table]:
    hand_out(CSV_TABLES, items, tmp_path / "x")
    found = {}
    for path in (tmp_path / "x").iterdir():
        body = path.read_bytes()
        assert body.startswith(b'\xef\xbb\xbf"')
        with path.open(encoding="utf-8-sig", newline="") as file:
            found[path.stem] = list(csv.DictReader(file, strict=True))
    return found


def sheets(path: Path) -> dict[str, list[list[Any]]]:
    book = load_workbook(path, read_only=True)
    return {name: [list(row) for row in book[name].iter_rows()] for name in book.sheetnames}


def unescaped(text: str) -> str:
    """ECMA-376 Part 1 §22.9.2.19, which openpyxl leaves to its caller."""
    return re.sub("_x([0-9A-F]{4})_", lambda m: chr(int(m[1], 16)), text)


def test_the_tables(tmp_path: Path) -> None:
    found = tables(tmp_path, full())
    assert sorted(found) == sorted(TABLES)
    assert {name: len(rows) for name, rows in found.items()} == {
        "articles": 2, "documents": 2, "spans": 8, "claims": 1, "links": 2, "entities": 2,
    }  # fmt: skip
    first = found["articles"][0]
    assert (first["title"], first["date"], first["metadata"]) == (
        "Taken", "2016-12-15", '["b: 2","a: 1"]',
    )  # fmt: skip
    place = next(row for row in found["spans"] if row["label"] == "Place")
    assert place == place | {
        "span_id": uid(41), "start": "10", "end": "17", "text": "Palmyra", "fragments": "10-17",
        "entity_id": PLACE.id, "entity": "Palmyra", "annotator": "ada", "use": "literal",
    }  # fmt: skip
    quantity = next(row for row in found["spans"] if row["label"] == "Quantity")
    assert (quantity["value"], quantity["low"], quantity["text"]) == ("1.5", "1", "")
    duration = next(row for row in found["spans"] if row["value"] == "P1D")
    assert (duration["end"], duration["field_end"]) == ("22", uid(42))
    assert [row["state"] for row in found["documents"]] == ["in_progress", "in_progress"]


def test_a_claim_with_all_that_belongs_to_it(tmp_path: Path) -> None:
    text = "BBC and AP said 300 left Homs."
    annotations = (
        span(40, "Claim", 16, 29, event="COERCE", context=("military", "territory")),
        span(41, "Actor", 0, 3, entity=ACTOR.id),
        span(42, "Actor", 8, 10),
        span(43, "Cue", 11, 15),
        span(44, "Quantity", 16, 19, value=300),
    )
    ends = (("source", 41), ("source", 42), ("cue", 43), ("figure", 44))
    links = tuple(
        Link(id=uid(50 + n), type=kind, from_id=uid(40), to_id=uid(to))
        for n, (kind, to) in enumerate(ends)
    )
    found = tables(tmp_path, project(entry(work(*annotations, links=links), text=text)))
    (claim,) = found["claims"]
    assert claim == claim | {
        "quote": "300 left Homs", "source": "ISIS; AP", "cue": "said", "figure": "300",
        "figure_value": "300", "event": "COERCE", "context": '["military","territory"]',
        "addressee": "", "article_title": "Taken",
    }  # fmt: skip
    link = found["links"][3]
    assert (link["type"], link["from_text"], link["to_text"]) == ("figure", "300 left Homs", "300")
    entities = {row["name"]: (row["mentions"], row["articles"]) for row in found["entities"]}
    assert entities == {"ISIS": ("1", "1"), "Palmyra": ("0", "0")}


def test_a_codebook_without_claims(tmp_path: Path) -> None:
    book = codebooks.decode('{"codebook": 1, "name": "Small", "labels": [{"name": "X"}]}')
    items: list[Item] = [Heading(name="x", codebook=book), OWNER, entry(work(span(40, "X", 0, 4)))]
    found = tables(tmp_path, items)
    assert found["claims"] == []
    assert found["spans"][0]["label"] == "X"


@BOTH
def test_a_project_without_articles(kind: Any, tmp_path: Path) -> None:
    done, _ = hand_out(kind, project(), tmp_path / "x")
    assert done.articles == 0
    assert (tmp_path / "x").exists()


def test_every_record_has_a_row(tmp_path: Path) -> None:
    sample = read_back(OWN, resources.path("sample/palmyra.jsonl"))
    done, losses = hand_out(XLSX_TABLES, sample, tmp_path / "x.xlsx")
    found = sheets(tmp_path / "x.xlsx")
    assert list(found) == list(TABLES)
    assert (len(found["spans"]) - 1, len(found["links"]) - 1) == (done.annotations, done.links)
    assert losses.counts == {}


# ---- formulas ------------------------------------------------------------------------------------


@pytest.mark.parametrize("first", RISKY)
def test_a_formula_is_defused(tmp_path: Path, first: str) -> None:
    text = f'{first}HYPERLINK("http://x";A1),\'x'
    assert defused(text) == f"'{text}"
    items = project(entry(text="x", metadata={}, source=text))
    cell = tables(tmp_path, items)["articles"][0]["source"]
    assert value(cell) == text
    hand_out(XLSX_TABLES, items, tmp_path / "x.xlsx")
    sheet = sheets(tmp_path / "x.xlsx")["articles"]
    assert sheet[1][2].data_type == "s"
    assert unescaped(sheet[1][2].value) == text
    with zipfile.ZipFile(tmp_path / "x.xlsx") as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")
        assert b'quotePrefix="1"' in archive.read("xl/styles.xml")


def test_numbers_are_no_texts(tmp_path: Path) -> None:
    items = project(entry(work(span(40, "Quantity", 0, 4, value=-5, low=10**30, uncertain=True))))
    row = tables(tmp_path, items)["spans"][0]
    assert (row["value"], row["uncertain"]) == ("-5", "true")
    hand_out(XLSX_TABLES, items, tmp_path / "x.xlsx")
    names, cells = sheets(tmp_path / "x.xlsx")["spans"]
    found = {name.value: cell for name, cell in zip(names, cells, strict=False)}
    assert (found["value"].value, found["value"].data_type) == (-5, "n")
    assert found["low"].value == str(10**30)
    assert found["uncertain"].value is True


@settings(
    max_examples=200,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    deadline=None,
)
@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_every_text_comes_back_by_the_rule(text: str) -> None:
    cell = defused(text)
    assert value(cell) == text
    assert not cell.startswith(tuple(RISKY))


@BOTH
def test_any_project_goes_out(kind: Any, tmp_path: Path) -> None:
    numbers = iter(range(10_000))

    @settings(
        max_examples=25,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
        deadline=None,
    )
    @given(projects())
    def check(items: list[Item]) -> None:
        target = tmp_path / f"{next(numbers)}{kind.suffix}"
        done, losses = hand_out(kind, items, target)
        assert losses.counts == {}
        if kind is XLSX_TABLES:
            rows = sheets(target)["spans"]
        else:
            with (target / "spans.csv").open(encoding="utf-8-sig", newline="") as file:
                rows = list(csv.reader(file))
        assert len(rows) == done.annotations + 1

    check()


# ---- limits --------------------------------------------------------------------------------------


def test_a_cell_has_a_limit(tmp_path: Path) -> None:
    long = "a" + "😀" * 20_000
    items = project(entry(text="x", url="_x0041_\x0b\ufffe", source=long))
    _, losses = hand_out(XLSX_TABLES, items, tmp_path / "x.xlsx")
    assert losses.counts == {"characters beyond what a cell holds": 1}
    assert losses.places["characters beyond what a cell holds"][0].record_id == uid(20)
    row = sheets(tmp_path / "x.xlsx")["articles"][1]
    assert row[2].value == "a" + "😀" * 16_383
    assert unescaped(row[3].value) == "_x0041_\x0b\ufffe"


def test_a_sheet_has_a_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table_files, "MAX_ROWS", 3)
    items = project(entry(work(*(span(n, "Cue", 0, 4) for n in (40, 41, 42)))))
    _, losses = hand_out(XLSX_TABLES, items, tmp_path / "x.xlsx")
    assert losses.counts == {"rows beyond what a sheet holds": 1}
    assert losses.whole == {uid(42)}
    assert len(sheets(tmp_path / "x.xlsx")["spans"]) == 3


@BOTH
def test_the_same_project_gives_the_same_bytes(
    kind: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand_out(kind, full(), tmp_path / "a")
    monkeypatch.setattr("time.localtime", lambda *_: (2031, 5, 6, 7, 8, 9, 0, 1, 0))
    hand_out(kind, full(), tmp_path / "b")
    monkeypatch.undo()
    if kind is XLSX_TABLES:
        assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
        with zipfile.ZipFile(tmp_path / "a") as archive:
            assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
            assert b"2000-01-01T00:00:00Z" in archive.read("docProps/core.xml")
    else:
        for path in (tmp_path / "a").iterdir():
            assert path.read_bytes() == (tmp_path / "b" / path.name).read_bytes()


@BOTH
def test_after_a_fault_nothing_is_there(
    kind: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def items() -> Iterator[Item]:
        yield from full()
        raise InputError("It broke.")

    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    with pytest.raises(InputError, match="It broke"):
        hand_out(kind, items(), tmp_path / "x")
    gc.collect()  # openpyxl's writers complain here where they were left open
    assert [p.name for p in tmp_path.rglob("*")] == ["temporary"]


def test_an_archive_that_breaks_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: Any, name: Any, *__: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(table_files._Undated, "writestr", broken)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with pytest.raises(StoreUnavailable, match="no space left"):
        hand_out(XLSX_TABLES, full(), tmp_path / "x")
    gc.collect()
    assert list(tmp_path.iterdir()) == []


def test_an_entity_that_is_not_there(tmp_path: Path) -> None:
    annotation = Annotation(
        id=uid(40), label="Actor", fragments=((0, 4),), fields={"entity": "gone"}
    )
    row = tables(tmp_path, project(entry(work(annotation))))["spans"][0]
    assert (row["entity_id"], row["entity"]) == ("gone", "")
    assert news().label("Actor") is not None
