"""Column types that hold on SQLite today and on PostgreSQL later."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, TypeVar

import msgspec
from sqlalchemy import JSON, Dialect, String, Text, TypeDecorator
from sqlalchemy.dialects.postgresql import JSONB, UUID
from sqlalchemy.types import TypeEngine

T = TypeVar("T")

Id = String(36).with_variant(UUID(as_uuid=False), "postgresql")
"""A UUID as its canonical text; SQLite stores it unconverted."""

Moment = String(24)
"""A point in time: ISO 8601, UTC, milliseconds; sorts as text."""


def now() -> str:
    """This moment as a `Moment`."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


class Json(TypeDecorator[T]):
    """A value of the type `shape` as JSON: text on SQLite, JSONB on PostgreSQL; None is NULL."""

    impl = JSON
    cache_ok = True

    def __init__(self, shape: Any) -> None:
        super().__init__()
        self.shape = shape
        self._decode = msgspec.json.Decoder(shape).decode

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Text or JSONB."""
        if dialect.name == "sqlite":
            return dialect.type_descriptor(Text())
        return dialect.type_descriptor(JSONB(none_as_null=True))

    def process_bind_param(self, value: T | None, dialect: Dialect) -> Any:
        """On its way in."""
        if value is None:
            return None
        if dialect.name == "sqlite":
            return msgspec.json.encode(value).decode()
        return msgspec.to_builtins(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> T | None:
        """On its way out."""
        if value is None:
            return None
        if dialect.name == "sqlite":
            return self._decode(value)  # type: ignore[no-any-return]
        return msgspec.convert(value, self.shape)  # type: ignore[no-any-return]
