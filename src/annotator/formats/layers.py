"""A codebook as the layers of WebAnno and INCEpTION: span layers, relation layers, slots, chains.

A label is a span layer `webanno.custom.…`; its fields are features. A link type between two spans
of one label is a relation layer on it, with its own features. INCEpTION attaches a relation layer
to one span layer, so any other link type is a slot (a link feature) on each label that it starts
from. A field that points at a span is a slot too, and so are the further fragments of a span.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from annotator.model.codebook import (
    DOCUMENT_DATE,
    BoolField,
    ChoicesField,
    Codebook,
    EntityField,
    Field,
    IntegerField,
    Label,
    LinkType,
    NumberField,
    SpanField,
    StringsField,
)

PREFIX = "webanno.custom."
ANY = "uima.tcas.Annotation"
NEXT = "next"
CHAIN_FEATURES = ("referenceRelation", "referenceType")
FRAGMENTS = "fragments"

Range = Literal["String", "Integer", "Float", "Boolean", "StringArray"]
Part = Literal["", "name", "date"]
"""What of a field a feature holds: its value, the name of its entity, that it is the document's
date."""

_RESERVED = frozenset(
    ("begin", "end", "sofa", "Governor", "Dependent", "first", "self", "id", "fragments")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature:
    """A feature with a plain value."""

    name: str
    field: Field
    range: Range
    part: Part = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A feature that points at spans, each in a role; `target` is their layer or ANY.

    It holds a field, the links of a type, or (neither) the further fragments. `type` is that of
    the feature structure between: its features are role and target.
    """

    name: str
    type: str
    target: str
    field: SpanField | None = None
    link: LinkType | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """A span layer, or with `chain` one whose spans are chained by links of that type."""

    label: Label
    type: str
    features: Mapping[str, Feature]
    slots: Mapping[str, Slot]
    chain: LinkType | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """A relation layer on the layer `base`."""

    link: LinkType
    type: str
    base: str
    features: Mapping[str, Feature]


@dataclass(slots=True)
class _Names:
    """Names that are taken, so that each is given once."""

    taken: set[str] = field(default_factory=set)

    def make(self, name: str, *, upper: bool, joined: bool = True) -> str:
        """An ASCII identifier like `name`, in camel case (TSV headers split at underscores)."""
        plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
        parts = re.findall(r"[A-Za-z0-9]+" if joined else r"\w+", plain)
        made = "".join(p if n == 0 else p[:1].upper() + p[1:] for n, p in enumerate(parts))
        if not made or not made[0].isalpha():
            made = f"x{made}"
        made = made[0].upper() + made[1:] if upper else made
        made = f"{made}Field" if made in _RESERVED else made
        return self.own(made)

    def own(self, name: str) -> str:
        """`name`, with a number where it is taken."""
        made, number = name, 2
        while made.lower() in self.taken:
            made, number = f"{name}{number}", number + 1
        self.taken.add(made.lower())
        return made


class Layers:
    """The layers of a codebook. With `arrays` several strings are an array, else JSON text."""

    def __init__(self, codebook: Codebook, *, arrays: bool) -> None:
        self.codebook, self._arrays = codebook, arrays
        names = _Names()
        self._types = {
            label.name: PREFIX + names.make(label.name, upper=True) for label in codebook.labels
        }
        chains = {label.name: _chain(codebook, label) for label in codebook.labels}
        chained = {link.name for link in chains.values() if link is not None}
        self.relations: dict[str, Relation] = {}
        self._slotted: list[LinkType] = []
        for link in codebook.link_types:
            if link.name in chained:
                continue
            if link.from_labels == link.to_labels and len(link.from_labels) == 1:
                made = PREFIX + names.make(link.name, upper=True)
                self.relations[link.name] = self._relation(link, made)
            else:
                self._slotted.append(link)
        self.spans = {
            label.name: self._layer(label, chains[label.name], names) for label in codebook.labels
        }
        found: list[Layer | Relation] = [*self.spans.values(), *self.relations.values()]
        self.by_type = {made.type: made for made in found}

    def slot_of(self, link: LinkType, label: str) -> Slot | None:
        """The slot that holds the links of a type from annotations with a label."""
        slots = self.spans[label].slots.values()
        return next((s for s in slots if s.link is not None and s.link.name == link.name), None)

    def _relation(self, link: LinkType, made: str) -> Relation:
        features = self._features(link.fields, _Names())
        return Relation(
            link=link, type=made, base=self._types[link.from_labels[0]], features=features
        )

    def _layer(self, label: Label, chain: LinkType | None, names: _Names) -> Layer:
        own = _Names()
        made = self._types[label.name]
        features = self._features(self.codebook.fields(label.name), own)
        slots: dict[str, Slot] = {}

        def slot(
            name: str,
            target: str,
            field: SpanField | None = None,
            link: LinkType | None = None,
        ) -> None:
            kind = PREFIX + names.own(f"{made.removeprefix(PREFIX)}{name[0].upper()}{name[1:]}Link")
            slots[name] = Slot(name=name, type=kind, target=target, field=field, link=link)

        for kind in self.codebook.fields(label.name):
            if isinstance(kind, SpanField):
                name = own.make(kind.name, upper=False)
                slot(name, self._target(kind.targets), field=kind)
        for link in self._slotted:
            if label.name in link.from_labels:
                slot(own.make(link.name, upper=False), self._target(link.to_labels), link=link)
        if chain is None:
            slot(FRAGMENTS, made)
        return Layer(label=label, type=made, features=features, slots=slots, chain=chain)

    def _target(self, labels: Iterable[str]) -> str:
        found = {self._types[name] for name in labels if name in self._types}
        return found.pop() if len(found) == 1 else ANY

    def _features(self, fields: tuple[Field, ...], own: _Names) -> dict[str, Feature]:
        features: dict[str, Feature] = {}

        def put(field: Field, range: Range, name: str, part: Part = "") -> None:
            made = own.make(name, upper=False, joined=False)
            features[made] = Feature(name=made, field=field, range=range, part=part)

        for kind in fields:
            match kind:
                case BoolField():
                    put(kind, "Boolean", kind.name)
                case IntegerField():
                    put(kind, "Integer", kind.name)
                case NumberField():
                    put(kind, "Float", kind.name)
                case ChoicesField() | StringsField():
                    put(kind, "StringArray" if self._arrays else "String", kind.name)
                case EntityField():
                    put(kind, "String", kind.name, "name")
                    put(kind, "String", f"{kind.name}_id")
                case SpanField():
                    if DOCUMENT_DATE in kind.targets:
                        put(kind, "Boolean", f"{kind.name}_{DOCUMENT_DATE}", "date")
                case _:
                    put(kind, "String", kind.name)
        return features


def _chain(codebook: Codebook, label: Label) -> LinkType | None:
    """The link type that chains a label's spans, where the label is as a chain layer has it."""
    link = codebook.link_type(NEXT)
    fits = (
        link is not None
        and not link.fields
        and link.from_labels == link.to_labels == (label.name,)
        and label.name.endswith("Link")
        and {f.name for f in codebook.fields(label.name)} <= set(CHAIN_FEATURES)
    )
    return link if fits else None
