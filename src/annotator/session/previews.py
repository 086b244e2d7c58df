"""Reading what may come in, and comparing it with what is there: on the files' thread, no widgets.

Imported after the first paint: SQLAlchemy costs 0.2 s.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from time import monotonic

from annotator import formats
from annotator.formats import Column, Preview, ReadOptions
from annotator.formats.doubles import doubles
from annotator.model.errors import AnnotatorError, InputError
from annotator.model.text import Text
from annotator.session.candidates import Key, Likeness
from annotator.session.intake import Tell
from annotator.store import article as articles
from annotator.store.database import Connection, Database

MOST = 50_000
"""articles that one preview shows; the command takes more"""
COMPARED = 5_000
"""texts of the project that new ones are compared with, the newest; equal ones are always found"""
_BATCH_S = 0.1
_TELL_S = 0.03
Rows = list[tuple[Key, Preview]]


@dataclass(frozen=True, slots=True)
class Asked:
    """How to read: for all, and for files of their own. `mappings` as `column_key` names them."""

    options: ReadOptions
    encodings: Mapping[Path, str]
    mappings: Mapping[str, Mapping[str, str]]

    def options_for(self, path: Path) -> ReadOptions:
        """How to read one file. Raises AnnotatorError where its columns can't be looked at."""
        options = replace(self.options, encoding=self.encodings.get(path, ""))
        if self.mappings and (columns := columns_of(path, options)):
            key = column_key(column.name for column in columns)
            options = replace(options, columns=dict(self.mappings.get(key, {})))
        return options


def columns_of(path: Path, options: ReadOptions) -> list[Column]:
    """The columns of a table of articles; none where the file is no table.

    Raises AnnotatorError where it can't be read.
    """
    kind = formats.for_path(path)
    return kind.columns(path, options) if kind.columns is not None else []


def column_key(names: Iterable[str]) -> str:
    """What a set of column names is remembered by, in any order."""
    return json.dumps(sorted(names), ensure_ascii=False)


def read(paths: Sequence[Path], asked: Asked, give: Callable[[Rows], None], tell: Tell) -> int:
    """Read files and folders, handing over what was read bit by bit; how many files there were.

    A file's fault is a row among the others. Raises Cancelled, and InputError where a folder
    can't be read.
    """
    files = list(formats.article_files(paths))
    waiting: Rows = []
    given, told, count = monotonic(), 0.0, 0
    for number, path in enumerate(files):
        for row in chain(_of_file(path, asked), [None]):
            if monotonic() - told > _TELL_S:
                tell(number, len(files), f"Reading {path.name}")
                told = monotonic()
            if row is None:  # a file without a row is a file, too
                continue
            waiting.append(row)
            count += 1
            if monotonic() - given > _BATCH_S or count == MOST:
                give(waiting)
                waiting, given = [], monotonic()
            if count == MOST:
                message = f"These are the first {MOST:,} articles. Add the rest in parts, or use"
                raise InputError(f"{message} annotator import.")
    give(waiting)
    return len(files)


def _of_file(path: Path, asked: Asked) -> Iterator[tuple[Key, Preview]]:
    try:
        options = asked.options_for(path)
    except AnnotatorError as fault:
        yield (path, 0), Preview(path=path, fault=str(fault))
        return
    for number, preview in enumerate(formats.preview(path, options)):
        yield (path, number), preview


def compare(
    database: Path, project_id: str, new: Sequence[tuple[Key, str, Text]], tell: Tell
) -> dict[Key, Likeness]:
    """What each of the new texts (key, title, text) is like.

    It reads the database beside the thread that writes it. Raises AnnotatorError.
    """
    with Database(database, write=False) as held:
        return held.read(lambda db: _compared(db, project_id, new, tell))


def _compared(
    db: Connection, project_id: str, new: Sequence[tuple[Key, str, Text]], tell: Tell
) -> dict[Key, Likeness]:
    there = articles.titles_by_text(db, project_id, [text.sha256 for _, _, text in new])
    titles = {str(number): title for number, (_, title, _) in enumerate(new)}
    known = articles.newest_texts(db, project_id, COMPARED)
    told = _told(known, titles, tell) if new else iter(())
    numbered = ((str(number), text) for number, (_, _, text) in enumerate(new))
    found: dict[Key, Likeness] = {}
    for double in doubles(numbered, told):
        key, _, text = new[int(double.id)]
        if text.sha256 in there:
            found[key] = Likeness(there=there[text.sha256])
        else:
            found[key] = Likeness(
                above=titles[double.same] if double.same else "",
                near=titles[double.near[0]] if double.near else "",
            )
        if not len(found) % 50:
            tell(len(found), len(new), "Looking for doubles")
    return found


def _told(
    known: Iterable[tuple[str, str, Text]], titles: dict[str, str], tell: Tell
) -> Iterator[tuple[str, Text]]:
    for number, (article_id, title, text) in enumerate(known):
        if not number % 50:
            tell(0, 0, "Comparing with the project's texts")
        titles[article_id] = title
        yield article_id, text
