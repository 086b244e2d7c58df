"""A valid file of each format of articles, to be broken; the parts of those that are packages."""

from __future__ import annotations

import json

from tests.formats import test_markdown as markdown
from tests.formats.reading import zipped
from tests.formats.test_archive_files import epub, odt, report, word
from tests.formats.test_article_tables import ITEM, NEWS, as_csv, as_xlsx
from tests.formats.test_pdf import by_hand
from tests.formats.test_wires import ITEM as WIRE_ITEM
from tests.formats.test_wires import MESSAGE, NITF_ARTICLE, RECORDS, RSS, XHTML, archive

ARTICLE_SEEDS = {
    "markdown": markdown.PAGE.encode(),
    "pdf": by_hand(),
    "docx": word(report()),
    "odt": odt("<text:p>Words</text:p>"),
    "epub": epub(),
    "articles-csv": as_csv(NEWS).encode(),
    "articles-xlsx": as_xlsx(NEWS),
    "articles-jsonl": json.dumps([ITEM]).encode(),
    "feed": RSS.encode(),
    "warc": archive(*RECORDS, packed=False),
    "nitf": NITF_ARTICLE.encode(),
    "newsml-g2": MESSAGE.format(WIRE_ITEM.format(guid="g", content=XHTML)).encode(),
    "articles-zip": zipped({"a.txt": "One", "b.csv": as_csv(NEWS)}),
}
PARTS = [
    ("docx", "word/document.xml"), ("docx", "_rels/.rels"), ("docx", "docProps/core.xml"),
    ("odt", "content.xml"), ("odt", "meta.xml"), ("epub", "OEBPS/book.opf"),
    ("epub", "META-INF/container.xml"), ("epub", "OEBPS/text/ch1.xhtml"),
    ("articles-xlsx", "xl/worksheets/sheet1.xml"), ("articles-xlsx", "xl/workbook.xml"),
    ("articles-xlsx", "xl/styles.xml"), ("articles-xlsx", "[Content_Types].xml"),
    ("articles-zip", "b.csv"),
]  # fmt: skip
