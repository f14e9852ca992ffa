"""The whole assistant on Telegram: what only that channel has, a shared location and a reply, does what it is for."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import scheduler
from bot.assistant import Assistant
from bot.records import broadcasts, staff
from tests.channels.telegram_bot import make
from tests.conftest import MakeAssistant
from tests.fakes import bot_api_people as people
from tests.fakes.bot_api import FakeBotApi, Sent, running_bot_api
from tests.wire import eventually, until

MEMBER, OFFICER = 7, 8


@dataclass
class Union:
    """Telegram's servers with the assistant behind them, and people who write to it."""

    api: FakeBotApi
    assistant: Assistant

    async def hears(self, chat: int, fragment: str) -> Sent:
        """The next message to a chat with these words in it."""
        while fragment not in (sent := await self.api.reply(chat)).text:
            pass
        return sent

    async def says(self, chat: int, text: str, fragment: str) -> Sent:
        self.api.say(chat, text)
        return await self.hears(chat, fragment)

    async def taps(self, chat: int, shown: Sent, label: str, fragment: str) -> Sent:
        self.api.tap(chat, shown.buttons[label])
        return await self.hears(chat, fragment)

    async def has_an_officer(self) -> None:
        """An officer who joined with the code that the administrator was shown."""

        async def work(connection: AsyncConnection) -> str:
            number = await staff.add(connection, "Cán bộ Một", (), (), self.assistant.clock())
            return await staff.new_code(connection, number, self.assistant.clock())

        shown = await self.says(OFFICER, await self.assistant.database.write(work), "91/2025/QH15")
        await self.taps(OFFICER, shown, "Đồng ý", "Chào Cán bộ Một")

    async def beats(self) -> None:
        """What features look at every few seconds."""
        here = self.assistant
        await scheduler.beat(here.database, here.clock, here.router.beats, here.wake)

    async def changes(self, method: str, chat: int, fragment: str) -> None:
        """Waits until a message of a chat is changed to these words, or taken back."""

        def there() -> bool:
            return any(
                one.method == method and one.chat == chat and fragment in one.text for one in self.api.changes
            )

        await until(there, f"no {method} with {fragment!r}: {[one.text for one in self.api.changes]}")


@pytest.fixture
async def union(make_assistant: MakeAssistant, tmp_path: Path) -> AsyncIterator[Union]:
    async with running_bot_api() as api:
        assistant = make_assistant()
        channel = make(api, tmp_path)
        await assistant.open()
        running = asyncio.create_task(assistant.run([channel]))
        try:
            yield Union(api, assistant)
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
            await channel.close()
            await assistant.close()


async def test_a_shared_location_answers_for_the_commune_and_the_form_goes_on(union: Union) -> None:
    shown = await union.says(MEMBER, "hồ sơ htx", "91/2025/QH15")
    shown = await union.taps(MEMBER, shown, "Đồng ý", "thuộc loại nào")
    await union.taps(MEMBER, shown, "Hợp tác xã", "Mã số thuế")
    await union.says(MEMBER, "0100233488", "(3/6)")
    union.api.show(MEMBER, {"location": {"latitude": 48.85661, "longitude": 2.35222}})
    await union.hears(MEMBER, "không thấy xã, phường nào gần vị trí này")
    union.api.show(MEMBER, {"location": {"latitude": 16.58111, "longitude": 107.47}})
    near = await union.hears(MEMBER, "thuộc chỗ nào dưới đây")
    told = await union.taps(MEMBER, near, "Xã Đan Điền, Thành phố Huế", "(4/6)")
    assert "Tên đầy đủ" in told.text


async def test_an_officers_reply_to_a_card_reaches_the_member_who_may_go_on(union: Union) -> None:
    await union.has_an_officer()
    await union.says(MEMBER, "Cho tôi gặp cán bộ hỏi về thuê gian hàng", "cán bộ")
    card = await union.hears(OFFICER, "thuê gian hàng")
    answered = people.message(OFFICER, card.message_id, people.BOT, text=card.text)
    union.api.say(OFFICER, "Mai em gọi lại anh/chị", reply_to_message=answered)
    await union.hears(MEMBER, "Mai em gọi lại anh/chị")
    await union.hears(OFFICER, "Đã gửi tới")
    union.api.say(MEMBER, "Dạ vâng, 8 giờ nhé")
    await union.hears(OFFICER, "8 giờ nhé")


async def test_the_name_of_a_button_as_a_reply_to_a_card_decides_it(union: Union) -> None:
    await union.has_an_officer()
    shown = await union.says(MEMBER, "hồ sơ htx", "91/2025/QH15")
    shown = await union.taps(MEMBER, shown, "Đồng ý", "thuộc loại nào")
    await union.taps(MEMBER, shown, "Tổ hợp tác", "(2/7)")
    for number, answer in enumerate(("Đan Điền, Huế", "Tổ may Ví Dụ", "Nguyễn Thị B", "0912345678"), 3):
        await union.says(MEMBER, answer, f"({number}/7)")
    await union.says(MEMBER, "may áo dài", "(7/7)")
    review = await union.says(MEMBER, "23", "Tổ may Ví Dụ")
    await union.taps(MEMBER, review, "Gửi", "đã ghi Tổ may Ví Dụ")
    card = await union.hears(OFFICER, "Tổ may Ví Dụ")
    answered = people.message(OFFICER, card.message_id, people.BOT, text=card.text)
    union.api.say(OFFICER, "xác nhận", reply_to_message=answered)
    await union.hears(MEMBER, "đã xác nhận hồ sơ của Tổ may Ví Dụ")


async def test_an_announcement_is_sent_watched_confirmed_corrected_and_recalled(union: Union) -> None:
    await union.has_an_officer()
    await union.says(MEMBER, "xin chào", "trợ lý tự động")
    shown = await union.says(OFFICER, "gửi thông báo", "về việc gì")
    await union.taps(OFFICER, shown, "Tin của Liên minh", "tiếng Việt")
    await union.says(OFFICER, "Chiều mai họp trực tuyến.", "tiếng Pháp")
    for asked in ("tiếng Anh", "kèm ảnh", "kèm tệp", "thêm nút", "Gửi cho ai?"):
        shown = await union.says(OFFICER, "bỏ qua", asked)
    await union.taps(OFFICER, shown, "Tất cả mọi người", "xác nhận không?")
    await union.says(OFFICER, "có", "Có khẩn không?")
    shown = await union.says(OFFICER, "có", "Gửi khi nào?")
    await union.taps(OFFICER, shown, "Gửi ngay", "Có hạn đến khi nào?")
    shown = await union.says(OFFICER, "bỏ qua", "Thông tin đúng chưa ạ?")
    card = await union.taps(OFFICER, shown, "Gửi", "chưa ai nhận gì cả")
    await union.taps(OFFICER, card, "Gửi cho 2 người", "Em đang gửi đi")
    got = await union.hears(MEMBER, "Chiều mai họp trực tuyến.")
    await union.taps(MEMBER, got, "Đã nhận", "em đã ghi là anh/chị đã nhận")
    await union.hears(OFFICER, "Chiều mai họp trực tuyến.")
    await until_done(union)
    await union.beats()
    await union.changes("editMessageText", OFFICER, "100% (2/2)")
    await union.hears(OFFICER, "Đã xác nhận: 1/2")
    await union.says(OFFICER, "đính chính thông báo 1", "nội dung đúng")
    await union.says(OFFICER, "Sáng kia họp trực tuyến.", "Thông tin đúng chưa ạ?")
    await union.says(OFFICER, "gửi", "bản đính chính")
    await union.changes("editMessageText", MEMBER, "Sáng kia họp trực tuyến.")
    shown = await union.says(OFFICER, "thu hồi thông báo 1", "Thu hồi từ 2 người")
    await union.taps(OFFICER, shown, "Đồng ý thu hồi", "đang thu hồi")
    await union.changes("deleteMessage", MEMBER, "")


async def until_done(union: Union) -> None:
    """Waits until the announcement has gone out."""

    async def done() -> bool:
        async with union.assistant.database.read() as connection:
            one = await broadcasts.get(connection, 1)
        return one is not None and one.state == "done"

    await eventually(done, "it did not go out")
