"""Fields that follow from others: a rule answers until a person has.

A rule is a row of RULES; a field names it in `computed`. What a person gave is stored and wins;
what a rule gives is never stored, so it can't go stale.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from annotator.model import timex
from annotator.model.codebook import DOCUMENT_DATE, Codebook, Field, Value
from annotator.model.document import Annotation, Document, Entity
from annotator.model.segment import quotation
from annotator.model.timex import OPEN, Bounds

_PRONOUNS = frozenset(
    "he him his himself she her hers herself it its itself they them their theirs themselves i me "
    "my we us our you your who whom whose which that this these those one another here there".split()
)
_DETERMINERS = frozenset(
    "the a an this that these those some many several all both its their".split()
)
_EDGES = "\"'“”‘’«»„()[],.;:…"
_HEAD_ENDS = frozenset("of in on at for from with to by near and who which that".split())
_PEOPLE = frozenset(
    "activists analysts authorities children citizens civilians commanders defenders diplomats "
    "doctors experts families fighters forces gunmen hostages insurgents jihadists journalists "
    "lawmakers leaders loyalists members men migrants militants ministers nationals officers "
    "officials people police prisoners protesters rebels refugees reporters residents "
    "separatists soldiers spokesmen students supporters terrorists troops villagers voters "
    "women workers".split()
)
_CLOSED_BY = {'"': '"', "“": "”", "«": "»", "„": "“", "「": "」"}
_CLOSING = frozenset("”»」")
_PRECISION = {"PPL": "exact", "PCL": "country", "ADM1": "admin1", "ADM2": "admin2"}


def level(document: Document, codebook: Codebook, mention: Annotation) -> Value:
    """ACE mention level: PRO from a list, NAM by capitals, else NOM (English).

    After a determiner the head decides ("the terror group"); without one the first word does,
    unless the last is a plural for people: "Syrian army" is a name, "Syrian soldiers" is not.
    """
    words = [w.strip(_EDGES) for w in mention.quote(document.text).split()]
    words = [w for w in words if w]
    if not words or (len(words) == 1 and words[0].casefold() in _PRONOUNS):
        return "PRO" if words else "NAM"
    if words[0].casefold() in _DETERMINERS:
        head = words[1:]
        ends = (i for i, w in enumerate(head) if w.casefold() in _HEAD_ENDS)
        head = head[: next(ends, len(head))] or words
        return "NAM" if head[-1][:1].isupper() else "NOM"
    first = words[0]
    if words[-1] in _PEOPLE:
        return "NOM"
    upper = first[:1].isupper() or not first[:1].isascii() and not first[:1].islower()
    return "NAM" if upper else "NOM"


def attribution(document: Document, codebook: Codebook, claim: Annotation) -> Value:
    """PolNeAR: explicit with a source, unnamed with only a cue, else the author's own."""
    types = {k.type for k in document.links_from(claim.id)}
    return "explicit" if "source" in types else "unnamed" if "cue" in types else "author"


def quote(document: Document, codebook: Codebook, claim: Annotation) -> Value:
    """PARC3: direct, mixed or indirect by the quote marks that no nested claim holds."""
    if effective_value(document, codebook, claim, "attribution") == "author":
        return "none"
    others = document.starting_in(claim.start, claim.end)
    extents = [a.fragments for a in others if a.label == claim.label and a.id != claim.id]
    nested = [e for f in extents for e in f if e[1] <= claim.end]
    text = document.text.value

    def own(at: int) -> bool:
        return not any(a <= at < b for a, b in nested if (a, b) != (claim.start, claim.end))

    opened = _opened_before(document, claim)
    inside, outside = False, False  # words in quote marks, words out of them
    for at in (i for a, b in claim.fragments for i in range(a, b)):
        c = text[at]
        if c.isalnum():
            inside, outside = inside or bool(opened), outside or not opened
        elif not own(at):
            continue
        elif opened and c == _CLOSED_BY[opened]:
            opened = ""
        elif c in _CLOSED_BY:
            opened = c
        elif c in _CLOSING and not opened:  # the quotation began before this claim
            inside, outside = inside or outside, False
    return "mixed" if inside and outside else "direct" if inside else "indirect"


def _opened_before(document: Document, claim: Annotation) -> str:
    """The mark of the quotation that a claim lies in, if it is not quoted by a larger claim."""
    around = quotation(document.text.value, claim.start, claim.end)
    if around is None or around[0] >= claim.start:
        return ""
    for other in document.starting_in(around[0], claim.start):
        if other.label == claim.label and other.id != claim.id and other.end >= claim.end:
            return ""
    mark = document.text.value[around[0]]
    return mark if mark in _CLOSED_BY else ""


def date_bounds(document: Document, annotation_id: str, seen: frozenset[str]) -> Bounds:
    """First and last day of a Date; a duration takes them from the dates it begins and ends at.

    A cycle of begin/end answers OPEN.
    """
    if annotation_id == DOCUMENT_DATE:
        return timex.bounds(document.article.date)
    mention = document.annotations.get(annotation_id)
    if mention is None or annotation_id in seen:
        return OPEN
    fields, seen = mention.fields, seen | {annotation_id}
    value, mod = str(fields.get("value") or ""), str(fields.get("mod") or "")
    if fields.get("type") != "DURATION":
        return timex.modified(timex.bounds(value), mod)
    begin = date_bounds(document, str(fields.get("begin") or ""), seen)
    end = date_bounds(document, str(fields.get("end") or ""), seen)
    length = timex.duration(value)
    if begin == OPEN and length and end.latest:
        return Bounds(_moved(end.latest, -length.days), end.latest)
    if end == OPEN and length and begin.earliest:
        return Bounds(begin.earliest, _moved(begin.earliest, length.days))
    return Bounds(begin.earliest, end.latest)


def _moved(day: date, days: int) -> date | None:
    try:
        return date.fromordinal(day.toordinal() + days)
    except (ValueError, OverflowError):
        return None


def timex_earliest(document: Document, codebook: Codebook, mention: Annotation) -> Value:
    """The first day it can mean, YYYY-MM-DD."""
    first = date_bounds(document, mention.id, frozenset()).earliest
    return first.isoformat() if first else None


def timex_latest(document: Document, codebook: Codebook, mention: Annotation) -> Value:
    """The last day it can mean, YYYY-MM-DD."""
    last = date_bounds(document, mention.id, frozenset()).latest
    return last.isoformat() if last else None


def timex_edtf(document: Document, codebook: Codebook, mention: Annotation) -> Value:
    """The same as EDTF (ISO 8601-2)."""
    fields = mention.fields
    if fields.get("type") != "DURATION":
        return timex.edtf(str(fields.get("value") or ""), str(fields.get("mod") or "")) or None
    ends = [_edtf_of(document, str(fields.get(name) or "")) for name in ("begin", "end")]
    if all(ends):
        return f"{ends[0].split('/')[0]}/{ends[1].split('/')[-1]}"
    found = date_bounds(document, mention.id, frozenset())
    if found.earliest and found.latest and any(ends):
        first, last = found.earliest.isoformat(), found.latest.isoformat()
        return f"{ends[0].split('/')[0] or first + '~'}/{ends[1].split('/')[-1] or last + '~'}"
    return None


def _edtf_of(document: Document, annotation_id: str) -> str:
    if annotation_id == DOCUMENT_DATE:
        return document.article.date
    mention = document.annotations.get(annotation_id)
    if mention is None or mention.fields.get("type") == "DURATION":
        return ""
    value = timex.edtf(str(mention.fields.get("value") or ""), str(mention.fields.get("mod") or ""))
    return value.split("T")[0]  # EDTF has no times in intervals


def region_exclude(document: Document, codebook: Codebook, region: Annotation) -> Value:
    """Furniture and adverts are not the article's text."""
    return region.fields.get("kind") in ("furniture", "advert")


def place_precision(entity: Entity) -> Value:
    """ACLED geo_precision from the GeoNames feature code."""
    code = str(entity.fields.get("feature_code") or "")
    found = (p for prefix, p in _PRECISION.items() if code.startswith(prefix))
    return next(found, "exact" if code else None)


Rule = Callable[[Document, Codebook, Annotation], Value]
RULES: Mapping[str, Rule] = {
    "level": level,
    "attribution": attribution,
    "quote": quote,
    "timex_earliest": timex_earliest,
    "timex_latest": timex_latest,
    "timex_edtf": timex_edtf,
    "region_exclude": region_exclude,
}
ENTITY_RULES: Mapping[str, Callable[[Entity], Value]] = {"place_precision": place_precision}


def computed(document: Document, codebook: Codebook, annotation: Annotation, field: Field) -> Value:
    """What the field's rule answers; None without a rule."""
    rule = RULES.get(field.computed)
    return rule(document, codebook, annotation) if rule is not None else None


def effective_value(
    document: Document, codebook: Codebook, annotation: Annotation, name: str
) -> Value:
    """What a person gave, else what the rule of the field answers, else None."""
    held = annotation.fields.get(name)
    if held is not None:
        return held
    for field in codebook.fields(annotation.label):
        if field.name == name and field.computed:
            return computed(document, codebook, annotation, field)
    return None


def effective(document: Document, codebook: Codebook, annotation: Annotation) -> dict[str, Value]:
    """All fields of an annotation that hold something, given or computed."""
    names = [f.name for f in codebook.fields(annotation.label)]
    names += [n for n in annotation.fields if n not in names]
    values = {n: effective_value(document, codebook, annotation, n) for n in names}
    return {n: v for n, v in values.items() if v is not None}


def effective_of_entity(entity: Entity, fields: tuple[Field, ...]) -> dict[str, Value]:
    """All fields of an entity that hold something, given or computed."""
    values: dict[str, Value] = dict(entity.fields)
    for field in fields:
        if field.name not in values and field.computed in ENTITY_RULES:
            answer = ENTITY_RULES[field.computed](entity)
            if answer is not None:
                values[field.name] = answer
    return values
