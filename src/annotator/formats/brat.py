"""brat: a folder of .txt files with their .ann files beside them, and the configuration.

The format is that of https://brat.nlplab.org/standoff.html; `brat_lines` says what stands in a
line, `brat_names` and `brat_conf` what in the configuration.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from annotator.formats import brat_conf, head
from annotator.formats.article import MAX_BYTES
from annotator.formats.before import Before
from annotator.formats.brat_lines import (
    DATABASE,
    Lines,
    Reference,
)
from annotator.formats.brat_names import Names, written
from annotator.formats.brat_work import WorkLines
from annotator.formats.encoding import decoded, stored
from annotator.formats.files import filling, numbered, walk, whole
from annotator.formats.foreign import Foreign, Found, Sheet, unplaced
from annotator.formats.format import Format, ReadOptions, WriteOptions, Written
from annotator.formats.schema import clean
from annotator.model.corpus import Item
from annotator.model.document import Article
from annotator.model.errors import InputError

_PARTS = (".a1", ".a2", ".rel", ".co")
"""The BioNLP shared tasks' files, which brat takes in the place of one .ann."""


# ---- in ------------------------------------------------------------------------------------------


def recognises(path: Path) -> bool:
    """True for a folder with a .ann file, or a file beside its .txt."""
    if path.is_dir():
        return any(True for _ in walk([path], lambda p: p.suffix.lower() == ".ann"))
    return path.suffix.lower() == ".ann"


@dataclass(slots=True)
class _Source:
    """An article's files."""

    text: Path
    root: Path
    names: Names

    @property
    def place(self) -> str:
        """Where it lies in the folder; for faults and facts."""
        return self.told(self.text)

    def told(self, path: Path) -> str:
        """One of its files, as faults name it."""
        return path.relative_to(self.root).as_posix()

    def annotations(self) -> list[Path]:
        """The .ann file, or those it may be parted in; none: nobody has annotated it."""
        suffixes = (".ann", ".ANN") if self.text.with_suffix(".ann").is_file() else _PARTS
        paths = (self.text.with_suffix(suffix) for suffix in suffixes)
        return [path for path in paths if path.is_file()][: 1 if suffixes != _PARTS else None]

    def raw(self, options: ReadOptions) -> str:
        """The text with its raw characters, which brat counts: a BOM and each CR are one."""
        body = whole(self.text, MAX_BYTES)
        raw = "" if options.encoding or b"\0" in body else _utf8(body)
        if not raw:
            raw, guessed = decoded(body, self.place, options.encoding)
            if guessed:
                options.note(f"{self.place}: read as {guessed}, which is a guess.")
        stored(raw, self.place, options.note)
        return raw

    def lines(self, raw: str) -> Lines:
        """What the .ann files say. Raises InputError with the file and the line."""
        found = Lines(raw, self.names)
        for path in self.annotations():
            place = self.told(path)
            if not path.stat().st_size:
                continue
            for number, line in enumerate(_split(whole(path, MAX_BYTES), place), 1):
                if line.strip():
                    try:
                        found.take(line)
                    except InputError as fault:
                        raise unplaced(fault, place, number) from None
        return found


def _utf8(body: bytes) -> str:
    """The text as brat reads it, a BOM with it; "" where it is something else."""
    try:
        return body.decode()
    except UnicodeDecodeError:
        return ""


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
    base = None if known.items else brat_conf.read(root)
    texts = _texts(path)
    if not texts and not known.items:
        message = "There are no .txt files in it. Choose the folder of a brat collection."
        raise InputError(message, source=path.name)
    foreign = Foreign(root.resolve().name, path.name, options, known, base)
    reading = _Reading(foreign, Names(foreign.known), root)
    yield from foreign.items(partial(reading.finds, texts))


def _texts(path: Path) -> list[Path]:
    """The .txt files of a folder; of a file the .txt beside it."""
    if path.is_dir():
        return [*walk([path], lambda p: p.suffix.lower() == ".txt")]
    text = path if path.suffix.lower() == ".txt" else path.with_suffix(".txt")
    if not text.is_file():
        message = f"Its text {text.name} is not beside it. Put both into one folder."
        raise InputError(message, source=path.name)
    return [text]


@dataclass(slots=True)
class _Reading:
    """The articles of a folder."""

    foreign: Foreign
    names: Names
    root: Path

    def finds(self, texts: list[Path], options: ReadOptions) -> Iterator[Found | InputError]:
        """The articles of .txt files."""
        for text in texts:
            try:
                yield self._found(text, options)
            except InputError as fault:
                yield fault

    def _found(self, text: Path, options: ReadOptions) -> Found:
        source = _Source(text, self.root, self.names)
        raw = source.raw(options)
        found = source.lines(raw)
        files = source.annotations()
        told = source.told(files[0]) if files else source.place
        try:
            sheet = found.sheet()
        except InputError as fault:
            raise unplaced(fault, told) from None
        folded = raw.replace("\r\n", "\n")
        if folded != raw:
            _unfold(sheet, raw, folded)
        self._refer(source, sheet, found)
        article = Article(id="", metadata={"file": source.place})
        return Found(
            source=told,
            raw=raw,
            article=article,
            titled=True,
            sheets={"": sheet} if files else {},
        )

    def _refer(self, source: _Source, sheet: Sheet, found: Lines) -> None:
        """Who the mentions are: entries of databases, or what equivalent ones share."""
        mentions = {mention.key: mention for mention in sheet.mentions}
        for key, references in found.references.items():
            mention = mentions[key]
            entity_type = self._type(mention.label)
            own_id = next((r.id for r in references if r.database == DATABASE), "")
            if own_id in self.foreign.entities:
                mention.entity = own_id
                continue
            first = references[0]
            mention.entity = f"{entity_type}\t{first.database}:{first.id}"
            name = next((r.name for r in references if r.name), mention.quote or first.id)
            self.foreign.entities.add(mention.entity, entity_type, {"name": name})
            for reference in references:
                fields = {self._id_field(entity_type, reference): reference.id}
                self.foreign.entities.add(mention.entity, entity_type, fields)
        for number, group in enumerate(found.groups):
            for entity_type in dict.fromkeys(self._type(mentions[key].label) for key in group):
                alike = [
                    m for m in map(mentions.get, group) if m and self._type(m.label) == entity_type
                ]
                shared = next((m.entity for m in alike if m.entity), "")
                if not shared:
                    shared = f"{entity_type}\t{source.place}\t{number}"
                    name = max((m.quote or "" for m in alike), key=len) or f"{number + 1}"
                    self.foreign.entities.add(shared, entity_type, {"name": name})
                for mention in alike:
                    mention.entity = mention.entity or shared

    def _type(self, label: str) -> str:
        return self.foreign.schema.entity(label)

    def _id_field(self, entity_type: str, reference: Reference) -> str:
        """The field for a database's ids: the one that is named after it, such as geonames_id."""
        kind = self.names.codebook.entity_type(entity_type)
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
    before, names = Before(), Names(None)
    with filling(target, lambda _: False) as folder:
        for entry in before.entries(items):
            if before.written.articles == 1:
                names = Names(before.codebook)
            name = numbered(before.written.articles, entry.article.title)
            (folder / f"{name}.txt").write_bytes(entry.text.value.encode())
            for work in entry.works:
                made = WorkLines(names, before.entities, entry.text.value).work(work)
                (folder / f"{name}.ann").write_bytes(made.encode())
        for conf, text in written(Names(before.codebook)).items():
            (folder / conf).write_bytes(text.encode())
        head.write(folder, before)
    return before.written


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
