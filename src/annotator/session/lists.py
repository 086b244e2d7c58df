"""The lists of the window as Qt models: articles, and the annotations of the open document."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)

from annotator.model.codebook import Codebook
from annotator.model.document import Annotation, Document, State, place
from annotator.model.edit import Change, Edit, shorten
from annotator.session.faults import Faults
from annotator.session.misfits import Misfits
from annotator.session.session import Session

Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
RECORD = Qt.ItemDataRole.UserRole
"""the row's own value: an ArticleItem, or an Annotation"""


@dataclass(frozen=True, slots=True)
class ArticleItem:
    """An article in the list.

    A search adds the snippet, where in it the words are, and the place in the text (code points,
    -1: none).
    """

    id: str
    title: str
    source: str
    date: str
    state: State
    annotations: int
    snippet: str = ""
    marks: tuple[tuple[int, int], ...] = ()
    position: int = -1


class ArticleList(QAbstractListModel):
    """The articles of the project, filtered by title and source, or those a search found."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._all: tuple[ArticleItem, ...] = ()
        self._shown: Sequence[ArticleItem] = ()
        self._filter = ""

    @property
    def all(self) -> tuple[ArticleItem, ...]:
        """Every article, whatever is shown."""
        return self._all

    @property
    def shown(self) -> Sequence[ArticleItem]:
        """The rows."""
        return self._shown

    def show(self, articles: Iterable[ArticleItem]) -> None:
        """Other articles; the filter stays."""
        self._all = tuple(articles)
        self.filter(self._filter)

    def filter(self, words: str) -> None:
        """Show the articles whose title or source has all of `words`."""
        self._filter = words
        wanted = words.casefold().split()
        self._reset(
            [a for a in self._all if all(w in f"{a.title} {a.source}".casefold() for w in wanted)]
            if wanted
            else self._all
        )

    def show_found(self, found: Iterable[ArticleItem]) -> None:
        """Show what a search found, in its order."""
        self._reset(tuple(found))

    def _reset(self, rows: Sequence[ArticleItem]) -> None:
        self.beginResetModel()
        self._shown = rows
        self.endResetModel()

    def put(self, article: ArticleItem) -> None:
        """Another value for an article that is in the list (its snippet stays)."""
        self._all = tuple(article if a.id == article.id else a for a in self._all)
        rows = list(self._shown)
        for row, old in enumerate(rows):
            if old.id == article.id:
                kept = {"snippet": old.snippet, "marks": old.marks, "position": old.position}
                rows[row] = replace(article, **kept)  # type: ignore[arg-type]
                self._shown = rows
                self.dataChanged.emit(self.index(row), self.index(row))

    def row_of(self, article_id: str) -> int:
        """The row of an article; -1 where it is not shown."""
        return next((i for i, a in enumerate(self._shown) if a.id == article_id), -1)

    def rowCount(self, parent: Index = _ROOT) -> int:
        """Rows."""
        return 0 if parent.isValid() else len(self._shown)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The title, or the ArticleItem."""
        if not index.isValid():
            return None
        article = self._shown[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return article.title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            state = article.state.replace("_", " ")
            return f"{article.title}, {state}, {article.annotations} annotations"
        return article if role == RECORD else None


Key = tuple[int, tuple[int, int, str]]


class AnnotationTable(QAbstractTableModel):
    """The annotations of the open document by place or by label.

    Label, words, value, fault, and a hint where a format that is aimed at can't carry it.

    An edit inserts, removes or updates its own rows only.
    """

    COLUMNS = ("Label", "Text", "Value", "", "")

    def __init__(
        self,
        session: Session,
        faults: Faults,
        summary: Callable[[Document, Codebook, Annotation], str],
        parent: QObject | None = None,
        *,
        misfits: Misfits | None = None,
    ) -> None:
        super().__init__(parent)
        self._misfits = misfits
        self._session, self._faults, self._summary = session, faults, summary
        self._keys: list[Key] = []
        self._by_label = False
        self._filter = ""
        self.moving = False
        """rows come and go by an edit: what a view marks meanwhile is nobody's choice"""
        session.opened.connect(self._reset)
        session.changed.connect(self._follow)
        faults.changed.connect(self._mark)
        if misfits is not None:
            misfits.changed.connect(self._hint)
        self._reset()

    def sort_by_label(self, by_label: bool) -> None:
        """Order by label, then place; or by place alone."""
        self._by_label = by_label
        self._reset()

    def filter(self, words: str) -> None:
        """Show what has all of `words` in label, words or value; "!" stands for a fault."""
        self._filter = words
        self._reset()

    def _value(self, document: Document, annotation: Annotation) -> str:
        return self._summary(document, self._session.codebook, annotation)

    def _key(self, annotation: Annotation) -> Key:
        names = [label.name for label in self._session.codebook.labels]
        known = self._by_label and annotation.label in names
        return names.index(annotation.label) if known else 0, place(annotation)

    def _shows(self, annotation: Annotation) -> bool:
        words = self._filter.casefold().split()
        if not words:
            return True
        document = self._session.document
        assert document is not None
        held = f"{annotation.label} {annotation.quote(document.text)} "
        held = (held + self._value(document, annotation)).casefold()
        faulty = bool(self._faults.of(annotation.id))
        return all(faulty if w == "!" else w in held for w in words)

    def _reset(self) -> None:
        self.beginResetModel()
        document = self._session.document
        shown = document.in_order() if document else []
        if self._filter:
            shown = [a for a in shown if self._shows(a)]
        self._keys = [self._key(a) for a in shown]
        if self._by_label:
            self._keys.sort()
        self.endResetModel()

    def _follow(self, edit: Edit) -> None:
        touched = [c for c in edit.changes if isinstance(c.record, Annotation)]
        # what a filter looks at may come from an entity or a link
        if len(touched) > 200 or (self._filter and len(touched) < len(edit.changes)):
            self._reset()
            return
        self.moving = True
        self._move(touched)
        self.moving = False
        # values may come from links and entities: what is on the screen is asked for again
        if self._keys:
            last = self.index(len(self._keys) - 1, len(self.COLUMNS) - 1)
            self.dataChanged.emit(self.index(0, 0), last)

    def _move(self, touched: Iterable[Change]) -> None:
        for change in touched:
            before, after = change.before, change.after
            if isinstance(before, Annotation):
                same = isinstance(after, Annotation) and self._key(before) == self._key(after)
                if same and self._shows(after) and self.row_of(before) >= 0:  # type: ignore[arg-type]
                    continue
                self._remove(self._key(before))
            if isinstance(after, Annotation) and self._shows(after):
                self._insert(self._key(after))

    def _remove(self, key: Key) -> None:
        row = bisect_left(self._keys, key)
        if row < len(self._keys) and self._keys[row] == key:
            self.beginRemoveRows(_ROOT, row, row)
            del self._keys[row]
            self.endRemoveRows()

    def _insert(self, key: Key) -> None:
        row = bisect_left(self._keys, key)
        if row < len(self._keys) and self._keys[row] == key:
            return
        self.beginInsertRows(_ROOT, row, row)
        insort(self._keys, key)
        self.endInsertRows()

    def _mark(self, ids: set[str]) -> None:
        if "!" in self._filter:
            self._filter_again(ids)
        if self._keys:
            fault = len(self.COLUMNS) - 2
            self.dataChanged.emit(self.index(0, fault), self.index(len(self._keys) - 1, fault))

    def _hint(self, _ids: set[str]) -> None:
        if self._keys:
            last = len(self.COLUMNS) - 1
            self.dataChanged.emit(self.index(0, last), self.index(len(self._keys) - 1, last))

    def _filter_again(self, ids: set[str]) -> None:
        """Faults come and go by edits of other annotations, and a while after opening."""
        document = self._session.document
        for annotation in (document.annotations.get(i) for i in ids) if document else ():
            if annotation is None:
                continue
            shown, wanted = self.row_of(annotation) >= 0, self._shows(annotation)
            if wanted and not shown:
                self._insert(self._key(annotation))
            elif shown and not wanted:
                self._remove(self._key(annotation))

    def annotation(self, row: int) -> Annotation | None:
        """The annotation of a row."""
        document = self._session.document
        if document is None or not 0 <= row < len(self._keys):
            return None
        return document.annotations.get(self._keys[row][1][2])

    def row_of(self, annotation: Annotation) -> int:
        """The row of an annotation; -1 where it is not shown."""
        key = self._key(annotation)
        row = bisect_left(self._keys, key)
        return row if row < len(self._keys) and self._keys[row] == key else -1

    def rowCount(self, parent: Index = _ROOT) -> int:
        """Rows."""
        return 0 if parent.isValid() else len(self._keys)

    def columnCount(self, parent: Index = _ROOT) -> int:
        """Columns."""
        return 0 if parent.isValid() else len(self.COLUMNS)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Column names."""
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self.COLUMNS[section]
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Words for the columns; sentences of fault and hint as tool tip; the Annotation."""
        annotation = self.annotation(index.row())
        document = self._session.document
        if annotation is None or document is None:
            return None
        if role == RECORD:
            return annotation
        problems = self._faults.of(annotation.id)
        hint = self._misfits.sentence(annotation.id) if self._misfits is not None else ""
        if role == Qt.ItemDataRole.ToolTipRole:
            told = [*(p.message for p in problems), *filter(None, [hint])]
            return "\n".join(told) or annotation.quote(document.text)[:400]
        if role == Qt.ItemDataRole.AccessibleTextRole and index.column() == 4:
            return hint
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        match index.column():
            case 0:
                return annotation.label
            case 1:
                return shorten(annotation.quote(document.text), 120)
            case 2:
                return self._value(document, annotation)
            case 3:
                return "!" if problems else ""
            case _:
                return "◇" if hint else ""
