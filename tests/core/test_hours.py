"""How long the office was open between two moments, and when people rest."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.hours import WORKING_DAY, holiday, next_working_day, quiet, wakes, worked, works
from bot.text import TIMEZONE


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """In December 2026, of which the 1st is a Tuesday, without a holiday."""
    return datetime(2026, 12, day, hour, minute, tzinfo=TIMEZONE)


@pytest.mark.parametrize(
    ("since", "until", "hours"),
    [
        (at(1, 7, 30), at(1, 17), 9.5),
        (at(1, 9), at(1, 10), 1),
        (at(1, 9), at(2, 9), 9.5),
        (at(1, 20), at(2, 6), 0),
        (at(4, 16), at(7, 8, 30), 2),
        (at(5, 8), at(6, 20), 0),
        (at(1, 12), at(1, 11), 0),
    ],
)
def test_only_office_hours_count(since: datetime, until: datetime, hours: float) -> None:
    assert worked(since, until) == timedelta(hours=hours)


moments = st.integers(0, 365 * 24 * 60).map(lambda minutes: at(1, 0) + timedelta(minutes=minutes))


@given(moments, moments, moments)
def test_time_adds_up_and_a_week_is_five_days_but_for_holidays(
    one: datetime, two: datetime, three: datetime
) -> None:
    first, middle, last = sorted((one, two, three))
    assert worked(first, middle) + worked(middle, last) == worked(first, last)
    week = [first.date() + timedelta(days=number) for number in range(8)]
    if not any(holiday(day) for day in week):
        assert worked(first, first + timedelta(days=7)) == 5 * WORKING_DAY


def test_the_office_is_closed_over_tet_and_what_waits_for_it_goes_on_after() -> None:
    assert holiday(date(2027, 2, 6)) == "Tết Nguyên Đán"
    assert not works(date(2027, 2, 8))
    assert next_working_day(date(2027, 2, 4)) == date(2027, 2, 11)
    assert worked(
        datetime(2027, 2, 3, 16, tzinfo=TIMEZONE), datetime(2027, 2, 11, 8, 30, tzinfo=TIMEZONE)
    ) == (timedelta(hours=2))


@given(moments)
def test_who_rests_is_written_to_in_the_morning(moment: datetime) -> None:
    later = wakes(moment)
    assert not quiet(later)
    assert later == moment or (quiet(moment) and (later.hour, later.minute) == (6, 30))
    assert timedelta() <= later - moment <= timedelta(hours=8, minutes=30)
