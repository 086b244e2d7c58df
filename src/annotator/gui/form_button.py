"""Buttons that stay quiet until somebody needs them."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QKeyEvent, QKeySequence, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QPushButton, QSizePolicy

from annotator.gui.form_style import HEIGHT, Look, font

_ICON = 22


class QuietButton(QPushButton):
    """A few muted words without a frame; Enter clicks it, too."""

    def __init__(self, look: Look, text: str = "", spoken: str = "") -> None:
        super().__init__()
        self._look, self.lit = look, False
        self.setFixedHeight(_ICON)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.show_text(text, spoken)

    def show_text(self, text: str, spoken: str) -> None:
        """Other words."""
        self.setText(text.replace("&", "&&"))
        self.words = text
        self.setAccessibleName(spoken)
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        """Its words and some air."""
        width = QFontMetrics(font(-1)).horizontalAdvance(self.words) + 12
        return QSize(max(_ICON, width), _ICON)

    def minimumSizeHint(self) -> QSize:
        """The same."""
        return self.sizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter is a click; arrows do not move the focus about."""
        key = event.key()
        if self.lit:
            event.ignore()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not (
            event.modifiers() & Qt.KeyboardModifier.ControlModifier
        ):
            self.click()
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down):
            event.ignore()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Words; a ring for the keyboard, a ground for the mouse."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        look, box = self._look, QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        if self.hasFocus() or self.underMouse() or self.lit:
            ring = self.hasFocus() or self.lit
            painter.setPen(QPen(look.color("accent")) if ring else Qt.PenStyle.NoPen)
            painter.setBrush(look.color("current") if self.underMouse() else Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box, 4, 4)
        painter.setFont(font(-1))
        strong = self.hasFocus() or self.underMouse()
        painter.setPen(look.color("accent" if self.lit else "ink" if strong else "muted"))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.words)
        painter.end()


class Arrow(QuietButton):
    """A triangle that points down while something is open."""

    def __init__(self, look: Look, spoken: str) -> None:
        super().__init__(look, "", spoken)
        self.setCheckable(True)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Ring and triangle."""
        super().paintEvent(event)
        painter = QPainter(self)
        _triangle(painter, self._look, QPointF(self.width() / 2, self.height() / 2), self)
        painter.end()


class Fold(QPushButton):
    """Opens and closes what stands below it; its letter is underlined."""

    def __init__(self, look: Look, title: str, rest: str, spoken: str) -> None:
        super().__init__()
        self._look, self.title, self.rest = look, title, rest
        self.setCheckable(True)
        self.setFixedHeight(HEIGHT)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setText(title)
        self.setAccessibleName(spoken)
        self.shown = title

    def set_letter(self, at: int, *, shortcut: bool) -> None:
        """Underline a letter; with `shortcut`, Alt with it works in the whole window."""
        self.shown = f"{self.title[:at]}&{self.title[at:]}" if at >= 0 else self.title
        self.setText(self.shown)
        if not shortcut:
            self.setShortcut(QKeySequence())

    def sizeHint(self) -> QSize:
        """As wide as there is room."""
        return QSize(80, HEIGHT)

    def minimumSizeHint(self) -> QSize:
        """The same."""
        return QSize(60, HEIGHT)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter and the arrows open and close."""
        key = event.key()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self.click()
        elif key in (Qt.Key.Key_Right, Qt.Key.Key_Left):
            if self.isChecked() != (key == Qt.Key.Key_Right):
                self.click()
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            event.ignore()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Triangle, title, and quietly what is inside."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.hasFocus():
            painter.setPen(QPen(self._look.color("accent")))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        _triangle(painter, self._look, QPointF(6, self.height() / 2), self)
        strong = self.hasFocus() or self.underMouse()
        painter.setFont(font())
        painter.setPen(self._look.color("ink" if strong else "muted"))
        box = self.rect().adjusted(17, 0, -4, 0)
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextShowMnemonic
        painter.drawText(box, flags, self.shown)
        used = painter.fontMetrics().horizontalAdvance(self.title) + 9
        self._paint_rest(painter, box.adjusted(used, 0, 0, 0))
        painter.end()

    def _paint_rest(self, painter: QPainter, box: QRect) -> None:
        painter.setFont(font(-1))
        painter.setPen(self._look.color("muted"))
        rest = painter.fontMetrics().elidedText(self.rest, Qt.TextElideMode.ElideRight, box.width())
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, rest)


def _triangle(painter: QPainter, look: Look, at: QPointF, button: QPushButton) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    strong = button.hasFocus() or button.underMouse()
    painter.setBrush(look.color("ink" if strong else "muted"))
    if button.isChecked():
        corners = ((-3.5, -2.0), (3.5, -2.0), (0.0, 2.5))
    else:
        corners = ((-2.0, -3.5), (-2.0, 3.5), (2.5, 0.0))
    painter.drawPolygon([at + QPointF(*corner) for corner in corners])
