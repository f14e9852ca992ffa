"""A person with a phone: opens the chat in a real browser, writes, taps, and reads what is on the screen.

It knows the page and no server, so the same steps drive the page's own tests and the real bot.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Literal

from playwright.async_api import Browser, Page, async_playwright, expect

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or ""
#: Nothing but the page under test: no updates, no sync, no requests of the browser's own.
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
#: Milliseconds after which what should be on the screen is missed; a reconnection is well inside.
DEADLINE = 20_000


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        try:
            yield browser
        finally:
            await browser.close()


@asynccontextmanager
async def open_chat(
    browser: Browser,
    url: str,
    *,
    width: int = 390,
    height: int = 844,
    language: str = "vi-VN",
    scheme: Literal["light", "dark"] = "light",
    touch: bool = False,
) -> AsyncIterator[Chat]:
    """A new visitor's browser, with the chat open and everything loaded."""
    context = await browser.new_context(
        viewport={"width": width, "height": height},
        locale=language,
        color_scheme=scheme,
        has_touch=touch,
        is_mobile=touch,
        device_scale_factor=2,
    )
    context.set_default_timeout(DEADLINE)
    page = await context.new_page()
    chat = Chat(page)
    try:
        await page.goto(url)
        await chat.ready()
        yield chat
    finally:
        await context.close()


class Chat:
    def __init__(self, page: Page) -> None:
        self.page = page
        self.faults: list[str] = []  # what the browser complained of: a script's error, a blocked request
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on(
            "console",
            lambda message: self.faults.append(message.text) if message.type == "error" else None,
        )

    async def ready(self) -> None:
        """Until the page is connected and has shown the whole conversation."""
        await expect(self.page.locator("#log")).to_have_attribute("aria-busy", "false", timeout=DEADLINE)

    async def connected(self) -> None:
        """Until every own message has arrived."""
        await expect(self.page.locator(".line.waiting")).to_have_count(0, timeout=DEADLINE)

    async def say(self, text: str) -> None:
        await self.page.locator("#text").fill(text)
        await self.page.locator("#send").click()

    async def tap(self, label: str) -> None:
        """The newest button of that name."""
        name = re.compile(rf"^\s*{re.escape(label)}\s*$")
        await self.page.locator(".buttons > *").filter(has_text=name).last.click()

    async def attach(self, *paths: Path) -> None:
        await self.page.locator("#files").set_input_files([str(path) for path in paths])

    async def said(self) -> list[str]:
        """The person's own messages, in the order on the screen."""
        return await self._texts(".line.in .text")

    async def heard(self) -> list[str]:
        """The bot's messages, in the order on the screen."""
        return await self._texts(".line.out .text")

    async def conversation(self) -> list[str]:
        """Both, in the order on the screen."""
        return await self._texts(".line .text")

    async def buttons(self) -> list[str]:
        """Those of the present question."""
        return await self._texts(".buttons:not(.old) > *")

    async def hears(self, text: str) -> None:
        """Until a message of the bot contains the text."""
        await expect(self.page.locator(".line.out .text").filter(has_text=text).last).to_be_visible(
            timeout=DEADLINE
        )

    async def reload(self) -> None:
        await self.page.reload()
        await self.ready()

    async def _texts(self, selector: str) -> list[str]:
        texts = await self.page.locator(selector).all_inner_texts()
        return [text.strip() for text in texts]
