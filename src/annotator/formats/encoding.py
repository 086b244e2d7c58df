"""Bytes of unknown encoding → str, or a sentence why not."""

from __future__ import annotations

import codecs
from collections.abc import Callable
from io import TextIOWrapper
from typing import BinaryIO

from annotator.formats.format import ReadOptions
from annotator.model.errors import InputError
from annotator.model.text import normalise

_SAMPLE = 256 << 10
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # starts with UTF-16's: it must be looked for first
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_KNOWN = (
    (b"%PDF", "a PDF"),
    (b"PK\x03\x04", "a ZIP archive or an office document"),
    (b"\xd0\xcf\x11\xe0", "an office document"),
    (b"{\\rtf", "an RTF document"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"\x1f\x8b", "a compressed file"),
    (b"SQLite format 3", "a database"),
)
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\r\f\x1b"))
_TWINS = ("cp1250", "cp1257")  # equal to cp1252 but for a few letters


def decoded(body: bytes, source: str, encoding: str) -> tuple[str, str]:
    """The text, not yet normalised, and the encoding that was guessed ("" for UTF-8 or given).

    Raises InputError where the bytes are no text or don't fit `encoding`.
    """
    _refuse_known(body, source)
    if encoding:
        return _given(body, source, encoding), ""
    for bom, name in _BOMS:
        if body.startswith(bom):
            return _strict(body[len(bom) :], source, name), ""
    if name := _utf16(body):
        return _strict(body, source, name), name
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return _guessed(body, source)
    _refuse_binary(body[:_SAMPLE], source, 10)
    return text, ""


def streamed(file: BinaryIO, source: str, options: ReadOptions) -> TextIOWrapper:
    """A text file that is read bit by bit, its line ends as they are; a guess is told.

    Its first 256 kB tell the encoding: reading on may raise UnicodeDecodeError. Raises InputError
    as `decoded`.
    """
    file.seek(0)
    sample = file.read(_SAMPLE)
    _refuse_known(sample, source)
    bom, name = next(((b, n) for b, n in _BOMS if sample.startswith(b)), (b"", ""))
    encoding = options.encoding or name
    if not encoding and (encoding := _utf16(sample) or _not_utf8(sample, source)):
        options.note(f"Read as {encoding}, which is a guess.")
    file.seek(len(bom) if encoding == name else 0)
    return TextIOWrapper(file, encoding or "utf-8", newline="")


def _not_utf8(sample: bytes, source: str) -> str:
    """The encoding that the first bytes of a file seem to be of; "" for UTF-8."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample)  # its last character may be cut
    except UnicodeDecodeError:
        return decoded(sample[: sample.rfind(b"\n") + 1] or sample, source, "")[1]
    _refuse_binary(sample, source, 10)
    return ""


def stored(text: str, source: str, note: Callable[[str], None]) -> str:
    """`text` normalised, with a note of what was dropped.

    Raises InputError where nothing is left to read.
    """
    if dropped := _dropped(text):
        what = "character" if dropped == 1 else "characters"
        kinds = "NUL, lone surrogate, noncharacter"
        note(f"{dropped} {what} that can't be stored ({kinds}) left out.")
    text = normalise(text)
    if not text.strip():
        raise InputError("There is no text in the file.", source=source)
    return text


def _dropped(text: str) -> int:
    """How many characters `normalise` leaves out; a BOM and the CR of a line end don't count."""
    if text.isascii():
        return text.count("\0")
    return sum(text.count(c) for c in set(text) if normalise(f"x{c}") == "x")


def _refuse_known(body: bytes, source: str) -> None:
    for start, what in _KNOWN:
        if body.startswith(start):
            raise InputError(f"This is {what}, not text. Save it as text first.", source=source)


def _given(body: bytes, source: str, encoding: str) -> str:
    try:
        return body.decode(encoding)
    except ValueError:
        message = f"The file is not {encoding}. Choose another encoding."
        raise InputError(message, source=source) from None


def _strict(body: bytes, source: str, encoding: str) -> str:
    """Lone surrogates are kept here: they are dropped, and counted, in `stored`."""
    try:
        return body.decode(encoding, "surrogatepass")
    except UnicodeDecodeError:
        message = f"The file says it is {encoding} but is not. Save it as UTF-8."
        raise InputError(message, source=source) from None


def _utf16(body: bytes) -> str:
    """UTF-16 without a BOM, told by the zero bytes of its Latin letters, blanks and newlines."""
    sample = body[: 4 << 10]
    half = len(sample) // 2
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if half and len(body) % 2 == 0:
        if odd * 10 > half and even * 10 < odd:
            return "utf-16-le"
        if even * 10 > half and odd * 10 < even:
            return "utf-16-be"
    return ""


def _guessed(body: bytes, source: str) -> tuple[str, str]:
    sample = body[:_SAMPLE]
    try:  # UTF-8 written by a program that encodes surrogates: pairs joined, lone ones kept
        text = body.decode("utf-8", "surrogatepass").encode("utf-16-le", "surrogatepass")
        return text.decode("utf-16-le", "surrogatepass"), ""
    except UnicodeDecodeError:
        _refuse_binary(sample, source, 100)
    # 35 ms to import, and few files need it.
    from charset_normalizer import from_bytes

    if len(body) > _SAMPLE:  # whole lines, so that no character is cut
        sample = sample[: sample.rfind(b"\n") + 1] or sample
    matches = from_bytes(sample)
    best = matches.best()
    if best is not None and best.encoding in _TWINS:  # it takes French for Baltic: à, ê are ą, ź
        twins = (m for m in matches if m.encoding == "cp1252" and m.chaos <= best.chaos + 0.1)
        best = next((m for m in twins if m.coherence >= best.coherence), best)
    if best is not None:
        try:
            return body.decode(best.encoding), best.encoding
        except UnicodeDecodeError:
            pass
    message = (
        "The encoding is not known, or this is not text. Choose an encoding, or save as UTF-8."
    )
    raise InputError(message, source=source)


def _refuse_binary(sample: bytes, source: str, one_in: int) -> None:
    """Texts hold next to no control characters, other files many."""
    controls = len(sample) - len(sample.translate(None, _CONTROLS))
    if controls * one_in > len(sample):
        raise InputError("This is not text but binary data. Save it as text first.", source=source)
