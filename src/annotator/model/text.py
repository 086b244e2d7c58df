"""The text of an article: normalised once, then frozen.

Offsets are Unicode code points everywhere. Qt, JavaScript and UIMA count UTF-16 units, files count
bytes; this module is the only one that converts.
"""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_left
from functools import cached_property
from itertools import accumulate
from typing import Literal

# What no text widget, SQLite or PostgreSQL keeps apart from a newline, or keeps at all.
_NEWLINES = re.compile("\r\n|[\r\x85\u2028\u2029]")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff\ufdd0\ufdd1\ufffe\uffff]")
_ABNORMAL = re.compile("[\r\x85\u2028\u2029\x00\ud800-\udfff\ufdd0\ufdd1\ufffe\uffff]")
_ASTRAL = re.compile("[\U00010000-\U0010ffff]")


def normalise(raw: str) -> str:
    """`raw` as it will be frozen: no BOM, line ends as LF, no NUL, lone surrogate or noncharacter.

    Idempotent. Composed and decomposed letters stay as they are: NFC would move offsets.
    """
    return _NEWLINES.sub("\n", _UNSTORABLE.sub("", raw)).lstrip("\ufeff")


def _is_normal(value: str) -> bool:
    """As `normalise(value) == value`, six times as fast: export builds a Text per article."""
    if value.isascii():
        return "\r" not in value and "\x00" not in value
    return not value.startswith("\ufeff") and _ABNORMAL.search(value) is None


Unit = Literal["code point", "UTF-16 unit", "byte"]
"""What a file's offsets count; bytes are those of UTF-8."""


class Text:
    """An immutable text with its code point ⇄ UTF-16 map.

    `value` must already be normalised: InputError is the importer's to raise, here it is a bug
    and a ValueError. Two texts are equal where their values are.
    """

    def __init__(self, value: str) -> None:
        if not _is_normal(value):
            raise ValueError("the text is not normalised")
        self.value = value

    def __len__(self) -> int:
        return len(self.value)

    def __getitem__(self, extent: slice) -> str:
        return self.value[extent]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Text) and self.value == other.value

    def __hash__(self) -> int:
        return hash(self.value)

    def __repr__(self) -> str:
        return f"Text({self.value[:30]!r}…, {len(self)} code points)"

    @cached_property
    def sha256(self) -> str:
        """Hash of the UTF-8 bytes, hexadecimal."""
        return hashlib.sha256(self.value.encode()).hexdigest()

    @cached_property
    def _astral(self) -> list[int]:
        """Positions of the characters that take two UTF-16 units; empty for most articles."""
        return [m.start() for m in _ASTRAL.finditer(self.value)]

    @cached_property
    def _astral16(self) -> list[int]:
        return [position + before for before, position in enumerate(self._astral)]

    @property
    def length16(self) -> int:
        """Length in UTF-16 units."""
        return len(self) + len(self._astral)

    def to16(self, position: int) -> int:
        """The UTF-16 offset of code point offset `position`."""
        return position + bisect_left(self._astral, position) if self._astral else position

    def from16(self, position: int) -> int:
        """The code point offset of UTF-16 offset `position`.

        Raises ValueError inside a surrogate pair.
        """
        if not self._astral:
            return position
        before = bisect_left(self._astral16, position)
        if before and self._astral16[before - 1] == position - 1:
            raise ValueError(f"UTF-16 offset {position} lies inside a character")
        return position - before


class Origin:
    """A text as a file has it, with the text that is frozen of it and the way between offsets.

    `unit` is what the file's offsets count, in `raw`, before normalisation.
    """

    def __init__(self, raw: str, unit: Unit = "code point") -> None:
        self.raw, self.unit = raw, unit
        self.text = Text(raw if _is_normal(raw) else normalise(raw))

    @cached_property
    def _starts(self) -> list[int] | None:
        """Code point in `raw` → units before it, with the end; None: they are the same."""
        if self.unit == "code point" or self.raw.isascii():
            return None
        if self.unit == "UTF-16 unit":
            return [0, *accumulate(1 + (c > "\uffff") for c in self.raw)]
        sizes = (len(c.encode("utf-8", "surrogatepass")) for c in self.raw)
        return [0, *accumulate(sizes)]

    @cached_property
    def _kept(self) -> list[int] | None:
        """Code point in `raw` → code point in `text`, with the end; None: they are the same."""
        if self.raw == self.text.value:
            return None
        head = len(_UNSTORABLE.sub("", self.raw)) - len(
            _UNSTORABLE.sub("", self.raw).lstrip("\ufeff")
        )
        at, places = 0, []
        previous = ""
        for c in self.raw:
            places.append(at)
            if _UNSTORABLE.match(c):
                continue
            if head and c == "\ufeff":
                head -= 1
                continue
            head = 0
            if not (c == "\n" and previous == "\r"):
                at += 1
            previous = c
        return [*places, at]

    def at(self, offset: int) -> int:
        """The code point offset in `text` of the file's `offset`.

        Raises ValueError where it lies outside the text or inside a character.
        """
        place = offset
        if self._starts is not None:
            place = bisect_left(self._starts, offset)
            if not 0 <= place < len(self._starts) or self._starts[place] != offset:
                raise ValueError(f"offset {offset} lies inside a character or outside the text")
        if not 0 <= place <= len(self.raw):
            raise ValueError(f"offset {offset} lies outside the text")
        return place if self._kept is None else self._kept[place]
