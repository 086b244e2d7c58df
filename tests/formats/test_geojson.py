"""GeoJSON by the rules of RFC 7946."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from tests.formats.carrying import hand_out, read_back
from tests.formats.projects import (
    ACTOR,
    OTHER,
    OWNER,
    PLACE,
    entry,
    full,
    news,
    projects,
    span,
    uid,
    work,
)  # fmt: skip

from annotator import resources
from annotator.formats.fit import Losses
from annotator.formats.geojson import GEOJSON
from annotator.formats.own import OWN
from annotator.model.corpus import Heading, Item
from annotator.model.document import Entity

HERE = replace(PLACE, fields={**PLACE.fields, "lon": 38.25, "aliases": ("Tadmur",)})


def place(number: int, **fields: Any) -> Entity:
    return Entity(id=uid(number), type="place", fields={"name": f"P{number}", **fields})


def out(tmp_path: Path, items: list[Item]) -> tuple[dict[str, Any], Losses]:
    _, losses = hand_out(GEOJSON, items, tmp_path / "x.geojson")
    found: dict[str, Any] = json.loads((tmp_path / "x.geojson").read_text("utf-8"))
    check(found)
    return found, losses


def check(found: dict[str, Any]) -> None:
    """§3 and §4: members, order and range of coordinates; no crs; ids once."""
    assert found["type"] == "FeatureCollection"
    assert not {"crs", "coordinates", "geometry", "properties"} & set(found)
    ids = []
    for feature in found["features"]:
        assert feature["type"] == "Feature"
        assert set(feature) == {"type", "id", "geometry", "properties"}
        assert feature["geometry"]["type"] == "Point"
        lon, lat = feature["geometry"]["coordinates"]
        assert -180 <= lon <= 180
        assert -90 <= lat <= 90
        assert isinstance(feature["properties"], dict)
        ids.append(feature["id"])
    assert len(ids) == len(set(ids))


def items(*rest: Item) -> list[Item]:
    return [Heading(name="Test", codebook=news()), OWNER, OTHER, ACTOR, *rest]


def test_a_place_with_its_mentions(tmp_path: Path) -> None:
    mention = span(41, "Place", 10, 17, entity=PLACE.id)
    again = span(43, "Place", 10, 17, entity=PLACE.id)  # a second annotator's: the same mention
    other = span(44, "Place", 0, 4, entity=PLACE.id)
    first = entry(work(mention), work(again, other, owner=OTHER), date="2016-12-11")
    found, losses = out(tmp_path, items(HERE, first, entry(work(mention), number=21)))
    (feature,) = found["features"]
    assert feature["id"] == PLACE.id
    assert feature["geometry"]["coordinates"] == [38.25, 34.5]
    assert feature["properties"] == {
        "name": "Palmyra", "lat": 34.5, "lon": 38.25, "geonames_id": 1, "aliases": ["Tadmur"],
        "entity_type": "place", "mentions": 3, "article_count": 2,
        "articles": [
            {"id": uid(20), "title": "Taken", "date": "2016-12-11", "mentions": 2},
            {"id": uid(21), "title": "Taken", "mentions": 1},
        ],
    }  # fmt: skip
    assert losses.counts == {"entities that are no places": 1}


def test_what_is_left_out_is_told(tmp_path: Path) -> None:
    rows = [
        place(12), place(13, lat=1.0), place(14, lat=91.0, lon=0.0), place(15, lat=0.0, lon=181),
        place(16, lat=float("nan"), lon=0.0), place(17, lat=True, lon=False),
        place(18, lat=0, lon=0),
        Entity(id=uid(19), type="gone", fields={"lat": 1, "lon": 1}),
    ]  # fmt: skip
    spans = (
        span(40, "Actor", 0, 4, entity=ACTOR.id),
        span(41, "Place", 0, 4),
        span(42, "Cue", 0, 4),
    )
    found, losses = out(tmp_path, items(*rows, entry(work(*spans))))
    assert [f["id"] for f in found["features"]] == [uid(18)]
    assert losses.counts == {
        "entities that are no places": 2,
        "places without coordinates": 3,
        "coordinates off the globe": 3,
        "spans that name no place on the map": 3,
    }
    assert losses.whole == {uid(n) for n in (10, 12, 13, 14, 15, 16, 17, 19, 40, 41, 42)}


def test_without_articles_and_without_places(tmp_path: Path) -> None:
    assert len(out(tmp_path, items(HERE))[0]["features"]) == 1
    assert out(tmp_path, items(entry()))[0] == {"type": "FeatureCollection", "features": []}


def test_a_field_steps_aside(tmp_path: Path) -> None:
    odd = replace(HERE, fields={**HERE.fields, "mentions": "many"})
    properties = out(tmp_path, items(odd))[0]["features"][0]["properties"]
    assert (properties["mentions"], properties["field_mentions"]) == (0, "many")


def test_the_sample(tmp_path: Path) -> None:
    found, losses = out(tmp_path, read_back(OWN, resources.path("sample/palmyra.jsonl")))
    names = {f["properties"]["name"]: f["properties"] for f in found["features"]}
    assert names["Palmyra"]["mentions"] > 5
    assert losses.counts["places without coordinates"] > 0


def test_any_project_and_the_same_bytes(tmp_path: Path) -> None:
    @settings(
        max_examples=40,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
        deadline=None,
    )
    @given(projects())
    def run(given_items: list[Item]) -> None:
        out(tmp_path, given_items)

    run()
    out(tmp_path, full())
    before = (tmp_path / "x.geojson").read_bytes()
    out(tmp_path, full())
    assert (tmp_path / "x.geojson").read_bytes() == before
