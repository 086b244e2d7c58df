"""spaCy's DocBin (spacy.io/api/docbin): a folder of .spacy files, as `spacy train` reads it.

All spans are the span group "sc", those that don't overlap also doc.ents; a span's id is the
annotation's, its kb_id the entity's. What spaCy has no place for stands as JSON in
doc.user_data["annotator"].
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import msgspec

from annotator.formats.before import Before
from annotator.formats.beside import beside, entities_of, named
from annotator.formats.files import filling, walk, whole
from annotator.formats.fit import apart
from annotator.formats.foreign import Foreign, Found, Mention, Sheet, Tie
from annotator.formats.format import Format, ReadOptions, WriteOptions, Written, missing_extra
from annotator.formats.meta import as_meta, from_meta
from annotator.formats.tokens import spaced
from annotator.model.corpus import Entry, Item
from annotator.model.document import Annotation, State
from annotator.model.edit import shorten
from annotator.model.errors import InputError

if TYPE_CHECKING:
    from spacy.tokens import Doc, DocBin
    from spacy.vocab import Vocab

DOCS = 500
"""Articles in a file: one is held in memory while it is written or read."""
_ATTRIBUTES = ("ENT_IOB", "ENT_TYPE", "ENT_KB_ID", "ENT_ID")
GROUP, DATA = "sc", "annotator"
MAX_BYTES = 256 << 20
MAX_UNPACKED = 1 << 30
_STATES: tuple[State, ...] = ("new", "in_progress", "submitted", "returned", "accepted")


# -- writing ---------------------------------------------------------------------------------------


def write(items: Iterable[Item], target: Path, options: WriteOptions) -> Written:
    """Files of 500 articles each; of each article the one work that is there."""
    try:
        # 1.5 s, and not everybody has it
        from spacy.tokens import DocBin
        from spacy.vocab import Vocab
    except ImportError:
        raise missing_extra("spaCy", "spacy") from None
    before = Before()
    entries = before.entries(items)
    with filling(target, lambda _: False) as folder:
        for number, first in enumerate(entries, 1):
            # A vocabulary of its own: strings would pile up in one.
            held, vocab = DocBin(_ATTRIBUTES, store_user_data=True), Vocab()
            for entry in chain((first,), islice(entries, DOCS - 1)):
                _add(held, _doc(entry, before, vocab))
            held.strings.update(vocab.strings)
            (folder / f"{number:05}.spacy").write_bytes(held.to_bytes())
    return before.written


def _add(held: DocBin, doc: Doc) -> None:
    """As DocBin.add but for the strings: it asks each token for nine, longer than all the rest."""
    held.tokens.append(doc.to_array([*held.attrs]))
    held.spaces.append(doc.to_array("SPACY").astype(bool).reshape((-1, 1)))
    held.flags.append({"has_unknown_spaces": False})
    held.cats.append({})
    held.user_data.append(msgspec.msgpack.encode(dict(doc.user_data)))
    # As doc.spans.to_bytes, whose packer looks through all packages that are installed each time.
    groups = {group.to_bytes(): [name] for name, group in doc.spans.items()}
    held.span_groups.append(msgspec.msgpack.encode(groups) if groups else b"")


def _doc(entry: Entry, before: Before, vocab: Vocab) -> Doc:
    # as in `write`
    from spacy.tokens import Doc, Span

    text = entry.text.value
    tokens = spaced(text)
    words, spaces = [text[a:b] for a, b, _ in tokens], [blank for _, _, blank in tokens]
    doc = Doc(vocab, words=words, spaces=spaces)
    doc.user_data[DATA] = json.dumps(_data(entry, before), ensure_ascii=False)
    first = {start: n for n, (start, _, _) in enumerate(tokens)}
    last = {end: n for n, (_, end, _) in enumerate(tokens, 1)}
    for work in entry.works:
        spans = {}
        for a in work.annotations:
            entity = before.entity(a)
            spans[a.id] = Span(
                doc,
                first[a.start],
                last[a.end],
                label=a.label,
                kb_id=entity.id if entity is not None else "",
                span_id=a.id,
            )
        doc.spans[GROUP] = list(spans.values())
        flat = apart(work.annotations, before.codebook, _deaf)
        doc.set_ents([spans[a.id] for a in flat], default="outside")
    return doc


def _deaf(_: str, __: Annotation) -> None:
    """Nothing is lost: the group has them all."""


def _data(entry: Entry, before: Before) -> dict[str, object]:
    """What spaCy has no place for."""
    data: dict[str, object] = {"meta": as_meta(entry.article)}
    for work in entry.works:
        data["state"] = work.state
        data["spans"] = {a.id: found for a in work.annotations if (found := beside(a, before))}
        data["entities"] = named([work], before)
        data["relations"] = [
            [link.type, link.from_id, link.to_id, dict(link.fields)] for link in work.links
        ]
    return data


# -- reading ---------------------------------------------------------------------------------------


def read(path: Path, options: ReadOptions) -> Iterator[Item]:
    """An article for each Doc of a file, or of the files of a folder by name."""
    paths = list(walk([path], lambda one: one.suffix.lower() == ".spacy"))

    def finds(_: ReadOptions) -> Iterator[Found | InputError]:
        for one in paths:
            yield from _founds(one)

    yield from Foreign(path.stem or "spaCy", path.name, options).items(finds)


def _founds(path: Path) -> Iterator[Found | InputError]:
    """The docs of a file, one after the other; a fault ends the file."""
    number = 1
    try:
        # as in `write`
        from spacy.tokens import DocBin
        from spacy.vocab import Vocab
    except ImportError:
        raise missing_extra("spaCy", "spacy") from None
    try:
        body = whole(path, MAX_BYTES)
        _check_size(body)
        for doc in DocBin().from_bytes(body).get_docs(Vocab()):
            yield _found(doc, path.name, f"doc {number}")
            number += 1
    except InputError as fault:
        yield InputError(fault.message, source=path.name, place=f"doc {number}")
    except Exception as error:  # noqa: BLE001  whatever spaCy meets in a damaged file
        kind = type(error).__name__
        message = f"This is not a DocBin of spaCy, or it is damaged ({kind})."
        yield InputError(message, source=path.name, place=f"doc {number}")


def _check_size(body: bytes) -> None:
    """Raises InputError where it unpacks to more than memory should hold."""
    unpack = zlib.decompressobj()
    size, rest = 0, body
    while rest and size <= MAX_UNPACKED:
        size += len(unpack.decompress(rest, 1 << 20))
        rest = unpack.unconsumed_tail
    if size > MAX_UNPACKED:
        raise InputError("It unpacks to far more than it holds. It is not read.")


def _found(doc: Doc, source: str, place: str) -> Found:
    data = _own(doc.user_data.get(DATA))
    state = _state(doc, data)
    sheet = Sheet(state=state or "new")
    entities = entities_of(data.get("entities"))
    seen: set[tuple[int, int, str]] = set()
    keys: set[str] = set()
    for name, group in (*doc.spans.items(), ("ents", doc.ents)):
        places = [(span.start_char, span.end_char, span.label_) for span in group]
        for n, (span, extent) in enumerate(zip(group, places, strict=True)):
            if extent in seen:
                continue  # it is in a group before, as all ents of ours are
            key = span.id_ if span.id_ and span.id_ not in keys else f"{name}[{n}]"
            keys.add(key)
            sheet.mentions.append(_mention(span, key, _object(_object(data, "spans"), key)))
            entities.setdefault(span.kb_id_, ("", {"name": shorten(span.text)}))
        seen.update(places)
    relations = data.get("relations")
    for row in relations if isinstance(relations, list) else ():
        kind, head, child, fields = row
        sheet.ties.append(Tie(type=kind, from_key=head, to_key=child, fields=fields))
    return Found(
        source=source,
        place=place,
        raw=doc.text,
        article=from_meta(_object(data, "meta")),
        titled=True,
        sheets={"": sheet} if state is not None else {},
        entities=entities,
    )


def _mention(span: Any, key: str, said: Mapping[str, Any]) -> Mention:
    return Mention(
        key=key,
        label=span.label_ or "span",
        extents=((span.start_char, span.end_char),),
        fields=_object(said, "fields"),
        points={name: str(value) for name, value in _object(said, "points").items()},
        entity=span.kb_id_,
    )


def _own(said: object) -> dict[str, Any]:
    """What we wrote beside; nothing where another wrote it."""
    try:
        data = json.loads(said) if isinstance(said, str) else {}
    except (ValueError, RecursionError):
        return {}
    return data if isinstance(data, dict) else {}


def _object(data: Mapping[str, Any], name: str) -> dict[str, Any]:
    found = data.get(name)
    return found if isinstance(found, dict) else {}


def _state(doc: Doc, data: Mapping[str, Any]) -> State | None:
    if data.get("state") in _STATES:
        return cast(State, data["state"])
    return "in_progress" if doc.spans or doc.has_annotation("ENT_IOB") else None


def recognises(path: Path) -> bool:
    """True for a file of that name, or a folder with such files."""
    if path.is_dir():
        return any(one.suffix.lower() == ".spacy" for one in path.iterdir())
    return path.suffix.lower() == ".spacy"


SPACY = Format(
    id="spacy",
    name="spaCy DocBin",
    patterns=("*.spacy",),
    carries=frozenset(
        (
            "text", "nesting", "overlap", "cross_sentence", "links", "link_fields", "fields",
            "entities", "states", "facts",
        )
    ),
    offset_unit="token",
    layout="folder",
    about="All spans as the span group sc, those that don't overlap also as entities; a span that "
    "is not on the edges of tokens is left out and told of; tokens are the program's own.",
    extra="spacy",
    recognises=recognises,
    read=read,
    write=write,
)  # fmt: skip
