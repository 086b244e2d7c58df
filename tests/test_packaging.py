"""The set-up on a bare machine, what is locked, and what goes into the wheel."""

from __future__ import annotations

import ast
import functools
import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from pytestqt.qtbot import QtBot

ROOT = Path(__file__).resolve().parents[1]
PACKAGING = ROOT / "packaging"
DEV = PACKAGING / "dev.py"
LISTS = {"requirements.txt": ["build"], "requirements-test.txt": ["dev"]}
posix = pytest.mark.skipif(os.name == "nt", reason="signals and symbolic links of POSIX")

# The public index and where it keeps its files, as a hash: no file but uv.lock names an index.
PUBLIC = "1280fb19fbb6ddeed93e3452ee06ad93fc736496fb5ee150ee85a499caeda181"


def locked() -> dict[str, Any]:
    return tomllib.loads((ROOT / "uv.lock").read_text("utf-8"))


def pins(name: str) -> set[tuple[str, str]]:
    """Name and version; some have one version for old Pythons and another for new ones."""
    text = (PACKAGING / name).read_text("utf-8")
    return set(re.findall(r"^([\w.-]+)==([^\s;]+)", text, re.MULTILINE))


# ---- what is locked ----------------------------------------------------------------------------


def digest(lock: str) -> str:
    """One number for the set of hosts that `lock` names."""
    hosts = sorted(set(re.findall(r"\w+://([^/\"\s]*)", lock)))
    return hashlib.sha256("\n".join(hosts).encode()).hexdigest()


def test_the_lock_names_the_public_index_only() -> None:
    lock = (ROOT / "uv.lock").read_text("utf-8")
    assert digest(lock) == PUBLIC, "lock again by `packaging/dev.py lock`, which asks no mirror"
    assert digest(lock + '"https://mirror.example/simple"') != PUBLIC


@pytest.mark.parametrize("name", LISTS)
def test_a_list_holds_the_locked_versions_with_hashes_and_no_index(name: str) -> None:
    assert pins(name) <= {(p["name"], p["version"]) for p in locked()["package"]}
    text = (PACKAGING / name).read_text("utf-8")
    assert "://" not in text
    assert not re.search(r"^\s*-(?!-hash=sha256:)", text, re.MULTILINE), "an option"
    blocks = re.split(r"^(?=[a-z])", text, flags=re.MULTILINE)[1:]
    assert len(blocks) == len(pins(name)) and all("--hash=sha256:" in block for block in blocks)


@pytest.mark.parametrize("name", LISTS)
def test_a_list_holds_all_that_is_asked_for(name: str) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    asked = [r for group in LISTS[name] for r in project["dependency-groups"][group]]
    if name == "requirements.txt":
        asked += project["project"]["dependencies"] + project["build-system"]["requires"]
    names = {re.split(r"[<>=\[]", r)[0].lower().replace("_", "-") for r in asked}
    assert names <= {pinned for pinned, _ in pins(name)}


Env = dict[str, str]
HERE: Env = {k: str(v) for k, v in default_environment().items()}
SYSTEMS: dict[str, Env] = {
    "linux": {"os_name": "posix", "platform_system": "Linux"},
    "darwin": {"os_name": "posix", "platform_system": "Darwin"},
    "win32": {"os_name": "nt", "platform_system": "Windows"},
}


def holding(lists: Sequence[str], env: Env) -> dict[str, str]:
    """Name → version of what pip takes from some lists on the machine that `env` describes."""
    text = "".join((PACKAGING / name).read_text("utf-8") for name in lists)
    lines = re.findall(r"^([a-z][^\\\n]*)", text, re.MULTILINE)
    pinned = [r for r in map(Requirement, lines) if r.marker is None or r.marker.evaluate(env)]
    return {canonicalize_name(r.name): str(r.specifier).removeprefix("==") for r in pinned}


@functools.cache
def needs(name: str) -> tuple[Requirement, ...]:
    """What a package says it needs; nothing is known of one for other systems."""
    try:
        return tuple(map(Requirement, metadata.requires(name) or ()))
    except metadata.PackageNotFoundError:
        return ()


def wanting(lists: Sequence[str], held: dict[str, str], env: Env) -> list[str]:
    """What the program, its tools and the packages in `held` need that `held` lacks."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    asked = [r for name in lists for g in LISTS[name] for r in project["dependency-groups"][g]]
    asked += project["project"]["dependencies"] + project["build-system"]["requires"]
    due = [("pyproject.toml", Requirement(r), "") for r in asked]
    due += [(name, r, "") for name in held for r in needs(name)]
    faults: list[str] = []
    extras: set[tuple[str, str]] = set()
    while due:
        who, need, extra = due.pop()
        if need.marker is not None and not need.marker.evaluate({**env, "extra": extra}):
            continue
        name = canonicalize_name(need.name)
        if name not in held or not need.specifier.contains(held[name], prereleases=True):
            faults.append(f"{who} needs {need}, there is {held.get(name)}")
        for more in {(name, canonicalize_name(e)) for e in need.extras} - extras:
            extras.add(more)
            due += [(f"{name}[{more[1]}]", r, more[1]) for r in needs(name)]
    return faults


@pytest.mark.parametrize("python", ["3.11", "3.12", "3.13", "3.14"])
@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("lists", [["requirements.txt"], [*LISTS]], ids=["app", "test"])
def test_the_lists_are_complete(lists: list[str], system: str, python: str) -> None:
    """They are installed with --no-deps: what is not in them is not there."""
    versions = {"python_version": python, "python_full_version": f"{python}.5"}
    env = HERE | SYSTEMS[system] | versions | {"sys_platform": system}
    assert wanting(lists, holding(lists, env), env) == []


def test_what_is_installed_tells_what_the_lists_need() -> None:
    held = holding([*LISTS], HERE)
    assert {name: metadata.version(name) for name in held} == held, "set up again"


@pytest.mark.parametrize(
    ("name", "version", "told"),
    [
        ("mako", "", r"alembic needs Mako.*, there is None"),
        ("pluggy", "0.9", r"pytest needs pluggy.*, there is 0\.9"),
        ("lxml-html-clean", "", r"lxml\[html-clean\] needs lxml_html_clean.*, there is None"),
        ("filelock", "2.0", r"pyproject\.toml needs filelock.*, there is 2\.0"),
    ],
)
def test_a_gap_in_the_lists_is_found(name: str, version: str, told: str) -> None:
    held = holding([*LISTS], HERE)
    del held[name]
    faults = wanting([*LISTS], held | ({name: version} if version else {}), HERE)
    assert any(re.fullmatch(told, fault) for fault in faults), faults


def test_the_lock_is_of_this_project() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    (own,) = (p for p in locked()["package"] if p["name"] == "annotator")
    asked = {(r["name"], r.get("specifier", "")) for r in own["metadata"]["requires-dist"]}
    extras = project["project"]["optional-dependencies"].values()
    every = [*project["project"]["dependencies"], *(r for extra in extras for r in extra)]
    parts = (re.match(r"([\w.-]+)(.*)", r) for r in every)
    wanted = {(p[1].lower().replace("_", "-"), p[2]) for p in parts if p}
    assert {(n, frozenset(s.split(","))) for n, s in asked} == {
        (n, frozenset(s.split(","))) for n, s in wanted
    }


# ---- dev.py ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["dev.py", "machine.py"])
def test_an_old_python_can_parse_it(name: str) -> None:
    source = (PACKAGING / name).read_text("utf-8")
    tree = ast.parse(source, feature_version=(3, 8))
    known = {"machine", "__future__"} | sys.stdlib_module_names
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            assert {alias.name.split(".")[0] for alias in node.names} <= known
        elif isinstance(node, ast.ImportFrom):
            assert (node.module or "").split(".")[0] in known
    with pytest.raises(SyntaxError):
        ast.parse("match 1:\n    case 1: pass", feature_version=(3, 8))


@pytest.mark.parametrize("version", [(3, 8, 10), (3, 10, 0), (3, 15, 0)])
def test_another_python_is_told_in_one_sentence(version: tuple[int, int, int]) -> None:
    code = (
        f"import runpy, sys; sys.version_info = {version}; sys.version = '{version[1]} (old)';"
        f"sys.argv = ['dev.py', 'app']; sys.path.insert(0, {str(PACKAGING)!r});"
        f"runpy.run_path({str(DEV)!r}, run_name='__main__')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (1, "")
    assert re.fullmatch(r"Python 3\.11 to 3\.14 is needed; this is .*\.\n", done.stderr)


@pytest.mark.parametrize(("arguments", "code"), [([], 2), (["fly"], 2), (["--help"], 0)])
def test_usage(arguments: list[str], code: int) -> None:
    done = subprocess.run([sys.executable, DEV, *arguments], capture_output=True, text=True)
    assert done.returncode == code
    assert "dev.py test" in (done.stderr if code else done.stdout)


# A project as small as can be: its own build backend, so that nothing is downloaded, and a
# program that says where it is and ends with the code it is told.
_BACKEND = """
import os, zipfile
FILES = {
    "METADATA": "Metadata-Version: 2.1\\nName: annotator\\nVersion: 0.1.0\\n",
    "WHEEL": "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n",
    "entry_points.txt": "[console_scripts]\\nannotator = annotator.__main__:main\\n",
    "RECORD": "",
}
def build_editable(wheel_directory, config_settings=None, metadata_directory=None):
    name = "annotator-0.1.0-py3-none-any.whl"
    with zipfile.ZipFile(os.path.join(wheel_directory, name), "w") as file:
        file.writestr("annotator.pth", os.path.abspath("src"))
        for part, text in FILES.items():
            file.writestr("annotator-0.1.0.dist-info/" + part, text)
    return name
build_wheel = build_editable
"""
_PROJECT = """
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]
[project]
name = "annotator"
version = "0.1.0"
[project.scripts]
annotator = "annotator.__main__:main"
"""
_PROGRAM = """
import os, sys, time
def main():
    print("here", os.getcwd(), *sys.argv[1:])
    sys.exit(int(sys.argv[1]))
if __name__ == "__main__":
    main()
"""


def run(root: Path, *arguments: str, cwd: Path = ROOT) -> subprocess.Popen[str]:
    """`dev.py` of `root`, without uv."""
    path = [p for p in os.environ["PATH"].split(os.pathsep) if not shutil.which("uv", path=p)]
    env = {**os.environ, "PATH": os.pathsep.join(path), "QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, str(root / "packaging" / "dev.py"), *arguments]
    pipe = subprocess.PIPE
    return subprocess.Popen(
        command, cwd=cwd, env=env, stdout=pipe, stderr=pipe, text=True, start_new_session=True
    )


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout in a path with a space, set up by two runs at once from two folders."""
    root = tmp_path_factory.mktemp("with space") / "a checkout"
    (root / "packaging").mkdir(parents=True)
    for name in ("dev.py", "machine.py"):
        shutil.copy(PACKAGING / name, root / "packaging")
    for name in LISTS:
        (root / "packaging" / name).write_text("# nothing\n")
    (root / "pyproject.toml").write_text(_PROJECT)
    (root / "backend.py").write_text(_BACKEND)
    package = root / "src" / "annotator"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "__main__.py").write_text(_PROGRAM)

    runs = [run(root, "app", "7", "a b", cwd=place) for place in (root, root.parent)]
    said = [process.communicate() for process in runs]
    assert [process.returncode for process in runs] == [7, 7], said
    assert [out for out, _ in said] == [f"here {p} 7 a b\n" for p in (root, root.parent)]
    assert sum("Setting up" in err for _, err in said) == 1, "the second did not wait"
    return root


def ends(root: Path, code: int) -> str:
    """What a run says, beside the program, that must end with `code`."""
    process = run(root, "app", str(code))
    out, err = process.communicate()
    assert (process.returncode, out) == (code, f"here {ROOT} {code}\n"), err
    return err


@pytest.mark.slow
def test_what_is_set_up_is_used_at_once_and_has_its_command(small: Path) -> None:
    assert ends(small, 0) == ""
    folders = (str(small / ".venv" / name) for name in ("bin", "Scripts"))
    command = shutil.which("annotator", path=os.pathsep.join(folders))
    assert command and subprocess.run([command, "3"], capture_output=True).returncode == 3


@pytest.mark.slow
def test_a_set_up_that_was_interrupted_is_done_again(small: Path) -> None:
    (small / ".venv" / ".unfinished").touch()
    shutil.rmtree(next((small / ".venv").rglob("site-packages")) / "pip")
    assert "Setting up" in ends(small, 0)
    assert ends(small, 4) == ""


@posix
@pytest.mark.slow
def test_an_environment_whose_python_has_gone_is_made_again(small: Path) -> None:
    python = small / ".venv" / "bin" / "python"
    python.unlink()
    python.symlink_to("/nowhere/python")
    assert "Setting up" in ends(small, 5)
    assert ends(small, 0) == ""


@posix
@pytest.mark.slow
def test_an_interrupted_run_ends_without_a_traceback(small: Path) -> None:
    bench = small / "packaging" / "bench.py"
    bench.write_text("import time; print(1, flush=True); time.sleep(60)")
    process = run(small, "bench")
    try:
        assert process.stdout
        for line in process.stdout:
            if line == "1\n":
                break
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to dev.py and its child
        _, err = process.communicate(timeout=20)
    finally:
        if process.poll() is None:  # what is left open fails another test, when it is collected
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
    assert process.returncode == 130
    assert "dev.py" not in err, "a traceback of its own"


def test_the_shell_of_ci_calls_the_test_command_only() -> None:
    lines = (ROOT / ".ci" / "run").read_text("utf-8").splitlines()
    assert [line for line in lines if "python" in line] == ["exec python3 packaging/dev.py test"]
    assert os.name == "nt" or os.access(ROOT / ".ci" / "run", os.X_OK)


# ---- the wheel ---------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_wheel_holds_the_program_and_its_resources(tmp_path: Path) -> None:
    pytest.importorskip("hatchling")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    resources = {
        f"annotator/_resources/{p.relative_to(ROOT / 'resources').as_posix()}"
        for p in (ROOT / "resources").rglob("*")
        if p.is_file() and not p.name.startswith(".")
    }
    sources = {p.relative_to(ROOT / "src").as_posix() for p in (ROOT / "src").rglob("*.py")}
    assert resources | sources <= names
    assert any(name.endswith("licenses/LICENSE") for name in names)


# ---- real keys ---------------------------------------------------------------------------------


@pytest.mark.x11
def test_real_keys_reach_a_window(qtbot: QtBot) -> None:
    """The ground the other x11 tests stand on: server, window manager, focus, keys."""
    from PySide6.QtWidgets import QLineEdit  # off screen, nothing here needs Qt

    field = QLineEdit()
    qtbot.addWidget(field)
    field.show()
    qtbot.waitUntil(field.isActiveWindow)
    # Letters beyond the keyboard would race with xdotool's remapping of a key.
    with subprocess.Popen(["xdotool", "type", "Palmyra"]):
        qtbot.waitUntil(lambda: field.text() == "Palmyra")
