"""Settings: sparse on disk, forgiving when read, nothing of a person's file thrown away."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator import settings as preferences
from annotator.settings import SETTINGS, Setting, Settings, load, save, with_value
from tests.store.samples import unprivileged

pytestmark = pytest.mark.usefixtures("home")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "settings.toml"


def values(row: Setting) -> st.SearchStrategy[Any]:
    """What a setting may hold."""
    if row.choices:
        return st.sampled_from(row.choices)
    if row.high:
        return st.integers(row.low, row.high)
    return st.booleans() if isinstance(getattr(Settings(), row.name), bool) else st.text()


@given(st.fixed_dictionaries({row.name: values(row) for row in SETTINGS}))
def test_what_is_saved_is_loaded(
    tmp_path_factory: pytest.TempPathFactory, held: dict[str, Any]
) -> None:
    file = tmp_path_factory.mktemp("settings") / "settings.toml"
    settings = Settings(**held)
    save(file, settings)
    assert load(file) == settings


def test_a_row_for_every_setting() -> None:
    rows = [row.name for row in SETTINGS]
    assert sorted([*rows, "unknown"]) == sorted(Settings.__dataclass_fields__)
    for row in SETTINGS:
        assert preferences.fits(row, getattr(Settings(), row.name)), row


def test_only_what_differs_is_written(file: Path) -> None:
    save(file, Settings())
    assert file.read_text("utf-8") == ""
    save(file, Settings(zoom=120, theme="dark"))
    assert tomllib.loads(file.read_text("utf-8")) == {"zoom": 120, "theme": "dark"}
    assert [p.name for p in file.parent.iterdir()] == ["settings.toml"]


def test_nothing_there(file: Path) -> None:
    assert load(file) == Settings()
    assert load(file.parent) == Settings()


def test_unknown_keys_are_kept(file: Path) -> None:
    file.parent.mkdir()
    file.write_text('colour = "blue"\nzoom = 130\n[later]\ndeep = [1, 2]\n', "utf-8")
    settings = load(file)
    assert settings.zoom == 130
    save(file, with_value(settings, "zoom", 90))
    assert tomllib.loads(file.read_text("utf-8")) == {
        "colour": "blue", "later": {"deep": [1, 2]}, "zoom": 90,
    }  # fmt: skip


@pytest.mark.parametrize(
    "line",
    ["zoom = 49", "zoom = 301", 'zoom = "100"', "zoom = true", 'theme = "pink"', "theme = 1",
     "guide = 1", "snap = []", "name = 3", 'order = ""'],
)  # fmt: skip
def test_what_does_not_fit_is_ignored(file: Path, line: str) -> None:
    file.parent.mkdir()
    file.write_text(f'project = "P"\n{line}\n', "utf-8")
    loaded = load(file)
    assert {name: getattr(loaded, name) for name in (row.name for row in SETTINGS)} == {
        row.name: getattr(Settings(project="P"), row.name) for row in SETTINGS
    }
    save(file, loaded)
    assert tomllib.loads(file.read_text("utf-8")) == {"project": "P"}


@pytest.mark.parametrize("body", [b"zoom = = 3", b"\xff\xfe", b"zoom"])
def test_a_broken_file_is_kept_beside(file: Path, body: bytes) -> None:
    file.parent.mkdir()
    file.write_bytes(body)
    assert load(file) == Settings()
    save(file, Settings(zoom=150))
    assert load(file).zoom == 150
    assert file.with_name("settings.broken.toml").read_bytes() == body


def test_a_value_that_does_not_fit_changes_nothing() -> None:
    settings = Settings()
    assert with_value(settings, "zoom", 1000) is settings
    assert with_value(settings, "zoom", "120") is settings
    assert with_value(settings, "zoom", 120).zoom == 120


def test_a_folder_that_cannot_be_written_leaves_the_file(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    save(file, Settings(zoom=120))
    before = file.read_bytes()
    tmp_path.chmod(0o555)
    try:
        with unprivileged(file), pytest.raises(PermissionError):
            save(file, Settings(zoom=90))
    finally:
        tmp_path.chmod(0o755)
    assert file.read_bytes() == before


def test_the_database_named_by_the_environment(
    monkeypatch: pytest.MonkeyPatch, home: Path, tmp_path: Path
) -> None:
    assert preferences.database_path() == home / "data" / "annotator" / "annotator.db"
    monkeypatch.setenv("ANNOTATOR_DATABASE", str(tmp_path / "other.db"))
    assert preferences.database_path() == tmp_path / "other.db"
    monkeypatch.setenv("ANNOTATOR_DATABASE", "")
    assert preferences.database_path() == home / "data" / "annotator" / "annotator.db"


def test_a_fault_is_written_down(home: Path) -> None:
    log = preferences.write_down(ValueError("first \udcff"))
    preferences.write_down(ValueError("second"))
    assert log == home / "state" / "annotator" / "faults.log"
    text = log.read_text("utf-8")
    assert text.count("ValueError") == 2 and "\\udcff" in text


def test_a_fault_that_cannot_be_written_down(home: Path) -> None:
    (home / "state").write_text("in the way")
    assert not preferences.write_down(ValueError()).exists()
    assert os.fspath(preferences.state_path()).endswith("window.ini")
