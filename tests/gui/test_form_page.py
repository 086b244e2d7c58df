"""The form as a whole: switching, undo, faults, More, and no annotation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit
from tests.gui.form_fixture import (
    CODEBOOK,
    OFFSCREEN,
    TEXT,
    Desk,
    Key,
    desk,
    sample,
    span,
)

from annotator.gui.field_base import Shown
from annotator.gui.field_choice import Segment
from annotator.gui.field_text import TextEdit
from annotator.gui.form_facts import FactsPage
from annotator.model import edit as edits
from annotator.model.codebook import Codebook

__all__ = ["desk"]
pytestmark = OFFSCREEN


# -- switching -----------------------------------------------------------------------------


def test_header_tells_label_computed_values_place_and_words(desk: Desk) -> None:
    desk.select("died")
    header = desk.page.header
    assert header.label.text() == "Claim"
    assert header.summary.text() == "explicit · 1 of 2"
    assert header.quote.text == "that about 120 troops died"
    desk.session.tag("Claim", [(0, 4)])
    assert header.summary.text() == "author · 1 of 3"
    desk.select("died")
    assert header.summary.text() == "explicit · 2 of 3"
    desk.session.undo()
    desk.select("died")
    assert header.summary.text() == "explicit · 1 of 2"


def test_long_quote_is_cut_and_whole_in_the_tooltip(desk: Desk) -> None:
    desk.session.tag("Claim", [(0, 10), (11, len(TEXT))])
    quote = desk.page.header.quote
    assert quote.toolTip().startswith("ISIS fight … rs retook") and quote.height() < 90
    assert quote._cut.endswith("…")


def test_switching_while_typing_loses_nothing(desk: Desk) -> None:
    desk.select("died")
    line = desk.input("code", QLineEdit)
    desk.type(line, "AB")
    desk.select("fallen")
    assert desk.held("code", "died") == "AB"
    assert desk.held("code") is None and line.text() == ""
    desk.type(line, "CD")
    desk.select("isis")
    assert desk.held("code", "fallen") == "CD"
    desk.select("died")
    assert line.text() == "AB"


def test_pages_are_kept_and_shown_from_the_top(desk: Desk) -> None:
    desk.select("died")
    page = desk.page
    desk.select("isis")
    assert desk.page is not page and not page.isVisible()
    desk.window.resize(370, 300)
    desk.select("died")
    assert desk.page is page
    bar = desk.form.verticalScrollBar()
    bar.setValue(bar.maximum())
    desk.select("fallen")
    assert bar.value() == 0


def test_keyboard_stays_in_the_form_when_a_chip_leads_to_another_label(desk: Desk) -> None:
    desk.select("died")
    chip = desk.link("source").chips[0]
    chip.setFocus()
    desk.press(chip, Key.Key_Return)
    assert desk.session.current is not None and desk.session.current.id == "observatory"
    assert desk.form.isAncestorOf(desk.focused()) and desk.focused().isVisible()


def test_keyboard_goes_back_when_the_annotation_is_gone(desk: Desk) -> None:
    desk.select("died")
    desk.input("code", QLineEdit)
    current = desk.session.current
    assert current is not None
    with desk.qtbot.waitSignal(desk.form.done):
        desk.session.make(lambda d: edits.delete(d, CODEBOOK, [current]))
    assert isinstance(desk.form._page, FactsPage)


def test_another_label_for_the_same_annotation_shows_its_page(desk: Desk) -> None:
    desk.select("said")
    current = desk.session.current
    assert current is not None
    desk.session.make(lambda d: edits.retag(d, CODEBOOK, current, "Actor"))
    assert desk.page.label.name == "Actor"
    desk.session.undo()
    assert desk.page.label.name == "Cue"


def test_change_elsewhere_touches_only_its_row(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.select("died")
    shown: list[str] = []

    def note(name: str, present: Callable[[Shown], None], what: Shown) -> None:
        shown.append(name)
        present(what)

    for name, row in desk.page.rows.rows.items():
        present = partial(note, name, row.input.present)
        monkeypatch.setattr(row.input, "present", present)
    current = desk.session.current
    assert current is not None
    desk.session.edit(edits.fill(current, "certainty", "possible"))
    assert shown == ["certainty"]
    desk.session.undo()
    assert shown == ["certainty"] * 2


def test_undo_of_another_field_leaves_the_cursor_alone(desk: Desk) -> None:
    desk.select("died")
    desk.press(desk.input("certainty", Segment), Key.Key_2)
    line = desk.input("code", QLineEdit)
    desk.type(line, "ABC")
    line.setCursorPosition(1)
    desk.form.flush()
    current = desk.session.current
    assert current is not None
    desk.session.edit(edits.fill(current, "doubtful", True))
    desk.session.undo()
    assert line.hasFocus() and line.cursorPosition() == 1 and line.text() == "ABC"


# -- faults and More -----------------------------------------------------------------------


def test_more_opens_by_itself_where_a_fault_is_inside_and_can_be_closed(desk: Desk) -> None:
    desk.select("died")
    more = desk.page.more
    assert more is not None
    current = desk.session.current
    assert current is not None
    desk.session.edit(edits.fill(current, "kind", None))
    assert desk.more_open() and desk.row("kind").fault == "Kind is missing."
    desk.click(more.fold)
    assert not desk.more_open()
    desk.session.edit(edits.fill(desk.document.annotations["died"], "doubtful", True))
    assert not desk.more_open(), "who closed it meant it"
    desk.select("fallen")
    assert not desk.more_open()
    desk.select("died")
    assert desk.more_open()


def test_more_stays_open_for_the_label(desk: Desk) -> None:
    desk.select("died")
    more = desk.page.more
    assert more is not None
    more.fold.setFocus()
    desk.press(more.fold, Key.Key_Right)
    assert desk.more_open()
    desk.select("isis")
    desk.select("fallen")
    assert desk.more_open()
    desk.press(more.fold, Key.Key_Left)
    desk.select("died")
    assert not desk.more_open()


def test_fault_of_a_link_and_of_the_whole(desk: Desk) -> None:
    desk.select("died")
    current = desk.session.current
    assert current is not None
    desk.session.edit(edits.fill(current, "event", "AID"))
    attribution = edits.fill(desk.document.annotations["fallen"], "attribution", "explicit")
    desk.session.edit(attribution)
    desk.select("fallen")
    assert desk.link("source").fault == "An explicit attribution needs a source."
    blank = replace(span("blank", "Cue", "\n"), fields={})
    desk.session.open(replace(sample(), annotations={"blank": blank}))
    desk.qtbot.waitUntil(lambda: desk.faults.done)
    desk.select("blank")
    assert desk.page.whole_fault.text() == "It covers no words."


def test_message_above_does_not_move_the_field_that_is_typed_in(desk: Desk) -> None:
    desk.window.resize(370, 300)
    desk.select("died")
    line = desk.input("day", QLineEdit)
    QApplication.processEvents()
    before = line.mapTo(desk.window, line.rect().topLeft()).y()
    current = desk.session.current
    assert current is not None
    desk.session.edit(edits.fill(current, "code", "wrong"))
    QApplication.processEvents()
    assert desk.row("code").fault
    assert abs(line.mapTo(desk.window, line.rect().topLeft()).y() - before) <= 1


# -- no annotation -------------------------------------------------------------------------


def facts(desk: Desk) -> FactsPage:
    page = desk.form._page
    assert isinstance(page, FactsPage)
    return page


def test_nothing_chosen_says_how_to_begin_and_shows_the_facts(desk: Desk) -> None:
    page = facts(desk)
    assert page.empty.text() == "No annotation is chosen."
    assert "A Actor" in page.keys.accessibleName() and page.keys.isVisible()
    title = page.rows.rows["title"].input.focusProxy()
    assert isinstance(title, QLineEdit) and title.text() == "Palmyra falls"
    desk.form.focus_first()
    desk.press(title, Key.Key_End)
    desk.type(title, " تدمر")
    desk.form.flush()
    assert desk.document.article.title == "Palmyra falls تدمر"
    desk.session.undo()
    assert title.text() == "Palmyra falls"


def test_facts_are_checked(desk: Desk) -> None:
    rows = facts(desk).rows.rows
    for name, wrong, right in (
        ("date", "15.12.2016", "2016-12-16"),
        ("url", "example", "https://example.org/a"),
        ("language", "English", "en"),
    ):
        rows[name].focus()
        line = desk.focused()
        assert isinstance(line, QLineEdit)
        line.selectAll()
        desk.type(line, wrong)
        desk.form.flush()
        assert rows[name].fault, name
        line.selectAll()
        desk.type(line, right)
        desk.form.flush()
        assert not rows[name].fault and getattr(desk.document.article, name) == right
    rows["date_source"].focus()
    desk.press(desk.focused(), Key.Key_B)
    assert desk.document.article.date_source == "byline"


def test_free_facts_are_added_changed_and_removed(desk: Desk) -> None:
    odd = {"og:title": "Palmyra: a city", "a: b": "c", "file": "palmyra.txt"}
    desk.session.make(lambda d: edits.set_facts(d, replace(d.article, metadata=odd)))
    facts(desk).rows.rows["metadata"].focus()
    line = desk.focused()
    assert isinstance(line, QLineEdit)
    for typed, added in (
        ("author: Jane Doe", {"author": "Jane Doe"}),
        ("author:  وليد", {"author": "وليد"}),
        ("checked", {"checked": ""}),
        (": x", {": x": ""}),
    ):
        desk.type(line, typed)
        desk.press(line, Key.Key_Return)
        odd |= added
        assert desk.document.article.metadata == odd
    desk.press(line, *[Key.Key_Backspace] * len(odd))
    assert desk.document.article.metadata == {}
    desk.session.undo()
    assert desk.document.article.metadata == {"og:title": "Palmyra: a city"}


def test_selecting_while_a_fact_is_typed_tells_it(desk: Desk) -> None:
    rows = facts(desk).rows.rows
    rows["source"].focus()
    desk.type(desk.focused(), "Reuters")
    desk.select("died")
    assert desk.document.article.source == "Reuters"


def test_no_document_says_so(desk: Desk) -> None:
    desk.session.open(None)
    page = facts(desk)
    assert page.empty.text() == "No article is open." and not page.facts.isVisible()
    desk.form.focus_first()
    desk.form.flush()


def test_unknown_label_has_no_form_but_breaks_nothing(desk: Desk) -> None:
    stray = span("stray", "Gone", "retook")
    document = sample()
    desk.session.open(replace(document, annotations={**document.annotations, "stray": stray}))
    desk.select("stray")
    assert isinstance(desk.form._page, FactsPage)
    desk.select("died")
    assert desk.page.label.name == "Claim"


def test_another_codebook_builds_the_pages_anew(desk: Desk) -> None:
    desk.select("died")
    old = desk.page
    claim = replace(CODEBOOK.labels[-1], fields=CODEBOOK.labels[-1].fields[:2])
    desk.session.codebook = Codebook(name="less", labels=(claim,))
    desk.session.open(sample())
    desk.select("died")
    assert desk.page is not old and set(desk.page.rows.rows) == {"attribution", "certainty"}
    assert isinstance(old.header.label, QLabel) and TextEdit is not None
