"""WebAnno TSV 3.2 and 3.3 → Page."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from annotator.formats.files import whole
from annotator.formats.format import ReadOptions
from annotator.formats.layers import ANY, NEXT
from annotator.formats.page import Arc, Mark, Page
from annotator.model.edit import shorten
from annotator.model.errors import InputError, MisplacedSpan

FORMAT = "#FORMAT=WebAnno TSV "
MAX_BYTES = 256 << 20
MAX_GAP = 1 << 20
"""Blanks between two sentences, which a file says by offsets alone."""

_UNIT = re.compile(r"\d{1,9}-\d{1,9}(?:\.\d{1,9})?")
_OFFSETS = re.compile(r"(\d{1,9})-(\d{1,9})")
_STACKED = re.compile(r"((?:\\.|[^\\|])*)(?:\||$)", re.DOTALL)
_SLOTTED = re.compile(r"((?:\\.|[^\\;])*)(?:;|$)", re.DOTALL)
_NUMBERED = re.compile(r"((?:\\.|[^\\])*?)\[(\d{1,9})(?:_(\d{1,9}))?\]", re.DOTALL)
_LINKED = re.compile(r"((?:\\.|[^\\])*?)->(\d{1,9})-(\d{1,9})", re.DOTALL)
_TEXT_ESCAPE = re.compile(r"\\([tnfrb\\\x00-\x07\x0e-\x1f])")
_VALUE_ESCAPE = re.compile(r"\\(->|[\\\[\]|_;*tnr])")
_SHORT = {"t": "\t", "n": "\n", "f": "\f", "r": "\r", "b": "\b"}

Kind = Literal["bare", "value", "role", "target", "relation", "source", "link", "chain"]


@dataclass(frozen=True, slots=True)
class _Column:
    """What a column holds. `target` is the layer that a slot or a relation points at."""

    number: int
    kind: Kind
    type: str
    feature: str = ""
    target: str = ""


@dataclass(slots=True, eq=False)
class _Unit:
    begin: int
    end: int
    marks: dict[str, list[Mark]] = field(default_factory=dict)
    arcs: dict[str, list[Arc]] = field(default_factory=dict)


def parse(path: Path, options: ReadOptions) -> Page:
    """The page of a file; its offsets count UTF-16 units.

    Raises InputError; MisplacedSpan where the offsets count code points, unless `repair` is on.
    """
    lines = _lines(whole(path, MAX_BYTES))
    try:
        return _File(lines, _units).page
    except _Elsewhere as fault:
        try:
            page = _File(lines, len).page
        except InputError:
            raise InputError(fault.message, line=fault.line) from None
        if not options.repair:
            message = "The offsets count code points, not UTF-16 units. Import it with repair."
            raise MisplacedSpan(message, line=fault.line) from None
        options.note(f"{path.name}: read its offsets as code points.")
        for mark in page.marks:
            mark.begin, mark.end = _units(page.text[: mark.begin]), _units(page.text[: mark.end])
        return page


def _units(text: str) -> int:
    """The length of a text in UTF-16 units."""
    return len(text) if text.isascii() else len(text) + sum(c > "\uffff" for c in text)


class _Elsewhere(InputError):
    """A token's words are not where its offsets say."""


def _lines(body: bytes) -> list[str]:
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError("The file is not UTF-8. Export it again.") from None
    lines = text.replace("\0", "").split("\n")
    return [line.removesuffix("\r") for line in lines]


class _File:
    """One file, its lines read one after the other; `length` measures a text in its unit."""

    def __init__(self, lines: list[str], length: Callable[[str], int]) -> None:
        self._length, self._line = length, 0
        self.page = Page(text="")
        self._columns: list[_Column] = []
        self._units: dict[str, _Unit] = {}
        self._numbered: dict[int, Mark] = {}
        self._chained: dict[tuple[str, int, int], Mark] = {}
        self._slots: dict[tuple[Mark, str], dict[str, tuple[int, _Column, list[str]]]] = {}
        self._sources: list[tuple[int, Arc, _Column, _Unit, str]] = []
        self._parts: list[str] = []
        self._at = 0
        self._body(self._head(lines), lines)
        self._resolve()

    def _fault(self, message: str) -> InputError:
        return InputError(message, line=self._line)

    # -- header ------------------------------------------------------------------------------------

    def _head(self, lines: list[str]) -> int:
        """Read the header; gives back the number of lines in it."""
        self._line = 1
        if not re.fullmatch(re.escape(FORMAT) + r"3\.\d+", lines[0].strip()):
            raise self._fault("This is not WebAnno TSV 3: the first line must say so.")
        number = 1
        while number < len(lines) and lines[number].startswith("#T_"):
            self._line = number + 1
            self._layer(lines[number])
            number += 1
        self._columns.sort(key=lambda column: column.kind == "chain")  # after their links
        return number

    def _layer(self, line: str) -> None:
        prefix, _, rest = line.partition("=")
        type, *names = rest.split("|")
        if prefix not in ("#T_SP", "#T_CH", "#T_RL") or not type:
            raise self._fault("This layer is not known. It starts with #T_SP, #T_CH or #T_RL.")
        names = [name for name in names if name] or [""]
        features = self.page.layers.setdefault(type, {}) if prefix != "#T_RL" else {}
        role = ""
        for name in names:
            kind, feature, target = self._declared(prefix, type, name, role)
            role = feature if kind == "role" else ""
            self._columns.append(_Column(len(self._columns), kind, type, feature, target))
            if kind == "target":
                features[feature] = target
            elif kind == "value":
                features[feature] = ""

    def _declared(self, prefix: str, type: str, name: str, role: str) -> tuple[Kind, str, str]:
        """The kind of a column, its feature, and the layer that it points at."""
        if prefix == "#T_CH":
            return ("link" if name == "referenceRelation" else "chain"), name, ""
        if prefix == "#T_RL":
            base = name.removeprefix("BT_")
            return ("source", "", base) if base != name else ("relation", name, "")
        if name.startswith("ROLE_"):
            feature = name.removeprefix("ROLE_").removeprefix(f"{type}:")
            return "role", feature.rpartition("_")[0].rpartition(":")[2] or feature, ""
        if role:
            return "target", role, name
        return ("value", name, "") if name else ("bare", "", "")

    # -- body --------------------------------------------------------------------------------------

    def _body(self, start: int, lines: list[str]) -> None:
        pending: list[str] = []
        for number in range(start, len(lines)):
            line, self._line = lines[number], number + 1
            if line.startswith("#"):
                if line.startswith("#Text="):
                    pending.append(_unescaped_text(line.removeprefix("#Text=")))
            elif line:
                cells = line.split("\t")
                unit = self._unit(cells, pending)
                pending = []
                self._cells(unit, cells)
        text = "".join(self._parts)
        self.page.text = text.removesuffix("\n")

    def _unit(self, cells: list[str], pending: list[str]) -> _Unit:
        if len(cells) < 3 + len(self._columns):
            raise self._fault(f"Expected {3 + len(self._columns)} cells, found {len(cells)}.")
        extent = _OFFSETS.fullmatch(cells[1])
        if not _UNIT.fullmatch(cells[0]) or extent is None:
            raise self._fault("A line starts with the token's number and its offsets.")
        if cells[0] in self._units:
            raise self._fault(f"The token {cells[0]} is there already.")
        begin, end = int(extent[1]), int(extent[2])
        if pending:
            self._sentence(begin, pending)
        unit = self._units[cells[0]] = _Unit(begin, end)
        self._check(begin, end, cells[2])
        return unit

    def _sentence(self, begin: int, pending: list[str]) -> None:
        """Add a sentence's text, where its first token starts."""
        gap = begin - self._at
        if gap == -1 and self._parts and self._parts[-1].endswith("\n"):
            self._parts[-1] = self._parts[-1][:-1]
            self._at -= 1
        elif gap < 0:
            raise _Elsewhere("The sentence starts before the end of the last.", line=self._line)
        elif gap > MAX_GAP:
            raise self._fault("The sentence starts too far behind the last. Check its offsets.")
        else:
            self._parts.append(" " * gap)
        text = "".join(f"{line}\n" for line in pending)
        self._parts.append(text)
        self._base, self._sentence_text = begin, text
        self._at = begin + self._length(text)

    def _check(self, begin: int, end: int, words: str) -> None:
        """Raises where the words of a token are not the text there."""
        if not self._parts:
            raise self._fault("A token stands before the text of its sentence (#Text=).")
        low, high = begin - self._base, end - self._base
        if self._length is not len and not self._sentence_text.isascii():
            text = self._sentence_text.encode("utf-16-le")
            found = text[2 * max(low, 0) : 2 * high].decode("utf-16-le", "replace")
        else:
            found = self._sentence_text[max(low, 0) : high]
        if not 0 <= low <= high or found not in (words, _unescaped_text(words)):
            message = f"The text at {begin}–{end} is not ‘{shorten(words, 60)}’. Check the offsets."
            raise _Elsewhere(message, line=self._line)

    def _cells(self, unit: _Unit, cells: list[str]) -> None:
        for column in self._columns:
            raw = cells[column.number + 3]
            if raw in ("_", ""):
                continue
            for index, value in enumerate(_split(_STACKED, raw)):
                self._cell(column, unit, index, value)

    def _cell(self, column: _Column, unit: _Unit, index: int, value: str) -> None:
        match column.kind:
            case "relation" | "source":
                self._arc(column, unit, index, value)
            case "link" | "chain":
                self._chain(column, unit, index, value)
            case "target":
                mark = self._mark(column, unit, index, 0)
                self._slot(mark, column, _split(_SLOTTED, value))
            case _:
                words, number, _ = _suffix(value)
                mark = self._mark(column, unit, index, number)
                if column.kind == "role":
                    self._slot(mark, column, _split(_SLOTTED, words))
                elif column.kind == "value" and words != "*":
                    mark.values[column.feature] = _unescaped(words)

    def _mark(self, column: _Column, unit: _Unit, index: int, number: int) -> Mark:
        """The mark at a place in the stack of a unit: there already, of a unit before, or new."""
        stack = unit.marks.setdefault(column.type, [])
        if index < len(stack):
            mark = stack[index]
        else:
            known = self._numbered.get(number) if number else None
            if known is not None and known.type == column.type:
                mark = known
                mark.begin, mark.end = min(mark.begin, unit.begin), max(mark.end, unit.end)
            else:
                mark = Mark(column.type, unit.begin, unit.end)
                self.page.marks.append(mark)
            stack.append(mark)
        if number:
            self._numbered.setdefault(number, mark)
        return mark

    def _slot(self, mark: Mark, column: _Column, parts: list[str]) -> None:
        slot = self._slots.setdefault((mark, column.feature), {})
        slot[column.kind] = (self._line, column, parts)

    def _arc(self, column: _Column, unit: _Unit, index: int, value: str) -> None:
        stack = unit.arcs.setdefault(column.type, [])
        while index >= len(stack):
            nowhere = Mark(column.type, 0, 0)
            stack.append(Arc(column.type, nowhere, nowhere))
        arc = stack[index]
        if column.kind == "source":
            self._sources.append((self._line, arc, column, unit, value))
        elif value != "*":
            arc.values[column.feature] = _unescaped(value)

    def _chain(self, column: _Column, unit: _Unit, index: int, value: str) -> None:
        stack = unit.marks.setdefault(column.type, [])
        if column.kind == "chain":
            words, _, _ = _suffix(value)
        else:
            match = _LINKED.fullmatch(value)
            if match is None:
                raise self._fault("A chain's link ends in ->, its chain and its place: *->1-2.")
            words, key = match[1], (column.type, int(match[2]), int(match[3]))
            mark = self._chained.get(key)
            if mark is None:
                mark = self._chained[key] = Mark(column.type, unit.begin, unit.end)
                self.page.marks.append(mark)
            mark.end = max(mark.end, unit.end)
            stack.append(mark)
        if index >= len(stack):
            raise self._fault("A chain has a type where it has no link. Export it again.")
        if words != "*":
            stack[index].values[column.feature] = _unescaped(words)

    # -- references --------------------------------------------------------------------------------

    def _resolve(self) -> None:
        """What points at marks, now that all of them are there."""
        for (mark, feature), slot in self._slots.items():
            if "target" not in slot:
                continue
            self._line, column, targets = slot["target"]
            if targets in (["*"], ["_"]):
                continue
            _, _, roles = slot.get("role", (0, column, []))
            for n, target in enumerate(targets):
                role = roles[n] if n < len(roles) else "*"
                words, number, _ = _suffix(target)
                found = self._referred(column.target, words, number)
                said = "" if role in ("*", "_") else _unescaped(role)
                mark.slots.setdefault(feature, []).append((said, found))
        for line, arc, column, unit, value in self._sources:
            self._line = line
            words, governor, dependent = _suffix(value)
            arc.source = self._referred(column.target, words, governor)
            arc.target = self._referred(column.target, unit, dependent)
            self.page.arcs.append(arc)
        for (type, chain, place), mark in sorted(self._chained.items(), key=lambda row: row[0]):
            if (before := self._chained.get((type, chain, place - 1))) is not None:
                before.slots[NEXT] = [("", mark)]

    def _referred(self, type: str, where: str | _Unit, number: int) -> Mark:
        """The mark that is meant. A layer without a column, such as Token, is each unit itself."""
        if number:
            if number not in self._numbered:
                raise self._fault(f"The number [{number}] is nowhere in the file.")
            return self._numbered[number]
        unit = self._units.get(where) if isinstance(where, str) else where
        if unit is None:
            raise self._fault(f"There is no token {shorten(str(where), 40)}.")
        if type == ANY:
            stack = [mark for marks in unit.marks.values() for mark in marks]
        else:
            stack = unit.marks.get(type, [])
        if stack:
            return stack[0]
        if type in self.page.layers or type == ANY:
            raise self._fault("It points at a token that has no annotation of that layer.")
        mark = Mark(type, unit.begin, unit.end)
        self.page.marks.append(mark)
        unit.marks[type] = [mark]
        return mark


def _split(pattern: re.Pattern[str], text: str) -> list[str]:
    """The parts between unescaped separators."""
    return [*_parts(pattern, text)]


def _parts(pattern: re.Pattern[str], text: str) -> Iterator[str]:
    at = 0
    while True:
        match = pattern.match(text, at)
        if match is None:  # a lone backslash at the end
            yield text[at:]
            return
        yield match[1]
        if match.end() == len(text) and match.end() == match.end(1):
            return
        at = match.end()


def _suffix(value: str) -> tuple[str, int, int]:
    """A value without its numbers, and they; 0 where there is none."""
    match = _NUMBERED.fullmatch(value)
    return (match[1], int(match[2]), int(match[3] or 0)) if match else (value, 0, 0)


def _unescaped_text(text: str) -> str:
    if "\\" not in text:
        return text
    return _TEXT_ESCAPE.sub(lambda match: _SHORT.get(match[1], match[1]), text)


def _unescaped(value: str) -> str:
    if "\\" not in value:
        return value
    return _VALUE_ESCAPE.sub(lambda match: _SHORT.get(match[1], match[1]), value)
