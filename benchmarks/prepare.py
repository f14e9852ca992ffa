"""What an announcement costs the database: preparing its rows, and a step of the sender, however many rows wait.

    python -m benchmarks.prepare [--prepared 100000] [--few 1000] [--many 1000000]

A step is what the sender does for a hundred of the recipients: the feeder puts them into the outbox, the sender reads
and claims them, and their ends are written. `next_of` is the feeder's first query once more, alone. PostgreSQL is the
embedded one of the tests, without fsync; what autovacuum does within minutes is done at once.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import String, cast, insert, literal, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from benchmarks.recipients import BEFORE, NEWS, announce, fill
from bot.broadcasting import Feeder
from bot.channels.telegram import TelegramChannel
from bot.chat import Outgoing
from bot.database import Database
from bot.records import broadcasts, messages
from bot.records.broadcasts import recipients
from bot.records.messages import BROADCAST, Sent, outbox
from tests.postgres import running_postgres

#: Recipients of a step, and steps; as many as the smallest announcement has.
PART, STEPS = 100, 10
POLICY = TelegramChannel.policy
FEED = Feeder("vi").feed


async def timed(work: Callable[[], Awaitable[Any]]) -> tuple[float, Any]:
    """Milliseconds, and the result."""
    started = time.perf_counter()
    result = await work()
    return 1000 * (time.perf_counter() - started), result


async def step(database: Database, part: int) -> dict[str, float]:
    """Takes a part of the recipients from waiting to sent; returns the milliseconds of each thing that takes."""
    at = datetime.now(UTC)
    took: dict[str, float] = {}

    async def read(do: Callable[[Any], Awaitable[Any]]) -> Any:
        async with database.read() as connection:
            return await do(connection)

    took["next_of"], _ = await timed(lambda: read(lambda c: broadcasts.next_of(c, 1, "telegram", part)))
    took["feed"], queued = await timed(
        lambda: database.write(lambda c: FEED(c, "telegram", POLICY, part, at))
    )
    assert queued == part, queued
    took["read"], rows = await timed(
        lambda: read(lambda c: messages.waiting(c, "telegram", BROADCAST, 0, part))
    )
    ids = [row.id for row in rows]
    took["claim"], claimed = await timed(lambda: database.write(lambda c: messages.claim(c, ids)))
    assert claimed == set(ids)
    ends = [Sent(row.id, "sent", None, str(row.id), at, row.act, row.recipient) for row in rows]

    async def end(connection: Any) -> None:
        await messages.end(connection, ends)
        await broadcasts.ended(connection, ends, at)

    took["end"], _ = await timed(lambda: database.write(end))
    return took


async def measure(name: str, url: str, count: int, *, steps: bool) -> None:
    """The lines of the table for one announcement."""
    database = Database(url)
    await database.open()
    try:
        await fill(database, count)
        await tidy(database)
        prepared, made = await timed(lambda: database.write(announce))
        assert made == count
        await tidy(database)
        print(f"| {name} | {count:,} | {prepared / 1000:.2f} s |", end="", flush=True)
        if steps:
            await walk(database)
        print()
        if steps and count > 2 * PART * STEPS:
            await half_done(database, count // 2)
            await tidy(database)
            print(f"| {name} | {count:,}, half of them done | |", end="", flush=True)
            await walk(database)
            print()
    finally:
        await database.close()


async def walk(database: Database) -> None:
    """Prints what the steps cost: of each thing the fastest, which says most on a machine that does others as well."""
    took = [await step(database, PART) for _ in range(STEPS)]
    columns = [min(one[what] for one in took) for what in took[0]]
    whole = sum(columns) - columns[0]
    print("".join(f" {column:.1f} |" for column in (*columns, whole)), end="", flush=True)


async def half_done(database: Database, most: int) -> None:
    """The first recipients have it, and there is the message that each of them got."""

    async def work(connection: AsyncConnection) -> None:
        now = datetime.now(UTC)
        at = int(now.timestamp() * 1000)
        has = recipients.c.id <= most
        await connection.execute(
            insert(outbox).from_select(
                [
                    "chat_id",
                    "channel",
                    "address",
                    "lane",
                    "payload",
                    "act",
                    "recipient_id",
                    "created_at",
                    "state",
                    "native",
                    "ended_at",
                ],
                select(
                    recipients.c.chat_id,
                    recipients.c.channel,
                    cast(recipients.c.id + BEFORE, String),
                    literal(BROADCAST),
                    literal(Outgoing(NEWS).to_json()),
                    literal("send"),
                    recipients.c.id,
                    literal(at),
                    literal("sent"),
                    cast(recipients.c.id, String),
                    literal(at),
                ).where(has, recipients.c.wants != ""),
                include_defaults=False,
            )
        )
        await connection.execute(update(recipients).where(has).values(state="sent", wants="", ended_at=now))

    await database.write(work)


async def tidy(database: Database) -> None:
    """What autovacuum does once a fifth of a table has changed."""
    if database.shared:
        engine = create_async_engine(database.url, isolation_level="AUTOCOMMIT")
        async with engine.connect() as connection:
            await connection.execute(text("VACUUM ANALYZE"))
        await engine.dispose()


@contextmanager
def databases() -> Iterator[Callable[[str], Any]]:
    """Makes an empty database by its name."""
    with tempfile.TemporaryDirectory(prefix="prepare-") as folder, running_postgres() as postgres:

        @contextmanager
        def make(name: str) -> Iterator[str]:
            if name == "PostgreSQL":
                with postgres.database() as url:
                    yield url
            else:
                file = Path(folder) / "prepare.db"
                yield f"sqlite+aiosqlite:///{file}"
                for one in Path(folder).glob("prepare.db*"):
                    one.unlink()

        yield make


async def main(prepared: int, few: int, many: int) -> None:
    print(
        f"Milliseconds for {PART} recipients, the fastest of {STEPS} steps; load average {os.getloadavg()[0]:.1f}\n"
    )
    print("| database | recipients | prepared | next_of | feed | read | claim | end | a step |")
    print("| --- | --: | --: | --: | --: | --: | --: | --: | --: |", flush=True)
    with databases() as make:
        for name in ("SQLite", "PostgreSQL"):
            for count in (prepared, few, many):
                with make(name) as url:
                    await measure(name, url, count, steps=count != prepared)


if __name__ == "__main__":
    parser = argparse.ArgumentParser("benchmarks.prepare", description=__doc__)
    parser.add_argument("--prepared", type=int, default=100_000)
    parser.add_argument("--few", type=int, default=PART * STEPS)
    parser.add_argument("--many", type=int, default=1_000_000)
    given = parser.parse_args()
    asyncio.run(main(given.prepared, given.few, given.many))
