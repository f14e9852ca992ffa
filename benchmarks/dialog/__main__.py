"""Runs every contestant in turn, several rounds, each time in a fresh process, and prints them side by side."""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
import signal
import statistics
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import psutil

from benchmarks.dialog.load import Crowd
from tests.fakes.bot_api import running_bot_api

CHATS = 200
WARM = 20
PACKAGES = ("python-telegram-bot", "aiogram", "aiohttp", "httpx", "sqlalchemy", "aiosqlite")


@dataclass(frozen=True, slots=True)
class Contestant:
    """`module` is run as a process of its own; `keeps` is the argument that names its file."""

    name: str
    module: str
    keeps: str = ""


CONTESTANTS = {
    "coopbot": Contestant("coopbot, durable (SQLite WAL, FULL)", "benchmarks.dialog.coop"),
    "ptb": Contestant("python-telegram-bot, memory", "benchmarks.dialog.peers.ptb"),
    "pickle": Contestant(
        "python-telegram-bot, PicklePersistence", "benchmarks.dialog.peers.ptb", "state.pickle"
    ),
    "aiogram": Contestant("aiogram FSM, memory", "benchmarks.dialog.peers.aiogram_fsm"),
}


@dataclass(frozen=True, slots=True)
class Result:
    """One round: updates a second, milliseconds, and milliseconds of the bot's CPU for an update."""

    rate: float
    p50: float
    p99: float
    cpu: float


@asynccontextmanager
async def running(contestant: Contestant, api: Crowd, folder: Path) -> AsyncIterator[psutil.Process]:
    """The contestant as a process that polls."""
    environment = {
        **{key: value for key, value in os.environ.items() if not key.startswith(("TELEGRAM", "ZALO"))},
        "TELEGRAM_TOKEN": api.token,
        "TELEGRAM_API_URL": api.url,
        "DATABASE_URL": f"sqlite:///{folder}/bot.db",
        "DATA_DIR": str(folder),
        "HOST": "127.0.0.1",
        "PORT": "0",
        "EMBEDDINGS": "false",
        "LOG_LEVEL": "WARNING",
    }
    arguments = [str(folder / contestant.keeps)] if contestant.keeps else []
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", contestant.module, *arguments, env=environment
    )
    try:
        await api.until(lambda: bool(api.calls["getUpdates"]), "it does not poll", 30)
        yield psutil.Process(process.pid)
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(process.wait(), 10)
        except TimeoutError:
            process.kill()
            await process.wait()


async def measure(contestant: Contestant, chats: int) -> Result:
    """One round: some chats to warm up, then the dialog over as many new chats as asked for."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        async with running_bot_api(Crowd()) as api:
            assert isinstance(api, Crowd)
            async with running(contestant, api, Path(folder)) as process:
                await api.talk(range(1, WARM + 1))
                before = process.cpu_times()
                seconds = await api.talk(range(1000, 1000 + chats))
                after = process.cpu_times()
            latencies = sorted(1000 * one for one in api.latencies)
            cpu = after.user + after.system - before.user - before.system
            updates = len(latencies)
            return Result(
                updates / seconds,
                latencies[updates // 2],
                latencies[updates * 99 // 100],
                1000 * cpu / updates,
            )


def spread(values: list[float], digits: int = 0) -> str:
    low, high = min(values), max(values)
    return f"{statistics.median(values):,.{digits}f} ({low:,.{digits}f}–{high:,.{digits}f})"


def report(results: dict[str, list[Result]], chats: int, rounds: int) -> None:
    versions = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    print(f"\nTen-message dialog over {chats} chats through the fake Bot API, median (min–max) of {rounds}")
    print(f"{os.cpu_count()} cores, {platform.machine()}, {platform.platform(terse=True)}")
    print(f"Python {platform.python_version()}; {versions}; no uvloop\n")
    print("| contestant | updates/s | p50 ms | p99 ms | CPU ms an update | coopbot is … times as fast |")
    print("| --- | --: | --: | --: | --: | --: |")
    ours = [one.rate for one in results.get("coopbot", [])]
    for key, rounds_of in results.items():
        ratios = [a / b.rate for a, b in zip(ours, rounds_of, strict=False)]
        times = spread(ratios, 2) if ratios and key != "coopbot" else ""
        print(
            f"| {CONTESTANTS[key].name} | {spread([r.rate for r in rounds_of])} "
            f"| {spread([r.p50 for r in rounds_of])} | {spread([r.p99 for r in rounds_of])} "
            f"| {spread([r.cpu for r in rounds_of], 2)} | {times} |",
            flush=True,
        )


async def main() -> None:
    parser = argparse.ArgumentParser("benchmarks.dialog", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--chats", type=int, default=CHATS)
    parser.add_argument("--only", nargs="+", choices=CONTESTANTS, default=list(CONTESTANTS))
    given = parser.parse_args()
    results: dict[str, list[Result]] = {key: [] for key in given.only}
    for number in range(given.rounds):
        for key in given.only:
            result = await measure(CONTESTANTS[key], given.chats)
            results[key].append(result)
            print(f"round {number + 1}: {key}: {result.rate:,.0f}/s", file=sys.stderr, flush=True)
    report(results, given.chats, given.rounds)


if __name__ == "__main__":
    asyncio.run(main())
