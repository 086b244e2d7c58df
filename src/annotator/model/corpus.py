"""A project as a stream of values: what readers yield, the store takes, and writers are given.

Order: one Heading, then Annotators, then Entities, then Entries, each kind by id. A reader of
plain articles yields Entries alone.
"""

from __future__ import annotations

from dataclasses import dataclass

from annotator.model.codebook import Codebook
from annotator.model.document import Annotation, Article, Entity, Link, State
from annotator.model.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """The project itself."""

    name: str
    codebook: Codebook


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotator:
    """A person whose work a document is; `login` is unique in a database."""

    id: str
    login: str
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """One annotator's document on the article of the Entry that holds it.

    `annotations` by place, `links` by id.
    """

    id: str
    owner_id: str
    state: State = "new"
    annotations: tuple[Annotation, ...] = ()
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An article with its text and everybody's work on it, by document id."""

    article: Article
    text: Text
    works: tuple[Work, ...] = ()


Item = Heading | Annotator | Entity | Entry
