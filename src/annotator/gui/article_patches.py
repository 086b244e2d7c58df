"""Patches in sight: made when first seen, kept until something changes them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QTextBlock
from PySide6.QtWidgets import QTextEdit

from annotator.gui.article_geometry import Metrics, Strip
from annotator.gui.marks import Mark, Marker, Patch
from annotator.model.segment import Extent

_FUZZY = Qt.HitTestAccuracy.FuzzyHit
_LINES = 40  # a longer paragraph is cut up
_WHOLE = 60


@dataclass(frozen=True, slots=True)
class Placed:
    """A patch and where its paragraph's origin is in the viewport."""

    patch: Patch
    x: float
    y: float

    def box(self, strip: Strip, metrics: Metrics) -> QRectF:
        """The tint of a strip, in the viewport."""
        top = self.y + self.patch.rows[strip.row].baseline
        return QRectF(
            self.x + strip.x0,
            round(top + metrics.top),
            strip.x1 - strip.x0,
            metrics.bottom - metrics.top,
        )

    def head(self, mark: Mark, metrics: Metrics) -> QRectF:
        """The box on its first row that a mark begins in."""
        on = [strip for strip in mark.strips if strip.row == mark.strips[0].row]
        return self.box(on[-1] if self.patch.rtl else on[0], metrics)

    def bounds(self, metrics: Metrics) -> tuple[float, float]:
        """Top and bottom of all that is drawn for it, in the viewport."""
        rows = self.patch.rows
        top = self.y + rows[0].baseline + metrics.top - metrics.gap - 2
        return top, self.y + rows[-1].baseline + metrics.bottom + metrics.gap + 2


class Patches:
    """The patches of the text shown in `edit`."""

    def __init__(self, edit: QTextEdit) -> None:
        self._edit = edit
        self._made: dict[int, dict[int, Patch]] = {}
        self._width = 0
        self.marker: Marker | None = None

    def reset(self, marker: Marker | None) -> None:
        """Another document or codebook."""
        self.marker = marker
        self._made.clear()

    def forget(self) -> None:
        """Another text size or codebook."""
        self._made.clear()

    def drop(self, extent: Extent) -> None:
        """Spans changed between two code point offsets."""
        if self.marker is None:
            return
        document, text = self._edit.document(), self.marker.document.text
        first = document.findBlock(text.to16(extent[0])).blockNumber()
        last = document.findBlock(text.to16(min(extent[1], len(text)))).blockNumber()
        if first == last:
            self._made.pop(first, None)
            return
        for number in [n for n in self._made if first <= n <= last]:
            del self._made[number]

    def between(self, top: float, bottom: float) -> list[Placed]:
        """The patches that draw between two heights of the viewport, from top to bottom."""
        if self.marker is None:
            return []
        if self._width != self._edit.lineWrapColumnOrWidth():
            self._width = self._edit.lineWrapColumnOrWidth()
            self._made.clear()
        found: list[Placed] = []
        for block, box in self._blocks(top, bottom):
            layout = block.layout()
            count = layout.lineCount()
            ranges = [(0, count)] if count <= _WHOLE else _ranges(block, top, bottom, box)
            made = self._made.setdefault(block.blockNumber(), {})
            for first, last in ranges:
                patch = made.get(first)
                if patch is None:
                    patch = made[first] = self.marker.patch(block, layout, first, last)
                found.append(Placed(patch, box.x(), box.y()))
        return found

    def _blocks(self, top: float, bottom: float) -> Iterator[tuple[QTextBlock, QRectF]]:
        """Blocks, one more on either side, with their boxes in the viewport."""
        edit = self._edit
        layout, scrolled = edit.document().documentLayout(), edit.verticalScrollBar().value()
        at = layout.hitTest(QPointF(0, top + scrolled - 60), _FUZZY)
        block = edit.document().findBlock(max(0, at))
        while block.isValid():
            box = layout.blockBoundingRect(block).translated(0, -scrolled)
            if box.top() > bottom + 60:
                return
            if block.layout().lineCount():
                yield block, box
            block = block.next()


def _ranges(block: QTextBlock, top: float, bottom: float, box: QRectF) -> list[tuple[int, int]]:
    """The forty-line pieces of a long paragraph between two heights."""
    layout = block.layout()
    count = layout.lineCount()

    def line_at(height: float) -> int:
        low, high = 0, count - 1
        while low < high:
            middle = (low + high + 1) // 2
            if layout.lineAt(middle).y() <= height:
                low = middle
            else:
                high = middle - 1
        return low

    first = line_at(top - 60 - box.y()) // _LINES
    last = line_at(bottom + 60 - box.y()) // _LINES
    return [(n * _LINES, min(count, (n + 1) * _LINES)) for n in range(first, last + 1)]
