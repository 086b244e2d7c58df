"""Normalising, and the map between code points and UTF-16 units."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from PySide6.QtGui import QTextDocument
from tests.model.builders import raw_texts, texts

from annotator.model.text import Text, normalise


@given(raw_texts())
@example("\ufeff\ufeffa")
@example("\x00\ufeffa")
@example("\r\x00\n")
@example("\ufdd0\ufeff\ufeff\r\n")
def test_normalise_is_idempotent_and_leaves_nothing_that_is_lost_elsewhere(raw: str) -> None:
    text = normalise(raw)
    assert normalise(text) == text
    assert not set(text) & set("\r\x85\u2028\u2029\x00\ufdd0\ufdd1\ufffe\uffff")
    assert not text.startswith("\ufeff")
    assert text.encode("utf-8").decode("utf-8") == text  # raises on a lone surrogate


def test_every_character_that_is_kept_takes_its_place_in_qt() -> None:
    """Qt drops or changes characters of its own; a caret there must still mean the same place."""
    every = "".join(map(chr, (*range(0xD800), *range(0xE000, 0x110000, 7))))
    text = Text(normalise("a" + every))
    document = QTextDocument()
    document.setPlainText(text.value)
    assert document.characterCount() - 1 == text.length16


@given(raw_texts().map(normalise))
def test_qt_counts_as_the_text_does(value: str) -> None:
    document = QTextDocument()
    document.setPlainText(value)
    assert document.characterCount() - 1 == Text(value).length16
    assert document.blockCount() == value.count("\n") + 1


@given(texts())
def test_utf16_offsets_agree_with_the_codec(value: str) -> None:
    text = Text(value)
    for at in range(len(value) + 1):
        units = len(value[:at].encode("utf-16-le")) // 2
        assert text.to16(at) == units
        assert text.from16(units) == at
    assert text.length16 == len(value.encode("utf-16-le")) // 2


@given(texts())
def test_an_offset_inside_a_character_is_refused(value: str) -> None:
    text = Text(value)
    whole = {text.to16(at) for at in range(len(value) + 1)}
    for unit in range(text.length16 + 1):
        if unit in whole:
            text.from16(unit)
        else:
            with pytest.raises(ValueError, match="inside a character"):
                text.from16(unit)


@pytest.mark.parametrize("raw", ["\ufeffa", "a\r\n", "a\x00", "\ud800", "a\u2028b"])
def test_a_text_that_is_not_normalised_is_a_bug(raw: str) -> None:
    with pytest.raises(ValueError, match="not normalised"):
        Text(raw)


@given(texts(), texts())
def test_texts_are_equal_where_their_values_are(a: str, b: str) -> None:
    assert (Text(a) == Text(b)) == (a == b)
    assert hash(Text(a)) == hash(Text(a))
    assert Text(a) != a


@given(st.data())
def test_a_text_is_sliced_and_hashed_as_its_value(data: st.DataObject) -> None:
    value = data.draw(texts())
    text = Text(value)
    a, b = data.draw(st.tuples(st.integers(0, 40), st.integers(0, 40)))
    assert text[a:b] == value[a:b]
    assert len(text) == len(value)
    assert text.sha256 == hashlib.sha256(value.encode()).hexdigest()
    assert str(len(value)) in repr(text)
