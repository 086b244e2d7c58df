"""Edits as the log keeps them: one tagged object per change, never the article's text.

`{"record": "annotation", "before": {…} or null, "after": {…} or null}`; the records hold the
fields of the model's dataclasses.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from annotator.model.document import Annotation, Article, Entity, Link, Record, Status
from annotator.model.edit import Change


class _Annotation(msgspec.Struct, tag_field="record", tag="annotation"):
    before: Annotation | None
    after: Annotation | None


class _Link(msgspec.Struct, tag_field="record", tag="link"):
    before: Link | None
    after: Link | None


class _Entity(msgspec.Struct, tag_field="record", tag="entity"):
    before: Entity | None
    after: Entity | None


class _Article(msgspec.Struct, tag_field="record", tag="article"):
    before: Article | None
    after: Article | None


class _Status(msgspec.Struct, tag_field="record", tag="status"):
    before: Status | None
    after: Status | None


LoggedChange = _Annotation | _Link | _Entity | _Article | _Status

_KINDS: dict[type[Record], type[LoggedChange]] = {
    Annotation: _Annotation,
    Link: _Link,
    Entity: _Entity,
    Article: _Article,
    Status: _Status,
}


def logged(changes: Iterable[Change]) -> list[LoggedChange]:
    """The changes as they are written."""
    return [_KINDS[type(c.record)](c.before, c.after) for c in changes]  # type: ignore[arg-type]


def unlogged(changes: Iterable[LoggedChange]) -> tuple[Change, ...]:
    """The changes as they were made."""
    return tuple(Change(c.before, c.after) for c in changes)
