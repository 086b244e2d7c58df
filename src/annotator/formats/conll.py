"""CoNLL-2002 and CoNLL-2003: a token a line with its tag; sentences apart by a blank line.

Columns as in the shared tasks (Tjong Kim Sang 2002; Tjong Kim Sang and De Meulder 2003): token and
tag; token, part of speech, chunk, tag. This program knows neither part of speech nor chunk and
writes -X- and O. What real tools make of it is read too: blanks or tabs, columns left out, no
-DOCSTART-, blank lines in any number, lines that begin with # and have other columns.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from annotator.formats.before import Before
from annotator.formats.format import Format, Reader, ReadOptions, WriteOptions, Writer, Written
from annotator.formats.tagged import (
    Block,
    Paper,
    blocks,
    is_tag,
    layers,
    peek,
    read_papers,
    runs,
    text_lines,
    words,
    write_documents,
)
from annotator.formats.tokens import tokenised
from annotator.model.codebook import Codebook
from annotator.model.corpus import Entry, Item
from annotator.model.document import Article
from annotator.model.errors import InputError

_START = "-DOCSTART-"
_TITLE = re.compile(r"-DOCSTART-\s+\((.+)\)$")  # as in AIDA: -DOCSTART- (1 EU)


def _writer(between: str) -> Writer:
    """A writer with `between` in the columns between token and tags."""

    def write(items: Iterable[Item], target: Path, options: WriteOptions) -> Written:
        def document(entry: Entry, before: Before) -> tuple[str, int]:
            return _article(entry, before.codebook, options, between)

        return write_documents(items, target, document)

    return write


def _article(
    entry: Entry, codebook: Codebook, options: WriteOptions, between: str
) -> tuple[str, int]:
    text = entry.text.value
    found = tokenised(text)
    columns, count = layers(entry, found, codebook, options)
    tags = map(" ".join, zip(*columns, strict=True))
    outside = " ".join("O" for _ in columns)
    parts = [f"{_START}{between} {outside}\n\n"]
    for row in found.rows:
        parts += [f"{word}{between} {next(tags)}\n" for word in words(text, row)]
        parts.append("\n")
    return "".join(parts), count


def _reader(fixed: int) -> Reader:
    """A reader of files where `fixed` columns stand before the tags; fewer: the last has them."""

    def read(path: Path, options: ReadOptions) -> Iterator[Item]:
        def papers() -> Iterator[Paper | InputError]:
            lines = text_lines(path, options)
            for block in blocks(lines, lambda line: line.startswith(_START), path.name):
                try:
                    yield _paper(block, fixed)
                except InputError as fault:
                    yield InputError(fault.message, source=path.name, line=fault.line)

        yield from read_papers(path, options, papers)

    return read


def _paper(block: Block, fixed: int) -> Paper:
    """The article of a block. Raises InputError where a line has other columns than the first."""
    rows = [(number, _columns(line)) for number, line in block.rows]
    width = next((len(row) for _, row in rows if row and not _comment(row)), 0)
    sentences: list[list[list[str]]] = [[]]
    for number, row in rows:
        if not row:
            sentences.append([])
        elif len(row) == width:
            sentences[-1].append(row)
        elif not _comment(row):
            message = f"Expected {width} columns, got {len(row)}. Each line needs the same columns."
            raise InputError(message, line=number)
    match = _TITLE.match(block.head)
    paper = Paper(block.line, article=Article(id="", title=match[1] if match else ""))
    tagged = _tagged([row for sentence in sentences for row in sentence], width, fixed)
    for sentence in filter(None, sentences):
        starts = paper.sentence([row[0] for row in sentence])
        for column in tagged:
            for run in runs(row[column] for row in sentence):
                paper.mark(run, starts)
    return paper


def _columns(line: str) -> list[str]:
    """The columns of a line; of one with a tab those between tabs."""
    if "\t" in line:
        return [part.strip(" ") for part in line.split("\t")]
    return re.split(" +", line) if line else []


def _comment(row: list[str]) -> bool:
    return row[0].startswith("#")


def _tagged(rows: list[list[str]], width: int, fixed: int) -> range:
    """Which columns hold tags: those behind the fixed ones, at least the last."""
    if fixed and width > fixed:
        return range(fixed, width)
    first = width - 1
    while first > 1 and not fixed and all(is_tag(row[first - 1]) for row in rows):
        first -= 1
    return range(max(first, 1), width)


def _width(path: Path) -> int:
    """How many columns the first line of a file has; 0 where it is no such file."""
    for line in peek(path):
        if not line.startswith(("#", _START)):
            row = _columns(line)
            return len(row) if len(row) < 10 else 0
    return 0


CONLL2003 = Format(
    id="conll2003",
    name="CoNLL-2003",
    patterns=("*.conll", "*.conll2003", "*.iob", "*.bio"),
    carries=frozenset(("nesting", "overlap")),
    offset_unit="token",
    about="A token a line, its tag in the fourth column: of spans that overlap the longest stays, "
    "with a column for each label only of those of one label; spans over several sentences and the "
    "exact blanks are lost; tokens and sentences are found by the program's own rules.",
    recognises=lambda path: _width(path) >= 4,
    read=_reader(3),
    write=_writer(" -X- O"),
)
CONLL2002 = Format(
    id="conll2002",
    name="CoNLL-2002",
    patterns=("*.conll", "*.conll2002", "*.iob", "*.iob2", "*.bio"),
    carries=frozenset(("nesting", "overlap")),
    offset_unit="token",
    about="A token and its tag a line, as doccano, Label Studio and most taggers read it; the "
    "rules are those of CoNLL-2003.",
    recognises=lambda path: 0 < _width(path) < 4,
    read=_reader(0),
    write=_writer(""),
)
