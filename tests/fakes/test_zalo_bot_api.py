"""The fake is as strict as it says: what is not documented is refused and recorded."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from tests.channels.zalo_bot import picture
from tests.fakes.zalo_bot_api import ME, TOKEN, FakeZaloBot, running_zalo_bot


class Client:
    """Calls as any bot would make them."""

    def __init__(self, zalo: FakeZaloBot, session: aiohttp.ClientSession) -> None:
        self.zalo = zalo
        self.session = session

    async def __call__(self, method: str, *, token: str = TOKEN, **how: Any) -> tuple[int, Any]:
        """HTTP's status, and the answer; `how` is aiohttp's: json, data."""
        async with self.session.post(f"{self.zalo.url}/bot{token}/{method}", **how) as response:
            return response.status, await response.json()

    async def result(self, method: str, **body: str) -> Any:
        status, answer = await self(method, json=body)
        assert (status, answer["ok"]) == (200, True), answer
        return answer.get("result")


@asynccontextmanager
async def calling() -> AsyncIterator[Client]:
    async with running_zalo_bot() as zalo, aiohttp.ClientSession() as session:
        zalo.meet("an")
        yield Client(zalo, session)


@pytest.mark.parametrize(
    ("method", "body", "code", "wrong"),
    [
        ("sendMesage", {"chat_id": "an", "text": "a"}, 404, "no such method"),
        ("editMessageText", {"chat_id": "an", "text": "a"}, 404, "no such method"),
        ("sendDocument", {"chat_id": "an", "document": "https://a.vn"}, 404, "no such method"),
        ("sendMessage", {"chat_id": "an"}, 400, "text: missing"),
        ("sendMessage", {"chat_id": "an", "text": "a", "reply_markup": "x"}, 400, "no such field"),
        ("sendMessage", {"chat_id": 7, "text": "a"}, 400, "chat_id: not a string"),
        ("sendMessage", {"chat_id": "an", "text": " \n"}, 400, "are not 1 to 2000"),
        ("sendMessage", {"chat_id": "an", "text": "a" * 2001}, 400, "2001 characters"),
        ("sendMessage", {"chat_id": "an", "text": "🌾" * 1001}, 400, "2002 characters"),
        ("sendPhoto", {"chat_id": "an", "photo": "file-7"}, 400, "not an address"),
        ("sendPhoto", {"chat_id": "an", "photo": "https://a.vn", "caption": ""}, 400, "caption"),
        ("sendChatAction", {"chat_id": "an", "action": "dancing"}, 400, "action"),
        ("getUpdates", {"timeout": 30}, 400, "timeout: not a string"),
        ("getUpdates", {"timeout": "30", "offset": "1"}, 400, "offset: no such field"),
        ("setWebhook", {"url": "http://coop.vn/", "secret_token": "long enough"}, 400, "not https"),
        ("setWebhook", {"url": "https://coop.vn/", "secret_token": "short"}, 400, "secret_token"),
        ("getMe", [], 400, "no JSON object"),
    ],
)
async def test_a_call_that_is_not_as_documented_is_refused_and_recorded(
    method: str, body: Any, code: int, wrong: str
) -> None:
    async with calling() as call:
        status, answer = await call(method, json=body)
        assert (status, answer["ok"], answer["error_code"]) == (code, False, code)
        assert wrong in answer["description"]
        assert len(call.zalo.violations) == 1
        call.zalo.violations.clear()
        assert call.zalo.sent == []


async def test_what_was_called_wrongly_fails_the_test() -> None:
    with pytest.raises(AssertionError, match="no such method"):
        async with calling() as call:
            await call("sendMesage")


async def test_a_wrong_token_and_another_path_are_not_served() -> None:
    async with calling() as call:
        assert (await call("getMe", token="1:x"))[0] == 401
        async with call.session.post(f"{call.zalo.url}/getMe") as response:
            assert response.status == 404


async def test_who_the_bot_is_and_what_it_said() -> None:
    async with calling() as call:
        assert await call.result("getMe") == ME
        said = await call.result("sendMessage", chat_id="an", text="chào")
        assert set(said) == {"message_id", "date"}
        assert await call.result("sendChatAction", chat_id="an", action="typing") is None
        assert call.zalo.sent == [("an", "sendMessage", {"chat_id": "an", "text": "chào"})]
        assert (await call("sendMessage", json={"chat_id": "nobody", "text": "a"}))[0] == 400


async def test_a_poll_gives_one_update_and_never_again() -> None:
    async with calling() as call:
        call.zalo.says("an", "một")
        call.zalo.says("an", "hai")
        texts = [(await call.result("getUpdates", timeout="1"))["message"]["text"] for _ in range(2)]
        assert texts == ["một", "hai"]
        assert call.zalo.mail.pending == []


async def test_a_poll_waits_for_what_is_said_meanwhile() -> None:
    async with calling() as call:
        poll = asyncio.create_task(call.result("getUpdates", timeout="5"))
        await call.zalo.until(lambda: call.zalo.calls["getUpdates"] == 1)
        call.zalo.says("an", "đây")
        assert (await poll)["message"]["text"] == "đây"


async def test_an_idle_poll_ends_as_408_by_status_or_by_code() -> None:
    async with calling() as call:
        answers = [await call("getUpdates", json={"timeout": "0"}) for _ in range(2)]
        assert [(status, answer["error_code"]) for status, answer in answers] == [(408, 408), (200, 408)]


async def test_two_polls_at_once_and_a_poll_beside_a_webhook_are_refused() -> None:
    async with calling() as call, hook() as (url, _):
        first = asyncio.create_task(call("getUpdates", json={"timeout": "3"}))
        second = asyncio.create_task(call("getUpdates", json={"timeout": "3"}))
        done, _ = await asyncio.wait({first, second}, return_when=asyncio.FIRST_COMPLETED)
        assert [task.result()[0] for task in done] == [400]
        assert call.zalo.violations == ["getUpdates: two polls at once"]
        call.zalo.violations.clear()
        call.zalo.says("an", "xong")
        await asyncio.gather(first, second)
        await call.result("setWebhook", url=url, secret_token="a secret")
        assert (await call("getUpdates", json={}))[0] == 400
        await call.result("deleteWebhook")
        assert (await call("deleteWebhook"))[0] == 404
        assert (await call.result("getWebhookInfo"))["url"] == ""


async def test_a_webhook_is_probed_and_posted_to_with_its_secret_until_it_takes_it() -> None:
    async with calling() as call, hook() as (url, posted):
        posted.statuses = [200, 500, 200]
        set_ = await call.result("setWebhook", url=url, secret_token="the secret")
        assert set_["url"] == url
        call.zalo.says("an", "chào")
        await call.zalo.until(lambda: not call.zalo.mail.pending)
    assert posted.bodies[0] == (None, {})
    (secret, first), again = posted.bodies[1:]
    assert secret == "the secret"
    assert first["event_name"] == "message.text.received"
    assert again == (secret, first)


async def test_a_webhook_that_does_not_answer_the_probe_is_refused() -> None:
    async with calling() as call, hook() as (url, posted):
        posted.statuses = [403]
        assert (await call("setWebhook", json={"url": url, "secret_token": "the secret"}))[0] == 400
        assert call.zalo.mail.webhook == ""


async def test_a_photo_is_fetched_and_must_be_one() -> None:
    async with calling() as call:
        good, bad = call.zalo.keep(picture(), "image/jpeg"), call.zalo.keep(b"<html>", "image/jpeg")
        await call.result("sendPhoto", chat_id="an", photo=good, caption="đây")
        for address in (bad, f"{call.zalo.url}/media/none", "http://127.0.0.1:1/"):
            assert (await call("sendPhoto", json={"chat_id": "an", "photo": address}))[0] == 400
        assert [sent.text for sent in call.zalo.sent] == ["đây"]
        assert call.zalo.fetched[0].content == picture()


async def test_faults_befall_the_next_call_alone() -> None:
    async with calling() as call:
        call.zalo.fail("getMe", 429, "quota", status=200)
        call.zalo.drop("getMe", after=True)
        call.zalo.garble("getMe", 502, b"<html>")
        status, answer = await call("getMe")
        assert (status, answer) == (200, {"ok": False, "description": "quota", "error_code": 429})
        with pytest.raises(aiohttp.ClientError):
            await call("getMe")
        async with call.session.post(f"{call.zalo.url}/bot{TOKEN}/getMe") as response:
            assert (response.status, await response.read()) == (502, b"<html>")
        assert await call.result("getMe") == ME
        call.zalo.hang("sendMessage")
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(call("sendMessage", json={"chat_id": "an", "text": "a"}), 0.1)
        assert len(call.zalo.sent) == 1


class Posted:
    """What came to a webhook, (secret, body) each; it answers by `statuses`, then by 200."""

    def __init__(self) -> None:
        self.bodies: list[tuple[str | None, Any]] = []
        self.statuses: list[int] = []

    async def take(self, request: web.Request) -> web.Response:
        secret = request.headers.get("X-Bot-Api-Secret-Token")
        self.bodies.append((secret, json.loads(await request.read())))
        return web.Response(status=self.statuses.pop(0) if self.statuses else 200)


@asynccontextmanager
async def hook() -> AsyncIterator[tuple[str, Posted]]:
    posted = Posted()
    app = web.Application()
    app.add_routes([web.post("/hook", posted.take)])
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/hook", posted
    finally:
        await runner.cleanup()
