"""What was asked: questions without an answer, for staff to see, and what people said of the answers."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    ForeignKey,
    Select,
    String,
    Table,
    Text,
    UniqueConstraint,
    delete,
    insert,
    select,
    update,
)
from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.database import Instant, metadata
from bot.records.sql import ROW_ID, ignoring_repetition
from bot.records.tasks import tasks

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
    """Keeps a question for staff; one that waits already, as it was asked in this chat, is left alone."""
    waits = await connection.execute(_open_one(chat_id, text).limit(1))
    if waits.first():
        return
    await connection.execute(
        insert(unanswered).values(
            chat_id=chat_id,
            text=text,
            language=language,
            guesses=json.dumps(list(guesses)),
            asked_at=at,
        )
    )


async def answered_after_all(
    connection: AsyncConnection, chat_id: int, text: str, at: datetime
) -> int | None:
    """The person found it among what was offered, or asked an officer: staff need not look at the question.

    Returns its number, None where it did not wait.
    """
    number: int | None = (await connection.execute(_open_one(chat_id, text))).scalar()
    if number is not None:
        await close(connection, number, at)
    return number


def _open_one(chat_id: int, text: str) -> Select[Any]:
    return select(unanswered.c.id).where(
        unanswered.c.chat_id == chat_id, unanswered.c.text == text, unanswered.c.closed_at.is_(None)
    )


async def close(connection: AsyncConnection, question: int, at: datetime) -> bool:
    """Nothing more is to be done about a question; False where that was so before."""
    done = await connection.execute(
        update(unanswered)
        .where(unanswered.c.id == question, unanswered.c.closed_at.is_(None))
        .values(closed_at=at)
    )
    return done.rowcount > 0


async def get(connection: AsyncConnection, question: int) -> Unanswered | None:
    """A question that nobody has dealt with yet."""
    row = (
        await connection.execute(
            select(unanswered).where(unanswered.c.id == question, unanswered.c.closed_at.is_(None))
        )
    ).first()
    return _unanswered(row) if row else None


async def text_of(connection: AsyncConnection, question: int) -> str:
    """What was asked, also where it has been dealt with; "" where it was deleted."""
    found = await connection.execute(select(unanswered.c.text).where(unanswered.c.id == question))
    return found.scalar() or ""


async def without_card(connection: AsyncConnection, before: datetime, limit: int = 50) -> list[Unanswered]:
    """The open questions from before a moment that were never put before staff, oldest first."""
    shown = select(tasks.c.id).where(tasks.c.subject == "question", tasks.c.subject_id == unanswered.c.id)
    rows = await connection.execute(
        select(unanswered)
        .where(unanswered.c.closed_at.is_(None), unanswered.c.asked_at < before, ~shown.exists())
        .order_by(unanswered.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return [_unanswered(row) for row in rows]


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


async def of_chats(connection: AsyncConnection, chat_ids: Sequence[int]) -> list[int]:
    rows = await connection.execute(select(unanswered.c.id).where(unanswered.c.chat_id.in_(chat_ids)))
    return list(rows.scalars())


def _unanswered(row: Row[tuple[object, ...]]) -> Unanswered:
    return Unanswered(
        row.id,
        row.chat_id,
        row.text,
        row.language,
        tuple((article, score) for article, score in json.loads(row.guesses)),
        row.asked_at,
    )
