"""Commands run in this process on a test's own database, with what they answer."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from annotator import resources
from annotator.__main__ import main

SAMPLE = resources.path("sample/palmyra.jsonl")
PROGRAM = [sys.executable, "-m", "annotator"]
Run = Callable[..., "Ran"]


class Ran:
    """What a command answered."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err

    def misused(self, *words: str) -> None:
        """Refused as wrong usage."""
        self.refused(*words, code=2)

    def refused(self, *words: str, code: int = 1) -> None:
        """One sentence on stderr that has these words, nothing on stdout."""
        assert self.code == code, self.err
        assert "Traceback" not in self.err and not self.out
        (line,) = self.err.splitlines()
        assert line.startswith("annotator: ") and line.endswith("."), line
        assert "[Errno" not in line and "Error:" not in line
        for word in words:
            assert word in line, line


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "work.db"


@pytest.fixture
def run(database: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command in this process on the test's own database."""

    def ran(*arguments: object, at: Path | None = database) -> Ran:
        where = ["--database", str(at)] if at is not None else []
        code = 0
        try:
            code = main([*map(str, arguments), *where])
        except SystemExit as end:
            code = int(end.code or 0)
        out = capsys.readouterr()
        return Ran(code, out.out, out.err)

    return ran


@pytest.fixture
def sample(run: Run) -> Run:
    """The sample's project is in the database."""
    assert run("import", SAMPLE, "--project", "P").code == 0
    return run


@pytest.fixture
def article(tmp_path: Path) -> Path:
    path = tmp_path / "a.txt"
    path.write_text("ISIS took Palmyra.\n\nA second paragraph.", "utf-8")
    return path
