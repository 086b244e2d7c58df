"""ZIP archives of articles: each member by its own format, nothing is unpacked to disk."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import BinaryIO

from annotator.formats.archive import within
from annotator.formats.article import HEAD, articles
from annotator.formats.articles_csv import CSV
from annotator.formats.articles_jsonl import ARTICLES_JSONL
from annotator.formats.articles_xlsx import XLSX
from annotator.formats.docx import DOCX
from annotator.formats.epub import EPUB
from annotator.formats.feed import FEED
from annotator.formats.format import Format, ReadOptions
from annotator.formats.html import HTML
from annotator.formats.markdown import MARKDOWN
from annotator.formats.newsml import NEWSML
from annotator.formats.nitf import NITF
from annotator.formats.odt import ODT
from annotator.formats.pdf import PDF
from annotator.formats.plain import TEXT
from annotator.formats.warc import WARC
from annotator.model.corpus import Entry
from annotator.model.errors import InputError

ARTICLES: tuple[Format, ...] = (
    TEXT, HTML, MARKDOWN, PDF, DOCX, ODT, EPUB, CSV, XLSX, ARTICLES_JSONL, FEED, WARC, NITF, NEWSML,
)  # fmt: skip
"""What holds articles alone, and may stand in an archive."""


def parse(file: BinaryIO, name: str, options: ReadOptions) -> Iterator[Entry]:
    """The articles of each member that is of a known format, by name.

    Raises InputError where the file is no archive or holds what is not read; a member that can't
    be read is a fault of its own.
    """
    others = 0
    with within(file, name) as archive:
        for member in archive.names():
            fitting = [kind for kind in ARTICLES if kind.named(member)]
            if not fitting:
                others += 1
                continue
            try:
                yield from _entries(archive.read(member), fitting, f"{name}/{member}", options)
            except InputError as fault:
                options.fault(fault)
    if others:
        options.note(f"{others} files in it are no articles, and are left out.")


def _entries(
    body: bytes, fitting: Iterable[Format], source: str, options: ReadOptions
) -> Iterator[Entry]:
    for kind in fitting:
        if kind.knows is None or kind.knows(body[:HEAD]):
            assert kind.parse is not None
            yield from kind.parse(BytesIO(body), source, options)
            return
    raise InputError("No format of articles knows what is in it.", source=source)


ZIP = articles(
    id="articles-zip",
    name="ZIP of articles",
    patterns=("*.zip",),
    parse=parse,
    about="Each file in it that is an article or holds articles, by name; a file that can't be "
    "read is told, and the others are taken.",
)
