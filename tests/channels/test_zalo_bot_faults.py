"""A message that did not go out at Zalo says truly what became of it."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

import pytest

from bot.channels.zalo_bot.api import RETRY_AFTER
from bot.chat import Outgoing
from bot.errors import DeliveryError, Refused, RetryAfter, Unavailable, Unknown
from tests.channels.zalo_bot import make, picture, polling, serving
from tests.fakes.zalo_bot_api import TOKEN, running_zalo_bot

LONG = "\n\n".join(["m" * 1900] * 3)


@pytest.mark.parametrize("status", [0, 200])
@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (400, Refused),
        (404, Refused),
        (401, Unavailable),
        (403, Unavailable),
        (500, Unavailable),
        (503, Unavailable),
        (408, Unknown),
        (504, Unknown),
        (429, RetryAfter),
    ],
)
async def test_each_code_has_its_meaning_however_it_comes(
    tmp_path: Path, code: int, expected: type[DeliveryError], status: int
) -> None:
    async with running_zalo_bot() as zalo, polling(zalo, tmp_path) as bot:
        zalo.meet("an")
        zalo.fail("sendMessage", code, "so it is", status=status)
        with pytest.raises(expected):
            await bot.channel.send("an", Outgoing("chào"))
        await bot.channel.send("an", Outgoing("chào lại"))
    assert [sent.text for sent in zalo.sent] == ["chào lại"]


async def test_too_fast_waits_as_long_as_we_think(tmp_path: Path) -> None:
    async with running_zalo_bot() as zalo, polling(zalo, tmp_path) as bot:
        zalo.meet("an")
        zalo.fail("sendMessage", 429, "quota")
        with pytest.raises(RetryAfter) as caught:
            await bot.channel.send("an", Outgoing("chào"))
    assert caught.value.seconds == RETRY_AFTER


@pytest.mark.parametrize("after", [False, True])
async def test_a_connection_that_breaks_leaves_it_unknown(tmp_path: Path, after: bool) -> None:
    async with running_zalo_bot() as zalo, polling(zalo, tmp_path) as bot:
        zalo.meet("an")
        zalo.drop("sendMessage", after=after)
        with pytest.raises(Unknown):
            await bot.channel.send("an", Outgoing("chào"))
        assert len(zalo.sent) == int(after)


async def test_an_answer_that_does_not_come_leaves_it_unknown(tmp_path: Path) -> None:
    async with running_zalo_bot() as zalo:
        zalo.meet("an")
        zalo.hang("sendMessage")
        channel = make(zalo, tmp_path, timeout=0.2)
        with pytest.raises(Unknown):
            await channel.send("an", Outgoing("chào"))
        await channel.close()
        assert len(zalo.sent) == 1


async def test_an_answer_that_cannot_be_read_leaves_it_unknown(tmp_path: Path) -> None:
    async with running_zalo_bot() as zalo, polling(zalo, tmp_path) as bot:
        zalo.meet("an")
        for body in (b"<html>", b"[]", b'{"ok": "yes"}', b"[" * 100_000):
            zalo.garble("sendMessage", 200, body)
            with pytest.raises(Unknown):
                await bot.channel.send("an", Outgoing("chào"))


async def test_an_answer_without_an_identity_is_a_message_that_was_sent(tmp_path: Path) -> None:
    async with running_zalo_bot() as zalo, polling(zalo, tmp_path) as bot:
        zalo.meet("an")
        zalo.garble("sendMessage", 200, b'{"ok": true}')
        assert await bot.channel.send("an", Outgoing("chào")) == ""


async def test_a_proxys_page_is_no_word_of_zalos(tmp_path: Path) -> None:
    async with running_zalo_bot() as zalo, polling(zalo, tmp_path) as bot:
        zalo.meet("an")
        for status in (400, 401, 403, 404, 407, 502, 302):
            zalo.garble("sendMessage", status, b"<html>forbidden by the office's proxy</html>")
            with pytest.raises(Unavailable) as caught:
                await bot.channel.send("an", Outgoing("chào"))
            assert "office" not in str(caught.value)


async def test_a_server_that_is_not_there_did_not_get_it(tmp_path: Path) -> None:
    async with running_zalo_bot() as zalo:
        pass
    channel = make(zalo, tmp_path)
    with pytest.raises(Unavailable):
        await channel.send("an", Outgoing("chào"))
    await channel.close()


@pytest.mark.parametrize("code", [403, 502])
async def test_once_a_part_has_arrived_the_whole_is_never_just_unavailable(tmp_path: Path, code: int) -> None:
    async with running_zalo_bot() as zalo, serving(zalo, tmp_path) as bot:
        zalo.meet("an")
        photo = bot.media.put(picture())
        zalo.fail("sendMessage", code)
        with pytest.raises(Unknown, match="first part"):
            await bot.channel.send("an", Outgoing(LONG, photo=photo))
        assert [sent.method for sent in zalo.sent] == ["sendPhoto"]


async def test_once_a_part_has_arrived_too_fast_is_waited_out(tmp_path: Path) -> None:
    async with running_zalo_bot() as zalo, serving(zalo, tmp_path, retry_after=0.01) as bot:
        zalo.meet("an")
        photo = bot.media.put(picture())
        zalo.fail("sendMessage", 429, times=2)
        await bot.channel.send("an", Outgoing(LONG, photo=photo))
        assert [sent.method for sent in zalo.sent] == ["sendPhoto", *["sendMessage"] * 3]


async def test_once_a_part_has_arrived_too_long_a_wait_leaves_the_rest_unsaid(tmp_path: Path) -> None:
    async with running_zalo_bot() as zalo, serving(zalo, tmp_path, retry_after=900) as bot:
        zalo.meet("an")
        photo = bot.media.put(picture())
        zalo.fail("sendMessage", 429)
        with pytest.raises(Unknown, match="first part"):
            await asyncio.wait_for(bot.channel.send("an", Outgoing(LONG, photo=photo)), 5)


async def test_no_error_and_no_log_holds_the_token_or_what_was_said(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    said = []
    async with running_zalo_bot() as zalo, polling(zalo, tmp_path) as bot:
        zalo.meet("an")
        zalo.drop("sendMessage", after=True)
        zalo.fail("sendMessage", 401, f"Unauthorized {TOKEN}")
        zalo.fail("sendMessage", 500)
        zalo.garble("sendMessage", 200, f'{{"ok": "{TOKEN} số căn cước"'.encode())
        for _ in range(4):
            with pytest.raises(DeliveryError) as caught:
                await bot.channel.send("an", Outgoing("số căn cước"))
            said.append(f"{caught.value!r} {caught.value} {caught.getrepr(chain=True, style='native')}")
    channel = make(zalo, tmp_path)
    with pytest.raises(DeliveryError) as caught:
        await channel.send("an", Outgoing("số căn cước"))
    await channel.close()
    said.append(f"{caught.value!r} {caught.getrepr(chain=True, style='native')}")
    formatter = logging.Formatter("%(message)s")
    lines = said + [formatter.format(record) for record in caplog.records]
    assert len(lines) >= 5
    secret = TOKEN.partition(":")[2]
    for line in lines:
        assert secret not in line
    for record in caplog.records:
        assert "căn cước" not in record.getMessage()
