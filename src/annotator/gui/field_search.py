"""Finding names while somebody types: prefixes first, then words, then anything alike."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

Tier = Literal[0, 1, 2, 3, 4]
"""How a name was found: exactly, by its start, by a word's start, inside, by its letters."""

_MANY = 400
_ENOUGH = 10  # with so many good ones nobody looks for worse
_BREAKS = re.compile(r"[\W_]+")


@lru_cache(maxsize=65536)
def fold(text: str) -> str:
    """`text` as it is compared: no case, no diacritics, words parted by single blanks."""
    if not text.isascii():
        parts = unicodedata.normalize("NFKD", text)
        text = "".join(c for c in parts if not unicodedata.combining(c))
    return _BREAKS.sub(" ", text.casefold()).strip()


@dataclass(frozen=True, slots=True)
class Hit:
    """A record found, and how."""

    key: str
    tier: Tier


class NameIndex:
    """Keys with one or more names each, all folded into one text that is searched at C speed."""

    def __init__(self, names: Iterable[tuple[str, Iterable[str]]] = ()) -> None:
        self._names: dict[str, str] = {}
        self._text = "\n"
        self._starts: list[int] = []
        self._keys: list[str] = []
        self._stale = True
        for key, each in names:
            self.put(key, each)

    def __len__(self) -> int:
        return len(self._names)

    def put(self, key: str, names: Iterable[str]) -> None:
        """Add a record or give it other names."""
        self._names[key] = "\n".join(filter(None, map(fold, names)))
        self._stale = True

    def drop(self, key: str) -> None:
        """Remove a record."""
        self._stale = self._names.pop(key, None) is not None or self._stale

    def _build(self) -> None:
        self._starts, self._keys, at = [], list(self._names), 1
        for names in self._names.values():
            self._starts.append(at)
            at += len(names) + 1
        self._text = "\n" + "\n".join(self._names.values()) + "\n"
        self._stale = False

    def search(self, typed: str, limit: int = 50) -> list[Hit]:
        """Records with a name like `typed`, the likeliest first; in a tier, the shorter names."""
        wanted = fold(typed)
        if not wanted:
            return []
        if self._stale:
            self._build()
        found: dict[str, Hit] = {}
        tiers: tuple[tuple[Tier, str], ...] = (
            (0, f"\n{wanted}\n"),
            (1, f"\n{wanted}"),
            (2, f" {wanted}"),
            (3, wanted),
        )
        for tier, part in tiers:
            if len(found) < limit:
                self._gather(tier, _places(self._text, part), found)
        if len(found) < min(limit, _ENOUGH) and len(wanted.replace(" ", "")) > 1:
            alike = (match.start() for match in re.finditer(_alike(wanted), self._text))
            self._gather(4, alike, found)
        return list(found.values())[:limit]

    def _gather(self, tier: Tier, places: Iterator[int], found: dict[str, Hit]) -> None:
        """Add the records whose names stand at `places`, those with the shorter rest first."""
        new: dict[str, int] = {}
        for place in places:
            at = place + 1 if self._text[place] == "\n" else place
            key = self._keys[bisect_right(self._starts, at) - 1]
            if key not in found and key not in new:
                new[key] = self._text.find("\n", at) - at
                if len(new) >= _MANY:
                    break
        for key in sorted(new, key=new.__getitem__):
            found[key] = Hit(key, tier)


def _places(text: str, part: str) -> Iterator[int]:
    at = text.find(part)
    while at >= 0:
        yield at
        at = text.find(part, at + 1)


def _alike(wanted: str) -> str:
    """A name that starts a word with the first letter and has all the others in their order."""
    first, *rest = list(wanted.replace(" ", ""))
    return rf"[\n ]{re.escape(first)}" + "".join(
        rf"[^\n{re.escape(c)}]*{re.escape(c)}" for c in rest
    )
