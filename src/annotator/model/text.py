"""The text of an article: normalised once, then frozen.

Offsets are Unicode code points everywhere. Qt, JavaScript and UIMA count UTF-16 units, files count
bytes; this module is the only one that converts.
"""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_left
from functools import cached_property

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
