"""The article's text on its page: read-only, with a caret, a selection and painted spans."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QMimeData, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QClipboard,
    QFocusEvent,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPaintEvent,
    QPalette,
    QResizeEvent,
    QTextCursor,
    QWheelEvent,
)
from PySide6.QtWidgets import QTextEdit, QWidget

from annotator.gui.article_page import Page
from annotator.gui.article_scene import Scene
from annotator.gui.article_scroll import Scroll
from annotator.gui.article_selection import Selection, code_point
from annotator.gui.theme import Theme
from annotator.model.document import Annotation
from annotator.model.edit import Edit
from annotator.model.segment import Extent, Snap
from annotator.session.session import Session

_MANY = 200  # changes in an edit, from which on all is painted again


class ArticleText(QTextEdit):
    """Shows the session's document and what is selected in it; changes nothing."""

    zoom_wanted = Signal(int)
    """Ctrl and the wheel: by how many per cent"""

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("article")
        self.setAccessibleName("Article text")
        self.session, self.theme = session, theme
        self.setReadOnly(True)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByKeyboard
            | Qt.TextInteractionFlag.TextSelectableByMouse
        )
        self.setAcceptDrops(False)
        self.setTabChangesFocus(True)
        self.setCursorWidth(2)
        self.viewport().setMouseTracking(True)
        self._page = Page(self)
        self._selection = Selection(self)
        self._scene = Scene(self, session, theme, self._page.metrics)
        self._scroll = Scroll(self)
        self.set_theme(theme)
        self.cursorPositionChanged.connect(self._caret_moved)
        self.selectionChanged.connect(self._caret_moved)
        session.opened.connect(self._load)
        session.changed.connect(self._changed)
        self._load()

    # -- how it looks ----------------------------------------------------------------------

    def set_theme(self, theme: Theme) -> None:
        """Other colours."""
        self.theme = theme
        colors = QPalette(self.palette())
        for role, name in (
            (QPalette.ColorRole.Window, "page"), (QPalette.ColorRole.Base, "page"),
            (QPalette.ColorRole.Text, "ink"), (QPalette.ColorRole.WindowText, "ink"),
            (QPalette.ColorRole.Highlight, "selection"),
            (QPalette.ColorRole.HighlightedText, "ink"),
        ):  # fmt: skip
            colors.setColor(role, theme.color(name))
        self.setPalette(colors)
        self.setAutoFillBackground(True)
        self._scene.dress(theme, self._page.metrics)
        self.viewport().update()

    @property
    def zoom(self) -> int:
        """Text size in per cent."""
        return self._page.zoom

    def set_zoom(self, percent: int) -> None:
        """Another text size, 50 to 300 %; the first row in sight stays."""
        if percent == self._page.zoom:
            return
        place = self._top()
        self._page.set_zoom(percent)
        self._scene.dress(self.theme, self._page.metrics)
        self._scroll.to_top(place)
        self.viewport().update()

    def _top(self) -> int:
        """The UTF-16 offset at the upper left corner."""
        return self.cursorForPosition(self.viewport().rect().topLeft()).position()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the measure centred, and the reader's place where lines break elsewhere."""
        before, place = self.lineWrapColumnOrWidth(), self._top()
        super().resizeEvent(event)
        self._page.fit()
        if self.lineWrapColumnOrWidth() != before:
            self._scroll.to_top(place)

    # -- what it shows ---------------------------------------------------------------------

    def _load(self) -> None:
        document = self.session.document
        text = document.text if document is not None else None
        self._scroll.stop()
        self._scene.patches.reset(None)  # no patch of a text that is not laid out yet
        self._selection.reset(text)
        self._page.load(text)
        self._scene.reset()
        self.moveCursor(QTextCursor.MoveOperation.Start)
        self._preview()
        self.viewport().update()

    def refresh(self) -> None:
        """Another codebook: all marks are made anew."""
        emphasis = self._scene.shown
        self._scene.reset()
        self._scene.shown = emphasis
        self.viewport().update()

    def _changed(self, edit: Edit) -> None:
        """Paint what an edit touched again."""
        patches, document = self._scene.patches, self.session.document
        if patches.marker is None or document is None:
            return
        patches.marker.document = document
        touched = [
            record
            for change in edit.changes
            for record in (change.before, change.after)
            if isinstance(record, Annotation)
        ]
        if len(touched) > _MANY:
            patches.forget()
            self.viewport().update()
            return
        for annotation in touched:
            patches.drop((annotation.start, annotation.end))
        self._scene.repaint(touched)
        if self._scene.fixed() or any(not isinstance(c.record, Annotation) for c in edit.changes):
            self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Tints, the text, then lines and labels."""
        if self.session.document is None:
            self._page.draw_hint(self.theme)
            return
        self._scene.under(event.rect())
        super().paintEvent(event)
        self._scene.over(event.rect())

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        """Lines to what is out of sight end at the viewport's edge: they do not scroll."""
        super().scrollContentsBy(dx, dy)
        if self._scene.fixed():
            self.viewport().update()

    # -- what is selected ------------------------------------------------------------------

    @property
    def snap(self) -> Snap:
        """What a selection is widened to."""
        return self._selection.snap

    @snap.setter
    def snap(self, unit: Snap) -> None:
        self._selection.snap = unit
        self._preview()

    def selected(self) -> Extent:
        """What a key would tag: the selection, or the unit at the caret, widened by `snap`."""
        return self._selection.taken()

    def set_selection(self, extent: Extent) -> None:
        """Select an extent; an empty one puts the caret."""
        self._selection.set(*extent)

    @property
    def caret(self) -> int:
        """Where the caret stands, in code points."""
        return self._selection.caret

    def grow(self) -> None:
        """Select the next larger unit: word, name, phrase, quotation, sentence, paragraph."""
        if self.session.document is not None:
            self._selection.grow()

    def shrink(self) -> None:
        """Back to what was grown from."""
        self._selection.shrink()

    def _caret_moved(self) -> None:
        self._selection.moved()
        self._preview()

    def _preview(self) -> None:
        """Outline what would be taken, where the selection does not show it."""
        shown, before = self._scene.shown, self._scene.shown.preview
        shown.preview, shown.selecting = None, not self._selection.empty
        current = self.session.current
        if self.session.document is not None and shown.pick is None and self.hasFocus():
            taken = self._selection.taken()
            if shown.selecting:
                shown.preview = taken if taken != self._selection.raw else None
            elif current is None or not current.covers(self._selection.caret):
                shown.preview = taken
            if taken[0] == taken[1]:
                shown.preview = None
        if before != shown.preview:
            self._scene.repaint_extent(before)
            self._scene.repaint_extent(shown.preview)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show what a key would take."""
        super().focusInEvent(event)
        self._preview()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Keys go elsewhere now."""
        super().focusOutEvent(event)
        self._preview()

    def copy(self, mode: QClipboard.Mode = QClipboard.Mode.Clipboard) -> None:
        """Copy the article's own characters; the widget's have lost no-break spaces.

        Qt makes the clipboard's data: a QMimeData made in Python (as an overridden
        createMimeDataFromSelection would) outlives the interpreter, and crashes at the exit.
        """
        start, end = self._selection.raw
        if start < end:
            QGuiApplication.clipboard().setText(self._selection.text[start:end], mode)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy as above; the rest is Qt's."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """On X11 the selection is there for the middle button: in the article's characters."""
        super().mouseReleaseEvent(event)
        if QGuiApplication.clipboard().supportsSelection():
            self.copy(QClipboard.Mode.Selection)

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        """Nothing is put into an article."""
        return False

    def position_at(self, point: QPointF) -> int:
        """The code point offset nearest to a point of the viewport."""
        return code_point(self._selection.text, self.cursorForPosition(point.toPoint()).position())

    def rectangles(self, extent: Extent) -> list[QRectF]:
        """Where an extent is, in the viewport: one per row and direction, of what is in sight."""
        return self._scene.boxes(self._scene.in_sight(), [extent])

    def event(self, event: QEvent) -> bool:
        """The wheel over the margins around the viewport scrolls too."""
        if isinstance(event, QWheelEvent):
            self.wheelEvent(event)
            return True
        return super().event(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll; with Ctrl ask for another text size."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            if event.angleDelta().y():
                self.zoom_wanted.emit(10 if event.angleDelta().y() > 0 else -10)
            event.accept()
            return
        self._scroll.stop()
        super().wheelEvent(event)
