"""kill -9 around the renewal of Zalo's tokens, and several processes that renew at once: nobody is locked out.

What cannot be had is shown as well: a process that dies after Zalo has used the refresh token up and before the new one
is kept has lost it. Then the old access token goes on, or where it has ended everything waits for a new one.
"""

from __future__ import annotations

import asyncio
import random
import signal
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from bot.tokens import Tokens
from bot.zalo_account import StoredTokens
from tests.channels.zalo_oa_bot import opened
from tests.crash.process import PATIENCE
from tests.crash.zalo_process import ZaloProcess
from tests.fakes.zalo_oa_api import FakeZaloOa, running_zalo_oa

PERSON = "9001"
#: A bot that is away for a minute: an event comes again for longer than that.
RETRIES = (0.1,) * 600


@pytest.fixture
async def zalo() -> AsyncIterator[FakeZaloOa]:
    async with running_zalo_oa(FakeZaloOa(retries=RETRIES)) as zalo:
        yield zalo


@pytest.fixture
async def bot(zalo: FakeZaloOa, tmp_path: Path) -> AsyncIterator[ZaloProcess]:
    bot = ZaloProcess(zalo, tmp_path)
    try:
        yield bot
    finally:
        await bot.ensure_dead()


async def tokens_of(bot: ZaloProcess) -> Tokens:
    async with opened(bot.url) as database:
        kept = await StoredTokens(database, "zalo_oa").load()
    assert kept is not None
    return kept


async def make_due(bot: ZaloProcess) -> None:
    """The next start renews the tokens, though the access token still works for hours."""
    kept = await tokens_of(bot)
    async with opened(bot.url) as database:
        await StoredTokens(database, "zalo_oa").save(
            replace(kept, due_at=datetime.now(UTC) - timedelta(hours=1))
        )


async def asks(bot: ZaloProcess, text: str = "/help") -> None:
    """A person writes and is answered."""
    before = len(bot.zalo.to(PERSON))
    bot.zalo.says(PERSON, text)
    await answered(bot, before)


async def answered(bot: ZaloProcess, before: int) -> None:
    await bot.zalo.until(lambda: len(bot.zalo.to(PERSON)) > before, "nobody answered", PATIENCE)


def killed_in(bot: ZaloProcess, seconds: float) -> None:
    asyncio.get_running_loop().call_later(seconds, bot.kill)


async def connected(bot: ZaloProcess) -> None:
    """A bot that has worked before and is stopped."""
    await bot.start()
    await asks(bot)
    assert await bot.stop() == 0


async def test_killed_between_the_renewal_and_the_first_use_it_goes_on_with_the_new_pair(
    zalo: FakeZaloOa, bot: ZaloProcess
) -> None:
    await connected(bot)
    for life in range(2, 4):
        await make_due(bot)
        before = len(zalo.to(PERSON))
        zalo.says(PERSON, "/help")
        zalo.called = lambda call: (
            bot.kill() if call == "cs" else None
        )  # the new pair arrives for the first time
        zalo.drops("cs", after=False)
        await bot.start()
        assert await bot.dead() == -signal.SIGKILL
        zalo.called = lambda call: None
        assert zalo.refreshes == life
        assert (await tokens_of(bot)).refresh == zalo.refresh_token
        await bot.start()
        await answered(bot, before)
        assert await bot.stop() == 0
    assert zalo.refused == 0


async def test_killed_at_any_moment_after_the_answer_it_is_never_locked_out(
    zalo: FakeZaloOa, bot: ZaloProcess
) -> None:
    """At times the new token is lost with the process: then the old one serves until the owner brings another."""
    rng = random.Random("zalo")
    await connected(bot)
    lost = 0
    for _ in range(4):
        await make_due(bot)
        delay = rng.choice((0.0, 0.001, 0.003, 0.01))
        zalo.answered = partial(killed_in, bot, delay)
        await bot.start()
        assert await bot.dead() == -signal.SIGKILL
        zalo.answered = lambda: None
        lost += (await tokens_of(bot)).refresh != zalo.refresh_token
        await bot.start()
        await asks(bot)
        if (await tokens_of(bot)).refresh != zalo.refresh_token:
            assert "connected" in await bot.connects(zalo.issues())
        assert (await tokens_of(bot)).refresh == zalo.refresh_token
        await asks(bot)
        assert await bot.stop() == 0
    print(f"\nlost {lost} of 4")


async def test_killed_before_the_answer_it_says_what_it_needs_and_goes_on_meanwhile(
    zalo: FakeZaloOa, bot: ZaloProcess
) -> None:
    await connected(bot)
    await make_due(bot)
    zalo.refreshed = bot.kill
    await bot.start()
    assert await bot.dead() == -signal.SIGKILL
    zalo.refreshed = lambda: None
    assert (await tokens_of(bot)).asked_at is not None
    await bot.start()
    await asks(bot)
    await zalo.until(lambda: zalo.refused > 0, "the kept token was not tried", PATIENCE)
    await asks(bot)
    assert "was lost" in bot.log.read_text()
    assert "connected" in await bot.connects(zalo.issues())
    zalo.revokes_access()  # from here on only the new chain counts
    assert zalo.refreshes == 3
    await asks(bot)
    assert zalo.refreshes == 4
    assert await bot.stop() == 0


async def test_where_even_the_access_token_is_gone_all_is_said_once_a_new_one_is_there(
    zalo: FakeZaloOa, bot: ZaloProcess
) -> None:
    await connected(bot)
    await bot.start()
    zalo.refreshed = bot.kill
    zalo.revokes_access()
    before = len(zalo.to(PERSON))
    zalo.says(PERSON, "/help")
    assert await bot.dead() == -signal.SIGKILL
    zalo.refreshed = lambda: None
    await bot.start()
    await zalo.until(lambda: zalo.refused > 0, "the kept token was not tried", PATIENCE)
    assert len(zalo.to(PERSON)) == before
    assert "connected" in await bot.connects(zalo.issues())
    await answered(bot, before)
    assert await bot.stop() == 0


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_processes_that_renew_at_once_make_one_refresh(
    zalo: FakeZaloOa, tmp_path: Path, kind: str, request: pytest.FixtureRequest
) -> None:
    url = str(request.getfixturevalue("shared_url")) if kind == "postgresql" else ""
    async with AsyncExitStack() as stack:
        bots = [ZaloProcess(zalo, tmp_path, url, f"bot{number}") for number in range(2)]
        for bot in bots:
            stack.push_async_callback(bot.ensure_dead)
        zalo.slow("access_token", 0.5, times=4)
        await asyncio.gather(*(bot.start() for bot in bots))
        for bot in bots:
            zalo.webhook = bot.hook
            await asks(bot)
        assert (zalo.refreshes, zalo.refused) == (1, 0)
        for bot in bots:
            assert await bot.stop() == 0
