"""Who decided what, and when: rows that are only ever added."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Column, ForeignKey, Index, String, Table, Text, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.database import Instant, metadata
from bot.records.sql import ROW_ID

audit = Table(
    "audit",
    metadata,
    Column("id", ROW_ID, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("officer_id", ForeignKey("officers.id", ondelete="SET NULL")),
    Column("subject", String(16), nullable=False),
    Column("subject_id", ROW_ID, nullable=False),
    Column("verb", String(24), nullable=False),
    Column("detail", Text, nullable=False, server_default=""),
)
Index("ix_audit_subject_subject_id", audit.c.subject, audit.c.subject_id)


async def note(
    connection: AsyncConnection,
    subject: str,
    subject_id: int,
    verb: str,
    at: datetime,
    *,
    officer: int | None = None,
    detail: str = "",
) -> None:
    """Adds a line: `officer` None is the member's own doing, or the clock's."""
    await connection.execute(
        insert(audit).values(
            at=at, officer_id=officer, subject=subject, subject_id=subject_id, verb=verb, detail=detail
        )
    )
