"""Where the words of a misplaced span stand."""

from __future__ import annotations

import re

from annotator.model.edit import shorten
from annotator.model.errors import InputError, MisplacedSpan
from annotator.model.segment import Extent

NEARBY = 200
"""How far from its offsets, in code points, a span's words are looked for."""


def found_near(text: str, words: str, extent: Extent, place: str) -> int:
    """Where `words`, which don't stand at `extent`, stand near it.

    Raises InputError with `place` where no place is nearest: any other must be three times as far.
    """
    at = min(max(0, extent[0]), len(text) + NEARBY)  # a file may say any number
    low, high = max(0, at - NEARBY), at + NEARBY + len(words)
    matches = re.compile(f"(?={re.escape(words)})").finditer(text, low, high)
    found = sorted((abs(m.start() - extent[0]), m.start()) for m in matches) if words else []
    if not found or (len(found) > 1 and found[1][0] <= 3 * found[0][0]):
        near = "more than once near it" if found else f"not within {NEARBY} characters of it"
        message = f"The text at {_told(extent)} is not ‘{shorten(words)}’, which is {near}."
        raise InputError(f"{message} Correct the offsets.", place=place)
    return found[0][1]


def misplaced(extent: Extent, words: str, at: int, place: str, how: str = "") -> MisplacedSpan:
    """The fault of a span whose words stand at `at`; `how` says more of that place."""
    stands = f"which stands at {at}–{at + len(words)}{how}"
    message = f"The text at {_told(extent)} is not ‘{shorten(words)}’, {stands}. "
    return MisplacedSpan(f"{message}Import it with repair to move the span there.", place=place)


def moved(label: str, extent: Extent, words: str, at: int) -> str:
    """The note of a span that was moved."""
    return f"Moved {label} ‘{shorten(words)}’ from {_told(extent)} to {at}–{at + len(words)}."


def _told(extent: Extent) -> str:
    return f"{extent[0]}–{extent[1]}"
