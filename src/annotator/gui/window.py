"""The window: articles at the left, the text in the middle, form and annotations at the right."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import QByteArray, QSettings, QSize, Qt, Signal
from PySide6.QtGui import QAction, QCloseEvent, QDragEnterEvent, QDropEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QMainWindow, QMenu, QPushButton, QStackedWidget, QWidget

from annotator import settings as preferences
from annotator.gui import theme as themes
from annotator.gui.actions import ACTIONS, MENUS, Action, label_actions, link_actions
from annotator.gui.panels import Docks
from annotator.gui.status import Status
from annotator.gui.toolbar import LabelBar, quiet_button
from annotator.gui.welcome import Welcome
from annotator.model.edit import shorten
from annotator.settings import Settings

if TYPE_CHECKING:
    # What stands behind the store comes after the first paint; see app.py.
    from annotator.gui.guide import Guide
    from annotator.gui.workplace import Workplace
    from annotator.session.desk import Desk

_CONTEXT = Qt.ShortcutContext


class Window(QMainWindow):
    """Menus, docks, bars; what they act on is the Workplace of the open project."""

    database_wanted: ClassVar[Signal] = Signal()
    """a person wants to open another database"""

    def __init__(self, settings: Settings, settings_file: Path, state_file: Path) -> None:
        super().__init__()
        self.settings, self._settings_file = settings, settings_file
        self._state = QSettings(str(state_file), QSettings.Format.IniFormat)
        self.theme = self._wanted_theme()
        self.place: Workplace | None = None
        self.desk: Desk | None = None
        self.guide: Guide | None = None
        self.undo_button: QPushButton | None = None
        self._dressed: tuple[themes.Theme, str] | None = None  # what the bar shows
        self.setWindowTitle("Annotator")
        self.setAcceptDrops(True)
        room = self.screen().availableSize() - QSize(0, 40)  # the desktop's title bar
        self.resize(QSize(1440, 900).boundedTo(room))
        self.bar = LabelBar(self)
        self.addToolBar(self.bar)
        self.status = Status(self)
        self.setStatusBar(self.status)
        self.docks = Docks(self)
        self.welcome = Welcome(self)
        self.middle = QStackedWidget(self)
        self.middle.addWidget(self.welcome)
        self.setCentralWidget(self.middle)
        self.rows: dict[str, tuple[Action, QAction]] = {}
        self._menus = {title: self.menuBar().addMenu(title) for title in MENUS}
        self._add_actions(ACTIONS)
        self._fill_menus()
        self._restore_shape()
        self.status.show_zoom(settings.zoom)

    @property
    def work(self) -> Workplace:
        """The workplace; actions that need it are disabled while there is none."""
        assert self.place is not None, "no project is open"
        return self.place

    # -- actions ---------------------------------------------------------------------------

    def _add_actions(self, rows: tuple[Action, ...]) -> None:
        for row in rows:
            action = QAction(row.text, self)
            action.setObjectName(row.name)
            action.setShortcuts([QKeySequence(k) for k in row.keys])
            window_wide = row.where == "window"
            action.setShortcutContext(
                _CONTEXT.WindowShortcut if window_wide else _CONTEXT.WidgetShortcut
            )
            if row.setting:
                action.setCheckable(True)
            action.triggered.connect(partial(self._run, row))
            self.rows[row.name] = (row, action)

    def _fill_menus(self) -> None:
        for title, menu in self._menus.items():
            menu.clear()
            mine = [(r, a) for r, a in self.rows.values() if r.menu == title]
            mine.sort(key=lambda pair: pair[0].group)
            _fill(menu, mine)
        self.update_actions()

    def _run(self, row: Action, _checked: bool = False) -> None:
        row.run(self)

    def show_codebook(self) -> None:
        """Actions and buttons for the labels and links of the open project's codebook."""
        assert self.place is not None
        for name in [n for n in self.rows if n.startswith(("tag_", "link_"))]:
            self.rows.pop(name)[1].deleteLater()
        codebook = self.place.session.codebook
        labels, links = tuple(label_actions(codebook)), tuple(link_actions(codebook))
        rest = self.rows
        self.rows = {}
        self._add_actions((*labels, *links))
        self.rows |= rest
        self._fill_menus()
        for row, action in self.rows.values():
            if row.where == "article":
                self.place.view.addAction(action)
        self._dress_bar()

    def _dress_bar(self) -> None:
        if self.place is None:
            return
        self._dressed = (self.theme, self.settings.snap)
        self.undo_button = quiet_button("", self.place.undo)
        extra: list[QWidget] = [
            self.undo_button,
            quiet_button(f"Snap: {self.settings.snap}", self._turn_snap),
            quiet_button("Ctrl+K", self.ask_command),
        ]
        self.bar.show_codebook(self.place.session.codebook, self.theme, self.place.view.tag, extra)
        self._show_undo()

    def _show_undo(self) -> None:
        if self.place is not None and self.undo_button is not None:
            text = self.place.session.undo_stack.undoText()
            self.undo_button.setText(f"↶ Undo {shorten(text, 28)}" if text else "")
            self.bar.set_shown(self.undo_button, bool(text))

    def update_actions(self, _index: int = 0) -> None:
        """Enable what can be done now; name what undo and redo would do."""
        session = self.place.session if self.place else None
        held = {
            "": True,
            "project": session is not None,
            "document": session is not None and session.document is not None,
            "annotation": session is not None and session.current is not None,
        }
        for row, action in self.rows.values():
            # keys in the text stay alive: without an annotation they say what is missing
            level = (
                "document" if row.needs == "annotation" and row.where == "article" else row.needs
            )
            action.setEnabled(held[level])
            if row.setting:
                action.setChecked(getattr(self.settings, row.setting) == row.value)
        for name, word in (("undo", "&Undo"), ("redo", "&Redo")):
            action = self.rows[name][1]
            stack = session.undo_stack if session else None
            text = (stack.undoText() if name == "undo" else stack.redoText()) if stack else ""
            action.setText(f"{word} {text}".rstrip().replace("‘", "'").replace("’", "'"))
            action.setEnabled(bool(text))
        self._show_undo()

    # -- settings --------------------------------------------------------------------------

    def set_setting(self, name: str, value: object) -> None:
        """Another preference: seen at once, kept on disk."""
        self.settings = preferences.with_value(self.settings, name, value)
        try:
            preferences.save(self._settings_file, self.settings)
        except OSError as fault:
            self.status.tell(f"The settings can't be saved: {fault.strerror}.")
        self.apply_settings()
        if name == "name" and self.place is not None and self.desk is not None:
            self.desk.rename_annotator(self.settings.name)

    def apply_settings(self) -> None:
        """Show the settings as they are."""
        wanted = self._wanted_theme()
        if wanted is not self.theme:
            self.theme = wanted
            themes.apply(_app(), wanted)
            self.docks.set_theme(wanted)
            if self.guide is not None:
                self.guide.set_theme(wanted)
        self.status.show_zoom(self.settings.zoom)
        if self.place is not None:
            self.place.apply_settings(self.settings, self.theme)
            if self._dressed != (self.theme, self.settings.snap):
                self._dress_bar()
        self.update_actions()

    def _wanted_theme(self) -> themes.Theme:
        named = {"light": themes.LIGHT, "dark": themes.DARK}
        return named.get(self.settings.theme) or themes.system_theme(_app())

    def zoom(self, by: int) -> None:
        """Larger or smaller text by `by` percent; 0: as it was."""
        self.set_setting("zoom", self.settings.zoom + by if by else 100)

    def _turn_snap(self) -> None:
        units = ("character", "word", "sentence")
        self.set_setting("snap", units[(units.index(self.settings.snap) + 1) % 3])

    # -- windows over the window -----------------------------------------------------------

    def ask_command(self) -> None:
        """The command palette."""
        from annotator.gui.palette import Palette  # not before the first paint

        palette = Palette([action for _row, action in self.rows.values()], self)
        palette.picked.connect(self._trigger)
        corner = self.mapToGlobal(self.rect().topLeft())
        palette.adjustSize()
        palette.move(corner.x() + (self.width() - palette.width()) // 2, corner.y() + 90)
        palette.open()

    def _trigger(self, action: QAction) -> None:
        if self.place is not None and self.rows[action.objectName()][0].where == "article":
            self.place.view.setFocus()
        action.trigger()

    def show_guide(self) -> None:
        """The five-minute guide over the text."""
        from annotator.gui.guide import Guide  # not before the first paint

        if self.guide is not None:
            self.guide.dismiss()
        else:
            self.guide = Guide(self.work.view, self.theme)
            self.guide.dismissed.connect(self._guide_gone)
            self.guide.show()

    def _guide_gone(self) -> None:
        self.guide = None
        self.set_setting("guide", False)
        if self.place is not None:
            self.place.view.setFocus()

    def show_settings(self) -> None:
        """The settings."""
        # not before the first paint
        from annotator.gui.dialogs.export_format import in_order
        from annotator.gui.dialogs.preferences import Preferences

        written = {"": "Nothing", **{f.id: f.name for f in in_order()}}
        Preferences(self.settings, self.set_setting, self, {"target": written}).open()

    def show_keys(self) -> None:
        """All keys, by menu."""
        from annotator.gui.dialogs.reading import Reading, keys_text  # not before the first paint

        Reading("Keys", keys_text(list(self.rows.values())), self).show()

    def show_about(self) -> None:
        """Version, licences, where the data is."""
        from annotator.gui.dialogs.reading import Reading, about_text  # not before the first paint

        where, sqlite = self.desk.facts() if self.place is not None and self.desk else ("", "")
        Reading("About Annotator", about_text(where, sqlite, self._settings_file), self).show()

    def toggle_panel_titles(self) -> None:
        """Show or hide the bars by which panels are moved."""
        self.docks.show_titles(not self.docks.titles_shown)

    def reset_panels(self) -> None:
        """Every panel at its first place."""
        self.docks.put_back()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files may be dropped while a project is open."""
        if self.place is not None and event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Add what was dropped, after a preview."""
        paths = [Path(u.toLocalFile()) for u in event.mimeData().urls() if u.isLocalFile()]
        if self.place is not None and paths:
            event.acceptProposedAction()
            self.place.imports.show(paths)

    # -- coming and going ------------------------------------------------------------------

    def _restore_shape(self) -> None:
        geometry = self._state.value("geometry")
        if isinstance(geometry, QByteArray):
            self.restoreGeometry(geometry)

    def show_middle(self, widget: QWidget) -> None:
        """Show `widget` in the middle; what stood there before goes, but for the welcome."""
        self.guide = None  # it stood over the widget before
        old = self.middle.currentWidget()
        self.middle.addWidget(widget)
        self.middle.setCurrentWidget(widget)
        if old is not None and old is not self.welcome:
            self.middle.removeWidget(old)
            old.deleteLater()

    def restore_panels(self) -> None:
        """The panels as they were left; only now that they are filled do their sizes count."""
        state = self._state.value("state")
        if not isinstance(state, QByteArray) or not self.restoreState(state):
            self.docks.size()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Keep the shape; unsaved edits are saved first, or a person says that they may go."""
        if self.place is not None and not self.place.may_close():
            event.ignore()
            return
        self._state.setValue("geometry", self.saveGeometry())
        if self.place is not None:  # empty panels have no sizes worth keeping
            self._state.setValue("state", self.saveState())
            self.place.exports.rest()
        if self.desk is not None:
            self.hide()  # what is under way may take a moment
            self.desk.close()
        event.accept()


def _app() -> QApplication:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    return app


def _fill(menu: QMenu, rows: list[tuple[Action, QAction]]) -> None:
    group = rows[0][0].group if rows else 0
    for row, action in rows:
        if row.group != group:
            menu.addSeparator()
            group = row.group
        menu.addAction(action)
