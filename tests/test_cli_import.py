"""`annotator import` and `convert`: folders of formats, columns, furniture, what can't be read."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from annotator.session.command_import import column_meanings
from tests.command_fixture import SAMPLE, Run, article, database, run, sample

__all__ = ["article", "database", "run", "sample"]

PAGE = (
    "<html><head><title>Harvest</title></head><body><nav><ul><li><a href='/'>Start page</a></li>"
    "<li><a href='/p'>Politics and more</a></li></ul></nav><article><h1>Harvest</h1>"
    + "<p>The harvest was good this year, said the farmers of the valley on Monday.</p>" * 8
    + "</article><footer><p>Imprint and terms of use of this site</p></footer></body></html>"
)


@pytest.fixture
def brat(sample: Run, tmp_path: Path) -> Path:
    """The sample as a folder of brat."""
    folder = tmp_path / "brat"
    ask = ("export", "--project", "P", "--format", "brat", "--to", folder, "--without-proof")
    assert sample(*ask).code == 0
    return folder


def counts(run: Run, *ask: object, code: int = 0) -> dict[str, object]:
    done = run("import", *ask, "--json")
    assert done.code == code, done.err
    return dict(json.loads(done.out))


@pytest.mark.parametrize("named", [False, True])
def test_a_folder_of_a_format_is_one_project(run: Run, brat: Path, named: bool) -> None:
    more = ("--format", "brat") if named else ()
    answer = counts(run, brat, "--project", "Q", *more)
    assert (answer["articles"], answer["annotations"]) == (1, 154)


def test_convert_takes_folders(run: Run, brat: Path, article: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.jsonl"
    ask = ("--to", "annotator-jsonl", target, "--json")
    assert json.loads(run("convert", brat, *ask).out)["annotations"] == 154
    texts = tmp_path / "texts"
    texts.mkdir()
    shutil.copy(article, texts / "a.txt")
    (texts / "b.txt").write_text("Another text.")
    assert json.loads(run("convert", texts, *ask).out)["articles"] == 2
    first = target.read_bytes()
    assert run("convert", texts, *ask).code == 0 and target.read_bytes() == first
    (tmp_path / "empty").mkdir()
    run("convert", tmp_path / "empty", *ask).refused("nothing to convert")


def test_files_of_a_named_format_in_a_folder(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "own"
    folder.mkdir()
    shutil.copy(SAMPLE, folder / "p.annotator.jsonl")
    (folder / "other.txt").write_text("Words.")
    answer = counts(run, folder, "--project", "Q", "--format", "annotator-jsonl")
    assert (answer["articles"], answer["annotations"]) == (1, 154)


def test_keep_going(run: Run, tmp_path: Path, article: Path) -> None:
    cut, gone = tmp_path / "cut.jsonl", tmp_path / "gone.txt"
    cut.write_bytes(SAMPLE.read_bytes()[:-900])
    (tmp_path / "empty.txt").write_bytes(b"")
    ask = (article, cut, tmp_path / "empty.txt", gone, "--project", "P")
    run("import", *ask).refused("cut.jsonl")
    assert json.loads(run("project", "list", "--json").out) == []
    answer = counts(run, *ask, "--keep-going", code=1)
    assert (answer["articles"], answer["annotations"]) == (1, 0)
    said = " ".join(answer["problems"])  # type: ignore[arg-type]
    assert all(name in said for name in ("cut.jsonl, line 39", "empty.txt", "gone.txt"))
    told = run("import", *ask, "--keep-going")
    assert told.code == 1 and "gone.txt" in told.err and "Traceback" not in told.err
    assert run("check").code == 0


def test_what_breaks_off_leaves_nothing_of_itself(run: Run, tmp_path: Path) -> None:
    """Of a file whose last line is cut the entities were written already."""
    cut = tmp_path / "cut.jsonl"
    cut.write_bytes(SAMPLE.read_bytes()[:-900])
    ask = ("--project", "P", "--keep-going")
    assert counts(run, cut, *ask, code=1)["articles"] == 0
    assert counts(run, SAMPLE, *ask)["annotations"] == 154, "no entity stands in its way"


def test_columns(run: Run, tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    table.write_text('Body,"Headline, long",Desk\nSome words of a text.,The title,City\n', "utf-8")
    ask = (table, "--project", "P")
    counts(run, *ask, "--columns", "title=Headline, long,text=Body,ignore=Desk")
    target = tmp_path / "x.jsonl"
    run("export", "--project", "P", "--format", "annotator-jsonl", "--to", target)
    last = json.loads(target.read_text("utf-8").splitlines()[-1])
    assert last["title"] == "The title" and "City" not in json.dumps(last)
    run("import", *ask, "--columns", "words=Body").misused("--columns", "words=Body")
    run("import", *ask, "--columns", "text").misused("--columns")


def test_column_meanings() -> None:
    assert column_meanings("") == {}
    assert column_meanings("text=A, b,title=C=D") == {"A, b": "text", "C=D": "title"}
    assert column_meanings("metadata=x") == {"x": ""}


def test_furniture_by_the_projects_codebook(run: Run, tmp_path: Path) -> None:
    page = tmp_path / "p.html"
    page.write_text(PAGE)
    answer = counts(run, page, "--project", "P", "--furniture")
    assert answer["annotations"] != 0 and answer["documents"] == 1
    tiny = tmp_path / "c.json"
    tiny.write_text(json.dumps({"codebook": 1, "name": "T", "labels": [{"name": "Only"}]}))
    assert run("project", "new", "T", "--codebook", tiny).code == 0
    answer = counts(run, page, "--project", "T", "--furniture")
    assert answer["annotations"] == 0 and "no label Region" in " ".join(answer["notes"])  # type: ignore[arg-type]


def test_what_a_reader_notes_and_a_text_that_comes_twice_are_told(run: Run, tmp_path: Path) -> None:
    page, twice = tmp_path / "p.html", tmp_path / "t.doccano.jsonl"
    page.write_text(PAGE, "utf-8")
    assert "around the article are left out" in run("import", page, "--project", "P").err
    line = json.dumps({"text": "Yes, Kim.", "label": [[5, 8, "PER"]]})
    twice.write_text(f"{line}\n{line}\n")
    done = run("import", twice, "--project", "Q")
    assert done.code == 0 and "1 articles, 1 annotations" in done.out
    assert "Yes, Kim.: The same text came before it; 1 annotations" in done.err


def test_annotations_among_the_articles_of_a_folder_are_told(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "mixed"
    folder.mkdir()
    (folder / "a.doccano.jsonl").write_text('{"text": "Yes, Kim.", "label": [[5, 8, "PER"]]}\n')
    run("import", folder, "--project", "P").refused("annotations are in it: a.doccano.jsonl")
    (folder / "b.txt").write_text("Text")
    done = run("import", folder, "--project", "P")
    assert done.code == 0 and "Passed over" in done.err
    done = run("import", folder, folder / "a.doccano.jsonl", "--project", "Q")
    assert done.code == 0 and "2 articles, 1 annotations" in done.out
    assert "Passed over" not in done.err
