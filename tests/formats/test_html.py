from __future__ import annotations

from pathlib import Path

import pytest

from annotator.formats import ReadOptions
from annotator.formats.html import HTML
from annotator.model.corpus import Entry
from annotator.model.errors import InputError

PAGE = """<!DOCTYPE html><html lang="en-GB"><head><meta charset="{charset}">
<title>Palmyra falls | The Wire</title><meta name="author" content="Jane Doe">
<meta property="og:site_name" content="The Wire">
<meta property="article:published_time" content="2016-12-12T10:00:00Z">
<link rel="canonical" href="https://wire.example/palmyra"><style>p {{color: red}}</style></head>
<body><nav><a href="/">Home</a> <a href="/world">World</a></nav><article><h1>Palmyra falls</h1>
<p>The ancient city of Palmyra has fallen back into the hands of the group last Sunday, said
 officials in the café, almost nine months after it was liberated by the army of the country.</p>
<p>A second <b>paragraph</b> tells that the governor insisted the army is using all means to
 prevent them from staying in the city, and that he would hold the town. {more}</p>
<img src="https://wire.example/a.png"><script>document.write("<p>scripted</p>")</script>
</article><footer>Cookies</footer></body></html>"""


def load(tmp_path: Path, body: bytes, options: ReadOptions | None = None) -> Entry:
    path = tmp_path / "page.html"
    path.write_bytes(body)
    assert HTML.read is not None
    (found,) = HTML.read(path, options or ReadOptions())
    assert isinstance(found, Entry)
    return found


def page(charset: str = "utf-8", more: str = "") -> str:
    return PAGE.format(charset=charset, more=more)


def test_the_article_and_its_facts(tmp_path: Path) -> None:
    found = load(tmp_path, page().encode())
    article = found.article
    assert article.title == "Palmyra falls"
    assert article.source == "The Wire"
    assert article.url == "https://wire.example/palmyra"
    assert article.language == "en-GB"
    assert (article.date, article.date_source) == ("2016-12-12", "byline")
    assert article.metadata == {"file": "page.html", "author": "Jane Doe"}
    assert article.text_sha256 == found.text.sha256
    paragraphs = found.text.value.split("\n\n")
    assert paragraphs[-2].startswith("The ancient city")
    assert paragraphs[-1].startswith("A second paragraph tells")
    for outside in ("Home", "Cookies", "scripted", "color"):
        assert outside not in found.text.value


def test_a_given_date_goes_first(tmp_path: Path) -> None:
    article = load(tmp_path, page().encode(), ReadOptions(document_date="2016-12-15")).article
    assert (article.date, article.date_source) == ("2016-12-15", "given")


def test_a_page_that_tells_nothing_of_itself(tmp_path: Path) -> None:
    words = "The ancient city has fallen back into the hands of the militant group again. " * 6
    found = load(tmp_path, f"<html><body><p>{words}</p></body></html>".encode())
    assert found.article.title.startswith("The ancient city")
    assert (found.article.date, found.article.date_source) == ("", "")
    assert found.article.language == ""
    assert found.article.metadata == {"file": "page.html"}


@pytest.mark.parametrize(
    ("charset", "encoding"),
    [
        ("windows-1251", "cp1251"),
        ("utf-8", "utf-8"),
        ("x-unknown", "utf-8"),
        ("base64", "cp1251"),  # known to Python, and no encoding of text
        ("latin-1", "utf-8"),  # a page that lies
        ("utf-8", "utf-8-sig"),
    ],
)
def test_the_page_names_its_encoding(tmp_path: Path, charset: str, encoding: str) -> None:
    text = page(charset, "Боевики снова заняли древний город Пальмира.").replace("é", "e")
    assert "древний город" in load(tmp_path, text.encode(encoding)).text.value


def test_latin_1_means_cp1252(tmp_path: Path) -> None:
    text = page("iso-8859-1", "It is “ancient”.")
    assert "“ancient”" in load(tmp_path, text.encode("cp1252")).text.value


def test_iso_2022_looks_like_ascii(tmp_path: Path) -> None:
    text = page("iso-2022-jp", "イスラム国がパルミラを再び占領した。").replace("é", "e")
    assert "パルミラ" in load(tmp_path, text.encode("iso2022_jp")).text.value


def test_the_encoding_can_be_given_or_guessed(tmp_path: Path) -> None:
    text = page("none", "Боевики снова заняли древний город Пальмира. " * 5).replace("é", "e")
    body = text.encode("cp1251")
    assert "древний" in load(tmp_path, body, ReadOptions(encoding="cp1251")).text.value
    notes: list[str] = []
    assert "древний" in load(tmp_path, body, ReadOptions(note=notes.append)).text.value
    assert notes[0] == "Read as cp1251, which is a guess."


def test_xhtml(tmp_path: Path) -> None:
    body = page().replace("<!DOCTYPE html><html lang=", "<?xml version='1.0'?><html xml:lang=")
    assert load(tmp_path, body.encode()).article.language == "en-GB"


@pytest.mark.parametrize(
    "body",
    [b"<html></html>", b"<html><body><script>1</script></body></html>", b"<", b"   "],
)
def test_a_page_without_an_article(tmp_path: Path, body: bytes) -> None:
    with pytest.raises(InputError, match="no article in the page"):
        load(tmp_path, body)


def test_nothing_is_fetched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import socket

    def refuse(*args: object, **kwargs: object) -> None:
        raise AssertionError("a connection was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    redirect = '<meta http-equiv="refresh" content="0; url=https://wire.example/"><base href="//x">'
    assert load(tmp_path, page().replace("<head>", f"<head>{redirect}").encode())
