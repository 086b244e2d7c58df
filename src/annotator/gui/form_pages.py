"""The pages of the form: one for each label, built when it is first needed and kept."""

from __future__ import annotations

import re
from collections.abc import Iterator

from PySide6.QtWidgets import QMenuBar, QVBoxLayout, QWidget

from annotator.gui.field_base import Surroundings
from annotator.gui.field_names import EntityNames
from annotator.gui.form_facts import FactsPage
from annotator.gui.form_header import Ranks
from annotator.gui.form_page import Page
from annotator.gui.form_style import Look
from annotator.model.codebook import Label, Role
from annotator.session.faults import Faults
from annotator.session.session import Session


class Pages:
    """Pages stacked in `body`, all hidden but the one that is shown."""

    def __init__(self, session: Session, faults: Faults, look: Look, body: QWidget) -> None:
        self._session, self._faults, self._look, self._body = session, faults, look, body
        self._names = EntityNames()
        self.ranks = Ranks()
        self.role: Role = "annotator"
        self._stack = QVBoxLayout(body)
        self._stack.setContentsMargins(0, 0, 0, 0)
        self._pages: dict[str, Page] = {}
        self._facts: FactsPage | None = None

    def every(self) -> Iterator[Page | FactsPage]:
        """Those that are built."""
        yield from self._pages.values()
        if self._facts is not None:
            yield self._facts

    def facts(self) -> FactsPage:
        """The page for no annotation."""
        if self._facts is None:
            self._facts = FactsPage(self._around("article", ""), self.role, self._reserved())
            self._put(self._facts)
        return self._facts

    def of(self, label: Label) -> Page:
        """The page of a label."""
        if label.name not in self._pages:
            around = self._around(label.name, label.color)
            page = Page(label, around, self._faults, self.ranks, self.role, self._reserved())
            self._pages[label.name] = page
            self._put(page)
        return self._pages[label.name]

    def forget(self) -> None:
        """Build anew what is asked for from now on."""
        for page in self.every():
            page.hide()
            page.deleteLater()
        self._pages.clear()
        self._facts = None

    def _put(self, page: QWidget) -> None:
        page.hide()
        self._stack.addWidget(page)

    def _around(self, owner: str, color: str) -> Surroundings:
        return Surroundings(self._session, self._look, self._names, owner, color)

    def _reserved(self) -> frozenset[str]:
        """The letters of the window's menus: fields take them last."""
        bar = self._body.window().findChild(QMenuBar)
        titles = [action.text() for action in bar.actions()] if bar is not None else []
        found = (re.search(r"&(\w)", title) for title in titles)
        return frozenset(match[1].casefold() for match in found if match)
