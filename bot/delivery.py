"""outbox → channel: what is to be said goes out in order within a chat, replies before all else.

Pictures and files are made here, just before they go out, and then belong to the row as if it had always had them.
Every row ends as sent, failed, blocked, skipped or unknown, with its reason. One `Delivery` serves one
channel, as fast as its policy lets it; where several replicas share a database, the one that holds the channel's lease
does. A reply that was on its way when the process died is sent again: twice is better than never. An announcement is
claimed durably just before it leaves, and is then *unknown*: to thousands, twice is worse.
"""

from __future__ import annotations

import asyncio
import heapq
import logging
import time
from collections.abc import Awaitable, Callable, Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from prometheus_client import Counter
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import papers
from bot.chat import Channel, Made, Media
from bot.database import TROUBLE, Clock, Database
from bot.errors import Blocked, DeliveryError, Refused, RetryAfter, Unavailable, where
from bot.media import MediaStore
from bot.pace import Going, Pace
from bot.policy import Policy, Rate
from bot.records import broadcasts, files, messages, people
from bot.records.messages import AGAIN, BROADCAST, DELETE, EDIT, REMINDER, REPLY, SEND, Sent, Waiting

log = logging.getLogger(__name__)

_MESSAGES = Counter("coopbot_messages", "Messages by how they ended", ("channel", "state"))

#: Requests to a channel at a time; Telegram serves about this many connections well.
AT_ONCE = 64
#: Rows of a lane in memory; more stay in the database until these are on their way.
LOADED = 1000
#: Announcements that are claimed together: what goes out in so many seconds, and how many at most.
AHEAD, MOST_AHEAD = 0.05, 32
#: Seconds between looks at what staff announce.
LOOK = 0.5
#: Chats whose pace is remembered.
PACED = 10_000
#: How long a reply is tried while its channel cannot be reached.
GIVE_UP = timedelta(hours=24)
#: Sends of one reply whose arrival stayed unknown: a reply twice is better than none, five times is not.
UNKNOWN_TRIES = 3
#: Seconds that a reply waits at most for "is typing" to be shown, where what it takes is made sooner.
MOMENT = 0.5
#: Seconds between tries, doubling from the first to the second.
PAUSES = (1.0, 60.0)


#: Puts what is announced into the outbox of a channel: at most so many messages; returns how many it was.
Feed = Callable[[AsyncConnection, str, Policy, int, datetime], Awaitable[int]]


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
        feed: Feed | None = None,
        pauses: tuple[float, float] = PAUSES,
    ) -> None:
        self._database = database
        self._channel = channel
        self._clock = clock
        self._media = media
        self._making = asyncio.Semaphore(1)  # a picture takes a core and some 30 MB
        self._feed = feed
        self._pauses = pauses
        self._woken = asyncio.Event()
        self._ended = asyncio.Event()
        self._noted = asyncio.Event()
        self._hungry = asyncio.Event()
        self._freed = asyncio.Event()
        self._ends: list[Sent] = []
        self._unclaimed: set[int] = set()
        self._claims = asyncio.Lock()
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
        self._claimed: set[int] = set()
        self._on_the_way = 0
        self._not_before = 0.0
        self._overall = self._pace(self._channel.policy.overall)
        self._paces: dict[str, Pace] = {}

    def _pace(self, rate: Rate | None) -> Pace | None:
        return Pace(rate, time.monotonic) if rate else None

    async def run(self) -> None:
        await self._database.while_leased(f"send {self._channel.name}", self._run)

    async def _run(self) -> None:
        await self._write_ends()
        await self._give_up_interrupted()
        self._begin()
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._load_on())
                group.create_task(self._write_on())
                group.create_task(self._feed_on())
                group.create_task(self._send_on(group))
        finally:  # what has gone out must not go out again after the next start
            self._unclaimed |= self._claimed
            await self._write_ends()

    async def _give_up_interrupted(self) -> None:
        """What another process had claimed when it died may have arrived or not."""

        async def work(connection: AsyncConnection) -> int:
            at = self._clock()
            ends = await messages.interrupted(connection, self._channel.name, at)
            await broadcasts.ended(connection, ends, at)
            return len(ends)

        if lost := await self._database.write(work):
            log.warning("%d messages were on their way when sending stopped", lost)

    async def _feed_on(self) -> None:
        while self._feed:
            self._hungry.clear()
            try:
                if await self._fed(self._feed):
                    self.wake()
            except TROUBLE as error:
                log.error("announcements could not be queued; it is tried again: %s", where(error))
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK):
                    await self._hungry.wait()

    async def _fed(self, feed: Feed) -> int:
        room = LOADED - self._loaded[BROADCAST]
        if room < LOADED // 2:
            return 0
        async with self._database.read() as connection:
            if not await broadcasts.active(connection):
                return 0
        return await self._database.write(
            lambda connection: feed(connection, self._channel.name, self._channel.policy, room, self._clock())
        )

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
        """Queues a chat by its most urgent row; a reply overtakes the broadcast for which it stood there.

        A chat that was just written to waits until it may be written to again.
        """
        lane, number, row = chat.rows[0]
        pace = self._pace_of(address, row.group)
        if pace and (pause := pace.wait()) > 0:
            chat.busy = True
            asyncio.get_running_loop().call_later(pause, self._free, address, chat)
        else:
            self._ready.put_nowait((lane, number, address))

    def _free(self, address: str, chat: _Chat) -> None:
        chat.busy = False
        self._offer(address, chat)

    def _pace_of(self, address: str, group: bool) -> Pace | None:
        policy = self._channel.policy
        rate = policy.group if group else policy.chat
        if rate is None:
            return None
        if address not in self._paces:
            if len(self._paces) >= PACED:
                self._paces = {chat: pace for chat, pace in self._paces.items() if not pace.idle}
            self._paces[address] = Pace(rate, time.monotonic)
        return self._paces[address]

    def _try_again(self, address: str, chat: _Chat, row: Waiting) -> None:
        heapq.heappush(chat.rows, (row.lane, row.id, row))
        self._free(address, chat)

    async def _send_on(self, group: asyncio.TaskGroup) -> None:
        """One after another, the most urgent first; what takes its time to arrive does so beside the others."""
        loop = asyncio.get_running_loop()
        while True:
            lane, number, address = await self._ready.get()
            chat = self._chats.get(address)
            if chat is None or chat.busy or chat.rows[0][:2] != (lane, number):
                continue  # something more urgent of this chat went first
            again = (lane, number, address)
            if lane == BROADCAST and number not in self._claimed:
                await self._claim(again)
                continue
            pause = max(self._not_before - loop.time(), self._overall.wait() if self._overall else 0.0)
            if pause > 0:
                self._ready.put_nowait(again)  # something more urgent may come meanwhile
                await asyncio.sleep(pause)
            elif len(self._ends) >= AT_ONCE:  # after a power cut all that is not noted is said again
                self._ready.put_nowait(again)
                self._noted.clear()
                await self._noted.wait()
            elif self._on_the_way >= AT_ONCE:
                self._ready.put_nowait(again)
                self._freed.clear()
                await self._freed.wait()
            else:
                *_, row = heapq.heappop(chat.rows)
                chat.busy = True
                self._on_the_way += 1
                if pace := self._pace_of(address, row.group):
                    pace.take()
                going = self._overall.take() if self._overall else None
                group.create_task(self._send(address, chat, row, going))

    async def _claim(self, first: tuple[int, int, str]) -> None:
        """Claims the announcements that go out next; those that were withdrawn meanwhile are let go."""
        overall = self._channel.policy.overall
        most = MOST_AHEAD if overall is None else min(1 + int(AHEAD / overall.interval), MOST_AHEAD)
        heads = {first}
        while len(heads) < most and not self._ready.empty():
            head = self._ready.get_nowait()
            chat = self._chats.get(head[2])
            if chat is not None and not chat.busy and chat.rows[0][:2] == head[:2]:
                heads.add(head)
            if head[0] != BROADCAST:
                break
        wanted = {number for lane, number, _ in heads if lane == BROADCAST} - self._claimed
        try:
            claimed = await self._claimed_of(wanted)
        except TROUBLE as error:
            log.error("announcements could not be claimed; it is tried again: %s", where(error))
            claimed = wanted = set()
            await asyncio.sleep(1)
        self._claimed |= claimed
        for head in heads:
            if head[1] in wanted - claimed:
                self._let_go(head[1], head[2])
            else:
                self._ready.put_nowait(head)

    async def _claimed_of(self, rows: Collection[int]) -> set[int]:
        async with self._claims:
            free = list(self._unclaimed)

            async def work(connection: AsyncConnection) -> set[int]:
                if free:
                    await messages.release(connection, free)
                return await messages.claim(connection, list(rows))

            claimed = await self._database.write(work)
            self._unclaimed.difference_update(free)
            return claimed

    def _let_go(self, number: int, address: str) -> None:
        """Forgets a row that is no longer to be sent."""
        chat = self._chats[address]
        chat.rows = [one for one in chat.rows if one[1] != number]
        heapq.heapify(chat.rows)
        self._loaded[BROADCAST] -= 1
        self._written.add(number)
        if not chat.busy:
            self._next_of(address, chat)

    def _next_of(self, address: str, chat: _Chat) -> None:
        if chat.rows:
            self._offer(address, chat)
        else:
            del self._chats[address]

    async def _send(self, address: str, chat: _Chat, row: Waiting, going: Going | None) -> None:
        try:
            if row.message.made:
                row = await self._finished(address, row, row.message.made)
            native = await self._do(address, row)
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
        finally:
            self._on_the_way -= 1
            self._freed.set()
            if self._overall and going:
                self._overall.answered(going)

    async def _do(self, address: str, row: Waiting) -> str:
        """Says it, or changes or takes back what was said; returns the channel's identity of the message."""
        if row.act in (SEND, AGAIN):
            return await self._channel.send(address, row.message)
        policy = self._channel.policy
        if row.act == EDIT and policy.edits:
            await self._channel.edit(address, row.native, row.message)
        elif row.act == DELETE and policy.deletes:
            await self._channel.delete(address, row.native)
        else:
            raise Refused("the channel cannot do that")
        return row.native

    async def _finished(self, address: str, row: Waiting, made: Made) -> Waiting:
        """The row with what it asks for, which is in the outbox from here on; without it where that failed."""
        _, media = await asyncio.gather(self._types(address, row, made), self._made(row, made))
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

    async def _types(self, address: str, row: Waiting, made: Made) -> None:
        """Shows somebody who waits for a reply that it takes its time. Whatever comes of it, the reply goes out."""
        try:
            if row.lane == REPLY and not self._media.get(papers.reference(made)):
                async with asyncio.timeout(MOMENT):
                    await self._channel.typing(address)
        except Exception as error:
            log.debug("it was not shown that message %d is being made: %s", row.id, type(error).__name__)

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
            if self._overall:
                self._overall.pause(error.seconds)
            self._unclaim(row)
            self._try_again(address, chat, row)
        elif isinstance(error, Unavailable):
            self._later(address, chat, row)
        elif row.lane != BROADCAST and chat.unknown + 1 < UNKNOWN_TRIES:
            chat.unknown += 1
            self._later(address, chat, row)
        else:
            self._end(address, chat, row, "unknown", error.reason)

    def _unclaim(self, row: Waiting) -> None:
        """It has certainly not arrived: it may be claimed anew, also by another process."""
        if row.id in self._claimed:
            self._claimed.discard(row.id)
            self._unclaimed.add(row.id)
            self._ended.set()

    def _later(self, address: str, chat: _Chat, row: Waiting) -> None:
        self._unclaim(row)
        pause = min(self._pauses[0] * 2.0**chat.tries, self._pauses[1])
        chat.tries = min(chat.tries + 1, 30)
        asyncio.get_running_loop().call_later(pause, self._try_again, address, chat, row)

    def _end(
        self, address: str, chat: _Chat, row: Waiting, state: str, reason: str | None, native: str = ""
    ) -> None:
        self._ends.append(Sent(row.id, state, reason, native or None, self._clock(), row.act, row.recipient))
        self._claimed.discard(row.id)
        self._ended.set()
        _MESSAGES.labels(self._channel.name, state).inc()
        self._loaded[row.lane] -= 1
        chat.tries = chat.unknown = 0
        chat.busy = False
        self._next_of(address, chat)
        if self._loaded[row.lane] == LOADED // 2:
            self.wake()
            self._hungry.set()

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
        async with self._claims:
            ends, blocked, free = list(self._ends), list(self._blocked), list(self._unclaimed)

            async def work(connection: AsyncConnection) -> None:
                await messages.end(connection, ends)
                if blocked:
                    await people.unreachable(connection, blocked)
                if free:
                    await messages.release(connection, free)
                if any(one.recipient is not None for one in ends):
                    await broadcasts.ended(connection, ends, self._clock())

            if ends or free:
                await self._database.write(work)
            self._unclaimed.difference_update(free)
        del self._ends[: len(ends)], self._blocked[: len(blocked)]
        self._noted.set()
        self._written.update(one.id for one in ends)
