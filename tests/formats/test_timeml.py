"""TimeML: dates in the text, the article's own as t0."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from lxml import etree
from tests.formats.carrying import hand_out, proven, read_back
from tests.formats.projects import entry, full, news, project, projects, read, span, uid, work

from annotator import resources
from annotator.formats import for_path
from annotator.formats import timeml as module
from annotator.formats.timeml import TIMEML
from annotator.model.codebook import Codebook, Label, SpanField, TimexField
from annotator.model.corpus import Entry, Heading, Item
from annotator.model.errors import InputError, StoreUnavailable

# After the example in the description of TimeML 1.2.1, laid out as in TempEval-3.
PUBLISHED = """<?xml version="1.0" ?>
<TimeML xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
 xsi:noNamespaceSchemaLocation="http://timeml.org/timeMLdocs/TimeML_1.2.1.xsd">
<DOCID>wsj_0001</DOCID>
<DCT><TIMEX3 tid="t9" type="DATE" value="1998-07-03" temporalFunction="false"
 functionInDocument="CREATION_TIME">July 3, 1998</TIMEX3></DCT>
<TITLE>It &amp; he</TITLE>
<EXTRAINFO>A wire story</EXTRAINFO>
<TEXT>John <EVENT eid="e1" class="OCCURRENCE">left</EVENT> <SIGNAL sid="s1">on</SIGNAL>
<TIMEX3 tid="t1" type="DATE" value="1998-07-01" temporalFunction="true" anchorTimeID="t9">two
 days ago</TIMEX3> for <TIMEX3 tid="t2" type="DURATION" value="P3D" mod="APPROX" beginPoint="t1"
 endPoint="t77" comment="not sure">about <!-- so --> three <ENAMEX>days</ENAMEX></TIMEX3> &lt;x&gt;
<TIMEX3 tid="t3" type="SET" value="P1W" quant="EVERY" freq="2X">twice a week</TIMEX3>.</TEXT>
<MAKEINSTANCE eiid="ei1" eventID="e1" tense="PAST"/>
<TLINK lid="l1" relType="BEFORE" eventInstanceID="ei1" relatedToTime="t1"/>
</TimeML>
"""
PLAIN = """<TimeML>
WSJ <TIMEX3 tid="t5" type="DATE" value="{}" functionInDocument="PUBLICATION_TIME">10/26/89</TIMEX3>
<TIMEX3 type="DATE" value="1989">this year</TIMEX3>
</TimeML>"""


def saved(tmp_path: Path, body: str, name: str = "a.tml") -> Path:
    path = tmp_path / name
    path.write_text(body, "utf-8", newline="")
    return path


def entries(path: Path, **options: Any) -> list[Entry]:
    return [item for item in read_back(TIMEML, path, **options) if isinstance(item, Entry)]


def dates(found: Entry) -> list[tuple[str, dict[str, Any]]]:
    return [(a.quote(found.text), dict(a.fields)) for a in found.works[0].annotations]


def one(
    *annotations: Any, text: str = "ISIS took Palmyra last Sunday.", **facts: Any
) -> list[Item]:
    return project(entry(work(*annotations), text=text, **facts))


def test_the_file(tmp_path: Path) -> None:
    text = "ISIS & <Co> took it last Sunday,\nfor \x0b3 days."
    items = one(
        span(40, "Date", 20, 31, type="DATE", value="2016-12-11", anchor="t0", uncertain=True),
        span(41, "Date", 38, 44, type="DURATION", value="P3D", mod="APPROX", begin=uid(40)),
        span(42, "Actor", 0, 4),
        span(43, "Date", 20, 24),
        text=text,
        date="2016-12-15",
        date_source="given",
    )
    done, losses = hand_out(TIMEML, items, tmp_path / "out")
    assert (done.articles, done.documents, done.annotations) == (1, 1, 2)
    assert losses.counts == {
        "of a label that has no place there": 1,
        "overlapping a longer one": 1,
    }
    (path,) = (tmp_path / "out").iterdir()
    assert path.name == "00001-taken.tml"
    body = path.read_text("utf-8")
    assert body == (
        "<?xml version='1.0' encoding='UTF-8'?>\n"
        '<TimeML xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        'xsi:noNamespaceSchemaLocation="http://timeml.org/timeMLdocs/TimeML_1.2.1.xsd">\n'
        "<DOCID>00001-taken</DOCID>\n"
        '<DCT><TIMEX3 tid="t0" type="DATE" value="2016-12-15" temporalFunction="false" '
        'functionInDocument="CREATION_TIME">2016-12-15</TIMEX3></DCT>\n'
        "<TITLE>Taken</TITLE>\n"
        '<EXTRAINFO>{"date_source": "given"}</EXTRAINFO>\n'
        '<TEXT>ISIS &amp; &lt;Co&gt; took it <TIMEX3 tid="t1" type="DATE" value="2016-12-11" '
        'anchorTimeID="t0" comment="{&quot;label&quot;: &quot;Date&quot;, '
        '&quot;fields&quot;: {&quot;uncertain&quot;: true}, &quot;points&quot;: {}}">'
        "last Sunday</TIMEX3>,\nfor <?char b?>"
        '<TIMEX3 tid="t2" type="DURATION" value="P3D" mod="APPROX" beginPoint="t1">'
        "3 days</TIMEX3>.</TEXT>\n</TimeML>\n"
    ).replace('comment="', "comment='").replace("&quot;", '"').replace('{}}">', "{}}'>")
    etree.fromstring(body.encode())
    assert proven(TIMEML, items, tmp_path / "again").differences == ()


@settings(
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    deadline=None,
)
@given(items=projects())
def test_any_project_comes_back(
    tmp_path_factory: pytest.TempPathFactory, items: list[Item]
) -> None:
    folder = tmp_path_factory.mktemp("any")
    assert proven(TIMEML, items, folder / "a").differences == ()
    hand_out(TIMEML, items, folder / "b")
    a, b = ({p.name: p.read_bytes() for p in (folder / n).iterdir()} for n in "ab")
    assert a == b


def test_the_sample_comes_back_with_its_facts(tmp_path: Path) -> None:
    sample = read(resources.path("sample/palmyra.jsonl"))
    proof = proven(TIMEML, sample, tmp_path / "a")
    assert (proof.annotations, proof.differences) == (8, ())
    hand_out(TIMEML, full(), tmp_path / "b")
    facts = entries(tmp_path / "b")[0].article
    assert (facts.title, facts.source, facts.date, facts.date_source) == (
        "Taken", "Wire", "2016-12-15", "byline",
    )  # fmt: skip
    assert facts.metadata == {"a": "1", "b": "2"}
    assert entries(tmp_path / "b")[1].article.date == ""


def test_another_label_another_field_and_a_title_with_blanks(tmp_path: Path) -> None:
    made = Label(name="When", fields=(TimexField(name="timex"),))
    second = Label(name="Then", fields=(TimexField(name="value"),))
    book = Codebook(name="x", labels=(Label(name="Actor"), made, second))
    (_, *rest) = one(
        span(40, "When", 18, 29, timex="2016-12-11"), span(41, "Then", 0, 4, value="\x01")
    )
    item = rest[-1]
    assert isinstance(item, Entry)
    items = [Heading(name="x", codebook=book), *rest]
    assert proven(TIMEML, items, tmp_path / "a").differences == ()
    (back,) = entries(tmp_path / "a", codebook=book)
    assert dates(back) == [("ISIS", {"value": "\x01"}), ("last Sunday", {"timex": "2016-12-11"})]


def test_a_title_with_blanks_at_its_ends(tmp_path: Path) -> None:
    (*head, item) = one()
    assert isinstance(item, Entry)
    items = [*head, replace(item, article=replace(item.article, title=" x\n"))]
    hand_out(TIMEML, items, tmp_path / "a")
    assert entries(tmp_path / "a")[0].article.title == " x\n"
    items = [*head, replace(item, article=replace(item.article, title=""))]
    hand_out(TIMEML, items, tmp_path / "b")
    assert entries(tmp_path / "b")[0].article.title == "ISIS took Palmyra last Sunday."


def test_a_field_of_dates_that_has_no_attribute(tmp_path: Path) -> None:
    fields = (TimexField(name="value"), SpanField(name="after", targets=("Date", "t0")))
    book = Codebook(name="x", labels=(Label(name="Date", fields=fields),))
    (_, *rest) = one(span(40, "Date", 0, 4, after=uid(41)), span(41, "Date", 18, 29, after="t0"))
    items = [Heading(name="x", codebook=book), *rest]
    assert proven(TIMEML, items, tmp_path / "a").differences == ()
    (back,) = entries(tmp_path / "a", codebook=book)
    first, last = back.works[0].annotations
    assert (first.fields, last.fields) == ({"after": last.id}, {"after": "t0"})


@pytest.mark.parametrize("known", [None, news()])
def test_a_published_file(tmp_path: Path, known: Codebook | None) -> None:
    notes: list[str] = []
    (found,) = entries(saved(tmp_path, PUBLISHED), codebook=known, note=notes.append)
    first, second, third = found.works[0].annotations
    assert dates(found) == [
        ("two\n days ago", {"type": "DATE", "value": "1998-07-01", "anchor": "t0"}),
        (
            "about  three days",
            {
                "type": "DURATION",
                "value": "P3D",
                "mod": "APPROX",
                "begin": first.id,
                "note": "not sure",
            },
        ),
        ("twice a week", {"type": "SET", "value": "P1W", "quant": "EVERY", "freq": "2X"}),
    ]
    assert {a.label for a in (first, second, third)} == {"Date" if known else "TIMEX3"}
    assert (found.article.title, found.article.date) == ("It & he", "1998-07-03")
    assert found.article.metadata == {"docid": "wsj_0001", "extrainfo": "A wire story"}
    assert "<x>" in found.text.value
    assert notes == [
        "a.tml: 3 events, signals and links were not taken.",
        "a.tml: t2 points at t77, not there.",
    ]


def test_the_label_made_of_a_file_has_timex_values(tmp_path: Path) -> None:
    heading = read_back(TIMEML, saved(tmp_path, PUBLISHED))[0]
    assert isinstance(heading, Heading)
    (label,) = heading.codebook.labels
    assert module.is_dated(label)


@pytest.mark.parametrize(
    ("value", "expected"),
    [("19891026", "1989-10-26"), ("1989-10-26T09:00", "1989-10-26"), ("", "")],
)
def test_without_text_and_head(tmp_path: Path, value: str, expected: str) -> None:
    (found,) = entries(saved(tmp_path, PLAIN.format(value)))
    assert found.article.date == expected
    assert [words for words, _ in dates(found)] == ["10/26/89", "this year"]
    assert found.article.title == "WSJ 10/26/89"
    body = PLAIN.format(value).replace("WSJ", "<DCT>x<b>y</b></DCT>z")
    assert entries(saved(tmp_path, body))[0].text.value.strip().startswith("z 10/26/89")


def test_windows_line_ends_and_other_instructions(tmp_path: Path) -> None:
    body = "<TimeML><TEXT>a\r\nb<?char 9f?><?char zz?><?x 1?>c&#13;d</TEXT></TimeML>"
    (found,) = entries(saved(tmp_path, body))
    assert found.text.value == "a\nb\x9fc\nd"


def test_faults_name_the_file_and_the_rest_goes_on(tmp_path: Path) -> None:
    saved(tmp_path, PUBLISHED, "1.tml")
    broken = {
        "2.tml": "<TimeML>",
        "3.tml": "<x/>",
        "4.tml": "<TimeML><TEXT> </TEXT></TimeML>",
        "5.tml": PUBLISHED.replace('tid="t2"', 'tid="t1"'),
        "6.tml": "<!DOCTYPE a [<!ENTITY b 'c'>]><TimeML><TEXT>&b;</TEXT></TimeML>",
        "7.tml": PUBLISHED.replace('value="1998-07-01"', 'value="x" beginPoint="t2"'),
    }
    for name, body in broken.items():
        saved(tmp_path, body, name)
    saved(tmp_path, "not read", "8.txt")
    faults: list[InputError] = []
    assert len(entries(tmp_path, fault=faults.append)) == 1
    assert [fault.source for fault in faults] == [*broken]
    messages = [fault.message for fault in faults]
    for message, part in zip(
        messages,
        [
            "well-formed",
            "not TimeML",
            "text is empty",
            "id is there already",
            "entities",
            "back to",
        ],
        strict=True,
    ):
        assert part in message
    with pytest.raises(InputError, match=r"2\.tml"):
        entries(tmp_path)


def test_comments_that_are_nearly_ours(tmp_path: Path) -> None:
    body = PUBLISHED.replace("not sure", "{&quot;label&quot;: 1}")
    (found,) = entries(saved(tmp_path, body))
    assert dates(found)[1][1]["note"] == '{"label": 1}'


def test_it_is_known_by_what_it_holds(tmp_path: Path) -> None:
    path = saved(tmp_path, PUBLISHED, "a.xml")
    assert for_path(path) is TIMEML
    assert TIMEML.recognises is not None
    assert not TIMEML.recognises(tmp_path)
    saved(tmp_path, PUBLISHED)
    assert TIMEML.recognises(tmp_path)
    assert for_path(tmp_path) is TIMEML
    assert not TIMEML.recognises(saved(tmp_path, "<nitf/>", "b.xml"))


def test_a_folder_that_is_there_is_left_alone(tmp_path: Path) -> None:
    saved(tmp_path, "mine")
    with pytest.raises(StoreUnavailable):
        hand_out(TIMEML, full(), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["a.tml"]
