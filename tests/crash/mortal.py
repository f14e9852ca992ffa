"""The moments at which a bot is killed, counted in what the fake Bot API sees of it."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from tests.fakes.bot_api import FakeBotApi
from tests.fakes.bot_api_check import Upload

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


class MortalApi(FakeBotApi):
    """Calls `fatal` once at the moment that was set."""

    def __init__(self) -> None:
        super().__init__()
        self._moment: Moment | None = None
        self._seen = 0
        self._fatal: Callable[[], None] = lambda: None

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
