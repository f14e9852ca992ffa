"""Updates on their way to the bot: the queue behind getUpdates, and the posting to a webhook."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import aiohttp

#: Seconds before a webhook is tried again, doubled each time. That the platform repeats at all is not documented.
AGAIN = (0.02, 1.0)
#: Updates that are posted at a time, of different chats.
AT_ONCE = 50
SECRET = "X-Bot-Api-Secret-Token"


class ZaloError(Exception):
    """What the server answers instead of a result; `status` is HTTP's."""

    def __init__(self, code: int, description: str, status: int = 0) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.status = status or code


def outside(url: str) -> bool:
    """Whether a webhook may be there: https, or this machine in a test."""
    parts = urlsplit(url)
    return parts.scheme == "https" or parts.hostname == "127.0.0.1"


class Mail:
    """`enveloped`: webhook bodies have the documented `{"ok", "result"}` around them, else they come bare.

    `statuses` are the answers of the webhook, `probed` those to the empty probe.
    """

    def __init__(self, changed: Callable[[], None]) -> None:
        self.enveloped = False
        self.statuses: list[int] = []
        self.probed: list[int] = []
        self.webhook = ""
        self.secret = ""
        self._changed = changed
        self._waiting: deque[Any] = deque()
        self._polling = False
        self._woken = asyncio.Event()
        self._idle = 0
        self._updated_at = 0
        self._chats: dict[str, deque[Any]] = {}
        self._posts: set[asyncio.Task[None]] = set()
        self._room = asyncio.Semaphore(AT_ONCE)
        self._session: aiohttp.ClientSession | None = None

    @property
    def pending(self) -> list[Any]:
        return [*self._waiting, *(update for chat in self._chats.values() for update in chat)]

    def push(self, update: Any) -> None:
        if not self.webhook:
            self._waiting.append(update)
            self._woken.set()
            return
        chat = _chat(update)
        if chat in self._chats:
            self._chats[chat].append(update)
            return
        self._chats[chat] = deque([update])
        task = asyncio.create_task(self._post_all(chat))
        self._posts.add(task)
        task.add_done_callback(self._posts.discard)

    async def get(self, timeout: float, violations: list[str]) -> Any:
        """The oldest update, which is then gone. Raises `ZaloError` 408 where none comes in time."""
        if self.webhook:
            raise ZaloError(400, "Bad request: a webhook is set")
        if self._polling:
            violations.append("getUpdates: two polls at once")
            raise ZaloError(400, "Bad request: there is a poll already")
        self._polling = True
        try:
            async with asyncio.timeout(timeout):
                while not self._waiting:
                    self._woken.clear()
                    await self._woken.wait()
        except TimeoutError:
            self._idle += 1  # by status and by code in turn
            raise ZaloError(408, "Request timeout", 408 if self._idle % 2 else 200) from None
        finally:
            self._polling = False
        return self._waiting.popleft()

    async def set_webhook(self, url: str, secret: str) -> dict[str, Any]:
        self.probed.append(await self._post(url, {}, b"{}"))
        if self.probed[-1] != 200:
            raise ZaloError(400, "Bad request: the webhook does not answer")
        self.webhook, self.secret = url, secret
        self._updated_at += 1
        waiting, self._waiting = self._waiting, deque()
        for update in waiting:
            self.push(update)
        return self.info()

    async def delete_webhook(self) -> dict[str, Any]:
        """Refuses where there is none, as the real one was seen to do."""
        if not self.webhook:
            raise ZaloError(404, "Not found: no webhook")
        self._stop()
        self.webhook = ""
        self._waiting.extend(update for chat in self._chats.values() for update in chat)
        self._chats.clear()
        self._updated_at += 1
        return self.info()

    def info(self) -> dict[str, Any]:
        return {"url": self.webhook, "updated_at": 1749538250568 + self._updated_at}

    async def close(self) -> None:
        posts = list(self._posts)
        self._stop()
        await asyncio.gather(*posts, return_exceptions=True)
        if self._session:
            await self._session.close()

    def _stop(self) -> None:
        for task in self._posts:
            task.cancel()

    async def _post_all(self, chat: str) -> None:
        """Those of one chat in order, each until it is taken."""
        queue = self._chats[chat]
        pause = AGAIN[0]
        while queue:
            async with self._room:
                update = queue[0]
                body = {"ok": True, "result": update} if self.enveloped else update
                status = await self._post(self.webhook, {SECRET: self.secret}, json.dumps(body).encode())
            if status:
                self.statuses.append(status)
            if 200 <= status < 300:
                queue.popleft()
                pause = AGAIN[0]
            else:
                await asyncio.sleep(pause)
                pause = min(pause * 2, AGAIN[1])
            self._changed()
        del self._chats[chat]
        self._changed()

    async def _post(self, url: str, headers: dict[str, str], body: bytes) -> int:
        """The status, or 0 where nobody answered."""
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=60))
        try:
            async with self._session.post(
                url, data=body, headers=headers | {"Content-Type": "application/json"}, allow_redirects=False
            ) as response:
                await response.read()
                return response.status
        except (aiohttp.ClientError, TimeoutError, OSError):
            return 0


def _chat(update: Any) -> str:
    message = update.get("message") if isinstance(update, dict) else None
    chat = message.get("chat") if isinstance(message, dict) else None
    return str(chat.get("id")) if isinstance(chat, dict) else ""
