"""A director's phone and the real bot: ask, tap, reload, and a server that is killed in mid-conversation."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import pytest
from PIL import Image
from playwright.async_api import Browser, expect
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.database import Database
from bot.records import broadcasts
from bot.records.audiences import Audience
from bot.records.broadcasts import Content
from bot.settings import load
from bot.text import LANGUAGES
from tests.browser.bot import running_bot
from tests.browser.page import DEADLINE, open_chat

T = TypeVar("T")

pytestmark = pytest.mark.asyncio(loop_scope="module")

QUESTION = "giay ocop co gia tri bao lau"
ANSWER = "36 tháng"


async def test_a_director_asks_taps_reloads_and_finds_everything_again(
    browser: Browser, tmp_path: Path
) -> None:
    async with running_bot(tmp_path) as bot, open_chat(browser, bot.url) as chat:
        await chat.hears("trợ lý tự động của Liên minh Hợp tác xã tỉnh")
        await chat.hears("Luật 91/2025/QH15")
        await chat.say(QUESTION)
        await chat.hears(ANSWER)
        await chat.tap("Đúng rồi")
        await chat.hears("em cảm ơn")
        before = await chat.conversation()
        await chat.reload()
        assert await chat.conversation() == before
        assert chat.faults == []


async def test_a_server_that_is_killed_in_mid_conversation_loses_and_doubles_nothing(
    browser: Browser, tmp_path: Path
) -> None:
    async with running_bot(tmp_path) as bot, open_chat(browser, bot.url) as chat:
        await chat.hears("Luật 91/2025/QH15")
        await chat.say(QUESTION)
        await chat.hears(ANSWER)
        await bot.kill()
        await chat.say("menu")
        await chat.say("cảm ơn")
        await bot.start()
        await chat.hears("không có gì")
        await chat.connected()
        heard = await chat.heard()
        assert await chat.said() == [QUESTION, "menu", "cảm ơn"]
        assert len([one for one in heard if "Em giúp gì được" in one]) == 1
        assert len([one for one in heard if "không có gì" in one]) == 1
        await chat.reload()
        assert await chat.said() == [QUESTION, "menu", "cảm ơn"]
        assert await chat.heard() == heard


async def test_a_form_goes_on_after_a_kill(browser: Browser, tmp_path: Path) -> None:
    async with running_bot(tmp_path) as bot, open_chat(browser, bot.url) as chat:
        await chat.hears("Luật 91/2025/QH15")
        await chat.tap("Đồng ý")
        await chat.hears("ghi nhận anh/chị đồng ý")
        await chat.say("gặp cán bộ")
        await chat.hears("cần cán bộ giúp việc gì")
        await chat.say("Vé xem phim ở rạp tối nay bao nhiêu tiền?")
        await chat.hears("yêu cầu số 1")
        await chat.tap("Để lại số điện thoại")
        await chat.hears("(1/2)")
        await chat.say("Nguyễn Văn A")
        await chat.hears("(2/2)")
        await bot.kill()
        await bot.start()
        await chat.say("0912 345 678")
        await chat.hears("Họ tên: Nguyễn Văn A")
        await chat.tap("Gửi")
        await chat.hears("sẽ gọi số 0912 345 678")


async def test_a_photo_goes_up_and_is_shown_again_after_a_reload(browser: Browser, tmp_path: Path) -> None:
    Image.new("RGB", (320, 240), "green").save(tmp_path / "label.png")
    async with running_bot(tmp_path) as bot, open_chat(browser, bot.url) as chat:
        await chat.hears("Luật 91/2025/QH15")
        await chat.attach(tmp_path / "label.png")
        await chat.hears("yêu cầu số 1")
        await chat.reload()
        shown = chat.page.locator(".line.in img")
        assert await shown.count() == 1
        assert await shown.evaluate("image => image.decode().then(() => image.naturalWidth)") == 320


async def test_two_visitors_do_not_see_each_other(browser: Browser, tmp_path: Path) -> None:
    async with (
        running_bot(tmp_path) as bot,
        open_chat(browser, bot.url) as one,
        open_chat(browser, bot.url, language="fr-FR") as other,
    ):
        await one.say(QUESTION)
        await one.hears(ANSWER)
        await other.hears("assistant automatique")
        assert not [text for text in await other.conversation() if ANSWER in text or QUESTION in text]


async def test_a_stopped_server_stops_cleanly_and_tells_its_health_meanwhile(tmp_path: Path) -> None:
    async with running_bot(tmp_path) as bot:
        assert await bot.get("/healthz") == (200, '{"ok": true}')
        status, _ = await bot.get("/readyz")
        assert status == 200
        status, metrics = await bot.get("/metrics")
        assert status == 200
        assert "coopbot_turns_total" in metrics
        assert await bot.stop() == 0


async def test_an_announcement_is_corrected_and_recalled_on_an_open_page_and_after_a_reload(
    browser: Browser, tmp_path: Path
) -> None:
    async def staff_do(work: Callable[[AsyncConnection], Awaitable[T]]) -> T:
        """In a process of their own, as from the command line."""
        database = Database(load(database_url=f"sqlite:///{tmp_path}/bot.db").database_url)
        await database.open()
        try:
            return await database.write(work)
        finally:
            await database.close()

    async def announce(connection: AsyncConnection) -> int:
        at = datetime.now(UTC)
        content = Content("news", {"vi": "Họp thứ 7"}, Audience(), urgent=True)
        number = await broadcasts.add(connection, content, None, at)
        one = await broadcasts.get(connection, number)
        assert one is not None
        await broadcasts.prepare(connection, one, LANGUAGES, at)
        assert await broadcasts.move(connection, number, ("draft",), "sending", started_at=at)
        return number

    async with running_bot(tmp_path) as bot, open_chat(browser, bot.url) as chat:
        await chat.hears("trợ lý tự động")
        number = await staff_do(announce)
        await chat.hears("Họp thứ 7")
        before = await chat.heard()
        await staff_do(lambda connection: broadcasts.correct(connection, number, {"vi": "Họp thứ 6"}))
        await chat.hears("Họp thứ 6")
        assert await chat.heard() == [*before[:-1], "Họp thứ 6"]
        await chat.reload()
        assert await chat.heard() == [*before[:-1], "Họp thứ 6"]
        await expect(chat.page.locator(".edited")).to_be_visible(timeout=DEADLINE)
        await staff_do(lambda connection: broadcasts.recall(connection, number, datetime.now(UTC)))
        await chat.hears("Tin này đã được thu hồi.")
        await chat.reload()
        assert await chat.heard() == [*before[:-1], "Tin này đã được thu hồi."]
        assert chat.faults == []
