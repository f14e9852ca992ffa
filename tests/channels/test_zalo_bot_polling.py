"""The Zalo Bot Platform by polling: what a poll has answered is kept before the next, and nothing ends that."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.chat import Incoming
from bot.errors import SettingsError
from tests.channels.zalo_bot import make, polling
from tests.fakes.zalo_bot_api import TOKEN, FakeZaloBot, running_zalo_bot


async def test_a_message_is_heard_with_who_said_it(tmp_path: Path) -> None:
    async with running_zalo_bot() as zalo, polling(zalo, tmp_path) as bot:
        key = zalo.says("6ede9afa66b88fe6d6a9", "chào em", name="Nguyễn Văn An")
        (said,) = await bot.ears.hear()
    assert (said.channel, said.key, said.chat, said.sender) == (
        "zalo_bot",
        key,
        "6ede9afa66b88fe6d6a9",
        "6ede9afa66b88fe6d6a9",
    )
    assert (said.name, said.kind, said.text) == ("Nguyễn Văn An", "text", "chào em")
    assert (said.group, said.mentioned) == (False, True)


async def test_messages_that_waited_come_in_order_one_a_poll(tmp_path: Path) -> None:
    async with running_zalo_bot() as zalo:
        for number in range(20):
            zalo.says(f"c{number % 3}", str(number))
        async with polling(zalo, tmp_path) as bot:
            heard = await bot.ears.hear(20)
    assert bot.ears.texts == [str(number) for number in range(20)]
    assert [len(batch) for batch in bot.ears.batches] == [1] * 20
    assert [said.position for said in heard] == sorted({said.position for said in heard})


async def test_no_further_poll_is_made_before_an_update_is_kept(tmp_path: Path) -> None:
    async with running_zalo_bot() as zalo:
        zalo.says("an", "giữ giúp em")
        zalo.says("an", "rồi tới cái này")
        async with polling(zalo, tmp_path, deaf=3) as bot:
            await bot.ears.hear(1)
            assert bot.ears.refused == 3
            await bot.ears.hear(2)
    assert bot.ears.texts == ["giữ giúp em", "rồi tới cái này"]


async def test_an_update_that_is_being_kept_when_all_stops_is_kept(tmp_path: Path) -> None:
    begun, go, kept = asyncio.Event(), asyncio.Event(), list[str]()

    async def slow(said: Sequence[Incoming]) -> None:
        begun.set()
        await go.wait()
        kept.extend(one.text for one in said)

    async with running_zalo_bot() as zalo:
        channel = make(zalo, tmp_path)
        zalo.says("an", "đừng quên em")
        running = asyncio.create_task(channel.run(slow))
        await asyncio.wait_for(begun.wait(), 5)
        running.cancel()
        await asyncio.sleep(0)
        go.set()
        with pytest.raises(asyncio.CancelledError):
            await running
        await channel.close()
    assert kept == ["đừng quên em"]


async def test_idle_polls_are_followed_by_the_next_and_said_nothing_of(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with running_zalo_bot() as zalo, polling(zalo, tmp_path) as bot:
        zalo.fail("getUpdates", 408, "Request timeout")
        zalo.fail("getUpdates", 408, "Request timeout", status=200)
        zalo.garble("getUpdates", 408, b"")
        zalo.garble("getUpdates", 200, b'{"ok": true}')
        await zalo.until(lambda: zalo.calls["getUpdates"] >= 5)
        zalo.says("an", "em đây")
        await bot.ears.hear()
    assert bot.ears.texts == ["em đây"]
    assert caplog.text == ""


async def test_a_webhook_left_from_before_is_removed(tmp_path: Path) -> None:
    async with running_zalo_bot() as zalo:
        zalo.mail.webhook = "https://old.example/hook"
        async with polling(zalo, tmp_path) as bot:
            zalo.says("an", "bằng cách nào cũng được")
            await bot.ears.hear()
        assert zalo.mail.webhook == ""


@pytest.mark.parametrize("code", [400, 403, 429, 500, 503])
@pytest.mark.parametrize("status", [0, 200])
async def test_a_poll_that_fails_is_made_again(tmp_path: Path, code: int, status: int) -> None:
    async with running_zalo_bot() as zalo:
        zalo.fail("getUpdates", code, "not now", status=status, times=2)
        zalo.says("an", "vẫn nghe")
        async with polling(zalo, tmp_path, retry_after=0.01) as bot:
            await bot.ears.hear()
    assert bot.ears.texts == ["vẫn nghe"]


@pytest.mark.parametrize("after", [False, True])
async def test_a_dropped_connection_is_made_anew(tmp_path: Path, after: bool) -> None:
    async with running_zalo_bot() as zalo:
        zalo.drop("getMe", after=after)
        zalo.drop("getUpdates", after=False, times=3)
        async with polling(zalo, tmp_path) as bot:
            zalo.says("an", "a lô")
            await bot.ears.hear()
    assert bot.ears.texts == ["a lô"]


async def test_an_answer_that_is_no_update_is_waited_out(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with running_zalo_bot() as zalo:
        zalo.garble("getMe", 200, b'{"ok": tr')
        zalo.garble("getUpdates", 502, b"<html>bad gateway, my secret page</html>")
        for body in (
            b'{"ok": true, "result": "none"}',
            b'{"ok": true, "result": [1]}',
            b"[]",
            b"[" * 100_000,
        ):
            zalo.garble("getUpdates", 200, body)
        async with polling(zalo, tmp_path) as bot:
            await zalo.until(lambda: zalo.calls["getUpdates"] >= 6)
            zalo.says("an", "vẫn nghe")
            await bot.ears.hear()
    assert bot.ears.texts == ["vẫn nghe"]
    assert "secret page" not in caplog.text


@pytest.mark.parametrize("method", ["getMe", "getUpdates"])
@pytest.mark.parametrize("status", [0, 200])
async def test_a_token_that_is_not_accepted_ends_it_with_the_name_of_the_variable(
    tmp_path: Path, method: str, status: int
) -> None:
    async with running_zalo_bot() as zalo:
        zalo.fail(method, 401, f"Unauthorized {TOKEN}", status=status)
        channel = make(zalo, tmp_path)
        try:
            with pytest.raises(SettingsError, match="ZALO_BOT_TOKEN") as caught:
                await asyncio.wait_for(channel.run(_nobody), 5)
        finally:
            await channel.close()
    assert TOKEN not in str(caught.value)


async def test_no_token_and_no_words_of_a_person_come_into_a_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with running_zalo_bot() as zalo:
        zalo.fail("getMe", 500)
        zalo.drop("getUpdates", after=False)
        zalo.says("an", "số căn cước của tôi", name="Bí Mật")
        async with polling(zalo, tmp_path, deaf=2) as bot:
            await bot.ears.hear()
            assert TOKEN not in repr(bot.channel)
    assert "could not be kept" in caplog.text
    secret = TOKEN.partition(":")[2]
    for record in caplog.records:
        line = logging.Formatter("%(message)s").format(record)
        assert not [word for word in (secret, "căn cước", "Bí Mật") if word in line], line


async def test_a_server_that_is_gone_is_waited_for(tmp_path: Path) -> None:
    zalo = FakeZaloBot()
    async with running_zalo_bot(zalo):
        port = int(zalo.url.rpartition(":")[2])
    logged = _Logged("cannot be reached (Zalo: no connection")
    logger = logging.getLogger("bot.channels.zalo_bot")
    logger.addHandler(logged)
    try:
        async with polling(zalo, tmp_path) as bot:
            await asyncio.wait_for(logged.seen.wait(), 5)
            async with running_zalo_bot(FakeZaloBot(), port) as again:
                again.says("an", "đã về")
                await bot.ears.hear()
    finally:
        logger.removeHandler(logged)
    assert bot.ears.texts == ["đã về"]


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
