"""Which format: those that people ask for most stand first, the rest by name."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from annotator import formats
from annotator.formats import Format
from annotator.gui.dialogs.export_pick import Offer, PickButton

OFTEN = (
    "annotator-jsonl", "conll2003", "spacy", "prodigy", "hf-parquet", "label-studio",
    "doccano", "brat", "webanno-tsv3", "csv-tables",
)  # fmt: skip
"""Ids of what most people want; one that is not there is passed over."""


def in_order() -> list[Format]:
    """The formats that are written: those of OFTEN, then the others by name."""
    written = {f.id: f for f in formats.FORMATS if f.write is not None}
    often = [written.pop(key) for key in OFTEN if key in written]
    return often + sorted(written.values(), key=lambda f: f.name.casefold())


class FormatButton(PickButton):
    """The chosen format; its list is searched by name, id, file name and what is said about it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__("", parent, several=False, name="Format")
        self._rows = {f.id: f for f in in_order()}
        few = len(self._rows) <= len(OFTEN)
        self.offer(
            [
                Offer(
                    key,
                    f.name,
                    f"{key} {' '.join(f.patterns)} {f.about} {f.extra}",
                    "" if few else "Often used" if key in OFTEN else "Others",
                )
                for key, f in self._rows.items()
            ]
        )

    @property
    def format(self) -> Format:
        """The one that is chosen."""
        return self._rows[self.chosen[0]]
