"""Officers who decide at the same moment, on one database and on two replicas: one decision, one who hears of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import select

from bot.records import audit, tasks
from tests.conftest import MakeAssistant
from tests.talk import Clock, Talk
from tests.wire import said

UNKNOWN = "Vé xem phim ở rạp tối nay bao nhiêu tiền?"
OFFICERS = 4


@pytest.fixture
async def replicas(url: str, make_assistant: MakeAssistant, clock: Clock) -> AsyncIterator[tuple[Talk, Talk]]:
    """Two assistants on PostgreSQL, one on SQLite (then both are the same)."""
    one = Talk(lambda: make_assistant(database_url=url), clock)
    await one.start()
    two = one
    if url.startswith("postgresql"):
        two = Talk(lambda: make_assistant(database_url=url), clock)
        await two.start()
    try:
        yield one, two
    finally:
        await one.stop()
        if two is not one:
            await two.stop()


async def test_one_decision_counts_and_the_others_are_told_whose(replicas: tuple[Talk, Talk]) -> None:
    here = [replicas[number % 2].beside(f"cán bộ {number}") for number in range(OFFICERS)]
    for number, one in enumerate(here):
        await one.is_officer(f"Cán bộ {number}")
    for round_ in range(3):
        await replicas[0].beside(f"khách {round_}").says(UNKNOWN)
        await replicas[0].passes(minutes=6)
        taps = [said("", one.chat, kind="tap", data=f"staff:do:{round_ + 1}:drop") for one in here]
        await asyncio.gather(*(one.wire.hears(tap) for one, tap in zip(here, taps, strict=True)))
        heard = [await _told(replicas, one) for one in here]
        done = [number for number, words in enumerate(heard) if "không hỏi ai nữa" in words]
        assert len(done) == 1, heard
        for number, words in enumerate(heard):
            if number not in done:
                assert f"đã xử lý xong: Cán bộ {done[0]}" in words
    async with replicas[0].assistant.database.read() as connection:
        verbs = (await connection.execute(select(audit.audit.c.verb))).scalars().all()
        states = (await connection.execute(select(tasks.tasks.c.state))).scalars().all()
    assert (verbs, states) == (["drop"] * 3, ["closed"] * 3)


async def _told(replicas: tuple[Talk, Talk], one: Talk) -> str:
    """What came to a chat, by whichever replica sends."""
    await one.is_told()
    both = {id(replica.wire): replica.wire for replica in replicas}.values()
    texts = [text for wire in both for text in wire.texts(one.chat)]
    return "\n".join(text for text in texts[-1:])
