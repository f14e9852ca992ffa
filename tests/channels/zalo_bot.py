"""A channel of the Zalo Bot Platform that runs against the fake, and somebody who listens to it."""

from __future__ import annotations

import asyncio
import io
import socket
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import web
from PIL import Image

from bot.channels.links import MediaLinks
from bot.channels.remote import Sources
from bot.channels.zalo_bot import ZaloBotChannel
from bot.channels.zalo_bot.api import RETRY_AFTER
from bot.media import MediaStore
from bot.settings import load
from tests.channels.telegram_bot import Ears
from tests.fakes.zalo_bot_api import TOKEN, FakeZaloBot

SECRET = "a-secret_of-the-webhook"
HOOK = "/zalo/bot/webhook"
#: The fake's own pictures are on this machine, in the clear.
HERE = Sources(("127.0.0.1",), scheme="http", inside=True)


@dataclass
class Bot:
    channel: ZaloBotChannel
    ears: Ears
    media: MediaStore
    running: asyncio.Task[None]
    url: str = ""


def links(folder: Path, address: str, clock: Callable[[], float] = time.time) -> MediaLinks:
    """Files of a folder as addresses on a server; those of one address and folder open each other's."""
    return MediaLinks(address, "secret", MediaStore(folder), clock=clock)


def make(
    zalo: FakeZaloBot,
    folder: Path,
    *,
    timeout: float = 2,
    retry_after: float = RETRY_AFTER,
    clock: Callable[[], float] = time.time,
    sources: Sources = HERE,
    **more: Any,
) -> ZaloBotChannel:
    """`timeout` is how many seconds it waits for an answer; `more` are settings."""
    settings = load(zalo_bot_token=TOKEN, zalo_bot_api_url=zalo.url, **more)
    return ZaloBotChannel(
        settings,
        links(folder, settings.public_url, clock),
        sources=sources,
        poll_seconds=1,
        pause=0.01,
        timeout=timeout,
        retry_after=retry_after,
    )


@asynccontextmanager
async def polling(zalo: FakeZaloBot, folder: Path, *, deaf: int = 0, **more: Any) -> AsyncIterator[Bot]:
    """Its links, if any, are for nobody: `serving` has a server as well."""
    channel = make(zalo, folder, **more)
    ears = Ears(deaf=deaf)
    running = asyncio.create_task(channel.run(ears))
    try:
        yield Bot(channel, ears, MediaStore(folder), running)
    finally:
        await _stop(running)
        await channel.close()


@asynccontextmanager
async def hosted(
    zalo: FakeZaloBot, folder: Path, *, clock: Callable[[], float] = time.time, **more: Any
) -> AsyncIterator[tuple[ZaloBotChannel, str]]:
    """A channel by webhook with a server of its own that takes updates and gives out files; and its address."""
    listening = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    hook: dict[str, Any] = {"zalo_bot_mode": "webhook", "zalo_bot_secret": SECRET, "public_url": url}
    channel = make(zalo, folder, clock=clock, **hook, **more)
    app = web.Application()
    app.add_routes([*channel.routes(), *links(folder, url, clock).routes()])
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.SockSite(runner, listening).start()
    try:
        yield channel, url
    finally:
        await channel.close()
        await zalo.mail.close()
        await runner.cleanup()


@asynccontextmanager
async def serving(zalo: FakeZaloBot, folder: Path, *, deaf: int = 0, **more: Any) -> AsyncIterator[Bot]:
    """Listens by webhook; ready once that is set."""
    async with hosted(zalo, folder, **more) as (channel, url):
        ears = Ears(deaf=deaf)
        running = asyncio.create_task(channel.run(ears))
        try:
            await zalo.until(lambda: bool(zalo.mail.webhook), "no webhook was set")
            yield Bot(channel, ears, MediaStore(folder), running, url + HOOK)
        finally:
            await _stop(running)


def picture(kind: str = "JPEG") -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (40, 40), "green").save(written, kind)
    return written.getvalue()


async def _stop(running: asyncio.Task[None]) -> None:
    running.cancel()
    with suppress(asyncio.CancelledError):
        try:
            await running
        except Exception:
            # What a test expects to come out is looked at there.
            if not running.done():
                raise
