"""How fast Telegram lets itself be written to, and what becomes of what comes faster.

core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this: 30 messages a second to all, one a second in a
chat with short bursts, 20 a minute in a group; changing a message counts as saying one (tdlib/td#3034), answering a
tap does not (tdlib/telegram-bot-api#648). How long a short burst is, and by how much one who does not listen has to
wait longer, is not published: here it is `BURST`, and a second for each further call.
"""

from __future__ import annotations

import math
import time
from collections import Counter, deque
from collections.abc import Callable
from typing import Any

from tests.fakes.bot_api_mail import ApiError

#: Calls to all in a second, and to a group in a minute: in any, not only in those of the clock.
A_SECOND, A_MINUTE = 30, 20
#: Messages that a chat takes at once; one more comes free each second.
BURST = 6
#: Methods that count. Taking messages back counts for all together, and not in its chat.
SAYS = ("sendMessage", "sendPhoto", "sendDocument", "editMessageText", "editMessageCaption")
COUNTS = (*SAYS, "deleteMessage")


class Limits:
    """`speed`: seconds of this server for one of the clock.

    Its windows are so much shorter then, and `retry_after` is in its own seconds too. A violation is answered for one
    chat, or for all; whoever does not wait as long as told waits a second longer for each call, unless it is `lenient`.
    """

    def __init__(
        self, speed: float = 1.0, clock: Callable[[], float] = time.monotonic, *, lenient: bool = False
    ) -> None:
        self.speed = speed
        self.lenient = lenient
        self.refused: Counter[str] = Counter()
        self.seconds: list[int] = []
        self.first = self.last = 0.0
        self._clock = clock
        self._recent: deque[float] = deque(maxlen=A_SECOND)
        self._groups: dict[int, deque[float]] = {}
        self._chats: dict[int, float] = {}
        self._not_before: dict[int, float] = {}

    def take(self, method: str, chat: int) -> None:
        """Counts a call; raises `ApiError` where it came too fast."""
        if method not in COUNTS:
            return
        now = self._clock() * self.speed
        self._waited(0, "overall", now)
        self._waited(chat, "chat", now)
        if len(self._recent) == A_SECOND and now - self._recent[0] < 1:
            self._refuse(0, "overall", now, self._recent[0] + 1 - now)
        if method in SAYS:
            self._take_in(chat, now)
        self._recent.append(now)
        self._count(now)

    def report(self) -> dict[str, Any]:
        """What was let through in all, in each second since the first, and what was refused."""
        return {
            "allowed": sum(self.seconds),
            "refused": dict(self.refused),
            "lasted": self.last - self.first,
            "seconds": self.seconds,
        }

    def _take_in(self, chat: int, now: float) -> None:
        if chat < 0:
            said = self._groups.setdefault(chat, deque(maxlen=A_MINUTE))
            if len(said) == A_MINUTE and now - said[0] < 60:
                self._refuse(chat, "group", now, said[0] + 60 - now)
            said.append(now)
            return
        free = self._chats.get(chat, 0.0)
        if free - now > BURST - 1:
            self._refuse(chat, "chat", now, free - now - (BURST - 1))
        self._chats[chat] = max(free, now) + 1

    def _waited(self, of: int, scope: str, now: float) -> None:
        if now < self._not_before.get(of, 0.0):
            self._refuse(of, scope, now, self._not_before[of] - now + (not self.lenient))

    def _refuse(self, of: int, scope: str, now: float, wait: float) -> None:
        self.refused[scope] += 1
        seconds = max(1, math.ceil(round(wait, 6)))
        self._not_before[of] = now + seconds
        raise ApiError(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)

    def _count(self, now: float) -> None:
        if not self.seconds:
            self.first = now
        self.last = now
        second = int(now - self.first)
        self.seconds += [0] * (second + 1 - len(self.seconds))
        self.seconds[second] += 1
