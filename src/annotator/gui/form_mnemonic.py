"""Which letter of each title is underlined: each its own, as many titles as can be served."""

from __future__ import annotations

from collections.abc import Sequence


def letters(titles: Sequence[str], reserved: frozenset[str] = frozenset()) -> list[int]:
    """For each title the position of its letter; -1 where none is left.

    Earlier titles choose first, first letters of words before others; letters of `reserved` (the
    menus') are taken only by titles that find no other. A later title may move an earlier one to
    another of its letters (augmenting paths, Kuhn 1955), never take its last.
    """
    owner: dict[str, int] = {}
    for nth, title in enumerate(titles):
        free = [c for c in _candidates(title) if c not in reserved]
        if not _claim(nth, free, titles, reserved, owner, set()):
            _claim(nth, _candidates(title), titles, frozenset(), owner, set())
    at = {nth: letter for letter, nth in owner.items()}
    return [_position(title, at.get(nth, "")) for nth, title in enumerate(titles)]


def _candidates(title: str) -> list[str]:
    starts = [w[0] for w in title.casefold().split()]
    rest = [c for c in title.casefold() if c not in starts]
    return [c for c in dict.fromkeys((*starts, *rest)) if c.isascii() and c.isalpha()]


def _claim(
    nth: int, wanted: list[str], titles: Sequence[str], reserved: frozenset[str],
    owner: dict[str, int], seen: set[str],
) -> bool:  # fmt: skip
    for letter in wanted:
        if letter not in owner:
            owner[letter] = nth
            return True
    for letter in wanted:
        if letter in seen:
            continue
        seen.add(letter)
        other = [c for c in _candidates(titles[owner[letter]]) if c not in reserved and c != letter]
        if _claim(owner[letter], other, titles, reserved, owner, seen):
            owner[letter] = nth
            return True
    return False


def _position(title: str, letter: str) -> int:
    """Where the letter stands: at a word's start, else the first."""
    if not letter:
        return -1
    folded = title.casefold()
    at = folded.find(f" {letter}")
    return 0 if folded.startswith(letter) else at + 1 if at >= 0 else folded.find(letter)
