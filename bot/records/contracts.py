"""Contracts that came of the union's work: who with whom, what, how much, for how long, at which event."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    String,
    Table,
    false,
    select,
    update,
)
from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.database import Instant, metadata
from bot.records.sql import ROW_ID, ignoring_repetition
from bot.text import fold

contracts = Table(
    "contracts",
    metadata,
    Column("id", ROW_ID, primary_key=True),
    Column("match_id", ForeignKey("matches.id", ondelete="SET NULL")),
    Column("cooperative_id", ForeignKey("cooperatives.id", ondelete="SET NULL")),
    Column("seller", String(200), nullable=False),
    Column("buyer", String(200), nullable=False),
    Column("parties_key", String(450), nullable=False),
    Column("product", String(150), nullable=False),
    Column("volume", JSON, nullable=False),
    Column("value", BigInteger, nullable=False),
    Column("starts_on", Date, nullable=False),
    Column("ends_on", Date),
    Column("event", String(200), nullable=False, server_default=""),
    Column("state", String(12), nullable=False, server_default="signed"),  # signed, done, ended
    Column("example", Boolean, nullable=False, server_default=false()),
    Column("created_at", Instant, nullable=False),
)
Index("uq_contracts_parties_key", contracts.c.parties_key, contracts.c.starts_on, unique=True)


@dataclass(frozen=True, slots=True)
class Contract:
    """`volume` is a quantity of `bot.questions`, `value` whole đồng in all; `state`: signed, done, ended (early)."""

    id: int
    match_id: int | None
    cooperative_id: int | None
    seller: str
    buyer: str
    product: str
    volume: Mapping[str, Any]
    value: int
    starts_on: date
    ends_on: date | None
    event: str
    state: str


async def record(
    connection: AsyncConnection, values: Mapping[str, Any], at: datetime, *, example: bool = False
) -> tuple[int, bool]:
    """The number of a contract, and whether it is new: the same parties, product and first day are one contract.

    `values` by the columns of `contracts`.
    """
    key = _key(values)
    made = await connection.execute(
        ignoring_repetition(connection, contracts)
        .values(**values, parties_key=key, example=example, created_at=at)
        .returning(contracts.c.id)
    )
    number = made.scalar()
    if number is not None:
        return int(number), True
    there = await connection.execute(
        select(contracts.c.id).where(
            contracts.c.parties_key == key, contracts.c.starts_on == values["starts_on"]
        )
    )
    return int(there.scalar_one()), False


async def alike(connection: AsyncConnection, values: Mapping[str, Any], since: datetime) -> int | None:
    """The number of a contract of the same parties and product, from whichever day, that was recorded since."""
    found = await connection.execute(
        select(contracts.c.id)
        .where(contracts.c.parties_key == _key(values), contracts.c.created_at >= since)
        .order_by(contracts.c.id)
    )
    return found.scalars().first()


async def came_of(connection: AsyncConnection, number: int, event: str) -> None:
    """Notes the event at which a contract was signed, where none is noted."""
    await connection.execute(
        update(contracts).where(contracts.c.id == number, contracts.c.event == "").values(event=event)
    )


async def get(connection: AsyncConnection, number: int) -> Contract | None:
    row = (await connection.execute(select(contracts).where(contracts.c.id == number))).first()
    return _contract(row) if row else None


async def of_cooperative(connection: AsyncConnection, cooperative: int, limit: int = 20) -> list[Contract]:
    rows = await connection.execute(
        select(contracts)
        .where(contracts.c.cooperative_id == cooperative)
        .order_by(contracts.c.id.desc())
        .limit(limit)
    )
    return [_contract(row) for row in rows]


async def between(connection: AsyncConnection, first: date, last: date) -> list[Contract]:
    """The contracts that begin from one day to another, without the examples, by their first day."""
    rows = await connection.execute(
        select(contracts)
        .where(contracts.c.starts_on.between(first, last), contracts.c.example.is_(False))
        .order_by(contracts.c.starts_on, contracts.c.id)
    )
    return [_contract(row) for row in rows]


async def end(connection: AsyncConnection, number: int, state: str) -> bool:
    """Notes that a signed contract is done, or ended early; False where it was over."""
    ended = await connection.execute(
        update(contracts).where(contracts.c.id == number, contracts.c.state == "signed").values(state=state)
    )
    return ended.rowcount == 1


def _key(values: Mapping[str, Any]) -> str:
    return "|".join(fold(values[part]) for part in ("seller", "buyer", "product"))[:450]


def _contract(row: Row[Any]) -> Contract:
    return Contract(**{name: getattr(row, name) for name in Contract.__dataclass_fields__})
