"""Updates on their way to the bot: the queue behind getUpdates, and the posting to a webhook."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import Awaitable, Callable, Hashable
from contextlib import suppress
from typing import Any

import aiohttp

Update = dict[str, Any]
#: Runs a call that came in the answer of a webhook.
Called = Callable[[dict[str, Any]], Awaitable[None]]

#: Seconds before a webhook is tried again: doubled each time from the first to the last.
AGAIN = (0.02, 1.0)


class ApiError(Exception):
    """What the server answers instead of a result."""

    def __init__(self, status: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.status = status
        self.description = description
        self.parameters = parameters


class Mail:
    """`allowed` are the types of updates that the bot asked for; None is all."""

    def __init__(self, called: Called, changed: Callable[[], None]) -> None:
        self.allowed: list[str] | None = None
        self.webhook: Webhook | None = None
        self.accepted = 0
        self._called = called
        self._changed = changed
        self._waiting: deque[Update] = deque()
        self._ordered = True
        self._last = 0
        self._poll: asyncio.Future[None] | None = None

    @property
    def pending(self) -> list[Update]:
        return sorted(self.webhook.undelivered() if self.webhook else self._waiting, key=_number)

    def push(self, update: Update) -> None:
        kind = next((key for key in update if key != "update_id"), "")
        if self.allowed and kind not in self.allowed:
            return
        self.accepted += 1
        if self.webhook:
            self.webhook.push(update)
            return
        number = _number(update)
        self._ordered = self._ordered and number >= self._last
        self._last = number
        self._waiting.append(update)
        if self._poll and not self._poll.done():
            self._poll.set_result(None)

    async def get(self, offset: int, limit: int, timeout: float) -> list[Update]:
        if self.webhook:
            raise ApiError(
                409,
                "Conflict: can't use getUpdates method while webhook is active; "
                "use deleteWebhook to delete the webhook first",
            )
        self._end_poll("other getUpdates request; make sure that only one bot instance is running")
        self._confirm(offset)
        self._changed()
        if not self._waiting and timeout:
            self._poll = asyncio.get_running_loop().create_future()
            try:
                await asyncio.wait_for(self._poll, timeout)
            except TimeoutError:
                return []
        return [self._waiting[n] for n in range(min(limit, len(self._waiting)))]

    async def set_webhook(self, url: str, secret: str, connections: int) -> None:
        await self.delete_webhook(drop=False)
        if not url:
            return
        self._end_poll("setWebhook request")
        self.webhook = Webhook(url, secret, connections, self._called, self._changed)
        waiting, self._waiting = self._waiting, deque()
        for update in waiting:
            self.webhook.push(update)

    async def delete_webhook(self, *, drop: bool) -> None:
        webhook, self.webhook = self.webhook, None
        if webhook:
            left = webhook.undelivered()
            await webhook.close()
            self.accepted -= len(left)
            for update in left:
                self.push(update)
        if drop:
            self._waiting.clear()

    async def close(self) -> None:
        await self.delete_webhook(drop=True)
        self._end_poll("the end of the server")

    def _end_poll(self, why: str) -> None:
        if self._poll and not self._poll.done():
            self._poll.set_exception(ApiError(409, f"Conflict: terminated by {why}"))

    def _confirm(self, offset: int) -> None:
        if offset < 0:
            self._waiting = deque(list(self._waiting)[offset:])
        elif self._ordered:
            while self._waiting and _number(self._waiting[0]) < offset:
                self._waiting.popleft()
        else:
            self._waiting = deque(update for update in self._waiting if _number(update) >= offset)


class Webhook:
    """Posts updates: those of one chat in order, different chats at once, each until it is answered by 2xx."""

    def __init__(
        self, url: str, secret: str, connections: int, called: Called, changed: Callable[[], None]
    ) -> None:
        self.url = url
        self.connections = connections
        self._secret = secret
        self._called = called
        self._changed = changed
        self._chats: dict[Hashable, deque[Update]] = {}
        self._ready: asyncio.Queue[Hashable] = asyncio.Queue()
        self._failures: dict[Hashable, int] = {}
        self._session: aiohttp.ClientSession | None = None
        self._workers = [asyncio.create_task(self._work()) for _ in range(connections)]
        self.statuses: list[int] = []

    def push(self, update: Update) -> None:
        chat = _chat(update)
        if chat in self._chats:
            self._chats[chat].append(update)
        else:
            self._chats[chat] = deque([update])
            self._ready.put_nowait(chat)

    def undelivered(self) -> list[Update]:
        return sorted((update for chat in self._chats.values() for update in chat), key=_number)

    async def close(self) -> None:
        for worker in self._workers:
            worker.cancel()
        await asyncio.gather(*self._workers, return_exceptions=True)
        if self._session:
            await self._session.close()

    async def _work(self) -> None:
        while True:
            chat = await self._ready.get()
            queue = self._chats[chat]
            if not await self._post(queue[0]):
                tries = self._failures.get(chat, 0)
                self._failures[chat] = tries + 1
                pause = min(AGAIN[0] * 2**tries, AGAIN[1])
                asyncio.get_running_loop().call_later(pause, self._ready.put_nowait, chat)
                continue
            self._failures.pop(chat, None)
            queue.popleft()
            if queue:
                self._ready.put_nowait(chat)
            else:
                del self._chats[chat]
            self._changed()

    async def _post(self, update: Update) -> bool:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self.connections),
                timeout=aiohttp.ClientTimeout(total=60),
                headers={"Content-Type": "application/json"}
                | ({"X-Telegram-Bot-Api-Secret-Token": self._secret} if self._secret else {}),
            )
        try:
            async with self._session.post(
                self.url, data=json.dumps(update).encode(), allow_redirects=False
            ) as response:
                body = await response.read()
        except (aiohttp.ClientError, TimeoutError, OSError):
            return False
        self.statuses.append(response.status)
        if not 200 <= response.status < 300:
            return False
        if response.content_type == "application/json" and body:
            with suppress(ValueError):
                await self._called(json.loads(body))
        return True


def _number(update: Update) -> int:
    number = update.get("update_id")
    return number if isinstance(number, int) else 0


def _chat(update: Update) -> Hashable:
    """What the real server orders by: the chat, else the person, else the update alone."""
    for content in update.values():
        if isinstance(content, dict):
            message = content.get("message", content)
            for party in ("chat", "from"):
                if isinstance(message, dict) and isinstance(message.get(party), dict):
                    identity = message[party].get("id")
                    return identity if isinstance(identity, int) else None
    return _number(update)
