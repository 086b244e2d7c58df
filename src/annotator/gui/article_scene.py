"""All that is painted around the text of one view, and what lies under a point of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRect, QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QTextEdit

from annotator.gui import arcs
from annotator.gui.article_brush import Brush, Emphasis
from annotator.gui.article_chips import Chip, Chips, Laid, chips_of
from annotator.gui.article_drag import Side
from annotator.gui.article_geometry import Metrics
from annotator.gui.article_patches import Patches, Placed
from annotator.gui.marks import Mark, Marker
from annotator.gui.theme import Theme
from annotator.model.codebook import Label
from annotator.model.document import Annotation
from annotator.model.segment import Extent
from annotator.session.session import Session


class Grip(NamedTuple):
    """A handle at an end of the current annotation: its place and the row's box.

    `at` is the number of the fragment that it takes.
    """

    at: int
    side: Side
    x: float
    box: QRectF


class Scene:
    """Marks over the text of `edit`: painting, hit testing, what has to be painted again."""

    def __init__(self, edit: QTextEdit, session: Session, theme: Theme, metrics: Metrics) -> None:
        self._edit, self._session = edit, session
        self.patches = Patches(edit)
        self.shown = Emphasis()
        self.gutter = 0
        self.dress(theme, metrics)

    def dress(self, theme: Theme, metrics: Metrics) -> None:
        """Other colours or another text size."""
        self.theme, self.metrics = theme, metrics
        self.brush, self._chips = Brush(theme, metrics), Chips(metrics)
        self.patches.forget()

    def reset(self) -> None:
        """Another document or codebook."""
        session = self._session
        marker = None
        if session.document is not None:
            marker = Marker(session.document, session.codebook, session.index)
        self.patches.reset(marker)
        self.shown = Emphasis()

    # -- painting --------------------------------------------------------------------------

    def under(self, clip: QRect) -> None:
        """What lies under the text."""
        painter = self._painter()
        placed = self._near(clip)
        self.brush.under(painter, placed, self.shown)
        if self.shown.resized:
            self.brush.resized(painter, self.boxes(placed, self.shown.resized), self._color())
        painter.end()

    def over(self, clip: QRect) -> None:
        """What lies over the text."""
        painter, shown = self._painter(), self.shown
        placed = self._near(clip)
        self.brush.over(painter, placed, shown)
        self._chips.draw_names(painter, placed, self.brush, shown)
        if shown.preview is not None:
            self.brush.preview(painter, self.boxes(placed, [shown.preview]), shown.selecting)
        chips = self._names(placed)
        routes = self.routes() if shown.pick is None else []
        if shown.pick is not None:
            area = QRectF(self._edit.viewport().rect())
            self.brush.targets(painter, placed, shown.pick, area)
            chips = [c for c in chips if c.id in (shown.pick.origin, shown.pick.target)]
        else:
            arcs.draw(painter, routes, self.brush)
            chips += arcs.chips(routes, self.brush)
        self._chips.draw(painter, self._laid(chips), self.theme)
        arcs.draw_heads(painter, routes, self.brush)
        for grip in self.grips(placed):
            color = self._color()
            self.brush.handle(painter, grip.x, grip.box, color, start=grip.side == "start")
        painter.end()

    def _painter(self) -> QPainter:
        painter = QPainter(self._edit.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        return painter

    def _near(self, clip: QRect) -> list[Placed]:
        return self.patches.between(clip.top(), clip.bottom())

    def _names(self, placed: list[Placed]) -> list[Chip]:
        """All the small words but those of links."""
        found = [chip for at in placed for chip in chips_of(at, self.brush, self.shown)]
        return found + self._chips.bars(placed, self.brush, self.shown)

    def _laid(self, chips: Iterable[Chip]) -> list[Laid]:
        return self._chips.laid(chips, 2, self._edit.viewport().width() - 2)

    def boxes(self, placed: list[Placed], extents: Iterable[Extent]) -> list[QRectF]:
        """The tints that extents would have on some patches."""
        marker, found = self.patches.marker, []
        extents = list(extents)
        for at in placed:
            block = self._edit.document().findBlockByNumber(at.patch.number)
            assert marker is not None
            for strip in marker.extent_strips(at.patch, block.layout(), extents):
                found.append(at.box(strip, self.metrics))
        return found

    def _color(self) -> str:
        """Of the current annotation's label."""
        current = self._session.current
        label = self._session.codebook.label(current.label) if current is not None else None
        return (label or Label(name="")).color

    # -- the current one -------------------------------------------------------------------

    def in_sight(self) -> list[Placed]:
        """The patches of the whole viewport."""
        return self._near(self._edit.viewport().rect())

    def linked(self, annotation: Annotation | None) -> bool:
        """True where lines are drawn while it is current."""
        document = self._session.document
        if annotation is None or document is None:
            return False
        return bool(arcs.links_of(document, self._session.codebook, annotation))

    def fixed(self) -> bool:
        """True while something is drawn that does not scroll with the text."""
        return self.shown.pick is not None or self.linked(self._session.current)

    def routes(self) -> list[arcs.Route]:
        """The links of the current annotation as they run through what is in sight."""
        current, document = self._session.current, self._session.document
        if current is None or document is None or self.shown.resized:
            return []
        links = arcs.links_of(document, self._session.codebook, current)
        if not links:
            return []
        height = float(self._edit.viewport().height())
        return arcs.routes(self.in_sight(), current, self._color(), links, self.metrics, height)

    def grips(self, placed: list[Placed]) -> list[Grip]:
        """The handles of the current annotation that are in sight."""
        current, shown = self._session.current, self.shown
        if current is None or shown.pick is not None:
            return []
        fragments = shown.resized or current.fragments
        found: list[Grip] = []
        for at in placed:
            mark = at.patch.by_id.get(current.id)
            if mark is not None and mark.style == "bar":
                continue
            for n, fragment in enumerate(fragments):
                if at.patch.start <= fragment[0] <= at.patch.end:
                    found += self._grip(n, "start", at, fragment)
                if at.patch.start <= fragment[1] <= at.patch.end:
                    found += self._grip(n, "end", at, fragment)
        return found

    def _grip(self, n: int, side: Side, at: Placed, fragment: Extent) -> list[Grip]:
        boxes = self.boxes([at], [fragment])
        if not boxes:
            return []
        box = boxes[0] if side == "start" else boxes[-1]
        leads = (side == "start") != (at.patch.bidi and self._rtl(at, fragment, side))
        return [Grip(n, side, box.left() if leads else box.right(), box)]

    def _rtl(self, at: Placed, fragment: Extent, side: Side) -> bool:
        """True where the character at that end is written from right to left."""
        marker = self.patches.marker
        assert marker is not None, "patches without a document"
        start = fragment[0] if side == "start" else fragment[1] - 1
        first = marker.document.text.to16(start) - at.patch.position
        layout = self._edit.document().findBlockByNumber(at.patch.number).layout()
        return any(run.isRightToLeft() for run in layout.glyphRuns(first, 1))

    # -- what lies where -------------------------------------------------------------------

    def grip_at(self, point: QPointF) -> Grip | None:
        """The handle under a point."""
        if self._session.current is None:
            return None
        reach, found = 6.0 * self.metrics.scale, list[tuple[float, int, Grip]]()
        for grip in self.grips(self.patches.between(point.y(), point.y())):
            tall, aside = grip.box.adjusted(0, -reach, 0, reach), abs(point.x() - grip.x)
            if aside <= reach and tall.top() <= point.y() <= tall.bottom():
                found.append((aside, len(found), grip))
        return min(found)[2] if found else None

    def marks_at(self, point: QPointF) -> list[Mark]:
        """The marks that a click at a point means, the likeliest first.

        A label, then a line under the text, then the spans around a character from the inside
        out, then a bar in the margin.
        """
        placed = self.patches.between(point.y(), point.y())
        for chip, box in self._laid(self._names(placed)):
            if box.adjusted(-3, -1, 3, 1).contains(point):
                return [at.patch.by_id[chip.id] for at in placed if chip.id in at.patch.by_id][:1]
        for at in placed:
            under = self._lines_at(at, point)
            spans = [m for m in reversed(at.patch.marks) if self._covers(at, m, point)]
            if under or spans:
                return [*under, *(m for m in spans if m not in under)]
        for at in placed:
            bars = [m for m in at.patch.bars if self._on_bar(at, m, point)]
            if bars:
                return bars
        return []

    def _covers(self, at: Placed, mark: Mark, point: QPointF) -> bool:
        for strip in mark.strips:
            box = at.box(strip, self.metrics)
            wider = 1 if box.width() else 4
            if box.adjusted(-wider, 0, wider, 1).contains(point):
                return True
        return False

    def _lines_at(self, at: Placed, point: QPointF) -> list[Mark]:
        found: list[Mark] = []
        for mark in reversed(at.patch.marks):
            for strip in (*mark.strips, *mark.joins):
                y = self.brush.lane_y(at, strip.row, mark)
                inside = at.x + strip.x0 <= point.x() <= at.x + strip.x1
                if inside and mark.lanes.get(strip.row) and -1 <= point.y() - y <= 3:
                    found.append(mark)
        return found

    def _on_bar(self, at: Placed, mark: Mark, point: QPointF) -> bool:
        if not mark.strips or abs(point.x() - self.brush.bar_x(at, mark)) > 5:
            return False
        first, last = at.box(mark.strips[0], self.metrics), at.box(mark.strips[-1], self.metrics)
        return first.top() <= point.y() <= last.bottom() + self.metrics.gap

    # -- painting again --------------------------------------------------------------------

    def repaint(self, annotations: Iterable[Annotation | None]) -> None:
        """Paint the paragraphs in sight again that hold some annotations."""
        wanted = {a.id: a for a in annotations if a is not None}
        for at in self.in_sight():
            for a in wanted.values():
                if a.start <= at.patch.end and a.end >= at.patch.start:
                    self._update(at)
                    break

    def repaint_extent(self, extent: Extent | None) -> None:
        """Paint the paragraphs in sight again that lie in an extent."""
        for at in self.in_sight() if extent is not None else ():
            if extent is not None and extent[0] <= at.patch.end and extent[1] >= at.patch.start:
                self._update(at)

    def _update(self, at: Placed) -> None:
        top, bottom = at.bounds(self.metrics)
        width = self._edit.viewport().width()
        self._edit.viewport().update(QRect(0, int(top), width, int(bottom - top) + 1))
