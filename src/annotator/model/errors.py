"""Every fault a person may be told of.

AnnotatorError            one sentence: what is wrong and what to do next
├── InputError            something that came from outside cannot be taken
│   ├── CodebookError     the codebook breaks its own rules
│   └── MisplacedSpan     an offset does not match the quoted text; a repair is at hand
├── EditError             the edit cannot be made on this document
│   └── StaleEdit         what the edit changes was changed in the meantime
├── NotFound              nothing has that name or id
├── StoreError            the database cannot do it
│   ├── NotADatabase      the file is something else; it is left untouched
│   ├── NewerDatabase     written by a newer program; it is left untouched
│   ├── DamagedDatabase   the file is broken; it is kept as it is
│   └── StoreUnavailable  full disk, read-only, locked, no permission: worth another try
├── UsageError            a command asks for what there is not
└── Cancelled             a person stopped long work; nothing was changed
"""

from __future__ import annotations


class AnnotatorError(Exception):
    """A fault with a sentence for the person who reads it."""


class InputError(AnnotatorError):
    """Something from outside cannot be taken.

    `source` names the file (or "" for pasted text), `line` counts from 1, and `place` is a
    path inside the data such as `labels[2].fields[0].default`; the sentence starts with them.
    """

    def __init__(
        self, message: str, *, source: str = "", line: int | None = None, place: str = ""
    ) -> None:
        self.message, self.source, self.line, self.place = message, source, line, place
        parts = [source] if source else []
        if line is not None:
            parts.append(f"line {line}")
        if place:
            parts.append(f"at {place}")
        super().__init__(f"{', '.join(parts)}: {message}" if parts else message)


class CodebookError(InputError):
    """The codebook breaks its own rules; `place` says where."""


class MisplacedSpan(InputError):
    """A span's offsets do not match its quoted text, which stands nearby exactly once."""


class EditError(AnnotatorError):
    """The edit cannot be made on this document."""


class StaleEdit(EditError):
    """What the edit changes was changed in the meantime."""


class NotFound(AnnotatorError):
    """Nothing has that name or id."""


class StoreError(AnnotatorError):
    """The database cannot do what was asked."""


class NotADatabase(StoreError):
    """The file is something else than a database of this program; it is left untouched."""


class NewerDatabase(StoreError):
    """The database was written by a newer program; it is left untouched."""


class DamagedDatabase(StoreError):
    """The file is broken; it is kept as it is. `backup` tells that one is at hand."""

    def __init__(self, message: str, *, backup: bool = False) -> None:
        self.backup = backup
        super().__init__(message)


class StoreUnavailable(StoreError):
    """Full disk, read-only file, locked file, no permission: worth another try."""


class UsageError(AnnotatorError):
    """A command asks for what there is not: another format, state, form of an option."""


class Cancelled(AnnotatorError):
    """A person stopped long work; nothing was changed."""
