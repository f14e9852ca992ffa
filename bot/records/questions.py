"""What was asked: questions without an answer, for staff to see, and what people said of the answers."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    Column,
    ForeignKey,
    String,
    Table,
    Text,
    UniqueConstraint,
    delete,
    insert,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.database import Instant, metadata
from bot.records.sql import ROW_ID, ignoring_repetition

unanswered = Table(
    "unanswered",
    metadata,
    Column("id", ROW_ID, primary_key=True),
    Column("chat_id", ForeignKey("chats.id", ondelete="CASCADE"), nullable=False),
    Column("text", Text, nullable=False),
    Column("language", String(8), nullable=False),
    Column("guesses", Text, nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("closed_at", Instant),
)

verdicts = Table(
    "verdicts",
    metadata,
    Column("id", ROW_ID, primary_key=True),
    Column("chat_id", ForeignKey("chats.id", ondelete="CASCADE"), nullable=False),
    Column("question", Text, nullable=False),
    Column("article", String(80), nullable=False),
    Column("right", String(3), nullable=False),
    Column("given_at", Instant, nullable=False),
    UniqueConstraint("chat_id", "question", "article"),
)


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A question that staff will see: from which chat, in which language, and the best guesses with scores."""

    id: int
    chat_id: int
    text: str
    language: str
    guesses: tuple[tuple[str, float], ...]
    asked_at: datetime


async def not_answered(
    connection: AsyncConnection,
    chat_id: int,
    text: str,
    language: str,
    guesses: Sequence[tuple[str, float]],
    at: datetime,
) -> None:
    await connection.execute(
        insert(unanswered).values(
            chat_id=chat_id,
            text=text,
            language=language,
            guesses=json.dumps(list(guesses)),
            asked_at=at,
        )
    )


async def answered_after_all(connection: AsyncConnection, chat_id: int, text: str, at: datetime) -> None:
    """The person found it among what was offered: staff need not look at the question."""
    await connection.execute(
        update(unanswered)
        .where(unanswered.c.chat_id == chat_id, unanswered.c.text == text, unanswered.c.closed_at.is_(None))
        .values(closed_at=at)
    )


async def open_questions(connection: AsyncConnection, limit: int = 100) -> list[Unanswered]:
    """Those nobody has dealt with yet, oldest first."""
    rows = await connection.execute(
        select(unanswered).where(unanswered.c.closed_at.is_(None)).order_by(unanswered.c.id).limit(limit)
    )
    return [
        Unanswered(
            row.id,
            row.chat_id,
            row.text,
            row.language,
            tuple((article, score) for article, score in json.loads(row.guesses)),
            row.asked_at,
        )
        for row in rows
    ]


async def judged(
    connection: AsyncConnection,
    chat_id: int,
    question: str,
    article: str,
    right: bool,
    at: datetime,
) -> bool:
    """Keeps what a person said of an answer, and returns whether that is new: the first word counts."""
    done = await connection.execute(
        ignoring_repetition(connection, verdicts),
        {
            "chat_id": chat_id,
            "question": question,
            "article": article,
            "right": "yes" if right else "no",
            "given_at": at,
        },
    )
    return done.rowcount > 0


async def forget(connection: AsyncConnection, chat_ids: Sequence[int]) -> None:
    for table in (unanswered, verdicts):
        await connection.execute(delete(table).where(table.c.chat_id.in_(chat_ids)))
