"""Which articles tell the same story: near-duplicates and copies of one wire text.

Texts are compared by their shingles of five words (Broder 1997, resemblance estimated by MinHash)
and, since a copy is often cut or wrapped in other words, by the long sentences that they share.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations, pairwise
from typing import Any

from annotator.model.segment import sentences
from annotator.model.text import Text

ALIKE = 0.5
"""Estimated Jaccard similarity of the shingles from which two texts are one story."""
SHARED = 0.3
"""Part of the shorter text's long sentences, two at least, that makes two texts one story."""
_WORDS, _SEED = 5, 1
_PERMUTATIONS, _BANDS = 120, 40
"""Bands of three: two texts meet in the index with a chance of 66 % at a similarity of 0.3, of 93 %
at 0.4 and of 99.5 % at 0.5 (Leskovec, Rajaraman, Ullman 2014, §3.4)."""
_LONG = 8
_FEW = 50
"""Up to so many articles with a sentence are compared each with each, more along their chain."""
_COMMON = 0.5
"""In more than this part of the articles (and more than _FEW) a sentence is a house's furniture."""


_UNSPACED = (
    r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\U00020000-\U0003ffff"
)
"""Thai, Lao, Burmese, Khmer, kana, Han: without blanks a character is as good as a word."""
_WORD = re.compile(rf"[{_UNSPACED}]|[^\W{_UNSPACED}]+")


class Stories:
    """Texts by article id, added one by one; then who belongs together.

    Holds a signature of 128 numbers and the sentences' hashes of each article, not its text.
    """

    def __init__(self) -> None:
        # 2 MB of compiled code that only a split or a preview needs.
        from rensa import RMinHash, RMinHashLSH

        self._make = RMinHash
        self._near = RMinHashLSH(threshold=ALIKE, num_perm=_PERMUTATIONS, num_bands=_BANDS)
        self._ids: list[str] = []
        self._signatures: list[Any] = []
        self._sentences: list[frozenset[int]] = []
        self._leader: list[int] = []

    def add(self, article_id: str, text: Text) -> list[str]:
        """Take a text in; the articles before it that are near-duplicates, oldest first."""
        number = len(self._ids)
        signature = self._make(num_perm=_PERMUTATIONS, seed=_SEED)
        signature.update(sorted(shingles(text.value)))
        found = sorted(
            n
            for n in self._near.query(signature)
            if signature.jaccard(self._signatures[n]) >= ALIKE
        )
        self._near.insert(number, signature)
        self._ids.append(article_id)
        self._signatures.append(signature)
        self._sentences.append(frozenset(_long_sentences(text.value)))
        self._leader.append(number)
        for n in found:
            self._join(n, number)
        return [self._ids[n] for n in found]

    def groups(self) -> dict[str, str]:
        """Article id → id of the first article of its story."""
        for a, b in self._sharing():
            self._join(a, b)
        return {key: self._ids[self._find(n)] for n, key in enumerate(self._ids)}

    def highest(self, part_of: Mapping[str, str]) -> tuple[float, tuple[str, str] | None]:
        """The highest estimated similarity of two articles in different parts, and those two.

        Of pairs that meet in the index (see _BANDS); 0.0: none does.
        """
        best: tuple[float, tuple[str, str] | None] = (0.0, None)
        for n, key in enumerate(self._ids):
            for other in self._near.query(self._signatures[n]):
                if other >= n or part_of.get(self._ids[other]) == part_of.get(key):
                    continue
                alike = self._signatures[n].jaccard(self._signatures[other])
                if alike > best[0]:
                    best = (alike, (self._ids[other], key))
        return best

    def _sharing(self) -> Iterator[tuple[int, int]]:
        """Pairs that share enough of their long sentences."""
        furniture = self._furniture()
        pairs: set[tuple[int, int]] = set()
        for sentence, numbers in self._where().items():
            if sentence in furniture:
                continue
            pairs.update(combinations(numbers, 2) if len(numbers) <= _FEW else pairwise(numbers))
        for a, b in sorted(pairs):
            one, other = self._sentences[a] - furniture, self._sentences[b] - furniture
            count = len(one & other)
            if count >= 2 and count >= SHARED * min(len(one), len(other)):
                yield a, b

    def _where(self) -> dict[int, list[int]]:
        """Sentence → the numbers of the articles that have it."""
        where: defaultdict[int, list[int]] = defaultdict(list)
        for n, held in enumerate(self._sentences):
            for sentence in held:
                where[sentence].append(n)
        return where

    def _furniture(self) -> frozenset[int]:
        most = max(_FEW, _COMMON * len(self._ids))
        return frozenset(s for s, numbers in self._where().items() if len(numbers) > most)

    def sentences_across(self, part_of: Mapping[str, str]) -> int:
        """How many long sentences stand in more than one part, a house's furniture aside."""
        furniture = self._furniture()
        return sum(
            len({part_of.get(self._ids[n]) for n in numbers}) > 1
            for sentence, numbers in self._where().items()
            if sentence not in furniture
        )

    def _find(self, number: int) -> int:
        while self._leader[number] != number:
            self._leader[number] = self._leader[self._leader[number]]
            number = self._leader[number]
        return number

    def _join(self, a: int, b: int) -> None:
        first, second = sorted((self._find(a), self._find(b)))
        self._leader[second] = first


def shingles(text: str) -> set[str]:
    """The runs of five words of a text, case and punctuation aside; a short text is one run."""
    words = _words(text)
    if len(words) <= _WORDS:
        return {" ".join(words)}
    return {" ".join(words[n : n + _WORDS]) for n in range(len(words) - _WORDS + 1)}


def _words(text: str) -> list[str]:
    """Composed or not, in any case: the same words."""
    return _WORD.findall(unicodedata.normalize("NFC", text).casefold())


def _long_sentences(text: str) -> Iterable[int]:
    for start, end in sentences(text):
        words = _words(text[start:end])
        if len(words) >= _LONG:
            digest = hashlib.blake2b(" ".join(words).encode(), digest_size=8).digest()
            yield int.from_bytes(digest, "big")
