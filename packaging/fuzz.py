#!/usr/bin/env python3
"""`.venv/bin/python packaging/fuzz.py FORMAT SECONDS [SEED…]`: bytes at a reader, led by coverage.

Needs atheris (Linux): `pip install atheris` into the environment. A reader may raise an
AnnotatorError and nothing else; what breaks it is left as a file `crash-…` in the working folder.
"""

from __future__ import annotations

import contextlib
import sys
import tempfile
from pathlib import Path


def main() -> None:
    """Fuzz one reader for so many seconds, from the seeds given."""
    import atheris

    format_id, seconds, *seeds = sys.argv[1:]
    with atheris.instrument_imports(include=["annotator.formats", "annotator.model"]):
        from annotator.formats import ReadOptions, by_id
        from annotator.model.errors import AnnotatorError

        kind = by_id(format_id)
    assert kind.read is not None
    read = kind.read
    folder = Path(tempfile.mkdtemp())
    path = folder / f"input{kind.suffix}"
    corpus = folder / "seeds"
    corpus.mkdir()
    for n, seed in enumerate(seeds):
        (corpus / str(n)).write_bytes(Path(seed).read_bytes())

    def one(body: bytes) -> None:
        path.write_bytes(body)
        with contextlib.suppress(AnnotatorError):
            for _ in read(path, ReadOptions(repair=True)):
                pass

    options = [f"-max_total_time={seconds}", "-max_len=20000", "-timeout=20", "-rss_limit_mb=2048"]
    atheris.Setup([sys.argv[0], *options, str(corpus)], one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
