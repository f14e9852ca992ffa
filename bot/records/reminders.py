"""Reminders: a row for each matter of which a person is reminded at a moment, and how it ended.

A rule (`bot.reminding`) says what is wanted; planning makes rows of it under a unique key, so that it happens once
however often it is planned. `occurs_at` is the moment that the rule gives and part of the key; `due_at` is when it
is said, later where the person put it off.

State: waiting, due (the notice stands in the inbox), sent; void (it holds no more), missed (too late, or nobody could
be reached), stopped (the person does not want to hear of this matter), broken (the rule could not say it).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    and_,
    bindparam,
    case,
    delete,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.database import Instant, metadata
from bot.records.events import events
from bot.records.sql import ROW_ID, ignoring_repetition

#: The rule of what a person asked for in words; its text is the row's note.
OWN = "own"
#: What is still to be said.
AHEAD = ("waiting", "due")

reminders = Table(
    "reminders",
    metadata,
    Column("id", ROW_ID, primary_key=True),
    Column("rule", String(24), nullable=False),
    Column("subject_id", ROW_ID, nullable=False),
    Column("person_id", ForeignKey("people.id", ondelete="CASCADE"), nullable=False),
    Column("occurs_at", Instant, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("state", String(8), nullable=False, server_default="waiting"),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("note", Text, nullable=False, server_default=""),
    Column("sent_at", Instant),
    UniqueConstraint("rule", "occurs_at", "subject_id", "person_id"),
)
Index("ix_reminders_person_id", reminders.c.person_id, reminders.c.rule, reminders.c.subject_id)
_waiting = reminders.c.state == "waiting"
Index(
    "ix_reminders_waiting",
    reminders.c.due_at,
    reminders.c.id,
    sqlite_where=_waiting,
    postgresql_where=_waiting,
)
_stopped = reminders.c.state == "stopped"
Index("ix_reminders_stopped", reminders.c.rule, sqlite_where=_stopped, postgresql_where=_stopped)
_failed = reminders.c.state.in_(("missed", "broken"))
Index("ix_reminders_failed", reminders.c.due_at, sqlite_where=_failed, postgresql_where=_failed)

reminder_plans = Table(
    "reminder_plans",
    metadata,
    Column("rule", String(24), primary_key=True),
    Column("planned_at", Instant, nullable=False),
    Column("error", String(200), nullable=False, server_default=""),
)

reminder_wishes = Table(
    "reminder_wishes",
    metadata,
    Column("person_id", ForeignKey("people.id", ondelete="CASCADE"), primary_key=True),
    Column("event_id", ForeignKey("events.id", ondelete="CASCADE"), primary_key=True),
    Column("days", Integer, primary_key=True),
)


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One moment at which a person is to be reminded of a subject.

    `until` is the last day on which it makes sense, `what` names the subject in a list. `about` is what its rule
    looked up of it, where it is to be said.
    """

    subject: int
    person: int
    at: datetime
    until: date
    what: str = ""
    about: Any = None

    @property
    def key(self) -> tuple[datetime, int, int]:
        return self.at, self.subject, self.person


@dataclass(frozen=True, slots=True)
class Reminder:
    """A row; `note` is the text of what the person asked for in words, else ""."""

    id: int
    rule: str
    subject_id: int
    person_id: int
    occurs_at: datetime
    due_at: datetime
    state: str
    tries: int
    note: str


@dataclass(frozen=True, slots=True)
class Due:
    """A reminder whose time has come; `newer` is that of a newer one of the same matter that is due as well."""

    reminder: Reminder
    newer: datetime | None


async def planned_at(connection: AsyncConnection) -> dict[str, datetime]:
    """When each rule was last planned."""
    rows = await connection.execute(select(reminder_plans.c.rule, reminder_plans.c.planned_at))
    return {row.rule: row.planned_at for row in rows}


_planned = (
    update(reminder_plans)
    .where(reminder_plans.c.rule == bindparam("name"))
    .values(planned_at=bindparam("at"), error=bindparam("why"))
)


async def note_plans(connection: AsyncConnection, plans: Mapping[str, tuple[datetime, str]]) -> None:
    """Notes until when each rule was planned, and why it could not be, else ""."""
    rows = [{"rule": rule, "planned_at": at} for rule, (at, _) in plans.items()]
    if rows:
        await connection.execute(ignoring_repetition(connection, reminder_plans), rows)
        changes = [{"name": rule, "at": at, "why": error[:200]} for rule, (at, error) in plans.items()]
        await connection.execute(_planned, changes)


async def plan(
    connection: AsyncConnection,
    rule: str,
    wanted: Iterable[Occurrence],
    after: datetime,
    until: datetime,
    at: datetime,
) -> None:
    """Makes the rows of a rule after one moment and until another what is wanted there; planned twice, it changes
    nothing.

    What is wanted no more is void, and waits again where it is wanted once more before its time.
    """
    found = await connection.execute(
        select(
            reminders.c.id,
            reminders.c.occurs_at,
            reminders.c.subject_id,
            reminders.c.person_id,
            reminders.c.state,
        ).where(reminders.c.rule == rule, reminders.c.occurs_at > after, reminders.c.occurs_at <= until)
    )
    there = {(row.occurs_at, row.subject_id, row.person_id): row for row in found}
    keys = {one.key for one in wanted}
    new = [
        {"rule": rule, "occurs_at": when, "due_at": when, "subject_id": subject, "person_id": person}
        for when, subject, person in sorted(keys - there.keys())
    ]
    if new:
        await connection.execute(ignoring_repetition(connection, reminders), new)
    again = [row.id for key, row in there.items() if row.state == "void" and key in keys and key[0] > at]
    await _turn_into(connection, again, "waiting")
    gone = [row.id for key, row in there.items() if row.state == "waiting" and key not in keys]
    await _turn_into(connection, gone, "void")


_newer = reminders.alias("newer")
_due = (
    select(
        reminders,
        select(func.max(_newer.c.due_at))
        .where(
            _newer.c.person_id == reminders.c.person_id,
            _newer.c.rule == reminders.c.rule,
            _newer.c.subject_id == reminders.c.subject_id,
            _newer.c.state == "waiting",
            _newer.c.due_at <= bindparam("at"),
            or_(
                _newer.c.due_at > reminders.c.due_at,
                and_(_newer.c.due_at == reminders.c.due_at, _newer.c.id > reminders.c.id),
            ),
        )
        .scalar_subquery()
        .label("newer"),
    )
    .where(reminders.c.state == "waiting", reminders.c.due_at <= bindparam("at"))
    .order_by(reminders.c.due_at, reminders.c.id)
    .limit(bindparam("most"))
    .with_for_update(of=reminders, skip_locked=True)
)
_due_of = _due.where(reminders.c.rule.in_(bindparam("rules", expanding=True)))


async def due(
    connection: AsyncConnection, at: datetime, most: int, rules: Collection[str] | None = None
) -> list[Due]:
    """What waits and whose time has come, oldest first; of these rules alone, where any are given."""
    wanted: dict[str, Any] = {"at": at, "most": most}
    if rules is None:
        rows = await connection.execute(_due, wanted)
    else:
        rows = await connection.execute(_due_of, {**wanted, "rules": list(rules)})
    return [Due(_reminder(row), row.newer) for row in rows]


async def put(connection: AsyncConnection, numbers: Sequence[int]) -> None:
    """Notes that the notices of these stand in the inbox."""
    await _turn_into(connection, numbers, "due")


async def end(connection: AsyncConnection, numbers: Sequence[int], state: str) -> None:
    """Ends what waits or is due: void, missed or broken."""
    await _turn_into(connection, numbers, state, AHEAD)


async def put_back(connection: AsyncConnection, number: int) -> None:
    """Has one that could not be said wait once more, for a notice of its own."""
    await connection.execute(
        update(reminders).where(reminders.c.id == number).values(state="waiting", tries=reminders.c.tries + 1)
    )


_sent = (
    update(reminders)
    .where(reminders.c.id == bindparam("row"), reminders.c.state == "due")
    .values(state="sent", sent_at=bindparam("moment"))
)


async def sent(connection: AsyncConnection, said: Sequence[tuple[int, datetime]]) -> None:
    """Notes which reminders were said, and when."""
    await connection.execute(_sent, [{"row": number, "moment": at} for number, at in said])


async def get(connection: AsyncConnection, number: int, *, lock: bool = False) -> Reminder | None:
    return (await get_all(connection, [number], lock=lock)).get(number)


_get_all = (
    select(reminders).where(reminders.c.id.in_(bindparam("rows", expanding=True))).order_by(reminders.c.id)
)
_get_all_locked = _get_all.with_for_update()


async def get_all(
    connection: AsyncConnection, numbers: Collection[int], *, lock: bool = False
) -> dict[int, Reminder]:
    """These reminders by their number, as far as they are there."""
    query = _get_all_locked if lock else _get_all
    return {row.id: _reminder(row) for row in await connection.execute(query, {"rows": list(numbers)})}


async def snooze(connection: AsyncConnection, number: int, due_at: datetime) -> bool:
    """Has a reminder that was said be said once more at a later moment; False where it was not said."""
    moved = await connection.execute(
        update(reminders)
        .where(reminders.c.id == number, or_(reminders.c.state == "sent", and_(_waiting, _put_off)))
        .values(state="waiting", due_at=due_at, tries=reminders.c.tries + 1)
    )
    return moved.rowcount == 1


_put_off = reminders.c.due_at > reminders.c.occurs_at


async def stop(connection: AsyncConnection, person: int, rule: str, subject: int, at: datetime) -> None:
    """Nothing more is said of a matter; where nothing stands there yet, a row is made that says so."""
    key = {"rule": rule, "subject_id": subject, "person_id": person}
    stopped = await connection.execute(update(reminders).where(_of(key)).values(state="stopped"))
    if not stopped.rowcount:
        row = {**key, "occurs_at": at, "due_at": at, "state": "stopped"}
        await connection.execute(ignoring_repetition(connection, reminders).values(row))


async def resume(connection: AsyncConnection, person: int, rule: str, subject: int, at: datetime) -> None:
    """Takes a stop back: what is still to come waits again."""
    key = {"rule": rule, "subject_id": subject, "person_id": person}
    state = case(
        (reminders.c.sent_at.is_not(None), "sent"), (reminders.c.due_at > at, "waiting"), else_="void"
    )
    await connection.execute(update(reminders).where(_of(key), _stopped).values(state=state))


async def stopped(
    connection: AsyncConnection, rule: str, whom: Collection[int] | None = None
) -> set[tuple[int, int]]:
    """(subject, person) of what people do not want to hear of, of all or of these."""
    query = select(reminders.c.subject_id, reminders.c.person_id).where(reminders.c.rule == rule, _stopped)
    if whom is not None:
        query = query.where(reminders.c.person_id.in_(whom))
    return {(row.subject_id, row.person_id) for row in await connection.execute(query)}


async def add_own(connection: AsyncConnection, person: int, subject: int, text: str, at: datetime) -> int:
    """Notes what a person wants to be reminded of in words; `subject` parts it from what else is due then."""
    row = {"rule": OWN, "subject_id": subject, "person_id": person, "occurs_at": at, "due_at": at}
    await connection.execute(ignoring_repetition(connection, reminders).values(**row, note=text))
    found = await connection.execute(select(reminders.c.id).where(_of(row), reminders.c.occurs_at == at))
    return int(found.scalar_one())


async def own(
    connection: AsyncConnection, after: datetime, until: datetime, whom: Collection[int] | None = None
) -> list[Reminder]:
    """What people want to be reminded of in words, in between."""
    query = select(reminders).where(
        reminders.c.rule == OWN,
        reminders.c.occurs_at >= after,
        reminders.c.occurs_at < until,
        reminders.c.state.not_in(("void", "stopped")),
    )
    if whom is not None:
        query = query.where(reminders.c.person_id.in_(whom))
    return [_reminder(row) for row in await connection.execute(query.order_by(reminders.c.occurs_at))]


async def waiting_of(connection: AsyncConnection, person: int) -> list[Reminder]:
    """All that waits for a person, the next one first."""
    rows = await connection.execute(
        select(reminders)
        .where(reminders.c.person_id == person, reminders.c.state.in_(AHEAD))
        .order_by(reminders.c.due_at, reminders.c.id)
    )
    return [_reminder(row) for row in rows]


async def wish(connection: AsyncConnection, person: int, event: int, days: int) -> None:
    """Notes that a person wants to be reminded so many days before an event, whenever that is."""
    row = {"person_id": person, "event_id": event, "days": days}
    await connection.execute(ignoring_repetition(connection, reminder_wishes).values(row))


async def unwish(connection: AsyncConnection, person: int, event: int) -> None:
    await connection.execute(
        delete(reminder_wishes).where(
            reminder_wishes.c.person_id == person, reminder_wishes.c.event_id == event
        )
    )


async def wishes(
    connection: AsyncConnection, after: datetime, whom: Collection[int] | None = None
) -> list[tuple[int, int, int, datetime, str]]:
    """(event, person, days before, when it begins, title) of the wishes for events that begin after a moment."""
    query = (
        select(
            reminder_wishes.c.event_id,
            reminder_wishes.c.person_id,
            reminder_wishes.c.days,
            events.c.starts_at,
            events.c.title,
        )
        .join(events, events.c.id == reminder_wishes.c.event_id)
        .where(events.c.state == "open", events.c.starts_at > after)
        .order_by(events.c.starts_at, reminder_wishes.c.person_id)
    )
    if whom is not None:
        query = query.where(reminder_wishes.c.person_id.in_(whom))
    return [(row[0], row[1], row[2], row[3], row[4]) for row in await connection.execute(query)]


async def forget(connection: AsyncConnection, person: int) -> None:
    """Deletes all reminders and wishes of a person."""
    await connection.execute(delete(reminders).where(reminders.c.person_id == person))
    await connection.execute(delete(reminder_wishes).where(reminder_wishes.c.person_id == person))


@dataclass(frozen=True, slots=True)
class Failures:
    """What was not said: how many of a rule, and when the first and the last of them were due."""

    rule: str
    state: str
    count: int
    first: datetime
    last: datetime


async def failures(connection: AsyncConnection, since: datetime) -> list[Failures]:
    """What was missed and what is broken since a moment, by rule."""
    rows = await connection.execute(
        select(
            reminders.c.rule,
            reminders.c.state,
            func.count().label("count"),
            func.min(reminders.c.due_at).label("first"),
            func.max(reminders.c.due_at).label("last"),
        )
        .where(_failed, reminders.c.due_at >= since)
        .group_by(reminders.c.rule, reminders.c.state)
        .order_by(reminders.c.rule, reminders.c.state)
    )
    return [Failures(row.rule, row.state, row[2], row.first, row.last) for row in rows]


async def unplanned(connection: AsyncConnection) -> dict[str, str]:
    """Rules that could not be planned the last time, each with the kind of the error."""
    rows = await connection.execute(
        select(reminder_plans.c.rule, reminder_plans.c.error).where(reminder_plans.c.error != "")
    )
    return {row.rule: row.error for row in rows}


async def retry_broken(connection: AsyncConnection) -> int:
    """Has what is broken wait once more; returns how many."""
    moved = await connection.execute(
        update(reminders)
        .where(reminders.c.state == "broken")
        .values(state="waiting", tries=reminders.c.tries + 1)
    )
    return moved.rowcount


async def drop(connection: AsyncConnection, rule: str) -> None:
    """Takes what waits of a rule that is no more."""
    await connection.execute(update(reminders).where(reminders.c.rule == rule, _waiting).values(state="void"))


def _of(key: dict[str, Any]) -> ColumnElement[bool]:
    return and_(
        reminders.c.person_id == key["person_id"],
        reminders.c.rule == key["rule"],
        reminders.c.subject_id == key["subject_id"],
    )


async def _turn_into(
    connection: AsyncConnection, numbers: Sequence[int], state: str, of: Sequence[str] = ()
) -> None:
    """Changes the state of these; only of those in one of some states, where any are given."""
    change = update(reminders).values(state=state)
    if of:
        change = change.where(reminders.c.state.in_(of))
    for start in range(0, len(numbers), 5000):
        await connection.execute(change.where(reminders.c.id.in_(numbers[start : start + 5000])))


def _reminder(row: Row[Any]) -> Reminder:
    return Reminder(
        row.id,
        row.rule,
        row.subject_id,
        row.person_id,
        row.occurs_at,
        row.due_at,
        row.state,
        row.tries,
        row.note,
    )
