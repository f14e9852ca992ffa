"""The page when the line breaks, however it does: nothing lost, nothing doubled, and the person is told."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image
from playwright.async_api import Browser, Route, WebSocketRoute, expect

from bot.chat import Outgoing
from tests.browser.page import DEADLINE, Chat, open_chat
from tests.browser.site import Memory, answering, running

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.mark.parametrize("how", ["stopped", "killed"])
async def test_a_server_that_restarts_loses_and_doubles_nothing(
    browser: Browser, tmp_path: Path, how: str
) -> None:
    memory = Memory(answering)
    async with running(tmp_path, memory) as site:
        port = site.port
        async with open_chat(browser, site.url) as chat:
            await chat.say("một")
            await chat.hears("nghe: một")
            await (site.stop() if how == "stopped" else site.kill())
            await chat.say("hai")
            await chat.say("ba")
            assert await chat.page.locator(".line.waiting").count() == 2
            await expect(chat.page.locator("#state")).not_to_be_empty(timeout=DEADLINE)
            async with running(tmp_path, memory, port):
                await chat.hears("nghe: ba")
                await chat.connected()
                await chat.say("bốn")
                await chat.hears("nghe: bốn")
                await expect(chat.page.locator("#state")).to_be_empty()
                shown = await chat.conversation()
    expected = ["Em chào anh/chị."]
    for text in ("một", "hai", "ba", "bốn"):
        expected += [text, f"nghe: {text}"]
    assert sorted(shown) == sorted(expected)
    assert [text for text in shown if text in ("một", "hai", "ba", "bốn")] == ["một", "hai", "ba", "bốn"]
    assert [incoming.text for incoming in memory.accepted] == ["", "một", "hai", "ba", "bốn"]


async def test_a_message_that_was_kept_but_not_acknowledged_is_not_doubled(
    browser: Browser, tmp_path: Path
) -> None:
    """The line breaks between the commit and the acknowledgement, and the page sends the message again."""
    memory = Memory(answering)
    async with running(tmp_path, memory) as site:
        port = site.port
        async with open_chat(browser, site.url) as chat:
            memory.shut()
            await chat.say("một")
            await memory.called()
            await site.cut()
            memory.open.set()
            await site.stop()
            async with running(tmp_path, memory, port):
                await chat.hears("nghe: một")
                await chat.connected()
                await chat.say("hai")
                await chat.hears("nghe: hai")
                assert await chat.said() == ["một", "hai"]
    assert [incoming.text for incoming in memory.accepted] == ["", "một", "hai"]


async def test_what_waits_survives_a_reload_without_a_server(browser: Browser, tmp_path: Path) -> None:
    memory = Memory(answering)
    async with running(tmp_path, memory) as site, open_chat(browser, site.url) as chat:
        # The page loads, but its socket stays shut: the reload of a person whose server is half up.
        await site.stop_channel()
        await chat.say("một")
        await chat.say("hai")
        await chat.page.reload()
        await expect(chat.page.locator(".line.waiting")).to_have_count(2)
        site.resume()
        await chat.hears("nghe: hai")
        await chat.connected()
        assert await chat.said() == ["một", "hai"]
    assert [incoming.text for incoming in memory.accepted] == ["", "một", "hai"]


async def test_a_phone_without_a_network_says_so_and_sends_later(browser: Browser, tmp_path: Path) -> None:
    memory = Memory(answering)
    async with running(tmp_path, memory) as site, open_chat(browser, site.url) as chat:
        await chat.page.context.set_offline(True)
        await chat.say("trên núi")
        await expect(chat.page.locator(".line.waiting .step-waiting")).to_be_visible(timeout=DEADLINE)
        await memory.say(memory.accepted[0].chat, Outgoing("nhắc lịch"))
        await chat.page.context.set_offline(False)
        await chat.hears("nghe: trên núi")
        await expect(chat.page.locator(".line.sent .step-sent")).to_be_visible()
        assert await chat.heard() == ["Em chào anh/chị.", "nhắc lịch", "nghe: trên núi"]


async def test_a_cookie_that_is_not_good_any_more_is_replaced(browser: Browser, tmp_path: Path) -> None:
    memory = Memory(answering)
    async with running(tmp_path, memory) as site, open_chat(browser, site.url) as chat:
        await chat.page.context.clear_cookies()
        await site.stop_channel()  # the line breaks, and the next one has no cookie
        site.resume()
        await chat.page.wait_for_event("load", timeout=DEADLINE)
        await chat.ready()
        await chat.say("một")
        await chat.hears("nghe: một")
    assert len({incoming.chat for incoming in memory.accepted}) == 2


async def test_two_tabs_show_one_conversation(browser: Browser, tmp_path: Path) -> None:
    async with running(tmp_path, Memory(answering)) as site, open_chat(browser, site.url) as chat:
        other = Chat(await chat.page.context.new_page())
        await other.page.goto(site.url)
        await other.ready()
        await chat.say("một")
        await other.hears("nghe: một")
        await other.say("hai")
        await chat.hears("nghe: hai")
        assert await chat.conversation() == await other.conversation()
        assert await chat.said() == ["một", "hai"]


async def test_a_photo_taken_without_a_server_arrives_after_a_reload(
    browser: Browser, tmp_path: Path
) -> None:
    small = tmp_path / "nhãn.png"
    Image.new("RGB", (60, 40), "green").save(small)
    memory = Memory(answering)
    async with running(tmp_path, memory) as site, open_chat(browser, site.url) as chat:
        await site.stop_channel()
        await chat.attach(small)
        await chat.page.evaluate(
            """() => new Promise((kept) => {
                const look = () => Object.keys(localStorage).some((key) => key.startsWith("waiting:"))
                    ? kept() : requestAnimationFrame(look);
                look();
            })"""
        )
        await chat.page.reload()
        await expect(chat.page.locator(".line.waiting img")).to_be_visible()
        site.resume()
        await chat.hears("Ảnh đây")
        await chat.connected()
    assert [incoming.kind for incoming in memory.accepted] == ["joined", "photo"]


async def test_nothing_is_lost_however_often_the_server_falls(browser: Browser, tmp_path: Path) -> None:
    memory, port = Memory(answering), 0
    async with running(tmp_path, memory) as first:
        port = first.port
        async with open_chat(browser, first.url) as chat:
            await first.kill()
            for fall in range(4):
                await chat.say(f"{fall} lúc sập")
                async with running(tmp_path, memory, port) as site:
                    await chat.connected()
                    await chat.say(f"{fall} lúc chạy")
                    await site.cut()
            async with running(tmp_path, memory, port):
                await chat.connected()
                shown = await chat.said()
    expected = [f"{fall} lúc {when}" for fall in range(4) for when in ("sập", "chạy")]
    assert shown == expected
    assert [incoming.text for incoming in memory.accepted] == ["", *expected]


async def test_a_line_that_is_dead_without_a_word_is_noticed(browser: Browser, tmp_path: Path) -> None:
    """A phone that left the tower: nothing is closed, and nothing arrives any more."""
    dead: set[WebSocketRoute] = set()
    sockets: list[WebSocketRoute] = []

    def carry(socket: WebSocketRoute) -> None:
        sockets.append(socket)
        server = socket.connect_to_server()
        socket.on_message(lambda frame: None if socket in dead else server.send(frame))
        server.on_message(lambda frame: None if socket in dead else socket.send(frame))

    memory = Memory(answering)
    async with running(tmp_path, memory) as site, open_chat(browser, site.url) as chat:
        await chat.page.route_web_socket("**/ws", carry)
        await chat.page.clock.install()
        await chat.reload()
        dead.add(sockets[0])
        await chat.say("một")
        await chat.page.clock.fast_forward(11_000)  # it asks whether anybody is there …
        assert await chat.page.locator(".line.waiting").count() == 1
        await chat.page.clock.fast_forward(9_000)  # … and gives the line up
        await chat.page.clock.fast_forward(1_000)
        await chat.hears("nghe: một")
        assert len(sockets) == 2


async def test_who_writes_too_fast_is_read_all_the_same(browser: Browser, tmp_path: Path) -> None:
    moments = (number * 0.49 for number in range(10_000))
    memory = Memory(answering)
    async with (
        running(tmp_path, memory, clock=lambda: next(moments)) as site,
        open_chat(browser, site.url) as chat,
    ):
        for number in range(24):
            await chat.say(str(number))
        await chat.hears("nghe: 23")
        await chat.connected()
        assert await chat.said() == [str(number) for number in range(24)]
    assert [incoming.text for incoming in memory.accepted] == ["", *(str(number) for number in range(24))]


async def test_a_browser_that_keeps_no_cookie_is_not_reloaded_for_ever(
    browser: Browser, tmp_path: Path
) -> None:
    loads = 0

    async def without_cookie(route: Route) -> None:
        nonlocal loads
        loads += 1
        response = await route.fetch()
        headers = {name: value for name, value in response.headers.items() if name != "set-cookie"}
        await route.request.frame.page.context.clear_cookies()  # fetch() has put it into the jar
        await route.fulfill(response=response, headers=headers)

    async with running(tmp_path, Memory(answering)) as site, open_chat(browser, site.url) as chat:
        await chat.page.route(site.url + "/", without_cookie)
        await chat.page.goto(site.url)
        for _ in range(4):  # attempts to connect, of both loads
            await chat.page.wait_for_event("response", lambda response: response.url.endswith("/ws"))
        assert loads == 2
