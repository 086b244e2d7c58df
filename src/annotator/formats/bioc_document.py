"""One document of a BioC file: its passages as an article, its annotations by who made them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import get_args

from lxml import etree

from annotator.formats.article import TITLE_LENGTH
from annotator.formats.bioc_text import Part, Said, Way, assembled, number, way_of
from annotator.formats.encoding import stored
from annotator.formats.foreign import Found, Mention, Sheet, Tie
from annotator.formats.format import ReadOptions, fault_in_day
from annotator.formats.values import storable
from annotator.model.document import Article, DateSource, State
from annotator.model.edit import shorten
from annotator.model.errors import InputError
from annotator.model.segment import Extent

STATE, META, FIELD, REPLACED = "state/", "metadata/", "field/", "replaced"
"""Keys of our own infons: a person's document, a pair of the metadata, a field whose name would
mean something else, the characters that stand as U+FFFD in the text."""

RESERVED = ("type", "annotator")
_FACTS = ("source", "journal", "url", "language")
_DIRECTED = {
    (a, b)
    for a, b in (("from", "to"), ("source", "target"), ("arg1", "arg2"), ("subject", "object"))
} | {("", "")}
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")


def infons_of(element: etree._Element, *, ours: bool) -> dict[str, object]:
    """Key → value; the values of a key that stands there again are a list."""
    found: dict[str, object] = {}
    for infon in element.iterchildren("infon"):
        key, value = infon.get("key") or "", infon.text or ""
        if ours:
            key, value = _unescaped(key), _unescaped(value)
        else:
            key, value = key.strip(), value.strip()
        if key in found:
            before = found[key]
            found[key] = [*before, value] if isinstance(before, list) else [before, value]
        else:
            found[key] = value
    return found


@dataclass(slots=True)
class Document:
    """One document while it is read."""

    element: etree._Element
    name: str
    ours: bool
    options: ReadOptions
    _parts: list[Part] = field(default_factory=list)
    _relations: list[tuple[etree._Element, int]] = field(default_factory=list)
    _keys: dict[tuple[int, str], str] = field(default_factory=dict)
    _sheets: dict[str, Sheet] = field(default_factory=dict)
    _owners: dict[str, str] = field(default_factory=dict)
    _title: str = ""

    def found(self, source: str) -> Found:
        """All that it says. Raises InputError with the place inside it."""
        for number_, passage in enumerate(self.element.iterchildren("passage"), 1):
            self._passage(passage, number_)
        way, quoted = way_of(self._parts)
        raw = assembled(self._parts, way.unit)
        if self.ours:
            raw = self._restored(raw)
        stored(raw, "", self.options.note)
        infons = infons_of(self.element, ours=self.ours)
        for key, state in infons.items():
            if self.ours and key.startswith(STATE):
                found: State = next((s for s in get_args(State) if s == state), "in_progress")
                self._sheets[key.removeprefix(STATE)] = Sheet(state=found)
        for part in self._parts:
            for said in part.annotations:
                self._annotation(part, said, way, quoted=quoted)
        for relation in self.element.iterchildren("relation"):
            self._relations.append((relation, 0))
        for relation, scope in self._relations:
            self._relation(relation, scope)
        article = self._article(infons, raw)
        return Found(source=source, raw=raw, article=article, sheets=self._sheets)

    # -- texts -------------------------------------------------------------------------------------

    def _passage(self, passage: etree._Element, scope: int) -> None:
        """Its text or those of its sentences; ids are looked up within the passage."""
        first = True
        text = passage.findtext("text")
        if not self._title and infons_of(passage, ours=self.ours).get("type") == "title":
            pieces = [passage, *passage.iterchildren("sentence")]
            self._title = " ".join(" ".join(e.findtext("text") or "" for e in pieces).split())
        for element in (passage, *passage.iterchildren("sentence")):
            words = element.findtext("text") or ""
            if element is passage or text is None:
                if element is passage and text is None and passage.find("sentence") is not None:
                    self._said(passage, None, scope)
                    continue
                offset = number(element.findtext("offset"), "the offset of a passage")
                self._parts.append(Part(text=words, offset=offset, inside=not first))
                first = False
            self._said(element, self._parts[-1], scope)

    def _restored(self, raw: str) -> str:
        """The text with the characters that XML can't hold: ours are of one passage."""
        passage = self.element.find("passage")
        lost = infons_of(passage, ours=True).get(REPLACED) if passage is not None else None
        letters = list(raw)
        for at, code in re.findall("([0-9]{1,9}):([0-9A-F]{4})", str(lost or "")):
            if int(at) < len(letters):
                letters[int(at)] = chr(int(code, 16))
        return "".join(letters)

    def _said(self, element: etree._Element, part: Part | None, scope: int) -> None:
        for annotation in element.iterchildren("annotation"):
            if part is None:
                raise InputError("An annotation of a passage needs the passage's text.")
            place = annotation.get("id") or ""
            locations: list[Extent] = []
            for location in annotation.iterchildren("location"):
                offset = number(location.get("offset"), "an offset", place)
                locations.append((offset, number(location.get("length"), "a length", place)))
            if not locations:
                raise InputError("An annotation needs a location.", place=place)
            part.annotations.append(
                Said(annotation, locations, annotation.findtext("text") or "", scope)
            )
        self._relations += [(relation, scope) for relation in element.iterchildren("relation")]

    # -- annotations and relations -----------------------------------------------------------------

    def _sheet(self, login: str) -> Sheet:
        return self._sheets.setdefault(login, Sheet())

    def _annotation(self, part: Part, said: Said, way: Way, *, quoted: bool) -> None:
        name = said.element.get("id") or ""
        key = name or f"#{len(self._owners) + 1}"
        while key in self._owners:  # ids are of a passage's own
            key = f"{key}#{len(self._owners) + 1}"
        if name and (said.scope, name) in self._keys:
            raise InputError("The id is there already.", place=name)
        extents = []
        for location in said.locations:
            extent = part.extent(location, way)
            if extent is None:
                raise InputError("It lies outside its passage.", place=key)
            extents.append((extent[0] + part.start, extent[1] + part.start))
        label, owner, fields = self._fields(said.element, "annotation")
        self._keys[said.scope, name] = key
        self._keys.setdefault((0, name), key)
        self._owners[key] = owner
        first = part.extent(said.locations[0], way)
        fits = first is not None and part.text[first[0] : first[1]] == said.quote
        quote = said.quote if quoted and not fits and len(extents) == 1 else None
        mention = Mention(key=key, label=label, extents=extents, quote=quote, fields=fields)
        self._sheet(owner).mentions.append(mention)

    def _fields(self, element: etree._Element, unnamed: str) -> tuple[str, str, dict[str, object]]:
        """Type, annotator, and the other infons."""
        infons = infons_of(element, ours=self.ours)
        kind, owner = _first(infons.pop("type", "")), _first(infons.pop("annotator", ""))
        fields = {key.removeprefix(FIELD) if self.ours else key: v for key, v in infons.items()}
        return kind or unnamed, storable(owner), fields

    def _relation(self, relation: etree._Element, scope: int) -> None:
        place = relation.get("id") or ""
        known = {other.get("id") for other, _ in self._relations}
        nodes: list[tuple[str, str]] = []
        for node in relation.iterchildren("node"):
            name = node.get("refid") or ""
            key = self._keys.get((scope, name), self._keys.get((0, name), ""))
            if key:
                nodes.append((key, (node.get("role") or "").strip()))
            elif name not in known:
                message = f"A relation leads to {name[:60]}, which is not there."
                raise InputError(message, place=place)
        if len(nodes) < 2:
            what = "A relation of less than two annotations is left out"
            self.options.note(f"{what} ({self.name} {place}).")
            return
        if len(nodes) == 2 and (nodes[1][1].casefold(), nodes[0][1].casefold()) in _DIRECTED:
            nodes.reverse()
        (start, role), *ends = nodes
        for end, end_role in ends:
            type_, _, fields = self._fields(relation, "relation")
            if (role.casefold(), end_role.casefold()) not in _DIRECTED:
                roles = {"from_role": role, "to_role": end_role}
                fields |= {key: value for key, value in roles.items() if value}
            tie = Tie(type=type_, from_key=start, to_key=end, fields=fields, place=place)
            self._sheet(self._owners[start]).ties.append(tie)  # whoever made it

    # -- the article -------------------------------------------------------------------------------

    def _article(self, infons: dict[str, object], raw: str) -> Article:
        facts = {key: storable(str(_first(value))) for key, value in infons.items()}
        first = next(line for line in raw.splitlines() if line.strip())
        title = facts.pop("title", "" if self.ours else shorten(self._title or first, TITLE_LENGTH))
        given, how = facts.pop("date", ""), facts.pop("date_source", "")
        dated = fault_in_day(given) is None
        if given and not dated:
            facts["date"] = given
        if not self.ours and self.name:
            facts.setdefault("id", self.name)
        return Article(
            id="",
            title=title,
            source=facts.get("source", facts.get("journal", "")),
            url=facts.get("url", ""),
            language=facts.get("language", ""),
            date=given if dated else "",
            date_source=next((s for s in get_args(DateSource) if dated and s == how), ""),
            metadata={
                key.removeprefix(META): value
                for key, value in facts.items()
                if key not in _FACTS and not (self.ours and key.startswith(STATE))
            },
        )


def _first(value: object) -> str:
    """An infon's value; the first of several."""
    return str(value[0] if isinstance(value, list) else value)


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda m: chr(int(m[1], 16)), text)
