"""A web chat of a test's own: the real channel, a conversation kept in memory, and a bot that answers by a rule.

The memory outlives the server, as a database does, so a test may stop one server and start the next.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from aiohttp import web

from bot.channels.web import Change, Entry, WebChannel
from bot.chat import Button, Incoming, Outgoing
from bot.media import MediaStore
from bot.settings import load

Answer = Callable[[Incoming], Sequence[Outgoing]]


def echo(incoming: Incoming) -> Sequence[Outgoing]:
    return (Outgoing(f"echo: {incoming.text}"),)


class Memory:
    """Inbox, history and bot in one: accepts under a unique key, answers each message once."""

    def __init__(self, answer: Answer = echo) -> None:
        self.answer = answer
        self.accepted: list[Incoming] = []
        self.channel: WebChannel | None = None
        self.open = asyncio.Event()  # while it is not set, accept() has not written yet
        self.open.set()
        self.broken = False
        self._called = asyncio.Event()
        self._entries: dict[str, list[Entry]] = {}

    async def accept(self, batch: Sequence[Incoming]) -> None:
        self._called.set()
        await self.open.wait()
        if self.broken:
            raise OSError("disk full")
        for incoming in batch:
            if any(incoming.key == known.key for known in self.accepted):
                continue
            self.accepted.append(incoming)
            self._write(incoming.chat, incoming=incoming)
            for outgoing in self.answer(incoming):
                self._write(incoming.chat, outgoing=outgoing)
            if self.channel:
                self.channel.wake(incoming.chat)

    def shut(self) -> None:
        self.open.clear()
        self._called.clear()

    async def called(self) -> None:
        """Until accept() waits at the closed door."""
        await self._called.wait()

    async def say(self, chat: str, outgoing: Outgoing) -> None:
        """The bot speaks of itself, as a reminder does."""
        self._write(chat, outgoing=outgoing)
        if self.channel:
            await self.channel.send(chat, outgoing)

    async def edit(self, chat: str, number: int, outgoing: Outgoing) -> None:
        """Puts another message in the place of the bot's message of that number, as a correction does."""
        self._revise(chat, number, "edited", outgoing)
        if self.channel:
            await self.channel.edit(chat, "", outgoing)

    async def recall(self, chat: str, number: int) -> None:
        """Takes the bot's message of that number back."""
        self._revise(chat, number, "recalled", Outgoing(""))
        if self.channel:
            await self.channel.delete(chat, "")

    def _revise(self, chat: str, number: int, change: Change, outgoing: Outgoing) -> None:
        at, entry = next(
            (at, entry)
            for at, entry in enumerate(self._entries[chat])
            if (entry.direction, entry.number) == ("out", number)
        )
        self._entries[chat][at] = replace(
            entry, outgoing=outgoing, change=change, changed=self._next(chat, "out")
        )

    async def entries(self, channel: str, chat: str, after: tuple[int, int], limit: int) -> list[Entry]:
        if self.broken:
            raise OSError("disk full")
        seen = {"in": after[0], "out": after[1]}
        return [e for e in self._entries.get(chat, ()) if e.revision > seen[e.direction]][-limit:]

    def _write(self, chat: str, incoming: Incoming | None = None, outgoing: Outgoing | None = None) -> None:
        lines = self._entries.setdefault(chat, [])
        number = self._next(chat, "in" if incoming else "out")
        now = datetime.now(UTC)
        if incoming:
            lines.append(Entry("in", number, now, incoming.key, incoming=incoming))
        else:
            lines.append(Entry("out", number, now, outgoing=outgoing))

    def _next(self, chat: str, direction: str) -> int:
        """As rows of one table are numbered: a change of a message is one too."""
        return 1 + max((e.revision for e in self._entries[chat] if e.direction == direction), default=0)


class Site:
    """One running server, until it stops."""

    def __init__(self, channel: WebChannel, memory: Memory, port: int) -> None:
        self.channel, self.memory, self.port = channel, memory, port
        self._runner: web.AppRunner
        self._running: asyncio.Task[None]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> None:
        app = web.Application()
        app.add_routes(self.channel.routes())
        self._runner = web.AppRunner(app, shutdown_timeout=5)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port, reuse_address=True)
        await site.start()
        self.port = self._runner.addresses[0][1]
        self.resume()

    def resume(self) -> None:
        self.memory.channel = self.channel
        self._running = asyncio.create_task(self.channel.run(self.memory.accept))

    async def stop(self) -> None:
        """As a deploy stops it: the channel is cancelled, then the server closes."""
        await self.stop_channel()
        await self._runner.cleanup()

    async def stop_channel(self) -> None:
        self.memory.channel = None
        self._running.cancel()
        with suppress(asyncio.CancelledError):
            await self._running

    async def kill(self) -> None:
        """As a power cut stops it, for who is connected: no goodbye."""
        await self.cut()
        await self.stop()

    async def cut(self) -> None:
        """The lines just break, and there is no new one."""
        for site in list(self._runner.sites):
            await site.stop()
        assert self._runner.server
        for connection in self._runner.server.connections:
            if connection.transport:
                connection.transport.abort()


@asynccontextmanager
async def running(
    folder: Path,
    memory: Memory,
    port: int = 0,
    title: str = "Liên minh Hợp tác xã tỉnh Vĩnh Long",
    public_url: str = "",
    clock: Callable[[], float] | None = None,
) -> AsyncIterator[Site]:
    settings = load(data_dir=folder, public_url=public_url)
    timing = {"clock": clock} if clock else {}
    channel = WebChannel(settings, "secret", MediaStore(folder / "media"), memory, title, **timing)
    site = Site(channel, memory, port)
    await site.start()
    try:
        yield site
    finally:
        await site.stop()


def answering(incoming: Incoming) -> Sequence[Outgoing]:
    """Greets, answers with buttons, and repeats the rest."""
    if incoming.kind == "joined":
        return (Outgoing("Em chào anh/chị."),)
    if incoming.kind == "tap":
        return (Outgoing(f"Đã bấm: {incoming.data}"),)
    if incoming.text == "hỏi":
        return (Outgoing("Đúng không?", (Button("Đúng rồi", "yes"), Button("Chưa đúng", "no"))),)
    if incoming.kind == "photo":
        return (Outgoing("Ảnh đây", photo=incoming.media[0]),)
    if incoming.kind == "file":
        return (Outgoing("Giấy đây", file=incoming.media[0]),)
    return (Outgoing(f"nghe: {incoming.text}"),)
