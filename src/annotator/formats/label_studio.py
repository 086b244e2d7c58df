"""Label Studio's JSON: tasks with their annotations and predictions; its JSON-MIN is read too.

Offsets count code points: since 1.4 the editor stores them so for Text (`fixCodePointsInRange`,
"in python … complex unicode symbols handled as code points"); older files count UTF-16 units,
which the quoted words tell. Fields are per-region controls named "Label.field".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import assert_never

import msgspec

from annotator.formats import label_studio_read as tasks
from annotator.formats.before import Before
from annotator.formats.beside import named
from annotator.formats.facts import facts
from annotator.formats.files import placing, reading
from annotator.formats.foreign import Foreign, Found
from annotator.formats.format import Format, ReadOptions, WriteOptions, Written, companions
from annotator.formats.json_stream import objects
from annotator.model.codebook import (
    DOCUMENT_DATE,
    BoolField,
    ChoiceField,
    ChoicesField,
    CodeField,
    DateField,
    EntityField,
    Field,
    IntegerField,
    NumberField,
    SpanField,
    StringField,
    StringsField,
    TextField,
    TimexField,
    Value,
)
from annotator.model.corpus import Entry, Item, Work
from annotator.model.document import Annotation
from annotator.model.errors import InputError

_encoder = msgspec.json.Encoder()
_Row = dict[str, object]


def recognises(path: Path) -> bool:
    """True where the file starts with tasks, or with JSON-MIN's rows."""
    with reading(path) as file:
        head = file.read(1 << 16)
    if not head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith((b"[", b"{")):
        return False
    of_task = rb'"(annotations|completions|predictions)"\s*:\s*\[|"from_name"\s*:'
    data = rb'"data"\s*:\s*\{'
    of_min = rb'"(labels|hypertextlabels)"\s*:\s*\['
    if re.search(of_task, head) and re.search(data, head):
        return True
    return re.search(of_min, head) is not None and re.search(rb'"start"\s*:\s*\d', head) is not None


def read(path: Path, options: ReadOptions) -> Iterator[Item]:
    """The articles of a file, each annotation and each prediction a document on it.

    Raises InputError.
    """
    from annotator.formats.label_studio_config import declared  # lxml: 40 ms at start-up

    def finds(__: ReadOptions) -> Iterator[Found | InputError]:
        with reading(path) as file:
            for number, (_, task) in enumerate(objects(file, path.name)):
                try:
                    if not isinstance(task, dict):
                        raise InputError("An object is expected here.")
                    yield tasks.found(task, path.name, number, options.codebook)
                except InputError as fault:
                    place = ", ".join(part for part in (f"[{number}]", fault.place) if part)
                    yield InputError(fault.message, source=path.name, place=place)

    foreign = Foreign(path.stem, path.name, options)
    declared(foreign.schema, companions(LABEL_STUDIO, path)[1])
    return foreign.items(finds)


def write(items: Iterable[Item], target: Path, options: WriteOptions) -> Written:
    """A task an article, and the labelling configuration beside them."""
    from annotator.formats.label_studio_config import config  # lxml: 40 ms at start-up

    before = Before()
    tasks_of = _Tasks(before)
    with placing(*companions(LABEL_STUDIO, target)) as (rows, configuration):
        with rows.open("wb") as out:
            out.write(b"[")
            between = b"\n"
            for entry in before.entries(items):
                out.write(between + _encoder.encode(tasks_of.task(entry)))
                between = b",\n"
            out.write(b"\n]\n")
        configuration.write_bytes(config(before.codebook))
    return before.written


class _Tasks:
    """Makes tasks of entries, with what came before them."""

    def __init__(self, before: Before) -> None:
        self._before = before

    def task(self, entry: Entry) -> _Row:
        """An article. `meta` is kept by Label Studio and not shown."""
        return {
            "id": self._before.written.articles,
            "data": {"text": entry.text.value, **facts(entry.article)},
            "meta": {
                "metadata": dict(entry.article.metadata),
                "entities": named(entry.works, self._before),
            },
            "annotations": [self._annotation(entry, work) for work in entry.works],
        }

    def _annotation(self, entry: Entry, work: Work) -> _Row:
        """A document. `completed_by` must be a user of the server, so a login has another key."""
        rows: list[_Row] = []
        for annotation in work.annotations:
            self._add_region(rows, entry, annotation)
        kinds = {kind.name: kind for kind in self._before.codebook.link_types}
        for link in work.links:
            kind = kinds.get(link.type)
            direction = "bi" if kind is not None and kind.symmetric else "right"
            rows.append(_relation(link.from_id, link.to_id, link.type, direction))
        return {
            "created_username": self._before.login(work),
            "ground_truth": work.state == "accepted",
            "was_cancelled": False,
            "result": rows,
        }

    def _add_region(self, rows: list[_Row], entry: Entry, annotation: Annotation) -> None:
        start, end = annotation.fragments[0]
        place = {"start": start, "end": end, "text": entry.text.value[start:end]}
        region: _Row = {
            "id": annotation.id,
            "from_name": "label",
            "to_name": "text",
            "type": "labels",
            "value": {**place, "labels": [annotation.label]},
        }
        rows.append(region)
        if not annotation.fields:
            return
        kinds = self._before.kinds(annotation.label)
        for name, value in annotation.fields.items():
            kind = kinds.get(name)
            if isinstance(kind, EntityField):
                region["meta"] = {"entity": value}
            if isinstance(kind, SpanField) and value != DOCUMENT_DATE:
                rows.append(_relation(annotation.id, str(value), name, "right"))
            elif kind is not None:
                control, held = self._held(kind, value)
                rows.append(
                    {
                        "id": annotation.id,
                        "from_name": f"{annotation.label}.{name}",
                        "to_name": "text",
                        "type": control,
                        "value": {**place, control if control != "textarea" else "text": held},
                    }
                )

    def _held(self, kind: Field, value: Value) -> tuple[str, object]:
        """The kind of control that holds a field, and what it holds."""
        match kind:
            case BoolField():
                return "choices", ["true" if value else "false"]
            case ChoiceField() | CodeField():
                return "choices", [value]
            case ChoicesField():
                return "choices", value
            case NumberField() | IntegerField():
                return "number", value
            case StringsField():
                return "textarea", value
            case EntityField():
                entity = self._before.entities.get(str(value))
                return "textarea", [entity.name if entity is not None else ""]
            case StringField() | TextField() | SpanField() | TimexField() | DateField():
                return "textarea", [value]
            case _:
                assert_never(kind)


def _relation(from_id: str, to_id: str, label: str, direction: str) -> _Row:
    ends = {"from_id": from_id, "to_id": to_id}
    return {**ends, "type": "relation", "direction": direction, "labels": [label]}


LABEL_STUDIO = Format(
    id="label-studio",
    name="Label Studio JSON",
    patterns=("*.labelstudio.json", "*.json", "*.jsonl"),
    carries=frozenset(
        (
            "text", "nesting", "overlap", "links", "fields", "entities", "several_annotators",
            "facts",
        )
    ),
    offset_unit="code point",
    beside=(".config.xml",),
    about="Fields are per-region controls; make the .config.xml beside the file the project's "
    "labelling interface before you import it, and there every document becomes yours.",
    recognises=recognises,
    read=read,
    write=write,
)  # fmt: skip
