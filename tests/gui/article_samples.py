"""Small articles, and a mouse that finds characters on the screen."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest

from annotator.gui.article_view import ArticleView
from annotator.model.document import Annotation, Article, Document, Status
from annotator.model.ident import new_id
from annotator.model.segment import Extent
from annotator.model.text import Text
from annotator.session.session import Session

NEWS = (
    "Unknown Gazette\n"
    "\n"
    "Amaq reported that the rebels took Homs on Sunday. The army said nothing.\n"
    "\n"
    "Nobody was hurt, and nobody was surprised."
)


def span(label: str, *fragments: Extent, **fields: str | bool) -> Annotation:
    return Annotation(id=new_id(), label=label, fragments=fragments, fields=fields)


def document_of(text: str, *annotations: Annotation) -> Document:
    return Document(
        article=Article(id=new_id(), title="Test"),
        text=Text(text),
        status=Status(id=new_id(), owner_id=new_id()),
        annotations={a.id: a for a in annotations},
    )


def extents(session: Session, label: str) -> list[tuple[Extent, ...]]:
    """The fragments of all annotations with a label, by place."""
    assert session.document is not None
    return [a.fragments for a in session.document.in_order() if a.label == label]


def words_of(session: Session) -> Mapping[str, list[str]]:
    """Label → quotes, by place."""
    found: dict[str, list[str]] = {}
    assert session.document is not None
    for a in session.document.in_order():
        found.setdefault(a.label, []).append(a.quote(session.document.text))
    return found


def place_of(text: str, words: str) -> Extent:
    """Where some words stand first."""
    start = text.index(words)
    return start, start + len(words)


def point_at(view: ArticleView, position: int) -> QPoint:
    """The middle of a character."""
    return view.rectangles((position, position + 1))[0].center().toPoint()


def edge_at(view: ArticleView, position: int, *, end: bool) -> QPoint:
    """The left or right edge of a character."""
    box = view.rectangles((position, position + 1))[0]
    return QPoint(round(box.right() if end else box.left()), box.center().toPoint().y())


def click(view: ArticleView, position: int) -> None:
    """Press and release on a character."""
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=point_at(view, position))


def double_click(view: ArticleView, at: QPoint) -> None:
    """Twice at a point. QTest would leave the button down."""
    QTest.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=at)
    QTest.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton, pos=at)


def move(view: ArticleView, to: QPoint) -> None:
    """Move the mouse, also where another test left it there."""
    for point in (to + QPoint(1, 0), to):
        QTest.mouseMove(view.viewport(), point)


def drag(view: ArticleView, start: QPoint, *stops: QPoint, drop: bool = True) -> None:
    """Press at a point, move over others, let go at the last."""
    port, left = view.viewport(), Qt.MouseButton.LeftButton
    QTest.mousePress(port, left, pos=start)
    for stop in stops:
        move(view, stop)
    if drop:
        QTest.mouseRelease(port, left, pos=stops[-1])


def color_at(view: ArticleView, x: float, y: float) -> QColor:
    """What is painted at a point of the viewport."""
    return view.viewport().grab().toImage().pixelColor(round(x), round(y))
