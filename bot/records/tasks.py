"""What waits for staff: one row for each thing that an officer has to decide or to answer, oldest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    String,
    Table,
    Text,
    case,
    false,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.database import Instant, metadata
from bot.records.sql import ROW_ID

tasks = Table(
    "tasks",
    metadata,
    Column("id", ROW_ID, primary_key=True),
    Column("subject", String(16), nullable=False),
    Column("subject_id", ROW_ID, nullable=False),
    Column("topic", String(16), nullable=False),
    Column("commune", String(8), nullable=False, server_default=""),
    Column("person_id", ForeignKey("people.id", ondelete="SET NULL")),
    Column("officer_id", ForeignKey("officers.id", ondelete="SET NULL")),
    Column("state", String(8), nullable=False, server_default="open"),
    Column("urgent", Boolean, nullable=False, server_default=false()),
    Column("overdue", Boolean, nullable=False, server_default=false()),
    Column("had", Text, nullable=False, server_default=","),
    Column("opened_at", Instant, nullable=False),
    Column("assigned_at", Instant),
    Column("closed_at", Instant),
)
Index(
    "uq_tasks_open",
    tasks.c.subject,
    tasks.c.subject_id,
    unique=True,
    sqlite_where=tasks.c.state != "closed",
    postgresql_where=tasks.c.state != "closed",
)
Index("ix_tasks_state_officer_id", tasks.c.state, tasks.c.officer_id)


@dataclass(frozen=True, slots=True)
class Task:
    """`state`: open (nobody took it), taken (an officer is at it) or closed; `person_id` is the member's.

    `had`: the officers it came to so far; `overdue`: all in charge had it for a working day and nobody took it.
    """

    id: int
    subject: str
    subject_id: int
    topic: str
    commune: str
    person_id: int | None
    officer_id: int | None
    state: str
    opened_at: datetime
    assigned_at: datetime | None
    urgent: bool
    overdue: bool
    had: tuple[int, ...]


async def begin(
    connection: AsyncConnection,
    subject: str,
    subject_id: int,
    *,
    topic: str,
    commune: str,
    person_id: int | None,
    at: datetime,
    urgent: bool = False,
) -> tuple[int, bool]:
    """The number of the task for a thing, and whether it is new: a thing waits once, however often it changes."""
    open_one = await of(connection, subject, subject_id)
    if open_one:
        if urgent and not open_one.urgent:
            await connection.execute(update(tasks).where(tasks.c.id == open_one.id).values(urgent=True))
        return open_one.id, False
    made = await connection.execute(
        insert(tasks)
        .values(
            subject=subject,
            subject_id=subject_id,
            topic=topic,
            commune=commune,
            person_id=person_id,
            urgent=urgent,
            opened_at=at,
        )
        .returning(tasks.c.id)
    )
    return int(made.scalar_one()), True


async def of(connection: AsyncConnection, subject: str, subject_id: int) -> Task | None:
    """The task that is not closed for a thing."""
    found = await connection.execute(
        select(tasks).where(
            tasks.c.subject == subject, tasks.c.subject_id == subject_id, tasks.c.state != "closed"
        )
    )
    row = found.first()
    return _task(row) if row else None


async def get(connection: AsyncConnection, task: int, *, lock: bool = False) -> Task | None:
    """A task by its number; with `lock`, nobody else changes it until the transaction ends."""
    wanted = select(tasks).where(tasks.c.id == task)
    row = (await connection.execute(wanted.with_for_update() if lock else wanted)).first()
    return _task(row) if row else None


async def assign(
    connection: AsyncConnection, task: int, officer: int, at: datetime, *, taken: bool = False
) -> None:
    """Gives a task to an officer; `taken` where they took it themselves."""
    await connection.execute(
        update(tasks)
        .where(tasks.c.id == task, tasks.c.state != "closed")
        .values(
            officer_id=officer,
            assigned_at=at,
            state="taken" if taken else "open",
            overdue=False,
            had=case(
                (tasks.c.had.contains(f",{officer},", autoescape=True), tasks.c.had),
                else_=tasks.c.had + f"{officer},",
            ),
        )
    )


async def open_for(connection: AsyncConnection, officer: int) -> list[Task]:
    """What is open for an officer: urgent first, then their own, then what has no officer or no one took; each
    oldest first. What of the second kind is not their topic is for the caller to leave out."""
    mine = tasks.c.officer_id == officer
    rows = await connection.execute(
        select(tasks)
        .where(tasks.c.state != "closed", or_(mine, tasks.c.officer_id.is_(None), tasks.c.overdue))
        .order_by(tasks.c.urgent.desc(), case((mine, 0), else_=1), tasks.c.opened_at, tasks.c.id)
    )
    return [_task(row) for row in rows]


async def untaken(connection: AsyncConnection) -> list[Task]:
    """What waits for an officer to take it and is not overdue yet, oldest first; held until the transaction ends."""
    rows = await connection.execute(
        select(tasks)
        .where(tasks.c.state == "open", tasks.c.overdue.is_(False))
        .order_by(tasks.c.id)
        .with_for_update(skip_locked=True)
    )
    return [_task(row) for row in rows]


async def overdue(connection: AsyncConnection, task: int) -> None:
    """All in charge had it, and nobody took it: everybody sees it on their list."""
    await connection.execute(update(tasks).where(tasks.c.id == task).values(overdue=True))


async def release(connection: AsyncConnection, officer: int, *, taken: bool = True) -> list[Task]:
    """Frees what waits for an officer, so that it goes to others; without `taken`, only what they did not take."""
    theirs = [tasks.c.officer_id == officer, tasks.c.state != "closed" if taken else tasks.c.state == "open"]
    found = [_task(row) for row in await connection.execute(select(tasks).where(*theirs))]
    await connection.execute(
        update(tasks).where(*theirs).values(officer_id=None, assigned_at=None, state="open")
    )
    return found


async def of_person(connection: AsyncConnection, person: int) -> list[Task]:
    """All that ever waited for a member."""
    rows = await connection.execute(select(tasks).where(tasks.c.person_id == person))
    return [_task(row) for row in rows]


async def close(connection: AsyncConnection, subject: str, subject_id: int, at: datetime) -> None:
    """Nothing waits any more for a thing: it was decided, or withdrawn."""
    await connection.execute(
        update(tasks)
        .where(tasks.c.subject == subject, tasks.c.subject_id == subject_id, tasks.c.state != "closed")
        .values(state="closed", closed_at=at)
    )


async def load(connection: AsyncConnection) -> dict[int, int]:
    """How many tasks that are not closed each officer has."""
    rows = await connection.execute(
        select(tasks.c.officer_id, func.count())
        .where(tasks.c.state != "closed", tasks.c.officer_id.is_not(None))
        .group_by(tasks.c.officer_id)
    )
    return {row[0]: row[1] for row in rows}


def _task(row: Row[tuple[object, ...]]) -> Task:
    return Task(
        row.id,
        row.subject,
        row.subject_id,
        row.topic,
        row.commune,
        row.person_id,
        row.officer_id,
        row.state,
        row.opened_at,
        row.assigned_at,
        row.urgent,
        row.overdue,
        tuple(int(part) for part in row.had.split(",") if part),
    )
