"""A session with a small codebook, and the view of an article on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtWidgets import QApplication, QToolTip
from pytestqt.qtbot import QtBot
from tests.gui.article_samples import NEWS, document_of

from annotator.gui.article_view import ArticleView
from annotator.gui.theme import LIGHT
from annotator.model.codebook import (
    BoolField,
    ChoiceField,
    Codebook,
    EntityField,
    EntityType,
    Label,
    LinkType,
    Option,
    SpanField,
    StringField,
)
from annotator.model.document import Annotation, Document, Entity
from annotator.session.saver import Unsaved
from annotator.session.session import Session


@pytest.fixture
def codebook() -> Codebook:
    return Codebook(
        name="small",
        entity_types=(EntityType(name="actor", fields=(StringField(name="name"),)),),
        labels=(
            Label(
                name="Actor",
                key="a",
                color="#b45309",
                entity_type="actor",
                multi_paragraph=False,
                fields=(EntityField(name="entity"),),
            ),
            Label(name="Place", key="p", color="#047857", line="dotted", fragments=False),
            Label(
                name="Date",
                key="d",
                color="#1d4ed8",
                line="dashed",
                fields=(SpanField(name="anchor", targets=("Date",)),),
            ),
            Label(name="Claim", key="c", color="#be185d", mark="line", line="double"),
            Label(name="Cue", key="u", color="#64748b", mark="line", line="wave"),
            Label(
                name="Region",
                key="r",
                color="#575b5a",
                mark="line",
                fields=(
                    ChoiceField(name="kind", options=(Option("body"), Option("masthead"))),
                    BoolField(name="exclude"),
                ),
            ),
        ),
        link_types=(
            LinkType(name="source", from_labels=("Claim",), to_labels=("Actor",)),
            LinkType(name="cue", from_labels=("Claim",), to_labels=("Cue",), max=1),
            LinkType(
                name="agrees_with", from_labels=("Claim",), to_labels=("Claim",), symmetric=True
            ),
        ),
    )


@pytest.fixture
def saved() -> list[Unsaved]:
    """What the session handed over to be saved."""
    return []


@pytest.fixture
def session(codebook: Codebook, saved: list[Unsaved], qapp: QApplication) -> Session:
    """Nothing is open in it."""
    return Session(codebook, saved.append)


@pytest.fixture
def told(session: Session) -> list[str]:
    """The sentences that the session told."""
    heard: list[str] = []
    session.told.connect(heard.append)
    return heard


Shown = Callable[..., Document]
Entities = tuple[Entity, ...]


@pytest.fixture
def view(session: Session, qtbot: QtBot, qapp: QApplication) -> Iterator[ArticleView]:
    """Empty, 800 × 600, with the focus; steady colours whatever another test did."""
    qapp.setStyle("Fusion")
    qapp.setStyleSheet("")
    qapp.setPalette(qapp.style().standardPalette())
    made = ArticleView(session, LIGHT)
    qtbot.addWidget(made)
    made.resize(800, 600)
    with qtbot.waitExposed(made):
        made.show()
    made.setFocus()
    qtbot.waitUntil(made.hasFocus)
    yield made
    QToolTip.hideText()  # else it lies under the next test's mouse
    qtbot.waitUntil(lambda: not QToolTip.isVisible())


@pytest.fixture
def show(session: Session, view: ArticleView, qapp: QApplication) -> Shown:
    """Open a document of a text and some annotations in the view."""

    def opened(text: str = NEWS, *annotations: Annotation, entities: Entities = ()) -> Document:
        session.add_entities({entity.id: entity for entity in entities})
        session.open(document_of(text, *annotations))
        qapp.processEvents()
        assert session.document is not None
        return session.document

    return opened
