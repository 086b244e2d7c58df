"""Prodigy's JSONL (prodi.gy/docs/api-interfaces): a text, its tokens, spans and relations a line.

Several annotators of one text are several lines. What Prodigy has no key for stands beside
(`formats.beside`) and in `meta`; it keeps what it does not know. Spans without tokens, tokens
without spans, spans by tokens alone, and lines of one text in any order are read too.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO, cast

import msgspec

from annotator.formats.beside import Beside, Content, Relation, Span, entity_told
from annotator.formats.draft import Draft
from annotator.formats.files import reading, replacing
from annotator.formats.format import Format, ReadOptions, WriteOptions, Written
from annotator.formats.lines import lines
from annotator.formats.meta import as_meta, from_meta
from annotator.formats.roster import Roster
from annotator.formats.schema import Schema, clean
from annotator.formats.tokens import spaced
from annotator.model.corpus import Annotator, Entry, Heading, Item, Work
from annotator.model.document import Annotation, State
from annotator.model.errors import InputError
from annotator.model.text import Origin

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
    articles = documents = annotations = links = 0
    beside = Beside()
    logins: dict[str, str] = {}
    encode = msgspec.json.Encoder().encode
    with replacing(target) as out:
        for item in items:
            if isinstance(item, Annotator):
                logins[item.id] = item.login
            if (entry := beside.taken(item)) is None:
                continue
            head = _head(entry)
            for work in entry.works:
                told = _example(entry, work, beside)
                login = logins.get(work.owner_id, "")
                out.write(encode({**head, **told, "_annotator_id": login}) + b"\n")
                annotations += len(work.annotations)
                links += len(work.links)
            if not entry.works:
                out.write(encode(head) + b"\n")
            articles += 1
            documents += len(entry.works)
    return Written(articles=articles, documents=documents, annotations=annotations, links=links)


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


def _example(entry: Entry, work: Work, beside: Beside) -> _Line:
    first = {start: n for n, (start, _, _) in enumerate(spaced(entry.text.value))}
    last = {end: n for n, (_, end, _) in enumerate(spaced(entry.text.value))}
    spans, entities = {}, {}
    for annotation in work.annotations:
        spans[annotation.id] = {**_place(annotation, first, last), **beside.of(annotation)}
        if (entity := beside.entity(annotation)) is not None:
            spans[annotation.id]["kb_id"] = entity.id
            entities[entity.id] = entity_told(entity)
    held = {a.id: _place(a, first, last) for a in work.annotations} if work.links else {}
    example: _Line = {
        "spans": [*spans.values()],
        "answer": _ANSWERS[work.state],
        "state": work.state,
        "_task_hash": _hash(work.id),
        "_view_id": "relations" if work.links else "spans_manual",
    }
    if entities:
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
    schema = Schema(path.stem or "Prodigy", options.codebook)
    roster, logins = Roster(schema), dict[str, str]()
    groups: dict[object, list[tuple[int, int]]] = {}
    with reading(path) as file:
        for number, at, body in _numbered(file, path.name):
            key: object = number
            try:
                example = _parsed(body)
                key = _key(example)
                _content(example).tell(schema, roster)
                if _state(example) is not None:
                    logins.setdefault(_login(example, options), "")
            except InputError:  # told of when its article is read
                pass
            groups.setdefault(key, []).append((number, at))
        yield Heading(name=path.stem or "Prodigy", codebook=schema.codebook)
        people = [Annotator(id=options.new_id(), login=login) for login in logins]
        yield from people
        yield from roster.entities(options.new_id)
        owners = {person.login: person for person in people}
        for group in groups.values():
            for rows in _articles(file, group, path.name, options):
                try:
                    yield _entry(rows, owners, schema, roster, options)
                except InputError as fault:
                    place = fault.place
                    options.fault(
                        type(fault)(fault.message, source=path.name, line=rows[0][0], place=place)
                    )


def _numbered(file: BinaryIO, source: str) -> Iterator[tuple[int, int, bytes]]:
    """The lines with their numbers, and where in the file to look for each."""
    at = 0
    for number, body in lines(file, source):
        yield number, at, body
        at = file.tell()


def _articles(
    file: BinaryIO, group: list[tuple[int, int]], source: str, options: ReadOptions
) -> Iterator[list[tuple[int, _Line]]]:
    """The lines of one text by article: a second one of the same annotator is another article."""
    rows: list[tuple[int, _Line]] = []
    seen: set[str] = set()
    for number, at in group:
        file.seek(at)
        _, body = next(lines(file, source))
        try:
            example = _parsed(body)
        except InputError as fault:
            options.fault(InputError(fault.message, source=source, line=number))
            continue
        login = _login(example, options)
        if login in seen:
            yield rows
            rows, seen = [], set()
        rows.append((number, example))
        seen.add(login)
    if rows:
        yield rows


def _entry(
    rows: list[tuple[int, _Line]],
    owners: Mapping[str, Annotator],
    schema: Schema,
    roster: Roster,
    options: ReadOptions,
) -> Entry:
    origin = Origin(rows[0][1]["text"])
    if not origin.text.value.strip():
        raise InputError("The text is empty.", place="text")
    works = []
    draft = Draft(origin, schema, options)  # of an article that nobody has begun
    for _, example in rows:
        state = _state(example)
        if state is not None:
            draft = Draft(origin, schema, options)
            _content(example).fill(draft, roster)
            works.append(draft.work(owners[_login(example, options)], state))
    meta = rows[0][1].get("meta")
    return draft.entry(from_meta(meta if isinstance(meta, dict) else {}), *works)


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


def _content(example: _Line) -> Content:
    """Spans, relations and entities. Raises InputError where they are not what they should be."""
    content = Content(example["text"])
    tokens = _objects(example, "tokens")
    rows = _objects(example, "spans")
    times = Counter(str(row["id"]) for row in rows if row.get("id") not in (None, ""))
    for n, row in enumerate(rows):
        given = str(row.get("id", ""))
        key = given if times[given] == 1 else f"spans[{n}]"
        content.spans.append(_span(row, key, tokens))
    for name, said in _dict(example, "entities").items():
        if isinstance(said, dict) and isinstance(said.get("fields"), dict):
            content.entities[name] = (str(said.get("type") or ""), said["fields"])
    for n, row in enumerate(_objects(example, "relations")):
        ends = [_end(content, row, side, f"relations[{n}].{side}", tokens) for side in _ENDS]
        label = str(row.get("label") or "relation")
        fields = _dict(row, "fields")
        content.relations.append(Relation(type=label, head=ends[0], child=ends[1], fields=fields))
    return content


def _span(row: _Line, key: str, tokens: list[_Line]) -> Span:
    quote = row.get("text")
    start, end = _extent(row, key, tokens)
    return Span(
        key=key,
        label=str(row.get("label") or "span"),
        start=start,
        end=end,
        quote=quote if isinstance(quote, str) and quote else None,
        fields=_dict(row, "fields"),
        points={name: str(value) for name, value in _dict(row, "points").items()},
        kb_id=str(row.get("kb_id") or ""),
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


def _end(content: Content, row: _Line, side: str, place: str, tokens: list[_Line]) -> str:
    """The key of the span at one end of a relation; a token without a span becomes one."""
    said = _dict(row, f"{side}_span") or {"token_start": row.get(side), "token_end": row.get(side)}
    held = {span.key: span for span in content.spans}
    if (key := str(said.get("id", ""))) in held:
        return key
    found = _span(said, place, tokens)
    for span in content.spans:
        same = (span.start, span.end) == (found.start, found.end)
        if same and said.get("label") in (None, "", span.label):
            return span.key
    found.label = str(said.get("label") or "Token")
    content.spans.append(found)
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


def recognises(path: Path) -> bool:
    """True where the first line is an example of Prodigy."""
    with reading(path) as file:
        head = file.read(64 << 10).partition(b"\n")[0]
    marks = (b'"_input_hash"', b'"_task_hash"', b'"_view_id"', b'"answer"', b'"token_start"')
    return b'"text"' in head and any(mark in head for mark in marks)


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
