"""Edits on their way to the disk: in order, once each, none lost while it can't take them."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot
from tests.session.desks import Seat

from annotator.model.errors import StoreUnavailable
from annotator.session.saver import Saver, Unsaved
from annotator.session.worker import Worker


class Disk:
    """Takes batches of edits, or fails as it is told; it can be held up."""

    def __init__(self) -> None:
        self.batches: list[list[Unsaved]] = []
        self.fault = ""
        self.free = threading.Event()
        self.free.set()

    def save(self, batch: list[Unsaved]) -> None:
        assert self.free.wait(10)
        if self.fault:
            raise StoreUnavailable(self.fault)
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
    for timer in saver.children():
        timer.setProperty("interval", 1)
    disk.fault = "The database is locked."
    saver.put(edits[0])
    qtbot.waitUntil(lambda: saver.state == "failed")
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


@pytest.mark.parametrize("failing", [False, True])
def test_a_saver_that_leaves_saves_what_it_has_first(
    qtbot: QtBot, saver: Saver, disk: Disk, edits: list[Unsaved], failing: bool
) -> None:
    gone: list[int] = []
    saver.destroyed.connect(lambda: gone.append(1))
    disk.free.clear()
    saver.put(edits[0])
    saver.put(edits[1])
    if failing:
        disk.fault = "The disk is full."
    else:
        saver.leave()
    disk.free.set()
    if failing:
        qtbot.waitUntil(lambda: saver.state == "failed")
        saver.leave()
    qtbot.waitUntil(lambda: bool(gone))
    assert disk.held == ([] if failing else names(edits[:2]))


def test_a_saver_that_leaves_tries_again_what_failed_meanwhile(
    qtbot: QtBot, saver: Saver, disk: Disk, edits: list[Unsaved]
) -> None:
    gone: list[int] = []
    saver.destroyed.connect(lambda: gone.append(1))
    disk.free.clear()
    disk.fault = "The disk is full."
    saver.put(edits[0])
    saver.leave()
    disk.free.set()
    qtbot.waitUntil(lambda: saver.state == "failed")
    disk.fault = ""
    saver.retry()
    qtbot.waitUntil(lambda: bool(gone))
    assert disk.held == names(edits[:1])
