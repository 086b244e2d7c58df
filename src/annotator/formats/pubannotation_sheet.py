"""What a PubAnnotation document looks like, and what it says of its text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import get_args

import msgspec

from annotator.formats.foreign import Mention, Sheet, Tie
from annotator.formats.values import as_text
from annotator.model.document import DateSource, State
from annotator.model.errors import InputError
from annotator.model.segment import Extent

_FRAGMENT, _CHAIN = "_FRAGMENT", "_lexicallyChainedTo"
"""A denotation in fragments as a chain of denotations: the format's older way."""


class _Span(msgspec.Struct):
    begin: int
    end: int


class _Denotation(msgspec.Struct, omit_defaults=True):
    id: str | int | None = None
    span: _Span | list[_Span] | None = None
    obj: str | int | float | bool | None = None
    begin: int | None = None
    end: int | None = None


class _Relation(msgspec.Struct):
    id: str | int | None = None
    pred: str = ""
    subj: str | int = ""
    obj: str | int = ""


class _Attribute(msgspec.Struct):
    """Also a modification, the older form: what it modifies is `obj`, and `subj` is left out."""

    id: str | int | None = None
    subj: str | int | None = None
    pred: str = ""
    obj: str | int | float | bool | None = None


class Said(msgspec.Struct, omit_defaults=True):
    """What one project, in our files one person, says of a text."""

    project: str | None = None
    state: str | None = None
    denotations: list[_Denotation] | None = None
    blocks: list[_Denotation] | None = None
    relations: list[_Relation] | None = None
    attributes: list[_Attribute] | None = None
    modifications: list[_Attribute] | None = None


class Facts(msgspec.Struct, omit_defaults=True):
    """Facts of the article, which the format has no keys for."""

    title: str = ""
    source: str = ""
    url: str = ""
    language: str = ""
    date: str = ""
    date_source: DateSource = ""
    metadata: dict[str, str] = {}


class Document(Said, omit_defaults=True):
    """A text with what one project says of it, or several in tracks."""

    sourcedb: str | None = None
    sourceid: str | int | None = None
    divid: str | int | None = None
    target: str | None = None
    source_url: str | None = None
    article: Facts | None = None
    text: str = ""
    tracks: list[Said] | None = None


def is_said(document: Document) -> bool:
    """Whether anybody has looked at it: an empty list of denotations says so."""
    return any(
        given is not None for given in (document.denotations, document.blocks, document.relations)
    )


def _state(given: str | None) -> State:
    """The state of a document; for any other word "in_progress"."""
    return next((state for state in get_args(State) if state == given), "in_progress")


def sheet_of(said: Said) -> Sheet:
    """Denotations and blocks as mentions. Raises InputError with the id of what can't be taken."""
    sheet = Sheet(state=_state(said.state))
    chains = {
        str(r.subj): str(r.obj) for r in said.relations or () if r.pred == _CHAIN
    }  # a fragment → the one before it
    denotations: dict[str, _Denotation] = {}
    for given in (*(said.denotations or ()), *(said.blocks or ())):
        key = str(given.id) if given.id is not None else f"#{len(denotations) + 1}"
        if key in denotations:
            raise InputError("The id is there already.", place=key)
        denotations[key] = given
    for key, given in denotations.items():
        if given.obj != _FRAGMENT:
            extents = _chained(key, denotations, chains)
            label = as_text(given.obj)
            if not label.strip():
                raise InputError("A denotation needs an obj, which is its label.", place=key)
            sheet.mentions.append(Mention(key=key, label=label, extents=extents))
    owners: dict[str, dict[str, object]] = {m.key: m.fields for m in sheet.mentions}
    for n, relation in enumerate(said.relations or ()):
        if relation.pred == _CHAIN:
            continue
        key = str(relation.id) if relation.id is not None else f"#R{n + 1}"
        if not relation.pred.strip():
            raise InputError("A relation needs a pred, which is its type.", place=key)
        ends = str(relation.subj), str(relation.obj)
        tie = Tie(type=relation.pred, from_key=ends[0], to_key=ends[1], place=key)
        owners.setdefault(key, tie.fields)
        sheet.ties.append(tie)
    _attribute(said, owners)
    return sheet


def _chained(
    key: str, denotations: Mapping[str, _Denotation], chains: Mapping[str, str]
) -> list[Extent]:
    """The spans of a denotation and of the fragments that it is chained to."""
    found: list[Extent] = []
    seen: set[str] = set()
    at: str | None = key
    while at is not None and at not in seen:
        seen.add(at)
        if at not in denotations:
            raise InputError(f"It is chained to {at[:60]}, which is not there.", place=key)
        found = _extents(denotations[at], at) + found
        at = chains.get(at)
    return found


def _extents(given: _Denotation, key: str) -> list[Extent]:
    match given.span:
        case None if given.begin is not None and given.end is not None:
            return [(given.begin, given.end)]
        case None:
            raise InputError("A denotation needs a span with begin and end.", place=key)
        case _Span() as span:
            return [(span.begin, span.end)]
        case spans:
            return [(span.begin, span.end) for span in spans]


def _attribute(said: Said, owners: Mapping[str, dict[str, object]]) -> None:
    """Attributes, and modifications, as fields; those of one name on one thing are a list."""
    values: dict[tuple[str, str], list[object]] = {}
    for attribute in said.attributes or ():
        value = True if attribute.obj is None else attribute.obj
        values.setdefault((str(attribute.subj), attribute.pred), []).append(value)
    for modification in said.modifications or ():
        values.setdefault((str(modification.obj), modification.pred), []).append(True)
    for (subject, name), given in values.items():
        if subject not in owners:
            message = f"An attribute is of {subject[:60]}, which is not there."
            raise InputError(message, place=name[:60])
        if not name.strip():
            raise InputError("An attribute needs a pred, which is its name.", place=subject)
        owners[subject][name] = given[0] if len(given) == 1 else given
