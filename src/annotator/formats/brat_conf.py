"""brat's configuration files as a codebook (https://brat.nlplab.org/configuration.html).

Entity types and event types are labels, relations and the roles of events link types, attributes
fields; relations that are symmetric and transitive tell that a label's mentions have entities.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from annotator.formats.codebook_rules import faults
from annotator.formats.files import whole
from annotator.formats.schema import Schema, clean
from annotator.model.codebook import RESERVED_KEYS, Codebook, LinkType, TextField
from annotator.model.errors import InputError

MAX_BYTES = 1 << 20
MAX_ROWS = 1_000
NOTE = "note"
"""The field that brat's AnnotatorNotes are."""

# ---- in ------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Row:
    """A line of a section: the type and its arguments."""

    name: str
    titles: list[str]
    arguments: list[tuple[str, list[str]]]
    depth: int
    unused: bool


def read(folder: Path) -> Codebook | None:
    """What the files of a folder declare; None where there is no annotation.conf.

    Raises InputError where a file can't be read.
    """
    if not (folder / "annotation.conf").is_file():
        return None
    sections = _sections(_text(folder / "annotation.conf"))
    visual = _sections(_text(folder / "visual.conf"))
    schema = Schema(folder.resolve().name)
    colors = _colors(visual.get("drawing", []))
    entities = _types(sections.get("entities", sections.get("spans", [])))
    events = _types(sections.get("events", []))
    types = _Types(entities, events)
    for row in (*entities, *events):
        if not row.unused:
            schema.label(row.name, colors.get(row.name, ""))
    links = [*_relations(_types(sections.get("relations", [])), types, schema)]
    links += _roles(events, types, schema)
    for row in _types(sections.get("attributes", [])):
        _attribute(row, types, schema)
    titles = {r.name: r.titles[0] for r in _types(visual.get("labels", []), tabs=True) if r.titles}
    made = _dressed(schema.codebook, links, titles, _keys(_text(folder / "kb_shortcuts.conf")))
    return None if any(True for _ in faults(made)) else made


def _text(path: Path) -> str:
    if not path.is_file() or not path.stat().st_size:
        return ""
    return whole(path, MAX_BYTES).decode("utf-8-sig", "replace")


def _sections(text: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in text.splitlines():
        if head := re.fullmatch(r"\s*\[(.*)\]\s*", line):
            lines = found.setdefault(head[1], [])
        elif line.strip() and not line.lstrip().startswith("#"):
            lines.append(line)
    return found


def _types(lines: list[str], *, tabs: bool = False) -> list[_Row]:
    """The rows of a section, macros put in; `tabs`: blanks belong to the terms."""
    macros: dict[str, str] = {}
    rows: list[_Row] = []
    for line in lines:
        if macro := re.match(r"(<[a-zA-Z_-]+>)=\s*(.*?)\s*$", line):
            macros[macro[1]] = macro[2]
            continue
        for _ in range(4):  # macros in macros; they can't grow for ever
            line = re.sub("<[a-zA-Z_-]+>", lambda m: macros.get(m[0], m[0]), line)[: 64 << 10]
        found = re.match(r"(\s*)([^\t]+)(?:\t(.*))?" if tabs else r"(\s*)(\S+)(?:\s+(.*))?", line)
        if found is None or not line.strip(" \t-"):
            continue
        terms = [term.strip() for term in found[2].split("|") if term.strip(" !")]
        if terms:
            arguments = [_argument(a) for a in (found[3] or "").split(",") if ":" in a]
            name, unused = clean(terms[0].lstrip("!")), terms[0].startswith("!")
            rows.append(_Row(name, terms[1:], arguments, len(found[1]), unused))
        if len(rows) > MAX_ROWS:
            raise InputError(f"A section of its configuration has more than {MAX_ROWS} types.")
    return rows


def _argument(text: str) -> tuple[str, list[str]]:
    key, _, values = text.strip().partition(":")
    return key, [value.strip() for value in values.split("|") if value.strip()]


class _Types:
    """What stands for several types where a type is named: <ENTITY>, <EVENT>, <ANY>, a parent."""

    def __init__(self, entities: list[_Row], events: list[_Row]) -> None:
        self._groups: dict[str, list[str]] = {
            "<ENTITY>": _used(entities),
            "<EVENT>": _used(events),
            "<ANY>": _used([*entities, *events]),
        }
        for rows in (entities, events):
            over: list[_Row] = []  # the types that this one is below, and itself
            for row in rows:
                over = [*(other for other in over if other.depth < row.depth), row]
                for other in over:
                    group = self._groups.setdefault(other.name, [])
                    group += [] if row.unused else [row.name]

    def named(self, names: Iterable[str]) -> list[str]:
        """The types, each once; those that are not declared are passed over."""
        return [*dict.fromkeys(n for name in names for n in self._groups.get(name, ()))]


def _used(rows: list[_Row]) -> list[str]:
    return [row.name for row in rows if not row.unused]


def _relations(rows: list[_Row], types: _Types, schema: Schema) -> Iterator[LinkType]:
    for row in rows:
        flags = {
            w for key, v in row.arguments if key == "<REL-TYPE>" for w in "-".join(v).split("-")
        }
        ends = [types.named(values) for key, values in row.arguments if not key.startswith("<")]
        if row.unused or len(ends) != 2 or row.name == "<OVERLAP>":
            continue
        if flags >= {"symmetric", "transitive"} or (row.name == "Equiv" and not flags):
            for label in ends[0] + ends[1]:
                schema.entity(label)
        elif ends[0] and ends[1]:
            symmetric = "symmetric" in flags
            _link(schema, row.name, ends[0], ends[1], symmetric=symmetric)
            yield LinkType(
                name=row.name, from_labels=(), to_labels=(), transitive="transitive" in flags
            )


def _roles(events: list[_Row], types: _Types, schema: Schema) -> Iterator[LinkType]:
    """The roles of events: links from the trigger."""
    most: dict[str, int | None] = {}
    for row in events:
        for key, values in row.arguments:
            parts = re.fullmatch(r"([^\s{}]+?)(\{(?:\d{1,4}-)?(\d{1,4})\}|[?*+]|)", key)
            if parts is None or row.unused or not (ends := types.named(values)):
                continue
            _link(schema, parts[1], [row.name], ends)
            limit = None if parts[2] in ("*", "+") else max(1, int(parts[3] or 1))
            known = most.get(parts[1], 0)
            most[parts[1]] = None if known is None or limit is None else max(known, limit)
    for name, limit in most.items():
        yield LinkType(name=name, from_labels=(), to_labels=(), max=limit)


def _link(
    schema: Schema, name: str, starts: list[str], ends: list[str], *, symmetric: bool = False
) -> None:
    for start in starts:
        schema.link(name, start, ends[0], symmetric=symmetric)
    for end in ends:
        schema.link(name, starts[0], end, symmetric=symmetric)


def _attribute(row: _Row, types: _Types, schema: Schema) -> None:
    arguments = dict(row.arguments)
    for label in types.named(arguments.get("Arg", ())):
        if arguments.get("Value"):
            schema.options(label, row.name, arguments["Value"])
        else:
            schema.value(label, row.name, True)


def _colors(lines: list[str]) -> dict[str, str]:
    """Type → #rrggbb; brat takes any colour of HTML, those with names are left to the program."""
    found: dict[str, str] = {}
    for row in _types(lines):
        color = next((v[0] for key, v in row.arguments if key == "bgColor" and v), "")
        if re.fullmatch("#[0-9a-fA-F]{3}", color):
            color = "#" + "".join(c + c for c in color[1:])
        found[row.name] = color
    return found


def _keys(text: str) -> dict[str, str]:
    """Type in lower case → key; the first of a key and of a type counts."""
    found: dict[str, str] = {}
    for line in text.splitlines():
        parts = line.split()
        if len(parts) == 2 and len(parts[0]) == 1 and parts[0] != "#":
            key = parts[0].lower()
            if len(key) == 1 and key.isprintable() and key not in found.values():
                found.setdefault(parts[1].casefold(), key)
    return found


def _dressed(
    book: Codebook, links: list[LinkType], titles: Mapping[str, str], keys: Mapping[str, str]
) -> Codebook:
    """The codebook with keys, titles, and what the schema does not know of links."""
    facts = {kind.name: kind for kind in links}
    asked = {k.name: keys.get(k.name.casefold(), "") for k in book.labels}
    asked = {name: key for name, key in asked.items() if key not in ("", *RESERVED_KEYS)}
    labels = []
    for label in book.labels:
        key = asked.get(label.name, "" if label.key in asked.values() else label.key)
        fields = tuple(replace(f, label=titles.get(f.name, "")) for f in label.fields)
        labels.append(replace(label, key=key, fields=fields))
    link_types = tuple(
        replace(
            kind,
            label=titles.get(kind.name, ""),
            key=keys.get(kind.name.casefold(), ""),
            max=facts[kind.name].max if kind.name in facts else None,
            transitive=kind.name in facts and facts[kind.name].transitive,
        )
        for kind in book.link_types
    )
    note = TextField(name=NOTE, label="Note")
    common = () if any(NOTE in {f.name for f in k.fields} for k in labels) else (note,)
    return replace(book, labels=tuple(labels), link_types=link_types, common_fields=common)
