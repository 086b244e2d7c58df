"""What an annotation says, in a few words: for chips and for the annotation list."""

from __future__ import annotations

from annotator.model.codebook import (
    ChoiceField,
    Codebook,
    EntityField,
    Field,
    IntegerField,
    NumberField,
    TimexField,
    Value,
)
from annotator.model.compute import effective_value
from annotator.model.document import Annotation, Document, Entity
from annotator.model.edit import shorten

_SIGNS = {
    "approx": "≈", "more_than": ">", "less_than": "<", "at_least": "≥", "at_most": "≤",
}  # fmt: skip
_SHORT = 8


def summary(document: Document, codebook: Codebook, annotation: Annotation) -> str:
    """The entity's name, the TIMEX value, "≈120 killed", "SOHR · ASSAULT", or the main choice.

    The kinds of the label's fields decide, not its name; "" where nothing is said.
    """
    fields = codebook.fields(annotation.label)
    held = annotation.fields
    for field in fields:
        if isinstance(field, EntityField):
            entity = document.entities.get(str(held.get(field.name)))
            return entity.name if entity is not None else ""
        if isinstance(field, TimexField):
            return str(held.get(field.name) or "")
        if _is_figure(field):
            return _quantity(fields, annotation, field.name)
    linked = bool(_starts(codebook, annotation))
    source = _first_link(document, codebook, annotation)
    choice = _main_choice(document, codebook, annotation, linked=linked)
    return " · ".join(filter(None, (source, choice)))


def words(document: Document, codebook: Codebook, annotation: Annotation) -> str:
    """What a chip shows: a figure's summary, else the words that it covers."""
    fields = codebook.fields(annotation.label)
    figure = any(map(_is_figure, fields)) and not any(isinstance(f, EntityField) for f in fields)
    said = summary(document, codebook, annotation) if figure else ""
    return said or shorten(annotation.quote(document.text), 80)


def _is_figure(field: Field) -> bool:
    return isinstance(field, (NumberField, IntegerField)) and not field.advanced


def short_name(entity: Entity) -> str:
    """An acronym among its names, else its name."""
    short = (n for n in entity.names if 1 < len(n) <= _SHORT and n.isupper())
    return next(short, entity.name)


def option_title(field: ChoiceField, value: Value) -> str:
    """The title of a choice without its explanation ("ASSAULT — use of armed force")."""
    groups = (field.options, *field.options_by.values())
    titles = (o.title for group in groups for o in group if o.value == value)
    return next(titles, str(value)).partition(" — ")[0]


def _quantity(fields: tuple[Field, ...], annotation: Annotation, main: str) -> str:
    held = annotation.fields
    low, value, high = (_number(held.get(name)) for name in ("low", main, "high"))
    how = held.get("approximator")
    number = f"{low}–{high}" if how == "between" and low and high else value or low or high
    if not number:
        return ""
    sign = "" if "–" in number else _SIGNS.get(str(how), "")
    unit = str(held.get("unit") or "count").replace("count", "")
    kinds = (f for f in fields if isinstance(f, ChoiceField) and f.name == "kind")
    kind = next((option_title(f, held[f.name]) for f in kinds if held.get(f.name)), "")
    kind = "" if held.get("kind") == "other" else kind.lower()
    return " ".join(filter(None, (f"{sign}{number}", unit, kind)))


def _number(value: Value) -> str:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return ""
    whole = isinstance(value, int) or value.is_integer()
    return f"{int(value):,}" if whole else f"{value:,g}"


def _starts(codebook: Codebook, annotation: Annotation) -> tuple[str, ...]:
    kinds = codebook.links_of(annotation.label)
    return tuple(k.name for k in kinds if annotation.label in k.from_labels and not k.symmetric)


def _first_link(document: Document, codebook: Codebook, annotation: Annotation) -> str:
    """The targets of the label's first link type: a claim's source."""
    first = _starts(codebook, annotation)[:1]
    names = [
        _name(document, codebook, target)
        for link in document.links_from(annotation.id)
        if link.type in first and (target := document.annotations.get(link.to_id)) is not None
    ]
    return ", ".join(names)


def _name(document: Document, codebook: Codebook, target: Annotation) -> str:
    for field in codebook.fields(target.label):
        if isinstance(field, EntityField):
            entity = document.entities.get(str(target.fields.get(field.name)))
            if entity is not None:
                return short_name(entity)
    return shorten(target.quote(document.text), 24)


def _main_choice(
    document: Document, codebook: Codebook, annotation: Annotation, *, linked: bool
) -> str:
    """The first choice that no default and no rule answers; without links the first of all."""
    for field in codebook.fields(annotation.label):
        if not isinstance(field, ChoiceField) or field.computed:
            continue
        if linked and (field.default is not None or field.advanced):
            continue
        value = effective_value(document, codebook, annotation, field.name)
        return option_title(field, value) if value is not None else ""
    return ""
