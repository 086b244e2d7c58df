"""Hugging Face datasets: a folder that `datasets.load_dataset` takes as it is.

data/<split>-00000-of-0000N.parquet or .jsonl, the card README.md and, for this program to read,
codebook.json. Layout: huggingface.co/docs/hub/datasets-manual-configuration.
"""

from __future__ import annotations

import heapq
import json
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from itertools import groupby
from pathlib import Path

import msgspec

from annotator.formats import codebook as codebooks
from annotator.formats.before import Before
from annotator.formats.files import filling, reading, whole
from annotator.formats.format import Feature, Format, ReadOptions, WriteOptions, Written
from annotator.formats.hf_card import Card
from annotator.formats.hf_data import Data, libraries
from annotator.formats.lines import lines
from annotator.formats.rows import FEATURES, Row, RowForm, RowReader, RowWriter, Spec
from annotator.formats.tokens import tokenised, told
from annotator.formats.values import holds_nul
from annotator.model.codebook import Codebook
from annotator.model.corpus import Entry, Item
from annotator.model.errors import InputError

CODEBOOK, CARD = "codebook.json", "README.md"
MAX_CARD = 4 << 20
_FILE = re.compile(r"(?P<split>.+)-\d{5}-of-\d{5}\.(?:parquet|jsonl)")

_SPANS = (
    "Each row is one annotator's document on one article, with the whole text. `spans` are "
    "labelled extents; `start` and `end` are Unicode code points, the end exclusive, `fragments` "
    "the parts that a span really covers. `links` go from one span to another by their numbers in "
    "`spans`, from 0; so do the values of fields that point at a span. `entities` are the records "
    "that spans name in `entity`. Field values are text (a list is a JSON array). A row without "
    "spans and with a `state` was read and holds nothing. Rows were made by Annotator from a "
    "project annotated by people; `codebook.json` says what the labels and fields mean."
)
_TOKENS = (
    "Each row is a sentence with a tag for each token, in the scheme {scheme}. Tokens and "
    "sentences are found by the program's own rules; where spans overlap the longest stays. Rows "
    "were made by Annotator from a project annotated by people; `codebook.json` says what the "
    "labels mean."
)


# ---- out -----------------------------------------------------------------------------------------

_Rows = Iterator[tuple[Row, list[str]]]


def _write(
    items: Iterable[Item],
    target: Path,
    options: WriteOptions,
    suffix: str,
    before: Before,
    rows_of: Callable[[Entry], _Rows],
    features: Callable[[], dict[str, Spec]],
    made: str,
) -> Written:
    languages: dict[str, None] = {}
    annotations = 0
    with filling(target, lambda _: False) as folder:
        data = Data(folder, suffix)
        try:
            for entry in before.entries(items):
                split = re.sub(r"\W", "_", options.part_of.get(entry.article.id, "train"))
                languages.setdefault(entry.article.language.partition("-")[0].lower())
                for row, labels in rows_of(entry):
                    data.add(split, row, labels)
                    annotations += len(labels)
            data.finish()
        finally:
            data.close()
        card = Card(
            name=before.name,
            features=features(),
            parts=data.parts,
            suffix=suffix,
            languages=tuple(filter(None, languages)) or (before.codebook.language,),
            licence=options.licence,
            made=made,
        )
        for name, text in ((CARD, card.text()), (CODEBOOK, codebooks.encode(before.codebook))):
            (folder / name).write_text(text, "utf-8", newline="\n")
    return replace(before.written, annotations=annotations)


def _write_spans(
    items: Iterable[Item], target: Path, options: WriteOptions, suffix: str
) -> Written:
    before = Before()
    writer = RowWriter(before)

    def rows(entry: Entry) -> _Rows:
        for row, work in zip(writer.rows(entry), entry.works or (None,), strict=True):
            yield row, [a.label for a in work.annotations] if work is not None else []

    return _write(items, target, options, suffix, before, rows, lambda: FEATURES, _SPANS)


def write_parquet(items: Iterable[Item], target: Path, options: WriteOptions) -> Written:
    """A row for each document, in Parquet."""
    return _write_spans(items, target, options, ".parquet")


def write_lines(items: Iterable[Item], target: Path, options: WriteOptions) -> Written:
    """A row for each document, a JSON object a line."""
    return _write_spans(items, target, options, ".jsonl")


def write_tokens(items: Iterable[Item], target: Path, options: WriteOptions) -> Written:
    """A row for each sentence: its tokens and the numbers of their tags."""
    before = Before()
    prefixes = "BILU" if options.scheme == "BILOU" else "BI"
    numbers: dict[str, int] = {"O": 0}

    def number(tag: str, label: str) -> int:
        for prefix in prefixes:
            numbers.setdefault(f"{prefix}-{label}", len(numbers))
        return numbers[tag]

    def sentences(entry: Entry) -> _Rows:
        if len(numbers) == 1:
            for label in before.codebook.labels:
                number("O", label.name)
        found, text = tokenised(entry.text.value), entry.text.value
        annotations = [a for work in entry.works for a in work.annotations]
        lose = told(options.lose, entry.article.id)
        tags = iter(found.tags(annotations, options.scheme, str, lose)[0])
        for row in found.rows:
            mine = [next(tags) for _ in row]
            yield (
                {
                    "article_id": entry.article.id,
                    "tokens": [text[a:b] for a, b in row],
                    "ner_tags": [number(tag, tag[2:]) if tag != "O" else 0 for tag in mine],
                },
                _started(mine),
            )

    def features() -> dict[str, Spec]:
        return {"article_id": "string", "tokens": ["string"], "ner_tags": [tuple(numbers)]}

    made = _TOKENS.format(scheme=options.scheme)
    return _write(items, target, options, ".jsonl", before, sentences, features, made)


def _started(tags: list[str]) -> list[str]:
    """The label of each span that the tags of a sentence hold."""
    found, before = [], "O"
    for tag in tags:
        if tag[0] in "BU" or (tag[0] == "I" and before[2:] != tag[2:]):
            found.append(tag[2:])
        before = tag
    return found


# ---- in ------------------------------------------------------------------------------------------


def read(path: Path, options: ReadOptions) -> Iterator[Item]:
    """The project of a folder, or of one of its data files, in the layout with spans.

    Articles of all splits come in one order, by their ids. Raises InputError with file and row.
    """
    files = _files(path)
    declared, name = _declared(path)
    reader = RowReader(name, declared, options)
    for _, row in _all_rows(files, lambda _: None):
        reader.look(row)
    yield from reader.head()
    splits = [
        _all_rows(list(group), options.fault)
        for _, group in groupby(files, key=lambda file: _split(file.name))
    ]
    merged = heapq.merge(*splits, key=lambda placed: placed[1].article_id)
    for _, rows in groupby(merged, key=lambda placed: placed[1].article_id or placed[0]):
        placed = list(rows)
        try:
            yield reader.entry([row for _, row in placed])
        except InputError as fault:
            options.fault(_placed(fault, *placed[0][0]))


def _split(name: str) -> str:
    found = _FILE.fullmatch(name)
    return found["split"] if found else name


def _files(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    found = sorted(
        p
        for p in path.glob("data/*")
        if _FILE.fullmatch(p.name) and p.is_file() and not p.is_symlink()
    )
    if not found:
        message = "This is not the folder of a dataset: it has no data/train-00000-of-00001 file."
        raise InputError(message, source=path.name)
    return found


def _declared(path: Path) -> tuple[Codebook | None, str]:
    """The codebook that lies beside the data, and the name in the card."""
    codebook, name = None, path.stem
    if (file := path / CODEBOOK).is_file():
        codebook = codebooks.decode(whole(file, MAX_CARD), f"{path.name}/{CODEBOOK}")
    if (file := path / CARD).is_file():
        text = whole(file, MAX_CARD).decode("utf-8", "replace")
        if found := re.search(r'^pretty_name: (".*")$', text, re.MULTILINE):
            with suppress(ValueError):  # it was written by somebody else
                name = str(json.loads(found[1]))
    return codebook, name


_Placed = tuple[tuple[str, int], RowForm]
_line = msgspec.json.Decoder(RowForm)


def _placed(fault: InputError, source: str, row: int) -> InputError:
    return type(fault)(fault.message, source=source, line=row, place=fault.place)


def _all_rows(files: list[Path], told_of: Callable[[InputError], None]) -> Iterator[_Placed]:
    for file in files:
        yield from _rows(file, told_of)


def _rows(file: Path, told_of: Callable[[InputError], None]) -> Iterator[_Placed]:
    """The rows of a file with their places; a row that is none is told of and passed over."""
    with reading(file) as body:
        columns = file.suffix == ".parquet" or body.read(4) == b"PAR1"
    each = _parquet_rows if columns else _json_rows
    for number, row in each(file):
        try:
            yield (file.name, number), _checked(row)
        except InputError as fault:
            told_of(_placed(fault, file.name, number))


def _checked(given: object) -> RowForm:
    """A row of the right shape. Raises InputError with the place in it."""
    try:
        row = _line.decode(given) if isinstance(given, bytes) else msgspec.convert(given, RowForm)
    except msgspec.ValidationError as error:
        message, place = codebooks.told(error)
        raise InputError(message, place=place) from None
    except UnicodeError:
        raise InputError("The row is not UTF-8. Save it as UTF-8.") from None
    except RecursionError:
        raise InputError("The row is nested too deeply.") from None
    except (msgspec.DecodeError, ValueError) as error:
        raise InputError(f"This is not JSON ({error}). Export the dataset again.") from None
    if holds_nul(msgspec.json.encode(row)):
        raise InputError("The row holds a NUL character, which can't be stored. Remove it.")
    return row


def _json_rows(file: Path) -> Iterator[tuple[int, object]]:
    with reading(file) as body:
        yield from lines(body, file.name)


def _parquet_rows(file: Path) -> Iterator[tuple[int, object]]:
    arrow, parquet = libraries()
    number = 0
    with reading(file) as body:
        try:
            for batch in parquet.ParquetFile(body).iter_batches(64):
                for row in batch.to_pylist():
                    number += 1
                    yield number, row
        except (arrow.ArrowException, OSError, ValueError, MemoryError) as error:
            message = f"This is not Parquet, or damaged ({type(error).__name__}). Export it again."
            raise InputError(message, source=file.name) from None


def recognises_parquet(path: Path) -> bool:
    """True for a folder with data/*.parquet, and such a file."""
    return path.is_file() or next(path.glob("data/*-of-*.parquet"), None) is not None


def recognises_lines(path: Path) -> bool:
    """True for a folder with data/*.jsonl that hold spans, and such a file."""
    file = path if path.is_file() else next(path.glob("data/*-of-*.jsonl"), None)
    if file is None:
        return False
    with reading(file) as body:
        start = body.read(1 << 16)
    return not start or b'"spans":' in start


_CARRIES: frozenset[Feature] = frozenset(
    (
        "text", "nesting", "overlap", "fragments", "zero_width", "links", "link_fields", "fields",
        "entities", "several_annotators", "states", "facts", "codebook",
    )
)  # fmt: skip
_ABOUT = (
    "A row for each document with text, spans, links and entities, and a card; "
    "datasets.load_dataset takes the folder; offsets are code points."
)

HF_PARQUET = Format(
    id="hf-parquet",
    name="Hugging Face dataset (Parquet)",
    patterns=("*.parquet",),
    carries=_CARRIES,
    offset_unit="code point",
    layout="dataset",
    about=_ABOUT,
    extra="parquet",
    recognises=recognises_parquet,
    read=read,
    write=write_parquet,
)
HF_LINES = Format(
    id="hf-jsonl",
    name="Hugging Face dataset (JSONL)",
    patterns=("*-of-*.jsonl",),
    carries=_CARRIES,
    offset_unit="code point",
    layout="dataset",
    about=_ABOUT,
    recognises=recognises_lines,
    read=read,
    write=write_lines,
)
HF_TOKENS = Format(
    id="hf-tokens",
    name="Hugging Face dataset (token classification)",
    patterns=("*-of-*.jsonl",),
    offset_unit="token",
    layout="dataset",
    about="A row for each sentence with tokens and ner_tags as a ClassLabel; where spans overlap "
    "the longest stays; tokens and sentences are found by the program's own rules.",
    write=write_tokens,
)
