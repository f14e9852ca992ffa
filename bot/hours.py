"""Office hours: what counts as a working day where an officer is waited for."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from bot.text import TIMEZONE

#: Monday to Friday, Vietnam's clock.
OPENS, CLOSES = time(7, 30), time(17, 0)
SATURDAY = 5
#: The hours of one working day.
WORKING_DAY = timedelta(hours=9, minutes=30)


def worked(since: datetime, until: datetime) -> timedelta:
    """How much of the time between two moments the office was open."""
    start, end = since.astimezone(TIMEZONE), until.astimezone(TIMEZONE)
    total, day = timedelta(), start.date()
    while day <= end.date():
        if day.weekday() < SATURDAY:
            opens = datetime.combine(day, OPENS, TIMEZONE)
            closes = datetime.combine(day, CLOSES, TIMEZONE)
            total += max(min(end, closes) - max(start, opens), timedelta())
        day += timedelta(days=1)
    return total
