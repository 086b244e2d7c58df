"""The codebook as JSON: decoded with every fault named by its place, encoded canonically.

The shape is that of the dataclasses in `model.codebook`: a field's class is told by `kind`, and
the top key `"codebook": 1` is the version of this shape.
"""

from __future__ import annotations

import builtins
import json
import re
from collections import abc
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass, replace
from functools import cache
from types import UnionType
from typing import Any, Union, cast, get_args, get_origin, get_type_hints

import msgspec

from annotator import resources
from annotator.formats.codebook_rules import faults
from annotator.model.codebook import (
    FIELD_KINDS,
    Codebook,
    CodeField,
    EntityType,
    Label,
    LinkType,
    Option,
)
from annotator.model.codebook import Field as AnyField
from annotator.model.errors import CodebookError, NotFound

VERSION = 1
_NOT_ENCODED = {(CodeField, "options")}
_PLACE = re.compile(r" - at `(key in )?\$\.?(.*?)`$")


def decode(body: str | bytes, source: str = "") -> Codebook:
    """The codebook in a JSON document; `source` names it in faults.

    Raises CodebookError for whatever is wrong, with the place of the first fault.
    """
    raw = body.encode("utf-8", "surrogatepass") if isinstance(body, str) else body
    raw = raw.removeprefix(b"\xef\xbb\xbf")
    try:
        version = msgspec.json.decode(raw, type=_Version).codebook
        if version > VERSION:
            message = "It was written by a newer program. Update Annotator to use it."
            raise CodebookError(message, source=source, place="codebook")
        codebook = cast(Codebook, _value(msgspec.json.decode(raw, type=_forms()[Codebook])))
    except msgspec.ValidationError as error:
        message, place = told(error)
        raise CodebookError(message, source=source, place=place) from None
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise _not_json(raw, error, source) from None
    codebook = _with_codes(codebook)
    for place, message in faults(codebook):
        raise CodebookError(message, source=source, place=place)
    return codebook


def encode(codebook: Codebook) -> str:
    """The canonical text: equal codebooks give the same characters; defaults are left out."""
    return json.dumps(as_data(codebook), ensure_ascii=False, indent=1) + "\n"


def as_data(codebook: Codebook) -> dict[str, object]:
    """The codebook as plain dicts and lists, in canonical order."""
    head = {"codebook": VERSION, "name": codebook.name}
    return {
        **head,
        "version": codebook.version,
        "language": codebook.language,
        **cast(dict[str, object], _data(codebook)),
    }


@cache
def codelist(name: str) -> tuple[Option, ...]:
    """The codes of `resources/codelists/<name>.json`, by code. Raises NotFound."""
    file = resources.path(f"codelists/{name}.json")
    if not re.fullmatch(r"[\w.-]+", name) or not file.is_file():
        raise NotFound(f"There is no code list {name}.")
    codes = msgspec.json.decode(file.read_bytes(), type=dict[str, str])
    return tuple(Option(code, title) for code, title in sorted(codes.items()))


def told(error: msgspec.ValidationError) -> tuple[str, str]:
    """A message of msgspec as a sentence, and the place it names."""
    message, place = str(error), ""
    if match := _PLACE.search(message):
        message, place = message[: match.start()], match[2]
    for theirs, ours in (
        ("Object contains unknown field", "There is no key"),
        ("Object missing required field", "The key is missing:"),
        ("Invalid enum value", "This is not allowed here:"),
        ("Invalid value", "This is not allowed here:"),
    ):
        message = message.replace(theirs, ours)
    for theirs, ours in (
        ("object", "an object"),
        ("array", "a list"),
        ("str", "a text"),
        ("int", "a whole number"),
        ("float", "a number"),
        ("bool", "true or false"),
    ):
        message = re.sub(rf"(?<=[`| ]){theirs}(?=[`| ])", ours, message)
    return message.replace("`", "").replace(" | ", " or ") + ".", place


def _not_json(raw: bytes, error: Exception, source: str) -> CodebookError:
    """The fault with the line that Python's own reader finds; msgspec counts bytes."""
    line = None
    message = "it is nested too deeply" if isinstance(error, RecursionError) else str(error)
    try:
        json.loads(raw)
    except json.JSONDecodeError as fault:
        line, message = fault.lineno, f"{fault.msg} in column {fault.colno}"
    except (ValueError, RecursionError):
        pass
    return CodebookError(f"This is not JSON: {message}.", source=source, line=line)


class _Version(msgspec.Struct):
    """Enough to tell a newer shape before its new keys are refused."""

    codebook: int


@cache
def _forms() -> dict[type, type[msgspec.Struct]]:
    """A strict msgspec form for each class of the model, made from its own fields."""
    forms: dict[type, type[msgspec.Struct]] = {}
    for cls in (Option, *FIELD_KINDS.values(), EntityType, Label, LinkType, Codebook):
        hints = get_type_hints(cls)
        rows: list[Any] = [("codebook", int)] if cls is Codebook else []
        for field in fields(cls):
            if (cls, field.name) in _NOT_ENCODED:
                continue
            hint = _swapped(hints[field.name], forms)
            default = _default(field)
            rows.append((field.name, hint) if default is MISSING else (field.name, hint, default))
        forms[cls] = msgspec.defstruct(
            cls.__name__,
            rows,
            kw_only=True,
            forbid_unknown_fields=True,
            tag_field="kind" if cls in FIELD_KINDS.values() else None,
            tag=getattr(cls, "kind", None),
        )
    return forms


@cache
def _models() -> dict[type[msgspec.Struct], type]:
    return {form: model for model, form in _forms().items()}


def _swapped(hint: Any, forms: Mapping[type, type]) -> Any:
    """A type with the model's classes exchanged for their forms."""
    parts: Any = [_swapped(part, forms) for part in get_args(hint)]
    match get_origin(hint):
        case origin if origin in (UnionType, Union):
            return Union[tuple(parts)]  # noqa: UP007
        case builtins.tuple:
            return tuple[parts[0], ...]
        case abc.Mapping:
            return dict[str, parts[1]]
        case _:
            return forms.get(hint, hint)


def _default(field: Field[Any]) -> Any:
    if field.default_factory is not MISSING:
        return msgspec.field(default_factory=field.default_factory)
    return field.default


def _value(form: object) -> object:
    """The model's value of a decoded form."""
    if isinstance(form, msgspec.Struct):
        model = _models()[type(form)]
        names = (n for n in form.__struct_fields__ if n != "codebook")
        return model(**{name: _value(getattr(form, name)) for name in names})
    if isinstance(form, tuple):
        return tuple(map(_value, form))
    if isinstance(form, dict):
        return {key: _value(value) for key, value in form.items()}
    return form


def _data(value: object) -> object:
    if is_dataclass(value):
        kind = getattr(value, "kind", None)
        data = {"kind": kind} if kind else {}
        for field in fields(value):
            held = getattr(value, field.name)
            default = field.default_factory() if callable(field.default_factory) else field.default
            if held != default and (type(value), field.name) not in _NOT_ENCODED:
                data[field.name] = _data(held)
        return data
    if isinstance(value, tuple):
        return [_data(v) for v in value]
    if isinstance(value, Mapping):
        return {key: _data(value[key]) for key in sorted(value)}
    if isinstance(value, float) and value.is_integer() and abs(value) < 1 << 53:
        return int(value)
    return value


def _with_codes(codebook: Codebook) -> Codebook:
    """The codebook with the lists of its code fields put in.

    A list that is not there is left empty, for `faults` to name its place.
    """

    def filled(group: tuple[AnyField, ...]) -> tuple[AnyField, ...]:
        return tuple(_filled(f) if isinstance(f, CodeField) else f for f in group)

    return replace(
        codebook,
        common_fields=filled(codebook.common_fields),
        entity_types=tuple(replace(t, fields=filled(t.fields)) for t in codebook.entity_types),
        labels=tuple(replace(t, fields=filled(t.fields)) for t in codebook.labels),
        link_types=tuple(replace(t, fields=filled(t.fields)) for t in codebook.link_types),
    )


def _filled(field: CodeField) -> CodeField:
    try:
        return replace(field, options=codelist(field.codelist))
    except NotFound:
        return field
