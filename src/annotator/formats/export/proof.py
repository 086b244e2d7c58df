"""The proof of an export: what was written is read back and compared with what was meant."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import zip_longest
from pathlib import Path

from annotator.formats.before import Before
from annotator.formats.fit import fitted
from annotator.formats.format import Feature, Format, Loss, ReadOptions
from annotator.model.codebook import Codebook, EntityField, SpanField
from annotator.model.corpus import Entry, Item, Work
from annotator.model.document import Annotation
from annotator.model.errors import InputError

MAX_TOLD = 20

Fact = tuple[object, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """`differences` are sentences, the first twenty; `count` is how many there are.

    `articles` and `annotations` were read back.
    """

    articles: int = 0
    annotations: int = 0
    count: int = 0
    differences: tuple[str, ...] = ()


@dataclass(slots=True)
class Side:
    """One of the two streams: what came before its entries, for them to be understood."""

    carries: frozenset[Feature]
    before: Before = field(default_factory=Before)

    def facts(self, entry: Entry) -> Counter[Fact]:
        """What is said of an article, as the format carries it and without ids."""
        return Counter(fact for work in entry.works for fact in self._work(entry, work))

    def _work(self, entry: Entry, work: Work) -> Iterator[Fact]:
        whose = self.before.login(work) if "several_annotators" in self.carries else ""
        if "states" in self.carries:
            yield "document", whose, work.state
        held = {a.id: a for a in work.annotations}
        places = {a.id: self._place(entry, a) for a in work.annotations}
        for a in work.annotations:
            yield a.label, places[a.id], self._fields(a, held, places), whose
        for link in work.links:
            kind = self.before.codebook.link_type(link.type)
            ends = [places[link.from_id], places[link.to_id]]
            if kind is not None and kind.symmetric:
                ends.sort(key=repr)
            fields = link.fields if "link_fields" in self.carries else {}
            yield "link", link.type, *ends, tuple(sorted(fields.items())), whose

    def _place(self, entry: Entry, annotation: Annotation) -> object:
        if "text" in self.carries:
            return annotation.fragments
        return "".join(annotation.quote(entry.text).split())

    def _fields(
        self, annotation: Annotation, held: Mapping[str, Annotation], places: Mapping[str, object]
    ) -> Fact:
        kinds = self.before.kinds(annotation.label)
        fields: dict[str, object] = {}
        for name, value in annotation.fields.items():
            match kinds.get(name):
                case EntityField() if (entity := self.before.entities.get(str(value))) is not None:
                    fields[name] = (entity.type, tuple(sorted(entity.fields.items())))
                case SpanField() if str(value) in held:
                    fields[name] = (held[str(value)].label, places[str(value)])
                case _:
                    fields[name] = value
        return tuple(sorted(fields.items()))


def prove(
    items: Iterable[Item], kind: Format, path: Path, lost: Collection[str], codebook: Codebook
) -> Proof:
    """Read `path` back and compare it with `items`, without the records in `lost`.

    Articles come in the same order. Of each, the text is compared and all that the format carries
    of its annotations and links, ids aside.
    """
    assert kind.read is not None
    ours, theirs = Side(kind.carries), Side(kind.carries)
    meant = ours.before.entries(without(fitted(items, kind, _deaf), lost))
    read = theirs.before.entries(kind.read(path, ReadOptions(codebook=codebook)))
    differences: list[str] = []
    count = 0
    try:
        for one, other in zip_longest(meant, read):
            for sentence in _compared(one, other, ours, theirs):
                count += 1
                if len(differences) < MAX_TOLD:
                    differences.append(sentence)
    except InputError as fault:  # Cancelled, or the database's own, are not the file's fault
        count += 1
        differences.append(f"It can't be read back: {fault}")
    done = theirs.before.written
    return Proof(
        articles=done.articles,
        annotations=done.annotations,
        count=count,
        differences=tuple(differences),
    )


def _deaf(_: Loss) -> None:
    """The writer has told of it already."""


def without(items: Iterable[Item], lost: Collection[str]) -> Iterator[Item]:
    """The items without the annotations and links in `lost`."""
    for item in items:
        if isinstance(item, Entry) and lost:
            item = replace(item, works=tuple(_left(work, lost) for work in item.works))
        yield item


def _left(work: Work, lost: Collection[str]) -> Work:
    kept = tuple(a for a in work.annotations if a.id not in lost)
    held = {a.id for a in kept}
    links = (k for k in work.links if k.id not in lost and {k.from_id, k.to_id} <= held)
    return replace(work, annotations=kept, links=tuple(links))


def _compared(one: Entry | None, other: Entry | None, ours: Side, theirs: Side) -> Iterator[str]:
    if other is None:
        assert one is not None
        yield f"The article {_title(one)} is missing."
    elif one is None:
        yield f"The article {_title(other)} is there and was not meant."
    elif not _same_text(one, other, ours.carries):
        yield f"The text of {_title(one)} differs."
    else:
        mine, read = ours.facts(one), theirs.facts(other)
        for fact in sorted(mine - read, key=repr):
            yield f"Missing from {_title(one)}: {fact}."
        for fact in sorted(read - mine, key=repr):
            yield f"Not meant in {_title(one)}: {fact}."


def _title(entry: Entry) -> str:
    return f"‘{entry.article.title or entry.text.value[:40]}’"


def _same_text(one: Entry, other: Entry, carries: frozenset[Feature]) -> bool:
    if "text" in carries:
        return one.text == other.text
    return "".join(one.text.value.split()) == "".join(other.text.value.split())
