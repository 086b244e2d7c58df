"""Where characters are on the screen: rows of a paragraph, and strips of a span on them.

Everything here is in pixels from the paragraph's origin, and in UTF-16 offsets from its start.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import NamedTuple

from PySide6.QtGui import QFont, QFontMetricsF, QTextLayout, QTextLine

_RIGHT_TO_LEFT = re.compile(
    "[\u0590-\u08ff\u200e\u200f\u202a-\u202e\u2066-\u2069\ufb1d-\ufdff\ufe70-\ufefc"
    "\U00010800-\U00010fff\U0001e800-\U0001efff]"
)


class Row(NamedTuple):
    """One line of text as laid out; `left`–`right` is inked, blanks at a wrap excepted."""

    start: int
    end: int
    left: float
    right: float
    baseline: float


class Strip(NamedTuple):
    """A stretch of one row, `row` counted from the first of the rows at hand."""

    row: int
    x0: float
    x1: float


@dataclass(frozen=True, slots=True)
class Metrics:
    """The vertical measures of a text size, in pixels from the baseline (down is positive)."""

    size: int
    top: float
    """upper edge of a tint"""
    bottom: float
    """lower edge of a tint"""
    pitch: float
    """from one baseline to the next"""
    paragraph: float
    """what a paragraph adds"""
    chip: int
    """pixel size of the small labels"""

    @property
    def gap(self) -> float:
        """Between the tint of one row and that of the next."""
        return self.pitch - (self.bottom - self.top)

    @property
    def scale(self) -> float:
        """1.0 at 100 % zoom."""
        return self.size / 17

    @classmethod
    def of(cls, font: QFont) -> Metrics:
        """The measures for a reading face; its own ascent is ignored, it differs too much."""
        size, metrics = font.pixelSize(), QFontMetricsF(font)
        return cls(
            size=size,
            top=-round(metrics.capHeight() + size * 0.24),
            bottom=float(round(size * 0.32)),
            pitch=round(size * 2.12),
            paragraph=round(size * 0.62),
            chip=max(8, round(size * 0.53)),
        )


def right_to_left(text: str) -> bool:
    """True where a stretch of text has to be measured run by run."""
    return _RIGHT_TO_LEFT.search(text) is not None


def rows(layout: QTextLayout, first: int, last: int) -> list[Row]:
    """The rows of lines `first`–`last` of a paragraph that is laid out."""
    found: list[Row] = []
    for number in range(first, last):
        line = layout.lineAt(number)
        ink, start = line.naturalTextRect(), line.textStart()
        found.append(
            Row(
                start,
                start + line.textLength(),
                ink.left(),
                ink.right(),
                ink.top() + line.ascent(),
            )
        )
    return found


def x_at(line: QTextLine, position: int) -> float:
    """Where the caret stands before UTF-16 offset `position` of the paragraph."""
    found: tuple[float, int] = line.cursorToX(position)  # type: ignore[assignment]
    return found[0]


def strips(
    layout: QTextLayout, found: list[Row], first: int, start: int, end: int, bidi: bool
) -> list[Strip]:
    """The stretches of `found` (lines from `first` on) that `start`–`end` covers.

    A zero-width extent gives one strip without width.
    """
    if start == end:
        at = max(0, bisect_right(found, start, key=_start) - 1)
        if not found[at].start <= start <= found[at].end:
            return []
        x = x_at(layout.lineAt(first + at), start)
        return [Strip(at, x, x)]
    covered: list[Strip] = []
    for at in range(max(0, bisect_right(found, start, key=_start) - 1), len(found)):
        row = found[at]
        if row.start >= end:
            break
        low, high = max(start, row.start), min(end, row.end)
        if low >= high:
            continue
        line = layout.lineAt(first + at)
        if bidi:
            covered += [Strip(at, a, b) for a, b in _runs(line, low, high)]
            continue
        x0 = x_at(line, low)
        x1 = row.right if high == row.end else x_at(line, high)
        if x0 < x1:
            covered.append(Strip(at, x0, x1))
    return covered


def _start(row: Row) -> int:
    return row.start


def _runs(line: QTextLine, low: int, high: int) -> list[tuple[float, float]]:
    """One stretch per direction run; fonts put together for one run share its stretch."""
    merged: list[tuple[float, float]] = []
    boxes = (run.boundingRect() for run in line.glyphRuns(low, high - low))
    for x0, x1 in sorted((box.left(), box.right()) for box in boxes):
        if merged and x0 <= merged[-1][1] + 0.5:
            merged[-1] = merged[-1][0], max(merged[-1][1], x1)
        else:
            merged.append((x0, x1))
    return merged
