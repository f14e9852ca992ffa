"""Who decided what, and when: rows that are only ever added."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, ForeignKey, Index, String, Table, Text, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.database import Instant, metadata
from bot.records.sql import ROW_ID
from bot.records.staff import officers

audit = Table(
    "audit",
    metadata,
    Column("id", ROW_ID, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("officer_id", ForeignKey("officers.id", ondelete="SET NULL")),
    Column("subject", String(16), nullable=False),
    Column("subject_id", ROW_ID, nullable=False),
    Column("verb", String(24), nullable=False),
    Column("label", String(80), nullable=False, server_default=""),
    Column("detail", Text, nullable=False, server_default=""),
)
Index("ix_audit_subject_subject_id", audit.c.subject, audit.c.subject_id)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: `officer` is a name, "" for the member's own doing and the clock's; `label` a msgid, or ""."""

    at: datetime
    officer: str
    verb: str
    label: str
    detail: str


async def note(
    connection: AsyncConnection,
    subject: str,
    subject_id: int,
    verb: str,
    at: datetime,
    *,
    officer: int | None = None,
    detail: str = "",
    label: str = "",
) -> None:
    """Adds a line: `officer` None is the member's own doing, or the clock's; `label` says in words what was done."""
    await connection.execute(
        insert(audit).values(
            at=at,
            officer_id=officer,
            subject=subject,
            subject_id=subject_id,
            verb=verb,
            label=label[:80],
            detail=detail,
        )
    )


async def history(connection: AsyncConnection, subject: str, subject_id: int) -> list[Entry]:
    """All that was done with a thing, oldest first."""
    rows = await connection.execute(
        select(audit, officers.c.name)
        .outerjoin(officers, officers.c.id == audit.c.officer_id)
        .where(audit.c.subject == subject, audit.c.subject_id == subject_id)
        .order_by(audit.c.id)
    )
    return [Entry(row.at, row.name or "", row.verb, row.label, row.detail) for row in rows]


async def forget(connection: AsyncConnection, subject: str, subject_id: int) -> None:
    """Empties what was written about a thing whose member asked for it; that it was decided stays."""
    await connection.execute(
        update(audit).where(audit.c.subject == subject, audit.c.subject_id == subject_id).values(detail="")
    )
