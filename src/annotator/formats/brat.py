"""brat: a folder of .txt files with their .ann files beside them, and the configuration.

The format is that of https://brat.nlplab.org/standoff.html; `brat_lines` says what stands in a
line, `brat_names` and `brat_conf` what in the configuration.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

from annotator.formats import brat_conf, head, own
from annotator.formats.brat_lines import (
    BREAKS,
    DATABASE,
    FIELDS,
    FRAGMENTS,
    NOTE,
    NOTES,
    Lines,
    Reference,
    apart,
    together,
)
from annotator.formats.brat_names import Names, written
from annotator.formats.draft import Draft
from annotator.formats.encoding import decoded, stored
from annotator.formats.files import filling, walk, whole
from annotator.formats.format import Format, ReadOptions, WriteOptions, Written
from annotator.formats.plain import MAX_BYTES, TITLE_LENGTH
from annotator.formats.schema import Schema, clean
from annotator.formats.sheet import Entities, Sheet, unplaced
from annotator.model.codebook import DOCUMENT_DATE, Codebook, EntityField, SpanField
from annotator.model.corpus import Annotator, Entry, Heading, Item, Work
from annotator.model.document import Annotation, Article, Entity, Fields, Link
from annotator.model.edit import shorten
from annotator.model.errors import InputError
from annotator.model.text import Origin, normalise

_PARTS = (".a1", ".a2", ".rel", ".co")
"""The BioNLP shared tasks' files, which brat takes in the place of one .ann."""

_STEM_LENGTH = 40


# ---- in ------------------------------------------------------------------------------------------


def recognises(path: Path) -> bool:
    """True for a folder with a .ann file, or a file beside its .txt."""
    if path.is_dir():
        return any(True for _ in walk([path], lambda p: p.suffix.lower() == ".ann"))
    return path.suffix.lower() == ".ann"


@dataclass(slots=True)
class _Source:
    """An article's files; `entities` gathers what they refer to, `known` are its fields."""

    text: Path
    root: Path
    names: Names

    @property
    def place(self) -> str:
        """Where it lies in the folder; for faults and facts."""
        return self.text.relative_to(self.root).as_posix()

    def annotations(self) -> list[Path]:
        """The .ann file, or those it may be parted in; none: nobody has annotated it."""
        suffixes = (".ann", ".ANN") if self.text.with_suffix(".ann").is_file() else _PARTS
        paths = (self.text.with_suffix(suffix) for suffix in suffixes)
        return [path for path in paths if path.is_file()][: 1 if suffixes != _PARTS else None]

    def origin(self, options: ReadOptions) -> Origin:
        """The text with its raw characters, which brat counts: a BOM and each CR are one."""
        body = whole(self.text, MAX_BYTES)
        raw, guessed = decoded(body, self.place, options.encoding)
        if guessed:
            options.note(f"{self.place}: read as {guessed}, which is a guess.")
        if body.startswith(codecs.BOM_UTF8) and not raw.startswith("\ufeff"):
            raw = "\ufeff" + raw
        stored(raw, self.place, options.note)
        return Origin(raw)

    def lines(self, raw: str) -> Lines:
        """What the .ann files say. Raises InputError with the file and the line."""
        found = Lines(raw, self.names)
        for path in self.annotations():
            place = path.relative_to(self.root).as_posix()
            if not path.stat().st_size:
                continue
            for number, line in enumerate(_split(whole(path, MAX_BYTES), place), 1):
                if line.strip():
                    try:
                        found.take(line)
                    except InputError as fault:
                        raise unplaced(fault, place, number) from None
        return found


def _split(body: bytes, source: str) -> list[str]:
    try:
        text = body.removeprefix(codecs.BOM_UTF8).decode()
    except UnicodeDecodeError as error:
        line = body.count(b"\n", 0, error.start) + 1
        message = "The line is not UTF-8. Save the file as UTF-8."
        raise InputError(message, source=source, line=line) from None
    return text.replace("\r\n", "\n").split("\n")


def read(path: Path, options: ReadOptions) -> Iterator[Item]:
    """The project of a folder and its sub-folders, or of one article's files.

    Raises InputError where there are none, or one can't be read.
    """
    root = path if path.is_dir() else path.parent
    known = head.read(root)
    base = None if known.codebook is not None else brat_conf.read(root)
    schema = Schema(known.name or root.resolve().name, options.codebook, known.codebook, base)
    reading = _Reading(options, schema, known, known.codebook or options.codebook or base)
    sources = [_Source(text, root, reading.names) for text in _texts(path)]
    if not sources:
        message = "There are no .txt files in it. Choose the folder of a brat collection."
        raise InputError(message, source=path.name)
    for source in sources:
        reading.look(source)
    reading.entities.tell(schema)
    yield Heading(name=known.name or clean(root.resolve().name), codebook=schema.codebook)
    owner = Annotator(id=options.new_id(), login=options.annotator)
    if options.annotator in known.annotators:
        owner = Annotator(id=owner.id, login=owner.login, name=known.annotators[owner.login].name)
    yield owner
    yield from reading.entities.made(schema.codebook, options)
    for source in sources:
        try:
            entry = reading.entry(source, owner)
        except InputError as fault:
            options.fault(fault)
        else:
            yield entry


def _texts(path: Path) -> list[Path]:
    """The .txt files of a folder; of a file the .txt beside it."""
    if path.is_dir():
        return [*walk([path], lambda p: p.suffix.lower() == ".txt")]
    text = path if path.suffix.lower() == ".txt" else path.with_suffix(".txt")
    if not text.is_file():
        message = f"Its text {text.name} is not beside it. Put both into one folder."
        raise InputError(message, source=path.name)
    return [text]


class _Reading:
    """One reading of a folder: what was seen of it, and what it comes to."""

    def __init__(
        self, options: ReadOptions, schema: Schema, known: head.Head, codebook: Codebook | None
    ) -> None:
        self._options, self._schema, self._codebook = options, schema, codebook
        self.names = Names(codebook)
        self.entities = Entities(known)

    def look(self, source: _Source) -> None:
        """Take note of what an article says; its faults are told when it is read."""
        quiet = ReadOptions(encoding=self._options.encoding)
        try:
            self._sheet(source, source.origin(quiet)).tell(
                self._schema, self._codebook, self.entities
            )
        except InputError:
            return

    def entry(self, source: _Source, owner: Annotator) -> Entry:
        """The article. Raises InputError with its file."""
        origin = source.origin(self._options)
        sheet = self._sheet(source, origin)
        draft = Draft(origin, self._schema, self._options)
        works = []
        if files := source.annotations():
            try:
                sheet.draw(draft, self._schema, self.entities)
                works.append(draft.work(owner))
            except InputError as fault:
                raise unplaced(fault, files[0].relative_to(source.root).as_posix()) from None
        first = next(line for line in origin.text.value.splitlines() if line.strip())
        article = Article(
            id="", title=shorten(first, TITLE_LENGTH), metadata={"file": source.place}
        )
        return draft.entry(article, *works)

    def _sheet(self, source: _Source, origin: Origin) -> Sheet:
        found = source.lines(origin.raw)
        try:
            sheet = found.sheet()
        except InputError as fault:
            raise unplaced(fault, source.place) from None
        folded = origin.raw.replace("\r\n", "\n")
        if folded != origin.raw:
            _unfold(sheet, origin.raw, folded)
        self._refer(source, sheet, found)
        return sheet

    def _refer(self, source: _Source, sheet: Sheet, found: Lines) -> None:
        """Who the mentions are: entries of databases, or what equivalent ones share."""
        mentions = {mention.key: mention for mention in sheet.mentions}
        for key, references in found.references.items():
            mention = mentions[key]
            entity_type = self._type(mention.label)
            own_id = next((r.id for r in references if r.database == DATABASE), "")
            if own_id in self.entities:
                mention.entity = own_id
                continue
            first = references[0]
            mention.entity = f"{entity_type}\t{first.database}:{first.id}"
            name = next((r.name for r in references if r.name), mention.quote or first.id)
            self.entities.add(mention.entity, entity_type, {"name": name})
            for reference in references:
                fields = {self._id_field(entity_type, reference): reference.id}
                self.entities.add(mention.entity, entity_type, fields)
        for number, group in enumerate(found.groups):
            for entity_type in dict.fromkeys(self._type(mentions[key].label) for key in group):
                alike = [m for m in map(mentions.get, group) if m and self._type(m.label) == entity_type]
                shared = next((m.entity for m in alike if m.entity), "")
                if not shared:
                    shared = f"{entity_type}\t{source.place}\t{number}"
                    name = max((m.quote or "" for m in alike), key=len) or f"{number + 1}"
                    self.entities.add(shared, entity_type, {"name": name})
                for mention in alike:
                    mention.entity = mention.entity or shared

    def _type(self, label: str) -> str:
        return self._schema.entity(label)

    def _id_field(self, entity_type: str, reference: Reference) -> str:
        """The field for a database's ids: the one that is named after it, such as geonames_id."""
        kind = self._codebook.entity_type(entity_type) if self._codebook is not None else None
        wanted = reference.database.casefold()
        for f in kind.fields if kind is not None else ():
            if f.name in (wanted, f"{wanted}_id"):
                return f.name
        return clean(reference.database)


def _unfold(sheet: Sheet, raw: str, folded: str) -> None:
    """Offsets of a program that counts a line end as one, where the words tell that it did."""
    quoted = [m for m in sheet.mentions if m.quote]

    def fitting(text: str) -> int:
        return sum(text[a:b] == m.quote for m in quoted for a, b in m.extents[:1])

    if fitting(folded) <= fitting(raw):
        return
    places = [at for at, c in enumerate(raw) if not (c == "\n" and raw[at - 1 : at] == "\r")]
    places.append(len(raw))
    for mention in sheet.mentions:
        last = len(places) - 1
        mention.extents = [(places[min(a, last)], places[min(b, last)]) for a, b in mention.extents]


# ---- out -----------------------------------------------------------------------------------------


def write(items: Iterable[Item], target: Path, options: WriteOptions) -> Written:
    """A pair of files for each article, the configuration, and the project's head."""
    articles = documents = annotations = links = 0
    names, entities = Names(None), dict[str, str]()
    with filling(target, lambda _: False) as folder, head.writing(folder) as lines:
        for item in items:
            if not isinstance(item, Entry):
                lines.write(own.line(item))
                if isinstance(item, Heading):
                    names = Names(item.codebook)
                elif isinstance(item, Entity):
                    entities[item.id] = _one_line(item.name)
                continue
            articles += 1
            stem = f"{articles:06d}{_slug(item.article.title)}"
            (folder / f"{stem}.txt").write_bytes(item.text.value.encode())
            for work in item.works:
                made = _Writer(names, entities, item.text.value).work(work)
                (folder / f"{stem}.ann").write_bytes(made.encode())
                documents += 1
                annotations += len(work.annotations)
                links += len(work.links)
        for name, text in written(names).items():
            (folder / name).write_bytes(text.encode())
    return Written(articles=articles, documents=documents, annotations=annotations, links=links)


def _slug(title: str) -> str:
    """-some-words of a title; "" where it has no Latin letters."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    words = "-".join(re.findall("[a-z0-9]+", plain))[:_STEM_LENGTH].strip("-")
    return f"-{words}" if words else ""


def _one_line(text: str) -> str:
    return " ".join(text.split())


class _Writer:
    """The .ann file of one work."""

    def __init__(self, names: Names, entities: dict[str, str], text: str) -> None:
        self._names, self._entities, self._text = names, entities, text
        self._lines: list[str] = []
        self._numbers: Counter[str] = Counter()
        self._ids: dict[str, str] = {}

    def work(self, work: Work) -> str:
        """All its lines: spans, what is said of them, links, equivalences."""
        for number, annotation in enumerate(work.annotations, 1):
            self._ids[annotation.id] = f"T{number}"
        shared: dict[str, list[str]] = {}
        for annotation in work.annotations:
            self._annotation(annotation, shared)
        for link in work.links:
            self._link(link)
        equiv = self._names.links["Equiv"]
        for members in shared.values():
            if len(members) > 1:
                self._lines.append(f"*\t{equiv} {' '.join(members)}\n")
        return "".join(self._lines)

    def _add(self, kind: str, rest: str) -> str:
        self._numbers[kind] += 1
        name = f"{kind}{self._numbers[kind]}"
        self._lines.append(f"{name}\t{rest}\n")
        return name

    def _annotation(self, annotation: Annotation, shared: dict[str, list[str]]) -> None:
        text, key, label = self._text, self._ids[annotation.id], annotation.label
        fragments = annotation.fragments
        start, end = fragments[0]
        if len(fragments) == 1 and start < end and not BREAKS.search(text, start, end):
            extents, kept = [(start, end)], True
        else:
            extents = apart(text, fragments)
            kept = tuple(together(text, extents)) == fragments
        quote = " ".join(text[a:b] for a, b in extents)
        places = ";".join(f"{a} {b}" for a, b in extents)
        self._lines.append(f"{key}\t{self._names.labels[label]} {places}\t{quote}\n")
        if not kept:
            meant = ";".join(f"{a} {b}" for a, b in fragments)
            self._add("#", f"{FRAGMENTS} {key}\t{meant}")
        if annotation.fields:
            self._fields(key, label, self._pointed(key, annotation, shared))

    def _pointed(
        self, key: str, annotation: Annotation, shared: dict[str, list[str]]
    ) -> dict[str, object]:
        """The fields but for those that point at another annotation or an entity."""
        rest: dict[str, object] = dict(annotation.fields)
        entity_seen = False
        for kind in self._names.codebook.fields(annotation.label):
            value = rest.get(kind.name)
            if isinstance(kind, SpanField) and value is not None and value != DOCUMENT_DATE:
                target = self._ids[str(rest.pop(kind.name))]
                self._add("R", f"{self._names.links[kind.name]} Arg1:{key} Arg2:{target}")
            elif isinstance(kind, EntityField) and not entity_seen:
                entity_seen = True
                if value is not None:
                    entity = str(rest.pop(kind.name))
                    shared.setdefault(entity, []).append(key)
                    name = self._entities.get(entity, "")
                    self._add("N", f"Reference {key} {DATABASE}:{entity}\t{name}")
        return rest

    def _fields(self, key: str, owner: str, fields: Fields | dict[str, object]) -> None:
        """Values as attributes and notes, where brat has them so, the rest in one note."""
        rest: dict[str, object] = {}
        for name, value in fields.items():
            attribute = self._names.attributes.get(name)
            if name == NOTE and isinstance(value, str) and _plain(value):
                self._add("#", f"{NOTES} {key}\t{value}")
            elif attribute is None or owner not in attribute.owners:
                rest[name] = value
            elif attribute.values is None and value is True:
                self._add("A", f"{attribute.stored} {key}")
            elif attribute.values is not None and value in attribute.values:
                self._add("A", f"{attribute.stored} {key} {value}")
            else:
                rest[name] = value
        if rest:
            self._add("#", f"{FIELDS} {key}\t{_json(rest)}")

    def _link(self, link: Link) -> None:
        ends = f"Arg1:{self._ids[link.from_id]} Arg2:{self._ids[link.to_id]}"
        key = self._add("R", f"{self._names.links[link.type]} {ends}")
        if link.fields:
            self._fields(key, link.type, link.fields)


def _plain(text: str) -> bool:
    """True where brat gives a note back as it is."""
    return text == text.strip() and not BREAKS.search(text) and normalise(text) == text


def _json(fields: dict[str, object]) -> str:
    """JSON on what is one line for every program."""
    text = msgspec.json.encode(fields).decode()
    return BREAKS.sub(lambda m: "".join(f"\\u{ord(c):04x}" for c in m[0]), text)


BRAT = Format(
    id="brat",
    name="brat standoff",
    patterns=("*.ann",),
    carries=frozenset(
        (
            "text", "nesting", "overlap", "fragments", "zero_width", "links", "link_fields",
            "fields", "entities", "codebook",
        )
    ),
    offset_unit="code point",
    layout="folder",
    about="Of each article one document; values that are no attribute in brat stand in notes "
    "(AnnotatorFields), entities in N lines and equivalences, the codebook in "
    "project.annotator.jsonl beside the configuration; titles and dates are left out.",
    recognises=recognises,
    read=read,
    write=write,
)  # fmt: skip
