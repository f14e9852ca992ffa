"""Labels that the union keeps and gives out by serial number: rolls that came in, and ranges that went out.

Serials run within a series (a type of label and the letters before its numbers). A number lies in one roll at
most and is given out once at most; the series' row is locked while that is looked at.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    String,
    Table,
    UniqueConstraint,
    delete,
    false,
    func,
    insert,
    select,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.database import Instant, metadata
from bot.records.sql import ROW_ID, ignoring_repetition

#: Certification, traceability (QR), OCOP, goods label.
TYPES = ("certification", "trace", "ocop", "goods")

series = Table(
    "label_series",
    metadata,
    Column("id", ROW_ID, primary_key=True),
    Column("type", String(16), nullable=False),
    Column("prefix", String(12), nullable=False),
    UniqueConstraint("type", "prefix"),
)

stock = Table(
    "label_stock",
    metadata,
    Column("id", ROW_ID, primary_key=True),
    Column("series_id", ForeignKey("label_series.id", ondelete="CASCADE"), nullable=False),
    Column("first", BigInteger, nullable=False),
    Column("last", BigInteger, nullable=False),
    Column("officer_id", ForeignKey("officers.id", ondelete="SET NULL")),
    Column("example", Boolean, nullable=False, server_default=false()),
    Column("received_at", Instant, nullable=False),
    UniqueConstraint("series_id", "first"),
)

issues = Table(
    "label_issues",
    metadata,
    Column("id", ROW_ID, primary_key=True),
    Column("series_id", ForeignKey("label_series.id", ondelete="CASCADE"), nullable=False),
    Column("request_id", ForeignKey("requests.id", ondelete="SET NULL")),
    Column("first", BigInteger, nullable=False),
    Column("last", BigInteger, nullable=False),
    Column("officer_id", ForeignKey("officers.id", ondelete="SET NULL")),
    Column("issued_at", Instant, nullable=False),
    UniqueConstraint("series_id", "first"),
)
Index("ix_label_issues_request_id", issues.c.request_id)


@dataclass(frozen=True, slots=True)
class Serials:
    """The numbers from `first` to `last`, both of them too, of a series."""

    series: int
    type: str
    prefix: str
    first: int
    last: int

    @property
    def count(self) -> int:
        return self.last - self.first + 1

    def shown(self) -> str:
        return f"{self.prefix}{self.first}–{self.prefix}{self.last}"


async def receive(
    connection: AsyncConnection,
    type: str,
    prefix: str,
    first: int,
    last: int,
    at: datetime,
    *,
    officer: int | None = None,
    example: bool = False,
) -> Serials | None:
    """Notes a roll that came in. Returns the roll it would overlap, else None."""
    wanted = await connection.execute(
        select(series.c.id).where(series.c.type == type, series.c.prefix == prefix)
    )
    if wanted.scalar() is None:
        await connection.execute(ignoring_repetition(connection, series).values(type=type, prefix=prefix))
    number = await _locked(connection, type, prefix)
    overlapped = await connection.execute(
        select(stock.c.first, stock.c.last).where(
            stock.c.series_id == number, stock.c.first <= last, stock.c.last >= first
        )
    )
    if there := overlapped.first():
        return Serials(number, type, prefix, there.first, there.last)
    await connection.execute(
        insert(stock).values(
            series_id=number, first=first, last=last, officer_id=officer, example=example, received_at=at
        )
    )
    return None


async def take_back(connection: AsyncConnection, number: int, first: int, last: int) -> None:
    """Forgets a roll of a series with all that was given out of it, and a series of which nothing is left."""
    for table in (issues, stock):
        await connection.execute(
            delete(table).where(table.c.series_id == number, table.c.first.between(first, last))
        )
    left = await connection.execute(
        select(func.count()).select_from(stock).where(stock.c.series_id == number)
    )
    if not left.scalar_one():
        await connection.execute(delete(series).where(series.c.id == number))


async def free(connection: AsyncConnection, type: str) -> list[Serials]:
    """The ranges of a type of label that are in stock and were not given out, in order."""
    found = []
    rows = await connection.execute(
        select(series.c.id, series.c.prefix, stock.c.first, stock.c.last)
        .join(stock, stock.c.series_id == series.c.id)
        .where(series.c.type == type)
        .order_by(series.c.prefix, stock.c.first)
    )
    for row in rows.all():
        gone = await connection.execute(
            select(issues.c.first, issues.c.last)
            .where(issues.c.series_id == row.id, issues.c.first.between(row.first, row.last))
            .order_by(issues.c.first)
        )
        start = row.first
        for first, last in gone:
            if start < first:
                found.append(Serials(row.id, type, row.prefix, start, first - 1))
            start = last + 1
        if start <= row.last:
            found.append(Serials(row.id, type, row.prefix, start, row.last))
    return found


async def issue(
    connection: AsyncConnection,
    type: str,
    prefix: str,
    first: int,
    last: int,
    at: datetime,
    *,
    request: int | None = None,
    officer: int | None = None,
) -> bool:
    """Gives out a range for a request; False where not all of it lies free in one roll."""
    number = await _locked(connection, type, prefix)
    whole = [
        one
        for one in await free(connection, type)
        if one.series == number and one.first <= first <= last <= one.last
    ]
    if not whole:
        return False
    await connection.execute(
        insert(issues).values(
            series_id=number,
            request_id=request,
            first=first,
            last=last,
            officer_id=officer,
            issued_at=at,
        )
    )
    return True


async def issued_for(connection: AsyncConnection, request: int) -> list[Serials]:
    rows = await connection.execute(
        select(series.c.id, series.c.type, series.c.prefix, issues.c.first, issues.c.last)
        .join(series, series.c.id == issues.c.series_id)
        .where(issues.c.request_id == request)
        .order_by(issues.c.id)
    )
    return [Serials(*row) for row in rows]


async def counts(connection: AsyncConnection) -> dict[str, tuple[int, int]]:
    """(received, given out) of each type of label that ever came in."""
    totals = []
    for table in (stock, issues):
        rows = await connection.execute(
            select(series.c.type, func.sum(table.c.last - table.c.first + 1))
            .join(table, table.c.series_id == series.c.id)
            .group_by(series.c.type)
        )
        totals.append({row[0]: int(row[1]) for row in rows})
    received, given = totals
    return {type: (received[type], given.get(type, 0)) for type in TYPES if type in received}


async def _locked(connection: AsyncConnection, type: str, prefix: str) -> int:
    """The number of a series, whose row is held until the transaction ends; 0 where there is none."""
    found = await connection.execute(
        select(series.c.id).where(series.c.type == type, series.c.prefix == prefix).with_for_update()
    )
    return int(found.scalar() or 0)
