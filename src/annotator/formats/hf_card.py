"""The card of a dataset: README.md with the YAML that `datasets` reads, and words for a person.

YAML keys as in the Hub's dataset card specification. Every text is written as a JSON string, which
is YAML too, so that no name can break out of its place.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from annotator.formats.rows import Spec

_SIZES = (
    (1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"),
    (10_000_000, "1M<n<10M"),
)  # fmt: skip


@dataclass(slots=True)
class Part:
    """What one split holds."""

    rows: int = 0
    size: int = 0
    files: int = 0
    labels: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What a card says. `parts` by the split's name; `made` tells how the rows came about."""

    name: str
    features: Mapping[str, Spec]
    parts: Mapping[str, Part]
    suffix: str
    languages: tuple[str, ...]
    licence: str
    made: str

    def text(self) -> str:
        """The file; ends with a line end."""
        return "\n".join([*self._front(), "", *self._body(), ""])

    def _front(self) -> Iterator[str]:
        yield "---"
        yield f"pretty_name: {_quoted(self.name)}"
        if self.licence:
            yield f"license: {_quoted(self.licence.lower())}"  # the Hub's ids are SPDX's, lower
        languages = [k for k in self.languages if re.fullmatch("[a-z]{2,3}", k)]
        if languages:
            yield "language:"
            yield from (f"- {k}" for k in languages)
        yield "task_categories:\n- token-classification\nsize_categories:"
        rows = sum(part.rows for part in self.parts.values())
        yield f"- {next((name for limit, name in _SIZES if rows < limit), 'n>10M')}"
        yield "configs:\n- config_name: default\n  data_files:"
        for name in self.parts:
            yield f"  - split: {name}\n    path: data/{name}-*{self.suffix}"
        yield "dataset_info:\n  features:"
        yield from _features(self.features, "  ")
        yield "  splits:"
        for name, part in self.parts.items():
            # Without num_bytes `datasets` 4 and later leave this out of account, with a warning.
            yield f"  - name: {name}\n    num_bytes: {part.size}\n    num_examples: {part.rows}"
        yield f"  download_size: {sum(part.size for part in self.parts.values())}"
        yield "---"

    def _body(self) -> Iterator[str]:
        yield f"# {_plain(self.name)}"
        yield ""
        yield self.made
        yield ""
        yield f"Licence: {_plain(self.licence) or 'not stated'}."
        yield ""
        names = list(self.parts)
        yield f"| label | {' | '.join(names)} |"
        yield f"|---|{'---:|' * len(names)}"
        labels = dict.fromkeys(label for part in self.parts.values() for label in part.labels)
        for label in sorted(labels):
            counts = (str(part.labels[label]) for part in self.parts.values())
            yield f"| {_plain(label)} | {' | '.join(counts)} |"
        yield f"| rows | {' | '.join(str(part.rows) for part in self.parts.values())} |"


def _quoted(text: str) -> str:
    return json.dumps(text)


def _plain(text: str) -> str:
    """Words in Markdown that are no markup, on one line."""
    return re.sub(r"([\\`*_{}\[\]<>#|!])", r"\\\1", " ".join(text.split()))


def _features(specs: Mapping[str, Spec], indent: str) -> Iterator[str]:
    for name, spec in specs.items():
        yield f"{indent}- name: {name}"
        yield from _type(spec, f"{indent}  ", "dtype")


def _type(spec: Spec, indent: str, key: str) -> Iterator[str]:
    """A type as `datasets` writes it: `dtype: string`, `list: int32`, `list:` and what is in it."""
    match spec:
        case str():
            yield f"{indent}{key}: {spec}"
        case tuple():
            yield f"{indent}class_label:\n{indent}  names:"
            yield from (f"{indent}    '{n}': {_quoted(name)}" for n, name in enumerate(spec))
        case dict():
            yield from _features(spec, indent)
        case [str() as plain]:
            yield f"{indent}list: {plain}"
        case _:
            yield f"{indent}list:"
            deeper = indent if isinstance(spec[0], dict) else f"{indent}  "
            yield from _type(spec[0], deeper, "list")
