"""What every format's tests share: write what fits, read it back, compare with what was meant."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from annotator.formats import Format, ReadOptions, WriteOptions, Written
from annotator.formats.export.proof import Proof, prove
from annotator.formats.fit import Losses, fitted
from annotator.formats.format import Loss
from annotator.model.corpus import Heading, Item


def hand_out(
    kind: Format, items: Iterable[Item], target: Path, **options: object
) -> tuple[Written, Losses]:
    """Write items as an export does; what went out and what was lost."""
    losses = Losses()
    assert kind.write is not None
    chosen = WriteOptions(lose=losses, **options)  # type: ignore[arg-type]
    return kind.write(fitted(items, kind, losses), target, chosen), losses


def proven(kind: Format, items: list[Item], target: Path) -> Proof:
    """Write items, read them back and compare."""
    _, losses = hand_out(kind, items, target)
    codebook = next(item.codebook for item in items if isinstance(item, Heading))
    return prove(items, kind, target, losses.whole, codebook)


def read_back(kind: Format, path: Path, **options: object) -> list[Item]:
    """What a reader makes of a file."""
    assert kind.read is not None
    return list(kind.read(path, ReadOptions(**options)))  # type: ignore[arg-type]


__all__ = ["Loss", "hand_out", "proven", "read_back"]
