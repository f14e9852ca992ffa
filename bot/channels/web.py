"""The web chat: a page, its WebSocket, and the files that go up and down.

A socket carries nothing that is not kept: it has a cursor, and whenever it is woken it sends what the history
holds after it. So a message is shown once however often a line breaks, and `send` has only to wake; so have `edit`
and `delete`, since what they did stands in the history beyond the cursor too.
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from aiohttp import WSCloseCode, WSMsgType, hdrs, web

from bot.channels.bodies import body_of
from bot.channels.links import given_out
from bot.channels.web_page import Page, guess_language, secured
from bot.channels.web_wire import (
    BadFrame,
    Change,
    Entry,
    Hello,
    History,
    Ping,
    Said,
    Seal,
    read_frame,
    show,
    show_media,
)
from bot.chat import Accept, Incoming, Media, Outgoing
from bot.errors import MediaError, Refused
from bot.media import LARGEST, TOO_LARGE, MediaStore
from bot.policy import UNBOUNDED
from bot.settings import Settings
from bot.text import N_, clean, language_of, text

__all__ = ["Change", "Entry", "History", "WebChannel"]

log = logging.getLogger(__name__)

#: Messages of a conversation that a page is given when it opens.
SHOWN = 500
#: Seconds between the server's pings; aiohttp closes a line that is silent for half as long after one.
HEARTBEAT = 15
#: Bytes of a frame after which the line is closed: nothing the page sends comes near.
_CUT_OFF = 1024 * 1024
_YEAR = 365 * 24 * 3600


@dataclass(eq=False, slots=True)
class _Line:
    """One open page."""

    socket: web.WebSocketResponse
    visitor: str
    language: str
    cursor: tuple[int, int] | None = None  # None until the page has said what it has
    greeted: bool = False  # whether the page has been told that it has everything
    typing: bool = False
    woken: asyncio.Event = field(default_factory=asyncio.Event)

    async def say(self, frame: dict[str, Any]) -> None:
        await self.socket.send_str(json.dumps(frame, ensure_ascii=False))


class _Pace:
    """At most `count` things in `seconds` from one visitor."""

    def __init__(self, count: int, seconds: float, clock: Callable[[], float]) -> None:
        self._count, self._seconds, self._clock = count, seconds, clock
        self._times: dict[str, deque[float]] = {}

    def wait(self, visitor: str) -> float:
        """0 where it may go on (and is counted), else the seconds until it may."""
        now = self._clock()
        if len(self._times) > 10_000:
            recent = now - self._seconds
            self._times = {who: times for who, times in self._times.items() if times[-1] > recent}
        times = self._times.setdefault(visitor, deque(maxlen=self._count))
        if len(times) == self._count and times[0] > now - self._seconds:
            return times[0] + self._seconds - now
        times.append(now)
        return 0.0


class WebChannel:
    """A `bot.chat.Channel` for browsers. A visitor is a signed random cookie, both chat and sender."""

    name = "web"
    policy = UNBOUNDED

    def __init__(
        self,
        settings: Settings,
        secret: str,
        media: MediaStore,
        history: History,
        title: str = "",
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._settings = settings
        self._media = media
        self._history = history
        self._page = Page(settings, title)
        self._seal = Seal(secret)
        self._lines: dict[str, set[_Line]] = {}
        self._accept: Accept | None = None
        self._messages = _Pace(20, 10, clock)
        self._uploads = _Pace(20, 60, clock)
        self._recognising = asyncio.Semaphore(2)  # decoding a photo takes a core and some 100 MB

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/", self._index),
            web.get("/assets/{file}", self._asset),
            web.get("/t/{code:[0-9A-Za-z]{1,12}}", self._ticket),
            web.get("/ws", self._socket),
            web.post("/upload", self._upload),
            web.get("/media/{token}", self._file),
        ]

    async def run(self, accept: Accept) -> None:
        self._accept = accept
        try:
            await asyncio.get_running_loop().create_future()
        finally:
            self._accept = None
            lines = [line for lines in self._lines.values() for line in lines]
            # "Going away" makes pages come back by themselves, to the next process.
            await asyncio.gather(
                *(line.socket.close(code=WSCloseCode.GOING_AWAY) for line in lines), return_exceptions=True
            )

    async def send(self, chat: str, message: Outgoing) -> str:
        self.wake(chat)
        return ""

    async def edit(self, chat: str, native: str, message: Outgoing) -> None:
        """The history has it changed already, and open pages look into it."""
        self.wake(chat)

    async def delete(self, chat: str, native: str) -> None:
        self.wake(chat)

    @property
    def pages(self) -> int:
        """How many are open."""
        return sum(len(lines) for lines in self._lines.values())

    def wake(self, chat: str) -> None:
        """Lets the open pages of a chat look into the history, after something was written to it."""
        for line in self._lines.get(chat, ()):
            line.woken.set()

    def wake_all(self) -> None:
        """Where another process wrote something, and did not say to whom."""
        for lines in self._lines.values():
            for line in lines:
                line.woken.set()

    async def fetch(self, media: Media) -> bytes:
        try:
            return await asyncio.to_thread(self._media.read, media.reference)
        except MediaError as error:
            raise Refused(str(error)) from None

    async def typing(self, chat: str) -> None:
        for line in self._lines.get(chat, ()):
            line.typing = True
            line.woken.set()

    # ---- the page

    async def _index(self, request: web.Request) -> web.Response:
        response = self._page.index(request)
        visitor = self._visitor(request) or Seal.new_visitor()
        secure = self._settings.public_url.startswith("https:")
        response.set_cookie(
            "visitor", self._seal.cookie(visitor), max_age=_YEAR, httponly=True, samesite="Lax", secure=secure
        )
        chosen = language_of(request.query.get("lang", ""))
        if chosen:
            response.set_cookie("lang", chosen, max_age=_YEAR, samesite="Lax", secure=secure)
        return response

    async def _ticket(self, request: web.Request) -> web.Response:
        return self._page.ticket(request)

    async def _asset(self, request: web.Request) -> web.Response:
        return self._page.asset(request)

    def _visitor(self, request: web.Request) -> str | None:
        return self._seal.visitor(request.cookies.get("visitor", ""))

    def _from_here(self, request: web.Request) -> bool:
        """Whether a page of ours asks. A browser sends cookies with the sockets of any page, so the cookie
        does not say that (cross-site WebSocket hijacking); `Origin` does. Only programs leave it out."""
        origin = request.headers.get(hdrs.ORIGIN)
        if origin is None:
            return True
        here = {request.host.lower(), urlsplit(self._settings.public_url).netloc.lower()} - {""}
        return urlsplit(origin).netloc.lower() in here

    # ---- the socket

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        visitor = self._visitor(request)
        if visitor is None:
            return secured(web.Response(status=401))
        if not self._from_here(request):
            return secured(web.Response(status=403))
        if self._accept is None:
            return secured(web.Response(status=503))
        socket = web.WebSocketResponse(heartbeat=HEARTBEAT, max_msg_size=_CUT_OFF, timeout=2)
        if not socket.can_prepare(request).ok:
            return secured(web.Response(status=426, headers={hdrs.UPGRADE: "websocket"}))
        await socket.prepare(request)
        line = _Line(socket, visitor, guess_language(request))
        self._lines.setdefault(visitor, set()).add(line)
        pump = asyncio.create_task(self._pump(line))
        try:
            await self._listen(line)
        finally:
            pump.cancel()
            await asyncio.gather(pump, return_exceptions=True)
            self._lines[visitor].discard(line)
            if not self._lines[visitor]:
                del self._lines[visitor]
        return socket

    async def _listen(self, line: _Line) -> None:
        async for message in line.socket:
            try:
                if message.type is WSMsgType.TEXT:
                    await self._heard(line, read_frame(message.data, self._seal.media))
                elif message.type is WSMsgType.BINARY:
                    raise BadFrame(N_("This message could not be read."))
            except BadFrame as bad:
                await self._error(line, bad.message, bad.id)
            except ConnectionError:
                return

    async def _heard(self, line: _Line, frame: Hello | Ping | Said) -> None:
        match frame:
            case Hello(cursor):
                line.cursor, line.greeted = cursor, False
                line.woken.set()
            case Ping():
                await line.say({"pong": True})
            case Said():
                await self._said(line, frame)

    async def _said(self, line: _Line, said: Said) -> None:
        pause = self._messages.wait(line.visitor)
        if pause:
            message = N_("You are writing very fast. The message will be sent in a moment.")
            await self._error(line, message, said.id, pause)
        elif await self._kept(self._incoming(line, said)):
            await line.say({"ack": said.id})
            self.wake(line.visitor)
        else:
            message = N_("The message could not be kept just now. It will be sent again.")
            await self._error(line, message, said.id, 5)

    async def _kept(self, incoming: Incoming) -> bool:
        if self._accept is None:
            return False
        try:
            await self._accept([incoming])
        except Exception as error:  # whatever it is, the page keeps the message and the line stays
            log.error("a web message was not kept: %s", type(error).__name__)
            return False
        return True

    def _incoming(self, line: _Line, said: Said) -> Incoming:
        return Incoming(
            channel=self.name,
            key=f"{line.visitor}:{said.id}",
            chat=line.visitor,
            sender=line.visitor,
            kind=said.kind,
            text=said.text,
            data=said.data,
            media=said.media,
            language=line.language,
        )

    async def _error(self, line: _Line, message: str, id: str = "", retry: float = 0) -> None:
        frame: dict[str, Any] = {"error": self._text(line.language)(message)}
        if id:
            frame["id"] = id
        if retry:
            frame["retry"] = round(retry, 1)
        await line.say(frame)

    async def _pump(self, line: _Line) -> None:
        """Sends what is new whenever the line is woken, until it breaks."""
        try:
            while True:
                await line.woken.wait()
                line.woken.clear()
                if line.cursor is None:
                    continue
                await self._catch_up(line, line.cursor)
                if line.typing:
                    line.typing = False
                    await line.say({"typing": True})
        except ConnectionError:
            pass  # the page is gone; the next one says where to go on
        except Exception as error:
            log.error("a web page could not be brought up to date: %s", type(error).__name__)
            await line.socket.close(code=WSCloseCode.INTERNAL_ERROR)  # it comes back and asks again

    async def _catch_up(self, line: _Line, cursor: tuple[int, int]) -> None:
        entries = await self._history.entries(self.name, line.visitor, cursor, SHOWN)
        for entry in entries:
            await line.say({"entry": show(entry, line.visitor, self._seal)})
        if line.cursor != cursor:
            return  # a new hello came meanwhile, and has woken this line again
        line.cursor = (
            max([cursor[0], *(entry.revision for entry in entries if entry.direction == "in")]),
            max([cursor[1], *(entry.revision for entry in entries if entry.direction == "out")]),
        )
        if line.greeted:
            return
        line.greeted = True
        if line.cursor == (0, 0) and not await self._kept(self._incoming(line, Said("joined", "joined"))):
            raise RuntimeError("the first visit was not kept")
        await line.say({"ready": True})
        line.woken.set()

    # ---- files

    async def _upload(self, request: web.Request) -> web.Response:
        """The body is the file, `?name=` its name. Answers with the token that a message then carries."""
        visitor = self._visitor(request)
        t = self._text(guess_language(request))
        if visitor is None or not self._from_here(request):
            return _json({"error": t(N_("Please open the page again."))}, 401 if visitor is None else 403)
        pause = self._uploads.wait(visitor)
        if pause:
            message = N_("You are writing very fast. The message will be sent in a moment.")
            return _json({"error": t(message), "retry": round(pause, 1)}, 429)
        try:
            data = await _read(request)
            name = clean(request.query.get("name", ""))[:120]
            async with self._recognising:
                kept = await asyncio.to_thread(self._media.put, data, name)
        except MediaError as error:
            too_large = "megabytes" in error.values
            return _json({"error": t(error.message, **error.values)}, 413 if too_large else 400)
        return _json(show_media(kept, self._seal))

    async def _file(self, request: web.Request) -> web.StreamResponse:
        media = self._seal.media(request.match_info["token"])
        try:
            path = self._media.path(media.reference) if media else None
        except MediaError:
            path = None
        if media is None or path is None or not await asyncio.to_thread(path.is_file):
            return secured(web.Response(status=404))
        return given_out(path, media.name, media.type, f"private, max-age={_YEAR}, immutable")

    def _text(self, language: str) -> Any:
        return text(language or self._settings.default_language)


async def _read(request: web.Request) -> bytes:
    """The body, up to what the media store takes. Raises `MediaError` once it is larger."""
    data = await body_of(request, LARGEST)
    if data is None:
        raise MediaError(TOO_LARGE, {"megabytes": LARGEST // 1024**2})
    return data


def _json(value: dict[str, Any], status: int = 200) -> web.Response:
    return secured(web.json_response(value, status=status))
