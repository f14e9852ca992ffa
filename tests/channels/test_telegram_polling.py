"""Telegram by long polling: nothing is acknowledged before it is kept, and nothing ends the listening."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

import pytest

from bot.chat import Command
from bot.errors import SettingsError
from tests.channels.telegram_bot import make, polling
from tests.fakes.bot_api import TOKEN, FakeBotApi, running_bot_api

COMMANDS = (
    Command("start", {"vi": "Bắt đầu", "fr": "Commencer", "en": "Start"}),
    Command("help", {"vi": "Trợ giúp", "en": "Help"}),
)


async def test_a_message_is_heard_with_who_said_it(tmp_path: Path) -> None:
    async with running_bot_api() as api, polling(api, tmp_path) as bot:
        number = api.say(77, "chào em", name="Nguyễn Văn An", language="fr")
        (said,) = await bot.ears.hear()
    assert (said.channel, said.key, said.position) == ("telegram", str(number), number)
    assert (said.chat, said.sender, said.name, said.language) == ("77", "77", "Nguyễn Văn An", "fr")
    assert (said.kind, said.text, said.group, said.mentioned) == ("text", "chào em", False, True)


async def test_updates_that_waited_come_as_one_batch_in_order(tmp_path: Path) -> None:
    async with running_bot_api() as api:
        for number in range(20):
            api.say(100 + number % 3, str(number))
        async with polling(api, tmp_path) as bot:
            await bot.ears.hear(20)
    assert bot.ears.texts == [str(number) for number in range(20)]
    assert len(bot.ears.batches) == 1


async def test_an_update_is_confirmed_only_after_it_was_kept(tmp_path: Path) -> None:
    async with running_bot_api() as api:
        api.say(1, "giữ giúp em")
        async with polling(api, tmp_path, deaf=3) as bot:
            await bot.ears.hear()
            assert bot.ears.refused == 3
            await api.until(lambda: not api.mail.pending, "the update was not confirmed")
    assert bot.ears.texts == ["giữ giúp em"]


async def test_an_update_that_was_not_kept_waits_for_the_next_run(tmp_path: Path) -> None:
    async with running_bot_api() as api:
        api.say(1, "một")
        async with polling(api, tmp_path, deaf=10**6) as deaf:
            await api.until(lambda: deaf.ears.refused > 1, "it was not offered")
        async with polling(api, tmp_path) as bot:
            assert [said.text for said in await bot.ears.hear()] == ["một"]


async def test_updates_out_of_order_are_sorted_and_duplicates_have_one_key(tmp_path: Path) -> None:
    async with running_bot_api() as api:
        for number in (3003, 3001, 3002, 3001):
            api.push(_update(number))
        async with polling(api, tmp_path) as bot:
            await bot.ears.hear(3)
            api.push(_update(3004))
            await bot.ears.hear(4)
    assert [said.key for said in bot.ears.heard] == ["3001", "3002", "3003", "3004"]


async def test_what_cannot_be_read_is_skipped_and_does_not_stand_in_the_way(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    broken = {
        "update_id": 2001,
        "message": {"chat": {"id": "bảy"}, "from": {"is_bot": False}, "text": "bí mật"},
    }
    async with running_bot_api() as api:
        api.push(broken, checked=False)
        api.push({"update_id": 2002, "message": "bí mật"}, checked=False)
        api.push({"update_id": 2003, "message": None}, checked=False)
        api.push({"message": {"text": "bí mật"}}, checked=False)
        api.push({"update_id": 2004, "a_new_kind": {}}, checked=False)
        api.push(_update(2005))
        async with polling(api, tmp_path) as bot:
            await bot.ears.hear()
            await api.until(lambda: not api.mail.pending, "something stands in the way")
    assert [said.key for said in bot.ears.heard] == ["2005"]
    assert caplog.text.count("skipped") == 4
    assert "bí mật" not in caplog.text


@pytest.mark.parametrize("status", [500, 502])
async def test_a_server_in_trouble_is_waited_out(tmp_path: Path, status: int) -> None:
    async with running_bot_api() as api:
        for method in ("getMe", "deleteWebhook", "getUpdates", "setMyCommands"):
            api.fail(method, status, times=2)
        async with polling(api, tmp_path, COMMANDS) as bot:
            api.say(1, "còn đó không")
            assert [said.text for said in await bot.ears.hear()] == ["còn đó không"]
            assert api.calls["getMe"] == 3


async def test_too_many_requests_waits_as_long_as_it_says(tmp_path: Path) -> None:
    async with running_bot_api() as api:
        api.fail("getUpdates", 429, retry_after=1)
        async with polling(api, tmp_path) as bot:
            begun = asyncio.get_running_loop().time()
            api.say(1, "từ từ")
            await bot.ears.hear()
            assert asyncio.get_running_loop().time() - begun >= 0.9


@pytest.mark.parametrize("after", [False, True])
async def test_a_dropped_connection_is_made_anew(tmp_path: Path, after: bool) -> None:
    async with running_bot_api() as api:
        api.drop("getMe", after=after)
        api.drop("getUpdates", after=after, times=3)
        async with polling(api, tmp_path) as bot:
            api.say(1, "a lô")
            assert [said.text for said in await bot.ears.hear()] == ["a lô"]


async def test_an_answer_that_is_no_json_is_waited_out(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with running_bot_api() as api:
        api.garble("getMe", 200, b'{"ok": tr')
        api.garble("getUpdates", 502, b"<html>bad gateway, my secret page</html>")
        api.garble("getUpdates", 200, b'{"ok": true, "result": "none"}')
        api.garble("getUpdates", 200, b"[]")
        async with polling(api, tmp_path) as bot:
            api.say(1, "vẫn nghe")
            assert [said.text for said in await bot.ears.hear()] == ["vẫn nghe"]
    assert "secret page" not in caplog.text


async def test_a_webhook_left_from_before_is_removed(tmp_path: Path) -> None:
    async with running_bot_api() as api:
        await api.mail.set_webhook("http://127.0.0.1:1/old", "", 1)
        api.say(1, "bằng cách nào cũng được")
        async with polling(api, tmp_path) as bot:
            assert [said.text for said in await bot.ears.hear()] == ["bằng cách nào cũng được"]


async def test_another_program_with_the_token_is_waited_out(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with running_bot_api() as api:
        api.fail("getUpdates", 409, "Conflict: terminated by other getUpdates request", times=2)
        async with polling(api, tmp_path) as bot:
            api.say(1, "đến lượt em")
            await bot.ears.hear()
    assert "another program polls with this token" in caplog.text


@pytest.mark.parametrize("method", ["getMe", "getUpdates"])
async def test_a_token_that_is_not_accepted_ends_it_with_the_name_of_the_variable(
    tmp_path: Path, method: str
) -> None:
    async with running_bot_api() as api:
        api.fail(method, 401, "Unauthorized")
        channel = make(api, tmp_path)
        try:
            with pytest.raises(SettingsError, match="TELEGRAM_TOKEN") as caught:
                await asyncio.wait_for(channel.run(_nobody), 5)
        finally:
            await channel.close()
    assert TOKEN not in str(caught.value)


async def test_the_commands_are_set_in_each_language_and_for_all_others(tmp_path: Path) -> None:
    async with running_bot_api() as api, polling(api, tmp_path, COMMANDS):
        await api.until(lambda: len(api.commands) == 4, "not all commands were set")
        listed = {
            language: [c["description"] for c in commands] for language, commands in api.commands.items()
        }
    assert listed == {
        "": ["Bắt đầu", "Trợ giúp"],
        "vi": ["Bắt đầu", "Trợ giúp"],
        "fr": ["Commencer", "Trợ giúp"],
        "en": ["Start", "Help"],
    }


async def test_refused_commands_do_not_stop_the_listening(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with running_bot_api() as api:
        api.fail("setMyCommands", 400, "Bad Request: BOT_COMMAND_INVALID", times=4)
        async with polling(api, tmp_path, COMMANDS) as bot:
            api.say(1, "vẫn nghe")
            await bot.ears.hear()
            await api.until(lambda: api.calls["setMyCommands"] == 4, "it gave up")
    assert "bot_command_invalid" in caplog.text.lower()


async def test_a_tap_is_heard_and_answered(tmp_path: Path) -> None:
    async with running_bot_api() as api, polling(api, tmp_path) as bot:
        api.meet(5)
        number = api.tap(5, "menu:1", forged=True)
        (said,) = await bot.ears.hear()
        await api.until(lambda: bool(api.answers), "the tap was not answered")
    assert (said.kind, said.data, said.text, said.chat) == ("tap", "menu:1", "", "5")
    assert api.answers == [{"callback_query_id": f"q{number}"}]


async def test_a_tap_that_is_too_old_to_be_answered_harms_nobody(tmp_path: Path) -> None:
    async with running_bot_api() as api, polling(api, tmp_path) as bot:
        api.tap(5, "menu:1", forged=True)
        api.queries.clear()
        await bot.ears.hear()
        await api.until(lambda: api.calls["answerCallbackQuery"] == 1, "no answer was tried")
        api.say(5, "tiếp")
        assert [said.kind for said in await bot.ears.hear(2)] == ["tap", "text"]
        assert not bot.running.done()


async def test_a_tap_that_was_not_kept_is_not_answered_yet(tmp_path: Path) -> None:
    async with running_bot_api() as api:
        api.tap(5, "menu:1", forged=True)
        async with polling(api, tmp_path, deaf=10**6) as bot:
            await api.until(lambda: bot.ears.refused > 1, "it was not offered")
            assert api.calls["answerCallbackQuery"] == 0


async def test_only_the_kinds_of_updates_that_are_read_are_asked_for(tmp_path: Path) -> None:
    async with running_bot_api() as api, polling(api, tmp_path):
        await api.until(lambda: api.calls["getUpdates"] > 0, "no poll")
        assert api.mail.allowed == ["message", "edited_message", "callback_query", "my_chat_member"]


async def test_no_token_and_no_words_of_a_person_come_into_a_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    api = FakeBotApi()
    async with running_bot_api(api):
        api.fail("getMe", 500)
        api.drop("getUpdates", after=True)
        api.fail("getUpdates", 409, "Conflict")
        api.say(1, "số căn cước của tôi", name="Bí Mật")
        async with polling(api, tmp_path, COMMANDS, deaf=2) as bot:
            await bot.ears.hear()
            assert TOKEN not in repr(bot.channel)
    assert "could not be kept" in caplog.text
    secret = TOKEN.partition(":")[2]
    for record in caplog.records:
        line = logging.Formatter("%(message)s").format(record)
        assert not [word for word in (secret, "căn cước", "Bí Mật") if word in line], line


async def test_a_server_that_is_gone_is_waited_for(tmp_path: Path) -> None:
    api = FakeBotApi()
    async with running_bot_api(api):
        port = int(api.url.rpartition(":")[2])
    logged = _Logged("cannot be reached (no connection")
    logger = logging.getLogger("bot.channels.telegram")
    logger.addHandler(logged)
    try:
        async with polling(api, tmp_path) as bot:
            await asyncio.wait_for(logged.seen.wait(), 5)
            async with running_bot_api(FakeBotApi(), port) as again:
                again.say(1, "đã về")
                assert [said.text for said in await bot.ears.hear()] == ["đã về"]
    finally:
        logger.removeHandler(logged)


class _Logged(logging.Handler):
    """Says when certain words were logged."""

    def __init__(self, words: str) -> None:
        super().__init__()
        self.words = words
        self.seen = asyncio.Event()

    def emit(self, record: logging.LogRecord) -> None:
        if self.words in record.getMessage():
            self.seen.set()


async def _nobody(batch: object) -> None:
    raise AssertionError("nothing should be heard")


def _update(number: int) -> dict[str, object]:
    return {
        "update_id": number,
        "message": {
            "message_id": number,
            "date": 1,
            "chat": {"id": 9, "type": "private"},
            "from": {"id": 9, "is_bot": False, "first_name": "A"},
            "text": str(number),
        },
    }
