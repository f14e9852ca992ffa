"""A year of events and their reminders on a clock of its own: what is said, beside what should be.

Each member acts for a cooperative that has a place at events all through the year. The clock ticks some times a day,
and the engine says what is put then; what it says stays in the outbox. For three days nothing runs, and on one day the
dates of some events change.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

import handlers
from bot import scheduler, settings
from bot.assistant import Assistant, apologise
from bot.engine import Engine
from bot.records import events
from bot.records.cooperatives import cooperatives, memberships
from bot.records.messages import REMINDER, inbox, outbox
from bot.records.optouts import optouts
from bot.records.people import CONSENT, chats, people
from bot.records.registrations import registrations
from bot.records.reminders import reminders
from bot.reminding import Rule
from bot.text import TIMEZONE
from handlers.event_reminders import DAYS, RULES, SURVEYED
from tests.talk import Clock

FIRST = date(2027, 1, 4)
#: From when nothing runs, and for how long.
STOP, STOPPED = datetime(2027, 3, 9, 0, 0, tzinfo=TIMEZONE), timedelta(days=3)
#: When dates change, of events that begin soon after it, and by how much.
CHANGE, SOON, MOVED = datetime(2027, 6, 1, 12, 0, tzinfo=TIMEZONE), timedelta(days=10), timedelta(days=14)
#: The hours of a day at which the clock ticks.
DAY = (7, 8)

#: How many messages to an address about a title on a day.
Said = Counter[tuple[str, str, date]]


@dataclass
class Gathering:
    """An event: `starts` are its dates, each from a moment on."""

    number: int
    kind: str
    members: list[int]
    starts: list[tuple[datetime, datetime]] = field(default_factory=list)

    @property
    def title(self) -> str:
        return f"Sự kiện số {self.number}"


class Year:
    """`members` people and `gatherings` events, at each of which the same share of the members takes part."""

    def __init__(self, folder: Path, members: int, gatherings: int, *, url: str = "") -> None:
        chosen = settings.load(
            data_dir=folder, database_url=url or f"sqlite:///{folder / 'year.db'}", embeddings=False
        )
        self.clock = Clock()
        self.clock.now = datetime.combine(FIRST, time(6), TIMEZONE)
        self.assistant = Assistant(chosen, handlers.router(), clock=self.clock)
        self._chores = [one for one in self.assistant.router.chores if one.__qualname__ == "Reminders.tick"]
        self.members = members
        self.gatherings = [self._gathering(number, gatherings) for number in range(1, gatherings + 1)]
        self._engine = Engine(
            self.assistant.database,
            ["wire"],
            self.assistant.turn,
            self.assistant.router.respond,
            apologise,
            self.clock,
            brief=self.assistant.router.brief,
        )

    def _gathering(self, number: int, all_: int) -> Gathering:
        day = FIRST + timedelta(days=10 + (number - 1) * 335 // all_)
        start = datetime.combine(day, time(8 + number % 6), TIMEZONE)
        taking_part = range(number % all_, self.members, all_)
        one = Gathering(
            number, "fair" if number % 3 == 0 else "training", [member + 1 for member in taking_part]
        )
        one.starts.append((self.clock.now - timedelta(days=1), start))
        return one

    async def passes(self, days: int = 364) -> None:
        """Lives through the year, or its first days."""
        await self.assistant.open()
        try:
            await self.assistant.database.write(self._begin)
            day, changed = FIRST, False
            while day < FIRST + timedelta(days=days):
                for hour in DAY:
                    self.clock.now = datetime.combine(day, time(hour), TIMEZONE)
                    if STOP <= self.clock.now < STOP + STOPPED:
                        continue
                    if self.clock.now >= CHANGE and not changed:
                        changed = True
                        await self.assistant.database.write(self._change)
                    await scheduler.do(self.assistant.database, self.clock, self._chores, lambda: None)
                    while await self._engine.step():
                        pass
                day += timedelta(days=1)
            async with self.assistant.database.read() as connection:
                self.said = await self._said(connection)
                self.states = await self._states(connection)
                self.unfinished = await self._unfinished(connection)
        finally:
            await self.assistant.close()

    async def _begin(self, connection: AsyncConnection) -> None:
        at = self.clock.now - timedelta(days=1)
        each = range(1, self.members + 1)
        await connection.execute(
            insert(people), [{"id": n, "consent": CONSENT, "created_at": at} for n in each]
        )
        await connection.execute(
            insert(chats),
            [
                {"channel": "wire", "address": str(n), "in_group": False, "person_id": n, "created_at": at}
                for n in each
            ],
        )
        await connection.execute(
            insert(cooperatives),
            [
                {
                    "id": n,
                    "kind": "coop",
                    "name": f"HTX {n}",
                    "province": "04",
                    "state": "verified",
                    "created_at": at,
                }
                for n in each
            ],
        )
        await connection.execute(
            insert(memberships),
            [
                {
                    "cooperative_id": n,
                    "person_id": n,
                    "role": "director",
                    "state": "confirmed",
                    "created_at": at,
                }
                for n in each
            ],
        )
        await connection.execute(
            insert(optouts), [{"person_id": n, "topic": "yearly", "at": at} for n in each]
        )
        for one in self.gatherings:
            await self._publish(connection, one, at)

    async def _publish(self, connection: AsyncConnection, one: Gathering, at: datetime) -> None:
        start = one.starts[0][1]
        values: dict[str, Any] = {
            "kind": one.kind,
            "title": one.title,
            "starts_at": start,
            "ends_at": start + timedelta(hours=6),
            "closes_at": at,
            "state": "open",
        }
        number = await events.add(connection, values, [], at)
        assert number == one.number
        await connection.execute(
            insert(registrations),
            [
                {
                    "event_id": number,
                    "cooperative_id": member,
                    "person_id": member,
                    "code": f"{number:04}{member:04x}"[-8:],
                    "state": "confirmed",
                    "places": 1,
                    "people": 1,
                    "created_at": at,
                    "changed_at": at,
                }
                for member in one.members
            ],
        )

    async def _change(self, connection: AsyncConnection) -> None:
        for one in self.gatherings:
            start = one.starts[-1][1]
            if CHANGE < start <= CHANGE + SOON:
                moved = start + MOVED
                one.starts.append((CHANGE, moved))
                await events.change(
                    connection, one.number, CHANGE, starts_at=moved, ends_at=moved + timedelta(hours=6)
                )

    async def _said(self, connection: AsyncConnection) -> Said:
        rows = await connection.execute(
            select(outbox.c.address, outbox.c.payload, outbox.c.created_at).where(outbox.c.lane == REMINDER)
        )
        said: Said = Counter()
        for address, payload, at in rows:
            title = next(word for word in payload.split('"') if "Sự kiện số" in word)
            number = title.split("Sự kiện số ")[1].split("\\n")[0].split()[0]
            said[address, f"Sự kiện số {number}", at.astimezone(TIMEZONE).date()] += 1
        return said

    async def _states(self, connection: AsyncConnection) -> Counter[str]:
        rows = await connection.execute(select(reminders.c.state, func.count()).group_by(reminders.c.state))
        return Counter({row[0]: int(row[1]) for row in rows})

    async def _unfinished(self, connection: AsyncConnection) -> int:
        """Turns that failed, or were not taken."""
        failed = await connection.execute(
            select(func.count()).where((inbox.c.error.is_not(None)) | (inbox.c.done_at.is_(None)))
        )
        return int(failed.scalar_one())

    def expected(self) -> tuple[Said, int]:
        """What should have been said, and how many should be missed, by the dates alone."""
        said: Said = Counter()
        missed = 0
        for one in self.gatherings:
            days, lost = _days(one)
            missed += lost * len(one.members)
            for member in one.members:
                for day in days:
                    said[str(member), one.title, day] += 1
        return said, missed


def _days(one: Gathering) -> tuple[list[date], int]:
    """On which days each who takes part is told of an event, and how many times they are not, but should have been."""
    days: list[date] = []
    late: list[datetime] = []
    missed = 0
    before, survey = RULES[0], RULES[1]
    ends = [*(since for since, _ in one.starts[1:]), datetime.max.replace(tzinfo=TIMEZONE)]
    back = STOP + STOPPED
    for (since, start), until in zip(one.starts, ends, strict=True):
        moments = [_morning(start, -days_before) for days_before in DAYS]
        for moment in moments:
            if not since < moment <= until:
                continue
            if STOP <= moment < back:
                late.append(moment)
            else:
                days.append(moment.date())
        asked = _morning(start, SURVEYED)
        if one.kind == "fair" and since < asked <= until:
            days.append(back.date() if STOP <= asked < back and _in_time(asked, survey) else asked.date())
        for moment in late:
            if moment == max(late) and _in_time(moment, before):
                if back.date() < start.date():
                    days.append(back.date())
            else:
                missed += 1
        late.clear()
    return days, missed


def _in_time(moment: datetime, rule: Rule) -> bool:
    """Whether what was due then may still be said on the first morning after the stop."""
    return datetime.combine((STOP + STOPPED).date(), time(DAY[0]), TIMEZONE) - moment <= rule.catch_up


def _morning(start: datetime, days: int) -> datetime:
    return datetime.combine(start.date() + timedelta(days=days), time(8), TIMEZONE)
