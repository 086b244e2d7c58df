"""Full-text search over titles and texts: FTS5 over folded words (SQLite)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sqlalchemy import Connection

from annotator.store.fold import VERSION, extents, fold, original
from annotator.store.migrate import driver

_TERM = re.compile(r'"([^"]*)"?|(\S+)')
_TERMS = 32  # a pasted page is no query
_BEFORE, _AFTER = 60, 140
_MOST_RANKED = 2_000  # more hits than that come newest first: ranking reads every one of them

_MATCHES = "SELECT rowid FROM search WHERE search MATCH ?"
# A word in the title weighs as much as four in the text.
_RANKED = f"{_MATCHES} ORDER BY bm25(search, 0, 4, 1) LIMIT ?"
_HITS = """
    SELECT article.id, article.title, article_text.body
    FROM json_each(?) JOIN search_row ON search_row.id = json_each.value
    JOIN article ON article.project_id = search_row.project_id
                AND article.id = search_row.article_id
    JOIN article_text ON article_text.project_id = article.project_id
                     AND article_text.article_id = article.id
    ORDER BY json_each.key"""


@dataclass(frozen=True, slots=True)
class Hit:
    """An article found. `snippet` and `marks` (extents in it) are of the original text.

    `position` is the offset in the text of the first match; 0 and no marks where only the title
    matches.
    """

    article_id: str
    title: str
    snippet: str
    marks: tuple[tuple[int, int], ...]
    position: int


@dataclass(frozen=True, slots=True)
class Found:
    """How many articles match, and the first of them."""

    total: int
    hits: list[Hit]


@dataclass(frozen=True, slots=True)
class _Term:
    """Words in a row; `prefix`: the last one may go on."""

    words: tuple[str, ...]
    prefix: bool

    @property
    def fts5(self) -> str:
        return f'"{" ".join(self.words)}"{" *" if self.prefix else ""}'

    @property
    def pattern(self) -> str:
        return " +".join(self.words) + ("[^ ]*" if self.prefix else "(?![^ ])")


def _terms(query: str) -> tuple[_Term, ...]:
    """`foo "bar baz" pre*` → its terms; what holds no word is left out. Never raises."""
    found: list[_Term] = []
    for match in _TERM.finditer(query):
        quoted, bare = match.groups()
        words = tuple(fold(quoted if bare is None else bare).split())
        if words:
            found.append(_Term(words, bare is not None and bare.endswith("*")))
    return tuple(dict.fromkeys(found[:_TERMS]))


def pattern(terms: tuple[_Term, ...]) -> re.Pattern[str]:
    """Finds each of the terms in a folded text."""
    return re.compile(f"(?<![^ ])(?:{'|'.join(term.pattern for term in terms)})")


def search(db: Connection, project_id: str, query: str, limit: int = 100) -> Found:
    """The articles that hold every term of `query`: words, "phrases in quotes", prefixes*."""
    terms = _terms(query)
    if not terms:
        return Found(0, [])
    wanted = " ".join(term.fts5 for term in terms)
    match = f'project : "{_token(project_id)}" AND {{title body}} : ({wanted})'
    rows = [row for (row,) in db.exec_driver_sql(_MATCHES, (match,))]
    total = len(rows)
    if total > _MOST_RANKED:
        rows = rows[::-1][:limit]
    else:
        rows = [row for (row,) in db.exec_driver_sql(_RANKED, (match, limit))]
    hits = db.exec_driver_sql(_HITS, (str(rows),))
    words = pattern(terms)
    return Found(total, [_hit(row.id, row.title, row.body, words) for row in hits])


def _hit(article_id: str, title: str, body: str, words: re.Pattern[str]) -> Hit:
    match = words.search(fold(body))
    position = original(body, match.start()) if match else 0
    start = _edge(body, position - _BEFORE, position)
    start += body.startswith(" ", start)
    cut = body[start : _edge(body, position + _AFTER, len(body))].replace("\n", " ")
    marks = tuple(extents(cut, words)) if match else ()
    return Hit(article_id, title, cut, marks, position)


def _edge(body: str, near: int, limit: int) -> int:
    """The first space from `near` on and before `limit`, but not far; else `near` itself."""
    if not 0 < near < limit:
        return max(0, min(near, limit))
    space = body.find(" ", near, min(near + 20, limit))
    return near if space < 0 else space


INSERT_ROW = "INSERT INTO search_row (project_id, article_id) VALUES (?, ?)"
INSERT = "INSERT INTO search (rowid, project, title, body) VALUES (?, ?, ?, ?)"
# An index without its contents is told what to forget.
_FORGET = "INSERT INTO search (search, rowid, project, title, body) VALUES ('delete', ?, ?, ?, ?)"


def folded(project_id: str, title: str, body: str) -> tuple[str, str, str]:
    """The columns of the index."""
    return _token(project_id), fold(title), fold(body)


def _token(project_id: str) -> str:
    """The project as one word of the index."""
    return project_id.replace("-", "")


def add(db: Connection, project_id: str, article_id: str, title: str, body: str) -> None:
    """Put a new article into the index."""
    row = db.exec_driver_sql(INSERT_ROW, (project_id, article_id)).lastrowid
    db.exec_driver_sql(INSERT, (row, *folded(project_id, title, body)))


def retitle(db: Connection, project_id: str, article_id: str, old: str, new: str) -> None:
    """Put another title of an article into the index."""
    row, body = db.exec_driver_sql(
        "SELECT search_row.id, article_text.body FROM search_row"
        " JOIN article_text USING (project_id, article_id)"
        " WHERE project_id = ? AND article_id = ?",
        (project_id, article_id),
    ).one()
    db.exec_driver_sql(_FORGET, (row, *folded(project_id, old, body)))
    db.exec_driver_sql(INSERT, (row, *folded(project_id, new, body)))


# Not among the tables of `tables.py`: it belongs to the index.
_VERSIONED = "CREATE TABLE IF NOT EXISTS search_fold (version VARCHAR(64) NOT NULL)"
_TEXTS = """
    SELECT search_row.id, article.project_id, title, body FROM search_row
    JOIN article ON article.project_id = search_row.project_id
                AND article.id = search_row.article_id
    JOIN article_text ON article_text.project_id = article.project_id
                     AND article_text.article_id = article.id"""


def renew(db: Connection) -> None:
    """Fold everything again where it was folded in another way, as under another Python.

    The index forgets a title by its fold: folded otherwise, that would leave damage behind.
    """
    db.exec_driver_sql(_VERSIONED)
    if db.exec_driver_sql("SELECT version FROM search_fold").scalar() == VERSION:
        return
    own = driver(db)
    own.execute("INSERT INTO search (search) VALUES ('delete-all')")
    for row, project_id, title, body in own.execute(_TEXTS):
        own.execute(INSERT, (row, *folded(project_id, title, body)))
    own.execute("DELETE FROM search_fold")
    own.execute("INSERT INTO search_fold (version) VALUES (?)", (VERSION,))
