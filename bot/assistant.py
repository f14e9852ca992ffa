"""The running assistant: database, knowledge, engine and channels, started and stopped together."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, suppress
from datetime import datetime

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import library, server
from bot.broadcasting import Feeder
from bot.channels.links import MediaLinks
from bot.channels.web import Change, Entry, WebChannel
from bot.chat import Button, Channel, Outgoing
from bot.database import Clock, Database, now
from bot.delivery import Delivery
from bot.engine import Engine, Inbox
from bot.fetcher import Fetcher
from bot.library import Library
from bot.media import MediaStore
from bot.pages.products import ProductPages
from bot.policy import Policy
from bot.records import messages, people, programmes, turns
from bot.records.turns import Waiting
from bot.router import Router, offered
from bot.scheduler import ticker
from bot.settings import Settings, secret_key
from bot.tables import Tables
from bot.text import LOCALES, N_
from bot.turn import Turn
from bot.zalo_account import StoredTokens

log = logging.getLogger(__name__)


class Wakers:
    """Those who are woken together, once they run."""

    def __init__(self) -> None:
        self.wakes: list[Callable[[], None]] = []

    def __call__(self) -> None:
        for wake in self.wakes:
            wake()


class Assistant:
    """Everything that runs in one process. `open` it, `run` it until cancelled, `close` it."""

    def __init__(self, settings: Settings, router: Router, *, clock: Clock = now) -> None:
        self.settings = settings
        self.router = router
        self.clock = clock
        self.database = Database(settings.database_url)
        self.library = Library()
        self.media = MediaStore(settings.data_dir / "media")
        self.tables = Tables(self.database, self.media)
        self._policies: dict[str, Policy] = {}
        self._engine = Wakers()
        self._deliveries = Wakers()
        self._fetchers = Wakers()
        self.inbox = Inbox(self.database, clock, self._engine, self._fetchers)

    async def open(self) -> None:
        """Opens the database and reads the knowledge base, with whatever vectors are kept."""
        await self.database.open()
        await self.database.write(lambda connection: programmes.begin(connection, self.clock()))
        for problem in await library.publish(self.database, LOCALES):
            log.error("articles unchanged: %s", problem)
        self.library.use(*await library.load(self.database))

    async def close(self) -> None:
        await self.database.close()  # first, since a batch that is being written may still look something up
        self.library.close()

    def wake(self) -> None:
        """Somebody else has written something, and it is not known what."""
        for wake in (self._engine, self._deliveries, self._fetchers):
            wake()

    def turn(self, one: Waiting, connection: AsyncConnection | None) -> Turn:
        return Turn(
            one.said,
            one.chat(),
            one.person(),
            self.clock(),
            self.library,
            self.settings,
            one.row,
            tables=self.tables,
            policies=self._policies,
            media=self.media,
            _connection=connection,
        )

    def prepare(self, turn: Turn) -> Awaitable[object] | None:
        """Looks up before a turn begins what takes its time: the answer to a question, a table that was sent."""
        question = self.router.asks(turn)
        if (file := self.router.reads(turn)) is not None:
            return self.tables.read(file)
        if not question:
            return None
        previous = turn.chat.state.get("topic") or None
        return self.library.find(question, prior=turn.language, previous=previous)

    async def run(self, channels: Sequence[Channel], wakers: Sequence[Callable[[], None]] = ()) -> None:
        """Takes messages in, answers them and sends, until cancelled or a channel's input ends.

        `wakers` are called as well when this or another process wrote something.
        """
        self._policies = {channel.name: channel.policy for channel in channels}
        engine = Engine(
            self.database,
            [channel.name for channel in channels],
            self.turn,
            self.router.respond,
            apologise,
            self.clock,
            prepare=self.prepare,
            brief=self.router.brief,
            said=self._deliveries,
        )
        feed = Feeder(self.settings.default_language).feed
        deliveries = [
            Delivery(self.database, channel, self.clock, self.media, feed=feed) for channel in channels
        ]
        fetchers = [
            Fetcher(self.database, channel, self.media, self.clock, self._engine) for channel in channels
        ]
        self._engine.wakes = [engine.wake]
        self._deliveries.wakes = [*(delivery.wake for delivery in deliveries), *wakers]
        self._fetchers.wakes = [fetcher.wake for fetcher in fetchers]
        tick = ticker(self.database, self.clock, self.router.chores, self.wake, self.router.beats)
        tick.start()
        background = [
            engine.run(),
            self.database.listen(self.wake),
            self._improve(),
            *(delivery.run() for delivery in deliveries),
            *(fetcher.run() for fetcher in fetchers),
        ]
        tasks = [asyncio.create_task(work) for work in background]
        listening = [asyncio.create_task(channel.run(self.inbox.accept)) for channel in channels]
        try:
            await _until_one_ends(tasks, listening)
        finally:
            tick.shutdown(wait=False)
            for task in (*tasks, *listening):
                task.cancel()
            await asyncio.gather(*tasks, *listening, return_exceptions=True)

    async def _improve(self) -> None:
        await library.keep_current(self.library, self.database, embeddings=self.settings.embeddings)
        await asyncio.Event().wait()

    async def settled(self, channel: str, address: str) -> None:
        """Returns once nothing waits in a chat, in either direction."""
        while True:
            async with self.database.read() as connection:
                if not await turns.waits(connection, channel, address):
                    return
            await asyncio.sleep(0.005)


_CHANGES: dict[str, Change] = {messages.EDIT: "edited", messages.DELETE: "recalled"}


class WebHistory:
    """A web chat's lines, as its page asks for them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def entries(self, channel: str, chat: str, after: tuple[int, int], limit: int) -> list[Entry]:
        async with self._database.read() as connection:
            chat_id = await people.chat_id(connection, channel, chat)
            lines = [] if chat_id is None else await messages.history(connection, chat_id, after, limit)
        return [
            Entry(
                "in" if line.incoming else "out",
                line.number,
                line.at,
                line.incoming.key if line.incoming else "",
                line.incoming,
                line.outgoing,
                _CHANGES.get(line.act, ""),
                line.changed,
            )
            for line in lines
        ]


async def serve(assistant: Assistant, started: Callable[[int], None] = lambda port: None) -> None:
    """The web server with every channel that is set, until cancelled; `started` hears the port."""
    settings = assistant.settings
    web_channel = WebChannel(settings, secret_key(settings), assistant.media, WebHistory(assistant.database))
    channels: list[Channel] = [web_channel]
    pages = ProductPages(settings, assistant.database, assistant.media, assistant.clock)
    links = media_links(assistant)
    routes = [*web_channel.routes(), *pages.routes(), *links.routes()]
    closing = AsyncExitStack()
    if settings.telegram_token:
        from bot.channels.telegram import TelegramChannel

        telegram = TelegramChannel(settings, assistant.media, assistant.router.listed())
        channels.append(telegram)
        closing.push_async_callback(telegram.close)
        routes += telegram.routes()
    if settings.zalo_bot_token:
        from bot.channels.zalo_bot import ZaloBotChannel

        zalo_bot = ZaloBotChannel(settings, links)
        channels.append(zalo_bot)
        closing.push_async_callback(zalo_bot.close)
        routes += zalo_bot.routes()
    if settings.zalo_oa_app_id:
        from bot.channels.zalo_oa import ZaloOaChannel

        zalo_oa = ZaloOaChannel(
            settings,
            assistant.media,
            StoredTokens(assistant.database, ZaloOaChannel.name),
            assistant.clock,
            links,
        )
        channels.append(zalo_oa)
        closing.push_async_callback(zalo_oa.close)
        routes += zalo_oa.routes()
    since: list[datetime] = []
    app = server.application(routes, assistant.database, assistant.clock, lambda: bool(since))
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=2)
    await runner.setup()
    site = web.TCPSite(runner, settings.host, settings.port)
    # Where replicas share the database, the one that sends may not be the one whose page is open.
    wakers = [web_channel.wake_all] if assistant.database.shared else []
    running = asyncio.create_task(assistant.run(channels, wakers))
    try:
        await site.start()
        since.append(assistant.clock())
        started(runner.addresses[0][1])
        await running
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await asyncio.gather(running, return_exceptions=True)
        await runner.cleanup()
        await closing.aclose()


def media_links(assistant: Assistant) -> MediaLinks:
    """Its files as addresses on its own server."""
    settings = assistant.settings
    return MediaLinks(settings.public_url, secret_key(settings), assistant.media)


def apologise(turn: Turn, reference: str) -> Outgoing:
    """What a person reads when their turn failed; staff find the reference in the log."""
    t = turn.text
    sorry = t(
        N_(
            "Sorry, something went wrong on our side (no. {reference}). Please try again, or talk to an officer."
        ),
        reference=reference,
    )
    apology = Outgoing(
        sorry,
        (
            Button(t(N_("Talk to an officer")), data="person:ask"),
            Button(t(N_("Main menu")), data="start:menu"),
        ),
    )
    turn.chat.state["offered"] = offered([apology])
    return apology


async def _until_one_ends(
    tasks: Sequence[asyncio.Task[None]], listening: Sequence[asyncio.Task[None]]
) -> None:
    """Background work never ends by itself; a channel may (the end of the input). Raises what one raised."""
    waiting = {*tasks, *listening}
    while waiting & {*listening}:
        done, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
            if task in tasks:
                raise RuntimeError(f"{task.get_coro()} ended")
