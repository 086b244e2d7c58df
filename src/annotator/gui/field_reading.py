"""TIMEX values and dates in words: "= Sunday 11 December 2016"."""

from __future__ import annotations

import re
from datetime import date

from annotator.model import timex

_DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
_MONTHS = (
    "January February March April May June July August September October November December".split()
)
_REFS = {"PRESENT_REF": "now", "PAST_REF": "in the past", "FUTURE_REF": "in the future"}
_UNITS = {
    "Y": "year", "M": "month", "W": "week", "D": "day", "DE": "decade", "CE": "century",
    "Q": "quarter", "WE": "weekend",
}  # fmt: skip
_TIME_UNITS = {"H": "hour", "M": "minute", "S": "second"}
_PARTS = {
    "MO": "morning", "MI": "midday", "AF": "afternoon", "EV": "evening", "NI": "night",
    "DT": "daytime",
}  # fmt: skip


def readings(value: str) -> tuple[str, ...]:
    """What a TIMEX3 value or a date means, the longest way of saying it first; () for nothing."""
    if value in _REFS:
        return (_REFS[value],)
    if value.startswith("P"):
        return _period(value)
    day, _, time = value.partition("T")
    found = timex.bounds(day)
    if found.earliest is None or found.latest is None:
        return ()
    clock = _clock(time)
    return tuple(f"{said}{clock}" for said in _days(found.earliest, found.latest))


def _clock(time: str) -> str:
    if time in _PARTS:
        return f", {_PARTS[time]}"
    return f", {time[:5]}" if re.fullmatch(r"[0-2]\d(:[0-5]\d)?.*", time) else ""


def _days(first: date, last: date) -> tuple[str, ...]:
    month, weekday = _MONTHS[first.month - 1], _DAYS[first.weekday()]
    if first == last:
        return (
            f"{weekday} {first.day} {month} {first.year}",
            f"{weekday[:3]} {first.day} {month} {first.year}",
            f"{weekday[:3]} {first.day} {month[:3]} {first.year}",
            f"{first.day} {month[:3]} {first.year}",
            weekday,
            weekday[:3],
        )
    if (first.day, first.month, last.day, last.month) == (1, 1, 31, 12):
        years = f"{first.year}" if first.year == last.year else f"{first.year}–{last.year}"
        return (f"the year {years}" if first.year == last.year else years, years)
    if (first.year, first.month, first.day) == (last.year, last.month, 1) and last.day >= 28:
        return (f"{month} {first.year}", f"{month[:3]} {first.year}")
    whole = [f"{d.day} {_MONTHS[d.month - 1]}" for d in (first, last)]
    short = [f"{d.day} {_MONTHS[d.month - 1][:3]}" for d in (first, last)]
    year = f" {first.year}" if first.year != last.year else ""
    return tuple(f"{ends[0]}{year} – {ends[1]} {last.year}" for ends in (whole, short))


def _period(value: str) -> tuple[str, ...]:
    match = re.fullmatch(r"P((?:[\dX.]+[A-Z]{1,2}?)*?)(?:T((?:[\dX.]+[HMS])+))?", value)
    if match is None:
        return ()
    said: list[str] = []
    for part, units in ((match[1], _UNITS), (match[2], _TIME_UNITS)):
        for count, unit in re.findall(r"([\dX.]+)(DE|CE|WE|[A-Z])", part or ""):
            if unit not in units:
                return ()
            name = units[unit]
            if "X" in count:
                said.append(f"some {name}s")
            else:
                said.append(f"{count} {name}{'' if count == '1' else 's'}")
    return (", ".join(said),) if said else ()
