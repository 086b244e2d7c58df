"""Plain text in any common encoding; each file is one article."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from annotator.formats.article import MAX_BYTES, articles, made
from annotator.formats.encoding import decoded
from annotator.formats.files import held
from annotator.formats.format import ReadOptions
from annotator.model.corpus import Entry


def parse(file: BinaryIO, name: str, options: ReadOptions) -> Iterator[Entry]:
    """One article, titled by its first line.

    Raises InputError where the file is empty, too large or no text.
    """
    yield entry(text_of(file, name, options), name, options)


def text_of(file: BinaryIO, name: str, options: ReadOptions) -> str:
    """All of a text file, not yet normalised; a guess of its encoding is told."""
    raw, guessed = decoded(held(file, name, MAX_BYTES), name, options.encoding)
    if guessed:
        options.note(f"Read as {guessed}, which is a guess.")
    return raw


def entry(raw: str, source: str, options: ReadOptions) -> Entry:
    """The article of a text from a file or the clipboard; `source` names it in faults."""
    return made(raw, source, options)


TEXT = articles(id="text", name="Plain text", patterns=("*.txt", "*.text"), parse=parse)
