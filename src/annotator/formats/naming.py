"""Names of files made from titles: safe on every system, and the same every time."""

from __future__ import annotations

import re
import unicodedata


def slug(title: str) -> str:
    """Lower-case ASCII letters, digits and dashes of a title, at most 40; "article" for none."""
    plain = unicodedata.normalize("NFKD", title[:400]).encode("ascii", "ignore").decode().lower()
    return re.sub("[^a-z0-9]+", "-", plain).strip("-")[:40].rstrip("-") or "article"


def numbered(number: int, title: str) -> str:
    """00001-title: names sort in the order in which they were given."""
    return f"{number:05}-{slug(title)}"
