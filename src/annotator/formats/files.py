"""Files: found in folders, opened with a sentence for what goes wrong, written whole or not."""

from __future__ import annotations

import os
import secrets
import stat
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from annotator.model.errors import InputError, StoreUnavailable


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
    """All of the file's bytes.

    Raises InputError where it is empty, or longer than `limit` bytes, which are not read then.
    """
    with reading(path) as file:
        if os.fstat(file.fileno()).st_size > limit:
            message = f"The file is larger than {limit >> 20} MB. Split it into articles."
            raise InputError(message, source=path.name)
        body = file.read(limit)
    if not body:
        raise InputError("The file is empty.", source=path.name)
    return body


@contextmanager
def replacing(target: Path) -> Iterator[BinaryIO]:
    """A new file that takes the place of `target` once it is written and on the disk.

    After any exception `target` is as it was. Raises StoreUnavailable where the system refuses.
    """
    try:
        final = target.resolve()
        if final.exists() and not final.is_file():
            raise StoreUnavailable(f"{target} is not a file. Name a file to write to.")
        beside = final.with_name(f".{secrets.token_hex(8)}.part")
        try:
            with beside.open("wb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            beside.replace(final)
        finally:
            with suppress(OSError):
                beside.unlink()
    except OSError as error:
        message = f"{target} can't be written: {_reason(error)}. Nothing was changed."
        raise StoreUnavailable(message) from None


def walk(paths: Iterable[Path], wanted: Callable[[Path], bool]) -> Iterator[Path]:
    """The files among `paths` as they are, and the `wanted` ones in their folders, by name.

    Hidden files and folders are passed over; a folder linked into itself is entered once. Raises
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
        if child.name.startswith("."):
            continue
        if child.is_dir():
            yield from _in_folder(child, wanted, seen)
        elif child.is_file() and wanted(child):
            yield child
