"""PubAnnotation JSON: an article in a file, its spans as denotations.

The format is that of https://www.pubannotation.org/docs/annotation-format/: denotations, relations,
and attributes of both; a denotation in fragments has a list of spans. What several people said of
an article are its tracks. The project's codebook and entities stand in its head beside the files.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from annotator.formats import head
from annotator.formats.before import Before
from annotator.formats.codebook import told
from annotator.formats.encoding import stored
from annotator.formats.files import filling, numbered, reading, walk, whole
from annotator.formats.foreign import Foreign, Found, Sheet
from annotator.formats.format import Format, ReadOptions, WriteOptions, Written, fault_in_day
from annotator.formats.pubannotation_sheet import (
    Document,
    Facts,
    is_said,
    sheet_of,
)
from annotator.formats.values import as_text, storable
from annotator.model.codebook import SpanField, Value
from annotator.model.corpus import Entry, Item, Work
from annotator.model.document import Article
from annotator.model.errors import InputError

MAX_BYTES = 256 << 20
OURS = "Annotator"
"""The `sourcedb` of articles that this program writes; their `sourceid` is the article's id."""

_decoder = msgspec.json.Decoder(Document)
_encoder = msgspec.json.Encoder(order="deterministic")


# ---- in ------------------------------------------------------------------------------------------


def recognises(path: Path) -> bool:
    """True for a file, or a folder whose first JSON file, speaks of a text and its denotations."""
    if path.is_dir():
        first = next(walk([path], lambda p: p.suffix.lower() == ".json"), None)
        return first is not None and recognises(first)
    with reading(path) as file:
        start = file.read(64 << 10)
    return b'"text"' in start and any(
        key in start for key in (b'"denotations"', b'"sourcedb"', b'"tracks"')
    )


def _files(path: Path) -> list[Path]:
    return [*walk([path], lambda p: p.suffix.lower() == ".json")]


def read(path: Path, options: ReadOptions) -> Iterator[Item]:
    """The project of a folder of articles, or the articles of one file.

    Raises InputError where there are none, or one can't be read.
    """
    root = path if path.is_dir() else path.parent
    known = head.read(root)
    files = _files(path)
    if not files and not known.items:
        message = "There are no .json files in it. Choose the folder of the articles."
        raise InputError(message, source=path.name)
    foreign = Foreign(path.resolve().stem, path.name, options, known)
    yield from foreign.items(partial(_finds, files, root))


def _finds(files: list[Path], root: Path, options: ReadOptions) -> Iterator[Found | InputError]:
    """The articles, each decoded when it is its turn."""
    for path in files:
        source = path.relative_to(root).as_posix()
        try:
            body = whole(path, MAX_BYTES).removeprefix(b"\xef\xbb\xbf").lstrip()
            rows = _rows(body) if body.startswith(b"[") else [body]
        except InputError as fault:
            yield InputError(fault.message, source=source, place=fault.place)
            continue
        for number, row in enumerate(rows):
            place = f"[{number}]" if body.startswith(b"[") else ""
            try:
                yield _found(bytes(row), source, place, options)
            except InputError as fault:
                at = ".".join(part for part in (place, fault.place) if part)
                yield type(fault)(fault.message, source=source, place=at)


def _rows(body: bytes) -> list[Any]:
    try:
        return msgspec.json.decode(body, type=list[msgspec.Raw])
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise _not_json(error) from None


def _not_json(error: Exception) -> InputError:
    if isinstance(error, msgspec.ValidationError):
        message, place = told(error)
        return InputError(message, place=place)
    what = "it is nested too deeply" if isinstance(error, RecursionError) else str(error)
    return InputError(f"This is not PubAnnotation JSON: {what}.")


def _found(row: bytes, source: str, place: str, options: ReadOptions) -> Found:
    try:
        document = _decoder.decode(row)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise _not_json(error) from None
    stored(document.text, "", options.note)
    sheets: dict[str, Sheet] = {}
    for said in document.tracks or ([document] if is_said(document) else []):
        login = storable(said.project or "").strip()
        if login in sheets:
            raise InputError(f"There is a second track of {login or 'nobody'}.")
        sheets[login] = sheet_of(said)
    return Found(
        source=f"{source}{place}",
        raw=document.text,
        article=_article(document),
        titled=not document.article,
        sheets=sheets,
    )


def _article(document: Document) -> Article:
    facts = document.article or Facts()
    metadata = {storable(k): storable(v) for k, v in facts.metadata.items()}
    if document.sourcedb != OURS:
        for name in ("sourcedb", "sourceid", "divid"):
            if (value := getattr(document, name)) is not None:
                metadata.setdefault(name, storable(str(value)))
    dated = fault_in_day(facts.date) is None
    return Article(
        id="",
        title=storable(facts.title),
        source=storable(facts.source),
        url=storable(facts.url or document.source_url or document.target or ""),
        language=storable(facts.language),
        date=facts.date if dated else "",
        date_source=facts.date_source if dated else "",
        metadata=metadata,
    )


# ---- out -----------------------------------------------------------------------------------------


def write(items: Iterable[Item], target: Path, options: WriteOptions) -> Written:
    """A file for each article, and the project's head."""
    before = Before()
    with filling(target, lambda _: False) as folder:
        for entry in before.entries(items):
            name = f"{numbered(before.written.articles, entry.article.title)}.json"
            (folder / name).write_bytes(_encoder.encode(_document(entry, before)) + b"\n")
        head.write(folder, before)
    return before.written


def _document(entry: Entry, before: Before) -> dict[str, object]:
    article = entry.article
    facts = Facts(
        title=article.title,
        source=article.source,
        language=article.language,
        date=article.date,
        date_source=article.date_source,
        metadata=dict(article.metadata),
    )
    made: dict[str, object] = {"sourcedb": OURS, "sourceid": article.id}
    if article.url:
        made["source_url"] = article.url
    made |= {"article": facts, "text": entry.text.value}
    tracks = [_track(work, before) for work in entry.works]
    if len(tracks) > 1:
        return made | {"tracks": tracks}
    return made | tracks[0] if tracks else made


def _track(work: Work, before: Before) -> dict[str, object]:
    keys = {annotation.id: f"T{n}" for n, annotation in enumerate(work.annotations, 1)}
    denotations: list[dict[str, object]] = []
    attributes: list[dict[str, object]] = []

    def attribute(key: str, name: str, value: Value) -> None:
        for obj in _objects(value):
            said = {"id": f"A{len(attributes) + 1}", "subj": key, "pred": name, "obj": obj}
            attributes.append(said)

    for annotation in work.annotations:
        key = keys[annotation.id]
        spans = [{"begin": a, "end": b} for a, b in annotation.fragments]
        span = spans[0] if len(spans) == 1 else spans
        denotations.append({"id": key, "span": span, "obj": annotation.label})
        for name, value in annotation.fields.items():
            kind = before.kinds(annotation.label).get(name)
            points = isinstance(kind, SpanField)
            attribute(key, name, keys.get(str(value), value) if points else value)
    relations: list[dict[str, object]] = []
    for number, link in enumerate(work.links, 1):
        key, ends = f"R{number}", (keys[link.from_id], keys[link.to_id])
        relations.append({"id": key, "subj": ends[0], "pred": link.type, "obj": ends[1]})
        for name, value in link.fields.items():
            attribute(key, name, value)
    return {
        "project": before.login(work),
        "state": work.state,
        "denotations": denotations,
        "relations": relations,
        "attributes": attributes,
    }


def _objects(value: Value) -> list[object]:
    """A value as one attribute, a list as one for each part where those can be told apart.

    PubAnnotation takes an attribute that is false or blank for one without a value, which is true.
    """
    if value is False:
        return ["false"]
    if not isinstance(value, tuple):
        return [value]
    if all(part.strip() and not part.startswith("[") for part in value):
        return [*value]
    return [as_text(value)]


PUBANNOTATION = Format(
    id="pubannotation",
    name="PubAnnotation JSON",
    patterns=("*.json",),
    carries=frozenset(
        (
            "text", "nesting", "overlap", "fragments", "links", "link_fields", "fields", "entities",
            "several_annotators", "states", "facts", "codebook",
        )
    ),
    offset_unit="code point",
    layout="folder",
    about="An article a file; fields are attributes, several annotators are tracks, a span without "
    "characters is left out; codebook and entities stand in project.annotator.jsonl.",
    recognises=recognises,
    read=read,
    write=write,
)  # fmt: skip
