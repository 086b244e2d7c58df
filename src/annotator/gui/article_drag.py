"""Moving an end of an annotation: by hand or by units."""

from __future__ import annotations

from typing import Literal

from annotator.model import segment
from annotator.model.document import Annotation
from annotator.model.segment import Extent, Snap

Side = Literal["start", "end"]
Fragments = tuple[Extent, ...]
_REACH = 4_000  # code points to look for the next unit in


def dragged(text: str, fragments: Fragments, at: int, side: Side, to: int, unit: Snap) -> Fragments:
    """The fragments with one end of number `at` taken to `to` and snapped; never empty.

    Past its other end one unit is left; it ends where the next fragment begins, so that they
    touch where it is taken over the gap.
    """
    low, high = fragments[at]
    if side == "start":
        least = segment.snap(text, _before(text, high), high, unit)[0]
        start = segment.snap(text, to, high, unit)[0] if to < high else high
        start = min(start, least if low <= least < high else low)
        moved = max(start, fragments[at - 1][1] if at else 0), high
    else:
        least = segment.snap(text, low, _after(text, low), unit)[1]
        end = segment.snap(text, low, to, unit)[1] if to > low else low
        end = max(end, least if low < least <= high else high)
        moved = low, min(end, fragments[at + 1][0] if at + 1 < len(fragments) else len(text))
    return *fragments[:at], moved, *fragments[at + 1 :]


def _before(text: str, at: int) -> int:
    """Just before the last visible character that ends at or before `at`."""
    while at > 0 and text[at - 1].isspace():
        at -= 1
    return max(0, at - 1)


def _after(text: str, at: int) -> int:
    while at < len(text) and text[at].isspace():
        at += 1
    return min(len(text), at + 1)


def moved(text: str, annotation: Annotation, side: Side, by: int, unit: Snap) -> Fragments | None:
    """The fragments with one end moved to the next (1) or previous (-1) edge of a unit.

    None where there is none, or where nothing would be left.
    """
    fragments = annotation.fragments
    low, high = fragments[0] if side == "start" else fragments[-1]
    edges = _edges(text, (low if side == "start" else high), by, side, unit)
    if side == "start":
        limit = fragments[0][1]
        found = next((e for e in edges if e < limit and text[e:limit].strip()), None)
        return None if found is None else ((found, high), *fragments[1:])
    found = next((e for e in edges if e > low and text[low:e].strip()), None)
    return None if found is None else (*fragments[:-1], (low, found))


def _edges(text: str, at: int, by: int, side: Side, unit: Snap) -> list[int]:
    """Edges of units beyond `at` in the direction of `by`, the nearest first."""
    low = at if by > 0 else max(0, at - _REACH)
    high = min(len(text), at + _REACH) if by > 0 else at
    if unit == "character":
        found = {segment.snap(text, n, n + 1, unit) for n in _around(text, at, by)}
    elif unit == "word":
        found = set(segment.words(text, low, high))
        found |= {segment.word(text, low), segment.word(text, high)}
    else:
        low = segment.sentence(text, at)[0] if by > 0 else low
        found = set(segment.sentences(text, low, high))
        found |= {segment.sentence(text, at), segment.sentence(text, low)}
    edges = {extent[0 if side == "start" else 1] for extent in found if extent[0] < extent[1]}
    return sorted((e for e in edges if (e - at) * by > 0), key=lambda e: abs(e - at))


def _around(text: str, at: int, by: int) -> range:
    return range(at, min(len(text), at + 64)) if by > 0 else range(max(0, at - 64), at)
