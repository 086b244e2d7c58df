"""Commands for scripts and supervisors; what they do is in `session.jobs`.

Exit codes: 0; 1 a fault, told in one sentence on stderr; 2 wrong usage.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from annotator.model.errors import AnnotatorError, UsageError
from annotator.settings import database_path, write_down

if TYPE_CHECKING:
    from annotator.session.command_import import Reading

Answer = dict[str, Any] | list[dict[str, Any]]
"""what a command found: printed for people, or as JSON with --json"""


def parser() -> argparse.ArgumentParser:
    """The command line: no command is the window."""
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument(
        "--database", type=Path, default=argparse.SUPPRESS, metavar="FILE",
        help="the database (else $ANNOTATOR_DATABASE, else your own)",
    )  # fmt: skip
    common.add_argument(
        "--as", dest="person", default=argparse.SUPPRESS, metavar="NAME",
        help="whose work it is (else your login)",
    )  # fmt: skip
    common.add_argument(
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
    _add_convert(add("convert", "Write a file in another format, without a project.", _convert))
    _add_project(add("project", "List projects or create one.", _list_projects), common)
    add("formats", "What can be read and written.", _formats)
    add("check", "Look for damage in the database.", _check)
    backup = add("backup", "Copy the database to a file, also while it is in use.", _backup)
    backup.add_argument("file", type=Path, metavar="FILE")
    return top


def _add_import(command: argparse.ArgumentParser) -> None:
    command.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="files or folders")
    command.add_argument("--project", required=True, metavar="NAME", help="made if it is not there")
    command.add_argument("--format", metavar="ID", help="else told by each file's name")
    _add_reading(command, "--columns")
    command.add_argument(
        "--furniture", action="store_true",
        help="keep what stands around a web page's article as excluded regions",
    )  # fmt: skip
    command.add_argument(
        "--keep-going", action="store_true",
        help="leave out what can't be read and name it; else nothing is imported",
    )  # fmt: skip


def _add_reading(command: argparse.ArgumentParser, columns: str) -> None:
    command.add_argument(
        "--document-date", default="", metavar="YYYY-MM-DD",
        help="publication date of all articles; a project file has its own",
    )  # fmt: skip
    command.add_argument(
        "--encoding", default="", metavar="NAME",
        help="of text and web pages, such as cp1252 (else found out)",
    )  # fmt: skip
    command.add_argument(
        "--repair", action="store_true", help="move misplaced spans to their words"
    )
    command.add_argument(
        columns, default="", dest="mapping", metavar="text=Body,title=Headline",
        help="what the columns of tables hold (else told by their names)",
    )  # fmt: skip


def _add_project(command: argparse.ArgumentParser, common: argparse.ArgumentParser) -> None:
    actions = command.add_subparsers(dest="action", metavar="list | new", required=True)
    text = "The projects of the database."
    actions.add_parser("list", help=text, description=text, parents=[common])
    text = "Create a project."
    new = actions.add_parser("new", help=text, description=text, parents=[common])
    new.set_defaults(run=_new_project)
    new.add_argument("name", metavar="NAME", help="the new project's name")
    new.add_argument("--codebook", type=Path, metavar="FILE", help="else the default one")


def _add_export(command: argparse.ArgumentParser) -> None:
    command.add_argument("--project", required=True, metavar="NAME")
    command.add_argument("--format", required=True, metavar="ID", help="see: annotator formats")
    command.add_argument("--to", type=Path, metavar="PATH", help="a file, or a folder for many")
    command.add_argument(
        "--rehearse", action="store_true", help="write nothing; say what would be lost, and where"
    )
    command.add_argument(
        "--unread", action="store_true", help="also articles that nobody has begun to read"
    )
    _add_plan(command)


def _add_convert(command: argparse.ArgumentParser) -> None:
    command.add_argument("source", type=Path, metavar="IN", help="a file, or a folder of a format")
    command.add_argument(
        "--to", required=True, dest="format", metavar="FORMAT", help="see: annotator formats"
    )
    command.add_argument("target", type=Path, metavar="OUT", help="a file, or a folder for many")
    command.add_argument(
        "--from", dest="source_format", default="", metavar="FORMAT", help="else told by the name"
    )
    command.add_argument("--codebook", type=Path, metavar="FILE", help="what the labels mean")
    _add_reading(command, "--read-columns")
    _add_plan(command)
    command.set_defaults(unread=True)


def _add_plan(command: argparse.ArgumentParser) -> None:
    """What goes out and how; see `formats.export.run.Plan`."""
    add = command.add_argument
    add("--labels", type=_names, default=(), metavar="A,B", help="only these labels (else all)")
    add("--fields", type=_names, default=(), metavar="A,B", help="only these fields (else all)")
    add("--states", type=_names, default=(), metavar="A,B", help="only documents in these states")
    add(
        "--annotator", default="", metavar="LOGIN",
        help="only this person's work (else of each article the work that is furthest on)",
    )  # fmt: skip
    add("--sources", type=_names, default=(), metavar="A,B", help="only articles of these sources")
    add("--since", default="", metavar="YYYY-MM-DD", help="only articles from this day on")
    add("--until", default="", metavar="YYYY-MM-DD", help="only articles up to this day")
    add("--text", default="", metavar="WORDS", help="only articles that hold these words")
    add("--without-excluded", action="store_true", help="leave out what lies in page furniture")
    add("--computed", action="store_true", help="also the values that rules answer")
    add("--split", default="", metavar="80/10/10", help="into train, dev and test")
    add("--folds", type=int, default=0, metavar="K", help="into K equal parts instead")
    add("--by", default="story", choices=("story", "article", "date", "source"),
        help="what a split never tears apart (default: story)")  # fmt: skip
    add("--seed", type=int, default=0, metavar="N", help="another seed deals another way")
    add("--scheme", default="BIO", choices=("BIO", "IOB1", "BILOU"), help="of tags on tokens")
    add("--columns", action="store_true", help="one column of tags for each label")
    add("--without-proof", action="store_true", help="do not read back what was written")
    add("--licence", default="", metavar="SPDX", help="for a dataset's card")


def _names(text: str) -> tuple[str, ...]:
    return tuple(name for part in text.split(",") if (name := part.strip()))


def run(arguments: argparse.Namespace) -> int:
    """Run a command; the exit code."""
    try:
        answer = arguments.run(arguments)
    except UsageError as fault:
        _fault(str(fault))
        return 2
    except AnnotatorError as fault:
        return _fault(str(fault))
    except KeyboardInterrupt:
        return _fault("Stopped. Nothing was changed.")
    except OSError as fault:
        name = os.fsdecode(fault.filename) if fault.filename else "A file"
        return _fault(f"{name} can't be used: {(fault.strerror or str(fault)).lower()}.")
    try:
        _print(answer, as_json=getattr(arguments, "json", False))
        sys.stdout.flush()
    except BrokenPipeError:
        return _nobody_reads()
    except KeyboardInterrupt:  # what was asked for is done; only the answer is cut
        return 1
    return 1 if isinstance(answer, dict) and answer.get("problems") else 0


def _nobody_reads() -> int:
    """Who read the answer has gone; without this Python says so once more at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 1


def _fault(sentence: str) -> int:
    print(f"annotator: {sentence}", file=sys.stderr)
    return 1


def unforeseen(kind: type[BaseException], fault: BaseException, _: object) -> None:
    """A fault nobody foresaw: written down and told in one sentence."""
    if issubclass(kind, KeyboardInterrupt):
        _fault("Stopped. Nothing was changed.")
    else:
        _fault(f"Something went wrong ({kind.__name__}). It is noted in {write_down(fault)}.")


def _print(answer: Answer, *, as_json: bool) -> None:
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # a file's name may be no text
    if as_json:
        utf8 = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
        print(json.dumps(answer, ensure_ascii=not utf8, indent=1))
        return
    for row in answer if isinstance(answer, list) else [answer]:
        print(row.pop("line", None) or ", ".join(f"{k}: {v}" for k, v in row.items()))
        told = (*row.get("notes", ()), *row.get("left_out", ()), *row.get("problems", ()))
        for text in told:
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
    from annotator.session.command_import import import_paths  # the store, 0.2 s

    return import_paths(
        where(arguments), arguments.project, arguments.paths, arguments.format, who(arguments),
        _reading(arguments), keep_going=arguments.keep_going,
    )  # fmt: skip


def _reading(arguments: argparse.Namespace) -> Reading:
    from annotator.session.command_import import Reading  # the store, 0.2 s

    return Reading(
        repair=arguments.repair,
        encoding=arguments.encoding,
        document_date=arguments.document_date,
        columns=arguments.mapping,
        furniture=getattr(arguments, "furniture", False),
    )


def _export(arguments: argparse.Namespace) -> Answer:
    from annotator.session import commands  # the store, 0.2 s

    plan = commands.plan(arguments)
    if arguments.rehearse:
        return commands.rehearse_project(
            where(arguments), arguments.project, arguments.format, plan
        )
    if arguments.to is None:
        raise UsageError("--to is required: name a file, or a folder for many.")
    return commands.export_project(
        where(arguments), arguments.project, arguments.format, arguments.to, plan
    )


def _convert(arguments: argparse.Namespace) -> Answer:
    from annotator.session import commands  # the store, 0.2 s

    return commands.convert(
        arguments.source, arguments.source_format, arguments.target, arguments.format,
        commands.plan(arguments), arguments.codebook, _reading(arguments),
    )  # fmt: skip


def _list_projects(arguments: argparse.Namespace) -> Answer:
    from annotator.session.commands import list_projects  # the store, 0.2 s

    return list_projects(where(arguments))


def _new_project(arguments: argparse.Namespace) -> Answer:
    from annotator.session.commands import new_project  # the store, 0.2 s

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
    try:
        return parser().parse_args(argv)
    except SystemExit:
        try:
            sys.stdout.flush()
        except BrokenPipeError:  # of --help
            sys.exit(_nobody_reads())
        raise
