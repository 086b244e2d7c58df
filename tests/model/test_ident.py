from __future__ import annotations

import time
import uuid
from itertools import count

import pytest

from annotator.model.ident import is_id, new_id


def test_an_id_is_a_uuid_of_version_7(monkeypatch: pytest.MonkeyPatch) -> None:
    now = time.time_ns()
    monkeypatch.setattr(time, "time_ns", lambda: now)
    text = new_id()
    value = uuid.UUID(text)
    assert (value.version, value.variant) == (7, uuid.RFC_4122)
    assert value.int >> 80 == now // 1_000_000
    assert is_id(text)
    assert len(text) == 36


def test_ids_never_meet_and_sort_by_time(monkeypatch: pytest.MonkeyPatch) -> None:
    # The finest steps that are promised; the system's clock may have coarser ones or be set back.
    clock = count(time.time_ns(), 250)
    monkeypatch.setattr(time, "time_ns", lambda: next(clock))
    many = [new_id() for _ in range(20_000)]
    assert len(set(many)) == len(many)
    assert many == sorted(many), "one made after another sorts after it"
    bits = 0
    for text in many:
        bits |= uuid.UUID(text).int
    assert (bits & (1 << 62) - 1).bit_count() == 62  # every random bit is used
    assert (bits >> 64 & 0xFFF).bit_count() == 12  # the clock's finer part runs through


def test_only_the_canonical_form_is_an_id() -> None:
    text = new_id()
    for other in (text.upper(), text.replace("-", ""), "{" + text + "}", "", "A1", text + "0"):
        assert other == text or not is_id(other)
