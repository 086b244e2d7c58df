"""The visible text of a web page, or of a piece of HTML, block by block."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.entities import html5
from typing import Any

from lxml import etree

from annotator.formats.markup import parsed
from annotator.model.errors import InputError
from annotator.model.text import normalise

_INVISIBLE = frozenset(
    "head script style noscript template svg math iframe object embed audio video canvas map "
    "select textarea input datalist".split()
)
_HEADINGS = frozenset("h1 h2 h3 h4 h5 h6".split())
_XHTML = re.compile(r"<html[^>]{0,400}?xmlns\s*=\s*.http://www\.w3\.org/1999/xhtml")
_PROLOG = re.compile(r"^\s*<\?xml[^>]{0,200}>")
_NAMED = re.compile(r"&(\w{1,40});")
_CHARACTERS = {
    name.rstrip(";"): character
    for name, character in html5.items()
    if name.rstrip(";") not in ("amp", "lt", "gt", "quot", "apos")
}
_BLOCKS = frozenset(
    "address article aside blockquote body button caption center dd details dialog div dl dt "
    "fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr html legend li main menu "
    "nav ol option p pre section summary table tbody tfoot thead tr ul".split()
)
_BY_TAG = {
    "figcaption": "caption", "caption": "caption", "nav": "furniture", "header": "furniture",
    "footer": "furniture", "aside": "furniture", "form": "furniture", "button": "furniture",
    "menu": "furniture", "dialog": "furniture", "h1": "headline", "time": "dateline",
}  # fmt: skip
_BY_NAME = (
    ("byline", re.compile(r"\b(by-?line|authors?|writers?)\b")),
    ("dateline", re.compile(r"\b(date-?line|pub-?date|publish(ed)?-?date|timestamp)\b")),
    ("credit", re.compile(r"\b(credits?|copyright|agency)\b")),
    ("caption", re.compile(r"\bcaptions?\b")),
    ("advert", re.compile(r"\b(adverts?|advertisements?|ads?|sponsor(ed)?|promo)\b")),
    ("correction", re.compile(r"\bcorrections?\b")),
)
"""Kind of region ← a word of the element's class, id, rel or itemprop."""


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, heading, cell of a list or line of a table.

    `kind` is a kind of region where the element tells it: headline, byline, dateline, caption,
    credit, advert, correction, furniture; else "". `heading` is that of h1 to h6.
    """

    text: str
    kind: str = ""
    heading: bool = False


def blocks(html: str) -> list[Block]:
    """The blocks that a browser would show, in the page's order; nothing is fetched or run."""
    root = _tree(normalise(html))
    return [] if root is None else list(_Walk().through(root))


def _tree(html: str) -> etree._Element | None:
    if _XHTML.search(html[:2048]):  # by HTML's rules <title/> and <script/> would never end
        whole = _NAMED.sub(lambda m: _CHARACTERS.get(m[1], m[0]), _PROLOG.sub("", html))
        try:
            return parsed(whole.encode(), "")
        except InputError:
            pass
    parser = etree.HTMLParser(
        encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True
    )
    return etree.fromstring(html.encode(), parser)


def visible(html: str) -> str:
    """The text of a piece of HTML, a blank line between its blocks."""
    return "\n\n".join(block.text for block in blocks(html))


def tree_text(root: etree._Element) -> str:
    """The text of XHTML that is parsed already, as `visible`."""
    return "\n\n".join(block.text for block in _Walk().through(root))


@dataclass(slots=True)
class _Walk:
    """The text since the last block ended, and the kinds of the elements around it."""

    parts: list[str] = field(default_factory=list)
    kinds: list[str] = field(default_factory=lambda: [""])
    pre: int = 0

    def through(self, root: etree._Element) -> Iterator[Block]:
        # Not by recursion: a page may be nested as deeply as it likes.
        walk: Any = etree.iterwalk(root, events=("start", "end"))
        for event, element in walk:
            tag = _tag(element)
            ends = tag in _BLOCKS
            if event == "start":
                if tag == "" or tag in _INVISIBLE or _hidden(element):
                    walk.skip_subtree()
                    self.kinds.append(self.kinds[-1])
                    continue
                if ends:
                    yield from self._flush()
                self.kinds.append(_kind(element, tag) or self.kinds[-1])
                self.pre += tag == "pre"
                self._add({"br": "\n"}.get(tag, "") + self._shown(element.text))
            else:
                if ends:
                    yield from self._flush(tag in _HEADINGS)
                visible = not (tag == "" or tag in _INVISIBLE or _hidden(element))
                self.pre -= tag == "pre" and visible
                self.kinds.pop()
                self._add("\t" * (tag in ("td", "th")) + self._shown(element.tail))
        yield from self._flush()

    def _add(self, text: str) -> None:
        if text:
            self.parts.append(text)

    def _shown(self, text: str | None) -> str:
        return (text or "") if self.pre else re.sub(r"[ \t\n\r\f]+", " ", text or "")

    def _flush(self, heading: bool = False) -> Iterator[Block]:
        text = normalise("".join(self.parts))
        self.parts.clear()
        if not self.pre:
            text = re.sub(r" *([\t\n]) *", r"\1", re.sub(" +", " ", text))
        if text.strip():
            text = text.strip("\n") if self.pre else text.strip("\n\t ")
            yield Block(text, self.kinds[-1], heading)


def _tag(element: etree._Element) -> str:
    """The name without its namespace, in lower case; "" for what is no element."""
    tag: Any = element.tag
    return tag.rpartition("}")[2].lower() if isinstance(tag, str) else ""


def _hidden(element: etree._Element) -> bool:
    style = element.get("style", "").replace(" ", "").lower()
    return "hidden" in element.attrib or "display:none" in style or "visibility:hidden" in style


def _kind(element: etree._Element, tag: str) -> str:
    said = " ".join(element.get(name, "") for name in ("class", "id", "rel", "itemprop")).lower()
    if said.strip():
        words = re.sub(r"[_\s]+", " ", said)
        for kind, pattern in _BY_NAME:
            if pattern.search(words):
                return kind
    return _BY_TAG.get(tag, "")
