"""outbox → channel: what is to be said goes out in order within a chat, replies before all else.

Every row ends as sent, failed, blocked, skipped or unknown, with its reason. One `Delivery` serves one
channel; where several replicas share a database, the one that holds the channel's lease does.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta

from prometheus_client import Counter
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.chat import Channel
from bot.database import Clock, Database
from bot.errors import Blocked, DeliveryError, Refused, RetryAfter, Unavailable
from bot.records import messages, people
from bot.records.messages import BROADCAST, REMINDER, REPLY, Sent, Waiting

log = logging.getLogger(__name__)

_MESSAGES = Counter("coopbot_messages", "Messages by how they ended", ("channel", "state"))

#: Requests to a channel at a time; Telegram serves about this many connections well.
AT_ONCE = 64
#: Rows in memory; more stay in the database until these are on their way.
LOADED = 1000
#: How long a reply is tried while its channel cannot be reached.
GIVE_UP = timedelta(hours=24)
#: Sends of one reply whose arrival stayed unknown: a reply twice is better than none, five times is not.
UNKNOWN_TRIES = 3
#: Seconds between tries, doubling from the first to the second.
PAUSES = (1.0, 60.0)


@dataclass(slots=True)
class _Chat:
    """What waits for one chat; `busy` while one of it is on its way or paused."""

    rows: deque[Waiting] = field(default_factory=deque)
    busy: bool = False
    tries: int = 0


class Delivery:
    """Sends what waits for one channel until cancelled; `wake` it when something new was written."""

    def __init__(self, database: Database, channel: Channel, clock: Clock) -> None:
        self._database = database
        self._channel = channel
        self._clock = clock
        self._woken = asyncio.Event()
        self._ended = asyncio.Event()
        self._ends: list[Sent] = []
        self._blocked: list[tuple[str, str]] = []
        self._chats: dict[str, _Chat] = {}
        self._ready: asyncio.PriorityQueue[tuple[int, int, str]] = asyncio.PriorityQueue()
        self._held: set[int] = set()
        self._cursor = {REPLY: 0, REMINDER: 0, BROADCAST: 0}
        self._loaded = 0
        self._not_before = 0.0

    def wake(self) -> None:
        self._woken.set()

    async def run(self) -> None:
        async with self._database.lease(f"send {self._channel.name}"), asyncio.TaskGroup() as group:
            group.create_task(self._load_on())
            group.create_task(self._write_on())
            for _ in range(AT_ONCE):
                group.create_task(self._send_on())

    async def _load_on(self) -> None:
        while True:
            self._woken.clear()
            for lane in self._cursor:
                if not await self._load(lane):
                    break  # full: what is less urgent stays where it is
            try:
                async with asyncio.timeout(1 if self._database.shared else None):
                    await self._woken.wait()
            except TimeoutError:
                pass

    async def _load(self, lane: int) -> bool:
        while (room := LOADED - self._loaded) > 0:
            try:
                async with self._database.read() as connection:
                    rows = await messages.waiting(
                        connection, self._channel.name, lane, self._after(lane), room + len(self._held)
                    )
            except (DBAPIError, OSError):
                log.exception("the outbox could not be read; it is tried again")
                asyncio.get_running_loop().call_later(1, self.wake)
                return True
            new = [row for row in rows if row.id not in self._held]
            self._take(lane, new)
            if len(new) < room:
                return True
        return False

    def _after(self, lane: int) -> int:
        """Where to read on. Ids appear in their order where one writer gives them, and only there."""
        return 0 if self._database.shared else self._cursor[lane]

    def _take(self, lane: int, rows: Iterable[Waiting]) -> None:
        for row in rows:
            self._cursor[lane] = row.id
            self._loaded += 1
            self._held.add(row.id)
            chat = self._chats.setdefault(row.address, _Chat())
            chat.rows.append(row)
            if not chat.busy:
                self._make_ready(row.address, chat)

    def _make_ready(self, address: str, chat: _Chat) -> None:
        chat.busy = True
        self._ready.put_nowait((chat.rows[0].lane, chat.rows[0].id, address))

    async def _send_on(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            _, _, address = await self._ready.get()
            chat = self._chats[address]
            while (pause := self._not_before - loop.time()) > 0:  # noqa: ASYNC110  another 429 may move it
                await asyncio.sleep(pause)
            row = chat.rows[0]
            try:
                native = await self._channel.send(address, row.message)
            except DeliveryError as error:
                self._failed(address, chat, row, error)
            except Exception as error:  # a fault of ours in one message must not stop the others
                log.exception("message %d could not be sent", row.id)
                self._failed(address, chat, row, Refused(type(error).__name__))
            else:
                self._end(address, chat, row, "sent", None, native)

    def _failed(self, address: str, chat: _Chat, row: Waiting, error: DeliveryError) -> None:
        """Ends the row, or puts it off."""
        chat.tries += 1
        age = self._clock() - row.created_at
        if isinstance(error, Blocked):
            self._blocked.append((row.channel, address))
            self._end(address, chat, row, "blocked", error.reason)
        elif isinstance(error, Refused) or age > GIVE_UP:
            log.error("message %d was refused: %s", row.id, error.reason)
            self._end(address, chat, row, "failed", error.reason)
        elif isinstance(error, RetryAfter):
            self._not_before = asyncio.get_running_loop().time() + error.seconds
            self._make_ready(address, chat)
        elif isinstance(error, Unavailable) or (row.lane != BROADCAST and chat.tries < UNKNOWN_TRIES):
            pause = min(PAUSES[0] * 2 ** (chat.tries - 1), PAUSES[1])
            asyncio.get_running_loop().call_later(pause, self._make_ready, address, chat)
        else:
            self._end(address, chat, row, "unknown", error.reason)

    def _end(
        self, address: str, chat: _Chat, row: Waiting, state: str, reason: str | None, native: str = ""
    ) -> None:
        self._ends.append(Sent(row.id, state, reason, native or None, self._clock()))
        self._ended.set()
        _MESSAGES.labels(self._channel.name, state).inc()
        self._loaded -= 1
        chat.rows.popleft()
        chat.tries = 0
        chat.busy = False
        if chat.rows:
            self._make_ready(address, chat)
        else:
            del self._chats[address]
        if self._loaded == LOADED // 2:
            self.wake()

    async def _write_on(self) -> None:
        """Writes ends as they come, all that have come at once."""
        while True:
            await self._ended.wait()
            self._ended.clear()
            ends, self._ends = self._ends, []
            blocked, self._blocked = self._blocked, []

            async def work(
                connection: AsyncConnection,
                ends: list[Sent] = ends,
                blocked: list[tuple[str, str]] = blocked,
            ) -> None:
                await messages.end(connection, ends)
                if blocked:
                    await people.unreachable(connection, blocked)

            while True:
                try:
                    await self._database.write(work)
                except (DBAPIError, OSError):
                    log.exception("the ends of messages could not be written; it is tried again")
                    await asyncio.sleep(1)
                else:
                    break
            self._held.difference_update(one.id for one in ends)
