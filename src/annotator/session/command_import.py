"""What `annotator import` does: finds the sources, reads and writes them in one transaction. No Qt.

Imported when the command runs: the store costs 0.2 s.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from annotator import formats
from annotator.formats import Format, ReadOptions
from annotator.formats.columns import MEANINGS
from annotator.formats.files import walk
from annotator.formats.format import fault_in_day, fault_in_encoding
from annotator.model.corpus import Annotator, Entry
from annotator.model.errors import InputError, UsageError
from annotator.session import intake, jobs
from annotator.store import project as projects
from annotator.store.database import Connection, Database

Source = tuple[Format, Path]
_MEANINGS = (*MEANINGS, "metadata", "ignore")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How a command reads, as its options say it."""

    repair: bool = False
    encoding: str = ""
    document_date: str = ""
    columns: str = ""
    furniture: bool = False

    def options(self, notes: list[str]) -> ReadOptions:
        """The options for readers, whose notes go to `notes`. Raises InputError, UsageError."""
        if fault := self.document_date and fault_in_day(self.document_date):
            raise InputError(f"--document-date: {fault}")
        if fault := self.encoding and fault_in_encoding(self.encoding):
            raise InputError(f"--encoding: {fault}")
        return ReadOptions(
            repair=self.repair,
            document_date=self.document_date,
            encoding=self.encoding,
            columns=column_meanings(self.columns),
            furniture=self.furniture,
            note=notes.append,
        )


def column_meanings(text: str) -> dict[str, str]:
    """text=Body,title=Headline as column → meaning; a column's name may hold commas.

    Raises UsageError.
    """
    found: dict[str, str] = {}
    known = "|".join(_MEANINGS)
    for part in re.split(rf",\s*(?=(?:{known})\s*=)", text.strip()) if text.strip() else ():
        meaning, equals, column = (piece.strip() for piece in part.partition("="))
        if not equals or meaning not in _MEANINGS or not column:
            raise UsageError(
                f"--columns is of the form text=Body,title=Headline; {part} is not. "
                f"Known: {', '.join(_MEANINGS)}."
            )
        found[column] = "" if meaning == "metadata" else meaning
    return found


def sources(paths: Iterable[Path], format_id: str = "") -> Iterator[Source]:
    """What is to be read with which format: files, those in folders, and folders of a format.

    Raises InputError where a file is of no format, or one that is only written.
    """
    chosen = formats.by_id(format_id) if format_id else None
    if chosen is not None and chosen.read is None:
        raise InputError(f"{chosen.name} can only be written.")
    for path in paths:
        if not path.is_dir():
            yield chosen or _format_of(path), path
        elif kind := _of_folder(path, chosen):
            yield kind, path
        elif chosen is not None:
            yield from ((chosen, file) for file in walk([path], chosen.matches))
        else:
            yield from ((_format_of(file), file) for file in formats.article_files([path]))


def _format_of(path: Path) -> Format:
    found = formats.for_path(path)
    if found.read is None:
        raise InputError(f"{found.name} can only be written.", source=path.name)
    return found


def _of_folder(path: Path, chosen: Format | None) -> Format | None:
    """The format that takes the folder as a whole; None: its files are taken one by one."""
    if chosen is not None:
        return chosen if chosen.layout != "file" else None
    try:
        return formats.for_path(path)
    except InputError:  # a folder of articles, or one that can't be read: its walk says so
        return None


def import_paths(
    path: Path,
    project: str,
    paths: list[Path],
    format_id: str | None,
    person: str,
    reading: Reading,
    *,
    keep_going: bool = False,
) -> dict[str, Any]:
    """Import files and folders into a project (made where it is not there), all or nothing.

    Where a `person` is named, the work in project files becomes theirs; else it keeps its owners.
    With `keep_going` what can't be read is left out and named among the `problems`. Raises
    AnnotatorError naming the file at fault; nothing is imported then.
    """
    notes: list[str] = []
    options = reading.options(notes)
    found = list(sources(paths, format_id or ""))
    passed = "" if format_id else _passed_over(paths, found)
    if not found:
        raise InputError(
            passed or "There is nothing to import there: name text, HTML or project files."
        )
    notes += filter(None, [passed])
    for format, file in found:
        if not format.articles:
            _check_whole(file, options)
    faults: list[str] = []
    if keep_going:
        options = replace(options, fault=lambda fault: faults.append(str(fault)))
    with Database(path) as database:
        taking = _Taking(options, person, faults if keep_going else None)
        added = database.transact(taking.all, project, found)
    return _told(project, added, faults, notes)


def _passed_over(paths: Iterable[Path], found: Iterable[Source]) -> str:
    """A sentence on the files of annotations that stand among the articles of folders, or ""."""
    whole = {path for _, path in found}
    folders = (path for path in paths if path not in whole)
    names = [path.name for path in formats.annotated_files(folders) if path not in whole]
    if not names:
        return ""
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return (
        f"Passed over, since annotations are in it: {', '.join(names[:3])}{more}. Name such files."
    )


def _told(project: str, added: jobs.Added, faults: list[str], notes: list[str]) -> dict[str, Any]:
    return {
        "line": f"{added.articles} articles, {added.annotations} annotations imported "
        f"into {project}.",
        "project": project,
        "articles": added.articles,
        "documents": added.documents,
        "annotations": added.annotations,
        "left_out": [f"{name}: {why}" for name, why in added.left_out],
        "problems": list(dict.fromkeys(faults)),
        "notes": list(dict.fromkeys(notes)),
    }


def _check_whole(file: Path, options: ReadOptions) -> None:
    """Raises InputError where an option says what a project file says for itself."""
    for given, option, what in (
        (options.document_date, "--document-date", "holds the dates of its articles"),
        (options.encoding, "--encoding", "is UTF-8"),
    ):
        if given:
            raise InputError(f"A project file {what}. Leave {option} out.", source=file.name)


class _Taking:
    """One import, inside its transaction: whole projects first, since they bring codebooks.

    `faults` takes what can't be read; None: it stops the import.
    """

    def __init__(self, options: ReadOptions, person: str, faults: list[str] | None) -> None:
        self._options, self._person, self._faults = options, person, faults

    def all(self, db: Connection, name: str, found: list[Source]) -> jobs.Added:
        """Everything, into the project of that name."""
        known = {row.name for row in projects.listing(db)}
        project = projects.by_name(db, name) if name in known else jobs.create_project(db, name)
        whole = [(kind, path) for kind, path in found if not kind.articles]
        mine = jobs.me(db, self._person) if self._person and whole else None
        results = [self._whole(db, project.id, kind, path, mine) for kind, path in whole]
        codebook = intake.codebook_of(db, project.id)
        options = replace(self._options, codebook=codebook, annotator=self._person or jobs.login())
        articles = [(kind, path) for kind, path in found if kind.articles]
        entries = self._entries(articles, options)
        results.append(jobs.add_entries(db, project.id, entries, person=self._person))
        return jobs.Added(
            sum(r.articles for r in results),
            sum(r.documents for r in results),
            sum(r.annotations for r in results),
            tuple(pair for r in results for pair in r.left_out),
        )

    def _whole(
        self, db: Connection, project_id: str, kind: Format, path: Path, mine: Annotator | None
    ) -> jobs.Added:
        """A project file or folder taken in; what the store has against it names it, too."""
        try:
            with db.begin_nested():  # what breaks off half-way leaves nothing behind
                return jobs.import_corpus(db, project_id, kind, path, self._options, mine=mine)
        except InputError as fault:
            named = fault
            if not fault.source:
                named = type(fault)(fault.message, source=path.name, place=fault.place)
            if self._faults is None:
                raise named from None
            self._faults.append(str(named))
            return jobs.Added()

    def _entries(self, found: list[Source], options: ReadOptions) -> Iterator[Entry]:
        """The articles of files, read one after the other as they are written."""
        for kind, path in found:
            assert kind.read is not None
            try:
                for item in kind.read(path, options):
                    if isinstance(item, Entry):
                        yield item
            except InputError as fault:
                if self._faults is None:
                    raise
                self._faults.append(str(fault))
