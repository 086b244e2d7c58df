"""Field values as text, and whatever a file gives as the value that a field holds."""

from __future__ import annotations

import json
import re
from typing import assert_never

from annotator.model.codebook import (
    BoolField,
    ChoiceField,
    ChoicesField,
    CodeField,
    DateField,
    EntityField,
    Field,
    IntegerField,
    NumberField,
    SpanField,
    StringField,
    StringsField,
    TextField,
    TimexField,
    Value,
)
from annotator.model.edit import shorten
from annotator.model.errors import InputError

_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")


def holds_nul(body: bytes) -> bool:
    """True where a text in JSON has the character that no database keeps."""
    return b"\\u0000" in body and _NUL.search(body) is not None


def storable(text: str) -> str:
    """The text without NUL and lone surrogates, which JSON's escapes bring; pairs are joined."""
    if text.isascii():
        return text.replace("\0", "")
    joined = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "ignore")
    return joined.replace("\0", "")


def cleaned(value: object) -> object:
    """A field's value with its texts `storable`."""
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, list | tuple):
        return [cleaned(part) for part in value]
    return value


NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""What XML 1.0 can't hold."""


def in_xml(text: str) -> str:
    """`text` with a blank for each character that XML 1.0 can't hold, as GATE writes them."""
    return NOT_XML.sub(" ", text)


def as_text(value: Value) -> str:
    """One line for formats that hold text alone: true, 1.5, words, ["a","b"]; "" for None."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return "" if value is None else str(value)


def held(field: Field, given: object) -> Value:
    """What `field` holds of a file's value: text as `as_text` writes it, or JSON's own.

    None where it says nothing. References are given back as they are. Raises InputError where the
    value is not of the field's kind.
    """
    if given is None or given == "" or given == []:
        return None
    match field:
        case BoolField():
            return _bool(field, given)
        case IntegerField():
            number = _number(field, given)
            if number != int(number):
                raise _fault(field, given, "a whole number")
            return int(number)
        case NumberField():
            return _number(field, given)
        case ChoicesField() | StringsField():
            return tuple(map(storable, _strings(given))) or None
        case (
            StringField() | TextField() | ChoiceField() | CodeField() | EntityField()
            | SpanField() | TimexField() | DateField()
        ):  # fmt: skip
            text = given if isinstance(given, str) else as_text(_plain(given))
            return storable(text) or None
        case _:
            assert_never(field)


def _plain(given: object) -> Value:
    if isinstance(given, bool | int | float | str):
        return given
    return _strings(given)


def _bool(field: Field, given: object) -> bool:
    if isinstance(given, bool):
        return given
    known = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
    found = known.get(str(given).strip().lower())
    if found is None:
        raise _fault(field, given, "true or false")
    return found


def _number(field: Field, given: object) -> int | float:
    if isinstance(given, int | float) and not isinstance(given, bool):
        number = given
    else:
        text = str(given).strip()
        try:
            number = int(text) if text.lstrip("+-").isdecimal() else float(text)
        except ValueError:
            raise _fault(field, given, "a number") from None
    if number != number or number in (float("inf"), float("-inf")):
        raise _fault(field, given, "a number")
    return number


def _strings(given: object) -> tuple[str, ...]:
    if isinstance(given, list | tuple):
        return tuple(part if isinstance(part, str) else _json(part) for part in given)
    if isinstance(given, str):
        if given.startswith("["):
            try:
                parts = json.loads(given)
            except (ValueError, RecursionError):
                return (given,)
            if isinstance(parts, list) and all(isinstance(part, str) for part in parts):
                return tuple(parts)
        return (given,)
    return (_json(given),)


def _json(given: object) -> str:
    return json.dumps(given, ensure_ascii=False, sort_keys=True)


def _fault(field: Field, given: object, wanted: str) -> InputError:
    return InputError(f"Expected {wanted}, got ‘{shorten(str(given), 60)}’.", place=field.name)
