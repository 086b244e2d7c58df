"""Whatever the bytes are, a reader raises an AnnotatorError or yields items."""

from __future__ import annotations

import json
import tempfile
import zipfile
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.formats.article_seeds import ARTICLE_SEEDS, PARTS
from tests.formats.carrying import hand_out
from tests.formats.layered import CAS_JSON, CAS_TYPES, CAS_XMI, WEBANNO
from tests.formats.projects import full
from tests.formats.reading import zipped
from tests.formats.test_conll2012 import PUBLISHED as CONLL2012
from tests.formats.test_conllu import GUM
from tests.formats.test_conllu import PUBLISHED as CONLLU
from tests.formats.test_gate import DOCUMENT
from tests.formats.test_html import page
from tests.formats.test_label_studio import region, task
from tests.formats.test_prodigy import MANUAL, RELATIONS
from tests.formats.test_refi import project_file
from tests.formats.test_timeml import PUBLISHED as TIMEML

from annotator import resources
from annotator.formats import FORMATS, Format, ReadOptions, by_id
from annotator.model.errors import AnnotatorError


def written(format_id: str, file: str = "") -> bytes:
    """What the format's own writer makes of a small project; of a folder one file."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "x"
        hand_out(by_id(format_id), full(), target)
        return (target / file).read_bytes()


READERS = [kind for kind in FORMATS if kind.read is not None]


def _docs() -> bytes:
    with TemporaryDirectory() as folder:
        hand_out(by_id("spacy"), full(), Path(folder) / "out")
        return (Path(folder) / "out" / "00001.spacy").read_bytes()


SEEDS = {
    "annotator-jsonl": resources.path("sample/palmyra.jsonl").read_bytes(),
    "text": "Ancient city — “Palmyra” 😀 falls.\n\nЖ".encode(),
    "html": page().encode(),
    "uima-xmi": CAS_XMI,
    "uima-json": CAS_JSON,
    "webanno-tsv3": WEBANNO,
    "hf-parquet": written("hf-parquet", "data/train-00000-of-00001.parquet"),
    "hf-jsonl": written("hf-jsonl", "data/train-00000-of-00001.jsonl"),
    "web-annotation": written("web-annotation"),
    "brat": b"",  # a file has its text beside it: tests.formats.test_brat breaks whole folders
    "pubannotation": written("pubannotation", "00001-taken.json"),
    "bioc": written("bioc"),
    "conll2002": b"-DOCSTART- O\n\nEU\tB-ORG\nwon\tO\n\nNadim B-PER\nLadki I-PER\n# id 1\n",
    "conll2003": b"-DOCSTART- -X- O O\n\nEU NNP I-NP I-ORG\nwon VB O O\n\n.\tX\tO\tS-A\n",
    "conll2012": CONLL2012.encode() + b'#entity 5 {"id": "a", "type": "b", "fields": {"c": 1}}\n',
    "conllu": (CONLLU + GUM).encode(),
    "timeml": TIMEML.encode(),
    "prodigy": "\n".join(map(json.dumps, (MANUAL, RELATIONS))).encode(),
    "spacy": _docs(),
    **ARTICLE_SEEDS,
    "doccano": b'{"text":"ISIS left","label":[[0,4,"A"]],"meta":{"k":1}}\n{"data":"x","entities":'
    b'[{"id":1,"label":"A","start_offset":0,"end_offset":1}],"relations":[]}\n',
    "label-studio": json.dumps([task(region("a", "A", 2, 6, value={"text": "ISIS"}))]).encode(),
    "gate": DOCUMENT.encode(),
    "refi-qda": project_file(),
}
BESIDE = {"uima-xmi": ("TypeSystem.xml", CAS_TYPES)}
_EXAMPLES = {"text": 300, "html": 40, "brat": 3, "spacy": 40}  # others: 150


_PIECES = st.sampled_from([b"\0", b'"', b"{", b"]", b"\xff\xfe", b"\\ud800", b"<p>", b"&#0;"])


@st.composite
def _broken(draw: st.DrawFn, body: bytes) -> bytes:
    data = bytearray(body)
    for _ in range(draw(st.integers(1, 5))):
        at = draw(st.integers(0, len(data)))
        length = draw(st.integers(0, 40) | st.just(len(data)))
        data[at : at + length] = draw(
            st.binary(max_size=6)
            | st.sampled_from([b"\0", b'"', b"{", b"]", b"\xff\xfe", b"\\ud800"])
        )
    return bytes(data)


@pytest.mark.parametrize("kind", READERS, ids=lambda kind: kind.id)
def test_only_annotator_errors(kind: Format, tmp_path: Path) -> None:
    path = tmp_path / "input"
    read = kind.read
    assert read is not None
    if kind.id in BESIDE:
        name, body = BESIDE[kind.id]
        (tmp_path / name).write_bytes(body)

    @settings(
        max_examples=_EXAMPLES.get(kind.id, 150),
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
        deadline=None,
    )
    @given(_broken(SEEDS[kind.id]) | st.binary(max_size=200), st.booleans())
    def check(body: bytes, repair: bool) -> None:
        path.write_bytes(body)
        try:
            items = list(read(path, ReadOptions(repair=repair)))
        except AnnotatorError as fault:
            assert "input" in str(fault)
        else:
            assert items

    check()


@pytest.mark.parametrize(("kind", "part"), PARTS)
def test_broken_parts_of_packages(kind: str, part: str, tmp_path: Path) -> None:
    path = tmp_path / "input"
    read = by_id(kind).read
    assert read is not None
    with zipfile.ZipFile(BytesIO(SEEDS[kind])) as file:
        members = {name: file.read(name) for name in file.namelist()}

    @settings(
        max_examples=40,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
        deadline=None,
    )
    @given(_broken(members[part]))
    def check(body: bytes) -> None:
        path.write_bytes(zipped({**members, part: body}))
        try:
            assert list(read(path, ReadOptions()))
        except AnnotatorError as fault:
            assert "input" in str(fault)

    check()
