"""WebAnno TSV 3.3: a token a line, a column for each feature; 3.2 is read as well.

After INCEpTION's user guide, §"WebAnno TSV 3.3 File format". Offsets are UTF-16 units. A header
names what has a value in its file; TypeSystem.xml beside the files names all layers, for INCEpTION
to make them before it takes the files.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path

from annotator.formats.format import Format, ReadOptions, WriteOptions, Written
from annotator.formats.layer_folder import CARRIES, holds, read_folder, write_folder
from annotator.formats.layers import ANY, CHAIN_FEATURES, NEXT, Layer, Layers, Relation
from annotator.formats.page import Arc, Mark, Page
from annotator.formats.uima import types_of
from annotator.formats.uima_xmi import TYPES, type_system
from annotator.formats.values import as_text
from annotator.formats.webanno_in import FORMAT, parse
from annotator.formats.webanno_units import Unit, Units
from annotator.model.codebook import Codebook
from annotator.model.corpus import Entry, Item

_IN_TEXT = str.maketrans(
    {chr(c): f"\\{chr(c)}" for c in (*range(8), *range(14, 32))}
    | {"\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r", "\b": "\\b", "\\": "\\\\"}
)
_IN_VALUE = str.maketrans(
    {c: f"\\{c}" for c in "\\[]|_;*"} | {"\t": "\\t", "\n": "\\n", "\r": "\\r"}
)
_NONE, _NULL = "_", "*"


def write(items: Iterable[Item], target: Path, options: WriteOptions) -> Written:
    """A folder; of each article the one work that is there."""

    def begin(
        folder: Path, codebook: Codebook
    ) -> tuple[Layers, Callable[[Page, Entry, str], bytes]]:
        layers = Layers(codebook, arrays=False)
        (folder / TYPES).write_bytes(type_system(types_of(layers)))
        return layers, lambda page, entry, _: _Sheet(page, entry, layers).body().encode()

    return write_folder(items, target, options, ".tsv", begin)


def escaped(value: str) -> str:
    """A value as a cell has it; `->` is escaped as one."""
    return value.translate(_IN_VALUE).replace("->", "\\->")


class _Sheet:
    """One article as a file."""

    def __init__(self, page: Page, entry: Entry, layers: Layers) -> None:
        self._text, self._at = entry.text, entry.text.to16
        self._layers = layers
        active = {mark.type for mark in page.marks}
        chained = frozenset(
            layer.type for layer in layers.spans.values() if layer.chain is not None
        )
        types = [layer.type for layer in layers.spans.values() if layer.type in active]
        self._units = Units(page, types, chained)
        self._chains = _chains(page, chained)
        used: dict[str, dict[str, None]] = {}
        slotted: set[str] = set()
        for mark in page.marks:
            names = used.setdefault(mark.type, {})
            if mark.values or mark.slots:
                names.update(dict.fromkeys([*mark.values, *mark.slots]))
            if mark.slots and mark.type not in chained:
                slotted.add(mark.type)
        for arc in page.arcs:
            used.setdefault(arc.type, {}).update(dict.fromkeys(arc.values))
        self._number_targets()
        self._header: list[str] = []
        self._columns: list[Callable[[Unit], str]] = []
        plain = [t for t in types if t not in slotted and t not in chained]
        for type in (*plain, *(t for t in types if t in slotted)):
            self._span_layer(type, sorted(used[type]))
        for type in types:
            if type in chained:
                self._chain_layer(type)
        for relation in layers.relations.values():
            if relation.type in used:
                self._relation_layer(relation, sorted(used[relation.type]))
        self._blank = f"{_NONE}\t" * len(self._columns)

    def body(self) -> str:
        """The whole file."""
        parts = [f"{FORMAT}3.3\n", *self._header, "\n"]
        for number, row in enumerate(self._units.sentences):
            lines = self._units.text_of(number).split("\n")
            parts.append("\n")
            parts += [f"#Text={line.translate(_IN_TEXT)}\n" for line in lines]
            for unit in row:
                parts.append(self._row(unit))
                parts += map(self._row, unit.parts)
        return "".join(parts)

    def _row(self, unit: Unit) -> str:
        words = self._text[unit.begin : unit.end].translate(_IN_TEXT)
        head = f"{unit.id}\t{self._at(unit.begin)}-{self._at(unit.end)}\t{words}\t"
        if not unit.marks and not unit.arcs:
            return f"{head}{self._blank}\n"
        return head + "".join(f"{column(unit)}\t" for column in self._columns) + "\n"

    # -- columns -----------------------------------------------------------------------------------

    def _span_layer(self, type: str, names: list[str]) -> None:
        layer = self._layers.by_type[type]
        assert isinstance(layer, Layer)
        title = [type]
        for name in names:
            if slot := layer.slots.get(name):
                title += [f"ROLE_{type}:{name}_{slot.type}", slot.target]
                self._add(type, partial(self._roles, name))
                self._add(type, partial(self._targets, name))
            else:
                title.append(name)
                self._add(type, partial(self._plain, name))
        if not names:
            title.append("")
            self._add(type, lambda mark: _NULL + self._id(mark))
        self._header.append(f"#T_SP={'|'.join(title)}\n")

    def _chain_layer(self, type: str) -> None:
        def relation(mark: Mark) -> str:
            chain, place = self._chains[mark]
            return f"{_value(mark.values, CHAIN_FEATURES[0])}->{chain}-{place}"

        def kind(mark: Mark) -> str:
            return f"{_value(mark.values, CHAIN_FEATURES[1])}[{self._chains[mark][0]}]"

        self._header.append(f"#T_CH={type}|{'|'.join(CHAIN_FEATURES)}\n")
        self._add(type, relation)
        self._add(type, kind)

    def _relation_layer(self, relation: Relation, names: list[str]) -> None:
        for name in names:
            self._columns.append(partial(_arcs, relation.type, partial(_of_arc, name)))
        self._columns.append(partial(_arcs, relation.type, self._source))
        title = "|".join([relation.type, *names, f"BT_{relation.base}"])
        self._header.append(f"#T_RL={title}\n")

    def _add(self, type: str, cell: Callable[[Mark], str]) -> None:
        self._columns.append(partial(_marks, type, cell))

    # -- cells -------------------------------------------------------------------------------------

    def _id(self, mark: Mark) -> str:
        number = self._units.ids.get(mark)
        return "" if number is None else f"[{number}]"

    def _plain(self, name: str, mark: Mark) -> str:
        return _value(mark.values, name) + self._id(mark)

    def _roles(self, name: str, mark: Mark) -> str:
        roles = [escaped(role) if role else _NULL for role, _ in mark.slots.get(name, ())]
        return (";".join(roles) or _NONE) + self._id(mark)

    def _targets(self, name: str, mark: Mark) -> str:
        targets = (target for _, target in mark.slots.get(name, ()))
        return ";".join(self._units.home[t].id + self._id(t) for t in targets) or _NULL

    def _source(self, arc: Arc) -> str:
        ids = self._units.ids
        source, target = ids.get(arc.source, 0), ids.get(arc.target, 0)
        both = f"[{source}_{target}]" if source or target else ""
        return self._units.home[arc.source].id + both

    def _number_targets(self) -> None:
        """A slot that may point at any layer needs numbers."""
        for unit in self._units.all():
            for type, marks in unit.marks.items():
                layer = self._layers.by_type[type]
                for mark in marks:
                    for name, entries in mark.slots.items():
                        slot = layer.slots.get(name) if isinstance(layer, Layer) else None
                        if slot is not None and slot.target == ANY:
                            for _, target in entries:
                                self._units.number(target)


def _marks(type: str, cell: Callable[[Mark], str], unit: Unit) -> str:
    return "|".join(map(cell, unit.marks.get(type, ()))) or _NONE


def _arcs(type: str, cell: Callable[[Arc], str], unit: Unit) -> str:
    return "|".join(map(cell, unit.arcs.get(type, ()))) or _NONE


def _of_arc(name: str, arc: Arc) -> str:
    return _value(arc.values, name)


def _value(values: Mapping[str, object], name: str) -> str:
    value = values.get(name)
    return _NULL if value is None else escaped(as_text(value))  # type: ignore[arg-type]


def _chains(page: Page, chained: frozenset[str]) -> dict[Mark, tuple[int, int]]:
    """Mark → the number of its chain, and its place there; from 1."""
    marks = [mark for mark in page.marks if mark.type in chained]
    inner = {target for mark in marks for _, target in mark.slots.get(NEXT, ())}
    found: dict[Mark, tuple[int, int]] = {}
    heads = [mark for mark in marks if mark not in inner]
    for chain, head in enumerate(heads, 1):
        place, at = 1, [head]
        while at:
            found[at[0]] = (chain, place)
            place, at = place + 1, [target for _, target in at[0].slots.get(NEXT, ())]
    return found


def read(path: Path, options: ReadOptions) -> Iterator[Item]:
    """The articles of a folder or of one file. Raises InputError."""
    yield from read_folder(path, options, ".tsv", parse)


def recognises(path: Path) -> bool:
    """True where a file, or one in a folder, starts as WebAnno TSV 3."""
    return holds(path, ".tsv", lambda head: head.startswith(FORMAT.encode()))


TSV = Format(
    id="webanno-tsv3",
    name="WebAnno TSV 3.3",
    patterns=("*.tsv",),
    carries=CARRIES - {"states", "facts"},
    offset_unit="UTF-16 unit",
    layout="folder",
    about="A folder with a .tsv file for each article and TypeSystem.xml (import it into "
    "INCEpTION's layers first); tokens and sentences are found by the program's own rules, and the "
    "article's facts are left out.",
    recognises=recognises,
    read=read,
    write=write,
)
