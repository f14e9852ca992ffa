"""The union's officers: people of the chat who may see what waits and decide on it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Boolean, Column, ForeignKey, String, Table, Text, select, true
from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.database import Instant, metadata
from bot.records.sql import ROW_ID

officers = Table(
    "officers",
    metadata,
    Column("id", ROW_ID, primary_key=True),
    Column("person_id", ForeignKey("people.id", ondelete="SET NULL"), unique=True),
    Column("name", String(120), nullable=False),
    Column("topics", Text, nullable=False, server_default=""),
    Column("communes", Text, nullable=False, server_default=""),
    Column("active", Boolean, nullable=False, server_default=true()),
    Column("created_at", Instant, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Officer:
    """`topics` and `communes` (codes) are what comes to this officer; none means all."""

    id: int
    person_id: int | None
    name: str
    topics: tuple[str, ...]
    communes: tuple[str, ...]

    def fits(self, topic: str, commune: str) -> bool:
        return (not self.topics or topic in self.topics) and (
            not self.communes or not commune or commune in self.communes
        )


async def officer_of(connection: AsyncConnection, person_id: int | None) -> Officer | None:
    """The officer that a person is, if they are one."""
    if person_id is None:
        return None
    found = await connection.execute(
        select(officers).where(officers.c.person_id == person_id, officers.c.active)
    )
    row = found.first()
    return _officer(row) if row else None


async def fitting(connection: AsyncConnection, topic: str, commune: str = "") -> list[Officer]:
    """Who is in charge of a topic in a commune and can be written to, in the order they were added."""
    rows = await connection.execute(
        select(officers).where(officers.c.active, officers.c.person_id.is_not(None)).order_by(officers.c.id)
    )
    return [officer for row in rows if (officer := _officer(row)).fits(topic, commune)]


def _officer(row: Row[tuple[object, ...]]) -> Officer:
    return Officer(row.id, row.person_id, row.name, _listed(row.topics), _listed(row.communes))


def _listed(joined: str) -> tuple[str, ...]:
    return tuple(part for part in joined.split(",") if part)
