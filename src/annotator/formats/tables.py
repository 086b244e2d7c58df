"""A project as tables: articles, documents, spans, claims, links and entities.

Columns are the same for all rows of a table: first what every record has, then the fields of the
codebook; a field that has the name of a column before it is called field_….
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from annotator.formats.before import Before
from annotator.formats.values import as_text
from annotator.model.codebook import EntityField, Field, Label, LinkType, Value, field_named
from annotator.model.corpus import Entry, Work
from annotator.model.document import Annotation, Article, Fields
from annotator.model.text import Text

Cell = bool | int | float | str | None
TABLES = ("articles", "documents", "spans", "claims", "links", "entities")
BETWEEN = "; "
"""Between several sources, cues … of one claim."""

_FIXED = {
    "articles": (
        "article_id", "title", "source", "url", "language", "date", "date_source", "metadata",
        "characters", "text_sha256",
    ),
    "documents": ("document_id", "article_id", "annotator", "state", "spans", "links"),
    "spans": (
        "span_id", "article_id", "article_title", "annotator", "label", "start", "end",
        "fragments", "text", "entity_id", "entity",
    ),
    "claims": (
        "span_id", "article_id", "article_title", "article_source", "article_date", "annotator",
        "quote", "start", "end",
    ),
    "links": (
        "link_id", "article_id", "annotator", "type", "from_id", "from_label", "from_text",
        "to_id", "to_label", "to_text",
    ),
    "entities": ("entity_id", "type", "mentions", "articles"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a table, from an article ("": from none); its first cell is the record's id."""

    table: str
    article_id: str
    cells: list[Cell]


class _Where(NamedTuple):
    """Where a record stands, and whose it is."""

    article: Article
    text: Text
    whose: str


class Tables:
    """The rows of a project; made when what is before its entries is known."""

    def __init__(self, before: Before) -> None:
        self._before = before
        book = before.codebook
        claim = next((k for k in book.labels if k.name.casefold() == "claim"), None)
        self._claim: Label | None = claim
        self._ends = [k for k in book.link_types if claim and claim.name in k.from_labels]
        self._valued = {k.name for k in self._ends if any(map(self._has_value, k.to_labels))}
        self._fields = {
            "spans": _names(f for k in book.labels for f in book.fields(k.name)),
            "claims": _names(book.fields(claim.name) if claim else ()),
            "links": _names(f for k in book.link_types for f in k.fields),
            "entities": _names(f for k in book.entity_types for f in k.fields),
        }
        self._mentions: dict[str, int] = {}
        self._named_in: dict[str, int] = {}

    def _has_value(self, label: str) -> bool:
        return field_named(self._before.codebook.fields(label), "value") is not None

    def columns(self, table: str) -> list[str]:
        """The names of the columns."""
        names = [*_FIXED[table]]
        if table == "claims":
            for kind in self._ends:
                names += self._link_columns(kind)
        taken = set(names)
        fields = self._fields.get(table, ())
        return [*names, *(f"field_{f}" if f in taken else f for f in fields)]

    def _link_columns(self, kind: LinkType) -> list[str]:
        return [kind.name, f"{kind.name}_value"] if kind.name in self._valued else [kind.name]

    def lines(self, entry: Entry) -> Iterator[Line]:
        """The rows that come of an article."""
        article, text = entry.article, entry.text
        yield Line("articles", article.id, _article(article, text))
        named: set[str] = set()
        for work in entry.works:
            at = _Where(article, text, self._before.login(work))
            head = [work.id, article.id, at.whose, work.state]
            counts = [len(work.annotations), len(work.links)]
            yield Line("documents", article.id, [*head, *counts])
            held = {a.id: a for a in work.annotations}
            for annotation in work.annotations:
                entity = self._before.entity_id(annotation)
                if entity:
                    self._mentions[entity] = self._mentions.get(entity, 0) + 1
                    named.add(entity)
                yield Line("spans", article.id, self._span(annotation, entity, at))
            yield from self._links(work, held, at)
            yield from self._claims(work, held, at)
        for entity in named:
            self._named_in[entity] = self._named_in.get(entity, 0) + 1

    def _span(self, a: Annotation, entity: str, at: _Where) -> list[Cell]:
        fragments = BETWEEN.join(f"{start}-{end}" for start, end in a.fragments)
        return [
            a.id, at.article.id, at.article.title, at.whose, a.label, a.start, a.end, fragments,
            a.quote(at.text), entity, self._name(entity), *_values(a.fields, self._fields["spans"]),
        ]  # fmt: skip

    def _name(self, entity_id: str) -> str:
        entity = self._before.entities.get(entity_id)
        return entity.name if entity is not None else ""

    def _links(self, work: Work, held: Mapping[str, Annotation], at: _Where) -> Iterator[Line]:
        for link in work.links:
            ends: list[Cell] = []
            for end in (held[link.from_id], held[link.to_id]):
                ends += [end.id, end.label, end.quote(at.text)]
            fields = _values(link.fields, self._fields["links"])
            cells = [link.id, at.article.id, at.whose, link.type, *ends, *fields]
            yield Line("links", at.article.id, cells)

    def _claims(self, work: Work, held: Mapping[str, Annotation], at: _Where) -> Iterator[Line]:
        if self._claim is None:
            return
        targets: dict[tuple[str, str], list[Annotation]] = {}
        for link in work.links:
            targets.setdefault((link.from_id, link.type), []).append(held[link.to_id])
        for a in work.annotations:
            if a.label != self._claim.name:
                continue
            cells: list[Cell] = [
                a.id, at.article.id, at.article.title, at.article.source, at.article.date,
                at.whose, a.quote(at.text), a.start, a.end,
            ]  # fmt: skip
            for kind in self._ends:
                ends = targets.get((a.id, kind.name), [])
                cells.append(BETWEEN.join(self._told(end, at.text) for end in ends))
                if kind.name in self._valued:
                    cells.append(BETWEEN.join(as_text(end.fields.get("value")) for end in ends))
            fields = _values(a.fields, self._fields["claims"])
            yield Line("claims", at.article.id, [*cells, *fields])

    def _told(self, annotation: Annotation, text: Text) -> str:
        """Who or what it is by name, else its words."""
        return self._name(self._before.entity_id(annotation)) or annotation.quote(text)

    def entities(self) -> Iterator[Line]:
        """The rows of the entities, once all articles are counted."""
        for entity in self._before.entities.values():
            counts = [self._mentions.get(entity.id, 0), self._named_in.get(entity.id, 0)]
            fields = _values(entity.fields, self._fields["entities"])
            yield Line("entities", "", [entity.id, entity.type, *counts, *fields])


def _names(fields: Iterable[Field]) -> tuple[str, ...]:
    """The fields' names, each once; an entity field has columns of its own."""
    return tuple(dict.fromkeys(f.name for f in fields if not isinstance(f, EntityField)))


def _values(fields: Fields, names: tuple[str, ...]) -> list[Cell]:
    return [_cell(fields.get(name)) for name in names]


def _cell(value: Value) -> Cell:
    return as_text(value) if isinstance(value, tuple) else value


def _article(article: Article, text: Text) -> list[Cell]:
    pairs = tuple(f"{name}: {value}" for name, value in article.metadata.items())
    return [
        article.id, article.title, article.source, article.url, article.language, article.date,
        article.date_source, as_text(pairs) if pairs else "", len(text), text.sha256,
    ]  # fmt: skip
