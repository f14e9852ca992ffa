"""Rules of what people are reminded of, and the clock's part: what is wanted becomes rows, what is due is put.

A rule looks at the records as they are. It is planned each hour for the two days ahead, and asked again when a
reminder is said: what has moved is planned anew, and what holds no more is not said. What was planned before stays
under its unique key, so that each moment is said once, whatever stops in between.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.chat import Outgoing
from bot.errors import where
from bot.hours import quiet, resting
from bot.records import notices, optouts, reminders, staff
from bot.records.reminders import Occurrence, Reminder
from bot.text import TIMEZONE
from bot.turn import Turn

log = logging.getLogger(__name__)

#: The time of day at which people are reminded.
MORNING = time(8, 0)
#: How far ahead rows are made; a date that changes later than that before its reminder needs no bookkeeping.
AHEAD = timedelta(days=2)
PLANNED_EVERY = timedelta(hours=1)
#: Reminders put in a minute: what one bot can send on Telegram in that time (30 a second).
BATCH = 1800
#: The longest rest over which a day is moved: Tết with its weekends.
LONGEST_REST = timedelta(days=16)


@dataclass(frozen=True)
class Rule:
    """What people are reminded of. `title` is a msgid for lists; `topic` is one of `optouts.TOPICS`, or "" for a
    person's own business, which no opt-out touches.

    `plan` gives the occurrences on the days from one to another, both included, of some people or of all. `say`
    says one, or nothing where it holds no more; before it, `look_up` reads what it needs of many at once, in their
    order, and it finds that as `about`. One that is late by more than `catch_up` is missed. With
    `office_days` it moves on to the next day on which the office is open and it is not Tết. `urgent` is
    said at night too.
    """

    name: str
    title: str
    topic: str
    plan: Callable[[AsyncConnection, date, date, Collection[int] | None], Awaitable[Sequence[Occurrence]]]
    say: Callable[[Turn, Occurrence], Awaitable[Sequence[Outgoing]]]
    look_up: Callable[[AsyncConnection, Sequence[Occurrence]], Awaitable[Sequence[Any]]] | None = None
    catch_up: timedelta = timedelta(days=2)
    office_days: bool = False
    urgent: bool = False


Rules = Mapping[str, Rule]


def morning(day: date) -> datetime:
    """The moment of a day at which people are reminded."""
    return datetime.combine(day, MORNING, TIMEZONE)


def midnight(day: date) -> datetime:
    """The beginning of a day in Vietnam."""
    return datetime.combine(day, time(), TIMEZONE)


def day_of(at: datetime) -> date:
    """The day of a moment in Vietnam."""
    return at.astimezone(TIMEZONE).date()


async def occurrences(
    connection: AsyncConnection, rule: Rule, first: date, last: date, whom: Collection[int] | None = None
) -> list[Occurrence]:
    """What a rule wants said on the days from one to another, both included, without what people do not want."""
    begin = first - LONGEST_REST if rule.office_days else first
    when = _Moments(rule)
    found = [
        one if one.at == at else replace(one, at=at)
        for one in await rule.plan(connection, begin, last, whom)
        for at, day in [when[one.at]]
        if first <= day <= last and day <= one.until
    ]
    if not found:
        return []
    unwanted = await reminders.stopped(connection, rule.name, whom)
    refusing = await optouts.who(connection, rule.topic, whom) if rule.topic else set()
    return [one for one in found if one.person not in refusing and (one.subject, one.person) not in unwanted]


class _Moments(dict[datetime, tuple[datetime, date]]):
    """When a rule says what it wants said at a moment, and on which day; thousands share a few moments."""

    def __init__(self, rule: Rule) -> None:
        self._office_days = rule.office_days

    def __missing__(self, wanted: datetime) -> tuple[datetime, date]:
        at, day = wanted, day_of(wanted)
        if self._office_days and resting(day):
            while resting(day):
                day += timedelta(days=1)
            at = datetime.combine(day, wanted.astimezone(TIMEZONE).time(), TIMEZONE)
        self[wanted] = at, day
        return at, day


async def holding(connection: AsyncConnection, rule: Rule, some: Iterable[Reminder]) -> dict[int, Occurrence]:
    """What each of a rule's reminders stands for, as the records are now; those that hold no more are left out."""
    by_day: dict[date, list[Reminder]] = {}
    for one in some:
        by_day.setdefault(day_of(one.occurs_at), []).append(one)
    held = {}
    for day, rows in by_day.items():
        found = await occurrences(connection, rule, day, day, {one.person_id for one in rows})
        by_key = {one.key: one for one in reversed(found)}
        for one in rows:
            if (occurrence := by_key.get((one.occurs_at, one.subject_id, one.person_id))) is not None:
                held[one.id] = occurrence
    return held


async def looked_up(
    connection: AsyncConnection, rule: Rule, held: Mapping[int, Occurrence]
) -> Mapping[int, Occurrence]:
    """The same with what the rule needs to say them."""
    if rule.look_up is None or not held:
        return held
    about = await rule.look_up(connection, list(held.values()))
    return {number: replace(one, about=its) for (number, one), its in zip(held.items(), about, strict=True)}


async def tick(connection: AsyncConnection, rules: Rules, at: datetime) -> None:
    """What the clock does each minute: plans the rules whose hour has passed, and puts what is due."""
    before = await reminders.planned_at(connection)
    planned = {}
    for rule in rules.values():
        since = before.get(rule.name)
        if since is None or at - since >= PLANNED_EVERY:
            planned[rule.name] = await plan(connection, rule, since or at, at)
    await reminders.note_plans(connection, planned)
    await put(connection, rules, at)


async def plan(
    connection: AsyncConnection, rule: Rule, since: datetime, at: datetime
) -> tuple[datetime, str]:
    """Makes rows of what a rule wants from when it was last planned until two days ahead. Returns from when it is to
    be planned the next time, and the kind of the error that it failed with, else "".

    A rule that fails is tried again; the others go on.
    """
    until = at + AHEAD
    try:
        async with connection.begin_nested():
            found = await occurrences(connection, rule, day_of(since), day_of(until))
            wanted = [one for one in found if since < one.at <= until]
            await reminders.plan(connection, rule.name, wanted, since, until, at)
    except Exception as error:
        if connection.invalidated:
            raise
        log.error("the reminders of %s could not be planned; it is tried again: %s", rule.name, where(error))
        return since, type(error).__name__
    return at, ""


async def put(connection: AsyncConnection, rules: Rules, at: datetime) -> None:
    """Puts what is due as notices, a batch; at night only what is urgent.

    Of one matter that is due several times over only the newest is said. What is too late, or finds nobody, is
    missed, and officers are told so once a day.
    """
    urgent = [rule.name for rule in rules.values() if rule.urgent]
    found = await reminders.due(connection, at, BATCH, urgent if quiet(at) else None)
    if not found:
        return
    ends: dict[str, list[int]] = {"void": [], "missed": []}
    ready: list[Reminder] = []
    for one in found:
        row, rule = one.reminder, rules.get(one.reminder.rule)
        if rule is None or one.newer == row.due_at:
            ends["void"].append(row.id)
        elif one.newer or at - row.due_at > rule.catch_up:
            ends["missed"].append(row.id)
        else:
            ready.append(row)
    told = [(row.person_id, f"remind:say:{row.id}", f"remind:{row.id}:{row.tries}") for row in ready]
    reached = await notices.put_all(connection, told, at)
    ends["missed"] += [row.id for row in ready if row.person_id not in reached]
    await reminders.put(connection, [row.id for row in ready if row.person_id in reached])
    for state, numbers in ends.items():
        await reminders.end(connection, numbers, state)
    if ends["missed"]:
        await _tell_officers(connection, at)


async def _tell_officers(connection: AsyncConnection, at: datetime) -> None:
    key = f"remind:missed:{day_of(at):%Y%m%d}"
    people = [one.person_id for one in await staff.everyone(connection) if one.person_id is not None]
    await notices.put_all(connection, [(person, "rules:missed", key) for person in people], at)
