"""What the columns of a table, or the keys of an object, hold: told by their usual names."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import BinaryIO, NamedTuple

from annotator.formats.article import Facts, articles, made
from annotator.formats.files import reading
from annotator.formats.format import Column, Format, ReadOptions
from annotator.model.corpus import Entry
from annotator.model.edit import shorten
from annotator.model.errors import InputError

MEANINGS: Mapping[str, tuple[str, ...]] = {
    "text": tuple(
        "text body content fulltext articletext articlebody articlecontent maintext bodytext "
        "plaintext story article".split()
    ),
    "title": tuple("title headline heading articletitle".split()),
    "url": tuple("url link uri permalink articleurl canonicalurl weburl sourceurl".split()),
    "source": tuple(
        "source sourcename publisher outlet newspaper publication medium sitename site domain "
        "sourcedomain provider".split()
    ),
    "date": tuple(
        "date published publishedat datepublished publicationdate publishdate datepublish pubdate "
        "publishedon documentdate".split()
    ),
    "language": tuple("language lang languagecode".split()),
}
"""Meaning → the names that say it, letters only, the likeliest first."""
_AUTHORS = frozenset("author authors byline creator writer".split())
_SAMPLES = 20
_SAMPLE_LENGTH = 120


class Record(NamedTuple):
    """A row or object, with the line or row that it starts on."""

    number: int
    cells: Mapping[str, str]


Records = Callable[[BinaryIO, str, ReadOptions], Iterator[Record]]
"""The rows of an open file; all have the same columns, or each the keys of its own."""


def tabular(
    *,
    id: str,
    name: str,
    patterns: tuple[str, ...],
    records: Records,
    about: str,
    knows: Callable[[bytes], bool] | None = None,
) -> Format:
    """The row of a format whose files are tables of articles."""

    def parse(file: BinaryIO, name: str, options: ReadOptions) -> Iterator[Entry]:
        return entries(records(file, name, options), name, options)

    def columns(path: Path, options: ReadOptions) -> list[Column]:
        with reading(path) as file:
            return described(records(file, path.name, options), options)

    return articles(
        id=id, name=name, patterns=patterns, parse=parse, about=about, knows=knows, columns=columns
    )


def entries(records: Iterable[Record], name: str, options: ReadOptions) -> Iterator[Entry]:
    """An article of each record that holds text.

    Raises InputError where the first has no column of texts; what else is wrong with a record is a
    fault of its own.
    """
    blank = first = 0
    for place, (number, cells) in enumerate(records):
        held = meanings(cells, options)
        if not place and "text" not in held.values():
            known = shorten(", ".join(cells), 200)
            message = f"No column is called text. Say which holds the text: {known}."
            raise InputError(message, source=name, line=number)
        try:
            text, facts = _told(cells, held)
            if text.strip():
                yield made(text, name, options, facts)
            else:
                blank, first = blank + 1, first or number
        except InputError as fault:
            options.fault(InputError(fault.message, source=name, line=number))
    if blank:
        options.note(f"{blank} without text left out, the first on line {first}.")


def meanings(names: Iterable[str], options: ReadOptions) -> dict[str, str]:
    """Column → what it holds, as in `ReadOptions.columns`; each meaning but metadata once."""
    found: dict[str, str] = {}
    ranked: dict[str, tuple[int, str]] = {}
    for name in names:
        found[name] = options.columns.get(name, "")
        if name not in options.columns:
            for meaning, known in MEANINGS.items():
                rank = _rank(name, known)
                if rank is not None and (rank, name) < ranked.get(meaning, (1000, "")):
                    ranked[meaning] = (rank, name)
    given = set(found.values())
    for meaning, (_, name) in ranked.items():
        if meaning not in given and not found[name]:
            found[name] = meaning
    return found


def _rank(name: str, known: tuple[str, ...]) -> int | None:
    """How likely it is; of dotted names the whole counts more than the last part."""
    whole, last = _letters(name), _letters(name.rpartition(".")[2])
    if whole in known:
        return known.index(whole)
    return 100 + known.index(last) if last in known else None


def _letters(name: str) -> str:
    return re.sub(r"[\W_]+", "", name.casefold())


def _told(cells: Mapping[str, str], held: Mapping[str, str]) -> tuple[str, Facts]:
    told: dict[str, list[str]] = {}
    metadata: dict[str, str] = {}
    for name, value in cells.items():
        meaning = held[name]
        if meaning in MEANINGS:
            told.setdefault(meaning, []).append(value)
        elif not meaning and value.strip():
            metadata["author" if _letters(name) in _AUTHORS else name] = value
    facts = {meaning: " ".join(values) for meaning, values in told.items() if meaning != "text"}
    text = "\n\n".join(value for value in told.get("text", []) if value.strip())
    return text, Facts(metadata=metadata, **facts)  # type: ignore[arg-type]  # no date_source


def described(records: Iterable[Record], options: ReadOptions) -> list[Column]:
    """The columns of the first records, each with the first value that it has."""
    samples: dict[str, str] = {}
    for record in islice(records, _SAMPLES):
        for name, value in record.cells.items():
            if not samples.get(name):
                samples[name] = shorten(" ".join(value.split()), _SAMPLE_LENGTH)
    held = meanings(samples, options)
    return [Column(name, sample, held[name]) for name, sample in samples.items()]
