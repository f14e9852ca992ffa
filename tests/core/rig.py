"""The core without handlers and articles: inbox, engine and delivery on a database, and a handler of the test."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import settings
from bot.assistant import apologise
from bot.chat import Incoming, Outgoing
from bot.database import Database
from bot.delivery import Delivery
from bot.engine import Engine, Inbox
from bot.library import Library
from bot.media import MediaStore
from bot.records import messages, people
from bot.records.messages import REPLY, inbox, outbox
from bot.records.turns import Waiting
from bot.turn import Turn
from tests.talk import Clock
from tests.wire import Wire, eventually

Respond = Callable[[Turn], Awaitable[Sequence[Outgoing]]]

#: Seconds between tries, so short that a test need not wait for them.
PAUSES = (0.001, 0.004)


async def echo(turn: Turn) -> list[Outgoing]:
    return [Outgoing(turn.said.text)]


class Rig:
    def __init__(self, url: str, clock: Clock, respond: Respond = echo, *wires: Wire) -> None:
        self.clock = clock
        self.database = Database(url)
        self.wires = wires or (Wire(),)
        self.wire = self.wires[0]
        self.inbox = Inbox(self.database, clock, self._wake)
        self.engine = Engine(
            self.database,
            [wire.name for wire in self.wires],
            self._turn,
            respond,
            apologise,
            clock,
            said=self._wake,
        )
        self._folder = Path(tempfile.gettempdir()) / f"rig-{uuid.uuid4().hex}"
        self.media = MediaStore(self._folder)
        self.deliveries = [
            Delivery(self.database, wire, clock, self.media, pauses=PAUSES) for wire in self.wires
        ]
        self.wakes = [self.engine.wake, *(delivery.wake for delivery in self.deliveries)]
        self._library = Library()
        self._settings = settings.load(embeddings=False)
        self._tasks: list[asyncio.Task[Any]] = []

    @classmethod
    @asynccontextmanager
    async def opened(
        cls, url: str, clock: Clock, respond: Respond = echo, *wires: Wire
    ) -> AsyncIterator[Rig]:
        rig = cls(url, clock, respond, *wires)
        await rig.database.open()
        try:
            yield rig
        finally:
            await rig.close()

    async def close(self) -> None:
        await self.stop()
        await self.database.close()
        self._library.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def starts(self, *works: Coroutine[Any, Any, Any]) -> None:
        """Runs these in the background; without any, the engine and the deliveries."""
        chosen = works or (self.engine.run(), *(delivery.run() for delivery in self.deliveries))
        self._tasks += [asyncio.create_task(work) for work in chosen]

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()

    async def hears(self, *said: Incoming) -> None:
        await self.inbox.accept(said)

    async def works(self) -> int:
        """Batches until nothing waits; returns how many messages that were."""
        total = 0
        while taken := await self.engine.step():
            total += taken
        return total

    async def says(self, chat: str, *texts: str, lane: int = REPLY, channel: str = "wire") -> None:
        """Puts messages for a chat into the outbox, as staff or a reminder would."""

        async def work(connection: AsyncConnection) -> None:
            made = await people.ensure_chats(connection, [(channel, chat, False)], self.clock())
            rows = [(made[channel, chat], channel, chat, None, Outgoing(text)) for text in texts]
            await messages.say(connection, rows, self.clock(), lane)

        await self.database.write(work)
        self._wake()

    async def inbox_rows(self) -> list[Row[Any]]:
        async with self.database.read() as connection:
            return list(await connection.execute(select(inbox).order_by(inbox.c.id)))

    async def outbox_rows(self) -> list[Row[Any]]:
        async with self.database.read() as connection:
            return list(await connection.execute(select(outbox).order_by(outbox.c.id)))

    async def said(self, chat: str) -> list[str]:
        """The texts of a chat's outbox, in order."""
        rows = await self.outbox_rows()
        return [Outgoing.from_json(row.payload).text for row in rows if row.address == chat]

    async def states(self) -> list[str]:
        return [row.state for row in await self.outbox_rows()]

    async def delivered(self) -> None:
        """Waits until every row of the outbox has ended."""

        async def ended() -> bool:
            return not {"waiting", "sending"} & set(await self.states())

        await eventually(ended, "something was neither sent nor given up")

    def _wake(self) -> None:
        for wake in self.wakes:
            wake()

    def _turn(self, one: Waiting, connection: AsyncConnection | None) -> Turn:
        return Turn(
            one.said,
            one.chat(),
            one.person(),
            self.clock(),
            self._library,
            self._settings,
            one.row,
            _connection=connection,
        )
