"""Reminders that the union's officers set up: when, whom, and what is said in each language."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    ForeignKey,
    Integer,
    String,
    Table,
    Text,
    false,
    insert,
    select,
    update,
)
from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.database import Instant, metadata
from bot.records.cooperatives import ACTING, IN_CHARGE
from bot.records.sql import ROW_ID

#: What a rule goes by: days before an event begins or after it ends, days before a certificate ends, a day of each
#: month, one day (each year).
BASES = ("before", "after", "certificate", "month", "day")

reminder_rules = Table(
    "reminder_rules",
    metadata,
    Column("id", ROW_ID, primary_key=True),
    Column("base", String(12), nullable=False),
    Column("kind", String(16), nullable=False, server_default=""),
    Column("days", Integer, nullable=False, server_default="0"),
    Column("on_day", Date),
    Column("yearly", Boolean, nullable=False, server_default=false()),
    Column("topic", String(12), nullable=False),
    Column("texts", Text, nullable=False),
    Column("state", String(8), nullable=False, server_default="active"),
    Column("officer_id", ForeignKey("officers.id", ondelete="SET NULL")),
    Column("created_at", Instant, nullable=False),
    sqlite_autoincrement=True,
)


@dataclass(frozen=True, slots=True)
class StaffRule:
    """`kind` of event or certificate, "" for any; `days` before or after it, or the day of the month; `on_day` where
    the base is a day. `texts` by language. `state`: active, stopped, deleted.
    """

    id: int
    base: str
    kind: str
    days: int
    on_day: date | None
    yearly: bool
    topic: str
    texts: Mapping[str, str]
    state: str

    @property
    def name(self) -> str:
        """As it stands in `reminders.rule`."""
        return f"staff:{self.id}"


async def add(
    connection: AsyncConnection,
    values: Mapping[str, Any],
    texts: Mapping[str, str],
    officer: int,
    at: datetime,
) -> int:
    made = await connection.execute(
        insert(reminder_rules)
        .values(
            **values, texts=json.dumps(dict(texts), ensure_ascii=False), officer_id=officer, created_at=at
        )
        .returning(reminder_rules.c.id)
    )
    return int(made.scalar_one())


async def get(connection: AsyncConnection, number: int) -> StaffRule | None:
    found = await connection.execute(
        select(reminder_rules).where(reminder_rules.c.id == number, reminder_rules.c.state != "deleted")
    )
    row = found.first()
    return _rule(row) if row else None


async def every(connection: AsyncConnection, state: str = "") -> list[StaffRule]:
    """All that are not deleted, newest first; in one state, where it is given."""
    query = select(reminder_rules).where(
        reminder_rules.c.state == state if state else reminder_rules.c.state != "deleted"
    )
    rows = await connection.execute(query.order_by(reminder_rules.c.id.desc()))
    return [_rule(row) for row in rows]


async def move(connection: AsyncConnection, number: int, state: str) -> bool:
    """active, stopped or deleted; False where it is that already, or was deleted."""
    moved = await connection.execute(
        update(reminder_rules)
        .where(
            reminder_rules.c.id == number,
            reminder_rules.c.state != state,
            reminder_rules.c.state != "deleted",
        )
        .values(state=state)
    )
    return moved.rowcount == 1


async def in_charge(connection: AsyncConnection, whom: Collection[int] | None = None) -> list[int]:
    """Everybody who is in charge of a cooperative."""
    query = select(ACTING.c.person_id).where(ACTING.c.role.in_(IN_CHARGE)).distinct()
    if whom is not None:
        query = query.where(ACTING.c.person_id.in_(whom))
    return list((await connection.execute(query)).scalars())


def _rule(row: Row[Any]) -> StaffRule:
    return StaffRule(
        row.id,
        row.base,
        row.kind,
        row.days,
        row.on_day,
        row.yearly,
        row.topic,
        json.loads(row.texts),
        row.state,
    )
