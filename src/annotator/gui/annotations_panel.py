"""The list of the open document's annotations, beside the form."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QKeySequence, QPainter, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from annotator.gui.theme import Theme
from annotator.model import edit as edits
from annotator.model.document import Annotation
from annotator.session.lists import RECORD, AnnotationTable
from annotator.session.session import Session


class AnnotationDelegate(QStyledItemDelegate):
    """Label in its ink and bold, words in ink, value quiet, fault in red, hint quiet."""

    def __init__(self, session: Session, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self.theme = session, theme

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """One airy line."""
        return QSize(40, QFontMetrics(option.font).height() + 10)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """One cell."""
        annotation: Annotation | None = index.data(RECORD)
        if annotation is None:
            return
        painter.save()
        box = option.rect
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(box, self.theme.color("current"))
        view = self.parent()
        marked = (
            isinstance(view, QTableView)
            and view.hasFocus()
            and view.currentIndex().row() == index.row()
        )
        painter.setPen(self.theme.color("accent" if marked else "rule"))
        if marked:
            painter.drawLine(box.topLeft(), box.topRight())
        painter.drawLine(box.bottomLeft(), box.bottomRight())
        font = QFont(option.font)
        column = index.column()
        if column in (0, 3):
            font.setBold(True)
        painter.setFont(font)
        label = self._session.codebook.label(annotation.label)
        color = label.color if label is not None else "#888888"
        inks = (self.theme.label_ink(color), self.theme.color("ink"), self.theme.color("muted"),
                self.theme.color("danger"), self.theme.color("muted"))  # fmt: skip
        painter.setPen(inks[column])
        inner = box.adjusted(14 if column == 0 else 4, 0, -4 if column < 3 else 0, 0)
        text = QFontMetrics(font).elidedText(
            str(index.data() or ""), Qt.TextElideMode.ElideRight, inner.width()
        )
        painter.drawText(inner, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
        painter.restore()


class AnnotationsPanel(QWidget):
    """A heading that counts and sorts, a filter, the list; what is chosen here is current."""

    order_wanted = Signal(str)
    """"place" or "label\""""
    left = Signal()
    """Enter was pressed: back to the text"""

    def __init__(
        self, session: Session, model: AnnotationTable, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._session, self._model, self._order = session, model, "place"
        model.setParent(self)
        self._following = False
        self.heading = QToolButton(self)
        self.heading.setObjectName("heading")
        self.heading.setAutoRaise(True)
        self.heading.setStyleSheet(
            "border: none; background: transparent; padding: 4px 0; font-weight: bold;"
        )
        self.heading.setToolTip("Order by place or by label")
        self.filter = QLineEdit(self)
        self.filter.setPlaceholderText("Filter (! faults)")
        self.filter.setAccessibleName("Filter annotations")
        self.filter.setClearButtonEnabled(True)
        self.table = QTableView(self)
        self._delegate = AnnotationDelegate(session, theme, self.table)
        self._dress_table()
        self.empty = QLabel("Nothing is tagged yet.", self)
        self.empty.setProperty("quiet", True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._lay_out()
        self.heading.clicked.connect(self._turn_order)
        self.filter.textChanged.connect(model.filter)
        remove = QShortcut(QKeySequence(QKeySequence.StandardKey.Delete), self.table)
        remove.setContext(Qt.ShortcutContext.WidgetShortcut)
        remove.activated.connect(self.delete_chosen)
        self.table.selectionModel().currentRowChanged.connect(self._select)
        self.table.activated.connect(lambda _: self.left.emit())
        self.table.clicked.connect(self._select)
        session.current_changed.connect(self.show_current)
        for changed in (model.modelReset, model.rowsInserted, model.rowsRemoved):
            changed.connect(self._count)
        self._count()

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setContentsMargins(14, 6, 10, 2)
        top.addWidget(self.heading)
        top.addStretch(1)
        self.filter.setMaximumWidth(150)
        top.addWidget(self.filter)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(top)
        column.addWidget(self.empty, 1)
        column.addWidget(self.table, 1)

    def _dress_table(self) -> None:
        self.table.setModel(self._model)
        self.table.setItemDelegate(self._delegate)
        self.table.setAccessibleName("Annotations")
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.table.setShowGrid(False)
        self.table.setTabKeyNavigation(False)
        self.table.horizontalHeader().hide()
        self.table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        vertical = self.table.verticalHeader()
        vertical.hide()
        vertical.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        vertical.setDefaultSectionSize(self.fontMetrics().height() + 11)
        header = self.table.horizontalHeader()
        header.setMinimumSectionSize(16)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        for column, width in ((0, 88), (2, 112), (3, 18), (4, 20)):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
            self.table.setColumnWidth(column, width)
        self.show_hints(False)

    def show_hints(self, shown: bool) -> None:
        """The column of marks for what a format can't carry, or none."""
        self.table.setColumnHidden(4, not shown)

    def set_theme(self, theme: Theme) -> None:
        """Other colours."""
        self._delegate.theme = theme
        self.table.viewport().update()

    def set_order(self, order: str) -> None:
        """By "place" or by "label"."""
        self._order = order
        self._model.sort_by_label(order == "label")
        self._count()
        self.show_current()

    def focus_filter(self) -> None:
        """Ready to type."""
        self.filter.setFocus()
        self.filter.selectAll()

    def show_current(self) -> None:
        """Mark the current annotation's row."""
        current = self._session.current
        row = self._model.row_of(current) if current is not None else -1
        chosen = self.table.selectionModel()
        if row >= 0 and chosen.currentIndex().row() == row and chosen.isRowSelected(row):
            return  # with others, perhaps
        self._following = True
        if row >= 0:
            self.table.selectRow(row)
            self.table.scrollTo(self._model.index(row, 0))
        else:
            self.table.clearSelection()
            self.table.setCurrentIndex(QModelIndex())
        self._following = False

    def delete_chosen(self) -> None:
        """Delete all chosen rows as one step."""
        rows = self.table.selectionModel().selectedRows()
        gone = [a for i in rows if (a := self._model.annotation(i.row())) is not None]
        if gone:
            session = self._session
            session.make(lambda d: edits.delete(d, session.codebook, gone))

    def _select(self, index: QModelIndex) -> None:
        annotation: Annotation | None = index.data(RECORD)
        if annotation is not None and not (self._following or self._model.moving):
            self._session.select(annotation.id)

    def _turn_order(self) -> None:
        self.order_wanted.emit("place" if self._order == "label" else "label")

    def _count(self) -> None:
        count = self._model.rowCount()
        what = "annotation" if count == 1 else "annotations"
        self.heading.setText(f"{count} {what} · by {self._order} ▾")
        self.heading.setAccessibleName(self.heading.text())
        document = self._session.document
        self.empty.setVisible(not count)
        self.table.setVisible(bool(count))
        filtered = bool(self.filter.text()) and document is not None and bool(document.annotations)
        nothing = "No annotation matches the filter." if filtered else "Nothing is tagged yet."
        self.empty.setText(nothing if document is not None else "")
