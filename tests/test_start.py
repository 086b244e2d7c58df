"""What stands between the command and the first paint, and what a person reads if it fails."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from annotator.__main__ import main

# What the first paint may bring in besides the standard library.
_ALLOWED = {"PySide6", "shiboken6", "shibokensupport", "platformdirs", "annotator"}
# Those of the program that stand before or at the window; the rest is behind the store.
_FIRST = {
    "annotator", "annotator.__main__", "annotator.app", "annotator.cli", "annotator.gui",
    "annotator.gui.actions", "annotator.gui.panels", "annotator.gui.status",
    "annotator.gui.theme", "annotator.gui.toolbar", "annotator.gui.welcome",
    "annotator.gui.window", "annotator.model", "annotator.model.codebook",
    "annotator.model.document", "annotator.model.edit", "annotator.model.errors",
    "annotator.resources", "annotator.session", "annotator.session.worker", "annotator.settings",
}  # fmt: skip
_FIRST_MODEL = "annotator.model."  # stdlib only, and what the modules above stand on

_PAINT = """
import json, sys
from annotator import __main__, app, cli
from PySide6.QtWidgets import QApplication

def painted(self):
    print(json.dumps({"modules": sorted(sys.modules), "visible": self.window.isVisible()}))
    sys.stdout.flush()
    QApplication.quit()

app.App._load = painted
sys.exit(__main__.main(["--database", sys.argv[1]]))
"""


def _imported_at_first_paint(database: Path) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", _PAINT, str(database)], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout)
    assert seen["visible"]
    return set(seen["modules"])


def test_what_is_imported_before_the_first_paint(tmp_path: Path) -> None:
    modules = _imported_at_first_paint(tmp_path / "work.db")
    roots = {name.partition(".")[0] for name in modules}
    foreign = roots - set(sys.stdlib_module_names) - _ALLOWED - {"signature_bootstrap"}
    # The last is PySide's own. A virtual environment and its tools come before every program.
    foreign = {n for n in foreign if not n.startswith(("_", "a1_", "sitecustomize", "coverage"))}
    assert not foreign, f"the window waits for {sorted(foreign)}"
    own = {n for n in modules if n.startswith("annotator") and not n.startswith(_FIRST_MODEL)}
    assert own <= _FIRST, f"the window waits for {sorted(own - _FIRST)}"
    assert "sqlite3" not in modules and "annotator.gui.window" in modules
    assert not (tmp_path / "work.db").exists(), "the database is opened after the first paint"


def test_help_and_formats_do_without_qt() -> None:
    code = (
        "import sys; from annotator.__main__ import main; main(['formats']);"
        " sys.exit(any(m.startswith('PySide6') for m in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=60)
    assert done.returncode == 0, done.stderr


def _blocked(message: str) -> str:
    """A program in which Qt can't be imported."""
    return f"""
import sys
class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "PySide6":
            raise ImportError({message!r})
sys.meta_path.insert(0, Blocked())
from annotator.__main__ import main
sys.exit(main())
"""


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ("libGL.so.1: cannot open shared object file", ["libGL.so.1", "apt-get install", "libgl1"]),
        ("No module named 'PySide6'", ["PySide6", "Install it again"]),
    ],
)
def test_qt_that_cannot_be_loaded(message: str, words: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _blocked(message)], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert line.startswith("annotator: ") and all(w in line for w in words)
    assert not done.stdout


def test_no_display(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    if not sys.platform.startswith("linux"):
        pytest.skip("other systems have always one")
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    assert main([]) == 1
    assert capsys.readouterr().err.startswith("annotator: There is no display")


def test_a_fault_nobody_foresaw_is_one_sentence(home: Path) -> None:
    code = (
        "import sys; from annotator import __main__, cli\n"
        "def parse(_): raise ZeroDivisionError('planted')\n"
        "cli.parse = parse; __main__.main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, env=os.environ
    )
    assert done.returncode == 1
    log = home / "state" / "annotator" / "faults.log"
    assert done.stderr == (
        f"annotator: Something went wrong (ZeroDivisionError). It is noted in {log}.\n"
    )
    assert "planted" in log.read_text("utf-8")


_UNSEEN = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from annotator import app, __main__

app.FirstPaint.eventFilter = lambda self, watched, event: False  # it is never painted
app._UNSEEN_MS = 10

def look():
    for window in QApplication.topLevelWidgets():
        place = getattr(window, "place", None)
        if place is not None and place.session.document is not None:
            print("opened")
            timer.stop()
            window.close()

qt = QApplication([])
timer = QTimer()
timer.timeout.connect(look)
timer.start(10)
sys.exit(__main__.main(["--database", sys.argv[1]]))
"""


def test_a_window_that_nobody_sees_opens_all_the_same(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _UNSEEN, str(tmp_path / "work.db")],
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (0, "opened\n"), done.stderr


def test_closed_before_anything_is_there(tmp_path: Path) -> None:
    for after in ("0", "0.05", "0.2"):
        done = subprocess.run(
            [sys.executable, "-m", "annotator", "--database", str(tmp_path / "work.db")],
            capture_output=True, text=True, timeout=60,
            env={**os.environ, "ANNOTATOR_QUIT_AFTER": after},
        )  # fmt: skip
        assert done.returncode == 0 and "Fatal" not in done.stderr, done.stderr
