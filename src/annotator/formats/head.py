"""A project's head beside its articles: codebook, annotators and entities in the own format.

Formats of other tools have no place for it; those tools pass the file over.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from annotator.formats import own
from annotator.formats.format import ReadOptions
from annotator.model.codebook import Codebook
from annotator.model.corpus import Annotator, Heading, Item
from annotator.model.document import Entity
from annotator.model.errors import InputError

NAME = "project.annotator.jsonl"


@dataclass(slots=True)
class Head:
    """What stands before the articles. `entities` by the ids that the articles name them with."""

    name: str = ""
    codebook: Codebook | None = None
    annotators: dict[str, Annotator] = field(default_factory=dict)
    entities: dict[str, Entity] = field(default_factory=dict)

    def take(self, item: Item) -> None:
        """One item of the head."""
        match item:
            case Heading():
                self.name, self.codebook = item.name, item.codebook
            case Annotator():
                self.annotators[item.login] = item
            case Entity():
                self.entities[item.id] = item
            case _:
                raise InputError("There are articles in the project's head. Take them out.")


def read(folder: Path) -> Head:
    """The head in a folder, empty where there is none. Raises InputError as the own format."""
    path = folder / NAME
    return _taken(own.read(path, ReadOptions()), NAME) if path.is_file() else Head()


def parsed(rows: Iterable[bytes], source: str) -> Head:
    """The head of lines that stand in `source`. Raises InputError as the own format."""
    return _taken(own.parsed(rows, ReadOptions()), source)


def _taken(items: Iterator[Item], source: str) -> Head:
    head = Head()
    try:
        for item in items:
            head.take(item)
    except InputError as fault:
        raise type(fault)(
            fault.message, source=source, line=fault.line, place=fault.place
        ) from None
    return head


@contextmanager
def writing(folder: Path) -> Iterator[BinaryIO]:
    """The file that the lines of a head go to."""
    with (folder / NAME).open("wb") as file:
        yield file
