"""A page without a browser: a visitor's cookie, a socket, and what came over it."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

from tests.browser.site import Site

#: Seconds after which what should have come is missed.
DEADLINE = 5


def named(headers: dict[str, str]) -> dict[str, str]:
    """Headers as they are written, from the names of arguments."""
    return {name.replace("_", "-"): value for name, value in headers.items()}


class Client:
    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self.session, self.url = session, url

    async def visit(self, path: str = "/", **headers: str) -> aiohttp.ClientResponse:
        response = await self.session.get(self.url + path, headers=named(headers))
        await response.read()
        return response

    @asynccontextmanager
    async def line(self, cursor: tuple[int, int] | None = (0, 0), **headers: str) -> AsyncIterator[Line]:
        async with self.session.ws_connect(f"{self.url}/ws", headers=named(headers)) as socket:
            line = Line(socket)
            if cursor is not None:
                await line.say({"hello": {"in": cursor[0], "out": cursor[1]}})
            yield line

    async def upload(self, data: bytes, name: str = "", **headers: str) -> tuple[int, dict[str, Any]]:
        async with self.session.post(
            f"{self.url}/upload", params={"name": name}, data=io.BytesIO(data), headers=headers
        ) as response:
            return response.status, await response.json()


class Line:
    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket
        self.heard: list[dict[str, Any]] = []

    async def say(self, frame: dict[str, Any]) -> None:
        await self.socket.send_json(frame)

    async def until(self, *keys: str) -> dict[str, Any]:
        """The next frame that has one of the keys; all before it are in `heard`."""
        while True:
            frame: dict[str, Any] = await self.socket.receive_json(timeout=DEADLINE)
            self.heard.append(frame)
            if any(key in frame for key in keys):
                return frame

    @property
    def entries(self) -> list[dict[str, Any]]:
        return [frame["entry"] for frame in self.heard if "entry" in frame]

    async def shown(self, count: int) -> list[str]:
        """The texts of all entries so far, once there are `count`."""
        while len(self.entries) < count:
            await self.until("entry")
        return [entry["text"] for entry in self.entries]

    async def closed(self) -> int | None:
        """The code with which the server closes, whatever it said before."""
        while not self.socket.closed:
            await self.socket.receive(timeout=DEADLINE)
        return self.socket.close_code


@asynccontextmanager
async def visiting(
    site: Site, *, opened: bool = True, cookies: dict[str, str] | None = None
) -> AsyncIterator[Client]:
    jar = aiohttp.CookieJar(unsafe=True)  # a test server has a number for a name
    async with aiohttp.ClientSession(cookie_jar=jar, cookies=cookies) as session:
        client = Client(session, site.url)
        if opened:
            await client.visit()
        yield client
