"""CoNLL-2002 and CoNLL-2003, and what all formats of tags share."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from tests.formats.carrying import hand_out, proven, read_back
from tests.formats.projects import (
    OTHER,
    entry,
    full,
    news,
    project,
    projects,
    read,
    span,
    uid,
    work,
)

from annotator import resources
from annotator.formats import Format, ReadOptions, Written, for_path, tagged
from annotator.formats.conll import CONLL2002, CONLL2003
from annotator.formats.export.proof import prove
from annotator.formats.fit import Losses
from annotator.formats.tagged import closed, is_tag, runs
from annotator.model.codebook import Codebook, Label
from annotator.model.corpus import Entry, Heading, Item
from annotator.model.document import Annotation
from annotator.model.errors import InputError

DOCCANO = Path(__file__).parents[3] / "shared" / "data" / "doccano" / "sequence_labeling"
TSV = "EU\tB-ORG\nrejects\tO\n\nNadim\tB-PER\nLadki\tI-PER\n"


def export(tmp_path: Path, items: list[Item], **options: object) -> tuple[str, Written, Losses]:
    target = tmp_path / "x.conll"
    done, losses = hand_out(CONLL2003, items, target, **options)
    return target.read_text("utf-8"), done, losses


def tags(text: str) -> list[tuple[str, ...]]:
    rows = [line.split(" ") for line in text.splitlines() if line]
    return [(row[0], *row[3:]) for row in rows if row[0] != "-DOCSTART-"]


def one(text: str, *annotations: Annotation) -> list[Item]:
    return project(entry(work(*annotations), text=text))


def found(path: Path, kind: Format = CONLL2002, **options: object) -> list[tuple[str, list[str]]]:
    """Of each article its text and its spans."""
    return [
        (item.text.value, [f"{a.label}: {a.quote(item.text)}" for a in item.works[0].annotations])
        for item in read_back(kind, path, **options)
        if isinstance(item, Entry)
    ]


def saved(tmp_path: Path, body: str | bytes, name: str = "in.conll") -> Path:
    path = tmp_path / name
    path.write_bytes(body if isinstance(body, bytes) else body.encode())
    return path


def refused(path: Path, kind: Format = CONLL2002, **options: object) -> str:
    with pytest.raises(InputError) as caught:
        read_back(kind, path, **options)
    assert caught.value.source == path.name
    return str(caught.value)


# -- writing ---------------------------------------------------------------------------------------


def test_the_columns(tmp_path: Path) -> None:
    items = one(
        "ISIS took Los Angeles. It left.", span(40, "Actor", 0, 4), span(41, "Place", 10, 21)
    )
    text, done, losses = export(tmp_path, items)
    assert text == (
        "-DOCSTART- -X- O O\n\n"
        "ISIS -X- O B-Actor\ntook -X- O O\nLos -X- O B-Place\nAngeles -X- O I-Place\n. -X- O O\n\n"
        "It -X- O O\nleft -X- O O\n. -X- O O\n\n"
    )
    assert done == Written(articles=1, documents=1, annotations=2)
    assert losses.counts == {"facts of the article": 1}
    hand_out(CONLL2002, items, tmp_path / "two.conll")
    assert (tmp_path / "two.conll").read_text("utf-8").startswith("-DOCSTART- O\n\nISIS B-Actor\n")


@pytest.mark.parametrize(
    ("scheme", "expected"),
    [
        ("BIO", ["B-Place", "I-Place", "B-Place", "O", "B-Actor"]),
        ("IOB1", ["I-Place", "I-Place", "B-Place", "O", "I-Actor"]),
        ("BILOU", ["B-Place", "L-Place", "U-Place", "O", "U-Actor"]),
    ],
)
def test_schemes_and_neighbours(tmp_path: Path, scheme: str, expected: list[str]) -> None:
    items = one(
        "New York Paris saw ISIS",
        span(40, "Place", 0, 8),
        span(41, "Place", 9, 14),
        span(42, "Actor", 19, 23),
    )
    text, _, _ = export(tmp_path, items, scheme=scheme)
    assert [tag for _, tag in tags(text)] == expected
    assert found(tmp_path / "x.conll", CONLL2003) == [
        ("New York Paris saw ISIS", ["Place: New York", "Place: Paris", "Actor: ISIS"])
    ]


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
    text, done, losses = export(tmp_path, items)
    assert [tag for _, tag in tags(text)] == [
        "O", "B-Place", "I-Place", "I-Place", "B-Actor", "I-Actor", "O", "B-Actor",
    ]  # fmt: skip
    assert done.annotations == 3
    assert losses.counts["overlapping a longer one"] == 3
    assert losses.whole == {uid(40), uid(42), uid(44)}


def test_a_column_for_each_label_holds_what_overlaps(tmp_path: Path) -> None:
    items = one(
        "ISIS took Palmyra",
        span(40, "Claim", 0, 17),
        span(41, "Actor", 0, 4),
        span(42, "Claim", 5, 17),
        span(43, "Unknown", 0, 4),
    )
    text, done, losses = export(tmp_path, items, columns=True)
    names = [label.name for label in news().labels]
    first = tags(text)[0][1:]
    assert len(first) == len(names) + 1
    assert first[names.index("Actor")] == "B-Actor"
    assert first[names.index("Claim")] == "B-Claim"
    assert first[-1] == "B-Unknown"
    assert done.annotations == 3
    assert losses.whole == {uid(42)}
    assert found(tmp_path / "x.conll", CONLL2003) == [
        ("ISIS took Palmyra", ["Claim: ISIS took Palmyra", "Actor: ISIS", "Unknown: ISIS"])
    ]


def test_what_is_left_out_is_counted(tmp_path: Path) -> None:
    text = "Syria's army won. It left \u00a0 here."
    annotations = (
        Annotation(id=uid(40), label="Claim", fragments=((0, 5), (8, 12)), fields={}),
        span(41, "Actor", 3, 3),
        span(42, "Place", 0, 3, note="x", uncertain=False),  # Syr
        span(43, "Place", 2, 7),  # ria's
        span(44, "Claim", 8, 26),  # over two sentences
        span(45, "Cue", 26, 28),  # blanks
        span(46, "Place", 0, 8, note="y"),  # with a blank behind: taken
    )
    _, done, losses = export(tmp_path, one(text, *annotations))
    assert done.annotations == 1
    assert losses.counts == {
        "across sentences": 1,
        "blanks at the ends": 1,
        "facts of the article": 1,
        "fields": 1,
        "in fragments": 1,
        "not on token edges": 2,
        "without a token": 1,
        "zero width": 1,
    }
    assert found(tmp_path / "x.conll", CONLL2003)[0][1] == ["Place: Syria 's"]


def test_links_and_the_other_annotator_are_counted(tmp_path: Path) -> None:
    items = full()
    held = items[5]
    assert isinstance(held, Entry)
    second = replace(held.works[1], annotations=(span(60, "Cue", 0, 4),))
    items[5] = replace(held, works=(held.works[0], second))
    _, done, losses = export(tmp_path, items)
    assert (done.articles, done.documents) == (2, 1)
    assert losses.counts["links"] == 2
    assert losses.counts["another annotator's"] == 1


def test_the_work_that_is_furthest_on_is_taken(tmp_path: Path) -> None:
    mine = work(span(40, "Actor", 0, 4))
    theirs = replace(work(span(41, "Place", 0, 4), owner=OTHER), state="submitted")
    text, _, _ = export(tmp_path, project(entry(mine, theirs)))
    assert tags(text)[0] == ("ISIS", "B-Place")


def test_a_label_with_a_blank_comes_back(tmp_path: Path) -> None:
    book = Codebook(name="x", labels=(Label(name="Hate (speech)"),))
    items = [
        Heading(name="x", codebook=book),
        *one("ISIS won", span(40, "Hate (speech)", 0, 4))[1:],
    ]
    text, _, _ = export(tmp_path, items)
    assert tags(text)[0] == ("ISIS", "B-Hate__speech_")
    path = tmp_path / "x.conll"
    assert found(path, CONLL2003, codebook=book)[0][1] == ["Hate (speech): ISIS"]
    assert found(path, CONLL2003)[0][1] == ["Hate__speech_: ISIS"]


def test_every_visible_character_is_a_token_once(tmp_path: Path) -> None:
    text = "«Élan» 中文 e\u0301 😀! x…\n\nשלום (a).b \u0600 \u0301z"
    rows = tags(export(tmp_path, one(text))[0])
    assert all(len(row) == 2 for row in rows)
    assert "".join(word for word, _ in rows) == "".join(text.split())


@settings(
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    deadline=None,
)
@given(items=projects())
@pytest.mark.parametrize("kind", [CONLL2002, CONLL2003], ids=lambda kind: kind.id)
def test_any_project_comes_back(tmp_path: Path, kind: Format, items: list[Item]) -> None:
    target = tmp_path / "any.conll"
    assert proven(kind, items, target).differences == ()
    body = target.read_bytes()
    _, losses = hand_out(kind, items, target, columns=True, scheme="BILOU")
    assert prove(items, kind, target, losses.whole, news()).differences == ()
    hand_out(kind, items, target)
    assert target.read_bytes() == body


def test_the_sample_comes_back(tmp_path: Path) -> None:
    sample = read(resources.path("sample/palmyra.jsonl"))
    proof = proven(CONLL2003, sample, tmp_path / "x.conll")
    assert (proof.articles, proof.annotations > 50, proof.differences) == (1, True, ())


# -- reading ---------------------------------------------------------------------------------------


def test_all_schemes_are_known() -> None:
    def marked(given: str) -> list[tuple[int, int, str]]:
        return [*runs(given.split())]

    assert marked("B-A I-A O I-B") == [(0, 2, "A"), (3, 4, "B")]
    assert marked("I-A I-A B-A I-B") == [(0, 2, "A"), (2, 3, "A"), (3, 4, "B")]
    assert marked("B-A L-A U-A O B-A E-A S-B") == [
        (0, 2, "A"), (2, 3, "A"), (4, 6, "A"), (6, 7, "B"),
    ]  # fmt: skip
    assert marked("PER PER _ LOC") == [(0, 2, "PER"), (3, 4, "LOC")]
    assert marked("B I O B") == [(0, 2, "span"), (3, 4, "span")]
    assert marked("L-A B-B-C") == [(0, 1, "A"), (1, 2, "B-C")]
    assert marked("") == []
    assert [is_tag(value) for value in ("O", "B-X", "X", "NN")] == [True, True, False, False]


def test_columns_of_real_tools(tmp_path: Path) -> None:
    expected = [("EU rejects\nNadim Ladki", ["ORG: EU", "PER: Nadim Ladki"])]
    forms = {
        "tabs": TSV,
        "blanks": TSV.replace("\t", "  "),
        "windows": TSV.replace("\n", "\r\n"),
        "old mac": TSV.replace("\n", "\r"),
        "many blank lines, blanks behind": "\n\n"
        + TSV.replace("\n\n", "\n \n\n\n").replace("O\n", "O  \n")
        + "\n\n\n",
        "bom": "\ufeff" + TSV,
        "three columns": TSV.replace("\t", " NNP "),
        "four columns": "-DOCSTART- -X- O O\n\n" + TSV.replace("\t", " NNP I-NP "),
        "Label Studio": "-DOCSTART- -X- O\n" + TSV.replace("\t", " -X- _ "),
        "MultiCoNER": "# id 12\tdomain=en of wiki\n" + TSV.replace("\t", " _ _ "),
        "AIDA": "-DOCSTART- (1 EU)\n" + TSV,
    }
    for name, body in forms.items():
        path = saved(tmp_path, body)
        assert found(path, for_path(path)) == expected, name
    items = read_back(CONLL2003, saved(tmp_path, "-DOCSTART- (1 EU)\n" + TSV))
    assert [i.article.title for i in items if isinstance(i, Entry)] == ["1 EU"]


def test_other_encodings(tmp_path: Path) -> None:
    words = "Élan est à côté de la forêt où l’été dernier les élèves français sont allés".split()
    body = "".join(f"{word}\t{'O' if n else 'B-ORG'}\n" for n, word in enumerate(words))
    expected = [(" ".join(words), ["ORG: Élan"])]
    for encoding in ("utf-16", "cp1252"):
        path = saved(tmp_path, body.encode(encoding))
        assert found(path) == expected
        assert found(path, encoding=encoding) == expected
    path = saved(tmp_path, b"x\tO\n" * 20_000 + b"\xc9lan\tO\n")
    assert "is not UTF-8. Choose the encoding" in refused(path)


def test_words_that_look_like_something_else(tmp_path: Path) -> None:
    body = "# B-A\n-X- O\n\ufeffx O\n\nمرحبا B-B\n😀 I-B\n"
    path = saved(tmp_path, body)
    assert found(path) == [("# -X- \ufeffx\nمرحبا 😀", ["A: #", "B: مرحبا 😀"])]
    path = saved(tmp_path, "-DOCSTART- O\n\n\ufeff O\nx B-A\n")
    assert found(path) == [(" \ufeff x", ["A: x"])]


def test_articles_and_files_without_any(tmp_path: Path) -> None:
    path = saved(tmp_path, "-DOCSTART- O\n\na O\n\n-DOCSTART- O\n\nb B-X\n")
    assert [text for text, _ in found(path)] == ["a", "b"]
    for body in ("", "\n\n", "# only\n# comments here\n"):
        assert found(saved(tmp_path, body)) == []


def test_a_file_that_does_not_say_where_articles_begin_is_cut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tagged, "MAX_SENTENCES", 2)
    path = saved(tmp_path, "a O\n\nb O\n\nc O\n")
    assert [text for text, _ in found(path)] == ["a\nb", "c"]
    path = saved(tmp_path, "-DOCSTART- O\n\na O\n\nb O\n\nc O\n")
    assert [text for text, _ in found(path)] == ["a\nb\nc"]


def test_faults_name_the_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = saved(tmp_path, "a b c\nd O\n")
    assert "line 2: Expected 3 columns, got 2." in refused(path)
    assert "line 1: The text is empty." in refused(saved(tmp_path, "-DOCSTART- O\n\n\ufdd0 O\n"))
    monkeypatch.setattr(tagged, "MAX_LINE", 20)
    assert "line 2: The line is too long" in refused(saved(tmp_path, "a O\n" + "b" * 30))
    monkeypatch.setattr(tagged, "MAX_ROWS", 3)
    assert "line 4: The article has more than 3" in refused(saved(tmp_path, "a O\n" * 9))


def test_the_rest_goes_on(tmp_path: Path) -> None:
    body = "-DOCSTART- O\n\na O\nb\n\n-DOCSTART- O\n\n\ufdd0 O\n\n-DOCSTART- O\n\nc O\n"
    faults: list[InputError] = []
    assert found(saved(tmp_path, body), fault=faults.append) == [("c", [])]
    assert [fault.line for fault in faults] == [4, 6]


def test_doccanos_own_files(tmp_path: Path) -> None:
    if not DOCCANO.exists():
        pytest.skip("doccano's files are not there: ../shared/data")
    assert found(DOCCANO / "example.conll") == [
        ("JAPAN GET\nNadim Ladki", ["LOC: JAPAN", "PER: Nadim Ladki"])
    ]
    assert len(found(DOCCANO / "labeling.trailing.conll")[0][1]) == 2
    assert "line 2: Expected 3 columns" in refused(DOCCANO / "labeling.invalid.conll")


def test_the_format_is_known_by_its_lines(tmp_path: Path) -> None:
    known = {
        "a B-X\n": "conll2002",
        "-DOCSTART- -X- O O\n\na -X- O B-X\n": "conll2003",
        "#begin document (a); part 000\n": "conll2012",
        "1\ta" + "\t_" * 8 + "\n": "conllu",
    }
    for body, kind in known.items():
        assert for_path(saved(tmp_path, body)).id == kind
    assert CONLL2002.recognises is not None
    assert not CONLL2002.recognises(saved(tmp_path, "a b c d e f g h i j k\n"))
    assert not CONLL2002.recognises(saved(tmp_path, ""))


def cells(*given: str) -> Iterator[tuple[int, str]]:
    return iter(enumerate(given, 1))


def test_brackets() -> None:
    assert [*closed(cells("(A(B*", "*)", "*)"))] == [(0, 2, "B"), (0, 3, "A")]
    assert [*closed(cells("(1|(2)", "1)"))] == [(0, 1, "2"), (0, 2, "1")]
    assert [*closed(cells("(1", "(2", "1)", "2)"))] == [(0, 3, "1"), (1, 4, "2")]
    assert [*closed(cells())] == []
    for row in (("*)",), ("(1", "2)"), ("(A*", "*")):
        with pytest.raises(InputError, match="bracket"):
            list(closed(cells(*row)))


def test_ids_and_dates_are_those_that_are_given(tmp_path: Path) -> None:
    path = saved(tmp_path, TSV)
    numbers = iter(range(100, 200))
    options = ReadOptions(
        new_id=lambda: uid(next(numbers)), document_date="2016-12-15", annotator="eve"
    )
    assert CONLL2002.read is not None
    _, owner, item = CONLL2002.read(path, options)
    assert isinstance(item, Entry)
    assert getattr(owner, "login", "") == "eve"
    assert (item.article.date, item.article.date_source) == ("2016-12-15", "given")
    assert [a.id for a in item.works[0].annotations] == [uid(101), uid(102)]
