"""Tokens with tags, a line each: what the CoNLL formats share."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from io import TextIOWrapper
from pathlib import Path

from annotator.formats.before import Before
from annotator.formats.encoding import decoded
from annotator.formats.files import reading, replacing
from annotator.formats.fit import apart
from annotator.formats.foreign import Foreign, Found, Given, Mention, Sheet
from annotator.formats.format import ReadOptions, WriteOptions, Written
from annotator.formats.tokens import Tokens, told
from annotator.model.codebook import Codebook
from annotator.model.corpus import Entry, Item
from annotator.model.document import Annotation, Article
from annotator.model.edit import shorten
from annotator.model.errors import InputError
from annotator.model.segment import Extent

HEAD = 64 << 10
MAX_LINE = 1 << 20
"""Code points; no line of tokens is longer."""
MAX_ROWS = 1_000_000
"""Lines of one article."""
MAX_SENTENCES = 1_000
"""A file that does not say where articles begin is cut after so many."""

Run = tuple[int, int, str]
"""first token, token after the last, label"""

_TAG = re.compile(r"([BIMLEUS])-(.+)", re.DOTALL)
_BRACKET = re.compile(r"\((?P<open>[^()*|]+)|(?P<close>[^()*|]*)\)")
_NOTHING = frozenset(("O", "_", "-", "*", ""))


def tag_name(label: str) -> str:
    """A label as tags have it: without blanks, brackets, and what parts columns."""
    return re.sub(r"[\s()*|=]", "_", label)


def labels_by_tag(codebook: Codebook | None) -> Mapping[str, str]:
    """How the labels of a codebook are written → their names."""
    names = [label.name for label in codebook.labels] if codebook is not None else []
    return {tag_name(name): name for name in names} | {name: name for name in names}


def is_tag(value: str) -> bool:
    """True for what stands in a column of tags."""
    return value in _NOTHING or _TAG.fullmatch(value) is not None


def runs(tags: Iterable[str]) -> Iterator[Run]:
    """What the tags of a sentence mark, in any scheme: BIO, IOB1, BILOU, IOBES, or bare labels.

    A tag that goes on with what was not begun begins it, as conlleval has it.
    """
    first, label, at = 0, "", -1
    for at, tag in enumerate(tags):
        kind, name = _parted(tag)
        goes_on = label != "" and kind in "IMLE" and name == label
        if label and not goes_on:
            yield first, at, label
            label = ""
        if name and not goes_on:
            first, label = at, name
        if label and kind in "LEUS":
            yield first, at + 1, label
            label = ""
    if label:
        yield first, at + 1, label


def closed(
    cells: Iterable[tuple[int, str]], key: Callable[[str], str] = lambda name: name
) -> Iterator[Run]:
    """What the brackets in a sentence hold, in the order in which they close: (A (B* *) (3 3).

    `cells` are numbers of lines and what stands in the column; a bracket may close by the `key` of
    what it opened with. Raises InputError where they don't match.
    """
    starts: dict[str, list[tuple[int, str]]] = {}
    opened: list[str] = []
    line = 0
    for n, (line, cell) in enumerate(cells):
        for match in _BRACKET.finditer(cell):
            if name := match["open"]:
                starts.setdefault(key(name), []).append((n, name))
                opened.append(key(name))
                continue
            closing = match["close"] or (opened.pop() if opened else "")
            if not starts.get(closing):
                message = "A bracket closes what was not opened in the sentence."
                raise InputError(message, line=line)
            first, name = starts[closing].pop()
            yield first, n + 1, name
    if any(starts.values()):
        raise InputError("A bracket is not closed in the sentence.", line=line)


def _parted(tag: str) -> tuple[str, str]:
    if tag in _NOTHING:
        return "O", ""
    if match := _TAG.fullmatch(tag):
        return match[1], match[2]
    if len(tag) == 1 and tag in "BIMLEUS":
        return tag, "span"
    return "I", tag


# -- writing ---------------------------------------------------------------------------------------


def write_documents(
    items: Iterable[Item], target: Path, document: Callable[[Entry, Before], tuple[str, int]]
) -> Written:
    """A file of all articles: of each its text and how many annotations that holds."""
    before, annotations = Before(), 0
    with replacing(target) as out:
        for entry in before.entries(items):
            text, count = document(entry, before)
            out.write(text.encode())
            annotations += count
    return replace(before.written, annotations=annotations)


def layers(
    entry: Entry, found: Tokens, codebook: Codebook, options: WriteOptions
) -> tuple[list[list[str]], int]:
    """The columns of tags of an article, and how many annotations they hold.

    One column of all labels, or with `options.columns` one of each label of the codebook. In each
    the longest of what overlaps; `options.lose` hears of the rest.
    """
    lose = told(options.lose, entry.article.id)
    fitting = [a for work in entry.works for a in work.annotations]
    if not options.columns:
        groups = [fitting]
    else:
        names = [label.name for label in codebook.labels]
        by_label: dict[str, list[Annotation]] = {name: [] for name in names}
        for annotation in fitting:
            by_label.setdefault(annotation.label, []).append(annotation)
        groups = list(by_label.values())
    columns, count = [], 0
    for group in groups:
        tags, held = found.tags(apart(group, codebook, lose), options.scheme, tag_name, lose)
        columns.append(tags)
        count += held
    return columns, count


def words(text: str, row: Sequence[Extent]) -> list[str]:
    """The tokens of a sentence for columns: without blanks inside, which some scripts have."""
    found = [text[start:end] for start, end in row]
    if len(" ".join(found).split()) == len(found):
        return found
    return ["".join(one.split()) for one in found]


# -- reading ---------------------------------------------------------------------------------------


@dataclass(slots=True)
class Block:
    """The lines of one article with their numbers, "" between sentences.

    `head` is the line that begins it; "" where the file does not say.
    """

    line: int
    head: str = ""
    rows: list[tuple[int, str]] = field(default_factory=list)
    sentences: int = 0


@dataclass(slots=True)
class Mark:
    """A span of a Paper: code points of `Paper.raw`; `chain` is what it refers to, "" for none."""

    label: str
    start: int
    end: int
    chain: str = ""


@dataclass(slots=True)
class Paper:
    """An article as it is put together from tokens."""

    line: int
    parts: list[str] = field(default_factory=list)
    length: int = 0
    marks: list[Mark] = field(default_factory=list)
    article: Article = field(default_factory=lambda: Article(id=""))
    chains: dict[str, Given] = field(default_factory=dict)
    """what a chain says of its entity: type, fields"""

    @property
    def raw(self) -> str:
        """All of it."""
        return "".join(self.parts)

    def add(self, text: str) -> int:
        """Text goes on; where it starts."""
        if not self.length and text.startswith("\ufeff"):
            text = f" {text}"  # at the start of a text it would be taken for a byte order mark
        start = self.length
        self.parts.append(text)
        self.length += len(text)
        return start

    def sentence(self, words: Sequence[str]) -> list[int]:
        """Words with a blank between them, on a line of their own; where each starts.

        The last item is one after the end of the last word.
        """
        if self.length:
            self.add("\n")
        starts = []
        for number, one in enumerate(words):
            if number:
                self.add(" ")
            self.add(one)
            starts.append(self.length - len(one))
        return [*starts, self.length + 1]

    def mark(self, run: Run, starts: Sequence[int], chain: str = "") -> None:
        """What a run of tokens is; `starts` as `sentence` gives them."""
        first, after, label = run
        self.marks.append(Mark(label, starts[first], starts[after] - 1, chain))


def text_lines(path: Path, options: ReadOptions) -> Iterator[tuple[int, str]]:
    """The lines, without blanks at their ends, with their numbers.

    Raises InputError where one is too long or the encoding does not fit.
    """
    number = 0
    with reading(path) as file:
        head = file.read(HEAD)
        file.seek(0)
        encoding = options.encoding or _encoding(head, path.name)
        text = TextIOWrapper(file, encoding=encoding)
        try:
            while line := text.readline(MAX_LINE + 1):
                number += 1
                if len(line) > MAX_LINE:
                    message = "The line is too long for a token. Choose another format."
                    raise InputError(message, source=path.name, line=number)
                yield number, line.strip(" \t\n")
        except UnicodeError:
            name = encoding.removesuffix("-sig").upper()
            message = f"What follows is not {name}. Choose the encoding, or save it as UTF-8."
            raise InputError(message, source=path.name, line=number) from None
        finally:
            text.detach()


def _encoding(head: bytes, source: str) -> str:
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    return decoded(head[: head.rfind(b"\n") + 1] or head, source, "")[1] or "utf-8-sig"


def peek(path: Path) -> list[str]:
    """The first lines that are not blank, cheaply."""
    with reading(path) as file:
        head = file.read(HEAD)
    lines = head.decode("utf-8-sig", "replace").splitlines()
    return [line.strip(" \t") for line in lines if line.strip()][:100]


def blocks(
    lines: Iterable[tuple[int, str]], begins: Callable[[str], bool], source: str
) -> Iterator[Block]:
    """The articles: what stands between lines that `begins` knows; long ones without it are cut."""
    block = Block(1)
    for number, line in lines:
        full = not block.head and block.sentences >= MAX_SENTENCES
        if begins(line) or full:
            if block.sentences or block.rows:
                yield block
            block = Block(number, line if begins(line) else "")
            if block.head:
                continue
        if line:
            block.rows.append((number, line))
        elif block.rows and block.rows[-1][1]:
            block.rows.append((number, ""))
            block.sentences += 1
        if len(block.rows) > MAX_ROWS:
            message = f"The article has more than {MAX_ROWS:,} lines. Split it."
            raise InputError(message, source=source, line=number)
    if block.rows:
        yield block


def read_papers(
    path: Path, options: ReadOptions, papers: Callable[[], Iterator[Paper | InputError]]
) -> Iterator[Item]:
    """The project of the papers of a file, which are gone over twice."""
    names = labels_by_tag(options.codebook)

    def finds(_: ReadOptions) -> Iterator[Found | InputError]:
        for paper in papers():
            if isinstance(paper, InputError):
                yield paper
            elif paper.length:  # else comments alone
                yield _found(paper, path.name, names)

    return Foreign(path.stem or "CoNLL", path.name, options).items(finds)


def _found(paper: Paper, source: str, names: Mapping[str, str]) -> Found:
    raw = paper.raw
    sheet = Sheet()
    entities: dict[str, Given] = {}
    for number, mark in enumerate(paper.marks):
        label, extent = names.get(mark.label, mark.label), (mark.start, mark.end)
        sheet.mentions.append(
            Mention(key=str(number), label=label, extents=(extent,), entity=mark.chain)
        )
        if mark.chain and mark.chain not in entities:
            # One type for all: a chain mixes names with other mentions, "Kim" with "she".
            kind, fields = paper.chains.get(mark.chain, ("entity", {}))
            name = {"name": shorten(raw[mark.start : mark.end])}
            entities[mark.chain] = kind, fields or name
    return Found(
        source=source,
        line=paper.line,
        raw=raw,
        article=paper.article,
        titled=True,
        sheets={"": sheet},
        entities=entities,
    )
