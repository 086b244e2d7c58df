"""NewsML-G2 (IPTC): each news item whose text stands in it is an article. Nothing is fetched."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from lxml import etree

from annotator.formats import nitf
from annotator.formats.article import MAX_BYTES, Facts, articles, made
from annotator.formats.blocks import tree_text, visible
from annotator.formats.files import held
from annotator.formats.format import ReadOptions
from annotator.formats.markup import parsed, root_name
from annotator.formats.prose import first_text, local, value
from annotator.model.corpus import Entry
from annotator.model.errors import InputError

_ROOTS = ("newsItem", "newsMessage")


def knows(head: bytes) -> bool:
    """True where the root is NewsML-G2's."""
    return root_name(head) in _ROOTS


def parse(file: BinaryIO, name: str, options: ReadOptions) -> Iterator[Entry]:
    """An article of each news item; one without text in it is a fault of its own.

    Raises InputError where the file is no NewsML-G2.
    """
    root = parsed(held(file, name, MAX_BYTES), name)
    if local(root) not in _ROOTS:
        raise InputError("This is not NewsML-G2.", source=name)
    others = sum(1 for _ in root.iter("{*}packageItem", "{*}conceptItem", "{*}planningItem"))
    if others:
        options.note(f"{others} items that are no news (packages, concepts, plans) left out.")
    for item in root.iter("{*}newsItem"):
        try:
            yield _article(item, name, options)
        except InputError as fault:
            options.fault(fault)


def _article(item: etree._Element, name: str, options: ReadOptions) -> Entry:
    facts = _facts(item)
    text = ""
    for content in item.iterfind("{*}contentSet/*"):
        text = text or _text(content, options)
    if not text.strip():
        message = "The item holds no text: its content is elsewhere, and nothing is fetched."
        raise InputError(message, source=name, place=value(item, "guid"))
    told = (facts.title, facts.metadata["author"])
    before = [part for part in told if part and part not in text[:1_000]]
    return made("\n\n".join([*before, text]), name, options, facts)


def _text(content: etree._Element, options: ReadOptions) -> str:
    """The text of one rendition: NITF, XHTML, HTML in CDATA, or plain."""
    if local(content) == "inlineData" and "html" not in value(content, "contenttype"):
        return "".join(map(str, content.itertext())).strip()
    if local(content) not in ("inlineXML", "inlineData"):
        return ""
    for child in content:
        if local(child) == "nitf":
            return nitf.text_of(child, options)
        if local(child):
            return tree_text(child)
    return visible("".join(map(str, content.itertext())))


def _facts(item: etree._Element) -> Facts:
    meta = item.find("{*}contentMeta")
    about = item.find("{*}itemMeta")
    content = meta if meta is not None else etree.Element("none")
    management = about if about is not None else etree.Element("none")
    subjects = (_named(subject) for subject in content.iter("{*}subject"))
    inner = next(item.iter("{*}nitf"), None)
    author = first_text(content, "by") or _party(content, "creator")
    title = first_text(content, "headline") or first_text(management, "title")
    if inner is not None:
        title = title or nitf.facts_of(inner).title
    return Facts(
        title=title,
        source=_party(management, "provider"),
        url=next((value(web, "href") for web in content.iter("{*}web")), ""),
        language=next((value(tag, "tag") for tag in content.iter("{*}language")), "")
        or value(item, "lang"),
        date=first_text(management, "firstCreated")
        or first_text(content, "contentCreated")
        or first_text(management, "versionCreated"),
        metadata={
            "author": author,
            "dateline": first_text(content, "dateline"),
            "urgency": first_text(content, "urgency"),
            "subject": ", ".join(dict.fromkeys(s for s in subjects if s)),
            "status": next((value(s, "qcode") for s in management.iter("{*}pubStatus")), ""),
            "id": value(item, "guid"),
        },
    )


def _party(parent: etree._Element, name: str) -> str:
    return next((_named(party) for party in parent.iter("{*}" + name) if _named(party)), "")


def _named(concept: etree._Element) -> str:
    """A concept's name, else its literal, code or address, as the item has it."""
    told = first_text(concept, "name") or " ".join((concept.text or "").split())
    codes = ("literal", "qcode", "uri")
    return told or next((value(concept, c) for c in codes if value(concept, c)), "")


NEWSML = articles(
    id="newsml-g2",
    name="NewsML-G2",
    patterns=("*.newsml", "*.xml"),
    parse=parse,
    knows=knows,
    about="Each news item with its text in it (NITF, XHTML or plain); headline and byline go "
    "before the text where it lacks them; what is only linked is told, never fetched.",
)
