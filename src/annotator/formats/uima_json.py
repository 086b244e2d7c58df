"""UIMA CAS JSON 0.4: a folder with a .json file for each article.

After apache/uima-uimaj-io-jsoncas, SPECIFICATION.adoc. Each file brings its type system along.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NoReturn

from annotator.formats.files import whole
from annotator.formats.format import Format, ReadOptions, WriteOptions, Written
from annotator.formats.layer_folder import CARRIES, holds, read_folder, write_folder
from annotator.formats.layers import Layers
from annotator.formats.page import Page
from annotator.formats.uima import (
    ARRAY,
    SOFA,
    STRINGS,
    VIEW,
    Range,
    Ref,
    Structure,
    Type,
    TypeSystem,
    structures,
    types_of,
)
from annotator.formats.uima_in import Reading
from annotator.formats.values import storable
from annotator.model.codebook import Codebook
from annotator.model.corpus import Entry, Item
from annotator.model.errors import InputError

MAX_BYTES = 256 << 20


def write(items: Iterable[Item], target: Path, options: WriteOptions) -> Written:
    """A folder; of each article the one work that is there."""

    def begin(_: Path, codebook: Codebook) -> tuple[Layers, _Writer]:
        layers = Layers(codebook, arrays=True)
        return layers, _Writer(layers)

    return write_folder(items, target, options, ".json", begin)


class _Writer:
    """Pages as JSON files of one type system."""

    def __init__(self, layers: Layers) -> None:
        self._layers = layers
        self._types = _dumped({made.name: _type(made) for made in types_of(layers)})

    def __call__(self, page: Page, entry: Entry, name: str) -> bytes:
        found = structures(page, entry, self._layers, name)
        members = [made.id for made in found if "sofa" in made.features]
        arrays: list[dict[str, object]] = []
        rows = [_row(made, arrays, len(found)) for made in found]
        views = {VIEW: {"%SOFA": 1, "%MEMBERS": members}}
        body = ",\n".join(map(_dumped, rows + arrays))
        return (
            f'{{"%TYPES":{self._types},\n"%FEATURE_STRUCTURES":[\n{body}\n],\n'
            f'"%VIEWS":{_dumped(views)}}}\n'
        ).encode()


def _dumped(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def _type(made: Type) -> dict[str, object]:
    found: dict[str, object] = {"%NAME": made.name, "%SUPER_TYPE": made.parent}
    if made.description:
        found["%DESCRIPTION"] = made.description
    for name, range in made.features.items():
        kind = "uima.cas.String[]" if range.type == STRINGS else range.type
        kind = f"{range.element}[]" if range.element else kind
        found[name] = {"%NAME": name, "%RANGE": kind}
    return found


def _row(made: Structure, arrays: list[dict[str, object]], last: int) -> dict[str, object]:
    """A structure; what it lists goes to `arrays`, whose ids follow `last`."""
    row: dict[str, object] = {"%ID": made.id, "%TYPE": made.type}
    for name, value in made.features.items():
        if isinstance(value, list | tuple):
            number = last + len(arrays) + 1
            kind = STRINGS if isinstance(value, tuple) else ARRAY
            arrays.append({"%ID": number, "%TYPE": kind, "%ELEMENTS": list(value)})
            row[f"@{name}"] = number
        else:
            row[f"@{name}" if isinstance(value, Ref) else name] = value
    return row


# -- reading ---------------------------------------------------------------------------------------


def read(path: Path, options: ReadOptions) -> Iterator[Item]:
    """The articles of a folder or of one file. Raises InputError."""

    def parse(file: Path, _: ReadOptions) -> Page:
        return _page(_loaded(whole(file, MAX_BYTES)))

    yield from read_folder(path, options, ".json", parse)


def _loaded(body: bytes) -> dict[str, object]:
    try:
        data = json.loads(body.decode("utf-8-sig"), parse_constant=_no_number)
    except UnicodeDecodeError:
        raise InputError("The file is not UTF-8. Export it again.") from None
    except RecursionError:
        raise InputError("The file is nested too deeply to be CAS JSON.") from None
    except json.JSONDecodeError as error:
        message = f"This is not JSON: {error.msg}. Export it again."
        raise InputError(message, line=error.lineno) from None
    except ValueError as error:
        raise InputError(f"This is not JSON: {error}. Export it again.") from None
    if not isinstance(data, dict) or not isinstance(data.get("%FEATURE_STRUCTURES"), list | dict):
        message = "This is not CAS JSON: it has no feature structures. Choose another format."
        raise InputError(message)
    return data


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")


def _page(data: Mapping[str, object]) -> Page:
    types = TypeSystem(dict(_types(data.get("%TYPES"))))
    found: dict[int, Structure] = {}
    for given, row in _rows(data["%FEATURE_STRUCTURES"]):
        made = _structure(given, row)
        found[made.id] = made
    return Reading(found, types, dict(_members(data.get("%VIEWS")))).page()


def _types(given: object) -> Iterator[tuple[str, Type]]:
    for name, row in _mapping(given, "%TYPES").items():
        kind = _mapping(row, name)
        features = {
            feature: Range(str(made.get("%RANGE", "")))
            for feature, made in kind.items()
            if not feature.startswith("%") and isinstance(made, dict)
        }
        yield name, Type(name, str(kind.get("%SUPER_TYPE", "")), features)


def _rows(given: object) -> Iterator[tuple[object, dict[str, object]]]:
    """Id and structure; older files have them in an object by id."""
    if isinstance(given, dict):
        for key, row in given.items():
            number = int(key) if key.isdecimal() and len(key) < 20 else key
            yield number, _mapping(row, key)
    else:
        assert isinstance(given, list)  # `_loaded` has seen to it
        for row in given:
            found = _mapping(row, "%FEATURE_STRUCTURES")
            yield found.get("%ID"), found


def _structure(given: object, row: Mapping[str, object]) -> Structure:
    type = row.get("%TYPE")
    if not isinstance(given, int) or isinstance(given, bool) or not isinstance(type, str):
        raise InputError("It needs a whole number as %ID and a %TYPE.", place=str(given)[:60])
    made = Structure(given, type)
    if "%ELEMENTS" in row:
        elements = row["%ELEMENTS"]
        refs = type in (ARRAY, "uima.cas.FSList") or (
            type.endswith("[]") and not type.startswith("uima.cas.")
        )
        if isinstance(elements, list):
            elements = [Ref(e) if refs and _whole(e) else _clean(e) for e in elements]
        made.features["elements"] = elements
    for key, value in row.items():
        if key.startswith("%") or value is None:
            continue
        name = key[1:] if key[:1] in ("@", "#", "^") else key
        if key.startswith("@"):
            if not _whole(value):
                raise InputError(f"Its {key[:60]} is no reference.", place=str(given))
            made.features[name] = Ref(value)  # type: ignore[call-overload]
        else:
            made.features[name] = value if type == SOFA else _clean(value)
    return made


def _members(given: object) -> Iterator[tuple[int, set[int]]]:
    for name, row in _mapping(given, "%VIEWS").items():
        view = _mapping(row, name)
        sofa, members = view.get("%SOFA"), view.get("%MEMBERS")
        if _whole(sofa) and isinstance(members, list):
            yield sofa, {m for m in members if _whole(m)}  # type: ignore[misc]


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _clean(value: object) -> object:
    """A value that can be stored: strings without NUL and lone surrogates, no objects."""
    if isinstance(value, str):
        return storable(value)
    return value if isinstance(value, bool | int | float) else None


def _mapping(given: object, place: str) -> dict[str, object]:
    if given is None:
        return {}
    if not isinstance(given, dict):
        raise InputError("Expected an object.", place=place[:60])
    return given


def recognises(path: Path) -> bool:
    """True where a file, or one in a folder, is CAS JSON."""
    return holds(path, ".json", lambda head: b'"%TYPES"' in head or b'"%FEATURE_STRUC' in head)


JSON = Format(
    id="uima-json",
    name="UIMA CAS JSON",
    patterns=("*.json",),
    carries=CARRIES,
    offset_unit="UTF-16 unit",
    layout="folder",
    about="A folder with a .json file for each article, its types within (CAS JSON 0.4); layers, "
    "relations and slots as in UIMA CAS XMI.",
    recognises=recognises,
    read=read,
    write=write,
)
