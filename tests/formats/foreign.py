"""What the tests of other tools' formats share: any project, told and read back; files by hand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from tests.formats.carrying import hand_out, proven, read_back
from tests.formats.projects import full, projects

from annotator import resources
from annotator.formats import Format, ReadOptions
from annotator.formats.own import OWN
from annotator.formats.values import in_xml
from annotator.model.codebook import Value
from annotator.model.corpus import Entry, Heading, Item
from annotator.model.document import Annotation, Entity, Link
from annotator.model.errors import InputError
from annotator.model.text import Text

DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data"


def sample() -> list[Item]:
    assert OWN.read is not None
    return list(OWN.read(resources.path("sample/palmyra.jsonl"), ReadOptions()))


def carries_any_project(kind: Format, folder: Path, *, xml: bool = False) -> None:
    """Whatever the project, what the row says comes back; `xml`: without what XML can't hold."""

    @settings(
        max_examples=40,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )
    @given(projects())
    def check(items: list[Item]) -> None:
        target = folder / f"{uuid4()}{kind.suffix}"
        proof = proven(kind, held_by_xml(items) if xml else items, target)
        assert proof.differences == ()

    check()


def carries_the_sample(kind: Format, folder: Path) -> None:
    for number, items in enumerate((full(), sample())):
        proof = proven(kind, items, folder / f"{number}{kind.suffix}")
        assert proof.differences == ()
        assert proof.annotations > 5


def written_twice(kind: Format, folder: Path) -> None:
    """The same items give the same bytes, in every file."""
    found = []
    for name in ("a", "b"):
        (folder / name).mkdir()
        hand_out(kind, full(), folder / name / f"x{kind.suffix}")
        files = sorted(p for p in (folder / name).rglob("*") if p.is_file())
        found.append({str(p.relative_to(folder / name)): p.read_bytes() for p in files})
    assert found[0] == found[1] and found[0]


_Given = TypeVar("_Given", Annotation, Link, Entity)


def held_by_xml(items: list[Item]) -> list[Item]:
    """A project without the characters that XML can't hold."""

    def value(given: Value) -> Value:
        if isinstance(given, tuple):
            return tuple(map(in_xml, given))
        return in_xml(given) if isinstance(given, str) else given

    def record(given: _Given) -> _Given:
        return replace(given, fields={n: value(v) for n, v in given.fields.items()})

    found: list[Item] = []
    for item in items:
        if isinstance(item, Entity):
            item = record(item)
        elif isinstance(item, Entry):
            text = Text(in_xml(item.text.value))
            works = tuple(
                replace(w, annotations=tuple(map(record, w.annotations))) for w in item.works
            )
            item = replace(item, text=text, works=works)
            if not text.value.strip():
                continue
        found.append(item)
    return found


def entries(kind: Format, path: Path, **options: Any) -> list[Entry]:
    return [item for item in read_back(kind, path, **options) if isinstance(item, Entry)]


def codebook_of(items: list[Item]) -> Heading:
    return next(item for item in items if isinstance(item, Heading))


def spans(entry: Entry, work: int = 0) -> list[tuple[str, str, dict[str, Value]]]:
    """Label, words and fields of each annotation."""
    return [(a.label, a.quote(entry.text), dict(a.fields)) for a in entry.works[work].annotations]


def links(entry: Entry, work: int = 0) -> list[tuple[str, str, str]]:
    """Type, and the words at both ends."""
    held = {a.id: a.quote(entry.text) for a in entry.works[work].annotations}
    return [(k.type, held[k.from_id], held[k.to_id]) for k in entry.works[work].links]


def refused(kind: Format, path: Path, **options: Any) -> InputError:
    with pytest.raises(InputError) as caught:
        read_back(kind, path, **options)
    assert caught.value.source, "a fault names its file"
    return caught.value
