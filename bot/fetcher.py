"""channel → media store: what people sent is fetched once it is noted, and again until it is here."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.chat import Channel
from bot.database import TROUBLE, Clock, Database, tell_others
from bot.errors import DeliveryError, MediaError, Refused, where
from bot.media import MediaStore
from bot.records import files, forwards, notices
from bot.records.files import Wanted

log = logging.getLogger(__name__)

#: Telegram keeps a file's address for an hour and the file much longer; after this there is no more hope.
GIVE_UP = timedelta(days=2)
PAUSE = 30.0


class Fetcher:
    """Brings the files of one channel home until cancelled; `wake` it when something came in.

    `told` is called when a file settled: there may be something to be said about it, or it is waited for.
    """

    def __init__(
        self,
        database: Database,
        channel: Channel,
        media: MediaStore,
        clock: Clock,
        told: Callable[[], None] = lambda: None,
    ) -> None:
        self._database = database
        self._channel = channel
        self._media = media
        self._clock = clock
        self._told = told
        self._woken = asyncio.Event()

    def wake(self) -> None:
        self._woken.set()

    async def run(self) -> None:
        await self._database.while_leased(f"fetch {self._channel.name}", self._run)

    async def _run(self) -> None:
        while True:
            self._woken.clear()
            try:
                await self._erase()
                await self._round()
            except TROUBLE as error:
                log.error("files could not be fetched; it is tried again: %s", where(error))
            try:
                async with asyncio.timeout(PAUSE):
                    await self._woken.wait()
            except TimeoutError:
                pass

    async def _round(self) -> None:
        """Tries everything that is wanted once."""
        after = 0
        while True:
            async with self._database.read() as connection:
                wanted = await files.wanted(connection, self._channel.name, after)
            if not wanted:
                return
            for one in wanted:
                await self._fetch(one)
                after = one.id

    async def _erase(self) -> None:
        """Removes the bytes of what a person asked to delete."""
        async with self._database.read() as connection:
            gone = await files.to_erase(connection, self._channel.name)
        for _, reference in gone:
            if reference:
                await asyncio.to_thread(self._media.delete, reference)
        if gone:
            ids = [number for number, _ in gone]
            await self._database.write(lambda connection: files.erased(connection, ids))

    async def _fetch(self, one: Wanted) -> None:
        try:
            kept = self._here(one)
            if kept is None:
                data = await self._channel.fetch(one.media)
                kept = (await asyncio.to_thread(self._media.put, data, one.media.name)).reference
        except (MediaError, DeliveryError) as error:
            for_good = isinstance(error, (MediaError, Refused))
            if for_good or self._clock() - one.noted_at >= GIVE_UP:
                await self._failed(one, str(error))
        except TROUBLE:
            raise
        except Exception as error:  # a fault of ours in one file must not stop the others
            log.error("file %d could not be fetched: %s", one.id, where(error))
            await self._failed(one, type(error).__name__)
        else:
            size = await asyncio.to_thread(self._media.size, kept)
            await self._settled(one, lambda connection: files.stored(connection, one.id, kept, size))

    async def _failed(self, one: Wanted, reason: str) -> None:
        """Gives a file up and has its sender told."""

        async def note(connection: AsyncConnection) -> None:
            gone = await files.failed(connection, one.id, reason)
            if gone:
                data = f"files:refused:{one.id}"
                at = self._clock()
                await notices.put_in_chat(
                    connection, gone.chat_id, gone.channel, gone.address, data, key=f"file:{one.id}", at=at
                )

        await self._settled(one, note)

    async def _settled(self, one: Wanted, note: Callable[[AsyncConnection], Awaitable[None]]) -> None:
        """Notes what became of a file; what waits for it in other chats is told."""

        async def work(connection: AsyncConnection) -> None:
            await note(connection)
            await forwards.settled(connection, one.id, self._clock())
            await tell_others(connection)

        await self._database.write(work)
        self._told()

    def _here(self, one: Wanted) -> str | None:
        """An upload of the web page is in the store before its message."""
        return one.media.reference if self._media.get(one.media.reference) else None
