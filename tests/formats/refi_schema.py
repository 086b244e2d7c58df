"""What REFI-QDA's Project.xsd and Codebook.xsd (qdasoftware.org, 1.0) say of the parts we use.

Written after the published schemas: the same order, the same required attributes, the same types.
"""

from __future__ import annotations

from lxml import etree

_GUID = "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"

# element → its children in order: (name, at least, at most), "*" for any number
_CHILDREN: dict[str, tuple[tuple[str, int, str], ...]] = {
    "Project": (
        ("Users", 0, "1"), ("CodeBook", 0, "1"), ("Variables", 0, "1"), ("Sources", 0, "1"),
        ("Links", 0, "1"), ("Description", 0, "1"),
    ),
    "Users": (("User", 1, "*"),),
    "CodeBook": (("Codes", 1, "1"),),
    "Codes": (("Code", 1, "*"),),
    "Code": (("Description", 0, "1"), ("NoteRef", 0, "*"), ("Code", 0, "*")),
    "Variables": (("Variable", 1, "*"),),
    "Variable": (("Description", 0, "1"),),
    "Sources": (("TextSource", 1, "*"),),
    "TextSource": (
        ("Description", 0, "1"), ("PlainTextContent", 0, "1"), ("PlainTextSelection", 0, "*"),
        ("Coding", 0, "*"), ("NoteRef", 0, "*"), ("VariableValue", 0, "*"),
    ),
    "PlainTextSelection": (("Description", 0, "1"), ("Coding", 0, "*"), ("NoteRef", 0, "*")),
    "Coding": (("CodeRef", 1, "1"), ("NoteRef", 0, "*")),
    "VariableValue": (("VariableRef", 1, "1"), ("TextValue", 0, "1")),
    "Links": (("Link", 1, "*"),),
    "Link": (("NoteRef", 0, "*"),),
    "User": (), "CodeRef": (), "NoteRef": (), "VariableRef": (),
}  # fmt: skip
_TEXT = ("Description", "PlainTextContent", "TextValue")

# element → attribute → (type, required)
_ATTRIBUTES: dict[str, dict[str, tuple[str, bool]]] = {
    "Project": {
        "name": ("x:string", True), "origin": ("x:string", False),
        "creatingUserGUID": ("guid", False), "creationDateTime": ("x:dateTime", False),
    },
    "CodeBook": {"origin": ("x:string", False)},
    "User": {"guid": ("guid", True), "name": ("x:string", False), "id": ("x:string", False)},
    "Code": {
        "guid": ("guid", True), "name": ("x:string", True), "isCodable": ("x:boolean", True),
        "color": ("color", False),
    },
    "Variable": {
        "guid": ("guid", True), "name": ("x:string", True), "typeOfVariable": ("kind", True),
    },
    "TextSource": {
        "guid": ("guid", True), "name": ("x:string", False), "plainTextPath": ("x:string", False),
        "creationDateTime": ("x:dateTime", False),
    },
    "PlainTextSelection": {
        "guid": ("guid", True), "name": ("x:string", False),
        "startPosition": ("x:integer", True), "endPosition": ("x:integer", True),
        "creatingUser": ("guid", False), "creationDateTime": ("x:dateTime", False),
    },
    "Coding": {
        "guid": ("guid", True), "creatingUser": ("guid", False),
        "creationDateTime": ("x:dateTime", False),
    },
    "Link": {
        "guid": ("guid", True), "name": ("x:string", False), "direction": ("direction", False),
        "originGUID": ("guid", False), "targetGUID": ("guid", False),
    },
    **{n: {"targetGUID": ("guid", True)} for n in ("CodeRef", "NoteRef", "VariableRef")},
}  # fmt: skip
_TYPES = {
    "guid": f'<x:pattern value="{_GUID}"/>',
    "color": '<x:pattern value="#([A-Fa-f0-9]{6}|[A-Fa-f0-9]{3})"/>',
    "direction": "".join(
        f'<x:enumeration value="{v}"/>' for v in ("Associative", "OneWay", "Bidirectional")
    ),
    "kind": "".join(
        f'<x:enumeration value="{v}"/>' for v in ("Text", "Boolean", "Integer", "Float", "Date")
    ),
}


def schema(root: str) -> etree.XMLSchema:
    """The rules of a "project" or a "codebook"."""
    namespace = f"urn:QDA-XML:{root}:1.0"
    parts = [
        f'<x:schema xmlns:x="http://www.w3.org/2001/XMLSchema" xmlns="{namespace}" '
        f'targetNamespace="{namespace}" elementFormDefault="qualified">'
    ]
    for name, rule in _TYPES.items():
        base = f'<x:restriction base="x:token">{rule}</x:restriction>'
        parts.append(f'<x:simpleType name="{name}">{base}</x:simpleType>')
    parts += [f'<x:element name="{name}" type="x:string"/>' for name in _TEXT]
    for name, children in _CHILDREN.items():
        rows = "".join(
            f'<x:element ref="{child}" minOccurs="{least}" '
            f'maxOccurs="{"unbounded" if most == "*" else most}"/>'
            for child, least, most in children
        )
        attributes = "".join(
            f'<x:attribute name="{a}" type="{kind}" use="{"required" if must else "optional"}"/>'
            for a, (kind, must) in _ATTRIBUTES.get(name, {}).items()
        )
        body = f"<x:sequence>{rows}</x:sequence>{attributes}"
        parts.append(f'<x:element name="{name}"><x:complexType>{body}</x:complexType></x:element>')
    return etree.XMLSchema(etree.fromstring("".join([*parts, "</x:schema>"])))
