"""The page: reading face, measure, line height, margins; and the text put on it."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import (
    QFont,
    QFontMetricsF,
    QPainter,
    QTextBlockFormat,
    QTextCursor,
    QTextDocument,
)
from PySide6.QtWidgets import QStyle, QTextEdit

from annotator.gui.article_geometry import Metrics
from annotator.gui.theme import Theme, reading_face
from annotator.model.text import Text

_SIZE = 17  # pixels at 100 %
_MEASURE = 78  # characters
_SAMPLE = "the quick brown fox jumps over the lazy dog and then said that it was all about tea. "
_GUTTER = 76  # left of the text: bars, their names, the trunk of the links
_NARROW = 24
_EMPTY = ("No article is open.", "Choose one on the left, or add articles with Ctrl+O.")


class Page:
    """Lays the text of `edit` out. The document is made new for each text."""

    def __init__(self, edit: QTextEdit) -> None:
        self._edit = edit
        self.zoom = 100
        self.gutter = -1
        """room left of the text, in pixels"""
        self._measured()
        edit.setLineWrapMode(QTextEdit.LineWrapMode.FixedPixelWidth)
        edit.setUndoRedoEnabled(False)
        edit.setFrameShape(QTextEdit.Shape.NoFrame)
        edit.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        edit.setFont(self._font())
        document = edit.document()
        document.setDocumentMargin(0)
        option = document.defaultTextOption()
        option.setTextDirection(Qt.LayoutDirection.LayoutDirectionAuto)
        document.setDefaultTextOption(option)

    def _font(self) -> QFont:
        font = QFont(reading_face())
        font.setPixelSize(max(8, round(_SIZE * self.zoom / 100)))
        return font

    def _measured(self) -> None:
        font = self._font()
        self.metrics = Metrics.of(font)
        advance = QFontMetricsF(font).horizontalAdvance(_SAMPLE) / len(_SAMPLE)
        self._measure = advance * _MEASURE

    def set_zoom(self, percent: int) -> None:
        """Another text size; the reader's place is kept by the caller."""
        self.zoom = max(50, min(300, percent))
        self._edit.setFont(self._font())
        self._measured()
        self._format()
        self.gutter = -1
        self.fit()

    def load(self, text: Text | None) -> None:
        """Show another text; it is never read back."""
        document = self._edit.document()
        self._edit.setPlainText(text.value if text is not None else "")
        if text is not None and document.characterCount() - 1 != text.length16:
            raise ValueError("the widget's text is not as long as the article's")
        self._format()
        self.gutter = -1  # setPlainText forgets the margins
        self.fit()

    def _format(self) -> None:
        """Line height for all; blank lines are low, they only part paragraphs."""
        line = QTextBlockFormat()
        natural = QFontMetricsF(self._font()).height()
        proportional = QTextBlockFormat.LineHeightTypes.ProportionalHeight.value
        line.setLineHeight(100 * self.metrics.pitch / -(-natural // 1), proportional)
        line.setBottomMargin(self.metrics.paragraph)
        blank = QTextBlockFormat(line)
        fixed = QTextBlockFormat.LineHeightTypes.FixedHeight.value
        blank.setLineHeight(round(self.metrics.paragraph * 0.8), fixed)
        blank.setBottomMargin(0)
        document = self._edit.document()
        cursor = QTextCursor(document)
        cursor.beginEditBlock()
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.setBlockFormat(line)
        block = document.begin()
        while block.isValid():
            if block.length() == 1:
                cursor.setPosition(block.position())
                cursor.setBlockFormat(blank)
            block = block.next()
        cursor.endEditBlock()

    def fit(self) -> None:
        """Centre the measure in the view.

        While the measure has room only the margins around the viewport change, so that nothing
        is laid out again.
        """
        edit = self._edit
        bar = edit.style().pixelMetric(QStyle.PixelMetric.PM_ScrollBarExtent, None, edit)
        room = max(160, edit.width() - bar)
        width = round(min(self._measure, room - 2 * _NARROW))
        gutter = min((room - width) // 2, round(_GUTTER * self.metrics.scale))
        left = (room - width) // 2 - gutter
        if gutter != self.gutter or width + 2 * gutter != edit.lineWrapColumnOrWidth():
            self.gutter = gutter
            _set_margins(edit.document(), gutter, self.metrics)
            edit.setLineWrapColumnOrWidth(width + 2 * gutter)
        margins = edit.viewportMargins()
        right = max(0, room - left - width - 2 * gutter)
        if (margins.left(), margins.right()) != (left, right):
            edit.setViewportMargins(left, 0, right, 0)

    def draw_hint(self, theme: Theme) -> None:
        """What to do while no article is open."""
        painter = QPainter(self._edit.viewport())
        font, line = painter.font(), self.metrics.pitch
        area = QRectF(self._edit.viewport().rect())
        for n, text in enumerate(_EMPTY):
            font.setPixelSize(round(self.metrics.size * (1.15, 0.88)[n]))
            painter.setFont(font)
            painter.setPen(theme.color("ink" if n == 0 else "muted"))
            row = QRectF(0, area.center().y() - line * (1 - n * 0.9), area.width(), line)
            painter.drawText(row, Qt.AlignmentFlag.AlignCenter, text)
        painter.end()


def _set_margins(document: QTextDocument, gutter: int, metrics: Metrics) -> None:
    frame = document.rootFrame()
    form = frame.frameFormat()
    form.setLeftMargin(gutter)
    form.setRightMargin(gutter)
    form.setTopMargin(round(metrics.size * 2))
    form.setBottomMargin(round(metrics.size * 5))
    frame.setFrameFormat(form)
