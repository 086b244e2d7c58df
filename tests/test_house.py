"""The house rules that a machine can check, and proof that each check can fail."""

from __future__ import annotations

import ast
import importlib.metadata
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "src" / "annotator"
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
CONTRACTS = {c["id"]: c for c in PROJECT["tool"]["importlinter"]["contracts"]}
SOURCES = sorted(PACKAGE.rglob("*.py"))
EVERYTHING = [p for d in ("src", "tests", "packaging") for p in sorted((ROOT / d).rglob("*.py"))]

# Licences that would bind the program (GPL, AGPL), and Qt's wheels that hold GPL-only modules.
GPL = frozenset(
    "ebooklib krippendorff pygamma-agreement cvxopt pymupdf unidecode pyside6 pyside6-addons "
    "pyside6-fluent-widgets pyqt5 pyqt6 mysqlclient pyicu-gpl text-unidecode-gpl".split()
)


# ---- the direction of imports, by planted violations -------------------------------------------


@pytest.fixture(scope="session")
def skeleton(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package's real modules, each empty, beside the real pyproject.toml."""
    root = tmp_path_factory.mktemp("house")
    shutil.copy(ROOT / "pyproject.toml", root)
    for source in SOURCES:
        copy = root / source.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.touch()
    return root


@pytest.fixture
def house(skeleton: Path, tmp_path: Path) -> Path:
    """A skeleton of this test's own."""
    return shutil.copytree(skeleton, tmp_path / "house")


def plant(house: Path, module: str, line: str) -> None:
    """Put an import into a module: into its file, or as a new file of a package."""
    path = house / "src" / "annotator" / module
    (path / "planted.py" if path.is_dir() else path.with_suffix(".py")).write_text(line + "\n")


def broken(house: Path) -> tuple[set[str], str]:
    """The contracts that import-linter finds broken in `house`, by id, and what it says."""
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as l; l()"]
    command += ["--no-logo", "--no-cache", "--config", str(house / "pyproject.toml")]
    env = {**os.environ, "PYTHONPATH": str(house / "src"), "COLUMNS": "200", "NO_COLOR": "1"}
    done = subprocess.run(command, cwd=house / "src", env=env, capture_output=True, text=True)
    said = done.stdout + done.stderr
    found = {i for i, c in CONTRACTS.items() if f"{c['name']} BROKEN" in said}
    assert bool(done.returncode) == (bool(found) or "Missing layer" in said), said
    return found, said


def test_the_skeleton_keeps_every_contract(house: Path) -> None:
    assert broken(house) == (set(), broken(house)[1])
    assert f"{len(CONTRACTS)} kept, 0 broken" in broken(house)[1]


UPWARD = [
    ("settings", "from annotator.model import text"),
    ("resources", "from annotator import settings"),
    ("model", "from annotator.store import tables"),
    ("model", "from annotator import formats"),
    ("store", "from annotator import formats"),
    ("formats", "from annotator import store"),
    ("formats", "from annotator import session"),
    ("store", "from annotator.session import worker"),
    ("session", "from annotator import gui"),
    ("gui", "from annotator import app"),
    ("gui", "from annotator import cli"),
    ("cli", "from annotator import app"),
    ("app", "from annotator import __main__"),
]
CROSSING = [
    *(("layers", module, line) for module, line in UPWARD),
    ("model", "model", "import sqlalchemy"),
    ("model", "model", "import msgspec"),
    ("model", "model", "from PySide6.QtCore import QObject"),
    ("model", "model", "from annotator import resources"),
    ("qt", "store", "from PySide6.QtCore import QObject"),
    ("qt", "formats", "from PySide6.QtGui import QTextDocument"),
    ("qt", "settings", "import PySide6"),
    ("qt", "cli", "from PySide6 import QtCore"),
    ("cli", "cli", "def late() -> None:\n    from PySide6 import QtCore"),
    ("store", "session", "import sqlalchemy"),
    ("store", "gui", "from sqlalchemy import select"),
    ("store", "cli", "import alembic.command"),
    ("store", "formats", "import sqlite3"),
]


@pytest.mark.parametrize(("contract", "module", "line"), CROSSING)
def test_a_planted_import_breaks_its_contract(
    house: Path, contract: str, module: str, line: str
) -> None:
    plant(house, module, line)
    found, said = broken(house)
    assert contract in found, said
    assert f"annotator.{module}" in said, said


def test_the_command_line_reaches_qt_by_no_detour(house: Path) -> None:
    plant(house, "session", "from PySide6.QtCore import QObject")
    assert broken(house)[0] == set()
    plant(house, "cli", "from annotator.session import planted")
    assert broken(house)[0] == {"cli"}


def test_every_contract_is_proven() -> None:
    assert {contract for contract, _, _ in CROSSING} == set(CONTRACTS)


def test_a_stray_module_is_a_fault(house: Path) -> None:
    (house / "src" / "annotator" / "utils.py").touch()
    found, said = broken(house)
    assert found == {"layers"} and "utils" in said, said


def test_what_is_allowed_stays_allowed(house: Path) -> None:
    plant(house, "gui", "from PySide6.QtWidgets import QWidget\nfrom annotator import session")
    plant(house, "session", "from PySide6.QtCore import QObject\nfrom annotator import store")
    plant(house, "store", "import sqlalchemy\nimport alembic\nfrom annotator import model")
    plant(house, "formats", "import msgspec\nfrom annotator import resources")
    assert broken(house)[0] == set()


def ruff(house: Path) -> str:
    command = [sys.executable, "-m", "ruff", "check", "--no-cache", "--output-format=concise"]
    run = subprocess.run([*command, "src"], cwd=house, capture_output=True, text=True)
    return run.stdout + run.stderr


@pytest.mark.parametrize("module", ["session", "model", "store", "formats", "cli", "resources"])
@pytest.mark.parametrize(
    "line", ["from PySide6.QtWidgets import QWidget", "from PySide6 import QtWidgets"]
)
def test_widgets_elsewhere_are_found(house: Path, module: str, line: str) -> None:
    plant(house, module, line)
    assert "TID251" in ruff(house) and module in ruff(house)


@pytest.mark.parametrize("module", ["gui", "gui/dialogs", "app"])
def test_widgets_in_the_window_are_welcome(house: Path, module: str) -> None:
    plant(house, module, "from PySide6.QtWidgets import QWidget")
    assert "TID251" not in ruff(house)


def test_a_print_is_found(house: Path) -> None:
    plant(house, "gui", "print()")
    plant(house, "cli", "print()")
    assert re.findall(r"(\S+?):\d+:\d+: T201", ruff(house)) == ["src/annotator/gui/planted.py"]


NOISY = """
import warnings
from PySide6.QtCore import qWarning

def test_qt_warns(qtbot):
    qWarning("planted")

def test_python_warns():
    warnings.warn("planted")

def test_quiet(qtbot):
    qWarning("This plugin does not support raise()")
"""


def test_a_warning_fails_a_test(tmp_path: Path) -> None:
    (tmp_path / "test_noisy.py").write_text(NOISY)
    command = [sys.executable, "-m", "pytest", "-c", str(ROOT / "pyproject.toml"), "-q"]
    command += ["--rootdir", str(tmp_path), "-p", "no:cacheprovider", str(tmp_path)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    failed = set(re.findall(r"^FAILED \S+::(\w+)", done.stdout, re.MULTILINE))
    assert failed == {"test_qt_warns", "test_python_warns"}, done.stdout
    assert "2 failed, 1 passed" in done.stdout


# ---- what the sources say ----------------------------------------------------------------------


def imports(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """(module, line) of each import in `tree`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module, node.lineno


def test_the_model_imports_the_standard_library_and_itself() -> None:
    known = sys.stdlib_module_names | {"annotator"}
    for source in (PACKAGE / "model").rglob("*.py"):
        for name, line in imports(ast.parse(source.read_text("utf-8"))):
            assert name.split(".")[0] in known, f"{source}:{line} imports {name}"
            assert name.startswith("annotator.model") or name.split(".")[0] != "annotator"


def test_the_model_contract_names_every_dependency() -> None:
    named = set(CONTRACTS["model"]["forbidden_modules"])
    mine = {normal(re.split(r"[<>=\[]", d)[0]) for d in PROJECT["project"]["dependencies"]}
    for module, owners in importlib.metadata.packages_distributions().items():
        if mine & set(map(normal, owners)) and importlib.util.find_spec(module.partition(".")[0]):
            assert module in named, f"add {module} to the contract `model` in pyproject.toml"


@pytest.mark.parametrize("path", EVERYTHING, ids=lambda p: str(p.relative_to(ROOT)))
def test_a_file_is_not_long(path: Path) -> None:
    # a test module may hold one noun's cases together
    most = 600 if "tests" in path.relative_to(ROOT).parts else 400
    assert len(path.read_text("utf-8").splitlines()) <= most, "split it by noun"


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_a_function_is_at_most_40_lines(path: Path) -> None:
    long = [f.name for f in functions(path) if (f.end_lineno or 0) - f.lineno + 1 > 40]
    assert not long


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_a_nested_import_has_its_reason_beside_it(path: Path) -> None:
    """A comment on its line or over its block; once for a module, its docstring may say it."""
    text = path.read_text("utf-8")
    if re.search(r"\bimports?\b", ast.get_docstring(ast.parse(text)) or ""):
        return
    lines = text.splitlines()
    for function in functions(path):
        for name, line in imports(function):
            over = line - 2
            while re.match(r"\s+(from|import) ", lines[over]):
                over -= 1
            told = "#" in lines[line - 1] or lines[over].strip().startswith("#")
            assert told, f"line {line} imports {name}: say why"


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_nothing_is_called_manager_or_utils(path: Path) -> None:
    nodes = ast.walk(ast.parse(path.read_text("utf-8")))
    names = [n.name for n in nodes if isinstance(n, ast.ClassDef)] + [path.stem]
    bad = re.compile(r"(manager|helpers?|handlers?|utils?|misc|common)$", re.IGNORECASE)
    assert not [name for name in names if bad.search(name)]


# ---- what it depends on ------------------------------------------------------------------------


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name.strip()).lower()


def test_every_dependency_says_why() -> None:
    lines = (ROOT / "pyproject.toml").read_text("utf-8").splitlines()
    groups = PROJECT["dependency-groups"].values()
    for requirement in (r for g in (PROJECT["project"]["dependencies"], *groups) for r in g):
        (at,) = [i for i, line in enumerate(lines) if line.strip().startswith(f'"{requirement}"')]
        assert "#" in lines[at] or lines[at - 1].strip().startswith("#"), requirement


def test_nothing_under_gpl_is_locked() -> None:
    locked = tomllib.loads((ROOT / "uv.lock").read_text("utf-8"))["package"]
    assert not GPL & {normal(package["name"]) for package in locked}


def test_no_python_version_is_committed() -> None:
    # It would send uv to download one where the machine's own serves.
    assert not (ROOT / ".python-version").exists()
