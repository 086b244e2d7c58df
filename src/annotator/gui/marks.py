"""What is drawn for the spans of a stretch of text: where, in which lane, with which label.

Spans are painted over an unformatted document: formats can't overlap. A Patch holds the marks of
one paragraph (of forty lines of it, where it is long) and is made once, until an edit touches it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import groupby, pairwise
from typing import Literal

from PySide6.QtCore import Qt
from PySide6.QtGui import QTextBlock, QTextLayout

from annotator.gui.article_geometry import Row, Strip, right_to_left, rows, strips
from annotator.model.codebook import ChoiceField, Codebook, Label, SpanField, Value
from annotator.model.compute import effective_value
from annotator.model.document import Annotation, Document
from annotator.model.index import SpanIndex
from annotator.model.segment import Extent, paragraph

Style = Literal["tint", "line", "bar"]


@dataclass(slots=True)
class Mark:
    """One annotation as far as it lies in a patch."""

    annotation: Annotation
    label: Label
    style: Style
    strips: list[Strip]
    joins: list[Strip] = field(default_factory=list)
    """between its fragments"""
    lanes: dict[int, int] = field(default_factory=dict)
    """row → how far its line is from the text there"""
    column: int = 0
    """of a bar, counted from the text outwards"""
    holds: bool = False
    """other annotations lie inside"""
    starts: bool = False
    ends: bool = False
    excluded: bool = False
    title: str = ""
    """what a margin bar is called"""

    @property
    def id(self) -> str:
        """The annotation's id."""
        return self.annotation.id

    @property
    def length(self) -> int:
        """Of its envelope, in code points."""
        return self.annotation.end - self.annotation.start


@dataclass(slots=True)
class Patch:
    """The rows of lines `first`–`last` of a paragraph and all that is marked on them."""

    number: int
    first: int
    last: int
    start: int
    """in code points"""
    end: int
    position: int
    """of the paragraph in the document, in UTF-16 units"""
    bidi: bool
    """measured run by run"""
    rtl: bool
    """begins at the right"""
    rows: list[Row]
    marks: list[Mark] = field(default_factory=list)
    """the longest first"""
    bars: list[Mark] = field(default_factory=list)
    """the longest first"""
    lanes: list[int] = field(default_factory=list)
    """per row, how many lanes it has"""
    by_id: dict[str, Mark] = field(default_factory=dict)


class Marker:
    """Makes patches for one document; knows which labels stand in the margin."""

    def __init__(self, document: Document, codebook: Codebook, index: SpanIndex) -> None:
        self.document, self.codebook, self.index = document, codebook, index
        self._linked = {
            name for kind in codebook.link_types for name in (*kind.from_labels, *kind.to_labels)
        }
        for label in codebook.labels:
            for item in codebook.fields(label.name):
                if isinstance(item, SpanField):
                    self._linked |= {label.name, *item.targets}

    def patch(self, block: QTextBlock, layout: QTextLayout, first: int, last: int) -> Patch:
        """The patch of lines `first`–`last` of a block that is laid out."""
        text, found = self.document.text, rows(layout, first, last)
        start = text.from16(block.position() + found[0].start)
        end = text.from16(min(block.position() + found[-1].end, text.length16))
        bidi = right_to_left(text[start:end])
        rtl = bidi and block.textDirection() == Qt.LayoutDirection.RightToLeft
        at = block.blockNumber(), first, last, start, end, block.position()
        made = Patch(*at, bidi, rtl, found)
        touching = self.index.touching(start, end)
        for annotation in touching:
            mark = self._mark(annotation, made, layout)
            if mark is not None:
                made.by_id[mark.id] = mark
                (made.bars if mark.style == "bar" else made.marks).append(mark)
        _note_contents(made.marks)
        made.marks.sort(key=lambda m: (-m.length, m.style == "line", m.id))
        made.bars.sort(key=lambda m: (-m.length, m.annotation.start, m.id))
        _assign_lanes(made)
        _assign_columns(made.bars)
        return made

    def extent_strips(
        self, patch: Patch, layout: QTextLayout, extents: Iterable[Extent]
    ) -> list[Strip]:
        """The strips of any extents (a preview, a drag) within a patch."""
        text, found = self.document.text, []
        for a, b in extents:
            low, high = max(a, patch.start), min(b, patch.end)
            if low < high or (a == b and patch.start <= a <= patch.end):
                low16 = text.to16(low) - patch.position
                high16 = text.to16(high) - patch.position
                found += strips(layout, patch.rows, patch.first, low16, high16, patch.bidi)
        return found

    def _mark(self, annotation: Annotation, patch: Patch, layout: QTextLayout) -> Mark | None:
        fragments = annotation.fragments
        covered = self.extent_strips(patch, layout, fragments)
        gaps = [(a[1], b[0]) for a, b in pairwise(fragments)]
        joins = self.extent_strips(patch, layout, gaps) if gaps else []
        in_blank = patch.start == patch.end and annotation.start < patch.start < annotation.end
        if not covered and not joins and not in_blank:
            return None
        label = self.codebook.label(annotation.label) or Label(name=annotation.label)
        style: Style = "bar" if self.in_margin(annotation) else label.mark
        if in_blank and style != "bar":
            return None
        return Mark(
            annotation,
            label,
            style,
            covered,
            joins,
            starts=patch.start <= annotation.start,
            ends=annotation.end <= patch.end,
            excluded=self.excluded(annotation),
            title=self._title(annotation, label) if style == "bar" else label.name.lower(),
        )

    def excluded(self, annotation: Annotation) -> bool:
        """True where its text is not the article's (furniture, adverts)."""
        return effective_value(self.document, self.codebook, annotation, "exclude") is True

    def in_margin(self, annotation: Annotation) -> bool:
        """True for what structures the page; an underline through it all would tell nothing.

        That is a line label without entities or links whose spans fill their paragraphs.
        """
        label = self.codebook.label(annotation.label)
        if label is None or label.mark != "line" or label.entity_type:
            return False
        if annotation.label in self._linked or annotation.start == annotation.end:
            return False
        value = self.document.text.value
        ends = {paragraph(value, annotation.start), paragraph(value, annotation.end)}
        return all(self._fills(annotation.label, extent) for extent in ends)

    def _fills(self, label: str, extent: Extent) -> bool:
        at, end = extent
        value = self.document.text.value
        for other in self.index.touching(at, end):
            if other.label == label:
                for a, b in other.fragments:
                    if a > at and any(map(str.isalnum, value[at : min(a, end)])):
                        return False
                    at = max(at, b)
        return at >= end or not any(map(str.isalnum, value[at:end]))

    def _title(self, annotation: Annotation, label: Label) -> str:
        for item in label.fields:
            value: Value = annotation.fields.get(item.name)
            if isinstance(item, ChoiceField) and value:
                options = item.options_for(annotation.fields)
                return next((o.title for o in options if o.value == value), str(value)).lower()
        return label.name.lower()


def _note_contents(marks: list[Mark]) -> None:
    """Sets `holds`; `marks` come by place, the longer first."""
    for at, mark in enumerate(marks):
        end = mark.annotation.end
        if not mark.ends:
            mark.holds = True  # it goes on where this patch can't see
            continue
        for other in marks[at + 1 :]:
            if other.annotation.start > end:
                break
            if other.annotation.end <= end and other.annotation.fragments != (
                mark.annotation.fragments
            ):
                mark.holds = True
                break


def _assign_lanes(patch: Patch) -> None:
    """On each row the lowest lane that is free, the shortest first: nearest to the text."""
    patch.lanes = [0] * len(patch.rows)
    taken: list[list[list[tuple[float, float]]]] = [[] for _ in patch.rows]
    for mark in reversed(patch.marks):
        for row, strips_there in groupby(sorted((*mark.strips, *mark.joins)), _row):
            found = list(strips_there)
            low, high = found[0].x0, max(s.x1 for s in found)
            lanes = taken[row]
            free = (n for n, held in enumerate(lanes) if _free(held, low, high))
            lane = next(free, len(lanes))
            if lane == len(lanes):
                lanes.append([])
            lanes[lane].append((low, high))
            mark.lanes[row] = lane
            patch.lanes[row] = len(lanes)


def _row(strip: Strip) -> int:
    return strip.row


def _free(held: list[tuple[float, float]], low: float, high: float) -> bool:
    return all(x1 <= low + 0.5 or x0 >= high - 0.5 for x0, x1 in held)


def _assign_columns(bars: list[Mark]) -> None:
    taken: list[set[int]] = []
    for mark in bars:
        on = {strip.row for strip in mark.strips}
        lane = next((n for n, held in enumerate(taken) if not held & on), len(taken))
        if lane == len(taken):
            taken.append(set())
        taken[lane] |= on
        mark.column = lane
