"""What the labels, fields and links of a foreign file come to: a codebook made of what it says.

A reader goes over its file twice: first it tells a Schema of everything it sees, then it asks for
the codebook and reads. Where the project's codebook can say all of it, that one is taken, with its
field kinds; else a new one is made, in the order in which things were seen.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property

from annotator.formats.codebook_change import lacking
from annotator.formats.codebook_join import joined
from annotator.formats.values import held
from annotator.model.codebook import (
    RESERVED_KEYS,
    BoolField,
    ChoiceField,
    Codebook,
    EntityField,
    EntityType,
    Field,
    IntegerField,
    Label,
    Line,
    LinkType,
    NumberField,
    Option,
    SpanField,
    StringField,
    StringsField,
    TextField,
    field_named,
)
from annotator.model.errors import CodebookError, InputError

# Okabe and Ito (2008), told apart by colour-blind people too; then darker ones of the same order.
_COLORS = (
    "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#8c6d1f", "#5b3e96",
    "#004d40", "#a3195b",
)  # fmt: skip
_LINES: tuple[Line, ...] = ("solid", "dotted", "dashed", "double", "wave")
_ENTITY = "entity"
_LIST = StringsField(name="list")


def clean(name: str) -> str:
    """A name that a codebook takes: printable, without blanks at its ends; never empty."""
    text = "".join(c if c.isprintable() else " " for c in name)
    return " ".join(text.split()) or "unnamed"


@dataclass(slots=True)
class _Seen:
    """A field and the kinds of value it was seen with."""

    kinds: set[str] = field(default_factory=set)
    options: dict[str, None] = field(default_factory=dict)
    targets: dict[str, None] = field(default_factory=dict)
    made: Field | None = None
    """the known codebook's field, while it takes all that is seen"""


@dataclass(slots=True)
class _SeenLink:
    from_labels: dict[str, None] = field(default_factory=dict)
    to_labels: dict[str, None] = field(default_factory=dict)
    symmetric: bool = False
    fields: dict[str, _Seen] = field(default_factory=dict)


class Schema:
    """Gathers what a file says; `codebook` is asked for once all of it was told.

    Names are cleaned (`clean`) on the way in. `declared` is a codebook that the file itself brings
    (in our own exports): it is used in the place of one that is made. `base` is what a foreign
    file declares (annotation.conf, a labelling config): what is made is added to it.
    """

    def __init__(
        self,
        name: str,
        known: Codebook | None = None,
        declared: Codebook | None = None,
        base: Codebook | None = None,
    ) -> None:
        self._name = clean(name)
        self._known = declared or known or base
        self._base = base
        self._declared, self._project = declared, known
        self._labels: dict[str, dict[str, _Seen]] = {}
        self._entity_of: dict[str, str] = {}
        self._links: dict[str, _SeenLink] = {}
        self._entity_types: dict[str, dict[str, _Seen]] = {}
        self._colors: dict[str, str] = {}

    # -- what is seen ----------------------------------------------------------------------------

    def label(self, name: str, color: str = "") -> None:
        """There is a label; `color` is #rrggbb."""
        self._labels.setdefault(clean(name), {})
        if re.fullmatch("#[0-9a-fA-F]{6}", color):
            self._colors.setdefault(clean(name), color.lower())

    def value(self, label: str, name: str, given: object) -> None:
        """An annotation has a value in a field."""
        self.label(label)
        fields = self._labels[clean(label)]
        known = self._known.fields(clean(label)) if self._known is not None else ()
        _see(fields, clean(name), given, field_named(known, clean(name)))

    def options(self, label: str, name: str, values: Iterable[str]) -> None:
        """A field of a label is a choice of these values."""
        self.label(label)
        known = self._known.fields(clean(label)) if self._known is not None else ()
        for value in values:
            _see(self._labels[clean(label)], clean(name), value, field_named(known, clean(name)))
            self._labels[clean(label)][clean(name)].options[value] = None

    def reference(self, label: str, name: str, target: str) -> None:
        """A field of a label points at an annotation with the label `target` (or DOCUMENT_DATE)."""
        self.label(label)
        seen = self._labels[clean(label)].setdefault(clean(name), _Seen())
        seen.targets[clean(target)] = None

    def link(self, type: str, from_label: str, to_label: str, *, symmetric: bool = False) -> None:
        """There is a link of a type between annotations with these labels.

        Few formats say that a type is symmetric; it is where the known codebook has it so.
        """
        self.label(from_label)
        self.label(to_label)
        seen = self._links.setdefault(clean(type), _SeenLink())
        seen.from_labels[clean(from_label)] = None
        seen.to_labels[clean(to_label)] = None
        known = self._known.link_type(clean(type)) if self._known is not None else None
        seen.symmetric = seen.symmetric or symmetric or (known is not None and known.symmetric)

    def link_value(self, type: str, name: str, given: object) -> None:
        """A link has a value in a field."""
        link = self._links.setdefault(clean(type), _SeenLink())
        kind = self._known.link_type(clean(type)) if self._known is not None else None
        known = kind.fields if kind is not None else ()
        _see(link.fields, clean(name), given, field_named(known, clean(name)))

    def entity(self, label: str, entity_type: str = "") -> str:
        """Mentions with this label point at entities; the entity type, by default of the label."""
        self.label(label)
        name = clean(label)
        kind = self._known.label(name) if self._known is not None else None
        if kind is not None and kind.entity_type:
            found = kind.entity_type
        else:
            found = clean(entity_type) if entity_type else name.lower()
        self._entity_of.setdefault(name, found)
        self._entity_types.setdefault(self._entity_of[name], {})
        return self._entity_of[name]

    def entity_value(self, entity_type: str, name: str, given: object) -> None:
        """An entity has a value in a field."""
        fields = self._entity_types.setdefault(entity_type, {})
        kind = self._known.entity_type(entity_type) if self._known is not None else None
        known = kind.fields if kind is not None else ()
        _see(fields, clean(name), given, field_named(known, clean(name)))

    # -- what it comes to ------------------------------------------------------------------------

    @cached_property
    def codebook(self) -> Codebook:
        """The project's codebook where it can say all that was seen, else the file's own.

        Where neither can, one made of what was seen.
        """
        made = self._made()
        for known in (self._project, self._declared, self._base):
            if known is not None and not lacking(made, known):
                return known
        if self._base is not None:
            with suppress(CodebookError):  # a name that means two things
                return joined(self._base, made)
        return made

    def entity_field(self, label: str) -> str:
        """The name of the field that holds the entity of a label; "" where there is none."""
        fields = self.codebook.fields(clean(label))
        return next((f.name for f in fields if isinstance(f, EntityField)), "")

    def link_name(self, type: str) -> str:
        """What a link type is called in the codebook."""
        return self._renamed.get(clean(type), clean(type))

    @cached_property
    def _renamed(self) -> dict[str, str]:
        """Link types that a field of their label has the name of."""
        taken = {
            name
            for name, link in self._links.items()
            if any(name in self._labels.get(label, ()) for label in link.from_labels)
        }
        return {name: f"{name} link" for name in sorted(taken)}

    def _made(self) -> Codebook:
        labels = []
        keys: set[str] = set()
        for n, (name, seen) in enumerate(self._labels.items()):
            fields = self._entity_fields(name) + _fields(seen)
            labels.append(
                Label(
                    name=name,
                    key=_key(name, keys),
                    color=self._colors.get(name, _COLORS[n % len(_COLORS)]),
                    line=_LINES[n % len(_LINES)],
                    entity_type=self._entity_of.get(name, ""),
                    fields=fields,
                )
            )
        return Codebook(
            name=self._name,
            entity_types=tuple(self._entity_type(*pair) for pair in self._entity_types.items()),
            labels=tuple(labels),
            link_types=tuple(
                self._link_type(name, link)
                for name, link in self._links.items()
                if link.from_labels
            ),
        )

    def _link_type(self, name: str, seen: _SeenLink) -> LinkType:
        known = self._known.link_type(name) if self._known is not None else None
        return LinkType(
            name=self.link_name(name),
            from_labels=tuple(seen.from_labels),
            to_labels=tuple(seen.to_labels),
            symmetric=seen.symmetric,
            transitive=known is not None and known.transitive,
            fields=_fields(seen.fields),
        )

    def _entity_fields(self, label: str) -> tuple[Field, ...]:
        if label not in self._entity_of:
            return ()
        known = self._known.fields(label) if self._known is not None else ()
        name = next((f.name for f in known if isinstance(f, EntityField)), _ENTITY)
        return (EntityField(name=name),)

    def _entity_type(self, name: str, seen: dict[str, _Seen]) -> EntityType:
        fields = _fields({k: v for k, v in seen.items() if k != "name"})
        return EntityType(name=name, fields=(StringField(name="name", required=True), *fields))


def _see(fields: dict[str, _Seen], name: str, given: object, known: Field | None) -> None:
    first = name not in fields
    seen = fields.setdefault(name, _Seen())
    if first:
        seen.made = known
    if seen.made is not None:
        try:
            held(seen.made, given)
        except InputError:
            seen.made = None
    seen.kinds.add(_kind(given))


def _kind(given: object) -> str:
    match given:
        case bool():
            return "bool"
        case int():
            return "integer"
        case float():
            return "number"
        case list() | tuple():
            return "strings"
        case str() if given.startswith('["') and held(_LIST, given) != (given,):
            return "strings"  # a list where there is text alone, as `values.as_text` writes it
        case str() if "\n" in given:
            return "text"
        case _:
            return "string"


def _fields(seen: dict[str, _Seen]) -> tuple[Field, ...]:
    return tuple(_field(name, row) for name, row in seen.items())


def _field(name: str, seen: _Seen) -> Field:
    if seen.made is not None and not seen.targets:
        return _bare(seen.made)
    if seen.targets:
        return SpanField(name=name, targets=tuple(seen.targets))
    if seen.options:
        return ChoiceField(name=name, options=tuple(map(Option, seen.options)))
    if seen.kinds == {"bool"}:
        return BoolField(name=name)
    if seen.kinds == {"integer"}:
        return IntegerField(name=name)
    if seen.kinds <= {"integer", "number"} and seen.kinds:
        return NumberField(name=name)
    if seen.kinds == {"strings"}:
        return StringsField(name=name)
    return TextField(name=name) if "text" in seen.kinds else StringField(name=name)


def _bare(field: Field) -> Field:
    """A known field without what binds it to others."""
    field = replace(field, computed="", visible_when={}, required=False, readonly=False)
    if isinstance(field, ChoiceField) and field.depends_on:
        options = {o.value: o for group in field.options_by.values() for o in group}
        return replace(field, depends_on="", options_by={}, options=tuple(options.values()))
    return field


def _key(name: str, taken: set[str]) -> str:
    """A key of its own for a label: a letter of its name, else a digit, else none."""
    candidates: list[str] = [*filter(str.isalpha, name.lower()), *"1234567890"]
    for c in candidates:
        if c not in taken and c not in RESERVED_KEYS:
            taken.add(c)
            return c
    return ""
