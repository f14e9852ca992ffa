"""Photos and files that go on to another chat: each as a notice there, as soon as it has been fetched."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, ForeignKey, String, Table, UniqueConstraint, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.chat import Media
from bot.database import Instant, metadata
from bot.records import notices
from bot.records.files import files
from bot.records.sql import ROW_ID, ignoring_repetition

forwards = Table(
    "forwards",
    metadata,
    Column("id", ROW_ID, primary_key=True),
    Column("file_id", ForeignKey("files.id", ondelete="CASCADE"), nullable=False),
    Column("chat_id", ForeignKey("chats.id", ondelete="CASCADE"), nullable=False),
    Column("notice", String(40), nullable=False),
    Column("at", Instant, nullable=False),
    UniqueConstraint("file_id", "chat_id"),
)


@dataclass(frozen=True, slots=True)
class Forward:
    """A file on its way to a chat; `stored` is its reference in the media store, None where it could not be had."""

    id: int
    chat_id: int
    stored: str | None
    name: str


async def send_on(
    connection: AsyncConnection,
    from_chat: int,
    media: Sequence[Media],
    to_chat: int,
    notice: str,
    at: datetime,
) -> None:
    """Sends what came in a chat on to another, now or once it is here; the notice is `<notice>:<number>`."""
    found = await connection.execute(
        select(files.c.id, files.c.stored, files.c.failure).where(
            files.c.chat_id == from_chat, files.c.reference.in_([one.reference for one in media])
        )
    )
    for row in found.all():
        await connection.execute(
            ignoring_repetition(connection, forwards),
            {"file_id": row.id, "chat_id": to_chat, "notice": notice, "at": at},
        )
        if row.stored or row.failure:
            await settled(connection, row.id, at)


async def settled(connection: AsyncConnection, file: int, at: datetime) -> None:
    """A file was fetched, or cannot be: where it is waited for, it is told."""
    rows = await connection.execute(select(forwards).where(forwards.c.file_id == file))
    for row in rows.all():
        key = f"forward:{row.id}"
        await notices.to_chat(connection, row.chat_id, f"{row.notice}:{row.id}", key=key, at=at)


async def get(connection: AsyncConnection, forward: int) -> Forward | None:
    found = await connection.execute(
        select(forwards.c.id, forwards.c.chat_id, files.c.stored, files.c.name)
        .join(files, files.c.id == forwards.c.file_id)
        .where(forwards.c.id == forward, files.c.erased.is_(False))
    )
    row = found.first()
    return Forward(row.id, row.chat_id, row.stored, row.name) if row else None


async def stored(connection: AsyncConnection, chat_id: int, references: Sequence[str]) -> list[Media]:
    """Those of the files of a chat that are in the media store."""
    rows = await connection.execute(
        select(files.c.stored, files.c.name)
        .where(
            files.c.chat_id == chat_id,
            files.c.reference.in_(references),
            files.c.stored.is_not(None),
            files.c.erased.is_(False),
        )
        .order_by(files.c.id)
    )
    return [Media(row.stored, row.name) for row in rows]
