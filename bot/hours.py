"""The clock of the office and of those it writes to: working days, public holidays, and hours of rest."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import lru_cache

from bot.policy import REST, within
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
        if works(day):
            opens = datetime.combine(day, OPENS, TIMEZONE)
            closes = datetime.combine(day, CLOSES, TIMEZONE)
            total += max(min(end, closes) - max(start, opens), timedelta())
        day += timedelta(days=1)
    return total


def works(day: date) -> bool:
    """Whether the office is open on a day."""
    return day.weekday() < SATURDAY and not holiday(day)


def holiday(day: date) -> str:
    """The public holiday on a day, by its Vietnamese name; "" where it is none.

    Days that the government moves each year (Labour Code 45/2019/QH14, Art. 112) are known as far as the library
    `holidays` has them.
    """
    return _holidays(day.year).get(day, "")


@lru_cache(1024)  # asked for each of some ten thousand reminders of the same few days
def resting(day: date) -> bool:
    """Whether the office is closed on a day, or it is Tết: from the 28th of the last lunar month to the 6th of the
    first nothing falls due.
    """
    return not works(day) or any(_first_of_tet(day + timedelta(days=step)) for step in range(-5, 4))


def next_working_day(day: date) -> date:
    """The day itself, where the office is open on it."""
    while not works(day):
        day += timedelta(days=1)
    return day


def quiet(at: datetime) -> bool:
    """Whether people rest at a moment."""
    return within(at.astimezone(TIMEZONE).time(), REST)


def wakes(at: datetime) -> datetime:
    """The moment itself, or the end of the rest in which it lies."""
    if not quiet(at):
        return at
    local = at.astimezone(TIMEZONE)
    begins, ends = REST
    day = local.date() + timedelta(days=local.time() >= begins)
    return datetime.combine(day, ends, TIMEZONE).astimezone(at.tzinfo)


def _first_of_tet(day: date) -> bool:
    """Whether it is the first day of the lunar year."""
    return holiday(day) == "Tết Nguyên Đán"


@lru_cache(8)
def _holidays(year: int) -> dict[date, str]:
    import holidays  # 0.3 s to import

    return dict(holidays.country_holidays("VN", years=year, language="vi"))
