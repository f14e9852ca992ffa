"""What officers wrote to members: each answer with the task it belongs to and the chat it went to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, ForeignKey, Table, Text, delete, insert, select
from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.database import Instant, metadata
from bot.records.sql import ROW_ID

replies = Table(
    "replies",
    metadata,
    Column("id", ROW_ID, primary_key=True),
    Column("task_id", ForeignKey("tasks.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("officer_id", ForeignKey("officers.id", ondelete="SET NULL")),
    Column("chat_id", ForeignKey("chats.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("text", Text, nullable=False),
    Column("at", Instant, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Reply:
    """An officer's answer; `text` is "" where it was a photo or a file alone."""

    id: int
    task_id: int
    officer_id: int | None
    chat_id: int
    text: str
    at: datetime


async def write(
    connection: AsyncConnection, task: int, officer: int, chat_id: int, text: str, at: datetime
) -> int:
    """Keeps an answer and returns its number."""
    made = await connection.execute(
        insert(replies)
        .values(task_id=task, officer_id=officer, chat_id=chat_id, text=text, at=at)
        .returning(replies.c.id)
    )
    return int(made.scalar_one())


async def get(connection: AsyncConnection, reply: int) -> Reply | None:
    row = (await connection.execute(select(replies).where(replies.c.id == reply))).first()
    return _reply(row) if row else None


async def of_task(connection: AsyncConnection, task: int) -> list[Reply]:
    """What was answered under a task, oldest first."""
    rows = await connection.execute(select(replies).where(replies.c.task_id == task).order_by(replies.c.id))
    return [_reply(row) for row in rows]


async def forget(connection: AsyncConnection, chat_ids: Sequence[int]) -> None:
    await connection.execute(delete(replies).where(replies.c.chat_id.in_(chat_ids)))


def _reply(row: Row[tuple[object, ...]]) -> Reply:
    return Reply(row.id, row.task_id, row.officer_id, row.chat_id, row.text, row.at)
