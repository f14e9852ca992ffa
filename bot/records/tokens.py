"""Tokens of channels that rotate: secrets like those of the environment, here since they change while it runs."""

from __future__ import annotations

from sqlalchemy import Column, String, Table, Text, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.database import Instant, metadata
from bot.tokens import Tokens

tokens = Table(
    "tokens",
    metadata,
    Column("channel", String(16), primary_key=True),
    Column("access", Text, nullable=False),
    Column("refresh", Text, nullable=False),
    Column("expires_at", Instant),
    Column("due_at", Instant),
    Column("asked_at", Instant),
    Column("origin", String(64), nullable=False),
)


async def load(connection: AsyncConnection, channel: str) -> Tokens | None:
    row = (await connection.execute(select(tokens).where(tokens.c.channel == channel))).first()
    if row is None:
        return None
    return Tokens(row.access, row.refresh, row.expires_at, row.due_at, row.asked_at, row.origin)


async def save(connection: AsyncConnection, channel: str, kept: Tokens) -> None:
    """Puts these in the place of what was there."""
    await connection.execute(delete(tokens).where(tokens.c.channel == channel))
    await connection.execute(
        insert(tokens).values(
            channel=channel,
            access=kept.access,
            refresh=kept.refresh,
            expires_at=kept.expires_at,
            due_at=kept.due_at,
            asked_at=kept.asked_at,
            origin=kept.origin,
        )
    )
