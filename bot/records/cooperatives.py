"""Cooperatives and groups, who acts for them, and what they report each year (Circular 09/2024)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    insert,
    select,
)
from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.database import Instant, metadata
from bot.records.sql import ROW_ID

cooperatives = Table(
    "cooperatives",
    metadata,
    Column("id", ROW_ID, primary_key=True),
    Column("kind", String(16), nullable=False),  # coop, union, group, linked, village, company
    Column("name", String(200), nullable=False),
    Column("trade_name", String(200), nullable=False, server_default=""),
    Column("tax_code", String(14), unique=True),
    Column("registration", String(30), nullable=False, server_default=""),
    Column("registered_on", Date),
    Column("representative", String(60), nullable=False, server_default=""),
    Column("position", String(40), nullable=False, server_default=""),
    Column("phone", String(20), nullable=False, server_default=""),
    Column("phone2", String(20), nullable=False, server_default=""),
    Column("email", String(120), nullable=False, server_default=""),
    Column("province", String(8), nullable=False, server_default=""),
    Column("commune", String(8), nullable=False, server_default=""),
    Column("hamlet", String(120), nullable=False, server_default=""),
    Column("sector", String(16), nullable=False, server_default=""),
    Column("members", Integer),
    Column("women", Integer),
    Column("minority", Integer),
    Column("workers", Integer),
    Column("insured", Integer),
    Column("capital", BigInteger),
    Column("flags", Text, nullable=False, server_default=""),
    Column("state", String(12), nullable=False, server_default="waiting"),  # waiting, verified, declined
    Column("reason", Text, nullable=False, server_default=""),
    Column("example", Boolean, nullable=False, server_default=false()),
    Column("created_at", Instant, nullable=False),
)

memberships = Table(
    "memberships",
    metadata,
    Column("id", ROW_ID, primary_key=True),
    Column("cooperative_id", ForeignKey("cooperatives.id", ondelete="CASCADE"), nullable=False),
    Column("person_id", ForeignKey("people.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("role", String(12), nullable=False),  # director, accountant, member
    Column("state", String(12), nullable=False, server_default="waiting"),  # waiting, confirmed, declined
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("cooperative_id", "person_id"),
)


@dataclass(frozen=True, slots=True)
class Cooperative:
    """What other subjects need to know of a cooperative; `verified` once staff have confirmed it.

    `role` is the asking person's, "" where it was not asked for a person.
    """

    id: int
    kind: str
    name: str
    tax_code: str
    phone: str
    province: str
    commune: str
    sector: str
    verified: bool
    role: str = ""


async def of_person(connection: AsyncConnection, person_id: int) -> Cooperative | None:
    """The cooperative that a person acts for: the one they joined last, if they were not declined."""
    found = await connection.execute(
        select(cooperatives, memberships.c.role)
        .join(memberships, memberships.c.cooperative_id == cooperatives.c.id)
        .where(
            memberships.c.person_id == person_id,
            memberships.c.state != "declined",
            cooperatives.c.state != "declined",
        )
        .order_by(memberships.c.id.desc())
        .limit(1)
    )
    row = found.first()
    return _cooperative(row, row.role) if row else None


async def found(connection: AsyncConnection, person_id: int, name: str, phone: str, at: datetime) -> int:
    """Notes a new cooperative with the person as its director."""
    made = await connection.execute(
        insert(cooperatives)
        .values(kind="coop", name=name, phone=phone, created_at=at)
        .returning(cooperatives.c.id)
    )
    number = int(made.scalar_one())
    await connection.execute(
        insert(memberships).values(cooperative_id=number, person_id=person_id, role="director", created_at=at)
    )
    return number


async def get(connection: AsyncConnection, cooperative: int) -> Cooperative | None:
    row = (await connection.execute(select(cooperatives).where(cooperatives.c.id == cooperative))).first()
    return _cooperative(row) if row else None


async def people_of(connection: AsyncConnection, cooperative: int) -> list[int]:
    """The people who act for a cooperative, the first to join first: whom a decision is told to."""
    rows = await connection.execute(
        select(memberships.c.person_id)
        .where(memberships.c.cooperative_id == cooperative, memberships.c.state != "declined")
        .order_by(memberships.c.id)
    )
    return list(rows.scalars())


def _cooperative(row: Row[tuple[object, ...]], role: str = "") -> Cooperative:
    return Cooperative(
        row.id,
        row.kind,
        row.name,
        row.tax_code or "",
        row.phone,
        row.province,
        row.commune,
        row.sector,
        row.state == "verified",
        role,
    )
