"""What the columns of a table, or the keys of an object, hold: said by a person, and remembered."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from annotator.formats import Column

MEANINGS = {
    "text": "Text",
    "title": "Title",
    "source": "Source",
    "url": "URL",
    "language": "Language",
    "date": "Date",
    "": "Other fact",
    "ignore": "Leave out",
}


class ColumnsDialog(QDialog):
    """A row a column: name, a value of it, what it holds."""

    chosen = Signal(object)
    """column → meaning, as in ReadOptions.columns"""

    def __init__(self, file: str, columns: Sequence[Column], parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(f"Columns of {file}")
        self.meanings: dict[str, QComboBox] = {}
        self.note = QLabel("", self)
        self.note.setProperty("fault", True)
        self.note.setWordWrap(True)
        self._buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel, self
        )
        self._buttons.button(QDialogButtonBox.StandardButton.Ok).setText("Read again")
        self._buttons.accepted.connect(self.accept)
        self._buttons.rejected.connect(self.reject)
        area = QScrollArea(self)
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setWidget(self._rows(columns))
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 16, 18, 14)
        column.setSpacing(10)
        column.addWidget(area, 1)
        column.addWidget(self.note)
        column.addWidget(self._buttons)
        self.resize(640, min(560, 150 + 36 * len(columns)))
        self._check()

    def _rows(self, columns: Sequence[Column]) -> QWidget:
        box = QWidget(self)
        grid = QGridLayout(box)
        grid.setContentsMargins(0, 0, 8, 0)
        grid.setHorizontalSpacing(16)
        grid.setColumnStretch(1, 1)
        for place, title in enumerate(("Column", "First value", "Holds")):
            head = QLabel(title, box)
            head.setProperty("quiet", True)
            grid.addWidget(head, 0, place)
        for number, column in enumerate(columns, 1):
            name, sample = QLabel(column.name or "(no name)", box), QLabel(column.sample, box)
            for label in (name, sample):
                label.setTextFormat(Qt.TextFormat.PlainText)
            sample.setProperty("quiet", True)
            sample.setMinimumWidth(80)
            sample.setSizePolicy(
                sample.sizePolicy().Policy.Ignored, sample.sizePolicy().Policy.Preferred
            )
            sample.setToolTip(column.sample)
            combo = QComboBox(box)
            combo.setAccessibleName(f"What {column.name} holds")
            for meaning, title in MEANINGS.items():
                combo.addItem(title, meaning)
            combo.setCurrentIndex(max(0, combo.findData(column.meaning)))
            combo.currentIndexChanged.connect(self._check)
            name.setBuddy(combo)
            self.meanings[column.name] = combo
            for place, widget in enumerate((name, sample, combo)):
                grid.addWidget(widget, number, place)
        grid.setRowStretch(len(columns) + 1, 1)
        return box

    def mapping(self) -> dict[str, str]:
        """Column → what it holds."""
        return {name: str(combo.currentData()) for name, combo in self.meanings.items()}

    def _check(self) -> None:
        there = "text" in self.mapping().values()
        self.note.setText("" if there else "Say which column holds the text.")
        self._buttons.button(QDialogButtonBox.StandardButton.Ok).setEnabled(there)

    def accept(self) -> None:
        """Hand over what was said."""
        self.chosen.emit(self.mapping())
        super().accept()
