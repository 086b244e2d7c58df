"""The open project in the window: text view, form, lists and what goes between them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEventLoop, QObject, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QMessageBox, QWidget

from annotator import formats
from annotator.gui.annotations_panel import AnnotationsPanel
from annotator.gui.article_view import ArticleView
from annotator.gui.articles_panel import ArticlesPanel
from annotator.gui.dialogs.exports import Exports
from annotator.gui.dialogs.imports import Imports
from annotator.gui.dialogs.projects import Projects
from annotator.gui.dialogs.reading import Reading
from annotator.gui.form import Form
from annotator.gui.summary import summary
from annotator.gui.theme import Theme
from annotator.model import edit as edits
from annotator.model.document import State
from annotator.model.edit import Edit
from annotator.session.desk import Desk
from annotator.session.faults import Faults
from annotator.session.lists import AnnotationTable
from annotator.session.misfits import Misfits
from annotator.session.saver import Saver
from annotator.session.session import Session
from annotator.settings import Settings

if TYPE_CHECKING:
    from annotator.gui.window import Window

_DONE = ("submitted", "accepted")


class Workplace(QObject):
    """Builds the widgets of one open project, puts them into the window, wires them up.

    When another project takes its place it is deleted with them, and its wires with it.
    """

    session: Session
    saver: Saver
    view: ArticleView
    form: Form
    articles: ArticlesPanel
    annotations: AnnotationsPanel
    imports: Imports
    exports: Exports
    projects: Projects

    def __init__(self, window: Window, desk: Desk) -> None:
        super().__init__(window)
        assert desk.session is not None and desk.saver is not None
        self.window, self.desk = window, desk
        self.session = desk.session
        self.saver = desk.saver
        self.faults = Faults(self.session)
        self.misfits = Misfits(self.session, desk.files, self)
        theme = window.theme
        self.view = ArticleView(self.session, theme)
        self.form = Form(self.session, self.faults, theme, misfits=self.misfits)
        table = AnnotationTable(self.session, self.faults, summary, misfits=self.misfits)
        self.annotations = AnnotationsPanel(self.session, table, theme)
        self.articles = ArticlesPanel(desk.articles, theme)
        self.imports = Imports(window, desk)
        self.exports = Exports(window, desk)
        self.projects = Projects(window, desk)
        window.show_middle(self.view)
        window.docks.fill("articles", self.articles)
        window.docks.fill("form", self.form)
        window.docks.fill("annotations", self.annotations)
        window.restore_panels()
        self._wire()

    def _wire(self) -> None:
        window, status, session = self.window, self.window.status, self.session
        session.told.connect(status.tell)
        session.opened.connect(window.update_actions)
        session.current_changed.connect(window.update_actions)
        session.undo_stack.indexChanged.connect(window.update_actions)
        session.changed.connect(self._show_progress)
        session.changed.connect(self._show_title)
        self.saver.state_changed.connect(status.show_saved)
        self.faults.changed.connect(self._show_faults)
        self.desk.articles.modelReset.connect(self._show_progress)
        self.desk.article_opened.connect(self._article_opened)
        self.desk.found.connect(self.articles.tell_found)
        self.articles.chosen.connect(self.open_article)
        self.articles.search_wanted.connect(self.desk.search)
        self.annotations.order_wanted.connect(lambda o: window.set_setting("order", o))
        self.annotations.left.connect(self.view.setFocus)
        self.form.done.connect(self.view.setFocus)
        self.form.guideline_wanted.connect(self.show_text)
        self.view.zoom_wanted.connect(window.zoom)
        self.view.cursorPositionChanged.connect(self._show_place)
        self.view.selectionChanged.connect(self._show_place)
        self._status_wiring()
        for beside in (self.articles.list, self.annotations):
            leave = QShortcut(QKeySequence("Esc"), beside)
            leave.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            leave.activated.connect(self.view.setFocus)

    def _status_wiring(self) -> None:
        status = self.window.status
        status.retry_wanted.connect(self.saver.retry)
        status.faults_wanted.connect(self.go_to_fault)
        status.show_saved(self.saver.state, self.saver.reason)

    def apply_settings(self, settings: Settings, theme: Theme) -> None:
        """Text size, snapping, order, colours, and the format to aim at."""
        self.view.set_theme(theme)
        self.view.set_zoom(settings.zoom)
        self.view.snap = settings.snap
        self.annotations.set_order(settings.order)
        aimed = next((f for f in formats.FORMATS if f.id == settings.target and f.write), None)
        self.misfits.aim(aimed)
        self.annotations.show_hints(aimed is not None)

    # -- going about -----------------------------------------------------------------------

    def start(self, article_id: str) -> None:
        """Open the article of last time, else the first."""
        self._show_title()
        rows = self.desk.articles.all
        ids = [a.id for a in rows]
        if ids:
            self.open_article(article_id if article_id in ids else ids[0])
        self._show_progress()

    def open_article(self, article_id: str, position: int = -1) -> None:
        """Show an article, at a place in it."""
        self.form.flush()
        document = self.session.document
        if document is not None and document.article.id == article_id and position < 0:
            self.view.setFocus()
            return

        def then() -> None:
            if position >= 0:
                self.view.set_selection((position, position))
            self.view.setFocus()

        self.desk.open_article(article_id, then)

    def _article_opened(self, article_id: str) -> None:
        self.articles.show_current(article_id)
        self._show_title()
        self.window.set_setting("article", article_id)

    def go_to_article(self, by: int) -> None:
        """The next or previous article of the list."""
        shown = self.desk.articles.shown
        if not shown:
            self.window.status.tell("There are no articles: add some with Ctrl+O.")
            return
        document = self.session.document
        row = self.desk.articles.row_of(document.article.id) if document else -1
        if not 0 <= row + by < len(shown):
            self.window.status.tell(
                "That was the last article." if by > 0 else "This is the first."
            )
            return
        self.open_article(shown[row + by].id)

    def go_to_fault(self) -> None:
        """The next annotation with a fault; whoever fills in the form gets to the field itself."""
        document, current = self.session.document, self.session.current
        if document is None:
            return
        faulty = [a for i in self.faults.ids() if (a := document.annotations.get(i)) is not None]
        if not faulty:
            self.window.status.tell("No faults here.")
            return
        at = document.position(current) if current is not None else -1
        faulty.sort(key=document.position)
        later = (a for a in faulty if document.position(a) > at)
        chosen = next(later, faulty[0]).id
        focus = QApplication.focusWidget()
        filling = focus is not None and self.form.isAncestorOf(focus)
        self.session.select(chosen)
        if filling:
            self.form.focus_field(self.faults.of(chosen)[0].field)

    def set_state(self, state: State) -> None:
        """Submit, or take back."""
        self.form.flush()
        self.session.make(lambda d: edits.set_state(d, state))

    def submit(self) -> None:
        """Hand the document in and open the next article that is not done."""
        document = self.session.document
        if document is None:
            return
        faults = self.faults.count
        with_faults = f" with {faults} fault{'s' * (faults != 1)}" if faults else ""
        if document.status.state not in _DONE:
            self.set_state("submitted")
        rows = list(self.desk.articles.all)
        at = next((i for i, a in enumerate(rows) if a.id == document.article.id), -1)
        rest = (a for a in rows[at + 1 :] + rows[:at] if a.state not in _DONE)
        following = next(rest, None)
        if following is None:
            self.window.status.tell(
                f"Submitted{with_faults}. All articles of the project are done."
            )
        else:
            self.window.status.tell(f"Submitted{with_faults}: {document.article.title}")
            self.open_article(following.id)

    def reopen(self) -> None:
        """Go on with a document that was submitted."""
        document = self.session.document
        if document is not None and document.status.state in _DONE:
            self.set_state("in_progress")
        else:
            self.window.status.tell("This article is not submitted.")

    def pick_by_key(self, key: str) -> None:
        """Start the link of the current annotation's label that has this key."""
        current = self.session.current
        if current is None:
            self.window.status.tell("Choose an annotation first: Tab goes to the next.")
            return
        for kind in self.session.codebook.links_of(current.label):
            if kind.key == key:
                self.session.pick(kind.name)
                return
        self.window.status.tell(f"{current.label} has no link with the key Shift+{key.upper()}.")

    def undo(self) -> None:
        """Take the last step back."""
        self.form.flush()
        self.session.undo()

    def redo(self) -> None:
        """Do the last undone step again."""
        self.form.flush()
        self.session.redo()

    def next_pane(self, by: int) -> None:
        """The keyboard to the next part of the window."""
        panes: list[QWidget] = [
            self.articles.list, self.view, self.form, self.annotations.table,
        ]  # fmt: skip
        if self.window.guide is not None:
            panes.append(self.window.guide)
        panes = [p for p in panes if p.isVisible()]
        focus = QApplication.focusWidget()
        # the guide stands inside the view: the last that holds the focus is meant
        held = [i for i, p in enumerate(panes) if focus and (p is focus or p.isAncestorOf(focus))]
        at = held[-1] if held else 0
        pane = panes[(at + by) % len(panes)]
        if isinstance(pane, Form):
            pane.focus_first()
        else:
            pane.setFocus()

    # -- showing ---------------------------------------------------------------------------

    def show_guideline(self) -> None:
        """The guideline of the current annotation's label."""
        current = self.session.current
        label = self.session.codebook.label(current.label) if current else None
        if label is None:
            self.window.status.tell("Choose an annotation to see its label's guideline.")
            return
        rows = [f"**{f.title}.** {f.guideline}" for f in label.fields if f.guideline]
        rows += [
            f"**{k.title}.** {k.guideline}"
            for k in self.session.codebook.links_of(label.name)
            if k.guideline
        ]
        self.show_text(label.name, "\n\n".join([label.guideline, *rows]))

    def show_text(self, title: str, text: str) -> None:
        """A guideline in a window of its own, beside the work."""
        Reading(title, text, self.window).show()

    def _show_title(self, _edit: Edit | None = None) -> None:
        document, opened = self.session.document, self.desk.project
        title = f"{document.article.title or 'Untitled'} — " if document is not None else ""
        project = f"{opened.project.name} — " if opened is not None else ""
        self.window.setWindowTitle(f"{title}{project}Annotator")

    def _show_place(self) -> None:
        if self.session.document is not None:
            self.window.status.show_place(*self.view.selected())

    def _show_faults(self, _ids: set[str]) -> None:
        self.window.status.show_faults(self.faults.count)

    def _show_progress(self, _edit: Edit | None = None) -> None:
        rows = self.desk.articles.all
        self.window.status.show_progress(sum(a.state in _DONE for a in rows), len(rows))

    # -- leaving ---------------------------------------------------------------------------

    def may_close(self) -> bool:
        """True when all is saved, or a person lets it go."""
        self.form.flush()
        self.saver.retry()
        loop = QEventLoop()

        def follow(state: str, _reason: str) -> None:
            if state != "saving":
                loop.quit()

        self.saver.state_changed.connect(follow)
        if self.saver.state == "saving":
            loop.exec()
        self.saver.state_changed.disconnect(follow)
        if not self.saver.waiting:
            return True
        count = self.saver.waiting
        answer = QMessageBox.warning(
            self.window,
            "Not saved",
            f"{count} change{'s' * (count != 1)} could not be saved. {self.saver.reason}",
            QMessageBox.StandardButton.Discard | QMessageBox.StandardButton.Cancel,
            QMessageBox.StandardButton.Cancel,
        )
        return answer == QMessageBox.StandardButton.Discard
