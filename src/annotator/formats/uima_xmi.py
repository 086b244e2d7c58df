"""UIMA CAS XMI: a folder with TypeSystem.xml and an .xmi file for each article.

After the Apache UIMA reference, §"XMI CAS serialization". INCEpTION makes its layers from
TypeSystem.xml (Settings, Layers, Import) and then takes the .xmi files as documents. Characters
that XML can't hold are written as `_x0001_` (ECMA-376, ST_Xstring), and as U+FFFD in the text,
with a list of them among the article's facts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from annotator.formats.files import reading, whole
from annotator.formats.format import Format, ReadOptions, WriteOptions, Written
from annotator.formats.layer_folder import CARRIES, holds, read_folder, write_folder
from annotator.formats.layers import Layers
from annotator.formats.page import Page
from annotator.formats.uima import (
    ARTICLE,
    BUILT_IN,
    SOFA,
    Range,
    Ref,
    Structure,
    Type,
    TypeSystem,
    structures,
    types_of,
)
from annotator.formats.uima_in import Reading
from annotator.formats.values import NOT_XML, storable
from annotator.model.codebook import Codebook
from annotator.model.corpus import Entry, Item
from annotator.model.edit import shorten
from annotator.model.errors import InputError

if TYPE_CHECKING:
    from lxml import etree

TYPES = "TypeSystem.xml"
MAX_BYTES = 256 << 20
_XMI = "http://www.omg.org/XMI"
_SPEC = "http://uima.apache.org/resourceSpecifier"
_NO_NAMESPACE = "uima.noNamespace."

_ESCAPED = re.compile("_(x[0-9A-Fa-f]{4}_)")
_CODED = re.compile("_x([0-9A-Fa-f]{4})_")
_MARKUP = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"} | {
    c: f"&#{ord(c)};" for c in "\t\n\r\x85\u2028"
}
_MARKED = re.compile(f"[{''.join(_MARKUP)}]")


def write(items: Iterable[Item], target: Path, options: WriteOptions) -> Written:
    """A folder; of each article the one work that is there."""

    def begin(folder: Path, codebook: Codebook) -> tuple[Layers, _Writer]:
        layers = Layers(codebook, arrays=True)
        types = types_of(layers)
        (folder / TYPES).write_bytes(type_system(types))
        return layers, _Writer(layers, types)

    return write_folder(items, target, options, ".xmi", begin)


class _Writer:
    """Pages as XMI files of one type system."""

    def __init__(self, layers: Layers, types: list[Type]) -> None:
        self._layers = layers
        spaces = dict.fromkeys(made.name.rpartition(".")[0] for made in (*BUILT_IN, *types))
        self._prefixes: dict[str, str] = {}
        for space in spaces:
            short = space.rpartition(".")[2]
            free = short not in self._prefixes.values()
            self._prefixes[space] = short if free else f"{short}{len(self._prefixes)}"
        names = "".join(
            f' xmlns:{prefix}="http:///{space.replace(".", "/")}.ecore"'
            for space, prefix in self._prefixes.items()
        )
        self._head = (
            f'<?xml version="1.0" encoding="UTF-8"?>\n<xmi:XMI xmlns:xmi="{_XMI}"{names} '
            'xmi:version="2.0">\n<cas:NULL xmi:id="0"/>\n'
        )

    def __call__(self, page: Page, entry: Entry, name: str) -> bytes:
        found = structures(page, entry, self._layers, name)
        _without_controls(found, entry)
        parts = [self._head, *(self._element(made) for made in found)]
        members = " ".join(str(s.id) for s in found if s.type == SOFA or "sofa" in s.features)
        parts.append(f'<cas:View sofa="1" members="{members.removeprefix("1 ")}"/>\n</xmi:XMI>\n')
        return "".join(parts).encode()

    def _element(self, made: Structure) -> str:
        space, _, local = made.type.rpartition(".")
        tag = f"{self._prefixes[space]}:{local}"
        parts = [f'<{tag} xmi:id="{made.id}"']
        inside = []
        for name, value in made.features.items():
            if isinstance(value, tuple):
                inside += [f"<{name}>{_quoted(part)}</{name}>" for part in value]
            elif isinstance(value, list):
                parts.append(f' {name}="{" ".join(map(str, value))}"')
            elif made.type == SOFA and isinstance(value, str):
                parts.append(f' {name}="{_marked(value)}"')
            else:
                parts.append(f' {name}="{_attribute(value)}"')
        return (
            f"{''.join(parts)}>{''.join(inside)}</{tag}>\n" if inside else f"{''.join(parts)}/>\n"
        )


def _without_controls(found: list[Structure], entry: Entry) -> None:
    """Put U+FFFD where the text has what XML can't hold, and say in the article what it was."""
    text = entry.text
    if not (bad := [*NOT_XML.finditer(text.value)]):
        return
    found[0].features["sofaString"] = NOT_XML.sub("\ufffd", text.value)
    listed = " ".join(f"{text.to16(m.start())}:{ord(m[0])}" for m in bad)
    next(made for made in found if made.type == ARTICLE).features["controls"] = listed


def _attribute(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return _quoted(value) if isinstance(value, str) else str(value)


def _quoted(text: str) -> str:
    coded = _ESCAPED.sub(r"_x005F_\1", text)
    coded = NOT_XML.sub(lambda match: f"_x{ord(match[0]):04X}_", coded)
    return _marked(coded)


def _marked(text: str) -> str:
    return _MARKED.sub(lambda match: _MARKUP[match[0]], text)


def _unquoted(text: str) -> str:
    return _CODED.sub(_character, text) if "_x" in text else text


def _character(match: re.Match[str]) -> str:
    made = chr(int(match[1], 16))
    return made if made == "_" or (NOT_XML.match(made) and storable(made) == made) else match[0]


def type_system(types: list[Type]) -> bytes:
    """A type system description, from which INCEpTION makes layers."""
    parts = [f'<?xml version="1.0" encoding="UTF-8"?>\n<typeSystemDescription xmlns="{_SPEC}">\n']
    parts.append("<types>\n")
    for kind in types:
        described = _marked(NOT_XML.sub("\ufffd", kind.description))
        parts.append(f"<typeDescription>\n<name>{kind.name}</name>\n")
        parts.append(f"<description>{described}</description>\n")
        parts.append(f"<supertypeName>{kind.parent}</supertypeName>\n<features>\n")
        for name, made in kind.features.items():
            element = f"<elementType>{made.element}</elementType>" if made.element else ""
            parts.append(
                f"<featureDescription><name>{name}</name><description/>"
                f"<rangeTypeName>{made.type}</rangeTypeName>{element}</featureDescription>\n"
            )
        parts.append("</features>\n</typeDescription>\n")
    parts.append("</types>\n</typeSystemDescription>\n")
    return "".join(parts).encode()


# -- reading ---------------------------------------------------------------------------------------


def read(path: Path, options: ReadOptions) -> Iterator[Item]:
    """The articles of a folder or of one file, with the layers of the type system beside them.

    Raises InputError.
    """
    types = cache(lambda: _types_beside(path))

    def parse(file: Path, options: ReadOptions) -> Page:
        return _Document(types(), options).page(_root(file))

    yield from read_folder(path, options, ".xmi", parse)


def _root(file: Path) -> etree._Element:
    # lxml: 20 ms that a start without such a file need not take.
    from annotator.formats.markup import parsed

    return parsed(whole(file, MAX_BYTES), file.name)


def _types_beside(path: Path) -> TypeSystem:
    """The type systems beside the files: TypeSystem.xml, and every XML file that is one."""
    types: dict[str, Type] = {}
    beside = path.rglob("*") if path.is_dir() else path.parent.glob("*")
    for file in sorted(f for f in beside if f.suffix.lower() == ".xml" and _describes(f)):
        for made in _read_types(_root(file), file.name):
            old = types.get(made.name)
            features = {**(old.features if old is not None else {}), **made.features}
            types[made.name] = Type(made.name, made.parent, features)
    if not types:
        message = "There is no type system beside it. Put its TypeSystem.xml into the same folder."
        raise InputError(message, source=path.name)
    return TypeSystem(types)


def _describes(file: Path) -> bool:
    """True for a type system; a link is none."""
    if file.is_symlink() or not file.is_file():
        return False
    with reading(file) as opened:
        return b"typeSystemDescription" in opened.read(64 << 10)


def _read_types(root: etree._Element, source: str) -> Iterator[Type]:
    for at in root.iter(f"{{{_SPEC}}}typeDescription"):
        name, parent = _said(at, "name"), _said(at, "supertypeName")
        if not name or not parent:
            message = "A type has no name or no supertype. Export the type system again."
            raise InputError(message, source=source, line=_line(at))
        features = {
            _said(feature, "name"): Range(
                _said(feature, "rangeTypeName"),
                _said(feature, "elementType"),
                _said(feature, "multipleReferencesAllowed") == "true",
            )
            for feature in at.iter(f"{{{_SPEC}}}featureDescription")
        }
        yield Type(name, parent, features)


def _said(at: etree._Element, tag: str) -> str:
    return (at.findtext(f"{{{_SPEC}}}{tag}") or "").strip()


class _Document:
    """One XMI file, by its type system."""

    def __init__(self, types: TypeSystem, options: ReadOptions) -> None:
        self._types, self._options = types, options
        self._told: set[str] = set()

    def page(self, root: etree._Element) -> Page:
        """The page of the initial view, or of the first one with a text."""
        if root.tag != f"{{{_XMI}}}XMI":
            raise InputError("This is not an XMI file: its root is another element.")
        found: dict[int, Structure] = {}
        members: dict[int, set[int]] = {}
        for element in root.iterchildren("*"):
            name = _type_name(element.tag)
            if name == "uima.cas.View":
                ids = _numbers(element.get("members", ""), element)
                members.setdefault(_number(element.get("sofa", "0"), element), set()).update(ids)
            elif name in self._types:
                made = self._structure(element, name)
                found[made.id] = made
            elif name != "uima.cas.NULL":
                self._pass_over(name)
        page = Reading(found, self._types, members).page()
        page.text = _with_controls(page.text, page.facts.pop("controls", ""))
        return page

    def _pass_over(self, type: str) -> None:
        """Tell once of a type that is not known, as UIMA's lenient reading passes it over."""
        if type not in self._told:
            self._told.add(type)
            self._options.note(f"{shorten(type, 80)} is not in the type system; left out.")

    def _structure(self, element: etree._Element, name: str) -> Structure:
        ranges = self._types.ranges(name)
        made = Structure(_number(element.get(f"{{{_XMI}}}id", ""), element), name)
        for key, text in element.attrib.items():
            if not str(key).startswith("{"):
                made.features[str(key)] = self._value(ranges.get(str(key)), str(text), element)
        for child in element.iterchildren("*"):
            listed = made.features.setdefault(child.tag, [])
            if isinstance(listed, list):
                listed.append(_unquoted(child.text or ""))
        return made

    def _value(self, range: Range | None, text: str, element: etree._Element) -> object:
        kind = range.type.removeprefix("uima.cas.") if range is not None else "String"
        if range is None or kind == "String" or self._types.is_a(range.type, "uima.cas.String"):
            return text if element.tag.endswith("}Sofa") else _unquoted(text)
        match kind:
            case "Integer" | "Short" | "Byte" | "Long":
                return _number(text, element)
            case "Float" | "Double":
                return _real(text, element)
            case "Boolean":
                return text == "true"
            case "StringArray" | "StringList" if not range.shared:
                return [_unquoted(text)]
            case "FSArray" | "FSList" if not range.shared:
                return [Ref(n) for n in _numbers(text, element)]
            case _ if kind.endswith(("Array", "List")) and not range.shared:
                return text.split()
            case _:
                return Ref(_number(text, element))


def _type_name(tag: str) -> str:
    space, _, local = tag.removeprefix("{").rpartition("}")
    package = space.removeprefix("http:///").removesuffix(".ecore").replace("/", ".")
    return f"{package}.{local}".removeprefix(_NO_NAMESPACE)


def _line(element: etree._Element) -> int | None:
    line: Any = element.sourceline  # the stubs have it as something else
    return int(line) if line else None


def _number(text: str, element: etree._Element) -> int:
    try:
        return int(text)
    except ValueError:
        message = f"Expected a whole number, got ‘{shorten(text, 40)}’."
        raise InputError(message, line=_line(element)) from None


def _numbers(text: str, element: etree._Element) -> list[int]:
    return [_number(part, element) for part in text.split()]


def _real(text: str, element: etree._Element) -> int | float:
    try:
        return int(text) if re.fullmatch(r"[+-]?\d{1,4000}", text) else float(text)
    except ValueError:
        message = f"Expected a number, got ‘{shorten(text, 40)}’."
        raise InputError(message, line=_line(element)) from None


def _with_controls(text: str, listed: str) -> str:
    """The text with the characters that XML could not hold; `listed` counts UTF-16 units."""
    if not listed:
        return text
    units = [*text.encode("utf-16-le")]
    for pair in listed.split():
        at, _, code = pair.partition(":")
        if at.isdecimal() and code.isdecimal() and len(pair) < 20:
            place, value = 2 * int(at), int(code)
            if units[place : place + 2] == [0xFD, 0xFF] and NOT_XML.match(chr(value & 0xFFFF)):
                units[place : place + 2] = [value & 0xFF, value >> 8 & 0xFF]
    return bytes(units).decode("utf-16-le", "surrogatepass")


def recognises(path: Path) -> bool:
    """True where a file, or one in a folder, is XMI."""
    return holds(path, ".xmi", lambda head: _XMI.encode() in head)


XMI = Format(
    id="uima-xmi",
    name="UIMA CAS XMI",
    patterns=("*.xmi",),
    carries=CARRIES,
    offset_unit="UTF-16 unit",
    layout="folder",
    about="A folder: TypeSystem.xml (import it into INCEpTION's layers first) and an .xmi file for "
    "each article; links between spans of one label are relations, others slots, fragments too; "
    "the project's codebook and entities stand beside them.",
    recognises=recognises,
    read=read,
    write=write,
)
