"""W3C Web Annotations as they are read: annotations of one article gathered to rows.

Our own collections, pages, arrays and lines of annotations as other tools write them, where the
text that they select stands in the file before them.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from annotator.formats.files import reading
from annotator.formats.format import ReadOptions
from annotator.formats.json_stream import objects
from annotator.formats.rows import EntityForm, LinkForm, PairForm, RowForm, RowReader, SpanForm
from annotator.formats.values import as_text
from annotator.model.corpus import Item
from annotator.model.edit import shorten
from annotator.model.errors import InputError
from annotator.model.segment import Extent

_TAGS = ("classifying", "tagging")
_Body = dict[str, object]


def read(path: Path, options: ReadOptions) -> Iterator[Item]:
    """The project of a file. Raises InputError with the line."""
    reader = RowReader(path.stem, None, options)
    for sheet in _sheets(path):
        if sheet.fault is None:
            for row in sheet.rows:
                reader.look(row)
    yield from reader.head()
    for sheet in _sheets(path):
        try:
            if sheet.fault is not None:
                raise sheet.fault
            entry = reader.entry(sheet.rows)
        except InputError as fault:
            line = fault.line or sheet.line
            options.fault(
                type(fault)(fault.message, source=path.name, line=line, place=fault.place)
            )
        else:
            for note in sheet.notes:
                options.note(note)
            yield entry


def recognises(path: Path) -> bool:
    """True where it speaks of annotations."""
    with reading(path) as file:
        head = file.read(1 << 16)
    return b"Annotation" in head


# ---- articles ------------------------------------------------------------------------------------


class _Sheet:
    """An article and what is said of it so far."""

    def __init__(self, iri: str, line: int, row: RowForm) -> None:
        self.iri, self.line, self._first = iri, line, row
        self.fault: InputError | None = None
        self.notes: list[str] = []
        self._layers: dict[str, _Layer] = {}

    def layer(self, login: str) -> _Layer:
        """What one person said."""
        if login not in self._layers:
            row = self._first
            if self._layers:
                row = RowForm(row.text, [], article_id=row.article_id)
            row.annotator = login
            self._layers[login] = _Layer(row)
        return self._layers[login]

    def done(self) -> _Sheet:
        """With what points at a span by its IRI pointing at its number."""
        try:
            for layer in self._layers.values():
                layer.connect()
        except InputError as fault:
            self.fault = self.fault or fault
        return self

    @property
    def rows(self) -> list[RowForm]:
        """A row for each person; one for nobody where there is none."""
        return [layer.row for layer in self._layers.values()] or [self._first]


class _Layer:
    """One person's row, and the numbers of its spans by their IRIs."""

    def __init__(self, row: RowForm) -> None:
        self.row = row
        self._numbers: dict[str, int] = {}
        self._references: list[PairForm] = []
        self._links: list[tuple[str, str, str, list[PairForm]]] = []

    def span(self, annotation: _Body, iri: str, entities: dict[str, EntityForm]) -> None:
        """An annotation on parts of the article. Raises InputError."""
        parts = [_part(target, iri, self.row.text) for target in _list(annotation.get("target"))]
        key = _text(annotation, "id")
        if key in self._numbers:
            raise InputError(f"The id {shorten(key, 60)} is there already.", place="id")
        if key:
            self._numbers[key] = len(self.row.spans)
        said = _Said(annotation)
        self._references += said.references
        if said.entity in entities and entities[said.entity] not in self.row.entities:
            self.row.entities.append(entities[said.entity])
        extents = [extent for extent, _ in parts]
        span = SpanForm(
            label=said.label,
            start=extents[0][0],
            end=extents[0][1],
            text=parts[0][1],
            fragments=extents,
            entity=said.entity,
            fields=[*said.fields, *said.references],
        )
        self.row.spans.append(span)

    def link(self, annotation: _Body, from_iri: str) -> None:
        """An annotation on an annotation."""
        said = _Said(annotation)
        self._links.append((said.label, from_iri, said.entity, said.fields))

    def connect(self) -> None:
        """Raises InputError where a link leads to no span of this person."""
        for pair in self._references:
            pair.value = str(self._numbers.get(pair.value, pair.value))
        for label, start, end, fields in self._links:
            for iri in (start, end):
                if iri not in self._numbers:
                    message = f"A link leads to {shorten(iri, 60)}, which is not on its article."
                    raise InputError(message, place="target")
            ends = self._numbers[start], self._numbers[end]
            self.row.links.append(LinkForm(label, *ends, fields))


def _sheets(path: Path) -> Iterator[_Sheet]:
    """The articles of a file, with the annotations that follow each."""
    entities: dict[str, EntityForm] = {}
    sheet: _Sheet | None = None
    empty = True
    with reading(path) as file:
        for line, given in objects(file, path.name, ("first", "items"), strict=True):
            empty = False
            try:
                annotation = _annotation(given)
                article = _article(annotation)
                if article is not None:
                    if sheet is not None:
                        yield sheet.done()
                    sheet = _Sheet(article.article_id, line, article)
                elif not _entity(annotation, entities):
                    _add(annotation, sheet, entities, line)
            except InputError as fault:
                placed = InputError(fault.message, source=path.name, line=line, place=fault.place)
                if sheet is None:
                    raise placed from None
                sheet.fault = sheet.fault or placed
    if empty:
        raise InputError("The file is empty.", source=path.name)
    if sheet is not None:
        yield sheet.done()


def _add(
    annotation: _Body, sheet: _Sheet | None, entities: dict[str, EntityForm], line: int
) -> None:
    """An annotation on the article before it. Raises InputError where there is none."""
    selecting = _selecting(annotation)
    if not selecting and "linking" not in _list(annotation.get("motivation")):
        if sheet is not None:
            sheet.notes.append(f"Line {line}: an annotation on no part of a text is passed over.")
        return
    if sheet is None:
        message = (
            "The text that it is on is not in the file. Put an annotation before it whose body is "
            "the text and whose target is the source."
        )
        raise InputError(message, place="target")
    layer = sheet.layer(_login(annotation))
    if selecting:
        layer.span(annotation, sheet.iri, entities)
    else:
        layer.link(annotation, _iri(_list(annotation.get("target"))[0]))


# ---- one annotation ------------------------------------------------------------------------------


def _annotation(given: object) -> _Body:
    if not isinstance(given, dict) or "Annotation" not in _list(given.get("type")):
        raise InputError("This is not a Web Annotation: its type must be Annotation.", place="type")
    if not _list(given.get("target")):
        raise InputError("An annotation needs a target.", place="target")
    return given


def _selecting(annotation: _Body) -> bool:
    """True where it is on a part of something."""
    targets = _list(annotation.get("target"))
    return any(isinstance(t, dict) and t.get("selector") is not None for t in targets)


def _describing(annotation: _Body) -> bool:
    """True where it describes a thing as a whole."""
    return "describing" in _list(annotation.get("motivation")) and not _selecting(annotation)


def _list(value: object) -> list[object]:
    """One or several, as JSON-LD has it."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _text(body: _Body, key: str) -> str:
    value = body.get(key, "")
    if not isinstance(value, str):
        raise InputError("It must be a text.", place=key)
    return value


def _iri(value: object) -> str:
    """What a body or target names: itself, its id, or the source of a part."""
    if isinstance(value, dict):
        return _text(value, "id") or _iri(value.get("source", ""))
    if not isinstance(value, str):
        raise InputError("It must be an IRI.", place="target")
    return value


def _login(annotation: _Body) -> str:
    creator = next(iter(_list(annotation.get("creator"))), "")
    if isinstance(creator, dict):
        names = (_text(creator, key) for key in ("nickname", "name", "id"))
        return next(filter(None, names), "")
    return creator if isinstance(creator, str) else ""


def _bodies(annotation: _Body) -> Iterator[tuple[_Body, str, str]]:
    """Each body with its purpose and its name, "" where it has none."""
    given = _list(annotation.get("body"))
    if isinstance(annotation.get("bodyValue"), str):
        given = [{"type": "TextualBody", "value": annotation["bodyValue"]}]
    for body in given:
        if isinstance(body, str):
            body = {"id": body}
        if not isinstance(body, dict):
            raise InputError("A body is an object or an IRI.", place="body")
        purpose = next((p for p in _list(body.get("purpose")) if isinstance(p, str)), "")
        yield body, purpose, _text(body, "schema:name")


class _Said:
    """What the bodies of an annotation say."""

    def __init__(self, annotation: _Body) -> None:
        self.label = self.entity = ""
        self.references: list[PairForm] = []
        values: dict[str, list[str]] = {}
        for body, purpose, name in _bodies(annotation):
            if "value" in body:
                value = _text(body, "value")
                if purpose in _TAGS and not name and not self.label:
                    self.label = value
                else:
                    values.setdefault(name or purpose or "comment", []).append(value)
            elif name:
                self.references.append(PairForm(name, _iri(body)))
            else:
                self.entity = _iri(body)
        motivations = [m for m in _list(annotation.get("motivation")) if isinstance(m, str)]
        self.label = self.label or next(iter(motivations), "annotation")
        self.fields = [
            PairForm(name, given[0] if len(given) == 1 else as_text(tuple(given)))
            for name, given in values.items()
        ]


def _article(annotation: _Body) -> RowForm | None:
    """The article of an annotation that describes one with its text."""
    target = _list(annotation.get("target"))[0]
    if not _describing(annotation):
        return None
    texts = [b for b, purpose, name in _bodies(annotation) if purpose == "describing" and not name]
    if not texts:
        return None
    row = RowForm(_text(texts[0], "value"), [], article_id=_iri(target))
    if isinstance(target, dict):
        row.title = _text(target, "dcterms:title")
        row.source = _text(target, "dcterms:publisher")
        row.url = _text(target, "schema:url")
        row.language = _text(target, "language")
        row.date = _text(target, "dcterms:date")
        row.date_source = "given" if row.date else ""
        for pair in _list(target.get("schema:additionalProperty")):
            if isinstance(pair, dict):
                row.metadata.append(
                    PairForm(_text(pair, "schema:name"), _text(pair, "schema:value"))
                )
    return row


def _entity(annotation: _Body, entities: dict[str, EntityForm]) -> bool:
    """Take note of an annotation that describes an entity."""
    if not _describing(annotation):
        return False
    said = _Said(annotation)
    iri = _iri(_list(annotation.get("target"))[0])
    rest = [pair for pair in said.fields if pair.name != "name"]
    name = next((pair.value for pair in said.fields if pair.name == "name"), "")
    entities[iri] = EntityForm(iri, said.label, name, rest)
    return True


# ---- parts of a text -----------------------------------------------------------------------------


def _part(target: object, iri: str, text: str) -> tuple[Extent, str | None]:
    """The extent that a target selects, and the words that it quotes. Raises InputError."""
    if not isinstance(target, dict) or _iri(target.get("source", "")) != iri:
        raise InputError("It is not on the article before it.", place="target.source")
    extent: Extent | None = None
    quote: _Body | None = None
    for selector in _list(target.get("selector")):
        if not isinstance(selector, dict):
            raise InputError("A selector is an object.", place="selector")
        match selector.get("type"):
            case "TextPositionSelector":
                start, end = selector.get("start"), selector.get("end")
                if type(start) is not int or type(end) is not int:
                    raise InputError("Start and end are whole numbers.", place="selector")
                extent = (start, end)
            case "TextQuoteSelector":
                quote = selector
    if extent is not None:
        return extent, _text(quote, "exact") if quote is not None else None
    if quote is None:
        raise InputError("It selects by neither position nor quote.", place="selector")
    return _quoted(quote, text)


def _quoted(quote: _Body, text: str) -> tuple[Extent, str]:
    """Where a quote stands between its prefix and suffix. Raises InputError."""
    exact, prefix, suffix = (_text(quote, key) for key in ("exact", "prefix", "suffix"))
    at = text.find(prefix + exact + suffix)
    if not exact or at < 0 or text.find(prefix + exact + suffix, at + 1) >= 0:
        how = "not in the text" if at < 0 else "more than once in the text"
        message = f"‘{shorten(exact)}’ is {how}. Give its position."
        raise InputError(message, place="selector")
    start = at + len(prefix)
    return (start, start + len(exact)), exact
