"""A Telegram channel that runs against the fake Bot API, and somebody who listens to it."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiohttp import web

from bot.channels.telegram import TelegramChannel
from bot.channels.telegram.transport import AiohttpRequest
from bot.chat import Command, Incoming
from bot.media import MediaStore
from bot.settings import Settings, load
from tests.fakes.bot_api import TOKEN, FakeBotApi
from tests.fakes.watched import DEADLINE

SECRET = "a-secret_of-the-webhook"
HOOK = "/telegram/webhook"


@dataclass
class Ears:
    """An `accept` that keeps what it hears in memory; the next `deaf` calls of it fail."""

    heard: list[Incoming] = field(default_factory=list)
    batches: list[list[Incoming]] = field(default_factory=list)
    deaf: int = 0
    refused: int = 0
    _changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def __call__(self, batch: Sequence[Incoming]) -> None:
        async with self._changed:
            self._changed.notify_all()
            if self.deaf:
                self.deaf -= 1
                self.refused += 1
                raise RuntimeError(f"no room for {batch[0].text}")
            self.batches.append(list(batch))
            self.heard.extend(batch)

    async def hear(self, count: int = 1) -> list[Incoming]:
        """Waits until so many messages were heard, and returns all of them."""
        async with self._changed:
            await asyncio.wait_for(self._changed.wait_for(lambda: len(self.heard) >= count), DEADLINE)
        return self.heard

    @property
    def texts(self) -> list[str]:
        return [said.text for said in self.heard]


@dataclass
class Bot:
    channel: TelegramChannel
    ears: Ears
    media: MediaStore
    running: asyncio.Task[None]
    url: str = ""


def settings(api_url: str, **more: Any) -> Settings:
    return load(telegram_token=TOKEN, telegram_api_url=api_url, **more)


def make(
    api: FakeBotApi, folder: Path, commands: Sequence[Command] = (), *, seconds: float = 2, **more: Any
) -> TelegramChannel:
    """`seconds` is how long it waits for an answer; `more` are settings."""
    return TelegramChannel(
        settings(api.url, **more),
        MediaStore(folder),
        commands,
        poll_seconds=1,
        pause=0.01,
        request=AiohttpRequest(read_timeout=seconds, write_timeout=5, connect_timeout=2, pool_timeout=2),
    )


@asynccontextmanager
async def polling(
    api: FakeBotApi, folder: Path, commands: Sequence[Command] = (), *, deaf: int = 0, **more: Any
) -> AsyncIterator[Bot]:
    channel = make(api, folder, commands, **more)
    ears = Ears(deaf=deaf)
    running = asyncio.create_task(channel.run(ears))
    try:
        yield Bot(channel, ears, MediaStore(folder), running)
    finally:
        await _stop(running)
        await channel.close()


@asynccontextmanager
async def webhook(
    api: FakeBotApi, folder: Path, commands: Sequence[Command] = (), *, deaf: int = 0
) -> AsyncIterator[Bot]:
    """Its own server takes the updates, as the whole bot's does; ready once the webhook is set."""
    listening = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    channel = make(
        api, folder, commands, telegram_mode="webhook", telegram_webhook_secret=SECRET, public_url=url
    )
    app = web.Application()
    app.add_routes(channel.routes())
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.SockSite(runner, listening).start()
    ears = Ears(deaf=deaf)
    running = asyncio.create_task(channel.run(ears))
    try:
        await api.until(lambda: api.mail.webhook is not None, "no webhook was set")
        yield Bot(channel, ears, MediaStore(folder), running, url + HOOK)
    finally:
        await _stop(running)
        await channel.close()
        await api.mail.delete_webhook(drop=True)
        await runner.cleanup()


async def _stop(running: asyncio.Task[None]) -> None:
    running.cancel()
    try:
        await running
    except asyncio.CancelledError:
        pass
    except Exception:
        # What a test expects to come out is looked at there.
        if not running.done():
            raise
