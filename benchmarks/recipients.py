"""People in a database, each with a chat on Telegram, and an announcement to all of them."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.database import Database
from bot.records import broadcasts
from bot.records.audiences import Audience
from bot.records.broadcasts import Content
from bot.records.people import chats, people
from bot.text import LANGUAGES

#: The number of the first person's chat.
FIRST = 100_000
NEWS = "Sáng thứ Sáu Liên minh họp trực tuyến về chuyển đổi số. Mời anh/chị tham dự."
_AT_ONCE = 5000


async def fill(database: Database, count: int) -> None:
    """So many people, whose chats are numbered on from `FIRST`."""
    at = datetime.now(UTC)
    for begin in range(0, count, _AT_ONCE):
        numbers = range(begin, min(begin + _AT_ONCE, count))

        async def work(connection: AsyncConnection, numbers: range = numbers) -> None:
            await connection.execute(insert(people), [{"id": n + 1, "created_at": at} for n in numbers])
            await connection.execute(
                insert(chats),
                [
                    {
                        "channel": "telegram",
                        "address": str(FIRST + n),
                        "in_group": False,
                        "person_id": n + 1,
                        "created_at": at,
                    }
                    for n in numbers
                ],
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
