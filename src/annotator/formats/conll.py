"""CoNLL-2003: a token a line with one BIO tag; sentences apart by a blank line.

Columns as in the shared task (Tjong Kim Sang and De Meulder 2003): token, part of speech, chunk,
entity. This program knows neither part of speech nor chunk and writes -X- and O. Tags are BIO2:
each span starts with B-. One tag a token means one flat layer: of spans that overlap the longest
wins, then the earliest, then the codebook's order.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from annotator.formats.files import replacing
from annotator.formats.format import Format, WriteOptions, Written
from annotator.model.corpus import Annotator, Entry, Heading, Item, Work
from annotator.model.document import Annotation, State
from annotator.model.errors import InputError
from annotator.model.segment import Extent, sentences, tokens

_FURTHEST: tuple[State, ...] = ("new", "in_progress", "returned", "submitted", "accepted")


def write(items: Iterable[Item], target: Path, options: WriteOptions) -> Written:
    """The chosen labels of one annotator's work on each article.

    Raises InputError where a chosen label or annotator is not in the project.
    """
    export = _Export(options)
    with replacing(target) as out:
        for item in items:
            out.write(export.lines(item).encode())
        export.finish()
    return Written(
        articles=export.articles,
        documents=export.documents,
        annotations=export.annotations,
        dropped=dict(sorted(export.dropped.items())),
    )


class _Export:
    """Counts, and what the lines of an article need to know of the project."""

    def __init__(self, options: WriteOptions) -> None:
        self.articles = self.documents = self.annotations = 0
        self.dropped: Counter[str] = Counter()
        self._options = options
        self._owner = ""
        self._rank: dict[str, int] = {}

    def lines(self, item: Item) -> str:
        """What is written of one item."""
        match item:
            case Heading():
                names = [label.name for label in item.codebook.labels]
                for label in self._options.labels:
                    if label not in names:
                        known = ", ".join(names)
                        raise InputError(f"There is no label {label}. Choose among {known}.")
                self._rank = {name: n for n, name in enumerate(names)}
            case Annotator(login=login) if login == self._options.annotator:
                self._owner = item.id
            case Entry():
                return self._article(item)
            case _:
                pass
        return ""

    def finish(self) -> None:
        """Raises InputError where the chosen annotator never came."""
        if self._options.annotator and not self._owner:
            raise InputError(f"There is no annotator {self._options.annotator} in the project.")

    def _article(self, entry: Entry) -> str:
        self.articles += 1
        work = self._chosen(entry.works)
        annotations = work.annotations if work is not None else ()
        if work is not None:
            self.documents += 1
            self.dropped.update({"links": len(work.links)} if work.links else {})
        text = entry.text.value
        rows = [[*tokens(text, *extent)] for extent in sentences(text)]
        tags = self._tags(annotations, rows)
        parts = ["-DOCSTART- -X- -X- O\n\n"]
        for row in rows:
            parts += [f"{text[a:b]} -X- O {tags.get(a, 'O')}\n" for a, b in row]
            parts.append("\n")
        return "".join(parts)

    def _chosen(self, works: tuple[Work, ...]) -> Work | None:
        wanted = [w for w in works if not self._options.annotator or w.owner_id == self._owner]
        chosen = max(
            wanted,
            key=lambda w: (_FURTHEST.index(w.state), len(w.annotations), w.id),
            default=None,
        )
        others = sum(len(w.annotations) for w in works if w is not chosen)
        if others:
            self.dropped["another annotator's"] += others
        return chosen

    def _tags(
        self, annotations: tuple[Annotation, ...], rows: list[list[Extent]]
    ) -> dict[int, str]:
        """Token start → tag, for tokens inside a span."""
        sentence_of = [n for n, row in enumerate(rows) for _ in row]
        flat = [extent for row in rows for extent in row]
        starts, ends = [a for a, _ in flat], [b for _, b in flat]
        fitting: list[tuple[int, int, int, Annotation, range]] = []
        for annotation in annotations:
            if self._options.labels and annotation.label not in self._options.labels:
                continue
            self.dropped["fields"] += len(annotation.fields)
            covered = range(
                bisect_right(ends, annotation.start), bisect_left(starts, annotation.end)
            )
            if reason := _misfit(annotation, covered, flat, sentence_of):
                self.dropped[reason] += 1
                continue
            rank = self._rank.get(annotation.label, len(self._rank))
            length = annotation.end - annotation.start
            fitting.append((-length, annotation.start, rank, annotation, covered))
        tags: dict[int, str] = {}
        for *_, annotation, covered in sorted(fitting, key=lambda row: row[:3]):
            if any(starts[i] in tags for i in covered):
                self.dropped["overlapping a longer one"] += 1
                continue
            self.annotations += 1
            name = re.sub(r"\s+", "_", annotation.label)
            for i in covered:
                tags[starts[i]] = f"{'B' if i == covered[0] else 'I'}-{name}"
        self.dropped = +self.dropped
        return tags


def _misfit(
    annotation: Annotation, covered: range, flat: list[Extent], sentence_of: list[int]
) -> str:
    """Why a span can't stand as a run of tokens; "" where it can.

    Blanks at its ends are no reason.
    """
    if len(annotation.fragments) > 1:
        return "in fragments"
    if annotation.start == annotation.end:
        return "zero width"
    if not covered:
        return "without a token"
    if flat[covered[0]][0] < annotation.start or flat[covered[-1]][1] > annotation.end:
        return "not on token edges"
    if sentence_of[covered[0]] != sentence_of[covered[-1]]:
        return "across sentences"
    return ""


CONLL = Format(
    id="conll2003",
    name="CoNLL-2003 (BIO)",
    patterns=("*.conll",),
    carries=frozenset(),
    offset_unit="token",
    write=write,
)
