"""GATE's XML, version 3 (gate.corpora.DocumentStaxUtils): a folder of documents, or one of them.

An annotation set is one annotator's work; links are the relations of GATE 8. Nodes are numbered by
their UTF-16 offsets, but a reader takes them by their places in the text, so nothing is counted.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from annotator.formats.before import Before
from annotator.formats.beside import named
from annotator.formats.facts import facts
from annotator.formats.files import filling, numbered, reading, walk
from annotator.formats.foreign import Foreign, Found
from annotator.formats.format import Format, Loss, ReadOptions, WriteOptions, Written
from annotator.formats.values import as_text, in_xml
from annotator.model.codebook import DOCUMENT_DATE, SpanField, Value, field_named
from annotator.model.corpus import Entry, Item, Work
from annotator.model.document import Annotation
from annotator.model.errors import InputError

UNHELD = "characters that XML can't hold"


def recognises(path: Path) -> bool:
    """True where a file, or the first .xml of a folder, is a GateDocument."""
    first = next(_documents(path), None)
    if first is None:
        return False
    with reading(first) as file:
        return b"<GateDocument" in file.read(1 << 16)


def _documents(path: Path) -> Iterator[Path]:
    yield from walk([path], lambda found: found.suffix.lower() == ".xml")


def read(path: Path, options: ReadOptions) -> Iterator[Item]:
    """The articles of a folder by the names of its .xml files, or of one file.

    A set's name is its annotator's login; the default set is `options.annotator`'s. Raises
    InputError.
    """
    from annotator.formats.gate_read import found  # lxml: 40 ms, and not every start needs it

    def finds(_: ReadOptions) -> Iterator[Found | InputError]:
        for document in _documents(path):
            try:
                yield found(document, options.codebook)
            except InputError as fault:
                yield fault

    if path.is_dir() and any(path.iterdir()) and next(_documents(path), None) is None:
        message = "There are no .xml files in it. Choose the folder of GATE's documents."
        raise InputError(message, source=path.name)
    yield from Foreign(path.stem, path.name, options).items(finds)


def write(items: Iterable[Item], target: Path, options: WriteOptions) -> Written:
    """A file an article, numbered in their order."""
    writer = _Writer(options)
    with filling(target, lambda _: False) as folder:
        for entry in writer.before.entries(items):
            number = writer.before.written.articles
            name = f"{numbered(number, entry.article.title)}.xml"
            (folder / name).write_bytes(writer.document(entry).encode())
    return writer.before.written


class _Writer:
    """Makes documents of entries, with what came before them."""

    def __init__(self, options: WriteOptions) -> None:
        self._lose = options.lose
        self.before = Before()
        self._article = ""

    def document(self, entry: Entry) -> str:
        """An article, as GATE itself lays it out."""
        self._article = entry.article.id
        about: dict[str, Value] = {**facts(entry.article)}
        about |= {f"metadata.{n}": v for n, v in entry.article.metadata.items()}
        if entities := named(entry.works, self.before):
            about["entities"] = json.dumps(entities, ensure_ascii=False)
        ids = {a.id: n for n, a in enumerate(a for w in entry.works for a in w.annotations)}
        parts = [
            "<?xml version='1.0' encoding='UTF-8'?>\n"
            '<GateDocument version="3">\n<GateDocumentFeatures>\n',
            *self._features(about),
            "</GateDocumentFeatures>\n<TextWithNodes>",
            *self._text(entry),
            "</TextWithNodes>\n<AnnotationSet>\n</AnnotationSet>\n",
        ]
        for work in entry.works:
            parts += self._set(entry, work, ids)
        number = len(ids)
        for work in entry.works:
            parts += self._relations(work, ids, number)
            number += len(work.links)
        return "".join([*parts, "</GateDocument>\n"])

    def _text(self, entry: Entry) -> Iterator[str]:
        text, value = entry.text, entry.text.value
        edges = {e for w in entry.works for a in w.annotations for e in (a.start, a.end)}
        last = 0
        for edge in sorted(edges):
            yield self._held(value[last:edge])
            yield f'<Node id="{text.to16(edge)}"/>'
            last = edge
        yield self._held(value[last:])

    def _held(self, text: str) -> str:
        kept = in_xml(text)
        if kept != text:
            count = sum(a != b for a, b in zip(text, kept, strict=True))
            self._lose(Loss(reason=UNHELD, article_id=self._article, count=count))
        return escape(kept, {"\r": "&#13;"})

    def _set(self, entry: Entry, work: Work, ids: Mapping[str, int]) -> Iterator[str]:
        yield f"<AnnotationSet Name={quoteattr(self.before.login(work))}>\n"
        for annotation in work.annotations:
            start, end = entry.text.to16(annotation.start), entry.text.to16(annotation.end)
            yield (
                f'<Annotation Id="{ids[annotation.id]}" Type={quoteattr(annotation.label)} '
                f'StartNode="{start}" EndNode="{end}">\n'
            )
            yield from self._features(self._values(annotation, ids))
            yield "</Annotation>\n"
        yield "</AnnotationSet>\n"

    def _values(self, annotation: Annotation, ids: Mapping[str, int]) -> dict[str, Value]:
        """The fields; one that points at an annotation has its id in the document."""
        values: dict[str, Value] = {}
        kinds = self.before.codebook.fields(annotation.label)
        for name, value in annotation.fields.items():
            points = isinstance(field_named(kinds, name), SpanField) and value != DOCUMENT_DATE
            values[name] = ids[str(value)] if points else value
        return values

    def _relations(self, work: Work, ids: Mapping[str, int], first: int) -> Iterator[str]:
        if not work.links:
            return
        yield f"<RelationSet Name={quoteattr(self.before.login(work))}>\n"
        for number, link in enumerate(work.links, first):
            yield (
                f'<Relation Id="{number}" Type={quoteattr(link.type)} '
                f'Members="{ids[link.from_id]};{ids[link.to_id]}">\n<UserData></UserData>\n'
            )
            yield from self._features(link.fields)
            yield "</Relation>\n"
        yield "</RelationSet>\n"

    def _features(self, values: Mapping[str, Value]) -> Iterator[str]:
        for name, value in values.items():
            yield (
                '<Feature>\n  <Name className="java.lang.String">'
                f"{self._held(name)}</Name>\n"
                f'  <Value className="{_java(value)}">{self._held(as_text(value))}</Value>\n'
                "</Feature>\n"
            )


def _java(value: Value) -> str:
    """The class that GATE makes a value of; a list is text, for GATE wraps its own lists."""
    match value:
        case bool():
            return "java.lang.Boolean"
        case int() if abs(value) < 1 << 31:
            return "java.lang.Integer"
        case int() if abs(value) < 1 << 63:
            return "java.lang.Long"
        case int():
            return "java.math.BigInteger"
        case float():
            return "java.lang.Double"
        case _:
            return "java.lang.String"


GATE = Format(
    id="gate",
    name="GATE XML",
    patterns=("*.xml",),
    carries=frozenset(
        (
            "text", "nesting", "overlap", "zero_width", "links", "link_fields", "fields",
            "entities", "several_annotators", "facts",
        )
    ),
    layout="folder",
    about="A folder of documents; each annotator's work is an annotation set, links are relations, "
    "and of an entity each document has its own copy.",
    recognises=recognises,
    read=read,
    write=write,
)  # fmt: skip
