"""APScheduler as a ticker: it says that it is time to look, and the database says what is due."""

from __future__ import annotations

import logging
from datetime import timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.database import Clock, Database
from bot.records import people
from bot.text import TIMEZONE

log = logging.getLogger(__name__)

#: A form that was begun is kept this long.
DRAFTS_LIVE = timedelta(days=7)


def ticker(database: Database, clock: Clock) -> AsyncIOScheduler:
    """A scheduler, not yet started, with the upkeep of the records."""
    scheduler = AsyncIOScheduler(timezone=TIMEZONE)
    scheduler.add_job(upkeep, "interval", hours=1, args=(database, clock), coalesce=True, max_instances=1)
    return scheduler


async def upkeep(database: Database, clock: Clock) -> None:
    """Drops forms that were left open too long."""
    before = clock() - DRAFTS_LIVE

    async def work(connection: AsyncConnection) -> int:
        return await people.drop_drafts(connection, before)

    dropped = await database.write(work)
    if dropped:
        log.info("%d forms were left open for %d days and are closed", dropped, DRAFTS_LIVE.days)
