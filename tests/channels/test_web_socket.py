"""The WebSocket of the page: nothing lost, nothing doubled, and nothing that a frame can break."""

from __future__ import annotations

import asyncio
import json
import logging
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.chat import Button, Incoming, Outgoing
from tests.browser.site import Memory, Site, running
from tests.channels.web_client import DEADLINE, Client, visiting

ID = "0b7c1d8e-0001"


def said(memory: Memory) -> list[Incoming]:
    """What was accepted, but for the visit itself."""
    return [incoming for incoming in memory.accepted if incoming.kind != "joined"]


def silent(incoming: Incoming) -> tuple[Outgoing, ...]:
    return ()


async def refused(client: Client, **headers: str) -> int:
    with pytest.raises(aiohttp.WSServerHandshakeError) as error:
        await client.session.ws_connect(f"{client.url}/ws", headers=headers)
    return error.value.status


async def test_a_socket_needs_the_cookie(tmp_path: Path) -> None:
    async with running(tmp_path, Memory()) as site, visiting(site, opened=False) as client:
        assert await refused(client) == 401
        assert await refused(client, Cookie="visitor=someone.c2lnbmF0dXJl") == 401


async def test_a_page_of_another_site_cannot_use_the_cookie(tmp_path: Path) -> None:
    async with running(tmp_path, Memory()) as site, visiting(site) as client:
        for origin in ("https://evil.example", "null", f"{site.url}.evil.example", "http://127.0.0.1:1"):
            assert await refused(client, Origin=origin) == 403
        async with client.line(Origin=site.url) as line:
            assert await line.until("ready")


async def test_behind_a_proxy_the_public_address_is_ours(tmp_path: Path) -> None:
    async with (
        running(tmp_path, Memory(), public_url="http://chat.example.vn/") as site,
        visiting(site) as client,
        client.line(Origin="http://chat.example.vn") as line,
    ):
        assert await line.until("ready")


async def test_a_page_can_ask_why_its_socket_does_not_open(tmp_path: Path) -> None:
    async with running(tmp_path, Memory()) as site:
        async with visiting(site, opened=False) as stranger:
            assert (await stranger.visit("/ws")).status == 401
        async with visiting(site) as client:
            assert (await client.visit("/ws")).status == 426


async def test_the_first_visit_is_told_once_with_its_language(tmp_path: Path) -> None:
    memory = Memory(silent)
    async with running(tmp_path, memory) as site, visiting(site) as client:
        for _ in range(2):
            async with client.line(Accept_Language="fr-FR") as line:
                await line.until("ready")
    [joined] = memory.accepted
    assert (joined.channel, joined.kind, joined.language) == ("web", "joined", "fr")
    assert joined.key == f"{joined.chat}:joined"
    assert joined.sender == joined.chat


async def test_a_message_comes_with_who_and_how(tmp_path: Path) -> None:
    memory = Memory()
    async with (
        running(tmp_path, memory) as site,
        visiting(site) as client,
        client.line(Accept_Language="en") as line,
    ):
        await line.say({"id": ID, "text": "  HTX muốn vay\u202e vốn\x07\nbao nhiêu? "})
        assert (await line.until("ack"))["ack"] == ID
    [incoming] = said(memory)
    assert incoming.key == f"{incoming.chat}:{ID}"
    assert incoming == Incoming(
        channel="web",
        key=incoming.key,
        chat=incoming.chat,
        sender=incoming.chat,
        text="HTX muốn vay vốn\nbao nhiêu?",
        language="en",
    )


async def test_a_message_is_acknowledged_only_once_it_is_kept(tmp_path: Path) -> None:
    memory = Memory()
    async with running(tmp_path, memory) as site, visiting(site) as client, client.line() as line:
        await line.until("ready")
        memory.shut()
        await line.say({"id": ID, "text": "xin chào"})
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.2):
                await line.until("ack")
        assert said(memory) == []
        memory.open.set()
        assert await line.until("ack") == {"ack": ID}
        assert [incoming.text for incoming in said(memory)] == ["xin chào"]


async def test_a_message_that_is_sent_again_is_acknowledged_again_and_taken_once(tmp_path: Path) -> None:
    memory = Memory()
    async with running(tmp_path, memory) as site, visiting(site) as client:
        async with client.line() as line:
            await line.until("ready")
            await line.say({"id": ID, "text": "một"})
            await line.until("ack")
        async with client.line((1, 1)) as line:
            await line.say({"id": ID, "text": "một"})
            await line.until("ack")
            await line.say({"id": ID + "2", "text": "hai"})
            await line.until("ack")
            shown = await line.shown(4)
    assert [incoming.text for incoming in said(memory)] == ["một", "hai"]
    assert shown == ["một", "echo: một", "hai", "echo: hai"]


async def test_a_page_that_comes_back_gets_what_it_missed_and_no_more(tmp_path: Path) -> None:
    memory = Memory()
    async with running(tmp_path, memory) as site, visiting(site) as client:
        async with client.line() as line:
            await line.until("ready")
            await line.say({"id": ID, "text": "một"})
            await line.shown(4)
            seen_in, seen_out = (
                max(entry["number"] for entry in line.entries if entry["direction"] == way)
                for way in ("in", "out")
            )
        await memory.say(memory.accepted[0].chat, Outgoing("nhắc lịch"))
        async with client.line((seen_in, seen_out)) as line:
            await line.until("ready")
            assert await line.shown(1) == ["nhắc lịch"]


async def test_an_entry_carries_its_place_its_time_and_the_id_of_the_page(tmp_path: Path) -> None:
    memory = Memory()
    async with running(tmp_path, memory) as site, visiting(site) as client, client.line() as line:
        await line.until("ready")
        await line.say({"id": ID, "text": "một"})
        own = answer = None
        while not answer:
            entry = (await line.until("entry"))["entry"]
            own = entry if entry.get("key") == ID else own
            answer = entry if entry["text"] == "echo: một" else None
    assert own
    assert (own["direction"], own["kind"], own["text"], own["number"]) == ("in", "text", "một", 2)
    assert own["at"] <= answer["at"]
    assert (answer["direction"], answer["buttons"], answer["media"]) == ("out", [], [])


async def test_two_pages_of_one_visitor_show_the_same(tmp_path: Path) -> None:
    async with (
        running(tmp_path, Memory()) as site,
        visiting(site) as client,
        client.line() as one,
        client.line() as other,
    ):
        await other.until("ready")
        await one.say({"id": ID, "text": "một"})
        while (await other.until("entry"))["entry"]["text"] != "echo: một":
            pass
        assert [entry["text"] for entry in other.entries if entry.get("key") == ID] == ["một"]


async def test_a_message_wakes_its_own_chat_alone(tmp_path: Path) -> None:
    memory = Memory(silent)
    async with (
        running(tmp_path, memory) as site,
        visiting(site) as mine,
        visiting(site) as yours,
        mine.line() as one,
    ):
        await one.until("ready")
        async with yours.line() as other:
            await other.until("ready")
            my_chat, your_chat = (incoming.chat for incoming in memory.accepted)
            await memory.say(my_chat, Outgoing("cho anh"))
            await memory.say(your_chat, Outgoing("cho chị"))
            assert await other.shown(2) == ["", "cho chị"]
            assert await one.shown(2) == ["", "cho anh"]


async def test_sending_to_somebody_who_is_not_there_is_kept_for_the_next_visit(tmp_path: Path) -> None:
    memory = Memory(silent)
    async with running(tmp_path, memory) as site, visiting(site) as client:
        async with client.line() as line:
            await line.until("ready")
        await memory.say(memory.accepted[0].chat, Outgoing("chào lại"))
        async with client.line() as line:
            await line.until("ready")
            assert line.heard[-2]["entry"]["text"] == "chào lại"


async def test_a_tap_brings_its_data_back(tmp_path: Path) -> None:
    buttons = (Button("Đúng rồi", "feedback:yes"), Button("Trang của Liên minh", url="https://vca.org.vn"))
    memory = Memory(lambda incoming: (Outgoing("Đúng không?", buttons),))
    async with running(tmp_path, memory) as site, visiting(site) as client, client.line() as line:
        while not (entry := (await line.until("entry"))["entry"]).get("buttons"):
            pass
        assert entry["buttons"] == [
            {"label": "Đúng rồi", "data": "feedback:yes"},
            {"label": "Trang của Liên minh", "url": "https://vca.org.vn"},
        ]
        await line.say({"id": ID, "data": "feedback:yes", "label": "Đúng rồi"})
        await line.until("ack")
    [tap] = said(memory)
    assert (tap.kind, tap.data, tap.text) == ("tap", "feedback:yes", "Đúng rồi")


async def test_what_was_changed_or_taken_back_comes_anew_under_its_number_to_every_open_page(
    tmp_path: Path,
) -> None:
    memory = Memory(silent)
    async with running(tmp_path, memory) as site, visiting(site) as client:
        async with client.line() as one, client.line() as other:
            await one.until("ready")
            await other.until("ready")
            chat = memory.accepted[0].chat
            await memory.say(chat, Outgoing("họp thứ 7", (Button("Đã nhận", "ack"),)))
            await memory.say(chat, Outgoing("giữ chỗ"))
            for line in (one, other):
                assert await line.shown(3) == ["", "họp thứ 7", "giữ chỗ"]
            await memory.edit(chat, 1, Outgoing("họp thứ 6", (Button("Vâng", "yes"),)))
            await memory.recall(chat, 2)
            for line in (one, other):
                await line.shown(5)
                edited, recalled = line.entries[-2:]
                assert (edited["number"], edited["revision"], edited["change"]) == (1, 3, "edited")
                assert (edited["text"], edited["buttons"]) == (
                    "họp thứ 6",
                    [{"label": "Vâng", "data": "yes"}],
                )
                assert (recalled["number"], recalled["revision"], recalled["change"]) == (2, 4, "recalled")
                assert (recalled["text"], recalled["buttons"], recalled["media"]) == ("", [], [])
        async with client.line() as anew:  # a page that was closed meanwhile, opened again
            await anew.until("ready")
            assert [entry.get("change") for entry in anew.entries] == [None, "edited", "recalled"]


async def test_a_page_that_comes_back_gets_what_was_changed_meanwhile_once(tmp_path: Path) -> None:
    memory = Memory(silent)
    async with running(tmp_path, memory) as site, visiting(site) as client:
        async with client.line() as line:
            await line.until("ready")
            chat = memory.accepted[0].chat
        await memory.say(chat, Outgoing("một"))
        await memory.say(chat, Outgoing("hai"))
        await memory.edit(chat, 1, Outgoing("một rưỡi"))
        for seen, missed in ((2, ["một rưỡi"]), (3, [])):
            async with client.line((1, seen)) as line:
                await line.until("ready")
                assert await line.shown(0) == missed


async def test_the_page_is_told_that_the_bot_is_writing(tmp_path: Path) -> None:
    memory = Memory(silent)
    async with running(tmp_path, memory) as site, visiting(site) as client, client.line() as line:
        await line.until("ready")
        await site.channel.typing(memory.accepted[0].chat)
        assert await line.until("typing") == {"typing": True}
        await site.channel.typing("nobody")


async def test_a_line_that_is_alive_says_so(tmp_path: Path) -> None:
    async with running(tmp_path, Memory()) as site, visiting(site) as client, client.line(None) as line:
        await line.say({"ping": True})
        assert await line.until("pong") == {"pong": True}


BROKEN: list[Any] = [
    "",
    "no json",
    "[]",
    "null",
    "7",
    '"text"',
    "[" * 100_000,
    {},
    {"id": ID},
    {"id": 7, "text": "một"},
    {"id": "short", "text": "một"},
    {"id": "x" * 65, "text": "một"},
    {"id": "joined:joined", "text": "một"},
    {"id": ID, "text": 7},
    {"id": ID, "text": None},
    {"id": ID, "text": ["một"]},
    {"id": ID, "label": "Đúng"},
    {"id": ID, "data": ""},
    {"id": ID, "data": "x" * 65},
    {"id": ID, "data": "\u202efeedback"},
    {"id": ID, "data": "\ud800"},
    {"id": ID, "media": "0" * 64 + ".jpg"},
    {"id": ID, "media": "\ud800"},
    {"hello": None},
    {"hello": {}},
    {"hello": {"in": -1, "out": 0}},
    {"hello": {"in": True, "out": 0}},
    {"hello": {"in": 0, "out": 2**63}},
    {"hello": {"in": "0", "out": 1.5}},
    b"\xff\xfe",
]


@pytest.mark.parametrize("broken", BROKEN, ids=range(len(BROKEN)))
async def test_a_broken_frame_is_refused_and_the_line_goes_on(tmp_path: Path, broken: Any) -> None:
    memory = Memory()
    async with running(tmp_path, memory) as site, visiting(site) as client, client.line() as line:
        await line.until("ready")
        if isinstance(broken, bytes):
            await line.socket.send_bytes(broken)
        else:
            await line.socket.send_str(broken if isinstance(broken, str) else json.dumps(broken))
        refusal = await line.until("error")
        assert refusal["error"]
        assert "retry" not in refusal
        assert refusal.get("id") in (None, ID)
        await line.say({"id": ID + "-good", "text": "một"})
        assert (await line.until("ack", "error"))["ack"] == ID + "-good"
    assert [incoming.text for incoming in said(memory)] == ["một"]


async def test_bytes_that_are_no_text_close_the_line(tmp_path: Path) -> None:
    async with running(tmp_path, Memory()) as site, visiting(site) as client, client.line() as line:
        await line.until("ready")
        await line.socket.send_frame(b"\xff\xfe{}", aiohttp.WSMsgType.TEXT)
        assert await line.closed() == aiohttp.WSCloseCode.INVALID_TEXT


async def test_half_a_letter_is_left_out(tmp_path: Path) -> None:
    memory = Memory()
    async with running(tmp_path, memory) as site, visiting(site) as client, client.line() as line:
        await line.socket.send_str(json.dumps({"id": ID, "text": "một \ud83d hai"}))
        await line.until("ack")
    assert said(memory)[0].text == "một  hai"


async def test_a_book_is_cut_to_what_the_bot_needs_to_say_no(tmp_path: Path) -> None:
    memory = Memory(silent)
    async with running(tmp_path, memory) as site, visiting(site) as client, client.line() as line:
        await line.say({"id": ID, "text": "a" * 30_000})
        await line.until("ack")
    assert len(said(memory)[0].text) == 20_000


async def test_twenty_thousand_vietnamese_letters_fit(tmp_path: Path) -> None:
    memory = Memory(silent)
    async with running(tmp_path, memory) as site, visiting(site) as client, client.line() as line:
        await line.socket.send_str(json.dumps({"id": ID, "text": "ế" * 20_000}, ensure_ascii=False))
        await line.until("ack")
    assert said(memory)[0].text == "ế" * 20_000


async def test_a_frame_over_64_kilobytes_is_refused_by_its_id(tmp_path: Path) -> None:
    async with running(tmp_path, Memory()) as site, visiting(site) as client, client.line() as line:
        await line.say({"id": ID, "text": "a" * 70_000})
        refusal = await line.until("error")
        assert refusal["id"] == ID
        assert "retry" not in refusal


async def test_a_frame_over_a_megabyte_closes_the_line(tmp_path: Path) -> None:
    memory = Memory()
    async with running(tmp_path, memory) as site, visiting(site) as client:
        async with client.line() as line:
            await line.say({"id": ID, "text": "a" * 1_100_000})
            assert await line.closed() == aiohttp.WSCloseCode.MESSAGE_TOO_BIG
        async with client.line() as line:
            assert await line.until("ready")
    assert said(memory) == []


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


async def test_who_writes_too_fast_is_asked_to_wait_and_loses_nothing(tmp_path: Path) -> None:
    memory, clock = Memory(silent), Clock()
    async with (
        running(tmp_path, memory, clock=clock) as site,
        visiting(site) as client,
        client.line() as line,
    ):
        for number in range(21):
            await line.say({"id": f"message-{number}", "text": str(number)})
            refusal = await line.until("ack", "error")
            clock.now += 0.1
        assert refusal["id"] == "message-20"
        assert refusal["retry"] == 8
        async with visiting(site) as other, other.line() as theirs:
            await theirs.say({"id": ID, "text": "của người khác"})
            assert await theirs.until("ack", "error") == {"ack": ID}
        clock.now += refusal["retry"]
        await line.say({"id": "message-20", "text": "20"})
        assert await line.until("ack", "error") == {"ack": "message-20"}
    assert {"20", "của người khác"} < {incoming.text for incoming in said(memory)}
    assert len(said(memory)) == 22


async def test_what_could_not_be_kept_is_asked_for_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    memory = Memory()
    async with running(tmp_path, memory) as site, visiting(site) as client, client.line() as line:
        await line.until("ready")
        memory.broken = True
        with caplog.at_level(logging.DEBUG):
            await line.say({"id": ID, "text": "số của tôi 0912345678"})
            refusal = await line.until("error")
        assert refusal["id"] == ID
        assert refusal["retry"] > 0
        memory.broken = False
        await line.say({"id": ID, "text": "số của tôi 0912345678"})
        assert (await line.until("ack"))["ack"] == ID
    assert "a web message was not kept: OSError" in caplog.text
    assert "0912345678" not in caplog.text


async def test_a_history_that_cannot_be_read_closes_the_line_so_that_the_page_asks_again(
    tmp_path: Path,
) -> None:
    memory = Memory()
    memory.broken = True
    async with running(tmp_path, memory) as site, visiting(site) as client:
        async with client.line() as line:
            assert await line.closed() == aiohttp.WSCloseCode.INTERNAL_ERROR
        memory.broken = False
        async with client.line() as line:
            assert await line.until("ready")


async def test_a_server_that_stops_says_goodbye_and_takes_nobody_in(tmp_path: Path) -> None:
    async with running(tmp_path, Memory()) as site, visiting(site) as client, client.line() as line:
        await line.until("ready")
        stopping = asyncio.create_task(site.stop_channel())
        assert await line.closed() == aiohttp.WSCloseCode.GOING_AWAY
        await asyncio.wait_for(stopping, DEADLINE)
        assert await refused(client) == 503


async def test_pages_that_are_closed_are_forgotten(tmp_path: Path) -> None:
    async with running(tmp_path, Memory()) as site, visiting(site) as client:
        async with client.line() as line:
            await line.until("ready")
            assert site.channel.pages == 1
        await gone(site)


async def gone(site: Site) -> None:
    async with asyncio.timeout(DEADLINE):
        while site.channel.pages:  # noqa: ASYNC110  the server has no event for what only a test waits for
            await asyncio.sleep(0)
