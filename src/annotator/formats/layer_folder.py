"""Folders of WebAnno and UIMA files: an article a file, and beside them what these can't hold.

`project.annotator.jsonl` is the project in the own format without its articles: the codebook, the
annotators and the entities. Other programs pass it over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from annotator.formats import head
from annotator.formats.before import Before
from annotator.formats.files import MANIFEST, filling, numbered, reading
from annotator.formats.format import Feature, ReadOptions, WriteOptions, Written
from annotator.formats.layers import Layers
from annotator.formats.page import Layout, Page, facts_of
from annotator.formats.page_in import PageReader
from annotator.model.codebook import Codebook
from annotator.model.corpus import Entry, Heading, Item
from annotator.model.errors import InputError

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
    before, layout, encode = Before(), None, None
    annotations = links = 0
    with filling(target, lambda _: False) as folder:
        for entry in before.entries(items):
            if layout is None or encode is None:
                layers, encode = begin(folder, before.codebook)
                layout = Layout(layers, before.entities, options.lose)
            page, marked, linked = layout.page(entry)
            page.facts = facts_of(entry, before)
            title = entry.article.title or entry.text.value[:80]
            name = numbered(before.written.articles, title)
            with (folder / f"{name}{suffix}").open("wb") as out:
                out.write(encode(page, entry, name))
            annotations += marked
            links += linked
        if layout is None:
            begin(folder, before.codebook)
        head.write(folder, before)
    return replace(before.written, annotations=annotations, links=links)


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
    if not found and not head.is_in(path):
        message = f"The folder holds no {suffix} file. Choose the folder that they are in."
        raise InputError(message, source=path.name)
    return found


def read_folder(path: Path, options: ReadOptions, suffix: str, parse: Parse) -> Iterator[Item]:
    """The project of a folder, or of one file; each file is read twice.

    `parse` and what comes after it raise InputError.
    """
    files = files_in(path, suffix) if path.is_dir() else [path]
    before = head.read(path if path.is_dir() else path.parent)
    name = before.name or path.stem
    reader = PageReader(name, options, before)
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
