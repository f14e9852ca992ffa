"""Two programs on one PostgreSQL share the work: each message once, each chat in order, one sender a channel."""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import AsyncExitStack

from sqlalchemy import text

from bot.chat import Outgoing
from bot.turn import Turn
from tests.core.rig import Rig
from tests.talk import Clock
from tests.wire import Wire, eventually, said, until

CHATS, EACH = 30, 10


async def counts(turn: Turn) -> list[Outgoing]:
    """Remembers how many were heard, slowly enough for another program to come in between."""
    await turn.records()
    heard = turn.chat.state["heard"] = turn.chat.state.get("heard", 0) + 1
    await asyncio.sleep(0)
    return [Outgoing(f"{turn.said.text} {heard}")]


async def never_changes(turn: Turn) -> list[Outgoing]:
    return [Outgoing(turn.said.text)]


async def test_two_engines_handle_each_message_once_and_each_chat_in_order(
    shared_url: str, clock: Clock
) -> None:
    for respond in (counts, never_changes):
        async with AsyncExitStack() as stack:
            rigs = [
                await stack.enter_async_context(
                    Rig.opened(shared_url, clock, respond, Wire(respond.__name__))
                )
                for _ in range(2)
            ]
            for rig in rigs:
                rig.starts(rig.engine.run())
            await asyncio.gather(*(_speak(rigs[n % 2], respond.__name__, n) for n in range(CHATS)))
            await until_done(rigs[0])
            for chat in range(CHATS):
                right = [f"{n} {n + 1}" if respond is counts else str(n) for n in range(EACH)]
                assert await rigs[0].said(f"{respond.__name__} {chat}") == right


async def _speak(rig: Rig, channel: str, chat: int) -> None:
    for number in range(EACH):
        await rig.hears(said(str(number), f"{channel} {chat}", channel=channel, position=number))


async def until_done(rig: Rig) -> None:
    async def done() -> bool:
        return all(row.done_at for row in await rig.inbox_rows())

    await eventually(done, "a message was not handled")


async def test_an_update_that_reaches_both_is_heard_once(shared_url: str, clock: Clock) -> None:
    async with Rig.opened(shared_url, clock) as one, Rig.opened(shared_url, clock) as two:
        updates = [said(str(number), f"chat {number % 7}", position=number) for number in range(50)]
        await asyncio.gather(*(rig.hears(update) for update in updates for rig in (one, two)))
        assert await one.works() + await two.works() == 50
        assert len(await one.outbox_rows()) == 50


async def test_only_the_holder_of_the_lease_sends_until_it_is_gone(shared_url: str, clock: Clock) -> None:
    async with AsyncExitStack() as stack:
        first = await stack.enter_async_context(Rig.opened(shared_url, clock))
        second = await stack.enter_async_context(Rig.opened(shared_url, clock))
        await first.says("an", "0")
        first.starts()
        await until(lambda: first.wire.sent)
        second.starts()
        for number in range(1, 40):
            await (first, second)[number % 2].says(f"chat {number}", str(number))
        await first.delivered()
        assert (len(first.wire.sent), len(second.wire.sent)) == (40, 0)
        await first.stop()
        await first.says("an", "tiếp")
        await second.delivered()
        assert second.wire.texts("an") == ["tiếp"]


async def test_a_sender_that_lost_its_lease_sends_nothing_twice(shared_url: str, clock: Clock) -> None:
    async with AsyncExitStack() as stack:
        rigs = [await stack.enter_async_context(Rig.opened(shared_url, clock)) for _ in range(2)]
        for rig in rigs:
            rig.starts()
        for number in range(60):
            await rigs[0].says(f"chat {number % 6}", str(number))
            if number == 30:
                await rigs[0].delivered()
                await _cut_connections(rigs[1])
        await rigs[0].delivered()
        sent = Counter(message.text for rig in rigs for _, message in rig.wire.sent)
    assert sent == Counter(str(number) for number in range(60))


async def _cut_connections(rig: Rig) -> None:
    """Ends every connection that holds a lease, as a restart of the database would."""
    async with rig.database.read() as connection:
        await connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted"
                " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
            )
        )


async def test_a_message_that_one_keeps_wakes_the_engine_of_the_other(shared_url: str, clock: Clock) -> None:
    async with Rig.opened(shared_url, clock) as one, Rig.opened(shared_url, clock) as two:
        woken = asyncio.Event()
        two.starts(two.database.listen(woken.set))
        async with two.database.read():
            pass
        for number in range(200):
            await one.hears(said(str(number)))
            if woken.is_set():
                break
            await asyncio.sleep(0.01)
        assert woken.is_set()
