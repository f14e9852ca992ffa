"""Conversations between a person and the union's staff: opened in chat, waiting until an officer takes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, ForeignKey, Index, String, Table, Text, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.chat import Media
from bot.database import Instant, metadata
from bot.records.replies import replies
from bot.records.sql import ROW_ID
from bot.records.tasks import tasks

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
    """`state` is waiting (for staff), held (by staff: the assistant keeps silent) or closed."""

    id: int
    chat_id: int
    state: str
    opened_at: datetime
    messages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """What a member wrote; `media` are the channel's references of photos and files."""

    id: int
    conversation_id: int
    text: str
    media: tuple[str, ...]
    at: datetime


async def open_for(connection: AsyncConnection, chat_id: int) -> int | None:
    """The conversation of a chat that is not closed, if there is one."""
    found = await connection.execute(
        select(conversations.c.id).where(
            conversations.c.chat_id == chat_id, conversations.c.state != "closed"
        )
    )
    return found.scalar()


async def get(connection: AsyncConnection, conversation: int) -> Conversation | None:
    """A conversation with all that its member wrote."""
    row = (await connection.execute(select(conversations).where(conversations.c.id == conversation))).first()
    if row is None:
        return None
    said = tuple(line.text for line in await lines(connection, conversation))
    return Conversation(row.id, row.chat_id, row.state, row.opened_at, said)


async def chat_of(connection: AsyncConnection, conversation: int) -> int | None:
    found = await connection.execute(
        select(conversations.c.chat_id).where(conversations.c.id == conversation)
    )
    return found.scalar()


async def lines(connection: AsyncConnection, conversation: int) -> list[Line]:
    """What the member wrote, oldest first."""
    rows = await connection.execute(
        select(conversation_messages)
        .where(conversation_messages.c.conversation_id == conversation)
        .order_by(conversation_messages.c.id)
    )
    return [
        Line(row.id, row.conversation_id, row.text, tuple(filter(None, row.media.split(","))), row.at)
        for row in rows
    ]


async def tell_staff(
    connection: AsyncConnection, chat_id: int, text: str, media: Sequence[Media], at: datetime
) -> tuple[int, int]:
    """Adds to the open conversation of a chat, opening one if there is none.

    Returns the conversation's number and the line's.
    """
    number = await open_for(connection, chat_id)
    if number is None:
        made = await connection.execute(
            insert(conversations).values(chat_id=chat_id, opened_at=at).returning(conversations.c.id)
        )
        number = made.scalar_one()
    line = await connection.execute(
        insert(conversation_messages)
        .values(
            conversation_id=number,
            text=text,
            media=",".join(one.reference for one in media),
            at=at,
        )
        .returning(conversation_messages.c.id)
    )
    return int(number), int(line.scalar_one())


async def hold(connection: AsyncConnection, conversation: int) -> bool:
    """An officer takes part from now on; False where one does already, or it is closed."""
    return await _becomes(connection, conversation, "held", "waiting")


async def wait_again(connection: AsyncConnection, conversation: int) -> bool:
    """The officer who took part is gone, and another is waited for; False where nobody took part."""
    return await _becomes(connection, conversation, "waiting", "held")


async def close(connection: AsyncConnection, conversation: int, at: datetime) -> bool:
    """Ends a conversation; False where it had ended before."""
    done = await connection.execute(
        update(conversations)
        .where(conversations.c.id == conversation, conversations.c.state != "closed")
        .values(state="closed", closed_at=at)
    )
    return done.rowcount > 0


async def _becomes(connection: AsyncConnection, conversation: int, state: str, before: str) -> bool:
    done = await connection.execute(
        update(conversations)
        .where(conversations.c.id == conversation, conversations.c.state == before)
        .values(state=state)
    )
    return done.rowcount > 0


async def silent(connection: AsyncConnection, since: datetime) -> list[int]:
    """The held conversations in which nobody has written since a moment, nor an officer come in."""
    newest_line = (
        select(func.max(conversation_messages.c.at))
        .where(conversation_messages.c.conversation_id == conversations.c.id)
        .scalar_subquery()
    )
    newest_reply = (
        select(func.max(replies.c.at)).where(replies.c.chat_id == conversations.c.chat_id).scalar_subquery()
    )
    taken = (
        select(func.max(tasks.c.assigned_at))
        .where(tasks.c.subject == "person", tasks.c.subject_id == conversations.c.id)
        .scalar_subquery()
    )
    rows = await connection.execute(
        select(conversations.c.id, newest_line, newest_reply, taken)
        .where(conversations.c.state == "held")
        .order_by(conversations.c.id)
    )
    return [row[0] for row in rows if max((at for at in row[1:] if at), default=since) < since]


async def waiting(connection: AsyncConnection) -> list[Conversation]:
    """Those that wait for staff, oldest first, with what was said."""
    rows = await connection.execute(
        select(conversations.c.id).where(conversations.c.state == "waiting").order_by(conversations.c.id)
    )
    found = [await get(connection, number) for number in rows.scalars()]
    return [one for one in found if one]


async def of_chats(connection: AsyncConnection, chat_ids: Sequence[int]) -> list[int]:
    rows = await connection.execute(
        select(conversations.c.id).where(conversations.c.chat_id.in_(chat_ids)).order_by(conversations.c.id)
    )
    return list(rows.scalars())


async def forget(connection: AsyncConnection, chat_ids: Sequence[int]) -> None:
    await connection.execute(delete(conversations).where(conversations.c.chat_id.in_(chat_ids)))
