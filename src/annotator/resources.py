"""Where the files that come with the program lie."""

from __future__ import annotations

from pathlib import Path

_PACKAGED = Path(__file__).parent / "_resources"
_CHECKOUT = Path(__file__).parents[2] / "resources"


def path(name: str) -> Path:
    """The file or folder `name` ("codebooks/news.json"): packaged, else in the checkout.

    Nothing is checked: a name that is not there gives a path that is not there.
    """
    return (_PACKAGED if _PACKAGED.is_dir() else _CHECKOUT) / name
