"""The main job through the real main(): tag, close, open again, take it out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.e2e.play import Person, play, press, saved, window

from annotator.__main__ import main


def _caret_on(word: str) -> None:
    """Put the caret into the first occurrence of a word."""
    place = window().work
    document = place.session.document
    assert document is not None
    at = document.text.value.index(word) + 1
    place.view.set_selection((at, at))
    place.view.setFocus()


def test_tag_close_open_export(tmp_path: Path) -> None:
    database = str(tmp_path / "work.db")
    seen: dict[str, str] = {}

    def first() -> Person:
        work = window().work
        assert len(work.session.document.annotations) == 154  # type: ignore[union-attr]
        _caret_on("regrouped")
        press(work.view, "D")
        current = work.session.current
        assert current is not None and current.label == "Date"
        seen["tagged"] = current.id
        assert work.session.undo_stack.undoText() == "tag Date ‘regrouped’"
        press(work.view, "P")  # the same key bar, another label
        assert work.session.current and work.session.current.label == "Place"
        _caret_on("claimed the lives")
        press(work.view, "Space", "Space", "C")
        claim = work.session.current
        assert claim is not None and claim.label == "Claim"
        seen["claim"] = claim.id
        press(work.view, "Shift+S")
        assert work.session.picking is not None
        press(work.view, "Return")
        links = list(work.session.document.links_from(claim.id))  # type: ignore[union-attr]
        assert [k.type for k in links] == ["source"]
        yield saved

    def second() -> Person:
        work = window().work
        document = work.session.document
        assert document is not None and len(document.annotations) == 156
        assert document.annotations[seen["tagged"]].label == "Place"
        assert [k.type for k in document.links_from(seen["claim"])] == ["source"]
        for _ in range(4):
            work.undo()
        yield saved
        after = work.session.document
        assert after is not None and len(after.annotations) == 154
        work.redo()
        yield saved

    assert play(first, "--database", database) == 0
    assert play(second, "--database", database) == 0
    target = tmp_path / "out.jsonl"
    arguments = ["export", "--project", "Palmyra sample", "--format", "annotator-jsonl"]
    assert main(["--database", database, *arguments, "--to", str(target)]) == 0
    lines = [json.loads(line) for line in target.read_text("utf-8").splitlines()]
    (article,) = [line for line in lines if line["type"] == "article"]
    assert len(article["documents"][0]["annotations"]) == 155


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_action_that_needs_nothing_open_runs(tmp_path: Path, theme: str) -> None:
    def person() -> Person:
        shown = window()
        shown.set_setting("theme", theme)
        for name in ("zoom_in", "zoom_out", "zoom_reset", "snap_sentence", "snap_word",
                     "order_label", "order_place", "lock", "reset", "next_pane",
                     "previous_pane", "next_fault", "next", "previous", "cycle", "grow",
                     "shrink", "redo"):  # fmt: skip
            shown.rows[name][1].trigger()
        yield saved

    assert play(person, "--database", str(tmp_path / "work.db")) == 0
