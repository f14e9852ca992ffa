from __future__ import annotations

import os
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser

from tests.browser.page import CHROMIUM, chromium


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    """One process for a file; each test has a profile of its own in it."""
    if not CHROMIUM:
        missing = "there is no chromium: install it, or name it by CHROMIUM"
        if os.environ.get("CI"):
            pytest.fail(missing)
        pytest.skip(missing)
    async with chromium() as opened:
        yield opened
