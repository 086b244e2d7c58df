"""An article as a foreign reader gathers it: the file's own keys and offsets in, records out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from annotator.formats.format import ReadOptions
from annotator.formats.nearby import found_near, misplaced, moved
from annotator.formats.own_work import cycle
from annotator.formats.schema import Schema, clean
from annotator.formats.values import held
from annotator.model.codebook import DOCUMENT_DATE, EntityField, Field, SpanField, Value
from annotator.model.corpus import Annotator, Entry, Work
from annotator.model.document import Annotation, Article, Link, State, place
from annotator.model.edit import allowed, shorten
from annotator.model.errors import InputError
from annotator.model.segment import Extent
from annotator.model.text import Origin, Unit


class Draft:
    """One annotator's work on one article, by the file's own keys.

    Offsets are the file's: `origin` knows their unit and what normalisation moved. Faults are
    InputErrors whose place names the key; the reader adds file and line.
    """

    def __init__(self, origin: Origin, schema: Schema, options: ReadOptions) -> None:
        self.origin, self.text = origin, origin.text
        self._schema, self._codebook, self._options = schema, schema.codebook, options
        self._annotations: dict[str, Annotation] = {}
        self._links: list[Link] = []

    def __contains__(self, key: str) -> bool:
        return key in self._annotations

    def span(
        self,
        key: str,
        label: str,
        extents: Sequence[Extent],
        fields: Mapping[str, object] | None = None,
        *,
        quote: str | None = None,
    ) -> None:
        """An annotation. `quote` is what the file says stands there (of one fragment).

        A field that points at an annotation has its key. Raises InputError where the offsets are
        outside the text or don't fit the quote (MisplacedSpan where a repair is at hand), the key
        is there already, or a value is not of its field's kind.
        """
        if key in self._annotations:
            raise InputError("The id is there already.", place=key)
        fragments = self._fragments(key, label, extents, quote)
        name = clean(label)
        if self._codebook.label(name) is None:
            raise InputError(f"The codebook has no label {shorten(name)}.", place=key)
        kinds = self._codebook.fields(name)
        self._annotations[key] = Annotation(
            id=self._options.new_id(),
            label=name,
            fragments=fragments,
            fields=held_fields(kinds, fields or {}, name, key),
        )

    def link(
        self,
        type: str,
        from_key: str,
        to_key: str,
        fields: Mapping[str, object] | None = None,
        *,
        place: str = "",
    ) -> None:
        """A link between two spans that were given. Raises InputError where one is not there."""
        ends = []
        for key in (from_key, to_key):
            if key not in self._annotations:
                message = f"A link leads to {shorten(key, 60)}, which is not there."
                raise InputError(message, place=place)
            ends.append(self._annotations[key])
        name = self._schema.link_name(type)
        kind = self._codebook.link_type(name)
        if kind is None or not allowed(kind, ends[0].label, ends[1].label):
            message = f"A link {shorten(name)} can't go from {ends[0].label} to {ends[1].label}."
            raise InputError(message, place=place)
        if ends[0].id == ends[1].id:
            raise InputError("An annotation can't be linked to itself.", place=place)
        self._links.append(
            Link(
                id=self._options.new_id(),
                type=name,
                from_id=ends[0].id,
                to_id=ends[1].id,
                fields=held_fields(kind.fields, fields or {}, name, place),
            )
        )

    def work(self, owner: Annotator, state: State = "in_progress") -> Work:
        """The document. Raises InputError where a field points at nothing or in a circle."""
        annotations = [self._referring(key, a) for key, a in self._annotations.items()]
        self._check_cycles(annotations)
        return Work(
            id=self._options.new_id(),
            owner_id=owner.id,
            state=state,
            annotations=tuple(sorted(annotations, key=place)),
            links=tuple(sorted(self._links, key=lambda link: link.id)),
        )

    def entry(self, article: Article, *works: Work) -> Entry:
        """The article with its text and works; its id is made, and the date given is put in."""
        article = replace(
            article,
            id=article.id or self._options.new_id(),
            text_sha256=self.text.sha256,
        )
        if self._options.document_date:
            article = replace(article, date=self._options.document_date, date_source="given")
        return Entry(
            article=article, text=self.text, works=tuple(sorted(works, key=lambda w: w.id))
        )

    # -- offsets -----------------------------------------------------------------------------------

    def _fragments(
        self, key: str, label: str, extents: Sequence[Extent], quote: str | None
    ) -> tuple[Extent, ...]:
        if not extents:
            raise InputError("It covers nothing.", place=key)
        try:
            found = tuple((self.origin.at(a), self.origin.at(b)) for a, b in extents)
        except ValueError as error:
            found = ()
            message = f"Its {error}."
        if found and any(a > b for a, b in found):
            raise InputError("It ends before it starts.", place=key)
        found = tuple(sorted(found))
        if any(b > c for (_, b), (c, _) in pairwise(found)):
            raise InputError("Its fragments overlap.", place=key)
        if quote is None or len(extents) > 1:
            if not found:
                raise InputError(message, place=key)
            return found
        words = Origin(quote).text.value
        if found and _same(self.text.value[found[0][0] : found[0][1]], words):
            return found
        return (self._repaired(key, label, extents[0], words),)

    def _repaired(self, key: str, label: str, extent: Extent, words: str) -> Extent:
        """Where the words of a misplaced span stand. Raises InputError, MisplacedSpan."""
        found, how = self._other_unit(extent, words), ", if the offsets count another unit"
        if found is None:
            start = found_near(self.text.value, words, extent, key)
            found, how = (start, start + len(words)), ""
        if not self._options.repair:
            raise misplaced(extent, words, found[0], key, how)
        self._options.note(moved(label, extent, words, found[0]))
        return found

    def _other_unit(self, extent: Extent, words: str) -> Extent | None:
        """Where the span stands if the offsets count another unit, and the words stand there."""
        units: tuple[Unit, ...] = ("code point", "UTF-16 unit", "byte")
        for unit in units:
            if unit == self.origin.unit:
                continue
            other = Origin(self.origin.raw, unit)
            try:
                start, end = other.at(extent[0]), other.at(extent[1])
            except ValueError:
                continue
            if start < end and _same(self.text.value[start:end], words):
                return start, end
        return None

    # -- references --------------------------------------------------------------------------------

    def _referring(self, key: str, annotation: Annotation) -> Annotation:
        changed: dict[str, Value] = {}
        for field in self._codebook.fields(annotation.label):
            value = annotation.fields.get(field.name)
            if not isinstance(field, SpanField) or not isinstance(value, str):
                continue
            if value == DOCUMENT_DATE and DOCUMENT_DATE in field.targets:
                continue
            target = self._annotations.get(value)
            if target is None or target.label not in field.targets:
                raise InputError(f"Its {field.name} points at nothing that fits.", place=key)
            changed[field.name] = target.id
        if not changed:
            return annotation
        return replace(annotation, fields={**annotation.fields, **changed})

    def _check_cycles(self, annotations: list[Annotation]) -> None:
        """Raises InputError where span fields, or transitive links of a type, go in a circle."""
        steps: dict[str, dict[str, list[str]]] = {}
        for annotation in annotations:
            for field in self._codebook.fields(annotation.label):
                value = annotation.fields.get(field.name)
                if isinstance(field, SpanField) and value is not None and value != DOCUMENT_DATE:
                    steps.setdefault("", {}).setdefault(annotation.id, []).append(str(value))
        for link in self._links:
            kind = self._codebook.link_type(link.type)
            if kind is not None and kind.transitive:
                steps.setdefault(link.type, {}).setdefault(link.from_id, []).append(link.to_id)
        for name, edges in steps.items():
            if cycle(edges):
                what = f"its {name} links" if name else "their fields"
                raise InputError(f"Some annotations lead back to themselves through {what}.")


def _same(found: str, quoted: str) -> bool:
    """True where a quote is the text, blanks and line ends aside (some files fold them)."""
    return found == quoted or found.split() == quoted.split()


def held_fields(
    kinds: tuple[Field, ...], given: Mapping[str, object], owner: str, place: str
) -> dict[str, Value]:
    """The values of a record of `owner`. Raises InputError with `place` for one that is wrong."""
    fields: dict[str, Value] = {}
    by_name = {kind.name: kind for kind in kinds}
    for name, raw in given.items():
        kind = by_name.get(clean(name))
        if kind is None:
            raise InputError(f"{owner} has no field {shorten(clean(name))}.", place=place)
        try:
            value = held(kind, raw)
        except InputError as fault:
            raise InputError(f"{kind.name}: {fault.message}", place=place) from None
        if value is not None and not (isinstance(kind, EntityField) and value == ""):
            fields[kind.name] = value
    return fields
