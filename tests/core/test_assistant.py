"""All that runs together is stopped together, and what was begun is done before."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.chat import Accept
from bot.knowledge import Finding
from tests.conftest import MakeAssistant
from tests.talk import Talk
from tests.wire import DEADLINE, Wire, said


async def test_a_lookup_that_was_begun_is_answered_before_the_close(make_assistant: MakeAssistant) -> None:
    assistant = make_assistant()
    await assistant.open()
    begun, go = asyncio.Event(), asyncio.Event()

    async def looks_up(_: AsyncConnection) -> Finding:
        begun.set()
        await go.wait()
        return await assistant.library.find("vay vốn quỹ hỗ trợ phát triển hợp tác xã")

    asked = asyncio.create_task(assistant.database.write(looks_up))
    await begun.wait()
    closing = asyncio.create_task(assistant.close())
    await asyncio.sleep(0)
    go.set()
    async with asyncio.timeout(DEADLINE):
        assert (await asked).ranking
        await closing


async def test_a_question_that_waits_at_a_stop_is_answered_after_it(talk: Talk) -> None:
    await talk.says("xin chào")
    await talk.wire.hears(said("vay vốn quỹ hỗ trợ hợp tác xã cần giấy tờ gì", talk.chat))
    await talk.restart()
    before = len(talk.wire.sent)
    await talk.says("menu")
    assert len(talk.wire.sent) - before >= 1
    assert not [text for text in talk.wire.texts(talk.chat) if "Xin lỗi" in text]
    assert len(talk.wire.texts(talk.chat)) == 4  # two of the greeting, the answer, the menu


async def test_a_channel_that_breaks_ends_the_assistant_with_its_error(make_assistant: MakeAssistant) -> None:
    class Breaks(Wire):
        async def run(self, accept: Accept) -> None:
            raise LookupError("no such channel")

    assistant = make_assistant()
    await assistant.open()
    async with asyncio.timeout(DEADLINE):
        with pytest.raises(LookupError):
            await assistant.run([Wire("fine"), Breaks("broken")])
    await assistant.close()


async def test_a_channel_whose_input_ends_ends_the_assistant(make_assistant: MakeAssistant) -> None:
    class Ends(Wire):
        async def run(self, accept: Accept) -> None:
            await accept([said("xin chào")])
            await assistant.settled(self.name, "an")

    assistant, wire = make_assistant(), Ends()
    await assistant.open()
    async with asyncio.timeout(DEADLINE):
        await assistant.run([wire])
    await assistant.close()
    assert "trợ lý tự động" in wire.texts("an")[0]
