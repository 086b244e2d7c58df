"""What stands around a page's article: told from it, and left out or kept as excluded regions."""

from __future__ import annotations

import re
from collections.abc import Sequence

from annotator.formats.blocks import Block
from annotator.formats.format import ReadOptions
from annotator.model.codebook import BoolField, ChoiceField, Label, Value, field_named
from annotator.model.corpus import Work
from annotator.model.document import Annotation
from annotator.model.edit import shorten

LABEL, KIND, EXCLUDE = "Region", "kind", "exclude"
"""The codebook's label for a part of a document by its function, and its fields."""

_WORDS = 5
Parted = Sequence[tuple[Block, bool]]
"""A page's blocks, each with whether it is the article's."""


def parted(page: Sequence[Block], article: str, title: str) -> Parted:
    """Which blocks of a page are the article's.

    A block is where half of its runs of five words are the article's; a short one where it is one
    of the article's paragraphs, or its title.
    """
    paragraphs = {_words(line) for line in (*article.splitlines(), title)}
    runs = _runs(_words(article))
    return [(block, _within(_words(block.text), paragraphs, runs)) for block in page]


def _within(
    words: tuple[str, ...], paragraphs: set[tuple[str, ...]], runs: set[tuple[str, ...]]
) -> bool:
    if words in paragraphs:
        return True
    own = _runs(words)
    return bool(own) and 2 * len(own & runs) >= len(own)


def _words(text: str) -> tuple[str, ...]:
    return tuple(re.findall(r"\w+", text.casefold()))


def _runs(words: tuple[str, ...]) -> set[tuple[str, ...]]:
    return {words[n : n + _WORDS] for n in range(len(words) - _WORDS + 1)}


def tell(page: Parted, options: ReadOptions) -> None:
    """Say what is left out of a page."""
    cut = "\n\n".join(block.text for block, ours in page if not ours)
    if cut:
        start = shorten(" ".join(cut.split()), 60)
        options.note(f"{len(cut)} characters around the article are left out: ‘{start}’.")
        options.cut(cut)


def label_of(options: ReadOptions) -> Label | None:
    """The label that marks what is not the article's; None, with a note, where there is none."""
    label = options.codebook.label(LABEL) if options.codebook is not None else None
    if label is not None and (
        field_named(label.fields, KIND) or isinstance(field_named(label.fields, EXCLUDE), BoolField)
    ):
        return label
    options.note(
        f"The codebook has no label {LABEL} with a field {KIND} or {EXCLUDE}, so what stands "
        "around the article is left out."
    )
    return None


def marked(page: Parted, label: Label, options: ReadOptions) -> tuple[str, tuple[Work, ...]]:
    """All of a page's text, and work that marks what is not the article's.

    Neighbours of one kind are one region, where the label may run over several paragraphs. The
    work's owner is filled in where it is known.
    """
    text = "\n\n".join(block.text for block, _ in page)
    regions: list[tuple[int, int, str]] = []
    at, previous = 0, False
    for block, ours in page:
        end = at + len(block.text)
        kind = block.kind or "furniture"
        if not ours:
            if previous and regions[-1][2] == kind and label.multi_paragraph:
                regions[-1] = (regions[-1][0], end, kind)
            else:
                regions.append((at, end, kind))
        at, previous = end + 2, not ours
    return text, _works(regions, label, options)


def _works(
    regions: list[tuple[int, int, str]], label: Label, options: ReadOptions
) -> tuple[Work, ...]:
    if not regions:
        return ()
    work_id = options.new_id()
    annotations = tuple(
        Annotation(
            id=options.new_id(),
            label=label.name,
            fragments=((start, end),),
            fields=_fields(label, kind),
        )
        for start, end, kind in regions
    )
    return (Work(id=work_id, owner_id="", annotations=annotations),)


def _fields(label: Label, kind: str) -> dict[str, Value]:
    fields: dict[str, Value] = {}
    held = field_named(label.fields, KIND)
    if isinstance(held, ChoiceField):
        known = {option.value for option in held.options}
        fields[KIND] = kind if kind in known else "furniture" if "furniture" in known else None
    if isinstance(field_named(label.fields, EXCLUDE), BoolField):
        fields[EXCLUDE] = True
    return {name: value for name, value in fields.items() if value is not None}
