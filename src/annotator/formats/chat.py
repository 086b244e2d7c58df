"""Fine-tuning of chat models: a line for each article, as a conversation that ends in its spans.

{"messages": [system, user, assistant]} as OpenAI's fine-tuning, TRL's SFTTrainer and others take
it. The instruction is made of the codebook; the answer is JSON with quotes and offsets.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from annotator.formats.before import Before
from annotator.formats.files import replacing
from annotator.formats.format import Format, WriteOptions, Written
from annotator.model.codebook import Codebook
from annotator.model.corpus import Item
from annotator.model.document import Annotation
from annotator.model.segment import Extent

_TASK = (
    "Mark the spans of the news article that fit these labels. A span may lie inside another or "
    "overlap it. Answer with JSON alone, of this form:\n"
    '{"spans": [{"label": "…", "quote": "…", "start": 0, "end": 0}]}\n'
    "`quote` repeats the words exactly. `start` and `end` count Unicode characters (code points) "
    "from 0, the end exclusive. A span in several parts has `fragments`, a list of quote, start "
    "and end, in their place. List spans in the order of the text; where there is none, give an "
    "empty list."
)


def write(items: Iterable[Item], target: Path, options: WriteOptions) -> Written:
    """An article a line, with the one document that is there."""
    before = Before()
    system = ""
    with replacing(target) as out:
        for entry in before.entries(items):
            system = system or instruction(before.codebook)
            found = [a for work in entry.works for a in work.annotations]
            text = entry.text.value
            answer = msgspec.json.encode({"spans": [_span(a, text) for a in found]}).decode()
            roles = (("system", system), ("user", text), ("assistant", answer))
            messages = [{"role": role, "content": content} for role, content in roles]
            out.write(msgspec.json.encode({"messages": messages}) + b"\n")
    return before.written


def instruction(codebook: Codebook) -> str:
    """What the model is told: the task, then each label with its guideline."""
    return "\n".join((_TASK, "", "Labels:", *_labels(codebook)))


def _labels(codebook: Codebook) -> Iterator[str]:
    for label in codebook.labels:
        guideline = " ".join(label.guideline.split())
        yield f"- {label.name}: {guideline}" if guideline else f"- {label.name}"


def _span(annotation: Annotation, text: str) -> dict[str, object]:
    parts = [_part(extent, text) for extent in annotation.fragments]
    if len(parts) == 1:
        return {"label": annotation.label, **parts[0]}
    return {"label": annotation.label, "fragments": parts}


def _part(extent: Extent, text: str) -> dict[str, object]:
    start, end = extent
    return {"quote": text[start:end], "start": start, "end": end}


CHAT = Format(
    id="chat",
    name="Chat fine-tuning JSONL",
    patterns=("*.chat.jsonl",),
    carries=frozenset(("text", "nesting", "overlap", "fragments")),
    offset_unit="code point",
    about="A conversation an article: labels and guidelines as the instruction, the text, and its "
    "spans as JSON with quotes and offsets in code points.",
    write=write,
)
