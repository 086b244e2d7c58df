"""The left of the export dialog: all that a person asks of an export."""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFormLayout, QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from annotator.formats import Format
from annotator.formats.export.run import Plan
from annotator.formats.format import Scheme
from annotator.gui.dialogs.export_choice import ChoiceRows
from annotator.gui.dialogs.export_format import FormatButton
from annotator.gui.dialogs.export_rows import Told, row, rule
from annotator.gui.dialogs.export_split import OwnRows, SplitRows
from annotator.gui.dialogs.export_target import Target
from annotator.model.codebook import Codebook

_WIDTH = 440


class ExportForm(QScrollArea):
    """Format, target, choice, split; what is wrong stands below its field."""

    changed = Signal()
    """another plan; the target is no part of it"""

    def __init__(
        self, project: str, codebook: Codebook, format: str, folder: str, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFixedWidth(_WIDTH)
        body = QWidget(self)
        self.kind = FormatButton(body)
        self.about = QLabel("", body)
        self.about.setProperty("quiet", True)
        self.about.setWordWrap(True)
        self.target = Target(project, folder, body)
        self.choice = ChoiceRows(codebook, body)
        self.split = SplitRows(body)
        self.own = OwnRows(body)
        self._lay_out(body)
        self.setWidget(body)
        self.kind.choose([format])
        self._suit()
        self.kind.picked.connect(self._suit)
        self.split.changed.connect(self._suit)
        for part in (self.choice, self.own):
            part.changed.connect(self.changed)

    def _lay_out(self, body: QWidget) -> None:
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 14, 0)
        form = QFormLayout()
        column.addLayout(form)
        column.addStretch(1)
        form.setHorizontalSpacing(10)
        form.setVerticalSpacing(8)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        row(form, "For&mat", self.kind, self.about, buddy=self.kind)
        self.own.add_to(form)
        self.target.add_to(form)
        rule(form)
        self.choice.add_to(form)
        rule(form)
        self.split.add_to(form)

    @property
    def format(self) -> Format:
        """The chosen one."""
        return self.kind.format

    def _suit(self) -> None:
        """The rest follows the format and whether there is a split."""
        format = self.format
        self.about.setText(format.about)
        self.about.setVisible(bool(format.about))
        self.target.suit(format, split=self.split.wanted)
        self.choice.suit(format)
        self.own.suit(format)
        self.changed.emit()

    def faults(self) -> list[Told]:
        """The fields at fault but for the target, in order; each says what is wrong with it."""
        return [*self.choice.faults(), *self.split.faults()]

    def plan(self) -> Plan | None:
        """What is asked for; None, and told, where something is wrong."""
        if self.faults():
            return None
        return Plan(
            choice=self.choice.choice(),
            split=self.split.split(),
            scheme=cast(Scheme, self.own.scheme.chosen[0]),
            columns=self.own.columns.isChecked(),
            licence=self.own.licence.text().strip(),
        )
