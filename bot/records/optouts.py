"""What a person does not want to hear of without having asked: a topic a row, honoured wherever we write first."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Column, ForeignKey, String, Table, bindparam, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.database import Instant, metadata
from bot.records.sql import ignoring_repetition

#: What we write of without being asked. What answers something of the person's own is none of these.
TOPICS = ("events", "products", "trade", "loans", "policy", "yearly", "news")

optouts = Table(
    "optouts",
    metadata,
    Column("person_id", ForeignKey("people.id", ondelete="CASCADE"), primary_key=True),
    Column("topic", String(12), primary_key=True),
    Column("at", Instant, nullable=False),
)


async def of(connection: AsyncConnection, person: int) -> set[str]:
    """The topics that a person does not want."""
    rows = await connection.execute(select(optouts.c.topic).where(optouts.c.person_id == person))
    return set(rows.scalars())


_who = select(optouts.c.person_id).where(optouts.c.topic == bindparam("of"))
_who_of = _who.where(optouts.c.person_id.in_(bindparam("whom", expanding=True)))


async def who(connection: AsyncConnection, topic: str, whom: Collection[int] | None = None) -> set[int]:
    """The people who do not want a topic, of all or of these."""
    if whom is None:
        rows = await connection.execute(_who, {"of": topic})
    else:
        rows = await connection.execute(_who_of, {"of": topic, "whom": list(whom)})
    return set(rows.scalars())


async def stop(connection: AsyncConnection, person: int, topics: Collection[str], at: datetime) -> None:
    if topics:
        rows = [{"person_id": person, "topic": topic, "at": at} for topic in sorted(topics)]
        await connection.execute(ignoring_repetition(connection, optouts), rows)


async def resume(connection: AsyncConnection, person: int, topics: Collection[str]) -> None:
    await connection.execute(
        delete(optouts).where(optouts.c.person_id == person, optouts.c.topic.in_(topics))
    )
