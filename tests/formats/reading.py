"""Files of articles, written and read for the tests of their formats."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from io import BytesIO
from pathlib import Path

from annotator.formats import Format, ReadOptions
from annotator.model.corpus import Entry
from annotator.model.errors import InputError


@dataclass
class Found:
    """What came of a file."""

    entries: list[Entry] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    cut: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    @property
    def texts(self) -> list[str]:
        return [entry.text.value for entry in self.entries]

    @property
    def only(self) -> Entry:
        (entry,) = self.entries
        return entry


def found_in(
    kind: Format,
    folder: Path,
    body: bytes | str,
    name: str = "",
    options: ReadOptions | None = None,
) -> Found:
    """A file with these bytes, read; its faults are told, not raised."""
    path = folder / (name or f"a{kind.suffix}")
    path.write_bytes(body.encode() if isinstance(body, str) else body)
    found = Found()

    def fault(error: InputError) -> None:
        found.faults.append(str(error))

    assert kind.read is not None and kind.articles
    listening = replace(
        options or ReadOptions(), note=found.notes.append, cut=found.cut.append, fault=fault
    )
    items = list(kind.read(path, listening))
    found.entries = [item for item in items if isinstance(item, Entry)]
    assert len(found.entries) == len(items)
    return found


def zipped(members: Mapping[str, bytes | str]) -> bytes:
    """A ZIP archive."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, body in members.items():
            file.writestr(name, body)
    return out.getvalue()


BOMB = """<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">
<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c SYSTEM "file:///etc/passwd">]>"""
