"""The two readings of a foreign project: what its articles say, then the records."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from annotator.formats.draft import Draft
from annotator.formats.format import ReadOptions
from annotator.formats.head import Head
from annotator.formats.schema import Schema, clean
from annotator.formats.sheet import Entities, Sheet, unplaced
from annotator.model.codebook import Codebook
from annotator.model.corpus import Annotator, Entry, Heading, Item
from annotator.model.document import Article, State
from annotator.model.errors import InputError
from annotator.model.text import Origin


@dataclass(slots=True, kw_only=True)
class Found:
    """An article as a file has it: what each person, by login, said of it, and how far they are.

    `source` is told in faults.
    """

    source: str
    origin: Origin
    article: Article
    sheets: Mapping[str, tuple[Sheet, State]] = field(default_factory=dict)


Look = Callable[[ReadOptions], Found]
"""Reads an article. Raises InputError with its file."""


@dataclass(slots=True)
class Foreign:
    """A project to be read: what it is called, what it brings, what its articles say."""

    name: str
    head: Head
    options: ReadOptions
    base: Codebook | None = None
    schema: Schema = field(init=False)
    entities: Entities = field(init=False)

    def __post_init__(self) -> None:
        """The schema and the entities are the readings' own."""
        known, declared = self.options.codebook, self.head.codebook
        self.schema = Schema(self.head.name or self.name, known, declared, self.base)
        self.entities = Entities(self.head)

    @property
    def known(self) -> Codebook | None:
        """The codebook whose names the articles use, as far as can be told before reading."""
        return self.head.codebook or self.options.codebook or self.base

    def items(self, looks: Callable[[], Iterable[Look]]) -> Iterator[Item]:
        """The items; `looks` gives the articles, from the start each time it is called.

        Faults of an article go to `options.fault`.
        """
        logins = self._seen(looks())
        self.entities.tell(self.schema)
        name = clean(self.head.name or self.name)
        yield Heading(name=name, codebook=self.schema.codebook)
        people: dict[str, Annotator] = {}
        for login in logins:
            known = self.head.annotators.get(login, Annotator(id="", login=login))
            people[login] = replace(known, id=self.options.new_id())
        yield from people.values()
        yield from self.entities.made(self.schema.codebook, self.options)
        try:
            for look in looks():
                try:
                    entry = self._entry(look(self.options), people)
                except InputError as fault:
                    self.options.fault(fault)
                else:
                    yield entry
        except InputError as fault:  # the file itself breaks off
            self.options.fault(fault)

    def _seen(self, looks: Iterable[Look]) -> list[str]:
        """The logins; faults are told in the second reading."""
        quiet = ReadOptions(encoding=self.options.encoding, columns=self.options.columns)
        logins: dict[str, None] = {}
        try:
            for look in looks:
                try:
                    found = look(quiet)
                except InputError:
                    continue
                for login, (sheet, _) in found.sheets.items():
                    logins[login or self.options.annotator] = None
                    sheet.tell(self.schema, self.known, self.entities)
        except InputError:
            pass
        return [*logins]

    def _entry(self, found: Found, people: Mapping[str, Annotator]) -> Entry:
        draft = Draft(found.origin, self.schema, self.options)
        works = []
        try:
            for login, (sheet, state) in found.sheets.items():
                draft = Draft(found.origin, self.schema, self.options)
                sheet.draw(draft, self.schema, self.entities)
                works.append(draft.work(people[login or self.options.annotator], state))
        except InputError as fault:
            raise unplaced(fault, found.source) from None
        return draft.entry(found.article, *works)
