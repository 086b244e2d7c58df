"""ZIP archives of articles, DOCX, ODT and EPUB: packages of parts."""

from __future__ import annotations

import datetime
import re
import stat
import zipfile
from io import BytesIO
from pathlib import Path

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from tests.formats.reading import BOMB, found_in, zipped

from annotator.formats import archive, by_id
from annotator.formats.docx import DOCX
from annotator.formats.epub import EPUB
from annotator.formats.odt import ODT
from annotator.model.errors import InputError

ZIP = by_id("articles-zip")

# --- ZIP -----------------------------------------------------------------------------------------


def test_members_go_through_their_formats(tmp_path: Path) -> None:
    body = zipped(
        {
            "2/b.txt": "Two",
            "1/a.md": "# One",
            "1/table.csv": "text,title\nThree,T\n",
            "1/c.docx": word(docx.Document()),
            "x.xml": "<other/>",
            "picture.png": "x",
            ".hidden.txt": "x",
            "__MACOSX/a.txt": "x",
            "inner.zip": zipped({"a.txt": "x"}),
        }
    )
    found = found_in(ZIP, tmp_path, body)
    assert found.texts == ["One", "Three", "Two"]
    assert [e.article.metadata["file"] for e in found.entries] == [
        "a.zip/1/a.md", "a.zip/1/table.csv", "a.zip/2/b.txt",
    ]  # fmt: skip
    assert found.faults == [
        "a.zip/1/c.docx: There is no text in the file.",
        "a.zip/x.xml: No format of articles knows what is in it.",
    ]
    assert found.notes == ["2 files in it are no articles, and are left out."]


def test_an_archive_of_nothing(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no articles in the file"):
        found_in(ZIP, tmp_path, zipped({}))
    with pytest.raises(InputError, match="not a ZIP archive"):
        found_in(ZIP, tmp_path, b"PK\x03\x04")


def test_a_member_without_a_name_is_passed_over(tmp_path: Path) -> None:
    body = zipped({"nameless.txt": "x", "a.txt": "Text"}).replace(b"nameless", b"\0ameless")
    assert found_in(ZIP, tmp_path, body).texts == ["Text"]


@pytest.mark.parametrize("name", ["../a.txt", "/a.txt", "C:\\a.txt"])
def test_paths_that_climb(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match="leads out of it"):
        found_in(ZIP, tmp_path, zipped({name: "x"}))
    assert [path.name for path in tmp_path.iterdir()] == ["a.zip"]


@pytest.mark.parametrize("kind", [ZIP, DOCX, ODT, EPUB], ids=lambda kind: kind.id)
def test_bombs(tmp_path: Path, kind: object) -> None:
    with pytest.raises(InputError, match="unpacks to far more"):
        found_in(kind, tmp_path, zipped({"a.txt": b"\0" * (20 << 20)}))  # type: ignore[arg-type]


def encrypted() -> bytes:
    """The first flag bit says that a member is encrypted (APPNOTE 4.4.4)."""
    body = bytearray(zipped({"a.txt": "One"}))
    for sign, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        body[body.index(sign) + at] |= 1
    return bytes(body)


def linked() -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        info = zipfile.ZipInfo("a.txt")
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        file.writestr(info, "/etc/passwd")
    return out.getvalue()


def damaged(old: bytes, new: bytes) -> bytes:
    body = zipped({"a.txt": bytes(range(97, 123)) * 40})
    assert old in body
    return body.replace(old, new)


DEFLATED = zipped({"a.txt": bytes(range(97, 123)) * 40})
DATA = DEFLATED[DEFLATED.index(b"a.txt") + 5 :][:8]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (encrypted(), "a.txt in the archive can't be read: .*encrypted"),
        (damaged(DATA, b"\xff" * 8), r"a.txt in the archive is damaged \(error\)"),
        (damaged(DATA, DATA[:5] + b"\0" + DATA[6:]), "a.txt in the archive"),
    ],
)
def test_members_that_cannot_be_read(tmp_path: Path, body: bytes, message: str) -> None:
    (fault,) = found_in(ZIP, tmp_path, body).faults
    assert re.search(message, fault)


def test_links_and_limits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InputError, match="symbolic link"):
        found_in(ZIP, tmp_path, linked())
    monkeypatch.setattr(archive, "MAX_FILE", 4)
    found = found_in(ZIP, tmp_path, zipped({"a.txt": "One", "b.txt": "Three"}))
    assert (found.texts, found.faults) == (
        ["One"], ["a.zip: b.txt in the archive is too large. Unpack it and split it."],
    )  # fmt: skip
    monkeypatch.setattr(archive, "MAX_FILES", 1)
    with pytest.raises(InputError, match="more than 1 files"):
        found_in(ZIP, tmp_path, zipped({"a.txt": "One", "b.txt": "Three"}))


# --- DOCX ----------------------------------------------------------------------------------------


def word(document: docx.document.Document) -> bytes:
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def with_part(body: bytes, part: str, old: str, new: str) -> bytes:
    with zipfile.ZipFile(BytesIO(body)) as file:
        members = {name: file.read(name) for name in file.namelist()}
    changed = members[part].decode().replace(old, new)
    assert changed != members[part].decode()
    return zipped({**members, part: changed})


def report() -> docx.document.Document:
    document = docx.Document()
    core = document.core_properties
    core.title, core.author, core.language = "Palmyra falls", "Jane Doe", "en-GB"
    core.created = datetime.datetime(2016, 12, 12, 10, tzinfo=datetime.UTC)
    document.sections[0].header.paragraphs[0].text = "A running head"
    document.add_heading("Palmyra 😀 falls", 1)
    paragraph = document.add_paragraph("It fell ")
    paragraph.add_run("back").bold = True
    paragraph.add_run(" on Sunday.\nA line\tand a tab.")
    table = document.add_table(2, 2)
    for n, words in enumerate(("Town", "People", "Palmyra", "50 000")):
        table.cell(n // 2, n % 2).text = words
    document.add_paragraph("After the table.")
    return document


def test_a_word_document(tmp_path: Path) -> None:
    found = found_in(DOCX, tmp_path, word(report()))
    assert found.only.text.value == (
        "Palmyra 😀 falls\n\nIt fell back on Sunday.\nA line\tand a tab.\n\n"
        "Town\tPeople\nPalmyra\t50 000\n\nAfter the table."
    )
    article = found.only.article
    assert (article.title, article.language) == ("Palmyra falls", "en-GB")
    assert (article.date, article.date_source) == ("2016-12-12", "given")
    assert article.metadata == {"file": "a.docx", "author": "Jane Doe"}
    assert found.notes == []


def test_what_word_hides_in_a_paragraph(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("")._p.append(
        parse_xml(f"""<w:r {nsdecls("w")}><w:t xml:space="preserve">Kept </w:t></w:r>""")
    )
    for inner in (
        "<w:ins><w:r><w:t>inserted</w:t></w:r></w:ins>",
        "<w:del><w:r><w:delText>deleted</w:delText><w:t>gone</w:t></w:r></w:del>",
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>hidden</w:t></w:r>",
        "<w:r><w:noBreakHyphen/></w:r>",
        '<w:r><w:fldChar w:fldCharType="begin"/><w:instrText>INCLUDETEXT x</w:instrText></w:r>',
        "<!-- a comment --><w:r><w:t/></w:r>",
        '<w:r><w:footnoteReference w:id="1"/></w:r><w:r><w:endnoteReference w:id="1"/></w:r>',
        '<w:r><w:footnoteReference w:id="2"/></w:r>',
        "<w:r><w:pict><w:txbxContent><w:p><w:r><w:t>In a box.</w:t></w:r></w:p>"
        "</w:txbxContent></w:pict></w:r>",
    ):
        root = parse_xml(f"<w:p {nsdecls('w')}>{inner}</w:p>")
        for child in list(root):
            document.paragraphs[0]._p.append(child)
    body = document.element.body
    body.insert(
        1,
        parse_xml(
            f"<w:sdt {nsdecls('w')}><w:sdtPr/><w:sdtContent><w:p><w:r><w:t>In a control.</w:t>"
            "</w:r></w:p></w:sdtContent></w:sdt>"
        ),
    )
    frame = document.add_table(2, 1)
    frame.cell(0, 0).text = "Framed one."
    frame.cell(1, 0).text = "Framed two."
    found = found_in(DOCX, tmp_path, word(document))
    assert found.only.text.value == (
        "Kept inserted\u2011\n\nIn a box.\n\nIn a control.\n\nFramed one.\n\nFramed two."
    )
    assert found.notes == ["1 endnote left out.", "2 footnotes left out."]


def test_the_strict_form_of_word(tmp_path: Path) -> None:
    body = word(report())
    old, new = (
        "schemas.openxmlformats.org/officeDocument/2006",
        "purl.oclc.org/ooxml/officeDocument",
    )
    found = found_in(DOCX, tmp_path, with_part(body, "_rels/.rels", old, new))
    assert found.only.article.title == "Palmyra falls"


def test_external_relationships_are_not_followed(tmp_path: Path) -> None:
    body = word(report())
    for target in ("https://wire.example/evil.xml", "file:///etc/passwd", "../../etc/passwd"):
        mode = 'TargetMode="External" Target="'
        found = with_part(body, "_rels/.rels", 'Target="docProps/core.xml', f"{mode}{target}")
        assert found_in(DOCX, tmp_path, found).only.article.metadata == {"file": "a.docx"}
    lost = with_part(body, "_rels/.rels", "word/document.xml", "../../etc/passwd")
    with pytest.raises(InputError, match=r"The archive has no \.\./\.\./etc/passwd"):
        found_in(DOCX, tmp_path, lost)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"\xd0\xcf\x11\xe0rest", "locked with a password, or an old"),
        (zipped({"a.xml": "<a/>"}), "not a Word document"),
        (word(docx.Document()), "no text in the file"),
        (with_part(word(report()), "word/document.xml", "<w:document", BOMB[21:] + "<w:document"),
         "entities"),
        (with_part(word(report()), "word/document.xml", "</w:body>", ""), "not well-formed"),
    ],
)  # fmt: skip
def test_what_is_no_word_document(tmp_path: Path, body: bytes, message: str) -> None:
    with pytest.raises(InputError, match=message) as caught:
        found_in(DOCX, tmp_path, body)
    assert caught.value.source == "a.docx"


# --- ODT -----------------------------------------------------------------------------------------

_ODF = "urn:oasis:names:tc:opendocument:xmlns"
_NAMES = " ".join(
    f'xmlns:{n}="{_ODF}:{u}:1.0"'
    for n, u in (
        ("office", "office"), ("text", "text"), ("table", "table"), ("meta", "meta"),
        ("draw", "drawing"),
    )
) + ' xmlns:dc="http://purl.org/dc/elements/1.1/"'  # fmt: skip
META = f"""<office:document-meta {_NAMES}><office:meta><dc:title>Palmyra falls</dc:title>
<meta:initial-creator>Jane Doe</meta:initial-creator><dc:creator>Editor</dc:creator>
<meta:creation-date>2016-12-12T10:00:00</meta:creation-date><dc:language>en-GB</dc:language>
</office:meta></office:document-meta>"""


def odt(inner: str, meta: str | None = META, **more: str) -> bytes:
    content = (
        f"<office:document-content {_NAMES}><office:body><office:text>{inner}</office:text>"
        "</office:body></office:document-content>"
    )
    told = {"meta.xml": meta} if meta is not None else {}
    return zipped({"mimetype": "x", "content.xml": content, **told, **more})


def test_an_odt(tmp_path: Path) -> None:
    found = found_in(
        ODT,
        tmp_path,
        odt(
            """<text:tracked-changes><text:p>deleted</text:p></text:tracked-changes>
            <text:table-of-content><text:p>Contents 1</text:p></text:table-of-content>
            <text:h>Palmyra 😀   falls</text:h>
            <text:p>It <text:span>fell<text:s text:c="3"/>back</text:span><text:tab/>on
            Sunday<text:note><text:note-body><text:p>A note.</text:p></text:note-body></text:note>.
            <text:line-break/>A line<text:s/>more<office:annotation><text:p>comment</text:p>
            </office:annotation><!-- x -->.</text:p>
            <text:p><draw:frame><draw:text-box><text:p>Boxed.</text:p></draw:text-box></draw:frame>
            </text:p>
            <text:section><text:list><text:list-item><text:p>Item</text:p></text:list-item>
            </text:list></text:section>
            <table:table><table:table-header-rows><table:table-row><table:table-cell><text:p>Town
            </text:p></table:table-cell><table:table-cell><text:p>A</text:p><text:p>B</text:p>
            </table:table-cell></table:table-row></table:table-header-rows><table:table-row>
            <table:table-cell/><table:table-cell><text:p>1</text:p></table:table-cell>
            </table:table-row></table:table><text:p/>"""
        ),
    )
    assert found.only.text.value == (
        "Palmyra 😀 falls\n\nIt fell   back\ton Sunday.\nA line more.\n\nBoxed.\n\nItem\n\n"
        "Town\tA B\n1"
    )
    article = found.only.article
    assert (article.title, article.date, article.language) == (
        "Palmyra falls",
        "2016-12-12",
        "en-GB",
    )
    assert article.metadata == {"file": "a.odt", "author": "Jane Doe"}
    assert found.notes == ["1 footnote left out.", "1 table of contents left out."]


def test_an_odt_without_facts(tmp_path: Path) -> None:
    spaces = '<text:p>a<text:s text:c="999999999"/>b<text:s text:c="²"/>c</text:p>'
    found = found_in(ODT, tmp_path, odt(spaces, None))
    assert found.only.text.value == f"a{' ' * 100}b c"
    assert found.only.article.metadata == {"file": "a.odt"}


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (zipped({"a": "b"}), "not an ODT"),
        (odt("x", **{"META-INF/manifest.xml": "<m><encryption-data/></m>"}), "locked"),
        (odt(""), "no text"),
        (odt("", BOMB + "<a>&b;</a>"), "entities"),
    ],
)
def test_what_is_no_odt(tmp_path: Path, body: bytes, message: str) -> None:
    with pytest.raises(InputError, match=message):
        found_in(ODT, tmp_path, body)


# --- EPUB ----------------------------------------------------------------------------------------

CONTAINER = """<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>
<rootfile full-path="OEBPS/book.opf"/></rootfiles></container>"""
PACKAGE = """<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/">
<metadata><dc:title>The Wire, 12 December</dc:title><dc:creator>Jane Doe</dc:creator>
<dc:creator>John Roe</dc:creator><dc:publisher>Wire &amp; Co</dc:publisher>
<dc:date>2016-12-12</dc:date><dc:language>en</dc:language></metadata><manifest>
<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>
<item id="cover" href="cover.xhtml" media-type="application/xhtml+xml"/>
<item id="two" href="ch%202.xhtml" media-type="application/xhtml+xml"/>
<item id="one" href="text/ch1.xhtml#top" media-type="application/xhtml+xml"/>
<item id="css" href="a.css" media-type="text/css"/>
<item id="ad" href="ad.xhtml" media-type="application/xhtml+xml"/>
<item id="lost" href="../../etc/passwd" media-type="application/xhtml+xml"/></manifest><spine>
<itemref idref="cover"/><itemref idref="nav"/><itemref idref="one"/><itemref idref="two"/>
<itemref idref="one"/><itemref idref="css"/><itemref idref="none"/>
<itemref idref="ad" linear="no"/><itemref idref="lost"/></spine></package>"""
CHAPTER = """<?xml version="1.0" encoding="utf-8"?><!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml"><head><title/><script src="x"/></head><body>
<p>12 December</p><h2>Palmyra&nbsp;falls</h2><p>It fell <em>back</em>&#8230; &amp; rose.<br/>On.</p>
<script>evil()</script></body></html>"""


def epub(**more: str) -> bytes:
    return zipped(
        {
            "META-INF/container.xml": CONTAINER,
            "OEBPS/book.opf": PACKAGE,
            "OEBPS/cover.xhtml": "<html><body><img src='c.png'/></body></html>",
            "OEBPS/ch 2.xhtml": "<html><body><h1>Two</h1><p>The 😀 second.</p></body></html>",
            "OEBPS/text/ch1.xhtml": CHAPTER,
            **more,
        }
    )


def test_a_book(tmp_path: Path) -> None:
    found = found_in(EPUB, tmp_path, epub())
    assert found.texts == [
        "12 December\n\nPalmyra\xa0falls\n\nIt fell back… & rose.\nOn.",
        "Two\n\nThe 😀 second.",
    ]
    assert [e.article.title for e in found.entries] == ["Palmyra falls", "Two"]
    article = found.entries[0].article
    assert (article.source, article.date, article.language) == (
        "The Wire, 12 December", "2016-12-12", "en",
    )  # fmt: skip
    assert article.metadata == {
        "file": "a.epub/OEBPS/text/ch1.xhtml", "author": "Jane Doe, John Roe",
        "publisher": "Wire & Co",
    }  # fmt: skip
    assert found.faults == ["a.epub: The archive has no ../etc/passwd."]
    assert found.notes == ["2 of the book's pages left out: its contents, or beside its text."]


def test_a_locked_book(tmp_path: Path) -> None:
    locked = '<encryption><a><CipherReference URI="OEBPS/{}"/></a></encryption>'
    with pytest.raises(InputError, match="locked"):
        found_in(EPUB, tmp_path, epub(**{"META-INF/encryption.xml": locked.format("ch%202.xhtml")}))
    fonts = epub(**{"META-INF/encryption.xml": locked.format("font.ttf")})
    assert len(found_in(EPUB, tmp_path, fonts).entries) == 2


def test_what_is_no_book(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="not an EPUB"):
        found_in(EPUB, tmp_path, zipped({"a": "b"}))
    with pytest.raises(InputError, match="no table of its parts"):
        found_in(EPUB, tmp_path, zipped({"META-INF/container.xml": "<container/>"}))
    quiet = PACKAGE.replace('linear="no"', "").replace('<itemref idref="nav"/>', "")
    found = found_in(EPUB, tmp_path, epub(**{"OEBPS/book.opf": quiet}))
    assert found.notes == [] and re.search(r"no OEBPS/ad", found.faults[0])
