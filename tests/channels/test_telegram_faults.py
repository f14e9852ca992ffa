"""A message that did not go out says truly what became of it."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from bot.chat import Media, Outgoing
from bot.errors import Blocked, DeliveryError, Refused, RetryAfter, Unavailable, Unknown
from bot.media import LARGEST
from tests.channels.telegram_bot import make, polling
from tests.fakes.bot_api import TOKEN, FakeBotApi, running_bot_api

LONG = "\n\n".join(["m" * 4000] * 3)


@pytest.mark.parametrize(
    ("status", "description", "expected"),
    [
        (403, "Forbidden: bot was blocked by the user", Blocked),
        (403, "Forbidden: user is deactivated", Blocked),
        (400, "Bad Request: chat not found", Blocked),
        (400, "Bad Request: group chat was deactivated", Blocked),
        (400, "Bad Request: not enough rights to send text messages to the chat", Blocked),
        (400, "Bad Request: BUTTON_DATA_INVALID", Refused),
        (413, "Request Entity Too Large", Refused),
        (401, "Unauthorized", Unavailable),
        (404, "Not Found", Unavailable),
        (409, "Conflict: something", Unavailable),
        (500, "Internal Server Error", Unavailable),
        (502, "Bad Gateway", Unavailable),
    ],
)
async def test_each_answer_has_its_meaning(
    tmp_path: Path, status: int, description: str, expected: type[DeliveryError]
) -> None:
    async with running_bot_api() as api, polling(api, tmp_path) as bot:
        api.meet(7)
        api.fail("sendMessage", status, description)
        with pytest.raises(expected) as caught:
            await bot.channel.send("7", Outgoing("chào"))
        assert type(caught.value) is expected
        assert await bot.channel.send("7", Outgoing("chào lại")) == "1"


async def test_too_fast_says_for_how_long(tmp_path: Path) -> None:
    async with running_bot_api() as api, polling(api, tmp_path) as bot:
        api.fail("sendMessage", 429, "Too Many Requests: retry after 37", retry_after=37)
        api.fail("sendMessage", 429, "Too Many Requests")
        for seconds in (37, 5):
            with pytest.raises(RetryAfter) as caught:
                await bot.channel.send("7", Outgoing("chào"))
            assert caught.value.seconds == seconds


async def test_a_person_who_blocked_the_bot_and_a_chat_that_never_was(tmp_path: Path) -> None:
    async with running_bot_api() as api, polling(api, tmp_path) as bot:
        api.meet(7)
        api.block(7)
        for chat in ("7", "404"):
            with pytest.raises(Blocked):
                await bot.channel.send(chat, Outgoing("chào"))


@pytest.mark.parametrize("after", [False, True])
async def test_a_connection_that_breaks_leaves_it_unknown(tmp_path: Path, after: bool) -> None:
    async with running_bot_api() as api, polling(api, tmp_path) as bot:
        api.meet(7)
        api.drop("sendMessage", after=after)
        with pytest.raises(Unknown):
            await bot.channel.send("7", Outgoing("chào"))
        assert len(api.sent) == int(after)


async def test_an_answer_that_does_not_come_leaves_it_unknown(tmp_path: Path) -> None:
    async with running_bot_api() as api:
        api.meet(7)
        api.slow("sendMessage", 1.0)
        channel = make(api, tmp_path, seconds=0.2)
        with pytest.raises(Unknown):
            await channel.send("7", Outgoing("chào"))
        await channel.close()
        assert len(api.sent) == 1


async def test_an_answer_that_cannot_be_read_leaves_it_unknown(tmp_path: Path) -> None:
    async with running_bot_api() as api, polling(api, tmp_path) as bot:
        api.meet(7)
        for body in (b"<html>", b'{"ok": true, "result": true}', b"[]"):
            api.garble("sendMessage", 200, body)
            with pytest.raises(Unknown):
                await bot.channel.send("7", Outgoing("chào"))


async def test_a_proxys_page_does_not_mean_that_the_person_blocked_the_bot(tmp_path: Path) -> None:
    async with running_bot_api() as api, polling(api, tmp_path) as bot:
        for status in (403, 400, 407, 302):
            api.garble("sendMessage", status, b"<html>forbidden by the office's proxy</html>")
            with pytest.raises(Unavailable) as caught:
                await bot.channel.send("7", Outgoing("chào"))
            assert "office" not in str(caught.value)


async def test_a_server_that_is_not_there_did_not_get_it(tmp_path: Path) -> None:
    async with running_bot_api() as api:
        pass
    channel = make(api, tmp_path)
    with pytest.raises(Unavailable):
        await channel.send("7", Outgoing("chào"))
    await channel.close()


async def test_once_a_part_has_arrived_the_whole_is_never_just_unavailable(tmp_path: Path) -> None:
    async with running_bot_api() as api, polling(api, tmp_path) as bot:
        api.meet(7)
        api.slow("sendMessage", 0)
        api.fail("sendMessage", 502, "Bad Gateway")
        with pytest.raises(Unknown, match="first part"):
            await bot.channel.send("7", Outgoing(LONG))
        assert len(api.sent) == 1


async def test_once_a_part_has_arrived_too_long_a_wait_leaves_the_rest_unsaid(tmp_path: Path) -> None:
    async with running_bot_api() as api, polling(api, tmp_path) as bot:
        api.meet(7)
        api.slow("sendMessage", 0)
        api.fail("sendMessage", 429, "Too Many Requests: retry after 900", retry_after=900)
        with pytest.raises(Unknown, match="first part"):
            await bot.channel.send("7", Outgoing(LONG))


async def test_once_a_part_has_arrived_too_fast_is_waited_out(tmp_path: Path) -> None:
    async with running_bot_api() as api, polling(api, tmp_path) as bot:
        api.meet(7)
        api.slow("sendMessage", 0)
        api.fail("sendMessage", 429, "Too Many Requests: retry after 1", retry_after=1)
        assert await bot.channel.send("7", Outgoing(LONG)) == "1 2 3"
        assert [sent.text[0] * 2 for sent in api.sent] == ["mm"] * 3


async def test_a_group_that_became_another_is_followed(tmp_path: Path) -> None:
    async with running_bot_api() as api, polling(api, tmp_path) as bot:
        api.meet(-5, -1005)
        api.fail("sendMessage", 400, "Bad Request: group chat was upgraded", migrate_to_chat_id=-1005)
        await bot.channel.send("-5", Outgoing("chào nhóm"))
        assert [(sent.chat, sent.text) for sent in api.sent] == [(-1005, "chào nhóm")]


async def test_a_file_that_is_gone_or_too_large_is_refused(tmp_path: Path) -> None:
    async with running_bot_api() as api, polling(api, tmp_path) as bot:
        big = Media(api.keep("documents", "", bytes(LARGEST + 1)))
        gone = Media(api.keep("documents", "", b"x"))
        assert await bot.channel.fetch(gone) == b"x"
        api.gone.add(api.files[gone.reference][0])
        for media in (Media("never"), Media("f", size=LARGEST + 1), big, gone):
            with pytest.raises(Refused):
                await bot.channel.fetch(media)
        assert api.calls["getFile"] == 4


async def test_a_fetch_that_failed_on_the_way_can_be_tried_again(tmp_path: Path) -> None:
    async with running_bot_api() as api, polling(api, tmp_path) as bot:
        media = Media(api.keep("documents", "", b"%PDF-1.7"))
        api.drop("getFile", after=True)
        api.fail("getFile", 500)
        for _ in range(2):
            with pytest.raises(Unavailable):
                await bot.channel.fetch(media)
        assert await bot.channel.fetch(media) == b"%PDF-1.7"


async def test_no_error_and_no_log_holds_the_token_or_what_was_said(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    said = []
    async with running_bot_api() as api, polling(api, tmp_path) as bot:
        api.meet(7)
        api.drop("sendMessage", after=True)
        api.fail("sendMessage", 401, "Unauthorized")
        api.fail("sendMessage", 500)
        api.garble("sendMessage", 200, f'{{"ok": "{TOKEN} số căn cước"'.encode())
        for _ in range(4):
            with pytest.raises(DeliveryError) as caught:
                await bot.channel.send("7", Outgoing("số căn cước"))
            said.append(f"{caught.value!r} {caught.value} {caught.getrepr(chain=True, style='native')}")
    async with running_bot_api(FakeBotApi()) as api:
        pass
    channel = make(api, tmp_path)
    with pytest.raises(DeliveryError) as caught:
        await channel.send("7", Outgoing("số căn cước"))
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
