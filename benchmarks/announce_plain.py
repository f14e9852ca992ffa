"""The same announcement by python-telegram-bot with its AIORateLimiter in a plain loop, side by side.

    python -m benchmarks.announce_plain [--recipients 5000] [--lenient]

Each contestant sends to everybody once in peace, and once with a kill -9 in the middle and a start again. Who keeps
no rows begins again with the first recipient, or not at all: both are counted. The fake Bot API answers after 50 ms.
How long Telegram makes wait who does not listen to its 429 is not published: the fake adds a second a call, with
`--lenient` none.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.announce import environment
from benchmarks.recipients import FIRST, NEWS, announce, fill
from benchmarks.telegram import DELAY, Limited, Telegram, limited_telegram
from bot.database import Database
from bot.records import broadcasts
from tests.fakes.bot_api_limits import A_SECOND

#: Seconds without a message after which the bot, which goes on to wait for others, is through.
QUIET = 5
#: How many times as long as need be a contestant may take.
PATIENCE = 2


@dataclass(frozen=True, slots=True)
class Contestant:
    """`command` is what Python runs, for so many recipients."""

    name: str
    command: Callable[[int], tuple[str, ...]]
    keeps_rows: bool = False


def plain(name: str, way: str, retries: int, burst: int) -> Contestant:
    def command(count: int) -> tuple[str, ...]:
        return ("-m", "benchmarks.plain_loop", way, str(count), str(retries), str(burst))

    return Contestant(f"python-telegram-bot, {name}", command)


CONTESTANTS = {
    "coopbot": Contestant("coopbot", lambda _: ("-m", "bot", "run"), keeps_rows=True),
    "loop": plain("one after another", "loop", 0, 30),
    "gather": plain("asyncio.gather", "gather", 0, 30),
    "patient": plain("asyncio.gather, max_retries=20", "gather", 20, 30),
    "even": plain("asyncio.gather, evenly at 29.4/s, max_retries=20", "gather", 20, 1),
}


@dataclass(frozen=True, slots=True)
class Result:
    """`seconds` from the first message until it was through; `told` is how often each chat heard it; `before` how
    many messages there were at the kill; `unknown` of how many the sender itself says that it does not know."""

    limited: Limited
    seconds: float
    told: Counter[int]
    before: int = 0
    unknown: int = 0


async def prepare(folder: Path, count: int) -> None:
    async with opened(folder) as database:
        await fill(database, count)
        await database.write(announce)


class opened:  # noqa: N801  reads as a verb
    """A database in a folder, for a moment."""

    def __init__(self, folder: Path) -> None:
        self._database = Database(f"sqlite+aiosqlite:///{folder}/coopbot.db")

    async def __aenter__(self) -> Database:
        await self._database.open()
        return self._database

    async def __aexit__(self, *_: object) -> None:
        await self._database.close()


async def run(one: Contestant, count: int, *, kill: bool, lenient: bool) -> Result:
    with tempfile.TemporaryDirectory(prefix="plain-") as name:
        folder = Path(name)
        if one.keeps_rows:
            await prepare(folder, count)
        async with limited_telegram(1, DELAY, lenient=lenient) as telegram:
            await telegram.post("meet", {"first": FIRST, "count": count})
            before = 0
            if kill:
                await live(one, telegram, folder, count, half=True)
                before = (await telegram.get("counts"))["sent"]
            seconds = await live(one, telegram, folder, count)
            sent = (await telegram.get("sent"))["sent"]
            limited = await telegram.limited()
        unknown = 0
        if one.keeps_rows:
            async with opened(folder) as database, database.read() as connection:
                unknown = (await broadcasts.totals(connection, 1)).by_state.get("unknown", 0)
    return Result(limited, seconds, Counter(s["chat"] for s in sent if s["text"] == NEWS), before, unknown)


async def live(one: Contestant, telegram: Telegram, folder: Path, count: int, *, half: bool = False) -> float:
    """Runs it until it is through, or to the `half`, and kills it; returns the seconds since its first message."""
    begun = (await telegram.get("counts"))["sent"]
    with (folder / "log").open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable, *one.command(count), env=environment(telegram, folder, 1), stdout=log, stderr=log
        )
    clock = asyncio.get_running_loop().time
    number = begun
    first, last, end = 0.0, clock(), clock() + count / A_SECOND * (1 if half else PATIENCE)
    while process.returncode is None and clock() < end:
        await asyncio.sleep(0.1)
        counts: dict[str, Any] = await telegram.get("counts")
        if counts["sent"] > number:
            first, last, number = first or clock(), clock(), counts["sent"]
        if (half and number >= count // 2) or (one.keeps_rows and first and clock() - last > QUIET):
            break
    with suppress(ProcessLookupError):
        process.kill()
    await process.wait()
    return (last if one.keeps_rows else clock()) - first


async def main(names: list[str], count: int, lenient: bool) -> None:
    print(f"{count:,} recipients; load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores\n")
    print(
        "| contestant | a second | of 30/s | 429 | not reached | "
        "killed: twice, begun again | killed: not reached, left | marked unknown |"
    )
    print("| --- | --: | --: | --: | --: | --: | --: | --: |", flush=True)
    for name in names:
        one = CONTESTANTS[name]
        calm = await run(one, count, kill=False, lenient=lenient)
        hard = await run(one, count, kill=True, lenient=lenient)
        lost = count - len(calm.told)
        twice = sum(times > 1 for times in hard.told.values())
        left = "–" if one.keeps_rows else f"{count - hard.before:,}"
        unknown = f"{hard.unknown}" if one.keeps_rows else "–"
        rate = len(calm.told) / calm.seconds
        print(
            f"| {one.name} | {rate:.2f} | {rate / A_SECOND:.1%} | {sum(calm.limited.refused.values()):,} | {lost:,} | "
            f"{twice:,} | {left} | {unknown} |",
            flush=True,
        )


if __name__ == "__main__":
    parser = argparse.ArgumentParser("benchmarks.announce_plain", description=__doc__)
    parser.add_argument("--recipients", type=int, default=5000)
    parser.add_argument("--only", nargs="*", choices=CONTESTANTS, default=list(CONTESTANTS))
    parser.add_argument("--lenient", action="store_true")
    given = parser.parse_args()
    asyncio.run(main(given.only, given.recipients, given.lenient))
