"""A talk with a Zalo bot: no buttons, so numbers and words are typed; updates by webhook, pictures by links."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from bot.chat import Incoming
from tests.channels.zalo_bot import SECRET, links, make
from tests.fakes.zalo_bot_api import LONGEST, FakeZaloBot, running_zalo_bot
from tests.lines import Line, listener, serving


class ZaloBotLine(Line):
    def __init__(self, zalo: FakeZaloBot, url: str, folder: Path) -> None:
        self.bot = make(
            zalo, folder / "media", zalo_bot_mode="webhook", zalo_bot_secret=SECRET, public_url=url
        )
        super().__init__(self.bot)
        self._zalo = zalo

    def address(self, name: str) -> str:
        self._zalo.meet(name)
        return name

    async def tells(self, said: Incoming) -> bool:
        if said.group or said.edited or said.replies_to or said.position or said.language:
            return False
        data, typed = self.files.get(said.key), self.typed(said)
        match said.kind:
            case "text" | "tap" if re.search(r"\S", typed) and len(typed) <= LONGEST:
                self._zalo.says(said.chat, typed)
            case "photo" if data is not None:
                self._zalo.sends_photo(said.chat, data, said.text)
            case "sticker":
                self._zalo.sticker(said.chat)
            case "voice":
                self._zalo.voice(said.chat)
            case _:
                return False
        return True


@asynccontextmanager
async def line(folder: Path) -> AsyncIterator[ZaloBotLine]:
    async with AsyncExitStack() as stack:
        zalo = await stack.enter_async_context(running_zalo_bot())
        listening, url = listener()
        opened = ZaloBotLine(zalo, url, folder)
        stack.push_async_callback(opened.bot.close)
        routes = [*opened.bot.routes(), *links(folder / "media", url).routes()]
        await stack.enter_async_context(serving(listening, routes))
        yield opened
