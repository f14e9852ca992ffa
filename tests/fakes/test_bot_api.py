"""The fake is as strict as it says: what the Bot API's description does not allow is refused and recorded."""

from __future__ import annotations

import asyncio
import json
import re
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from tests.fakes.bot_api import TOKEN, FakeBotApi, running_bot_api
from tests.fakes.bot_api_spec import spec

TAP = {"text": "Có", "callback_data": "y"}


def keyboard(*buttons: dict[str, Any]) -> dict[str, Any]:
    return {"inline_keyboard": [list(buttons)]}


class Client:
    """Calls as any bot would make them, without any library of Telegram's."""

    def __init__(self, api: FakeBotApi, session: aiohttp.ClientSession) -> None:
        self.api = api
        self.session = session

    async def __call__(self, method: str, *, token: str = TOKEN, **how: Any) -> tuple[int, Any]:
        """The status, and the result or the description; `how` is aiohttp's: json, data, params."""
        async with self.session.post(f"{self.api.url}/bot{token}/{method}", **how) as response:
            answer = await response.json()
            assert answer["ok"] == (response.status == 200)
            return response.status, answer.get("result", answer.get("description"))


@asynccontextmanager
async def calling(api: FakeBotApi | None = None) -> AsyncIterator[Client]:
    async with running_bot_api(api) as running, aiohttp.ClientSession() as session:
        running.meet(7)
        yield Client(running, session)


@pytest.mark.parametrize(
    ("method", "parameters", "wrong"),
    [
        ("sendMesage", {"chat_id": 7, "text": "a"}, "no such method"),
        ("sendMessage", {"chat_id": 7, "text": "a", "txet": "b"}, "txet: no such field"),
        ("sendMessage", {"chat_id": 7}, "text: missing"),
        ("sendMessage", {"chat_id": 7, "text": " \n"}, "text: empty"),
        ("sendMessage", {"chat_id": 7, "text": "a" * 4097}, "4097 characters"),
        ("sendMessage", {"chat_id": 7, "text": "🌾" * 2049}, "4098 characters"),
        ("sendMessage", {"chat_id": 7, "text": 5}, "int is not String"),
        ("sendMessage", {"chat_id": 7.5, "text": "a"}, "float is not Integer or String"),
        ("sendMessage", {"chat_id": True, "text": "a"}, "bool is not Integer or String"),
        ("sendMessage", {"chat_id": 7, "text": "a", "disable_notification": 1}, "int is not Boolean"),
        ("sendMessage", {"chat_id": 7, "text": "a", "message_thread_id": None}, "NoneType is not Integer"),
        ("sendMessage", {"chat_id": 7, "text": "a", "reply_markup": "{}"}, "str is not InlineKeyboardMarkup"),
        (
            "sendMessage",
            {"chat_id": 7, "text": "a", "reply_markup": {"inline_keyboard": [TAP]}},
            "is not Array",
        ),
        (
            "sendMessage",
            {"chat_id": 7, "text": "a", "reply_markup": keyboard(TAP | {"colour": "red"})},
            "colour: no such field",
        ),
        (
            "sendMessage",
            {"chat_id": 7, "text": "a", "reply_markup": keyboard({"callback_data": "y"})},
            "text: missing",
        ),
        (
            "sendMessage",
            {"chat_id": 7, "text": "a", "reply_markup": keyboard(TAP | {"url": "https://a.vn"})},
            "exactly one thing",
        ),
        (
            "sendMessage",
            {"chat_id": 7, "text": "a", "reply_markup": keyboard({"text": "x"})},
            "exactly one thing",
        ),
        (
            "sendMessage",
            {"chat_id": 7, "text": "a", "reply_markup": keyboard(TAP | {"callback_data": "ệ" * 22})},
            "66 bytes, allowed are 1 to 64",
        ),
        (
            "sendMessage",
            {"chat_id": 7, "text": "a", "reply_markup": keyboard(TAP | {"callback_data": ""})},
            "0 bytes",
        ),
        (
            "sendMessage",
            {"chat_id": 7, "text": "a", "reply_markup": keyboard({"text": "x", "url": "http://localhost/"})},
            "not an address on the internet",
        ),
        (
            "sendMessage",
            {
                "chat_id": 7,
                "text": "a",
                "reply_markup": keyboard({"text": "x", "url": "https://t.me/b?start=a.b"}),
            },
            "start payload",
        ),
        ("sendMessage", {"chat_id": 7, "text": "a", "reply_markup": keyboard(*[TAP] * 9)}, "1 to 8 in a row"),
        (
            "sendMessage",
            {"chat_id": 7, "text": "a", "link_preview_options": {"is_disabled": "yes"}},
            "is_disabled: str is not Boolean",
        ),
        (
            "sendMessage",
            {"chat_id": 7, "text": "a", "entities": [{"type": "bold", "offset": 0}]},
            "length: missing",
        ),
        ("sendPhoto", {"chat_id": 7, "photo": "file-1", "caption": "a" * 1025}, "1025 characters"),
        ("sendPhoto", {"chat_id": 7, "photo": "attach://photo"}, "is not attached"),
        ("answerCallbackQuery", {"callback_query_id": "q", "text": "a" * 201}, "201 characters"),
        ("answerCallbackQuery", {"callback_query_id": 5}, "int is not String"),
        ("sendChatAction", {"chat_id": 7, "action": "writing"}, "no action"),
        ("setWebhook", {"url": "https://a.vn", "secret_token": "a b"}, "not of the form"),
        ("setWebhook", {"url": "https://a.vn", "max_connections": 101}, "101 value"),
        ("getUpdates", {"limit": 0}, "0 value"),
        ("getUpdates", {"allowed_updates": "message"}, "str is not Array of String"),
        ("setMyCommands", {"commands": [{"command": "Start", "description": "a"}]}, "not of the form"),
        ("setMyCommands", {"commands": [{"command": "start", "description": ""}]}, "0 characters"),
        ("setMyCommands", {"commands": [], "language_code": "vi-VN"}, "not of the form"),
        (
            "setMyCommands",
            {"commands": [], "scope": {"type": "chat", "chat_id": "a", "user": 1}},
            "no such field",
        ),
        ("sendPoll", {"chat_id": 7, "question": "a", "options": [{"text": "a"}]}, "does not do this"),
    ],
)
async def test_a_call_that_is_not_as_described(method: str, parameters: dict[str, Any], wrong: str) -> None:
    api = FakeBotApi()
    with pytest.raises(AssertionError, match=re.escape(wrong)):
        async with calling(api) as call:
            status, description = await call(method, json=parameters)
    assert status in (400, 404)
    assert wrong in description
    assert len(api.violations) >= 1
    assert any(wrong in violation for violation in api.violations)
    assert api.sent == []


async def test_each_way_to_send_parameters_is_the_same() -> None:
    markup = keyboard(TAP)
    async with calling() as call:
        text = {"chat_id": "7", "text": "123", "reply_markup": json.dumps(markup)}
        form = aiohttp.FormData(text, default_to_multipart=True)
        assert (await call("sendMessage", json={"chat_id": 7, "text": "123", "reply_markup": markup}))[
            0
        ] == 200
        assert (await call("sendMessage", data=text))[0] == 200
        assert (await call("sendMessage", params=text))[0] == 200
        assert (await call("sendMessage", data=form))[0] == 200
        expected = {"chat_id": 7, "text": "123", "reply_markup": markup}
        assert [sent.parameters for sent in call.api.sent] == [expected] * 4


async def test_json_in_a_form_must_be_json() -> None:
    api = FakeBotApi()
    with pytest.raises(AssertionError, match="not JSON"):
        async with calling(api) as call:
            await call("sendMessage", data={"chat_id": "7", "text": "a", "reply_markup": "[["})


async def test_a_file_in_a_part_is_kept_and_can_be_sent_again_and_fetched() -> None:
    async with calling() as call:
        form = aiohttp.FormData({"chat_id": "7"}, quote_fields=False)
        form.add_field("photo", b"\xff\xd8", filename="nhãn.jpg", content_type="image/jpeg")
        _, message = await call("sendPhoto", data=form)
        file_id = message["photo"][-1]["file_id"]
        status, _ = await call("sendPhoto", json={"chat_id": 7, "photo": file_id})
        assert status == 200
        _, file = await call("getFile", json={"file_id": file_id})
        async with call.session.get(f"{call.api.url}/file/bot{TOKEN}/{file['file_path']}") as response:
            assert await response.read() == b"\xff\xd8"
        assert call.api.sent[0].uploads["photo"].name == "nhãn.jpg"
        assert (await call("sendPhoto", json={"chat_id": 7, "photo": "never"}))[0] == 400


async def test_a_file_name_that_telegram_would_not_read_is_a_violation() -> None:
    form = aiohttp.FormData({"chat_id": "7"})
    form.add_field("photo", b"\xff\xd8", filename="nhãn.jpg", content_type="image/jpeg")
    with pytest.raises(AssertionError, match="raw UTF-8"):
        async with calling() as call:
            await call("sendPhoto", data=form)


async def test_a_wrong_token_is_unauthorized() -> None:
    async with calling() as call:
        assert await call("getMe", token="1:a") == (401, "Unauthorized")


async def test_offset_confirms_and_limit_limits() -> None:
    async with calling() as call:
        first, second, third = (call.api.say(7, text) for text in "abc")
        _, updates = await call("getUpdates", json={"limit": 2})
        assert [update["update_id"] for update in updates] == [first, second]
        _, updates = await call("getUpdates", json={})
        assert len(updates) == 3
        _, updates = await call("getUpdates", json={"offset": second + 1})
        assert [update["update_id"] for update in updates] == [third]
        _, updates = await call("getUpdates", json={"offset": third + 1})
        assert updates == []
        call.api.say(7, "d")
        call.api.say(7, "e")
        _, updates = await call("getUpdates", json={"offset": -1})
        assert [update["message"]["text"] for update in updates] == ["e"]


async def test_a_long_poll_ends_with_the_first_update() -> None:
    async with calling() as call:
        poll = asyncio.create_task(call("getUpdates", json={"timeout": 30}))
        await call.api.until(lambda: call.api.calls["getUpdates"] == 1)
        number = call.api.say(7, "đây")
        _, updates = await asyncio.wait_for(poll, 5)
        assert [update["update_id"] for update in updates] == [number]


async def test_only_allowed_updates_are_kept() -> None:
    async with calling() as call:
        await call("getUpdates", json={"allowed_updates": ["callback_query"]})
        call.api.say(7, "a")
        call.api.tap(7, "b", forged=True)
        _, updates = await call("getUpdates", json={})
        assert [sorted(update) for update in updates] == [["callback_query", "update_id"]]


async def test_two_polls_and_a_poll_with_a_webhook_conflict() -> None:
    async with calling() as call:
        first = asyncio.create_task(call("getUpdates", json={"timeout": 30}))
        await call.api.until(lambda: call.api.calls["getUpdates"] == 1)
        await call("getUpdates", json={})
        status, description = await asyncio.wait_for(first, 5)
        assert status == 409
        assert "other getUpdates" in description
        await call("setWebhook", json={"url": "http://127.0.0.1:1/"})
        status, description = await call("getUpdates", json={})
        assert status == 409
        assert "webhook is active" in description
        await call("deleteWebhook", json={})
        assert (await call("getUpdates", json={}))[0] == 200


async def test_a_webhook_is_tried_until_it_takes_the_update_and_keeps_the_order() -> None:
    got: list[tuple[str, str]] = []

    async def take(request: web.BaseRequest) -> web.Response:
        update = json.loads(await request.read())
        got.append((request.headers["X-Telegram-Bot-Api-Secret-Token"], update["message"]["text"]))
        return web.Response(status=500 if len(got) < 3 else 200)

    runner = web.ServerRunner(web.Server(take))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    async with calling() as call:
        call.api.say(7, "một")
        call.api.say(7, "hai")
        port = runner.addresses[0][1]
        await call("setWebhook", json={"url": f"http://127.0.0.1:{port}/", "secret_token": "s"})
        await call.api.until(lambda: not call.api.mail.pending, "not delivered")
        assert got == [("s", "một")] * 3 + [("s", "hai")]
    await runner.cleanup()


async def test_faults_befall_the_next_calls_only() -> None:
    async with calling() as call:
        message = {"chat_id": 7, "text": "a"}
        call.api.fail("sendMessage", 429, "Too Many Requests", retry_after=3)
        call.api.drop("sendMessage", after=True)
        call.api.drop("sendMessage", after=False)
        assert (await call("sendMessage", json=message))[0] == 429
        for sent in (1, 1):
            with pytest.raises(aiohttp.ClientError):
                await call("sendMessage", json=message)
            assert len(call.api.sent) == sent
        assert (await call("sendMessage", json=message))[0] == 200


async def test_a_reply_that_does_not_come_fails_the_test() -> None:
    async with calling() as call:
        with pytest.raises(AssertionError, match="no message to 7"):
            await call.api.reply(7, timeout=0.05)


async def test_a_button_that_was_never_shown_cannot_be_tapped() -> None:
    async with calling() as call:
        with pytest.raises(AssertionError, match="no button"):
            call.api.tap(7, "x")
        with pytest.raises(AssertionError, match="wrong update"):
            call.api.push({"update_id": 1, "message": {"text": "a"}})


async def test_what_was_said_can_be_changed_to_something_else_with_other_buttons() -> None:
    async with calling() as call:
        _, said = await call("sendMessage", json={"chat_id": 7, "text": "a", "reply_markup": keyboard(TAP)})
        here = {"chat_id": 7, "message_id": said["message_id"]}
        status, changed = await call("editMessageText", json={**here, "text": "b"})
        assert (status, changed["text"], changed["message_id"]) == (200, "b", said["message_id"])
        (stands,) = call.api.shown.values()
        assert (stands.text, stands.buttons) == ("b", {})
        assert [sent.text for sent in call.api.sent] == ["a"]
        assert [(one.method, one.text) for one in call.api.changes] == [("editMessageText", "b")]
        with pytest.raises(AssertionError, match="no button"):
            call.api.tap(7, TAP["callback_data"])
        status, why = await call("editMessageText", json={**here, "text": "b"})
        assert (status, why.startswith("Bad Request: message is not modified")) == (400, True)
        assert await call("editMessageCaption", json={**here, "caption": "c"}) == (
            400,
            "Bad Request: there is no caption in the message to edit",
        )
        assert await call("editMessageText", json={**here, "message_id": 99, "text": "c"}) == (
            400,
            "Bad Request: message to edit not found",
        )


async def test_a_caption_can_be_changed_and_taken_away() -> None:
    async with calling() as call:
        file_id = call.api.keep("photos", ".jpg", b"\xff\xd8")
        _, said = await call("sendPhoto", json={"chat_id": 7, "photo": file_id, "caption": "a"})
        here = {"chat_id": 7, "message_id": said["message_id"]}
        for caption in ("b", ""):
            assert (await call("editMessageCaption", json={**here, "caption": caption}))[0] == 200
            assert call.api.shown[7, 1].text == caption
            assert call.api.shown[7, 1].parameters["photo"] == file_id
        status, why = await call("editMessageText", json={**here, "text": "c"})
        assert (status, why) == (400, "Bad Request: there is no text in the message to edit")


async def test_what_was_said_can_be_taken_back_once_and_for_two_days() -> None:
    async with calling() as call:
        for text in "ab":
            await call("sendMessage", json={"chat_id": 7, "text": text})
        assert await call("deleteMessage", json={"chat_id": 7, "message_id": 1}) == (200, True)
        assert await call("deleteMessage", json={"chat_id": 7, "message_id": 1}) == (
            400,
            "Bad Request: message to delete not found",
        )
        status, why = await call("editMessageText", json={"chat_id": 7, "message_id": 1, "text": "c"})
        assert (status, why) == (400, "Bad Request: message to edit not found")
        call.api.passes(hours=49)
        assert await call("deleteMessage", json={"chat_id": 7, "message_id": 2}) == (
            400,
            "Bad Request: message can't be deleted for everyone",
        )
        assert [sent.text for sent in call.api.shown.values()] == ["b"]


async def test_a_query_can_be_answered_once() -> None:
    async with calling() as call:
        number = call.api.tap(7, "x", forged=True)
        assert (await call("answerCallbackQuery", json={"callback_query_id": f"q{number}"}))[0] == 200
        assert (await call("answerCallbackQuery", json={"callback_query_id": f"q{number}"}))[0] == 400


def test_the_description_is_whole() -> None:
    described = spec()
    assert len(described.methods) == 180
    assert len(described.types) + len(described.subtypes) == 359
    assert described.methods["sendMessage"]["text"].limit == (1, 4096, "characters")
    known = set(described.types) | set(described.subtypes) | {"String", "Integer", "Float", "Boolean"}
    for fields in (*described.methods.values(), *described.types.values()):
        for field in fields.values():
            assert {kind.replace("Array of ", "") for kind in field.types} <= known


async def test_it_runs_as_a_process_of_its_own_with_a_control_api() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.fakes.bot_api",
        "--light",
        stdout=asyncio.subprocess.PIPE,
        cwd=Path(__file__).parent.parent.parent,
    )
    try:
        assert process.stdout is not None
        url = (await asyncio.wait_for(process.stdout.readline(), 20)).decode().strip()
        async with aiohttp.ClientSession() as session:

            async def control(path: str, body: Any = None) -> Any:
                async with session.request(
                    "POST" if body else "GET", f"{url}/_control/{path}", json=body
                ) as r:
                    return await r.json()

            assert await control("say", [{"chat": 1, "text": "a"}, {"chat": 2, "data": "b"}]) == {
                "updates": [1001, 1002]
            }
            assert await control("updates", [{"message": {"text": "c"}}]) == {"updates": [1003]}
            waiting = asyncio.create_task(control("sent?wait=10"))
            async with session.post(
                f"{url}/bot{TOKEN}/sendMessage", json={"chat_id": 1, "text": "chào"}
            ) as r:
                assert r.status == 200
            told = await asyncio.wait_for(waiting, 10)
            assert told["next"] == 1
            assert [(sent["chat"], sent["text"]) for sent in told["sent"]] == [(1, "chào")]
            await control("fail", {"method": "getMe", "status": 500})
            async with session.get(f"{url}/bot{TOKEN}/getMe") as r:
                assert r.status == 500
            counts = await control("counts")
            assert (counts["updates"], counts["pending"], counts["sent"]) == (3, 3, 1)
    finally:
        process.terminate()
        await process.wait()
