"""An article's facts as the plain pairs that foreign files hold beside a text."""

from __future__ import annotations

import json
from collections.abc import Mapping

from annotator.formats.format import fault_in_day
from annotator.model.document import Article
from annotator.model.text import normalise

NAMES = ("title", "source", "url", "language", "date")


def facts(article: Article) -> dict[str, str]:
    """The facts with names, each of them, "" where it is not known."""
    return {
        "title": article.title,
        "source": article.source,
        "url": article.url,
        "language": article.language,
        "date": article.date,
    }


def article_of(given: Mapping[str, object], metadata: Mapping[str, object]) -> Article:
    """The article of a file's pairs: those in NAMES are its facts, all others its metadata.

    A date that is no day, YYYY-MM-DD, is kept as metadata.
    """
    known = {name: _text(given[name]) for name in NAMES if given.get(name) not in (None, "")}
    rest = {name: value for name, value in given.items() if name not in known}
    rest = {n: v for n, v in rest.items() if n not in NAMES} | dict(metadata)
    date = known.get("date", "")
    if date and fault_in_day(date):
        rest.setdefault("date", date)
        date = ""
    return Article(
        id="",
        title=known.get("title", ""),
        source=known.get("source", ""),
        url=known.get("url", ""),
        language=known.get("language", ""),
        date=date,
        date_source="given" if date else "",
        metadata={_text(n): _text(v) for n, v in rest.items() if v not in (None, "")},
    )


def _text(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return normalise(text)
