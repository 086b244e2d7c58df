"""The lines of a brat .ann file ⇄ what they say (https://brat.nlplab.org/standoff.html).

Fields that brat has no form for stand in notes of a type of their own, which brat shows and keeps:
`#1<tab>AnnotatorFields T1<tab>{"value":1.5}` as JSON; the fragments of a span that brat would hold
as others in `#2<tab>AnnotatorFragments T1<tab>0 5;6 9`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import msgspec

from annotator.formats.brat_names import Names
from annotator.formats.foreign import Mention, Sheet, Tie
from annotator.formats.schema import clean
from annotator.model.codebook import SpanField, field_named
from annotator.model.errors import InputError
from annotator.model.segment import Extent

NOTE = "note"
"""The field that brat's AnnotatorNotes are."""
NOTES, FIELDS, FRAGMENTS = "AnnotatorNotes", "AnnotatorFields", "AnnotatorFragments"
DATABASE = "Annotator"
"""In N lines: the entities of the project's head."""

# Where Python's codecs, with which brat reads, end a line.
BREAKS = re.compile("[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]+")
_ID = re.compile(r"(?:[A-Za-z]+|#[A-Za-z]*)[0-9]+\S*|\*")
_EXTENT = re.compile(r"([0-9]{1,12}) ([0-9]{1,12})")
_REFERENCE = re.compile(r"(\S+) (\S+) (\S+?):(\S+)")
# as in the BioNLP Shared Task 2013
_OLD_REFERENCE = re.compile(r"(\S+) Annotation:(\S+) Referent:(\S+?):(\S+)")


def apart(text: str, fragments: Sequence[Extent]) -> list[Extent]:
    """Fragments as brat holds them: none goes over a line end."""
    found: list[Extent] = []
    for start, end in fragments:
        at = start
        for gap in BREAKS.finditer(text, start, end):
            if gap.start() > at:
                found.append((at, gap.start()))
            at = gap.end()
        if at < end or start == end:
            found.append((at, end))
    return found or [(fragments[0][0], fragments[0][0])]


def together(text: str, extents: Sequence[Extent]) -> list[Extent]:
    """Fragments as they were meant: those with nothing but a line end between them are one."""
    found = [extents[0]]
    for start, end in extents[1:]:
        last = found[-1]
        if BREAKS.fullmatch(text, last[1], start):
            found[-1] = (last[0], end)
        else:
            found.append((start, end))
    return found


@dataclass(slots=True)
class _Span:
    label: str
    extents: list[Extent]
    quote: str
    meant: list[Extent] | None = None


@dataclass(slots=True)
class _Event:
    id: str
    label: str
    trigger: str
    roles: list[tuple[str, str]]
    place: str


@dataclass(slots=True)
class _Relation:
    type: str
    ends: list[tuple[str, str]]
    fields: dict[str, list[object]] = field(default_factory=dict)


@dataclass(slots=True)
class Reference:
    """What an N line says of a span: an entry of a database and what it is called there."""

    database: str
    id: str
    name: str


@dataclass(slots=True)
class Lines:
    """An article's lines, taken one by one, and what they come to.

    `references` by the span's key; `groups`: the keys of equivalent spans.
    """

    raw: str
    names: Names
    references: dict[str, list[Reference]] = field(default_factory=dict)
    groups: list[list[str]] = field(default_factory=list)
    _spans: dict[str, _Span] = field(default_factory=dict)
    _events: dict[str, _Event] = field(default_factory=dict)
    _relations: dict[str, _Relation] = field(default_factory=dict)
    _said: list[tuple[str, str, object, str]] = field(default_factory=list)
    _fragments: list[tuple[str, list[Extent], str]] = field(default_factory=list)
    _referred: list[tuple[str, Reference, str]] = field(default_factory=list)
    _equivalent: list[tuple[list[str], str]] = field(default_factory=list)
    _ids: set[str] = field(default_factory=set)

    def take(self, line: str) -> None:
        """One line. Raises InputError where it is none of brat's."""
        name, tab, rest = line.partition("\t")
        if not tab or not _ID.fullmatch(name):
            raise InputError("This is no annotation of brat's: an id and a tab come first.")
        if name != "*":
            if name in self._ids:
                raise InputError(f"The id {name} is there already.")
            self._ids.add(name)
        data, _, tail = rest.partition("\t")
        data = data.strip(" ")
        match name[0]:
            case "T":
                self._span(name, data, tail)
            case "E":
                self._event(name, data)
            case "R":
                self._relation(name, data)
            case "*":
                self._equiv(data)
            case "A" | "M":
                self._attribute(name, data)
            case "N":
                self._normalization(name, data, tail)
            case "#":
                self._note(name, data, tail)
            case _:
                raise InputError(f"There is no kind of annotation {name[0]} in brat.")

    # -- one kind each -----------------------------------------------------------------------------

    def _span(self, name: str, data: str, tail: str) -> None:
        label, _, rest = data.partition(" ")
        self._spans[name] = _Span(self.names.label_of(label), _extents(rest), tail)

    def _event(self, name: str, data: str) -> None:
        parts = [part.partition(":") for part in data.split()]
        if not parts or not all(a and b and c for a, b, c in parts):
            raise InputError("Expected an event as TYPE:TRIGGER ROLE:ID …")
        (label, _, trigger), *roles = parts
        label = self.names.label_of(label)
        self._events[name] = _Event(name, label, trigger, [(a, c) for a, _, c in roles], name)

    def _relation(self, name: str, data: str) -> None:
        type_, *parts = data.split() or [""]
        ends = [(a, c) for a, b, c in (part.partition(":") for part in parts) if a and b and c]
        if len(parts) != 2 or len(ends) != 2 or ends[0][0] == ends[1][0]:
            raise InputError("Expected a relation as TYPE Arg1:ID Arg2:ID.")
        if ends[0][0] == "Arg2" and ends[1][0] == "Arg1":
            ends.reverse()
        self._relations[name] = _Relation(type_, ends)

    def _equiv(self, data: str) -> None:
        _, *members = data.split() or [""]
        if not members:
            raise InputError("Expected an equivalence as TYPE ID ID …")
        self._equivalent.append((members, "*"))

    def _attribute(self, name: str, data: str) -> None:
        parts = data.split(" ", 2)
        if len(parts) < 2:
            raise InputError("Expected an attribute as TYPE ID VALUE.")
        value: object = parts[2] if len(parts) == 3 and parts[2].strip() else True
        self._said.append((parts[1], self.names.field_of(parts[0]), value, name))

    def _normalization(self, name: str, data: str, tail: str) -> None:
        found = _OLD_REFERENCE.fullmatch(data) or _REFERENCE.fullmatch(data)
        if found is None:
            raise InputError("Expected a normalization as TYPE ID DATABASE:ENTRY.")
        self._referred.append((found[2], Reference(found[3], found[4], tail.strip()), name))

    def _note(self, name: str, data: str, tail: str) -> None:
        kind, blank, target = data.partition(" ")
        if not blank or " " in target:
            raise InputError("Expected a note as TYPE ID.")
        text = tail.strip()
        if kind == FRAGMENTS and _EXTENT.match(text):
            self._fragments.append((target, _extents(text), name))
        elif kind == FIELDS and (fields := _fields(text)) is not None:
            self._said += [(target, field_name, value, name) for field_name, value in fields]
        elif text:
            self._said.append((target, NOTE if kind == NOTES else kind, text, name))

    # -- what they come to -------------------------------------------------------------------------

    def sheet(self) -> Sheet:
        """All of it by keys. Raises InputError where a line names what is not there."""
        sheet = Sheet()
        mentions: dict[str, Mention] = {}
        keys = self._keys()
        for target, extents, place in self._fragments:
            self._span_of(keys, target, place).meant = extents
        for key, (span, place) in self._keyed(keys).items():
            mentions[key] = self._mention(key, span, place)
        sheet.mentions += mentions.values()
        fields = {key: mention.fields for key, mention in mentions.items()}
        values: dict[tuple[str, str], list[object]] = {}
        for target, name, value, place in self._said:
            if target in self._relations:
                self._relations[target].fields.setdefault(name, []).append(value)
            else:
                values.setdefault((_known(keys, target, place), name), []).append(value)
        for (key, name), given in values.items():
            fields[key][name] = _one(name, given)
        sheet.ties += self._roles(keys, mentions)
        self._related(keys, mentions, sheet)
        for target, reference, place in self._referred:
            self.references.setdefault(_known(keys, target, place), []).append(reference)
        for members, place in self._equivalent:
            self.groups.append([*dict.fromkeys(_known(keys, m, place) for m in members)])
        return sheet

    def _keys(self) -> dict[str, str]:
        """The id of a span or event → its span's key: an event is its trigger.

        A second event of a trigger is a span of its own on the same words.
        """
        keys = {name: name for name in self._spans}
        taken: set[str] = set()
        for event in self._events.values():
            span = self._spans.get(event.trigger)
            if span is None or span.label != event.label:
                what = "is not there" if span is None else f"is a {span.label}"
                raise InputError(f"Its trigger {event.trigger} {what}.", place=event.id)
            keys[event.id] = event.id if event.trigger in taken else event.trigger
            taken.add(event.trigger)
        return keys

    def _keyed(self, keys: dict[str, str]) -> dict[str, tuple[_Span, str]]:
        found = {name: (span, name) for name, span in self._spans.items()}
        for event in self._events.values():
            if keys[event.id] == event.id:
                found[event.id] = (self._spans[event.trigger], event.id)
        return found

    def _span_of(self, keys: dict[str, str], target: str, place: str) -> _Span:
        key = _known(keys, target, place)
        return self._spans[self._events[key].trigger if key in self._events else key]

    def _mention(self, key: str, span: _Span, place: str) -> Mention:
        meant = span.meant or together(self.raw, sorted(span.extents))
        quote: str | None = span.quote.strip("\r\n")
        if quote and (len(span.extents) > 1 or span.meant):
            self._check_quote(span, str(quote), place)
        elif quote:
            start, end = span.extents[0]
            words = self.raw[start:end]
            if str(quote).startswith(words) and str(quote)[len(words) : len(words) + 1].isspace():
                quote = words  # a comment may follow the words
        if not quote or len(meant) > 1 or span.meant:
            quote = None
        return Mention(key=key, label=span.label, extents=meant, quote=quote)

    def _check_quote(self, span: _Span, quote: str, place: str) -> None:
        words = [self.raw[start:end] for start, end in span.extents]
        found = quote.split()
        if found != " ".join(words).split() and found != "".join(words).split():
            message = "The text at its fragments is not what it quotes. Correct the offsets."
            raise InputError(message, place=place)

    def _roles(self, keys: dict[str, str], mentions: dict[str, Mention]) -> Iterator[Tie]:
        for event in self._events.values():
            plain = {role for role, _ in event.roles}
            for role, target in event.roles:
                base = role.rstrip("0123456789")  # Theme, Theme2, Theme3 are of one role
                declared = self.names.codebook.link_type(role) is not None
                name = base if base and not declared and base in plain else role
                to_key = _known(keys, target, event.id)
                yield Tie(
                    type=self.names.link_of(name),
                    from_key=mentions[keys[event.id]].key,
                    to_key=to_key,
                    place=event.id,
                )

    def _related(self, keys: dict[str, str], mentions: dict[str, Mention], sheet: Sheet) -> None:
        """Relations as links; as the span field of that name where the label has one."""
        for name, relation in self._relations.items():
            from_key, to_key = (_known(keys, target, name) for _, target in relation.ends)
            type_ = self.names.link_of(relation.type)
            kinds = self.names.codebook.fields(clean(mentions[from_key].label))
            if isinstance(field_named(kinds, type_), SpanField):
                mentions[from_key].fields[type_] = to_key
                continue
            fields = {key: _one(key, given) for key, given in relation.fields.items()}
            tie = Tie(type=type_, from_key=from_key, to_key=to_key, fields=fields, place=name)
            sheet.ties.append(tie)


def _known(keys: dict[str, str], target: str, place: str) -> str:
    if target not in keys:
        raise InputError(f"It names {target[:60]}, which is not there.", place=place)
    return keys[target]


def _extents(text: str) -> list[Extent]:
    found = []
    for part in text.strip().split(";"):
        extent = _EXTENT.fullmatch(part)
        if extent is None:
            raise InputError("Expected offsets as START END, with ; between fragments.")
        found.append((int(extent[1]), int(extent[2])))
    return found


def _one(name: str, given: list[object]) -> object:
    """Notes on one thing are one text; other values that are said of it are a list."""
    if name == NOTE:
        return "\n".join(map(str, given))
    different = [value for n, value in enumerate(given) if value not in given[:n]]
    return different[0] if len(different) == 1 else different


def _fields(text: str) -> list[tuple[str, object]] | None:
    try:
        found = msgspec.json.decode(text, type=dict[str, bool | int | float | str | list[str]])
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return None
    return [*found.items()]
