"""What the window asks about an export: whom and what there is to choose, a rehearsal, the deed.

Plain functions as those of `jobs`: each takes the Database first; none knows Qt.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from annotator.formats import Format
from annotator.formats.codebook import decode
from annotator.formats.export import manifest
from annotator.formats.export.choose import chosen
from annotator.formats.export.run import Exported, Plan, Rehearsal
from annotator.formats.export.split import Dealt, deal
from annotator.formats.files import MANIFEST
from annotator.formats.format import Loss
from annotator.model.corpus import Annotator, Entry, Item
from annotator.model.document import Annotation, Link
from annotator.model.edit import shorten
from annotator.model.errors import InputError
from annotator.session import jobs
from annotator.session.jobs import Tell
from annotator.store import annotator as annotators
from annotator.store import bulk
from annotator.store import codebook as codebooks
from annotator.store.database import Connection
from annotator.store.project import Project

PLACES = 100
"""How many places of each reason are looked up and shown."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A loss where a person finds it.

    `annotation_id` is what to go to (of a link: where it starts), "" for an article as a whole.
    """

    article_id: str
    annotation_id: str = ""
    title: str = ""
    label: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsed:
    """A rehearsal, the first places of each reason, and how a split would deal.

    `split_fault` says why it can't be dealt so.
    """

    rehearsal: Rehearsal
    spots: Mapping[str, tuple[Spot, ...]] = field(default_factory=dict)
    dealt: Dealt | None = None
    split_fault: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Handed:
    """An export that was written, and where its manifest is."""

    exported: Exported
    manifest: Path


def people(db: Connection, project_id: str) -> list[Annotator]:
    """Those whose work the project may hold."""
    return annotators.members(db, project_id)


def rehearse(db: Connection, project: Project, format: Format, plan: Plan, tell: Tell) -> Rehearsed:
    """What an export would do and lose, and where. Raises as `jobs.rehearse`."""
    rehearsal = jobs.rehearse(db, project, format, plan, tell)
    losses = {reason: places[:PLACES] for reason, places in sorted(rehearsal.losses.places.items())}
    spots = _spots(db, project, losses, tell)
    if plan.split is None:
        return Rehearsed(rehearsal=rehearsal, spots=spots)
    items = _told(_items(db, project), tell)
    try:
        dealt = deal(chosen(items, plan.choice, _deaf), plan.split)
    except InputError as fault:
        return Rehearsed(rehearsal=rehearsal, spots=spots, split_fault=str(fault))
    return Rehearsed(rehearsal=rehearsal, spots=spots, dealt=dealt)


def export(
    db: Connection, project: Project, format: Format, target: Path, plan: Plan, tell: Tell
) -> Handed:
    """Write the project, and say where its manifest is. Raises as `jobs.export`."""
    exported = jobs.export(db, project, format, target, plan, tell)
    inside = target / MANIFEST
    beside = target.with_name(f"{target.name}.{MANIFEST}")
    return Handed(exported=exported, manifest=inside if target.is_dir() else beside)


def is_taken(target: Path) -> bool:
    """True where an export would take the place of something."""
    return target.is_file() or (target.is_dir() and any(target.iterdir()))


def is_export(folder: Path) -> bool:
    """True for a folder that is empty, or an earlier export: another one may take its place."""
    return not any(folder.iterdir()) or manifest.is_export(folder)


def shares(dealt: Dealt) -> str:
    """How many articles each part has, and whether anything leaks: a sentence or two."""
    counts = Counter(dealt.part_of.values())
    parts = " · ".join(f"{name} {count:,}" for name, count in sorted(counts.items(), key=_part))
    leaks = dealt.leaks
    leak = "No story is" if not leaks else f"{leaks} {'story is' if leaks == 1 else 'stories are'}"
    more = f" {dealt.sentences:,} long sentences stand in two parts." if dealt.sentences else ""
    return f"{parts} articles. {leak} in two parts.{more}"


def _part(pair: tuple[str, int]) -> tuple[int, str]:
    order = ("train", "dev", "test")
    return (order.index(pair[0]) if pair[0] in order else len(order), pair[0])


def _deaf(_: Loss) -> None:
    """The rehearsal has heard of it."""


def _items(
    db: Connection, project: Project, article_ids: Collection[str] | None = None
) -> Iterator[Item]:
    codebook = decode(codebooks.current(db, project.id).body)
    return bulk.corpus(db, project.id, codebook, article_ids=article_ids)


def _told(items: Iterable[Item], tell: Tell) -> Iterator[Item]:
    for number, item in enumerate(items):
        if not number % 50:
            tell(number, 0, "Splitting")
        yield item


def _spots(
    db: Connection, project: Project, losses: Mapping[str, list[Loss]], tell: Tell
) -> dict[str, tuple[Spot, ...]]:
    """The places of losses by reason, in their order."""
    wanted = {loss.article_id for places in losses.values() for loss in places}
    mine: dict[str, list[Loss]] = {key: [] for key in wanted}
    for loss in (loss for places in losses.values() for loss in places):
        mine[loss.article_id].append(loss)
    found: dict[tuple[str, str], Spot] = {}
    if wanted:
        for item in _told(_items(db, project, wanted), tell):
            if isinstance(item, Entry):
                found |= _found(item, mine[item.article.id])
    return {
        reason: tuple(
            found.get((loss.article_id, loss.record_id), Spot(loss.article_id)) for loss in places
        )
        for reason, places in losses.items()
    }


def _found(entry: Entry, losses: Iterable[Loss]) -> Iterator[tuple[tuple[str, str], Spot]]:
    article = entry.article
    annotations = {a.id: a for work in entry.works for a in work.annotations}
    links = {k.id: k for work in entry.works for k in work.links}
    title = article.title or "Untitled"

    def words(annotation: Annotation | None) -> str:
        return shorten(annotation.quote(entry.text)[:400], 120) if annotation is not None else ""

    for key in {loss.record_id for loss in losses}:
        record: Annotation | Link | None = annotations.get(key) or links.get(key)
        if isinstance(record, Annotation):
            spot = Spot(article.id, key, title, record.label, words(record))
        elif record is not None:
            ends = (annotations.get(record.from_id), annotations.get(record.to_id))
            quoted = " → ".join(map(words, ends))
            spot = Spot(article.id, record.from_id, title, record.type, quoted)
        else:
            spot = Spot(article.id, "", title)
        yield (article.id, key), spot
