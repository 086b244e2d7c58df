"""A codebook as brat can store it: its names, and the configuration files made of it.

annotation.conf declares types, visual.conf shows them, kb_shortcuts.conf gives them keys
(https://brat.nlplab.org/configuration.html). What they can't say (guidelines, kinds of fields)
stands in the project's head beside them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from annotator.model.codebook import (
    BoolField,
    ChoiceField,
    Codebook,
    CodeField,
    EntityField,
    Field,
    SpanField,
)

_VALUE = re.compile(r"[^\s,|<>]+")


class Names:
    """Names as brat can store them (ASCII letters, digits, "_" and "-"), and back."""

    def __init__(self, codebook: Codebook | None) -> None:
        book = codebook or Codebook(name="")
        self.codebook = book
        self.labels = stored(label.name for label in book.labels)
        groups = [(label.name, book.fields(label.name)) for label in book.labels]
        spans = [f.name for _, fields in groups for f in fields if isinstance(f, SpanField)]
        self.links = stored([*(kind.name for kind in book.link_types), *spans, "Equiv"])
        self.attributes: dict[str, Attribute] = {}
        names = stored(f.name for _, fields in groups for f in fields)
        for owner, fields in groups:  # brat has no attributes of relations
            for f in fields:
                if (values := _values(f)) is not None:
                    made = self.attributes.setdefault(f.name, Attribute(names[f.name]))
                    made.add(owner, values)
        self._label_of = _back(self.labels)
        self._link_of = _back(self.links)
        self._field_of = _back(names)

    def label_of(self, name: str) -> str:
        """The label of a stored name."""
        return self._label_of.get(name, name)

    def link_of(self, name: str) -> str:
        """The link type or span field of a stored name."""
        return self._link_of.get(name, name)

    def field_of(self, name: str) -> str:
        """The field of a stored name."""
        return self._field_of.get(name, name)


@dataclass(slots=True)
class Attribute:
    """Fields of one name: the labels that have it, and its values; None: only there or not."""

    stored: str
    owners: dict[str, None] = field(default_factory=dict)
    values: dict[str, None] | None = None

    def add(self, owner: str, values: tuple[str, ...]) -> None:
        """A label has it; one where it is of another sort than in the first has not."""
        if not self.owners:
            self.values = dict.fromkeys(values) if values else None
        elif bool(values) != (self.values is not None):
            return
        elif self.values is not None:
            self.values.update(dict.fromkeys(values))
        self.owners[owner] = None


def _values(f: Field) -> tuple[str, ...] | None:
    """The values that brat can choose from, () for there or not; None: it is no attribute."""
    match f:
        case BoolField():
            return ()
        case ChoiceField(depends_on=""):
            options = f.options
        case ChoiceField():
            options = tuple(o for group in f.options_by.values() for o in group)
        case CodeField():
            options = f.options + f.extra
        case _:
            return None
    return tuple(o.value for o in options if _VALUE.fullmatch(o.value)) or None


def stored(names: Iterable[str]) -> dict[str, str]:
    """Each name → a name of its own that brat takes."""
    found: dict[str, str] = {}
    taken: set[str] = set()
    for name in names:
        if name not in found:
            made = re.sub("[^a-zA-Z0-9_-]", "_", name)
            made = made if re.search("[a-zA-Z0-9]", made) else "type"
            number, first = 1, made
            while made in taken:
                number += 1
                made = f"{first}_{number}"
            found[name] = made
            taken.add(made)
    return found


def _back(names: Mapping[str, str]) -> dict[str, str]:
    return {made: name for name, made in names.items()}


def written(names: Names) -> dict[str, str]:
    """The configuration files of a codebook, by their names."""
    return {
        "annotation.conf": "".join(_annotation(names)),
        "visual.conf": "".join(_visual(names)),
        "kb_shortcuts.conf": "".join(_shortcuts(names)),
    }


def _annotation(names: Names) -> Iterator[str]:
    book, equiv = names.codebook, names.links["Equiv"]
    yield "[entities]\n"
    yield from (f"{names.labels[label.name]}\n" for label in book.labels)
    yield "[relations]\n"
    for kind in book.link_types:
        ways = _ends(names, kind.from_labels, kind.to_labels)
        flags = [w for w, there in (("symmetric", kind.symmetric),) if there]
        flags += ["transitive"] if kind.transitive and not kind.symmetric else []  # both: an Equiv
        flagged = f", <REL-TYPE>:{flags[0]}" if flags else ""
        yield f"{names.links[kind.name]}\t{ways}{flagged}\n"
    for label in book.labels:
        for f in book.fields(label.name):
            if isinstance(f, SpanField) and (targets := [t for t in f.targets if book.label(t)]):
                yield f"{names.links[f.name]}\t{_ends(names, (label.name,), targets)}\n"
            elif isinstance(f, EntityField):
                ways = _ends(names, (label.name,), (label.name,))
                yield f"{equiv}\t{ways}, <REL-TYPE>:symmetric-transitive\n"
    yield "<OVERLAP>\tArg1:<ENTITY>, Arg2:<ENTITY>, <OVL-TYPE>:<ANY>\n"
    yield "[events]\n[attributes]\n"
    for attribute in names.attributes.values():
        owners = [names.labels[n] for n in attribute.owners]
        values = "" if attribute.values is None else f", Value:{'|'.join(attribute.values)}"
        yield f"{attribute.stored}\tArg:{'|'.join(owners)}{values}\n"


def _ends(names: Names, starts: Iterable[str], ends: Iterable[str]) -> str:
    one, other = ("|".join(names.labels[n] for n in labels) for labels in (starts, ends))
    return f"Arg1:{one}, Arg2:{other}"


def _visual(names: Names) -> Iterator[str]:
    book = names.codebook
    yield "[labels]\n"
    yield from (f"{names.labels[label.name]} | {_shown(label.name)}\n" for label in book.labels)
    yield from (f"{names.links[kind.name]} | {_shown(kind.title)}\n" for kind in book.link_types)
    titles = {f.name: f.title for label in book.labels for f in book.fields(label.name)}
    yield from (f"{a.stored} | {_shown(titles[n])}\n" for n, a in names.attributes.items())
    yield "[drawing]\n"
    yield "SPAN_DEFAULT\tfgColor:black, bgColor:lightgreen, borderColor:darken\n"
    yield "ARC_DEFAULT\tcolor:black, dashArray:-, arrowHead:triangle-5, labelArrow:none\n"
    yield "ATTRIBUTE_DEFAULT\tglyph:*\n"
    for label in book.labels:
        color, ink = label.color.lower(), "black" if _light(label.color) else "white"
        name = names.labels[label.name]
        yield f"{name}\tbgColor:{color}, fgColor:{ink}, borderColor:darken\n"


def _shown(title: str) -> str:
    """A title without what the file's syntax takes."""
    return " ".join(re.sub("[|<>\t\n\r]", " ", title).split()) or "-"


def _light(color: str) -> bool:
    """True where black is read better on it than white (Rec. 601 luma)."""
    red, green, blue = (int(color[i : i + 2], 16) for i in (1, 3, 5))
    return 299 * red + 587 * green + 114 * blue > 128_000


def _shortcuts(names: Names) -> Iterator[str]:
    taken = {"#"}  # a comment
    keys = [(label.key, names.labels[label.name]) for label in names.codebook.labels]
    keys += [(kind.key, names.links[kind.name]) for kind in names.codebook.link_types]
    for key, name in keys:
        if key and key.upper() not in taken:
            taken.add(key.upper())
            yield f"{key.upper()}\t{name}\n"
