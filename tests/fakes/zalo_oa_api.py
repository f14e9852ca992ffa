"""A strict Zalo Official Account on 127.0.0.1: OAuth, OpenAPI, the host of pictures, and webhooks that are signed.

In a test: `async with running_zalo_oa() as zalo:`; whatever the bot did wrong fails the test at the end. Errors come as
HTTP 200 with `error != 0`, the token in the header `access_token`, and a refresh token works once. Time is
`zalo.now` and passes only by `zalo.moves(hours=50)`. What people do: `zalo.says("1001", "xin chào")`,
`sends_photo`, `sends_file`, `follows`, `unfollows`, `blocks`, `taps`. What they were sent: `zalo.sent`.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections import Counter, defaultdict, deque
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import aiohttp
from aiohttp import hdrs, web

from tests.fakes.watched import DEADLINE, Watched

APP_ID = "4123456789012345678"
APP_SECRET = "app-secret-of-the-fake"
OA_SECRET = "oa-secret-key-of-the-fake"
OA_ID = "579745863508352884"
#: The refresh token that the owner of the account was shown.
REFRESH = "refresh-1"

#: Seconds that an access token lives, as the answer says it, and how long a refresh token waits for its use.
ACCESS_SECONDS, REFRESH_LIVES = 90_000, timedelta(days=90)
#: After a person's last message: free, then paid, then closed.
FREE, PAID = timedelta(hours=48), timedelta(days=7)
#: Characters of a text; bytes of a picture and of a file; buttons; days that an upload is kept.
TEXT, PICTURE, FILE, BUTTONS, UPLOADED = 2000, 1024**2, 5 * 1024**2, 5, timedelta(days=7)
#: The hours in which what is promotional may be said.
PROMOTION = (6, 22)
VIETNAM = timezone(timedelta(hours=7))
#: Seconds before a webhook that was not answered with 200 comes again: Zalo's 30 s to 60 min, in quick motion.
RETRIES = (0.02, 0.05, 0.1, 0.2, 0.4)
#: Seconds in which a webhook has to be answered.
ANSWERED_IN = 2.0


class ZaloError(Exception):
    """What an answer says instead of a result; `error` is Zalo's number."""

    def __init__(self, error: int, message: str = "") -> None:
        super().__init__(message)
        self.error = error
        self.message = message or f"error {error}"


@dataclass(frozen=True, slots=True)
class Sent:
    """A message that reached a person. `via` is "cs" or "template"; `paid`: it was outside of the free hours."""

    user: str
    via: str
    message: dict[str, Any]
    message_id: str
    at: datetime
    paid: bool = False
    photo: bytes | None = None
    file: tuple[str, bytes] | None = None

    @property
    def chat(self) -> str:
        return self.user

    @property
    def text(self) -> str:
        return str(self.message.get("text", ""))

    @property
    def buttons(self) -> dict[str, str]:
        """Title to payload or address."""
        buttons = self.message.get("attachment", {}).get("payload", {}).get("buttons", [])
        return {
            b["title"]: b["payload"] if isinstance(b["payload"], str) else b["payload"]["url"]
            for b in buttons
        }


@dataclass(frozen=True, slots=True)
class Fault:
    """What befalls one call: an error, a lateness, a cut line before or after it is done, an answer of a proxy."""

    error: ZaloError | None = None
    drop: str = ""
    delay: float = 0
    raw: tuple[int, bytes] | None = None


@dataclass(frozen=True, slots=True)
class Template:
    """A template of the account, with the names of its values."""

    names: frozenset[str]
    promotional: bool = False


@dataclass
class Delivered:
    """What became of one event: the statuses of its deliveries."""

    body: bytes
    statuses: list[int] = field(default_factory=list)
    done: bool = False


class FakeZaloOa(Watched):
    """`revokes`: an access token ends when the next is given. `retries` are the pauses between deliveries."""

    def __init__(self, *, revokes: bool = False, retries: Sequence[float] = RETRIES) -> None:
        super().__init__()
        self.url = ""
        self.webhook = ""
        self.now = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
        self.revokes = revokes
        self.retries = tuple(retries)
        self.violations: list[str] = []
        self.calls: Counter[str] = Counter()
        self.sent: list[Sent] = []
        self.events: list[Delivered] = []
        self.refreshes = 0
        self.refused = 0
        self.refresh_token = REFRESH
        self.refresh_until = self.now + REFRESH_LIVES
        self.access: dict[str, datetime] = {}
        self.heard: dict[str, datetime] = {}
        self.blocked: set[str] = set()
        #: Messages that a person may still be sent, where there is a limit.
        self.quota: dict[str, int] = {}
        self.balance = True
        self.templates: dict[str, Template] = {}
        self.files: dict[str, tuple[bytes, str]] = {}
        self.fetched: list[str] = []
        #: Called with each call's name as it arrives.
        self.called: Callable[[str], None] = lambda call: None
        #: Called when a refresh was done and not yet answered, and when its answer has left.
        self.refreshed: Callable[[], None] = lambda: None
        self.answered: Callable[[], None] = lambda: None
        self._uploads: dict[str, tuple[str, str, bytes, datetime]] = {}
        self._faults: defaultdict[str, deque[Fault]] = defaultdict(deque)
        self._unread: defaultdict[str, deque[Sent]] = defaultdict(deque)
        self._ids = 0
        self._queue: asyncio.Queue[tuple[Delivered, dict[str, str]]] = asyncio.Queue()

    def moves(self, **by: float) -> None:
        """`zalo.moves(hours=50)`."""
        self.now += timedelta(**by)

    def __call__(self) -> datetime:
        return self.now

    # -- what the owner of the account does

    def issues(self) -> str:
        """A new refresh token, as the owner of the account gets it by consenting again; the one before is dead."""
        self.refresh_token = self._new("refresh")
        self.refresh_until = self.now + REFRESH_LIVES
        return self.refresh_token

    def revokes_access(self) -> None:
        """All access tokens end now."""
        self.access.clear()

    def withdraws(self) -> None:
        """The owner takes the consent back: no token works any more."""
        self.access.clear()
        self.refresh_token = ""

    # -- what people do; each returns the event's msg_id, or "" where it has none

    def says(self, user: str, text: str, **message: Any) -> str:
        return self._sends(user, "text", {"text": text, **message})

    def taps(self, user: str, title: str) -> str:
        """Taps the newest button with that title; its payload comes back as a text."""
        shown = [sent for sent in self.sent if sent.user == user and title in sent.buttons]
        assert shown, f"no button {title!r} was shown to {user}"
        return self.says(user, shown[-1].buttons[title])

    def sends_photo(self, user: str, content: bytes, caption: str = "") -> str:
        address = self.keeps(content, "image/jpeg")
        shown = {"attachments": [{"type": "image", "payload": {"thumbnail": address, "url": address}}]}
        return self._sends(user, "image", ({"text": caption} if caption else {}) | shown)

    def sends_file(self, user: str, content: bytes, name: str) -> str:
        payload = {
            "url": self.keeps(content, "application/octet-stream"),
            "size": str(len(content)),
            "name": name,
            "checksum": hashlib.md5(content).hexdigest(),
            "type": name.rpartition(".")[2],
        }
        return self._sends(user, "file", {"attachments": [{"type": "file", "payload": payload}]})

    def shares_location(self, user: str, latitude: float, longitude: float) -> str:
        place = {"coordinates": {"latitude": str(latitude), "longitude": str(longitude)}}
        return self._sends(
            user, "location", {"text": "", "attachments": [{"type": "location", "payload": place}]}
        )

    def sends(self, user: str, kind: str, payload: dict[str, Any], text: str = "") -> str:
        """Anything else: a sticker, a gif, an audio, a video, a link, a business card."""
        message = {"attachments": [{"type": kind, "payload": payload}]}
        return self._sends(user, kind, message | ({"text": text} if text else {}))

    def follows(self, user: str) -> None:
        self.blocked.discard(user)
        self.heard[user] = self.now
        self.push({"event_name": "follow", "follower": {"id": user}, "source": "oa_profile", "oa_id": OA_ID})

    def unfollows(self, user: str) -> None:
        self.push(
            {"event_name": "unfollow", "follower": {"id": user}, "source": "oa_profile", "oa_id": OA_ID}
        )

    def blocks(self, user: str) -> None:
        """The person wants no more messages; no event tells of it."""
        self.blocked.add(user)

    def meets(self, *users: str) -> None:
        """As if they had written just now, without an event."""
        for user in users:
            self.heard[user] = self.now

    def sees(self, user: str, message_id: str, event: str = "user_seen_message") -> None:
        """The person's phone tells that a message of the bot's was received or seen."""
        self.push(self._from(user) | {"event_name": event, "message": {"msg_ids": [message_id]}})

    def keeps(self, content: bytes, kind: str) -> str:
        """Puts a file on Zalo's host and returns its address."""
        name = f"{len(self.files) + 1}.{kind.rpartition('/')[2]}"
        self.files[f"/{name}"] = (content, kind)
        return f"{self.url}/{name}"

    def _sends(self, user: str, kind: str, message: dict[str, Any]) -> str:
        self.heard[user] = self.now
        msg_id = self._new("msg")
        self.push(
            self._from(user) | {"event_name": f"user_send_{kind}", "message": {"msg_id": msg_id, **message}}
        )
        return msg_id

    def _from(self, user: str) -> dict[str, Any]:
        return {"sender": {"id": user}, "recipient": {"id": OA_ID}, "user_id_by_app": f"9{user}"}

    def push(self, event: dict[str, Any]) -> None:
        """Any event, signed."""
        event = {"app_id": APP_ID, **event}
        event.setdefault("timestamp", str(int(self.now.timestamp() * 1000)))
        body = json.dumps(event, ensure_ascii=False).encode()
        delivered = Delivered(body)
        self.events.append(delivered)
        self._queue.put_nowait((delivered, signed(body, event["timestamp"])))

    def again(self, event: Delivered | None = None) -> None:
        """Delivers an event once more, as Zalo does where it did not see the answer."""
        event = event or self.events[-1]
        stamp = json.loads(event.body)["timestamp"]
        self._queue.put_nowait((event, signed(event.body, stamp)))

    # -- what befalls calls, by the last part of their path: "cs", "image", "access_token", …

    def fails(self, call: str, error: int, *, times: int = 1) -> None:
        self._faults[call].extend([Fault(ZaloError(error))] * times)

    def drops(self, call: str, *, after: bool, times: int = 1) -> None:
        """Cuts the line: after the call was done, or before it was looked at."""
        self._faults[call].extend([Fault(drop="after" if after else "before")] * times)

    def slow(self, call: str, seconds: float, *, times: int = 1) -> None:
        """Does the call and answers late."""
        self._faults[call].extend([Fault(delay=seconds)] * times)

    def garbles(self, call: str, status: int, body: bytes) -> None:
        """Answers with something that is not Zalo's: a proxy's page, half a JSON."""
        self._faults[call].append(Fault(raw=(status, body)))

    # -- what the bot did

    def to(self, user: str) -> list[Sent]:
        return [sent for sent in self.sent if sent.user == user]

    def texts(self, user: str) -> list[str]:
        return [sent.text for sent in self.to(user)]

    async def reply(self, user: str, timeout: float = DEADLINE) -> Sent:
        """The next message to a person that was not read yet."""
        await self.until(lambda: bool(self._unread[user]), f"no message to {user}", timeout)
        return self._unread[user].popleft()

    async def delivered(self) -> None:
        """Returns once the bot has been told everything."""
        await self.until(lambda: all(event.done for event in self.events), "an event was not delivered")

    # -- the webhook

    async def deliver(self) -> None:
        """Brings events to the webhook, one after another, again where it does not answer 200."""
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(ANSWERED_IN)) as session:
            while True:
                event, headers = await self._queue.get()
                for pause in (0.0, *self.retries):
                    await asyncio.sleep(pause)
                    status = await self._post(session, event.body, headers)
                    event.statuses.append(status)
                    if status == 200:
                        break
                event.done = True
                self._wake()

    async def _post(self, session: aiohttp.ClientSession, body: bytes, headers: dict[str, str]) -> int:
        try:
            async with session.post(self.webhook, data=body, headers=headers) as response:
                await response.read()
                return response.status
        except (aiohttp.ClientError, TimeoutError, OSError):
            return 0

    # -- the server

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        if request.method == "GET" and request.path in self.files:
            return self._file(request)
        call = request.path.rpartition("/")[2]
        self.calls[call] += 1
        self.called(call)
        fault = self._faults[call].popleft() if self._faults.get(call) else Fault()
        if fault.drop == "before":
            return self._cut(request)
        if fault.raw and fault.raw[0] >= 400:
            return web.Response(status=fault.raw[0], body=fault.raw[1])
        try:
            if fault.error:
                await request.read()
                raise fault.error
            answer = await self._do(request)
        except ZaloError as error:
            answer = {"error": error.error, "message": error.message}
        if call == "access_token":
            self.refreshed()
        self._wake()
        if fault.delay:
            await asyncio.sleep(fault.delay)
        if fault.drop == "after":
            return self._cut(request)
        if fault.raw:
            return web.Response(status=fault.raw[0], body=fault.raw[1])
        response = web.Response(
            body=json.dumps(answer).encode(),
            content_type="application/json",
            headers={"X-RateLimit-Limit": "4000", "X-RateLimit-Remain": "3999"},
        )
        if call == "access_token":
            await response.prepare(request)
            await response.write_eof()
            self.answered()
        return response

    async def _do(self, request: web.BaseRequest) -> dict[str, Any]:
        calls = {
            ("POST", "/v4/oa/access_token"): self._refresh,
            ("POST", "/v3.0/oa/message/cs"): self._cs,
            ("POST", "/v3.0/oa/message/template"): self._template,
            ("POST", "/v3.0/oa/quota/message"): self._quota,
            ("POST", "/v2.0/oa/upload/image"): self._image,
            ("POST", "/v2.0/oa/upload/file"): self._upload,
            ("GET", "/v2.0/oa/getoa"): self._getoa,
        }
        if (request.method, request.path) not in calls:
            raise self._wrong(f"there is no {request.method} {request.path}", -404)
        if request.path != "/v4/oa/access_token":
            self._authorised(request)
        return await calls[request.method, request.path](request)

    def _wrong(self, what: str, error: int = -201) -> ZaloError:
        """The bot did what no bot should."""
        self.violations.append(what)
        return ZaloError(error, what)

    def _authorised(self, request: web.BaseRequest) -> None:
        if hdrs.AUTHORIZATION in request.headers or request.query:
            raise self._wrong("the token goes into the header access_token, and only there")
        until = self.access.get(request.headers.get("access_token", ""))
        if until is None:
            raise ZaloError(-216, "Access token is invalid")
        if until <= self.now:
            raise ZaloError(-220, "access_token is expired or not available")

    # -- OAuth

    async def _refresh(self, request: web.BaseRequest) -> dict[str, Any]:
        if request.content_type != "application/x-www-form-urlencoded":
            raise self._wrong(f"the refresh is a form, not {request.content_type}")
        form = dict(await request.post())
        if set(form) != {"refresh_token", "app_id", "grant_type"} or form["grant_type"] != "refresh_token":
            raise self._wrong(f"the refresh has {sorted(form)}")
        if request.headers.get("secret_key") != APP_SECRET or form["app_id"] != APP_ID:
            return _no_token(-14004, "Invalid app_id or secret_key.")
        if (
            form["refresh_token"] != self.refresh_token
            or not self.refresh_token
            or self.refresh_until <= self.now
        ):
            self.refused += 1
            return _no_token(-14014, "Invalid refresh token.")
        self.refreshes += 1
        self.refresh_token = self._new("refresh")
        self.refresh_until = self.now + REFRESH_LIVES
        if self.revokes:
            self.access.clear()
        access = self._new("access")
        self.access[access] = self.now + timedelta(seconds=ACCESS_SECONDS)
        return {
            "access_token": access,
            "refresh_token": self.refresh_token,
            "expires_in": str(ACCESS_SECONDS),
        }

    # -- messages

    async def _cs(self, request: web.BaseRequest) -> dict[str, Any]:
        asked = await self._json(request, {"recipient", "message"})
        user = self._user(asked["recipient"].get("user_id"))
        message = asked["message"]
        self._check(message)
        photo, file = self._attached(message.get("attachment"))
        since = self.now - self.heard.get(user, datetime.min.replace(tzinfo=UTC))
        if user in self.blocked:
            raise ZaloError(-217, "User has blocked this OA")
        if user not in self.heard:
            raise ZaloError(-213, "User has not followed OA")
        if since > PAID:
            raise ZaloError(-230, "User has not interacted with the OA in the past 7 days")
        paid = since > FREE
        if paid and not self.balance:
            raise ZaloError(-320, "Your app needs to connect with Zalo Cloud Account to use paid feature")
        if self.quota.get(user, 1) <= 0:
            raise ZaloError(-218, "Out of quota receive")
        if user in self.quota:
            self.quota[user] -= 1
        return self._put(Sent(user, "cs", message, self._new("sent"), self.now, paid, photo, file))

    async def _template(self, request: web.BaseRequest) -> dict[str, Any]:
        asked = await self._json(request, {"user_id", "template_id", "template_data"})
        user = self._user(asked["user_id"])
        template = self.templates.get(str(asked["template_id"]))
        if template is None:
            raise ZaloError(-223, "The template does not exist or is not allowed")
        data = asked["template_data"]
        if set(data) != template.names or not all(isinstance(v, str) and v for v in data.values()):
            raise self._wrong(f"the template has {sorted(template.names)}, not {sorted(data)}")
        if user in self.blocked:
            raise ZaloError(-217, "User has blocked this OA")
        begins, ends = PROMOTION
        if template.promotional and not begins <= self.now.astimezone(VIETNAM).hour < ends:
            raise ZaloError(-234, "Promotional messages are sent from 06:00 to 21:59")
        if not self.balance:
            raise ZaloError(-320, "Your app needs to connect with Zalo Cloud Account to use paid feature")
        message = {"template_id": asked["template_id"], "template_data": data}
        return self._put(Sent(user, "template", message, self._new("sent"), self.now, True))

    async def _quota(self, request: web.BaseRequest) -> dict[str, Any]:
        asked = await self._json(request, {"user_id"})
        user = self._user(asked["user_id"])
        left = self.quota.get(user, 8)
        return {"error": 0, "message": "Success", "data": {"reply": {"total": 8, "remain": max(0, left)}}}

    async def _getoa(self, request: web.BaseRequest) -> dict[str, Any]:
        return {"error": 0, "message": "Success", "data": {"oa_id": OA_ID, "name": "Liên minh HTX"}}

    def _put(self, sent: Sent) -> dict[str, Any]:
        self.sent.append(sent)
        self._unread[sent.user].append(sent)
        return {
            "error": 0,
            "message": "Success",
            "data": {"message_id": sent.message_id, "user_id": sent.user},
        }

    def _user(self, user: Any) -> str:
        if not isinstance(user, str) or not user.isdigit():
            raise self._wrong(f"{user!r} is no person")
        return user

    def _check(self, message: Any) -> None:
        if not isinstance(message, dict) or not message or set(message) - {"text", "attachment"}:
            raise self._wrong(f"a message has text and attachment, not {message!r:.80}")
        text = message.get("text", "")
        if not isinstance(text, str) or ("text" in message and not 1 <= len(text) <= TEXT):
            raise self._wrong(f"a text has 1 to {TEXT} characters, not {len(text)}", -210)

    def _attached(self, attachment: Any) -> tuple[bytes | None, tuple[str, bytes] | None]:
        """Picture and file of an attachment."""
        match attachment:
            case None:
                return None, None
            case {"type": "file", "payload": {"token": token}}:
                kind, name, content, _ = self._uploaded(token)
                if kind != "file":
                    raise self._wrong("a picture is not sent as a file")
                return None, (name, content)
            case {
                "type": "template",
                "payload": {
                    "template_type": "media",
                    "elements": [{"media_type": "image", "attachment_id": identity}],
                },
            }:
                kind, _, content, _ = self._uploaded(identity)
                if kind != "image":
                    raise self._wrong("a file is not sent as a picture")
                return content, None
            case {"type": "template", "payload": {"buttons": [*buttons]}} if 1 <= len(buttons) <= BUTTONS:
                for button in buttons:
                    self._button(button)
                return None, None
        raise self._wrong(f"no such attachment: {attachment!r:.200}")

    def _button(self, button: Any) -> None:
        match button:
            case {"title": str(title), "type": "oa.query.show", "payload": str(payload)}:
                fine = 1 <= len(title) <= 100 and payload.startswith("#") and len(payload) <= 1000
            case {"title": str(title), "type": "oa.open.url", "payload": {"url": str(url)}}:
                fine = 1 <= len(title) <= 100 and url.startswith("http")
            case _:
                fine = False
        if not fine:
            raise self._wrong(f"no such button: {button!r:.200}")

    def _uploaded(self, identity: Any) -> tuple[str, str, bytes, datetime]:
        found = self._uploads.get(identity) if isinstance(identity, str) else None
        if found is None or found[3] + UPLOADED <= self.now:
            raise ZaloError(-201, "attachment_id is invalid")
        return found

    def forgets_uploads(self) -> None:
        self._uploads.clear()

    async def _image(self, request: web.BaseRequest) -> dict[str, Any]:
        name, content = await self._part(request)
        if len(content) > PICTURE or not content.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n")):
            raise self._wrong(f"a picture is a JPEG or PNG of at most 1 MB, not {len(content)} bytes", -210)
        return self._keep("image", name, content, "attachment_id")

    async def _upload(self, request: web.BaseRequest) -> dict[str, Any]:
        name, content = await self._part(request)
        if len(content) > FILE or name.rpartition(".")[2].lower() not in ("pdf", "doc", "docx"):
            raise self._wrong(f"a file is a PDF, DOC or DOCX of at most 5 MB, not {name}", -210)
        return self._keep("file", name, content, "token")

    def _keep(self, kind: str, name: str, content: bytes, answer: str) -> dict[str, Any]:
        identity = self._new(kind)
        self._uploads[identity] = (kind, name, content, self.now)
        return {"error": 0, "message": "Success", "data": {answer: identity}}

    async def _part(self, request: web.BaseRequest) -> tuple[str, bytes]:
        """The one part “file” of an upload."""
        if request.content_type != "multipart/form-data":
            raise self._wrong(f"an upload is multipart/form-data, not {request.content_type}")
        found: list[tuple[str, bytes]] = []
        reader = await request.multipart()
        while (part := await reader.next()) is not None:
            assert isinstance(part, aiohttp.BodyPartReader)
            content = bytearray()
            while piece := await part.read_chunk(65536):
                content += piece
            if part.name != "file" or not part.filename:
                raise self._wrong(f"an upload has the part “file”, not {part.name!r}")
            found.append((part.filename, bytes(content)))
        if len(found) != 1:
            raise self._wrong(f"an upload has one part, not {len(found)}")
        return found[0]

    async def _json(self, request: web.BaseRequest, names: set[str]) -> dict[str, Any]:
        if request.content_type != "application/json":
            raise self._wrong(f"the body is JSON, not {request.content_type}")
        try:
            asked = json.loads(await request.text())
        except ValueError:
            asked = None
        if not isinstance(asked, dict) or set(asked) != names:
            raise self._wrong(f"the body has {sorted(names)}, not {asked!r:.120}")
        return asked

    def _file(self, request: web.BaseRequest) -> web.Response:
        self.fetched.append(request.path)
        content, kind = self.files[request.path]
        return web.Response(body=content, content_type=kind)

    def _new(self, kind: str) -> str:
        self._ids += 1
        return f"{kind}-{self._ids + 1}"

    def _cut(self, request: web.BaseRequest) -> web.Response:
        if request.transport:
            request.transport.abort()
        self._wake()
        return web.Response()


def signed(body: bytes, timestamp: str, secret: str = OA_SECRET) -> dict[str, str]:
    """The headers of an event."""
    mac = hashlib.sha256(APP_ID.encode() + body + timestamp.encode() + secret.encode()).hexdigest()
    return {hdrs.CONTENT_TYPE: "application/json", "X-ZEvent-Signature": f"mac={mac}"}


def _no_token(error: int, name: str) -> dict[str, Any]:
    return {"error": error, "error_name": name, "error_description": name, "error_reason": name}


@asynccontextmanager
async def running_zalo_oa(zalo: FakeZaloOa | None = None) -> AsyncIterator[FakeZaloOa]:
    """Serves until left; then a call that was not as Zalo describes it fails the test."""
    zalo = zalo or FakeZaloOa()
    runner = web.ServerRunner(web.Server(zalo.handle, access_log=None), shutdown_timeout=0.2)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    zalo.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    delivering = asyncio.create_task(zalo.deliver())
    try:
        yield zalo
        assert not zalo.violations, "\n".join(zalo.violations)
    finally:
        delivering.cancel()
        await asyncio.gather(delivering, return_exceptions=True)
        await runner.cleanup()
