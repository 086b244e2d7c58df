"""The context menu of the article, from the codebook."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QMenu, QWidget

from annotator.gui.theme import Theme
from annotator.model.codebook import Codebook
from annotator.model.document import Annotation


class Doer(Protocol):
    """What the menu's rows call."""

    def tag_anew(self, label: str) -> None:
        """Tag what is selected, whatever is current."""

    def change(self, label: str) -> None:
        """Change the label of the current annotation, whatever is selected."""

    def delete_chosen(self) -> None:
        """Delete the current annotation."""

    def copy(self) -> None:
        """Copy what is selected."""


def menu(
    parent: QWidget, doer: Doer, codebook: Codebook, theme: Theme, current: Annotation | None,
    *, words: str, selected: bool,
) -> QMenu:  # fmt: skip
    """Tag `words`, change or delete the current annotation, copy what is selected."""
    made = QMenu(parent)
    tagging = made.addMenu(f"Tag ‘{words}’ as" if words else "Tag as")
    tagging.setEnabled(bool(words))
    changing = made.addMenu(f"Change {current.label} to" if current else "Change to")
    changing.setEnabled(current is not None)
    for label in codebook.labels:
        name, icon = label.name, _swatch(theme, label.color)
        key = f"\t{label.key.upper()}" if label.key else ""
        tagging.addAction(icon, name + key).triggered.connect(
            lambda _=False, n=name: doer.tag_anew(n)
        )
        if current is not None and name != current.label:
            changing.addAction(icon, name + key).triggered.connect(
                lambda _=False, n=name: doer.change(n)
            )
    delete = made.addAction(f"Delete {current.label}" if current else "Delete")
    delete.setEnabled(current is not None)
    delete.triggered.connect(lambda: doer.delete_chosen())
    made.addSeparator()
    copy = made.addAction("Copy")
    copy.setEnabled(selected)
    copy.triggered.connect(lambda: doer.copy())
    return made


def _swatch(theme: Theme, color: str) -> QIcon:
    pixmap = QPixmap(12, 12)
    pixmap.fill(theme.label_ink(color))
    painter = QPainter(pixmap)
    painter.fillRect(0, 0, 12, 9, theme.label_tint(color))
    painter.end()
    return QIcon(pixmap)
