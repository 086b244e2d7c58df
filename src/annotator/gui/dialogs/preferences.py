"""The settings as a form: a row of SETTINGS is a row here, and what is changed is seen at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLineEdit,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from annotator.settings import SETTINGS, Setting, Settings


class Preferences(QDialog):
    """`change` is called with the name of a setting and its new value.

    `offers` is what a setting may hold where its row can't know: name → value → title.
    """

    def __init__(
        self, settings: Settings, change: Callable[[str, object], None], parent: QWidget,
        offers: Mapping[str, Mapping[str, str]] | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Settings")
        self._change, self._offers = change, offers or {}
        self.widgets: dict[str, QWidget] = {}
        form = QFormLayout()
        for row in SETTINGS:
            if row.title:
                widget = self._widget(row, getattr(settings, row.name))
                widget.setAccessibleName(row.title)
                self.widgets[row.name] = widget
                form.addRow(row.title, widget)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 16, 18, 14)
        column.setSpacing(14)
        column.addLayout(form)
        column.addWidget(buttons)

    def _widget(self, row: Setting, value: object) -> QWidget:
        def give(new: object) -> None:
            self._change(row.name, new)

        offers = self._offers.get(row.name) or {c: c.capitalize() for c in row.choices}
        if offers:
            combo, held = QComboBox(self), list(offers)
            combo.addItems(list(offers.values()))
            combo.setCurrentIndex(held.index(str(value)) if value in held else 0)
            combo.currentIndexChanged.connect(lambda i: give(held[i]))
            return combo
        if isinstance(value, bool):
            check = QCheckBox(self)
            check.setChecked(value)
            check.toggled.connect(give)
            return check
        if isinstance(value, int):
            spin = QSpinBox(self)
            spin.setRange(row.low, row.high)
            spin.setSingleStep(10)
            spin.setValue(value)
            spin.valueChanged.connect(give)
            return spin
        line = QLineEdit(str(value), self)
        line.editingFinished.connect(lambda: give(line.text().strip()))
        return line
