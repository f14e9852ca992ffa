"""The fake Bot API as a process of its own, with Telegram's limits, and what a benchmark asks of it."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp

from tests.fakes.bot_api import TOKEN
from tests.fakes.bot_api_limits import A_SECOND

#: Seconds in which Telegram answers from another continent.
DELAY = 0.05
_HOUR = aiohttp.ClientTimeout(total=3600)


@dataclass(frozen=True, slots=True)
class Limited:
    """What the limits let through: `rate` is the average, in messages a second of the fake's own clock."""

    allowed: int
    refused: dict[str, int]
    seconds: float

    @property
    def rate(self) -> float:
        return (self.allowed - 1) / self.seconds

    def __str__(self) -> str:
        refused = sum(self.refused.values())
        calls = self.allowed + refused
        return (
            f"{self.allowed:,} messages at {self.rate:.2f}/s, {self.rate / A_SECOND:.1%} of {A_SECOND}/s; "
            f"429: {refused} of {calls:,} calls, {1000 * refused / calls:.2f} in 1,000 {self.refused or ''}"
        )


class Telegram:
    """The fake at an address."""

    def __init__(self, url: str, session: aiohttp.ClientSession) -> None:
        self.url = url
        self._session = session

    async def post(self, act: str, body: Any) -> Any:
        async with self._session.post(f"{self.url}/_control/{act}", json=body) as answer:
            return await answer.json()

    async def get(self, act: str, **query: Any) -> Any:
        async with self._session.get(f"{self.url}/_control/{act}", params=query) as answer:
            return await answer.json()

    async def limited(self) -> Limited:
        limits = (await self.get("counts"))["limits"]
        return Limited(limits["allowed"], limits["refused"], limits["lasted"])

    def environment(self) -> dict[str, str]:
        return {"TELEGRAM_TOKEN": TOKEN, "TELEGRAM_API_URL": self.url}


@asynccontextmanager
async def limited_telegram(speed: float, delay: float, *, lenient: bool = False) -> AsyncIterator[Telegram]:
    """`speed`: seconds of the fake's clock for one of ours; `delay`: seconds of ours until an answer comes.

    `lenient`: who does not wait as long as told need not wait longer for it.
    """
    options: tuple[str, ...] = ("--light", "--limits", "--speed", f"{speed:g}", "--delay", f"{delay:g}")
    options += ("--lenient",) if lenient else ()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.fakes.bot_api", *options, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout
    try:
        url = (await process.stdout.readline()).decode().strip()
        async with aiohttp.ClientSession(timeout=_HOUR) as session:
            yield Telegram(url, session)
    finally:
        process.terminate()
        await process.wait()
