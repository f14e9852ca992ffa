"""A talk with a Zalo Official Account: signed events, up to five buttons, numbers and words beyond.

The account's windows stay open here, however far a test moves its clock: they have tests of their own.
"""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from bot.channels.zalo_oa import ZaloOaChannel
from bot.channels.zalo_oa.outgoing import PAYLOAD
from bot.chat import Incoming
from tests.channels.zalo_oa_bot import hooked, make, opened
from tests.fakes.zalo_oa_api import FakeZaloOa, running_zalo_oa
from tests.lines import Line

#: Letters of a message at Zalo.
LONGEST = 2000


class ZaloOaLine(Line):
    def __init__(self, zalo: FakeZaloOa, bot: ZaloOaChannel) -> None:
        super().__init__(bot)
        self.policy = replace(self.policy, window=None, gathers=False, closed=None)
        self._zalo = zalo

    def address(self, name: str) -> str:
        number = name if name.isdecimal() else str(zlib.crc32(name.encode()))
        self._zalo.meets(number)
        return number

    async def tells(self, said: Incoming) -> bool:
        if said.group or said.edited or said.replies_to or said.position or said.language:
            return False
        data = self.files.get(said.key)
        match said.kind:
            case "text" if 0 < len(said.text.strip()) <= LONGEST:
                self._zalo.says(said.chat, said.text)
            case "tap" if said.data:
                shown = self._zalo.to(said.chat)
                tapped = any(f"{PAYLOAD}{said.data}" in sent.buttons.values() for sent in shown)
                typed = f"{PAYLOAD}{said.data}" if tapped else self.typed(said)
                if not typed:
                    return False
                self._zalo.says(said.chat, typed)
            case "photo" if data is not None:
                self._zalo.sends_photo(said.chat, data, said.text)
            case "file" if data is not None:
                self._zalo.sends_file(said.chat, data, said.media[0].name)
            case "sticker":
                self._zalo.sends(
                    said.chat, "sticker", {"url": self._zalo.keeps(b"s", "image/png"), "id": "1"}
                )
            case "voice":
                self._zalo.sends(said.chat, "audio", {"url": self._zalo.keeps(b"v", "audio/aac")})
            case _:
                return False
        return True


@asynccontextmanager
async def line(folder: Path) -> AsyncIterator[ZaloOaLine]:
    async with running_zalo_oa() as zalo, opened(f"sqlite+aiosqlite:///{folder / 'zalo.db'}") as database:
        bot = make(zalo, folder, database, zalo_oa_buttons=True)
        async with hooked(zalo, bot):
            yield ZaloOaLine(zalo, bot)
