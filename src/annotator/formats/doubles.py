"""Which of the texts that are to come in are there already, word for word or nearly."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from annotator.formats.export.stories import Stories
from annotator.model.text import Text


@dataclass(frozen=True, slots=True)
class Double:
    """What a new text is a double of: ids of earlier texts, the project's or new ones.

    `same` has exactly its text, "" where none has; `near` are near-duplicates of it (ALIKE in
    formats.export.stories) with other words, oldest first.
    """

    id: str
    same: str = ""
    near: tuple[str, ...] = ()


def doubles(
    new: Iterable[tuple[str, Text]], known: Iterable[tuple[str, Text]] = ()
) -> Iterator[Double]:
    """For each new text, in order, what it is a double of among the known ones and those before it.

    Holds a signature of each text, not its words (see Stories).
    """
    stories = Stories()
    by_hash: dict[str, str] = {}
    for key, text in known:
        if by_hash.setdefault(text.sha256, key) == key:
            stories.add(key, text)
    for key, text in new:
        first = by_hash.setdefault(text.sha256, key)
        if first == key:
            yield Double(key, near=tuple(stories.add(key, text)))
        else:
            yield Double(key, same=first)
