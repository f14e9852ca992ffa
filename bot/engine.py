"""inbox → turn → outbox: messages are taken in order within a chat, many chats at a time.

A batch is one transaction: at most one message a chat, each turn in a savepoint of its own, then all that the
turns said, all that the chats remember and all that is done is written at once. Whatever stops the program
leaves a message either waiting or done with its replies in the outbox, never between.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any

from prometheus_client import Counter
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.chat import Incoming, Outgoing
from bot.database import TROUBLE, Clock, Database, tell_others
from bot.errors import where
from bot.records import files, messages, people, turns
from bot.records.people import Chat, dump
from bot.records.turns import Waiting
from bot.turn import Brief, Turn, Write

log = logging.getLogger(__name__)

#: Chats whose messages are taken together; beyond some hundred a bigger batch saves nothing more.
BATCH = 128
#: Letters of one message that are kept; nobody types more, and the bot says so kindly.
LONGEST_TEXT = 20_000

_TURNS = Counter("coopbot_turns", "Messages that were handled")
_FAILURES = Counter("coopbot_failed_turns", "Messages whose handler raised")

Respond = Callable[[Turn], Awaitable[Sequence[Outgoing]]]
#: What is to be waited for before a turn begins, if anything.
Prepare = Callable[[Turn], Awaitable[object] | None]
#: Makes a turn of a waiting message; the connection is None while turns are only being prepared.
MakeTurn = Callable[[Waiting, AsyncConnection | None], Turn]
Apologise = Callable[[Turn, str], Outgoing]


class Inbox:
    """Where channels bring what was said; `accept` returns once it is durable."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        wake: Callable[[], None],
        wake_fetchers: Callable[[], None] = lambda: None,
    ) -> None:
        self._database = database
        self._clock = clock
        self._wake = wake
        self._wake_fetchers = wake_fetchers
        self._chats: OrderedDict[tuple[str, str], int] = OrderedDict()

    async def accept(self, said: Sequence[Incoming]) -> None:
        if not said:
            return
        at = self._clock()
        # The channel's name of a person is not kept: they have not agreed to that yet.
        kept = [
            replace(one, name="", text=_storable(one.text[:LONGEST_TEXT]), data=_storable(one.data))
            for one in said
        ]
        known = {key: self._chats[key] for s in kept if (key := (s.channel, s.chat)) in self._chats}
        new = {(s.channel, s.chat, s.group) for s in kept if (s.channel, s.chat) not in known}

        async def work(connection: AsyncConnection) -> dict[tuple[str, str], int]:
            made = await people.ensure_chats(connection, new, at) if new else {}
            ids = known | made
            addressed = [(ids[s.channel, s.chat], s) for s in kept]
            await messages.receive(connection, addressed, at)
            await files.note(connection, addressed, at)
            await tell_others(connection)
            return made

        self._remember(await self._database.write(work))
        self._wake()
        if any(one.media for one in said):
            self._wake_fetchers()

    def _remember(self, made: dict[tuple[str, str], int]) -> None:
        self._chats.update(made)
        while len(self._chats) > 50_000:
            self._chats.popitem(last=False)


class Engine:
    """Takes what waits from these channels, batch by batch, until cancelled.

    `prepare` is given each turn before its batch begins, many at a time: it is where a question is looked up
    in threads, so that no transaction waits for it. `brief` tells what reads for a turn and for those like it that
    follow each other in a batch, if anything: what would be a handful of statements for each is one for all.
    """

    def __init__(
        self,
        database: Database,
        channels: Sequence[str],
        make_turn: MakeTurn,
        respond: Respond,
        apologise: Apologise,
        clock: Clock,
        *,
        prepare: Prepare | None = None,
        brief: Callable[[Turn], Brief | None] = lambda _: None,
        said: Callable[[], None] = lambda: None,
    ) -> None:
        self._database = database
        self._channels = tuple(channels)
        self._make_turn = make_turn
        self._respond = respond
        self._apologise = apologise
        self._prepare = prepare
        self._brief = brief
        self._clock = clock
        self._said = said
        self._woken = asyncio.Event()

    def wake(self) -> None:
        self._woken.set()

    async def run(self) -> None:
        """Works whenever woken, and every second on a shared database, in case a wake-up was lost."""
        while True:
            self._woken.clear()
            try:
                while await self.step():
                    pass
            except TROUBLE as error:
                log.error("the database did not take a batch; it is tried again: %s", where(error))
                await asyncio.sleep(1)
                continue
            try:
                async with asyncio.timeout(1 if self._database.shared else None):
                    await self._woken.wait()
            except TimeoutError:
                pass

    async def step(self) -> int:
        """One batch; returns how many messages it was."""
        async with self._database.read() as connection:
            ahead = await turns.next_turns(connection, self._channels, BATCH, claim=False)
        if not ahead:
            return 0
        if lookups := [lookup for one in ahead if (lookup := self._lookup(one))]:
            await asyncio.gather(*lookups, return_exceptions=True)

        async def batch(connection: AsyncConnection) -> int:
            claimed = await turns.next_turns(connection, self._channels, BATCH, claim=True)
            return await self._batch(connection, claimed)

        taken = await self._database.write(batch)
        if taken:
            self._said()
        return taken

    def _lookup(self, one: Waiting) -> Awaitable[object] | None:
        try:
            return self._prepare(self._make_turn(one, None)) if self._prepare else None
        except Exception:  # it comes again in the turn itself, and is told there
            return None

    async def _batch(self, connection: AsyncConnection, waiting: Sequence[Waiting]) -> int:
        if not waiting:
            return 0
        said: dict[int, list[tuple[int, str, str, int | None, Outgoing]]] = {}
        done: list[tuple[int, str | None]] = []
        changed: list[Chat] = []
        for brief, run in self._runs(connection, waiting):
            await self._briefed(connection, brief, [turn for _, turn in run])
            left: dict[Write, list[Any]] = {}
            for one, made in run:
                turn, replies, reference = await self._turn(connection, one, made)
                chat = turn.chat
                said.setdefault(turn.lane, []).extend(
                    (chat.id, chat.channel, chat.address, one.row, reply) for reply in replies
                )
                done.append((one.row, reference))
                if one.changes(chat):
                    changed.append(chat)
                for write, row in turn.left:
                    left.setdefault(write, []).append(row)
            for write, rows in left.items():
                await write(connection, rows)
        at = self._clock()
        for lane, spoken in said.items():
            await messages.say(connection, spoken, at, lane)
        await people.save_chats(connection, changed)
        await messages.finish(connection, done, at)
        await tell_others(connection)
        _TURNS.inc(len(waiting))
        return len(waiting)

    def _runs(
        self, connection: AsyncConnection, waiting: Sequence[Waiting]
    ) -> Iterator[tuple[Brief | None, list[tuple[Waiting, Turn]]]]:
        """Turns that are read for together as far as they follow each other; all others by themselves."""
        made = ((one, self._make_turn(one, connection)) for one in waiting)
        for brief, run in groupby(made, lambda pair: self._brief(pair[1])):
            if brief:
                yield brief, list(run)
            else:
                yield from ((None, [pair]) for pair in run)

    async def _briefed(self, connection: AsyncConnection, brief: Brief | None, turns: Sequence[Turn]) -> None:
        """Reads for several turns at once. Where that fails each reads for itself, and only who is at fault fails."""
        if brief is None or len(turns) == 1:
            return
        try:
            async with connection.begin_nested():
                known = await brief(connection, turns)
        except Exception as error:
            if connection.invalidated or _undone(error):
                raise
            log.warning("%d turns could not be read for at once: %s", len(turns), where(error))
            return
        for turn in turns:
            turn.brief = known

    async def _turn(
        self, connection: AsyncConnection, one: Waiting, turn: Turn
    ) -> tuple[Turn, Sequence[Outgoing], str | None]:
        try:
            replies = await self._respond(turn)
            _savable(turn.chat, replies)  # what cannot be saved is this turn's fault, not the batch's
            await turn.settle(keep=True)
        except Exception as error:  # a handler that raises costs only its own turn
            if connection.invalidated or _undone(error):
                raise  # the database is away, or took another's side: the batch is lost, and taken again
            await turn.settle(keep=False)
            reference = secrets.token_hex(3)
            _FAILURES.inc()
            log.error("turn %s of chat %d failed: %s", reference, turn.chat.id, where(error))
            failed = self._make_turn(one, connection)
            if one.said.kind == "notice":  # nobody has asked, so nobody waits for an answer
                return failed, [], reference
            return failed, [self._apologise(failed, reference)], reference
        return turn, replies, None


def _undone(error: BaseException) -> bool:
    """Whether PostgreSQL ended a deadlock (40P01) or a conflict (40001) on us, which the same work outlives."""
    return isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", "") in ("40P01", "40001")


def _savable(chat: Chat, replies: Sequence[Outgoing]) -> None:
    chat.saved = dump(chat.state)
    for part in (chat.saved, *(reply.text for reply in replies)):
        part.encode()  # half a character cannot be


def _storable(typed: str) -> str:
    """Without what no database takes: NUL, and halves of characters that were cut apart."""
    return typed.replace("\0", "").encode("utf-8", "replace").decode()
