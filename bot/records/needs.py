"""Needs and difficulties of members: received, sorted, sent to an agency, answered, closed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Select,
    String,
    Table,
    Text,
    UniqueConstraint,
    case,
    false,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.chat import Media
from bot.database import Instant, metadata
from bot.records.cooperatives import cooperatives
from bot.records.files import files
from bot.records.people import people
from bot.records.sql import ROW_ID

needs = Table(
    "needs",
    metadata,
    Column("id", ROW_ID, primary_key=True),
    Column("cooperative_id", ForeignKey("cooperatives.id", ondelete="SET NULL")),
    Column("person_id", ForeignKey("people.id", ondelete="SET NULL"), index=True),
    Column("chat_id", ForeignKey("chats.id", ondelete="SET NULL")),
    Column("source", ROW_ID),  # the inbox row of the message that sent it
    Column("category", String(16), nullable=False),
    Column("text", Text, nullable=False),
    Column("urgent", Boolean, nullable=False, server_default=false()),
    Column("forward", Boolean, nullable=False, server_default=false()),
    Column("photos", Text, nullable=False, server_default=""),
    Column("state", String(12), nullable=False, server_default="received"),
    Column("agency", Text, nullable=False, server_default=""),
    Column("answer", Text, nullable=False, server_default=""),
    Column("outcome", Text, nullable=False, server_default=""),
    Column("example", Boolean, nullable=False, server_default=false()),
    Column("created_at", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False),
    UniqueConstraint("chat_id", "source"),
)
Index("ix_needs_created_at", needs.c.created_at)

STATES = ("received", "sorted", "sent", "answered", "closed")


@dataclass(frozen=True, slots=True)
class Need:
    """`forward`: whether the member agreed that it goes to an agency; `agency`, `answer` and `outcome` are the
    officer's words. `cooperative` is a name, "" for a person of none; `person` and `phone` are whom to ask.
    """

    id: int
    cooperative_id: int | None
    person_id: int | None
    category: str
    text: str
    urgent: bool
    forward: bool
    state: str
    agency: str
    answer: str
    outcome: str
    created_at: datetime
    cooperative: str
    commune: str
    person: str
    phone: str


@dataclass(frozen=True, slots=True)
class Count:
    """How many needs of a category stand where, and how many of them are urgent."""

    category: str
    state: str
    count: int
    urgent: int


async def send(
    connection: AsyncConnection,
    *,
    person_id: int,
    chat_id: int,
    cooperative_id: int | None,
    source: int,
    category: str,
    text: str,
    urgent: bool,
    forward: bool,
    photos: Sequence[str],
    at: datetime,
) -> int:
    """Notes a need; `photos` are the channel's references of what was sent in the chat. Returns its number."""
    made = await connection.execute(
        insert(needs)
        .values(
            person_id=person_id,
            chat_id=chat_id,
            cooperative_id=cooperative_id,
            source=source,
            category=category,
            text=text,
            urgent=urgent,
            forward=forward,
            photos="\n".join(photos),
            created_at=at,
            changed_at=at,
        )
        .returning(needs.c.id)
    )
    return int(made.scalar_one())


async def get(connection: AsyncConnection, need: int) -> Need | None:
    row = (await connection.execute(_needs().where(needs.c.id == need))).first()
    return _need(row) if row else None


async def of_person(connection: AsyncConnection, person_id: int, limit: int = 20) -> list[Need]:
    """What a person sent, the newest first."""
    rows = await connection.execute(
        _needs().where(needs.c.person_id == person_id).order_by(needs.c.id.desc()).limit(limit)
    )
    return [_need(row) for row in rows]


async def photos(connection: AsyncConnection, need: int) -> list[Media]:
    """The pictures of a need that are in the media store by now."""
    found = await connection.execute(select(needs.c.chat_id, needs.c.photos).where(needs.c.id == need))
    row = found.first()
    if row is None or not row.photos:
        return []
    stored = await connection.execute(
        select(files.c.stored, files.c.name)
        .where(
            files.c.chat_id == row.chat_id,
            files.c.reference.in_(row.photos.split("\n")),
            files.c.stored.is_not(None),
            files.c.erased.is_(False),
        )
        .order_by(files.c.id)
    )
    return [Media(one.stored, one.name) for one in stored]


async def sort(connection: AsyncConnection, need: int, category: str, at: datetime) -> bool:
    """Staff say what it is about; False where it went on already."""
    return await _move(connection, need, ("received", "sorted"), at, state="sorted", category=category)


async def forward(connection: AsyncConnection, need: int, agency: str, at: datetime) -> bool:
    """It was sent to an agency, to be told in the officer's words; only what the member agreed to."""
    return await _move(
        connection, need, ("received", "sorted", "sent"), at, state="sent", agency=agency, agreed=True
    )


async def answer(connection: AsyncConnection, need: int, text: str, at: datetime) -> bool:
    return await _move(
        connection, need, ("received", "sorted", "sent", "answered"), at, state="answered", answer=text
    )


async def close(connection: AsyncConnection, need: int, outcome: str, at: datetime) -> bool:
    return await _move(connection, need, STATES[:-1], at, state="closed", outcome=outcome)


async def _move(
    connection: AsyncConnection,
    need: int,
    was: Sequence[str],
    at: datetime,
    *,
    agreed: bool = False,
    **values: Any,
) -> bool:
    where = [needs.c.id == need, needs.c.state.in_(was)]
    if agreed:
        where.append(needs.c.forward)
    changed = await connection.execute(update(needs).where(*where).values(**values, changed_at=at))
    return bool(changed.rowcount)


async def forget(connection: AsyncConnection, person_id: int) -> list[int]:
    """Empties what a person wrote; the count stays. Returns the numbers of those that were not closed."""
    rows = await connection.execute(
        select(needs.c.id).where(needs.c.person_id == person_id, needs.c.state != "closed")
    )
    waiting = list(rows.scalars())
    await connection.execute(
        update(needs)
        .where(needs.c.person_id == person_id)
        .values(
            text="",
            photos="",
            answer="",
            agency="",
            outcome="",
            forward=False,
            person_id=None,
            chat_id=None,
            state="closed",
        )
    )
    return waiting


async def report(connection: AsyncConnection, since: datetime, until: datetime) -> list[Count]:
    """What was received in a time (from `since`, before `until`), by category and state."""
    urgent = func.sum(case((needs.c.urgent, 1), else_=0))
    rows = await connection.execute(
        select(needs.c.category, needs.c.state, func.count(), urgent)
        .where(needs.c.created_at >= since, needs.c.created_at < until, needs.c.example.is_(False))
        .group_by(needs.c.category, needs.c.state)
        .order_by(needs.c.category, needs.c.state)
    )
    return [Count(row[0], row[1], int(row[2]), int(row[3])) for row in rows]


async def received(connection: AsyncConnection, since: datetime, until: datetime) -> list[Need]:
    """The same one by one, the oldest first."""
    rows = await connection.execute(
        _needs()
        .where(needs.c.created_at >= since, needs.c.created_at < until, needs.c.example.is_(False))
        .order_by(needs.c.id)
    )
    return [_need(row) for row in rows]


def _needs() -> Select[Any]:
    return (
        select(
            needs,
            cooperatives.c.name.label("cooperative"),
            cooperatives.c.commune,
            people.c.name.label("person"),
            func.coalesce(func.nullif(people.c.phone, ""), cooperatives.c.phone, "").label("phone"),
        )
        .outerjoin(cooperatives, cooperatives.c.id == needs.c.cooperative_id)
        .outerjoin(people, people.c.id == needs.c.person_id)
    )


def _need(row: Row[Any]) -> Need:
    return Need(
        row.id,
        row.cooperative_id,
        row.person_id,
        row.category,
        row.text,
        row.urgent,
        row.forward,
        row.state,
        row.agency,
        row.answer,
        row.outcome,
        row.created_at,
        row.cooperative or "",
        row.commune or "",
        row.person or "",
        row.phone,
    )
