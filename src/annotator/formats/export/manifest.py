"""What went into an export, beside it: the same bytes for the same project and options."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from annotator.formats.codebook import encode
from annotator.formats.export.choose import read_kind
from annotator.formats.files import MANIFEST
from annotator.model.codebook import Codebook
from annotator.model.corpus import Entry, Heading, Item

_KIND = "annotator-export"


@dataclass(slots=True)
class Counts:
    """What one part holds of what was chosen."""

    articles: Counter[str] = field(default_factory=Counter)
    """annotated, negative, unread"""
    labels: Counter[str] = field(default_factory=Counter)
    links: Counter[str] = field(default_factory=Counter)
    documents: int = 0

    def add(self, entry: Entry) -> None:
        """Count an article with its works."""
        self.articles[read_kind(entry)] += 1
        self.documents += len(entry.works)
        for work in entry.works:
            self.labels.update(a.label for a in work.annotations)
            self.links.update(k.type for k in work.links)

    def told(self) -> dict[str, object]:
        """For the manifest."""
        return {
            "articles": dict(sorted(self.articles.items())),
            "documents": self.documents,
            "annotations": sum(self.labels.values()),
            "labels": dict(sorted(self.labels.items())),
            "links": dict(sorted(self.links.items())),
        }


class Watch:
    """Remembers the project's name and codebook, and counts by part, as its items go by."""

    def __init__(self) -> None:
        self.name = ""
        self.codebook = Codebook(name="")
        self.counts: dict[str, Counts] = {}

    def watching(self, items: Iterable[Item], part_of: Mapping[str, str]) -> Iterator[Item]:
        """The items, as they are."""
        for item in items:
            if isinstance(item, Heading):
                self.name, self.codebook = item.name, item.codebook
            elif isinstance(item, Entry):
                self.counts.setdefault(part_of.get(item.article.id, ""), Counts()).add(item)
            yield item


def program() -> str:
    """The program's name and version."""
    try:
        return f"annotator {version('annotator')}"
    except PackageNotFoundError:  # run from a folder that was not installed
        return "annotator"


def hashes(*paths: Path) -> dict[str, str]:
    """SHA-256 of files, or of every file below a folder by its path there with slashes."""
    found: dict[str, str] = {}
    for path in paths:
        if path.is_file():
            found[path.name] = sha256(path)
        for file in sorted(p for p in path.rglob("*") if p.is_file()):
            found[file.relative_to(path).as_posix()] = sha256(file)
    return found


def sha256(path: Path) -> str:
    """SHA-256 of a file, hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def codebook_hash(codebook: Codebook) -> str:
    """SHA-256 of the codebook's canonical JSON."""
    return hashlib.sha256(encode(codebook).encode()).hexdigest()


def encoded(data: Mapping[str, object]) -> bytes:
    """The manifest's bytes."""
    head = {"kind": _KIND, "version": 1, "program": program()}
    return (json.dumps({**head, **data}, ensure_ascii=False, indent=1) + "\n").encode()


def is_export(folder: Path) -> bool:
    """True where a folder holds an export of this program."""
    return _held(folder) is not None


def is_untouched(folder: Path) -> bool:
    """True where a folder holds an export as it was written: it may be replaced by another.

    Somebody may have annotated in it, or put a file beside.
    """
    held = _held(folder)
    if held is None or any(p.is_symlink() for p in folder.rglob("*")):
        return False
    found = hashes(folder)
    found.pop(MANIFEST)
    return found == held.get("files")


def _held(folder: Path) -> dict[str, object] | None:
    try:
        held = json.loads((folder / MANIFEST).read_bytes())
    except (OSError, ValueError, RecursionError):
        return None
    return held if isinstance(held, dict) and held.get("kind") == _KIND else None
