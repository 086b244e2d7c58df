"""Saved web pages: the article in them, without what stands around it. Nothing is fetched."""

from __future__ import annotations

import codecs
import logging
import re
from collections.abc import Iterator
from typing import BinaryIO

from annotator.formats import region
from annotator.formats.article import MAX_BYTES, Facts, articles, clean, made
from annotator.formats.blocks import blocks
from annotator.formats.encoding import decoded
from annotator.formats.files import held
from annotator.formats.format import ReadOptions, fault_in_encoding
from annotator.model.corpus import Entry
from annotator.model.errors import InputError

_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w:-]{1,40})""", re.IGNORECASE)
_BOMS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_LANGUAGE = re.compile(
    r"""<html[^>]{0,400}?\s(?:xml:)?lang\s*=\s*["']?([A-Za-z]{2,3}(?:-[\w-]{1,20})?)""",
    re.IGNORECASE,
)

# Without a handler Python prints their warnings about a page to stderr; the reader says it better.
for _name in ("trafilatura", "htmldate", "justext"):
    logging.getLogger(_name).addHandler(logging.NullHandler())


def parse(file: BinaryIO, name: str, options: ReadOptions) -> Iterator[Entry]:
    """One article; a date given in the options goes before the page's own.

    Raises InputError where no article is found in the page.
    """
    yield page(held(file, name, MAX_BYTES), name, options)


def page(
    body: bytes, name: str, options: ReadOptions, facts: Facts | None = None, charset: str = ""
) -> Entry:
    """The article of a page; `facts` and `charset` are what is known of it from elsewhere.

    Raises InputError as `parse`.
    """
    html, guessed = decoded(body, name, options.encoding or _declared(body, charset))
    if guessed:
        options.note(f"Read as {guessed}, which is a guess.")
    return _entry(html, name, options, facts or Facts())


def _declared(body: bytes, charset: str) -> str:
    """The encoding that the page's head or its server names; "": it is none, or UTF-8 fits.

    Latin-1 means cp1252, as in browsers (WHATWG Encoding §4.2).
    """
    if body.startswith(_BOMS):
        return ""
    match = _CHARSET.search(body[: 8 << 10])
    name = match[1].decode("ascii", "ignore") if match is not None else charset
    if not name or fault_in_encoding(name):
        return ""
    name = codecs.lookup(name).name.replace("iso8859-1", "cp1252")
    if name.startswith("iso2022"):  # nothing but ASCII bytes: it would pass as UTF-8
        return name
    try:
        body.decode()
    except UnicodeDecodeError:
        return name
    return ""


def _entry(html: str, name: str, options: ReadOptions, known: Facts) -> Entry:
    # 250 ms to import: only where a page is read.
    from trafilatura import bare_extraction

    # A search for dates in the running text would find any date at all.
    found = bare_extraction(
        html,
        url=known.url or None,
        with_metadata=True,
        include_comments=False,
        date_extraction_params={"extensive_search": False, "original_date": True},
    )
    raw = getattr(found, "text", None) or ""
    if not raw.strip():
        message = "There is no article in the page. Copy its text and paste it instead."
        raise InputError(message, source=name)
    paragraphs = (line.strip() for line in raw.splitlines())
    text = "\n\n".join(p for p in paragraphs if p)
    facts = _facts(found, html, known)
    parted = region.parted(blocks(html), text, clean(facts.title))
    if options.furniture and (label := region.label_of(options)) is not None:
        whole, works = region.marked(parted, label, options)
        return made(whole, name, options, facts, works)
    region.tell(parted, options)
    return made(text, name, options, facts)


def _facts(found: object, html: str, known: Facts) -> Facts:
    def said(name: str) -> str:
        return clean(getattr(found, name, None))

    language = _LANGUAGE.search(html[: 8 << 10])
    return Facts(
        title=said("title"),
        source=said("sitename") or said("hostname"),
        url=said("url") or known.url,
        language=language[1] if language else "",
        date=said("date"),
        date_source="byline",
        metadata={"author": said("author"), **known.metadata},
    )


HTML = articles(
    id="html",
    name="Web page",
    patterns=("*.html", "*.htm", "*.xhtml"),
    parse=parse,
    about="The article alone: what stands around it is left out and told, or kept as excluded "
    "regions; nothing is fetched.",
)
