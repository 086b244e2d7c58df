"""Which annotations lie where: found in time independent of the document's length."""

from __future__ import annotations

from collections.abc import Iterable

from annotator.model.document import Annotation, place

_SHIFT = 9  # buckets of 512 code points: about one paragraph


class SpanIndex:
    """Annotations by place. Kept up to date by `put` and `drop`; answers in reading order."""

    def __init__(self, annotations: Iterable[Annotation] = ()) -> None:
        self._buckets: dict[int, dict[str, Annotation]] = {}
        self._long: dict[str, Annotation] = {}  # over many buckets: regions
        for annotation in annotations:
            self.put(annotation)

    def _homes(self, annotation: Annotation) -> list[dict[str, Annotation]]:
        first, last = annotation.start >> _SHIFT, annotation.end >> _SHIFT
        if last - first > 16:
            return [self._long]
        return [self._buckets.setdefault(n, {}) for n in range(first, last + 1)]

    def put(self, annotation: Annotation) -> None:
        """Add an annotation; one with this id must not be there."""
        for home in self._homes(annotation):
            home[annotation.id] = annotation

    def drop(self, annotation: Annotation) -> None:
        """Remove an annotation as it was put; nothing happens where it is not there."""
        for home in self._homes(annotation):
            home.pop(annotation.id, None)

    def touching(self, start: int, end: int) -> list[Annotation]:
        """Those whose envelope (first start to last end) meets `start`–`end`, edges included."""
        found = {a.id: a for a in self._long.values() if a.start <= end and a.end >= start}
        for n in range(start >> _SHIFT, (end >> _SHIFT) + 1):
            for a in self._buckets.get(n, {}).values():
                if a.start <= end and a.end >= start:
                    found[a.id] = a
        return sorted(found.values(), key=place)

    def at(self, position: int) -> list[Annotation]:
        """Those with a fragment that covers offset `position`, the shortest first."""
        found = [a for a in self.touching(position, position) if a.covers(position)]
        return sorted(found, key=lambda a: (a.end - a.start, a.id))
