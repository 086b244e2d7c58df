"""The links of the current annotation, drawn as thin lines in the gaps between rows.

A line leaves the current annotation's label, runs in the gap over its row, and comes down on its
target; to another row it goes through the left margin, where all share one trunk.
"""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPen

from annotator.gui.article_brush import Brush
from annotator.gui.article_chips import Chip
from annotator.gui.article_geometry import Metrics
from annotator.gui.article_patches import Placed
from annotator.model.codebook import Codebook, SpanField
from annotator.model.document import Annotation, Document

_TURN = 4.0
_HEAD = 6.0


class Arc(NamedTuple):
    """A link by name, to an annotation."""

    name: str
    target: Annotation


class Route(NamedTuple):
    """A way from the current annotation's first row to that of a target.

    `end` is where it comes down, None where the target is out of sight: then it leaves at the
    top or at the bottom edge, `edge`.
    """

    name: str
    target: str
    start: QRectF
    end: QRectF | None
    trunk: float
    edge: float
    color: str


def links_of(document: Document, codebook: Codebook, current: Annotation) -> list[Arc]:
    """What the current annotation points at, links and span fields; symmetric links both ways."""
    found: list[Arc] = []
    for link in document.links_of(current.id):
        kind = codebook.link_type(link.type)
        back = link.to_id == current.id
        if back and (kind is None or not kind.symmetric):
            continue
        target = document.annotations.get(link.from_id if back else link.to_id)
        if target is not None and target.id != current.id:
            found.append(Arc((kind.title if kind else link.type).lower(), target))
    for item in codebook.fields(current.label):
        if isinstance(item, SpanField):
            target = document.annotations.get(str(current.fields.get(item.name)))
            if target is not None and target.id != current.id:
                found.append(Arc(item.title.lower(), target))
    return found


def routes(
    placed: list[Placed],
    current: Annotation,
    color: str,
    links: list[Arc],
    metrics: Metrics,
    height: float,
) -> list[Route]:
    """The ways through the patches in sight of a viewport `height` pixels high."""
    if not placed:
        return []
    trunk = placed[0].x - round(8 * metrics.scale)
    start = _anchor(placed, current, metrics)
    above = QRectF(placed[0].x, -metrics.pitch, 0, 0)
    below = QRectF(placed[0].x, height + metrics.pitch, 0, 0)
    found: list[Route] = []
    for name, target in links:
        end = _anchor(placed, target, metrics)
        beyond = end is None or not 0 <= end.bottom() <= height + metrics.gap
        if start is None and (end is None or beyond):
            continue
        from_box = start or (above if current.start < placed[0].patch.start else below)
        before = end.bottom() < 0 if end is not None else target.start < placed[0].patch.start
        edge = 0.0 if before else height
        found.append(Route(name, target.id, from_box, None if beyond else end, trunk, edge, color))
    return found


def _anchor(placed: list[Placed], annotation: Annotation, metrics: Metrics) -> QRectF | None:
    """The first box of an annotation that starts in sight."""
    for at in placed:
        mark = at.patch.by_id.get(annotation.id)
        if mark is not None and mark.starts and mark.strips:
            box = at.head(mark, metrics)
            if at.patch.rtl:  # so that its left edge is where it begins
                box.setLeft(box.right() - _HEAD)
            return box
    return None


def draw(painter: QPainter, found: list[Route], brush: Brush) -> None:
    """The lines."""
    if found:
        pen = QPen(brush.theme.label_ink(found[0].color), 1.2)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
    for route in found:
        painter.drawPath(_path(route, brush.metrics))


def draw_heads(painter: QPainter, found: list[Route], brush: Brush) -> None:
    """The arrow heads, over the names."""
    for route in found:
        tip = _corners(route, brush.metrics)[-1]
        up = route.end is None and route.edge <= 0
        painter.fillPath(_head(tip, -1 if up else 1), brush.theme.label_ink(route.color))


def over(box: QRectF, metrics: Metrics) -> float:
    """The height in the gap over a row at which lines run and labels stand."""
    return float(round(box.top() - metrics.chip * 0.5)) - 0.5


def _corners(route: Route, metrics: Metrics) -> list[QPointF]:
    y0, x0 = over(route.start, metrics), route.start.left()
    if route.end is None:
        tip = QPointF(route.trunk, 3 if route.edge <= 0 else route.edge - 3)
        return [QPointF(x0, y0), QPointF(route.trunk, y0), tip]
    y1, x1 = over(route.end, metrics), route.end.left() + 3
    tip = QPointF(x1, route.end.top() + 1)
    if abs(y0 - y1) < 1:
        return [QPointF(x0, y0), QPointF(x1, y0), tip]
    through = [QPointF(route.trunk, y0), QPointF(route.trunk, y1)]
    return [QPointF(x0, y0), *through, QPointF(x1, y1), tip]


def _path(route: Route, metrics: Metrics) -> QPainterPath:
    corners = _corners(route, metrics)
    path = QPainterPath(corners[0])
    for before, corner, after in zip(corners, corners[1:], corners[2:], strict=False):
        path.lineTo(_toward(corner, before))
        path.quadTo(corner, _toward(corner, after))
    path.lineTo(corners[-1])
    return path


def _toward(corner: QPointF, other: QPointF) -> QPointF:
    way = other - corner
    length = max(0.001, (way.x() ** 2 + way.y() ** 2) ** 0.5)
    share = min(_TURN, length / 2) / length
    return QPointF(corner.x() + way.x() * share, corner.y() + way.y() * share)


def _head(tip: QPointF, down: int) -> QPainterPath:
    path = QPainterPath(tip)
    path.lineTo(tip + QPointF(-3, -5 * down))
    path.lineTo(tip + QPointF(3, -5 * down))
    path.closeSubpath()
    return path


def chips(found: list[Route], brush: Brush) -> list[Chip]:
    """The names of the links, at their arrow heads."""
    made: list[Chip] = []
    outside: dict[float, list[str]] = {}
    if not found:
        return made
    ink = brush.theme.label_ink(found[0].color)
    for route in found:
        if route.end is not None:
            x, y = route.end.left() + 8, route.end.top()
            made.append(Chip(route.name, x, y, x + 8 * brush.metrics.size, ink, 1, route.target))
        else:
            outside.setdefault(route.edge, []).append(route.name)
    for edge, names in outside.items():
        text = ", ".join(dict.fromkeys(names))
        y = brush.metrics.chip + 3 if edge <= 0 else edge - 3
        made.append(Chip(text, found[0].trunk + 7, y, 1e6, ink, 1, ""))
    return made
