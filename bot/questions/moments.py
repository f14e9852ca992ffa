"""A day with its time, as people say when they want to be reminded: “thứ 6”, “8h sáng mai”, “3 ngày nữa”."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any

from bot.chat import Incoming
from bot.errors import Unsure, UserError
from bot.questions.dates import day_choices, shown_day
from bot.questions.reading import OFFERED, Typed, any_of, typed, vocabulary, written
from bot.text import N_, TIMEZONE, Text, clean, fold

#: The time of a day for which none was said.
MORNING = time(8, 0)
#: Words that a day or a time takes at most.
_RUN = 9


@dataclass(frozen=True, slots=True)
class Mentioned:
    """What a sentence says of when: the `days` it can mean, the `clock` where it names one, and its other words."""

    days: tuple[date, ...]
    clock: time | None
    rest: str

    def moments(self) -> list[datetime]:
        return [datetime.combine(day, self.clock or MORNING, TIMEZONE) for day in self.days]


def mentioned(sentence: str, today: date) -> Mentioned:
    """The one day and the one time that a sentence names; no day where it names several."""
    words = clean(sentence[:400]).split()
    words, clock = _without_clock(words)
    words, days, part = _without_day(words, today)
    if clock is None and days:
        clock = part
    return Mentioned(days, clock, " ".join(words).strip(" ,.;:–-!"))


def _without_clock(words: list[str]) -> tuple[list[str], time | None]:
    found: list[tuple[int, int, time]] = []
    at = 0
    while at < len(words):
        for size in range(min(4, len(words) - at), 0, -1):
            clock = _clock(fold(" ".join(words[at : at + size])))
            if clock:
                found.append((at, size, clock))
                at += size - 1
                break
        at += 1
    if len(found) != 1:
        return words, None
    start, size, clock = found[0]
    if start and fold(words[start - 1]) in _leads():
        start, size = start - 1, size + 1
    return words[:start] + words[start + size :], clock


def _clock(words: str) -> time | None:
    parts = _parts_of_day()
    read = re.fullmatch(
        rf"([0-9]{{1,2}})(?: ?(?:gio|h|g)|(?=:[0-9]{{2}})|(?= ?[ap]m))(?:[:h ]?([0-9]{{2}}))?"
        rf"(?: ?({any_of(parts)}|[ap]m))?",
        words.strip(" ,."),
    )
    if not read or int(read[1]) > 23 or int(read[2] or 0) > 59:
        return None
    hour = int(read[1])
    if hour < 12 and (parts.get(read[3] or "", 0) >= 12 or read[3] == "pm"):
        hour += 12
    return time(hour, int(read[2] or 0))


def _without_day(words: list[str], today: date) -> tuple[list[str], tuple[date, ...], time | None]:
    """The words without the one day among them, what it can mean, and the part of that day that was said."""
    found: list[tuple[int, int, set[date]]] = []
    at = 0
    while at < len(words):
        for size in range(min(_RUN, len(words) - at), 0, -1):
            run = fold(" ".join(words[at : at + size])).strip(" ,.")
            short = len(run) <= 3 and at > 0 and at + size < len(words)  # “mai” in the middle is a name
            days = None if short else _days(run, today)
            if days:
                found.append((at, size, days))
                at += size - 1
                break
        at += 1
    if len(found) != 1:
        return words, (), None
    start, size, days = found[0]
    end = start + size
    part = next((part for word in words[start:end] if size > 1 and (part := _part(word))), None)
    if part is None and start and (part := _part(words[start - 1])):
        start -= 1
    elif part is None and end < len(words) and (part := _part(words[end])):
        end += 1
    while start and fold(words[start - 1]) in _leads():
        start -= 1
    return words[:start] + words[end:], tuple(sorted(days)), part


def _days(words: str, today: date) -> set[date] | None:
    if words in _next_week():
        return {today + timedelta(days=7)}
    return day_choices(words, today)


@cache
def _next_week() -> frozenset[str]:
    return frozenset(vocabulary({N_("words: next week, alone"): True}))


def _part(word: str) -> time | None:
    """The hour that stands for a part of the day: with its accents, or without any."""
    known = _parts_of_day()
    said = word.casefold().strip(" ,.")
    hour = (
        known.get(fold(said)) if said.isascii() or said in written(dict.fromkeys(_PARTS, ""), "vi") else None
    )
    return time(hour) if hour is not None else None


_PARTS = {
    N_("words: in the morning"): 8,
    N_("words: at noon"): 12,
    N_("words: in the afternoon"): 14,
    N_("words: in the evening"): 19,
}


@cache
def _parts_of_day() -> dict[str, int]:
    return vocabulary(_PARTS)


@cache
def _leads() -> frozenset[str]:
    return frozenset(vocabulary({N_("words: before a day or a time"): True}))


@dataclass(frozen=True)
class When(Typed):
    """A moment still to come within two years, kept as ISO 8601 with the offset; at 8:00 where no time is said."""

    def parse(self, said: Incoming, text: Text, today: date) -> str:
        words = typed(said)
        if re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d", words):  # a choice that was offered
            return datetime.fromisoformat(words).replace(tzinfo=TIMEZONE).isoformat()
        found = mentioned(words, today)
        if not found.days:
            raise UserError(
                N_("I could not read this day. Please type it like: friday, 9 am 20/12, in 3 days.")
            )
        fit = [at for at in found.moments() if 0 <= (at.date() - today).days <= 730]
        if not fit:
            raise UserError(N_("Please give a day that is still to come, within two years."))
        if len(fit) > 1:
            raise Unsure(
                N_("Which day do you mean?"),
                choices=[(f"{at:%Y-%m-%dT%H:%M}", shown_moment(at, text)) for at in fit[:OFFERED]],
            )
        return fit[0].isoformat()

    def show(self, value: Any, text: Text) -> str:
        return shown_moment(datetime.fromisoformat(value), text)


def shown_moment(at: datetime, text: Text) -> str:
    """With its weekday, in Vietnam's clock: 08:00 thứ sáu, 27/11/2026."""
    here = at.astimezone(TIMEZONE)
    return text(N_("{time} {day}"), time=f"{here:%H:%M}", day=shown_day(here.date(), text))
