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
#: What a feature looks at every few seconds. It reads as it likes and writes little; True where there is something new.
Beat = Callable[[Database, datetime], Awaitable[bool]]
#: Seconds between two beats.
BEAT = 5


def ticker(
    database: Database,
    clock: Clock,
    chores: Sequence[Chore],
    wake: Callable[[], None],
    beats: Sequence[Beat] = (),
) -> AsyncIOScheduler:
    """A scheduler, not yet started: upkeep each hour, what features have to look at each minute and each few seconds.

    `wake` is called afterwards, since all may have put something into the inbox or the outbox.
    """
    scheduler = AsyncIOScheduler(timezone=TIMEZONE)
    once = {"coalesce": True, "max_instances": 1}
    scheduler.add_job(upkeep, "interval", hours=1, args=(database, clock, wake), **once)
    scheduler.add_job(do, "interval", minutes=1, args=(database, clock, chores, wake), **once)
    if beats:
        scheduler.add_job(beat, "interval", seconds=BEAT, args=(database, clock, beats, wake), **once)
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


async def beat(database: Database, clock: Clock, beats: Sequence[Beat], wake: Callable[[], None]) -> None:
    """Each beat by itself, as with chores; nobody is woken where nothing is new."""
    at, new = clock(), False
    for one in beats:
        try:
            new |= await one(database, at)
        except Exception as error:
            log.error("the beat %s failed and is tried again: %s", one.__qualname__, where(error))
    if new:
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
