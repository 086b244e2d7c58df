"""What keys do to annotations: each a function of the session and of what is selected."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from annotator.gui.article_drag import Side, moved
from annotator.model import edit
from annotator.model.document import Annotation, Document, place
from annotator.model.segment import Extent, Snap
from annotator.session.session import Session

_WINDOW = 2_000  # code points to look through at a time


@dataclass(frozen=True, slots=True)
class Near:
    """The annotations at the caret, the likeliest first, and what a key would tag there.

    The current one comes first, even a bar in the margin; other bars are left out. Those that
    only touch what would be tagged come last: `beside` counts them.
    """

    found: tuple[Annotation, ...]
    beside: int
    taken: Extent


def near(
    session: Session, in_margin: Callable[[Annotation], bool], caret: int, taken: Extent
) -> Near:
    """What a key at the caret may mean."""
    current = session.current
    first = [current] if current is not None and current.covers(caret) else []
    others = [a for a in session.index.at(caret) if a not in first and not in_margin(a)]
    over = [a for a in others if _meets(a, taken)]
    beside = [a for a in others if a not in over]
    return Near((*first, *over, *beside), len(beside), taken)


def _meets(annotation: Annotation, taken: Extent) -> bool:
    """True where they have text in common, or where either has none."""
    if taken[0] == taken[1] or annotation.start == annotation.end:
        return True
    return any(a < taken[1] and b > taken[0] for a, b in annotation.fragments)


def _close(session: Session, annotation: Annotation, taken: Extent) -> bool:
    """True for a tinted one, or just what would be tagged: one that does not hold other text."""
    label = session.codebook.label(annotation.label)
    return label is None or label.mark == "tint" or annotation.fragments == (taken,)


def meant(session: Session, here: Near) -> Annotation | None:
    """What a label key relabels; None: it tags."""
    over = here.found[: len(here.found) - here.beside]
    return next((a for a in over if _close(session, a, here.taken)), None)


def doomed(session: Session, here: Near) -> Annotation | None:
    """What Del deletes: the current one, else the innermost."""
    if here.found[:1] == (session.current,):
        return session.current
    close = (a for a in here.found if _close(session, a, here.taken))
    return next(close, next(iter(here.found), None))


def retag(session: Session, annotation: Annotation, label: str) -> bool:
    """Another label; the annotation becomes current in any case."""
    if annotation.label == label:
        session.select(annotation.id)
        session.told.emit(f"It is tagged {label} already.")
        return False
    return session.make(
        lambda d: edit.retag(d, session.codebook, annotation, label, session.remembered),
        select=annotation.id,
    )


def delete(session: Session, here: Annotation | None) -> bool:
    """Delete an annotation; None tells that there is none."""
    if here is None:
        if session.document is not None:
            session.told.emit("There is no annotation at the caret.")
        return False
    return session.make(lambda d: edit.delete(d, session.codebook, [here]))


def resize(session: Session, annotation: Annotation, fragments: tuple[Extent, ...]) -> bool:
    """Other fragments; nothing happens where they are the same."""
    if fragments == annotation.fragments:
        return False
    return session.make(lambda d: edit.resize(d, annotation, fragments))


def move(session: Session, side: Side, by: int, unit: Snap) -> bool:
    """One end of the current annotation to the next or previous edge of a unit."""
    current, document = session.current, session.document
    if current is None or document is None:
        session.told.emit("Choose an annotation first.")
        return False
    fragments = moved(document.text.value, current, side, by, unit)
    if fragments is None:
        grows = (by > 0) == (side == "end")
        session.told.emit(f"It can't be {'longer' if grows else 'shorter'} on this side.")
        return False
    return _within(session, current, fragments) and resize(session, current, fragments)


def _within(session: Session, current: Annotation, fragments: tuple[Extent, ...]) -> bool:
    """False, and told, where a label that keeps to one paragraph would leave it."""
    label, document = session.codebook.label(current.label), session.document
    if label is None or label.multi_paragraph or document is None:
        return True
    if any("\n" in document.text[a:b] for a, b in fragments):
        session.told.emit(f"{label.name}: it ends with its paragraph.")
        return False
    return True


def add_fragment(session: Session, taken: Extent) -> bool:
    """Join what is selected to the current annotation."""
    current = session.current
    if current is None:
        session.told.emit("Choose an annotation first, then select what belongs to it.")
        return False
    fragments = edit.joined((*current.fragments, taken)) if taken[0] < taken[1] else (taken,)
    label = session.codebook.label(current.label)
    if label is not None and not label.fragments and len(fragments) > 1:
        session.told.emit(f"{label.name}: it has only one piece. Resize it instead.")
        return False
    return _within(session, current, fragments) and resize(session, current, fragments)


def remove_fragment(session: Session, caret: int) -> bool:
    """Take the fragment at the caret out of the current annotation."""
    current = session.current
    if current is None:
        session.told.emit("Choose an annotation first.")
        return False
    kept = tuple(f for f in current.fragments if not f[0] <= caret <= f[1])
    if not kept:
        session.told.emit("It has no other piece: delete it instead.")
        return False
    if len(kept) == len(current.fragments):
        session.told.emit("Put the caret into the piece that is to go.")
        return False
    return resize(session, current, kept)


def step(session: Session, caret: int, by: int) -> Annotation | None:
    """The next (1) or previous (-1) annotation by place; around the ends, told."""
    document, current = session.document, session.current
    if document is None or not document.annotations:
        session.told.emit("Nothing is tagged yet.")
        return None
    here = (caret, -len(document.text) - 1, "")
    if current is not None and current.covers(caret):
        here = place(current)
    found = _beyond(document, here, by)
    if found is None:
        session.told.emit("Back at the start." if by > 0 else "Back at the end.")
        found = _beyond(document, (-1, 0, "") if by > 0 else (len(document.text) + 1, 0, ""), by)
    return found


def _beyond(document: Document, here: tuple[int, int, str], by: int) -> Annotation | None:
    at, reach, end = here[0], _WINDOW, len(document.text)
    while True:
        low, high = (at, at + reach) if by > 0 else (at - reach, at)
        near = document.starting_in(max(0, low), high)
        for annotation in near if by > 0 else reversed(near):
            key = place(annotation)
            if key > here if by > 0 else key < here:
                return annotation
        if low <= 0 and by < 0 or high >= end and by > 0:
            return None
        reach *= 4


def cycle(session: Session, under: list[Annotation]) -> Annotation | None:
    """The one after the current among those at a place (the shortest first), around the end."""
    ids = [a.id for a in under]
    current = session.current
    if current is None or current.id not in ids:
        return under[0] if under else None
    return under[(ids.index(current.id) + 1) % len(under)]
