"""A project cut to what a format carries: the one place that says what is lost.

What a row of FORMATS does not list in `carries` is taken out here, before the writer, and each
thing taken out is a Loss with its place. So the rehearsal, the counts in the manifest and what a
file holds can't differ.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from annotator.formats.format import Feature, Format, Loss
from annotator.formats.tokens import tokenised
from annotator.model.codebook import DOCUMENT_DATE, Codebook, EntityField, Field, Label, SpanField
from annotator.model.corpus import Entry, Heading, Item, Work
from annotator.model.document import Annotation, Article, Entity, Fields, Link, State, place, said
from annotator.model.segment import Extent

Lose = Callable[[Loss], None]

FURTHEST: tuple[State, ...] = ("new", "in_progress", "returned", "submitted", "accepted")
"""States, the least settled first."""

FRAGMENTS, ZERO_WIDTH = "in fragments", "zero width"
CROSSING, NESTED = "crossing a longer one", "overlapping a longer one"
LINKS, LINK_FIELDS, FIELDS = "links", "fields of links", "fields"
OTHER_LABELS, BLANK_EDGES = "of a label that has no place there", "blanks at the ends"
ENTITIES, LOST_END, OTHERS, FACTS = (
    "entities", "links to what is left out", "another annotator's", "facts of the article",
)  # fmt: skip


def fitted(items: Iterable[Item], kind: Format, lose: Lose) -> Iterator[Item]:
    """The items as `kind` can carry them, in their order; `lose` hears of the rest."""
    fit = Fit(kind.carries, lose, kind.offset_unit == "token", kind.takes)
    for item in items:
        if isinstance(item, Heading):
            fit.codebook = item.codebook
        elif isinstance(item, Entity) and "entities" not in kind.carries:
            continue
        yield fit.entry(item) if isinstance(item, Entry) else item


class Losses:
    """Counts by reason, and the first places of each; the records lost whole, for the proof."""

    PLACES = 1_000
    """How many places of each reason are kept."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.places: dict[str, list[Loss]] = {}
        self.whole: set[str] = set()

    def __call__(self, loss: Loss) -> None:
        """Take note of one."""
        self.counts[loss.reason] += loss.count
        places = self.places.setdefault(loss.reason, [])
        if len(places) < self.PLACES:
            places.append(loss)
        if loss.whole:
            self.whole.add(loss.record_id)


@dataclass(slots=True)
class Fit:
    """What the entries of one project are cut to."""

    carries: frozenset[Feature]
    lose: Lose
    on_tokens: bool = False
    """spans are put on tokens: blanks at their ends are left out"""
    takes: Callable[[Label], bool] | None = None
    """the labels that there is a place for; None: all"""
    codebook: Codebook = field(default_factory=lambda: Codebook(name=""))

    def entry(self, entry: Entry) -> Entry:
        """The entry as it can be carried."""
        works = entry.works
        if "several_annotators" not in self.carries and len(works) > 1:
            works = self._furthest(entry.article.id, works)
        if self.on_tokens or self.takes is not None or not self.carries >= _PASS:
            works = tuple(self._work(entry, work) for work in works)
        article = entry.article
        if "facts" not in self.carries and _has_facts(article):
            self.lose(Loss(reason=FACTS, article_id=article.id))
            article = Article(id=article.id, text_sha256=article.text_sha256)
        return replace(entry, article=article, works=works)

    def _furthest(self, article_id: str, works: tuple[Work, ...]) -> tuple[Work, ...]:
        chosen = max(works, key=lambda w: (FURTHEST.index(w.state), len(w.annotations), w.id))
        for work in works:
            if work is not chosen:
                records: tuple[Annotation | Link, ...] = (*work.annotations, *work.links)
                for record in records:
                    self.lose(
                        Loss(reason=OTHERS, article_id=article_id, record_id=record.id, whole=True)
                    )
        return (chosen,)

    def _work(self, entry: Entry, work: Work) -> Work:
        article_id = entry.article.id

        def drop(reason: str, record: Annotation | Link) -> None:
            self.lose(Loss(reason=reason, article_id=article_id, record_id=record.id, whole=True))

        kept = [a for a in work.annotations if not self._misfit(a, drop)]
        if self.on_tokens:
            kept = self._on_tokens(entry, kept, drop)
        if "overlap" not in self.carries:
            kept = apart(kept, self.codebook, drop, nesting="nesting" in self.carries)
        held = {a.id for a in kept}
        links = []
        for link in work.links:
            if "links" not in self.carries:
                drop(LINKS, link)
            elif link.from_id not in held or link.to_id not in held:
                drop(LOST_END, link)
            else:
                links.append(self._link(article_id, link))
        annotations = tuple(self._annotation(article_id, a, held) for a in kept)
        return replace(work, annotations=annotations, links=tuple(links))

    def _misfit(self, annotation: Annotation, drop: Callable[[str, Annotation], None]) -> bool:
        if len(annotation.fragments) > 1 and "fragments" not in self.carries:
            drop(FRAGMENTS, annotation)
        elif "zero_width" not in self.carries and any(a == b for a, b in annotation.fragments):
            drop(ZERO_WIDTH, annotation)
        elif self.takes is not None and not self._taken(annotation.label, self.takes):
            drop(OTHER_LABELS, annotation)
        else:
            return False
        return True

    def _taken(self, name: str, takes: Callable[[Label], bool]) -> bool:
        label = self.codebook.label(name)
        return label is not None and takes(label)

    def _on_tokens(
        self,
        entry: Entry,
        annotations: list[Annotation],
        drop: Callable[[str, Annotation], None],
    ) -> list[Annotation]:
        tokens = tokenised(entry.text.value)
        across = "cross_sentence" in self.carries
        kept = []
        for annotation in annotations:
            reasons = (tokens.misfit(a, b, across=across) for a, b in annotation.fragments)
            if reason := next(filter(None, reasons), ""):
                drop(reason, annotation)
            else:
                kept.append(self._trimmed(entry, annotation))
        return sorted(kept, key=place)

    def _trimmed(self, entry: Entry, annotation: Annotation) -> Annotation:
        text = entry.text.value
        fragments = tuple(_without_blanks(text, a, b) for a, b in annotation.fragments)
        if fragments == annotation.fragments:
            return annotation
        self._count(BLANK_EDGES, entry.article.id, annotation.id, 1)
        return replace(annotation, fragments=fragments)

    def _link(self, article_id: str, link: Link) -> Link:
        if not link.fields or "link_fields" in self.carries:
            return link
        self._count(LINK_FIELDS, article_id, link.id, len(link.fields))
        return replace(link, fields={})

    def _annotation(self, article_id: str, annotation: Annotation, held: set[str]) -> Annotation:
        given = annotation.fields
        if not given:
            return annotation
        kinds = {f.name: f for f in self.codebook.fields(annotation.label)}
        fields = self._fields(article_id, annotation.id, given, kinds, held)
        return annotation if len(fields) == len(given) else replace(annotation, fields=fields)

    def _fields(
        self,
        article_id: str,
        record_id: str,
        given: Fields,
        kinds: Mapping[str, Field],
        held: set[str],
    ) -> Fields:
        kept = dict(given)
        lost: Counter[str] = Counter()
        for name, value in said(given).items():
            kind = kinds.get(name)
            if isinstance(kind, EntityField):
                reason = "" if "entities" in self.carries else ENTITIES
            elif "fields" not in self.carries:
                reason = FIELDS
            elif isinstance(kind, SpanField) and value not in held and value != DOCUMENT_DATE:
                reason = LOST_END
            else:
                continue
            if reason:
                lost[reason] += 1
                del kept[name]
        for reason, count in lost.items():
            self._count(reason, article_id, record_id, count)
        return kept

    def _count(self, reason: str, article_id: str, record_id: str, count: int) -> None:
        self.lose(Loss(reason=reason, article_id=article_id, record_id=record_id, count=count))


_PASS: frozenset[Feature] = frozenset(
    ("overlap", "fragments", "zero_width", "links", "link_fields", "fields", "entities")
)


def _has_facts(article: Article) -> bool:
    return bool(
        article.title or article.source or article.url or article.language or article.date
        or article.metadata
    )  # fmt: skip


def apart(
    annotations: Iterable[Annotation],
    codebook: Codebook,
    drop: Callable[[str, Annotation], None],
    *,
    nesting: bool = False,
) -> list[Annotation]:
    """Of those that overlap, the longest; with `nesting`, only of those that cross.

    Then the earliest, then the one whose label comes first in the codebook. In the order given.
    """
    annotations = list(annotations)
    rank = {label.name: n for n, label in enumerate(codebook.labels)}
    by_length = sorted(
        annotations,
        key=lambda a: (a.start - a.end, a.start, rank.get(a.label, len(rank)), a.id),
    )
    taken = bytearray(max((a.end for a in annotations), default=0))
    owner: dict[int, int] = {}
    kept: set[str] = set()
    for number, annotation in enumerate(by_length):
        start, end = annotation.start, annotation.end
        fits = taken.find(1, start, end) < 0
        if not fits and nesting:
            # Longer ones are in place: it crosses one where it is covered by it in part only.
            inner = {owner.get(i, -1) for i in range(start, end)}
            fits = len(inner) <= 1 or not _crosses(by_length, inner, start, end)
        if not fits:
            drop(CROSSING if nesting else NESTED, annotation)
            continue
        kept.add(annotation.id)
        taken[start:end] = b"\1" * (end - start)
        if nesting:
            owner.update(dict.fromkeys(range(start, end), number))
    return [a for a in annotations if a.id in kept]


def _without_blanks(text: str, start: int, end: int) -> Extent:
    """The extent without the blanks at its ends."""
    words = text[start:end]
    first = start + len(words) - len(words.lstrip())
    return first, first + len(words.strip())


def _crosses(by_length: list[Annotation], inner: set[int], start: int, end: int) -> bool:
    """True where an annotation among `inner` covers a part of start–end and not all of it."""
    return any(
        n >= 0 and not (by_length[n].start <= start and end <= by_length[n].end) for n in inner
    )
