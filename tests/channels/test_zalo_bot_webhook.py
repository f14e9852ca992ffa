"""The Zalo Bot Platform by webhook: who may post, what is taken, and when it is acknowledged."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.errors import SettingsError
from tests.channels.telegram_bot import Ears
from tests.channels.zalo_bot import HOOK, SECRET, make, polling, serving
from tests.fakes.zalo_bot_api import running_zalo_bot

HEADER = "X-Bot-Api-Secret-Token"
UPDATE: dict[str, Any] = {
    "event_name": "message.text.received",
    "message": {
        "from": {"id": "6ede9afa66b88fe6d6a9", "display_name": "Ted", "is_bot": False},
        "chat": {"id": "6ede9afa66b88fe6d6a9", "chat_type": "PRIVATE"},
        "text": "Xin chào",
        "message_id": "2d758cb5e222177a4e35",
        "date": 1750316131602,
    },
}
GOOD = json.dumps(UPDATE).encode()


@pytest.mark.parametrize("enveloped", [False, True])
async def test_the_webhook_is_set_with_its_secret_and_both_shapes_come_in(
    tmp_path: Path, enveloped: bool
) -> None:
    async with running_zalo_bot() as zalo, serving(zalo, tmp_path) as bot:
        assert zalo.mail.webhook == bot.url
        assert bot.url.endswith(HOOK)
        zalo.mail.enveloped = enveloped
        key = zalo.says("an", "chào em")
        (said,) = await bot.ears.hear()
    assert (said.channel, said.key, said.chat, said.text) == ("zalo_bot", key, "an", "chào em")


async def test_an_empty_probe_is_answered_though_it_is_not_signed(tmp_path: Path) -> None:
    async with running_zalo_bot() as zalo, serving(zalo, tmp_path) as bot:
        assert zalo.mail.probed == [200]
        for body in (b"", b"{}", b"{}\n"[:2]):
            assert (await _post(bot.url, body, secret=None))[0] == 200
    assert bot.ears.heard == []


async def test_updates_that_waited_are_delivered_once_the_webhook_is_set(tmp_path: Path) -> None:
    async with running_zalo_bot() as zalo:
        zalo.says("an", "một")
        zalo.says("an", "hai")
        async with serving(zalo, tmp_path) as bot:
            await bot.ears.hear(2)
    assert bot.ears.texts == ["một", "hai"]


async def test_many_chats_at_once_keep_the_order_of_each(tmp_path: Path) -> None:
    async with running_zalo_bot() as zalo, serving(zalo, tmp_path) as bot:
        for number in range(300):
            zalo.says(f"c{number % 30}", str(number))
        heard = await bot.ears.hear(300)
    for chat in range(30):
        numbers = [int(said.text) for said in heard if said.chat == f"c{chat}"]
        assert numbers == list(range(chat, 300, 30))


async def test_an_update_that_could_not_be_kept_is_repeated(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with running_zalo_bot() as zalo, serving(zalo, tmp_path, deaf=2) as bot:
        zalo.says("an", "số căn cước")
        await bot.ears.hear()
        await zalo.until(lambda: not zalo.mail.pending, "it was not acknowledged")
        assert zalo.mail.statuses == [500, 500, 200]
    assert bot.ears.texts == ["số căn cước"]
    assert "could not be kept" in caplog.text
    assert "căn cước" not in caplog.text


async def test_a_replay_has_the_same_key(tmp_path: Path) -> None:
    async with running_zalo_bot() as zalo, serving(zalo, tmp_path) as bot:
        for _ in range(2):
            assert (await _post(bot.url, GOOD))[0] == 200
        first, second = await bot.ears.hear(2)
    assert first == second


@pytest.mark.parametrize("secret", ["", "wrong", SECRET + "x", SECRET[:-1], "mật-khẩu", None])
async def test_a_wrong_secret_is_refused(tmp_path: Path, secret: str | None) -> None:
    async with running_zalo_bot() as zalo, serving(zalo, tmp_path) as bot:
        status, body = await _post(bot.url, GOOD, secret=secret)
        assert status == 403
        assert (await _post(bot.url, GOOD, secret=secret, chunked=True))[0] == 403
    assert len(body) < 100
    assert bot.ears.heard == []


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"null",
        b"[]",
        b"12",
        b'"message"',
        b'{"ok": true}',
        b'{"ok": true, "result": null}',
        b'{"ok": true, "result": []}',
        b'{"message_id": "1"}',
        b'{"event_name": "message.text.received", "message": {"text": "\xff\xfe"}}',
        GOOD.decode().encode("utf-16"),
        b"[" * 100_000,
        b'{"n": ' + b"9" * 5000 + b"}",
    ],
)
async def test_a_body_that_is_no_update_is_refused(tmp_path: Path, body: bytes) -> None:
    async with running_zalo_bot() as zalo, serving(zalo, tmp_path) as bot:
        assert (await _post(bot.url, body))[0] == 400
        assert (await _post(bot.url, GOOD))[0] == 200
    assert bot.ears.texts == ["Xin chào"]


@pytest.mark.parametrize("chunked", [False, True])
async def test_a_body_of_10_mb_is_refused_as_too_large(tmp_path: Path, chunked: bool) -> None:
    async with running_zalo_bot() as zalo, serving(zalo, tmp_path) as bot:
        assert (await _post(bot.url, b" " * 10 * 1024 * 1024, chunked=chunked))[0] == 413
        assert (await _post(bot.url, GOOD))[0] == 200
    assert bot.ears.texts == ["Xin chào"]


async def test_a_message_of_100_kb_is_taken_as_far_as_anybody_reads(tmp_path: Path) -> None:
    async with running_zalo_bot() as zalo, serving(zalo, tmp_path) as bot:
        zalo.says("an", "dài " * 25_000)
        (said,) = await bot.ears.hear()
        await zalo.until(lambda: zalo.mail.statuses == [200], "it was not acknowledged")
    assert len(said.text) == 20_000


@pytest.mark.parametrize(
    "update",
    [
        {"event_name": "message.reaction.received", "message": UPDATE["message"]},
        {"event_name": "user.joined"},
        {"event_name": "message.unsupported.received"},
        UPDATE | {"message": 5},
        UPDATE | {"message": {"text": "không có người"}},
        UPDATE | {"message": UPDATE["message"] | {"message_id": ""}},
        UPDATE | {"message": UPDATE["message"] | {"message_id": "x" * 500}},
        UPDATE | {"message": UPDATE["message"] | {"message_id": "a\0b"}},
        UPDATE | {"message": UPDATE["message"] | {"message_id": 5}},
        UPDATE | {"message": UPDATE["message"] | {"date": "yesterday"}},
        UPDATE | {"message": UPDATE["message"] | {"date": 2**70}},
        UPDATE | {"message": UPDATE["message"] | {"text": {"a": 1}}},
        UPDATE | {"message": UPDATE["message"] | {"chat": []}},
        UPDATE | {"event_name": ["message.text.received"]},
        UPDATE | {"message": UPDATE["message"] | {"from": {"id": "b", "is_bot": True}}},
    ],
)
async def test_what_is_unknown_or_cannot_be_read_is_acknowledged_and_dropped(
    tmp_path: Path, update: dict[str, Any]
) -> None:
    async with running_zalo_bot() as zalo, serving(zalo, tmp_path) as bot:
        assert (await _post(bot.url, json.dumps(update).encode()))[0] == 200
    assert bot.ears.heard == []


async def test_before_the_bot_knows_itself_zalo_is_asked_to_come_again(tmp_path: Path) -> None:
    async with running_zalo_bot() as zalo, serving(zalo, tmp_path) as bot:
        bot.running.cancel()
        await asyncio.gather(bot.running, return_exceptions=True)
        assert (await _post(bot.url, GOOD))[0] == 503
    assert bot.ears.heard == []


async def test_a_webhook_that_zalo_refuses_ends_it_with_the_name_of_the_variable(tmp_path: Path) -> None:
    async with running_zalo_bot() as zalo:
        channel = make(
            zalo, tmp_path, zalo_bot_mode="webhook", zalo_bot_secret=SECRET, public_url="http://coop.example"
        )
        try:
            with pytest.raises(SettingsError, match="PUBLIC_URL"):
                await asyncio.wait_for(channel.run(Ears()), 5)
        finally:
            await channel.close()
        assert zalo.violations == ["setWebhook: url: not https"]
        zalo.violations.clear()


async def test_polling_has_no_webhook(tmp_path: Path) -> None:
    async with running_zalo_bot() as zalo, polling(zalo, tmp_path) as bot:
        paths = [getattr(route, "path", "") for route in bot.channel.routes()]
    assert HOOK not in paths


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
