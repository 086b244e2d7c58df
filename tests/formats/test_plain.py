from __future__ import annotations

import codecs
import os
from pathlib import Path

import pytest

from annotator.formats import ReadOptions
from annotator.formats.article import MAX_BYTES
from annotator.formats.plain import TEXT, entry
from annotator.model.corpus import Entry
from annotator.model.errors import InputError

ENGLISH = "Palmyra falls\n\nThe city — “ancient” — has fallen. Élan, naïve, 😀.\n"
RUSSIAN = "Боевики снова заняли древний город Пальмира, сообщили в воскресенье военные.\n" * 3
ARABIC = "سقطت مدينة تدمر الأثرية مرة أخرى في أيدي تنظيم الدولة يوم الأحد الماضي.\n" * 3


def load(tmp_path: Path, body: bytes, options: ReadOptions | None = None) -> Entry:
    path = tmp_path / "article.txt"
    path.write_bytes(body)
    assert TEXT.read is not None
    (found,) = TEXT.read(path, options or ReadOptions())
    assert isinstance(found, Entry)
    return found


@pytest.mark.parametrize(
    "body",
    [
        ENGLISH.encode(),
        codecs.BOM_UTF8 + ENGLISH.encode(),
        codecs.BOM_UTF16_LE + ENGLISH.encode("utf-16-le"),
        codecs.BOM_UTF16_BE + ENGLISH.encode("utf-16-be"),
        codecs.BOM_UTF32_LE + ENGLISH.encode("utf-32-le"),
        codecs.BOM_UTF32_BE + ENGLISH.encode("utf-32-be"),
        ENGLISH.replace("\n", "\r\n").encode(),
        ENGLISH.replace("\n", "\r").encode(),
    ],
)
def test_unicode_needs_no_guess(tmp_path: Path, body: bytes) -> None:
    notes: list[str] = []
    assert load(tmp_path, body, ReadOptions(note=notes.append)).text.value == ENGLISH
    assert notes == []


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (ENGLISH, "utf-16-le"),
        (ENGLISH, "utf-16-be"),
        (RUSSIAN, "cp1251"),
        (RUSSIAN, "koi8-r"),
        (RUSSIAN, "utf-16-le"),
        (ARABIC, "cp1256"),
        ("Élection présidentielle : le café “fermé” — déjà vu à Orléans\n" * 3, "cp1252"),
        ("イスラム国がパルミラを再び占領したと軍が日曜日に発表した。\n" * 3, "shift_jis"),
        ("伊斯兰国武装分子星期天重新占领了巴尔米拉古城。\n" * 3, "gb18030"),
    ],
)
def test_other_encodings_are_guessed_and_said(tmp_path: Path, text: str, encoding: str) -> None:
    notes: list[str] = []
    assert load(tmp_path, text.encode(encoding), ReadOptions(note=notes.append)).text.value == text
    assert len(notes) == 1
    assert "which is a guess" in notes[0]


def test_a_long_file_is_guessed_by_its_start(tmp_path: Path) -> None:
    text = RUSSIAN * 2000
    assert load(tmp_path, text.encode("cp1251")).text.value == text


def test_a_long_line_is_guessed_too(tmp_path: Path) -> None:
    text = RUSSIAN.replace("\n", " ") * 2000
    assert load(tmp_path, text.encode("cp1251")).text.value == text


def test_the_encoding_can_be_given(tmp_path: Path) -> None:
    body = RUSSIAN.encode("mac_cyrillic")
    options = ReadOptions(encoding="mac_cyrillic")
    assert load(tmp_path, body, options).text.value == RUSSIAN


@pytest.mark.parametrize(
    ("body", "options", "message"),
    [
        (b"", ReadOptions(), "The file is empty."),
        (b" \n\t\n", ReadOptions(), "no text in the file"),
        (b"\xef\xbb\xbf", ReadOptions(), "no text in the file"),
        (b"\0\0\0\0", ReadOptions(), "binary data"),
        (bytes(range(256)) * 20, ReadOptions(), "binary data"),
        (b"%PDF-1.7 ...", ReadOptions(), "This is a PDF, not text."),
        (b"PK\x03\x04rest", ReadOptions(), "an office document"),
        (b"caf\xe9", ReadOptions(encoding="utf-8"), "not utf-8"),
        (b"\xff\xfea", ReadOptions(), "says it is utf-16-le but is not"),
        (b"\x81\x8d\x8f\x90\x9d" * 40 + b"\xff\xfe" * 3, ReadOptions(), "encoding is not known"),
    ],
)
def test_what_is_no_text(tmp_path: Path, body: bytes, options: ReadOptions, message: str) -> None:
    with pytest.raises(InputError, match=r"article\.txt: ") as caught:
        load(tmp_path, body, options)
    assert message in str(caught.value)


def test_a_guess_that_fails_further_down(tmp_path: Path) -> None:
    """The first 256 kB are Shift JIS, what follows is not."""
    start = "イスラム国がパルミラを再び占領したと軍が日曜日に発表した。\n".encode("shift_jis")
    body = start * (300_000 // len(start)) + b"\x81\n" * 10
    with pytest.raises(InputError, match="encoding is not known"):
        load(tmp_path, body)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_nul_and_lone_surrogates_are_dropped_and_said(tmp_path: Path, encoding: str) -> None:
    notes: list[str] = []
    raw = "\ufeffone\0 two\ud800 three\r\n \ufdd0\ufffe\uffff\0"
    found = load(tmp_path, raw.encode(encoding, "surrogatepass"), ReadOptions(note=notes.append))
    assert found.text.value == "one two three\n "
    what = "(NUL, lone surrogate, noncharacter)"
    assert notes == [f"6 characters that can't be stored {what} left out."]


def test_one_dropped_character(tmp_path: Path) -> None:
    notes: list[str] = []
    load(tmp_path, b"a sentence with\0 one", ReadOptions(note=notes.append))
    (note,) = notes
    assert note.startswith("1 character that can't be stored (NUL, ")


def test_surrogate_pairs_written_as_utf8_are_joined(tmp_path: Path) -> None:
    body = b"smile " + "\ud83d\ude00".encode("utf-8", "surrogatepass")
    assert load(tmp_path, body).text.value == "smile 😀"


def test_the_facts(tmp_path: Path) -> None:
    body = ("\n\n  " + "A very long line " * 20 + "\nrest").encode()
    found = load(tmp_path, body, ReadOptions(document_date="2016-12-15"))
    assert len(found.article.title) <= 120
    assert found.article.title.startswith("A very long line A")
    assert found.article.title.endswith("…")
    assert (found.article.date, found.article.date_source) == ("2016-12-15", "given")
    assert found.article.metadata == {"file": "article.txt"}
    assert found.article.text_sha256 == found.text.sha256
    assert found.works == ()
    assert load(tmp_path, b"x").article.date_source == ""


def test_pasted_text_has_no_file() -> None:
    assert entry("words", "", ReadOptions()).article.metadata == {}


@pytest.mark.parametrize("day", ["2016-02-30", "20161215", "15.12.2016", "2016-12-15T00:00"])
def test_a_date_that_is_none(day: str) -> None:
    with pytest.raises(InputError, match="is not a day"):
        ReadOptions(document_date=day)


@pytest.mark.parametrize("name", ["klingon", "base64", "kö", "rot13"])
def test_an_encoding_that_is_none(name: str) -> None:
    with pytest.raises(InputError, match=f"There is no text encoding {name}"):
        ReadOptions(encoding=name)


@pytest.mark.parametrize("name", ["", "UTF-8", "utf_16", "cp1251", "shift_jis"])
def test_an_encoding_that_is_one(name: str) -> None:
    assert ReadOptions(encoding=name).encoding == name


def test_a_200_mb_file_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "article.txt"
    with path.open("wb") as file:
        file.truncate(200 << 20)  # sparse: takes no room
    assert TEXT.read is not None
    with pytest.raises(InputError, match="larger than 64 MB"):
        list(TEXT.read(path, ReadOptions()))
    assert MAX_BYTES == 64 << 20


def test_a_path_that_is_not_a_file(tmp_path: Path) -> None:
    assert TEXT.read is not None
    with pytest.raises(InputError, match="not a file"):
        list(TEXT.read(tmp_path, ReadOptions()))
    with pytest.raises(InputError, match="no such file"):
        list(TEXT.read(tmp_path / "gone.txt", ReadOptions()))
    os.mkfifo(tmp_path / "pipe.txt")
    with pytest.raises(InputError, match="not a file"):
        list(TEXT.read(tmp_path / "pipe.txt", ReadOptions()))
