"""Where BioC's annotations stand: passages and sentences as one text, offsets told by quotes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate, product

from lxml import etree

from annotator.model.errors import InputError
from annotator.model.segment import Extent
from annotator.model.text import Unit

UNITS: tuple[Unit, ...] = ("code point", "UTF-16 unit", "byte")
_NUMBER = re.compile("[0-9]{1,12}")


def number(given: str | None, what: str, place: str = "") -> int:
    """A whole number of the file. Raises InputError."""
    if given is None or not _NUMBER.fullmatch(given.strip()):
        raise InputError(f"Expected a whole number as {what}.", place=place)
    return int(given)


@dataclass(slots=True)
class Said:
    """An annotation as it stands in a part."""

    element: etree._Element
    locations: list[Extent]
    quote: str
    scope: int
    """the passage whose ids it shares"""


@dataclass(kw_only=True)
class Part:
    """A passage or sentence with a text of its own; `start` is where that stands in the whole."""

    text: str
    offset: int
    inside: bool = False
    """a sentence after another of its passage"""
    annotations: list[Said] = field(default_factory=list)
    start: int = 0

    @cached_property
    def _places(self) -> dict[Unit, Mapping[int, int] | None]:
        """Unit → offset in the text → code point; None: they are the same."""
        if self.text.isascii():
            return dict.fromkeys(UNITS)
        wide = accumulate((1 + (c > "\uffff") for c in self.text), initial=0)
        byte = accumulate((len(c.encode()) for c in self.text), initial=0)
        return {
            "code point": None,
            "UTF-16 unit": {at: n for n, at in enumerate(wide)},
            "byte": {at: n for n, at in enumerate(byte)},
        }

    def extent(self, location: Extent, way: Way) -> Extent | None:
        """A location in the text's code points; None where it lies outside or in a character."""
        base = 0 if way.relative else self.offset
        ends = []
        for at in (location[0] - base, location[0] + location[1] - base):
            places = self._places[way.unit]
            place = at if places is None else places.get(at, -1)
            if not 0 <= place <= len(self.text):
                return None
            ends.append(place)
        return ends[0], ends[1]

    def length(self, unit: Unit) -> int:
        """Of the text, in a unit."""
        places = self._places[unit]
        return len(self.text) if places is None else max(places)


@dataclass(frozen=True, slots=True)
class Way:
    """How a document's offsets are counted; `relative`: from the start of their part."""

    unit: Unit
    relative: bool


def way_of(parts: Sequence[Part]) -> tuple[Way, bool]:
    """The way in which most quotes fit, and whether any does.

    Characters from the start of the document where others fit no better.
    """
    best, most = Way("code point", False), (0, 0)
    all_said = [(part, said) for part in parts for said in part.annotations]
    quoting = sum(len(said.locations) == 1 and said.quote != "" for _, said in all_said)
    for relative, unit in product((False, True), UNITS):
        way = Way(unit, relative)
        fit = inside = 0
        for part, said in all_said:
            extent = part.extent(said.locations[0], way)
            inside += extent is not None
            if extent is not None and len(said.locations) == 1 and said.quote:
                fit += part.text[extent[0] : extent[1]] == said.quote
        if (fit, inside) > most:
            best, most = way, (fit, inside)
        if most == (quoting, len(all_said)):
            break
    return best, most[0] > 0


def assembled(parts: Sequence[Part], unit: Unit) -> str:
    """The whole text. Between parts stands what their offsets leave room for: line ends, blanks."""
    pieces: list[str] = []
    at = 0
    for n, part in enumerate(parts):
        glue = ""
        if n:
            before = parts[n - 1]
            gap = part.offset - before.offset - before.length(unit)
            if part.inside:
                glue = " " * gap if 0 <= gap <= 2 else " "
            else:
                glue = "\n" * gap if 1 <= gap <= 2 else "\n"
        part.start = at + len(glue)
        pieces += [glue, part.text]
        at = part.start + len(part.text)
    return "".join(pieces)
