from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from tests.formats.projects import (
    TEXT,
    annotation,
    article,
    entry,
    first_work,
    full,
    lines,
    project,
    projects,
    read,
    refused,
    saved,
    span,
    uid,
    work,
    written,
)

from annotator.formats import ReadOptions, WriteOptions
from annotator.formats import own as own_format
from annotator.formats.own import OWN
from annotator.model.codebook import Value
from annotator.model.corpus import Entry, Item
from annotator.model.document import Entity, place
from annotator.model.errors import CodebookError, InputError
from annotator.model.ident import is_id


def test_what_is_written_is_read_and_written_the_same(tmp_path: Path) -> None:
    path = written(tmp_path, full())
    items = read(path)
    assert items == full()
    assert [type(item).__name__ for item in items] == [
        "Heading", "Annotator", "Annotator", "Entity", "Entity", "Entry", "Entry",
    ]  # fmt: skip
    first = path.read_bytes()
    assert written(tmp_path, items).read_bytes() == first


@settings(
    max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(items=projects())
def test_any_project_comes_back(tmp_path: Path, items: list[Item]) -> None:
    path = written(tmp_path, items)
    first = path.read_bytes()
    again = read(path)
    assert again == items
    assert written(tmp_path, again).read_bytes() == first


def test_counts_what_is_written(tmp_path: Path) -> None:
    assert OWN.write is not None
    done = OWN.write(full(), tmp_path / "x.jsonl", WriteOptions())
    assert (done.articles, done.documents, done.annotations, done.links) == (2, 2, 8, 2)


def test_the_order_of_fields_does_not_change_the_bytes(tmp_path: Path) -> None:
    one = span(40, "Date", 18, 29, type="DATE", value="2016")
    other = replace(one, fields=dict(reversed([*one.fields.items()])))
    first = written(tmp_path, project(entry(work(one)))).read_bytes()
    assert written(tmp_path, project(entry(work(other)))).read_bytes() == first


def test_ids_and_texts_may_be_left_out(tmp_path: Path) -> None:
    data = lines(tmp_path)
    for row in first_work(data)["annotations"]:
        del row["text"]
    for row in data:
        if row["type"] == "article":
            del row["id"], row["text_sha256"]
    del annotation(data, 45)["id"]
    first_work(data)["links"][0].pop("id")
    items = read(saved(tmp_path, data))
    entries = [item for item in items if isinstance(item, Entry)]
    assert all(is_id(e.article.id) for e in entries)
    assert entries[0].article.text_sha256 == hashlib.sha256(TEXT.encode()).hexdigest()
    assert len({a.id for a in entries[0].works[0].annotations}) == 8


def test_annotations_are_put_in_order(tmp_path: Path) -> None:
    data = lines(tmp_path)
    first_work(data)["annotations"].reverse()
    first_work(data)["links"].reverse()
    assert read(saved(tmp_path, data)) == full()


def test_documents_are_put_in_order(tmp_path: Path) -> None:
    data = lines(tmp_path)
    article(data)["documents"].reverse()
    assert read(saved(tmp_path, data)) == full()


def test_empty_values_are_not_said(tmp_path: Path) -> None:
    data = lines(tmp_path)
    annotation(data, 43)["fields"] = {"note": "", "uncertain": False}
    annotation(data, 46)["fields"] = {"context": []}
    found = read(saved(tmp_path, data))[5]
    assert isinstance(found, Entry)
    held = {a.id: a.fields for a in found.works[0].annotations}
    assert held[uid(43)] == {"uncertain": False}
    assert held[uid(46)] == {}


def test_a_value_that_the_window_allows_is_taken(tmp_path: Path) -> None:
    """Half-done work must survive export and import; the window tells of it."""
    data = lines(tmp_path)
    annotation(data, 46)["fields"] = {"event": "NOT-A-CHOICE", "summary": "x" * 500}
    assert read(saved(tmp_path, data))


def test_blank_lines_bom_and_crlf_are_taken(tmp_path: Path) -> None:
    raw = written(tmp_path, full()).read_bytes()
    path = tmp_path / "windows.jsonl"
    path.write_bytes(b"\xef\xbb\xbf" + raw.replace(b"\n", b"\r\n\r\n"))
    assert read(path) == full()


def test_a_last_line_without_newline_is_taken(tmp_path: Path) -> None:
    path = written(tmp_path, full())
    path.write_bytes(path.read_bytes().removesuffix(b"\n"))
    assert read(path) == full()


# --- files that are not ours --------------------------------------------------------------------


@pytest.mark.parametrize("body", [b"", b"\n\n  \n", b"\xef\xbb\xbf"])
def test_an_empty_file(tmp_path: Path, body: bytes) -> None:
    path = tmp_path / "empty.jsonl"
    path.write_bytes(body)
    with pytest.raises(InputError, match="empty"):
        read(path)


@pytest.mark.parametrize("body", [b"\x89PNG\r\n", b"[1,2]", b"plain words\n", b"\x00" * 100])
def test_something_else(tmp_path: Path, body: bytes) -> None:
    path = tmp_path / "other.jsonl"
    path.write_bytes(body)
    with pytest.raises(InputError, match="own format") as caught:
        read(path)
    assert caught.value.line == 1


@pytest.mark.parametrize(
    ("first", "match"),
    [
        ({"type": "article", "text": "x"}, "first line must be the project"),
        ({"type": "project", "format": "other", "version": 1}, "first line must be the project"),
        ({"type": "project", "format": "annotator", "version": 2, "new": 1}, "newer program"),
        ({"type": "project", "format": "annotator", "version": 0}, "version must be 1"),
        ({"type": "project", "format": "annotator", "version": "1"}, "whole number"),
        ({"id": 1}, "first line must be the project"),
    ],
)
def test_the_first_line(tmp_path: Path, first: dict[str, Any], match: str) -> None:
    fault = refused(tmp_path, [first])
    assert fault.line == 1
    assert match in str(fault)


def test_a_truncated_line_is_told_by_its_number(tmp_path: Path) -> None:
    raw = written(tmp_path, full()).read_bytes()
    path = tmp_path / "cut.jsonl"
    path.write_bytes(raw[: raw.rindex(b'"documents"')])
    with pytest.raises(InputError, match="cut off") as caught:
        read(path)
    assert caught.value.line == 7


@pytest.mark.parametrize(
    ("line", "match"),
    [
        (b'{"type":"article","text":"\xff"}', "UTF-8"),
        (b'{"type":"article","text":NaN}', "not JSON"),
        (b'{"type":"article","text":"x"}}', "not JSON"),
        (b"words", "not JSON"),
        (b'{"type":"article","text":3}', "Expected a text, got a whole number"),
        (b'{"type":"article","text":"x","new":1}', "no key new"),
        (b'{"type":"article"}', "missing: text"),
        (b'{"type":"sentence"}', "not allowed here: 'sentence'"),
        (b"{}", "missing: type"),
        (b'{"x":' + b"[" * 100_000, "nested too deeply|cut off"),
        (b'{"type":"article","text":"x","documents":' + b"[" * 100_000, "Expected|nested"),
        (b'{"type":"article","text":"a\\u0000b"}', "NUL"),
        (b'{"type":"article","text":"a","title":"\\\\\\u0000"}', "NUL"),
        (b'{"type":"article","text":"  \\n"}', "text is empty"),
        (b'{"type":"article","text":"a\\r\\nb"}', "offsets would shift"),
        (b'{"type":"article","text":"a","date":"2016-02-30"}', "not a day"),
        (b'{"type":"article","text":"a","date":"2016"}', "not a day"),
        (b'{"type":"article","text":"a","date_source":"said"}', "not allowed here"),
        (b'{"type":"article","text":"a","text_sha256":"00"}', "not the one that was hashed"),
        (b'{"type":"article","text":"a","id":"7"}', "not a UUID"),
        (b'{"type":"article","text":"a","id":"00000000-0000-0000-0000-00000000000A"}', "UUID"),
        (b'{"type":"article","text":"a","id":"00000000-0000-0000-0000-000000000014"}', "already"),
        (b'{"type":"annotator","login":"eve"}', "come before"),
        (b'{"type":"entity","entity_type":"actor"}', "come before"),
    ],
)
def test_a_bad_line_after_good_ones(tmp_path: Path, line: bytes, match: str) -> None:
    path = written(tmp_path, full())
    path.write_bytes(path.read_bytes() + line + b"\n")
    with pytest.raises(InputError, match=match) as caught:
        read(path)
    assert caught.value.line == 8


def test_a_backslash_before_u0000_is_no_nul(tmp_path: Path) -> None:
    items = project(entry(text="a \\u0000 b"))
    assert read(written(tmp_path, items)) == items


@pytest.mark.parametrize(
    ("row", "key", "value", "match"),
    [
        (0, "name", " ", "needs a name"),
        (1, "login", "", "login"),
        (2, "login", "ada", "login"),
        (2, "id", uid(1), "already"),
        (3, "entity_type", "ship", "no entity type ship"),
        (3, "fields", {"size": 1}, "actor has no field size"),
        (3, "fields", {"name": 1}, "Expected a text, got a whole number"),
        (3, "fields", {"aliases": "IS"}, "Expected a list of texts, got a text"),
        (4, "fields", {"lat": True}, "Expected a number, got true or false"),
        (4, "fields", {"geonames_id": 1.0}, "Expected a whole number, got a number"),
        (4, "fields", {"name": ["x"]}, "Expected a text, got a list of texts"),
        (4, "fields", {"name": None}, "Expected"),
    ],
)
def test_bad_heads(tmp_path: Path, row: int, key: str, value: object, match: str) -> None:
    data = lines(tmp_path)
    data[row][key] = value
    fault = refused(tmp_path, data)
    assert fault.line == row + 1
    assert match in str(fault)


def test_a_second_project(tmp_path: Path) -> None:
    data = lines(tmp_path)
    assert "second project" in str(refused(tmp_path, [data[0], data[0]]))


@pytest.mark.parametrize("place", ["labels", ""])
def test_a_codebook_with_a_fault(tmp_path: Path, place: str) -> None:
    data = lines(tmp_path)
    if place:
        data[0]["codebook"]["labels"][0]["color"] = "red"
    else:
        data[0]["codebook"] = []
    with pytest.raises(CodebookError) as caught:
        read(saved(tmp_path, data))
    assert caught.value.line == 1
    assert caught.value.place == ("codebook.labels[0].color" if place else "codebook")


def test_a_line_that_is_too_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_format, "MAX_LINE", 1 << 20)
    path = written(tmp_path, project(entry(text="x" * (1 << 20))))
    with pytest.raises(InputError, match="longer than 1 MB") as caught:
        read(path)
    assert caught.value.line == 6


# --- streaming ----------------------------------------------------------------------------------


def test_reading_is_lazy(tmp_path: Path) -> None:
    path = written(tmp_path, full())
    path.write_bytes(path.read_bytes() + b"broken\n")
    assert OWN.read is not None
    items = OWN.read(path, ReadOptions())
    assert [next(items) for _ in range(7)] == full()
    with pytest.raises(InputError):
        next(items)


def test_entities_keep_all_kinds_of_values(tmp_path: Path) -> None:
    fields: dict[str, Value] = {
        "name": "x",
        "lat": -90,
        "lon": 0.1,
        "aliases": ("a", "b"),
        "geonames_id": 2**70,
    }
    items = project()
    items[4] = Entity(id=uid(11), type="place", fields=fields)
    found = read(written(tmp_path, items))[4]
    assert isinstance(found, Entity)
    assert found.fields == fields
    assert type(found.fields["lat"]) is int


def test_annotations_in_order_stay_so(tmp_path: Path) -> None:
    found = read(written(tmp_path, full()))[5]
    assert isinstance(found, Entry)
    annotations = found.works[0].annotations
    assert list(annotations) == sorted(annotations, key=place)
