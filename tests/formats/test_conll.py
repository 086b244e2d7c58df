from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tests.formats.carrying import hand_out
from tests.formats.projects import OTHER, entry, full, project, span, uid, work

from annotator.formats import Written
from annotator.formats.conll import CONLL
from annotator.model.corpus import Entry, Item
from annotator.model.document import Annotation


def export(tmp_path: Path, items: list[Item]) -> tuple[str, Written, dict[str, int]]:
    target = tmp_path / "x.conll"
    done, losses = hand_out(CONLL, items, target)
    return target.read_text("utf-8"), done, dict(losses.counts)


def tags(text: str) -> list[tuple[str, str]]:
    rows = [line.split(" ") for line in text.splitlines() if line]
    assert all(len(row) == 4 for row in rows)
    return [(row[0], row[3]) for row in rows]


def one(text: str, *annotations: Annotation) -> list[Item]:
    return project(entry(work(*annotations), text=text))


def test_the_columns(tmp_path: Path) -> None:
    items = one(
        "ISIS took Los Angeles. It left.", span(40, "Actor", 0, 4), span(41, "Place", 10, 21)
    )
    text, done, _ = export(tmp_path, items)
    assert text == (
        "-DOCSTART- -X- -X- O\n\n"
        "ISIS -X- O B-Actor\ntook -X- O O\nLos -X- O B-Place\nAngeles -X- O I-Place\n. -X- O O\n\n"
        "It -X- O O\nleft -X- O O\n. -X- O O\n\n"
    )
    assert done == Written(articles=1, documents=1, annotations=2)


def test_neighbours_are_two(tmp_path: Path) -> None:
    items = one("New York Paris", span(40, "Place", 0, 8), span(41, "Place", 9, 14))
    assert [tag for _, tag in tags(export(tmp_path, items)[0])][1:] == [
        "B-Place", "I-Place", "B-Place",
    ]  # fmt: skip


def test_of_overlaps_the_longest_wins_then_the_earliest_then_the_first_label(
    tmp_path: Path,
) -> None:
    items = one(
        "a b c d e f g h",
        span(40, "Actor", 0, 3),  # a b: shorter than b c d
        span(41, "Place", 2, 7),
        span(42, "Place", 10, 13),  # f g: later than e f
        span(43, "Actor", 8, 11),
        span(44, "Place", 14, 15),
        span(45, "Actor", 14, 15),
    )
    text, done, lost = export(tmp_path, items)
    assert [tag for _, tag in tags(text)][1:] == [
        "O", "B-Place", "I-Place", "I-Place", "B-Actor", "I-Actor", "O", "B-Actor",
    ]  # fmt: skip
    assert done.annotations == 3
    assert lost == {"facts of the article": 1, "overlapping a longer one": 3}


def test_what_is_dropped_is_counted(tmp_path: Path) -> None:
    text = "Syria's army won. It left \u00a0 here."
    annotations = (
        Annotation(id=uid(40), label="Claim", fragments=((0, 5), (8, 12)), fields={}),
        span(41, "Actor", 3, 3),
        span(42, "Place", 0, 3, note="x", uncertain=False),  # Syr
        span(43, "Place", 2, 7),  # ria's
        span(44, "Claim", 8, 26),  # over two sentences
        span(45, "Cue", 26, 28),  # blanks
        span(46, "Place", 0, 8),  # with a blank behind: taken
    )
    _, done, lost = export(tmp_path, one(text, *annotations))
    assert done.annotations == 1
    assert lost == {
        "across sentences": 1,
        "facts of the article": 1,
        "in fragments": 1,
        "not on token edges": 2,
        "without a token": 1,
        "zero width": 1,
    }


def test_links_and_the_other_annotator_are_counted(tmp_path: Path) -> None:
    items = full()
    found = items[5]
    assert isinstance(found, Entry)
    second = replace(found.works[1], annotations=(span(60, "Cue", 0, 4),))
    items[5] = replace(found, works=(found.works[0], second))
    _, done, lost = export(tmp_path, items)
    assert (done.articles, done.documents) == (2, 1)
    assert lost["links"] == 2
    assert lost["another annotator's"] == 1


def test_the_work_that_is_furthest_on_is_taken(tmp_path: Path) -> None:
    mine = work(span(40, "Actor", 0, 4))
    theirs = replace(work(span(41, "Place", 0, 4), owner=OTHER), state="submitted")
    items = project(entry(mine, theirs))
    assert tags(export(tmp_path, items)[0])[1] == ("ISIS", "B-Place")


def test_a_label_with_a_blank_and_one_that_the_codebook_has_not(tmp_path: Path) -> None:
    items = one("ISIS took Palmyra", span(40, "Hate speech", 0, 4))
    assert tags(export(tmp_path, items)[0])[1] == ("ISIS", "B-Hate_speech")


def test_every_visible_character_is_a_token_once(tmp_path: Path) -> None:
    text = "«Élan» 中文 e\u0301 😀! x…\n\nשלום (a).b"
    words = [word for word, _ in tags(export(tmp_path, one(text))[0])][1:]
    assert "".join(words) == "".join(text.split())
