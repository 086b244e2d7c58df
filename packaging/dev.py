#!/usr/bin/env python3
"""The project's commands, on a machine that has nothing but Python:

    python3 packaging/dev.py app [ARGS…]      set up what is missing and run the program
    python3 packaging/dev.py test [ARGS…]     every check and every test; with ARGS only pytest ARGS
    python3 packaging/dev.py check            lint, types and the direction of imports
    python3 packaging/dev.py bench [ARGS…]    the figures
    python3 packaging/dev.py lock             renew uv.lock and the hashed lists (needs uv)

Standard library only, and nothing that Python 3.8 can't parse: an old one must get as far as
saying which one is needed.
"""

from __future__ import annotations

import io
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from machine import GROUPS, PYTHON, ROOT, RUN, Fault, environment, say, system

COVERED = ("model", "formats", "store")  # every branch of these is run by some test


def app(rest: Sequence[str]) -> int:
    """Become the program."""
    env = dict(os.environ)
    seen = any(env.get(n) for n in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))
    if sys.platform.startswith("linux") and not seen:
        env["QT_QPA_PLATFORM"] = "offscreen"
        if not rest or rest[0].startswith("-"):  # else a command, which opens no window
            say("No display was found: the window is drawn off screen, where nobody sees it.")
    command = [str(PYTHON), "-P", "-m", "annotator", *rest]
    sys.stdout.flush()
    if os.name == "nt":  # where exec does not keep the console
        return call(command, env, cwd=None)
    os.execve(command[0], command, env)


# import-linter has a script and no module to run; a script's first line breaks on long paths.
_LINT_IMPORTS = "from importlinter.cli import lint_imports_command as lint; lint()"


def check() -> Report:
    """Lint, form, types and the direction of imports."""
    report = Report()
    report.step("ruff check", ["-m", "ruff", "check", "."])
    report.step("ruff format", ["-m", "ruff", "format", "--check", "."])
    report.step("mypy --strict", ["-m", "mypy", "--strict"])
    report.step("import-linter", ["-c", _LINT_IMPORTS, "--no-logo"])
    return report


def test(rest: Sequence[str]) -> int:
    """Everything that CI asks for; with `rest` only pytest with it, off screen."""
    if rest:
        return call([PYTHON, "-m", "pytest", *rest], os.environ)
    offscreen = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    report = check()
    # one shuffled order, the same on each machine; plain pytest goes on shuffling
    steady = ["--hypothesis-profile=ci", "--randomly-seed=20261123"]
    pytest = ["-m", "pytest", *steady, "--cov", "--cov-report="]
    if sys.stdout.isatty():
        pytest.append("--color=yes")
    report.step("pytest", [*pytest, "-m", "not x11"], env=offscreen)
    if shutil.which("xvfb-run"):
        screen = ["xvfb-run", "-a", "-s", "-screen 0 1600x1000x24 -nolisten tcp"]
        xcb = {**os.environ, "QT_QPA_PLATFORM": "xcb"}
        xcb.pop("WAYLAND_DISPLAY", None)
        report.step("pytest, real keys", [*pytest, "--cov-append", "-m", "x11"], screen, xcb)
    else:
        say("\nxvfb-run is not here: the tests with real keys are left out.")
    for package in COVERED:
        only = f"--include=src/annotator/{package}/*"
        report.step(f"coverage, {package}", ["-m", "coverage", "report", "--fail-under=100", only])
    return report.close()


class Report:
    """The steps run so far, each with its time and whether it passed."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.failed: list[str] = []
        self.counts: dict[str, int] = {}
        self.started = time.monotonic()

    def step(
        self,
        name: str,
        arguments: Sequence[str],
        before: Sequence[str] = (),
        env: Mapping[str, str] | None = None,
    ) -> None:
        """Run the environment's Python with `arguments`, showing what it says."""
        say(f"\n── {name}")
        started = time.monotonic()
        closing: list[str] = []
        code = call([*before, PYTHON, *arguments], env or os.environ, heard=closing)
        for line in closing[-1:]:
            for number, word in re.findall(r"(\d+) ([a-z]+)", line):
                self.counts[word] = self.counts.get(word, 0) + int(number)
        if code:
            self.failed.append(name)
        told = "FAILED" if code else "passed"
        self.lines.append(f"{name:<20} {told}  {time.monotonic() - started:6.1f} s")

    def close(self) -> int:
        """The table, then one line as pytest closes with, for both its runs."""
        say("\n" + "\n".join(self.lines))
        if self.failed:
            say(f"Failed: {', '.join(self.failed)}.")
        order = ("failed", "passed", "skipped", "xfailed", "errors", "error")
        counts = [f"{self.counts[word]} {word}" for word in order if word in self.counts]
        if counts:
            took = time.monotonic() - self.started
            say("=" * 20 + f" {', '.join(counts)} in {took:.2f}s " + "=" * 20)
        return 1 if self.failed else 0


_CLOSING = re.compile(r"=+ (.*\b(?:passed|failed|errors?|skipped|deselected)\b.*) in [\d.]+s.* =+")
_COLOUR = re.compile(r"\x1b\[[\d;]*m")


def call(
    command: Sequence[str | Path],
    env: Mapping[str, str],
    cwd: Path | None = ROOT,
    heard: list[str] | None = None,
) -> int:
    """The exit code of `command`; with `heard`, pytest's closing lines are put there as well."""
    pipe = None if heard is None else subprocess.PIPE
    with subprocess.Popen(
        command, cwd=cwd, env=env, stdout=pipe, encoding="utf-8", errors="replace"
    ) as process:
        try:
            for line in process.stdout or ():
                print(line, end="", flush=True)
                found = _CLOSING.match(_COLOUR.sub("", line))
                if found and heard is not None:
                    heard.append(found[1])
            return process.wait()
        except KeyboardInterrupt:
            try:
                process.wait(10)  # the terminal told it too; let it tidy up
            except subprocess.TimeoutExpired:
                process.terminate()
            raise


def lock() -> None:
    """Renew uv.lock and both lists from pyproject.toml, from the public index and nothing else."""
    uv = shutil.which("uv")
    if not uv:
        raise Fault("`lock` needs uv on the PATH.")
    env = {k: v for k, v in os.environ.items() if not k.startswith("UV_")}
    lists = [["export", "--frozen", *_exported(path)] for path in GROUPS]
    for arguments in (["lock"], *lists):
        if call([uv, *arguments, "--no-config", "-q"], env):
            raise Fault("uv could not do it; see above.")
    for path in GROUPS:
        pins = path.read_text("utf-8")
        path.write_text(
            "# From uv.lock by `packaging/dev.py lock`; not to be edited.\n" + pins, "utf-8"
        )


def _exported(path: Path) -> list[str]:
    groups = [f"--{'group' if path == RUN else 'only-group'}={group}" for group in GROUPS[path]]
    bare = ["--no-emit-project", "--no-default-groups", "--no-annotate", "--no-header"]
    return [*bare, *groups, "-o", str(path)]


def main(arguments: Sequence[str]) -> int:
    """Do one command; its exit code."""
    name, rest = (arguments[0] if arguments else ""), list(arguments[1:])
    if name not in ("app", "test", "check", "bench", "lock") or (name == "lock" and rest):
        told = name in ("-h", "--help")
        print(__doc__, file=sys.stdout if told else sys.stderr)
        return 0 if told else 2
    if name == "lock":
        lock()
        return 0
    system(testing=name == "test")
    environment(testing=name != "app")
    if name == "app":
        return app(rest)
    if name == "test":
        return test(rest)
    if name == "check":
        return check().close()
    return call([PYTHON, ROOT / "packaging" / "bench.py", *rest], os.environ, cwd=None)


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a console that lacks a dash must not end a run
    if not (3, 11) <= sys.version_info[:2] < (3, 15):
        sys.exit(f"Python 3.11 to 3.14 is needed; this is {sys.version.split()[0]}.")
    # A terminated run stops its child on the way out, as an interrupted one does.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        code = main(sys.argv[1:])
    except KeyboardInterrupt:
        code = 130
    except (Fault, OSError) as error:
        sys.exit(str(error))
    sys.exit(code)
