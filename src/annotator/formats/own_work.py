"""A document in the own format: annotations and links checked against text and codebook.

What a person could have left unfinished in the window (a value that is not among the choices, a
missing field) is taken as it is and told of there; what no edit can make is refused.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from operator import attrgetter
from typing import assert_never

import msgspec
from msgspec import UNSET, UnsetType

from annotator.formats.format import ReadOptions
from annotator.formats.nearby import found_near, misplaced, moved
from annotator.model.codebook import (
    DOCUMENT_DATE,
    BoolField,
    ChoiceField,
    ChoicesField,
    Codebook,
    CodeField,
    DateField,
    EntityField,
    Field,
    IntegerField,
    NumberField,
    SpanField,
    StringField,
    StringsField,
    TextField,
    TimexField,
    Value,
)
from annotator.model.corpus import Work
from annotator.model.document import Annotation, Link, State, place
from annotator.model.edit import allowed, shorten
from annotator.model.errors import InputError
from annotator.model.ident import new_id
from annotator.model.segment import Extent
from annotator.model.text import Text

_Given = bool | int | float | str | tuple[str, ...]
_ID = re.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


class AnnotationForm(msgspec.Struct, kw_only=True, forbid_unknown_fields=True, gc=False):
    """An annotation as it stands in a line; `text` is what lies from start to end."""

    id: str = ""
    label: str
    start: int
    end: int
    text: str | UnsetType = UNSET
    fragments: tuple[tuple[int, int], ...] | UnsetType = UNSET
    fields: dict[str, _Given] = {}


class LinkForm(msgspec.Struct, kw_only=True, forbid_unknown_fields=True, gc=False):
    """A link as it stands in a line."""

    id: str = ""
    type: str
    from_id: str = msgspec.field(name="from")
    to_id: str = msgspec.field(name="to")
    fields: dict[str, _Given] = {}


class WorkForm(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A document as it stands in a line."""

    id: str = ""
    owner_id: str
    state: State = "new"
    annotations: tuple[AnnotationForm, ...] = ()
    links: tuple[LinkForm, ...] = ()


def read_id(given: str) -> str:
    """A canonical id, made new where none is given."""
    if not given:
        return new_id()
    if not _ID.fullmatch(given):
        message = f"{shorten(given, 60)} is not a UUID in lower case with dashes."
        raise InputError(message, place="id")
    return given


FieldTypes = Mapping[str, frozenset[type]]
"""Field name → the types that a value may have."""


def field_types(fields: tuple[Field, ...]) -> FieldTypes:
    """What each field may hold."""
    return {field.name: value_types(field) for field in fields}


def value_types(field: Field) -> frozenset[type]:
    """What one field may hold."""
    return frozenset(_types(field))


def _types(field: Field) -> tuple[type, ...]:
    match field:
        case BoolField():
            return (bool,)
        case IntegerField():
            return (int,)
        case NumberField():
            return int, float
        case ChoicesField() | StringsField():
            return (tuple,)
        case (
            StringField() | TextField() | ChoiceField() | CodeField() | EntityField()
            | SpanField() | TimexField() | DateField()
        ):  # fmt: skip
            return (str,)
        case _:
            assert_never(field)


_NAMES = {
    (bool,): "true or false",
    (int,): "a whole number",
    (float,): "a number",
    (int, float): "a number",
    (tuple,): "a list of texts",
    (str,): "a text",
}


def read_fields(given: Mapping[str, _Given], types: FieldTypes, owner: str) -> dict[str, Value]:
    """Field values of the right types, without those that say nothing."""
    for name, value in given.items():
        known = types.get(name)
        if known is None:
            raise InputError(f"{owner} has no field {name}.", place=f"fields.{name}")
        if type(value) not in known:
            wanted = _NAMES[tuple(sorted(known, key=lambda kind: kind.__name__, reverse=True))]
            message = f"Expected {wanted}, got {_NAMES[type(value),]}."
            raise InputError(message, place=f"fields.{name}")
    return {name: value for name, value in given.items() if value != "" and value != ()}


class WorkReader:
    """Reads the documents of one project.

    `entities` maps the id of each entity to its type and may grow between reads.
    """

    def __init__(
        self, codebook: Codebook, entities: Mapping[str, str], options: ReadOptions
    ) -> None:
        self._codebook, self._entities, self._options = codebook, entities, options
        self._types = {k.name: field_types(codebook.fields(k.name)) for k in codebook.labels}
        self._link_types = {k.name: field_types(k.fields) for k in codebook.link_types}
        self._references = {
            label.name: tuple(
                f for f in codebook.fields(label.name) if isinstance(f, EntityField | SpanField)
            )
            for label in codebook.labels
        }

    def work(self, form: WorkForm, work_id: str, text: Text) -> Work:
        """The document. Raises InputError with the place inside it."""
        annotations: dict[str, Annotation] = {}
        last = (-1, 0, "")
        in_order = True
        for n, given in enumerate(form.annotations):
            try:
                annotation = self._annotation(given, text)
                if annotation.id in annotations:
                    raise InputError(f"The id {annotation.id} is there already.", place="id")
            except InputError as fault:
                raise _within(fault, f"annotations[{n}]") from None
            annotations[annotation.id] = annotation
            here = place(annotation)
            in_order = in_order and last < here
            last = here
        self._check_references(annotations)
        links = self._links(form.links, annotations)
        ordered = annotations.values() if in_order else sorted(annotations.values(), key=place)
        return Work(
            id=work_id,
            owner_id=form.owner_id,
            state=form.state,
            annotations=tuple(ordered),
            links=tuple(sorted(links, key=attrgetter("id"))),
        )

    def _annotation(self, form: AnnotationForm, text: Text) -> Annotation:
        types = self._types.get(form.label)
        if types is None:
            raise InputError(f"The codebook has no label {shorten(form.label)}.", place="label")
        start, end = form.start, form.end
        if not 0 <= start <= end <= len(text.value) or (
            form.text is not UNSET and text.value[start:end] != form.text
        ):
            moved = self._moved(form, text)
            start, end = start + moved, end + moved
        else:
            moved = 0
        fragments: tuple[Extent, ...] = ((start, end),)
        if form.fragments is not UNSET:
            fragments = tuple((a + moved, b + moved) for a, b in form.fragments)
            _check_fragments(fragments, start, end)
        return Annotation(
            id=read_id(form.id),
            label=form.label,
            fragments=fragments,
            fields=read_fields(form.fields, types, form.label) if form.fields else {},
        )

    def _moved(self, form: AnnotationForm, text: Text) -> int:
        """How far the span lies from its words. Raises InputError where that is not certain."""
        extent = (form.start, form.end)
        if form.text is UNSET:
            message = (
                f"{form.start}–{form.end} lies outside the text, which has {len(text)} characters."
            )
            raise InputError(message, place="start")
        at = found_near(text.value, form.text, extent, "start")
        if not self._options.repair:
            raise misplaced(extent, form.text, at, "start")
        self._options.note(moved(form.label, extent, form.text, at))
        return at - form.start

    def _check_references(self, annotations: Mapping[str, Annotation]) -> None:
        """Entities and spans that fields name are there; spans don't lead back to themselves."""
        edges: dict[str, list[str]] = {}
        for n, annotation in enumerate(annotations.values()):
            for field in self._references[annotation.label]:
                value = annotation.fields.get(field.name)
                if not isinstance(value, str):
                    continue
                at = f"annotations[{n}].fields.{field.name}"
                if isinstance(field, EntityField):
                    self._check_entity(value, annotation.label, at)
                elif value != DOCUMENT_DATE or DOCUMENT_DATE not in field.targets:
                    target = annotations.get(value)
                    if target is None or target.label not in field.targets:
                        labels = " or ".join(field.targets)
                        raise InputError(f"It must name an annotation of {labels}.", place=at)
                    edges.setdefault(annotation.id, []).append(value)
        if edges and (looped := cycle(edges)):
            message = f"The annotation {looped} depends on itself through its fields."
            raise InputError(message, place="annotations")

    def _check_entity(self, entity_id: str, label: str, at: str) -> None:
        kind = self._codebook.label(label)
        wanted = kind.entity_type if kind is not None else ""
        held = self._entities.get(entity_id)
        if held is None:
            message = f"There is no entity {shorten(entity_id, 60)} in the lines before."
            raise InputError(message, place=at)
        if held != wanted:
            raise InputError(f"{label} needs an entity of type {wanted}, not {held}.", place=at)

    def _links(
        self, forms: tuple[LinkForm, ...], annotations: Mapping[str, Annotation]
    ) -> list[Link]:
        links: dict[str, Link] = {}
        edges: dict[str, dict[str, list[str]]] = {}
        for n, form in enumerate(forms):
            try:
                link = self._link(form, annotations)
                if link.id in links:
                    raise InputError(f"The id {link.id} is there already.", place="id")
            except InputError as fault:
                raise _within(fault, f"links[{n}]") from None
            links[link.id] = link
            kind = self._codebook.link_type(link.type)
            if kind is not None and kind.transitive:
                edges.setdefault(link.type, {}).setdefault(link.from_id, []).append(link.to_id)
        for name, steps in edges.items():
            if looped := cycle(steps):
                message = f"The annotation {looped} leads back to itself through {name}."
                raise InputError(message, place="links")
        return [*links.values()]

    def _link(self, form: LinkForm, annotations: Mapping[str, Annotation]) -> Link:
        kind = self._codebook.link_type(form.type)
        if kind is None:
            raise InputError(f"The codebook has no link type {form.type}.", place="type")
        ends = []
        for at, annotation_id in (("from", form.from_id), ("to", form.to_id)):
            if annotation_id not in annotations:
                message = f"There is no annotation {shorten(annotation_id, 60)} in the document."
                raise InputError(message, place=at)
            ends.append(annotations[annotation_id].label)
        if form.from_id == form.to_id:
            raise InputError("An annotation can't be linked to itself.", place="to")
        if not allowed(kind, ends[0], ends[1]):
            raise InputError(f"{form.type} can't go from {ends[0]} to {ends[1]}.", place="to")
        return Link(
            id=read_id(form.id),
            type=form.type,
            from_id=form.from_id,
            to_id=form.to_id,
            fields=read_fields(form.fields, self._link_types[form.type], form.type),
        )


def _within(fault: InputError, outer: str) -> InputError:
    return type(fault)(fault.message, place=f"{outer}.{fault.place}")


def _check_fragments(fragments: tuple[Extent, ...], start: int, end: int) -> None:
    edges = [edge for fragment in fragments for edge in fragment]
    if not edges or edges != sorted(edges) or (edges[0], edges[-1]) != (start, end):
        message = "Fragments run from start to end, in order and apart from each other."
        raise InputError(message, place="fragments")


def cycle(edges: Mapping[str, list[str]]) -> str:
    """An id from which the edges lead back to itself; "" where there is none."""
    done: set[str] = set()
    for root in edges:
        path = {} if root in done else {root: iter(edges[root])}
        while path:
            here = next(reversed(path))
            following = next(path[here], None)
            if following is None:
                done.add(here)
                del path[here]
            elif following in path:
                return following
            elif following not in done:
                path[following] = iter(edges.get(following, ()))
    return ""


def write_work(work: Work, text: Text) -> WorkForm:
    """The document as it is written."""
    value = text.value
    return WorkForm(
        id=work.id,
        owner_id=work.owner_id,
        state=work.state,
        annotations=tuple(
            AnnotationForm(
                id=a.id,
                label=a.label,
                start=a.fragments[0][0],
                end=a.fragments[-1][1],
                text=value[a.fragments[0][0] : a.fragments[-1][1]],
                fragments=a.fragments if len(a.fragments) > 1 else UNSET,
                fields=a.fields,  # type: ignore[arg-type]
            )
            for a in work.annotations
        ),
        links=tuple(
            LinkForm(id=k.id, type=k.type, from_id=k.from_id, to_id=k.to_id, fields=k.fields)  # type: ignore[arg-type]
            for k in work.links
        ),
    )
