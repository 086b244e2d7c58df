"""A project's head beside its articles: codebook, annotators and entities, as the own format has
them. Formats of other tools have no place for it; those tools pass the file over.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO

from annotator.formats import own
from annotator.formats.format import ReadOptions
from annotator.model.codebook import Codebook
from annotator.model.corpus import Annotator, Entry, Heading, Item
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
            case Entry():
                raise InputError("There are articles in the project's head. Take them out.")


def read(folder: Path) -> Head:
    """The head in a folder, empty where there is none. Raises InputError as the own format."""
    path = folder / NAME
    head = Head()
    if path.is_file():
        for item in own.read(path, ReadOptions()):
            try:
                head.take(item)
            except InputError as fault:
                raise InputError(fault.message, source=NAME) from None
    return head


@contextmanager
def writing(folder: Path) -> Iterator[BinaryIO]:
    """The file that the lines of a head go to."""
    with (folder / NAME).open("wb") as file:
        yield file


def people(head: Head, logins: Iterable[str], options: ReadOptions) -> dict[str, Annotator]:
    """Those who worked on the articles, by login and with new ids: the head's first."""
    found = {login: replace(a, id=options.new_id()) for login, a in head.annotators.items()}
    for login in logins:
        if login not in found:
            found[login] = Annotator(id=options.new_id(), login=login)
    return found
