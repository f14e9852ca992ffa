"""Beats: what features look at each few seconds, each by itself."""

from __future__ import annotations

from datetime import datetime

import pytest

from bot import scheduler
from bot.database import Database
from tests.talk import Clock


@pytest.fixture
def database(fresh_database: str) -> Database:
    return Database(f"sqlite+aiosqlite:///{fresh_database}")


async def broken(database: Database, at: datetime) -> bool:
    raise RuntimeError("a fault of ours")


async def news(database: Database, at: datetime) -> bool:
    return True


async def quiet(database: Database, at: datetime) -> bool:
    return False


async def test_a_beat_that_fails_stops_no_other_and_what_is_new_wakes_the_senders(
    database: Database, clock: Clock
) -> None:
    woken: list[str] = []
    await scheduler.beat(database, clock, [broken, news], lambda: woken.append("now"))
    assert woken == ["now"]


async def test_nobody_is_woken_where_nothing_is_new(database: Database, clock: Clock) -> None:
    woken: list[str] = []
    await scheduler.beat(database, clock, [quiet, broken], lambda: woken.append("now"))
    assert woken == []


async def test_the_clock_runs_beats_every_few_seconds_where_there_are_any(
    database: Database, clock: Clock
) -> None:
    def intervals(*beats: scheduler.Beat) -> list[float]:
        ticker = scheduler.ticker(database, clock, [], lambda: None, beats)
        return sorted(job.trigger.interval.total_seconds() for job in ticker.get_jobs())

    assert intervals() == [60, 3600]
    assert intervals(news) == [scheduler.BEAT, 60, 3600]
