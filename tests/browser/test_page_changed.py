"""What was corrected or recalled, in a real browser: it changes where it stands, and nobody is read it twice."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from bot.chat import Button, Outgoing
from bot.media import MediaStore
from tests.browser.page import DEADLINE, Chat, open_chat
from tests.browser.site import Memory, answering, running
from tests.browser.test_page import LONG, wide_picture

pytestmark = pytest.mark.asyncio(loop_scope="module")

NEWS = Outgoing("Họp thứ 7", (Button("Đã nhận", "ack"), Button("Không nhận nữa", "stop")))
#: The number of the announcement: the greeting was the first.
NUMBER = 2
TAKEN_BACK = "Ce message a été retiré."


@asynccontextmanager
async def announced(
    browser: Browser, folder: Path, message: Outgoing = NEWS, *, language: str = "vi-VN", width: int = 390
) -> AsyncIterator[tuple[Memory, str, Chat]]:
    """A visitor who has read an announcement, with the name of their chat."""
    memory = Memory(answering)
    async with (
        running(folder, memory) as site,
        open_chat(browser, site.url, language=language, width=width) as chat,
    ):
        await chat.hears("Em chào")
        visitor = memory.accepted[0].chat
        await memory.say(visitor, message)
        await expect(chat.page.locator(".line.out")).to_have_count(2, timeout=DEADLINE)
        yield memory, visitor, chat
        assert [fault for fault in chat.faults if "INTERNET_DISCONNECTED" not in fault] == []


async def test_a_correction_replaces_the_words_and_buttons_of_its_bubble(
    browser: Browser, tmp_path: Path
) -> None:
    async with announced(browser, tmp_path) as (memory, visitor, chat):
        await chat.say("một")
        await chat.hears("nghe: một")
        await memory.edit(visitor, NUMBER, Outgoing("Họp **thứ 6**", (Button("Vâng", "yes"),)))
        await chat.hears("Họp thứ 6")
        expected = ["Em chào anh/chị.", "Họp thứ 6", "một", "nghe: một"]
        for again in (False, True):
            if again:
                await chat.reload()
            assert await chat.conversation() == expected
            changed = chat.page.locator(".line.out").nth(1)
            assert await changed.locator(".text strong").inner_text() == "thứ 6"
            assert await changed.locator(".buttons > *").all_inner_texts() == ["Vâng"]
            assert await changed.locator(".buttons.old").count() == 1  # something was answered since
            assert await chat.page.locator(".edited").count() == 1
            await expect(changed.locator(".edited")).to_be_visible()
        await chat.tap("Vâng")
        await chat.hears("Đã bấm: yes")


async def test_a_correction_replaces_the_picture(browser: Browser, tmp_path: Path) -> None:
    media = MediaStore(tmp_path / "media")
    wrong, right = media.put(wide_picture(), "sai.png"), media.put(wide_picture() + b"\0", "đúng.png")
    async with announced(browser, tmp_path, Outgoing("Giấy mời", photo=wrong)) as (memory, visitor, chat):
        pictures = chat.page.locator(".line.out .picture img")
        assert await pictures.get_attribute("alt") == "sai.png"
        await memory.edit(visitor, NUMBER, Outgoing("Giấy mời", photo=right))
        await expect(pictures).to_have_attribute("alt", "đúng.png")
        await memory.edit(visitor, NUMBER, Outgoing("Không có giấy mời"))
        await chat.hears("Không có giấy mời")
        await expect(pictures).to_have_count(0)


async def test_what_was_taken_back_leaves_its_place_and_no_word(browser: Browser, tmp_path: Path) -> None:
    async with announced(browser, tmp_path, language="fr-FR") as (memory, visitor, chat):
        await chat.say("un")
        await chat.hears("nghe: un")
        await memory.edit(visitor, NUMBER, Outgoing("Réunion vendredi"))
        await memory.recall(visitor, NUMBER)
        await chat.hears(TAKEN_BACK)
        for again in (False, True):
            if again:
                await chat.reload()
            assert await chat.conversation() == ["Em chào anh/chị.", TAKEN_BACK, "un", "nghe: un"]
            assert await chat.page.locator(".recalled").count() == 1
            assert await chat.page.locator(".recalled :is(.buttons, .picture, .edited)").count() == 0
            assert "Họp" not in await chat.page.content()


async def test_every_tab_shows_it_and_so_does_a_phone_that_was_offline(
    browser: Browser, tmp_path: Path
) -> None:
    async with announced(browser, tmp_path) as (memory, visitor, chat):
        other = Chat(await chat.page.context.new_page())
        await other.page.goto(chat.page.url)
        await other.ready()
        await memory.edit(visitor, NUMBER, Outgoing("Họp thứ 6"))
        for tab in (chat, other):
            await tab.hears("Họp thứ 6")
            assert await tab.heard() == ["Em chào anh/chị.", "Họp thứ 6"]
        await chat.page.context.set_offline(True)
        await expect(chat.page.locator("#state")).not_to_be_empty(timeout=DEADLINE)
        await memory.edit(visitor, NUMBER, Outgoing("Họp thứ 5"))
        await memory.say(visitor, Outgoing("Nhắc lịch"))
        await chat.page.context.set_offline(False)
        for tab in (chat, other):
            await tab.hears("Họp thứ 5")
            await tab.hears("Nhắc lịch")
            assert await tab.heard() == ["Em chào anh/chị.", "Họp thứ 5", "Nhắc lịch"]


async def test_a_screen_reader_hears_that_it_changed_and_not_the_whole_again(
    browser: Browser, tmp_path: Path
) -> None:
    async with announced(browser, tmp_path) as (memory, visitor, chat):
        await chat.page.evaluate(
            """() => {
                window.added = [];
                const loud = (node) => node.closest("[aria-live]").getAttribute("aria-live") !== "off";
                new MutationObserver((changes) => window.added.push(
                    ...changes.filter((one) => loud(one.target)).flatMap((one) => [...one.addedNodes])
                        .map((node) => node.textContent))
                ).observe(document.getElementById("log"), { childList: true, subtree: true });
            }"""
        )
        said = chat.page.locator("#changed")
        assert await said.get_attribute("role") == "status"
        when = await chat.page.locator(".line.out time").nth(1).inner_text()
        await memory.edit(visitor, NUMBER, Outgoing("Họp thứ 6"))
        await expect(said).to_have_text(f"Tin lúc {when} vừa được sửa.")
        await memory.recall(visitor, NUMBER)
        await chat.hears("Tin này đã được thu hồi.")
        await expect(said).to_have_text(f"Tin lúc {when} vừa được thu hồi.")
        assert await chat.page.evaluate("window.added") == []
        await chat.reload()
        await expect(said).to_be_empty()  # what was read before is not told as news


async def test_who_stands_on_a_button_of_it_keeps_their_place(browser: Browser, tmp_path: Path) -> None:
    async with announced(browser, tmp_path) as (memory, visitor, chat):
        await chat.page.get_by_role("button", name="Đã nhận").focus()
        await memory.edit(visitor, NUMBER, Outgoing("Họp thứ 6", (Button("Vâng", "yes"),)))
        await expect(chat.page.get_by_role("button", name="Vâng")).to_be_focused()
        await memory.recall(visitor, NUMBER)
        await expect(chat.page.locator("#view")).to_be_focused()


@pytest.mark.parametrize("width", [320, 360])
async def test_neither_is_wider_than_a_small_phone(browser: Browser, tmp_path: Path, width: int) -> None:
    buttons = tuple(Button(label, f"ask:{n}") for n, label in enumerate(LONG))
    async with announced(browser, tmp_path, language="fr-FR", width=width) as (memory, visitor, chat):
        await memory.say(visitor, Outgoing("giữ chỗ"))
        await chat.hears("giữ chỗ")
        await memory.edit(visitor, NUMBER, Outgoing("\n".join(LONG), buttons))
        await memory.recall(visitor, NUMBER + 1)
        await chat.hears(TAKEN_BACK)
        wider = await chat.page.evaluate(
            """() => [...document.querySelectorAll("body, #view, .line, .text, .meta, .buttons > *")]
                .filter((e) => e.scrollWidth > e.clientWidth + 1 || e.getBoundingClientRect().right > innerWidth)
                .map((e) => e.className || e.tagName)"""
        )
        assert wider == []
