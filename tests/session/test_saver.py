"""Edits on their way to the disk: in order, once each, none lost while it can't take them."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot
from tests.session.desks import Seat

from annotator.model.errors import StaleEdit, StoreUnavailable
from annotator.session.saver import Saver, Unsaved
from annotator.session.worker import Worker


class Disk:
    """Takes batches of edits, or fails as it is told; it can be held up."""

    def __init__(self) -> None:
        self.batches: list[list[Unsaved]] = []
        self.fault = ""
        self.refuses: list[str] = []
        self.free = threading.Event()
        self.free.set()

    def save(self, batch: list[Unsaved]) -> None:
        assert self.free.wait(10)
        if self.fault:
            raise StoreUnavailable(self.fault)
        if any(u.edit.name in self.refuses for u in batch):
            raise StaleEdit("It came too late.")
        self.batches.append(batch)

    @property
    def held(self) -> list[str]:
        return [u.edit.name for batch in self.batches for u in batch]


@pytest.fixture
def disk() -> Disk:
    return Disk()


@pytest.fixture
def saver(disk: Disk, qtbot: QtBot) -> Iterator[Saver]:
    worker = Worker()
    saver = Saver(worker, disk.save)
    saver._timer.setInterval(3_600_000)  # on a slow machine it would try again between two looks
    yield saver
    disk.free.set()
    worker.close()


@pytest.fixture
def edits() -> list[Unsaved]:
    seat = Seat()
    for word in ("Aziz", "ISIS", "Palmyra", "army", "Sunday", "May", "Homs"):
        seat.tag("Actor", word)
    return seat.saved


def names(edits: list[Unsaved]) -> list[str]:
    return [u.edit.name for u in edits]


def listen(saver: Saver) -> list[tuple[str, str]]:
    heard: list[tuple[str, str]] = []
    saver.state_changed.connect(lambda *told: heard.append(told))
    return heard


def test_all_is_saved_in_order(
    qtbot: QtBot, saver: Saver, disk: Disk, edits: list[Unsaved]
) -> None:
    heard = listen(saver)
    disk.free.clear()
    for unsaved in edits:
        saver.put(unsaved)
    assert (saver.waiting, saver.state) == (len(edits), "saving")
    disk.free.set()
    qtbot.waitUntil(lambda: saver.state == "saved")
    assert disk.held == names(edits)
    assert [len(batch) for batch in disk.batches] == [1, len(edits) - 1]  # the rest at once
    assert saver.waiting == 0
    assert heard == [("saving", ""), ("saved", "")]


def test_a_failure_is_told_with_its_reason_and_nothing_is_lost(
    qtbot: QtBot, saver: Saver, disk: Disk, edits: list[Unsaved]
) -> None:
    heard = listen(saver)
    disk.fault = "The disk is full."
    for unsaved in edits[:3]:
        saver.put(unsaved)
    qtbot.waitUntil(lambda: saver.state == "failed")
    assert saver.reason == "The disk is full."
    for unsaved in edits[3:]:  # work goes on
        saver.put(unsaved)
    assert (saver.state, saver.waiting) == ("failed", len(edits))
    saver.retry()
    qtbot.waitUntil(lambda: heard[-1] == ("failed", "The disk is full.") and len(heard) == 4)
    disk.fault = ""
    saver.retry()
    saver.retry()  # twice in a row saves once
    qtbot.waitUntil(lambda: saver.state == "saved")
    assert disk.held == names(edits)
    assert len(disk.batches) == 1
    assert saver.reason == ""
    saver.retry()
    assert saver.state == "saved"


def test_it_tries_again_by_itself(
    qtbot: QtBot, saver: Saver, disk: Disk, edits: list[Unsaved]
) -> None:
    saver._timer.setInterval(1)
    heard = listen(saver)
    disk.fault = "The database is locked."
    saver.put(edits[0])
    # What was heard, not `saver.state`: the timer's ticks fall together with waitUntil's, and at
    # each look it may be trying again.
    qtbot.waitUntil(lambda: heard.count(("failed", "The database is locked.")) > 1)
    disk.fault = ""
    qtbot.waitUntil(lambda: saver.state == "saved")
    assert disk.held == names(edits[:1])


def test_a_failure_in_the_midst_doubles_nothing(
    qtbot: QtBot, saver: Saver, disk: Disk, edits: list[Unsaved]
) -> None:
    saver.put(edits[0])
    qtbot.waitUntil(lambda: saver.state == "saved")
    disk.free.clear()
    saver.put(edits[1])
    disk.fault = "The disk is full."
    saver.put(edits[2])
    disk.free.set()
    qtbot.waitUntil(lambda: saver.state == "failed")
    disk.fault = ""
    saver.put(edits[3])
    saver.retry()
    qtbot.waitUntil(lambda: saver.state == "saved")
    assert disk.held == names(edits[:4])


def test_who_waits_is_called_when_all_is_saved(
    qtbot: QtBot, saver: Saver, disk: Disk, edits: list[Unsaved]
) -> None:
    called: list[int] = []
    saver.when_saved(lambda: called.append(0), pytest.fail)
    assert called == [0]  # nothing waits
    disk.free.clear()
    saver.put(edits[0])
    saver.put(edits[1])
    saver.when_saved(lambda: called.append(len(disk.held)), pytest.fail)
    assert called == [0]
    disk.free.set()
    qtbot.waitUntil(lambda: called == [0, 2])


def test_who_waits_is_told_that_saving_failed(
    qtbot: QtBot, saver: Saver, disk: Disk, edits: list[Unsaved]
) -> None:
    told: list[str] = []
    disk.fault = "The disk is full."
    saver.put(edits[0])
    saver.when_saved(pytest.fail, told.append)
    qtbot.waitUntil(lambda: told == ["The disk is full."])
    saver.when_saved(pytest.fail, told.append)
    assert told == ["The disk is full."] * 2
    disk.fault = ""
    saver.retry()
    qtbot.waitUntil(lambda: saver.state == "saved")
    assert len(told) == 2


@pytest.mark.parametrize("bad", [{0}, {1}, {3}, {1, 2}, {0, 1, 2, 3}])
def test_what_the_disk_refuses_for_good_is_set_aside_and_the_rest_saved(
    qtbot: QtBot, saver: Saver, disk: Disk, edits: list[Unsaved], bad: set[int]
) -> None:
    refused: list[tuple[Unsaved, str]] = []
    saver.refused.connect(lambda *what: refused.append(what))
    disk.refuses = names([edits[n] for n in bad])
    disk.free.clear()
    for unsaved in edits[:4]:
        saver.put(unsaved)
    disk.free.set()
    qtbot.waitUntil(lambda: saver.state == "saved")
    assert disk.held == names([edits[n] for n in range(4) if n not in bad])
    assert [(u.edit.name, why) for u, why in refused] == [
        (edits[n].edit.name, "It came too late.") for n in sorted(bad)
    ]
    disk.refuses = []
    disk.free.clear()
    for unsaved in edits[4:]:
        saver.put(unsaved)
    disk.free.set()
    qtbot.waitUntil(lambda: saver.state == "saved")
    assert len(disk.batches[-1]) == len(edits) - 5  # together again
