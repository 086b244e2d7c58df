"""spaCy's DocBin, by spaCy itself; it trains on what is written."""

from __future__ import annotations

import subprocess
import sys
import zlib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from tests.formats.carrying import hand_out, proven, read_back
from tests.formats.projects import ACTOR, entry, full, project, projects, read, span, uid, work

from annotator import resources
from annotator.formats import for_path
from annotator.formats import spacy_docs as module
from annotator.formats.spacy_docs import SPACY
from annotator.model.corpus import Entry, Heading, Item
from annotator.model.document import Entity
from annotator.model.errors import InputError

spacy = pytest.importorskip("spacy", reason="the extra annotator[spacy] is not installed")
from spacy.tokens import Doc, DocBin, Span  # noqa: E402  after the skip
from spacy.vocab import Vocab  # noqa: E402


def docs(folder: Path) -> list[Doc]:
    return [
        doc
        for path in sorted(folder.iterdir())
        for doc in DocBin().from_disk(path).get_docs(Vocab())
    ]


def entries(path: Path, **options: Any) -> list[Entry]:
    return [item for item in read_back(SPACY, path, **options) if isinstance(item, Entry)]


def spans(found: Entry) -> list[str]:
    return [f"{a.label}: {a.quote(found.text)}" for a in found.works[0].annotations]


def test_the_doc(tmp_path: Path) -> None:
    items = project(
        entry(
            work(
                span(40, "Claim", 0, 13),
                span(41, "Actor", 0, 4, entity=ACTOR.id),
                span(42, "Actor", 17, 18),
                span(43, "Cue", 1, 4),
            ),
            text="ISIS took  it \n\n 😀 ",
        ),
        entry(number=21, text="Unread."),
    )
    done, losses = hand_out(SPACY, items, tmp_path / "out")
    assert (done.articles, done.documents, done.annotations) == (2, 1, 3)
    assert losses.whole == {uid(43)}
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["00001.spacy"]
    doc, unread = docs(tmp_path / "out")
    assert doc.text == "ISIS took  it \n\n 😀 "
    assert [t.text for t in doc] == ["ISIS", "took", " ", "it", "\n\n ", "😀"]
    assert [(e.text, e.label_) for e in doc.ents] == [("ISIS took  it", "Claim"), ("😀", "Actor")]
    assert [(s.text, s.label_, s.id_, s.kb_id_) for s in doc.spans["sc"]] == [
        ("ISIS took  it", "Claim", uid(40), ""),
        ("ISIS", "Actor", uid(41), ACTOR.id),
        ("😀", "Actor", uid(42), ""),
    ]
    assert doc[4].ent_iob_ == "O"  # read, and nothing there
    assert not unread.has_annotation("ENT_IOB")


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
    assert proven(SPACY, items, folder / "a").differences == ()
    hand_out(SPACY, items, folder / "b")
    a, b = ({p.name: p.read_bytes() for p in (folder / n).iterdir()} for n in "ab")
    assert a == b


def test_the_sample_and_every_record_come_back(tmp_path: Path) -> None:
    sample = read(resources.path("sample/palmyra.jsonl"))
    proof = proven(SPACY, sample, tmp_path / "a")
    assert (proof.annotations > 100, proof.differences) == (True, ())
    assert proven(SPACY, full(), tmp_path / "b").differences == ()
    facts = entries(tmp_path / "b")[0].article
    assert (facts.title, facts.date, facts.metadata) == (
        "Taken",
        "2016-12-15",
        {"a": "1", "b": "2"},
    )
    assert for_path(tmp_path / "b") is SPACY
    assert for_path(tmp_path / "b" / "00001.spacy") is SPACY
    assert SPACY.recognises is not None
    assert not SPACY.recognises(tmp_path)


def test_several_files_come_back_in_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "DOCS", 2)
    items = project(*(entry(work(), number=20 + n, text=f"Text {n}.") for n in range(5)))
    hand_out(SPACY, items, tmp_path / "out")
    assert len(list((tmp_path / "out").iterdir())) == 3
    assert [e.text.value for e in entries(tmp_path / "out")] == [f"Text {n}." for n in range(5)]


def test_docs_of_others(tmp_path: Path) -> None:
    vocab = Vocab()
    doc = Doc(vocab, words=["EU", "won", "and", "EU", "lost"])
    first, last = Span(doc, 0, 1, "ORG", kb_id="Q458"), Span(doc, 3, 4, "ORG", span_id="x")
    doc.set_ents([first, last])
    doc.spans["more"] = [Span(doc, 0, 2, "", span_id="x"), Span(doc, 2, 4, "", span_id="x"), first]
    bare = Doc(vocab, words=["EU"])
    bare.user_data["annotator"] = "[1]"
    ents = Doc(vocab, words=["EU"], ents=["B-ORG"])
    ents.user_data["annotator"] = "{"
    made = DocBin(store_user_data=True, docs=[doc, bare, ents])
    made.to_disk(tmp_path / "x.spacy")
    items = read_back(SPACY, tmp_path / "x.spacy")
    found = [item for item in items if isinstance(item, Entry)]
    assert spans(found[0]) == ["span: EU won", "ORG: EU", "span: and EU", "ORG: EU"]
    assert [item.name for item in items if isinstance(item, Entity)] == ["EU"]
    assert [len(e.works) for e in found] == [1, 0, 1]
    assert found[0].article.title == "EU won and EU lost"


def test_faults_name_file_and_doc_and_the_rest_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    vocab = Vocab()
    empty, good = Doc(vocab, words=[" "], spaces=[False]), Doc(vocab, words=["a"])
    bad = Doc(vocab, words=["a"])
    bad.user_data["annotator"] = '{"relations": [["x", "y", "z", {}]], "state": "new"}'
    DocBin(store_user_data=True, docs=[empty, good, bad]).to_disk(tmp_path / "1.spacy")
    (tmp_path / "2.spacy").write_bytes(b"no docs")
    (tmp_path / "3.spacy").write_bytes(b"")
    (tmp_path / "4.spacy").write_bytes(zlib.compress(b"\x80"))
    (tmp_path / "5.spacy").write_bytes(zlib.compress(b"x" * 4_000_000))
    monkeypatch.setattr(module, "MAX_UNPACKED", 1 << 21)
    faults: list[InputError] = []
    assert len(entries(tmp_path, fault=faults.append)) == 1
    assert [str(fault).partition(":")[0] for fault in faults] == [
        "1.spacy, at doc 1", "1.spacy, at doc 3", "2.spacy, at doc 1", "3.spacy, at doc 1",
        "4.spacy, at doc 1", "5.spacy, at doc 1",
    ]  # fmt: skip
    assert "unpacks to far more" in faults[-1].message
    with pytest.raises(InputError):
        entries(tmp_path / "2.spacy")


def test_without_spacy_the_install_line_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand_out(SPACY, full(), tmp_path / "out")
    monkeypatch.setitem(sys.modules, "spacy.tokens", None)
    with pytest.raises(InputError, match=r"pip install 'spacy[<>=]"):
        hand_out(SPACY, full(), tmp_path / "new")
    assert not (tmp_path / "new").exists()
    with pytest.raises(InputError, match=r"pip install 'spacy[<>=]"):
        entries(tmp_path / "out")


CONFIG = """
[nlp]
lang = "en"
pipeline = ["ner", "spancat"]
[components]
[components.ner]
factory = "ner"
[components.ner.model]
@architectures = "spacy.TransitionBasedParser.v2"
state_type = "ner"
extra_state_tokens = false
hidden_width = 16
maxout_pieces = 1
use_upper = false
[components.ner.model.tok2vec]
@architectures = "spacy.HashEmbedCNN.v2"
pretrained_vectors = null
width = 16
depth = 1
embed_size = 50
window_size = 1
maxout_pieces = 1
subword_features = false
[components.spancat]
factory = "spancat"
spans_key = "sc"
[corpora]
[corpora.train]
@readers = "spacy.Corpus.v1"
path = {path}
[corpora.dev]
@readers = "spacy.Corpus.v1"
path = {path}
[training]
max_epochs = 1
max_steps = 2
eval_frequency = 1
[training.batcher]
@batchers = "spacy.batch_by_sequence.v1"
size = 2
"""


def test_spacy_trains_on_it(tmp_path: Path) -> None:
    sample = read(resources.path("sample/palmyra.jsonl"))
    hand_out(SPACY, sample, tmp_path / "corpus")
    hand_out(SPACY, full(), tmp_path / "more")
    (tmp_path / "more" / "00001.spacy").rename(tmp_path / "corpus" / "00002.spacy")
    config, partial = tmp_path / "config.cfg", tmp_path / "partial.cfg"
    partial.write_text(CONFIG.format(path=f'"{(tmp_path / "corpus").as_posix()}"'), "utf-8")

    def run(*arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "spacy", *arguments], capture_output=True, text=True, timeout=240
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    run("init", "fill-config", str(partial), str(config))
    told = run("train", str(config), "--output", str(tmp_path / "model"))
    assert "ENTS_F" in told
    assert "SPANS_SC_F" in told
    assert (tmp_path / "model" / "model-last").is_dir()


def test_the_codebook_of_a_file(tmp_path: Path) -> None:
    hand_out(SPACY, full(), tmp_path / "out")
    heading = read_back(SPACY, tmp_path / "out")[0]
    assert isinstance(heading, Heading)
    assert [label.name for label in heading.codebook.labels] == ["Actor", "Place", "Date", "Cue"]
