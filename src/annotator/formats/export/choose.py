"""Which articles, documents, labels and fields go out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, replace
from typing import assert_never

from annotator.formats.fit import LOST_END, Lose
from annotator.formats.format import Loss, fault_in_day
from annotator.model.codebook import DOCUMENT_DATE, Codebook, SpanField
from annotator.model.compute import effective
from annotator.model.corpus import Annotator, Entry, Heading, Item, Work
from annotator.model.document import Annotation, Document, Entity, State, Status
from annotator.model.errors import InputError
from annotator.model.segment import Extent

UNREAD = "articles that nobody has read"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What of a project goes out; what is empty leaves everything in.

    `labels` and `fields` by name ("source" or "Claim.source"); `states` and `annotator` (a login)
    of documents; `sources`, `since` and `until` (YYYY-MM-DD, inclusive) and `text` (words in title
    or text, case aside) of articles. `unread`: also articles whose document nobody has begun or
    where there is none; without it they don't go out, since a program would take them for articles
    in which nothing is to be found. `excluded`: also what lies in regions marked as excluded (page
    furniture). `computed`: also the values that rules answer while nobody has.
    """

    labels: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    states: tuple[State, ...] = ()
    annotator: str = ""
    sources: tuple[str, ...] = ()
    since: str = ""
    until: str = ""
    text: str = ""
    unread: bool = True
    excluded: bool = True
    computed: bool = False

    def __post_init__(self) -> None:
        """Raises InputError where a day is none."""
        for day in (self.since, self.until):
            if day and (fault := fault_in_day(day)):
                raise InputError(fault)

    def said(self) -> dict[str, object]:
        """What differs from taking everything, for the manifest."""
        given = {f.name: getattr(self, f.name) for f in fields(self)}
        return {k: v for k, v in given.items() if v != _ALL[k]}


_ALL = {f.name: f.default for f in fields(Choice)}


def chosen(items: Iterable[Item], choice: Choice, lose: Lose) -> Iterator[Item]:
    """The items that a choice leaves, in their order.

    What a person left out by choice is no loss; `lose` hears of unread articles, and of fields that
    pointed at what was left out. Raises InputError where a label, field or
    annotator is not in the project.
    """
    picking = _Picking(choice, lose)
    for item in items:
        match item:
            case Heading():
                picking.begin(item.codebook)
                yield item
            case Annotator():
                if picking.wants(item):
                    yield item
            case Entity():
                picking.entities[item.id] = item
                yield item
            case Entry():
                picking.check()
                if (entry := picking.entry(item)) is not None:
                    yield entry
            case _:
                assert_never(item)
    picking.check()
    picking.end()


class _Picking:
    def __init__(self, choice: Choice, lose: Lose) -> None:
        self._choice, self._lose = choice, lose
        self._codebook = Codebook(name="")
        self._owner = ""
        self._sources: set[str] = set()
        self.entities: dict[str, Entity] = {}

    def end(self) -> None:
        """Raises InputError where a source that was chosen is no article's."""
        for source in self._choice.sources:
            if source not in self._sources:
                raise InputError(f"No article has the source {source}.")

    def begin(self, codebook: Codebook) -> None:
        self._codebook = codebook
        names = {label.name for label in codebook.labels}
        for name in self._choice.labels:
            if name not in names:
                known = ", ".join(label.name for label in codebook.labels)
                raise InputError(f"There is no label {name}. Choose among {known}.")
        every = {f.name for label in names for f in codebook.fields(label)}
        every |= {f"{label}.{f.name}" for label in names for f in codebook.fields(label)}
        for name in self._choice.fields:
            if name not in every:
                raise InputError(f"There is no field {name} in the codebook.")

    def wants(self, person: Annotator) -> bool:
        if not self._choice.annotator:
            return True
        if person.login == self._choice.annotator:
            self._owner = person.id
            return True
        return False

    def check(self) -> None:
        if self._choice.annotator and not self._owner:
            raise InputError(f"There is no annotator {self._choice.annotator} in the project.")

    def entry(self, entry: Entry) -> Entry | None:
        article, choice = entry.article, self._choice
        self._sources.add(article.source)
        if choice.sources and article.source not in choice.sources:
            return None
        if (choice.since or choice.until) and not article.date:
            return None
        if (choice.since and article.date < choice.since) or (
            choice.until and article.date > choice.until
        ):
            return None
        words = choice.text.casefold()
        if words and words not in f"{article.title}\n{entry.text.value}".casefold():
            return None
        works = [w for w in entry.works if not self._owner or w.owner_id == self._owner]
        if choice.states:
            works = [w for w in works if w.state in choice.states]
            if not works:
                return None
        if not choice.unread and not any(is_read(w) for w in works):
            self._lose(Loss(reason=UNREAD, article_id=article.id))
            return None
        return replace(entry, works=tuple(self._work(entry, work) for work in works))

    def _work(self, entry: Entry, work: Work) -> Work:
        choice = self._choice
        kept = [a for a in work.annotations if not choice.labels or a.label in choice.labels]
        if not choice.excluded:
            regions = self._excluded(entry, work)
            kept = [a for a in kept if not _inside(a, regions)]
        if choice.computed:
            document = self._document(entry, work)
            kept = [replace(a, fields=effective(document, self._codebook, a)) for a in kept]
        if choice.fields:
            kept = [self._with_fields(a) for a in kept]
        held = {a.id for a in kept}
        links = work.links
        if len(held) < len(work.annotations):
            links = tuple(k for k in work.links if k.from_id in held and k.to_id in held)
            kept = [self._without_lost_ends(entry, a, held) for a in kept]
        return replace(work, annotations=tuple(kept), links=links)

    def _without_lost_ends(
        self, entry: Entry, annotation: Annotation, held: set[str]
    ) -> Annotation:
        """Fields that point at an annotation that was left out are told of: they say less then."""
        lost = {
            f.name
            for f in self._codebook.fields(annotation.label)
            if isinstance(f, SpanField)
            and annotation.fields.get(f.name, DOCUMENT_DATE) not in (*held, DOCUMENT_DATE)
        }
        if not lost:
            return annotation
        self._lose(
            Loss(
                reason=LOST_END,
                article_id=entry.article.id,
                record_id=annotation.id,
                count=len(lost),
            )
        )
        return replace(
            annotation, fields={k: v for k, v in annotation.fields.items() if k not in lost}
        )

    def _with_fields(self, annotation: Annotation) -> Annotation:
        wanted = self._choice.fields
        named = {
            k: v
            for k, v in annotation.fields.items()
            if k in wanted or f"{annotation.label}.{k}" in wanted
        }
        return replace(annotation, fields=named)

    def _excluded(self, entry: Entry, work: Work) -> list[Extent]:
        document = self._document(entry, work)
        regions: list[Extent] = []
        for annotation in work.annotations:
            names = {f.name for f in self._codebook.fields(annotation.label)}
            if "exclude" in names and effective(document, self._codebook, annotation).get(
                "exclude"
            ):
                regions += annotation.fragments
        return regions

    def _document(self, entry: Entry, work: Work) -> Document:
        return Document(
            article=entry.article,
            text=entry.text,
            status=Status(id=work.id, owner_id=work.owner_id, state=work.state),
            annotations={a.id: a for a in work.annotations},
            links={k.id: k for k in work.links},
            entities=self.entities,
        )


def _inside(annotation: Annotation, regions: list[Extent]) -> bool:
    return any(a <= annotation.start and annotation.end <= b for a, b in regions)


def is_read(work: Work) -> bool:
    """True where a person has worked on it: begun, or settled with nothing found (a negative)."""
    return work.state != "new" or bool(work.annotations)


def read_kind(entry: Entry) -> str:
    """What an article is for training, of what was chosen of it.

    "annotated"; "negative": read to the end, and nothing of it there; "begun": a person is at it,
    and nothing of it is there so far; "unread".
    """
    if any(work.annotations for work in entry.works):
        return "annotated"
    states = {work.state for work in entry.works}
    if states & {"submitted", "accepted"}:
        return "negative"
    return "begun" if states - {"new"} else "unread"
