"""Articles as a foreign file tells them, and the two readings that make a project of them.

A reader turns its file into Finds, by the file's own keys, names and offsets, each time it is
asked: first to tell a Schema what is there, then to draw it into Drafts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from annotator.formats.article import TITLE_LENGTH
from annotator.formats.before import Before
from annotator.formats.draft import Draft, held_fields
from annotator.formats.format import ReadOptions
from annotator.formats.schema import Schema, clean
from annotator.formats.values import cleaned
from annotator.model.codebook import DOCUMENT_DATE, Codebook, EntityField, SpanField, field_named
from annotator.model.corpus import Annotator, Entry, Heading, Item
from annotator.model.document import Article, Entity, State
from annotator.model.edit import shorten
from annotator.model.errors import InputError
from annotator.model.segment import Extent
from annotator.model.text import Origin, Unit

Given = tuple[str, Mapping[str, object]]
"""An entity as it stands: its type, "" where its mentions' label tells, and its fields."""


@dataclass(slots=True, kw_only=True)
class Mention:
    """A span. `quote` as in Draft.span; `entity` is its key among the entities, "" for none.

    A field that the project knows as pointing at a span or an entity has its key; `points` are
    such fields of spans, known or not.
    """

    key: str
    label: str
    extents: Sequence[Extent]
    quote: str | None = None
    fields: dict[str, object] = field(default_factory=dict)
    points: Mapping[str, str] = field(default_factory=dict)
    entity: str = ""


@dataclass(slots=True, kw_only=True)
class Tie:
    """A link; `place` is told in faults."""

    type: str
    from_key: str
    to_key: str
    fields: dict[str, object] = field(default_factory=dict)
    symmetric: bool = False
    place: str = ""


@dataclass(slots=True)
class Sheet:
    """All that one person said of an article."""

    mentions: list[Mention] = field(default_factory=list)
    ties: list[Tie] = field(default_factory=list)
    state: State = "in_progress"

    def refer(self, known: Codebook | None) -> None:
        """Ties that a codebook knows as fields pointing at annotations become those fields."""
        mentions = {mention.key: mention for mention in self.mentions}
        rest = []
        for tie in self.ties:
            start = mentions.get(tie.from_key)
            kinds = known.fields(clean(start.label)) if known is not None and start else ()
            kind = field_named(kinds, clean(tie.type))
            if start is not None and isinstance(kind, SpanField):
                start.fields[kind.name] = tie.to_key
            else:
                rest.append(tie)
        self.ties = rest

    def tell(
        self,
        schema: Schema,
        known: Codebook | None,
        entities: Entities,
        given: Mapping[str, Given],
    ) -> None:
        """Say all of it to the schema, but for what leads nowhere: drawing will tell of that."""
        labels = {mention.key: mention.label for mention in self.mentions}
        for mention in self.mentions:
            schema.label(mention.label)
            kinds = known.fields(clean(mention.label)) if known is not None else ()
            points = dict(mention.points)
            for name, value in mention.fields.items():
                kind = field_named(kinds, clean(name)) if kinds else None
                if isinstance(kind, EntityField):
                    schema.entity(mention.label, entities.type_of(str(value)))
                elif isinstance(kind, SpanField):
                    points[name] = str(value)
                else:
                    schema.value(mention.label, name, cleaned(value))
            for name, key in points.items():
                target = DOCUMENT_DATE if key == DOCUMENT_DATE else labels.get(key)
                if target is not None:
                    schema.reference(mention.label, name, target)
            if mention.entity:
                entities.mention(mention, schema, given.get(mention.entity))
        for tie in self.ties:
            if tie.from_key in labels and tie.to_key in labels:
                ends = labels[tie.from_key], labels[tie.to_key]
                schema.link(tie.type, *ends, symmetric=tie.symmetric)
                for name, value in tie.fields.items():
                    schema.link_value(tie.type, name, cleaned(value))

    def draw(self, draft: Draft, schema: Schema, entities: Entities) -> None:
        """Give the draft all of it. Raises InputError as the draft does."""
        for mention in self.mentions:
            kinds = schema.codebook.fields(clean(mention.label))
            fields: dict[str, object] = {}
            for name, value in mention.fields.items():
                if isinstance(field_named(kinds, clean(name)), EntityField):
                    fields[name] = entities.id_of(str(value), mention.key)
                else:
                    fields[name] = cleaned(value)
            fields |= mention.points
            if mention.entity:
                name = schema.entity_field(mention.label)
                fields[name] = entities.id_of(mention.entity, mention.key)
            draft.span(mention.key, mention.label, mention.extents, fields, quote=mention.quote)
        for tie in self.ties:
            fields = {name: cleaned(value) for name, value in tie.fields.items()}
            draft.link(tie.type, tie.from_key, tie.to_key, fields, place=tie.place)


class Entities:
    """The entities that articles speak of, by keys of the file's own.

    Those of a head come first and have its ids as keys; others are added as they are met, in the
    first of two readings.
    """

    def __init__(self, head: Before) -> None:
        self._types = {key: entity.type for key, entity in head.entities.items()}
        self._fields: dict[str, dict[str, object]] = {
            key: dict(entity.fields) for key, entity in head.entities.items()
        }
        self._ids: dict[str, str] = {}

    def add(self, key: str, entity_type: str, fields: Mapping[str, object]) -> None:
        """There is an entity, or more to say of it; what was said of it first stays."""
        self._types.setdefault(key, entity_type)
        held_already = self._fields.setdefault(key, {})
        for name, value in fields.items():
            held_already.setdefault(name, cleaned(value))

    def mention(self, mention: Mention, schema: Schema, given: Given | None) -> None:
        """An entity is mentioned, and perhaps told of beside it for the first time."""
        entity_type, fields = given or (self.type_of(mention.entity), {})
        kept = schema.entity(mention.label, entity_type)
        if given is not None and mention.entity not in self:
            self.add(mention.entity, kept, fields)

    def __contains__(self, key: str) -> bool:
        return key in self._types

    def type_of(self, key: str) -> str:
        """Its entity type, "" for a key that is not there."""
        return self._types.get(key, "")

    def id_of(self, key: str, place: str) -> str:
        """The id that it was given. Raises InputError where there is none of that key."""
        if key not in self._ids:
            raise InputError("It points at an entity that is not there.", place=place)
        return self._ids[key]

    def tell(self, schema: Schema) -> None:
        """Say to the schema what they hold."""
        for key, entity_type in self._types.items():
            schema.entity_value(entity_type, "name", "")
            for name, value in self._fields[key].items():
                schema.entity_value(entity_type, name, value)

    def made(self, codebook: Codebook, options: ReadOptions) -> Iterator[Entity]:
        """The records, with new ids. Raises InputError where a value is not of its field's kind."""
        for key, name in self._types.items():
            kind = codebook.entity_type(name)
            assert kind is not None  # the schema was told of it
            fields = held_fields(kind.fields, self._fields[key], name, shorten(key, 60))
            self._ids[key] = options.new_id()
            yield Entity(id=self._ids[key], type=name, fields=fields)


@dataclass(slots=True, kw_only=True)
class Found:
    """An article as a file has it: a sheet for each person, by login ("": nobody is named).

    `raw` is its text, in which offsets count `unit`. `entities` are what it says of those that its
    mentions point at. Without a title it has its first line as that where it is `titled`. `source`,
    `line` and `place` are told in faults, `notes` when it is read in.
    """

    source: str
    raw: str
    unit: Unit = "code point"
    article: Article
    titled: bool = False
    sheets: Mapping[str, Sheet] = field(default_factory=dict)
    entities: Mapping[str, Given] = field(default_factory=dict)
    notes: Sequence[str] = ()
    line: int | None = None
    place: str = ""


Finds = Callable[[ReadOptions], Iterable[Found | InputError]]
"""The articles from the start each time it is called; one that can't be read is its fault."""


def _quiet(_: str) -> None:
    """Each note is told once, in the second reading."""


@dataclass(slots=True)
class Foreign:
    """A project to be read: what it and its file are called, and what it brings."""

    name: str
    source: str
    options: ReadOptions
    head: Before = field(default_factory=Before)
    base: Codebook | None = None
    schema: Schema = field(init=False)
    entities: Entities = field(init=False)
    _logins: dict[str, Annotator] = field(init=False)

    def __post_init__(self) -> None:
        """The schema and the entities are the readings' own."""
        self.name = clean(self.head.name or self.name)
        self.schema = Schema(self.name, self.options.codebook, self._declared, self.base)
        self.entities = Entities(self.head)
        self._logins = {person.login: person for person in self.head.annotators.values()}

    @property
    def _declared(self) -> Codebook | None:
        return self.head.codebook if self.head.items else None

    @property
    def known(self) -> Codebook | None:
        """The codebook whose names the articles use, as far as can be told before reading."""
        return self._declared or self.options.codebook or self.base

    def items(self, finds: Finds) -> Iterator[Item]:
        """The items. Faults of an article go to `options.fault`; raises InputError."""
        people = self._seen(finds(replace(self.options, note=_quiet, cut=_quiet)))
        self.entities.tell(self.schema)
        yield Heading(name=self.name, codebook=self.schema.codebook)
        for login, person in people.items():
            people[login] = replace(person, id=self.options.new_id())
        yield from people.values()
        try:
            yield from self.entities.made(self.schema.codebook, self.options)
        except InputError as fault:
            raise unplaced(fault, self.source) from None
        for found in finds(self.options):
            try:
                if isinstance(found, InputError):
                    raise found
                entry = self._entry(found, people)
            except InputError as fault:
                self.options.fault(fault)
            else:
                yield entry

    def _login(self, login: str) -> str:
        if login in self._logins:
            return login
        return clean(login) if login.strip() else self.options.annotator

    def _seen(self, founds: Iterable[Found | InputError]) -> dict[str, Annotator]:
        """Who has work there, by login; faults are told in the second reading."""
        people: dict[str, Annotator] = {}
        for found in founds:
            if isinstance(found, Found):
                for login, sheet in found.sheets.items():
                    name = self._login(login)
                    people.setdefault(name, self._logins.get(name, Annotator(id="", login=name)))
                    sheet.tell(self.schema, self.known, self.entities, found.entities)
        return people

    def _entry(self, found: Found, people: Mapping[str, Annotator]) -> Entry:
        works = []
        try:
            origin = Origin(found.raw, found.unit)
            draft = Draft(origin, self.schema, self.options)
            if not draft.text.value.strip():
                raise InputError("The text is empty.")
            for login, sheet in found.sheets.items():
                draft = Draft(origin, self.schema, self.options)
                sheet.draw(draft, self.schema, self.entities)
                works.append(draft.work(people[self._login(login)], sheet.state))
            article = found.article
            if found.titled and not article.title:
                first = next(filter(str.strip, origin.text.value.splitlines()))
                article = replace(article, title=shorten(first, TITLE_LENGTH))
            entry = draft.entry(article, *works)
        except InputError as fault:
            place = ", ".join(part for part in (found.place, fault.place) if part)
            fault = type(fault)(fault.message, place=place)
            raise unplaced(fault, found.source, found.line) from None
        for note in found.notes:
            self.options.note(note)
        return entry


def unplaced(fault: InputError, source: str, line: int | None = None) -> InputError:
    """A fault of a draft with the file that it is in."""
    return type(fault)(fault.message, source=source, line=line, place=fault.place)
