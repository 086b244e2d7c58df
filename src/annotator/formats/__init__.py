"""Bytes ⇄ model: one module per format, its reader and its writer together.

A format is added as a module with a `Format` and its row in FORMATS; dialogs, commands and tests
go through FORMATS.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from annotator.formats.articles_zip import ARTICLES, ZIP
from annotator.formats.bioc import BIOC
from annotator.formats.brat import BRAT
from annotator.formats.chat import CHAT
from annotator.formats.conll import CONLL2002, CONLL2003
from annotator.formats.conll2012 import CONLL2012
from annotator.formats.conllu import CONLLU
from annotator.formats.doccano import DOCCANO
from annotator.formats.files import walk
from annotator.formats.format import Column, Format, ReadOptions, WriteOptions, Written
from annotator.formats.gate import GATE
from annotator.formats.geojson import GEOJSON
from annotator.formats.gliner import GLINER
from annotator.formats.hf import HF_LINES, HF_PARQUET, HF_TOKENS
from annotator.formats.label_studio import LABEL_STUDIO
from annotator.formats.own import OWN
from annotator.formats.prodigy import PRODIGY
from annotator.formats.pubannotation import PUBANNOTATION
from annotator.formats.refi import REFI_QDA
from annotator.formats.spacy_docs import SPACY
from annotator.formats.table_files import CSV_TABLES, XLSX_TABLES
from annotator.formats.timeml import TIMEML
from annotator.formats.uima_json import JSON
from annotator.formats.uima_xmi import XMI
from annotator.formats.web_annotation import WEB_ANNOTATION
from annotator.formats.webanno_tsv import TSV
from annotator.model.corpus import Entry
from annotator.model.errors import AnnotatorError, InputError

__all__ = [
    "FORMATS", "Column", "Format", "Preview", "ReadOptions", "WriteOptions", "Written",
    "annotated_files", "article_files", "by_id", "for_path", "preview",
]  # fmt: skip

FORMATS: tuple[Format, ...] = (
    OWN,
    *ARTICLES,
    ZIP,
    CONLL2003,
    CONLL2002,
    CONLL2012,
    CONLLU,
    SPACY,
    PRODIGY,
    HF_PARQUET,
    HF_LINES,
    HF_TOKENS,
    GLINER,
    CHAT,
    DOCCANO,
    LABEL_STUDIO,
    BRAT,
    TSV,
    XMI,
    JSON,
    GATE,
    REFI_QDA,
    PUBANNOTATION,
    BIOC,
    WEB_ANNOTATION,
    TIMEML,
    GEOJSON,
    CSV_TABLES,
    XLSX_TABLES,
)


def by_id(format_id: str) -> Format:
    """The format of that id. Raises InputError with the ids there are."""
    for kind in FORMATS:
        if kind.id == format_id:
            return kind
    known = ", ".join(kind.id for kind in FORMATS)
    raise InputError(f"There is no format {format_id}. Choose one of {known}.")


def for_path(path: Path) -> Format:
    """The format that reads a file or folder; where several have its name, the one that knows it.

    Raises InputError where there is none.
    """
    fitting = [kind for kind in FORMATS if kind.read is not None and kind.matches(path)]
    fitting.sort(key=lambda kind: kind.articles)  # what has annotations is not read as bare text
    for kind in fitting:
        if kind.recognises is not None and path.exists() and kind.recognises(path):
            return kind
    for kind in fitting:
        if kind.recognises is None or len(fitting) == 1 or not path.exists():
            return kind
    if fitting:
        names = ", ".join(kind.name for kind in fitting)
        message = f"None of the formats of this name ({names}) knows what is in it. Choose one."
        raise InputError(message, source=path.name)
    patterns = (p for kind in FORMATS if kind.read is not None for p in kind.patterns if p != "*")
    known = ", ".join(dict.fromkeys(patterns))
    message = f"No format reads files of this name. Choose the format, or a file {known}."
    raise InputError(message, source=path.name)


def article_files(paths: Iterable[Path]) -> Iterator[Path]:
    """The files among `paths`, and those in their folders that a format reads as articles.

    In folders hidden and other files are passed over; a folder linked into itself is taken once.
    A path that was named is given back unseen: its reader says what is wrong with it. Raises
    InputError where a folder can't be read.
    """
    return walk(paths, _holds_articles)


def annotated_files(paths: Iterable[Path]) -> Iterator[Path]:
    """Those in folders among `paths` that a format of annotations knows, and no one of articles."""
    return walk((path for path in paths if path.is_dir()), _holds_annotations)


def _holds_annotations(path: Path) -> bool:
    try:
        return any(
            kind.carries and kind.read is not None and kind.named(path.name)
            and kind.recognises is not None and kind.recognises(path)
            for kind in FORMATS
        ) and not _holds_articles(path)  # fmt: skip
    except InputError:
        return False


def _holds_articles(path: Path) -> bool:
    try:
        return any(
            kind.articles
            and kind.matches(path)
            and (kind.recognises is None or kind.recognises(path))
            for kind in FORMATS
        )
    except InputError:  # its reader says why
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What would be added, or in `fault` why nothing can be.

    `entry` is the article as it would be added; `notes` say what the reader changed, and `cut` is
    what stood around the article and was left out. One with neither entry nor fault only has notes
    on the file.
    """

    path: Path
    entry: Entry | None = None
    notes: tuple[str, ...] = ()
    cut: str = ""
    fault: str = ""


def preview(path: Path, options: ReadOptions) -> Iterator[Preview]:
    """What an article file would add, article by article; never raises an AnnotatorError.

    An article that can't be read stands between the others with its fault.
    """
    notes: list[str] = []
    cut: list[str] = []
    faults: list[Preview] = []

    def told(entry: Entry | None = None, fault: str = "") -> Preview:
        found = Preview(
            path=path, entry=entry, notes=tuple(notes), cut="\n\n".join(cut), fault=fault
        )
        notes.clear()
        cut.clear()
        return found

    def failed(fault: InputError) -> None:
        faults.append(told(fault=str(fault)))

    try:
        kind = for_path(path)
        if not kind.articles:
            message = "This is a whole project. Import it as a project."
            raise InputError(message, source=path.name)
        assert kind.read is not None
        listening = replace(options, note=notes.append, cut=cut.append, fault=failed)
        for item in kind.read(path, listening):
            yield from faults
            faults.clear()
            if isinstance(item, Entry):
                yield told(item)
    except AnnotatorError as fault:
        yield from faults
        yield told(fault=str(fault))
    else:
        yield from faults
        if notes:
            yield told()
