"""What a format is: how it is found, what it can carry, its reader and its writer."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatch
from importlib.metadata import requires
from importlib.util import find_spec
from pathlib import Path
from shlex import quote
from typing import BinaryIO, Literal, NamedTuple

from annotator.model.check import fault_in_value
from annotator.model.codebook import Codebook, DateField, Label
from annotator.model.corpus import Entry, Item
from annotator.model.errors import InputError
from annotator.model.ident import new_id

Feature = Literal[
    "text", "nesting", "overlap", "fragments", "zero_width", "cross_sentence", "links",
    "link_fields", "fields", "entities", "several_annotators", "states", "facts", "ids", "codebook",
]  # fmt: skip
"""What a format can carry; `formats.fit` takes out what it can't before its writer sees it.

text: the exact text, not only its tokens. nesting: a span inside or equal to another. overlap:
spans that cross. fragments, zero_width: such spans. cross_sentence: a span in more than one
sentence, where the offset unit is the token (then all spans stand on token edges). links;
link_fields: and their fields. fields:
the fields of annotations, but for entity fields. entities: which entity a mention points at, and
the entity's fields. several_annotators: more than one document on an article. states: how far a
document is. facts: an article's title, source, URL, language, date and metadata. ids: the ids of
all records. codebook: the codebook itself.
"""

OffsetUnit = Literal["code point", "UTF-16 unit", "byte", "token", ""]
Layout = Literal["file", "folder", "dataset"]
"""file: one file. folder: a folder, of each split one. dataset: one folder that holds the splits,
which the writer tells apart by `WriteOptions.part_of`."""

Scheme = Literal["BIO", "IOB1", "BILOU"]
"""How tokens are tagged: BIO (IOB2), IOB1 (Ramshaw, Marcus 1995), BILOU (Ratinov, Roth 2009)."""

_DAY = DateField(name="date")


def fault_in_day(text: str) -> str | None:
    """What is wrong with a day given as YYYY-MM-DD, as a sentence; None: nothing."""
    return fault_in_value(_DAY, text)


def fault_in_encoding(name: str) -> str | None:
    """What is wrong with the name of an encoding, as a sentence; None: nothing."""
    try:
        b"x".decode(name)
    except LookupError:
        return f"There is no text encoding {name}. Choose one such as utf-8, cp1252 or cp1251."
    except ValueError:  # one letter is no text in it
        pass
    return None


def _quiet(_: object) -> None:
    """Nobody listens."""


def _stop(fault: InputError) -> None:
    raise fault


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadOptions:
    """How to read. `document_date` (YYYY-MM-DD) is the date of every article, as given.

    `encoding` is a name that Python knows, "": to be found out; project files are UTF-8 always.

    `codebook` is that of the project that takes the file: its field kinds are used where it knows
    what the file says. `annotator` is the login of whose work it is where the file does not say.
    `columns` names what a table's columns or an object's keys hold (column → "text", "title",
    "source", "url", "language", "date", "": metadata, "ignore"); empty: told by their names.
    `furniture` keeps what stands around a web page's article as excluded regions, where the
    codebook has a label Region for them.

    `note` is called with a sentence for each thing that a reader changed by itself: a span moved
    to its words (`repair`), characters dropped, an encoding guessed. `fault` is called for an
    article that can't be read, and reading goes on where it returns; by default it raises.
    """

    repair: bool = False
    encoding: str = ""
    document_date: str = ""
    codebook: Codebook | None = None
    annotator: str = "annotator"
    columns: Mapping[str, str] = field(default_factory=dict)
    furniture: bool = False
    note: Callable[[str], None] = _quiet
    cut: Callable[[str], None] = _quiet
    fault: Callable[[InputError], None] = _stop
    new_id: Callable[[], str] = new_id

    def __post_init__(self) -> None:
        """Raises InputError where the date or the encoding is none."""
        if self.document_date and (fault := fault_in_day(self.document_date)):
            raise InputError(fault)
        if self.encoding and (fault := fault_in_encoding(self.encoding)):
            raise InputError(fault)


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """One thing that a format can't carry, and where it stands.

    `reason` is a few words such as "in fragments"; `count` how many things are lost there. With
    `whole` the record `record_id` itself is lost, else only something of it.
    """

    reason: str
    article_id: str
    record_id: str = ""
    count: int = 1
    whole: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteOptions:
    """How to write, where a format leaves a choice.

    `lose` is told of everything that the writer leaves out. `columns`: a column for each label
    where tokens bear one tag a column. `part_of` gives the split of an article by its id (only
    for the layout "dataset"). `licence` is an SPDX id for a dataset's card.
    """

    lose: Callable[[Loss], None] = _quiet
    scheme: Scheme = "BIO"
    columns: bool = False
    part_of: Mapping[str, str] = field(default_factory=dict)
    licence: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """How much went out."""

    articles: int = 0
    documents: int = 0
    annotations: int = 0
    links: int = 0


class Column(NamedTuple):
    """A column of a table: a value of it, and what it may hold as in `ReadOptions.columns`."""

    name: str
    sample: str
    meaning: str


Reader = Callable[[Path, ReadOptions], Iterator[Item]]
Writer = Callable[[Iterable[Item], Path, WriteOptions], Written]
Parser = Callable[[BinaryIO, str, ReadOptions], Iterator[Entry]]
"""Articles out of bytes that can be sought in, under the name that faults and facts give them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """A row of FORMATS.

    `patterns` are file names as in the shell, in lower case; a new file is named by the first.

    A reader raises InputError; a writer puts a whole file or folder in place or leaves the target
    alone, and the same items give the same bytes. It is given what `formats.fit` leaves: nothing
    that `carries` lacks, and no annotation whose label is not one that it `takes` (None: all). With
    the offset unit "token" spans come without blanks at their ends.

    None: the format is not read, or not written. `beside` is what is added to the name of its file
    for those that are always written beside it (layout "file"). `recognises` looks into a
    file or folder whose name fits, where other formats have the same names. `about` says the
    rules that a person must know, in one sentence. `parse` is the reader of articles for bytes that
    are no file, such as an archive's member, and `knows` then what `recognises` by the first 64 KB
    (`formats.article.articles` makes such a row). `columns` are those of a table of articles, for a
    person to map. `extra` is the name in `annotator[…]` that
    installs what it needs.
    """

    id: str
    name: str
    patterns: tuple[str, ...]
    carries: frozenset[Feature] = frozenset()
    offset_unit: OffsetUnit = ""
    layout: Layout = "file"
    beside: tuple[str, ...] = ()
    about: str = ""
    extra: str = ""
    takes: Callable[[Label], bool] | None = None
    recognises: Callable[[Path], bool] | None = None
    parse: Parser | None = None
    knows: Callable[[bytes], bool] | None = None
    columns: Callable[[Path, ReadOptions], list[Column]] | None = None
    read: Reader | None = None
    write: Writer | None = None

    @property
    def articles(self) -> bool:
        """True where it is read for articles alone, without annotations."""
        return self.read is not None and not self.carries

    @property
    def suffix(self) -> str:
        """What the name of a new file ends with; "" for a folder."""
        return self.patterns[0].lstrip("*") if self.layout == "file" else ""

    def matches(self, path: Path) -> bool:
        """True where the file's name is one of this format's; a folder it has to recognise."""
        if path.is_dir():
            return self.layout != "file" and self.recognises is not None and self.recognises(path)
        return self.named(path.name)

    def named(self, name: str) -> bool:
        """True where a file's name, with or without its folders, is one of this format's."""
        name = name.lower()
        return any(fnmatch(name, pattern) for pattern in self.patterns)


def companions(kind: Format, target: Path) -> tuple[Path, ...]:
    """The files that are written with `target`: itself, then those beside it."""
    return (target, *(target.with_name(target.name + added) for added in kind.beside))


def missing_extra(module: str, extra: str) -> InputError:
    """The fault of a format whose library is not installed, with the line that installs it."""
    asked = [r for r in requires("annotator") or () if f"extra == '{extra}'" in r.replace('"', "'")]
    wanted = " ".join(f"'{r.partition(';')[0].strip()}'" for r in asked) or module
    python = quote(sys.executable)  # a folder's name may have a blank
    pip = f"{python} -m pip install"
    if find_spec("pip") is None:  # an environment that uv made
        pip = f"uv pip install --python {python}"
    message = f"This format needs {module}, which is not installed. Install it with: {pip} {wanted}"
    return InputError(message)
