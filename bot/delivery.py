"""outbox → channel: what is to be said goes out in order within a chat, replies before all else.

Pictures and files are made here, just before they go out, and then belong to the row as if it had always had them.
Every row ends as sent, failed, blocked, skipped or unknown, with its reason. One `Delivery` serves one
channel; where several replicas share a database, the one that holds the channel's lease does.
"""

from __future__ import annotations

import asyncio
import heapq
import logging
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import timedelta

from prometheus_client import Counter
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import papers
from bot.chat import Channel, Made, Media
from bot.database import TROUBLE, Clock, Database
from bot.errors import Blocked, DeliveryError, Refused, RetryAfter, Unavailable, where
from bot.media import MediaStore
from bot.records import files, messages, people
from bot.records.messages import BROADCAST, REMINDER, REPLY, Sent, Waiting

log = logging.getLogger(__name__)

_MESSAGES = Counter("coopbot_messages", "Messages by how they ended", ("channel", "state"))

#: Requests to a channel at a time; Telegram serves about this many connections well.
AT_ONCE = 64
#: Rows of a lane in memory; more stay in the database until these are on their way.
LOADED = 1000
#: How long a reply is tried while its channel cannot be reached.
GIVE_UP = timedelta(hours=24)
#: Sends of one reply whose arrival stayed unknown: a reply twice is better than none, five times is not.
UNKNOWN_TRIES = 3
#: Seconds between tries, doubling from the first to the second.
PAUSES = (1.0, 60.0)


@dataclass(slots=True)
class _Chat:
    """What waits for one chat, the most urgent first; `busy` while one of it is on its way or paused."""

    rows: list[tuple[int, int, Waiting]] = field(default_factory=list)
    busy: bool = False
    tries: int = 0
    unknown: int = 0


class _Gone(Exception):
    """What was to be sent has been deleted meanwhile."""


class Delivery:
    """Sends what waits for one channel until cancelled; `wake` it when something new was written."""

    def __init__(
        self,
        database: Database,
        channel: Channel,
        clock: Clock,
        media: MediaStore,
        *,
        pauses: tuple[float, float] = PAUSES,
    ) -> None:
        self._database = database
        self._channel = channel
        self._clock = clock
        self._media = media
        self._making = asyncio.Semaphore(1)  # a picture takes a core and some 30 MB
        self._pauses = pauses
        self._woken = asyncio.Event()
        self._ended = asyncio.Event()
        self._noted = asyncio.Event()
        self._ends: list[Sent] = []
        self._blocked: list[tuple[str, str]] = []
        self._begin()

    def wake(self) -> None:
        self._woken.set()

    def _begin(self) -> None:
        """Nothing is in memory yet."""
        self._chats: dict[str, _Chat] = {}
        self._ready: asyncio.PriorityQueue[tuple[int, int, str]] = asyncio.PriorityQueue()
        self._held: set[int] = set()
        self._written: set[int] = set()
        self._cursor = {REPLY: 0, REMINDER: 0, BROADCAST: 0}
        self._loaded = dict.fromkeys(self._cursor, 0)
        self._not_before = 0.0

    async def run(self) -> None:
        await self._database.while_leased(f"send {self._channel.name}", self._run)

    async def _run(self) -> None:
        await self._write_ends()
        self._begin()
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._load_on())
                group.create_task(self._write_on())
                for _ in range(AT_ONCE):
                    group.create_task(self._send_on())
        finally:  # what has gone out must not go out again after the next start
            await self._write_ends()

    async def _load_on(self) -> None:
        while True:
            self._woken.clear()
            for lane in self._cursor:
                await self._load(lane)
            try:
                async with asyncio.timeout(1 if self._database.shared else None):
                    await self._woken.wait()
            except TimeoutError:
                pass

    async def _load(self, lane: int) -> None:
        while (room := LOADED - self._loaded[lane]) > 0:
            # What ends while this reads may still be read as waiting: it is let go before the next reading.
            self._held -= self._written
            self._written.clear()
            try:
                async with self._database.read() as connection:
                    rows = await messages.waiting(
                        connection, self._channel.name, lane, self._after(lane), room + len(self._held)
                    )
            except TROUBLE as error:
                log.error("the outbox could not be read; it is tried again: %s", where(error))
                asyncio.get_running_loop().call_later(1, self.wake)
                return
            new = [row for row in rows if row.id not in self._held]
            self._take(lane, new)
            if len(new) < room:
                return

    def _after(self, lane: int) -> int:
        """Where to read on. Ids appear in their order where one writer gives them, and only there."""
        return 0 if self._database.shared else self._cursor[lane]

    def _take(self, lane: int, rows: Iterable[Waiting]) -> None:
        for row in rows:
            self._cursor[lane] = row.id
            self._loaded[row.lane] += 1
            self._held.add(row.id)
            chat = self._chats.setdefault(row.address, _Chat())
            heapq.heappush(chat.rows, (row.lane, row.id, row))
            if not chat.busy:
                self._offer(row.address, chat)

    def _offer(self, address: str, chat: _Chat) -> None:
        """Queues a chat by its most urgent row; a reply overtakes the broadcast for which it stood there."""
        lane, number, _ = chat.rows[0]
        self._ready.put_nowait((lane, number, address))

    def _try_again(self, address: str, chat: _Chat, row: Waiting) -> None:
        heapq.heappush(chat.rows, (row.lane, row.id, row))
        chat.busy = False
        self._offer(address, chat)

    async def _send_on(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            lane, number, address = await self._ready.get()
            if (pause := self._not_before - loop.time()) > 0:
                self._ready.put_nowait((lane, number, address))  # something more urgent may come meanwhile
                await asyncio.sleep(pause)
                continue
            if len(self._ends) >= AT_ONCE:  # after a power cut all that is not noted is said again
                self._ready.put_nowait((lane, number, address))
                self._noted.clear()
                await self._noted.wait()
                continue
            chat = self._chats.get(address)
            if chat is None or chat.busy or chat.rows[0][:2] != (lane, number):
                continue  # something more urgent of this chat went first
            chat.busy = True
            *_, row = heapq.heappop(chat.rows)
            try:
                if row.message.made:
                    row = await self._finished(row, row.message.made)
                native = await self._channel.send(address, row.message)
            except asyncio.CancelledError:
                if row.lane == BROADCAST and not row.message.made:
                    self._end(address, chat, row, "unknown", "stopped while it was sent")
                raise
            except _Gone:
                self._end(address, chat, row, "skipped", "deleted while it was made")
            except DeliveryError as error:
                self._failed(address, chat, row, error)
            except Exception as error:  # a fault of ours in one message must not stop the others
                log.error("message %d could not be sent: %s", row.id, where(error))
                self._failed(address, chat, row, Refused(type(error).__name__))
            else:
                self._end(address, chat, row, "sent", None, native)

    async def _finished(self, row: Waiting, made: Made) -> Waiting:
        """The row with what it asks for, which is in the outbox from here on; without it where that failed."""
        media = await self._made(row, made)
        message = replace(row.message, made=None)
        if media is not None:
            picture = media.type.startswith("image/")
            message = replace(message, photo=media) if picture else replace(message, file=media)

        async def work(connection: AsyncConnection) -> bool:
            chat = await messages.made(connection, row.id, message)
            if chat is not None and media is not None:
                await files.made(connection, chat, row.channel, media, self._clock())
            return chat is not None

        try:
            if not await self._database.write(work):
                raise _Gone
        except TROUBLE:
            raise Unavailable("what was made could not be noted") from None
        return replace(row, message=message)

    async def _made(self, row: Waiting, made: Made) -> Media | None:
        try:
            async with self._making:
                return await asyncio.to_thread(self._make, made)
        except Exception as error:  # the words go out without it rather than never
            log.error("%s of message %d could not be made: %s", made.maker, row.id, where(error))
            return None

    def _make(self, made: Made) -> Media:
        return self._media.keep(
            papers.reference(made), lambda: papers.make(made, self._media.read), made.name
        )

    def _failed(self, address: str, chat: _Chat, row: Waiting, error: DeliveryError) -> None:
        """Ends the row, or puts it off."""
        age = self._clock() - row.created_at
        if isinstance(error, Blocked):
            self._blocked.append((row.channel, address))
            self._end(address, chat, row, "blocked", error.reason)
        elif isinstance(error, Refused) or age > GIVE_UP:
            log.error("message %d was refused: %s", row.id, error.reason)
            self._end(address, chat, row, "failed", error.reason)
        elif isinstance(error, RetryAfter):
            again = asyncio.get_running_loop().time() + error.seconds
            self._not_before = max(self._not_before, again)
            self._try_again(address, chat, row)
        elif isinstance(error, Unavailable):
            self._later(address, chat, row)
        elif row.lane != BROADCAST and chat.unknown + 1 < UNKNOWN_TRIES:
            chat.unknown += 1
            self._later(address, chat, row)
        else:
            self._end(address, chat, row, "unknown", error.reason)

    def _later(self, address: str, chat: _Chat, row: Waiting) -> None:
        pause = min(self._pauses[0] * 2.0**chat.tries, self._pauses[1])
        chat.tries = min(chat.tries + 1, 30)
        asyncio.get_running_loop().call_later(pause, self._try_again, address, chat, row)

    def _end(
        self, address: str, chat: _Chat, row: Waiting, state: str, reason: str | None, native: str = ""
    ) -> None:
        self._ends.append(Sent(row.id, state, reason, native or None, self._clock()))
        self._ended.set()
        _MESSAGES.labels(self._channel.name, state).inc()
        self._loaded[row.lane] -= 1
        chat.tries = chat.unknown = 0
        chat.busy = False
        if chat.rows:
            self._offer(address, chat)
        else:
            del self._chats[address]
        if self._loaded[row.lane] == LOADED // 2:
            self.wake()

    async def _write_on(self) -> None:
        """Writes ends as they come, all that have come at once."""
        while True:
            await self._ended.wait()
            self._ended.clear()
            try:
                await self._write_ends()
            except TROUBLE as error:
                log.error("the ends of messages could not be written; it is tried again: %s", where(error))
                self._ended.set()
                await asyncio.sleep(1)

    async def _write_ends(self) -> None:
        """What has ended stays noted until that is durable; to write it twice changes nothing."""
        ends, blocked = list(self._ends), list(self._blocked)

        async def work(connection: AsyncConnection) -> None:
            await messages.end(connection, ends)
            if blocked:
                await people.unreachable(connection, blocked)

        if ends:
            await self._database.write(work)
        del self._ends[: len(ends)], self._blocked[: len(blocked)]
        self._noted.set()
        self._written.update(one.id for one in ends)
