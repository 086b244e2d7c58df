"""Spans on tokens: what a span covers, why it can't stand as tokens, and its tags.

Tokens and sentences are those of `model.segment`: the rules are the program's own and are told in
each format's `about`.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from functools import cached_property, lru_cache

from annotator.formats.format import Loss, Scheme
from annotator.model.document import Annotation
from annotator.model.segment import Extent, sentences, tokens

OFF_EDGES, ACROSS, NO_TOKEN = "not on token edges", "across sentences", "without a token"


@lru_cache(maxsize=4)
def tokenised(text: str) -> Tokens:
    """The tokens of a text; fitting and writing ask for the same one after the other."""
    return Tokens(text)


class Tokens:
    """The tokens of a text by sentence; extents in code points."""

    def __init__(self, text: str) -> None:
        self.rows: list[list[Extent]] = [[*tokens(text, *row)] for row in sentences(text)]

    @cached_property
    def flat(self) -> list[Extent]:
        """All tokens in order."""
        return [extent for row in self.rows for extent in row]

    @cached_property
    def sentence_of(self) -> list[int]:
        """Token → number of its sentence."""
        return [n for n, row in enumerate(self.rows) for _ in row]

    @cached_property
    def _starts(self) -> list[int]:
        return [start for start, _ in self.flat]

    @cached_property
    def _ends(self) -> list[int]:
        return [end for _, end in self.flat]

    def covered(self, start: int, end: int) -> range:
        """The numbers of the tokens that share characters with an extent."""
        return range(bisect_right(self._ends, start), bisect_left(self._starts, end))

    def misfit(self, start: int, end: int, *, across: bool = False) -> str:
        """Why an extent can't stand as a run of tokens; "" where it can.

        Blanks at its ends are no reason; more than one sentence is, unless `across`.
        """
        covered = self.covered(start, end)
        if not covered:
            return NO_TOKEN
        if self.flat[covered[0]][0] < start or self.flat[covered[-1]][1] > end:
            return OFF_EDGES
        if not across and self.sentence_of[covered[0]] != self.sentence_of[covered[-1]]:
            return ACROSS
        return ""

    def tags(
        self,
        annotations: Sequence[Annotation],
        scheme: Scheme,
        name: Callable[[str], str],
        lose: Callable[[str, Annotation], None],
    ) -> tuple[list[str], int]:
        """A tag for each token, and how many annotations they hold.

        `annotations` don't overlap; `name` writes a label; `lose` hears of misfits and of those
        whose token another has.
        """
        found = ["O"] * len(self.flat)
        count = 0
        previous = (-1, "")  # last token and label before, for IOB1
        for annotation in sorted(annotations, key=lambda a: a.start):
            covered = self.covered(annotation.start, annotation.end)
            reason = self.misfit(annotation.start, annotation.end)
            if not reason and found[covered[0]] != "O":
                reason = "on a token of another one"
            if reason:
                lose(reason, annotation)
                continue
            label = name(annotation.label)
            beside = previous == (covered[0] - 1, label) and (
                self.sentence_of[covered[0] - 1] == self.sentence_of[covered[0]]
            )
            for i, tag in zip(covered, _run(len(covered), scheme, beside=beside), strict=True):
                found[i] = f"{tag}-{label}"
            previous = (covered[-1], label)
            count += 1
        return found, count


def _run(length: int, scheme: Scheme, *, beside: bool) -> list[str]:
    """The tags of one span; `beside`: one of its label ends at the token before."""
    if scheme == "BILOU":
        return ["U"] if length == 1 else ["B", *"I" * (length - 2), "L"]
    first = "B" if scheme == "BIO" or beside else "I"
    return [first, *"I" * (length - 1)]


def told(lose: Callable[[Loss], None], article_id: str) -> Callable[[str, Annotation], None]:
    """`lose` for the annotations of one article, each lost whole."""

    def drop(reason: str, annotation: Annotation) -> None:
        lose(Loss(reason=reason, article_id=article_id, record_id=annotation.id, whole=True))

    return drop


def spaced(text: str) -> list[tuple[int, int, bool]]:
    """The tokens as spaCy has them: extent, and whether one blank follows that belongs to it.

    All other blanks are tokens too, so that the tokens are the whole text.
    """
    found: list[tuple[int, int, bool]] = []
    at = 0
    for start, end in (*tokenised(text).flat, (len(text), len(text))):
        blank = at < start and text[at] == " "
        if blank and found:
            found[-1] = (*found[-1][:2], True)
            at += 1
        if at < start:
            found.append((at, start, False))
        if start < end:
            found.append((start, end, False))
        at = end
    return found
