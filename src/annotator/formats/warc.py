"""WARC (ISO 28500) and ARC: each web page in it is an article. Nothing is fetched."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from functools import partial
from typing import Any, BinaryIO

from annotator.formats import html
from annotator.formats.article import MAX_BYTES, Facts, articles
from annotator.formats.format import ReadOptions
from annotator.model.corpus import Entry
from annotator.model.errors import InputError

MAX_RECORD = 1 << 30
"""bytes; nothing that a page stands in is larger"""
MAX_RATIO = 1_000
"""Unpacked to packed bytes, past 1 GB, as in ZIP archives."""
_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([\w:-]{1,40})", re.IGNORECASE)


def parse(file: BinaryIO, name: str, options: ReadOptions) -> Iterator[Entry]:
    """An article of each HTML response with status 200.

    Raises InputError where the file is no WARC or unpacks without end; a page that can't be read
    is a fault of its own.
    """
    # 80 ms to import: only where an archive is read.
    from warcio.archiveiterator import ArchiveIterator

    others = 0
    size = file.seek(0, 2)
    file.seek(0)
    try:
        for record in _bounded(ArchiveIterator(file), size, name):
            if not _is_page(record):
                others += record.rec_type in ("response", "resource", "revisit")
                continue
            try:
                yield _article(record, name, options)
            except InputError as fault:
                options.fault(fault)
    except InputError:
        raise
    except Exception as error:  # noqa: BLE001  warcio, zlib and codecs: a damaged archive
        message = f"This is not a WARC archive, or it is damaged from here on ({error})."
        raise InputError(message, source=name) from None
    if others:
        options.note(f"{others} answers left out that are no web pages: pictures, redirections.")


def _bounded(records: Any, size: int, name: str) -> Iterator[Any]:
    total = 0
    for record in records:
        total += max(record.length or 0, 0)
        if (record.length or 0) > MAX_RECORD or (total > MAX_RECORD and total > MAX_RATIO * size):
            message = "A record unpacks to far more than a web page. The archive is not read on."
            raise InputError(message, source=name)
        yield record


def _is_page(record: Any) -> bool:
    headers = record.http_headers
    if record.rec_type != "response" or headers is None or headers.get_statuscode() != "200":
        return False
    kind = (headers.get_header("Content-Type") or "").partition(";")[0].strip().lower()
    return kind in ("text/html", "application/xhtml+xml")


def _article(record: Any, name: str, options: ReadOptions) -> Entry:
    url = (record.rec_headers.get_header("WARC-Target-URI") or "").strip("<>")
    source = f"{name}/{url}" if url else name
    body = record.content_stream().read(MAX_BYTES + 1)
    if len(body) > MAX_BYTES:
        raise InputError(f"The page is larger than {MAX_BYTES >> 20} MB.", source=source)
    deque(iter(partial(record.raw_stream.read, 1 << 16), b""), 0)  # what its encoding leaves over
    if getattr(record.raw_stream, "limit", 0) > 0:
        raise InputError("The archive breaks off in this page. Fetch it again.", source=source)
    kind = record.http_headers.get_header("Content-Type") or ""
    charset = _CHARSET.search(kind)
    fetched = record.rec_headers.get_header("WARC-Date") or ""
    facts = Facts(url=url, metadata={"retrieved": fetched})
    return html.page(body, source, options, facts, charset[1] if charset else "")


WARC = articles(
    id="warc",
    name="Web archive (WARC)",
    patterns=("*.warc", "*.warc.gz", "*.arc", "*.arc.gz"),
    parse=parse,
    about="Each web page that was answered with status 200, as HTML is read; when it was fetched "
    "is metadata, not its date.",
)
