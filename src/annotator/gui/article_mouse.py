"""What the mouse means in the article: clicks, double and triple clicks, dragging an end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import QElapsedTimer, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from annotator.gui.article_deed import resize
from annotator.gui.article_drag import Fragments, Side, dragged
from annotator.gui.article_scene import Scene
from annotator.gui.article_selection import Selection, unit_at
from annotator.model import segment
from annotator.model.document import Annotation
from annotator.model.edit import joined
from annotator.model.segment import Extent, Snap
from annotator.session.session import Session


@dataclass(slots=True)
class _Drag:
    annotation: Annotation
    at: int
    side: Side
    fragments: Fragments


class Surface(Protocol):
    """What of the view the mouse needs."""

    def position_at(self, point: QPointF) -> int:
        """The code point offset nearest to a point of the viewport."""

    def nudge(self, point: QPointF) -> None:
        """Scroll a little towards a point above or below the viewport."""

    def click_annotation(self, annotation_id: str | None) -> None:
        """Choose an annotation by a click, or none."""


class Mouse:
    """Turns mouse events of the viewport into gestures.

    Each method answers True where the event is used up and the text widget must not see it.
    """

    def __init__(
        self, surface: Surface, session: Session, scene: Scene, selection: Selection
    ) -> None:
        self._surface, self._session = surface, session
        self._scene, self._selection = scene, selection
        self._pressed: QPointF | None = None
        self._drag: _Drag | None = None
        self._unit: tuple[Snap, Extent] | None = None
        """while the button is down after a double or triple click: what it selected"""
        self._doubled = QElapsedTimer()
        self._doubled_at = QPointF()

    @property
    def dragging(self) -> bool:
        """An end of the current annotation is in the hand."""
        return self._drag is not None

    def press(self, event: QMouseEvent) -> bool:
        """The left button goes down."""
        self._pressed, self._unit = None, None
        if event.button() != Qt.MouseButton.LeftButton:
            return event.button() == Qt.MouseButton.RightButton
        point = event.position()
        if self._session.picking is not None:
            self._pick(point)
            return True
        current, grip = self._session.current, self._scene.grip_at(point)
        if grip is not None and current is not None:
            self._drag = _Drag(current, grip.at, grip.side, current.fragments)
            return True
        if self._is_triple(point):
            self._select(point, "sentence")
            return True
        if not event.modifiers():
            self._pressed = point
            if not self._selection.empty:
                # Else a press in the selection would start to drag its text.
                self._selection.put_caret(self._surface.position_at(point))
        return False

    def _is_triple(self, point: QPointF) -> bool:
        near = (point - self._doubled_at).manhattanLength() < QApplication.startDragDistance()
        in_time = self._doubled.isValid() and not self._doubled.hasExpired(
            QApplication.doubleClickInterval()
        )
        self._doubled.invalidate()
        return near and in_time

    def _pick(self, point: QPointF) -> None:
        pick = self._session.picking
        for mark in self._scene.marks_at(point):
            if pick is not None and mark.id in pick.targets:
                self._session.choose(mark.id)
                return
        self._session.told.emit("That can't be chosen here: take an outlined one, or Esc.")

    def double(self, event: QMouseEvent) -> bool:
        """The second press of a double click: the word there."""
        self._pressed = None
        if event.button() != Qt.MouseButton.LeftButton or self._session.picking is not None:
            return True
        self._select(event.position(), "word")
        self._doubled.start()
        self._doubled_at = event.position()
        return True

    def _select(self, point: QPointF, unit: Snap) -> None:
        """Select a unit; moving on with the button down takes more of them."""
        extent = unit_at(self._selection.text.value, self._surface.position_at(point), unit)
        self._selection.set(*extent)
        self._unit = unit, extent

    def _stretch(self, point: QPointF, unit: Snap, first: Extent) -> None:
        """Select from the unit that was clicked to the one at a point, the caret there."""
        self._surface.nudge(point)
        text, at = self._selection.text.value, self._surface.position_at(point)
        if at < first[0]:
            self._selection.set(first[1], segment.snap(text, at, first[1], unit)[0])
        else:
            end = segment.snap(text, first[0], at, unit)[1] if at > first[1] else first[1]
            self._selection.set(first[0], end)

    def move(self, event: QMouseEvent) -> bool:
        """The mouse moves with the button down."""
        if self._unit is not None:
            self._stretch(event.position(), *self._unit)
            return True
        if self._drag is None:
            return self._session.picking is not None
        self._surface.nudge(event.position())
        at = self._surface.position_at(event.position())
        text = self._selection.text.value
        drag = self._drag
        moved = dragged(
            text, drag.annotation.fragments, drag.at, drag.side, at, self._selection.snap
        )
        drag.fragments = joined(moved)
        if self._scene.shown.resized != drag.fragments:
            self._show(drag.fragments)
        return True

    def _show(self, fragments: Fragments | None) -> None:
        drag = self._drag
        if drag is None:
            return
        before = self._scene.shown.resized or drag.annotation.fragments
        self._scene.shown.resized = fragments
        for extents in (before, fragments or drag.annotation.fragments):
            self._scene.repaint_extent((extents[0][0], extents[-1][1]))

    def release(self, event: QMouseEvent) -> bool:
        """The left button goes up."""
        if event.button() != Qt.MouseButton.LeftButton:
            return True
        self._unit = None
        if self._drag is not None:
            drag = self._drag
            self._show(None)
            self._drag = None
            if self._session.current == drag.annotation:
                resize(self._session, drag.annotation, drag.fragments)
            return True
        pressed, self._pressed = self._pressed, None
        if pressed is not None and self._selection.empty:
            moved = (event.position() - pressed).manhattanLength()
            if moved < QApplication.startDragDistance():
                self._click(pressed)
        return False

    def _click(self, point: QPointF) -> None:
        """Choose the innermost here; the next one out where one of them is current already."""
        ids = [mark.id for mark in self._scene.marks_at(point)]
        current = self._session.current
        if current is not None and current.id in ids:
            self._surface.click_annotation(ids[(ids.index(current.id) + 1) % len(ids)])
        else:
            self._surface.click_annotation(ids[0] if ids else None)

    def cancel(self) -> bool:
        """Give up a drag; True where an end was dragged."""
        self._unit = None
        if self._drag is None:
            return False
        self._show(None)
        self._drag = None
        return True
