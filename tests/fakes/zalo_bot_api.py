"""A strict server of the Zalo Bot Platform on 127.0.0.1: what is not documented is refused and recorded.

In a test: `async with running_zalo_bot() as zalo:`; whatever the bot called wrongly fails the test at the end. It has
what makes the platform hard: one update a poll, and none is given twice; idle polls that end as 408, by status or by
`error_code`; failures that come as HTTP 200; pictures that it really fetches; no retry-after.
"""

from __future__ import annotations

import asyncio
import json
from collections import Counter, defaultdict, deque
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import aiohttp
from aiohttp import web

from tests.fakes.watched import DEADLINE, Watched
from tests.fakes.zalo_bot_mail import Mail, ZaloError, outside

TOKEN = "12345689:TEST-token_of-the_fake"
ME: dict[str, Any] = {
    "id": "1459232241454765289",
    "account_name": "bot.Lienminh",
    "account_type": "BASIC",
    "can_join_groups": False,
}

#: Fields that each method must have, and those that it may have besides; all are strings.
METHODS: dict[str, tuple[set[str], set[str]]] = {
    "getMe": (set(), set()),
    "getUpdates": (set(), {"timeout"}),
    "sendMessage": ({"chat_id", "text"}, set()),
    "sendPhoto": ({"chat_id", "photo"}, {"caption"}),
    "sendSticker": ({"chat_id", "sticker"}, set()),
    "sendChatAction": ({"chat_id", "action"}, set()),
    "setWebhook": ({"url", "secret_token"}, set()),
    "deleteWebhook": (set(), set()),
    "getWebhookInfo": (set(), set()),
}
LONGEST = 2000
_PICTURES = (b"\xff\xd8\xff", b"\x89PNG")


class Sent(NamedTuple):
    """What the bot sent to a chat: the method, and its body as it came."""

    chat: str
    method: str
    body: dict[str, Any]

    @property
    def text(self) -> str:
        text: str = self.body.get("text", self.body.get("caption", ""))
        return text


class Fetched(NamedTuple):
    """A picture as Zalo's servers got it from ours."""

    url: str
    status: int
    type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Fault:
    """What befalls one call. `status` is HTTP's where the code is not; `drop` cuts the connection."""

    code: int = 0
    description: str = ""
    status: int = 0
    drop: str = ""
    hangs: bool = False
    raw: tuple[int, bytes] | None = None


class FakeZaloBot(Watched):
    """`sent` is what the bot said, in order; `people`, the chats it may write to, are those that have written."""

    def __init__(self, token: str = TOKEN) -> None:
        super().__init__()
        self.token = token
        self.url = ""
        self.sent: list[Sent] = []
        self.actions: list[Sent] = []
        self.fetched: list[Fetched] = []
        self.violations: list[str] = []
        self.calls: Counter[str] = Counter()
        self.people: set[str] = set()
        self.files: dict[str, tuple[str, bytes]] = {}
        self.asked_for: list[str] = []
        self.mail = Mail(self._wake)
        self._numbers = 0
        self._faults: defaultdict[str, deque[Fault]] = defaultdict(deque)
        self._unread: defaultdict[str, deque[Sent]] = defaultdict(deque)

    # -- what people do; each returns the message's id

    def says(self, chat: str, text: str, **more: Any) -> str:
        """`more`: sender, name, group, or fields of the message."""
        return self._tell(chat, "message.text.received", {"text": text}, more)

    def sends_photo(
        self, chat: str, content: bytes, caption: str = "", *, field: str = "photo_url", **more: Any
    ) -> str:
        """`field` is where the address stands: "photo_url" as captured, "photo" as documented."""
        fields = {field: self.keep(content, "image/jpeg")} | ({"caption": caption} if caption else {})
        return self._tell(chat, "message.image.received", fields, more)

    def sends_address(self, chat: str, address: str, **more: Any) -> str:
        """A picture that is said to be at any address."""
        return self._tell(chat, "message.image.received", {"photo_url": address}, more)

    def sticker(self, chat: str, **more: Any) -> str:
        fields = {"sticker": "0e078a2fb66a5f34067b", "url": "https://zalo-api.zadn.vn/api/emoticon/sprite"}
        return self._tell(chat, "message.sticker.received", fields, more)

    def voice(self, chat: str, **more: Any) -> str:
        address = self.keep(b"voice", "audio/aac")
        return self._tell(chat, "message.voice.received", {"voice_url": address}, more)

    def unsupported(self, chat: str, **more: Any) -> str:
        """A file, a contact, a place: Zalo only says that there was something."""
        return self._tell(chat, "message.unsupported.received", {}, more)

    def meet(self, *chats: str) -> None:
        """Lets the bot write there though nobody has written yet."""
        self.people.update(chats)

    def push(self, update: Any) -> None:
        """Any update, however broken."""
        self.mail.push(update)

    def keep(self, content: bytes, kind: str) -> str:
        """The address of something that a person has sent."""
        name = f"{len(self.files) + 1}.jpg"
        self.files[name] = (kind, content)
        return f"{self.url}/media/{name}"

    def redirect(self, to: str) -> str:
        """An address that leads to another; to itself where there is none."""
        name = f"{len(self.files) + 1}.jpg"
        self.files[name] = ("redirect", (to or f"/media/{name}").encode())
        return f"{self.url}/media/{name}"

    # -- what befalls calls

    def fail(self, method: str, code: int, description: str = "", *, status: int = 0, times: int = 1) -> None:
        """Answers with an error code; `status` is HTTP's where it is another (200)."""
        self._faults[method].extend([Fault(code, description, status or code)] * times)

    def drop(self, method: str, *, after: bool, times: int = 1) -> None:
        """Cuts the connection: after the call was done, or before it was looked at."""
        self._faults[method].extend([Fault(drop="after" if after else "before")] * times)

    def hang(self, method: str, times: int = 1) -> None:
        """Does the call and never answers."""
        self._faults[method].extend([Fault(hangs=True)] * times)

    def garble(self, method: str, status: int, body: bytes) -> None:
        """Answers with something that is not Zalo's: a proxy's page, half a JSON. A poll takes no update then."""
        self._faults[method].append(Fault(raw=(status, body)))

    # -- what the bot did

    async def reply(self, chat: str, timeout: float = DEADLINE) -> Sent:
        """The next message to a chat that was not read yet."""
        await self.until(lambda: bool(self._unread[chat]), f"no message to {chat}", timeout)
        return self._unread[chat].popleft()

    def to(self, chat: str) -> list[Sent]:
        return [sent for sent in self.sent if sent.chat == chat]

    # -- the server

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        parts = request.path.split("/")
        if request.path.startswith("/media/"):
            return self._file(parts[2])
        if len(parts) != 3 or not parts[1].startswith("bot"):
            return _failure(ZaloError(404, "Not found"))
        if parts[1] != f"bot{self.token}":
            return _failure(ZaloError(401, "Unauthorized"))
        method = parts[2]
        self.calls[method] += 1
        self._wake()
        fault = self._faults[method].popleft() if self._faults.get(method) else Fault()
        if fault.drop == "before":
            return self._cut(request)
        try:
            body = await self._checked(request, method)
            if fault.code:
                raise ZaloError(fault.code, fault.description, fault.status)
            if fault.raw and (fault.raw[0] >= 400 or method == "getUpdates"):
                return web.Response(status=fault.raw[0], body=fault.raw[1])
            response = _success(await self._do(method, body))
        except ZaloError as error:
            response = _failure(error)
        self._wake()
        if fault.drop == "after":
            return self._cut(request)
        if fault.hangs:
            await asyncio.Event().wait()
        if fault.raw:
            return web.Response(status=fault.raw[0], body=fault.raw[1])
        return response

    async def _checked(self, request: web.BaseRequest, method: str) -> dict[str, str]:
        """The body of a call that is as documented; anything else is refused and recorded."""
        raw = await request.content.read()
        try:
            body = json.loads(raw) if raw else {}
        except ValueError:
            body = None
        wrong = _problems(request, method, body)
        if wrong:
            self.violations.append(f"{method}: {wrong}")
            raise ZaloError(400 if method in METHODS else 404, f"Bad request: {wrong}")
        assert isinstance(body, dict)
        return body

    async def _do(self, method: str, body: dict[str, str]) -> Any:
        if "chat_id" in body and body["chat_id"] not in self.people:
            raise ZaloError(400, "Bad request: no such chat")
        match method:
            case "getMe":
                return ME
            case "getUpdates":
                return await self.mail.get(float(body.get("timeout", 30)), self.violations)
            case "setWebhook":
                return await self.mail.set_webhook(body["url"], body["secret_token"])
            case "deleteWebhook":
                return await self.mail.delete_webhook()
            case "getWebhookInfo":
                return self.mail.info()
            case "sendChatAction":
                self.actions.append(Sent(body["chat_id"], method, body))
                return None
            case "sendPhoto":
                await self._fetch(body["photo"])
        return self.record(method, body)

    def record(self, method: str, body: dict[str, str]) -> dict[str, Any]:
        sent = Sent(body["chat_id"], method, body)
        self.sent.append(sent)
        self._unread[sent.chat].append(sent)
        return self._identity()

    async def _fetch(self, address: str) -> None:
        try:
            async with (
                aiohttp.ClientSession() as session,
                session.get(address, timeout=aiohttp.ClientTimeout(total=DEADLINE)) as response,
            ):
                content = await response.read()
                self.fetched.append(Fetched(address, response.status, response.content_type, content))
        except (aiohttp.ClientError, TimeoutError, ValueError):
            raise ZaloError(400, "Bad request: the photo cannot be fetched") from None
        got = self.fetched[-1]
        if got.status != 200 or not got.type.startswith("image/") or not got.content.startswith(_PICTURES):
            raise ZaloError(400, "Bad request: this is no photo")

    def _file(self, name: str) -> web.Response:
        self.asked_for.append(name)
        if name not in self.files:
            return web.Response(status=404)
        kind, content = self.files[name]
        if kind == "redirect":
            return web.Response(status=302, headers={"Location": content.decode()})
        return web.Response(body=content, content_type=kind)

    def _tell(self, chat: str, event: str, content: dict[str, Any], more: dict[str, Any]) -> str:
        group = more.pop("group", False)
        sender = more.pop("sender", chat)
        name = more.pop("name", "Ted")
        self.meet(chat)
        identity = self._identity()
        message = {
            "from": {"id": sender, "display_name": name, "is_bot": False},
            "chat": {"id": chat, "chat_type": "GROUP" if group else "PRIVATE"},
            **content,
            **identity,
            **more,
        }
        self.push({"event_name": event, "message": message})
        return str(message["message_id"])

    def _identity(self) -> dict[str, Any]:
        self._numbers += 1
        return {"message_id": f"{self._numbers:020x}", "date": 1750316131602 + self._numbers}

    def _cut(self, request: web.BaseRequest) -> web.Response:
        if request.transport:
            request.transport.abort()
        self._wake()
        return web.Response()


@asynccontextmanager
async def running_zalo_bot(zalo: FakeZaloBot | None = None, port: int = 0) -> AsyncIterator[FakeZaloBot]:
    """Serves until left; then a call that was not as documented fails the test."""
    zalo = zalo or FakeZaloBot()
    server = web.Server(zalo.handle, handler_cancellation=True, access_log=None)
    runner = web.ServerRunner(server, shutdown_timeout=0.2)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    zalo.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield zalo
        assert not zalo.violations, "\n".join(zalo.violations)
    finally:
        await zalo.mail.close()
        await runner.cleanup()


def _problems(request: web.BaseRequest, method: str, body: Any) -> str:
    """What is wrong with a call; "" where nothing is."""
    if method not in METHODS:
        return "no such method"
    if request.method != "POST" or (body and request.content_type != "application/json"):
        return "not POST with JSON"
    if not isinstance(body, dict):
        return "the body is no JSON object"
    needed, possible = METHODS[method]
    if missing := needed - set(body):
        return f"{', '.join(sorted(missing))}: missing"
    if unknown := set(body) - needed - possible:
        return f"{', '.join(sorted(unknown))}: no such field"
    if wrong := [name for name, value in body.items() if not isinstance(value, str)]:
        return f"{', '.join(wrong)}: not a string"
    return _value_problems(body)


def _value_problems(body: dict[str, str]) -> str:
    for name in ("text", "caption"):
        if name in body and not (body[name].strip() and _length(body[name]) <= LONGEST):
            return f"{name}: {_length(body[name])} characters are not 1 to {LONGEST}"
    if not body.get("timeout", "1").isdecimal():
        return "timeout: no seconds"
    if body.get("action", "typing") != "typing":
        return "action: unknown"
    if "photo" in body and urlsplit(body["photo"]).scheme not in ("http", "https"):
        return "photo: not an address"
    if "url" in body and not outside(body["url"]):
        return "url: not https"
    if not 8 <= len(body.get("secret_token", "8 is fine")) <= 256:
        return "secret_token: not 8 to 256 characters"
    return ""


def _length(text: str) -> int:
    """As the strictest reading has it: UTF-16 code units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _success(result: Any) -> web.Response:
    return _json({"ok": True} if result is None else {"ok": True, "result": result}, 200)


def _failure(error: ZaloError) -> web.Response:
    return _json({"ok": False, "description": error.description, "error_code": error.code}, error.status)


def _json(value: dict[str, Any], status: int) -> web.Response:
    return web.Response(body=json.dumps(value).encode(), status=status, content_type="application/json")


def texts(sent: Sequence[Sent]) -> list[str]:
    return [one.text for one in sent]
