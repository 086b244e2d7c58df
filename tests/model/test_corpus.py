from __future__ import annotations

from typing import get_args

from tests.model.builders import document

from annotator.model.corpus import Annotator, Entry, Heading, Item, Work
from annotator.model.document import Entity


def test_a_stream_holds_four_kinds_of_items() -> None:
    assert get_args(Item) == (Heading, Annotator, Entity, Entry)
    d = document("one")
    entry = Entry(article=d.article, text=d.text, works=(Work(id="w", owner_id="o"),))
    assert entry.works[0].state == "new"
