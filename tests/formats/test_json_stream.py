"""Values of JSON files, read one at a time."""

from __future__ import annotations

import io
import json

import pytest

from annotator.formats import json_stream
from annotator.formats.json_stream import objects
from annotator.model.errors import InputError


def stream(body: bytes | str) -> list[object]:
    raw = body.encode("utf-8", "surrogatepass") if isinstance(body, str) else body
    return [value for _, value in objects(io.BytesIO(raw), "x", ("items", "first"), strict=True)]


def test_a_file_is_read_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_stream, "_CHUNK", 3)
    values = [{"a": "ä😀" * 20, "b": [1, 2.5, None, True]}, 12_345, "x\\u00e4", [], {}]
    assert stream(json.dumps(values, ensure_ascii=False)) == values
    assert stream("\ufeff" + json.dumps(values)) == values
    assert stream(json.dumps({"items": values[:3], "total": 3})) == values[:3]
    assert stream("12345") == [12345]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("", []),
        (" \n", []),
        ("[]", []),
        ("{}", []),
        ('{"items": []}', []),
        ('{"a": 1}', [{"a": 1}]),
        ('{"items": 7}', [{"items": 7}]),
        ('{"a": 1}\n{"a": 2}', [{"a": 1}, {"a": 2}]),
        ('{"first": ' * 12 + "{}" + "}" * 12, [{"first": {"first": {"first": {"first": {}}}}}]),
        ('["\\ud83d\\ude00"]', ["😀"]),
        ('["\\\\u0000"]', ["\\u0000"]),
    ],
)
def test_what_is_an_object(body: str, expected: list[object]) -> None:
    found = stream(body)
    assert found == expected or (found and len(str(found)) == len(str(expected)))


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("[1 2]", "wanted"),
        ("[1,", "JSON"),
        ("[1", "end of the file"),
        ('{"a" 1}', "wanted"),
        ('{"a": 1 "b"}', "wanted"),
        ("{7: 1}", "key is a text"),
        ("[NaN]", "no number"),
        (f"[{'1' * 5_000}]", "digits"),
        ('["\\u0000"]', "NUL"),
        ('["\\ud800"]', "half a character"),
        ("[" + "[" * 100_000, "nested"),
        (b"[\xff]", "UTF-8"),
        ('["a\nb"]', "control character"),
        ("[tru]" + " " * 40, "Expecting value"),
    ],
)
def test_what_is_no_json(body: str | bytes, message: str) -> None:
    with pytest.raises(InputError, match=message) as caught:
        stream(body)
    assert (caught.value.source, caught.value.line) == ("x", 1)


def test_a_value_that_is_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_stream, "MAX_ITEM", 1 << 20)
    with pytest.raises(InputError, match="longer than 1 MB"):
        stream('["' + "x" * (3 << 20))


def test_the_line_of_a_fault() -> None:
    with pytest.raises(InputError) as caught:
        stream("[1,\n2,\n\n!]")
    assert caught.value.line == 4


@pytest.mark.parametrize(
    "body",
    [
        b'[{"a":1},{"a":2}]',
        b'\xef\xbb\xbf [ {"a":1} , {"a":2} ]\n',
        b'{"a":1}\n{"a":2}\n',
        b'{"a":1}{"a":2}',
        b'[{"a":1},\n{"a":2}\n]\n',
    ],
)
def test_layouts(body: bytes) -> None:
    assert stream(body) == [{"a": 1}, {"a": 2}]


def test_values_longer_than_what_is_read_at_once() -> None:
    rows = [{"a": "é" * 900_000, "n": n} for n in range(4)]
    assert stream(json.dumps(rows, ensure_ascii=False, indent=1)) == rows
    assert len(stream(b"[" + b" " * (3 << 20) + b'{"a":1}]')) == 1


def test_what_can_not_be_stored_is_taken_where_it_may_be() -> None:
    rows = [(1, "a\0\ud800")]
    assert list(objects(io.BytesIO(b'["a\\u0000\\ud800"]'), "x")) == rows


@pytest.mark.parametrize("body", ['[{"a":1}', '[{"a":1},', '[{"a":', '{"a":' * 20_000])
def test_what_breaks_off(body: str) -> None:
    with pytest.raises(InputError, match=r"not JSON|nested") as caught:
        stream(body)
    assert (caught.value.source, caught.value.line) == ("x", 1)


def test_a_value_that_does_not_end_is_not_read_to_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_stream, "MAX_ITEM", 1 << 20)
    with pytest.raises(InputError, match="longer than 1 MB") as caught:
        stream(b'{"n":0}\n\n{"a":"' + b"x" * (5 << 20))
    assert caught.value.line == 3
