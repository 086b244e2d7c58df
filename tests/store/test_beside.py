"""Opening beside somebody else who writes: no wrong verdict, no writer beside a writer."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.store.samples import unprivileged

from annotator.model.errors import DamagedDatabase, StoreUnavailable
from annotator.store import annotator, lock, place, project
from annotator.store.database import Database
from annotator.store.migrate import SCHEMA


@pytest.fixture
def checkpointer(path: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that writes and checkpoints all the time."""
    Database(path).close()
    command = [sys.executable, "-m", "tests.store.checkpointer", str(path)]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "begun\n"
    yield process
    process.kill()
    process.communicate()


def test_a_reader_opens_beside_checkpoints(path: Path, checkpointer: subprocess.Popen[str]) -> None:
    for _ in range(200):
        with Database(path, write=False) as reader:
            assert reader.read(project.listing) == []
    assert checkpointer.poll() is None, "nobody wrote beside"
    with Database(path, write=False) as reader:
        assert reader.check() == []


def test_the_lock_comes_before_the_look(path: Path) -> None:
    """A file half written by the one who holds the lock is not judged."""
    with Database(path) as db:
        db.transact(annotator.ensure, "me")
    with Database(path):
        whole = path.read_bytes()
        path.write_bytes(whole[:100] + b"\xff" * (len(whole) - 100))
        with pytest.raises(StoreUnavailable, match="is open in another Annotator"):
            Database(path)
        path.write_bytes(whole)


@pytest.fixture
def torn(path: Path) -> Iterator[bytes]:
    """A file as it looks in the middle of a checkpoint; gives it as it is afterwards."""
    Database(path).close()
    whole = path.read_bytes()
    path.write_bytes(whole[:100] + b"\xff" * (len(whole) - 100))
    yield whole


@pytest.fixture
def paused(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses between two looks; none takes any time."""
    pauses: list[float] = []
    monkeypatch.setattr("annotator.store.place.time.sleep", pauses.append)
    return pauses


def test_a_torn_page_is_looked_at_again(
    path: Path, torn: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[float] = []

    def pause(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 2:  # the checkpoint ends
            path.write_bytes(torn)

    monkeypatch.setattr("annotator.store.place.time.sleep", pause)
    held = lock.take(path)
    assert place.look_beside(path, SCHEMA.head) == SCHEMA.head
    assert pauses == list(place._PAUSES[:2])
    held.release()


def test_damage_beside_a_writer_is_told_in_the_end(
    path: Path, torn: bytes, paused: list[float]
) -> None:
    held = lock.take(path)
    with pytest.raises(DamagedDatabase):
        place.look_beside(path, SCHEMA.head)
    assert paused == list(place._PAUSES) and 0.1 < sum(paused) < 5
    held.release()
    paused.clear()
    with pytest.raises(DamagedDatabase):
        place.look_beside(path, SCHEMA.head)
    assert not paused, "nobody writes: no need to wait"


def test_whether_the_lock_is_held(path: Path) -> None:
    assert not lock.held(path)
    assert not Path(f"{path}.lock").exists()
    own = lock.take(path)
    assert lock.held(path)
    own.release()
    assert not lock.held(path)
    Path(f"{path}.lock").chmod(0)
    with unprivileged(path.parent):
        assert not lock.held(path), "another person's: it can't be told"


def test_a_passing_question_does_not_refuse_a_writer(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert lock._SECONDS > 0.05
    monkeypatch.setattr(lock, "_SECONDS", 60)  # a loaded machine may give the lock back late
    own = lock.take(path)
    answered = threading.Timer(0.05, own.release)
    answered.start()
    Database(path).close()
    answered.join()
