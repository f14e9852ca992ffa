"""How long the office was open between two moments."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.hours import WORKING_DAY, worked
from bot.text import TIMEZONE


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """In November 2026, of which the 24th is a Tuesday."""
    return datetime(2026, 11, day, hour, minute, tzinfo=TIMEZONE)


@pytest.mark.parametrize(
    ("since", "until", "hours"),
    [
        (at(24, 7, 30), at(24, 17), 9.5),
        (at(24, 9), at(24, 10), 1),
        (at(24, 9), at(25, 9), 9.5),
        (at(24, 20), at(25, 6), 0),
        (at(27, 16), at(30, 8, 30), 2),
        (at(28, 8), at(29, 20), 0),
        (at(24, 12), at(24, 11), 0),
    ],
)
def test_only_office_hours_count(since: datetime, until: datetime, hours: float) -> None:
    assert worked(since, until) == timedelta(hours=hours)


moments = st.integers(0, 365 * 24 * 60).map(lambda minutes: at(1, 0) + timedelta(minutes=minutes))


@given(moments, moments, moments)
def test_time_adds_up_and_a_week_is_five_days(one: datetime, two: datetime, three: datetime) -> None:
    first, middle, last = sorted((one, two, three))
    assert worked(first, middle) + worked(middle, last) == worked(first, last)
    assert worked(first, first + timedelta(days=7)) == 5 * WORKING_DAY
