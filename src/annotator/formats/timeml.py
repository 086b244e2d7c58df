"""TimeML 1.2.1 (timeml.org): dates as TIMEX3 in the text, the article's own date as t0.

An article is a file, laid out as in TempEval-3: DOCID, DCT, TITLE, TEXT. What has no attribute of
its own stands as JSON in `comment` (of a TIMEX3) and EXTRAINFO (of the article); a character that
XML can't hold is a processing instruction <?char 1b?>. Events, signals and links are not read.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from annotator.formats.article import MAX_BYTES
from annotator.formats.before import Before
from annotator.formats.files import filling, numbered, reading, walk, whole
from annotator.formats.foreign import Foreign, Found, Mention, Sheet, unplaced
from annotator.formats.format import Format, ReadOptions, WriteOptions, Written, fault_in_day
from annotator.formats.meta import as_meta, from_meta
from annotator.formats.values import NOT_XML
from annotator.model.codebook import (
    DOCUMENT_DATE,
    ChoiceField,
    Codebook,
    Label,
    Option,
    SpanField,
    StringField,
    TimexField,
)
from annotator.model.corpus import Entry, Heading, Item
from annotator.model.document import Annotation
from annotator.model.edit import shorten
from annotator.model.errors import InputError
from annotator.model.segment import Extent

if TYPE_CHECKING:
    from lxml import etree

_ATTRIBUTES: Mapping[str, str] = {
    "type": "type", "mod": "mod", "quant": "quant", "freq": "freq", "anchor": "anchorTimeID",
    "begin": "beginPoint", "end": "endPoint", "function": "functionInDocument",
}  # fmt: skip
"""Field → attribute; the value is the field of the kind timex."""
_POINTS = ("anchor", "begin", "end")
_SUFFIXES = (".tml", ".timeml", ".xml")
_HEADS = frozenset(("DOCID", "DCT", "TITLE", "EXTRAINFO"))
_UNKNOWN_DAY = "XXXX-XX-XX"
_DATED = ("CREATION_TIME", "PUBLICATION_TIME")
_HEAD = (
    "<?xml version='1.0' encoding='UTF-8'?>\n"
    '<TimeML xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xsi:noNamespaceSchemaLocation="http://timeml.org/timeMLdocs/TimeML_1.2.1.xsd">\n'
)
_TIMEX3 = Label(
    name="TIMEX3",
    key="t",
    color="#1f34a0",
    fields=(
        ChoiceField(name="type", options=(*map(Option, ("DATE", "TIME", "DURATION", "SET")),)),
        TimexField(name="value"),
        *(StringField(name=name) for name in ("mod", "quant", "freq", "function", "note")),
        *(SpanField(name=name, targets=("TIMEX3", DOCUMENT_DATE)) for name in _POINTS),
    ),
)
"""The label of a project that has none with a TIMEX3 value."""


def is_dated(label: Label) -> bool:
    """True for a label with a TIMEX3 value."""
    return any(isinstance(kind, TimexField) for kind in label.fields)


# -- writing ---------------------------------------------------------------------------------------


def write(items: Iterable[Item], target: Path, options: WriteOptions) -> Written:
    """A file for each article; of each the one work that is there."""
    before = Before()
    with filling(target, lambda _: False) as folder:
        for entry in before.entries(items):
            name = numbered(before.written.articles, entry.article.title)
            document = _document(entry, before.codebook, name)
            (folder / f"{name}.tml").write_bytes(document.encode())
    return before.written


def _document(entry: Entry, codebook: Codebook, name: str) -> str:
    article, text = entry.article, entry.text.value
    annotations = [a for work in entry.works for a in work.annotations]
    tids = {a.id: f"t{n}" for n, a in enumerate(annotations, 1)}
    shown = () if article.title != article.title.strip() else ("title",)
    meta = {k: v for k, v in as_meta(article).items() if k not in ("date", *shown)}
    day = article.date or _UNKNOWN_DAY
    parts = [
        f"{_HEAD}<DOCID>{name}</DOCID>\n"
        f'<DCT><TIMEX3 tid="t0" type="DATE" value="{day}" temporalFunction="false" '
        f'functionInDocument="CREATION_TIME">{day}</TIMEX3></DCT>\n'
    ]
    if article.title:
        parts.append(f"<TITLE>{_content(article.title)}</TITLE>\n")
    if meta:
        parts.append(f"<EXTRAINFO>{_content(_json(meta))}</EXTRAINFO>\n")
    parts.append("<TEXT>")
    at = 0
    for annotation in annotations:
        attributes = "".join(
            f" {key}={quoteattr(value)}"
            for key, value in _attributes(annotation, codebook, tids).items()
        )
        words = _content(text[annotation.start : annotation.end])
        parts.append(f"{_content(text[at : annotation.start])}<TIMEX3{attributes}>{words}</TIMEX3>")
        at = annotation.end
    parts.append(f"{_content(text[at:])}</TEXT>\n</TimeML>\n")
    return "".join(parts)


def _attributes(
    annotation: Annotation, codebook: Codebook, tids: Mapping[str, str]
) -> dict[str, str]:
    """The attributes of a TIMEX3; what they can't say in `comment`."""
    found = {"tid": tids[annotation.id], "type": "DATE", "value": ""}
    rest: dict[str, object] = {}
    points: dict[str, str] = {}
    kinds = codebook.fields(annotation.label)
    timex = next(kind.name for kind in kinds if isinstance(kind, TimexField))
    pointing = {kind.name for kind in kinds if isinstance(kind, SpanField)}
    for name, value in annotation.fields.items():
        attribute = "value" if name == timex else _ATTRIBUTES.get(name)
        fits = attribute and _holds(value) and (name in pointing) == (name in _POINTS)
        if name in pointing:
            value = tids.get(str(value), str(value))
        if attribute and fits:
            found[attribute] = str(value)
        elif name in pointing:
            points[name] = str(value)
        else:
            rest[name] = value
    if "type" not in annotation.fields:
        rest["type"] = None  # TIMEX3 asks for one
    if rest or points or annotation.label != _dated(codebook):
        found["comment"] = _json({"label": annotation.label, "fields": rest, "points": points})
    return found


def _holds(value: object) -> bool:
    """True where an attribute keeps a value as it is."""
    return isinstance(value, str) and not NOT_XML.search(value)


def _dated(codebook: Codebook | None) -> str:
    """The first label with a TIMEX3 value; "" for none."""
    labels = codebook.labels if codebook is not None else ()
    return next((label.name for label in labels if is_dated(label)), "")


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _content(text: str) -> str:
    text = escape(text)
    if not NOT_XML.search(text):
        return text
    return NOT_XML.sub(lambda c: f"<?char {ord(c[0]):x}?>", text)


# -- reading ---------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Timex:
    """A TIMEX3 as the file has it."""

    tid: str
    label: str
    extent: Extent
    fields: dict[str, object]
    points: dict[str, str]


@dataclass(slots=True)
class _File:
    """What one file holds; `dates` are the tids of the article's own date."""

    raw: str = ""
    timexes: list[_Timex] = field(default_factory=list)
    dates: set[str] = field(default_factory=lambda: {DOCUMENT_DATE})
    meta: dict[str, object] = field(default_factory=dict)
    passed: int = 0


def read(path: Path, options: ReadOptions) -> Iterator[Item]:
    """An article for each file of a folder, by name; or of one file."""
    paths = list(walk([path], lambda p: p.suffix.lower() in _SUFFIXES))
    own = None if _dated(options.codebook) else Codebook(name="TimeML", labels=(_TIMEX3,))
    before = Before()
    if own is not None:
        before.take(Heading(name="", codebook=own))

    def finds(options: ReadOptions) -> Iterator[Found | InputError]:
        for one in paths:
            try:
                yield _found(_file(one, options), one, options)
            except InputError as fault:
                yield unplaced(fault, one.name, fault.line)

    yield from Foreign(path.stem or "TimeML", path.name, options, before).items(finds)


def _found(file: _File, path: Path, options: ReadOptions) -> Found:
    if file.passed:
        options.note(f"{path.name}: {file.passed} events, signals and links were not taken.")
    tids = {timex.tid for timex in file.timexes}
    sheet = Sheet()
    for timex in file.timexes:
        points = {
            name: DOCUMENT_DATE if tid in file.dates else tid for name, tid in timex.points.items()
        }
        for name, tid in timex.points.items():
            if tid not in tids | file.dates:
                options.note(f"{path.name}: {timex.tid} points at {shorten(tid)}, not there.")
                del points[name]
        sheet.mentions.append(
            Mention(
                key=timex.tid,
                label=timex.label,
                extents=(timex.extent,),
                fields=timex.fields,
                points=points,
            )
        )
    return Found(
        source=path.name,
        raw=file.raw,
        article=from_meta(file.meta),
        titled=True,
        sheets={"": sheet},
    )


def _file(path: Path, options: ReadOptions) -> _File:
    """What a file holds. Raises InputError where it is no TimeML."""
    # lxml: 20 ms that a start without such a file need not take.
    from annotator.formats.markup import parsed

    root = parsed(whole(path, MAX_BYTES), path.name)
    if root.tag != "TimeML":
        raise InputError("This is not TimeML: its first element is not TimeML.", source=path.name)
    found = _File()
    found.passed = sum(1 for _ in root.iter("EVENT", "SIGNAL", "TLINK", "SLINK", "ALINK"))
    _facts(root, path, found)
    body = root.find("TEXT")
    _walk(root if body is None else body, found, options.codebook)
    return found


def _facts(root: etree._Element, path: Path, found: _File) -> None:
    """Title, the article's own date, and what else is said of it."""
    title, name, extra = (_said(root.find(tag)) for tag in ("TITLE", "DOCID", "EXTRAINFO"))
    if title.strip():
        found.meta["title"] = title.strip()
    if name.strip() not in ("", path.stem):
        found.meta["docid"] = name.strip()
    try:
        found.meta.update(json.loads(extra))
    except (ValueError, TypeError, RecursionError):
        if extra.strip():
            found.meta["extrainfo"] = extra.strip()
    for own in root.iterfind("DCT/TIMEX3"):
        found.dates.add(own.get("tid", DOCUMENT_DATE))
        _date(own, found)


def _date(timex: etree._Element, found: _File) -> None:
    """The day of a TIMEX3 as the article's date, where it is one: 2013-03-22T10:00, 20130322."""
    day = re.sub(r"^(\d{4})(\d\d)(\d\d)(?!\d)", r"\1-\2-\3", timex.get("value", ""))[:10]
    if "date" not in found.meta and not fault_in_day(day):
        found.meta["date"] = day


def _said(element: etree._Element | None) -> str:
    """All text of an element."""
    if element is None:
        return ""
    return "".join(text for _, _, text in _pieces(element))


def _pieces(body: etree._Element) -> Iterator[tuple[str, etree._Element, str]]:
    """start, end or "" of each element in `body`, with the text that follows."""
    # as in `_file`
    from lxml import etree

    steps = etree.iterwalk(body, events=("start", "end", "comment", "pi"))
    for step, element in steps:
        if step == "start":
            if element is not body and element.tag in _HEADS:
                steps.skip_subtree()
                continue
            yield step, element, element.text or ""
        elif step == "end":
            if element is not body:
                yield step, element, element.tail or ""
        else:
            yield "", element, f"{_character(element)}{element.tail or ''}"


def _character(element: etree._Element) -> str:
    """The character that a processing instruction stands for; "" for none."""
    code = element.text or "" if getattr(element, "target", "") == "char" else ""
    return chr(int(code, 16)) if re.fullmatch("[0-9a-f]{1,4}", code) else ""


def _walk(body: etree._Element, found: _File, known: Codebook | None) -> None:
    """The text of `body` and the TIMEX3 in it, by their starts."""
    parts: list[str] = []
    length = 0
    opened: list[_Timex] = []
    for step, element, text in _pieces(body):
        if element.tag == "TIMEX3" and step == "start":
            opened.append(_timex(element, known, length, len(found.timexes)))
            found.timexes.append(opened[-1])
            if element.get("functionInDocument") in _DATED:
                _date(element, found)
        elif element.tag == "TIMEX3":
            timex = opened.pop()
            timex.extent = (timex.extent[0], length)
        parts.append(text)
        length += len(text)
    found.raw = "".join(parts)


def _timex(element: etree._Element, known: Codebook | None, at: int, number: int) -> _Timex:
    label, fields, points = _comment(element.get("comment", ""))
    label = label or _dated(known) or _TIMEX3.name
    kinds = known.fields(label) if known is not None else ()
    value = next((kind.name for kind in kinds if isinstance(kind, TimexField)), "value")
    given: dict[str, object] = {value: element.get("value", "")}
    for name, attribute in _ATTRIBUTES.items():
        if said := element.get(attribute):
            (points if name in _POINTS else given).setdefault(name, said)
    given = {name: said for name, said in (given | fields).items() if said is not None}
    return _Timex(element.get("tid") or f"timex {number}", label, (at, at), given, points)


def _comment(said: str) -> tuple[str, dict[str, object], dict[str, str]]:
    """Label, fields and points of our own comment; of another the comment as the field `note`."""
    try:
        told = json.loads(said)
        points = {str(k): str(v) for k, v in dict(told["points"]).items()}
        return str(told["label"]), dict(told["fields"]), points
    except (ValueError, TypeError, KeyError, RecursionError):
        return "", {"note": said} if said else {}, {}


def recognises(path: Path) -> bool:
    """True for a file of TimeML, or a folder with such files."""
    if path.is_dir():
        return any(one.suffix.lower() in _SUFFIXES[:2] for one in path.iterdir())
    with reading(path) as file:
        return b"<TimeML" in file.read(64 << 10)


TIMEML = Format(
    id="timeml",
    name="TimeML",
    patterns=("*.tml", "*.timeml", "*.xml"),
    carries=frozenset(("text", "fields", "facts")),
    offset_unit="code point",
    layout="folder",
    about="Dates alone, as TIMEX3 in the text, an article a file: of labels with a TIMEX3 value; "
    "of dates that overlap the longest stays; events, signals and links are not read.",
    takes=is_dated,
    recognises=recognises,
    read=read,
    write=write,
)
