"""Label Studio's labelling configuration (labelstud.io/tags) of a codebook, and what one says."""

from __future__ import annotations

from pathlib import Path
from typing import assert_never

from lxml import etree

from annotator.formats.files import whole
from annotator.formats.markup import parsed
from annotator.formats.schema import Schema
from annotator.formats.values import in_xml
from annotator.model.codebook import (
    BoolField,
    ChoiceField,
    ChoicesField,
    Codebook,
    CodeField,
    DateField,
    EntityField,
    Field,
    IntegerField,
    Label,
    NumberField,
    Option,
    SpanField,
    StringField,
    StringsField,
    TextField,
    TimexField,
)

_MAX = 16 << 20
_MANY = 12
"""More options than these are a list to drop down."""
_TRUTH = (Option("true", "Yes"), Option("false", "No"))


def config(codebook: Codebook) -> bytes:
    """The interface: labels over the text, the fields of the chosen region below it."""
    view = etree.Element("View")
    labels = etree.SubElement(view, "Labels", name="label", toName="text")
    for label in codebook.labels:
        tag = etree.SubElement(labels, "Label", value=in_xml(label.name), background=label.color)
        if label.key:
            tag.set("hotkey", label.key)
        if label.guideline:
            tag.set("hint", in_xml(label.guideline))
    etree.SubElement(view, "Text", name="text", value="$text")
    relations = etree.SubElement(view, "Relations")
    for name in _relations(codebook):
        etree.SubElement(relations, "Relation", value=in_xml(name))
    for label in codebook.labels:
        _add_fields(view, label, codebook.fields(label.name))
    etree.indent(view, " ")
    return etree.tostring(view, encoding="utf-8") + b"\n"


def _relations(codebook: Codebook) -> dict[str, None]:
    """The link types, and the fields that point at annotations: both are relations there."""
    names = dict.fromkeys(kind.name for kind in codebook.link_types)
    for label in codebook.labels:
        fields = codebook.fields(label.name)
        names |= dict.fromkeys(f.name for f in fields if isinstance(f, SpanField))
    return names


def _add_fields(view: etree._Element, label: Label, fields: tuple[Field, ...]) -> None:
    if not fields:
        return
    of_label = etree.SubElement(
        view,
        "View",
        visibleWhen="region-selected",
        whenTagName="label",
        whenLabelValue=in_xml(label.name),
    )
    for field in fields:
        etree.SubElement(of_label, "Header", value=in_xml(field.title), size="6")
        control = etree.SubElement(of_label, _control(field))
        control.set("name", in_xml(f"{label.name}.{field.name}"))
        control.set("toName", "text")
        control.set("perRegion", "true")
        options = _options(field)
        if control.tag == "Choices":
            control.set("choice", "multiple" if isinstance(field, ChoicesField) else "single")
            if len(options) > _MANY:
                control.set("layout", "select")
        for option in options:
            tag = etree.SubElement(control, "Choice", value=in_xml(option.value))
            if option.title != option.value:
                tag.set("hint", in_xml(option.title))


def _control(field: Field) -> str:
    match field:
        case BoolField() | ChoiceField() | ChoicesField() | CodeField():
            return "Choices"
        case NumberField() | IntegerField():
            return "Number"
        case (
            StringField() | TextField() | StringsField() | EntityField() | SpanField()
            | TimexField() | DateField()
        ):  # fmt: skip
            return "TextArea"
        case _:
            assert_never(field)


def _options(field: Field) -> tuple[Option, ...]:
    match field:
        case BoolField():
            return _TRUTH
        case ChoiceField():
            groups = (field.options, *field.options_by.values())
            return tuple({o.value: o for group in groups for o in group}.values())
        case ChoicesField():
            return field.options
        case CodeField():
            return tuple({o.value: o for o in (*field.options, *field.extra)}.values())
        case _:
            return ()


def declared(schema: Schema, path: Path) -> None:
    """What the configuration beside a file says of labels: their order, colours and choices.

    Raises InputError where it is there and can't be read.
    """
    if not path.is_file():
        return
    root = parsed(whole(path, _MAX), path.name)
    for label in root.iter("Label"):
        schema.label(_said(label, "alias") or _said(label, "value"), _said(label, "background"))
    for control in root.iter("Choices"):
        label_name, _, field_name = _said(control, "name").partition(".")
        if field_name and _said(control, "choice") != "multiple":
            values = [_said(c, "alias") or _said(c, "value") for c in control.iter("Choice")]
            schema.options(label_name, field_name, values)


def _said(element: etree._Element, name: str) -> str:
    return str(element.get(name) or "")
