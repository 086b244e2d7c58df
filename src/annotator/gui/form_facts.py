"""What the form shows while no annotation is chosen: how to begin, and the article's facts."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from annotator.gui.field_base import Surroundings
from annotator.gui.form_mnemonic import letters
from annotator.gui.form_records import FACTS, FactsRecord
from annotator.gui.form_row import Row
from annotator.gui.form_rows import RowSet
from annotator.gui.form_section import SPACING, rule
from annotator.gui.form_style import Look, font
from annotator.model.codebook import Codebook, Role

_CELL = 22


class Keys(QWidget):
    """The labels of the codebook with the keys that tag: a calm little table."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._rows: list[tuple[str, str, str]] = []
        self._columns = 2

    def show_codebook(self, codebook: Codebook) -> None:
        """Other labels."""
        self._rows = [(k.key.upper(), k.name, k.color) for k in codebook.labels if k.key]
        self.setAccessibleName(", ".join(f"{key} {name}" for key, name, _ in self._rows))
        self.setFixedHeight(self.sizeHint().height())
        self.update()

    def sizeHint(self) -> QSize:
        """Two columns."""
        lines = -(-len(self._rows) // self._columns)
        return QSize(200, lines * (_CELL + 4))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Each key on its label's tint, the label beside it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        lines = -(-len(self._rows) // self._columns)
        wide = self.width() // self._columns
        for nth, (key, name, color) in enumerate(self._rows):
            column, line = divmod(nth, max(lines, 1))
            box = QRect(column * wide, line * (_CELL + 4), _CELL, _CELL)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._look.tint(color))
            painter.drawRoundedRect(box, 4, 4)
            painter.setPen(self._look.ink(color))
            painter.setFont(font(-1, bold=True))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, key)
            painter.setFont(font())
            painter.setPen(self._look.color("ink"))
            rest = QRect(box.right() + 9, box.top(), wide - _CELL - 12, _CELL)
            shown = QFontMetrics(font()).elidedText(name, Qt.TextElideMode.ElideRight, rest.width())
            painter.drawText(rest, Qt.AlignmentFlag.AlignVCenter, shown)
        painter.end()


class FactsPage(QWidget):
    """How to begin, then the facts of the article, which can be put right here."""

    def __init__(self, around: Surroundings, role: Role, reserved: frozenset[str]) -> None:
        super().__init__()
        self.around, self._reserved = around, reserved
        self.label = None
        self.annotation_id = ""
        self.letters: dict[str, Callable[[], object]] = {}
        self.empty = QLabel()
        self.empty.setFont(font(1, bold=True))
        self.hint = QLabel()
        self.hint.setProperty("quiet", True)
        self.hint.setWordWrap(True)
        self.keys = Keys(around.look)
        self.facts = QWidget()
        self.rows = RowSet(around, role)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(14, 12, 14, 16)
        self.column.setSpacing(8)
        for part in (self.empty, self.hint, self.keys, self.facts):
            self.column.addWidget(part)
        self.column.addStretch(1)
        self._build_facts()
        self.underline()

    def _build_facts(self) -> None:
        inside = QVBoxLayout(self.facts)
        inside.setContentsMargins(0, 6, 0, 0)
        inside.setSpacing(SPACING)
        inside.addWidget(rule())
        title = QLabel("This article")
        title.setFont(font(0, bold=True))
        title.setContentsMargins(0, 8, 0, 4)
        inside.addWidget(title)
        for row in self.rows.add(FACTS):
            inside.addWidget(row)

    def underline(self) -> None:
        """A letter for each fact."""
        rows = list(self.rows.rows.values())
        self.letters = {}
        found = letters([r.title for r in rows], self._reserved)
        for row, at in zip(rows, found, strict=True):
            letter = row.title[at].casefold() if at >= 0 else ""
            row.set_letter(at, shortcut=bool(letter) and letter not in self._reserved)
            if letter:
                self.letters[letter] = partial(Row.focus, row)

    def refresh(self) -> None:
        """Show the open article, or that there is none."""
        session = self.around.session
        document = session.document
        self.facts.setVisible(document is not None)
        self.keys.setVisible(document is not None)
        if document is None:
            self.empty.setText("No article is open.")
            self.hint.setText("Choose one on the left, or add articles with Ctrl+O.")
            self.rows.bind(None)
            return
        self.empty.setText("No annotation is chosen.")
        self.hint.setText("Select words and press a label’s key:")
        self.keys.show_codebook(session.codebook)
        record = FactsRecord(session, document.article.id)
        if record != self.rows.record:
            self.rows.bind(record)
        self.rows.refresh()

    def first(self) -> Row | None:
        """The title."""
        return next(iter(self.rows.rows.values())) if not self.facts.isHidden() else None

    def row(self, name: str) -> Row | None:
        """The row of a fact."""
        return self.rows.rows.get(name)

    def all_rows(self) -> list[Row]:
        """The facts."""
        return list(self.rows.rows.values())

    def take_pending(self) -> list[Callable[[], object]]:
        """What is typed and not told yet."""
        return self.rows.take_pending()

    def flush(self) -> None:
        """Tell at once what is typed."""
        self.rows.flush()

    def restyle(self) -> None:
        """Everything here asks the theme when it paints."""
