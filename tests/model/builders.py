"""Hypothesis strategies for the model's values; any layer's tests may import them.

`raw_texts()`       anything that could come from outside: BOMs, NULs, lone surrogates, odd newlines
`texts()`           normalised article texts in many scripts, with emoji, marks and several lines
`extents(text)`     a non-empty half-open extent of a text
`field_values(f)`   values that the field kind `f` takes (never None), references aside
`codebooks()`       codebooks that keep their own rules, with any field kinds
`documents()`       documents under CODEBOOK (or another codebook) with valid references
`edits_of(d)`       an edit of `d` by any of the model's builders
`edited(d)`         `d` and up to n documents after it, each with the stamped edit that led to it
`CODEBOOK`          a small codebook by hand: every field kind, every sort of link
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from hypothesis import strategies as st

from annotator.model import edit as edits
from annotator.model.codebook import (
    DOCUMENT_DATE,
    FIELD_KINDS,
    BoolField,
    ChoiceField,
    ChoicesField,
    Codebook,
    CodeField,
    DateField,
    EntityField,
    EntityType,
    Field,
    IntegerField,
    Label,
    LinkType,
    NumberField,
    Option,
    SpanField,
    StringField,
    StringsField,
    TextField,
    TimexField,
    Value,
)
from annotator.model.document import (
    Annotation,
    Article,
    Document,
    Entity,
    Link,
    Record,
    Status,
    said,
)
from annotator.model.edit import Edit
from annotator.model.segment import Extent
from annotator.model.text import Text, normalise

_PIECES = (
    *"aAbZ 1.,;:!?-–()\"'“”‘’«»_&",
    " ", "\n", "\n\n", "\u00a0", "\t", ". ", "...", "…",
    "ISIS", "Syria's", "U.S.", "Dr.", "Mr. O’Neill", "1,000.5", "said", "the ", "No. 5", "a.m.",
    "é", "e\u0301", "\u0301", "ß", "Ж", "Α",
    "الجيش", "؟", "۔", "،", "\u200f", "עברית", "\u0600",
    "क्षेत्र", "।", "กำลัง", "军队。", "シリア", "「", "」", "𠮷", "한", "\u1112\u1161\u11ab",
    "😀", "👍🏽", "👩\u200d👧", "🇸🇾", "🇸", "❤\ufe0f",
    "\u200d", "\u200c", "\ufeff", "\u00ad", "\u3000",
)  # fmt: skip


def raw_texts() -> st.SearchStrategy[str]:
    odd = ["\r", "\r\n", "\n", "\x00", "\ufeff", "\x85", "\u2028", "\u2029", "\ud800", "\udfff"]
    odd += ["\ufdd0", "\ufdd1", "\ufffe", "\uffff", "\x0b", "\x0c", "\x1c", "\ufffc", "\x01"]
    piece = st.one_of(st.sampled_from(odd), st.sampled_from(_PIECES), st.characters())
    return st.lists(piece, max_size=25).map("".join)


def texts(min_pieces: int = 0, max_pieces: int = 30) -> st.SearchStrategy[str]:
    pieces = st.lists(st.sampled_from(_PIECES), min_size=min_pieces, max_size=max_pieces)
    return pieces.map("".join).map(normalise)


def extents(text: str) -> st.SearchStrategy[Extent]:
    at = st.integers(0, len(text))
    return st.tuples(at, at).map(lambda e: (min(e), max(e))).filter(lambda e: e[0] < e[1])


def options(*values: str) -> tuple[Option, ...]:
    return tuple(map(Option, values))


_NOTE = TextField(name="note")
CODEBOOK = Codebook(
    name="small",
    common_fields=(BoolField(name="uncertain"), _NOTE),
    entity_types=(
        EntityType(
            name="actor",
            fields=(
                StringField(name="name", required=True),
                ChoiceField(name="sector", options=options("GOV", "REB"), default="GOV"),
                StringsField(name="aliases"),
                StringField(name="wikidata", pattern="Q[1-9][0-9]*"),
            ),
        ),
        EntityType(
            name="place",
            fields=(
                StringField(name="name", required=True),
                IntegerField(name="geonames_id", min=1),
                StringField(name="feature_code"),
                ChoiceField(
                    name="precision",
                    options=options("exact", "country", "admin1", "admin2"),
                    computed="place_precision",
                ),
                ChoiceField(
                    name="unmappable",
                    options=options("vague"),
                    visible_when={"geonames_id": None},
                ),
            ),
        ),
    ),
    labels=(
        Label(
            name="Actor",
            key="a",
            entity_type="actor",
            fields=(
                EntityField(name="entity", required=True),
                ChoiceField(name="level", options=options("NAM", "NOM", "PRO"), computed="level"),
            ),
        ),
        Label(
            name="Place",
            key="p",
            entity_type="place",
            fields=(
                EntityField(name="entity", required=True),
                ChoiceField(name="level", options=options("NAM", "NOM"), computed="level"),
                ChoiceField(name="use", options=options("literal", "mixed"), default="literal"),
            ),
        ),
        Label(
            name="Date",
            key="d",
            fields=(
                ChoiceField(
                    name="type",
                    options=options("DATE", "TIME", "DURATION", "SET"),
                    default="DATE",
                    required=True,
                ),
                TimexField(name="value", required=True),
                ChoiceField(name="mod", options=options("BEFORE", "AFTER", "APPROX")),
                SpanField(name="anchor", targets=("Date", DOCUMENT_DATE)),
                SpanField(name="begin", targets=("Date", DOCUMENT_DATE)),
                SpanField(name="end", targets=("Date", DOCUMENT_DATE)),
                DateField(name="earliest", computed="timex_earliest", readonly=True),
                DateField(name="latest", computed="timex_latest", readonly=True),
                StringField(name="edtf", computed="timex_edtf", readonly=True),
            ),
        ),
        Label(
            name="Claim",
            key="c",
            fields=(
                ChoiceField(
                    name="attribution",
                    options=options("explicit", "unnamed", "inherited", "author"),
                    computed="attribution",
                ),
                ChoiceField(
                    name="quote",
                    options=options("none", "direct", "indirect", "mixed"),
                    computed="quote",
                ),
                ChoiceField(name="event", options=options("AID", "ASSAULT"), remember=True),
                ChoiceField(
                    name="mode",
                    depends_on="event",
                    options_by={"ASSAULT": options("aerial", "destroy")},
                ),
                ChoicesField(name="context", options=options("territory", "military")),
                StringField(name="summary", max_length=75),
                SpanField(name="about", targets=("Claim", "Date")),
            ),
        ),
        Label(name="Cue", key="u", fragments=False, multi_paragraph=False),
        Label(
            name="Quantity",
            key="q",
            fields=(
                NumberField(name="value", min=0.5, max=1_000_000),
                NumberField(name="low"),
                NumberField(name="high"),
                ChoiceField(name="approximator", options=options("exact", "more_than")),
                IntegerField(name="rank", min=1, max=9),
                CodeField(name="unit", codelist="units", options=options("SYR", "IRQ")),
                CodeField(name="other", codelist="none", extra=options("UNO")),
                DateField(name="day"),
                StringsField(name="counted", pattern="[a-z ]+"),
                BoolField(name="rounded"),
            ),
        ),
        Label(
            name="Region",
            key="r",
            fields=(
                ChoiceField(name="kind", options=options("body", "furniture"), default="body"),
                BoolField(name="exclude", computed="region_exclude"),
            ),
        ),
    ),
    link_types=(
        LinkType(name="source", key="s", from_labels=("Claim",), to_labels=("Actor",)),
        LinkType(name="cue", key="u", from_labels=("Claim",), to_labels=("Cue",), max=1),
        LinkType(name="pair", from_labels=("Claim",), to_labels=("Date", "Cue"), max=2),
        LinkType(name="counts", from_labels=("Quantity",), to_labels=("Actor",), required=True),
        LinkType(name="agent", from_labels=("Claim",), to_labels=("Actor",)),
        LinkType(name="part_of", from_labels=("Place",), to_labels=("Place",), max=1),
        LinkType(
            name="conflicts_with",
            from_labels=("Claim",),
            to_labels=("Claim",),
            symmetric=True,
            fields=(ChoiceField(name="strength", options=options("implied"), default="implied"),),
        ),
        LinkType(
            name="beside", from_labels=("Actor",), to_labels=("Place",), symmetric=True, max=1
        ),
    ),
)


# -- fields ----------------------------------------------------------------------------------


def field_values(field: Field) -> st.SearchStrategy[Value]:
    words = st.sampled_from(["one", "two words", "ثلاثة", "😀", "Q7"])
    numbers = st.integers(1, 9)
    match field:
        case BoolField():
            return st.booleans()
        case StringField() | TextField():
            return words
        case NumberField():
            return numbers.map(lambda n: n + 0.5)
        case IntegerField():
            return numbers
        case ChoiceField():
            every = [*field.options, *(o for group in field.options_by.values() for o in group)]
            return st.sampled_from([o.value for o in every])
        case ChoicesField():
            known = [o.value for o in field.options]
            return st.lists(st.sampled_from(known), unique=True, min_size=1).map(tuple)
        case CodeField():
            return st.sampled_from([o.value for o in (*field.options, *field.extra)] or ["SYR"])
        case StringsField():
            return st.lists(words, min_size=1, max_size=3).map(tuple)
        case TimexField():
            return st.sampled_from(["2016-04-01", "2016-04", "P3D", "1989-Q3", "PRESENT_REF"])
        case DateField():
            return st.dates().map(lambda d: d.isoformat())
        case EntityField() | SpanField():
            return st.nothing()


def _references(
    field: Field, label: Label, marks: Sequence[Annotation], entities: Sequence[Entity]
) -> list[Value]:
    if isinstance(field, EntityField):
        return [e.id for e in entities if e.type == label.entity_type]
    if isinstance(field, SpanField):
        own = [DOCUMENT_DATE] if DOCUMENT_DATE in field.targets else []
        return [*own, *(a.id for a in marks if a.label in field.targets)]
    return []


@st.composite
def _fields(
    draw: st.DrawFn,
    fields: Sequence[Field],
    label: Label,
    marks: Sequence[Annotation] = (),
    entities: Sequence[Entity] = (),
) -> dict[str, Value]:
    given: dict[str, Value] = {}
    for field in fields:
        held = _references(field, label, marks, entities)
        choices = st.sampled_from(held) if held else field_values(field)
        if not choices.is_empty and draw(st.booleans()):
            given[field.name] = draw(choices)
    return given


# -- codebooks -------------------------------------------------------------------------------


@st.composite
def _any_fields(draw: st.DrawFn, labels: Sequence[str]) -> tuple[Field, ...]:
    kinds = draw(st.lists(st.sampled_from(sorted(set(FIELD_KINDS) - {"entity"})), max_size=5))
    fields: list[Field] = []
    for n, kind in enumerate(kinds):
        more: dict[str, object] = {}
        if kind in ("choice", "choices"):
            more["options"] = options(*draw(st.sets(st.sampled_from("xyz"), min_size=1)))
        if kind == "code":
            more["codelist"] = "iso3166-1-alpha3"
        if kind == "span":
            more["targets"] = tuple(draw(st.sets(st.sampled_from(labels), min_size=1)))
        if kind in ("integer", "number"):
            more["min"] = draw(st.sampled_from([None, 0]))
        for flag in ("required", "remember", "advanced", "readonly"):
            more[flag] = draw(st.booleans())
        more["guideline"] = draw(st.sampled_from(["", "Why? “So.”"]))
        fields.append(FIELD_KINDS[kind](name=f"{kind}_{n}", **more))  # type: ignore[arg-type]
    return tuple(fields)


@st.composite
def codebooks(draw: st.DrawFn) -> Codebook:
    names = sorted(draw(st.sets(st.sampled_from(["Actor", "Ort", "Événement", "日"]), min_size=1)))
    types = tuple(
        EntityType(name=name, fields=(StringField(name="name"), *draw(_any_fields(names))))
        for name in sorted(draw(st.sets(st.sampled_from(["actor", "place"]))))
    )
    labels = []
    for name, key in zip(names, "abcd", strict=False):
        entity_type = draw(st.sampled_from(["", *(t.name for t in types)]))
        own = (EntityField(name="entity"),) if entity_type else ()
        fields = (*own, *draw(_any_fields(names)))
        labels.append(Label(name=name, key=key, entity_type=entity_type, fields=fields))
    ends = st.sets(st.sampled_from(names), min_size=1).map(lambda s: tuple(sorted(s)))
    links = tuple(
        LinkType(
            name=name,
            from_labels=draw(ends),
            to_labels=draw(ends),
            max=draw(st.sampled_from([None, 1, 2])),
            symmetric=draw(st.booleans()),
            fields=draw(_any_fields(names)),
        )
        for name in sorted(draw(st.sets(st.sampled_from(["links", "to"]))))
    )
    return Codebook(name="any", entity_types=types, labels=tuple(labels), link_types=links)


# -- documents -------------------------------------------------------------------------------


def an_id(kind: int, number: int) -> str:
    """An id in canonical form, the same in every run."""
    return f"{kind:08x}-0000-7000-8000-{number:012x}"


def document(text: str, *records: Record, date: str = "2016-12-15") -> Document:
    """A document by hand; `records` are its annotations, links and entities."""
    body = Text(text)
    facts = Article(id=an_id(1, 0), title="A title", date=date, text_sha256=body.sha256)
    status = Status(id=an_id(2, 0), owner_id=an_id(3, 0))
    empty = Document(article=facts, text=body, status=status)
    return empty.changed((None, record) for record in records)


def mark(text: str, words: str, label: str = "Actor", nth: int = 0, **fields: Value) -> Annotation:
    """An annotation by hand: the `nth` place where the text has these words."""
    start = -1
    for _ in range(nth + 1):
        start = text.index(words, start + 1)
    extent = (start, start + len(words))
    number = start * 1000 + extent[1] + sum(map(ord, label)) * 10**7
    return Annotation(id=an_id(4, number), label=label, fragments=(extent,), fields=fields)


@st.composite
def _annotations(
    draw: st.DrawFn, text: str, codebook: Codebook, entities: Sequence[Entity], most: int
) -> dict[str, Annotation]:
    bare = []
    for n in range(draw(st.integers(0, most)) if text else 0):
        pieces = draw(st.lists(extents(text), min_size=1, max_size=3))
        name = draw(st.sampled_from([kind.name for kind in codebook.labels]))
        version = draw(st.integers(1, 3))
        place = edits.joined(pieces)
        bare.append(Annotation(id=an_id(4, n), label=name, fragments=place, version=version))
    found = {}
    for annotation in bare:
        label = codebook.label(annotation.label)
        assert label is not None
        others = [a for a in bare if a.id != annotation.id]
        fields = draw(_fields(codebook.fields(label.name), label, others, entities))
        found[annotation.id] = replace(annotation, fields=fields)
    return found


@st.composite
def _links(
    draw: st.DrawFn, codebook: Codebook, marks: Mapping[str, Annotation], most: int
) -> dict[str, Link]:
    possible = [
        (kind, a.id, b.id)
        for kind in codebook.link_types
        for a in marks.values()
        for b in marks.values()
        if a.id != b.id and edits.allowed(kind, a.label, b.label)
    ]
    if not possible:
        return {}
    key = lambda p: (p[0].name, *(sorted(p[1:]) if p[0].symmetric else p[1:]))  # noqa: E731
    chosen = draw(st.lists(st.sampled_from(possible), max_size=most, unique_by=key))
    found = {}
    for n, (kind, start, end) in enumerate(chosen):
        fields = draw(_fields(kind.fields, Label(name="")))
        made = Link(
            id=an_id(5, n), type=kind.name, from_id=start, to_id=end, fields=fields, version=1
        )
        found[made.id] = made
    return found


@st.composite
def documents(
    draw: st.DrawFn, codebook: Codebook = CODEBOOK, *, most: int = 6, min_pieces: int = 0
) -> Document:
    text = draw(texts(min_pieces))
    entities: list[Entity] = []
    for n in range(draw(st.integers(0, 3)) if codebook.entity_types else 0):
        kind = draw(st.sampled_from(codebook.entity_types))
        fields = draw(_fields(kind.fields, Label(name="")))
        fields["name"] = draw(st.sampled_from(["ISIS", "Syria", "the army", "Б"]))
        entities.append(Entity(id=an_id(6, n), type=kind.name, fields=said(fields), version=1))
    marks = draw(_annotations(text, codebook, entities, most))
    return replace(
        document(text),
        annotations=marks,
        links=draw(_links(codebook, marks, most)),
        entities={e.id: e for e in entities},
    )


# -- edits -----------------------------------------------------------------------------------


@st.composite
def edits_of(draw: st.DrawFn, document: Document, codebook: Codebook = CODEBOOK) -> Edit:
    marks, links = list(document.annotations.values()), list(document.links.values())
    kinds = ["state", "facts", "tag"] if len(document.text) else ["state", "facts"]
    kinds += ["retag", "resize", "delete", "fill", "entity"] * bool(marks)
    kinds += ["fill_entity"] * bool(document.entities) + ["unlink", "fill_link"] * bool(links)
    possible = [
        (t.name, a.id, b.id)
        for t in codebook.link_types
        for a in marks
        for b in marks
        if a.id != b.id
        and edits.allowed(t, a.label, b.label)
        and not any(
            k.type == t.name
            and (a.id, b.id) in ((k.from_id, k.to_id), *([(k.to_id, k.from_id)] * t.symmetric))
            for k in document.links_of(a.id)
        )
    ]
    kinds += ["link"] * bool(possible)
    kind = draw(st.sampled_from(kinds))
    pieces = st.lists(extents(document.text.value), min_size=1, max_size=3)
    labels = st.sampled_from([label.name for label in codebook.labels])
    match kind:
        case "state":
            state = draw(st.sampled_from(["new", "in_progress", "submitted"]))
            return edits.set_state(document, state)  # type: ignore[arg-type]
        case "facts":
            date = draw(st.sampled_from(["", "2016-12-15", "2015-01-01"]))
            return edits.set_facts(document, replace(document.article, date=date))
        case "tag":
            remembered: dict[tuple[str, str], Value] = {("Claim", "event"): "AID"}
            return edits.tag(document, codebook, draw(labels), draw(pieces), remembered)
        case "link":
            return edits.link(document, codebook, *draw(st.sampled_from(possible)))
        case "unlink":
            return edits.unlink(document, codebook, draw(st.sampled_from(links)))
        case "fill_link":
            gone = draw(st.sampled_from(links))
            return edits.fill(gone, "strength", draw(st.sampled_from(["implied", None])))
        case "fill_entity":
            entity = draw(st.sampled_from(list(document.entities.values())))
            return edits.fill(entity, "name", draw(st.sampled_from(["IS", "Б", ""])), typing=True)
        case "delete":
            return edits.delete(
                document, codebook, draw(st.lists(st.sampled_from(marks), min_size=1))
            )
    annotation = draw(st.sampled_from(marks))
    match kind:
        case "retag":
            return edits.retag(document, codebook, annotation, draw(labels))
        case "resize":
            return edits.resize(document, annotation, draw(pieces))
        case "entity":
            label = codebook.label(annotation.label)
            if label is not None and label.entity_type:
                return edits.new_entity(codebook, annotation, "entity", draw(texts(1)) + "x")
    own = codebook.fields(annotation.label)
    if not own:
        return edits.fill(annotation, "note", "so")
    field = draw(st.sampled_from(own))
    others = [a for a in marks if a.id != annotation.id]
    label = codebook.label(annotation.label) or Label(name="")
    held = _references(field, label, others, list(document.entities.values()))
    values = st.sampled_from(held) if held else field_values(field)
    value = draw(st.none() | values)
    return edits.fill(annotation, field.name, value, typing=draw(st.booleans()))


@st.composite
def edited(
    draw: st.DrawFn, first: Document, codebook: Codebook = CODEBOOK, *, most: int = 6
) -> list[tuple[Edit, Document]]:
    steps: list[tuple[Edit, Document]] = []
    now = first
    for _ in range(draw(st.integers(0, most))):
        edit = draw(edits_of(now, codebook)).stamped(now)
        now = edit.apply(now)
        steps.append((edit, now))
    return steps
