"""Every channel shows what was made: the page in place, Telegram as photo or document, Zalo by link, the terminal
by its path."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

import handlers
from bot.assistant import Assistant, serve
from bot.channels.terminal import TerminalChannel
from bot.chat import Made, Media, Outgoing
from bot.media import MediaStore
from bot.router import Feature
from bot.turn import Turn
from tests.channels.web_client import Client
from tests.channels.zalo_oa_bot import HOOK, variables
from tests.conftest import MakeSettings
from tests.fakes.bot_api import TOKEN, running_bot_api
from tests.fakes.zalo_bot_api import TOKEN as ZALO_TOKEN
from tests.fakes.zalo_bot_api import running_zalo_bot
from tests.fakes.zalo_oa_api import running_zalo_oa

EVENT = {"uid": "e-1@union.example.vn", "title": "Hội nghị", "start": "2026-11-30"}


async def _made(turn: Turn) -> list[Outgoing]:
    stamp = "2026-11-24T09:00:00+07:00"
    return [
        Outgoing("Vé đây ạ", made=Made("qr", "Vé số 12.png", {"url": "https://union.example.vn/e/12"})),
        Outgoing("Lịch đây ạ", made=Made("calendar", "Hội nghị.ics", {"stamp": stamp, "events": [EVENT]})),
    ]


FEATURE = Feature("ticket", _made, commands={"ve": ""})


@asynccontextmanager
async def _serving(make_settings: MakeSettings, *, port: int = 0, **more: Any) -> AsyncIterator[str]:
    assistant = Assistant(make_settings(host="127.0.0.1", port=port, **more), handlers.router((FEATURE,)))
    await assistant.open()
    started: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    running = asyncio.create_task(serve(assistant, started.set_result))
    try:
        yield f"http://127.0.0.1:{await started}"
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await assistant.close()


async def test_the_page_shows_the_picture_in_place_and_the_file_as_a_link(
    make_settings: MakeSettings,
) -> None:
    jar = aiohttp.CookieJar(unsafe=True)
    async with _serving(make_settings) as url, aiohttp.ClientSession(cookie_jar=jar) as session:
        client = Client(session, url)
        await client.visit()
        async with client.line() as line:
            await line.until("ready")
            await line.say({"id": "0b7c1d8e-0001", "text": "/ve"})
            while not any(entry["text"] == "Lịch đây ạ" for entry in line.entries):
                await line.until("entry")
            media = {entry["text"]: entry["media"][0] for entry in line.entries if entry["media"]}
        picture = await client.visit(media["Vé đây ạ"]["url"])
        entry = await client.visit(media["Lịch đây ạ"]["url"])
        assert (media["Vé đây ạ"]["picture"], media["Lịch đây ạ"]["picture"]) == (True, False)
        assert picture.headers["Content-Type"] == "image/png"
        assert picture.headers["Content-Disposition"].startswith("inline;")
        assert (await picture.read()).startswith(b"\x89PNG")
        assert entry.headers["Content-Type"].startswith("text/calendar")
        assert entry.headers["Content-Disposition"].startswith("attachment;")
        assert (await entry.read()).startswith(b"BEGIN:VCALENDAR")


async def test_telegram_gets_a_photo_and_a_document(make_settings: MakeSettings) -> None:
    async with (
        running_bot_api() as api,
        _serving(make_settings, telegram_token=TOKEN, telegram_api_url=api.url),
    ):
        api.say(7, "/ve")
        await api.until(lambda: len(api.to(7)) == 2, "the two were not sent")
    photo, document = api.to(7)
    assert (photo.method, photo.text) == ("sendPhoto", "Vé đây ạ")
    assert photo.uploads["photo"].content.startswith(b"\x89PNG")
    assert (document.method, document.text) == ("sendDocument", "Lịch đây ạ")
    assert document.uploads["document"].name == "Hội nghị.ics"


async def test_both_of_zalos_channels_get_the_picture_and_a_link_to_the_file(
    make_settings: MakeSettings,
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    public = {"port": port, "public_url": f"http://127.0.0.1:{port}"}
    async with (
        running_zalo_bot() as zalo,
        running_zalo_oa() as account,
        _serving(
            make_settings,
            **variables(account) | public,
            zalo_bot_api_url=zalo.url,
            zalo_bot_token=ZALO_TOKEN,
            zalo_bot_mode="webhook",
            zalo_bot_secret="a-secret-of-ours",
        ) as url,
        aiohttp.ClientSession() as session,
    ):
        account.webhook = url + HOOK
        zalo.says("an", "/ve")
        account.says("5001", "/ve")
        await zalo.until(lambda: len(zalo.to("an")) == 2, "the two were not sent")
        await account.until(lambda: len(account.sent) == 2, "the two were not sent")
        photo, line = zalo.to("an")
        ticket, entry = account.sent
        for text in (line.text, entry.text):
            async with session.get(text.splitlines()[1].partition(": ")[2]) as response:
                assert response.headers["Content-Type"].startswith("text/calendar")
                assert (await response.read()).startswith(b"BEGIN:VCALENDAR")
    assert ticket.photo == zalo.fetched[0].content
    assert (photo.method, photo.text) == ("sendPhoto", "Vé đây ạ")
    assert zalo.fetched[0].content.startswith(b"\x89PNG")
    assert line.text.startswith("Lịch đây ạ\nHội nghị.ics: http")


@pytest.mark.parametrize("as_json", [True, False])
async def test_the_terminal_says_where_it_lies(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], as_json: bool
) -> None:
    store = MediaStore(tmp_path)
    media: Media = store.keep("a" * 64 + ".ics", lambda: b"BEGIN:VCALENDAR", "Hội nghị.ics")

    async def settled(person: str) -> None:
        raise AssertionError("nothing was said")

    channel = TerminalChannel(store, settled, as_json=as_json)
    await channel.send("me", Outgoing("Lịch đây ạ", file=media))
    shown, path = capsys.readouterr().out, str(store.path(media.reference))
    if as_json:
        assert json.loads(shown)["file"] == {
            "reference": media.reference,
            "name": "Hội nghị.ics",
            "type": "text/calendar",
            "size": 15,
            "path": path,
        }
    else:
        assert shown.splitlines() == ["Lịch đây ạ", f"  [Hội nghị.ics: {path}]", ""]
