"""Where links and span fields lead: what must not lead back to its start."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from annotator.model.codebook import Codebook, SpanField
from annotator.model.document import Document


def linked(document: Document, kind_name: str, start: str, end: str) -> bool:
    """True where links of a type lead from one annotation to another (or it is the same)."""

    def onward(at: str) -> Iterable[str]:
        return (k.to_id for k in document.links_from(at) if k.type == kind_name)

    return _reaches(onward, start, end)


def pointed(document: Document, codebook: Codebook, start: str, end: str) -> bool:
    """True where span fields lead from one annotation to another (or it is the same)."""

    def onward(at: str) -> Iterable[str]:
        mention = document.annotations.get(at)
        if mention is None:
            return ()
        names = (f.name for f in codebook.fields(mention.label) if isinstance(f, SpanField))
        return (str(mention.fields[n]) for n in names if n in mention.fields)

    return _reaches(onward, start, end)


def _reaches(onward: Callable[[str], Iterable[str]], start: str, end: str) -> bool:
    seen, due = {start}, [start]
    while due:
        at = due.pop()
        if at == end:
            return True
        new = set(onward(at)) - seen
        seen |= new
        due += new
    return False
