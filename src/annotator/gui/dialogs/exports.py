"""Writing the project in a format: asked at the left, rehearsed at the right, told at the end."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QKeySequence, QShortcut
from PySide6.QtWidgets import QDialogButtonBox, QFrame, QHBoxLayout, QPushButton

from annotator.gui.dialogs.export_form import ExportForm
from annotator.gui.dialogs.export_rehearsal import Outcome, Rehearsing, amount, many
from annotator.gui.dialogs.running import RunningDialog
from annotator.model.corpus import Annotator
from annotator.session import exports
from annotator.session.desk import Desk
from annotator.session.exports import Handed, Rehearsed, Spot
from annotator.session.worker import Progress
from annotator.store.database import Database

if TYPE_CHECKING:
    from annotator.gui.window import Window

_SIZE = QSize(1060, 720)


class ExportDialog(RunningDialog):
    """One per project and window, not modal; closed it is hidden, and its answers stay.

    It is a window of its own, not one that floats above the text that it sends people to.
    """

    def __init__(self, desk: Desk, window: Window) -> None:
        super().__init__("Export", "E&xport", window)
        self.setWindowFlags(Qt.WindowType.Window)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        self._desk, self._window = desk, window
        self._left = self._stale = False
        self._folder = Path()
        assert desk.project is not None and desk.session is not None
        self.form = ExportForm(
            desk.project.project.name, desk.session.codebook, window.settings.format,
            window.settings.folder, self,
        )  # fmt: skip
        self.outcome = Outcome(self)
        self.rehearsing = Rehearsing(desk, self)
        self.folder_button = QPushButton("Show in &folder", self)
        self._lay_out()
        self._wire()

    def _lay_out(self) -> None:
        line = QFrame(self)
        line.setFrameShape(QFrame.Shape.NoFrame)
        line.setFixedWidth(1)
        line.setProperty("rule", True)
        both = QHBoxLayout()
        both.setSpacing(16)
        both.addWidget(self.form)
        both.addWidget(line)
        both.addWidget(self.outcome, 1)
        self.body.addLayout(both)
        box = self.findChild(QDialogButtonBox)
        assert box is not None
        self.folder_button.setAutoDefault(False)
        self.folder_button.hide()
        box.addButton(self.folder_button, QDialogButtonBox.ButtonRole.ResetRole)
        self.note.hide()
        self.resize(_SIZE.boundedTo(self.screen().availableSize() - QSize(40, 60)))

    def _wire(self) -> None:
        desk, session = self._desk, self._desk.session
        assert session is not None
        self.go.clicked.connect(self._go)
        self.folder_button.clicked.connect(self._show_folder)
        self.form.changed.connect(self._ask)
        self.form.target.changed.connect(self._renamed)
        self.rehearsing.moved.connect(self.outcome.show_waiting)
        self.rehearsing.done.connect(self._found)
        self.rehearsing.failed.connect(self.outcome.show_fault)
        self.outcome.tree.wanted.connect(self._jump)
        session.changed.connect(self._changed)
        desk.opened.connect(self._leave)
        for number in range(3):
            key = QShortcut(QKeySequence(f"Alt+{number + 1}"), self)
            key.activated.connect(lambda n=number: self.outcome.show_tab(n))

    # -- coming and going ------------------------------------------------------------------

    def come(self) -> None:
        """Show it, with what there is to choose now."""
        desk = self._desk
        self.form.choice.show_sources(a.source for a in desk.articles.all)
        desk.ask(exports.people, desk.project_id, then=self._show_people)
        self.show()
        self.raise_()
        self.activateWindow()
        if self._progress is None:
            self.stop.setText("Close")
            self._ask()
            self.form.kind.setFocus()

    def _show_people(self, people: list[Annotator]) -> None:
        if not self._left:
            self.form.choice.show_people(people)

    def rest(self) -> None:
        """Go: the program ends, once what is being written is written."""
        self.rehearsing.stop()
        self.hide()

    def _leave(self) -> None:
        """Another project is open: this one's export ends by itself, and says so."""
        self._left = True
        self.rehearsing.stop()
        self.hide()
        if self._progress is None:
            self.deleteLater()

    def reject(self) -> None:
        """Stop what is under way, else close."""
        super().reject()
        if self._progress is None:
            self.rehearsing.stop()

    def changeEvent(self, event: QEvent) -> None:
        """Back from the text: what was changed there is rehearsed."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and self.isActiveWindow() and self._stale:
            self._ask()

    def _changed(self) -> None:
        self._stale = True
        if self.isActiveWindow():
            self._ask()

    # -- rehearsing ------------------------------------------------------------------------

    def _ask(self) -> None:
        self._stale = False
        self.folder_button.hide()
        self.tell("")
        plan = self.form.plan()
        if plan is None:
            self.rehearsing.stop()
            self.outcome.show_fault("First mend what is marked at the left.")
        elif self.isVisible():
            self.outcome.show_waiting("")
            self.rehearsing.ask(self.form.format, plan)

    def _found(self, found: Rehearsed) -> None:
        self.outcome.show_found(found)
        self.form.split.told.tell(found.split_fault)

    def _jump(self, spot: Spot) -> None:
        """To the place in the text; the dialog stays where it is."""
        window, session = self._window, self._desk.session
        window.work.form.flush()

        def then() -> None:
            if session is None or session is not self._desk.session:
                return
            session.select(None)  # so that it is shown again where it was current
            session.select(spot.annotation_id or None)
            window.work.view.setFocus()
            if spot.annotation_id and session.current is None:
                window.status.tell("That is in somebody else's work. Ctrl+E goes back.")
            else:
                window.status.tell("Ctrl+E goes back to the export.")

        self._desk.open_article(spot.article_id, then)
        window.raise_()
        window.activateWindow()

    # -- exporting -------------------------------------------------------------------------

    def tell(self, sentence: str, *, fault: bool = False) -> None:
        """A sentence over the buttons."""
        super().tell(sentence, fault=fault)
        self.note.setVisible(bool(sentence))

    def _moved(self, done: int, total: int, what: str) -> None:
        super()._moved(done, total, what)
        self.note.setVisible(bool(what))

    def _renamed(self) -> None:
        self.go.setText("E&xport")
        if self._progress is None:
            self.tell("")

    def _go(self) -> None:
        if self._progress is not None:
            return
        target, plan = self.form.target, self.form.plan()
        faults = [target.told] if target.fault() else []
        faults += self.form.faults()
        if faults or plan is None:
            faults[0].focus()
            self.form.ensureWidgetVisible(faults[0])
            return
        if not target.may_replace():
            target.confirm()
            self.tell(f"{target.path.name} is there already. Replace it?", fault=True)
            self.go.setText("&Replace")
            return
        self.rehearsing.stop()
        self._window.work.form.flush()
        saver = self._desk.saver
        assert saver is not None
        saver.when_saved(self._export, lambda reason: self.tell(reason, fault=True))

    def _export(self) -> None:
        plan = self.form.plan()
        if plan is None or self._progress is not None or self._left:
            return
        desk, format, target = self._desk, self.form.format, self.form.target.path
        assert desk.project is not None
        project, path = desk.project.project, desk.database.path

        def job(progress: Progress) -> Handed:
            progress(0, 0, "Writing")
            # beside the worker, so that saving never waits for it
            with Database(path, write=False) as database:
                return database.read(
                    lambda db: exports.export(db, project, format, target, plan, progress)
                )

        self.tell("")
        self.stop.setText("Cancel")
        self.run(desk.files, job, self._done)

    def _rest(self) -> None:
        super()._rest()
        self.stop.setText("Close")
        self.go.setText("E&xport")
        self.tell("")
        if self._left:
            self.deleteLater()

    def _done(self, handed: Handed) -> None:
        exported = handed.exported
        if self._left:
            self._desk.told.emit(f"{amount(exported.written)} are in {exported.target}.")
            return
        self._window.set_setting("folder", str(exported.target.parent))
        self._window.set_setting("format", self.form.format.id)
        self._folder = exported.target if exported.target.is_dir() else exported.target.parent
        self.outcome.show_told(written_sentence(handed))
        self.folder_button.show()
        self.folder_button.setFocus()

    def _show_folder(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._folder)))


def written_sentence(handed: Handed) -> str:
    """What went out and what did not, whether it reads back, and where it is."""
    exported = handed.exported
    lines = [f"{amount(exported.written)} are in", str(exported.target), ""]
    if exported.dealt is not None:
        lines += [exports.shares(exported.dealt), ""]
    losses = sorted(exported.losses.counts.items(), key=lambda pair: (-pair[1], pair[0]))
    lines += [f"Left out: {count:,} × {reason}." for reason, count in losses]
    lines += [""] if losses else ["Nothing was left out.", ""]
    proof = exported.proof
    if proof is None:
        lines.append("It is not read back: this format is only written.")
    elif proof.count:
        lines += [f"Read back: {many(proof.count, 'difference')}.", *proof.differences]
    else:
        lines.append("Read back: the same.")
    return "\n".join([*lines, "", "What went in is told in", str(handed.manifest)])


class Exports:
    """The gesture that hands the work out."""

    def __init__(self, window: Window, desk: Desk) -> None:
        self._window, self._desk = window, desk
        self._dialog: ExportDialog | None = None

    def ask(self) -> None:
        """Ask what, how and where; what was answered before stands there still."""
        self._window.work.form.flush()
        if self._dialog is None:
            self._dialog = ExportDialog(self._desk, self._window)
        self._dialog.come()

    def rest(self) -> None:
        """The program ends."""
        if self._dialog is not None:
            self._dialog.rest()
