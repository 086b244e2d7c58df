"""Where characters, words, names, phrases, quotations, sentences and paragraphs begin and end.

All extents are half-open pairs of code point offsets into a str. What is asked at one place is
answered from the text near it, so that it costs the same in a file of one line.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from typing import Literal

Extent = tuple[int, int]
Snap = Literal["character", "word", "sentence"]

# Scripts written without spaces: one character (with its marks) is one word here; but foreign
# names in Japanese are runs of katakana.
_KATAKANA = "\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\uff66-\uff9f"
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf"
    "\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff"
)
_JOINERS = "\u200c\u200d"
_EXTENDERS = _JOINERS + "\u0e33\u0eb3\uff9e\uff9f"  # not marks, yet one with what they follow
_LINKERS = "\u094d\u09cd\u0acd\u0b4d\u0c4d\u0d4d\u1039\u17d2"  # viramas that make a conjunct
_PREPENDED = (
    "\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\u0d4e\U000110bd\U000110cd"
    "\U000111c2\U000111c3\U0001193f\U00011941\U00011a3a\U00011d46\U00011f02"
)

_QUOTES = ("“”", "«»", "„“", "‘’", "‹›", "「」", "『』", '""')
_ENDERS = ".!?…؟۔।॥։።။។‼⁇⁈⁉。！？｡"
_SENTENCE_END = re.compile(
    rf"(?<![{_ENDERS}])(?:([。！？｡]++)[」』）”’\"]*+"  # no blank follows in Chinese and Japanese
    rf"|([{_ENDERS}]++)((?:\s?[”»›]|[\"'’“)\]])*+)(?:\s++|$))"
)
_CLAUSE = re.compile('(?:,(?!(?<=\\d,)\\d))|[;:—–()\n"“”«»„،؛、，；：!?…؟。！？]|\\.{2,}')
_TITLES = frozenset(
    "mr mrs ms mx dr prof gen col lt sgt capt cpl maj cmdr adm brig sen rep gov st rev hon pres "
    "supt det messrs mme mlle vs cf viz e.g i.e".split()
)
_SHORT = frozenset(
    "jr sr inc ltd co corp dept univ ave blvd jan feb mar apr jun jul aug sep sept oct nov dec "
    "ph.d".split()
)
_BEFORE_NUMBER = frozenset("no nos art approx est ca p pp fig vol sec ch".split())
_STARTERS = frozenset(
    "a according after all also although an and as at before both but by despite during for from "
    "he her his however i if in it its many meanwhile most my no on one or our she since so some "
    "such that the their then there these they this those though to under until we what when "
    "where while who with you".split()
)
_NAME_LINK = frozenset("of the and de del der da di la le al el bin ibn van von for".split())

_LONG_WORD = 256  # longer ones (data, not words) are cut at multiples of this
_FAR = 4096  # the same for sentences, where no end is this near


@cache
def _marks() -> str:
    """All combining marks as the inside of a character class (10 ms, once)."""
    points = (*range(0x300, 0x20000), *range(0xE0100, 0xE01F0))
    return "".join(c for c in map(chr, points) if unicodedata.category(c)[0] == "M")


# Texts without any of these have neither marks nor unspaced scripts: Latin, mostly.
_FAR_SCRIPTS = re.compile("[\u0300-\u1fff\u20d0-\U0010ffff]")


@cache
def _word_pattern(*, latin: bool) -> re.Pattern[str]:
    """`latin`: the same for texts without _FAR_SCRIPTS, eight times as fast."""
    marks = _JOINERS if latin else re.escape(_marks()) + _JOINERS
    katakana = rf"[{_KATAKANA}][{_KATAKANA}{marks}]*"
    unspaced = rf"(?=[^\W\d_])[{_UNSPACED}][{marks}\u0e33\u0eb3]*"
    letter = rf"[\w{marks}\u00ad]" if latin else rf"(?:\d|(?![{_UNSPACED}])[\w{marks}\u00ad])"
    first = r"\w" if latin else rf"(?:\d|(?![{_UNSPACED}])\w)"
    possessive = rf"['’][sS](?!{letter})"
    alone = rf"{first}(?!{letter})"
    inner = "|".join(
        (
            rf"(?!{possessive})['’·\u2010\u2011-]{first}{letter}*",  # O’Neill, al-Assad
            r"[,.](?<=\d.)\d+",  # 1,000.5
            rf"\.(?=[a-z\d]){first}{letter}*",  # bbc.co.uk
            rf"(?:(?<!\w\w)|(?<=Ph))\.{alone}",  # U.S, Ph.D
            r"&(?<=[A-Z]&)(?=[A-Z])\w+",  # AT&T
        )
    )
    word = rf"{first}{letter}*(?:{inner})*(?:(?<=\.[^\W\d_])\.)?"  # U.S. with its last stop
    others = "" if latin else rf"{katakana}|{unspaced}|"
    return re.compile(rf"{others}{word}|(?<=[\w{marks}.]){possessive}")


def words(text: str, start: int = 0, end: int | None = None) -> Iterator[Extent]:
    """The words of `text[start:end]`: letters, marks and digits, with inner ' ’ - . and &.

    A possessive 's is a word of its own: "Syria's" is tagged as "Syria".
    """
    end = len(text) if end is None else end
    latin = _FAR_SCRIPTS.search(text, max(0, start - 2), end + 1) is None
    for match in _word_pattern(latin=latin).finditer(text, start, end):
        first, last = match.span()
        if last - first <= _LONG_WORD:
            yield first, last
        else:
            cuts = [_whole(text, p, last) for p in _multiples(_LONG_WORD, first + 1, last)]
            yield from ((a, b) for a, b in pairwise([first, *cuts, last]) if a < b)


def _multiples(step: int, start: int, end: int) -> range:
    """The multiples of `step` in `start`–`end`."""
    return range(-(-start // step) * step, end, step)


def _whole(text: str, at: int, end: int) -> int:
    """The first place from `at` on that lies between two characters as a reader sees them."""
    while at < end and _joined(text, at):
        at += 1
    return at


def tokens(text: str, start: int = 0, end: int | None = None) -> Iterator[Extent]:
    """Words, and each other visible character (as a reader sees it) by itself."""
    at = start
    end = len(text) if end is None else end
    for word_start, word_end in words(text, start, end):
        if not text[at:word_start].isspace():
            yield from _characters(text, at, word_start)
        yield word_start, word_end
        at = word_end
    yield from _characters(text, at, end)


def _characters(text: str, start: int, end: int) -> Iterator[Extent]:
    while start < end:
        after = _whole(text, start + 1, end)
        if extent := _trimmed(text, start, after):
            yield extent
        start = after


def _joined(text: str, at: int) -> bool:
    """True where offset `at` lies inside what a reader sees as one character (UAX #29)."""
    if not 0 < at < len(text):
        return False
    before, after = text[at - 1], text[at]
    if before < "\u0300" and after < "\u0300" or before == "\n":
        return False
    if unicodedata.category(after)[0] == "M" or after in _EXTENDERS:
        return True
    if before == "\u200d":
        return not after.isascii()  # joins emoji, and the letters of a conjunct
    if "\U0001f3fb" <= after <= "\U0001f3ff" or "\U000e0020" <= after <= "\U000e007f":
        return True  # skin tone, tag sequence
    if before in _PREPENDED:
        return after != "\n"
    if before in _LINKERS:
        return unicodedata.category(after) == "Lo"
    if all("\U0001f1e6" <= c <= "\U0001f1ff" for c in (before, after)):  # flags pair up
        run = at
        while run and "\U0001f1e6" <= text[run - 1] <= "\U0001f1ff":
            run -= 1
        return (at - run) % 2 == 1
    return _hangul(before, after)


def _hangul(before: str, after: str) -> bool:
    """True between parts of one Korean syllable that is written in decomposed letters."""
    if "\u1160" <= after <= "\u11ff" or "\ud7b0" <= after <= "\ud7fb":
        return "\u1100" <= before <= "\u11ff" or "\ua960" <= before <= "\ud7fb"
    lead = "\u1100" <= before <= "\u115f" or "\ua960" <= before <= "\ua97c"
    return lead and ("\u1100" <= after <= "\u115f" or "\ua960" <= after <= "\ud7a3")


def paragraph(text: str, at: int) -> Extent:
    """The line that offset `at` lies in, without its newline."""
    start = text.rfind("\n", 0, at) + 1
    end = text.find("\n", at)
    return start, len(text) if end < 0 else end


def _near(text: str, at: int, reach: int) -> tuple[Extent, bool, bool]:
    """The part of the line of `at` that is within `reach`; whether it starts, ends the line."""
    low, high = max(0, at - reach), min(len(text), at + reach)
    before, after = text.rfind("\n", low, at), text.find("\n", at, high)
    first = before >= 0 or low == 0
    last = after >= 0 or high == len(text)
    return (before + 1 if before >= 0 else low, after if after >= 0 else high), first, last


def sentences(text: str, start: int = 0, end: int | None = None) -> Iterator[Extent]:
    """The sentences of `text[start:end]`, trimmed of blanks; a newline always ends one."""
    end = len(text) if end is None else end
    while start < end:
        stop = text.find("\n", start, end)
        stop = end if stop < 0 else stop
        yield from _between(text, [start, *_ends(text, start, stop, last=True), stop])
        start = stop + 1


def _ends(text: str, start: int, stop: int, *, last: bool) -> Iterator[int]:
    """Where sentences end inside a line; `last`: the line ends at `stop`."""
    for match in _SENTENCE_END.finditer(text, start, stop):
        if match[1]:
            yield match.end()
        elif match.end() < stop:
            if _ends_sentence(text, match):
                yield match.end(3)
        elif last:
            yield match.end(3)


def _between(text: str, ends: list[int]) -> Iterator[Extent]:
    """What lies between ends, trimmed; cut where it is too long for a sentence."""
    for start, stop in pairwise(ends):
        cuts = (_whole(text, p, stop) for p in _multiples(_FAR, start + _FAR, stop - _FAR + 1))
        for a, b in pairwise([start, *cuts, stop]):
            if extent := _trimmed(text, a, b):
                yield extent


def _ends_sentence(text: str, match: re.Match[str]) -> bool:
    following = text[match.end()]
    if following.islower() or following in ",;:)]":
        return False
    if match[3]:
        return following not in "-–—"
    if match[2] != ".":
        return True
    before = match.start()
    last = text[max(0, before - 32) : before].rsplit(None, 1)[-1:]
    word = last[0].lstrip("([\"'“‘«„") if last else ""
    if word.isdigit() and text[before - len(word) - 1 : before - len(word)] in ("", "\n"):
        return False  # 1. The first item of a list
    lower = word.lower()
    if lower in _TITLES:
        return False
    if lower in _BEFORE_NUMBER:
        return not following.isdigit()
    initial = len(word) == 1 and word.isalpha() and not word.islower() and word != "I"
    if initial or lower in _SHORT or re.fullmatch(r"[^\W\d](?:\.[^\W\d])+", word):
        next_word = re.compile(r"\w*").match(text, match.end() + (following in "\"'“‘«„(["))
        return next_word is not None and next_word[0].lower() in _STARTERS
    return True


def _trimmed(text: str, start: int, end: int) -> Extent | None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return (start, end) if start < end else None


def sentence(text: str, at: int) -> Extent:
    """The sentence at offset `at`; in the gap behind a sentence, that sentence.

    An empty line is the empty extent (`at`, `at`).
    """
    found = None
    for reach in (_FAR // 4, 3 * _FAR):
        (low, high), first, last = _near(text, at, reach)
        extents = [*_between(text, [low, *_ends(text, low, high, last=last), high])]
        if not first:
            extents = extents[1:]  # began before what was read
        behind = (e for e in reversed(extents) if e[0] <= at)
        found = next(behind, extents[0] if first and extents else None)
        if found and (last or found != extents[-1]):
            break
    return found or (at, at)


def word(text: str, at: int) -> Extent:
    """The word that touches offset `at`, the one behind it first; else the empty (`at`, `at`)."""
    near = words(text, max(0, at - 4 * _LONG_WORD), min(len(text), at + 4 * _LONG_WORD))
    touching = [w for w in near if w[0] <= at <= w[1]]
    if len(touching) > 1 and text[touching[-1][0]] in "'’":
        touching.pop()  # between a noun and its possessive the noun is meant
    return touching[-1] if touching else (at, at)


def snap(text: str, start: int, end: int, unit: Snap) -> Extent:
    """`start`–`end` widened outwards to whole characters, words or sentences.

    Blanks at the edges are dropped; a selection of blanks alone gives an empty extent.
    """
    if _trimmed(text, start, end) is None:
        if start != end or unit == "character":
            return start, start
        start, end = word(text, start) if unit == "word" else sentence(text, start)
        if start == end:
            return start, end
    while (wider := _snapped(text, start, end, unit)) != (start, end):
        start, end = wider
    return start, end


def _snapped(text: str, start: int, end: int, unit: Snap) -> Extent:
    start, end = _trimmed(text, start, end) or (start, end)
    if unit == "sentence":
        start, end = sentence(text, start)[0], sentence(text, end - 1)[1]
    elif unit == "word":
        first, last = word(text, start), word(text, end)
        # A word that only touches the edge from outside is not taken.
        start = min(start, first[0]) if first[1] > start else start
        end = max(end, last[1]) if last[0] < end else end
    while _joined(text, start):
        start -= 1
    return start, _whole(text, end, len(text))


def _name(text: str, start: int, end: int) -> Extent:
    """The run of capitalised words around an extent, with linking words inside it."""
    near = [*words(text, max(0, start - 300), min(len(text), end + 300))]
    inside = [i for i, w in enumerate(near) if w[0] < end and w[1] > start]

    def capital(i: int) -> bool:
        return text[near[i][0]].isupper()

    def links(i: int) -> bool:
        return text[slice(*near[i])] in _NAME_LINK

    def apart(a: Extent, b: Extent) -> bool:
        between = text[a[1] : b[0]]
        if between.startswith(". ") and (a[1] - a[0] == 1 or text[slice(*a)].lower() in _TITLES):
            between = between[2:]  # George W. Bush, Dr. Smith
        return bool(between.strip(" \u00a0"))

    def reach(i: int, step: int) -> int:
        best = i
        while 0 <= i + step < len(near) and not apart(*sorted((near[i], near[i + step]))):
            i += step
            if capital(i):
                best = i
            elif not links(i):
                break
        return best

    if not any(map(capital, inside)) or not all(capital(i) or links(i) for i in inside):
        return start, end
    return near[reach(inside[0], -1)][0], near[reach(inside[-1], 1)][1]


def _phrase(text: str, start: int, end: int) -> Extent:
    low, high = sentence(text, start)
    cuts = [m.span() for m in _CLAUSE.finditer(text, low, high)]
    before = max((b for _, b in cuts if b <= start), default=low)
    after = min((a for a, _ in cuts if a >= end), default=high)
    return _trimmed(text, before, after) or (start, end)


def quotation(text: str, start: int, end: int) -> Extent | None:
    """The innermost quotation around an extent, its marks included, within one paragraph."""
    (low, _), _, _ = _near(text, start, _FAR)
    (_, high), _, _ = _near(text, max(start, end), _FAR)
    found: list[Extent] = []
    for opening, closing in map(tuple, _QUOTES):
        at = low
        while (a := text.find(opening, at, high)) >= 0:
            b = text.find(closing, a + 1, high)
            while closing == "’" and 0 < b + 1 < high and text[b + 1].isalnum():
                b = text.find(closing, b + 1, high)  # an apostrophe
            if b < 0:
                break
            if a <= start and b + 1 >= end:
                found.append((a, b + 1))
            at = b + 1
    return max(found, default=None)


def grow(text: str, start: int, end: int) -> Extent:
    """The next larger unit around an extent: word, name, phrase, quotation, sentence, paragraph.

    The whole paragraph grows to itself.
    """
    ladder = [snap(text, start, end, "word"), _name(text, start, end), _phrase(text, start, end)]
    if quoted := quotation(text, start, end):
        ladder += [(quoted[0] + 1, quoted[1] - 1), quoted]
    last = max(start, end - 1)
    first, stop = sentence(text, start)[0], max(end, sentence(text, last)[1])
    bare = len(text[first:stop].rstrip(".!?…。！？"))  # the full stop is no part of a claim
    ladder += [(first, first + bare), (first, stop)]
    ladder.append((paragraph(text, start)[0], max(end, paragraph(text, last)[1])))
    larger = [e for e in ladder if e[0] <= start and e[1] >= end and e != (start, end)]
    return min(larger, key=lambda e: e[1] - e[0], default=(start, end))
