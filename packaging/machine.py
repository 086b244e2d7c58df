"""What `dev.py` stands on: the system's packages and the environment in `.venv`.

Standard library only, and nothing that Python 3.8 can't parse; see there.
"""

from __future__ import annotations

import contextlib
import ctypes
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
STAMP = VENV / ".annotator"  # the keys of the set-ups that came to their end
UNFINISHED = VENV / ".unfinished"  # there while pip is at work

# Two lists, so that who only runs the program does not download the test tools. Both come from
# uv.lock (`dev.py lock`), so that what stands in both has one version.
RUN = ROOT / "packaging" / "requirements.txt"
TEST = ROOT / "packaging" / "requirements-test.txt"
GROUPS = {RUN: ["build"], TEST: ["dev"]}

# What the Qt wheel loads from the system → its Debian package. Each was proven to be needed.
LIBRARIES = {
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libfontconfig.so.1": "libfontconfig1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-shape.so.0": "libxcb-shape0",
}
# Real keys on a real server, and letters to see in its pictures.
TOOLS = {
    "xvfb-run": "xvfb",
    "xauth": "xauth",
    "xdotool": "xdotool",
    "openbox": "openbox",
    "fc-list": "fontconfig",
}
FONTS = {
    "NotoSansArabic-": "fonts-noto-core",
    "NotoSansCJK-": "fonts-noto-cjk",
    "NotoColorEmoji": "fonts-noto-color-emoji",
}


class Fault(Exception):
    """One sentence for whoever typed the command."""


def lacking(testing: bool) -> list[str]:
    """The Debian packages whose library, tool or font is not there."""

    def loads(name: str) -> bool:
        try:
            ctypes.CDLL(name)
        except OSError:
            return False
        return True

    names = [package for library, package in LIBRARIES.items() if not loads(library)]
    if not shutil.which("uv") and importlib.util.find_spec("ensurepip") is None:
        names.append(f"python3.{sys.version_info[1]}-venv")
    if testing and shutil.which("apt-get"):
        names += [package for tool, package in TOOLS.items() if not shutil.which(tool)]
        places = ("/usr/share/fonts", "/usr/local/share/fonts")
        files = [file for place in places for _, _, found in os.walk(place) for file in found]
        names += [p for font, p in FONTS.items() if not any(f.startswith(font) for f in files)]
    return names


def system(testing: bool) -> None:
    """Install what the system lacks, or say how; Linux only, elsewhere the wheels hold it all."""
    names = lacking(testing) if sys.platform.startswith("linux") else []
    if not names:
        return
    if not shutil.which("apt-get"):
        raise Fault(f"Install with the system's package manager: {' '.join(names)}.")
    command = ["apt-get", "install", "-y", "--no-install-recommends", *names]
    line = " ".join(command)
    if sys.platform != "win32" and os.geteuid() == 0:
        before: list[str] = []
    elif shutil.which("sudo") and sys.stdin.isatty():
        before = ["sudo"]
    else:
        raise Fault("The system lacks some packages. As root: apt-get update && " + line)
    say("Installing system packages: " + " ".join(names))
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    waiting = ["-q", "-o", "DPkg::Lock::Timeout=300"]
    said = ""
    # Mirrors fail now and then; what counts is whether the packages are there afterwards.
    for step in (["apt-get", "update"], command, command):
        run = [*before, *step, *waiting]
        said = subprocess.run(run, env=quiet, capture_output=True, text=True, check=False).stderr
        if not lacking(testing):
            return
    raise Fault(f"{said}The system packages could not be installed. As root: {line}")


# Run by the environment's own Python: is each package there in its locked version, and is the
# program installed from this checkout, with its commands?
_PROBE = r"""
import importlib.metadata as metadata, json, pathlib, re, sys, tomllib
from packaging.markers import Marker
root, lists = pathlib.Path(sys.argv[1]), sys.argv[2:]
for line in "\n".join(pathlib.Path(p).read_text("utf-8") for p in lists).splitlines():
    pin = re.match(r"([\w.-]+)==([^\s;]+)\s*(?:;\s*([^\\]*))?", line)
    if pin and (not pin[3] or Marker(pin[3].strip()).evaluate()):
        assert metadata.version(pin[1]) == pin[2], pin[1]
project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
own = metadata.distribution("annotator")
assert json.loads(own.read_text("direct_url.json"))["url"] == root.as_uri()
assert own.version == project["version"]
assert {e.name: e.value for e in own.entry_points} == project["scripts"]
"""


def complete(lists: Sequence[Path]) -> bool:
    """True where the environment runs and holds all of `lists` and the program."""
    command: list[str | Path] = [PYTHON, "-I", "-c", _PROBE, ROOT, *lists]
    return not UNFINISHED.exists() and succeeds(command)


def key(lists: Sequence[Path]) -> str:
    """Names a set-up: another list, Python or place of the checkout makes another name."""
    known = b"".join(path.read_bytes() for path in (ROOT / "pyproject.toml", *lists))
    return hashlib.sha256(known + repr((sys.version, str(ROOT))).encode()).hexdigest()


def ready(lists: Sequence[Path]) -> bool:
    """True where this very set-up came to its end and its Python still starts."""
    try:
        keys = STAMP.read_text("ascii").split()
    except OSError:
        return False
    return key(lists) in keys and not UNFINISHED.exists() and succeeds([PYTHON, "-c", ""])


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """Hold a lock on this file: a second run waits until the first has set everything up."""
    with open(__file__, "rb") as file:
        if sys.platform == "win32":
            import msvcrt  # each system has its own

            file.seek(1 << 30)  # a byte beyond the end, so that the file can still be read
            while True:
                with contextlib.suppress(OSError):
                    msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)
                    break
        else:
            import fcntl

            with contextlib.suppress(OSError):  # some network drives can't lock
                fcntl.flock(file, fcntl.LOCK_EX)
        yield  # closing the file gives the lock back, and so does the end of the process


def environment(testing: bool) -> None:
    """Make `.venv` hold what is needed; at once where it does."""
    lists = [RUN, TEST] if testing else [RUN]
    if ready(lists):
        return
    with alone():
        if ready(lists):
            return
        if not complete(lists):
            say(f"Setting up {VENV}, once. This takes about a minute.")
            if not with_uv(lists):
                with_pip(lists)
        STAMP.write_text("\n".join(key(lists[: n + 1]) for n in range(len(lists))), "ascii")


def with_uv(lists: Sequence[Path]) -> bool:
    """Set up by uv and the lock; False where it can't (a network that only has a mirror)."""
    uv = shutil.which("uv")
    if not uv:
        return False
    if UNFINISHED.exists():
        remove()
    base = getattr(sys, "_base_executable", sys.executable)
    command = [uv, "sync", "--frozen", "--inexact", "--compile-bytecode", "--python", base]
    command += ["--no-default-groups", *(f"--group={g}" for p in lists for g in GROUPS[p])]
    env = {k: v for k, v in os.environ.items() if k != "VIRTUAL_ENV"}
    env["UV_PROJECT_ENVIRONMENT"] = str(VENV)
    if not subprocess.run(command, cwd=ROOT, env=env, check=False).returncode:
        return True
    say("uv could not do it; trying pip.")
    return False


def with_pip(lists: Sequence[Path]) -> None:
    """Set up by the standard library's venv and hashed lists of wheels.

    The lists hold the build tool too, so the program itself is installed without any download.
    """
    same = f"import sys; sys.exit(sys.version_info[:2] != {sys.version_info[:2]!r})"
    usable = not UNFINISHED.exists() and succeeds([PYTHON, "-c", same + "; import pip"])
    if not usable:
        remove()
    VENV.mkdir(exist_ok=True)
    UNFINISHED.touch()
    if not usable:
        base = getattr(sys, "_base_executable", sys.executable)
        must([base, "-m", "venv", VENV], f"Python could not make an environment in {VENV}")
    pip = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "install", "-qq"]
    asked = [part for path in lists for part in ("-r", str(path))]
    # The lists are complete. Left to look for what they need, pip before 23.3 takes the newest
    # release for `coverage[toml]` and then misses its hash: the day after a release, no set-up.
    must(
        [*pip, "--no-deps", "--require-hashes", "--only-binary", ":all:", *asked],
        "The packages could not be installed; nothing is half-done, so run the command again",
    )
    must(
        [*pip, "--no-index", "--no-deps", "--no-build-isolation", "-e", "."],
        "The program could not be installed into its environment",
    )
    UNFINISHED.unlink()


def remove() -> None:
    """Take the environment away, whatever it is."""
    if VENV.is_symlink() or VENV.is_file():
        VENV.unlink()
    elif VENV.exists():
        shutil.rmtree(VENV)


def say(line: str) -> None:
    """Print to stderr where the program's own output follows, so a pipe holds that alone."""
    print(line, file=sys.stderr if sys.argv[1:2] == ["app"] else sys.stdout, flush=True)


def succeeds(command: Sequence[str | Path]) -> bool:
    """True where the command starts and ends with 0; what it says is of no interest."""
    try:
        return not subprocess.run(command, capture_output=True, check=False).returncode
    except OSError:
        return False


def must(command: Sequence[str | Path], otherwise: str) -> None:
    """Run the command; Fault where it fails."""
    if subprocess.run(command, cwd=ROOT, check=False, stdout=sys.stderr).returncode:
        raise Fault(otherwise + ".")
