"""A channel of a Zalo Official Account that runs against the fake, with its own database, and who listens to it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import web

from bot.channels.remote import Sources
from bot.channels.zalo_http import Http
from bot.channels.zalo_oa import ZaloOaChannel
from bot.database import Database
from bot.media import MediaStore
from bot.settings import load
from bot.zalo_account import StoredTokens
from tests.channels.telegram_bot import Ears
from tests.channels.zalo_bot import HERE, links
from tests.fakes.zalo_oa_api import APP_ID, APP_SECRET, OA_SECRET, REFRESH, FakeZaloOa

HOOK = "/zalo/oa/webhook"
PUBLIC = "https://chat.example.vn"


@dataclass
class Bot:
    channel: ZaloOaChannel
    ears: Ears
    media: MediaStore
    database: Database
    running: asyncio.Task[None]


def variables(zalo: FakeZaloOa) -> dict[str, Any]:
    """The settings of an account at the fake."""
    return {
        "zalo_oa_app_id": APP_ID,
        "zalo_oa_app_secret": APP_SECRET,
        "zalo_oa_secret": OA_SECRET,
        "zalo_oa_refresh_token": REFRESH,
        "zalo_oa_api_url": zalo.url,
        "zalo_oa_oauth_url": zalo.url,
        "public_url": PUBLIC,
    }


def make(
    zalo: FakeZaloOa,
    folder: Path,
    database: Database,
    *,
    seconds: float = 2,
    sources: Sources = HERE,
    **more: Any,
) -> ZaloOaChannel:
    """`seconds` is how long it waits for an answer; `more` are settings."""
    return ZaloOaChannel(
        load(**variables(zalo) | more),
        MediaStore(folder / "media"),
        StoredTokens(database, "zalo_oa"),
        zalo,
        links(folder / "media", PUBLIC),
        http=Http(silent=seconds),
        sources=sources,
    )


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Database]:
    database = Database(url)
    await database.open()
    try:
        yield database
    finally:
        await database.close()


@asynccontextmanager
async def hooked(zalo: FakeZaloOa, channel: ZaloOaChannel) -> AsyncIterator[None]:
    """A web server that takes the channel's events, as the whole bot's does; the channel is closed at the end."""
    app = web.Application()
    app.add_routes(channel.routes())
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    zalo.webhook = f"http://127.0.0.1:{runner.addresses[0][1]}{HOOK}"
    try:
        yield
    finally:
        await channel.close()
        await runner.cleanup()


@asynccontextmanager
async def official(zalo: FakeZaloOa, folder: Path, *, deaf: int = 0, **more: Any) -> AsyncIterator[Bot]:
    """`deaf`: so many events cannot be kept; `more` are settings."""
    async with opened(f"sqlite+aiosqlite:///{folder / 'zalo.db'}") as database:
        channel = make(zalo, folder, database, **more)
        ears = Ears(deaf=deaf)
        async with hooked(zalo, channel):
            running = asyncio.create_task(channel.run(ears))
            try:
                await zalo.until(lambda: zalo.calls["access_token"] > 0, "no token was asked for")
                yield Bot(channel, ears, MediaStore(folder / "media"), database, running)
            finally:
                running.cancel()
                with suppress(asyncio.CancelledError):
                    await running
