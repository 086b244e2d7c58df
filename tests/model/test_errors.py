from __future__ import annotations

import inspect

import pytest

from annotator.model import errors
from annotator.model.errors import AnnotatorError, CodebookError, InputError


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "It is empty."),
        ({"source": "a.txt"}, "a.txt: It is empty."),
        ({"line": 3}, "line 3: It is empty."),
        ({"source": "a", "line": 3, "place": "labels[2]"}, "a, line 3, at labels[2]: It is empty."),
    ],
)
def test_the_sentence_starts_with_the_place(given: dict[str, object], said: str) -> None:
    fault = CodebookError("It is empty.", **given)  # type: ignore[arg-type]
    assert str(fault) == said
    assert isinstance(fault, InputError)
    assert (fault.message, fault.source) == ("It is empty.", given.get("source", ""))
    assert (fault.line, fault.place) == (given.get("line"), given.get("place", ""))


def test_the_docstring_draws_the_whole_tree() -> None:
    classes = [c for _, c in inspect.getmembers(errors, inspect.isclass)]
    for kind in classes:
        assert issubclass(kind, AnnotatorError)
        line = next(s for s in (errors.__doc__ or "").splitlines() if f"{kind.__name__} " in s)
        depth = len(kind.__mro__) - len(AnnotatorError.__mro__)
        assert line.index(kind.__name__) == 4 * depth
