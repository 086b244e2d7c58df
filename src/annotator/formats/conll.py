"""CoNLL-2003: a token a line with one tag; sentences apart by a blank line.

Columns as in the shared task (Tjong Kim Sang and De Meulder 2003): token, part of speech, chunk,
entity. This program knows neither part of speech nor chunk and writes -X- and O.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from annotator.formats.files import replacing
from annotator.formats.format import Format, WriteOptions, Written
from annotator.formats.tokens import tokenised, told
from annotator.model.corpus import Entry, Item


def write(items: Iterable[Item], target: Path, options: WriteOptions) -> Written:
    """An article is a document; of each the one work that is there."""
    articles = documents = annotations = 0
    with replacing(target) as out:
        for item in items:
            if isinstance(item, Entry):
                text, count = _article(item, options)
                out.write(text.encode())
                articles += 1
                documents += len(item.works)
                annotations += count
    return Written(articles=articles, documents=documents, annotations=annotations)


def _article(entry: Entry, options: WriteOptions) -> tuple[str, int]:
    text = entry.text.value
    found = tokenised(text)
    annotations = [a for work in entry.works for a in work.annotations]
    lose = told(options.lose, entry.article.id)
    tags, count = found.tags(annotations, options.scheme, _name, lose)
    parts = ["-DOCSTART- -X- -X- O\n\n"]
    rows = iter(tags)
    for row in found.rows:
        parts += [f"{text[a:b]} -X- O {next(rows)}\n" for a, b in row]
        parts.append("\n")
    return "".join(parts), count


def _name(label: str) -> str:
    return re.sub(r"\s+", "_", label)


CONLL = Format(
    id="conll2003",
    name="CoNLL-2003",
    patterns=("*.conll",),
    offset_unit="token",
    about="One flat layer: where spans overlap the longest stays; tokens and sentences are found "
    "by the program's own rules.",
    write=write,
)
