"""A GateDocument as it is found."""

from __future__ import annotations

import json
from pathlib import Path

from lxml import etree

from annotator.formats.beside import entities_of
from annotator.formats.facts import NAMES, article_of
from annotator.formats.files import whole
from annotator.formats.foreign import Found, Given, Mention, Sheet, Tie
from annotator.formats.markup import parsed
from annotator.model.codebook import Codebook
from annotator.model.document import Article
from annotator.model.edit import shorten
from annotator.model.errors import InputError
from annotator.model.segment import Extent

_MAX = 64 << 20
_MARKUP = "Original markups"
"""The set where GATE keeps the tags of the page that the text was taken from."""
_TECHNICAL = ("gate.SourceURL", "MimeType", "docNewLineType", "entities")
_NUMBERS = ("Byte", "Short", "Integer", "Long", "BigInteger")


def found(path: Path, known: Codebook | None) -> Found:
    """The article of a document. Raises InputError with the file and the place in it."""
    try:
        root = parsed(whole(path, _MAX), path.name)
        if root.tag != "GateDocument":
            raise InputError("This is not a GateDocument. Save it from GATE as GATE XML.")
        about = _features(root.find("GateDocumentFeatures"))
        text, nodes = _text(root)
        entities = entities_of(_json(about.get("entities")))
        sheets: dict[str, Sheet] = {}
        notes = []
        for part in root.iterfind("AnnotationSet"):
            if part.get("Name") == _MARKUP:
                notes.append(f"{path.name}: the tags of its page ({_MARKUP}) are left out.")
            elif len(part) or part.get("Name") is not None:
                sheet = sheets.setdefault(str(part.get("Name") or ""), Sheet())
                _add_set(sheet, part, nodes, entities)
        for part in root.iterfind("RelationSet"):
            _add_relations(sheets.get(str(part.get("Name") or "")), part)
        for sheet in sheets.values():
            sheet.refer(known)
    except InputError as fault:
        raise InputError(
            fault.message, source=path.name, line=fault.line, place=fault.place
        ) from None
    return Found(
        raw=text,
        article=_article(about, path),
        sheets=sheets,
        entities=entities,
        notes=notes,
        source=path.name,
    )


def _article(about: dict[str, object], path: Path) -> Article:
    """Its facts; a document of GATE's own has the file's name as its title."""
    given = {"title": path.stem, **about}
    url = str(about.get("gate.SourceURL", ""))
    if url.startswith(("http:", "https:")):
        given.setdefault("url", url)
    facts = {name: given[name] for name in NAMES if name in given}
    metadata = {
        name.removeprefix("metadata."): value
        for name, value in given.items()
        if name not in NAMES and name not in _TECHNICAL
    }
    return article_of(facts, metadata)


def _json(given: object) -> object:
    try:
        return json.loads(given) if isinstance(given, str) else None
    except (ValueError, RecursionError):
        return None


def _text(root: etree._Element) -> tuple[str, dict[str, int]]:
    """The text, and where its nodes stand by their ids."""
    found = root.find("TextWithNodes")
    if found is None:
        raise InputError("There is no text in it.", place="TextWithNodes")
    parts, at = [found.text or ""], len(found.text or "")
    nodes: dict[str, int] = {}
    for node in found:
        nodes[str(node.get("id"))] = at
        parts.append(node.tail or "")
        at += len(node.tail or "")
    return "".join(parts), nodes


def _add_set(
    sheet: Sheet,
    found: etree._Element,
    nodes: dict[str, int],
    entities: dict[str, Given],
) -> None:
    for annotation in found.iterfind("Annotation"):
        key = str(annotation.get("Id"))
        label, extent = str(annotation.get("Type") or ""), _extent(annotation, nodes, key)
        mention = Mention(key=key, label=label, extents=(extent,))
        for name, value in _features(annotation).items():
            if isinstance(value, str) and value in entities:
                mention.entity = value
            else:
                mention.fields[name] = value
        sheet.mentions.append(mention)


def _extent(annotation: etree._Element, nodes: dict[str, int], key: str) -> Extent:
    edges = []
    for name in ("StartNode", "EndNode"):
        node = str(annotation.get(name))
        if node not in nodes:
            message = f"Its {name} {shorten(node, 30)} is not in the text."
            raise InputError(message, place=f"Annotation {shorten(key, 30)}")
        edges.append(nodes[node])
    return edges[0], edges[1]


def _add_relations(sheet: Sheet | None, found: etree._Element) -> None:
    for relation in found.iterfind("Relation"):
        place = f"Relation {shorten(str(relation.get('Id')), 30)}"
        members = str(relation.get("Members") or "").split(";")
        if sheet is None:
            raise InputError("It names an annotation that is not in its set.", place=place)
        if len(members) != 2:
            message = f"It has {len(members)} members; only relations of two are read."
            raise InputError(message, place=place)
        sheet.ties.append(
            Tie(
                type=str(relation.get("Type") or ""),
                from_key=members[0],
                to_key=members[1],
                fields=_features(relation),
                place=place,
            )
        )


def _features(owner: etree._Element | None) -> dict[str, object]:
    """The features of a document, an annotation or a relation, each of its own type."""
    found: dict[str, object] = {}
    for feature in owner.iterfind("Feature") if owner is not None else ():
        name, value = feature.find("Name"), feature.find("Value")
        if name is not None and value is not None and name.text:
            found[name.text] = _value(value, name.text)
    return found


def _value(value: etree._Element, name: str) -> object:
    text = value.text or ""
    kind = str(value.get("className") or "").rpartition(".")[2]
    if value.get("itemClassName"):
        return [part for part in text.split(";") if part]
    try:
        if kind == "Boolean":
            return text.strip().lower() == "true"
        if kind in _NUMBERS:
            return int(text)
        if kind in ("Float", "Double"):
            return float(text)
    except ValueError:
        message = f"Its value ‘{shorten(text, 40)}’ is no {kind}."
        raise InputError(message, place=shorten(name, 40)) from None
    return text
