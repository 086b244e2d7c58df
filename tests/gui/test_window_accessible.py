"""Accessibility lint: what a screen reader is told of each window and dialog."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QAbstractButton, QApplication, QDialog, QWidget
from tests.gui.program_fixture import Program, Start, press, start, templates

from annotator import resources
from annotator.gui.dialogs.exports import ExportDialog
from annotator.gui.dialogs.import_articles import AddDialog
from annotator.gui.dialogs.import_columns import ColumnsDialog
from annotator.gui.dialogs.import_project import ProjectDialog
from annotator.gui.dialogs.preferences import Preferences
from annotator.gui.dialogs.projects import ProjectsDialog
from annotator.gui.dialogs.reading import Reading
from annotator.gui.palette import Palette

__all__ = ["start", "templates"]
Role = QAccessible.Role
# Roles that tell nothing: a widget that takes the keyboard must say what it is.
_VAGUE = {
    Role.NoRole, Role.Client, Role.Whitespace, Role.Grouping, Role.Pane, Role.Border, Role.Window,
    Role.UserRole,
}  # fmt: skip


def parts(root: QWidget) -> Iterator[QAccessibleInterface]:
    """Every accessible widget that is seen in `root`, itself included."""
    for widget in (root, *root.findChildren(QWidget)):
        if widget.isVisible() and widget.window() is root.window():
            found = QAccessible.queryAccessibleInterface(widget)
            if found is not None and found.isValid():
                yield found


def name(part: QAccessibleInterface) -> str:
    return part.text(QAccessible.Text.Name).strip()


def takes_keys(widget: QWidget) -> bool:
    """True where the keyboard can get to a widget, or the mouse press it."""
    if not widget.isEnabled():
        return False
    pressed = isinstance(widget, QAbstractButton)
    return pressed or widget.focusPolicy() != Qt.FocusPolicy.NoFocus


def inner(widget: QWidget) -> bool:
    """True for a part of another widget, which speaks for it: the edit of a spin box, an arrow."""
    owner = widget.focusProxy() or widget
    named = str(widget.objectName())
    return owner is not widget or named.startswith("qt_") or widget.parentWidget() is None


def faults(root: QWidget) -> list[str]:
    """What is wrong with a window, a line each."""
    wrong = []
    for part in parts(root):
        widget = part.object()
        assert isinstance(widget, QWidget)
        if not takes_keys(widget) or (inner(widget) and widget is not root):
            continue
        what = f"{type(widget).__name__} {widget.objectName()!r} “{name(part)}”"
        if not name(part):
            wrong.append(f"{what} has no name")
        if part.role() in _VAGUE and widget is not root:
            wrong.append(f"{what} has the role {part.role().name}")
        if name(part) in ("…", "×", "+", "▾", "✕"):
            wrong.append(f"{what} is a sign, not a name")
    return wrong


def columns(program: Program, path: Path) -> None:
    """A table among the articles to add, and what its columns hold."""
    (path / "t.csv").write_text("Body,Kind\nSome words.,News\n")
    program.work.imports.show([path / "t.csv"])
    adding = program.dialog(AddDialog)
    program.until(lambda: adding.columns_button.isVisible() and not adding.bar.isVisible())
    program.settled()
    adding.columns_button.click()


def dialogs(program: Program, path: Path) -> dict[str, tuple[Callable[[], object], type[QDialog]]]:
    """Every dialog, and how it comes."""
    text = path / "a.txt"
    text.write_text("A text.")
    imports = program.work.imports
    return {
        "add": (lambda: imports.show([text]), AddDialog),
        "import": (lambda: imports.show([resources.path("sample/palmyra.jsonl")]), ProjectDialog),
        "columns": (lambda: columns(program, path), ColumnsDialog),
        "export": (lambda: program.do("export"), ExportDialog),
        "projects": (lambda: program.do("project"), ProjectsDialog),
        "settings": (lambda: program.do("settings"), Preferences),
        "keys": (lambda: program.do("keys"), Reading),
        "about": (lambda: program.do("about"), Reading),
        "commands": (lambda: program.do("commands"), Palette),
    }


@pytest.mark.qt_log_ignore("does not support grabbing", extend=True)
@pytest.mark.parametrize(
    "which", ["add", "import", "columns", "export", "projects", "keys", "about", "commands"]
)
def test_dialogs(start: Start, tmp_path: Path, which: str) -> None:
    program = start().opened()
    come, kind = dialogs(program, tmp_path)[which]
    come()
    dialog = program.dialog(kind)
    program.settled()
    assert dialog.windowTitle()
    assert not faults(dialog)
    dialog.close()
    program.until(lambda: not program.shown(kind))


def test_every_dialog_is_looked_at(start: Start, tmp_path: Path) -> None:
    program = start().opened()
    kinds = {kind for _, kind in dialogs(program, tmp_path).values()}
    folder = Path(str(resources.__file__)).parent / "gui" / "dialogs"
    found = {
        line.split()[1].partition("(")[0]
        for path in folder.glob("*.py")
        for line in path.read_text("utf-8").splitlines()
        if line.startswith("class ") and "Dialog)" in line
    }
    assert found - {kind.__name__ for kind in kinds} <= {"RunningDialog"}


def test_the_window(start: Start) -> None:
    program = start().opened()
    assert not faults(program.window)


def test_every_form(start: Start) -> None:
    program = start().opened()
    document = program.document
    for label in program.work.session.codebook.labels:
        mine = next((a for a in document.annotations.values() if a.label == label.name), None)
        assert mine is not None
        program.work.session.select(mine.id)
        QApplication.processEvents()
        assert not faults(program.window), label.name
        for more in program.work.form.findChildren(QAbstractButton):
            if more.isVisible() and more.isCheckable() and not more.isChecked():
                more.click()  # what is folded is looked at, too
        QApplication.processEvents()
        assert not faults(program.window), f"{label.name}, unfolded"


def test_an_empty_project_and_a_fault(start: Start, tmp_path: Path) -> None:
    program = start(template="many").opened()
    place = program.window.place
    program.work.desk.create_project("Empty", lambda fault: pytest.fail(str(fault)))
    program.until(lambda: program.window.place is not place)
    program.settled()
    assert not faults(program.window)
    other = start(tmp_path)
    other.until(lambda: any("is not a file" in said for said in other.said()))
    assert not faults(other.window)


def test_every_part_is_reached_by_tab(start: Start) -> None:
    program = start().opened()
    program.activate()
    chain: list[QWidget] = []
    widget: QWidget = program.work.articles.search
    for _ in range(400):
        after = widget.nextInFocusChain()
        assert after is not None
        widget = after
        if widget is program.work.articles.search:
            break
        chain.append(widget)
    for wanted in (program.work.articles.list, program.work.annotations.table, program.work.view):
        assert wanted in chain


def test_lists_speak(start: Start) -> None:
    program = start(template="many", project="Texts").opened()
    rows = QAccessible.queryAccessibleInterface(program.work.articles.list)
    assert rows is not None and rows.role() == Role.List and rows.childCount() == 4
    first = rows.child(0)
    assert first is not None and first.text(QAccessible.Text.Name).startswith("Rebels leave Homs, ")
    program.tag("Homs", "P")
    table = QAccessible.queryAccessibleInterface(program.work.annotations.table)
    assert table is not None and table.role() == Role.Table
    program.saved()


@pytest.mark.parametrize("plant", ["name", "role"])
def test_the_lint_can_fail(start: Start, plant: str) -> None:
    program = start().opened()
    child = QWidget(program.window.status)
    child.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    child.setAccessibleName("" if plant == "name" else "Planted")
    program.window.status.addWidget(child)
    child.setMinimumSize(20, 20)
    child.show()
    assert faults(program.window)
    press(program.work.view, "Tab")
