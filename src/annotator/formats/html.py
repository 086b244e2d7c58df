"""Saved web pages: the article in them, without what stands around it. Nothing is fetched."""

from __future__ import annotations

import codecs
import logging
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from annotator.formats.encoding import decoded, stored
from annotator.formats.files import whole
from annotator.formats.format import Format, ReadOptions, fault_in_day, fault_in_encoding
from annotator.formats.plain import MAX_BYTES, TITLE_LENGTH
from annotator.model.corpus import Entry
from annotator.model.document import Article
from annotator.model.edit import shorten
from annotator.model.errors import InputError
from annotator.model.ident import new_id
from annotator.model.text import Text, normalise

_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w:-]{1,40})""", re.IGNORECASE)
_BOMS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_LANGUAGE = re.compile(
    r"""<html[^>]{0,400}?\s(?:xml:)?lang\s*=\s*["']?([A-Za-z]{2,3}(?:-[\w-]{1,20})?)""",
    re.IGNORECASE,
)

# Without a handler Python prints their warnings about a page to stderr; the reader says it better.
for _name in ("trafilatura", "htmldate", "justext"):
    logging.getLogger(_name).addHandler(logging.NullHandler())


def read(path: Path, options: ReadOptions) -> Iterator[Entry]:
    """One article; a date given in the options goes before the page's own.

    Raises InputError where the file can't be read or no article is found in it.
    """
    body = whole(path, MAX_BYTES)
    page, guessed = decoded(body, path.name, options.encoding or _declared(body))
    if guessed:
        options.note(f"Read as {guessed}, which is a guess.")
    yield _entry(page, path, options)


def _declared(body: bytes) -> str:
    """The encoding that the page names in its head; "": it is none, or UTF-8 fits.

    Latin-1 means cp1252, as in browsers (WHATWG Encoding §4.2).
    """
    match = _CHARSET.search(body[: 8 << 10])
    if match is None or body.startswith(_BOMS):
        return ""
    name = match[1].decode("ascii", "ignore")
    if fault_in_encoding(name):
        return ""
    name = codecs.lookup(name).name.replace("iso8859-1", "cp1252")
    if name.startswith("iso2022"):  # nothing but ASCII bytes: it would pass as UTF-8
        return name
    try:
        body.decode()
    except UnicodeDecodeError:
        return name
    return ""


def _entry(page: str, path: Path, options: ReadOptions) -> Entry:
    # 250 ms to import: only where a page is read.
    from trafilatura import bare_extraction

    # A search for dates in the running text would find any date at all.
    found = bare_extraction(
        page,
        with_metadata=True,
        include_comments=False,
        date_extraction_params={"extensive_search": False, "original_date": True},
    )
    raw = getattr(found, "text", None) or ""
    if not raw.strip():
        message = "There is no article in the page. Copy its text and paste it instead."
        raise InputError(message, source=path.name)
    paragraphs = (line.strip() for line in raw.splitlines())
    text = Text(stored("\n\n".join(p for p in paragraphs if p), path.name, options.note))
    return Entry(article=_article(found, page, path, options, text), text=text)


def _article(found: object, page: str, path: Path, options: ReadOptions, text: Text) -> Article:
    def said(name: str) -> str:
        return _clean(getattr(found, name, None))

    language = _LANGUAGE.search(page[: 8 << 10])
    article = Article(
        id=new_id(),
        title=shorten(said("title") or text.value, TITLE_LENGTH),
        source=said("sitename") or said("hostname"),
        url=said("url"),
        language=language[1] if language else "",
        metadata={"file": path.name, **({"author": said("author")} if said("author") else {})},
        text_sha256=text.sha256,
    )
    if options.document_date:
        return replace(article, date=options.document_date, date_source="given")
    if fault_in_day(said("date")) is None:
        return replace(article, date=said("date"), date_source="byline")
    return article


def _clean(value: object) -> str:
    """A fact on one line without what can't be stored; "" for none."""
    text = value if isinstance(value, str) else ""
    return " ".join(re.sub("[\x00-\x1f]", " ", normalise(text)).split())


HTML = Format(id="html", name="Web page", patterns=("*.html", "*.htm", "*.xhtml"), read=read)
