"""UIMA's common analysis structure: type systems, feature structures, and Pages made of them.

XMI (OASIS UIMA 1.0, Apache UIMA reference §"XMI CAS serialization") and CAS JSON 0.4 hold the
same; offsets are UTF-16 units. What INCEpTION takes for a layer is told by its TypeSystemAnalysis:
direct subtypes of uima.tcas.Annotation whose features are primitive, string arrays or links with
role and target; relations with Governor and Dependent; chains `…Chain` of `…Link`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from annotator.formats.layers import ANY, NEXT, Feature, Layer, Layers
from annotator.formats.page import Page
from annotator.formats.tokens import Tokens
from annotator.model.corpus import Entry
from annotator.model.text import Text

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
    text, at = entry.text, entry.text.to16
    sofa = Structure(
        1, SOFA,
        {"sofaNum": 1, "sofaID": VIEW, "mimeType": "text", "sofaString": text.value},
    )  # fmt: skip
    found = [sofa]

    def add(type: str, **features: object) -> Structure:
        made = Structure(len(found) + 1, type, features)
        found.append(made)
        return made

    def anchored(type: str, begin: int, end: int) -> Structure:
        return add(type, sofa=Ref(1), begin=at(begin), end=at(end))

    document = anchored(METADATA, 0, len(text))
    article = entry.article
    facts = {
        "language": article.language or "x-unspecified", "documentTitle": article.title,
        "documentId": name, "documentUri": article.url, "isLastSegment": False,
    }  # fmt: skip
    document.features |= {key: value for key, value in facts.items() if value != ""}
    add(ARTICLE, sofa=Ref(1)).features |= page.facts
    _words(text, anchored)
    marks = {mark: anchored(mark.type, mark.begin, mark.end) for mark in page.marks}
    chained = set()
    for mark, made in marks.items():
        layer = layers.by_type[mark.type]
        assert isinstance(layer, Layer)
        made.features |= mark.values
        for slot, entries in mark.slots.items():
            targets = [Ref(marks[target].id) for _, target in entries]
            if slot == NEXT and layer.chain is not None:
                made.features[NEXT] = targets[0]
                chained.add(targets[0])
                continue
            links = [add(layer.slots[slot].type, target=target) for target in targets]
            for link, (role, _) in zip(links, entries, strict=True):
                link.features |= {"role": role} if role else {}
            made.features[slot] = [Ref(link.id) for link in links]
    for mark, made in marks.items():
        layer = layers.by_type[mark.type]
        if isinstance(layer, Layer) and layer.chain is not None and made.id not in chained:
            add(_chain(layer), sofa=Ref(1), first=Ref(made.id))
    for arc in page.arcs:
        ends = marks[arc.source], marks[arc.target]
        made = anchored(arc.type, arc.target.begin, arc.target.end)
        made.features |= {"Governor": Ref(ends[0].id), "Dependent": Ref(ends[1].id)} | arc.values
    return found


def _words(text: Text, anchored: Callable[[str, int, int], Structure]) -> None:
    tokens = Tokens(text.value)
    for row in tokens.rows:
        if row:
            anchored(SENTENCE, row[0][0], row[-1][1])
    for extent in tokens.flat:
        anchored(TOKEN, *extent)


def passed_over(type: str) -> bool:
    """True for types that are the machinery of another program."""
    return type.startswith(_PASSED_OVER)


def texts(found: Mapping[int, Structure]) -> Iterator[Structure]:
    """The sofas that hold a text, the initial view's first."""
    sofas = [s for s in found.values() if s.type == SOFA and s.features.get("sofaString")]
    yield from sorted(sofas, key=lambda s: s.features.get("sofaID") != VIEW)
