"""The same announcement by python-telegram-bot with its AIORateLimiter in a plain loop, side by side.

    python -m benchmarks.announce_plain [--recipients 5000]

Each contestant sends to everybody once in peace, and once with a kill -9 in the middle and a start again. Who keeps
no rows begins again with the first recipient, or not at all: both are counted. The fake Bot API answers after 50 ms.
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

#: Seconds without a message after which a contestant is through.
QUIET = 15


@dataclass(frozen=True, slots=True)
class Contestant:
    """`command` is what Python runs, for so many recipients."""

    name: str
    command: Callable[[int], tuple[str, ...]]
    keeps_rows: bool = False


CONTESTANTS = {
    "coopbot": Contestant("coopbot", lambda _: ("-m", "bot", "run"), keeps_rows=True),
    "loop": Contestant(
        "python-telegram-bot, one after another",
        lambda count: ("-m", "benchmarks.plain_loop", "loop", str(count), "0"),
    ),
    "gather": Contestant(
        "python-telegram-bot, asyncio.gather",
        lambda count: ("-m", "benchmarks.plain_loop", "gather", str(count), "0"),
    ),
    "patient": Contestant(
        "python-telegram-bot, asyncio.gather, max_retries=20",
        lambda count: ("-m", "benchmarks.plain_loop", "gather", str(count), "20"),
    ),
}


@dataclass(frozen=True, slots=True)
class Result:
    """`told` is how often each chat heard it; `unknown` what the sender itself says it does not know of."""

    limited: Limited
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


async def run(one: Contestant, count: int, *, kill: bool) -> Result:
    with tempfile.TemporaryDirectory(prefix="plain-") as name:
        folder = Path(name)
        if one.keeps_rows:
            await prepare(folder, count)
        async with limited_telegram(1, DELAY) as telegram:
            await telegram.post("meet", {"first": FIRST, "count": count})
            before = 0
            if kill:
                before = await live(one, telegram, folder, count, until=count // 2)
            await live(one, telegram, folder, count)
            sent = (await telegram.get("sent"))["sent"]
            limited = await telegram.limited()
        unknown = 0
        if one.keeps_rows:
            async with opened(folder) as database, database.read() as connection:
                unknown = (await broadcasts.totals(connection, 1)).by_state.get("unknown", 0)
    return Result(limited, Counter(s["chat"] for s in sent if s["text"] == NEWS), before, unknown)


async def live(one: Contestant, telegram: Telegram, folder: Path, count: int, *, until: int = 0) -> int:
    """Runs it until it is through, or has sent so many and is killed; returns how many messages there are then."""
    with (folder / "log").open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable, *one.command(count), env=environment(telegram, folder, 1), stdout=log, stderr=log
        )
    number, quiet = 0, 0.0
    while process.returncode is None and (quiet < QUIET or not number) and not (until and number >= until):
        await asyncio.sleep(0.2)
        counts: dict[str, Any] = await telegram.get("counts")
        quiet = quiet + 0.2 if counts["sent"] == number else 0.0
        number = counts["sent"]
    with suppress(ProcessLookupError):
        process.kill()
    await process.wait()
    return int((await telegram.get("counts"))["sent"])


async def main(names: list[str], count: int) -> None:
    print(f"{count:,} recipients; load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores\n")
    print(
        "| contestant | a second | of 30/s | 429 | not reached | "
        "killed: twice, begun again | killed: not reached, left | marked unknown |"
    )
    print("| --- | --: | --: | --: | --: | --: | --: | --: |", flush=True)
    for name in names:
        one = CONTESTANTS[name]
        calm = await run(one, count, kill=False)
        hard = await run(one, count, kill=True)
        lost = count - len(calm.told)
        twice = sum(times > 1 for times in hard.told.values())
        left = "–" if one.keeps_rows else f"{count - hard.before:,}"
        unknown = f"{hard.unknown}" if one.keeps_rows else "–"
        rate = calm.limited.rate
        print(
            f"| {one.name} | {rate:.2f} | {rate / 30:.1%} | {sum(calm.limited.refused.values()):,} | {lost:,} | "
            f"{twice:,} | {left} | {unknown} |",
            flush=True,
        )


if __name__ == "__main__":
    parser = argparse.ArgumentParser("benchmarks.announce_plain", description=__doc__)
    parser.add_argument("--recipients", type=int, default=5000)
    parser.add_argument("--only", nargs="*", choices=CONTESTANTS, default=list(CONTESTANTS))
    given = parser.parse_args()
    asyncio.run(main(given.only, given.recipients))
