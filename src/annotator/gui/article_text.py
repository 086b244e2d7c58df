"""The article's text on its page: read-only, with a caret, a selection and painted spans."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QPaintEvent,
    QPalette,
    QResizeEvent,
    QTextCursor,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from annotator.gui import article_deed as deed
from annotator.gui.article_page import Page
from annotator.gui.article_reader import Reader
from annotator.gui.article_scene import Scene
from annotator.gui.article_scroll import Scroll
from annotator.gui.theme import Theme
from annotator.model.document import Annotation
from annotator.model.edit import Edit
from annotator.model.segment import Extent, Snap
from annotator.session.session import Session

_MANY = 200  # changes in an edit, from which on all is painted again


class ArticleText(Reader):
    """Shows the session's document and what is selected in it; changes nothing."""

    zoom_wanted = Signal(int)
    """Ctrl and the wheel: by how many per cent"""

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("article")
        self.setAccessibleName("Article text")
        self.session, self.theme = session, theme
        self.viewport().setMouseTracking(True)
        self._page = Page(self)
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
        self._preview()
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

    def _in_margin(self, annotation: Annotation) -> bool:
        marker = self._scene.patches.marker
        return marker is not None and marker.in_margin(annotation)

    def _near_caret(self) -> deed.Near:
        return deed.near(self.session, self._in_margin, self.caret, self.selected())

    def _meant(self) -> Annotation | None:
        """What a label key would relabel; None where it would tag."""
        return deed.meant(self.session, self._near_caret()) if self._selection.empty else None

    def _caret_moved(self) -> None:
        self._selection.moved()
        self._preview()

    def _preview(self) -> None:
        """Outline what would be taken, where the selection does not show it."""
        shown, before = self._scene.shown, self._scene.shown.preview
        shown.preview, shown.selecting = None, not self._selection.empty
        if self.session.document is not None and shown.pick is None and self.hasFocus():
            taken = self._selection.taken()
            if shown.selecting:
                shown.preview = taken if taken != self._selection.raw else None
            elif self._meant() is None:
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
