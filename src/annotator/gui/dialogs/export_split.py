"""How an export is split, and what only some formats ask."""

from __future__ import annotations

from typing import cast, get_args

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QStackedWidget,
    QWidget,
)

from annotator.formats import Format
from annotator.formats.export.split import By, Split
from annotator.formats.format import Scheme
from annotator.gui.dialogs.export_pick import Offer, PickButton
from annotator.gui.dialogs.export_rows import Told, line, row, side_by_side
from annotator.model.errors import InputError

KINDS = ("No split", "Shares", "Folds")
_BY: dict[By, str] = {
    "story": "a story (wire copies)", "article": "an article", "date": "a day, the past first",
    "source": "a source",
}  # fmt: skip
SCHEMES: tuple[Scheme, ...] = get_args(Scheme)
_NO_SEED = "A seed is a whole number, such as 7."


class SplitRows(QObject):
    """Rows of the form, and the Split that they ask for."""

    changed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.kind = PickButton("", parent, several=False, name="Split")
        self.kind.offer([Offer(kind, kind) for kind in KINDS])
        self.shares = line(parent, "Shares of train, dev and test", "80/10/10")
        self.shares.setText("80/10/10")
        self.folds = line(parent, "How many folds")
        self.folds.setText("5")
        self.how = QStackedWidget(parent)
        for widget in (QWidget(), self.shares, self.folds):
            self.how.addWidget(widget)
        self.by = PickButton("", parent, several=False, name="Never tear apart")
        self.by.offer([Offer(by, title) for by, title in _BY.items()])
        self.seed = line(parent, "Seed", "a whole number")
        self.seed.setText("0")
        self.seed_told = Told(self.seed)
        self.told = Told(self.shares)
        self._form: QFormLayout | None = None
        self._rest: list[QWidget] = []
        self.kind.picked.connect(self._turn)
        self.by.picked.connect(self.changed)
        for edit in (self.shares, self.folds, self.seed):
            edit.textChanged.connect(self.changed)

    def add_to(self, form: QFormLayout) -> None:
        """The rows."""
        self._form = form
        row(form, "S&plit", side_by_side(self.kind, self.how), self.told, buddy=self.kind)
        seed = QLabel("&Seed")
        seed.setProperty("quiet", True)
        seed.setBuddy(self.seed)
        self.seed.setFixedWidth(84)
        both = side_by_side(self.by, seed, self.seed, stretch=(1, 0, 0))
        self._rest = [row(form, "Never te&ar", both, self.seed_told, buddy=self.by)]
        self._turn()

    def _turn(self) -> None:
        at = KINDS.index(self.kind.chosen[0])
        self.how.setCurrentIndex(at)
        assert self._form is not None
        for box in self._rest:
            self._form.setRowVisible(box, at > 0)
        self.changed.emit()

    @property
    def wanted(self) -> bool:
        """True where there is to be a split."""
        return self.kind.chosen != KINDS[:1]

    def faults(self) -> list[Told]:
        """The fields at fault, told."""
        self.told.field = self.folds if self.kind.chosen == KINDS[2:] else self.shares
        self.seed_told.tell("" if not self.wanted or _number(self.seed) >= 0 else _NO_SEED)
        self.told.tell("")
        try:
            self.split()
        except InputError as fault:
            self.told.tell(str(fault))
        return [told for told in (self.told, self.seed_told) if told.text()]

    def split(self) -> Split | None:
        """What is asked for. Raises InputError."""
        by, seed = cast(By, self.by.chosen[0]), max(0, _number(self.seed))
        if not self.wanted:
            return None
        if self.kind.chosen == KINDS[2:]:
            return Split(folds=_number(self.folds) or -1, by=by, seed=seed)
        try:
            shares = tuple(float(part) for part in self.shares.text().split("/"))
        except ValueError:
            shares = ()
        return Split(shares=shares, by=by, seed=seed)


def _number(field: QLineEdit) -> int:
    """What stands in a line; -1 where it is no whole number."""
    text = field.text().strip()
    return int(text) if text.isascii() and text.isdigit() else -1


class OwnRows(QObject):
    """What only formats of tokens, or of datasets, ask."""

    changed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.scheme = PickButton("", parent, several=False, name="Tag scheme")
        self.scheme.offer([Offer(scheme, scheme) for scheme in SCHEMES])
        self.columns = QCheckBox("One &column per label", parent)
        self.licence = line(parent, "Licence, an SPDX name", "SPDX name, such as CC-BY-4.0")
        self._form: QFormLayout | None = None
        self._tokens: list[QWidget] = []
        self._dataset: list[QWidget] = []
        self.scheme.picked.connect(self.changed)
        self.columns.toggled.connect(self.changed)
        self.licence.textChanged.connect(self.changed)

    def add_to(self, form: QFormLayout) -> None:
        """The rows."""
        self._form = form
        both = side_by_side(self.scheme, self.columns)
        self._tokens = [row(form, "Tag sc&heme", both, buddy=self.scheme)]
        self._dataset = [row(form, "Licence (SPD&X)", self.licence, buddy=self.licence)]

    def suit(self, format: Format) -> None:
        """Show what this format asks."""
        assert self._form is not None
        for box in self._tokens:
            self._form.setRowVisible(box, format.offset_unit == "token")
        for box in self._dataset:
            self._form.setRowVisible(box, format.layout == "dataset")
