"""kill -9 at random moments: no update is lost, none is handled twice, and each chat keeps its order."""

from __future__ import annotations

import random
import signal
from collections import Counter
from pathlib import Path

import pytest

from bot.delivery import AT_ONCE
from tests.crash.mortal import Moment, MortalApi, MortalZalo
from tests.crash.people import Crowd, heard, kept
from tests.crash.process import PATIENCE, BotProcess
from tests.fakes.bot_api import running_bot_api
from tests.fakes.zalo_bot_api import running_zalo_bot


@pytest.mark.parametrize("mode", ["polling", "webhook"])
async def test_nothing_is_lost_or_done_twice_where_the_bot_is_killed_six_times(
    mode: str, tmp_path: Path
) -> None:
    await outlive(mode, tmp_path, kills=6, seed=1)


async def test_nothing_is_lost_or_done_twice_on_zalo_where_the_bot_is_killed_six_times(
    tmp_path: Path,
) -> None:
    zalo = MortalZalo()
    async with running_zalo_bot(zalo):  # slower than Telegram, so there are fewer chats
        await live(zalo, "webhook", tmp_path, kills=6, seed=1, chats=20)


@pytest.mark.soak
@pytest.mark.timeout(3600)
async def test_nothing_is_lost_or_done_twice_on_zalo_where_the_bot_is_killed_fifty_times(
    tmp_path: Path,
) -> None:
    zalo = MortalZalo()
    async with running_zalo_bot(zalo):
        await live(zalo, "webhook", tmp_path, kills=50, seed=1)


@pytest.mark.soak
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("mode", ["polling", "webhook"])
async def test_nothing_is_lost_or_done_twice_where_the_bot_is_killed_a_hundred_times(
    mode: str, tmp_path: Path
) -> None:
    await outlive(mode, tmp_path, kills=100, seed=1)


async def outlive(mode: str, folder: Path, *, kills: int, seed: int) -> None:
    """Ten updates of each of fifty chats to a bot that is killed so often, each time in another moment."""
    async with running_bot_api(MortalApi()) as api:
        assert isinstance(api, MortalApi)
        await live(api, mode, folder, kills=kills, seed=seed)


async def live(
    api: MortalApi | MortalZalo, mode: str, folder: Path, *, kills: int, seed: int, chats: int = 50
) -> None:
    rng = random.Random(f"{mode} {seed} {kills}")
    crowd = Crowd(api, rng, chats)
    bot = BotProcess(api, folder, mode, DEFAULT_LANGUAGE="en")
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
    print(f"\n{mode}: killed {dict(moments)}; replies that came twice: {dict(repeated)}")
    assert verdict.wrong == []
    assert kept(crowd, bot.database) == []
    assert bot.errors == []
    assert max(repeated.values(), default=0) <= 2 * AT_ONCE  # on their way, and not noted yet
    assert bot.starts == kills + 1


async def one_life(
    api: MortalApi | MortalZalo, bot: BotProcess, crowd: Crowd, portion: int, rng: random.Random
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
