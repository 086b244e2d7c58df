"""The five-minute guide: a small card over the text; F6 reaches it, Esc closes it there."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from annotator.gui.theme import Theme

STEPS = (
    ("Walk through what is tagged",
     "This sample is annotated already. Press <b>Tab</b> in the text to go from one annotation to "
     "the next; its form is at the right."),
    ("Tag a word",
     "Put the caret on a word and press a label's key: <b>A</b> actor, <b>P</b> place, <b>D</b> "
     "date, <b>C</b> claim. <b>Space</b> first takes more: name, phrase, quotation, sentence."),
    ("Fill in the form",
     "<b>Enter</b> goes to the form, <b>Alt</b> with an underlined letter to a field, <b>Esc</b> "
     "back to the text. Dashed values are proposals; they stay proposals until you set them."),
    ("Link a claim to its source",
     "On a claim press <b>Shift+S</b>: the likeliest speaker is offered. <b>Tab</b> offers the "
     "next, <b>Enter</b> takes it, <b>Esc</b> leaves."),
    ("Nothing is lost",
     "Every step is saved at once. <b>Ctrl+Z</b> undoes without limit, even tomorrow. "
     "<b>Ctrl+K</b> finds every command; <b>Ctrl+Return</b> submits and opens the next article."),
)  # fmt: skip


class Guide(QFrame):
    """One step at a time at the bottom of `over`; `dismissed` when it is closed."""

    dismissed = Signal()

    def __init__(self, over: QWidget, theme: Theme) -> None:
        super().__init__(over)
        self._over, self._at = over, 0
        self.setObjectName("guide")
        self.setAccessibleName("Guide")
        self.setFixedWidth(440)
        self._title, self._text, self._count = QLabel(), QLabel(), QLabel()
        self._title.setStyleSheet("font-weight: bold;")
        self._text.setWordWrap(True)
        self._count.setProperty("quiet", True)
        self._back, self._next = QPushButton("Back"), QPushButton("Next")
        self._close = QPushButton("Close")
        row = QHBoxLayout()
        row.addWidget(self._count)
        row.addStretch(1)
        for button in (self._close, self._back, self._next):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves it in the text
            row.addWidget(button)
        self.setFocusProxy(self._next)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 14, 18, 14)
        column.addWidget(self._title)
        column.addWidget(self._text)
        column.addLayout(row)
        self._close.clicked.connect(self.dismiss)
        self._back.clicked.connect(lambda: self._show(self._at - 1))
        self._next.clicked.connect(lambda: self._show(self._at + 1))
        over.installEventFilter(self)
        self.set_theme(theme)
        self._show(0)

    def set_theme(self, theme: Theme) -> None:
        """Other colours."""
        self.setStyleSheet(
            f"QFrame#guide {{ background: {theme.raised}; border: 1px solid {theme.accent};"
            " border-radius: 6px; }"
        )

    def _show(self, step: int) -> None:
        if step >= len(STEPS):
            self.dismiss()
            return
        self._at = max(0, step)
        title, text = STEPS[self._at]
        self._title.setText(title)
        self._text.setText(text)
        self._count.setText(f"{self._at + 1} of {len(STEPS)}")
        self._back.setEnabled(self._at > 0)
        self._next.setText("Done" if self._at == len(STEPS) - 1 else "Next")
        self._place()

    def _place(self) -> None:
        self.adjustSize()
        left = max(8, (self._over.width() - self.width()) // 2)
        self.move(left, self._over.height() - self.height() - 22)

    def dismiss(self) -> None:
        """Close it for good."""
        self.hide()
        self.dismissed.emit()
        self.deleteLater()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc closes it."""
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        else:
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay at the bottom."""
        if event.type() == QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)
