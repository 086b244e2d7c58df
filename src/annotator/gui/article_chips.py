"""The small words over spans: which are shown, and where, so that none overprints another."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontMetricsF, QPainter

from annotator.gui.article_brush import Brush, Emphasis
from annotator.gui.article_geometry import Metrics
from annotator.gui.article_patches import Placed
from annotator.gui.marks import Mark
from annotator.gui.theme import Theme

_GAP = 6.0


@dataclass(frozen=True, slots=True)
class Chip:
    """A word that wants to stand at `x` in the gap that ends at `y`.

    `limit` is how far right it may be moved; the lower `rank` is placed first. `id` is the
    annotation that a click on it chooses.
    """

    text: str
    x: float
    y: float
    limit: float
    color: QColor
    rank: int
    id: str
    flush: bool = False
    """it ends at `x`, as right-to-left text begins there"""


Laid = tuple[Chip, QRectF]


class Chips:
    """Lays out and draws chips in one type size."""

    def __init__(self, metrics: Metrics) -> None:
        self._font = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
        self._font.setPixelSize(metrics.chip)
        self._font.setBold(True)
        self._font.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, 0.25)
        self._height = float(metrics.chip + 1)
        self._metrics = QFontMetricsF(self._font)
        self._widths: dict[str, float] = {}

    def width(self, text: str) -> float:
        """In pixels."""
        if text not in self._widths:
            self._widths[text] = self._metrics.horizontalAdvance(text)
        return self._widths[text]

    def laid(self, chips: Iterable[Chip], left: float, right: float) -> list[Laid]:
        """Each where it wants to be or a little to the right; those without room are left out."""
        found: list[Laid] = []
        rows: dict[float, list[QRectF]] = {}
        for chip in sorted(chips, key=lambda c: (c.rank, c.y, c.x)):
            width, taken = self.width(chip.text), rows.setdefault(chip.y, [])
            x = max(left, min(chip.x - (width if chip.flush else 0.0), right - width))
            box = QRectF(x, chip.y - self._height, width, self._height)
            for other in sorted(taken, key=lambda b: b.left()):
                if box.right() + _GAP > other.left() and box.left() < other.right() + _GAP:
                    box.moveLeft(other.right() + _GAP)
            if box.left() <= max(chip.limit, x) and box.right() <= right:
                taken.append(box)
                found.append((chip, box))
        return found

    def draw(self, painter: QPainter, laid: Iterable[Laid], theme: Theme) -> None:
        """The words, on a patch of page so that no line runs through them."""
        painter.setFont(self._font)
        page = theme.color("page")
        for chip, box in laid:
            painter.fillRect(box.adjusted(-3, 1, 3, 0), page)
            painter.setPen(chip.color)
            painter.drawText(
                box.adjusted(0, -3, 4, 3), Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextDontClip,
                chip.text,
            )  # fmt: skip

    def _beside(self, at: Placed, mark: Mark, brush: Brush) -> float | None:
        """Where a bar's name ends in the margin; None where the margin has no room for it."""
        right = brush.bar_x(at, mark) - 5
        return right if self.width(mark.title) <= right - 2 else None

    def draw_names(
        self, painter: QPainter, placed: Iterable[Placed], brush: Brush, shown: Emphasis
    ) -> None:
        """The names of margin bars, where the margin has room."""
        used: dict[float, float] = {}
        painter.setFont(self._font)
        for at in placed:
            for mark in at.patch.bars:
                right = self._beside(at, mark, brush)
                if not (mark.starts and mark.strips) or right is None:
                    continue
                painter.setPen(_bar_ink(mark, brush, shown))
                box = at.box(mark.strips[0], brush.metrics)
                y = box.top() + used.get(box.top(), 0.0)
                used[box.top()] = used.get(box.top(), 0.0) + self._height + 1
                aligned = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
                painter.drawText(QRectF(0, y, right, box.height()), aligned, mark.title)

    def bars(self, placed: Iterable[Placed], brush: Brush, shown: Emphasis) -> list[Chip]:
        """The names of margin bars that have no room beside the text: over its first row."""
        found: list[Chip] = []
        for at in placed:
            for mark in at.patch.bars:
                if not (mark.starts and mark.strips) or self._beside(at, mark, brush) is not None:
                    continue
                rank = 0 if mark.id == shown.current else 2 if mark.id == shown.hovered else 4
                x, y = brush.bar_x(at, mark), at.box(mark.strips[0], brush.metrics).top()
                far, ink = x + 12 * brush.metrics.size, _bar_ink(mark, brush, shown)
                found.append(Chip(mark.title, x, y, far, ink, rank, mark.id))
        return found


def _bar_ink(mark: Mark, brush: Brush, shown: Emphasis) -> QColor:
    if mark.id in (shown.current, shown.hovered):
        return brush.theme.label_ink(mark.label.color)
    return brush.theme.color("muted")


def chips_of(at: Placed, brush: Brush, shown: Emphasis) -> list[Chip]:
    """The labels of spans that hold others, of the current and of the hovered one."""
    found: list[Chip] = []
    for mark in at.patch.marks:
        rank = 0 if mark.id == shown.current else 2 if mark.id == shown.hovered else 3
        wanted = rank < 3 or (mark.style == "line" and mark.holds)
        if not (wanted and mark.starts and mark.strips):
            continue
        found.append(_chip(at, mark, brush, rank))
    return found


def _chip(at: Placed, mark: Mark, brush: Brush, rank: int) -> Chip:
    box, rtl = at.head(mark, brush.metrics), at.patch.rtl
    text = mark.label.name.upper() if rank == 0 else mark.label.name.lower()
    ink = brush.theme.label_ink(mark.label.color)
    aside = 6.0 * brush.metrics.scale if rank == 0 else 0.0  # beside the handle
    x = box.right() - aside if rtl else box.left() + aside
    limit = max(box.left(), box.right() - 24)
    return Chip(text, x, box.top(), limit, ink, rank, mark.id, rtl)
