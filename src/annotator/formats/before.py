"""What stands before the entries of a project's stream, remembered for them to be understood."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from annotator.model.codebook import Codebook, EntityField, Field
from annotator.model.corpus import Annotator, Entry, Heading, Item, Work
from annotator.model.document import Annotation, Entity


@dataclass(slots=True)
class Before:
    """The project, its entities by id, and its annotators' logins by id."""

    name: str = ""
    codebook: Codebook = field(default_factory=lambda: Codebook(name=""))
    entities: dict[str, Entity] = field(default_factory=dict)
    logins: dict[str, str] = field(default_factory=dict)
    _kinds: dict[str, dict[str, Field]] = field(default_factory=dict)

    def entries(self, items: Iterable[Item]) -> Iterator[Entry]:
        """The entries; the rest is remembered."""
        for item in items:
            match item:
                case Heading():
                    self.name, self.codebook = item.name, item.codebook
                case Annotator():
                    self.logins[item.id] = item.login
                case Entity():
                    self.entities[item.id] = item
                case _:
                    yield item

    def kinds(self, label: str) -> Mapping[str, Field]:
        """The fields of a label by their names."""
        if label not in self._kinds:
            self._kinds[label] = {f.name: f for f in self.codebook.fields(label)}
        return self._kinds[label]

    def login(self, work: Work) -> str:
        """Whose work it is."""
        return self.logins.get(work.owner_id, work.owner_id)

    def entity(self, annotation: Annotation) -> str:
        """The id of the entity that a span mentions; "" where it mentions none."""
        if annotation.fields:
            for name, kind in self.kinds(annotation.label).items():
                if isinstance(kind, EntityField):
                    return str(annotation.fields.get(name) or "")
        return ""
