"""Telegram by webhook: who may post, what is taken, and when it is acknowledged."""

from __future__ import annotations

import asyncio
import io
import json
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from bot.chat import Outgoing
from bot.errors import SettingsError
from tests.channels.telegram_bot import HOOK, SECRET, Ears, make, webhook
from tests.fakes.bot_api import running_bot_api

HEADER = "X-Telegram-Bot-Api-Secret-Token"
UPDATE = {
    "update_id": 900,
    "message": {
        "message_id": 1,
        "date": 1,
        "chat": {"id": 9, "type": "private"},
        "from": {"id": 9, "is_bot": False, "first_name": "A"},
        "text": "chào",
    },
}
GOOD = json.dumps(UPDATE).encode()


async def test_the_webhook_is_set_with_its_secret_and_updates_come_in(tmp_path: Path) -> None:
    async with running_bot_api() as api, webhook(api, tmp_path) as bot:
        assert api.mail.webhook is not None
        assert api.mail.webhook.url == bot.url
        assert bot.url.endswith(HOOK)
        api.say(7, "chào em")
        (said,) = await bot.ears.hear()
    assert (said.chat, said.text) == ("7", "chào em")


async def test_updates_that_waited_are_delivered_once_the_webhook_is_set(tmp_path: Path) -> None:
    async with running_bot_api() as api:
        api.say(7, "một")
        api.say(7, "hai")
        async with webhook(api, tmp_path) as bot:
            await bot.ears.hear(2)
    assert bot.ears.texts == ["một", "hai"]


async def test_many_chats_at_once_keep_the_order_of_each(tmp_path: Path) -> None:
    async with running_bot_api() as api, webhook(api, tmp_path) as bot:
        for number in range(300):
            api.say(1 + number % 30, str(number))
        heard = await bot.ears.hear(300)
    for chat in range(1, 31):
        numbers = [int(said.text) for said in heard if said.chat == str(chat)]
        assert numbers == sorted(numbers)
        assert len(numbers) == 10


async def test_an_update_that_could_not_be_kept_is_repeated(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with running_bot_api() as api, webhook(api, tmp_path, deaf=2) as bot:
        api.say(7, "số căn cước")
        await bot.ears.hear()
        assert api.mail.webhook is not None
        assert api.mail.webhook.statuses[:2] == [500, 500]
    assert bot.ears.texts == ["số căn cước"]
    assert "could not be kept" in caplog.text
    assert "căn cước" not in caplog.text


async def test_a_tap_is_answered_in_the_answer(tmp_path: Path) -> None:
    async with running_bot_api() as api, webhook(api, tmp_path) as bot:
        number = api.tap(5, "yes", forged=True)
        (said,) = await bot.ears.hear()
        await api.until(lambda: bool(api.answers), "the tap was not answered")
    assert (said.kind, said.data) == ("tap", "yes")
    assert api.answers == [{"callback_query_id": f"q{number}"}]


async def test_messages_go_out_as_well(tmp_path: Path) -> None:
    async with running_bot_api() as api, webhook(api, tmp_path) as bot:
        api.meet(5)
        await bot.channel.send("5", Outgoing("chào"))
        assert (await api.reply(5)).text == "chào"


@pytest.mark.parametrize("secret", ["", "wrong", SECRET + "x", SECRET[:-1], "mật-khẩu", None])
async def test_a_wrong_secret_is_refused(tmp_path: Path, secret: str | None) -> None:
    async with running_bot_api() as api, webhook(api, tmp_path) as bot:
        status, body = await _post(bot.url, GOOD, secret=secret)
    assert status == 403
    assert len(body) < 100
    assert bot.ears.heard == []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b"12",
        b'"update_id"',
        b"{}",
        b'{"update_id": "900"}',
        b'{"update_id": true}',
        b'{"update_id": -1}',
        b'{"update_id": 1e3}',
        b'{"update_id": ' + b"9" * 30 + b"}",
        b'{"update_id": ' + b"9" * 5000 + b"}",
        b'{"update_id": 1, "message": {"text": "\xff\xfe"}}',
        GOOD.decode().encode("utf-16"),
        b"[" * 100_000,
    ],
)
async def test_a_body_that_is_no_update_is_refused(tmp_path: Path, body: bytes) -> None:
    async with running_bot_api() as api, webhook(api, tmp_path) as bot:
        status, _ = await _post(bot.url, body)
        assert status == 400
        assert (await _post(bot.url, GOOD))[0] == 200
    assert bot.ears.texts == ["chào"]


@pytest.mark.parametrize("chunked", [False, True])
async def test_a_body_of_10_mb_is_refused_as_too_large(tmp_path: Path, chunked: bool) -> None:
    async with running_bot_api() as api, webhook(api, tmp_path) as bot:
        status, _ = await _post(bot.url, b" " * 10 * 1024 * 1024, chunked=chunked)
        assert status == 413
        assert (await _post(bot.url, GOOD))[0] == 200
    assert bot.ears.texts == ["chào"]


@pytest.mark.parametrize(
    "content",
    [
        {"a_new_kind": {"text": "?"}},
        {},
        {"channel_post": UPDATE["message"]},
        {"message": 5},
        {"message": {"text": "không có người"}},
        {"callback_query": []},
        {"callback_query": {"id": 5}},
        {"my_chat_member": None},
        {"edited_message": {"chat": {"id": 1}, "from": {"id": 1, "is_bot": False}}},
    ],
)
async def test_what_is_unknown_or_cannot_be_read_is_acknowledged_and_dropped(
    tmp_path: Path, content: dict[str, object]
) -> None:
    async with running_bot_api() as api, webhook(api, tmp_path) as bot:
        status, _ = await _post(bot.url, json.dumps({"update_id": 5, **content}).encode())
        assert status == 200
    assert bot.ears.heard == []


async def test_before_the_bot_knows_itself_telegram_is_asked_to_come_again(tmp_path: Path) -> None:
    async with running_bot_api() as api, webhook(api, tmp_path) as bot:
        bot.running.cancel()
        await asyncio.gather(bot.running, return_exceptions=True)
        status, _ = await _post(bot.url, GOOD)
    assert status == 503
    assert bot.ears.heard == []


async def test_a_webhook_that_telegram_refuses_ends_it_with_the_name_of_the_variable(tmp_path: Path) -> None:
    async with running_bot_api() as api:
        channel = make(
            api,
            tmp_path,
            telegram_mode="webhook",
            telegram_webhook_secret=SECRET,
            public_url="http://coop.example",
        )
        try:
            with pytest.raises(SettingsError, match="PUBLIC_URL"):
                await asyncio.wait_for(channel.run(Ears()), 5)
        finally:
            await channel.close()


async def test_polling_has_no_webhook(tmp_path: Path) -> None:
    async with running_bot_api() as api:
        assert make(api, tmp_path).routes() == []


async def test_a_bot_that_is_away_gets_its_updates_when_it_is_back(tmp_path: Path) -> None:
    async with running_bot_api() as api:
        with socket.create_server(("127.0.0.1", 0)) as listening:
            port = listening.getsockname()[1]
        await api.mail.set_webhook(f"http://127.0.0.1:{port}{HOOK}", SECRET, 10)
        api.say(7, "có ai không")
        async with webhook(api, tmp_path) as bot:
            await bot.ears.hear()
    assert bot.ears.texts == ["có ai không"]


async def _post(
    url: str, body: bytes, *, secret: str | None = SECRET, chunked: bool = False
) -> tuple[int, bytes]:
    async with aiohttp.ClientSession() as session:
        data = _pieces(body) if chunked else io.BytesIO(body)
        headers = {} if secret is None else {HEADER: secret}
        async with session.post(url, data=data, headers=headers) as response:
            return response.status, await response.read()


async def _pieces(body: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(body), 65536):
        yield body[start : start + 65536]
