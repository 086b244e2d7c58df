"""What is selected, in code points, and what a key would take."""

from __future__ import annotations

from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QTextEdit

from annotator.model import segment
from annotator.model.segment import Extent, Snap
from annotator.model.text import Text


def code_point(text: Text, position: int) -> int:
    """The code point offset of a widget's position; inside a surrogate pair, of its start."""
    try:
        return text.from16(min(position, text.length16))
    except ValueError:
        return text.from16(position - 1)


def unit_at(text: str, at: int, unit: Snap) -> Extent:
    """The unit at an offset, else an empty extent; a symbol or an emoji is a word of its own."""
    found = segment.snap(text, at, at, unit)
    if unit != "word" or found[0] < found[1]:
        return found
    for start in (at, at - 1):
        if 0 <= start < len(text):
            a, b = segment.snap(text, start, start + 1, "character")
            if any(c.isprintable() for c in text[a:b]):
                return a, b
    return found


class Selection:
    """The selection of `edit`, snapped; grows and walks back."""

    def __init__(self, edit: QTextEdit) -> None:
        self._edit = edit
        self.text = Text("")
        self.snap: Snap = "word"
        self._grown: list[Extent] = []
        self._stepping = False

    def reset(self, text: Text | None) -> None:
        """Another text."""
        self.text = text if text is not None else Text("")
        self._grown.clear()

    @property
    def raw(self) -> Extent:
        """As it is highlighted; empty: the caret."""
        cursor = self._edit.textCursor()
        ends = cursor.selectionStart(), cursor.selectionEnd()
        start, end = (code_point(self.text, at) for at in ends)
        return start, end

    @property
    def caret(self) -> int:
        """Where the caret stands."""
        return code_point(self.text, self._edit.textCursor().position())

    @property
    def empty(self) -> bool:
        """True where nothing is highlighted."""
        return not self._edit.textCursor().hasSelection()

    def taken(self) -> Extent:
        """The selection widened to whole units; the unit at the caret where nothing is selected."""
        start, end = self.raw
        if start == end:
            return unit_at(self.text.value, start, self.snap)
        return segment.snap(self.text.value, start, end, self.snap)

    def set(self, start: int, end: int) -> None:
        """Highlight an extent, the caret at its end."""
        cursor = self._edit.textCursor()
        cursor.setPosition(self.text.to16(start))
        cursor.setPosition(self.text.to16(end), QTextCursor.MoveMode.KeepAnchor)
        self._edit.setTextCursor(cursor)

    def put_caret(self, at: int) -> None:
        """Select nothing; the caret at an offset."""
        self.set(at, at)

    def moved(self) -> None:
        """The caret was moved: what was grown can't be walked back any more."""
        if not self._stepping:
            self._grown.clear()

    def grow(self) -> bool:
        """The next larger unit; False where there is none."""
        raw = self.raw
        larger = segment.grow(self.text.value, *raw)
        if larger == raw:
            return False
        self._grown.append(raw)
        self._step(larger)
        return True

    def shrink(self) -> bool:
        """Back to what was grown from, else to nothing; False where nothing is selected."""
        if self._grown:
            self._step(self._grown.pop())
        elif self.empty:
            return False
        else:
            self.put_caret(self.caret)
        return True

    def _step(self, extent: Extent) -> None:
        self._stepping = True
        self.set(*extent)
        self._stepping = False
