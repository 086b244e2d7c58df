"""The docks of the window: one row each."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDockWidget, QMainWindow, QWidget

from annotator.gui.theme import Theme


@dataclass(frozen=True, slots=True)
class Panel:
    """A row of PANELS: id, title, where it stands first, its width and its share of the side."""

    name: str
    title: str
    area: Qt.DockWidgetArea
    width: int
    share: int = 1


PANELS = (
    Panel("articles", "Articles", Qt.DockWidgetArea.LeftDockWidgetArea, 250),
    Panel("form", "Form", Qt.DockWidgetArea.RightDockWidgetArea, 372, 7),
    Panel("annotations", "Annotations", Qt.DockWidgetArea.RightDockWidgetArea, 372, 3),
)


class Docks:
    """The docks of PANELS in a window; their title bars show only while they are to be moved."""

    def __init__(self, window: QMainWindow) -> None:
        self._window = window
        self.titles_shown = False
        self.docks: dict[str, QDockWidget] = {}
        for panel in PANELS:
            dock = QDockWidget(panel.title, window)
            dock.setObjectName(panel.name)
            dock.setAccessibleName(panel.title)
            self.docks[panel.name] = dock
        self.put_back()

    def put_back(self) -> None:
        """Every panel at its first place."""
        for panel in PANELS:
            dock = self.docks[panel.name]
            dock.setFloating(False)
            self._window.addDockWidget(panel.area, dock)
            dock.show()
        self.show_titles(False)
        self.size()

    def size(self) -> None:
        """Give each panel its width and share."""
        for side in dict.fromkeys(p.area for p in PANELS):
            rows = [p for p in PANELS if p.area == side]
            docks = [self.docks[p.name] for p in rows]
            self._window.resizeDocks(docks, [p.width for p in rows], Qt.Orientation.Horizontal)
            shares = [p.share * 100 for p in rows]
            self._window.resizeDocks(docks, shares, Qt.Orientation.Vertical)

    def show_titles(self, shown: bool) -> None:
        """Show the bars by which panels are moved and closed, or hide them."""
        self.titles_shown = shown
        for dock in self.docks.values():
            dock.setTitleBarWidget(None if shown else QWidget(dock))  # type: ignore[arg-type]

    def fill(self, name: str, widget: QWidget) -> None:
        """Put a widget into a panel; the one before goes."""
        dock = self.docks[name]
        old = dock.widget()
        dock.setWidget(widget)
        if old is not None:
            old.deleteLater()

    def set_theme(self, theme: Theme) -> None:
        """Tell each panel's widget the colours."""
        for dock in self.docks.values():
            widget = dock.widget()
            if widget is not None and hasattr(widget, "set_theme"):
                widget.set_theme(theme)
