"""What a span says about itself while the mouse rests on it."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import QPoint, QPointF, QRect, QTimer
from PySide6.QtWidgets import QToolTip

from annotator.gui.article_scene import Scene
from annotator.gui.article_text import ArticleText
from annotator.gui.theme import Theme
from annotator.model.codebook import (
    ChoiceField,
    ChoicesField,
    Codebook,
    EntityField,
    Field,
    SpanField,
    Value,
    visible,
)
from annotator.model.compute import effective
from annotator.model.document import Annotation, Document
from annotator.model.edit import shorten
from annotator.session.session import Session

_MOST = 6
_AFTER_MS = 300


class Hover:
    """Waits until the mouse rests on a span of `view`, then lifts it out and shows its card."""

    def __init__(self, view: ArticleText, session: Session, scene: Scene) -> None:
        self._view, self._session, self._scene = view, session, scene
        self._timer = QTimer(view, singleShot=True, interval=_AFTER_MS)
        self._timer.timeout.connect(self._rested)
        self._point = QPointF()

    def move(self, point: QPointF) -> None:
        """The mouse moved, no button down. Nothing is looked up until it rests."""
        self._point = point
        self._timer.start()

    def end(self) -> None:
        """The mouse left, or does something else."""
        self._timer.stop()
        self._lift(None)

    def _rested(self) -> None:
        document, port = self._session.document, self._view.viewport()
        marks = self._scene.marks_at(self._point)
        if document is None or not marks:
            self._lift(None)
            return
        mention = marks[0].annotation
        self._lift(mention)
        text = card(document, self._session.codebook, mention, self._view.theme)
        at = self._point.toPoint()
        near = QRect(at - QPoint(12, 8), at + QPoint(12, 8))
        QToolTip.showText(port.mapToGlobal(at), text, port, near)

    def _lift(self, annotation: Annotation | None) -> None:
        shown, document = self._scene.shown, self._session.document
        before, shown.hovered = shown.hovered, annotation.id if annotation is not None else None
        if before is None or before == shown.hovered:
            if annotation is not None and before is None:
                self._scene.repaint((annotation,))
            return
        gone = document.annotations.get(before) if document is not None else None
        self._scene.repaint((gone, annotation))
        if annotation is None:
            QToolTip.hideText()


def card(document: Document, codebook: Codebook, annotation: Annotation, theme: Theme) -> str:
    """Label, entity, words and main fields, as rich text."""
    label = codebook.label(annotation.label)
    ink = theme.label_ink(label.color).name() if label is not None else theme.ink
    quote = escape(shorten(annotation.quote(document.text), 90))
    rows = "".join(
        f'<tr><td style="color:{theme.muted};padding-right:10px">{escape(title)}</td>'
        f"<td>{escape(value)}</td></tr>"
        for title, value in _facts(document, codebook, annotation)
    )
    return (
        f'<div style="color:{theme.ink}"><b style="color:{ink}">{escape(annotation.label)}</b>'
        f"&nbsp; {quote}"
        + (f'<table style="margin-top:4px">{rows}</table>' if rows else "")
        + "</div>"
    )


def _facts(document: Document, codebook: Codebook, annotation: Annotation) -> list[tuple[str, str]]:
    """The entity first, then what is said in the fields that are not under "More"."""
    values = effective(document, codebook, annotation)
    found: list[tuple[str, str]] = []
    for field in codebook.fields(annotation.label):
        value = values.get(field.name)
        if value in (None, False, ()) or (field.advanced and not isinstance(field, EntityField)):
            continue
        if visible(field, values):
            found.append((field.title, _said(document, field, value, values)))
    for link in document.links_from(annotation.id):
        target, kind = document.annotations.get(link.to_id), codebook.link_type(link.type)
        if target is not None:
            title = kind.title if kind is not None else link.type
            found.append((title, shorten(target.quote(document.text), 48)))
    entities = [f for f in codebook.fields(annotation.label) if isinstance(f, EntityField)]
    titles = {f.title for f in entities}
    found.sort(key=lambda row: row[0] not in titles)
    return found[:_MOST]


def _said(document: Document, field: Field, value: Value, values: dict[str, Value]) -> str:
    match field:
        case EntityField():
            entity = document.entities.get(str(value))
            return entity.name if entity is not None else "(gone)"
        case SpanField():
            target = document.annotations.get(str(value))
            return shorten(target.quote(document.text), 48) if target else "document date"
        case ChoiceField():
            options = field.options_for(values)
            return next((o.title for o in options if o.value == value), str(value))
        case ChoicesField():
            chosen = value if isinstance(value, tuple) else (str(value),)
            return ", ".join(o.title for o in field.options if o.value in chosen)
        case _:
            return _plain(value)


def _plain(value: Value) -> str:
    if value is True:
        return "yes"
    return ", ".join(value) if isinstance(value, tuple) else shorten(str(value), 60)
