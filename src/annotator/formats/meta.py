"""The facts of an article as one flat object, for formats with a free one (meta, comments)."""

from __future__ import annotations

import json
from collections.abc import Mapping

from annotator.formats.format import fault_in_day
from annotator.formats.values import storable
from annotator.model.document import Article, DateSource

_FACTS = ("title", "source", "url", "language", "date", "date_source")
_SOURCES: Mapping[str, DateSource] = {"given": "given", "byline": "byline", "guessed": "guessed"}
_METADATA = "metadata."
"""Put before the name of free metadata that would be taken for a fact."""


def as_meta(article: Article) -> dict[str, str]:
    """The facts that are known, then the metadata."""
    facts = {name: str(getattr(article, name)) for name in _FACTS}
    meta = {name: value for name, value in facts.items() if value}
    for name, value in article.metadata.items():
        taken = name in _FACTS or name.startswith(_METADATA)
        meta[f"{_METADATA}{name}" if taken else name] = value
    return meta


def from_meta(meta: Mapping[str, object]) -> Article:
    """An article without an id; a date that is none is kept as metadata."""
    facts = {name: storable(str(meta.get(name) or "")) for name in _FACTS}
    rest = {
        storable(name.removeprefix(_METADATA)): storable(
            value if isinstance(value, str) else json.dumps(value)
        )
        for name, value in meta.items()
        if name not in _FACTS and value is not None
    }
    if facts["date"] and fault_in_day(facts["date"]):
        rest["date"] = facts["date"]
        facts["date"] = ""
    return Article(
        id="",
        title=facts["title"],
        source=facts["source"],
        url=facts["url"],
        language=facts["language"],
        date=facts["date"],
        date_source=_SOURCES.get(facts["date_source"], "byline") if facts["date"] else "",
        metadata=rest,
    )
