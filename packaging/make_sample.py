"""Make resources/sample/palmyra.jsonl from the hand-made gold, once.

    .venv/bin/python packaging/make_sample.py palmyra.gold.json article.txt

Only what a person decided is kept: nulls go, and so do values that a rule of the codebook gives as
well. Ids follow from the gold's, so that the sample does not change when it is made again.
"""

from __future__ import annotations

import json
import sys
import uuid
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from annotator import resources
from annotator.formats import WriteOptions
from annotator.formats import codebook as codebooks
from annotator.formats.own import OWN
from annotator.model import compute
from annotator.model.codebook import DOCUMENT_DATE, Codebook, SpanField, Value
from annotator.model.corpus import Annotator, Entry, Heading, Item, Work
from annotator.model.document import (
    Annotation,
    Article,
    Document,
    Entity,
    Fields,
    Link,
    Status,
    place,
    said,
)
from annotator.model.text import Text, normalise

_SPACE = uuid.UUID("5b0c1d0e-6a50-5f4e-9a55-70616c6d7972")
_HEADLINE = "R2"


def sample_id(gold_id: str) -> str:
    """The id of a record of the gold ("A1", "document") in the sample."""
    return str(uuid.uuid5(_SPACE, gold_id))


def _fields(given: Mapping[str, Any]) -> dict[str, Value]:
    values = {k: tuple(v) if isinstance(v, list) else v for k, v in given.items()}
    return said(values)


def _entity(gold: Mapping[str, Any]) -> Entity:
    facts = {k: v for k, v in gold.items() if k not in ("id", "kind")}
    return Entity(id=sample_id(gold["id"]), type=gold["kind"], fields=_fields(facts))


def _annotation(gold: Mapping[str, Any], text: Text, codebook: Codebook) -> Annotation:
    if text[gold["start"] : gold["end"]] != gold["text"]:
        raise SystemExit(f"{gold['id']} does not stand where the gold says")
    fields = _fields(gold["attributes"])
    for field in codebook.fields(gold["label"]):
        value = fields.get(field.name)
        if value is None or value == DOCUMENT_DATE:
            continue
        if field.kind == "entity" or isinstance(field, SpanField):
            fields[field.name] = sample_id(str(value))
    extents = gold.get("fragments") or [[gold["start"], gold["end"]]]
    fragments = tuple((a, b) for a, b in extents)
    return Annotation(
        id=sample_id(gold["id"]), label=gold["label"], fragments=fragments, fields=fields
    )


def _link(gold: Mapping[str, Any]) -> Link:
    return Link(
        id=sample_id(f"{gold['type']} {gold['from']} {gold['to']}"),
        type=gold["type"],
        from_id=sample_id(gold["from"]),
        to_id=sample_id(gold["to"]),
        fields=_fields(gold.get("attributes", {})),
    )


def _decided(document: Document, codebook: Codebook) -> tuple[Annotation, ...]:
    """The annotations without the values that a rule gives as well."""
    kept = dict(document.annotations)
    for annotation in document.annotations.values():
        fields = dict(annotation.fields)
        for field in codebook.fields(annotation.label):
            if not field.computed or field.name not in fields:
                continue
            without: Fields = {k: v for k, v in fields.items() if k != field.name}
            bare = replace(annotation, fields=without)
            now = replace(document, annotations={**kept, bare.id: bare})
            if compute.effective_value(now, codebook, bare, field.name) == fields[field.name]:
                fields = dict(without)
                kept[annotation.id] = bare
    return tuple(sorted(kept.values(), key=place))


def items(gold: Mapping[str, Any], raw: str) -> list[Item]:
    """The sample project."""
    text = Text(normalise(raw))
    if text.sha256 != gold["text_sha256"]:
        raise SystemExit("the text is not the gold's")
    book = codebooks.decode(resources.path("codebooks/news.json").read_bytes())
    owner = Annotator(id=sample_id("annotator"), login="sample", name="Sample")
    headline = next(a["text"] for a in gold["annotations"] if a["id"] == _HEADLINE)
    article = Article(
        id=sample_id("article"),
        title=headline,
        source="homeWorld",
        language=gold["language"],
        date=gold["document_date"],
        date_source="given",
        text_sha256=text.sha256,
    )
    entities = sorted((_entity(e) for e in gold["entities"]), key=lambda e: e.id)
    annotations = (_annotation(a, text, book) for a in gold["annotations"])
    links = sorted((_link(r) for r in gold["relations"]), key=lambda k: k.id)
    document = Document(
        article=article,
        text=text,
        status=Status(id=sample_id("document"), owner_id=owner.id, state="in_progress"),
        annotations={a.id: a for a in annotations},
        links={k.id: k for k in links},
        entities={e.id: e for e in entities},
    )
    work = Work(
        id=document.id,
        owner_id=owner.id,
        state="in_progress",
        annotations=_decided(document, book),
        links=tuple(links),
    )
    heading = Heading(name="Palmyra sample", codebook=book)
    return [heading, owner, *entities, Entry(article=article, text=text, works=(work,))]


def main(gold_path: str, text_path: str) -> None:
    """Write the sample."""
    gold = json.loads(Path(gold_path).read_text("utf-8"))
    raw = Path(text_path).read_bytes().decode()
    assert OWN.write is not None
    print(OWN.write(items(gold, raw), resources.path("sample/palmyra.jsonl"), WriteOptions()))


if __name__ == "__main__":
    main(*sys.argv[1:])
