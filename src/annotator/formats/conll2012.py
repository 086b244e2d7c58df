"""CoNLL-2012 (Pradhan et al. 2012): names in brackets, and chains of mentions of one entity.

Of its columns this program knows the word, the names and, as coreference, which mentions point at
the same entity; the others are written as unknown, each sentence as a flat tree. What an entity is
stands in lines "#entity CHAIN JSON" behind the end of its document, where tools look at nothing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from annotator.formats.before import Before
from annotator.formats.beside import entity_told
from annotator.formats.files import numbered
from annotator.formats.fit import NESTED, apart
from annotator.formats.format import Format, ReadOptions, WriteOptions, Written
from annotator.formats.tagged import (
    Block,
    Paper,
    Run,
    blocks,
    closed,
    peek,
    read_papers,
    tag_name,
    text_lines,
    words,
    write_documents,
)
from annotator.formats.tokens import tokenised, told
from annotator.model.corpus import Entry, Item
from annotator.model.document import Annotation, Article, Entity
from annotator.model.errors import InputError

_BEGIN, _END, _ENTITY = "#begin document", "#end document", "#entity "
_NAME = re.compile(r"#begin document \((.*)\)(?:; part (\d+))?")
_NAMES, _WIDTH = 10, 12
"""The column of names; how many columns there are at least."""


# -- writing ---------------------------------------------------------------------------------------


def write(items: Iterable[Item], target: Path, options: WriteOptions) -> Written:
    """An article is a document of one part; of each the one work that is there."""

    def document(entry: Entry, before: Before) -> tuple[str, int]:
        return _document(entry, before, options)

    return write_documents(items, target, document)


def _document(entry: Entry, before: Before, options: WriteOptions) -> tuple[str, int]:
    text, name = entry.text.value, numbered(before.written.articles, entry.article.title)
    found = tokenised(text)
    lose = told(options.lose, entry.article.id)
    fitting = [a for work in entry.works for a in work.annotations]
    kept = apart(fitting, before.codebook, lose, nesting=options.columns)
    kept = _once(kept, lose)
    covered = [found.covered(a.start, a.end) for a in kept]
    runs = [(c[0], c[-1] + 1, tag_name(a.label)) for a, c in zip(kept, covered, strict=True)]
    pointed = [before.entity(a) for a in kept]
    chains: dict[str, str] = {}
    mentions = [
        (first, after, chains.setdefault(entity.id, str(len(chains))))
        for (first, after, _), entity in zip(runs, pointed, strict=True)
        if entity is not None
    ]
    names, refers = _names(runs, len(found.flat)), _chains(mentions, len(found.flat))
    parts = [f"{_BEGIN} ({name}); part 000\n"]
    at = 0
    for row in found.rows:
        for n, one in enumerate(words(text, row)):
            tree = f"{'(TOP' if n == 0 else ''}*{')' if n == len(row) - 1 else ''}"
            parts.append(f"{name} 0 {n} {one} XX {tree} - - - - {names[at]} {refers[at]}\n")
            at += 1
        parts.append("\n")
    parts.append(f"{_END}\n")
    parts += [f"{_ENTITY}{chain} {_said(before.entities[k])}\n" for k, chain in chains.items()]
    return "".join(parts), len(kept)


def _once(
    annotations: list[Annotation], lose: Callable[[str, Annotation], None]
) -> list[Annotation]:
    """One annotation of each extent: a chain would not tell which of two it is of."""
    taken: set[tuple[int, int]] = set()
    kept = []
    for annotation in annotations:
        if (extent := (annotation.start, annotation.end)) in taken:
            lose(NESTED, annotation)
        else:
            taken.add(extent)
            kept.append(annotation)
    return kept


def _said(entity: Entity) -> str:
    return json.dumps({"id": entity.id, **entity_told(entity)}, ensure_ascii=False)


def _names(runs: Sequence[Run], length: int) -> list[str]:
    """(PERSON* *) for each token, (PERSON) where it is one token."""
    opens, closes = [""] * length, [""] * length
    for first, after, label in sorted(runs, key=lambda run: (run[0], -run[1])):
        opens[first] += f"({label}"
        closes[after - 1] += ")"
    return [
        f"{a}{b}" if a.count("(") == 1 and b == ")" else f"{a}*{b}"
        for a, b in zip(opens, closes, strict=True)
    ]


def _chains(mentions: Sequence[Run], length: int) -> list[str]:
    """(3 … 3) for each token, (3) where it is one token, apart by |."""
    cells: list[list[str]] = [[] for _ in range(length)]
    for first, after, chain in sorted(mentions, key=lambda run: (run[0], -run[1])):
        if after == first + 1:
            cells[first].append(f"({chain})")
        else:
            cells[first].append(f"({chain}")
            cells[after - 1].append(f"{chain})")
    return ["|".join(cell) or "-" for cell in cells]


# -- reading ---------------------------------------------------------------------------------------


def read(path: Path, options: ReadOptions) -> Iterator[Item]:
    """An article for each part of a document; chains are entities named by their first mention."""

    def papers() -> Iterator[Paper | InputError]:
        lines = text_lines(path, options)
        for block in blocks(lines, lambda line: line.startswith(_BEGIN), path.name):
            try:
                yield _paper(block)
            except InputError as fault:
                yield InputError(fault.message, source=path.name, line=fault.line)

    yield from read_papers(path, options, papers)


def _paper(block: Block) -> Paper:
    paper = Paper(block.line, article=Article(id="", title=_title(block.head)))
    keys = _declared(block, paper)
    sentence: list[tuple[int, list[str]]] = []
    for number, line in (*block.rows, (0, "")):
        if line and not line.startswith("#"):
            row = line.split()
            if len(row) < _WIDTH:
                message = f"Expected {_WIDTH} columns or more, got {len(row)}."
                raise InputError(message, line=number)
            sentence.append((number, row))
        elif sentence and not line:
            _sentence(paper, sentence, keys)
            sentence = []
    return paper


def _title(head: str) -> str:
    match = _NAME.match(head)
    if match is None:
        return ""
    part = int(match[2][:9]) if match[2] else 0
    return f"{match[1]} part {part}" if part else match[1]


def _declared(block: Block, paper: Paper) -> dict[str, str]:
    """Chain → the key of its entity, of what "#entity" lines say."""
    keys: dict[str, str] = {}
    for number, line in block.rows:
        if line.startswith(_ENTITY):
            chain, _, said = line.removeprefix(_ENTITY).partition(" ")
            try:
                told = json.loads(said)
                key, kind, fields = str(told["id"]), str(told["type"]), dict(told["fields"])
            except (ValueError, TypeError, KeyError, RecursionError):
                message = "Expected #entity, a chain and a JSON object with id, type and fields."
                raise InputError(message, line=number) from None
            keys[chain] = key
            paper.chains[key] = (kind, fields)
    return keys


def _sentence(paper: Paper, rows: list[tuple[int, list[str]]], keys: dict[str, str]) -> None:
    starts = paper.sentence([row[3] for _, row in rows])
    refers = {
        (first, after): keys.get(chain, f"{paper.line}/{chain}")
        for first, after, chain in closed((number, row[-1]) for number, row in rows)
    }
    for run in closed((number, row[_NAMES]) for number, row in rows):
        paper.mark(run, starts, refers.pop(run[:2], ""))
    for (first, after), chain in refers.items():
        paper.mark((first, after, "Mention"), starts, chain)


def recognises(path: Path) -> bool:
    """True where it begins with a document."""
    return any(line.startswith(_BEGIN) for line in peek(path)[:3])


CONLL2012 = Format(
    id="conll2012",
    name="CoNLL-2012 (OntoNotes)",
    patterns=("*.conll", "*_conll", "*.conll2012"),
    carries=frozenset(("nesting", "overlap", "entities")),
    offset_unit="token",
    about="Names in brackets and, as coreference, the mentions of each entity: of spans that "
    "overlap the longest stays, with the option of columns those nest that don't cross; spans over "
    "several sentences and the exact blanks are lost.",
    recognises=recognises,
    read=read,
    write=write,
)
