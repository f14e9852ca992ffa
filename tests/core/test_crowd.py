"""Two hundred register at once for fifty places: fifty have one, the others wait in order of arrival."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from contextlib import AsyncExitStack
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncConnection

import handlers
from bot.chat import Outgoing
from bot.database import Database
from bot.records import cooperatives, people
from bot.records.people import Person
from bot.records.registrations import registrations
from bot.turn import Turn
from tests.core.rig import Rig
from tests.talk import Clock
from tests.transcripts.happenings import publish_training
from tests.wire import Wire, eventually, said

CROWD, PLACES = 200, 50


async def test_two_hundred_register_for_fifty_places(url: str, clock: Clock) -> None:
    async with Rig.opened(url, clock, handlers.router().respond) as rig:
        chats = await come_to_register([rig], clock)
        rows = await registered(rig.database)
        assert [row.state for row in rows] == ["confirmed"] * PLACES + ["waiting"] * (CROWD - PLACES)
        assert [row.name for row in rows] == [f"HTX {chat}" for chat in chats]
        assert [await place_in_line(rig, chat) for chat in chats] == [0] * PLACES + [
            *range(1, CROWD - PLACES + 1)
        ]


async def test_two_programs_give_the_same_fifty_places_once(shared_url: str, clock: Clock) -> None:
    async with AsyncExitStack() as stack:
        rigs = [
            await stack.enter_async_context(Rig.opened(shared_url, clock, handlers.router().respond))
            for _ in range(2)
        ]
        chats = await come_to_register(rigs, clock)
        rows = await registered(rigs[0].database)
        assert [row.state for row in rows] == ["confirmed"] * PLACES + ["waiting"] * (CROWD - PLACES)
        told = [await place_in_line(rigs[0], chat) for chat in chats]
        assert sorted(told) == [0] * PLACES + [*range(1, CROWD - PLACES + 1)]
        by_name = {f"HTX {chat}": number for chat, number in zip(chats, told, strict=True)}
        assert [by_name[row.name] for row in rows[PLACES:]] == [*range(1, CROWD - PLACES + 1)]


async def test_a_deadlock_between_two_programs_costs_nobody_their_turn(shared_url: str, clock: Clock) -> None:
    """Each locks an event and then the other's: the database undoes one of the two, which is tried again."""
    locked = {"one": asyncio.Event(), "two": asyncio.Event()}

    async def locks(turn: Turn) -> Sequence[Outgoing]:
        connection = await turn.records()
        await connection.execute(
            text("SELECT id FROM events WHERE id = :id FOR UPDATE"), {"id": int(turn.said.text)}
        )
        locked[turn.said.channel].set()
        await asyncio.gather(*(event.wait() for event in locked.values()))
        return [Outgoing(f"locked {turn.said.text}")]

    async with AsyncExitStack() as stack:
        rigs = [
            await stack.enter_async_context(Rig.opened(shared_url, clock, locks, Wire(name)))
            for name in locked
        ]
        for _ in range(2):
            await publish_training(rigs[0].database, clock())
        for rig, order in zip(rigs, (("1", "2"), ("2", "1")), strict=True):
            name = rig.wire.name
            await rig.hears(*(said(number, f"{name} {number}", channel=name) for number in order))
            rig.starts(rig.engine.run())
        await all_done(rigs[0])
        for name in locked:
            for number in ("1", "2"):
                assert await rigs[0].said(f"{name} {number}") == [f"locked {number}"]


async def come_to_register(rigs: Sequence[Rig], clock: Clock) -> list[str]:
    """Brings everybody to the last question and lets them send at once; returns the chats in that order."""
    chats = [f"chat {number:03}" for number in range(CROWD)]
    await rigs[0].database.write(lambda connection: _members(connection, chats, clock))
    await publish_training(rigs[0].database, clock(), capacity=PLACES)
    for rig in rigs:
        rig.starts(rig.engine.run())
    steps = (
        {"kind": "tap", "data": "event:join:1"},
        {"text": "Nguyễn Văn A 0912345678"},
        {"kind": "tap", "data": "form:seats:skip:note"},
        {"kind": "tap", "data": "form:seats:send"},
        {"kind": "tap", "data": "form:seats:answer:waiting:yes"},
        {"kind": "tap", "data": "form:seats:send"},
    )
    for step in steps[:4]:
        await _all_say(rigs, chats, step)
    waiting = [chat for chat in chats if "danh sách chờ" in (await rigs[0].said(chat))[-1]]
    assert len(waiting) == CROWD - PLACES
    for step in steps[4:]:
        await _all_say(rigs, waiting, step)
    return chats


async def _all_say(rigs: Sequence[Rig], chats: Sequence[str], what: dict[str, Any]) -> None:
    for at in range(0, len(chats), 10):
        some = [said(chat=chat, **what) for chat in chats[at : at + 10]]
        await rigs[at // 10 % len(rigs)].hears(*some)
    await all_done(rigs[0])


async def _members(connection: AsyncConnection, chats: Sequence[str], clock: Clock) -> None:
    """Everybody behind these chats has agreed and acts for a cooperative of their own."""
    made = await people.ensure_chats(connection, [("wire", chat, False) for chat in chats], clock())
    for chat in chats:
        found = await connection.execute(
            select(people.chats.c.person_id).where(people.chats.c.id == made["wire", chat])
        )
        person = Person(found.scalar_one())
        await people.consent(connection, person, True, clock())
        assert person.id is not None
        await cooperatives.found(
            connection,
            person.id,
            {"kind": "coop", "name": f"HTX {chat}", "phone": "+84912345678"},
            clock(),
        )


async def registered(database: Database) -> list[Any]:
    async with database.read() as connection:
        rows = await connection.execute(
            select(registrations.c.state, cooperatives.cooperatives.c.name)
            .join(
                cooperatives.cooperatives,
                cooperatives.cooperatives.c.id == registrations.c.cooperative_id,
            )
            .order_by(registrations.c.id)
        )
        return list(rows.all())


async def place_in_line(rig: Rig, chat: str) -> int:
    """Which number a chat was told on the waiting list; 0 where it has a place."""
    last = (await rig.said(chat))[-1]
    found = re.search(r"thứ (\d+) trong danh sách chờ", last)
    assert found or "Mã vé là" in last, last
    return int(found[1]) if found else 0


async def all_done(rig: Rig) -> None:
    async def done() -> bool:
        return all(row.done_at for row in await rig.inbox_rows())

    await eventually(done, "a message was not handled")
