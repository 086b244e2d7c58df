"""Killed at any moment: what was acknowledged is there, and the file is whole."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.store.samples import begun, reopened

from annotator.model.document import Annotation, Document
from annotator.model.errors import StoreUnavailable
from annotator.store import document
from annotator.store.database import Database

KILLS = 100


class Victim:
    """A warm process that forks one that annotates."""

    def __init__(self, path: Path) -> None:
        self.acknowledged: list[str] = []
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.store.victim", str(path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[2],
        )
        self._child = 0

    def start(self, saves: int = 1) -> None:
        """Fork, and wait until the child has saved some."""
        assert self._process.stdin is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        while not self._child or saves > 0:
            line = self._line()
            if len(line) == 36:
                self.acknowledged.append(line)
                saves -= 1
            else:
                self._child = int(line)

    def kill(self) -> None:
        """`kill -9`, and read what it acknowledged until then."""
        os.kill(self._child, signal.SIGKILL)
        self._child = 0
        while (line := self._line()) != "gone":
            self.acknowledged.append(line)

    def _line(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline().strip()
        assert line, "the victim ended by itself"
        return line

    def close(self) -> None:
        self._process.communicate()
        assert self._process.returncode == 0


@pytest.fixture
def work(path: Path) -> tuple[str, Document]:
    """A project with an untouched document in a closed database."""
    with Database(path) as db:
        return db.transact(begun)


@pytest.fixture
def victim(path: Path, work: tuple[str, Document]) -> Iterator[Victim]:
    one = Victim(path)
    yield one
    one.close()


@pytest.mark.slow
def test_a_hundred_kills(path: Path, work: tuple[str, Document], victim: Victim) -> None:
    chance = random.Random(17)  # it asks for more saves than there are kills
    project_id, held = work
    for _ in range(KILLS):
        victim.start(saves=chance.randrange(3))
        time.sleep(chance.random() * 0.01)
        victim.kill()
        with Database(path) as db:
            stored = db.read(reopened, project_id, held)
            log = db.read(document.history, project_id, stored.id)
        assert stored.annotations.keys() >= set(victim.acknowledged)
        assert [e.seq for e in log] == list(range(1, len(log) + 1))
        logged = [e.edit.changes[0].after for e in log]
        assert {a.id: a for a in logged if isinstance(a, Annotation)} == stored.annotations
        # At most one edit per life was stored and not told of.
        assert len(stored.annotations) - len(victim.acknowledged) <= KILLS
    with Database(path) as db:
        assert db.check() == []
    assert len(victim.acknowledged) > KILLS


def test_two_processes(path: Path, work: tuple[str, Document], victim: Victim) -> None:
    project_id, held = work
    victim.start(saves=3)
    with pytest.raises(StoreUnavailable, match="is open in another Annotator"):
        Database(path)
    with Database(path, write=False) as reader:
        before = reader.read(reopened, project_id, held).annotations
        assert before.keys() >= set(victim.acknowledged)
        assert reader.check() == []
        victim.kill()
        after = reader.read(reopened, project_id, held).annotations
        assert after.keys() >= {*before, *victim.acknowledged}
        with Database(path) as writer:  # the lock went with its owner
            assert writer.read(reopened, project_id, held).annotations == after
            assert writer.check() == []
