"""Files: found in folders, opened with a sentence for what goes wrong, written whole or not."""

from __future__ import annotations

import os
import re
import secrets
import shutil
import stat
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from annotator.model.errors import InputError, StoreUnavailable

MANIFEST = "manifest.json"
"""What stands beside every export; readers pass it over."""


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()


@contextmanager
def reading(path: Path) -> Iterator[BinaryIO]:
    """The file's bytes. Raises InputError where it is not a readable file."""
    source = path.name
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise InputError("This is not a file. Choose a file.", source=source)
        with path.open("rb") as file:
            yield file
    except OSError as error:
        message = f"It can't be read: {_reason(error)}. Check the path and its permissions."
        raise InputError(message, source=source) from None


def whole(path: Path, limit: int) -> bytes:
    """All of the file's bytes; see `held`."""
    with reading(path) as file:
        return held(file, path.name, limit)


def held(file: BinaryIO, source: str, limit: int) -> bytes:
    """All bytes of an open file that can be sought in.

    Raises InputError where it is empty, or longer than `limit` bytes, which are not read then.
    """
    if file.seek(0, os.SEEK_END) > limit:
        message = f"The file is larger than {limit >> 20} MB. Split it into articles."
        raise InputError(message, source=source)
    file.seek(0)
    if not (body := file.read(limit)):
        raise InputError("The file is empty.", source=source)
    return body


@contextmanager
def replacing(target: Path) -> Iterator[BinaryIO]:
    """A new file that takes the place of `target` once it is written and on the disk.

    After any exception `target` is as it was. Raises StoreUnavailable where the system refuses.
    """
    with _refusals(target):
        final = _file_at(target)
        beside = final.with_name(f".{secrets.token_hex(8)}.part")
        try:
            with beside.open("wb") as file:
                yield file
                _to_disk(file)
            beside.replace(final)
        finally:
            with suppress(OSError):
                beside.unlink()


@contextmanager
def placing(*targets: Path) -> Iterator[tuple[Path, ...]]:
    """Paths to write to, of the same names, that take the places of `targets` at the end.

    After any exception the targets are as they were. Raises StoreUnavailable as `replacing`.
    """
    with _refusals(targets[0]):
        finals = [_file_at(target) for target in targets]
        with _staging(finals[0]) as folder:
            staged = tuple(folder / final.name for final in finals)
            yield staged
            for path in staged:
                _flushed(path)
            _exchange(staged, finals, folder)


def _exchange(staged: Sequence[Path], finals: Sequence[Path], folder: Path) -> None:
    """Put each staged file in its place; where one can't, all are put back as they were."""
    aside = folder / "before"
    aside.mkdir()
    done: list[Path] = []
    try:
        for path, final in zip(staged, finals, strict=True):
            if final.exists():
                final.replace(aside / final.name)
            done.append(final)
            path.replace(final)
    except OSError:
        for final in done:
            before = aside / final.name
            if before.exists():
                before.replace(final)
            elif final.exists():
                final.unlink()
        raise


@contextmanager
def filling(target: Path, ours: Callable[[Path], bool]) -> Iterator[Path]:
    """A new folder that takes the place of `target` once it is full.

    A folder that is there is replaced where it is empty or `ours` says that it is this program's;
    after any exception `target` is as it was. Raises StoreUnavailable where it holds something
    else, or the system refuses.
    """
    with _refusals(target):
        final = target.resolve()
        if final.is_symlink() or (final.exists() and not final.is_dir()):
            raise StoreUnavailable(f"{target} is not a folder. Name a folder to write to.")
        if final.is_dir() and any(final.iterdir()) and not ours(final):
            message = f"{target} holds other files, or was changed. Name a new folder."
            raise StoreUnavailable(message)
        with _staging(final) as folder:
            new, old = folder / "new", folder / "old"
            new.mkdir()
            yield new
            for path in new.rglob("*"):
                if path.is_file():
                    _flushed(path)
            if final.exists():
                final.replace(old)
            try:
                new.replace(final)
            except OSError:
                if old.exists():
                    old.replace(final)
                raise


@contextmanager
def _staging(final: Path) -> Iterator[Path]:
    """A hidden folder beside `final`, on the same disk, taken away at the end."""
    folder = final.with_name(f".{secrets.token_hex(8)}.part")
    folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _refusals(target: Path) -> Iterator[None]:
    """What the system refuses, as a sentence."""
    try:
        yield
    except OSError as error:
        message = f"{target} can't be written: {_reason(error)}. Nothing was changed."
        raise StoreUnavailable(message) from None


def _file_at(target: Path) -> Path:
    final = target.resolve()
    if final.exists() and not final.is_file():
        raise StoreUnavailable(f"{target} is not a file. Name a file to write to.")
    return final


def _to_disk(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())


def _flushed(path: Path) -> None:
    with path.open("rb+") as file:
        _to_disk(file)


def numbered(number: int, title: str) -> str:
    """A name for an article's file, 00001-some-words: safe everywhere, and sorted by number."""
    plain = unicodedata.normalize("NFKD", title[:400]).encode("ascii", "ignore").decode().lower()
    words = re.sub("[^a-z0-9]+", "-", plain).strip("-")[:40].rstrip("-")
    return f"{number:05}-{words or 'article'}"


def walk(paths: Iterable[Path], wanted: Callable[[Path], bool]) -> Iterator[Path]:
    """The files among `paths` as they are, and the `wanted` ones in their folders, by name.

    Hidden files and folders, links and the manifests of exports are passed over. Raises
    InputError where a folder can't be read.
    """
    seen: set[Path] = set()
    for path in paths:
        if path.is_dir():
            yield from _in_folder(path, wanted, seen)
        else:
            yield path


def _in_folder(folder: Path, wanted: Callable[[Path], bool], seen: set[Path]) -> Iterator[Path]:
    real = folder.resolve()
    if real in seen:
        return
    seen.add(real)
    try:
        children = sorted(folder.iterdir())
    except OSError as error:
        message = f"The folder can't be read: {_reason(error)}. Check its permissions."
        raise InputError(message, source=str(folder)) from None
    for child in children:
        if child.name.startswith(".") or child.name == MANIFEST or child.is_symlink():
            continue
        if child.is_dir():
            yield from _in_folder(child, wanted, seen)
        elif child.is_file() and wanted(child):
            yield child
