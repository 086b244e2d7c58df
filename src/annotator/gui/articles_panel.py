"""The list of articles: search, title, source, date, state, number of annotations."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QLabel,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from annotator.gui.theme import Theme
from annotator.session.lists import RECORD, ArticleItem, ArticleList

_STATE_COLORS = {
    "new": "#9aa0a6",
    "in_progress": "#d97706",
    "submitted": "#2563eb",
    "returned": "#db2777",
    "accepted": "#059669",
}
_STATE_SHAPES = {"new": "○", "in_progress": "◐", "submitted": "●", "returned": "↺", "accepted": "✓"}
_MARGIN = 14
_SHAPE = 18  # px from the state's shape to the words


def readable_date(iso: str) -> str:
    """15 Dec 2016 for 2016-12-15; the text itself where it is no date."""
    try:
        day = date.fromisoformat(iso)
    except ValueError:
        return iso
    return f"{day.day} {day:%b %Y}"


class ArticleDelegate(QStyledItemDelegate):
    """Title on at most two lines, facts below it, a snippet where a search found words."""

    def __init__(self, theme: Theme, view: QListView) -> None:
        super().__init__(view)
        self.theme, self._view = theme, view
        self.open_id = ""

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """Two lines of title, one or two of facts, two of snippet where there is one."""
        article: ArticleItem = index.data(RECORD)
        width = self._view.viewport().width() - 2 * _MARGIN
        bold = QFont(option.font)
        bold.setBold(True)
        lines = len(wrapped(article.title or "Untitled", bold, width, 2))
        lines += len(fact_lines(article, option.font, width))
        lines += len(wrapped(article.snippet, option.font, width, 2)) if article.snippet else 0
        return QSize(180, QFontMetrics(option.font).height() * lines + 26)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """One row."""
        article: ArticleItem = index.data(RECORD)
        box: QRect = option.rect
        font: QFont = option.font
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(box, self.theme.color("current"))
        if article.id == self.open_id:
            painter.fillRect(
                QRect(box.left(), box.top(), 3, box.height()), self.theme.color("accent")
            )
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(self.theme.color("accent"))
            painter.drawRect(box.adjusted(0, 0, -1, -1))
        inner = box.adjusted(_MARGIN, 10, -_MARGIN, -8)
        bold = QFont(font)
        bold.setBold(True)
        painter.setPen(self.theme.color("ink"))
        top = inner.top() + draw_lines(painter, article.title or "Untitled", bold, inner, 2)
        top += 3
        top += self._paint_facts(painter, article, font, inner, top)
        if article.snippet:
            top += 4
            painter.setPen(self.theme.color("muted"))
            rest = QRect(inner.left(), top, inner.width(), inner.bottom() - top)
            draw_lines(painter, " ".join(article.snippet.split()), font, rest, 2)
        painter.restore()

    def _paint_facts(
        self, painter: QPainter, article: ArticleItem, font: QFont, inner: QRect, top: int
    ) -> int:
        """Draw state, source, date and count from `top` on; the height used, in px."""
        metrics = QFontMetrics(font)
        baseline = top + metrics.ascent()
        count = str(article.annotations)
        painter.setFont(font)
        painter.setPen(self.theme.label_ink(_STATE_COLORS[article.state]))
        painter.drawText(inner.left(), baseline, _STATE_SHAPES[article.state])
        painter.setPen(self.theme.color("muted"))
        painter.drawText(inner.right() - metrics.horizontalAdvance(count), baseline, count)
        lines = fact_lines(article, font, inner.width())
        for number, line in enumerate(lines):
            painter.drawText(inner.left() + _SHAPE, baseline + number * metrics.height(), line)
        return len(lines) * metrics.height()


def fact_lines(article: ArticleItem, font: QFont, width: int) -> list[str]:
    """State, source and date in a row `width` px wide: a date without room has its own line."""
    metrics = QFontMetrics(font)
    room = width - _SHAPE - metrics.horizontalAdvance(str(article.annotations)) - 10
    day = readable_date(article.date)
    facts = [f for f in (article.state.replace("_", " "), article.source) if f]
    words = " · ".join([*facts, day] if day else facts)
    fits = metrics.horizontalAdvance(words) <= room
    lines = [words] if fits or not day else [" · ".join(facts), day]
    return [metrics.elidedText(line, Qt.TextElideMode.ElideRight, room) for line in lines]


def wrapped(text: str, font: QFont, width: int, most: int) -> list[str]:
    """`text` in at most `most` lines of `width` px, the last elided."""
    metrics = QFontMetrics(font)
    lines: list[str] = []
    line = ""
    words = text.split()
    for number, word in enumerate(words):
        longer = f"{line} {word}".lstrip()
        if line and metrics.horizontalAdvance(longer) > width:
            if len(lines) == most - 1:
                line = " ".join([line, *words[number:]])
                break
            lines.append(line)
            line = word
        else:
            line = longer
    lines.append(line)
    return [metrics.elidedText(w, Qt.TextElideMode.ElideRight, width) for w in lines]


def draw_lines(painter: QPainter, text: str, font: QFont, box: QRect, most: int) -> int:
    """Draw `text` wrapped into `box`, at most `most` lines; the height used, in px."""
    metrics = QFontMetrics(font)
    painter.setFont(font)
    lines = wrapped(text, font, box.width(), most)
    for number, line in enumerate(lines):
        painter.drawText(box.left(), box.top() + number * metrics.height() + metrics.ascent(), line)
    return len(lines) * metrics.height()


class ArticlesPanel(QWidget):
    """Search over a list; an empty state that says what to do."""

    chosen = Signal(str, int)
    """article id, place in the text (code points, -1: none)"""
    search_wanted = Signal(str)
    """words to search for in all texts; "" when the search is over"""

    def __init__(self, model: ArticleList, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model, self._current = model, ""
        self.search = QLineEdit(self)
        self.search.setPlaceholderText("Search all articles…")
        self.search.setAccessibleName("Search all articles")
        self.search.setClearButtonEnabled(True)
        self.note = QLabel(self)
        self.note.setProperty("quiet", True)
        self.note.setWordWrap(True)
        self.note.setContentsMargins(_MARGIN, 0, _MARGIN, 6)
        self.note.hide()
        self.list = QListView(self)
        self.list.setAccessibleName("Articles")
        self.list.setModel(model)
        self._delegate = ArticleDelegate(theme, self.list)
        self.list.setItemDelegate(self._delegate)
        self.list.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.list.setLayoutMode(QListView.LayoutMode.Batched)
        self.list.setResizeMode(QListView.ResizeMode.Adjust)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 10, 0, 0)
        column.setSpacing(8)
        frame = QVBoxLayout()
        frame.setContentsMargins(10, 0, 10, 0)
        frame.addWidget(self.search)
        column.addLayout(frame)
        column.addWidget(self.note)
        column.addWidget(self.list, 1)
        self._pause = QTimer(self, singleShot=True, interval=150)
        self._pause.timeout.connect(self._search)
        self.search.textChanged.connect(self._typed)
        self.search.returnPressed.connect(self._open_first)
        self.list.clicked.connect(self._choose)
        self.list.activated.connect(self._choose)
        self.search.installEventFilter(self)
        model.modelReset.connect(self._tell)
        self._tell()

    def set_theme(self, theme: Theme) -> None:
        """Other colours."""
        self._delegate.theme = theme
        self.list.viewport().update()

    def focus_search(self) -> None:
        """Ready to type."""
        self.search.setFocus()
        self.search.selectAll()

    def show_current(self, article_id: str) -> None:
        """Mark the open article."""
        self._current = self._delegate.open_id = article_id
        row = self._model.row_of(article_id)
        if row >= 0:
            self.list.setCurrentIndex(self._model.index(row))
        else:
            self.list.clearSelection()

    def tell_found(self, words: str, total: int) -> None:
        """How much the search found."""
        more = (
            f" The first {self._model.rowCount()} are shown."
            if total > self._model.rowCount()
            else ""
        )
        what = "article has" if total == 1 else "articles have"
        self._note(f"{total or 'No'} {what} “{words}”.{more}")

    def _typed(self, words: str) -> None:
        self._model.filter(words)
        self._pause.start()

    def _search(self) -> None:
        words = self.search.text().strip()
        self.search_wanted.emit(words)
        if not words:
            self._tell()

    def _open_first(self) -> None:
        if self._model.rowCount():
            self._choose(self._model.index(0))

    def _choose(self, index: QModelIndex) -> None:
        article: ArticleItem | None = index.data(RECORD)
        if article is not None:
            self.chosen.emit(article.id, article.position)

    def _tell(self) -> None:
        self.show_current(self._current)
        if not self._model.all:
            self._note(
                "No articles yet. Add files with Ctrl+O, paste text with Ctrl+Shift+V, or drop"
                " files here."
            )
        elif not self.search.text():
            self._note("")

    def _note(self, text: str) -> None:
        self.note.setText(text)
        self.note.setVisible(bool(text))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Down goes from the search into the list, Esc clears it."""
        if watched is self.search and event.type() == QEvent.Type.KeyPress:
            assert isinstance(event, QKeyEvent)
            if event.key() == Qt.Key.Key_Down:
                self.list.setFocus()
                if not self.list.currentIndex().isValid() and self._model.rowCount():
                    self.list.setCurrentIndex(self._model.index(0))
                return True
            if event.key() == Qt.Key.Key_Escape and self.search.text():
                self.search.clear()
                return True
        return super().eventFilter(watched, event)
