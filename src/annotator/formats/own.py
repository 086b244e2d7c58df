"""The project's own format: one JSON object a line; nothing is lost in it.

First the project with its codebook, then annotators, entities and articles; the schema of a line
is `resources/schemas/annotator-jsonl-1.schema.json`. Offsets are code points.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, ClassVar, NoReturn, assert_never

import msgspec

from annotator.formats import codebook as codebooks
from annotator.formats.files import reading, replacing
from annotator.formats.format import Format, ReadOptions, WriteOptions, Written, fault_in_day
from annotator.formats.lines import MAX_LINE, lines
from annotator.formats.own_work import (
    WorkForm,
    WorkReader,
    field_types,
    read_fields,
    read_id,
    write_work,
)
from annotator.formats.values import holds_nul
from annotator.model.codebook import Codebook
from annotator.model.corpus import Annotator, Entry, Heading, Item, Work
from annotator.model.document import Article, DateSource, Entity
from annotator.model.errors import CodebookError, InputError
from annotator.model.text import Text

VERSION = 1


class _Form(msgspec.Struct, kw_only=True, forbid_unknown_fields=True, tag_field="type"):
    rank: ClassVar[int]


class _Project(_Form, kw_only=True, tag="project"):
    rank: ClassVar[int] = 0
    format: str
    version: int
    name: str
    codebook: msgspec.Raw


class _Annotator(_Form, kw_only=True, tag="annotator"):
    rank: ClassVar[int] = 1
    id: str = ""
    login: str
    name: str = ""


class _Entity(_Form, kw_only=True, tag="entity"):
    rank: ClassVar[int] = 2
    id: str = ""
    entity_type: str
    fields: dict[str, bool | int | float | str | tuple[str, ...]] = {}


class _Article(_Form, kw_only=True, tag="article"):
    rank: ClassVar[int] = 3
    id: str = ""
    title: str = ""
    source: str = ""
    url: str = ""
    language: str = ""
    date: str = ""
    date_source: DateSource = ""
    metadata: dict[str, str] = {}
    text_sha256: str = ""
    text: str
    documents: tuple[WorkForm, ...] = ()


_Line = _Project | _Annotator | _Entity | _Article


class _Head(msgspec.Struct):
    """Enough to tell a newer version before its new keys are refused."""

    type: str = ""
    format: str = ""
    version: int = 0


_line = msgspec.json.Decoder(_Line)
_head = msgspec.json.Decoder(_Head)
_encoder = msgspec.json.Encoder(order="deterministic")


def read(path: Path, options: ReadOptions) -> Iterator[Item]:
    """The items of a file, each checked against what came before it.

    Raises InputError with the line for whatever is wrong; MisplacedSpan where a span's words stand
    nearby, unless `options.repair` moves it there.
    """
    with reading(path) as file:
        project = _Reading(options)
        empty = True
        for number, line in _lines(file, path.name):
            empty = False
            try:
                item = project.item(line)
            except InputError as fault:
                raise type(fault)(
                    fault.message, source=path.name, line=number, place=fault.place
                ) from None
            yield item
        if empty:
            raise InputError("The file is empty.", source=path.name)


def _lines(file: BinaryIO, source: str) -> Iterator[tuple[int, bytes]]:
    """The lines of a file that starts as one of ours."""
    start = file.read(64).removeprefix(b"\xef\xbb\xbf").lstrip()
    if start and not start.startswith(b"{"):
        _not_ours(source)
    file.seek(0)
    yield from lines(file, source, MAX_LINE)


def recognises(path: Path) -> bool:
    """True where the first line is a project's."""
    with reading(path) as file:
        head = file.read(4096)
    return re.search(rb'"format"\s*:\s*"annotator"', head) is not None


def _not_ours(source: str) -> NoReturn:
    message = "This is not a file of the own format: it must start with the project."
    raise InputError(message, source=source, line=1)


class _Reading:
    """What the lines so far have defined, for the next one to refer to."""

    def __init__(self, options: ReadOptions) -> None:
        self._options = options
        self._codebook = Codebook(name="")
        self._rank = -1
        self._ids: set[str] = set()
        self._owners: set[str] = set()
        self._logins: set[str] = set()
        self._entities: dict[str, str] = {}
        self._works = WorkReader(self._codebook, self._entities, options)

    def item(self, line: bytes) -> Item:
        """The value of one line. Raises InputError without source and line."""
        form = self._form(line)
        if form.rank < self._rank:
            message = "Annotators come before entities, and both before articles."
            raise InputError(message, place="type")
        self._rank = form.rank
        match form:
            case _Project():
                return self._project(form)
            case _Annotator():
                return self._annotator(form)
            case _Entity():
                return self._entity(form)
            case _Article():
                return self._article(form)
            case _:
                assert_never(form)

    def _form(self, line: bytes) -> _Line:
        try:
            if self._rank < 0:
                _check_head(_head.decode(line))
            form: _Line = _line.decode(line)
        except msgspec.ValidationError as error:
            message, place = codebooks.told(error)
            raise InputError(message, place=place) from None
        except UnicodeDecodeError:
            raise InputError("The line is not UTF-8. Export the project again.") from None
        except RecursionError:
            raise InputError("The line is nested too deeply to be a project.") from None
        except (msgspec.DecodeError, ValueError) as error:
            cut = "truncated" in str(error)
            what = "The line is cut off" if cut else f"This is not JSON ({error})"
            raise InputError(f"{what}. Export the project again.") from None
        if holds_nul(line):
            raise InputError("The line holds a NUL character, which can't be stored. Remove it.")
        if isinstance(form, _Project) and self._rank >= 0:
            raise InputError("There is a second project. Keep one project in a file.")
        return form

    def _id(self, given: str) -> str:
        record_id = read_id(given)
        if record_id in self._ids:
            raise InputError(f"The id {record_id} is there already.", place="id")
        self._ids.add(record_id)
        return record_id

    def _project(self, form: _Project) -> Heading:
        if not form.name.strip():
            raise InputError("The project needs a name.", place="name")
        try:
            self._codebook = codebooks.decode(bytes(form.codebook))
        except CodebookError as fault:
            place = f"codebook.{fault.place}" if fault.place else "codebook"
            raise CodebookError(fault.message, place=place) from None
        self._works = WorkReader(self._codebook, self._entities, self._options)
        return Heading(name=form.name, codebook=self._codebook)

    def _annotator(self, form: _Annotator) -> Annotator:
        if not form.login or form.login in self._logins:
            raise InputError("An annotator needs a login of its own.", place="login")
        annotator = Annotator(id=self._id(form.id), login=form.login, name=form.name)
        self._logins.add(annotator.login)
        self._owners.add(annotator.id)
        return annotator

    def _entity(self, form: _Entity) -> Entity:
        kind = self._codebook.entity_type(form.entity_type)
        if kind is None:
            message = f"The codebook has no entity type {form.entity_type}."
            raise InputError(message, place="entity_type")
        fields = read_fields(form.fields, field_types(kind.fields), form.entity_type)
        entity = Entity(id=self._id(form.id), type=form.entity_type, fields=fields)
        self._entities[entity.id] = entity.type
        return entity

    def _article(self, form: _Article) -> Entry:
        text = _text(form)
        if form.date and (fault := fault_in_day(form.date)):
            raise InputError(fault, place="date")
        article = Article(
            id=self._id(form.id),
            title=form.title,
            source=form.source,
            url=form.url,
            language=form.language,
            date=form.date,
            date_source=form.date_source,
            metadata=form.metadata,
            text_sha256=text.sha256,
        )
        works: list[Work] = []
        for n, document in enumerate(form.documents):
            try:
                works.append(self._work(document, text, works))
            except InputError as fault:
                place = f"documents[{n}].{fault.place}"
                raise type(fault)(fault.message, place=place) from None
        works.sort(key=lambda work: work.id)
        return Entry(article=article, text=text, works=tuple(works))

    def _work(self, form: WorkForm, text: Text, others: list[Work]) -> Work:
        if form.owner_id not in self._owners:
            message = f"There is no annotator {form.owner_id} in the lines before."
            raise InputError(message, place="owner_id")
        if any(work.owner_id == form.owner_id for work in others):
            message = "An annotator has one document on an article, this is the second."
            raise InputError(message, place="owner_id")
        return self._works.work(form, self._id(form.id), text)


def _check_head(head: _Head) -> None:
    if head.type != "project" or head.format != "annotator":
        raise InputError("The first line must be the project, with the format annotator.")
    if head.version > VERSION:
        message = (
            f"It was written by a newer program (version {head.version}, this one reads {VERSION})."
        )
        raise InputError(f"{message} Update Annotator to read it.", place="version")
    if head.version < 1:
        raise InputError("The version must be 1.", place="version")


def _text(form: _Article) -> Text:
    try:
        text = Text(form.text)
    except ValueError:
        message = (
            "The text has characters that are not kept (a carriage return, a BOM, U+2028 …), so "
            "its offsets would shift. Normalise it before the offsets are counted."
        )
        raise InputError(message, place="text") from None
    if not text.value.strip():
        raise InputError("The text is empty.", place="text")
    if form.text_sha256 and form.text_sha256 != text.sha256:
        message = "The text is not the one that was hashed. Export it again, or leave the hash out."
        raise InputError(message, place="text_sha256")
    return text


def write(items: Iterable[Item], target: Path, options: WriteOptions) -> Written:
    """All items, a line each; nothing is dropped, so `options` change nothing."""
    articles = documents = annotations = links = 0
    with replacing(target) as out:
        for item in items:
            out.write(line(item))
            if isinstance(item, Entry):
                articles += 1
                documents += len(item.works)
                annotations += sum(len(work.annotations) for work in item.works)
                links += sum(len(work.links) for work in item.works)
    return Written(articles=articles, documents=documents, annotations=annotations, links=links)


def parsed(rows: Iterable[bytes], options: ReadOptions) -> Iterator[Item]:
    """The items of lines that stand elsewhere than in a file. Raises InputError as `read`."""
    project = _Reading(options)
    yield from map(project.item, rows)


def line(item: Item) -> bytes:
    """The line of one item, with its end."""
    return _encoder.encode(_formed(item)) + b"\n"


def _formed(item: Item) -> _Form:
    match item:
        case Heading():
            codebook = msgspec.Raw(msgspec.json.encode(codebooks.as_data(item.codebook)))
            return _Project(format="annotator", version=VERSION, name=item.name, codebook=codebook)
        case Annotator():
            return _Annotator(id=item.id, login=item.login, name=item.name)
        case Entity():
            fields = dict(item.fields)
            return _Entity(id=item.id, entity_type=item.type, fields=fields)  # type: ignore[arg-type]
        case Entry():
            return _article_form(item)
        case _:
            assert_never(item)


def _article_form(entry: Entry) -> _Article:
    article = entry.article
    return _Article(
        id=article.id,
        title=article.title,
        source=article.source,
        url=article.url,
        language=article.language,
        date=article.date,
        date_source=article.date_source,
        metadata=dict(article.metadata),
        text_sha256=entry.text.sha256,
        text=entry.text.value,
        documents=tuple(write_work(work, entry.text) for work in entry.works),
    )


OWN = Format(
    id="annotator-jsonl",
    name="Annotator project",
    patterns=("*.annotator.jsonl", "*.jsonl"),
    carries=frozenset(
        (
            "text", "nesting", "overlap", "fragments", "zero_width", "links", "link_fields",
            "fields", "entities", "several_annotators", "states", "facts", "ids", "codebook",
        )
    ),
    offset_unit="code point",
    about="Everything that the project holds; the reference.",
    recognises=recognises,
    read=read,
    write=write,
)  # fmt: skip
