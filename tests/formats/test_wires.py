"""Feeds, NITF, NewsML-G2 and WARC: what wires and crawlers hand out."""

from __future__ import annotations

import gzip
import socket
from pathlib import Path

import pytest
from tests.formats.reading import BOMB, Found, found_in
from tests.formats.test_html import page

from annotator.formats import warc as warc_format
from annotator.formats.feed import FEED
from annotator.formats.newsml import NEWSML
from annotator.formats.nitf import NITF
from annotator.formats.warc import WARC
from annotator.model.errors import InputError


@pytest.fixture(autouse=True)
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever opens a connection fails the test."""

    def refuse(*args: object, **kwargs: object) -> None:
        raise AssertionError("a connection was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


# --- feeds ---------------------------------------------------------------------------------------

RSS = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>The Wire</title>
<link>https://wire.example/</link><language>en-GB</language>
<item><title>Palmyra &amp;amp; &lt;b&gt;falls&lt;/b&gt;</title><link>https://wire.example/1</link>
<description>Short.</description><dc:creator>Jane Doe</dc:creator><category>war</category>
<category>Syria</category><pubDate>Mon, 12 Dec 2016 23:30:00 -0500</pubDate>
<content:encoded><![CDATA[<p>It <b>fell</b> &#8230; 😀</p><script>evil()</script>
<img src="https://wire.example/a.png"/><p>Again.</p>]]></content:encoded></item>
<item><title>Two</title><description>A &lt;i&gt;summary&lt;/i&gt; only.</description></item>
<item><title>Three</title></item><item/></channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="de"><title>Der Draht</title>
<entry><title>Eins</title><link href="https://wire.example/1"/><updated>2016-12-12T23:30:00-05:00
</updated><author><name>Jane Doe</name></author><content type="xhtml"><div
xmlns="http://www.w3.org/1999/xhtml"><p>Es <b>fiel</b>.</p><p>Wieder.</p></div></content></entry>
</feed>"""


def test_rss(tmp_path: Path) -> None:
    found = found_in(FEED, tmp_path, RSS)
    assert found.texts == ["It fell … 😀\n\nAgain.", "A summary only."]
    article = found.entries[0].article
    assert (article.title, article.source) == ("Palmyra & falls", "The Wire")
    assert (article.url, article.language) == ("https://wire.example/1", "en-GB")
    assert (article.date, article.date_source) == ("2016-12-12", "given"), "the day there"
    assert article.metadata == {"file": "a.rss", "author": "Jane Doe", "tags": "war, Syria"}
    assert found.notes == ["Only a summary stands in the feed."]
    assert [fault.partition(" holds")[0] for fault in found.faults] == [
        "a.rss: An entry (‘Three’)", "a.rss: An entry",
    ]  # fmt: skip


def test_atom(tmp_path: Path) -> None:
    found = found_in(FEED, tmp_path, ATOM)
    assert found.texts == ["Es fiel.\n\nWieder."]
    article = found.only.article
    assert (article.title, article.source, article.language) == ("Eins", "Der Draht", "de")
    assert (article.date, article.url) == ("2016-12-12", "https://wire.example/1")
    assert found_in(FEED, tmp_path, ATOM.encode("utf-16"), "a.atom").texts == found.texts


def test_rss_of_the_rdf_kind(tmp_path: Path) -> None:
    body = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
    xmlns="http://purl.org/rss/1.0/"><channel><title>The Wire</title></channel>
    <item><title>One</title><description>Words.</description></item></rdf:RDF>"""
    found = found_in(FEED, tmp_path, body)
    assert (found.texts, found.only.article.source) == (["Words."], "The Wire")


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"<html/>", "not an RSS or Atom feed"),
        (b"", "file is empty"),
        (b"<rss><channel><item>", "not well-formed"),
        (BOMB + "<rss><channel><item><title>&b;&c;</title></item></channel></rss>", "entities"),
        (b"<rss/>", "no articles"),
    ],
)
def test_what_is_no_feed(tmp_path: Path, body: bytes | str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        found_in(FEED, tmp_path, body)


# --- NITF: after the elements of nitf-3-6.dtd; the corpus of the New York Times is of this form ---

NITF_ARTICLE = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE nitf SYSTEM "http://www.nitf.org/IPTC/NITF/3.3/specification/dtd/nitf-3-3.dtd">
<nitf version="-//IPTC//DTD NITF 3.3//EN" xml:lang="en"><head><title>Head title</title>
<tobject><tobject.subject tobject.subject.matter="Conflict"/><tobject.subject/></tobject>
<docdata><doc-id id-string="42"/><urgency ed-urg="3"/><date.issue norm="20161211T100000Z"/>
<doc.copyright holder="Wire &amp; Co" year="2016"/><key-list><keyword key="Syria"/></key-list>
<identified-content><classifier class="x" type="descriptor">War
 news</classifier></identified-content></docdata>
<pubdata date.publication="20161212T000000" ex-ref="https://wire.example/1" name="The Wire"/></head>
<body><body.head><hedline><hl1>Palmyra <em>falls</em></hl1><hl2>Again</hl2></hedline>
<byline>By <person>Jane Doe</person><byttl>Correspondent</byttl></byline>
<dateline><location>DAMASCUS</location>, <story.date norm="20161210">Dec. 10</story.date></dateline>
</body.head><body.content><block class="lead_paragraph"><p>It fell back <!-- x -->on
<chron norm="20161211">Sunday</chron>.</p></block><!-- between -->
<block>Bare words in a block.</block><block class="full_text"><p>It fell 😀.</p><ul><li>One</li>
</ul><table><tr><th>Town</th><td>Dead</td></tr><tr><td>Palmyra</td><td>5</td></tr></table>
<media><media-reference source="https://wire.example/a.jpg"/><media-caption>A photo</media-caption>
</media></block></body.content><body.end><tagline>Ends.</tagline></body.end></body></nitf>"""


def test_nitf(tmp_path: Path) -> None:
    found = found_in(NITF, tmp_path, NITF_ARTICLE)
    assert found.only.text.value == (
        "Palmyra falls\n\nAgain\n\nBy Jane DoeCorrespondent\n\nDAMASCUS, Dec. 10\n\n"
        "It fell back on Sunday.\n\nBare words in a block.\n\nIt fell 😀.\n\nOne\n\n"
        "Town\tDead\nPalmyra\t5\n\nEnds."
    )
    article = found.only.article
    assert (article.title, article.source) == ("Palmyra falls", "The Wire")
    assert (article.url, article.language) == ("https://wire.example/1", "en")
    assert (article.date, article.date_source) == ("2016-12-12", "given")
    assert article.metadata == {
        "file": "a.nitf", "author": "By Jane DoeCorrespondent", "dateline": "DAMASCUS, Dec. 10",
        "urgency": "3", "subject": "Conflict, War news, Syria", "id": "42",
    }  # fmt: skip
    assert found.notes == ["1 picture or other medium left out."]


def test_nitf_that_says_little(tmp_path: Path) -> None:
    body = (
        "<nitf><body><body.head><distributor>AP</distributor></body.head><body.content><p>It.</p>"
    )
    article = found_in(NITF, tmp_path, body + "</body.content></body></nitf>").only.article
    assert (article.title, article.source, article.date) == ("AP", "AP", "")


@pytest.mark.parametrize(
    ("kind", "body", "message"),
    [
        (NITF, "<html/>", "not an NITF"),
        (NITF, "<nitf/>", "no text"),
        (NITF, "<nitf>" * 300 + "</nitf>" * 300, "not well-formed"),
        (NITF, BOMB + "<nitf>&b;&c;</nitf>", "entities"),
        (NEWSML, "<html/>", "not NewsML-G2"),
        (NEWSML, "<newsMessage/>", "no articles"),
        (NEWSML, BOMB + "<newsItem>&b;&c;</newsItem>", "entities"),
    ],
)
def test_what_is_no_wire(tmp_path: Path, kind: object, body: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        found_in(kind, tmp_path, body)  # type: ignore[arg-type]


# --- NewsML-G2: after the IPTC's guidelines for text and for messages ----------------------------

ITEM = """<newsItem guid="{guid}" xml:lang="en-GB" standard="NewsML-G2"><catalogRef href="x"/>
<itemMeta><itemClass qcode="ninat:text"/><provider qcode="nprov:WIRE"><name>The Wire</name>
</provider><versionCreated>2016-12-13T10:00:00Z</versionCreated><firstCreated>2016-12-12T23:00:00-05:00
</firstCreated><pubStatus qcode="stat:usable"/></itemMeta><contentMeta><urgency>3</urgency>
<creator><name>Jane Doe</name></creator><language tag="en"/><subject qcode="medtop:16000000">
<name>Conflict</name></subject><subject qcode="medtop:1"/><by>By Jane Doe</by>
<dateline>DAMASCUS, Dec. 12</dateline><headline>Palmyra falls</headline></contentMeta>
<contentSet>{content}</contentSet></newsItem>"""
XHTML = """<inlineXML contenttype="application/xhtml+xml"><html xmlns="http://www.w3.org/1999/xhtml">
<head><title>x</title></head><body><p>It <b>fell</b> 😀.</p><p>Again.</p></body></html>
</inlineXML>"""
MESSAGE = """<newsMessage xmlns="http://iptc.org/std/nar/2006-10-01/"><header/><itemSet>{}
<packageItem guid="p"/></itemSet></newsMessage>"""


def wire(tmp_path: Path, *contents: str) -> Found:
    items = (ITEM.format(guid=f"g{n}", content=c) for n, c in enumerate(contents, 1))
    return found_in(NEWSML, tmp_path, MESSAGE.format("".join(items)))


def test_newsml(tmp_path: Path) -> None:
    found = wire(tmp_path, XHTML)
    assert found.texts == ["Palmyra falls\n\nBy Jane Doe\n\nIt fell 😀.\n\nAgain."]
    article = found.only.article
    assert (article.title, article.source, article.language) == ("Palmyra falls", "The Wire", "en")
    assert (article.date, article.date_source) == ("2016-12-12", "given")
    assert article.metadata == {
        "file": "a.newsml", "author": "By Jane Doe", "dateline": "DAMASCUS, Dec. 12",
        "urgency": "3",
        "subject": "Conflict, medtop:1", "status": "stat:usable", "id": "g1",
    }  # fmt: skip
    assert found.notes == ["1 items that are no news (packages, concepts, plans) left out."]


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("<inlineData contenttype='text/plain'>It.\n\nAgain.</inlineData>", "It.\n\nAgain."),
        ("<inlineData contenttype='text/html'>&lt;p&gt;It.&lt;/p&gt;</inlineData>", "It."),
        ("<inlineXML><!-- x --><![CDATA[<p>It.</p>]]></inlineXML>", "It."),
        ("<remoteContent href='https://wire.example/a.jpg'/>" + XHTML, "It fell 😀.\n\nAgain."),
        ("<inlineXML contenttype='application/nitf+xml'><nitf xmlns='http://iptc.org/std/NITF/"
         "2006-10-18/'><body><body.head><hedline><hl1>Palmyra falls</hl1></hedline></body.head>"
         "<body.content><p>It.</p></body.content></body></nitf></inlineXML>", "It."),
    ],
)  # fmt: skip
def test_renditions_of_an_item(tmp_path: Path, content: str, text: str) -> None:
    found = wire(tmp_path, content, XHTML)
    told = found.texts[0].removeprefix("By Jane Doe\n\n").removeprefix("Palmyra falls\n\n")
    told = told.removeprefix("By Jane Doe\n\n").removeprefix("Palmyra falls\n\n")
    assert told == text and not found.faults


def test_an_item_whose_text_is_elsewhere(tmp_path: Path) -> None:
    found = wire(tmp_path, "<remoteContent href='https://wire.example/1'/>", XHTML)
    assert len(found.texts) == 1
    assert found.faults == [
        "a.newsml, at g1: The item holds no text: its content is elsewhere, and nothing is fetched."
    ]


def test_an_item_alone_that_says_little(tmp_path: Path) -> None:
    body = """<newsItem guid="g"><itemMeta><provider literal="Wire"/><title>T</title></itemMeta>
    <contentSet>{}</contentSet></newsItem>"""
    plain = "<inlineData>Words.</inlineData>"
    article = found_in(NEWSML, tmp_path, body.format(plain)).only.article
    assert (article.title, article.source, article.date) == ("T", "Wire", "")
    bare = "<newsItem><contentSet><inlineXML><nitf><head><title>N</title></head><body><p>It.</p>"
    bare += "</body></nitf></inlineXML></contentSet></newsItem>"
    assert found_in(NEWSML, tmp_path, bare).only.article.title == "N"


# --- WARC ----------------------------------------------------------------------------------------


def record(kind: str, url: str, payload: bytes, dated: str = "2016-12-15T10:00:00Z") -> bytes:
    """A record by ISO 28500 §4."""
    lines = [
        "WARC/1.0", f"WARC-Type: {kind}", f"WARC-Target-URI: {url}", f"WARC-Date: {dated}",
        "WARC-Record-ID: <urn:uuid:0000>", "Content-Type: application/http",
        f"Content-Length: {len(payload)}", "", "",
    ]  # fmt: skip
    return "\r\n".join(lines).encode() + payload + b"\r\n\r\n"


def archive(*records: tuple[str, str, dict[str, str], bytes], packed: bool = True) -> bytes:
    """(URL, status, headers, body) of each response."""
    parts = [record("warcinfo", "", b"software: test\r\n")]
    for url, status, headers, body in records:
        lines = [f"HTTP/1.1 {status}", *(f"{k}: {v}" for k, v in headers.items()), "", ""]
        parts.append(record("response", url, "\r\n".join(lines).encode() + body))
    return b"".join(gzip.compress(part) if packed else part for part in parts)


HTML = {"Content-Type": "text/html; charset=windows-1251"}
PAGE = page().replace('<link rel="canonical" href="https://wire.example/palmyra">', "")
RUSSIAN = (
    "<html><body><article><p>"
    + "Боевики снова заняли древний город Пальмира. " * 9
    + "</p></article>"
)
RECORDS = (
    ("https://wire.example/1", "200 OK", {"Content-Type": "text/html"}, PAGE.encode()),
    ("https://wire.example/a.png", "200 OK", {"Content-Type": "image/png"}, b"\x89PNG"),
    ("https://wire.example/old", "301 Moved", {**HTML, "Location": "/1"}, b"<p>moved</p>"),
    ("https://wire.example/2", "200 OK", {**HTML, "Content-Encoding": "gzip"},
     gzip.compress(RUSSIAN.encode("cp1251"))),
    ("https://wire.example/3", "200 OK", {"Content-Type": "application/xhtml+xml"}, b"<html/>"),
)  # fmt: skip


@pytest.mark.parametrize("packed", [True, False])
def test_a_web_archive(tmp_path: Path, packed: bool) -> None:
    name = "a.warc.gz" if packed else "a.warc"
    found = found_in(WARC, tmp_path, archive(*RECORDS, packed=packed), name)
    first, second = found.entries
    assert first.article.title == "Palmyra falls" and "древний город" in second.text.value
    assert (first.article.url, second.article.url) == (RECORDS[0][0], RECORDS[3][0])
    assert (first.article.date, first.article.date_source) == ("2016-12-12", "byline")
    assert second.article.date == "", "when it was fetched is no day of publication"
    assert second.article.metadata == {
        "file": f"{name}/https://wire.example/2", "retrieved": "2016-12-15T10:00:00Z",
    }  # fmt: skip
    assert found.faults[0].startswith(f"{name}/https://wire.example/3: There is no article")
    assert found.notes[-1].startswith("2 answers left out that are no web pages")


def test_a_page_that_is_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warc_format, "MAX_BYTES", 2 << 20)
    large = gzip.compress(b"<p>" + b"x" * (9 << 20))
    record = ("https://wire.example/", "200 OK", {**HTML, "Content-Encoding": "gzip"}, large)
    found = found_in(WARC, tmp_path, archive(record, RECORDS[0]))
    assert len(found.texts) == 1 and "larger than 2 MB" in found.faults[0]


def test_an_archive_that_unpacks_without_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bomb = ("https://wire.example/", "200 OK", {"Content-Type": "x/y"}, b"\0" * (4 << 20))
    monkeypatch.setattr(warc_format, "MAX_RECORD", 5 << 20)
    monkeypatch.setattr(warc_format, "MAX_RATIO", 500)
    with pytest.raises(InputError, match="unpacks to far more"):
        found_in(WARC, tmp_path, archive(bomb, bomb, bomb))
    monkeypatch.setattr(warc_format, "MAX_RECORD", 3 << 20)
    with pytest.raises(InputError, match="unpacks to far more"):
        found_in(WARC, tmp_path, archive(bomb, packed=False))


@pytest.mark.parametrize(
    "body",
    [b"", b"no archive", b"\x1f\x8bbroken", archive(*RECORDS)[:-900], b"WARC/1.0\r\n\r\n"],
)  # fmt: skip
def test_what_is_no_web_archive(tmp_path: Path, body: bytes) -> None:
    try:
        found = found_in(WARC, tmp_path, body)
    except InputError as fault:
        assert fault.source == "a.warc"
    else:
        assert len(found.texts) == 1 and len(body) > 900


def test_a_page_that_an_archive_breaks_off_in_is_no_article(tmp_path: Path) -> None:
    body = archive(RECORDS[0], packed=False)
    found = found_in(WARC, tmp_path, body[: body.rindex(b"</p>") - 5], "a.warc")
    assert found.texts == [] and "breaks off in this page" in found.faults[0]
