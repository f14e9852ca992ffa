"""The whole program against a Telegram that misbehaves: repeated and disordered updates, refusals, cut lines."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest

from tests.crash.process import PATIENCE, BotProcess
from tests.fakes.bot_api import FakeBotApi, running_bot_api

pytestmark = pytest.mark.parametrize("mode", ["polling", "webhook"])

MENU = "What can I do for you?"
THANKS = "You are welcome. I am here whenever you need me."
BLOCKED = "Forbidden: bot was blocked by the user"


@asynccontextmanager
async def living(api: FakeBotApi, folder: Path, mode: str) -> AsyncIterator[BotProcess]:
    bot = BotProcess(api, folder, mode)
    try:
        await bot.start()
        yield bot
    finally:
        await bot.ensure_dead()


def ask(api: FakeBotApi, chat: int, text: str) -> int:
    return api.say(chat, text, language="en")


async def replies(api: FakeBotApi, chat: int, count: int) -> list[str]:
    """The first lines of what a chat was told, once it was told so much."""
    await api.until(lambda: len(api.to(chat)) >= count, f"chat {chat} was not answered", PATIENCE)
    return [sent.text.split("\n")[0] for sent in api.to(chat)]


def rows(bot: BotProcess, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(bot.database)) as connection:
        return connection.execute(query).fetchall()


async def test_an_update_that_comes_again_is_answered_once(mode: str, tmp_path: Path) -> None:
    async with running_bot_api() as api, living(api, tmp_path, mode) as bot:
        number = ask(api, 7, "/menu")
        assert await replies(api, 7, 1) == [MENU]
        repeated = {
            "update_id": number,
            "message": {
                "message_id": 1,
                "date": 1,
                "chat": {"id": 7, "type": "private"},
                "from": {"id": 7, "is_bot": False, "first_name": "An"},
                "text": "/menu",
            },
        }
        api.push(repeated)
        api.push(repeated)
        ask(api, 7, "thanks")
        assert await replies(api, 7, 2) == [MENU, THANKS]
        assert await bot.stop() == 0
        assert rows(bot, "SELECT count(*), count(done_at) FROM inbox") == [(2, 2)]
        assert bot.errors == []


async def test_updates_out_of_order_are_each_answered_once(mode: str, tmp_path: Path) -> None:
    """What waits together is taken in the order of its numbers; by webhook the first to come is the first."""
    async with running_bot_api() as api:
        bot = BotProcess(api, tmp_path, mode)
        try:
            first = ask(api, 7, "/menu")
            second = ask(api, 7, "thanks")
            waiting = list(api.mail.pending)
            await api.mail.delete_webhook(drop=True)
            for update in reversed(waiting):
                api.push(update)
            await bot.start()
            told = await replies(api, 7, 2)
            assert told == [MENU, THANKS] if mode == "polling" else sorted(told) == sorted([MENU, THANKS])
            assert await bot.stop() == 0
            kept = rows(bot, "SELECT key FROM inbox WHERE done_at IS NOT NULL ORDER BY position")
            assert kept == [(str(first),), (str(second),)]
            assert bot.errors == []
        finally:
            await bot.ensure_dead()


async def test_too_many_requests_hold_replies_back_until_the_server_wants_them(
    mode: str, tmp_path: Path
) -> None:
    async with running_bot_api() as api, living(api, tmp_path, mode) as bot:
        api.fail("sendMessage", 429, "Too Many Requests: retry after 1", retry_after=1)
        ask(api, 7, "/menu")
        await api.until(lambda: api.calls["sendMessage"] == 1, "nothing was tried", PATIENCE)
        ask(api, 8, "thanks")
        assert await replies(api, 7, 1) == [MENU]
        assert await replies(api, 8, 1) == [THANKS]
        assert api.calls["sendMessage"] == 3
        assert await bot.stop() == 0
        assert rows(bot, "SELECT DISTINCT state FROM outbox") == [("sent",)]
        assert bot.errors == []


async def test_a_person_who_blocked_the_bot_is_left_in_peace_until_they_write(
    mode: str, tmp_path: Path
) -> None:
    async with running_bot_api() as api, living(api, tmp_path, mode) as bot:
        api.fail("sendMessage", 403, BLOCKED)
        ask(api, 7, "/menu")
        await api.until(lambda: api.calls["sendMessage"] == 1, "nothing was tried", PATIENCE)
        ask(api, 7, "thanks")
        assert await replies(api, 7, 1) == [THANKS]
        assert await bot.stop() == 0
        assert rows(bot, "SELECT state FROM outbox ORDER BY id") == [("blocked",), ("sent",)]
        assert rows(bot, "SELECT reason FROM outbox WHERE state = 'blocked'") == [(f"Telegram: {BLOCKED}",)]


async def test_a_server_that_fails_gets_the_reply_once_it_works(mode: str, tmp_path: Path) -> None:
    async with running_bot_api() as api, living(api, tmp_path, mode) as bot:
        api.fail("sendMessage", 500, "Internal Server Error")
        api.fail("sendMessage", 502, "Bad Gateway")
        ask(api, 7, "/menu")
        ask(api, 7, "thanks")
        assert await replies(api, 7, 2) == [MENU, THANKS]
        assert await bot.stop() == 0
        assert rows(bot, "SELECT state FROM outbox ORDER BY id") == [("sent",), ("sent",)]
        assert bot.errors == []


async def test_a_connection_that_is_cut_before_the_reply_arrives_loses_nothing(
    mode: str, tmp_path: Path
) -> None:
    async with running_bot_api() as api, living(api, tmp_path, mode) as bot:
        api.drop("sendMessage", after=False)
        ask(api, 7, "/menu")
        ask(api, 7, "thanks")
        assert await replies(api, 7, 2) == [MENU, THANKS]
        assert await bot.stop() == 0
        assert rows(bot, "SELECT state FROM outbox ORDER BY id") == [("sent",), ("sent",)]


async def test_a_connection_that_is_cut_after_the_reply_arrived_repeats_it_and_nothing_else(
    mode: str, tmp_path: Path
) -> None:
    """The bot cannot know that it arrived; for a reply twice is better than never."""
    async with running_bot_api() as api, living(api, tmp_path, mode) as bot:
        api.drop("sendMessage", after=True)
        ask(api, 7, "/menu")
        ask(api, 7, "thanks")
        assert await replies(api, 7, 3) == [MENU, MENU, THANKS]
        assert await bot.stop() == 0
        assert rows(bot, "SELECT state FROM outbox ORDER BY id") == [("sent",), ("sent",)]
        assert rows(bot, "SELECT count(*), count(done_at), count(error) FROM inbox") == [(2, 2, 0)]


async def test_faults_at_the_start_and_of_taking_updates_are_waited_out(mode: str, tmp_path: Path) -> None:
    async with running_bot_api() as api:
        for method in ("getMe", "setWebhook", "deleteWebhook", "getUpdates", "setMyCommands"):
            api.fail(method, 500, "Internal Server Error")
        api.drop("getUpdates", after=True)
        api.garble("getUpdates", 200, b"<html>not the Bot API</html>")
        ask(api, 7, "/menu")
        async with living(api, tmp_path, mode) as bot:
            assert await replies(api, 7, 1) == [MENU]
            ask(api, 7, "thanks")
            assert await replies(api, 7, 2) == [MENU, THANKS]
            assert await bot.stop() == 0
            assert rows(bot, "SELECT count(*), count(done_at) FROM inbox") == [(2, 2)]
