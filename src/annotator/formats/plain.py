"""Plain text in any common encoding; each file is one article."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from annotator.formats.encoding import decoded, stored
from annotator.formats.files import whole
from annotator.formats.format import Format, ReadOptions
from annotator.model.corpus import Entry
from annotator.model.document import Article
from annotator.model.edit import shorten
from annotator.model.ident import new_id
from annotator.model.text import Text

MAX_BYTES = 64 << 20
TITLE_LENGTH = 120


def read(path: Path, options: ReadOptions) -> Iterator[Entry]:
    """One article, titled by its first line.

    Raises InputError where the file can't be read, is empty, too large or no text.
    """
    raw, guessed = decoded(whole(path, MAX_BYTES), path.name, options.encoding)
    if guessed:
        options.note(f"Read as {guessed}, which is a guess.")
    yield entry(raw, path.name, options)


def entry(raw: str, source: str, options: ReadOptions) -> Entry:
    """The article of a text from a file or the clipboard; `source` names it in faults."""
    text = Text(stored(raw, source, options.note))
    first = next(line for line in text.value.splitlines() if line.strip())
    article = Article(
        id=new_id(),
        title=shorten(first, TITLE_LENGTH),
        date=options.document_date,
        date_source="given" if options.document_date else "",
        metadata={"file": source} if source else {},
        text_sha256=text.sha256,
    )
    return Entry(article=article, text=text)


TEXT = Format(id="text", name="Plain text", patterns=("*.txt", "*.text"), read=read)
