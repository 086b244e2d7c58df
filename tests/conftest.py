"""What every test stands on: folders of its own, no screen unless asked for, steady Hypothesis."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.exceptions import TimeoutError
from pytestqt.qtbot import QtBot

pytest_plugins = ["tests.command_fixture"]

# Before anything imports Qt: a test never opens a window on somebody's desk.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

# A shell that starts the suite in the background has Ctrl+C ignored, which every child inherits:
# what a test starts and interrupts would go on.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# `ci` (what `dev.py test` takes) finds the same examples each time; plain pytest keeps searching.
settings.register_profile(
    "ci", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("local", deadline=None)
settings.load_profile("local")


def _home(folder: Path) -> dict[str, str]:
    """The environment that makes platformdirs answer with places under `folder`."""
    places = {
        "XDG_DATA_HOME": "data",
        "XDG_CONFIG_HOME": "config",
        "XDG_CACHE_HOME": "cache",
        "XDG_STATE_HOME": "state",
    }
    return {name: str(folder / place) for name, place in places.items()} | {"HOME": str(folder)}


@pytest.fixture(scope="session", autouse=True)
def session_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What fixtures wider than a test see of a home; nothing reaches the real one."""
    with pytest.MonkeyPatch.context() as patch:
        for name, place in _home(tmp_path_factory.mktemp("home")).items():
            patch.setenv(name, place)
        for name in ("ANNOTATOR_DATABASE", "XDG_DATA_DIRS", "XDG_CONFIG_DIRS"):
            patch.delenv(name, raising=False)
        yield


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home folder of this test alone."""
    folder = tmp_path_factory.mktemp("home")
    for name, place in _home(folder).items():
        monkeypatch.setenv(name, place)
    return folder


class PatientBot(QtBot):
    """Waits as long as a loaded machine may stand still, by a clock that nobody sets."""

    def waitUntil(self, callback: Callable[[], bool | None], *, timeout: int = 30_000) -> None:
        __tracebackhide__ = True
        until = time.monotonic() + timeout / 1000
        while not callback():
            if time.monotonic() > until:
                raise TimeoutError(f"waited in vain for {timeout} ms")
            self.wait(10)

    def waitExposed(self, widget: QWidget, *, timeout: int = 30_000) -> Any:
        return super().waitExposed(widget, timeout=timeout)


@pytest.fixture
def qtbot(qapp: QApplication, request: pytest.FixtureRequest) -> QtBot:
    """pytest-qt's, with more patience."""
    return PatientBot(request)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests marked x11 need a server and real keys, which `dev.py test` gives them."""
    if os.environ.get("DISPLAY") and os.environ["QT_QPA_PLATFORM"] == "xcb":
        return
    skip = pytest.mark.skip(reason="needs QT_QPA_PLATFORM=xcb and a DISPLAY (xvfb-run)")
    for item in items:
        if item.get_closest_marker("x11"):
            item.add_marker(skip)


@pytest.fixture(scope="session")
def window_manager() -> Iterator[None]:
    """Openbox on the test's own X server: without one no window gets the keyboard."""
    openbox = shutil.which("openbox")
    assert openbox and sys.platform.startswith("linux"), "x11 tests need openbox"
    with subprocess.Popen([openbox, "--sm-disable"], stderr=subprocess.DEVNULL) as process:
        until = time.monotonic() + 20
        while _desktops() == 0:
            assert time.monotonic() < until and process.poll() is None, "openbox did not start"
            time.sleep(0.02)
        yield
        process.terminate()


def _desktops() -> int:
    """How many desktops the window manager tells of; 0 while there is none."""
    asked = subprocess.run(["xdotool", "get_num_desktops"], capture_output=True, text=True)
    return int(asked.stdout or 0) if asked.returncode == 0 else 0


@pytest.fixture(autouse=True)
def _managed(request: pytest.FixtureRequest) -> None:
    if request.node.get_closest_marker("x11"):
        request.getfixturevalue("window_manager")
