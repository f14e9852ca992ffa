"""People in a database, each with a chat on Telegram, and an announcement to all of them."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import String, cast, insert, literal, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.database import Database
from bot.records import broadcasts
from bot.records.audiences import Audience
from bot.records.broadcasts import Content
from bot.records.people import chats, people
from bot.text import LANGUAGES

#: What the chat of the person with the id 1 is numbered less one.
BEFORE = 99_999
FIRST = BEFORE + 1
NEWS = "Sáng thứ Sáu Liên minh họp trực tuyến về chuyển đổi số. Mời anh/chị tham dự."


async def fill(database: Database, count: int) -> None:
    """So many people in a database that has none, whose chats are numbered on from `FIRST`."""
    at = int(datetime.now(UTC).timestamp() * 1000)
    numbers = select(literal(1).label("n")).cte("numbers", recursive=True)
    numbers = numbers.union_all(select(numbers.c.n + 1).where(numbers.c.n < count))

    async def work(connection: AsyncConnection) -> None:
        await connection.execute(
            insert(people).from_select(
                ["created_at"], select(literal(at)).select_from(numbers), include_defaults=False
            )
        )
        await connection.execute(
            insert(chats).from_select(
                ["channel", "address", "in_group", "person_id", "created_at"],
                select(
                    literal("telegram"),
                    cast(people.c.id + BEFORE, String),
                    literal(False),
                    people.c.id,
                    people.c.created_at,
                ).order_by(people.c.id),
                include_defaults=False,
            )
        )

    await database.write(work)


async def announce(connection: AsyncConnection) -> int:
    """Confirms an urgent announcement to everybody, which then is on its way; returns how many that are."""
    at = datetime.now(UTC)
    content = Content("news", {"vi": NEWS}, Audience(), urgent=True)
    number = await broadcasts.add(connection, content, None, at)
    one = await broadcasts.get(connection, number)
    assert one is not None
    count = await broadcasts.prepare(connection, one, LANGUAGES, at)
    await broadcasts.move(connection, number, ("draft",), "sending", started_at=at)
    return count
