"""An export from end to end: whole or not at all, the same bytes, told of, and read back."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from hashlib import sha256
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from typing import Any

import pytest
from tests.formats.export.test_split import corpus
from tests.formats.projects import ACTOR, PLACE, entry, full, news, project, span, uid, work

from annotator.formats import FORMATS, ReadOptions, WriteOptions, Written, for_path
from annotator.formats.conll import CONLL2003 as CONLL
from annotator.formats.doccano import DOCCANO
from annotator.formats.export.choose import Choice
from annotator.formats.export.manifest import is_export, program
from annotator.formats.export.proof import without
from annotator.formats.export.run import Exported, Plan, Rehearsal, export, rehearse
from annotator.formats.export.split import Split
from annotator.formats.files import filling, placing
from annotator.formats.format import Format, Loss
from annotator.formats.own import OWN
from annotator.model.corpus import Entry, Item
from annotator.model.document import Article, Entity, Link
from annotator.model.errors import Cancelled, StoreUnavailable
from annotator.model.text import Text


def quiet(done: int, total: int, what: str) -> None:
    """Nobody watches."""


def out(kind: Format, target: Path, items: list[Item] | None = None, **plan: Any) -> Exported:
    held = full() if items is None else items
    return export(lambda: iter(held), kind, target, Plan(**plan), quiet)


def names(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.iterdir())


def manifest(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return found


def folder_of(write_one: Callable[[Entry], bytes], layout: Any = "folder") -> Format:
    """A little format of folders: an article a file."""

    def write(items: Iterable[Item], target: Path, options: WriteOptions) -> Written:
        with filling(target, lambda _: False) as folder:
            entries = [item for item in items if isinstance(item, Entry)]
            for n, entry in enumerate(entries):
                part = options.part_of.get(entry.article.id, "")
                (folder / part).mkdir(exist_ok=True)
                (folder / part / f"{n:03}.x").write_bytes(write_one(entry))
        return Written(articles=len(entries))

    return Format(id="x", name="X", patterns=("*.x",), layout=layout, write=write)


PARTS = [
    "dev.annotator.jsonl", "manifest.json", "test.annotator.jsonl", "train.annotator.jsonl",
]  # fmt: skip
PLAIN = folder_of(lambda entry: entry.text.value.encode())


# --- one file -----------------------------------------------------------------------------------


def test_a_file_and_its_manifest(tmp_path: Path) -> None:
    target = tmp_path / "p.jsonl"
    done = out(OWN, target)
    assert done.written == Written(articles=2, documents=2, annotations=8, links=2)
    assert done.proof is not None and not done.proof.count and done.proof.annotations == 8
    assert names(tmp_path) == ["p.jsonl", "p.jsonl.manifest.json"]
    told = manifest(tmp_path / "p.jsonl.manifest.json")
    assert told["files"] == {"p.jsonl": sha256(target.read_bytes()).hexdigest()}
    assert told["written"] == {"articles": 2, "documents": 2, "annotations": 8, "links": 2}
    assert told["chosen"][""]["labels"]["Actor"] == 2
    assert told["chosen"][""]["articles"] == {"annotated": 1, "unread": 1}
    assert told["read_back"] == {"articles": 2, "annotations": 8, "differences": 0}
    assert (told["project"], told["format"], told["left_out"]) == ("Test", "annotator-jsonl", {})
    assert "/" not in json.dumps(told["files"])


def test_files_beside_it_come_along(tmp_path: Path) -> None:
    out(DOCCANO, tmp_path / "p.jsonl")
    there = ["p.jsonl", "p.jsonl.labels.json", "p.jsonl.relations.json"]
    assert names(tmp_path) == sorted([*there, "p.jsonl.manifest.json"])
    told = manifest(tmp_path / "p.jsonl.manifest.json")
    assert told["files"] == {n: sha256((tmp_path / n).read_bytes()).hexdigest() for n in there}
    out(DOCCANO, tmp_path / "s", corpus(), split=Split(shares=(50, 50)))
    assert len(manifest(tmp_path / "s" / "manifest.json")["files"]) == 6


def test_the_same_bytes_twice_and_over_an_earlier_one(tmp_path: Path) -> None:
    target = tmp_path / "p.conll"
    out(CONLL, target)
    first = [p.read_bytes() for p in sorted(tmp_path.iterdir())]
    done = out(CONLL, target)
    assert [p.read_bytes() for p in sorted(tmp_path.iterdir())] == first
    assert done.proof is None or not done.proof.count
    told = manifest(tmp_path / "p.conll.manifest.json")
    assert told["left_out"]["in fragments"] == 1


def test_what_stands_beside_and_is_of_no_export_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "p.manifest.json").write_text("mine")
    with pytest.raises(StoreUnavailable, match=r"p\.manifest\.json would be replaced"):
        out(OWN, tmp_path / "p")
    assert names(tmp_path) == ["p.manifest.json"]


def test_what_was_chosen_is_in_the_manifest(tmp_path: Path) -> None:
    out(OWN, tmp_path / "p", choice=Choice(labels=("Actor",), unread=False), scheme="IOB1")
    told = manifest(tmp_path / "p.manifest.json")
    assert told["choice"] == {"labels": ["Actor"], "unread": False}
    assert told["options"]["scheme"] == "IOB1"
    assert told["left_out"] == {"articles that nobody has read": 1}
    assert told["written"]["articles"] == 1


@pytest.mark.parametrize("at", [0, 3, 8])
def test_a_cancelled_export_leaves_what_was_there(tmp_path: Path, at: int) -> None:
    target = tmp_path / "p.jsonl"
    target.write_text("before")
    calls = iter(range(100))

    def tell(done: int, total: int, what: str) -> None:
        if next(calls) == at:
            raise Cancelled("Stopped.")

    def source() -> Iterator[Item]:
        yield from full()[:5]
        for n in range(200):
            for item in full()[5:]:
                assert isinstance(item, Entry)
                yield replace(
                    item, article=replace(item.article, id=f"{n:08}{item.article.id[8:]}"), works=()
                )

    with pytest.raises(Cancelled):
        export(source, OWN, target, Plan(), tell)
    assert [p.name for p in tmp_path.iterdir()] == ["p.jsonl"]
    assert target.read_text() == "before"


def test_what_does_not_read_back_is_told(tmp_path: Path) -> None:
    def forgetful(path: Path, options: ReadOptions) -> Iterator[Item]:
        assert OWN.read is not None
        for item in OWN.read(path, options):
            if isinstance(item, Entry):
                works = tuple(
                    replace(w, annotations=(*w.annotations[:-3], span(99, "Cue", 0, 1)), links=())
                    for w in item.works
                )
                item = replace(item, works=works)
            yield item

    done = out(replace(OWN, read=forgetful), tmp_path / "p")
    assert done.proof is not None and done.proof.count >= 5
    assert any("Missing from ‘Taken’: ('link', 'source'" in d for d in done.proof.differences)
    assert any("Not meant in ‘Taken’: ('Cue', ((0, 1),)" in d for d in done.proof.differences)
    assert manifest(tmp_path / "p.manifest.json")["read_back"]["differences"] == done.proof.count


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda items: items[:-1], "is missing"),
        (lambda items: [*items, items[-1]], "was not meant"),
        (lambda items: [*items[:-1], replace(items[-1], text=items[-2].text)], "text of"),
    ],
)
def test_articles_are_compared(tmp_path: Path, change: Any, message: str) -> None:
    def other(path: Path, options: ReadOptions) -> Iterator[Item]:
        assert OWN.read is not None
        yield from change(list(OWN.read(path, options)))

    done = out(replace(OWN, read=other), tmp_path / "p")
    assert done.proof is not None and done.proof.count == 1
    assert message in done.proof.differences[0]


def test_entities_count_by_what_they_are(tmp_path: Path) -> None:
    def renamed(path: Path, options: ReadOptions) -> Iterator[Item]:
        assert OWN.read is not None
        for item in OWN.read(path, options):
            if isinstance(item, Entity) and item.id == PLACE.id:
                item = replace(item, fields={"name": "Homs"})
            yield item

    done = out(replace(OWN, read=renamed), tmp_path / "p")
    assert done.proof is not None and done.proof.count == 2
    assert "Palmyra" in done.proof.differences[0] and "Homs" in done.proof.differences[1]
    assert ACTOR.name == "ISIS"


def test_a_file_that_cannot_be_read_back(tmp_path: Path) -> None:
    def broken(items: Iterable[Item], target: Path, options: WriteOptions) -> Written:
        list(items)
        target.write_text("{")
        return Written()

    done = out(replace(OWN, write=broken), tmp_path / "p")
    assert done.proof is not None and done.proof.count == 1
    assert "can't be read back: p, line 1" in done.proof.differences[0]


# --- folders and splits -------------------------------------------------------------------------


def test_a_split_is_a_folder_of_files(tmp_path: Path) -> None:
    items = corpus()
    target = tmp_path / "out"
    done = out(OWN, target, items, split=Split(seed=7))
    assert names(target) == PARTS
    assert done.written.articles == 60 and set(done.parts) == {"train", "dev", "test"}
    assert done.proof is not None and (done.proof.count, done.proof.articles) == (0, 60)
    told = manifest(target / "manifest.json")
    assert told["split"]["stories_in_two_parts"] == 0
    assert told["split"]["parts"] == {"train": 0.8, "dev": 0.1, "test": 0.1}
    assert sorted([*told["files"], "manifest.json"]) == PARTS
    assert sum(c["articles"]["annotated"] for c in told["chosen"].values()) == 60
    before = {p.name: p.read_bytes() for p in target.iterdir()}
    out(OWN, target, items, split=Split(seed=7))  # an earlier export may be replaced
    assert {p.name: p.read_bytes() for p in target.iterdir()} == before


def test_unread_articles_are_told_once_with_a_split(tmp_path: Path) -> None:
    items = [*corpus(), full()[-1]]
    done = out(OWN, tmp_path / "o", items, split=Split(), choice=Choice(unread=False))
    assert done.losses.counts == {"articles that nobody has read": 1}
    assert done.written.articles == 60


def test_sources_that_are_in_one_part_alone(tmp_path: Path) -> None:
    choice = Choice(sources=("S0", "S1", "S2"), unread=False)
    done = out(OWN, tmp_path / "o", corpus(), split=Split(by="source"), choice=choice)
    assert done.written.articles == 36 and done.proof is not None and not done.proof.count
    assert done.losses.counts == {}


def test_a_folder_format(tmp_path: Path) -> None:
    done = out(PLAIN, tmp_path / "o")
    assert names(tmp_path / "o") == ["000.x", "001.x", "manifest.json"]
    assert done.proof is None
    assert manifest(tmp_path / "o" / "manifest.json")["read_back"] is None
    out(PLAIN, tmp_path / "s", corpus(), split=Split(shares=(50, 50)))
    assert names(tmp_path / "s") == ["manifest.json", "test", "train"]


def test_a_dataset_is_written_at_once_with_its_parts(tmp_path: Path) -> None:
    kind = folder_of(lambda entry: b"x", "dataset")
    out(kind, tmp_path / "o", corpus(), split=Split(shares=(50, 50)))
    told = manifest(tmp_path / "o" / "manifest.json")
    assert len(told["files"]) == 60 and {k.split("/")[0] for k in told["files"]} == {
        "test",
        "train",
    }
    assert set(told["chosen"]) == {"test", "train"}


def test_a_folder_with_other_files_is_left_alone(tmp_path: Path) -> None:
    target = tmp_path / "mine"
    target.mkdir()
    out(PLAIN, target)  # empty: taken
    (target / "manifest.json").write_text("{}")
    with pytest.raises(StoreUnavailable, match="holds other files"):
        out(PLAIN, target)
    (target / "manifest.json").unlink()
    with pytest.raises(StoreUnavailable, match="holds other files"):
        out(PLAIN, target)
    (tmp_path / "file").write_text("x")
    with pytest.raises(StoreUnavailable, match="not a folder"):
        out(PLAIN, tmp_path / "file")
    with pytest.raises(StoreUnavailable, match="not a file"):
        out(OWN, target)
    with pytest.raises(StoreUnavailable, match="Nothing was changed"):
        out(PLAIN, tmp_path / "file" / "below")


def test_work_done_in_an_exported_folder_is_not_replaced(tmp_path: Path) -> None:
    target = tmp_path / "out"
    out(PLAIN, target)
    (target / "notes.txt").write_text("mine")
    with pytest.raises(StoreUnavailable, match="was changed"):
        out(PLAIN, target)
    (target / "notes.txt").unlink()
    (target / "000.x").write_text("annotated")
    with pytest.raises(StoreUnavailable, match="was changed"):
        out(PLAIN, target)
    assert (target / "000.x").read_text() == "annotated"
    assert is_export(target) and not is_export(tmp_path)


def test_files_come_back_where_one_cannot_be_placed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two, three = (tmp_path / name for name in "123")
    one.write_text("before")
    real = Path.replace

    def refuse(self: Path, other: Path) -> Path:
        if Path(other).name == "3":
            raise OSError("no")
        return real(self, other)

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(StoreUnavailable), placing(one, two, three) as staged:
        for path in staged:
            path.write_text("after")
    assert {p.name: p.read_text() for p in tmp_path.iterdir()} == {"1": "before"}


def test_a_folder_comes_back_where_the_new_one_cannot_come(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "o"
    target.mkdir()
    real = Path.replace

    def refuse(self: Path, other: Path) -> Path:
        if self.name == "new":
            raise OSError("no")
        return real(self, other)

    (target / "a").write_text("a")
    for there in (True, False):
        with monkeypatch.context() as patch:
            patch.setattr(Path, "replace", refuse)
            with pytest.raises(StoreUnavailable), filling(target, lambda _: True) as folder:
                (folder / "b").write_text("b")
        assert (target / "a").exists() == there
        if there:
            (target / "a").unlink()
            target.rmdir()
    assert list(tmp_path.iterdir()) == []


def test_two_files_are_placed_together_or_neither(tmp_path: Path) -> None:
    one, two = tmp_path / "1", tmp_path / "2"
    one.write_text("before")
    with pytest.raises(ZeroDivisionError), placing(one, two) as (a, b):
        a.write_text("after")
        b.write_text("after")
        raise ZeroDivisionError
    assert [p.name for p in tmp_path.iterdir()] == ["1"] and one.read_text() == "before"
    with placing(one, two) as (a, b):
        a.write_text("after")
        b.write_text("after")
    assert (one.read_text(), two.read_text()) == ("after", "after")
    assert len(list(tmp_path.iterdir())) == 2


# --- the rehearsal ------------------------------------------------------------------------------


def rehearsed(kind: Format, **plan: Any) -> Rehearsal:
    return rehearse(lambda: iter(full()), kind, Plan(**plan), quiet)


def test_a_rehearsal_loses_what_the_export_loses(tmp_path: Path) -> None:
    found = rehearsed(CONLL)
    done = out(CONLL, tmp_path / "x.conll")
    assert found.losses.counts == done.losses.counts and found.losses.whole == done.losses.whole
    assert found.written == done.written
    assert found.head.startswith("-DOCSTART- -X- O O\n\nISIS -X- O ")
    (loss,) = found.losses.places["in fragments"]
    assert loss.record_id.endswith("2e") and loss.whole


def test_the_head_is_the_beginning_of_the_first_text(tmp_path: Path) -> None:
    assert rehearsed(PLAIN).head.startswith("ISIS took Palmyra")
    assert rehearsed(folder_of(lambda entry: b"\xff\xfe\x00")).head == ""
    assert rehearsed(folder_of(lambda entry: b"a\0b")).head == ""
    found = rehearse(lambda: iter(full()), PLAIN, Plan(), quiet, length=4)
    assert found.head == "ISIS"
    emoji = folder_of(lambda entry: "😀".encode() * 10)
    assert rehearse(lambda: iter(full()), emoji, Plan(), quiet, length=5).head == "😀" * 5


def test_facts_of_articles_are_not_in_the_way(tmp_path: Path) -> None:
    bare = [
        replace(i, article=Article(id=i.article.id)) if isinstance(i, Entry) else i for i in full()
    ]
    assert out(CONLL, tmp_path / "x", bare).losses.counts["facts of the article"] == 0


def test_links_both_ways_and_states_are_compared(tmp_path: Path) -> None:
    def turned(path: Path, options: ReadOptions) -> Iterator[Item]:
        assert OWN.read is not None
        for item in OWN.read(path, options):
            if isinstance(item, Entry):
                works = tuple(replace(w, links=tuple(map(_turned, w.links))) for w in item.works)
                item = replace(item, works=works)
            yield item

    claims = (span(40, "Claim", 0, 4), span(41, "Claim", 5, 9))
    link = Link(id=uid(50), type="agrees_with", from_id=uid(40), to_id=uid(41))
    items = project(entry(work(*claims, links=(link,))))
    done = out(replace(OWN, read=turned), tmp_path / "p", items)
    assert done.proof is not None and not done.proof.count
    both = (replace(link, type="part_of"),)
    places = tuple(replace(c, label="Place") for c in claims)
    done = out(replace(OWN, read=turned), tmp_path / "p", project(entry(work(*places, links=both))))
    assert done.proof is not None and done.proof.count == 2
    bare = replace(OWN, carries=OWN.carries - {"states", "several_annotators"})
    done = out(bare, tmp_path / "q", items)
    assert done.proof is not None and not done.proof.count


def _turned(link: Link) -> Link:
    return replace(link, from_id=link.to_id, to_id=link.from_id)


def test_without_the_exact_text_words_are_compared(tmp_path: Path) -> None:
    def spaced(path: Path, options: ReadOptions) -> Iterator[Item]:
        assert OWN.read is not None
        for item in OWN.read(path, options):
            if isinstance(item, Entry):
                assert len(item.text) == 16
                item = replace(
                    item,
                    text=Text("ISIS  took  Palmyra"[: 16 + 2]),
                    works=(work(span(40, "Place", 12, 18)),),
                )
            yield item

    loose = replace(OWN, carries=OWN.carries - {"text"}, read=spaced)
    items = project(entry(work(span(40, "Place", 10, 16)), text="ISIS took Palmyr"))
    done = out(loose, tmp_path / "p", items)
    assert done.proof is not None and not done.proof.count
    cut = project(entry(work(span(40, "Place", 10, 15)), text="ISIS took Palmyr"))
    done = out(loose, tmp_path / "p", cut)
    assert done.proof is not None and done.proof.count == 2


def test_a_program_that_is_not_installed_has_no_version(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> str:
        raise PackageNotFoundError(name)

    assert program().startswith("annotator ")
    monkeypatch.setattr("annotator.formats.export.manifest.version", missing)
    assert program() == "annotator"


@pytest.mark.parametrize(
    "kind",
    [k for k in FORMATS if k.write is not None and k.read is not None and k.layout != "file"],
    ids=lambda k: k.id,
)
def test_a_folder_reads_with_its_manifest_in_it(tmp_path: Path, kind: Format) -> None:
    target = tmp_path / "out"
    done = out(kind, target)
    assert (target / "manifest.json").exists()
    assert for_path(target) is kind
    assert kind.read is not None
    read = [i for i in kind.read(target, ReadOptions(codebook=news())) if isinstance(i, Entry)]
    assert len(read) == done.written.articles


def test_what_the_writer_says_it_left_out_is_not_missed(tmp_path: Path) -> None:
    def picky(items: Iterable[Item], target: Path, options: WriteOptions) -> Written:
        assert OWN.write is not None
        return OWN.write(without(_picked(items, options), {uid(44)}), target, options)

    done = out(replace(OWN, write=picky), tmp_path / "p")
    assert done.losses.counts == {"because": 1}
    assert done.proof is not None and not done.proof.count
    assert done.proof.annotations == 7


def _picked(items: Iterable[Item], options: WriteOptions) -> Iterator[Item]:
    options.lose(Loss(reason="because", article_id=uid(20), record_id=uid(44), whole=True))
    yield from items


def test_only_the_first_differences_are_told(tmp_path: Path) -> None:
    def empty(path: Path, options: ReadOptions) -> Iterator[Item]:
        assert OWN.read is not None
        for item in OWN.read(path, options):
            yield replace(item, works=()) if isinstance(item, Entry) else item

    made = work(*(span(100 + n, "Cue", n, n + 1) for n in range(30)))
    done = out(replace(OWN, read=empty), tmp_path / "p", project(entry(made)))
    assert done.proof is not None
    assert (done.proof.count, len(done.proof.differences)) == (31, 20)
