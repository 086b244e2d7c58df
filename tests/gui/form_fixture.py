"""A codebook with every kind of field, an article with a few annotations, and the form on it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any, TypeVar

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMainWindow, QWidget
from pytestqt.qtbot import QtBot

from annotator.gui import theme as themes
from annotator.gui.field_base import FieldInput
from annotator.gui.form import Form
from annotator.gui.form_page import Page
from annotator.gui.form_row import FieldRow
from annotator.gui.link_rows import LinkRow
from annotator.model.codebook import (
    BoolField,
    ChoiceField,
    ChoicesField,
    Codebook,
    CodeField,
    DateField,
    EntityField,
    EntityType,
    IntegerField,
    Label,
    LinkType,
    NumberField,
    Option,
    SpanField,
    StringField,
    StringsField,
    TextField,
    TimexField,
    Value,
)
from annotator.model.document import Annotation, Article, Document, Entity, Link, Status
from annotator.model.text import Text
from annotator.session.faults import Faults
from annotator.session.pick import Pick
from annotator.session.saver import Unsaved
from annotator.session.session import Session

Key = Qt.Key
Mod = Qt.KeyboardModifier
# a list below a field is a popup, and the off-screen platform has no keyboard to give it
OFFSCREEN = pytest.mark.qt_log_ignore("^This plugin does not support grabbing", extend=True)
_Input = TypeVar("_Input", bound=QWidget)


def options(*values: str) -> tuple[Option, ...]:
    return tuple(Option(v) for v in values)


EVENTS = ("AGREE", "AID", "ASSAULT", "COERCE", "PROTEST", "RETREAT")
COUNTRIES = (Option("FRA", "France"), Option("MYS", "Malaysia"), Option("SYR", "Syria"))

CLAIM = Label(
    name="Claim",
    key="c",
    color="#7f0132",
    mark="line",
    fields=(
        ChoiceField(
            name="attribution",
            computed="attribution",
            options=options("explicit", "unnamed", "inherited", "author"),
        ),
        ChoiceField(
            name="certainty",
            default="certain",
            guideline="How sure the source is.",
            source="FactBank",
            options=(Option("certain", guideline="No doubt."), *options("probable", "possible")),
        ),
        ChoiceField(name="event", options=options(*EVENTS), remember=True),
        ChoiceField(
            name="mode",
            depends_on="event",
            options_by={"ASSAULT": options("aerial", "beat"), "PROTEST": options("riot", "strike")},
            visible_when={"event": ("ASSAULT", "PROTEST", "AID")},
        ),
        BoolField(name="doubtful"),
        StringField(name="code", label="Code", pattern="[A-Z]{2,4}", max_length=4),
        TextField(name="note"),
        ChoicesField(name="context", options=options("military", "economic", "legal")),
        CodeField(name="country", codelist="few", options=COUNTRIES, extra=options("UNO")),
        StringsField(name="tags", pattern=r"\w+"),
        DateField(name="day"),
        ChoiceField(
            name="verdict", role="supervisor", default="open", options=options("open", "refuted")
        ),
        IntegerField(name="rank", advanced=True, min=1, max=5),
        ChoiceField(name="kind", advanced=True, required=True, options=options("one", "two")),
    ),
)

CODEBOOK = Codebook(
    name="kinds",
    entity_types=(
        EntityType(
            name="actor",
            fields=(
                StringField(name="name", required=True),
                ChoiceField(name="actor_type", options=options(*"PER GRP GOV COM NGO OTH".split())),
                CodeField(name="country", codelist="few", options=COUNTRIES),
                StringsField(name="aliases", advanced=True),
            ),
        ),
    ),
    labels=(
        Label(
            name="Actor",
            key="a",
            color="#ad5216",
            entity_type="actor",
            fields=(
                EntityField(name="entity", label="Actor", required=True),
                ChoiceField(name="level", computed="level", options=options("NAM", "NOM", "PRO")),
            ),
        ),
        Label(
            name="Date",
            key="d",
            color="#1f34a0",
            fields=(
                ChoiceField(
                    name="type",
                    default="DATE",
                    required=True,
                    options=options("DATE", "TIME", "DURATION", "SET"),
                ),
                TimexField(name="value", required=True),
                SpanField(name="anchor", targets=("Date", "t0")),
                DateField(name="earliest", readonly=True, computed="timex_earliest"),
            ),
        ),
        Label(name="Cue", key="u", color="#65748e"),
        Label(
            name="Quantity",
            key="q",
            color="#803ae9",
            fields=(
                NumberField(name="value", min=0),
                ChoiceField(
                    name="approximator", options=options("exact", "approx", "more_than", "between")
                ),
                ChoiceField(name="kind", options=options("killed", "injured", "other")),
                NumberField(name="low"),
                NumberField(name="high"),
            ),
        ),
        CLAIM,
    ),
    link_types=(
        LinkType(
            name="source",
            key="s",
            from_labels=("Claim",),
            to_labels=("Actor",),
            guideline="Who says so.",
        ),
        LinkType(name="cue", key="u", from_labels=("Claim",), to_labels=("Cue",), max=1),
        LinkType(name="figure", from_labels=("Claim",), to_labels=("Quantity",)),
        LinkType(
            name="conflicts_with",
            key="x",
            from_labels=("Claim",),
            to_labels=("Claim",),
            symmetric=True,
            fields=(
                ChoiceField(name="aspect", options=options("event", "figure", "place")),
                StringField(name="remark"),
            ),
        ),
    ),
    common_fields=(BoolField(name="uncertain"),),
)

TEXT = (
    "ISIS fighters retook Palmyra last Sunday. The Observatory said that about 120 troops died.\n"
    "The ministry denied that the city had fallen. Later it was silent."
)


def span(key: str, label: str, words: str, **fields: Value) -> Annotation:
    start = TEXT.index(words)
    return Annotation(id=key, label=label, fragments=((start, start + len(words)),), fields=fields)


def sample() -> Document:
    annotations = (
        span("isis", "Actor", "ISIS", entity="e-isis"),
        span("observatory", "Actor", "The Observatory"),
        span("ministry", "Actor", "The ministry"),
        span("sunday", "Date", "last Sunday", type="DATE"),
        span("later", "Date", "Later", type="DATE", value="2016-12"),
        span("said", "Cue", "said"),
        span("denied", "Cue", "denied"),
        span("figure", "Quantity", "about 120", value=120, approximator="approx", kind="killed"),
        span("died", "Claim", "that about 120 troops died", certainty="certain", kind="one"),
        span("fallen", "Claim", "that the city had fallen", certainty="certain", kind="two"),
    )
    entities = (
        Entity(
            id="e-isis",
            type="actor",
            fields={"name": "Islamic State", "aliases": ("ISIS", "Daesh"), "actor_type": "GRP"},
        ),
        Entity(id="e-sohr", type="actor", fields={"name": "Syrian Observatory", "country": "SYR"}),
        Entity(id="e-min", type="actor", fields={"name": "The ministry"}),
        Entity(id="e-place", type="other", fields={"name": "The Observatory"}),
    )
    return Document(
        article=Article(id="article", title="Palmyra falls", date="2016-12-15"),
        text=Text(TEXT),
        status=Status(id="document", owner_id="me"),
        annotations={a.id: a for a in annotations},
        links={"k1": Link(id="k1", type="source", from_id="died", to_id="observatory")},
        entities={e.id: e for e in entities},
    )


class Desk:
    """The form in a window, and what a test does with it."""

    def __init__(self, qtbot: QtBot, codebook: Codebook = CODEBOOK) -> None:
        self.saved: list[Unsaved] = []
        self.told: list[str] = []
        self.session = Session(codebook, self.saved.append)
        self.session.told.connect(self.told.append)
        self.faults = Faults(self.session)
        self.window = QMainWindow()
        self.window.menuBar().addMenu("&File")
        self.window.menuBar().addMenu("&Edit")
        self.form = Form(self.session, self.faults, themes.LIGHT, self.window)
        self.window.setCentralWidget(self.form)
        self.window.resize(370, 830)
        qtbot.addWidget(self.window)
        with qtbot.waitExposed(self.window):
            self.window.show()
        self.window.activateWindow()
        self.qtbot = qtbot
        document = sample()
        self.session.add_entities(document.entities)
        self.session.open(document)
        qtbot.waitUntil(lambda: self.faults.done)

    @property
    def document(self) -> Document:
        assert self.session.document is not None
        return self.session.document

    @property
    def page(self) -> Page:
        page = self.form._page
        assert isinstance(page, Page)
        return page

    def select(self, key: str) -> None:
        self.session.select(key)
        QApplication.processEvents()

    def more_open(self) -> bool:
        return self.page.more is not None and self.page.more.is_open

    def picking(self) -> Pick | None:
        return self.session.picking

    def row(self, name: str) -> FieldRow:
        found = self.page.row(name)
        assert isinstance(found, FieldRow)
        return found

    def link(self, name: str) -> LinkRow:
        found = self.page.row(name)
        assert isinstance(found, LinkRow)
        return found

    def input(self, name: str, kind: type[_Input]) -> _Input:
        """The inner widget of a field that has the keyboard, focused."""
        self.form.focus_field(name)
        proxy = self.row(name).input.focusProxy()
        assert isinstance(proxy, kind), proxy
        self.qtbot.waitUntil(proxy.hasFocus)
        return proxy

    def field(self, name: str) -> FieldInput:
        return self.row(name).input

    def held(self, name: str, key: str = "") -> Value:
        record = self.document.annotations[key] if key else self.session.current
        assert record is not None
        return record.fields.get(name)

    def type(self, widget: QWidget, text: str) -> None:
        """Typed text; what is not ASCII comes as from an input method."""
        for c in text:
            if c.isascii():
                QTest.keyClicks(widget, c)
            else:
                event = QInputMethodEvent()
                event.setCommitString(c)
                QApplication.sendEvent(widget, event)

    def press(self, widget: QWidget, *keys: Key, mod: Mod = Mod.NoModifier) -> None:
        for key in keys:
            QTest.keyClick(widget, key, mod)

    def click(self, widget: QWidget, at: QPoint | None = None) -> None:
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton, Mod.NoModifier, at or QPoint())

    def focused(self) -> QWidget:
        widget = QApplication.focusWidget()
        assert widget is not None
        return widget


def letter_of(desk: Desk, name: str) -> str:
    """The letter that leads to a row."""
    for letter, visit in desk.page.letters.items():
        if isinstance(visit, partial) and desk.row(name) in visit.args:
            return letter
    raise AssertionError(name)


@pytest.fixture
def desk(qtbot: QtBot, qapp: QApplication) -> Iterator[Desk]:
    themes.apply(qapp, themes.LIGHT)
    made = Desk(qtbot)
    yield made
    made.window.close()
    qapp.setStyleSheet("")


def with_annotations(document: Document, *changed: Annotation) -> Document:
    annotations: dict[str, Any] = {**document.annotations, **{a.id: a for a in changed}}
    return replace(document, annotations=annotations)
