"""APScheduler as a ticker: it says that it is time to look, and the database says what is due."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.database import Clock, Database, tell_others
from bot.errors import where
from bot.records import notices, people
from bot.text import TIMEZONE

log = logging.getLogger(__name__)

#: A form that was begun is kept this long.
DRAFTS_LIVE = timedelta(days=7)
#: Its owner is told this long before it is dropped.
WARNED = timedelta(days=1)


#: What a feature does when the clock has moved on, in one transaction.
Chore = Callable[[AsyncConnection, datetime], Awaitable[None]]


def ticker(
    database: Database, clock: Clock, chores: Sequence[Chore], wake: Callable[[], None]
) -> AsyncIOScheduler:
    """A scheduler, not yet started: upkeep each hour, what features have to look at each minute.

    `wake` is called afterwards, since both may have put notices into the inbox.
    """
    scheduler = AsyncIOScheduler(timezone=TIMEZONE)
    once = {"coalesce": True, "max_instances": 1}
    scheduler.add_job(upkeep, "interval", hours=1, args=(database, clock, wake), **once)
    scheduler.add_job(do, "interval", minutes=1, args=(database, clock, chores, wake), **once)
    return scheduler


async def do(database: Database, clock: Clock, chores: Sequence[Chore], wake: Callable[[], None]) -> None:
    """Each chore in a transaction of its own: one that fails does not stop the others."""
    at = clock()
    for chore in chores:

        async def work(connection: AsyncConnection, chore: Chore = chore) -> None:
            await chore(connection, at)
            await tell_others(connection)

        try:
            await database.write(work)
        except Exception as error:
            log.error("the chore %s failed and is tried again: %s", chore.__qualname__, where(error))
    wake()


async def upkeep(database: Database, clock: Clock, wake: Callable[[], None] = lambda: None) -> None:
    """Drops forms that were left open too long, a day after their owner was told."""
    at = clock()

    async def work(connection: AsyncConnection) -> int:
        for chat, channel, address, _, old in await people.drafts(connection, at - DRAFTS_LIVE + WARNED):
            for draft in old:
                if draft["at"] >= (at - DRAFTS_LIVE).timestamp():
                    key = f"draft:{chat}:{draft['form']}:{draft['at']}"
                    data = f"start:draft:{draft['form']}"
                    await notices.put_in_chat(connection, chat, channel, address, data, key=key, at=at)
        await tell_others(connection)
        return await people.drop_drafts(connection, at - DRAFTS_LIVE)

    dropped = await database.write(work)
    if dropped:
        log.info("%d forms were left open for %d days and are closed", dropped, DRAFTS_LIVE.days)
    wake()
