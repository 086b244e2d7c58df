"""GLiNER: tokens and the spans on them, as its training script takes them.

A JSON array of {"tokenized_text": […], "ner": [[first, last, label], …]} with both token numbers
inclusive (Zaratiana et al. 2023; `data/` and `train.py` of urchade/GLiNER). An example is a run of
whole sentences of one article, as long as the model reads at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import msgspec

from annotator.formats.before import Before
from annotator.formats.files import replacing
from annotator.formats.format import Format, WriteOptions, Written
from annotator.formats.tokens import tokenised, told
from annotator.model.corpus import Entry, Item

ACROSS = "across examples"
MAX_TOKENS = 384
"""GLiNER's `max_len`: its training cuts off what is beyond."""


def write(items: Iterable[Item], target: Path, options: WriteOptions) -> Written:
    """An example a line; spans may overlap."""
    annotations = 0
    before, between = Before(), b"[\n"
    with replacing(target) as out:
        for entry in before.entries(items):
            for example in _examples(entry, options):
                out.write(between + msgspec.json.encode(example))
                between = b",\n"
                annotations += len(example["ner"])
        out.write(b"\n]\n" if between == b",\n" else b"[]\n")
    return replace(before.written, annotations=annotations)


def _examples(entry: Entry, options: WriteOptions) -> Iterator[dict[str, list[object]]]:
    text, found = entry.text.value, tokenised(entry.text.value)
    lose = told(options.lose, entry.article.id)
    runs = list(_runs([len(row) for row in found.rows]))
    run_of = [number for number, run in enumerate(runs) for _ in run]
    spans: list[list[object]] = [[] for _ in runs]
    for annotation in (a for work in entry.works for a in work.annotations):
        reason = found.misfit(annotation.start, annotation.end, across=True)
        covered = found.covered(annotation.start, annotation.end)
        if not reason and run_of[covered[0]] != run_of[covered[-1]]:
            reason = ACROSS
        if reason:
            lose(reason, annotation)
            continue
        first = runs[run_of[covered[0]]].start
        spans[run_of[covered[0]]].append(
            [covered[0] - first, covered[-1] - first, annotation.label]
        )
    for run, ner in zip(runs, spans, strict=True):
        words: list[object] = [text[a:b] for a, b in found.flat[run.start : run.stop]]
        yield {"tokenized_text": words, "ner": ner}


def _runs(lengths: list[int]) -> Iterator[range]:
    """Runs of tokens: as many whole sentences as fit; a longer sentence is one of its own."""
    start = end = 0
    for length in lengths:
        if end > start and end + length - start > MAX_TOKENS:
            yield range(start, end)
            start = end
        end += length
    yield range(start, end)  # a text is not blank, so it has a token


GLINER = Format(
    id="gliner",
    name="GLiNER JSON",
    patterns=("*.gliner.json",),
    carries=frozenset(("nesting", "overlap", "cross_sentence")),
    offset_unit="token",
    about="Examples of whole sentences, up to 384 tokens each, with inclusive token numbers; spans "
    "may overlap; tokens are found by the program's own rules.",
    write=write,
)
