"""An article as WebAnno and UIMA see it: marks with features and slots, and arcs between them.

The formats of that family write a Page out and read one in; only this module and `page_in` know
the model behind it.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from annotator.formats.before import Before
from annotator.formats.fit import FIELDS, LOST_END
from annotator.formats.fit import FRAGMENTS as IN_FRAGMENTS
from annotator.formats.format import Loss
from annotator.formats.layers import FRAGMENTS, NEXT, Feature, Layer, Layers
from annotator.formats.values import storable
from annotator.model.codebook import DOCUMENT_DATE, SpanField
from annotator.model.corpus import Entry, Work
from annotator.model.document import Annotation, Entity, Fields, Link

UNKNOWN = "not in the codebook"
BRANCH = "branches of a chain"
TOO_LARGE = "whole numbers over 32 bits"
_INTEGER = 1 << 31


@dataclass(slots=True, eq=False)
class Mark:
    """An annotation of a layer; offsets as the one who made it counts."""

    type: str
    begin: int
    end: int
    values: dict[str, object] = field(default_factory=dict)
    slots: dict[str, list[tuple[str, Mark]]] = field(default_factory=dict)
    """feature → roles ("": none) and the marks that it points at"""


@dataclass(slots=True, eq=False)
class Arc:
    """A relation: from its Governor to its Dependent."""

    type: str
    source: Mark
    target: Mark
    values: dict[str, object] = field(default_factory=dict)


@dataclass(slots=True)
class Page:
    """A text with its marks and arcs.

    `facts` are those of the article and its document; "ours" among them says that this program
    wrote them. `layers` are what a header names: feature → "", or a slot's target.
    """

    text: str
    marks: list[Mark] = field(default_factory=list)
    arcs: list[Arc] = field(default_factory=list)
    facts: dict[str, str] = field(default_factory=dict)
    layers: dict[str, dict[str, str]] = field(default_factory=dict)


def facts_of(entry: Entry, before: Before) -> dict[str, str]:
    """What is said of an article and of the one document on it."""
    article = entry.article
    facts = {
        "title": article.title, "source": article.source, "url": article.url,
        "language": article.language, "date": article.date, "date_source": article.date_source,
    }  # fmt: skip
    if article.metadata:
        facts["metadata"] = json.dumps(dict(article.metadata), ensure_ascii=False, sort_keys=True)
    for work in entry.works:
        facts |= {"annotator": before.login(work), "state": work.state}
    return {name: value for name, value in facts.items() if value}


class Layout:
    """Lays the one work of an entry out on a Page; offsets are code points.

    `lose` hears of what the layers have no place for.
    """

    def __init__(
        self, layers: Layers, entities: Mapping[str, Entity], lose: Callable[[Loss], None]
    ) -> None:
        self._layers, self._entities, self._lose = layers, entities, lose

    def page(self, entry: Entry) -> tuple[Page, int, int]:
        """The page, and how many annotations and links are on it."""
        page = Page(text=entry.text.value)
        links = 0
        made: dict[str, Mark] = {}
        for work in entry.works:
            for annotation in work.annotations:
                if (mark := self._mark(annotation, page, entry.article.id)) is not None:
                    made[annotation.id] = mark
            for annotation in work.annotations:
                if annotation.id in made:
                    self._references(annotation, made)
            links += self._links(work, made, page, entry.article.id)
        page.marks.sort(key=lambda mark: (mark.begin, -mark.end))
        return page, len(made), links

    def _mark(self, annotation: Annotation, page: Page, article_id: str) -> Mark | None:
        layer = self._layers.spans.get(annotation.label)
        reason = UNKNOWN if layer is None else ""
        if layer is not None and len(annotation.fragments) > 1 and FRAGMENTS not in layer.slots:
            reason = IN_FRAGMENTS
        if layer is None or reason:
            self._whole(reason, article_id, annotation)
            return None
        (begin, end), *others = annotation.fragments
        mark = Mark(layer.type, begin, end)
        mark.values = self._values(layer, annotation, article_id)
        page.marks.append(mark)
        if others:
            further = [Mark(layer.type, *extent) for extent in others]
            page.marks += further
            mark.slots[FRAGMENTS] = [("", other) for other in further]
        return mark

    def _values(self, layer: Layer, annotation: Annotation, article_id: str) -> dict[str, object]:
        given = annotation.fields
        if not given:
            return {}
        values: dict[str, object] = {}
        for name, feature in layer.features.items():
            value = given.get(feature.field.name)
            if value is None:
                continue
            match feature.part:
                case "name":
                    entity = self._entities.get(str(value))
                    values[name] = entity.name if entity is not None else ""
                case "date":
                    if value == DOCUMENT_DATE:
                        values[name] = True
                case _:
                    values[name] = value
        known = {f.name for f in self._layers.codebook.fields(annotation.label)}
        self._count(FIELDS, article_id, annotation, len(given.keys() - known))
        return self._fitting(values, layer.features, article_id, annotation)

    def _fitting(
        self,
        values: dict[str, object],
        features: Mapping[str, Feature],
        article_id: str,
        record: Annotation | Link,
    ) -> dict[str, object]:
        """`values` without what is empty or no Integer; Java would refuse the whole file."""
        large = [
            name
            for name, value in values.items()
            if features[name].range == "Integer"
            and isinstance(value, int)
            and not -_INTEGER <= value < _INTEGER
        ]
        self._count(TOO_LARGE, article_id, record, len(large))
        return {n: v for n, v in values.items() if n not in large and v not in ("", ())}

    def _references(self, annotation: Annotation, made: Mapping[str, Mark]) -> None:
        for name, slot in self._layers.spans[annotation.label].slots.items():
            if isinstance(slot.field, SpanField):
                target = made.get(str(annotation.fields.get(slot.field.name)))
                if target is not None:
                    made[annotation.id].slots[name] = [("", target)]

    # -- links -------------------------------------------------------------------------------------

    def _links(self, work: Work, made: Mapping[str, Mark], page: Page, article_id: str) -> int:
        labels = {a.id: a.label for a in work.annotations}
        heads: dict[Mark, Mark] = {}  # chained mark → what it is reached from, for the circles
        count = 0
        for link in work.links:
            source, target = made.get(link.from_id), made.get(link.to_id)
            reason = LOST_END
            if source is not None and target is not None:
                ends = (labels[link.from_id], source, target)
                reason = self._link(link, *ends, heads, page, article_id)
            if reason:
                self._whole(reason, article_id, link)
            else:
                count += 1
        return count

    def _link(
        self, link: Link, label: str, source: Mark, target: Mark, heads: dict[Mark, Mark],
        page: Page, article_id: str,
    ) -> str:  # fmt: skip
        """Put a link on the page; gives back why it can't be, or ""."""
        kind = self._layers.codebook.link_type(link.type)
        if kind is None:
            return UNKNOWN
        if relation := self._layers.relations.get(link.type):
            if source.type != relation.base or target.type != relation.base:
                return UNKNOWN
            given: dict[str, object] = {
                name: link.fields[feature.field.name]
                for name, feature in relation.features.items()
                if feature.field.name in link.fields
            }
            values = self._fitting(given, relation.features, article_id, link)
            page.arcs.append(Arc(relation.type, source, target, values))
            return ""
        if slot := self._layers.slot_of(kind, label):
            source.slots.setdefault(slot.name, []).append((role_of(link.fields), target))
            return ""
        layer = self._layers.spans[label]
        if layer.chain is None or target.type != layer.type:
            return UNKNOWN
        if NEXT in source.slots or target in heads or _head(source, heads) is target:
            return BRANCH
        heads[target] = source
        source.slots[NEXT] = [("", target)]
        return ""

    def _whole(self, reason: str, article_id: str, record: Annotation | Link) -> None:
        self._lose(Loss(reason=reason, article_id=article_id, record_id=record.id, whole=True))

    def _count(self, reason: str, article_id: str, record: Annotation | Link, count: int) -> None:
        if count:
            loss = Loss(reason=reason, article_id=article_id, record_id=record.id, count=count)
            self._lose(loss)


def _head(mark: Mark, heads: Mapping[Mark, Mark]) -> Mark:
    while mark in heads:
        mark = heads[mark]
    return mark


def role_of(fields: Fields) -> str:
    """The fields of a link as the role of a slot: a role alone as it is, else a JSON object."""
    role = fields.get("role")
    if len(fields) == 1 and isinstance(role, str) and not role.startswith("{"):
        return role
    return json.dumps(dict(fields), ensure_ascii=False, sort_keys=True) if fields else ""


def fields_of(role: str) -> dict[str, object]:
    """The fields of a link whose role `role_of` made, or another program."""
    if role.startswith("{"):
        try:
            found = json.loads(role)
        except (ValueError, RecursionError):
            found = None
        if isinstance(found, dict):
            return {storable(name): _plain(value) for name, value in found.items()}
    return {"role": role} if role else {}


def _plain(value: object) -> object:
    """A value out of JSON as a field may hold it."""
    if isinstance(value, list):
        return [storable(str(part)) for part in value]
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value if isinstance(value, bool | int | float) else storable(str(value))
