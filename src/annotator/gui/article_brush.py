"""Draws patches: tints under the text; underlines, veils, bars and outlines over it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPainterPath, QPen

from annotator.gui.article_geometry import Metrics, Strip
from annotator.gui.article_patches import Placed
from annotator.gui.marks import Mark
from annotator.gui.theme import Theme
from annotator.model.codebook import Line
from annotator.model.segment import Extent
from annotator.session.pick import Pick

_RADIUS = 3.0


@dataclass(slots=True)
class Emphasis:
    """What stands out at the moment."""

    current: str | None = None
    hovered: str | None = None
    pick: Pick | None = None
    preview: Extent | None = None
    """what would be tagged, where that is not plain from the selection"""
    selecting: bool = False
    """the preview is of a selection, not only of the word at the caret"""
    resized: tuple[Extent, ...] | None = None
    """the current one while an end of it is dragged"""


class Brush:
    """Draws with the colours of a theme and the measures of a text size."""

    def __init__(self, theme: Theme, metrics: Metrics) -> None:
        self.theme, self.metrics = theme, metrics

    # -- under the text --------------------------------------------------------------------

    def under(self, painter: QPainter, placed: Iterable[Placed], shown: Emphasis) -> None:
        """Tints, the longest first, so that the innermost is seen."""
        painter.setPen(Qt.PenStyle.NoPen)
        for at in placed:
            for mark in at.patch.marks:
                strength = self._strength(mark, shown)
                if strength and not (shown.resized and mark.id == shown.current):
                    painter.setBrush(self.theme.label_tint(mark.label.color, strength))
                    self._boxes(painter, at, mark.strips)

    def resized(self, painter: QPainter, boxes: Iterable[QRectF], color: str) -> None:
        """The current annotation in the shape that a drag gives it."""
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.theme.label_tint(color, 1.7))
        for box in boxes:
            painter.drawRoundedRect(box, _RADIUS, _RADIUS)

    def _strength(self, mark: Mark, shown: Emphasis) -> float:
        if mark.id == shown.current:
            return 1.9 if mark.style == "tint" else 1.15
        if mark.style == "tint":
            return 1.4 if mark.id == shown.hovered else 1.0
        return 0.6 if mark.id == shown.hovered else 0.0

    def _boxes(self, painter: QPainter, at: Placed, strips: list[Strip]) -> None:
        for strip in strips:
            if strip.x1 > strip.x0:
                painter.drawRoundedRect(at.box(strip, self.metrics), _RADIUS, _RADIUS)

    # -- over the text ---------------------------------------------------------------------

    def over(self, painter: QPainter, placed: list[Placed], shown: Emphasis) -> None:
        """Underlines and joins, veils over excluded text, bars in the margin."""
        for at in placed:
            for mark in at.patch.marks:
                self._underline(painter, at, mark, shown)
            for mark in (*at.patch.bars, *at.patch.marks):
                if mark.excluded and mark.id != shown.current:
                    for strip in mark.strips:
                        painter.fillRect(at.box(strip, self.metrics), self.theme.veil(0.52))
            for mark in at.patch.bars:
                self._bar(painter, at, mark, shown)

    def lane_y(self, at: Placed, row: int, mark: Mark) -> float:
        """The upper edge of a mark's line; lines close up where they would reach the next row."""
        lane = mark.lanes.get(row, 0)
        lanes, scale = at.patch.lanes[row], self.metrics.scale
        step = 4.5 * scale
        if lanes > 1:
            step = min(step, (self.metrics.gap - 3.0 * scale) / (lanes - 1))
        base = at.y + at.patch.rows[row].baseline + self.metrics.bottom
        return float(round(base - (0.5 if lane else 1.5) + lane * step))

    def _underline(self, painter: QPainter, at: Placed, mark: Mark, shown: Emphasis) -> None:
        loud = mark.id in (shown.current, shown.hovered)
        ink = self.theme.label_ink(mark.label.color)
        color = ink if loud else self.theme.label_line(mark.label.color)
        width = 1.25 if mark.style == "tint" else 2.0
        width = 3.0 if mark.id == shown.current else width
        width *= max(1.0, self.metrics.scale)
        if shown.resized and mark.id == shown.current:
            return
        for strip in mark.strips:
            y = self.lane_y(at, strip.row, mark)
            if strip.x0 == strip.x1:
                self._point(painter, at, strip, ink)
                continue
            draw_line(
                painter, mark.label.line, color, width, at.x + strip.x0 + 1, at.x + strip.x1 - 1, y
            )
        for strip in mark.joins:
            y = self.lane_y(at, strip.row, mark)
            draw_line(painter, "dotted", color, 1.0, at.x + strip.x0 + 2, at.x + strip.x1 - 2, y)

    def _point(self, painter: QPainter, at: Placed, strip: Strip, ink: QColor) -> None:
        """A caret for what has no width."""
        box, size = at.box(strip, self.metrics), 3.0 * self.metrics.scale
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink)
        x, y = box.left(), box.bottom() - 1
        painter.drawPolygon(
            [QPointF(x - size, y + size), QPointF(x, y - size / 2), QPointF(x + size, y + size)]
        )

    def bar_x(self, at: Placed, mark: Mark) -> float:
        """Where a margin bar stands."""
        return at.x - round((14 + 6 * mark.column) * self.metrics.scale)

    def _bar(self, painter: QPainter, at: Placed, mark: Mark, shown: Emphasis) -> None:
        loud = mark.id in (shown.current, shown.hovered)
        ink = self.theme.label_ink(mark.label.color)
        rows = [strip.row for strip in mark.strips] or [0]
        metrics, first, last = self.metrics, at.patch.rows[min(rows)], at.patch.rows[max(rows)]
        top = at.y + first.baseline + metrics.top + 1
        bottom = at.y + last.baseline + metrics.bottom
        if not mark.ends or mark.annotation.end > at.patch.end:
            bottom += metrics.gap + metrics.paragraph
        if not mark.starts:
            top -= metrics.gap
        color = ink if loud else self.theme.color("rule")
        painter.fillRect(QRectF(self.bar_x(at, mark), top, 3 if loud else 2, bottom - top), color)
        if loud:
            for strip in mark.strips:
                box = at.box(strip, metrics)
                painter.fillRect(
                    QRectF(box.left(), box.bottom(), box.width(), 1), self.theme.color("rule")
                )

    # -- outlines --------------------------------------------------------------------------

    def preview(self, painter: QPainter, boxes: Iterable[QRectF], selecting: bool) -> None:
        """What a key would tag."""
        color = self.theme.color("accent" if selecting else "muted")
        color.setAlphaF(1.0 if selecting else 0.32)
        pen = QPen(color, 1.0)
        if selecting:
            pen.setDashPattern([3, 2])
        self.outline(painter, boxes, pen)

    def outline(self, painter: QPainter, boxes: Iterable[QRectF], pen: QPen) -> None:
        """Rounded frames, half a pixel outside."""
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for box in boxes:
            painter.drawRoundedRect(box.adjusted(-0.5, -0.5, 0.5, 0.5), _RADIUS, _RADIUS)

    def targets(self, painter: QPainter, placed: list[Placed], pick: Pick, area: QRectF) -> None:
        """Everything fades but what may be pointed at; the one offered stands out."""
        valid = {name: n for n, name in enumerate(pick.targets)}
        veil, frames = QPainterPath(), []
        veil.addRect(area)
        kept = QPainterPath()
        kept.setFillRule(Qt.FillRule.WindingFill)
        for at in placed:
            for mark in at.patch.marks:
                if mark.id in valid or mark.id == pick.origin:
                    boxes = [at.box(s, self.metrics) for s in mark.strips]
                    for box in boxes:
                        kept.addRoundedRect(box, _RADIUS, _RADIUS)
                    if mark.id in valid:
                        frames.append((mark.id == pick.target, mark, boxes))
        painter.fillPath(veil.subtracted(kept), QBrush(self.theme.veil(0.68)))
        for offered, mark, boxes in sorted(frames, key=lambda f: f[0]):
            color = (
                self.theme.color("accent") if offered else self.theme.label_ink(mark.label.color)
            )
            self.outline(painter, boxes, QPen(color, 2.5 if offered else 1.0))

    def handle(self, painter: QPainter, x: float, box: QRectF, color: str, *, start: bool) -> None:
        """The grip at an end of the current annotation: a stem and a knob."""
        ink, scale = self.theme.label_ink(color), self.metrics.scale
        painter.fillRect(QRectF(x - 1, box.top(), 2, box.height()), ink)
        painter.setPen(QPen(self.theme.color("page"), 1.0))
        painter.setBrush(ink)
        y = box.top() if start else box.bottom()
        painter.drawEllipse(QPointF(x, y), 3.6 * scale, 3.6 * scale)


def draw_line(
    painter: QPainter, pattern: Line, color: QColor, width: float, x0: float, x1: float, y: float
) -> None:
    """A horizontal line whose upper edge is `y`; the pattern tells labels apart without colour."""
    if x1 <= x0:
        return
    if pattern == "solid":
        painter.fillRect(QRectF(x0, y, x1 - x0, width), color)
    elif pattern == "double":
        thin = max(1.0, round(width / 2))
        painter.fillRect(QRectF(x0, y, x1 - x0, thin), color)
        painter.fillRect(QRectF(x0, y + thin + 1, x1 - x0, thin), color)
    elif pattern == "wave":
        painter.setPen(QPen(color, min(width, 1.5)))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.translate(x0, y + width / 2)
        painter.drawPath(_wave(round(x1 - x0)))
        painter.translate(-x0, -y - width / 2)
    else:
        pen = QPen(color, width)
        if pattern == "dotted":
            pen.setCapStyle(Qt.PenCapStyle.RoundCap)
            pen.setDashPattern([0.01, 2.2])
            pen.setWidthF(max(width, 1.6))
        else:
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)
            pen.setDashPattern([4.5 / width, 2.5 / width])
        painter.setPen(pen)
        painter.drawLine(QPointF(x0, y + width / 2), QPointF(x1, y + width / 2))


@lru_cache(maxsize=256)
def _wave(length: int) -> QPainterPath:
    path = QPainterPath(QPointF(0, 0))
    for n, x in enumerate(range(0, length - 2, 3)):
        path.quadTo(x + 1.5, 2.2 if n % 2 else -2.2, x + 3, 0)
    return path
