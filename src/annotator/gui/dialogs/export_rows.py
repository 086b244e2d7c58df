"""What the parts of the export's form are made of: rows with a title, and faults below fields."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSize, Qt
from PySide6.QtWidgets import (
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QSizePolicy,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

GAP = 8
"""Between fields of one row."""
_WIDEST = "Licence (SPDX)"
"""The longest title: fields stand in line whichever rows are shown."""


class Airy(QStyledItemDelegate):
    """Rows of a list with room around their words."""

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """A little higher than the words."""
        hint = super().sizeHint(option, index)
        return QSize(hint.width(), hint.height() + 8)


class Told(QLabel):
    """What is wrong with `field` above; not there while nothing is."""

    def __init__(self, field: QWidget) -> None:
        super().__init__()
        self.field = field
        self.setProperty("fault", True)
        self.setWordWrap(True)
        self.hide()

    def tell(self, fault: str) -> bool:
        """True where there is a fault."""
        if self.text() != fault:
            self.setText(fault)
            self.setVisible(bool(fault))
            self.field.setAccessibleDescription(fault)
        return bool(fault)

    def focus(self) -> None:
        """To the field at fault."""
        self.field.setFocus()
        if isinstance(self.field, QLineEdit):
            self.field.selectAll()


def line(parent: QWidget, name: str, hint: str = "") -> QLineEdit:
    """A line that says what it is for."""
    made = QLineEdit(parent)
    made.setAccessibleName(name)
    made.setPlaceholderText(hint)
    return made


def side_by_side(*widgets: QWidget, stretch: tuple[int, ...] = ()) -> QHBoxLayout:
    """Fields of one row."""
    row = QHBoxLayout()
    row.setSpacing(GAP)
    for number, widget in enumerate(widgets):
        row.addWidget(widget, stretch[number] if stretch else 1)
    return row


def row(
    form: QFormLayout, title: str, fields: QWidget | QHBoxLayout, *below: QWidget,
    buddy: QWidget | None = None,
) -> QWidget:  # fmt: skip
    """A row of a form with what stands below its fields; to be shown and hidden as a whole."""
    box = QWidget()
    column = QVBoxLayout(box)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(3)
    if isinstance(fields, QWidget):
        column.addWidget(fields)
    else:
        column.addLayout(fields)
    for widget in below:
        column.addWidget(widget)
    name = QLabel(title)
    name.setProperty("quiet", True)
    name.setMinimumSize(name.fontMetrics().horizontalAdvance(_WIDEST) + 4, 28)
    name.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    name.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
    if buddy is not None:
        name.setBuddy(buddy)
    form.addRow(name, box)
    return box


def rule(form: QFormLayout) -> None:
    """A thin line between parts."""
    made = QFrame()
    made.setFrameShape(QFrame.Shape.NoFrame)
    made.setFixedHeight(1)
    made.setProperty("rule", True)
    form.addRow(made)
