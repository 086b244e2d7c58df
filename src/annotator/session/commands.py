"""What the command line asks for: each function opens the database, works, closes it. No Qt."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

from annotator import formats
from annotator.formats import codebook as codebook_format
from annotator.formats.export import run as exporting
from annotator.formats.export.choose import Choice
from annotator.formats.export.manifest import hashes
from annotator.formats.export.run import Exported, Plan
from annotator.formats.export.split import Split
from annotator.model.codebook import Codebook
from annotator.model.corpus import Heading, Item
from annotator.model.document import State
from annotator.model.errors import InputError, NotFound, UsageError
from annotator.model.ident import numbered_ids
from annotator.session import exports, jobs
from annotator.session.command_import import Reading, sources
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


def plan(asked: Namespace) -> Plan:
    """What the options of `export` and `convert` ask for. Raises UsageError, InputError."""
    known = [f.id for f in formats.FORMATS if f.write is not None]
    if asked.format not in known:
        raise UsageError(f"There is no format {asked.format} to write. Known: {', '.join(known)}.")
    states = get_args(State)
    if unknown := [state for state in asked.states if state not in states]:
        raise UsageError(f"{unknown[0]} is no state. Known: {', '.join(states)}.")
    deal = {"by": asked.by, "seed": asked.seed}
    split = None
    if asked.folds:
        split = Split(folds=asked.folds, **deal)
    elif asked.split:
        split = Split(shares=_shares(asked.split), **deal)
    return Plan(
        choice=Choice(
            labels=asked.labels,
            fields=asked.fields,
            states=asked.states,
            annotator=asked.annotator,
            sources=asked.sources,
            since=asked.since,
            until=asked.until,
            text=asked.text,
            unread=asked.unread or "states" in formats.by_id(asked.format).carries,
            excluded=not asked.without_excluded,
            computed=asked.computed,
        ),
        split=split,
        scheme=asked.scheme,
        columns=asked.columns,
        licence=asked.licence,
        prove=not asked.without_proof,
    )


def _shares(text: str) -> tuple[float, ...]:
    try:
        return tuple(float(part) for part in text.split("/"))
    except ValueError:
        raise UsageError(f"--split is of the form 80/10/10; {text} is not.") from None


def export_project(
    path: Path, project: str, format_id: str, target: Path, plan: Plan
) -> dict[str, Any]:
    """Write a project; what the format can't carry is counted by reason."""
    format = formats.by_id(format_id)
    with _database(path, write=False) as database:

        def job(db: Connection) -> Exported:
            return jobs.export(db, projects.by_name(db, project), format, target, plan)

        return _told_of(database.read(job))


def rehearse_project(path: Path, project: str, format_id: str, plan: Plan) -> dict[str, Any]:
    """What an export would hold and lose, with the first places of each loss."""
    format = formats.by_id(format_id)
    with _database(path, write=False) as database:
        found = database.read(
            lambda db: exports.rehearse(db, projects.by_name(db, project), format, plan, _quiet)
        )
    done = found.rehearsal
    losses, written = done.losses, done.written
    split = exports.shares(found.dealt) if found.dealt is not None else found.split_fault
    return {
        "line": f"{written.articles} articles, {written.annotations} annotations would go out."
        + (f" {split}" if split else ""),
        "articles": written.articles,
        "annotations": written.annotations,
        "left_out": _left_out(losses.counts),
        "places": {
            reason: [{"article": p.article_id, "record": p.record_id} for p in places]
            for reason, places in sorted(losses.places.items())
        },
    }


def _quiet(done: int, total: int, what: str) -> None:
    """Nobody watches a command."""


def convert(
    source: Path,
    source_id: str,
    target: Path,
    format_id: str,
    plan: Plan,
    codebook: Path | None,
    reading: Reading,
) -> dict[str, Any]:
    """Read a file or folder and write it in another format, without a database.

    The same source gives the same bytes: ids that it lacks are counted, on from what is in it.
    """
    found = list(sources([source], source_id))
    if not found:
        raise InputError("There is nothing to convert in the folder.", source=source.name)
    if len(found) > 1 and not all(kind.articles for kind, _ in found):
        message = f"It holds {len(found)} files with annotations. Name one of them."
        raise InputError(message, source=source.name)
    writes = formats.by_id(format_id)
    notes: list[str] = []
    body = jobs.codebook_text(codebook) if codebook is not None else ""
    known = codebook_format.decode(body, codebook.name) if codebook is not None else None
    options = replace(reading.options(notes), codebook=known)
    seed = repr([(kind.id, hashes(path)) for kind, path in found if path.exists()]).encode()

    def items() -> Iterator[Item]:
        again = replace(options, new_id=numbered_ids(seed))
        read = (item for kind, path in found if kind.read for item in kind.read(path, again))
        return whole_project(read, source.stem, known)

    answer = _told_of(exporting.export(items, writes, target, plan, lambda *_: None))
    return {**answer, "notes": list(dict.fromkeys([*notes, *answer["notes"]]))}


def whole_project(items: Iterable[Item], name: str, codebook: Codebook | None) -> Iterator[Item]:
    """Items with a heading; articles alone get a codebook, the default one where none is given."""
    for number, item in enumerate(items):
        if not number and not isinstance(item, Heading):
            held = codebook or codebook_format.decode(jobs.default_codebook())
            yield Heading(name=name, codebook=held)
        yield item


def _told_of(done: Exported) -> dict[str, Any]:
    written, proof = done.written, done.proof
    problems = list(proof.differences) if proof is not None else []
    return {
        "line": f"{written.articles} articles, {written.annotations} annotations are in "
        f"{done.target}." + (" Read back: the same." if proof and not proof.count else ""),
        "path": str(done.target),
        "articles": written.articles,
        "documents": written.documents,
        "annotations": written.annotations,
        "links": written.links,
        "dropped": dict(sorted(done.losses.counts.items())),
        "left_out": _left_out(done.losses.counts),
        "read_back": None if proof is None else not proof.count,
        "problems": problems,
        "notes": [exports.shares(done.dealt)] if done.dealt is not None else [],
    }


def _left_out(counts: Mapping[str, int]) -> list[str]:
    return [f"left out: {count} × {reason}" for reason, count in sorted(counts.items())]


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
                "about": f.about,
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
