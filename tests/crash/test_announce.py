"""kill -9 at random moments of an announcement: everybody is accounted for, and nobody hears it twice."""

from __future__ import annotations

import random
import signal
import sqlite3
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.database import Database
from bot.delivery import AT_ONCE
from bot.records import broadcasts, people
from bot.records.audiences import Audience
from bot.records.broadcasts import Content
from bot.text import LANGUAGES
from tests.crash.mortal import LATEST, Moment, MortalApi
from tests.crash.process import PATIENCE, BotProcess
from tests.fakes.bot_api import running_bot_api
from tests.fakes.bot_api_check import Upload

FIRST = 1000
ASIDE = 7
#: Seconds until an answer of Telegram's arrives: many calls are on their way at once.
DELAYS = (0.0, 0.05, 0.4)
#: Of how many recipients one has blocked the bot.
BLOCKED = 50


class AnnouncedApi(MortalApi):
    """Counts `tried`, the calls to each chat, and `flying`, those whose answer has not left."""

    def __init__(self) -> None:
        super().__init__()
        self.tried: Counter[int] = Counter()
        self.flying = 0

    async def _do(self, method: str, parameters: dict[str, Any], uploads: dict[str, Upload]) -> Any:
        if method == "sendMessage":
            self.tried[parameters["chat_id"]] += 1
        return await super()._do(method, parameters, uploads)

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        says = request.path.endswith("/sendMessage")
        self.flying += says
        try:
            return await super().handle(request)
        finally:
            self.flying -= says
            self._wake()


async def test_everybody_is_accounted_for_where_the_bot_is_killed_four_times(tmp_path: Path) -> None:
    await outlive(tmp_path, recipients=200, kills=4, seed=1)


@pytest.mark.soak
@pytest.mark.timeout(3600)
async def test_everybody_is_accounted_for_where_the_bot_is_killed_thirty_times(tmp_path: Path) -> None:
    await outlive(tmp_path, recipients=5000, kills=30, seed=1)


async def outlive(folder: Path, *, recipients: int, kills: int, seed: int) -> None:
    """An announcement whose sender is killed so often; then what is unknown is sent again, as staff may."""
    rng = random.Random(f"announce {seed} {kills}")
    everybody = range(FIRST, FIRST + recipients)
    gone = set(everybody[::BLOCKED])
    async with running_bot_api(AnnouncedApi()) as api:
        assert isinstance(api, AnnouncedApi)
        bot = BotProcess(api, folder, "polling")
        await announce(bot, everybody)
        api.meet(ASIDE, *everybody)
        api.blocked |= gone
        for _ in range(2 * recipients):
            api.slow("sendMessage", rng.choice(DELAYS))
        lost: set[int] = set()
        flying: list[int] = []
        try:
            for life in range(kills):
                flying.append(await one_life(api, bot, (recipients - len(api.tried)) // (kills - life), rng))
                claimed = chats(bot.database, "outbox.state = 'sending'")
                assert len(claimed) <= AT_ONCE
                lost |= claimed
            await finish(api, bot)
            ends = states(bot.database)
            told = Counter(sent.chat for sent in api.sent if sent.chat != ASIDE)
            print(f"\n{dict(ends)}; on their way at the kills: {sum(flying)}; twice: {len(twice(told))}")
            assert ends.total() == recipients
            assert ends == {
                "sent": len(told.keys() - lost),
                "blocked": len(gone - lost),
                "unknown": len(lost),
            }
            assert twice(told) == []
            assert set(told) >= set(everybody) - gone - lost

            assert await on(bot, lambda connection: broadcasts.retry(connection, 1, ("unknown",))) == len(
                lost
            )
            await finish(api, bot)
        finally:
            await bot.ensure_dead()
        told = Counter(sent.chat for sent in api.sent if sent.chat != ASIDE)
        print(f"after the unknown were sent again: {dict(states(bot.database))}; twice: {len(twice(told))}")
        assert states(bot.database) == {"sent": recipients - len(gone), "blocked": len(gone)}
        assert set(told) == set(everybody) - gone
        assert set(twice(told)) <= lost
        assert max(told.values()) <= 2
        assert bot.errors == []


async def announce(bot: BotProcess, everybody: range) -> None:
    """An announcement that is on its way to all of these, at any time of the day."""

    async def work(connection: AsyncConnection) -> None:
        at = datetime.now(UTC)
        await people.ensure_chats(connection, [("telegram", str(chat), False) for chat in everybody], at)
        content = Content("news", {"vi": "Chiều mai họp trực tuyến."}, Audience(), urgent=True)
        number = await broadcasts.add(connection, content, None, at)
        one = await broadcasts.get(connection, number)
        assert one is not None
        assert await broadcasts.prepare(connection, one, LANGUAGES, at) == len(everybody)
        assert await broadcasts.move(connection, number, ("draft",), "sending", started_at=at)

    await on(bot, work)


async def on(bot: BotProcess, work: Callable[[AsyncConnection], Awaitable[Any]]) -> Any:
    """Writes to the bot's database while it does not run."""
    database = Database(f"sqlite+aiosqlite:///{bot.database}")
    await database.open()
    try:
        return await database.write(work)
    finally:
        await database.close()


async def one_life(api: AnnouncedApi, bot: BotProcess, portion: int, rng: random.Random) -> int:
    """From a start to a death; returns how many calls were on their way then."""
    flying: list[int] = []

    def fatal() -> None:
        bot.kill()
        flying.append(api.flying)

    kind, after = rng.choice(("sent", "call")), rng.choice((0.0, rng.uniform(0, LATEST)))
    await bot.start()
    api.expect(Moment(kind, rng.randint(1, portion), after), fatal)
    await api.until(lambda: bool(flying), "it was not killed", PATIENCE)
    assert await bot.dead() == -signal.SIGKILL
    return flying[0]


async def finish(api: AnnouncedApi, bot: BotProcess) -> None:
    """A life in which all is sent that is still to be, and in which a person is answered."""
    left = chats(bot.database, "recipients.state IN ('waiting', 'queued') AND outbox.state IS NOT 'sending'")
    before = api.tried.copy()
    await bot.start()
    await api.until(
        lambda: all(api.tried[chat] > before[chat] for chat in left) and not api.flying,
        "it did not come to an end",
        PATIENCE + len(left),
    )
    seen = api.tried[ASIDE]
    api.say(ASIDE, "/help")  # once this is answered the last answers of Telegram have arrived too
    await api.until(lambda: api.tried[ASIDE] > seen and not api.flying, "nobody answers", PATIENCE)
    assert await bot.stop() == 0


def chats(database: Path, where: str) -> set[int]:
    """The recipients for whom a condition holds on their row and on their newest message, if there is one."""
    query = (
        "SELECT chats.address FROM recipients JOIN chats ON chats.id = recipients.chat_id LEFT JOIN outbox ON "
        "outbox.id = (SELECT max(id) FROM outbox WHERE recipient_id = recipients.id) WHERE "
    )
    with closing(sqlite3.connect(database)) as connection:
        return {int(row[0]) for row in connection.execute(query + where)}


def states(database: Path) -> Counter[str]:
    with closing(sqlite3.connect(database)) as connection:
        return Counter(
            dict(connection.execute("SELECT state, count(*) FROM recipients GROUP BY state").fetchall())
        )


def twice(told: Counter[int]) -> list[int]:
    return [chat for chat, times in told.items() if times > 1]
