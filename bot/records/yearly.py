"""What cooperatives report each year: a row a cooperative and reporting year (Circular 09/2024, Art. 5-6)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    false,
    select,
    update,
)
from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.database import Instant, metadata
from bot.records.cooperatives import ACTING, IN_CHARGE, cooperatives
from bot.records.sql import ROW_ID, ignoring_repetition

#: The kinds that report: cooperatives, their unions, and cooperative groups.
REPORTING = ("coop", "union", "group")

yearly = Table(
    "yearly",
    metadata,
    Column("id", ROW_ID, primary_key=True),
    Column("cooperative_id", ForeignKey("cooperatives.id", ondelete="CASCADE"), nullable=False),
    Column("year", Integer, nullable=False),
    Column("turnover", BigInteger, nullable=False),
    Column("profit", BigInteger, nullable=False),
    Column("members", Integer, nullable=False),
    Column("workers", Integer, nullable=False),
    Column("insured", Integer),
    Column("reason", Text, nullable=False, server_default=""),
    Column("closed", Boolean, nullable=False, server_default=false()),
    Column("changed_at", Instant, nullable=False),
    UniqueConstraint("cooperative_id", "year"),
)


@dataclass(frozen=True, slots=True)
class Figures:
    """A cooperative's year, from 15 December to 14 December: money in đồng; `closed` once staff have taken it, `reason`
    what they ask about it.
    """

    id: int
    cooperative_id: int
    year: int
    turnover: int
    profit: int
    members: int
    workers: int
    insured: int | None
    reason: str
    closed: bool


def asked_year(today: date) -> int:
    """The reporting year whose figures are due: the one that ends on 14 December, from a month before it ends."""
    return today.year if (today.month, today.day) >= (11, 15) else today.year - 1


async def report(
    connection: AsyncConnection, cooperative: int, year: int, values: Mapping[str, Any], at: datetime
) -> int | None:
    """Notes or changes the figures of a year; returns their number, None where staff have closed them."""
    key = {"cooperative_id": cooperative, "year": year}
    await connection.execute(ignoring_repetition(connection, yearly).values(**key, **values, changed_at=at))
    changed = await connection.execute(
        update(yearly)
        .where(yearly.c.cooperative_id == cooperative, yearly.c.year == year, yearly.c.closed.is_(False))
        .values(**values, reason="", changed_at=at)
        .returning(yearly.c.id)
    )
    number: int | None = changed.scalar()
    return number


async def of(connection: AsyncConnection, cooperative: int, year: int) -> Figures | None:
    found = await connection.execute(
        select(yearly).where(yearly.c.cooperative_id == cooperative, yearly.c.year == year)
    )
    row = found.first()
    return _figures(row) if row else None


async def missing(
    connection: AsyncConnection, year: int, whom: Collection[int] | None = None
) -> list[tuple[int, str]]:
    """(person, cooperative) of those in charge of cooperatives that have to report (Circular 09/2024/TT-BKHĐT) and
    have not yet for this year.
    """
    query = (
        select(ACTING.c.person_id, cooperatives.c.name)
        .join(cooperatives, cooperatives.c.id == ACTING.c.cooperative_id)
        .where(
            ACTING.c.role.in_(IN_CHARGE),
            cooperatives.c.kind.in_(REPORTING),
            ~select(yearly.c.id)
            .where(yearly.c.cooperative_id == cooperatives.c.id, yearly.c.year == year)
            .exists(),
        )
        .order_by(ACTING.c.person_id)
    )
    if whom is not None:
        query = query.where(ACTING.c.person_id.in_(whom))
    return [(row.person_id, row.name) for row in await connection.execute(query)]


async def newest(connection: AsyncConnection, cooperative: int) -> Figures | None:
    found = await connection.execute(
        select(yearly).where(yearly.c.cooperative_id == cooperative).order_by(yearly.c.year.desc()).limit(1)
    )
    row = found.first()
    return _figures(row) if row else None


async def get(connection: AsyncConnection, number: int) -> Figures | None:
    row = (await connection.execute(select(yearly).where(yearly.c.id == number))).first()
    return _figures(row) if row else None


async def close(connection: AsyncConnection, number: int) -> bool:
    """Staff take the figures; False where they were closed already."""
    changed = await connection.execute(
        update(yearly).where(yearly.c.id == number, yearly.c.closed.is_(False)).values(closed=True)
    )
    return bool(changed.rowcount)


async def ask(connection: AsyncConnection, number: int, reason: str) -> bool:
    """Staff want to know more about the figures; False where they are closed."""
    changed = await connection.execute(
        update(yearly).where(yearly.c.id == number, yearly.c.closed.is_(False)).values(reason=reason)
    )
    return bool(changed.rowcount)


def _figures(row: Row[tuple[object, ...]]) -> Figures:
    return Figures(
        row.id,
        row.cooperative_id,
        row.year,
        row.turnover,
        row.profit,
        row.members,
        row.workers,
        row.insured,
        row.reason,
        row.closed,
    )
