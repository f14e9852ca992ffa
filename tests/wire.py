"""A channel in the test's own process: what is said goes in, what is sent is kept, and faults are scripted."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from itertools import count
from typing import Any

from bot.assistant import Assistant
from bot.chat import Accept, Incoming, Media, Outgoing
from bot.errors import DeliveryError, Refused
from bot.policy import UNBOUNDED, Policy

#: Seconds after which a test that waits for something has failed.
DEADLINE = 20.0

_keys = count(1)


async def until(condition: Callable[[], object], what: str = "it did not happen") -> None:
    """Waits until a condition holds; fails saying what did not happen."""
    loop = asyncio.get_running_loop()
    end = loop.time() + DEADLINE
    while not condition():
        assert loop.time() < end, what
        await asyncio.sleep(0.002)


async def eventually(condition: Callable[[], Awaitable[object]], what: str = "it did not happen") -> None:
    """The same for a condition that has to ask a database."""
    loop = asyncio.get_running_loop()
    end = loop.time() + DEADLINE
    while not await condition():
        assert loop.time() < end, what
        await asyncio.sleep(0.005)


class Wire:
    """A `bot.chat.Channel`. `faults` are raised by the next sends, one each, `refuses` by each to a chat.

    `files` is what can be fetched. What is changed or taken back is so in `sent` too, as it is on a person's screen.
    `changes`: it is seen there. `typings` are the chats that were shown that an answer is on its way.
    """

    def __init__(self, name: str = "wire", policy: Policy = UNBOUNDED) -> None:
        self.name = name
        self.policy = policy
        self.sent: list[tuple[str, Outgoing]] = []
        self.faults: deque[DeliveryError] = deque()
        self.refuses: dict[str, DeliveryError] = {}
        self.files: dict[str, bytes] = {}
        self.typings: list[str] = []
        self.changes = policy.edits
        self._accept: Accept | None = None

    async def run(self, accept: Accept) -> None:
        self._accept = accept
        try:
            await asyncio.Event().wait()
        finally:
            self._accept = None

    def fails(self, chat: str) -> None:
        """Raises what befalls the next message to a chat."""
        if chat in self.refuses:
            raise self.refuses[chat]
        if self.faults:
            raise self.faults.popleft()

    async def send(self, chat: str, message: Outgoing) -> str:
        self.fails(chat)
        self.sent.append((chat, message))
        return str(len(self.sent))

    async def edit(self, chat: str, native: str, message: Outgoing) -> None:
        if self.faults:
            raise self.faults.popleft()
        self._set(chat, native, message)

    async def delete(self, chat: str, native: str) -> None:
        if self.faults:
            raise self.faults.popleft()
        self._set(chat, native, Outgoing(""))

    def _set(self, chat: str, native: str, message: Outgoing) -> None:
        at = int(native) - 1
        assert self.sent[at][0] == chat, f"message {native} is in another chat"
        self.sent[at] = (chat, message)

    async def fetch(self, media: Media) -> bytes:
        if media.reference not in self.files:
            raise Refused("there is no such file")
        return self.files[media.reference]

    async def typing(self, chat: str) -> None:
        self.typings.append(chat)

    def meets(self, assistant: Assistant) -> None:
        """The assistant that listens from now on."""

    def address(self, name: str) -> str:
        """The chat of somebody, as the channel calls it."""
        return name

    def reference(self, key: str) -> str:
        """The channel's word for what came with a message."""
        return key

    async def listening(self) -> Accept:
        """Somebody who listens to the channel."""
        await until(lambda: self._accept, "nobody listens to the channel")
        assert self._accept is not None
        return self._accept

    async def hears(self, *said: Incoming) -> None:
        """Brings messages in, and returns once they are kept."""
        await (await self.listening())(said)

    def to(self, chat: str) -> list[Outgoing]:
        """What a chat was told, by its address or by whose it is."""
        return [message for address, message in self.sent if address == self.address(chat)]

    def texts(self, chat: str) -> list[str]:
        return [message.text for message in self.to(chat)]


def said(text: str = "", chat: str = "an", *, channel: str = "wire", **fields: Any) -> Incoming:
    """An `Incoming` with a key of its own, unless one is given."""
    values = {"key": f"said-{next(_keys)}", "sender": chat, "text": text} | fields
    return Incoming(channel, chat=chat, **values)
