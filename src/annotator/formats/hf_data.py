"""The data files of a dataset's folder: of each split as many as its rows fill."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import IO, Any, Protocol

import msgspec

from annotator.formats.format import missing_extra
from annotator.formats.hf_card import Part
from annotator.formats.rows import FEATURES, Row, Spec

BATCH = 4_000
"""Rows and spans held before they are written: a row group of about 150 articles."""
SHARD = 50_000
"""Rows of a file; the Hub wants files below 500 MB or so."""


class Sink(Protocol):
    """A data file that grows."""

    def write(self, rows: list[Row]) -> None:
        """Rows more."""
        ...

    def close(self) -> None:
        """Let go of the file."""
        ...


class JsonLines:
    """A JSON object a line."""

    def __init__(self, path: Path) -> None:
        self._file: IO[bytes] = path.open("wb")

    def write(self, rows: list[Row]) -> None:
        """Rows more."""
        self._file.writelines(msgspec.json.encode(row) + b"\n" for row in rows)

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()


class Parquet:
    """Columns; a row group for each `write`."""

    def __init__(self, path: Path) -> None:
        self._arrow, parquet = libraries()
        self._schema = self._arrow.schema([(k, self._type(v)) for k, v in FEATURES.items()])
        self._writer = parquet.ParquetWriter(path, self._schema, compression="zstd")

    def _type(self, spec: Spec) -> Any:
        match spec:
            case dict():
                return self._arrow.struct([(k, self._type(v)) for k, v in spec.items()])
            case [inner]:
                return self._arrow.list_(self._type(inner))
            case _:
                return self._arrow.int32() if spec == "int32" else self._arrow.string()

    def write(self, rows: list[Row]) -> None:
        """Rows more."""
        self._writer.write_batch(self._arrow.RecordBatch.from_pylist(rows, schema=self._schema))

    def close(self) -> None:
        """Let go of the file."""
        self._writer.close()


def libraries() -> tuple[Any, Any]:
    """pyarrow and pyarrow.parquet. Raises InputError where they are not installed."""
    try:
        import pyarrow as arrow  # 60 ms, and not everybody has it
        import pyarrow.parquet as parquet  # as above
    except ImportError:
        raise missing_extra("pyarrow", "parquet") from None
    return arrow, parquet


class Data:
    """The data files of a folder: of each split as many as its rows fill."""

    def __init__(self, folder: Path, suffix: str) -> None:
        """Raises InputError where the library for the suffix is not installed."""
        self._folder, self._suffix = folder / "data", suffix
        self._new: Callable[[Path], Sink] = Parquet if suffix == ".parquet" else JsonLines
        if suffix == ".parquet":
            libraries()
        self._folder.mkdir()
        self._held: dict[str, list[Row]] = {}
        self._weight: Counter[str] = Counter()
        self._sinks: dict[str, Sink] = {}
        self.parts: dict[str, Part] = {}

    def add(self, split: str, row: Row, labels: Iterable[str]) -> None:
        """A row more."""
        part = self.parts.setdefault(split, Part())
        self._held.setdefault(split, []).append(row)
        part.rows += 1
        before = part.labels.total()
        part.labels.update(labels)
        self._weight[split] += 1 + part.labels.total() - before
        if self._weight[split] >= BATCH:
            self._flush(split)
        if not part.rows % SHARD:
            self._flush(split)
            self._sinks.pop(split).close()

    def _flush(self, split: str) -> None:
        if split not in self._sinks:
            part = self.parts.setdefault(split, Part())
            self._sinks[split] = self._new(self._folder / self._name(split, part.files))
            part.files += 1
        if rows := self._held.pop(split, []):
            self._sinks[split].write(rows)
        self._weight[split] = 0

    def _name(self, split: str, number: int) -> str:
        return f"{split}-{number:05}{self._suffix}"

    def finish(self) -> None:
        """Write what is held, and name the files by how many there are; one at the least."""
        for split in [*self._held] or ([] if self.parts else ["train"]):
            self._flush(split)
        self.close()
        for split, part in self.parts.items():
            for number in range(part.files):
                path = self._folder / self._name(split, number)
                part.size += path.stat().st_size
                path.rename(path.with_name(f"{split}-{number:05}-of-{part.files:05}{self._suffix}"))

    def close(self) -> None:
        """Let go of the files."""
        while self._sinks:
            self._sinks.popitem()[1].close()
