"""Articles dealt into parts for training and testing, so that nothing leaks from one to another."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

from annotator.formats.export.stories import Stories
from annotator.model.corpus import Entry, Item
from annotator.model.errors import InputError

By = Literal["article", "story", "date", "source"]
BY: tuple[By, ...] = ("article", "story", "date", "source")
NAMES = {1: ("all",), 2: ("train", "test"), 3: ("train", "dev", "test")}
MAX_PARTS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """How to deal: `shares` are proportions (80, 10, 10); `folds` > 0 makes that many equal parts.

    `by` is what is never torn apart; for "date" the oldest go to the first part, and a day is
    never torn apart. The same `seed` deals the same.
    """

    shares: tuple[float, ...] = (80, 10, 10)
    folds: int = 0
    by: By = "story"
    seed: int = 0

    def __post_init__(self) -> None:
        """Raises InputError where it can't be dealt so."""
        if self.folds and not 2 <= self.folds <= MAX_PARTS:
            raise InputError(f"The number of folds is 2 to {MAX_PARTS}.")
        if not self.folds and (
            not 2 <= len(self.shares) <= 3 or not all(0 < share < 1e9 for share in self.shares)
        ):
            raise InputError("A split is two or three positive numbers, such as 80/10/10.")

    @property
    def parts(self) -> dict[str, float]:
        """Name → share of the whole, adding up to 1."""
        if self.folds:
            return {
                f"fold{n + 1:0{len(str(self.folds))}}": 1 / self.folds for n in range(self.folds)
            }
        total = sum(self.shares)
        return dict(zip(NAMES[len(self.shares)], (s / total for s in self.shares), strict=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class Dealt:
    """What came of it: article id → part, and the proof that nothing leaks.

    `leaks` counts stories that are in more than one part, `sentences` long sentences that are;
    `highest` is the highest estimated similarity of two texts in different parts, `pair` those two
    articles.
    """

    part_of: Mapping[str, str]
    groups: int
    leaks: int
    sentences: int
    highest: float
    pair: tuple[str, str] | None
    undated: int = 0


class _Seen(NamedTuple):
    """What is kept of an article."""

    id: str
    date: str
    source: str
    labels: frozenset[str]


@dataclass(slots=True)
class _Unit:
    """Articles that stay together."""

    key: str
    articles: list[str]
    labels: Counter[str]


def deal(items: Iterable[Item], split: Split) -> Dealt:
    """Go over the articles and deal them. Raises InputError where there are fewer than parts."""
    stories = Stories()
    seen: list[_Seen] = []
    for item in items:
        if isinstance(item, Entry):
            # Whether it has a label, not how often: one article of a thousand mentions would
            # else fill a part by itself.
            labels = frozenset(a.label for work in item.works for a in work.annotations)
            article = item.article
            stories.add(article.id, item.text)
            seen.append(_Seen(article.id, article.date, article.source, labels))
    story_of = stories.groups()
    units = _units(seen, story_of, split.by)
    if len(units) < len(split.parts):
        what = {"article": "articles", "story": "stories", "date": "days", "source": "sources"}
        message = f"There are {len(units)} {what[split.by]} for {len(split.parts)} parts."
        raise InputError(f"{message} Choose fewer parts, or another way to split.")
    parts = _past_first(units, split) if split.by == "date" else _stratified(units, split)
    where: defaultdict[str, set[str]] = defaultdict(set)
    for key, part in parts.items():
        where[story_of[key]].add(part)
    highest, pair = stories.highest(parts)
    return Dealt(
        part_of=parts,
        groups=len(units),
        leaks=sum(len(found) > 1 for found in where.values()),
        sentences=stories.sentences_across(parts),
        highest=round(highest, 3),
        pair=pair,
        undated=sum(not one.date for one in seen) if split.by == "date" else 0,
    )


def _units(seen: Iterable[_Seen], story_of: Mapping[str, str], by: By) -> dict[str, _Unit]:
    """What stays together, by its key, in the order of the articles."""
    units: dict[str, _Unit] = {}
    for one in seen:
        keys = {
            "article": one.id,
            "story": story_of[one.id],
            "date": one.date,
            "source": one.source or one.id,
        }
        unit = units.setdefault(keys[by], _Unit(keys[by], [], Counter()))
        unit.articles.append(one.id)
        unit.labels.update(one.labels)
    return units


def _past_first(units: Mapping[str, _Unit], split: Split) -> dict[str, str]:
    """The oldest to the first part; what has no date is older than all."""
    ordered = [units[day] for day in sorted(units)]
    total = sum(len(unit.articles) for unit in ordered)
    names = list(split.parts)
    bounds = []
    reached = 0.0
    for share in split.parts.values():
        reached += share * total
        bounds.append(reached)
    found: dict[str, str] = {}
    part = done = 0
    for n, unit in enumerate(ordered):
        # On to the next part where this one is full, or where only just enough days are left.
        left = len(ordered) - n
        full = done + len(unit.articles) / 2 > bounds[part]
        if n and part + 1 < len(names) and (full or left <= len(names) - part - 1):
            part += 1
        found.update(dict.fromkeys(unit.articles, names[part]))
        done += len(unit.articles)
    return found


def _stratified(units: Mapping[str, _Unit], split: Split) -> dict[str, str]:
    """Iterative stratification (Sechidis, Tsoumakas, Vlahavas 2011) over units.

    The rarest label first, each unit to the part that lacks most of it, then most articles.
    """
    rng = random.Random(split.seed)
    waiting = [units[key] for key in sorted(units)]
    rng.shuffle(waiting)
    waiting.sort(key=lambda unit: -len(unit.articles))  # the large ones while there is room
    total = sum(len(unit.articles) for unit in waiting)
    labels: Counter[str] = Counter()
    for unit in waiting:
        labels += unit.labels
    room = {name: share * total for name, share in split.parts.items()}
    wanted = {
        name: {label: share * count for label, count in labels.items()}
        for name, share in split.parts.items()
    }
    empty = list(split.parts)
    found: dict[str, str] = {}
    for n, unit in enumerate(_rarest_first(waiting, labels)):
        rare = min(unit.labels, key=lambda label: (labels[label], label), default="")
        # The last ones go where nothing is yet: no part stays empty.
        candidates = empty if len(waiting) - n <= len(empty) else list(split.parts)
        part = max(candidates, key=lambda name: (wanted[name].get(rare, 0.0), room[name]))
        if part in empty:
            empty.remove(part)
        found.update(dict.fromkeys(unit.articles, part))
        room[part] -= len(unit.articles)
        for label, count in unit.labels.items():
            wanted[part][label] -= count
    return found


def _rarest_first(units: list[_Unit], labels: Counter[str]) -> list[_Unit]:
    """Units in the order in which they are dealt: those with the rarest label before others."""
    return sorted(
        units,
        key=lambda unit: min((labels[label] for label in unit.labels), default=1 << 60),
    )
