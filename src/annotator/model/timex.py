"""TIMEX3 values (ISO 24617-1, TimeML 1.2.1) → calendar bounds and EDTF (ISO 8601-2).

A value is read for its calendar meaning only; what has none (P3D, PRESENT_REF) has no bounds.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta

_SEASONS = {"SP": (3, 21), "SU": (6, 22), "FA": (9, 23), "WI": (12, 24)}  # EDTF season codes
_MONTHS = {"Q1": 1, "Q2": 4, "Q3": 7, "Q4": 10, "H1": 1, "H2": 7}
_TIME = r"T(?:(?:[01X][\dX]|2[0-3X]|24)(?::[0-5X][\dX](?::[0-5X][\dX](?:\.\d+)?)?)?(?:Z|[+-]\d\d(?::?\d\d)?)?|MO|MI|AF|EV|NI|DT)"
_DAY = (
    r"(?:[\dX]{4}(?:-(?:[\dX]{2}(?:-[\dX]{2})?|W[\dX]{2}(?:-(?:[1-7X]|WE))?|[QH][\dX]|SP|SU|FA|WI))?"
    r"|[\dX]{2,3}|BC\d{4})"
)
_REF = r"PRESENT_REF|PAST_REF|FUTURE_REF"
_NUMBER = r"(?:\d+(?:\.\d+)?|X+)"
_PERIOD = (
    rf"P(?=.)(?:{_NUMBER}(?:Y|M|W|D|DE|CE|Q|WE))*"
    rf"(?:T(?:{_NUMBER}[HMS])+|T(?:{_NUMBER}(?:MO|AF|EV|NI|DT))+)?"
)
_PATTERNS = {
    "DATE": re.compile(rf"{_DAY}|{_REF}"),
    "TIME": re.compile(rf"{_DAY}{_TIME}|{_TIME}|{_REF}"),
    "DURATION": re.compile(_PERIOD),
    "SET": re.compile(rf"{_PERIOD}|{_DAY}(?:{_TIME})?|{_TIME}"),
}


@dataclass(frozen=True, slots=True)
class Bounds:
    """First and last day; None is open."""

    earliest: date | None
    latest: date | None


OPEN = Bounds(None, None)


def valid(value: str, kind: str) -> bool:
    """True where `value` is well formed for a TIMEX3 of type `kind`.

    Days are checked against the calendar; X stands for an unknown digit.
    """
    pattern = _PATTERNS.get(kind)
    if pattern is None or not pattern.fullmatch(value):
        return False
    if match := re.match(r"([\dX]{4})-(\d\d)(?:-(\d\d))?(?![\dX])", value):
        year = match[1] if "X" not in match[1] else "2000"  # a leap year
        return _bounds_of_day(int(year), int(match[2]), int(match[3] or "1")) is not None
    if match := re.match(r"([\dX]{4})-W(\d\d)", value):
        year = match[1] if "X" not in match[1] else "2015"  # a year of 53 weeks
        return _week(int(year), int(match[2]), None) != OPEN
    return not re.match(r"[\dX]{4}-(?:Q[^1-4X]|H[^12X])", value)


def _bounds_of_day(
    year: int | None, month: int | None = None, day: int | None = None
) -> Bounds | None:
    """The bounds of a year, month or day; None where the calendar has no such."""
    try:
        assert year is not None
        first = date(year, 1 if month is None else month, 1 if day is None else day)
        if day is not None:
            return Bounds(first, first)
        last_month = month or 12
        return Bounds(first, date(year, last_month, calendar.monthrange(year, last_month)[1]))
    except ValueError:
        return None


def bounds(value: str) -> Bounds:
    """The days that a DATE or TIME value covers; OPEN where it names no place in the calendar."""
    day = re.sub(r"T.*|(?<=\d)-XX.*", "", value)
    if match := re.fullmatch(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?", day):
        return _bounds_of_day(*(int(n) if n else None for n in match.groups())) or OPEN
    if match := re.fullmatch(r"(\d{4})-([QH]\d)", day):
        return _months(int(match[1]), _MONTHS.get(match[2]), 3 if "Q" in day else 6)
    if match := re.fullmatch(r"(\d{4})-(SP|SU|FA|WI)", day):
        return _months(int(match[1]), _SEASONS[match[2]][0], 3)
    if match := re.fullmatch(r"(\d{4})-W(\d\d)(?:-(\d|WE))?", day):
        return _week(int(match[1]), int(match[2]), match[3])
    if match := re.fullmatch(r"(\d{2,3})X{0,2}", day):  # century, decade
        span = 10 ** (4 - len(match[1]))
        year = int(match[1]) * span
        if len(day) in (len(match[1]), 4) and year:
            return Bounds(date(year, 1, 1), date(year + span - 1, 12, 31))
    return OPEN


def _months(year: int, first: int | None, length: int) -> Bounds:
    if first is None or not year:
        return OPEN
    last_year, last = divmod(year * 12 + first + length - 2, 12)
    if last_year > date.max.year:
        return OPEN
    end = date(last_year, last + 1, calendar.monthrange(last_year, last + 1)[1])
    return Bounds(date(year, first, 1), end)


def _week(year: int, week: int, part: str | None) -> Bounds:
    try:
        monday = date.fromisocalendar(year, week, 1)
        if part == "WE":
            return Bounds(monday + timedelta(5), monday + timedelta(6))
        if part:
            day = date.fromisocalendar(year, week, int(part))
            return Bounds(day, day)
        return Bounds(monday, monday + timedelta(6))
    except (ValueError, OverflowError):
        return OPEN


def modified(found: Bounds, mod: str) -> Bounds:
    """`found` under a TIMEX3 mod: BEFORE opens its start, AFTER its end; others keep it."""
    one = timedelta(1)
    try:
        match mod:
            case "BEFORE":
                return Bounds(None, found.earliest - one if found.earliest else None)
            case "AFTER":
                return Bounds(found.latest + one if found.latest else None, None)
            case "ON_OR_BEFORE":
                return Bounds(None, found.latest)
            case "ON_OR_AFTER":
                return Bounds(found.earliest, None)
            case _:
                return found
    except OverflowError:
        return OPEN


def duration(value: str) -> timedelta | None:
    """The length of a whole-number period of days or weeks (P3D, P2W); None for any other."""
    match = re.fullmatch(r"P(\d{1,6})([DW])", value)
    return timedelta(int(match[1]) * (7 if match[2] == "W" else 1)) if match else None


def edtf(value: str, mod: str) -> str:
    """The EDTF of one DATE or TIME value; "" where it has none."""
    day, _, hour = value.partition("T")
    found = bounds(value)
    if found == OPEN:
        return ""
    if match := re.fullmatch(r"(\d{4})-(SP|SU|FA|WI)", day):
        day = f"{match[1]}-{_SEASONS[match[2]][1]}"
    elif re.fullmatch(r"\d{2,3}", day):
        day = day.ljust(4, "X")
    elif not re.fullmatch(r"[\dX]{4}(-[\dX]{2}){0,2}", day):
        day = interval(found)
    match mod:
        case "APPROX":
            return f"{day.replace('/', '~/')}~"
        case "BEFORE" | "AFTER" | "ON_OR_BEFORE" | "ON_OR_AFTER":
            return interval(modified(found, mod))
        case _:
            return day + _edtf_time(hour) if re.fullmatch(r"\d{4}-\d\d-\d\d", day) else day


def _edtf_time(hour: str) -> str:
    """EDTF knows whole times only: hh:mm:ss, and a zone as Z, ±hh or ±hh:mm."""
    match = re.fullmatch(r"((?:[01]\d|2[0-3]):\d\d)(:\d\d)?(?:\.\d+)?(Z|[+-]\d\d(?::\d\d)?)?", hour)
    return f"T{match[1]}{match[2] or ':00'}{match[3] or ''}" if match else ""


def interval(found: Bounds) -> str:
    """An EDTF interval; an open end is "..", and "" where both are."""
    if found == OPEN:
        return ""
    first, last = found.earliest, found.latest
    if first == last and first is not None:
        return first.isoformat()
    return f"{first.isoformat() if first else '..'}/{last.isoformat() if last else '..'}"
