"""A talk on the web page: its socket, its uploads, and what the page is shown of each message."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from itertools import count
from pathlib import Path
from typing import Any

import aiohttp

from bot.assistant import Assistant, WebHistory
from bot.channels.web import Entry, WebChannel
from bot.channels.web_wire import Seal
from bot.chat import Incoming
from bot.media import MediaStore
from bot.settings import load
from tests.lines import Line, listener, serving

_SECRET = "a secret of the tests"


class _History:
    """The history of the assistant that listens just now."""

    of: WebHistory | None = None

    async def entries(self, channel: str, chat: str, after: tuple[int, int], limit: int) -> list[Entry]:
        return await self.of.entries(channel, chat, after, limit) if self.of else []


class WebLine(Line):
    def __init__(self, folder: Path) -> None:
        self._history = _History()
        ticks = count(step=60)  # nobody writes too fast
        self._page = WebChannel(
            load(data_dir=folder, embeddings=False),
            _SECRET,
            MediaStore(folder / "media"),
            self._history,
            clock=lambda: float(next(ticks)),
        )
        super().__init__(self._page)
        self.changes = False  # a page looks into the history for them: see tests/browser
        self._stack = AsyncExitStack()
        self._url = ""
        self._pages: dict[tuple[str, str], aiohttp.ClientWebSocketResponse] = {}
        self._sessions: dict[str, aiohttp.ClientSession] = {}

    def meets(self, assistant: Assistant) -> None:
        self._history.of = WebHistory(assistant.database)
        self._pages.clear()

    async def open(self) -> None:
        listening, self._url = listener()
        await self._stack.enter_async_context(serving(listening, self._page.routes()))

    async def close(self) -> None:
        await self._stack.aclose()

    async def tells(self, said: Incoming) -> bool:
        if said.group or said.edited or said.replies_to or said.position:
            return False
        frame: dict[str, Any] = {"id": f"{said.key:0>8}"}
        match said.kind:
            case "text" if said.text.strip():
                frame["text"] = said.text
            case "tap" if said.data:
                frame |= {"data": said.data, "label": ""}
            case "photo" | "file" if said.key in self.files:
                uploaded = await self._uploaded(said)
                if uploaded is None:
                    return False
                frame |= {"media": uploaded, "text": said.text}
            case _:
                return False
        new = (said.chat, said.language) not in self._pages
        page = await self._page_of(said)
        await page.send_json(frame)
        if new:  # not before, since who opens an empty page is greeted
            await page.send_json({"hello": {"in": 0, "out": 0}})
        async for shown in page:
            told = shown.json()
            assert "error" not in told, told
            if told.get("ack") == frame["id"]:
                return True
        raise AssertionError("the page's line broke")

    async def _session(self, chat: str) -> aiohttp.ClientSession:
        if chat not in self._sessions:
            session = aiohttp.ClientSession(
                cookies={"visitor": Seal(_SECRET).cookie(chat)}, cookie_jar=aiohttp.CookieJar(unsafe=True)
            )
            self._sessions[chat] = await self._stack.enter_async_context(session)
        return self._sessions[chat]

    async def _page_of(self, said: Incoming) -> aiohttp.ClientWebSocketResponse:
        key = (said.chat, said.language)
        if key not in self._pages:
            session = await self._session(said.chat)
            headers = {"Accept-Language": said.language} if said.language else {}
            page = await session.ws_connect(f"{self._url}/ws", headers=headers)
            self._stack.push_async_callback(page.close)
            self._pages[key] = page
        return self._pages[key]

    async def _uploaded(self, said: Incoming) -> str | None:
        session, name = await self._session(said.chat), said.media[0].name if said.media else ""
        async with session.post(
            f"{self._url}/upload", params={"name": name}, data=self.files[said.key]
        ) as response:
            given = await response.json()
            return str(given["media"]) if response.status == 200 else None


@asynccontextmanager
async def line(folder: Path) -> AsyncIterator[WebLine]:
    opened = WebLine(folder)
    await opened.open()
    try:
        yield opened
    finally:
        await asyncio.wait_for(opened.close(), 10)
