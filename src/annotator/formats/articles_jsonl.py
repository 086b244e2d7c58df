"""JSON Lines, or a JSON array, of articles: an object an article, its keys told by their names."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import BinaryIO

from annotator.formats.article import MAX_BYTES
from annotator.formats.columns import Record, meanings, tabular
from annotator.formats.files import held
from annotator.formats.format import ReadOptions
from annotator.formats.lines import lines
from annotator.model.errors import InputError

MAX_LINE = 64 << 20
"""bytes"""
_MAX_DEPTH = 20
_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*"|["{}\[\]:]')
_ANNOTATED = frozenset(
    b"spans entities label labels annotations predictions completions relations tokens denotations "
    b"tokenized_text ner messages documents target cats Comments".split()
)
"""Keys whose lists and objects other formats put their annotations in."""
_OTHERS = frozenset((b"@context", b"%TYPES", b"%FEATURE_STRUCTURES", b"format"))


def knows(head: bytes) -> bool:
    """True where the first object is one, and none of a format with annotations."""
    keys = top_keys(head)
    return bool(keys) and not any(
        key in _OTHERS or (key in _ANNOTATED and kind in b"[{") for key, kind in keys.items()
    )


def top_keys(head: bytes) -> dict[bytes, bytes]:
    """The keys of the first object in a file's first bytes, each with its value's first byte."""
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip(b" \t\r\n[")
    found: dict[bytes, bytes] = {}
    depth, key = 0, b""
    if not start.startswith(b"{"):
        return found
    for token in _TOKEN.finditer(start):
        sign = token[0]
        if sign == b'"':  # cut off
            break
        if sign == b":" and depth == 1 and key:
            found[key] = start[token.end() :].lstrip()[:1]
        depth += (sign in (b"{", b"[")) - (sign in (b"}", b"]"))
        key = sign[1:-1] if sign.startswith(b'"') and depth == 1 else b""
        if not depth:
            break
    return found


def records(file: BinaryIO, name: str, options: ReadOptions) -> Iterator[Record]:
    """The objects, nested keys dotted.

    Raises InputError where a line is no JSON; an item that is no object is a fault of its own.
    """
    for number, found in _objects(file, name):
        if not isinstance(found, dict):
            fault = InputError("An article must be a JSON object.", source=name, line=number)
            options.fault(fault)
            continue
        try:
            cells: dict[str, str] = {}
            _flatten(found, "", cells, options)
        except RecursionError:
            options.fault(_too_deep(name, number))
            continue
        yield Record(number, cells)


def _objects(file: BinaryIO, name: str) -> Iterator[tuple[int, object]]:
    start = file.read(1 << 10).removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith(b"[") or name.lower().endswith(".json"):
        found = _parsed(held(file, name, MAX_BYTES), name, None)
        if found is not None:
            yield from enumerate(found if isinstance(found, list) else [found], 1)
            return
    file.seek(0)
    for number, line in lines(file, name, MAX_LINE):
        yield number, _parsed(line, name, number)


def _parsed(body: bytes, name: str, line: int | None) -> object:
    """What stands there; None where a whole file holds more than one value."""
    try:
        return json.loads(body)
    except json.JSONDecodeError as error:
        if line is None and error.msg == "Extra data":
            return None
        place = error.lineno if line is None else line
        message = f"This is not JSON ({error.msg}). Save it again."
        raise InputError(message, source=name, line=place) from None
    except RecursionError:
        raise _too_deep(name, line) from None
    except ValueError as error:
        message = f"This is not JSON in UTF-8 ({error}). Save it again."
        raise InputError(message, source=name, line=line) from None


def _too_deep(name: str, line: int | None) -> InputError:
    return InputError("It is nested too deeply to be an article.", source=name, line=line)


def _flatten(
    found: dict[str, object], at: str, cells: dict[str, str], options: ReadOptions
) -> None:
    for key, value in found.items():
        place = f"{at}{key}"
        if isinstance(value, dict) and value and place.count(".") < _MAX_DEPTH:
            _flatten(value, f"{place}.", cells, options)
        elif isinstance(value, list) and all(isinstance(v, str | int | float) for v in value):
            # a text in paragraphs, or a list of words
            between = "\n\n" if meanings([place], options)[place] == "text" else ", "
            cells[place] = between.join(_told(part) for part in value)
        else:
            cells[place] = _told(value)


def _told(value: object) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    return json.dumps(value, ensure_ascii=False)


ARTICLES_JSONL = tabular(
    id="articles-jsonl",
    name="JSON of articles",
    patterns=("*.jsonl", "*.ndjson", "*.json"),
    records=records,
    knows=knows,
    about="An object is an article, a line or an item of an array; keys (nested ones dotted) as "
    "columns in CSV.",
)
