"""The article as it is worked on: choosing, tagging, resizing, pointing at targets."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QContextMenuEvent,
    QKeyEvent,
    QMouseEvent,
)
from PySide6.QtWidgets import QMenu, QWidget

from annotator.gui.article_hover import Hover
from annotator.gui.article_keys import is_walk, pick_step
from annotator.gui.article_menu import menu
from annotator.gui.article_mouse import Mouse
from annotator.gui.article_work import ArticleWork
from annotator.gui.theme import Theme
from annotator.model.document import Annotation
from annotator.model.edit import shorten
from annotator.session.session import Session


class ArticleView(ArticleWork):
    """The heart of the program: what the mouse, the keys and the session say to the text."""

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(session, theme, parent)
        self._mouse = Mouse(self, session, self._scene, self._selection)
        self._current: Annotation | None = None
        self._hover = Hover(self, session, self._scene)
        session.current_changed.connect(self._current_changed)
        session.picking_changed.connect(self._picking_changed)
        self._current_changed()

    def escape(self) -> None:
        """Give up, one thing at a time: a drag, choosing, the selection, what is current."""
        if self._mouse.cancel():
            return
        if self.session.picking is not None:
            self.session.cancel_pick()
        elif not self._selection.empty:
            self._selection.put_caret(self.caret)
        else:
            self.session.select(None)

    # -- what the session says -------------------------------------------------------------

    def _current_changed(self) -> None:
        before, current = self._current, self.session.current
        self._current = current
        self._scene.shown.current = current.id if current is not None else None
        self._scene.repaint((before, current))
        if self._scene.linked(before) or self._scene.linked(current):
            self.viewport().update()
        if current is None or (before is not None and before.id == current.id):
            self._preview()
            return
        if not self._inside:
            self._reveal(current, put_caret=True)
        self._preview()
        _announce(self, f"{current.label}: {shorten(current.quote(self._selection.text), 120)}")

    def _reveal(self, annotation: Annotation, *, put_caret: bool) -> None:
        text, value = self._selection.text, self.verticalScrollBar().value()
        if put_caret:
            self._selection.put_caret(annotation.start)
        context = 2.2 * self._page.metrics.pitch
        start, end = text.to16(annotation.start), text.to16(annotation.end)
        self._scroll.show(start, end, context, value)

    def _picking_changed(self) -> None:
        pick, document = self.session.picking, self.session.document
        self._scene.shown.pick = pick
        target = pick.target if pick is not None else None
        if document is not None and target is not None:
            self._reveal(document.annotations[target], put_caret=False)
        self._hover.end()
        self._preview()
        self.viewport().update()

    def _changed(self, edit: object) -> None:
        self._hover.end()
        super()._changed(edit)  # type: ignore[arg-type]

    # -- keyboard --------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        """Claim only the keys that the view itself needs; all others are the window's actions."""
        if event.type() == QEvent.Type.ShortcutOverride:
            assert isinstance(event, QKeyEvent)
            picking = self.session.picking is not None
            wanted = pick_step(event) is not None if picking else is_walk(event)
            event.setAccepted(wanted or event.key() == Qt.Key.Key_Escape)
            return event.isAccepted()
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows move the caret; Esc gives up; while a target is chosen keys step through them."""
        if event.key() == Qt.Key.Key_Escape:
            self.escape()
        elif self.session.picking is not None:
            step = pick_step(event)
            if step:
                self.session.step_pick(step)
            elif step == 0:
                self.session.choose()
        else:
            super().keyPressEvent(event)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab steps through targets while one is chosen."""
        if self.session.picking is not None:
            self.session.step_pick(1 if forward else -1)
            return True
        return super().focusNextPrevChild(forward)

    # -- mouse -----------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """See Mouse."""
        self._hover.end()
        if not self._mouse.press(event):
            super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """See Mouse."""
        if not self._mouse.double(event):
            super().mouseDoubleClickEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """See Mouse."""
        if not self._mouse.release(event):
            super().mouseReleaseEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag, or wait for the mouse to rest."""
        if event.buttons():
            if not self._mouse.move(event):
                super().mouseMoveEvent(event)
            return
        self._hover.move(event.position())
        grip = self._scene.grip_at(event.position())
        shape = Qt.CursorShape.SizeHorCursor if grip else Qt.CursorShape.IBeamCursor
        if self.viewport().cursor().shape() != shape:
            self.viewport().setCursor(shape)

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under the mouse any more."""
        self._hover.end()
        super().leaveEvent(event)

    def nudge(self, point: QPointF) -> None:
        """Scroll a little towards a point above or below the viewport."""
        self._scroll.nudge(point.y())

    # -- menu ------------------------------------------------------------------------------

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """By the mouse: what lies under it becomes current, unless text is selected."""
        if self.session.document is None or self.session.picking is not None:
            return
        place = event.globalPos()
        if event.reason() == QContextMenuEvent.Reason.Mouse:
            if self._selection.empty:
                point = QPointF(event.pos())
                ids = [mark.id for mark in self._scene.marks_at(point)]
                self._selection.put_caret(self.position_at(point))
                if self._current is None or self._current.id not in ids:
                    self.click_annotation(ids[0] if ids else None)
        else:
            place = self.viewport().mapToGlobal(self.cursorRect().bottomLeft())
        self.context_menu().popup(place)

    def context_menu(self) -> QMenu:
        """Tag as, change to, delete, copy."""
        start, end = self.selected()
        words = shorten(self._selection.text[start:end], 24)
        made = menu(
            self, self, self.session.codebook, self.theme, self.session.current,
            words=words, selected=not self._selection.empty,
        )  # fmt: skip
        made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        return made


def _announce(view: ArticleView, sentence: str) -> None:
    """Have a screen reader say it."""
    if QAccessible.isActive():
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(view, sentence))
