"""An announcement through a Telegram that lets through 30 a second and answers 429 to the rest.

    python -m benchmarks.announce [--recipients 5000] [--scale 1]

The bot is `coopbot run`, as it is deployed; the fake Bot API is a process of its own that answers after 50 ms. With
`--scale 10` the clock of the fake's limits runs ten times as fast, and with it the pace that the channel allows
itself; everything else of the bot stays as it is, so that its own work has a tenth of the time. All the while some of
the recipients write, one each half second, and wait for an answer.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import psutil

from benchmarks.recipients import FIRST, NEWS, announce, fill
from benchmarks.telegram import DELAY, Telegram, limited_telegram
from bot.database import Database
from bot.records import broadcasts

#: Members who write in turn, and seconds from one message of theirs to the next; each waits long for their turn.
MEMBERS, PAUSE = 40, 0.5
SAID = ("/menu", "Thành lập hợp tác xã cần những giấy tờ gì?")


def environment(telegram: Telegram, folder: Path, scale: float) -> dict[str, str]:
    """What the bot is started with, on a folder of its own."""
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith(("TELEGRAM", "ZALO"))},
        **telegram.environment(),
        "DATABASE_URL": f"sqlite:///{folder}/coopbot.db",
        "DATA_DIR": str(folder),
        "HOST": "127.0.0.1",
        "PORT": "0",
        "EMBEDDINGS": "false",
        "SAMPLE": "false",
        "LOG_LEVEL": "WARNING",
        "SCALE": str(scale),
    }


@asynccontextmanager
async def bot(telegram: Telegram, folder: Path, scale: float) -> AsyncIterator[psutil.Process]:
    module = ("bot", "run") if scale == 1 else ("benchmarks.fast_bot",)
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        *module,
        env=environment(telegram, folder, scale),
        stdout=asyncio.subprocess.DEVNULL,
    )
    try:
        yield psutil.Process(process.pid)
    finally:
        process.send_signal(signal.SIGTERM)
        await process.wait()


async def write_now_and_then(telegram: Telegram, said: dict[int, list[float]]) -> None:
    """Members write, in turn; notes when each did."""
    number = 0
    while True:
        chat = FIRST + number % MEMBERS
        text = SAID[number // MEMBERS % len(SAID)]
        said[chat].append(time.time())
        await telegram.post("say", [{"chat": chat, "text": text}])
        number += 1
        await asyncio.sleep(PAUSE)


async def answered_after(telegram: Telegram, said: dict[int, list[float]]) -> list[float]:
    """Seconds from what each member said to the first message they were answered with, shortest first."""
    heard: defaultdict[int, list[float]] = defaultdict(list)
    for sent in (await telegram.get("sent"))["sent"]:
        if sent["chat"] in said and sent["text"] != NEWS:
            heard[sent["chat"]].append(sent["at"])
    seconds = []
    for chat, moments in said.items():
        for moment, following in zip(moments, [*moments[1:], time.time()], strict=True):
            answers = [at for at in heard[chat] if moment <= at < following]
            seconds.append(min(answers) - moment if answers else float("inf"))
    return sorted(seconds)


async def measure(recipients: int, scale: float) -> None:
    with tempfile.TemporaryDirectory(prefix="announce-") as name:
        folder = Path(name)
        database = Database(f"sqlite+aiosqlite:///{folder}/coopbot.db")
        await database.open()
        await fill(database, recipients)
        started = time.perf_counter()
        assert await database.write(announce) == recipients
        print(f"{recipients:,} recipients prepared in {time.perf_counter() - started:.2f} s", flush=True)
        try:
            async with limited_telegram(scale, DELAY / scale) as telegram:
                await telegram.post("meet", {"first": FIRST, "count": recipients})
                await follow(telegram, database, folder, recipients, scale)
        finally:
            await database.close()


async def follow(telegram: Telegram, database: Database, folder: Path, recipients: int, scale: float) -> None:
    """Watches an announcement until it is done, and says how it went."""
    said: dict[int, list[float]] = defaultdict(list)
    memory: list[int] = []
    async with bot(telegram, folder, scale) as process:
        members = None
        while True:
            await asyncio.sleep(1)
            done = (await telegram.get("counts"))["sent"]
            if done and members is None:
                members = asyncio.create_task(write_now_and_then(telegram, said))
            if done:
                memory.append(process.memory_info().rss)
            if done >= recipients:
                async with database.read() as connection:
                    one = await broadcasts.get(connection, 1)
                if one is not None and one.state == "done":
                    break
        assert members is not None
        members.cancel()
        limited = await telegram.limited()
        await asyncio.sleep(2)  # whoever wrote last is answered
        cpu = process.cpu_times()
        seconds = await answered_after(telegram, said)
        sent = (await telegram.get("sent"))["sent"]
    async with database.read() as connection:
        totals = await broadcasts.totals(connection, 1)
    told = Counter(one["chat"] for one in sent if one["text"] == NEWS)
    print(f"scale {scale:g}, load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    print(limited)
    print(
        f"rows: {dict(totals.by_state)} of {totals.all:,}; "
        f"{len(told):,} chats heard it, {max(told.values())} times at most"
    )
    print(
        "resident memory in MB, from start to end: " + ", ".join(f"{rss / 1e6:.0f}" for rss in spaced(memory))
    )
    print(
        f"CPU of the bot: {1000 * (cpu.user + cpu.system) / limited.allowed:.2f} ms a message, its start included"
    )
    print(
        f"{len(seconds)} messages of members answered: p50 {quantile(seconds, 0.5):.2f} s, "
        f"p95 {quantile(seconds, 0.95):.2f} s, p99 {quantile(seconds, 0.99):.2f} s, at most {seconds[-1]:.2f} s"
    )


def spaced(values: list[int], count: int = 7) -> list[int]:
    """So many of some values, from the first to the last."""
    return [values[round(at * (len(values) - 1) / (count - 1))] for at in range(count)]


def quantile(ordered: list[float], share: float) -> float:
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)]


if __name__ == "__main__":
    parser = argparse.ArgumentParser("benchmarks.announce", description=__doc__)
    parser.add_argument("--recipients", type=int, default=5000)
    parser.add_argument("--scale", type=float, default=1)
    given = parser.parse_args()
    asyncio.run(measure(given.recipients, given.scale))
