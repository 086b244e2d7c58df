"""ZIP archives from outside: nothing is unpacked to disk, and nothing grows without bound."""

from __future__ import annotations

import stat
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from annotator.formats.files import reading
from annotator.model.errors import InputError

MAX_FILES = 100_000
MAX_FILE = 256 << 20
MAX_TOTAL = 4 << 30
MAX_RATIO = 1_000
"""Unpacked to packed bytes, of what is larger than 1 MB; text comes to about 10, bombs to 1,000."""


class Archive:
    """A ZIP file's members by their names. Get one from `opened`."""

    def __init__(self, file: zipfile.ZipFile, source: str) -> None:
        self._zip, self._source = file, source
        self._left = MAX_TOTAL
        infos = file.infolist()
        if len(infos) > MAX_FILES:
            message = f"The archive holds more than {MAX_FILES} files. Split it."
            raise InputError(message, source=source)
        named = (info for info in infos if info.filename)  # is_dir() fails where it has no name
        self._infos = {info.filename: info for info in named if not info.is_dir()}
        for info in infos:
            self._check(info)

    def names(self) -> Iterator[str]:
        """The names, sorted, without hidden files and what macOS adds."""
        for name in sorted(self._infos):
            parts = PurePosixPath(name).parts
            if not any(part.startswith(".") or part == "__MACOSX" for part in parts):
                yield name

    def __contains__(self, name: str) -> bool:
        return name in self._infos

    def size(self, name: str) -> int:
        """How many bytes a member that is there unpacks to."""
        return self._infos[name].file_size

    def read(self, name: str) -> bytes:
        """All of a member. Raises InputError where it is not there, damaged or too large."""
        info = self._infos.get(name)
        if info is None:
            raise InputError(f"The archive has no {name}.", source=self._source)
        limit = min(MAX_FILE, self._left)
        try:
            with self._zip.open(info) as file:
                body = file.read(limit + 1)
        except (
            zipfile.BadZipFile,
            OSError,
            RuntimeError,
            NotImplementedError,
            EOFError,
            ValueError,
        ) as error:
            message = f"{name} in the archive can't be read: {error}. Pack it again."
            raise InputError(message, source=self._source) from None
        except Exception as error:  # noqa: BLE001  zlib.error, lzma.LZMAError: a damaged member
            message = f"{name} in the archive is damaged ({type(error).__name__}). Pack it again."
            raise InputError(message, source=self._source) from None
        if len(body) > limit:
            message = f"{name} in the archive is too large. Unpack it and split it."
            raise InputError(message, source=self._source)
        self._left -= len(body)
        return body

    def _check(self, info: zipfile.ZipInfo) -> None:
        name = info.filename
        path = PurePosixPath(name)
        if path.is_absolute() or ".." in path.parts or "\\" in name or name[1:2] == ":":
            message = f"The archive holds a path that leads out of it ({name!r}). It is not read."
            raise InputError(message, source=self._source)
        if stat.S_ISLNK(info.external_attr >> 16):
            message = f"The archive holds a symbolic link ({name!r}). It is not read."
            raise InputError(message, source=self._source)
        if info.file_size > 1 << 20 and info.file_size > MAX_RATIO * max(info.compress_size, 1):
            message = f"{name} in the archive unpacks to far more than it holds. It is not read."
            raise InputError(message, source=self._source)


@contextmanager
def opened(path: Path) -> Iterator[Archive]:
    """The archive in a file. Raises InputError where it is none or holds what is not read."""
    with reading(path) as file, within(file, path.name) as archive:
        yield archive


@contextmanager
def within(file: BinaryIO, source: str) -> Iterator[Archive]:
    """The archive in an open file, as `opened`."""
    try:
        archive = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError, OSError):
        message = "This is not a ZIP archive, or it is damaged. Pack it again."
        raise InputError(message, source=source) from None
    with archive:
        yield Archive(archive, source)
