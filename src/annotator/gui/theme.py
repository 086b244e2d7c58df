"""Colours, light and dark, on Fusion; the system's own dark mode reaches Qt on few desktops."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cache

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication

from annotator import resources

# Text faces in order of preference: all made for reading at length; the last is everywhere.
READING_FACES = (
    "Source Serif 4",
    "Literata",
    "Charter",
    "Georgia",
    "Noto Serif",
    "DejaVu Serif",
)


@dataclass(frozen=True, slots=True)
class Theme:
    """The colours of one appearance, as #rrggbb."""

    name: str
    window: str
    """panels, tool bar, status bar"""
    page: str
    """behind the article"""
    raised: str
    """inputs, buttons"""
    current: str
    """the chosen row"""
    ink: str
    muted: str
    faint: str
    """excluded text, placeholders"""
    rule: str
    """lines between things"""
    accent: str
    selection: str
    """behind selected text"""
    danger: str

    @property
    def dark(self) -> bool:
        """True for the dark one."""
        return self.name == "dark"

    def color(self, name: str) -> QColor:
        """The QColor of a field by name."""
        return QColor(getattr(self, name))

    def label_ink(self, color: str) -> QColor:
        """A label's colour for lines and words: 4.5 : 1 or better on the page."""
        return QColor(_readable(color, self.page, self.dark))

    def label_line(self, color: str) -> QColor:
        """A label's colour for long underlines: as quiet as 3 : 1 on the page allows."""
        return QColor(_quiet(color, self.page, self.dark))

    def veil(self, strength: float = 0.5) -> QColor:
        """The page's colour laid over what is to fade."""
        color = QColor(self.page)
        color.setAlphaF(strength)
        return color

    def label_tint(self, color: str, strength: float = 1.0) -> QColor:
        """A label's colour behind words, which stay readable on it."""
        return _mixed(
            self.label_ink(color), QColor(self.page), (0.27 if self.dark else 0.19) * strength
        )


LIGHT = Theme(
    name="light",
    window="#f2f0eb",
    page="#fcfbf8",
    raised="#fdfdfb",
    current="#e6e2da",
    ink="#1f2328",
    muted="#62666c",
    faint="#8d9095",
    rule="#dcd8cf",
    accent="#b45309",
    selection="#cfe0f7",
    danger="#c01c28",
)
DARK = Theme(
    name="dark",
    window="#23272a",
    page="#1b1d20",
    raised="#1d2023",
    current="#30353b",
    ink="#e8e6e3",
    muted="#a2a6ab",
    faint="#7d8287",
    rule="#393e43",
    accent="#e8923a",
    selection="#2c4a6e",
    danger="#ff7b72",
)


def contrast(first: QColor, second: QColor) -> float:
    """WCAG 2.2 contrast ratio, 1 to 21."""
    lights = sorted((_luminance(first), _luminance(second)))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def _luminance(color: QColor) -> float:
    def linear(c: float) -> float:
        return c / 12.92 if c <= 0.04045 else float(((c + 0.055) / 1.055) ** 2.4)

    red, green, blue = color.redF(), color.greenF(), color.blueF()
    return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)


def _mixed(over: QColor, under: QColor, share: float) -> QColor:
    pairs = ((over.red(), under.red()), (over.green(), under.green()), (over.blue(), under.blue()))
    return QColor(*(round(a * share + b * (1 - share)) for a, b in pairs))


@cache
def _readable(color: str, page: str, dark: bool) -> QColor:
    """`color`, moved towards white or black until it reads on `page`."""
    ink, under = QColor(color), QColor(page)
    if dark:
        return _lightened(ink, under)
    share = 1.0
    while contrast(ink, under) < 4.5 and share > 0.1:
        share -= 0.05
        ink = _mixed(QColor(color), QColor("#000000"), share)
    return ink


def _lightened(ink: QColor, under: QColor) -> QColor:
    """The same hue, light enough for a dark page; mixing with white would wash it out."""
    hue, saturation = max(0.0, ink.hslHueF()), min(ink.hslSaturationF(), 0.72)
    for percent in range(max(40, round(100 * ink.lightnessF())), 100):
        ink = QColor.fromHslF(hue, saturation, percent / 100)
        if contrast(ink, under) >= 6.0:
            break
    return ink


@cache
def _quiet(color: str, page: str, dark: bool) -> QColor:
    ink, under = _readable(color, page, dark), QColor(page)
    quiet, share = ink, 1.0
    while share > 0.5:
        share -= 0.05
        paler = _mixed(ink, under, share)
        if contrast(paler, under) < 3.1:
            break
        quiet = paler
    return quiet


def palette(theme: Theme) -> QPalette:
    """The Fusion palette of a theme."""
    role, group = QPalette.ColorRole, QPalette.ColorGroup
    made = QPalette()
    for where, name in (
        (role.Window, "window"), (role.WindowText, "ink"), (role.Base, "raised"),
        (role.AlternateBase, "window"), (role.Text, "ink"), (role.Button, "raised"),
        (role.ButtonText, "ink"), (role.BrightText, "danger"), (role.Highlight, "selection"),
        (role.HighlightedText, "ink"), (role.Link, "accent"), (role.PlaceholderText, "faint"),
        (role.ToolTipBase, "raised"), (role.ToolTipText, "ink"), (role.Mid, "rule"),
        (role.Midlight, "current"), (role.Dark, "muted"), (role.Light, "raised"),
        (role.Accent, "accent"),
    ):  # fmt: skip
        made.setColor(where, theme.color(name))
    for where in (role.WindowText, role.Text, role.ButtonText):
        made.setColor(group.Disabled, where, theme.color("faint"))
    return made


def stylesheet(theme: Theme) -> str:
    """What a palette can't say. Widgets are told apart by object name or dynamic property."""
    colors = {f.name: getattr(theme, f.name) for f in fields(theme)}
    tick = resources.path(f"icons/tick-on-{theme.name}.svg").as_posix()
    return _STYLE.format(**colors, tick=tick)


def reading_face() -> str:
    """The first of READING_FACES that is installed, else the system's serif."""
    families = set(QFontDatabase.families())
    hinted = QFont()
    hinted.setStyleHint(QFont.StyleHint.Serif)
    return next((f for f in READING_FACES if f in families), hinted.defaultFamily())


def apply(app: QApplication, theme: Theme) -> None:
    """Dress the whole program."""
    app.setStyle("Fusion")
    app.setPalette(palette(theme))
    app.setStyleSheet(stylesheet(theme))


def system_theme(app: QApplication) -> Theme:
    """The theme that the desktop asks for."""
    return DARK if app.styleHints().colorScheme() == Qt.ColorScheme.Dark else LIGHT


_STYLE = """
QMainWindow, QDockWidget {{ background: {window}; }}
QMainWindow::separator {{ background: {rule}; width: 1px; height: 1px; }}
QMenuBar {{ background: {window}; border-bottom: 1px solid {rule}; padding: 2px 4px; }}
QMenuBar::item {{ padding: 4px 9px; background: transparent; border-radius: 3px; }}
QMenuBar::item:selected, QMenu::item:selected {{ background: {current}; color: {ink}; }}
QMenu {{ background: {raised}; border: 1px solid {rule}; padding: 4px; }}
QMenu::item {{ padding: 5px 24px 5px 14px; border-radius: 3px; }}
QMenu::item:disabled {{ color: {faint}; }}
QMenu::separator {{ height: 1px; background: {rule}; margin: 4px 8px; }}
QToolBar {{ background: {window}; border: none; border-bottom: 1px solid {rule}; padding: 6px 8px;
    spacing: 6px; }}
QStatusBar {{ background: {window}; border-top: 1px solid {rule}; color: {muted}; }}
QStatusBar::item {{ border: none; }}
QStatusBar QLabel {{ color: {muted}; padding: 2px 8px; }}
QLineEdit, QPlainTextEdit {{ background: {raised};
    border: 1px solid {rule}; border-radius: 4px; padding: 4px 7px; color: {ink};
    selection-background-color: {selection}; selection-color: {ink}; }}
QLineEdit:focus, QPlainTextEdit:focus {{
    border: 1px solid {accent}; }}
QCheckBox::indicator, QListView::indicator, QTableView::indicator {{
    width: 13px; height: 13px; border: 1px solid {muted}; border-radius: 3px;
    background: {raised}; }}
QCheckBox::indicator:checked, QListView::indicator:checked,
QTableView::indicator:checked {{
    background: {accent}; border-color: {accent}; image: url("{tick}"); }}
QRadioButton::indicator {{ width: 13px; height: 13px; border: 1px solid {muted};
    border-radius: 7px; background: {raised}; }}
QRadioButton::indicator:checked {{ border: 4px solid {accent}; width: 7px; height: 7px; }}
QCheckBox:focus, QRadioButton:focus {{ color: {accent}; }}
QComboBox QAbstractItemView {{ background: {raised}; border: 1px solid {rule};
    selection-background-color: {current}; selection-color: {ink}; }}
QPushButton, QToolButton {{ background: {raised}; border: 1px solid {rule}; border-radius: 4px;
    padding: 5px 11px; color: {ink}; }}
QPushButton:hover, QToolButton:hover {{ background: {current}; }}
QPushButton:focus, QToolButton:focus {{ border: 1px solid {accent}; }}
QPushButton:default {{ border: 1px solid {accent}; }}
QPushButton:disabled, QToolButton:disabled {{ color: {faint}; }}
QPushButton:default:disabled {{ border: 1px solid {rule}; }}
QDialogButtonBox {{ dialogbuttonbox-buttons-have-icons: 0; }}
QDialog#palette {{ background: {window}; border: 1px solid {rule}; }}
QFrame#picks {{ background: {raised}; border: 1px solid {rule}; }}
QFrame#picks QListView {{ background: {raised}; }}
QProgressBar {{ background: {rule}; border: none; border-radius: 2px; max-height: 4px; }}
QProgressBar::chunk {{ background: {accent}; border-radius: 2px; }}
QToolTip {{ background: {raised}; color: {ink}; border: 1px solid {rule}; padding: 4px; }}
QAbstractItemView {{ background: {window}; border: none; outline: none; }}
QListView::item:selected, QTreeView::item:selected, QTableView::item:selected {{
    background: {current}; color: {ink}; }}
QTableView#candidates::item {{ padding: 0 8px; }}
QHeaderView::section {{ background: {window}; color: {muted}; border: none;
    border-bottom: 1px solid {rule}; padding: 5px 8px; }}
QScrollBar:vertical {{ background: transparent; width: 11px; margin: 0; }}
QScrollBar:horizontal {{ background: transparent; height: 11px; margin: 0; }}
QScrollBar::handle {{ background: {rule}; border-radius: 4px; min-height: 28px; min-width: 28px;
    margin: 2px; }}
QScrollBar::handle:hover {{ background: {faint}; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
QDockWidget::title {{ background: {window}; color: {muted}; padding: 6px 10px; }}
QTextEdit#article {{ background: {page}; border: none; color: {ink};
    selection-background-color: {selection}; selection-color: {ink}; }}
QFrame[rule="true"] {{ background: {rule}; border: none; }}
QLabel[quiet="true"] {{ color: {muted}; }}
QLabel[fault="true"] {{ color: {danger}; }}
"""
