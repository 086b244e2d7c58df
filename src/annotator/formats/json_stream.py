"""The values of a large JSON file, one at a time: of an array, a page of items, or lines."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Collection, Iterator
from typing import BinaryIO, NoReturn

from annotator.formats.values import holds_nul
from annotator.model.errors import InputError

MAX_ITEM = 256 << 20
"""Characters; a longer value is refused rather than held."""
_CHUNK = 1 << 18
_TAIL = 16
"""A fault this near to the end of what was read may be the end of what was read."""
_BLANK = re.compile(r"[ \t\r\n]*")


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number in JSON")


_decoder = json.JSONDecoder(parse_constant=_no_number)


class _Reading:
    """A window on the text that grows at its end as it is read, and is let go at its start."""

    def __init__(self, file: BinaryIO, source: str, *, strict: bool) -> None:
        self._file, self._source, self._strict = file, source, strict
        self._decode = codecs.getincrementaldecoder("utf-8-sig")()
        self._text, self._at, self._end = "", 0, False
        self._lines, self._counted = 1, 0

    @property
    def line(self) -> int:
        """The number of the line here."""
        self._lines += self._text.count("\n", self._counted, self._at)
        self._counted = self._at
        return self._lines

    def fault(self, message: str) -> InputError:
        """What is wrong here."""
        return InputError(message, source=self._source, line=self.line)

    def _fill(self, size: int = _CHUNK) -> None:
        body = self._file.read(size)
        self._end = not body
        try:
            more = self._decode.decode(body, final=self._end)
        except UnicodeDecodeError:
            raise self.fault("The file is not UTF-8. Save it as UTF-8.") from None
        self._lines, self._counted = self.line, 0
        self._text, self._at = self._text[self._at :] + more, 0

    def peek(self) -> str:
        """The next character that is not blank; "" at the end."""
        while True:
            match = _BLANK.match(self._text, self._at)
            self._at = match.end() if match is not None else self._at
            if self._at < len(self._text):
                return self._text[self._at]
            if self._end:
                return ""
            self._fill()

    def take(self, wanted: str) -> str:
        """The next character, one of those wanted. Raises InputError."""
        found = self.peek()
        if not found or found not in wanted:
            what = f"‘{found}’" if found else "the end of the file"
            raise self.fault(f"This is not JSON: {what} where {wanted} is wanted.")
        self._at += 1
        return found

    def value(self) -> object:
        """The next value, whole. Raises InputError."""
        self.peek()
        while True:
            try:
                value, end = _decoder.raw_decode(self._text, self._at)
            except RecursionError:
                raise self.fault("It is nested too deeply.") from None
            except json.JSONDecodeError as error:
                cut = error.msg.startswith("Unterminated") or error.pos >= len(self._text) - _TAIL
                if self._end or not cut:
                    raise self.fault(f"This is not JSON: {error.msg}.") from None
            except ValueError as error:
                raise self.fault(f"This is not JSON: {error}.") from None
            else:
                if end < len(self._text) or self._end:  # else a number may go on
                    self._check(self._text[self._at : end])
                    self._at = end
                    return value
            if len(self._text) - self._at > MAX_ITEM:
                raise self.fault(f"It holds a value longer than {MAX_ITEM >> 20} MB. Split it.")
            self._fill(max(_CHUNK, len(self._text)))

    def _check(self, text: str) -> None:
        """Raises InputError where an escape stands for what can't be stored."""
        if self._strict and "\\u" in text and (holds_nul(text.encode()) or _lone_surrogate(text)):
            raise self.fault("It holds a NUL or half a character, which can't be stored.")


def _lone_surrogate(text: str) -> bool:
    if re.search(r"\\u[dD][89a-fA-F]", text) is None:
        return False
    try:
        json.dumps(json.loads(text), ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return True
    return False


def objects(
    file: BinaryIO, source: str, keys: Collection[str] = (), *, strict: bool = False
) -> Iterator[tuple[int, object]]:
    """The values of an array; of the arrays under `keys` in an object, however deep; or of lines.

    An object that has none of `keys` is one value. Each with the line that it ends on. Raises
    InputError with the line; with `strict` also where a text holds what can't be stored.
    """
    reading = _Reading(file, source, strict=strict)
    first = True
    while following := reading.peek():
        if following == "[":
            yield from _array(reading)
        elif following == "{" and first:
            yield from _object(reading, keys)
        else:
            yield reading.line, reading.value()
        first = False


def _array(reading: _Reading) -> Iterator[tuple[int, object]]:
    reading.take("[")
    if reading.peek() == "]":
        reading.take("]")
        return
    while True:
        value = reading.value()
        yield reading.line, value
        if reading.take(",]") == "]":
            return


def _object(
    reading: _Reading, keys: Collection[str], depth: int = 0
) -> Iterator[tuple[int, object]]:
    reading.take("{")
    rest: dict[str, object] = {}
    found = reading.peek() == "}"
    while reading.peek() != "}":
        key = reading.value()
        if not isinstance(key, str):
            raise reading.fault("This is not JSON: a key is a text.")
        reading.take(":")
        following = reading.peek()
        if key in keys and following == "[":
            found = True
            yield from _array(reading)
        elif key in keys and following == "{" and depth < 8:
            found = True
            yield from _object(reading, keys, depth + 1)
        else:
            rest[key] = reading.value()
        if reading.peek() != "}":
            reading.take(",")
    reading.take("}")
    if not found:
        yield reading.line, rest
