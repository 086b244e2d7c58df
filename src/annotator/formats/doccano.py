"""doccano's JSONL: an article a line, with `label` or with `entities` and `relations`.

Offsets count UTF-16 units, as doccano's own annotator does while a project's grapheme mode is off
(v-annotator: `codePointLength` is the length of a JavaScript string; doccano issue 2290). Keys are
those of doccano 1.8 (`data_import/pipeline`) and of its older exports (`data`, `labels`, `meta`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from annotator.formats.before import Before
from annotator.formats.facts import article_of, facts
from annotator.formats.files import placing, reading
from annotator.formats.foreign import Foreign, Found, Mention, Sheet, Tie
from annotator.formats.format import Format, ReadOptions, WriteOptions, Written, companions
from annotator.formats.lines import lines
from annotator.formats.tokens import tokenised
from annotator.model.codebook import Codebook, Label, LinkType
from annotator.model.corpus import Entry, Item
from annotator.model.document import Annotation, Link
from annotator.model.edit import shorten
from annotator.model.errors import InputError
from annotator.model.segment import Extent
from annotator.model.text import Origin, Text, Unit

_TEXT, _SPANS = ("text", "data"), ("entities", "label", "labels", "annotations")
_NOT_FACTS = {*_TEXT, *_SPANS, "relations", "id", "meta"}
_KEYS = "0123456789abcdefghijklmnopqrstuvwxyz"
_encoder = msgspec.json.Encoder()


def recognises(path: Path) -> bool:
    """True where the first line is an object with a text and spans under doccano's keys."""
    with reading(path) as file:
        head = file.read(1 << 16)
    first = head.removeprefix(b"\xef\xbb\xbf").lstrip().split(b"\n", 1)[0]
    text = rb'"(text|data)"\s*:\s*"'
    spans = rb'"(entities|labels?)"\s*:\s*\[\s*(\]|\[\s*-?\d+\s*,|\{[^{}]*"start_offset")'
    return all(re.search(pattern, first) is not None for pattern in (text, spans))


def read(path: Path, options: ReadOptions) -> Iterator[Item]:
    """The articles of a file; its spans are work of `options.annotator`. Raises InputError."""

    def finds(options: ReadOptions) -> Iterator[Found | InputError]:
        with reading(path) as file:
            for number, line in lines(file, path.name):
                try:
                    yield _found(line, path.name, number, options)
                except InputError as fault:
                    yield InputError(
                        fault.message, source=path.name, line=number, place=fault.place
                    )

    return Foreign(path.stem, path.name, options).items(finds)


def _found(line: bytes, source: str, number: int, options: ReadOptions) -> Found:
    try:
        row = msgspec.json.decode(line)
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise InputError(f"This is not JSON ({error}). Export it again as JSONL.") from None
    if not isinstance(row, dict):
        raise InputError("The line must be an object with a text. Export it again as JSONL.")
    text = next((row[name] for name in _TEXT if isinstance(row.get(name), str)), None)
    if text is None:
        raise InputError("There is no text. doccano names it “text” or “data”.", place="text")
    sheet = Sheet()
    left: dict[str, object] = {}
    for name in _SPANS:
        given = row.get(name)
        if isinstance(given, list) and any(isinstance(span, list | dict) for span in given):
            for n, span in enumerate(given):
                sheet.mentions.append(_mention(span, f"{name}[{n}]"))
        elif given:
            left[name] = given  # categories are a list of names
    for n, link in enumerate(_list(row.get("relations"), "relations")):
        sheet.ties.append(_tie(link, f"relations[{n}]"))
    sheet.refer(options.codebook)
    meta = row.get("meta")
    rest = {name: value for name, value in row.items() if name not in _NOT_FACTS}
    return Found(
        source=source,
        line=number,
        raw=text,
        unit=_unit(text, sheet.mentions, number, options),
        article=article_of(rest | left, meta if isinstance(meta, dict) else {"meta": meta}),
        sheets={"": sheet} if sheet.mentions else {},
    )


def _unit(text: str, mentions: list[Mention], number: int, options: ReadOptions) -> Unit:
    """What the offsets count. Files that other programs wrote for doccano often count characters.

    Nothing is quoted that could tell; spans on the edges of words do. Only `repair` believes them.
    """
    theirs: Unit = "code point"
    if max(text, default="") <= "\uffff" or (
        _on_words(text, mentions, theirs) <= _on_words(text, mentions, "UTF-16 unit")
    ):
        return "UTF-16 unit"
    if options.repair:
        options.note(f"Line {number}: the offsets are read as counting characters.")
        return theirs
    options.note(
        f"Line {number}: the spans would fit words better if the offsets counted characters. "
        "Import it with repair to read them so."
    )
    return "UTF-16 unit"


def _on_words(text: str, mentions: list[Mention], unit: Unit) -> int:
    """How many spans begin and end with a word or sign if the offsets count `unit`."""
    origin = Origin(text, unit)
    tokens = tokenised(origin.text.value)
    count = 0
    for start, end in (extent for mention in mentions for extent in mention.extents):
        try:
            found = origin.at(start), origin.at(end)
        except ValueError:
            continue
        count += not tokens.misfit(*found, across=True)
    return count


def _list(given: object, place: str) -> list[object]:
    if given is None:
        return []
    if not isinstance(given, list):
        raise InputError("It must be a list.", place=place)
    return given


def _mention(given: object, place: str) -> Mention:
    match given:
        case [int(start), int(end), str(label), *_]:
            key = place
        case {"start_offset": int(start), "end_offset": int(end), "label": str() | int() as named}:
            label = str(named)
            key = str(given.get("id", place)) if isinstance(given, dict) else place
        case _:
            message = "A span is [start, end, label], or has start_offset, end_offset and label"
            raise InputError(f"{message}, not {shorten(str(given), 60)}.", place=place)
    return Mention(key=key, label=label, extents=((start, end),))


def _tie(given: object, place: str) -> Tie:
    match given:
        case {"from_id": int() | str() as start, "to_id": int() | str() as end, "type": str(type)}:
            return Tie(type=type, from_key=str(start), to_key=str(end))
        case _:
            raise InputError("A relation has from_id, to_id and type.", place=place)


def write(items: Iterable[Item], target: Path, options: WriteOptions) -> Written:
    """A line an article, and beside it the label types to import before it.

    With link types in the codebook it is doccano's "JSONL (Relation)", else its "JSONL".
    """
    before = Before()
    with placing(*companions(DOCCANO, target)) as (rows, labels, relations):
        with rows.open("wb") as out:
            for entry in before.entries(items):
                out.write(_encoder.encode(_row(entry, before.codebook)) + b"\n")
        codebook = before.codebook
        colors = {label.name: label.color for label in codebook.labels}
        labels.write_bytes(_types(codebook.labels, colors))
        relations.write_bytes(_types(codebook.link_types, {}))
    return before.written


def _row(entry: Entry, codebook: Codebook) -> dict[str, object]:
    """Each line has the same keys: doccano's importer makes NaN of one that is missing."""
    row: dict[str, object] = {"text": entry.text.value, **facts(entry.article)}
    row["meta"] = dict(entry.article.metadata)
    annotations = [a for work in entry.works for a in work.annotations]
    if not codebook.link_types:
        row["label"] = [(*_extent(entry.text, a), a.label) for a in annotations]
        return row
    numbers = {a.id: n for n, a in enumerate(annotations)}
    row["entities"] = [_entity(entry.text, a, n) for n, a in enumerate(annotations)]
    all_links = (link for work in entry.works for link in work.links)
    row["relations"] = [_relation(link, numbers, n) for n, link in enumerate(all_links)]
    return row


def _extent(text: Text, annotation: Annotation) -> Extent:
    return text.to16(annotation.start), text.to16(annotation.end)


def _entity(text: Text, annotation: Annotation, number: int) -> dict[str, object]:
    start, end = _extent(text, annotation)
    return {"id": number, "label": annotation.label, "start_offset": start, "end_offset": end}


def _relation(link: Link, numbers: dict[str, int], number: int) -> dict[str, object]:
    ends = numbers[link.from_id], numbers[link.to_id]
    return {"id": number, "from_id": ends[0], "to_id": ends[1], "type": link.type}


def _types(kinds: Iterable[Label | LinkType], colors: dict[str, str]) -> bytes:
    """What doccano's "Import Labels" takes; a key is one of its own and nobody else's."""
    taken: set[str] = set()
    rows = []
    for kind in kinds:
        key = kind.key if kind.key in _KEYS and kind.key not in taken else ""
        taken.add(key)
        color = colors.get(kind.name, "#64748b")
        row = {"text": kind.name, "backgroundColor": color, "textColor": "#ffffff"}
        rows.append(row | ({"suffixKey": key} if key else {}))
    return msgspec.json.format(_encoder.encode(rows), indent=1) + b"\n"


DOCCANO = Format(
    id="doccano",
    name="doccano JSONL",
    patterns=("*.doccano.jsonl", "*.jsonl", "*.json"),
    carries=frozenset(("text", "nesting", "overlap", "links", "facts")),
    offset_unit="UTF-16 unit",
    beside=(".labels.json", ".relations.json"),
    about="One annotator's spans and relations, without fields; allow overlapping and relations in "
    "doccano's project, leave grapheme mode off, and import the label files first.",
    recognises=recognises,
    read=read,
    write=write,
)
