"""kill -9 at random moments: no update is lost, none is handled twice, and each chat keeps its order."""

from __future__ import annotations

import random
import signal
from collections import Counter
from pathlib import Path

import pytest

from bot.delivery import AT_ONCE
from tests.crash.mortal import Moment, MortalApi, MortalZalo, MortalZaloOa
from tests.crash.people import Crowd, heard, kept
from tests.crash.process import PATIENCE, BotProcess
from tests.crash.zalo_process import ZaloProcess
from tests.fakes.bot_api import running_bot_api
from tests.fakes.zalo_bot_api import running_zalo_bot
from tests.fakes.zalo_oa_api import running_zalo_oa

Mortal = MortalApi | MortalZalo | MortalZaloOa

#: What a crowd hears is English, and a channel may not tell what people speak.
ENGLISH = {"DEFAULT_LANGUAGE": "en"}


@pytest.mark.parametrize("mode", ["polling", "webhook"])
async def test_nothing_is_lost_or_done_twice_where_the_bot_is_killed_six_times(
    mode: str, tmp_path: Path
) -> None:
    await outlive(mode, tmp_path, kills=6, seed=1)


async def test_nothing_is_lost_or_done_twice_on_zalo_where_the_bot_is_killed_six_times(
    tmp_path: Path,
) -> None:
    await outlive_as_bot_of_zalo(
        tmp_path, kills=6, chats=20
    )  # slower than Telegram, so there are fewer chats


@pytest.mark.soak
@pytest.mark.timeout(3600)
async def test_nothing_is_lost_or_done_twice_on_zalo_where_the_bot_is_killed_fifty_times(
    tmp_path: Path,
) -> None:
    await outlive_as_bot_of_zalo(tmp_path, kills=50, chats=50)


async def test_nothing_is_lost_or_done_twice_on_an_account_where_the_bot_is_killed_four_times(
    tmp_path: Path,
) -> None:
    await outlive_as_account(tmp_path, kills=4, seed=1)


@pytest.mark.soak
@pytest.mark.timeout(3600)
async def test_nothing_is_lost_or_done_twice_on_an_account_where_the_bot_is_killed_forty_times(
    tmp_path: Path,
) -> None:
    await outlive_as_account(tmp_path, kills=40, seed=2)


@pytest.mark.soak
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("mode", ["polling", "webhook"])
async def test_nothing_is_lost_or_done_twice_where_the_bot_is_killed_a_hundred_times(
    mode: str, tmp_path: Path
) -> None:
    await outlive(mode, tmp_path, kills=100, seed=1)


async def outlive(mode: str, folder: Path, *, kills: int, seed: int) -> None:
    """On Telegram."""
    async with running_bot_api(MortalApi()) as api:
        assert isinstance(api, MortalApi)
        await live(api, BotProcess(api, folder, mode, **ENGLISH), f"{mode} {seed} {kills}", kills)


async def outlive_as_bot_of_zalo(folder: Path, *, kills: int, chats: int) -> None:
    zalo = MortalZalo()
    async with running_zalo_bot(zalo):
        bot = BotProcess(zalo, folder, "webhook", **ENGLISH)
        await live(zalo, bot, f"webhook 1 {kills}", kills, chats=chats)


async def outlive_as_account(folder: Path, *, kills: int, seed: int) -> None:
    """With few people, since an account writes ten messages a second; so less is on its way at a death."""
    zalo = MortalZaloOa()
    async with running_zalo_oa(zalo):
        bot = ZaloProcess(zalo, folder, **ENGLISH)
        await live(zalo, bot, f"zalo {seed} {kills}", kills, chats=12, on_the_way=20)
    assert (zalo.refreshes, zalo.refused) == (1, 0)


async def live(
    api: Mortal,
    bot: BotProcess | ZaloProcess,
    seed: str,
    kills: int,
    *,
    chats: int = 50,
    on_the_way: int = 2 * AT_ONCE,
) -> None:
    """Ten updates of each chat to a bot that is killed so often, each time in another moment.

    `on_the_way` is how many replies may have been sent and not noted yet at a death.
    """
    rng = random.Random(seed)
    crowd = Crowd(api, rng, chats)
    portion = crowd.total // (kills + 1)
    moments: Counter[str] = Counter()
    try:
        for _ in range(kills):
            moments[await one_life(api, bot, crowd, portion, rng)] += 1
        crowd.begin_life()
        await bot.start()
        while not crowd.quiet or crowd.speak(crowd.total):
            await api.until(lambda: crowd.quiet, "not all was answered", PATIENCE)
        assert await bot.stop() == 0
    finally:
        await bot.ensure_dead()
    verdict = heard(crowd, api.sent)
    repeated = verdict.repeated
    print(f"\n{seed}: killed {dict(moments)}; replies that came twice: {dict(repeated)}")
    assert verdict.wrong == []
    assert kept(crowd, bot.database) == []
    assert bot.errors == []
    assert max(repeated.values(), default=0) <= on_the_way
    assert bot.starts == kills + 1


async def one_life(
    api: Mortal, bot: BotProcess | ZaloProcess, crowd: Crowd, portion: int, rng: random.Random
) -> str:
    """From a start to a death; returns at what kind of moment it died."""
    crowd.begin_life()
    before = crowd.speak(portion) if rng.random() < 0.3 else 0  # said while nobody was there
    await bot.start()
    moment = Moment.draw(rng, portion)
    killed = False

    def fatal() -> None:
        nonlocal killed
        killed = True
        bot.kill()

    api.expect(moment, fatal)
    left = portion - before

    def over() -> bool:
        nonlocal left
        if left and not killed:
            left -= crowd.speak(left)
        return killed or (crowd.quiet and not left)

    await api.until(over, "neither killed nor done", PATIENCE)
    api.expect(None, lambda: None)
    if not killed:
        bot.kill()
    assert await bot.dead() == -signal.SIGKILL
    return moment.kind if killed else "idle"
