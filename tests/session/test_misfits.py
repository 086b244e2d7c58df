"""What a format can't carry of the open document: found beside the work, never in its way."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytestqt.qtbot import QtBot
from tests.model.builders import CODEBOOK, documents
from tests.session.desks import Seat

from annotator import formats
from annotator.formats.fit import fitted
from annotator.formats.format import Format, Loss
from annotator.model import edit as edits
from annotator.model.corpus import Entry, Heading, Work
from annotator.model.document import Document
from annotator.model.errors import Cancelled
from annotator.session.misfits import Misfits, misfits
from annotator.session.worker import Worker

CONLL = formats.by_id("conll2003")
FLAT = Format(id="flat", name="Flat", patterns=("*.flat",), write=CONLL.write)


@pytest.fixture
def worker(qtbot: QtBot) -> Iterator[Worker]:
    made = Worker()
    yield made
    made.close()


@given(documents(min_pieces=3), st.sampled_from([CONLL, FLAT, formats.by_id("annotator-jsonl")]))
def test_they_are_what_an_export_of_the_document_loses_whole(
    document: Document, kind: Format
) -> None:
    lost: list[Loss] = []
    work = Work(
        id="w",
        owner_id="o",
        annotations=tuple(document.in_order()),
        links=tuple(document.links.values()),
    )
    entry = Entry(article=document.article, text=document.text, works=(work,))
    list(fitted((Heading(name="", codebook=CODEBOOK), entry), kind, lost.append))
    whole = {x.record_id: x.reason for x in lost if x.whole and x.record_id in document.annotations}
    assert misfits(document, CODEBOOK, kind) == whole


def test_marks_follow_edits_and_the_aim(qtbot: QtBot, worker: Worker) -> None:
    seat = Seat()
    found = Misfits(seat.session, worker)
    heard: list[set[str]] = []
    found.changed.connect(heard.append)
    seat.tag("Actor", "Aziz")
    assert not heard, "nothing is aimed at"
    found.aim(FLAT)
    qtbot.waitUntil(lambda: found.done)
    assert not heard
    long = seat.tag("Place", "Aziz said")
    assert not found.of(long.id)
    qtbot.waitUntil(lambda: found.done)
    (short,) = (a for a in seat.document.annotations.values() if a.id != long.id)
    assert found.of(short.id) == "overlapping a longer one"
    assert found.sentence(short.id) == "Flat can't carry it: overlapping a longer one."
    assert not found.sentence(long.id) and heard == [{short.id}]
    seat.session.undo()
    assert found.of(short.id), "until it is looked at again"
    qtbot.waitUntil(lambda: found.done)
    assert not found.of(short.id) and heard[-1] == {short.id}
    seat.session.redo()
    qtbot.waitUntil(lambda: found.done)
    found.aim(None)
    assert found.done and not found.of(short.id) and not found.sentence(short.id)
    assert heard[-1] == {short.id}


def test_what_moves_nothing_is_not_looked_at(qtbot: QtBot, worker: Worker) -> None:
    seat = Seat()
    found = Misfits(seat.session, worker)
    found.aim(FLAT)
    actor = seat.tag("Actor", "Aziz")
    qtbot.waitUntil(lambda: found.done)
    seat.session.make(lambda d: edits.set_state(d, "in_progress"))
    seat.session.edit(edits.fill(actor, "level", "NAM"))
    assert found.done
    seat.session.open(None)
    assert found.done


def test_an_edit_while_it_looks_is_looked_at_too(qtbot: QtBot, worker: Worker) -> None:
    seat = Seat()
    found = Misfits(seat.session, worker)
    found.aim(FLAT)
    seat.tag("Actor", "Aziz")
    qtbot.waitUntil(lambda: found.done)
    worker.run(lambda: time.sleep(1.0))
    seat.tag("Place", "Aziz said")
    qtbot.wait(800)  # it has begun, and waits behind the other job
    last = seat.tag("Place", "Aziz said that")
    qtbot.waitUntil(lambda: found.done)
    assert not found.of(last.id)
    assert sum(bool(found.of(i)) for i in seat.document.annotations) == 2


def test_gone_before_the_answer(qtbot: QtBot, worker: Worker) -> None:
    seat = Seat()
    found = Misfits(seat.session, worker)
    seat.tag("Actor", "Aziz")
    worker.run(lambda: time.sleep(0.4))
    found.aim(FLAT)
    qtbot.wait(200)
    found.deleteLater()
    qtbot.wait(400)


def test_it_gives_up_on_an_old_document() -> None:
    seat = Seat()
    seat.tag("Actor", "Aziz")
    seat.tag("Place", "Aziz said")
    with pytest.raises(Cancelled):
        misfits(seat.document, CODEBOOK, FLAT, lambda: True)
