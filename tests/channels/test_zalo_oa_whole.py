"""The whole assistant on a Zalo Official Account: asked, answered, walked through a form by numbers, each once."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from PIL import Image

from bot.assistant import Assistant
from tests.channels.zalo_oa_bot import hooked, make, variables
from tests.conftest import MakeAssistant
from tests.fakes.zalo_oa_api import FakeZaloOa, Sent, running_zalo_oa
from tests.wire import until

MEMBER = "5001"


class Union:
    """Zalo's servers with the assistant behind them, and a person who writes to it."""

    def __init__(self, zalo: FakeZaloOa, assistant: Assistant) -> None:
        self.zalo = zalo
        self.assistant = assistant

    async def hears(self, fragment: str) -> Sent:
        """The next message with these words in it."""
        while fragment not in (sent := await self.zalo.reply(MEMBER)).text:
            pass
        return sent

    async def says(self, text: str, fragment: str) -> Sent:
        self.zalo.says(MEMBER, text)
        return await self.hears(fragment)

    async def settled(self) -> None:
        await self.zalo.delivered()
        await self.assistant.settled("zalo_oa", MEMBER)


@pytest.fixture
async def union(make_assistant: MakeAssistant, tmp_path: Path) -> AsyncIterator[Union]:
    async with running_zalo_oa() as zalo:
        assistant = make_assistant(**variables(zalo))
        await assistant.open()
        channel = make(zalo, tmp_path, assistant.database)
        async with hooked(zalo, channel):
            running = asyncio.create_task(assistant.run([channel]))
            try:
                yield Union(zalo, assistant)
            finally:
                running.cancel()
                await asyncio.gather(running, return_exceptions=True)
                await channel.close()
                await assistant.close()


async def test_who_follows_is_greeted_and_a_question_is_answered_once_though_zalo_repeats_it(
    union: Union,
) -> None:
    union.zalo.follows(MEMBER)
    await union.hears("trợ lý tự động")
    await union.says("thành lập hợp tác xã cần mấy người", "1. Số người để lập HTX")
    await union.says("1", "Nguồn")
    await union.settled()
    before = len(union.zalo.sent)
    union.zalo.again()
    await union.settled()
    assert len(union.zalo.sent) == before


async def test_a_form_is_walked_by_typing_and_a_photo_reaches_the_store(union: Union) -> None:
    await union.says("hồ sơ htx", "91/2025/QH15")
    await union.says("đồng ý", "thuộc loại nào")
    await union.says("1", "(2/")
    written = io.BytesIO()
    Image.new("RGB", (64, 64), "red").save(written, "JPEG")
    union.zalo.sends_photo(MEMBER, written.getvalue())
    await union.settled()
    stored = union.assistant.settings.data_dir / "media"
    await union.zalo.until(lambda: bool(union.zalo.fetched), "the photo was not fetched")
    await until(lambda: list(stored.glob("*/*.jpg")), "the photo was not stored")


async def test_who_unfollows_and_comes_back_is_answered(union: Union) -> None:
    await union.says("/help", "")
    union.zalo.unfollows(MEMBER)
    await union.settled()
    union.zalo.follows(MEMBER)
    await union.says("/help", "")
    assert not union.zalo.violations
