"""A dialog whose work runs elsewhere, with progress, cancel, and its fault in one sentence."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from annotator.model.errors import AnnotatorError
from annotator.session.worker import Progress, Worker

T = TypeVar("T")


class RunningDialog(QDialog):
    """Put what is special into `body`; `go` is the button that starts, the other one stops."""

    def __init__(self, title: str, go: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self.body = QVBoxLayout()
        self.note = QLabel("", self)
        self.note.setAccessibleName("Message")
        self.note.setWordWrap(True)
        self.note.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.bar = QProgressBar(self)
        self.bar.setAccessibleName("Progress")
        self.bar.setTextVisible(False)
        self.bar.setMaximumHeight(6)
        self.bar.hide()
        buttons = QDialogButtonBox(self)
        self.go = QPushButton(go, self)
        self.go.setDefault(True)
        buttons.addButton(self.go, QDialogButtonBox.ButtonRole.ActionRole)
        self.stop = buttons.addButton(QDialogButtonBox.StandardButton.Cancel)
        self.stop.setAutoDefault(False)  # Enter never means Cancel
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 16, 18, 14)
        column.setSpacing(10)
        column.addLayout(self.body)
        column.addWidget(self.note)
        column.addWidget(self.bar)
        column.addWidget(buttons)
        self.stop.clicked.connect(self.reject)
        self._progress: Progress | None = None

    def run(
        self,
        worker: Worker,
        job: Callable[[Progress], T],
        then: Callable[[T], None],
        failed: Callable[[AnnotatorError], None] | None = None,
    ) -> None:
        """Run `job` on `worker`; Cancel stops it."""
        progress = Progress(self)
        progress.moved.connect(self._moved)
        self._progress = progress
        self.go.setEnabled(False)
        self.bar.setRange(0, 0)
        self.bar.show()

        def done(answer: T) -> None:
            self._rest()
            then(answer)

        def fault(error: AnnotatorError) -> None:
            self._rest()
            (failed or self.tell_fault)(error)

        worker.run(lambda: job(progress), done, fault)

    def _moved(self, done: int, total: int, what: str) -> None:
        self.bar.setRange(0, total)
        self.bar.setValue(done)
        if what:
            self.note.setText(what)

    def _rest(self) -> None:
        self._progress = None
        self.bar.hide()
        self.stop.setEnabled(True)
        self.go.setEnabled(True)
        self.go.setDefault(True)

    def tell_fault(self, error: AnnotatorError) -> None:
        """Show what went wrong; the dialog stays for another try."""
        self.tell(str(error), fault=True)

    def tell(self, sentence: str, *, fault: bool = False) -> None:
        """A sentence over the buttons."""
        self.note.setText(sentence)
        self.note.setProperty("fault", fault)
        self.note.style().polish(self.note)

    def finished_with(self, sentence: str) -> None:
        """All is done: the sentence, and one button to close."""
        self.tell(sentence)
        self.go.hide()
        self.stop.setText("Close")

    def reject(self) -> None:
        """Stop what is under way, else close."""
        if self._progress is not None:
            self._progress.cancel()
            self.stop.setEnabled(False)
            self.tell("Stopping…")
        else:
            super().reject()

    def closeEvent(self, event: QCloseEvent) -> None:
        """The window's own cross is Cancel."""
        if self._progress is not None:
            self.reject()
            event.ignore()
        else:
            event.accept()
