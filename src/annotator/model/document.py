"""What was said: annotations, links, entities, and the document that holds them."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal, TypeVar

from annotator.model.codebook import Value
from annotator.model.segment import Extent
from annotator.model.text import Text

Fields = Mapping[str, Value]
"""Field name → value; never holds None. Not to be changed in place."""

State = Literal["new", "in_progress", "submitted", "returned", "accepted"]
DateSource = Literal["", "given", "byline", "guessed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotation:
    """One labelled span of one or more fragments.

    `fragments` are half-open extents in code points, in reading order, not overlapping. A
    zero-width fragment is legal (imports bring them).
    """

    id: str
    label: str
    fragments: tuple[Extent, ...]
    fields: Fields = field(default_factory=dict)
    version: int = field(default=0, compare=False)

    @property
    def start(self) -> int:
        """Where the first fragment starts."""
        return self.fragments[0][0]

    @property
    def end(self) -> int:
        """Where the last fragment ends."""
        return self.fragments[-1][1]

    def quote(self, text: Text) -> str:
        """The words it covers; fragments joined by " … "."""
        return " … ".join(text[a:b] for a, b in self.fragments)

    def covers(self, at: int) -> bool:
        """True where offset `at` lies in or at the edge of a fragment."""
        return any(a <= at <= b for a, b in self.fragments)


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A typed link from one annotation to another; a symmetric one is stored once."""

    id: str
    type: str
    from_id: str
    to_id: str
    fields: Fields = field(default_factory=dict)
    version: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """A record of the project that mentions point at."""

    id: str
    type: str
    fields: Fields = field(default_factory=dict)
    version: int = field(default=0, compare=False)

    @property
    def name(self) -> str:
        """Its main name."""
        return str(self.fields.get("name") or "")

    @property
    def names(self) -> tuple[str, ...]:
        """Its main name, then its aliases."""
        aliases = self.fields.get("aliases")
        return (self.name, *(aliases if isinstance(aliases, tuple) else ()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """The facts of an article; its text is `Document.text`.

    `date` is the publication date (YYYY-MM-DD or ""), `date_source` how it is known,
    `metadata` free pairs. `text_sha256` names the frozen text.
    """

    id: str
    title: str = ""
    source: str = ""
    url: str = ""
    language: str = ""
    date: str = ""
    date_source: DateSource = ""
    metadata: Mapping[str, str] = field(default_factory=dict)
    text_sha256: str = ""
    version: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """The head of a document: whose work it is and how far. `id` is the document's id."""

    id: str
    owner_id: str
    state: State = "new"
    version: int = field(default=0, compare=False)


Record = Annotation | Link | Entity | Article | Status
"""What an edit changes. Each has an id; each version counts its changes from 1, 0 is unsaved."""


Place = tuple[int, int, str]


@dataclass(frozen=True, kw_only=True)
class Document:
    """One annotator's work on one article, with the project's entities it points at."""

    article: Article
    text: Text
    status: Status
    annotations: Mapping[str, Annotation] = field(default_factory=dict)
    links: Mapping[str, Link] = field(default_factory=dict)
    entities: Mapping[str, Entity] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """The document's id."""
        return self.status.id

    def record(self, like: Record) -> Record | None:
        """The record of this document with the type and id of `like`."""
        match like:
            case Annotation():
                return self.annotations.get(like.id)
            case Link():
                return self.links.get(like.id)
            case Entity():
                return self.entities.get(like.id)
            case Article():
                return self.article if self.article.id == like.id else None
            case _:
                return self.status if self.status.id == like.id else None

    def changed(self, pairs: Iterable[tuple[Record | None, Record | None]]) -> Document:
        """This document with each (before, after) put in place; no check is made.

        The maps are copied at most once each; what was looked up by place, link's end or name is
        carried over, so that an edit costs little in a long document. An article or status can't
        be removed: ValueError.
        """
        annotations: list[tuple[Annotation | None, Annotation | None]] = []
        links: list[tuple[Link | None, Link | None]] = []
        entities: list[tuple[Entity | None, Entity | None]] = []
        article, status = self.article, self.status
        for before, after in pairs:
            match (before, after):
                case (Annotation() | None, Annotation() | None):
                    annotations.append((before, after))
                case (Link() | None, Link() | None):
                    links.append((before, after))
                case (Entity() | None, Entity() | None):
                    entities.append((before, after))
                case (Article(), Article()):
                    article = after
                case (Status(), Status()):
                    status = after
                case _:
                    raise ValueError("an article or a status can't come or go")
        new = replace(
            self,
            article=article,
            status=status,
            annotations=_put(self.annotations, annotations),
            links=_put(self.links, links),
            entities=_put(self.entities, entities),
        )
        if (order := self.__dict__.get("_order")) is not None:
            new.__dict__["_order"] = _reordered(order, annotations)
        if (by_end := self.__dict__.get("_links_by_end")) is not None:
            new.__dict__["_links_by_end"] = _relinked(by_end, links)
        if (by_name := self.__dict__.get("_entities_by_name")) is not None:
            new.__dict__["_entities_by_name"] = _renamed(by_name, entities)
        return new

    @cached_property
    def _order(self) -> list[Place]:
        return sorted(map(place, self.annotations.values()))

    @cached_property
    def _links_by_end(self) -> Mapping[str, tuple[str, ...]]:
        return _relinked({}, [(None, link) for link in self.links.values()])

    @cached_property
    def _entities_by_name(self) -> Mapping[tuple[str, str], frozenset[str]]:
        return _renamed({}, [(None, entity) for entity in self.entities.values()])

    def entities_named(self, entity_type: str, words: str) -> list[Entity]:
        """The entities of a type that have these words among their names, case and blanks aside."""
        found = self._entities_by_name.get((entity_type, _folded(words)), ())
        return [self.entities[k] for k in sorted(found)]

    def links_of(self, annotation_id: str) -> Iterator[Link]:
        """The links that start or end at an annotation, the oldest first."""
        return (self.links[k] for k in self._links_by_end.get(annotation_id, ()))

    def links_from(self, annotation_id: str) -> Iterator[Link]:
        """The links that start at an annotation, the oldest first."""
        return (k for k in self.links_of(annotation_id) if k.from_id == annotation_id)

    def in_order(self) -> list[Annotation]:
        """The annotations by place: start, then the longer first, then id."""
        return [self.annotations[key[2]] for key in self._order]

    def starting_in(self, start: int, end: int) -> list[Annotation]:
        """The annotations whose start lies in `start`–`end` (inclusive), by place."""
        low = bisect_left(self._order, (start,))
        high = bisect_left(self._order, (end + 1,))
        return [self.annotations[key[2]] for key in self._order[low:high]]

    def position(self, annotation: Annotation) -> int:
        """How many annotations stand before this one, by place."""
        return bisect_left(self._order, place(annotation))


_Kept = TypeVar("_Kept", Annotation, Link, Entity)


def _put(
    records: Mapping[str, _Kept], pairs: list[tuple[_Kept | None, _Kept | None]]
) -> Mapping[str, _Kept]:
    if not pairs:
        return records
    new = dict(records)
    for before, after in pairs:
        if after is not None:
            new[after.id] = after
        elif before is not None:
            new.pop(before.id)
    return new


def _reordered(
    order: list[Place], pairs: list[tuple[Annotation | None, Annotation | None]]
) -> list[Place]:
    if not pairs:
        return order
    new = order.copy()
    for before, after in pairs:
        if before is not None:
            new.pop(bisect_left(new, place(before)))
        if after is not None:
            insort(new, place(after))
    return new


def _relinked(
    by_end: Mapping[str, tuple[str, ...]], pairs: list[tuple[Link | None, Link | None]]
) -> Mapping[str, tuple[str, ...]]:
    if not pairs:
        return by_end
    new = dict(by_end)
    for before, after in pairs:
        if before is not None:
            for end in {before.from_id, before.to_id}:
                rest = tuple(k for k in new.pop(end) if k != before.id)
                if rest:
                    new[end] = rest
        if after is not None:
            for end in {after.from_id, after.to_id}:
                new[end] = tuple(sorted((*new.get(end, ()), after.id)))
    return new


def _folded(name: str) -> str:
    return " ".join(name.split()).casefold()


def _keys(entity: Entity) -> set[tuple[str, str]]:
    return {(entity.type, _folded(name)) for name in entity.names}


def _renamed(
    by_name: Mapping[tuple[str, str], frozenset[str]],
    pairs: list[tuple[Entity | None, Entity | None]],
) -> Mapping[tuple[str, str], frozenset[str]]:
    if not pairs:
        return by_name
    new = dict(by_name)
    for before, after in pairs:
        if before is not None:
            for key in _keys(before):
                rest = new.pop(key) - {before.id}
                if rest:
                    new[key] = rest
        if after is not None:
            for key in _keys(after):
                new[key] = new.get(key, frozenset()) | {after.id}
    return new


def place(annotation: Annotation) -> Place:
    """Sort key by place in the text: start, then the longer first, then id."""
    return annotation.start, -annotation.end, annotation.id


def said(fields: Mapping[str, Value]) -> dict[str, Value]:
    """`fields` without what is not said: None, empty strings and empty lists."""
    return {name: value for name, value in fields.items() if value not in (None, "", ())}
