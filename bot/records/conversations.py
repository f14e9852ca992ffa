"""Conversations between a person and the union's staff: opened in chat, waiting until an officer takes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, ForeignKey, Index, String, Table, Text, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.chat import Media
from bot.database import Instant, metadata
from bot.records.sql import ROW_ID

conversations = Table(
    "conversations",
    metadata,
    Column("id", ROW_ID, primary_key=True),
    Column("chat_id", ForeignKey("chats.id", ondelete="CASCADE"), nullable=False),
    Column("state", String(8), nullable=False, server_default="waiting"),
    Column("opened_at", Instant, nullable=False),
    Column("closed_at", Instant),
)
Index(
    "uq_conversations_open",
    conversations.c.chat_id,
    unique=True,
    sqlite_where=conversations.c.state != "closed",
    postgresql_where=conversations.c.state != "closed",
)

conversation_messages = Table(
    "conversation_messages",
    metadata,
    Column("id", ROW_ID, primary_key=True),
    Column("conversation_id", ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("text", Text, nullable=False),
    Column("media", Text, nullable=False, server_default=""),
    Column("at", Instant, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Conversation:
    """`state` is waiting (for staff), held (by staff) or closed."""

    id: int
    chat_id: int
    state: str
    opened_at: datetime
    messages: tuple[str, ...]


async def open_for(connection: AsyncConnection, chat_id: int) -> int | None:
    """The conversation of a chat that is not closed, if there is one."""
    found = await connection.execute(
        select(conversations.c.id).where(
            conversations.c.chat_id == chat_id, conversations.c.state != "closed"
        )
    )
    return found.scalar()


async def tell_staff(
    connection: AsyncConnection, chat_id: int, text: str, media: Sequence[Media], at: datetime
) -> int:
    """Adds to the open conversation of a chat, opening one if there is none, and returns its number."""
    number = await open_for(connection, chat_id)
    if number is None:
        made = await connection.execute(
            insert(conversations).values(chat_id=chat_id, opened_at=at).returning(conversations.c.id)
        )
        number = made.scalar_one()
    await connection.execute(
        insert(conversation_messages).values(
            conversation_id=number,
            text=text,
            media=",".join(one.reference for one in media),
            at=at,
        )
    )
    return int(number)


async def waiting(connection: AsyncConnection) -> list[Conversation]:
    """Those that wait for staff, oldest first, with what was said."""
    rows = await connection.execute(
        select(conversations).where(conversations.c.state == "waiting").order_by(conversations.c.id)
    )
    found = []
    for row in rows:
        said = await connection.execute(
            select(conversation_messages.c.text)
            .where(conversation_messages.c.conversation_id == row.id)
            .order_by(conversation_messages.c.id)
        )
        found.append(Conversation(row.id, row.chat_id, row.state, row.opened_at, tuple(said.scalars())))
    return found


async def forget(connection: AsyncConnection, chat_ids: Sequence[int]) -> None:
    await connection.execute(delete(conversations).where(conversations.c.chat_id.in_(chat_ids)))
