"""A codebook as layers, and pages between the model and the files of WebAnno and UIMA."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from tests.formats.carrying import hand_out, proven, read_back
from tests.formats.projects import OWNER, entry, full, news, projects, span, uid, work

from annotator import resources
from annotator.formats import Format
from annotator.formats.layer_folder import holds
from annotator.formats.layers import ANY, Layers
from annotator.formats.own import OWN
from annotator.formats.page import fields_of, role_of
from annotator.formats.page_in import article_of
from annotator.formats.uima_json import JSON
from annotator.formats.uima_xmi import XMI
from annotator.formats.webanno_tsv import TSV
from annotator.model.codebook import (
    BoolField,
    Codebook,
    EntityField,
    EntityType,
    IntegerField,
    Label,
    LinkType,
    SpanField,
    StringField,
)
from annotator.model.corpus import Entry, Heading, Item
from annotator.model.document import Entity, Link
from annotator.model.errors import InputError

KINDS = pytest.mark.parametrize("kind", [XMI, JSON, TSV], ids=lambda kind: kind.id)


@KINDS
def test_any_project(tmp_path_factory: pytest.TempPathFactory, kind: Format) -> None:
    @settings(
        max_examples=40,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )
    @given(projects())
    def check(items: list[Item]) -> None:
        target = tmp_path_factory.mktemp("any") / "out"
        assert proven(kind, items, target).differences == ()

    check()


@KINDS
def test_the_sample_project(tmp_path: Path, kind: Format) -> None:
    items = read_back(OWN, resources.path("sample/palmyra.jsonl"))
    proof = proven(kind, items, tmp_path / "out")
    assert (proof.differences, proof.annotations > 100) == ((), True)


def test_links_of_one_label_are_relations_others_slots() -> None:
    layers = Layers(news(), arrays=True)
    assert set(layers.relations) == {"part_of", "relative_to", "agrees_with", "conflicts_with"}
    assert layers.relations["relative_to"].base == "webanno.custom.Place"
    claim = layers.spans["Claim"].slots
    assert claim["source"].target == "webanno.custom.Actor"
    assert claim["fragments"].target == "webanno.custom.Claim"
    actor = layers.spans["Actor"].slots["affiliatedWith"]
    assert (actor.target, actor.type) == (ANY, "webanno.custom.ActorAffiliatedWithLink")
    date = layers.spans["Date"]
    assert {"anchor", "beginField", "endField", "fragments"} == set(date.slots)
    assert date.features["anchor_t0"].part == "date"


def test_names_are_identifiers_each_given_once() -> None:
    labels = tuple(
        Label(name=name, fields=tuple(StringField(name=n) for n in ("ü b", "ub", "Ub", "begin")))
        for name in ("a b", "A B", "مكان", "2nd", "é_è")
    )
    layers = Layers(Codebook(name="C", labels=labels), arrays=False)
    types = [layer.type.removeprefix("webanno.custom.") for layer in layers.spans.values()]
    assert types == ["AB", "AB2", "X", "X2nd", "EE"]
    assert list(layers.spans["2nd"].features) == ["uB", "ub2", "Ub3", "beginField"]


def odd_codebook() -> Codebook:
    """References without a date, an integer of a relation, link types of all shapes."""
    return Codebook(
        name="Odd",
        entity_types=(EntityType(name="person", fields=(StringField(name="name"),)),),
        labels=(
            Label(name="A", entity_type="person", fields=(EntityField(name="who"),)),
            Label(name="B", fields=(SpanField(name="of", targets=("A", "B")),)),
        ),
        link_types=(
            LinkType(
                name="same",
                from_labels=("A",),
                to_labels=("A",),
                symmetric=True,
                fields=(IntegerField(name="n"), BoolField(name="sure")),
            ),
            LinkType(
                name="either",
                from_labels=("A", "B"),
                to_labels=("A", "B"),
                symmetric=True,
                fields=(StringField(name="role"), StringField(name="why")),
            ),
        ),
    )


def odd(*links: Link) -> list[Item]:
    spans = (
        span(40, "A", 0, 4, who=uid(90)),
        span(41, "A", 5, 9, who=uid(91)),
        span(42, "B", 10, 17, of=uid(40)),
    )
    people = [Entity(id=uid(n), type="person", fields={"name": "Al"}) for n in (90, 91)]
    heading = Heading(name="Odd", codebook=odd_codebook())
    return [heading, OWNER, *people, entry(work(*spans, links=links))]


def link(number: int, kind: str, source: int, target: int, /, **fields: object) -> Link:
    return Link(
        id=uid(number),
        type=kind,
        from_id=uid(source),
        to_id=uid(target),
        fields=fields,  # type: ignore[arg-type]
    )


@KINDS
def test_links_with_fields_and_two_of_one_name(tmp_path: Path, kind: Format) -> None:
    links = (
        link(50, "same", 40, 41, n=3, sure=False),
        link(51, "either", 40, 42, role="x"),
        link(52, "either", 42, 41, role="{x"),
        link(53, "either", 42, 40, why="é;|"),
        link(54, "either", 42, 40),
    )
    items = odd(*links)
    hand_out(kind, items, tmp_path / "out")
    back = read_back(kind, tmp_path / "out")
    held = next(item for item in back if isinstance(item, Entry)).works[0]
    labels = {a.id: a.label for a in held.annotations}
    found = [(k.type, labels[k.from_id], labels[k.to_id], dict(k.fields)) for k in held.links]
    assert sorted(found, key=repr) == [
        ("either", "A", "B", {"role": "x"}),
        ("either", "B", "A", {"role": "{x"}),
        ("either", "B", "A", {"why": "é;|"}),
        ("either", "B", "A", {}),
        ("same", "A", "A", {"n": 3, "sure": False}),
    ]
    people = [item.id for item in back if isinstance(item, Entity)]
    assert people == sorted(people)
    assert [a.fields["who"] for a in held.annotations[:2]] == people
    assert held.annotations[2].fields["of"] == held.annotations[0].id


@KINDS
def test_links_that_the_codebook_does_not_allow_are_told(tmp_path: Path, kind: Format) -> None:
    items = odd(
        link(50, "same", 40, 42), link(51, "same", 42, 40), link(52, "same", 40, 41, n=2**40)
    )
    done, losses = hand_out(kind, items, tmp_path / "out")
    assert losses.counts["not in the codebook"] == 2
    assert losses.counts["whole numbers over 32 bits"] == 1
    assert (done.articles, done.documents, done.annotations, done.links) == (1, 1, 3, 1)


@KINDS
def test_an_entity_that_is_not_there_any_more_keeps_its_id(tmp_path: Path, kind: Format) -> None:
    items = [item for item in odd() if not isinstance(item, Entity)]
    hand_out(kind, items, tmp_path / "out")
    people = [i for i in read_back(kind, tmp_path / "out") if isinstance(i, Entity)]
    assert [p.name for p in people] == [uid(90), uid(91)]


@KINDS
def test_a_project_without_articles(tmp_path: Path, kind: Format) -> None:
    done, _ = hand_out(kind, odd()[:-1], tmp_path / "out")
    assert done.articles == 0
    heading, *people = read_back(kind, tmp_path / "out")
    assert heading == odd()[0]
    assert len(people) == 2


def test_two_layers_of_one_short_name(tmp_path: Path) -> None:
    path = tmp_path / "a.tsv"
    path.write_text(
        "#FORMAT=WebAnno TSV 3.3\n#T_SP=a.B|c\n#T_SP=d.B|c\n\n\n#Text=Ab\n1-1\t0-2\tAb\tx\ty\t\n"
    )
    held = next(i for i in read_back(TSV, path) if isinstance(i, Entry)).works[0]
    assert sorted((a.label, a.fields["c"]) for a in held.annotations) == [("B", "x"), ("d.B", "y")]


def test_fragments_that_others_have_touched_are_links(tmp_path: Path) -> None:
    hand_out(XMI, full(), tmp_path / "out")
    path = tmp_path / "out/00001-taken.xmi"
    body = path.read_text("utf-8")
    assert '<custom:Claim xmi:id="27" sofa="1" begin="18" end="29"/>' in body
    path.write_text(body.replace('begin="18" end="29"/>', 'begin="18" end="29" mode="a"/>', 1))
    held = next(i for i in read_back(XMI, path) if isinstance(i, Entry)).works[0]
    assert [len(a.fragments) for a in held.annotations if a.label == "Claim"] == [1, 1]
    assert sorted(k.type for k in held.links) == ["cue", "fragments", "source"]


def test_roles() -> None:
    assert role_of({}) == ""
    assert role_of({"role": "x"}) == "x"
    assert fields_of("") == {}
    assert fields_of("{x") == {"role": "{x"}
    assert fields_of("{" * 100_000 + '"a":') == {"role": "{" * 100_000 + '"a":'}
    assert fields_of('{"a": [1, "b\\ud800"], "c": NaN, "d": {"e": null}, "f": 1, "g": true}') == {
        "a": ["1", "b"], "c": "nan", "d": "{'e': None}", "f": 1, "g": True,
    }  # fmt: skip


def test_facts_that_others_have_written() -> None:
    article = article_of({"date": "soon", "date_source": "given", "metadata": "[1]"}, "file")
    assert (article.title, article.date, article.date_source) == ("file", "", "")
    assert article.metadata == {"metadata": "[1]"}
    article = article_of({"ours": "1", "date": "2020-01-01", "metadata": "{"}, "file")
    assert (article.title, article.date, article.date_source) == ("", "2020-01-01", "")
    assert article.metadata == {"metadata": "{"}


def test_a_folder_is_known_by_its_first_files(tmp_path: Path) -> None:
    for n in range(4):
        (tmp_path / f"{n}.x").write_text(str(n))
    assert holds(tmp_path, ".x", lambda head: head == b"2")
    assert not holds(tmp_path, ".x", lambda head: head == b"3")
    assert not holds(tmp_path / "0.x", ".x", lambda head: head == b"1")
    with pytest.raises(InputError):
        holds(tmp_path / "gone.x", ".x", lambda _: True)


@KINDS
def test_a_file_that_is_not_there(tmp_path: Path, kind: Format) -> None:
    with pytest.raises(InputError):
        read_back(kind, tmp_path / f"gone{kind.patterns[0].lstrip('*')}")
