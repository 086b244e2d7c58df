"""The export dialog of a running program, and what is done with it again and again."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QTest
from tests.gui.program_fixture import Program, press

from annotator.gui.dialogs.exports import ExportDialog


def dialog(program: Program, target: Path | None = None, kind: str = "") -> ExportDialog:
    """The dialog, with a format and a file named."""
    program.activate()
    press(program.window, "Ctrl+E")
    shown = program.dialog(ExportDialog)
    if kind:
        shown.form.kind.choose([kind])
    if target is not None:
        shown.form.target.line.setText(str(target))
    return shown


def go(shown: ExportDialog) -> None:
    QTest.mouseClick(shown.go, Qt.MouseButton.LeftButton)


def plain(text: str) -> str:
    """The words of a button without its letter's mark."""
    return text.replace("&", "")


def done(program: Program, shown: ExportDialog) -> str:
    """What is told when an export has ended, well or not."""
    outcome = shown.outcome

    def over() -> bool:
        told = outcome.tabs.currentWidget() is outcome.told or shown.note.property("fault")
        return bool(told) and shown._progress is None

    program.until(over)
    return shown.note.text() or outcome.told.toPlainText()


def rehearsed(program: Program, shown: ExportDialog) -> str:
    """The sentence over the losses once all is rehearsed."""
    program.until(lambda: shown.rehearsing.resting)
    return shown.outcome.summary.text()


def losses(shown: ExportDialog) -> list[str]:
    """The reasons with their counts."""
    model = shown.outcome.tree.model()
    return [str(model.index(n, 0).data()) for n in range(model.rowCount())]


def places(shown: ExportDialog, reason: str) -> list[QModelIndex]:
    """The places of a reason."""
    model = shown.outcome.tree.model()
    heads = (model.index(n, 0) for n in range(model.rowCount()))
    head = next(h for h in heads if str(h.data()).endswith(f"× {reason}"))
    return [model.index(n, 0, head) for n in range(model.rowCount(head))]
