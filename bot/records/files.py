"""Photos and files that people sent: noted with the message, fetched from the channel afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, Index, String, Table, UniqueConstraint, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.chat import Incoming, Media
from bot.database import Instant, metadata
from bot.records.messages import _big, ignoring_repetition

files = Table(
    "files",
    metadata,
    Column("id", _big, primary_key=True),
    Column("channel", String(16), nullable=False),
    Column("reference", String(255), nullable=False),
    Column("name", String(255), nullable=False),
    Column("stored", String(80)),
    Column("failure", String(200)),
    Column("noted_at", Instant, nullable=False),
    UniqueConstraint("channel", "reference"),
)
Index(
    "ix_files_waiting",
    files.c.channel,
    files.c.id,
    sqlite_where=files.c.stored.is_(None) & files.c.failure.is_(None),
    postgresql_where=files.c.stored.is_(None) & files.c.failure.is_(None),
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A file that is still with the channel."""

    id: int
    media: Media
    noted_at: datetime


async def note(connection: AsyncConnection, said: Sequence[Incoming], at: datetime) -> None:
    """Notes what was sent, in the transaction that takes the messages in."""
    rows = [
        {"channel": one.channel, "reference": media.reference, "name": media.name[:255], "noted_at": at}
        for one in said
        for media in one.media
    ]
    if rows:
        await connection.execute(ignoring_repetition(connection, files), rows)


async def wanted(connection: AsyncConnection, channel: str, limit: int = 20) -> list[Wanted]:
    rows = await connection.execute(
        select(files)
        .where(files.c.channel == channel, files.c.stored.is_(None), files.c.failure.is_(None))
        .order_by(files.c.id)
        .limit(limit)
    )
    return [Wanted(row.id, Media(row.reference, row.name), row.noted_at) for row in rows]


async def stored(connection: AsyncConnection, file: int, reference: str) -> None:
    await connection.execute(update(files).where(files.c.id == file).values(stored=reference))


async def failed(connection: AsyncConnection, file: int, reason: str) -> None:
    await connection.execute(update(files).where(files.c.id == file).values(failure=reason[:200]))
