from __future__ import annotations

from pathlib import Path

import pytest
from tests.formats.carrying import read_back
from tests.formats.projects import news

from annotator.formats import brat_conf
from annotator.formats.brat import BRAT
from annotator.formats.brat_names import Names, stored, written
from annotator.formats.codebook_join import joined
from annotator.formats.codebook_rules import faults
from annotator.model.codebook import (
    BoolField,
    ChoiceField,
    Codebook,
    CodeField,
    EntityField,
    EntityType,
    Label,
    LinkType,
    Option,
    SpanField,
    StringField,
    TextField,
)
from annotator.model.corpus import Entry, Heading
from annotator.model.errors import CodebookError, InputError

ANNOTATION = """
# a comment
[entities]
<Core>=Person|Org
!Thing
\tPerson
\tOrg
\t-----
GPE|Place name
[relations]
<Who>=Person|Org
Located\tArg1:<Who>, Arg2:GPE
Near  Arg1:GPE, Arg2:GPE, <REL-TYPE>:symmetric
Inside  Arg1:GPE, Arg2:GPE, <REL-TYPE>:transitive
Equiv  Arg1:Person, Arg2:Person
Alias  Arg1:Org, Arg2:Org, <REL-TYPE>:symmetric-transitive
!Old  Arg1:Person, Arg2:GPE
Empty  Arg1:Nothing, Arg2:GPE
Single  Arg1:GPE
<OVERLAP>  Arg1:<ENTITY>, Arg2:<ENTITY>, <OVL-TYPE>:<ANY>
[events]
!Business
\tMerge  Org-Arg+:Org, Place-Arg?:GPE, Odd{:Org, Nobody:Nothing
\tFound  Org-Arg:Org, By{1-3}:Thing
Report  What:<EVENT>, Who{2}:<ANY>
[attributes]
Individual  Arg:<ENTITY>
Level  Arg:Person|Merge, Value:High|Low
"""
VISUAL = """
[labels]
Located | is located in | loc
Level | Level of it
[drawing]
SPAN_DEFAULT\tfgColor:black
Person\tbgColor:#F80, fgColor:white
Org\tbgColor:#A7C2FF
GPE\tbgColor:lightgreen
"""
KEYS = "# comment\nP person\nO Org\nO GPE\nX Located\nlong Person\nß GPE\nbroken\n"


def conf(folder: Path, annotation: str, visual: str = "", keys: str = "") -> Codebook | None:
    folder.mkdir(exist_ok=True)
    for name, text in (("annotation", annotation), ("visual", visual), ("kb_shortcuts", keys)):
        if text or name == "visual":
            (folder / f"{name}.conf").write_text(text, "utf-8")
    return brat_conf.read(folder)


def test_what_is_declared(tmp_path: Path) -> None:
    book = conf(tmp_path / "news", ANNOTATION, VISUAL, KEYS)
    assert book is not None and book.name == "news"
    assert [*faults(book)] == []
    labels = {label.name: label for label in book.labels}
    assert [*labels] == ["Person", "Org", "GPE", "Merge", "Found", "Report"]
    assert [labels[n].color for n in ("Person", "Org")] == ["#ff8800", "#a7c2ff"]
    assert [labels[n].key for n in ("Person", "Org", "GPE")] == ["p", "r", "ß"]  # o is the window's
    assert [labels[n].entity_type for n in labels] == ["person", "org", "", "", "", ""]
    assert [f.name for f in labels["Person"].fields] == ["entity", "Individual", "Level"]
    level = labels["Merge"].fields[0]
    assert isinstance(level, ChoiceField) and level.label == "Level of it"
    assert [o.value for o in level.options] == ["High", "Low"]
    assert isinstance(labels["GPE"].fields[0], BoolField)
    links = {kind.name: kind for kind in book.link_types}
    assert {n: (k.from_labels, k.to_labels) for n, k in links.items()} == {
        "Located": (("Person", "Org"), ("GPE",)),
        "Near": (("GPE",), ("GPE",)),
        "Inside": (("GPE",), ("GPE",)),
        "Org-Arg": (("Merge", "Found"), ("Org",)),
        "Place-Arg": (("Merge",), ("GPE",)),
        "By": (("Found",), ("Person", "Org")),
        "What": (("Report",), ("Merge", "Found", "Report")),
        "Who": (("Report",), (*labels,)),
    }
    assert (links["Located"].label, links["Located"].key) == ("is located in", "x")
    assert (links["Near"].symmetric, links["Inside"].transitive) == (True, True)
    assert [links[n].max for n in ("Org-Arg", "Place-Arg", "By", "Who")] == [None, 1, 3, 2]
    assert [f.name for f in book.common_fields] == ["note"]


def test_a_note_of_its_own_and_a_key_that_another_would_get(tmp_path: Path) -> None:
    annotation = "[entities]\nApe\nBear\n[attributes]\nnote Arg:Ape\n"
    book = conf(tmp_path, annotation, keys="A Bear\n")
    assert book is not None
    assert book.common_fields == ()
    assert [label.key for label in book.labels] == ["", "a"]


def test_what_can_not_be_a_codebook_is_passed_over(tmp_path: Path) -> None:
    twice = "[entities]\nApe\n[relations]\nx Arg1:Ape, Arg2:Ape\n[attributes]\nx Arg:Ape\n"
    book = conf(tmp_path, twice)
    assert book is not None and book.link_types[0].name == "x link"
    assert brat_conf.read(tmp_path / "nowhere") is None
    assert conf(tmp_path / "twice", "[entities]\nApe\n[attributes]\nentity Arg:Ape\n"
                "[relations]\nEquiv Arg1:Ape, Arg2:Ape\n") is None  # fmt: skip


def test_more_types_than_anybody_declares(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="more than 1000 types"):
        conf(tmp_path, "[entities]\n|\n" + "".join(f"T{n}\n" for n in range(1001)))


def test_a_declaration_that_the_annotations_contradict(tmp_path: Path) -> None:
    """A link type of the name of a field: what is seen counts, what was declared is left."""
    conf(tmp_path, "[entities]\nApe\nBee\n[attributes]\nx Arg:Ape\n")
    (tmp_path / "a.txt").write_text("ab")
    (tmp_path / "a.ann").write_text("T1\tApe 0 1\ta\nT2\tApe 1 2\tb\nR1\tx Arg1:T1 Arg2:T2\n")
    heading = read_back(BRAT, tmp_path)[0]
    assert isinstance(heading, Heading)
    assert [label.name for label in heading.codebook.labels] == ["Ape"]


def test_macros_that_grow_have_an_end(tmp_path: Path) -> None:
    macros = "".join(f"<m{'x' * n}>=" + f"<m{'x' * (n + 1)}>" * 10 + "\n" for n in range(12))
    book = conf(tmp_path, f"[entities]\nApe\n{macros}B <m>:1\n")
    assert book is not None


def test_annotations_say_more_than_was_declared(tmp_path: Path) -> None:
    conf(tmp_path, ANNOTATION, VISUAL, KEYS)
    (tmp_path / "a.txt").write_text("Ann met Bob")
    (tmp_path / "a.ann").write_text(
        "T1\tPerson 0 3\tAnn\nT2\tDog 8 11\tBob\nA1\tGood T2\nA2\tLevel T1 High\n"
        "R1\tMet Arg1:T1 Arg2:T2\n#1\tAnnotatorNotes T2\tgood dog\n"
    )
    heading, *rest = read_back(BRAT, tmp_path)
    assert isinstance(heading, Heading)
    book = heading.codebook
    assert [label.name for label in book.labels][-2:] == ["Report", "Dog"]
    person, dog = book.labels[0], book.labels[-1]
    assert (person.color, person.key) == ("#ff8800", "p")
    assert [f.name for f in dog.fields] == ["Good"]
    assert book.link_types[-1].name == "Met"
    entry = rest[-1]
    assert isinstance(entry, Entry)
    assert entry.works[0].annotations[1].fields == {"Good": True, "note": "good dog"}


def test_the_files_of_a_codebook(tmp_path: Path) -> None:
    labels = (
        Label(name="Bad | <one>", key="b", color="#FFFFFF", fields=(
            ChoiceField(name="level", options=(Option("a b"), Option("x"))),
            SpanField(name="of", targets=("Two", "t0")),
            ChoiceField(name="blank", options=(Option("a b"),)),
            CodeField(name="code", codelist="x", options=(Option("y"),), extra=(Option("z"),)),
        )),
        Label(name="Two", key="#", color="#000000", entity_type="two", fields=(
            EntityField(name="entity"), BoolField(name="level"),
            SpanField(name="when", targets=("t0",)),
        )),
    )  # fmt: skip
    book = Codebook(
        name="Any",
        labels=labels,
        entity_types=(EntityType(name="two", fields=(StringField(name="name"),)),),
        link_types=(
            LinkType(name="a", key="b", from_labels=("Two",), to_labels=("Two",), transitive=True),
            LinkType(name="c", key="c", from_labels=("Two",), to_labels=("Two",), symmetric=True),
        ),
    )
    files = written(Names(book))
    assert files["annotation.conf"] == (
        "[entities]\nBad____one_\nTwo\n[relations]\n"
        "a\tArg1:Two, Arg2:Two, <REL-TYPE>:transitive\n"
        "c\tArg1:Two, Arg2:Two, <REL-TYPE>:symmetric\n"
        "of\tArg1:Bad____one_, Arg2:Two\n"
        "Equiv\tArg1:Two, Arg2:Two, <REL-TYPE>:symmetric-transitive\n"
        "<OVERLAP>\tArg1:<ENTITY>, Arg2:<ENTITY>, <OVL-TYPE>:<ANY>\n"
        "[events]\n[attributes]\nlevel\tArg:Bad____one_, Value:x\n"
        "code\tArg:Bad____one_, Value:y|z\n"
    )
    assert "Bad____one_ | Bad one\n" in files["visual.conf"]
    assert (
        "Bad____one_\tbgColor:#ffffff, fgColor:black, borderColor:darken\n" in files["visual.conf"]
    )
    assert files["kb_shortcuts.conf"] == "B\tBad____one_\nC\tc\n"


def test_the_configuration_of_the_news_codebook_says_what_it_says(tmp_path: Path) -> None:
    for name, text in written(Names(news())).items():
        (tmp_path / name).write_text(text, "utf-8")
    book = brat_conf.read(tmp_path)
    assert book is not None
    for ours, theirs in zip(news().labels, book.labels, strict=True):
        assert (ours.name, ours.key, ours.color) == (theirs.name, theirs.key, theirs.color)
        assert bool(ours.entity_type) == bool(theirs.entity_type)
    for kind in news().link_types:
        found = book.link_type(kind.name)
        assert found is not None
        assert (found.from_labels, found.to_labels) == (kind.from_labels, kind.to_labels)
        assert (found.symmetric, found.transitive) == (kind.symmetric, kind.transitive)


def test_names_are_apart() -> None:
    assert stored(["a b", "a_b", "a-b", "中", "a b", "文"]) == {
        "a b": "a_b", "a_b": "a_b_2", "a-b": "a-b", "中": "type", "文": "type_2",
    }  # fmt: skip


# ---- two codebooks as one ------------------------------------------------------------------------

_NAME = StringField(name="name", required=True)
BASE = Codebook(
    name="Base",
    common_fields=(TextField(name="note"),),
    entity_types=(EntityType(name="ape", fields=(_NAME,)),),
    labels=(
        Label(name="Ape", key="a", fields=(
            StringField(name="size"), BoolField(name="wild"),
            SpanField(name="of", targets=("Ape",)),
        )),
    ),
    link_types=(LinkType(name="likes", from_labels=("Ape",), to_labels=("Ape",), max=1),),
)  # fmt: skip
SEEN = Codebook(
    name="Seen",
    entity_types=(
        EntityType(name="ape", fields=(_NAME, StringField(name="zoo"))),
        EntityType(name="bee", fields=(_NAME,)),
    ),
    labels=(
        Label(name="Bee", key="a", fields=(BoolField(name="note"), TextField(name="hum"))),
        Label(name="Ape", entity_type="ape", fields=(
            EntityField(name="entity"), TextField(name="size"), BoolField(name="wild"),
            SpanField(name="of", targets=("Bee",)), TextField(name="note"),
        )),
    ),
    link_types=(
        LinkType(name="likes", from_labels=("Bee",), to_labels=("Ape",)),
        LinkType(name="stings", from_labels=("Bee",), to_labels=("Ape",)),
    ),
)  # fmt: skip


def test_two_codebooks_as_one() -> None:
    seen = Codebook(
        name="Seen",
        entity_types=SEEN.entity_types,
        labels=(Label(name="Bee", key="a", fields=(TextField(name="hum"),)), SEEN.labels[1]),
        link_types=SEEN.link_types,
    )
    made = joined(BASE, seen)
    ape, bee = made.labels
    assert (ape.key, bee.key, ape.entity_type) == ("a", "", "ape")
    assert [(f.name, f.kind) for f in ape.fields] == [
        ("size", "text"), ("wild", "bool"), ("of", "span"), ("entity", "entity"),
    ]  # fmt: skip
    of = ape.fields[2]
    assert isinstance(of, SpanField) and of.targets == ("Ape", "Bee")
    assert [(k.name, k.from_labels, k.max) for k in made.link_types] == [
        ("likes", ("Ape", "Bee"), 1), ("stings", ("Bee",), None),
    ]  # fmt: skip
    assert [(t.name, len(t.fields)) for t in made.entity_types] == [("ape", 2), ("bee", 1)]


def test_a_name_that_means_two_things() -> None:
    with pytest.raises(CodebookError, match="common field"):
        joined(BASE, SEEN)
