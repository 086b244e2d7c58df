"""Links of a transitive type and span fields never lead back to where they start."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.model.builders import CODEBOOK, document, mark

from annotator.model import edit as edits
from annotator.model.codebook import DOCUMENT_DATE
from annotator.model.document import Document
from annotator.model.errors import EditError
from annotator.model.reach import linked, pointed

TEXT = "one two three four"
BOOK = replace(
    CODEBOOK,
    link_types=tuple(
        replace(k, transitive=True, max=None) if k.name == "part_of" else k
        for k in CODEBOOK.link_types
    ),
)


def places() -> Document:
    marks = [replace(mark(TEXT, word, "Place"), id=word) for word in TEXT.split()]
    return document(TEXT, *marks)


def joined(d: Document, kind: str, start: str, end: str) -> Document:
    edit = edits.link(d, BOOK, kind, start, end)
    return edit.stamped(d).apply(d)


def test_a_transitive_link_makes_no_cycle() -> None:
    d = joined(joined(joined(places(), "part_of", "one", "two"), "part_of", "two", "three"),
               "part_of", "one", "three")  # fmt: skip
    assert linked(d, "part_of", "one", "three")
    assert linked(d, "part_of", "one", "one")
    assert not linked(d, "part_of", "three", "one")
    assert not linked(d, "beside", "one", "three")
    with pytest.raises(EditError, match="Part of would lead back to where it starts"):
        edits.link(d, BOOK, "part_of", "three", "one")
    assert joined(d, "part_of", "four", "one").links
    assert edits.link(d, CODEBOOK, "part_of", "three", "one").changes  # not transitive there


def test_span_fields_make_no_cycle() -> None:
    one = replace(mark(TEXT, "one", "Date", begin="two", end=DOCUMENT_DATE), id="one")
    two = replace(mark(TEXT, "two", "Date", anchor="three", begin="four"), id="two")
    three = replace(mark(TEXT, "three", "Date"), id="three")
    d = document(TEXT, one, two, three)
    assert pointed(d, CODEBOOK, "one", "three")
    assert pointed(d, CODEBOOK, "one", "four")  # gone, and still pointed at
    assert not pointed(d, CODEBOOK, "three", "one")
    for target in ("one", "two", "three"):
        with pytest.raises(EditError, match="lead back to where it starts"):
            edits.point(d, CODEBOOK, three, "begin", target)
    edit = edits.point(d, CODEBOOK, three, "begin", DOCUMENT_DATE)
    assert edit == edits.fill(three, "begin", DOCUMENT_DATE)
