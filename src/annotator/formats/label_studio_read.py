"""A task of Label Studio, or a row of its JSON-MIN, as it is found."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from annotator.formats.beside import entities_of
from annotator.formats.facts import article_of
from annotator.formats.foreign import Found, Mention, Sheet, Tie
from annotator.formats.schema import clean
from annotator.model.codebook import ChoicesField, Codebook, EntityField, StringsField, field_named
from annotator.model.edit import shorten
from annotator.model.errors import InputError

_Row = Mapping[str, object]
_USER = re.compile(r"\s*(?:.*\s)?(\S+@[^\s,]+), \d+")
"""How the server writes `created_username`: name, e-mail, id."""
_LABELS = ("labels", "hypertextlabels", "paragraphlabels")
_VALUES = {"textarea": "text"} | {
    name: name for name in ("choices", "number", "rating", "taxonomy", "datetime")
}
"""The type of a control → the key of its value."""
_LISTS = ("annotations", "completions", "predictions")


def found(task: _Row, source: str, number: int, known: Codebook | None) -> Found:
    """The article of a task. Raises InputError with the place in the task."""
    data = task.get("data")
    if isinstance(data, dict):
        return _task(task, data, source, number, known)
    if any(name in task for name in ("result", "from_name")):
        raise InputError("An annotation without its task. Export the tasks as JSON.")
    return _row_of_min(task, source, number, known)


def _task(task: _Row, data: _Row, source: str, number: int, known: Codebook | None) -> Found:
    key, text = _text(data)
    meta = task.get("meta")
    held = dict(meta) if isinstance(meta, dict) else {}
    metadata, entities = held.pop("metadata", None), held.pop("entities", None)
    sheets: dict[str, Sheet] = {}
    about: dict[str, object] = {}
    for list_name in _LISTS:
        for n, given in enumerate(_list(task.get(list_name), list_name)):
            place = f"{list_name}[{n}]"
            if not isinstance(given, dict):
                if list_name == "annotations" and isinstance(given, int):
                    message = "Its annotations are left out. Export as JSON, not by reference."
                    raise InputError(message, place=place)
                raise InputError("An object is expected here.", place=place)
            if given.get("was_cancelled") is True:
                continue
            reader = _Result(known, entities_of(entities), about)
            try:
                sheet = reader.sheet(_list(given.get("result"), "result"))
            except InputError as fault:
                place = f"{place}.{fault.place}" if fault.place else place
                raise InputError(fault.message, place=place) from None
            login = _login(given) or ("prediction" if list_name == "predictions" else "")
            sheets[_unused(login, sheets)] = sheet
    rest = {name: value for name, value in data.items() if name != key}
    return Found(
        source=source,
        raw=text,
        article=article_of(
            rest, {**held, **(metadata if isinstance(metadata, dict) else {}), **about}
        ),
        sheets=sheets,
        entities=entities_of(entities),
        place=f"[{number}]",
    )


def _text(data: _Row) -> tuple[str, str]:
    """The text of a task with its key: "text", else the longest."""
    texts = [(name, value) for name, value in data.items() if isinstance(value, str)]
    for name, value in sorted(texts, key=lambda pair: (pair[0] != "text", -len(pair[1]))):
        return name, value
    raise InputError("There is no text in its data.", place="data")


def _list(given: object, place: str) -> list[object]:
    if given is None:
        return []
    if not isinstance(given, list):
        raise InputError("It must be a list.", place=place)
    return given


def _login(given: _Row) -> str:
    """Who made an annotation, or which model a prediction."""
    by = given.get("completed_by")
    if isinstance(by, dict):
        by = by.get("email") or by.get("username") or by.get("id")
    name = given.get("created_username")
    if isinstance(name, str) and name.strip():
        match = _USER.fullmatch(name)
        return match[1] if match is not None else name
    if by is None or by == "":
        by = given.get("model_version")
    return str(by) if isinstance(by, str | int) else ""


def _unused(login: str, sheets: Mapping[str, Sheet]) -> str:
    """A person's second annotation of a task is another's here: one person has one document."""
    name, n = login, 2
    while name in sheets:
        name, n = f"{login or 'annotator'} {n}", n + 1
    return name


class _Result:
    """Reads the result of one annotation; `about` takes what it says of the whole task."""

    def __init__(
        self, known: Codebook | None, entities: Mapping[str, object], about: dict[str, object]
    ) -> None:
        self._known = known or Codebook(name="")
        self._entities, self._about = entities, about
        self._sheet = Sheet()
        self._regions: dict[str, list[Mention]] = {}

    def sheet(self, result: list[object]) -> Sheet:
        """All of it. Raises InputError with the place in the annotation."""
        rows: list[tuple[str, _Row]] = []
        for n, row in enumerate(result):
            place = f"result[{n}]"
            if not isinstance(row, dict):
                raise InputError("An object is expected here.", place=place)
            rows.append((place, row))
            value = row.get("value")
            if isinstance(value, dict) and (labels := _labels(value)):
                self._add(row, value, labels, place)
        for place, row in rows:
            if row.get("type") == "relation":
                self._sheet.ties += _ties(row, place)
            else:
                self._add_value(row, place)
        self._sheet.refer(self._known)
        return self._sheet

    def _add(self, row: _Row, value: _Row, labels: list[str], place: str) -> None:
        """A region; with several labels it is several annotations on the same words."""
        extent = _extent(value, place)
        quote = value.get("text")
        meta = row.get("meta")
        held = meta if isinstance(meta, dict) else {}
        key = str(row.get("id", place))
        spans = self._regions.setdefault(key, [])
        for label in labels:
            entity = str(held.get("entity", ""))
            span = Mention(
                key=f"{key}/{len(spans)}" if spans else key,
                label=label,
                extents=(extent,),
                quote=quote if isinstance(quote, str) else None,
                entity=entity if entity in self._entities else "",
            )
            note = held.get("text")
            if note:
                span.fields["note"] = _plain(None, note)
            self._sheet.mentions.append(span)
            spans.append(span)

    def _add_value(self, row: _Row, place: str) -> None:
        value = row.get("value")
        if not isinstance(value, dict) or _labels(value):
            return
        name = row.get("from_name")
        given = value.get(_VALUES.get(str(row.get("type")), ""))
        if not isinstance(name, str) or given is None:
            return
        regions = self._regions.get(str(row.get("id")))
        if regions is None:
            self._about[name] = _plain(None, given)
        for region in regions or ():
            field_name = name.removeprefix(f"{region.label}.")
            kind = field_named(self._known.fields(clean(region.label)), clean(field_name))
            if isinstance(kind, EntityField) or (region.entity and field_name == "entity"):
                continue
            many = isinstance(kind, ChoicesField | StringsField)
            region.fields[field_name] = given if many else _plain(place, given)


def _labels(value: _Row) -> list[str]:
    for name in _LABELS:
        given = value.get(name)
        if isinstance(given, list) and all(isinstance(label, str) for label in given):
            return given
    return []


def _extent(value: _Row, place: str) -> tuple[int, int]:
    match value:
        case {"globalOffsets": {"start": int(start), "end": int(end)}}:
            raise InputError("It is a region of HTML. Export tasks with plain text.", place=place)
        case {"start": int(start), "end": int(end)}:
            return start, end
        case _:
            raise InputError("A region needs its start and end in the text.", place=place)


def _plain(place: str | None, given: object) -> object:
    """What a control of one value holds; a taxonomy's paths as text."""
    if isinstance(given, list):
        parts = [" > ".join(map(str, p)) if isinstance(p, list) else p for p in given]
        return parts[0] if len(parts) == 1 else parts
    if isinstance(given, dict):
        raise InputError(f"Its value {shorten(str(given), 60)} is not read.", place=place or "")
    return given


def _ties(row: _Row, place: str) -> Iterator[Tie]:
    match row:
        case {"from_id": str(start), "to_id": str(end)}:
            if row.get("direction") == "left":
                start, end = end, start
            labels = row.get("labels") or ["relation"]
            for label in labels if isinstance(labels, list) else [labels]:
                yield Tie(
                    type=str(label),
                    from_key=start,
                    to_key=end,
                    symmetric=row.get("direction") == "bi",
                )
        case _:
            raise InputError("A relation needs from_id and to_id.", place=place)


def _row_of_min(row: _Row, source: str, number: int, known: Codebook | None) -> Found:
    """JSON-MIN: the task's data beside what each control holds; regions have no ids there."""
    result: list[object] = []
    rest: dict[str, object] = {}
    for name, given in row.items():
        regions = [r for r in given if isinstance(r, dict)] if isinstance(given, list) else []
        spans = [r for r in regions if _labels(r)]
        if spans:
            result += [{"id": f"{name}[{n}]", "value": r} for n, r in enumerate(spans)]
        elif name not in ("annotation_id", "created_at", "updated_at", "lead_time", "id"):
            rest[name] = given
    by = rest.pop("annotator", None)
    key, text = _text(rest)
    del rest[key]
    sheet = _Result(known, {}, {}).sheet(result)
    return Found(
        source=source,
        raw=text,
        article=article_of(rest, {}),
        sheets={_login({"completed_by": by}): sheet} if result or by is not None else {},
        place=f"[{number}]",
    )
