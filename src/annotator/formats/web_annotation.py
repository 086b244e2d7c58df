"""W3C Web Annotation (Recommendation of 2017) as JSON-LD: one collection with one page of items.

An article's text is the body of an annotation that describes it; then each span is an annotation
whose target selects text by position (code points, §4.2.5) and by quote (§4.2.4), and each link one
with the motivation linking, from its target to its body. An entity is described by an annotation
too, before the articles. Bodies with a `schema:name` are the field of that name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import BinaryIO
from uuid import NAMESPACE_OID, uuid5

import msgspec

from annotator.formats.before import Before
from annotator.formats.files import replacing
from annotator.formats.format import Feature, Format, Loss, WriteOptions, Written
from annotator.formats.values import as_text
from annotator.formats.web_annotation_in import read, recognises
from annotator.model.codebook import DOCUMENT_DATE, EntityField, SpanField
from annotator.model.corpus import Entry, Item, Work
from annotator.model.document import Annotation, Article, Entity, Link, said
from annotator.model.segment import Extent

CONTEXT = "http://www.w3.org/ns/anno.jsonld"
EMPTY = "documents without spans"
AROUND = 32
"""Code points of the prefix and the suffix of a quote."""

Json = dict[str, object]


class _Page:
    """The items of the page, as they are written."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self.total = 0

    def open(self, name: str) -> None:
        """What stands before the items."""
        iri = _iri(str(uuid5(NAMESPACE_OID, name)))
        head = {"@context": CONTEXT, "id": iri, "type": "AnnotationCollection", "label": name}
        page = {"id": f"{iri}#page", "type": "AnnotationPage", "partOf": iri, "startIndex": 0}
        self._out.write(msgspec.json.encode(head)[:-1] + b',"first":')
        self._out.write(msgspec.json.encode(page)[:-1] + b',"items":[')

    def add(self, annotations: Iterable[Json]) -> None:
        """Annotations, a line each."""
        for annotation in annotations:
            self._out.write(b",\n" if self.total else b"\n")
            self._out.write(msgspec.json.encode(annotation))
            self.total += 1

    def close(self) -> None:
        """What stands behind them."""
        self._out.write(b'\n]},"total":%d}\n' % self.total)


def write(items: Iterable[Item], target: Path, options: WriteOptions) -> Written:
    """The collection; its annotations a line each."""
    before = Before()
    with replacing(target) as out:
        page = _Page(out)
        for entry in before.entries(items):
            if before.written.articles == 1:
                page.open(before.name)
                page.add(_entity(e) for e in before.entities.values())
            page.add(_entry(entry, before))
            for work in (work for work in entry.works if not work.annotations):
                loss = Loss(reason=EMPTY, article_id=entry.article.id, record_id=work.id)
                options.lose(loss)
        if not before.written.articles:
            page.open(before.name)
            page.add(_entity(e) for e in before.entities.values())
        page.close()
    return before.written


def _iri(record_id: str) -> str:
    return f"urn:uuid:{record_id}"


def _value(value: str, purpose: str, name: str = "") -> Json:
    """A body of words; with a name it is a field."""
    body: Json = {"type": "TextualBody", "value": value, "format": "text/plain", "purpose": purpose}
    return {**body, "schema:name": name} if name else body


def _pointing(record_id: str, purpose: str, name: str = "") -> Json:
    """A body that is another thing."""
    body: Json = {"type": "SpecificResource", "source": _iri(record_id), "purpose": purpose}
    return {**body, "schema:name": name} if name else body


def _entity(entity: Entity) -> Json:
    fields = (_value(as_text(v), "describing", name) for name, v in said(entity.fields).items())
    return {
        "id": f"{_iri(entity.id)}#entity",
        "type": "Annotation",
        "motivation": "describing",
        "body": [_value(entity.type, "classifying"), *fields],
        "target": _iri(entity.id),
    }


def _entry(entry: Entry, before: Before) -> Iterator[Json]:
    yield _article(entry)
    for work in entry.works:
        yield from _work(work, entry, before)


def _article(entry: Entry) -> Json:
    article = entry.article
    facts = {
        "dcterms:title": article.title,
        "dcterms:publisher": article.source,
        "schema:url": article.url,
        "dcterms:date": article.date,
        "language": article.language,
    }
    target: Json = {"id": _iri(article.id), "type": "Text", "format": "text/plain"}
    target |= {name: value for name, value in facts.items() if value}
    if article.metadata:
        pairs = article.metadata.items()
        target["schema:additionalProperty"] = [
            {"schema:name": name, "schema:value": value} for name, value in pairs
        ]
    body = {"type": "TextualBody", "value": entry.text.value, "format": "text/plain"}
    return {
        "id": f"{_iri(article.id)}#text",
        "type": "Annotation",
        "motivation": "describing",
        "body": {**body, "purpose": "describing"},
        "target": target,
    }


def _work(work: Work, entry: Entry, before: Before) -> Iterator[Json]:
    creator: Json = {"type": "Person", "nickname": before.login(work)}
    text = entry.text.value
    for annotation in work.annotations:
        parts = [_selected(part, text, entry.article) for part in annotation.fragments]
        yield {
            "id": _iri(annotation.id),
            "type": "Annotation",
            "motivation": "classifying",
            "creator": creator,
            "body": list(_bodies(annotation, before)),
            "target": parts[0] if len(parts) == 1 else parts,
        }
    for link in work.links:
        yield _link(link, creator)


def _bodies(annotation: Annotation, before: Before) -> Iterator[Json]:
    yield _value(annotation.label, "classifying")
    if not annotation.fields:
        return
    kinds = before.kinds(annotation.label)
    for name, value in said(annotation.fields).items():
        match kinds.get(name):
            case EntityField():
                yield _pointing(str(value), "identifying")
            case SpanField() if value != DOCUMENT_DATE:
                yield _pointing(str(value), "linking", name)
            case _:
                yield _value(as_text(value), "describing", name)


def _selected(extent: Extent, text: str, article: Article) -> Json:
    """A part of an article, by position and, where it is not empty, by its words."""
    start, end = extent
    selectors: list[Json] = [{"type": "TextPositionSelector", "start": start, "end": end}]
    if start < end:
        quote: Mapping[str, str] = {
            "exact": text[start:end],
            "prefix": text[max(0, start - AROUND) : start],
            "suffix": text[end : end + AROUND],
        }
        selectors.append({"type": "TextQuoteSelector", **quote})
    return {"type": "SpecificResource", "source": _iri(article.id), "selector": selectors}


def _link(link: Link, creator: Json) -> Json:
    fields = (_value(as_text(v), "describing", name) for name, v in said(link.fields).items())
    return {
        "id": _iri(link.id),
        "type": "Annotation",
        "motivation": "linking",
        "creator": creator,
        "body": [_pointing(link.to_id, "linking"), _value(link.type, "classifying"), *fields],
        "target": _iri(link.from_id),
    }


_CARRIES: frozenset[Feature] = frozenset(
    (
        "text", "nesting", "overlap", "fragments", "zero_width", "links", "link_fields", "fields",
        "entities", "several_annotators", "facts",
    )
)  # fmt: skip

WEB_ANNOTATION = Format(
    id="web-annotation",
    name="W3C Web Annotation",
    patterns=("*.jsonld",),
    carries=_CARRIES,
    offset_unit="code point",
    about="One collection in JSON-LD with position and quote selectors; an article's text is the "
    "body of an annotation that stands before those on it; a document without spans is left out.",
    recognises=recognises,
    read=read,
    write=write,
)
