"""What may be said: labels, their fields, entity types and link types.

A codebook is one versioned document of a project. A field kind is one dataclass of the `Field`
union; each `match` over it ends in `assert_never`, so a new kind fails the type check until it is
answered everywhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import ClassVar, Literal

Value = bool | int | float | str | tuple[str, ...] | None
"""What a field holds; None and the absent key mean the same: not said."""

Role = Literal["annotator", "supervisor"]
Line = Literal["solid", "dotted", "dashed", "double", "wave"]

RESERVED_KEYS = frozenset("fo")
"""Keys that the window itself uses in the text; no label may have one."""

DOCUMENT_DATE = "t0"
"""In a span field: the document's date instead of a span (TimeML's tid of the creation time)."""


@dataclass(frozen=True, slots=True)
class Option:
    """One value of a choice."""

    value: str
    label: str = ""
    guideline: str = ""

    @property
    def title(self) -> str:
        """What a person reads."""
        return self.label or self.value.replace("_", " ")


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldBase:
    """What every kind of field has."""

    name: str
    label: str = ""
    guideline: str = ""
    source: str = ""
    """The standard that the values come from."""
    required: bool = False
    remember: bool = False
    """A new annotation starts with the value last given."""
    advanced: bool = False
    """Shown under "More"."""
    readonly: bool = False
    role: Role = "annotator"
    """Who may edit it."""
    computed: str = ""
    """The rule of `compute.RULES` that answers while nobody has."""
    visible_when: Mapping[str, tuple[str, ...] | None] = field(default_factory=dict)
    """Field name → values that show this field; None: shown while that field is empty."""

    @property
    def title(self) -> str:
        """What a person reads."""
        return self.label or self.name.replace("_", " ").capitalize()


@dataclass(frozen=True, slots=True, kw_only=True)
class BoolField(FieldBase):
    kind: ClassVar[str] = "bool"
    default: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TextField(FieldBase):
    """Several lines."""

    kind: ClassVar[str] = "text"
    default: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StringField(FieldBase):
    """One line."""

    kind: ClassVar[str] = "string"
    default: str | None = None
    pattern: str = ""
    max_length: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberField(FieldBase):
    kind: ClassVar[str] = "number"
    default: float | None = None
    min: float | None = None
    max: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IntegerField(FieldBase):
    kind: ClassVar[str] = "integer"
    default: int | None = None
    min: int | None = None
    max: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceField(FieldBase):
    """One of `options`; or, with `options_by`, of those of another field's value."""

    kind: ClassVar[str] = "choice"
    default: str | None = None
    options: tuple[Option, ...] = ()
    depends_on: str = ""
    options_by: Mapping[str, tuple[Option, ...]] = field(default_factory=dict)

    def options_for(self, fields: Mapping[str, Value]) -> tuple[Option, ...]:
        """The options open while the other fields hold `fields`."""
        if not self.depends_on:
            return self.options
        return self.options_by.get(str(fields.get(self.depends_on)), ())


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoicesField(FieldBase):
    """Any number of `options`."""

    kind: ClassVar[str] = "choices"
    default: tuple[str, ...] = ()
    options: tuple[Option, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeField(FieldBase):
    """A code from a list in `resources/codelists/<codelist>.json`, or one of `extra`.

    `options` is that list, put in by whoever decodes the codebook and never encoded; empty: the
    list is not at hand and any code passes.
    """

    kind: ClassVar[str] = "code"
    default: str | None = None
    codelist: str
    extra: tuple[Option, ...] = ()
    options: tuple[Option, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StringsField(FieldBase):
    """A list of strings; `pattern` binds each of them."""

    kind: ClassVar[str] = "strings"
    default: tuple[str, ...] = ()
    pattern: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EntityField(FieldBase):
    """The id of an entity of the type that the label names."""

    kind: ClassVar[str] = "entity"
    default: None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SpanField(FieldBase):
    """The id of an annotation with a label of `targets`, or `DOCUMENT_DATE` where listed."""

    kind: ClassVar[str] = "span"
    default: str | None = None
    targets: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TimexField(FieldBase):
    """A TIMEX3 value (ISO 24617-1), checked against the TIMEX3 type in the field `type`."""

    kind: ClassVar[str] = "timex"
    default: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DateField(FieldBase):
    """A calendar date, YYYY-MM-DD."""

    kind: ClassVar[str] = "date"
    default: str | None = None


Field = (
    BoolField | TextField | StringField | NumberField | IntegerField | ChoiceField | ChoicesField
    | CodeField | StringsField | EntityField | SpanField | TimexField | DateField
)  # fmt: skip

FIELD_KINDS: Mapping[str, type[Field]] = {
    cls.kind: cls
    for cls in (
        BoolField, TextField, StringField, NumberField, IntegerField, ChoiceField, ChoicesField,
        CodeField, StringsField, EntityField, SpanField, TimexField, DateField,
    )
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class EntityType:
    """A kind of record that mentions point at."""

    name: str
    label: str = ""
    guideline: str = ""
    fields: tuple[Field, ...] = ()

    @property
    def title(self) -> str:
        """What a person reads."""
        return self.label or self.name.capitalize()


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """A kind of span."""

    name: str
    key: str = ""
    """One character; pressed in the text it tags."""
    color: str = "#64748b"
    mark: Literal["tint", "line"] = "tint"
    """How it is painted while another label lies inside: tinted, or only underlined."""
    line: Line = "solid"
    """Its own pattern of underline: colour never stands alone."""
    guideline: str = ""
    entity_type: str = ""
    fragments: bool = True
    """May have more than one fragment."""
    multi_paragraph: bool = True
    fields: tuple[Field, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkType:
    """A typed link between two annotations, directed unless symmetric."""

    name: str
    label: str = ""
    key: str = ""
    """One character; with Shift, in the text, it links the current annotation."""
    from_labels: tuple[str, ...]
    to_labels: tuple[str, ...]
    max: int | None = None
    """How many links of this type an annotation may start; None: any number."""
    required: bool = False
    advanced: bool = False
    symmetric: bool = False
    transitive: bool = False
    cross_document: bool = False
    guideline: str = ""
    fields: tuple[Field, ...] = ()

    @property
    def title(self) -> str:
        """What a person reads."""
        return self.label or self.name.replace("_", " ").capitalize()

    def touches(self, label: str) -> bool:
        """True where an annotation with `label` shows this link in its form."""
        return label in self.from_labels or (self.symmetric and label in self.to_labels)


@dataclass(frozen=True, kw_only=True)
class Codebook:
    """All that may be said in a project. Build it with `formats.codebook.decode`."""

    name: str
    version: str = "1.0.0"
    language: str = "en"
    common_fields: tuple[Field, ...] = ()
    entity_types: tuple[EntityType, ...] = ()
    labels: tuple[Label, ...] = ()
    link_types: tuple[LinkType, ...] = ()

    @cached_property
    def _labels(self) -> Mapping[str, Label]:
        return {label.name: label for label in self.labels}

    @cached_property
    def _fields(self) -> Mapping[str, tuple[Field, ...]]:
        return {label.name: label.fields + self.common_fields for label in self.labels}

    @cached_property
    def _entity_types(self) -> Mapping[str, EntityType]:
        return {kind.name: kind for kind in self.entity_types}

    @cached_property
    def _link_types(self) -> Mapping[str, LinkType]:
        return {kind.name: kind for kind in self.link_types}

    def label(self, name: str) -> Label | None:
        """The label of that name; None where the codebook has none (any more)."""
        return self._labels.get(name)

    def fields(self, label: str) -> tuple[Field, ...]:
        """The label's own fields, then the common ones; empty for an unknown label."""
        return self._fields.get(label, ())

    def entity_type(self, name: str) -> EntityType | None:
        """The entity type of that name."""
        return self._entity_types.get(name)

    def link_type(self, name: str) -> LinkType | None:
        """The link type of that name."""
        return self._link_types.get(name)

    def links_of(self, label: str) -> Iterator[LinkType]:
        """The link types that an annotation with `label` shows, in the codebook's order."""
        return (kind for kind in self.link_types if kind.touches(label))


def field_named(fields: tuple[Field, ...], name: str) -> Field | None:
    """The field of that name among `fields`."""
    return next((f for f in fields if f.name == name), None)


def visible(field: Field, fields: Mapping[str, Value]) -> bool:
    """True where `field` is to be shown while the others hold `fields`."""
    for name, values in field.visible_when.items():
        held = fields.get(name)
        if held is not None if values is None else held not in values:
            return False
    return True
