"""The whole assistant on Telegram: what only that channel has, a shared location and a reply, does what it is for."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.assistant import Assistant
from bot.records import staff
from tests.channels.telegram_bot import make
from tests.conftest import MakeAssistant
from tests.fakes import bot_api_people as people
from tests.fakes.bot_api import FakeBotApi, Sent, running_bot_api

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
