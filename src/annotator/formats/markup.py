"""XML from outside: no entity is resolved, nothing is fetched, no DTD is loaded."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import IO, Any

from lxml import etree

from annotator.model.errors import InputError

_SAFE: dict[str, Any] = {
    "resolve_entities": False, "no_network": True, "load_dtd": False, "dtd_validation": False,
    "huge_tree": False,
}  # fmt: skip

_ROOT = re.compile(
    r"""(?:\s|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^\[>]*(?:\[.*?\]\s*)?>)*+<(?:[\w.-]+:)?([\w.-]+)""",
    re.DOTALL,
)


def parsed(body: bytes, source: str) -> etree._Element:
    """The root of a document. Raises InputError where it is not well-formed or defines entities."""
    try:
        root = etree.fromstring(body, etree.XMLParser(**_SAFE))
    except (etree.XMLSyntaxError, ValueError) as error:
        raise _fault(error, source) from None
    _refuse_entities(root.getroottree(), source)
    return root


def elements(file: IO[bytes], tag: str | Sequence[str], source: str) -> Iterator[etree._Element]:
    """The elements named `tag` ("{namespace}name"), one at a time; each is emptied after its turn.

    Raises InputError as `parsed`.
    """
    try:
        first = True
        for _, element in etree.iterparse(file, events=("end",), tag=tag, **_SAFE):
            if first:
                _refuse_entities(element.getroottree(), source)
                first = False
            yield element
            element.clear()
            parent = element.getparent()
            while parent is not None and element.getprevious() is not None:
                del parent[0]
    except (etree.XMLSyntaxError, ValueError) as error:
        raise _fault(error, source) from None


def root_name(head: bytes) -> str:
    """The name of the root element, without its prefix, from a file's first bytes; "": none."""
    text = _text(head)
    found = _ROOT.match(text)
    return found[1] if found is not None else ""


def _text(head: bytes) -> str:
    for bom, encoding in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if head.startswith(bom):
            return head[2:].decode(encoding, "ignore")
    return head.removeprefix(b"\xef\xbb\xbf").decode("latin-1")


def _refuse_entities(tree: etree._ElementTree, source: str) -> None:
    dtd: Any = tree.docinfo.internalDTD  # the stubs know no entities
    if dtd is not None and any(True for _ in dtd.iterentities()):
        message = "It defines entities, which are not read. Save it without a DTD."
        raise InputError(message, source=source)


def _fault(error: Exception, source: str) -> InputError:
    line = getattr(error, "lineno", None)
    message = str(error).partition(", line ")[0].rstrip(".")
    return InputError(f"This is not well-formed XML: {message}.", source=source, line=line or None)
