"""kill -9 at any moment of a submit: one registration or none, never two, and the person is told which."""

from __future__ import annotations

import random
import re
import signal
import sqlite3
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.database import Database
from bot.records import cooperatives, people
from bot.records.people import Person
from tests.crash.mortal import Moment, MortalApi
from tests.crash.process import PATIENCE, BotProcess
from tests.fakes.bot_api import running_bot_api
from tests.transcripts.happenings import publish_training

CHATS = range(100, 124)
PLACES = 12
REGISTERED = r"Mã vé là"
FULL = r"Không còn đủ chỗ"
IN_LINE = r"trong danh sách chờ của"
REVIEW = r"đúng chưa"


async def test_a_submit_is_done_once_however_often_the_bot_is_killed(tmp_path: Path) -> None:
    await outlive(tmp_path, kills=5, seed=1)


@pytest.mark.soak
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("seed", range(12))
async def test_a_submit_is_done_once_over_many_kills(seed: int, tmp_path: Path) -> None:
    await outlive(tmp_path, kills=12, seed=seed)


async def outlive(folder: Path, *, kills: int, seed: int) -> None:
    """Everybody sends twice, a part of them in each life of a bot that is killed while they do."""
    rng = random.Random(f"submit {seed} {kills}")
    async with running_bot_api(MortalApi()) as api:
        assert isinstance(api, MortalApi)
        bot = BotProcess(api, folder, "polling")
        await prepare(bot)
        api.meet(*CHATS)
        try:
            await come_to_the_send(api, bot)
            moments: Counter[str] = Counter()
            left = list(CHATS)
            rng.shuffle(left)
            for life in range(kills):
                portion, left = left[: len(left) // (kills - life)], left[len(left) // (kills - life) :]
                moments[await one_life(api, bot, portion, rng)] += 1
            await bot.start()
            await everybody(api, f"{REGISTERED}|{FULL}")
            waiting = [chat for chat in CHATS if not told(api, chat, REGISTERED)]
            for chat in waiting:
                api.tap(chat, "form:seats:answer:waiting:yes", forged=True)
            await everybody(api, REVIEW, among=waiting, after=FULL)
            for chat in waiting:
                api.tap(chat, "form:seats:send", forged=True)
            await everybody(api, f"{REGISTERED}|{IN_LINE}", among=waiting, after=FULL)
            assert await bot.stop() == 0
        finally:
            await bot.ensure_dead()
        print(f"\nkilled {dict(moments)}")
        assert bot.errors == []
        assert states(bot.database) == {"confirmed": PLACES, "waiting": len(CHATS) - PLACES}
        for chat in CHATS:
            has_a_place = state_of(bot.database, chat) == "confirmed"
            assert told(api, chat, REGISTERED) == has_a_place, f"{chat} was told something else"


async def prepare(bot: BotProcess) -> None:
    """A training with too few places, and people who have agreed and act for a cooperative each."""
    database = Database(f"sqlite+aiosqlite:///{bot.database}")
    await database.open()
    at = datetime.now(UTC)

    async def work(connection: AsyncConnection) -> None:
        made = await people.ensure_chats(connection, [("telegram", str(c), False) for c in CHATS], at)
        for chat in CHATS:
            found = await connection.execute(
                select(people.chats.c.person_id).where(people.chats.c.id == made["telegram", str(chat)])
            )
            person = Person(found.scalar_one())
            await people.consent(connection, person, True, at)
            assert person.id is not None
            await cooperatives.found(
                connection,
                person.id,
                {"kind": "coop", "name": f"HTX {chat}", "phone": "+84912345678"},
                at,
            )

    try:
        await database.write(work)
        far = datetime(2100, 1, 1, tzinfo=UTC)
        await publish_training(
            database, at, capacity=PLACES, starts_at=far, ends_at=far.replace(hour=8), closes_at=far
        )
    finally:
        await database.close()


async def come_to_the_send(api: MortalApi, bot: BotProcess) -> None:
    await bot.start()
    steps: tuple[tuple[Callable[[int], int], str], ...] = (
        (lambda chat: api.tap(chat, "event:join:1", forged=True), r"Ai tham dự"),
        (lambda chat: api.say(chat, "Nguyễn Văn A 0912345678"), r"ban tổ chức không"),
        (lambda chat: api.tap(chat, "form:seats:skip:note", forged=True), REVIEW),
    )
    for says, heard in steps:
        for chat in CHATS:
            says(chat)
        await everybody(api, heard)
    bot.kill()
    await bot.dead()


async def one_life(api: MortalApi, bot: BotProcess, chats: list[int], rng: random.Random) -> str:
    """From a start to a death, in which some tap on Send twice; returns at what kind of moment it died."""
    await bot.start()
    moment = Moment.draw(rng, len(chats))
    dead = False

    def fatal() -> None:
        nonlocal dead
        dead = True
        bot.kill()

    api.expect(moment, fatal)
    for chat in chats:
        for _ in range(2):
            api.tap(chat, "form:seats:send", forged=True)
    await api.until(
        lambda: dead or all(told(api, chat, f"{REGISTERED}|{FULL}") for chat in chats),
        "neither killed nor done",
        PATIENCE,
    )
    api.expect(None, lambda: None)
    if not dead:
        bot.kill()
    assert await bot.dead() == -signal.SIGKILL
    return moment.kind if dead else "idle"


async def everybody(api: MortalApi, heard: str, *, among: list[int] | None = None, after: str = "") -> None:
    chats = CHATS if among is None else among
    await api.until(
        lambda: all(told(api, chat, heard, after) for chat in chats), f"not all heard {heard}", PATIENCE
    )


def told(api: MortalApi, chat: int, heard: str, after: str = "") -> bool:
    """Whether a chat was sent a text that matches, since the first that matches `after`."""
    texts = [sent.text for sent in api.sent if sent.chat == chat]
    if after:
        first = next((at for at, text in enumerate(texts) if re.search(after, text)), len(texts))
        texts = texts[first + 1 :]
    return any(re.search(heard, text) for text in texts)


def states(database: Path) -> dict[str, int]:
    with closing(sqlite3.connect(database)) as connection:
        return dict(connection.execute("SELECT state, count(*) FROM registrations GROUP BY state").fetchall())


def state_of(database: Path, chat: int) -> str:
    query = (
        "SELECT registrations.state FROM registrations JOIN chats USING (person_id) WHERE chats.address = ?"
    )
    with closing(sqlite3.connect(database)) as connection:
        found = connection.execute(query, (str(chat),)).fetchall()
    assert len(found) == 1, f"{chat} has {len(found)} registrations"
    return str(found[0][0])
