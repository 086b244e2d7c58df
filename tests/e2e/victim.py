"""A warm process that forks annotators: each runs the real window and tags until it is killed.

Reads a database path a line on stdin, answers with the child's pid, then the child writes after
each save how many annotations the database has acknowledged.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

os.environ["QT_QPA_PLATFORM"] = "offscreen"

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

import annotator.gui.workplace  # noqa: F401  warm: a child starts at once
from annotator.app import App
from annotator.model.segment import words


def annotate(database: Path) -> None:
    """Run the window and tag one word after the other, as fast as saving answers."""
    qt = QApplication([])
    held = App(database, "victim")
    held.window.show()
    state: dict[str, object] = {}

    def begin() -> None:
        place = held.window.place
        if place is None or place.session.document is None:
            return
        start.stop()
        text = place.session.document.text.value
        state["words"] = iter([w for _ in range(50) for w in words(text)])
        place.saver.state_changed.connect(saved)
        tag()

    def tag() -> None:
        place = held.window.work
        extent = next(state["words"])  # type: ignore[call-overload]
        place.view.set_selection(extent)
        place.view.tag("Place")
        place.session.select(None)

    def saved(name: str, _reason: str) -> None:
        place = held.window.work
        if name == "saved" and not place.saver.waiting:
            assert place.session.document is not None
            os.write(1, f"{len(place.session.document.annotations)}\n".encode())
            QTimer.singleShot(0, tag)

    start = QTimer()
    start.timeout.connect(begin)
    start.start(2)
    qt.exec()


def main() -> None:
    """Fork an annotator for each line."""
    for line in sys.stdin:
        child = os.fork()
        if not child:
            annotate(Path(line.strip()))
            os._exit(0)
        os.write(1, f"pid {child}\n".encode())
        os.waitpid(child, 0)
        os.write(1, b"gone\n")


if __name__ == "__main__":
    main()
