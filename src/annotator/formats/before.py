"""What stands before the entries of a project's stream, remembered for them to be understood."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from annotator.formats.format import Written
from annotator.model.codebook import Codebook, EntityField, Field
from annotator.model.corpus import Annotator, Entry, Heading, Item, Work
from annotator.model.document import Annotation, Entity


@dataclass(slots=True)
class Before:
    """The project, its entities and its annotators by id; `items` are all of these as they came.

    `written` counts the entries that were given so far, the present one among them.
    """

    name: str = ""
    codebook: Codebook = field(default_factory=lambda: Codebook(name=""))
    entities: dict[str, Entity] = field(default_factory=dict)
    annotators: dict[str, Annotator] = field(default_factory=dict)
    items: list[Item] = field(default_factory=list)
    written: Written = field(default_factory=Written)
    _kinds: dict[str, dict[str, Field]] = field(default_factory=dict)

    def entries(self, items: Iterable[Item]) -> Iterator[Entry]:
        """The entries; the rest is remembered."""
        for item in items:
            if isinstance(item, Entry):
                self._count(item)
                yield item
            else:
                self.take(item)

    def take(self, item: Heading | Annotator | Entity) -> None:
        """One item that is no entry."""
        self.items.append(item)
        match item:
            case Heading():
                self.name, self.codebook = item.name, item.codebook
            case Annotator():
                self.annotators[item.id] = item
            case _:
                self.entities[item.id] = item

    def _count(self, entry: Entry) -> None:
        done = self.written
        self.written = Written(
            articles=done.articles + 1,
            documents=done.documents + len(entry.works),
            annotations=done.annotations + sum(len(work.annotations) for work in entry.works),
            links=done.links + sum(len(work.links) for work in entry.works),
        )

    def kinds(self, label: str) -> Mapping[str, Field]:
        """The fields of a label by their names."""
        if label not in self._kinds:
            self._kinds[label] = {f.name: f for f in self.codebook.fields(label)}
        return self._kinds[label]

    def login(self, work: Work) -> str:
        """Whose work it is."""
        owner = self.annotators.get(work.owner_id)
        return owner.login if owner is not None else work.owner_id

    def entity_id(self, annotation: Annotation) -> str:
        """The id of the entity that a span mentions; "" where it mentions none."""
        if annotation.fields:
            for name, kind in self.kinds(annotation.label).items():
                if isinstance(kind, EntityField):
                    return str(annotation.fields.get(name) or "")
        return ""

    def entity(self, annotation: Annotation) -> Entity | None:
        """What a span mentions."""
        return self.entities.get(self.entity_id(annotation))
