"""Commands for scripts and supervisors; what they do is in `session.jobs`.

Exit codes: 0; 1 a fault, told in one sentence on stderr; 2 wrong usage.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from annotator.model.errors import AnnotatorError, Cancelled, InputError
from annotator.settings import database_path

Answer = dict[str, Any] | list[dict[str, Any]]
"""what a command found: printed for people, or as JSON with --json"""


def parser() -> argparse.ArgumentParser:
    """The command line: no command is the window."""
    common = argparse.ArgumentParser(add_help=False)
    for target in (common,):
        target.add_argument(
            "--database", type=Path, default=argparse.SUPPRESS, metavar="FILE",
            help="the database (else $ANNOTATOR_DATABASE, else your own)",
        )  # fmt: skip
        target.add_argument(
            "--as", dest="person", default=argparse.SUPPRESS, metavar="NAME",
            help="whose work it is (else your login)",
        )  # fmt: skip
        target.add_argument(
            "--json", action="store_true", default=argparse.SUPPRESS, help="answer as JSON"
        )
    top = argparse.ArgumentParser(
        prog="annotator",
        description="Tag actors, places, dates and claims in news. Without a command: the window.",
        parents=[common],
    )
    commands = top.add_subparsers(dest="command", metavar="COMMAND")

    def add(name: str, text: str, run: Callable[[argparse.Namespace], Answer]) -> Any:
        command = commands.add_parser(name, help=text, description=text, parents=[common])
        command.set_defaults(run=run)
        return command

    _add_import(add("import", "Add articles, or take in a whole project.", _import))
    _add_export(add("export", "Write a project in a format.", _export))
    project = add("project", "List projects or create one.", _project)
    project.add_argument("action", choices=("list", "new"))
    project.add_argument("name", nargs="?", help="the new project's name")
    project.add_argument("--codebook", type=Path, metavar="FILE", help="else the default one")
    add("formats", "What can be read and written.", _formats)
    add("check", "Look for damage in the database.", _check)
    backup = add("backup", "Copy the database to a file, also while it is in use.", _backup)
    backup.add_argument("file", type=Path, metavar="FILE")
    return top


def _add_import(command: argparse.ArgumentParser) -> None:
    command.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="files or folders")
    command.add_argument("--project", required=True, metavar="NAME", help="made if it is not there")
    command.add_argument("--format", metavar="ID", help="else told by each file's name")
    command.add_argument(
        "--document-date", default="", metavar="YYYY-MM-DD", help="publication date of all articles"
    )
    command.add_argument(
        "--repair", action="store_true", help="move misplaced spans to their words"
    )


def _add_export(command: argparse.ArgumentParser) -> None:
    command.add_argument("--project", required=True, metavar="NAME")
    command.add_argument("--format", required=True, metavar="ID", help="see: annotator formats")
    command.add_argument("--to", required=True, type=Path, metavar="PATH")


def run(arguments: argparse.Namespace) -> int:
    """Run a command; the exit code."""
    try:
        answer = arguments.run(arguments)
    except Cancelled as stopped:
        print(f"annotator: {stopped}", file=sys.stderr)
        return 1
    except AnnotatorError as fault:
        print(f"annotator: {fault}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("annotator: Stopped. Nothing was changed.", file=sys.stderr)
        return 1
    _print(answer, as_json=getattr(arguments, "json", False))
    return 1 if isinstance(answer, dict) and answer.get("problems") else 0


def _print(answer: Answer, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(answer, ensure_ascii=False, indent=1))
        return
    for row in answer if isinstance(answer, list) else [answer]:
        print(row.pop("line", None) or ", ".join(f"{k}: {v}" for k, v in row.items()))
        for text in (*row.get("left_out", ()), *row.get("problems", ())):
            print(f"  {text}", file=sys.stderr)


def where(arguments: argparse.Namespace) -> Path:
    """The database that the command line, the environment or the user's folder names."""
    return Path(getattr(arguments, "database", None) or database_path())


def who(arguments: argparse.Namespace) -> str:
    """The name given with --as."""
    return str(getattr(arguments, "person", ""))


# The store costs 0.2 s to import: --help and the window must not wait for it, so each command
# imports it by itself.


def _import(arguments: argparse.Namespace) -> Answer:
    from annotator.session.commands import import_paths  # the store, 0.2 s

    return import_paths(
        where(arguments), arguments.project, arguments.paths, arguments.format,
        arguments.document_date, who(arguments), repair=arguments.repair,
    )  # fmt: skip


def _export(arguments: argparse.Namespace) -> Answer:
    from annotator.session.commands import export_project  # the store, 0.2 s

    return export_project(where(arguments), arguments.project, arguments.format, arguments.to)


def _project(arguments: argparse.Namespace) -> Answer:
    from annotator.session.commands import list_projects, new_project  # the store, 0.2 s

    if arguments.action == "list":
        return list_projects(where(arguments))
    if not arguments.name:
        raise InputError("A new project needs a name: annotator project new NAME.")
    return new_project(where(arguments), arguments.name, arguments.codebook)


def _formats(_: argparse.Namespace) -> Answer:
    from annotator.session.commands import list_formats  # the store, 0.2 s

    return list_formats()


def _check(arguments: argparse.Namespace) -> Answer:
    from annotator.session.commands import check_database  # the store, 0.2 s

    return check_database(where(arguments))


def _backup(arguments: argparse.Namespace) -> Answer:
    from annotator.session.commands import backup_database  # the store, 0.2 s

    return backup_database(where(arguments), arguments.file)


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """The arguments; wrong usage ends the program with exit code 2."""
    return parser().parse_args(argv)
