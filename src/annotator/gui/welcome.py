"""What stands in the middle while no project is open: opening, or why it can't be."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget


class Welcome(QWidget):
    """A quiet line; where the database can't be opened, the reason and what to do."""

    retry_wanted = Signal()
    other_wanted = Signal()
    backup_wanted = Signal()
    """the newest backup in place of a damaged database"""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("welcome")
        self._text = QLabel("Opening…", self)
        self._text.setProperty("quiet", True)
        self._text.setWordWrap(True)
        self._text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._retry = QPushButton("Try again", self)
        self._other = QPushButton("Open another database…", self)
        self._backup = QPushButton("Use the last backup", self)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self._backup)
        row.addWidget(self._retry)
        row.addWidget(self._other)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.addStretch(2)
        column.addWidget(self._text)
        column.addLayout(row)
        column.addStretch(3)
        self._retry.clicked.connect(self.retry_wanted)
        self._other.clicked.connect(self.other_wanted)
        self._backup.clicked.connect(self.backup_wanted)
        self.show_opening()

    def show_opening(self) -> None:
        """Something is under way."""
        self._text.setText("Opening…")
        self._backup.hide()
        self._retry.hide()
        self._other.hide()

    def show_fault(self, sentence: str, *, damaged: bool = False) -> None:
        """Why no project is open; for a damaged database the backup is offered."""
        self._text.setText(sentence)
        self._backup.setVisible(damaged)
        self._retry.show()
        self._other.show()
