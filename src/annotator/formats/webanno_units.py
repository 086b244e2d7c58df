"""Marks on the tokens and sub-tokens of WebAnno TSV, as its writer places and numbers them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from annotator.formats.page import Arc, Mark, Page
from annotator.formats.tokens import Tokens
from annotator.model.segment import Extent


@dataclass(slots=True, eq=False)
class Unit:
    """A token, or a part of one; extents in code points."""

    id: str
    begin: int
    end: int
    marks: dict[str, list[Mark]] = field(default_factory=dict)
    arcs: dict[str, list[Arc]] = field(default_factory=dict)
    parts: list[Unit] = field(default_factory=list)

    def part(self, begin: int, end: int) -> Unit:
        """The sub-token of that extent, made where it is not there."""
        for unit in self.parts:
            if (unit.begin, unit.end) == (begin, end):
                return unit
        unit = Unit(f"{self.id}.{len(self.parts) + 1}", begin, end)
        self.parts.append(unit)
        return unit


class Units:
    """The sentences of a page in units, with its marks on them, in the order of `types`.

    The file has nothing between tokens but what a sentence's text says, so that a blank where a
    mark starts or ends, or at the head of the text, becomes a token.
    """

    def __init__(self, page: Page, types: Iterable[str], chained: frozenset[str]) -> None:
        self.page = page
        self._chained = chained
        self.sentences: list[list[Unit]] = []
        for number, row in enumerate(_rows(page), 1):
            self.sentences.append(
                [Unit(f"{number}-{n}", *extent) for n, extent in enumerate(row, 1)]
            )
        self._flat = [unit for row in self.sentences for unit in row]
        self.home: dict[Mark, Unit] = {}
        self.ids: dict[Mark, int] = {}
        by_type: dict[str, list[Mark]] = {}
        for mark in page.marks:
            by_type.setdefault(mark.type, []).append(mark)
        for type in types:
            for mark in by_type.get(type, ()):
                self._place(mark)
        for arc in page.arcs:
            self.home[arc.target].arcs.setdefault(arc.type, []).append(arc)

    @cached_property
    def _begins(self) -> list[int]:
        return [unit.begin for unit in self._flat]

    @cached_property
    def _ends(self) -> list[int]:
        return [unit.end for unit in self._flat]

    def all(self) -> Iterator[Unit]:
        """Each token, then its parts."""
        for unit in self._flat:
            yield unit
            yield from unit.parts

    def text_of(self, number: int) -> str:
        """The text of a sentence, to the start of the next; a newline between them is not said."""
        text, rows = self.page.text, self.sentences
        start = rows[number][0].begin
        if number + 1 == len(rows):
            return text[start:]
        return text[start : rows[number + 1][0].begin].removesuffix("\n")

    def number(self, mark: Mark) -> None:
        """Give a mark a number for references to it, where it has none."""
        self.ids.setdefault(mark, len(self.ids) + 1)

    def _place(self, mark: Mark) -> None:
        begin, end = mark.begin, mark.end
        if begin == end:
            unit = self._flat[bisect_left(self._ends, end)]
            self._put(mark, unit.part(begin, end), home=True)
            return
        first = bisect_right(self._begins, begin) - 1
        last = bisect_left(self._ends, end)
        one, other = self._flat[first], self._flat[last]
        if one.begin < begin:
            self._put(mark, one.part(begin, min(one.end, end)), home=True)
        elif one.end <= end:
            self._put(mark, one, home=True)
        if other.end > end:
            part = other.part(max(other.begin, begin), end)
            self._put(mark, part, home=first == last)
        elif first != last:
            self._put(mark, other)
        for unit in self._flat[first + 1 : last]:
            self._put(mark, unit)
        if first != last and mark.type not in self._chained:
            self.number(mark)

    def _put(self, mark: Mark, unit: Unit, *, home: bool = False) -> None:
        if home:
            self.home[mark] = unit
        there = unit.marks.setdefault(mark.type, [])
        if mark in there:
            return
        there.append(mark)
        if len(there) > 1 and mark.type not in self._chained:
            for stacked in there:
                self.number(stacked)


def _rows(page: Page) -> list[list[Extent]]:
    """The tokens by sentence, with those that the marks and the head of the text need."""
    text = page.text
    rows = Tokens(text).rows
    flat = [extent for row in rows for extent in row]
    begins, ends = [a for a, _ in flat], [b for _, b in flat]
    more: set[int] = set()
    for mark in page.marks:
        if mark.begin == mark.end:
            n = bisect_left(ends, mark.begin)
            if n == len(flat) or begins[n] > mark.begin:
                more.add(min(mark.begin, len(text) - 1))
            continue
        for at in (mark.begin, mark.end - 1):
            n = bisect_right(ends, at)
            if n == len(flat) or begins[n] > at:
                more.add(at)
    start = min([begins[0], *more])
    if text[:start].strip(" "):
        more.add(0)
    if not more:
        return rows
    firsts = [row[0][0] for row in rows]
    for at in sorted(more):
        row = rows[max(0, bisect_right(firsts, at) - 1)]
        row.append((at, at + 1))
        row.sort()
    return rows
