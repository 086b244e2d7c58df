"""The real program as a process of its own, worked by real keys and a real mouse."""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from annotator.model.document import Document
from annotator.store import article as articles
from annotator.store import document as documents
from annotator.store import project as projects
from annotator.store.database import Connection, Database

pytestmark = pytest.mark.x11


def xdotool(*arguments: object) -> str:
    done = subprocess.run(
        ["xdotool", *map(str, arguments)], capture_output=True, text=True, timeout=20
    )
    return done.stdout.strip()


def _title() -> str:
    return xdotool("getactivewindow", "getwindowname")


class Running:
    """The program's process and its window."""

    def __init__(self, database: Path) -> None:
        self.database = database
        self.process = subprocess.Popen(
            [sys.executable, "-m", "annotator", "--database", str(database)],
            stderr=subprocess.PIPE, text=True, env={**os.environ, "LC_ALL": "C.UTF-8"},
        )  # fmt: skip
        self.window = ""
        try:
            self.until(self._opened)
            self.until(self.active)
        except AssertionError:
            self.kill()
            raise

    def active(self) -> bool:
        """Ask for the keyboard; True when the window has it."""
        xdotool("windowactivate", self.window)
        return xdotool("getactivewindow") == self.window

    def kill(self) -> None:
        """End it, where it has not ended by itself."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate(timeout=10)

    def _opened(self) -> bool:
        """True when an article is shown: its title is the window's."""
        found = xdotool("search", "--onlyvisible", "--name", "— Annotator$").splitlines()
        self.window = found[0] if found else ""
        return bool(found)

    def until(self, true: object, seconds: float = 40) -> None:
        until = time.monotonic() + seconds
        while not true():  # type: ignore[operator]
            assert self.process.poll() is None or time.monotonic() < until, "it has ended"
            assert time.monotonic() < until, f"waited in vain; active: {_title()}"
            time.sleep(0.02)

    def keys(self, *names: str) -> None:
        xdotool("key", "--clearmodifiers", "--delay", 40, *names)

    def type(self, text: str) -> None:
        xdotool("type", "--delay", 30, text)

    def saved(self, true: object) -> Document:
        """Wait until what is in the database answers `true`; the document."""
        held: list[Document] = []

        def there() -> bool:
            held[:] = [stored(self.database)]
            return bool(true(held[0]))  # type: ignore[operator]

        self.until(there)
        return held[0]

    def ended(self) -> int:
        """Wait for the end; the exit code."""
        _, said = self.process.communicate(timeout=40)
        assert not said.strip(), said
        return int(self.process.returncode)


def stored(database: Path) -> Document:
    """The sample's document as another process sees it."""

    def job(db: Connection) -> Document:
        (row,) = projects.listing(db)
        owner = db.exec_driver_sql("select owner_id from document").scalar_one()
        (item,) = articles.listing(db, row.id, owner)
        return documents.open_document(db, row.id, item.id, owner)

    with Database(database, write=False) as held:
        return held.read(job)


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    program = Running(tmp_path / "work.db")
    yield program
    program.kill()


def extent(document: Document, annotation_id: str) -> str:
    return document.annotations[annotation_id].quote(document.text)


def size_of(program: Running) -> tuple[int, int]:
    """Width and height of the window."""
    told = xdotool("getwindowgeometry", "--shell", program.window)
    held = dict(re.findall(r"^(\w+)=(-?\d+)$", told, re.MULTILINE))
    return int(held["WIDTH"]), int(held["HEIGHT"])


def new(document: Document, before: set[str]) -> list[str]:
    return [i for i in document.annotations if i not in before]


def test_by_keyboard_alone(running: Running) -> None:
    before = set(stored(running.database).annotations)
    running.keys("ctrl+Home", *["Down"] * 4, "End", "shift+ctrl+Left", "a")
    document = running.saved(lambda d: len(d.annotations) == 155)
    (tagged,) = new(document, before)
    assert document.annotations[tagged].label == "Actor"
    assert re.fullmatch(r"\S+", extent(document, tagged))
    running.keys("Return")  # to the entity field
    running.type("Zorro")
    running.keys("Return")
    document = running.saved(lambda d: d.annotations[tagged].fields.get("entity"))
    running.keys("Escape", "ctrl+z", "ctrl+z")
    running.saved(lambda d: not new(d, before))
    running.keys("ctrl+shift+z")
    running.saved(lambda d: new(d, before) == [tagged])
    running.keys("ctrl+q")
    assert running.ended() == 0
    with Database(running.database, write=False) as held:
        assert not held.check()


def quantities(document: Document) -> set[str]:
    return {i for i, a in document.annotations.items() if a.label == "Quantity"}


def test_by_mouse(running: Running) -> None:
    before = quantities(stored(running.database))
    width, height = size_of(running)
    x, y = width * 2 // 5, height // 2
    for drags in range(1, 7):  # one that meets no line of text takes nothing: a little lower then
        at = y + 9 * (drags - 1)
        xdotool("mousemove", "--window", running.window, x, at)
        xdotool("mousedown", 1)
        for by in (15, 40, 80, 120):
            xdotool("mousemove", "--window", running.window, x + by, at)
        xdotool("mouseup", 1)
        running.keys("q")
        with contextlib.suppress(AssertionError):
            running.until(lambda: quantities(stored(running.database)) - before, 3)
            break
    running.saved(lambda d: quantities(d) - before)
    running.keys("alt+F4")
    assert running.ended() == 0
    document = stored(running.database)
    tagged = quantities(document) - before
    assert 1 <= len(tagged) <= drags, "each drag takes one extent at most"
    text = document.text.value
    for start, end in (document.annotations[i].fragments[0] for i in tagged):
        assert end - start > 3
        assert not text[start - 1 : start + 1].isalnum(), "whole words are taken"
        assert not text[end - 1 : end + 1].isalnum(), "whole words are taken"


def test_palette_and_undo_after_a_restart(running: Running) -> None:
    before = set(stored(running.database).annotations)
    running.keys("ctrl+Home", *["Down"] * 4, "End", "shift+ctrl+Left")
    running.keys("ctrl+k")
    running.type("tag as place")
    running.keys("Return")
    (tagged,) = new(running.saved(lambda d: new(d, before)), before)
    running.keys("ctrl+q")
    assert running.ended() == 0
    again = Running(running.database)
    try:
        assert again.saved(lambda d: True).annotations[tagged].label == "Place"
        again.keys("ctrl+z")
        again.saved(lambda d: not new(d, before))
        again.keys("ctrl+q")
        assert again.ended() == 0
    finally:
        again.kill()


def test_a_second_program_says_so(running: Running) -> None:
    second = subprocess.Popen(
        [sys.executable, "-m", "annotator", "--database", str(running.database)],
        stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        running.until(lambda: xdotool("search", "--onlyvisible", "--name", "^Annotator$"))
        shown = xdotool("search", "--onlyvisible", "--name", "^Annotator$").splitlines()[0]
        time.sleep(0.5)  # it is told that the database is in use
        xdotool("windowactivate", "--sync", shown)
        xdotool("key", "ctrl+q")
        _, said = second.communicate(timeout=40)
        assert second.returncode == 0 and not said.strip()
    finally:
        if second.poll() is None:
            second.kill()
            second.wait(10)
    running.until(running.active)
    running.keys("ctrl+Home", *["Down"] * 4, "End", "shift+ctrl+Left", "a")
    running.saved(lambda d: len(d.annotations) == 155)
