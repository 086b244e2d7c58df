"""EPUB 2 and 3: a chapter is an article, in the order of the spine.

A book as one article would be too long to work in, and an issue of a magazine or a paper has its
articles in files of their own.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import BinaryIO
from urllib.parse import unquote

from lxml import etree

from annotator.formats.archive import Archive, within
from annotator.formats.article import Facts, articles, made
from annotator.formats.blocks import blocks
from annotator.formats.encoding import decoded
from annotator.formats.format import ReadOptions
from annotator.formats.markup import parsed
from annotator.formats.prose import first_text, value, whole_text
from annotator.model.corpus import Entry
from annotator.model.errors import InputError

_CONTAINER, _ENCRYPTION = "META-INF/container.xml", "META-INF/encryption.xml"
_PAGES = ("application/xhtml+xml", "text/html", "application/x-dtbook+xml")


def parse(file: BinaryIO, name: str, options: ReadOptions) -> Iterator[Entry]:
    """An article of each chapter that holds text.

    Raises InputError where the file is no EPUB or is locked; a chapter that can't be read is a
    fault of its own.
    """
    with within(file, name) as archive:
        if _CONTAINER not in archive:
            raise InputError("This is not an EPUB book.", source=name)
        container = parsed(archive.read(_CONTAINER), name)
        path = next((value(r, "full-path") for r in container.iter("{*}rootfile")), "")
        if path not in archive:
            raise InputError("The book has no table of its parts. Pack it again.", source=name)
        package = parsed(archive.read(path), name)
        chapters = _chapters(package, posixpath.dirname(path), options)
        _refuse_locked(archive, chapters, name)
        facts = _facts(package)
        for chapter in chapters:
            try:
                yield from _article(archive, chapter, name, options, facts)
            except InputError as fault:
                options.fault(fault)


def _chapters(package: etree._Element, folder: str, options: ReadOptions) -> list[str]:
    """The members of the spine that hold text, each once."""
    items = {value(item, "id"): item for item in package.iterfind("{*}manifest/{*}item")}
    found: dict[str, None] = {}
    aside = 0
    for ref in package.iterfind("{*}spine/{*}itemref"):
        item = items.get(value(ref, "idref"))
        if item is None or value(item, "media-type") not in _PAGES:
            continue
        if value(ref, "linear") == "no" or "nav" in value(item, "properties").split():
            aside += 1
            continue
        href = unquote(value(item, "href").partition("#")[0])
        found[posixpath.normpath(posixpath.join(folder, href))] = None
    if aside:
        options.note(f"{aside} of the book's pages left out: its contents, or beside its text.")
    return list(found)


def _refuse_locked(archive: Archive, chapters: list[str], name: str) -> None:
    """Raises InputError where text is encrypted; fonts often are, which does no harm."""
    if _ENCRYPTION in archive:
        root = parsed(archive.read(_ENCRYPTION), name)
        locked = {unquote(value(r, "URI")) for r in root.iter("{*}CipherReference")}
        if locked.intersection(chapters):
            raise InputError("The book is locked (DRM). Nothing can be read of it.", source=name)


def _facts(package: etree._Element) -> Facts:
    authors = (whole_text(a) for a in package.iter("{*}creator"))
    return Facts(
        source=first_text(package, "title"),
        language=first_text(package, "language"),
        date=first_text(package, "date"),
        metadata={"author": ", ".join(authors), "publisher": first_text(package, "publisher")},
    )


def _article(
    archive: Archive, chapter: str, name: str, options: ReadOptions, book: Facts
) -> Iterator[Entry]:
    source = f"{name}/{chapter}"
    html, _ = decoded(archive.read(chapter), source, options.encoding)
    found = blocks(html)
    if not found:  # a picture, such as the cover
        return
    title = next((block.text for block in found if block.heading), "")
    facts = Facts(
        title=title,
        source=book.source,
        language=book.language,
        date=book.date,
        metadata=book.metadata,
    )
    yield made("\n\n".join(block.text for block in found), source, options, facts)


EPUB = articles(
    id="epub",
    name="EPUB book",
    patterns=("*.epub",),
    parse=parse,
    about="Each chapter is an article, in reading order; pages without text and the table of "
    "contents are left out.",
)
