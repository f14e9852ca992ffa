"""The sample union on each database: two programs that start together load it once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from sqlalchemy import func, select

from bot import sample
from bot.database import Database
from bot.settings import Settings
from tests.talk import Clock


async def test_it_is_loaded_and_removed(
    url: str, clock: Clock, make_settings: Callable[..., Settings]
) -> None:
    database = Database(url)
    await database.open()
    try:
        settings = make_settings()
        assert await database.write(lambda to: sample.begin(to, settings, clock()))
        assert not await database.write(lambda to: sample.begin(to, settings, clock()))
        assert await database.write(sample.remove)
        async with database.read() as connection:
            for table in sample.EXAMPLES:
                query = select(func.count()).select_from(table)
                assert (table.name, (await connection.execute(query)).scalar_one()) == (table.name, 0)
        assert await database.write(lambda to: sample.load(to, settings, clock()))
    finally:
        await database.close()


async def test_programs_that_start_together_load_it_once(
    shared_url: str, clock: Clock, make_settings: Callable[..., Settings]
) -> None:
    settings = make_settings()
    databases = [Database(shared_url) for _ in range(3)]
    for database in databases:
        await database.open()
    try:
        loaded = await asyncio.gather(
            *(one.write(lambda to: sample.begin(to, settings, clock())) for one in databases)
        )
        assert sorted(loaded) == [False, False, True]
    finally:
        for database in databases:
            await database.close()
