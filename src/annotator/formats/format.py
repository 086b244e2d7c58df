"""What a format is: how it is found, what it can carry, its reader and its writer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path
from typing import Literal

from annotator.model.check import fault_in_value
from annotator.model.codebook import DateField
from annotator.model.corpus import Item
from annotator.model.errors import InputError

Feature = Literal[
    "overlap", "nesting", "crossing", "fragments", "zero_width", "links", "fields", "entities",
    "several_annotators", "codebook",
]  # fmt: skip
OffsetUnit = Literal["code point", "UTF-16 unit", "byte", "token", ""]


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


def _quiet(sentence: str) -> None:
    """Nobody listens."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadOptions:
    """How to read. `document_date` (YYYY-MM-DD) is the date of every article, as given.

    `encoding` is a name that Python knows, "": to be found out; project files are UTF-8 always.

    `note` is called with a sentence for each thing that a reader changed by itself: a span moved
    to its words (`repair`), characters dropped, an encoding guessed.
    """

    repair: bool = False
    encoding: str = ""
    document_date: str = ""
    note: Callable[[str], None] = _quiet

    def __post_init__(self) -> None:
        """Raises InputError where the date or the encoding is none."""
        if self.document_date and (fault := fault_in_day(self.document_date)):
            raise InputError(fault)
        if self.encoding and (fault := fault_in_encoding(self.encoding)):
            raise InputError(fault)


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteOptions:
    """How to write, for formats that can't hold all of it.

    `labels`: only these, empty: all. `annotator`: the login whose work is taken; "": of each
    article the work that is furthest on.
    """

    labels: tuple[str, ...] = ()
    annotator: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What went out, and what did not: reason → how many."""

    articles: int = 0
    documents: int = 0
    annotations: int = 0
    dropped: Mapping[str, int] = field(default_factory=dict)


Reader = Callable[[Path, ReadOptions], Iterator[Item]]
Writer = Callable[[Iterable[Item], Path, WriteOptions], Written]


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """A row of FORMATS. `patterns` are file names as in the shell, in lower case.

    A reader raises InputError; a writer puts a whole file in place or leaves the target alone,
    and the same items give the same bytes. None: the format is not read, or not written.
    """

    id: str
    name: str
    patterns: tuple[str, ...]
    carries: frozenset[Feature] = frozenset()
    offset_unit: OffsetUnit = ""
    read: Reader | None = None
    write: Writer | None = None

    @property
    def articles(self) -> bool:
        """True where it is read for articles alone, without a project around them."""
        return self.read is not None and not self.carries

    def matches(self, path: Path) -> bool:
        """True where the file's name is one of this format's."""
        name = path.name.lower()
        return any(fnmatch(name, pattern) for pattern in self.patterns)
