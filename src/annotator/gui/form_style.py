"""How the form looks: the theme its widgets share, and the style sheet they need."""

from __future__ import annotations

from PySide6.QtGui import QColor, QFont
from PySide6.QtWidgets import QApplication

from annotator.gui.theme import Theme

COLUMN = 88
"""Width of the column of field titles."""
GAP = 8
"""Between the columns."""
INDENT = 12
"""How far a record within a record is moved in; its values stay in line."""
HEIGHT = 26
"""Of every control of one line."""


class Look:
    """The theme in force. Widgets that paint themselves hold one and ask it when they paint."""

    def __init__(self, theme: Theme) -> None:
        self.theme = theme

    def color(self, name: str) -> QColor:
        """A colour of the theme by its name."""
        return self.theme.color(name)

    def ink(self, color: str) -> QColor:
        """A label's colour for words; the accent where there is no label."""
        return QColor(self.theme.label_ink(color or self.theme.accent))  # the theme keeps its own

    def tint(self, color: str, strength: float = 1.0) -> QColor:
        """A label's colour behind words."""
        return self.theme.label_tint(color or self.theme.accent, strength)


def font(by: int = 0, *, bold: bool = False) -> QFont:
    """The program's font, larger or smaller by `by` pixels or (where it is so given) points."""
    made = QFont(QApplication.font())
    if made.pixelSize() > 0:
        made.setPixelSize(made.pixelSize() + by)
    else:
        made.setPointSizeF(made.pointSizeF() + by * 0.75)
    made.setBold(bold)
    return made


def popup_sheet(theme: Theme) -> str:
    """The rules for a list below a field: it is a window, and hears of none of the form's."""
    return (
        f"QListView {{ background: {theme.raised}; border: 1px solid {theme.rule}; "
        "outline: none; padding: 3px; }"
    )


def sheet(theme: Theme) -> str:
    """The rules for the form's own widgets, told apart by property."""
    names = ("window", "raised", "current", "ink", "muted", "faint", "rule", "accent", "danger")
    return _SHEET.format(**{name: getattr(theme, name) for name in names})


_SHEET = """
QScrollArea#form {{ background: {window}; border: none; }}
QLineEdit, QPlainTextEdit {{ background: {raised}; border: 1px solid {rule}; border-radius: 4px;
    padding: 2px 7px; color: {ink}; }}
QPlainTextEdit {{ padding: 1px 3px; }}
QLineEdit:hover, QPlainTextEdit:hover {{ border-color: {faint}; }}
QLineEdit:focus, QPlainTextEdit:focus {{ border: 1px solid {accent}; }}
QLineEdit[bare="true"] {{ background: transparent; border: 1px solid transparent;
    padding: 2px 3px; }}
QLineEdit[bare="true"]:hover {{ border: 1px solid {rule}; }}
QLineEdit[bare="true"]:focus {{ background: {raised}; border: 1px solid {accent}; }}
QLineEdit[proposed="true"] {{ background: transparent; border: 1px dashed {faint};
    color: {muted}; }}
QLineEdit[proposed="true"]:focus {{ border: 1px dashed {accent}; }}
QFrame[rule="true"] {{ background: {rule}; border: none; max-height: 1px; min-height: 1px; }}
"""
