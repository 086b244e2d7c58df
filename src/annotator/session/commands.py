"""What the command line asks for: each function opens the database, works, closes it. No Qt."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from annotator import formats
from annotator.formats import Format, ReadOptions, WriteOptions
from annotator.formats.format import fault_in_day, fault_in_encoding
from annotator.model.corpus import Annotator, Entry
from annotator.model.errors import InputError, NotFound
from annotator.session import jobs
from annotator.store import project as projects
from annotator.store.database import Connection, Database


@contextmanager
def _database(path: Path, *, write: bool = True) -> Iterator[Database]:
    if not write and not path.exists():
        raise NotFound(f"There is no database {path}. Create a project in it first.")
    database = Database(path, write=write)
    try:
        yield database
    finally:
        database.close()


def import_paths(
    path: Path,
    project: str,
    paths: list[Path],
    format_id: str | None,
    document_date: str,
    person: str,
    *,
    repair: bool = False,
    encoding: str = "",
) -> dict[str, Any]:
    """Import files and folders into a project (made where it is not there), all or nothing.

    Where a `person` is named, the work in project files becomes theirs; else it keeps its owners.
    Raises AnnotatorError naming the file at fault; nothing is imported then.
    """
    if fault := document_date and fault_in_day(document_date):
        raise InputError(f"--document-date: {fault}")
    if fault := encoding and fault_in_encoding(encoding):
        raise InputError(f"--encoding: {fault}")
    notes: list[str] = []
    options = ReadOptions(
        repair=repair, document_date=document_date, encoding=encoding, note=notes.append
    )
    whole, entries = _read(paths, format_id, options)
    with _database(path) as database:
        added = database.transact(_import, project, whole, entries, options, person)
    left_out = [f"{name}: {why}" for name, why in added.left_out]
    line = f"{added.articles} articles, {added.annotations} annotations imported into {project}."
    return {
        "line": line,
        "project": project,
        "articles": added.articles,
        "documents": added.documents,
        "annotations": added.annotations,
        "left_out": left_out,
        "notes": list(dict.fromkeys(notes)),
    }


def _read(
    paths: list[Path], format_id: str | None, options: ReadOptions
) -> tuple[list[tuple[Format, Path]], list[Entry]]:
    """Project files to take as a whole, and the articles of all the others."""
    chosen = formats.by_id(format_id) if format_id else None
    whole: list[tuple[Format, Path]] = []
    entries: list[Entry] = []
    files = [
        p for path in paths for p in (formats.article_files([path]) if path.is_dir() else [path])
    ]
    if not files:
        raise InputError("There is nothing to import there: name text, HTML or project files.")
    for file in files:
        format = chosen or formats.for_path(file)
        if format.read is None:
            raise InputError(f"{format.name} can only be written.")
        if format.articles:
            entries += (i for i in format.read(file, options) if isinstance(i, Entry))
        else:
            _check_whole(file, options)
            whole.append((format, file))
    return whole, entries


def _check_whole(file: Path, options: ReadOptions) -> None:
    """Raises InputError where an option says what a project file says for itself."""
    for given, option, what in (
        (options.document_date, "--document-date", "holds the dates of its articles"),
        (options.encoding, "--encoding", "is UTF-8"),
    ):
        if given:
            raise InputError(f"A project file {what}. Leave {option} out.", source=file.name)


def _import(
    db: Connection,
    name: str,
    whole: list[tuple[Format, Path]],
    entries: list[Entry],
    options: ReadOptions,
    person: str,
) -> jobs.Added:
    known = {row.name for row in projects.listing(db)}
    project = projects.by_name(db, name) if name in known else jobs.create_project(db, name)
    mine = jobs.me(db, person) if person and whole else None
    results = [_taken(db, project, format, path, options, mine) for format, path in whole]
    results.append(jobs.add_entries(db, project.id, entries))
    return jobs.Added(
        sum(r.articles for r in results),
        sum(r.documents for r in results),
        sum(r.annotations for r in results),
        tuple(pair for r in results for pair in r.left_out),
    )


def _taken(
    db: Connection,
    project: projects.Project,
    format: Format,
    path: Path,
    options: ReadOptions,
    mine: Annotator | None,
) -> jobs.Added:
    """A project file taken in; what the store has against it names the file, too."""
    try:
        return jobs.import_corpus(db, project.id, format, path, options, mine=mine)
    except InputError as fault:
        if fault.source:
            raise
        raise InputError(fault.message, source=path.name, place=fault.place) from None


def export_project(
    path: Path,
    project: str,
    format_id: str,
    target: Path,
    labels: tuple[str, ...] = (),
    annotator: str = "",
) -> dict[str, Any]:
    """Write a project; what the format can't carry is counted by reason.

    Only its `labels` and the work of the login `annotator`, where given.
    """
    format = formats.by_id(format_id)
    for given, option in ((labels, "--labels"), (annotator, "--annotator")):
        if given and "codebook" in format.carries:
            raise InputError(f"{format.name} carries the whole work. Leave {option} out.")
    options = WriteOptions(labels=labels, annotator=annotator)
    with _database(path, write=False) as database:

        def job(db: Connection) -> formats.Written:
            return jobs.export(db, projects.by_name(db, project), format, target, options)

        written = database.read(job)
    dropped = {reason: count for reason, count in written.dropped.items() if count}
    return {
        "line": f"{written.articles} articles, {written.annotations} annotations are in {target}.",
        "path": str(target),
        "articles": written.articles,
        "documents": written.documents,
        "annotations": written.annotations,
        "dropped": dropped,
        "left_out": [f"left out: {count} × {reason}" for reason, count in dropped.items()],
    }


def list_projects(path: Path) -> list[dict[str, Any]]:
    """The projects of a database."""
    with _database(path, write=False) as database:
        rows = database.read(projects.listing)
    return [
        {
            "line": f"{r.name}: {r.articles} articles, {r.annotations} annotations",
            "name": r.name,
            "articles": r.articles,
            "documents": r.documents,
            "annotations": r.annotations,
        }
        for r in rows
    ]


def new_project(path: Path, name: str, codebook: Path | None) -> dict[str, Any]:
    """Create a project."""
    body = jobs.codebook_text(codebook) if codebook is not None else ""
    source = codebook.name if codebook is not None else ""
    with _database(path) as database:
        project = database.transact(jobs.create_project, name, body, source)
    return {"line": f"The project {project.name} is there.", "name": project.name}


def list_formats() -> list[dict[str, Any]]:
    """What can be read and written."""
    rows = []
    for f in formats.FORMATS:
        ways = " and ".join(w for w, way in (("read", f.read), ("written", f.write)) if way)
        rows.append(
            {
                "line": f"{f.id:18} {f.name} ({', '.join(f.patterns)}): {ways}",
                "id": f.id,
                "name": f.name,
                "patterns": list(f.patterns),
                "reads": f.read is not None,
                "writes": f.write is not None,
                "carries": sorted(f.carries),
                "offset_unit": f.offset_unit,
            }
        )
    return rows


def check_database(path: Path) -> dict[str, Any]:
    """Look for damage; the answer's `problems` are sentences."""
    with _database(path, write=False) as database:
        problems = database.check()
    count = len(problems)
    line = f"{path}: {count} problems." if count else f"{path} is in order."
    return {"line": line, "database": str(path), "problems": problems}


def backup_database(path: Path, target: Path) -> dict[str, Any]:
    """Copy a database, also while it is in use."""
    with _database(path, write=False) as database:
        database.backup(target)
    return {"line": f"The backup is in {target}.", "path": str(target)}
