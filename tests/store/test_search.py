"""Full-text search: many scripts, phrases, prefixes, snippets of the original text."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection

from annotator.model.document import Article
from annotator.model.ident import new_id
from annotator.model.text import Text, normalise
from annotator.store import article, project, search
from annotator.store.database import Database
from annotator.store.fold import VERSION, extents, fold, original
from annotator.store.migrate import driver

TEXTS = {
    "en": "The Café — ISIS’s men were in Palmyra, on 20 May 2015. “We left,” he said.",
    "de": "Die Straße nach Tadmur wurde von Kämpfern gesperrt.",
    "ru": "Боевики захватили Пальмиру в мае.",
    "el": "Οι μαχητές κατέλαβαν την Παλμύρα.",
    "ar": "سيطر التنظيم على مَدينة تدمر الأثرية في ٢٠ أيار، وأُعلن إلى العالم.",
    "fa": "گروه‌های مسلح شهر پالمیرا را گرفتند.",
    "he": "הארגון כבש את תדמור.",
    "hi": "आतंकवादियों ने हिन्दी में पल्मायरा शहर पर कब्ज़ा किया।",
    "zh": "极端组织占领了巴尔米拉古城。",
    "ja": "過激派が世界遺産パルミラを制圧した。東京都は遠い。",
    "ko": "무장단체는 한국에서 멀리 있는 팔미라를 점령했다.",
    "th": "กลุ่มติดอาวุธยึดเมืองพัลไมราประเทศซีเรีย",
    "km": "ក្រុមប្រដាប់អាវុធបានកាន់កាប់ទីក្រុង",
    "emoji": "Sold 🏛️🏛️ for 2,50 € 👨‍👩‍👧 in ＰＡＬＭＹＲＡ Ⅳ ﬁnally.",
    "nfd": "Cafe\u0301 in \u1112\u1161\u11ab\u1100\u116e\u11a8.",
}


@pytest.fixture
def project_id(db: Database) -> str:
    """A project with one article in each script, titled by its key."""

    def job(connection: Connection) -> str:
        made = project.create(connection, "News", "{}")
        for title, body in TEXTS.items():
            facts = Article(id=new_id(), title=f"Title{title}")
            article.add(connection, made.id, facts, Text(body))
        return made.id

    return db.transact(job)


def found(db: Database, project_id: str, query: str) -> dict[str, list[str]]:
    """Title → the words marked in the snippet."""
    answer = db.read(search.search, project_id, query)
    assert answer.total == len(answer.hits)
    for hit in answer.hits:
        body = TEXTS[hit.title[5:]]
        assert hit.snippet.replace("\n", " ") in body.replace("\n", " ")
        if hit.marks:
            start, end = hit.marks[0]
            assert body[hit.position :].startswith(hit.snippet[start:end])
    return {h.title[5:]: [h.snippet[a:b] for a, b in h.marks] for h in answer.hits}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("isis", {"en": ["ISIS"]}),
        ("CAFÉ", {"en": ["Café"], "nfd": ["Cafe\u0301"]}),
        ("cafe", {"en": ["Café"], "nfd": ["Cafe\u0301"]}),
        ("palmyra", {"en": ["Palmyra"], "emoji": ["ＰＡＬＭＹＲＡ"]}),
        ('"were in palmyra"', {"en": ["were in Palmyra"]}),
        ('"in were palmyra"', {}),
        ('"we left he said"', {"en": ["We left,” he said"]}),
        ("palmyra cafe 2015", {"en": ["Café", "Palmyra", "2015"]}),
        ("palmyra tadmur", {}),
        ("palm*", {"en": ["Palmyra"], "emoji": ["ＰＡＬＭＹＲＡ"]}),
        ("palm", {}),
        ("strasse", {"de": ["Straße"]}),
        ("STRASSE kampfern", {"de": ["Straße", "Kämpfern"]}),
        ("пальмиру", {"ru": ["Пальмиру"]}),
        ("Παλμυρα", {"el": ["Παλμύρα"]}),
        ("مدينة", {"ar": ["مَدينة"]}),
        ('"مدينه تدمر"', {"ar": ["مَدينة تدمر"]}),
        ("الاثرية", {"ar": ["الأثرية"]}),
        ("20", {"en": ["20"], "ar": ["٢٠"]}),
        ("الي", {"ar": ["إلى"]}),
        ("شهر", {"fa": ["شهر"]}),
        ("תדמור", {"he": ["תדמור"]}),
        ("हिन्दी", {"hi": ["हिन्दी"]}),
        ("हिन्दी*", {"hi": ["हिन्दी"]}),
        ("巴尔米拉", {"zh": ["巴尔米拉"]}),
        ("米", {"zh": ["米"]}),
        ("米尔", {}),
        ("東京", {"ja": ["東京"]}),
        ("京都", {"ja": ["京都"]}),
        ("ﾊﾟﾙﾐﾗ", {"ja": ["パルミラ"]}),
        ("한국", {"ko": ["한국"], "nfd": ["\u1112\u1161\u11ab\u1100\u116e\u11a8"]}),
        ("팔미라", {"ko": ["팔미라"]}),
        ("ประเทศ", {"th": ["ประเทศ"]}),
        ("เมือง", {"th": ["เมือง"]}),
        ("ទីក្រុង", {"km": ["ទីក្រុង"]}),
        ("finally iv", {"emoji": ["Ⅳ", "ﬁnally"]}),
        ("titleja", {"ja": []}),
        ("titleja 東京", {"ja": ["東京"]}),
        ("titleja palmyra", {}),
    ],
)
def test_queries(db: Database, project_id: str, query: str, expected: dict[str, list[str]]) -> None:
    assert found(db, project_id, query) == expected


@pytest.mark.parametrize(
    "query",
    ["", " ", '"', '""', "*", "—", "🏛️", "AND", "NOT x", "a OR", "(", "x^2 -y", "title:", "{a} : b",
     "NEAR(a b)", "' OR 1=1 --", "\0", "\ud800", "a*b", "**a**", '"a', 'a"b"c', "\\", "%_"],
)  # fmt: skip
def test_a_malformed_query_is_taken_as_words(db: Database, project_id: str, query: str) -> None:
    db.read(search.search, project_id, query)


@given(query=st.text(max_size=30), body=st.text(max_size=60))
def test_no_query_raises(query: str, body: str) -> None:
    for term in search._terms(query):
        assert term.words and all(word.strip() == word for word in term.words)
    text = normalise(body)
    fold(query)
    extents(text, search.pattern(search._terms(f"x {query}")))


def test_a_pasted_page_is_no_query(db: Database, project_id: str) -> None:
    assert list(found(db, project_id, f"{TEXTS['en']} " * 1000)) == ["en"]


def test_an_open_quote_is_a_phrase(db: Database, project_id: str) -> None:
    assert found(db, project_id, '"were in palmyra') == {"en": ["were in Palmyra"]}


def test_other_projects_are_not_searched(db: Database, project_id: str) -> None:
    other = db.transact(project.create, "Other", "{}")
    assert db.read(search.search, other.id, "palmyra") == search.Found(0, [])
    db.transact(article.add, other.id, Article(id=new_id(), title="Mine"), Text("Palmyra"))
    assert [h.title for h in db.read(search.search, other.id, "palmyra").hits] == ["Mine"]


@pytest.fixture
def long_texts(db: Database) -> str:
    """Articles whose n-th holds the word n times, far into the text."""

    def job(connection: Connection) -> str:
        made = project.create(connection, "Long", "{}")
        for n in range(1, 6):
            body = "Ünter den Linden war es kalt.\n" * 40 + "tadmur " * n + "und so weiter. " * 30
            article.add(connection, made.id, Article(id=new_id(), title=f"{n}"), Text(body))
        facts = Article(id=new_id(), title="tadmur")
        article.add(connection, made.id, facts, Text("nur einmal tadmur. " + "und so weiter " * 60))
        return made.id

    return db.transact(job)


def test_the_best_come_first_and_the_rest_is_counted(db: Database, long_texts: str) -> None:
    answer = db.read(search.search, long_texts, "tadmur", limit=3)
    assert answer.total == 6
    assert [h.title for h in answer.hits] == ["tadmur", "5", "4"]


def test_where_ranking_would_take_long_the_newest_come_first(
    db: Database, long_texts: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "_MOST_RANKED", 5)
    answer = db.read(search.search, long_texts, "tadmur", limit=4)
    assert answer.total == 6
    assert [h.title for h in answer.hits] == ["tadmur", "5", "4", "3"]


def test_the_snippet_is_cut_at_words(db: Database, long_texts: str) -> None:
    hit = db.read(search.search, long_texts, '"tadmur tadmur und"').hits[0]
    body = db.read(article.text, long_texts, hit.article_id).value
    assert body[hit.position :].startswith("tadmur tadmur und")
    assert "\n" not in hit.snippet
    assert 100 < len(hit.snippet) < 250
    start, end = hit.marks[0]
    assert hit.snippet[start:end] == "tadmur tadmur und"
    cut = body.replace("\n", " ").index(hit.snippet)
    assert body[cut - 1] in " \n" and body[cut + len(hit.snippet)] == " "


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=900))
def test_the_way_back_from_the_fold(text: str) -> None:
    folded = fold(text)
    assert folded == "".join(fold(character) for character in text)
    places = [i for i, character in enumerate(text) for _ in fold(character)]
    for at in range(0, len(folded), 37):
        assert original(text, at) == places[at]


@given(st.text(max_size=50))
def test_folded_twice_is_folded(text: str) -> None:
    once = fold(text).split()
    assert fold(" ".join(once)).split() == once


def plant_another_fold(db: Connection) -> None:
    """What another Python might have left: other words for the same texts."""
    own = driver(db)
    own.execute("INSERT INTO search (search) VALUES ('delete-all')")
    rows = own.execute("SELECT id, project_id FROM search_row").fetchall()
    for row, project_id in rows:
        words = (row, project_id.replace("-", ""), "otherwise", "folded")
        own.execute(search.INSERT, words)
    own.execute("UPDATE search_fold SET version = '0/0.0.0'")


def sound(db: Connection) -> list[str]:
    """The version of the fold, once the index has been found whole."""
    db.exec_driver_sql("INSERT INTO search (search) VALUES ('integrity-check')")
    return [version for (version,) in db.exec_driver_sql("SELECT version FROM search_fold")]


def test_an_index_of_another_fold_is_made_again(db: Database, path: Path, project_id: str) -> None:
    assert db.transact(sound) == [VERSION]
    db.transact(plant_another_fold)
    db.close()
    with Database(path, write=False) as reader:
        assert found(reader, project_id, "palmyra") == {}
    with Database(path) as writer:
        assert found(writer, project_id, "palmyra").keys() == {"en", "emoji"}
        assert found(writer, project_id, "folded") == {}
        (hit,) = writer.read(search.search, project_id, "isis").hits
        writer.transact(search.retitle, project_id, hit.article_id, "Titleen", "Tadmur")
        assert writer.read(search.search, project_id, "titleen").total == 0
        assert writer.transact(sound) == [VERSION]


def test_an_index_without_a_version_is_made_again(
    db: Database, path: Path, project_id: str
) -> None:
    db.transact(plant_another_fold)
    db.transact(lambda connection: connection.exec_driver_sql("DROP TABLE search_fold"))
    db.close()
    with Database(path) as writer:
        assert found(writer, project_id, "palmyra").keys() == {"en", "emoji"}
        assert writer.transact(sound) == [VERSION]


def test_the_same_fold_is_left_alone(db: Database, path: Path, project_id: str) -> None:
    db.transact(plant_another_fold)
    db.transact(lambda c: c.exec_driver_sql("UPDATE search_fold SET version = ?", (VERSION,)))
    db.close()
    with Database(path) as writer:
        assert found(writer, project_id, "palmyra") == {}
