"""Files of JSON objects, however they are laid out: an array, one object, or one after another.

They are read one at a time: an export of Label Studio is one array of a gigabyte.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from typing import BinaryIO, NoReturn

from annotator.formats.lines import MAX_LINE
from annotator.model.errors import InputError

_BLANK = re.compile(r"[ \t\r\n]*")
_BETWEEN = re.compile(r"[ \t\r\n]*,?[ \t\r\n]*")
_CHUNK = 1 << 20


def objects(
    file: BinaryIO, source: str, limit: int = MAX_LINE
) -> Iterator[tuple[int, dict[str, object]]]:
    """The objects with their numbers from 0.

    Raises InputError where the file is not JSON, holds anything else, or one of them is longer
    than `limit` characters.
    """
    window = _Window(file, source, limit)
    window.skip(_BLANK)
    array = window.take("[")
    number = 0
    while True:
        window.skip(_BETWEEN if number else _BLANK)
        if (array and window.take("]")) or (window.ended() and not array):
            break
        yield number, window.value(f"[{number}]")
        number += 1


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number in JSON")


class _Window:
    """The part of a file that is being looked at."""

    def __init__(self, file: BinaryIO, source: str, limit: int) -> None:
        self._file, self._source, self._limit = file, source, limit
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")()
        self._json = json.JSONDecoder(parse_constant=_refuse)
        self._text, self._at, self._line, self._whole = "", 0, 1, False
        self._more()

    def _more(self) -> None:
        """Drop what was read and take as much again as is left, so that retries stay cheap."""
        self._line += self._text.count("\n", 0, self._at)
        self._text, self._at = self._text[self._at :], 0
        body = self._file.read(max(_CHUNK, len(self._text)))
        self._whole = not body
        try:
            self._text += self._decoder.decode(body, final=self._whole)
        except UnicodeDecodeError:
            raise self._fault("This is not UTF-8. Export it again.") from None

    def skip(self, what: re.Pattern[str]) -> None:
        """Pass over what matches, to the end of the file if it does."""
        while True:
            match = what.match(self._text, self._at)
            assert match is not None
            if match.end() < len(self._text) or self._whole:
                self._at = match.end()
                return
            self._more()

    def ended(self) -> bool:
        """True at the end of the file."""
        return self._at == len(self._text)

    def take(self, character: str) -> bool:
        """Pass over a character; True where it is the next."""
        found = self._text.startswith(character, self._at)
        self._at += found
        return found

    def value(self, place: str) -> dict[str, object]:
        """The next value."""
        while True:
            try:
                found, self._at = self._json.raw_decode(self._text, self._at)
            except RecursionError:
                raise self._fault("It is nested too deeply.", place) from None
            except ValueError as error:
                if self._whole or not isinstance(error, json.JSONDecodeError):
                    what = getattr(error, "msg", str(error))
                    message = f"This is not JSON ({what}). Export it again."
                    raise self._fault(message, place) from None
                if len(self._text) - self._at > self._limit:
                    message = f"It is longer than {self._limit >> 20} MB. Split it."
                    raise self._fault(message, place) from None
                self._more()
                continue
            if not isinstance(found, dict):
                raise self._fault("An object is expected here.", place)
            return found

    def _fault(self, message: str, place: str = "") -> InputError:
        line = self._line + self._text.count("\n", 0, self._at)
        return InputError(message, source=self._source, line=line, place=place)
