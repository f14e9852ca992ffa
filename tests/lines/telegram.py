"""A talk over Telegram: updates by polling from the strict fake of the Bot API."""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot.chat import Incoming, Media
from tests.channels.telegram_bot import make
from tests.fakes.bot_api import FakeBotApi, running_bot_api
from tests.lines import Line

#: Letters of a message at Telegram.
LONGEST = 4096
_STICKER = {
    "file_id": "f",
    "file_unique_id": "u",
    "type": "regular",
    "width": 1,
    "height": 1,
    "is_animated": False,
    "is_video": False,
}
_VOICE = {"file_id": "f", "file_unique_id": "u", "duration": 1}


class TelegramLine(Line):
    def __init__(self, api: FakeBotApi, folder: Path) -> None:
        self._bot = make(api, folder / "media")
        super().__init__(self._bot)
        self._api = api

    def address(self, name: str) -> str:
        number = zlib.crc32(name.encode()) + 1
        known = name.removeprefix("-").isdecimal()
        identity = int(name) if known else -number if name == "group" else number
        self._api.meet(identity)
        return str(identity)

    async def tells(self, said: Incoming) -> bool:
        if said.group or said.replies_to or said.position:
            return False
        api, chat = self._api, int(said.chat)
        who = {"language": said.language, "name": said.name}
        data, media = self.files.get(said.key), (said.media or (Media(""),))[0]
        match said.kind:
            case "text" if 0 < len(said.text) <= LONGEST and said.text == said.text.strip():
                api.say(chat, said.text, edited=said.edited, **who)
            case "tap" if said.data:
                api.tap(chat, said.data, forged=True, language=said.language)
            case "photo" if data is not None:
                api.photo(chat, data, said.text, **who)
            case "file" if data is not None:
                api.document(chat, data, media.name, media.type, language=said.language)
            case "sticker":
                api.show(chat, {"sticker": _STICKER}, **who)
            case "voice":
                api.show(chat, {"voice": _VOICE}, **who)
            case _:
                return False
        return True

    async def close(self) -> None:
        await self._bot.close()


@asynccontextmanager
async def line(folder: Path) -> AsyncIterator[TelegramLine]:
    async with running_bot_api() as api:
        opened = TelegramLine(api, folder)
        try:
            yield opened
        finally:
            await opened.close()
