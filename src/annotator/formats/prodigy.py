"""Prodigy's JSONL (prodi.gy/docs/api-interfaces): a text, its tokens, spans and relations a line.

Several annotators of one text are several lines. What Prodigy has no key for stands beside
(`formats.beside`) and in `meta`; it keeps what it does not know. Spans without tokens, tokens
without spans, spans by tokens alone, and lines of one text in any order are read too.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO, cast

import msgspec

from annotator.formats.before import Before
from annotator.formats.beside import beside, entities_of, named
from annotator.formats.files import reading, replacing
from annotator.formats.foreign import Foreign, Found, Given, Mention, Sheet, Tie, unplaced
from annotator.formats.format import Format, ReadOptions, WriteOptions, Written
from annotator.formats.lines import lines
from annotator.formats.meta import as_meta, from_meta
from annotator.formats.schema import clean
from annotator.formats.tokens import spaced
from annotator.model.corpus import Entry, Item, Work
from annotator.model.document import Annotation, State
from annotator.model.edit import shorten
from annotator.model.errors import InputError

_ANSWERS: Mapping[State, str] = {
    "new": "ignore", "in_progress": "accept", "submitted": "accept", "returned": "reject",
    "accepted": "accept",
}  # fmt: skip
"""How far a document is → what Prodigy says of an example; it trains on accept alone."""
_ENDS = ("head", "child")
_STATES: Mapping[str, State] = {"accept": "submitted", "reject": "returned", "ignore": "new"}
_Line = dict[str, Any]


# -- writing ---------------------------------------------------------------------------------------


def write(items: Iterable[Item], target: Path, options: WriteOptions) -> Written:
    """A line for each document, or for an article that nobody has."""
    before = Before()
    encode = msgspec.json.Encoder().encode
    with replacing(target) as out:
        for entry in before.entries(items):
            head = _head(entry)
            for work in entry.works:
                told = _example(entry, work, before)
                out.write(encode({**head, **told, "_annotator_id": before.login(work)}) + b"\n")
            if not entry.works:
                out.write(encode(head) + b"\n")
    return before.written


def _head(entry: Entry) -> _Line:
    text = entry.text.value
    tokens = [
        {"text": text[start:end], "start": start, "end": end, "id": n, "ws": blank}
        for n, (start, end, blank) in enumerate(spaced(text))
    ]
    return {
        "text": text,
        "meta": as_meta(entry.article),
        "_input_hash": _hash(entry.article.id),
        "tokens": tokens,
    }


def _hash(key: str) -> int:
    """32 bits, as Prodigy has them; the same for the same record."""
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:4], "big", signed=True)


def _example(entry: Entry, work: Work, before: Before) -> _Line:
    first = {start: n for n, (start, _, _) in enumerate(spaced(entry.text.value))}
    last = {end: n for n, (_, end, _) in enumerate(spaced(entry.text.value))}
    spans = {}
    for annotation in work.annotations:
        spans[annotation.id] = {**_place(annotation, first, last), **beside(annotation, before)}
        if (entity := before.entity(annotation)) is not None:
            spans[annotation.id]["kb_id"] = entity.id
    held = {a.id: _place(a, first, last) for a in work.annotations} if work.links else {}
    example: _Line = {
        "spans": [*spans.values()],
        "answer": _ANSWERS[work.state],
        "state": work.state,
        "_task_hash": _hash(work.id),
        "_view_id": "relations" if work.links else "spans_manual",
    }
    if entities := named([work], before):
        example["entities"] = entities
    if work.links:
        example["relations"] = [
            {
                "head": held[link.from_id]["token_end"],
                "child": held[link.to_id]["token_end"],
                "head_span": held[link.from_id],
                "child_span": held[link.to_id],
                "label": link.type,
                **({"fields": dict(link.fields)} if link.fields else {}),
            }
            for link in work.links
        ]
    return example


def _place(annotation: Annotation, first: dict[int, int], last: dict[int, int]) -> _Line:
    return {
        "start": annotation.start,
        "end": annotation.end,
        "token_start": first[annotation.start],
        "token_end": last[annotation.end],
        "label": annotation.label,
        "id": annotation.id,
    }


# -- reading ---------------------------------------------------------------------------------------


def read(path: Path, options: ReadOptions) -> Iterator[Item]:
    """An article for each text, with the work of everybody who has a line on it."""
    groups: dict[object, list[tuple[int, int]]] = {}
    with reading(path) as file:

        def finds(_: ReadOptions) -> Iterator[Found | InputError]:
            if not groups:
                yield from _lines(file, path.name, groups, options)
                return
            for group in groups.values():
                yield from _articles(file, group, path.name, options)

        yield from Foreign(path.stem or "Prodigy", path.name, options).items(finds)


def _lines(
    file: BinaryIO,
    source: str,
    groups: dict[object, list[tuple[int, int]]],
    options: ReadOptions,
) -> Iterator[Found]:
    """What each line says; `groups` takes the places of those that are of one text."""
    for number, at, body in _numbered(file, source):
        key: object = number
        try:
            example = _parsed(body)
            key = _key(example)
            yield _found([(number, example)], source, options)
        except InputError:  # told of when its article is read
            pass
        groups.setdefault(key, []).append((number, at))


def _numbered(file: BinaryIO, source: str) -> Iterator[tuple[int, int, bytes]]:
    """The lines with their numbers, and where in the file to look for each."""
    at = 0
    for number, body in lines(file, source):
        yield number, at, body
        at = file.tell()


def _articles(
    file: BinaryIO, group: list[tuple[int, int]], source: str, options: ReadOptions
) -> Iterator[Found | InputError]:
    """The articles of one text: a second line of the same annotator is of another article."""
    rows: list[tuple[int, _Line]] = []
    seen: set[str] = set()
    for number, at in group:
        file.seek(at)
        _, body = next(lines(file, source))
        try:
            example = _parsed(body)
        except InputError as fault:
            yield InputError(fault.message, source=source, line=number)
            continue
        login = _login(example, options)
        if login in seen:
            yield _article(rows, source, options)
            rows, seen = [], set()
        rows.append((number, example))
        seen.add(login)
    if rows:
        yield _article(rows, source, options)


def _article(
    rows: list[tuple[int, _Line]], source: str, options: ReadOptions
) -> Found | InputError:
    try:
        return _found(rows, source, options)
    except InputError as fault:
        return unplaced(fault, source, rows[0][0])


def _found(rows: list[tuple[int, _Line]], source: str, options: ReadOptions) -> Found:
    """The article of lines. Raises InputError where they are not what they should be."""
    line, first = rows[0]
    sheets: dict[str, Sheet] = {}
    entities: dict[str, Given] = {}
    for _, example in rows:
        sheet, given = _said(example)
        entities = given | entities
        if (state := _state(example)) is not None:
            sheet.state = state
            sheets[_login(example, options)] = sheet
    meta = first.get("meta")
    return Found(
        source=source,
        line=line,
        raw=first["text"],
        article=from_meta(meta if isinstance(meta, dict) else {}),
        sheets=sheets,
        entities=entities,
    )


def _parsed(body: bytes) -> _Line:
    """A line. Raises InputError where it is no example with a text."""
    try:
        example = json.loads(body)
    except (ValueError, RecursionError):
        raise InputError("This is not JSON. Export it with prodigy db-out again.") from None
    if not isinstance(example, dict) or not isinstance(example.get("text"), str):
        raise InputError("Expected a JSON object with a text. Other tasks are not read.")
    return example


def _key(example: _Line) -> object:
    """What is the same for all lines of one text."""
    text = example["text"].encode("utf-8", "surrogatepass")
    return hashlib.sha256(text).digest()[:16], repr(example.get("_input_hash"))[:40]


def _login(example: _Line, options: ReadOptions) -> str:
    for name in ("_annotator_id", "_session_id"):
        if isinstance(login := example.get(name), str) and login.strip():
            return clean(login)
    return options.annotator


def _state(example: _Line) -> State | None:
    """How far its document is; None where nobody has begun one."""
    answer, state = example.get("answer"), example.get("state")
    if isinstance(state, str) and state in _ANSWERS:
        return cast(State, state)
    if isinstance(answer, str) and answer in _STATES:
        return _STATES[answer]
    begun = example.get("spans") or example.get("relations") or example.get("_annotator_id")
    return "in_progress" if begun else None


def _said(example: _Line) -> tuple[Sheet, dict[str, Given]]:
    """Spans and relations, and the entities that they name."""
    sheet, entities = Sheet(), entities_of(_dict(example, "entities"))
    tokens = _objects(example, "tokens")
    rows = _objects(example, "spans")
    times = Counter(str(row["id"]) for row in rows if row.get("id") not in (None, ""))
    for n, row in enumerate(rows):
        given = str(row.get("id", ""))
        key = given if times[given] == 1 else f"spans[{n}]"
        sheet.mentions.append(_mention(row, key, tokens))
    for n, row in enumerate(_objects(example, "relations")):
        ends = [_end(sheet, row, side, f"relations[{n}].{side}", tokens) for side in _ENDS]
        label = str(row.get("label") or "relation")
        fields = _dict(row, "fields")
        sheet.ties.append(Tie(type=label, from_key=ends[0], to_key=ends[1], fields=fields))
    for mention in sheet.mentions:
        ((start, end),) = mention.extents
        entities.setdefault(mention.entity, ("", {"name": shorten(example["text"][start:end])}))
    return sheet, entities


def _mention(row: _Line, key: str, tokens: list[_Line]) -> Mention:
    quote = row.get("text")
    return Mention(
        key=key,
        label=str(row.get("label") or "span"),
        extents=(_extent(row, key, tokens),),
        quote=quote if isinstance(quote, str) and quote else None,
        fields=_dict(row, "fields"),
        points={name: str(value) for name, value in _dict(row, "points").items()},
        entity=str(row.get("kb_id") or ""),
    )


def _extent(row: _Line, key: str, tokens: list[_Line]) -> tuple[int, int]:
    """The offsets of a span, or those of its tokens."""
    start, end = row.get("start"), row.get("end")
    if type(start) is int and type(end) is int:
        return start, end
    first, last = row.get("token_start"), row.get("token_end")
    if type(first) is int and type(last) is int and 0 <= first <= last < len(tokens):
        start, end = tokens[first].get("start"), tokens[last].get("end")
        if type(start) is int and type(end) is int:
            return start, end
    raise InputError("Expected the offsets start and end, or tokens.", place=key)


def _end(sheet: Sheet, row: _Line, side: str, place: str, tokens: list[_Line]) -> str:
    """The key of the span at one end of a relation; a token without a span becomes one."""
    said = _dict(row, f"{side}_span") or {"token_start": row.get(side), "token_end": row.get(side)}
    key = str(said.get("id", ""))
    if any(mention.key == key for mention in sheet.mentions):
        return key
    found = _mention(said, place, tokens)
    for mention in sheet.mentions:
        if mention.extents == found.extents and said.get("label") in (None, "", mention.label):
            return mention.key
    found.label = str(said.get("label") or "Token")
    sheet.mentions.append(found)
    return found.key


def _objects(row: _Line, name: str) -> list[_Line]:
    found = row.get(name) or []
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise InputError("Expected a list of objects.", place=name)
    return found


def _dict(row: _Line, name: str) -> dict[str, Any]:
    found = row.get(name) or {}
    if not isinstance(found, dict):
        raise InputError("Expected an object.", place=name)
    return found


_TASK = re.compile(rb'"spans"\s*:\s*\[\s*\{\s*"start"\s*:\s*\d+\s*,\s*"end"')
"""How recipes and spaCy's users give a task that nobody has answered."""


def recognises(path: Path) -> bool:
    """True where the first line is an example of Prodigy."""
    with reading(path) as file:
        head = file.read(64 << 10).partition(b"\n")[0]
    marks = (b'"_input_hash"', b'"_task_hash"', b'"_view_id"', b'"answer"', b'"token_start"')
    known = any(mark in head for mark in marks) or _TASK.search(head)
    return b'"text"' in head and b'"article_id"' not in head and bool(known)


PRODIGY = Format(
    id="prodigy",
    name="Prodigy JSONL",
    patterns=("*.prodigy.jsonl", "*.jsonl"),
    carries=frozenset(
        (
            "text", "nesting", "overlap", "cross_sentence", "links", "link_fields", "fields",
            "entities", "several_annotators", "states", "facts",
        )
    ),
    offset_unit="token",
    about="Offsets in code points, on the edges of tokens: a span that is not is left out and "
    "told of; a line for each annotator; fields and entities stand beside what Prodigy knows.",
    recognises=recognises,
    read=read,
    write=write,
)  # fmt: skip
