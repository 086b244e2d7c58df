"""Where characters, words, names, phrases, quotations, sentences and paragraphs begin and end.

All extents are half-open pairs of code point offsets into a str.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from typing import Literal

Extent = tuple[int, int]
Snap = Literal["character", "word", "sentence"]

# Scripts written without spaces: one character (with its marks) is one word here.
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf"
    "\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
_JOINERS = "\u200c\u200d"
_QUOTES = (("“", "”"), ("«", "»"), ("„", "“"), ("‘", "’"), ("「", "」"), ('"', '"'))
_ABBREVIATIONS = frozenset(
    "mr mrs ms dr prof gen col lt sgt capt maj sen rep gov st rev hon pres jr sr vs etc no inc "
    "ltd co corp dept univ approx est jan feb mar apr jun jul aug sep sept oct nov dec".split()
)
_SENTENCE_END = re.compile(r"([.!?…]+|[。！？]+)([\"'”’»)\]]*)(\s+|$|(?<=[。！？]))")
_CLAUSE = re.compile(r"[,;:—–()\n\"“”«»„]|[.!?…]+(?=\s|$)|[。！？，；：]")
_NAME_LINK = frozenset("of the and de del der da di la le al el bin ibn van von for".split())


@cache
def _marks() -> str:
    """All combining marks as the inside of a character class (10 ms, once)."""
    points = (*range(0x300, 0x20000), *range(0xE0100, 0xE01F0))
    return "".join(c for c in map(chr, points) if unicodedata.category(c)[0] == "M")


@cache
def _word_pattern() -> re.Pattern[str]:
    marks = re.escape(_marks()) + _JOINERS
    letter = rf"(?:(?![{_UNSPACED}])[\w{marks}])"
    possessive = rf"['’]s(?!{letter})"
    inner = rf"(?!{possessive})['’.·-]{letter}+|[,.](?<=\d.)\d+"
    return re.compile(rf"[{_UNSPACED}][{marks}]*|{letter}+(?:{inner})*|(?<=\w){possessive}")


def words(text: str, start: int = 0, end: int | None = None) -> Iterator[Extent]:
    """The words of `text[start:end]`: letters, marks and digits, with inner ' ’ . and -.

    A possessive 's is a word of its own: "Syria's" is tagged as "Syria".
    """
    for match in _word_pattern().finditer(text, start, len(text) if end is None else end):
        yield match.span()


def tokens(text: str, start: int = 0, end: int | None = None) -> Iterator[Extent]:
    """Words, and each other visible character by itself."""
    at = start
    end = len(text) if end is None else end
    for word_start, word_end in words(text, start, end):
        yield from ((i, i + 1) for i in range(at, word_start) if not text[i].isspace())
        yield word_start, word_end
        at = word_end
    yield from ((i, i + 1) for i in range(at, end) if not text[i].isspace())


def _joined(text: str, at: int) -> bool:
    """True where offset `at` lies inside what a reader sees as one character."""
    if not 0 < at < len(text):
        return False
    before, after = text[at - 1], text[at]
    if unicodedata.category(after)[0] == "M" or after in _JOINERS or before == "\u200d":
        return True
    if "\U0001f3fb" <= after <= "\U0001f3ff" or "\U000e0020" <= after <= "\U000e007f":
        return True  # skin tone, tag sequence
    if all("\U0001f1e6" <= c <= "\U0001f1ff" for c in (before, after)):  # flags pair up
        run = at
        while run and "\U0001f1e6" <= text[run - 1] <= "\U0001f1ff":
            run -= 1
        return (at - run) % 2 == 1
    return False


def paragraph(text: str, at: int) -> Extent:
    """The line that offset `at` lies in, without its newline."""
    start = text.rfind("\n", 0, at) + 1
    end = text.find("\n", at)
    return start, len(text) if end < 0 else end


def sentences(text: str, start: int = 0, end: int | None = None) -> Iterator[Extent]:
    """The sentences of `text[start:end]`, trimmed of blanks; a newline always ends one."""
    end = len(text) if end is None else end
    while start < end:
        stop = text.find("\n", start, end)
        stop = end if stop < 0 else stop
        yield from _sentences_of_line(text, start, stop)
        start = stop + 1


def _sentences_of_line(text: str, start: int, stop: int) -> Iterator[Extent]:
    at = start
    for match in _SENTENCE_END.finditer(text, start, stop):
        if match.start() < at or not _ends_sentence(text, at, match, stop):
            continue
        if extent := _trimmed(text, at, match.end(2)):
            yield extent
        at = match.end()
    if extent := _trimmed(text, at, stop):
        yield extent


def _ends_sentence(text: str, at: int, match: re.Match[str], stop: int) -> bool:
    if match.end() >= stop or match[1] in "。！？":
        return True
    following = text[match.end()]
    if following.islower() or following in ",;:":
        return False
    if match[1] != "." or match[2]:
        return True
    last = text[at : match.start()].rsplit(None, 1)[-1:]
    word = last[0].lstrip("([\"'“‘") if last else ""
    return not (word.lower() in _ABBREVIATIONS or (len(word) == 1 and word.isupper()))


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
    start, end = paragraph(text, at)
    found = (start, start)
    for extent in sentences(text, start, end):
        if extent[0] > at and found[0] < found[1]:
            break
        found = extent
        if at < extent[1]:
            break
    return found if found[0] < found[1] else (at, at)


def word(text: str, at: int) -> Extent:
    """The word that touches offset `at`, the one behind it first; else the empty (`at`, `at`)."""
    start, end = paragraph(text, at)
    # Long lines (a whole file in one) must not be scanned from their beginning.
    start = max(start, at - 400)
    touching = [w for w in words(text, start, min(end, at + 400)) if w[0] <= at <= w[1]]
    if len(touching) > 1 and text[touching[-1][0]] in "'’":
        touching.pop()  # between a noun and its possessive the noun is meant
    return touching[-1] if touching else (at, at)


def snap(text: str, start: int, end: int, unit: Snap) -> Extent:
    """`start`–`end` widened outwards to whole characters, words or sentences.

    Blanks at the edges are dropped; a selection of blanks alone gives an empty extent.
    """
    trimmed = _trimmed(text, start, end)
    if trimmed is None:
        if start != end or unit == "character":
            return start, start
        return word(text, start) if unit == "word" else sentence(text, start)
    start, end = trimmed
    if unit == "sentence":
        return sentence(text, start)[0], sentence(text, end - 1)[1]
    if unit == "word":
        first, last = word(text, start), word(text, end)
        # A word that only touches the edge from outside is not taken.
        start = min(start, first[0]) if first[1] > start else start
        end = max(end, last[1]) if last[0] < end else end
    while _joined(text, start):
        start -= 1
    while _joined(text, end):
        end += 1
    return start, end


def _name(text: str, start: int, end: int) -> Extent:
    """The run of capitalised words around an extent, with linking words inside it."""
    low, high = paragraph(text, start)
    near = [*words(text, max(low, start - 300), min(high, end + 300))]
    inside = [i for i, w in enumerate(near) if w[0] < end and w[1] > start]
    if not inside:
        return start, end

    def capital(i: int) -> bool:
        return text[near[i][0]].isupper()

    def reach(i: int, step: int) -> int:
        best = i
        while 0 <= i + step < len(near):
            a, b = sorted((near[i], near[i + step]))
            if text[a[1] : b[0]].strip(" \u00a0"):
                break
            i += step
            if capital(i):
                best = i
            elif text[slice(*near[i])] not in _NAME_LINK:
                break
        return best

    if not any(capital(i) for i in inside):
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
    low, high = paragraph(text, start)
    found: list[Extent] = []
    for opening, closing in _QUOTES:
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
    ladder.append((sentence(text, start)[0], sentence(text, max(start, end - 1))[1]))
    ladder.append((paragraph(text, start)[0], paragraph(text, max(start, end - 1))[1]))
    larger = [e for e in ladder if e[0] <= start and e[1] >= end and e != (start, end)]
    return min(larger, key=lambda e: e[1] - e[0], default=(start, end))
