"""A strict Telegram Bot API server on 127.0.0.1: the real protocol, each call checked against its description.

In a test: `async with running_bot_api() as api:`; whatever the bot did wrong fails the test at the end. As a
process of its own, for benchmarks and crash tests: `python -m tests.fakes.bot_api --port 9000 --light`; with
`--limits`, and `--speed 10` for a clock that runs ten times as fast, it is as impatient as Telegram is.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import re
import time
from collections import Counter, defaultdict, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from typing import Any

from aiohttp import web

from tests.fakes import bot_api_people as people
from tests.fakes.bot_api_check import Upload, problems, update_problems
from tests.fakes.bot_api_control import control
from tests.fakes.bot_api_http import failure, read_call, success
from tests.fakes.bot_api_limits import Limits
from tests.fakes.bot_api_mail import ApiError, Mail
from tests.fakes.bot_api_methods import METHODS
from tests.fakes.bot_api_spec import spec
from tests.fakes.watched import DEADLINE, Watched

TOKEN = "123456:TEST-token_of-the_fake"


@dataclass(frozen=True, slots=True)
class Sent:
    """A message that the bot sent, or what it changed one to. `number` counts messages from 1; `at` is when."""

    number: int
    chat: int
    method: str
    message_id: int
    parameters: dict[str, Any]
    uploads: dict[str, Upload] = field(default_factory=dict)
    at: float = field(default_factory=time.time)

    @property
    def text(self) -> str:
        text: str = self.parameters.get("text", self.parameters.get("caption", ""))
        return text

    @property
    def rows(self) -> list[list[dict[str, Any]]]:
        rows: list[list[dict[str, Any]]] = self.parameters.get("reply_markup", {}).get("inline_keyboard", [])
        return rows

    @property
    def buttons(self) -> dict[str, str]:
        """Label to data or url, in reading order."""
        return {b["text"]: b.get("callback_data", b.get("url", "")) for row in self.rows for b in row}


@dataclass(frozen=True, slots=True)
class Fault:
    """What befalls one call. `drop` cuts the connection before or after the call is done."""

    error: ApiError | None = None
    drop: str = ""
    delay: float = 0
    raw: tuple[int, bytes] | None = None


class FakeBotApi(Watched):
    """`check_every` is how many calls come to one that is checked; 0 checks none, as `--light` does.

    `gone` are the paths of files that getFile still names and that cannot be downloaded any more. `shown` is what
    stands in the chats now, by chat and number; `changes` are the calls that changed it or took it back. `limits`,
    where there are any, are how fast messages may come. `delay` is how many seconds each answer takes.
    """

    def __init__(
        self, token: str = TOKEN, *, check_every: int = 1, limits: Limits | None = None, delay: float = 0
    ) -> None:
        super().__init__()
        self.token = token
        self.url = ""
        self.check_every = check_every
        self.limits = limits
        self.delay = delay
        self.violations: list[str] = []
        self.calls: Counter[str] = Counter()
        self.sent: list[Sent] = []
        self.changes: list[Sent] = []
        self.shown: dict[tuple[int, int], Sent] = {}
        self.answers: list[dict[str, Any]] = []
        self.actions: list[dict[str, Any]] = []
        self.commands: dict[str, list[dict[str, str]]] = {}
        self.files: dict[str, tuple[str, bytes]] = {}
        self.gone: set[str] = set()
        self.chats: set[int] = set()
        self.blocked: set[int] = set()
        self.queries: set[str] = set()
        self.mail = Mail(self._called_back, self._wake)
        self.started = time.monotonic()
        self._update_id = 1000
        self._message_ids: Counter[int] = Counter()
        self._faults: defaultdict[str, deque[Fault]] = defaultdict(deque)
        self._unread: defaultdict[int, deque[Sent]] = defaultdict(deque)

    # -- what people do; each returns the update's number

    def say(self, chat: int, text: str, *, edited: bool = False, **more: Any) -> int:
        """`more`: sender, name, language, or fields of the message."""
        return self._tell(chat, "edited_message" if edited else "message", {"text": text}, more)

    def start(self, chat: int, payload: str = "", **more: Any) -> int:
        """Opens the bot, by t.me/bot?start=payload where there is one."""
        assert re.fullmatch(r"[A-Za-z0-9_-]{0,64}", payload), f"Telegram lets no link have {payload!r}"
        return self.say(chat, f"/start {payload}".strip(), **more)

    def show(self, chat: int, content: dict[str, Any], **more: Any) -> int:
        """A message of any other kind: a sticker, a voice, a place."""
        return self._tell(chat, "message", content, more)

    def photo(self, chat: int, content: bytes, caption: str = "", **more: Any) -> int:
        file_id = self.keep("photos", ".jpg", content)
        self.files[f"{file_id}-s"] = self.files[file_id]
        shown: dict[str, Any] = {"photo": people.photo_sizes(file_id, len(content))}
        return self._tell(chat, "message", shown | ({"caption": caption} if caption else {}), more)

    def document(self, chat: int, content: bytes, name: str, kind: str, **more: Any) -> int:
        file_id = self.keep("documents", "", content)
        return self._tell(
            chat, "message", {"document": people.document(file_id, name, kind, len(content))}, more
        )

    def tap(
        self, chat: int, data: str, *, forged: bool = False, sender: int = 0, language: str = "vi"
    ) -> int:
        """Taps the newest button with that data; `forged` where no such button was shown."""
        shown = next(
            (
                sent
                for sent in reversed(self.shown.values())
                if sent.chat == chat and data in [b.get("callback_data") for row in sent.rows for b in row]
            ),
            None,
        )
        assert shown or forged, f"no button with the data {data!r} was shown in {chat}"
        number = self.next_update()
        query = f"q{number}"
        self.queries.add(query)
        message = people.message(chat, shown.message_id if shown else 1, people.BOT, text="…")
        who = people.person(sender or abs(chat), language=language)
        return self.push({"update_id": number, "callback_query": people.tap(query, who, message, data)})

    def block(self, chat: int) -> int:
        """The person stops the bot, of which Telegram tells it."""
        self.blocked.add(chat)
        change = people.membership(chat, people.person(abs(chat)), "member", "kicked")
        return self.push({"update_id": self.next_update(), "my_chat_member": change})

    def unblock(self, chat: int) -> int:
        self.blocked.discard(chat)
        change = people.membership(chat, people.person(abs(chat)), "kicked", "member")
        return self.push({"update_id": self.next_update(), "my_chat_member": change})

    def meet(self, *chats: int) -> None:
        """Lets the bot write there though nobody has written yet."""
        self.chats.update(chats)

    def begins_at(self, chat: int, number: int) -> None:
        """The next message in a chat has a number beyond this one."""
        self._message_ids[chat] = number

    def push(self, update: dict[str, Any], *, checked: bool = True) -> int:
        """Any update; without `checked` it may be as broken as one likes."""
        if checked and self.check_every:
            wrong = update_problems(update)
            assert not wrong, f"the fake made a wrong update: {wrong}"
        self.mail.push(update)
        number: int = update.get("update_id", 0)
        return number

    def passes(self, hours: float) -> None:
        """All messages grow so much older."""
        self.shown = {key: replace(sent, at=sent.at - 3600 * hours) for key, sent in self.shown.items()}

    # -- what befalls calls

    def fail(
        self, method: str, status: int, description: str = "", *, times: int = 1, **parameters: int
    ) -> None:
        """`parameters` are Telegram's: retry_after, migrate_to_chat_id."""
        fault = Fault(ApiError(status, description or f"error {status}", **parameters))
        self._faults[method].extend([fault] * times)

    def drop(self, method: str, *, after: bool, times: int = 1) -> None:
        """Cuts the connection: after the call was done, or before it was looked at."""
        self._faults[method].extend([Fault(drop="after" if after else "before")] * times)

    def slow(self, method: str, seconds: float, *, times: int = 1) -> None:
        """Does the call and answers late."""
        self._faults[method].extend([Fault(delay=seconds)] * times)

    def garble(self, method: str, status: int, body: bytes) -> None:
        """Answers with something that is not Telegram's: a proxy's page, half a JSON."""
        self._faults[method].append(Fault(raw=(status, body)))

    # -- what the bot did

    async def reply(self, chat: int, timeout: float = DEADLINE) -> Sent:
        """The next message to a chat that was not read yet."""
        await self.until(lambda: bool(self._unread[chat]), f"no message to {chat}", timeout)
        return self._unread[chat].popleft()

    def to(self, chat: int) -> list[Sent]:
        return [sent for sent in self.sent if sent.chat == chat]

    # -- for the methods

    def keep(self, folder: str, suffix: str, content: bytes) -> str:
        file_id = f"file-{len(self.files) + 1}"
        self.files[file_id] = (f"{folder}/{file_id}{suffix}", content)
        return file_id

    def record(
        self, method: str, chat: int, parameters: dict[str, Any], uploads: dict[str, Upload]
    ) -> dict[str, Any]:
        """Puts a message into a chat and returns the start of its Message."""
        self._message_ids[chat] += 1
        identity = self._message_ids[chat]
        sent = Sent(len(self.sent) + 1, chat, method, identity, parameters, uploads)
        self.sent.append(sent)
        self.shown[chat, identity] = sent
        self._unread[chat].append(sent)
        return _message(sent)

    def change(self, method: str, shown: Sent, parameters: dict[str, Any]) -> dict[str, Any]:
        """Puts something else in the place of a message, and returns the start of its Message."""
        changed = replace(shown, parameters=parameters)
        self.changes.append(replace(changed, method=method))
        self.shown[shown.chat, shown.message_id] = changed
        return _message(changed) | {"edit_date": int(time.time())}

    def take_back(self, shown: Sent) -> None:
        self.changes.append(replace(shown, method="deleteMessage", parameters={}))
        del self.shown[shown.chat, shown.message_id]

    # -- the server

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        parts = request.path.split("/")
        if request.path.startswith("/_control/"):
            return await control(self, request)
        if request.path.startswith("/file/bot") and len(parts) > 3:
            return self._file(parts[2].removeprefix("bot"), "/".join(parts[3:]))
        if len(parts) != 3 or not parts[1].startswith("bot"):
            return failure(ApiError(404, "Not Found"))
        if parts[1] != f"bot{self.token}":
            return failure(ApiError(401, "Unauthorized"))
        method = parts[2]
        parameters, uploads, wrong = await read_call(request, method)
        self.calls[method] += 1
        fault = self._faults[method].popleft() if self._faults.get(method) else Fault()
        if fault.drop == "before":
            return self._cut(request)
        if fault.raw and fault.raw[0] >= 400:
            return web.Response(status=fault.raw[0], body=fault.raw[1])
        try:
            self._check(method, parameters, uploads, wrong)
            if fault.error:
                raise fault.error
            result = await self._do(method, parameters, uploads)
        except ApiError as error:
            response = failure(error)
        else:
            response = success(result)
        self._wake()
        if late := fault.delay or self.delay:
            await asyncio.sleep(late)
        if fault.drop == "after":
            return self._cut(request)
        if fault.raw:
            return web.Response(status=fault.raw[0], body=fault.raw[1])
        return response

    def _check(
        self, method: str, parameters: dict[str, Any], uploads: dict[str, Upload], wrong: list[str]
    ) -> None:
        if method not in spec().methods:
            wrong.append(f"{method}: no such method")
        elif self.check_every and self.calls.total() % self.check_every == 0:
            wrong += problems(method, parameters, uploads)
            if method not in METHODS:
                wrong.append(f"{method}: the fake does not do this")
        if wrong or method not in METHODS:
            self.violations += wrong
            raise ApiError(404 if method not in METHODS else 400, f"Bad Request: {'; '.join(wrong)}")

    async def _do(self, method: str, parameters: dict[str, Any], uploads: dict[str, Upload]) -> Any:
        chat = parameters.get("chat_id")
        if self.limits and isinstance(chat, int):
            self.limits.take(method, chat)
        return await METHODS[method](self, parameters, uploads)

    def _file(self, token: str, path: str) -> web.Response:
        found = next((content for where, content in self.files.values() if where == path), None)
        if token != self.token or found is None or path in self.gone:
            return failure(ApiError(404, "Not Found"))
        return web.Response(body=found, content_type="application/octet-stream")

    def _cut(self, request: web.BaseRequest) -> web.Response:
        if request.transport:
            request.transport.abort()
        self._wake()
        return web.Response()

    async def _called_back(self, call: dict[str, Any]) -> None:
        """A call in the answer to a webhook; its own result goes nowhere."""
        method = str(call.pop("method", ""))
        self.calls[method] += 1
        try:
            self._check(method, call, {}, [])
            await self._do(method, call, {})
        except (ApiError, KeyError):
            pass
        self._wake()

    def _tell(self, chat: int, kind: str, content: dict[str, Any], more: dict[str, Any]) -> int:
        self.meet(chat)
        who = people.person(
            more.pop("sender", abs(chat)), name=more.pop("name", ""), language=more.pop("language", "vi")
        )
        self._message_ids[chat] += 1
        message = people.message(chat, self._message_ids[chat], who, **content, **more)
        if kind == "edited_message":
            message["edit_date"] = message["date"]
        return self.push({"update_id": self.next_update(), kind: message})

    def next_update(self) -> int:
        self._update_id += 1
        return self._update_id


@asynccontextmanager
async def running_bot_api(api: FakeBotApi | None = None, port: int = 0) -> AsyncIterator[FakeBotApi]:
    """Serves until left; then a call that was not as the Bot API describes it fails the test."""
    api = api or FakeBotApi()
    runner = web.ServerRunner(web.Server(api.handle, access_log=None), shutdown_timeout=0.2)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", port)
    await site.start()
    api.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield api
        assert not api.violations, "\n".join(api.violations)
    finally:
        await api.mail.close()
        await runner.cleanup()


def _message(sent: Sent) -> dict[str, Any]:
    markup = {"reply_markup": sent.parameters["reply_markup"]} if "reply_markup" in sent.parameters else {}
    return {
        "message_id": sent.message_id,
        "from": people.BOT,
        "chat": people.chat(sent.chat),
        "date": int(sent.at),
        **markup,
    }


async def _serve(port: int, api: FakeBotApi) -> None:
    async with running_bot_api(api, port):
        print(api.url, flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--token", default=TOKEN)
    parser.add_argument("--check-every", type=int, default=1, help="check one call in so many; 0: none")
    parser.add_argument("--light", action="store_true", help="the same as --check-every 0")
    parser.add_argument("--limits", action="store_true", help="answer 429 to what comes too fast")
    parser.add_argument("--speed", type=float, default=1, help="how fast the clock of the limits runs")
    parser.add_argument("--lenient", action="store_true", help="who does not wait need not wait longer")
    parser.add_argument("--delay", type=float, default=0, help="seconds until an answer comes")
    given = parser.parse_args()
    fake = FakeBotApi(
        given.token,
        check_every=0 if given.light else given.check_every,
        limits=Limits(given.speed, lenient=given.lenient) if given.limits else None,
        delay=given.delay,
    )
    gc.disable()  # to look through all that was sent would take longer than Telegram ever does to answer
    with suppress(KeyboardInterrupt):
        asyncio.run(_serve(given.port, fake))
