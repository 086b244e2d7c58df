"""The rehearsal: what would go out and be lost, and the way to each place and back."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from tests.gui.export_fixture import dialog, losses, places, rehearsed
from tests.gui.program_fixture import Program, Start, press, start, templates

from annotator.gui.dialogs.export_pick import Offer
from annotator.gui.dialogs.exports import ExportDialog
from annotator.model.document import Annotation
from annotator.session import exports, jobs
from annotator.store.database import Connection

__all__ = ["start", "templates"]


@pytest.fixture
def program(start: Start) -> Program:
    return start().opened()


def test_nothing_is_lost(program: Program) -> None:
    shown = dialog(program, None, "annotator-jsonl")
    assert rehearsed(program, shown) == "1 article, 154 annotations, 121 links would go out."
    assert shown.outcome.nothing.isVisible()
    assert shown.outcome.nothing.text() == "Nothing is lost."
    press(shown, "Alt+2")
    head = shown.outcome.head
    assert head.hasFocus() and head.isReadOnly()
    assert head.toPlainText().startswith('{"type":"project","format":"annotator"')


def test_what_would_be_lost(program: Program) -> None:
    shown = dialog(program, None, "conll2003")
    rehearsed(program, shown)
    told = losses(shown)
    counts = [int(row.partition(" ")[0].replace(",", "")) for row in told]
    assert "121 × links" in told and counts == sorted(counts, reverse=True)
    links = places(shown, "links")
    assert len(links) == exports.PLACES + 1 and links[-1].data() == "and 21 places more"
    first = [links[0].siblingAtColumn(n).data() for n in range(3)]
    assert first[0].startswith("Ancient Syrian city") and " → " in first[2]
    (facts,) = places(shown, "facts of the article")
    assert facts.siblingAtColumn(1).data() == ""


def test_a_place_is_gone_to_and_back(program: Program) -> None:
    shown = dialog(program, None, "conll2003")
    rehearsed(program, shown)
    press(shown, "Alt+1")
    tree = shown.outcome.tree
    assert tree.hasFocus()
    place = places(shown, "in fragments")[1]
    tree.setCurrentIndex(place)
    press(tree, "Return")
    program.until(lambda: program.work.session.current)
    current = program.work.session.current
    assert current is not None and len(current.fragments) > 1
    program.until(program.window.isActiveWindow)
    assert shown.isVisible()
    assert "Ctrl+E goes back" in program.window.status.told.text()
    assert program.work.view.hasFocus()
    again = dialog(program)
    rehearsed(program, again)
    assert again.outcome.tree.currentIndex().row() == 1, "the row is where it was"


def test_a_double_click_goes_to_a_link_s_start(program: Program) -> None:
    shown = dialog(program, None, "conll2003")
    rehearsed(program, shown)
    tree = shown.outcome.tree
    place = places(shown, "links")[3]
    tree.setExpanded(place.parent(), True)
    tree.scrollTo(place)
    at = tree.visualRect(place).center()
    QTest.mouseClick(tree.viewport(), Qt.MouseButton.LeftButton, pos=at)
    QTest.mouseDClick(tree.viewport(), Qt.MouseButton.LeftButton, pos=at)
    program.until(lambda: program.work.session.current)
    current = program.work.session.current
    assert current is not None and program.document.links_from(current.id)


def test_enter_on_a_reason_folds_it_and_exports_nothing(program: Program, home: Path) -> None:
    shown = dialog(program, None, "conll2003")
    rehearsed(program, shown)
    press(shown, "Alt+1")
    tree = shown.outcome.tree
    head = tree.currentIndex()
    assert not tree.isExpanded(head)
    press(tree, "Return")
    assert tree.isExpanded(head)
    press(tree, "Return")
    assert not tree.isExpanded(head)
    more = places(shown, "links")[-1]
    tree.setCurrentIndex(more)
    press(tree, "Return")
    assert shown.isActiveWindow() and not list(home.glob("*.conll"))


def test_what_was_changed_meanwhile_is_rehearsed(program: Program) -> None:
    shown = dialog(program, None, "annotator-jsonl")
    assert "154 annotations" in rehearsed(program, shown)
    program.tag("regrouped", "D")
    assert "154 annotations" in rehearsed(program, shown), "it does not slow down who tags"
    dialog(program)
    assert "155 annotations" in rehearsed(program, shown)


def test_a_change_stops_the_rehearsal_before(program: Program) -> None:
    shown = dialog(program, None, "conll2003")
    rehearsed(program, shown)
    found: list[object] = []
    shown.rehearsing.done.connect(found.append)
    program.work.desk.files.run(lambda: time.sleep(0.7))
    shown.form.kind.choose(["annotator-jsonl"])
    QTest.qWait(500)  # it waits behind the other job now
    first = shown.rehearsing._progress
    assert first is not None
    for words in ("P", "Pa", "Palmyra"):  # and what is typed is rehearsed once
        shown.form.choice.words.setText(words)
    assert rehearsed(program, shown) == "1 article, 154 annotations, 121 links would go out."
    assert len(found) == 1


def test_closing_stops_it(program: Program) -> None:
    shown = dialog(program, None, "conll2003")
    program.work.desk.files.run(lambda: time.sleep(0.6))
    QTest.qWait(450)
    press(shown, "Escape")
    assert shown.rehearsing.resting and not program.shown(ExportDialog)
    program.settled()
    assert not losses(shown)


def test_the_worker_tells_of_a_fault(program: Program) -> None:
    shown = dialog(program, None, "conll2003")
    rehearsed(program, shown)
    shown.form.choice.whose.offer([Offer("nobody", "Nobody")])
    assert rehearsed(program, shown) == "There is no annotator nobody in the project."
    assert shown.outcome.summary.property("fault") and not shown.outcome.tree.isVisible()


def test_a_project_with_no_articles(start: Start) -> None:
    program = start(template="many").opened()
    place = program.window.place
    program.work.desk.create_project("Empty", lambda fault: pytest.fail(str(fault)))
    program.until(lambda: program.window.place is not place)
    shown = dialog(program, None, "annotator-jsonl")
    assert rehearsed(program, shown) == "0 articles, 0 annotations would go out."
    assert not shown.form.choice.sources.isEnabled()
    assert shown.outcome.nothing.text() == "Nothing is lost."


def test_titles_in_any_script(start: Start) -> None:
    program = start(template="many", project="Texts").opened()
    titles = {"🛢️ Oil", "القوات تدخل تدمر"}

    def fill(db: Connection) -> None:
        project = program.work.desk.project_id
        entry = jobs.entry_of_text("🛢️ Oil\n\nNobody 👩‍👩‍👧 read it.")
        entry = replace(entry, article=replace(entry.article, title="🛢️ Oil"))
        jobs.add_entries(db, project, [entry])

    program.work.desk.worker.run(lambda: program.work.desk.database.transact(fill))
    program.settled()
    program.work.desk.refresh()
    program.settled()
    shown = dialog(program, None, "conll2003")
    rehearsed(program, shown)
    unread = places(shown, "articles that nobody has read")
    assert titles <= {p.data() for p in unread} and len(unread) == 5
    arabic = next(p for p in unread if p.data() == "القوات تدخل تدمر")
    shown.outcome.tree.setCurrentIndex(arabic)
    press(shown.outcome.tree, "Return")
    program.opened("القوات تدخل تدمر")
    assert program.work.session.current is None


def test_a_split_says_how_it_deals(start: Start) -> None:
    program = start(template="many", project="Texts").opened()
    shown = dialog(program, None, "annotator-jsonl")
    shown.form.split.kind.choose(["Shares"])
    shown.form.split.shares.setText("50/50")
    said = rehearsed(program, shown).splitlines()
    assert said[1] == "train 2 · test 2 articles. No story is in two parts."


def test_somebody_else_s_work(program: Program) -> None:
    shown = dialog(program, None, "conll2003")
    rehearsed(program, shown)
    article = program.document.article.id
    shown.outcome.tree.wanted.emit(exports.Spot(article, "another's"))
    assert "somebody else's work" in program.window.status.told.text()
    some: Annotation = next(iter(program.document.annotations.values()))
    program.work.session.select(some.id)
    shown.outcome.tree.wanted.emit(exports.Spot(article, some.id))  # it is current already
    assert program.work.session.current == some
