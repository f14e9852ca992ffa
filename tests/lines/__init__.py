"""The channels of the product in the place of a `Wire`: a talk goes over a real channel to a fake of its network.

What a person does becomes what the network tells the channel, which turns it back; what is said goes through the
channel to the network, which refuses what its real one would. What a channel has no way to say (a language on Zalo,
a tap on what is no longer shown) is put straight into the inbox.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from aiohttp import web as server

from bot import menus
from bot.chat import Accept, Channel, Incoming, Media, Outgoing
from tests.wire import DEADLINE, Wire

#: Opens a line whose files lie in a folder.
Opening = Callable[[Path], AbstractAsyncContextManager[Wire]]


class Line(Wire):
    """A channel as a talk knows it. Its pace is let go, since a test does not wait."""

    def __init__(self, channel: Channel) -> None:
        policy = replace(channel.policy, overall=None, chat=None, group=None)
        super().__init__(channel.name, policy)
        self._channel = channel
        self._keys: dict[str, Incoming] = {}
        self._natives: dict[tuple[str, str], int] = {}  # the place in `sent` of each message
        self._turns: dict[str, int] = {}
        self._arrived: asyncio.Future[Incoming] | None = None

    async def tells(self, said: Incoming) -> bool:
        """Has the network tell the channel; False where it has no way to."""
        raise NotImplementedError

    def reference(self, key: str) -> str:
        media = self._keys[key].media if key in self._keys else ()
        return media[0].reference if media else key

    async def run(self, accept: Accept) -> None:
        async def hear(heard: Sequence[Incoming]) -> None:
            await accept(heard)
            if self._arrived and not self._arrived.done():
                self._arrived.set_result(heard[0])

        self._accept = accept
        try:
            await self._channel.run(hear)
        finally:
            self._accept = None

    async def send(self, chat: str, message: Outgoing) -> str:
        self.fails(chat)
        native = await self._channel.send(chat, message)
        self.sent.append((chat, message))
        self._natives[chat, native] = len(self.sent)
        return native

    async def edit(self, chat: str, native: str, message: Outgoing) -> None:
        await self._channel.edit(chat, native, message)
        if native:  # else the page looks it up
            await super().edit(chat, str(self._natives[chat, native]), message)

    async def delete(self, chat: str, native: str) -> None:
        await self._channel.delete(chat, native)
        if native:
            await super().delete(chat, str(self._natives[chat, native]))

    async def fetch(self, media: Media) -> bytes:
        if media.reference in self.files:
            return self.files[media.reference]
        return await self._channel.fetch(media)

    async def typing(self, chat: str) -> None:
        await self._channel.typing(chat)
        await super().typing(chat)

    async def hears(self, *said: Incoming) -> None:
        for one in said:
            await self._hears(one)

    async def _hears(self, said: Incoming) -> None:
        accept = await self.listening()
        if said.key in self._keys:  # the network repeats itself
            await accept([self._keys[said.key]])
            return
        self._arrived = asyncio.get_running_loop().create_future()
        if await self.tells(said):
            self._keys[said.key] = await asyncio.wait_for(self._arrived, DEADLINE)
        else:
            native = self._native(said.chat, said.replies_to)
            after = max((one.position for one in self._keys.values() if one.chat == said.chat), default=0)
            self._keys[said.key] = replace(
                said, channel=self.name, replies_to=native, position=said.position or after
            )
            await accept([self._keys[said.key]])
        self._turns[said.chat] = len(self.sent)

    def typed(self, said: Incoming) -> str:
        """What a person types who has no buttons: the number or the label of what a tap would be; "" for neither."""
        if said.kind != "tap":
            return said.text
        shown = [message for chat, message in self.sent[self._before(said.chat) :] if chat == said.chat]
        last = next((one for one in reversed(shown) if one.buttons), Outgoing())  # no other has numbers now
        for number, button in zip(menus.numbers(last), last.buttons, strict=True):
            if button.data == said.data:
                return button.label if number is None else str(number)
        return ""

    def _native(self, chat: str, place: str) -> str:
        """The network's word for a message that a test names by its place in `sent`."""
        if not place:
            return ""
        found = [
            native for (where, native), at in self._natives.items() if where == chat and str(at) == place
        ]
        if not any(found):
            pytest.skip("no message has a name there, so none can be replied to")
        return found[0]

    def _before(self, chat: str) -> int:
        return self._turns.get(chat, 0)


@asynccontextmanager
async def wire(folder: Path) -> AsyncIterator[Wire]:
    """The channel of the tests' own process."""
    yield Wire()


def listener() -> tuple[socket.socket, str]:
    """A place to listen on, and its address."""
    listening = socket.create_server(("127.0.0.1", 0))
    return listening, f"http://127.0.0.1:{listening.getsockname()[1]}"


@asynccontextmanager
async def serving(listening: socket.socket, routes: Iterable[server.AbstractRouteDef]) -> AsyncIterator[None]:
    """A server of the product's own routes."""
    app = server.Application()
    app.add_routes(routes)
    runner = server.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await server.SockSite(runner, listening).start()
        yield
    finally:
        await runner.cleanup()


def openings() -> dict[str, Opening]:
    """Every line by its channel's name."""
    from tests.lines import telegram, web, zalo_bot, zalo_oa

    return {
        "wire": wire,
        "telegram": telegram.line,
        "web": web.line,
        "zalo_bot": zalo_bot.line,
        "zalo_oa": zalo_oa.line,
    }
