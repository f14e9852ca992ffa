"""The page in a real browser: what a person sees, reads, taps and sends."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from PIL import Image
from playwright.async_api import Browser, expect

from bot.chat import Button, Outgoing
from bot.media import MediaStore
from tests.browser.page import open_chat
from tests.browser.site import Memory, answering, running

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_person_asks_taps_and_reads(browser: Browser, tmp_path: Path) -> None:
    memory = Memory(answering)
    async with running(tmp_path, memory) as site, open_chat(browser, site.url) as chat:
        await chat.hears("Em chào")
        await chat.say("hỏi")
        await chat.hears("Đúng không?")
        assert await chat.buttons() == ["Đúng rồi", "Chưa đúng"]
        await chat.tap("Chưa đúng")
        await chat.hears("Đã bấm: no")
        assert await chat.said() == ["hỏi", "Chưa đúng"]
        assert await chat.heard() == ["Em chào anh/chị.", "Đúng không?", "Đã bấm: no"]
        assert await chat.buttons() == []  # the question is answered …
        await chat.tap("Đúng rồi")  # … and its buttons still work
        await chat.hears("Đã bấm: yes")
        assert chat.faults == []
    assert [incoming.kind for incoming in memory.accepted] == ["joined", "text", "tap", "tap"]


async def test_a_double_tap_is_one(browser: Browser, tmp_path: Path) -> None:
    memory = Memory(answering)
    async with running(tmp_path, memory) as site, open_chat(browser, site.url) as chat:
        await chat.say("hỏi")
        await chat.hears("Đúng không?")
        await chat.page.get_by_role("button", name="Đúng rồi").dblclick()
        await chat.hears("Đã bấm: yes")
        await chat.say("xong")
        await chat.hears("nghe: xong")
    assert [incoming.kind for incoming in memory.accepted] == ["joined", "text", "tap", "text"]


async def test_a_link_with_a_command_says_it_once(browser: Browser, tmp_path: Path) -> None:
    memory = Memory(answering)
    async with (
        running(tmp_path, memory) as site,
        open_chat(browser, f"{site.url}/?start=ticket_TABC3D4") as chat,
    ):
        await chat.hears("nghe: /start ticket_TABC3D4")
        await chat.reload()
        await chat.say("xong")
        await chat.hears("nghe: xong")
    assert [one.text for one in memory.accepted if one.kind == "text"] == [
        "/start ticket_TABC3D4",
        "xong",
    ]


async def test_the_whole_conversation_is_there_after_a_reload(browser: Browser, tmp_path: Path) -> None:
    async with running(tmp_path, Memory(answering)) as site, open_chat(browser, site.url) as chat:
        for text in ("một", "hai", "hỏi"):
            await chat.say(text)
        await chat.hears("Đúng không?")
        before = await chat.conversation()
        await chat.reload()
        assert await chat.conversation() == before
        assert await chat.buttons() == ["Đúng rồi", "Chưa đúng"]
        assert await chat.page.locator("h2.day").count() == 1


async def test_a_photo_goes_up_smaller_and_comes_down(browser: Browser, tmp_path: Path) -> None:
    large = tmp_path / "ruộng.jpg"
    Image.effect_noise((3000, 1500), 60).convert("RGB").save(large, quality=95)
    memory = Memory(answering)
    async with running(tmp_path, memory) as site, open_chat(browser, site.url) as chat:
        await chat.attach(large)
        await chat.hears("Ảnh đây")
        await chat.connected()
        assert await chat.page.locator(".line.in .picture img").count() == 1
        size = await chat.page.evaluate(
            """async () => {
                const image = document.querySelector(".line.out .picture img");
                await image.decode();
                return [image.naturalWidth, image.naturalHeight];
            }"""
        )
        assert size == [2000, 1000]
        await chat.reload()
        assert await chat.page.locator(".line .picture img").count() == 2
        assert chat.faults == []
    assert memory.accepted[-1].media[0].name == "ruộng.jpg"
    assert memory.accepted[-1].media[0].size < large.stat().st_size


async def test_a_paper_goes_up_and_what_is_not_taken_says_why(browser: Browser, tmp_path: Path) -> None:
    paper, program = tmp_path / "điều lệ.pdf", tmp_path / "bài.pdf"
    paper.write_bytes(b"%PDF-1.7\n")
    program.write_bytes(b"MZ\x90")
    async with running(tmp_path, Memory(answering)) as site, open_chat(browser, site.url) as chat:
        await chat.attach(program, paper)
        await chat.hears("Giấy đây")
        assert await chat.page.locator(".line.refused .why").count() == 1
        own = chat.page.locator(".line.in.sent .file a")
        assert await own.inner_text() == "điều lệ.pdf"
        async with chat.page.expect_download() as started:
            await own.click()
        assert (await started.value).suggested_filename == "điều lệ.pdf"


async def test_markup_in_a_text_stays_text(browser: Browser, tmp_path: Path) -> None:
    evil = '<img src=x onerror="document.title=1"><script>document.title=2</script><b>đậm</b>'
    async with running(tmp_path, Memory(answering)) as site, open_chat(browser, site.url) as chat:
        title = await chat.page.title()
        await chat.say(evil)
        await chat.hears(f"nghe: {evil}")
        await chat.reload()
        assert await chat.said() == [evil]
        assert await chat.page.locator("#log script, #log b, #log img").count() == 0
        assert await chat.page.title() == title


async def test_an_answer_has_lines_lists_bold_words_and_links(browser: Browser, tmp_path: Path) -> None:
    answer = (
        "**Điều kiện** vay:\n- có *phương án*\n- vốn **20%**\n\nXem https://vbpl.vn/a?b=(1)&c=2. "
        "Hay (http://x.vn/y), không phải javascript:alert(1) hay ftp://z.vn"
    )
    memory = Memory(lambda incoming: (Outgoing(answer),))
    async with running(tmp_path, memory) as site, open_chat(browser, site.url) as chat:
        text = chat.page.locator(".line.out .text")
        assert await text.locator("strong").all_inner_texts() == ["Điều kiện", "20%"]
        assert await text.locator("li").all_inner_texts() == ["có *phương án*", "vốn 20%"]
        links = text.locator("a")
        assert await links.all_inner_texts() == ["https://vbpl.vn/a?b=(1)&c=2", "http://x.vn/y"]
        assert await links.first.get_attribute("href") == "https://vbpl.vn/a?b=(1)&c=2"
        assert await links.first.get_attribute("rel") == "noopener"
        assert await links.first.get_attribute("target") == "_blank"
        assert "(http://x.vn/y), không phải" in await text.inner_text()


async def test_a_button_opens_only_what_an_address_may_be(browser: Browser, tmp_path: Path) -> None:
    buttons = (
        Button("Trang Liên minh", url="https://vca.org.vn/"),
        Button("Gọi", url="tel:+842703823456"),
        Button("Xấu", url="javascript:document.title=1"),
    )
    memory = Memory(lambda incoming: (Outgoing("Chọn", buttons),))
    async with running(tmp_path, memory) as site, open_chat(browser, site.url) as chat:
        shown = chat.page.locator(".buttons > a")
        assert [await shown.nth(n).get_attribute("href") for n in range(3)] == [
            "https://vca.org.vn/",
            "tel:+842703823456",
            None,
        ]


async def test_enter_sends_and_shift_enter_does_not(browser: Browser, tmp_path: Path) -> None:
    memory = Memory(answering)
    async with running(tmp_path, memory) as site, open_chat(browser, site.url, width=1280) as chat:
        await chat.page.locator("#text").focus()
        await chat.page.keyboard.type("một")
        await chat.page.keyboard.press("Shift+Enter")
        await chat.page.keyboard.type("hai")
        await chat.page.keyboard.press("Enter")
        await chat.hears("nghe: một")
        await chat.page.keyboard.press("Enter")  # nothing to send
        assert await chat.said() == ["một\nhai"]
        assert await chat.page.locator("#text").input_value() == ""


async def test_on_a_phone_enter_is_a_new_line(browser: Browser, tmp_path: Path) -> None:
    async with running(tmp_path, Memory(answering)) as site, open_chat(browser, site.url, touch=True) as chat:
        await chat.page.locator("#text").focus()
        await chat.page.keyboard.type("một")
        await chat.page.keyboard.press("Enter")
        await chat.page.keyboard.type("hai")
        assert await chat.page.locator("#text").input_value() == "một\nhai"
        assert await chat.said() == []
        await chat.reload()
        assert await chat.page.locator("#text").input_value() == "một\nhai"  # a draft is kept


LONG = (
    "Hợp tác xã muốn vay vốn từ Quỹ hỗ trợ phát triển hợp tác xã thì cần những giấy tờ gì ạ?",
    "https://vbpl.vn/" + "x" * 200,
    "Đ" * 120,
)


@pytest.mark.parametrize("width", [320, 390, 1280])
async def test_nothing_is_wider_than_the_screen(browser: Browser, tmp_path: Path, width: int) -> None:
    picture = MediaStore(tmp_path / "media").put(wide_picture(), "x" * 100 + ".png")
    buttons = tuple(Button(label, f"ask:{n}") for n, label in enumerate(LONG))
    memory = Memory(lambda incoming: (Outgoing("\n".join(LONG), buttons), Outgoing("", photo=picture)))
    title = "Liên minh Hợp tác xã tỉnh Thừa Thiên Huế và các vùng lân cận"
    async with (
        running(tmp_path, memory, title=title) as site,
        open_chat(browser, site.url, width=width, height=640) as chat,
    ):
        await chat.say(" ".join(LONG))
        await chat.connected()
        wider = await chat.page.evaluate(
            """() => [...document.querySelectorAll("body, #view, header, .line, .text, .buttons > *, img")]
                .filter((e) => e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).display !== "inline"
                    || e.getBoundingClientRect().right > innerWidth)
                .map((e) => e.className || e.tagName)"""
        )
        assert wider == []
        assert await chat.page.evaluate("document.documentElement.scrollWidth") == width


async def test_everything_that_is_touched_is_large_enough(browser: Browser, tmp_path: Path) -> None:
    async with (
        running(tmp_path, Memory(answering)) as site,
        open_chat(browser, site.url, width=320, touch=True) as chat,
    ):
        await chat.say("hỏi")
        await chat.hears("Đúng không?")
        small = await chat.page.evaluate(
            """() => [...document.querySelectorAll("button, textarea")]
                .filter((e) => e.offsetParent)
                .map((e) => [e.id || e.textContent, e.offsetWidth, e.offsetHeight])
                .filter(([, width, height]) => width < 44 || height < 44)"""
        )
        assert small == []


async def test_a_screen_reader_is_told_each_thing_once(browser: Browser, tmp_path: Path) -> None:
    async with running(tmp_path, Memory(answering)) as site, open_chat(browser, site.url) as chat:
        await chat.say("hỏi")
        await chat.hears("Đúng không?")
        await chat.connected()
        log = chat.page.get_by_role("log")
        assert await log.get_attribute("aria-live") == "polite"
        assert await log.get_attribute("aria-relevant") == "additions"
        assert await log.get_attribute("aria-label")
        # What is added is read aloud; a message that is acknowledged must not be added a second time.
        await chat.page.evaluate(
            """() => {
                window.added = [];
                new MutationObserver((changes) => {
                    const nodes = changes.flatMap((change) => [...change.addedNodes]);
                    window.added.push(...nodes.map((node) => node.querySelector(".text").textContent));
                }).observe(document.getElementById("log"), { childList: true });
            }"""
        )
        await chat.say("một")
        await chat.hears("nghe: một")
        await chat.connected()
        assert await chat.page.evaluate("window.added") == ["một", "nghe: một"]
        for name in ("textarea", "#send", "#attach"):
            assert await chat.page.locator(name).get_attribute("aria-label")
        spoken = await log.aria_snapshot()
        assert 'button "Đúng rồi"' in spoken


async def test_the_keyboard_reaches_every_button(browser: Browser, tmp_path: Path) -> None:
    async with (
        running(tmp_path, Memory(answering)) as site,
        open_chat(browser, site.url, width=1280, height=800) as chat,
    ):
        await chat.say("hỏi")
        await chat.hears("Đúng không?")
        reached = []
        await chat.page.locator("#text").focus()
        for _ in range(6):
            await chat.page.keyboard.press("Shift+Tab")
            reached.append(await chat.page.evaluate("document.activeElement.textContent.trim()"))
        assert "Đúng rồi" in reached
        await chat.page.get_by_role("button", name="Đúng rồi").focus()
        await chat.page.keyboard.press("Enter")
        await chat.hears("Đã bấm: yes")


async def test_the_page_shows_that_the_bot_is_writing(browser: Browser, tmp_path: Path) -> None:
    memory = Memory(answering)
    async with running(tmp_path, memory) as site, open_chat(browser, site.url) as chat:
        await chat.hears("Em chào")
        await site.channel.typing(memory.accepted[0].chat)
        await expect(chat.page.locator("#typing")).to_be_visible()
        await memory.say(memory.accepted[0].chat, Outgoing("xong"))
        await chat.hears("xong")
        await expect(chat.page.locator("#typing")).to_be_hidden()


async def test_a_long_answer_keeps_its_question_in_sight(browser: Browser, tmp_path: Path) -> None:
    memory = Memory(lambda incoming: (Outgoing("\n".join(f"dòng {n}" for n in range(60))),))
    async with running(tmp_path, memory) as site, open_chat(browser, site.url) as chat:
        await chat.say("câu hỏi")
        await expect(chat.page.locator(".line.out")).to_have_count(2)
        await expect(chat.page.locator(".line.in .text")).to_be_in_viewport()
        await chat.page.locator("#latest").click()
        await expect(chat.page.locator(".line.out li, .line.out p").last).to_be_in_viewport()
        await expect(chat.page.locator("#latest")).to_be_hidden()


def wide_picture() -> bytes:
    """A picture of 1 × 1, to be safe from the size of the screen alone."""
    return base64.b64decode(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
    )
