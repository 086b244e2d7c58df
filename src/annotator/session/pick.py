"""Choosing the annotation that a link or a span field points at: only valid ones are offered."""

from __future__ import annotations

from dataclasses import dataclass, replace

from annotator.model import reach
from annotator.model.codebook import Codebook, LinkType, SpanField
from annotator.model.document import Annotation, Document
from annotator.model.edit import allowed
from annotator.model.segment import sentence


@dataclass(frozen=True, slots=True)
class Pick:
    """A link (or a span field) of `origin` that waits for its target.

    `targets` are annotation ids by place; `at` is the one offered now.
    """

    origin: str
    kind: LinkType | SpanField
    targets: tuple[str, ...]
    at: int = 0

    @property
    def target(self) -> str | None:
        """The annotation offered now; None where nothing is valid."""
        return self.targets[self.at] if self.targets else None

    def moved(self, by: int) -> Pick:
        """The same with the next (1) or previous (-1) target, around the ends."""
        return replace(self, at=(self.at + by) % len(self.targets)) if self.targets else self


def pick_link(document: Document, codebook: Codebook, origin: Annotation, kind: LinkType) -> Pick:
    """All that `kind` may link `origin` to and does not yet, the likeliest offered first."""
    linked = {origin.id}
    for link in document.links_of(origin.id):
        if link.type == kind.name and (kind.symmetric or link.from_id == origin.id):
            linked |= {link.from_id, link.to_id}
    targets = [
        a
        for a in document.in_order()
        if a.id not in linked
        and allowed(kind, origin.label, a.label)
        and not (kind.transitive and reach.linked(document, kind.name, a.id, origin.id))
    ]
    return _offered(document, origin, kind, targets)


def pick_span(document: Document, codebook: Codebook, origin: Annotation, field: SpanField) -> Pick:
    """All that `field` of `origin` may hold, the likeliest offered first."""
    targets = [
        a
        for a in document.in_order()
        if a.label in field.targets and not reach.pointed(document, codebook, a.id, origin.id)
    ]
    return _offered(document, origin, field, targets)


def _offered(
    document: Document, origin: Annotation, kind: LinkType | SpanField, targets: list[Annotation]
) -> Pick:
    """The nearest before in the sentence, else the nearest in it, else the nearest of all."""
    first, last = sentence(document.text.value, origin.start)

    def unlikely(target: Annotation) -> tuple[bool, bool, int]:
        outside = not first <= target.start < last
        gap = origin.start - target.end if target.start < origin.start else 0
        return outside, target.start >= origin.start, max(gap, target.start - origin.start)

    best = min(range(len(targets)), key=lambda i: unlikely(targets[i]), default=0)
    return Pick(origin.id, kind, tuple(a.id for a in targets), best)
