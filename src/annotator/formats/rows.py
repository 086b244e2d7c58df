"""Rows of a dataset for training: one for each document, complete in itself.

A row holds the article's text and facts, whose work it is, its spans with their fields, the links
between them by their place in `spans`, and the entities that the spans mention. Offsets are code
points; a field's value is text as `values.as_text` writes it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

from annotator.formats.before import Before
from annotator.formats.draft import Draft
from annotator.formats.fit import FURTHEST
from annotator.formats.format import ReadOptions, fault_in_day
from annotator.formats.schema import Schema, clean
from annotator.formats.values import as_text, held
from annotator.model.codebook import DOCUMENT_DATE, Codebook, EntityField, Field, SpanField
from annotator.model.corpus import Annotator, Entry, Heading, Item, Work
from annotator.model.document import Annotation, Article, DateSource, Entity, Link, State, said
from annotator.model.errors import InputError
from annotator.model.text import Origin

Row = dict[str, object]
Spec = str | tuple[str, ...] | list["Spec"] | dict[str, "Spec"]
"""The type of a column: string or int32; names: a class label; [list]; {struct}."""

_PAIRS: Spec = [{"name": "string", "value": "string"}]
FEATURES: dict[str, Spec] = {
    "article_id": "string",
    "title": "string",
    "source": "string",
    "url": "string",
    "language": "string",
    "date": "string",
    "date_source": "string",
    "metadata": _PAIRS,
    "annotator": "string",
    "state": "string",
    "text": "string",
    "spans": [
        {
            "label": "string",
            "start": "int32",
            "end": "int32",
            "text": "string",
            "fragments": [["int32"]],
            "entity": "string",
            "fields": _PAIRS,
        }
    ],
    "links": [{"type": "string", "from": "int32", "to": "int32", "fields": _PAIRS}],
    "entities": [{"id": "string", "type": "string", "name": "string", "fields": _PAIRS}],
}

# ---- out -----------------------------------------------------------------------------------------


class RowWriter:
    """Makes the rows of a project."""

    def __init__(self, before: Before) -> None:
        self._before = before
        self._entities: dict[str, Row] = {}

    def rows(self, entry: Entry) -> Iterator[Row]:
        """A row for each document; one without spans for an article that nobody worked on."""
        article = entry.article
        facts: Row = {
            "article_id": article.id,
            "title": article.title,
            "source": article.source,
            "url": article.url,
            "language": article.language,
            "date": article.date,
            "date_source": article.date_source,
            "metadata": _pairs(article.metadata),
            "text": entry.text.value,
        }
        for work in entry.works:
            yield {**facts, **self._work(work, entry.text.value)}
        if not entry.works:
            nobody = {"annotator": "", "state": "", "spans": [], "links": [], "entities": []}
            yield {**facts, **nobody}

    def _work(self, work: Work, text: str) -> Row:
        numbers = {a.id: n for n, a in enumerate(work.annotations)}
        mentioned: dict[str, None] = {}
        return {
            "annotator": self._before.login(work),
            "state": work.state,
            "spans": [self._span(a, text, numbers, mentioned) for a in work.annotations],
            "links": [_link(k, numbers) for k in work.links],
            "entities": [self._entity(k) for k in mentioned if k in self._before.entities],
        }

    def _span(
        self, a: Annotation, text: str, numbers: Mapping[str, int], mentioned: dict[str, None]
    ) -> Row:
        entity, fields = "", []
        if a.fields:
            kinds = self._before.kinds(a.label)
            for name, value in said(a.fields).items():
                kind = kinds.get(name)
                if isinstance(kind, EntityField):
                    entity = str(value)
                    mentioned[entity] = None
                    continue
                if isinstance(kind, SpanField):
                    value = str(numbers.get(str(value), value))
                fields.append({"name": name, "value": as_text(value)})
        start, end = a.start, a.end
        return {
            "label": a.label,
            "start": start,
            "end": end,
            "text": text[start:end],
            "fragments": a.fragments,
            "entity": entity,
            "fields": fields,
        }

    def _entity(self, entity_id: str) -> Row:
        if entity_id not in self._entities:
            entity = self._before.entities[entity_id]
            fields = {k: as_text(v) for k, v in said(entity.fields).items() if k != "name"}
            self._entities[entity_id] = {
                "id": entity.id,
                "type": entity.type,
                "name": entity.name,
                "fields": _pairs(fields),
            }
        return self._entities[entity_id]


def _pairs(given: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in given.items()]


def _link(link: Link, numbers: Mapping[str, int]) -> Row:
    return {
        "type": link.type,
        "from": numbers[link.from_id],
        "to": numbers[link.to_id],
        "fields": _pairs({name: as_text(value) for name, value in said(link.fields).items()}),
    }


# ---- in ------------------------------------------------------------------------------------------


class PairForm(msgspec.Struct):
    """A field or a fact."""

    name: str
    value: str


class SpanForm(msgspec.Struct):
    """A span; `entity` is the id of one in the row."""

    label: str
    start: int
    end: int
    text: str | None = None
    fragments: list[tuple[int, int]] = []
    entity: str = ""
    fields: list[PairForm] = []


class LinkForm(msgspec.Struct):
    """A link between spans by their numbers."""

    type: str
    start: int = msgspec.field(name="from")
    end: int = msgspec.field(name="to")
    fields: list[PairForm] = []


class EntityForm(msgspec.Struct):
    """An entity; `type` "" is told by the label that mentions it."""

    id: str
    type: str
    name: str = ""
    fields: list[PairForm] = []


class RowForm(msgspec.Struct):
    """A row as it is read; other columns are passed over."""

    text: str
    spans: list[SpanForm]
    links: list[LinkForm] = []
    entities: list[EntityForm] = []
    article_id: str = ""
    title: str = ""
    source: str = ""
    url: str = ""
    language: str = ""
    date: str = ""
    date_source: DateSource = ""
    metadata: list[PairForm] = []
    annotator: str = ""
    state: str = ""


_STATES: Mapping[str, State] = {state: state for state in FURTHEST}


class RowReader:
    """Reads the rows of one dataset; `look` at each first, then ask for `head` and `entry`."""

    def __init__(self, name: str, declared: Codebook | None, options: ReadOptions) -> None:
        self._options = options
        self._known = declared or options.codebook
        self.schema = Schema(name, known=options.codebook, declared=declared)
        self._name = name
        self._owners: dict[str, Annotator] = {}
        self._types: dict[tuple[str, str], str] = {}
        self._given: dict[tuple[str, str], EntityForm] = {}
        self._entities: dict[tuple[str, str], Entity] = {}

    def look(self, row: RowForm) -> None:
        """Take note of what a row says."""
        given = {entity.id: entity for entity in row.entities}
        if row.annotator or row.spans:
            self._owners.setdefault(row.annotator, Annotator(id="", login=""))
        for span in row.spans:
            self.schema.label(span.label)
            kinds = {f.name: f for f in self._kinds(span.label)}
            for pair in span.fields:
                if isinstance(kinds.get(clean(pair.name)), SpanField):
                    target = _span_at(row, pair.value)
                    self.schema.reference(span.label, pair.name, target)
                else:
                    self.schema.value(span.label, pair.name, pair.value)
            if span.entity:
                entity = given.get(span.entity) or EntityForm(span.entity, "", span.entity)
                self._entity(span.label, entity)
        for link in row.links:
            if 0 <= link.start < len(row.spans) and 0 <= link.end < len(row.spans):
                ends = row.spans[link.start].label, row.spans[link.end].label
                kind = self._known.link_type(clean(link.type)) if self._known is not None else None
                both = kind is not None and kind.symmetric
                self.schema.link(link.type, *ends, symmetric=both)
                for pair in link.fields:
                    self.schema.link_value(link.type, pair.name, pair.value)

    def _kinds(self, label: str) -> tuple[Field, ...]:
        return self._known.fields(clean(label)) if self._known is not None else ()

    def _entity(self, label: str, entity: EntityForm) -> None:
        kind = self.schema.entity(label, entity.type)
        self._types[entity.id, label] = kind
        if (entity.id, kind) not in self._given:
            self._given[entity.id, kind] = entity
            for pair in entity.fields:
                self.schema.entity_value(kind, pair.name, pair.value)

    def head(self) -> Iterator[Item]:
        """The project, its annotators and its entities."""
        codebook = self.schema.codebook
        yield Heading(name=self._name, codebook=codebook)
        for login in self._owners:
            owner = Annotator(id=self._options.new_id(), login=login or self._options.annotator)
            self._owners[login] = owner
            yield owner
        for key, given in self._given.items():
            kind = codebook.entity_type(key[1])
            kinds = {f.name: f for f in kind.fields} if kind is not None else {}
            values = {"name": given.name, **{clean(p.name): p.value for p in given.fields}}
            fields = {
                name: held(kinds[name], value) for name, value in values.items() if name in kinds
            }
            entity = Entity(id=self._options.new_id(), type=key[1], fields=said(fields))
            self._entities[key] = entity
            yield entity

    def entry(self, rows: list[RowForm]) -> Entry:
        """The article of rows that have its id. Raises InputError with the place in them."""
        first, origin = rows[0], Origin(rows[0].text)
        if not origin.text.value.strip():
            raise InputError("The text is empty.", place="text")
        if first.date and (fault := fault_in_day(first.date)):
            raise InputError(fault, place="date")
        if any(row.text != first.text for row in rows):
            message = "Rows of one article_id have different texts. Give each text its own."
            raise InputError(message, place="article_id")
        article = Article(
            id="",
            title=first.title,
            source=first.source,
            url=first.url,
            language=first.language,
            date=first.date,
            date_source=first.date_source,
            metadata={pair.name: pair.value for pair in first.metadata},
        )
        works: dict[str, Work] = {}
        draft = Draft(origin, self.schema, self._options)
        for row in rows:
            if not row.annotator and not row.spans:
                continue
            if row.annotator in works:
                message = "An annotator has one row for an article, this is the second."
                raise InputError(message, place="annotator")
            works[row.annotator] = self._read_work(row, origin)
        return draft.entry(article, *works.values())

    def _read_work(self, row: RowForm, origin: Origin) -> Work:
        draft = Draft(origin, self.schema, self._options)
        for n, span in enumerate(row.spans):
            fields: dict[str, object] = {pair.name: pair.value for pair in span.fields}
            if span.entity:
                key = span.entity, self._types[span.entity, span.label]
                fields[self.schema.entity_field(span.label)] = self._entities[key].id
            extents = span.fragments or [(span.start, span.end)]
            quote = span.text if len(extents) == 1 else None
            draft.span(str(n), span.label, extents, fields, quote=quote)
        for n, link in enumerate(row.links):
            pairs: dict[str, object] = {pair.name: pair.value for pair in link.fields}
            place = f"links[{n}]"
            draft.link(link.type, str(link.start), str(link.end), pairs, place=place)
        state = _STATES.get(row.state, "in_progress")
        return draft.work(self._owners[row.annotator], state)


def _span_at(row: RowForm, number: str) -> str:
    """The label of a span of the row by its number, as a reference has it."""
    if number.isdecimal() and len(number) < 10 and int(number) < len(row.spans):
        return row.spans[int(number)].label
    return DOCUMENT_DATE
