"""What is asked of an export: every option reaches the plan, and what is wrong is told there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QLabel
from tests.gui.export_fixture import dialog, go, rehearsed
from tests.gui.program_fixture import Program, Start, press, start, templates

from annotator import formats
from annotator.formats.export.choose import Choice
from annotator.formats.export.run import Plan
from annotator.formats.export.split import Split
from annotator.formats.format import Format, missing_extra
from annotator.gui.dialogs.export_form import ExportForm
from annotator.gui.dialogs.export_format import in_order
from annotator.gui.dialogs.export_pick import PickButton, PickList
from annotator.model.corpus import Annotator
from annotator.session import jobs
from annotator.store.database import Connection

__all__ = ["start", "templates"]


@pytest.fixture
def program(start: Start) -> Program:
    return start().opened()


def typed(line: str, text: str) -> Callable[[ExportForm], None]:
    part, _, name = line.partition(".")
    return lambda form: getattr(getattr(form, part), name).setText(text)


def chosen(pick: str, *keys: str) -> Callable[[ExportForm], None]:
    part, _, name = pick.partition(".")
    return lambda form: getattr(getattr(form, part), name).choose(keys)


def ticked(check: str, on: bool) -> Callable[[ExportForm], None]:
    part, _, name = check.partition(".")
    return lambda form: getattr(getattr(form, part), name).setChecked(on)


def both(*each: Callable[[ExportForm], None]) -> Callable[[ExportForm], None]:
    def do(form: ExportForm) -> None:
        for one in each:
            one(form)

    return do


PLAIN: dict[str, Any] = {"unread": False}
OPTIONS: list[tuple[Callable[[ExportForm], None], Plan]] = [
    (both(), Plan(choice=Choice(**PLAIN))),
    (chosen("choice.labels", "Place", "Actor"),
     Plan(choice=Choice(labels=("Actor", "Place"), **PLAIN))),
    (chosen("choice.fields", "Claim.note"), Plan(choice=Choice(fields=("Claim.note",), **PLAIN))),
    (chosen("choice.states", "accepted", "submitted"),
     Plan(choice=Choice(states=("submitted", "accepted"), **PLAIN))),
    (chosen("choice.whose", "somebody"), Plan(choice=Choice(annotator="somebody", **PLAIN))),
    (chosen("choice.sources", "homeWorld"), Plan(choice=Choice(sources=("homeWorld",), **PLAIN))),
    (both(typed("choice.since", " 2016-12-01"), typed("choice.until", "2016-12-31")),
     Plan(choice=Choice(since="2016-12-01", until="2016-12-31", **PLAIN))),
    (typed("choice.words", " oil fields "), Plan(choice=Choice(text="oil fields", **PLAIN))),
    (ticked("choice.unread", True), Plan(choice=Choice(unread=True))),
    (ticked("choice.excluded", False), Plan(choice=Choice(excluded=False, **PLAIN))),
    (ticked("choice.computed", True), Plan(choice=Choice(computed=True, **PLAIN))),
    (both(chosen("split.kind", "Shares"), typed("split.shares", "70/30")),
     Plan(choice=Choice(**PLAIN), split=Split(shares=(70, 30)))),
    (both(chosen("split.kind", "Folds"), typed("split.folds", "7"), typed("split.seed", "12"),
          chosen("split.by", "date")),
     Plan(choice=Choice(**PLAIN), split=Split(folds=7, by="date", seed=12))),
    (chosen("own.scheme", "BILOU"), Plan(choice=Choice(**PLAIN), scheme="BILOU")),
    (ticked("own.columns", True), Plan(choice=Choice(**PLAIN), columns=True)),
    (typed("own.licence", "CC-BY-4.0"), Plan(choice=Choice(**PLAIN), licence="CC-BY-4.0")),
]  # fmt: skip


def test_every_option_reaches_the_plan(program: Program) -> None:
    for do, plan in OPTIONS:
        program.work.exports._dialog = None  # a fresh form each time
        shown = dialog(program, None, "conll2003")
        program.settled()
        shown.form.choice.show_people([Annotator(id="p", login="somebody")])
        do(shown.form)
        assert shown.form.plan() == plan
        shown.close()


def test_people_and_sources_are_the_project_s(program: Program) -> None:
    shown = dialog(program)
    program.settled()
    choice = shown.form.choice
    everybody, me = choice.whose.offers
    assert everybody.title == "Everybody's" and me.key in me.title
    assert [o.key for o in choice.sources.offers] == ["homeWorld"]
    choice.whose.choose([me.key])
    assert "154 annotations" in rehearsed(program, shown)


@pytest.mark.parametrize(
    ("do", "part", "told"),
    [
        (typed("choice.since", "2016-13-01"), "choice.since_told", "is not a day"),
        (typed("choice.until", "yesterday"), "choice.until_told", "is not a day"),
        (both(typed("choice.since", "2016-12-02"), typed("choice.until", "2016-12-01")),
         "choice.until_told", "before the first one"),
        (both(chosen("split.kind", "Shares"), typed("split.shares", "80/x")), "split.told",
         "two or three positive numbers"),
        (both(chosen("split.kind", "Shares"), typed("split.shares", "")), "split.told",
         "two or three positive numbers"),
        (both(chosen("split.kind", "Shares"), typed("split.shares", "nan/1")), "split.told",
         "two or three positive numbers"),
        (both(chosen("split.kind", "Folds"), typed("split.folds", "1")), "split.told", "2 to 100"),
        (both(chosen("split.kind", "Folds"), typed("split.folds", "0")), "split.told", "2 to 100"),
        (both(chosen("split.kind", "Folds"), typed("split.folds", "many")), "split.told",
         "2 to 100"),
        (both(chosen("split.kind", "Shares"), typed("split.seed", "-1")), "split.seed_told",
         "whole number"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_beside_the_field(
    program: Program, tmp_path: Path, do: Callable[[ExportForm], None], part: str, told: str
) -> None:
    shown = dialog(program, tmp_path / "out.jsonl", "annotator-jsonl")
    do(shown.form)
    where, _, name = part.partition(".")
    label = getattr(getattr(shown.form, where), name)
    assert label.isVisible() and told in label.text()
    assert label.field.accessibleDescription() == label.text()
    assert shown.form.plan() is None
    assert "mend what is marked" in rehearsed(program, shown)
    go(shown)
    assert label.field.hasFocus() and not list(tmp_path.glob("out*"))


def test_a_split_that_the_articles_do_not_give(program: Program) -> None:
    shown = dialog(program, None, "annotator-jsonl")
    shown.form.split.kind.choose(["Shares"])
    assert rehearsed(program, shown) == "1 article, 154 annotations, 121 links would go out."
    assert "1 stories for 3 parts" in shown.form.split.told.text()
    shown.form.split.kind.choose(["No split"])
    rehearsed(program, shown)
    assert not shown.form.split.told.isVisible()


def test_unread_articles_go_where_states_go(program: Program) -> None:
    shown = dialog(program, None, "annotator-jsonl")
    unread = shown.form.choice.unread
    assert unread.isChecked()
    shown.form.kind.choose(["conll2003"])
    assert not unread.isChecked()
    unread.click()  # asked by a person: it stays
    shown.form.kind.choose(["annotator-jsonl"])
    shown.form.kind.choose(["conll2003"])
    assert unread.isChecked()


DATASET = Format(
    id="dataset", name="A dataset & more", patterns=("*",), layout="dataset", extra="sets",
    about="Needs more.", write=formats.by_id("annotator-jsonl").write,
)  # fmt: skip


def test_options_are_shown_where_they_mean_something(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(formats, "FORMATS", (*formats.FORMATS, DATASET))
    shown = dialog(start().opened(), None, "annotator-jsonl")
    own, split = shown.form.own, shown.form.split
    seen = (own.scheme, own.columns, own.licence, split.by, split.seed)
    for kind, visible in (
        ("annotator-jsonl", [False, False, False]),
        ("conll2003", [True, True, False]),
        ("dataset", [False, False, True]),
    ):
        shown.form.kind.choose([kind])
        assert [w.isVisible() for w in seen] == [*visible, False, False]
    assert shown.form.target.is_folder and shown.form.kind.text() == "A dataset && more"
    split.kind.choose(["Folds"])
    assert split.by.isVisible() and split.folds.isVisible() and not split.shares.isVisible()


def test_formats_are_searched(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    more = [
        Format(id=f"x{n}", name=f"Format {n}", patterns=(f"*.x{n}",), write=DATASET.write)
        for n in range(30)
    ]
    monkeypatch.setattr(formats, "FORMATS", (*formats.FORMATS, *more, DATASET))
    program = start().opened()
    shown = dialog(program, None, "annotator-jsonl")
    assert [f.id for f in in_order()][:2] == ["annotator-jsonl", "conll2003"]
    press(shown, "Alt+M")
    assert shown.form.kind.hasFocus()
    press(shown.form.kind, "Down")
    assert shown.form.format.id == "conll2003"
    press(shown.form.kind, "Return")
    picks = program.dialog(PickList)
    assert picks.line.hasFocus() or picks.line.isVisible()
    QTest.keyClicks(picks.line, "needs MORE")
    press(picks.line, "Return")
    assert shown.form.format is DATASET and not picks.isVisible()
    shown.form.kind.open()
    QTest.keyClicks(picks.line, "no such thing")
    press(picks.line, "Return")
    assert picks.isVisible() and shown.form.format is DATASET
    press(picks.line, "Escape")
    assert not picks.isVisible() and shown.isVisible()


def test_a_format_that_needs_more_says_how_to_get_it(
    start: Start, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def write(*_: object) -> Any:
        raise missing_extra("pyarrow", "parquet")

    lacking = Format(id="lacking", name="Lacking", patterns=("*.x",), extra="parquet", write=write)
    monkeypatch.setattr(formats, "FORMATS", (*formats.FORMATS, lacking))
    program = start().opened()
    shown = dialog(program, tmp_path / "a.x", "lacking")
    assert "pip install 'pyarrow" in rehearsed(program, shown)
    go(shown)
    program.until(lambda: "pip install 'pyarrow" in shown.note.text())
    assert not list(tmp_path.glob("a.x*"))


def test_ticking_by_keyboard(program: Program) -> None:
    shown = dialog(program)
    labels = shown.form.choice.labels
    press(shown, "Alt+L")  # its letter opens it
    picks = labels.list
    program.until(picks.isVisible)
    assert not picks.line.isVisible()
    press(picks.list, "Space", "Down", "Return")
    assert labels.chosen == ("Actor", "Place") and picks.isVisible()
    assert labels.text() == "&Labels: Actor, Place"
    assert labels.accessibleName() == "Labels: Actor, Place"
    press(picks.list, "Down", "Space")
    assert labels.text() == "&Labels: 3 of 7"
    press(picks.list, "Space", "Up", "Space", "Up", "Space")
    assert not list(labels.chosen) and labels.text() == "&Labels: all"
    press(picks.list, "Escape")
    assert not picks.isVisible() and labels.hasFocus()


def test_ticking_by_mouse(program: Program) -> None:
    shown = dialog(program)
    fields = shown.form.choice.fields
    QTest.mouseClick(fields, Qt.MouseButton.LeftButton)
    rows = fields.list.list
    at = rows.visualItemRect(rows.item(1)).center()
    QTest.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert fields.chosen == (fields.offers[1].key,)
    QTest.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert not list(fields.chosen)
    fields.list.hide()


def test_every_letter_is_used_once(program: Program) -> None:
    shown = dialog(program, None, "conll2003")
    shown.form.split.kind.choose(["Shares"])
    texts = [w.text() for w in shown.findChildren(QLabel) if w.isVisible() and w.buddy()]
    texts += [b.text() for b in shown.findChildren(PickButton) if b.isVisible()]
    texts += [c.text() for c in (shown.go, shown.folder_button, shown.form.target.browse)]
    texts += [c.text() for c in shown.findChildren(QCheckBox) if c.isVisible()]
    letters = [t[t.index("&") + 1].lower() for t in texts if "&" in t.replace("&&", "")]
    assert len(letters) == len(set(letters)) >= 20, sorted(letters)


def test_sources_in_any_script(start: Start) -> None:
    program = start(template="many").opened()
    names = ["وكالة الأنباء", "News 🗞️ & more", "", "B"]

    def fill(db: Connection) -> None:
        project = jobs.create_project(db, "Sources")
        for name in names:
            entry = jobs.entry_of_text(f"Text of {name or 'nobody'}")
            entry = replace(entry, article=replace(entry.article, source=name))
            jobs.add_entries(db, project.id, [entry])

    program.work.desk.worker.run(lambda: program.work.desk.database.transact(fill))
    program.settled()
    program.open_project("Sources")
    program.opened()
    shown = dialog(program, None, "annotator-jsonl")
    sources = shown.form.choice.sources
    assert [o.key for o in sources.offers] == sorted(n for n in names if n)
    sources.choose(["News 🗞️ & more"])
    assert sources.text() == "S&ources: News 🗞️ && more"
    assert rehearsed(program, shown) == "1 article, 0 annotations would go out."
