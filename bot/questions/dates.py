"""Days, months of the year and spans of time, as people say them."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from typing import Any, Literal

from babel.dates import format_date, get_day_names, get_month_names

from bot.chat import Incoming
from bot.errors import Unsure, UserError
from bot.questions.numbers import count_of
from bot.questions.quantities import half_of_words, half_words
from bot.questions.reading import OFFERED, Typed, any_of, plain, readings, typed, vocabulary
from bot.text import LANGUAGES, N_, Text, fold

Direction = Literal["ahead", "past", "near"]

_YEAR = timedelta(days=366)


@dataclass(frozen=True)
class Day(Typed):
    """A day, kept as ISO 8601. `least` and `most` are days or numbers of days from today, both included.

    Of a day whose year or month is not said the nearest `toward` is taken: the next one, the last one, or
    the nearest of both. Weeks begin on Monday (CLDR, weekData, VN).
    """

    least: int | date | None = None
    most: int | date | None = None
    toward: Direction = "ahead"

    def parse(self, said: Incoming, text: Text, today: date) -> str:
        words = plain(typed(said))
        if _has(_lunar_words(), words):
            raise UserError(
                N_("That is a day of the lunar calendar. Please give the solar date, like 20/11/2026.")
            )
        found = _days(words, today, self.toward, self._bounds(today))
        if found is None:
            raise UserError(N_("I could not read this date. Please type it like 20/11 or 20/11/2026."))
        least, most = self._bounds(today)
        fit = sorted({day for day in found if least <= day <= most})
        if not fit:
            raise UserError(self._outside(), {"least": text.day(least), "most": text.day(most)})
        if len(fit) > 1 or len(found) > 1:
            raise Unsure(
                N_("Which day do you mean?"),
                choices=[(day.isoformat(), shown_day(day, text)) for day in fit][:OFFERED],
            )
        return fit[0].isoformat()

    def show(self, value: Any, text: Text) -> str:
        return shown_day(date.fromisoformat(value), text)

    def _bounds(self, today: date) -> tuple[date, date]:
        return _bound(self.least, today, date(1900, 1, 1)), _bound(self.most, today, date(2100, 12, 31))

    def _outside(self) -> str:
        if self.most is None and self.least is not None:
            return N_("Please give a day from {least} on.")
        if self.least is None and self.most is not None:
            return N_("Please give a day up to {most}.")
        return N_("Please give a day from {least} to {most}.")


@dataclass(frozen=True)
class Months(Typed):
    """Months of the year in which something is there, as a list of 1 to 12 in order."""

    def parse(self, said: Incoming, text: Text, today: date) -> list[int]:
        words = plain(typed(said))
        if _has(_season_words(), words):
            raise UserError(
                N_("Seasons differ from place to place: which months are they? For example: 3–8.")
            )
        found = _months(words)
        if not found:
            raise UserError(N_("Please type the months, for example 3–8, or 3, 5, 10."))
        return found

    def show(self, value: Any, text: Text) -> str:
        return shown_months(value, text)


@dataclass(frozen=True)
class Term(Typed):
    """A span of time in whole months, from `least` to `most`."""

    least: int = 1
    most: int = 120

    def parse(self, said: Incoming, text: Text, today: date) -> int:
        words = plain(typed(said))
        bare = count_of(words)
        meant = [bare, bare * 12] if bare is not None else [term_of(words, text)]
        found = [months for months in meant if months is not None]
        fit = [months for months in found if self.least <= months <= self.most]
        if not found:
            raise UserError(N_("Please type how long, for example 18 months or 3 years."))
        if not fit:
            raise UserError(
                N_("Please give from {least} to {most}."),
                {"least": shown_term(self.least, text), "most": shown_term(self.most, text)},
            )
        if bare is not None:
            raise Unsure(
                N_("Months or years?"), choices=[(f"{months} m", shown_term(months, text)) for months in fit]
            )
        return fit[0]

    def show(self, value: Any, text: Text) -> str:
        return shown_term(value, text)


def shown_day(day: date, text: Text) -> str:
    """With its weekday: thứ sáu, 20/11/2026."""
    weekday = format_date(day, "EEEE", locale=text.language)
    return text(N_("{weekday}, {day}"), weekday=weekday, day=text.day(day))


def shown_months(months: Iterable[int], text: Text) -> str:
    """Runs of months: tháng 3–5, 10; a run may go over the end of the year."""
    there = sorted(set(months))
    if len(there) == 12:
        return text(N_("all year round"))
    starts = [month for month in there if (month - 2) % 12 + 1 not in there]
    runs = []
    for start in starts:
        end = start
        while end % 12 + 1 in there:
            end = end % 12 + 1
        runs.append(str(start) if start == end else f"{start}–{end}")
    return text.plural("month {months}", "months {months}", len(there), months=", ".join(runs))


def shown_term(months: int, text: Text) -> str:
    """18 tháng; 36 tháng (3 năm)."""
    shown = text.plural("{count} month", "{count} months", months)
    if months and months % 12 == 0:
        years = text.plural("{count} year", "{count} years", months // 12)
        return text(N_("{months} ({years})"), months=shown, years=years)
    return shown


def term_of(words: str, text: Text) -> int | None:
    """The months in folded words: “3 nam”, “1 nam ruoi”, “1 nam 6 thang”, “nua nam”."""
    found = _term_pattern().fullmatch(words)
    if not found:
        return None
    unit = _spans()[found["unit"]]
    if found["half_of"]:
        return unit // 2 if unit > 1 else None
    numbers = readings(found["number"], text.language) if found["number"] else (count_of(found["spelt"]),)
    if len(numbers) != 1 or numbers[0] is None:
        return None
    total = Decimal(numbers[0]) * unit + (Decimal(unit) / 2 if found["half"] else 0)
    if found["rest"]:
        rest = term_of(found["rest"], text)
        if rest is None or rest >= unit:
            return None
        total += rest
    return int(total) if total > 0 and total == int(total) and total <= 12_000 else None


def _bound(bound: int | date | None, today: date, otherwise: date) -> date:
    if bound is None:
        return otherwise
    return bound if isinstance(bound, date) else today + timedelta(days=bound)


def day_beginnings() -> Iterable[str]:
    """What a day that is said in words can begin with."""
    return (
        *_weekdays(), *_month_names(), *_near_days(), *_day_words(), *_week_shifts(), *_parts_of_month(),
        *_later_words(), *_ago_before_words(),
    )  # fmt: skip


def in_figures(words: str) -> str:
    """“20 thang 12” in a longer text as 20/12, so that it is not read as twenty months."""
    return re.sub(
        rf"(?<![0-9])([0-9]{{1,2}}) {any_of(_month_words())} ([0-9]{{1,2}})(?![0-9])", r"\1/\2", words
    )


def day_choices(
    words: str, today: date, toward: Direction = "ahead", bounds: tuple[date, date] = (date.min, date.max)
) -> set[date] | None:
    """The days that folded words can mean; None where they name no day."""
    return _days(words, today, toward, bounds)


def _days(words: str, today: date, toward: Direction, bounds: tuple[date, date]) -> set[date] | None:
    """Every reading that fits is kept, so that two of them are asked."""
    bare, weekday = _without_lead(words)
    for said in dict.fromkeys((words, bare)):
        for reader in (_iso, _in_figures, _with_month, _near, _in_week, _in_time, _part_of_month, _day_alone):
            found = reader(said, today, toward, bounds)
            if found is not None:
                told = {day for day in found if said == words or weekday in (None, day.weekday())}
                return told or None
    return None


def _iso(words: str, today: date, toward: Direction, bounds: tuple[date, date]) -> set[date] | None:
    found = re.fullmatch(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})", words)
    return _real(int(found[1]), int(found[2]), int(found[3])) if found else None


def _in_figures(words: str, today: date, toward: Direction, bounds: tuple[date, date]) -> set[date] | None:
    """20/11, 20-11-26, 20.11.2026, 20 11 2026, 20112026."""
    found = re.fullmatch(
        r"([0-9]{1,2}) ?[-/.] ?([0-9]{1,2})(?: ?[-/.] ?([0-9]{4}|[0-9]{2}))?", words
    ) or re.fullmatch(r"([0-9]{1,2}) ([0-9]{1,2}) ([0-9]{4})|([0-9]{2})([0-9]{2})([0-9]{4})", words)
    if not found:
        return None
    day, month, *year = [int(part) for part in found.groups() if part]
    return _dated(day, month, year[0] if year else None, today, toward, bounds)


def _with_month(words: str, today: date, toward: Direction, bounds: tuple[date, date]) -> set[date] | None:
    """20 tháng 11 năm 2026, 1er décembre, November 20th, 20 tháng sau."""
    month, year = _month_names(), any_of(_year_words())
    month_word = any_of(_month_words())
    when = rf"(?:,? ?(?:{year} )?(?P<year>[0-9]{{4}}))?"
    day = r"(?P<day>[0-9]{1,2})(?:st|nd|rd|th|er)?"
    for pattern in (
        rf"{day} ?{month_word} ?(?P<number>[0-9]{{1,2}}){when}",
        rf"{day} (?:of )?(?P<name>{any_of(month)}){when}",
        rf"(?P<name>{any_of(month)}) {day}{when}",
    ):
        if found := re.fullmatch(pattern, words):
            named = found.groupdict()
            number = month[named["name"]] if named.get("name") else int(named["number"])
            return _dated(
                int(named["day"]),
                number,
                int(named["year"]) if named["year"] else None,
                today,
                toward,
                bounds,
            )
    shifted = re.fullmatch(rf"{day} {month_word} (?P<shift>{any_of(_shifts())})", words)
    if shifted and (shift := _shifts()[shifted["shift"]]) is not None:
        first = _shifted_month(today, shift)
        return _real(first.year, first.month, int(shifted["day"]))
    return None


def _near(words: str, today: date, toward: Direction, bounds: tuple[date, date]) -> set[date] | None:
    """Today, tomorrow, the day after."""
    if words not in _near_days():
        return None
    return {today + timedelta(days=_near_days()[words])}


def _in_time(words: str, today: date, toward: Direction, bounds: tuple[date, date]) -> set[date] | None:
    """3 ngày nữa, dans 2 semaines, 10 days ago."""
    number, unit = r"(?:(?P<number>[0-9]{1,4}) ?|(?P<spelt>[a-z]+(?: [a-z]+){0,3}?) )", any_of(_time_units())
    later, ago, before = any_of(_later_words()), any_of(_ago_words()), any_of(_ago_before_words())
    for pattern, sign in (
        (rf"{number}(?P<unit>{unit}) {later}", 1),
        (rf"{later} {number}(?P<unit>{unit})(?: {later})?", 1),
        (rf"{number}(?P<unit>{unit}) {ago}", -1),
        (rf"{before} {number}(?P<unit>{unit})", -1),
    ):
        found = re.fullmatch(pattern, words)
        count = count_of(found["number"] or found["spelt"]) if found else None
        if not found or count is None or count > 4000:
            continue
        days, months = _time_units()[found["unit"]]
        if months:
            first = _shifted_month(today, sign * count * months)
            last = calendar.monthrange(first.year, first.month)[1]
            return {first.replace(day=min(today.day, last))}
        return {today + timedelta(days=sign * count * days)}
    return None


def _in_week(words: str, today: date, toward: Direction, bounds: tuple[date, date]) -> set[date] | None:
    """thứ 7 tuần sau, chủ nhật này, vendredi prochain, cuối tuần."""
    weekday, shift = any_of(_weekdays()), any_of(_week_shifts())
    found = re.fullmatch(rf"(?:(?P<before>{shift}) )?(?P<day>{weekday})(?: (?P<after>{shift}))?", words)
    if not found or (found["before"] and found["after"]):
        return None
    monday = today - timedelta(days=today.weekday())
    days = _weekdays()[found["day"]]
    said = found["before"] or found["after"]
    if not said:
        if len(days) > 1:
            return {monday + timedelta(days=day) for day in days if monday + timedelta(days=day) >= today}
        ahead = (days[0] - today.weekday()) % 7
        if ahead == 0:
            return {today, today + timedelta(days=7 if toward != "past" else -7)}
        near = today + timedelta(days=ahead)
        return {near - timedelta(days=7)} if toward == "past" else {near}
    found_days = set()
    for week in _week_shifts()[said]:
        found_days |= {monday + timedelta(days=7 * week + day) for day in days}
    if _week_shifts()[said] == (0, 1):  # “thứ 7 tới” is the next one to come; whether this week's, is asked
        found_days = {day for day in found_days if day > today}
    return found_days


def _part_of_month(words: str, today: date, toward: Direction, bounds: tuple[date, date]) -> set[date] | None:
    """cuối tháng, đầu tháng sau, giữa tháng 12, fin du mois: three days of it, to be asked."""
    part, shift, month = any_of(_parts_of_month()), any_of(_shifts()), any_of(_month_words())
    names = any_of(_month_names())
    found = re.fullmatch(
        rf"(?P<part>{part}) (?:(?:{month} ?)?(?P<number>[0-9]{{1,2}})|{month}(?: (?P<shift>{shift}))?|(?P<name>{names})"
        rf"|(?P<before>{shift}) {month})",
        words,
    )
    if not found:
        return None
    said = found["shift"] or found["before"]
    number = int(found["number"]) if found["number"] else _month_names().get(found["name"] or "")
    if number is not None:
        months = {day.replace(day=1) for day in _dated(1, number, None, today, "near", bounds) or ()}
        months = {
            first if first >= today.replace(day=1) else first.replace(year=first.year + 1) for first in months
        }
    else:
        months = {_shifted_month(today, _shifts()[said] if said else 0)}
    return {
        first.replace(day=min(day, calendar.monthrange(first.year, first.month)[1]))
        for first in months
        for day in _parts_of_month()[found["part"]]
    }


def _day_alone(words: str, today: date, toward: Direction, bounds: tuple[date, date]) -> set[date] | None:
    """“ngày 20”: the next 20th, or the last one. A number alone is no day."""
    found = re.fullmatch(rf"{any_of(_day_words())} ?([0-9]{{1,2}})", words)
    if not found or not 1 <= int(found[1]) <= 31:
        return None
    near = [
        day
        for shift in range(-12, 13)
        for first in [_shifted_month(today, shift)]
        for day in _real(first.year, first.month, int(found[1]))
    ]
    return _nearest(near, today, toward, bounds)


def _dated(
    day: int, month: int, year: int | None, today: date, toward: Direction, bounds: tuple[date, date]
) -> set[date]:
    if year is None:
        near = [one for shift in range(-8, 9) for one in _real(today.year + shift, month, day)]
        return _nearest(near, today, toward, bounds)
    if year >= 100:
        return _real(year, month, day)
    centuries = _real(2000 + year, month, day) | _real(1900 + year, month, day)
    fit = {one for one in centuries if bounds[0] <= one <= bounds[1]}
    return fit if len(fit) == 1 else _real(2000 + year, month, day)


def _nearest(days: list[date], today: date, toward: Direction, bounds: tuple[date, date]) -> set[date]:
    """The nearest day in the direction; if none of them is allowed, that of the direction all the same."""
    on_side = [
        day for day in days if toward == "near" or (day >= today if toward == "ahead" else day <= today)
    ]
    allowed = [day for day in on_side if bounds[0] <= day <= bounds[1]]
    nearest = min(allowed or on_side, key=lambda day: abs((day - today).days), default=None)
    return set() if nearest is None else {nearest}


def _real(year: int, month: int, day: int) -> set[date]:
    """The day, if there is such a one."""
    try:
        return {date(year, month, day)}
    except ValueError:
        return set()


def _shifted_month(today: date, months: int) -> date:
    index = max(12, min(today.year * 12 + today.month - 1 + months, 12 * 9998))
    return date(index // 12, index % 12 + 1, 1)


def _months(words: str) -> list[int]:
    """Months, runs and quarters that are listed; nothing where there is anything else."""
    if words in _all_year_words():
        return list(range(1, 13))
    words = re.sub(rf"\b{any_of(_from_words())} ", "", words)
    one = rf"(?:{any_of(_month_words())} ?|t)?(?:(?:[0-9]{{1,2}})|{any_of(_month_names())})"
    quarter = rf"{any_of(_quarter_words())} ?(?P<quarter>[1-4]|i{{1,3}}|iv)"
    found: set[int] = set()
    for part in re.split(
        rf" ?[,;+&/] ?| {any_of(_and_words())} | (?=[0-9]|t[0-9]|{any_of(_month_words())})(?<![a-z] )(?<!- )",
        words,
    ):
        if whole := re.fullmatch(quarter, part):
            number = {"i": 1, "ii": 2, "iii": 3, "iv": 4}.get(whole["quarter"]) or int(whole["quarter"])
            found |= {number * 3 - 2, number * 3 - 1, number * 3}
            continue
        run = re.fullmatch(rf"({one})(?: ?(?:-|–|—|->|→| {any_of(_to_words())} ) ?({one}))?", part)
        ends = [_month_number(end) for end in run.groups() if end] if run else []
        if not ends or not all(1 <= end <= 12 for end in ends):
            return []
        start, end = ends[0], ends[-1]
        found |= {(start - 1 + step) % 12 + 1 for step in range((end - start) % 12 + 1)}
    return sorted(found)


def _month_number(said: str) -> int:
    figures = re.search("[0-9]{1,2}$", said)
    if figures:
        return int(figures[0])
    return next((number for name, number in _month_names().items() if said.endswith(name)), 0)


def _without_lead(words: str) -> tuple[str, int | None]:
    """Without the weekday or the word “day” before a date (“thứ 6, 20/11”, “le 20 novembre”), and that weekday."""
    lead = re.match(
        rf"(?:(?P<weekday>{any_of(_weekdays())}),? )?(?:{any_of(_day_words())} )?"
        r"(?=[0-9]{1,2}(?:st|nd|rd|th|er)? ?[-/.a-z])",
        words,
    )
    if not lead or not lead.end():
        return words, None
    days = _weekdays()[lead["weekday"]] if lead["weekday"] else ()
    return words[lead.end() :], days[0] if len(days) == 1 else None


def _has(words: Iterable[str], said: str) -> bool:
    return bool(re.search(rf"(?<![a-z0-9]){any_of(words)}(?![a-z0-9])", said))


@cache
def _lunar_words() -> dict[str, bool]:
    return vocabulary({N_("words: of the lunar calendar"): True})


@cache
def _weekdays() -> dict[str, tuple[int, ...]]:
    """Names of weekdays in every language, and of the weekend, to days from Monday."""
    found: dict[str, tuple[int, ...]] = {}
    for language in LANGUAGES:
        for width in ("wide", "abbreviated"):
            found |= {
                fold(name): (day,)
                for day, name in get_day_names(width, locale=language).items()
                if len(fold(name)) > 2 and fold(name) != "thu"  # Thursday, but far oftener “thứ”
            }
    for day in range(2, 8):
        for short in (f"t{day}", f"thu {day}", f"thu{day}"):
            found[short] = (day - 2,)
    return found | vocabulary(
        {N_("words: Sunday"): (6,), N_("words: Wednesday"): (2,), N_("words: weekend"): (5, 6)}
    )


@cache
def _month_names() -> dict[str, int]:
    return {
        fold(name): month
        for language in ("fr", "en")
        for width in ("wide", "abbreviated")
        for month, name in get_month_names(width, locale=language).items()
    }


@cache
def _near_days() -> dict[str, int]:
    return vocabulary(
        {
            N_("words: today"): 0,
            N_("words: tomorrow"): 1,
            N_("words: the day after tomorrow"): 2,
            N_("words: yesterday"): -1,
            N_("words: the day before yesterday"): -2,
        }
    )


@cache
def _week_shifts() -> dict[str, tuple[int, ...]]:
    return vocabulary(
        {
            N_("words: of this week"): (0,),
            N_("words: of next week"): (1,),
            N_("words: of last week"): (-1,),
            N_("words: next (weekday)"): (0, 1),
        }
    )


@cache
def _shifts() -> dict[str, int]:
    return vocabulary(
        {N_("words: this (month)"): 0, N_("words: next (month)"): 1, N_("words: last (month)"): -1}
    )


@cache
def _parts_of_month() -> dict[str, tuple[int, ...]]:
    return vocabulary(
        {
            N_("words: beginning of"): (1, 5, 10),
            N_("words: middle of"): (12, 15, 18),
            N_("words: end of"): (20, 25, 31),
        }
    )


@cache
def _time_units() -> dict[str, tuple[int, int]]:
    """What people count time in, as days and months."""
    return vocabulary(
        {
            N_("words: day"): (1, 0),
            N_("words: week"): (7, 0),
            N_("words: month"): (0, 1),
            N_("words: year"): (0, 12),
        }
    )


@cache
def _spans() -> dict[str, int]:
    return vocabulary({N_("words: month"): 1, N_("words: year"): 12, N_("words: quarter"): 3}) | {"m": 1}


@cache
def _term_pattern() -> re.Pattern[str]:
    unit = any_of(_spans())
    return re.compile(
        rf"(?:(?P<half_of>{any_of(half_of_words())})"
        rf" |(?P<number>[0-9]{{1,4}}(?:[.,][0-9]{{1,2}})?) ?|(?P<spelt>[a-z]+(?: [a-z]+){{0,4}}?) )"
        rf"(?P<unit>{unit})(?: (?P<half>{any_of(half_words())}))?"
        rf"(?: (?:{any_of(_and_words())} )?(?P<rest>[0-9a-z].{{0,40}}))?"
    )


@cache
def _day_words() -> dict[str, bool]:
    return vocabulary({N_("words: day, before a date"): True})


@cache
def _month_words() -> dict[str, bool]:
    return vocabulary({N_("words: month"): True})


@cache
def _year_words() -> dict[str, bool]:
    return vocabulary({N_("words: year"): True})


@cache
def _quarter_words() -> dict[str, bool]:
    return vocabulary({N_("words: quarter"): True}) | {"q": True}


@cache
def _season_words() -> dict[str, bool]:
    return vocabulary({N_("words: season"): True, N_("words: seasons by name"): True})


@cache
def _all_year_words() -> dict[str, bool]:
    return vocabulary({N_("words: all year round"): True})


@cache
def _from_words() -> dict[str, bool]:
    return vocabulary({N_("words: from"): True})


@cache
def _to_words() -> dict[str, bool]:
    return vocabulary({N_("words: to"): True})


@cache
def _and_words() -> dict[str, bool]:
    return vocabulary({N_("words: and"): True})


@cache
def _later_words() -> dict[str, bool]:
    return vocabulary({N_("words: from now on, in (time)"): True})


@cache
def _ago_words() -> dict[str, bool]:
    return vocabulary({N_("words: ago"): True})


@cache
def _ago_before_words() -> dict[str, bool]:
    """Those that stand before the number: il y a 3 jours."""
    return vocabulary({N_("words: ago, before the number"): True})
