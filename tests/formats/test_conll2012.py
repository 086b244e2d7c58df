"""CoNLL-2012: names in brackets, chains as entities."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from tests.formats.carrying import hand_out, proven, read_back
from tests.formats.projects import ACTOR, entry, full, news, project, projects, span, uid, work
from tests.formats.test_conll import found, one, refused, saved

from annotator.formats.conll2012 import CONLL2012
from annotator.formats.export.proof import prove
from annotator.formats.own import OWN
from annotator.model.corpus import Entry, Heading, Item
from annotator.model.document import Entity

# Two parts of a document in the columns of the shared task, with a predicate's arguments.
PUBLISHED = """#begin document (bn/cnn/02/cnn_0210); part 000
bn/cnn/02/cnn_0210 0 0 John NNP (TOP(S(NP* - - - Speaker#1 (PERSON* (ARG0* (5
bn/cnn/02/cnn_0210 0 1 Smith NNP *) - - - Speaker#1 *) *) 5)
bn/cnn/02/cnn_0210 0 2 said VBD (VP* say 01 1 Speaker#1 * (V*) -
bn/cnn/02/cnn_0210 0 3 his PRP$ (NP(NP* - - - Speaker#1 * (ARG1* (7|(5)
bn/cnn/02/cnn_0210 0 4 dog NN *)))) dog - 1 Speaker#1 * *) 7)

bn/cnn/02/cnn_0210 0 0 Rome NNP (TOP*) - - - Speaker#1 (GPE) * -

#end document
#begin document (bn/cnn/02/cnn_0210); part 001
bn/cnn/02/cnn_0210 1 0 It PRP (TOP*) - - - - * (5)

#end document
"""


def named(items: list[Item]) -> dict[str, str]:
    return {item.id: item.name for item in items if isinstance(item, Entity)}


def test_the_columns(tmp_path: Path) -> None:
    items = one(
        "New York saw ISIS. ISIS left.",
        span(40, "Place", 0, 8),
        span(41, "Actor", 13, 17, entity=ACTOR.id),
        span(42, "Actor", 19, 23, entity=ACTOR.id),
    )
    done, _ = hand_out(CONLL2012, items, tmp_path / "x.conll")
    assert done.annotations == 3
    assert (tmp_path / "x.conll").read_text("utf-8") == (
        "#begin document (00001-article); part 000\n"
        "00001-article 0 0 New XX (TOP* - - - - (Place* -\n"
        "00001-article 0 1 York XX * - - - - *) -\n"
        "00001-article 0 2 saw XX * - - - - * -\n"
        "00001-article 0 3 ISIS XX * - - - - (Actor) (0)\n"
        "00001-article 0 4 . XX *) - - - - * -\n"
        "\n"
        "00001-article 0 0 ISIS XX (TOP* - - - - (Actor) (0)\n"
        "00001-article 0 1 left XX * - - - - * -\n"
        "00001-article 0 2 . XX *) - - - - * -\n"
        "\n"
        "#end document\n"
        f'#entity 0 {{"id": "{ACTOR.id}", "type": "actor", '
        '"fields": {"name": "ISIS", "aliases": ["IS", "Daesh"]}}\n'
    )


def test_names_nest_with_columns_but_one_stands_in_one_place(tmp_path: Path) -> None:
    items = one(
        "New York Times won",
        span(40, "Actor", 0, 14, entity=ACTOR.id),
        span(41, "Place", 0, 8),
        span(42, "Cue", 0, 8),
        span(43, "Claim", 9, 18),
    )
    target = tmp_path / "x.conll"
    _, losses = hand_out(CONLL2012, items, target, columns=True)
    assert [line.split()[10:] for line in target.read_text("utf-8").splitlines()[1:5]] == [
        ["(Actor(Place*", "(0"], ["*)", "-"], ["*)", "0)"], ["*", "-"],
    ]  # fmt: skip
    assert losses.counts["crossing a longer one"] == 1
    assert losses.counts["overlapping a longer one"] == 1
    assert found(target, CONLL2012)[0][1] == ["Actor: New York Times", "Place: New York"]


@settings(
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    deadline=None,
)
@given(items=projects())
def test_any_project_comes_back(tmp_path: Path, items: list[Item]) -> None:
    target = tmp_path / "any.conll"
    assert proven(CONLL2012, items, target).differences == ()
    body = target.read_bytes()
    _, losses = hand_out(CONLL2012, items, target, columns=True)
    assert prove(items, CONLL2012, target, losses.whole, news()).differences == ()
    hand_out(CONLL2012, items, target)
    assert target.read_bytes() == body


def test_entities_come_back_once_for_the_whole_project(tmp_path: Path) -> None:
    mention = span(40, "Actor", 0, 4, entity=ACTOR.id)
    items = project(
        entry(work(mention)), entry(work(span(41, "Actor", 0, 4, entity=ACTOR.id)), number=21)
    )
    assert proven(CONLL2012, items, tmp_path / "x.conll").differences == ()
    back = read_back(CONLL2012, tmp_path / "x.conll", codebook=news())
    (actor,) = (item for item in back if isinstance(item, Entity))
    assert actor.fields == ACTOR.fields
    entries = [item for item in back if isinstance(item, Entry)]
    assert {e.works[0].annotations[0].fields["entity"] for e in entries} == {actor.id}
    assert proven(CONLL2012, full(), tmp_path / "x.conll").differences == ()


def test_the_shared_tasks_own_columns(tmp_path: Path) -> None:
    path = saved(tmp_path, PUBLISHED)
    assert found(path, CONLL2012) == [
        (
            "John Smith said his dog\nRome",
            ["PERSON: John Smith", "Mention: his dog", "Mention: his", "GPE: Rome"],
        ),
        ("It", ["Mention: It"]),
    ]
    back = read_back(CONLL2012, path)
    titles = [item.article.title for item in back if isinstance(item, Entry)]
    assert titles == ["bn/cnn/02/cnn_0210", "bn/cnn/02/cnn_0210 part 1"]
    names = named(back)
    first = next(item for item in back if isinstance(item, Entry)).works[0].annotations
    assert [names.get(str(a.fields.get("entity"))) for a in first] == [
        "John Smith", "his dog", "John Smith", None,
    ]  # fmt: skip
    assert sorted(names.values()) == ["It", "John Smith", "his dog"]


def test_an_entity_of_a_name_and_of_other_mentions_has_one_type(tmp_path: Path) -> None:
    rows = (
        ("Kim", "(PERSON)", "(1)"),
        ("she", "*", "(1)"),
        ("It", "*", "(2)"),
        ("UN", "(ORG)", "(2)"),
    )
    body = "#begin document (x); part 000\n" + "".join(
        f"x 0 {n} {word} NN * - - - - {name} {chain}\n"
        for n, (word, name, chain) in enumerate(rows)
    )
    back = read_back(CONLL2012, saved(tmp_path, f"{body}\n#end document\n"))
    assert {item.type for item in back if isinstance(item, Entity)} == {"entity"}
    heading = back[0]
    assert isinstance(heading, Heading)
    assert {label.entity_type for label in heading.codebook.labels} == {"entity"}
    hand_out(OWN, back, tmp_path / "x.annotator.jsonl")
    read_back(OWN, tmp_path / "x.annotator.jsonl")  # an entity of another type is a fault there


def test_a_head_of_another_form(tmp_path: Path) -> None:
    body = PUBLISHED.replace("#begin document (bn/cnn/02/cnn_0210); part 000", "#begin document x")
    items = read_back(CONLL2012, saved(tmp_path, body))
    titles = [item.article.title for item in items if isinstance(item, Entry)]
    assert titles[0] == "John Smith said his dog"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("(PERSON*", "*", "line 3: A bracket closes"),
        ("*) *) 5)", "*) *) -", "line 6: A bracket is not closed"),
        (" * (5)", "", "line 12: Expected 12 columns or more, got 10."),
        ("#end document\n", "#entity 5 {\n", "line 10: Expected #entity"),
        ("#end document\n", '#entity 5 {"id": 1, "type": 2, "fields": 3}\n', "line 10: Expected"),
    ],
)
def test_faults(tmp_path: Path, old: str, new: str, expected: str) -> None:
    assert expected in refused(saved(tmp_path, PUBLISHED.replace(old, new)), CONLL2012)


def test_ids_are_those_that_are_given(tmp_path: Path) -> None:
    numbers = iter(range(100, 200))
    items = read_back(CONLL2012, saved(tmp_path, PUBLISHED), new_id=lambda: uid(next(numbers)))
    ids = [item.id for item in items if isinstance(item, Entity)]
    assert ids == [uid(101), uid(102), uid(103)]
