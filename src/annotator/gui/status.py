"""The status bar: saved or not, where one is, what is wrong, how far the project is."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QPushButton, QSizePolicy, QStatusBar, QWidget

_TOLD_MS = 7_000
_SAVE_WORDS = {"saved": "● Saved", "saving": "○ Saving…", "failed": "▲ Not saved"}


class Sentence(QLabel):
    """Takes the room that is left and no more: a long sentence ends in an ellipsis.

    A plain label asks for all its words, and the window would grow beyond the screen with them.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def show_sentence(self, sentence: str) -> None:
        """Another one, whole in the tool tip."""
        self.setText(sentence)
        self.setToolTip(sentence)

    def shown(self) -> str:
        """What fits."""
        return self.fontMetrics().elidedText(
            self.text(), Qt.TextElideMode.ElideRight, self.contentsRect().width()
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        """All of it, or as much as fits."""
        shown = self.shown()
        if shown == self.text():
            super().paintEvent(event)
            return
        painter = QPainter(self)
        painter.drawText(self.contentsRect(), self.alignment(), shown)
        painter.end()


class Status(QStatusBar):
    """Quiet labels; a sentence that is told stands in the middle for a while."""

    retry_wanted = Signal()
    faults_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizeGripEnabled(False)
        self.saved = QLabel("", self)
        self.retry = QPushButton("Retry", self)
        self.retry.setFlat(True)
        self.retry.hide()
        self.place = QLabel("", self)
        self.faults = QPushButton("", self)
        self.faults.setFlat(True)
        self.faults.hide()
        self.faults.setToolTip("Go to the next fault (F8)")
        self.faults.setStyleSheet("border: none; padding: 2px 8px; background: transparent;")
        self.told = Sentence(self)
        self.told.setAccessibleName("Message")
        self.told.setProperty("quiet", False)
        self.progress = QLabel("", self)
        self.zoom = QLabel("", self)
        for widget in (self.saved, self.retry, self.place, self.faults):
            self.addWidget(widget)
        self.addWidget(self.told, 1)
        for widget in (self.progress, self.zoom):
            self.addPermanentWidget(widget)
        self._timer = QTimer(self, singleShot=True, interval=_TOLD_MS)
        self._timer.timeout.connect(self.told.clear)
        self.retry.clicked.connect(self.retry_wanted)
        self.faults.clicked.connect(self.faults_wanted)

    def tell(self, sentence: str) -> None:
        """Show a sentence for a while."""
        self.told.show_sentence(sentence)
        self._timer.start()

    def show_saved(self, state: str, reason: str) -> None:
        """saved, saving, or failed with the reason."""
        self.saved.setText(_SAVE_WORDS[state])
        self.saved.setProperty("fault", state == "failed")
        self.saved.style().polish(self.saved)
        self.saved.setToolTip(reason)
        self.retry.setVisible(state == "failed")
        if state == "failed":
            self._timer.stop()
            self.told.show_sentence(f"{reason} Nothing is lost while this window is open.")
        elif self.told.text().endswith("Nothing is lost while this window is open."):
            self.told.clear()

    def show_place(self, start: int, end: int) -> None:
        """The selection in code points."""
        a, b = f"{start:,}".replace(",", " "), f"{end:,}".replace(",", " ")
        self.place.setText(f"Code point {a}" if start == end else f"Code points {a}–{b}")

    def show_faults(self, count: int) -> None:
        """How many annotations have faults."""
        self.faults.setText("" if not count else f"{count} fault{'s' * (count != 1)}")
        self.faults.setVisible(bool(count))

    def show_progress(self, done: int, total: int) -> None:
        """How many articles are submitted or accepted."""
        self.progress.setText(f"{done} of {total} articles done" if total else "")

    def show_zoom(self, percent: int) -> None:
        """Text size."""
        self.zoom.setText(f"{percent} %")
