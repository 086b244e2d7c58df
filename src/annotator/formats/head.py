"""A project's head beside its articles: codebook, annotators and entities in the own format.

Formats of other tools have no place for it; those tools pass the file over.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from annotator.formats import own
from annotator.formats.before import Before
from annotator.formats.format import ReadOptions
from annotator.model.corpus import Entry, Item
from annotator.model.errors import InputError

NAME = "project.annotator.jsonl"


def is_in(folder: Path) -> bool:
    """True where a folder has a head; no link is followed."""
    path = folder / NAME
    return path.is_file() and not path.is_symlink()


def read(folder: Path) -> Before:
    """The head in a folder, empty where there is none. Raises InputError as the own format."""
    return _taken(own.read(folder / NAME, ReadOptions())) if is_in(folder) else Before()


def parsed(rows: Iterable[bytes], source: str) -> Before:
    """The head of lines that stand in `source`. Raises InputError as the own format."""
    try:
        return _taken(own.parsed(rows, ReadOptions()))
    except InputError as fault:
        raise type(fault)(
            fault.message, source=source, line=fault.line, place=fault.place
        ) from None


def _taken(items: Iterable[Item]) -> Before:
    head = Before()
    for item in items:
        if isinstance(item, Entry):
            message = "There are articles in the project's head. Take them out."
            raise InputError(message, source=NAME)
        head.take(item)
    return head


def write(folder: Path, before: Before) -> None:
    """Put a head into a folder."""
    (folder / NAME).write_bytes(b"".join(map(own.line, before.items)))
