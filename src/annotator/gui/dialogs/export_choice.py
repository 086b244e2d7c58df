"""What of the project goes out: labels, work, articles, days."""

from __future__ import annotations

from collections.abc import Iterable
from typing import get_args

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QCheckBox, QFormLayout, QLabel, QVBoxLayout, QWidget

from annotator.formats import Format
from annotator.formats.export.choose import Choice
from annotator.formats.format import fault_in_day
from annotator.gui.dialogs.export_pick import Offer, PickButton
from annotator.gui.dialogs.export_rows import Told, line, row, side_by_side
from annotator.model.codebook import Codebook
from annotator.model.corpus import Annotator
from annotator.model.document import State

_DAY = "YYYY-MM-DD"
STATES: tuple[State, ...] = get_args(State)


class ChoiceRows(QObject):
    """Rows of the form, and the Choice that they ask for."""

    changed = Signal()

    def __init__(self, codebook: Codebook, parent: QWidget) -> None:
        super().__init__(parent)
        self.labels = PickButton("&Labels", parent, several=True)
        self.labels.offer([Offer(label.name, label.name) for label in codebook.labels])
        self.fields = PickButton("Fiel&ds", parent, several=True)
        self.fields.offer(_fields(codebook))
        self.states = PickButton("S&tates", parent, several=True)
        self.states.offer([Offer(s, s.replace("_", " ")) for s in STATES])
        self.whose = PickButton("", parent, several=False, name="Whose work")
        self.sources = PickButton("S&ources", parent, several=True)
        self.words = line(parent, "Words in title or text", "in the title or the text")
        self.since = line(parent, "From this day on", _DAY)
        self.until = line(parent, "Until this day", _DAY)
        self.unread = QCheckBox("Articles that &nobody has read", parent)
        self.excluded = QCheckBox("What lies in pa&ge furniture", parent)
        self.computed = QCheckBox("&Values that rules answer", parent)
        self.since_told, self.until_told = Told(self.since), Told(self.until)
        self._unread_asked = False
        self._set_up()

    def _set_up(self) -> None:
        self.excluded.setChecked(True)
        self.unread.setToolTip("A program takes them for articles in which nothing is to be found.")
        self.excluded.setToolTip("Annotations inside regions that are marked as excluded.")
        self.computed.setToolTip("Where nobody has answered a field and a rule can.")
        for pick in (self.labels, self.fields, self.states, self.whose, self.sources):
            pick.picked.connect(self.changed)
        for edit in (self.words, self.since, self.until):
            edit.textChanged.connect(self.changed)
        for check in (self.unread, self.excluded, self.computed):
            check.toggled.connect(self.changed)
        self.unread.clicked.connect(self._asked)
        self.show_people([])

    def _asked(self) -> None:
        self._unread_asked = True

    def add_to(self, form: QFormLayout) -> None:
        """The rows."""
        row(form, "Annotations", side_by_side(self.labels, self.fields))
        row(form, "Wor&k", side_by_side(self.whose, self.states), buddy=self.whose)
        row(form, "Articles", self.sources)
        row(form, "&Words", self.words, buddy=self.words)
        until = QLabel("&until")
        until.setProperty("quiet", True)
        until.setBuddy(self.until)
        days = side_by_side(self.since, until, self.until, stretch=(1, 0, 1))
        row(form, "F&rom", days, self.since_told, self.until_told, buddy=self.since)
        ticks = QWidget()
        column = QVBoxLayout(ticks)
        column.setContentsMargins(0, 4, 0, 4)
        column.setSpacing(7)
        for check in (self.unread, self.excluded, self.computed):
            column.addWidget(check)
        row(form, "Also", ticks)

    def show_people(self, people: Iterable[Annotator]) -> None:
        """Whose work there is to choose; who is chosen stays so."""
        named = [(p.login, f"{p.name} ({p.login})" if p.name else p.login) for p in people]
        self.whose.offer([Offer("", "Everybody's"), *(Offer(*each) for each in named)])

    def show_sources(self, sources: Iterable[str]) -> None:
        """Where the articles are from."""
        self.sources.offer([Offer(name, name) for name in sorted(set(sources)) if name])
        self.sources.setEnabled(bool(self.sources.offers))

    def suit(self, format: Format) -> None:
        """Unread articles go out where their state does, as the command does it; unless asked."""
        if not self._unread_asked:
            self.unread.setChecked("states" in format.carries)

    def faults(self) -> list[Told]:
        """The fields at fault, told."""
        days = [(self.since, self.since_told), (self.until, self.until_told)]
        bad = [told for edit, told in days if told.tell(_fault(edit.text().strip()))]
        since, until = self.since.text().strip(), self.until.text().strip()
        if not bad and since and until and since > until:
            self.until_told.tell("This day is before the first one.")
            bad.append(self.until_told)
        return bad

    def choice(self) -> Choice:
        """What is asked for, where nothing is at fault."""
        return Choice(
            labels=self.labels.chosen,
            fields=self.fields.chosen,
            states=tuple(s for s in STATES if s in self.states.chosen),
            annotator=self.whose.chosen[0],
            sources=self.sources.chosen,
            since=self.since.text().strip(),
            until=self.until.text().strip(),
            text=self.words.text().strip(),
            unread=self.unread.isChecked(),
            excluded=self.excluded.isChecked(),
            computed=self.computed.isChecked(),
        )


def _fault(day: str) -> str:
    return (fault_in_day(day) or "") if day else ""


def _fields(codebook: Codebook) -> list[Offer]:
    return [
        Offer(f"{label.name}.{field.name}", f"{label.name} · {field.title}", field.name)
        for label in codebook.labels
        for field in codebook.fields(label.name)
    ]
