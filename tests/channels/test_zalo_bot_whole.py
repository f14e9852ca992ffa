"""The whole assistant on the Zalo Bot Platform: by numbers instead of buttons, with pictures that come and go."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.assistant import Assistant
from bot.media import MediaStore
from bot.records.files import files
from bot.records.messages import inbox
from tests.channels.zalo_bot import hosted, picture
from tests.conftest import MakeAssistant
from tests.fakes.zalo_bot_api import FakeZaloBot, Sent, running_zalo_bot
from tests.wire import eventually


@dataclass
class Union:
    """Zalo's servers with the assistant behind them, and people who write to it."""

    zalo: FakeZaloBot
    assistant: Assistant

    async def hears(self, fragment: str, chat: str = "an") -> Sent:
        """The next message to a chat with these words in it."""
        while fragment not in (sent := await self.zalo.reply(chat)).text:
            pass
        return sent

    async def says(self, text: str, fragment: str) -> Sent:
        self.zalo.says("an", text)
        return await self.hears(fragment)

    async def settled(self) -> None:
        await eventually(lambda: self._quiet(), "something still waits")

    async def _quiet(self) -> bool:
        if self.zalo.mail.pending:
            return False
        await self.assistant.settled("zalo_bot", "an")
        return True

    async def heard(self) -> int:
        async with self.assistant.database.read() as connection:
            counted = await connection.execute(select(func.count()).select_from(inbox))
            return int(counted.scalar_one())


@pytest.fixture
async def union(make_assistant: MakeAssistant, tmp_path: Path) -> AsyncIterator[Union]:
    assistant = make_assistant()
    await assistant.open()
    async with running_zalo_bot() as zalo, hosted(zalo, tmp_path / "media") as (channel, _):
        running = asyncio.create_task(assistant.run([channel]))
        try:
            yield Union(zalo, assistant)
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
            await assistant.close()


async def test_a_form_is_filled_in_by_numbers_and_words_alone(union: Union) -> None:
    consent = await union.says("hồ sơ htx", "91/2025/QH15")
    assert "1. Đồng ý" in consent.text
    await union.says("1", "thuộc loại nào")
    await union.says("tổ hợp tác", "(2/7)")
    await union.says("Đan Điền, Huế", "(3/7)")


async def test_what_zalo_sends_twice_is_answered_once(union: Union) -> None:
    message = {
        "from": {"id": "an", "display_name": "An", "is_bot": False},
        "chat": {"id": "an", "chat_type": "PRIVATE"},
        "text": "menu",
        "message_id": "2d758cb5e222177a4e35",
        "date": 1750316131602,
    }
    union.zalo.meet("an")
    for enveloped in (False, True):
        union.zalo.mail.enveloped = enveloped
        union.zalo.push({"event_name": "message.text.received", "message": message})
        await union.settled()
    assert await union.heard() == 1
    menus = [sent for sent in union.zalo.to("an") if "Vay vốn" in sent.text]
    assert len(menus) == 1


@pytest.mark.parametrize("kind", ["sticker", "voice", "unsupported"])
async def test_what_cannot_be_read_is_answered_kindly(union: Union, kind: str) -> None:
    getattr(union.zalo, kind)("an")
    await union.settled()
    assert union.zalo.to("an")
    assert not [sent for sent in union.zalo.to("an") if "vừa gặp lỗi" in sent.text]


async def test_a_picture_is_kept_without_what_it_tells_of_its_place(union: Union, tmp_path: Path) -> None:
    union.zalo.sends_photo("an", picture(), "Nhãn này có được không ạ")

    async def stored() -> str | None:
        async with union.assistant.database.read() as connection:
            found = await connection.execute(select(files.c.stored))
            return found.scalar()

    await eventually(stored, "the picture was not fetched")
    reference = await stored()
    assert reference is not None
    assert MediaStore(tmp_path / "media").read(reference).startswith(b"\xff\xd8\xff")


async def test_a_picture_from_elsewhere_is_never_fetched_and_its_sender_is_told(union: Union) -> None:
    union.zalo.sends_address("an", "https://127.0.0.1/nhan.jpg")
    await union.hears("không nhận được")
    assert union.zalo.asked_for == []
