"""Profiles, people and yearly figures on both databases, with several who write at once."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

import handlers
from bot.records import cooperatives, people, yearly
from tests.core.rig import Rig
from tests.talk import Clock

FIGURES = {"turnover": 2_200_000_000, "profit": -50_000_000, "members": 23, "workers": 30, "insured": None}


async def person(rig: Rig, clock: Clock, chat: str) -> int:
    async def work(connection: AsyncConnection) -> int:
        made = await people.ensure_chats(connection, [("wire", chat, False)], clock())
        found = await connection.execute(
            select(people.chats.c.person_id).where(people.chats.c.id == made["wire", chat])
        )
        return int(found.scalar_one())

    return await rig.database.write(work)


async def founds(rig: Rig, clock: Clock, person_id: int) -> int | None:
    values = {"kind": "coop", "name": "HTX Ví Dụ", "tax_code": "0100233488", "phone": "+84912345678"}

    async def work(connection: AsyncConnection) -> int | None:
        return await cooperatives.found(connection, person_id, values, clock())

    return await rig.database.write(work)


async def count(rig: Rig, table: object) -> int:
    async with rig.database.read() as connection:
        found = await connection.execute(select(func.count()).select_from(table))  # type: ignore[arg-type]
        return int(found.scalar_one())


async def test_a_tax_code_that_two_programs_note_at_once_is_one_profile(
    shared_url: str, clock: Clock
) -> None:
    async with AsyncExitStack() as stack:
        rigs = [
            await stack.enter_async_context(Rig.opened(shared_url, clock, handlers.router().respond))
            for _ in range(2)
        ]
        writers = [await person(rigs[0], clock, name) for name in ("an", "binh")]
        made = await asyncio.gather(
            *(founds(rig, clock, writer) for rig, writer in zip(rigs, writers, strict=True))
        )
        assert sorted(number is None for number in made) == [False, True]
        assert await count(rigs[0], cooperatives.cooperatives) == 1
        assert await count(rigs[0], cooperatives.memberships) == 1


async def test_the_figures_of_a_year_are_one_row_until_they_are_closed(url: str, clock: Clock) -> None:
    async with Rig.opened(url, clock, handlers.router().respond) as rig:
        number = await founds(rig, clock, await person(rig, clock, "an"))
        assert number is not None

        async def report(connection: AsyncConnection, members: int) -> int | None:
            return await yearly.report(connection, number, 2026, FIGURES | {"members": members}, clock())

        first = await rig.database.write(lambda connection: report(connection, 23))
        assert await rig.database.write(lambda connection: report(connection, 25)) == first
        assert first is not None
        assert await rig.database.write(lambda connection: yearly.close(connection, first))
        assert await rig.database.write(lambda connection: report(connection, 99)) is None
        assert not await rig.database.write(lambda connection: yearly.close(connection, first))
        async with rig.database.read() as connection:
            kept = await yearly.of(connection, number, 2026)
        assert kept is not None
        assert (kept.members, kept.profit, kept.closed) == (25, -50_000_000, True)


async def test_who_joins_twice_waits_once_and_who_is_confirmed_stays_so(url: str, clock: Clock) -> None:
    async with Rig.opened(url, clock, handlers.router().respond) as rig:
        number = await founds(rig, clock, await person(rig, clock, "an"))
        assert number is not None
        other = await person(rig, clock, "binh")

        async def join(connection: AsyncConnection, role: str) -> int | None:
            return await cooperatives.join(connection, number, other, role, clock())

        first = await rig.database.write(lambda connection: join(connection, "member"))
        assert await rig.database.write(lambda connection: join(connection, "accountant")) == first
        assert first is not None
        assert await rig.database.write(
            lambda connection: cooperatives.settle(connection, first, "confirmed")
        )
        assert not await rig.database.write(
            lambda connection: cooperatives.settle(connection, first, "declined")
        )
        assert await rig.database.write(lambda connection: join(connection, "director")) is None
        async with rig.database.read() as connection:
            ours = await cooperatives.of_person(connection, other)
        assert ours is not None
        assert ours.role == "accountant"
