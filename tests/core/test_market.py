"""What must hold on either database when many act at once: serials, the two yeses of a match, one open request."""

from __future__ import annotations

import asyncio
from datetime import date
from functools import partial

from sqlalchemy.ext.asyncio import AsyncConnection

import handlers
from bot.records import cooperatives, labels, people, requests, trade
from tests.core.rig import Rig
from tests.talk import Clock

TONNE = {"amount": 1, "unit": "tonne", "base": 1000, "base_unit": "kg"}


async def a_cooperative(connection: AsyncConnection, clock: Clock) -> tuple[int, int]:
    """(a person, their cooperative)"""
    chat = (await people.ensure_chats(connection, [("wire", "an", False)], clock()))["wire", "an"]
    found = await connection.execute(people.chats.select().where(people.chats.c.id == chat))
    person = int(found.one().person_id)
    made = await connection.execute(
        cooperatives.cooperatives.insert()
        .values(kind="coop", name="HTX Ví Dụ", phone="", created_at=clock())
        .returning(cooperatives.cooperatives.c.id)
    )
    return person, int(made.scalar_one())


async def test_of_overlapping_serials_given_out_at_once_one_stands(url: str, clock: Clock) -> None:
    async with Rig.opened(url, clock, handlers.router().respond) as rig:

        async def roll(connection: AsyncConnection) -> object:
            return await labels.receive(connection, "ocop", "CB", 1, 1000, clock())

        assert await rig.database.write(roll) is None
        assert await rig.database.write(roll) is not None

        async def give(connection: AsyncConnection) -> bool:
            return await labels.issue(connection, "ocop", "CB", 100, 199, clock())

        given = await asyncio.gather(*(rig.database.write(give) for _ in range(8)))
        assert sorted(given) == [False] * 7 + [True]


async def test_the_same_request_sent_at_once_is_one(url: str, clock: Clock) -> None:
    async with Rig.opened(url, clock, handlers.router().respond) as rig:
        person, cooperative = await rig.database.write(lambda c: a_cooperative(c, clock))

        async def ask(connection: AsyncConnection) -> tuple[int, bool]:
            return await requests.add(
                connection, "label", "ocop", cooperative, person, "Trứng gà", {"size": "3 cm"}, clock()
            )

        sent = await asyncio.gather(*(rig.database.write(ask) for _ in range(8)))
        assert len({number for number, _ in sent}) == 1
        assert sorted(new for _, new in sent) == [False] * 7 + [True]


async def test_two_yeses_at_once_are_an_agreement(url: str, clock: Clock) -> None:
    async with Rig.opened(url, clock, handlers.router().respond) as rig:
        person, cooperative = await rig.database.write(lambda c: a_cooperative(c, clock))

        async def meet(connection: AsyncConnection) -> int:
            offered = {"product": "cam", "volume": TONNE, "months": [], "certificates": []}
            await trade.offer(connection, cooperative, {**offered, "ends_on": date(2027, 1, 1)}, clock())
            wanted = {"buyer": "Công ty Ví Dụ", "phone": "", "product": "cam", "volume": TONNE}
            days = {"starts_on": date(2026, 12, 1), "ends_on": date(2026, 12, 1)}
            number = await trade.demand(connection, person, {**wanted, **days}, clock())
            assert await trade.decide(connection, number, "open")
            found = await trade.get_demand(connection, number)
            assert found is not None
            return (await trade.match_demand(connection, found, clock()))[0].id

        match = await rig.database.write(meet)

        async def agree(connection: AsyncConnection, side: str) -> str:
            after = await trade.answer(connection, match, side, "yes")
            assert after is not None
            return after.state

        said = await asyncio.gather(
            *(rig.database.write(partial(agree, side=side)) for side in ("buyer", "seller"))
        )
        assert sorted(said) == ["agreed", "open"]
