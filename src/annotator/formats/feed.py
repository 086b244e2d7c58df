"""RSS, RDF and Atom files: an entry is an article. Nothing is fetched."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Any, BinaryIO

from lxml import etree

from annotator.formats.article import Facts, articles, clean, made
from annotator.formats.blocks import visible
from annotator.formats.files import held
from annotator.formats.format import ReadOptions
from annotator.formats.markup import parsed, root_name
from annotator.model.corpus import Entry
from annotator.model.errors import InputError

MAX_BYTES = 16 << 20


def knows(head: bytes) -> bool:
    """True where the root is a feed's."""
    root = root_name(head)
    return root in ("rss", "feed") or (root == "RDF" and b"purl.org/rss/" in head)


def parse(file: BinaryIO, name: str, options: ReadOptions) -> Iterator[Entry]:
    """An article of each entry: its full content, else its summary.

    Raises InputError where the file is no feed; an entry without text is a fault of its own.
    """
    body = held(file, name, MAX_BYTES)
    if not knows(body[: 64 << 10]):
        raise InputError("This is not an RSS or Atom feed.", source=name)
    # What is not well-formed, or has entities, feedparser would go on with; UTF-16 it can't read.
    body = etree.tostring(parsed(body, name), encoding="utf-8")
    # 60 ms to import: only where a feed is read.
    import feedparser

    # As a stream: bytes would be tried as the name of a file, a string as an address.
    found = feedparser.parse(BytesIO(body), sanitize_html=False, resolve_relative_uris=False)
    for entry in found.entries:
        try:
            yield _article(entry, found.feed, name, options)
        except InputError as fault:
            options.fault(fault)


def _article(entry: Any, feed: Any, name: str, options: ReadOptions) -> Entry:
    title = clean(visible(clean(entry.get("title"))))
    full = [part.get("value", "") for part in entry.get("content", ())]
    html = max(full, key=len, default="") or entry.get("summary", "")
    text = visible(html)
    if not text:
        said = f" (‘{title}’)" if title else ""
        raise InputError(f"An entry{said} holds no text. Save its page instead.", source=name)
    if not full:
        options.note("Only a summary stands in the feed.")
    tags = (clean(tag.get("term")) for tag in entry.get("tags", ()))
    facts = Facts(
        title=title,
        source=clean(visible(clean(feed.get("title")))),
        url=entry.get("link", ""),
        language=entry.get("language", "") or feed.get("language", ""),
        date=entry.get("published", "") or entry.get("updated", ""),
        metadata={"author": clean(entry.get("author")), "tags": ", ".join(t for t in tags if t)},
    )
    return made(text, name, options, facts)


FEED = articles(
    id="feed",
    name="RSS or Atom feed",
    patterns=("*.rss", "*.atom", "*.xml"),
    parse=parse,
    knows=knows,
    about="An entry is an article: its full content where the feed has it, else its summary, which "
    "is told; nothing is fetched.",
)
