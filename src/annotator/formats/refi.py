"""REFI-QDA 1.5 (qdasoftware.org): a project for NVivo, MAXQDA, ATLAS.ti and QualCoder (.qdpx).

A ZIP of `project.qde` and a plain text file for each source. Positions count Unicode code points
from 0, the end behind the last. What the tools have no place for stands in a selection's
description, which they show as its comment: a line "field: value" for each field.
"""

from __future__ import annotations

import json
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import IO
from uuid import NAMESPACE_URL, UUID, uuid5
from xml.sax.saxutils import escape, quoteattr

from annotator.formats.before import Before
from annotator.formats.facts import facts
from annotator.formats.files import placing, reading
from annotator.formats.format import Format, ReadOptions, WriteOptions, Written, companions
from annotator.formats.values import as_text, in_xml
from annotator.model.codebook import DOCUMENT_DATE, SpanField, Value, field_named
from annotator.model.corpus import Annotator, Entry, Item, Work
from annotator.model.document import Annotation, Article, Link

NAME = "Annotator"
"""What wrote a project: only then a comment is known to hold fields."""
PROJECT, CODEBOOK = "urn:QDA-XML:project:1.0", "urn:QDA-XML:codebook:1.0"
_HEAD = '<?xml version="1.0" encoding="utf-8"?>\n'
_EPOCH = "1980-01-01T00:00:00Z"
_LAST = 253402300799
"""The last second that has a date."""


def recognises(path: Path) -> bool:
    """True where it is a ZIP archive, or a codebook."""
    with reading(path) as file:
        head = file.read(1 << 16)
    return head.startswith(b"PK\x03\x04") or CODEBOOK.encode() in head


def read(path: Path, options: ReadOptions) -> Iterator[Item]:
    """The text sources of a project, each user a document on each; of a codebook its labels.

    Raises InputError.
    """
    from annotator.formats import refi_read  # lxml: 40 ms, and not every start needs it

    yield from refi_read.read(path, options)


def write(items: Iterable[Item], target: Path, options: WriteOptions) -> Written:
    """The project, and its codebook beside it for those who want that alone (.qdc)."""
    with (
        placing(*companions(REFI_QDA, target)) as (package, codes),
        zipfile.ZipFile(package, "w", zipfile.ZIP_DEFLATED) as archive,
        tempfile.TemporaryFile() as sources,
        tempfile.TemporaryFile() as links,
    ):
        before = Before()
        writer = _Writer(before, archive, sources, links)
        for entry in before.entries(items):
            writer.take(entry)
        with archive.open(_member("project.qde"), "w", force_zip64=True) as out:
            for part in writer.project():
                out.write(part)
        codes.write_bytes(writer.codebook_alone().encode())
    return before.written


def _member(name: str) -> zipfile.ZipInfo:
    """A file of the archive, without the day it was made on."""
    info = zipfile.ZipInfo(name)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = 0o644 << 16
    return info


def _guid(kind: str, name: str) -> str:
    """The same for the same name in every export, so that tools know a code again."""
    return str(uuid5(NAMESPACE_URL, f"annotator:{kind}:{name}"))


def _when(record_id: str) -> str:
    """When a record was made, as its UUIDv7 tells; tools want a date everywhere."""
    found = UUID(record_id)
    if found.version != 7:
        return _EPOCH
    seconds = min((found.int >> 80) // 1000, _LAST)
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%SZ}"


def _attributes(**given: str) -> str:
    return "".join(f" {name}={quoteattr(in_xml(value))}" for name, value in given.items())


def _text(value: str) -> str:
    return escape(in_xml(value), {"\r": "&#13;"})


class _Writer:
    """Puts texts into the archive as they come; sources and links wait outside the memory."""

    def __init__(
        self, before: Before, archive: zipfile.ZipFile, sources: IO[bytes], links: IO[bytes]
    ) -> None:
        self._archive, self._sources, self._links = archive, sources, links
        self._before = before
        self._variables: dict[str, None] = {}

    def take(self, entry: Entry) -> None:
        """The next article."""
        article = entry.article
        self._archive.writestr(_member(f"sources/{article.id}.txt"), entry.text.value.encode())
        self._sources.write("".join(self._source(entry)).encode())
        kinds = {kind.name: kind for kind in self._before.codebook.link_types}
        for link in (link for work in entry.works for link in work.links):
            kind = kinds.get(link.type)
            both = kind is not None and kind.symmetric
            self._links.write(_link(link, "Bidirectional" if both else "OneWay").encode())

    def _source(self, entry: Entry) -> Iterator[str]:
        article = entry.article
        yield "<TextSource" + _attributes(
            guid=article.id,
            name=article.title or entry.text.value[:60].strip().partition("\n")[0],
            plainTextPath=f"internal://{article.id}.txt",
            creationDateTime=_when(article.id),
        )
        yield ">\n"
        for work in entry.works:
            for annotation in work.annotations:
                yield from self._selection(entry, work, annotation)
        yield from self._values(article)
        yield "</TextSource>\n"

    def _selection(self, entry: Entry, work: Work, annotation: Annotation) -> Iterator[str]:
        start, end = annotation.fragments[0]
        made = {"creatingUser": work.owner_id, "creationDateTime": _when(annotation.id)}
        yield "<PlainTextSelection" + _attributes(
            guid=annotation.id,
            name=" ".join(entry.text.value[start : min(end, start + 60)].split()),
            startPosition=str(start),
            endPosition=str(end),
            **made,
        )
        yield ">"
        if lines := "\n".join(self._lines(annotation)):
            yield f"<Description>{_text(lines)}</Description>"
        yield "<Coding" + _attributes(guid=_guid("coding", annotation.id), **made)
        code = _guid("code", annotation.label)
        yield f'><CodeRef targetGUID="{code}"/></Coding></PlainTextSelection>\n'

    def _lines(self, annotation: Annotation) -> Iterator[str]:
        """A line for each field; one that points at an annotation is a link instead."""
        kinds = self._before.codebook.fields(annotation.label)
        for name, value in annotation.fields.items():
            if isinstance(field_named(kinds, name), SpanField) and value != DOCUMENT_DATE:
                field = Link(
                    id=_guid(f"field {name}", annotation.id),
                    type=name,
                    from_id=annotation.id,
                    to_id=str(value),
                )
                self._links.write(_link(field, "OneWay").encode())
            else:
                yield f"{_shown(name, ': ')}: {_shown(value)}"

    def _values(self, article: Article) -> Iterator[str]:
        """The facts as variables of the document."""
        values = {n: v for n, v in facts(article).items() if v and n != "title"}
        for name, value in {**article.metadata, **values}.items():
            self._variables[name] = None
            ref = _guid("variable", name)
            yield (
                f'<VariableValue><VariableRef targetGUID="{ref}"/>'
                f"<TextValue>{_text(value)}</TextValue></VariableValue>\n"
            )

    def project(self) -> Iterator[bytes]:
        """The parts of project.qde, in the schema's order."""
        head = {"name": self._before.name, "origin": NAME, "creationDateTime": _EPOCH}
        users = [*self._before.annotators.values()]
        if users:
            head["creatingUserGUID"] = users[0].id
        yield f"{_HEAD}<Project{_attributes(xmlns=PROJECT, **head)}>\n".encode()
        if users:
            yield "".join(["<Users>\n", *map(_user, users), "</Users>\n"]).encode()
        if self._before.codebook.labels:
            yield f"<CodeBook>\n{self._codes()}</CodeBook>\n".encode()
        if self._variables:
            rows = (
                "<Variable"
                + _attributes(guid=_guid("variable", n), name=n, typeOfVariable="Text")
                + "/>\n"
                for n in self._variables
            )
            yield "".join(["<Variables>\n", *rows, "</Variables>\n"]).encode()
        yield from _wrapped(b"Sources", self._sources)
        yield from _wrapped(b"Links", self._links)
        yield b"</Project>\n"

    def _codes(self) -> str:
        rows = []
        for label in self._before.codebook.labels:
            rows.append(
                "<Code"
                + _attributes(
                    guid=_guid("code", label.name),
                    name=label.name,
                    isCodable="true",
                    color=label.color,
                )
                + ">"
            )
            if label.guideline:
                rows.append(f"<Description>{_text(label.guideline)}</Description>")
            rows.append("</Code>\n")
        return "".join(["<Codes>\n", *rows, "</Codes>\n"])

    def codebook_alone(self) -> str:
        """The .qdc file."""
        head = _attributes(xmlns=CODEBOOK, origin=NAME)
        return f"{_HEAD}<CodeBook{head}>\n{self._codes()}</CodeBook>\n"


def _user(annotator: Annotator) -> str:
    name = annotator.name or annotator.login
    return f"<User{_attributes(guid=annotator.id, name=name, id=annotator.login)}/>\n"


def _link(link: Link, direction: str) -> str:
    return (
        "<Link"
        + _attributes(
            guid=link.id,
            name=link.type,
            direction=direction,
            originGUID=link.from_id,
            targetGUID=link.to_id,
        )
        + "/>\n"
    )


def _wrapped(name: bytes, held: IO[bytes]) -> Iterator[bytes]:
    """What waits in a file, in its element; nothing where the file is empty."""
    if not held.tell():
        return
    held.seek(0)
    yield b"<" + name + b">\n"
    while body := held.read(1 << 20):
        yield body
    yield b"</" + name + b">\n"


def _shown(value: Value, forbidden: str = "\n") -> str:
    """A value on one line, as it is or, where it could be misread, as JSON.

    JSON escapes what XML can't hold.
    """
    text = as_text(value)
    if isinstance(value, str) and (
        text != text.strip()
        or text[:1] in ('"', "[")
        or not text.isprintable()
        or forbidden in text
    ):
        return json.dumps(text)
    return text if in_xml(text) == text else json.dumps(value)


REFI_QDA = Format(
    id="refi-qda",
    name="REFI-QDA project",
    patterns=("*.qdpx", "*.qdc"),
    carries=frozenset(
        ("text", "nesting", "overlap", "links", "fields", "several_annotators", "facts")
    ),
    offset_unit="code point",
    beside=(".qdc",),
    about="Labels are codes and annotators users; fields stand as lines in a selection's comment, "
    "facts are document variables; the codebook alone is in the .qdc file beside it.",
    recognises=recognises,
    read=read,
    write=write,
)
