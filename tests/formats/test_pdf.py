"""PDF: made with Qt's own writer, and by hand where that can't."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from PySide6.QtGui import QFont, QGuiApplication, QPageSize, QPainter, QPdfWriter
from pytestqt.qtbot import QtBot
from tests.formats.reading import found_in

from annotator.formats import pdf
from annotator.formats.pdf import PDF, Line, Page
from annotator.model.errors import InputError

Placed = tuple[float, float, str]


def made(
    folder: Path, pages: Sequence[Sequence[Placed]], title: str = "", *, picture: bool = False
) -> bytes:
    """A5 pages of lines at (x, y from above), in points."""
    path = folder / "made.pdf"
    writer = QPdfWriter(str(path))
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A5))
    writer.setResolution(72)
    writer.setTitle(title)
    painter = QPainter(writer)
    painter.setFont(QFont("DejaVu Sans", 10))
    for number, page in enumerate(pages):
        if number:
            writer.newPage()
        for x, y, text in page:
            painter.drawText(int(x), int(y), text)
        if picture:
            painter.drawRect(10, 10, 100, 100)
    painter.end()
    return path.read_bytes()


def lines(*texts: str, top: float = 100, left: float = 20) -> list[Placed]:
    """Lines below each other; one that starts with a blank is indented, "" leaves a gap."""
    return [
        (left + 12 * text.startswith(" "), top + 14 * n, text.strip())
        for n, text in enumerate(texts)
        if text
    ]


@pytest.fixture(autouse=True)
def application(qapp: QGuiApplication, qtbot: QtBot) -> None:
    """Fonts need one."""


def test_paragraphs(tmp_path: Path) -> None:
    body = made(
        tmp_path,
        [
            lines(
                "Palmyra falls", "", "The ancient city of Palmyra has fallen back into the",
                "hands of the group last Sunday, as officials demon-",
                "strated in a café near their co-operation office, and",
                "went on to tell of the Franco-", "German talks on co-", "operation.",
                " A new paragraph starts here and goes on and on and",
            ),
            lines("over the page. The end of it."),
            lines("Another page with a paragraph of its own, no indent."),
        ],
        "Palmyra",
    )  # fmt: skip
    found = found_in(PDF, tmp_path, body)
    assert found.only.text.value == (
        "Palmyra falls\n\nThe ancient city of Palmyra has fallen back into the hands of the group "
        "last Sunday, as officials demonstrated in a café near their co-operation office, and went "
        "on to tell of the Franco-German talks on co-operation.\n\n"
        "A new paragraph starts here and goes on and on and over the page. The end of it.\n\n"
        "Another page with a paragraph of its own, no indent."
    )
    article = found.only.article
    assert article.title == "Palmyra" and article.date_source == "given"
    assert article.metadata == {"file": "a.pdf"}
    assert found.notes == ["1 word that a line's end broke made whole."]


def test_running_heads_and_numbers(tmp_path: Path) -> None:
    pages = [
        [
            (20, 20, f"The Daily Wire   {n}"),
            *lines(f"Text of page {n} is all another one, {'x' * n}."),
            (150, 560, f"Page {n} of 4"),
        ]
        for n in range(1, 5)
    ]
    pages[0].insert(1, (20, 45, "A headline near the edge"))
    found = found_in(PDF, tmp_path, made(tmp_path, pages, "Microsoft Word - a.doc"))
    text = found.only.text.value
    assert (
        "Daily" not in text and "of 4" not in text and text.startswith("A headline near the edge")
    )
    assert text.count("Text of page") == 4
    assert found.only.article.title == "A headline near the edge"
    assert found.notes == [
        "8 running heads and page numbers are left out: ‘The Daily Wire 1’, ‘Page 1 of 4’."
    ]
    assert found.cut[0].splitlines()[:2] == ["The Daily Wire 1", "Page 1 of 4"]


def test_one_page_keeps_its_edges(tmp_path: Path) -> None:
    page = [(20, 20, "The Daily Wire 1"), *lines("Text."), (150, 560, "1")]
    found = found_in(PDF, tmp_path, made(tmp_path, [page]))
    assert found.only.text.value == "The Daily Wire 1\n\nText.\n\n1"
    assert found.notes == [] and found.cut == []


def test_arabic(tmp_path: Path) -> None:
    words = "سقطت مدينة تدمر في سوريا مرة"
    found = found_in(PDF, tmp_path, made(tmp_path, [lines(words)]))
    assert sorted(found.only.text.value.split()) == sorted(words.split())


def test_pages_without_text(tmp_path: Path) -> None:
    body = made(tmp_path, [lines("Text."), []], picture=True)
    found = found_in(PDF, tmp_path, body)
    assert (found.texts, found.notes) == (["Text."], ["1 of 2 pages hold no text."])
    with pytest.raises(InputError, match=r"a\.pdf: It holds no text, only pictures.*OCR"):
        found_in(PDF, tmp_path, made(tmp_path, [[], []], picture=True))


# --- by hand -------------------------------------------------------------------------------------


def by_hand(trailer: str = "", pages: str = "[3 0 R]", content: bytes = b"") -> bytes:
    """A minimal PDF (ISO 32000-1 §7.5)."""
    stream = content or b"BT /F1 12 Tf 20 500 Td (Text of it.) Tj ET"
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Kids{pages}/Count {pages.count(' R')}>>".encode(),
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 420 595]/Contents 4 0 R"
        b"/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        b"<</CreationDate(D:20161212100000Z)/Author(Jane Doe)>>",
        b"<</Filter/Standard/V 1/R 2/P -4/O<" + b"00" * 32 + b">/U<" + b"11" * 32 + b">>>",
    ]
    out = b"%PDF-1.4\n"
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj%s endobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    told = f"trailer<</Size {len(objects) + 1}/Root 1 0 R/Info 6 0 R{trailer}>>".encode()
    return out + head + table + told + b"\nstartxref\n%d\n%%%%EOF" % len(out)


def test_the_facts(tmp_path: Path) -> None:
    article = found_in(PDF, tmp_path, by_hand()).only.article
    assert (article.title, article.date) == ("Text of it.", "2016-12-12")
    assert article.metadata == {"file": "a.pdf", "author": "Jane Doe"}


def test_a_locked_one(tmp_path: Path) -> None:
    locked = by_hand("/Encrypt 7 0 R/ID[<00><00>]")
    with pytest.raises(InputError, match="locked with a password"):
        found_in(PDF, tmp_path, locked)


@pytest.mark.parametrize("body", [b"%PDF-1.7 garbage", b"words", b"%PDF-1.4\n%%EOF"])
def test_what_is_no_pdf(tmp_path: Path, body: bytes) -> None:
    with pytest.raises(InputError, match="not a PDF, or it is damaged"):
        found_in(PDF, tmp_path, body)


def test_a_page_that_is_not_there(tmp_path: Path) -> None:
    found = found_in(PDF, tmp_path, by_hand(pages="[3 0 R 99 0 R]"))
    assert (found.texts, found.notes) == (["Text of it."], ["1 of 2 pages hold no text."])


def test_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "MAX_SIGNS", 5)
    with pytest.raises(InputError, match="far more text than an article"):
        found_in(PDF, tmp_path, by_hand())
    monkeypatch.setattr(pdf, "MAX_PAGES", 0)
    with pytest.raises(InputError, match="more than 0 pages"):
        found_in(PDF, tmp_path, by_hand())
    monkeypatch.setattr(pdf, "MAX_BYTES", 5)
    with pytest.raises(InputError, match="larger than 0 MB"):
        found_in(PDF, tmp_path, by_hand())


def test_lines_of_blanks(tmp_path: Path) -> None:
    content = (
        b"BT /F1 12 Tf 20 500 Td (One.) Tj 0 -40 Td (   ) Tj 0 -40 Td ( ) Tj 0 -40 Td (Two.) Tj ET"
    )
    found = found_in(PDF, tmp_path, by_hand(content=content))
    assert found.only.text.value.split() == ["One.", "Two."]


def test_lists_and_hanging_indents() -> None:
    page = [
        Line("Two requirements are there for the database:", 20, 300, 500),
        Line("• Applications must be able to extend it, to add both", 30, 310, 486),
        Line("new rules and information, as well as", 42, 200, 472),
        Line("all the others.", 42, 100, 458),
        Line("• Another one.", 30, 90, 444),
        Line("indented, after the end of a sentence.", 42, 310, 430),
    ]
    assert pdf._prose([Page(page, 595)]).split("\n\n") == [
        "Two requirements are there for the database:",
        "• Applications must be able to extend it, to add both new rules and information, as well "
        "as all the others.",
        "• Another one.",
        "indented, after the end of a sentence.",
    ]


def test_columns() -> None:
    left = [Line("A line of the left column", 20, 200, 500), Line("goes on to the", 20, 180, 486)]
    right = [Line("right one. It ends", 220, 400, 500), Line("here, all in all.", 220, 390, 486)]
    third = [Line("A new one starts.", 420, 600, 500)]
    assert pdf._prose([Page([*left, *right, *third], 595)]) == (
        "A line of the left column goes on to the right one. It ends here, all in all.\n\n"
        "A new one starts."
    )
