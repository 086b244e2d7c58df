"""Ids that a client makes alone and that never meet: UUIDv7 (RFC 9562 §5.7)."""

from __future__ import annotations

import os
import time
import uuid


def new_id() -> str:
    """A UUIDv7 in its canonical text form; sorts by creation time to the millisecond."""
    random = int.from_bytes(os.urandom(10), "big")
    value = (time.time_ns() // 1_000_000 & (1 << 48) - 1) << 80
    value |= 0x7 << 76 | (random >> 68 & 0xFFF) << 64  # version, then rand_a
    value |= 0b10 << 62 | random & (1 << 62) - 1  # variant, then rand_b
    return str(uuid.UUID(int=value))


def is_id(text: str) -> bool:
    """True where `text` is a UUID in canonical form (lower case, dashes)."""
    try:
        return str(uuid.UUID(text)) == text
    except ValueError:
        return False
