"""Folders of WebAnno and UIMA files: an article a file, and beside them what these can't hold.

`project.annotator.jsonl` is the project in the own format without its articles: the codebook, the
annotators and the entities. Other programs pass it over.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from annotator.formats.files import MANIFEST, filling, reading
from annotator.formats.format import Feature, ReadOptions, WriteOptions, Written
from annotator.formats.layers import Layers
from annotator.formats.own import OWN
from annotator.formats.page import Layout, Page, facts_of
from annotator.formats.page_in import PageReader
from annotator.model.codebook import Codebook
from annotator.model.corpus import Annotator, Entry, Heading, Item
from annotator.model.document import Entity
from annotator.model.errors import InputError

PROJECT = "project.annotator.jsonl"

CARRIES: frozenset[Feature] = frozenset(
    (
        "text", "nesting", "overlap", "fragments", "zero_width", "links", "link_fields", "fields",
        "entities", "states", "facts", "codebook",
    )
)  # fmt: skip
"""What the family carries: of each article the one work, and all that is said in it."""

Encode = Callable[[Page, Entry, str], bytes]
"""A page with its entry, and the name of its file without the suffix, as the file's bytes."""
Parse = Callable[[Path, ReadOptions], Page]


@dataclass(slots=True)
class _Head:
    """What comes before the articles."""

    heading: Heading = field(
        default_factory=lambda: Heading(name="Project", codebook=Codebook(name="Project"))
    )
    annotators: list[Annotator] = field(default_factory=list)
    entities: list[Entity] = field(default_factory=list)

    def take(self, item: Item) -> None:
        if isinstance(item, Heading):
            self.heading = item
        elif isinstance(item, Annotator):
            self.annotators.append(item)
        else:
            assert isinstance(item, Entity)
            self.entities.append(item)

    @property
    def items(self) -> list[Item]:
        return [self.heading, *self.annotators, *self.entities]


def write_folder(
    items: Iterable[Item],
    target: Path,
    options: WriteOptions,
    suffix: str,
    begin: Callable[[Path, Codebook], tuple[Layers, Encode]],
) -> Written:
    """A new folder with a file for each entry, in their order.

    `begin` writes what stands beside them into the folder, and gives the layers and the encoder.
    """
    articles = documents = annotations = links = 0
    head, layout, encode = _Head(), None, None
    with filling(target, lambda _: False) as folder:
        for item in items:
            if not isinstance(item, Entry):
                head.take(item)
                continue
            if layout is None or encode is None:
                layout, encode = _begun(folder, head, options, begin)
            page, marked, linked = layout.page(item)
            page.facts = facts_of(item, {a.id: a.login for a in head.annotators})
            articles += 1
            name = f"{articles:05}-{_slug(item)}".rstrip("-")
            with (folder / f"{name}{suffix}").open("wb") as out:
                out.write(encode(page, item, name))
            documents += len(item.works)
            annotations += marked
            links += linked
        if layout is None:
            _begun(folder, head, options, begin)
    return Written(articles=articles, documents=documents, annotations=annotations, links=links)


def _begun(
    folder: Path,
    head: _Head,
    options: WriteOptions,
    begin: Callable[[Path, Codebook], tuple[Layers, Encode]],
) -> tuple[Layout, Encode]:
    assert OWN.write is not None
    OWN.write(head.items, folder / PROJECT, WriteOptions())
    layers, encode = begin(folder, head.heading.codebook)
    return Layout(layers, {e.id: e for e in head.entities}, options.lose), encode


def _slug(entry: Entry) -> str:
    """A few plain letters of the title, or of the text, for a file's name."""
    words = entry.article.title or entry.text.value[:80]
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().lower()
    return "-".join(re.findall("[a-z0-9]+", plain))[:40].strip("-")


def files_in(path: Path, suffix: str) -> list[Path]:
    """The files of a folder with a suffix, by name, and of its folders; no link is followed.

    Raises InputError where there is none, unless it is an export of a project without articles.
    """
    found = [
        child
        for child in sorted(path.rglob("*"))
        if child.suffix.lower() == suffix and child.name != MANIFEST
        and not child.is_symlink() and child.is_file()
        and not any(part.startswith(".") for part in child.relative_to(path).parts)
    ]  # fmt: skip
    if not found and not (path / PROJECT).is_file():
        message = f"The folder holds no {suffix} file. Choose the folder that they are in."
        raise InputError(message, source=path.name)
    return found


def read_folder(path: Path, options: ReadOptions, suffix: str, parse: Parse) -> Iterator[Item]:
    """The project of a folder, or of one file; each file is read twice.

    `parse` and what comes after it raise InputError.
    """
    files = files_in(path, suffix) if path.is_dir() else [path]
    beside = (path if path.is_dir() else path.parent) / PROJECT
    head = _Head()
    declared = beside.is_file() and not beside.is_symlink()
    if declared:
        assert OWN.read is not None
        for item in OWN.read(beside, options):
            head.take(item)
    name = head.heading.name if declared else path.stem
    reader = PageReader(name, options, head.heading.codebook if declared else None, head.entities)
    good = []
    quiet = replace(options, note=lambda _: None)  # each note is told once
    for file in files:
        try:
            reader.see(parse(file, quiet))
        except InputError as fault:
            options.fault(_told(fault, file))
        else:
            good.append(file)
    yield Heading(name=name, codebook=reader.codebook)
    yield from reader.head()
    for file in good:
        try:
            entry = reader.entry(parse(file, options), file.stem)
        except InputError as fault:
            options.fault(_told(fault, file))
        else:
            yield entry


def _told(fault: InputError, file: Path) -> InputError:
    """The fault, with the file that it is in."""
    if fault.source:
        return fault
    return type(fault)(fault.message, source=file.name, line=fault.line, place=fault.place)


def holds(path: Path, suffix: str, knows: Callable[[bytes], bool]) -> bool:
    """True where a file, or one of the first of a folder, starts as the format's.

    Raises InputError where it can't be read.
    """
    if not path.is_dir():
        return _starts(path, knows)
    return any(_starts(file, knows) for file in sorted(path.glob(f"*{suffix}"))[:3])


def _starts(file: Path, knows: Callable[[bytes], bool]) -> bool:
    with reading(file) as opened:
        return knows(opened.read(64 << 10))
