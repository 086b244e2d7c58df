"""The chosen article beside the table: its facts, what was cut from it, and its text."""

from __future__ import annotations

import re

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from annotator.formats import Preview
from annotator.formats.format import fault_in_day
from annotator.gui.dialogs.export_rows import Told, line, side_by_side
from annotator.gui.dialogs.import_text import MOST, PreviewText
from annotator.gui.theme import Theme
from annotator.model.corpus import Entry

ENCODINGS = {
    "": "Found out",
    "utf-8": "Unicode (utf-8)",
    "utf-16": "Unicode (utf-16)",
    "cp1252": "Western European (cp1252)",
    "iso8859-15": "Western European (iso8859-15)",
    "cp1250": "Central European (cp1250)",
    "iso8859-2": "Central European (iso8859-2)",
    "cp1251": "Cyrillic (cp1251)",
    "koi8-r": "Cyrillic (koi8-r)",
    "cp1253": "Greek (cp1253)",
    "cp1254": "Turkish (cp1254)",
    "cp1257": "Baltic (cp1257)",
    "cp1255": "Hebrew (cp1255)",
    "cp1256": "Arabic (cp1256)",
    "iso8859-6": "Arabic (iso8859-6)",
    "gb18030": "Chinese (gb18030)",
    "big5": "Chinese (big5)",
    "shift_jis": "Japanese (shift_jis)",
    "euc_jp": "Japanese (euc_jp)",
    "euc_kr": "Korean (euc_kr)",
    "mac_roman": "Macintosh (mac_roman)",
}
_GUESS = re.compile(r"Read as ([\w-]+), which is a guess")
_KNOWN = {
    "given": "as given",
    "byline": "from the page",
    "guessed": "a guess",
    "": "",
}
_TITLES = {"title": "&Title", "source": "&Source", "url": "&URL", "language": "&Language"}


def guess(preview: Preview) -> str:
    """The encoding that was guessed for a file; "" for none."""
    found = _GUESS.search(" ".join(preview.notes))
    return found[1] if found else ""


class ArticlePane(QWidget):
    """What is known of one article; facts may be changed."""

    edited = Signal(str, str)
    """name and new value of a fact"""
    encoding_wanted = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.facts: dict[str, QLineEdit] = {}
        self.date = line(self, "Publication date of this article", "YYYY-MM-DD")
        self.known = QLabel("", self)
        self.known.setProperty("quiet", True)
        self.told = Told(self.date)
        self.encoding = QComboBox(self)
        self.encoding.setAccessibleName("Encoding")
        for name, title in ENCODINGS.items():
            self.encoding.addItem(title, name)
        self.text = PreviewText(theme, self)
        self.fate = QLabel("", self)
        self.fate.setAccessibleName("What comes of it")
        self.fate.setWordWrap(True)
        self.fate.setProperty("quiet", True)
        self.cut_note = QLabel("", self)
        self.cut_note.setProperty("quiet", True)
        self.cut_note.setWordWrap(True)
        self.cut_button = QPushButton("Sho&w", self)
        self.cut_button.setAccessibleName("Show what was left out")
        self.cut_button.setCheckable(True)
        self.cut_button.setAutoDefault(False)
        self.cut = QPlainTextEdit(self)
        self.cut.setReadOnly(True)
        self.cut.setTabChangesFocus(True)
        self.cut.setAccessibleName("What was left out")
        self.cut.setMaximumHeight(150)
        self._lay_out()
        self.cut_button.toggled.connect(self._show_cut)
        self.date.textEdited.connect(self._date_edited)
        self.encoding.activated.connect(
            lambda _: self.encoding_wanted.emit(self.encoding.currentData())
        )
        self.show_article(None, None, "")

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setHorizontalSpacing(12)
        form.setVerticalSpacing(6)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for name, title in _TITLES.items():
            field = line(self, title.replace("&", ""))
            field.textEdited.connect(lambda value, n=name: self._fact_edited(n, value))
            self.facts[name] = field
            if name != "language":
                form.addRow(_named(title, field), field)
        self.date.setFixedWidth(112)
        self.facts["language"].setFixedWidth(64)
        dated = side_by_side(
            self.date, self.known, _named(_TITLES["language"], self.facts["language"]),
            self.facts["language"], stretch=(0, 1, 0, 0),
        )  # fmt: skip
        form.addRow(_named("&Date", self.date), dated)
        form.addRow("", self.told)
        form.addRow(_named("E&ncoding", self.encoding), self.encoding)
        row = QHBoxLayout()
        row.addWidget(self.cut_note, 1)
        row.addWidget(self.cut_button, 0, Qt.AlignmentFlag.AlignTop)
        self.fields = QWidget(self)
        self.fields.setLayout(form)
        form.setContentsMargins(0, 0, 0, 0)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.fields)
        column.addWidget(self.fate)
        column.addLayout(row)
        column.addWidget(self.cut)
        column.addWidget(self.text, 1)

    # -- showing ---------------------------------------------------------------------------

    def show_article(self, entry: Entry | None, preview: Preview | None, encoding: str) -> None:
        """Another article, or the file that could not be read; both None: nothing."""
        self._fill(entry)
        self.fields.setEnabled(preview is not None)
        guessed = guess(preview) if preview is not None else ""
        self.encoding.setItemText(
            0, f"{ENCODINGS['']}: {guessed}, a guess" if guessed else "Found out"
        )
        at = self.encoding.findData(encoding)
        self.encoding.setCurrentIndex(max(at, 0))
        cut = preview.cut if preview is not None else ""
        first = " ".join(cut[:400].split())[:60]
        self.cut_note.setText(
            f"{len(cut):,}".replace(",", " ") + f" characters are left out: ‘{first}…’"
            if cut
            else ""
        )
        self.cut_note.setVisible(bool(cut))
        self.cut_button.setVisible(bool(cut))
        self.cut.setPlainText(cut[:MOST])
        self._show_cut(bool(cut) and self.cut_button.isChecked())
        self.text.show_entry(entry)
        self.text.show_hint(
            "" if entry is not None
            else preview.fault or " ".join(preview.notes) if preview is not None
            else "Choose an article to see its text."
        )  # fmt: skip

    def _fill(self, entry: Entry | None) -> None:
        for name, field in self.facts.items():
            field.setText(str(getattr(entry.article, name)) if entry is not None else "")
            field.setCursorPosition(0)
            field.setEnabled(entry is not None)
        self.date.setEnabled(entry is not None)
        self.date.setText(entry.article.date if entry is not None else "")
        self.told.tell("")
        self.show_known(entry)

    def show_fate(self, sentence: str) -> None:
        """The whole sentence; the table has no room for a long one."""
        self.fate.setText(sentence)
        self.fate.setVisible(bool(sentence))

    def show_known(self, entry: Entry | None) -> None:
        """How the date is known."""
        self.known.setText(_KNOWN[entry.article.date_source] if entry is not None else "")

    def _show_cut(self, on: bool) -> None:
        self.cut.setVisible(on)
        self.cut_button.setText("Hid&e" if on else "Sho&w")
        if on:
            self.cut.verticalScrollBar().setValue(0)

    # -- changing --------------------------------------------------------------------------

    def _fact_edited(self, name: str, value: str) -> None:
        value = " ".join(value.split())
        if value or name != "title":  # an article without a title could not be found again
            self.edited.emit(name, value)

    def _date_edited(self, value: str) -> None:
        value = value.strip()
        fault = fault_in_day(value) if value else None
        self.told.tell(fault or "")
        if fault is None:
            self.edited.emit("date", value)


def _named(title: str, buddy: QWidget) -> QLabel:
    made = QLabel(title)
    made.setProperty("quiet", True)
    made.setBuddy(buddy)
    return made
