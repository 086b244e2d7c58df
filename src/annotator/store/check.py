"""What can be wrong inside a database, a sentence each."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import msgspec
from sqlalchemy import Connection

from annotator.model.segment import Extent

_MOST = 20  # sentences of a kind

_MISPLACED = """
    SELECT annotation.id, document_id FROM annotation
    JOIN document ON document.project_id = annotation.project_id AND document.id = document_id
    JOIN article ON article.project_id = document.project_id AND article.id = article_id
    WHERE start < 0 OR "end" < start OR "end" > length"""
_FRAGMENTED = """
    SELECT id, document_id, start, "end", fragments FROM annotation WHERE fragments IS NOT NULL"""
_LOOSE = """
    SELECT link.id, document_id FROM link
    WHERE NOT EXISTS (
        SELECT 1 FROM annotation AS a
        WHERE a.project_id = link.project_id AND a.author_id = link.author_id
          AND a.document_id = link.document_id AND a.id = from_id)
    OR (NOT EXISTS (
        SELECT 1 FROM annotation AS a
        WHERE a.project_id = link.project_id AND a.author_id = link.author_id
          AND a.document_id = link.document_id AND a.id = to_id)
        AND NOT EXISTS (
        SELECT 1 FROM annotation AS a WHERE a.project_id = link.project_id AND a.id = to_id))"""
# Whichever field the codebook says it is: a whole UUIDv7 is an id, and an id names something.
_DANGLING = """
    SELECT annotation.id, document_id, held.key FROM annotation, json_each(fields) AS held
    WHERE held.type = 'text' AND length(held.value) = 36
      AND held.value GLOB '????????-????-7???-????-????????????'
      AND NOT EXISTS (
        SELECT 1 FROM entity AS e
        WHERE e.project_id = annotation.project_id AND e.id = held.value)
      AND NOT EXISTS (
        SELECT 1 FROM annotation AS a
        WHERE a.project_id = annotation.project_id AND a.author_id = annotation.author_id
          AND a.document_id = annotation.document_id AND a.id = held.value)"""
_GAPS = """
    SELECT document_id FROM edit GROUP BY project_id, document_id
    HAVING min(seq) != 1 OR max(seq) != count(*)"""
_MISCOUNTED = """
    SELECT id FROM document WHERE annotation_count != (
        SELECT count(*) FROM annotation AS a
        WHERE a.project_id = document.project_id AND a.author_id = owner_id
          AND a.document_id = document.id)"""
_TEXTS = """
    SELECT article.id, text_sha256, length, body FROM article LEFT JOIN article_text
      ON article_text.project_id = article.project_id AND article_id = article.id"""
_UNSEARCHED = """
    SELECT id FROM article WHERE NOT EXISTS (
        SELECT 1 FROM search_row AS s
        WHERE s.project_id = article.project_id AND s.article_id = article.id)"""


def problems(db: Connection) -> list[str]:
    """All that is wrong; where the file itself is, only that."""
    broken = [row for (row,) in db.exec_driver_sql(f"PRAGMA integrity_check({_MOST})")]
    if broken != ["ok"]:
        return [f"The file is damaged: {what}." for what in broken]
    return [
        *_told(db, "PRAGMA foreign_key_check", "Row {1} of table {0} points at nothing in {2}."),
        *_told(db, _MISPLACED, "Annotation {0} of document {1} lies outside the text."),
        *_fragments(db),
        *_told(db, _LOOSE, "Link {0} of document {1} has an end that is not there."),
        *_told(db, _DANGLING, "Annotation {0} of document {1} holds in {2} what is not there."),
        *_told(db, _GAPS, "The log of document {0} has a gap."),
        *_told(db, _MISCOUNTED, "The number of annotations of document {0} is wrong."),
        *_texts(db),
        *_told(db, _UNSEARCHED, "Article {0} is missing from the search index."),
    ]


def _told(db: Connection, query: str, sentence: str) -> Iterator[str]:
    for row in db.exec_driver_sql(query).fetchmany(_MOST):
        yield sentence.format(*row)


def _fragments(db: Connection) -> Iterator[str]:
    decode = msgspec.json.Decoder(tuple[Extent, ...]).decode
    for key, document_id, start, end, stored in db.exec_driver_sql(_FRAGMENTED):
        ends = [offset for extent in decode(stored) for offset in extent]
        if ends != sorted(ends) or (ends[0], ends[-1]) != (start, end):
            yield f"The fragments of annotation {key} of document {document_id} are out of order."


def _texts(db: Connection) -> Iterator[str]:
    for key, sha256, length, body in db.exec_driver_sql(_TEXTS):
        if body is None:
            yield f"Article {key} has no text."
        elif len(body) != length or hashlib.sha256(body.encode()).hexdigest() != sha256:
            yield f"The text of article {key} is not the one that was stored."
