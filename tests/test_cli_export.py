"""Export, rehearsal and conversion from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.command_fixture import SAMPLE, Run


def lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_rehearsal_writes_nothing_and_says_where(sample: Run, tmp_path: Path) -> None:
    ask = ("export", "--project", "P", "--format", "conll2003", "--rehearse")
    done = sample(*ask)
    assert done.code == 0 and "would go out." in done.out
    assert "left out: 121 × links" in done.err
    told = json.loads(sample(*ask, "--json").out)
    assert told["articles"] == 1
    (article_id,) = {p["article"] for p in told["places"]["in fragments"]}
    ids = {line["id"] for line in lines(SAMPLE) if line["type"] == "article"}
    assert article_id in ids
    assert {p.name.partition(".")[0] for p in tmp_path.iterdir()} == {"work"}  # the database


def test_a_split_goes_into_a_folder(run: Run, tmp_path: Path) -> None:
    texts = tmp_path / "texts"
    texts.mkdir()
    for n in range(10):
        (texts / f"{n}.txt").write_text(f"Number {n}. " + " ".join(f"w{n}x{i}" for i in range(30)))
    assert run("import", texts, "--project", "P").code == 0
    target = tmp_path / "out"
    ask = ("export", "--project", "P", "--format", "annotator-jsonl", "--to", target)
    done = run(*ask, "--split", "60/20/20", "--by", "article", "--seed", "7")
    assert done.code == 0 and "Read back: the same." in done.out
    assert "train 6 · dev 2 · test 2 articles. No story is in two parts." in done.err
    sizes = {
        path.name.partition(".")[0]: sum(line["type"] == "article" for line in lines(path))
        for path in target.glob("*.jsonl")
    }
    assert sizes == {"train": 6, "dev": 2, "test": 2}
    told = json.loads((target / "manifest.json").read_text())
    assert told["split"]["seed"] == 7 and told["split"]["stories_in_two_parts"] == 0
    first = {p.name: p.read_bytes() for p in target.iterdir()}
    assert run(*ask, "--split", "60/20/20", "--by", "article", "--seed", "7").code == 0
    assert {p.name: p.read_bytes() for p in target.iterdir()} == first
    rehearsed = run(*ask[:-2], "--rehearse", "--split", "60/20/20", "--by", "article")
    assert "train 6" in rehearsed.out and "No story is in two parts." in rehearsed.out
    assert run(*ask, "--folds", "5", "--by", "date").code == 1  # none has a date
    assert {p.name: p.read_bytes() for p in target.iterdir()} == first


def test_unread_articles_do_not_go_to_training(
    run: Run,
    article: Path,
    tmp_path: Path,
) -> None:
    assert run("import", article, "--project", "P").code == 0
    target = tmp_path / "x.conll"
    ask = ("export", "--project", "P", "--format", "conll2003", "--to", target)
    done = run(*ask)
    assert done.out.startswith("0 articles, ")
    assert "left out: 1 × articles that nobody has read" in done.err
    assert run(*ask, "--unread").out.startswith("1 articles, ")
    own_ask = ("export", "--project", "P", "--format", "annotator-jsonl", "--to", tmp_path / "o")
    assert run(*own_ask).out.startswith("1 articles, ")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--format", "docx", "--to", "x"), ("no format docx",)),
        (("--format", "conll2003"), ("--to is required",)),
        (("--format", "conll2003", "--to", "x", "--states", "done"), ("done is no state",)),
        (("--format", "conll2003", "--to", "x", "--split", "most"), ("80/10/10",)),
    ],
)
def test_wrong_usage(sample: Run, options: tuple[str, ...], words: tuple[str, ...]) -> None:
    sample("export", "--project", "P", *options).misused(*words)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--since", "2016"), ("2016",)),
        (("--split", "1/2/3/4"), ("two or three",)),
        (("--split", "80/10/10"), ("for 3 parts",)),
        (("--fields", "Claim.evnt"), ("no field",)),
    ],
)
def test_what_cannot_be_done(
    sample: Run,
    tmp_path: Path,
    options: tuple[str, ...],
    words: tuple[str, ...],
) -> None:
    ask = ("export", "--project", "P", "--format", "conll2003", "--to", tmp_path / "x", *options)
    sample(*ask).refused(*words)
    assert not (tmp_path / "x").exists()


def test_convert_needs_no_database(run: Run, tmp_path: Path) -> None:
    target = tmp_path / "out.jsonl"
    done = run("convert", SAMPLE, "--to", "annotator-jsonl", target, at=None)
    assert done.code == 0 and target.read_bytes() == SAMPLE.read_bytes()
    assert not (tmp_path / "work.db").exists()


def test_convert_gives_articles_the_default_codebook_and_the_same_ids_twice(
    run: Run,
    article: Path,
    tmp_path: Path,
) -> None:
    first, second = tmp_path / "1", tmp_path / "2"
    ask = ("convert", article, "--to", "annotator-jsonl", "--document-date", "2016-12-15")
    assert run(*ask, first, at=None).code == 0
    assert run(*ask, second, at=None).code == 0
    assert first.read_bytes() == second.read_bytes()
    head, line = lines(first)
    assert head["codebook"]["name"] and line["date"] == "2016-12-15"  # type: ignore[index]
    mine = tmp_path / "codebook.json"
    mine.write_text('{"codebook": 1, "name": "Mine", "labels": [{"name": "Thing"}]}')
    assert run(*ask, first, "--codebook", mine, at=None).code == 0
    assert lines(first)[0]["codebook"]["name"] == "Mine"  # type: ignore[index]


def test_files_of_one_name_get_ids_of_their_own(run: Run, tmp_path: Path) -> None:
    for name in "ab":
        (tmp_path / name).mkdir()
        (tmp_path / name / "notes.txt").write_text(f"The notes of {name}.")
        ask = ("convert", tmp_path / name / "notes.txt", "--to", "annotator-jsonl")
        assert run(*ask, tmp_path / f"{name}.jsonl", at=None).code == 0
        assert run("import", tmp_path / f"{name}.jsonl", "--project", "P").code == 0
    assert "2 articles" in run("project", "list").out


def test_convert_from_a_format_that_is_named(run: Run, tmp_path: Path) -> None:
    odd = tmp_path / "sample.dat"
    odd.write_bytes(SAMPLE.read_bytes())
    target = tmp_path / "x.conll"
    run("convert", odd, "--to", "conll2003", target, at=None).refused("No format reads")
    ask = ("convert", odd, "--from", "annotator-jsonl", "--to", "conll2003", target)
    assert run(*ask, at=None).code == 0 and target.exists()
    run("convert", odd, "--from", "nothing", "--to", "conll2003", target, at=None).refused(
        "no format nothing"
    )
