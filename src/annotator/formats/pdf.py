"""PDF: the text of its pages as one article, lines joined to paragraphs.

A PDF has neither words nor paragraphs, only signs and where they stand. PDFium makes lines of them
and tells a hyphen at a line's end (as U+0002); the rest is told here by where lines start and end.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from ctypes import byref, c_double
from dataclasses import dataclass
from statistics import median, quantiles
from threading import Lock
from typing import Any, BinaryIO

from annotator.formats.article import Facts, articles, made
from annotator.formats.files import held
from annotator.formats.format import ReadOptions
from annotator.model.corpus import Entry
from annotator.model.edit import shorten
from annotator.model.errors import InputError

MAX_BYTES = 256 << 20
MAX_PAGES = 5_000
MAX_SIGNS = 16 << 20
"""of all pages together"""
_EDGE = 0.12
"""Part of a page's height, above and below, where running heads and page numbers stand."""
_RUNNING = 0.4
"""Part of the pages, two at least, on which a line must stand to be a running head."""
_SHORT = 0.75
"""A line shorter than this part of the long ones ends its paragraph."""
_GAP = 1.5
"""More than this many usual distances between lines start a paragraph."""
_INDENT = (4.0, 60.0)
"""points"""
_HYPHEN = "\x02"
_ENDS = re.compile(r"""[.!?:…。！？؟۔]["'”’»)\]]*$""")
_BULLETS = ("•", "‣", "▪", "◦", "●", "■")
_PROGRAMS = re.compile(r"\.\w{2,5}$|^(untitled|microsoft word)\b", re.IGNORECASE)

# PDFium is not thread-safe.
_ONE_AT_A_TIME = Lock()


@dataclass(frozen=True, slots=True)
class Line:
    """A line with its left and right edge and its base line, in points from the lower left."""

    text: str
    left: float
    right: float
    base: float


@dataclass(frozen=True, slots=True)
class Page:
    """The lines of a page in the order of the file, and its height in points."""

    lines: Sequence[Line]
    height: float


def parse(file: BinaryIO, name: str, options: ReadOptions) -> Iterator[Entry]:
    """One article.

    Raises InputError where the file is no PDF, is locked, too large, or holds no text but pictures.
    """
    body = held(file, name, MAX_BYTES)
    with _ONE_AT_A_TIME:
        pages, facts = _read(body, name)
    silent = sum(1 for page in pages if not page.lines)
    if silent == len(pages):
        message = "It holds no text, only pictures. Run text recognition (OCR) over it first."
        raise InputError(message, source=name)
    if silent:
        options.note(f"{silent} of {len(pages)} pages hold no text.")
    text = _prose(_without_running(pages, options))
    yield made(_joined(text, options), name, options, facts)


def _read(body: bytes, name: str) -> tuple[list[Page], Facts]:
    # 50 ms and 8 MB to import: only where a PDF is read.
    from pypdfium2 import PdfDocument, PdfiumError

    try:
        document = PdfDocument(body)
    except PdfiumError as error:
        if "password" in str(error).lower() or "security" in str(error).lower():
            message = "It is locked with a password. Save it without one."
        else:
            message = "This is not a PDF, or it is damaged. Save it again."
        raise InputError(message, source=name) from None
    try:
        if len(document) > MAX_PAGES:
            raise InputError(f"It has more than {MAX_PAGES} pages. Split it.", source=name)
        return list(_pages(document, name)), _facts(document.get_metadata_dict())
    finally:
        document.close()


def _facts(told: dict[str, str]) -> Facts:
    title = told.get("Title", "")
    return Facts(
        title="" if _PROGRAMS.search(title) else title,
        date=told.get("CreationDate", "").removeprefix("D:")[:8],
        metadata={"author": told.get("Author", "")},
    )


def _pages(document: Any, name: str) -> Iterator[Page]:
    from pypdfium2 import PdfiumError  # as in _read

    left = MAX_SIGNS
    for number in range(len(document)):
        try:
            page = document[number]
            text = page.get_textpage()
        except PdfiumError:
            yield Page((), 0)
            continue
        left -= text.count_chars()
        if left < 0:
            raise InputError("It holds far more text than an article. Split it.", source=name)
        yield Page(tuple(_lines(text)), page.get_height())
        text.close()
        page.close()


def _lines(text: Any) -> Iterator[Line]:
    # The signs one by one: only so is it known where each line starts and ends.
    from pypdfium2.raw import FPDFText_GetUnicode  # as in _read

    signs: list[str] = []
    start = 0
    count = text.count_chars()
    for n in range(count + 1):
        sign = chr(FPDFText_GetUnicode(text, n)) if n < count else "\n"
        if sign not in "\r\n":
            if not signs:
                start = n
            signs.append(sign)
        elif signs:
            # as UTF-16: what lies beyond U+FFFF may come in two halves
            told = "".join(signs).encode("utf-16-le", "surrogatepass")
            words = told.decode("utf-16-le", "replace").strip()
            if words:
                yield _placed(text, words, start, n - 1)
            signs.clear()


def _placed(text: Any, words: str, first: int, last: int) -> Line:
    from pypdfium2.raw import FPDFText_GetCharOrigin  # as in _read

    boxes = [text.get_charbox(first), text.get_charbox(last)]
    x, y = c_double(), c_double()
    FPDFText_GetCharOrigin(text, first, byref(x), byref(y))
    return Line(words, min(b[0] for b in boxes), max(b[2] for b in boxes), y.value)


def _without_running(pages: Sequence[Page], options: ReadOptions) -> list[Page]:
    """The pages without running heads and page numbers, which are told.

    Those are lines at a page's edge that stand on many pages, whatever their numbers are.
    """
    seen: defaultdict[tuple[str, bool], set[int]] = defaultdict(set)
    for number, page in enumerate(pages):
        for line in page.lines:
            if key := _edge(line, page):
                seen[key].add(number)
    enough = max(2, _RUNNING * len(pages))
    running = {key for key, on in seen.items() if len(on) >= enough}
    cut = [line.text for page in pages for line in page.lines if _edge(line, page) in running]
    if cut:
        told = ", ".join(f"‘{shorten(text, 40)}’" for text in list(dict.fromkeys(cut))[:2])
        options.note(f"{len(cut)} running heads and page numbers are left out: {told}.")
        options.cut("\n".join(cut))
    return [
        Page([line for line in page.lines if _edge(line, page) not in running], page.height)
        for page in pages
    ]


def _edge(line: Line, page: Page) -> tuple[str, bool] | None:
    """What a line at the edge of a page says, numbers aside, and whether it is the upper one."""
    upper = line.base > (1 - _EDGE) * page.height
    if not upper and line.base > _EDGE * page.height:
        return None
    return re.sub(r"\d+|\b[ivxlc]+\b", "#", line.text.casefold()), upper


def _prose(pages: Sequence[Page]) -> str:
    """The lines joined to paragraphs, also over the ends of pages and columns."""
    parts: list[str] = []
    for page in pages:
        widths = [line.right - line.left for line in page.lines]
        wide = quantiles(widths, n=10)[-1] if len(widths) > 1 else 0.0
        drops = [a.base - b.base for a, b in zip(page.lines, page.lines[1:], strict=False)]
        usual = median([d for d in drops if d > 1] or [0.0])
        previous: Line | None = None
        for line in page.lines:
            if previous is None:
                new = bool(parts) and _ENDS.search(parts[-1]) is not None
            else:
                new = _starts(previous, line, wide, usual)
            parts += ["\n\n" if new else " ", line.text]
            previous = line
    return "".join(parts[1:])


def _starts(before: Line, line: Line, wide: float, usual: float) -> bool:
    """True where a line starts a paragraph."""
    drop = before.base - line.base
    if line.text.startswith(_BULLETS):
        return True
    if line.text[:1].islower() and not _ENDS.search(before.text):
        return False
    if before.right - before.left < _SHORT * wide:
        return True
    if drop < 0:  # the next column
        return _ENDS.search(before.text) is not None
    return drop > _GAP * usual or _INDENT[0] < line.left - before.left < _INDENT[1]


def _joined(text: str, options: ReadOptions) -> str:
    """Words that a line's end broke made whole.

    The hyphen stays before a capital or a digit, and where the text has the word with it elsewhere.
    """
    told = Counter(re.findall(r"\w+-\w+", text.casefold()))
    count = 0

    def whole(match: re.Match[str]) -> str:
        nonlocal count
        before, after = match[1], match[2]
        if not after[:1].islower() or f"{before}-{after}".casefold() in told:
            return f"{before}-{after}"
        count += 1
        return before + after

    text = re.sub(rf"(?<!\w)(\w*+){_HYPHEN} ?(\w*)", whole, text)
    if count:
        options.note(f"{count} word{'s' * (count != 1)} that a line's end broke made whole.")
    return text


PDF = articles(
    id="pdf",
    name="PDF",
    patterns=("*.pdf",),
    parse=parse,
    about="The text of all pages as one article: lines joined to paragraphs, words to wholes; "
    "running heads and page numbers are left out and told; scanned pages hold no text.",
)
