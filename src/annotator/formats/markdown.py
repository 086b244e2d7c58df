"""Markdown (CommonMark with tables): its text without its signs, its front matter as facts."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from typing import Any, BinaryIO

from annotator.formats.article import Facts, articles, clean, made
from annotator.formats.blocks import visible
from annotator.formats.format import ReadOptions
from annotator.formats.plain import text_of
from annotator.formats.prose import Prose
from annotator.model.corpus import Entry
from annotator.model.errors import InputError
from annotator.model.text import normalise

MAX_LENGTH = 4 << 20
"""characters; the parser makes objects of all of them"""
_FRONT = re.compile(r"(---|\+\+\+)[ \t]*\n(.*?)(?:^|\n)(?:\1|\.\.\.)[ \t]*(?:\n|$)", re.DOTALL)
_KEY = re.compile(r"([A-Za-z][\w -]{0,60}?)\s*:(?:\s+(.*))?$")
_FACTS = {
    "title": "title", "date": "date", "published": "date", "source": "source",
    "publication": "source", "url": "url", "link": "url", "canonical_url": "url",
    "lang": "language", "language": "language",
}  # fmt: skip
_AUTHORS = ("author", "authors", "byline")


def parse(file: BinaryIO, name: str, options: ReadOptions) -> Iterator[Entry]:
    """One article. Raises InputError where the file is too large or holds no text."""
    text = normalise(text_of(file, name, options))
    if len(text) > MAX_LENGTH:
        message = f"It is longer than {MAX_LENGTH >> 20} million characters. Split it."
        raise InputError(message, source=name)
    facts = Facts()
    if found := _FRONT.match(text):
        text = text[found.end() :]
        facts = _facts(_toml(found[2], name) if found[1] == "+++" else _yaml(found[2]))
    yield made(_prose(text, options), name, options, facts)


def _facts(front: dict[str, str]) -> Facts:
    told: dict[str, str] = {}
    metadata: dict[str, str] = {}
    for key, value in front.items():
        known = _FACTS.get(key.lower(), "")
        if known and known not in told:
            told[known] = value
        else:
            metadata["author" if key.lower() in _AUTHORS else key] = value
    return Facts(metadata=metadata, **told)  # type: ignore[arg-type]  # no date_source


def _toml(body: str, name: str) -> dict[str, str]:
    try:
        found = tomllib.loads(body)
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        message = f"Its front matter is not TOML ({error}). Correct it."
        raise InputError(message, source=name) from None
    return {key: _told(value) for key, value in found.items() if not isinstance(value, dict)}


def _told(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _yaml(body: str) -> dict[str, str]:
    """The plain part of YAML: a key and its words a line, or a list of words below a key."""
    found: dict[str, list[str]] = {}
    key = ""
    for line in body.splitlines():
        if pair := _KEY.match(line):
            key = pair[1]
            value = (pair[2] or "").strip()
            inner = value[1:-1].split(",") if re.fullmatch(r"\[.*\]", value) else [value]
            found[key] = [_unquoted(part) for part in inner]
        elif key and (item := re.match(r"\s*-\s+(.*)", line)):
            found[key].append(_unquoted(item[1]))
    return {key: ", ".join(v for v in values if v) for key, values in found.items()}


def _unquoted(value: str) -> str:
    value = value.strip()
    quoted = re.fullmatch(r"\"(.*)\"|'(.*)'", value)
    return clean(next(part for part in quoted.groups() if part is not None) if quoted else value)


def _prose(text: str, options: ReadOptions) -> str:
    # 40 ms to import: only where Markdown is read.
    from markdown_it import MarkdownIt

    prose = Prose()
    rows: list[list[str]] = []
    for token in MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(text):
        match token.type:
            case "table_open":
                rows = [[]]
            case "tr_open":
                rows.append([])
            case "table_close":
                prose.table(rows)
                rows = []
            case "inline":
                words = "".join(_words(token.children or [], prose))
                if rows:
                    rows[-1].append(words)
                else:
                    prose.paragraph(words)
            case "fence" | "code_block":
                prose.verbatim(token.content)
            case "html_block":
                prose.paragraph(visible(token.content))
    return prose.text(options)


def _words(children: list[Any], prose: Prose) -> Iterator[str]:
    """The text of a paragraph's parts: a soft line end is a blank, as a browser shows it."""
    for child in children:
        match child.type:
            case "text" | "code_inline":
                yield child.content
            case "softbreak":
                yield " "
            case "hardbreak":
                yield "\n"
            case "image":
                prose.left_out["picture"] += 1
            case "html_inline":
                yield "\n" if re.match(r"<br\b", child.content, re.IGNORECASE) else ""


MARKDOWN = articles(
    id="markdown",
    name="Markdown",
    patterns=("*.md", "*.markdown", "*.mdown"),
    parse=parse,
    about="The text without Markdown's signs; front matter (YAML's plain part, or TOML) gives "
    "title, date, author; pictures are left out.",
)
