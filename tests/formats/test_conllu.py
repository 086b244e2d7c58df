"""CoNLL-U: the exact text, tags in MISC, and what other tools write there."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from tests.formats.carrying import hand_out, proven, read_back
from tests.formats.projects import entry, full, news, project, projects, read, span, work
from tests.formats.test_conll import found, one, refused, saved

from annotator import resources
from annotator.formats.conllu import CONLLU
from annotator.formats.export.proof import prove
from annotator.model.corpus import Entry, Item

# A multiword token, an empty node and a note of no blank, as in the format's description.
PUBLISHED = """# newdoc id = weblog-1
# newpar
# sent_id = panc0.s4
# text = Vámonos al mar.
1-2\tVámonos\t_\t_\t_\t_\t_\t_\t_\tner=B-MOVE
1\tVamos\tir\tVERB\t_\t_\t0\troot\t_\t_
2\tnos\tnosotros\tPRON\t_\t_\t1\tobj\t_\t_
3-4\tal\t_\t_\t_\t_\t_\t_\t_\t_
3\ta\ta\tADP\t_\t_\t5\tcase\t_\tner=B-PLACE
4\tel\tel\tDET\t_\t_\t5\tdet\t_\tner=I-PLACE
4.1\tgran\tgran\tADJ\t_\t_\t_\t_\t_\tner=B-NOTHING
5\tmar\tmar\tNOUN\t_\t_\t1\tobl\t_\tner=I-PLACE|SpaceAfter=No
6\t.\t.\tPUNCT\t_\t_\t1\tpunct\t_\t_

# sent_id = panc0.s5
# text = Sí.
1\tSí\tsí\tINTJ\t_\t_\t0\troot\t_\tSpaceAfter=No
2\t.\t.\tPUNCT\t_\t_\t1\tpunct\t_\t_

# newpar
# sent_id = panc0.s6
# text = Fin
1\tFin\tfin\tNOUN\t_\t_\t0\troot\t_\t_

"""
GUM = """# newdoc id = GUM_news_x
# global.Entity = GRP-etype-infstat
# meta::title = A clock
# meta::sourceURL = https://example.org/
# meta::dateCreated = 2015-09-14
# meta::author = Ann = Bob
# text = Ahmed of Texas
1\tAhmed\t_\t_\t_\t_\t_\t_\t_\tEntity=(1-person-new
2\tof\t_\t_\t_\t_\t_\t_\t_\t_
3\tTexas\t_\t_\t_\t_\t_\t_\t_\tEntity=(2-place-new)1)

# text = He
1\tHe\t_\t_\t_\t_\t_\t_\t_\tEntity=(1-person-giv)

"""


def test_the_columns(tmp_path: Path) -> None:
    items = one("  ISIS took\tPalmyra. It | left \n\n\u00a0Now ", span(40, "Place", 12, 19))
    hand_out(CONLLU, items, tmp_path / "x.conllu")
    rest = "\t_" * 7
    assert (tmp_path / "x.conllu").read_text("utf-8") == (
        "# newdoc id = 00001-taken\n"
        "# meta::title = Taken\n"
        "# newpar\n# sent_id = 00001-taken-1\n# text = ISIS took\tPalmyra.\n"
        f"1\tISIS{rest}\tner=O|SpacesBefore=\\s\\s\n"
        f"2\ttook{rest}\tner=O|SpacesAfter=\\t\n"
        f"3\tPalmyra{rest}\tner=B-Place|SpaceAfter=No\n"
        f"4\t.{rest}\tner=O\n"
        "\n# sent_id = 00001-taken-2\n# text = It | left\n"
        f"1\tIt{rest}\tner=O\n2\t|{rest}\tner=O\n"
        f"3\tleft{rest}\tner=O|SpacesAfter=\\s\\n\\n\u00a0\n"
        "\n# newpar\n# sent_id = 00001-taken-3\n# text = Now\n"
        f"1\tNow{rest}\tner=O|SpacesAfter=\\s\n\n"
    )
    assert proven(CONLLU, items, tmp_path / "x.conllu").differences == ()


def test_columns_have_names_of_their_own(tmp_path: Path) -> None:
    items = one("ISIS won", span(40, "Actor", 0, 4), span(41, "Claim", 0, 8))
    hand_out(CONLLU, items, tmp_path / "x.conllu", columns=True, scheme="BILOU")
    names = [label.name for label in news().labels]
    at = names.index("Claim") + 1
    text = (tmp_path / "x.conllu").read_text("utf-8")
    assert f"\tner=U-Actor|ner{at}=B-Claim\n" in text
    assert f"\tner{at}=L-Claim|SpaceAfter=No\n" in text
    assert found(tmp_path / "x.conllu", CONLLU)[0][1] == ["Claim: ISIS won", "Actor: ISIS"]


def test_a_token_with_a_blank_inside_and_no_note_at_all(tmp_path: Path) -> None:
    items = project(entry(work(), text="a \u0600 \u0301 b"))
    hand_out(CONLLU, items, tmp_path / "x.conllu", columns=True)
    assert "SpacesInToken=\u0600\\s\u0301" in (tmp_path / "x.conllu").read_text("utf-8")
    assert "1\ta" + "\t_" * 8 + "\n" in (tmp_path / "x.conllu").read_text("utf-8")
    assert proven(CONLLU, items, tmp_path / "x.conllu").differences == ()


@settings(
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    deadline=None,
)
@given(items=projects())
def test_any_project_comes_back(tmp_path: Path, items: list[Item]) -> None:
    target = tmp_path / "any.conllu"
    assert proven(CONLLU, items, target).differences == ()
    body = target.read_bytes()
    back = [item for item in read_back(CONLLU, target) if isinstance(item, Entry)]
    for one_, other in zip((i for i in items if isinstance(i, Entry)), back, strict=True):
        assert other.article.metadata == one_.article.metadata
        assert other.article.title == one_.article.title or not one_.article.title
    _, losses = hand_out(CONLLU, items, target, columns=True)
    assert prove(items, CONLLU, target, losses.whole, news()).differences == ()
    hand_out(CONLLU, items, target)
    assert target.read_bytes() == body


def test_the_sample_and_the_facts_come_back(tmp_path: Path) -> None:
    sample = read(resources.path("sample/palmyra.jsonl"))
    assert proven(CONLLU, sample, tmp_path / "x.conllu").differences == ()
    hand_out(CONLLU, full(), tmp_path / "y.conllu")
    article = read_back(CONLLU, tmp_path / "y.conllu")[2]
    assert isinstance(article, Entry)
    facts = article.article
    assert (facts.title, facts.source, facts.url) == ("Taken", "Wire", "https://example.org/1")
    assert (facts.language, facts.date, facts.date_source) == ("en", "2016-12-15", "byline")
    assert facts.metadata == {"a": "1", "b": "2"}


def test_multiword_tokens_empty_nodes_and_paragraphs(tmp_path: Path) -> None:
    for body in (PUBLISHED, PUBLISHED.replace("\n", "\r\n")):
        assert found(saved(tmp_path, body, "x.conllu"), CONLLU) == [
            ("Vámonos al mar. Sí.\n\nFin", ["MOVE: Vámonos", "PLACE: al mar"])
        ]
    item = read_back(CONLLU, saved(tmp_path, PUBLISHED))[2]
    assert isinstance(item, Entry)
    assert item.article.title == "weblog-1"


def test_brackets_of_gum(tmp_path: Path) -> None:
    items = read_back(CONLLU, saved(tmp_path, GUM))
    assert found(saved(tmp_path, GUM), CONLLU) == [
        ("Ahmed of Texas He", ["person: Ahmed of Texas", "place: Texas", "person: He"])
    ]
    article = items[-1]
    assert isinstance(article, Entry)
    facts = article.article
    assert (facts.title, facts.url, facts.date) == ("A clock", "https://example.org/", "2015-09-14")
    assert facts.metadata == {"author": "Ann = Bob"}
    mentions = [str(a.fields["entity"]) for a in article.works[0].annotations]
    assert mentions[0] == mentions[2] != mentions[1]


def test_brackets_without_a_head_and_in_a_multiword_token(tmp_path: Path) -> None:
    row = "\t_" * 7
    body = (
        f"1-2\tal{row}\t_\n"
        f"1\ta{row}\tEntity=(e1-place-1\n2\tel{row}\tEntity=(e2)\n3\tmar{row}\tEntity=e1)\n\n"
    )
    assert found(saved(tmp_path, body), CONLLU) == [("al mar", ["place: al mar", "Mention: al"])]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("1\ta\t_\n", "line 1: Expected a number"),
        ("x\ta" + "\t_" * 8 + "\n", "line 1: Expected a number"),
        ("0\ta" + "\t_" * 7 + "\tner=B-X\n", "line 1: Expected a number"),  # 0.1 is none, too
        ("1\ta" + "\t_" * 7 + "\tEntity=(e1\n", "line 1: A bracket is not closed"),
        ("1\t\ufdd0" + "\t_" * 8 + "\n", "line 1: The text is empty"),
    ],
)
def test_faults(tmp_path: Path, body: str, expected: str) -> None:
    assert expected in refused(saved(tmp_path, body), CONLLU)


def test_facts_that_are_not_quoted_well(tmp_path: Path) -> None:
    rows = '# newdoc\n# meta::"a = 1\n# meta::title = "x\n# meta::b = "y = "\\u00e9"\n'
    item = read_back(CONLLU, saved(tmp_path, f"{rows}1\ta" + "\t_" * 8 + "\n"))[2]
    assert isinstance(item, Entry)
    assert item.article.title == '"x'
    assert item.article.metadata["b"] == '"y = "\\u00e9"'


def test_comments_before_the_first_document_are_no_article(tmp_path: Path) -> None:
    body = "# global.columns = ID\n\n" + PUBLISHED
    assert len(found(saved(tmp_path, body), CONLLU)) == 1
    assert CONLLU.recognises is not None
    assert not CONLLU.recognises(saved(tmp_path, "# only\n"))
