"""A text in a small window beside the work: guidelines, keys, about."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from PySide6.QtCore import Qt, qVersion
from PySide6.QtGui import QAction, QKeySequence, QTextDocument, QTextLength, QTextTable
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QTextBrowser, QVBoxLayout, QWidget

from annotator.gui.actions import Action

_KEYS = 190  # px, for “Ctrl+Shift+Z, Ctrl+Y”


class Reading(QDialog):
    """Markdown in a window that does not stop the work; Esc closes it."""

    def __init__(self, title: str, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self.resize(520, 480)
        self.text = QTextBrowser(self)
        self.text.setAccessibleName(title)
        self.text.setOpenLinks(False)
        self.text.setMarkdown(text)
        self.text.document().setDocumentMargin(14)
        _calm_tables(self.text.document())
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addWidget(self.text)
        column.addWidget(buttons)


def _calm_tables(document: QTextDocument) -> None:
    """No grid, and first columns of one width: tables below each other read as one."""
    for frame in document.rootFrame().childFrames():
        if isinstance(frame, QTextTable):
            form = frame.format().toTableFormat()
            form.setBorder(0)
            form.setCellSpacing(0)
            form.setCellPadding(4)
            first = QTextLength(QTextLength.Type.FixedLength, _KEYS)
            form.setColumnWidthConstraints([first, *[QTextLength()] * (frame.columns() - 1)])
            frame.setFormat(form)


def keys_text(rows: list[tuple[Action, QAction]]) -> str:
    """Markdown tables of all keys, one per menu."""
    parts: list[str] = []
    for menu in dict.fromkeys(row.menu for row, _ in rows):
        mine = [
            (
                ", ".join(
                    k.toString(QKeySequence.SequenceFormat.NativeText) for k in a.shortcuts()
                ),
                r,
            )
            for r, a in rows
            if r.menu == menu and a.shortcuts()
        ]
        lines = [f"| {keys} | {r.text.replace('&', '')} |" for keys, r in mine]
        parts.append(
            "\n".join([f"## {menu.replace('&', '')}", "", "| Keys | What |", "|---|---|", *lines])
        )
    return "\n\n".join(p for p in parts if p.count("\n") > 3)


def about_text(database: str, sqlite: str, settings_file: Path) -> str:
    """What runs here and where things are."""
    try:
        own = version("annotator")
    except PackageNotFoundError:  # run from a checkout without an installation
        own = "from a checkout"
    return f"""# Annotator {own}

Tag actors, places, dates and claims in news, and hand the work out as training data.
Licensed under Apache-2.0. Qt is used under the LGPL 3; its libraries can be replaced.

- **Database** {database or "none open"}
- **Settings** {settings_file}
- **Python** {platform.python_version()}
- **Qt** {qVersion()}
- **SQLite** {sqlite or "not loaded yet"}
"""
