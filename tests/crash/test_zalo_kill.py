"""kill -9 at random moments on a Zalo Official Account: nothing is lost, handled twice, or out of order."""

from __future__ import annotations

import asyncio
import random
import signal
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.channels.zalo_oa import incoming
from bot.records import people
from tests.channels.zalo_oa_bot import opened
from tests.crash.mortal import Moment
from tests.crash.people import Crowd, heard, kept
from tests.crash.process import PATIENCE
from tests.crash.zalo_process import ZaloProcess
from tests.fakes.zalo_oa_api import FakeZaloOa, Sent, running_zalo_oa

#: People, so few since an account writes ten messages a second.
CHATS = 12
#: Replies on their way at the death of a bot, and not noted yet.
ON_THE_WAY = 20


@dataclass(frozen=True)
class Told:
    chat: int
    text: str


class MortalZalo(FakeZaloOa):
    """Calls `fatal` once at the moment that was set, and lets a `Crowd` write."""

    def __init__(self) -> None:
        super().__init__(retries=(0.1,) * 600)
        self.told: list[Told] = []
        self._moment: Moment | None = None
        self._seen = 0
        self._fatal: Callable[[], None] = lambda: None
        self.called = lambda call: self._event("call")

    def expect(self, moment: Moment | None, fatal: Callable[[], None]) -> None:
        self._moment, self._fatal, self._seen = moment, fatal, 0

    def _event(self, kind: str) -> None:
        if self._moment is None or self._moment.kind != kind:
            return
        self._seen += 1
        if self._seen == self._moment.number:
            after, self._moment = self._moment.after, None
            asyncio.get_running_loop().call_later(after, self._end) if after else self._end()

    def _end(self) -> None:
        self._fatal()
        self._wake()

    def push(self, event: dict[str, Any]) -> None:
        super().push(event)
        self._event("said")

    def _put(self, sent: Sent) -> dict[str, Any]:
        answer = super()._put(sent)
        self.told.append(Told(int(sent.user), sent.text))
        self._event("sent")
        return answer


class Phones:
    """What a crowd does, as events of Zalo."""

    def __init__(self, zalo: MortalZalo) -> None:
        self._zalo = zalo

    @property
    def sent(self) -> list[Told]:
        return self._zalo.told

    def meet(self, *chats: int) -> None:
        self._zalo.meets(*map(str, chats))

    def say(self, chat: int, text: str, *, language: str) -> str:
        return self._zalo.says(str(chat), text)

    def tap(self, chat: int, data: str, *, forged: bool, language: str) -> str:
        return self._zalo.says(str(chat), f"#{data}")


async def test_nothing_is_lost_or_done_twice_where_the_bot_is_killed_four_times(tmp_path: Path) -> None:
    await outlive(tmp_path, kills=4, seed=1)


@pytest.mark.soak
@pytest.mark.timeout(3600)
async def test_nothing_is_lost_or_done_twice_where_the_bot_is_killed_forty_times(tmp_path: Path) -> None:
    await outlive(tmp_path, kills=40, seed=2)


async def outlive(folder: Path, *, kills: int, seed: int) -> None:
    """A hundred and twenty events of twelve people to a bot that is killed so often, each time in another moment."""
    rng = random.Random(f"zalo {seed} {kills}")
    zalo = MortalZalo()
    async with running_zalo_oa(zalo):
        crowd = Crowd(Phones(zalo), rng, CHATS)
        bot = ZaloProcess(zalo, folder)
        await speak_english(bot)
        portion = crowd.total // (kills + 1)
        moments: Counter[str] = Counter()
        try:
            for _ in range(kills):
                moments[await one_life(zalo, bot, crowd, portion, rng)] += 1
            crowd.begin_life()
            await bot.start()
            while not crowd.quiet or crowd.speak(crowd.total):
                await zalo.until(lambda: crowd.quiet, "not all was answered", PATIENCE)
            assert await bot.stop() == 0
        finally:
            await bot.ensure_dead()
    verdict = heard(crowd, zalo.told)
    print(f"\nkilled {dict(moments)}; replies that came twice: {dict(verdict.repeated)}")
    assert verdict.wrong == []
    assert kept(crowd, folder / "coopbot.db") == []
    assert max(verdict.repeated.values(), default=0) <= ON_THE_WAY
    assert (zalo.refreshes, zalo.refused) == (1, 0)


async def speak_english(bot: ZaloProcess) -> None:
    """What a crowd hears is English, and Zalo does not tell what people speak."""
    async with opened(bot.url) as database:

        async def work(connection: AsyncConnection) -> None:
            chats = [(incoming.CHANNEL, str(chat), False) for chat in range(100, 100 + CHATS)]
            await people.ensure_chats(connection, chats, datetime.now(UTC))
            await connection.execute(update(people.people).values(language="en"))

        await database.write(work)


async def one_life(zalo: MortalZalo, bot: ZaloProcess, crowd: Crowd, portion: int, rng: random.Random) -> str:
    """From a start to a death; returns at what kind of moment it died."""
    crowd.begin_life()
    before = crowd.speak(portion) if rng.random() < 0.3 else 0  # said while nobody was there
    await bot.start()
    moment = Moment.draw(rng, max(1, portion))
    killed = False

    def fatal() -> None:
        nonlocal killed
        killed = True
        bot.kill()

    zalo.expect(moment, fatal)
    left = portion - before

    def over() -> bool:
        nonlocal left
        if left and not killed:
            left -= crowd.speak(left)
        return killed or (crowd.quiet and not left)

    await zalo.until(over, "neither killed nor done", PATIENCE)
    zalo.expect(None, lambda: None)
    if not killed:
        bot.kill()
    assert await bot.dead() == -signal.SIGKILL
    return moment.kind if killed else "idle"
