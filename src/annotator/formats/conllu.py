r"""CoNLL-U (universaldependencies.org/format.html): ten columns, the exact text, tags in MISC.

Blanks as UDPipe keeps them: SpaceAfter=No, SpacesAfter, SpacesBefore and SpacesInToken with \s \t
\n \p. Tags as stanza has them: ner=B-Actor. Facts as GUM has them: # meta::title. Read are also
the brackets of CorefUD and GUM (Entity=(e1-person…) with # global.Entity); multiword tokens are one
token, empty nodes are passed over.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from annotator.formats.before import Before
from annotator.formats.files import numbered
from annotator.formats.format import Format, ReadOptions, WriteOptions, Written
from annotator.formats.meta import as_meta, from_meta
from annotator.formats.tagged import (
    Block,
    Mark,
    Paper,
    blocks,
    closed,
    layers,
    peek,
    read_papers,
    runs,
    text_lines,
    write_documents,
)
from annotator.formats.tokens import tokenised
from annotator.model.corpus import Entry, Item
from annotator.model.errors import InputError

_NEWDOC = "# newdoc"
_ESCAPES = {" ": "\\s", "\t": "\\t", "\n": "\\n", "\r": "\\r", "|": "\\p", "\\": "\\\\"}
_CHARACTERS = {escape: c for c, escape in _ESCAPES.items()}
_META = re.compile(r'# meta::("(?:[^"\\]|\\.)*"|[^=]*?) = (.*)')
_TAGS = re.compile(r"(?:ner|ne|entity|named_?entity)\d*", re.IGNORECASE)
_ID = re.compile(r"([0-9]{1,9})(?:([-.])([0-9]{1,9}))?")
_KNOWN = {"sourceURL": "url", "dateCreated": "date"}
"""What GUM calls a fact → what it is called here."""


# -- writing ---------------------------------------------------------------------------------------


def write(items: Iterable[Item], target: Path, options: WriteOptions) -> Written:
    """An article is a document; of each the one work that is there."""

    def document(entry: Entry, before: Before) -> tuple[str, int]:
        return _document(entry, before, options)

    return write_documents(items, target, document)


def _document(entry: Entry, before: Before, options: WriteOptions) -> tuple[str, int]:
    text, name = entry.text.value, numbered(before.written.articles, entry.article.title)
    found = tokenised(text)
    columns, count = layers(entry, found, before.codebook, options)
    tags = _tags(columns)
    parts = [f"{_NEWDOC} id = {name}\n"]
    parts += [
        f"# meta::{_quoted(key, '=')} = {_quoted(value)}\n"
        for key, value in as_meta(entry.article).items()
    ]
    at = 0  # the end of the token before
    ends = [start for start, _ in found.flat[1:]] + [len(text)]
    following = iter(ends)
    for n, row in enumerate(found.rows, 1):
        blanks = text[at : row[0][0]]
        if not at or "\n" in blanks:
            parts.append("# newpar\n")
        parts.append(f"# sent_id = {name}-{n}\n# text = {text[row[0][0] : row[-1][1]]}\n")
        for k, (start, end) in enumerate(row, 1):
            after = text[end : next(following)]
            misc = next(tags) + _blanks("" if at else blanks, text[start:end], after)
            if after == " " and end + 1 == len(text):  # behind the last token it is not understood
                misc.append("SpacesAfter=\\s")
            form = " ".join(text[start:end].split())
            parts.append(f"{k}\t{form}\t_\t_\t_\t_\t_\t_\t_\t{'|'.join(misc) or '_'}\n")
            at = end
        parts.append("\n")
    return "".join(parts), count


def _tags(columns: list[list[str]]) -> Iterator[list[str]]:
    """The tags of each token; O is said where there is one column."""
    if len(columns) == 1:
        return ([f"ner={tag}"] for tag in columns[0])
    names = ["ner", *(f"ner{n}" for n in range(2, len(columns) + 1))]
    return (
        [f"{name}={tag}" for name, tag in zip(names, row, strict=True) if tag != "O"]
        for row in zip(*columns, strict=True)
    )


def _blanks(before: str, token: str, after: str) -> list[str]:
    """What stands around a token and inside it, where it is not one blank behind it."""
    misc = []
    if before:
        misc.append(f"SpacesBefore={_escaped(before)}")
    if len(token.split()) > 1:
        misc.append(f"SpacesInToken={_escaped(token)}")
    if not after:
        misc.append("SpaceAfter=No")
    elif after != " ":
        misc.append(f"SpacesAfter={_escaped(after)}")
    return misc


def _escaped(text: str) -> str:
    return "".join(_ESCAPES.get(c, c) for c in text)


def _quoted(value: str, forbidden: str = "\0") -> str:
    """A value as it is where it fits on a line, else as a JSON string."""
    plain = value.isprintable() and value == value.strip() and not value.startswith('"')
    return value if plain and value and forbidden not in value else json.dumps(value)


# -- reading ---------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Unit:
    """A token of the text: a word, or a multiword token with the words in it."""

    line: int
    form: str
    misc: Mapping[str, str]
    tags: dict[str, str] = field(default_factory=dict)
    """what its words say under the names of tags"""


def read(path: Path, options: ReadOptions) -> Iterator[Item]:
    """An article for each document, with its exact text where the file keeps the blanks."""

    def papers() -> Iterator[Paper | InputError]:
        scheme: list[str] = ["eid", "etype"]
        lines = text_lines(path, options)
        for block in blocks(lines, lambda line: line.startswith(_NEWDOC), path.name):
            try:
                yield _Reader(block, scheme).paper
            except InputError as fault:
                yield InputError(fault.message, source=path.name, line=fault.line)

    yield from read_papers(path, options, papers)


class _Reader:
    """The article of one block; `scheme` is what global.Entity says of all."""

    def __init__(self, block: Block, scheme: list[str]) -> None:
        self._scheme = scheme
        self._meta: dict[str, object] = {}
        self._after = ""  # blanks that the last token asks for
        self._said = True  # they were said to be so
        self.paper = Paper(block.line)
        head = block.head.partition("=")[2].strip()
        sentence: list[tuple[int, str]] = []
        paragraph = False
        for number, line in (*block.rows, (0, "")):
            if line.startswith("#"):
                paragraph = paragraph or line.startswith("# newpar")
                self._comment(line)
            elif line:
                sentence.append((number, line))
            elif sentence:
                self._sentence(_units(sentence), paragraph)
                sentence, paragraph = [], False
        if self._said and self._after:
            self.paper.add(self._after)
        if head:
            self._meta.setdefault("title", head)
        self.paper.article = from_meta(self._meta)

    def _comment(self, line: str) -> None:
        if match := _META.match(line):
            key = _unquoted(match[1])
            self._meta[_KNOWN.get(key, key)] = _unquoted(match[2])
        elif line.startswith("# global.Entity"):
            self._scheme[:] = line.partition("=")[2].strip().split("-")

    def _sentence(self, units: list[_Unit], paragraph: bool) -> None:
        paper = self.paper
        extents = []
        for n, unit in enumerate(units):
            if paragraph and not n and not self._said:
                self._after = "\n\n"
            if paper.length:
                paper.add(self._after)
            paper.add(_unescaped(unit.misc.get("SpacesBefore", "")))
            form = unit.misc.get("SpacesInToken")
            form = unit.form if form is None else _unescaped(form)
            paper.add(form)
            extents.append((paper.length - len(form), paper.length))
            self._after, self._said = _after(unit.misc)
        for name in dict.fromkeys(name for unit in units for name in unit.tags):
            self._marks(name, units, extents)

    def _marks(self, name: str, units: list[_Unit], extents: list[tuple[int, int]]) -> None:
        values = [unit.tags.get(name, "") for unit in units]
        if any("(" in value for value in values):
            cells = zip((unit.line for unit in units), values, strict=True)
            found = [
                (first, after, self._part(said, ("etype", "entity"), "Mention"), self._key(said))
                for first, after, said in closed(cells, self._key)
            ]
        else:
            found = [(first, after, label, "") for first, after, label in runs(values)]
        for first, after, label, key in found:
            chain = f"{self.paper.line}/{key}" if key else ""
            self.paper.marks.append(Mark(label, extents[first][0], extents[after - 1][1], chain))

    def _key(self, said: str) -> str:
        return self._part(said, ("eid", "GRP", "grp"), said.partition("-")[0])

    def _part(self, said: str, names: tuple[str, ...], default: str) -> str:
        """The part of what stands in a bracket that global.Entity calls by one of the names."""
        parts = dict(zip(self._scheme, said.split("-"), strict=False))
        return next((parts[name] for name in names if parts.get(name)), default)


def _units(rows: list[tuple[int, str]]) -> list[_Unit]:
    """The tokens of a sentence. Raises InputError where a line is no word."""
    units: list[_Unit] = []
    last = 0  # the last word of the multiword token before
    for number, line in rows:
        columns = line.split("\t")
        match = _ID.fullmatch(columns[0])
        if match is None or len(columns) != 10 or (match[2] != "." and int(match[1]) < 1):
            message = "Expected a number and nine more columns with tabs between them."
            raise InputError(message, line=number)
        if match[2] == ".":
            continue
        misc = dict(part.partition("=")[::2] for part in columns[9].split("|"))
        tags = {name: value for name, value in misc.items() if _TAGS.fullmatch(name)}
        if match[2] or int(match[1]) > last:
            units.append(_Unit(number, columns[1], misc, tags))
            last = int(match[3]) if match[2] else 0
        else:
            for name, value in tags.items():
                said = units[-1].tags.get(name, "")
                units[-1].tags[name] = said + value if "(" in said + value else said or value
    return units


def _after(misc: Mapping[str, str]) -> tuple[str, bool]:
    """The blanks behind a token, and whether the file says so."""
    if (said := misc.get("SpacesAfter")) is not None:
        return _unescaped(said), True
    no = misc.get("SpaceAfter") == "No"
    return ("", True) if no else (" ", False)


def _unescaped(text: str) -> str:
    return re.sub(r"\\.", lambda m: _CHARACTERS.get(m[0], m[0]), text)


def _unquoted(value: str) -> str:
    if value.startswith('"'):
        try:
            return str(json.loads(value))
        except (ValueError, RecursionError):
            pass
    return value


def recognises(path: Path) -> bool:
    """True where its first lines have ten columns, or are comments of the format."""
    lines = peek(path)
    rows = [line for line in lines if not line.startswith("#")]
    return bool(rows) and all(line.count("\t") == 9 for line in rows[:3])


CONLLU = Format(
    id="conllu",
    name="CoNLL-U (Universal Dependencies)",
    patterns=("*.conllu", "*.conll"),
    carries=frozenset(("text", "nesting", "overlap", "facts")),
    offset_unit="token",
    about="The exact text with tags in the last column (ner=B-Actor): of spans that overlap the "
    "longest stays, with a column for each label only of those of one label; spans over several "
    "sentences are lost.",
    recognises=recognises,
    read=read,
    write=write,
)
