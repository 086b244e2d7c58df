"""The form: what is said about the current annotation, filled in by keyboard."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import ClassVar

from PySide6.QtCore import QEvent, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QFrame, QScrollArea, QWidget

from annotator.gui.field_base import is_undo
from annotator.gui.form_facts import FactsPage
from annotator.gui.form_order import neighbour
from annotator.gui.form_page import Page
from annotator.gui.form_pages import Pages
from annotator.gui.form_row import Row, guideline_of, row_of
from annotator.gui.form_style import Look, sheet
from annotator.gui.theme import Theme
from annotator.model.codebook import Role
from annotator.model.edit import Edit
from annotator.session.faults import Faults
from annotator.session.misfits import Misfits
from annotator.session.session import Session

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_NARROWEST = 300


class Form(QScrollArea):
    """Shows the session's current annotation; every change goes to the session as an edit."""

    done: ClassVar[Signal] = Signal()
    """Esc: the keyboard goes back to the article"""
    guideline_wanted: ClassVar[Signal] = Signal(str, str)
    """title and text, for F1"""

    def __init__(
        self, session: Session, faults: Faults, theme: Theme, parent: QWidget | None = None,
        *, misfits: Misfits | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self.setObjectName("form")
        self.setAccessibleName("Form")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMinimumWidth(_NARROWEST)
        self._session, self._faults, self._misfits = session, faults, misfits
        self._look, self._codebook = Look(theme), session.codebook
        self._body = QWidget()
        self._pages = Pages(session, faults, self._look, self._body)
        self.setWidget(self._body)
        self._page: Page | FactsPage = self._pages.facts()
        self.setStyleSheet(sheet(theme))
        session.opened.connect(self._opened)
        session.changed.connect(self._changed)
        session.current_changed.connect(self._current_changed)
        faults.changed.connect(self._faults_changed)
        if misfits is not None:
            misfits.changed.connect(lambda _: self._steadily(self._show_hint))
        self.verticalScrollBar().rangeChanged.connect(lambda *_: self._keep_margin())
        self._show()

    # -- what others call ------------------------------------------------------------------

    def set_theme(self, theme: Theme) -> None:
        """Other colours."""
        self._look.theme = theme
        self.setStyleSheet(sheet(theme))
        for page in self._pages.every():
            page.restyle()
            page.update()

    @property
    def role(self) -> Role:
        """Who fills the form: supervisors may fill more fields."""
        return self._pages.role

    @role.setter
    def role(self, role: Role) -> None:
        if role != self._pages.role:
            self.flush()
            self._pages.role = role
            self._forget_pages()
            self._show()

    def focus_first(self) -> None:
        """To the first empty required field, else to the first."""
        row = self._page.first()
        if row is not None:
            self._focus(row)

    def focus_field(self, name: str) -> None:
        """To a field or link by its name; More opens where it is inside."""
        row = self._page.row(name)
        if row is not None:
            self._focus(row)

    def flush(self) -> None:
        """Tell the session at once what is typed; before undo, closing, another document."""
        self._page.flush()

    # -- pages -----------------------------------------------------------------------------

    def _forget_pages(self) -> None:
        """The codebook or the role is another: build anew."""
        self._pages.forget()
        self._page = self._pages.facts()

    def _show(self) -> None:
        """The page of the current annotation."""
        current = self._session.current
        label = self._session.codebook.label(current.label) if current is not None else None
        page = self._pages.of(label) if label is not None else self._pages.facts()
        old, self._page = self._page, page
        focused = self._focused()
        if isinstance(page, Page) and current is not None:
            page.show_annotation(current)
            self._show_hint()
        else:
            page.refresh()
        if page is not old or page.isHidden():
            page.show()
            if page is not old:
                old.hide()
        self.verticalScrollBar().setValue(0)
        self._keep_margin()
        if focused is not None and not focused.isVisibleTo(self):
            self.focus_first() if isinstance(page, Page) else self.done.emit()

    def _show_hint(self) -> None:
        page = self._page
        if isinstance(page, Page) and self._misfits is not None:
            page.header.show_hint(self._misfits.sentence(page.annotation_id))

    def _focused(self) -> QWidget | None:
        focus = QApplication.focusWidget()
        return focus if focus is not None and self.isAncestorOf(focus) else None

    def _keep_margin(self) -> None:
        """The values end at the same place with and without a scroll bar."""
        bar = self.verticalScrollBar()
        right = 14 - bar.sizeHint().width() if bar.maximum() > 0 else 14
        margins = self._page.column.contentsMargins()
        if margins.right() != right:
            margins.setRight(right)
            self._page.column.setContentsMargins(margins)

    # -- from the session ------------------------------------------------------------------

    def _opened(self) -> None:
        self._pages.ranks.restart()
        if self._session.codebook is not self._codebook:
            self._codebook = self._session.codebook
            self._forget_pages()
        self._show()

    def _changed(self, edit: Edit) -> None:
        self._pages.ranks.follow(edit)
        current = self._session.current
        if current is None or current.id == self._page.annotation_id:
            self._steadily(self._page.refresh)

    def _faults_changed(self, ids: set[str]) -> None:
        if self._page.annotation_id in ids:
            self._steadily(self._page.refresh)

    def _current_changed(self) -> None:
        current = self._session.current
        now = (current.id, current.label) if current is not None else ("", "")
        label = self._page.label.name if isinstance(self._page, Page) else ""
        if now == (self._page.annotation_id, label) and not self._page.isHidden():
            return
        self._leave(self._page)
        self._show()

    def _leave(self, page: Page | FactsPage) -> None:
        """Tell what is typed about the annotation that was current.

        Where that is gone or another label's now, this runs inside an undo step, and what is
        typed in the entity's record is told after it.
        """
        document = self._session.document
        known = document.annotations.get(page.annotation_id) if document else None
        steady = known is not None and isinstance(page, Page) and known.label == page.label.name
        if steady or isinstance(page, FactsPage):
            page.flush()
            return
        for write in page.take_pending():
            QTimer.singleShot(0, self, write)

    def _steadily(self, refresh: Callable[[], None]) -> None:
        """Refresh so that what has the keyboard stays where it is on the screen."""
        focus = self._focused()
        before = focus.mapTo(self._body, QPoint(0, 0)).y() if focus is not None else 0
        refresh()
        if focus is None or not self.verticalScrollBar().maximum():
            return
        QApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest.value)
        moved = focus.mapTo(self._body, QPoint(0, 0)).y() - before
        if moved:
            self.verticalScrollBar().setValue(self.verticalScrollBar().value() + moved)

    # -- keys ------------------------------------------------------------------------------

    def _focus(self, row: Row) -> None:
        row.focus()
        QApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest.value)
        self.ensureWidgetVisible(row, 0, 40)

    def event(self, event: QEvent) -> bool:
        """Keys that mean something here, before the window's shortcuts take them."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            if self._means(event) is not None:
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave, help, go to a row by its letter."""
        meant = self._means(event)
        if meant is not None:
            meant()
        elif is_undo(event):
            self.flush()
            undo = event.key() == Qt.Key.Key_Z and not (
                event.modifiers() & Qt.KeyboardModifier.ShiftModifier
            )
            self._session.undo() if undo else self._session.redo()
        else:
            super().keyPressEvent(event)

    def focusNextPrevChild(self, next: bool) -> bool:
        """Tab goes as the eye does; while a target is chosen, to the next target."""
        if self._session.picking is not None:
            self._session.step_pick(1 if next else -1)
            return True
        stop = neighbour(self, self._page, self._focused(), forward=next)
        if stop is None:
            return super().focusNextPrevChild(next)
        reason = Qt.FocusReason.TabFocusReason if next else Qt.FocusReason.BacktabFocusReason
        stop.setFocus(reason)
        if self.isAncestorOf(stop):
            self.ensureWidgetVisible(stop, 0, 40)
        return True

    def _pick_step(self, event: QKeyEvent) -> Callable[[], object] | None:
        """What a key does while a target is being chosen."""
        session = self._session
        match event.key():
            case Qt.Key.Key_Escape:
                return session.cancel_pick
            case Qt.Key.Key_Return | Qt.Key.Key_Enter if not event.modifiers():
                return session.choose
            case Qt.Key.Key_Right | Qt.Key.Key_Down:
                return partial(session.step_pick, 1)
            case Qt.Key.Key_Left | Qt.Key.Key_Up:
                return partial(session.step_pick, -1)
        return None

    def _means(self, event: QKeyEvent) -> Callable[[], object] | None:
        """What a key does in the form; None: nothing."""
        key, modifiers = event.key(), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if self._session.picking is not None and (step := self._pick_step(event)):
            return step
        if key == Qt.Key.Key_Escape and not modifiers:
            return self._finish
        if key == Qt.Key.Key_F1 and row_of(self._focused()) is not None:
            return self._ask_guideline
        if modifiers == Qt.KeyboardModifier.AltModifier and 0x41 <= key <= 0x5A:
            return self._page.letters.get(chr(key).casefold())
        return None

    def _finish(self) -> None:
        self.flush()
        self.done.emit()

    def _ask_guideline(self) -> None:
        row = row_of(self._focused())
        if row is not None:
            self.guideline_wanted.emit(row.title, guideline_of(row))
