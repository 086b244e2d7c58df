"""Feature structures → Page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set

from annotator.formats.layers import ANY
from annotator.formats.page import Arc, Mark, Page
from annotator.formats.uima import (
    ARTICLE,
    ARTICLE_FEATURES,
    DOCUMENT,
    METADATA,
    WORDS,
    Ref,
    Structure,
    TypeSystem,
    passed_over,
    texts,
)
from annotator.model.errors import InputError

_NONE = frozenset(("sofa", "begin", "end"))
_ENDS = ("Governor", "Dependent")


class Reading:
    """Makes the Page of one CAS; `members` are the ids that the view of a sofa lists, by sofa."""

    def __init__(
        self,
        found: Mapping[int, Structure],
        types: TypeSystem,
        members: Mapping[int, Set[int]],
    ) -> None:
        self._found, self._types = found, types
        sofa = next(texts(found), None)
        if sofa is None:
            raise InputError("There is no text in the file.")
        self._sofa = sofa.id
        self._members = members.get(sofa.id)
        self._page = Page(text=str(sofa.features["sofaString"]))
        self._marks: dict[int, Mark] = {}
        self._waiting: list[tuple[Mark, Structure]] = []

    def page(self) -> Page:
        """The page. Raises InputError where a structure points at nothing."""
        for made in self._found.values():
            if self._types.is_a(made.type, DOCUMENT):
                self._document(made)
            elif made.type == ARTICLE:
                self._article(made)
            elif self._types.is_a(made.type, ANY) and self._wanted(made):
                if self._is_arc(made):
                    self._arc(made)
                else:
                    self._mark(made)
        self._fill()
        return self._page

    def _wanted(self, made: Structure) -> bool:
        """True for what is indexed in the view of the text, but for words and machinery."""
        if made.features.get("sofa") != self._sofa or made.type in WORDS:
            return False
        return not passed_over(made.type) and (self._members is None or made.id in self._members)

    def _is_arc(self, made: Structure) -> bool:
        ranges = self._types.ranges(made.type)
        return all(end in ranges and made.features.get(end) for end in _ENDS)

    def _document(self, made: Structure) -> None:
        facts, features = self._page.facts, made.features
        language = str(features.get("language") or "")
        if language and language != "x-unspecified":
            facts.setdefault("language", language)
        if made.type == METADATA:
            for fact, feature in (("title", "documentTitle"), ("url", "documentUri")):
                if features.get(feature):
                    facts.setdefault(fact, str(features[feature]))

    def _article(self, made: Structure) -> None:
        facts = {k: str(v) for k, v in made.features.items() if k in ARTICLE_FEATURES}
        self._page.facts = {"ours": "1"} | facts

    def _at(self, ref: object) -> Structure:
        if not isinstance(ref, int) or ref not in self._found:
            raise InputError("It points at a structure that is not there.", place=str(ref)[:60])
        return self._found[ref]

    def _mark(self, made: Structure) -> Mark:
        """The mark of an annotation, made when it is first met."""
        if made.id not in self._marks:
            begin, end = made.features.get("begin", 0), made.features.get("end", 0)
            if not isinstance(begin, int) or not isinstance(end, int):
                raise InputError("Its begin and end are no whole numbers.", place=str(made.id))
            mark = self._marks[made.id] = Mark(made.type, begin, end)
            self._page.marks.append(mark)
            self._waiting.append((mark, made))
        return self._marks[made.id]

    def _fill(self) -> None:
        """The features of all marks; what they point at is met on the way, and filled too."""
        for mark, made in self._waiting:
            if made.type in WORDS:
                continue
            for name, value in made.features.items():
                if name not in _NONE:
                    self._feature(mark, name, value)

    def _feature(self, mark: Mark, name: str, value: object) -> None:
        elements = self._elements(value)
        refs = [e for e in elements if isinstance(e, Ref)] if isinstance(elements, list) else []
        if not refs and elements not in ([], None):
            mark.values[name] = elements
        for ref in refs:
            target = self._at(ref)
            role = ""
            if target.features.get("target") and not self._types.is_a(target.type, ANY):
                role = str(target.features.get("role") or "")
                target = self._at(target.features["target"])
            if self._types.is_a(target.type, ANY):
                mark.slots.setdefault(name, []).append((role, self._mark(target)))

    def _elements(self, value: object) -> object:
        """A plain value as it is, else what is in an array, in a linked list, or behind a Ref."""
        if isinstance(value, Ref) and value:
            features = self._at(value).features
            if "elements" in features:
                value = features["elements"]
            elif "tail" in features:
                value = [*self._linked(value)]
            else:
                value = [value]
        if isinstance(value, list):
            return [part for part in value if part is not None and not _null(part)]
        return None if _null(value) else value

    def _linked(self, at: object) -> Iterator[object]:
        """The heads of a linked list, to its end or to where it goes in a circle."""
        seen: set[int] = set()
        while isinstance(at, Ref) and at not in seen:
            seen.add(at)
            features = self._at(at).features
            if "tail" not in features:
                break
            yield features.get("head")
            at = features["tail"]

    def _arc(self, made: Structure) -> None:
        source, target = (self._mark(self._at(made.features[end])) for end in _ENDS)
        arc = Arc(made.type, source, target)
        for name, value in made.features.items():
            if name not in _NONE and name not in _ENDS and not isinstance(value, Ref):
                arc.values[name] = value
        self._page.arcs.append(arc)


def _null(value: object) -> bool:
    """True for the id 0, which points at nothing."""
    return isinstance(value, Ref) and value == 0
