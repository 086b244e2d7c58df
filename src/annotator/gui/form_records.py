"""What a form fills: an annotation, a link, an entity, or the facts of the article."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol

from annotator.model import edit as edits
from annotator.model.check import Problem, fault_in_value, problems_of_entity
from annotator.model.codebook import (
    ChoiceField,
    DateField,
    Field,
    Option,
    StringField,
    StringsField,
    Value,
)
from annotator.model.compute import effective, effective_of_entity
from annotator.model.document import Annotation, Article, Entity, Link, Record
from annotator.session.faults import Faults
from annotator.session.session import Session


class Filled(Protocol):
    """A record by its id, always as it is now."""

    @property
    def id(self) -> str:
        """The record's id."""
        ...

    def now(self) -> Record | None:
        """The record; None where it is gone."""
        ...

    def held(self) -> Mapping[str, Value]:
        """What persons gave."""
        ...

    def effective(self) -> Mapping[str, Value]:
        """The same, and what rules compute for the rest."""
        ...

    def problems(self) -> tuple[Problem, ...]:
        """What is wrong with it."""
        ...

    def fill(self, name: str, value: Value, *, typing: bool) -> bool:
        """Give a field another value; False where the record is gone or the value is the same."""
        ...


def _fill(
    session: Session, record: Annotation | Entity | Link | None, name: str, value: Value,
    *, typing: bool,
) -> bool:  # fmt: skip
    if record is None or record.fields.get(name) == value:
        return False
    return session.edit(edits.fill(record, name, value, typing=typing))


@dataclass(frozen=True, slots=True)
class AnnotationRecord:
    """An annotation of the open document."""

    session: Session
    faults: Faults
    id: str

    def now(self) -> Annotation | None:
        """The annotation."""
        document = self.session.document
        return document.annotations.get(self.id) if document else None

    def held(self) -> Mapping[str, Value]:
        """Its fields."""
        now = self.now()
        return now.fields if now else {}

    def effective(self) -> Mapping[str, Value]:
        """Its fields and the computed ones."""
        document, now = self.session.document, self.now()
        return effective(document, self.session.codebook, now) if document and now else {}

    def problems(self) -> tuple[Problem, ...]:
        """As last checked."""
        return self.faults.of(self.id)

    def fill(self, name: str, value: Value, *, typing: bool) -> bool:
        """One edit."""
        return _fill(self.session, self.now(), name, value, typing=typing)


@dataclass(frozen=True, slots=True)
class EntityRecord:
    """An entity of the project."""

    session: Session
    id: str

    def now(self) -> Entity | None:
        """The entity."""
        document = self.session.document
        return document.entities.get(self.id) if document else None

    def _fields(self, now: Entity) -> tuple[Field, ...]:
        kind = self.session.codebook.entity_type(now.type)
        return kind.fields if kind is not None else ()

    def held(self) -> Mapping[str, Value]:
        """Its fields."""
        now = self.now()
        return now.fields if now else {}

    def effective(self) -> Mapping[str, Value]:
        """Its fields and the computed ones."""
        now = self.now()
        return effective_of_entity(now, self._fields(now)) if now else {}

    def problems(self) -> tuple[Problem, ...]:
        """Checked now: it is one record."""
        now = self.now()
        return problems_of_entity(now, self.session.codebook) if now else ()

    def fill(self, name: str, value: Value, *, typing: bool) -> bool:
        """One edit."""
        return _fill(self.session, self.now(), name, value, typing=typing)


@dataclass(frozen=True, slots=True)
class LinkRecord:
    """A link of the open document."""

    session: Session
    id: str

    def now(self) -> Link | None:
        """The link."""
        document = self.session.document
        return document.links.get(self.id) if document else None

    def held(self) -> Mapping[str, Value]:
        """Its fields."""
        now = self.now()
        return now.fields if now else {}

    def effective(self) -> Mapping[str, Value]:
        """Links have no computed fields."""
        return self.held()

    def problems(self) -> tuple[Problem, ...]:
        """Values that their fields refuse."""
        now = self.now()
        kind = self.session.codebook.link_type(now.type) if now else None
        fields = kind.fields if kind is not None else ()
        return _wrong(self.id, fields, self.held())

    def fill(self, name: str, value: Value, *, typing: bool) -> bool:
        """One edit."""
        return _fill(self.session, self.now(), name, value, typing=typing)


FACTS: tuple[Field, ...] = (
    StringField(name="title", label="Title", guideline="The headline, as it was printed."),
    StringField(name="source", label="Source", guideline="The paper, agency or site."),
    StringField(
        name="url", label="URL", pattern=r"https?://\S+", guideline="Where it can be read."
    ),
    StringField(
        name="language",
        label="Language",
        pattern="[a-z]{2,3}(-[A-Za-z0-9]{2,8})*",
        guideline="A BCP 47 code: en, ar, pt-BR.",
    ),
    DateField(
        name="date",
        label="Date",
        guideline="The day of publication, YYYY-MM-DD. Relative dates in the text are read from "
        "it: “last Sunday” is the Sunday before.",
    ),
    ChoiceField(
        name="date_source",
        label="Known from",
        guideline="How the day of publication is known.",
        options=(Option("given"), Option("byline"), Option("guessed")),
    ),
    StringsField(
        name="metadata",
        label="Other",
        guideline="Anything else that is known, each as “name: value”: “author: Jane Doe”.",
    ),
)
"""The facts of an article as fields."""


def _pair_text(name: str, value: str) -> str:
    return f"{name}: {value}" if value else name


def _pairs(texts: Iterable[str], held: Mapping[str, str]) -> dict[str, str]:
    """“name: value” as pairs, a later one for an earlier; those that are held stay as they are."""
    known = {_pair_text(*pair): pair for pair in held.items()}
    pairs: dict[str, str] = {}
    for text in texts:
        name, _, value = text.partition(":")
        pair = known.get(text) or (name.strip() or text, value.strip() if name.strip() else "")
        pairs[pair[0]] = pair[1]
    return pairs


@dataclass(frozen=True, slots=True)
class FactsRecord:
    """The facts of the open document's article."""

    session: Session
    id: str

    def now(self) -> Article | None:
        """The article, while it is the open one."""
        document = self.session.document
        return document.article if document and document.article.id == self.id else None

    def held(self) -> Mapping[str, Value]:
        """What is known."""
        now = self.now()
        if now is None:
            return {}
        facts = {f.name: getattr(now, f.name) for f in FACTS}
        facts["metadata"] = tuple(_pair_text(*pair) for pair in now.metadata.items())
        return {name: value for name, value in facts.items() if value}

    def effective(self) -> Mapping[str, Value]:
        """Facts are not computed."""
        return self.held()

    def problems(self) -> tuple[Problem, ...]:
        """Values that their fields refuse."""
        return _wrong(self.id, FACTS, self.held())

    def fill(self, name: str, value: Value, *, typing: bool) -> bool:
        """One edit."""
        now = self.now()
        if now is None or self.held().get(name) == value:
            return False
        changed: dict[str, Any] = {name: value or ""}
        if name == "metadata":
            changed[name] = _pairs(value if isinstance(value, tuple) else (), now.metadata)
        bout = name if typing else ""
        return self.session.make(
            lambda d: edits.set_facts(d, replace(d.article, **changed), typing=bout)
        )


def _wrong(
    record_id: str, fields: tuple[Field, ...], values: Mapping[str, Value]
) -> tuple[Problem, ...]:
    faults = ((f.name, fault_in_value(f, values.get(f.name), values)) for f in fields)
    return tuple(Problem(record_id, name, fault) for name, fault in faults if fault)
