"""The moments at which a bot is killed, counted in what the fake servers see of it."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from tests.fakes.bot_api import FakeBotApi
from tests.fakes.bot_api_check import Upload
from tests.fakes.watched import Watched
from tests.fakes.zalo_bot_api import FakeZaloBot
from tests.fakes.zalo_oa_api import FakeZaloOa, Sent

#: Seconds from a moment that can be counted to one that cannot: in the middle of a batch, or of a commit.
LATEST = 0.04


@dataclass(frozen=True, slots=True)
class Moment:
    """The `number`th event of a kind in a life, and how many seconds after it.

    `sent`: a message has arrived and its answer has not left. `call`: any call came in. `said`: a person said
    something, which is then on its way to the bot.
    """

    kind: str
    number: int
    after: float

    @classmethod
    def draw(cls, rng: random.Random, messages: int) -> Moment:
        """A moment in the life of a bot to which so many messages are sent."""
        after = 0.0 if rng.random() < 0.5 else rng.uniform(0, LATEST)
        return cls(rng.choice(("sent", "call", "said")), rng.randint(1, messages), after)


class _Mortal(Watched):
    """Calls `fatal` once at the moment that was set."""

    _moment: Moment | None = None
    _seen = 0
    _fatal: Callable[[], None] = staticmethod(lambda: None)

    def expect(self, moment: Moment | None, fatal: Callable[[], None]) -> None:
        self._moment, self._fatal, self._seen = moment, fatal, 0

    def _event(self, kind: str) -> None:
        if self._moment is None or self._moment.kind != kind:
            return
        self._seen += 1
        if self._seen == self._moment.number:
            after, self._moment = self._moment.after, None
            if after:
                asyncio.get_running_loop().call_later(after, self._end)
            else:
                self._end()

    def _end(self) -> None:
        self._fatal()
        self._wake()


class MortalApi(FakeBotApi, _Mortal):
    """Telegram's servers."""

    def push(self, update: dict[str, Any], *, checked: bool = True) -> int:
        number = super().push(update, checked=checked)
        self._event("said")
        return number

    def record(
        self, method: str, chat: int, parameters: dict[str, Any], uploads: dict[str, Upload]
    ) -> dict[str, Any]:
        made = super().record(method, chat, parameters, uploads)
        self._event("sent")
        return made

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        self._event("call")
        return await super().handle(request)


class MortalZalo(FakeZaloBot, _Mortal):
    """Zalo's servers of bots, with chats that have numbers as Telegram's do."""

    def say(self, chat: int, text: str, *, language: str = "") -> str:
        """Zalo tells no language: the bot is to be set to that of the talk."""
        return self.says(str(chat), text)

    def meet(self, *chats: int | str) -> None:
        super().meet(*(str(chat) for chat in chats))

    def push(self, update: Any) -> None:
        super().push(update)
        self._event("said")

    def record(self, method: str, body: dict[str, str]) -> dict[str, Any]:
        made = super().record(method, body)
        self._event("sent")
        return made

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        self._event("call")
        return await super().handle(request)


class MortalZaloOa(FakeZaloOa, _Mortal):
    """Zalo's servers of official accounts. A bot that is away for a minute is told all the same."""

    def __init__(self) -> None:
        super().__init__(retries=(0.1,) * 600)
        self.called = lambda call: self._event("call")

    def meet(self, *chats: int) -> None:
        self.meets(*map(str, chats))

    def say(self, chat: int, text: str, *, language: str) -> str:
        """Zalo tells no language: the bot is to be set to that of the talk."""
        return self.says(str(chat), text)

    def tap(self, chat: int, data: str, *, forged: bool, language: str) -> str:
        return self.says(str(chat), f"#{data}")

    def push(self, event: dict[str, Any]) -> None:
        super().push(event)
        self._event("said")

    def _put(self, sent: Sent) -> dict[str, Any]:
        answer = super()._put(sent)
        self._event("sent")
        return answer
