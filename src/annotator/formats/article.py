"""Articles out of files: their facts, their entries, and the row of a format that reads them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from annotator.formats.encoding import stored
from annotator.formats.files import reading
from annotator.formats.format import Column, Format, Parser, ReadOptions, fault_in_day
from annotator.model.corpus import Annotator, Entry, Item, Work
from annotator.model.document import Article, DateSource
from annotator.model.edit import shorten
from annotator.model.errors import InputError
from annotator.model.text import Text, normalise

HEAD = 64 << 10
"""Bytes in which a format is told from others of its name."""
MAX_BYTES = 64 << 20
"""of a file that is one article"""
TITLE_LENGTH = 120

_MONTHS = {
    name: number
    for number, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)
}
_ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?!\d)|(\d{4})(\d\d)(\d\d)(?![\d.,-])")
_DAY_MONTH = re.compile(r"(?:[a-z]{3,9}\.?,?\s+)?(\d{1,2})\s+([a-z]{3})[a-z]{0,6}\.?,?\s+(\d{4})\b")
_MONTH_DAY = re.compile(r"([a-z]{3})[a-z]{0,6}\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a file says of an article, as it says it; `date` in any form that `day` reads."""

    title: str = ""
    source: str = ""
    url: str = ""
    language: str = ""
    date: str = ""
    date_source: DateSource = "given"
    metadata: Mapping[str, str] = field(default_factory=dict)


_NOTHING = Facts()


def made(
    raw: str,
    file: str,
    options: ReadOptions,
    facts: Facts = _NOTHING,
    works: tuple[Work, ...] = (),
) -> Entry:
    """The entry of a text, titled by its first line where no title is told.

    The date of the options goes first; one that is no day is kept among the metadata. Raises
    InputError, which names `file`, where there is no text.
    """
    text = Text(stored(raw, file, options.note))
    first = next(line for line in text.value.splitlines() if line.strip())
    date = options.document_date or day(facts.date)
    told = {"file": file, **facts.metadata, "date": "" if day(facts.date) else facts.date}
    article = Article(
        id=options.new_id(),
        title=shorten(clean(facts.title) or clean(first), TITLE_LENGTH),
        source=clean(facts.source),
        url=clean(facts.url),
        language=clean(facts.language),
        date=date,
        date_source=("given" if options.document_date else facts.date_source) if date else "",
        metadata={name: clean(value) for name, value in told.items() if clean(value)},
        text_sha256=text.sha256,
    )
    return Entry(article=article, text=text, works=works)


def clean(value: object) -> str:
    """A fact on one line without what can't be stored; "" for none."""
    text = value if isinstance(value, str) else ""
    return " ".join(re.sub("[\x00-\x1f]", " ", normalise(text)).split())


def day(written: str) -> str:
    """The day that a date starts with, as YYYY-MM-DD; "" where there is none.

    2016-12-15T10:00Z (ISO 8601), 20161215T100000 (NITF), Thu, 15 Dec 2016 (RFC 5322) and December
    15, 2016; never 12/10/2016, which is another day in another country. It is the day where it was
    written: nothing is turned to UTC.
    """
    text = written.strip().lower()
    year = month = number = ""
    if found := _ISO.match(text):
        year, month, number = (part for part in found.groups() if part)
    elif found := _DAY_MONTH.match(text):
        number, month, year = found.groups()
    elif found := _MONTH_DAY.match(text):
        month, number, year = found.groups()
    if not month.isdigit():
        month = str(_MONTHS.get(month, ""))
    told = f"{year}-{month:>02}-{number:>02}"
    return told if fault_in_day(told) is None else ""


def articles(
    *,
    id: str,
    name: str,
    patterns: tuple[str, ...],
    parse: Parser,
    about: str = "",
    knows: Callable[[bytes], bool] | None = None,
    columns: Callable[[Path, ReadOptions], list[Column]] | None = None,
) -> Format:
    """The row of a format whose files hold articles alone."""

    def read(path: Path, options: ReadOptions) -> Iterator[Item]:
        with reading(path) as file:
            answered = _Answered(options)
            yield from _owned(parse(file, path.name, answered.options), answered)
        if not answered.done:
            raise InputError("There are no articles in the file.", source=path.name)

    def recognises(path: Path) -> bool:
        with reading(path) as file:
            return knows is not None and knows(file.read(HEAD))

    return Format(
        id=id,
        name=name,
        patterns=patterns,
        about=about,
        parse=parse,
        knows=knows,
        columns=columns,
        recognises=recognises if knows is not None else None,
        read=read,
    )


class _Answered:
    """Whether anything came of a file: an article, or a fault that was told and passed over."""

    def __init__(self, options: ReadOptions) -> None:
        self.done = False
        self._fault = options.fault
        self.options = replace(options, fault=self._told)

    def _told(self, fault: InputError) -> None:
        self.done = True
        self._fault(fault)


def _owned(entries: Iterator[Entry], answered: _Answered) -> Iterator[Item]:
    """The entries; where one has regions on it, whose work they are goes before it."""
    options = answered.options
    person: Annotator | None = None
    for entry in entries:
        answered.done = True
        if entry.works:
            if person is None:
                person = Annotator(id=options.new_id(), login=options.annotator)
                yield person
            works = tuple(replace(work, owner_id=person.id) for work in entry.works)
            entry = replace(entry, works=works)
        yield entry
