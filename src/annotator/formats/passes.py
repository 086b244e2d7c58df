"""Articles as a foreign file tells them, and the two passes that make a project of them.

A reader turns its file into Sheets, by the file's own keys, names and offsets, each time it is
asked; what they say becomes the codebook, and then each becomes an Entry.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from annotator.formats.draft import Draft, held_fields
from annotator.formats.format import ReadOptions
from annotator.formats.schema import Schema, clean
from annotator.model.codebook import DOCUMENT_DATE, Codebook, SpanField, field_named
from annotator.model.corpus import Annotator, Entry, Heading, Item, Work
from annotator.model.document import Article, Entity
from annotator.model.edit import shorten
from annotator.model.errors import InputError
from annotator.model.segment import Extent
from annotator.model.text import Origin, Unit

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


@dataclass(slots=True, kw_only=True)
class SpanRow:
    """An annotation as it stands; `entity` is a key of the sheet's entities, "": none."""

    label: str
    extents: tuple[Extent, ...]
    fields: dict[str, object] = field(default_factory=dict)
    quote: str | None = None
    entity: str = ""


@dataclass(slots=True, kw_only=True)
class LinkRow:
    """A link between two spans by their keys."""

    type: str
    from_key: str
    to_key: str
    fields: Mapping[str, object] = field(default_factory=dict)
    symmetric: bool = False


@dataclass(slots=True)
class Layer:
    """What one annotator said of one article."""

    spans: dict[str, SpanRow] = field(default_factory=dict)
    links: list[LinkRow] = field(default_factory=list)

    def add(self, key: str, row: SpanRow) -> None:
        """A span. Raises InputError where its key is there already."""
        if key in self.spans:
            raise InputError("The id is there already.", place=shorten(key, 60))
        self.spans[key] = row


@dataclass(frozen=True, slots=True)
class EntityRow:
    """An entity as it stands."""

    type: str
    fields: Mapping[str, object]


@dataclass(slots=True, kw_only=True)
class Sheet:
    """One article with everybody's work on it; `layers` by login, "" where nobody is named.

    `line` or `place` says where it stands in the file, for faults. `notes` are told when it is
    read in.
    """

    text: str
    article: Article = field(default_factory=lambda: Article(id=""))
    layers: dict[str, Layer] = field(default_factory=dict)
    entities: Mapping[str, EntityRow] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    source: str = ""
    line: int | None = None
    place: str = ""


Sheets = Callable[[], Iterator["Sheet | InputError"]]
"""The file from its start, each time it is called; an article that can't be read is its fault."""


def project(
    path: Path,
    sheets: Sheets,
    options: ReadOptions,
    unit: Unit = "code point",
    declare: Callable[[Schema], None] = lambda _: None,
) -> Iterator[Item]:
    """The items of a file. `declare` tells what the file says of its labels beside their use.

    Raises InputError; a fault of one article goes to `options.fault`.
    """
    reading = _Reading(path, options, unit)
    declare(reading.schema)
    for sheet in sheets():
        if isinstance(sheet, Sheet):
            reading.tell(sheet)
    yield Heading(name=clean(path.stem), codebook=reading.schema.codebook)
    yield from reading.annotators()
    yield from reading.entities()
    for sheet in sheets():
        try:
            if isinstance(sheet, InputError):
                raise sheet
            entry = reading.entry(sheet)
        except InputError as fault:
            options.fault(fault)
        else:
            yield entry


class _Reading:
    """What the first pass has found, for the second."""

    def __init__(self, path: Path, options: ReadOptions, unit: Unit) -> None:
        self.schema = Schema(path.stem, options.codebook)
        self._path, self._options, self._unit = path, options, unit
        self._known = options.codebook or Codebook(name="")
        self._owners: dict[str, Annotator] = {}
        self._entities: dict[str, tuple[str, EntityRow]] = {}
        self._entity_ids: dict[str, str] = {}

    def _login(self, login: str) -> str:
        return clean(login) if login.strip() else self._options.annotator

    def tell(self, sheet: Sheet) -> None:
        """Tell the schema what an article says."""
        for login, layer in sheet.layers.items():
            self._owners.setdefault(self._login(login), Annotator(id="", login=self._login(login)))
            self._as_fields(layer)
            for row in layer.spans.values():
                self._tell_span(sheet, layer, row)
            for link in layer.links:
                ends = layer.spans.get(link.from_key), layer.spans.get(link.to_key)
                if ends[0] is not None and ends[1] is not None:
                    self.schema.link(
                        link.type, ends[0].label, ends[1].label, symmetric=link.symmetric
                    )
                    for name, value in link.fields.items():
                        self.schema.link_value(link.type, name, _kept(value))

    def _tell_span(self, sheet: Sheet, layer: Layer, row: SpanRow) -> None:
        self.schema.label(row.label)
        kinds = self._known.fields(clean(row.label))
        for name, value in row.fields.items():
            kind = field_named(kinds, clean(name))
            target = layer.spans.get(str(value)) if isinstance(kind, SpanField) else None
            if target is not None:
                self.schema.reference(row.label, name, target.label)
            elif isinstance(kind, SpanField) and value == DOCUMENT_DATE:
                self.schema.reference(row.label, name, DOCUMENT_DATE)
            else:
                self.schema.value(row.label, name, _kept(value))
        entity = sheet.entities.get(row.entity)
        if entity is not None:
            kept = self.schema.entity(row.label, entity.type)
            if row.entity not in self._entities:
                self._entities[row.entity] = (kept, entity)
                for name, value in entity.fields.items():
                    self.schema.entity_value(kept, name, _kept(value))

    def _as_fields(self, layer: Layer) -> None:
        """Links that the project knows as fields pointing at annotations become those fields."""
        rest = []
        for link in layer.links:
            start = layer.spans.get(link.from_key)
            kinds = self._known.fields(clean(start.label)) if start is not None else ()
            kind = field_named(kinds, clean(link.type))
            if start is not None and isinstance(kind, SpanField):
                start.fields[kind.name] = link.to_key
            else:
                rest.append(link)
        layer.links = rest

    def annotators(self) -> Iterator[Annotator]:
        """Those whose work is there, in the order of the file."""
        for login, owner in self._owners.items():
            self._owners[login] = replace(owner, id=self._options.new_id())
            yield self._owners[login]

    def entities(self) -> Iterator[Entity]:
        """Those that are mentioned, in the order of the file. Raises InputError."""
        for key, (name, row) in self._entities.items():
            kind = self.schema.codebook.entity_type(name)
            kinds = kind.fields if kind is not None else ()
            try:
                fields = held_fields(kinds, _kept_all(row.fields), name, shorten(key, 60))
            except InputError as fault:
                raise InputError(fault.message, source=self._path.name, place=fault.place) from None
            entity = Entity(id=self._options.new_id(), type=name, fields=fields)
            self._entity_ids[key] = entity.id
            yield entity

    def entry(self, sheet: Sheet) -> Entry:
        """The article with its works. Raises InputError with its place."""
        try:
            origin = Origin(sheet.text, self._unit)
            if not origin.text.value.strip():
                raise InputError("The text is empty.")
            works = [self._work(origin, sheet, *pair) for pair in sheet.layers.items()]
            entry = Draft(origin, self.schema, self._options).entry(sheet.article, *works)
        except InputError as fault:
            places = [part for part in (sheet.place, fault.place) if part]
            raise type(fault)(
                fault.message,
                source=sheet.source or self._path.name,
                line=sheet.line,
                place=", ".join(places),
            ) from None
        for note in sheet.notes:
            self._options.note(note)
        return entry

    def _work(self, origin: Origin, sheet: Sheet, login: str, layer: Layer) -> Work:
        self._as_fields(layer)
        draft = Draft(origin, self.schema, self._options)
        for key, row in layer.spans.items():
            fields = _kept_all(row.fields)
            if row.entity:
                fields[self.schema.entity_field(row.label)] = self._entity_ids[row.entity]
            draft.span(key, row.label, row.extents, fields, quote=row.quote)
        for link in layer.links:
            draft.link(link.type, link.from_key, link.to_key, _kept_all(link.fields))
        return draft.work(self._owners[self._login(login)])


def _kept(value: object) -> object:
    """A value without characters that no database takes."""
    if isinstance(value, str):
        return _UNSTORABLE.sub("", value)
    if isinstance(value, list | tuple):
        return [_kept(part) for part in value]
    return value


def _kept_all(values: Mapping[str, object]) -> dict[str, object]:
    return {name: _kept(value) for name, value in values.items()}
