"""CSV, XLSX and JSON of articles: their columns, their faults."""

from __future__ import annotations

import csv
import datetime
import io
import json
import random
import zipfile
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.formats.reading import BOMB, found_in, zipped

from annotator.formats import Column, Format, ReadOptions
from annotator.formats import articles_csv as csv_format
from annotator.formats.articles_csv import CSV
from annotator.formats.articles_jsonl import ARTICLES_JSONL as JSONL
from annotator.formats.articles_jsonl import knows, top_keys
from annotator.formats.articles_xlsx import XLSX
from annotator.formats.columns import meanings
from annotator.model.errors import InputError
from annotator.model.text import normalise

NEWS = [
    ["id", "Headline", "Body", "URL", "Publisher", "Published At", "lang", "Authors", "tags"],
    ["7", "Palmyra falls", "It fell.\r\n\r\nAgain, “😀”.", "https://wire.example/1", "The Wire",
     "2016-12-12T10:00:00Z", "en-GB", "Jane Doe", "war"],
    ["8", "", "=HYPERLINK(\"x\")", "", "", "12/10/2016", "", "", ""],
]  # fmt: skip


def as_csv(rows: Sequence[Sequence[str]], delimiter: str = ",") -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue()


def as_xlsx(rows: Sequence[Sequence[object]], *more: str) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(list(row))
    for title in more:
        book.create_sheet(title)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def columns(kind: Format, folder: Path, body: bytes, options: ReadOptions) -> list[Column]:
    path = folder / f"a{kind.suffix}"
    path.write_bytes(body)
    assert kind.columns is not None
    return kind.columns(path, options)


# --- CSV -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
def test_a_row_is_an_article(tmp_path: Path, delimiter: str, encoding: str) -> None:
    found = found_in(CSV, tmp_path, as_csv(NEWS, delimiter).encode(encoding))
    first, second = found.entries
    article = first.article
    assert first.text.value == "It fell.\n\nAgain, “😀”."
    assert (article.title, article.source) == ("Palmyra falls", "The Wire")
    assert (article.url, article.language) == ("https://wire.example/1", "en-GB")
    assert (article.date, article.date_source) == ("2016-12-12", "given")
    assert article.metadata == {"file": "a.csv", "id": "7", "author": "Jane Doe", "tags": "war"}
    assert second.text.value == '=HYPERLINK("x")', "a formula is text"
    assert second.article.title == second.text.value
    assert (second.article.date, second.article.metadata["date"]) == ("", "12/10/2016")
    assert not found.faults


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=1, max_size=5))
@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40
)
def test_any_text_comes_through_a_table(tmp_path: Path, texts: list[str]) -> None:
    known = [normalise(text) for text in texts if normalise(text).strip()]
    if not known:
        return
    body = as_csv([["text", "x"], *([text, "1"] for text in texts)])
    assert found_in(CSV, tmp_path, body, options=ReadOptions(encoding="utf-8")).texts == known
    lines = "".join(json.dumps({"text": text}) + "\n" for text in texts)
    assert found_in(JSONL, tmp_path, lines).texts == known


def test_an_old_encoding_is_guessed_and_said(tmp_path: Path) -> None:
    words = "Боевики снова заняли древний город Пальмира, сообщили военные."
    body = as_csv([["text"], *[[words]] * 2]).encode("cp1251")
    found = found_in(CSV, tmp_path, body)
    assert found.texts == [words, words]
    assert found.notes == ["Read as cp1251, which is a guess."]
    assert found_in(CSV, tmp_path, body, options=ReadOptions(encoding="cp1251")).notes == []


def test_a_character_at_the_edge_of_the_sample(tmp_path: Path) -> None:
    words = "é" * 200_001
    assert found_in(CSV, tmp_path, f"text,t\n{words},x\n").texts == [words]


def test_the_encoding_changes_further_down(tmp_path: Path) -> None:
    body = b"text,t\n" + b"words words,x\n" * 30_000 + b"caf\xe9,x\n"
    with pytest.raises(InputError, match=r"line \d+: From about here on"):
        found_in(CSV, tmp_path, body)


def test_excel_says_its_delimiter(tmp_path: Path) -> None:
    found = found_in(CSV, tmp_path, 'sep=;\r\ntext;title\r\n"a, b";T\r\n\r\n ;U\r\n')
    assert found.texts == ["a, b"]
    assert found.notes == ["1 without text left out, the first on line 5."]


def test_rows_that_are_too_long_or_short(tmp_path: Path) -> None:
    found = found_in(CSV, tmp_path, "text,,title,title\nOne\nTwo,x,T,U,extra\n")
    assert found.texts == ["One", "Two"]
    assert found.entries[1].article.title == "T"
    assert found.entries[1].article.metadata == {
        "file": "a.csv", "column 2": "x", "title (2)": "U", "column 5": "extra",
    }  # fmt: skip


def test_columns_can_be_mapped(tmp_path: Path) -> None:
    body = "Inhalt,Vorspann,text,title,x\nZwei,Eins,meta,T,gone\n,,,T,\n"
    options = ReadOptions(
        columns={"Inhalt": "text", "Vorspann": "text", "text": "", "x": "ignore", "none": "url"}
    )
    found = found_in(CSV, tmp_path, body, options=options)
    assert found.texts == ["Zwei\n\nEins"]
    assert found.only.article.metadata == {"file": "a.csv", "text": "meta"}
    assert columns(CSV, tmp_path, body.encode(), options) == [
        ("Inhalt", "Zwei", "text"), ("Vorspann", "Eins", "text"), ("text", "meta", ""),
        ("title", "T", "title"), ("x", "gone", "ignore"),
    ]  # fmt: skip


def test_the_likeliest_name_is_taken() -> None:
    names = ["article", "Body", "full_text", "link", "data.url", "data.title", "source.name"]
    assert meanings(names, ReadOptions()) == {
        "article": "", "Body": "text", "full_text": "", "link": "url", "data.url": "",
        "data.title": "title", "source.name": "source",
    }  # fmt: skip
    taken = meanings(["a", "text"], ReadOptions(columns={"a": "text"}))
    assert taken == {"a": "text", "text": ""}


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", "table is empty"),
        (b"\n ,\n", "table is empty"),
        (b"text\n", "no articles in the file"),
        (b"a,b\n1,2\n", r"line 2: No column is called text\. Say which holds the text: a, b\."),
        (b"x," * 300, "more than 256 columns"),
        (b"PK\x03\x04", "not text"),
        (b"a\0" * 50 + b"\0" * 99, "binary data"),
        (b"\1\2\3\4\5" * 20, "binary data"),
    ],
)
def test_what_is_no_table(tmp_path: Path, body: bytes, message: str) -> None:
    with pytest.raises(InputError, match=message):
        found_in(CSV, tmp_path, body)


def test_a_line_or_cell_without_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_format, "MAX_LINE", 1 << 20)
    with pytest.raises(InputError, match="line 2: The line is longer than 1 million"):
        found_in(CSV, tmp_path, b"text,t\n" + b"x" * (2 << 20))
    with pytest.raises(InputError, match="line 1: This is not a table: field larger"):
        found_in(CSV, tmp_path, b'"text\n' + (b"x" * 600_000 + b"\n") * 2)
    with pytest.raises(InputError, match="line 2: This is not a table: field larger"):
        found_in(CSV, tmp_path, b'text,t\n"' + b"x\n" * (1 << 20))


def test_a_fault_in_a_row(tmp_path: Path) -> None:
    found = found_in(CSV, tmp_path, "text,title\n\ufeff,x\nTwo,y\n")
    assert found.texts == ["Two"]
    assert found.faults == ["a.csv, line 2: There is no text in the file."]


# --- XLSX ----------------------------------------------------------------------------------------


def test_a_workbook(tmp_path: Path) -> None:
    # cells have no zone
    day = datetime.datetime(2016, 12, 12)  # noqa: DTZ001
    seen = datetime.datetime(2016, 12, 12, 10, 30)  # noqa: DTZ001
    rows: list[list[object]] = [
        ["text", "title", "date", "number", "share", "flag", "seen", None],
        ["One 😀\nline", "=1+1", day, 5.0, 0.5, True, seen],
        [],
        ["Two", None, datetime.date(2016, 12, 13)],
    ]
    found = found_in(XLSX, tmp_path, as_xlsx(rows, "Other"))
    assert found.texts == ["One 😀\nline", "Two"]
    first, second = (entry.article for entry in found.entries)
    assert (first.title, first.date, second.date) == ("One 😀", "2016-12-12", "2016-12-13")
    assert first.metadata == {
        "file": "a.xlsx", "number": "5", "share": "0.5", "flag": "true",
        "seen": "2016-12-12T10:30:00",
    }  # fmt: skip
    assert found.notes == ["Only the first sheet (Sheet) is read."]
    body = changed(as_xlsx([["text"], [5]]), SHEET, "<v>5</v>", "<v>5.0</v>")
    assert found_in(XLSX, tmp_path, body).texts == ["5"]
    assert columns(XLSX, tmp_path, as_xlsx(rows), ReadOptions())[0] == (
        "text", "One 😀 line", "text",
    )  # fmt: skip


def changed(body: bytes, part: str, old: str, new: str) -> bytes:
    with zipfile.ZipFile(BytesIO(body)) as file:
        members = {name: file.read(name) for name in file.namelist()}
    text = members[part].decode()
    assert old in text
    return zipped({**members, part: text.replace(old, new)})


SHEET = "xl/worksheets/sheet1.xml"


def test_a_sheet_that_says_it_is_huge(tmp_path: Path) -> None:
    body = as_xlsx([["text"], ["One"]])
    body = changed(body, SHEET, '<dimension ref="A1:A2"', '<dimension ref="A1:XFD1048576"')
    assert found_in(XLSX, tmp_path, body).texts == ["One"]
    far = changed(body, SHEET, '<row r="2"', '<row r="99999999999999"')
    far = changed(far, SHEET, 'r="A2"', 'r="A99999999999999"')
    with pytest.raises(InputError, match="no articles"):
        found_in(XLSX, tmp_path, far)


def test_a_workbook_without_sheets(tmp_path: Path) -> None:
    body = as_xlsx([["text"]])
    with zipfile.ZipFile(BytesIO(body)) as file:
        told = file.read("xl/workbook.xml").decode()
    sheets = told[told.index("<sheets>") : told.index("</sheets>")]
    with pytest.raises(InputError, match="table is empty"):
        found_in(XLSX, tmp_path, changed(body, "xl/workbook.xml", sheets, "<sheets>"))


def test_a_sheet_that_is_too_wide(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="more than 256 columns"):
        found_in(XLSX, tmp_path, as_xlsx([["text"] * 300]))


def shared(words: str) -> bytes:
    """A workbook with its words in a part of their own, as Excel writes it."""
    body = changed(
        as_xlsx([["text"], ["One"]]), SHEET, 't="inlineStr"><is><t>One</t></is>', 't="s"><v>0</v>'
    )
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    told = f'<Override PartName="/xl/words.xml" ContentType="{kind}"/></Types>'
    body = changed(body, "[Content_Types].xml", "</Types>", told)
    with zipfile.ZipFile(BytesIO(body)) as file:
        members = {name: file.read(name) for name in file.namelist()}
    return zipped({**members, "xl/words.xml": words})


WORDS = '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>{}</t></si></sst>'


def test_shared_words(tmp_path: Path) -> None:
    assert found_in(XLSX, tmp_path, shared(WORDS.format("One 😀"))).texts == ["One 😀"]


def test_a_workbook_with_entities(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="not an XLSX workbook"):
        found_in(XLSX, tmp_path, shared(BOMB + WORDS.format("&b;&c;")))
    body = changed(as_xlsx([["text"], ["One"]]), SHEET, "<worksheet", f"{BOMB}<worksheet")
    with pytest.raises(InputError, match="not an XLSX workbook"):
        found_in(XLSX, tmp_path, changed(body, SHEET, "One", "&b;&c;"))
    body = changed(
        as_xlsx([["text"], ["One"]]), "xl/workbook.xml", "<workbook ", f"{BOMB}<workbook "
    )
    body = changed(body, "xl/workbook.xml", "<workbookPr", "&b;&c;<workbookPr")
    assert found_in(XLSX, tmp_path, body).texts == ["One"], "no entity is resolved"


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"\xd0\xcf\x11\xe0rest", "locked with a password"),
        (zipped({"a": "b"}), "not an XLSX workbook, or it is damaged"),
        (b"PK", "not a ZIP archive"),
        (
            zipped({"xl/styles.xml": random.Random(1).randbytes(17 << 20)}),
            r"xl/styles\.xml in it is larger than 16 MB",
        ),
        (as_xlsx([]), "table is empty"),
    ],
)
def test_what_is_no_workbook(tmp_path: Path, body: bytes, message: str) -> None:
    with pytest.raises(InputError, match=message):
        found_in(XLSX, tmp_path, body)


# --- JSON ----------------------------------------------------------------------------------------

ITEM = {
    "title": "Palmyra falls",
    "content": ["It fell.", "Again."],
    "source": {"id": None, "name": "The Wire", "url": "https://wire.example"},
    "author": "Jane Doe", "publishedAt": "2016-12-12T10:00:00Z", "tags": ["war", 1],
    "seen": True, "parts": [{"a": 1}], "empty": {}, "url": "https://wire.example/1",
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("a.jsonl", json.dumps(ITEM) + "\n\n" + json.dumps(ITEM).replace("Again", "Twice")),
        ("a.json", json.dumps([ITEM, ITEM], indent=1).replace("Again", "Twice").replace(
            "Twice", "Again", 1)),
        ("a.ndjson", "\ufeff" + json.dumps(ITEM) + "\r\n" + json.dumps(ITEM).replace(
            "Again", "Twice")),
        ("b.json", json.dumps(ITEM) + "\n" + json.dumps(ITEM).replace("Again", "Twice")),
    ],
)  # fmt: skip
def test_json_of_articles(tmp_path: Path, name: str, body: str) -> None:
    found = found_in(JSONL, tmp_path, body, name)
    assert found.texts == ["It fell.\n\nAgain.", "It fell.\n\nTwice."]
    article = found.entries[0].article
    assert (article.title, article.source) == ("Palmyra falls", "The Wire")
    assert (article.url, article.date) == ("https://wire.example/1", "2016-12-12")
    assert article.metadata == {
        "file": name, "author": "Jane Doe", "tags": "war, 1", "seen": "true", "parts": '[{"a": 1}]',
        "empty": "{}", "source.url": "https://wire.example",
    }  # fmt: skip


def test_one_object_over_many_lines(tmp_path: Path) -> None:
    assert len(found_in(JSONL, tmp_path, json.dumps(ITEM, indent=2), "a.json").entries) == 1


def test_keys_for_columns(tmp_path: Path) -> None:
    body = json.dumps({"text": "", "n": 1}) + "\n" + json.dumps({"text": "One", "more": {"a": "b"}})
    assert columns(JSONL, tmp_path, body.encode(), ReadOptions()) == [
        ("text", "One", "text"), ("n", "1", ""), ("more.a", "b", ""),
    ]  # fmt: skip


def test_what_is_no_article_in_json(tmp_path: Path) -> None:
    deep = '{"text": "x", "a": ' + '{"a":' * 300 + "1" + "}" * 301
    found = found_in(JSONL, tmp_path, f'{{"text": "One"}}\n[1]\n{deep}\n{{"title": "x"}}\n')
    assert found.texts == ["One", "x"]
    assert found.faults == ["a.jsonl, line 2: An article must be a JSON object."]
    assert found.notes == ["1 without text left out, the first on line 4."]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b'{"text": "a"}\n{"text"', r"a\.jsonl, line 2: This is not JSON"),
        (b'[\n{"text": 1},\n', r"line 3: This is not JSON"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "nested too deeply"),
        (b'{"a": ' + b"9" * 5_000 + b"}", "not JSON in UTF-8"),
        (b'{"text": "\xff"}', "not JSON in UTF-8"),
        (b'{"a": 1}', "No column is called text"),
        (b"[]", "no articles"),
        (b"", "no articles"),
    ],
)
def test_what_is_no_json(tmp_path: Path, body: bytes, message: str) -> None:
    with pytest.raises(InputError, match=message):
        found_in(JSONL, tmp_path, body)


def test_a_value_that_is_too_deep_to_be_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*args: object, **kwargs: object) -> str:
        raise RecursionError

    body = '{"text": "One"}\n{"text": "x", "a": [[1]]}\n{"text": "Two"}'
    monkeypatch.setattr(json, "dumps", refuse)  # it has less room than the parser had
    found = found_in(JSONL, tmp_path, body)
    assert found.texts == ["One", "Two"]
    assert found.faults == ["a.jsonl, line 2: It is nested too deeply to be an article."]


def test_json_says_surrogates_and_not_a_number(tmp_path: Path) -> None:
    found = found_in(
        JSONL, tmp_path, b'{"text": "a\\ud800b \\ud83d\\ude00", "n": NaN, "text2": "\\u0000"}'
    )
    assert found.texts == ["ab 😀"]
    assert found.only.article.metadata == {"file": "a.jsonl", "n": "NaN"}


@pytest.mark.parametrize(
    ("head", "known"),
    [
        (b'{"text": "x", "label": "sport"}', True),
        (b' [ {"Inhalt": "x"', True),
        (b'\xef\xbb\xbf{\n "text": "cut off here', True),
        (b'{"id": 1, "text": "a \\"spans\\": [ {", "x": {"spans": []}}', True),
        (b'{"text": "x", "label": [[0, 1, "A"]]}', False),
        (b'{"text": "x", "entities": []}', False),
        (b'{"text": "x", "spans": [], "tokens": []}', False),
        (b'[{"id": 1, "data": {"text": "x"}, "annotations": []}]', False),
        (b'{"type":"project","format":"annotator"}', False),
        (b'{"@context": "http://www.w3.org/ns/anno.jsonld"}', False),
        (b'{"%TYPES": {}}', False),
        (b'{"source": "x", "documents": []}', False),
        (b'{"messages": []}', False),
        (b'{"label": "x", "text": "y"} {"spans": []}', True),
        (b"{}", False),
        (b"", False),
        (b"text", False),
    ],
)  # fmt: skip
def test_formats_with_annotations_are_left_to_them(head: bytes, known: bool) -> None:
    assert knows(head) is known


def test_the_keys_of_what_is_cut_off() -> None:
    assert top_keys(b'{"a": {"b": 1}, "c": "x", "d": "cut') == {b"a": b"{", b"c": b'"', b"d": b'"'}
