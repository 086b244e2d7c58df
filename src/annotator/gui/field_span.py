"""A reference to another annotation, or to the document's date."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from annotator.gui.field_base import FieldInput, Shown, Surroundings
from annotator.gui.field_chips import Chip, Flow
from annotator.gui.form_button import QuietButton
from annotator.gui.summary import words
from annotator.model.codebook import DOCUMENT_DATE, SpanField

_CHOOSING = "choosing …  Esc cancels"


class SpanInput(FieldInput):
    """The target as a chip; Enter on the button chooses another in the text."""

    def __init__(self, field: SpanField, around: Surroundings) -> None:
        super().__init__(field, around)
        self._targets = ", ".join(t for t in field.targets if t != DOCUMENT_DATE)
        self.flow = Flow(self)
        self.row.addWidget(self.flow)
        self.chip = Chip(around.look)
        self.button = QuietButton(around.look, "", "")
        self.date = QuietButton(
            around.look, "document date", f"{field.title}: the document's date, {around.owner}"
        )
        self._dated = DOCUMENT_DATE in field.targets
        for piece in (self.chip, self.button, self.date):
            piece.setParent(self.flow)
            piece.hide()
        self.setFocusProxy(self.button)
        self.chip.removed.connect(self._clear)
        self.chip.pressed_on.connect(self._go)
        self.button.clicked.connect(self._pick)
        self.date.clicked.connect(lambda: self.given.emit(DOCUMENT_DATE))
        around.session.picking_changed.connect(self._show_picking)
        self._held: object = None
        self._show_picking()

    def _clear(self) -> None:
        self.button.setFocus()
        self.given.emit(None)

    def _go(self) -> None:
        if self._held != DOCUMENT_DATE:
            self.around.session.select(str(self._held))

    def _pick(self) -> None:
        self.button.setFocus()
        self.around.session.pick(self.name)

    def _show_picking(self) -> None:
        pick = self.around.session.picking
        lit = pick is not None and pick.kind.name == self.name
        if lit or self.button.lit or not self.button.words:
            self.button.lit = lit
            spoken = f"Choose {self.spoken} in the text"
            self.button.show_text(_CHOOSING if lit else "+ choose", spoken)
            self.button.update()
            self.flow.arrange()

    def aspect(self, shown: Shown) -> object:
        """The target as it is now."""
        document = self.around.session.document
        if document is None:
            return None
        if shown.value == DOCUMENT_DATE:
            return document.article.date
        target = document.annotations.get(str(shown.value))
        codebook = self.around.session.codebook
        return target and (target.label, words(document, codebook, target))

    def present(self, shown: Shown) -> None:
        """The target's words in its label's colour."""
        self._held = shown.value
        pieces: list[QWidget] = [self.button]
        if shown.value is not None:
            pieces.insert(0, self.chip)
            text, color = self._target(shown)
            spoken = f"{text}, {self.spoken}. Delete removes it."
            self.chip.show_words(text, color, spoken)
        elif self._dated:
            pieces.append(self.date)
        self.flow.put(pieces)

    def _target(self, shown: Shown) -> tuple[str, str]:
        document, codebook = self.around.session.document, self.around.session.codebook
        assert document is not None
        if shown.value == DOCUMENT_DATE:
            return f"document date {document.article.date}".strip(), ""
        target = document.annotations.get(str(shown.value))
        if target is None:
            return "gone", ""
        label = codebook.label(target.label)
        return words(document, codebook, target), label.color if label is not None else ""
