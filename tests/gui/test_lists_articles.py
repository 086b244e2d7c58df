"""The list of articles: filter, search with snippets, going about, submitting, progress."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from tests.gui.program_fixture import TEXTS, Program, Start, press, start, templates, write

from annotator.gui.articles_panel import fact_lines, readable_date
from annotator.session.lists import RECORD, ArticleItem

__all__ = ["start", "templates"]
TITLES = [text.splitlines()[0] for text in TEXTS]


@pytest.fixture
def program(start: Start) -> Program:
    """The project of several texts, its first article open."""
    return start(template="many", project="Texts").opened()


def shown(program: Program) -> list[ArticleItem]:
    model = program.work.articles.list.model()
    return [model.index(row, 0).data(RECORD) for row in range(model.rowCount())]


def titles(program: Program) -> list[str]:
    return [item.title for item in shown(program)]


def search(program: Program, words: str) -> None:
    """Type into the search and wait for what it finds."""
    found: list[str] = []
    program.work.desk.found.connect(lambda words, _: found.append(words))
    press(program.window, "Ctrl+F")
    write(program.work.articles.search, words)
    program.until(lambda: words in found)


def test_all_articles(program: Program) -> None:
    assert titles(program) == TITLES
    assert program.document.article.title == TITLES[0]
    assert program.window.status.progress.text() == "0 of 4 articles done"
    index = program.work.articles.list.currentIndex()
    assert index.data(RECORD).title == TITLES[0]
    said = index.data(Qt.ItemDataRole.AccessibleTextRole)
    assert said == f"{TITLES[0]}, new, 0 annotations"


def test_filter_while_one_types(program: Program) -> None:
    program.activate()
    press(program.window, "Ctrl+F")
    field = program.work.articles.search
    assert field.hasFocus()
    QTest.keyClicks(field, "GEN ta")
    assert titles(program) == ["Talks in Geneva"]
    press(field, "Escape")
    assert titles(program) == TITLES and not field.text()
    assert program.work.articles.list.currentIndex().data(RECORD).title == TITLES[0]


def test_search_in_all_texts(program: Program) -> None:
    search(program, "convoy")
    assert titles(program) and set(titles(program)) == {TITLES[0], TITLES[3]}
    for item in shown(program):
        assert [item.snippet[a:b].casefold() for a, b in item.marks] == ["convoy"]
        assert item.position >= 0
    assert program.work.articles.note.text() == "2 articles have “convoy”."
    program.work.articles.grab()  # snippets are drawn


def test_search_opens_at_the_place(program: Program) -> None:
    search(program, "border")
    press(program.work.articles.search, "Return")
    program.opened(TITLES[3])
    at = program.work.view.selected()[0]
    assert program.document.text.value[at:].startswith("border")
    assert program.work.view.hasFocus()


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ('"old city"', [0]), ('"city old"', []), ("conv*", [0, 3]), ("تدمر", [2]),
        ("GENEVA", [1]), ("nowhere", []), ('"', []), ("a AND", []), ("'); --", []),
    ],
)  # fmt: skip
def test_words_searched_for(program: Program, words: str, found: list[int]) -> None:
    heard: list[str] = []
    program.work.desk.found.connect(lambda said, _: heard.append(said))
    program.work.articles.search.setText(words)
    program.until(lambda: words in heard or program.window.status.told.text())
    assert {TITLES.index(t) for t in titles(program)} == set(found)
    if not found:
        assert program.work.articles.note.text().startswith("No articles have")


def test_search_is_over(program: Program) -> None:
    search(program, "convoy")
    program.work.articles.search.clear()
    program.until(lambda: titles(program) == TITLES)
    program.until(lambda: not program.work.articles.note.text())
    assert not any(item.snippet for item in shown(program))


def test_arrows_and_enter(program: Program) -> None:
    program.activate()
    press(program.window, "Ctrl+F")
    field = program.work.articles.search
    press(field, "Down")
    rows = program.work.articles.list
    assert rows.hasFocus()
    press(rows, "Down", "Down", "Return")
    program.opened(TITLES[2])
    assert program.work.view.hasFocus()


def test_a_click(program: Program) -> None:
    rows = program.work.articles.list
    at = rows.visualRect(rows.model().index(1, 0)).center()
    QTest.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, pos=at)
    program.opened(TITLES[1])


def test_next_and_previous(program: Program) -> None:
    program.activate()
    tell = program.window.status.told
    press(program.window, "Ctrl+PageUp")
    assert tell.text() == "This is the first."
    for title in TITLES[1:]:
        press(program.window, "Ctrl+PageDown")
        program.opened(title)
    press(program.window, "Ctrl+PageDown")
    assert tell.text() == "That was the last article."
    press(program.window, "Ctrl+PageUp")
    program.opened(TITLES[2])


def test_submit_goes_to_the_next(program: Program) -> None:
    program.activate()
    view = program.work.view
    press(program.window, "Ctrl+PageDown")
    program.opened(TITLES[1])
    for title in (TITLES[2], TITLES[3], TITLES[0]):
        press(view, "Ctrl+Return")
        program.opened(title)
    press(view, "Ctrl+Return")
    assert program.window.status.told.text() == "Submitted. All articles of the project are done."
    assert program.document.article.title == TITLES[0]
    assert program.window.status.progress.text() == "4 of 4 articles done"
    program.saved()
    program.close()


def test_take_back(program: Program) -> None:
    program.do("reopen")
    assert program.window.status.told.text() == "This article is not submitted."
    program.do("submit")
    program.opened(TITLES[1])
    assert [item.state for item in shown(program)] == ["submitted", "new", "new", "new"]
    program.do("previous_article")
    program.opened(TITLES[0])
    program.do("reopen")
    assert shown(program)[0].state == "in_progress"
    assert program.window.status.progress.text() == "0 of 4 articles done"
    program.do("undo")
    assert program.document.status.state == "submitted"
    program.saved()


def test_counts_follow(program: Program) -> None:
    program.tag("Homs", "P")
    assert (shown(program)[0].annotations, shown(program)[0].state) == (1, "in_progress")
    search(program, "convoy")
    program.do("undo")
    item = next(i for i in shown(program) if i.title == TITLES[0])
    assert item.annotations == 0 and item.snippet
    program.saved()


def test_the_article_of_last_time(program: Program, start: Start) -> None:
    program.do("next_article")
    program.opened(TITLES[1])
    program.close()
    again = start().opened()
    assert again.document.article.title == TITLES[1]
    assert again.window.windowTitle() == f"{TITLES[1]} — Texts — Annotator"


def test_an_empty_project(program: Program) -> None:
    desk = program.work.desk
    place = program.window.place
    desk.create_project("Empty", lambda fault: pytest.fail(str(fault)))
    program.until(lambda: program.window.place is not place)
    program.settled()
    note = program.work.articles.note
    assert note.isVisible() and "Ctrl+O" in note.text()
    assert program.work.session.document is None
    for key in ("Ctrl+PageDown", "Ctrl+Return", "F8", "Ctrl+Z", "F6", "F2", "F1"):
        press(program.window, key)
    assert not program.window.status.progress.text()
    assert not program.window.rows["submit"][1].isEnabled()
    QApplication.processEvents()
    program.window.grab()


def test_a_date_is_never_cut_off(program: Program) -> None:
    panel = program.work.articles
    font, item = panel.list.font(), shown(program)[0]
    long = replace(item, source="The Daily Observer", date="2016-12-15", state="in_progress")
    assert fact_lines(long, font, 900) == ["in progress · The Daily Observer · 15 Dec 2016"]
    first, day = fact_lines(long, font, 200)
    assert first.startswith("in progress · The") and day == "15 Dec 2016"
    assert fact_lines(replace(long, date=""), font, 120)[0].endswith("…")
    assert fact_lines(replace(long, source="", date=""), font, 200) == ["in progress"]


def test_dates_people_read() -> None:
    assert readable_date("2016-12-05") == "5 Dec 2016"
    assert readable_date("soon") == "soon"
