"""The head of the form: label, what is computed, the words themselves."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QFont,
    QFontMetrics,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTextLayout,
    QTextOption,
)
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from annotator.gui.form_style import GAP, Look, font
from annotator.gui.theme import reading_face
from annotator.model.document import Annotation, Document, Place, place
from annotator.model.edit import Edit

_LINES = 3
_BAR = 3


class Ranks:
    """The place of an annotation among those with its label, kept up to date by edits."""

    def __init__(self) -> None:
        self._places: dict[str, list[Place]] = {}

    def restart(self) -> None:
        """Another document."""
        self._places.clear()

    def follow(self, edit: Edit) -> None:
        """What came, went or moved."""
        for change in edit.changes:
            for record, put in ((change.before, False), (change.after, True)):
                if not isinstance(record, Annotation):
                    continue
                places = self._places.get(record.label)
                if places is None:
                    continue
                if put:
                    insort(places, place(record))
                else:
                    places.pop(bisect_left(places, place(record)))

    def of(self, document: Document, annotation: Annotation) -> tuple[int, int]:
        """(which, of how many)."""
        places = self._places.get(annotation.label)
        if places is None:
            same = (a for a in document.annotations.values() if a.label == annotation.label)
            places = self._places[annotation.label] = sorted(map(place, same))
        return bisect_left(places, place(annotation)) + 1, len(places)


class Quote(QWidget):
    """Up to three lines of the reading face beside a bar; the whole text as a tooltip."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look, self._text, self._color = look, "", ""
        self._face = QFont(reading_face())
        if font().pixelSize() > 0:
            self._face.setPixelSize(font().pixelSize() + 1)
        else:
            self._face.setPointSizeF(font().pointSizeF() + 0.5)
        self._layout = QTextLayout()
        self._cut = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(30)

    def show_text(self, text: str, color: str) -> None:
        """Other words."""
        if (text, color) == (self._text, self._color):
            return
        self._text, self._color = text, color
        self.setAccessibleName(text)
        self._lay_out()

    @property
    def text(self) -> str:
        """The words, whole."""
        return self._text

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Other lines."""
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self._lay_out()

    def _lay_out(self) -> None:
        """Lay the words out; where they are too many, cut what follows the third line."""
        lines = self._laid_out(" ".join(self._text.split()))
        if lines > _LINES:
            last = self._layout.lineAt(_LINES - 1)
            start = last.textStart()
            rest = self._cut[start : start + 400]
            elided = QFontMetrics(self._face).elidedText(
                rest, Qt.TextElideMode.ElideRight, int(last.width()) - 2
            )
            self._laid_out(self._cut[:start] + elided)
            lines = _LINES
        self.setToolTip(self._text if lines == _LINES else "")
        height = sum(self._layout.lineAt(i).height() for i in range(lines)) + 14
        self.setFixedHeight(round(height))
        self.update()

    def _laid_out(self, text: str) -> int:
        self._cut = text
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self._layout = QTextLayout(text[:2000], self._face)
        self._layout.setTextOption(option)
        self._layout.beginLayout()
        y, width = 0.0, max(self.width() - _BAR - 20, 40)
        while (line := self._layout.createLine()).isValid():
            line.setLineWidth(width)
            line.setPosition(QPointF(0, y))
            y += line.height()
            if self._layout.lineCount() > _LINES:
                break
        self._layout.endLayout()
        return self._layout.lineCount()

    def sizeHint(self) -> QSize:
        """As high as its lines."""
        return QSize(120, self.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Page, bar, words."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), self._look.color("page"))
        bar = QRectF(0, 0, _BAR, self.height())
        if self.isRightToLeft():
            bar.moveRight(self.width())
        painter.fillRect(bar, self._look.ink(self._color))
        painter.setPen(self._look.color("ink"))
        self._layout.draw(painter, QPointF(_BAR + 10, 7))
        painter.end()


class Header(QWidget):
    """Label at the left in its ink, computed values and place at the right, the quote below."""

    def __init__(self, look: Look, color: str) -> None:
        super().__init__()
        self._look, self._color = look, color
        self.label = QLabel()
        self.label.setFont(font(1, bold=True))
        self.summary = QLabel()
        self.summary.setProperty("quiet", True)
        self.summary.setFont(font(-1))
        self.summary.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom)
        self.quote = Quote(look)
        self.hint = QLabel()
        self.hint.setProperty("quiet", True)
        self.hint.setFont(font(-1))
        self.hint.setWordWrap(True)
        self.hint.hide()
        top = QHBoxLayout()
        top.setSpacing(GAP)
        top.addWidget(self.label)
        top.addWidget(self.summary, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 6)
        column.setSpacing(6)
        column.addLayout(top)
        column.addWidget(self.quote)
        column.addWidget(self.hint)
        self.restyle()

    def restyle(self) -> None:
        """The label's ink in this theme."""
        self.label.setStyleSheet(f"color: {self._look.ink(self._color).name()}")

    def show_annotation(self, label: str, values: Sequence[str], words: str) -> None:
        """Label, quiet values, words."""
        summary = " · ".join(values)
        if (self.label.text(), self.summary.text()) != (label, summary):
            self.label.setText(label)
            self.summary.setText(summary)
        self.quote.show_text(words, self._color)

    def show_hint(self, sentence: str) -> None:
        """What a format that is aimed at can't carry; "": nothing."""
        if self.hint.text() != sentence:
            self.hint.setText(sentence)
            self.hint.setVisible(bool(sentence))
