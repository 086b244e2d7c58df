"""GeoJSON (RFC 7946): each place with coordinates, how often it is named and in which articles.

A place is an entity of a type with the fields `lat` and `lon`, in degrees of WGS 84.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO

from annotator.formats.before import Before
from annotator.formats.files import replacing
from annotator.formats.format import Format, Loss, WriteOptions, Written
from annotator.model.corpus import Entry, Item
from annotator.model.document import Article, Entity, said

NOT_LOCATED, OFF_GLOBE = "places without coordinates", "coordinates off the globe"
NO_PLACE, NOT_A_PLACE = "spans that name no place on the map", "entities that are no places"


@dataclass(slots=True)
class _Place:
    entity: Entity
    at: tuple[float, float]
    mentions: dict[int, int] = field(default_factory=dict)
    """the number of an article → how often it names the place"""


def write(items: Iterable[Item], target: Path, options: WriteOptions) -> Written:
    """A feature for each place, in the order of the entities.

    What is kept until the end grows with the places and the titles of articles, not with texts.
    """
    before, places, articles = Before(), dict[str, _Place](), list[Article]()
    annotations = 0
    with replacing(target) as out:
        for entry in before.entries(items):
            if not articles:
                places = _located(before, options)
            annotations += _count(entry, before, places, len(articles), options)
            articles.append(entry.article)
        if not articles:
            places = _located(before, options)
        _features(places, articles, out)
    return replace(before.written, annotations=annotations, links=0)


def _located(before: Before, options: WriteOptions) -> dict[str, _Place]:
    """The places that can stand on a map; the other entities are told of."""
    places = {}
    for entity in before.entities.values():
        kind = before.codebook.entity_type(entity.type)
        names = {f.name for f in kind.fields} if kind is not None else set()
        lat, lon = _degrees(entity, "lat"), _degrees(entity, "lon")
        if not {"lat", "lon"} <= names:
            reason = NOT_A_PLACE
        elif lat is None or lon is None:
            reason = NOT_LOCATED
        elif not (-90 <= lat <= 90 and -180 <= lon <= 180):
            reason = OFF_GLOBE
        else:
            places[entity.id] = _Place(entity, (lon, lat))
            continue
        options.lose(Loss(reason=reason, article_id="", record_id=entity.id, whole=True))
    return places


def _degrees(entity: Entity, name: str) -> float | None:
    value = entity.fields.get(name)
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _count(
    entry: Entry, before: Before, places: dict[str, _Place], number: int, options: WriteOptions
) -> int:
    """Note the mentions of an article; how many spans they are. Two annotators' are one."""
    count = 0
    seen = set()
    for annotation in (a for work in entry.works for a in work.annotations):
        place = places.get(before.entity_id(annotation))
        if place is None:
            options.lose(
                Loss(
                    reason=NO_PLACE,
                    article_id=entry.article.id,
                    record_id=annotation.id,
                    whole=True,
                )
            )
            continue
        count += 1
        if (place.entity.id, annotation.fragments) not in seen:
            seen.add((place.entity.id, annotation.fragments))
            place.mentions[number] = place.mentions.get(number, 0) + 1
    return count


def _features(places: dict[str, _Place], articles: list[Article], out: BinaryIO) -> None:
    out.write(b'{"type":"FeatureCollection","features":[')
    between = b"\n"
    for place in places.values():
        out.write(between + _feature(place, articles))
        between = b",\n"
    out.write(b"\n]}\n")


def _feature(place: _Place, articles: list[Article]) -> bytes:
    named = [_named(articles[n], count) for n, count in place.mentions.items()]
    own = {
        "entity_type": place.entity.type,
        "mentions": sum(place.mentions.values()),
        "article_count": len(named),
        "articles": named,
    }
    # A field of the codebook with one of these names steps aside.
    fields = {f"field_{k}" if k in own else k: v for k, v in said(place.entity.fields).items()}
    feature = {
        "type": "Feature",
        "id": place.entity.id,
        "geometry": {"type": "Point", "coordinates": place.at},
        "properties": {**fields, **own},
    }
    return json.dumps(feature, ensure_ascii=False, separators=(",", ":")).encode()


def _named(article: Article, count: int) -> dict[str, object]:
    facts = {
        "id": article.id, "title": article.title, "source": article.source, "url": article.url,
        "date": article.date,
    }  # fmt: skip
    return {name: value for name, value in facts.items() if value} | {"mentions": count}


GEOJSON = Format(
    id="geojson",
    name="GeoJSON",
    patterns=("*.geojson",),
    carries=frozenset(
        (
            "nesting", "overlap", "fragments", "zero_width", "entities", "several_annotators",
            "facts",
        )
    ),
    about="A point for each place (an entity with lat and lon, WGS 84) with its fields, how often "
    "it is named and in which articles; places without coordinates are left out.",
    write=write,
)  # fmt: skip
