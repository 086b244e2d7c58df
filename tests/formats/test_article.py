"""Facts, days and the row of a format of articles; previews and doubles."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import pytest
from tests.formats.reading import found_in, zipped

from annotator.formats import ReadOptions, annotated_files, article_files, for_path, preview
from annotator.formats.article import Facts, articles, day, made
from annotator.formats.doubles import Double, doubles
from annotator.formats.gate import GATE
from annotator.model.corpus import Annotator, Entry, Work
from annotator.model.errors import InputError
from annotator.model.text import Text


@pytest.mark.parametrize(
    ("written", "known"),
    [
        ("2016-12-15", "2016-12-15"),
        (" 2016-12-15T23:30:00-05:00", "2016-12-15"),
        ("2016-12-15 10:00", "2016-12-15"),
        ("20161215", "2016-12-15"),
        ("20161215T100000+0000", "2016-12-15"),
        ("Thu, 15 Dec 2016 23:30:00 -0500", "2016-12-15"),
        ("15 December 2016", "2016-12-15"),
        ("December 15, 2016", "2016-12-15"),
        ("Sept. 5th 2016", "2016-09-05"),
        ("12/10/2016", ""),
        ("2016-02-30", ""),
        ("2016-12", ""),
        ("2016", ""),
        ("20161215.5", ""),
        ("15 Foo 2016", ""),
        ("yesterday", ""),
        ("", ""),
    ],
)
def test_days(written: str, known: str) -> None:
    assert day(written) == known


def test_facts_are_clean_and_nothing_is_lost() -> None:
    facts = Facts(
        title=" A\ntitle\0 ",
        source="The\tWire",
        date="12/10/2016",
        metadata={"a": " ", "b": "c\nd"},
    )
    article = made("Text", "f.txt", ReadOptions(), facts).article
    assert (article.title, article.source) == ("A title", "The Wire")
    assert (article.date, article.date_source) == ("", "")
    assert article.metadata == {"file": "f.txt", "b": "c d", "date": "12/10/2016"}


def test_the_given_date_goes_first() -> None:
    facts = Facts(date="2016-12-12", date_source="byline")
    article = made("Text", "", ReadOptions(), facts).article
    assert (article.date, article.date_source) == ("2016-12-12", "byline")
    article = made("Text", "", ReadOptions(document_date="2016-12-15"), facts).article
    assert (article.date, article.date_source) == ("2016-12-15", "given")


def parse_lines(file: BinaryIO, name: str, options: ReadOptions) -> Iterator[Entry]:
    for line in file.read().split():
        if line == b"bad":
            options.fault(InputError("Bad.", source=name))
        else:
            works = (Work(id=options.new_id(), owner_id=""),) if line == b"marked" else ()
            yield made(line.decode(), name, options, works=works)


LINES = articles(
    id="lines",
    name="Lines",
    patterns=("*.lines",),
    parse=parse_lines,
    knows=lambda b: b[:1] == b"a",
)


def test_a_file_without_articles(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"a\.lines: There are no articles"):
        found_in(LINES, tmp_path, b"")
    found = found_in(LINES, tmp_path, b"bad")
    assert (found.entries, found.faults) == ([], ["a.lines: Bad."])
    assert found_in(LINES, tmp_path, b"one bad two").texts == ["one", "two"]


def test_the_default_fault_raises(tmp_path: Path) -> None:
    path = tmp_path / "a.lines"
    path.write_bytes(b"one bad two")
    assert LINES.read is not None and LINES.recognises is not None
    with pytest.raises(InputError, match="Bad"):
        list(LINES.read(path, ReadOptions()))
    assert not LINES.recognises(path)
    path.write_bytes(b"a")
    assert LINES.recognises(path)


def test_whose_regions_they_are_goes_before(tmp_path: Path) -> None:
    path = tmp_path / "a.lines"
    path.write_bytes(b"one marked marked")
    assert LINES.read is not None
    one, person, first, second = LINES.read(path, ReadOptions(annotator="jo"))
    assert isinstance(one, Entry) and isinstance(person, Annotator) and person.login == "jo"
    for entry in (first, second):
        assert isinstance(entry, Entry) and entry.works[0].owner_id == person.id


# --- which format, and folders -------------------------------------------------------------------

NAMES = {
    "a.md": (b"# x", "markdown"),
    "a.csv": (b"text\nx", "articles-csv"),
    "a.json": (b'[{"text": "x"}]', "articles-jsonl"),
    "b.xml": (b"<?xml version='1.0'?><!-- a > b --><rss/>", "feed"),
    "c.xml": (b"\xef\xbb\xbf<a:feed xmlns:a='x'>", "feed"),
    "r.xml": (b"<rdf:RDF xmlns='http://purl.org/rss/1.0/'>", "feed"),
    "d.xml": (b"<!DOCTYPE nitf SYSTEM 'x' [ <!-- --> ]>\n<nitf>", "nitf"),
    "e.xml": ("<?xml version='1.0'?><newsItem>".encode("utf-16"), "newsml-g2"),
    "e.newsml": (b"<newsMessage", "newsml-g2"),
    "f.warc.gz": (b"", "warc"),
    "g.zip": (b"", "articles-zip"),
}


@pytest.mark.parametrize("name", NAMES)
def test_files_are_told_apart(name: str, tmp_path: Path) -> None:
    body, known = NAMES[name]
    (tmp_path / name).write_bytes(body)
    assert for_path(tmp_path / name).id == known
    assert list(article_files([tmp_path])) == [tmp_path / name]


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("a.xml", b"<GateDocument/>"),
        ("d.xml", b"<rdf:RDF/>"),
        ("b.json", b'{"text": "x", "spans": []}'),
        ("c.xml", b""),
    ],
)
def test_other_files_in_a_folder_are_passed_over(name: str, body: bytes, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(body)
    assert list(article_files([tmp_path])) == []
    if name == "a.xml":
        assert for_path(tmp_path / name) is GATE
    elif name.endswith(".xml"):
        with pytest.raises(InputError, match="None of the formats of this name"):
            for_path(tmp_path / name)


def test_a_file_that_cannot_be_looked_into_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.xml").write_bytes(b"")

    def refuse(*args: object) -> None:
        raise PermissionError("no")

    monkeypatch.setattr(Path, "open", refuse)
    assert list(article_files([tmp_path])) == [tmp_path / "a.xml"]
    assert list(annotated_files([tmp_path])) == []  # the other list names it


# --- previews ------------------------------------------------------------------------------------


def test_a_preview_of_many(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    page = "<html><body><nav>Home and more</nav><article>" + "<p>A long paragraph here.</p>" * 30
    path.write_bytes(
        zipped(
            {
                "a.txt": "One long sentence\0.",
                "b.txt": "",
                "c.html": page,
                "d.txt": "Four.",
                "e.log": "x",
            }
        )
    )
    one, two, three, four, last = preview(path, ReadOptions())
    assert (
        one.entry is not None
        and one.entry.text.value == "One long sentence."
        and len(one.notes) == 1
    )
    assert (two.entry, two.fault) == (None, "a.zip/b.txt: The file is empty.")
    assert three.entry is not None and three.cut == "Home and more"
    assert "13 characters around the article" in three.notes[0]
    assert four.entry is not None and (four.notes, four.cut, four.fault) == ((), "", "")
    assert last.entry is None and not last.fault and "1 files in it" in last.notes[0]


def test_a_fault_before_the_end_stands_in_its_place(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"text": "One"}\n[]\n{"text": "Two"}\n{"text"', "utf-8")
    rows = list(preview(path, ReadOptions()))
    assert [bool(row.entry) for row in rows] == [True, False, True, False]
    assert "line 2" in rows[1].fault and "line 4" in rows[3].fault
    path.write_text('{"text": "One"}\n[]\n', "utf-8")
    assert "line 2" in list(preview(path, ReadOptions()))[1].fault


# --- doubles -------------------------------------------------------------------------------------

STORY = (
    "The ancient city of Palmyra has fallen back into the hands of the group last Sunday, said "
    "officials, almost nine months after it was liberated by the army of the country with help."
)


def test_doubles() -> None:
    other = Text("Something else altogether happened in another town on that day, as people said.")
    known = [("k", Text(STORY)), ("k2", Text(STORY)), ("o", other)]
    new = [
        ("a", Text(STORY)),
        ("b", Text(STORY.replace("with help", "with much help"))),
        (
            "c",
            Text("A text of its own, which nobody has written before this very day, or so we say."),
        ),
        ("d", Text(STORY.replace("with help", "with much help"))),
    ]
    assert list(doubles(new, known)) == [
        Double("a", same="k"),
        Double("b", near=("k",)),
        Double("c"),
        Double("d", same="b"),
    ]
    assert list(doubles(new[:2])) == [Double("a"), Double("b", near=("a",))]
