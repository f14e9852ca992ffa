"""Loan requests as records, on SQLite and on PostgreSQL: one at a time, each step once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.database import Database
from bot.records import loans, programmes, tables
from bot.records.cooperatives import cooperatives
from bot.records.loans import loan_requests

AT = datetime(2026, 11, 24, 2, tzinfo=UTC)
ANSWERS = {
    "borrower": "coop",
    "category": "machines",
    "purpose": "mua máy sấy lá dâu 2 tấn một ngày",
    "amount": 600_000_000_000,
    "total": 800_000_000_000,
    "own": 200_000_000_000,
    "owed": 0,
    "term": 120,
    "repaid_from": "bán kén tằm",
    "repaid_every": "quarter",
    "collateral": "guarantee",
    "collateral_value": 10**13,
    "history": "unreported",
}


@pytest.fixture
async def database(url: str) -> AsyncIterator[Database]:
    assert tables
    database = Database(url)
    await database.open()
    try:
        await database.write(lambda connection: programmes.begin(connection, AT))
        yield database
    finally:
        await database.close()


async def a_cooperative(database: Database) -> int:
    async def work(connection: AsyncConnection) -> int:
        values = {"kind": "coop", "name": "HTX Ví Dụ", "created_at": AT}
        made = await connection.execute(insert(cooperatives).values(values).returning(cooperatives.c.id))
        return int(made.scalar_one())

    return await database.write(work)


async def test_programmes_are_put_in_once(database: Database) -> None:
    await database.write(lambda connection: programmes.begin(connection, AT))
    found = await database.write(programmes.everything)
    assert [one.code for one in found] == [one.code for one in programmes.NATIONAL]


async def test_many_at_once_make_one_request_which_is_sent_once(database: Database) -> None:
    own = await a_cooperative(database)

    def check() -> asyncio.Future[loans.Request | None]:
        return asyncio.ensure_future(
            database.write(lambda connection: loans.check(connection, own, 1, None, ANSWERS, AT))
        )

    found = await asyncio.gather(*(check() for _ in range(10)))
    numbers = {one.id for one in found if one}
    assert len(numbers) == 1
    number = numbers.pop()
    steps = [database.write(lambda connection: loans.step(connection, number, "send", AT)) for _ in range(5)]
    assert sorted(await asyncio.gather(*steps)) == [False, False, False, False, True]
    assert await check() is None
    async with database.read() as connection:
        assert (await connection.execute(select(func.count()).select_from(loan_requests))).scalar_one() == 1


async def test_after_its_end_another_request_may_begin(database: Database) -> None:
    own = await a_cooperative(database)

    async def work(connection: AsyncConnection) -> None:
        first = await loans.check(connection, own, 1, None, ANSWERS, AT)
        assert first is not None
        assert await loans.step(connection, first.id, "withdraw", AT)
        second = await loans.check(connection, own, 1, None, ANSWERS, AT)
        assert second is not None
        assert second.id != first.id

    await database.write(work)


async def test_papers_and_repayments_take_the_place_of_those_before(database: Database) -> None:
    own = await a_cooperative(database)

    async def work(connection: AsyncConnection) -> None:
        request = await loans.check(connection, own, 1, None, ANSWERS, AT)
        assert request is not None
        assert not await loans.refuse(connection, request.id, "identity", "mờ quá", AT)
        for _ in range(2):
            await loans.accept_at_office(connection, request.id, "identity", AT)
        assert await loans.refuse(connection, request.id, "identity", "mờ quá", AT)
        filed = await loans.filed(connection, request.id)
        assert (filed["identity"].state, filed["identity"].reason) == ("refused", "mờ quá")
        await loans.plan_repayment(connection, request.id, [(date(2027, 1, 1), 5), (date(2026, 12, 1), 7)])
        await loans.plan_repayment(connection, request.id, [(date(2027, 2, 1), 10**12)])
        assert await loans.repayment(connection, request.id) == [(date(2027, 2, 1), 10**12)]

    await database.write(work)
