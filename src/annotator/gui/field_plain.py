"""Values that are only read."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel

from annotator.gui.field_base import FieldInput, Shown, Surroundings
from annotator.gui.field_reading import readings
from annotator.gui.form_style import HEIGHT
from annotator.gui.summary import option_title
from annotator.model.codebook import (
    DOCUMENT_DATE,
    ChoiceField,
    ChoicesField,
    CodeField,
    DateField,
    EntityField,
    Field,
    SpanField,
    Value,
)
from annotator.model.document import Document
from annotator.model.edit import shorten

NOTHING = "–"


class PlainValue(FieldInput):
    """The value as text; `why` says who may change it."""

    def __init__(self, field: Field, around: Surroundings, *, why: str = "") -> None:
        super().__init__(field, around)
        self._field = field
        self.label = QLabel(NOTHING)
        self.label.setProperty("quiet", True)
        self.label.setWordWrap(True)
        self.label.setMinimumHeight(HEIGHT)
        self.label.setContentsMargins(1, 0, 0, 0)
        self.label.setAccessibleName(self.spoken)
        self.row.addWidget(self.label, 1)
        if why:
            self.setToolTip(why)
            self.label.setAccessibleDescription(why)

    def aspect(self, shown: Shown) -> object:
        """The words of what it points at."""
        return said(self._field, shown.value, self.around.session.document)

    def present(self, shown: Shown) -> None:
        """Say it."""
        text = said(self._field, shown.value, self.around.session.document)
        if isinstance(self._field, DateField) and (reading := readings(str(shown.value or ""))):
            text = f"{text}  = {reading[0]}"
        self.label.setText(text or NOTHING)


def said(field: Field, value: Value, document: Document | None) -> str:
    """A value as a person reads it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        options = field.options if isinstance(field, ChoicesField) else ()
        titles = {o.value: o.title for o in options}
        return ", ".join(titles.get(v, v) for v in value)
    if isinstance(field, ChoiceField):
        return option_title(field, value)
    if isinstance(field, CodeField):
        codes = {o.value: o.title for o in (*field.extra, *field.options)}
        return codes.get(str(value), str(value))
    if document is not None and isinstance(field, EntityField):
        entity = document.entities.get(str(value))
        return entity.name if entity is not None else str(value)
    if document is not None and isinstance(field, SpanField):
        target = document.annotations.get(str(value))
        if value == DOCUMENT_DATE:
            return "document date"
        return shorten(target.quote(document.text)) if target is not None else str(value)
    return f"{value:g}" if isinstance(value, float) else str(value)
