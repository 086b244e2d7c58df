"""What a person prefers: frozen Settings ⇄ a sparse TOML file, and where the program keeps things.

The file holds only what differs from the defaults; keys that this version does not know are kept.
"""

from __future__ import annotations

import os
import tomllib
import traceback
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Literal

import platformdirs

_DIRS = platformdirs.PlatformDirs("annotator", appauthor=False)


@dataclass(frozen=True, slots=True)
class Settings:
    """One value per row of SETTINGS, and the keys that were read but are not known."""

    theme: str = "system"
    zoom: int = 100
    snap: Literal["character", "word", "sentence"] = "word"
    order: str = "place"
    name: str = ""
    project: str = ""
    article: str = ""
    folder: str = ""
    format: str = ""
    target: str = ""
    columns: str = ""
    guide: bool = True
    unknown: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Setting:
    """A row: the field of Settings, its title in the dialog ("" hides it), what it may hold.

    What only the layers above know (the formats) is offered where the dialog is built.
    """

    name: str
    title: str = ""
    choices: tuple[str, ...] = ()
    low: int = 0
    high: int = 0


SETTINGS = (
    Setting("theme", "Appearance", choices=("system", "light", "dark")),
    Setting("zoom", "Text size (%)", low=50, high=300),
    Setting("snap", "Selections take whole", choices=("character", "word", "sentence")),
    Setting("order", "Annotation list by", choices=("place", "label")),
    Setting("name", "Your name"),
    Setting("target", "Mark what … can't carry"),
    Setting("guide", "Show the guide at the start"),
    Setting("project"),
    Setting("article"),
    Setting("folder"),
    Setting("format"),
    Setting("columns"),  # what columns of tables hold, as gui/dialogs/import_mappings.py writes it
)


def settings_path() -> Path:
    """Where the settings lie."""
    return Path(_DIRS.user_config_dir) / "settings.toml"


def state_path() -> Path:
    """Where the window's shape lies."""
    return Path(_DIRS.user_state_dir) / "window.ini"


def database_path() -> Path:
    """The database to use when none is named: ANNOTATOR_DATABASE, else the user's own."""
    named = os.environ.get("ANNOTATOR_DATABASE")
    return Path(named) if named else Path(_DIRS.user_data_dir) / "annotator.db"


def write_down(fault: BaseException) -> Path:
    """Add a fault that nobody foresaw to faults.log beside the window's state; its path."""
    log = state_path().with_name("faults.log")
    try:
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("a", encoding="utf-8", errors="backslashreplace") as file:
            traceback.print_exception(fault, file=file)
    except OSError:
        pass  # there is nowhere to write it
    return log


def fits(row: Setting, value: object) -> bool:
    """True where the setting may hold `value`."""
    kind = type(getattr(Settings(), row.name))
    if type(value) is not kind:
        return False
    if row.choices:
        return value in row.choices
    return not row.high or (isinstance(value, int) and row.low <= value <= row.high)


def load(path: Path) -> Settings:
    """The settings of a file; defaults for what is missing, broken or out of range."""
    try:
        held = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return Settings()
    rows = {row.name: row for row in SETTINGS}
    good = {k: v for k, v in held.items() if k in rows and fits(rows[k], v)}
    return Settings(**good, unknown={k: v for k, v in held.items() if k not in good})


def save(path: Path, settings: Settings) -> None:
    """Write what differs from the defaults; a file that can't be parsed is kept beside it.

    Raises OSError.
    """
    import tomli_w  # 5 ms that the first paint can do without

    defaults = asdict(Settings())
    given = {f.name: getattr(settings, f.name) for f in fields(settings) if f.name != "unknown"}
    sparse = {k: v for k, v in given.items() if v != defaults[k]}
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and not _parses(path):
        os.replace(path, path.with_suffix(".broken.toml"))
    temporary = path.with_suffix(".tmp")
    unknown = {k: v for k, v in settings.unknown.items() if k not in given}
    temporary.write_text(tomli_w.dumps({**unknown, **sparse}), "utf-8")
    os.replace(temporary, path)


def _parses(path: Path) -> bool:
    try:
        tomllib.loads(path.read_text("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError):
        return False
    return True


def with_value(settings: Settings, name: str, value: object) -> Settings:
    """`settings` with another value; a value that does not fit changes nothing."""
    row = next(r for r in SETTINGS if r.name == name)
    return replace(settings, **{name: value}) if fits(row, value) else settings  # type: ignore[arg-type]
