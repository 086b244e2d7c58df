"""Chat fine-tuning: a conversation an article, whose answer is right."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from tests.formats.carrying import hand_out
from tests.formats.projects import TEXT, entry, full, news, project, projects, span, uid, work

from annotator.formats import codebook as codebooks
from annotator.formats.chat import CHAT, instruction
from annotator.model.corpus import Entry, Item
from annotator.model.document import Annotation


def out(tmp_path: Path, items: list[Item]) -> list[tuple[str, str, Any]]:
    """System, user and the answer of each line; each quote stands where the answer says."""
    done, _ = hand_out(CHAT, items, tmp_path / "x.jsonl")
    found = []
    for line in (tmp_path / "x.jsonl").read_bytes().splitlines():
        messages = json.loads(line)["messages"]
        assert [m["role"] for m in messages] == ["system", "user", "assistant"]
        system, user, answer = (m["content"] for m in messages)
        said = json.loads(answer)
        for row in said["spans"]:
            for part in row.get("fragments", [row]):
                assert user[part["start"] : part["end"]] == part["quote"]
        found.append((system, user, said))
    assert len(found) == done.articles
    assert sum(len(said["spans"]) for _, _, said in found) == done.annotations
    return found


def test_a_conversation(tmp_path: Path) -> None:
    parts = Annotation(id=uid(46), label="Claim", fragments=((0, 9), (18, 29)))
    spans = (span(41, "Place", 10, 17, use="literal"), parts)
    ((system, user, said),) = out(tmp_path, project(entry(work(*spans))))
    assert user == TEXT
    assert said == {
        "spans": [
            {
                "label": "Claim",
                "fragments": [
                    {"quote": TEXT[0:9], "start": 0, "end": 9},
                    {"quote": TEXT[18:29], "start": 18, "end": 29},
                ],
            },
            {"label": "Place", "quote": "Palmyra", "start": 10, "end": 17},
        ]
    }
    assert system == instruction(news())


def test_the_instruction() -> None:
    book = codebooks.decode(
        '{"codebook": 1, "name": "S", "labels": '
        '[{"name": "X", "guideline": "One\\n line."}, {"name": "Y"}]}'
    )
    assert instruction(book).endswith("Labels:\n- X: One line.\n- Y")
    assert "code points" in instruction(book)


def test_read_and_nothing_there(tmp_path: Path) -> None:
    ((_, _, said),) = out(tmp_path, project(entry(work())))
    assert said == {"spans": []}


def test_any_project_and_the_same_bytes(tmp_path: Path) -> None:
    @settings(
        max_examples=40,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
        deadline=None,
    )
    @given(projects())
    def check(items: list[Item]) -> None:
        texts = [item.text.value for item in items if isinstance(item, Entry)]
        assert [user for _, user, _ in out(tmp_path, items)] == texts

    check()
    out(tmp_path, full())
    before = (tmp_path / "x.jsonl").read_bytes()
    out(tmp_path, full())
    assert (tmp_path / "x.jsonl").read_bytes() == before
