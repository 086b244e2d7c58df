"""Words as the full-text index holds them, and the way back to the text they came from.

Folded are compatibility forms (NFKD), marks (dropped), case, digits and the variants of Arabic
letters; each character of a script written without spaces is a word of its own, so that a run of
them is a phrase. All that is no letter or digit becomes a space. Folding goes character by
character: the fold of a text is the folds of its parts, joined.
"""

from __future__ import annotations

import re
import unicodedata

VERSION = f"1/{unicodedata.unidata_version}"
"""Texts fold the same under the same version. Count up when a rule below changes."""

_ARABIC = str.maketrans("أإآٱىةؤئکیە", "اااايهويكيه", "ـ")
# Lao, Thai, Myanmar, Hangul letters (what NFKD makes of syllables), Khmer, kana, Han.
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3040-\u30ff\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff]"
)
_BEYOND_ASCII = re.compile("[^\x00-\x7f]+(?: +[^\x00-\x7f]+)*")
_CHUNK = 256


def _folded(character: str) -> str:
    """What one character becomes."""
    kept: list[str] = []
    for part in unicodedata.normalize("NFKD", character).casefold().translate(_ARABIC):
        category = unicodedata.category(part)
        if category == "Mn":
            continue
        if _UNSPACED.match(part):
            kept += (" ", part, " ")
        elif category == "Nd":
            kept.append(str(unicodedata.decimal(part)))
        else:
            kept.append(part if part.isalnum() or category == "Mc" else " ")
    return "".join(kept)


class _Folds(dict[int, str]):
    """Code point → its fold, filled as characters turn up."""

    def __missing__(self, point: int) -> str:
        self[point] = folded = _folded(chr(point))
        return folded


_FOLDS = _Folds()


_ASCII = bytes(ord(_folded(chr(b))) if b < 128 else b for b in range(256))


def fold(text: str) -> str:
    """`text` in folded words, set apart by one space or more."""
    # ASCII goes byte by byte in C, 20 times faster than str.translate; most of most news is that.
    ascii_folded = text.encode("utf-8", "surrogatepass").translate(_ASCII)
    if len(ascii_folded) == len(text):
        return ascii_folded.decode("ascii")
    return _BEYOND_ASCII.sub(
        lambda run: run[0].translate(_FOLDS), ascii_folded.decode("utf-8", "surrogatepass")
    )


def original(text: str, at: int) -> int:
    """The offset in `text` of the character whose fold holds offset `at` of `fold(text)`."""
    start = 0
    while at >= (length := len(fold(text[start : start + _CHUNK]))):
        at, start = at - length, start + _CHUNK
    while at >= (length := len(_FOLDS[ord(text[start])])):
        at, start = at - length, start + 1
    return start


def extents(text: str, words: re.Pattern[str]) -> list[tuple[int, int]]:
    """Where in `text` its fold matches `words`, with the marks that follow."""
    places = [i for i, character in enumerate(text) for _ in _FOLDS[ord(character)]]
    found: list[tuple[int, int]] = []
    for match in words.finditer(text.translate(_FOLDS)):
        start, end = places[match.start()], places[match.end() - 1] + 1
        while end < len(text) and not _FOLDS[ord(text[end])]:
            end += 1
        found.append((start, end))
    return found
