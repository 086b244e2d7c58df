"""XML from outside: no entity is resolved, nothing is fetched, no DTD is loaded."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, Any

from lxml import etree

from annotator.model.errors import InputError

_SAFE: dict[str, Any] = {
    "resolve_entities": False, "no_network": True, "load_dtd": False, "dtd_validation": False,
    "huge_tree": False,
}  # fmt: skip


def parsed(body: bytes, source: str) -> etree._Element:
    """The root of a document. Raises InputError where it is not well-formed or defines entities."""
    try:
        root = etree.fromstring(body, etree.XMLParser(**_SAFE))
    except (etree.XMLSyntaxError, ValueError) as error:
        raise _fault(error, source) from None
    _refuse_entities(root.getroottree(), source)
    return root


def elements(file: IO[bytes], tag: str, source: str) -> Iterator[etree._Element]:
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
            while element.getprevious() is not None:
                del element.getparent()[0]
    except (etree.XMLSyntaxError, ValueError) as error:
        raise _fault(error, source) from None


def _refuse_entities(tree: etree._ElementTree, source: str) -> None:
    dtd: Any = tree.docinfo.internalDTD  # the stubs know no entities
    if dtd is not None and any(True for _ in dtd.iterentities()):
        message = "It defines entities, which are not read. Save it without a DTD."
        raise InputError(message, source=source)


def _fault(error: Exception, source: str) -> InputError:
    line = getattr(error, "lineno", None)
    message = str(error).partition(", line ")[0].rstrip(".")
    return InputError(f"This is not well-formed XML: {message}.", source=source, line=line or None)
