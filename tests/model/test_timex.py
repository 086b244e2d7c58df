"""TIMEX3 values against the examples of the TimeML guidelines and the EDTF specification."""

from __future__ import annotations

import calendar
import json
import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.model import timex
from annotator.model.timex import OPEN, Bounds

GUM = Path("/work/shared/data/gum/dates.jsonl")
KINDS = ("DATE", "TIME", "DURATION", "SET")

# TimeML Annotation Guidelines 1.2.1, §2.2.3: the values of its examples, by type.
GUIDELINES = {
    "DATE": "1998-10-12 1999-09 1999 1964-SU 1964-W25 1996-W25-WE 1999-Q4 1999-H1 XXXX-10-31 "
    "XXXX-XX-XX XXXX-WXX-1 XXXX-SU 199 19 18XX 196X PRESENT_REF PAST_REF FUTURE_REF BC0346 "
    "2000-XX 2000-02-29 2015-W53",
    "TIME": "1999-07-15T24:00 1999-07-15TEV T09:30 1994-04-23T15:00 XXXX-12-02T01:40 T08:50 "
    "1999-W24-1TMO TNI 2016-04-01T09:30:15Z 2016-04-01T09 2016-04-01T21:05+02:00 TXX:30 "
    "PRESENT_REF",
    "DURATION": "P4M P2W P20D P60D PT24H PT30M P1Y2M3D P1YT2H P1DE P2CE PXY PXXD P0.5Y P2DT6H "
    "PT1H30M PXM P1WE PT2NI",
    "SET": "P1W P1D P1M P10W XXXX-WXX-2 XXXX-WXX-2TMO XXXX-10 T09 XXXX-SU",
}  # fmt: skip
WRONG = {
    "DATE": "P3D 2016-13 2016-00 2016-05-00 2016-02-30 2015-02-29 XXXX-13 XXXX-02-30 2016-W53 "
    "2016-W00 XXXX-W54 2016-W10-8 1999-Q5 XXXX-Q5 1999-H3 2016-1 20160401 April 2016-04-01T09:30 1",
    "TIME": "2016-04-01 2016-02-30T09:30 T25:00 T29 T10:60 T10:30:61 T9 TXY",
    "DURATION": "P PT P3 3D P.Y P-1D 2016 P1H PT1Y PXX.D",
    "SET": "2016-13 P every",
    "OTHER": "2016",
}  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "value"),
    [(kind, value) for kind, all_ in GUIDELINES.items() for value in all_.split()],
)
def test_values_of_the_guidelines(kind: str, value: str) -> None:
    assert timex.valid(value, kind)


@pytest.mark.parametrize(
    ("kind", "value"),
    [(kind, value) for kind, all_ in WRONG.items() for value in all_.split()],
)
def test_values_that_are_none(kind: str, value: str) -> None:
    assert not timex.valid(value, kind)
    assert not timex.valid(f" {value}", kind)


BOUNDS = [
    ("2016-04-01", "2016-04-01", "2016-04-01"),
    ("2016-04", "2016-04-01", "2016-04-30"),
    ("2016-02", "2016-02-01", "2016-02-29"),
    ("2016", "2016-01-01", "2016-12-31"),
    ("196", "1960-01-01", "1969-12-31"),
    ("196X", "1960-01-01", "1969-12-31"),
    ("19", "1900-01-01", "1999-12-31"),
    ("19XX", "1900-01-01", "1999-12-31"),
    ("1999-Q4", "1999-10-01", "1999-12-31"),
    ("1999-H1", "1999-01-01", "1999-06-30"),
    ("1999-H2", "1999-07-01", "1999-12-31"),
    ("1964-SU", "1964-06-01", "1964-08-31"),
    ("1998-WI", "1998-12-01", "1999-02-28"),
    ("1964-W25", "1964-06-15", "1964-06-21"),
    ("1996-W25-WE", "1996-06-22", "1996-06-23"),
    ("1996-W25-2", "1996-06-18", "1996-06-18"),
    ("2015-W53", "2015-12-28", "2016-01-03"),
    ("2016-XX", "2016-01-01", "2016-12-31"),
    ("2016-05-XX", "2016-05-01", "2016-05-31"),
    ("2016-XX-XX", "2016-01-01", "2016-12-31"),
    ("2016-04-01T09:30", "2016-04-01", "2016-04-01"),
    ("1999-W24-1TMO", "1999-06-14", "1999-06-14"),
    ("9999-H2", "9999-07-01", "9999-12-31"),
]


@pytest.mark.parametrize(("value", "first", "last"), BOUNDS)
def test_bounds(value: str, first: str, last: str) -> None:
    found = Bounds(date.fromisoformat(first), date.fromisoformat(last))
    assert timex.bounds(value) == found


@pytest.mark.parametrize(
    "value",
    [
        "", "P3D", "PRESENT_REF", "XXXX-10-31", "XXXX", "T09:30", "BC0346", "0000", "0000-Q1", "00",
        "2016-13", "2016-W54", "0000-W01", "9999-WI", "9999-W52-7X", "2016-Q7", "196XX", "9999-W53",
    ],
)  # fmt: skip
def test_what_has_no_place_in_the_calendar(value: str) -> None:
    assert timex.bounds(value) == OPEN
    assert timex.edtf(value, "") == ""


@given(st.dates())
def test_bounds_of_parts_hold_the_day(day: date) -> None:
    year, week, weekday = day.isocalendar()
    parts = [
        f"{day.year:04}", f"{day.year:04}-{day.month:02}", day.isoformat(),
        f"{day.year:04}-Q{(day.month + 2) // 3}", f"{day.year:04}-H{1 if day.month < 7 else 2}",
    ]  # fmt: skip
    parts += [f"{year:04}-W{week:02}", f"{year:04}-W{week:02}-{weekday}"]
    for part in parts:
        assert timex.valid(part, "DATE")
        found = timex.bounds(part)
        if found == OPEN:  # the last week of the calendar
            assert part.startswith(f"{date.max.year}-W52")
            continue
        assert found.earliest is not None
        assert found.latest is not None
        assert found.earliest <= day <= found.latest
    assert timex.bounds(parts[1]).latest == date(
        day.year, day.month, calendar.monthrange(day.year, day.month)[1]
    )


APRIL = Bounds(date(2016, 4, 1), date(2016, 4, 30))
FIRST = Bounds(date.min, date.min)


@pytest.mark.parametrize(
    ("found", "mod", "first", "last"),
    [
        (APRIL, "", "2016-04-01", "2016-04-30"),
        (APRIL, "START", "2016-04-01", "2016-04-30"),
        (APRIL, "BEFORE", None, "2016-03-31"),
        (APRIL, "AFTER", "2016-05-01", None),
        (APRIL, "ON_OR_BEFORE", None, "2016-04-30"),
        (APRIL, "ON_OR_AFTER", "2016-04-01", None),
        (FIRST, "BEFORE", None, None),
        (Bounds(date.max, date.max), "AFTER", None, None),
        (OPEN, "BEFORE", None, None),
        (OPEN, "AFTER", None, None),
    ],
)
def test_bounds_under_a_mod(found: Bounds, mod: str, first: str | None, last: str | None) -> None:
    day = date.fromisoformat
    assert timex.modified(found, mod) == Bounds(first and day(first), last and day(last))  # type: ignore[arg-type]


def test_the_length_of_a_duration() -> None:
    assert timex.duration("P3D") == timedelta(3)
    assert timex.duration("P2W") == timedelta(14)
    for value in ("P3M", "PT3H", "P1.5D", "PXD", ""):
        assert timex.duration(value) is None


# EDTF (Library of Congress 2019): levels 0 and 1, and ISO 8601-2 season codes 21–24.
EDTF = [
    ("1985-04-12", "", "1985-04-12"),
    ("1985-04", "", "1985-04"),
    ("1985", "", "1985"),
    ("1985-04-12T23:20:30", "", "1985-04-12T23:20:30"),
    ("1985-04-12T23:20:30Z", "", "1985-04-12T23:20:30Z"),
    ("1985-04-12T23:20:30+04:30", "", "1985-04-12T23:20:30+04:30"),
    ("1985-04-12T23:20", "", "1985-04-12T23:20:00"),
    ("1985-04-12T23:20:30.5", "", "1985-04-12T23:20:30"),
    ("1985-04-12T24:00", "", "1985-04-12"),
    ("1985-04-12TEV", "", "1985-04-12"),
    ("2004-SP", "", "2004-21"),
    ("2004-WI", "", "2004-24"),
    ("201", "", "201X"),
    ("20", "", "20XX"),
    ("20XX", "", "20XX"),
    ("2004-XX", "", "2004-XX"),
    ("2004-XX-XX", "", "2004-XX-XX"),
    ("1985-04-XX", "", "1985-04-XX"),
    ("1984", "APPROX", "1984~"),
    ("2004-06", "APPROX", "2004-06~"),
    ("1985-04-12T23:20", "APPROX", "1985-04-12~"),
    ("1985-Q2", "", "1985-04-01/1985-06-30"),
    ("1985-Q2", "APPROX", "1985-04-01~/1985-06-30~"),
    ("1985-W01-1", "", "1984-12-31"),
    ("1985", "ON_OR_BEFORE", "../1985-12-31"),
    ("1985", "ON_OR_AFTER", "1985-01-01/.."),
    ("1985-04-12", "BEFORE", "../1985-04-11"),
    ("1985-04-12", "AFTER", "1985-04-13/.."),
    ("0001-01-01", "BEFORE", ""),
    ("1985", "MID", "1985"),
]


@pytest.mark.parametrize(("value", "mod", "expected"), EDTF)
def test_edtf(value: str, mod: str, expected: str) -> None:
    assert timex.edtf(value, mod) == expected


def test_an_interval_of_one_day_is_a_day() -> None:
    assert timex.interval(Bounds(date(2016, 4, 1), date(2016, 4, 1))) == "2016-04-01"
    assert timex.interval(APRIL) == "2016-04-01/2016-04-30"
    assert timex.interval(OPEN) == ""


_LEVEL_1 = re.compile(
    r"(?:\.\.|\d{4}(?:-\d\d){0,2}~?)/(?:\.\.|\d{4}(?:-\d\d){0,2}~?)"
    r"|\d{4}-(?:2[1-4]|\d\d(?:-\d\d)?)~?|\d{4}~?|\d{2,3}X{1,2}~?"
    r"|\d{4}(?:-(?:\d\d|XX)){1,2}~?|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:Z|[+-]\d\d(?::\d\d)?)?"
)


@given(
    st.from_regex(r"\d{2,4}|\d{4}-(\d\d|XX)(-(\d\d|XX))?|\d{4}-(W\d\d(-[1-7])?|Q[1-4]|SU|WI)"
                  r"|\d{4}-\d\d-\d\dT\d\d(:\d\d(:\d\d(Z|[+]\d\d\d\d)?)?)?", fullmatch=True),
    st.sampled_from(["", "APPROX", "BEFORE", "AFTER", "ON_OR_BEFORE", "ON_OR_AFTER", "END"]),
)  # fmt: skip
def test_all_that_is_answered_is_edtf(value: str, mod: str) -> None:
    answer = timex.edtf(value, mod)
    assert not answer or _LEVEL_1.fullmatch(answer)


@pytest.mark.skipif(not GUM.exists(), reason="the GUM dates are not on this machine")
def test_the_dates_of_the_gum_corpus_are_read() -> None:
    for line in GUM.read_text("utf-8").splitlines():
        row = json.loads(line)
        for name in ("when", "from", "to", "notBefore", "notAfter"):
            if value := row.get(name):
                assert timex.valid(value, "DATE")
                assert timex.edtf(value, "") == value
