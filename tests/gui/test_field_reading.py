"""Dates and TIMEX values in words."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.gui.field_reading import readings


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("2016-12-11", "Sunday 11 December 2016"),
        ("2016-12-11T10:30", "Sunday 11 December 2016, 10:30"),
        ("2016-12-11TMO", "Sunday 11 December 2016, morning"),
        ("2015-05", "May 2015"),
        ("2015-02", "February 2015"),
        ("2016", "the year 2016"),
        ("199", "1990–1999"),
        ("1989-Q3", "1 July – 30 September 1989"),
        ("2016-W50", "12 December – 18 December 2016"),
        ("2016-WI", "1 December 2016 – 28 February 2017"),
        ("P9M", "9 months"),
        ("P1Y", "1 year"),
        ("P2DT3H", "2 days, 3 hours"),
        ("PXY", "some years"),
        ("PT1H", "1 hour"),
        ("P1DE", "1 decade"),
        ("PRESENT_REF", "now"),
        ("2016-13-01", ""),
        ("P", ""),
        ("Pigs", ""),
        ("P3K", ""),
        ("", ""),
        ("T10:30", ""),
        ("XXXX-12", ""),
    ],
)
def test_reading(value: str, said: str) -> None:
    assert next(iter(readings(value)), "") == said


@given(st.dates(min_value=date(1000, 1, 1)))
def test_readings_get_shorter(day: date) -> None:
    said = readings(str(day))
    lengths = [len(r) for r in said]
    assert said and lengths == sorted(lengths, reverse=True)


@given(st.text(alphabet="PTXYMWDHS0123456789-:QE_", max_size=14))
def test_any_text_is_read_or_not(value: str) -> None:
    assert isinstance(readings(value), tuple)
