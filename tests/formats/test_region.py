"""What stands around a page's article: visible blocks, what is cut, regions that keep it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.formats.projects import news
from tests.formats.reading import found_in
from tests.formats.test_html import page

from annotator.formats import ReadOptions, preview
from annotator.formats.blocks import Block, blocks, visible
from annotator.formats.html import HTML
from annotator.formats.region import LABEL
from annotator.model.check import problems
from annotator.model.codebook import BoolField, ChoiceField, Codebook, Label, Option, TextField
from annotator.model.corpus import Annotator, Entry
from annotator.model.document import Document, Status
from annotator.model.text import normalise

NEWS = news()
EXTRAS = """<figure><img src="a.png"><figcaption>A photo of the town 😀</figcaption></figure>
<div class="byline">By Jane Doe</div>"""
AFTER = """</article><div id="ad_1">Buy this</div><aside>More <b>news</b></aside>"""
PAGE = page().replace("<img", f"{EXTRAS}<img").replace("</article>", AFTER)


# --- blocks --------------------------------------------------------------------------------------


def test_visible_blocks() -> None:
    html = """<html><head><title>T</title><style>x{}</style></head><body>
    <h1>Head <i>line</i></h1>tail<p>One<br>two   three</p><p hidden>gone</p>
    <div style="color: red; display : none">gone <p>too</p></div>after<script>evil()</script>!
    <pre>  a
      b</pre><ul><li>x<li>y</ul><table><tr><td>1</td><td> 2 </td></tr></table>
    <!-- comment --><select><option>gone</select><textarea>gone</textarea>end</body></html>"""
    assert [block.text for block in blocks(html)] == [
        "Head line", "tail", "One\ntwo three", "after!", "  a\n      b", "x", "y", "1\t2", "end",
    ]  # fmt: skip
    assert visible("a<p>b &amp; c</p>") == "a\n\nb & c"
    assert visible("") == visible("<p> </p>") == visible("<!-- -->") == ""
    assert blocks("<h2>x</h2>") == [Block("x", "", True)]


@pytest.mark.parametrize(
    ("html", "kind"),
    [
        ("<nav><p>x</p></nav>", "furniture"),
        ("<footer>x</footer>", "furniture"),
        ("<figure><figcaption>x</figcaption></figure>", "caption"),
        ("<footer><p class='photo-credit'>x</p></footer>", "credit"),
        ("<div class='article_byline'>x</div>", "byline"),
        ("<p><a rel=author>x</a></p>", ""),
        ("<p itemprop='author'>x</p>", "byline"),
        ("<p class='dateline'>x</p>", "dateline"),
        ("<div id='ad-top'>x</div>", "advert"),
        ("<div class='correction'>x</div>", "correction"),
        ("<h1>x</h1>", "headline"),
        ("<div class='shadow loads'>x</div>", ""),
    ],
)
def test_kinds(html: str, kind: str) -> None:
    assert [block.kind for block in blocks(html)] == [kind]


@given(st.text(max_size=60) | st.text("<>/!-?p&;x= ", max_size=60))
def test_any_text_is_html(html: str) -> None:
    assert normalise(visible(html)) == visible(html)


def test_a_page_may_be_nested_deeply() -> None:
    assert len(visible("<div>" * 50_000 + "x")) <= 1
    assert visible("<b>" * 100 + "x") == "x"


XHTML = '<?xml version="1.0" encoding="utf-16"?><html xmlns="http://www.w3.org/1999/xhtml">'


def test_xhtml_by_its_own_rules() -> None:
    assert visible(f"{XHTML}<head><title/><script/></head><p>a&nbsp;b&copy;&lt;</p></html>") == (
        "a\xa0b©<"
    )
    assert visible(f"{XHTML}<p>not well-formed<p>x</html>") == "not well-formed\n\nx"


# --- what is cut ---------------------------------------------------------------------------------


def test_what_is_cut_is_told(tmp_path: Path) -> None:
    found = found_in(HTML, tmp_path, PAGE.encode())
    (cut,) = found.cut
    assert cut.splitlines()[0] == "Home World" and cut.endswith("Cookies")
    assert "A photo of the town 😀" in cut and "ancient city" not in cut
    (note,) = found.notes
    assert note.startswith(f"{len(cut)} characters around the article are left out: ‘Home World A")
    clean = "<html><body><article>" + "<p>A paragraph of the text, long enough here.</p>" * 9
    found = found_in(HTML, tmp_path, clean.encode())
    assert found.cut == found.notes == []


# --- regions -------------------------------------------------------------------------------------


def kept(folder: Path, codebook: Codebook | None, body: str = PAGE) -> tuple[Entry, list[str]]:
    path = folder / "a.html"
    path.write_text(body, "utf-8")
    notes: list[str] = []
    assert HTML.read is not None
    *_, entry = HTML.read(path, ReadOptions(furniture=True, codebook=codebook, note=notes.append))
    assert isinstance(entry, Entry)
    return entry, notes


def test_furniture_is_kept_as_regions(tmp_path: Path) -> None:
    entry, notes = kept(tmp_path, NEWS)
    assert notes == []
    (work,) = entry.works
    told = [(a.quote(entry.text), a.fields["kind"]) for a in work.annotations]
    assert told == [
        ("Home World", "furniture"), ("A photo of the town 😀", "caption"),
        ("By Jane Doe", "byline"), ("Buy this", "advert"),
        ("More news\n\nCookies", "furniture"),
    ]  # fmt: skip
    assert {a.fields["exclude"] for a in work.annotations} == {True}
    assert "\n\nPalmyra falls\n\nThe ancient city" in entry.text.value
    document = Document(
        article=entry.article,
        text=entry.text,
        status=Status(id=work.id, owner_id=work.owner_id),
        annotations={a.id: a for a in work.annotations},
    )
    assert not list(problems(document, NEWS))


def test_a_preview_with_regions(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    path.write_text(PAGE, "utf-8")
    (row,) = preview(path, ReadOptions(furniture=True, codebook=NEWS))
    assert row.entry is not None and row.entry.works and not row.cut


def test_the_work_has_an_owner(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    path.write_text(PAGE, "utf-8")
    assert HTML.read is not None
    options = ReadOptions(furniture=True, codebook=NEWS, annotator="jo")
    person, entry = HTML.read(path, options)
    assert isinstance(person, Annotator) and isinstance(entry, Entry)
    assert (person.login, entry.works[0].owner_id) == ("jo", person.id)


def book(label: Label) -> Codebook:
    return replace(NEWS, labels=(label,), link_types=())


CHOICE = ChoiceField(name="kind", options=(Option("furniture"), Option("caption")))


@pytest.mark.parametrize(
    ("label", "fields"),
    [
        (Label(name=LABEL, fields=(CHOICE,)), {"kind": "furniture"}),
        (Label(name=LABEL, fields=(replace(CHOICE, options=()), BoolField(name="exclude"))),
         {"exclude": True}),
        (Label(name=LABEL, fields=(BoolField(name="exclude"),)), {"exclude": True}),
        (Label(name=LABEL, fields=(TextField(name="kind"),)), {}),
    ],
)  # fmt: skip
def test_other_codebooks(tmp_path: Path, label: Label, fields: dict[str, object]) -> None:
    entry, _ = kept(tmp_path, book(label))
    assert entry.works[0].annotations[0].fields == fields


def test_a_region_of_one_paragraph(tmp_path: Path) -> None:
    label = Label(name=LABEL, fields=(CHOICE,), multi_paragraph=False)
    entry, _ = kept(tmp_path, book(label))
    assert [a.quote(entry.text) for a in entry.works[0].annotations][-2:] == [
        "More news", "Cookies",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "codebook", [None, replace(NEWS, labels=(), link_types=()), book(Label(name=LABEL))]
)
def test_no_label_for_them(tmp_path: Path, codebook: Codebook | None) -> None:
    entry, notes = kept(tmp_path, codebook)
    assert entry.works == () and "Cookies" not in entry.text.value
    assert notes[0].startswith("The codebook has no label Region with a field kind or exclude")
    assert "characters around the article are left out" in notes[1]


def test_a_page_that_is_all_article(tmp_path: Path) -> None:
    clean = "<html><body><article>" + "<p>A paragraph of the text, long enough here.</p>" * 9
    entry, notes = kept(tmp_path, NEWS, clean)
    assert entry.works == () and notes == []
