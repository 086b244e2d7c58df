"""The one thread: order, answers, faults told, cancelled work."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from annotator.model.errors import AnnotatorError, Cancelled, NotFound
from annotator.session.worker import Progress, Worker


@pytest.fixture
def worker(qtbot: QtBot) -> Iterator[Worker]:
    worker = Worker()
    yield worker
    worker.close()


def test_jobs_run_in_order_on_one_other_thread_and_answer_here(
    qtbot: QtBot, worker: Worker
) -> None:
    ran: list[tuple[int, int]] = []
    answered: list[tuple[int, int]] = []

    def job(number: int) -> int:
        ran.append((number, threading.get_ident()))
        return number

    def then(number: int) -> None:
        answered.append((number, threading.get_ident()))

    for number in range(50):
        worker.run(lambda n=number: job(n), then)  # type: ignore[misc]
    worker.run(lambda: None)
    qtbot.waitUntil(lambda: len(answered) == 50)
    assert [n for n, _ in ran] == [n for n, _ in answered] == list(range(50))
    here = threading.get_ident()
    assert {t for _, t in answered} == {here}
    assert len({t for _, t in ran}) == 1
    assert here not in {t for _, t in ran}


def _fail(fault: Exception) -> None:
    raise fault


def test_faults_are_told_and_the_thread_lives(qtbot: QtBot, worker: Worker) -> None:
    told: list[AnnotatorError] = []
    known = NotFound("There is no article.")
    bug = ZeroDivisionError("by zero")
    for fault in (known, bug):
        worker.run(lambda f=fault: _fail(f), lambda _: pytest.fail("no answer"), told.append)  # type: ignore[misc]
        worker.run(lambda f=fault: _fail(f))  # type: ignore[misc]  # nobody asks
    qtbot.waitUntil(lambda: len(told) == 2)
    assert told[0] is known
    said = re.fullmatch(
        r"Something went wrong \(ZeroDivisionError\). It is noted in (.+).", str(told[1])
    )
    assert said is not None
    assert "by zero" in Path(said[1]).read_text("utf-8")
    done: list[int] = []
    worker.run(lambda: 1, done.append)
    qtbot.waitUntil(lambda: done == [1])


def test_long_work_tells_how_far_it_is_and_stops_when_asked(qtbot: QtBot, worker: Worker) -> None:
    progress = Progress()
    moved: list[tuple[int, int, str]] = []
    progress.moved.connect(lambda *far: moved.append(far))
    reached = threading.Event()

    def work() -> None:
        progress(1, 3, "one")
        progress(2)
        reached.set()
        assert go_on.wait(10)
        progress(3)

    go_on = threading.Event()
    told: list[AnnotatorError] = []
    worker.run(work, None, told.append)
    assert reached.wait(10)
    progress.cancel()
    go_on.set()
    qtbot.waitUntil(lambda: bool(told))
    assert isinstance(told[0], Cancelled)
    assert str(told[0]) == "Stopped. Nothing was changed."
    assert moved == [(1, 3, "one"), (2, 0, "")]


def test_closing_finishes_what_was_asked_for_and_takes_no_more(qtbot: QtBot) -> None:
    worker = Worker()
    ran: list[int] = []
    answers: list[None] = []
    for number in range(20):
        worker.run(lambda n=number: ran.append(n), answers.append)  # type: ignore[misc]
    worker.close()
    assert ran == list(range(20))
    worker.run(lambda: ran.append(99))
    worker.close()
    qtbot.wait(20)
    assert ran == list(range(20))
    assert answers == []
