"""UIMA's common analysis structure: type systems, feature structures, and Pages made of them.

XMI (OASIS UIMA 1.0, Apache UIMA reference §"XMI CAS serialization") and CAS JSON 0.4 hold the
same; offsets are UTF-16 units. What INCEpTION takes for a layer is told by its TypeSystemAnalysis:
direct subtypes of uima.tcas.Annotation whose features are primitive, string arrays or links with
role and target; relations with Governor and Dependent; chains `…Chain` of `…Link`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from annotator.formats.layers import ANY, NEXT, Feature, Layer, Layers
from annotator.formats.page import Mark, Page
from annotator.formats.tokens import Tokens
from annotator.model.corpus import Entry

TOP, BASE, SOFA = "uima.cas.TOP", "uima.cas.AnnotationBase", "uima.cas.Sofa"
DOCUMENT = "uima.tcas.DocumentAnnotation"
ARRAY, STRINGS = "uima.cas.FSArray", "uima.cas.StringArray"
METADATA = "de.tudarmstadt.ukp.dkpro.core.api.metadata.type.DocumentMetaData"
SENTENCE = "de.tudarmstadt.ukp.dkpro.core.api.segmentation.type.Sentence"
TOKEN = "de.tudarmstadt.ukp.dkpro.core.api.segmentation.type.Token"
ARTICLE = "annotator.Article"
ARTICLE_FEATURES = (
    "annotator", "controls", "date", "date_source", "language", "metadata", "source", "state",
    "title", "url",
)  # fmt: skip
VIEW = "_InitialView"


class Ref(int):
    """The id of a feature structure that is pointed at."""


@dataclass(slots=True)
class Structure:
    """A feature structure; a value is a plain one, a Ref, or a list of either."""

    id: int
    type: str
    features: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Range:
    """What a feature holds: a type; of an array or list also what is in it."""

    type: str
    element: str = ""
    shared: bool = False
    """An array or list that is a structure of its own (multipleReferencesAllowed)."""


@dataclass(frozen=True, slots=True)
class Type:
    """A type with its own features."""

    name: str
    parent: str
    features: Mapping[str, Range] = field(default_factory=dict)
    description: str = ""


def _plain(kind: str, *names: str) -> dict[str, Range]:
    return {name: Range(f"uima.cas.{kind}") for name in names}


BUILT_IN = (
    Type(BASE, TOP, {"sofa": Range(SOFA)}),
    Type(ANY, BASE, _plain("Integer", "begin", "end")),
    Type(DOCUMENT, ANY, _plain("String", "language")),
    Type(
        SOFA, TOP,
        _plain("Integer", "sofaNum")
        | _plain("String", "sofaID", "mimeType", "sofaString", "sofaURI"),
    ),
    Type(ARRAY, TOP, {"elements": Range(ARRAY)}),
    Type(
        "uima.cas.NonEmptyFSList", TOP,
        {"head": Range(TOP), "tail": Range("uima.cas.FSList", shared=True)},
    ),
    Type("uima.cas.EmptyFSList", TOP),
    *(
        Type(f"uima.cas.{kind}Array", TOP, {"elements": Range(f"uima.cas.{kind}Array")})
        for kind in ("String", "Integer", "Float", "Boolean", "Byte", "Short", "Long", "Double")
    ),
)  # fmt: skip
_WRITTEN = (
    Type(
        METADATA, DOCUMENT,
        _plain(
            "String", "documentTitle", "documentId", "documentUri", "collectionId",
            "documentBaseUri",
        )
        | _plain("Boolean", "isLastSegment"),
    ),
    Type(SENTENCE, ANY, _plain("String", "id")),
    Type(TOKEN, ANY),
    Type(ARTICLE, BASE, _plain("String", *ARTICLE_FEATURES), "What Annotator knows of it."),
)  # fmt: skip
WORDS = frozenset((SENTENCE, TOKEN, METADATA, DOCUMENT))
_PASSED_OVER = ("de.tudarmstadt.ukp.clarin.webanno.api.type.", "org.dkpro.core.api.xml.type.")


class TypeSystem:
    """Types by name; what they inherit is looked up once."""

    def __init__(self, types: Mapping[str, Type]) -> None:
        self.types = {made.name: made for made in BUILT_IN} | dict(types)
        self._lines: dict[str, tuple[str, ...]] = {}
        self._ranges: dict[str, dict[str, Range]] = {}

    def __contains__(self, name: str) -> bool:
        return name in self.types

    def line(self, name: str) -> tuple[str, ...]:
        """The type and its ancestors; one that goes in a circle ends."""
        if name not in self._lines:
            found: dict[str, None] = {}
            at: str = name
            while at in self.types and at not in found:
                found[at] = None
                at = self.types[at].parent
            self._lines[name] = (*found, at)
        return self._lines[name]

    def is_a(self, name: str, ancestor: str) -> bool:
        """True where a type is another, or inherits from it."""
        return ancestor in self.line(name)

    def ranges(self, name: str) -> dict[str, Range]:
        """All features of a type."""
        if name not in self._ranges:
            made: dict[str, Range] = {}
            for ancestor in reversed(self.line(name)):
                if ancestor in self.types:
                    made |= self.types[ancestor].features
            self._ranges[name] = made
        return self._ranges[name]


def types_of(layers: Layers) -> list[Type]:
    """The type system of a codebook's layers, with DKPro's words and the article's facts."""
    found = list(_WRITTEN)
    for layer in layers.spans.values():
        slots = layer.slots.values()
        features = _features(layer.features) | {
            slot.name: Range(ARRAY, slot.type) for slot in slots
        }
        if layer.chain is not None:
            features |= _plain("String", "referenceType", "referenceRelation")
            features[NEXT] = Range(layer.type)
            found.append(Type(_chain(layer), BASE, {"first": Range(layer.type)}))
        found.append(Type(layer.type, ANY, features, layer.label.guideline))
        found += [
            Type(slot.type, TOP, _plain("String", "role") | {"target": Range(slot.target)})
            for slot in slots
        ]
    for relation in layers.relations.values():
        ends = {"Dependent": Range(relation.base), "Governor": Range(relation.base)}
        features = ends | _features(relation.features)
        found.append(Type(relation.type, ANY, features, relation.link.guideline))
    return found


def _features(features: Mapping[str, Feature]) -> dict[str, Range]:
    return {name: Range(f"uima.cas.{made.range}") for name, made in features.items()}


def _chain(layer: Layer) -> str:
    return layer.type.removesuffix("Link") + "Chain"


def structures(page: Page, entry: Entry, layers: Layers, name: str) -> list[Structure]:
    """The feature structures of a page, the sofa first, offsets in UTF-16 units."""
    return _Structures(page, entry, layers, name).found


class _Structures:
    """Gathers them; ids count from 1."""

    def __init__(self, page: Page, entry: Entry, layers: Layers, name: str) -> None:
        self._layers, self._at = layers, entry.text.to16
        text = {"sofaNum": 1, "sofaID": VIEW, "mimeType": "text", "sofaString": entry.text.value}
        self.found = [Structure(1, SOFA, text)]
        self._document(page, entry, name)
        self._words(entry.text.value)
        marks = {mark: self._anchored(mark.type, mark.begin, mark.end) for mark in page.marks}
        heads: dict[int, Layer] = {}
        for mark, made in marks.items():
            layer = layers.by_type[mark.type]
            assert isinstance(layer, Layer)
            made.features |= mark.values
            if layer.chain is not None:
                heads[made.id] = layer
            if mark.slots:
                self._slots(mark, made, layer, marks)
        for mark in page.marks:
            for _, target in mark.slots.get(NEXT, ()):
                heads.pop(marks[target].id, None)
        for head, layer in heads.items():
            self._add(_chain(layer), sofa=Ref(1), first=Ref(head))
        for arc in page.arcs:
            ends = {"Governor": Ref(marks[arc.source].id), "Dependent": Ref(marks[arc.target].id)}
            made = self._anchored(arc.type, arc.target.begin, arc.target.end)
            made.features |= ends | arc.values

    def _add(self, type: str, **features: object) -> Structure:
        made = Structure(len(self.found) + 1, type, features)
        self.found.append(made)
        return made

    def _anchored(self, type: str, begin: int, end: int) -> Structure:
        return self._add(type, sofa=Ref(1), begin=self._at(begin), end=self._at(end))

    def _document(self, page: Page, entry: Entry, name: str) -> None:
        article = entry.article
        facts = {
            "language": article.language or "x-unspecified", "documentTitle": article.title,
            "documentId": name, "documentUri": article.url, "isLastSegment": False,
        }  # fmt: skip
        document = self._anchored(METADATA, 0, len(entry.text))
        document.features |= {key: value for key, value in facts.items() if value != ""}
        self._add(ARTICLE, sofa=Ref(1)).features |= page.facts

    def _words(self, text: str) -> None:
        tokens = Tokens(text)
        for row in tokens.rows:
            self._anchored(SENTENCE, row[0][0], row[-1][1])
        for extent in tokens.flat:
            self._anchored(TOKEN, *extent)

    def _slots(
        self, mark: Mark, made: Structure, layer: Layer, marks: Mapping[Mark, Structure]
    ) -> None:
        for name, entries in mark.slots.items():
            slot = layer.slots.get(name)
            if slot is None:  # the next of a chain
                made.features[name] = Ref(marks[entries[0][1]].id)
                continue
            links = []
            for role, target in entries:
                link = self._add(slot.type, target=Ref(marks[target].id))
                link.features |= {"role": role} if role else {}
                links.append(Ref(link.id))
            made.features[name] = links


def passed_over(type: str) -> bool:
    """True for types that are the machinery of another program."""
    return type.startswith(_PASSED_OVER)


def texts(found: Mapping[int, Structure]) -> Iterator[Structure]:
    """The sofas that hold a text, the initial view's first."""
    sofas = [s for s in found.values() if s.type == SOFA and s.features.get("sofaString")]
    yield from sorted(sofas, key=lambda s: s.features.get("sofaID") != VIEW)
