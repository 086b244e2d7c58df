"""A REFI-QDA project or codebook as it is found."""

from __future__ import annotations

import io
import json
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from lxml import etree

from annotator.formats.archive import Archive, opened
from annotator.formats.encoding import decoded
from annotator.formats.facts import article_of
from annotator.formats.files import reading, whole
from annotator.formats.foreign import Foreign, Found, Mention, Sheet, Tie
from annotator.formats.format import ReadOptions
from annotator.formats.markup import elements
from annotator.formats.refi import CODEBOOK, NAME, PROJECT
from annotator.formats.schema import Schema
from annotator.model.codebook import Codebook
from annotator.model.corpus import Item
from annotator.model.edit import shorten
from annotator.model.errors import InputError

_NS = f"{{{PROJECT}}}"
_MAX = 64 << 20
_HEAD = tuple(f"{_NS}{n}" for n in ("Project", "User", "CodeBook", "Variable", "Note", "Link"))
_SOURCES = (f"{_NS}TextSource", f"{_NS}PDFSource")


@dataclass(slots=True)
class _Known:
    """What a project says beside its sources, by GUID."""

    origin: str = ""
    users: dict[str, str] = field(default_factory=dict)
    codes: dict[str, tuple[str, str]] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)
    links: dict[str, list[tuple[str, str, bool]]] = field(default_factory=dict)

    def declare(self, schema: Schema) -> None:
        """Every code is a label, used or not."""
        for name, color in self.codes.values():
            schema.label(name, color)


def read(path: Path, options: ReadOptions) -> Iterator[Item]:
    """The text sources of a project, each user a document on each; of a codebook its labels.

    Raises InputError.
    """
    foreign = Foreign(path.stem, path.name, options)
    with ExitStack() as stack:
        with reading(path) as file:
            packed = file.read(4) == b"PK\x03\x04"
        if not packed:
            known = _Known()
            for book in elements(
                io.BytesIO(whole(path, _MAX)), f"{{{CODEBOOK}}}CodeBook", path.name
            ):
                known.codes = _codes(book)
            if not known.codes:
                message = "This is no REFI-QDA project or codebook. Choose a .qdpx or .qdc file."
                raise InputError(message, source=path.name)
            known.declare(foreign.schema)
            yield from foreign.items(lambda _: ())
            return
        package = _Package(stack.enter_context(opened(path)), path.name, options)
        package.known.declare(foreign.schema)
        yield from foreign.items(package.finds)


def _guid(text: str | None) -> str:
    return str(text or "").strip("{} ").lower()


def _codes(book: etree._Element) -> dict[str, tuple[str, str]]:
    """Codes with their colours; one whose name is not its own is told by its parents too."""
    found: dict[str, tuple[str, ...]] = {}
    colors: dict[str, str] = {}
    for code in book.iter("{*}Code"):
        above = found.get(_guid(_parent(code).get("guid")), ())
        found[_guid(code.get("guid"))] = (*above, str(code.get("name") or ""))
        colors[_guid(code.get("guid"))] = str(code.get("color") or "")
    names = Counter(path[-1] for path in found.values())
    return {
        guid: (path[-1] if names[path[-1]] == 1 else "/".join(path), colors[guid])
        for guid, path in found.items()
    }


def _parent(element: etree._Element) -> etree._Element:
    parent = element.getparent()
    assert parent is not None  # a code lies in its codebook
    return parent


class _Package:
    """The archive of a project."""

    def __init__(self, archive: Archive, source: str, options: ReadOptions) -> None:
        self._archive, self._source, self._options = archive, source, options
        self._names = {name.lower(): name for name in archive.names()}
        qde = next((name for low, name in self._names.items() if low.endswith(".qde")), None)
        if qde is None:
            message = "There is no project.qde in it. Export the project again as REFI-QDA."
            raise InputError(message, source=source)
        self._body = archive.read(qde)
        self.known = self._head()

    def _head(self) -> _Known:
        known = _Known()
        project_there = False
        for element in elements(io.BytesIO(self._body), (*_HEAD, *_SOURCES), self._source):
            guid = _guid(element.get("guid"))
            match etree.QName(element).localname:
                case "Project":
                    known.origin, project_there = str(element.get("origin") or ""), True
                case "User":
                    known.users[guid] = str(element.get("id") or element.get("name") or guid)
                case "CodeBook":
                    known.codes = _codes(element)
                case "Variable":
                    known.variables[guid] = str(element.get("name") or "")
                case "Note":
                    known.notes[guid] = element.findtext(f"{_NS}PlainTextContent") or ""
                case "Link":
                    both = element.get("direction") in ("Bidirectional", "Associative")
                    link = str(element.get("name") or "link"), _guid(element.get("targetGUID"))
                    known.links.setdefault(_guid(element.get("originGUID")), []).append(
                        (*link, both)
                    )
        if not project_there:
            message = "Its project.qde is no REFI-QDA project. Export it again."
            raise InputError(message, source=self._source)
        return known

    def finds(self, _: ReadOptions) -> Iterator[Found | InputError]:
        """Its text sources, and the text of its PDF sources."""
        for element in elements(io.BytesIO(self._body), _SOURCES, self._source):
            name = str(element.get("name") or "")
            source: etree._Element | None = element
            if etree.QName(element).localname == "PDFSource":
                source = element.find(f"{_NS}Representation")
            if source is None:
                yield self._fault(InputError("A PDF without its text can't be read."), name)
                continue
            try:
                yield self._found(source, name)
            except InputError as fault:
                yield self._fault(fault, name)

    def _fault(self, fault: InputError, name: str) -> InputError:
        place = ", ".join(part for part in (shorten(name, 40), fault.place) if part)
        return InputError(fault.message, source=self._source, place=place)

    def _found(self, source: etree._Element, name: str) -> Found:
        reader = _Source(self.known)
        for selection in source.iterfind(f"{_NS}PlainTextSelection"):
            reader.add(selection)
        about: dict[str, object] = {"title": name}
        for value in source.iterfind(f"{_NS}VariableValue"):
            ref = value.find(f"{_NS}VariableRef")
            texts = [child.text or "" for child in value if child is not ref]
            guid = _guid(ref.get("targetGUID")) if ref is not None else ""
            if guid in self.known.variables and texts:
                about.setdefault(self.known.variables[guid], texts[0])
        return Found(
            source=self._source,
            raw=self._text(source),
            article=article_of(about, {}),
            sheets=reader.linked(self._options.codebook),
            notes=reader.notes(name),
            place=shorten(name, 40),
        )

    def _text(self, source: etree._Element) -> str:
        content = source.findtext(f"{_NS}PlainTextContent")
        if content is not None:
            return content
        path = str(source.get("plainTextPath") or "")
        inside = f"sources/{path.removeprefix('internal://')}".lower()
        if not path.startswith("internal://") or inside not in self._names:
            message = f"Its text, ‘{shorten(path, 60)}’, is not in the archive."
            raise InputError(f"{message} Export it with its sources.", place="plainTextPath")
        body = self._archive.read(self._names[inside])
        try:
            text = body.decode("utf-8-sig")
        except UnicodeDecodeError:
            text, _ = decoded(body, inside, self._options.encoding)
        # ATLAS.ti counts a line's end as one, whatever its file has.
        return text.replace("\r\n", "\n") if "ATLAS" in self.known.origin.upper() else text


class _Source:
    """Reads the selections of one source."""

    def __init__(self, known: _Known) -> None:
        self._known = known
        self._sheets: dict[str, Sheet] = {}
        self._places: dict[str, tuple[str, str]] = {}
        self._uncoded = self._unlinked = 0

    def add(self, selection: etree._Element) -> None:
        """A selection: an annotation for each of its codes. Raises InputError."""
        guid = _guid(selection.get("guid"))
        codings = selection.findall(f"{_NS}Coding")
        self._uncoded += not codings
        for coding in codings:
            ref = coding.find(f"{_NS}CodeRef")
            code = _guid(ref.get("targetGUID")) if ref is not None else ""
            if code not in self._known.codes:
                message = "It is coded with a code that the codebook lacks."
                raise InputError(message, place=guid)
            by = _guid(coding.get("creatingUser") or selection.get("creatingUser"))
            login = self._known.users.get(by, "")
            key = _guid(coding.get("guid")) if guid in self._places else guid
            mention = Mention(
                key=key,
                label=self._known.codes[code][0],
                extents=((_number(selection, "startPosition"), _number(selection, "endPosition")),),
                fields=self._fields(selection, coding),
            )
            self._sheets.setdefault(login, Sheet()).mentions.append(mention)
            self._places.setdefault(guid, (login, key))
            self._places[_guid(coding.get("guid"))] = login, key

    def _fields(self, *elements: etree._Element) -> dict[str, object]:
        """What is said beside the code: our own fields, or a comment and notes of others."""
        fields: dict[str, object] = {}
        words = []
        for element in elements:
            comment = element.findtext(f"{_NS}Description") or ""
            if self._known.origin.startswith(NAME):
                for line in comment.split("\n"):
                    name, value = _field(line)
                    if name:
                        fields[name] = value
                    elif line:
                        words.append(line)
            elif comment.strip():
                words.append(comment)
            for ref in element.iterfind(f"{_NS}NoteRef"):
                words.append(self._known.notes.get(_guid(ref.get("targetGUID")), ""))
        if note := "\n".join(filter(None, words)):
            fields.setdefault("note", note)
        return fields

    def linked(self, known: Codebook | None) -> dict[str, Sheet]:
        """The sheets, with the links between their spans."""
        for guid, (login, key) in self._places.items():
            for type, target, symmetric in self._known.links.get(guid, ()):
                other, to_key = self._places.get(target, ("", ""))
                if to_key and other == login:
                    tie = Tie(type=type, from_key=key, to_key=to_key, symmetric=symmetric)
                    self._sheets[login].ties.append(tie)
                else:
                    self._unlinked += 1
        for sheet in self._sheets.values():
            sheet.refer(known)
        return self._sheets

    def notes(self, name: str) -> list[str]:
        """What was left out."""
        found = []
        if self._uncoded:
            found.append(f"{name}: {self._uncoded} selections without a code are left out.")
        if self._unlinked:
            found.append(f"{name}: {self._unlinked} links to something else are left out.")
        return found


def _number(element: etree._Element, name: str) -> int:
    text = str(element.get(name) or "")
    if not text.isdecimal() or len(text) > 15:
        message = f"Its {name} ‘{shorten(text, 20)}’ is no position."
        raise InputError(message, place=_guid(element.get("guid")))
    return int(text)


def _field(line: str) -> tuple[str, object]:
    """The name and value of a field's line; "" where it is none."""
    try:
        if line.startswith('"'):
            name, at = json.JSONDecoder().raw_decode(line)
            mark, text = line[at : at + 2], line[at + 2 :]
        else:
            name, mark, text = line.partition(": ")
        if mark != ": ":
            return "", None
        return str(name), json.loads(text) if text[:1] in ('"', "[") else text
    except (ValueError, RecursionError):
        return "", None
