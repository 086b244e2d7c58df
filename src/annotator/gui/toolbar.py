"""The bar over the text: a button per label with its key, and what selections take."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QPushButton,
    QSizePolicy,
    QStyle,
    QStyleOptionButton,
    QToolBar,
    QWidget,
)

from annotator.gui.theme import Theme
from annotator.model.codebook import Codebook, Label


class LabelButton(QPushButton):
    """A label with its key, its colour as a bar at the left."""

    def __init__(self, label: Label, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(label.name, parent)
        self._label, self._theme = label, theme
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(f"Tag as {label.name}")
        key = f" ({label.key.upper()})" if label.key else ""
        self.setToolTip(f"<b>{label.name}</b>{key}<br>{label.guideline}")

    def sizeHint(self) -> QSize:
        """Room for bar, key and name."""
        width = self.fontMetrics().horizontalAdvance(f"{self._label.key.upper()}  {self.text()}")
        return QSize(width + 34, self.fontMetrics().height() + 14)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Button, bar, key in quiet bold, name."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        option = QStyleOptionButton()
        self.initStyleOption(option)
        over = bool(option.state & QStyle.StateFlag.State_MouseOver) or self.isDown()
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(self._theme.color("rule"))
        painter.setBrush(self._theme.color("current" if over else "raised"))
        painter.drawRoundedRect(box, 4, 4)
        painter.fillRect(QRectF(1, 1, 3, self.height() - 2), self._ink())
        key = self._label.key.upper()
        font = self.font()
        font.setBold(True)
        painter.setFont(font)
        painter.setPen(self._theme.color("muted"))
        metrics = painter.fontMetrics()
        baseline = (self.height() + metrics.ascent() - metrics.descent()) // 2
        painter.drawText(13, baseline, key)
        painter.setFont(self.font())
        painter.setPen(self._theme.color("ink" if self.isEnabled() else "faint"))
        painter.drawText(13 + metrics.horizontalAdvance(key) + 9, baseline, self.text())

    def _ink(self) -> QColor:
        return self._theme.label_ink(self._label.color)


def quiet_button(text: str, act: Callable[[], object]) -> QPushButton:
    """A button that looks like a word."""
    button = QPushButton(text)
    button.setFlat(True)
    button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    button.setStyleSheet("border: none; background: transparent; padding: 4px 8px;")
    button.clicked.connect(lambda _=False: act())
    return button


class LabelBar(QToolBar):
    """The labels of the codebook; the snap unit and the palette's key at the right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Labels", parent)
        self.setObjectName("labels")
        self.setMovable(False)

    def show_codebook(
        self, codebook: Codebook, theme: Theme, tag: Callable[[str], object], extra: list[QWidget]
    ) -> None:
        """Rebuild for a codebook; `extra` widgets stand at the right."""
        for action in self.actions():  # with its widget, which clear() would leave behind
            self.removeAction(action)
            action.deleteLater()
        for label in codebook.labels:
            button = LabelButton(label, theme, self)
            button.clicked.connect(lambda _=False, name=label.name: tag(name))
            self.addWidget(button)
        spring = QWidget()
        spring.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.addWidget(spring)
        for widget in extra:
            self.addWidget(widget)

    def set_shown(self, widget: QWidget, shown: bool) -> None:
        """Show or hide one of the widgets; the bar overrules the widget's own setVisible."""
        for action in self.actions():
            if self.widgetForAction(action) is widget:
                action.setVisible(shown)
