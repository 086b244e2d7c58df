"""An article's text as it will be frozen, with what is not the article's own pale and named."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFont, QPainter, QPaintEvent, QTextBlockFormat, QTextCursor
from PySide6.QtWidgets import QFrame, QTextEdit, QWidget

from annotator.formats.region import KIND
from annotator.gui.form_style import font
from annotator.gui.theme import Theme, reading_face
from annotator.model.corpus import Entry
from annotator.model.text import Text

MOST = 200_000
"""code points that are shown"""
_SIZE = 15
_MARGIN, _GUTTER = 18, 78


class PreviewText(QTextEdit):
    """Read only; laid out anew for each article, never read back."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._regions: list[tuple[int, str]] = []
        self._hint = ""
        self.setObjectName("article")
        self.setAccessibleName("Text as it will be frozen")
        self.setReadOnly(True)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.setTabChangesFocus(True)
        self.setUndoRedoEnabled(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        face = QFont(reading_face())
        face.setPixelSize(_SIZE)
        self.setFont(face)
        option = self.document().defaultTextOption()
        option.setTextDirection(Qt.LayoutDirection.LayoutDirectionAuto)
        self.document().setDefaultTextOption(option)
        self.document().setDocumentMargin(0)

    @property
    def regions(self) -> list[str]:
        """The names of the regions that are pale."""
        return [name for _, name in self._regions]

    def show_hint(self, sentence: str) -> None:
        """What stands there while there is no text."""
        self._hint = sentence
        self.viewport().update()

    def show_entry(self, entry: Entry | None) -> None:
        """Another article; None: nothing."""
        text = entry.text.value[:MOST] if entry is not None else ""
        held = Text(text)
        pale: list[QTextEdit.ExtraSelection] = []
        self._regions = []
        self.setPlainText(text)
        for work in entry.works if entry is not None else ():
            for note in work.annotations:
                start, end = note.fragments[0][0], note.fragments[-1][1]
                if start >= len(text):
                    continue
                kind = note.fields.get(KIND)
                name = str(kind) if kind else note.label
                self._regions.append((held.to16(start), name))
                pale.append(self._pale(held.to16(start), held.to16(min(end, len(text)))))
        self._format()
        self.setExtraSelections(pale)
        self.verticalScrollBar().setValue(0)

    def _pale(self, start: int, end: int) -> QTextEdit.ExtraSelection:
        made = QTextEdit.ExtraSelection()
        cursor = QTextCursor(self.document())
        cursor.setPosition(start)
        cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        made.cursor = cursor
        made.format.setForeground(self._theme.color("faint"))
        return made

    def _format(self) -> None:
        block = QTextBlockFormat()
        block.setLineHeight(150, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
        cursor = QTextCursor(self.document())
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.setBlockFormat(block)
        low = QTextBlockFormat()
        low.setLineHeight(_SIZE * 0.6, QTextBlockFormat.LineHeightTypes.FixedHeight.value)
        line = self.document().begin()
        while line.isValid():
            if line.length() == 1:  # a blank line only parts paragraphs
                cursor.setPosition(line.position())
                cursor.setBlockFormat(low)
            line = line.next()
        frame = self.document().rootFrame()
        margins = frame.frameFormat()
        margins.setLeftMargin(_GUTTER if self._regions else _MARGIN)
        margins.setRightMargin(_MARGIN)
        margins.setTopMargin(14)
        margins.setBottomMargin(28)
        frame.setFrameFormat(margins)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The name of each region beside its first line."""
        super().paintEvent(event)
        if self._hint:
            painter = QPainter(self.viewport())
            painter.setFont(font())
            painter.setPen(self._theme.color("muted"))
            area = self.viewport().rect().adjusted(_MARGIN, 16, -_MARGIN, -16)
            painter.drawText(
                area, Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextWordWrap, self._hint
            )
            painter.end()
        if not self._regions:
            return
        painter = QPainter(self.viewport())
        painter.setFont(font(-3))
        painter.setPen(self._theme.color("muted"))
        cursor = QTextCursor(self.document())
        last = -100.0
        for start, name in self._regions:
            cursor.setPosition(start)
            line = QRectF(self.cursorRect(cursor))
            if line.bottom() < 0 or line.top() < last + line.height() * 0.8:
                continue
            if line.top() > self.viewport().height():
                break
            last = line.top()
            side = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(QRectF(0, line.top(), _GUTTER - 12, line.height()), side, name)
        painter.end()
