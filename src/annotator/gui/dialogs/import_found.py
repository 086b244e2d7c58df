"""What a file of annotations holds: amounts, labels, whose it is, notes and faults."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from annotator.gui.dialogs.export_rows import Airy
from annotator.session.survey import Survey, Told


class Found(QWidget):
    """Left the labels with their counts, right what the reader has to say."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.amounts = QLabel("", self)
        self.amounts.setAccessibleName("What is in it")
        self.amounts.setWordWrap(True)
        self.whose = QLabel("", self)
        self.whose.setProperty("quiet", True)
        self.whose.setWordWrap(True)
        self.labels = QTreeWidget(self)
        self.labels.setAccessibleName("Labels and their counts")
        self.labels.setHeaderLabels(["Label", "Annotations"])
        self.labels.setRootIsDecorated(False)
        self.labels.setUniformRowHeights(True)
        self.labels.setItemDelegate(Airy(self.labels))
        self.labels.setColumnWidth(0, 150)
        self.labels.headerItem().setTextAlignment(1, _RIGHT)
        self.told = QPlainTextEdit(self)
        self.told.setAccessibleName("Notes and faults")
        self.told.setReadOnly(True)
        self.told.setTabChangesFocus(True)
        both = QHBoxLayout()
        both.setSpacing(14)
        both.addWidget(self.labels, 2)
        both.addWidget(self.told, 3)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.amounts)
        column.addWidget(self.whose)
        column.addLayout(both, 1)
        self.clear()

    def clear(self) -> None:
        """Nothing is known yet."""
        self.amounts.setText("")
        self.whose.setText("")
        self.labels.clear()
        self.told.setPlainText("")
        self.told.setPlaceholderText("")

    def show_survey(self, found: Survey) -> None:
        """What was found."""
        self.amounts.setText(amounts(found))
        names = [person.name or person.login for person in found.people]
        shown = ", ".join(names[:8]) + (f" and {len(names) - 8} more" if len(names) > 8 else "")
        self.whose.setText(f"Work of {shown}." if names else "It says nobody's name.")
        self.labels.clear()
        for label, count in found.labels.most_common():
            item = QTreeWidgetItem([label, f"{count:,}"])
            item.setTextAlignment(1, _RIGHT)
            self.labels.addTopLevelItem(item)
        self.told.setPlainText("\n".join([*_part("Faults", found), *_part("Notes", found)]))
        self.told.setPlaceholderText("No faults, no notes.")


_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


def many(count: int, noun: str) -> str:
    """1 article, 2 articles, 3 entities."""
    if count == 1:
        return f"1 {noun}"
    return f"{count:,} {noun[:-1]}ies" if noun.endswith("y") else f"{count:,} {noun}s"


def amounts(found: Survey) -> str:
    """The line over all."""
    parts = [many(found.articles, "article"), many(found.annotations, "annotation")]
    parts += [many(found.links, "link"), many(found.entities, "entity")]
    return " · ".join(parts)


def _part(title: str, found: Survey) -> list[str]:
    told: Told = found.faults if title == "Faults" else found.notes
    lines = [found.fatal] if title == "Faults" and found.fatal else []
    lines += [
        f"{text} ({times} ×)" if times > 1 else text for text, times in told.sentences.items()
    ]
    count = told.count + bool(title == "Faults" and found.fatal)
    if not lines:
        return []
    more = told.count - sum(told.sentences.values())
    rest = [f"… and {more:,} more."] if more > 0 else []
    return [f"{title} ({count:,})", *lines, *rest, ""]
