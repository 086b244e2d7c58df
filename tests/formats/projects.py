"""Small projects to write and read: one by hand, and Hypothesis strategies for any."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import strategies as st

from annotator import resources
from annotator.formats import ReadOptions, WriteOptions
from annotator.formats import codebook as codebooks
from annotator.formats.own import OWN
from annotator.model.codebook import Codebook, Value
from annotator.model.corpus import Annotator, Entry, Heading, Item, Work
from annotator.model.document import Annotation, Article, Entity, Link, place
from annotator.model.errors import InputError
from annotator.model.text import Text, normalise


@cache
def news() -> Codebook:
    return codebooks.decode(resources.path("codebooks/news.json").read_bytes())


def uid(number: int) -> str:
    return str(UUID(int=number))


OWNER = Annotator(id=uid(1), login="ada", name="Ada")
OTHER = Annotator(id=uid(2), login="bob")
ACTOR = Entity(id=uid(10), type="actor", fields={"name": "ISIS", "aliases": ("IS", "Daesh")})
PLACE = Entity(id=uid(11), type="place", fields={"name": "Palmyra", "lat": 34.5, "geonames_id": 1})
TEXT = "ISIS took Palmyra last Sunday, the BBC said. ISIS left.\n\nThe end."


def span(number: int, label: str, start: int, end: int, /, **fields: Value) -> Annotation:
    return Annotation(id=uid(number), label=label, fragments=((start, end),), fields=fields)


def entry(*works: Work, text: str = TEXT, number: int = 20, **facts: Any) -> Entry:
    held = Text(text)
    article = Article(id=uid(number), title="Taken", text_sha256=held.sha256, **facts)
    return Entry(article=article, text=held, works=works)


def work(*annotations: Annotation, links: tuple[Link, ...] = (), owner: Annotator = OWNER) -> Work:
    return Work(
        id=uid(30 + int(owner is OTHER)),
        owner_id=owner.id,
        state="in_progress",
        annotations=tuple(sorted(annotations, key=place)),
        links=links,
    )


def project(*entries: Entry) -> list[Item]:
    return [Heading(name="Test", codebook=news()), OWNER, OTHER, ACTOR, PLACE, *entries]


def full() -> list[Item]:
    """Every kind of record: fields of each kind, links, fragments, two annotators."""
    annotations = (
        span(40, "Actor", 0, 4, entity=ACTOR.id, uncertain=True),
        span(41, "Place", 10, 17, entity=PLACE.id, use="literal"),
        span(42, "Date", 18, 29, type="DATE", value="2016-12-11", anchor="t0"),
        span(43, "Cue", 39, 43),
        span(44, "Actor", 31, 38, entity=ACTOR.id),
        span(45, "Quantity", 0, 0, value=1.5, low=1, high=2),
        Annotation(
            id=uid(46),
            label="Claim",
            fragments=((0, 9), (18, 29)),
            fields={"context": ("military", "territory"), "event": "COERCE", "mode": "seize"},
        ),
        span(47, "Date", 18, 22, type="DURATION", value="P1D", end=uid(42)),
    )
    links = (
        Link(id=uid(50), type="source", from_id=uid(46), to_id=uid(44)),
        Link(id=uid(51), type="cue", from_id=uid(46), to_id=uid(43)),
    )
    facts: dict[str, Any] = {
        "source": "Wire",
        "url": "https://example.org/1",
        "language": "en",
        "date": "2016-12-15",
        "date_source": "byline",
        "metadata": {"b": "2", "a": "1"},
    }
    first = entry(work(*annotations, links=links), work(owner=OTHER), **facts)
    return project(first, entry(text="أخبار 😀 e\u0301", number=21))


def written(tmp_path: Path, items: list[Item]) -> Path:
    target = tmp_path / "project.jsonl"
    assert OWN.write is not None
    OWN.write(items, target, WriteOptions())
    return target


def read(path: Path, **options: Any) -> list[Item]:
    assert OWN.read is not None
    return list(OWN.read(path, ReadOptions(**options)))


def lines(tmp_path: Path) -> list[dict[str, Any]]:
    """The full project as JSON, to be broken."""
    return [json.loads(line) for line in written(tmp_path, full()).read_bytes().splitlines()]


def saved(tmp_path: Path, data: list[dict[str, Any]]) -> Path:
    target = tmp_path / "broken.jsonl"
    rows = (json.dumps(row, ensure_ascii=False) + "\n" for row in data)
    target.write_text("".join(rows), "utf-8", newline="")
    return target


def article(data: list[dict[str, Any]]) -> dict[str, Any]:
    return next(row for row in data if row["type"] == "article" and row["documents"])


def first_work(data: list[dict[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = article(data)["documents"][0]
    return found


def annotation(data: list[dict[str, Any]], number: int) -> dict[str, Any]:
    return next(a for a in first_work(data)["annotations"] if a["id"] == uid(number))


def refused(tmp_path: Path, data: list[dict[str, Any]], **options: Any) -> InputError:
    with pytest.raises(InputError) as caught:
        read(saved(tmp_path, data), **options)
    assert type(caught.value) is InputError
    assert caught.value.source == "broken.jsonl"
    return caught.value


# --- any project ------------------------------------------------------------------------------

_PIECES = st.sampled_from(
    [
        "😀",
        "👨‍👩‍👧",
        "e\u0301",
        "שלום",
        "مرحبا",
        "中文",
        "\u00a0",
        "\u200d",
        "🇫🇷",
        "word",
        " ",
        "\n",
        "\t",
        '"',
        "\\",
    ]
)
_plain = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
texts = (
    st.lists(_PIECES | _plain, min_size=1, max_size=20)
    .map(lambda parts: normalise("".join(parts)))
    .filter(lambda text: text.strip() != "")
)
ids = st.uuids().map(str)


@st.composite
def _annotations(draw: st.DrawFn, text: str, entities: list[Entity]) -> list[Annotation]:
    found: list[Annotation] = []
    for annotation_id in draw(st.lists(ids, max_size=8, unique=True)):
        label = draw(st.sampled_from(["Actor", "Place", "Date", "Claim", "Cue", "Quantity"]))
        edges = draw(st.lists(st.integers(0, len(text)), min_size=2, max_size=6))
        edges = sorted(edges)[: len(edges) // 2 * 2]
        fields: dict[str, Value] = draw(
            st.fixed_dictionaries(
                {}, optional={"note": _plain.filter(bool), "uncertain": st.booleans()}
            )
        )
        mine = [e.id for e in entities if e.type == label.lower()]
        if mine:
            fields["entity"] = draw(st.sampled_from(mine))
        if label == "Quantity":
            fields["value"] = draw(st.integers() | st.floats(allow_nan=False, allow_infinity=False))
        if label == "Claim":
            fields["context"] = tuple(draw(st.lists(_plain, min_size=1, max_size=3)))
        dates = [a.id for a in found if a.label == "Date"]
        if label == "Date":
            fields["anchor"] = draw(st.sampled_from(["t0", *dates]))
        fragments = tuple(zip(edges[::2], edges[1::2], strict=True))
        found.append(Annotation(id=annotation_id, label=label, fragments=fragments, fields=fields))
    return found


@st.composite
def _links(draw: st.DrawFn, annotations: list[Annotation]) -> list[Link]:
    claims = [a for a in annotations if a.label == "Claim"]
    actors = [a for a in annotations if a.label == "Actor"]
    places = [a for a in annotations if a.label == "Place"]
    ends = [("source", c.id, a.id) for c in claims for a in actors]
    ends += [("agrees_with", a.id, b.id) for a in claims for b in claims if a is not b]
    ends += [("part_of", a.id, b.id) for n, a in enumerate(places) for b in places[n + 1 :]]
    chosen = draw(st.lists(st.sampled_from(ends), max_size=5)) if ends else []
    made = draw(st.lists(ids, min_size=len(chosen), max_size=len(chosen), unique=True))
    notes = [{"note": "x"} if kind == "agrees_with" else {} for kind, _, _ in chosen]
    rows = zip(made, chosen, notes, strict=True)
    return [Link(id=i, type=t, from_id=a, to_id=b, fields=f) for i, (t, a, b), f in rows]


@st.composite
def projects(draw: st.DrawFn) -> list[Item]:
    """Any project: all orders, overlaps and scripts."""
    unused = iter(draw(st.lists(ids, min_size=20, max_size=20, unique=True)))
    owners = [Annotator(id=next(unused), login=f"user{n}", name=draw(_plain)) for n in range(2)]
    entities = [
        Entity(id=next(unused), type=kind, fields={"name": draw(_plain.filter(bool))})
        for kind in draw(st.lists(st.sampled_from(["actor", "place"]), max_size=4))
    ]
    entries = []
    for text in draw(st.lists(texts, max_size=3)):
        works = []
        for owner in owners[: draw(st.integers(0, 2))]:
            annotations = draw(_annotations(text, entities))
            links = draw(_links(annotations))
            made = work(*annotations, links=tuple(sorted(links, key=lambda k: k.id)))
            works.append(replace(made, id=next(unused), owner_id=owner.id))
        works.sort(key=lambda w: w.id)
        made_entry = entry(*works, text=text, metadata={draw(_plain): draw(_plain)})
        article = replace(made_entry.article, id=next(unused), title=draw(_plain))
        entries.append(replace(made_entry, article=article))
    heading = Heading(name="Any", codebook=news())
    rows: list[Item] = [
        *sorted(owners, key=lambda o: o.id),
        *sorted(entities, key=lambda e: e.id),
        *sorted(entries, key=lambda e: e.article.id),
    ]
    return [heading, *rows]
