"""Commands: exit codes, one sentence on stderr, never a traceback, nothing half-done."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from annotator import cli, resources
from annotator.__main__ import main
from annotator.formats import FORMATS
from annotator.store import project as projects
from annotator.store.database import Database
from tests.command_fixture import PROGRAM, SAMPLE, Run
from tests.store.samples import unprivileged

# ---- what each command does ----------------------------------------------------------------------


def test_export_import_export_gives_the_same_bytes(sample: Run, tmp_path: Path) -> None:
    first, second = tmp_path / "1.jsonl", tmp_path / "2.jsonl"
    ask = ("--project", "P", "--format", "annotator-jsonl", "--to")
    done = sample("export", *ask, first)
    assert done.code == 0 and done.out == (
        f"1 articles, 154 annotations are in {first}. Read back: the same.\n"
    )
    other = tmp_path / "other.db"
    assert sample("import", first, "--project", "P", at=other).code == 0
    assert sample("export", *ask, second, at=other).code == 0
    assert first.read_bytes() == second.read_bytes() != b""


def test_import_of_files_and_folders(run: Run, article: Path, tmp_path: Path) -> None:
    folder = tmp_path / "folder" / "deeper"
    folder.mkdir(parents=True)
    (folder / "b.html").write_text("<p>Some words in a paragraph that is long enough.</p>" * 9)
    (folder / "photo.png").write_bytes(b"\x89PNG")
    (folder / "double.txt").write_bytes(article.read_bytes())
    ask = ("import", article, tmp_path / "folder", "--project", "P", "--json")
    done = run(*ask, "--document-date", "2016-12-15")
    answer = json.loads(done.out)
    assert done.code == 0 and answer["articles"] == 2
    (left,) = answer["left_out"]
    assert "The same text is in the project already." in left
    again = json.loads(run(*ask).out)
    assert again["articles"] == 0 and len(again["left_out"]) == 3


def test_lists_are_json(sample: Run) -> None:
    (row,) = json.loads(sample("project", "list", "--json").out)
    assert (row["name"], row["articles"], row["annotations"]) == ("P", 1, 154)
    rows = json.loads(sample("formats", "--json").out)
    assert [r["id"] for r in rows] == [f.id for f in FORMATS]
    assert json.loads(sample("check", "--json").out)["problems"] == []
    assert json.loads(sample("project", "new", "Q", "--json").out)["name"] == "Q"
    assert [r["name"] for r in json.loads(sample("--json", "project", "list").out)] == ["P", "Q"]


def test_export_of_some_labels(sample: Run, tmp_path: Path) -> None:
    target = tmp_path / "x.conll"
    ask = ("export", "--project", "P", "--format", "conll2003", "--to", target)
    assert sample(*ask, "--labels", "Place, Date").code == 0
    tags = {line.split()[-1] for line in target.read_text("utf-8").splitlines() if line}
    assert tags == {"O", "B-Place", "I-Place", "B-Date", "I-Date"}
    before = target.read_bytes()
    sample(*ask, "--labels", "Place,Plaice").refused("no label Plaice", "Actor, ")
    assert target.read_bytes() == before


def test_some_labels_of_the_own_format_are_a_project_too(
    run: Run, sample: Run, tmp_path: Path
) -> None:
    target = tmp_path / "x.jsonl"
    ask = ("export", "--project", "P", "--format", "annotator-jsonl", "--to", target)
    assert sample(*ask, "--labels", "Place").code == 0
    lines = [json.loads(line) for line in target.read_text("utf-8").splitlines()]
    (article,) = (line for line in lines if line["type"] == "article")
    (document,) = article["documents"]
    assert {a["label"] for a in document["annotations"]} == {"Place"}
    assert {k["type"] for k in document["links"]} == {"part_of", "relative_to"}
    again = run("--database", tmp_path / "again.db", "import", target, "--project", "Q")
    assert again.code == 0


def test_whose_work_it_is(run: Run, database: Path) -> None:
    assert run("import", SAMPLE, "--project", "P", "--as", "anna").code == 0
    with Database(database, write=False) as held:
        logins = held.read(lambda db: db.exec_driver_sql("select login from annotator").all())
        owners = held.read(
            lambda db: db.exec_driver_sql(
                "select a.login from document d join annotator a on a.id = d.owner_id"
            ).all()
        )
    assert [*logins] == [*owners] == [("anna",)]


@pytest.mark.parametrize(
    "command",
    [
        ("export", "--project", "P", "--format", "conll2003", "--to", "x"), ("check",),
        ("export", "--project", "P", "--format", "annotator-jsonl", "--to", "x"),
        ("project", "list"), ("formats",), ("backup", "x"), ("project", "new", "Q"),
        ("import", "a.txt", "--project", "P"),
    ],
)  # fmt: skip
def test_a_name_alone_makes_nobody(
    sample: Run, database: Path, article: Path, monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    def everybody() -> list[object]:
        ask = "select id, login from annotator union all select annotator_id, role from member"
        with Database(database, write=False) as held:
            return [*held.read(lambda db: db.exec_driver_sql(ask).all())]

    monkeypatch.chdir(article.parent)
    before = everybody()
    assert sample(*command, "--as", "eve").code == 0
    assert everybody() == before


def test_export_of_one_persons_work(sample: Run, tmp_path: Path) -> None:
    target = tmp_path / "x.conll"
    ask = ("export", "--project", "P", "--format", "conll2003", "--to", target, "--annotator")
    (person,) = [
        row["login"]
        for row in map(json.loads, SAMPLE.read_text("utf-8").splitlines())
        if row["type"] == "annotator"
    ]
    assert sample(*ask, person).code == 0
    before = target.read_bytes()
    assert b"B-Place" in before
    sample(*ask, "eve").refused("no annotator eve")
    assert target.read_bytes() == before


def test_the_environment_names_the_database(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("ANNOTATOR_DATABASE", str(tmp_path / "named.db"))
    assert run("project", "new", "N", at=None).code == 0
    assert (tmp_path / "named.db").exists()
    assert run("project", "new", "O").code == 0  # --database wins
    assert "O" not in run("project", "list", at=None).out


def test_a_project_with_a_codebook(run: Run, tmp_path: Path) -> None:
    own = tmp_path / "c.json"
    own.write_bytes(b"\xef\xbb\xbf" + resources.path("codebooks/news.json").read_bytes())
    assert run("project", "new", "P", "--codebook", own).code == 0
    own.write_text('{"codebook": 1, "name": "x", "labels": [{"nam": 3}]}')
    run("project", "new", "Q", "--codebook", own).refused("c.json", "labels[0]")
    own.write_bytes(b"\xff\xff")
    run("project", "new", "Q", "--codebook", own).refused("c.json", "UTF-8")
    run("project", "new", "Q", "--codebook", tmp_path / "none.json").refused("none.json")
    assert "Q" not in run("project", "list").out


def test_backup(sample: Run, database: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    with Database(database):  # in use
        assert sample("backup", copy).code == 0
    assert "154 annotations" in sample("project", "list", at=copy).out


@pytest.mark.parametrize("ending", ["", "-wal", ".lock"])
def test_nothing_is_written_over_the_database(sample: Run, database: Path, ending: str) -> None:
    target = Path(f"{database}{ending}")
    before = database.read_bytes()
    sample("backup", target).refused("is the database itself")
    ask = ("export", "--project", "P", "--format", "annotator-jsonl", "--to")
    sample(*ask, target).refused("is the database itself")
    link = database.with_name("link")
    link.symlink_to(target)
    sample(*ask, link).refused("is the database itself")
    assert database.read_bytes() == before and sample("check").code == 0


# ---- usage ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"], ["import"], ["import", "x"], ["export", "--project", "P"], ["project"],
        ["project", "new"], ["project", "old"], ["backup"], ["formats", "--what"],
        ["check", "extra"], ["--database"],
    ],
)  # fmt: skip
def test_wrong_usage(run: Run, arguments: list[str]) -> None:
    done = run(*arguments, at=None)
    assert done.code == 2 and done.err.startswith("usage: annotator") and not done.out


@pytest.mark.parametrize(
    "command",
    [[], ["import"], ["export"], ["project"], ["project", "list"], ["project", "new"],
     ["formats"], ["check"], ["backup"]],
)  # fmt: skip
def test_help(run: Run, command: list[str]) -> None:
    done = run(*command, "--help", at=None)
    assert done.code == 0 and done.out.startswith("usage: annotator") and not done.err
    assert "--database" in done.out and "--json" in done.out


# ---- what comes in and can't ---------------------------------------------------------------------


def _huge(path: Path) -> None:
    with path.open("wb") as file:
        file.write(b"words ")
        file.truncate(200 << 20)  # no room on the disk is taken


BAD_FILES: dict[str, tuple[Callable[[Path], object], tuple[str, ...]]] = {
    "empty.txt": (lambda p: p.write_bytes(b""), ("empty",)),
    "blank.txt": (lambda p: p.write_bytes(b" \n\t\n"), ("no text",)),
    "nul.txt": (lambda p: p.write_bytes(b"\0" * 2000), ()),
    "binary.txt": (lambda p: p.write_bytes(bytes(range(256)) * 40), ()),
    "pdf.txt": (lambda p: p.write_bytes(b"%PDF-1.7 x"), ("PDF",)),
    "utf16.txt": (lambda p: p.write_bytes(b"\xff\xfea\x00b"), ("utf-16",)),
    "folder.txt": (lambda p: p.mkdir(), ()),
    "fifo.txt": (os.mkfifo, ("not a file",)),
    "huge.txt": (_huge, ("larger than 64 MB",)),
    "none.txt": (lambda p: None, ("no such file",)),
    "what.xyz": (lambda p: p.write_text("x"), ("*.txt",)),
    "empty.jsonl": (lambda p: p.write_bytes(b""), ("empty",)),
    "text.jsonl": (lambda p: p.write_text("hello"), ("Annotator project", "Choose one")),
    "cut.jsonl": (lambda p: p.write_bytes(SAMPLE.read_bytes()[:-900]), ("line 39", "cut off")),
    "broken.jsonl": (
        lambda p: p.write_bytes(SAMPLE.read_bytes().replace(b'"entity"', b'"entity', 1)),
        ("line ",),
    ),
    "moved.jsonl": (
        lambda p: p.write_text(SAMPLE.read_text("utf-8").replace('"start":71,', '"start":69,')),
        ("line 39",),
    ),
    "label.jsonl": (
        lambda p: p.write_text(SAMPLE.read_text("utf-8").replace('"label":"Cue"', '"label":"Cu"')),
        ("line 39", "Cu"),
    ),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_bad_file_among_good_ones(run: Run, tmp_path: Path, article: Path, name: str) -> None:
    make, words = BAD_FILES[name]
    bad = tmp_path / name
    make(bad)
    assert run("project", "new", "P").code == 0
    good = [article] if bad.suffix == ".jsonl" else [article, SAMPLE]
    done = run("import", *good, bad, "--project", "P")
    if name == "folder.txt":  # an empty folder among files: nothing in it, nothing wrong
        assert done.code == 0
        run("import", bad, "--project", "P").refused("nothing to import")
        return
    done.refused(name, *words)
    assert "P: 0 articles" in run("project", "list").out, "all or nothing"


def test_a_project_that_is_there_already(sample: Run, tmp_path: Path) -> None:
    again = tmp_path / "again.jsonl"
    again.write_bytes(SAMPLE.read_bytes())
    sample("import", again, "--project", "P").refused("again.jsonl: ", "already")
    assert "P: 1 articles, 154" in sample("project", "list").out


def test_repair(run: Run, tmp_path: Path) -> None:
    moved = tmp_path / "moved.jsonl"
    text = SAMPLE.read_text("utf-8")
    assert '"start":71,"end":75,' in text
    moved.write_text(text.replace('"start":71,"end":75,', '"start":69,"end":73,', 1), "utf-8")
    run("import", moved, "--project", "P").refused("moved.jsonl, line 39")
    done = run("import", moved, "--project", "P", "--repair", "--json")
    assert done.code == 0 and json.loads(done.out)["annotations"] == 154
    assert json.loads(done.out)["notes"]


@pytest.mark.parametrize("date", ["2016-13-01", "yesterday", "15.12.2016", "2016"])
def test_a_bad_date(run: Run, article: Path, date: str) -> None:
    ask = ("import", article, "--project", "P", "--document-date", date)
    run(*ask).refused("--document-date")
    run("project", "list").refused()


@pytest.mark.parametrize("option", [("--document-date", "2016-12-15"), ("--encoding", "cp1251")])
def test_what_a_project_file_says_for_itself(
    run: Run, article: Path, option: tuple[str, str]
) -> None:
    done = run("import", article, SAMPLE, "--project", "P", *option)
    done.refused(f"{SAMPLE.name}: ", f"Leave {option[0]} out")
    run("project", "list").refused("no database")


def test_the_encoding_is_given(run: Run, tmp_path: Path) -> None:
    path, page = tmp_path / "r.txt", tmp_path / "r.html"
    words = "Боевики снова заняли древний город Пальмира. "
    path.write_bytes(words.encode("mac_cyrillic"))
    page.write_bytes(f"<html><body><p>{words * 9}</p></body></html>".encode("mac_cyrillic"))
    ask = ("import", path, page, "--project", "P", "--json", "--encoding")
    run(*ask, "klingon").refused("--encoding", "no text encoding klingon")
    run(*ask, "utf-8").refused("r.txt: ", "not utf-8", "Choose another encoding")
    assert json.loads(run("project", "list", "--json").out) == []
    answer = json.loads(run(*ask, "mac_cyrillic").out)
    assert (answer["articles"], answer["notes"]) == (2, [])
    target = tmp_path / "x.jsonl"
    run("export", "--project", "P", "--format", "annotator-jsonl", "--to", target)
    assert target.read_text("utf-8").count(words.strip()) >= 2
    assert "--encoding NAME" in run("import", "--help").out


def test_unknown_names(sample: Run, article: Path, tmp_path: Path) -> None:
    target = tmp_path / "x"
    sample(
        "export", "--project", "Q", "--format", "conll2003", "--to", target
    ).refused("no project Q", "There are: P")  # fmt: skip
    sample(
        "export", "--project", "P", "--format", "docx", "--to", target
    ).misused("no format docx", "conll2003")  # fmt: skip
    sample("export", "--project", "P", "--format", "text", "--to", target).misused("no format text")
    sample("import", article, "--project", "P", "--format", "gliner").refused("only be written")
    sample("project", "new", "P").refused("There is a project P already")
    sample("project", "new", "  ").refused("needs a name")
    sample("import", article, "--project", " ").refused("needs a name")
    assert not target.exists()


# ---- places that can't be used -------------------------------------------------------------------


def test_no_database_yet(run: Run, tmp_path: Path, database: Path) -> None:
    for ask in (
        ("project", "list"), ("check",), ("backup", tmp_path / "b"),
        ("export", "--project", "P", "--format", "conll2003", "--to", tmp_path / "x"),
    ):  # fmt: skip
        run(*ask).refused(str(database))
    assert not database.exists()


@pytest.mark.parametrize("what", ["folder", "text", "other", "long", "under a file"])
def test_what_is_no_database(run: Run, tmp_path: Path, article: Path, what: str) -> None:
    at = {
        "folder": tmp_path, "text": article, "other": tmp_path / "o.db",
        "long": tmp_path / ("x" * 300), "under a file": article / "x.db",
    }[what]  # fmt: skip
    if what == "other":
        at.write_bytes(b"SQLite format 3\0" + b"\1" * 3000)
    before = at.read_bytes() if what in ("text", "other") else None
    for ask in (("project", "list"), ("project", "new", "P"), ("check",)):
        run(*ask, at=at).refused(at.name if what != "under a file" else article.name)
    if before is not None:
        assert at.read_bytes() == before


def test_a_database_in_use_by_another_process(sample: Run, database: Path, article: Path) -> None:
    code = (
        "import sys; from annotator.store.database import Database;"
        " Database(sys.argv[1]); print('open', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, database], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None and other.stdout.readline() == b"open\n"
        assert sample("project", "list").code == 0
        assert sample("check").code == 0
        sample("import", article, "--project", "P").refused("open in another Annotator")
        sample("project", "new", "Q").refused("open in another Annotator")
        other.communicate(b"")
    assert sample("import", article, "--project", "P").code == 0


def test_places_without_permission(sample: Run, tmp_path: Path, database: Path) -> None:
    locked = tmp_path / "locked"
    locked.mkdir()
    (locked / "a.txt").write_text("words")
    ask = ("export", "--project", "P", "--format", "annotator-jsonl", "--to")
    lock = Path(f"{database}.lock")
    with unprivileged(database, lock, tmp_path, locked, locked / "a.txt"):
        locked.chmod(0)
        sample("import", locked / "a.txt", "--project", "P").refused("permission")
        sample("import", locked, "--project", "P").refused("permission")
        sample("project", "list", at=locked / "x.db").refused("permission")
        sample("project", "new", "Q", at=locked / "x.db").refused("permission")
        sample("project", "new", "Q", "--codebook", locked / "a.txt").refused("permission")
        sample(*ask, locked / "out.jsonl").refused("permission")
        sample("backup", locked / "b.db").refused("permission")
        locked.chmod(0o755)
        (locked / "a.txt").chmod(0)
        sample("import", locked / "a.txt", "--project", "P").refused("a.txt", "permission")
        sample("import", locked, "--project", "P").refused("a.txt", "permission")


def test_targets_that_cannot_be_written(sample: Run, tmp_path: Path, article: Path) -> None:
    folder = tmp_path / "there"
    folder.mkdir()
    for name in ("annotator-jsonl", "conll2003"):
        ask = ("export", "--project", "P", "--format", name, "--to")
        sample(*ask, folder).refused(str(folder))
        sample(*ask, folder / "no" / "x").refused(str(folder / "no" / "x"))
        sample(*ask, article / "x").refused(str(article))
    sample("backup", folder).refused(str(folder))
    sample("backup", folder / "no" / "x.db").refused(str(folder / "no"))
    assert list(folder.iterdir()) == []


# ---- as a process --------------------------------------------------------------------------------


def _program(*arguments: object, **options: object) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(  # type: ignore[call-overload, no-any-return]
        [*PROGRAM, *map(str, arguments)], capture_output=True, timeout=60, **options
    )


def test_as_a_process(database: Path, tmp_path: Path) -> None:
    done = _program("--database", database, "import", SAMPLE, "--project", "P")
    assert done.returncode == 0 and not done.stderr
    assert done.stdout.decode() == "1 articles, 154 annotations imported into P.\n"
    done = _program("--database", database, "import", tmp_path / "no.txt", "--project", "P")
    assert done.returncode == 1 and done.stderr.startswith(b"annotator: no.txt: ")
    assert _program("import").returncode == 2


@pytest.mark.parametrize("command", [["formats"], ["formats", "--json"], ["import", "--help"]])
def test_a_broken_pipe(command: list[str]) -> None:
    read, write = os.pipe()
    os.close(read)
    buffered = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    try:
        done = subprocess.run(
            [*PROGRAM, *command], stdout=write, stderr=subprocess.PIPE, timeout=60, env=buffered
        )
    finally:
        os.close(write)
    assert done.returncode == 1 and done.stderr == b""


def test_a_terminal_that_knows_no_unicode(database: Path, tmp_path: Path) -> None:
    ascii_only = {**os.environ, "PYTHONIOENCODING": "ascii", "LC_ALL": "C", "PYTHONUTF8": "0"}
    assert _program("--database", database, "project", "new", "Ünlü 日本 😀").returncode == 0
    done = _program("--database", database, "project", "list", env=ascii_only)
    assert done.returncode == 0 and rb"\xdcnl\xfc" in done.stdout
    done = _program("--database", database, "project", "list", "--json", env=ascii_only)
    assert json.loads(done.stdout)[0]["name"] == "Ünlü 日本 😀"
    done = _program("--database", database, "backup", os.fsencode(tmp_path) + b"/\xff.db")
    assert done.returncode == 0 or done.stderr.startswith(b"annotator: "), done.stderr


def test_ctrl_c_while_the_answer_is_printed(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def cut(*_: object, **__: object) -> str:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(cli, "_print", cut)
        done = run("project", "new", "P")
    assert (done.code, done.out, done.err) == (1, "", ""), "it is made: no word that nothing is"
    assert "P: " in run("project", "list").out


@pytest.mark.skipif(sys.platform == "win32", reason="there Ctrl+C is no signal to send")
def test_ctrl_c(database: Path, tmp_path: Path) -> None:
    assert main(["--database", str(database), "project", "new", "P"]) == 0
    folder = tmp_path / "many"
    folder.mkdir()
    words = "A sentence of some words. " * 400
    for number in range(3000):
        (folder / f"{number}.txt").write_text(f"{number} {words}")
    lock = Path(f"{database}.lock")
    lock.unlink()
    ask = [*PROGRAM, "--database", str(database), "import", str(folder), "--project", "P"]
    with subprocess.Popen(ask, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        while not lock.exists():  # it has read the files and writes them now
            assert process.poll() is None
            time.sleep(0.005)
        time.sleep(0.1)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
    assert process.returncode == 1 and not out
    assert err == b"annotator: Stopped. Nothing was changed.\n"
    with Database(database, write=False) as held:
        assert not held.check()
        rows = held.read(projects.listing)
    assert [(r.name, r.articles) for r in rows] == [("P", 0)]
