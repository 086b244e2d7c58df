"""A work as the lines of a brat .ann file; `brat_lines` reads them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import msgspec

from annotator.formats.brat_lines import (
    BREAKS,
    DATABASE,
    FIELDS,
    FRAGMENTS,
    NOTE,
    NOTES,
    apart,
    together,
)
from annotator.formats.brat_names import Names
from annotator.model.codebook import DOCUMENT_DATE, EntityField, SpanField
from annotator.model.corpus import Work
from annotator.model.document import Annotation, Entity, Link
from annotator.model.text import normalise


class WorkLines:
    """The .ann file of one work."""

    def __init__(self, names: Names, entities: Mapping[str, Entity], text: str) -> None:
        self._names, self._entities, self._text = names, entities, text
        self._lines: list[str] = []
        self._numbers: Counter[str] = Counter()
        self._ids: dict[str, str] = {}

    def work(self, work: Work) -> str:
        """All its lines: spans, what is said of them, links, equivalences."""
        for number, annotation in enumerate(work.annotations, 1):
            self._ids[annotation.id] = f"T{number}"
        shared: dict[str, list[str]] = {}
        for annotation in work.annotations:
            self._annotation(annotation, shared)
        for link in work.links:
            self._link(link)
        equiv = self._names.links["Equiv"]
        for members in shared.values():
            if len(members) > 1:
                self._lines.append(f"*\t{equiv} {' '.join(members)}\n")
        return "".join(self._lines)

    def _add(self, kind: str, rest: str) -> str:
        self._numbers[kind] += 1
        name = f"{kind}{self._numbers[kind]}"
        self._lines.append(f"{name}\t{rest}\n")
        return name

    def _annotation(self, annotation: Annotation, shared: dict[str, list[str]]) -> None:
        text, key, label = self._text, self._ids[annotation.id], annotation.label
        fragments = annotation.fragments
        start, end = fragments[0]
        if len(fragments) == 1 and start < end and not BREAKS.search(text, start, end):
            extents, kept = [(start, end)], True
        else:
            extents = apart(text, fragments)
            kept = tuple(together(text, extents)) == fragments
        quote = " ".join(text[a:b] for a, b in extents)
        places = ";".join(f"{a} {b}" for a, b in extents)
        self._lines.append(f"{key}\t{self._names.labels[label]} {places}\t{quote}\n")
        if not kept:
            meant = ";".join(f"{a} {b}" for a, b in fragments)
            self._add("#", f"{FRAGMENTS} {key}\t{meant}")
        if annotation.fields:
            self._fields(key, label, self._pointed(key, annotation, shared))

    def _pointed(
        self, key: str, annotation: Annotation, shared: dict[str, list[str]]
    ) -> dict[str, object]:
        """The fields but for those that point at another annotation or an entity."""
        rest: dict[str, object] = dict(annotation.fields)
        entity_seen = False
        for kind in self._names.codebook.fields(annotation.label):
            value = rest.get(kind.name)
            if isinstance(kind, SpanField) and value is not None and value != DOCUMENT_DATE:
                target = self._ids[str(rest.pop(kind.name))]
                self._add("R", f"{self._names.links[kind.name]} Arg1:{key} Arg2:{target}")
            elif isinstance(kind, EntityField) and not entity_seen:
                entity_seen = True
                if value is not None:
                    entity = self._entities[str(rest.pop(kind.name))]
                    shared.setdefault(entity.id, []).append(key)
                    name = " ".join(entity.name.split())
                    self._add("N", f"Reference {key} {DATABASE}:{entity.id}\t{name}")
        return rest

    def _fields(self, key: str, label: str, fields: Mapping[str, object]) -> None:
        """Values as attributes and notes, where brat has them so, the rest in one note."""
        rest: dict[str, object] = {}
        for name, value in fields.items():
            attribute = self._names.attributes.get(name)
            if name == NOTE and isinstance(value, str) and _plain(value):
                self._add("#", f"{NOTES} {key}\t{value}")
            elif attribute is None or label not in attribute.owners:
                rest[name] = value
            elif attribute.values is None and value is True:
                self._add("A", f"{attribute.stored} {key}")
            elif attribute.values is not None and value in attribute.values:
                self._add("A", f"{attribute.stored} {key} {value}")
            else:
                rest[name] = value
        if rest:
            self._add("#", f"{FIELDS} {key}\t{_json(rest)}")

    def _link(self, link: Link) -> None:
        ends = f"Arg1:{self._ids[link.from_id]} Arg2:{self._ids[link.to_id]}"
        key = self._add("R", f"{self._names.links[link.type]} {ends}")
        if link.fields:
            self._fields(key, "", link.fields)


def _plain(text: str) -> bool:
    """True where brat gives a note back as it is."""
    return text == text.strip() and not BREAKS.search(text) and normalise(text) == text


def _json(fields: dict[str, object]) -> str:
    """JSON on what is one line for every program."""
    text = msgspec.json.encode(fields).decode()
    return BREAKS.sub(lambda m: "".join(f"\\u{ord(c):04x}" for c in m[0]), text)
